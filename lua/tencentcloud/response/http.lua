--- Responses as HTTP clients return them: status, headers and body.
local arguments = require "tencentcloud.response.arguments"
local codes = require "tencentcloud.codes"
local core = require "tencentcloud.response.core"
local stream = require "tencentcloud.response.stream"
local errors = require "tencentcloud.error"

local M = {}

M.CUT_OFF = "the response was cut off"
local NOT_READ = "the body was not read"

---@class tencentcloud.HttpResponse
---@field status integer|string|nil 100 to 999, e.g. 200 or "200"; other text, or nil: no response came
---@field headers table|userdata|nil names (in any case) to a value or a list of values, or an object with a get method
---@field header table|userdata|nil the same, as ngx.location.capture calls it
---@field body string|nil nil is read as "", unless one of the next two says that there is a body
---@field has_body boolean|nil there is a body, as lua-resty-http says
---@field body_reader function|nil reads the body, as lua-resty-http says
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

local function get_of(headers) return headers.get end

local function has_get(headers)
    local ok, get = pcall(get_of, headers)
    return ok and type(get) == "function"
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

-- Category and retry of the statuses that differ from the others of their class.
local exceptions = {
    [408] = { "client", "safe" }, -- the request did not arrive in time
    [421] = { "client", "safe" }, -- it came to the wrong server
    [425] = { "client", "safe" }, -- it came too early
    [429] = { "throttle", "safe" },
    [499] = { "client", "idempotent" }, -- nginx's: the client left
}

local function meaning_of(status)
    local exception = exceptions[status]
    if exception then
        return exception[1], exception[2]
    elseif status >= 500 and status <= 599 then
        return "server", "idempotent"
    elseif status >= 400 and status <= 499 then
        return "request", "never"
    end
    return "unknown", "never"
end

-- gzip (RFC 1952, section 2.3.1) or zlib (RFC 1950, section 2.2) by the first two bytes.
local function method_of(body)
    local first_byte, second = body:byte(1, 2)
    if first_byte == 31 and second == 139 then
        return "gzip"
    elseif second and first_byte % 16 == 8 and first_byte < 128 and (256 * first_byte + second) % 31 == 0 then
        return "deflate"
    end
end

local function looks_like_text(head)
    return head:find "^\239\187\191" or not (head:find "^[\128-\255]" or head:find "[%z\1-\8\14-\31\127]")
end

--- Says whether a body is compressed: by what it begins with, or by its Content-Encoding if that is not text. The header
--- alone does not count: clients decompress a body and leave the header as it came. Brotli has no mark of its own.
---@param body string or its first bytes
---@param encoding string|nil the header Content-Encoding
---@return string|nil reason nil if it is not compressed
function M.compressed(body, encoding)
    local head = body:sub(1, 256)
    local name = method_of(head)
    if not name or head:find "^[ -~][ -~]" then -- not marked, or by two characters that text may begin with, too
        if head == "" or looks_like_text(head) then
            return nil
        end
        name = name or encoding and encoding:lower():match "[a-z0-9-]+"
    end
    return name and name ~= "identity" and ("the body is compressed (%s)"):format(name) or nil
end

local function http_error(code, message, request_id, category, retry, reason)
    local err = errors.new("http", code, message, request_id, category, retry)
    err.reason = reason
    return err
end

-- The error of a body that came with a status other than 200 and is not an envelope.
local function status_error(status, reason, err)
    local category, retry = meaning_of(status)
    local message = ("HTTP status %d without an envelope: %s"):format(status, reason)
    local http = http_error(codes.CLIENTERROR_HTTPSTATUSCODEERROR, message, err.request_id, category, retry, reason)
    http.offset, http.truncated, http.details, http.payload = err.offset, err.truncated, err.details, err.payload
    return http
end

--- Completes the failure of a body with what came with it.
---@param message string
---@param err tencentcloud.Error
---@param status integer
---@param request_id string|nil the header's
---@param reason string|nil why the body is not JSON, if that is known better than by its bytes
---@return string message
---@return tencentcloud.Error err
function M.complete(message, err, status, request_id, reason)
    local changed = err.kind ~= "api"
    if changed and reason then
        err.reason, err.message, err.offset = reason, reason, nil
    end
    if changed and status ~= 200 then
        err = status_error(status, err.reason, err)
    end
    if err.request_id == "" and request_id then
        err.request_id, changed = request_id, true
    end
    err.http_status = status
    return changed and core.line(err.code, err.message, err.request_id) or message, err
end

--- Is this an error that `complete` can give a better reason for than the bytes of the body?
---@param err tencentcloud.Error
---@return boolean
function M.is_unexplained(err)
    return err.kind == "json" or err.kind == "stream"
end

--- The failure of an event stream in which no event has failed, but which was cut off between two events or came with
--- an error's status.
---@param request_id string the last one seen
---@param status integer
---@param is_cut boolean
---@return string message
---@return tencentcloud.Error err
function M.failed_stream(request_id, status, is_cut)
    local code, reason = codes.CLIENTERROR_STREAMINTERRUPTED, is_cut and M.CUT_OFF or "an event stream"
    local err = errors.new("stream", code, reason, request_id, "client", "idempotent")
    return M.complete(reason, err, status, nil, reason)
