--- The verdict on responses that pass through nginx (OpenResty, or nginx with the Lua module), in constant memory.
---
---     location / {
---         proxy_pass https://cvm.tencentcloudapi.com;
---         body_filter_by_lua_block { require("tencentcloud.nginx").body_filter() }
---         log_by_lua_block { require("tencentcloud.nginx").verdict() }
---     }
---
--- Neither function ever changes or breaks a response: an internal error goes to the error log, once per request.
local http = require "tencentcloud.response.http"
local response = require "tencentcloud.response"

if not ngx then
    error("tencentcloud.nginx works only inside nginx, with its Lua module", 2)
end

-- No public function tells a request from a subrequest that was given its ngx.ctx.
local get_request = require("resty.core.base").get_request
local ngx = ngx
local arg, var = ngx.arg, ngx.var
local cast = require("ffi").cast
local now, start_time = ngx.now, ngx.req.start_time
local check, new_scanner = response.check, response.scanner

local M = {}

-- Bytes of the first chunk that are kept. Most responses come in one, and checking a whole body is the cheaper way.
local HEAD_LIMIT = 8192

-- The state of a request is in its ngx.ctx under this key. A table that is the ngx.ctx of several requests, of
-- subrequests for example, has the states of all of them, as a list.
local KEY = {}

---@class tencentcloud.nginx.State
---@field address number where nginx keeps the request
---@field started number when the request began
---@field connection string|nil its connection, and its number there; only if the state was made in the millisecond in
---@field number string|nil which the request began, so that a later request could have the same address and start
---@field next tencentcloud.nginx.State|nil
---@field stage tencentcloud.nginx.Stage
---@field head string the first chunk, or its beginning
---@field scanner tencentcloud.Scanner|nil

---@alias tencentcloud.nginx.Stage
---| "first" # `head` is all that has passed
---| "whole" # the body has passed, and `head` is all of it
---| "scanning" # `scanner` was fed all that has passed
---| "decided" # no further chunk can change what `scanner` says
---| "complete" # the body has passed, and `scanner` was fed all of it that counts
---| "broken" # an internal error was logged

local function address()
    return tonumber(cast("intptr_t", get_request()))
end

-- Is this the state of the current request, which has its address, and not of an earlier one?
local function is_current(state)
    return state.started == start_time()
        and (not state.connection or state.connection == var.connection and state.number == var.connection_requests)
end

-- The state of the current request, if there is one.
local function find(ctx)
    local here, state = address(), ctx[KEY]
    while state and state.address ~= here do
        state = state.next
    end
    return state and is_current(state) and state or nil
end

-- Takes the state of an earlier request at this address out of a table that has outlived it.
local function remove_stale(ctx, here)
    local list
    local state = ctx[KEY]
    while state do
        local following = state.next
        if state.address ~= here then
            state.next, list = list, state
        end
        state = following
    end
    ctx[KEY] = list
end

---@return tencentcloud.nginx.State
local function begin(ctx)
    local started = start_time()
    local state = { address = address(), started = started, stage = "first", head = "" }
    if started == now() then
        state.connection, state.number = var.connection, var.connection_requests
    end
    if ctx[KEY] then
        remove_stale(ctx, state.address)
        state.next = ctx[KEY]
    end
    ctx[KEY] = state
    return state
end

local function feed(state, chunk)
    if not state.scanner:feed(chunk) then
        state.stage = "decided"
    end
end

local function start_scanner(state)
    -- The upstream's header: the one sent may be another.
    local content_type = var.upstream_http_content_type or var.sent_http_content_type
    state.scanner, state.stage = new_scanner { content_type = content_type }, "scanning"
    if state.head ~= "" then
        feed(state, state.head)
    end
end

local function read(state, chunk)
    if state.head == "" and #chunk <= HEAD_LIMIT then
        state.head = chunk
        return
    elseif state.stage == "first" then
        start_scanner(state)
        if state.head == "" then
            state.head = chunk:sub(1, HEAD_LIMIT)
        end
    end
    if state.stage == "scanning" then
        feed(state, chunk)
    end
end

local function pass()
    local ctx, chunk = ngx.ctx, arg[1]
    local state = find(ctx) or begin(ctx)
    if chunk and chunk ~= "" then
        read(state, chunk)
    end
    if arg[2] and state.stage ~= "broken" then
        state.stage = state.scanner and "complete" or "whole"
    end
end

-- Logs an internal error, and gives up the verdict.
local function report(problem)
    local ok, state = pcall(find, ngx.ctx)
    if ok and state then
        if state.stage == "broken" then
            return
        end
        state.stage = "broken"
    end
    ngx.log(ngx.ERR, "tencentcloud.nginx: ", problem)
