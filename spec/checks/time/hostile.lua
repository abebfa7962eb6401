-- Bodies made to take long, of about n and 2n bytes; see driver.c and run.
local count = _G.count
local response = require "tencentcloud.response"
local codes = require "tencentcloud.codes"

local deep = response.new { max_depth = 3000 }
local omitting = response.new { nulls = "omit", integers = "number", array_mt = {} }
local keeping = response.new { max_field = 2 ^ 24 }

local N = 12000

-- Counts f(n) and f(2 n); prepare(n) makes f.
local function compare(name, prepare, n)
    n = n or N
    for _, factor in ipairs { 1, 2 } do
        local f = prepare(factor * n)
        collectgarbage()
        collectgarbage "stop"
        count(("%s\t%d"):format(name, factor), f)
        collectgarbage "restart"
    end
end

local function envelope(members)
    return '{"Response":{' .. members .. "}}"
end

local function value(text)
    return envelope('"V":' .. text)
end

local function failure(message)
    return envelope('"Error":{"Code":"InternalError","Message":"' .. message .. '"}')
end

-- Enough repetitions to fill n bytes.
local function filled(n, unit, separator)
    return unit .. ((separator or "") .. unit):rep(n // (#unit + #(separator or "")))
end

local function numbered(n, pattern)
    local parts = {}
    for i = 1, n // 12 do
        parts[i] = pattern:format(i)
    end
    return table.concat(parts, ",")
end

-- The bodies by name, each a function of its size n.
local bodies = {
    ["one long integer"] = function(n) return value(("9"):rep(n)) end,
    ["one long fraction"] = function(n) return value("0." .. ("7"):rep(n)) end,
    ["one long fraction of zeros"] = function(n) return value("0." .. ("0"):rep(n) .. "1") end,
    ["one long exponent"] = function(n) return value("1e" .. ("0"):rep(n) .. "1") end,
    ["long numbers"] = function(n) return value("[" .. filled(n, ("1"):rep(900) .. "e-400", ",") .. "]") end,
    ["a long string"] = function(n) return value('"' .. ("x"):rep(n) .. '"') end,
    ["escapes"] = function(n) return value('"' .. filled(n, "\\n") .. '"') end,
    ["surrogate pairs"] = function(n) return value('"' .. filled(n, "\\ud83d\\ude00") .. '"') end,
    ["strings with an escape"] = function(n) return value("[" .. filled(n, '"\\n"', ",") .. "]") end,
    ["a long name"] = function(n) return envelope('"' .. filled(n, "\\t") .. '":1') end,
    ["one name many times"] = function(n) return value("{" .. filled(n, '"name":1', ",") .. "}") end,
    ["many names"] = function(n) return value("{" .. numbered(n, '"n%06d":1') .. "}") end,
    ["many escaped names"] = function(n) return value("{" .. numbered(n, '"\\n%06d":1') .. "}") end,
    ["few long names"] = function(n)
        local long = filled(n // 24, "\\t")
        local members = {}
        for i = 1, 24 do
            members[i] = '"' .. long .. i .. '":1'
        end
        return value("{" .. table.concat(members, ",") .. "}")
    end,
    ["nulls"] = function(n) return value("[" .. filled(n, "null", ",") .. "]") end,
    ["members that are null"] = function(n) return value("{" .. numbered(n, '"n%06d":null') .. "}") end,
    ["empty arrays"] = function(n) return value("[" .. filled(n, "[]", ",") .. "]") end,
    ["empty objects"] = function(n) return value("[" .. filled(n, "{}", ",") .. "]") end,
    ["spaces"] = function(n) return value((" "):rep(n) .. "1") end,
    ["nested arrays of two"] = function(n) return value(("[1,"):rep(n // 30) .. "1" .. ("]"):rep(n // 30)) end,
    ["Response many times"] = function(n) return "{" .. filled(n, '"Response":{"Error":{"Code":"A"}}', ",") .. "}" end,
    ["Error many times"] = function(n)
        return envelope(filled(n, '"Error":{"Code":"A\\n","Message":"\\u00e9"}', ","))
    end,
    ["Message many times"] = function(n) return failure("m" .. filled(n, '","Message":"m')) end,
    ["a long message"] = function(n) return failure(("m"):rep(n)) end,
    ["a message of controls"] = function(n) return failure(filled(n, "\\u0001")) end,
    ["a message of line separators"] = function(n) return failure(filled(n, "\u{2028}")) end,
    ["a code of dots"] = function(n) return envelope('"Error":{"Code":"' .. filled(n, "a.") .. '"}') end,
    ["a long request id"] = function(n) return envelope('"RequestId":"' .. filled(n, "\\u00e9") .. '"') end,
    ["a long legacy code"] = function(n) return '{"code":' .. ("1"):rep(n) .. "}" end,
    ["details and payload"] = function(n)
        local list = "[" .. filled(n // 2, '{"a":1}', ",") .. "]"
        return envelope('"Error":{"Code":"A","More":' .. list .. '},"Part":' .. list)
    end,
    ["an unfinished string"] = function(n) return value('"' .. filled(n, "\\\\")) end,
    ["brackets alone"] = function(n) return ("["):rep(n) end,
    ["a wrong last byte"] = function(n) return value("[" .. filled(n, "1", ",") .. "\255") end,
    ["an invalid last character"] = function(n) return value('"' .. filled(n, "\u{4e2d}") .. "\xe4\xb8") end,
}

-- Every way to read a body.
local readers = {}

function readers.parse(body)
    return function() return deep.parse(body) end
end

function readers.omit(body)
    return function() return omitting.parse(body) end
end

function readers.check(body)
    return function() return deep.check(body) end
end

readers["open and get"] = function(body)
    return function()
        local view = deep.open(body)
        return view and view:get("V", "none") or view and view:get("V", 100)
    end
end

function readers.each(body)
    local view = deep.open(body)
    return function()
        for _, member in (view or deep.open(value "[]")):each "V" do
            local _ = member
        end
    end
end

-- Chunks of this many bytes.
local function scan(scanner, body, size)
    local chunks = {}
    for first = 1, #body, size do
        chunks[#chunks + 1] = body:sub(first, first + size - 1)
    end
    return function()
        for _, chunk in ipairs(chunks) do
            if not scanner:feed(chunk) then
                break
            end
        end
        return scanner:finish()
    end
end

readers["scanner, byte by byte"] = function(body) return scan(keeping.scanner(), body, 1) end
readers["scanner, small fields"] = function(body) return scan(response.scanner(), body, 7) end
readers["scanner, at once"] = function(body) return scan(keeping.scanner(), body, #body) end

function readers.read(body)
    return function() return response.read { status = 502, body = body } end
end

local function sorted(list)
    local names = {}
    for name in pairs(list) do
        names[#names + 1] = name
    end
    table.sort(names)
    return ipairs(names)
end

for _, body in sorted(bodies) do
    for _, reader in sorted(readers) do
        compare(reader .. ": " .. body, function(n)
            return readers[reader](bodies[body](n))
        end)
    end
end

-- ---- other than bodies ----

compare("get by every index, scalars", function(n)
    local view = response.open(value("[" .. filled(n, "1", ",") .. "]"))
    return function()
        for i = 1, n // 2 do
            view:get("V", i)
        end
    end
end)

compare("get by every index, backwards", function(n)
    local view = response.open(value("[" .. filled(n, "[1]", ",") .. "]"))
    return function()
        for i = n // 4, 1, -1 do
            view:get("V", i)
        end
    end
end)

-- Integers from 1 to n, the same ones each time.
local function random_integers()
    local state = 1
    return function(n)
        state = state * 16807 % 2147483647
        return state % n + 1
    end
end

compare("get by indices at random", function(n)
    local view, random = response.open(value("[" .. filled(n, "[1]", ",") .. "]")), random_integers()
    return function()
        for _ = 1, n // 4 do
            view:get("V", random(n // 4))
        end
    end
end)

compare("get of two arrays in turn", function(n)
    local list = "[" .. filled(n // 2, "[1]", ",") .. "]"
    local view = response.open(value("[" .. list .. "," .. list .. "]"))
    return function()
        for i = 1, n // 8 do
            view:get("V", 1, i, 1)
            view:get("V", 2, n // 8 + 1 - i, 1)
        end
    end
end)

compare("objects of members of one name", function(n)
    local object = "{" .. filled(200, '"name":1', ",") .. "}"
    local view = response.open(value("[" .. filled(n, object, ",") .. "]"))
    return function()
        for i = 1, n // (#object + 1) do
            view:get("V", i, "name")
            view:len("V", i)
        end
    end
end)

compare("get every name", function(n)
    local view = response.open(bodies["many names"](n))
    return function()
        for i = 1, n // 12 do
            view:get("V", ("n%06d"):format(i))
        end
    end
end)

compare("at, all the way down", function(n)
    local view = deep.open(value(("["):rep(n // 30) .. ("]"):rep(n // 30)))
    return function()
        local part = view:at "V"
        while part:len() > 0 do
            part = part:at(1)
        end
    end
end)

compare("get all the way down, and decode", function(n)
    local depth = n // 30
    local view = deep.open(value(('{"a":'):rep(depth) .. "1" .. ("}"):rep(depth)))
    local path = { "V" }
    for i = 1, depth do
        path[i + 1] = "a"
    end
    return function() return view:get(table.unpack(path)), view:get() end
end)

compare("len of an object", function(n)
    local view = response.open(bodies["one name many times"](n))
    return function() return view:len "V" end
end)

compare("success, numbers", function(n)
    local list = {}
    for i = 1, n // 20 do
        list[i] = i / 7
    end
    return function() return response.success { V = list } end
end)

-- Strings of growing length next to a number that needs more than 14 digits, which makes the module walk the table.
compare("success, strings next to a number", function(n)
    local list = { 1 / 3 }
    local room, mark = n, "number "
    while room > 0 do
        list[#list + 1] = mark .. "1"
        mark = mark .. "x"
        room = room - #mark
    end
    return function() return response.success { V = list } end
end)

compare("failure, controls", function(n)
    local message = ("\1"):rep(n)
    return function() return response.failure("A", message) end
end)

compare("describe a code of dots", function(n)
    local code = filled(n, "a.")
    return function() return codes.describe(code), codes.family(code) end
end)

compare("read, many headers", function(n)
    local headers = {}
    for i = 1, n // 12 do
        headers["X-" .. i] = "v"
    end
    return function() return response.read { status = 200, headers = headers, body = "" } end
end)

-- ---- event streams ----

-- A name of every stream, and the stream that fills n bytes.
local streams = {
    ["empty lines"] = function(n) return "data: {}\n\n" .. ("\n"):rep(n) end,
    ["empty lines, CR"] = function(n) return "data: {}\r\r" .. ("\r"):rep(n) end,
    ["CR lines"] = function(n) return filled(n, "data: {}\r\r") end,
    ["CRLF lines"] = function(n) return filled(n, "data: {}\r\n\r\n") end,
    ["tiny events"] = function(n) return filled(n, "data:1\n\n") end,
    ["tiny events without data"] = function(n) return filled(n, "id\n\n") end,
    ["lines of blanks"] = function(n) return "data: {}\n\n" .. filled(n, " \t \n") end,
    ["comments"] = function(n) return filled(n, ":\n") .. "data: {}\n\n" end,
    ["one long event"] = function(n) return 'data: {"V":"' .. ("x"):rep(n) .. '"}\n\n' end,
    ["one event of many lines"] = function(n) return "data: [" .. filled(n, "\ndata:1,") .. "\ndata:1]\n\n" end,
    ["one event of empty data"] = function(n) return filled(n, "data\n") .. "\n" end,
    ["one event without an end"] = function(n) return 'data: {"V":"' .. ("x"):rep(n) end,
    ["one long name"] = function(n) return "data: {}\nevent: " .. ("x"):rep(n) .. "\n\n" end,
    ["one event of many names"] = function(n) return filled(n, "event: x\n") .. "data: {}\n\n" end,
    ["one event of many ids"] = function(n) return "data: {}\n" .. filled(n, "id: x\n") .. "\n" end,
    ["one long unknown name"] = function(n) return ("x"):rep(n) .. "\ndata: {}\n\n" end,
    ["many RequestIds"] = function(n) return filled(n, 'data: {"RequestId":"a\\n"}\n\n') end,
    ["many failures"] = function(n) return filled(n, 'data: {"Error":{"Code":"A"}}\n\n') end,
}

-- Every way to read a stream.
local stream_readers = {}

local function each_event(size)
    return function(text)
        local stream, chunks = response.stream {}, {}
        for first = 1, #text, size do
            chunks[#chunks + 1] = text:sub(first, first + size - 1)
        end
        return function()
            for i = 1, #chunks + 1 do
                for event in stream:feed(chunks[i]) do
                    event:get("V", 1)
                end
            end
            return stream:finish()
        end
    end
end

stream_readers["stream, byte by byte"] = each_event(1)
stream_readers["stream, chunks"] = each_event(1000)
stream_readers["stream, at once"] = each_event(2 ^ 30)

-- All chunks are held until finish reads them.
stream_readers["stream, nothing iterated"] = function(text)
    local stream = response.stream {}
    return function()
        for i = 1, #text do
            stream:feed(text:sub(i, i))
        end
        return stream:finish()
    end
end

stream_readers["stream, events too long"] = function(text)
    local stream = response.stream { max_event = 16 }
    return function()
        for event in stream:feed(text) do
            event:get "V"
        end
        return stream:finish()
    end
end

stream_readers["verdict, byte by byte"] = function(text)
    return scan(response.scanner { content_type = "text/event-stream" }, text, 1)
end

stream_readers["verdict, at once"] = function(text)
    return scan(response.scanner { content_type = "text/event-stream" }, text, #text)
end

function stream_readers.read(text)
    local headers = { ["Content-Type"] = "text/event-stream" }
    return function() return response.read { status = 200, headers = headers, body = text } end
end

for _, stream in sorted(streams) do
    for _, reader in sorted(stream_readers) do
        compare(reader .. ": " .. stream, function(n)
            return stream_readers[reader](streams[stream](n))
        end)
    end
end

-- Sizes at which quadratic growth would take hours.
compare("stream, a million empty lines and more", function(n)
    return each_event(2 ^ 16)("data: {}\n\n" .. ("\n"):rep(n))
end, 2 ^ 19)

compare("stream, one event of megabytes in chunks", function(n)
    return each_event(2 ^ 14)('data: {"V":"' .. ("x"):rep(n) .. '"}\n\n')
end, 2 ^ 22)
