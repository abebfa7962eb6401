--- Whole event streams, as `read` returns them.
local core = require "tencentcloud.response.core"

local M = {}

-- The body is in memory already, so its events and their texts may be as long as a stream allows.
local MAX_EVENT, MAX_FIELD = core.MAX_EVENT, core.MAX_FIELD

--- Is the response a stream? A body that begins with `{` is not, whatever its Content-Type says.
---@param content_type string|nil
---@param body string
---@return boolean
function M.is_stream(content_type, body)
    return content_type ~= nil and core.is_event_stream(content_type)
        and not (body:find "^[ \t\r\n]*{" or body:find "^\239\187\191[ \t\r\n]*{")
end

local function gather(events, iterator, stream)
    for event in iterator, stream do
        local payload = event:parse()
        if payload ~= nil then
            events[#events + 1] = payload
        end
    end
end

-- The function `stream` of an instance with these options, but for max_field.
local function new_streams(options)
    local whole = {}
    for name, value in pairs(options) do
        whole[name] = value
    end
    whole.max_field = MAX_FIELD
    return core.new(whole).stream
end

--- Makes the function that reads a whole stream.
---@param options table those of core.new
---@return fun(body: string, request_id: string|nil): table?, string?, tencentcloud.Error? read the payloads of all events that have not failed as `{ Events = {...}, RequestId = "..." }`; if the stream failed, err.payload is that table
function M.reader(options)
    local new_stream -- made when it is first needed
    return function(body, request_id)
        new_stream = new_stream or new_streams(options)
        local events = {}
        local stream = new_stream { request_id = request_id, max_event = MAX_EVENT }
        gather(events, stream:feed(body))
        gather(events, stream:feed(nil))
        local id, message, err = stream:finish()
        if id then
            return { Events = events, RequestId = id }
        end
        err.payload = { Events = events, RequestId = err.request_id }
        return nil, message, err
    end
end

return M
