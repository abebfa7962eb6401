-- How fast this module reads, beside lua-cjson and dkjson. `make bench` runs it. FORMAT=json prints a JSON object a
-- line; ROWS gives a Lua pattern of the rows wanted.
local bodies = require "spec.bench.bodies"
local measure = require "spec.bench.measure"
local cjson = require("cjson").new()
local dkjson = require "dkjson"
local response = require "tencentcloud.response"

local HOST = jit and "LuaJIT" or _VERSION
local AS_JSON = os.getenv "FORMAT" == "json"
local ROWS = os.getenv "ROWS" or ""
local ROUNDS, SECONDS = 9, 0.03
local CHUNK = 4096

cjson.decode_max_depth(2000) -- a fixture nests deeper than lua-cjson allows at first

-- What a caller picks out of a decoded envelope.
local function pick(document)
    local payload = document.Response
    if type(payload) ~= "table" then
        return nil, document.codeDesc or document.code
    end
    local err = payload.Error
    if type(err) == "table" then
        return nil, err.Code, payload.RequestId
    end
    return payload, nil, payload.RequestId
end

local peers = {
    ["lua-cjson"] = function(body) return pick(cjson.decode(body)) end,
    dkjson = function(body) return pick(dkjson.decode(body)) end,
}

-- From a case to the function that is timed.
local works = {}

function works.check()
    return response.check
end

function works.parse()
    return response.parse
end

function works.open(case)
    local open, list, last, name = response.open, case.list, case.count, case.field
    return function(body) return open(body):get(list, last, name) end
end

-- One field of an element anywhere in the list, in an order without pattern.
function works.field(case)
    local view, list, count, name = assert(response.open(case.bodies[1])), case.list, case.count, case.field
    local index = 1
    return function()
        index = index * 16807 % 2147483647
        return view:get(list, index % count + 1, name)
    end
end

