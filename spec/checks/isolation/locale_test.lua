-- A locale with a decimal comma makes no difference, whenever it is set.
local support = require "spec.support"

local members = [["A":0.5,"B":-1.25e-7,"C":0.1234567890123456789012345,"D":1e400,"E":123456789012345678901.5]]
local body = support.envelope(members .. ',"RequestId":"1,5"')
local failed = support.envelope '"Error":{"Code":"A.B","Message":"1.5","More":0.5}'

-- Everything that depends on numbers.
local function work(response)
    local view = assert(response.open(body))
    local scanner = response.scanner()
    scanner:feed(body)
    local each = {}
    for name, value in view:each() do
        each[name] = value
    end
    local _, message, err = response.parse(failed)
    local _, legacy = response.check '{"code":1.5,"message":"m"}'
    return {
        parsed = response.parse(body), view = view:get(), each = each, scanned = scanner:finish(),
        message = message, details = err.details, legacy = legacy,
        written = response.parse(response.success { V = { 0.5, 1 / 3, 1e300 } }),
    }
end

local function fresh()
    for name in pairs(package.loaded) do
        if name:find "^tencentcloud%." then
            package.loaded[name] = nil
        end
    end
    return require "tencentcloud.response"
end

describe("a decimal comma", function()
    local locale = support.comma_locale()
    local expected = work(require "tencentcloud.response")

    local function test(name, f)
        it(name, function()
            if not locale then
                return pending "this machine has no such locale"
            end
            f()
        end)
    end

    test("is what the locale has", function()
        support.under(locale, function()
            assert.is_true(jit ~= nil or ("%.1f"):format(0.5) == "0,5")
        end)
    end)

    test("set before the module is loaded", function()
        support.under(locale, function()
            support.alike(expected, work(fresh()))
        end)
    end)

    test("set after the module is loaded", function()
        local response = fresh()
        support.under(locale, function()
            support.alike(expected, work(response))
        end)
        support.alike(expected, work(response))
    end)

    test("set between calls", function()
        local response = fresh()
        local view, scanner = assert(response.open(body)), response.scanner()
        local each, state, name = view:each()
        local value
        scanner:feed(body:sub(1, 60))
        name, value = each(state, name)
        assert.equal(0.5, value)
        support.under(locale, function()
            scanner:feed(body:sub(61, 90))
            name, value = each(state, name)
            assert.equal(-1.25e-7, value)
        end)
        scanner:feed(body:sub(91))
        assert.equal("1,5", scanner:finish())
        name, value = each(state, name)
        assert.equal("C", name)
        assert.equal(0.1234567890123456789012345, value)
    end)
end)
