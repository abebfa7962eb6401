-- Every entry point, on bodies that take different paths through the module. For the form of a case see host.c.
local cases = {}

if jit then
    jit.off() -- LuaJIT's compiler itself crashes when a request fails
    -- So does its string.lower, which is written in assembler. This one is not, and lets read be tested.
    local lower = {}
    for code = ("A"):byte(), ("Z"):byte() do
        lower[string.char(code)] = string.char(code + 32)
    end
    function string.lower(text) -- luacheck: ignore
        return (text:gsub("%u", lower))
    end
end

local function case(name, prepare, run, more)
    local new = more or {}
    new.name, new.prepare, new.run = name, prepare, run
    new.recover = new.recover or function() end
    cases[#cases + 1] = new
end

-- ---- results as text ----

local function show_value(value)
    if type(value) ~= "table" then
        -- an address says nothing
        return type(value) == "userdata" and "userdata" or type(value) .. " " .. tostring(value):gsub("0x%x+", "")
    end
    local parts = {}
    for name, member in next, value do
        parts[#parts + 1] = show_value(name) .. "=" .. show_value(member)
    end
    table.sort(parts)
    return "{" .. table.concat(parts, ",") .. "}"
end

local function show(...)
    local parts = {}
    for i = 1, select("#", ...) do
        parts[i] = show_value((select(i, ...)))
    end
    return table.concat(parts, "; ")
end

-- ---- bodies ----

local function envelope(members)
    return '{"Response":{' .. members .. ',"RequestId":"eac6b301-a322-493a-8e36-83b295459397"}}'
end

local function array(n, element)
    local parts = {}
    for i = 1, n do
        parts[i] = (element:gsub("#", tostring(i)))
    end
    return "[" .. table.concat(parts, ",") .. "]"
end

-- More than fits on the small tape.
local integers = array(700, "#")
local objects = array(20, [[{"Id":"ins-#","Name":"caf\u00e9 #","Tags":[{"Key":"k#"},null,true,-0.5e3]}]])
local escaped = '"' .. ([[\u4e2d\n]]):rep(800) .. '"' -- more than what is decoded on the C stack
local many = {}
for i = 1, 40 do -- more members than are searched one by one
    many[i] = ('"member%d":%d'):format(i, i)
end
many = "{" .. table.concat(many, ",") .. "}"
local numbers = '"I":12345678901234567890,"F":1e999,"D":' .. ("1"):rep(30) .. "." .. ("7"):rep(30)

local bodies = {
    ["a small body"] = envelope '"TotalCount":0,"Set":[],"V":null',
    ["700 integers"] = envelope('"V":' .. integers),
    ["20 objects"] = envelope('"V":' .. objects),
    ["a long escaped string"] = envelope('"V":' .. escaped),
    ["an escaped name"] = envelope([["\u0056\u0041":1,"]] .. ("\\t"):rep(2400) .. '":2'),
    ["40 deep"] = envelope('"V":' .. ("[{\"a\":"):rep(20) .. "1" .. ("}]"):rep(20)),
    ["100 deep"] = envelope('"V":' .. ("["):rep(100) .. ("]"):rep(100)),
    ["numbers"] = envelope(numbers),
    ["a failure"] = envelope '"Error":{"Code":"AuthFailure.SignatureFailure","Message":"The signature is wrong."}',
    ["a failure with escapes"] =
        [[{"Response":{"Error":{"Code":"\u0041uth","Message":"a\nb\u4e2d"},"RequestId":"\u0031"}}]],
    ["a failure with a long message"] =
        envelope('"Error":{"Code":"InternalError","Message":"' .. ([[no\u002c ]]):rep(500) .. '"}'),
    ["a failure with details and payload"] =
        envelope('"Error":{"Code":"A.B","Message":"m","More":' .. objects .. '},"Part":' .. array(200, "#")),
    ["a legacy failure"] = [[{"code":4100,"message":"m","codeDesc":"AuthFailure","more":[1]}]],
    ["JSON that is not an envelope"] = [[{"Error":{"Code":"A"}}]],
    ["a malformed Error"] = envelope('"Error":' .. objects),
    ["a body that is not JSON"] = "<html>502 Bad Gateway</html>",
    ["a truncated body"] = '{"Response":{"V":' .. objects,
}
local names = {}
for name in pairs(bodies) do
    names[#names + 1] = name
end
table.sort(names)

-- ---- the cases ----

local function response()
    return require "tencentcloud.response"
end

local function forget()
    for name in pairs(package.loaded) do -- Lua 5.1 mistakes a module that failed to load for a loop
        if name:find "^tencentcloud%." or name == "cjson" then
            package.loaded[name] = nil
        end
    end
end

local function require_all()
    local list = {}
    for _, name in ipairs { "response", "error", "codes" } do
        list[#list + 1] = type(require("tencentcloud." .. name))
    end
    return require "tencentcloud.response".check(bodies["a small body"]), list
end

-- LuaJIT's own library leaks memory when it fails to load.
local function prepare_require()
    pcall(require, "ffi")
end

case("require", prepare_require, require_all, { fresh = true, recover = forget })

case("new", response, function(m)
    return type(m.new().parse), type(m.new { null = false, array_mt = {}, max_depth = 10, nulls = "omit" }.parse)
end)

for _, name in ipairs(names) do
    local body = bodies[name]
    case("parse: " .. name, response, function(m)
        return m.parse(body)
    end)
    case("check: " .. name, response, function(m)
        return m.check(body)
    end)
    case("open and get: " .. name, response, function(m)
        local view, message, err = m.open(body)
        return view and view:get(), message, err
    end)
    case("scanner: " .. name, function()
        return response().scanner()
    end, function(scanner)
        scanner:reset()
        for i = 1, #body, 100 do
            local going, message, err = scanner:feed(body:sub(i, i + 99))
            if not going then
                return going, message, err
            end
        end
        return scanner:finish()
    end)
    case("read: " .. name, response, function(m)
        return m.read { status = 503, headers = { ["X-TC-RequestId"] = "id" }, body = body }
    end)
end

case("parse by an instance", function()
    return response().new { null = "null", nulls = "omit", integers = "number", array_mt = {} }
end, function(instance)
    return instance.parse(bodies["20 objects"])
end)

-- Elements that are read on request, some of which do not fit on the small tape.
local large = envelope('"V":'
    .. array(24, [[{"Id":"ins-#","Text":"]] .. ("text "):rep(600) .. [[","Tags":[1,{"K":#}]}]])
    .. ',"W":[' .. array(700, "1") .. "]")

case("parts of a large body", response, function(m)
    local view = m.open(large)
    local part, seen = view:at("V", 3), {}
    for name, value in part:each() do
        seen[name] = value
    end
    for index, tag in view:each("V", 24, "Tags") do
        seen[index] = tag
    end
    return seen, part:at("Tags", 2):get "K", view:get("W", 1, 700), view:len("W", 1), view:get("V", 24, "Id")
end)

case("a new scanner", response, function(m)
    return tostring(m.scanner()), m.scanner():truncated()
end)

-- A verdict that could not be returned is returned the next time.
case("finish again", function()
    local scanner = response().scanner()
    scanner:feed(bodies["a failure with a long message"])
    return scanner
end, function(scanner)
    return scanner:finish()
end)

case("feed a scanner that has failed", function()
    local scanner = response().scanner()
    scanner:feed "]"
    return scanner
end, function(scanner)
    return scanner:feed "any"
end)

-- An error in the middle of a chunk is remembered until reset; one before it, in calling feed, changes nothing.
case("feed a text that grows", function()
    return response().scanner()
end, function(scanner)
    local body = bodies["a failure with a long message"]
    scanner:reset()
    local fed, message = pcall(scanner.feed, scanner, body)
    if not fed then
        local again, why = pcall(scanner.feed, scanner, body)
        if not again then
            error(why:find("interrupted by an error", 1, true) and message or why, 0)
        end
    end
    return scanner:finish()
end)

case("truncated texts", function()
    return response().new { max_field = 32 }.scanner()
end, function(scanner)
    scanner:reset()
    scanner:feed(bodies["a failure with a long message"])
    local a, b, c = scanner:finish()
    return a, b, c, scanner:truncated()
end)

local function view_of(members)
    return function()
        return (assert(response().open(envelope(members))))
    end
end

case("get by index", view_of('"V":' .. objects), function(view)
    return view:get("V", 20, "Name"), view:get("V", 3, "Tags", 1, "Key"), view:get("V", 21)
end)

case("get by name among many", view_of('"V":' .. many), function(view)
    return view:get("V", "member40"), view:get("V", "member41"), view:len "V"
end)

case("get by escaped name", view_of([["\u0056]] .. ("\\t"):rep(2400) .. '":2'), function(view)
    return view:get("V" .. ("\t"):rep(2400)), view:get "V"
end)

case("at, type, request_id, tostring, len", view_of('"V":' .. objects), function(view)
    local part = view:at("V", 20)
    return part:get "Id", part:type "Tags", part:request_id(), tostring(part), part:len "Tags", part:len()
end)

case("each, an array", view_of('"V":' .. objects), function(view)
    local last, count
    for i, value in view:each "V" do
        last, count = value, i
    end
    return last, count
end)

case("each, an object of many members", view_of('"V":' .. many), function(view)
    local sum = 0
    for _, value in view:each "V" do
        sum = sum + value
    end
    return sum
end)

case("each, an object of few members, one twice", view_of [["A":1,"\u0041":2,"B":3]], function(view)
    local sum = 0
    for _, value in view:at():each() do
        sum = sum + (tonumber(value) or 0)
    end
    return sum
end)

case("success", response, function(m)
    return m.success({ V = { 1, 2, 0.1, 2 ^ 60 }, N = m.null }, "id")
end)

case("failure", response, function(m)
    return m.failure("A.B", "m\n", "id"), m.failure "A"
end)

local hostile = bodies["a failure with a long message"]:gsub("no", [[\u0007]])

-- ---- event streams ----

local function event(data)
    return "id: 7\nevent: part\ndata: " .. data .. "\n\n"
end

local event_streams = {
    ["small events"] = event '{"V":1}' .. event '{"V":[2]}' .. "data: [DONE]\n\n",
    ["20 objects"] = event('{"V":' .. objects .. "}") .. event "{}",
    ["lines of data"] = 'data: {"V":\ndata: ' .. integers .. "\ndata: }\n\n",
    ["a failure"] = event '{"V":1}' .. event [[{"ErrorMsg":{"Code":4000,"Msg":"a\nb\u4e2d"},"RequestId":"\u0031"}]],
    ["a failure with a long message"] = event(bodies["a failure with a long message"]) .. event "{}",
    ["many RequestIds"] = event '{"RequestId":"a"}' .. event('{"RequestId":"' .. ("b"):rep(100) .. '"}'),
    ["an interrupted event"] = event '{"V":1}' .. 'data: {"V":',
}
local stream_names = {}
for name in pairs(event_streams) do
    stream_names[#stream_names + 1] = name
end
table.sort(stream_names)

for _, name in ipairs(stream_names) do
    local text = event_streams[name]
    case("stream: " .. name, response, function(m)
        local stream, seen = m.stream { request_id = "given" }, {}
        for i = 1, #text + 100, 100 do
            local chunk = i <= #text and text:sub(i, i + 99) or nil
            for it in stream:feed(chunk) do
                seen[#seen + 1] = { it.data, it.event, it.id, it.done, it:get "V", (it:parse()) }
            end
        end
        return seen, stream:finish()
    end)
    case("stream, nothing iterated: " .. name, response, function(m)
        local stream = m.stream {}
        for i = 1, #text, 100 do
            stream:feed(text:sub(i, i + 99))
        end
        return stream:finish()
    end)
    case("verdict of a stream: " .. name, response, function(m)
        local scanner = m.scanner { content_type = "text/event-stream" }
        for i = 1, #text, 100 do
            scanner:feed(text:sub(i, i + 99))
        end
        return scanner:finish()
    end)
    case("read a stream: " .. name, response, function(m)
        return m.read { status = 200, headers = { ["Content-Type"] = "text/event-stream" }, body = text }
    end)
end

-- A stream that ran out of memory within an event says so until it is reset; otherwise it goes on.
case("reset a stream after an error", function()
    return response().stream {}
end, function(stream)
    stream:reset()
    stream:feed(event_streams["20 objects"])
    local events = 0
    for it in stream:feed(nil) do
        events = events + #it.data
    end
    return events, stream:finish()
end)

case("an error's methods", function()
    local _, _, err = response().check(hostile)
    return err
end, function(err)
    return tostring(err), err:is "InternalError", err:is "Internal"
end)

case("codes", function()
    return require "tencentcloud.codes"
end, function(codes)
    return codes.describe "AuthFailure.X", codes.all(), codes.family "A.B", codes.is("A.B", "A")
end)

return cases, show
