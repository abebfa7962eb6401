--- What the command prints: text from outside made harmless, colours, tables.
local core = require "tencentcloud.response.core"

local M = {}

local INVALID = { "^\224[\128-\159]", "^\237[\160-\191]", "^\240[\128-\143]", "^\244[\144-\191]" }

-- Is this character of several bytes well-formed UTF-8 (Unicode 15, table 3-7)?
local function is_character(bytes, length)
    if #bytes ~= length or not bytes:find "^.[\128-\191]+$" then
        return false
    end
    for _, pattern in ipairs(INVALID) do
        if bytes:find(pattern) then
            return false
        end
    end
    return true
end

--- Replaces each byte that is not part of well-formed UTF-8.
---@param text string
---@param replace fun(byte: string): string
---@return string
function M.well_formed(text, replace)
    return (text:gsub("[\128-\255]+", function(run)
        local parts, i = {}, 1
        while i <= #run do
            local lead = run:byte(i)
            local length = lead >= 0xF0 and lead < 0xF5 and 4 or lead >= 0xE0 and lead < 0xF0 and 3
                or lead >= 0xC2 and lead < 0xE0 and 2 or 1
            local bytes = run:sub(i, i + length - 1)
            if length == 1 or not is_character(bytes, length) then
                bytes = replace(run:sub(i, i))
                length = 1
            end
            parts[#parts + 1] = bytes
            i = i + length
        end
        return table.concat(parts)
    end))
end

local function hexadecimal(byte)
    return ("\\x%02X"):format(byte:byte())
end

--- Text from outside as one line. Raw control characters would let a stranger control the terminal.
---@param text string
---@return string
function M.escape(text)
    return core.line(M.well_formed(text, hexadecimal), "", "")
end

--- The same, with line feeds and tabs left as they are.
function M.escape_lines(text)
    return (text:gsub("[^\n\t]+", M.escape))
end

--- Bytes of any kind, as many columns as bytes are written; for a line that has a caret below it.
function M.visible(bytes)
    return (bytes:gsub("[^\32-\126]", hexadecimal))
end

--- The text without the bytes of a set, such as "%s", at its end. In linear time: `gsub "%s+$"` would begin anew at each
--- byte of a run that is not at the end.
---@param text string
---@param set string as between the brackets of a pattern
---@return string
function M.trim_end(text, set)
    return text:match("^.*[^" .. set .. "]") or ""
end

--- The text, or its beginning if it is longer than this many bytes.
function M.shorten(text, limit)
    if #text <= limit then
        return text
    end
    return text:sub(1, limit - 10):gsub("[\192-\255][\128-\191]*$", "") .. "..."
end

-- How many columns a character takes: two for those of East Asia and for emoji.
local function columns_of(character)
    local lead, second = character:byte(1, 2)
    local wide = lead >= 0xE3 and lead <= 0xED or lead == 0xF0 or lead == 0xEF and second >= 0xBC and second <= 0xBD
    return wide and 2 or 1
end

--- How many columns an escaped text takes.
function M.width(text)
    local width = 0
    for character in text:gmatch "[%z\1-\127\192-\255][\128-\191]*" do
        width = width + columns_of(character)
    end
    return width
end

-- The beginning of the text that fits these columns.
local function fit(text, columns)
    if M.width(text) <= columns then
        return text
    end
    local kept, width = {}, 0
    for character in text:gmatch "[%z\1-\127\192-\255][\128-\191]*" do
        width = width + columns_of(character)
        if width > columns - 3 then
            break
        end
        kept[#kept + 1] = character
    end
    return table.concat(kept) .. "..."
end

--- Is this file descriptor a terminal?
function M.is_terminal(descriptor)
    local result = os.execute(("test -t %d"):format(descriptor))
    return result == true or result == 0
end

local COLORS = { bold = "1", dim = "2", red = "31", green = "32", yellow = "33", cyan = "36" }

---@class tencentcloud.cli.Out
---@field colored boolean
---@field columns integer|nil the width of the terminal; nil if the output is not a terminal
local Out = {}
Out.__index = Out

-- The width of the terminal, 80 where it cannot be found out.
local function terminal_columns()
    local pipe = io.popen "stty size 2>/dev/null </dev/tty"
    local columns = pipe and pipe:read "*a":match "^%d+ (%d+)"
    if pipe then
        pipe:close()
    end
    return tonumber(columns) or 80
end

--- The standard output.
---@param color "auto"|"always"|"never"
---@param quiet boolean|nil true: nothing is printed
---@return tencentcloud.cli.Out
function M.new(color, quiet)
    local out = setmetatable({ quiet = quiet }, Out)
    if quiet then
        return out
    end
    local is_terminal = M.is_terminal(1)
    local no_color = os.getenv "NO_COLOR"
    out.colored = color == "always" or color == "auto" and is_terminal and (no_color or "") == ""
        and os.getenv "TERM" ~= "dumb"
    out.columns = is_terminal and (tonumber(os.getenv "COLUMNS") or terminal_columns()) or nil
    return out
end

function Out:write(...)
    if self.quiet or self.failed then
        return
    end
    local ok, message = io.stdout:write(...)
    if not ok then
        self.failed = message
    end
end

--- Makes what was written visible now.
function Out:flush()
    local ok, message = io.stdout:flush()
    if not ok and not self.failed then
        self.failed = message
    end
end

-- LuaJIT's compiled code tries a failed write once more, and then the error is gone.
if type(jit) == "table" then
    jit.off(Out.write)
    jit.off(Out.flush)
end

--- Ends the output. Returns the exit status if it could not be written, else nil.
---@return integer|nil
function Out:close()
    if self.quiet then
        return nil
    end
    self:flush()
    if self.failed then
        io.stderr:write("tencentcloud-response: cannot write: ", self.failed, "\n")
        return 2
    end
end

--- The text in a colour, where there are colours.
---@param color string one of COLORS
function Out:paint(color, text)
    return self.colored and ("\27[%sm%s\27[0m"):format(COLORS[color], text) or text
end

--- Prints names and texts below each other, {{name, text}, ...}; both are escaped already.
function Out:pairs(rows)
    local width = 0
    for _, row in ipairs(rows) do
        width = math.max(width, M.width(row[1]))
    end
    for _, row in ipairs(rows) do
        self:write("    ", self:paint("cyan", row[1]), (" "):rep(width - M.width(row[1]) + 2), row[2], "\n")
    end
end

--- Prints a table. What a terminal has no room for is cut from the last column.
---@param header string[]
---@param rows string[][] escaped already
---@param right table<integer, boolean>|nil the columns to align right
---@param color (fun(row: string[]): string?)|nil the colour of a row
function Out:table(header, rows, right, color)
    local widths, last, left = {}, #header, 0
    for column = 1, last do
        widths[column] = M.width(header[column])
        for _, row in ipairs(rows) do
            widths[column] = math.max(widths[column], M.width(row[column]))
        end
        left = left + (column < last and widths[column] + 2 or 0)
    end
    local function write_row(row, paint)
        local cells = {}
        for column = 1, last do
            local cell = row[column]
            local blanks = (" "):rep(widths[column] - M.width(cell))
            if column == last then
                cell = self.columns and fit(cell, math.max(self.columns - left, 10)) or cell
            elseif right and right[column] then
                cell = blanks .. cell
            else
                cell = cell .. blanks
            end
            cells[column] = cell
        end
        local line = M.trim_end(table.concat(cells, "  "), " ")
        self:write(paint and self:paint(paint, line) or line, "\n")
    end
    write_row(header, "bold")
    for _, row in ipairs(rows) do
        write_row(row, color and color(row))
    end
end

return M
