local readme = require "spec.readme"
local server = require "spec.nginx.server"

local SUCCESS, FAILURE = "b5b41468-520d-4192-b42f-595cc34b6c1c", "ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"
local URL = "https://cvm.tencentcloudapi.com/"

-- The code of an example, with another URL and another file of certificates: a function that takes the headers and
-- returns what the example got.
local function code_of(name, url, certificates)
    local code, count = readme.examples(readme.text)[name]:gsub(URL:gsub("%p", "%%%0"), (url:gsub("%%", "%%%%")))
    assert.equal(1, count)
    if certificates then
        code, count = code:gsub("/etc/ssl/certs/ca%-certificates%.crt", (certificates:gsub("%%", "%%%%")))
        assert.equal(1, count)
    end
    return "local headers = ...\n" .. code .. "\nreturn result, message, err\n"
end

-- The configuration, in which a real lua-resty-http takes precedence over its stand-in.
local function frame()
    local stand_in = os.getenv "PWD" .. "/spec/nginx/?.lua"
    return (server.framed("spec/nginx/clients.conf"):gsub('/%?%.lua;;"', "/?.lua;;" .. stand_in .. '"', 1))
end

describe("the README's example of a client", function()
    local plain, secure

    setup(function()
        plain = server.start(frame())
        secure = server.start(server.framed "spec/nginx/service.conf")
    end)
    teardown(function()
        plain:stop()
        secure:stop()
    end)

    local function url(path, port)
        return ("http://127.0.0.1:%s%s"):format(port or plain.port, path)
    end

    local function in_this_process(name, target, certificates)
        local example = assert(loadstring(code_of(name, target, certificates), "=" .. name))
        local result, message, err = example { ["Content-Type"] = "application/json", Host = "cvm.tencentcloudapi.com" }
        return result and result.RequestId or err.kind .. " " .. message
    end

    local function in_nginx(name, target)
        local file = assert(io.open(plain.prefix .. "/example.lua", "w"))
        file:write(code_of(name, target))
        file:close()
        return (plain:get("/run").body:gsub("\n$", ""))
    end

    for name, run in pairs { ["lua-http"] = in_this_process, ["luasocket"] = in_this_process,
        ["lua-resty-http"] = in_nginx } do
        describe(name, function()
            local get = name == "luasocket" and function(path) -- LuaSec's client speaks TLS only
                return run(name, ("https://127.0.0.1:%s%s"):format(secure.port, path == "/success" and "/" or path),
                    secure.prefix .. "/certificate.crt")
            end or function(path)
                return run(name, url(path))
            end

            it("gets a result", function()
                assert.equal(SUCCESS, get "/success")
            end)

            it("gets Code and RequestId of a failure", function()
                local said = get "/failure"
                assert.truthy(said:find("^api AuthFailure.SignatureFailure: "), said)
                assert.truthy(said:find(FAILURE, 1, true), said)
            end)

            it("gets the reason when nobody answers", function()
                local scheme = name == "luasocket" and "https" or "http"
                local said = run(name, ("%s://127.0.0.1:%s/"):format(scheme, server.free_port()))
                assert.truthy(said:find "^http ClientError.NetworkError: .*[Cc]onnection refused", said)
            end)
        end)
    end
end)

describe("the README's example of LuaSec", function()
    it("refuses a certificate that nobody known has issued", function()
        local secure = server.start(server.framed "spec/nginx/service.conf")
        finally(function() secure:stop() end)
        local example = assert(loadstring(code_of("luasocket", ("https://127.0.0.1:%s/"):format(secure.port))))
        local result, message, err = example {}
        assert.is_nil(result)
        assert.equal("ClientError.NetworkError", err.code)
        assert.truthy(message:find "certificate verify failed", message)
    end)
end)

describe("the README's example of a chat stream", function()
    local ID = "7e4b1c52-0f2d-4c6e-9a57-3d1c2b8e6f01"
    local nginx

    local function write(name, text)
        local file = assert(io.open(nginx.prefix .. "/" .. name, "w"))
        file:write(text)
        file:close()
    end

    setup(function()
        nginx = server.start(frame())
        local service = 'scheme = "https", host = "hunyuan%.tencentcloudapi%.com"'
        local code, count = readme.examples(readme.text).chat:gsub(service,
            ('scheme = "http", host = "127.0.0.1", port = %s'):format(nginx.port))
        assert.equal(1, count)
        write("example.lua",
            'local signed_request = { method = "GET", path = "/events", headers = {}, body = "" }\n' .. code)
    end)
    teardown(function()
        nginx:stop()
    end)

    -- Returns what is logged of a stream of these events. The client must receive it as it was sent.
    local function pass(events)
        local stream = "data: " .. table.concat(events, "\n\ndata: ") .. "\n\n"
        write("events", stream)
        local answer = nginx:get "/chat"
        local log = nginx:errors()
        assert.equal(stream, answer.body, log)
        assert.equal("text/event-stream", answer.headers["content-type"])
        return log
    end

    it("passes every byte on and counts the tokens", function()
        local log = pass { '{"Choices":[{"Delta":{"Content":"a"}}],"Usage":{"TotalTokens":6}}',
            '{"Choices":[{"FinishReason":"stop"}],"Usage":{"TotalTokens":9}}' }
        assert.truthy(log:find("chat " .. ID .. ": 9 tokens", 1, true), log)
    end)

    it("logs that the connection broke between two events", function()
        write("events", 'data: {"Usage":{"TotalTokens":6}}\n\n')
        write("missing", "1")
        nginx:get "/chat"
        os.remove(nginx.prefix .. "/missing")
        local log = nginx:errors()
        assert.truthy(log:find("chat failed after 6 tokens: closed", 1, true), log)
    end)

    it("logs Code and RequestId of a stream that fails midway", function()
        local log = pass { '{"Choices":[],"Usage":{"TotalTokens":6}}', '{"ErrorMsg":{"Msg":"busy","Code":4001}}' }
        assert.truthy(log:find(("chat failed after 6 tokens: 4001: busy (RequestId: %s)"):format(ID), 1, true), log)
    end)
end)
