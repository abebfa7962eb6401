/*
** lua_arguments.c - see lua_arguments.h.
*/
#include "lua_arguments.h"

int tc_argument_error(lua_State *L, int index, int shown, const char *function, const char *expected)
{
    const int type = lua_type(L, index);
    const char *const got = type == LUA_TNONE ? "no value" : lua_typename(L, type);
    if (shown == 0)
        return luaL_error(L, "calling '%s' on bad self (%s expected, got %s)", function, expected, got);
    return luaL_error(L, "bad argument #%d to '%s' (%s expected, got %s)", shown, function, expected, got);
}

const char *tc_check_string(lua_State *L, int index, const char *function, size_t *length)
{
    if (lua_type(L, index) != LUA_TSTRING)
        tc_argument_error(L, index, index, function, "string");
    return lua_tolstring(L, index, length);
}

void *tc_check_self(lua_State *L, int metatable, const char *function, const char *type)
{
    void *const self = lua_touserdata(L, 1);
    if (self == NULL || !lua_getmetatable(L, 1) || !lua_rawequal(L, -1, lua_upvalueindex(metatable)))
        tc_argument_error(L, 1, 0, function, type);
    lua_pop(L, 1);
    return self;
}
