/*
** sequences_host.c - runs a script in a Lua state whose allocations fail when the script asks for it.
**
** usage: sequences_host script.lua argument...
**
** The script finds failing_call(n, width, f, ...): pcall(f, ...) in which width allocations fail, from the n-th on. It
** is nil where Lua does not accept an allocator from its host.
*/
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>

#include "../checks/memory/failing_allocator.h"

static failing_allocator allocator;

static int failing_call(lua_State *L)
{
    const unsigned long n = (unsigned long)luaL_checkinteger(L, 1), width = (unsigned long)luaL_checkinteger(L, 2);
    allocator_arm(&allocator, n, width);
    const int status = lua_pcall(L, lua_gettop(L) - 3, LUA_MULTRET, 0);
    allocator_disarm(&allocator);
    lua_pushboolean(L, status == 0);
    lua_replace(L, 1);
    lua_remove(L, 2);
    return lua_gettop(L);
}

static lua_State *open_state(void)
{
    lua_State *L = lua_newstate(allocator_call, &allocator);
    if (L == NULL) {
        L = luaL_newstate();
        luaL_openlibs(L);
        return L;
    }
    luaL_openlibs(L);
    lua_register(L, "failing_call", failing_call);
    return L;
}

int main(int argc, char **argv)
{
    lua_State *const L = open_state();
    lua_createtable(L, argc, 0);
    for (int i = 1; i < argc; ++i) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i - 1);
    }
    lua_setglobal(L, "arg");
    const int status = argc > 1 ? luaL_loadfile(L, argv[1]) || lua_pcall(L, 0, 0, 0) : 1;
    if (status != 0)
        fprintf(stderr, "%s: %s\n", argv[0], argc > 1 ? lua_tostring(L, -1) : "which script?");
    lua_close(L);
    if (status == 0 && (allocator.blocks != 0 || allocator.bytes != 0))
        fprintf(stderr, "%s: %zu blocks are lost\n", argv[0], allocator.blocks);
    return status != 0 || allocator.blocks != 0;
}
