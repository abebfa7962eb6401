--- Errors for wrong arguments, raised at the line that passed them.
local M = {}

--- Raises "bad argument #number to 'name' (problem)" where the function that calls this one was called.
---@param number integer
---@param name string the function's
---@param problem string
function M.fail(number, name, problem)
    error(("bad argument #%d to '%s' (%s)"):format(number, name, problem), 3)
end

--- Raises, where the function that calls this one was called, unless the value has this type, or is nil and optional.
---@param number integer
---@param name string the function's
---@param value any
---@param expected string a type's name
---@param optional boolean|nil
function M.check(number, name, value, expected, optional)
    local got = type(value)
    if got ~= expected and not (optional and value == nil) then
        expected = optional and expected .. " or nil" or expected
        error(("bad argument #%d to '%s' (%s expected, got %s)"):format(number, name, expected, got), 3)
    end
end

--- Raises, where the function that calls this one was called, if that was called as response:name(...).
---@param name string the function's
---@param first any its first argument
function M.check_dot(name, first)
    if type(first) == "table" and type(rawget(first, name)) == "function" then
        error(("'%s' is a function, not a method: call response.%s(...), with a dot"):format(name, name), 3)
    end
end

return M
