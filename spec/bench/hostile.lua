--- Bodies of about the given size that would make a careless reader slow.
local hostile = {}

local function payload(members)
    return '{"Response":{' .. members .. ',"RequestId":"b5b41468-520d-4192-b42f-595cc34b6c1c"}}'
end

-- A text of about this many bytes that repeats the piece.
local function again(piece, bytes)
    return piece:rep(math.max(1, math.floor(bytes / #piece)))
end

local function member(name, text)
    return ('"%s":%s'):format(name, text)
end

-- A payload with as many members of different names as fit, and the last name. name_of returns a name in pieces.
local function members(bytes, name_of)
    local pieces, length, count = {}, 0, 0
    repeat
        pieces[#pieces + 1] = count == 0 and '"' or ',"'
        for _, piece in ipairs(name_of(count)) do
            pieces[#pieces + 1] = piece
            length = length + #piece
        end
        pieces[#pieces + 1] = '":0'
        length, count = length + 5, count + 1
    until length >= bytes
    return payload(table.concat(pieces)), table.concat(name_of(count - 1))
end

function hostile.members(bytes)
    return members(bytes, function(n) return { "Member" .. n } end)
end

--- Names with the same hash on Lua 5.1 and LuaJIT, whose string hash has no seed. Lua 5.2 and 5.3 have a seed, but
--- still put these names in one chain of a table. The names differ only in bytes that no host before 5.4 hashes. In a
--- name of 64 bytes Lua hashes every third byte, including the last. LuaJIT at first hashes four bytes each at the
--- start, a quarter, the middle and the end. The names are in pieces because interning them would itself be slow.
function hostile.colliding(bytes)
    local rest = ("n"):rep(49)
    return members(bytes, function(n)
        local a, b, c, d = ("%08x"):format(n):match "(..)(..)(..)(..)"
        return { "nnnn", a, "n", b, "n", c, "n", d, rest }
    end)
end

function hostile.integer(bytes)
    return payload(member("Number", again("7", bytes)))
end

function hostile.fraction(bytes)
    return payload(member("Number", "0." .. again("142857", bytes)))
end

function hostile.exponent(bytes)
    return payload(member("Number", "1e" .. again("0", bytes) .. "1"))
end

function hostile.escapes(bytes)
    return payload(member("Text", '"' .. again("\\u00e9\\n\\uD83D\\uDE00\\\"", bytes) .. '"'))
end

--- A Message of escaped control characters, which the one-line message must escape again.
function hostile.message(bytes)
    return payload('"Error":{"Code":"InternalError","Message":"' .. again("\\n\\u0001\\u2028", bytes) .. '"}')
end

--- A RequestId that takes up almost the whole body.
function hostile.request_id(bytes)
    return '{"Response":{"RequestId":"' .. again("0123456789abcdef", bytes) .. '"}}'
end

--- Three-byte characters.
function hostile.characters(bytes)
    return payload(member("Text", '"' .. again("\231\155\184", bytes) .. '"'))
end

function hostile.blanks(bytes)
    return "{" .. again(" \n\t\r", bytes) .. '"Response":{}}'
end

--- Rejected at the depth limit.
function hostile.openings(bytes)
    return again("[", bytes)
end

function hostile.names_and_openings(bytes)
    return again('{"Response":', bytes)
end

--- Lists as deep as allowed, one after another.
function hostile.deep(bytes)
    local depth = 900
    local list = ("["):rep(depth) .. ("]"):rep(depth)
    return payload(member("Lists", "[" .. again(list .. ",", bytes) .. "[]]"))
end

--- Empty lists take more work per byte than any other JSON.
function hostile.empty_lists(bytes)
    return payload(member("Lists", "[" .. again("[],", bytes) .. "[]]"))
end

--- The same members repeated; the last ones win.
function hostile.repeated(bytes)
    local members_again = '"Error":{"Code":"A","Message":"","Code":"InternalError"},"RequestId":"a",'
    return payload(again(members_again, bytes) .. '"Last":0')
end

--- Wrong at the last byte.
function hostile.late_mistake(bytes)
    return (payload(member("Lists", "[" .. again('{"Name":"value"},', bytes) .. "0]")):gsub("}$", "]"))
end

return hostile
