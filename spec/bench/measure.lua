--- Times calls in sections of many calls each, of all contenders in turn.
local measure = {}

local load = loadstring or load

-- A call's results are kept, or LuaJIT's compiler might eliminate it. They are kept in a table because of the collector:
-- while it marks, what is stored in an upvalue is marked at once and lives a cycle longer than in a local variable, where
-- callers have it.
local LOOP = [[
    local kept = {}
    return function(f, bodies, passes)
        for _ = 1, passes do
            for i = 1, #bodies do
                kept[1], kept[2], kept[3] = f(bodies[i])
            end
        end
        kept[1], kept[2], kept[3] = nil, nil, nil
    end
]]

-- A pass over fewer bodies than this repeats them, if they are short.
local PASS, SHORT = 64, 64 * 1024

--- Something to time: `call` over these bodies in turn, with this many operations in a call. Each has its own loop,
--- because LuaJIT compiles a loop for the function that it sees there first.
function measure.contender(call, bodies, operations)
    local list = {}
    repeat
        for _, body in ipairs(bodies) do
            list[#list + 1] = body
        end
    until #list >= PASS or #list * #bodies[1] >= SHORT
    return { call = call, bodies = list, operations = operations or 1, passes = 1, loop = assert(load(LOOP))() }
end

--- Processor seconds of one section. It starts after a full collection and ends with one. So it pays for all its
--- garbage, in the collector's steps along the way and in the collection at the end.
function measure.section(contender)
    collectgarbage()
    collectgarbage()
    local start = os.clock()
    contender.loop(contender.call, contender.bodies, contender.passes)
    collectgarbage()
    return os.clock() - start
end

--- The processor seconds of a section without the collector's work.
function measure.section_without_collector(contender)
    collectgarbage()
    collectgarbage "stop"
    local start = os.clock()
    contender.loop(contender.call, contender.bodies, contender.passes)
    local seconds = os.clock() - start
    collectgarbage "restart"
    return seconds
end

--- Sets the number of passes so that a section takes about this many seconds; returns the seconds that one took.
function measure.calibrate(contender, seconds, section)
    section = section or measure.section
    local took = section(contender)
    while took < seconds / 2 do
        contender.passes = contender.passes * math.ceil(math.min(8, math.max(2, seconds / took)))
        took = section(contender)
    end
    return took
end

--- The number of operations in a section.
function measure.calls(contender)
    return contender.passes * #contender.bodies * contender.operations
end

--- Adds to each contender `times`, the mean seconds of an operation in each round. Each round starts with a different
--- contender.
function measure.rounds(contenders, rounds)
    for _, contender in ipairs(contenders) do
        contender.times = {}
    end
    for round = 1, rounds do
        for i = 1, #contenders do
            local contender = contenders[(round + i) % #contenders + 1]
            contender.times[round] = measure.section(contender) / measure.calls(contender)
        end
    end
end

--- The value below which that share (from 0 to 1) of the list lies.
function measure.quantile(list, share)
    local sorted = {}
    for i, value in ipairs(list) do
        sorted[i] = value
    end
    table.sort(sorted)
    local position = 1 + share * (#sorted - 1)
    local below = math.floor(position)
    local above = math.min(below + 1, #sorted)
    return sorted[below] + (position - below) * (sorted[above] - sorted[below])
end

--- For each round, how many times as fast this contender was as the base.
function measure.ratios(contender, base)
    local ratios = {}
    for round, seconds in ipairs(contender.times) do
        ratios[round] = base.times[round] / seconds
    end
    return ratios
end

return measure
