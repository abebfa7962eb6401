--- Objects of this module, what they are known to hold, and calls on them whose results are compared with that.
---
--- parse of the same body, in plain Lua, tells what a view must hold; check of all that a scanner was fed tells what it
--- must say; one feed of all that a stream was fed tells its events and its verdict. During any call a finalizer may make other calls, and memory may run out.
local response = require "tencentcloud.response"
local shapes = require "spec.fuzz.shapes"

local unpack = table.unpack or unpack
local failing_call = rawget(_G, "failing_call")
local null = response.null
local ARRAY = {} -- the metatable of arrays, so that an empty one is known
local POOL, NESTED = 14, 2
local WIDTHS = { 1, 2, 1e6 } -- this many requests for memory fail in a row

local world = {}

local instances = {
    response.new { array_mt = ARRAY },
    response.new { array_mt = ARRAY, nulls = "omit", max_field = 64 },
}
-- Are members of a payload members of its view?
local HAS_MEMBERS = assert(response.open '{"Response":{"A":1}}').A == 1

-- ---- comparing ----

local function differ(what, ours, theirs)
    error(("%s: %s, expected %s"):format(what, tostring(ours):sub(1, 200), tostring(theirs):sub(1, 200)), 0)
end

local function alike(what, ours, theirs)
    if type(theirs) ~= "table" or type(ours) ~= "table" then
        if ours ~= theirs then
            differ(what, ours, theirs)
        end
        return
    end
    if getmetatable(ours) ~= getmetatable(theirs) then
        differ(what .. ": metatable", getmetatable(ours), getmetatable(theirs))
    end
    for name, member in next, theirs do
        alike(what .. "." .. tostring(name), ours[name], member)
    end
    for name in next, ours do
        if theirs[name] == nil then
            differ(what .. "." .. tostring(name), ours[name], nil)
        end
    end
end

local function is_array(value) return getmetatable(value) == ARRAY end

local function count(value)
    if type(value) ~= "table" then
        return nil
    end
    local n = 0
    for _ in next, value do
        n = n + 1
    end
    return n
end

local function type_of(value)
    if value == null then
        return "null"
    elseif type(value) == "table" then
        return is_array(value) and "array" or "object"
    end
    return value ~= nil and type(value) or nil
end

local function at(value, path)
    for _, step in ipairs(path) do
        if type(value) ~= "table" or is_array(value) ~= (type(step) == "number") then
            return nil
        end
        value = value[step]
    end
    return value
end

-- ---- the world: objects, chance, and the calls under way ----

local random, log, objects
local busy, depth, failing = {}, 0, false
local problem -- what a finalizer found

local function chance(n) return random(n) == 1 end

local function keep(object)
    local index = #objects < POOL and #objects + 1 or random(POOL)
    objects[index] = object
    return object
end

local function is_busy(object)
    for _, other in ipairs(busy) do
        if other == object then
            return true
        end
    end
    return false
end

