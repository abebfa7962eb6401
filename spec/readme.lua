--- The README's contents: its examples by name, its tables, its sections.
local support = require "spec.support"

local readme = {}

readme.text = support.read "README.md"

--- The code of every example of a README, in order. An example is a fenced block after `<!-- example: NAME -->`.
---@param text string
---@return table<string, string> by_name
---@return string[] names
function readme.examples(text)
    local by_name, names = {}, {}
    for name, code in text:gmatch "<!%-%- example: ([%w%-]+) %-%->\n```%w+\n(.-\n)```" do
        by_name[name] = code
        names[#names + 1] = name
    end
    return by_name, names
end

--- The text of every fenced block of a README, in order.
---@param text string
---@return string[]
function readme.blocks(text)
    local blocks = {}
    for block in text:gmatch "\n(```.-\n)```" do
        blocks[#blocks + 1] = block
    end
    return blocks
end

--- Runs the code of an example; its globals are looked up in `env` first.
---@param name string
---@param env table
---@param wanted string|nil the names of its local variables to return, with commas between them
---@return any ...
function readme.run(name, env, wanted)
    local code = assert(readme.examples(readme.text)[name], "README.md has no example " .. name)
    code = code .. "\nreturn " .. (wanted or "")
    setmetatable(env, { __index = _G })
    local chunk
    if setfenv then
        chunk = setfenv(assert(loadstring(code, "=" .. name)), env)
    else
        chunk = assert(load(code, "=" .. name, "t", env))
    end
    return chunk()
end

return readme
