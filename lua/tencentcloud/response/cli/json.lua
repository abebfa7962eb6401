--- Writes the command's JSON.
local core = require "tencentcloud.response.core"
local terminal = require "tencentcloud.response.cli.terminal"

local M = {}

-- U+FFFD, for bytes that JSON cannot express.
local function replacement()
    return "\239\191\189"
end

-- The core's line escapes controls as JSON does.
local function quote(text)
    return '"' .. core.line(terminal.well_formed(text, replacement):gsub('[\\"]', "\\%0"), "", "") .. '"'
end

local encode

local function encode_object(members)
    local parts = {}
    for i = 1, #members do
        local name, value = members[i][1], members[i][2]
        if value ~= nil then
            parts[#parts + 1] = quote(name) .. ":" .. encode(value)
        end
    end
    return "{" .. table.concat(parts, ",") .. "}"
end

function encode(value)
    if type(value) == "string" then
        return quote(value)
    elseif type(value) == "number" then
        return ("%.0f"):format(value)
    elseif type(value) ~= "table" then
        return tostring(value)
    elseif value.members then
        return encode_object(value.members)
    end
    local items = {}
    for i, item in ipairs(value) do
        items[i] = encode(item)
    end
    return "[" .. table.concat(items, ",") .. "]"
end

--- The line of JSON for an object. Its members come as a list, so they have an order: {{name, value}, ...}. A value is
--- a string, a boolean, an integer, a list of values, or { members = ... } for an object; a member without value is
--- left out.
---@param members table
---@return string
function M.line(members)
    return encode_object(members) .. "\n"
end

return M
