--- Runs nginx for a test: with its own prefix in a temporary directory, on a free port. It is stopped by its pid.
local socket = require "socket"

local server = {}
server.__index = server

local WAIT = 10 -- seconds that any wait may take

local function output_of(command)
    local pipe = assert(io.popen(command .. " 2>&1"))
    local text = pipe:read "*a"
    pipe:close()
    return (text:gsub("%s+$", ""))
end

function server.read(name)
    local file = assert(io.open(name, "rb"))
    local text = file:read "*a"
    file:close()
    return text
end

local function write(name, text)
    local file = assert(io.open(name, "wb"))
    assert(file:write(text))
    file:close()
end

--- Waits until the condition holds, and returns what it returned.
function server.wait(what, condition, seconds)
    local limit = socket.gettime() + (seconds or WAIT)
    while true do
        local result = condition()
        if result then
            return result
        end
        if socket.gettime() > limit then
            error("waited too long for " .. what, 2)
        end
        socket.sleep(0.01)
    end
end

--- A port that nothing listens on: it was free a moment ago.
function server.free_port()
    local listener = assert(socket.bind("127.0.0.1", 0))
    local _, port = listener:getsockname()
    listener:close()
    return tostring(port)
end

-- nginx gets only PATH from the environment, so that nothing else there affects it.
local function command(self, options)
    return ("env -i PATH=\"$PATH\" nginx -p %s/ -c nginx.conf -e logs/error.log %s"):format(self.prefix, options or "")
end

-- What every configuration of a test has in common.
local frame = [[
load_module @MODULES@/ndk_http_module.so;
load_module @MODULES@/ngx_http_lua_module.so;
@USER@
worker_processes 1;
pid nginx.pid;
error_log logs/error.log warn;
events { worker_connections 1024; }
http {
    client_body_temp_path temp;
    proxy_temp_path temp;
    fastcgi_temp_path temp;
    uwsgi_temp_path temp;
    scgi_temp_path temp;
    client_body_buffer_size 8m;
    client_max_body_size 8m;
    proxy_request_buffering on;
    lua_package_path "@LUA@/?.lua;;";
    lua_package_cpath "@LIB@/?.so;;";
@CONF@
}
]]

--- The configuration of a test: the text of the file in this frame.
function server.framed(conf)
    return (frame:gsub("@CONF@", function() return server.read(conf) end))
end

-- Key and certificate in one file, for the server that stands for the service and speaks HTTPS.
local function make_certificate(name)
    local make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        .. " -subj /CN=cvm.tencentcloudapi.com -keyout %s -out %s.crt 2>/dev/null && cat %s.crt >>%s"
    assert(os.execute(make:format(name, name, name, name)) == 0, "openssl makes no certificate")
    return name
end

--- Starts nginx. @PORT@, @PREFIX@ and the like in its configuration are replaced by their values.
function server.start(conf)
    local self = setmetatable({ prefix = output_of "mktemp -d" }, server)
    os.execute(("chmod 755 %s && mkdir %s/logs"):format(self.prefix, self.prefix))
    local values = {
        PREFIX = self.prefix,
        LUA = package.searchpath("tencentcloud.response", package.path):match "^(.*)/tencentcloud/",
        LIB = package.searchpath("tencentcloud.response.core", package.cpath):match "^(.*)/tencentcloud/",
        MODULES = output_of("nginx -V"):match "%-%-modules%-path=(%S+)",
        USER = output_of "id -u" == "0" and "user root;" or "",
    }
    if conf:find("@CERTIFICATE@", 1, true) then
        values.CERTIFICATE = make_certificate(self.prefix .. "/certificate")
    end
    for _ = 1, 5 do
        self.port = server.free_port()
        values.PORT = self.port
        write(self.prefix .. "/nginx.conf", (conf:gsub("@([%u_]+)@", values)))
        local said = output_of(command(self))
        if not said:find("Address already in use", 1, true) then
            if said ~= "" then
                os.execute("rm -rf " .. self.prefix)
                error(said, 2)
            end
            self.pid = server.wait("the pid file", function() return self:find_pid() end)
            return self
        end
    end
    error("no free port", 2)
end

function server:find_pid()
    for _, name in ipairs { "/nginx.pid", "/logs/nginx.pid" } do
        local file = io.open(self.prefix .. name)
        local pid = file and file:read "*n"
        if file then
            file:close()
        end
        if pid then
            return ("%d"):format(pid)
        end
    end
end

