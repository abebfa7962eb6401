--- The error codes that CloudAudit documents, as constants: those of `codes.product "cloudaudit"`.
---
---     local cloudaudit = require "tencentcloud.codes.cloudaudit"
---     if err.code == cloudaudit.RESOURCENOTFOUND_AUDITNOTEXIST then ...
return require("tencentcloud.codes").product "cloudaudit"
