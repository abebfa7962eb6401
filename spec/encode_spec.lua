local response = require "tencentcloud.response"
local support = require "spec.support"

local null = response.null

-- name, payload
local payloads = {
    { "scalars", { A = 1, B = "x", C = true, D = false, E = null } },
    { "lists and objects", { A = { 1, 2, { 3 } }, B = { C = { D = { "x" } } } } },
    { "empty tables", { A = {}, B = { {} } } },
    { "nulls in lists", { A = { null, 1, null } } },
    { "strings that need escaping", { A = '"\\/\b\f\n\r\t\0\27\127', ['"\n\0'] = "" } },
    { "multi-byte characters", { A = "é中😀\226\128\168\244\143\191\191", ["中"] = 1 } },
    { "Code and Message", { Code = "InternalError", Message = "m", error = 1, Errors = {} } },
    { "a payload that looks like an envelope", { Response = { Error = { Code = "A" } }, Data = '{"Response":{}}' } },
    { "a number, and the string 'number 1'", { A = 0.1, B = "number 1" } },
    { "strings and names like 'number 1'", {
        A = 0.1, B = "number 1", C = '"number 1"', D = '"number -1"', ["number 1"] = 1 / 3, E = "number -1",
    } },
    { "nulls in a list that is walked", { A = { null, null, 1 / 3, null } } },
    { "a null Error", { Error = null, A = 1 } },
}

local numbers = {
    0, 1, -1, 42, 2 ^ 31, 2 ^ 32, -2 ^ 32, 99999999999999, 100000000000000, 123456789012345, 1234567890123456,
    2 ^ 53 - 1, 2 ^ 53, -2 ^ 53, 0.1, -0.1, 0.5, 1 / 3, 2 / 3, 1e15, 1e16, 1e21, 1e22, 1e23, 1e100, 1e-7,
    3.141592653589793, 2.718281828459045, 0.30000000000000004, 5e-324, 2.2250738585072014e-308,
    1.7976931348623157e308, -1.7976931348623157e308, 1.0000000000000002, 4.35, 123456.789012345,
}

local function success(payload, request_id)
    local result, message = response.parse(response.success(payload, request_id))
    if not result then
        error(message, 2)
    end
    return result
end

describe("parse reads back what success writes:", function()
    for _, row in ipairs(payloads) do
        it(row[1], function()
            local expected = { RequestId = "r" }
            for name, value in pairs(row[2]) do
                expected[name] = value
            end
            assert.same(expected, success(row[2], "r"))
            assert.equal("r", response.check(response.success(row[2], "r")))
        end)
    end

    for _, number in ipairs(numbers) do
        it(("the number %.17g, with every digit"):format(number), function()
            assert.equal(number, success({ A = number }).A)
            assert.same({ number, { B = number } }, success({ A = { number, { B = number } } }).A)
        end)
    end

    if support.has_integers then
        for _, number in ipairs { math.maxinteger, math.mininteger, math.maxinteger - 1, math.tointeger(2 ^ 53) + 1 } do
            it(("the integer %d, as an integer"):format(number), function()
                assert.equal(number, success({ A = number }).A)
                assert.equal("integer", math.type(success({ A = number }).A))
            end)
        end
    end

    it("the payload of a fixture", function()
        for _, name in ipairs { "documented", "list", "numbers", "strings", "long-strings", "error-nested" } do
            local result = response.parse(support.fixture(("success-%s.json"):format(name)))
            assert.same(result, success(result))
        end
    end)

    it("numbers, under a locale with a decimal comma", function()
        local locale = support.comma_locale()
        if not locale then
            pending("this machine has no locale with a decimal comma")
            return
        end
        support.under(locale, function()
            for _, number in ipairs(numbers) do
                assert.equal(number, success({ A = number }).A)
            end
        end)
    end)
end)

it("a few holes in an array are written as null", function()
    local expected = { A = { 1, null, 3 }, B = { null, null, 1 }, RequestId = "r" }
    assert.same(expected, success({ A = { 1, nil, 3 }, B = { [3] = 1 } }, "r"))
end)

it("numbers that do not make an array are written as names", function()
    local payload = { A = { [0] = "a", [-1] = "b" }, B = { [1] = "c", x = "d" }, C = { [1.5] = "e" } }
    assert.same({ A = { ["0"] = "a", ["-1"] = "b" }, B = { ["1"] = "c", x = "d" }, C = { ["1.5"] = "e" },
        RequestId = "r" }, success(payload, "r"))
end)

