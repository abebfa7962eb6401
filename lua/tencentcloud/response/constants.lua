--- Lists of codes as constants.

--- A table with a constant for each code, named by the code in upper case with "_" for "."; if two codes have the same
--- name, the first one counts. A name that is neither a constant nor a function raises.
---@param list string[]
---@param owner string whose constants they are, for the error
---@param functions table<string, function>|nil found under their names, but not by pairs
---@return table<string, string>
return function(list, owner, functions)
    local constants = {}
    for _, code in ipairs(list) do
        local name = code:upper():gsub("%.", "_")
        constants[name] = constants[name] or code
    end
    return setmetatable(constants, {
        __index = function(_, name)
            local found = functions and functions[name]
            if not found then
                error(("%s has no constant '%s'"):format(owner, tostring(name)), 2)
            end
            return found
        end,
    })
end
