/*
** lua_core.c - the C module tencentcloud.response.core: registration only.
**
**     core.new(new_error, error_metatable, null, omit_nulls, exact_integers, array_mt, max_depth, max_field)
**                                 -> {parse, check, open, scanner}: an instance; arguments already checked.
**     core.line, core.meaning     see lua_error.h
**     core.categories, core.retries  their texts, in the order of the indexes in a tc_ffi_verdict
**     core.common_codes           the codes with a description, in byte order
**     core.all_codes()            a new list of every code with an entry
**     core.is(code, family)
**     core.null, core.MAX_DEPTH, core.MIN_FIELD, core.MAX_FIELD
*/
#include "lua_core.h"

#include "codes.h"
#include "lua_arguments.h"
#include "lua_error.h"
#include "lua_pin.h"

/* ---- instances ---- */

/* Pushes a closure whose upvalues are the stack's slots from first on. */
static void push_function(lua_State *L, lua_CFunction function, int first)
{
    for (int i = 0; i < TC_UP_COUNT; ++i)
        lua_pushvalue(L, first + i);
    lua_pushcclosure(L, function, TC_UP_COUNT);
}

/* Adds the functions to the table on top. */
static void add_functions(lua_State *L, const luaL_Reg *functions, int first)
{
    for (; functions->name != NULL; ++functions) {
        push_function(L, functions->func, first);
        lua_setfield(L, -2, functions->name);
    }
}

static void add_name(lua_State *L, const char *name)
{
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__name");
}

/* Fills the tables at the upvalues of views and scanners. */
static void fill_metatables(lua_State *L, int first)
{
    lua_pushvalue(L, first - 1 + TC_UP_VIEW_METATABLE);
    add_name(L, "tencentcloud.view");
    add_functions(L, tc_view_metamethods, first);
    lua_pushvalue(L, first - 1 + TC_UP_VIEW_METHODS);
    add_functions(L, tc_view_methods, first);

    lua_pushvalue(L, first - 1 + TC_UP_CURSOR_METATABLE);
    add_name(L, "tencentcloud.view.each");

    lua_pushvalue(L, first - 1 + TC_UP_SCANNER_METATABLE);
    add_name(L, "tencentcloud.scanner");
    add_functions(L, tc_scanner_metamethods, first);
    lua_newtable(L);
    add_functions(L, tc_scanner_methods, first);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 4);
}

static const luaL_Reg instance_functions[] = {
    {"parse", tc_parse}, {"check", tc_check}, {"open", tc_open}, {"scanner", tc_new_scanner}, {NULL, NULL},
};

static int new_instance(lua_State *L)
{
    const tc_options options = {
        (unsigned)lua_tonumber(L, 7),
        (size_t)lua_tonumber(L, 8),
        lua_toboolean(L, 4),
        lua_toboolean(L, 5),
        !lua_isnil(L, 6),
    };
    const int first = lua_gettop(L) + 1;
    luaL_checkstack(L, 32, NULL);
    tc_options *const kept = (tc_options *)lua_newuserdatauv(L, sizeof options, 0);
    *kept = options;
    lua_pushvalue(L, 3);
    lua_pushvalue(L, 6);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    for (int i = TC_UP_VIEW_METATABLE; i <= TC_UP_COUNT; ++i)
        lua_newtable(L);
    push_function(L, tc_iterate, first);
    lua_replace(L, first - 1 + TC_UP_ITERATE);
    fill_metatables(L, first);
    lua_newtable(L);
    add_functions(L, instance_functions, first);
    return 1;
}

/* ---- codes ---- */

/* Adds a list of strings, which ends in NULL, to the table on top. */
static void add_list(lua_State *L, const char *name, const char *const *list)
{
    lua_newtable(L);
    for (int i = 0; list[i] != NULL; ++i) {
        lua_pushstring(L, list[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, name);
}

/* Pushes a list of the codes that at gives. */
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

static const luaL_Reg module_functions[] = {
    {"new", new_instance},
    {"line", tc_line},
    {"meaning", tc_meaning_of},
    {"all_codes", all_codes},
    {"is", code_is},
    {NULL, NULL},
};

static void add_number(lua_State *L, const char *name, int value)
{
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int luaopen_tencentcloud_response_core(lua_State *L);

int luaopen_tencentcloud_response_core(lua_State *L)
{
    tc_pin();
    lua_newtable(L);
    for (const luaL_Reg *f = module_functions; f->name != NULL; ++f) {
        lua_pushcfunction(L, f->func);
        lua_setfield(L, -2, f->name);
    }
    push_codes(L, tc_common_code_at);
    lua_setfield(L, -2, "common_codes");
    add_list(L, "categories", tc_categories);
    add_list(L, "retries", tc_retries);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    add_number(L, "MAX_DEPTH", TC_DEPTH_MAX);
    add_number(L, "MIN_FIELD", TC_FIELD_MIN);
    add_number(L, "MAX_FIELD", TC_FIELD_MAX);
    return 1;
}