describe("the RequestId of a success", function()
    it("is the one given", function()
        assert.same({ RequestId = "r" }, success({}, "r"))
        assert.same({ RequestId = "r" }, success({ RequestId = "own" }, "r"))
    end)

    it("is the payload's own if none is given", function()
        assert.same({ RequestId = "own" }, success { RequestId = "own" })
    end)

    it("is empty if there is neither", function()
        assert.same({ RequestId = "" }, success())
        assert.same({ RequestId = "", A = 1 }, success { A = 1 })
    end)
end)

it("success does not change the payload", function()
    local payload = { A = 0.1, B = { 1 / 3, { C = 2 ^ 60 } } }
    local b, c = payload.B, payload.B[2]
    response.success(payload, "r")
    assert.same({ A = 0.1, B = { 1 / 3, { C = 2 ^ 60 } } }, payload)
    assert.equal(b, payload.B)
    assert.equal(c, payload.B[2])
end)

-- code, message, request id
local failures = {
    { "AuthFailure.SignatureFailure", "The provided credentials could not be validated.", "r" },
    { "InternalError" },
    { "InternalError", "" },
    { "InternalError", nil, "r" },
    { "", "", "" },
    { "A\nB", 'quotes " and \\ and / and controls \0\1\27\127\n', "r\t" },
    { "内部错误", "é中😀\226\128\168", "请求" },
    { "number 1", "0.1", "number -1" },
}

describe("parse reads back what failure writes:", function()
    for _, row in ipairs(failures) do
        local code, message, request_id = row[1], row[2], row[3]
        it(("%q, %q, %q"):format(code, tostring(message), tostring(request_id)), function()
            local result, _, err = response.parse(response.failure(code, message, request_id))
            assert.is_nil(result)
            assert.same({ "api", code, message or "", request_id or "" },
                { err.kind, err.code, err.message, err.request_id })
            assert.is_nil(err.details)
            assert.is_nil(err.payload)
        end)
    end
end)

