std = "min"
max_line_length = 120
max_comment_line_length = 240 -- an annotation cannot be wrapped
read_globals = { math = { fields = { "type" } } }
files["lua/tencentcloud/nginx.lua"] = { std = "+ngx_lua" }
files["lua/tencentcloud/response/cli"] = { std = "max" }
files["spec/nginx/resty"] = { std = "max+ngx_lua" }
files["spec"] = { std = "max+busted" }
files["lua/tencentcloud/response/ffi.lua"] = { std = "luajit" }
files["spec/ffi_spec.lua"] = { std = "luajit+busted" }
files["spec/checks/coverage"] = { globals = { "coroutine" } }
