--- Reads Tencent Cloud API 3.0 responses: did the call succeed, with which RequestId, and if not, with which Code.
---
---     local response = require "tencentcloud.response"
---     local result, message, err = response.parse(body)
---     if not result then
---         print(err.code, err.request_id, err.retry)
---     end
---
--- Bad data never raises: it is `nil, message, err`. A wrong argument does.
local arguments = require "tencentcloud.response.arguments"
local core = require "tencentcloud.response.core"
local encode = require "tencentcloud.response.encode"
local errors = require "tencentcloud.error"
local ffi = require "tencentcloud.response.ffi"
local http = require "tencentcloud.response.http"
local stream = require "tencentcloud.response.stream"

---@class tencentcloud.Options
---@field null any what stands for JSON null; default `response.null`
---@field nulls "keep"|"omit"|nil "omit": leave out object members that are null; default "keep"
---@field integers "exact"|"number"|nil "exact", the default: a number that the host cannot hold (an integer beyond 64 bits, or beyond 2^53 before Lua 5.3; a float that overflows) becomes its decimal string. "number": the nearest double
---@field array_mt table|nil set as metatable of every array, so that an empty one can be told from an object
---@field max_depth integer|nil how deep a body may nest; default 1000, at most 3000
---@field max_field integer|nil bytes of Code, Message and RequestId that a scanner or stream keeps, each; 32 to 16777216, default 8192

--- A path is a list of steps from the payload: names of members and indexes of elements, from 1. No steps: all of it.
--- It raises for a step that is neither, and for what shows a mistake: the index 0, `Response` as the first step, and
--- "A.B" where A is a member.
---
--- A view is like a table, too: `view.Name` and `view[1]` give a view of an array or object, else the value; and `#view`,
--- `pairs` and `ipairs` work, before Lua 5.2 only `len` and `each`.
---@class tencentcloud.View
---@field get fun(self: tencentcloud.View, ...: string|integer): any the value there, decoded; nil if there is none
---@field at fun(self: tencentcloud.View, ...: string|integer): tencentcloud.View? a view of the value there; nil if there is none
---@field each fun(self: tencentcloud.View, ...: string|integer): (fun(state: userdata): any, any), userdata for a generic for over index and value, or name and value, decoded one at a time; over nothing if no array or object is there
---@field open fun(self: tencentcloud.View, ...: string|integer): tencentcloud.View?, string?, tencentcloud.Error? a view of the JSON in the string there, or of the array or object there; nil alone where nothing or null is; else the failure
---@field raw fun(self: tencentcloud.View, ...: string|integer): string? the JSON text there as it was sent; nil if there is none
---@field len fun(self: tencentcloud.View, ...: string|integer): integer? how many elements or members; nil if there is no array or object there
---@field type fun(self: tencentcloud.View, ...: string|integer): "object"|"array"|"string"|"number"|"boolean"|"null"|nil
---@field request_id fun(self: tencentcloud.View): string "" if the response has none

---@class tencentcloud.ScannerOptions
---@field content_type string|nil the response's Content-Type: an event stream is read as one unless its first byte is `{`, anything else as a body. Without it the first line decides (`data:`, `event:`, `id:`, `retry:`)

---@class tencentcloud.StreamOptions
---@field request_id string|nil that of the header X-TC-RequestId, which counts where no event has one
---@field max_event integer|nil bytes of an event that are kept; one with more is skipped and fails the stream. Default 16 MiB, at most 1 GiB

---@class tencentcloud.Event
---@field data string as it was sent, the lines of several `data` fields joined by "\n"
---@field event string its name; "message" where the stream says nothing
---@field id string that of the last event with an id; "" before
---@field done boolean is the data `[DONE]`?
---@field get fun(self: tencentcloud.Event, ...: string|integer): any the value there, decoded, as view:get; nil if there is none, or the data is not JSON
---@field parse fun(self: tencentcloud.Event): any, string, tencentcloud.Error the payload: what Response holds, or the data itself; or nil, message, err. Nil alone if there is nothing to read: `[DONE]`, or white space

--- A method that is called while another one is running, from a finalizer, raises "the stream is in use". After an error
--- inside a method (no memory, say) the others raise until `reset`.
---@class tencentcloud.Stream
---@field feed fun(self: tencentcloud.Stream, chunk: string|nil): (fun(stream: tencentcloud.Stream): tencentcloud.Event?), tencentcloud.Stream the events that this chunk completes, after any left over; nil ends the stream. Raises after that
---@field finish fun(self: tencentcloud.Stream): string?, string, tencentcloud.Error the verdict, as scanner:finish; what is left is read for it
---@field reset fun(self: tencentcloud.Stream): tencentcloud.Stream makes it ready for another stream, and returns it

