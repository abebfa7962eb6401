--- The error object: what a failed call returns as its third value.
local core = require "tencentcloud.response.core"

local setmetatable = setmetatable

---@alias tencentcloud.Kind "api"|"envelope"|"json"|"http"|"stream"
---@alias tencentcloud.Category "auth"|"permission"|"throttle"|"quota"|"request"|"resource"|"operation"|"server"|"dry_run"|"client"|"unknown"
---@alias tencentcloud.Retry "safe"|"idempotent"|"never"

---@class tencentcloud.Error
---@field kind tencentcloud.Kind where the failure lies: the service's answer, its form, its bytes, the transport
---@field code string the Code as it was sent; of kinds other than "api" a client code ("ClientError. ...")
---@field message string the raw Message; of other kinds the reason and its place
---@field request_id string "" where there is none
---@field category tencentcloud.Category
---@field retry tencentcloud.Retry
---@field details any|nil what Error holds beside Code and Message; all of a malformed Error
---@field payload table|nil what Response holds beside Error and RequestId
---@field http_status integer|nil set by `read`
---@field offset integer|nil the byte of the body, from 1, that shows what is wrong
---@field reason string|nil what is wrong: one of a fixed list of texts
---@field truncated boolean|nil true if a scanner cut Code, Message or RequestId to its max_field
local Error = {}
Error.__index = Error
Error.__name = "tencentcloud.error"

local M = { metatable = Error }

--- The fields of an error object: those that every one has, then, if there is a reason ("" for none), the rest.
--- The core calls it, see tc_push_failure; it is no part of the interface.
---@return table
function M.fields(kind, code, message, request_id, category, retry, reason, offset, truncated, details, payload)
    local err = {
        kind = kind,
        code = code,
        message = message,
        request_id = request_id,
        category = category,
        retry = retry,
    }
    if reason then
        err.details, err.payload = details, payload
        err.truncated = truncated or nil
        if reason ~= "" then
            err.reason, err.offset = reason, offset
        end
    end
    return err
end

--- Makes an error object of an API failure.
---@return tencentcloud.Error
function M.new(kind, code, message, request_id, category, retry)
    return setmetatable(M.fields(kind, code, message, request_id, category, retry), Error)
end

--- Is this the code, or is the code one of this family?
---
--- `err:is("RequestLimitExceeded")` holds for "RequestLimitExceeded" and for
--- "RequestLimitExceeded.UinLimitExceeded", not for "RequestLimitExceededX".
---@param code string a code, or its first dotted parts
---@return boolean
function Error:is(code)
    if type(code) ~= "string" then
        error(("bad argument #1 to 'is' (string expected, got %s)"):format(type(code)), 2)
    end
    return core.is(self.code, code)
end

--- The message in one line, as the failed call returned it.
function Error:__tostring()
    return core.line(self.code, self.message, self.request_id)
end

return M
