-- States that are closed with everything half-done: cases for spec/checks/memory/host.c, which closes the state after
-- them.
local large = {}
for i = 1, 200 do
    large[i] = ('{"Id":"ins-%d","Name":"\\u4e2d"}'):format(i)
end
large = '{"Response":{"Set":[' .. table.concat(large, ",") .. '],"RequestId":"large"}}'

-- Errors in finalizers are not reported.
local function must(right, what)
    if not right then
        io.stdout:write("FAILED in a finalizer: ", what, "\n")
        os.exit(1)
    end
end

local function on_close(f)
    if newproxy then
        local proxy = newproxy(true)
        getmetatable(proxy).__gc = f
        return proxy
    end
    return setmetatable({}, { __gc = f })
end

local function half_done(response)
    local view, scanner = response.open(large .. " "), response.scanner()
    scanner:feed(large:sub(1, 1000))
    local each, state, index = view:each "Set"
    index = each(state, index)
    return view, scanner, each, state, index
end

-- This is older than the module, and so finalized after it. By then Lua 5.1 and LuaJIT have closed their libraries.
local use_at_last
older = on_close(function() -- luacheck: ignore
    if use_at_last then
        use_at_last()
    end
end)

-- Keeps all of it alive until the state is closed.
local function abandon(response)
    local keep = { half_done(response) }
    keep.thread = coroutine.create(function()
        for _, value in response.open(large .. " "):each "Set" do
            coroutine.yield(value)
        end
    end)
    coroutine.resume(keep.thread)
    kept = kept or {} -- luacheck: ignore
    kept[#kept + 1] = keep -- luacheck: ignore
    return #kept > 0 -- luacheck: ignore
end

-- What is used when the state is being closed. Allocations may fail then, too.
local function use(response, view, scanner, each, state, index)
    return function()
        must(each(state, index) == 2, "an iterator")
        must(view:get("Set", 200, "Id") == "ins-200", "a view")
        scanner:feed(large:sub(1001))
        must(scanner:finish() == "large", "a scanner")
        must(response.parse(large).Set[200].Name == "\228\184\173", "parse")
        must(not response.check "{", "check")
    end
end

local list = {}

local function case(name, run)
    list[#list + 1] = {
        name = name, fresh = true, run = run,
        prepare = function() return require "tencentcloud.response" end,
        recover = function() end,
    }
end

case("closed half-way", abandon)

case("used by finalizers while closing", function(response)
    finalizers = finalizers or {} -- luacheck: ignore
    local last = on_close(use(response, half_done(response)))
    finalizers[#finalizers + 1] = last -- luacheck: ignore
    return last ~= nil
end)

case("used by a finalizer older than it while closing", function(response)
    use_at_last = use(response, half_done(response))
    return use_at_last ~= nil
end)

return list, function(...) return tostring((...)) end
