--- A random sequence of operations on objects of this module.
local world = require "spec.fuzz.world"
require "spec.fuzz.view_calls"
require "spec.fuzz.scanner_calls"
require "spec.fuzz.stream_calls"

local operations, log, random = world.operations, world.log, world.random
local names -- of the operations of this sequence, once each

-- ---- the collector ----

function operations.finalizers()
    if not world.in_finalizer() then
        log "finalizers"
        world.add_finalizers(random(10))
    end
end

function operations.collect()
    if world.in_finalizer() then
        return
    end
    local how = random(3)
    log("collect %d", how)
    if how == 1 then
        collectgarbage()
    elseif how == 2 then
        collectgarbage("step", random(200))
    elseif _VERSION == "Lua 5.4" then
        collectgarbage(world.chance(2) and "generational" or "incremental")
    end
end

function operations.forget()
    log "forget"
    world.forget()
end

function operations.in_coroutine()
    local name = names[random(#names)]
    log "in a coroutine:"
    local fine, message = coroutine.resume(coroutine.create(operations[name]))
    if not fine then
        error(message, 0)
    end
end

-- ---- which operations, and how often ----

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

-- A function of n that returns a random integer from 1 to n, the same sequence on every Lua.
local function generator(seed)
    local state = seed % 2147483646 + 1
    local function draw(n)
        state = state * 16807 % 2147483647
        return math.floor(state / 7) % n + 1
    end
    for _ = 1, 5 do
        draw(2)
    end
    return draw
end

local sequence = {}

--- Runs those of the first `length` operations of the sequence with this seed for whose number `wanted` is true, and
--- passes a line about each to `write`.
---@return string|nil problem
function sequence.run(seed, length, wanted, write)
    local index, weighed
    names, weighed = names_of(KINDS[seed % #KINDS + 1])
    world.begin(names, function(depth, line)
        write(("%d %s%s"):format(index, ("  "):rep(depth), line))
    end)
    for i = 1, length do
        index = i
        if wanted(i) then
            -- Each has random numbers of its own, so that leaving out others does not change it.
            local draw = generator(seed * 16807 + i * 69621)
            local problem = world.run(weighed[draw(#weighed)], draw)
            if problem then
                return problem
            end
        end
    end
    return world.finish()
end

return sequence
