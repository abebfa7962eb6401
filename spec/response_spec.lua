local response = require "tencentcloud.response"
local support = require "spec.support"

local null = response.null
local envelope, fixture = support.envelope, support.fixture

local ID = "b5b41468-520d-4192-b42f-595cc34b6c1c"

-- The whole results of some fixtures. For the others only the outcome is known, from their names.
local successes = {
    ["documented"] = { TotalCount = 0, InstanceStatusSet = {}, RequestId = ID },
    ["list"] = {
        TotalCount = 2,
        InstanceStatusSet = {
            { InstanceId = "ins-1", InstanceState = "RUNNING" },
            { InstanceId = "ins-2", InstanceState = "STOPPED" },
        },
        RequestId = ID,
    },
    ["null-error"] = { Error = null, Result = true, RequestId = ID },
    ["no-members"] = {},
    ["no-request-id"] = { TotalCount = 1 },
    ["null-request-id"] = { TotalCount = 1, RequestId = null },
    ["number-request-id"] = { RequestId = 17 },
    ["error-outside-response"] = { RequestId = ID },
    ["error-nested"] = {
        Data = {
            Error = { Code = "InternalError", Message = "deep" },
            Response = { Error = { Code = "Z" } },
            RequestId = "other",
        },
        List = { { Error = { Code = "W" } } },
        RequestId = ID,
    },
    ["similar-names"] = {
        error = { Code = "A" }, Errors = { Code = "B" }, ["Error\0"] = { Code = "C" }, Err = { Code = "D" },
        ERROR = { Code = "E" }, [""] = 0, requestId = "no", RequestID = "no", RequestId = ID,
    },
    ["names-escaped"] = { RequestId = "r-1", A = 1 },
    ["error-overwritten"] = { Error = null, A = 2, RequestId = ID },
    ["response-overwritten"] = { RequestId = ID },
    ["legacy-members-outside-response"] = { RequestId = ID },
    ["strings"] = {
        Empty = "",
        Escapes = '"\\/\b\f\n\r\t\0\195\169\228\184\173\240\159\152\128',
        Raw = "\127\195\169\228\184\173\240\159\152\128\244\143\191\191\237\159\191\238\128\128",
        RequestId = ID,
    },
    ["long-strings"] = {
        Plain = ("abcdefghijklmnop"):rep(200), Escaped = ("line\n"):rep(400), Chinese = ("云服务器"):rep(100),
        RequestId = ID,
    },
    ["white-space"] = { A = { 1, 2 }, B = {}, C = {}, RequestId = "r" },
}

-- The fields of a fixture's error object, except kind and retry.
local failures = {
    ["signature"] = {
        code = "AuthFailure.SignatureFailure", message = "The provided credentials could not be validated.",
        request_id = "ed93f3cb-f35e-473f-b9f3-0d451b8b79c6",
    },
    ["null-outside-response"] = {
        code = "AuthFailure.SignatureFailure", message = "The provided credentials could not be validated.",
        request_id = ID,
    },
    ["pretty"] = { code = "ResourceNotFound", message = "实例不存在。", request_id = ID },
    ["request-id-first"] = {
        code = "InvalidParameter", message = "m", request_id = ID, payload = { A = { B = { 1 } } },
    },
    ["payload"] = {
        code = "LimitExceeded", message = "m", request_id = ID, payload = { Partial = { 1, 2 }, Total = 2 },
    },
    ["details"] = {
        code = "LimitExceeded", message = "m", request_id = ID, details = { Field = "Limit", Range = { Max = 100 } },
    },
    ["empty-code"] = { code = "", message = "", request_id = ID },
    ["no-message"] = { code = "InternalError", message = "", request_id = "" },
    ["names-escaped"] = {
        code = "AuthFailure.TokenFailure", message = "\228\184\173\240\159\152\128", request_id = "r-1",
    },
    ["overwritten"] = { code = "InternalError", message = "b", request_id = "r-2" },
    ["hostile-message"] = {
        code = "InternalError",
        message = "a\nFAKE: all is well\r\0\27[2J\127\194\133\194\15531m\226\128\168\226\128\169\t\8z",
        request_id = ID,
    },
    ["long-message"] = { code = "InternalError", message = ("长 message \n"):rep(1000), request_id = ID },
    ["legacy"] = { code = "AuthFailure", message = "(100005)auth failed", request_id = "" },
}

