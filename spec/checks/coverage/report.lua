--- usage: lua5.4 spec/checks/coverage/report.lua lines core.json... lua.json...
--- Compares what was reached with what must be reached. The first file is that of lines.lua, the others are gcovr's:
--- the core by each kind of instructions (core*.json), and the binding as each Lua ran it. The last line is `N passed,
--- N failed`, with a case for each source file and for each branch that is known to be unreachable.
local cjson = require "cjson"
local lfs = require "lfs"

local MINIMUM = 95 -- percent of the lines of binding and Lua layer

local passed, failed = 0, 0

local function case(ok, ...)
    passed, failed = passed + (ok and 1 or 0), failed + (ok and 0 or 1)
    print((ok and "ok     " or "FAILED ") .. string.format(...))
end

local function read(path)
    local file <close> = assert(io.open(path, "rb"))
    return file:read "a"
end

local function lines_of(path)
    local list = {}
    for line in io.lines(path) do
        list[#list + 1] = line
    end
    return list
end

local function trim(text)
    return (text:gsub("^%s+", ""):gsub("%s+$", ""))
end

-- ---- the core: branches ----

-- The branches that cannot be reached: how many on which line, by "file: text of the line".
local function known_unreached()
    local known = {}
    for _, line in ipairs(lines_of "spec/checks/coverage/unreached.txt") do
        local count, place = line:match "^(%d+) (%S+: .*)$"
        if count then
            known[place] = tonumber(count)
        end
    end
    return known
end

-- How often each branch of each line of each file was taken, over all instruction sets: files[name][line][n].
local function add_branches(files, report)
    for _, file in ipairs(report.files) do
        local lines = files[file.file] or {}
        files[file.file] = lines
        for _, line in ipairs(file.lines) do
            local counts = lines[line.line_number] or {}
            lines[line.line_number] = counts
            for n, branch in ipairs(line.branches) do
                counts[n] = (counts[n] or 0) + branch.count
            end
        end
    end
end

local function count_branches(counts)
    local reached, unreached = 0, 0
    for _, count in ipairs(counts) do
        reached, unreached = reached + (count > 0 and 1 or 0), unreached + (count > 0 and 0 or 1)
    end
    return reached, unreached
end

local function sorted_keys(t)
    local keys = {}
    for key in pairs(t) do
        keys[#keys + 1] = key
    end
    table.sort(keys)
    return keys
end

local function check_branches(name, lines, known)
    local text, all, unknown = lines_of(name), 0, {}
    for _, number in ipairs(sorted_keys(lines)) do
        local reached, unreached = count_branches(lines[number])
        local place = ("%s: %s"):format(name, trim(text[number]))
        all = all + reached + unreached
        if unreached > 0 and known[place] == unreached then
            known[place] = nil
            case(true, "%d of its branches is not reached, as listed: %s", unreached, place)
        elseif unreached > 0 then
            unknown[#unknown + 1] = ("\n       line %d, %d: %s"):format(number, unreached, place)
        end
    end
    case(#unknown == 0, "%s: %d branches%s", name, all, table.concat(unknown))
end

local known, core, bindings = known_unreached(), {}, {}
for i = 2, #arg do
    local report = cjson.decode(read(arg[i]))
    if arg[i]:find "core[^/]*$" then
        add_branches(core, report)
    else
        bindings[#bindings + 1] = report
    end
end
for _, name in ipairs(sorted_keys(core)) do
    check_branches(name, core[name], known)
end
for place in pairs(known) do
    case(false, "listed in unreached.txt, but no longer there: %s", place)
end

-- ---- binding and Lua layer: lines ----

local function check_lines(name, reached, all, missing)
    local percent = 100 * reached / all
    case(percent > MINIMUM, "%s: %d of %d lines, %.1f %%%s", name, reached, all, percent,
        #missing > 0 and "; not " .. table.concat(missing, ", ") or "")
end

-- How often each line of each file ran, in all reports together. A line that one Lua does not compile does not count
-- there.
local counts, names = {}, {}
for _, report in ipairs(bindings) do
    for _, file in ipairs(report.files) do
        if not counts[file.file] then
            counts[file.file] = {}
            names[#names + 1] = file.file
        end
        for _, line in ipairs(file.lines) do
            if not line["gcovr/noncode"] then
                local count = counts[file.file]
                count[line.line_number] = (count[line.line_number] or 0) + line.count
            end
        end
    end
end

for _, name in ipairs(names) do
    local reached, all, missing = 0, 0, {}
    for number, count in pairs(counts[name]) do
        all, reached = all + 1, reached + (count > 0 and 1 or 0)
        missing[#missing + 1] = count == 0 and number or nil
    end
    table.sort(missing)
    if all > 0 then
        check_lines(name, reached, all, missing)
    end
end

-- The lines with code, as Lua's compiler lists them. An `end` does not count: it is a return that rarely runs.
local function code_lines(path)
    local text, found, list = lines_of(path), {}, {}
    local pipe = assert(io.popen(("luac5.4 -l -p '%s'"):format(path)))
    for line in pipe:lines() do
        local number, instruction = line:match "^%s+%d+%s+%[(%d+)%]%s+(%S+)"
        number = tonumber(number)
        if number and instruction ~= "VARARGPREP" and not found[number] and not trim(text[number]):find "^end%A*$" then
            found[number] = true
            list[#list + 1] = number
        end
    end
    pipe:close()
    table.sort(list)
    return list
end

local function lua_files(folder, list)
    for name in lfs.dir(folder) do
        local path = folder .. "/" .. name
        if lfs.attributes(path, "mode") == "directory" and name:sub(1, 1) ~= "." then
            lua_files(path, list)
        elseif name:find "%.lua$" then
            list[#list + 1] = path
        end
    end
    table.sort(list)
    return list
end

local run = {}
for _, line in ipairs(lines_of(arg[1])) do
    run[line] = true
end

for _, path in ipairs(lua_files("lua", {})) do
    local numbers, reached, missing = code_lines(path), 0, {}
    for _, number in ipairs(numbers) do
        local hit = run[("%s:%d"):format(path:sub(#"lua/" + 1), number)]
        reached = reached + (hit and 1 or 0)
        missing[#missing + 1] = not hit and number or nil
    end
    check_lines(path, reached, #numbers, missing)
end

print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0)
