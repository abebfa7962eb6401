--- The rows of `make bench`: bodies, the works that are timed over them, and the floors.
---
--- A work is {name, floor on Lua 5.4, floor on LuaJIT}. A floor is the minimum ratio: the rival's time divided by this
--- module's; or, under `most`, the maximum time in microseconds. false: not timed on that Lua.
local bodies = require "spec.bench.bodies"

local unpack = table.unpack or unpack
local KB, MB = 1024, 1024 * 1024
local cases = {}

local function case(title, load, ...)
    cases[#cases + 1] = { title = title, load = load, ... }
end

local function most(name, microseconds)
    return { name, most = microseconds }
end

local function one(make, ...)
    local arguments = { ... }
    return function() return { bodies = { (make(unpack(arguments))) } } end
end

local function list_of(make, bytes, list, field)
    return function()
        local body, count = make(bytes)
        return { bodies = { body }, count = count, list = list, field = field }
    end
end

case("a documented failure", one(bodies.fixture, "failure-signature"), { "check", 2, 3 }, { "parse" })
case("a documented success", one(bodies.fixture, "success-documented"), { "check" }, { "parse" })

if bodies.samples() then
    case("sample mix", function() return { bodies = bodies.samples() } end, { "check", 9.5, 9 }, { "parse", 1.7, 1.6 })
end
case("the repository's own bodies", function() return { bodies = bodies.fixtures(), no_peers = true } end,
    { "check", 5, 5 }, { "parse", 1, 1 })

case("22 KB list of objects", list_of(bodies.instances, 22 * KB, "InstanceSet", "InstanceId"),
    { "check" }, { "parse", 2, 1.9 }, { "open and a field of the last element" })

local function instances()
    local loaded = list_of(bodies.instances, MB, "InstanceSet", "InstanceId")()
    loaded.fields = {
        "InstanceId", "InstanceType", "CPU", "Memory", "InstanceName", "InstanceState", "CreatedTime", "ImageId",
    }
    return loaded
end

case("1 MB list of objects", instances,
    { "check", 28, 22 },
    { "parse", 2.1, 1.6 },
    { "open and a field of the last element", 25, 18 },
    { "open", 0.8, 0.8 },
    most("a field of another element, by path", 0.2),
    most("a further field of one element, by path", 0.2),
    most("a further field of one element, by part", 0.2),
    most("three steps from a part, one element", 0.2),
    { "each, a field of each element", 1, 1 },
    { "get, a field of each element", 1, 1 },
    { "success", 1 / 3, 1 / 3 },
    { "parse, change a field, success" },
    { "scanner, 4 KB chunks", 25, 20 })

-- The larger the live heap, the longer the collector waits. So a section allocates about enough to make it run once.
local function with_live(megabytes)
    return function()
        local loaded = instances()
        loaded.alive = bodies.alive(megabytes)
        loaded.passes = megabytes / 4
        return loaded
    end
end

case("1 MB list of objects, 50 MB alive", with_live(50), { "parse", false, 1.6 })
case("1 MB list of objects, 400 MB alive", with_live(400), { "parse", false, 1.6 })

case("1 MB of numbers", one(bodies.numbers, MB), { "check" }, { "parse" }, { "open", 1 / 3, 1 / 3 })
case("1 MB of 40-byte strings", one(bodies.strings, MB), { "check" }, { "parse" }, { "open", 1 / 3, 1 / 3 })

-- The floors of check and parse for 1 MB of each kind of text: each on Lua 5.4 and on LuaJIT.
local TEXTS = {
    base64 = { 20, 20, 7, 1.7 },
    English = { 20, 20, 7, 1.7 },
    Chinese = { 10, 10, 5.5, 1.7 },
    ["Chinese and emoji"] = { 1, 1, 1, 1 },
    ["JSON in a string"] = { 7, 7, 2, 1.4 },
    ["\\uXXXX only"] = { 2, 2, 1.2, 1.2 },
    ["an escape every 80 bytes"] = { 1, 1, 1, 1 },
}
for _, kind in ipairs(bodies.kinds) do
    local floors = TEXTS[kind]
    case("1 MB of " .. kind, one(bodies.text, kind, MB),
        { "check", floors[1], floors[2] }, { "parse", floors[3], floors[4] })
end
for _, size in ipairs { { "200 B", 200 }, { "2 KB", 2 * KB } } do
    for _, kind in ipairs(bodies.kinds) do
        case(size[1] .. " of " .. kind, one(bodies.text, kind, size[2]), { "check", 1, 1 }, { "parse", 1, 1 })
    end
end

case("1,000 events of CloudAudit", function()
    local loaded = list_of(bodies.audit, 1000, "Events", "EventId")()
    loaded.text = "CloudAuditEvent"
    return loaded
end,
    { "check", 1, 1 },
    { "parse", 1, 1 },
    { "open and a field of the last element" },
    { "view:open of each text", 1, 1 },
    { "scanner, 4 KB chunks" })

case("1,000 events of 300 bytes, chunks of 1 to 4 KB", function()
    local stream, chunks = bodies.stream(1000)
    return { bodies = { stream }, chunks = chunks }
end,
    { "scanner, the verdict", 8, 8 },
    { "stream, a field of each event", 3, 3 })

return cases
