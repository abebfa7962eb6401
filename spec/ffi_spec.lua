-- Without LuaJIT, response.check is the C API's, so there is nothing to compare.
if not jit then
    return
end

local core = require "tencentcloud.response.core"
local errors = require "tencentcloud.error"
local response = require "tencentcloud.response"
local support = require "spec.support"

-- The C API's check, even if response.check uses FFI.
local native = core.new {
    error_mt = errors.metatable, null = core.null,
    nulls = "keep", integers = "exact", max_depth = 1000, max_field = 8192,
}.check

local SUCCESS = '{"Response":{"TotalCount":1,"RequestId":"b5b41468-520d-4192-b42f-595cc34b6c1c"}}'
local FAILURE = '{"Response":{"Error":{"Code":"InternalError","Message":"m"},"RequestId":"r"}}'

describe("check by FFI and check by the C API", function()
    it("are different functions", function()
        assert.equal("Lua", debug.getinfo(response.check, "S").what)
        assert.equal("C", debug.getinfo(native, "S").what)
    end)

    local function same(body)
        local id, message, err = response.check(body)
        local native_id, native_message, native_err = native(body)
        assert.equal(native_id, id)
        assert.equal(native_message, message)
        assert.same(native_err, err)
        assert.equal(getmetatable(native_err), getmetatable(err))
    end

    for _, name in ipairs(support.fixtures "") do
        it("agree on " .. name, function()
            same(support.fixture(name))
        end)
    end

    local texts = { "\\n", "\\u0000", "\127", "\194\133", "\226\128\168", "\240\159\152\128", "\\ud83d\\ude00" }
    for _, text in ipairs(texts) do
        it("agree on texts with " .. text:gsub("[^%g]", "?"), function()
            same('{"Response":{"RequestId":"a' .. text .. 'b"}}')
            same('{"Response":{"Error":{"Code":"' .. text .. '","Message":"m"},"RequestId":"r"}}')
            same('{"Response":{"Error":{"Code":"c","Message":"' .. text .. '"}}}')
            same('{"Response":{"Error":{"Code":"c"},"RequestId":"' .. text .. '"}}')
        end)
    end

    it("agree on every sample", function()
        support.each_sample(pending, same)
    end)

    it("respect max_depth", function()
        local strict = response.new { max_depth = 3 }
        assert.is_truthy(strict.check '{"Response":{"A":[]}}')
        assert.is_nil(strict.check '{"Response":{"A":[[]]}}')
    end)
end)

if not jit.status() then
    return
end

describe("a loop over check under LuaJIT", function()
    local traceinfo = require("jit.util").traceinfo

    -- How the traces of the loop end: "loop" stays in machine code, "stitch" leaves it for a C function.
    local function links(body)
        local check, found = response.check, {}
        local function note(what, trace)
            if what == "stop" then
                found[traceinfo(trace).linktype] = true
            end
        end
        jit.flush()
        jit.attach(note, "trace")
        for _ = 1, 5000 do
            check(body)
        end
        jit.attach(note)
        return found
    end

    for name, body in pairs { success = SUCCESS, failure = FAILURE } do
        it("is compiled to machine code: " .. name, function()
            local found = links(body)
            assert.is_true(found.loop)
            assert.is_nil(found.stitch)
        end)
    end
end)

-- Some hosts reload modules by clearing package.loaded.
it("loading the module repeatedly adds no declarations", function()
    local ffi, name = require "ffi", "tencentcloud.response.ffi"
    local module = package.loaded[name]
    for _ = 1, 20000 do
        package.loaded[name] = nil
        require(name)
    end
    package.loaded[name] = module
    assert.is_true(pcall(ffi.cdef, "int tencentcloud_probe(int);"))
end)

-- Last: loops that are compiled here could change the traces that the tests above look for.
describe("the meanings of codes in check by FFI", function()
    local function failure(code)
        return '{"Response":{"Error":{"Code":"' .. code .. '","Message":"m"}}}'
    end

    local function meaning(code)
        local _, _, err = response.check(failure(code))
        return err.category .. " " .. err.retry
    end

    it("are right for more codes than are kept", function()
        for _ = 1, 2 do
            for i = 1, 300 do
                assert.equal("request never", meaning("InvalidParameter.Number" .. i))
                assert.equal("server idempotent", meaning("InternalError.Number" .. i))
            end
        end
    end)

    it("are not kept for all codes #heap", function()
        local before = support.heap()
        for i = 1, 20000 do
            response.check(failure("InvalidParameter.Number" .. i))
        end
        local growth = support.heap() - before
        assert.is_true(growth <= 100, growth .. " KB more")
    end)
end)
