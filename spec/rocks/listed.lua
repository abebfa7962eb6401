-- usage: listed.lua ROCKSPEC FILE...: the rockspec builds exactly these files, each Lua file under its own name.
local rockspec = {}
assert(loadfile(arg[1], "t", rockspec))()

local listed = {}
for module, source in pairs(rockspec.build.modules) do
    if type(source) == "string" then
        listed[source] = true
        local expected = source:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/", ".")
        assert(module == expected, source .. " is listed as " .. module)
    else
        for _, file in ipairs(source.sources) do listed[file] = true end
    end
end

for index = 2, #arg do
    assert(listed[arg[index]], arg[index] .. " is not listed")
    listed[arg[index]] = nil
end
assert(not next(listed), tostring(next(listed)) .. " is listed but not there")
