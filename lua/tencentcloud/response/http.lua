--- Responses as HTTP clients return them: status, headers and body.
local codes = require "tencentcloud.codes"
local core = require "tencentcloud.response.core"
local failure = require "tencentcloud.error"

local M = {}

---@class tencentcloud.HttpResponse
---@field status integer|string e.g. 200 or "200"
---@field headers table|nil names (in any case) to a value or a list of values, or an object with a get method
---@field header table|nil the same, as ngx.location.capture calls it
---@field body string|nil nil is read as ""
---@field truncated boolean|nil the body was cut off, as ngx.location.capture says

-- The first value of a list, or the value itself, if it is a string that is not empty.
local function first(value)
    if type(value) == "table" then
        value = value[1]
    end
    if type(value) == "string" and value ~= "" then
        return value
    end
end

-- The value of the header of that name, which is in lower case.
local function header(headers, name)
    if not headers then
        return nil
    end
    if type(headers.get) == "function" then
        return first(headers:get(name))
    end
    for key, value in pairs(headers) do
        if type(key) == "string" and key:lower() == name then
            return first(value)
        end
    end
end

-- What a Content-Encoding, or the first bytes of the body, say of its compression; nil if it is plain.
local function compression(headers, body)
    local encoding = header(headers, "content-encoding")
    if encoding and encoding:lower() ~= "identity" then
        return encoding
    end
    return body:sub(1, 2) == "\31\139" and "gzip" or nil
end

local function category_of(status)
    if status == 429 then
        return "throttle", "safe"
    elseif status >= 500 then
        return "server", "idempotent"
    elseif status >= 400 then
        return "request", "never"
    end
    return "unknown", "never"
end

-- Why there is no JSON in the body, where what came with it says more than its bytes.
local function reason(response, headers, body, err)
    if err.kind ~= "json" then
        return err.reason
    end
    local encoding = compression(headers, body)
    if encoding then
        return ("the body is compressed (%s)"):format(encoding), true
    elseif response.truncated then
        return "the response was cut off", true
    end
    return err.reason
end

local function check(response)
    if type(response) ~= "table" then
        error(("bad argument #1 to 'read' (table expected, got %s)"):format(type(response)), 3)
    end
    local status = tonumber(response.status)
    if not status then
        error(("bad argument #1 to 'read' (field 'status': number expected, got %s)"):format(type(response.status)), 3)
    end
    local headers = response.headers or response.header
    if headers ~= nil and type(headers) ~= "table" and type(headers) ~= "userdata" then
        error(("bad argument #1 to 'read' (field 'headers': table expected, got %s)"):format(type(headers)), 3)
    end
    local body = response.body
    if body ~= nil and type(body) ~= "string" then
        error(("bad argument #1 to 'read' (field 'body': string expected, got %s)"):format(type(body)), 3)
    end
    return status, headers, body or ""
end

-- A status other than 200 without an envelope.
local function http_failure(status, why, offset, request_id)
    local category, retry = category_of(status)
    local message = ("HTTP status %d without an envelope: %s"):format(status, why)
    return failure.new("http", codes.CLIENTERROR_HTTPSTATUSCODEERROR, message, request_id, category, retry, why, offset)
end

--- Makes `read`, which reads bodies with the given `parse`.
function M.reader(parse)
    --- Reads what an HTTP client returned: `{status=, headers= or header=, body=}`.
    ---
    --- Like `parse`; moreover, a status other than 200 without an envelope is of kind "http", its category and
    --- retry by the status; the header X-TC-RequestId stands in for a RequestId that the body does not have; a
    --- compressed body is named as such. Raises if status, headers or body are of a wrong type.
    ---@param response tencentcloud.HttpResponse
    ---@return table|nil result
    ---@return string|nil message
    ---@return tencentcloud.Error|nil err
    return function(response)
        local status, headers, body = check(response)
        local result, _, err = parse(body)
        local request_id = header(headers, "x-tc-requestid")
        if result then
            if request_id and type(result.RequestId) ~= "string" then
                result.RequestId = request_id
            end
            return result
        end
        if err.kind ~= "api" then
            local why, changed = reason(response, headers, body, err)
            if status ~= 200 then
                err = http_failure(status, why, err.offset, err.request_id)
            elseif changed then
                err.reason, err.message = why, why
            end
        end
        if err.request_id == "" then
            err.request_id = request_id or ""
        end
        err.http_status = status
        return nil, core.line(err.code, err.message, err.request_id), err
    end
end

return M
