--- The error codes by product. Loads the list of documented codes, 280 KB, so codes.lua loads it on first use.
local constants = require "tencentcloud.response.constants"
local documented = require "tencentcloud.codes.documented"

local M = {}

local function code_of(family, rest)
    if rest == "=" then
        return family
    end
    return rest == "." and family .. "." or family .. "." .. rest
end

-- Iterates over the entries of the list: family, products, rests of codes.
local function entries()
    local next_line = documented:gmatch "[^\n]+"
    local family
    return function()
        for line in next_line do
            local products, rests = line:match "^ ([^:]*): (.*)"
            if products then
                return family, products, rests
            end
            family = line
        end
    end
end

local function holds(words, word)
    return ((" %s "):format(words):find((" %s "):format(word), 1, true)) ~= nil
end

--- Iterates over all documented codes: code, products in one string.
---@return fun(): string?, string?
function M.every()
    local next_entry = entries()
    local family, products, rests
    local next_rest = function() end
    return function()
        local rest = next_rest()
        while not rest do
            family, products, rests = next_entry()
            if not family then
                return nil
            end
            next_rest = rests:gmatch "%S+"
            rest = next_rest()
        end
        return code_of(family, rest), products
    end
end

--- The products that document codes, in byte order; a new list each time.
---@return string[]
function M.names()
    local names, seen = {}, {}
    for _, products in entries() do
        for product in products:gmatch "%S+" do
            if not seen[product] then
                seen[product] = true
                names[#names + 1] = product
            end
        end
    end
    table.sort(names)
    return names
end

--- The codes that a product documents, in byte order; an empty list for a product that is not known.
---@param product string
---@return string[]
function M.codes(product)
    local list = {}
    if product:find "%s" then
        return list -- not a name, but the list has rows of several names
    end
    for family, products, rests in entries() do
        if holds(products, product) then
            for rest in rests:gmatch "%S+" do
                list[#list + 1] = code_of(family, rest)
            end
        end
    end
    table.sort(list)
    return list
end

--- The products that document this code, in byte order.
---@param code string
---@return string[]
function M.documenting(code)
    local list = {}
    local start = code:match "^[^.]*"
    for family, products, rests in entries() do
        if family == start then
            for rest in rests:gmatch "%S+" do
                if code_of(family, rest) == code then
                    for product in products:gmatch "%S+" do
                        list[#list + 1] = product
                    end
                    return list
                end
            end
        end
    end
    return list
end

-- How many bytes to insert, delete or replace to turn a into b (Wagner and Fischer 1974).
local function distance(a, b)
    local row = {}
    for j = 0, #b do
        row[j] = j
    end
    for i = 1, #a do
        local diagonal
        diagonal, row[0] = row[0], i
        for j = 1, #b do
            local replaced = diagonal + (a:byte(i) == b:byte(j) and 0 or 1)
            diagonal = row[j]
            row[j] = math.min(row[j] + 1, row[j - 1] + 1, replaced)
        end
    end
    return row[#b]
end

local NEAR = 2 -- with more changes than this it is another word

-- Up to three of the product names that are nearest to this one.
local function nearest(name)
    local lower = name:sub(1, 30):lower()
    local near, names = {}, M.names()
    for changes = 0, math.min(NEAR, #lower - 1) do
        for _, product in ipairs(names) do
            if #near < 3 and distance(lower, product) == changes then
                near[#near + 1] = product
            end
        end
        if near[1] then
            break
        end
    end
    return near
end

--- Says that this is the name of no product, and which ones may be meant.
---@param name string
---@param otherwise string what to add where no name is like it
---@return string
function M.unknown(name, otherwise)
    local near = table.concat(nearest(name), "' or '")
    return ("unknown product '%s'%s"):format(name, near ~= "" and (": did you mean '%s'?"):format(near) or otherwise)
end

local tables = {}

--- The codes of a product as constants: the same table each time; nil for a product that is not known.
---@param product string
---@return table<string, string>|nil
function M.constants(product)
    if not tables[product] then
        local list = M.codes(product)
        tables[product] = list[1] and constants(list, ("codes.product %q"):format(product))
    end
    return tables[product]
end

return M
