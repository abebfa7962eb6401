-- How fast this module reads, compared with lua-cjson and other peers: `make bench`. Exits with 1 if a floor is missed.
--
--     ROWS=pattern      only the rows whose titles match this Lua pattern
--     ROUNDS=3          fewer rounds, for a quick look; the default is 9
--     BASE=directory    another checkout, built: each row also shows its ratio
local measure = require "spec.bench.measure"
local cases = require "spec.bench.cases"
local works = require "spec.bench.works"
local response = require "tencentcloud.response"

local HOST = jit and "LuaJIT" or _VERSION
local ROWS = os.getenv "ROWS" or ""
local ROUNDS = tonumber(os.getenv "ROUNDS") or 9
local BASE = os.getenv "BASE"
local SECONDS = 0.03

-- LuaJIT's FFI declares a name only once, so the other checkout's declarations get other names.
local function rename_declarations(directory)
    local function rename(text)
        return (text:gsub("tencentcloud_response_", "base_response_"):gsub("TENCENTCLOUD_", "BASE_"))
    end
    local file = io.open(directory .. "/lua/tencentcloud/response/ffi.lua", "rb")
    local source = rename(file:read "*a")
    file:close()
    local core = require "tencentcloud.response.core"
    core.ffi_declarations = rename(core.ffi_declarations)
    package.preload["tencentcloud.response.ffi"] = assert(loadstring(source, "@base's ffi.lua"))
end

-- Unloads this module's files, and returns them.
local function forget()
    local loaded = {}
    for name, module in pairs(package.loaded) do
        if name:find "^tencentcloud" then
            loaded[name], package.loaded[name] = module, nil
        end
    end
    return loaded
end

-- The module of another checkout.
local function load_from(directory)
    local path, cpath, loaded = package.path, package.cpath, forget()
    package.path = directory .. "/lua/?.lua;" .. path
    local lua = jit and "luajit" or _VERSION:lower():gsub(" ", "")
    package.cpath = ("%s/.build/%s/?.so;%s"):format(directory, lua, cpath)
    if jit then
        rename_declarations(directory)
    end
    local other = require "tencentcloud.response"
    other.success {} -- loads what is loaded on first use
    forget()
    package.path, package.cpath, package.preload["tencentcloud.response.ffi"] = path, cpath, nil
    for name, module in pairs(loaded) do
        package.loaded[name] = module
    end
    return other
end

local base = BASE and load_from(BASE)

local function title_of(case, work)
    return work[1] .. ", " .. case.title
end

local function floor_of(work)
    return work.most or ({ ["Lua 5.4"] = work[2], LuaJIT = work[3] })[HOST]
end

-- The works of a case that are timed on this Lua.
local function chosen(case)
    local list = {}
    for _, work in ipairs(case) do
        if floor_of(work) ~= false and title_of(case, work):find(ROWS) then
            list[#list + 1] = work
        end
    end
    return list
end

local function contender(loaded, call, operations)
    if not call then
        return nil
    end
    local it = measure.contender(call, loaded.bodies, operations)
    if loaded.passes then
        it.passes = loaded.passes
    else
        measure.calibrate(it, SECONDS)
    end
    return it
end

local function by_name(a, b) return a.name < b.name end

-- The contenders that do the same work: this module, its rival, the other checkout, peers.
local function row_of(case, work, loaded)
    local kind = works[work[1]]
    local row = { title = title_of(case, work), floor = floor_of(work), most = work.most, others = {} }
    row.ours = contender(loaded, kind.make(response, loaded))
    row.rival = contender(loaded, works.rivals[kind.against](loaded, response))
    if base then
        row.others[1] = contender(loaded, kind.make(base, loaded))
    end
    if row.others[1] then
        row.others[1].name = "before"
    end
    for name, peer in pairs(works.peers) do
        local call = peer[work[1]] and not loaded.no_peers and peer[work[1]](loaded)
        if call then
            local it = contender(loaded, call)
            it.name = name
            table.insert(row.others, it)
        end
    end
    table.sort(row.others, by_name)
    return row
end

local function duration(seconds)
    local units = { { "ns", 1e-9 }, { "us", 1e-6 }, { "ms", 1e-3 }, { "s ", 1 } }
    local unit = units[math.max(1, math.min(#units, 4 + math.floor(math.log(seconds) / math.log(1000))))]
    local value = seconds / unit[2]
    return (value < 9.995 and "%.2f %s" or value < 99.95 and "%.1f %s" or "%.0f %s"):format(value, unit[1])
end

local LINE = "%-66s %9s %9s %7s %6s %7s %-7s%s"
local floors, missed = 0, {}

local function verdict(row, seconds, ratio)
    if not row.floor then
        return "", ""
    end
    floors = floors + 1
    local met = ratio >= row.floor
    if row.most then
        met = seconds <= row.most * 1e-6
    end
    local floor = (row.most and "%.2g us" or "%.3gx"):format(row.floor)
    if not met then
        missed[#missed + 1] = ("%s: %s, floor %s"):format(row.title, row.most and duration(seconds) or
            ("%.2fx"):format(ratio), floor)
    end
    return floor, met and "" or "MISSED"
end

local function report(row)
    local function median(it) return measure.quantile(it.times, 0.5) end
    local ratios = measure.ratios(row.ours, row.rival)
    local ratio, seconds = measure.quantile(ratios, 0.5), median(row.ours)
    local spread = (measure.quantile(ratios, 0.75) - measure.quantile(ratios, 0.25)) / ratio
    local others = {}
    for i, it in ipairs(row.others) do
        others[i] = (" %s %.2fx"):format(it.name, measure.quantile(measure.ratios(it, row.rival), 0.5))
    end
    local floor, word = verdict(row, seconds, ratio)
    print(LINE:format(row.title, duration(median(row.rival)), duration(seconds), ("%.3gx"):format(ratio),
        ("%.0f%%"):format(spread * 100), floor, word, table.concat(others)))
    io.stdout:flush()
end

local function run(case)
    local list = chosen(case)
    local loaded = #list > 0 and case.load()
    for _, work in ipairs(list) do
        local row = row_of(case, work, loaded)
        local contenders = { row.rival, row.ours }
        for _, it in ipairs(row.others) do
            contenders[#contenders + 1] = it
        end
        if row.ours then
            measure.rounds(contenders, ROUNDS)
            report(row)
        end
    end
end

print(([[

%s: %d rounds. In each round every contender in turn runs a section of about %d ms. A full collection precedes a
section; another ends it, and counts. The ratio is the rival's time divided by this module's in the same round (median
of the rounds); the spread is that of the middle half of the ratios. The rival is lua-cjson %s (decode, then pick
Response, Error.Code and RequestId). The exceptions: open is compared with check; each and get with parse and a loop;
success with lua-cjson's encode; and a stream with string.find for lines and lua-cjson for each event.
]]):format(jit and jit.version or _VERSION, ROUNDS, SECONDS * 1000, require "cjson"._VERSION))
print(LINE:format("", "rival", "time", "ratio", "spread", "floor", "", ""))
for _, case in ipairs(cases) do
    run(case)
end
print(("%s: %d of %d floors met"):format(HOST, floors - #missed, floors))
for _, row in ipairs(missed) do
    print("MISSED " .. row)
end
os.exit(#missed == 0)
