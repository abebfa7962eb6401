local server = require "spec.nginx.server"

local SUCCESS = '{"Response":{"TotalCount":2,"Nothing":null,"RequestId":"r-1"}}'
local FAILURE = '{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"slow"},"RequestId":"r-2"}}'
local HTML = "<html></html>"

describe("a handler", function()
    local nginx

    setup(function()
        nginx = server.start(server.framed "spec/nginx/handler.conf")
    end)
    teardown(function()
        nginx:stop()
    end)

    local function answers(path, body, expected, status)
        local answer = nginx:request("POST", path, body)
        assert.equal(expected .. "\n", answer.body)
        assert.equal(status or 200, answer.status)
        return answer
    end

    describe("parses a body and answers:", function()
        after_each(function()
            assert.equal("", nginx:errors())
        end)

        it("a success, with null as ngx.null", function()
            answers("/parse", SUCCESS, "2 r-1 true")
        end)

        it("a failure", function()
            local answer = answers("/parse", FAILURE, "RequestLimitExceeded: slow (RequestId: r-2)", 503)
            assert.equal("RequestLimitExceeded", answer.headers["x-code"])
        end)

        it("a body that is not JSON", function()
            answers("/parse", HTML, "ClientError.ParseJsonError: expected a value at byte 1", 503)
        end)
    end)

    describe("reads what ngx.location.capture returned:", function()
        it("a success", function()
            answers("/captured/200", SUCCESS, "success r-1")
        end)

        it("a failure", function()
            answers("/captured/200", FAILURE,
                "api 200 throttle safe RequestLimitExceeded: slow (RequestId: r-2)")
        end)

        it("a failure with a status", function()
            answers("/captured/500", FAILURE,
                "api 500 throttle safe RequestLimitExceeded: slow (RequestId: r-2)")
        end)

        it("a status without an envelope, with the request id of the header", function()
            answers("/captured/502", HTML, "http 502 server idempotent ClientError.HttpStatusCodeError: "
                .. "HTTP status 502 without an envelope: expected a value (RequestId: r-header)")
        end)

        it("a body that the upstream cut off", function()
            answers("/captured/short", SUCCESS,
                "success r-1") -- the envelope is whole: only white space could have followed
            answers("/captured/short", SUCCESS:sub(1, 30),
                "json 200 client idempotent ClientError.ParseJsonError: the response was cut off")
            assert.equal(2, select(2, nginx:errors():gsub("upstream prematurely closed connection[^\n]*\n", "")))
        end)
    end)

    it("has no verdict yet, and does not lose a worker's first verdict to a variable that cannot be written", function()
        assert.equal('{"Response":{"RequestId":"r0"}}', nginx:get("/early").body)
        local text
        server.wait("the verdict", function()
            text = nginx:errors()
            return text ~= ""
        end)
        assert.truthy(text:find("verdict: r0 mapped", 1, true), text)
        assert.equal(1, select(2, text:gsub("\n", "")), text)
    end)
end)
