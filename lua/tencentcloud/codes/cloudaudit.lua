--- The error codes that CloudAudit documents, as constants.
---
---     local cloudaudit = require "tencentcloud.codes.cloudaudit"
---     if err.code == cloudaudit.RESOURCENOTFOUND_AUDITNOTEXIST then ...
local constants = require "tencentcloud.response.constants"
local core = require "tencentcloud.response.core"

---@type table<string, string>
return constants(core.codes.cloudaudit, "tencentcloud.codes.cloudaudit")
