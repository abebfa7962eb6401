local support = require "spec.support"

local demo = debug.getinfo(1, "S").source:match "^@(.*)demo_spec%.lua$" .. "examples/demo.lua"
local interpreter = arg[-1] or "lua"

local function quote(word)
    return "'" .. word:gsub("'", "'\\''") .. "'"
end

-- What the demo prints, and its exit status. A body is handed over as a file, or on standard input.
local function run(body, on_input)
    local name = os.tmpname()
    local file = assert(io.open(name, "wb"))
    file:write(body or "")
    file:close()
    local given = body and (on_input and "- <" or "") .. quote(name) or "</dev/null"
    local pipe = assert(io.popen(("%s %s %s 2>&1; echo status $?"):format(quote(interpreter), quote(demo), given)))
    local output = pipe:read "*a"
    pipe:close()
    os.remove(name)
    local text, status = output:match "^(.*)status (%d+)\n$"
    return text, tonumber(status)
end

local documented = run()

-- What the demo prints of a body, behind what it prints always.
local function given(body, on_input)
    local text, status = run(body, on_input)
    assert.equal(documented, text:sub(1, #documented))
    return text:sub(#documented + 1), status
end

local function assert_lines(text, lines)
    for _, line in ipairs(lines) do
        assert(("\n" .. text):find("\n" .. line .. "\n", 1, true), line .. "\nis no line of\n" .. text)
    end
end

-- fixture, exit status, lines
local bodies = {
    { "success-list.json", 0, {
        "    RequestId          b5b41468-520d-4192-b42f-595cc34b6c1c",
        "    InstanceStatusSet  a list of 2",
        "    TotalCount         2",
    } },
    { "success-no-members.json", 0, { "    RequestId  " } },
    { "success-null-error.json", 0, { "    Error      null", "    Result     true" } },
    { "failure-details.json", 0, {
        "    Code       LimitExceeded",
        "    Meaning    Quota limit exceeded.",
        "    Category   quota",
        "    Retry      no: it fails again until something changes",
        "    Field      Limit",
        "    Range      an object of Max",
    } },
    { "failure-payload.json", 0, { "    Partial    a list of 2", "    Total      2" } },
    { "failure-hostile-message.json", 0, {
        "    Message    a\\x0AFAKE: all is well\\x0D\\x00\\x1B[2J\\x7F\\x85\\x9B31m\226\128\168\226\128\169\\x09\\x08z",
    } },
    { "failure-empty-code.json", 0, { "    Code       " } },
    { "json-html.json", 1, { "    Reason  expected a value", "    Place   byte 1: line 1, column 1", "        <html>",
        "        ^" } },
    { "json-gbk.json", 1, {
        '        {"Response":{"Error":{"Code":"X","Message":"\\xB4\\xED\\xCE\\xF3"}}}',
        "                                                    ^",
    } },
    { "json-empty.json", 1, { "    Reason  empty body", "    Place   byte 1: line 1, column 1" } },
    { "envelope-code-number.json", 1, { "    Reason  the Code of Error is not a string",
        "    Place   byte 30: line 1, column 30" } },
}

describe("the demo", function()
    it("reads the documented success and failure", function()
        local text, status = run()
        assert.equal(0, status)
        assert_lines(text, {
            "The documented success: the call succeeded",
            "    RequestId          b5b41468-520d-4192-b42f-595cc34b6c1c",
            "    InstanceStatusSet  an empty list",
            "    TotalCount         0",
            "The documented failure: the call failed",
            "    RequestId  ed93f3cb-f35e-473f-b9f3-0d451b8b79c6",
            "    Code       AuthFailure.SignatureFailure",
            "    Meaning    Signature error.",
            "    Category   auth",
            "    Retry      no: it fails again until something changes",
        })
    end)

    for _, row in ipairs(bodies) do
        it("shows " .. row[1], function()
            local body = support.fixture(row[1])
            local text, status = given(body)
            assert.equal(row[2], status)
            assert_lines(text, row[3])
            if body ~= "" then
                local input, input_status = given(body, true)
                assert.equal(text:match "\n.*", input:match "\n.*")
                assert.equal(status, input_status)
            end
        end)
    end

    it("shows the line that is wrong, and the end of what is not all there", function()
        local text, status = given '{"Response":\n  {"A": 1,\n   "B": nil}}\n'
        assert.equal(1, status)
        assert_lines(text, { "    Reason  invalid literal", "    Place   byte 34: line 3, column 10",
            '           "B": nil}}', "                 ^" })
        text = given '{"Response":\n  {"A": 1\n\n'
        assert_lines(text, { "    Place   byte 23: line 2, column 10", '          {"A": 1', "                 ^" })
    end)

    it("shows no more of what is large than fits", function()
        local members = {}
        for i = 1, 100 do
            members[i] = ('"M%03d":"%s"'):format(i, ("中"):rep(1000))
        end
        for _, body in ipairs { support.envelope(table.concat(members, ",")),
            support.envelope(table.concat(members, ",")):sub(1, -2) } do
            local text = given(body)
            assert.is_true(#text < 6000)
            assert.truthy(not text:find "\228[^\184]" and not text:find "\184[^\173]")
        end
    end)

    it("takes no body on standard input for none", function()
        local text, status = given("", true)
        assert.same({ "", 0 }, { text, status })
    end)

    it("says that a file cannot be read", function()
        local command = "%s %s /nowhere/at/all 2>&1 >/dev/null; echo $?"
        local pipe = io.popen(command:format(quote(interpreter), quote(demo)))
        local output = pipe:read "*a"
        pipe:close()
        assert.truthy(output:match "^demo: cannot read /nowhere/at/all.*\n2\n$")
    end)
end)
