local response = require "tencentcloud.response"
local server = require "spec.nginx.server"
local socket = require "socket"
local support = require "spec.support"

-- `make soak` asks for more requests than `make test`.
local REQUESTS = tonumber(os.getenv "TENCENTCLOUD_NGINX_REQUESTS") or 8000

local STREAM_MB = REQUESTS > 50000 and 100 or 10

local CONNECTIONS = 64

-- KiB. A leak of 20 bytes a request shows in the full run; the variations of allocators and collectors are smaller.
local RESIDENT_GROWTH, HELD_GROWTH = 4096, 64

local EVENT = 'data: {"Choices":[{"Delta":{"Content":"a word or two"}}],"RequestId":"r-stream"}\n\n'

-- Successes, failures and garbage, some of them event streams.
local bodies = {
    '{"Response":{"TotalCount":1,"RequestId":"r-success"}}',
    '{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"no"},"RequestId":"r-failure"}}',
    "<html><body>Bad Gateway</body></html>\n",
    '{"Response":{"TotalCount":1,"Reque',
    '{"Response":{"List":[' .. ('{"Name":"instance","Id":12345},'):rep(600) .. '1],"RequestId":"r-list"}}',
    '{"Response":{"Error":{"Code":"InternalError","Message":"' .. ("long "):rep(400) .. '"},"RequestId":"r-long"}}',
    "",
    '{"Response":[]}',
    support.fixture "failure-hostile-message.json",
    EVENT:rep(3) .. "data: [DONE]\n\n",
    EVENT:rep(200) .. "data: [DONE]\n\n",
    EVENT:rep(20) .. 'data: {"ErrorMsg":{"Msg":"busy","Code":4001},"RequestId":"r-broken"}\n\n',
    '{"Response":{"List":["' .. ("base64"):rep(20000) .. '"],"RequestId":"r-text"}}',
}

-- What the access log must say of each.
local expected = {}
for case, body in ipairs(bodies) do
    local scanner = response.scanner()
    scanner:feed(body)
    local request_id, _, err = scanner:finish()
    local function shown(text)
        return text ~= "" and text or "-"
    end
    expected[tostring(case)] = ("%s %s"):format(err and err.code or "-", shown(request_id or err.request_id))
end

describe("under load", function()
    local nginx
    local runs = 0 -- of wrk, since the access log was last read

    setup(function()
        nginx = server.start(server.framed "spec/nginx/load.conf")
        os.execute(("mkdir %s/bodies"):format(nginx.prefix))
        for case, body in ipairs(bodies) do
            local file = assert(io.open(("%s/bodies/%d"):format(nginx.prefix, case), "wb"))
            file:write(body)
            file:close()
        end
    end)
    teardown(function()
        nginx:stop()
    end)

    -- Runs wrk; returns how many of its requests were answered.
    local function load(seconds, option, meanwhile)
        local command = "wrk -t 2 -c %d -d %d --timeout 10s -s spec/nginx/load.lua http://127.0.0.1:%s %s/bodies %s"
        local wrk = assert(io.popen(command:format(CONNECTIONS, seconds, nginx.port, nginx.prefix, option or "")))
        runs = runs + 1
        if meanwhile then
            meanwhile()
        end
        local said = wrk:read "*a"
        wrk:close()
        local requests, right, wrong, failed = said:match "requests (%d+) right (%d+) wrong (%d+) failed (%d+)"
        assert.truthy(requests, said)
        assert.same({ "0", "0" }, { wrong, failed }, said)
        assert.equal(requests, right)
        return tonumber(requests)
    end

    -- All lines of the access log for the requests so far. A request that wrk left when its time was up ends when nginx
    -- notices, and a worker that was replaced writes its lines when it ends. So this waits for both, and then makes one
    -- more request, whose line marks the end of the log.
    local function whole_log()
        server.wait("one worker", function() return #nginx:workers() == 1 end)
        server.wait("requests to end", function() return nginx:get("/busy").body == "0" end)
        nginx:get "/end"
        local all = {}
        server.wait("the end of the log", function()
            for _, line in ipairs(nginx:log_lines(0)) do
                all[#all + 1] = line
            end
            return all[#all] == "OK - - r-end"
        end)
        all[#all] = nil
        return all
    end

    -- Asserts that the access log has at least this many lines, each with the code and request id of its case. The
    -- requests that wrk leaves when its time is up do not count.
    local function logged(count)
        local left = 0
        local lines = whole_log()
        for _, line in ipairs(lines) do
            local case, verdict = line:match "^OK (%d+) (.*)$"
            if not case then
                left = left + 1
            elseif expected[case] ~= verdict then
                assert.equal(expected[case], verdict, line)
            end
        end
        assert.is_true(#lines - left >= count and left <= runs * CONNECTIONS, left .. " requests were not completed")
        runs = 0
    end

    it("every response is right, and memory does not grow", function()
        local function memory()
            server.wait("requests to end", function() return nginx:get("/busy").body == "0" end)
            return tonumber(nginx:get("/memory").body), nginx:resident()
        end
        local warming = load(1)
        local held, resident = memory()
        local count = 0
        repeat
            count = count + load(REQUESTS > 100000 and 10 or 2)
        until count >= REQUESTS
        local held_after, resident_after = memory()
        print(("%d requests; Lua holds %.0f KiB, %.0f before; resident %d KiB, %d before")
            :format(count, held_after, held, resident_after, resident))
        assert.is_true(held_after - held < HELD_GROWTH)
        assert.is_true(resident_after - resident < RESIDENT_GROWTH)
        logged(warming + count)
        assert.equal("", nginx:errors())
    end)

    it("a body of 64 MB passes in as little memory as any other", function()
        local peak = nginx:peak()
        assert.equal(16384 * 4096 + 47, #nginx:get("/large").body)
        assert.is_true(nginx:peak() - peak < RESIDENT_GROWTH)
        assert.same({ "OK - - r-large" }, whole_log())
    end)

    it(("an event stream of %d MB passes in as little memory as any other"):format(STREAM_MB), function()
        nginx:get "/events?mb=1" -- warms up
        local peak = nginx:peak()
        local passed = #nginx:get("/events?mb=" .. STREAM_MB).body
        local growth = nginx:peak() - peak
        print(("a stream of %d MB: at most %d KiB resident, %d before"):format(STREAM_MB, peak + growth, peak))
        assert.is_true(passed > 0.99 * STREAM_MB * 1e6)
        assert.is_true(growth < RESIDENT_GROWTH, growth .. " KiB more")
        assert.same({ "OK - - r-events", "OK - - r-events" }, whole_log())
    end)

    -- Without keepalive, because the server may close an open connection while the client writes.
    it("reloads lose no request", function()
        local reloads = REQUESTS > 100000 and 8 or 2
        local count = load(reloads + 1, "close", function()
            for _ = 1, reloads do
                socket.sleep(0.7)
                nginx:reload()
            end
        end)
        logged(count)
        local text, signals = nginx:errors():gsub("[^\n]*signal process started\n", "")
        assert.same({ "", reloads }, { text, signals })
    end)
end)
