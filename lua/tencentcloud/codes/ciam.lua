--- The error codes that CIAM (Customer Identity and Access Management) documents, as constants.
---
---     local ciam = require "tencentcloud.codes.ciam"
---     if err.code == ciam.FAILEDOPERATION_USERNOTFOUND then ...
---@type table<string, string>
return require("tencentcloud.codes").product "ciam"
