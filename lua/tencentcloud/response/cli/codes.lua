--- `tencentcloud-response codes`: explains error codes.
local codes = require "tencentcloud.codes"
local json = require "tencentcloud.response.cli.json"
local products = require "tencentcloud.codes.products"
local report = require "tencentcloud.response.cli.report"
local terminal = require "tencentcloud.response.cli.terminal"

local M = {}

local FOUND, NOT_FOUND = 0, 1

-- Every code with the products that document it, in byte order: {{code, products}, ...}, products in one string.
local function every_code()
    local list, seen = {}, {}
    for code, documenting in products.every() do
        list[#list + 1] = { code, documenting }
        seen[code] = true
    end
    for _, code in ipairs(codes.all()) do
        if not seen[code] then
            list[#list + 1] = { code, "" }
        end
    end
    table.sort(list, function(a, b) return a[1] < b[1] end)
    return list
end

local function words_of(text)
    local words = {}
    for word in text:gmatch "%S+" do
        words[#words + 1] = word
    end
    return words
end

local function write_json(out, code, documenting)
    local meaning = codes.describe(code)
    out:write(json.line {
        { "code", code },
        { "category", meaning.category },
        { "retry", meaning.retry },
        { "description", meaning.description },
        { "products", words_of(documenting) },
    })
end

-- Prints a table of codes, {{code, products}, ...}.
local function write_table(out, list, header)
    local rows = {}
    for i, item in ipairs(list) do
        local meaning = codes.describe(item[1])
        rows[i] = { item[1], meaning.category, meaning.retry, meaning.description, item[2] }
    end
    out:table(header, rows)
end

local function write_list(out, options, list, header)
    if not options.json then
        return write_table(out, list, header)
    end
    for _, item in ipairs(list) do
        write_json(out, item[1], item[2])
    end
end

-- Codes that differ from this one only in upper and lower case.
local function same_letters(code)
    local lower, found = code:lower(), {}
    for _, item in ipairs(every_code()) do
        if item[1]:lower() == lower then
            found[#found + 1] = item[1]
        end
    end
    return found
end

local function note_of(code, category, documenting)
    if documenting ~= "" or category ~= "unknown" and code == codes.family(code) then
        return nil
    end
    local found = same_letters(code)
    for _, other in ipairs(found) do
        if other == code then
            return nil
        end
    end
    if found[1] then
        return ("did you mean %s? Codes are told apart by upper and lower case"):format(table.concat(found, " or "))
    end
    return category == "unknown" and "no product documents this code or its family"
        or "no product documents this code; it is described by its family"
end

-- Explains one code. Returns whether anything is known about it.
local function explain(out, options, code)
    local meaning = codes.describe(code)
    local documenting = table.concat(codes.documented_by(code), " ")
    if options.json then
        write_json(out, code, documenting)
    else
        local rows = {
            { "Meaning", meaning.description ~= "" and meaning.description or "not described" },
            { "Category", meaning.category },
            { "Retry", report.retry(meaning.retry) },
            { "Products", documenting ~= "" and documenting or "none" },
        }
        local note = note_of(code, meaning.category, documenting)
        if note then
            rows[#rows + 1] = { "Note", terminal.escape(note) }
        end
        out:write(out:paint("bold", terminal.escape(code)), "\n")
        out:pairs(rows)
        out:write "\n"
    end
    return meaning.category ~= "unknown"
end

local function explain_all(out, options, list)
    local status = FOUND
    for _, code in ipairs(list) do
        if not explain(out, options, code) then
            status = NOT_FOUND
        end
    end
    return status
end

local function list_product(out, options, name)
    local list = {}
    for i, code in ipairs(products.codes(name)) do
        list[i] = { code, name }
    end
    if not list[1] then
        return nil, products.unknown(name, "")
    end
    write_list(out, options, list, { "Code", "Category", "Retry", "Meaning" })
    return FOUND
end

-- Does the code, its meaning or one of its products have every word in it?
local function matches(item, words)
    local meaning = codes.describe(item[1])
    local text = table.concat({ item[1], meaning.category, meaning.retry, meaning.description }, " "):lower()
    for _, word in ipairs(words) do
        if not text:find(word, 1, true) and not (" " .. item[2] .. " "):find(" " .. word .. " ", 1, true) then
            return false
        end
    end
    return true
end

local function search(out, options, words)
    local list, lower = {}, {}
    for i, word in ipairs(words) do
        lower[i] = word:lower()
    end
    for _, item in ipairs(every_code()) do
        if matches(item, lower) then
            list[#list + 1] = item
        end
    end
    if list[1] then
        write_list(out, options, list, { "Code", "Category", "Retry", "Meaning", "Products" })
        return FOUND
    end
    if not options.json then
        out:write("no code has ", terminal.escape(table.concat(words, " and ")), "\n")
    end
    return NOT_FOUND
end

--- Runs the command.
---@param out tencentcloud.cli.Out
---@param options table
---@param words string[]
---@return integer|nil status nil: incorrect usage
---@return string|nil message what is wrong
function M.run(out, options, words)
    if options.product and (options.search or words[1]) then
        return nil, "--product excludes codes and --search"
    elseif options.product then
        return list_product(out, options, options.product)
    elseif options.search == "" then
        return nil, "--search needs a WORD"
    elseif options.search then
        table.insert(words, 1, options.search)
        return search(out, options, words)
    elseif not words[1] then
        return nil, "codes needs a CODE, --product NAME or --search WORD"
    end
    return explain_all(out, options, words)
end

return M
