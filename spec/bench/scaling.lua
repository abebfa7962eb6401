-- Time against size. `make scaling` runs it on every body from 1 KB to 64 MB. It fails if the time grows more than
-- 2.2 times per doubling between two sizes. ROWS is a Lua pattern that selects bodies.
local bodies = require "spec.bench.bodies"
local hostile = require "spec.bench.hostile"
local measure = require "spec.bench.measure"
local response = require "tencentcloud.response"
local cjson = require("cjson").new()

local ROWS = os.getenv "ROWS" or ""
local KB, MB = 1024, 1024 * 1024
local STEP = 4
local MOST = 64 * MB

-- The limit per doubling; a step is two doublings.
local LIMIT = 2.2

-- Two effects come from the machine, not the reader. When less of a body fits in a cache, each byte may take up to
-- MEMORY more ns. And new strings, tables and pages take longer the more of them exist. So if a call allocates in
-- proportion to the body and lua-cjson's own time grows beyond the limit, the limit is PEER_MULTIPLE times its growth.
local MEMORY = 0.1
local PEER_MULTIPLE = 1.25

-- A reader that would take longer than this at the next size is not timed at that size.
local SECONDS_MOST = 1

local SECTION, SECTIONS, ATTEMPTS = 0.008, 4, 8

local function in_chunks(_, body)
    local scanner, chunks, size = response.scanner(), {}, 4 * KB
    for from = 1, #body, size do
        chunks[#chunks + 1] = body:sub(from, from + size - 1)
    end
    return function()
        scanner:reset()
        for i = 1, #chunks do
            scanner:feed(chunks[i])
        end
        return scanner:finish()
    end
end

local function byte_by_byte()
    local scanner, sub = response.scanner(), string.sub
    local function read(body)
        scanner:reset()
        for i = 1, #body do
            scanner:feed(sub(body, i, i))
        end
        return scanner:finish()
    end
    if jit then
        jit.off(read) -- whether LuaJIT compiles this depends on chance, and is not measured here
    end
    return read
end

-- Accepts malformed bodies too: lua-cjson raises only after it has built everything before the error.
local function tolerant_peer()
    local decode = cjson.decode
    return function(body) return pcall(decode, body) end
end

local function last_member(name)
    return function(body) return response.open(body):get(name) end
end

local function every_element()
    return function(body)
        for _, element in response.open(body):each "InstanceSet" do
            assert(element)
        end
    end
end

local function every_index()
    return function(body)
        local view = response.open(body)
        for i = view:len "InstanceSet", 1, -1 do
            view:get("InstanceSet", i, "InstanceId")
        end
    end
end

-- `make` turns the name of a body's last member, if it has one, and the body into the call that is timed. `builds` says
-- that the call allocates memory in proportion to the body.
local readers = {
    check = { make = function() return response.check end },
    text = { title = "check", make = function() return response.check end, builds = true, most = 16 * MB },
    chunks = { title = "scanner, 4 KB chunks", make = in_chunks },
    bytes = { title = "scanner, one-byte chunks", make = byte_by_byte },
    peer = { title = "(lua-cjson)", make = tolerant_peer, peer = true },
    open = { make = function() return response.open end, builds = true },
    index = { title = "open, by every index", make = every_index, builds = true },
    walk = { title = "open, every element", make = every_element, builds = true, most = 16 * MB },
    -- an object with few members is searched without a hash table
    last = { title = "open, last member", make = last_member, builds = true, from = 16 * KB, most = 16 * MB },
    parse = { make = function() return response.parse end, builds = true, most = 16 * MB },
    nearest = {
        title = 'parse, integers = "number"', builds = true, most = 16 * MB,
        make = function() return response.new({ integers = "number" }).parse end,
    },
}

-- {title, maker, names of readers}. The peer comes before the readers that build.
local cases = {
    { "list of objects", bodies.instances, "check", "chunks", "bytes", "peer", "open", "index", "walk", "parse" },
    { "names that collide", hostile.colliding, "check", "chunks", "peer", "open", "last", "parse" },
    { "many members", hostile.members, "check", "chunks", "peer", "open", "last", "parse" },
    { "one integer", hostile.integer, "check", "chunks", "bytes", "peer", "open", "parse", "nearest" },
    { "one fraction", hostile.fraction, "check", "chunks", "bytes", "peer", "parse" },
    { "one exponent", hostile.exponent, "check", "chunks", "peer", "parse" },
    { "only escapes", hostile.escapes, "check", "chunks", "bytes", "peer", "open", "parse" },
    { "Message of escapes", hostile.message, "chunks", "bytes", "peer", "text", "parse" },
    { "one RequestId", hostile.request_id, "chunks", "bytes", "peer", "text", "open" },
    { "only characters", hostile.characters, "check", "chunks", "bytes", "peer", "parse" },
    { "only blanks", hostile.blanks, "check", "chunks", "bytes", "peer", "open" },
    { "only openings", hostile.openings, "check", "chunks", "peer", "open", "parse" },
    { 'only {"Response":', hostile.names_and_openings, "check", "chunks", "peer", "open", "parse" },
    { "900 deep", hostile.deep, "check", "chunks", "peer", "open", "parse" },
    { "empty lists", hostile.empty_lists, "check", "chunks", "peer", "open", "parse" },
    { "members repeated", hostile.repeated, "check", "chunks", "bytes", "peer", "open", "parse" },
    { "wrong at the end", hostile.late_mistake, "check", "chunks", "bytes", "peer", "open", "parse" },
}

-- The minimum of the seconds per call in several sections and in an earlier attempt.
local function least(reader, body, last, earlier)
    local contender = measure.contender(reader.make(last, body), { body })
    local best = measure.calibrate(contender, SECTION, measure.section_without_collector)
    for _ = 2, best > 0.2 and 2 or SECTIONS do
        best = math.min(best, measure.section_without_collector(contender))
    end
    return math.min(best / measure.calls(contender), earlier or math.huge)
end

local function growth(times, size)
    return times[size] and times[size / STEP] and times[size] / times[size / STEP]
end

-- The maximum growth allowed at this step, per doubling.
local function limit(reader, peer_times, size)
    local peer = reader.builds and peer_times and growth(peer_times, size)
    return math.max(LIMIT, peer and math.sqrt(peer) * PEER_MULTIPLE or 0)
end

local function too_steep(reader, peer_times, times, size)
    local grown = growth(times, size)
    if reader.peer or not grown or math.sqrt(grown) <= limit(reader, peer_times, size) then
        return false
    end
    return (times[size] / size - times[size / STEP] / (size / STEP)) * 1e9 > MEMORY
end

-- Whether to time this reader at this size, given its time at the previous size. One that builds also needs the peer's.
local function goes_on(reader, times, peer_times, size)
    local before = times[size / STEP]
    if size > (reader.most or MOST) or reader.builds and peer_times and not peer_times[size] then
        return false
    end
    return size == (reader.from or KB) or before and before * STEP < SECONDS_MOST
end

-- The seconds per call for each reader and size: {name = {size = seconds}}. A reader whose time grew too much is timed
-- again, because the machine may have been busy.
local function time_case(make, names)
    local times = {}
    local function run(name, size, body, last)
        times[name][size] = least(readers[name], body, last, times[name][size])
    end
    for _, name in ipairs(names) do
        times[name] = {}
    end
    local size = KB
    while size <= MOST do
        local body, last = make(size)
        local active = false
        for _, name in ipairs(names) do
            if goes_on(readers[name], times[name], times.peer, size) then
                run(name, size, body, last)
                active = true
            end
        end
        for _ = 2, ATTEMPTS do
            for _, name in ipairs(names) do
                if too_steep(readers[name], times.peer, times[name], size) then
                    run(name, size / STEP, make(size / STEP))
                    run(name, size, body, last)
                    if readers[name].builds and times.peer then
                        run("peer", size / STEP, make(size / STEP))
                        run("peer", size, body, last)
                    end
                end
            end
        end
        if not active then
            break
        end
        size = size * STEP
    end
    return times
end

local function size_name(size)
    return size < MB and ("%d KB"):format(size / KB) or ("%d MB"):format(size / MB)
end

local function cells(text, cell)
    local line = { ("%-28s"):format(text) }
    local size = KB
    while size <= MOST do
        line[#line + 1] = ("%8s"):format(cell(size) or "")
        size = size * STEP
    end
    return table.concat(line)
end

-- A number short enough for a cell.
local function short(value)
    return value and (value < 100 and "%.2f" or "%.0f"):format(value)
end

local passed, failed = 0, 0
local worst, remarks, failures = 0, {}, {}

-- Counts a row, and reports its steep steps.
local function judge(title, reader, times, peer_times)
    local kept = true
    local size = KB * STEP
    while size <= MOST do
        local step = math.sqrt(growth(times, size) or 0)
        local text = ("%s: %.2f times as long per doubling, up to %s"):format(title, step, size_name(size))
        if too_steep(reader, peer_times, times, size) then
            kept = false
            failures[#failures + 1] = text
        elseif step > LIMIT then
            local peer = reader.builds and peer_times and growth(peer_times, size)
            remarks[#remarks + 1] = text .. (peer and (", lua-cjson %.2f"):format(math.sqrt(peer)) or "")
        else
            worst = math.max(worst, step)
        end
        size = size * STEP
    end
    passed, failed = passed + (kept and 1 or 0), failed + (kept and 0 or 1)
end

local function run(case)
    local title, make = case[1], case[2]
    local names = {}
    for i = 3, #case do
        names[#names + 1] = case[i]
    end
    local times = time_case(make, names)
    print(cells(title, size_name))
    for _, name in ipairs(names) do
        local reader, row = readers[name], times[name]
        local label = reader.title or name
        print(cells("  " .. label, function(size) return row[size] and short(row[size] / size * 1e9) end))
        print(cells("", function(size) return growth(row, size) and "x" .. short(growth(row, size)) end))
        if not reader.peer then
            judge(title .. ", " .. label, reader, row, times.peer)
        end
    end
end

local function print_list(title, list)
    if #list > 0 then
        print(title)
        for _, text in ipairs(list) do
            print("  " .. text)
        end
    end
end

local HOST = jit and jit.version or _VERSION

print(("\n%s: ns per byte, and below it the time divided by that for a quarter of the body (collector stopped,\n"
    .. "minimum of %d sections; a step over the limit is timed up to %d times, and the minimum counts)\n"):format(
    HOST, SECTIONS, ATTEMPTS))
for _, case in ipairs(cases) do
    if case[1]:find(ROWS) then
        run(case)
    end
end
print()
print_list(("Steeper by at most %g ns per byte, or at most %g times as steep as lua-cjson:"):format(MEMORY,
    PEER_MULTIPLE), remarks)
print_list(("Steeper than %g:"):format(LIMIT), failures)
print(("%s: %s; of the steps within the limit, the steepest took %.2f times as long per doubling"):format(HOST,
    failed > 0 and ("%d of %d rows are steeper than %g"):format(failed, passed + failed, LIMIT)
    or #remarks > 0 and ("no doubling takes over %g times as long, except in %d steps above"):format(LIMIT, #remarks)
    or ("no doubling takes over %g times as long"):format(LIMIT), worst))
os.exit(failed == 0 and 0 or 1)
