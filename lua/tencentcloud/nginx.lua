--- The verdict on responses that pass through nginx (OpenResty, or nginx with the Lua module), in constant memory.
---
---     init_by_lua_block { tencentcloud = require "tencentcloud.nginx" }
---
---     location / {
---         proxy_pass https://cvm.tencentcloudapi.com;
---         body_filter_by_lua_block { tencentcloud.body_filter() }
---         log_by_lua_block { tencentcloud.verdict() }
---     }
---
--- Neither function ever changes or breaks a response: an internal error goes to the error log, once per request.
local http = require "tencentcloud.response.http"
local response = require "tencentcloud.response"

if not ngx then
    error("tencentcloud.nginx works only inside nginx, with its Lua module", 2)
end

-- No public function tells a request from a subrequest that shares its ngx.ctx.
local get_request = require("resty.core.base").get_request
local get_ctx_table = require("resty.core.ctx").get_ctx_table -- since OpenResty 1.19.9
    or function() return ngx.ctx end
local ngx = ngx
local arg, var = ngx.arg, ngx.var
local cast = require("ffi").cast
local now, start_time = ngx.now, ngx.req.start_time
local check, new_scanner = response.check, response.scanner

local M = {}

-- Bytes of the first chunk that are kept. Most bodies come in one chunk, and checking a whole body is cheaper than
-- scanning it.
local HEAD_LIMIT = 8192

---@class tencentcloud.nginx.State
---@field stage tencentcloud.nginx.Stage
---@field head string the first chunk, or its beginning
---@field scanner tencentcloud.Scanner|nil from the second chunk on, or the first if it is a long one
---@field started number when the request began
---@field connection string|nil see connection()

---@alias tencentcloud.nginx.Stage
---| "first" # `head` is all that has passed
---| "scanning" # `scanner` was fed all that has passed
---| "decided" # no further chunk can change what `scanner` says
---| "complete" # the body has passed: `scanner` was fed all of it that counts, or `head` is all of it
---| "broken" # an internal error was logged

-- ---- the state of a request ----

-- A request's state is in its ngx.ctx under the address of the request, since subrequests may share a table.
local function address()
    return tonumber(cast("intptr_t", get_request()))
end

-- Becomes the ngx.ctx of the next request that has none when the filter or the verdict asks for it.
local spare = {}

-- ngx.ctx, and whether it was made just now.
local function context()
    local ctx = get_ctx_table(spare)
    local is_new = ctx == spare
    if is_new then
        spare = {}
    end
    return ctx, is_new
end

-- Tells apart requests that begin at the same address in the same millisecond.
local function connection()
    return var.connection .. " " .. var.connection_requests
end

-- The state of the current request; nil if it has none. A table that outlives requests may hold that of an earlier one.
local function find(ctx)
    local state = ctx[address()]
    if state and state.started == start_time() and (not state.connection or state.connection == connection()) then
        return state
    end
end

-- A new table is not that of an earlier request. In an older one the state must tell that the request is the same: by
-- its start, unless a later request at this address may have the same.
---@return tencentcloud.nginx.State
local function begin(ctx, is_new)
    local started = start_time()
    local state = { stage = "first", head = "", started = started }
    if not is_new and started == now() then
        state.connection = connection()
    end
    ctx[address()] = state
    return state
end

-- ---- while the body passes ----

local function feed(state, chunk)
    local undecided = state.scanner:feed(chunk)
    if state.stage ~= "complete" then
        state.stage = undecided and "scanning" or "decided"
    end
end

local function start_scanner(state)
    -- The upstream's header, because the filter sees the upstream's body; a handler's response has only its own.
    local content_type = var.upstream_http_content_type or var.sent_http_content_type
    state.scanner = new_scanner { content_type = content_type }
    feed(state, state.head)
end

local function read(state, chunk)
    if state.head == "" and #chunk <= HEAD_LIMIT then
        state.head = chunk
        return
    elseif not state.scanner then
        start_scanner(state)
    end
    if state.head == "" then
        state.head = chunk:sub(1, HEAD_LIMIT)
    end
    if state.stage == "scanning" then
        feed(state, chunk)
    end