end

--- Reads the current chunk, and leaves it as it is: for `body_filter_by_lua*`.
---
---     body_filter_by_lua_block { require("tencentcloud.nginx").body_filter() }
---
--- It reads what other code of the same filter put into ngx.arg[1] before this call.
function M.body_filter()
    local ok, problem = pcall(pass)
    if not ok then
        report(problem)
    end
end

-- The verdict by the body alone.
local function conclude(state)
    if state.stage == "whole" then
        local request_id, message, err = check(state.head)
        if not err or err.kind == "api" then
            return request_id, message, err
        end
        start_scanner(state)
        state.stage = "complete"
    elseif state.stage == "first" then
        start_scanner(state)
    end
    return state.scanner:finish()
end

-- Why the body is not JSON, if that is known better than by its bytes.
local function explain(state)
    -- Not the header as sent: that tells of nginx's own compression, which comes after the filter.
    return http.compressed(state.head, var.upstream_http_content_encoding)
        or state.stage == "scanning" and http.CUT_OFF or nil
end

local function header_request_id()
    return var.upstream_http_x_tc_requestid or var.sent_http_x_tc_requestid
end

local function judge(state)
    local request_id, message, err = conclude(state)
    local of_header = (request_id or err.request_id) == "" and header_request_id() or nil
    if request_id then
        return of_header or request_id
    end
    local reason = err.kind == "json" and explain(state) or nil
    return nil, http.complete(message, err, ngx.status, of_header, reason)
end

-- Has the filter seen a body, or its absence where there should be one?
local function has_passed(state)
    return state and (state.head ~= ""
        or ngx.status ~= 204 and ngx.status ~= 304 and ngx.req.get_method() ~= "HEAD")
end

-- Of a response without a body only the status tells anything.
local function judge_status()
    local status = ngx.status
    if status >= 300 and status ~= 304 then
        return nil, http.unread(status, header_request_id())
    end
end

-- Which variables can be written: a configuration declares one for all its servers, or not at all, and never changes.
local declared = {}

local function assign(name, value)
    var[name] = value
end

local function publish(name, value)
    if value == "" then
        value = nil
    end
    local known = declared[name]
    if known then
        var[name] = value
    elseif known == nil then
        declared[name] = pcall(assign, name, value)
    end
end

local function verdict()
    local state = find(ngx.ctx)
    local stage = state and state.stage
    if stage == "broken" or stage ~= "whole" and stage ~= "complete" and ngx.get_phase() ~= "log" then
        return nil
    end
    local request_id, message, err
    if has_passed(state) then
        request_id, message, err = judge(state)
    else
        request_id, message, err = judge_status()
    end
    if request_id or err then
        publish("tencentcloud_code", err and err.code)
        publish("tencentcloud_request_id", request_id or err.request_id)
        publish("tencentcloud_category", err and err.category)
        publish("tencentcloud_retry", err and err.retry)
    end
    return request_id, message, err
end

--- The verdict on the response: for `log_by_lua*`, or for `body_filter_by_lua*` after the last chunk.
---
---     log_by_lua_block {
---         local request_id, message, err = require("tencentcloud.nginx").verdict()
---         if err then
---             ngx.log(ngx.WARN, message, " (", err.category, ", retry: ", err.retry, ")")
---         end
---     }
---
--- It judges like `response.read`: a status other than 200 without an envelope is "ClientError.HttpStatusCodeError", the
--- header X-TC-RequestId stands in for a RequestId that the body does not have, and a compressed body is named as such.
--- A body that was cut off is a failure.
---
--- There is no verdict, and nothing is returned: before the response has passed; after an internal error, which is in
--- the error log; and for a response that never passed the filter (HEAD, 204, 304), unless its status is a failure's.
---
--- Sets the variables $tencentcloud_code, $tencentcloud_request_id, $tencentcloud_category and $tencentcloud_retry where
--- the configuration declares them (`set $tencentcloud_code "-";`), so that log_format can print them; where there is no
--- value the log shows "-".
---@return string|nil request_id "" where there is none; nil for a failure
---@return string|nil message one line, "Code: Message (RequestId: ...)", without control characters
---@return tencentcloud.Error|nil err with http_status
function M.verdict()
    local ok, request_id, message, err = pcall(verdict)
    if not ok then
        report(request_id)
    elseif request_id then
        return request_id
    elseif err then
        return nil, message, err
    end
end

return M
