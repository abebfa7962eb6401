--- `tencentcloud-response FILE...`: finds out what the input is, and reports each response in it.
local input = require "tencentcloud.response.cli.input"
local is_stream = require("tencentcloud.response.stream").is_stream
local json = require "tencentcloud.response.cli.json"
local report = require "tencentcloud.response.cli.report"
local response = require "tencentcloud.response"
local stream = require "tencentcloud.response.cli.stream"
local terminal = require "tencentcloud.response.cli.terminal"

local M = {}

local reader = response.new { array_mt = report.list }

local SUCCESS, FAILURE, NO_RESPONSE = 0, 1, 2

--- The exit status of a verdict.
---@param err tencentcloud.Error|nil
function M.status(err)
    return not err and SUCCESS or err.kind == "api" and FAILURE or NO_RESPONSE
end

local function is_blank(line)
    return not line:find "%S"
end

-- The three digits of the status in a status line. response.read says if HTTP has no such status.
local function status_of(line)
    return line:match "^HTTP/%d[%.%d]* (%d%d%d)%f[%D]"
end

-- Reads an HTTP head up to its blank line. If a header occurs more than once, the first one counts.
local function read_head(source)
    local head = { status = status_of(source:line()), headers = {} }
    for line in source.line, source do
        local name, value = line:match "^([^:%s]+):[ \t]*(.*)$"
        if name and not head.headers[name:lower()] then
            head.headers[name:lower()] = terminal.trim_end(value, "%s")
        elseif is_blank(line) then
            break
        end
    end
    return head
end

-- The last of the heads at the beginning, after those of interim responses (100), proxies and redirections; or nil.
local function read_heads(source)
    local head
    local line = source:line()
    while line and status_of(line) do
        source:push(line)
        head = read_head(source)
        line = source:line()
    end
    source:push(line)
    return head
end

-- The RequestId of a success; the head's if the body has none. In the payload a string may also stand for a long number.
local function request_id_of(body, head)
    local request_id = response.check(body)
    return request_id ~= "" and request_id or head and head.headers["x-tc-requestid"] or ""
end

-- Calls report for a verdict in the form that was asked for. Returns the exit status.
local function show(out, options, title, fields, body, head, result, err)
    if options.json then
        local request_id = result and request_id_of(body, head)
        out:write(json.line(report.fields(fields, body, request_id, err)))
    else
        report.body(out, title, body, result, err)
    end
    return M.status(err)
end

-- The first line that is not blank, and the blank lines before it; "" at the end.
local function first_line(source)
    local blank = {}
    for line in source.line, source do
        if not is_blank(line) then
            return line, table.concat(blank)
        end
        blank[#blank + 1] = line
    end
    return "", table.concat(blank)
end

-- Is this line by itself JSON, so that the next line is another body?
local function is_whole(line)
    local _, _, err = response.check(line)
    return not err or err.kind ~= "json"
end

local function read_line(out, options, source, line, number)
    local body = terminal.trim_end(line, "\r\n")
    local result, _, err = reader.parse(body)
    local fields = { source = source.name, line = number }
    local status = show(out, options, ("%s, line %d"):format(source.name, number), fields, body, nil, result, err)
    out:flush()
    return status
end

local function count_lines(text)
    local _, count = text:gsub("\n", "")
    return count
end

-- JSON lines, of which the first has been read, the blank lines before it, and those after it.
local function read_lines(out, options, source, line, blank, more_blank)
    local number = count_lines(blank) + 1
    local status = read_line(out, options, source, line, number)
    number = number + count_lines(more_blank)
    for next_line in source.line, source do
        number = number + 1
        if not is_blank(next_line) then
            status = math.max(status, read_line(out, options, source, next_line, number))
        end
    end
    return status
end

-- A body without a head, or several.
local function read_bodies(out, options, source, line, blank)
    local next_line, more_blank = "", ""
    if is_whole(line) then
        next_line, more_blank = first_line(source)
    end
    if next_line:find "^%s*{" then
        source:push(next_line)
        return read_lines(out, options, source, line, blank, more_blank)
    end
    local body = blank .. line .. more_blank .. next_line .. source:rest()
    local result, _, err = reader.parse(body)
    return show(out, options, source.name, { source = source.name }, body, nil, result, err)
end

-- A body or an event stream that came with a head; its first line has been read.
local function read_response(out, options, source, start, head)
    if head.status == "200" and is_stream(head.headers["content-type"], start) then
        return M.status(stream.read(out, options, source, start, head))
    end
    local body = start .. source:rest()
    local result, _, err = reader.read { status = head.status, headers = head.headers, body = body }
    local fields = { source = source.name, http_status = tonumber(head.status) }
    return show(out, options, source.name, fields, body, head, result, err)
end

local function read_source(out, options, source)
    local head = read_heads(source)
    local line, blank = first_line(source)
    if source.failed then
        return NO_RESPONSE
    elseif head then
        return read_response(out, options, source, blank .. line, head)
    elseif stream.begins(line) then
        return M.status(stream.read(out, options, source, blank .. line, nil))
    end
    return read_bodies(out, options, source, line, blank)
end

local function read_path(out, options, path)
    local source, message = input.open(path)
    if not source then
        return input.unreadable(path, message)
    end
    if path == "-" and not options.quiet and terminal.is_terminal(0) then
        io.stderr:write "Reading from the terminal; end with Ctrl-D on a line of its own.\n"
    end
    local status = read_source(out, options, source)
    source:close()
    if source.failed then
        return input.unreadable(source.name, source.failed)
    end
    return status
end

--- Reads each path in turn.
---@param out tencentcloud.cli.Out
---@param options table
---@param paths string[] none: standard input
---@return integer status the highest
function M.run(out, options, paths)
    local status = SUCCESS
    for _, path in ipairs(paths[1] and paths or { "-" }) do
        status = math.max(status, read_path(out, options, path))
        out:flush()
    end
    return status
end

return M
