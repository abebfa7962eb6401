--- Helpers that several specs share.
local assert = require "luassert"
local lfs = require "lfs"
local response = require "tencentcloud.response"

local support = {}

support.has_integers = math.type ~= nil

local directory = debug.getinfo(1, "S").source:match "^@(.*)support%.lua$" .. "fixtures/"

-- The sorted names of the files in this folder that match.
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

--- The sorted names of the fixtures with this prefix.
function support.fixtures(prefix)
    return files(directory, "^" .. prefix:gsub("%-", "%%-") .. ".*%.json$")
end

--- The sorted names of the event streams, which are fixtures in the folder streams.
function support.streams()
    return files(directory .. "streams", "%.txt$")
end

-- In arg the host's own name comes before its options.
local first = 0
while arg and arg[first - 1] do
    first = first - 1
end

--- The Lua that runs the specs, quoted for the shell.
support.interpreter = "'" .. (first < 0 and arg[first] or "lua") .. "'"

--- Runs that Lua with these arguments, written for the shell, and returns what it prints.
function support.run(arguments)
    local pipe = assert(io.popen(("%s %s 2>&1"):format(support.interpreter, arguments)))
    local output = pipe:read "*a"
    pipe:close()
    return output
end

--- The path of a fixture.
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

--- The Lua value of a JSON text.
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

--- The bytes around this one, with a caret under it.
function support.show(body, byte)
    local before = visible(body:sub(math.max(1, byte - 40), byte - 1))
    return before .. visible(body:sub(byte, byte + 20)) .. "\n" .. (" "):rep(#before) .. "^ byte " .. byte
end

--- Asserts that this reader refuses the body as malformed JSON, for this reason at this byte.
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

--- Asserts that the call raises an error whose text contains this one.
function support.raises(expected, f, ...)
    local ok, message = pcall(f, ...)
    if ok then
        error("nothing raised, expected: " .. expected, 2)
    end
    if type(message) ~= "string" or not message:find(expected, 1, true) then
        error(("expected: %s\nraised: %s"):format(expected, tostring(message)), 2)
    end
end

--- The name of a locale of this machine that writes one half as 0,5; nil if it has none.
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

--- The values that a call returned, with their number in n; to be compared by support.alike.
function support.pack(...)
    return { n = select("#", ...), ... }
end

-- Describes the first difference between two values, or returns nil. Reads both without metamethods.
local function difference(ours, theirs, path)
    if type(ours) ~= "table" or type(theirs) ~= "table" then
        local alike = rawequal(ours, theirs) and (not math.type or math.type(ours) == math.type(theirs))
        return not alike and ("%s: got %s, expected %s"):format(path, tostring(ours), tostring(theirs)) or nil
    end
    if getmetatable(ours) ~= getmetatable(theirs) then
        return path .. ": the metatables differ"
    end
    for name, value in next, ours do
        local found = difference(value, rawget(theirs, name), path .. "." .. tostring(name))
        if found then
            return found
        end
    end
    for name in next, theirs do
        if rawget(ours, name) == nil then
            return path .. "." .. tostring(name) .. ": missing"
        end
    end
end

--- Asserts that two values are the same, including number types and metatables. Faster than assert.same.
function support.alike(expected, value)
    local found = difference(value, expected, "it")
    if found then
        error(found, 2)
    end
end

--- Allocates memory, so that freed memory is overwritten.
function support.churn()
    collectgarbage()
    local texts = {}
    for i = 1, 2000 do
        texts[i] = ("churn"):rep(i % 400) .. i
    end
    assert.equal(2000, #texts)
    collectgarbage()
end

--- A value whose finalizer is f.
function support.finalizer(f)
    if not newproxy then
        return setmetatable({}, { __gc = f })
    end
    local proxy = newproxy(true)
    getmetatable(proxy).__gc = f
    return proxy
end

--- The live heap in KB, without compiled code, which LuaJIT makes when it likes. Collects repeatedly, because what
--- finalizers release takes more than one collection.
function support.heap()
    if jit then
        jit.flush()
    end
    local before
    local now = math.huge
    repeat
        before = now
        collectgarbage()
        now = collectgarbage "count"
    until now >= before
    return now
end

--- A function of n that returns a pseudo-random integer from 1 to n: the same sequence on every Lua.
function support.random()
    local state = 1
    return function(n)
        state = state * 16807 % 2147483647
        return state % n + 1
    end
end

--- Calls check for each recorded body. A failure names the body; without a folder of them the spec is pending.
---@param pending fun(reason: string) busted's
---@param check fun(body: string)
function support.each_sample(pending, check)
    local samples = support.samples()
    if #samples == 0 then
        pending "TENCENTCLOUD_SAMPLES is not set"
        return
    end
    for _, sample in ipairs(samples) do
        local ok, message = pcall(check, sample.body)
        assert(ok, sample.id .. ": " .. tostring(message))
    end
end

--- The recorded bodies, as {id, body}; empty without a folder of them.
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
