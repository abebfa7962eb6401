-- Returns a function of a body that raises unless parse, open, check and scanners agree about it.
local response = require "tencentcloud.response"

-- Scanners that cut nothing.
local plain = response.new { max_field = 2 ^ 24 }
local lean = response.new { nulls = "omit", integers = "number", array_mt = {}, max_depth = 20, max_field = 2 ^ 24 }

local function same(what, a, b)
    if a ~= b and (a == a or b == b) or math.type(a) ~= math.type(b) then
        error(("%s: %.99s, %.99s"):format(what, tostring(a), tostring(b)), 2)
    end
end

-- Raises unless two values are deeply equal.
local function alike(what, a, b)
    if type(a) ~= "table" or type(b) ~= "table" then
        return same(what, a, b)
    end
    same(what .. ", metatable", getmetatable(a), getmetatable(b))
    for name, member in next, a do
        alike(what .. "." .. tostring(name), member, b[name])
    end
    for name in next, b do
        same(what .. "." .. tostring(name), a[name] == nil, false)
    end
end

local fields = { "kind", "code", "message", "request_id", "category", "retry", "reason", "offset" }

local function same_failure(what, message, err, expected_message, expected)
    same(what .. ": message", message, expected_message)
    for _, field in ipairs(fields) do
        same(what .. ": " .. field, err[field], expected[field])
    end
    same(what .. ": tostring", tostring(err), message)
end

-- Raises unless a view gives, step by step, what the table holds.
local function same_view(what, view, value, depth)
    if type(value) ~= "table" then
        return same(what, view:get(), value)
    end
    local count = 0
    for name, member in view:each() do
        count = count + 1
        alike(what .. ", each", member, value[name])
        if depth > 0 then
            same_view(what .. "." .. name, view:at(name), value[name], depth - 1)
        end
        alike(what .. ", get", view:get(name), member)
    end
    for _ in next, value do
        count = count - 1
    end
    same(what .. ", each: how many it left out", count, 0)
    same(what .. ", length", view:len(), #view)
end

-- parse, open and check know only bodies, so a scanner must not take a text that begins unlike one for an event stream.
local function scan(instance, body, size)
    local scanner = instance.scanner(not body:find "^[ \t\r\n]*{" and { content_type = "application/json" } or nil)
    for first = 1, #body, size do
        local fed, message, err = scanner:feed(body:sub(first, first + size - 1))
        if not fed then
            same("feed after a failure", scanner:feed "]", nil)
            return fed, message, err
        end
    end
    return scanner:finish()
end

local function agree(instance, body)
    local result, message, err = instance.parse(body)
    local view, view_message, view_err = instance.open(body)
    if result then
        alike("open", view:get(), result)
        same_view("view", view, result, 3)
    else
        same_failure("open", view_message, view_err, message, err)
        alike("open: details", view_err.details, err.details)
        alike("open: payload", view_err.payload, err.payload)
    end
    local function same_verdict(what, request_id, other_message, other)
        same(what .. ": success", request_id ~= nil, result ~= nil)
        if result then
            same(what .. ": RequestId", request_id, view:request_id())
            local told = view:type "RequestId" == "string" -- in Lua, a number beyond all doubles is one
            same(what .. ": RequestId", request_id, told and result.RequestId or "")
        else
            same_failure(what, other_message, other, message, err)
        end
    end
    same_verdict("check", instance.check(body))
    same_verdict("scanner, byte by byte", scan(instance, body, 1))
    same_verdict("scanner", scan(instance, body, #body % 61 + 2))
    return result
end

return function(body)
    local lean_result = agree(lean, body)
    local result = agree(plain, body)
    if lean_result then -- a name that it leaves out has nothing to get
        local view = lean.open(body)
        for name in next, result do
            alike("get " .. name, view:get(name), lean_result[name])
        end
    end
    if result then
        result.Error = nil -- it may be null
        local written, json = pcall(response.success, result)
        if written then
            same("what was written", type(response.parse(json)), "table")
        end
    end
end