end

local function pass()
    local ctx, is_new = context()
    local state, chunk = find(ctx) or begin(ctx, is_new), arg[1]
    if state.stage == "broken" then
        return
    end
    if chunk and chunk ~= "" then
        read(state, chunk)
    end
    if arg[2] then
        state.stage = "complete"
    end
end

-- Logs an internal error once, and gives up the verdict.
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

--- Reads the current chunk, and leaves it as it is: for `body_filter_by_lua*`. It sees what other code of the same
--- filter put into ngx.arg[1] before.
function M.body_filter()
    local ok, problem = pcall(pass)
    if not ok then
        report(problem)
    end
end

-- ---- the verdict ----

-- By the body alone.
local function judge_body(state)
    if state.stage == "complete" and not state.scanner then
        local request_id, message, err = check(state.head)
        if not err or err.kind == "api" then
            return request_id, message, err
        end
    end
    if not state.scanner then -- it may be a stream, and check knows only bodies
        start_scanner(state)
    end
    return state.scanner:finish()
end

-- Why the body is not JSON, if more is known than its bytes show.
local function explain(state)
    -- The header as it is sent would show nginx's own compression, which comes after the filter.
    return http.compressed(state.head, var.upstream_http_content_encoding)
        or state.stage == "scanning" and http.CUT_OFF or nil
end

-- Of a body that was judged a success: was it an event stream? Any other one begins with `{`.
local function was_stream(state)
    return state.head:byte() ~= 123 and state.head:find "^[ \t\r\n]*[^ \t\r\n{]" ~= nil
end

local function header_request_id()
    return var.upstream_http_x_tc_requestid or var.sent_http_x_tc_requestid
end

local function judge(state)
    local request_id, message, err = judge_body(state)
    local from_header = (request_id or err.request_id) == "" and header_request_id() or nil
    if request_id and was_stream(state) and (state.stage ~= "complete" or ngx.status ~= 200) then
        return nil, http.failed_stream(from_header or request_id, ngx.status, state.stage ~= "complete")
    elseif request_id then
        return from_header or request_id
    end
    local reason = http.is_unexplained(err) and explain(state) or nil
    return nil, http.complete(message, err, ngx.status, from_header, reason)
end

local function has_body(state)
    return state.head ~= "" or ngx.status ~= 204 and ngx.status ~= 304 and ngx.req.get_method() ~= "HEAD"
end

-- The verdict on a response whose body was not seen.
local function judge_status()
    local status = ngx.status
    if status >= 300 and status ~= 304 then
        return nil, http.unread(status, header_request_id())
    end
end

-- Which variables can be written. A configuration declares a variable for all its servers or for none.
local declared = {}

local function assign(name, value)
    var[name] = value
end

local function publish(name, value)
    if value == "" then
        value = nil
    end
    if declared[name] then
        var[name] = value
    elseif declared[name] == nil then
        declared[name] = pcall(assign, name, value)
    end
end

local function verdict()
    local state = find((context()))
    local stage = state and state.stage
    if stage == "broken" or stage ~= "complete" and ngx.get_phase() ~= "log" then
        return nil
    end
    local request_id, message, err
    if state and has_body(state) then
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
---         local request_id, message, err = tencentcloud.verdict()
---         if err then
---             ngx.log(ngx.WARN, message, " (", err.category, ", retry: ", err.retry, ")")
---         end
---     }
---
--- It judges like `response.read`, and sets $tencentcloud_code, $tencentcloud_request_id, $tencentcloud_category and
--- $tencentcloud_retry where the configuration declares them (`set $tencentcloud_code "-";`).
---
--- It returns nothing where there is no verdict: before the response has passed, after an internal error, and for a
--- response without a body (HEAD, 204, 304) or one that the filter has not seen, unless its status is a failure's.
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
