local response = require "tencentcloud.response"
local support = require "spec.support"

local pack = support.pack

-- The first event that a loop would get: `first(stream:feed(chunk))`.
local function first(next_event, stream)
    return next_event(stream)
end

-- All events and the verdict of a stream in chunks; the options are those of response.stream.
local function read(chunks, options)
    local stream = response.stream(options)
    local events = {}
    for i = 1, #chunks + 1 do
        for event in stream:feed(chunks[i]) do
            events[#events + 1] = { event = event.event, id = event.id, data = event.data, done = event.done }
        end
    end
    return events, pack(stream:finish())
end

local function scan(chunks)
    local scanner = response.scanner { content_type = "text/event-stream; charset=utf-8" }
    for _, chunk in ipairs(chunks) do
        scanner:feed(chunk)
    end
    return pack(scanner:finish())
end

local function cut_every(body, size)
    local chunks = {}
    for at = 1, #body, size do
        chunks[#chunks + 1] = body:sub(at, at + size - 1)
    end
    return chunks
end

-- The fields of a verdict to compare.
local function compared(verdict)
    local err = verdict[3]
    return err and { err.kind, err.code, err.message, err.request_id, err.category, err.retry } or { verdict[1] }
end

-- Calls check with the body as one chunk, as single bytes, as chunks of 7 bytes, and cut in two at each place.
local function each_cut(body, check)
    check { body }
    check(cut_every(body, 1))
    check(cut_every(body, 7))
    local step = math.max(1, math.floor(#body / 1000))
    for at = 1, #body - 1, step do
        check { body:sub(1, at), body:sub(at + 1) }
    end
end

-- Reads a stream cut at every place. The scanner's verdict must be the same.
local function at_every_cut(body, options)
    local events, verdict = read({ body }, options)
    each_cut(body, function(chunks)
        local these, its = read(chunks, options)
        support.alike(events, these)
        support.alike(compared(verdict), compared(its))
        if not options then
            support.alike(compared(verdict), compared(scan(chunks)))
        end
    end)
    return events, verdict
end

local function datas(events)
    local list = {}
    for i, event in ipairs(events) do
        list[i] = event.data
    end
    return list
end

describe("where other readers fail:", function()
    it("a line over 64 KB is one event", function()
        local data = '{"t":"' .. ("x"):rep(200000) .. '"}'
        local events, verdict = read(cut_every("data: " .. data .. "\n\n", 4096), { request_id = "h" })
        assert.same({ data }, datas(events))
        assert.equal("h", verdict[1])
    end)

    it("lines without a colon and invalid retries do not end the stream", function()
        local events = at_every_cut "nonsense\nretry: soon\nretry: -1\ndata: 1\n\ndata: 2\n\n"
        assert.same({ "1", "2" }, datas(events))
    end)

    it("a CRLF that two chunks split is one line end", function()
        local events = at_every_cut 'data: {\r\ndata: "a": 1}\r\n\r\ndata: 2\r\n\r\n'
        assert.same({ '{\n"a": 1}', "2" }, datas(events))
    end)

    it("U+2028 and U+0085 are not line ends", function()
        local data = '{"t":"a\226\128\168b\194\133c"}'
        assert.same({ data }, datas(at_every_cut("data: " .. data .. "\n\n")))
    end)

    it("the first field after a byte order mark is read", function()
        local events = at_every_cut "\239\187\191event: a\ndata: 1\n\n"
        assert.same({ { event = "a", id = "", data = "1", done = false } }, events)
    end)

    it("empty data is an event", function()
        assert.same({ "", "", "" }, datas(at_every_cut "data:\n\ndata: \n\ndata\n\n"))
    end)

    it("events also end in CR CR, CR LF CR LF and lines of blanks", function()
        assert.same({ "1", "2", "3", "4" }, datas(at_every_cut "data:1\r\rdata:2\r\n\r\ndata:3\n\t\ndata:4\n \n"))
    end)

    it("[DONE] inside a text does not end the stream", function()
        local events = at_every_cut 'data: {"t":"data: [DONE]"}\n\ndata: [DONE]\n\n'
        assert.same({ false, true }, { events[1].done, events[2].done })
    end)

    it("an id stays until the next one, and an id with NUL is ignored", function()
        local events = at_every_cut "id: 1\ndata: 1\n\nid: 2\0\ndata: 2\n\nid: 3\n\ndata: 3\n\nid\ndata: 4\n\n"
        local ids = {}
        for i, event in ipairs(events) do
            ids[i] = event.id
        end
        assert.same({ "1", "1", "3", "" }, ids)
    end)

    it("an envelope between events is read", function()
        local envelope = '{"Response":{"Error":{"Code":"A.B","Message":"m"},"RequestId":"r"}}'
        local _, verdict = at_every_cut("data: 1\n\n" .. envelope .. "\n")
        assert.same({ "api", "A.B", "m", "r", "unknown", "never" }, compared(verdict))
    end)

    it("an error inside an event is not a success", function()
        for _, case in ipairs {
            { '{"Error":{"Code":"InternalError","Message":"m"},"RequestId":"r"}', "InternalError", "m", "server" },
            { '{"ErrorMsg":{"Msg":"m","Code":4001}}', "4001", "m", "server" },
            { '{"ErrorMsg":{"Msg":"m","Code":4000}}', "4000", "m", "server" },
            { '{"ErrorMsg":{"Msg":"m","Code":4002}}', "4002", "m", "unknown" },
            { '{"ErrorCode":"LimitExceeded","ErrorMessage":"m"}', "LimitExceeded", "m", "quota" },
            { '{"code":4001,"codeDesc":"AuthFailure","message":"m"}', "AuthFailure", "m", "auth" },
        } do
            local _, verdict = at_every_cut("data: " .. case[1] .. "\n\n")
            local err = verdict[3]
            assert.same({ "api", case[2], case[3], case[4] }, { err.kind, err.code, err.message, err.category })
        end
    end)
end)

describe("the verdict on a stream", function()
    it("is that it was interrupted if it ends inside an event or has no events", function()
        for _, body in ipairs { "", "data: {", 'data: 1\n\ndata: {"a', "data: 1\n\nid: 2\n", ": ping\n\n", "<html>" } do
            local _, verdict = at_every_cut(body)
            assert.same({ "stream", "ClientError.StreamInterrupted" }, { verdict[3].kind, verdict[3].code })
            assert.same({ "client", "idempotent" }, { verdict[3].category, verdict[3].retry })
            assert.is_nil(verdict[3].offset)
        end
    end)

    it("has the RequestId of the failing event, else the last one before it, else the one given", function()
        local failing = 'data: {"Error":{"Code":"A"}}\n\ndata: {"RequestId":"late"}\n\n'
        local function id(body)
            local _, verdict = read({ body }, { request_id = "given" })
            return verdict[3].request_id
        end
        assert.equal("given", id(failing))
        assert.equal("seen", id('data: {"RequestId":"seen"}\n\n' .. failing))
        assert.equal("own", id('data: {"RequestId":"seen"}\n\ndata: {"Error":{"Code":"A"},"RequestId":"own"}\n\n'))
        assert.equal("seen", id 'data: {"RequestId":"seen"}\n\ndata: {')
    end)

    it("has the given RequestId cut to max_field, as any other, also after a reset", function()
        local id, cut = "x" .. ("\195\169"):rep(60), response.new { max_field = 64 }
        local stream = cut.stream { request_id = id }
        for _ = 1, 2 do
            local err = select(3, stream:finish())
            assert.same({ id:sub(1, 63), true }, { err.request_id, err.truncated })
            stream:reset()
            for _ in stream:feed('data: {"RequestId":"' .. ("y"):rep(200) .. '"}\n\n') do end
            assert.equal(("y"):rep(64), (stream:finish()))
            stream:reset()
        end
        for length = 62, 66 do
            local given = ("z"):rep(length)
            local err = select(3, cut.stream({ request_id = given }):finish())
            assert.same({ given:sub(1, 64), length > 64 or nil }, { err.request_id, err.truncated })
        end
    end)

    it("of a scanner is that of a body if the Content-Type is another one", function()
        for _, body in ipairs {
            "data: 1\n\n", "id: 7 is not known", ": comment\ndata: {}\n\n", "", "\239\187\191data: 1",
        } do
            for _, content_type in ipairs { "application/json", "text/plain; charset=utf-8", "text/event-streams" } do
                local scanner = response.scanner { content_type = content_type }
                for i = 1, #body do
                    scanner:feed(body:sub(i, i))
                end
                support.alike(pack(response.check(body)), pack(scanner:finish()))
            end
        end
    end)

    it("is that of the envelope if the body is one", function()
        local events, verdict = at_every_cut ' {"Response":{"Error":{"Code":"AuthFailure"},"RequestId":"r"}}'
        assert.same({}, events)
        assert.same({ "api", "AuthFailure", "", "r", "auth", "never" }, compared(verdict))
    end)

    it("gives the offset in the event's data", function()
        local _, verdict = at_every_cut 'data: 1\n\ndata: {"a":x}\n\n'
        assert.equal(6, verdict[3].offset)
    end)

    it("is the same from a scanner without a Content-Type", function()
        local scanner = response.scanner()
        scanner:feed "data: {"
        scanner:feed '"Error":{"Code":"AuthFailure"}}\n\n'
        assert.equal("AuthFailure", select(3, scanner:finish()).code)
    end)

    it("remains that of the first failure, with all its fields", function()
        local cut = response.new { max_field = 32 }
        local message = ("m"):rep(40)
        local failing = ('data: {"Error":{"Code":"A.B","Message":"%s"},"RequestId":"r"}\n\n'):format(message)
        for _, later in ipairs {
            "data: {}\n\n", 'data: {"RequestId":"s"}\n\n', "data: x\n\n", "data: [DONE]\n\n", "data: {}",
            'data: {"Error":{"Code":"C"}}\n\n',
        } do
            each_cut(failing .. later, function(chunks)
                local stream, scanner = cut.stream(), cut.scanner()
                local count = 0
                for i = 1, #chunks + 1 do
                    for _ in stream:feed(chunks[i]) do
                        count = count + 1
                    end
                    if chunks[i] then
                        scanner:feed(chunks[i])
                    end
                end
                assert.equal(2, count)
                for _, reader in ipairs { stream, scanner } do
                    local err = select(3, reader:finish())
                    assert.same({ "A.B", message:sub(1, 32), "r", true },
                        { err.code, err.message, err.request_id, err.truncated })
                end
                assert.is_true(scanner:truncated())
            end)
        end
    end)

    it("is given by feed as soon as an event has failed", function()
        local scanner = response.scanner { content_type = "text/event-stream" }
        assert.is_true(scanner:feed 'data: {"RequestId":"r"}\n\ndata: {"Error":{"Code":"A"}}\n')
        local ok, message, err = scanner:feed "\n"
        assert.same({ nil, "A (RequestId: r)", "A" }, { ok, message, err.code })
    end)
end)

describe("a stream", function()
    it("first returns the events that an interrupted loop left", function()
        local stream = response.stream()
        first(stream:feed "data: 1\n\ndata: 2\n\ndata: 3\n\n")
        assert.is_false(pcall(function()
            for _ in stream:feed "data: 4\n\n" do
                error "left"
            end
        end))
        local rest = {}
        for event in stream:feed(nil) do
            rest[#rest + 1] = event.data
        end
        assert.same({ "3", "4" }, rest)
        assert.equal("", stream:finish())
    end)

    it("lets a loop yield", function()
        local stream = response.stream()
        local got = {}
        local thread = coroutine.wrap(function()
            for event in stream:feed "data: 1\n\ndata: 2\n\n" do
                coroutine.yield(event.data)
            end
        end)
        for data in thread do
            got[#got + 1] = data
        end
        assert.same({ "1", "2" }, got)
    end)

    it("includes in its verdict the events that were not iterated over", function()
        local stream = response.stream()
        stream:feed 'data: {"Error":{"Code":"A"}}\n\n'
        assert.equal("A", select(3, stream:finish()).code)
        assert.equal("A", select(3, stream:finish()).code)
    end)

    it("starts again after reset", function()
        local stream = response.stream { request_id = "given" }
        first(stream:feed 'id: 7\ndata: {"RequestId":"seen"}\n\ndata: {"Error":1}\n\ndata: {')
        assert.equal(stream, stream:reset())
        for event in stream:feed "data: 1\n\n" do
            assert.same({ "1", "" }, { event.data, event.id })
        end
        assert.equal("given", stream:finish())
    end)

    it("skips an event longer than max_event, and fails", function()
        local body = "data: 1\n\nevent: " .. ("x"):rep(8) .. "\ndata: 123\n\ndata: 1234567890\n\ndata: 2\n\n"
        local events, verdict = at_every_cut(body, { max_event = 10 })
        assert.same({ "1", "1234567890", "2" }, datas(events))
        assert.same({ "stream", "an event is longer than max_event" }, { verdict[3].kind, verdict[3].message })
    end)

    it("keeps at most max_event bytes of an event #heap", function()
        local stream = response.stream { max_event = 1024 }
        local chunk = ("x"):rep(4096)
        local function feed(text)
            for event in stream:feed(text) do
                error("an event of " .. #event.data .. " bytes")
            end
        end
        feed 'data: "'
        feed(chunk)
        local before = support.heap()
        for i = 1, 2048 do -- 8 MB, in two strings of varying lengths; the stream keeps neither
            local cut = i % 64 * 64
            feed(chunk:sub(1, cut))
            feed(chunk:sub(cut + 1))
        end
        local grown = support.heap() - before
        assert.is_true(grown <= 8, grown .. " KB more")
        feed '"\n\n'
        local _, _, err = stream:finish()
        assert.equal("an event is longer than max_event", err.message)
    end)

    it("raises after the end", function()
        local stream = response.stream()
        stream:feed(nil)
        support.raises("feed after the end: reset the stream first", stream.feed, stream, "")
        stream:feed(nil)
        stream:finish()
        support.raises("feed after finish: reset the stream first", stream.feed, stream, "")
    end)

    it("raises errors that name wrong arguments", function()
        support.raises("bad argument #1 to 'stream' (unknown option 'max_events')", response.stream, { max_events = 1 })
        support.raises("bad argument #1 to 'stream' (table or nil expected, got string)", response.stream, "x")
        support.raises("(option 'request_id': string or nil expected, got 5)", response.stream, { request_id = 5 })
        for _, wrong in ipairs { 0, -1, 1.5, 2 ^ 31, "10", 0 / 0 } do
            support.raises("(option 'max_event': an integer from 1 to 1073741824 expected", response.stream,
                { max_event = wrong })
        end
        support.raises("bad argument #1 to 'scanner' (unknown option 'type')", response.scanner, { type = "" })
        support.raises("(option 'content_type': string or nil expected, got table)", response.scanner,
            { content_type = {} })
        support.raises("bad argument #1 to 'feed' (string or nil expected, got number)", function()
            response.stream():feed(5)
        end)
        support.raises("calling 'feed' on bad self", response.stream().feed, {})
    end)
end)

describe("an event", function()
    local function event_of(data, reader)
        local stream = (reader or response).stream()
        return first(stream:feed("data: " .. data .. "\n\n"))
    end

    it("returns values by their path, as views do", function()
        local event = event_of '{"A":[{"B":"x","B":"y\\u0041"},null],"N":1.5,"O":{},"a\\u0062":7}'
        assert.equal("yA", event:get("A", 1, "B"))
        assert.equal(1.5, event:get "N")
        assert.equal(7, event:get "ab")
        assert.equal(response.null, event:get("A", 2))
        assert.same({}, event:get "O")
        assert.same({ "yA" }, { event:get("A", 1).B })
        for _, path in ipairs { { "B" }, { "A", 3 }, { "A", 1.5 }, { "A", "B" }, { "N", 1 }, { 1 }, { "B", 1, "C" } } do
            assert.is_nil(event:get((table.unpack or unpack)(path)))
        end
    end)

    for _, data in ipairs { '{"A":{"B":1}}', '{"Response":{"A":{"B":1}}}', "[1]", "5", "no JSON", "[DONE]", "" } do
        it(("raises for a mistaken path: %q"):format(data), function()
            local event = event_of(data)
            local function raises(text, ...)
                support.raises("bad argument " .. text, event.get, event, ...)
            end
            raises("#1 to 'get' (name or index expected, got table)", {})
            raises("#2 to 'get' (name or index expected, got nil)", "A", nil)
            raises("#2 to 'get' (indexes start at 1, got 0)", "A", 0)
            if event:get "A" then
                raises("#1 to 'get' (paths start inside Response)", "Response", "A")
                raises("#1 to 'get' (no member 'A.B'; did you mean 'A', 'B'?)", "A.B")
            end
        end)
    end

    it("with many members returns each of them", function()
        local members = {}
        for i = 1, 100 do
            members[i] = ('"M%d":%d'):format(i, i)
        end
        local event = event_of("{" .. table.concat(members, ",") .. "}")
        for i = 1, 100 do
            assert.equal(i, event:get("M" .. i))
        end
    end)

    it("has its value, whatever its size and whatever came before", function()
        local function members(count)
            return "{" .. ('"A":[1,"b"],'):rep(count) .. '"Z":null}'
        end
        local list = { "5", '"a\\u0062"', "[1,[2,{}]]", '{"Response":5,"RequestId":"r"}', "[1,\ndata: 2]", members(1) }
        for count = 125, 131 do -- the tape's capacity is 512 entries
            list[#list + 1] = members(count)
        end
        list[#list + 1] = ("["):rep(500) .. ("]"):rep(500)
        for _, data in ipairs(list) do
            local value = support.value((data:gsub("data:", "")))
            for _, before in ipairs { "", "data: [0]\n\n", "data: \n\n", "data: [DONE]\n\n", "data: {\n\n" } do
                local stream = response.stream()
                local event
                for e in stream:feed(before .. "data: " .. data .. "\n\n") do
                    event = e
                end
                support.alike(value, (event:parse()))
                support.alike(value, (event:get()))
            end
        end
    end)

    it("returns the values of the payload if it is an envelope", function()
        assert.equal(1, event_of '{"Response":{"A":1,"RequestId":"r"}}':get "A")
        assert.equal(1, event_of '{"Response":null,"A":1}':get "A")
    end)

    it("omits null members, but not null elements, with nulls = 'omit'", function()
        local event = event_of('{"A":null,"L":[null]}', response.new { nulls = "omit" })
        assert.is_nil(event:get "A")
        assert.equal(response.null, event:get("L", 1))
    end)

    it("returns nil if its data is not JSON", function()
        for _, data in ipairs { "[DONE]", "", " ", "{", "x" } do
            assert.is_nil(event_of(data):get "A")
            assert.is_nil(event_of(data):get())
        end
    end)

    it("is parsed like a response", function()
        assert.same({ A = { 1 } }, event_of '{"A":[1]}':parse())
        assert.same({ A = 1 }, event_of '{"Response":{"A":1}}':parse())
        assert.equal(5, event_of "5":parse())
        for _, data in ipairs { "[DONE]", "", "\t" } do
            assert.same({ n = 1 }, pack(event_of(data):parse()))
        end
        local failing = event_of '{"Error":{"Code":"A","Message":"m","D":1},"P":2,"RequestId":"r"}'
        local payload, message, err = failing:parse()
        assert.is_nil(payload)
        assert.equal("A: m (RequestId: r)", message)
        assert.same({ { D = 1 }, { P = 2 }, "r" }, { err.details, err.payload, err.request_id })
        err = select(3, event_of '{"ErrorMsg":{"Code":4001,"Msg":"m"},"P":2}':parse())
        assert.same({ "server", { P = 2 } }, { err.category, err.payload })
        assert.is_nil(err.details)
        err = select(3, event_of '{"ErrorCode":7,"ErrorMessage":"m"}':parse())
        assert.same({ "7", "m" }, { err.code, err.message })
        assert.is_nil(err.payload)
        err = select(3, event_of '{"Error":null,"ErrorMsg":{"x":1}}':parse())
        assert.same({ "envelope", { x = 1 }, { Error = response.null } }, { err.kind, err.details, err.payload })
        for _, description in ipairs { '""', '"d"' } do
            local legacy = ('{"code":5,"codeDesc":%s,"message":"m"}'):format(description)
            err = select(3, event_of(legacy):parse())
            support.alike(select(3, response.parse(legacy)), err)
            assert.is_nil(err.payload)
        end
        err = select(3, event_of '{"Error":[1],"P":1}':parse())
        assert.same({ "envelope", { 1 }, { P = 1 } }, { err.kind, err.details, err.payload })
        err = select(3, event_of '{"code":1,"codeDesc":"C","message":"m","P":1}':parse())
        assert.same({ "C", { P = 1 } }, { err.code, err.payload })
        err = select(3, event_of '{"Response":{"Error":{"Code":"A"},"P":1}}':parse())
        assert.same({ "A", { P = 1 } }, { err.code, err.payload })
        err = select(3, event_of "{":parse())
        assert.same({ "json", 2 }, { err.kind, err.offset })
    end)

    it("outlives its stream and its chunk", function()
        local event = event_of '{"A":"x"}'
        collectgarbage()
        assert.equal("x", event:get "A")
        assert.is_nil(event.missing)
        assert.truthy(tostring(event):find "^tencentcloud.event: ")
    end)
end)

describe("read", function()
    local function read_body(body, more)
        local given = { status = 200, headers = { ["Content-Type"] = "text/event-stream;charset=utf-8",
            ["X-TC-RequestId"] = "header" }, body = body }
        for name, value in pairs(more or {}) do
            given[name] = value
        end
        return response.read(given)
    end

    it("returns the payloads of a stream", function()
        assert.same({ Events = { { A = 1 }, { B = 2 } }, RequestId = "header" },
            (read_body 'data: {"A":1}\n\ndata: {"Response":{"B":2}}\n\ndata: [DONE]\n\n'))
    end)

    it("returns the failure, and the payloads of the events that did not fail", function()
        local result, message, err = read_body 'data: {"A":1}\n\ndata: {"ErrorMsg":{"Code":4001,"Msg":"m"}}\n\n'
        assert.is_nil(result)
        assert.equal("4001: m (RequestId: header)", message)
        assert.same({ Events = { { A = 1 } }, RequestId = "header" }, err.payload)
        assert.equal("stream", select(3, read_body 'data: {"A":1}\n\ndata: {').kind)
    end)

    it("reads an envelope with the Content-Type of a stream", function()
        assert.same({ Events = 5, RequestId = "header" }, (read_body '{"Response":{"Events":5}}'))
        assert.equal("A", select(3, read_body '\n{"Response":{"Error":{"Code":"A"}}}').code)
    end)
end)

-- The value of each event of a stream; false instead of nil.
local function values(chunks)
    local stream, list = response.stream(), {}
    for i = 1, #chunks + 1 do
        for event in stream:feed(chunks[i]) do
            list[#list + 1] = event:parse() or false
        end
    end
    return list
end

-- A fixture's name states the kind of its verdict and the number of its events.
describe("the fixture", function()
    for _, name in ipairs(support.streams()) do
        local kind, count = name:match "^(%l+)%-(%d+)%-"
        it(name .. " has the outcome that its name states, at every cut", function()
            local body = support.fixture("streams/" .. name)
            local events, verdict = at_every_cut(body)
            local held = values { body }
            each_cut(body, function(chunks) support.alike(held, values(chunks)) end)
            assert.equal(kind, verdict[3] and verdict[3].kind or "success")
            assert.equal(tonumber(count), #events)
        end)
    end
end)

-- Recorded streams, if there is a folder of them.
local samples = os.getenv "TENCENTCLOUD_SAMPLES"
local folder = samples and samples .. "/streams/"
local lfs = require "lfs"

describe("the sample", function()
    if not folder or not lfs.attributes(folder) then
        pending "TENCENTCLOUD_SAMPLES has no folder of streams"
        return
    end
    for file in lfs.dir(folder) do
        local name = file:match "^(.*)%.txt$"
        if name then
            it(name .. " has its recorded events and verdict at every cut", function()
                local body = support.read(folder .. file)
                local expected = support.value(support.read(folder .. name .. ".json"))
                local options = { request_id = expected.header_request_id }
                each_cut(body, function(chunks)
                    local events, verdict = read(chunks, options)
                    for _, event in ipairs(events) do
                        assert.equal(event.data == "[DONE]", event.done)
                        event.done = nil
                    end
                    assert.same(expected.events, events)
                    local outcome, err = expected.outcome, verdict[3]
                    if outcome.verdict == "success" then
                        assert.equal(outcome.request_id, verdict[1])
                    else
                        assert.same({ outcome.kind, outcome.code, outcome.request_id },
                            { err.kind, err.code, err.request_id })
                        if outcome.kind == "api" then
                            assert.equal(outcome.message, err.message)
                        end
                    end
                    local scanned = scan(chunks)
                    assert.same({ err and err.kind, err and err.code },
                        { scanned[3] and scanned[3].kind, scanned[3] and scanned[3].code })
                end)
            end)
        end
    end
end)
