--- The world of a random sequence: objects of this module with what they are known to hold, and calls on them. During
--- any call a finalizer may make other calls, and memory may run out.
local response = require "tencentcloud.response"
local values = require "spec.fuzz.values"

local failing_call = rawget(_G, "failing_call")
local POOL, NESTED = 14, 2
local WIDTHS = { 1, 2, 1e6 } -- this many requests for memory fail in a row

--- operations: the functions, by name, that a sequence calls.
local world = { operations = {} }

local instances = {
    response.new { array_mt = values.ARRAY },
    response.new { array_mt = values.ARRAY, nulls = "omit", max_field = 64 },
}

-- ---- the state of a sequence ----

local draw, write, objects, names
local busy, depth, failing, armed = {}, 0, false, false
local problem -- what a finalizer found

--- A random integer from 1 to n.
function world.random(n) return draw(n) end

--- True once in n times.
local function chance(n) return draw(n) == 1 end

function world.log(...)
    write(depth, (...):format(select(2, ...)))
end

--- A random instance of the module.
function world.instance()
    return instances[draw(#instances)]
end

--- Is a finalizer running?
function world.in_finalizer() return depth > 0 end

--- Adds an object {kind, ...}, and drops another one if there are many.
function world.keep(object)
    objects[#objects < POOL and #objects + 1 or draw(POOL)] = object
end

--- Drops an object.
function world.forget()
    objects[draw(POOL)] = false
end

--- Is a call on this object under way?
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
        local object = objects[draw(#objects)]
        if object and object.kind == kind and (not object.held or is_busy(object)) then
            return object
        end
    end
end

--- Makes an operation from a function that takes an object of this kind.
function world.operation(kind, f)
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

-- ---- finalizers ----

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
        for _ = 1, draw(4) do
            local inner = busy[#busy]
            local choice = inner and chance(2) and ATTACKS[inner.kind] or names
            world.log "in a finalizer:"
            world.operations[choice[draw(#choice)]]()
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

--- Makes garbage whose finalizers call operations.
function world.add_finalizers(count)
    for _ = 1, count do
        finalizer(explode)
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

-- ---- calls ----

local function ends_with(text, what)
    return type(text) == "string" and text:sub(-#what) == what
end

--- Calls f, on behalf of an object. Returns "ok" and what f returned; or "memory"; or "busy" if the call was refused
--- because another one on the object is under way.
function world.call(object, f, ...)
    local nested = is_busy(object)
    if depth == 0 and chance(4) then
        arm()
    end
    busy[#busy + 1] = object
    local failed = failing_call and depth == 0 and chance(6)
    local fine, a, b, c
    if failed then
        failing = true
        fine, a, b, c = failing_call(draw(12), WIDTHS[draw(3)], f, ...)
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

--- The same for an object that a call changes. Returns nil if it is not known which bytes the object has read after
--- the call: because the call was refused, or memory ran out, or another call came between. Unless it was refused, the
--- object is muddled then: it must be reset before it is asked again.
function world.change(object, f, ...)
    object.entered = false
    local state, a, b, c = world.call(object, f, ...)
    if state == "memory" or state == "ok" and (object.entered or is_busy(object) or object.muddled) then
        object.muddled = true
    elseif state == "ok" then
        return state, a, b, c
    end
end

--- May the object be used? Only a finalizer goes on with a muddled one.
function world.is_usable(object)
    return not object.muddled or depth > 0
end

--- Makes the operation that resets a scanner or a stream; begin gives it another body to read.
function world.reset(kind, begin)
    return world.operation(kind, function(it)
        world.log("reset a %s", kind)
        local state = world.call(it, it[kind].reset, it[kind])
        if state == "ok" and not is_busy(it) then
            begin(it)
        elseif state ~= "busy" then
            it.muddled = true
        end
    end)
end

-- ---- sequences ----

--- Begins a sequence of operations with these names. write gets the depth of finalizers and a line for each operation.
function world.begin(operation_names, line_writer)
    names, write = operation_names, line_writer
    objects, busy, depth, failing, armed, problem = {}, {}, 0, false, false, nil
    for i = 1, POOL do
        objects[i] = false
    end
end

--- Runs an operation, which draws its random numbers from a generator.
---@return string|nil problem
function world.run(name, generator)
    draw = generator
    local fine, message = pcall(world.operations[name])
    problem = problem or not fine and message or nil
    return problem
end

--- Drops all objects.
---@return string|nil problem that a finalizer found meanwhile
function world.finish()
    objects = nil
    collectgarbage()
    return problem
end

world.is_busy, world.chance = is_busy, chance

return world
