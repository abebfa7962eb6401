local response = require "tencentcloud.response"
local support = require "spec.support"

local envelope = support.envelope
local success = envelope '"A":1,"RequestId":"r"'
local failure = envelope '"Error":{"Code":"AuthFailure","Message":"m"},"P":1,"RequestId":"r"'
local HTML = "<html><h1>Bad Gateway</h1></html>"

-- An object with a get method, as in lua-http.
local function header_object(fields)
    return setmetatable({}, {
        __index = {
            get = function(_, name) return fields[name] end,
        },
    })
end

local STREAM = { ["Content-Type"] = "text/event-stream" }

-- status, category, retry
local statuses = {
    { 400, "request", "never" }, { 401, "request", "never" }, { 403, "request", "never" }, { 404, "request", "never" },
    { 408, "client", "safe" }, { 413, "request", "never" }, { 421, "client", "safe" }, { 425, "client", "safe" },
    { 429, "throttle", "safe" }, { 451, "request", "never" }, { 499, "client", "idempotent" },
    { 500, "server", "idempotent" }, { 501, "server", "idempotent" }, { 502, "server", "idempotent" },
    { 503, "server", "idempotent" }, { 504, "server", "idempotent" }, { 599, "server", "idempotent" },
    { 100, "unknown", "never" }, { 204, "unknown", "never" }, { 302, "unknown", "never" }, { 600, "unknown", "never" },
    { 999, "unknown", "never" },
}

describe("a status other than 200 without an envelope", function()
    for _, row in ipairs(statuses) do
        it(("%d is %s, %s"):format(row[1], row[2], row[3]), function()
            local result, message, err = response.read { status = row[1], body = HTML }
            assert.is_nil(result)
            assert.same({ "http", "ClientError.HttpStatusCodeError", row[1], row[2], row[3], "" },
                { err.kind, err.code, err.http_status, err.category, err.retry, err.request_id })
            assert.truthy(message:find("ClientError.HttpStatusCodeError: ", 1, true))
            assert.truthy(message:find(tostring(row[1]), 1, true))
        end)
    end

    for name, body in pairs { ["no body"] = false, ["an empty body"] = "", ["JSON"] = '{"message":"no route"}',
        ["a list"] = "[]", ["a truncated body"] = failure:sub(1, -2), ["a number"] = "502" } do
        it("is an http failure with " .. name, function()
            local _, _, err = response.read { status = 502, body = body or nil }
            assert.same({ "http", 502 }, { err.kind, err.http_status })
        end)
    end

    for _, status in ipairs { 204, 301, 302, 304 } do
        it(status .. " is an http failure", function()
            local _, _, err = response.read { status = status, headers = {}, body = "" }
            assert.same({ "http", status }, { err.kind, err.http_status })
        end)
    end
end)

describe("an event stream", function()
    for _, body in ipairs { 'data: {"A":7}\n\n', "data: 7\n\n", "data: [DONE]\n\n" } do
        it(("is an http failure with a status other than 200: %q"):format(body), function()
            local _, message, err = response.read { status = 502, headers = STREAM, body = body }
            local code = "ClientError.HttpStatusCodeError"
            assert.equal(code .. ": HTTP status 502 without an envelope: an event stream", message)
            assert.same({ "http", 502, "server", "idempotent" },
                { err.kind, err.http_status, err.category, err.retry })
            assert.is_table(err.payload.Events)
        end)
    end

    it("that fails keeps its Code whatever the status", function()
        local http = { status = 502, headers = STREAM, body = 'data: {"Error":{"Code":"A.B"}}\n\n' }
        local _, _, err = response.read(http)
        assert.same({ "api", "A.B", 502 }, { err.kind, err.code, err.http_status })
    end)

    it("is read without a limit of max_field", function()
        local id, message = ("1234567890"):rep(4), ("m"):rep(10000)
        local reader = response.new { max_field = 32 }
        local headers = { ["Content-Type"] = "text/event-stream", ["X-TC-RequestId"] = id }
        assert.equal(id, reader.read({ status = 200, headers = headers, body = "data: {}\n\n" }).RequestId)
        local body = ('data: {"Error":{"Code":"A","Message":"%s"}}\n\n'):format(message)
        local _, _, err = reader.read { status = 200, headers = headers, body = body }
        assert.same({ message, id }, { err.message, err.request_id })
        assert.is_nil(err.truncated)
    end)
end)