describe("raises:", function()
    local cycle = {}
    cycle.A = cycle
    local deep = {}
    for _ = 1, 5000 do
        deep = { deep }
    end
    -- name, function, its arguments, start of the message
    local wrong = {
        { "success of a string", "success", { "x" },
            "bad argument #1 to 'success' (table or nil expected, got string)" },
        { "success of false", "success", { false },
            "bad argument #1 to 'success' (table or nil expected, got boolean)" },
        { "success of a list", "success", { { 1, 2 } }, "bad argument #1 to 'success'" },
        { "success of an Error", "success", { { Error = { Code = "A" } } }, "bad argument #1 to 'success'" },
        { "success of an Error that is false", "success", { { Error = false } }, "bad argument #1 to 'success'" },
        { "success with a number as RequestId", "success", { {}, 42 },
            "bad argument #2 to 'success' (string or nil expected, got number)" },
        { "success of a function", "success", { { A = print } }, "bad argument #1 to 'success' (A: a function)" },
        { "success of a coroutine, deep down", "success", { { A = { { B = coroutine.create(function() end) } } } },
            "bad argument #1 to 'success' (A[1].B: a thread)" },
        { "success of nan", "success", { { A = 0 / 0 } }, "bad argument #1 to 'success' (A: NaN)" },
        { "success of infinity", "success", { { A = { math.huge } } },
            "bad argument #1 to 'success' (A[1]: an infinite number)" },
        { "success of minus infinity", "success", { { A = -math.huge } },
            "bad argument #1 to 'success' (A: an infinite number)" },
        { "success of a boolean as a name", "success", { { A = { [true] = 1 } } },
            "bad argument #1 to 'success' (A.true: a boolean as name)" },
        { "success of infinity as a name", "success", { { A = { [math.huge] = 1 } } },
            "bad argument #1 to 'success' (A[inf]: an infinite number as name)" },
        { "success of an array with many holes", "success", { { A = { [1] = 1, [100] = 1 } } },
            "bad argument #1 to 'success' (A: an array with too many holes)" },
        { "success of a number and a string as the same name", "success",
            { { A = { x = 1 }, B = { { [1] = 1, x = 1 }, { [1] = "a", ["1"] = "b", x = 1 } } } },
            "bad argument #1 to 'success' (B[2][1]: a number and a string as the same name)" },
        { "success of a table that contains itself", "success", { cycle },
            "bad argument #1 to 'success' (nested too deeply, or contains itself)" },
        { "success of a payload that nests too deeply", "success", { { A = deep } },
            "bad argument #1 to 'success' (nested too deeply, or contains itself)" },
        { "success of invalid UTF-8", "success", { { A = { B = { "x", "\255" } } } },
            "bad argument #1 to 'success' (A.B[2]: invalid UTF-8)" },
        { "success of invalid UTF-8 in a name", "success", { { A = { ["\255"] = 1 } } },
            "bad argument #1 to 'success' (A.?: invalid UTF-8)" },
        { "success of invalid UTF-8 in the RequestId", "success", { {}, "\255" },
            "bad argument #2 to 'success' (invalid UTF-8)" },
        { "failure without a code", "failure", {}, "bad argument #1 to 'failure' (string expected, got nil)" },
        { "failure with a number as code", "failure", { 42 },
            "bad argument #1 to 'failure' (string expected, got number)" },
        { "failure with a table as message", "failure", { "A", {} },
            "bad argument #2 to 'failure' (string or nil expected, got table)" },
        { "failure with a number as RequestId", "failure", { "A", "m", 1 },
            "bad argument #3 to 'failure' (string or nil expected, got number)" },
        { "failure with invalid UTF-8 in the code", "failure", { "\128" },
            "bad argument #1 to 'failure' (invalid UTF-8)" },
        { "failure with invalid UTF-8 in the message", "failure", { "A", "\128" },
            "bad argument #2 to 'failure' (invalid UTF-8)" },
        { "failure with invalid UTF-8 in the RequestId", "failure", { "A", "m", "\128" },
            "bad argument #3 to 'failure' (invalid UTF-8)" },
    }
    for _, row in ipairs(wrong) do
        it(row[1], function()
            support.raises(row[4], response[row[2]], row[3][1], row[3][2], row[3][3])
        end)
    end

    if jit then
        it("success of a NULL pointer of the FFI, unless it is the instance's null", function()
            local pointer = require("ffi").new "void*"
            support.raises("bad argument #1 to 'success' (A: a cdata)", response.success, { A = pointer })
            assert.matches('"A":null', response.new({ null = pointer }).success { A = pointer })
        end)
    end

    it("success of a payload one deeper than a writer goes, whatever the instance reads", function()
        local payload = { A = 1 }
        for _ = 1, 999 do
            payload = { A = payload }
        end
        local deep_reader = response.new { max_depth = 3000 }
        assert.is_string(deep_reader.success(payload.A))
        support.raises("bad argument #1 to 'success' (nested too deeply, or contains itself)", deep_reader.success,
            payload)
    end)

    it("success of a payload that nests deeper than the instance reads", function()
        local shallow = response.new { max_depth = 3 }
        assert.is_string(shallow.success { A = {} })
        support.raises("bad argument #1 to 'success' (nested deeper than the instance's max_depth)", shallow.success,
            { A = { {} } })
    end)

    it("success and failure of an instance whose max_depth is less than their envelopes need", function()
        local flat, shallow = response.new { max_depth = 1 }, response.new { max_depth = 2 }
        support.raises("'success' needs a max_depth of 2", flat.success)
        support.raises("'success' needs a max_depth of 2", flat.success, {}, "r")
        support.raises("'failure' needs a max_depth of 3", flat.failure, "A")
        support.raises("'failure' needs a max_depth of 3", shallow.failure, "A", "m", "r")
        assert.is_string(shallow.success({ A = 1 }, "r"))
        support.raises("bad argument #1 to 'success' (A: invalid UTF-8)", flat.success, { A = "\255" })
        support.raises("bad argument #2 to 'success' (invalid UTF-8)", flat.success, {}, "\255")
        support.raises("bad argument #2 to 'failure' (invalid UTF-8)", shallow.failure, "A", "\255")
        local _, message = pcall(function() flat.failure "A" end)
        assert.matches("^[^:]*encode_spec%.lua:%d+: 'failure' needs", message)
    end)

    it("an error that does not affect the next call", function()
        pcall(response.success, { A = print })
        assert.same({ A = 0.1, RequestId = "r" }, success({ A = 0.1 }, "r"))
    end)
end)

