/*
** host.c - runs cases in a Lua state in which the n-th allocation fails, for every n.
**
** usage: host cases.lua stride
**
** The file returns a list of cases {name =, prepare =, run =, recover =, fresh =} and a function show. For every n:
** prepare() makes an object; run(object) meets the failure: it gives what it always gives, or raises "not enough
** memory"; then run(object) succeeds. show(...) makes a text of what run returned. A fresh case has a state of its own
** for every n, and recover() undoes what the failure left behind. When a state is closed, all memory must be freed.
** Because this takes long, every n is tried only with a stride of 1.
*/
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failing_allocator.h"

#if LUA_VERSION_NUM < 502
#define lua_rawlen lua_objlen
#endif

/* What fails: one request (Lua collects and asks again), or the second try as well, or every further request. */
static const unsigned long widths[] = {1, 2, REFUSE_ALL};

enum { CASES = 1, SHOW, CASE, EXPECTED, OBJECT, TOP = OBJECT }; /* the stack */

typedef struct {
    const char *file;
    lua_State *L;
    bool counts_bytes; /* LuaJIT itself frees a wrong size after one of its own lists could not grow */
    failing_allocator allocator;
} host;

static int failed;

static void complain(const char *name, unsigned long n, const char *what, const char *detail)
{
    printf("FAILED %s: request %lu: %s: %s\n", name, n, what, detail);
    ++failed;
}

/* ---- the state ---- */

static void stop(host *h, const char *what)
{
    printf("FAILED %s: %s\n", what, lua_tostring(h->L, -1));
    exit(1);
}

static void open_state(host *h)
{
    memset(&h->allocator, 0, sizeof h->allocator);
    h->L = lua_newstate(allocator_call, &h->allocator);
    if (h->L == NULL)
        return;
    luaL_openlibs(h->L);
    lua_getglobal(h->L, "jit");
    h->counts_bytes = lua_isnil(h->L, -1);
    lua_settop(h->L, 0);
    if (luaL_loadfile(h->L, h->file) != 0 || lua_pcall(h->L, 0, 2, 0) != 0)
        stop(h, h->file);
    lua_checkstack(h->L, 1000);
}

static void close_state(host *h, const char *name, unsigned long n)
{
    char balance[64];
    lua_close(h->L);
    snprintf(balance, sizeof balance, "%zu blocks, %zu bytes", h->allocator.blocks, h->allocator.bytes);
    if (h->allocator.blocks != 0 || (h->counts_bytes && h->allocator.bytes != 0))
        complain(name, n, "lost", balance);
}

/* ---- a case ---- */

/* Calls the case's function of that name on the object, pushes what it returns. True if it raised nothing. */
static bool call(host *h, const char *function, int results)
{
    lua_State *const L = h->L;
    lua_getfield(L, CASE, function);
    lua_pushvalue(L, OBJECT);
    return lua_pcall(L, 1, results, 0) == 0;
}

/* Replaces what is above the object by a text that shows it. */
static void show(host *h)
{
    lua_State *const L = h->L;
    lua_pushvalue(L, SHOW);
    lua_insert(L, TOP + 1);
    if (lua_pcall(L, lua_gettop(L) - TOP - 1, 1, 0) != 0)
        stop(h, "show");
}

static void prepare(host *h)
{
    lua_State *const L = h->L;
    lua_settop(L, EXPECTED);
    lua_getfield(L, CASE, "prepare");
    if (lua_pcall(L, 0, 1, 0) != 0)
        stop(h, "prepare");
    lua_gc(L, LUA_GCCOLLECT, 0);
}

/* Opens the state if there is none, and puts the case and its expected result on the stack. */
static void begin(host *h, int index)
{
    if (h->L == NULL)
        open_state(h);
    lua_settop(h->L, SHOW);
    lua_rawgeti(h->L, CASES, index);
    lua_pushnil(h->L);
}

static void expect(host *h, const char *name)
{
    prepare(h);
    if (!call(h, "run", LUA_MULTRET))
        stop(h, name);
    show(h);
    lua_replace(h->L, EXPECTED);
}

static bool is_memory_error(lua_State *L)
{
    static const char words[] = "not enough memory";
    size_t length;
    const char *const message = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    return message != NULL && length >= sizeof words - 1 && strcmp(message + length - sizeof words + 1, words) == 0;
}

