--- The error codes that CloudAudit documents, as constants.
---
---     local cloudaudit = require "tencentcloud.codes.cloudaudit"
---     if err.code == cloudaudit.RESOURCENOTFOUND_AUDITNOTEXIST then ...
---@type table<string, string>
return require("tencentcloud.codes").product "cloudaudit"
