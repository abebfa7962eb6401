--- Random bodies for sequences of calls: few shapes, with the sizes at which views work differently.
local shapes = {}

local NAMES = { "Id", "Name", "Set", "Tags", "Zone", "Error", "RequestId", "get", "len", "State", "A\\nB", "\\u4e2d" }
local SCALARS = {
    "0", "1", "-1.5", "9007199254740991", "1e300", "true", "false", "null", '""', '"text"', '"a\\u00e9\\n"', '"中文"',
    '"{\\"A\\":[1,{\\"B\\":null}]}"', '"[]"', '"no JSON"',
}
-- How many elements or members a container has.
local COUNTS = { 0, 1, 2, 3, 5, 8, 31, 33, 40, 64, 65, 70, 130, 700 }

local function scalar(random)
    if random(8) == 1 then
        return '"' .. ("x"):rep(random(600)) .. (random(3) == 1 and "\\t" or "") .. '"'
    end
    return SCALARS[random(#SCALARS)]
end

local container

-- At most `room` bytes or so; most elements of an array repeat one value, with others in between.
local function value(random, room, depth)
    if room < 20 or depth == 0 or random(4) == 1 then
        return scalar(random)
    end
    return container(random, room, depth)
end

local function array(random, room, depth, count)
    local parts, like = {}, nil
    for i = 1, count do
        if not like or random(6) == 1 then
            like = value(random, room / count, depth - 1)
        end
        parts[i] = like
    end
    return "[" .. table.concat(parts, random(9) == 1 and " ,\n" or ",") .. "]"
end

local function object(random, room, depth, count)
    local parts = {}
    for i = 1, count do
        local name = random(3) == 1 and NAMES[random(#NAMES)] or "M" .. i
        parts[i] = ('"%s":%s'):format(name, value(random, room / count, depth - 1))
    end
    return "{" .. table.concat(parts, ",") .. "}"
end

function container(random, room, depth)
    local count = math.min(COUNTS[random(#COUNTS)], math.ceil(room / 8))
    return (random(2) == 1 and array or object)(random, room, depth, count)
end

--- A success, of up to about 100 KB or more, made mostly of lists of objects.
function shapes.success(random)
    local room = ({ 200, 1000, 3000, 3000, 10000, 30000, 100000 })[random(7)]
    local list = array(random, room, 4, math.min(COUNTS[random(#COUNTS)], math.ceil(room / 8)))
    return ('{"Response":{"Set":%s,"Other":%s,"Last":%s,"RequestId":"r-%d"}}'):format(list, value(random, room / 2, 3),
        value(random, room / 4, 3), random(1000))
end

--- What scanners are fed: failures with long texts, successes, and bodies that may not be JSON.
function shapes.any(random)
    local kind = random(6)
    if kind <= 3 then
        local piece = ({ "m", "é", "\\n", "\\ud83d\\ude00" })[random(4)]
        local message = piece:rep(random(({ 30, 700, 700, 4000, 20000 })[random(5)]))
        return ('{"Response":{"Error":{"Code":"%s","Message":"%s"},"RequestId":"%s"}}'):format(
            "C" .. ("o"):rep(random(100)), message, ("i"):rep(random(90)))
    end
    local body = shapes.success(random)
    if kind == 4 then
        local at = random(#body)
        return body:sub(1, at - 1) .. string.char(random(256) - 1) .. body:sub(at + 1)
    end
    return body
end

--- The next chunk of a body, after the bytes that were fed before.
function shapes.chunk(body, fed, random)
    return body:sub(fed + 1, fed + random(({ 3, 50, 1000, 1e5 })[random(4)]))
end

local ENDS = { "\n", "\r\n", "\r" }

-- An event's data: mostly a success, of up to more values than a stream's tape has room for.
local function data(random)
    local kind = random(24)
    if kind == 1 then
        return '{"Error":{"Code":"C","Message":"' .. ("m"):rep(random(700)) .. '"},"RequestId":"failing"}'
    elseif kind == 2 then
        return ({ "[DONE]", "", "{", "[]", " " })[random(5)]
    elseif kind == 3 then
        return ('{"Response":{"A":%s,"RequestId":"r-%d"}}'):format(value(random, 100, 2), random(1000))
    end
    return object(random, ({ 50, 200, 200, 1000, 8000 })[random(5)], 3, random(12))
end

--- An event stream: some events, in lines that all end alike, of which the last may be cut.
function shapes.stream(random)
    local line_end, parts = ENDS[random(3)], {}
    for i = 1, random(random(3) == 1 and 40 or 6) do
        local extra = ({ "id: " .. i, "event: e" .. i, ": comment" })[random(9)]
        parts[#parts + 1] = extra and extra .. line_end
        parts[#parts + 1] = "data: " .. data(random):gsub("\n", line_end .. "data: ") .. line_end .. line_end
    end
    local stream = table.concat(parts)
    return random(3) == 1 and stream:sub(1, -random(20)) or stream
end

return shapes
