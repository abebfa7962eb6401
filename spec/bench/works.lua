--- What `make bench` times: the works of this module, their rivals, and the same works of other modules.
local cjson = require("cjson").new()
cjson.decode_max_depth(2000) -- a fixture nests deeper than lua-cjson's default allows

local works = {}

--- A case has bodies and some of these: no_peers (peers may crash on a body), passes (over the bodies in a section),
--- list, count, field (the last element's field is at list, count, field), fields (of one element), text (a member that
--- holds JSON), chunks (of a stream).
---@class bench.Work
---@field make fun(response: table, case: table): (fun(body: string), integer?)? the call that is timed, and how many
--- operations it has if more than one; nil if that module cannot do it
---@field against string the name of one of `works.rivals`

local function work(name, against, make)
    works[name] = { against = against, make = make }
end

-- The values that a caller takes from a decoded envelope.
local function pick(document)
    local payload = document.Response
    if type(payload) ~= "table" then
        return nil, document.codeDesc or document.code
    end
    local err = payload.Error
    if type(err) == "table" then
        return nil, err.Code, payload.RequestId
    end
    return payload, nil, payload.RequestId
end

--- Each returns the call whose time is the base of a ratio, for a case and this module.
local rivals = {}

function rivals.decode()
    return function(body) return pick(cjson.decode(body)) end
end

function rivals.encode(case)
    local document = cjson.decode(case.bodies[1])
    return function() return cjson.encode(document) end
end

rivals["decode, encode"] = function()
    return function(body)
        local document = cjson.decode(body)
        document.Response.TotalCount = 0
        return cjson.encode(document)
    end
end

rivals["decode the list and each text"] = function(case)
    local list, text = case.list, case.text
    return function(body)
        local elements = cjson.decode(body).Response[list]
        for i = 1, #elements do
            cjson.decode(elements[i][text])
        end
    end
end

function rivals.check(_, response)
    return response.check
end

rivals["parse and a loop"] = function(case, response)
    local parse, list, field = response.parse, case.list, case.field
    return function(body)
        local elements, last = parse(body)[list], nil
        for i = 1, #elements do
            last = elements[i][field]
        end
        return last
    end
end

-- The code that people usually write: string.find splits lines, lua-cjson decodes the text after "data: ", and one
-- member shows a failure. It supports only LF as line end, only data of one line and only this form of failure.
rivals["lines and decode"] = function(case)
    local find, sub, decode, chunks = string.find, string.sub, cjson.decode, case.chunks
    return function()
        local rest, content, failure = "", nil, nil
        for i = 1, #chunks do
            local text, from = rest .. chunks[i], 1
            local last = find(text, "\n", from, true)
            while last do
                if sub(text, from, from + 5) == "data: " then
                    local data = sub(text, from + 6, last - 1)
                    if data ~= "[DONE]" then
                        local event = decode(data)
                        failure = failure or event.ErrorMsg
                        content = event.Choices[1].Delta.Content
                    end
                end
                from = last + 1
                last = find(text, "\n", from, true)
            end
            rest = sub(text, from)
        end
        return content, failure
    end
end

works.rivals = rivals

work("check", "decode", function(response) return response.check end)
work("parse", "decode", function(response) return response.parse end)

work("open and a field of the last element", "decode", function(response, case)
    local open, list, last, name = response.open, case.list, case.count, case.field
    return function(body) return open(body):get(list, last, name) end
end)

local CALLS = 64

-- Indexes of elements in a pseudo-random order. They are made before the timing: making one takes 20 ns.
local function elements(case)
    local indexes, random = {}, 1
    for i = 1, CALLS * CALLS do
        random = random * 16807 % 2147483647
        indexes[i] = random % case.count + 1
    end
    return indexes
end

work("a field of another element, by path", "decode", function(response, case)
    local view, list, name, indexes = assert(response.open(case.bodies[1])), case.list, case.field, elements(case)
    local from = 0
    return function()
        for i = from + 1, from + CALLS do
            view:get(list, indexes[i], name)
        end
        from = (from + CALLS) % #indexes
    end, CALLS
end)

work("a further field of one element, by path", "decode", function(response, case)
    local view, list, names, indexes = assert(response.open(case.bodies[1])), case.list, case.fields, elements(case)
    local at = 0
    return function()
        local index = indexes[at + 1]
        for i = 1, #names do
            view:get(list, index, names[i])
        end
        at = (at + 1) % #indexes
    end, #case.fields
end)

