-- Sends a call again as long as that can help: with exponential back-off and full jitter (Brooker 2015).
--
--     local result, message, err = retry(call, { sleep = ngx.sleep, repeatable = true })
--
-- call() sends one request, signed anew, and returns what response.read returns. sleep takes seconds: ngx.sleep in
-- OpenResty, socket.sleep of LuaSocket elsewhere. repeatable says that the call may run twice: it only reads, or it carries
-- a ClientToken.
return function(call, options)
    local attempts = options.attempts or 5
    local wait, longest = options.first or 0.5, options.longest or 20
    for attempt = 1, attempts do
        local result, message, err = call()
        if result then
            return result
        end
        local may_help = err.retry == "safe" or err.retry == "idempotent" and options.repeatable
        if not may_help or attempt == attempts then
            return nil, message, err
        end
        options.sleep(math.random() * wait) -- anything up to wait, so that clients do not come back together
        wait = math.min(2 * wait, longest)
    end
end
