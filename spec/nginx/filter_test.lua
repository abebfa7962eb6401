local cjson = require "cjson"
local response = require "tencentcloud.response"
local server = require "spec.nginx.server"
local support = require "spec.support"

local SUCCESS = '{"Response":{"TotalCount":1,"RequestId":"r-success"}}'
local FAILURE = '{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"no"},"RequestId":"r-failure"}}'
local HTTP_ERROR = "ClientError.HttpStatusCodeError"
local JSON_ERROR = "ClientError.ParseJsonError"
local HTML = "<html><body>Bad Gateway</body></html>\n"

-- The text of an HTTP response. Without headers it has its Content-Length.
local function raw(status, body, headers)
    headers = headers or ("Content-Length: %d\r\n"):format(#body)
    return ("HTTP/1.1 %s\r\nContent-Type: application/json\r\n%s\r\n%s"):format(status, headers, body)
end

local function stream(status, body, headers)
    return (raw(status, body, headers):gsub("application/json", "text/event-stream", 1))
end

local function chunked(body, ending)
    return raw("200 OK", ("%x\r\n%s\r\n%s"):format(#body, body, ending), "Transfer-Encoding: chunked\r\n")
end

-- Lists of name, body and expected verdict: the fixtures and, if TENCENTCLOUD_SAMPLES is set, every n-th recorded
-- response.
local function documented(n)
    local list = {}
    for _, name in ipairs(support.fixtures "") do
        list[#list + 1] = { name, support.fixture(name) }
    end
    local samples = os.getenv "TENCENTCLOUD_SAMPLES"
    if samples then
        local count = 0
        for line in io.lines(samples .. "/real.jsonl") do
            count = count + 1
            if count % n == 0 then
                local sample = cjson.decode(line)
                list[#list + 1] = { sample.id, sample.body, sample.expect }
            end
        end
    end
    return list
end

-- A request differs from an earlier one by its start time. With this clock all of them start at the same time.
local STILL_CLOCK = [[
    ngx.now = function() return 0 end
    ngx.req.start_time = ngx.now
]]

describe("the filter", function()
    local nginx

    setup(function()
        nginx = server.start(server.framed "spec/nginx/filter.conf")
    end)
    teardown(function()
        nginx:stop()
    end)
    after_each(function()
        assert.equal("", nginx:errors())
    end)

    -- The next line of the access log.
    local function logged()
        local lines = nginx:log_lines(1)
        assert.equal(1, #lines, table.concat(lines, "\n"))
        local line = cjson.decode(lines[1])
        line.verdict = cjson.decode(line.verdict)
        return line
    end

    -- Asserts that verdict() gives this at each call and sets the variables, which are "" in the log where there is
    -- nothing.
    local function verdict(ok, code, request_id, category, retry, message)
        local line = logged()
        local got = line.verdict
        local err = got.err or {}
        assert.same({ code, category, retry }, { err.code, err.category, err.retry }, got.message)
        assert.equal(ok and 1 or 3, got.count)
        assert.equal(request_id, got.request_id or err.request_id)
        assert.equal(not ok and line.status or nil, err.http_status)
        assert.same({ count = got.count, request_id = got.request_id, message = got.message, err = got.err }, got.again)
        assert.same({ code or "", request_id, category or "", retry or "" },
            { line.code, line.request_id, line.category, line.retry })
        if message then
            assert.equal(message, got.message)
        end
        return line
    end

    -- Asserts that there is no verdict.
    local function none()
        local line = logged()
        assert.same({ count = 0 }, line.verdict.again)
        assert.equal(0, line.verdict.count)
        assert.same({ "-", "-", "-", "-" }, { line.code, line.request_id, line.category, line.retry })
        return line
    end

    local function no_json(reason)
        return verdict(false, JSON_ERROR, "", "client", "idempotent", reason and JSON_ERROR .. ": " .. reason)
    end

    describe("passes unchanged, and judges,", function()
        -- What must be logged of the body: what a scanner says, which must also agree with the record if there is one.
        local function expected(body, recorded)
            local scanner = response.scanner()
            scanner:feed(body)
            local request_id, message, err = scanner:finish()
            local code = err and err.code
            request_id = request_id or err.request_id
            if recorded then
                assert.equal(recorded.ok, err == nil)
                assert.equal(recorded.code, code or cjson.null)
                assert.equal(recorded.request_id ~= cjson.null and recorded.request_id or "", request_id)
            end
            return { code or "", request_id, message }
        end

        for path, n in pairs { ["/stream"] = 1, ["/stream/buffered"] = 5, ["/stream/1.0"] = 5 } do
            it("every documented body through " .. path, function()
                local list = documented(n)
                for i, case in ipairs(list) do
                    local target = ("%s?id=%d&turn=%d"):format(path, i, i % 8)
                    local answer = nginx:request("POST", target, case[2])
                    assert.equal(200, answer.status, case[1])
                    assert.is_true(answer.complete, case[1])
                    assert.is_true(answer.body == case[2], case[1])
                end
                local divided = 0
                for _, line in ipairs(nginx:log_lines(#list)) do
                    line = cjson.decode(line)
                    local name, body, recorded = unpack(list[tonumber(line.id)])
                    local got = cjson.decode(line.verdict)
                    assert.same(expected(body, recorded), { line.code, line.request_id, got.message }, name)
                    divided = divided + (got.calls > 2 and 1 or 0)
                end
                assert.is_true(path == "/stream/buffered" or divided > #list / 3, divided .. " bodies came in chunks")
            end)
        end

        it("a large body", function()
            local body = '{"Response":{"List":["' .. ("x"):rep(4e6) .. '"],"RequestId":"r-large"}}'
            assert.is_true(nginx:request("POST", "/stream", body).body == body)
            verdict(true, nil, "r-large")
        end)

        it("a file", function()
            os.execute("mkdir " .. nginx.prefix .. "/files")
            local file = assert(io.open(nginx.prefix .. "/files/success.json", "wb"))
            file:write(SUCCESS)
            file:close()
            assert.equal(SUCCESS, nginx:get("/files/success.json").body)
            verdict(true, nil, "r-success")
        end)

        it("what a handler writes", function()
            assert.equal('{"Response":{"RequestId":"r-handler"}}', nginx:get("/handler").body)
            verdict(true, nil, "r-handler")
        end)
    end)

    describe("judges", function()
        -- Sends the response through the proxy; the client has to receive this status and body.
        local function pass(text, status, body, path, method, headers)
            local answer = nginx:request(method or "POST", path or "/raw", text, headers)
            assert.equal(status, answer.status)
            assert.equal(body, answer.body)
            return answer
        end

        it("a success", function()
            pass(raw("200 OK", SUCCESS), 200, SUCCESS)
            verdict(true, nil, "r-success")
        end)

        it("a failure", function()
            pass(raw("200 OK", FAILURE), 200, FAILURE)
            verdict(false, "AuthFailure.SignatureFailure", "r-failure", "auth", "never",
                "AuthFailure.SignatureFailure: no (RequestId: r-failure)")
        end)

        it("a body in chunks", function()
            pass(chunked(SUCCESS, "0\r\n\r\n"), 200, SUCCESS)
            verdict(true, nil, "r-success")
        end)

        it("a body that is not JSON", function()
            pass(raw("200 OK", HTML), 200, HTML)
            no_json "expected a value at byte 1"
        end)

        it("a stream with a status other than 200", function()
            local body = 'data: {"A":1}\n\n'
            pass(stream("502 Bad Gateway", body), 502, body)
            verdict(false, HTTP_ERROR, "", "server", "idempotent",
                HTTP_ERROR .. ": HTTP status 502 without an envelope: an event stream")
            body = 'data: {"Error":{"Code":"A.B"}}\n\n'
            pass(stream("502 Bad Gateway", body), 502, body)
            verdict(false, "A.B", "", "unknown", "never")
            body = 'data: {"RequestId":"r"}\n\n'
            pass(stream("200 OK", body), 200, body)
            verdict(true, nil, "r")
        end)

        it("what looks like a stream, but has another Content-Type", function()
            pass(raw("200 OK", "data: 1\n\n"), 200, "data: 1\n\n")
            no_json "expected a value at byte 1"
        end)

        it("JSON that is not an envelope", function()
            pass(raw("200 OK", "[1]"), 200, "[1]")
            verdict(false, "ClientError.InvalidEnvelope", "", "client", "idempotent")
        end)

        it("a byte after the envelope, in a chunk of its own", function()
            pass(raw("200 OK", SUCCESS .. "<pause>x", "Connection: close\r\n"), 200, SUCCESS .. "x")
            no_json "unexpected byte after the end of the value at byte 54"
        end)

        it("an envelope with a status other than 200", function()
            pass(raw("500 Internal Server Error", FAILURE), 500, FAILURE)
            verdict(false, "AuthFailure.SignatureFailure", "r-failure", "auth", "never")
        end)

        for status, meaning in pairs {
            [400] = { "request", "never" }, [429] = { "throttle", "safe" }, [503] = { "server", "idempotent" },
        } do
            it("a status of " .. status .. " without an envelope", function()
                pass(raw(status .. " No", HTML), status, HTML)
                verdict(false, HTTP_ERROR, "", meaning[1], meaning[2],
                    ("%s: HTTP status %d without an envelope: expected a value"):format(HTTP_ERROR, status))
            end)
        end

        it("an empty body", function()
            pass(raw("200 OK", ""), 200, "")
            no_json "empty body at byte 1"
        end)

        it("an empty body in chunks", function()
            pass(raw("200 OK", "0\r\n\r\n", "Transfer-Encoding: chunked\r\n"), 200, "")
            no_json "empty body at byte 1"
        end)

        it("nothing where HTTP allows no body: HEAD, 204, 304", function()
            pass(raw("200 OK", "", "Content-Length: 50\r\nX-TC-RequestId: r-header\r\n"), 200, "", "/raw", "HEAD")
            none()
            assert.equal(200, nginx:request("HEAD", "/handler").status)
            none()
            assert.equal(204, nginx:get("/nothing").status)
            none()
            pass(raw("204 No Content", "", ""), 204, "")
            none()
            pass(raw("304 Not Modified", "", "X-TC-RequestId: r-header\r\n"), 304, "")
            none()
        end)

        it("a HEAD request that failed by its status", function()
            local headers = "Content-Length: 50\r\nX-TC-RequestId: r-header\r\n"
            pass(raw("503 Service Unavailable", "", headers), 503, "", "/raw", "HEAD")
            verdict(false, HTTP_ERROR, "r-header", "server", "idempotent",
                HTTP_ERROR .. ": HTTP status 503 without an envelope: the body was not read (RequestId: r-header)")
            pass(raw("302 Found", "", "Location: /\r\n"), 302, "", "/raw", "HEAD")
            verdict(false, HTTP_ERROR, "", "unknown", "never")
        end)

        it("a body without a RequestId, and takes that of the header X-TC-RequestId", function()
            local failure = '{"Response":{"Error":{"Code":"InternalError","Message":"no"}}}'
            local headers = "X-TC-RequestId: r-header\r\nConnection: close\r\n"
            for _, path in ipairs { "/raw", "/raw/hidden" } do
                pass(raw("200 OK", failure, headers), 200, failure, path)
                verdict(false, "InternalError", "r-header", "server", "idempotent",
                    "InternalError: no (RequestId: r-header)")
                pass(raw("200 OK", '{"Response":{}}', headers), 200, '{"Response":{}}', path)
                verdict(true, nil, "r-header")
            end
            pass(raw("200 OK", SUCCESS, headers), 200, SUCCESS)
            verdict(true, nil, "r-success")
            pass(raw("502 Bad Gateway", HTML, headers), 502, HTML)
            verdict(false, HTTP_ERROR, "r-header", "server", "idempotent")
        end)

        it("a hostile message, and keeps the verdict's message on one line", function()
            local body = support.fixture "failure-hostile-message.json"
            pass(raw("200 OK", body), 200, body)
            local line = logged()
            assert.is_nil(line.verdict.message:find "%c")
        end)
    end)

    describe("detects a compressed body", function()
        -- What a verdict on a compressed body says.
        local function compressed(encoding)
            no_json(("the body is compressed (%s)"):format(encoding))
        end

        -- {"Response":{}} as gzip writes it.
        local gzipped = "\31\139\8\0\0\0\0\0\2\3\171V\10J-.\200\207+NU\178\170\174\173\5\0\1\170\203`\15\0\0\0"

        it("by its header", function()
            local body = "\27\16\0\0"
            nginx:request("POST", "/raw", raw("200 OK", body, "Content-Encoding: br\r\nContent-Length: 4\r\n"))
            compressed "br"
        end)

        it("by its first two bytes", function()
            nginx:request("POST", "/raw", raw("200 OK", gzipped))
            compressed "gzip"
        end)

        it('but not where the encoding is "identity"', function()
            nginx:request("POST", "/raw", raw("200 OK", FAILURE, "Content-Encoding: identity\r\nConnection: close\r\n"))
            verdict(false, "AuthFailure.SignatureFailure", "r-failure", "auth", "never")
        end)

        it("even if nginx decompresses it after the filter", function()
            local headers = ("Content-Encoding: gzip\r\nContent-Length: %d\r\n"):format(#gzipped)
            local answer = nginx:request("POST", "/raw/gunzip", raw("200 OK", gzipped, headers))
            assert.equal('{"Response":{}}', answer.body)
            compressed "gzip"
        end)

        it("that is said to be a stream", function()
            nginx:request("POST", "/raw", stream("200 OK", gzipped))
            verdict(false, "ClientError.StreamInterrupted", "", "client", "idempotent",
                "ClientError.StreamInterrupted: the body is compressed (gzip)")
        end)

        it("but not one that nginx compresses after the filter", function()
            local accepting = { ["Accept-Encoding"] = "gzip" }
            local answer = nginx:request("POST", "/raw/gzip", raw("200 OK", FAILURE), accepting)
            assert.equal("gzip", answer.headers["content-encoding"])
            assert.equal("\31\139", answer.body:sub(1, 2))
            verdict(false, "AuthFailure.SignatureFailure", "r-failure", "auth", "never")
            answer = nginx:request("POST", "/raw/gzip", raw("200 OK", HTML), accepting)
            assert.equal("gzip", answer.headers["content-encoding"])
            no_json "expected a value at byte 1"
        end)
    end)

    describe("survives", function()
        -- Asserts that the error log has one line for each of these texts, and no other.
        local function errors(...)
            local expected = { ... }
            local text
            server.wait("the error log", function()
                text = (text or "") .. nginx:errors()
                return select(2, text:gsub("\n", "")) >= #expected
            end)
            local i = 0
            for line in text:gmatch "[^\n]+" do
                i = i + 1
                assert.truthy(expected[i] and line:find(expected[i], 1, true), line)
            end
        end

        local cut = "the response was cut off"

        it("an upstream that closes before its Content-Length is reached", function()
            local answer = nginx:request("POST", "/raw", raw("200 OK", SUCCESS:sub(1, 20), "Content-Length: 53\r\n"))
            assert.equal(SUCCESS:sub(1, 20), answer.body)
            assert.is_false(answer.complete)
            no_json(cut)
            errors "upstream prematurely closed connection"
        end)

        it("an upstream that closes before its last chunk", function()
            local answer = nginx:request("POST", "/raw", chunked(FAILURE:sub(1, -3), ""))
            assert.equal(FAILURE:sub(1, -3), answer.body)
            no_json(cut)
            errors "upstream prematurely closed connection"
        end)

        it("an upstream that closes where only white space can follow", function()
            nginx:request("POST", "/raw", chunked(SUCCESS, ""))
            verdict(true, nil, "r-success")
            errors "upstream prematurely closed connection"
        end)

        it("an upstream that closes between the events of a stream", function()
            for _, rest in ipairs { "", 'data: {"A":2}', "data: {" } do
                local body = 'data: {"A":1}\n\n' .. rest
                local headers = ("Content-Length: %d\r\n"):format(#body + 9)
                nginx:request("POST", "/raw", stream("200 OK", body, headers))
                verdict(false, "ClientError.StreamInterrupted", "", "client", "idempotent",
                    "ClientError.StreamInterrupted: " .. cut)
                errors "upstream prematurely closed connection"
            end
        end)

        it("an upstream that closes after a byte that is not JSON", function()
            nginx:request("POST", "/raw", chunked("<", ""))
            no_json "expected a value at byte 1"
            errors "upstream prematurely closed connection"
        end)

        it("an upstream without Content-Length that closes in the middle of the body", function()
            nginx:request("POST", "/raw", raw("200 OK", SUCCESS:sub(1, 20), "Connection: close\r\n"))
            no_json "unexpected end of input at byte 21"
        end)

        it("an upstream that closes without an answer", function()
            local answer = nginx:request("POST", "/raw", "")
            assert.equal(502, answer.status)
            verdict(false, HTTP_ERROR, "", "server", "idempotent")
            errors "upstream prematurely closed connection"
        end)

        it("an upstream that is not there, and judges nginx's own error page", function()
            local answer = nginx:get "/nobody"
            assert.equal(502, answer.status)
            assert.truthy(answer.body:find("502 Bad Gateway", 1, true))
            verdict(false, HTTP_ERROR, "", "server", "idempotent",
                HTTP_ERROR .. ": HTTP status 502 without an envelope: expected a value")
            errors "connect() to unix:"
        end)

        it("an error page of the configuration, which is an envelope", function()
            local answer = nginx:request("POST", "/raw/replaced", raw("502 Bad Gateway", HTML))
            assert.equal(502, answer.status)
            verdict(false, "InternalError.Replaced", "r-sorry", "server", "idempotent")
        end)

        it("bytes that are not a request", function()
            local connection = nginx:connect()
            connection:send "nonsense\r\n\r\n"
            assert.truthy(connection:receive "*a":find("400 Bad Request", 1, true))
            connection:close()
            verdict(false, HTTP_ERROR, "", "request", "never")
        end)

        it("a handler that raises", function()
            assert.equal(500, nginx:get("/raising").status)
            verdict(false, HTTP_ERROR, "", "server", "idempotent")
            server.wait("the error", function() return nginx:errors():find("raised by the handler", 1, true) end)
        end)

        it("a client that leaves before the response", function()
            local connection = nginx:connect()
            local text = ("<pause>"):rep(10) .. raw("200 OK", SUCCESS)
            connection:send(("POST /raw HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n%s"):format(#text, text))
            connection:close()
            assert.equal(499, verdict(false, HTTP_ERROR, "", "client", "idempotent").status)
        end)

        it("a client that leaves in the middle of the response", function()
            local connection = nginx:connect()
            local text = raw("200 OK", '{"Response":{"A":"' .. ("x"):rep(2e6) .. "<pause>" .. ("x"):rep(2e6) .. '"}}',
                "Connection: close\r\n")
            connection:send(("POST /raw HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n%s"):format(#text, text))
            assert.truthy(connection:receive(1000))
            connection:close()
            local line = no_json(cut)
            assert.equal(200, line.status)
            nginx:errors() -- how the system tells that the client has left varies
        end)

        it("an error of its own at the second chunk, and gives no verdict on the rest", function()
            local body = raw("200 OK", '{"Response":{"RequestId":"r"<pause>,"Error":{"Code":"A"}<pause>}}',
                "Connection: close\r\n"):gsub("application/json", "application/provoke")
            nginx:request("POST", "/raw", body)
            none()
            errors "provoked"
        end)

        it("an error of its own, which is logged once while the bytes pass", function()
            local body = '{"Response":{"A":"' .. ("provoke-an-internal-error "):rep(300) .. '"}}'
            local answer = nginx:request("POST", "/stream", body)
            assert.is_true(answer.complete)
            assert.equal(body, answer.body)
            local line = logged()
            assert.is_true(line.verdict.calls > 3)
            assert.equal(0, line.verdict.count)
            assert.equal("-", line.code)
            errors "provoked"
        end)

        it("code that replaces ngx.ctx, but loses the verdict", function()
            nginx:request("POST", "/raw/context", raw("200 OK", SUCCESS))
            none()
        end)

        it("a body that bypasses the filter, and judges only its status", function()
            nginx:request("POST", "/raw/unfiltered", raw("200 OK", SUCCESS))
            none()
            nginx:request("POST", "/raw/unfiltered", raw("502 Bad Gateway", HTML))
            verdict(false, HTTP_ERROR, "", "server", "idempotent")
        end)
    end)

    local function keeps_apart()
        -- The lines of the log, by path.
        local function by_path(count)
            local found = {}
            for _, line in ipairs(nginx:log_lines(count)) do
                line = cjson.decode(line)
                line.verdict = cjson.decode(line.verdict)
                found[line.uri] = found[line.uri] or {}
                table.insert(found[line.uri], line)
            end
            return found
        end

        for path, subrequests in pairs { ["/capture"] = 1, ["/capture/shared"] = 1, ["/capture/multi"] = 3 } do
            it("requests and their subrequests: " .. path, function()
                nginx:request("POST", path, FAILURE)
                local lines = by_path(1 + subrequests)
                assert.equal(1, #lines[path])
                assert.equal("Outer", lines[path][1].code)
                assert.equal("r-outer", lines[path][1].request_id)
                assert.equal(subrequests, #lines["/sub"])
                for _, line in ipairs(lines["/sub"]) do
                    assert.equal("AuthFailure.SignatureFailure", line.verdict.err.code)
                    assert.equal("r-failure", line.verdict.err.request_id)
                end
            end)
        end

        -- Its request often has the address of the request before it.
        local function longlived(to, text)
            nginx:request("POST", "/capture/longlived?to=" .. to, text)
        end

        it("requests that have the same table as ngx.ctx, one after the other", function()
            for _ = 1, 3 do
                longlived("/sub/raw", raw("200 OK", SUCCESS))
                verdict(true, nil, "r-success")
                longlived("/sub/raw", raw("200 OK", FAILURE))
                verdict(false, "AuthFailure.SignatureFailure", "r-failure", "auth", "never")
            end
        end)

        it("a request and an earlier one whose verdict nobody asked for", function()
            for _ = 1, 3 do
                longlived("/sub/unlogged", raw("200 OK", SUCCESS))
                longlived("/sub/raw", raw("200 OK", FAILURE))
                verdict(false, "AuthFailure.SignatureFailure", "r-failure", "auth", "never")
                longlived("/sub/unlogged", raw("200 OK", SUCCESS))
                longlived("/sub/unfiltered", raw("200 OK", FAILURE))
                none()
            end
        end)

        it("a request and an earlier one that was cut off", function()
            for _ = 1, 3 do
                longlived("/sub/unlogged", raw("200 OK", SUCCESS:sub(1, 20), "Content-Length: 53\r\n"))
                longlived("/sub/raw", raw("200 OK", FAILURE))
                verdict(false, "AuthFailure.SignatureFailure", "r-failure", "auth", "never")
            end
            server.wait("the errors", function() return nginx:errors():find("prematurely", 1, true) end)
        end)

        it("requests whose ngx.ctx the module makes, one after the other", function()
            for _ = 1, 3 do
                nginx:request("POST", "/raw/first", raw("200 OK", SUCCESS))
                verdict(true, nil, "r-success")
                nginx:request("POST", "/raw/first", raw("200 OK", FAILURE))
                verdict(false, "AuthFailure.SignatureFailure", "r-failure", "auth", "never")
                nginx:request("POST", "/raw/first", raw("204 No Content", ""))
                none()
            end
        end)

        it("a response and the subrequest that authorizes it", function()
            assert.equal(SUCCESS, nginx:request("POST", "/authorized", SUCCESS).body)
            verdict(true, nil, "r-success")
        end)

        it("a page and what it includes", function()
            assert.equal('{"Response":{"RequestId":"r-handler"}}', nginx:get("/included").body)
            no_json()
        end)

        it("requests on one connection", function()
            local connection = nginx:connect()
            for _, body in ipairs { FAILURE, SUCCESS, HTML } do
                local head = "POST /stream HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n"
                connection:send(head:format(#body) .. body)
                server.wait("the answer", function() return connection:receive "*l" == "0" end)
            end
            connection:close()
            local codes = {}
            for i, line in ipairs(nginx:log_lines(3)) do
                codes[i] = cjson.decode(line).code
            end
            assert.same({ "AuthFailure.SignatureFailure", "", JSON_ERROR }, codes)
        end)
    end

    describe("keeps apart", keeps_apart)

    -- Describes what keeps_apart does in an nginx that has run this code before it loads the module.
    local function keeps_apart_after(code, condition)
        describe("keeps apart, " .. condition .. ",", function()
            local other
            setup(function()
                local conf = server.framed("spec/nginx/filter.conf"):gsub("local nginx = [^\n]*", function(line)
                    return code .. line
                end)
                nginx, other = server.start(conf), nginx
            end)
            teardown(function()
                nginx:stop()
                nginx = other
            end)
            keeps_apart()
        end)
    end

    keeps_apart_after(STILL_CLOCK, "within one millisecond")
    keeps_apart_after(STILL_CLOCK .. "require('resty.core.ctx').get_ctx_table = nil\n", "with an older OpenResty")

    it("gives the same verdict after the last chunk as in the log phase", function()
        nginx:request("POST", "/raw?early=1", raw("200 OK", FAILURE))
        local line = verdict(false, "AuthFailure.SignatureFailure", "r-failure", "auth", "never")
        assert.same(line.verdict.again, line.verdict.early)
    end)
end)
