local response = require "tencentcloud.response"
local support = require "spec.support"

local function failed(code, message, request_id)
    return select(3, response.parse(response.failure(code, message, request_id)))
end

-- code, category, retry
local meanings = {
    { "AuthFailure.SignatureFailure", "auth", "never" },
    { "AuthFailure.SignatureExpire", "auth", "safe" },
    { "AuthFailure.NoSuchThing", "auth", "never" },
    { "AuthFailure.UnauthorizedOperation", "permission", "never" },
    { "RequestLimitExceeded.UinLimitExceeded", "throttle", "safe" },
    { "RequestLimitExceeded.BatchTaskLimit", "quota", "never" },
    { "LimitExceeded", "quota", "never" },
    { "MissingParameter", "request", "never" },
    { "ResourceInUse.Anything", "resource", "idempotent" },
    { "FailedOperation", "operation", "never" },
    { "FailedOperation.TooFrequent", "throttle", "safe" },
    { "InternalError", "server", "idempotent" },
    { "DryRunOperation", "dry_run", "never" },
    { "NoCodeOfOurs", "unknown", "never" },
    { "", "unknown", "never" },
}

describe("an error", function()
    for _, row in ipairs(meanings) do
        it(("with the code '%s' is %s, %s"):format(row[1], row[2], row[3]), function()
            local err = failed(row[1])
            assert.same({ row[1], row[2], row[3] }, { err.code, err.category, err.retry })
        end)
    end

    it("of the API has exactly these fields", function()
        local names = {}
        for name in pairs(failed("AuthFailure", "m", "r")) do
            names[#names + 1] = name
        end
        table.sort(names)
        assert.same({ "category", "code", "kind", "message", "request_id", "retry" }, names)
    end)

    it("keeps a Message as it was sent", function()
        assert.equal("two\nlines\0\27[0m", failed("A", "two\nlines\0\27[0m").message)
    end)

    it("is a new table each time", function()
        assert.are_not.equal(failed("A"), failed("A"))
    end)

    it("of check has neither details nor payload", function()
        local body = support.envelope '"Error":{"Code":"A","X":1},"P":1'
        local _, _, err = response.check(body)
        assert.equal("A", err.code)
        assert.is_nil(err.details)
        assert.is_nil(err.payload)
    end)
end)

describe("tostring", function()
    for name, body in pairs {
        ["of the API"] = support.fixture "failure-hostile-message.json",
        ["of the legacy form"] = support.fixture "failure-legacy.json",
        ["of the envelope"] = support.fixture "envelope-code-number.json",
        ["of the JSON"] = support.fixture "json-html.json",
    } do
        it("equals the message of an error " .. name, function()
            local _, message, err = response.parse(body)
            assert.equal(message, tostring(err))
            _, message, err = response.check(body)
            assert.equal(message, tostring(err))
        end)
    end

    it("equals the message of an HTTP error", function()
        local _, message, err = response.read { status = 502, body = "" }
        assert.equal(message, tostring(err))
    end)
end)

-- code of the error, argument, answer
local families = {
    { "RequestLimitExceeded", "RequestLimitExceeded", true },
    { "RequestLimitExceeded.UinLimitExceeded", "RequestLimitExceeded", true },
    { "RequestLimitExceeded.UinLimitExceeded", "RequestLimitExceeded.UinLimitExceeded", true },
    { "A.B.C", "A.B", true },
    { "A.B.C", "A", true },
    { "RequestLimitExceededX", "RequestLimitExceeded", false },
    { "RequestLimitExceeded", "RequestLimitExceeded.UinLimitExceeded", false },
    { "RequestLimitExceeded", "RequestLimit", false },
    { "LimitExceeded.Request", "Request", false },
    { "requestlimitexceeded", "RequestLimitExceeded", false },
    { "AxB", "A.B", false },
    { "A%.B", "A%", true },
    { "A.B", "A.", false },
    { "A.B", "", false },
    { "", "", true },
    { "", "A", false },
    { "A\0.B", "A", false },
    { "A\0.B", "A\0", true },
}

describe("err:is:", function()
    for _, row in ipairs(families) do
        it(("'%s' is %sin '%s'"):format(row[1], row[3] and "" or "not ", row[2]):gsub("%z", "\\0"), function()
            assert.equal(row[3], failed(row[1]):is(row[2]))
        end)
    end

    it("knows the client codes", function()
        local _, _, err = response.parse ""
        assert.is_true(err:is "ClientError")
        assert.is_true(err:is "ClientError.ParseJsonError")
        assert.is_false(err:is "ClientError.InvalidEnvelope")
    end)

    for _, case in ipairs { { nil, "nil" }, { 42, "number" }, { {}, "table" } } do
        it("raises for a " .. case[2], function()
            local err = failed("A")
            support.raises(("bad argument #1 to 'is' (string expected, got %s)"):format(case[2]), err.is, err, case[1])
        end)
    end
end)
