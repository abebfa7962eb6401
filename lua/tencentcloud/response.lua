--- Reads Tencent Cloud API 3.0 responses: did the call succeed, with which RequestId, and if not, with which Code.
---
---     local response = require "tencentcloud.response"
---     local result, message, err = response.parse(body)
---     if not result then
---         print(err.code, err.request_id, err.retry)
---     end
---
--- Bad data never raises: it is `nil, message, err`. A wrong argument does.
local core = require "tencentcloud.response.core"
local failure = require "tencentcloud.error"
local ffi = require "tencentcloud.response.ffi"
local http = require "tencentcloud.response.http"
local stream = require "tencentcloud.response.stream"
local writer = require "tencentcloud.response.writer"

---@class tencentcloud.Options
---@field null any what stands for JSON null; default `response.null`
---@field nulls "keep"|"omit"|nil "omit": leave out object members that are null; default "keep"
---@field integers "exact"|"number"|nil "exact", the default: a number that the host cannot hold (an integer beyond 64 bits, or beyond 2^53 before Lua 5.3; a float that overflows) becomes its decimal string. "number": the nearest double
---@field array_mt table|nil set as metatable of every array, so that an empty one can be told from an object
---@field max_depth integer|nil how deep a body may nest; default 1000, at most 3000
---@field max_field integer|nil bytes of Code, Message and RequestId that a scanner keeps, each; default 8192

local response = {}

--- A path is a list of steps from the payload on: members' names and elements' indexes, from 1. No step: all of it.
---@class tencentcloud.View
---@field get fun(self, ...: string|integer): any the value there, decoded; nil if there is none
---@field at fun(self, ...: string|integer): tencentcloud.View? a view of the value there; nil if there is none
---@field each fun(self, ...: string|integer): fun(state), any the function and state of a generic for, which iterates over index and value, or name and value, decoding one at a time; over nothing if there is no array or object there
---@field len fun(self, ...: string|integer): integer? how many elements or members; nil if there is no array or object there
---@field type fun(self, ...: string|integer): "object"|"array"|"string"|"number"|"boolean"|"null"|nil
---@field request_id fun(self): string "" if the response has none

---@class tencentcloud.ScannerOptions
---@field content_type string|nil the response's Content-Type: where that is an event stream, the response is read as one unless its first byte is `{`. Without it, it is one if its first line is a field of events (`data:`, `event:`, `id:`, `retry:`)

---@class tencentcloud.StreamOptions
---@field request_id string|nil that of the header X-TC-RequestId, which counts where no event has one
---@field max_event integer|nil bytes of an event that are kept; one with more is skipped and fails the stream. Default 16 MiB, at most 1 GiB

---@class tencentcloud.Event
---@field data string as it was sent, the lines of several `data` fields joined by "\n"
---@field event string its name; "message" where the stream says nothing
---@field id string that of the last event with an id; "" before
---@field done boolean is the data `[DONE]`?
---@field get fun(self: tencentcloud.Event, ...: string|integer): any the value there, decoded, as view:get; nil if there is none, or the data is not JSON
---@field parse fun(self: tencentcloud.Event): any, string?, tencentcloud.Error? the payload: what Response holds, or the data itself; or nil, message, err. Nil alone if there is nothing to read: `[DONE]`, or white space

--- A method that is called while another one is running, from a finalizer, raises "the stream is in use".
---@class tencentcloud.Stream
---@field feed fun(self: tencentcloud.Stream, chunk: string|nil): (fun(stream: tencentcloud.Stream): tencentcloud.Event?), tencentcloud.Stream an iterator over the events that this chunk completes, after those that an earlier loop has left; nil ends the stream. Raises after the end or finish
---@field finish fun(self: tencentcloud.Stream): string?, string?, tencentcloud.Error? the verdict, as scanner:finish; what is left is read for it
---@field reset fun(self: tencentcloud.Stream): tencentcloud.Stream makes it ready for another stream, and returns it

---@class tencentcloud.Scanner
---@field feed fun(self, chunk: string): true?, string?, tencentcloud.Error? true; or the failure, as soon as no further bytes can make it JSON. Raises behind finish
---@field finish fun(self): string?, string?, tencentcloud.Error? the same as `check` on all the chunks in one
---@field reset fun(self): tencentcloud.Scanner makes it ready for another body
---@field truncated fun(self): boolean has the last verdict a Code, Message or RequestId that was cut to max_field?

local defaults = { null = core.null, nulls = "keep", integers = "exact", max_depth = 1000, max_field = 8192 }

local function is_integer(value, least, most)
    return type(value) == "number" and value % 1 == 0 and value >= least and value <= most
end

