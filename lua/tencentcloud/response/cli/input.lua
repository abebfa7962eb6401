--- The command's input: files and standard input, read line by line as it arrives, or in blocks.
local terminal = require "tencentcloud.response.cli.terminal"

local M = {}

local BLOCK = 65536

-- Lua 5.1 cuts a line at its first NUL and does not say whether the last one has an end, so it reads byte by byte.
local reads_whole_lines = _VERSION ~= "Lua 5.1" or type(jit) == "table"

---@class tencentcloud.cli.Input
---@field name string as the user knows it, "standard input" for that
---@field failed string|nil why reading ended early
local Input = {}
Input.__index = Input

--- Opens a file; "-" is standard input.
---@param path string
---@return tencentcloud.cli.Input|nil
---@return string|nil message
function M.open(path)
    if path == "-" then
        return setmetatable({ name = "standard input", file = io.stdin }, Input)
    end
    local file, message = io.open(path, "rb")
    if not file then
        return nil, message
    end
    return setmetatable({ name = path, file = file }, Input)
end

--- Says that something cannot be read. Returns the exit status.
---@param name string
---@param message string
---@return integer
function M.unreadable(name, message)
    message = message:find(name, 1, true) and message or name .. ": " .. message
    io.stderr:write("tencentcloud-response: cannot read ", terminal.escape(message), "\n")
    return 2
end

function Input:close()
    if self.file ~= io.stdin then
        self.file:close()
    end
end

-- What read returns. Remembers an error, as for a directory.
function Input:read(format)
    local text, message = self.file:read(format)
    if not text and message then
        self.failed = message
    end
    return text
end

local function read_bytes(input)
    local bytes = {}
    repeat
        local byte = input:read(1)
        bytes[#bytes + 1] = byte
    until not byte or byte == "\n"
    return bytes[1] and table.concat(bytes)
end

--- The next line as soon as it has arrived, with the line feed at its end; nil at the end.
---@return string|nil
function Input:line()
    if self.pushed then
        local line = self.pushed
        self.pushed = nil
        return line
    end
    return reads_whole_lines and self:read "*L" or not reads_whole_lines and read_bytes(self) or nil
end

--- Gives a line back, to be read again.
function Input:push(line)
    self.pushed = line
end

--- All that is left.
---@return string
function Input:rest()
    local line = self.pushed or ""
    self.pushed = nil
    return line .. (self:read "*a" or "")
end

--- Iterates over lines without their ends, in blocks: quicker than `line`, but no line comes before a block is full.
---@return fun(): string?
function Input:lines()
    local parts, block, position = {}, "", 1
    return function()
        while block do
            local line_end = block:find("\n", position, true)
            if line_end then
                parts[#parts + 1] = block:sub(position, line_end - 1)
                position = line_end + 1
                local line = parts[2] and table.concat(parts) or parts[1]
                parts = {}
                return line
            end
            parts[#parts + 1] = block:sub(position)
            block, position = self:read(BLOCK), 1
        end
        local line = table.concat(parts)
        parts = {}
        return line ~= "" and line or nil
    end
end

return M
