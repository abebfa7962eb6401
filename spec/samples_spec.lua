-- Recorded responses, one JSON object per line: {id, body, expect = {ok, code, message, request_id, top_keys}}.
local cjson = require("cjson").new()
local response = require "tencentcloud.response"
local support = require "spec.support"

local folder = os.getenv "TENCENTCLOUD_SAMPLES"
if not folder or folder == "" then
    describe("samples", function()
        pending "TENCENTCLOUD_SAMPLES does not name a folder"
    end)
    return
end

local function lines(name)
    local samples = {}
    for line in assert(io.open(folder .. "/" .. name, "rb")):lines() do
        samples[#samples + 1] = cjson.decode(line)
    end
    return samples
end

local function text(value)
    return type(value) == "string" and value or ""
end

-- Above EXACT, lua-cjson's doubles are not exact. From HOST on, an integer is a string.
local EXACT = 2 ^ 53
local HOST = support.has_integers and 2 ^ 63 or 2 ^ 53

-- Whether our number equals lua-cjson's. Ours is a string if the host cannot represent it.
local function same_number(ours, theirs)
    if type(ours) == "string" then
        return math.abs(theirs) >= HOST and tonumber(ours) + 0.0 == theirs
    end
    return type(ours) == "number" and (ours == theirs or math.abs(theirs) >= EXACT and ours + 0.0 == theirs)
end

-- The path to the first value that differs, or nil.
local function difference(ours, theirs, path)
    if type(theirs) == "number" then
        return not same_number(ours, theirs) and path or nil
    elseif type(theirs) ~= "table" or type(ours) ~= "table" then
        return ours ~= theirs and path or nil
    end
    for name, value in pairs(theirs) do
        local found = difference(ours[name], value, path .. "." .. tostring(name))
        if found then
            return found
        end
    end
    for name in pairs(ours) do
        if theirs[name] == nil then
            return path .. "." .. tostring(name)
        end
    end
end

local function names(payload)
    local list = {}
    for name in pairs(payload or {}) do
        if name ~= "RequestId" then
            list[#list + 1] = name
        end
    end
    table.sort(list)
    return list
end

describe("the sample", function()
    for _, sample in ipairs(lines "real.jsonl") do
        local body, expect = sample.body, sample.expect
        table.sort(expect.top_keys)

        it(sample.id .. (expect.ok and " succeeds" or " fails") .. " as recorded", function()
            local result, message, err = response.parse(body)
            local id, checked_message, checked = response.check(body)
            local theirs = cjson.decode(body).Response
            if expect.ok then
                assert.is_nil(message)
                assert.equal(text(expect.request_id), id)
                assert.same(expect.top_keys, names(result))
                assert.is_nil(difference(result, theirs, "Response"))
                return
            end
            assert.is_nil(result)
            assert.is_nil(id)
            for _, e in ipairs { err, checked } do
                assert.same({ "api", expect.code, text(expect.message), text(expect.request_id) },
                    { e.kind, e.code, e.message, e.request_id })
            end
            assert.equal(message, checked_message)
            assert.same(expect.top_keys, names(err.payload))
            for _, name in ipairs(expect.top_keys) do
                assert.is_nil(difference(err.payload[name], theirs[name], name))
            end
            for name, value in pairs(theirs.Error) do
                if name ~= "Code" and name ~= "Message" then
                    assert.is_nil(difference(err.details[name], value, name))
                end
            end
        end)
    end

    for _, sample in ipairs(lines "not_envelopes.jsonl") do
        local kind = sample.reason:match "^%a+"
        it(sample.id .. " is refused with kind " .. kind, function()
            for _, read in ipairs { response.parse, response.check } do
                local result, _, err = read(sample.body)
                assert.is_nil(result)
                assert.equal(kind, err.kind)
            end
        end)
    end
end)
