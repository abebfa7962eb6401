local response = require "tencentcloud.response"
local support = require "spec.support"

local EMPTY, TRUNCATED, BOM = "empty body", "unexpected end of input", "byte order mark"
local VALUE, TRAILING = "expected a value", "unexpected byte after the end of the value"
local NAME, NAME_OR_END = "expected a member name in quotes", "expected a member name in quotes or '}'"
local COLON, BRACE, BRACKET = "expected ':'", "expected ',' or '}'", "expected ',' or ']'"
local LITERAL, NUMBER = "invalid literal", "invalid number"
local CONTROL, ESCAPE = "unescaped control character in a string", "invalid escape"
local HEX, SURROGATE, UTF8 = "expected a hexadecimal digit", "lone surrogate", "invalid UTF-8"
local DEPTH = "nested too deeply"

local long = ("a"):rep(40)

-- body, byte, reason
local refused = {
    { "", 1, EMPTY }, { " \r\n\t", 5, EMPTY },

    { "{", 2, TRUNCATED }, { '{"', 3, TRUNCATED }, { '{"a', 4, TRUNCATED }, { '{"a"', 5, TRUNCATED },
    { '{"a":', 6, TRUNCATED }, { '{"a":1', 7, TRUNCATED }, { '{"a":1,', 8, TRUNCATED }, { '{"a":1 , ', 10, TRUNCATED },
    { "[", 2, TRUNCATED }, { "[ ", 3, TRUNCATED }, { "[1", 3, TRUNCATED }, { "[1,", 4, TRUNCATED },
    { '[{"a":[', 8, TRUNCATED }, { "[[]", 4, TRUNCATED }, { "[{}", 4, TRUNCATED },
    { '"', 2, TRUNCATED }, { '"a', 3, TRUNCATED }, { '"' .. long, 42, TRUNCATED },
    { '"\\', 3, TRUNCATED }, { '"\\"', 4, TRUNCATED }, { '"\\u', 4, TRUNCATED }, { '"\\u00e', 7, TRUNCATED },
    { '"\\ud83d', 8, TRUNCATED }, { '"\\ud83d\\', 9, TRUNCATED }, { '"\\ud83d\\u', 10, TRUNCATED },
    { '"\\ud83d\\ude0', 13, TRUNCATED },
    { '"\195', 3, TRUNCATED }, { '"\226\130', 4, TRUNCATED }, { '"\240\159\152', 5, TRUNCATED },
    { "n", 2, TRUNCATED }, { "tru", 4, TRUNCATED }, { "[fals", 6, TRUNCATED },
    { "-", 2, TRUNCATED }, { "1.", 3, TRUNCATED }, { "1e", 3, TRUNCATED }, { "1E+", 4, TRUNCATED },

    { "\239\187\191{}", 1, BOM }, { "\239\187\191", 1, BOM }, { "\255\254{\0}\0", 1, BOM }, { "\254\255\0{", 1, BOM },
    { "[\239\187\191]", 2, VALUE }, { "{}\239\187\191", 3, TRAILING },

    { "<html>", 1, VALUE }, { "]", 1, VALUE }, { "}", 1, VALUE }, { ",", 1, VALUE }, { ":", 1, VALUE },
    { "[,1]", 2, VALUE }, { "[1,]", 4, VALUE }, { "[1,,2]", 4, VALUE }, { "[}", 2, VALUE }, { "[1,}", 4, VALUE },
    { '{"a":}', 6, VALUE }, { '{"a":,', 6, VALUE }, { '{"a":]', 6, VALUE }, { '{"a"::1}', 6, VALUE },
    { "+1", 1, VALUE }, { ".5", 1, VALUE }, { "[+1]", 2, VALUE }, { "NaN", 1, VALUE }, { "Infinity", 1, VALUE },
    { "True", 1, VALUE }, { "NULL", 1, VALUE }, { "undefined", 1, VALUE }, { "'a'", 1, VALUE }, { "\\u0022", 1, VALUE },
    { "\0", 1, VALUE }, { "[\0]", 2, VALUE }, { "\11{}", 1, VALUE }, { "\12{}", 1, VALUE }, { "\127{}", 1, VALUE },
    { "\194\160{}", 1, VALUE }, { "/**/{}", 1, VALUE }, { "[// one\n1]", 2, VALUE }, { "#", 1, VALUE },
    { "\31\139\8", 1, VALUE },

    { "{a:1}", 2, NAME_OR_END }, { "{1:2}", 2, NAME_OR_END }, { "{'a':1}", 2, NAME_OR_END }, { "{,}", 2, NAME_OR_END },
    { "{]", 2, NAME_OR_END }, { "{ null:1}", 3, NAME_OR_END }, { "{{}}", 2, NAME_OR_END }, { "{:1}", 2, NAME_OR_END },
    { '{"a":1,}', 8, NAME }, { '{"a":1,,"b":2}', 8, NAME }, { '{"a":1, b:2}', 9, NAME }, { '{"a":1,]', 8, NAME },
    { '[{"a":[],}]', 10, NAME }, { '{"a":1,\0', 8, NAME },

    { '{"a"}', 5, COLON }, { '{"a" 1}', 6, COLON }, { '{"a","b"}', 5, COLON }, { '{"a"="b"}', 5, COLON },
    { '{"a""b"}', 5, COLON }, { '{"a"\0:1}', 5, COLON },

    { '{"a":1 "b":2}', 8, BRACE }, { '{"a":1]', 7, BRACE }, { '{"a":1:2}', 7, BRACE }, { '{"a":1;"b":2}', 7, BRACE },
    { '{"a":"b"c}', 9, BRACE }, { '{"a":{}{}}', 8, BRACE }, { '{"a":truex}', 10, BRACE }, { '{"a":01}', 7, BRACE },
    { '{"a":1\0}', 7, BRACE }, { '{"a":[]]', 8, BRACE },

    { "[1 2]", 4, BRACKET }, { "[1}", 3, BRACKET }, { '["a" "b"]', 6, BRACKET }, { '["a""b"]', 5, BRACKET },
    { "[1:2]", 3, BRACKET }, { "[0x1]", 3, BRACKET }, { "[1.2.3]", 5, BRACKET }, { "[-01]", 4, BRACKET },
    { "[1-2]", 3, BRACKET }, { "[1e5.5]", 5, BRACKET }, { "[nullx]", 6, BRACKET }, { "[1_000]", 3, BRACKET },
    { "[1,2;]", 5, BRACKET }, { "[{}}", 4, BRACKET }, { "[00]", 3, BRACKET }, { "[1f]", 3, BRACKET },

    { "{}{}", 3, TRAILING }, { "{} x", 4, TRAILING }, { "{},", 3, TRAILING }, { "{}}", 3, TRAILING },
    { "[]]", 3, TRAILING }, { "{}\0", 3, TRAILING }, { "1 2", 3, TRAILING }, { "null,", 5, TRAILING },
    { "{}\r\n{}", 5, TRAILING }, { "{}//", 3, TRAILING }, { '"a"b', 4, TRAILING }, { "01", 2, TRAILING },
    { "{}\26", 3, TRAILING }, { "truefalse", 5, TRAILING }, { "1.5.", 4, TRAILING }, { "{}" .. long, 3, TRAILING },

    { "nulL", 4, LITERAL }, { "nil", 2, LITERAL }, { "trUe", 3, LITERAL }, { "folse", 2, LITERAL },
    { "[truth]", 5, LITERAL }, { "[nul]", 5, LITERAL }, { '{"a":nan}', 7, LITERAL }, { "tru\0", 4, LITERAL },
    { "[f,t]", 3, LITERAL },

    { "-a", 2, NUMBER }, { "--1", 2, NUMBER }, { "-.5", 2, NUMBER }, { "-Infinity", 2, NUMBER }, { "[- 1]", 3, NUMBER },
    { "[-]", 3, NUMBER }, { "[1.]", 4, NUMBER }, { "[1.e5]", 4, NUMBER }, { "[0.x]", 4, NUMBER }, { "[1e]", 4, NUMBER },
    { "[1e+]", 5, NUMBER }, { "[1ee5]", 4, NUMBER }, { "[1e+-1]", 5, NUMBER }, { "[1E 5]", 4, NUMBER },
    { "[1.5e-x]", 7, NUMBER }, { "[1e.5]", 4, NUMBER }, { "-\0", 2, NUMBER },

    { '"\n"', 2, CONTROL }, { '"a\0b"', 3, CONTROL }, { '"\31"', 2, CONTROL }, { '"\9"', 2, CONTROL },
    { '{"a\r":1}', 4, CONTROL }, { '"' .. long .. '\n"', 42, CONTROL }, { '"\\u0041\n"', 8, CONTROL },

    { '"\\x41"', 3, ESCAPE }, { '"\\a"', 3, ESCAPE }, { "\"\\'\"", 3, ESCAPE }, { '"\\0"', 3, ESCAPE },
    { '"\\U0041"', 3, ESCAPE }, { '"\\ "', 3, ESCAPE }, { '"\\\n"', 3, ESCAPE }, { '"\\N"', 3, ESCAPE },
    { '{"\\q":1}', 4, ESCAPE }, { '"' .. long .. '\\v"', 43, ESCAPE }, { '"\\\0"', 3, ESCAPE },
    { '"\\\195"', 3, ESCAPE },

    { '"\\u"', 4, HEX }, { '"\\u00g0"', 6, HEX }, { '"\\u 041"', 4, HEX }, { '"\\u+041"', 4, HEX },
    { '"\\u004"', 7, HEX },
    { '"\\u{41}"', 4, HEX }, { '"\\ud83x"', 7, HEX }, { '"\\ud8"', 6, HEX }, { '"\\dd"', 3, ESCAPE },
    { '"\\u004G"', 7, HEX },
    { '"\\u00:0"', 6, HEX }, { '"\\u00@0"', 6, HEX }, { '"\\u00`0"', 6, HEX },

    { '"\\ud800"', 8, SURROGATE }, { '"\\uDBFFx"', 8, SURROGATE }, { '"\\ud800\\n"', 9, SURROGATE },
    { '"\\ud83d\\\\ude00"', 9, SURROGATE }, { '"\\ud800\\u0041"', 10, SURROGATE },
    { '"\\ud800\\ud800"', 11, SURROGATE },
    { '"\\ud83d\\u\\ude00"', 10, HEX }, { '"\\uD800\\uDBFF"', 11, SURROGATE },
    { '"\\udc00"', 5, SURROGATE }, { '"\\uDFFF\\uD800"', 5, SURROGATE },
    { '{"\\udead":1}', 6, SURROGATE }, { '"\\ud83d\240\159\152\128"', 8, SURROGATE },

    { '"\128"', 2, UTF8 }, { '"\191"', 2, UTF8 }, { '"\192\128"', 2, UTF8 }, { '"\193\191"', 2, UTF8 },
    { '"\194"', 3, UTF8 }, { '"\194a"', 3, UTF8 }, { '"\223\192"', 3, UTF8 }, { '"\224\159\191"', 3, UTF8 },
    { '"\224\160"', 4, UTF8 }, { '"\225\127\128"', 3, UTF8 }, { '"\237\160\128"', 3, UTF8 },
    { '"\237\191\191"', 3, UTF8 },
    { '"\239\191"', 4, UTF8 }, { '"\240\143\191\191"', 3, UTF8 }, { '"\240\144\128"', 5, UTF8 },
    { '"\240\159\152a"', 5, UTF8 }, { '"\240\159a"', 4, UTF8 }, { '"\244\144\128\128"', 3, UTF8 },
    { '"\245\128"', 2, UTF8 },
    { '"\248\136\128\128\128"', 2, UTF8 }, { '"\254"', 2, UTF8 }, { '"\255"', 2, UTF8 }, { '{"\255":1}', 3, UTF8 },
    { '"\196\227"', 3, UTF8 }, { '"caf\233"', 6, UTF8 }, { '"' .. long .. '\128"', 42, UTF8 },
    { '"\195\169\195"', 5, UTF8 },
    { '"\194\n"', 3, UTF8 }, { '"\194\\n"', 3, UTF8 },

    { ("["):rep(1001), 1001, DEPTH }, { ("["):rep(1001) .. ("]"):rep(1001), 1001, DEPTH },
    { ('{"a":'):rep(1001), 5001, DEPTH }, { ('[{"a":'):rep(200000), 3001, DEPTH },
}

