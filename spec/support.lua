--- What several specs share.
local assert = require "luassert"
local lfs = require "lfs"
local response = require "tencentcloud.response"

local support = {}

support.has_integers = math.type ~= nil

local directory = debug.getinfo(1, "S").source:match "^@(.*)support%.lua$" .. "fixtures/"

-- The names of the files there that match, in order.
local function files(folder, pattern)
    local names = {}
    for name in lfs.dir(folder) do
        if name:match(pattern) then
            names[#names + 1] = name
        end
    end
    table.sort(names)
    return names
end

--- The names of the fixtures that begin so, in order.
function support.fixtures(prefix)
    return files(directory, "^" .. prefix:gsub("%-", "%%-") .. ".*%.json$")
end

--- The names of the event streams among the fixtures, in their folder streams, in order.
function support.streams()
    return files(directory .. "streams", "%.txt$")
end

-- The host's own name comes before its options in arg.
local first = 0
while arg and arg[first - 1] do
    first = first - 1
end

--- The Lua that runs the specs, as a word for the shell.
support.interpreter = "'" .. (first < 0 and arg[first] or "lua") .. "'"

--- Runs that Lua with these words of the shell as arguments, and returns what it prints.
function support.run(arguments)
    local pipe = assert(io.popen(("%s %s 2>&1"):format(support.interpreter, arguments)))
    local output = pipe:read "*a"
    pipe:close()
    return output
end

--- Where a fixture is.
function support.path(name)
    return directory .. name
end

--- The bytes of a file.
function support.read(name)
    local file = assert(io.open(name, "rb"))
    local text = file:read "*a"
    file:close()
    return text
end

function support.fixture(name)
    return support.read(support.path(name))
end

--- A body whose Response has these members.
function support.envelope(members)
    return '{"Response":{' .. members .. "}}"
end

--- What the text of a JSON value is in Lua.
function support.value(text, reader)
    local body = support.envelope('"V":' .. text)
    local result, message, err = (reader or response).parse(body)
    if not result then
        error(message .. "\n" .. support.show(body, err.offset or 1), 2)
    end
    return result.V
end

local function visible(bytes)
    return (bytes:gsub("[^\32-\126]", function(byte)
        return ("\\x%02X"):format(byte:byte())
    end))
end

--- The bytes around this one, and a caret under it.
function support.show(body, byte)
    local before = visible(body:sub(math.max(1, byte - 40), byte - 1))
    return before .. visible(body:sub(byte, byte + 20)) .. "\n" .. (" "):rep(#before) .. "^ byte " .. byte
end

--- Asserts that this reader takes the body for no JSON, for this reason at this byte.
function support.refused(reader, body, byte, reason)
    local result, message, err = reader(body)
    if result ~= nil then
        error("not refused for: " .. reason .. "\n" .. support.show(body, byte), 2)
    end
    if err.kind ~= "json" or err.offset ~= byte or err.reason ~= reason then
        error(("expected %s:\n%s\ngot %s: %s:\n%s"):format(reason, support.show(body, byte), err.kind,
            tostring(err.reason), support.show(body, err.offset or 1)), 2)
    end
    assert.equal("ClientError.ParseJsonError", err.code)
    assert.equal("", err.request_id)
    assert.equal(message, tostring(err))
end

--- Asserts that the call raises a text that holds this one.
function support.raises(expected, f, ...)
    local ok, message = pcall(f, ...)
    if ok then
        error("nothing raised, expected: " .. expected, 2)
    end
    if type(message) ~= "string" or not message:find(expected, 1, true) then
        error(("expected: %s\nraised: %s"):format(expected, tostring(message)), 2)
    end
end

--- The name of a locale of this machine in which a half is 0,5; nil if it has none.
function support.comma_locale()
    local before = os.setlocale()
    for _, name in ipairs { "de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "fr_FR", "ru_RU.UTF-8", "German" } do
        if os.setlocale(name) then
            os.setlocale(before)
            return name
        end
    end
end

--- Calls f under that locale.
function support.under(locale, f)
    local before = os.setlocale()
    assert.truthy(os.setlocale(locale))
    local ok, message = pcall(f)
    os.setlocale(before)
    if not ok then
        error(message, 0)
    end
end

--- What a call returned, with how many values that were, n; to be compared by support.difference.
function support.pack(...)
    return { n = select("#", ...), ... }
end

-- Where two values differ, or nil; both are read without metamethods.
local function difference(ours, theirs, path)
    if type(ours) ~= "table" or type(theirs) ~= "table" then
        local alike = rawequal(ours, theirs) and (not math.type or math.type(ours) == math.type(theirs))
        return not alike and ("%s: %s, %s"):format(path, tostring(ours), tostring(theirs)) or nil
    end
    if getmetatable(ours) ~= getmetatable(theirs) then
        return path .. ": the metatable"
    end
    for name, value in next, ours do
        local found = difference(value, rawget(theirs, name), path .. "." .. tostring(name))
        if found then
            return found
        end
    end
    for name in next, theirs do
        if rawget(ours, name) == nil then
            return path .. "." .. tostring(name) .. ": not there, there"
        end
    end
end

--- Asserts that two values are the same, types of numbers and metatables included. Faster than assert.same.
function support.alike(expected, value)
    local found = difference(value, expected, "it")
    if found then
        error(found, 2)
    end
end

--- Does nothing but use memory, so that what was freed is written over.
function support.churn()
    collectgarbage()
    local texts = {}
    for i = 1, 2000 do
        texts[i] = ("churn"):rep(i % 400) .. i
    end
    assert.equal(2000, #texts)
    collectgarbage()
end

--- A value of which the collector calls f as soon as it finds it.
function support.finalizer(f)
    if not newproxy then
        return setmetatable({}, { __gc = f })
    end
    local proxy = newproxy(true)
    getmetatable(proxy).__gc = f
    return proxy
end

--- What is alive on the Lua heap, in KB: what finalizers let go takes more than one collection.
function support.heap()
    local before
    local now = math.huge
    repeat
        before = now
        collectgarbage()
        now = collectgarbage "count"
    until now >= before
    return now
end

--- A function of n that gives an integer from 1 to n: the same ones on every Lua.
function support.random()
    local state = 1
    return function(n)
        state = state * 16807 % 2147483647
        return state % n + 1
    end
end

--- The recorded bodies, {id, body}, if there is a folder of them; else none.
function support.samples()
    local folder, samples = os.getenv "TENCENTCLOUD_SAMPLES", {}
    if not folder or folder == "" then
        return samples
    end
    local decode = require("cjson").new().decode
    for _, name in ipairs { "real.jsonl", "not_envelopes.jsonl" } do
        for line in assert(io.open(folder .. "/" .. name, "rb")):lines() do
            local sample = decode(line)
            samples[#samples + 1] = { id = sample.id, body = sample.body }
        end
    end
    return samples
end

return support
