--- Puts one defect after another into a copy of the checkout and runs the target that must fail.
---
---     lua5.4 spec/checks/mutants/run.lua copy [pattern...]
---
--- copy is a directory with a copy of the checkout; the patterns choose defects by their names. A defect whose text does
--- not occur exactly once, that does not compile or that goes undetected is a failure. So is a target that fails without
--- any defect. The last line is `N passed, N failed`.
local lfs = require "lfs"
local mutations = require "spec.checks.mutants.mutations"

local copy = assert(arg[1], "usage: run.lua copy [pattern...]")
local LIMIT = 300 -- seconds for one target

local function read(path)
    local file = assert(io.open(copy .. "/" .. path, "rb"))
    local text = file:read "a"
    file:close()
    return text
end

local function write(path, text)
    local file = assert(io.open(copy .. "/" .. path, "wb"))
    assert(file:write(text))
    file:close()
end

-- Runs a command in the copy: did it succeed, and what it wrote.
local function run(command)
    local pipe = assert(io.popen(("cd '%s' && timeout %d %s 2>&1 </dev/null"):format(copy, LIMIT, command)))
    local output = pipe:read "a"
    return pipe:close() == true, output
end

local function make(target)
    return run("make -s CFLAGS=-O1 " .. target)
end

-- The line that shows that a test failed and not the build.
local function evidence(output)
    local last, counted
    for line in output:gmatch "[^\n]+" do
        last = line
        if line:find "%d+ passed, [1-9]%d* failed" or line:find "%d+ successe?s? / %d+ failures? / %d+ errors?" then
            counted = line
        end
    end
    return (counted or last or ""):sub(1, 120)
end

-- The files that a mutation's place names: itself, or those in the folder.
local function files(place)
    if lfs.attributes(copy .. "/" .. place, "mode") ~= "directory" then
        return { place }
    end
    local list = {}
    for name in lfs.dir(copy .. "/" .. place) do
        if name:find "%.[chl]" then
            list[#list + 1] = place .. "/" .. name
        end
    end
    return list
end

-- How often a text is in another.
local function occurrences(text, part)
    local count, at = 0, 0
    repeat
        at = text:find(part, at + 1, true)
        count = count + (at and 1 or 0)
    until not at
    return count
end

-- The one file with the text old, exactly once; or nil and why not.
local function find(place, old)
    local found, count = nil, 0
    for _, path in ipairs(files(place)) do
        local here = occurrences(read(path), old)
        found, count = here > 0 and path or found, count + here
    end
    if count ~= 1 then
        return nil, ("in %s this is there %d times, not once: %s"):format(place, count, old)
    end
    return found
end

local function replace(text, old, new)
    local first, last = text:find(old, 1, true)
    return text:sub(1, first - 1) .. new .. text:sub(last + 1)
end

-- Does the changed file still compile?
local function compiles(path)
    if path:find "%.lua$" then
        return run("luac5.4 -p " .. path)
    elseif path:find "^src/" then
        return make "build LUA=lua5.4"
    end
    return true
end

-- Without patterns all are.
local function is_chosen(mutation)
    for i = 2, #arg do
        if mutation.name:find(arg[i]) then
            return true
        end
    end
    return #arg == 1
end

local passed, failed = 0, 0

local function report(ok, name, why)
    passed, failed = passed + (ok and 1 or 0), failed + (ok and 0 or 1)
    print(("%s %s\n       %s"):format(ok and "ok    " or "FAILED", name, why))
    io.stdout:flush()
end

-- Targets that are green without a defect, by name.
local green = {}

local function is_green(target)
    if green[target] == nil then
        local ok, output = make(target)
        green[target] = ok
        if not ok then
            report(false, "no defect", ("%s is red: %s"):format(target, output:sub(-2000)))
        end
    end
    return green[target]
end

local function try(mutation)
    local path, why = find(mutation.place, mutation.old)
    if not path then
        return false, why
    elseif not is_green(mutation.red) then
        return false, mutation.red .. " is red without it"
    end
    local original = read(path)
    write(path, replace(original, mutation.old, mutation.new))
    local ok, output = compiles(path)
    if not ok then
        write(path, original)
        return false, "it does not compile: " .. output:sub(-500)
    end
    ok, output = make(mutation.red)
    write(path, original)
    return not ok, (ok and "unseen by %s: %s" or "%s: %s"):format(mutation.red, evidence(output))
end

for _, mutation in ipairs(mutations) do
    if is_chosen(mutation) then
        local ok, why = try(mutation)
        report(ok, mutation.name, why)
    end
end

print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and passed > 0)
