--- Calls every method of every object from a finalizer that the collector runs inside every method. It is a script
--- because its heap must be small. Prints each failure, then the numbers of pairs of calls tried and of calls refused.
---
---     lua5.4 spec/finalizers.lua
-- With a pause of 0 LuaJIT may leave a trace for the collector and enter it again, forever.
if type(jit) == "table" then
    jit.off()
end

local response = require "tencentcloud.response"

local LONG = ("y"):rep(1000)
local FAILURE = '{"Response":{"Error":{"Code":"A.B","Message":"' .. LONG
    .. '","X":[1,{"a":"\\n"}]},"P":{},"RequestId":"r"}}'
local OTHER = '{"Response":{"Error":{"Code":"C","Message":"another"},"RequestId":"other"}}'
local LEGACY = '{"code":4000,"codeDesc":"L.M","message":"m","data":{}}'

-- A list long enough for every kind of step. Its elements have escapes and numbers, so reading any of it allocates.
local ELEMENTS = 100
local function list()
    local elements = {}
    for i = 1, ELEMENTS do
        elements[i] = ('{"Id":"i-%d","Text":"\\u4e2d%s\\n","N":[%d,0.5,{"a":{}}]}'):format(i, LONG:sub(1, i), i)
    end
    return '{"Response":{"L":[' .. table.concat(elements, ",") .. '],"J":"{\\"a\\":[1,\\"x\\"]}","RequestId":"r"}}'
end
local LIST = list()

local instance = response.new { max_field = 2 ^ 20 }

--- For each kind of object: make returns a new one; methods are the calls to try on it, each with the name of its
--- method, which may occur several times; methods_of is the table of all its functions, so that none is forgotten.
--- accept, if given, returns true for other correct outcomes, given also the object and how often a finalizer ran.
local kinds = {}

