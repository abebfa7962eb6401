-- Which values views give. view_memory_spec.lua has what views keep in memory, and for how long.
local response = require "tencentcloud.response"
local support = require "spec.support"
local views = require "spec.views"

local null = response.null
local envelope, alike = support.envelope, support.alike
local open, collect, count, object, array = views.open, views.collect, views.count, views.object, views.array
local unpack = table.unpack or unpack

-- The value at a view; returns any other value as it is.
local function value_of(value)
    return type(value) == "userdata" and value ~= null and value:get() or value
end

local document = [=["Name": "n", "Escaped": "\u4e2d\n", "Size": 2, "Ratio": 0.5, "On": true, "Off": false, "None": null,
    "List": [1, "two", null, [], {"A": 1, "B": []}, [[3], 4]], "Lists": [[], [1], [1, 2]], "Nothing": [], "Empty": {},
    "Object": {"A": {"B": [{"C": "deep"}, null]}, "": 0, "1": "one", "2": {"": {"": "nested"}}}, "RequestId": "r"]=]

-- path, value, type, length
local places = {
    { { "Name" }, "n", "string" },
    { { "Escaped" }, "\228\184\173\n", "string" },
    { { "Size" }, 2, "number" },
    { { "Ratio" }, 0.5, "number" },
    { { "On" }, true, "boolean" },
    { { "Off" }, false, "boolean" },
    { { "None" }, null, "null" },
    { { "List" }, { 1, "two", null, {}, { A = 1, B = {} }, { { 3 }, 4 } }, "array", 6 },
    { { "List", 1 }, 1, "number" },
    { { "List", 2 }, "two", "string" },
    { { "List", 3 }, null, "null" },
    { { "List", 4 }, {}, "array", 0 },
    { { "List", 5 }, { A = 1, B = {} }, "object", 2 },
    { { "List", 5, "A" }, 1, "number" },
    { { "List", 5, "B" }, {}, "array", 0 },
    { { "List", 6 }, { { 3 }, 4 }, "array", 2 },
    { { "List", 6, 1, 1 }, 3, "number" },
    { { "List", 6, 2 }, 4, "number" },
    { { "Lists", 3, 2 }, 2, "number" },
    { { "Nothing" }, {}, "array", 0 },
    { { "Empty" }, {}, "object", 0 },
    { { "Object" },
        { A = { B = { { C = "deep" }, null } }, [""] = 0, ["1"] = "one", ["2"] = { [""] = { [""] = "nested" } } },
        "object", 4 },
    { { "Object", "A", "B", 1, "C" }, "deep", "string" },
    { { "Object", "A", "B", 2 }, null, "null" },
    { { "Object", "" }, 0, "number" },
    { { "Object", "1" }, "one", "string" },
    { { "Object", "2", "", "" }, "nested", "string" },
    { { "RequestId" }, "r", "string" },
    -- paths without a value
    { { "Missing" } }, { { "name" } }, { { "Nam" } }, { { "Names" } }, { { "Name\0" } }, { { "" } },
    { { "Missing", "A" } }, { { "Missing", 1, 2 } },
    { { "Name", 1 } }, { { "Name", "A" } }, { { "Size", 1 } }, { { "On", "A" } },
    { { "None", 1 } }, { { "None", "A" } },
    { { "List", -1 } }, { { "List", 7 } }, { { "List", 1.5 } }, { { "List", 2 ^ 32 + 1 } },
    { { "List", 2 ^ 53 } }, { { "List", 1e300 } }, { { "List", math.huge } }, { { "List", -math.huge } },
    { { "List", 0 / 0 } },
    { { "List", "1" } }, { { "List", "" } }, { { "List", 3, 1 } }, { { "List", 4, 1 } }, { { "List", 5, 1 } },
    { { "Nothing", 1 } }, { { "Empty", "" } }, { { "Empty", 1 } },
    { { 1 } }, { { "Object", 1 } }, { { "Object", 2, "" } }, { { "Object", "1", 1 } },
}

local function path_text(path)
    local steps = {}
    for i, step in ipairs(path) do
        steps[i] = type(step) == "string" and ("%q"):format(step) or tostring(step)
    end
    return (table.concat(steps, ", "):gsub("%z", "\\0"))
end

