--- `tencentcloud-response summary`: counts how calls ended, in JSON lines or an access log.
local codes = require "tencentcloud.codes"
local input = require "tencentcloud.response.cli.input"
local json = require "tencentcloud.response.cli.json"
local response = require "tencentcloud.response"
local terminal = require "tencentcloud.response.cli.terminal"

local M = {}

local SUCCESS, NO_RESPONSE = 0, 2

local CODES_MAX = 10000 -- different codes counted separately, so that no log can use up the memory
local OTHERS = "(other codes)"
local PROGRESS_STEP = 100000 -- lines
local BAR_MAX = 40

-- The members in which a JSON object may have its Code: named like nginx's variables, or as in an error object.
local CODE_MEMBERS = { "tencentcloud_code", "code", "Code" }

local CODE = "^%u[%w._]*$"
local ID_MIDDLE = ("%-%x%x%x%x"):rep(3) .. "%-" -- of a RequestId; eight digits come before it
local WORD_MAX = 300 -- the Code begins at most this far before it

local is_known = {} -- for each word: is it a known code? Filled as words come, and emptied when it is large
local known_count = 0

local function is_code(word)
    local known = is_known[word]
    if known == nil then
        known = word:find(CODE) ~= nil and codes.describe(word).category ~= "unknown"
        known_count = known_count + 1
        if known_count > CODES_MAX then
            is_known, known_count = {}, 0
        end
        is_known[word] = known
    end
    return known
end

local function unquote(field)
    return (field:gsub('^"(.*)"$', "%1"))
end

-- Each function finds the Code in a line: "" for a success, nil where the line has no verdict.

local function field_finder(number)
    return function(line)
        local at = 0
        for field in line:gmatch "%S+" do
            at = at + 1
            if at == number then
                field = unquote(field)
                return field == "-" and "" or field
            end
        end
    end
end

-- The field before the RequestId, else any word that is a known code.
local function code_in_log(line)
    local at = line:find(ID_MIDDLE)
    while at do
        local before = line:sub(math.max(1, at - WORD_MAX), at - 9):reverse():match '^"?%s+(%S+)' -- from its end, so that nothing is tried twice
        local code = before and unquote(before:reverse())
        if code == "-" or code == "" then
            return ""
        elseif code and code:find(CODE) then
            return code
        end
        at = line:find(ID_MIDDLE, at + 1)
    end
    for word in line:gmatch "%u[%w.]+" do
        if is_code(word) then
            return word
        end
    end
end

-- An object that is not an envelope may be a log entry. Reads it as a part of a payload: there, an Error means nothing.
local function code_in_entry(line)
    local view = response.open('{"Response":{"Entry":' .. line .. "}}")
    if view then
        for _, name in ipairs(CODE_MEMBERS) do
            local code = view:get("Entry", name)
            if type(code) == "string" then
                return code == "-" and "" or code
            end
        end
    end
end

local function code_in_json(line)
    local request_id, _, err = response.check(line)
    if request_id then
        return ""
    elseif err.kind == "envelope" then
        return code_in_entry(line) or err.code
    end
    return err.code
end

local function code_in_line(line)
    if line:find "^%s*{" then
        return code_in_json(line)
    end
    return code_in_log(line)
end

-- Counts the lines of a source into counts.
local function count_lines(source, find_code, counts, progress)
    local by_code = counts.by_code
    for line in source.line, source do
        counts.lines = counts.lines + 1
        local code = line:find "%S" and find_code(line)
        if code == "" then
            counts.successes = counts.successes + 1
        elseif not code then
            counts.without = counts.without + 1
        else
            local count = by_code[code]
            if not count then
                counts.codes = counts.codes + 1
                if counts.codes > CODES_MAX then
                    code = OTHERS
                    count = by_code[code]
                end
            end
            by_code[code] = (count or 0) + 1
        end
        if progress and counts.lines % PROGRESS_STEP == 0 then
            io.stderr:write("\r", ("%d lines"):format(counts.lines))
        end
    end
end

