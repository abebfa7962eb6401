--- The error codes that CIAM (Customer Identity and Access Management) documents, as constants.
---
---     local ciam = require "tencentcloud.codes.ciam"
---     if err.code == ciam.FAILEDOPERATION_USERNOTFOUND then ...
local constants = require "tencentcloud.response.constants"
local core = require "tencentcloud.response.core"

---@type table<string, string>
return constants(core.codes.ciam, "tencentcloud.codes.ciam")
