--- The error object: what a failed call returns as its third value.
local arguments = require "tencentcloud.response.arguments"
local core = require "tencentcloud.response.core"

local setmetatable = setmetatable

---@alias tencentcloud.Kind "api"|"envelope"|"json"|"http"|"stream"
---@alias tencentcloud.Category "auth"|"permission"|"throttle"|"quota"|"request"|"resource"|"operation"|"server"|"dry_run"|"client"|"unknown"
---@alias tencentcloud.Retry "safe"|"idempotent"|"never"

---@class tencentcloud.Error
---@field kind tencentcloud.Kind what failed: the call, by the service's own word; or the envelope, the JSON, the transport, the stream
---@field code string the Code as it was sent; of kinds other than "api" a client code ("ClientError. ...")
---@field message string the Message as it was sent; of kinds other than "api" what is wrong, and where
---@field request_id string "" where there is none
---@field category tencentcloud.Category
---@field retry tencentcloud.Retry
---@field details any the other members of Error; the whole Error if it is malformed; nil if there is nothing
---@field payload table|nil the other members of Response, or of a body or event without one; of a stream that `read` was given, `{Events, RequestId}`
---@field http_status integer|nil set by `read` and by nginx's `verdict`
---@field offset integer|nil 1-based position of the offending byte in the body, in an event's data, or in the text that view:open reads
---@field reason string|nil what is wrong, nil for the kind "api": one of a fixed list of texts, or of the kind "http" what the client gave
---@field truncated boolean|nil true if a scanner or stream cut Code, Message or RequestId to max_field
local Error = {}
Error.__index = Error
Error.__name = "tencentcloud.error"

local M = { metatable = Error }

--- Makes an error object with the fields that every error has, for what the core does not judge: status and transport.
--- On LuaJIT also for check, because its compiler makes the object more quickly than the core does.
---@param kind tencentcloud.Kind
---@param code string
---@param message string
---@param request_id string
---@param category tencentcloud.Category
---@param retry tencentcloud.Retry
---@return tencentcloud.Error
function M.new(kind, code, message, request_id, category, retry)
    return setmetatable({
        kind = kind,
        code = code,
        message = message,
        request_id = request_id,
        category = category,
        retry = retry,
    }, Error)
end

--- Is this the code, or is the code one of this family?
---
---     err:is "RequestLimitExceeded" -- for that and "RequestLimitExceeded.UinLimitExceeded", not "RequestLimitExceededX"
---@param code string a code, or its first dotted parts; raises if it is not a string
---@return boolean
function Error:is(code)
    arguments.check(1, "is", code, "string")
    return core.is(self.code, code)
end

--- The message on one line, as the failed call returned it.
---@return string
function Error:__tostring()
    return core.line(self.code, self.message, self.request_id)
end

return M
