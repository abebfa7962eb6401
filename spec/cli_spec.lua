-- Runs the real command as a process.
local cjson = require "cjson"
local support = require "spec.support"

local unpack = table.unpack or unpack

local command = debug.getinfo(1, "S").source:match "^@(.*)spec/cli_spec%.lua$" .. "lua/tencentcloud-response"

local function quote(word)
    return "'" .. word:gsub("'", "'\\''") .. "'"
end

local COMMAND = support.interpreter .. " " .. quote(command)

local function write_file(name, text)
    local file = assert(io.open(name, "wb"))
    file:write(text)
    file:close()
end

-- Runs a shell script in which C is the command and $F is a file with the input. The input is also on standard input.
-- Returns the text on standard output, the exit status, and the text on standard error.
local function shell(script, input)
    local name = os.tmpname()
    write_file(name, input or "")
    write_file(name .. ".sh", ("F=%s\nC() { %s \"$@\"; }\n%s\n"):format(quote(name), COMMAND, script))
    local pipe = io.popen(("sh %s.sh <%s 2>%s.err; echo status $?"):format(quote(name), quote(name), quote(name)))
    local output = pipe:read "*a"
    pipe:close()
    local errors = support.read(name .. ".err")
    os.remove(name)
    os.remove(name .. ".err")
    os.remove(name .. ".sh")
    local text, status = output:match "^(.*)status (%d+)\n$"
    local pattern = name:gsub("%p", "%%%0")
    return (text:gsub(pattern, "FILE")), tonumber(status), (errors:gsub(pattern, "FILE"))
end

-- Runs the command on this body, and returns its output and exit status. Standard error must be empty.
local function run(arguments, body)
    local text, status, errors = shell('C ' .. arguments, body)
    assert.equal("", errors)
    return text, status
end

local function assert_lines(text, lines)
    for _, line in ipairs(lines) do
        assert(("\n" .. text):find("\n" .. line .. "\n", 1, true), line .. "\nis not a line of\n" .. text)
    end
end

