/*
** host.c - runs a Lua script, as `lua script argument...` does, with every block of the Lua heap from malloc.
**
** So valgrind knows where each string and userdata begins and ends: LuaJIT's own allocator would hide that. LuaJIT runs
** only its interpreter, because valgrind cannot tell a trace's speculative reads from wrong ones.
*/
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>

#if LUA_VERSION_NUM == 501
#include <luajit.h>
#endif

static void *allocate(void *context, void *block, size_t old_size, size_t size)
{
    (void)context;
    (void)old_size;
    if (size > 0)
        return realloc(block, size);
    free(block);
    return NULL;
}

static void set_arguments(lua_State *L, int count, char **values)
{
    lua_createtable(L, count, 1);
    for (int i = 0; i < count; ++i) {
        lua_pushstring(L, values[i]);
        lua_rawseti(L, -2, i);
    }
    lua_setglobal(L, "arg");
}

int main(int argc, char **argv)
{
    lua_State *const L = argc > 1 ? lua_newstate(allocate, NULL) : NULL;
    if (L == NULL) {
        fputs("usage: host script.lua [argument...]\n", stderr);
        return 2;
    }
    luaL_openlibs(L);
#if defined(LUAJIT_VERSION_NUM)
    luaJIT_setmode(L, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
#endif
    set_arguments(L, argc - 1, argv + 1);
    int status = luaL_loadfile(L, argv[1]);
    for (int i = 2; i < argc && status == 0; ++i)
        lua_pushstring(L, argv[i]);
    if (status == 0)
        status = lua_pcall(L, argc - 2, 0, 0);
    if (status != 0)
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
    lua_close(L);
    return status != 0;
}