work("a further field of one element, by part", "decode", function(response, case)
    local view, names = assert(response.open(case.bodies[1])), case.fields
    local part = view:at(case.list, case.count)
    return function()
        for i = 1, #names do
            part:get(names[i])
        end
    end, #case.fields
end)

work("three steps from a part, one element", "decode", function(response, case)
    local part, index = assert(response.open(case.bodies[1])):at(case.list), case.count
    return function()
        for _ = 1, CALLS do
            part:get(index, "Placement", "Zone")
        end
    end, CALLS
end)

work("each, a field of each element", "parse and a loop", function(response, case)
    local open, list, field = response.open, case.list, case.field
    return function(body)
        local last
        for _, element in open(body):each(list) do
            last = element[field]
        end
        return last
    end
end)

work("get, a field of each element", "parse and a loop", function(response, case)
    local open, list, count, field = response.open, case.list, case.count, case.field
    return function(body)
        local view, last = open(body), nil
        for i = 1, count do
            last = view:get(list, i, field)
        end
        return last
    end
end)

work("open", "check", function(response) return response.open end)

work("view:open of each text", "decode the list and each text", function(response, case)
    local open, list, count, text = response.open, case.list, case.count, case.text
    if not open(case.bodies[1]).open then
        return nil
    end
    return function(body)
        local view = open(body)
        for i = 1, count do
            assert(view:open(list, i, text))
        end
    end
end)

work("success", "encode", function(response, case)
    local success, payload = response.success, response.parse(case.bodies[1])
    return function() return success(payload) end
end)

work("parse, change a field, success", "decode, encode", function(response)
    local parse, success = response.parse, response.success
    return function(body)
        local payload = parse(body)
        payload.TotalCount = 0
        return success(payload)
    end
end)

-- Cutting the chunks is not timed, because a caller gets them from a socket. Nor is joining them for lua-cjson.
local function verdict_in(chunks, scanner)
    return function()
        local reader = scanner()
        for i = 1, #chunks do
            reader:feed(chunks[i])
        end
        return reader:finish()
    end
end

work("scanner, 4 KB chunks", "decode", function(response, case)
    local CHUNK = 4096
    local body, chunks = case.bodies[1], {}
    for from = 1, #body, CHUNK do
        chunks[#chunks + 1] = body:sub(from, from + CHUNK - 1)
    end
    return verdict_in(chunks, response.scanner)
end)

work("scanner, the verdict", "lines and decode", function(response, case)
    return verdict_in(case.chunks, response.scanner)
end)

work("stream, a field of each event", "lines and decode", function(response, case)
    local stream, chunks = response.stream, case.chunks
    return function()
        local reader, content = stream(), nil
        for i = 1, #chunks do
            for event in reader:feed(chunks[i]) do
                content = event:get("Choices", 1, "Delta", "Content")
            end
        end
        return content, reader:finish()
    end
end)

--- The same works of other modules, if they can be loaded. Each function takes the module, and returns its works by
--- title and name. Each work is a function from a case to the call.
local peers = {}

function peers.simdjson(simdjson)
    local function parse()
        return function(body) return pick(simdjson.parse(body)) end
    end
    local function ask(document, pointer)
        local found, value = pcall(document.atPointer, document, pointer)
        return found and value
    end
    local lazy = {}
    function lazy.check()
        return function(body)
            local document = simdjson.open(body)
            return ask(document, "/Response/Error/Code"), ask(document, "/Response/RequestId")
        end
    end
    lazy["open and a field of the last element"] = function(case)
        local pointer = ("/Response/%s/%d/%s"):format(case.list, case.count - 1, case.field)
        return function(body) return simdjson.open(body):atPointer(pointer) end
    end
    return { simdjson = { check = parse, parse = parse }, ["simdjson, lazy"] = lazy }
end

function peers.rapidjson(rapidjson)
    local function parse()
        return function(body) return pick(rapidjson.decode(body)) end
    end
    return { rapidjson = { check = parse, parse = parse } }
end

works.peers = {}
for module, load in pairs(peers) do
    local loaded, peer = pcall(require, module)
    for name, calls in pairs(loaded and load(peer) or {}) do
        works.peers[name] = calls
    end
end

return works
