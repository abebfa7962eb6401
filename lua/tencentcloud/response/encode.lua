--- Writing envelopes, for servers, gateways and mocks. lua-cjson encodes the values that it writes exactly (see
--- core.cjson_is_exact). Other values are walked here, and it encodes their strings.
local arguments = require "tencentcloud.response.arguments"
local core = require "tencentcloud.response.core"

local concat, next, type = table.concat, next, type

-- The metatable itself, even if it has a __metatable; a sandbox may lack debug.
local get_metatable = debug and debug.getmetatable or getmetatable

local M = {}

-- As deep as readers go by default, and lua-cjson too.
local MAX_DEPTH = 1000

-- Each table down to this depth is offered to lua-cjson by itself. A deeper one is written with the table that contains
-- it.
local OFFERED_DEPTH = 4

-- lua-cjson, once it is needed, and an encoder of our own, so that nobody else's configuration affects it. The encoder
-- has one buffer, so a call takes it away and gives it back at its end. A call that a finalizer makes meanwhile, or
-- that follows an error, makes another encoder.
local cjson, idle

-- Takes an encoder; raises, where the caller of the function of that name was called, if there is no lua-cjson.
local function take_encoder(name)
    if not cjson then
        local found, module = pcall(require, "cjson")
        if not found then
            error(("'%s' needs lua-cjson: %s"):format(name, module), 3)
        end
        cjson = module
    end
    local taken = idle
    idle = nil
    return taken or cjson.new()
end

local math_type = math.type or function() return "float" end

local FORMATS = { "%.15g", "%.16g", "%.17g" }

-- The shortest text that reads back as the same number, in any locale; nil if there is none.
local function number_text(number)
    if math_type(number) == "integer" then
        return ("%d"):format(number)
    elseif number ~= number or number == math.huge or number == -math.huge then
        return nil
    end
    local text
    for i = 1, #FORMATS do
        text = FORMATS[i]:format(number)
        if tonumber(text) == number then
            break
        end
    end
    return (text:gsub("[^%d+e-]+", "."))
end

-- As number_text, of a value: a double beyond 2^53 gets a fraction or an exponent, because a host without integers
-- reads such an integer as a string.
local function value_text(number)
    local text = number_text(number)
    local is_large = number > 2 ^ 53 or number < -2 ^ 53
    if is_large and text and math_type(number) == "float" and not text:find "[.e]" then
        return text .. ".0"
    end
    return text
end

local SPECIAL = '[^ !#-.0-%[%]-~\128-\255]'

-- The length of an array, nil for an object. Arrays are as lua-cjson sees them: all keys are integers from 1 on, and at
-- least every other one is there if they go beyond 10. The second result says what is wrong.
local function array_length(t)
    local last, count = 0, 0
    for key in next, t do
        if type(key) ~= "number" or key < 1 or key % 1 ~= 0 then
            return nil
        end
        last, count = key > last and key or last, count + 1
    end
    if count == 0 then
        return nil
    elseif last > 10 and last > 2 * count then
        return nil, "an array with too many holes"
    end
    return last
end

-- Raised where a value cannot be written, and caught at the end of the call. What is wrong is looked for afterwards.
local FAULT = {}

