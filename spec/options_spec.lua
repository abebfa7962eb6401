local response = require "tencentcloud.response"
local support = require "spec.support"

local envelope, value = support.envelope, support.value

local with = response.new

describe("new without options", function()
    it("has the functions of the module", function()
        local instance = with()
        for _, name in ipairs { "new", "parse", "check", "read", "success", "failure" } do
            assert.is_function(response[name])
            assert.is_function(instance[name])
        end
        assert.equal(response.null, instance.null)
    end)

    it("is the same as with the explicit defaults", function()
        local named = with {
            null = response.null, nulls = "keep", integers = "exact", max_depth = 1000, max_field = 8192,
        }
        local text = '[null,{"a":null},18446744073709551616,1e400,0.5,[]]'
        assert.same(value(text), value(text, named))
        assert.same(value(text), value(text, with {}))
    end)
end)

describe("null", function()
    local mark = setmetatable({}, { __tostring = function() return "null" end })
    for name, null in pairs { ["a table"] = mark, ["false"] = false, ["a string"] = "null", ["a number"] = 0 } do
        it("can be " .. name .. ", in objects, lists, details and payload", function()
            local instance = with { null = null }
            assert.equal(null, instance.null)
            assert.same({ a = null, b = { null, { null } } }, value('{"a":null,"b":[null,[null]]}', instance))
            local _, _, err = instance.parse(envelope '"Error":{"Code":"A","X":null},"Y":null')
            assert.same({ X = null }, err.details)
            assert.same({ Y = null }, err.payload)
        end)
    end

    it("does not affect the verdict", function()
        local instance = with { null = "x" }
        assert.same({ Error = "x", RequestId = "x" }, instance.parse(envelope '"Error":null,"RequestId":null'))
        assert.equal("", instance.check(envelope '"Error":null,"RequestId":null'))
    end)
end)

describe("nulls = 'omit'", function()
    local instance = with { nulls = "omit" }

    it("drops members, at any depth", function()
        assert.same({ b = { { c = 1 } } }, value('{"a":null,"b":[{"c":1,"d":null}]}', instance))
        assert.same({}, instance.parse(envelope '"Error":null,"RequestId":null'))
    end)

    it("keeps elements", function()
        local null = response.null
        assert.same({ null, 1, null }, value("[null,1,null]", instance))
    end)

    it("drops a member only if its last value is null", function()
        assert.same({ b = 2 }, value('{"a":1,"a":null,"b":null,"b":2}', instance))
    end)

    it("drops them from details and payload", function()
        local _, _, err = instance.parse(envelope '"Error":{"Code":"A","X":null,"Y":1},"P":null,"Q":[null]')
        assert.same({ Y = 1 }, err.details)
        assert.same({ Q = { response.null } }, err.payload)
    end)

    it("omits details and payload that would be empty", function()
        local _, _, err = instance.parse(envelope '"Error":{"Code":"A","X":null},"P":null')
        assert.is_nil(err.details)
        assert.is_nil(err.payload)
    end)
end)

describe("integers = 'number'", function()
    local instance = with { integers = "number" }
    -- text, the nearest double
    local doubles = {
        { "18446744073709551616", 2 ^ 64 }, { "-18446744073709551616", -2 ^ 64 },
        { "9223372036854775808", 2 ^ 63 }, { "9223372036854775809", 2 ^ 63 }, { "-9223372036854775809", -2 ^ 63 },
        { "9223372036854776833", 2 ^ 63 + 2048 }, { "36893488147419103232", 2 ^ 65 },
        { "123456789012345678901234567890", 123456789012345678901234567890.0 },
        { "1e400", math.huge }, { "-1e400", -math.huge }, { "1" .. ("0"):rep(400), math.huge },
        { "-1" .. ("0"):rep(400), -math.huge },
    }
    for _, row in ipairs(doubles) do
        it("reads as a number: " .. row[1]:sub(1, 40), function()
            local number = value(row[1], instance)
            assert.equal("number", type(number))
            assert.equal(row[2], number)
        end)
    end

    it("keeps numbers that the host represents exactly", function()
        assert.same({ 1, -1, 0.5, 2 ^ 53 }, value("[1,-1,0.5,9007199254740992]", instance))
        if support.has_integers then
            assert.equal("integer", math.type(value("9223372036854775807", instance)))
            assert.equal(math.maxinteger, value("9223372036854775807", instance))
        else
            assert.equal(2 ^ 53, value("9007199254740993", instance))
        end
    end)
end)

describe("array_mt", function()
    local mt = { __name = "array" }
    local instance = with { array_mt = mt }

    it("is the metatable of every list, including empty ones, but not of objects", function()
        local v = value('{"a":[],"b":[[1],{"c":[]}],"d":{}}', instance)
        for _, list in ipairs { v.a, v.b, v.b[1], v.b[2].c } do
            assert.equal(mt, getmetatable(list))
        end
        for _, object in ipairs { v, v.b[2], v.d } do
            assert.is_nil(getmetatable(object))
        end
    end)

    it("is set in details and payload", function()
        local _, _, err = instance.parse(envelope '"Error":{"Code":"A","X":[]},"P":[]')
        assert.equal(mt, getmetatable(err.details.X))
        assert.equal(mt, getmetatable(err.payload.P))
    end)

    it("never has its metamethods called while lists are built", function()
        local guarded = with { array_mt = { __newindex = error, __index = error, __len = error } }
        local v = value("[1,[2]]", guarded)
        assert.same({ 1, 2 }, { rawget(v, 1), rawget(rawget(v, 2), 1) })
    end)
end)

