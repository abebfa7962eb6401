--- The values that a view or an event must hold: comparing them, and paths into them. In these values every array has
--- the metatable ARRAY, so that an empty one is known.
local null = require("tencentcloud.response").null

local values = { ARRAY = {} }

local function is_array(value) return getmetatable(value) == values.ARRAY end

local function differ(what, ours, expected)
    error(("%s: %s, expected %s"):format(what, tostring(ours):sub(1, 200), tostring(expected):sub(1, 200)), 0)
end

--- Raises an error that begins with `what` if two values differ.
local function alike(what, ours, expected)
    if type(expected) ~= "table" or type(ours) ~= "table" then
        if ours ~= expected then
            differ(what, ours, expected)
        end
        return
    end
    if getmetatable(ours) ~= getmetatable(expected) then
        differ(what .. ": metatable", getmetatable(ours), getmetatable(expected))
    end
    for name, member in next, expected do
        alike(what .. "." .. tostring(name), ours[name], member)
    end
    for name in next, ours do
        if expected[name] == nil then
            differ(what .. "." .. tostring(name), ours[name], nil)
        end
    end
end

--- The number of members or elements; nil if the value is not a table.
function values.count(value)
    if type(value) ~= "table" then
        return nil
    end
    local n = 0
    for _ in next, value do
        n = n + 1
    end
    return n
end

--- The type as view:type() says it.
function values.type_of(value)
    if value == null then
        return "null"
    elseif type(value) == "table" then
        return is_array(value) and "array" or "object"
    end
    return value ~= nil and type(value) or nil
end

--- The value at a path; nil if there is none.
local function at(value, path)
    for _, step in ipairs(path) do
        if type(value) ~= "table" or is_array(value) ~= (type(step) == "number") then
            return nil
        end
        value = value[step]
    end
    return value
end

--- A random path from a value. Most paths lead somewhere.
function values.path_in(value, random)
    local path = {}
    for i = 1, random(4) - 1 do
        if type(value) ~= "table" or random(12) == 1 then
            path[i] = random(2) == 1 and random(80) or "None"
        elseif is_array(value) then
            path[i] = random(math.max(1, #value))
        else
            local members = {}
            for name in next, value do
                members[#members + 1] = name
            end
            table.sort(members)
            path[i] = members[math.min(#members, random(#members + 1))] or "None"
        end
        value = at(value, { path[i] })
    end
    return path
end

--- A path as text.
function values.show(path)
    local parts = {}
    for i, step in ipairs(path) do
        parts[i] = type(step) == "number" and tostring(step) or ("%q"):format(step)
    end
    return table.concat(parts, ", ")
end

values.alike, values.at = alike, at

return values
