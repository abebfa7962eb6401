--- check by LuaJIT's FFI, where there is one: its compiler calls the core directly, and a loop over check stays one
--- trace. What the core cannot answer this way (fields with escapes, long messages, malformed bodies; what a code means
--- that is not kept) goes through the C API, so both ways give the same.
local core = require "tencentcloud.response.core"
local errors = require "tencentcloud.error"

local M = {}

local has_ffi, ffi = pcall(require, "ffi")
has_ffi = has_ffi and type(jit) == "table"

-- A module that is loaded again finds the types already declared: LuaJIT keeps them as long as its state.
if has_ffi and not pcall(ffi.typeof, "tencentcloud_response_verdict") then
    ffi.cdef(core.ffi_declarations)
end

-- The verdict, which all calls share, and the number of calls. Before a call has read its verdict, the collector may
-- run a finalizer that calls check and overwrites it. Then the count has changed, and the C API answers instead.
local verdict = has_ffi and ffi.new "tencentcloud_response_verdict"
local count = 0

-- What codes mean, by code: category and retry. They are kept because a service sends few codes, and looking one up in
-- the core reads much memory that other work has driven out of the processor's caches. When there are too many, all are
-- forgotten.
local MAX_KEPT = 256
local meanings, kept = {}, 0

local function meaning_of(code)
    local meaning = meanings[code]
    if not meaning then
        local category, retry = core.meaning(code)
        meaning = { category, retry }
        if kept >= MAX_KEPT then
            meanings, kept = {}, 0
        end
        meanings[code], kept = meaning, kept + 1
    end
    return meaning[1], meaning[2]
end

--- Makes check for an instance, whose check by the C API is native.
---@param native fun(body: string): string?, string, tencentcloud.Error
---@param max_depth integer
---@return (fun(body: string): string?, string, tencentcloud.Error)|nil check nil without FFI
function M.check(native, max_depth)
    if not has_ffi then
        return nil
    end
    local judge = ffi.cast("tencentcloud_response_check *", core.ffi_check)
    local SUCCESS, FAILURE = ffi.C.TENCENTCLOUD_SUCCESS, ffi.C.TENCENTCLOUD_FAILURE
    local sub, text, type, v = string.sub, ffi.string, type, verdict
    local new_error = errors.new

    local function failed(body, mine)
        local line = text(v.line, v.line_length)
        local code_at, code_length = v.code, v.code_length
        local message_at, message_length = v.message, v.message_length
        local id_at, id_length = v.request_id, v.request_id_length
        if count ~= mine then
            return native(body)
        end
        local code = sub(body, code_at + 1, code_at + code_length)
        local message = sub(body, message_at + 1, message_at + message_length)
        local request_id = sub(body, id_at + 1, id_at + id_length)
        return nil, line, new_error("api", code, message, request_id, meaning_of(code))
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
