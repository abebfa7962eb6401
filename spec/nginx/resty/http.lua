--- Stands in for lua-resty-http, which Debian does not package: the calls and results that the README's examples use,
--- over HTTP/1.0 without TLS.
local M = {}

function M.new()
    return setmetatable({ socket = ngx.socket.tcp() }, { __index = M })
end

function M:set_timeouts(connect, send, read)
    self.socket:settimeouts(connect, send, read)
end

function M:connect(options)
    return self.socket:connect(options.host, options.port)
end

--- Sends a request and reads the head of the response.
function M:request(request)
    local lines = { ("%s %s HTTP/1.0"):format(request.method, request.path), "Content-Length: " .. #request.body }
    for name, value in pairs(request.headers) do
        lines[#lines + 1] = name .. ": " .. value
    end
    self.socket:send { table.concat(lines, "\r\n"), "\r\n\r\n", request.body }
    local line, why = self.socket:receive()
    if not line then
        return nil, why
    end
    local answer = { status = tonumber(line:match "^HTTP/1%.[01] (%d+)"), headers = {}, has_body = true }
    for header in function() return self.socket:receive() end do
        local name, value = header:match "^([^:]+): *(.*)$"
        if not name then
            break
        end
        answer.headers[name] = value
    end
    local left = tonumber(answer.headers["Content-Length"])
    answer.body_reader = function(size)
        local chunk, problem = self.socket:receiveany(size)
        left = left and left - #(chunk or "")
        return chunk, not chunk and (not left or left > 0) and problem or nil
    end
    return answer
end

function M:set_keepalive()
    return self.socket:close()
end

function M:request_uri(uri, request)
    local host, port, path = uri:match "^http://([^:/]+):(%d+)(/.*)$"
    local connected, why = self:connect { host = host, port = tonumber(port) }
    if not connected then
        return nil, why
    end
    local answer
    answer, why = self:request { method = request.method, path = path, headers = request.headers, body = request.body }
    if not answer then
        return nil, why
    end
    answer.body = self.socket:receive "*a"
    self.socket:close()
    return answer
end

return M
