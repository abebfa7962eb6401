--- Lists of codes as constants.

--- Adds a constant for each code of a list to a table, named by the code in upper case with "_" for ".", and makes
--- a name that does not exist raise.
---@param list string[]
---@param module string whose constants they are, for the error
---@param into table|nil default: a new one
---@return table<string, string> into
return function(list, module, into)
    into = into or {}
    for _, code in ipairs(list) do
        into[code:upper():gsub("%.", "_")] = code
    end
    return setmetatable(into, {
        __index = function(_, name)
            error(("%s has no constant '%s'"):format(module, tostring(name)), 2)
        end,
    })
end
