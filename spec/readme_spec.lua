local lfs = require "lfs"
local response = require "tencentcloud.response"

local function read(name)
    local file = assert(io.open(name, "rb"))
    local text = file:read "*a"
    file:close()
    return text
end

-- Runs Lua code whose globals are looked for in env first.
local function run(code, env)
    setmetatable(env, { __index = _G })
    local f
    if setfenv then
        f = setfenv(assert(loadstring(code)), env)
    else
        f = assert(load(code, "README.md", "t", env))
    end
    return f()
end

local LIST = response.success({ TotalCount = 1, InstanceStatusSet = { { InstanceId = "ins-1" } } }, "rid-1")
local FAILURE = response.failure("RequestLimitExceeded.UinLimitExceeded", "too many", "rid-2")

-- What the examples take for granted: a body, a client, chunks.
local function environment(body)
    local printed, chunks = {}, { body:sub(1, 20), body:sub(21) }
    local env = { body = body, response = response, request = "{}", printed = printed }
    env.print = function(...)
        printed[#printed + 1] = table.concat({ ... }, " ")
    end
    env.chunks = function()
        return table.remove(chunks, 1)
    end
    env.io = { stderr = { write = function(_, ...) env.print(...) end } }
    env.os = { exit = function(status) printed.status = status end }
    env.ngx = {
        HTTP_POST = 8,
        WARN = 5,
        location = { capture = function() return { status = 200, header = {}, body = body } end },
        say = env.print,
        log = function(_, text) env.print(text) end,
        exit = function(status) printed.status = status end,
    }
    return env
end

describe("the README's example", function()
    local examples = {}
    for code in read("README.md"):gmatch "\n```lua\n(.-)\n```" do
        examples[#examples + 1] = code
    end

    it("of a script prints what a success holds, and says what failed", function()
        local env = environment(LIST)
        run(examples[1], env)
        assert.same({ "rid-1 1" }, env.printed)
        env = environment(FAILURE)
        pcall(run, examples[1], env) -- the stand-in for os.exit returns
        assert.equal(1, env.printed.status)
        assert.equal("RequestLimitExceeded.UinLimitExceeded: too many (RequestId: rid-2) \n", env.printed[1])
    end)

    it("of a handler answers", function()
        local env = environment(LIST)
        run(examples[2], env)
        assert.same({ "1" }, env.printed)
        env = environment(FAILURE)
        run(examples[2], env)
        assert.equal(429, env.printed.status)
    end)

    it("of the functions runs", function()
        local env = environment(LIST)
        run(examples[3], env)
        assert.same({ "ins-1", "1 ins-1", "1 number rid-1" }, env.printed)
    end)

    it("of the codes is true line by line", function()
        local codes = require "tencentcloud.codes"
        local lines = 0
        for expression, shown in examples[4]:gmatch "(codes%.[^\n]-) +%-%- (\"[%w.]+\")" do
            lines = lines + 1
            assert.equal(run("return " .. shown, {}), run("return " .. expression, { codes = codes }))
        end
        assert.equal(2, lines)
        assert.is_true(codes.is("ResourceNotFound.UserNotFound", "ResourceNotFound"))
        assert.equal("throttle", codes.describe("LimitExceeded.RateLimitExceeded").category)
    end)

    it("is each of these", function()
        assert.equal(4, #examples)
    end)
end)

describe("the README's promises", function()
    local makefiles = read "Makefile" .. read "spec/Makefile"
    local table_of_them = read("README.md"):match "| promised | shown by |\n| %-%-%- | %-%-%- |\n(.-)\n\n"

    local function is_there(path)
        return lfs.attributes(path) ~= nil
    end

    for promise, proofs in table_of_them:gmatch "| ([^|\n]+) | ([^|\n]+) |" do
        it("name what shows them: " .. promise, function()
            local named = 0
            for proof in proofs:gmatch "`([^`]+)`" do
                named = named + 1
                local target = proof:match "^make (%S+)$"
                assert.truthy(target and makefiles:find("\n" .. target .. ":", 1, true) or is_there(proof), proof)
            end
            assert.is_true(named > 0)
        end)
    end
end)