-- The JSON text of a value, nil if it cannot be written.
local function encode(value, null, array_mt, encoder)
    local json_encode, null_type = encoder.encode, type(null)
    local out, n, names, numerals = {}, 0, {}, {}
    local write

    local function string_text(text)
        return text:find(SPECIAL) and json_encode(text) or '"' .. text .. '"'
    end

    -- Is the empty table an array?
    local function is_array(t)
        local mt = get_metatable(t)
        return mt ~= nil and (mt == array_mt or mt == cjson.array_mt or mt == cjson.empty_array_mt)
    end

    local function write_array(t, length, depth)
        local separator = "["
        for i = 1, length do
            n = n + 1
            out[n] = separator
            separator = ","
            local element = rawget(t, i)
            if element == nil then
                element = core.null
            end
            write(element, depth + 1)
        end
        n = n + 1
        out[n] = "]"
    end

    -- The name and colon of a member of t. What was made of a key is kept, because lists repeat the same ones. Whether a
    -- number is the name of another member, too, depends on t.
    local function name_text(t, key)
        if type(key) == "string" then
            local text = string_text(key) .. ":"
            names[key] = text
            return text
        end
        local numeral = numerals[key] or type(key) == "number" and number_text(key)
        if not numeral or rawget(t, numeral) ~= nil then
            error(FAULT, 0)
        end
        numerals[key] = numeral
        return '"' .. numeral .. '":'
    end

    local function write_object(t, depth)
        local separator = "{"
        for key, member in next, t do
            out[n + 1], out[n + 2] = separator, names[key] or name_text(t, key)
            n = n + 2
            separator = ","
            write(member, depth + 1)
        end
        n = n + 1
        out[n] = "}"
    end

    local function write_table(t, depth)
        if depth > MAX_DEPTH then
            error(FAULT, 0)
        elseif depth <= OFFERED_DEPTH and core.cjson_is_exact(t, null, array_mt) then
            n = n + 1
            out[n] = json_encode(t)
        elseif next(t) == nil then
            n = n + 1
            out[n] = is_array(t) and "[]" or "{}"
        else
            local length, problem = array_length(t)
            if length then
                write_array(t, length, depth)
            elseif problem then
                error(FAULT, 0)
            else
                write_object(t, depth)
            end
        end
    end

    local function scalar_text(scalar, kind)
        if kind == "string" then
            return string_text(scalar)
        elseif kind == "number" then
            return value_text(scalar)
        elseif kind == "boolean" then
            return scalar and "true" or "false"
        elseif rawequal(scalar, core.null) then
            return "null"
        elseif scalar ~= nil and rawequal(scalar, cjson.empty_array) then
            return "[]"
        end
    end

    function write(member, depth)
        local kind = type(member)
        if kind == null_type and rawequal(member, null) then
            n = n + 1
            out[n] = "null"
        elseif kind == "table" then
            write_table(member, depth)
        else
            n = n + 1
            out[n] = scalar_text(member, kind) or error(FAULT, 0)
        end
    end

    local ok, problem = pcall(write, value, 1)
    if not ok and problem ~= FAULT then
        error(problem, 0)
    end
    return ok and concat(out) or nil
end

---- what is wrong with a value that cannot be written ----

-- "A.B[3]", for people.
local function path_text(path)
    local text = ""
    for _, step in ipairs(path) do
        local name = tostring(step):gsub("[^%w_%-]", "?")
        text = text .. (type(step) == "number" and ("[%s]"):format(name) or (text == "" and "" or ".") .. name)
    end
    return text
end

-- What is wrong with a key of t as the name of a member; nil if nothing is.
local function name_problem(t, key, is_valid)
    if type(key) == "string" then
        return not is_valid(key) and "invalid UTF-8" or nil
    elseif type(key) ~= "number" then
        return ("a %s as name"):format(type(key))
    end
    local name = number_text(key)
    if not name then
        return "an infinite number as name"
    end
    return rawget(t, name) ~= nil and "a number and a string as the same name" or nil
end

-- The first problem in a value, and the path to it; nothing if there is none.
local function find_fault(value, null, is_valid, path)
    local kind = type(value)
    if rawequal(value, null) or rawequal(value, core.null) or rawequal(value, cjson.empty_array) then
        return
    elseif kind == "string" then
        return not is_valid(value) and "invalid UTF-8" or nil, path
    elseif kind == "number" then
        return not number_text(value) and (value ~= value and "NaN" or "an infinite number") or nil, path
    elseif kind ~= "table" then
        return kind ~= "boolean" and "a " .. kind or nil, path
    elseif #path + 2 > MAX_DEPTH then -- the payload, whose path is empty, is the envelope's second level
        return "nested too deeply, or contains itself", {}
    end
    local _, problem = array_length(value)
    if problem then
        return problem, path
    end
    local depth = #path + 1
    for key, member in next, value do
        path[depth] = key
        local found, where = name_problem(value, key, is_valid), path
        if not found then
            found, where = find_fault(member, null, is_valid, path)
        end
        if found then
            return found, where
        end
        path[depth] = nil
    end
