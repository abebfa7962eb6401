-- usage: listed.lua ROCKSPEC FILE...: the rockspec builds and installs exactly these files, each Lua file under its own
-- name, and a release has its tag.
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

for _, file in pairs(rockspec.build.install and rockspec.build.install.bin or {}) do
    listed[file] = true
end

for index = 2, #arg do
    assert(listed[arg[index]], arg[index] .. " is not listed")
    listed[arg[index]] = nil
end
assert(not next(listed), tostring(next(listed)) .. " is listed but not there")

local version, file_version = rockspec.version, arg[1]:match "^rockspec/tencentcloud%-response%-(.+)%.rockspec$"
assert(version == file_version, version .. " in a file of " .. tostring(file_version))
assert(version == "scm-1" or rockspec.source.tag == "v" .. version:gsub("%-%d+$", ""), "the tag of " .. version)
