/*
** lua_fuzz.c - a libFuzzer target: spec/fuzz/agree.lua compares the ways to read a body with each other, in Lua 5.4.
** Core and binding are linked in, so that the fuzzer sees their branches.
*/
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int luaopen_tencentcloud_response_core(lua_State *L);

static lua_State *state;

static void give_up(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, lua_tostring(state, -1));
    abort();
}

static void close_state(void)
{
    lua_close(state);
}

static void open_state(void)
{
    state = luaL_newstate();
    luaL_openlibs(state);
    luaL_getsubtable(state, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(state, luaopen_tencentcloud_response_core);
    lua_setfield(state, -2, "tencentcloud.response.core");
    lua_pop(state, 1);
    if (luaL_dofile(state, "spec/fuzz/agree.lua"))
        give_up("agree.lua");
    atexit(close_state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    if (state == NULL)
        open_state();
    lua_pushvalue(state, -1);
    lua_pushlstring(state, (const char *)data, length);
    if (lua_pcall(state, 1, 0, 0) != LUA_OK)
        give_up("the readers disagree");
    return 0;
}
