--- The command's input: files and standard input, read line by line.
local terminal = require "tencentcloud.response.cli.terminal"

local M = {}

local BLOCK = 65536

-- `read "*L"` of LuaJIT and Lua 5.2 loses what comes after a NUL in a line. Lua 5.1 does not have it.
local reads_whole_lines = _VERSION ~= "Lua 5.1" and _VERSION ~= "Lua 5.2"

---@class tencentcloud.cli.Input
---@field name string as the user knows it, "standard input" for that
---@field failed string|nil why reading ended early
local Input = {}
Input.__index = Input

-- Each of the next three functions reads a line with the line feed at its end; nil at the end.

-- Quick, but a line that comes from a pipe would wait until its block is full.
local function read_blocks(input)
    local parts = {}
    while input.block do
        local line_end = input.block:find("\n", input.position, true)
        parts[#parts + 1] = input.block:sub(input.position, line_end or -1)
        if line_end then
            input.position = line_end + 1
            break
        end
        input.block, input.position = input:read(BLOCK), 1
    end
    local line = table.concat(parts)
    return line ~= "" and line or nil
end

local function read_line(input)
    return input:read "*L"
end

-- Exact on every Lua, but slow: 8 MB a second.
local function read_bytes(input)
    local bytes = {}
    repeat
        local byte = input:read(1)
        bytes[#bytes + 1] = byte
    until not byte or byte == "\n"
    return bytes[1] and table.concat(bytes)
end

-- Is this a file on a disk? A pipe has no positions, and a terminal has no size.
local function is_stored(file)
    local at = file:seek()
    local size = at and file:seek "end"
    return size and file:seek("set", at) and size > 0
end

--- Opens a file; "-" is standard input.
---@param path string
---@param may_wait boolean|nil true: a line need not come as soon as it has arrived, so reading is quicker
---@return tencentcloud.cli.Input|nil
---@return string|nil message
function M.open(path, may_wait)
    local name, file, message = "standard input", io.stdin, nil
    if path ~= "-" then
        name, file, message = path, io.open(path, "rb")
    end
    if not file then
        return nil, message
    end
    local next_line = (may_wait or is_stored(file)) and read_blocks or reads_whole_lines and read_line or read_bytes
    return setmetatable({ name = name, file = file, next_line = next_line, block = "", position = 1 }, Input)
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

--- The next line, with the line feed at its end; nil at the end.
---@return string|nil
function Input:line()
    local line = self.pushed
    self.pushed = nil
    return line or self:next_line()
end

--- Gives a line back, to be read again.
function Input:push(line)
    self.pushed = line
end

--- All that is left.
---@return string
function Input:rest()
    local start = (self.pushed or "") .. (self.block or ""):sub(self.position)
    self.pushed, self.block = nil, nil
    return start .. (self:read "*a" or "")
end

return M