describe("an envelope", function()
    for _, status in ipairs { 200, 400, 403, 429, 500, 502 } do
        it(("with the status %d keeps its Code"):format(status), function()
            local result, message, err = response.read { status = status, body = failure }
            assert.is_nil(result)
            assert.equal("AuthFailure: m (RequestId: r)", message)
            assert.same({ "api", "AuthFailure", "m", "r", "auth", "never", status },
                { err.kind, err.code, err.message, err.request_id, err.category, err.retry, err.http_status })
            assert.same({ P = 1 }, err.payload)
        end)

        it(("with the status %d keeps its payload"):format(status), function()
            assert.same({ A = 1, RequestId = "r" }, response.read { status = status, body = success })
        end)
    end

    it("of the legacy form keeps its code", function()
        local _, _, err = response.read { status = 500, body = support.fixture "failure-legacy.json" }
        assert.same({ "api", "AuthFailure", 500 }, { err.kind, err.code, err.http_status })
    end)

    it("is read whatever the Content-Type", function()
        for _, content_type in ipairs { "application/json; charset=utf-8", "application/json", "text/plain" } do
            local http = { status = 200, headers = { ["Content-Type"] = content_type }, body = success }
            assert.same({ A = 1, RequestId = "r" }, response.read(http))
        end
    end)

    it("is read whatever the Content-Encoding, if the client has decoded it", function()
        local http = { status = 200, headers = { ["Content-Encoding"] = "gzip" }, body = success }
        assert.same({ A = 1, RequestId = "r" }, response.read(http))
    end)
end)

describe("the status 200", function()
    for name, row in pairs {
        ["HTML"] = { HTML, "json", 1, "expected a value" },
        ["no body"] = { nil, "json", 1, "empty body" },
        ["JSON that is not an envelope"] = { "{}", "envelope", 1, "no Response" },
    } do
        it("with " .. name .. " is of kind " .. row[2], function()
            local _, _, err = response.read { status = 200, body = row[1] }
            assert.same({ row[2], row[3], row[4], 200 }, { err.kind, err.offset, err.reason, err.http_status })
        end)
    end

    it("can be a string", function()
        assert.same({ A = 1, RequestId = "r" }, response.read { status = "200", body = success })
        assert.equal(503, select(3, response.read { status = "503", body = "" }).http_status)
    end)
end)

