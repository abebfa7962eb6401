-- What the filter costs: requests per second of one worker and its processor time per request, with and without the
-- filter, in turn within each round; medians of the rounds' ratios to the one without. `make bench-nginx` runs it.
local server = require "spec.nginx.server"

local ROUNDS = tonumber(os.getenv "ROUNDS") or 9
local SECONDS = tonumber(os.getenv "SECONDS") or 1
local VARIANTS = { "without", "empty", "with" }

local running = {}

local function measure(nginx, path)
    local before = nginx:processor_time()
    local wrk = assert(io.popen(("wrk -t 1 -c 32 -d %d http://127.0.0.1:%s%s"):format(SECONDS, nginx.port, path)))
    local said = wrk:read "*a"
    wrk:close()
    local used = nginx:processor_time() - before
    assert(not said:find "Non%-2xx" and not said:find "Socket errors", said)
    return { rate = tonumber(said:match "Requests/sec:%s*([%d.]+)"),
        microseconds = used * 1e6 / tonumber(said:match "(%d+) requests in") }
end

local function median(list)
    table.sort(list)
    local middle = (#list + 1) / 2
    return (list[math.floor(middle)] + list[math.ceil(middle)]) / 2
end

local function bench(nginx, case)
    local columns = { rate = {}, rate_ratio = {}, microseconds = {}, time_ratio = {} }
    for _, variant in ipairs(VARIANTS) do
        for _, column in pairs(columns) do
            column[variant] = {}
        end
    end
    for round = 0, ROUNDS do -- round 0 warms up
        local measured = {}
        for i = 1, #VARIANTS do -- each round begins with another
            local variant = VARIANTS[(round + i) % #VARIANTS + 1]
            measured[variant] = measure(nginx, case:format(variant))
        end
        local base = measured.without
        for variant, one in pairs(round > 0 and measured or {}) do
            table.insert(columns.rate[variant], one.rate)
            table.insert(columns.rate_ratio[variant], one.rate / base.rate)
            table.insert(columns.microseconds[variant], one.microseconds)
            table.insert(columns.time_ratio[variant], one.microseconds / base.microseconds)
        end
    end
    for _, variant in ipairs(VARIANTS) do
        print(("%-26s %10.0f %8.3f %14.1f %8.3f"):format(case:format(variant), median(columns.rate[variant]),
            median(columns.rate_ratio[variant]), median(columns.microseconds[variant]),
            median(columns.time_ratio[variant])))
    end
end

local ok, problem = xpcall(function()
    local service = server.start(server.framed "spec/nginx/service.conf")
    running[1] = service
    local values = { SERVICE = service.prefix, SERVICE_PORT = service.port }
    running[2] = server.start((server.framed "spec/nginx/bench.conf":gsub("@([%u_]+)@", values)))
    print(("%d rounds of %d s, one worker, medians"):format(ROUNDS, SECONDS))
    print(("%-26s %10s %8s %14s %8s"):format("", "requests/s", "ratio", "processor, us", "ratio"))
    for _, case in ipairs { "/gateway/%s/success", "/gateway/%s/failure", "/bare/%s/success", "/bare/%s/failure" } do
        bench(running[2], case)
    end
end, debug.traceback)
for i = #running, 1, -1 do
    running[i]:stop()
end
assert(ok, problem)
