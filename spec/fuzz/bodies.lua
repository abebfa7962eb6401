-- Makes bodies: fixtures, values grown from the grammar, and both with a few bytes changed. The same bodies every time.
local M = {}

local random

local function pick(list)
    return list[random(#list)]
end

local words = { "Response", "Error", "Code", "Message", "RequestId", "code", "codeDesc", "message", "a", "" }
-- This many entries at the head of each list are right; the rest are wrong.
local RIGHT_CHARACTERS, RIGHT_NUMBERS = 17, 22
local characters = {
    "a", "Z", " ", "/", "\\n", "\\u0000", "\\\"", "\\\\", "\\/", "\\u00e9", "\\ud83d\\ude00", "é", "中", "😀",
    "\226\128\168", "\194\128", "\127", -- and now the wrong ones
    "\\uD800", "\\udc00", "\0", "\t", "\192\128", "\237\160\128", "\244\144\128\128", "\255", "\\x", "\\u12", "\"",
}
local numbers = {
    "0", "-0", "1", "-1", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
    "0.1", "1e22", "1e23", "123456789012345678901234567890", "1.7976931348623159e308", "1e400", "-1E+400", "5e-324",
    "2.4e-324", "1e-400", "0e999", "179769313486231580793728971405301e276",
    "9007199254740993." .. ("0"):rep(800) .. "1", "9007199254740993." .. ("0"):rep(800), -- and now the wrong ones
    "01", "+1", ".5", "1.", "1e", "0x1", "NaN",
}
local spaces = { "", "", "", " ", "\n", "\r\t", "   " }

local function space()
    return pick(spaces)
end

-- True once in n calls.
local function rarely(n)
    return random(n) == 1
end

local function string_text()
    local parts = {}
    for i = 1, random(8) - 1 do
        parts[i] = characters[random(rarely(50) and #characters or RIGHT_CHARACTERS)]
    end
    return '"' .. table.concat(parts) .. '"'
end

local function number_text()
    if rarely(3) then
        return numbers[random(rarely(20) and #numbers or RIGHT_NUMBERS)]
    end
    local text = ("%d"):format(random(10 ^ random(9)))
    if rarely(2) then
        text = text .. "." .. ("%0" .. random(20) .. "d"):format(random(10 ^ random(9)))
    end
    if rarely(3) then
        text = text .. pick { "e", "E" } .. pick { "", "+", "-" } .. random(pick { 30, 330 })
    end
    return (rarely(3) and "-" or "") .. text
end

local value

local function list_text(depth, open, close, element)
    local parts = {}
    for i = 1, random(5) - 1 do
        parts[i] = space() .. element(depth - 1) .. space()
    end
    return open .. table.concat(parts, ",") .. close
end

local function member(depth)
    local name = rarely(2) and '"' .. pick(words) .. '"' or string_text()
    return name .. space() .. ":" .. space() .. value(depth)
end

function value(depth)
    local kind = random(depth > 0 and 8 or 5)
    if kind <= 2 then
        return string_text()
    elseif kind == 3 then
        return number_text()
    elseif kind <= 5 then
        return pick { "null", "true", "false", "0" }
    elseif kind == 6 then
        return list_text(depth, "[", "]", value)
    end
    return list_text(depth, "{", "}", member)
end

local function envelope()
    local members = {}
    for i = 1, random(4) do
        members[i] = member(random(4))
    end
    if rarely(2) then
        members[#members + 1] = '"Error":' .. (rarely(3) and value(2) or '{"Code":' .. string_text() .. "}")
    end
    return '{"Response":{' .. table.concat(members, ",") .. "}}"
end

local function mutate(body)
    local other = string.char(random(256) - 1)
    for _ = 1, random(3) do
        local at = random(#body + 1)
        local from, to = body:sub(1, at - 1), body:sub(at)
        body = from .. pick {
            to:sub(2), -- one byte less
            other .. to, -- one byte more
            other .. to:sub(2), -- another byte
            pick(numbers) .. to,
            to:sub(random(#to + 1)), -- some bytes less
            to .. to, -- some bytes twice
        }
    end
    return body
end

--- n bodies; `next_random(n)` gives 1 .. n.
function M.make(n, next_random, fixtures)
    random = next_random
    local bodies = {}
    for _, body in ipairs(fixtures) do
        bodies[#bodies + 1] = body
    end
    while #bodies < n do
        local body = rarely(3) and value(4) or envelope()
        bodies[#bodies + 1] = rarely(3) and mutate(rarely(4) and pick(fixtures) or body) or body
    end
    return bodies
end

return M
