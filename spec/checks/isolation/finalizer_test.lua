-- Finalizers use the module while its own calls are running.
local support = require "spec.support"
local response = require "tencentcloud.response"

local list = {}
for i = 1, 300 do
    list[i] = ('{"Id":"ins-%d","Name":"\\u4e2d%d"}'):format(i, i)
end
local large = support.envelope('"Set":[' .. table.concat(list, ",") .. '],"RequestId":"large"')
-- A body that nothing else refers to.
local function temporary()
    return large .. " "
end

local failed = support.envelope '"Error":{"Code":"%s","Message":"the message of %s"},"RequestId":"the id of %s"'

local function failure(name)
    return (failed:gsub("%%s", name))
end

-- Calls f this many times, each time leaving garbage whose finalizer calls g.
local function interrupted(times, f, g)
    local calls, mistake = 0, nil
    local function finalizer()
        calls = calls + 1
        local fine, message = pcall(g)
        mistake = mistake or not fine and message or nil
    end
    for i = 1, times do
        support.finalizer(finalizer)
        f(i)
    end
    collectgarbage()
    assert.is_nil(mistake)
    assert.is_true(calls > times / 2)
end

local other = failure "Another"

-- Every function, on bodies unlike those of the interrupted calls.
local function use_all()
    local _, message, err = response.check(other)
    assert(message == "Another: the message of Another (RequestId: the id of Another)" and err.code == "Another")
    assert(response.check(support.envelope '"RequestId":"x"') == "x")
    assert(response.parse(support.envelope '"V":[1,{"a":"\\n"}]').V[2].a == "\n")
    local scanner = response.scanner()
    scanner:feed(other:sub(1, 50))
    scanner:feed(other:sub(51))
    assert(select(3, scanner:finish()).message == "the message of Another")
    local view = response.open(large)
    assert(view:get("Set", 200, "Id") == "ins-200")
end

describe("a finalizer may", function()
    it("interrupt check of failures", function()
        local name, expected, body -- made in advance, so that the calls alone make garbage
        interrupted(30000, function(i)
            if i % 100 == 1 then
                name = "Code" .. i
                body = failure(name)
                expected = name .. ": the message of " .. name .. " (RequestId: the id of " .. name .. ")"
            end
            local _, message, err = response.check(body)
            if message ~= expected or tostring(err) ~= expected then
                error(("%s became %s, %s"):format(expected, message, tostring(err)))
            end
        end, function()
            local _, message = response.check(other)
            assert(message == "Another: the message of Another (RequestId: the id of Another)")
        end)
    end)

    it("interrupt check of successes", function()
        interrupted(20000, function(i)
            local id = "id " .. i
            local found = response.check(support.envelope('"RequestId":"' .. id .. '"'))
            if found ~= id then
                error(("%s became %s"):format(id, found))
            end
        end, function()
            assert(response.check(support.envelope '"RequestId":"another"') == "another")
        end)
    end)

    it("interrupt parse", function()
        local expected = response.parse(large)
        interrupted(200, function()
            support.alike(expected, (response.parse(large)))
        end, use_all)
    end)

    it("interrupt an iteration and a scanner", function()
        interrupted(50, function()
            local view, scanner, index = response.open(temporary()), response.scanner(), 0
            for k, value in view:each "Set" do
                index = index + 1
                assert.equal(index, k)
                assert.equal("ins-" .. k, value.Id)
                scanner:feed(large:sub(50 * k - 49, 50 * k))
            end
            scanner:feed(large:sub(50 * 300 + 1))
            assert.equal("large", scanner:finish())
        end, use_all)
    end)

    it("use a view, an iterator and a scanner that are garbage themselves", function()
        local collected = 0
        for _ = 1, 50 do
            local view, scanner = response.open(temporary()), response.scanner()
            local each, state = view:each "Set"
            each(state)
            scanner:feed(large:sub(1, 100))
            support.finalizer(function()
                scanner:feed(large:sub(101))
                if view:get("Set", 300, "Id") == "ins-300" and each(state) == 2 and scanner:finish() == "large" then
                    collected = collected + 1
                end
            end)
        end
        collectgarbage()
        collectgarbage()
        assert.is_true(collected >= 49)
    end)

    it("resurrect a view", function()
        local kept
        do
            local view = response.open(temporary())
            support.finalizer(function() kept = view end)
        end
        collectgarbage()
        support.churn()
        assert.equal("ins-7", kept:get("Set", 7, "Id"))
    end)
end)

it("coroutines take turns in iterations, views and scanners", function()
    local function reader(step)
        return coroutine.wrap(function()
            local view, scanner = response.open(temporary()), response.scanner()
            local first = 1
            for i, value in view:each "Set" do
                assert.equal("ins-" .. i, value.Id)
                scanner:feed(large:sub(first, first + step - 1))
                first = first + step
                coroutine.yield(true)
                assert.equal("ins-" .. (301 - i), view:get("Set", 301 - i, "Id"))
            end
            scanner:feed(large:sub(first))
            assert.equal("large", scanner:finish())
            return false
        end)
    end
    local readers = { reader(7), reader(11), reader(50) }
    local turns = 0
    while #readers > 0 do
        for i = #readers, 1, -1 do
            turns = turns + 1
            if not readers[i]() then
                table.remove(readers, i)
            end
        end
    end
    assert.equal(903, turns)
end)
