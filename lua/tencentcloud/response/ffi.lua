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
            const char *code, *message, *request_id;
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

--- Makes check for bodies that nest max_depth deep. `native` is the one by the C API.
---@param native fun(body: string): string?, string?, tencentcloud.Error?
---@param max_depth integer
---@return (fun(body: string): string?, string?, tencentcloud.Error?)|nil check nil without FFI
function M.check(native, max_depth)
    if not library then
        return nil
    end
    local SUCCESS, FAILURE = 1, 2
    local new_verdict = ffi.typeof "tencentcloud_response_verdict"
    local judge, text, type = library.tencentcloud_response_check, ffi.string, type
    local new_error, categories, retries = failure.new, core.categories, core.retries

    return function(...)
        local body = ...
        if type(body) ~= "string" then
            return native(...)
        end
        -- One for each call: making a string may run a finalizer, and that may call check.
        local out = new_verdict()
        local answer = judge(body, #body, max_depth, out)
        if answer == SUCCESS then
            return text(out.request_id, out.request_id_length)
        elseif answer ~= FAILURE then
            return native(body)
        end
        local code = text(out.code, out.code_length)
        local message = text(out.message, out.message_length)
        local request_id = text(out.request_id, out.request_id_length)
        return nil, line(code, message, request_id),
            new_error("api", code, message, request_id, categories[out.category], retries[out.retry])
    end
end

return M
