/*
** lua_core.c - see lua_core.h.
*/
#include "lua_core.h"

#include <string.h>

/* ---- arguments ---- */

int tc_argument_error(lua_State *L, int index, int shown, const char *function, const char *expected)
{
    const int type = lua_type(L, index);
    const char *const got = type == LUA_TNONE ? "no value" : lua_typename(L, type);
    if (shown == 0)
        return luaL_error(L, "calling '%s' on bad self (%s expected, got %s)", function, expected, got);
    return luaL_error(L, "bad argument #%d to '%s' (%s expected, got %s)", shown, function, expected, got);
}

void tc_check_dot(lua_State *L, const char *function)
{
    if (!lua_istable(L, 1))
        return;
    lua_pushstring(L, function);
    lua_rawget(L, 1);
    if (lua_isfunction(L, -1))
        luaL_error(L, "'%s' is a function, not a method: call response.%s(...), with a dot", function, function);
    lua_pop(L, 1);
}

const char *tc_check_string(lua_State *L, int index, const char *function, size_t *length)
{
    if (lua_type(L, index) != LUA_TSTRING) {
        tc_check_dot(L, function);
        tc_argument_error(L, index, index, function, "string");
    }
    return lua_tolstring(L, index, length);
}

void *tc_check_self(lua_State *L, const char *function, const char *type)
{
    void *const self = lua_touserdata(L, 1);
    if (self == NULL || !lua_getmetatable(L, 1) || !lua_rawequal(L, -1, lua_upvalueindex(TC_UP_CLASS)))
        tc_argument_error(L, 1, 0, function, type);
    lua_pop(L, 1);
    return self;
}

/* ---- options, of functions whose argument 1 is a table of them ---- */

static bool is_among(const char *name, const char *const *names)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        ++names;
    return *names != NULL;
}

void tc_check_options(lua_State *L, const char *function, const char *const *names)
{
    if (lua_isnoneornil(L, 1))
        return;
    if (!lua_istable(L, 1))
        tc_argument_error(L, 1, 1, function, "table or nil");
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "bad argument #1 to '%s' (a name of an option expected, got %s)", function,
                       luaL_typename(L, -2));
        if (!is_among(lua_tostring(L, -2), names))
            luaL_error(L, "bad argument #1 to '%s' (unknown option '%s')", function, lua_tostring(L, -2));
    }
}

void tc_push_option(lua_State *L, const char *name)
{
    if (lua_istable(L, 1)) {
        lua_pushstring(L, name);
        lua_rawget(L, 1);
    } else {
        lua_pushnil(L);
    }
}

int tc_option_error(lua_State *L, const char *function, const char *name, const char *expected)
{
    return luaL_error(L, "bad argument #1 to '%s' (option '%s': %s expected, got %s)", function, name, expected,
                      lua_type(L, -1) == LUA_TNUMBER ? lua_tostring(L, -1) : luaL_typename(L, -1));
}

/* ---- calls with the upvalues of the running function ---- */

void tc_push_sibling(lua_State *L, lua_CFunction function)
{
    luaL_checkstack(L, TC_UP_COUNT, NULL);
    for (int i = 1; i <= TC_UP_COUNT; ++i)
        lua_pushvalue(L, lua_upvalueindex(i));
    lua_pushcclosure(L, function, TC_UP_COUNT);
}

int tc_run_work(lua_State *L)
{
    const lua_CFunction work = *(const lua_CFunction *)lua_touserdata(L, -1);
    lua_pop(L, 1);
    return work(L);
}

/* The function that runs work, and the arguments above it, are on top. */
static int call_work(lua_State *L, lua_CFunction work, int arguments)
{
    lua_pushlightuserdata(L, &work);
    return lua_pcall(L, arguments + 1, LUA_MULTRET, 0);
}

int tc_protected_call(lua_State *L, lua_CFunction work, int arguments)
{
    tc_push_shared(L, TC_RUN_WORK);
    lua_insert(L, -1 - arguments);
    return call_work(L, work, arguments);
}

int tc_use(lua_State *L, bool *in_use, lua_CFunction work)
{
    const int top = lua_gettop(L);
    luaL_checkstack(L, 3, NULL);
    tc_push_shared(L, TC_RUN_WORK);
    lua_pushvalue(L, 1);
    TC_ASSERT(!*in_use);
    *in_use = true;
    const int status = call_work(L, work, 1);
    *in_use = false;
    if (status != 0)
        lua_error(L);
    return lua_gettop(L) - top;
}
