-- What the filter costs: processor time of nginx's one worker per request, above that of a Lua filter that does
-- nothing. In each round every variant runs in turn; the medians of the rounds, and their ratio, are printed.
-- `make bench-nginx` runs it.
local measure = require "spec.bench.measure"
local server = require "spec.nginx.server"
local socket = require "socket"

local ROUNDS = tonumber(os.getenv "ROUNDS") or 49
local WARMING = 5 -- rounds before them that do not count
local CONNECTIONS = 16 -- enough to keep the worker busy
local CASES = os.getenv "CASES" or "" -- a pattern
local VARIANTS = { "empty", "ten_lines", "module" } -- the directories in bench.conf

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

-- Name, body, requests on each connection at a time, and the largest share of the ten lines' time that the module may
-- take.
local cases = {
    { "success-200B", SUCCESS, 200, 0.4 },
    { "failure-200B", FAILURE, 200, 0.6 },
    { "success-20KB", list(20000), 20, 0.2 },
    { "success-1MB", list(1000000), 2, 0.2 },
    { "stream-20KB", stream(20000), 20, 0.4 },
}

-- A variant's request for a body, and the length of the response with its head.
local function variant_of(connection, directory, body)
    local request = ("GET /%s/bodies/%s HTTP/1.1\r\nHost: bench\r\n\r\n"):format(directory, body)
    assert(connection:send(request))
    local length, body_length = 0, nil
    repeat
        local line = assert(connection:receive "*l")
        assert(length > 0 or line == "HTTP/1.1 200 OK", line)
        length = length + #line + 2
        body_length = body_length or line:match "^Content%-Length: (%d+)"
    until line == ""
    assert(connection:receive(tonumber(body_length)))
    return { request = request, length = length + body_length }
end

-- The worker's processor time when it has nothing to do: it logs a request after the last byte was sent.
local function idle_time(nginx)
    local time = nginx:processor_time()
    repeat
        local before = time
        socket.sleep(0.002)
        time = nginx:processor_time()
    until time == before
    return time
end

-- Processor time per request in microseconds, for `count` requests that are sent at once on each connection.
local function time_request(nginx, connections, variant, count)
    local before = idle_time(nginx)
    for _, connection in ipairs(connections) do
        assert(connection:send(variant.request:rep(count)))
    end
    for _, connection in ipairs(connections) do
        assert(connection:receive(variant.length * count))
    end
    return (idle_time(nginx) - before) * 1e6 / (count * #connections)
end

-- The medians of one case: the empty filter's time, and what the others add to it in the same round. Rounds are short,
-- so that other work on the machine slows all variants of a round alike; and long enough that a variant leaves little
-- of its garbage to the next.
local function bench(nginx, name, count)
    local connections, variants = {}, {}
    for i = 1, CONNECTIONS do
        connections[i] = assert(socket.connect("127.0.0.1", nginx.port))
        connections[i]:settimeout(60)
    end
    for i, directory in ipairs(VARIANTS) do
        variants[i] = variant_of(connections[1], directory, name)
    end
    local times = { {}, {}, {} }
    for round = 1 - WARMING, ROUNDS do
        for turn = 0, 2 do -- each round begins with another
            local i = (round + turn) % 3 + 1
            times[i][round] = time_request(nginx, connections, variants[i], count)
        end
        for i = 2, 3 do
            times[i][round] = times[i][round] - times[1][round]
        end
    end
    for _, connection in ipairs(connections) do
        connection:close()
    end
    local function median(i) return measure.quantile(times[i], 0.5) end
    return median(1), median(2), median(3)
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
    print(("Processor time per request in microseconds: medians of %d rounds, one worker"):format(ROUNDS))
    print(("%-14s %12s %14s %14s %8s %6s"):format("", "empty filter", "ten lines add", "module adds", "ratio", "limit"))
    for _, case in ipairs(cases) do
        if case[1]:find(CASES) then
            local name, _, count, limit = unpack(case)
            local empty, ten_lines, module = bench(running[2], name, count)
            local ratio = module / ten_lines
            local met = ratio <= limit
            missed = missed + (met and 0 or 1)
            print(("%-14s %12.1f %14.2f %14.2f %8.2f %6.1f %s")
                :format(name, empty, ten_lines, module, ratio, limit, met and "" or "MISSED"))
        end
    end
end

local ok, problem = xpcall(run, debug.traceback)
for i = #running, 1, -1 do
    running[i]:stop()
end
assert(ok, problem)
os.exit(missed == 0 and 0 or 1)