describe("the header X-TC-RequestId", function()
    local none = envelope '"Error":{"Code":"A","Message":"m"}'

    for _, name in ipairs { "X-TC-RequestId", "x-tc-requestid", "X-Tc-Requestid", "X-TC-REQUESTID" } do
        it("fills a missing RequestId if it is spelt " .. name, function()
            local headers = { Date = "now", [name] = "from-header", [1] = "x" }
            local _, message, err = response.read { status = 200, headers = headers, body = none }
            assert.equal("from-header", err.request_id)
            assert.equal("A: m (RequestId: from-header)", message)
            assert.equal(message, tostring(err))
        end)
    end

    local headers = { ["X-TC-RequestId"] = "from-header" }

    -- parse returns the text of a number that the host cannot represent.
    for _, id in ipairs { "null", "7", "1e400", "-1e400", "123456789012345678901", '""', "true", "[]" } do
        local body = envelope('"RequestId":' .. id)
        it("fills the RequestId of a success: " .. body, function()
            for _, instance in ipairs { response, response.new { integers = "number" }, response.new { null = "none" },
                response.new { nulls = "omit" } } do
                assert.equal("", instance.check(body))
                local result = instance.read { status = 200, headers = headers, body = body }
                assert.same({ RequestId = "from-header" }, result)
            end
        end)
    end

    it("fills the RequestId of a success without one", function()
        local http = { status = 200, headers = headers, body = envelope "" }
        assert.same({ RequestId = "from-header" }, response.read(http))
    end)

    it("does not replace a RequestId that looks like a number or like the value for null", function()
        local instance = response.new { null = "none" }
        for _, id in ipairs { "1e400", "7", "none" } do
            local http = { status = 200, headers = headers, body = envelope(('"RequestId":"%s"'):format(id)) }
            assert.equal(id, instance.read(http).RequestId)
        end
    end)

    it("fills the RequestId of a failure if it is a number outside the range of doubles", function()
        local body = envelope '"Error":{"Code":"A","Message":"m"},"RequestId":1e400'
        local http = { status = 200, headers = headers, body = body }
        assert.equal("from-header", select(3, response.read(http)).request_id)
    end)

    it("can be in a field named header", function()
        local _, _, err = response.read { status = 200, header = headers, body = none }
        assert.equal("from-header", err.request_id)
    end)

    it("can have a list of values", function()
        local http = { status = 200, headers = { ["x-tc-requestid"] = { "one", "two" } }, body = none }
        assert.equal("one", select(3, response.read(http)).request_id)
    end)

    it("can come from an object with a get method", function()
        local http = { status = 200, headers = header_object { ["x-tc-requestid"] = "got" }, body = none }
        assert.equal("got", select(3, response.read(http)).request_id)
    end)

    it("does not replace the body's own", function()
        assert.equal("r", select(3, response.read { status = 200, headers = headers, body = failure }).request_id)
        assert.equal("r", response.read({ status = 200, headers = headers, body = success }).RequestId)
    end)

    it("is kept if there is no envelope", function()
        for _, case in ipairs { { 502, HTML }, { 200, HTML }, { 200, "{}" } } do
            local _, message, err = response.read { status = case[1], headers = headers, body = case[2] }
            assert.equal("from-header", err.request_id)
            assert.truthy(message:find("(RequestId: from-header)", 1, true))
        end
    end)

    it("cannot forge a log line", function()
        local http = { status = 200, headers = { ["x-tc-requestid"] = "a\nb" }, body = none }
        assert.equal("A: m (RequestId: a\\nb)", select(2, response.read(http)))
    end)
end)

