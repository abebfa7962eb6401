/*
** threads_test.c - two Lua states in two threads do the same work at the same time, under the thread sanitizer.
**
** Lua itself is not instrumented; the module is, and it is linked in.
*/
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdio.h>

enum { THREADS = 2, STATES = 3 };

int luaopen_tencentcloud_response_core(lua_State *L);

static pthread_barrier_t all_ready;

/* Runs the script in a state of its own; not 0 if it raises. */
static int run(const char *script)
{
    lua_State *const L = luaL_newstate();
    luaL_openlibs(L);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(L, luaopen_tencentcloud_response_core);
    lua_setfield(L, -2, "tencentcloud.response.core");
    pthread_barrier_wait(&all_ready);
    const int failed = luaL_dofile(L, script);
    if (failed)
        printf("FAILED %s\n", lua_tostring(L, -1));
    lua_close(L);
    return failed;
}

static void *work(void *script)
{
    int failed = 0;
    for (int i = 0; i < STATES; ++i)
        failed += run((const char *)script);
    return failed == 0 ? NULL : script;
}

/* A state that keeps lua-cjson loaded: unloading it would look like a race of the two that used it. */
static lua_State *load_cjson(void)
{
    lua_State *const L = luaL_newstate();
    luaL_openlibs(L);
    if (luaL_dostring(L, "require 'cjson'"))
        printf("%s\n", lua_tostring(L, -1));
    return L;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    int failed = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: %s script.lua\n", argv[0]);
        return 2;
    }
    lua_State *const keeper = load_cjson();
    pthread_barrier_init(&all_ready, NULL, THREADS);
    for (int i = 0; i < THREADS; ++i)
        if (pthread_create(&threads[i], NULL, work, argv[1]) != 0)
            return 2;
    for (int i = 0; i < THREADS; ++i) {
        void *result;
        pthread_join(threads[i], &result);
        failed += result != NULL;
    }
    lua_close(keeper);
    printf("%d passed, %d failed\n", THREADS - failed, failed);
    return failed != 0;
}
