-- usage: lua5.4 spec/fuzz/differential.lua HOW_MANY SCRATCH
-- This module, Node's JSON.parse and lua-cjson read the same bodies: they must accept the same ones and find the same
-- values.
package.path = "spec/?.lua;" .. package.path
local support = require "support"
local bodies = require "fuzz.bodies"
local cjson = require("cjson").new()
local response = require "tencentcloud.response"

local how_many, scratch = tonumber(arg[1]), arg[2]
local reader = response.new { integers = "number", max_depth = 3000 }
local passed, failed, skipped = 0, 0, 0
local shown = 0

local function hex(text)
    return (text:gsub(".", function(byte)
        return ("%02x"):format(byte:byte())
    end))
end

-- See canonical in judge.js. An empty table stands for both an object and an array.
local function canonical(value)
    if value == response.null then
        return "n"
    elseif type(value) == "boolean" then
        return value and "t" or "f"
    elseif type(value) == "string" then
        return "s" .. hex(value)
    elseif type(value) == "number" then
        return "d" .. hex(string.pack(">d", value == 0 and 0 or value))
    end
    local parts = {}
    if value[1] ~= nil then
        for i, element in ipairs(value) do
            parts[i] = canonical(element)
        end
        return "[" .. table.concat(parts, ",") .. "]"
    end
    for name, member in next, value do
        parts[#parts + 1] = hex(name) .. ":" .. canonical(member)
    end
    table.sort(parts)
    return "{" .. table.concat(parts, ",") .. "}"
end

local function verdict(body)
    local result, _, err = reader.parse(body)
    if result then
        return "success " .. canonical(result)
    elseif err.kind == "json" then
        return "reject"
    end
    return err.kind == "api" and "api " .. hex(err.code) or err.kind
end

local function count(body, what, ours, theirs, alike)
    if alike then
        passed = passed + 1
        return
    end
    failed = failed + 1
    shown = shown + 1
    if shown <= 10 then
        print(("FAILED %s\n  body:   %q\n  ours:   %s\n  theirs: %s"):format(what, body, ours, theirs))
    end
end

-- ---- Node ----

local function write_file(name, list)
    local file = assert(io.open(name, "wb"))
    for _, body in ipairs(list) do
        file:write((string.pack(">s4", body)))
    end
    file:close()
end

local function alike_node(ours, theirs)
    if theirs == "legacy zero" then
        return ours == "envelope" or ours:find "^api "
    end
    return ours == theirs or theirs == "api ?" and ours:find "^api "
end

local function against_node(list)
    write_file(scratch .. "/bodies", list)
    local node = io.popen(("node spec/fuzz/judge.js <'%s/bodies'"):format(scratch))
    for _, body in ipairs(list) do
        local ours, theirs = verdict(body), node:read "l"
        count(body, "Node", ours, tostring(theirs), theirs and alike_node(ours, theirs))
    end
    node:close()
end

-- ---- lua-cjson is laxer: only what this module accepts must be the same ----

cjson.decode_max_depth(3000)

local function against_cjson(list)
    for _, body in ipairs(list) do
        local result = reader.parse(body)
        if result then
            local decoded, value = pcall(cjson.decode, body)
            local ours = canonical(result)
            local theirs = decoded and canonical(value.Response) or value
            count(body, "lua-cjson", ours, theirs, ours == theirs)
        end
    end
end

local fixtures = {}
for _, name in ipairs(support.fixtures "") do
    fixtures[#fixtures + 1] = support.fixture(name)
end
local list = bodies.make(how_many, support.random(), fixtures)

against_cjson(list)
if os.execute "command -v node >/dev/null" then
    against_node(list)
else
    print "skipped: Node is not installed"
    skipped = #list
end
print(("%d passed, %d failed%s"):format(passed, failed, skipped > 0 and (", %d skipped"):format(skipped) or ""))
os.exit(failed == 0 and passed > 0)
