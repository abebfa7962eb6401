--- Event streams, shown as they arrive.
local json = require "tencentcloud.response.cli.json"
local report = require "tencentcloud.response.cli.report"
local response = require "tencentcloud.response"
local terminal = require "tencentcloud.response.cli.terminal"

local M = {}

-- Where the products' events have their text.
local TEXTS = {
    { "Choices", 1, "Delta", "Content" },
    { "Choices", 1, "Delta", "ReasoningContent" },
    { "Content", "Parts", 1, "Text" },
    { "Data", "Content" },
    { "data" },
}
local SHORT = 160 -- bytes of an event without text that are shown

local unpack = table.unpack or unpack

--- Does an event stream begin with this line? A body never does.
---@param line string
---@return boolean
function M.begins(line)
    local field = line:gsub("^\239\187\191", ""):match "^(%a*):"
    return field == "" or field == "data" or field == "event" or field == "id" or field == "retry"
end

-- The text of an event; "" for an event that belongs to a text but adds nothing; nil for any other event.
local function text_of(event)
    for _, path in ipairs(TEXTS) do
        local text = event:get(unpack(path))
        if type(text) == "string" and text ~= "" then
            return text
        end
    end
    return event:get("Choices", 1, "Delta") ~= nil and "" or nil
end

-- Prints events: texts one after the other, any other event as a line of its own.
local function printer(out)
    local in_text = false
    local function end_text()
        if in_text then
            out:write "\n"
            in_text = false
        end
    end
    local function print_event(event)
        local text = text_of(event)
        if text == "" then
            return
        elseif text then
            out:write(terminal.escape_lines(text))
            in_text = true
        elseif event.data ~= "" then
            end_text()
            out:write(out:paint("dim", terminal.escape(terminal.shorten(event.data, SHORT))), "\n")
        end
        out:flush()
    end
    return print_event, end_text
end

-- How a stream ended, in words; by the kind of its error.
local ENDS = {
    api = "the stream failed",
    stream = "the stream was cut off",
    json = "this is not a stream of responses",
}

--- Reads a stream to its end.
---@param out tencentcloud.cli.Out
---@param options table
---@param source tencentcloud.cli.Input
---@param start string what has been read already
---@param head table|nil status and headers
---@return tencentcloud.Error|nil err
function M.read(out, options, source, start, head)
    local stream = response.stream { request_id = head and head.headers["x-tc-requestid"] }
    local print_event, end_text = printer(out)
    local count = 0
    local function feed(chunk)
        for event in stream:feed(chunk) do
            count = count + 1
            if not options.json and not event.done then
                print_event(event)
            end
        end
    end
    feed(start)
    for line in source.line, source do
        feed(line)
    end
    feed(nil)
    end_text()
    local request_id, _, err = stream:finish()
    if options.json then
        local fields = { source = source.name, http_status = head and tonumber(head.status), events = count }
        out:write(json.line(report.fields(fields, nil, request_id, err)))
    else
        local words = err and (ENDS[err.kind] or ENDS.json) or "the stream succeeded"
        local more = { { "Events", ("%d"):format(count) } }
        report.body(out, source.name, nil, { RequestId = request_id }, err, words, more)
    end
    return err
end

return M
