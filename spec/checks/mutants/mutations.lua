--- The defects that the tests have to detect, at least one for each kind of proof.
---
--- place is a file, or a folder with a file, that contains the text `old` exactly once; it is replaced by `new`; red is
--- the target, with its variables, that must then fail. Old texts are short, so that they survive other changes.
local mutations = {}

local function mutation(name, place, old, new, red)
    mutations[#mutations + 1] = { name = name, place = place, old = old, new = new, red = red }
end

-- The cheapest targets that detect them. One of the core's tests, with the best instructions or with a lesser set.
local function core(test, variant)
    return ("test-core%s CORE_TESTS=%s_test"):format(variant and "-" .. variant or "", test)
end
local function spec(lua, name)
    return ("test-%s SPEC=spec/%s_spec.lua"):format(lua, name)
end

-- Does this processor have these instructions? Code for missing ones cannot be run.
local function has(flag)
    local file = io.open "/proc/cpuinfo"
    local found = file ~= nil and file:read("a"):find("%s" .. flag .. "%s") ~= nil
    if file then
        file:close()
    end
    return found
end

-- Can code for this machine be built and run here?
local function can_build(machine)
    return (os.execute(("command -v %s-linux-gnu-gcc qemu-%s >/dev/null"):format(machine, machine)))
end

local JSON = spec("luajit", "json")
local NUMBER = spec("lua5.4", "number")
local VIEW, VIEW_MEMORY = spec("luajit", "view"), spec("luajit", "view_memory")
local LOCALE = "test-lua5.4 SPEC=spec/checks/isolation/locale_test.lua"

mutation("grammar: a comma before the end of an object", "src/json_scan.c",
    "goto name;\n        goto value;", "goto name_or_end;\n        goto value;", JSON)
mutation("grammar: a number may end after its point", "src/json_number.h",
    "part == TC_NUMBER_ZERO || tc_number_has_run(part)",
    "part == TC_NUMBER_ZERO || part == TC_NUMBER_POINT || tc_number_has_run(part)",
    core "json_scan")
mutation("grammar: a control character may stand in a string", "src",
    "c < 0x20 ? wrong(TC_JSON_CONTROL)", "c < 0x1F ? wrong(TC_JSON_CONTROL)", JSON)
mutation("grammar: bytes may follow the value", "src/json_scan.c",
    "return fail(s, r.p, TC_JSON_TRAILING)", "r.p = r.end", JSON)

mutation("offsets: earlier chunks are not counted", "src/json_scan.c",
    "s->base += (size_t)", "s->base = (size_t)", spec("luajit", "scanner"))
for _, member in ipairs { "base", "token", "error_at" } do
    mutation("offsets: only 32 bits of " .. member, "src/json_scan.h",
        "uint64_t " .. member .. ";", "uint32_t " .. member .. ";", core "offsets")
end
mutation("offsets: the verdict counts from 0", "src/envelope.c",
    "reason, at + 1,", "reason, at,", spec("luajit", "response"))

mutation("utf-8: surrogates as bytes", "src", "string_tail(c, 0x80, 0x9F,", "string_tail(c, 0x80, 0xBF,", JSON)
mutation("utf-8: an overlong form in a run of ideographs", "src", "*p != '\\xE0' && ", "", JSON)
mutation("utf-8: beyond U+10FFFF", "src", "string_tail(c, 0x80, 0x8F,", "string_tail(c, 0x80, 0x90,", JSON)

mutation("surrogates: a high one after a high one", "src",
    "(c | 0x20) >= 'c'", "(c | 0x20) >= 'b'", JSON)
mutation("surrogates: a pair stands for another character", "src",
    "0x10000 + (", "0x20000 + (", JSON)

mutation("depth: one level more than the limit", "src/json_scan.c",
    "depth == s->max_depth", "depth > s->max_depth", JSON)
mutation("depth: levels share a bit", "src/json_scan.c",
    "is_object[depth / 64] >> depth % 64", "is_object[depth / 64] >> depth % 32", core "json_scan")
mutation("depth: a level takes 64 bytes of C stack", "src/lua_view.c",
    "int tc_open(lua_State *L)\n{\n", [[
static unsigned descend(unsigned level)
{
    volatile char frame[40];
    frame[0] = (char)level;
    return level == 0 ? 0 : descend(level - 1) + (unsigned)frame[0];
}

int tc_open(lua_State *L)
{
    if (descend(3000) == 1)
        return 0;
]], "test-bounds LUAS=luajit")

mutation("tape: a member is counted twice", "src/json_tape.h", "+= 8;", "+= 16;", core "json_scan")
mutation("tape: a container ends too early", "src/json_tape.h",
    "(tc_entry)t->count << 32", "(tc_entry)(t->count - 1) << 32", core "json_scan")
mutation("outline: a run ends a byte too early", "src/json_tape.h",
    "(tc_entry)(end - t->run_begin) << 3", "(tc_entry)(end - 1 - t->run_begin) << 3", core "json_tape")
mutation("outline: a run never ends", "src/json_tape.h", " || begin - t->run_begin >= TC_RUN_BYTES", "",
    core "json_tape")
mutation("outline: a run does not say how many elements come before it", "src/json_tape.h",
    "tc_tape_put(t, TC_RAW, 0, tc_entry_length(t->entries[t->open]));", "tc_tape_put(t, TC_RAW, 0, 0);",
    core "json_tape")
mutation("outline: what follows an array is still in runs", "src/json_scan.c", "        taped = true;\n", "",
    core "json_tape")
mutation("outline: a container in a run is not left at its end", "src/json_scan.c", "depth > floor", "depth > 0",
    core "json_tape")
mutation("outline: a larger tape forgets that it is in runs", "src/json_scan.c", " && !s->in_runs", "",
    core "json_tape")
mutation("outline: a container after another is not counted", "src/json_scan.c",
    "TC_UNLIKELY(!tc_tape_element(&s->tape, (size_t)(r->p + 1 - s->chunk)))", "false", core "json_tape")
mutation("outline: a text that is cut inside a run goes on", "src/json_scan.c",
    " || s->depth != depth", "", core "json_tape")
mutation("outline: a full tape counts the element that does not fit", "src/json_tape.h",
    "if (t->capacity - t->count < 2)\n            return false;",
    "if (t->capacity - t->count < 2) {\n            tc_tape_count(t);\n            return false;\n        }",
    core "json_tape")

mutation("chunks: an escape in an earlier one is forgotten", "src/json_scan.c",
    "s->escaped |= part", "s->escaped = part", core "json_scan")
mutation("chunks: a name that began at the end of an earlier one is lost", "src/json_scan.c",
    "s->token < s->base", "s->token + 1 < s->base", core "json_scan")
mutation("chunks: the state of an escape is lost between them", "src/envelope.c",
    "t->to += length;", "t->to += length, t->unescape.digits = 0;", core "envelope")

mutation("max_field: a character is cut in two", "src/envelope.c",
    "& 0xC0) == 0x80)", "& 0xC0) == 0xFF)", core "envelope")
mutation("max_field: a text of exactly that length counts as cut", "src/envelope.c",
    "t->length > max_field", "t->length >= max_field", core "envelope")

mutation("envelope: an Error that is null is a failure", "src/envelope.c",
    " || tc_envelope_is_null(e, TC_ERROR)", "", spec("luajit", "response"))
mutation("envelope: the RequestId of a Response that was overwritten stays", "src/envelope.c",
    "INSIDE(TC_REQUEST_ID) | INSIDE_ERROR,", "INSIDE_ERROR,", core "envelope")
mutation("envelope: a legacy code of 0 is a failure", "src/envelope.c",
    "*p >= '1'", "*p >= '0'", spec("luajit", "response"))
mutation("envelope: a Code that is not a string is a failure of the API", "src/envelope.c",
    "if (!tc_envelope_is_string(e, TC_CODE))", "if (tc_envelope_is_null(e, TC_CODE))", spec("luajit", "response"))

mutation("codes: any prefix of a code is its family", "src/codes.c",
    "code[family_length] == '.'", "code[family_length] != '\\0'", spec("lua5.4", "error"))
mutation("codes: a throttled call may never be repeated", "src/codes.def",
    '"RequestLimitExceeded", THROTTLE, SAFE', '"RequestLimitExceeded", THROTTLE, NEVER', spec("lua5.4", "codes"))
mutation("codes: a product's code means what its family means", "src/codes.def",
    'TC_PRODUCT("FailedOperation.TryLater", RESOURCE, SAFE)\n', "", spec("lua5.4", "codes"))
mutation("codes: an entry out of order", "src/codes.def",
    'TC_PRODUCT("ResourceBusy", RESOURCE, SAFE)\n', 'TC_PRODUCT("ZResourceBusy", RESOURCE, SAFE)\n', core "codes")
mutation("codes: compared from where only one end of the range is the same", "src/codes.c",
    "same_low < same_high ?", "same_low > same_high ?", core "codes")
mutation("codes: a NUL at the end of a code is ignored", "src/codes.c",
    "entries[middle].length == length ?", "entries[middle].length <= length ?", core "codes")
mutation("codes: a function is among the constants", "lua/tencentcloud/response/constants.lua",
    "local constants = {}", "local constants = functions or {}", spec("lua5.4", "codes"))
mutation("codes: the last constant of a name counts", "lua/tencentcloud/response/constants.lua",
    "constants[name] or code", "code", spec("lua5.4", "codes"))
mutation("codes: a product's name is found within another's", "lua/tencentcloud/codes/products.lua",
    '(" %s "):format(word)', 'word', spec("lua5.4", "codes"))
mutation("codes: several products count as one", "lua/tencentcloud/codes/products.lua",
    'if product:find "%s" then', "if false then", spec("lua5.4", "codes"))
mutation("codes: the products are loaded with the codes", "lua/tencentcloud/codes.lua",
    "local codes = {}", 'local codes = {}\nrequire "tencentcloud.codes.products"', spec("lua5.4", "codes"))

local CLI = spec("lua5.4", "cli")
mutation("command: a byte that is not UTF-8 goes to the terminal", "lua/tencentcloud/response/cli/terminal.lua",
    "core.line(M.well_formed(text, hexadecimal)", "core.line((text)", CLI)
mutation("command: a stream's controls go to the terminal", "lua/tencentcloud/response/cli/terminal.lua",
    'text:gsub("[^\\n\\t]+", M.escape)', "text", CLI)
mutation("command: NO_COLOR is not read", "lua/tencentcloud/response/cli/terminal.lua",
    'and (no_color or "") == ""', "", CLI)
mutation("command: colours in a pipe", "lua/tencentcloud/response/cli/terminal.lua",
    'color == "auto" and is_terminal and', 'color == "auto" and', CLI)
mutation("command: a full disk is not a failure", "lua/tencentcloud/response/cli.lua",
    "local failed = out:close()", "out:close()\n    local failed", CLI)
mutation("command: the last verdict counts", "lua/tencentcloud/response/cli/read.lua",
    "status = math.max(status, read_path(", "status = (read_path(", CLI)
mutation("command: the first head counts", "lua/tencentcloud/response/cli/read.lua",
    "        head = read_head(source)", "        head = head or read_head(source)", CLI)
mutation("command: JSON lines wait for the end", "lua/tencentcloud/response/cli/read.lua",
    "    out:flush()\n    return status\nend\n\nlocal function count",
    "    return status\nend\n\nlocal function count", CLI)
mutation("command: a stream waits for its end", "lua/tencentcloud/response/cli/stream.lua",
    "        out:flush()\n", "", CLI)
mutation("command: quotes are not escaped in JSON", "lua/tencentcloud/response/cli/json.lua",
    [['[\\"]', "\\%0"]], [['[\\]', "\\%0"]], CLI)
mutation("command: different codes without limit", "lua/tencentcloud/response/cli/summary.lua",
    "counts.codes > CODES_MAX", "counts.codes > math.huge", CLI)
mutation("command: a line that a block cuts counts as two", "lua/tencentcloud/response/cli/input.lua",
    "local line = table.concat(parts)", "local line = parts[#parts] or ''", CLI)
mutation("command: a NUL ends a line of LuaJIT", "lua/tencentcloud/response/cli/input.lua",
    '_VERSION ~= "Lua 5.1" and', '(_VERSION ~= "Lua 5.1" or jit) and', spec("luajit", "cli"))

mutation("message: DEL goes into the log", "src/log_line.c", "c[0] == 0x7F", "c[0] == 0x7E",
    spec("lua5.4", "response"))
mutation("message: an override of direction goes into the log", "src/log_line.c", "0x2028, 0x202E", "0x2028, 0x202D",
    spec("lua5.4", "response"))
mutation("message: a C1 control goes into the log", "src/log_line.c", "< 0xA0", "< 0x9F", spec("lua5.4", "response"))
mutation("message: DEL among printable bytes goes into the log", "src/bytes.h", "(bytes + TC_ALL_BYTES(1))", "bytes",
    spec("lua5.4", "response"))
mutation("message: a control among printable bytes goes into the log", "src/bytes.h",
    "(bytes - TC_ALL_BYTES(0x20))", "bytes", spec("lua5.4", "response"))
mutation("error: the retry is that of the category's number", "src/lua_error.c",
    "RETRIES + (int)meaning.retry", "RETRIES + (int)meaning.category", spec("lua5.4", "error"))
mutation("message: a control among others that are not ASCII goes into the log", "src/log_line.c",
    "tc_flags_equal(bytes, 0xD8)", "tc_flags_equal(bytes, 0xD9)", spec("lua5.4", "response"))
mutation("message: a line is not looked at, but for its last bytes", "src/log_line.c",
    "if (suspects(tc_eight_bytes(p)) != 0)", "if (false)", spec("lua5.4", "response"))
mutation("message: the last bytes of a line are not looked at", "src/log_line.c",
    "return suspects(tc_eight_bytes(last)) == 0;", "return true;", spec("lua5.4", "response"))
mutation("message: FFI cuts a long one", "src/log_line.c",
    "w->length += length;", "w->length = w->length + length > 512 ? "
    .. "512 : w->length + length;", spec("luajit", "response"))

mutation("view: the first of several members of one name wins", "src/lua_path.c",
    "            if (tc_same_bytes(r->text + tc_entry_offset(e), wanted, length))\n                value = name + 1;",
    "            if (tc_same_bytes(r->text + tc_entry_offset(e), wanted, length))\n                return name + 1;",
    VIEW)
mutation("view: the run before the element's", "src/lua_path.c",
    "tc_run_first(entries[array + 1 + 2 * middle]) <= index",
    "tc_run_first(entries[array + 1 + 2 * middle]) < index", VIEW)
mutation("view: the body is not kept", "src/lua_view.c", 'lua_setfield(L, -2, "body")', "lua_pop(L, 1)", VIEW_MEMORY)
mutation("view: an expanded run is not kept", "src/lua_document.c", "lua_rawseti(L, -3, (int)base)", "lua_pop(L, 1)",
    VIEW_MEMORY)
mutation("view: a finalizer's document is replaced", "src/lua_document.c",
    "        lua_rawgeti(L, -2, (int)base);\n        if (lua_isnil(L, -1)) {",
    "        lua_pushnil(L);\n        if (lua_isnil(L, -1)) {",
    "test-sanitized SPEC=spec/view_memory_spec.lua")
mutation("view: each leaves its garbage uncollected", "src/lua_each.c", "heap - c->heap > growth", "heap < 0",
    VIEW_MEMORY)
mutation("view: each collects the whole heap", "src/lua_each.c", "tc_collector_step(L)",
    "(lua_gc(L, LUA_GCCOLLECT, 0), lua_gc(L, LUA_GCCOLLECT, 0), true)", VIEW_MEMORY)
mutation("view: each starts a collector that the script has stopped", "src/lua_each.c",
    " && tc_collector_runs(L) && tc_collector_step", " && tc_collector_step", VIEW_MEMORY)
mutation("view: an iteration moves on after it has allocated", "src/lua_each.c",
    "    c->next = tc_next_entry(v, v.entry);\n    lua_pushinteger(L, (lua_Integer)++c->index);\n"
    .. "    tc_push_view_value(L, v);",
    "    lua_pushinteger(L, (lua_Integer)++c->index);\n    tc_push_view_value(L, v);\n"
    .. "    c->next = tc_next_entry(v, v.entry);", VIEW_MEMORY)
mutation("view: an iteration keeps what it has returned", "src/lua_each.c", "lua_rawseti(L, -4, at);", "lua_pop(L, 1);",
    VIEW_MEMORY)
mutation("view: an iteration returns to the batch that a finalizer has passed", "src/lua_each.c",
    "if (c->next != first) {", "if (false) {", VIEW_MEMORY)
mutation("view: a batch of any number of elements", "src/lua_each.c", "BATCH_ELEMENTS = 64", "BATCH_ELEMENTS = 65536",
    spec("lua5.4", "view_memory"))
mutation("view: a batch ends an element early", "src/lua_each.c", "ready = elements_before(c, end);",
    "ready = elements_before(c, end) - 1;", VIEW)
mutation("view: a path that starts with Response leads nowhere", "src/lua_path.c",
    "from.entry == from.document->payload && ", "false && ", VIEW)
mutation("view: a missing method is nil", "src/lua_view.c", "name[0] >= 'a'", "name[0] > 'z'", VIEW)
mutation("view: JSON that is not an object or array is opened", "src/lua_view.c", "kind < TC_ARRAY) {",
    "kind < TC_STRING) {", VIEW)
mutation("raw: starts at the bracket before", "src/lua_view.c", "uint32_t left = v.entry - before;",
    "uint32_t left = 1;", VIEW)
mutation("raw: white space after a container", "src/lua_view.c", "    while (tc_is_space(p[-1]))\n        --p;\n", "",
    VIEW)

mutation("cache: a string that was seen once is mistaken for the cached one", "src/lua_string.c",
    "s->last[which].cached = same;", "s->last[which].cached = true;", spec("luajit", "list"))
mutation("cache: members beyond those with slots", "src/lua_value.c",
    "member < frame->capacity ?", "true ?", spec("luajit", "list"))
mutation("parse: a collector that the script has stopped runs again", "src/lua_parse.c",
    " && tc_collector_runs(L);", ";", spec("lua5.4", "response"))

local SEQUENCES = "test-sequences SECONDS=8"
mutation("sequences: a run's first element is looked for in the run before", "src/lua_path.c",
    "<= index;\n", "< index;\n", SEQUENCES)
mutation("sequences: an index counts from the array's start in each run", "src/lua_path.c",
    "index -= tc_run_first(entries[run]);", "index -= 0;", SEQUENCES)
mutation("sequences: a finalizer changes a stream in use", "src/lua_stream.c",
    "    tc_check_idle(L, s->response.in_use, \"stream\");\n    if (s->state", "    if (s->state", SEQUENCES)
mutation("sequences: the stream after a reset begins with the last id", "src/lua_stream.c",
    "    s->gathered[LAST_ID].length = 0;\n}", "}", SEQUENCES)
mutation("view: the index after the largest integer", "src/lua_view.c",
    "last < (lua_Integer)TC_TAPE_TEXT_MAX ? last + 1 : last", "last + 1", "test-sanitized SPEC=spec/view_spec.lua")
mutation("view: a member that is null is not omitted", "src/lua_path.c",
    "    return v.entry == 0 || tc_is_omitted(L, tc_entry_of(v)) ? nowhere : v;\n}\n\n/* ---- paths",
    "    return v;\n}\n\n/* ---- paths", spec("lua5.4", "stream"))
mutation("events: members of a large one are looked for in a table", "src/lua_path.c",
    "object.document->has_table && ", "", "test-apicheck SPEC=spec/stream_spec.lua")

mutation("stack: building tables reserves none", "src/lua_value.c",
    "luaL_checkstack(L, 2 *", "if (0) luaL_checkstack(L, 2 *", "test-apicheck")
mutation("stack: less is reserved than the levels need", "src/lua_value.c",
    "(int)r->depth_seen", "(int)r->depth_seen / 2", "test-bounds LUAS=lua5.4")

mutation("scanner: an error does not last", "src/json_scan.c",
    "s->state = IN_ERROR;", "s->state = AFTER_VALUE;", core "json_scan")
mutation("scanner: only the Content-Type of streams counts", "src/lua_scanner.c",
    "TC_IS_STREAM : TC_IS_BODY;", "TC_IS_STREAM : TC_UNDECIDED;", spec("lua5.4", "stream"))
mutation("scanner: fed after finish", "src/lua_scanner.c",
    "s->state == FINISHED)", "s->state == INTERRUPTED)", spec("luajit", "scanner"))
mutation("scanner: every chunk is kept", "src/lua_scanner.c",
    "    check_uninterrupted(L, s);\n    if (s->state == FINISHED)",
    "    check_uninterrupted(L, s);\n    lua_pushvalue(L, 2);\n    luaL_ref(L, LUA_REGISTRYINDEX);\n"
    .. "    if (s->state == FINISHED)", spec("luajit", "scanner"))
mutation("scanner: a finalizer changes it during a call", "src/lua_core.c",
    "*in_use = true;", "*in_use = false;", spec("lua5.4", "finalizers"))
mutation("ffi: what all codes mean is kept", "lua/tencentcloud/response/ffi.lua",
    "if kept >= MAX_KEPT then", "if false then", spec("luajit", "ffi"))
mutation("ffi: the verdict of a finalizer's call is returned", "lua/tencentcloud/response/ffi.lua",
    "        if count ~= mine then", "        if false then", spec("luajit", "finalizers"))
mutation("arguments: the line that is blamed is our own", "lua/tencentcloud/response/arguments.lua",
    '(%s)"):format(number, name, problem), 3)', '(%s)"):format(number, name, problem), 2)', spec("lua5.4", "response"))
mutation("types: a field without annotation", "src/lua_error.c", '"truncated"', '"cut"', spec("lua5.4", "types"))
mutation("scanner: in use forever after an error", "src/lua_core.c",
    "*in_use = false;", "if (status == 0)\n        *in_use = false;", "test-memory LUAS=lua5.4")

mutation("numbers: digits beyond the mantissa do not affect rounding", "src/lua_number.c",
    "rest |= *p != '0'", "rest |= false", NUMBER)
mutation("numbers: a mantissa that a double cannot hold", "src/lua_number.c",
    "> (uint64_t)1 << 53)", "> (uint64_t)1 << 60)", NUMBER)
mutation("numbers: a power that a double cannot hold", "src/lua_number.c",
    "d->exponent >= -22", "d->exponent >= -23", "test-sanitized SPEC=spec/number_spec.lua")

mutation("integers: one more than the largest", "src/lua_compat.h",
    "(uint64_t)LUA_MAXINTEGER + negative", "(uint64_t)LUA_MAXINTEGER + 1", NUMBER)
mutation("integers: beyond 2^53 without a subtype for them", "src/lua_compat.h",
    "(uint64_t)1 << 53;", "(uint64_t)1 << 54;", spec("luajit", "number"))

mutation("options: a null that is omitted overwrites nothing", "src/lua_value.c",
    "lua_pushnil(L); /*", "push_literal(L, TC_IS_NULL); /*", spec("lua5.4", "options"))
mutation("instances: array_mt is set on no array", "src/lua_value.c",
    "lua_setmetatable(L, -2);", "lua_pop(L, 1);", spec("lua5.4", "options"))

mutation("encode: numbers lose their last digit", "lua/tencentcloud/response/encode.lua",
    ', "%.17g" }', " }", spec("lua5.4", "encode"))
mutation("encode: a payload with an Error", "lua/tencentcloud/response/encode.lua",
    "members.Error ~= nil and", "false and", spec("lua5.4", "encode"))
mutation("encode: numbers of 15 digits go to lua-cjson", "src/lua_cjson.c",
    "number > -1e14 && number < 1e14", "number > -1e15 && number < 1e15", spec("lua5.4", "encode"))
mutation("encode: fractions go to lua-cjson, however long", "src/lua_cjson.c",
    "/ power == number)", "/ power <= number)", spec("lua5.4", "encode"))
mutation("encode: an empty array becomes an object", "src/lua_cjson.c",
    "if (has_metatable && elements == 0)", "if (false)", spec("lua5.4", "encode"))

mutation("http: a status of 500 is the caller's mistake", "lua/tencentcloud/response/http.lua",
    "status >= 500", "status > 500", spec("lua5.4", "http"))
mutation("http: the header's RequestId wins", "lua/tencentcloud/response/http.lua",
    'if err.request_id == "" and request_id', "if request_id", spec("lua5.4", "http"))
mutation("http: the text of a number becomes a RequestId", "lua/tencentcloud/response/http.lua",
    'check(body) == ""', 'type(result.RequestId) ~= "string"', spec("lua5.4", "http"))
mutation("http: only the header decides what is compressed", "lua/tencentcloud/response/http.lua",
    'head == "" or looks_like_text(head)', 'head == ""', spec("lua5.4", "http"))
mutation("http: a body that was never read is empty", "lua/tencentcloud/response/http.lua",
    "response.has_body or response.body_reader", "response.has_body", spec("lua5.4", "http"))
mutation("http: any text of digits is a status", "lua/tencentcloud/response/http.lua",
    "^[1-9]%d%d$", "^[1-9]%d%d", spec("lua5.4", "http"))
mutation("http: a call that failed in transport may always be repeated", "lua/tencentcloud/response/http.lua",
    '"client", "idempotent", reason', '"client", "safe", reason', spec("lua5.4", "http"))

local FILTER = "test-nginx SPEC=spec/nginx/filter_test.lua"
mutation("nginx: a second chunk is not read", "lua/tencentcloud/nginx.lua",
    'state.head == "" and #chunk', "#chunk", FILTER)
mutation("nginx: one byte more is kept", "lua/tencentcloud/nginx.lua",
    "        read(state, chunk)\n", "        read(state, chunk)\n        arg[1] = chunk .. ' '\n", FILTER)
mutation("nginx: a state is found by its address alone", "lua/tencentcloud/nginx.lua",
    "if state and state.started == start_time() and", "if true or", FILTER)
mutation("nginx: a state is found by its address and the millisecond", "lua/tencentcloud/nginx.lua",
    "started == now()", "not started", FILTER)
mutation("nginx: every ngx.ctx counts as new", "lua/tencentcloud/nginx.lua",
    "local is_new = ctx == spare", "local is_new = true", FILTER)
mutation("nginx: the module makes one ngx.ctx for all requests", "lua/tencentcloud/nginx.lua",
    "        spare = {}\n", "", FILTER)
mutation("nginx: a stream that is cut off between two events has succeeded", "lua/tencentcloud/nginx.lua",
    'state.stage ~= "complete" or ngx.status ~= 200', "ngx.status ~= 200", FILTER)
mutation("nginx: the filter goes on after an internal error", "lua/tencentcloud/nginx.lua",
    'if state.stage == "broken" then\n        return\n    end\n    if chunk', "if chunk", FILTER)
mutation("nginx: one state for all that share a table", "lua/tencentcloud/nginx.lua",
    "return tonumber(cast(\"intptr_t\", get_request()))", "return 1", FILTER)
mutation("nginx: a body that is cut off is malformed", "lua/tencentcloud/nginx.lua",
    'state.stage == "scanning" and http.CUT_OFF', 'state.stage == "none" and http.CUT_OFF', FILTER)
mutation("nginx: HEAD is an empty body", "lua/tencentcloud/nginx.lua",
    "if state and has_body(state) then", "if state then", FILTER)
mutation("nginx: a variable that cannot be written is an error", "lua/tencentcloud/nginx.lua",
    "declared[name] = pcall(assign, name, value)", "assign(name, value)",
    "test-nginx SPEC=spec/nginx/handler_test.lua")

mutation("states: one state counts for all", "src/lua_module.c",
    "static int code_is(lua_State *L)\n{\n",
    "static volatile int calls;\n\nstatic int code_is(lua_State *L)\n{\n    ++calls;\n", "test-isolation")
mutation("finalizers: the library is unloaded before the finalizers that use it run", "src/lua_module.c",
    "    pin();\n", "", "test-isolation")
mutation("install: a folder of modules is left out", "Makefile",
    "lua/tencentcloud/*.lua lua/tencentcloud/*/*.lua", "lua/tencentcloud/*.lua", "test-install")
mutation("install: overwrites the installed file in place", "Makefile",
    'mv -f "$$3.$$$$" "$$3"', 'cat "$$3.$$$$" >"$$3"; rm "$$3.$$$$"', "test-install")
mutation("rock: a file of the core is left out", "rockspec/tencentcloud-response-scm-1.rockspec",
    '"src/envelope.c"', '"src/codes.c"', "test-rocks")

mutation("memory: a block leaks", "src/lua_parse.c",
    "int tc_check(lua_State *L)\n{", "extern void *malloc(size_t);\nint tc_check(lua_State *L)\n{\n"
    .. "    *(char *volatile)malloc(64) = 0;", "test-valgrind SPEC=spec/error_spec.lua")
mutation("memory: running out of it is taken for an answer", "lua/tencentcloud/response/http.lua",
    "(is_stream and read_stream or parse)(body or \"\", request_id)",
    "select(2, pcall(is_stream and read_stream or parse, body or \"\", request_id))",
    "test-memory LUAS=luajit")
mutation("memory: read beyond the end", "src/json_index_block.h",
    "b.at.end - b.at.p >= TC_BLOCK;", "b.at.end - b.at.p >= 48;", core "json_index")
mutation("memory: read beyond the end of simple blocks", "src/json_index_block.h",
    "end - b.at.p >= TC_BLOCK)", "end - b.at.p >= 48)", core "json_index")
mutation("memory: read beyond the end of blocks of text", "src/json_index_block.h",
    "b->at.end - b->at.p < TC_BLOCK)", "b->at.end - b->at.p < 48)", core "json_index")
mutation("memory: read before the start of a block of text", "src/json_index_block.h",
    "b.at.p - b.at.chunk >= TC_BEFORE", "b.at.p - b.at.chunk >= 2", core "json_kernel")
mutation("memory: read before the start", "src/json_index_block.h",
    "at.end - at.chunk >= TC_BLOCK", "at.end - at.chunk >= 48", core "json_index")
mutation("index: a backslash that is escaped escapes", "src/bytes.h",
    "backslashes & ~escaped;", "backslashes;", core "json_index")
mutation("index: white space at a block's end is forgotten", "src/json_index_block.h",
    "carry->space = m->spaces >> 63;", "carry->space = 0;", core "json_index")
mutation("index: bytes after the end are not white space", "src/json_index_block.h",
    " | ~(uint64_t)0 << left;", ";", core "json_index")
mutation("index: at most eight positions in a block", "src/json_index_block.h",
    "fours < 2 || bits != 0;", "fours < 2;", core("json_index", "baseline"))
mutation("index: an escape at a batch's end has no position", "src/json_index_block.h",
    "b.carry.escape != 0 ? 1 :", "false ? 1 :", core "json_index")
mutation("index: a sequence at a batch's end has no position", "src/json_index_block.h",
    ": tc_cut_sequence(b.first, b.at.p);", ": 0;", core "json_index")
mutation("index: a string's later escapes are its first", "src/json_index_block.h",
    "carry->noted = sum >= text;", "carry->noted = 1;", core "json_index")
mutation("index: a wrong sequence is looked for in its last block alone", "src/json_index_block.h",
    "v.cut = tc_cut_sequence(first, at.p);", "", core "json_kernel")
mutation("index: a sequence does not go on in the next block", "src/json_index_block.h",
    "return utf8.not_ascii >> (TC_BLOCK - TC_BEFORE);", "return 0;", core "json_kernel")
mutation("index: UTF-8 in a block of text may be wrong", "src/json_index_block.h",
    "!utf8.valid || (m->special", "(m->special", core "json_kernel")
mutation("index: a block of text may hold control characters", "src/json_index_block.h",
    "!utf8.valid || (m->special & ~utf8.not_ascii) != 0", "!utf8.valid", core "json_kernel")
mutation("index: a block of text may begin with the end of an escape", "src/json_index_block.h",
    "~carry->in_string | carry->escape) == 0;", "~carry->in_string) == 0;", core "json_kernel")
for name, text in pairs {
    ["a surrogate"] = "CUT | OVERLONG_3 | SURROGATE, CUT |",
    ["an overlong form of two bytes"] = "CUT | OVERLONG_2, CUT,",
} do
    mutation("utf-8 by blocks: " .. name, "src/json_index_block.h",
        text, (text:gsub(" | SURROGATE", ""):gsub(" | OVERLONG_2", "")), core "json_kernel")
end
mutation("utf-8 by blocks: beyond U+10FFFF", "src/json_index_block.h",
    "    ANY_LOW_HALF | TOO_LARGE,\n", "    ANY_LOW_HALF,\n", core "json_kernel")
if has "sse2" then
    mutation("index: SSE2, a control is plain", "src/vector.h",
        "_mm_cmplt_epi8(b, _mm_set1_epi8(0x20))", "_mm_cmplt_epi8(b, _mm_set1_epi8(0x1F))",
        core("json_index", "baseline"))
    mutation("index: SSE2, a tab is not white space", "src/json_index.c",
        "tc_or(tc_is('\\r', b), tc_is('\\t', b))", "tc_is('\\r', b)", core("json_index", "baseline"))
end
if has "avx2" then
    mutation("index: AVX2, a control is plain", "src/json_index_x86.c",
        "_mm256_set1_epi8(0x20)", "_mm256_set1_epi8(0x1F)", core("json_index", "avx2"))
    mutation("index: AVX2 and AVX-512, a tab is not white space", "src/json_index_x86.c",
        "'\\t', '\\n'", "0, '\\n'", core("json_index", "avx2"))
    mutation("index: AVX2, the halves of a block are swapped", "src/json_index_x86.c",
        "mask(is('\"', a), is('\"', b))", "mask(is('\"', b), is('\"', a))", core("json_index", "avx2"))
end
if has "avx512_vbmi2" then
    mutation("index: AVX-512, white space is special", "src/json_index_x86.c",
        "_mm512_set1_epi8(0x20)", "_mm512_set1_epi8(0x21)", core "json_index")
    mutation("index: AVX-512, at most sixteen positions in a block", "src/json_index_x86.c",
        "some > 16", "some > 64", core "json_index")
    mutation("index: AVX-512, positions lack the offset of their block", "src/json_index_x86.c",
        "_mm512_set1_epi32((int)offset)", "_mm512_set1_epi32(0)", core "json_index")
end
if can_build "aarch64" then
    mutation("index: NEON, a control is plain", "src/vector.h",
        "vdupq_n_s8(0x20)", "vdupq_n_s8(0x1F)", "test-qemu MACHINES=arm64")
end
if can_build "s390x" then
    mutation("bytes: big endian, the end of plain bytes is found as on little endian", "src/bytes.h",
        "__builtin_bswap64(bytes) : bytes", "bytes : bytes", "test-qemu MACHINES=s390x")
end
mutation("index: a string in which a batch begins has an escape", "src/json_index_block.h",
    "from == TC_IN_ESCAPED_STRING", "from != TC_AFTER_SPACE", core "json_index")
mutation("index: in one string from end to end no escape is the first", "src/json_index_block.h",
    "escapes & (0 - escapes) & (carry->noted - 1)", "0", core "json_index")
mutation("unescape: only a part of a long run is copied", "src/json_unescape.c",
    "    if (length > 16)\n", "    if (length > 32)\n", core("json_unescape", "avx2"))
mutation("unescape: a block is read past the end", "src/json_unescape.c",
    "end - raw >= 2 * BLOCK", "end - raw >= BLOCK", core("json_unescape", "avx2"))
mutation("unescape: an escape that reaches into the next block ends with its own", "src/json_unescape.c",
    "if (raw < block + BLOCK) {", "if (true) {", core("json_unescape", "avx2"))
if has "ssse3" then
    local dense = core("json_unescape", "avx2")
    mutation("unescape: a dense block, letters stand for themselves", "src/json_unescape_dense.c",
        "*c = tc_short_escapes[(unsigned char)*c];", "", dense)
    mutation("unescape: a dense block, a \\u escape is a short one", "src/json_unescape_dense.c",
        "*c == 'u'", "*c == 'U'", dense)
    mutation("unescape: a dense block, an escape ends with it", "src/json_unescape_dense.c",
        "BLOCK - (escapes >> (BLOCK - 1))", "BLOCK", dense)
    mutation("unescape: a dense block, a wrong byte is left out", "src/json_unescape_dense.c",
        "REST_5 = 0x0301", "REST_5 = 0x0201", dense)
end
if has "avx512_vbmi2" then
    mutation("unescape: AVX-512, letters stand for themselves", "src/json_unescape_x86.c",
        "_mm512_set1_epi8(64)", "_mm512_set1_epi8(127)", core "json_unescape")
    mutation("unescape: AVX-512, a \\u escape is a short one", "src/json_unescape_x86.c",
        "!= 0)\n            break;", "!= 0 && false)\n            break;", core "json_unescape")
    mutation("unescape: AVX-512, an escape ends with its block", "src/json_unescape_x86.c",
        "*raw = p - carry;", "*raw = p;", core "json_unescape")
    mutation("unescape: AVX-512, a block's first byte is not escaped", "src/json_unescape_x86.c",
        "escapes << 1 | carry", "escapes << 1", core "json_unescape")
    mutation("unescape: AVX-512, a block is read past the end", "src/json_unescape_x86.c",
        "end - p >= 2 * BLOCK", "end - p >= BLOCK / 2", core "json_unescape")
end
mutation("unescape: plain C, a backslash after another byte", "src/bytes.h",
    "    return (same >> 7) * 0x0102040810204080U >> 56;", "    return (same >> 7) * 0x0102040810204081U >> 56;",
    core("json_unescape", "scalar"))
mutation("index: a batch begins a byte late", "src/json_scan.c",
    "p > index->end ? p : index->end;", "p > index->end ? p : index->end + 1;", core "json_scan")
mutation("index: positions passed byte by byte are visited", "src/json_scan.c",
    "                pass_positions(r, r->p);\n", "", core "json_scan")
mutation("index: the position of a closing quote found byte by byte is visited", "src/json_scan.c",
    "    pass_positions(r, r->p + 1);", "    pass_positions(r, r->p);", core "json_scan")

mutation("bytes: only the ends of long names are compared", "src/bytes.h",
    "length > 16", "length > 24", core "bytes")
mutation("bytes: DEL is not plain", "src/bytes.h", "(c - 0x20) < 0x60", "(c - 0x20) < 0x5F", core "bytes")
mutation("escapes: three digits after \\u", "src/json_string.c",
    "case TC_STRING_HEX_3:\n        return string_hex(c, TC_STRING_HEX_4)",
    "case TC_STRING_HEX_3:\n        return string_hex(c, TC_STRING_PLAIN)", JSON)
mutation("utf-8: an overlong form of four bytes", "src/json_string.c",
    "string_tail(c, 0x90, 0xBF,", "string_tail(c, 0x80, 0xBF,", JSON)
mutation("envelope: a digit of the exponent makes a legacy code of 0 a failure", "src/envelope.c",
    "p < end && !t->exponent", "p < end", core "envelope")
mutation("chunks: a text is kept that another one replaces", "src/envelope.c",
    "(int)field != unfinished && ", "", core "envelope")

local EVENTS = core "event_stream"
mutation("events: one chunk's LF is looked for in the next", "src/event_stream.c",
    "s->lf = s->cr = NULL;", "s->cr = NULL;", EVENTS)
mutation("events: a CRLF that chunks cut is two line ends", "src/event_stream.c",
    "== '\\r' ? AFTER_CR", "== '\\r' ? AT_LINE", EVENTS)
mutation("events: two blanks after the colon are removed", "src/event_stream.c",
    "s->state = AT_VALUE;\n        return TC_EVENT_MORE;", "return TC_EVENT_MORE;", EVENTS)
mutation("events: a line of blanks is not blank", "src/event_stream.c",
    "    pass_line_end(s);\n    return end_event(s);\n}", "    pass_line_end(s);\n    return TC_EVENT_MORE;\n}", EVENTS)
mutation("events: a line that begins with { means nothing", "src/event_stream.c", "case '{':", "case '\\0':", EVENTS)
mutation("events: lines of data are not joined", "src/event_stream.c", "if (s->has_data)\n", "if (false)\n", EVENTS)
mutation("events: data that begins with [DONE] is the end mark", "src/event_stream.c",
    "s->matched = NOT_DONE;", ";", EVENTS)
mutation("events: an unfinished comment interrupts", "src/event_stream.c",
    "|| s->state == IN_OTHER", "|| s->state >= IN_COMMENT", EVENTS)
mutation("events: a name is kept when there was no event", "src/event_stream.c",
    "inside ? TC_EVENT_NONE", "false ? TC_EVENT_NONE", EVENTS)
mutation("streams: a body that is declared a stream is read as one", "src/response_scan.c",
    "if (c == '{')", "if (c == '{' && !r->declared)", EVENTS)
mutation("streams: any field name makes a stream", "src/response_scan.c",
    "return c == ':' ? TC_IS_STREAM : TC_UNDECIDED;\n    return TC_IS_BODY;",
    "return c == ':' ? TC_IS_STREAM : TC_UNDECIDED;\n    return TC_IS_STREAM;", EVENTS)
mutation("streams: a later event overwrites the texts of a failure", "src/response_scan.c",
    "r->failed || r->size > r->max_event", "r->size > r->max_event", EVENTS)
mutation("streams: the RequestId of an earlier event is forgotten", "src/response_scan.c",
    "return keep_seen(r, v.request_id);", "return true;", EVENTS)
mutation("streams: an empty RequestId counts", "src/response_scan.c",
    "return c->begin == c->end || ", "return ", EVENTS)
mutation("streams: a piece that waits outlives its chunk", "src/response_scan.c",
    "r->token == TC_EVENT_MORE && r->count > 0", "r->token == TC_EVENT_END && r->count > 0", EVENTS)
mutation("streams: an incomplete last event counts", "src/response_scan.c",
    "r->stream.has_data && is_complete(r)", "r->stream.has_data", EVENTS)
mutation("streams: an event after a failure is judged", "src/response_scan.c",
    "if (r->failed || tc_event_is_done(&r->stream))", "if (tc_event_is_done(&r->stream))", EVENTS)
mutation("streams: what is not an event counts as one after a failure", "src/response_scan.c",
    "return e.scan.reason == TC_JSON_FINE;", "return true;", EVENTS)
mutation("streams: the tape of an earlier event counts", "src/response_scan.c",
    "    r->recorded = false;\n    if (r->failed", "    if (r->failed", EVENTS)
mutation("streams: half a tape counts", "src/response_scan.c", "&& s->tape.entries != NULL", "", EVENTS)
mutation("streams: the memory made for an event is taken to suffice", "src/lua_stream.c",
    "if (size <= room)", "if (room > 0)", "test-sanitized SPEC=spec/stream_spec.lua")
mutation("streams: a recorded event forgets how deep it nests", "src/lua_event.c",
    "e->depth_seen = recorded->scan.depth_seen;", "e->depth_seen = 0;", "test-apicheck SPEC=spec/stream_spec.lua")
mutation("streams: an end inside an event is a success", "src/response_scan.c",
    "r->interrupted = r->stream.inside || r->stream.unfinished;", "r->interrupted = false;", EVENTS)
mutation("streams: an event over max_event is read on", "src/response_scan.c",
    "r->failed || r->size > r->max_event", "r->failed", EVENTS)
mutation("streams: a stream without an event is a success", "src/response_scan.c", "if (!r->any)", "if (false)", EVENTS)
mutation("meaning: an ErrorMsg that is null is a failure", "src/envelope.c",
    "if (tc_envelope_is_kind(e, TC_ERROR_MSG, TC_OBJECT))", "if (tc_envelope_has(e, TC_ERROR_MSG))", EVENTS)
mutation("meaning: ErrorMsg comes before Error", "src/envelope.c",
    "if (has_error && is_code", "if (has_error && !tc_envelope_has(e, TC_ERROR_MSG) && is_code", EVENTS)
mutation("meaning: a Response that is not an object is an envelope", "src/envelope.c",
    "if (tc_envelope_is_kind(e, TC_RESPONSE, TC_OBJECT))\n        return judge_response(e);\n    return",
    "if (tc_envelope_has(e, TC_RESPONSE))\n        return judge_response(e);\n    return", EVENTS)
mutation("meaning: white space is a failure", "src/envelope.c", "e->scan.reason == TC_JSON_EMPTY", "false", EVENTS)
mutation("meaning: an Error inside another counts", "src/json_scan.c", "if (depth < s->watch)", "if (false)", EVENTS)

mutation("memory: a byte is used that was never written", "src/json_scan.c",
    "s->depth = s->watch = 0;", "s->depth = 0;", "test-msan")

mutation("locale: the writer prints its decimal comma", "lua/tencentcloud/response/encode.lua",
    '(text:gsub("[^%d+e-]+", "."))', "text", LOCALE)
mutation("locale: a number is read with its decimal comma", "src/lua_number.c",
    "return strtod(digits, NULL);", 'return strtod(digits, NULL) + strtod("0.5", NULL) - 0.5;', LOCALE)

return mutations
