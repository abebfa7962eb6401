/*
** driver.c - runs a script in Lua 5.4 under callgrind.
**
** The script's global count(name, f) calls f and makes callgrind write the instructions of the call, and of nothing
** else, under that name. It returns what f returned.
*/
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <valgrind/callgrind.h>

static int count(lua_State *L)
{
    const char *const name = luaL_checkstring(L, 1);
    lua_settop(L, 2);
    CALLGRIND_TOGGLE_COLLECT;
    const int status = lua_pcall(L, 0, 1, 0);
    CALLGRIND_TOGGLE_COLLECT;
    CALLGRIND_DUMP_STATS_AT(name);
    return status == LUA_OK ? 1 : lua_error(L);
}

int main(int argc, char **argv)
{
    lua_State *const L = luaL_newstate();
    luaL_openlibs(L);
    lua_register(L, "count", count);
    if (argc != 2 || luaL_dofile(L, argv[1])) {
        fprintf(stderr, "%s\n", argc != 2 ? "usage: driver script.lua" : lua_tostring(L, -1));
        return 1;
    }
    lua_close(L);
    return 0;
}