end

--- The failure of a response whose body was not seen, by its status.
---@param status integer
---@param request_id string|nil the header's
---@return string message
---@return tencentcloud.Error err
function M.unread(status, request_id)
    local err = status_error(status, NOT_READ, { request_id = request_id or "" })
    err.http_status = status
    return core.line(err.code, err.message, err.request_id), err
end

-- The failure of a call to which no response came, or one that is not HTTP.
local function not_through(reason, request_id)
    local err = http_error(codes.CLIENTERROR_NETWORKERROR, reason, request_id or "", "client", "idempotent", reason)
    return nil, core.line(err.code, err.message, err.request_id), err
end

local function headers_of(response)
    return response.headers or response.header
end

-- What is wrong with the argument of read; nil if nothing is.
local function problem_of(response)
    if type(response) ~= "table" then
        return ("table expected, got %s"):format(type(response))
    end
    local status, headers, body = response.status, headers_of(response), response.body
    if status ~= nil and type(status) ~= "string"
        and not (type(status) == "number" and status % 1 == 0 and status >= 100 and status <= 999) then
        return ("field 'status': integer from 100 to 999 expected, got %s"):format(tostring(status))
    elseif headers ~= nil and type(headers) ~= "table" and not has_get(headers) then
        return ("field 'headers': table, or object with get, expected, got %s"):format(type(headers))
    elseif body ~= nil and type(body) ~= "string" then
        return ("field 'body': string expected, got %s"):format(type(body))
    end
end

-- The status as an integer; or nil, and what the client or the server gave in its place.
local function status_of(value)
    if type(value) ~= "string" then
        return value, "no status"
    elseif value:find "^[1-9]%d%d$" then
        return tonumber(value)
    end
    return nil, value:find "^%d*$" and ("the status '%s' is not one of HTTP"):format(value) or value
end

-- Why a body is not JSON, if what came with it says more than its bytes do.
local function explain(response, headers)
    local body = response.body
    if body then
        return M.compressed(body, header(headers, "content-encoding")) or response.truncated and M.CUT_OFF or nil
    end
    return (response.has_body or response.body_reader) and NOT_READ or nil
end

--- Makes `read`, which reads bodies with the given `parse` and, where that leaves a question open, its `check`;
--- and event streams with read_stream.
---@param parse fun(body: string): table?, string, tencentcloud.Error
---@param check fun(body: string): string?, string, tencentcloud.Error
---@param read_stream fun(body: string, request_id: string?): table?, string, tencentcloud.Error
---@return fun(response: tencentcloud.HttpResponse?, reason: any): table?, string, tencentcloud.Error
function M.reader(parse, check, read_stream)
    --- Reads what an HTTP client returned: `{status=, headers= or header=, body=}`, or `nil, reason`.
    ---
    ---     local result, message, err = response.read(client:request_uri(url, options))
    ---
    --- It judges bodies like `parse`. A status other than 200 without an envelope is a failure of kind "http", with
    --- category and retry by the status; so is a call without a response (`ClientError.NetworkError`). If the
    --- body has no RequestId, the header X-TC-RequestId stands in. For a body that is compressed, was cut off or was
    --- never read, the failure says so. An event stream is read as `{Events = {...}, RequestId = ...}`, with the
    --- payloads of its events; if the stream failed, err.payload is that table. Raises if status, headers or body have
    --- a wrong type.
    ---@param response tencentcloud.HttpResponse|nil
    ---@param reason any|nil what the client says if there is no response
    ---@return table|nil result
    ---@return string|nil message
    ---@return tencentcloud.Error|nil err
    return function(response, reason)
        arguments.check_dot("read", response)
        if response == nil and reason ~= nil then
            return not_through(tostring(reason))
        end
        local problem = problem_of(response)
        if problem then
            arguments.fail(1, "read", problem)
        end
        local headers, body = headers_of(response), response.body
        local request_id = header(headers, "x-tc-requestid")
        local status, given = status_of(response.status)
        if not status then
            return not_through(given, request_id)
        end
        local is_stream = stream.is_stream(header(headers, "content-type"), body or "")
        local result, message, err = (is_stream and read_stream or parse)(body or "", request_id)
        if is_stream and result then
            if status == 200 and not response.truncated then
                return result
            end
            message, err = M.failed_stream(result.RequestId, status, response.truncated)
            err.payload = result
            return nil, message, err
        elseif result then
            -- The verdict tells whether the body has one: a string may stand for null, or for a number that the host
            -- cannot hold.
            if request_id and result.RequestId ~= request_id and check(body) == "" then
                result.RequestId = request_id
            end
            return result
        end
        reason = M.is_unexplained(err) and explain(response, headers) or nil
        return nil, M.complete(message, err, status, request_id, reason)
    end
end

return M
