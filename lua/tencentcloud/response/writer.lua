--- Writing envelopes, for servers, gateways and mocks: by lua-cjson's encoder.
local cjson = require("cjson").new()
local core = require "tencentcloud.response.core"

local M = {}

-- The encoder prints 14 significant digits, and a decimal point that hangs on the locale. An integer of up to
-- 14 digits suffers from neither.
local EXACT_LIMIT = 1e14

-- Deeper than any encoder goes: what nests so deeply, or contains itself, is left for it to refuse.
local DEPTH_LIMIT = 2000

local function is_exact(number)
    return number % 1 == 0 and number > -EXACT_LIMIT and number < EXACT_LIMIT
end

-- The shortest text that reads back as the same number.
local function number_text(number)
    if math.type and math.type(number) == "integer" then
        return ("%d"):format(number)
    end
    local text
    for precision = 15, 17 do
        text = ("%." .. precision .. "g"):format(number)
        if tonumber(text) == number then
            break
        end
    end
    return (text:gsub(",", "."))
end

-- Puts strings (marks) in place of the numbers that the encoder would spoil, and their texts into the list
-- numbers; and the encoder's null in place of ours. Tables that hold either are copied.
local function prepare(value, null, mark, numbers, depth)
    if value == null then
        return core.null
    end
    if type(value) == "number" and not is_exact(value) and value == value and math.abs(value) < math.huge then
        numbers[#numbers + 1] = number_text(value)
        return mark .. #numbers
    end
    if type(value) ~= "table" or depth > DEPTH_LIMIT then
        return value
    end
    local copy
    for k, v in next, value do
        local marked = prepare(v, null, mark, numbers, depth + 1)
        if marked ~= v and v == v then
            if not copy then
                copy = setmetatable({}, getmetatable(value))
                for name, member in next, value do
                    copy[name] = member
                end
            end
            copy[k] = marked
        end
    end
    return copy or value
end

-- Encodes a value so that no number loses a digit. The marks have the address of this call's list: no payload can aim
-- at it, and if one has it by chance, the next try has another.
local function encode(value, null)
    local numbers = {}
    local mark = tostring(numbers):match "%x+$" .. " number "
    local json = cjson.encode(prepare(value, null, mark, numbers, 1))
    local replaced, count = json:gsub('"' .. mark .. '(%d+)"', function(i)
        return numbers[tonumber(i)]
    end)
    if count ~= #numbers then
        replaced = encode(value, null)
    end
    return replaced
end

-- An envelope that our own reader would not take for what it is meant to be is a mistake of the caller.
local function checked(json, accept, name)
    local request_id, _, err = accept(json)
    if not request_id and err.kind ~= "api" then
        error(("bad argument #1 to '%s' (%s)"):format(name, err.message), 3)
    end
    return json
end

local function check_string(argument, name, value, optional)
    if type(value) ~= "string" and not (optional and value == nil) then
        local expected = optional and "string or nil" or "string"
        error(("bad argument #%d to '%s' (%s expected, got %s)"):format(argument, name, expected, type(value)), 3)
    end
end

--- Makes the two writers. They prove what they wrote with the given `check`; `null` stands for null.
function M.new(check, null)
    local writer = {}

    --- Writes the envelope of a success.
    ---
    --- Numbers keep every digit. A table is an array if its keys are 1 .. n, an empty one is an object, unless its
    --- metatable tells the encoder otherwise. The instance's `null` is null.
    ---@param payload table|nil the members of Response; not changed. Raises if it has an Error, or cannot be encoded
    ---@param request_id string|nil default: the payload's own RequestId, or ""
    ---@return string json
    function writer.success(payload, request_id)
        if payload ~= nil and type(payload) ~= "table" then
            error(("bad argument #1 to 'success' (table or nil expected, got %s)"):format(type(payload)), 2)
        end
        check_string(2, "success", request_id, true)
        local members = {}
        for name, value in next, payload or members do
            if type(name) ~= "string" then
                error("bad argument #1 to 'success' (a payload's members have names, this one has an array)", 2)
            end
            members[name] = value
        end
        if members.Error ~= nil and members.Error ~= null then
            error("bad argument #1 to 'success' (a payload with an Error is a failure)", 2)
        end
        members.RequestId = request_id or members.RequestId or ""
        return checked('{"Response":' .. encode(members, null) .. "}", check, "success")
    end

    --- Writes the envelope of a failure.
    ---@param code string
    ---@param message string|nil default ""
    ---@param request_id string|nil default ""
    ---@return string json
    function writer.failure(code, message, request_id)
        check_string(1, "failure", code)
        check_string(2, "failure", message, true)
        check_string(3, "failure", request_id, true)
        local members = { Error = { Code = code, Message = message or "" }, RequestId = request_id or "" }
        return checked('{"Response":' .. cjson.encode(members) .. "}", check, "failure")
    end

    return writer
end

return M