describe("at the path", function()
    local view = open(document)
    for _, row in ipairs(places) do
        local path, value, kind, length = row[1], row[2], row[3], row[4]
        it(("(%s) a view has %s"):format(path_text(path), kind and "a value, " .. kind or "no value"), function()
            alike({ n = 1, value }, support.pack(view:get(unpack(path))))
            alike({ n = 1, kind }, support.pack(view:type(unpack(path))))
            alike({ n = 1, length }, support.pack(view:len(unpack(path))))
            alike(length and value or {}, collect(view:each(unpack(path))))
            for split = 0, #path do
                local part = view:at(unpack(path, 1, split))
                if part then
                    alike(value, part:get(unpack(path, split + 1)))
                    alike(kind, part:type(unpack(path, split + 1)))
                    alike(length, part:len(unpack(path, split + 1)))
                    alike(length and value or {}, collect(part:each(unpack(path, split + 1))))
                else
                    assert.is_nil(kind)
                end
            end
            local part = view:at(unpack(path))
            assert.equal(kind ~= nil, part ~= nil)
            if part then
                alike(value, part:get())
                assert.equal("r", part:request_id())
            end
        end)
    end

    it("() a view has the payload", function()
        local payload = response.parse(envelope(document))
        alike(payload, view:get())
        alike(payload, view:at():get())
        alike(payload, collect(view:each()))
        assert.same({ "object", 13 }, { view:type(), view:len() })
    end)

    it('("List", 2.0) a view has the element at index 2', function()
        alike("two", view:get("List", 4 / 2))
    end)

    it('("List") a view returns a new table each time', function()
        view:get("List")[1] = "changed"
        alike(1, view:get("List", 1))
    end)
end)

describe("the view", function()
    it("becomes a string that names its type and length", function()
        local view = open(document)
        for _, row in ipairs(places) do
            local part = view:at(unpack(row[1]))
            if part then
                local length = row[4] and " of " .. row[4] or ""
                assert.equal("tencentcloud.view: " .. row[3] .. length, tostring(part))
            end
        end
        assert.equal("tencentcloud.view: object of 13", tostring(view))
    end)

    it("of an array gives its elements by index", function()
        local view = open(document)
        local list = view:at "List"
        for _, index in ipairs { -1, 1, 2, 3, 4, 5, 6, 7, 1.5 } do
            alike(view:get("List", index), value_of(list[index]))
        end
        assert.is_nil(list.Name)
        assert.is_nil(view[1])
        assert.is_nil(view:at("Name")[1])
        assert.is_nil(list["1"])
        assert.is_nil(list[true])
        assert.is_nil(view[{}])
    end)

    for text, id in pairs { ['"r\\u002d1"'] = "r-1", ['""'] = "", ["null"] = "", ["17"] = "", ['["r"]'] = "" } do
        it(("of a response with the RequestId %s returns '%s'"):format(text, id), function()
            local view = open('"RequestId":' .. text .. ',"A":{"RequestId":"other"}')
            assert.equal(id, view:request_id())
            assert.equal(id, view:at("A"):request_id())
        end)
    end

    it("of a response with several RequestIds returns the last, and without one an empty text", function()
        assert.equal("", open('"A":{"RequestId":"other"}'):request_id())
        assert.equal("2", open('"RequestId":"1","RequestId":"2"'):request_id())
        assert.equal("", open('"RequestId":"1","RequestId":null'):request_id())
    end)

    it("shows the last of several Responses", function()
        local view = assert(response.open '{"Response":{"A":1},"A":3,"Response":{"A":2,"RequestId":"r"}}')
        alike({ A = 2, RequestId = "r" }, view:get())
        assert.equal("r", view:request_id())
    end)
end)

-- Whether pairs and ipairs accept a userdata. From Lua 5.2 on they do; ipairs without a metamethod uses indexes.
local honours_pairs = select(2, pairs(setmetatable({}, { __pairs = function() return nil, true end }))) == true

