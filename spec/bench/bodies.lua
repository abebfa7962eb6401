--- The bodies that are timed: on every Lua the same bytes.
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

-- All fixtures that are well-formed envelopes, the ones nested 1000 deep or full of odd names among them.
local function fixtures()
    local list = {}
    local names = assert(io.popen "ls spec/fixtures")
    for name in names:lines() do
        local stem = name:match "^(.*)%.json$"
        if stem and (stem:find "^success%-" or stem:find "^failure%-") then
            list[#list + 1] = bodies.fixture(stem)
        end
    end
    names:close()
    return list, "the fixtures"
end

--- The recorded bodies if there are some, else the fixtures; and in words which.
function bodies.mix()
    local folder = os.getenv "TENCENTCLOUD_SAMPLES"
    local file = folder and folder ~= "" and io.open(folder .. "/real.jsonl", "rb")
    if not file then
        return fixtures()
    end
    local decode, list = require("cjson").new().decode, {}
    for line in file:lines() do
        list[#list + 1] = decode(line).body
    end
    file:close()
    return list, #list .. " recorded bodies"
end

-- What stands for <name> in the texts below, made by a generator that gives every Lua the same numbers.
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
    }
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

-- An element of CloudAudit's LookUpEvents; what its member CloudAuditEvent holds is the text below it, as a string.
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
"requestParameters":"{\"InstanceIds\":[\"ins-<id>\"],\"InstanceName\":\"web-<number>\",\"DryRun\":<boolean>}",
"sourceIPAddress":"<ip>","userAgent":"console.tencentcloud.com/cvm","httpMethod":"POST","apiErrorCode":0,
"apiErrorMessage":"","responseElements":"{\"Response\":{\"RequestId\":\"<uuid>\"}}"}]]

-- A body of about this many bytes whose payload has a list of such elements under this name; and how many they are.
local function list(name, element, bytes, values)
    local elements, length = {}, 0
    repeat
        local text = fill(element, values)
        elements[#elements + 1] = text
        length = length + #text + 1
    until length >= bytes
    return ('{"Response":{"TotalCount":%d,"%s":[%s],"RequestId":"%s"}}'):format(#elements, name,
        table.concat(elements, ","), values.uuid()), #elements
end

--- The last element is reached by ("InstanceSet", count, "InstanceId").
function bodies.instances(bytes)
    return list("InstanceSet", INSTANCE, bytes, fillings())
end

--- The last element is reached by ("Events", count, "EventId").
function bodies.events(bytes)
    local values = fillings()
    function values.audit()
        return (fill(AUDIT, values):gsub('["\\]', "\\%0"))
    end
    return list("Events", EVENT, bytes, values)
end

--- One string without escapes, like a certificate or a page in base64.
function bodies.text(bytes)
    local values, parts = fillings(), {}
    for i = 1, bytes / 8 do
        parts[i] = values.id()
    end
    return ('{"Response":{"Data":"%s","RequestId":"%s"}}'):format(table.concat(parts), values.uuid())
end

return bodies