describe("an empty table", function()
    local mt = {}
    local marked = response.new { array_mt = mt }
    local function written(instance, value)
        return (instance.success({ A = value }, ""):match '"A":([%[%]{}",:%w]+),"RequestId"'
            or instance.success({ A = value }, ""):match '"RequestId":"","A":(.+)}}$')
    end

    it("is an object", function()
        assert.equal("{}", written(response, {}))
        assert.equal("{}", written(marked, {}))
        assert.equal("{}", written(response, setmetatable({}, mt)))
    end)

    it("is an array if it has the instance's array_mt, at any depth", function()
        assert.equal("[]", written(marked, setmetatable({}, mt)))
        assert.equal('[[],{"B":[]}]', written(marked, { setmetatable({}, mt), { B = setmetatable({}, mt) } }))
        assert.equal("[[[[[[]]]]]]", written(marked, { { { { { setmetatable({}, mt) } } } } }))
    end)

    it("is an array if that array_mt hides itself by a __metatable, which others may share", function()
        local hidden = response.new { array_mt = { __metatable = "locked" } }
        local read = hidden.parse(support.envelope '"A":[]')
        assert.equal("[]", written(hidden, read.A))
        assert.equal("{}", written(hidden, setmetatable({}, { __metatable = "locked" })))
    end)

    it("that parse has read is written as the same kind", function()
        local text = '"A":[],"B":{"C":[[],{}]},"RequestId":"r"'
        local read = marked.parse(support.envelope(text))
        local again = marked.parse(marked.success(read))
        assert.same(read, again)
        assert.equal(mt, getmetatable(again.B.C[1]))
        assert.is_nil(getmetatable(again.B.C[2]))
    end)

    it("is an array if it has lua-cjson's empty_array_mt", function()
        local cjson = require "cjson"
        if not cjson.empty_array_mt then
            pending "this lua-cjson has no empty_array_mt"
            return
        end
        assert.equal("[]", written(response, setmetatable({}, cjson.empty_array_mt)))
    end)
end)

-- lua-cjson encodes a table whole if it writes it exactly; the module walks any other. Both ways must give the same.
it("a payload that is walked is written as lua-cjson writes it", function()
    local random = support.random()
    local cjson = require("cjson").new()
    local scalars = { 1, -2.5, 0.1, "x", '"\\/\n\127', "é", true, false, null, 99999999999999, 1e-5, -0.001 }
    local function value(depth)
        local kind = random(depth > 5 and 1 or 3)
        if kind == 1 then
            return scalars[random(#scalars)]
        end
        local t = {}
        for i = 1, random(4) do
            t[kind == 2 and i or "k" .. i] = value(depth + 1)
        end
        return t
    end
    for _ = 1, 500 do
        local payload = { A = value(1) }
        local body = response.success(payload, "r")
        local with_float = { A = payload.A, B = 1 / 3 }
        assert.same(cjson.decode(body).Response.A, cjson.decode(response.success(with_float, "r")).Response.A)
        assert.same(payload.A, response.parse(response.success(with_float, "r")).A)
    end
end)

it("numbers with up to 17 digits are written exactly", function()
    local random = support.random()
    local doubles = response.new { integers = "number" }
    for digits = 1, 17 do
        for _ = 1, 200 do
            local text = tostring(random(9))
            for _ = 2, digits do
                text = text .. random(10) - 1
            end
            local number = tonumber(text .. "e" .. random(40) - 25)
            assert.equal(number, doubles.parse(response.success { A = number }).A)
        end
    end
end)

-- A host without integers reads an integer beyond 2^53 as a string.
it("whole numbers beyond 2^53 come back as numbers", function()
    local random = support.random()
    local function comes_back(number)
        assert.equal(number, success({ A = number }).A)
        assert.equal(-number, success({ A = { -number } }).A[1])
    end
    comes_back(2 ^ 53 + 2)
    comes_back(2 ^ 63)
    for exponent = 15, 25 do
        for _ = 1, 200 do
            local digits = random(9) + random(2 ^ 31) / 2 ^ 31 + random(2 ^ 31) / 2 ^ 62
            comes_back(math.floor(digits * 10 ^ exponent) + 0.0)
        end
    end
end)

it("cjson_is_exact is false for every value that lua-cjson does not write exactly", function()
    local core = require "tencentcloud.response.core"
    local mt = {}
    for name, v in pairs {
        number = 1 / 3, integer = 2 ^ 53, nan = 0 / 0, infinity = math.huge, f = print, mixed = { 1, a = 1 },
        sparse = { [2] = 1 }, fraction = { [1.5] = 1 }, empty = setmetatable({}, mt), strange = setmetatable({ 1 }, {}),
        key = { [true] = 1 }, deep = { a = { { b = 1 / 3 } } },
    } do
        assert.is_false(core.cjson_is_exact(v, null, mt), name)
    end
    assert.is_false(core.cjson_is_exact({ "n" }, "n"))
    for _, v in ipairs { 1, 0.5, 0.1, "x", true, null, {}, { 1, 2 }, { a = { b = 1.25 } }, setmetatable({ 1 }, mt) } do
        assert.is_true(core.cjson_is_exact(v, null, mt))
    end
end)
