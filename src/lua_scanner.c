/*
** lua_scanner.c - see lua_scanner.h.
**
** A finalizer that calls the same scanner may run in what tc_use calls, and in scanner_tostring, which has read all it
** needs by then. reset, truncated and the scan itself allocate nothing.
*/
#include "lua_scanner.h"

#include "lua_response.h"

typedef enum {
    READING,
    FAILED,     /* no chunk can change the verdict any more */
    FINISHED,   /* finish was called */
    INTERRUPTED /* an error was raised within a chunk */
} tc_scanner_state;

typedef struct {
    tc_lua_response response; /* first: see lua_response.h */
    tc_scanner_state state;
    tc_nature declared; /* by the Content-Type */
} tc_scanner;

/* The scanner at index 1, which no other call is using. */
static tc_scanner *check_scanner(lua_State *L, const char *function)
{
    tc_scanner *const s = (tc_scanner *)tc_check_self(L, function, "scanner");
    tc_check_idle(L, s->response.in_use, "scanner");
    return s;
}

static int reset(lua_State *L, tc_scanner *s)
{
    tc_reset_response(L, &s->response, s->declared, SIZE_MAX);
    s->state = READING;
    return 1;
}

/* What the option content_type of scanner says that the response is. */
static tc_nature check_content_type(lua_State *L)
{
    static const char *const names[] = {"content_type", NULL};
    tc_check_options(L, "scanner", names);
    tc_push_option(L, "content_type");
    if (!lua_isnil(L, -1) && lua_type(L, -1) != LUA_TSTRING)
        tc_option_error(L, "scanner", "content_type", "string or nil");
    size_t length;
    const char *const type = lua_tolstring(L, -1, &length);
    if (type == NULL || length == 0)
        return TC_UNDECIDED;
    return tc_is_event_stream(type, length) ? TC_IS_STREAM : TC_IS_BODY;
}

int tc_new_scanner(lua_State *L)
{
    tc_check_dot(L, "scanner");
    const tc_nature declared = check_content_type(L);
    tc_scanner *const s = (tc_scanner *)lua_newuserdatauv(L, sizeof *s, 1);
    tc_give_buffers(&s->response);
    s->declared = declared;
    lua_pushvalue(L, lua_upvalueindex(TC_UP_CLASS));
    lua_setmetatable(L, -2);
    return reset(L, s);
}

static void check_uninterrupted(lua_State *L, const tc_scanner *s)
{
    if (s->state == INTERRUPTED)
        luaL_error(L, "the scanner was interrupted by an error: reset it");
}

/* Reads what was fed; the events in it are of no interest here. */
static void read_all(lua_State *L, tc_scanner *s)
{
    while (tc_read_on(L, &s->response) != TC_READ_MORE)
        ;
}

/* Reads a chunk. An error that is raised meanwhile leaves the scanner interrupted. */
static void read_chunk(lua_State *L, tc_scanner *s, const char *chunk, size_t length)
{
    s->state = INTERRUPTED;
    tc_response_feed(&s->response.scan, chunk, length);
    read_all(L, s);
    s->state = tc_response_failed(&s->response.scan) ? FAILED : READING;
}

/* scanner:feed(chunk) */
static int scanner_feed(lua_State *L)
{
    tc_scanner *const s = check_scanner(L, "feed");
    size_t length;
    if (lua_type(L, 2) != LUA_TSTRING)
        return tc_argument_error(L, 2, 1, "feed", "string");
    const char *const chunk = lua_tolstring(L, 2, &length);
    check_uninterrupted(L, s);
    if (s->state == FINISHED)
        return luaL_error(L, "feed after finish: reset the scanner first");
    if (s->state == READING)
        read_chunk(L, s, chunk, length);
    if (s->state == FAILED)
        return tc_use(L, &s->response.in_use, tc_push_verdict);
    lua_pushboolean(L, true);
    return 1;
}

/* scanner:finish() */
static int scanner_finish(lua_State *L)
{
    tc_scanner *const s = check_scanner(L, "finish");
    check_uninterrupted(L, s);
    if (s->state == READING) {
        s->state = INTERRUPTED;
        tc_response_end(&s->response.scan);
        read_all(L, s);
    }
    s->state = FINISHED;
    return tc_use(L, &s->response.in_use, tc_push_verdict);
}

/* scanner:reset() */
static int scanner_reset(lua_State *L)
{
    tc_scanner *const s = check_scanner(L, "reset");
    lua_settop(L, 1);
    return reset(L, s);
}

/* scanner:truncated() */
static int scanner_truncated(lua_State *L)
{
    const tc_scanner *const s = check_scanner(L, "truncated");
    lua_pushboolean(L, s->response.truncated);
    return 1;
}

/* Reads nothing that changes, so it works while the scanner is in use, too: a debugger may call it at any time. */
static int scanner_tostring(lua_State *L)
{
    lua_pushfstring(L, "tencentcloud.scanner: %p", tc_check_self(L, "tostring", "scanner"));
    return 1;
}

const luaL_Reg tc_scanner_methods[] = {
    {"feed", scanner_feed},           {"finish", scanner_finish},       {"reset", scanner_reset},
    {"truncated", scanner_truncated}, {"__tostring", scanner_tostring}, {NULL, NULL},
};
