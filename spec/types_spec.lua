-- The annotations match the code, as far as this can be checked without a language server.
local response = require "tencentcloud.response"
local support = require "spec.support"

local FILES = {
    "lua/tencentcloud/response.lua", "lua/tencentcloud/error.lua", "lua/tencentcloud/codes.lua",
    "lua/tencentcloud/nginx.lua", "lua/tencentcloud/response/http.lua", "lua/tencentcloud/response/encode.lua",
    "lua/tencentcloud/response/arguments.lua", "lua/tencentcloud/response/ffi.lua",
    "lua/tencentcloud/response/stream.lua",
}

-- The fields of each class (name to type), and the names of the aliases.
local function read_types()
    local classes, aliases, class = {}, {}, nil
    for _, name in ipairs(FILES) do
        for line in support.read(name):gmatch "[^\n]+" do
            local declared = line:match "^%s*%-%-%-@class ([%w_.]+)"
            local field, kind = line:match "^%s*%-%-%-@field ([%w_]+)%??%s+(.+)$"
            if declared then
                class = classes[declared] or {}
                classes[declared] = class
            elseif field then
                assert.is_nil(class[field], field .. " is declared twice")
                class[field] = kind
            end
            aliases[line:match "^%-%-%-@alias ([%w_.]+)" or ""] = true
        end
    end
    return classes, aliases
end

local classes, aliases = read_types()

local function names(t)
    local list = {}
    for name in pairs(t) do
        list[#list + 1] = name
    end
    table.sort(list)
    return list
end

local function methods(metatable)
    local found = {}
    for name, f in pairs(metatable) do
        if type(f) == "function" and not name:find "^__" then
            found[name] = true
        end
    end
    return found
end

describe("the annotations of", function()
    it("the module list its functions", function()
        assert.same(names(response), names(classes["tencentcloud.response"]))
        for name, kind in pairs(classes["tencentcloud.response"]) do
            assert.equal(type(response[name]) == "function", kind:find "^fun%(" ~= nil, name)
        end
    end)

    it("views list their methods", function()
        local view = assert(response.open(support.envelope '"A":1'))
        assert.same(names(methods(getmetatable(view))), names(classes["tencentcloud.View"]))
    end)

    it("scanners list their methods", function()
        assert.same(names(methods(getmetatable(response.scanner()))), names(classes["tencentcloud.Scanner"]))
    end)

    it("streams and events list their methods and fields", function()
        local stream = response.stream()
        assert.same(names(methods(getmetatable(stream))), names(classes["tencentcloud.Stream"]))
        local next_event, state = stream:feed 'data: {"A":1}\n\n'
        local event = assert(next_event(state))
        local members = methods(getmetatable(event))
        for name, kind in pairs(classes["tencentcloud.Event"]) do
            if not kind:find "^fun%(" then
                assert.equal(kind:match "^%w+", type(event[name]), name)
                members[name] = true
            end
        end
        assert.same(names(members), names(classes["tencentcloud.Event"]))
    end)

    it("errors list their fields", function()
        local fields, seen = classes["tencentcloud.Error"], {}
        local scanner = response.new { max_field = 32 }.scanner()
        scanner:feed(support.envelope('"Error":{"Code":"' .. ("c"):rep(40) .. '"}'))
        local errs = {
            (select(3, response.parse(support.envelope '"Error":{"Code":"A","X":1},"P":1'))),
            (select(3, response.read { status = 502, body = "" })),
            (select(3, scanner:finish())),
        }
        assert.equal(3, #errs)
        for _, err in pairs(errs) do
            for name in pairs(err) do
                assert.is_string(fields[name], name .. " has no annotation")
                seen[name] = true
            end
        end
        assert.same(names(fields), names(seen))
    end)

    it("options list what new accepts", function()
        for name in pairs(classes["tencentcloud.Options"]) do
            local _, problem = pcall(response.new, { [name] = print })
            assert.is_nil(tostring(problem):find("unknown option", 1, true), name)
        end
        local source = support.read "lua/tencentcloud/response.lua":match "\nlocal options = {(.-)\n}"
        local listed = {}
        for name in source:gmatch "\n    ([%w_]+) = {" do
            listed[name] = true
        end
        assert.same(names(listed), names(classes["tencentcloud.Options"]))
    end)
end)

it("every named function of a module has annotations for exactly its parameters", function()
    for _, name in ipairs(FILES) do
        local comment = {}
        for line in support.read(name):gmatch "([^\n]*)\n" do
            local path, parameters = line:match "^%s*function ([%w_]+[.:][%w_.:]+)%((.-)%)"
            if line:find "^%s*%-%-%-" then
                comment[#comment + 1] = line
            elseif line ~= "" or #comment > 0 then
                if path and not path:find "__" then
                    local annotated, expected = {}, {}
                    for _, text in ipairs(comment) do
                        annotated[#annotated + 1] = text:match "%-%-%-@param ([%w_.]+)"
                    end
                    for parameter in parameters:gmatch "[%w_.]+" do
                        expected[#expected + 1] = parameter
                    end
                    assert.is_true(#comment > 0, name .. ": " .. path .. " has no comment")
                    assert.same(expected, annotated, name .. ": " .. path)
                end
                comment = {}
            end
        end
    end
end)

it("every type that an annotation names is declared", function()
    for _, name in ipairs(FILES) do
        for line in support.read(name):gmatch "[^\n]+" do
            if line:find "^%s*%-%-%-@" then
                local code = line:gsub('".-"', ""):gsub("`.-`", "")
                for kind in code:gmatch "tencentcloud%.[%w_.]*[%w_]" do
                    assert.is_true(classes[kind] ~= nil or aliases[kind] ~= nil, name .. ": " .. kind)
                end
            end
        end
    end
end)
