--- What the command says about one response.
local codes = require "tencentcloud.codes"
local null = require("tencentcloud.response").null
local terminal = require "tencentcloud.response.cli.terminal"

local M = {}

--- The metatable of lists, which tells an empty one from an object.
M.list = {}

local MEMBERS = 20 -- at most this many are shown
local SHORT, LONG = 160, 2000 -- bytes of a value, and of a Message, that are shown

local RETRY = {
    safe = "yes, a little later: nothing was done",
    idempotent = "only what may be done twice: it may have been done",
    never = "no: it fails again until something changes",
    ["by status"] = "depends on the HTTP status",
}

--- A value of `retry` in words.
function M.retry(retry)
    return ("%s (%s)"):format(retry, RETRY[retry])
end

local function escape(text)
    return terminal.escape(terminal.shorten(text, SHORT))
end

local function names(object)
    local sorted = {}
    for name in pairs(object) do
        sorted[#sorted + 1] = name
    end
    table.sort(sorted)
    return sorted
end

-- A RequestId, which may be missing.
local function named(request_id)
    return request_id == "" and "none" or escape(request_id)
end

-- A value in a few words.
local function brief(value)
    if value == null then
        return "null"
    elseif type(value) ~= "table" then
        return escape(tostring(value))
    elseif getmetatable(value) == M.list then
        return #value == 0 and "an empty list" or ("a list of %d"):format(#value)
    end
    local members = names(value)
    return #members == 0 and "an empty object" or "an object of " .. escape(table.concat(members, ", "))
end

local function add_members(rows, object)
    local members = names(object)
    for i, name in ipairs(members) do
        if i > MEMBERS then
            rows[#rows + 1] = { "...", ("%d members in all"):format(#members) }
            return
        elseif name ~= "RequestId" then
            rows[#rows + 1] = { escape(name), brief(object[name]) }
        end
    end
end

local function add_meaning(rows, err)
    local description = codes.describe(err.code).description
    rows[#rows + 1] = { "Meaning", description ~= "" and description or "not described" }
    rows[#rows + 1] = { "Category", err.category }
    rows[#rows + 1] = { "Retry", M.retry(err.retry) }
end

-- Line and column of a byte.
local function find_place(body, offset)
    local line, start = 1, 1
    for newline in body:gmatch "()\n" do
        if newline >= offset then
            break
        end
        line, start = line + 1, newline + 1
    end
    return line, offset - start + 1
end

-- Where the caret goes. If the body ended too early, that is after its last byte, but not below an empty line.
local function last_shown(body, offset)
    if offset <= #body then
        return offset
    end
    local text_end = body:match "^.*%S()"
    return text_end or 1
end

-- Offset, line and column of the caret; nil if no byte is wrong, or the body is not there.
local function place_of(body, err)
    if not err.offset or not body then
        return nil
    end
    local offset = last_shown(body, err.offset)
    return offset, find_place(body, offset)
end

-- The line that is wrong, and a caret below the byte.
local function print_line(out, body, offset, column)
    local function visible(from, to)
        return terminal.visible(body:sub(from, to):match "^[^\r\n]*")
    end
    local before = visible(offset - math.min(column - 1, 50), offset - 1)
    local after = visible(offset, offset + 25)
    out:write("\n        ", before, after, "\n        ", (" "):rep(#before), out:paint("red", "^"), "\n")
end

-- The rows of what is not a response, and where it is wrong.
local function refusal_rows(body, err)
    local rows = {
        { "Code", err.code },
        { "Reason", escape(err.reason or err.message) },
    }
    if err.request_id ~= "" then
        table.insert(rows, 1, { "RequestId", escape(err.request_id) })
    end
    if err.http_status then
        rows[#rows + 1] = { "Status", ("%d"):format(err.http_status) }
    end
    add_meaning(rows, err)
    local offset, line, column = place_of(body, err)
    if offset then
        rows[#rows + 1] = { "Place", ("byte %d: line %d, column %d"):format(offset, line, column) }
    elseif err.offset then
        rows[#rows + 1] = { "Place", ("byte %d"):format(err.offset) }
    end
    return rows, offset, column
end

local function failure_rows(err)
    local rows = {
        { "RequestId", named(err.request_id) },
        { "Code", escape(err.code) },
        { "Message", terminal.escape(terminal.shorten(err.message, LONG)) },
    }
    add_meaning(rows, err)
    if type(err.details) == "table" then
        add_members(rows, err.details)
    end
    add_members(rows, err.payload or {})
    return rows
end

local OUTCOMES = {
    success = { "green", "the call succeeded" },
    failure = { "red", "the call failed" },
    ["no response"] = { "yellow", "this is not a response" },
}

local function outcome_of(err)
    return not err and "success" or err.kind == "api" and "failure" or "no response"
end

local function success_rows(result)
    local id = result.RequestId or ""
    local rows = { { "RequestId", type(id) == "string" and named(id) or brief(id) } }
    add_members(rows, result)
    return rows
end

--- Prints what is known about a response.
---@param out tencentcloud.cli.Out
---@param title string where it comes from
---@param body string|nil nil where it was not kept
---@param result table|nil the payload
---@param err tencentcloud.Error|nil
---@param words string|nil instead of the usual ones that say how the call ended
---@param more string[][]|nil rows to print after the others
function M.body(out, title, body, result, err, words, more)
    local outcome = outcome_of(err)
    local color, said = OUTCOMES[outcome][1], words or OUTCOMES[outcome][2]
    out:write(out:paint("bold", escape(title)), ": ", out:paint(color, said), "\n")
    local rows, offset, column
    if not err then
        rows = success_rows(result)
    elseif err.kind == "api" then
        rows = failure_rows(err)
    else
        rows, offset, column = refusal_rows(body, err)
    end
    for _, row in ipairs(more or {}) do
        rows[#rows + 1] = row
    end
    out:pairs(rows)
    if offset and body:find "%S" then
        print_line(out, body, offset, column)
    end
    out:write "\n"
end

--- The same for programs: the members of an object, for json.line.
---@param fields table source; line, http_status and events where they are known
---@param body string|nil
---@param request_id string|nil of a success
---@param err tencentcloud.Error|nil
function M.fields(fields, body, request_id, err)
    local members = {
        { "source", fields.source },
        { "line", fields.line },
        { "outcome", (outcome_of(err):gsub(" ", "_")) },
        { "http_status", fields.http_status },
        { "events", fields.events },
    }
    local function add(name, value)
        members[#members + 1] = { name, value }
    end
    if not err then
        add("request_id", request_id)
        return members
    end
    add("request_id", err.request_id)
    add("kind", err.kind)
    add("code", err.code)
    add("message", err.message)
    add("category", err.category)
    add("retry", err.retry)
    add("description", codes.describe(err.code).description)
    if err.kind ~= "api" then
        add("reason", err.reason)
        add("byte", err.offset)
        if err.offset and body then
            local line, column = find_place(body, err.offset)
            add("row", line)
            add("column", column)
        end
    end
    return members
end

return M
