--- The operations on scanners. check of all that a scanner was fed tells what it must say.
local shapes = require "spec.fuzz.shapes"
local values = require "spec.fuzz.values"
local world = require "spec.fuzz.world"

local operations, operation, log = world.operations, world.operation, world.log
local alike = values.alike

function operations.scanner()
    log "scanner"
    local instance = world.instance()
    world.keep { kind = "scanner", scanner = instance.scanner(), check = instance.check, fed = 0,
        body = shapes.any(world.random) }
end

local function same_failure(what, message, err, it)
    local _, expected, expected_err = it.check(it.body:sub(1, it.fed))
    if not it.scanner:truncated() then
        alike(what .. ": message", message, expected)
        alike(what .. ": code", err.code, expected_err.code)
        alike(what .. ": offset", err.offset, expected_err.offset)
    end
end

operations.feed = operation("scanner", function(it)
    if it.finished or it.fed == #it.body or not world.is_usable(it) then
        return
    end
    local chunk = shapes.chunk(it.body, it.fed, world.random)
    log("feed %d bytes", #chunk)
    local known, fed, message, err = world.change(it, it.scanner.feed, it.scanner, chunk)
    if not known then
        return
    end
    it.fed = it.fed + #chunk
    if not fed then
        same_failure("feed", message, err, it)
        it.failed = true
    else
        alike("feed", it.failed, nil)
    end
end)

operations.finish = operation("scanner", function(it)
    if not world.is_usable(it) then
        return
    end
    log "finish"
    local known, request_id, message, err = world.change(it, it.scanner.finish, it.scanner)
    if not known then
        return
    end
    it.finished = true
    local expected = it.check(it.body:sub(1, it.fed))
    if not it.scanner:truncated() then
        alike("finish", request_id, expected)
    end
    if not expected then
        same_failure("finish", message, err, it)
    end
end)

operations.reset = world.reset("scanner", function(it)
    it.body, it.fed, it.failed, it.finished, it.muddled = shapes.any(world.random), 0, nil, nil, nil
end)
