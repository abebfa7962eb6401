local response = require "tencentcloud.response"
local support = require "spec.support"

local envelope, alike, pack = support.envelope, support.alike, support.pack

-- Nothing in the fixtures and samples is long enough to be cut.
local whole = response.new { max_field = 2 ^ 20 }

-- The scanner's verdict on a body in chunks whose lengths next_length() returns. Once the scanner has failed, every
-- further call must return the same failure.
local function scan(scanner, body, next_length)
    scanner:reset()
    local at, failure = 1, nil
    while at <= #body do
        local length = next_length()
        local answer = pack(scanner:feed(body:sub(at, at + length - 1)))
        if failure then
            alike(failure, answer)
        elseif answer[1] == nil then
            failure = answer
        else
            alike({ n = 1, true }, answer)
        end
        at = at + length
    end
    local verdict = pack(scanner:finish())
    if failure then
        alike(failure, verdict)
    end
    return verdict
end

local function constant(length)
    return function() return length end
end

-- The first chunk has this length, and the second is the remainder.
local function split(length)
    local chunk = 0
    return function()
        chunk = chunk + 1
        return chunk == 1 and length or 2 ^ 20 -- longer than any of these bodies
    end
end

local function chunked(random, maximum)
    return function()
        return random(maximum + 1) - 1
    end
end