describe("a compressed body", function()
    local gzip = "\31\139\8\0\0\0\0\0\0\3\171\86"
    local zlib = "\120\156\171\86\10\74\45\46"
    local brotli = "\27\14\0\248\141\148\110\222"

    local function reason(body, encoding, status)
        local http = { status = status or 200, headers = { ["Content-Encoding"] = encoding }, body = body }
        return select(3, response.read(http)).reason
    end

    for _, row in ipairs {
        { "gzip, as the header says", gzip, "gzip", "gzip" },
        { "gzip, by its bytes alone", gzip, nil, "gzip" },
        { "gzip, whatever the header says", gzip, "br", "gzip" },
        { "gzip of one block, by its bytes alone", gzip:sub(1, 2), nil, "gzip" },
        { "zlib, as the header says", zlib, "deflate", "deflate" },
        { "zlib, by its bytes alone", zlib, nil, "deflate" },
        { "zlib of a lower level", "x^\171\86\10\74\45\46\200\7\0", nil, "deflate" },
        { "Brotli, as the header says", brotli, "br", "br" },
        { "Brotli, in capitals", brotli, "BR", "br" },
        { "raw deflate, as the header says", "\171\86\10\74\45\46", "deflate", "deflate" },
        { "zstd, as the header says", "\40\181\47\253\4\0", "zstd", "zstd" },
        { "several encodings, as the header says", brotli, "br, br", "br" },
    } do
        it("is recognized: " .. row[1], function()
            assert.equal(("the body is compressed (%s)"):format(row[4]), reason(row[2], row[3]))
        end)
    end

    local text = "expected a value"
    for _, row in ipairs {
        { "Brotli without a header", brotli, nil, text },
        { "Brotli with the encoding identity", brotli, "identity", text },
        { "HTML", HTML, "gzip", text },
        { "HTML with a byte order mark", "\239\187\191" .. HTML, "br", "byte order mark" },
        { "HTML in GBK", "<p>\196\227\186\195</p>", "br", text },
        { "a truncated envelope", '{"Response":{"RequestId":"r"', "gzip", "unexpected end of input" },
        { "an empty body", "", "gzip", "empty body" },
        { "text that begins with an x", "x^2", nil, text },
        { "one byte of zlib", "\8", nil, text },
        { "text that begins like zlib", "(Service unavailable)", "deflate", text },
        { "more text that begins like zlib", "hCaptcha", nil, text },
    } do
        it("is not assumed: " .. row[1], function()
            assert.equal(row[4], reason(row[2], row[3]))
        end)
    end

    it("is reported in the message, too, without an offset", function()
        local _, message, err = response.read { status = 200, body = gzip }
        assert.equal("ClientError.ParseJsonError: the body is compressed (gzip)", message)
        assert.same({ "json", "the body is compressed (gzip)" }, { err.kind, err.message })
        assert.is_nil(err.offset)
    end)

    it("is reported in the reason, whatever the status", function()
        local _, message, err = response.read { status = 502, headers = {}, body = gzip }
        assert.same({ "http", "the body is compressed (gzip)" }, { err.kind, err.reason })
        assert.truthy(message:find(err.reason, 1, true))
    end)

    it("is reported in one line, whatever the header", function()
        assert.equal("the body is compressed (b)", reason(brotli, "b\nr"))
    end)
end)

describe("a body that was never read", function()
    for name, http in pairs {
        ["has_body"] = { status = 200, headers = {}, has_body = true },
        ["body_reader"] = { status = 200, headers = {}, body_reader = function() end },
    } do
        it("is recognized by the field " .. name, function()
            local _, message, err = response.read(http)
            assert.equal("ClientError.ParseJsonError: the body was not read", message)
            assert.same({ "json", "the body was not read" }, { err.kind, err.reason })
            assert.is_nil(err.offset)
        end)
    end

    it("is reported with a status other than 200, too", function()
        local _, message, err = response.read { status = 502, has_body = true }
        assert.same({ "http", "the body was not read", "server" }, { err.kind, err.reason, err.category })
        assert.truthy(message:find("HTTP status 502", 1, true))
    end)

    it("differs from an empty body", function()
        assert.equal("empty body", select(3, response.read { status = 200, has_body = false }).reason)
        assert.equal("empty body", select(3, response.read { status = 200, has_body = true, body = "" }).reason)
    end)

    it("is read if there is a body after all", function()
        local http = { status = 200, has_body = true, body_reader = function() end, body = success }
        assert.same({ A = 1, RequestId = "r" }, response.read(http))
    end)
end)