describe("refused", function()
    for _, row in ipairs(refused) do
        local body, byte, reason = row[1], row[2], row[3]
        it(("for %s at byte %d: %s"):format(reason, byte, (support.show(body, byte):match "^[^\n]*")), function()
            support.refused(response.parse, body, byte, reason)
            support.refused(response.check, body, byte, reason)
            if reason ~= BOM then
                local space = (" \n\t\r"):rep(9)
                support.refused(response.check, space .. body, #space + byte, reason)
            end
        end)
    end

    it("at its end, wherever it is cut off #long", function()
        for _, prefix in ipairs { "success-", "failure-", "envelope-" } do
            for _, name in ipairs(support.fixtures(prefix)) do
                local body = support.fixture(name):match "^(.-)%s*$"
                if #body < 2000 and body:find '^%s*[{["]' then
                    for length = 0, #body - 1 do
                        local part = body:sub(1, length)
                        local reason = part:find "%S" and TRUNCATED or EMPTY
                        support.refused(response.parse, part, length + 1, reason)
                        support.refused(response.check, part, length + 1, reason)
                    end
                end
            end
        end
    end)

    it("for any byte that a string cannot contain by itself", function()
        for code = 0, 255 do
            local body = support.envelope('"V":"' .. string.char(code) .. '"')
            if code >= 32 and code < 128 and code ~= 34 and code ~= 92 then
                assert.equal(string.char(code), response.parse(body).V)
            elseif code < 32 then
                support.refused(response.parse, body, 19, CONTROL)
            elseif code >= 128 then
                local begins = code >= 0xC2 and code <= 0xF4
                support.refused(response.parse, body, begins and 20 or 19, UTF8)
            end
        end
    end)

    it("at a wrong byte anywhere in a long string #long", function()
        for length = 0, 140 do
            local body = '["' .. ("x"):rep(length)
            support.refused(response.check, body .. "\1" .. long .. '"]', #body + 1, CONTROL)
            support.refused(response.check, body .. "\255" .. long .. '"]', #body + 1, UTF8)
            support.refused(response.check, body .. "\\!" .. long .. '"]', #body + 2, ESCAPE)
            support.refused(response.check, body, #body + 1, TRUNCATED)
        end
    end)

    it("at a wrong byte anywhere in a long run of white space #long", function()
        for length = 0, 140 do
            local body = "[1" .. ("\n"):rep(length)
            support.refused(response.check, body .. "\11" .. (" "):rep(40) .. "]", #body + 1, BRACKET)
        end
    end)
end)

-- JSON text, value in Lua
local accepted = {
    { " \t\r\n{ \"a\"\n:\r1\t} ", { a = 1 } },
    { "[[],[[]],{},[{}]]", { {}, { {} }, {}, { {} } } },
    { '{"":"","a":{"":{}}}', { [""] = "", a = { [""] = {} } } },
    { '{"\\u0000":1,"a\\u0000b":2}', { ["\0"] = 1, ["a\0b"] = 2 } },
    { '{"1":1,"2":2}', { ["1"] = 1, ["2"] = 2 } },
    { '{"a":1,"a":2,"\\u0061":3}', { a = 3 } },
    { '{"__index":1,"__gc":2}', { __index = 1, __gc = 2 } },
    { '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t' },
    { '"/\127\'"', "/\127'" },
    { '"\\\\u0041"', "\\u0041" },
    { '"\\\\\\u0041\\\\"', "\\A\\" },
    { '"\\u0000"', "\0" },
    { '"\\u007f\\u0080\\u07ff\\u0800"', "\127\194\128\223\191\224\160\128" },
    { '"\127\194\128\223\191\224\160\128"', "\127\194\128\223\191\224\160\128" },
    { '"\\ud7ff\\ue000\\uffff\\ufffe\\ufeff"', "\237\159\191\238\128\128\239\191\191\239\191\190\239\187\191" },
    { '"\237\159\191\238\128\128\239\191\191\239\191\190\239\187\191"',
        "\237\159\191\238\128\128\239\191\191\239\191\190\239\187\191" },
    { '"\\ud800\\udc00\\uDBFF\\uDFFF\\uD83D\\ude00"', "\240\144\128\128\244\143\191\191\240\159\152\128" },
    { '"\240\144\128\128\244\143\191\191\243\191\191\191"', "\240\144\128\128\244\143\191\191\243\191\191\191" },
    { '"\\uaBcD\\uAbCd"', "\234\175\141\234\175\141" },
    { "[true,false,null,true]", { true, false, response.null, true } },
    { '"{\\"Response\\":{\\"Error\\":{}}}"', '{"Response":{"Error":{}}}' },
    { '"</script><!-- ]]> -->"', "</script><!-- ]]> -->" },
}

describe("accepted", function()
    for _, row in ipairs(accepted) do
        it((support.show(row[1], 1):match "^[^\n]*"), function()
            assert.same(row[2], support.value(row[1]))
            assert.equal("", response.check(support.envelope('"V":' .. row[1])))
        end)
    end

    it("an escape anywhere in a string of any length #long", function()
        for length = 0, 140 do
            for place = 0, length do
                local before, after = ("a"):rep(place), ("b"):rep(length - place)
                assert.equal(before .. "\n" .. after, support.value('"' .. before .. "\\n" .. after .. '"'))
            end
        end
    end)

    it("a character of several bytes anywhere in a string", function()
        for length = 0, 140 do
            local text = ("a"):rep(length) .. "\240\159\152\128\195\169" .. ("b"):rep(20)
            assert.equal(text, support.value('"' .. text .. '"'))
        end
    end)

    it("the same body after any amount of white space", function()
        for _, name in ipairs { "success-list.json", "success-strings.json", "success-numbers.json" } do
            local body = support.fixture(name)
            local expected = response.parse(body)
            for length = 1, 140 do
                assert.same(expected, response.parse(("\n"):rep(length) .. body))
            end
        end
    end)

    it("long strings of escapes only, or of none", function()
        for _, count in ipairs { 1000, 1024, 1025, 2048, 2049, 5000, 300000 } do
            assert.equal(("\n"):rep(count), support.value('"' .. ("\\n"):rep(count) .. '"'))
            assert.equal(("é"):rep(count), support.value('"' .. ("\\u00e9"):rep(count) .. '"'))
            assert.equal(("é"):rep(count), support.value('"' .. ("é"):rep(count) .. '"'))
        end
    end)

    it("a long run of white space", function()
        local space = (" \r\n\t"):rep(20000)
        assert.same({ 1 }, support.value(space .. "[" .. space .. "1" .. space .. "]" .. space))
    end)

    it("1000 levels of nesting", function()
        local lists, objects = support.value(("["):rep(998) .. ("]"):rep(998)), support.value(("{\"a\":"):rep(997) ..
            "{}" .. ("}"):rep(997))
        local depth = 1
        while lists[1] do
            lists, objects, depth = lists[1], objects.a, depth + 1
        end
        assert.same({ 998, {}, {} }, { depth, lists, objects })
    end)

    it("many elements, members and containers #long", function()
        for _, count in ipairs { 1, 250, 254, 255, 256, 257, 511, 512, 513, 20000 } do
            local elements, members = {}, {}
            for i = 1, count do
                elements[i] = ("[%d]"):format(i)
                members[i] = ('"m%d":%d'):format(i, i)
            end
            local list = support.value("[" .. table.concat(elements, ",") .. "]")
            local object = support.value("{" .. table.concat(members, ",") .. "}")
            assert.equal(count, #list)
            for i = 1, count do
                assert.equal(i, list[i][1])
                assert.equal(i, object["m" .. i])
                object["m" .. i] = nil
            end
            assert.is_nil(next(object))
        end
    end)
end)
