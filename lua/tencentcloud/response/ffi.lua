--- check by LuaJIT's FFI, where there is one: its compiler calls the core directly, and a loop over check stays one
--- trace. What the core cannot answer as it stands in the body (escapes, controls, malformed bodies) goes through the
--- C API, so both ways give the same.
local core = require "tencentcloud.response.core"
local failure = require "tencentcloud.error"

local M = {}

-- The library that the core was loaded from; nil where FFI is missing or cannot load it again.
local function load(ffi)
    local path = package.searchpath and package.searchpath("tencentcloud.response.core", package.cpath)
    local loaded, library = pcall(ffi.load, path or "")
    return loaded and pcall(function() return library.tencentcloud_response_check end) and library or nil
end

local has_ffi, ffi = pcall(require, "ffi")
local library

if has_ffi and type(jit) == "table" then
    pcall(ffi.cdef, [[
        typedef struct {
            uint32_t code, message, request_id;
            uint32_t code_length, message_length, request_id_length;
            uint32_t category, retry;
        } tencentcloud_response_verdict;
        int tencentcloud_response_check(const char *body, size_t length, unsigned max_depth,
                                        tencentcloud_response_verdict *out);
    ]]) -- raises if this module was loaded before, and forgotten: then it is declared already
    library = load(ffi)
end

-- The message in one line, as core.line makes it of texts without controls.
local function line(code, message, request_id)
    if message ~= "" then
        code = code .. ": " .. message
    end
    if request_id ~= "" then
        return code .. " (RequestId: " .. request_id .. ")"
    end
    return code
end

-- The last verdict, and how many there were. A call into the core may end in a step of the collector, and so in a
-- finalizer that calls check: then the verdict is not that call's any more, and it has to ask again. All that is read
-- of it is numbers, which make no garbage and are safe to cut a string by, whatever they are.
local verdict = library and ffi.new "tencentcloud_response_verdict"
local count = 0

--- Makes check for an instance that core.new gave.
---@param native function its check by the C API
---@param max_depth integer
---@return (fun(body: string): string?, string?, tencentcloud.Error?)|nil check nil without FFI
function M.check(native, max_depth)
    if not library then
        return nil
    end
    local SUCCESS, FAILURE = 1, 2
    local judge, sub, type, v = library.tencentcloud_response_check, string.sub, type, verdict
    local new_error, categories, retries = failure.new, core.categories, core.retries

    local function failed(body, mine)
        local code_at, code_length = v.code, v.code_length
        local message_at, message_length = v.message, v.message_length
        local id_at, id_length = v.request_id, v.request_id_length
        local category, retry = v.category, v.retry
        if count ~= mine then
            return native(body)
        end
        local code = sub(body, code_at + 1, code_at + code_length)
        local message = sub(body, message_at + 1, message_at + message_length)
        local request_id = sub(body, id_at + 1, id_at + id_length)
        return nil, line(code, message, request_id),
            new_error("api", code, message, request_id, categories[category], retries[retry])
    end

    return function(...)
        local body = ...
        if type(body) ~= "string" then
            return native(...)
        end
        local mine = count + 1
        count = mine
        local answer = judge(body, #body, max_depth, v)
        if answer == FAILURE then
            return failed(body, mine)
        end
        local at, length = v.request_id, v.request_id_length
        if answer ~= SUCCESS or count ~= mine then
            return native(body)
        end
        return sub(body, at + 1, at + length)
    end
end

return M
