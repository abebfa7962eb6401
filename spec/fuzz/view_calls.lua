--- The operations on views and on iterations over them. parse of the same body tells what a view must hold.
local shapes = require "spec.fuzz.shapes"
local values = require "spec.fuzz.values"
local world = require "spec.fuzz.world"

local unpack = table.unpack or unpack
local operations, operation, call, log = world.operations, world.operation, world.call, world.log
local alike, at, path_in, show = values.alike, values.at, values.path_in, values.show

function operations.open()
    local instance, body = world.instance(), shapes.success(world.random)
    log("open a body of %d bytes", #body)
    local payload = assert(instance.parse(body))
    local state, view = call({}, instance.open, body)
    if state == "ok" then
        world.keep { kind = "view", view = view, value = payload, root = payload, instance = instance }
    end
end

-- Keeps a view of a part of what another one holds.
local function keep_part(it, view, value)
    world.keep { kind = "view", view = view, value = value, root = it.root, instance = it.instance }
end

-- Calls a method of a view with a path; `expected` takes the value there and returns what the method must return.
local function ask(method, expected)
    return operation("view", function(it)
        local path = path_in(it.value, world.random)
        log("%s(%s)", method, show(path))
        local state, answer = call(it, it.view[method], it.view, unpack(path))
        if state == "ok" then
            alike(method, answer, expected(at(it.value, path)))
        end
    end)
end

operations.get = ask("get", function(value) return value end)
operations.len = ask("len", values.count)
operations.type = ask("type", values.type_of)

operations.at = operation("view", function(it)
    local path = path_in(it.value, world.random)
    local value = at(it.value, path)
    log("at(%s)", show(path))
    local state, part = call(it, it.view.at, it.view, unpack(path))
    if state == "ok" then
        alike("at: is there", part ~= nil, value ~= nil)
        if part then
            keep_part(it, part, value)
        end
    end
end)

operations.index = operation("view", function(it)
    local key = path_in(it.value, world.random)[1]
    if not key or type(key) == "string" and key:find "^%l" then
        return
    end
    log("[%s]", show { key })
    local value = at(it.value, { key })
    local state, answer = call(it, function() return it.view[key] end)
    if state ~= "ok" then
        return
    elseif type(value) == "table" then
        alike("index: type", type(answer), "userdata")
        keep_part(it, answer, value)
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
    local path = path_in(it.value, world.random)
    if json_at(it, path) then
        log("open(%s)", show(path))
        local state, part = call(it, it.view.open, it.view, unpack(path))
        if state == "ok" then
            alike("open: get", part:get(), json_at(it, path))
        end
    end
end)

operations.each = operation("view", function(it)
    local path = path_in(it.value, world.random)
    local value = at(it.value, path)
    local by = world.chance(4) and #path == 0 and _VERSION ~= "Lua 5.1" and "pairs" or "each"
    log("%s(%s)", by, show(path))
    local state, step, control = call(it, by == "pairs" and pairs or it.view.each, it.view, unpack(path))
    if state == "ok" then
        value = type(value) == "table" and value or {}
        world.keep { kind = "iteration", step = step, state = control, value = value, seen = {} }
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
        if not it.entered and not it.muddled and not world.is_busy(it) then
            alike("each: how many", values.count(it.seen), values.count(it.value))
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
    for _ = 1, it.done and 0 or world.random(40) do
        if not step(it) then
            return
        end
    end
end)
