-- How deep bodies may nest, and how full a stack may be. These tests need a C stack of 192 KB.
local response = require "tencentcloud.response"
local support = require "spec.support"

local unpack = table.unpack or unpack -- luacheck: std max

-- What nests the next level, and the text of a whole level.
local kinds = {
    { "arrays", function() return "[", "]" end },
    { "objects", function() return '{"a":', "}" end },
    { "both in turn", function(level)
        if level % 2 == 0 then
            return "[", "]"
        end
        return '{"a":', "}"
    end },
}

-- A body that nests so deep (at least 2), and the byte that opens its deepest level.
local function nested(depth, kind)
    local opening, closing = {}, {}
    for level = 1, depth - 2 do
        opening[level], closing[depth - 1 - level] = kind(level)
    end
    local head = '{"Response":{"RequestId":"r","V":' .. table.concat(opening)
    return head .. "1" .. table.concat(closing) .. "}}", #head - (depth > 2 and #opening[depth - 2] - 1 or 5)
end

local function steps_down(value)
    local depth = 1
    while type(value) == "table" do
        value, depth = value.V or value.a or value[1], depth + 1
    end
    return depth
end

-- Each way to read a body returns true and its depth, if that is known, or nil, message, err.
local readers = {
    parse = function(with, body)
        local result, message, err = with.parse(body)
        if result then
            return true, steps_down(result)
        end
        return nil, message, err
    end,
    check = function(with, body)
        local id, message, err = with.check(body)
        return id and true, message, err
    end,
    open = function(with, body)
        local view, message, err = with.open(body)
        if view then
            return true, steps_down(view:get())
        end
        return nil, message, err
    end,
    ["a scanner"] = function(with, body)
        local scanner = with.scanner()
        for at = 1, #body, 509 do
            scanner:feed(body:sub(at, at + 508))
        end
        local id, message, err = scanner:finish()
        return id and true, message, err
    end,
}

local function read_nested(with, reader, depth, kind, limit)
    local body, deepest = nested(depth, kind)
    local ok, detail, err = reader(with, body)
    if depth <= limit then
        assert.is_true(ok)
        assert.equal(depth, detail or depth)
    else
        assert.is_nil(ok)
        assert.equal("nested too deeply", err.reason)
        assert.equal(deepest, err.offset)
    end
end

-- Where the work is done.
local places = {
    ["in the main thread"] = function(f) f() end,
    ["in a coroutine"] = function(f)
        local thread = coroutine.create(f)
        local ok, problem = coroutine.resume(thread)
        assert(ok, problem)
    end,
}

describe("depth", function()
    for name, read in pairs(readers) do
        it("up to 1001, by " .. name, function()
            for depth = 2, 1001 do
                read_nested(response, read, depth, kinds[3][2], 1000)
            end
        end)

        for where, run in pairs(places) do
            for _, kind in ipairs(kinds) do
                it(("around the limits, of %s, by %s %s"):format(kind[1], name, where), function()
                    run(function()
                        for _, limit in ipairs { 2, 31, 32, 33, 34, 63, 64, 65, 127, 128, 1000, 2999, 3000 } do
                            local with = response.new { max_depth = limit }
                            for depth = math.max(2, limit - 1), limit + 1 do
                                read_nested(with, read, depth, kind[2], limit)
                            end
                        end
                    end)
                end)
            end
        end
    end

    it("1 is too little for any envelope", function()
        local with = response.new { max_depth = 1 }
        local _, _, err = with.parse '{"Response":{}}'
        assert.equal("nested too deeply", err.reason)
        assert.equal(13, err.offset)
    end)

    it("3000 is reached by a path", function()
        local view = assert(response.new { max_depth = 3000 }.open((nested(3000, kinds[1][2]))))
        local path = { "V" }
        for i = 2, 2999 do
            path[i] = 1
        end
        assert.equal(1, view:get(unpack(path)))
        path[3000] = 1
        assert.is_nil(view:get(unpack(path)))
    end)
end)

-- What is called when there is hardly any stack left, and what it must return.
local SUCCESS = '{"Response":{"List":[{"Name":"a","Tags":[[1,2],[3,"\\u0041"]]},{"Name":"b"}],"RequestId":"r"}}'
local FAILURE = '{"Response":{"Error":{"Code":"A.B","Message":"no","More":[1]},"Rest":{"a":1},"RequestId":"r"}}'
local DEEP = nested(1000, kinds[3][2])

local view = assert(response.open(SUCCESS))