-- The chunks are there before, for a caller gets them from a socket; lua-cjson beside it gets them joined already.
function works.scanner(case)
    local scanner, body, chunks = response.scanner, case.bodies[1], {}
    for from = 1, #body, CHUNK do
        chunks[#chunks + 1] = body:sub(from, from + CHUNK - 1)
    end
    return function()
        local reader = scanner()
        for i = 1, #chunks do
            reader:feed(chunks[i])
        end
        return reader:finish()
    end
end

local TITLES = {
    check = "check",
    parse = "parse",
    open = "open + last element's field",
    field = "every further field",
    scanner = "scanner, 4 KB chunks",
}

local function one(body)
    return function() return { bodies = { body() } } end
end

local function list_of(make, bytes, list, field)
    return function()
        local body, count = make(bytes)
        return { bodies = { body }, count = count, list = list, field = field }
    end
end

local KB, MB = 1024, 1024 * 1024

-- The works are {name, its least ratio to lua-cjson on Lua 5.4, on LuaJIT}; some have none.
local cases = {
    {
        title = "documented error envelope",
        load = one(function() return bodies.fixture "failure-signature" end),
        { "check", 2, 2, title = "check, documented error envelope, message and error object built" },
        { "parse" },
    },
    {
        title = "documented success envelope",
        load = one(function() return bodies.fixture "success-documented" end),
        { "check" },
        { "parse" },
    },
    {
        title = "sample mix",
        load = function() return { bodies = bodies.mix() } end,
        { "check", 10, 9 },
        { "parse", 1.6, 1.6 },
    },
    {
        title = "one 32 KB string",
        load = one(function() return bodies.text(32 * KB) end),
        { "check" },
        { "parse", 4, 4 },
    },
    {
        title = "22 KB list of objects",
        load = list_of(bodies.instances, 22 * KB, "InstanceSet", "InstanceId"),
        { "check" },
        { "parse", 1.85, 1.85 },
        { "open" },
    },
    {
        title = "1 MB list of objects",
        load = list_of(bodies.instances, MB, "InstanceSet", "InstanceId"),
        { "check", 18, 14 },
        { "parse", 1.85, 1.85 },
        { "open", 16, 12 },
        { "field", 200, 200 },
        { "scanner", 12, 12 },
    },
    {
        title = "1 MB list with JSON inside strings",
        load = list_of(bodies.events, MB, "Events", "EventId"),
        { "check" },
        { "parse" },
        { "open" },
        { "scanner" },
    },
    {
        title = "16 MB list of objects",
        load = list_of(bodies.instances, 16 * MB, "InstanceSet", "InstanceId"),
        { "check" },
        { "parse" },
        { "open" },
        { "scanner" },
    },
}

local function floor_of(work)
    return ({ ["Lua 5.4"] = work[2], LuaJIT = work[3] })[HOST]
end

local function title_of(case, work)
    return work.title or TITLES[work[1]] .. ", " .. case.title
end

local function wanted(case)
    local chosen = {}
    for _, work in ipairs(case) do
        if title_of(case, work):find(ROWS) then
            chosen[#chosen + 1] = work
        end
    end
    return chosen
end

-- The slow peer gets as many rounds as fit in two seconds, but one at least.
local function contender(name, call, list)
    local it = measure.contender(name, call, list)
    local took = measure.calibrate(it, SECONDS, measure.section)
    it.rounds = name == "dkjson" and math.max(1, math.min(ROUNDS, math.floor(2 / took))) or nil
    return it
end

local function run(case, chosen, report)
    local loaded = case.load()
    local base = contender("lua-cjson", peers["lua-cjson"], loaded.bodies)
    local slow = contender("dkjson", peers.dkjson, loaded.bodies)
    local contenders = { base, slow }
    for _, work in ipairs(chosen) do
        local it = contender(work[1], works[work[1]](loaded), loaded.bodies)
        it.work = work
        contenders[#contenders + 1] = it
    end
    measure.rounds(contenders, ROUNDS)
    local slow_ratio = measure.quantile(measure.ratios(slow, base), 0.5)
    for i = 3, #contenders do
        local it = contenders[i]
        local ratios = measure.ratios(it, base)
        report {
            lua = HOST,
            row = title_of(case, it.work),
            bodies = #loaded.bodies,
            ns = measure.quantile(it.times, 0.5) * 1e9,
            cjson_ns = measure.quantile(base.times, 0.5) * 1e9,
            dkjson_ratio = slow_ratio,
            ratio = measure.quantile(ratios, 0.5),
            low = measure.quantile(ratios, 0.25),
            high = measure.quantile(ratios, 0.75),
            floor = floor_of(it.work),
        }
    end
end

local UNITS = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s ", 1e9 } }

-- "1.23 us": three digits.
local function duration(ns)
    local unit = UNITS[math.min(#UNITS, 1 + math.floor(math.log(ns) / math.log(1000)))]
    local value = ns / unit[2]
    return (value < 9.995 and "%.2f %s" or value < 99.95 and "%.1f %s" or "%.0f %s"):format(value, unit[1])
end

local LINE = "%-66s %9s %9s %8s %6s %6s %6s %s"
local missed, floors = 0, 0

local function report(row)
    if row.floor then
        row.met = row.ratio >= row.floor
        floors = floors + 1
        missed = missed + (row.met and 0 or 1)
    end
    if AS_JSON then
        print(cjson.encode(row))
        return
    end
    print(LINE:format(row.row, duration(row.cjson_ns), duration(row.ns), ("%.1fx"):format(row.ratio),
        ("%.0f%%"):format((row.high - row.low) / row.ratio * 100), ("%.2fx"):format(row.dkjson_ratio),
        row.floor and ("%gx"):format(row.floor) or "", row.floor and (row.met and "met" or "MISSED") or ""))
end

-- The most memory that a fresh process held at a time while it read 16 MB.
local function report_peaks()
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write((bodies.instances(16 * MB)))
    file:close()
    local peaks = { lua = HOST, row = "peak memory, 16 MB list of objects, MB" }
    local parts = {}
    for _, name in ipairs { "nothing", "lua-cjson", "parse", "open", "check" } do
        local process = assert(io.popen(("%s spec/bench/peak.lua %s %s"):format(arg[-1], path, name)))
        peaks[name] = tonumber(process:read "*a")
        process:close()
        parts[#parts + 1] = ("%s %.0f"):format(name, peaks[name] or 0 / 0)
    end
    os.remove(path)
    print(AS_JSON and cjson.encode(peaks) or peaks.row .. ": " .. table.concat(parts, ", "))
end

if not AS_JSON then
    local _, mix = bodies.mix()
    print(([[

%s: %d rounds. In each, one section of about %d ms per reader and body, the readers in turn; a section
has a full collection before it and, counted in, one at its end. The sample mix is %s.
The ratio is lua-cjson's time through this module's in the same round, and lua-cjson's work is to decode and to pick
Response, Error.Code and RequestId. Medians of the rounds; the spread is of the middle half of the ratios. Where dkjson,
doing lua-cjson's work, is slow, it sits out some rounds.
]]):format(jit and jit.version or _VERSION, ROUNDS, SECONDS * 1000, mix))
    print(LINE:format("", "lua-cjson", "time", "ratio", "spread", "dkjson", "floor", ""))
end
for _, case in ipairs(cases) do
    local chosen = wanted(case)
    if #chosen > 0 then
        run(case, chosen, report)
    end
end
if ("peak memory"):find(ROWS) and io.open "/proc/self/status" then
    report_peaks()
end
if not AS_JSON and floors > 0 then
    print(("%s: %d of %d floors met"):format(HOST, floors - missed, floors))
end
