--- The error codes as constants, and what they mean.
---
--- Constants are named as in the official SDKs: the code in upper case, with "_" for ".":
---
---     local codes = require "tencentcloud.codes"
---     if err.code == codes.AUTHFAILURE_SIGNATUREFAILURE then ...
---
--- A name that does not exist raises, so a misspelt constant cannot compare with nil.
local constants = require "tencentcloud.response.constants"
local core = require "tencentcloud.response.core"

---@class tencentcloud.CodeMeaning
---@field code string
---@field description string "" if none is known
---@field category tencentcloud.Category|"by status"
---@field retry tencentcloud.Retry|"by status"

---@class tencentcloud.codes
---@field [string] string
local codes = {}

local function check(argument, name, value)
    if type(value) ~= "string" then
        error(("bad argument #%d to '%s' (string expected, got %s)"):format(argument, name, type(value)), 3)
    end
end

--- What a code means: by its own entry, else by that of its family. One that neither covers is "unknown",
--- "never". Of "ClientError.HttpStatusCodeError" both hang on the HTTP status: "by status".
---@param code string any code
---@return tencentcloud.CodeMeaning
function codes.describe(code)
    check(1, "describe", code)
    local category, retry, description = core.meaning(code)
    return { code = code, description = description, category = category, retry = retry }
end

--- The code's family: what stands before its first dot, or the code itself.
---@param code string
---@return string
function codes.family(code)
    check(1, "family", code)
    return (code:match "^[^.]*")
end

--- Is this the code `family`, or one of that family? `is("LimitExceeded.OverTime", "LimitExceeded")` holds.
---@param code string
---@param family string a code, or its first dotted parts
---@return boolean
function codes.is(code, family)
    check(1, "is", code)
    check(2, "is", family)
    return core.is(code, family)
end

--- Every code with an entry of its own, in byte order: a new list each time.
---@return string[]
function codes.all()
    local list = {}
    for i, code in ipairs(core.codes.common) do
        list[i] = code
    end
    return list
end

return constants(core.codes.common, "tencentcloud.codes", codes)
