--- The error codes that CIAM (Customer Identity and Access Management) documents, as constants: those of `codes.product "ciam"`.
---
---     local ciam = require "tencentcloud.codes.ciam"
---     if err.code == ciam.FAILEDOPERATION_USERNOTFOUND then ...
return require("tencentcloud.codes").product "ciam"
