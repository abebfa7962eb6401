--- Notes which lines of lua/ run: what each Lua loads first, and nginx in place of a module.
---
---     TENCENTCLOUD_LINES=file LUA_INIT=@spec/checks/coverage/lines.lua busted
---
--- A line is written to the file, as `name:number`, when it runs for the first time in a process: so nothing is lost,
--- however the process ends.
local lines = {}

local getinfo = debug.getinfo

--- Makes the function for debug.sethook.
function lines.recorder(path)
    local log, seen = assert(io.open(path, "a")), {}
    log:setvbuf "line"
    return function(_, line)
        local source = getinfo(2, "S").source
        local name = source:match "lua/(tencentcloud/.*%.lua)$"
        if name and not seen[name .. line] then
            seen[name .. line] = true
            log:write(name, ":", line, "\n")
        end
    end
end

--- Sets the hook here and in every new coroutine. Machine code has no hooks, so the compiler is turned off.
function lines.start(path)
    local record, create = lines.recorder(path), coroutine.create
    if jit then
        jit.off()
    end
    function coroutine.create(f)
        local thread = create(f)
        debug.sethook(thread, record, "l")
        return thread
    end
    function coroutine.wrap(f)
        local thread = coroutine.create(f)
        local function finish(ok, ...)
            if not ok then
                error((...), 0)
            end
            return ...
        end
        return function(...)
            return finish(coroutine.resume(thread, ...))
        end
    end
    debug.sethook(record, "l")
end

--- Loads a module with the hook set, and wraps each of its functions in the hook. For nginx, where C creates a coroutine
--- per request.
function lines.load(module, path)
    local record = lines.recorder(path)
    jit.off()
    local function recorded(f)
        local function finish(...)
            debug.sethook()
            return ...
        end
        return function(...)
            debug.sethook(record, "l")
            return finish(f(...))
        end
    end
    local wrapped = {}
    for name, f in pairs(recorded(dofile)(module)) do
        wrapped[name] = recorded(f)
    end
    return wrapped
end

local path = os.getenv "TENCENTCLOUD_LINES"
if path then
    lines.start(path)
end

return lines
