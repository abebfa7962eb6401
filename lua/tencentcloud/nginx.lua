--- The verdict on responses that pass through nginx (OpenResty, or nginx with the Lua module), in constant memory.
---
---     location / {
---         proxy_pass https://cvm.tencentcloudapi.com;
---         body_filter_by_lua_block { require("tencentcloud.nginx").body_filter() }
---         log_by_lua_block { require("tencentcloud.nginx").verdict() }
---     }
---
--- Neither function ever changes or breaks a response: an internal error goes to the error log, once a request.
local http = require "tencentcloud.response.http"
local response = require "tencentcloud.response"

if not ngx then
    error("tencentcloud.nginx works only inside nginx, with its Lua module", 2)
end

local get_request = require("resty.core.base").get_request
local ngx = ngx
local arg, var = ngx.arg, ngx.var
local check, new_scanner = response.check, response.scanner

local M = {}

-- Bytes of a first chunk that are kept. Most responses come in one, and to check a whole body costs half as much as
-- to make a scanner and feed it.
local HELD_LIMIT = 8192

-- One for each request, in its ngx.ctx under KEY. Invariant: up to `settled`, what has passed is in `held`, or, if
-- there is a scanner, has been fed to it. Subrequests may have been given their parent's ngx.ctx: so it is a list.
---@class tencentcloud.nginx.State
---@field request userdata the request, by which the list is searched
---@field next tencentcloud.nginx.State|nil
---@field held string the first chunk
---@field complete boolean the last chunk has passed
---@field scanner tencentcloud.Scanner|nil
---@field settled boolean|nil true if no chunk can change the verdict any more
---@field unseen boolean|nil true if the filter did not run
---@field gzip boolean|nil true if the body begins like a gzip stream
---@field broken boolean|nil true if an internal error has been logged
---@field request_id string|false the verdict, false until there is one
---@field message string|nil the verdict, if it is a failure, and its error
---@field err tencentcloud.Error|nil
local KEY = {}

local function find(ctx, request)
    local state = ctx[KEY]
    while state and state.request ~= request do
        state = state.next
    end
    return state
end

---@return tencentcloud.nginx.State
local function add(ctx, request)
    local state = { request = request, held = "", complete = false, request_id = false }
    if ctx[KEY] then
        state.next = ctx[KEY]
    end
    ctx[KEY] = state
    return state
end

local function begins_like_gzip(err, body)
    return err.offset == 1 and body:byte() == 31
end

local function feed(state, chunk)
    local going_on, _, err = state.scanner:feed(chunk)
    if not going_on then
        state.settled = true
        state.gzip = begins_like_gzip(err, chunk)
    end
end

-- Goes over from the held chunk to a scanner.
local function start(state)
    state.scanner = new_scanner()
    if state.held ~= "" then
        feed(state, state.held)
        state.held = ""
    end
end

local function read(state, chunk)
    if not state.scanner then
        if state.held == "" and #chunk <= HELD_LIMIT then
            state.held = chunk
            return
        end
        start(state)
    end
    if not state.settled then
        feed(state, chunk)
    end
end

local function report(problem)
    local ok, state = pcall(function() return find(ngx.ctx, get_request()) end)
    if ok and state then
        if state.broken then
            return
        end
        state.broken, state.settled = true, true
    end
    ngx.log(ngx.ERR, "tencentcloud.nginx: ", problem)
end

local function scan()
    local ctx, request = ngx.ctx, get_request()
    local state = find(ctx, request) or add(ctx, request)
    if not state.settled then
        local chunk = arg[1]
        if chunk and chunk ~= "" then
            read(state, chunk)
        end
    end
    if arg[2] then
        state.complete = true
    end
end

--- Reads the chunk at hand, and leaves it as it is: for `body_filter_by_lua*`.
---
---     body_filter_by_lua_block { require("tencentcloud.nginx").body_filter() }
---
--- What other code of the same filter puts into ngx.arg[1] before this call is what is read.
function M.body_filter()
    local ok, problem = pcall(scan)
    if not ok then
        report(problem)
    end
end