describe("Lua's own", function()
    local view = open(document)

    it("length operator returns what len returns, also nil for a value without length", function()
        for _, row in ipairs(places) do
            local part = view:at(unpack(row[1]))
            if part then
                assert.equal(row[4], #part)
            end
        end
        assert.equal(13, #view)
    end)

    if honours_pairs then
        it("pairs iterates as each does", function()
            alike(view:get(), collect(pairs(view)))
            alike(view:get("List"), collect(pairs(view:at "List")))
            alike({}, collect(pairs(view:at "Nothing")))
            alike({}, collect(pairs(view:at "Name")))
        end)

        it("ipairs iterates over elements", function()
            local values = {}
            for index, value in ipairs(view:at "List") do
                values[index] = value_of(value)
            end
            alike(view:get("List"), values)
            alike({}, collect(ipairs(view:at "Nothing")))
        end)

        it("ipairs does not iterate over members", function()
            alike({}, collect(ipairs(view:at "Object")))
            alike({}, collect(ipairs(view)))
            alike({}, collect(ipairs(view:at "Name")))
        end)
    end

    it("ipairs ends after any index that is not before an element's", function()
        local list = view:at "List"
        local step = getmetatable(list).__ipairs(list)
        for _, index in ipairs { -2, list:len(), 2 ^ 31, 2 ^ 53, math.maxinteger } do
            assert.is_nil(step(list, index))
        end
    end)
end)

describe("each", function()
    it("iterates over elements in order", function()
        for _, n in ipairs { 0, 1, 2, 31, 32, 33, 64, 1000 } do
            local view, last = open('"L":' .. array(n, tostring)), 0
            for index, element in view:each "L" do
                assert.equal(last + 1, index)
                assert.equal(index, element)
                last = index
            end
            assert.equal(n, last)
        end
    end)

    it("keeps returning nil after its end", function()
        for _, text in ipairs { "[]", "[1]", "{}", '{"A":1}', "1", '"A"', "null" } do
            local step, state, key = open('"V":' .. text):each "V"
            key = step(state, key)
            local last = key and step(state, key)
            assert.is_nil(last)
            assert.is_nil(step(state, last))
            assert.is_nil(step(state, last))
        end
    end)

    it("can be left early, nested and restarted #long", function()
        local view = open('"L":' .. array(100, function(i) return ("[%d,{}]"):format(i) end))
        for stop = 1, 100 do
            for index, element in view:each "L" do
                assert.equal(index, element[1])
                if index == stop then
                    break
                end
            end
        end
        local seen = 0
        for index in view:each "L" do
            for inner, element in view:each "L" do
                seen = seen + (inner == index and element[1] == index and 1 or 0)
            end
        end
        assert.equal(100, seen)
    end)

    it("can be mixed with any other access", function()
        local view = open('"L":' .. array(200, function(i) return ('{"N":%d,"L":[[%d]]}'):format(i, i) end))
        for index, element in view:each "L" do
            assert.equal(index, element.N)
            assert.equal(201 - index, view:get("L", 201 - index, "N"))
            assert.equal(index, view:at("L", index):get("L", 1, 1))
            assert.equal(7, view:get("L", 7, "L", 1, 1))
        end
    end)
end)

-- Small objects are searched member by member; large ones have a hash table.
for _, n in ipairs { 1, 2, 23, 24, 25, 26, 100 } do
    describe(("an object of %d members"):format(n), function()
        -- member in the body, its name in Lua
        local kinds = {
            { '"Name#":#', "Name%d" }, { '"\\u004eame#":#', "Name%d" }, { '"#":#', "%d" }, { '"-#.5":#', "-%d.5" },
            { '"中#":#', "中%d" }, { '"\\u4e2d#":#', "中%d" },
            { '"\\u0000#":#', "\0%d" }, { '"#\\"\\\\":#', '%d"\\' },
            { '"' .. ("n"):rep(100) .. '#":#', ("n"):rep(100) .. "%d" },
        }
        for _, kind in ipairs(kinds) do
            it(("written like %s has each of them by name"):format(kind[1]:sub(1, 20)), function()
                local function name(i)
                    return (kind[2]:gsub("%%d", i))
                end
                local members = '"V":' .. object(n, kind[1])
                local view = open(members)
                local part = view:at "V"
                for i = 1, n do
                    assert.equal(i, view:get("V", name(i)))
                    assert.equal(i, part:get(name(i)))
                end
                for _, missing in ipairs { name(n + 1), name "", name(1):sub(1, -2), name(1) .. "\0", "" } do
                    assert.is_nil(part:get(missing))
                end
                assert.is_nil(part:get(1))
                assert.equal(n, part:len())
                alike(response.parse(envelope(members)).V, collect(part:each()))
            end)
        end

        it("has members with empty names, including nested ones", function()
            local view = open('"V":' .. object(n - 1, '"#":#'):gsub("}$", (n > 1 and "," or "") .. '"":{"":{"":5}}}'))
            assert.same({ { [""] = { [""] = 5 } }, 5 }, { view:get("V", ""), view:get("V", "", "", "") })
            assert.equal(n, view:len "V")
        end)

        it("has the last of the members with the same name", function()
            for _, text in ipairs {
                object(n, '"A":#'), object(n, '"\\u0041":#'),
                object(n, '"A":[[#],{"A":0}],"\\u0041":#'), object(n, '"\\u0041":"#","A":#'),
            } do
                local view = open('"V":' .. text)
                assert.equal(n, view:get("V", "A"))
                assert.equal(1, view:len "V")
                assert.equal(1, #view:at "V")
                alike({ A = n }, view:get "V")
                alike({ A = n }, collect(view:each "V"))
            end
        end)

        it("has the last of each pair of duplicates", function()
            local text = object(n, '"M#":#,"\\u004d#":[#]'):sub(1, -2) .. ',"M1":null}'
            local view = open('"V":' .. text)
            local expected = { M1 = null }
            for i = 2, n do
                expected["M" .. i] = { i }
                alike({ i }, view:get("V", "M" .. i))
                alike(i, view:get("V", "M" .. i, 1))
            end
            alike(null, view:get("V", "M1"))
            assert.is_nil(view:get("V", "M1", 1))
            alike(expected, view:get "V")
            alike(expected, collect(view:each "V"))
            assert.equal(n, view:len "V")
        end)
    end)
end

describe("a large array", function()
    local N = 1000
    -- kind of elements, JSON of element i, its value
    local arrays = {
        { "numbers", function(i) return tostring(i) end, function(i) return i end },
        { "strings", function(i) return ('"%d\\n"'):format(i) end, function(i) return i .. "\n" end },
        { "objects", function(i) return ('{"I":%d,"L":[{},%d]}'):format(i, i) end,
            function(i) return { I = i, L = { {}, i } } end },
        { "arrays", function(i) return "[" .. ("[],"):rep(i % 5) .. i .. "]" end, function(i)
            local t = {}
            for j = 1, i % 5 do
                t[j] = {}
            end
            t[#t + 1] = i
            return t
        end },
        { "numbers and arrays", function(i) return i % 40 == 0 and ("[%d]"):format(i) or tostring(i) end,
            function(i) return i % 40 == 0 and { i } or i end },
        { "numbers and a last object", function(i) return i == N and '{"I":[1000]}' or tostring(i) end,
            function(i) return i == N and { I = { N } } or i end },
    }

    local random = support.random()
    local orders = {
        ["in order"] = function(i) return i end,
        ["backwards"] = function(i) return N + 1 - i end,
        ["at random"] = function() return random(N) end,
        ["in steps of 31"] = function(i) return i * 31 % N + 1 end,
        ["in steps of 33"] = function(i) return i * 33 % N + 1 end,
        ["from both ends"] = function(i) return i % 2 == 0 and math.floor(i / 2) or N - math.floor(i / 2) end,
        ["with each element twice"] = function(i) return math.floor((i + 1) / 2) end,
    }

    for _, row in ipairs(arrays) do
        local text = array(N, row[2])
        for name, order in pairs(orders) do
            it(("of %s is read %s"):format(row[1], name), function()
                local view = open('"L":' .. text .. ',"M":' .. text)
                local part = view:at "M"
                for i = 1, N do
                    local index = order(i)
                    alike(row[3](index), view:get("L", index))
                    alike(row[3](index), part:get(index))
                    alike(row[3](N + 1 - index), value_of(part[N + 1 - index]))
                end
                assert.is_nil(view:get("L", -1))
                assert.is_nil(view:get("L", N + 1))
                assert.same({ N, N }, { #part, view:len "L" })
            end)
        end
    end
end)

describe("the options", function()
    local text = '"A":null,"B":[null,{"A":null,"B":1}],"C":18446744073709551616,"D":[],"E":{"A":1,"A":null}'

    local mark = setmetatable({}, { __tostring = function() return "null" end })
    for name, value in pairs { ["a table"] = mark, ["false"] = false, ["a string"] = "null", ["a number"] = 0 } do
        it("null = " .. name .. " applies", function()
            local view = open(text, response.new { null = value })
            alike(value, view:get "A")
            alike(value, view:at("A"):get())
            alike(value, view:get("B", 1))
            alike(value, view:at("B")[1])
            alike({ A = value, B = 1 }, view:get("B", 2))
            alike({ value, { A = value, B = 1 } }, collect(view:each "B"))
            alike({ A = value }, collect(view:each "E"))
            assert.equal("null", view:type "A")
            assert.is_nil(view:get("A", "B"))
        end)
    end

    it("nulls = 'omit' drops null members but keeps null elements", function()
        local reader = response.new { nulls = "omit" }
        local view = open(text, reader)
        alike({ B = { null, { B = 1 } }, C = "18446744073709551616", D = {}, E = {} }, view:get())
        alike({ B = 1 }, collect(view:each("B", 2)))
        alike({ null, { B = 1 } }, collect(view:each "B"))
        alike(null, view:get("B", 1))
        alike({}, collect(view:each "E"))
        assert.same({ 4, 2, 1, 0 }, { view:len(), view:len "B", view:len("B", 2), view:len "E" })
        for _, n in ipairs { 1, 24, 25, 100 } do
            local object_view = open('"V":' .. object(n, '"N#":null,"M#":#,"D#":#,"D#":null,"L#":null,"L#":#'), reader)
            assert.equal(2 * n, object_view:len "V")
            alike(object_view:get "V", collect(object_view:each "V"))
            assert.equal(2 * n, count(object_view:get "V"))
        end
    end)

    it("nulls = 'omit' makes a null member missing for every method", function()
        local view = open(text, response.new { nulls = "omit" })
        for _, path in ipairs { { "A" }, { "B", 2, "A" }, { "E", "A" } } do
            assert.is_nil(view:get(unpack(path)))
            assert.is_nil(view:at(unpack(path)))
            assert.is_nil(view:type(unpack(path)))
        end
    end)

    it("integers = 'number' applies", function()
        assert.equal("18446744073709551616", open(text):get "C")
        local view = open(text, response.new { integers = "number" })
        alike(2 ^ 64, view:get "C")
        alike(2 ^ 64, view:at("C"):get())
        alike(2 ^ 64, collect(view:each()).C)
    end)

    it("array_mt applies", function()
        local mt = {}
        local view = open(text, response.new { array_mt = mt })
        local each = collect(view:each())
        for _, list in ipairs { view:get "B", view:get "D", view:get().B, view:at("D"):get(), each.D } do
            assert.equal(mt, getmetatable(list))
        end
        for _, map in ipairs { view:get(), view:get("B", 2), view:get "E" } do
            assert.is_nil(getmetatable(map))
        end
    end)

    it("max_depth applies", function()
        support.refused(response.new({ max_depth = 3 }).open, envelope '"V":[[]]', 19, "nested too deeply")
        alike({ {} }, open('"V":[[]]', response.new { max_depth = 4 }):get "V")
    end)

    it("a path and a value fit on the stack, however deep they are", function()
        local instance, levels = response.new { max_depth = 3000 }, 2900
        local body = envelope('"V":' .. ('{"A":'):rep(levels) .. "1" .. ("}"):rep(levels))
        local path = { "V" }
        for i = 2, levels do
            path[i] = "A"
        end
        assert.same({ A = 1 }, instance.open(body):get(unpack(path)))
        for event in instance.stream():feed("data: " .. body .. "\n\n") do
            assert.same({ A = 1 }, event:get(unpack(path)))
        end
    end)
end)

describe("open", function()
    local function same(body, reader)
        local parsed, opened = support.pack(reader.parse(body)), support.pack(reader.open(body))
        if parsed[1] == nil then
            alike(parsed, opened)
            return
        end
        assert.equal(1, opened.n)
        alike(parsed[1], opened[1]:get())
    end

    for _, name in ipairs(support.fixtures "") do
        it("reads " .. name .. " as parse does", function()
            local body = support.fixture(name)
            same(body, response)
            same(body, response.new { null = false, nulls = "omit", array_mt = {}, integers = "number" })
            same(body, response.new { max_depth = 2 })
        end)
    end

    it("refuses every prefix as parse does", function()
        for _, name in ipairs { "success-list.json", "failure-details.json", "success-strings.json" } do
            local body = support.fixture(name)
            for length = 0, #body do
                same(body:sub(1, length), response)
            end
        end
    end)
end)

-- Calls check(view, path, inner) for each value inside a decoded value.
local function walk(view, value, path, check)
    for key, inner in pairs(value) do
        path[#path + 1] = key
        check(view, path, inner)
        if type(inner) == "table" then
            walk(view, inner, path, check)
        end
        path[#path] = nil
    end
end

local function check_place(view, path, value)
    local part = view:at(unpack(path))
    if type(value) ~= "table" then
        alike(value, view:get(unpack(path)))
        alike(value, part:get())
        assert(part:len() == nil and next(collect(part:each())) == nil)
    elseif #path < 40 then -- comparing the whole value at each of 1000 levels would take too long
        alike(value, view:get(unpack(path)))
        alike(value, part:get())
        alike(value, collect(part:each()))
        assert.equal(part:len(), view:len(unpack(path)))
        assert.equal(part:type(), view:type(unpack(path)))
        assert.equal(part:len(), count(value))
    end
end

describe("every path leads to the same value as in the parsed table #long:", function()
    local function check(body)
        local payload = response.parse(body)
        local view = response.open(body)
        assert.equal(payload ~= nil, view ~= nil)
        if payload then
            alike(payload, view:get())
            alike(payload, collect(view:each()))
            assert.equal((response.check(body)), view:request_id())
            walk(view, payload, {}, check_place)
        end
    end

    for _, name in ipairs(support.fixtures "success-") do
        it(name, function()
            check(support.fixture(name))
        end)
    end

    it("the samples", function()
        support.each_sample(pending, check)
    end)
end)

describe("a large body", function()
    local COUNT = 200

    -- Large enough that its elements stay raw until they are accessed; each holds about a page of text.
    local function large()
        local parts = {}
        for i = 1, COUNT do
            parts[i] = ('{"Id":%d,"Text":"%s","Inner":{"Name":"n%d","List":[%d,{"A":[%d]}],"Null":null}}'):format(i,
                ("x"):rep(600), i, i, i)
        end
        return envelope('"L":[' .. table.concat(parts, ",") .. '],"O":{"P":[{"a":{"b":[1]}},'
            .. object(100, '"m#":#') .. "]}")
    end

    local function inner(i)
        return { Name = "n" .. i, List = { i, { A = { i } } }, Null = response.null }
    end

    -- Reuses freed memory, so that a dangling pointer would find other contents there.
    local function overwrite()
        collectgarbage()
        collectgarbage()
        local junk = {}
        for i = 1, 2000 do
            junk[i] = ("y"):rep(i)
        end
        return junk
    end

    it("returns parts, and parts of parts, at any path", function()
        local view = response.open(large())
        assert.equal(COUNT, view:len "L")
        assert.equal("object", view:type("L", 7))
        assert.equal("array", view:type("L", 7, "Inner", "List"))
        assert.equal("tencentcloud.view: object of 3", tostring(view:at("L", 7)))
        for i = 1, COUNT, 13 do
            assert.same(inner(i), view:get("L", i, "Inner"))
            assert.equal(i, view:at("L", i):at("Inner", "List"):at(2, "A"):get(1))
            assert.equal(i, view:at("L")[i].Id)
            assert.equal(3, view:len("L", i))
            assert.equal(2, view:len("L", i, "Inner", "List"))
            assert.is_nil(view:get("L", i, "None"))
            assert.is_nil(view:at("L", i, "Inner", 1))
        end
        assert.is_nil(view:get("L", COUNT + 1))
        assert.equal(1, view:get("O", "P", 1, "a", "b", 1))
        assert.equal(view:request_id(), view:at("L", 3, "Inner"):request_id())
        assert.equal(100, view:len("O", "P", 2))
        assert.equal(57, view:get("O", "P", 2, "m57"))
        assert.equal(99, view:at("O", "P", 2):get "m99")
        for name, value in view:each("O", "P", 2) do
            assert.equal("m" .. value, name)
        end
        assert.same(response.parse(large()), view:get())
    end)

    it("can be iterated over, and so can its elements", function()
        local view, seen = response.open(large()), 0
        for i, element in view:each "L" do
            seen = seen + 1
            assert.equal(i, element.Id)
            for name, value in view:each("L", i, "Inner") do
                assert.same(inner(i)[name], value)
            end
        end
        assert.equal(COUNT, seen)
        for name, value in view:at("L", 5):each() do
            assert.is_true(name == "Id" and value == 5 or name == "Text" or name == "Inner")
        end
    end)

    it("is kept alive by a part of a part", function()
        local parts, loops = {}, {}
        for i = 1, COUNT do
            parts[i] = response.open(large()):at("L", i):at "Inner"
            loops[i] = { response.open(large()):at("L", i):each "Inner" }
        end
        local junk = overwrite()
        for i = 1, COUNT do
            assert.same(inner(i), parts[i]:get())
            assert.equal(i, parts[i]:get("List", 2, "A", 1))
            for name, value in loops[i][1], loops[i][2] do
                assert.same(inner(i)[name], value)
            end
        end
        assert.equal(2000, #junk)
    end)

    it("returns an error with all its details and payload", function()
        local body = large():gsub('"O":', '"Error":{"Code":"A","More":[1,[2]]},"O":')
        local view, message, err = response.open(body)
        assert.is_nil(view)
        local _, parse_message, parse_err = response.parse(body)
        assert.equal(parse_message, message)
        assert.same(parse_err, err)
        assert.same({ More = { 1, { 2 } } }, err.details)
        assert.equal(COUNT, #err.payload.L)
    end)

    it("has an index much smaller than itself", function()
        local body = large()
        local before = support.heap()
        local view = response.open(body)
        assert.is_true((support.heap() - before) * 1024 < #body / 8)
        assert.equal(COUNT, view:len "L")
    end)
end)

describe("indexing a view", function()
    local view = open(document)

    it("returns arrays and objects as views, other values as they are, and nil for a missing value", function()
        assert.equal("tencentcloud.view: array of 6", tostring(view.List))
        assert.equal("tencentcloud.view: object of 2", tostring(view.List[5]))
        assert.equal(1, view.List[5].A)
        assert.equal(0, #view.List[5].B)
        assert.equal("nested", view.Object["2"][""][""])
        assert.equal("n", view.Name)
        assert.equal(false, view.Off)
        alike(null, view.None)
        assert.is_nil(view.Missing)
        assert.is_nil(view.List[7])
        assert.is_nil(view.List.Name)
        assert.equal("r", view.List[5]:request_id())
        for _, row in ipairs(places) do
            local value = view
            for _, name in ipairs(row[1]) do
                if type(value) == "userdata" and value ~= null and not tostring(name):find "^%l" then
                    value = value[name]
                else
                    value = nil
                end
            end
            alike(row[2], value_of(value))
        end
    end)

    it("finds methods before members, which get still finds", function()
        local shadowed = open('"get":1,"len":[2],"other":3')
        assert.equal("function", type(shadowed.get))
        assert.equal(1, shadowed:get "get")
        assert.equal(2, shadowed:at("len")[1])
        assert.equal(3, shadowed.other)
    end)

    it("cannot be written to", function()
        support.raises("a view is read-only", function() view.TotalCount = 1 end)
        support.raises("a view is read-only", function() view[1] = nil end)
    end)

    it("raises for a method that does not exist", function()
        local line = debug.getinfo(1, "l").currentline + 1
        local ok, message = pcall(function() return (view:lenght()) end)
        assert.is_false(ok)
        assert.truthy(message:find("view_spec.lua:" .. line .. ": a view has no method 'lenght'", 1, true))
        support.raises("no method 'each_'", function() return view.List.each_ end)
    end)

    it("uses the options of its instance", function()
        local omitting = open('"A":null,"B":[null]', response.new { nulls = "omit" })
        assert.is_nil(omitting.A)
        alike(null, omitting.B[1])
    end)
end)

describe("the open method of a view", function()
    local event = '{"EventId":"e","CloudAuditEvent":"{\\"eventName\\":\\"RunInstances\\",\\"list\\":[1,[2]]}",'
        .. '"Text":"not JSON","Scalar":"42","Empty":"","None":null,"Number":42,"Part":{"A":[1]},'
        .. '"Nested":"{\\"text\\":\\"[\\\\\\"deep\\\\\\"]\\"}","Envelope":"{\\"Response\\":{}}"}'
    local view = open('"Events":[' .. event .. '],"RequestId":"r"')

    it("returns a view of the JSON in a string", function()
        local inner = view:open("Events", 1, "CloudAuditEvent")
        alike({ eventName = "RunInstances", list = { 1, { 2 } } }, inner:get())
        assert.equal("RunInstances", inner.eventName)
        assert.equal(2, inner.list[2][1])
        assert.equal("r", inner:request_id())
        assert.equal("[1,[2]]", inner:raw "list")
        assert.equal("deep", view:open("Events", 1, "Nested"):open("text")[1])
        assert.equal(0, view:open("Events", 1, "Envelope"):at("Response"):len())
    end)

    it("returns a view of an array or object that is not in a string", function()
        assert.equal(1, view:open("Events", 1, "Part"):get("A", 1))
    end)

    it("returns nil for a missing value or null", function()
        alike({ n = 1, nil }, support.pack(view:open("Events", 1, "Missing")))
        alike({ n = 1, nil }, support.pack(view:open("Events", 1, "None")))
    end)

    it("fails for anything but a JSON array or object", function()
        for name, offset in pairs { Text = 2, Scalar = 1, Number = 1, Empty = 1 } do
            local inner, message, err = view:open("Events", 1, name)
            assert.is_nil(inner)
            assert.equal("json", err.kind)
            assert.equal(offset, err.offset)
            assert.equal(message, tostring(err))
        end
        local _, _, err = view:open("Events", 1, "Scalar")
        assert.equal("neither an object nor an array", err.reason)
    end)

    it("keeps the string alive", function()
        local list = {}
        for i = 1, 50 do
            list[i] = open('"S":"[' .. ("1,"):rep(1000) .. i .. ']"'):open "S"
        end
        support.churn()
        for i = 1, 50 do
            assert.equal(i, list[i][1001])
        end
    end)
end)

describe("raw", function()
    it("returns the text of a value as it was sent", function()
        local texts = {
            "1", "-0.50e+2", "null", "true", "false", '""', '"\\u0041\\n"',
            "[]", "{}", "[ ]", "{ }", "[[]]", "[ [ ] , { } ]",
            '{"a" : [ { } , [ [ ] ] ] , "b":{}}', '[1,"]",{"}":"{"}]', ("[%s]"):format(("[],"):rep(400) .. "{}"),
            ("[%s]"):format(('{"a":[1,{}]},'):rep(400) .. "1"), '[ "' .. ("x"):rep(6000) .. '", [[[ 1 ]]] ]',
        }
        for _, text in ipairs(texts) do
            for _, format in ipairs { '"V":%s', ' "A":[],"B":{} , "V" :\t%s \n, "W":[{}]', '"L":[%s],"V":%s' } do
                local view = open((format:gsub("%%s", function() return text end)))
                assert.equal(text, view:raw "V")
                assert.equal(text, view:at("V"):raw())
            end
            local list = open('"L":[' .. ("{},[] , "):rep(3) .. text .. ",[ ], " .. text .. " ]")
            for index, expected in ipairs { "{}", "[]", "{}", "[]", "{}", "[]", text, "[ ]", text } do
                assert.equal(expected, list:raw("L", index))
            end
        end
    end)

    it("returns a text that parses to the value, for every value of a body", function()
        local view = open(document)
        for _, row in ipairs(places) do
            local text = view:raw(unpack(row[1]))
            assert.equal(row[3] ~= nil, text ~= nil)
            if text then
                alike(row[2], support.value(text))
            end
        end
        assert.equal("{" .. document .. "}", view:raw())
    end)
end)

describe("a mistaken path raises:", function()
    local view = open('"List":[{"A":{"B":1}}],"A":{"B":1,"C.D":2},"A.X":3,"k8s":null')
    local function raises(text, method, ...)
        support.raises("bad argument " .. text, view[method], view, ...)
    end

    it("index 0", function()
        for _, method in ipairs { "get", "at", "len", "type", "each", "raw", "open" } do
            raises("#2 to '" .. method .. "' (indexes start at 1, got 0)", method, "List", 0)
            raises("#1 to '" .. method .. "' (indexes start at 1, got 0)", method, 0)
        end
        support.raises("indexes start at 1", function() return view.List[0] end)
    end)

    it("Response as the first step", function()
        raises("#1 to 'get' (paths start inside Response)", "get", "Response", "List")
        assert.is_nil(view:at("A"):get "Response")
        assert.equal(1, open('"Response":{"A":1}'):get("Response", "A"))
    end)

    it("two names joined by a dot", function()
        raises("#1 to 'get' (no member 'A.B'; did you mean 'A', 'B'?)", "get", "A.B")
        raises("#3 to 'get' (no member 'A.B'; did you mean 'A', 'B'?)", "get", "List", 1, "A.B")
        assert.equal(2, view:get("A", "C.D"))
        assert.equal(3, view:get "A.X")
        assert.is_nil(view:get "B.A")
        assert.is_nil(view:get(".A"))
    end)

    it("at the caller's line", function()
        local line = debug.getinfo(1, "l").currentline + 1
        local ok, message = pcall(function() return (view:get("List", 0)) end)
        assert.is_false(ok)
        assert.truthy(message:find("view_spec.lua:" .. line .. ": bad argument #2", 1, true))
    end)
end)

describe("misuse raises", function()
    local view = open(document)
    -- argument, what the message calls it
    local wrong = { { nil, "nil" }, { 42, "number" }, { true, "boolean" }, { {}, "table" }, { print, "function" } }

    for _, case in ipairs(wrong) do
        it("open(" .. case[2] .. ")", function()
            support.raises(("bad argument #1 to 'open' (string expected, got %s)"):format(case[2]),
                response.open, case[1])
        end)
    end

    it("open()", function()
        support.raises("bad argument #1 to 'open' (string expected, got no value)", response.open)
    end)

    for _, method in ipairs { "get", "at", "each", "len", "type", "raw", "open" } do
        for _, case in ipairs { { nil, "nil" }, { true, "boolean" }, { {}, "table" }, { null, "userdata" } } do
            it(("view:%s(%s)"):format(method, case[2]), function()
                local text = "bad argument #%d to '%s' (name or index expected, got %s)"
                support.raises(text:format(1, method, case[2]), view[method], view, case[1])
                support.raises(text:format(2, method, case[2]), view[method], view, "Object", case[1])
                support.raises(text:format(3, method, case[2]), view[method], view, "Missing", 1, case[1], "A")
            end)
        end
    end

    for _, method in ipairs { "get", "at", "each", "len", "type", "raw", "open", "request_id" } do
        it("view." .. method .. " with a self that is not a view", function()
            local text = "calling '%s' on bad self (view expected, got %s)"
            support.raises(text:format(method, "no value"), view[method])
            for _, case in ipairs { { nil, "nil" }, { "Object", "string" }, { {}, "table" }, { null, "userdata" },
                { response.scanner(), "userdata" }, { io.stdout, "userdata" } } do
                support.raises(text:format(method, case[2]), view[method], case[1])
            end
        end)
    end

    it("a metamethod with a self that is not a view", function()
        for _, f in pairs(getmetatable(view)) do
            if type(f) == "function" then
                support.raises("view expected", f, {}, 1)
                support.raises("view expected", f, response.scanner(), 1)
                support.raises("view expected", f)
            end
        end
    end)
end)