-- {{code=, count=, category=, retry=}, ...}, the most frequent first.
local function failures_of(counts)
    local list = {}
    for code, count in pairs(counts.by_code) do
        local meaning = codes.describe(code)
        list[#list + 1] = { code = code, count = count, category = meaning.category, retry = meaning.retry }
    end
    table.sort(list, function(a, b)
        if a.count ~= b.count then
            return a.count > b.count
        end
        return a.code < b.code
    end)
    return list
end

-- The sums by category or by retry, as failures_of.
local function sums_by(failures, field)
    local sums, list = {}, {}
    for _, failure in ipairs(failures) do
        local value = failure[field]
        if not sums[value] then
            sums[value] = { [field] = value, count = 0 }
            list[#list + 1] = sums[value]
        end
        sums[value].count = sums[value].count + failure.count
    end
    table.sort(list, function(a, b)
        if a.count ~= b.count then
            return a.count > b.count
        end
        return a[field] < b[field]
    end)
    return list
end

local COLORS = { safe = "yellow", idempotent = "yellow", never = "red" }

local function is_utf8()
    for _, name in ipairs { "LC_ALL", "LC_CTYPE", "LANG" } do
        local value = os.getenv(name)
        if value and value ~= "" then
            return value:lower():find "utf%-?8" ~= nil
        end
    end
    return false
end

-- A bar for a share of the largest count: as many columns as there is room for.
local function bar(count, largest, room)
    local length = math.max(1, math.floor(count / largest * room + 0.5))
    return (is_utf8() and "\226\150\136" or "#"):rep(length)
end

local function percent(count, total)
    return ("%.1f%%"):format(100 * count / total)
end

-- Prints counts below each other with their shares of all failures, and bars. The bar is the last column.
local function write_counts(out, list, names, headers, total)
    local header = { "Count", "Share" }
    for i, title in ipairs(headers) do
        header[i + 2] = title
    end
    header[#header + 1] = ""
    local rows, width = {}, 0
    for i, item in ipairs(list) do
        rows[i] = { ("%d"):format(item.count), percent(item.count, total) }
        for j, name in ipairs(names) do
            rows[i][j + 2] = terminal.escape(item[name])
        end
        width = math.max(width, #table.concat(rows[i], "  "))
    end
    local room = math.max(10, math.min(BAR_MAX, (out.columns or 100) - width - 8))
    for i, item in ipairs(list) do
        rows[i][#header] = bar(item.count, list[1].count, room)
    end
    out:table(header, rows, { true, true }, function(row)
        return COLORS[row[#header - 1]]
    end)
    out:write "\n"
end

local function numbered(count, noun)
    return ("%d %s%s"):format(count, noun, count == 1 and "" or "s")
end

local function write_text(out, counts, failures, failed)
    local judged = counts.successes + failed
    out:write(numbered(counts.lines, "line"), ": ", numbered(counts.successes, "call"), " succeeded, ",
        ("%d failed"):format(failed),
        judged > 0 and (" (%s)"):format(percent(failed, judged)) or "",
        counts.without > 0 and ("; %s without a verdict"):format(numbered(counts.without, "line")) or "", "\n\n")
    if failed > 0 then
        write_counts(out, failures, { "code", "category", "retry" }, { "Code", "Category", "Retry" }, failed)
        write_counts(out, sums_by(failures, "category"), { "category" }, { "Category" }, failed)
        write_counts(out, sums_by(failures, "retry"), { "retry" }, { "Retry" }, failed)
    end
end

local function write_json(out, counts, failures, failed)
    local list = {}
    for i, failure in ipairs(failures) do
        list[i] = { members = {
            { "code", failure.code },
            { "count", failure.count },
            { "category", failure.category },
            { "retry", failure.retry },
        } }
    end
    out:write(json.line {
        { "lines", counts.lines },
        { "successes", counts.successes },
        { "failures", failed },
        { "without_verdict", counts.without },
        { "codes", list },
    })
end

local function count_file(path, find_code, counts, progress)
    local source, message = input.open(path, true)
    if not source then
        return input.unreadable(path, message)
    end
    count_lines(source, find_code, counts, progress)
    source:close()
    return source.failed and input.unreadable(source.name, source.failed) or SUCCESS
end

--- Runs the command.
---@param out tencentcloud.cli.Out
---@param options table
---@param paths string[] none: standard input
---@return integer|nil status nil: incorrect usage
---@return string|nil message what is wrong
function M.run(out, options, paths)
    local field = tonumber(options.field)
    if options.field and not (field and field >= 1 and field % 1 == 0) then
        return nil, ("--field is the number of a field, from 1, not '%s'"):format(options.field)
    end
    local counts = { lines = 0, successes = 0, without = 0, codes = 0, by_code = {} }
    local progress = not options.quiet and terminal.is_terminal(2)
    local status = SUCCESS
    for _, path in ipairs(paths[1] and paths or { "-" }) do
        status = math.max(status, count_file(path, field and field_finder(field) or code_in_line, counts, progress))
    end
    if progress and counts.lines >= PROGRESS_STEP then
        io.stderr:write "\r\27[K"
    end
    local failures, failed = failures_of(counts), 0
    for _, failure in ipairs(failures) do
        failed = failed + failure.count
    end
    local write = options.json and write_json or write_text
    write(out, counts, failures, failed)
    return counts.successes + failed == 0 and NO_RESPONSE or status
end

return M