local refusals = {
    ["error-string"] = { request_id = ID, details = "InternalError" },
    ["error-list"] = { request_id = ID, details = { { Code = "InternalError" } } },
    ["error-false"] = { request_id = ID, details = false },
    ["error-number"] = { request_id = ID, details = 0 },
    ["error-without-code"] = { request_id = ID, details = { Message = "m", code = "lower" } },
    ["code-number"] = { request_id = ID, details = { Code = 4000, Message = "m" }, payload = { Partial = 1 } },
    ["code-null"] = { request_id = ID, details = { Code = null, Message = "m" } },
    ["code-object"] = { request_id = ID, details = { Code = { Code = "InternalError" }, Message = "m" } },
    ["code-overwritten"] = { request_id = ID, details = { Code = null } },
    ["no-response"] = { request_id = "" },
    ["response-overwritten"] = { request_id = "" },
}

local function parts(err)
    return {
        code = err.code, message = err.message, request_id = err.request_id, details = err.details,
        payload = err.payload,
    }
end

-- The values on which parse and check must agree.
local function verdict(_, message, err)
    return err and {
        message = message, kind = err.kind, code = err.code, raw = err.message, request_id = err.request_id,
        category = err.category, retry = err.retry, offset = err.offset, reason = err.reason,
    }
end