local function alive(pid)
    return os.execute(("kill -0 %s 2>/dev/null"):format(pid)) == 0
end

--- Stops it after the answers under way, and removes its directory.
function server:stop()
    os.execute("kill -QUIT " .. self.pid)
    local stopped = pcall(server.wait, "nginx to stop", function() return not alive(self.pid) end)
    if not stopped then
        os.execute("kill -TERM " .. self.pid)
    end
    os.execute("rm -rf " .. self.prefix)
    assert(stopped, "nginx had to be terminated")
end

--- Reloads the configuration as an operator would, and waits for the new worker.
function server:reload()
    local before = self:workers()[1]
    assert(output_of(command(self, "-s reload")) == "")
    server.wait("a new worker", function()
        local workers = self:workers()
        return workers[1] and workers[#workers] ~= before
    end)
end

--- The pids of the workers.
function server:workers()
    local pids = {}
    for pid in server.read(("/proc/%s/task/%s/children"):format(self.pid, self.pid)):gmatch "%d+" do
        pids[#pids + 1] = pid
    end
    return pids
end

--- Memory of the worker in KiB.
function server:resident()
    return tonumber(server.read(("/proc/%s/status"):format(self:workers()[1])):match "VmRSS:%s*(%d+)")
end

--- The most memory that the worker has had in use at once, in KiB.
function server:peak()
    return tonumber(server.read(("/proc/%s/status"):format(self:workers()[1])):match "VmHWM:%s*(%d+)")
end

--- Seconds of processor time that the worker has used.
function server:processor_time()
    return tonumber(server.read(("/proc/%s/schedstat"):format(self:workers()[1])):match "%d+") / 1e9
end

--- What the error log has gained since the last call.
function server:errors()
    local text = server.read(self.prefix .. "/logs/error.log")
    local new = text:sub((self.errors_read or 0) + 1)
    self.errors_read = #text
    return new
end

--- The lines of the access log that no call has returned yet. Waits until there are at least `count`.
function server:log_lines(count)
    local name = self.prefix .. "/logs/access.log"
    local lines
    server.wait(count .. " lines in the access log", function()
        lines = {}
        local file = assert(io.open(name))
        local position = self.log_read or 0
        file:seek("set", position)
        for line in file:read("*a"):gmatch "([^\n]*)\n" do
            lines[#lines + 1] = line
            position = position + #line + 1 -- a line that is not complete yet stays for the next call
        end
        file:close()
        if #lines >= count then
            self.log_read = position
            return true
        end
    end)
    return lines
end

--- Connects.
function server:connect()
    local connection = assert(socket.connect("127.0.0.1", self.port))
    connection:settimeout(WAIT)
    return connection
end

local function unchunked(text)
    local parts, position = {}, 1
    while true do
        local size, start = text:match("^(%x+)\r\n()", position)
        if not size then
            return table.concat(parts), false
        end
        size = tonumber(size, 16)
        if size == 0 then
            return table.concat(parts), true
        end
        parts[#parts + 1] = text:sub(start, start + size - 1)
        position = start + size + 2
    end
end

--- Sends a request, and reads up to the end of the connection.
---@return table response status, headers (names in lower case), body, complete
function server:request(method, path, body, headers)
    local connection = self:connect()
    local lines = { method .. " " .. path .. " HTTP/1.1", "Host: test", "Connection: close" }
    for name, value in pairs(headers or {}) do
        lines[#lines + 1] = name .. ": " .. value
    end
    if body then
        lines[#lines + 1] = "Content-Length: " .. #body
    end
    assert(connection:send(table.concat(lines, "\r\n") .. "\r\n\r\n" .. (body or "")))
    local text, problem, partial = connection:receive "*a"
    connection:close()
    assert(text or problem == "closed", problem)
    text = text or partial

    local response = { headers = {} }
    local status, head, rest = text:match "^HTTP/1%.1 (%d+)[^\r]*\r\n(.-\r\n)\r\n(.*)$"
    if not status then
        return response
    end
    for name, value in head:gmatch "([^:\r\n]+): *([^\r]*)\r\n" do
        response.headers[name:lower()] = value
    end
    response.status = tonumber(status)
    local length = tonumber(response.headers["content-length"])
    if response.headers["transfer-encoding"] == "chunked" then
        response.body, response.complete = unchunked(rest)
    else
        response.body, response.complete = rest, not length or #rest == length
    end
    return response
end

function server:get(path, headers)
    return self:request("GET", path, nil, headers)
end

return server
