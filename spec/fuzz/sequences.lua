-- Runs random sequences of calls (spec/fuzz/sequence.lua). The seed of a sequence repeats it.
--
-- usage: sequences.lua seconds SECONDS LOG [SEED]    sequences for this long, from this seed on (1 by default)
--        sequences.lua run SEED LOG [OPERATION...]   one sequence, or those operations of it alone
--        sequences.lua shorten SEED COMMAND          which operations suffice for its failure; COMMAND runs sequences.lua
--
-- LOG has the seed and the operations of the last sequence, also after a crash.
package.path = "./?.lua;" .. package.path

if jit then
    jit.off() -- LuaJIT's compiler itself crashes when memory runs out, and may hang when finalizers run in a trace
end

local LENGTH = 150 -- operations of a sequence

local function run(seed, path, wanted)
    local sequence = require "spec.fuzz.sequence"
    local file = assert(io.open(path, "w"))
    file:setvbuf "line"
    file:write(seed, "\n")
    local problem = sequence.run(seed, LENGTH, wanted, function(line) file:write(line, "\n") end)
    if problem then
        file:write(problem, "\n")
    end
    file:close()
    return problem
end

local function any() return true end

local function fail(seed, problem)
    io.stderr:write(("sequence %d: %s\n"):format(seed, problem))
    error("a sequence failed", 0)
end

local commands = {}

function commands.seconds(seconds, path, first)
    local start, seed, count = os.time(), tonumber(first) or 1, 0
    repeat
        local problem = run(seed, path, any)
        if problem then
            fail(seed, problem)
        end
        seed, count = seed + 1, count + 1
    until os.time() - start >= tonumber(seconds)
    print(count .. " passed, 0 failed")
end

function commands.run(seed, path, ...)
    local wanted = {}
    for _, operation in ipairs { ... } do
        wanted[tonumber(operation)] = true
    end
    local problem = run(tonumber(seed), path, next(wanted) and function(i) return wanted[i] end or any)
    if problem then
        fail(seed, problem)
    end
end

-- Leaves out halves, quarters and so on down to single operations, as long as the rest still fails.
function commands.shorten(seed, command)
    local log = os.tmpname()
    local function fails(kept)
        local ok, _, status = os.execute(("timeout 60 %s run %s %s %s >/dev/null 2>&1"):format(command, seed, log,
            table.concat(kept, " ")))
        return ok ~= true and ok ~= 0 and status ~= 0
    end
    local kept = {}
    for i = 1, LENGTH do
        kept[i] = i
    end
    local size = 64
    while size >= 1 do
        local at = 1
        while at <= #kept do
            local less = {}
            for i, operation in ipairs(kept) do
                if i < at or i >= at + size then
                    less[#less + 1] = operation
                end
            end
            if #less > 0 and fails(less) then
                kept = less
            else
                at = at + size
            end
        end
        size = math.floor(size / 2)
    end
    fails(kept)
    print(("%s run %s /dev/stdout %s"):format(command, seed, table.concat(kept, " ")))
    for line in io.lines(log) do
        print(line)
    end
    os.remove(log)
end

local command = commands[arg[1]]
if not command then
    error "usage: see the start of this file"
end
command((table.unpack or unpack)(arg, 2))