--- A method that is called while another one is running, from a finalizer, raises "the scanner is in use". After an error
--- inside `feed` (no memory, say) it raises until `reset`.
---@class tencentcloud.Scanner
---@field feed fun(self: tencentcloud.Scanner, chunk: string): true?, string, tencentcloud.Error true; or the failure, as soon as no further bytes can make it JSON. Raises after finish
---@field finish fun(self: tencentcloud.Scanner): string?, string, tencentcloud.Error the same as `check` on all the chunks in one
---@field reset fun(self: tencentcloud.Scanner): tencentcloud.Scanner makes it ready for another body, and returns it
---@field truncated fun(self: tencentcloud.Scanner): boolean does the last verdict have a Code, Message or RequestId that was cut to max_field?

-- The second and third results exist only if the first is nil. After a test of the first they have the declared types.
---@class tencentcloud.response
---@field parse fun(body: string): table?, string, tencentcloud.Error the payload of a response as a table, RequestId in it
---@field check fun(body: string): string?, string, tencentcloud.Error the verdict alone: the RequestId, "" if the response has none; no table is built, so err has no details and no payload
---@field open fun(body: string): tencentcloud.View?, string, tencentcloud.Error a view of the payload, which keeps the body: it is validated once, and nothing is decoded until asked for
---@field scanner fun(options: tencentcloud.ScannerOptions?): tencentcloud.Scanner gives the verdict on a body, or an event stream, that comes in chunks, in constant memory
---@field stream fun(options: tencentcloud.StreamOptions?): tencentcloud.Stream reads an event stream: the events as chunks complete them, and the verdict
---@field read fun(response: tencentcloud.HttpResponse?, reason: any): table?, string, tencentcloud.Error as parse, of what an HTTP client returned: a response, or nil and the reason
---@field success fun(payload: table?, request_id: string?): string writes the envelope of a success; needs lua-cjson
---@field failure fun(code: string, message: string?, request_id: string?): string writes the envelope of a failure; needs lua-cjson
---@field null any what stands for JSON null: by default the NULL light userdata, which is also cjson.null and ngx.null
---@field new fun(options: tencentcloud.Options?): tencentcloud.response the same functions, configured
---@field _VERSION string "1.0.0"
local response = {}

local VERSION = "1.0.0"

local defaults = { null = core.null, nulls = "keep", integers = "exact", max_depth = 1000, max_field = 8192 }

local function is_integer(value, min, max)
    return type(value) == "number" and value % 1 == 0 and value >= min and value <= max
end

-- For each option a function that says whether a value is valid, and a description of those that are.
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

-- What is wrong with an option; nil if nothing is.
local function option_problem(name, value)
    local option = options[name]
    if not option then
        return ("unknown option '%s'"):format(tostring(name))
    elseif not option[1](value) then
        local got = type(value) == "string" and ("'%s'"):format(value) or tostring(value)
        return ("option '%s': %s expected, got %s"):format(name, option[2], got)
    end
end

--- The functions of this module, configured. The options of one instance do not affect others.
---
---     local strict = response.new { nulls = "omit", array_mt = cjson.array_mt }
---@param given tencentcloud.Options|nil raises if an option is unknown or its value is invalid
---@return tencentcloud.response
function response.new(given)
    arguments.check_dot("new", given)
    arguments.check(1, "new", given, "table", true)
    local chosen = { error_mt = errors.metatable }
    for name, value in pairs(defaults) do
        chosen[name] = value
    end
    for name, value in pairs(given or {}) do
        local problem = option_problem(name, value)
        if problem then
            arguments.fail(1, "new", problem)
        end
        chosen[name] = value
    end

    local instance = core.new(chosen)
    instance.check = ffi.check(instance.check, chosen.max_depth) or instance.check
    instance.read = http.reader(instance.parse, instance.check, stream.reader(chosen))
    local writer = encode.new(instance.check, chosen.null, chosen.array_mt)
    instance.success, instance.failure = writer.success, writer.failure
    instance.null, instance.new, instance._VERSION = chosen.null, response.new, VERSION
    return instance
end

for name, value in pairs(response.new()) do
    response[name] = value
end

return response
