/*
** lua_module.c - the C module tencentcloud.response.core.
**
**     core.new(options)           -> {parse, check, open, scanner, stream}: an instance. options are those of
**                                 response.new, complete and checked, and error_mt, the metatable of errors.
**     core.line                   see lua_error.h
**     core.meaning(code)          -> category, retry, description
**     core.ffi_declarations, core.ffi_check  see ffi_check.h; the second is its address
**     core.common_codes           the codes with a description, in byte order
**     core.all_codes()            a new list of every code with an entry
**     core.is(code, family)
**     core.is_event_stream(content_type)
**     core.cjson_is_exact         see lua_cjson.h
**     core.null, core.MAX_DEPTH, core.MIN_FIELD, core.MAX_FIELD, core.MAX_EVENT
*/
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dladdr */
#endif

#include <string.h>

#include "codes.h"
#include "ffi_check.h"
#include "lua_cjson.h"
#include "lua_core.h"
#include "lua_each.h"
#include "lua_error.h"
#include "lua_event.h"
#include "lua_parse.h"
#include "lua_scanner.h"
#include "lua_stream.h"
#include "lua_view.h"
#include "response_scan.h"

#if defined(__unix__) || defined(__APPLE__)
#include <dlfcn.h>
#endif

/* ---- instances ---- */

static const luaL_Reg cursor_methods[] = {{NULL, NULL}};

/* What new_instance has on its stack: the options, the upvalues that all functions have, and the instance. */
enum { AT_GIVEN = 1, AT_UPVALUES, AT_SHARED = AT_UPVALUES + TC_UP_SHARED - 1, AT_INSTANCE };

static const luaL_Reg instance_functions[] = {{"parse", tc_parse}, {"check", tc_check}, {NULL, NULL}};

/* Is the option of that name this text? */
static bool option_is(lua_State *L, const char *name, const char *text)
{
    lua_getfield(L, AT_GIVEN, name);
    const bool same = lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), text) == 0;
    lua_pop(L, 1);
    return same;
}