local function kind(name, make, methods_of, methods, accept)
    kinds[#kinds + 1] = { name = name, make = make, methods_of = methods_of, methods = methods, accept = accept }
end

local scanner_methods = {
    { "feed", function(s) return s:feed(LONG) end },
    { "feed", function(s) return s:feed '{"Response":{"Error":{"Code":"A","Message":"' end },
    { "feed", function(s) return s:feed "\0" end },
    { "finish", function(s) return s:finish() end },
    { "reset", function(s) return s:reset() end },
    { "truncated", function(s) return s:truncated() end },
    { "__tostring", function(s) return (tostring(s):gsub("0x%x+", "")) end },
}

for name, body in pairs {
    ["a new scanner"] = "",
    ["a scanner inside Message"] = '{"Response":{"Error":{"Code":"A","Message":"' .. LONG:sub(1, 200),
    ["a scanner that has failed"] = "garbage",
    ["a scanner of a failure"] = FAILURE,
    ["a scanner of a success"] = '{"Response":{"RequestId":"' .. LONG .. '"}}',
} do
    kind(name, function()
        local scanner = instance.scanner()
        scanner:feed(body)
        return scanner
    end, getmetatable(instance.scanner()), scanner_methods)
end

local next_event = instance.stream():feed ""
local CHUNK = "id: 7\ndata: " .. LONG .. "\n\n"

local stream_methods = {
    { "feed", function(s) return (s:feed(CHUNK)) == next_event end },
    { "feed", function(s) return (s:feed "\ndata: {") == next_event end },
    { "feed", function(s) return (s:feed(nil)) == next_event end },
    { "next", function(s) local event = next_event(s) return event and event.data end },
    { "finish", function(s) return s:finish() end },
    { "reset", function(s) return s:reset() end },
    { "__tostring", function(s) return (tostring(s):gsub("0x%x+", "")) end },
}

for name, body in pairs {
    ["a new stream"] = "",
    ["a stream inside an event"] = "id: " .. LONG .. "\nevent: " .. LONG .. "\ndata: {\ndata: ",
    ["a stream with events that nobody has read"] = "data: 1\n\ndata: {\n\ndata: 3\n\n",
    ["a stream of a failure"] = 'data: {"ErrorMsg":{"Code":4001,"Msg":"' .. LONG .. '"}}\n\n',
    ["a stream of a success"] = 'data: {"RequestId":"' .. LONG .. '"}\n\n',
} do
    kind(name, function()
        local stream = instance.stream { request_id = "given" }
        stream:feed(body)
        return stream
    end, getmetatable(instance.stream()), stream_methods)
end

-- Its next call first allocates the memory that the event may need. Enough events follow for all finalizers.
kind("a stream that has given an event", function()
    local stream = instance.stream()
    stream:feed(("data: " .. LONG .. "\n\n"):rep(50))
    next_event(stream)
    return stream
end, getmetatable(instance.stream()), stream_methods)

local function event_of(data)
    local f, stream = instance.stream():feed("data: " .. data .. "\n\n")
    return f(stream)
end

kind("an event", function() return event_of '{"A":["\\n"]}' end, getmetatable(event_of "1"), {
    { "get", function(e) return e:get "A" end },
    { "parse", function(e) return e:parse() end },
    { "__index", function(e) return e.data end },
    { "__tostring", function(e) return (tostring(e):gsub("0x%x+", "")) end },
})

local view = assert(instance.open(LIST))

kind("a view", function() return (instance.open(LIST)) end, getmetatable(view), {
    { "get", function(v) return v:get("L", 95, "Text") end },
    { "get", function(v) return v:get("L", 70) end },
    { "get", function(v) return v:get() end },
    { "at", function(v) return v:at("L", 90):get "Id" end },
    { "each", function(v) local f, s = v:each "L" return f(s) end },
    { "open", function(v) return v:open "J":get("a", 2) end },
    { "raw", function(v) return v:raw("L", 60) end },
    { "len", function(v) return v:len "L" end },
    { "open", function(v) return v:open "S" end },
    { "raw", function(v) return v:raw("L", 90) end },
    { "type", function(v) return v:type("L", 3, "N", 3) end },
    { "request_id", function(v) return v:request_id() end },
    { "__index", function(v) return v[1] end },
    { "__newindex", function(v) return (pcall(function() v.X = 1 end)) end },
    { "__len", function(v) return getmetatable(v).__len(v) end },
    { "__pairs", function(v) local f, s = getmetatable(v).__pairs(v) return f(s) end },
    { "__ipairs", function(v) local f, s = getmetatable(v).__ipairs(v) return f(s) end },
    { "__tostring", function(v) return tostring(v) end },
})

-- A finalizer's call inside another takes elements from the same iteration. Each element is returned once, and whole.
local iterations = {
    ["an iteration over a list"] = {
        function() return (instance.open(LIST)):each "L" end,
        function(outcome, iteration, finalizers)
            if outcome == "{1=boolean false,2=boolean false,3=boolean false}" then -- they have taken all elements
                return finalizers >= ELEMENTS and iteration[1](iteration[2]) == nil
            end
            local index, id = outcome:match "^{1=number (%d+),2={.-Id=string i%-(%d+)"
            return index ~= nil and index == id
        end,
    },
    ["an iteration over an object"] = {
        function() return (instance.open(LIST)):each("L", 80) end,
        function(outcome)
            return outcome:find "^{1=string Id,2=string i%-80," or outcome:find "^{1=string Text,2=string 中yyy"
                or outcome:find "^{1=string N,2={1=number 80," or outcome:find "^{1=boolean false,"
        end,
    },
}
for name, iteration in pairs(iterations) do
    kind(name, function()
        local f, state = iteration[1]()
        return { f, state }
    end, {}, { { "next", function(o) return o[1](o[2]) end } }, iteration[2])
end

local function failed()
    return (select(3, instance.parse(FAILURE)))
end

kind("an error", failed, getmetatable(failed()), {
    { "is", function(e) return e:is "A" end },
    { "__tostring", function(e) return tostring(e) end },
})

-- The functions of an instance may share memory, too.
kind("an instance", function() return instance end, instance, {
    { "parse", function(r) return r.parse(FAILURE) end },
    { "parse", function(r) return r.parse(LIST) end },
    { "parse", function(r) return r.parse(LEGACY) end },
    { "check", function(r) return r.check(FAILURE) end },
    { "check", function(r) return r.check(OTHER) end },
    { "check", function(r) return r.check(LIST) end },
    { "check", function(r) return r.check "garbage" end },
    { "open", function(r) return (r.open(LIST)) and true end },
    { "open", function(r) return r.open(FAILURE) end },
    { "read", function(r) return r.read { status = 200, body = OTHER } end },
    { "scanner", function(r) return r.scanner() and true end },
    { "stream", function(r) return r.stream { request_id = LONG } and true end },
    { "new", function(r) return type(r.new()) end },
    { "success", function(r) return r.success({ A = { 0.1, "\n" } }, "r") end },
    { "failure", function(r) return r.failure("A.B", "m", "r") end },
})

---- what a call returned, as text ----

local function show(value)
    if type(value) ~= "table" then
        return type(value) == "userdata" and "userdata" or type(value) .. " " .. tostring(value)
    end
    local members = {}
    for name, member in next, value do
        members[#members + 1] = tostring(name) .. "=" .. show(member)
    end
    table.sort(members)
    return "{" .. table.concat(members, ",") .. "}"
end

local function outcome(ok, a, b, c)
    return ok and show { a or false, b or false, c or false } or "raised " .. tostring(a)
end

---- the finalizer ----

local armed, inner, object = false, nil, nil
local runs, refusals = 0, 0

local function set_finalizer(f)
    if newproxy then
        getmetatable(newproxy(true)).__gc = f
    else
        setmetatable({}, { __gc = f })
    end
end

local function bomb()
    set_finalizer(function()
        if armed then
            runs = runs + 1
            local ok, message = pcall(inner, object)
            if not ok and message:find("is in use", 1, true) then
                refusals = refusals + 1
            end
        end
        bomb()
    end)
end

-- The collector makes a whole cycle at every allocation that lets it run.
local function collect_always()
    if _VERSION == "Lua 5.4" then
        collectgarbage("incremental", 10, 1000, 20)
    else
        collectgarbage("setpause", 0)
        collectgarbage("setstepmul", 1e6)
    end
    collectgarbage() -- the new settings apply from the next pause on
end

local function collect_as_usual()
    if _VERSION == "Lua 5.4" then
        collectgarbage("incremental", 200, 100, 13)
    else
        collectgarbage("setpause", 200)
        collectgarbage("setstepmul", 200)
    end
end

local function with_finalizer(outer, it, nested, other)
    inner, object = nested, other
    collect_always()
    armed = true
    local ok, a, b, c = pcall(outer, it)
    armed = false
    collect_as_usual()
    return outcome(ok, a, b, c)
end

---- the pairs ----

local function plain(call, it)
    return outcome(pcall(call, it))
end

local pairs_tried, wrong = 0, 0

local function complain(...)
    wrong = wrong + 1
    print(...)
end

-- A call returns what it returns alone, or after the other call, as if the finalizer had run just before it.
local function try(outer_kind, outer, inner_kind, nested)
    local same = outer_kind == inner_kind
    local alone = plain(outer[2], outer_kind.make())
    local it = outer_kind.make()
    if same then
        plain(nested[2], it)
    end
    local after = plain(outer[2], it)
    it = outer_kind.make()
    local other = same and it or inner_kind.make()
    local runs_before = runs
    local got = with_finalizer(outer[2], it, nested[2], other)
    pairs_tried = pairs_tried + 1
    if got ~= alone and got ~= after and not (outer_kind.accept and outer_kind.accept(got, it, runs - runs_before)) then
        complain(("%s, %s, and %s, %s, from a finalizer inside:\n  %s\nexpected\n  %s"):format(outer_kind.name,
            outer[1], inner_kind.name, nested[1], got, alone))
    end
    if outer_kind.name:find "scanner" then
        it:reset()
        it:feed(FAILURE)
        local _, message = it:finish()
        if message ~= "A.B: " .. LONG .. " (RequestId: r)" then
            complain(("%s after %s inside %s: %s"):format(outer_kind.name, nested[1], outer[1], tostring(message)))
        end
    end
end

for _, k in ipairs(kinds) do
    local tried = {}
    for _, method in ipairs(k.methods) do
        tried[method[1]] = true
    end
    for name, f in pairs(k.methods_of) do
        if type(f) == "function" and not tried[name] then
            complain(("%s: its %s is not among the methods of spec/finalizers.lua"):format(k.name, name))
        end
    end
end

for _ = 1, 4 do
    bomb()
end
for _, outer_kind in ipairs(kinds) do
    for _, outer in ipairs(outer_kind.methods) do
        for _, inner_kind in ipairs(kinds) do
            for _, nested in ipairs(inner_kind.methods) do
                if outer_kind == inner_kind then
                    try(outer_kind, outer, inner_kind, nested)
                end
            end
        end
    end
end
print(("%d pairs, %d calls by finalizers, %d refused, %d wrong"):format(pairs_tried, runs, refusals, wrong))
os.exit(wrong == 0 and refusals > 0 and 0 or 1)
