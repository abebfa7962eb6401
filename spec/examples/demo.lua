-- Shows what the module makes of a response; `make demo` runs it.
--
--     lua spec/examples/demo.lua          the two documented responses
--     lua spec/examples/demo.lua FILE     then the body in FILE
--     lua spec/examples/demo.lua -        then the body on standard input, if there is any
--
-- Exit status: 0 if every body could be read, whether the call succeeded or failed; 1 if the given one is no
-- response envelope; 2 if FILE cannot be opened.
local codes = require "tencentcloud.codes"
local list = {} -- the metatable of lists, by which an empty one is told from an object
local response = require("tencentcloud.response").new { array_mt = list }

local SUCCESS = [[
{"Response":{"TotalCount":0,"InstanceStatusSet":[],"RequestId":"b5b41468-520d-4192-b42f-595cc34b6c1c"}}]]

local FAILURE = [[
{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"The provided credentials could not be ]] ..
    [[validated. Please check your signature is correct."},"RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}]]

local RETRY = {
    safe = "yes, a little later: nothing was done",
    idempotent = "only what may be done twice: it may have been done",
    never = "no: it fails again until something changes",
}

-- Control characters would do to a terminal what a stranger wants.
local function escape(text)
    local function code(bytes)
        return ("\\x%02X"):format(bytes:byte(-1))
    end
    return (text:gsub("[%c\127]", code):gsub("\194[\128-\159]", code))
end

local function shorten(text)
    if #text <= 160 then
        return text
    end
    return text:sub(1, 150):gsub("[\192-\255][\128-\191]*$", "") .. "..."
end

local function names(object)
    local sorted = {}
    for name in pairs(object) do
        sorted[#sorted + 1] = name
    end
    table.sort(sorted)
    return sorted
end

-- A value in a few words.
local function brief(value)
    if value == response.null then
        return "null"
    elseif type(value) ~= "table" then
        return escape(shorten(tostring(value)))
    elseif getmetatable(value) == list then
        return #value == 0 and "an empty list" or ("a list of %d"):format(#value)
    end
    local members = names(value)
    return #members == 0 and "an empty object" or "an object of " .. escape(shorten(table.concat(members, ", ")))
end

-- Prints names and texts below each other, {{name, text}, ...}.
local function print_table(rows)
    local width = 0
    for _, row in ipairs(rows) do
        width = math.max(width, #row[1])
    end
    for _, row in ipairs(rows) do
        print("    " .. row[1] .. (" "):rep(width - #row[1] + 2) .. row[2])
    end
end

local function add_members(rows, object)
    local members = names(object)
    for i, name in ipairs(members) do
        if i > 20 then
            rows[#rows + 1] = { "...", ("%d members in all"):format(#members) }
            return
        elseif name ~= "RequestId" then
            rows[#rows + 1] = { escape(shorten(name)), brief(object[name]) }
        end
    end
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

-- Where to put the caret: behind what there is if the end came too early, not below an empty line.
local function last_shown(body, offset)
    local at_end = offset > #body
    while at_end and body:find("^%s", offset - 1) do
        offset = offset - 1
    end
    return offset
end

local function print_success(result)
    local rows = { { "RequestId", brief(result.RequestId or "") } }
    add_members(rows, result)
    print_table(rows)
end

local function print_failure(err)
    local description = codes.describe(err.code).description
    local rows = {
        { "RequestId", escape(err.request_id) },
        { "Code", escape(err.code) },
        { "Message", escape(err.message) },
        { "Meaning", description ~= "" and description or "not among the codes of all products" },
        { "Category", err.category },
        { "Retry", RETRY[err.retry] },
    }
    if type(err.details) == "table" then
        add_members(rows, err.details)
    end
    add_members(rows, err.payload or {})
    print_table(rows)
end

local function print_refusal(err, body)
    local offset = last_shown(body, err.offset)
    local line, column = find_place(body, offset)
    print_table {
        { "Reason", err.reason },
        { "Place", ("byte %d: line %d, column %d"):format(offset, line, column) },
    }
    local function visible(from, to)
        return (body:sub(from, to):match("^[^\r\n]*"):gsub("[^\32-\126]", function(byte)
            return ("\\x%02X"):format(byte:byte())
        end))
    end
    local before = visible(offset - math.min(column - 1, 50), offset - 1)
    print("\n        " .. before .. visible(offset, offset + 25) .. "\n        " .. (" "):rep(#before) .. "^")
end

-- Is this body a response?
local function show(title, body)
    local result, _, err = response.parse(body)
    if result then
        print(title .. ": the call succeeded")
        print_success(result)
    elseif err.kind == "api" then
        print(title .. ": the call failed")
        print_failure(err)
    else
        print(title .. ": no response envelope")
        print_refusal(err, body)
    end
    print()
    return not err or err.kind == "api"
end

local function show_given(name)
    if name == "-" then
        local body = io.read "*a"
        return not body or body == "" or show("Standard input", body)
    end
    local file, message = io.open(name, "rb")
    local body = file and file:read "*a"
    if not body then
        io.stderr:write("demo: cannot read ", message or name, "\n")
        os.exit(2)
    end
    file:close()
    return show(escape(name), body)
end

local read = show("The documented success", SUCCESS)
read = show("The documented failure", FAILURE) and read
if arg[1] then
    read = show_given(arg[1]) and read
end
os.exit(read and 0 or 1)
