-- What each thread does: every fixture, read in every way.
local agree = dofile "spec/fuzz/agree.lua"

local files = io.popen "ls spec/fixtures/*.json"
local count = 0
for name in files:lines() do
    local file = assert(io.open(name, "rb"))
    agree(file:read "a")
    file:close()
    count = count + 1
end
files:close()
assert(count > 50, "the fixtures are not there")
