/*
** self_test.c - a C module that breaks the rules of Lua's stack, to see that apicheck.h notices.
*/
#include "apicheck.h"

/* push(n, asked): pushes n values, after asking for room for so many. */
static int push(lua_State *L)
{
    const int n = (int)lua_tointegerx(L, 1, NULL), asked = (int)lua_tointegerx(L, 2, NULL);
    lua_settop(L, 0);
    if (asked > 0)
        luaL_checkstack(L, asked, NULL);
    for (int i = 0; i < n; ++i)
        lua_pushnil(L);
    return 0;
}

/* take(n): takes n values of none. */
static int take(lua_State *L)
{
    const int n = (int)lua_tointegerx(L, 1, NULL);
    lua_settop(L, 0);
    lua_settop(L, -n - 1);
    return 0;
}

int luaopen_self_test(lua_State *L);

int luaopen_self_test(lua_State *L)
{
    lua_createtable(L, 0, 2);
    lua_pushcclosure(L, push, 0);
    lua_setfield(L, -2, "push");
    lua_pushcclosure(L, take, 0);
    lua_setfield(L, -2, "take");
    return 1;
}
