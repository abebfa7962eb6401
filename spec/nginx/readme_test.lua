local readme = require "spec.readme"
local server = require "spec.nginx.server"

-- The request ids of spec/nginx/service.conf.
local OF_SUCCESS, OF_FAILURE = "b5b41468-520d-4192-b42f-595cc34b6c1c", "ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"

-- Replaces one text by another. The old one must occur this often.
local function put(text, old, new, times)
    local count
    text, count = text:gsub(old:gsub("%p", "%%%0"), (new:gsub("%%", "%%%%")))
    assert.equal(times, count, old)
    return text
end

describe("the configuration in the README", function()
    local root, service, nginx

    -- As written, except for the place of the installed module, the port, and the service's address and certificate.
    setup(function()
        local conf = assert(readme.examples(readme.text).nginx)
        service = server.start(server.framed "spec/nginx/service.conf")
        root = service.prefix .. "/root"
        local command = "env -u LUA_PATH -u LUA_CPATH make -s install LUA=luajit PREFIX=%s >%s/log 2>&1"
        assert.equal(0, os.execute(command:format(root, service.prefix)), "make install")
        conf = put(conf, "/usr/local/share/lua/5.1/", root .. "/share/lua/5.1/", 1)
        conf = put(conf, "/usr/local/lib/lua/5.1/", root .. "/lib/lua/5.1/", 1)
        conf = put(conf, "listen 127.0.0.1:8080;", "listen 127.0.0.1:@PORT@;", 1)
        conf = put(conf, "/etc/ssl/certs/ca-certificates.crt", service.prefix .. "/certificate.crt", 1)
        conf = put(conf, "server cvm.tencentcloudapi.com:443;", ("server 127.0.0.1:%s;"):format(service.port), 1)
        nginx = server.start(conf)
    end)
    teardown(function()
        if nginx then
            nginx:stop()
        end
        if service then
            service:stop()
        end
    end)

    -- What the logs say about the last call.
    local function logged()
        local line = nginx:log_lines(1)[1]
        return line:match '^%d+%-%d+%-%d+T%S+ ("[^"]*" .*)$', nginx:errors()
    end

    it("logs a success", function()
        local answer = nginx:request("POST", "/", "{}", { ["X-TC-Action"] = "DescribeInstances" })
        assert.equal('{"Response":{"TotalCount":0,"InstanceSet":[],"RequestId":"' .. OF_SUCCESS .. '"}}', answer.body)
        local line, errors = logged()
        assert.equal('"POST / HTTP/1.1" 200 - ' .. OF_SUCCESS .. " - -", line)
        assert.equal("", errors)
    end)

    it("logs a failure, and warns of it", function()
        nginx:request("POST", "/failure", "{}")
        local line, errors = logged()
        assert.equal('"POST /failure HTTP/1.1" 200 AuthFailure.SignatureFailure ' .. OF_FAILURE .. " auth never", line)
        assert.truthy(errors:find("[warn]", 1, true), errors)
        assert.truthy(errors:find("AuthFailure.SignatureFailure: The provided credentials could not be validated. "
            .. "(RequestId: " .. OF_FAILURE .. ") (auth, retry: never)", 1, true), errors)
    end)

    it("answers with what the service said", function()
        local answer = nginx:request("POST", "/count", "{}")
        assert.equal("0\n", answer.body)
        assert.equal(200, answer.status)
        assert.equal('"POST /count HTTP/1.1" 200 - - - -', (logged()))
    end)

    -- The lines that begin with the name of the counter.
    local function metrics()
        local found = {}
        for series, value in nginx:get("/metrics").body:gmatch "(tencentcloud_calls_total{.-}) (%d+)\n" do
            found[series] = tonumber(value)
        end
        return found
    end

    local function series(code, category)
        return ('tencentcloud_calls_total{code="%s",category="%s"}'):format(code, category)
    end

    it("counts what it logged, for Prometheus", function()
        local found = metrics()
        assert.is_true(found[series("", "success")] >= 1)
        assert.equal(1, found[series("AuthFailure.SignatureFailure", "auth")])
    end)

    it("keeps its counts well-formed and few when codes are hostile", function()
        nginx:request("POST", "/hostile", "{}")
        nginx:log_lines(1) -- counted by now: another worker may answer the next request
        assert.equal(1, metrics()[series([[A\"B\\C\nD]], "unknown")])
        for i = 1, 510 do
            nginx:request("POST", "/made-up/" .. i, "{}")
        end
        nginx:log_lines(510)
        local found, count = metrics(), 0
        for _ in pairs(found) do
            count = count + 1
        end
        assert.equal(501, count)
        assert.equal(13, found[series("other", "other")])
    end)
end)