-- Asserts that a scanner agrees with check if each chunk of the body is at most this long, for each of these lengths.
local function check_chunked(reader, body, ...)
    local scanner, expected, random = reader.scanner(), pack(reader.check(body)), support.random()
    for _, maximum in ipairs { ... } do
        alike(expected, scan(scanner, body, chunked(random, maximum)))
    end
    for _ = 1, 3 do
        alike(expected, scan(scanner, body, split(random(#body + 1) - 1)))
    end
end

describe("finish agrees with check, however the body is cut #long:", function()
    for _, name in ipairs(support.fixtures "") do
        it(name, function()
            local body = support.fixture(name)
            local scanner, expected = whole.scanner(), pack(whole.check(body))
            check_chunked(whole, body, 1, 2, 3, 7, 16, 64, 1000)
            alike(expected, scan(scanner, body, constant(1)))
            for length = 0, #body, math.ceil((#body + 1) / 2000) do -- every length, except in long bodies
                alike(expected, scan(scanner, body, split(length)))
            end
        end)
    end

    it("the samples", function()
        support.each_sample(pending, function(body)
            if not body:find "^id: " then -- not an event stream, which a scanner reads and check refuses
                check_chunked(whole, body, 12, 100)
            end
        end)
    end)

    it("every prefix of a body", function()
        for _, name in ipairs { "success-list.json", "failure-names-escaped.json", "failure-hostile-message.json" } do
            local body, scanner = support.fixture(name), response.scanner()
            for length = 0, #body do
                local prefix = body:sub(1, length)
                local expected = pack(response.check(prefix))
                alike(expected, scan(scanner, prefix, constant(1)))
                alike(expected, scan(scanner, prefix, constant(7)))
            end
        end
    end)

    local random = support.random()
    -- Names and values that affect the verdict, plain or escaped, among others that do not.
    local members = {
        '"Error":{"Code":"A.B","Message":"\\ud83d\\ude00 \\u4e2d中\\n"}', '"Error":null', '"Error":{}', '"Error":[]',
        '"\\u0045rror":{"C\\u006fde":"\\u0041","Message":null}', '"RequestId":"\\u0072-1"', '"RequestId":null',
        '"Err":{"Code":"X"}', '"Errors":[{"Error":{"Code":"X"}}]', '"A":[1,-0.5e+10,true,false,null,{"B":"\\\\"}]',
        '"' .. ("long"):rep(30) .. '":1', '"Error":{"Code":1}', '"Error":{"Code":"Z","Code":null}', '"":""',
        '"Error":{"Message":"m","X":{"Code":"Y"},"Code":"Late"}', '"Error":{"Code":"A","Message":"a"}',
    }
    local tops = {
        '"Response":{%s}', '"Response":{%s}', '"Response":null', '"Error":null', '"code":4000', '"code":0',
        '"codeDesc":"A.B"', '"message":"中\\n"', '"R\\u0065sponse":{%s}', '"code":-1.5e3', '"message":7',
    }

    local function shuffled(list)
        local chosen = {}
        for i = 1, random(4) - 1 do
            chosen[i] = list[random(#list)]
        end
        return table.concat(chosen, random(2) == 1 and "," or " ,\r\n\t")
    end

    it("random bodies of members that affect the verdict", function()
        local scanner = response.scanner()
        for _ = 1, 1500 do
            local body = "{" .. shuffled(tops):gsub("%%s", function() return shuffled(members) end) .. "}"
            if random(10) == 1 then
                body = body:sub(1, random(#body)) .. (random(2) == 1 and string.char(random(255)) or "")
            end
            local expected = pack(response.check(body))
            local lengths = { constant(1), chunked(random, 3), chunked(random, 20), split(random(#body)) }
            for _, next_length in ipairs(lengths) do
                alike(expected, scan(scanner, body, next_length))
            end
        end
    end)

    it("fields of any length, in one chunk and in short ones", function()
        local scanner = response.scanner()
        for length = 0, 600 do
            local text = ("x"):rep(length)
            local body = envelope(('"Error":{"Code":"%s","Message":"%s\\n"},"RequestId":"%s"'):format(text, text, text))
            local expected = pack(response.check(body))
            alike(expected, scan(scanner, body, constant(#body)))
            alike(expected, scan(scanner, body, constant(length % 11 + 1)))
        end
    end)

    it("with a max_depth", function()
        local shallow = response.new { max_depth = 2 }
        for _, name in ipairs(support.fixtures "") do
            local body = support.fixture(name)
            alike(pack(shallow.check(body)), scan(shallow.scanner(), body, constant(5)))
        end
    end)

    it("chunks that the collector frees before the next one", function()
        for _, name in ipairs { "success-list.json", "failure-pretty.json", "failure-names-escaped.json" } do
            local body, scanner = support.fixture(name), response.scanner()
            for at = 1, #body, 60 do
                scanner:feed(body:sub(at, at + 59))
                support.churn()
            end
            alike(pack(response.check(body)), pack(scanner:finish()))
        end
    end)
end)

-- feed fails at the first byte that makes the body invalid, which is the byte that check reports. A byte order mark is
-- the exception: it has several bytes.
describe("feed fails at the first wrong byte:", function()
    local bodies = {
        "[1}", "{]", "{a", '{"a"1', '{"Response":{}}x', "{} {", "tru\0", "nulL", "01", "-a", "1.e", "[1e+]",
        '"\n', '"\\x', '"\\u00g', '"\\udc00', '"\\ud800x', '"\\ud800\\u0041', '"\\u0041\\ud83d\\ude0g',
        '"\128', '"\194a', '"\224\159', '"\240\159a', '"\244\144', "<html>", "NaN", "{'a':1}", '{"a":1,}',
        ("["):rep(1001), ("[1,"):rep(300) .. "]", '{"Response":1}}', '{"code":4000}}', envelope '"Error":{"Code":"A"}}',
    }
    for _, name in ipairs(support.fixtures "json-") do
        bodies[#bodies + 1] = support.fixture(name)
    end

    for _, body in ipairs(bodies) do
        local check = pack(response.check(body))
        local err = check[3]
        if err.offset <= #body then
            it((support.show(body, err.offset):match "^[^\n]*"), function()
                local scanner = response.scanner()
                -- The byte after a byte order mark shows whether the input is a stream or a body.
                local last = err.reason == "byte order mark" and 4 or err.offset
                for at = 1, #body do
                    local answer = pack(scanner:feed(body:sub(at, at)))
                    if at < err.offset then
                        alike({ n = 1, true }, answer)
                    elseif at >= last then
                        alike(check, answer)
                    end
                end
                alike(check, pack(scanner:feed "{}"))
                alike(check, pack(scanner:feed ""))
                alike(check, pack(scanner:finish()))
            end)
        end
    end

    it("but only finish fails if the JSON is incomplete or not an envelope", function()
        for _, body in ipairs { "[1", "[1]", "42", "4", "null", '"', "{}", '{"Response":1', '{"Response":{"Error":1}',
            "", " " } do
            local scanner = response.scanner()
            alike({ n = 1, true }, pack(scanner:feed(body)))
            alike(pack(response.check(body)), pack(scanner:finish()))
        end
        local scanner = response.scanner()
        assert.is_true(scanner:feed "[1")
        assert.equal("expected ',' or ']' at byte 3", select(3, scanner:feed "}").message)
    end)
end)

describe("a scanner", function()
    local success, failure = support.fixture "success-list.json", support.fixture "failure-pretty.json"
    local broken = support.fixture "json-html.json"

    it("that was fed nothing agrees with check on an empty body", function()
        alike(pack(response.check ""), pack(response.scanner():finish()))
        local scanner = response.scanner()
        for _ = 1, 3 do
            assert.is_true(scanner:feed "")
        end
        alike(pack(response.check ""), pack(scanner:finish()))
    end)

    it("can be finished again, with the same verdict", function()
        for _, body in ipairs { success, failure, broken, "", "[1]", success:sub(1, 50) } do
            local scanner = response.scanner()
            scanner:feed(body)
            local first = pack(scanner:finish())
            alike(pack(response.check(body)), first)
            alike(first, pack(scanner:finish()))
            alike(first, pack(scanner:finish()))
        end
    end)

    it("cannot be fed after finish", function()
        for _, body in ipairs { success, failure, broken, "", "[1]" } do
            local scanner = response.scanner()
            scanner:feed(body)
            local verdict = pack(scanner:finish())
            support.raises("feed after finish", scanner.feed, scanner, "x")
            support.raises("feed after finish", scanner.feed, scanner, "")
            alike(verdict, pack(scanner:finish()))
        end
    end)

    it("is like a new one after a reset, whatever it was fed before", function()
        local reader = response.new { max_field = 64 }
        local scanner, expected = reader.scanner(), pack(reader.check(success))
        local long = envelope('"Error":{"Code":"A","Message":"' .. ("m"):rep(5000) .. '"},"RequestId":"r"')
        local bodies = { success, failure, broken, long, long:sub(1, 4000), "", "[1]", success:sub(1, 50),
            failure:sub(1, 60), '{"code":4000,"message":"m"', '{"code":4000', '"\\ud83d', '{"Respo' }
        for _, body in ipairs(bodies) do
            for _, finished in ipairs { false, true } do
                scanner:feed(body)
                if finished then
                    scanner:finish()
                end
                assert.equal(scanner, scanner:reset())
                assert.is_false(scanner:truncated())
                for at = 1, #success do
                    assert.is_true(scanner:feed(success:sub(at, at)))
                end
                alike(expected, pack(scanner:finish()))
                scanner:reset()
            end
        end
    end)

    it("names its type in tostring", function()
        assert.truthy(tostring(response.scanner()):match "^tencentcloud%.scanner")
    end)

    it("is not affected by changes to an error that it returned", function()
        local scanner = response.scanner()
        scanner:feed(failure)
        local _, _, err = scanner:finish()
        err.code, err.kind = "changed", nil
        alike(pack(response.check(failure)), pack(scanner:finish()))
    end)
end)

describe("max_field", function()
    -- Cuts a text to the whole characters that fit in this many bytes.
    local function cut(text, limit)
        if #text <= limit then
            return text
        end
        while text:byte(limit + 1) >= 0x80 and text:byte(limit + 1) < 0xC0 do
            limit = limit - 1
        end
        return text:sub(1, limit)
    end

    -- a character in the body, the same in Lua
    local characters = {
        { "x", "x" }, { "é", "é" }, { "中", "中" }, { "😀", "😀" }, { "\\n", "\n" }, { "\\u0041", "A" },
        { "\\u00e9", "é" }, { "\\u4E2d", "中" }, { "\\ud83d\\ude00", "😀" }, { "\\\\", "\\" },
    }
    local random = support.random()

    for _, character in ipairs(characters) do
        it("cuts before " .. character[1] .. " if it does not fit, whatever the chunks #long", function()
            for limit = 32, 35 do
                local reader = response.new { max_field = limit }
                local scanner = reader.scanner()
                for before = 0, 4 do
                    for _, n in ipairs { 7, 8, 9, 16, 33, 300 } do
                        local raw = ("a"):rep(before) .. character[1]:rep(n)
                        local text = ("a"):rep(before) .. character[2]:rep(n)
                        local members = ('"Error":{"Message":"%s","Code":"A"},"RequestId":"r"'):format(raw)
                        local kept = cut(text, limit)
                        for _, length in ipairs { constant(1), constant(#members * 2), chunked(random, 9) } do
                            local verdict = scan(scanner, envelope(members), length)
                            assert.equal(kept, verdict[3].message)
                            assert.equal(kept ~= text or nil, verdict[3].truncated)
                            assert.equal(kept ~= text, scanner:truncated())
                        end
                    end
                end
            end
        end)
    end

    -- field that is cut, body with a place for its text, function that returns the field from the verdict
    local fields = {
        { "a Code", '{"Response":{"Error":{"Code":"%s","Message":"m"}}}', function(_, _, err) return err.code end },
        { "a Message", '{"Response":{"Error":{"Message":"%s","Code":"A"}}}',
            function(_, _, err) return err.message end },
        { "a failure's RequestId", '{"Response":{"RequestId":"%s","Error":{"Code":"A"}}}',
            function(_, _, err) return err.request_id end },
        { "a success's RequestId", '{"Response":{"RequestId":"%s"}}', function(id) return id end },
        { "a codeDesc", '{"code":4000,"codeDesc":"%s"}', function(_, _, err) return err.code end },
        { "a legacy message", '{"code":4000,"message":"%s"}', function(_, _, err) return err.message end },
    }
    for _, field in ipairs(fields) do
        it("cuts " .. field[1] .. " #long", function()
            for _, limit in ipairs { 32, 33, 64, 100, 1000, 8192, 100000 } do
                local reader = response.new { max_field = limit }
                local scanner = limit == 8192 and response.scanner() or reader.scanner()
                for _, length in ipairs { limit - 1, limit, limit + 1, limit + 2, 2 * limit, 5 * limit + 3 } do
                    local text = ("0123456789"):rep(math.floor(length / 10) + 1):sub(1, length)
                    local body = field[2]:format(text)
                    for _, size in ipairs { 4096, 61 } do
                        local verdict = scan(scanner, body, constant(size))
                        local err = verdict[3]
                        assert.equal(text:sub(1, limit), field[3](verdict[1], verdict[2], err))
                        assert.equal(length > limit, scanner:truncated())
                        if err then
                            assert.equal(length > limit or nil, err.truncated)
                            assert.equal(verdict[2], tostring(err))
                        end
                        if length <= limit then
                            alike(pack(response.check(body)), verdict)
                        end
                    end
                end
            end
        end)
    end

    it("cuts a legacy code that is a number", function()
        local digits = ("1234567890"):rep(5)
        local scanner = response.new({ max_field = 32 }).scanner()
        for _, size in ipairs { 1, 7, 100 } do
            local verdict = scan(scanner, ('{"code":%s,"message":"m"}'):format(digits), constant(size))
            assert.same({ digits:sub(1, 32), "m", true }, { verdict[3].code, verdict[3].message, verdict[3].truncated })
            assert.is_true(scanner:truncated())
        end
    end)

    it("does not affect check", function()
        local reader = response.new { max_field = 32 }
        local text = ("x"):rep(100)
        local _, _, err = reader.check(envelope(('"Error":{"Code":"%s"}'):format(text)))
        assert.same({ text }, { err.code, err.truncated })
    end)

    -- members, whether a field of the verdict was cut
    local long = '"' .. ("x"):rep(100) .. '"'
    for members, truncated in pairs {
        ['"RequestId":' .. long .. ',"RequestId":"r"'] = false,
        ['"RequestId":"r","RequestId":' .. long] = true,
        ['"RequestId":' .. long .. ',"RequestId":null'] = false,
        ['"Error":{"Code":"A"},"RequestId":' .. long .. ',"RequestId":{}'] = false,
        ['"Error":{"Message":' .. long .. ',"Code":"A","Message":7}'] = false,
        ['"Error":{"Code":' .. long .. '},"Error":null'] = false,
        ['"Error":{"Code":' .. long .. '},"Error":{"Code":"A"}'] = false,
        ['"Error":{"Code":"A","Message":' .. long .. ',"Message":"m"}'] = false,
        ['"Error":{"Code":"A","Other":' .. long .. '},"Other":' .. long] = false,
        ['"A":{"Code":' .. long .. ',"RequestId":' .. long .. "}"] = false,
        [long .. ":" .. long .. ',"Error":{' .. long .. ':1,"Code":"A"}'] = false,
    } do
        local cut_fields = truncated and "a field" or "no field"
        it(("cuts %s of the verdict: %s"):format(cut_fields, (members:gsub("x+", "x..."))), function()
            local scanner = response.new({ max_field = 32 }).scanner()
            for _, size in ipairs { 1, 13, 1000 } do
                local verdict = scan(scanner, envelope(members), constant(size))
                assert.equal(truncated, scanner:truncated())
                if verdict[3] then
                    assert.equal(truncated or nil, verdict[3].truncated)
                end
                if not truncated then
                    alike(pack(response.check(envelope(members))), verdict)
                end
            end
        end)
    end
end)

describe("scanners", function()
    local names = support.fixtures ""

    local function feed_all(scanner, body, at, size)
        if at <= #body then
            scanner:feed(body:sub(at, at + size - 1))
        end
    end

    it("can be fed in turn", function()
        local bodies, scanners, longest = {}, {}, 0
        for i, name in ipairs(names) do
            bodies[i], scanners[i] = support.fixture(name), whole.scanner()
            longest = math.max(longest, #bodies[i])
        end
        for at = 1, longest, 5 do
            for i, body in ipairs(bodies) do
                feed_all(scanners[i], body, at, 5)
            end
        end
        for i, body in ipairs(bodies) do
            alike(pack(whole.check(body)), pack(scanners[i]:finish()))
        end
    end)

    it("can be fed from coroutines, and one scanner from several", function()
        local body = support.fixture "failure-long-message.json"
        local shared, threads = whole.scanner(), {}
        for at = 1, #body, 500 do
            threads[#threads + 1] = coroutine.wrap(function()
                local own = whole.scanner()
                for i = 1, #body, 1000 do
                    own:feed(body:sub(i, i + 999))
                    coroutine.yield()
                end
                shared:feed(body:sub(at, at + 499))
                coroutine.yield(pack(own:finish()))
            end)
        end
        local expected = pack(whole.check(body))
        local rounds, verdict = 0, nil
        repeat
            rounds = rounds + 1
            for _, thread in ipairs(threads) do
                verdict = thread()
                if verdict then
                    alike(expected, verdict)
                end
            end
        until verdict
        assert.equal(math.ceil(#body / 1000) + 1, rounds)
        alike(expected, pack(shared:finish()))
    end)

    it("can be fed and finished by finalizers while another is fed", function()
        local body = support.fixture "failure-names-escaped.json"
        local expected, done = pack(response.check(body)), 0
        local outer = response.scanner()
        for at = 1, #body do
            local scanner = response.scanner()
            scanner:feed(body:sub(1, at))
            support.finalizer(function()
                scanner:feed(body:sub(at + 1))
                alike(expected, pack(scanner:finish()))
                done = done + 1
            end)
            outer:feed(body:sub(at, at))
            if at % 16 == 0 then
                collectgarbage()
            end
        end
        support.heap()
        alike(expected, pack(outer:finish()))
        assert.equal(#body, done)
    end)

    it("leave no memory allocated if they are collected before they finish", function()
        local weak = setmetatable({}, { __mode = "k" })
        local begun = envelope('"Error":{"Code":"A","Message":"' .. ("m"):rep(7000)):sub(1, -3)
        local function use(count)
            for _ = 1, count do
                local scanner = response.scanner()
                weak[scanner] = true
                scanner:feed(begun)
            end
        end
        use(10)
        local before = support.heap()
        use(500)
        local left = support.heap() - before
        assert.is_nil(next(weak))
        assert.is_true(left < 32, left .. " KB are left")
    end)
end)

describe("memory is constant #heap:", function()
    local KB = 4096
    local item = '{"InstanceId":"ins-1","Tags":["中","\\u4e2d"],"N":[1,-2.5e3,true,null]},'
    local members = '"Name":1,"Error":null,"RequestId":"another","":2,'
    local text = '0123456789 中 \\n'
    local function chunk_of(piece, filler)
        local pieces = piece:rep(math.floor(KB / #piece))
        return pieces .. filler:rep(KB - #pieces)
    end

    -- the long part, beginning, 4 KB to repeat, end, RequestId
    local bodies = {
        { "a list", '{"Response":{"L":[', chunk_of(item, " "), '{}],"RequestId":"r"}}', "r" },
        { "a string", '{"Response":{"S":"', chunk_of(text, "x"), '","RequestId":"r"}}', "r" },
        { "a number", '{"Response":{"N":1', ("0"):rep(KB), ',"RequestId":"r"}}', "r" },
        { "white space", '{"Response":{', (" \n"):rep(2048), '"RequestId":"r"}}', "r" },
        { "a name", '{"Response":{"', ("n"):rep(KB), '":1,"RequestId":"r"}}', "r" },
        { "members", '{"Response":{', chunk_of(members, " "), '"RequestId":"r"}}', "r" },
        { "a Message", '{"Response":{"Error":{"Code":"A","Message":"', chunk_of(text, "x"), '"}}}' },
        { "text that is not JSON", "<html>", ("x"):rep(KB), "</html>" },
        { "events", 'data: {"RequestId":"r"}\n\n', chunk_of('data: {"A":[1,"x"]}\n\n', "\n"), "data: [DONE]\n\n", "r" },
        { "one event", 'data: {"RequestId":"r","S":"', chunk_of(text, "x"), '"}\n\n', "r" },
    }
    for _, body in ipairs(bodies) do
        local megabytes = body[1] == "a list" and 64 or 8
        it(("%s of %d MB"):format(body[1], megabytes), function()
            local scanner = response.scanner()
            local begin, chunk, finish = body[2], body[3], body[4]
            scanner:feed(begin)
            for _ = 1, 3 do
                scanner:feed(chunk)
            end
            local before = support.heap()
            for i = 1, megabytes * 2 ^ 20 / KB do -- in two strings of varying lengths; the scanner keeps neither
                local cut = i % 64 * 64
                scanner:feed(chunk:sub(1, cut))
                scanner:feed(chunk:sub(cut + 1))
            end
            local grown = support.heap() - before
            assert.is_true(grown <= 4, grown .. " KB more")
            scanner:feed(finish)
            local id, _, err = scanner:finish()
            assert.equal(body[5], id)
            assert.equal(body[5] == nil, err ~= nil)
        end)
    end
end)

describe("misuse raises", function()
    -- argument, its name in the error text
    local wrong = { { nil, "nil" }, { 42, "number" }, { true, "boolean" }, { {}, "table" }, { print, "function" } }
    for _, case in ipairs(wrong) do
        it(("scanner:feed(%s), and the scanner keeps its state"):format(case[2]), function()
            local body = support.fixture "failure-signature.json"
            local scanner = response.scanner()
            local text = ("bad argument #1 to 'feed' (string expected, got %s)"):format(case[2])
            for at = 1, #body do
                scanner:feed(body:sub(at, at))
                support.raises(text, scanner.feed, scanner, case[1])
            end
            alike(pack(response.check(body)), pack(scanner:finish()))
        end)
    end

    it("scanner:feed()", function()
        support.raises("bad argument #1 to 'feed' (string expected, got no value)",
            response.scanner().feed, response.scanner())
    end)

    for _, method in ipairs { "feed", "finish", "reset", "truncated" } do
        it("scanner." .. method .. " of a value that is not a scanner", function()
            local text = "calling '%s' on bad self (scanner expected, got %s)"
            local f = response.scanner()[method]
            support.raises(text:format(method, "no value"), f)
            for _, case in ipairs { { nil, "nil" }, { "chunk", "string" }, { {}, "table" }, { io.stdout, "userdata" },
                { response.null, "userdata" }, { response.open(envelope ""), "userdata" } } do
                support.raises(text:format(method, case[2]), f, case[1], "chunk")
            end
        end)
    end
end)
