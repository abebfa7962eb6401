local response = require "tencentcloud.response"

local retry = dofile(debug.getinfo(1, "S").source:match "^@(.*)retry_spec%.lua$" .. "examples/retry.lua")

local SUCCESS = '{"Response":{"RequestId":"r"}}'

local function failure(code)
    return ('{"Response":{"Error":{"Code":"%s","Message":"m"},"RequestId":"r"}}'):format(code)
end

-- A call that is answered with these bodies in turn, the last one again and again; and how often it was sent.
local function answers(...)
    local bodies, sent = { ... }, { count = 0 }
    return function()
        sent.count = sent.count + 1
        return response.read { status = 200, headers = {}, body = bodies[math.min(sent.count, #bodies)] }
    end, sent
end

-- Waits that were asked for.
local function sleeper()
    local waits = {}
    return waits, function(seconds)
        waits[#waits + 1] = seconds
    end
end

describe("the README's retry loop", function()
    it("returns a success at once", function()
        local call, sent = answers(SUCCESS)
        local waits, sleep = sleeper()
        assert.equal("r", retry(call, { sleep = sleep }).RequestId)
        assert.same({ 1, 0 }, { sent.count, #waits })
    end)

    -- code, may the call run twice, is it sent again
    for _, case in ipairs {
        { "RequestLimitExceeded", false, true },
        { "ResourceBusy", false, true },
        { "OperationDenied.InstanceOperationInProgress", false, true },
        { "InternalError", false, false },
        { "InternalError", true, true },
        { "AuthFailure.SignatureFailure", true, false },
        { "ResourceNotFound", true, false },
    } do
        it(("sends %s%s again: %s"):format(case[1], case[2] and ", repeatable," or "", tostring(case[3])), function()
            local call, sent = answers(failure(case[1]), SUCCESS)
            local waits, sleep = sleeper()
            local result, message, err = retry(call, { sleep = sleep, repeatable = case[2] })
            if case[3] then
                assert.equal("r", result.RequestId)
                assert.same({ 2, 1 }, { sent.count, #waits })
            else
                assert.is_nil(result)
                assert.equal(tostring(err), message)
                assert.equal(case[1], err.code)
                assert.same({ 1, 0 }, { sent.count, #waits })
            end
        end)
    end

    it("waits longer each time up to a limit, at random, and gives up", function()
        local call, sent = answers(failure "RequestLimitExceeded")
        local waits, sleep = sleeper()
        local _, _, err = retry(call, { sleep = sleep, attempts = 8, first = 1, longest = 10 })
        assert.equal("RequestLimitExceeded", err.code)
        assert.same({ 8, 7 }, { sent.count, #waits })
        local different = {}
        for i, wait in ipairs(waits) do
            local limit = math.min(2 ^ (i - 1), 10)
            assert.is_true(wait >= 0 and wait <= limit)
            different[wait / limit] = true
        end
        assert.is_truthy(next(different, next(different)))
    end)

    it("waits by LuaSocket", function()
        local socket = require "socket"
        local call, sent = answers(failure "RequestLimitExceeded", SUCCESS)
        assert.equal("r", retry(call, { sleep = socket.sleep, first = 0.001 }).RequestId)
        assert.equal(2, sent.count)
    end)
end)