static lua_Number option_number(lua_State *L, const char *name)
{
    lua_getfield(L, AT_GIVEN, name);
    const lua_Number value = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static bool has_option(lua_State *L, const char *name)
{
    lua_getfield(L, AT_GIVEN, name);
    const bool there = !lua_isnil(L, -1);
    lua_pop(L, 1);
    return there;
}

static tc_options read_options(lua_State *L)
{
    tc_options options;
    options.max_depth = (unsigned)option_number(L, "max_depth");
    options.max_field = (size_t)option_number(L, "max_field");
    options.omit_nulls = option_is(L, "nulls", "omit");
    options.exact_integers = option_is(L, "integers", "exact");
    options.has_array_mt = has_option(L, "array_mt");
    return options;
}

/* Puts the option of that name into the shared table. */
static void share_option(lua_State *L, tc_shared what, const char *name)
{
    lua_getfield(L, AT_GIVEN, name);
    lua_rawseti(L, AT_SHARED, (int)what);
}

/* Pushes the upvalues of a function: those that all have, and the class at an index, or nil if that is 0. */
static void push_upvalues(lua_State *L, int class)
{
    for (int i = 0; i < TC_UP_CLASS - 1; ++i)
        lua_pushvalue(L, AT_UPVALUES + i);
    if (class == 0)
        lua_pushnil(L);
    else
        lua_pushvalue(L, class);
}

/* Pushes a new metatable, which is also in the shared table, with these methods. */
static void push_class(lua_State *L, tc_shared what, const char *name, const luaL_Reg *methods)
{
    lua_newtable(L);
    const int class = lua_gettop(L);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__name");
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    push_upvalues(L, class);
    luaL_setfuncs(L, methods, TC_UP_COUNT);
    lua_pushvalue(L, -1);
    lua_rawseti(L, AT_SHARED, (int)what);
}

/* Pushes a function with the class at that index, or none if it is 0. */
static void push_function(lua_State *L, lua_CFunction function, int class)
{
    push_upvalues(L, class);
    lua_pushcclosure(L, function, TC_UP_COUNT);
}

/* Adds a function whose class is on top to the instance, and pops the class. */
static void add_maker(lua_State *L, const char *name, lua_CFunction function)
{
    push_function(L, function, lua_gettop(L));
    lua_setfield(L, AT_INSTANCE, name);
    lua_pop(L, 1);
}

/* new(options) */
static int new_instance(lua_State *L)
{
    lua_settop(L, 1);
    const tc_options options = read_options(L);
    *(tc_options *)lua_newuserdatauv(L, sizeof options, 0) = options;
    lua_getfield(L, AT_GIVEN, "null");
    lua_newtable(L);
    share_option(L, TC_ARRAY_MT, "array_mt");
    share_option(L, TC_ERROR_MT, "error_mt");
    push_function(L, tc_run_work, 0);
    lua_rawseti(L, AT_SHARED, TC_RUN_WORK);
    tc_share_error_texts(L, AT_SHARED);

    lua_newtable(L);
    push_upvalues(L, 0);
    luaL_setfuncs(L, instance_functions, TC_UP_COUNT);
    push_class(L, TC_CURSOR_MT, "tencentcloud.view.each", cursor_methods);
    push_function(L, tc_iterate, lua_gettop(L));
    lua_rawseti(L, AT_SHARED, TC_ITERATE);
    lua_pop(L, 1);
    push_class(L, TC_VIEW_MT, "tencentcloud.view", tc_view_methods);
    push_upvalues(L, lua_gettop(L));
    luaL_setfuncs(L, tc_view_metamethods, TC_UP_COUNT);
    add_maker(L, "open", tc_open);
    push_class(L, TC_SCANNER_MT, "tencentcloud.scanner", tc_scanner_methods);
    add_maker(L, "scanner", tc_new_scanner);
    push_class(L, TC_EVENT_MT, "tencentcloud.event", tc_event_methods);
    lua_pop(L, 1);
    push_class(L, TC_STREAM_MT, "tencentcloud.stream", tc_stream_methods);
    push_function(L, tc_next_event, lua_gettop(L));
    lua_rawseti(L, AT_SHARED, TC_NEXT_EVENT);
    add_maker(L, "stream", tc_new_stream);
    return 1;
}

/* ---- functions that need no instance ---- */

/* Pushes a list of the codes that `at` returns. */
static void push_codes(lua_State *L, const char *(*at)(size_t))
{
    const char *code;
    lua_newtable(L);
    for (size_t i = 0; (code = at(i)) != NULL; ++i) {
        lua_pushstring(L, code);
        lua_rawseti(L, -2, (int)i + 1);
    }
}

static int all_codes(lua_State *L)
{
    push_codes(L, tc_code_at);
    return 1;
}

static int code_is(lua_State *L)
{
    size_t length, family_length;
    const char *const code = tc_check_string(L, 1, "is", &length);
    const char *const family = tc_check_string(L, 2, "is", &family_length);
    lua_pushboolean(L, tc_code_is(code, length, family, family_length));
    return 1;
}

/* meaning(code): category, retry, description */
static int meaning_of(lua_State *L)
{
    size_t length;
    const char *const code = tc_check_string(L, 1, "describe", &length);
    const tc_meaning meaning = tc_code_meaning(code, length);
    lua_pushstring(L, tc_categories[meaning.category]);
    lua_pushstring(L, tc_retries[meaning.retry]);
    lua_pushstring(L, tc_code_description(code, length));
    return 3;
}

static int is_event_stream(lua_State *L)
{
    size_t length;
    const char *const type = tc_check_string(L, 1, "is_event_stream", &length);
    lua_pushboolean(L, tc_is_event_stream(type, length));
    return 1;
}

/* ---- the module ---- */

/*
** Keeps the shared object that holds this code loaded until the process ends, on Lua 5.1 and LuaJIT: these unload it
** before they run the finalizers of objects older than its `require`, and those may still call it. Does nothing in a
** program that has the module linked in, or on a system that cannot tell.
**
** The linker has an option for it (-z nodelete), but a rockspec of the type builtin cannot pass one. Nothing needs to
** be linked for this: a host that has loaded a module has dlopen.
*/
#if TC_UNLOADS_EARLY && defined(RTLD_NOLOAD) && defined(RTLD_NODELETE)

/* Found by its name and not loaded again: there may be another file of that name by now. */
static void pin(void)
{
    static const char here = 0;
    Dl_info object;
    if (dladdr(&here, &object) != 0)
        (void)dlopen(object.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

#else

static void pin(void)
{
}

#endif

static const luaL_Reg module_functions[] = {
    {"new", new_instance},
    {"line", tc_line},
    {"meaning", meaning_of},
    {"all_codes", all_codes},
    {"is", code_is},
    {"is_event_stream", is_event_stream},
    {"cjson_is_exact", tc_cjson_is_exact},
    {NULL, NULL},
};

static void add_number(lua_State *L, const char *name, int value)
{
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

/* C has no conversion from a function's address to an object's; every system that has dlsym does. */
static void push_function_address(lua_State *L, tencentcloud_response_check *function)
{
    void *address;
    memcpy(&address, &function, sizeof address);
    lua_pushlightuserdata(L, address);
}

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int luaopen_tencentcloud_response_core(lua_State *L);

int luaopen_tencentcloud_response_core(lua_State *L)
{
    pin();
    lua_newtable(L);
    luaL_setfuncs(L, module_functions, 0);
    push_codes(L, tc_common_code_at);
    lua_setfield(L, -2, "common_codes");
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    lua_pushstring(L, tc_ffi_declarations);
    lua_setfield(L, -2, "ffi_declarations");
    push_function_address(L, tc_ffi_check);
    lua_setfield(L, -2, "ffi_check");
    add_number(L, "MAX_DEPTH", TC_DEPTH_MAX);
    add_number(L, "MIN_FIELD", TC_FIELD_MIN);
    add_number(L, "MAX_FIELD", TC_FIELD_MAX);
    add_number(L, "MAX_EVENT", TC_EVENT_MAX);
    return 1;
}