-- The objects in a text of JSON lines.
local function decode(text)
    local objects = {}
    for line in text:gmatch "[^\n]+" do
        objects[#objects + 1] = cjson.decode(line)
    end
    return objects
end

local SUCCESS = '{"Response":{"RequestId":"r-1"}}'
local FAILURE = '{"Response":{"Error":{"Code":"ResourceBusy","Message":"later"},"RequestId":"r-2"}}'

-- fixture, exit status, lines
local bodies = {
    { "success-documented.json", 0, {
        "FILE: the call succeeded",
        "    RequestId          b5b41468-520d-4192-b42f-595cc34b6c1c",
        "    InstanceStatusSet  an empty list",
        "    TotalCount         0",
    } },
    { "failure-documented.json", 1, {
        "FILE: the call failed",
        "    RequestId  ed93f3cb-f35e-473f-b9f3-0d451b8b79c6",
        "    Code       AuthFailure.SignatureFailure",
        "    Message    The provided credentials could not be validated. Please ensure your signature is correct.",
        "    Meaning    Signature error.",
        "    Category   auth",
        "    Retry      never (no: it fails again until something changes)",
    } },
    { "success-list.json", 0, {
        "    RequestId          b5b41468-520d-4192-b42f-595cc34b6c1c",
        "    InstanceStatusSet  a list of 2",
        "    TotalCount         2",
    } },
    { "success-no-members.json", 0, { "    RequestId  none" } },
    { "success-null-error.json", 0, { "    Error      null", "    Result     true" } },
    { "failure-details.json", 1, {
        "    Code       LimitExceeded",
        "    Meaning    Quota limit exceeded.",
        "    Category   quota",
        "    Retry      never (no: it fails again until something changes)",
        "    Field      Limit",
        "    Range      an object of Max",
    } },
    { "failure-payload.json", 1, { "    Partial    a list of 2", "    Total      2" } },
    { "failure-empty-code.json", 1, { "    Code       " } },
    { "json-html.json", 2, {
        "FILE: this is not a response",
        "    Reason    expected a value",
        "    Place     byte 1: line 1, column 1",
        "        <html>",
        "        ^",
    } },
    { "json-gbk.json", 2, {
        '        {"Response":{"Error":{"Code":"X","Message":"\\xB4\\xED\\xCE\\xF3"}}}',
        "                                                    ^",
    } },
    { "json-empty.json", 2, { "    Reason    empty body", "    Place     byte 1: line 1, column 1" } },
    { "json-white-space.json", 2, { "    Reason    empty body", "    Place     byte 1: line 1, column 1" } },
    { "envelope-code-number.json", 2, { "    Reason     the Code of Error is not a string",
        "    Place      byte 30: line 1, column 30" } },
}

describe("the command shows", function()
    for _, row in ipairs(bodies) do
        it(row[1] .. ", as a file and on standard input", function()
            local body = support.fixture(row[1])
            local text, status = run('"$F"', body)
            assert_lines(text, row[3])
            assert.equal(row[2], status)
            local input, input_status = run("", body)
            assert.equal((text:gsub("^FILE", "standard input")), input)
            assert.equal(status, input_status)
        end)
    end

    it("the line with the error, and the end of a body that is cut off", function()
        local text, status = run("", '{"Response":\n  {"A": 1,\n   "B": nil}}\n')
        assert.equal(2, status)
        assert_lines(text, { "    Reason    invalid literal", "    Place     byte 34: line 3, column 10",
            '           "B": nil}}', "                 ^" })
        text = run("", '{"Response":\n  {"A": 1\n\n')
        assert_lines(text, { "    Place     byte 23: line 2, column 10", '          {"A": 1', "                 ^" })
    end)

    it("only the beginning of large values", function()
        local members = {}
        for i = 1, 100 do
            members[i] = ('"M%03d":"%s"'):format(i, ("\228\184\173"):rep(1000))
        end
        local body = support.envelope(table.concat(members, ","))
        local message = '"Error":{"Code":"A","Message":"' .. ("\228\184\173"):rep(100000) .. '"}'
        for _, large in ipairs { body, body:sub(1, -2), support.envelope(message) } do
            local text = run("", large)
            assert.is_true(#text < 6000)
            assert.truthy(not text:find "\228[^\184]" and not text:find "\184[^\173]")
        end
    end)

    it("no control characters that a terminal would obey", function()
        local hostile = run("", support.fixture "failure-hostile-message.json")
        assert.truthy(hostile:find("a\\nFAKE: all is well\\r\\u0000\\u001B[2J", 1, true))
        local text = run("", '{"Response":{"\\u001b[2J":"\\u009b31m","RequestId":"\\u202e\\u0007"}}')
        local page = run("", "HTTP/1.1 502 Bad\r\nX-TC-RequestId: \27[2J\155\r\n\r\n<\27[2J\194\155>")
        local _, _, missing = shell "C \"$(printf 'no\\033[2J\\233\\n')\""
        local codes = shell "C codes \"$(printf 'A\\033[2J\\233')\""
        for _, shown in ipairs { hostile, text, page, missing, codes } do
            assert.is_nil(shown:find "[%z\1-\9\11-\31\127]")
            assert.is_nil(shown:find "\194[\128-\159]")
            assert.is_nil(shown:find "\226\128[\168\169]")
            assert.is_nil(shown:find "^[\128-\191]" or shown:find "[%z\1-\127][\128-\191]")
        end
        assert.truthy(missing:find("no\\u001B[2J\\x9B", 1, true))
    end)
end)

describe("the command reads", function()
    -- text before the body, exit status with SUCCESS, lines
    local heads = {
        ["a head"] = { "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", 0, { "    RequestId  r-1" } },
        ["a head of HTTP/2"] = { "HTTP/2 200 \r\ncontent-type: application/json\r\n\r\n", 0, {} },
        ["a head without carriage returns"] = { "HTTP/1.0 200 OK\nA: b\n\n", 0, {} },
        ["an interim response"] = { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", 0, {} },
        ["a proxy's head and redirections"] = { "HTTP/1.1 200 Connection established\r\n\r\n"
            .. "HTTP/1.1 302 Found\r\nLocation: x\r\n\r\nHTTP/1.1 307 T\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", 0, {} },
        ["a status other than 200"] = { "HTTP/1.1 503 Busy\r\n\r\n", 0, {} },
    }
    for name, case in pairs(heads) do
        it(name, function()
            local text, status = run("", case[1] .. SUCCESS)
            assert_lines(text, { "standard input: the call succeeded", unpack(case[3]) })
            assert.equal(case[2], status)
        end)
    end

    it("status and headers as response.read does", function()
        local text, status = run("", "HTTP/1.1 502 Bad Gateway\r\nX-TC-RequestId: r-9\r\n\r\n<html>")
        assert.equal(2, status)
        assert_lines(text, { "    RequestId  r-9", "    Code       ClientError.HttpStatusCodeError",
            "    Status     502", "    Category   server" })
        text, status = run("--json", "HTTP/1.1 429 Slow down\r\n\r\n")
        local object = decode(text)[1]
        assert.same({ 2, 429, "http", "throttle", "safe" },
            { status, object.http_status, object.kind, object.category, object.retry })
        text = run("", "HTTP/1.1 200 OK\r\nx-tc-requestid: r-8\r\n\r\n" .. '{"Response":{}}')
        assert_lines(text, { "    RequestId  r-8" })
    end)

    it("a status that HTTP does not have as no response", function()
        for _, digits in ipairs { "000", "001", "099" } do
            local head = ("HTTP/1.1 %s \r\nX-TC-RequestId: r-9\r\n\r\n"):format(digits)
            local text, status = run("", head .. SUCCESS)
            assert.equal(2, status)
            assert_lines(text, { "standard input: this is not a response", "    RequestId  r-9",
                ("    Reason     the status '%s' is not one of HTTP"):format(digits) })
            local object = decode(run("--json", head .. SUCCESS))[1]
            assert.same({ "no_response", tonumber(digits) }, { object.outcome, object.http_status })
        end
    end)

    -- Each would take minutes if the time grew with the square of the length.
    it("long runs of blanks and carriage returns", function()
        local blanks, returns = (" "):rep(300000), ("\r"):rep(300000)
        local object = decode(run("--json", "HTTP/1.1 200 OK\r\nA:" .. blanks .. "b" .. blanks .. "c\r\n"
            .. "B:" .. blanks .. "\r\nX-TC-RequestId: r" .. blanks .. "9 \t\r\n\r\n" .. '{"Response":{}}'))[1]
        assert.equal("r" .. blanks .. "9", object.request_id)
        for _, line in ipairs { returns, "{" .. returns .. "}", SUCCESS .. returns .. "x" } do
            local text, status = run("--json", SUCCESS .. "\n" .. SUCCESS .. returns .. "\n" .. line)
            assert.equal(line == returns and 0 or 2, status)
            assert.equal("success", decode(text)[2].outcome)
        end
    end)

    it("a head without a body, and an incomplete head", function()
        for _, body in ipairs { "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\nA: b" } do
            local text, status = run("--json", body)
            assert.same({ 2, "empty body" }, { status, decode(text)[1].reason })
        end
    end)

    it("JSON lines, each as it arrives", function()
        local text, status = run("--json", "\n" .. SUCCESS .. "\n\n" .. FAILURE .. "\r\n" .. SUCCESS)
        local seen = {}
        for i, object in ipairs(decode(text)) do
            seen[i] = ("%d %s"):format(object.line, object.outcome)
        end
        assert.same({ "2 success", "4 failure", "5 success" }, seen)
        assert.equal(1, status)
        text, status = run("", SUCCESS .. "\n" .. SUCCESS .. "\n{nope\n")
        assert.equal(2, status)
        assert_lines(text, { "standard input, line 1: the call succeeded",
            "standard input, line 3: this is not a response" })
        -- the third line is sent only after the first output has arrived
        local output = shell([[
            mkfifo "$F.in" || exit 1
            C --json <"$F.in" >"$F.out" &
            exec 3>"$F.in"
            printf '%s\n%s\n' ']] .. SUCCESS .. "' '" .. SUCCESS .. [[' >&3
            i=0; while [ $i -lt 500 ] && ! [ -s "$F.out" ]; do i=$((i + 1)); sleep 0.02; done
            wc -l <"$F.out"; printf '%s\n' ']] .. FAILURE .. [[' >&3
            exec 3>&-; wait
            wc -l <"$F.out"; rm "$F.in" "$F.out"]])
        local before, after = output:match "(%d+)%s+(%d+)"
        assert.is_true(tonumber(before) >= 1)
        assert.equal("3", after)
    end)

    it("a body with trailing text as one body", function()
        for _, tail in ipairs { "\nnope", "\n\n\n[]", "{}" } do
            local text, status = run("--json", SUCCESS .. tail)
            assert.equal(2, status)
            assert.equal(1, #decode(text))
            assert.equal("json", decode(text)[1].kind)
        end
        assert.equal(0, select(2, run("", SUCCESS .. "\n\n  \n")))
        assert.equal(0, select(2, run("", '\n{"Response":\n{"RequestId":"a"}}\n')))
        assert_lines(run("", '{"Response":{}}'), { "    RequestId  none" })
        assert_lines(run("", '{"Response":{"Error":{"Code":"A"}}}'), { "    RequestId  none" })
    end)

    -- from a pipe and from a file, which are read in different ways
    for _, script in ipairs { 'cat "$F" | C --json', 'C --json "$F"' } do
        it("all of a line that contains NULs: " .. script, function()
            -- input, bytes of the errors
            for _, case in ipairs {
                { '{"Response":{"A":"\0"}}\n', 19 },
                { SUCCESS .. "\0GARBAGE\n", #SUCCESS + 1 },
                { SUCCESS .. "\0\n" .. SUCCESS .. "\n", #SUCCESS + 1 },
                { FAILURE .. "\0GARBAGE", #FAILURE + 1 },
            } do
                local text, status = shell(script, case[1])
                assert.same({ 2, "no_response", case[2] }, { status, decode(text)[1].outcome, decode(text)[1].byte })
                assert.is_nil(decode(text)[2])
            end
            local text, status = shell(script, SUCCESS .. "\n" .. SUCCESS .. "\0GARBAGE\n" .. FAILURE)
            local seen = {}
            for i, object in ipairs(decode(text)) do
                seen[i] = ("%d %s"):format(object.line, object.outcome)
            end
            assert.same({ "1 success", "2 no_response", "3 failure" }, seen)
            assert.equal(2, status)
            text, status = shell(script, 'data: {"A":1}\0GARBAGE\n\n')
            assert.same({ 2, "json" }, { status, decode(text)[1].kind })
        end)
    end

    it("several files, and exits with the worst status", function()
        local text, status = shell('C --json "$F" - "$F" </dev/null', SUCCESS)
        assert.equal(3, #decode(text))
        assert.equal(2, status)
        text, status = shell('C --json "$F" /nowhere/at/all; echo "$?"', FAILURE)
        assert.equal("2", text:match "\n(%d)\n$")
        assert.equal(0, status)
    end)

    it("a slow pipe to its end", function()
        local text, status = shell("{ sleep 0.5; printf '%s' '" .. FAILURE .. "'; } | C --json")
        assert.equal("ResourceBusy", decode(text)[1].code)
        assert.equal(1, status)
    end)

    it("empty input as an empty body", function()
        for _, input in ipairs { "", "\n", " \t\r\n\n" } do
            local text, status = run("--json", input)
            assert.same({ 2, "empty body" }, { status, decode(text)[1].reason })
        end
    end)

    it("files, and reports those that cannot be read", function()
        local text, status, errors = shell "C /nowhere/at/all"
        assert.same({ "", 2 }, { text, status })
        assert.equal("tencentcloud-response: cannot read /nowhere/at/all: No such file or directory\n", errors)
        text, status, errors = shell "C /"
        assert.same({ "", 2 }, { text, status })
        assert.truthy(errors:find "^tencentcloud%-response: cannot read /: .+\n$")
    end)
end)

describe("an event stream", function()
    local function event(text)
        return 'data: {"Choices":[{"Delta":{"Content":' .. text .. '}}],"RequestId":"r-7"}\n\n'
    end
    local chat = event '"One "' .. event '"and\\ttwo\\n\\u001b[2J"' .. event '""' .. "data: [DONE]\n\n"

    it("is shown as text, followed by its verdict", function()
        local text, status = run("", chat)
        assert.equal("One and\ttwo\n\\u001B[2J\nstandard input: the stream succeeded\n"
            .. "    RequestId  r-7\n    Events     4\n\n", text)
        assert.equal(0, status)
    end)

    it("is distinguished from a body by its first line", function()
        for _, start in ipairs { "", "\n", "\239\187\191", ": comment\n", "event: message\n", "id: 1\n",
            "retry: 5\n" } do
            local object = decode(run("--json", start .. chat))[1]
            assert.same({ 4, "success" }, { object.events, object.outcome })
        end
        assert.equal("json", decode(run("--json", "date: x\n\n"))[1].kind)
    end)

    it("takes its RequestId from the head", function()
        local head = "HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream; charset=utf-8\r\n"
            .. "X-TC-RequestId: r-9\r\n\r\n"
        local object = decode(run("--json", head .. 'data: {"A":1}\n\n'))[1]
        assert.same({ 200, 1, "r-9" }, { object.http_status, object.events, object.request_id })
        assert.equal("success", object.outcome)
        object = decode(run("--json", head .. FAILURE))[1]
        assert.same({ "failure", "ResourceBusy", "r-2" }, { object.outcome, object.code, object.request_id })
    end)

    it("is distinguished from a body with a head as the library does", function()
        local head = "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n%s"
        -- Content-Type, body, events, outcome
        for _, case in ipairs {
            { "text/event-stream", chat, 4, "success" },
            { "text/event-stream ; charset=utf-8", "\n" .. chat, 4, "success" },
            { "text/event-stream", "", 0, "no_response" },
            { "text/event-stream", SUCCESS, nil, "success" },
            { "text/event-stream", "\r\n \n" .. FAILURE, nil, "failure" },
            { "text/event-stream-x", chat, nil, "no_response" },
            { "application/json", chat, nil, "no_response" },
        } do
            local object = decode(run("--json", head:format(case[1], case[2])))[1]
            assert.same({ case[3], case[4] }, { object.events, object.outcome }, case[1])
        end
        local text = run("", head:format("text/event-stream", '{"Response":{"TotalCount":7,"RequestId":"r-1"}}'))
        assert.equal("standard input: the call succeeded\n    RequestId   r-1\n    TotalCount  7\n\n", text)
    end)

    it("shows an event without text as one line, and the error", function()
        local text, status = run("",
            'data: {"Type":"chunk"}\n\ndata: {"Error":{"Code":"InternalError","Message":"m"}}\n\n')
        assert.equal(1, status)
        assert_lines(text, { '{"Type":"chunk"}', "standard input: the stream failed", "    Code       InternalError",
            "    Events     2" })
        text, status = run("", 'data: {"Type":"chunk"}\n\ndata: {"Ty')
        assert.equal(2, status)
        assert_lines(text, { "standard input: the stream was cut off", "    Code      ClientError.StreamInterrupted",
            "    Category  client" })
        text, status = run("", "data: {nope\n\n")
        assert.equal(2, status)
        assert_lines(text, { "standard input: this is not a stream of responses" })
        assert.same({ "", 2 }, { run("--quiet", "data: {nope\n\n") })
    end)

    it("is shown as it arrives", function()
        local output = shell([[
            mkfifo "$F.in" || exit 1
            C <"$F.in" >"$F.out" &
            exec 3>"$F.in"
            head -n 2 "$F" >&3
            i=0; while [ $i -lt 500 ] && ! [ -s "$F.out" ]; do i=$((i + 1)); sleep 0.02; done
            cat "$F.out"; echo "|"; tail -n +3 "$F" >&3
            exec 3>&-; wait
            head -n 1 "$F.out"; rm "$F.in" "$F.out"]], chat)
        assert.equal("One |\nOne and\ttwo\n", output)
    end)
end)

describe("--json", function()
    -- input, object
    local objects = {
        { SUCCESS, { source = "standard input", outcome = "success", request_id = "r-1" } },
        { '{"Response":{"RequestId":7}}', { source = "standard input", outcome = "success", request_id = "" } },
        { FAILURE, { source = "standard input", outcome = "failure", request_id = "r-2", kind = "api",
            code = "ResourceBusy", message = "later", category = "resource", retry = "safe", description = "" } },
        { '{"Response":\n {', { source = "standard input", outcome = "no_response", request_id = "", kind = "json",
            code = "ClientError.ParseJsonError", message = "unexpected end of input at byte 16",
            reason = "unexpected end of input", category = "client", retry = "idempotent",
            description = "The body is not JSON.", byte = 16, row = 2, column = 3 } },
        { '{"Response":\n\n{"RequestId":"r",\n\n\n', { source = "standard input", outcome = "no_response",
            request_id = "", kind = "json", code = "ClientError.ParseJsonError",
            message = "unexpected end of input at byte 35", reason = "unexpected end of input", category = "client",
            retry = "idempotent", description = "The body is not JSON.", byte = 35, row = 6, column = 1 } },
        { "HTTP/1.1 500 X\r\n\r\n{}", { source = "standard input", outcome = "no_response", http_status = 500,
            request_id = "", kind = "http", code = "ClientError.HttpStatusCodeError",
            message = "HTTP status 500 without an envelope: no Response", reason = "no Response",
            category = "server", retry = "idempotent",
            description = "The HTTP status is not 200 and the body holds no envelope.", byte = 1, row = 1,
            column = 1 } },
    }
    for _, case in ipairs(objects) do
        it("of " .. case[1]:gsub("%c", " "), function()
            assert.same(case[2], decode(run("--json", case[1]))[1])
        end)
    end

    it("names the byte that the message names", function()
        for _, body in ipairs { '{"Response":\n\n{"RequestId":"r",\n\n\n', '{"Response":\n {', '{"A":1,}\n\n' } do
            local object = decode(run("--json", body))[1]
            assert.equal(object.message:match "at byte (%d+)$", ("%d"):format(object.byte))
        end
    end)

    it("has the RequestId that check gives", function()
        local number = '{"Response":{"RequestId":12345678901234567890123}}'
        local head = "HTTP/1.1 200 OK\r\nX-TC-RequestId: r-9\r\n\r\n"
        -- input, RequestId
        for _, case in ipairs { { number, "" }, { number .. "\n" .. SUCCESS, "" }, { head .. number, "r-9" },
            { "HTTP/1.1 200 OK\r\n\r\n" .. number, "" }, { head .. SUCCESS, "r-1" } } do
            assert.equal(case[2], decode(run("--json", case[1]))[1].request_id)
        end
    end)

    it("is valid JSON, whatever bytes the input and file names contain", function()
        local text = shell([[cp "$F" "$(printf '%s\042\134\033\351' "$F")"; C --json "$F"[!.]*; rm "$F"[!.]*]],
            support.envelope [["Error":{"Code":"\"\\\u0000\u001f\u007f","Message":"\u2028\u202e\ud83d\ude00"}]])
        local object = decode(text)[1]
        assert.equal('"\\\0\31\127', object.code)
        assert.equal("\226\128\168\226\128\174\240\159\152\128", object.message)
        assert.truthy(object.source:find('"\\\27\239\191\189', 1, true))
        assert.is_nil(text:find "[%z\1-\9\11-\31]")
    end)
end)

describe("--quiet", function()
    for _, case in ipairs { { SUCCESS, 0 }, { FAILURE, 1 }, { "nope", 2 }, { "", 2 } } do
        it(("prints nothing for %q and exits with %d"):format(case[1], case[2]), function()
            assert.same({ "", case[2], "" }, { shell("C --quiet", case[1]) })
        end)
    end

    it("still reports a file that cannot be read", function()
        local text, status, errors = shell "C --quiet /nowhere/at/all"
        assert.same({ "", 2 }, { text, status })
        assert.truthy(errors:find "cannot read")
    end)
end)

local made = os.execute "script -qec 'test -t 1' /dev/null >/dev/null 2>&1"
local has_terminal = made == true or made == 0

-- Runs the command in a terminal, which util-linux's `script` makes; nil where it makes none.
local function terminal(arguments, environment, body)
    if not has_terminal then
        return nil
    end
    local inner = ("%s %s %s"):format(environment, COMMAND, arguments)
    local quoted = quote(inner .. ' <"$F"'):gsub("%$F", "'\"$F\"'")
    return (shell(("TERM=xterm NO_COLOR= script -qec %s /dev/null"):format(quoted), body):gsub("\r\n", "\n"))
end

describe("colours", function()
    local GREEN = "\27[32mthe call succeeded\27[0m"

    it("are used if they are requested", function()
        assert.truthy(run("--color=always", SUCCESS):find(GREEN, 1, true))
        assert.truthy(run("--color always", SUCCESS):find(GREEN, 1, true))
        assert.truthy(shell("NO_COLOR=1 C --color=always", SUCCESS):find(GREEN, 1, true))
        assert.truthy(run("--color=always", FAILURE):find("\27[31m", 1, true))
        assert.truthy(run("--color=always", "nope"):find("\27[33m", 1, true))
    end)

    it("are not used if the output is not a terminal, or with --color=never", function()
        assert.is_nil(run("", SUCCESS):find "\27")
        assert.is_nil(run("--color=never", SUCCESS):find "\27")
        assert.is_nil(run("--json --color=always", FAILURE):find "\27")
    end)

    it("are used on a terminal, unless NO_COLOR or TERM forbids them", function()
        local text = terminal("", "", SUCCESS)
        if not text then
            return pending "no script command provides a terminal"
        end
        assert.truthy(text:find(GREEN, 1, true))
        assert.is_nil(terminal("", "NO_COLOR=1", SUCCESS):find "\27")
        assert.is_nil(terminal("", "TERM=dumb", SUCCESS):find "\27")
        assert.is_nil(terminal("--color=never", "", SUCCESS):find "\27")
    end)
end)

describe("output that ends early", function()
    local many = (SUCCESS .. "\n"):rep(5000)

    it("ends the command silently", function()
        local text, status, errors = shell("C | head -n 1; C codes --search e | head -n 1 >/dev/null", many)
        assert.same({ "standard input, line 1: the call succeeded\n", 0, "" }, { text, status, errors })
    end)

    it("ends the command with an error if SIGPIPE is ignored", function()
        local _, status, errors = shell("trap '' PIPE; { C; echo $? >&2; } | head -n 1 >/dev/null", many)
        assert.equal(0, status)
        assert.truthy(errors:find "^tencentcloud%-response: cannot write: [^\n]+\n2\n$")
    end)

    it("is reported if the disk is full", function()
        local device = io.open "/dev/full"
        if not device then
            return pending "this machine has no /dev/full"
        end
        device:close()
        local _, status, errors = shell("C >/dev/full", SUCCESS)
        assert.equal(2, status)
        assert.truthy(errors:find "^tencentcloud%-response: cannot write: [^\n]+\n$")
    end)
end)

describe("codes", function()
    it("explains a code", function()
        local text, status = run "codes FailedOperation.TryLater ClientError.NetworkError"
        assert.equal(0, status)
        assert_lines(text, {
            "FailedOperation.TryLater",
            "    Meaning   Operation failed.",
            "    Category  resource",
            "    Retry     safe (yes, a little later: nothing was done)",
            "    Products  cmq",
            "ClientError.NetworkError",
            "    Products  none",
        })
        assert.is_nil(text:find "Note")
    end)

    -- code, exit status, note
    for _, case in ipairs {
        { "authfailure.signaturefailure", 1,
            "did you mean AuthFailure.SignatureFailure? Codes are told apart by upper and lower case" },
        { "NoSuch.Code", 1, "no product documents this code or its family" },
        { "LimitExceeded.NoSuchCode", 0, "no product documents this code; it is described by its family" },
    } do
        it("notes that no product documents " .. case[1], function()
            local text, status = run("codes " .. case[1])
            assert.equal(case[2], status)
            assert_lines(text, { "    Note      " .. case[3] })
        end)
    end

    it("writes JSON", function()
        assert.same({ { code = "InvalidInstanceId.NotFound", category = "resource", retry = "never", description = "",
            products = { "cbs", "cvm", "vpc" } } }, decode(run "codes --json InvalidInstanceId.NotFound"))
    end)

    it("lists the codes of a product", function()
        local text, status = run "codes --product cloudaudit"
        assert.equal(0, status)
        assert.equal(1 + 42, select(2, text:gsub("\n", "")))
        assert_lines(text, {
            "Code                                                  Category    Retry       Meaning",
            "InvalidParameterValue.AuditTrackNameNotSupportModify  request     never       Invalid parameter value.",
        })
        assert.equal(42, #decode(run "codes --json --product=cloudaudit"))
        assert.equal("AuthFailure", decode(run "codes --json --product ciam")[1].code)
    end)

    it("refuses to search for an empty word", function()
        local text, status, errors = shell "C codes --search ''"
        assert.same({ "", 64 }, { text, status })
        assert.truthy(errors:find("--search needs a WORD", 1, true))
    end)

    it("suggests the product that was meant", function()
        local text, status, errors = shell "C codes --product CVM"
        assert.same({ "", 64 }, { text, status })
        assert.truthy(errors:find("unknown product 'CVM': did you mean 'cvm'?", 1, true))
    end)

    it("finds codes by name, meaning and product", function()
        local text, status = run "codes --search sign"
        assert.equal(0, status)
        assert.truthy(text:find "\nAuthFailure%.SignatureExpire  +auth  +safe  +Signature expired%.")
        assert.truthy(text:match "^Code +Category +Retry +Meaning +Products\n")
        local found = decode(run "codes --json --search cvm THROTTLE")
        assert.is_true(#found > 0)
        for _, object in ipairs(found) do
            assert.equal("throttle", object.category)
            assert.truthy(table.concat(object.products, " "):find "cvm")
        end
        assert.same({ "no code has xyzzy\n", 1 }, { run "codes --search xyzzy" })
        assert.same({ "", 1 }, { run "codes --json --search xyzzy" })
    end)

    it("aligns columns, and truncates the last one to the width of the terminal", function()
        local text = terminal("codes --search internalerror", "COLUMNS=120", "")
        if not text then
            return pending "no script command provides a terminal"
        end
        local longest = 0
        for line in text:gmatch "[^\n]+" do
            longest = math.max(longest, #line:gsub("\27%[%d*m", ""))
        end
        assert.is_true(longest <= 130, longest)
        assert.truthy(text:find("%.%.%.\n"))
        local column
        for line in run("codes --search internalerror"):gmatch "[^\n]+" do
            column = column or line:find "Category"
            assert.truthy(line:sub(column - 2):find "^  [%a_]+  ", line)
        end
    end)
end)

describe("summary", function()
    local function log_line(code, id)
        return ('2024-05-01T12:00:00+00:00 "POST / HTTP/1.1" 200 %s %s\n'):format(code, id or
            "b5b41468-520d-4192-b42f-595cc34b6c1c")
    end
    local log = log_line("-"):rep(6) .. log_line("AuthFailure.SignatureFailure"):rep(2)
        .. log_line("LimitExceeded.TooManyRequests") .. log_line("ClientError.ParseJsonError", "-")
        .. log_line("-", "-")        .. "\nnot our line AuthFailureX\n"
    local lines = (SUCCESS .. "\n"):rep(3) .. FAILURE .. "\n{nope\n"
        .. '{"tencentcloud_code":"InternalError","a":1}\n'
        .. '{"code":"-"}\r\n' .. '{"Other":1}\n'

    local function counted(text)
        local object = decode(text)[1]
        local codes = {}
        for i, code in ipairs(object.codes) do
            codes[i] = ("%d %s %s %s"):format(code.count, code.code, code.category, code.retry)
        end
        return codes, object
    end

    it("counts an access log", function()
        local codes, object = counted(run("summary --json", log))
        assert.same({
            "2 AuthFailure.SignatureFailure auth never",
            "1 ClientError.ParseJsonError client idempotent",
            "1 LimitExceeded.TooManyRequests throttle safe",
        }, codes)
        assert.same({ 13, 6, 4, 3 }, { object.lines, object.successes, object.failures, object.without_verdict })
    end)

    it("counts JSON lines, bodies and log entries", function()
        local codes, object = counted(run('summary --json "$F" -', lines))
        assert.same({
            "2 ClientError.InvalidEnvelope client idempotent",
            "2 ClientError.ParseJsonError client idempotent",
            "2 InternalError server idempotent",
            "2 ResourceBusy resource safe",
        }, codes)
        assert.same({ 16, 8, 8, 0 }, { object.lines, object.successes, object.failures, object.without_verdict })
    end)

    it("finds the code of a log entry, whatever its Error is", function()
        for _, value in ipairs { '"boom"', "null", "7", "[]", "{}", '{"Code":"ResourceBusy","Message":"m"}' } do
            local codes = counted(run("summary --json", '{"Error":' .. value .. ',"code":"InternalError"}\n'))
            assert.same({ "1 InternalError server idempotent" }, codes)
        end
    end)

    it("reads the code from the field that --field names", function()
        local text = "a NoSuchCode x\nb - x\nc \"AuthFailure\" x\nd\n"
        local codes, object = counted(run("summary --json --field 2", text))
        assert.same({ "1 AuthFailure auth never", "1 NoSuchCode unknown never" }, codes)
        assert.same({ 1, 1 }, { object.successes, object.without_verdict })
    end)

    it("prints tables with bars", function()
        local text, status = shell("LC_ALL=C C summary", log)
        assert.equal(0, status)
        assert_lines(text, {
            "13 lines: 6 calls succeeded, 4 failed (40.0%); 3 lines without a verdict",
            "Count  Share  Code                           Category  Retry",
            "    2  50.0%  AuthFailure.SignatureFailure   auth      never       " .. ("#"):rep(36),
            "    1  25.0%  ClientError.ParseJsonError     client    idempotent  " .. ("#"):rep(18),
            "    2  50.0%  auth      " .. ("#"):rep(40),
            "    2  50.0%  never       " .. ("#"):rep(40),
        })
        assert.truthy(shell("LC_ALL=C.UTF-8 C summary", log):find("\226\150\136", 1, true))
        assert.equal("5 lines: 5 calls succeeded, 0 failed (0.0%)\n\n", (run("summary", (SUCCESS .. "\n"):rep(5))))
        assert.equal("2 lines: 1 call succeeded, 0 failed (0.0%); 1 line without a verdict\n\n",
            (run("summary", SUCCESS .. "\nno log\n")))
    end)

    it("prints a code with a long run of blanks", function()
        local code = "A" .. (" "):rep(300000) .. "B"
        assert.truthy((run("summary", ('{"code":"%s"}'):format(code))):find(code, 1, true))
    end)

    it("fails if there is nothing to count", function()
        for _, input in ipairs { "", "\n\n", "no log\n" } do
            local _, status = run("summary", input)
            assert.equal(2, status)
        end
        local _, status, errors = shell "C summary /nowhere/at/all"
        assert.equal(2, status)
        assert.truthy(errors:find "cannot read /nowhere/at/all")
    end)

    it("counts codes beyond a limit together", function()
        local several = {}
        for i = 1, 10500 do
            several[i] = log_line("Code" .. i)
        end
        local codes, object = counted(run("summary --json", table.concat(several) .. log_line "Code1"))
        assert.equal(10501, object.failures)
        assert.equal(10001, #codes)
        assert.equal("500 (other codes) unknown never", codes[1])
        assert.equal("2 Code1 unknown never", codes[2])
    end)

    it("reads lines of any length, wherever a block of input ends", function()
        local rows = {}
        for i = 1, 400 do
            rows[i] = '{"Response":{"RequestId":"' .. ("x"):rep(i * 13 % 1000) .. '"}}'
        end
        rows[401] = '{"Response":{"RequestId":"' .. ("x"):rep(200000) .. '"}}'
        rows[402] = FAILURE
        local codes, object = counted(run("summary --json", table.concat(rows, "\n")))
        assert.same({ "1 ResourceBusy resource safe" }, codes)
        assert.same({ 402, 401 }, { object.lines, object.successes })
    end)

    it("shows its progress on a terminal", function()
        local text = terminal("summary --json", "", (SUCCESS .. "\n"):rep(100001))
        if not text then
            return pending "no script command provides a terminal"
        end
        assert.truthy(text:find("\r100000 lines", 1, true))
        assert.is_nil(terminal("--quiet summary", "", SUCCESS):find "lines")
    end)
end)

describe("incorrect usage", function()
    -- arguments, message
    for arguments, message in pairs {
        ["--no-such-option"] = "unknown option '--no-such-option'",
        ["-x"] = "unknown option '-x'",
        ["--field 3"] = "unknown option '--field'",
        ["--json=yes"] = "option '--json' takes no value",
        ["--color"] = "option '--color' needs a value",
        ["--color=blue"] = "--color is auto, always or never, not 'blue'",
        ["--json --quiet"] = "--json and --quiet exclude each other",
        ["codes"] = "codes needs a CODE, --product NAME or --search WORD",
        ["codes --search"] = "option '--search' needs a value",
        ["codes --product cvm A"] = "--product excludes codes and --search",
        ["codes --product xyzzy"] = "unknown product 'xyzzy'",
        ["summary --field x"] = "--field is the number of a field, from 1, not 'x'",
        ["summary --field 0"] = "--field is the number of a field, from 1, not '0'",
    } do
        it("is reported for " .. arguments, function()
            local text, status, errors = shell("C " .. arguments)
            assert.same({ "", 64 }, { text, status })
            assert.equal("tencentcloud-response: " .. message .. "\nTry 'tencentcloud-response --help'.\n", errors)
        end)
    end

    it("does not include anything after --", function()
        local _, status, errors = shell "C -- --no-such-file"
        assert.equal(2, status)
        assert.truthy(errors:find "cannot read %-%-no%-such%-file")
    end)
end)

describe("the option", function()
    it("--help fits on one screen, and lists every option and exit status", function()
        local text, status = run "--help"
        assert.equal(0, status)
        assert.is_true(select(2, text:gsub("\n", "")) <= 24)
        for line in text:gmatch "[^\n]+" do
            assert.is_true(#line < 80, line)
        end
        for _, word in ipairs { "--json", "--quiet", "--color", "--help", "--version", "--product", "--search",
            "--field", "0 ", "1 ", "2 ", "64 " } do
            assert.truthy(text:find(word, 1, true), word)
        end
        for _, arguments in ipairs { "-h", "codes --help", "summary --help", "--help nothing" } do
            assert.equal(text, (run(arguments)))
        end
    end)


    it("--version prints the name and version of the command", function()
        local text, status = run "--version"
        assert.equal(0, status)
        assert.truthy(text:find "^tencentcloud%-response %S+\n$")
    end)
end)
