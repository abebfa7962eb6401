--- The command `tencentcloud-response`: its arguments, and what they choose. The exit status is that of `main`.
local terminal = require "tencentcloud.response.cli.terminal"

local M = {}

local HELP = [[
Usage: tencentcloud-response [FILE]...             read responses
       tencentcloud-response codes CODE...         explain error codes
       tencentcloud-response codes --product NAME  list a product's codes
       tencentcloud-response codes --search WORD   find codes
       tencentcloud-response summary [FILE]...     count the codes in a log

Reads responses of the Tencent Cloud API from files, or from standard input:
a body, alone or after its HTTP head (curl -i), bodies as JSON lines, or an
event stream (curl -N), whose text is shown as it arrives. The summary reads
JSON lines or nginx's access log; --field N names the field that has the Code.

  --json        print one JSON object per line, for programs
  --quiet       print nothing; the exit status tells
  --color=WHEN  auto (on a terminal, unless NO_COLOR is set), always or never
  --help, --version

Exit status: 0 success; 1 the API reports a failure, or no such code is known;
2 not a response, or it cannot be read; 64 incorrect usage. The highest counts.

Example: curl -sS -i https://cvm.tencentcloudapi.com/ | tencentcloud-response
]]

local WRONG_USE = 64

-- The options of each command: true for one with a value.
local COMMON = { json = false, quiet = false, color = true, help = false, version = false }
local OPTIONS = { read = {}, codes = { product = true, search = true }, summary = { field = true } }

local function wrong(message)
    io.stderr:write("tencentcloud-response: ", terminal.escape(message), "\nTry 'tencentcloud-response --help'.\n")
    return WRONG_USE
end

-- Takes the option at this place into options. Returns the place of the last argument it took, or nil and what is wrong.
local function take_option(options, command, arguments, at)
    local argument = arguments[at] == "-h" and "--help" or arguments[at]
    local name, equals, value = argument:match "^%-%-([%w-]+)(=?)(.*)$"
    local has_value = COMMON[name]
    if has_value == nil then
        has_value = OPTIONS[command][name]
    end
    if has_value == nil then
        return nil, ("unknown option '%s'"):format(argument)
    elseif not has_value then
        options[name] = true
        return equals == "" and at, ("option '--%s' takes no value"):format(name)
    elseif equals == "" then
        at, value = at + 1, arguments[at + 1]
    end
    options[name] = value
    return value and at, ("option '--%s' needs a value"):format(name)
end

-- Splits arguments from this place on into options and words. Returns nil and what is wrong with them.
local function parse(command, arguments, at)
    local options, words = {}, {}
    local only_words = false
    while at and at <= #arguments do
        local argument = arguments[at]
        if only_words or argument == "-" or argument:sub(1, 1) ~= "-" then
            words[#words + 1] = argument
        elseif argument == "--" then
            only_words = true
        else
            local message
            at, message = take_option(options, command, arguments, at)
            if not at then
                return nil, message
            end
        end
        at = at + 1
    end
    local color = options.color or "auto"
    if color ~= "auto" and color ~= "always" and color ~= "never" then
        return nil, ("--color is auto, always or never, not '%s'"):format(color)
    elseif options.json and options.quiet then
        return nil, "--json and --quiet exclude each other"
    end
    return options, words
end

--- Runs the command.
---@param arguments string[] as the interpreter's `arg`
---@return integer status 0, 1, 2 or 64
function M.main(arguments)
    local command, first = "read", 1
    if arguments[1] == "codes" or arguments[1] == "summary" then
        command, first = arguments[1], 2
    end
    local options, words = parse(command, arguments, first)
    if not options then
        return wrong(words)
    end
    local out = terminal.new(options.color or "auto", options.quiet)
    local status, message = 0, nil
    if options.help then
        out:write(HELP)
    elseif options.version then
        out:write("tencentcloud-response ", require("tencentcloud.response")._VERSION, "\n")
    else
        status, message = require("tencentcloud.response.cli." .. command).run(out, options, words)
    end
    local failed = out:close()
    return message and wrong(message) or failed or status
end

return M