describe("a fixture named", function()
    for _, name in ipairs(support.fixtures "success-") do
        local body, expected = fixture(name), successes[name:match "^success%-(.*)%.json$"]
        it(name .. " is a success", function()
            local result, message, err = response.parse(body)
            assert.is_nil(message)
            assert.is_nil(err)
            assert.is_table(result)
            if expected then
                assert.same(expected, result)
            end
            local id = type(result.RequestId) == "string" and result.RequestId or ""
            assert.same({ id, n = 1 }, { n = select("#", response.check(body)), (response.check(body)) })
        end)
    end

    for _, name in ipairs(support.fixtures "failure-") do
        local body, expected = fixture(name), failures[name:match "^failure%-(.*)%.json$"]
        it(name .. " is a failure of the API", function()
            local result, _, err = response.parse(body)
            assert.is_nil(result)
            assert.equal("api", err.kind)
            assert.is_nil(err.offset)
            assert.is_nil(err.reason)
            if expected then
                assert.same(expected, parts(err))
            end
            assert.same(verdict(response.parse(body)), verdict(response.check(body)))
        end)
    end

    for _, name in ipairs(support.fixtures "envelope-") do
        local body, expected = fixture(name), refusals[name:match "^envelope%-(.*)%.json$"]
        it(name .. " is not an envelope", function()
            local result, _, err = response.parse(body)
            assert.is_nil(result)
            assert.equal("envelope", err.kind)
            assert.equal("ClientError.InvalidEnvelope", err.code)
            assert.equal("client", err.category)
            assert.equal("idempotent", err.retry)
            assert.is_string(err.reason)
            if expected then
                expected.code, expected.message = err.code, err.message
                assert.same(expected, parts(err))
            end
            assert.same(verdict(response.parse(body)), verdict(response.check(body)))
        end)
    end

    for _, name in ipairs(support.fixtures "json-") do
        local body = fixture(name)
        it(name .. " is not JSON", function()
            local result, _, err = response.parse(body)
            assert.is_nil(result)
            assert.equal("json", err.kind)
            assert.equal("ClientError.ParseJsonError", err.code)
            assert.equal("client", err.category)
            assert.equal("idempotent", err.retry)
            assert.equal("", err.request_id)
            assert.is_nil(err.details)
            assert.is_nil(err.payload)
            assert.is_true(err.offset >= 1 and err.offset <= #body + 1)
            assert.same(verdict(response.parse(body)), verdict(response.check(body)))
        end)
    end

    it("in one of the tables above exists", function()
        local function check(prefix, expected)
            for name in pairs(expected) do
                fixture(prefix .. name .. ".json")
            end
        end
        check("success-", successes)
        check("failure-", failures)
        check("envelope-", refusals)
    end)
end)

describe("the order of members", function()
    local members = { '"A":[{"RequestId":"x","Error":1}]', '"Error":{"Code":"C","Message":"m"}', '"RequestId":"r"' }
    local orders = { { 1, 2, 3 }, { 1, 3, 2 }, { 2, 1, 3 }, { 2, 3, 1 }, { 3, 1, 2 }, { 3, 2, 1 } }
    for _, order in ipairs(orders) do
        local text = ("%s,%s,%s"):format(members[order[1]], members[order[2]], members[order[3]])
        it("does not matter: " .. text, function()
            local _, _, err = response.parse(envelope(text))
            assert.same({
                code = "C", message = "m", request_id = "r", payload = { A = { { RequestId = "x", Error = 1 } } },
            }, parts(err))
        end)
    end
end)

-- name, body, kind (nil: success), code, request id
local duplicates = {
    { "null after an Error", envelope '"Error":{"Code":"A"},"RequestId":"r","Error":null', nil, nil, "r" },
    { "an Error without a Code after a complete one", envelope '"Error":{"Code":"A"},"Error":{}', "envelope" },
    { "a string after an Error", envelope '"Error":{"Code":"A"},"Error":"A"', "envelope" },
    { "the last of three Errors", envelope '"Error":[],"Error":{"Code":"A"},"Error":{"Code":"B"}', "api", "B", "" },
    { "the last of three Codes", envelope '"Error":{"Code":1,"Code":"A","Code":"B"}', "api", "B", "" },
    { "a number after a Code", envelope '"Error":{"Code":"A","Code":1}', "envelope" },
    { "null after a RequestId", envelope '"RequestId":"a","RequestId":null', nil, nil, "" },
    { "the second of two RequestIds", envelope '"RequestId":"a","RequestId":"b"', nil, nil, "b" },
    { "a success after a failure", '{"Response":{"Error":{"Code":"A"},"RequestId":"a"},"Response":{}}', nil, nil, "" },
    { "a failure after a success", '{"Response":{"RequestId":"a"},"Response":{"Error":{"Code":"A"}}}', "api", "A", "" },
    { "an escaped name after a plain one", '{"Response":{"Error":{"Code":"A"}},"\\u0052esponse":{}}', nil, nil, "" },
    { "a list after a Response", '{"Response":{"RequestId":"a"},"Response":[]}', "envelope" },
    { "0 after a legacy code", '{"code":1,"codeDesc":"A","code":0}', "envelope" },
    { "a legacy code after 0", '{"code":0,"codeDesc":"A","code":1}', "api", "A", "" },
    { "the second of two codeDescs", '{"code":1,"codeDesc":"A","codeDesc":"B"}', "api", "B", "" },
}

describe("the last of duplicate members wins:", function()
    for _, row in ipairs(duplicates) do
        local name, body, kind, code, request_id = row[1], row[2], row[3], row[4], row[5]
        it(name, function()
            local result, _, err = response.parse(body)
            local id, _, checked = response.check(body)
            if not kind then
                assert.is_table(result)
                assert.equal(request_id, id)
                return
            end
            assert.equal(kind, err.kind)
            assert.equal(kind, checked.kind)
            if kind == "api" then
                assert.equal(code, err.code)
                assert.equal(code, checked.code)
                assert.equal(request_id, err.request_id)
            end
        end)
    end

    it("a later member of the payload", function()
        assert.same({ a = { c = 3 } }, support.value '{"a":1,"a":{"b":2},"a":{"c":3}}')
        assert.same({ a = null }, support.value '{"a":1,"\\u0061":null}')
    end)

    it("a later Error, without the members of the earlier one", function()
        local _, _, err = response.parse(envelope '"Error":{"Code":"A","X":1},"Error":{"Code":"B"},"P":1,"P":2')
        assert.same({ code = "B", message = "", request_id = "", payload = { P = 2 } }, parts(err))
    end)
end)

-- body, code, message; code is nil if it is not an envelope
local legacy = {
    { '{"code":4000,"message":"m","codeDesc":"InvalidParameter"}', "InvalidParameter", "m" },
    { '{"codeDesc":"InvalidParameter","message":"m","code":-1}', "InvalidParameter", "m" },
    { '{"code":4000,"message":"m"}', "4000", "m" },
    { '{"code":4000}', "4000", "" },
    { '{"code":-5,"codeDesc":null,"message":null}', "-5", "" },
    { '{"code":7,"codeDesc":7}', "7", "" },
    { '{"code":0.5,"codeDesc":"Half"}', "Half", "" },
    { '{"c\\u006fde":4000,"codeD\\u0065sc":"A\\u0042"}', "AB", "" },
    { '{"data":{"code":0,"codeDesc":"Success"},"code":1,"codeDesc":"A"}', "A", "" },
    { '{"code":0,"message":"m","codeDesc":"Success"}' },
    { '{"code":0.0,"codeDesc":"A"}' },
    { '{"code":0e9,"codeDesc":"A"}' },
    { '{"code":null,"codeDesc":"A"}' },
    { '{"code":"4000","codeDesc":"A"}' },
    { '{"code":true,"codeDesc":"A"}' },
    { '{"code":[4000],"codeDesc":"A"}' },
    { '{"codeDesc":"A","message":"m"}' },
    { '{"data":{"code":4000,"codeDesc":"A"}}' },
    { '[{"code":4000,"codeDesc":"A"}]' },
    { '{"Code":4000,"CodeDesc":"A"}' },
    { '{"code":4000,"codeDesc":"A","Response":null}' },
    { '{"Response":"","code":4000,"codeDesc":"A"}' },
}

describe("the legacy form", function()
    for _, row in ipairs(legacy) do
        local body, code, message = row[1], row[2], row[3]
        it(("%s is %s"):format(body, code and "a failure with the code " .. code or "not an envelope"), function()
            for _, read in ipairs { response.parse, response.check } do
                local result, _, err = read(body)
                assert.is_nil(result)
                assert.equal(code and "api" or "envelope", err.kind)
                assert.equal(code or "ClientError.InvalidEnvelope", err.code)
                assert.equal(message or err.message, err.message)
            end
        end)
    end

    it("is ignored if there is a Response", function()
        assert.equal("r", response.check '{"Response":{"RequestId":"r"},"code":4000,"codeDesc":"A"}')
        local members, failed = '"code":4000,"codeDesc":"A","message":"a"', '"Response":{"Error":{"Code":"B"}}'
        local around = ("%s,%s,%s"):format(members, failed, members)
        for _, text in ipairs { members .. "," .. failed, failed .. "," .. members, around } do
            local _, _, err = response.check("{" .. text .. "}")
            assert.same({ "B", "" }, { err.code, err.message })
        end
    end)

    it("keeps its other members", function()
        local _, _, err = response.parse '{"code":4000,"message":"m","codeDesc":"A","data":{"n":1}}'
        assert.same({ data = { n = 1 } }, err.payload)
    end)
end)

describe("members that are not strings:", function()
    it("a Message is read as empty and stays in the details", function()
        local _, _, err = response.parse(envelope '"Error":{"Code":"A","Message":{"zh":"m"}}')
        assert.same({ code = "A", message = "", request_id = "", details = { Message = { zh = "m" } } }, parts(err))
    end)

    for _, text in ipairs { "17", "null", "false", "[]", '{"RequestId":"x"}' } do
        it("a RequestId " .. text .. " is empty and does not change the outcome", function()
            assert.equal("", response.check(envelope('"RequestId":' .. text)))
            local _, _, err = response.check(envelope('"Error":{"Code":"A"},"RequestId":' .. text))
            assert.same({ "api", "A", "" }, { err.kind, err.code, err.request_id })
        end)
    end
end)

-- code, message, request id, the line
local lines = {
    { "AuthFailure", "m", "r", "AuthFailure: m (RequestId: r)" },
    { "AuthFailure", "m", "", "AuthFailure: m" },
    { "AuthFailure", "", "r", "AuthFailure (RequestId: r)" },
    { "A", "two\\nlines", "r", "A: two\\nlines (RequestId: r)" },
    { "A", "\\r\\n\\t.", "", "A: \\r\\n\\t." },
    { "A", "\\u0000\\u001b[31m\\u007f", "", "A: \\u0000\\u001B[31m\\u007F" },
    { "A", "\\u0085\\u009b0m\\u00a0", "", "A: \\u0085\\u009B0m\194\160" },
    { "A", "\\u2027\\u2028\\u2029\\u202a", "", "A: \226\128\167\\u2028\\u2029\\u202A" },
    { "A", "中 é 😀", "", "A: 中 é 😀" },
    { "A\\nB: x", "m", "r\\u0007", "A\\nB: x: m (RequestId: r\\u0007)" },
    { "A", "%s %d %", "", "A: %s %d %" },
}

describe("the message", function()
    for _, row in ipairs(lines) do
        it("is " .. row[4], function()
            local members = '"Error":{"Code":"%s","Message":"%s"},"RequestId":"%s"'
            local body = envelope(members:format(row[1], row[2], row[3]))
            assert.equal(row[4], select(2, response.parse(body)))
            assert.equal(row[4], select(2, response.check(body)))
        end)
    end

    it("is one line, whatever control characters are anywhere in a Message #long", function()
        for code = 0, 0x9F do
            if code < 0x20 or code > 0x7E then
                for length = 0, 70 do
                    local text = ("x"):rep(length) .. ("\\u%04x"):format(code) .. ("y"):rep(17)
                    local _, message, err = response.check(envelope('"Error":{"Code":"A","Message":"' .. text .. '"}'))
                    assert.is_nil(message:find "[%c\127]")
                    assert.is_nil(message:find("\194[\128-\159]"))
                    assert.equal(length + 17 + (code < 0x80 and 1 or 2), #err.message)
                end
            end
        end
    end)

    -- The ranges of all characters that a terminal or a log viewer obeys: first, last.
    local controls = {
        { 0x00, 0x1F }, { 0x7F, 0x9F }, { 0x61C, 0x61C }, { 0x200E, 0x200F }, { 0x2028, 0x202E }, { 0x2066, 0x2069 },
    }

    local function is_control(code)
        for _, range in ipairs(controls) do
            if code >= range[1] and code <= range[2] then
                return true
            end
        end
        return false
    end

    local function escape(code)
        local short = { [9] = "\\t", [10] = "\\n", [13] = "\\r" }
        return short[code] or ("\\u%04X"):format(code)
    end

    it("escapes these characters and no others, up to U+FFFF #long", function()
        for code = 0, 0xFFFF do
            if code < 0xD800 or code > 0xDFFF then
                local json = ('{"Response":{"Error":{"Code":"A","Message":"x\\u%04xy"}}}'):format(code)
                local _, message, err = response.check(json)
                local expected = is_control(code) and "x" .. escape(code) .. "y" or err.message
                if message ~= "A: " .. expected then
                    assert.equal("A: " .. expected, message, ("U+%04X"):format(code))
                end
            end
        end
    end)

    it("escapes them in Code and RequestId, and if the body has them unescaped", function()
        for _, range in ipairs(controls) do
            for code = math.max(range[1], 0x7F), range[2] do
                local _, _, err = response.check(('{"Response":{"Error":{"Code":"\\u%04x"}}}'):format(code))
                local body = envelope('"Error":{"Code":"A' .. err.code .. '"},"RequestId":"r' .. err.code .. '"')
                local _, message = response.check(body)
                assert.equal(("A%s (RequestId: r%s)"):format(escape(code), escape(code)), message)
                assert.equal(message, select(2, response.parse(body)))
            end
        end
    end)

    it("escapes them anywhere among characters that are not ASCII", function()
        for _, code in ipairs { 0x0A, 0x7F, 0x85, 0x61C, 0x200E, 0x2028, 0x2066 } do
            for _, other in ipairs { "\228\184\173", "\195\169", "\226\128\156", "\216\169", "\194\169" } do
                for length = 0, 17 do
                    local before, after = other:rep(length), other:rep(7)
                    local text = before .. ("\\u%04x"):format(code) .. after
                    local _, message = response.check(envelope('"Error":{"Code":"A","Message":"' .. text .. '"}'))
                    assert.equal("A: " .. before .. escape(code) .. after, message)
                end
            end
        end
    end)

    it("is complete, however long it is", function()
        for length = 480, 530 do
            local text = ("m"):rep(length)
            local expected = "A: " .. text .. " (RequestId: r)"
            local body = envelope('"Error":{"Code":"A","Message":"' .. text .. '"},"RequestId":"r"')
            assert.equal(expected, select(2, response.check(body)))
            assert.equal(expected, select(2, response.parse(body)))
        end
    end)

    it("names the reason why a body is not JSON, and the byte", function()
        assert.equal("ClientError.ParseJsonError: expected a value at byte 1", select(2, response.check "<html>"))
    end)
end)

-- body, byte, reason
local places = {
    { "42", 1, "the body is not an object" },
    { " [{}]", 2, "the body is not an object" },
    { '\n"Response"', 2, "the body is not an object" },
    { "null ", 1, "the body is not an object" },
    { " {}", 2, "no Response" },
    { '{"Response": []}', 14, "Response is not an object" },
    { '{"Response":null}', 13, "Response is not an object" },
    { '{"Response":"x"}', 13, "Response is not an object" },
    { '{"Response":-1.5 }', 13, "Response is not an object" },
    { '{"Response":{"Error":"x"}}', 22, "Error is not an object" },
    { '{"Response":{"Error": false}}', 23, "Error is not an object" },
    { '{"Response":{"Error":[[]]}}', 22, "Error is not an object" },
    { '{"Response":{"Error":{"Message":"m"}}}', 22, "Error has no Code" },
    { '{"Response":{"Error":{"Code":12}}}', 30, "the Code of Error is not a string" },
    { '{"Response":{"Error":{"Code":null}}}', 30, "the Code of Error is not a string" },
    { '{"Response":{"Error":{"Code":{}}}}', 30, "the Code of Error is not a string" },
}

describe("a body that is not an envelope:", function()
    for _, row in ipairs(places) do
        it(row[1] .. ": " .. row[3], function()
            for _, read in ipairs { response.parse, response.check } do
                local result, _, err = read(row[1])
                assert.is_nil(result)
                assert.same({ "envelope", row[2], row[3] }, { err.kind, err.offset, err.reason })
            end
        end)
    end
end)

describe("values:", function()
    it("null is response.null in objects and lists", function()
        assert.equal("userdata", type(null))
        assert.equal(null, require("cjson").null)
        assert.same({ a = null, b = { null, 1, null } }, support.value '{"a":null,"b":[null,1,null]}')
        assert.equal(3, #support.value "[null,1,null]")
    end)

    it("true and false are booleans", function()
        assert.same({ true, false }, support.value "[true,false]")
    end)

    it("empty lists and objects are empty tables without a metatable", function()
        for _, text in ipairs { "[]", "{}" } do
            assert.same({}, support.value(text))
            assert.is_nil(getmetatable(support.value(text)))
        end
    end)

    it("each call makes new tables", function()
        local body = fixture "success-list.json"
        local first, second = response.parse(body), response.parse(body)
        first.InstanceStatusSet[1].InstanceId = "changed"
        assert.same(successes.list, second)
    end)
end)

describe("misuse raises", function()
    -- argument, its name in the error text
    local wrong = { { nil, "nil" }, { 42, "number" }, { true, "boolean" }, { {}, "table" }, { print, "function" } }
    for _, name in ipairs { "parse", "check" } do
        for _, case in ipairs(wrong) do
            it(("%s(%s)"):format(name, case[2]), function()
                support.raises(("bad argument #1 to '%s' (string expected, got %s)"):format(name, case[2]),
                    response[name], case[1])
            end)
        end

        it(name .. "()", function()
            support.raises(("bad argument #1 to '%s' (string expected, got no value)"):format(name), response[name])
        end)
    end
end)

describe("the collector", function()
    -- The reader stops the collector while it builds lists of more than 64 KB.
    it("stays stopped if the script has stopped it, and runs otherwise", function()
        local item = '{"Id":"' .. ("i"):rep(50) .. '"}'
        local body = support.envelope('"L":[' .. (item .. ","):rep(20000) .. item .. "]")
        local done = false
        collectgarbage()
        collectgarbage "stop"
        finally(function() collectgarbage "restart" end)
        support.finalizer(function() done = true end)
        for _ = 1, 10 do
            assert.equal(20001, #response.parse(body).L)
        end
        assert.is_false(done)
        collectgarbage "restart"
        for _ = 1, 100 do
            assert.equal(20001, #response.parse(body).L)
            if done then
                break
            end
        end
        assert.is_true(done)
    end)
end)

describe("the module", function()
    it("ignores further arguments", function()
        assert.equal("", response.check("{\"Response\":{}}", 1, 2))
    end)

    it("works in coroutines that run in turn", function()
        local body = fixture "success-list.json"
        local threads = {}
        for i = 1, 3 do
            threads[i] = coroutine.wrap(function()
                for _ = 1, 3 do
                    coroutine.yield(response.parse(body))
                end
            end)
        end
        for _ = 1, 3 do
            for i = 1, 3 do
                assert.same(successes.list, threads[i]())
            end
        end
    end)
end)

describe("a function that is called with a colon", function()
    for _, name in ipairs { "parse", "check", "open", "read", "success", "failure", "new", "scanner", "stream" } do
        it("says that a dot was meant: " .. name, function()
            local text = ("'%s' is a function, not a method: call response.%s(...), with a dot"):format(name, name)
            support.raises(text, function() response[name](response, "{}") end)
            local instance = response.new()
            support.raises(text, function() instance[name](instance, {}) end)
        end)
    end
end)

describe("a wrong argument", function()
    local calls = {
        function() response.parse(nil) end,
        function() response.check(42) end,
        function() response.open {} end,
        function() response.read(42) end,
        function() response.success "x" end,
        function() response.success { 1 } end,
        function() response.success { Error = 1 } end,
        function() response.success { A = print } end,
        function() response.success({}, 42) end,
        function() response.success { A = "\255" } end,
        function() response.failure() end,
        function() response.failure("A", "\255") end,
        function() response.new { max_depth = 0 } end,
        function() response.new(42) end,
        function() response.scanner():feed(42) end,
        function() select(3, response.check ""):is(42) end,
        function() response:parse() end,
        function() response:success {} end,
    }
    for number, call in ipairs(calls) do
        it("is reported at the line of the call: " .. number, function()
            local line = debug.getinfo(call, "S").linedefined
            local ok, message = pcall(call)
            assert.is_false(ok)
            assert.equal(("response_spec.lua:%d:"):format(line), message:match "response_spec%.lua:%d+:", message)
            assert.is_truthy(message:find("^[^:]*response_spec%.lua:%d+: "), message)
        end)
    end
end)

it("the module loads and reads without lua-cjson", function()
    local before, loaded = package.preload.cjson, package.loaded
    local ours = {}
    for name in pairs(loaded) do
        if name == "cjson" or name:match "^tencentcloud%." and name ~= "tencentcloud.response.core" then
            ours[name] = loaded[name]
            loaded[name] = nil
        end
    end
    package.preload.cjson = function() error "there is no lua-cjson" end
    local ok, problem = pcall(function()
        local without = require "tencentcloud.response"
        assert.equal("r", without.check(envelope '"RequestId":"r"'))
        support.raises("'success' needs lua-cjson: ", without.success)
        support.raises("'failure' needs lua-cjson: ", without.failure, "A")
        local _, message = pcall(function() without.success() end)
        assert.is_truthy(message:find "^[^:]*response_spec%.lua:%d+: ", message)
    end)
    package.preload.cjson = before
    for name in pairs(loaded) do
        if name:match "^tencentcloud%." and name ~= "tencentcloud.response.core" then
            loaded[name] = nil
        end
    end
    for name, module in pairs(ours) do
        loaded[name] = module
    end
    assert.is_true(ok, problem)
end)

it("_VERSION is the version of the release", function()
    assert.equal("1.0.0", response._VERSION)
    assert.equal("1.0.0", response.new()._VERSION)
end)
