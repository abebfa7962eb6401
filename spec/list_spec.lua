local cjson = require("cjson").new()
local response = require "tencentcloud.response"
local support = require "spec.support"

-- The reader caches the strings of earlier elements of a list. So the elements of these lists are nearly alike, with an
-- occasional difference. The results are compared with lua-cjson's.
local random = support.random()

local function pick(list)
    return list[random(#list)]
end

local texts = { "", "RUNNING", "STOPPED", "a long text that the host does not intern, whatever its limit for that is",
    "\\u0041", "A", "\\n", "中文", "ins-1", "ins-2", "ins-10" }

-- Each maker returns a function that makes a member's value for each element. Most of these always make the same text.
local makers = {}

local function member_maker(depth)
    return pick(depth > 0 and makers or { makers[1], makers[2], makers[3] })(depth)
end

local function object_maker(count, depth)
    local members = {}
    for i = 1, count do
        members[i] = { name = ("%s%d"):format(pick { "Name", "\\u004eame", "N" }, i), value = member_maker(depth) }
    end
    return function()
        local parts, odd = {}, random(8) == 1
        for _, member in ipairs(members) do
            if not (odd and random(4) == 1) then
                parts[#parts + 1] = ('"%s":%s'):format(member.name, member.value())
            end
            if odd and random(6) == 1 then
                parts[#parts + 1] = '"More":1'
            end
        end
        return "{" .. table.concat(parts, ",") .. "}"
    end
end

makers[1] = function()
    local text, changes = pick(texts), random(3) == 1
    return function()
        text = changes and random(2) == 1 and pick(texts) or text
        return '"' .. text .. '"'
    end
end
makers[2] = function()
    return function() return tostring(random(3)) end
end
makers[3] = function()
    return function() return pick { "null", "true", "null", "false", '"null"', '""' } end
end
makers[4] = function(depth)
    return object_maker(random(4) - 1, depth - 1)
end
makers[5] = function(depth)
    local element = member_maker(depth - 1)
    return function()
        local parts = {}
        for i = 1, random(4) - 1 do
            parts[i] = element()
        end
        return "[" .. table.concat(parts, ",") .. "]"
    end
end

local function list(count, element)
    local parts = {}
    for i = 1, count do
        parts[i] = element()
    end
    return '{"Response":{"List":[' .. table.concat(parts, ",") .. '],"RequestId":"r"}}'
end

-- The value without its null members.
local function without_nulls(value)
    if type(value) ~= "table" then
        return value
    end
    local kept = {}
    for name, member in pairs(value) do
        if member ~= cjson.null or type(name) == "number" then
            kept[name] = without_nulls(member)
        end
    end
    return kept
end

local omitting = response.new { nulls = "omit" }

describe("a list of elements that are nearly alike", function()
    local function check(body)
        local expected = cjson.decode(body).Response
        assert.same(expected, response.parse(body))
        assert.same(without_nulls(expected), omitting.parse(body))
        for index, element in response.open(body):each "List" do
            assert.same(expected.List[index], element)
        end
    end

    for _, members in ipairs { 1, 5, 20, 60 } do
        it(("with %d members is read as by lua-cjson #long"):format(members), function()
            for _ = 1, 60 do
                check(list(30 + random(30), object_maker(members, 3)))
            end
        end)
    end

    it("with more members than the cache holds is read as by lua-cjson", function()
        for members = 120, 132 do
            check(list(6, object_maker(members, 1)))
        end
        check(list(5, object_maker(700, 1)))
    end)

    it("of nested lists is read as by lua-cjson #long", function()
        for _ = 1, 60 do
            local element = object_maker(3, 3)
            check(list(40, function() return "[" .. element() .. ",[" .. element() .. "]]" end))
        end
    end)
end)
