--- Responses as HTTP clients return them: status, headers and body.
local codes = require "tencentcloud.codes"
local core = require "tencentcloud.response.core"
local failure = require "tencentcloud.error"

local M = {}

M.CUT_OFF = "the response was cut off"

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

--- Why a body that came with this Content-Encoding, or none, is no JSON.
---@param encoding string|nil
---@return string|nil why nil if it is not compressed
function M.compressed(encoding)
    if encoding and encoding:lower() ~= "identity" then
        return ("the body is compressed (%s)"):format(encoding)
    end
end

-- Why there is no JSON in the body, where what came with it says more than its bytes.
local function explain(response, headers, body)
    return M.compressed(header(headers, "content-encoding"))
        or M.compressed(body:sub(1, 2) == "\31\139" and "gzip" or nil)
        or response.truncated and M.CUT_OFF or nil
end

local function check(response)
    if type(response) ~= "table" then
        error(("bad argument #1 to 'read' (table expected, got %s)"):format(type(response)), 3)
    end
    local status = response.status
    if type(status) == "string" and status:match "^%d+$" then
        status = tonumber(status)
    end
    if type(status) ~= "number" or status % 1 ~= 0 then
        error(("bad argument #1 to 'read' (field 'status': integer expected, got %s)"):format(tostring(status)), 3)
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

-- A status other than 200, and a body that failed so.
local function http_failure(status, why, err)
    local category, retry = category_of(status)
    local message = ("HTTP status %d without an envelope: %s"):format(status, why)
    local http = failure.new("http", codes.CLIENTERROR_HTTPSTATUSCODEERROR, message, err.request_id, category, retry)
    http.reason, http.offset, http.truncated = why, err.offset, err.truncated
    http.details, http.payload = err.details, err.payload
    return http
end

--- Completes the failure of a body by what came with it. `why`, where given, says more than the body's bytes.
---@param err tencentcloud.Error
---@param status integer
---@param request_id string|nil the header's
---@param why string|nil
---@return string message
---@return tencentcloud.Error err
function M.complete(err, status, request_id, why)
    if err.kind ~= "api" then
        if status ~= 200 then
            err = http_failure(status, why or err.reason, err)
        elseif why then
            err.reason, err.message = why, why
        end
    end
    if err.request_id == "" then
        err.request_id = request_id or ""
    end
    err.http_status = status
    return core.line(err.code, err.message, err.request_id), err
end

--- Makes `read`, which reads bodies with the given `parse` and, where that leaves something open, its `check`.
function M.reader(parse, verdict)
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
            -- The verdict tells whether the body has one: a string may stand for null, or for a number that the host
            -- cannot hold.
            if request_id and result.RequestId ~= request_id and verdict(body) == "" then
                result.RequestId = request_id
            end
            return result
        end
        return nil, M.complete(err, status, request_id, err.kind == "json" and explain(response, headers, body) or nil)
    end
end

return M