end

--- Makes the two writers of an instance. They verify what they wrote with its `check`.
---@param check fun(body: string): string?, string?, tencentcloud.Error?
---@param null any
---@param array_mt table|nil
function M.new(check, null, array_mt)
    local writer = {}

    local function is_envelope(json)
        local request_id, _, err = check(json)
        return request_id ~= nil or err.kind == "api"
    end

    -- Asked of a bare string: an envelope around it might be nested too deeply for this instance.
    local function is_valid(text)
        local _, _, err = check(cjson.new().encode(text))
        return err.kind ~= "json"
    end

    -- What is wrong with members; nil if it is only that the instance does not read as deep as their envelope.
    local function explain(members)
        local problem, path = find_fault(members, null, is_valid, {})
        return problem and (#path > 0 and path_text(path) .. ": " or "") .. problem
    end

    --- Writes the envelope of a success.
    ---
    --- Numbers keep every digit. A table is an array if its keys are integers from 1 on; a few may be missing, and become
    --- null, as lua-cjson has it. Any other table is an object, and so is an empty one, unless its metatable is the
    --- instance's `array_mt` or lua-cjson's. The instance's `null` is null. Needs lua-cjson.
    ---
    ---     local json = response.success({ TotalCount = 1, InstanceSet = { { InstanceId = "ins-1" } } }, "req-1")
    ---@param payload table|nil the members of Response; not changed. Raises if it has an Error, or cannot be encoded
    ---@param request_id string|nil default: the payload's own RequestId, or ""
    ---@return string json
    function writer.success(payload, request_id)
        arguments.check_dot("success", payload)
        arguments.check(1, "success", payload, "table", true)
        arguments.check(2, "success", request_id, "string", true)
        local encoder = take_encoder "success"
        local members = {}
        for name, value in next, payload or members do
            if type(name) ~= "string" then
                arguments.fail(1, "success", "a payload's members have names, this one has an array")
            end
            members[name] = value
        end
        if members.Error ~= nil and members.Error ~= null then
            arguments.fail(1, "success", "a payload with an Error is a failure")
        end
        members.RequestId = request_id or members.RequestId or ""
        local json = encode({ Response = members }, null, array_mt, encoder)
        idle = encoder
        if not json or not is_envelope(json) then
            if request_id and not is_valid(request_id) then
                arguments.fail(2, "success", "invalid UTF-8")
            end
            local problem = explain(members)
            if not problem and not is_envelope '{"Response":{}}' then
                error("'success' needs a max_depth of 2", 2)
            end
            arguments.fail(1, "success", problem or "nested deeper than the instance's max_depth")
        end
        return json
    end

    --- Writes the envelope of a failure. Needs lua-cjson.
    ---
    ---     local json = response.failure("ResourceNotFound", "no such instance", "req-1")
    ---@param code string
    ---@param message string|nil default ""
    ---@param request_id string|nil default ""
    ---@return string json
    function writer.failure(code, message, request_id)
        arguments.check_dot("failure", code)
        arguments.check(1, "failure", code, "string")
        arguments.check(2, "failure", message, "string", true)
        arguments.check(3, "failure", request_id, "string", true)
        local encoder = take_encoder "failure"
        message, request_id = message or "", request_id or ""
        local members = { Error = { Code = code, Message = message }, RequestId = request_id }
        local json = encoder.encode { Response = members }
        idle = encoder
        if not is_envelope(json) then
            for number, text in ipairs { code, message, request_id } do
                if not is_valid(text) then
                    arguments.fail(number, "failure", "invalid UTF-8")
                end
            end
            error("'failure' needs a max_depth of 3", 2)
        end
        return json
    end

    return writer
end

return M
