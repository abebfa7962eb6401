-- A script for wrk: sends each body of the folder that is its argument, and compares what comes back byte for byte.
-- Ends with a line of counts: requests, right, wrong, failed.
-- luacheck: globals wrk setup init request response done right wrong turn
local threads = {}

function setup(thread)
    threads[#threads + 1] = thread
end

local requests, bodies = {}, {}

function init(args)
    right, wrong, turn = 0, 0, 0
    local close = args[2] == "close"
    while true do
        local case = #bodies + 1
        local file = io.open(("%s/%d"):format(args[1], case), "rb")
        if not file then
            break
        end
        bodies[case] = file:read "*a"
        file:close()
        local target = (close and "/close" or "/") .. "?case=" .. case .. (case % 2 == 0 and "&parts=2" or "")
        requests[case] = wrk.format("POST", target, close and { Connection = "close" } or nil, bodies[case])
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end

function response(status, headers, body)
    if status == 200 and body == bodies[tonumber(headers["X-Case"])] then
        right = right + 1
    else
        wrong = wrong + 1
    end
end

function done(summary)
    local sums = { right = 0, wrong = 0 }
    for _, thread in ipairs(threads) do
        for name, sum in pairs(sums) do
            sums[name] = sum + thread:get(name)
        end
    end
    local errors = summary.errors
    print(("requests %d right %d wrong %d failed %d"):format(summary.requests, sums.right, sums.wrong,
        errors.connect + errors.read + errors.write + errors.timeout))
end