local operations = {
    { "parse", function() return response.parse(SUCCESS).List[1].Tags[2][2] end, "A" },
    { "parse of a deep body", function() return steps_down(response.parse(DEEP)) end, 1000 },
    { "parse of a failure", function() return select(3, response.parse(FAILURE)).payload.Rest.a end, 1 },
    { "check", function() return response.check(SUCCESS) end, "r" },
    { "check of a failure", function() return select(3, response.check(FAILURE)).code end, "A.B" },
    { "check of no JSON", function() return select(3, response.check "{").offset end, 2 },
    { "open", function() return response.open(SUCCESS):get("List", 2, "Name") end, "b" },
    { "get", function() return view:get("List", 1, "Tags", 2, 1) end, 3 },
    { "at", function() return view:at("List", 1):len "Tags" end, 2 },
    { "each", function()
        local count = 0
        for _, element in view:each "List" do
            count = count + #element.Name
        end
        return count
    end, 2 },
    { "a scanner", function()
        local scanner = response.scanner()
        for at = 1, #FAILURE do
            scanner:feed(FAILURE:sub(at, at))
        end
        return select(3, scanner:finish()).message
    end, "no" },
    { "read", function() return select(3, response.read { status = 502, body = "<" }).kind end, "http" },
    { "new", function() return response.new { max_depth = 5 }.check(SUCCESS) or "too deep" end, "too deep" },
}

-- Calls f below this many levels of calls.
local function below(levels, f)
    if levels == 0 then
        return f()
    end
    local value = below(levels - 1, f)
    return value
end

-- Calls f with this many stack slots taken by arguments, besides those of other calls.
local PIECE = {}
for i = 1, 4000 do
    PIECE[i] = i
end
local function among(slots, f)
    if slots == 0 then
        return f()
    end
    local here = math.min(slots, #PIECE)
    local value = (function(...)
        return (among(slots - here, f)), ...
    end)(unpack(PIECE, 1, here))
    return value
end

-- Does use(n, f) still call f?
local function works(use, n)
    return (pcall(use, n, function() return true end))
end

-- The largest n for which it does, in this thread; determined once.
local known = {}
local function most(use)
    local place = coroutine.running() or "the main thread of 5.1"
    known[place] = known[place] or {}
    if known[place][use] then
        return known[place][use]
    end
    local low, high = 1, 2
    works(use, 2 ^ 20) -- Lua 5.1 has more stack once it has had too little
    while works(use, high) and high < 2 ^ 20 do
        low, high = high, high * 2
    end
    while high - low > 1 do
        local middle = math.floor((low + high) / 2)
        if works(use, middle) then
            low = middle
        else
            high = middle
        end
    end
    known[place][use] = low
    return low
end

local CLEAN = { "stack overflow", "error in error handling", "nested too deeply", "not enough memory", "C levels" }

local function is_clean(problem)
    for _, text in ipairs(CLEAN) do
        if tostring(problem):find(text, 1, true) then
            return true
        end
    end
end

local worked, raised = 0, 0

-- Calls an operation when the stack is almost full: from this many levels or slots before its end to a little beyond it.
local function squeeze(operation, use, from, step)
    local limit = most(use)
    for left = from, -step, -step do
        local ok, value = pcall(use, limit - left, operation[2])
        if ok then
            assert.equal(operation[3], value)
            worked = worked + 1
        else
            assert.is_true(is_clean(value), tostring(value))
            raised = raised + 1
        end
        assert.equal(operation[3], operation[2]())
    end
end

describe("a stack that is almost full", function()
    for _, operation in ipairs(operations) do
        it("of calls: " .. operation[1] .. " works or raises", function()
            squeeze(operation, below, 60, 15)
        end)

        it("of values: " .. operation[1] .. " works or raises", function()
            squeeze(operation, among, 330, 22)
        end)
    end

    it("of a coroutine: all of them work or raise", function()
        assert(coroutine.resume(coroutine.create(function()
            for _, operation in ipairs(operations) do
                squeeze(operation, among, 330, 33)
            end
        end)))
    end)

    it("was sometimes too full, and sometimes not", function()
        assert.is_true(worked > 0)
        assert.is_true(raised > 0)
    end)

    it("leaves a scanner that can be reset", function()
        local long = ("x"):rep(5000)
        local body = support.envelope(('"RequestId":"%s"'):format(long))
        local limit = most(among)
        for left = 300, 0, -7 do
            local scanner = response.scanner()
            local ok, problem = pcall(among, limit - left, function()
                scanner:feed(body)
                return scanner:finish()
            end)
            assert.is_true(ok or is_clean(problem), tostring(problem))
            scanner:reset()
            scanner:feed(body)
            assert.equal(long, (scanner:finish()))
        end
    end)
end)

-- LuaJIT has no limit of its own other than the end of the C stack.
local COROUTINES = 190

describe("deeply nested coroutines", function()
    for _, operation in ipairs(operations) do
        it("do " .. operation[1], function()
            local function deeper(level)
                assert.equal(operation[3], operation[2]())
                if level < COROUTINES then
                    assert(coroutine.resume(coroutine.create(deeper), level + 1))
                end
                assert.equal(operation[3], operation[2]())
            end
            deeper(1)
        end)
    end
end)
