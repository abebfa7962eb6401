--- The operations on streams and on their events. One feed of all that a stream was fed tells its events and verdict.
local shapes = require "spec.fuzz.shapes"
local values = require "spec.fuzz.values"
local world = require "spec.fuzz.world"

local unpack = table.unpack or unpack
local operations, operation, log = world.operations, world.operation, world.log
local alike = values.alike

-- What one feed of all these bytes gives: the events; and, if no others follow, those at the end and the verdict.
local function read_at_once(it, bytes, ended)
    local stream, events = it.instance.stream { request_id = "given" }, {}
    local function take(chunk)
        for event in stream:feed(chunk) do
            events[#events + 1] = {
                data = event.data, event = event.event, id = event.id, done = event.done,
                value = event:parse() or false,
            }
        end
    end
    take(bytes)
    if not ended then
        return events
    end
    take(nil)
    return events, stream:finish()
end

-- Another stream to read, from its start.
local function begin(it)
    it.body, it.fed, it.given = shapes.stream(world.random), 0, 0
    it.expected = read_at_once(it, it.body)
    it.ended, it.finished, it.muddled = nil, nil, nil
end

function operations.stream()
    local instance = world.instance()
    log "stream"
    local it = { kind = "stream", instance = instance, stream = instance.stream { request_id = "given" } }
    it.step = it.stream:feed ""
    begin(it)
    world.keep(it)
end

-- Makes an operation on streams that are not finished. f gets the stream, the chunk and what the call returned.
local function on_stream(what, method, chunk_of, f)
    local function settle(it, chunk, known, ...)
        if known then
            f(it, chunk, ...)
        end
    end
    return operation("stream", function(it)
        if not it.finished and world.is_usable(it) then
            local chunk = chunk_of(it)
            log("%s (%d bytes)", what, chunk and #chunk or 0)
            settle(it, chunk, world.change(it, it[method] or it.stream[method], it.stream, chunk))
        end
    end)
end

local function none() end

operations.feed_stream = on_stream("feed a stream", "feed", function(it)
    return not it.ended and shapes.chunk(it.body, it.fed, world.random) or nil
end, function(it, chunk)
    it.fed = it.fed + (chunk and #chunk or 0)
end)

operations.end_stream = on_stream("end a stream", "feed", none, function(it)
    if not it.ended then
        it.ended, it.expected = true, read_at_once(it, it.body:sub(1, it.fed), true)
    end
end)

operations.take = on_stream("take an event", "step", none, function(it, _, event)
    if not event then
        alike("stream: all events", it.ended and it.given, it.ended and #it.expected)
        return
    end
    it.given = it.given + 1
    local expected = it.expected[it.given]
    for _, name in ipairs { "data", "event", "id", "done" } do
        alike("event: " .. name, event[name], expected and expected[name])
    end
    if expected.value then
        world.keep { kind = "event", event = event, value = expected.value }
    end
end)

operations.finish_stream = on_stream("finish a stream", "finish", none, function(it, _, request_id, message, err)
    local _, expected_id, expected_message, expected = read_at_once(it, it.body:sub(1, it.fed), true)
    it.finished = true
    alike("stream: request_id", request_id, expected_id)
    alike("stream: message", message, expected_message)
    for _, name in ipairs { "kind", "code", "truncated", "offset", "request_id" } do
        alike("stream: " .. name, err and err[name], expected and expected[name])
    end
end)

operations.reset_stream = world.reset("stream", begin)

operations.ask_event = operation("event", function(it)
    local path = values.path_in(it.value, world.random)
    log("ask an event (%s)", values.show(path))
    local state, answer = world.call(it, it.event.get, it.event, unpack(path))
    if state == "ok" then
        alike("event: get", answer, values.at(it.value, path))
    end
    state, answer = world.call(it, it.event.parse, it.event)
    if state == "ok" then
        alike("event: parse", answer, it.value)
    end
end)