-- For each option: is this value allowed? And what is, in words.
local options = {
    null = { function() return true end, "any value" },
    nulls = { function(value) return value == "keep" or value == "omit" end, "'keep' or 'omit'" },
    integers = { function(value) return value == "exact" or value == "number" end, "'exact' or 'number'" },
    array_mt = { function(value) return type(value) == "table" end, "a table" },
    max_depth = {
        function(value) return is_integer(value, 1, core.MAX_DEPTH) end,
        ("an integer from 1 to %d"):format(core.MAX_DEPTH),
    },
    max_field = {
        function(value) return is_integer(value, core.MIN_FIELD, core.MAX_FIELD) end,
        ("an integer from %d to %d"):format(core.MIN_FIELD, core.MAX_FIELD),
    },
}

-- The given options over the defaults; raises at the caller of new.
local function complete(given)
    if given ~= nil and type(given) ~= "table" then
        error(("bad argument #1 to 'new' (table or nil expected, got %s)"):format(type(given)), 3)
    end
    local chosen = { new_error = failure.fields, error_mt = failure.metatable }
    for name, value in pairs(defaults) do
        chosen[name] = value
    end
    for name, value in pairs(given or {}) do
        local option = options[name]
        if not option then
            error(("bad argument #1 to 'new' (unknown option '%s')"):format(tostring(name)), 3)
        end
        if not option[1](value) then
            local got = type(value) == "string" and ("'%s'"):format(value) or tostring(value)
            error(("bad argument #1 to 'new' (option '%s': %s expected, got %s)"):format(name, option[2], got), 3)
        end
        chosen[name] = value
    end
    return chosen
end

--- The functions of this module, configured. What one instance is given changes no other.
---
---     local strict = response.new { nulls = "omit", array_mt = cjson.array_mt }
---@param given tencentcloud.Options|nil raises if a name or value is not one of the options'
---@return tencentcloud.response
function response.new(given)
    local chosen = complete(given)
    local native = core.new(chosen)

    ---@class tencentcloud.response
    local instance = { new = response.new }

    --- What stands for JSON null: by default the NULL light userdata, which is also cjson.null and ngx.null.
    instance.null = chosen.null

    --- The payload of a response as a table, RequestId in it.
    ---
    ---     local result, message, err = response.parse(body)
    ---@param body string
    ---@return table|nil result nil if the call failed, or the body is no envelope or no JSON
    ---@return string|nil message one line: "Code: Message (RequestId: ...)"
    ---@return tencentcloud.Error|nil err
    ---@type fun(body: string): table?, string?, tencentcloud.Error?
    instance.parse = native.parse

    --- The verdict alone; no table is built, so err has no details and no payload.
    ---
    ---     local request_id, message, err = response.check(body)
    ---@param body string
    ---@return string|nil request_id "" if the response has none
    ---@return string|nil message
    ---@return tencentcloud.Error|nil err
    ---@type fun(body: string): string?, string?, tencentcloud.Error?
    instance.check = ffi.check(native.check, chosen.max_depth) or native.check

    --- A view of the payload: the body is validated once, and nothing is decoded until asked for.
    ---
    ---     local view, message, err = response.open(body)
    ---     local id = view:get("InstanceStatusSet", 1, "InstanceId")
    ---@param body string kept by the view
    ---@return tencentcloud.View|nil view
    ---@return string|nil message
    ---@return tencentcloud.Error|nil err
    ---@type fun(body: string): tencentcloud.View?, string?, tencentcloud.Error?
    instance.open = native.open

    --- A scanner, which gives the verdict on a body that comes in chunks, in constant memory.
    ---
    ---     local scanner = response.scanner()
    ---     for chunk in chunks do scanner:feed(chunk) end
    ---     local request_id, message, err = scanner:finish()
    ---@type fun(options: tencentcloud.ScannerOptions?): tencentcloud.Scanner
    instance.scanner = native.scanner

    --- A reader of event streams: the events as chunks complete them, and the verdict.
    ---
    ---     local stream = response.stream { request_id = headers["X-TC-RequestId"] }
    ---     repeat
    ---         local chunk = read_body()
    ---         for event in stream:feed(chunk) do
    ---             io.write(event:get("Choices", 1, "Delta", "Content") or "")
    ---         end
    ---     until not chunk
    ---     local request_id, message, err = stream:finish()
    ---@type fun(options: tencentcloud.StreamOptions?): tencentcloud.Stream
    instance.stream = native.stream

    instance.read = http.reader(instance.parse, instance.check, stream.reader(instance.stream))

    local write = writer.new(instance.check, chosen.null)
    instance.success = write.success
    instance.failure = write.failure
    return instance
end

for name, value in pairs(response.new()) do
    response[name] = value
end

return response
