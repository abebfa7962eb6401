-- What views keep in memory, and for how long; and finalizers that use a view inside a call on it.
local response = require "tencentcloud.response"
local support = require "spec.support"
local views = require "spec.views"

local alike, envelope = support.alike, support.envelope
local open, collect, count, object, array = views.open, views.collect, views.count, views.object, views.array
local unpack = table.unpack or unpack

describe("a view", function()
    local function fresh()
        local list = array(50, function(i) return ('{"I":%d,"S":"%s\\n","L":[[%d]]}'):format(i, ("s"):rep(i), i) end)
        return open('"L":' .. list .. ',"O":' .. object(50, '"M#":{"I":#}') .. ',"RequestId":"r"')
    end

    -- Objects that a script may keep while it drops all others: a function that makes one, and one that reads it.
    local keepers = {
        ["a view"] = { fresh, function(v)
            return { v:get("L", 40, "I"), v:get("L", 40, "S"), v:get("O", "M40", "I"), v:request_id() }
        end },
        ["a part"] = { function() return fresh():at "L" end, function(p)
            return { p:get(40, "I"), p[40].S, p:at(40, "L"):get(1, 1), p:request_id() }
        end },
        ["a part of a part"] = { function() return fresh():at("L"):at(40) end, function(p)
            return { p:get "I", p:get "S", p:get("L", 1, 1), p:request_id() }
        end },
        ["a part of a part of a view that was read"] = { function()
            local view = fresh()
            assert(view:get("L", 50) and view:get("O", "M1"))
            local part = view:at "L"
            assert(part:get(1))
            return part:at(40)
        end, function(p)
            return { p:get "I", p:get "S", p:at("L", 1):get(1), p:request_id() }
        end },
        ["an iterator over elements"] = { function() return { fresh():each "L" } end, function(iterator)
            local all = collect(unpack(iterator, 1, 3))
            return { all[40].I, all[40].S, all[40].L[1][1], "r" }
        end },
        ["an iterator over members of a part"] = { function() return { fresh():at("O"):each() } end, function(iterator)
            return { collect(unpack(iterator, 1, 3)).M40.I, ("s"):rep(40) .. "\n", 40, "r" }
        end },
    }
    local expected = { 40, ("s"):rep(40) .. "\n", 40, "r" }

    for name, keeper in pairs(keepers) do
        it("stays alive as long as the script keeps " .. name, function()
            local kept = keeper[1]()
            support.churn()
            alike(expected, keeper[2](kept))
        end)
    end

    it("and its parts can be collected in any order", function()
        local random, path = support.random(), { "L", 40, "L", 1, 1 }
        for _ = 1, 5 do
            local parts = { fresh() }
            for i = 1, #path - 1 do
                parts[i + 1] = parts[i]:at(path[i])
            end
            for _ = 1, #parts do
                local gone = random(#parts)
                while not parts[gone] do
                    gone = gone % #parts + 1
                end
                parts[gone] = false
                collectgarbage()
                for i, part in ipairs(parts) do
                    assert.equal(40, part and part:get(unpack(path, i)) or 40)
                end
            end
        end
    end)

    it("without references is freed, and so is its body #heap", function()
        if jit then -- compiled traces would be on the heap, too
            jit.off()
            finally(jit.on)
        end
        local weak = setmetatable({}, { __mode = "v" })
        local function use_views()
            for i = 1, 20 do
                local view = open('"L":' .. array(20000, tostring) .. ',"O":' .. object(100, '"M#":[#]'))
                weak["view" .. i] = view
                weak["part" .. i] = view:at "O"
                assert(view:get("O", "M" .. i) and view:get("L", i))
                for index in view:each "L" do -- the loop ends early
                    if index == i then
                        break
                    end
                end
                for _, value in view:each "O" do
                    weak["value" .. i] = value
                end
            end
        end
        use_views() -- the host's string table may grow once
        local before = support.heap()
        use_views()
        local after = support.heap()
        assert.equal(0, count(weak))
        assert.is_true(after - before < 64, after - before .. " KB are left")
    end)

    -- The machine code that LuaJIT compiles from a hot loop must not keep a view alive.
    it("is not kept alive by hot loops", function()
        local weak, text = setmetatable({}, { __mode = "k" }), array(300, tostring)
        local function handle(i)
            local view = open('"N":' .. i .. ',"L":' .. text)
            weak[view] = true
            local sum = 0
            for index, element in view:each "L" do
                sum = sum + element
                if index == 150 + i % 100 then
                    return sum
                end
            end
        end
        for i = 1, 300 do
            assert(handle(i) > 0)
        end
        support.heap()
        assert.equal(0, count(weak))
    end)

    it("can be read by several coroutines in turn", function()
        local view = fresh()
        local shared, state = view:each "L"
        local function run()
            local part = view:at "L"
            for index, element in view:each "L" do
                assert.equal(index, element.I)
                assert.equal(51 - index, part:get(51 - index, "I"))
                assert.equal(index, view:get("O", "M" .. index, "I"))
                coroutine.yield(index, (shared(state)))
            end
            return "done"
        end
        local threads = { coroutine.wrap(run), coroutine.wrap(run), coroutine.wrap(run) }
        for index = 1, 50 do
            for i, thread in ipairs(threads) do
                local own, common = thread()
                assert.equal(index, own)
                local turn = (index - 1) * 3 + i
                assert.equal(turn <= 50 and turn or nil, common)
            end
        end
        assert.equal("done", threads[1]())
    end)

    it("can be read by finalizers while another view is read #long", function()
        local text, done, seen = array(20000, function(i) return ("[%d]"):format(i) end), 0, 0
        for index in open('"L":' .. text):each "L" do
            seen = index
            if index % 4000 == 0 then
                local view = open('"L":' .. text)
                support.finalizer(function()
                    for i, element in view:each "L" do
                        assert(element[1] == i)
                    end
                    done = done + 1
                end)
            end
        end
        support.heap()
        assert.same({ 20000, 5 }, { seen, done })
    end)

    it("and its iterator outlive the coroutine that made them", function()
        local view, iterator = coroutine.wrap(function()
            local made = fresh()
            return made, { made:each "L" }
        end)()
        support.churn()
        assert.equal(50, view:get("L", 50, "I"))
        assert.equal(50, #collect(unpack(iterator, 1, 3)))
    end)
end)

describe("the heap #heap", function()
    local item = '{"InstanceId":"ins-%08d","InstanceState":"RUNNING"}'
    local body

    setup(function()
        body = envelope('"L":' .. array(16 * 2 ^ 20 / #item:format(1), function(i) return item:format(i) end))
    end)

    teardown(function()
        body = nil
    end)

    -- Lua 5.1 does not show whether the script has stopped the collector, so each leaves it alone there.
    local tells_stopped = jit or _VERSION ~= "Lua 5.1"

    -- Runs in a separate process, because the limit depends on the size of the other live data. The collector has its
    -- default settings, and the heap is measured at each element.
    local LOOP = [[
        local others = {}
        for i = 1, MEGABYTES do
            others[i] = ("x"):rep(2 ^ 20) .. i
        end
        local item = [=[ITEM]=]
        local items = {}
        for i = 1, 16 * 2 ^ 20 / #item do
            items[i] = item:gsub("COUNT", i)
        end
        local count = #items
        items = '{"Response":{"L":[' .. table.concat(items, ",") .. "]}}"
        local view = require("tencentcloud.response").open(items)
        collectgarbage()
        collectgarbage()
        local before, most, seen = collectgarbage "count", 0, 0
        for _, element in view:each "L" do
            seen = seen + (element and 1 or 0)
            most = math.max(most, collectgarbage "count")
        end
        assert(seen == count and #others == MEGABYTES)
        print(most - before)
    ]]

    -- The KB by which the heap grows at most while each iterates over a list of such elements. The script keeps this
    -- many MB of other data alive.
    local function most_growth(megabytes, element)
        local name = os.tmpname()
        local file = assert(io.open(name, "w"))
        file:write((LOOP:gsub("MEGABYTES", megabytes):gsub("ITEM", element)))
        file:close()
        local output = support.run(name)
        os.remove(name)
        return assert(tonumber(output), output)
    end

    local OBJECT = '{"InstanceId":"ins-COUNT","InstanceState":"RUNNING"}'
    local elements = {
        objects = OBJECT,
        strings = '"a string that differs from the others, COUNT"',
        ["objects with long texts"] = '{"Id":COUNT,"Text":"COUNT ' .. ("text "):rep(700) .. '"}',
        ["objects with very long texts"] = '{"Id":COUNT,"Text":"COUNT ' .. ("text "):rep(7000) .. '"}',
    }
    if tells_stopped then
        for name, element in pairs(elements) do
            it("grows by at most 6 MB while each iterates over 16 MB of " .. name, function()
                local kilobytes = most_growth(0, element)
                assert.is_true(kilobytes <= 6144, kilobytes .. " KB more")
            end)
        end

        -- Traversing all live data for each megabyte of garbage would cost too much.
        it("can grow by an eighth of the live data, and by what the loop allocates during a cycle", function()
            local kilobytes = most_growth(64, OBJECT)
            assert.is_true(kilobytes > 8192 and kilobytes <= 16384, kilobytes .. " KB more")
        end)
    end

    -- A full collection would take long with this much live data, so each never runs one.
    it("is not collected in full by each", function()
        local view, seen = response.open(body), 0
        local kept = {}
        for i = 1, 40 do
            kept[i] = ("x"):rep(2 ^ 20) .. i
        end
        local cycles = 0
        local function watch()
            support.finalizer(function()
                cycles = cycles + 1
                watch()
            end)
        end
        collectgarbage()
        watch()
        for _ in view:each "L" do
            seen = seen + 1
        end
        assert.is_true(seen > 100000 and #kept == 40)
        assert.is_true(cycles <= 8, cycles .. " cycles")
    end)

    -- A collector that the script has stopped stays stopped.
    it("is not collected if the script has stopped the collector", function()
        local view, seen = response.open(body), 0
        local done = false
        collectgarbage()
        collectgarbage "stop"
        finally(function() collectgarbage "restart" end)
        support.finalizer(function() done = true end)
        for _ in view:each "L" do
            seen = seen + 1
        end
        for _ = 1, 200000 do
            seen = #{ seen }
        end
        assert.is_false(done)
    end)

    -- Measures the live heap with full collections: an iteration does not keep the elements that it has returned.
    it("does not keep elements that the iteration has already returned", function()
        local view = response.open(body)
        local before, most = support.heap(), 0
        for index in view:each "L" do
            if index % 32768 == 0 then
                most = math.max(most, support.heap())
            end
        end
        assert.is_true(most - before <= 16, most - before .. " KB more")
    end)

    it("forgets an element when it has returned it", function()
        local texts = {}
        for i = 1, 300 do
            texts[i] = ('{"Name":"element %d"}'):format(i)
        end
        local returned = setmetatable({}, { __mode = "v" })
        local each, iteration = views.open('"L":[' .. table.concat(texts, ",") .. "]"):each "L"
        for i = 1, 300 do
            returned[i] = select(2, each(iteration))
            assert.is_table(returned[i])
            if i % 15 == 0 then
                collectgarbage()
                assert.is_nil(next(returned))
            end
        end
    end)

    -- The memory in bytes of a view of this body, without the body.
    local function size(text)
        local least = math.huge
        for _ = 1, 3 do
            local before, opened = support.heap(), {}
            for i = 1, #text < 2 ^ 20 and 50 or 1 do
                opened[i] = response.open(text)
            end
            least = math.min(least, (support.heap() - before) * 1024 / #opened)
        end
        return least
    end

    it("holds an index no larger than its body of 16 MB", function()
        local index = size(body)
        assert.is_true(index <= #body, index .. " bytes")
    end)

    -- A view of the smallest body shows the memory of a view without an index.
    it("holds indexes of documented responses that are no larger than the responses", function()
        local documented = { support.fixture "success-documented.json", support.fixture "success-list.json" }
        for _, sample in ipairs(support.samples()) do
            documented[#documented + 1] = response.check(sample.body) and sample.body
        end
        local fixed = size '{"Response":{}}'
        for _, text in ipairs(documented) do
            collectgarbage "stop"
            local before = collectgarbage "count"
            response.open(text)
            local all = (collectgarbage "count" - before) * 1024
            collectgarbage "restart"
            if all - fixed > #text then -- part of this may be garbage, so measure again
                local index = size(text) - fixed
                assert.is_true(index <= #text, index .. " bytes for " .. text)
            end
        end
    end)
end)

describe("a finalizer inside a call on the same view #long", function()
    local text = array(3000, function(i)
        return ('{"Id":%d,"Text":"%s","List":[%d,[]]}'):format(i, ("t"):rep(50), i)
    end)

    -- Makes the collector start each cycle as soon as the last one ends; returns a function that restores its pace.
    local function hurry_collector()
        local mode = _VERSION == "Lua 5.4" and collectgarbage "incremental"
        local pause, multiplier = collectgarbage("setpause", 100), collectgarbage("setstepmul", 400)
        collectgarbage() -- otherwise the former pause would still delay the next cycle
        return function()
            collectgarbage("setpause", pause)
            collectgarbage("setstepmul", multiplier)
            if mode then
                collectgarbage(mode)
            end
        end
    end

    -- Calls act, at most this many times, until finalizers inside it have called visit ten times, with 1, 2 and so on.
    local function interrupted(times, act, visit)
        local running, begun, done = true, 0, 0
        local calm_collector = hurry_collector()
        local function arm()
            support.finalizer(function()
                if running then
                    begun = begun + 1
                    visit(begun)
                    done = done + 1
                    if begun == 10 then
                        calm_collector()
                    end
                    arm()
                end
            end)
        end
        arm()
        for _ = 1, times do
            act()
            if begun >= 10 then
                break
            end
        end
        running = false
        calm_collector()
        assert.is_true(begun > 0)
        assert.equal(begun, done)
    end

    -- Reads an element of a view by each kind of call.
    local function read_element(view, number)
        local i = number * 37 % 3000 + 1
        assert(view:get("L", i, "Id") == i and view:at("L", i):get("List", 1) == i)
        assert(view.L[i].Id == i and view:len("L", i) == 3)
        assert(view:raw("L", i, "List") == "[" .. i .. ",[]]")
    end

    it("gets the right values, and so does the call", function()
        local body = envelope('"L":' .. text)
        local view = response.open(body)
        interrupted(100, function()
            view = response.open(body)
            for i = 3000, 1, -1 do
                assert(view:get("L", i, "Id") == i)
                assert(view:at("L", i):get("List", 1) == i)
            end
        end, function(number) read_element(view, number) end)
    end)

    -- Both expand the same run. The part that the finalizer took must stay valid.
    it("can take a part of the element that the call is expanding", function()
        local body = envelope('"L":' .. text)
        local view, wanted, taken = response.open(body), 1, {}
        interrupted(200, function()
            view = response.open(body)
            for i = 1, 3000, 14 do -- each is in a different run
                wanted = i
                assert(view:at("L", i):get "Id" == i)
            end
        end, function()
            taken[#taken + 1] = { wanted, view:at("L", wanted) }
        end)
        support.churn()
        for _, pair in ipairs(taken) do
            assert.equal(pair[1], pair[2]:get "Id")
        end
    end)

    -- Iterates over a list of `length` elements, of which each has its number as Id.
    local function continue_iteration(view, list, length)
        local each, state, seen
        local function step()
            local index, element = each(state)
            if index then
                assert(element.Id == index and not seen[index])
                seen[index] = true
            end
            return index
        end
        seen, each, state = {}, list:each()
        interrupted(300000 / length, function()
            seen, each, state = {}, list:each() -- in one assignment: a step in between would mark the wrong table
            while step() do end
            for i = 1, length do
                assert(seen[i])
            end
        end, function(number)
            read_element(view, number)
            for _ = 1, number * 20 do -- to a later batch, too
                step()
            end
        end)
    end

    it("can continue an iteration, which returns each element once", function()
        local view = open('"L":' .. text)
        continue_iteration(view, view:at "L", 3000)
    end)

    it("can continue an iteration over a short list inside an element, too", function()
        local inner = array(60, function(i) return '{"Id":' .. i .. "}" end)
        local view = open('"L":' .. text .. ',"Outer":[' .. inner .. "]")
        continue_iteration(view, view:at("Outer", 1), 60)
    end)
end)