describe("max_depth", function()
    it("is the maximum depth of nested containers", function()
        local instance = with { max_depth = 3 }
        assert.same({}, value("[]", instance))
        assert.same({ {}, {} }, value("[{},[]]", with { max_depth = 4 }))
        for _, read in ipairs { instance.parse, instance.check } do
            support.refused(read, envelope '"V":[[]]', 19, "nested too deeply")
            support.refused(read, envelope '"V":{"a":1,"b":{}}', 29, "nested too deeply")
        end
    end)

    it("of 1 allows only the outermost object", function()
        local instance = with { max_depth = 1 }
        support.refused(instance.check, '{"Response":{}}', 13, "nested too deeply")
        assert.equal("envelope", select(3, instance.check "{}").kind)
    end)

    it("can be larger than the default", function()
        local text = ("["):rep(1998) .. ("]"):rep(1998)
        assert.is_table(value(text, with { max_depth = 2000 }))
        support.refused(response.check, envelope('"V":' .. text), 1016, "nested too deeply")
    end)
end)

describe("new raises for", function()
    -- name, options, error text
    local wrong = {
        { "a number", 1, "bad argument #1 to 'new' (table or nil expected, got number)" },
        { "a string", "omit", "bad argument #1 to 'new' (table or nil expected, got string)" },
        { "an unknown name", { nul = 1 }, "unknown option 'nul'" },
        { "a name in another case", { Nulls = "omit" }, "unknown option 'Nulls'" },
        { "a list", { "omit" }, "unknown option '1'" },
        { "nulls = 'drop'", { nulls = "drop" }, "'nulls'" },
        { "nulls = true", { nulls = true }, "'nulls'" },
        { "integers = 'string'", { integers = "string" }, "'integers'" },
        { "integers = 53", { integers = 53 }, "'integers'" },
        { "array_mt = true", { array_mt = true }, "'array_mt'" },
        { "array_mt = 'x'", { array_mt = "x" }, "'array_mt'" },
        { "max_depth = 0", { max_depth = 0 }, "'max_depth'" },
        { "max_depth = -1", { max_depth = -1 }, "'max_depth'" },
        { "max_depth = 1.5", { max_depth = 1.5 }, "'max_depth'" },
        { "max_depth = '10'", { max_depth = "10" }, "'max_depth'" },
        { "max_depth = huge", { max_depth = math.huge }, "'max_depth'" },
        { "max_depth = nan", { max_depth = 0 / 0 }, "'max_depth'" },
        { "max_depth = 2^32", { max_depth = 2 ^ 32 }, "'max_depth'" },
        { "max_field = 0", { max_field = 0 }, "'max_field'" },
        { "max_field = -8192", { max_field = -8192 }, "'max_field'" },
        { "max_field = 100.5", { max_field = 100.5 }, "'max_field'" },
        { "max_field = '8192'", { max_field = "8192" }, "'max_field'" },
        { "max_field = huge", { max_field = math.huge }, "'max_field'" },
        { "max_field = {}", { max_field = {} }, "'max_field'" },
    }
    for _, row in ipairs(wrong) do
        it(row[1], function()
            support.raises(row[3], response.new, row[2])
        end)
    end

    it("a wrong option at the line of the call", function()
        support.raises("options_spec.lua:", function() response.new { nul = 1 } end)
    end)
end)

describe("instances", function()
    it("do not share their options", function()
        local text = '{"a":null,"b":18446744073709551616}'
        local plain, omit, number = with {}, with { nulls = "omit" }, with { integers = "number" }
        assert.same({ a = response.null, b = "18446744073709551616" }, value(text, plain))
        assert.same({ b = "18446744073709551616" }, value(text, omit))
        assert.same({ a = response.null, b = 2 ^ 64 }, value(text, number))
        assert.same({ a = response.null, b = "18446744073709551616" }, value(text))
    end)

    it("do not change with the table they were made from", function()
        local options = { nulls = "omit" }
        local instance = with(options)
        options.nulls = "keep"
        assert.same({}, value('{"a":null}', instance))
        assert.same({ nulls = "keep" }, options)
    end)

    it("make new instances with the defaults", function()
        assert.same({ a = response.null }, value('{"a":null}', with({ nulls = "omit" }).new()))
    end)

    it("have functions that work without the instance", function()
        local parse, check = with({ nulls = "omit" }).parse, with().check
        assert.same({}, parse(envelope '"a":null'))
        assert.equal("r", check(envelope '"RequestId":"r"'))
    end)

    it("name the function that was misused", function()
        support.raises("bad argument #1 to 'parse' (string expected, got nil)", with().parse, nil)
        support.raises("bad argument #1 to 'check' (string expected, got nil)", with().check, nil)
    end)
end)
