rockspec_format = "3.0"
package = "tencentcloud-response"
version = "1.0.0-1"
source = {
  url = "git+https://github.com/tencentcloud-response/tencentcloud-response.git",
  tag = "v1.0.0",
}
description = {
  summary = "Reads Tencent Cloud API 3.0 responses: success or failure, Code, RequestId and payload",
  detailed = [[
    Tells whether a call of the Tencent Cloud API 3.0 succeeded, and gives its RequestId; if it failed, also gives the
    Code and says whether a retry makes sense. Returns the payload as Lua values, whole or only the part asked for, from
    a whole body or from chunks as they arrive. A C core under a thin Lua layer, for scripts and OpenResty.
  ]],
  homepage = "https://github.com/tencentcloud-response/tencentcloud-response",
  issues_url = "https://github.com/tencentcloud-response/tencentcloud-response/issues",
  license = "MIT",
  labels = { "tencentcloud", "json", "openresty" },
}
dependencies = {
  "lua >= 5.1, < 5.6",
  "lua-cjson", -- only for writing envelopes; reading works without it, but a rock must do all that it promises
}
test_dependencies = {
  "busted",
}
test = {
  type = "busted",
}
build = {
  type = "builtin",
  modules = {
    ["tencentcloud.response.core"] = {
      sources = {
        "src/codes.c",
        "src/envelope.c",
        "src/event_stream.c",
        "src/ffi_check.c",
        "src/json_index.c",
        "src/json_index_x86.c",
        "src/json_number.c",
        "src/json_scan.c",
        "src/json_string.c",
        "src/json_unescape.c",
        "src/json_unescape_dense.c",
        "src/json_unescape_x86.c",
        "src/log_line.c",
        "src/lua_cjson.c",
        "src/lua_core.c",
        "src/lua_details.c",
        "src/lua_document.c",
        "src/lua_each.c",
        "src/lua_error.c",
        "src/lua_event.c",
        "src/lua_module.c",
        "src/lua_number.c",
        "src/lua_parse.c",
        "src/lua_path.c",
        "src/lua_response.c",
        "src/lua_scanner.c",
        "src/lua_stream.c",
        "src/lua_string.c",
        "src/lua_value.c",
        "src/lua_view.c",
        "src/response_scan.c",
      },
    },
    ["tencentcloud.codes"] = "lua/tencentcloud/codes.lua",
    ["tencentcloud.codes.ciam"] = "lua/tencentcloud/codes/ciam.lua",
    ["tencentcloud.codes.cloudaudit"] = "lua/tencentcloud/codes/cloudaudit.lua",
    ["tencentcloud.codes.documented"] = "lua/tencentcloud/codes/documented.lua",
    ["tencentcloud.codes.products"] = "lua/tencentcloud/codes/products.lua",
    ["tencentcloud.error"] = "lua/tencentcloud/error.lua",
    ["tencentcloud.response.arguments"] = "lua/tencentcloud/response/arguments.lua",
    ["tencentcloud.response.cli"] = "lua/tencentcloud/response/cli.lua",
    ["tencentcloud.response.cli.codes"] = "lua/tencentcloud/response/cli/codes.lua",
    ["tencentcloud.response.cli.input"] = "lua/tencentcloud/response/cli/input.lua",
    ["tencentcloud.response.cli.json"] = "lua/tencentcloud/response/cli/json.lua",
    ["tencentcloud.response.cli.read"] = "lua/tencentcloud/response/cli/read.lua",
    ["tencentcloud.response.cli.report"] = "lua/tencentcloud/response/cli/report.lua",
    ["tencentcloud.response.cli.stream"] = "lua/tencentcloud/response/cli/stream.lua",
    ["tencentcloud.response.cli.summary"] = "lua/tencentcloud/response/cli/summary.lua",
    ["tencentcloud.response.cli.terminal"] = "lua/tencentcloud/response/cli/terminal.lua",
    ["tencentcloud.response.constants"] = "lua/tencentcloud/response/constants.lua",
    ["tencentcloud.nginx"] = "lua/tencentcloud/nginx.lua",
    ["tencentcloud.response.encode"] = "lua/tencentcloud/response/encode.lua",
    ["tencentcloud.response.ffi"] = "lua/tencentcloud/response/ffi.lua",
    ["tencentcloud.response.http"] = "lua/tencentcloud/response/http.lua",
    ["tencentcloud.response.stream"] = "lua/tencentcloud/response/stream.lua",
    ["tencentcloud.response"] = "lua/tencentcloud/response.lua",
  },
  install = {
    bin = {
      ["tencentcloud-response"] = "lua/tencentcloud-response",
    },
  },
}
