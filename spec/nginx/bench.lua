-- What the filter costs: processor time of nginx's one worker per request, above that of a Lua filter that does nothing.
-- In each round every variant runs in turn; the medians of the rounds are printed. `make bench-nginx` runs it.
local server = require "spec.nginx.server"

local ROUNDS = tonumber(os.getenv "ROUNDS") or 9
local SECONDS = tonumber(os.getenv "SECONDS") or 1
local CASES = os.getenv "CASES" or "" -- a pattern
local VARIANTS = { "empty", "ten_lines", "module" }

local INSTANCE = '{"InstanceId":"ins-%08d","InstanceName":"web","Placement":{"Zone":"ap-guangzhou-3","ProjectId":0},'
    .. '"CPU":4,"Memory":16,"InstanceState":"RUNNING","PrivateIpAddresses":["10.0.0.1"],"ExpiredTime":null}'

-- A success of about this many bytes.
local function list(size)
    local items = {}
    for i = 1, math.max(1, math.floor(size / #INSTANCE:format(0))) do
        items[i] = INSTANCE:format(i)
    end
    return ('{"Response":{"TotalCount":%d,"InstanceSet":[%s],"RequestId":"b5b41468-520d-4192-b42f-595cc34b6c1c"}}')
        :format(#items, table.concat(items, ","))
end

local SUCCESS = '{"Response":{"TotalCount":1,"InstanceStatusSet":[{"InstanceId":"ins-1","InstanceState":"RUNNING"},'
    .. '{"InstanceId":"ins-2","InstanceState":"STOPPED"}],"RequestId":"b5b41468-520d-4192-b42f-595cc34b6c1c"}}'
local FAILURE = '{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"The provided credentials '
    .. 'could not be validated. Please check your signature."},"RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}'

local EVENT = 'data: {"Id":"chat-%d","Choices":[{"Delta":{"Role":"assistant","Content":"word %d "}}],'
    .. '"Usage":{"PromptTokens":8,"CompletionTokens":%d,"TotalTokens":%d}}\n\n'

-- A chat of about this many bytes.
local function stream(size)
    local events = {}
    for i = 1, size / #EVENT do
        events[i] = EVENT:format(i, i, i, i + 8)
    end
    return table.concat(events)
end

-- Name, body, and the largest share of the ten lines' time that the module may take.
local cases = {
    { "success-200B", SUCCESS, 0.4 },
    { "failure-200B", FAILURE, 0.6 },
    { "success-20KB", list(20000), 0.2 },
    { "success-1MB", list(1000000), 0.2 },
    { "stream-20KB", stream(20000), 0.4 },
}

local function measure(nginx, path)
    local before = nginx:processor_time()
    local wrk = assert(io.popen(("wrk -t 1 -c 32 -d %d http://127.0.0.1:%s%s"):format(SECONDS, nginx.port, path)))
    local said = wrk:read "*a"
    wrk:close()
    local used = nginx:processor_time() - before
    assert(not said:find "Non%-2xx" and not said:find "Socket errors", said)
    return used * 1e6 / tonumber(said:match "(%d+) requests in")
end

local function median(numbers)
    table.sort(numbers)
    local middle = (#numbers + 1) / 2
    return (numbers[math.floor(middle)] + numbers[math.ceil(middle)]) / 2
end

-- The medians of one case: the empty filter's time, and what the others add to it in the same round.
local function bench(nginx, name)
    local empty, ten_lines, module, ratio = {}, {}, {}, {}
    for round = 0, ROUNDS do -- round 0 warms up
        local measured = {}
        for i = 1, #VARIANTS do -- each round begins with another
            local variant = VARIANTS[(round + i) % #VARIANTS + 1]
            measured[variant] = measure(nginx, ("/%s/bodies/%s"):format(variant, name))
        end
        if round > 0 then
            empty[round] = measured.empty
            ten_lines[round] = measured.ten_lines - measured.empty
            module[round] = measured.module - measured.empty
            ratio[round] = module[round] / ten_lines[round]
        end
    end
    return median(empty), median(ten_lines), median(module), median(ratio)
end

local running, missed = {}, 0

local function run()
    local service = server.start(server.framed "spec/nginx/service.conf")
    running[1] = service
    os.execute(("mkdir %s/bodies"):format(service.prefix))
    for _, case in ipairs(cases) do
        local file = assert(io.open(("%s/bodies/%s"):format(service.prefix, case[1]), "wb"))
        file:write(case[2])
        file:close()
    end
    local conf = server.framed "spec/nginx/bench.conf":gsub("@SERVICE@", service.prefix)
    running[2] = server.start(conf)
    print(("Processor time per request in microseconds: medians of %d rounds of %d s, one worker")
        :format(ROUNDS, SECONDS))
    print(("%-14s %12s %14s %14s %8s %6s"):format("", "empty filter", "ten lines add", "module adds", "ratio", "limit"))
    for _, case in ipairs(cases) do
        if case[1]:find(CASES) then
            local empty, ten_lines, module, ratio = bench(running[2], case[1])
            local met = ratio <= case[3]
            missed = missed + (met and 0 or 1)
            print(("%-14s %12.1f %14.2f %14.2f %8.2f %6.1f %s")
                :format(case[1], empty, ten_lines, module, ratio, case[3], met and "" or "MISSED"))
        end
    end
end

local ok, problem = xpcall(run, debug.traceback)
for i = #running, 1, -1 do
    running[i]:stop()
end
assert(ok, problem)
os.exit(missed == 0 and 0 or 1)