-- Why there is no JSON, where what is known of the response says more than its bytes.
local function explain(state)
    if state.unseen then
        -- Of a subrequest nginx does not count what was sent.
        local sent = not ngx.is_subrequest and tonumber(var.body_bytes_sent) or 0
        return sent > 0 and "the body did not pass body_filter" or nil
    end
    -- Not the header as sent: it tells of nginx's own compression, which comes behind the filter.
    return http.compressed(var.upstream_http_content_encoding) or http.compressed(state.gzip and "gzip" or nil)
        or not state.complete and not state.settled and http.CUT_OFF or nil
end

-- What `check` says of all that has passed.
local function conclude(state)
    if state.complete and not state.scanner then
        local request_id, message, err = check(state.held)
        if err then
            state.gzip = begins_like_gzip(err, state.held)
        end
        return request_id, message, err
    end
    if not state.scanner then
        start(state)
    end
    return state.scanner:finish()
end

local function judge(state)
    local request_id, message, err = conclude(state)
    local of_header
    if (request_id or err.request_id) == "" then
        of_header = var.upstream_http_x_tc_requestid or var.sent_http_x_tc_requestid
    end
    if request_id then
        state.request_id = of_header or request_id
    else
        if of_header or err.kind ~= "api" then
            message, err = http.complete(err, ngx.status, of_header, err.kind == "json" and explain(state) or nil)
        end
        state.request_id, state.message, state.err = err.request_id, message, err
    end
    state.settled, state.held, state.scanner = true, "", nil
end

local function assign(name, value)
    var[name] = value
end

-- A configuration declares a variable for all its servers or not at all, and never changes: so trying once will do.
local declared = {}

local function try(name, value)
    local ok, problem = pcall(assign, name, value)
    declared[name] = ok
    if not ok and not problem:find("not found for writing", 1, true) then
        error(problem, 0)
    end
end

local function publish(name, value)
    if value == "" then
        value = nil
    end
    local known = declared[name]
    if known then
        var[name] = value
    elseif known == nil then
        try(name, value)
    end
end

---@return tencentcloud.nginx.State|nil
local function judged()
    local ctx, request = ngx.ctx, get_request()
    local state = find(ctx, request)
    if not (state and state.complete) and ngx.get_phase() ~= "log" then
        return nil
    elseif not state then
        state = add(ctx, request)
        state.unseen = true
    elseif state.broken then
        return nil
    end
    if not state.request_id then
        judge(state)
    end
    local err = state.err
    publish("tencentcloud_code", err and err.code)
    publish("tencentcloud_request_id", state.request_id)
    return state
end

--- The verdict on the response: for `log_by_lua*`, or for `body_filter_by_lua*` behind the last chunk.
---
---     log_by_lua_block {
---         local ok, code, message, request_id, category, retry = require("tencentcloud.nginx").verdict()
---         if not ok then
---             ngx.log(ngx.WARN, message, " (", category, ", retry: ", retry, ")")
---         end
---     }
---
--- It answers like `response.read`: a status other than 200 without an envelope is
--- "ClientError.HttpStatusCodeError", the header X-TC-RequestId stands in for a RequestId that the body does not
--- have, and a compressed body is named as such. A body that was cut off is a failure. One that the filter never
--- saw, because there is none (HEAD, 204, 304, an empty one), is read as an empty body.
---
--- Sets the variables $tencentcloud_code and $tencentcloud_request_id where the configuration declares them
--- (`set $tencentcloud_code "";`), so that log_format can print them; where there is no value the log shows "-".
---@return boolean|nil ok nil if there is no verdict: the response has not passed yet, or an internal error was logged
---@return string|nil code nil if ok
---@return string|nil message one line, "Code: Message (RequestId: ...)", without control characters; nil if ok
---@return string|nil request_id "" where there is none
---@return tencentcloud.Category|nil category nil if ok
---@return tencentcloud.Retry|nil retry nil if ok
function M.verdict()
    local ok, state = pcall(judged)
    if not ok then
        report(state)
        return nil
    elseif not state then
        return nil
    end
    local err = state.err
    if err then
        return false, err.code, state.message, state.request_id, err.category, err.retry
    end
    return true, nil, nil, state.request_id
end

return M