/* Runs the case without a failure; its result must be the expected text. */
static void run_well(host *h, const char *name, unsigned long n, const char *when, const char *expected)
{
    const bool fine = call(h, "run", LUA_MULTRET);
    if (fine)
        show(h);
    if (!fine || strcmp(lua_tostring(h->L, -1), expected) != 0)
        complain(name, n, when, lua_tostring(h->L, -1));
    lua_settop(h->L, TOP);
}

/* Runs the case with failures from the n-th request on. False if it makes fewer requests. */
static bool run_failing(host *h, const char *name, unsigned long n, unsigned long width, const char *expected)
{
    lua_State *const L = h->L;
    prepare(h);
    lua_getfield(L, CASE, "run");
    lua_pushvalue(L, OBJECT);
    allocator_arm(&h->allocator, n, width);
    const bool fine = lua_pcall(L, 1, LUA_MULTRET, 0) == 0;
    allocator_disarm(&h->allocator);
    const bool refused = h->allocator.refused;
    if (fine) {
        show(h);
        if (strcmp(lua_tostring(L, -1), expected) != 0)
            complain(name, n, "other values", lua_tostring(L, -1));
    } else if (!refused || !is_memory_error(L)) {
        complain(name, n, "raised", lua_tostring(L, -1));
    }
    lua_settop(L, TOP);
    if (!fine && !call(h, "recover", 0))
        complain(name, n, "recovering", lua_tostring(L, -1));
    lua_settop(L, TOP);
    run_well(h, name, n, "afterwards", expected);
    return refused;
}

/* From one n to the next: by strides where each has its own state, else from stride to stride more rarely. */
static unsigned long step(unsigned long n, unsigned long stride, bool fresh)
{
    return fresh || stride == 1 ? stride : 1 + n / (2 * stride);
}

static bool is_fresh(host *h)
{
    lua_getfield(h->L, CASE, "fresh");
    const bool fresh = lua_toboolean(h->L, -1);
    lua_pop(h->L, 1);
    return fresh;
}

/* A copy of the case's field or of the text at EXPECTED. */
static char *copy_text(host *h, const char *field)
{
    lua_pushvalue(h->L, EXPECTED);
    if (field != NULL)
        lua_getfield(h->L, CASE, field);
    size_t length;
    const char *const text = lua_tolstring(h->L, -1, &length);
    char *const copy = (char *)malloc(length + 1);
    if (copy == NULL)
        abort();
    memcpy(copy, text, length + 1);
    lua_settop(h->L, EXPECTED);
    return copy;
}

static void run_case(const char *file, int index, unsigned long width, unsigned long stride)
{
    host h = {file, NULL, true, {0}};
    const int failed_before = failed;
    begin(&h, index);
    char *const name = copy_text(&h, "name");
    expect(&h, name);
    char *const expected = copy_text(&h, NULL);
    const bool fresh = is_fresh(&h);
    unsigned long n = 1;
    bool refused = true;
    for (; refused && failed - failed_before < 5; n += step(n, stride, fresh)) {
        if (fresh && h.L != NULL) {
            close_state(&h, name, n);
            h.L = NULL;
        }
        begin(&h, index);
        refused = run_failing(&h, name, n, width, expected);
    }
    close_state(&h, name, n);
    if (failed == failed_before)
        printf("ok     %s: up to request %lu, %s\n", name, n - 2,
               width == 1 ? "one refused" : width == 2 ? "two refused" : "all refused from then on");
    free(name);
    free(expected);
}

static int count_cases(const char *file)
{
    host h = {file, NULL, true, {0}};
    open_state(&h);
    if (h.L == NULL)
        return 0;
    const int count = (int)lua_rawlen(h.L, CASES);
    close_state(&h, file, 0);
    return count;
}

int main(int argc, char **argv)
{
    const int widths_count = (int)(sizeof widths / sizeof widths[0]);
    const unsigned long stride = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (stride == 0) {
        fprintf(stderr, "usage: %s cases.lua stride\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    const int cases = count_cases(argv[1]);
    if (cases == 0) {
        printf("skipped: this Lua accepts no allocator from its host\n0 passed, 0 failed, 1 skipped\n");
        return 0;
    }
    int failed_runs = 0;
    for (int i = 1; i <= cases; ++i) {
        for (int w = 0; w < widths_count; ++w) {
            const int before = failed;
            run_case(argv[1], i, widths[w], stride);
            failed_runs += failed > before;
        }
    }
    printf("%d passed, %d failed\n", cases * widths_count - failed_runs, failed_runs);
    return failed_runs != 0;
}
