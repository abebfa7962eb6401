--- What the specs of views share.
local response = require "tencentcloud.response"
local support = require "spec.support"

local views = {}

--- A view of the payload with these members, by response or another reader.
function views.open(members, reader)
    return assert((reader or response).open(support.envelope(members)))
end

--- Collects an iteration in a table; raises if a name or index occurs twice.
function views.collect(...)
    local all = {}
    for key, value in ... do
        assert(all[key] == nil, tostring(key))
        all[key] = value
    end
    return all
end

--- How many fields a table has.
function views.count(t)
    local n = 0
    for _ in pairs(t) do
        n = n + 1
    end
    return n
end

--- The text of an object of n members. Each is the text of a member in which every "#" becomes its number.
function views.object(n, member)
    local members = {}
    for i = 1, n do
        members[i] = member:gsub("#", i)
    end
    return "{" .. table.concat(members, ",") .. "}"
end

--- The text of an array of n elements, of which element(i) is the text.
function views.array(n, element)
    local elements = {}
    for i = 1, n do
        elements[i] = element(i)
    end
    return "[" .. table.concat(elements, ",") .. "]"
end

return views
