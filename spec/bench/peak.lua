-- Prints the most memory, in MB, that this process held while it read a body. Usage: peak.lua file (nothing|cjson|...)
local path, reader = arg[1], arg[2]

local readers = {
    nothing = function() return function() end end,
    ["lua-cjson"] = function() return require("cjson").new().decode end,
}
for _, name in ipairs { "parse", "open", "check" } do
    readers[name] = function() return require("tencentcloud.response")[name] end
end

local function status(name)
    for line in io.lines "/proc/self/status" do
        local kilobytes = line:match("^" .. name .. ":%s*(%d+)")
        if kilobytes then
            return tonumber(kilobytes) / 1024
        end
    end
end

local read = readers[reader]()
local file = assert(io.open(path, "rb"))
local size = file:seek "end"
file:seek "set"
local body = file:read(size)
file:close()
collectgarbage()

-- What reading the file took is forgotten where the system allows it.
local peak = io.open("/proc/self/clear_refs", "w")
if peak then
    peak:write "5"
    peak:close()
end
local result = read(body)
print(("%.1f"):format(status "VmHWM"))
return result