-- An object of this kind; in a finalizer often the one that is being called. Never one whose call has ended and whose
-- results are being compared.
local function pick(kind)
    local inner = busy[#busy]
    if depth > 0 and inner and inner.kind == kind and chance(2) then
        return inner
    end
    for _ = 1, 8 do
        local object = objects[random(#objects)]
        if object and object.kind == kind and (not object.held or is_busy(object)) then
            return object
        end
    end
end

-- Makes an operation from a function that takes an object of this kind.
local function operation(kind, f)
    return function()
        local it = pick(kind)
        if it then
            local before = it.held
            it.held = true
            f(it)
            it.held = before
        end
    end
end

local function ends_with(text, what)
    return type(text) == "string" and text:sub(-#what) == what
end

local operations = {}
local names -- of the operations of this sequence, once each

-- What could do harm if called during a call on an object of this kind.
local ATTACKS = {
    scanner = { "reset", "feed", "feed", "finish" },
    iteration = { "step" },
    stream = { "reset_stream", "feed_stream", "feed_stream", "take", "take", "end_stream", "finish_stream" },
}

-- What a finalizer does: a few operations.
local function explode()
    if depth >= NESTED or problem or not objects or failing then
        return
    end
    depth = depth + 1
    local fine, message = pcall(function()
        for _ = 1, random(4) do
            local inner = busy[#busy]
            local choice = inner and chance(2) and ATTACKS[inner.kind] or names
            log "in a finalizer:"
            operations[choice[random(#choice)]]()
        end
    end)
    depth = depth - 1
    problem = problem or not fine and "in a finalizer: " .. tostring(message) or nil
end

-- Makes garbage whose finalizer is f.
local function finalizer(f)
    if newproxy then -- luacheck: globals newproxy
        getmetatable(newproxy(true)).__gc = f
    else
        setmetatable({}, { __gc = f })
    end
end

-- Lets the collector work at every request for memory, or as usual.
local function hurry(quick)
    if _VERSION == "Lua 5.4" then
        collectgarbage("incremental", quick and 10 or 200, quick and 1000 or 100, quick and 1 or 13)
    else
        collectgarbage("setpause", quick and 10 or 200)
        collectgarbage("setstepmul", quick and 1000 or 200)
    end
end

-- Makes finalizers and waits until the collector has begun to call them. It calls the others during the next calls.
local armed = false
local function arm()
    local begun = false
    hurry(true)
    for _ = 1, 50 do
        finalizer(function()
            begun = true
            if armed then
                explode()
            end
        end)
    end
    for _ = 1, 1e5 do
        if begun then
            break
        end
        local _ = {}
    end
    armed = true
end

local function disarm()
    if armed and depth == 0 then
        armed = false
        hurry(false)
    end
end

-- Calls f, on behalf of an object. Returns "ok" and what f returned; or "memory"; or "busy" if the call was refused
-- because another one on the object is under way.
local function call(object, f, ...)
    local nested = is_busy(object)
    if depth == 0 and chance(4) then
        arm()
    end
    busy[#busy + 1] = object
    local failed = failing_call and depth == 0 and chance(6)
    local fine, a, b, c
    if failed then
        failing = true
        fine, a, b, c = failing_call(random(12), WIDTHS[random(3)], f, ...)
        failing = false
    else
        fine, a, b, c = pcall(f, ...)
    end
    busy[#busy] = nil
    disarm()
    if fine then
        object.entered = object.entered or nested
        return "ok", a, b, c
    elseif ends_with(a, "not enough memory") or failed and a:find "^stack overflow" then -- its stack could not grow
        return "memory"
    elseif nested and ends_with(a, " is in use") then
        return "busy"
    elseif nested or object.muddled or object.entered then
        if a:find "interrupted by an error" or a:find "feed after" then
            return "busy"
        end
    end
    error("a call raised " .. tostring(a), 0)
end

-- ---- views ----

-- A path from a value. Most of them lead somewhere.
local function path_in(value)
    local path = {}
    for i = 1, random(4) - 1 do
        if type(value) ~= "table" or chance(12) then
            path[i] = chance(2) and random(80) or "None"
        elseif is_array(value) then
            path[i] = random(math.max(1, #value))
        else
            local members = {}
            for name in next, value do
                members[#members + 1] = name
            end
            table.sort(members)
            path[i] = members[math.min(#members, random(#members + 1))] or "None"
        end
        value = at(value, { path[i] })
    end
    return path
end

local function show(path)
    local parts = {}
    for i, step in ipairs(path) do
        parts[i] = type(step) == "number" and tostring(step) or ("%q"):format(step)
    end
    return table.concat(parts, ", ")
end

function operations.open()
    local instance, body = instances[random(#instances)], shapes.success(random)
    log("open a body of %d bytes", #body)
    local payload = assert(instance.parse(body))
    local state, view = call({}, instance.open, body)
    if state == "ok" then
        keep { kind = "view", view = view, value = payload, root = payload, instance = instance }
    end
end

-- Calls a method of a view with a path; `expected` takes the value there and returns what the method must return.
local function ask(method, expected)
    return operation("view", function(it)
        local path = path_in(it.value)
        log("%s(%s)", method, show(path))
        local state, answer = call(it, it.view[method], it.view, unpack(path))
        if state == "ok" then
            alike(method, answer, expected(at(it.value, path)))
        end
    end)
end

operations.get = ask("get", function(value) return value end)
operations.len = ask("len", count)
operations.type = ask("type", type_of)

operations.at = operation("view", function(it)
    local path = path_in(it.value)
    local value = at(it.value, path)
    log("at(%s)", show(path))
    local state, part = call(it, it.view.at, it.view, unpack(path))
    if state == "ok" then
        alike("at: is there", part ~= nil, value ~= nil)
        if part then
            keep { kind = "view", view = part, value = value, root = it.root, instance = it.instance }
        end
    end
end)

operations.index = operation("view", function(it)
    local key = path_in(it.value)[1]
    if not key or type(key) == "string" and (not HAS_MEMBERS or key:find "^%l") then
        return
    end
    log("[%s]", show { key })
    local value = at(it.value, { key })
    local state, answer = call(it, function() return it.view[key] end)
    if state ~= "ok" then
        return
    elseif HAS_MEMBERS and type(value) == "table" then
        alike("index: type", type(answer), "userdata")
        keep { kind = "view", view = answer, value = value, root = it.root, instance = it.instance }
    else
        alike("index", answer, value)
    end
end)

operations.text = operation("view", function(it)
    log "tostring, request_id"
    local state, id = call(it, it.view.request_id, it.view)
    if state == "ok" then
        alike("request_id", id, type(it.root.RequestId) == "string" and it.root.RequestId or "")
    end
    local _, text = call(it, tostring, it.view)
    alike("tostring", text == nil or text:find "^tencentcloud.view: " ~= nil, true)
end)

local function json_at(it, path)
    local value = at(it.value, path)
    local document = type(value) == "string" and it.instance.parse('{"Response":{"V":' .. value .. "}}")
    return document and type(document.V) == "table" and document.V
end

operations.open_text = operation("view", function(it)
    local path = path_in(it.value)
    if it.view.open and json_at(it, path) then
        log("open(%s)", show(path))
        local state, part = call(it, it.view.open, it.view, unpack(path))
        if state == "ok" then
            alike("open: get", part:get(), json_at(it, path))
        end
    end
end)

-- ---- iterations ----

operations.each = operation("view", function(it)
    local path = path_in(it.value)
    local value = at(it.value, path)
    local by = chance(4) and #path == 0 and _VERSION ~= "Lua 5.1" and "pairs" or "each"
    log("%s(%s)", by, show(path))
    local state, step, control = call(it, by == "pairs" and pairs or it.view.each, it.view, unpack(path))
    if state == "ok" then
        value = type(value) == "table" and value or {}
        keep { kind = "iteration", step = step, state = control, value = value, seen = {} }
    end
end)

-- False at the end. A step does not know which elements a finalizer was given while it ran.
local function step(it)
    it.entered = false
    local state, name, value = call(it, it.step, it.state, it.last)
    if state ~= "ok" then
        it.muddled = it.muddled or state == "memory" -- the element is lost
        return false
    elseif name == nil then
        it.done = true
        if not it.entered and not it.muddled and not is_busy(it) then
            alike("each: how many", count(it.seen), count(it.value))
        end
        return false
    end
    alike("each: again", it.seen[name], nil)
    it.seen[name], it.last = true, name
    alike("each", value, it.value[name])
    return true
end

operations.step = operation("iteration", function(it)
    log "step"
    for _ = 1, it.done and 0 or random(40) do
        if not step(it) then
            return
        end
    end
end)

-- ---- scanners ----

function operations.scanner()
    log "scanner"
    local instance = instances[random(#instances)]
    keep { kind = "scanner", scanner = instance.scanner(), check = instance.check, body = shapes.any(random), fed = 0 }
end

-- What it was fed last is not known, so it must be reset before it is asked.
local function muddle(it)
    it.muddled = true
end

local function same_failure(what, message, err, it)
    local _, expected, expected_err = it.check(it.body:sub(1, it.fed))
    if not it.scanner:truncated() then
        alike(what .. ": message", message, expected)
        alike(what .. ": code", err.code, expected_err.code)
        alike(what .. ": offset", err.offset, expected_err.offset)
    end
end

operations.feed = operation("scanner", function(it)
    if it.finished or it.fed == #it.body or it.muddled and depth == 0 then
        return
    end
    local chunk = it.body:sub(it.fed + 1, it.fed + random(({ 3, 50, 1000, 1e5 })[random(4)]))
    log("feed %d bytes", #chunk)
    it.entered = false
    local state, fed, message, err = call(it, it.scanner.feed, it.scanner, chunk)
    if state == "busy" then
        return
    elseif state == "memory" or it.entered or is_busy(it) or it.muddled then
        return muddle(it)
    end
    it.fed = it.fed + #chunk
    if not fed then
        same_failure("feed", message, err, it)
        it.failed = true
    else
        alike("feed", it.failed, nil)
    end
end)

operations.finish = operation("scanner", function(it)
    if it.muddled and depth == 0 then
        return
    end
    log "finish"
    it.entered = false
    local state, request_id, message, err = call(it, it.scanner.finish, it.scanner)
    if state == "busy" then
        return
    elseif state == "memory" or it.entered or is_busy(it) or it.muddled then
        return muddle(it)
    end
    it.finished = true
    local expected = it.check(it.body:sub(1, it.fed))
    if not it.scanner:truncated() then
        alike("finish", request_id, expected)
    end
    if not expected then
        same_failure("finish", message, err, it)
    end
end)

-- Makes the operation that resets a scanner or a stream; begin gives it another body to read.
local function reset(kind, begin)
    return operation(kind, function(it)
        log("reset a %s", kind)
        local state = call(it, it[kind].reset, it[kind])
        if state == "ok" and not is_busy(it) then
            begin(it)
        elseif state ~= "busy" then
            muddle(it)
        end
    end)
end

operations.reset = reset("scanner", function(it)
    it.body, it.fed, it.failed, it.finished, it.muddled = shapes.any(random), 0, nil, nil, nil
end)

-- ---- streams ----

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
    it.body, it.fed, it.given = shapes.stream(random), 0, 0
    it.expected = read_at_once(it, it.body)
    it.ended, it.finished, it.muddled = nil, nil, nil
end

function operations.stream()
    local instance = instances[random(#instances)]
    log "stream"
    local it = { kind = "stream", instance = instance, stream = instance.stream { request_id = "given" } }
    it.step = it.stream:feed ""
    begin(it)
    keep(it)
end

-- Makes an operation on streams that are not finished. f gets the stream and what the call returned, but not if another
-- call came between: then nothing is known of the stream until it is reset.
local function on_stream(what, method, chunk_of, f)
    local function settle(it, chunk, state, ...)
        if state == "memory" or state == "ok" and (it.entered or is_busy(it) or it.muddled) then
            muddle(it)
        elseif state == "ok" then
            f(it, chunk, ...)
        end
    end
    return operation("stream", function(it)
        if it.finished or it.muddled and depth == 0 then
            return
        end
        local chunk = chunk_of(it)
        log("%s (%d bytes)", what, chunk and #chunk or 0)
        it.entered = false
        settle(it, chunk, call(it, it[method] or it.stream[method], it.stream, chunk))
    end)
end

local function none() end

operations.feed_stream = on_stream("feed a stream", "feed", function(it)
    if not it.ended then
        return it.body:sub(it.fed + 1, it.fed + random(({ 3, 50, 1000, 1e5 })[random(4)]))
    end
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
        keep { kind = "event", event = event, value = expected.value }
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

operations.reset_stream = reset("stream", begin)

operations.ask_event = operation("event", function(it)
    local path = path_in(it.value)
    log("ask an event (%s)", show(path))
    local state, answer = call(it, it.event.get, it.event, unpack(path))
    if state == "ok" then
        alike("event: get", answer, at(it.value, path))
    end
    state, answer = call(it, it.event.parse, it.event)
    if state == "ok" then
        alike("event: parse", answer, it.value)
    end
end)

-- ---- the collector ----

function operations.finalizers()
    if depth == 0 then
        log "finalizers"
        for _ = 1, random(10) do
            finalizer(explode)
        end
    end
end

function operations.collect()
    if depth > 0 then
        return
    end
    local how = random(3)
    log("collect %d", how)
    if how == 1 then
        collectgarbage()
    elseif how == 2 then
        collectgarbage("step", random(200))
    elseif _VERSION == "Lua 5.4" then
        collectgarbage(chance(2) and "generational" or "incremental")
    end
end

function operations.forget()
    log "forget"
    objects[random(POOL)] = false
end

function operations.in_coroutine()
    local name = names[random(#names)]
    log "in a coroutine:"
    local fine, message = coroutine.resume(coroutine.create(operations[name]))
    if not fine then
        error(message, 0)
    end
end

-- Two of three sequences have only scanners, or only streams. Then little is alive, and the collector soon finds
-- finalizers.
local KINDS = {
    {
        open = 1, at = 3, get = 4, len = 1, type = 1, index = 1, text = 1, open_text = 1, each = 2, step = 5,
        scanner = 2, feed = 4, finish = 1, reset = 1, stream = 1, feed_stream = 2, take = 4, ask_event = 1,
        finalizers = 1, collect = 2, forget = 1, in_coroutine = 1,
    },
    { scanner = 1, feed = 6, finish = 1, reset = 1, finalizers = 1, collect = 1, in_coroutine = 1 },
    {
        stream = 1, feed_stream = 6, take = 12, ask_event = 3, end_stream = 1, finish_stream = 1, reset_stream = 2,
        finalizers = 1, collect = 1, in_coroutine = 1,
    },
}

-- The names of operations, sorted: a list with each once, and one with each as often as its weight.
local function names_of(weights)
    local once, weighed = {}, {}
    for name in pairs(weights) do
        once[#once + 1] = name
    end
    table.sort(once)
    for _, name in ipairs(once) do
        for _ = 1, weights[name] do
            weighed[#weighed + 1] = name
        end
    end
    return once, weighed
end

-- A function of n that gives an integer from 1 to n, the same sequence on every Lua.
local function generator(seed)
    local state = seed % 2147483646 + 1
    return function(n)
        state = state * 16807 % 2147483647
        return math.floor(state / 7) % n + 1
    end
end

--- Runs those operations of the sequence with this seed for which `wanted` is true, and passes a line about each to
--- `write`.
---@return string|nil problem
function world.run(seed, wanted, write)
    local index, draws
    names, draws = names_of(KINDS[seed % #KINDS + 1])
    function log(...)
        write(("%d %s%s"):format(index, ("  "):rep(depth), (...):format(select(2, ...))))
    end
    objects, busy, depth, failing, armed, problem = {}, {}, 0, false, false, nil
    for i = 1, POOL do
        objects[i] = false
    end
    for i = 1, 150 do
        index = i
        if wanted(i) then
            random = generator(seed * 16807 + i * 69621)
            for _ = 1, 5 do
                random(2)
            end
            local fine, message = pcall(operations[draws[random(#draws)]])
            problem = problem or not fine and message or nil
            if problem then
                return problem
            end
        end
    end
    objects = nil
    collectgarbage()
    return problem
end

return world