describe("a call without a response", function()
    local function failed(reason, request_id, ...)
        local result, message, err = response.read(...)
        assert.is_nil(result)
        assert.same({ "http", "ClientError.NetworkError", reason, reason, "client", "idempotent", request_id or "" },
            { err.kind, err.code, err.message, err.reason, err.category, err.retry, err.request_id })
        assert.is_nil(err.http_status)
        assert.equal(tostring(err), message)
        return message
    end

    it("fails with the reason that the client gave", function()
        local message = failed("connection refused", nil, nil, "connection refused")
        assert.equal("ClientError.NetworkError: connection refused", message)
        failed("111", nil, nil, 111)
    end)

    it("fails with the value that the client gave in place of the status", function()
        failed("no status", nil, { headers = {}, body = success })
        failed("no status", nil, {})
        failed("timeout", nil, { status = "timeout" }) -- as luasocket's request returns it
        failed("OK", nil, { status = "OK", body = success })
    end)

    for _, status in ipairs { "99999999999999999999", "99", "1000", "099", "0", "", "007" } do
        it(("fails with the text %q as status"):format(status), function()
            local reason = ("the status '%s' is not one of HTTP"):format(status)
            failed(reason, "h", { status = status, headers = { ["X-TC-RequestId"] = "h" }, body = success })
        end)
    end

    it("fails with a message of one line", function()
        assert.equal("ClientError.NetworkError: a\\nb", failed("a\nb", nil, nil, "a\nb"))
        assert.equal("ClientError.NetworkError: a\\nb", failed("a\nb", nil, { status = "a\nb" }))
    end)
end)

describe("a truncated response", function()
    it("is reported as cut off", function()
        local http = { status = 200, header = {}, body = success:sub(1, -5), truncated = true }
        local _, _, err = response.read(http)
        assert.equal("json", err.kind)
        assert.truthy(err.reason:find "cut off")
    end)

    it("is reported as cut off if it is an event stream, even between two events", function()
        local http = { status = 200, headers = STREAM, body = 'data: {"A":1,"RequestId":"r"}\n\n', truncated = true }
        local result, message, err = response.read(http)
        assert.is_nil(result)
        assert.equal("ClientError.StreamInterrupted: the response was cut off (RequestId: r)", message)
        assert.same({ "stream", 200, "client", "idempotent" }, { err.kind, err.http_status, err.category, err.retry })
        assert.same({ Events = { { A = 1, RequestId = "r" } }, RequestId = "r" }, err.payload)
    end)

    it("is not reported if the field truncated is false", function()
        assert.is_table(response.read { status = 200, header = {}, body = success, truncated = false })
    end)
end)

describe("read", function()
    it("uses the options of its instance", function()
        local instance = response.new { nulls = "omit" }
        assert.same({}, instance.read { status = 200, body = envelope '"A":null,"Error":null' })
    end)

    it("does not change its arguments", function()
        local http = { status = 502, headers = { Date = "now" }, body = HTML }
        response.read(http)
        assert.same({ status = 502, headers = { Date = "now" }, body = HTML }, http)
    end)

    local wrong = {
        { "nil", nil, "bad argument #1 to 'read' (table expected, got nil)" },
        { "a string", success, "bad argument #1 to 'read' (table expected, got string)" },
        { "a status that is a table", { status = {}, body = success }, "'status'" },
        { "a status that is false", { status = false, body = success }, "'status'" },
        { "a body that is not a string", { status = 200, body = {} }, "'body'" },
        { "a body that is a number", { status = 200, body = 42 }, "'body'" },
        { "headers that are not a table", { status = 200, headers = "Date: now", body = success }, "'headers'" },
        { "headers that are null", { status = 200, headers = response.null, body = success }, "got userdata" },
        { "headers that are a file", { status = 200, headers = io.stdout, body = success }, "got userdata" },
    }
    for _, status in ipairs { 99, 1000, 0, -200, 200.5, 1e30, 1 / 0, -1 / 0, 0 / 0 } do
        table.insert(wrong, { "the status " .. status, { status = status, body = success },
            "bad argument #1 to 'read' (field 'status': integer from 100 to 999 expected, got " .. status .. ")" })
    end
    for _, row in ipairs(wrong) do
        it("raises for " .. row[1] .. ", at the line of the call", function()
            support.raises(row[3], response.read, row[2])
            local _, message = pcall(function()
                local result = response.read(row[2])
                return result
            end)
            assert.truthy(message:find("^%S*http_spec%.lua:%d+: "), message)
        end)
    end
end)
