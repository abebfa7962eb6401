local readme = require "spec.readme"
local response = require "tencentcloud.response"
local support = require "spec.support"

local LIST = response.success({ TotalCount = 1, InstanceSet = { { InstanceId = "ins-1" } } }, "rid-1")
local FAILURE = response.failure("RequestLimitExceeded.UinLimitExceeded", "too many", "rid-2")

-- Globals for an example, whose standard input is `body`. `printed` collects what it prints, and os.exit raises "exit STATUS".
local function environment(globals)
    local printed = {}
    local env = { response = response, printed = printed }
    env.print = function(...)
        local words = {}
        for i = 1, select("#", ...) do
            words[i] = tostring((select(i, ...)))
        end
        printed[#printed + 1] = table.concat(words, " ")
    end
    env.io = {
        stderr = { write = function(_, ...) printed[#printed + 1] = table.concat { ... } end },
        write = function(text) printed[#printed + 1] = text end,
        read = function() return globals.body end,
    }
    env.os = { exit = function(status) error("exit " .. status, 0) end }
    for name, value in pairs(globals) do
        env[name] = value
    end
    return env
end

-- A function that returns the parts of a text, then nil.
local function reader(text, size)
    local position = 1
    return function()
        if position <= #text then
            local part = text:sub(position, position + size - 1)
            position = position + size
            return part
        end
    end
end

describe("the README's example", function()
    it("of a script prints the values of a success, and the message of a failure", function()
        local env = environment { body = LIST }
        readme.run("script", env)
        assert.same({ "rid-1 1" }, env.printed)
        env = environment { body = FAILURE }
        local _, exit = pcall(readme.run, "script", env)
        assert.equal("exit 75", exit)
        assert.same({ "RequestLimitExceeded.UinLimitExceeded: too many (RequestId: rid-2)\n" }, env.printed)
    end)

    describe("of retries", function()
        -- Runs the loop over calls that fail with each of these codes in turn, then succeed.
        local function calls(codes)
            local env = environment {}
            local waits, count = {}, 0
            env.describe_instances = function()
                count = count + 1
                if codes[count] then
                    return response.parse(response.failure(codes[count], "", ""))
                end
                return response.parse(LIST)
            end
            env.require = function()
                return { sleep = function(seconds) waits[#waits + 1] = seconds end }
            end
            readme.run("retries", env)
            return count, waits
        end

        it("waits longer each time, and gives up after the fifth call", function()
            local codes = {}
            for i = 1, 10 do
                codes[i] = "RequestLimitExceeded"
            end
            local count, waits = calls(codes)
            assert.equal(5, count)
            for i, seconds in ipairs(waits) do
                assert.is_true(seconds >= 0 and seconds <= 0.5 * 2 ^ (i - 1))
            end
            assert.equal(4, #waits)
        end)

        it("repeats calls that may run twice, and stops at an error that would recur", function()
            assert.equal(3, (calls { "InternalError", "RequestLimitExceeded" }))
            assert.equal(1, (calls { "AuthFailure.SignatureFailure" }))
            assert.equal(2, (calls { "InternalError", "AuthFailure.SignatureFailure", "InternalError" }))
        end)
    end)

    it("of null, empty lists and large ids prints what its comments say", function()
        local env = environment {}
        readme.run("null", env)
        assert.same({ "true true in an if", "0 12345678901234567890", "nil" }, env.printed)
    end)

    it("of views prints fields and elements", function()
        local env = environment { body = LIST }
        readme.run("views", env)
        assert.same({ "1", "ins-1", "ins-1", "1 number rid-1", "1 ins-1" }, env.printed)
    end)

    it("of JSON in a string reads its fields", function()
        local event = '{"userIdentity":{"accountId":12},"requestParameters": {"a":[1, 2]}}'
        local env = environment {
            view = response.open(response.success({ Events = { { CloudAuditEvent = event } } }, "r")),
        }
        readme.run("nested", env)
        assert.same({ '12 {"a":[1, 2]}' }, env.printed)
    end)

    it("of a scanner returns the verdict", function()
        assert.equal("rid-1", (readme.run("scanner", environment { chunks = reader(LIST, 7) }, "request_id")))
        local env = environment { chunks = reader(FAILURE, 7) }
        local request_id, message, err = readme.run("scanner", env, "request_id, message, err")
        assert.is_nil(request_id)
        assert.equal("RequestLimitExceeded.UinLimitExceeded: too many (RequestId: rid-2)", message)
        assert.equal("rid-2", err.request_id)
    end)

    it("of a stream prints its text, and returns the verdict", function()
        local body = 'data: {"Choices":[{"Delta":{"Content":"Hello"}}]}\n\n'
            .. 'data: {"Choices":[{"Delta":{"Content":" there"}}]}\n\n'
        local env = environment { body_reader = reader(body, 11), headers = { ["X-TC-RequestId"] = "r" } }
        assert.equal("r", (readme.run("stream", env, "request_id")))
        assert.equal("Hello there", table.concat(env.printed))
    end)

    it("of writing writes an envelope of each kind", function()
        local written = {}
        local recording = setmetatable({}, { __index = function(_, name)
            return function(...)
                written[name] = response[name](...)
            end
        end })
        readme.run("writing", environment { response = recording })
        assert.equal("request-1", (response.check(written.success)))
        assert.equal("ins-1", response.parse(written.success).InstanceSet[1].InstanceId)
        assert.equal("AuthFailure.SignatureExpire: The signature has expired. (RequestId: request-2)",
            (select(2, response.check(written.failure))))
    end)

    it("of codes prints what its comments say", function()
        local env = environment {}
        local expected = {}
        for comment in readme.examples(readme.text).codes:gmatch "print[^\n]+ %-%- ([^\n]+)" do
            expected[#expected + 1] = comment
        end
        readme.run("codes", env)
        assert.same(expected, env.printed)
    end)
end)

describe("the README's promises", function()
    local table_of_them = readme.text:match "| promised | shown by |\n| %-%-%- | %-%-%- |\n(.-)\n\n"
    local makefiles = support.read "Makefile" .. support.read "spec/Makefile"

    -- A directory cannot be read, but contains a file run.
    local function is_there(path)
        for _, name in ipairs { path, path .. "run" } do
            local file = io.open(name, "rb")
            if file and file:read(1) then
                return file:close()
            end
        end
    end

    for promise, proofs in table_of_them:gmatch "| ([^|\n]+) | ([^|\n]+) |" do
        it("name their proof: " .. promise, function()
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

-- The anchors of a text's sections, as GitHub makes them of the headings.
local function anchors_of(text)
    local anchors = {}
    for heading in text:gsub("\n```.-\n```", ""):gmatch "\n#+ ([^\n]+)" do
        local anchor = heading:lower():gsub("[^%w _\128-\255-]", "")
        for _, mark in ipairs { "、", "：", "（", "）", "，", "。" } do
            anchor = anchor:gsub(mark, "")
        end
        anchors[anchor:gsub(" ", "-")] = true
    end
    return anchors
end

describe("the README", function()
    for _, name in ipairs { "README.md", "README.zh-CN.md" } do
        it("links to sections and files that exist: " .. name, function()
            local text, count = support.read(name), 0
            local anchors = anchors_of(text)
            for target in text:gmatch "%]%(([^)]+)%)" do
                local anchor = target:match "^#(.*)"
                assert.is_true(anchor and anchors[anchor] or not anchor and #support.read(target) > 0, target)
                count = count + 1
            end
            assert.is_true(count > 20)
        end)
    end

    it("has the same examples in Chinese", function()
        assert.same(readme.blocks(readme.text), readme.blocks(support.read "README.zh-CN.md"))
    end)
end)
