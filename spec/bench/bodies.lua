--- The bodies that are timed. They have the same bytes on every Lua.
local bodies = {}

local function read(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read "*a"
    file:close()
    return text
end

function bodies.fixture(name)
    return read("spec/fixtures/" .. name .. ".json")
end

--- The fixtures that are envelopes. Some nest 1000 deep or are full of odd names.
function bodies.fixtures()
    local list = {}
    local names = assert(io.popen "ls spec/fixtures")
    for name in names:lines() do
        local stem = name:match "^(.*)%.json$"
        if stem and (stem:find "^success%-" or stem:find "^failure%-") then
            list[#list + 1] = bodies.fixture(stem)
        end
    end
    names:close()
    return list
end

--- The recorded bodies; nil if there are none.
function bodies.samples()
    local folder = os.getenv "TENCENTCLOUD_SAMPLES"
    local file = folder and folder ~= "" and io.open(folder .. "/real.jsonl", "rb")
    if not file then
        return nil
    end
    local decode, list = require("cjson").new().decode, {}
    for line in file:lines() do
        list[#list + 1] = decode(line).body
    end
    file:close()
    return list
end

-- The values for <name> in the texts below, from a generator that returns the same numbers on every Lua.
local function fillings()
    local state = 1
    local function random(n)
        state = state * 16807 % 2147483647
        return state % n
    end
    local function letters(n)
        local text = {}
        for i = 1, n do
            local digit = random(36)
            text[i] = ("0123456789abcdefghijklmnopqrstuvwxyz"):sub(digit + 1, digit + 1)
        end
        return table.concat(text)
    end
    local function hex(n)
        return ("%04x%04x%04x"):format(random(65536), random(65536), random(65536)):sub(1, n)
    end
    local function choice(...)
        local list = { ... }
        return function() return list[random(#list) + 1] end
    end
    return {
        id = function() return letters(8) end,
        uuid = function()
            return ("%s-%s-%s-%s-%s"):format(hex(8), hex(4), hex(4), hex(4), hex(12))
        end,
        ip = function() return ("10.%d.%d.%d"):format(random(256), random(256), random(256)) end,
        number = function() return tostring(random(1000)) end,
        account = function() return tostring(100000000000 + random(2000000000)) end,
        time = function()
            return ("20%02d-%02d-%02dT%02d:%02d:%02dZ"):format(15 + random(10), 1 + random(12), 1 + random(28),
                random(24), random(60), random(60))
        end,
        seconds = function() return tostring(1500000000 + random(200000000)) end,
        rate = function() return ("%d.%02d"):format(random(100), random(100)) end,
        boolean = choice("true", "false"),
        zone = choice("ap-guangzhou-3", "ap-shanghai-2", "ap-beijing-6", "na-siliconvalley-1"),
        state = choice("RUNNING", "STOPPED", "STARTING", "SHUTDOWN"),
        type = choice("S5.MEDIUM4", "SA2.LARGE8", "S5.2XLARGE16", "GN7.5XLARGE80"),
        event = choice("RunInstances", "ModifyInstancesAttribute", "CreateSecurityGroup", "DescribeInstances"),
    }, random
end

local function fill(text, values)
    return (text:gsub("<(%l+)>", function(name) return values[name]() end))
end

local function on_one_line(text)
    return (text:gsub("\n%s*", ""))
end

-- An element of CVM's DescribeInstances.
local INSTANCE = on_one_line [[
{"Placement":{"Zone":"<zone>","HostId":null,"ProjectId":<number>},
"InstanceId":"ins-<id>","InstanceType":"<type>","CPU":<number>,"Memory":<number>,"RestrictState":"NORMAL",
"InstanceName":"web-<number>","InstanceChargeType":"POSTPAID_BY_HOUR",
"SystemDisk":{"DiskType":"CLOUD_PREMIUM","DiskId":"disk-<id>","DiskSize":<number>},
"DataDisks":[{"DiskType":"CLOUD_SSD","DiskId":"disk-<id>","DiskSize":<number>,"DeleteWithInstance":<boolean>,
"SnapshotId":null,"Encrypt":<boolean>,"ThroughputPerformance":0}],
"PrivateIpAddresses":["<ip>"],"PublicIpAddresses":["<ip>"],
"InternetAccessible":{"InternetChargeType":"TRAFFIC_POSTPAID_BY_HOUR","InternetMaxBandwidthOut":<number>,
"PublicIpAssigned":<boolean>},
"VirtualPrivateCloud":{"VpcId":"vpc-<id>","SubnetId":"subnet-<id>","AsVpcGateway":<boolean>,"Ipv6AddressCount":0},
"ImageId":"img-<id>","RenewFlag":"NOTIFY_AND_MANUAL_RENEW","CreatedTime":"<time>","ExpiredTime":"<time>",
"OsName":"TencentOS Server 3.1 (TK4)","SecurityGroupIds":["sg-<id>","sg-<id>"],"LoginSettings":{"KeyIds":["skey-<id>"]},
"InstanceState":"<state>","Tags":[{"Key":"owner","Value":"<id>"},{"Key":"cost","Value":"<rate>"}],
"StopChargingMode":"NOT_APPLICABLE","Uuid":"<uuid>","LatestOperation":"<event>","LatestOperationState":"SUCCESS",
"LatestOperationRequestId":"<uuid>","DisasterRecoverGroupId":"","CamRoleName":"","HpcClusterId":"",
"IsolatedSource":"NOTISOLATED","DisableApiTermination":<boolean>}]]

-- An element of CloudAudit's LookUpEvents. Its member CloudAuditEvent holds the JSON text below as a string.
local EVENT = on_one_line [[
{"EventId":"<uuid>","Username":"root","EventTime":"<seconds>","CloudAuditEvent":"<audit>",
"ResourceTypeCn":"\u4e91\u670d\u52a1\u5668","RequestID":"<uuid>","SourceIPAddress":"<ip>","AccountID":<account>,
"Resources":{"ResourceName":"ins-<id>","ResourceType":"cvm"},"ErrorCode":0,"SecretId":"AKID<id><id><id><id>",
"EventNameCn":"\u4fee\u6539\u5b9e\u4f8b\u5c5e\u6027","EventName":"<event>","EventSource":"cvm.tencentcloudapi.com",
"EventRegion":"<zone>"}]]

local AUDIT = on_one_line [[
{"userIdentity":{"type":"Root","principalId":"<account>","accountId":"<account>","secretId":"AKID<id><id><id><id>",
"sessionContext":{"attributes":{"mfaAuthenticated":"<boolean>","creationDate":"<time>"}}},
"eventRegion":"<zone>","eventTime":<seconds>,"eventVersion":"3.0","eventType":"ApiCall","eventName":"<event>",
"eventSource":"cvm.tencentcloudapi.com/","requestID":"<uuid>","resourceType":"cvm","resourceName":"ins-<id>",
"requestParameters":"<parameters>",
"sourceIPAddress":"<ip>","userAgent":"console.tencentcloud.com/cvm","httpMethod":"POST","apiErrorCode":0,
"apiErrorMessage":"","responseElements":"{\"Response\":{\"RequestId\":\"<uuid>\"}}"}]]

local PARAMETERS = [[{"InstanceIds":["ins-<id>"],"InstanceName":"web-<number>","DryRun":<boolean>}]]

local function escape(json)
    return (json:gsub('["\\]', "\\%0"))
end

-- A body of about this many bytes whose payload has a list of such elements under this name, and the number of its
-- elements, which is at most count.
local function list(name, element, bytes, values, count)
    local elements, length = {}, 0
    repeat
        local text = fill(element, values)
        elements[#elements + 1] = text
        length = length + #text + 1
    until length >= bytes or #elements == count
    return ('{"Response":{"TotalCount":%d,"%s":[%s],"RequestId":"%s"}}'):format(#elements, name,
        table.concat(elements, ","), values.uuid()), #elements
end

--- The path ("InstanceSet", count, "InstanceId") leads to the last element.
function bodies.instances(bytes)
    return list("InstanceSet", INSTANCE, bytes, fillings())
end

-- Events whose CloudAuditEvent repeats a call's parameters this many times.
local function events(bytes, times, count)
    local values = fillings()
    function values.parameters()
        local parameters = {}
        for i = 1, times do
            parameters[i] = fill(PARAMETERS, values)
        end
        return escape(table.concat(parameters, ","))
    end
    function values.audit() return escape(fill(AUDIT, values)) end
    return list("Events", EVENT, bytes, values, count)
end

--- The path ("Events", count, "EventId") leads to the last element.
function bodies.events(bytes)
    return events(bytes, 1)
end

--- This many events, with 2 to 4 KB of JSON in each CloudAuditEvent.
function bodies.audit(count)
    return events(math.huge, 20, count)
end

--- Strings of this many megabytes: other live data of a process, which costs the collector little to traverse.
function bodies.alive(megabytes)
    local kept = {}
    for i = 1, megabytes * 1024 do
        kept[i] = ("%08d"):format(i):rep(125)
    end
    return kept
end

-- An event of Hunyuan's ChatCompletions.
local DELTA = on_one_line [[
{"Note":"以上内容为AI生成,不代表开发者立场,请勿删除或修改本标记","Choices":[{"Index":0,
"Delta":{"Role":"assistant","Content":"<id> <id>"},"FinishReason":""}],"Created":<seconds>,"Id":"<id>",
"Usage":{"PromptTokens":<number>,"CompletionTokens":<number>,"TotalTokens":<number>}}]]

--- A stream of this many events, and its bytes in chunks of 1 to 4 KB.
function bodies.stream(count)
    local values, random = fillings()
    local sent, chunks, from = {}, {}, 1
    for i = 1, count do
        sent[i] = "data: " .. fill(DELTA, values) .. "\n\n"
    end
    local stream = table.concat(sent)
    while from <= #stream do
        local size = 1024 + random(3 * 1024)
        chunks[#chunks + 1] = stream:sub(from, from + size - 1)
        from = from + size
    end
    return stream, chunks
end

-- Each function makes a piece of text from a generator's random numbers.
local pieces = {}

local function character(random, first, count)
    local code = first + random(count)
    if code < 0x10000 then
        return string.char(0xE0 + math.floor(code / 0x1000), 0x80 + math.floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
    end
    return string.char(0xF0 + math.floor(code / 0x40000), 0x80 + math.floor(code / 0x1000) % 0x40,
        0x80 + math.floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
end

local IDEOGRAPHS, EMOJI = 0x4E00, 0x1F600
local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local WORDS = {
    "the", "instance", "of", "a", "security", "group", "is", "not", "found", "in", "this", "region", "and", "please",
    "check", "whether", "parameters", "are", "correct", "before", "you", "try", "again", "account", "balance",
}

function pieces.base64(random)
    local at = random(64) + 1
    return ALPHABET:sub(at, at)
end

function pieces.English(random)
    return WORDS[random(#WORDS) + 1] .. (random(12) == 0 and ". " or " ")
end

function pieces.Chinese(random)
    return character(random, IDEOGRAPHS, 20000)
end

pieces["Chinese and emoji"] = function(random)
    return random(4) == 0 and character(random, EMOJI, 64) or character(random, IDEOGRAPHS, 20000)
end

pieces["JSON in a string"] = function(random)
    return ([[{\"Id\":\"ins-%x\",\"Zone\":\"%d\",\"CPU\":%d},]]):format(random(65536), random(9), random(64))
end

pieces["\\uXXXX only"] = function(random)
    return ("\\u%04x"):format(IDEOGRAPHS + random(20000))
end

pieces["an escape every 80 bytes"] = function(random)
    local letters = {}
    for i = 1, 78 do
        letters[i] = pieces.base64(random)
    end
    return table.concat(letters) .. "\\n"
end

--- The kinds of text.
bodies.kinds = {
    "base64", "English", "Chinese", "Chinese and emoji", "JSON in a string", "\\uXXXX only", "an escape every 80 bytes",
}

--- A body of this many bytes that is mostly one string, of one of these kinds.
function bodies.text(kind, bytes)
    local _, random = fillings()
    local parts, length = {}, 80
    repeat
        parts[#parts + 1] = pieces[kind](random)
        length = length + #parts[#parts]
    until length >= bytes
    return ('{"Response":{"Data":"%s","RequestId":"b5b41468-520d-4192-b42f-595cc34b6c1c"}}'):format(table.concat(parts))
end

--- A flat list, "List", of such elements: numbers, or strings of 40 bytes.
function bodies.numbers(bytes)
    return (list("List", "<account>", bytes, fillings()))
end

function bodies.strings(bytes)
    return (list("List", '"ins-<uuid>"', bytes, fillings()))
end

return bodies
