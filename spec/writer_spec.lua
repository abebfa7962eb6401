local response = require "tencentcloud.response"
local support = require "spec.support"

local null = response.null

-- name, payload
local payloads = {
    { "scalars", { A = 1, B = "x", C = true, D = false, E = null } },
    { "lists and objects", { A = { 1, 2, { 3 } }, B = { C = { D = { "x" } } } } },
    { "empty tables", { A = {}, B = { {} } } },
    { "nulls in lists", { A = { null, 1, null } } },
    { "strings to be escaped", { A = '"\\/\b\f\n\r\t\0\27\127', ['"\n\0'] = "" } },
    { "characters of several bytes", { A = "é中😀\226\128\168\244\143\191\191", ["中"] = 1 } },
    { "Code and Message", { Code = "InternalError", Message = "m", error = 1, Errors = {} } },
    { "what looks like an envelope", { Response = { Error = { Code = "A" } }, Data = '{"Response":{}}' } },
    { "a string and a number beside it", { A = 0.1, B = "number 1" } },
    { "strings that look like numbers set aside", {
        A = 0.1, B = "number 1", C = '"number 1"', D = '"number -1"', ["number 1"] = 1 / 3, E = "number -1",
    } },
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

describe("success writes what parse reads back:", function()
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

    it("what parse has read from a fixture", function()
        for _, name in ipairs { "documented", "list", "numbers", "strings", "long-strings", "error-nested" } do
            local result = response.parse(support.fixture(("success-%s.json"):format(name)))
            assert.same(result, success(result))
        end
    end)

    it("numbers, under a locale with a decimal comma", function()
        local locale = support.comma_locale()
        if not locale then
            pending("this machine has no such locale")
            return
        end
        support.under(locale, function()
            for _, number in ipairs(numbers) do
                assert.equal(number, success({ A = number }).A)
            end
        end)
    end)
end)

describe("the RequestId of a success", function()
    it("is the one given", function()
        assert.same({ RequestId = "r" }, success({}, "r"))
        assert.same({ RequestId = "r" }, success({ RequestId = "own" }, "r"))
    end)

    it("is else the payload's own", function()
        assert.same({ RequestId = "own" }, success { RequestId = "own" })
    end)

    it("is else empty", function()
        assert.same({ RequestId = "" }, success())
        assert.same({ RequestId = "", A = 1 }, success { A = 1 })
    end)
end)

it("success leaves the payload as it was", function()
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

describe("failure writes what parse reads back:", function()
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
    -- call, function, first to third argument, what the text says
    local wrong = {
        { "success of a string", "success", { "x" },
            "bad argument #1 to 'success' (table or nil expected, got string)" },
        { "success of false", "success", { false },
            "bad argument #1 to 'success' (table or nil expected, got boolean)" },
        { "success of a list", "success", { { 1, 2 } }, "bad argument #1 to 'success'" },
        { "success of an Error", "success", { { Error = { Code = "A" } } }, "bad argument #1 to 'success'" },
        { "success of an Error that is false", "success", { { Error = false } }, "bad argument #1 to 'success'" },
        { "success with a number for RequestId", "success", { {}, 42 },
            "bad argument #2 to 'success' (string or nil expected, got number)" },
        { "success of a function", "success", { { A = print } }, "" },
        { "success of nan", "success", { { A = 0 / 0 } }, "" },
        { "success of infinity", "success", { { A = { math.huge } } }, "" },
        { "success of minus infinity", "success", { { A = -math.huge } }, "" },
        { "success of a table that contains itself", "success", { cycle }, "" },
        { "success of what nests too deeply", "success", { { A = deep } }, "" },
        { "success of invalid UTF-8", "success", { { A = "\255" } }, "bad argument #1 to 'success'" },
        { "failure without a code", "failure", {}, "bad argument #1 to 'failure' (string expected, got nil)" },
        { "failure with a number for code", "failure", { 42 },
            "bad argument #1 to 'failure' (string expected, got number)" },
        { "failure with a table for message", "failure", { "A", {} },
            "bad argument #2 to 'failure' (string or nil expected, got table)" },
        { "failure with a number for RequestId", "failure", { "A", "m", 1 },
            "bad argument #3 to 'failure' (string or nil expected, got number)" },
        { "failure with invalid UTF-8", "failure", { "A", "\128" }, "bad argument" },
    }
    for _, row in ipairs(wrong) do
        it(row[1], function()
            support.raises(row[4], response[row[2]], row[3][1], row[3][2], row[3][3])
        end)
    end

    it("and leaves the next call as it was", function()
        pcall(response.success, { A = print })
        assert.same({ A = 0.1, RequestId = "r" }, success({ A = 0.1 }, "r"))
    end)
end)
