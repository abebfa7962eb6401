-- usage: installed.lua TREE lua/SOURCE...: the module of each source is found in TREE and works.
local tree = arg[1] .. "/"

local function place(name, path)
    for template in path:gmatch("[^;]+") do
        local file_name = template:gsub("%?", (name:gsub("%.", "/")))
        local file = io.open(file_name)
        if file then
            file:close()
            return file_name
        end
    end
    error(name .. " is not on " .. path)
end

for index = 2, #arg do
    local name = arg[index]:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/", ".")
    assert(place(name, package.path):sub(1, #tree) == tree, name)
end
assert(place("tencentcloud.response.core", package.cpath):sub(1, #tree) == tree)

-- However the module was built and installed, an object that is finalized after it can still use it. On Lua 5.1 and
-- LuaJIT that is an object older than the module.
local response
if newproxy then
    older = newproxy(true) -- luacheck: ignore
    getmetatable(older).__gc = function() -- luacheck: ignore
        if response.check '{"Response":{"RequestId":"r-0"}}' ~= "r-0" then
            os.exit(1)
        end
    end
end
response = require "tencentcloud.response"
local result, message = response.parse '{"Response":{"TotalCount":2,"Names":["a","b"],"RequestId":"r-1"}}'
assert(result, message)
assert(result.TotalCount == 2 and result.Names[2] == "b" and result.RequestId == "r-1")

local none, text, err = response.check
    '{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"no"},"RequestId":"r-2"}}'
assert(none == nil and type(text) == "string")
assert(err.code == "AuthFailure.SignatureFailure" and err.request_id == "r-2" and err.category == "auth")
assert(tostring(err) == text)

assert(response.parse(response.success({ Answer = 42 }, "r-3")).Answer == 42)

local codes = require "tencentcloud.codes"
assert(codes.AUTHFAILURE_SIGNATUREFAILURE == "AuthFailure.SignatureFailure")
assert(codes.describe("RequestLimitExceeded").category == "throttle")
require "tencentcloud.codes.ciam"
require "tencentcloud.codes.cloudaudit"
