/*
** lua_scanner.c - scanners: the verdict on a body that comes in chunks, in constant memory.
**
** What may run a finalizer that calls the same scanner: push_verdict and enlarge_full, which tc_use calls, and
** scanner_tostring, which has read all it needs by then. reset, truncated and the scan itself allocate nothing.
*/
#include <string.h>

#include "lua_error.h"

/* Bytes for each kept field before more are asked for: enough for all but long messages. */
enum { CODE_CAPACITY = 96, MESSAGE_CAPACITY = 224, REQUEST_ID_CAPACITY = 64, MIN_CAPACITY = 64 };

typedef enum {
    READING,
    FAILED,     /* no chunk can change the verdict any more */
    FINISHED,   /* finish was called */
    INTERRUPTED /* an error was raised amid a chunk */
} tc_scanner_state;

/*
** Invariant: between calls the envelope points into no chunk. Its fields are in buffers, or, once they have outgrown
** them, in userdata that the scanner's user value holds, a table (has_table).
*/
typedef struct {
    tc_envelope envelope;
    tc_scanner_state state;
    bool in_use;
    bool truncated; /* of the last verdict */
    bool has_table;
    char buffers[CODE_CAPACITY + MESSAGE_CAPACITY + REQUEST_ID_CAPACITY];
} tc_scanner;

/* The scanner at index 1, which no other call is using. */
static tc_scanner *check_scanner(lua_State *L, const char *function)
{
    tc_scanner *const s = (tc_scanner *)tc_check_self(L, function, "scanner");
    tc_check_idle(L, s->in_use, "scanner");
    return s;
}

static int reset(lua_State *L, tc_scanner *s)
{
    const tc_options *const options = tc_get_options(L);
    tc_envelope_init_chunked(&s->envelope, TC_FORM_BODY, options->max_depth, options->max_field);
    s->state = READING;
    s->truncated = false;
    return 1;
}

int tc_new_scanner(lua_State *L)
{
    static const size_t capacities[TC_TEXTS] = {CODE_CAPACITY, MESSAGE_CAPACITY, REQUEST_ID_CAPACITY}; /* others 0 */
    tc_scanner *const s = (tc_scanner *)lua_newuserdatauv(L, sizeof *s, 1);
    char *buffer = s->buffers;
    s->in_use = s->has_table = false;
    for (int i = 0; i < TC_TEXTS; ++i) {
        s->envelope.texts[i].bytes = buffer;
        s->envelope.texts[i].capacity = capacities[i];
        buffer += capacities[i];
    }
    lua_pushvalue(L, lua_upvalueindex(TC_UP_CLASS));
    lua_setmetatable(L, -2);
    return reset(L, s);
}

/* Gives the scanner, at index 1, twice the capacity for the field that is full, or all that its limit allows. */
static int enlarge_full(lua_State *L)
{
    tc_scanner *const s = (tc_scanner *)lua_touserdata(L, 1);
    tc_text *const full = s->envelope.full;
    const size_t max = s->envelope.max_field + TC_TEXT_SLACK;
    const size_t wanted = full->capacity == 0 ? MIN_CAPACITY : 2 * full->capacity;
    const size_t capacity = wanted < max ? wanted : max;
    if (!s->has_table) {
        lua_newtable(L);
        lua_setiuservalue(L, 1, 1);
        s->has_table = true;
    }
    lua_getiuservalue(L, 1, 1);
    char *const bytes = (char *)lua_newuserdatauv(L, capacity, 0);
    if (full->length > 0)
        memcpy(bytes, full->bytes, full->length);
    lua_rawseti(L, -2, (int)(full - s->envelope.texts) + 1);
    full->bytes = bytes;
    full->capacity = capacity;
    return 0;
}

/* Pushes the verdict of the scanner at index 1. */
static int push_verdict(lua_State *L)
{
    tc_scanner *const s = (tc_scanner *)lua_touserdata(L, 1);
    const tc_verdict v = tc_envelope_finish(&s->envelope);
    s->truncated = tc_envelope_truncated(&s->envelope, &v);
    if (v.outcome != TC_SUCCESS)
        return tc_push_failure(L, &s->envelope, &v, 0, 0);
    tc_push_field(L, &s->envelope, v.request_id);
    return 1;
}

static void check_uninterrupted(lua_State *L, const tc_scanner *s)
{
    if (s->state == INTERRUPTED)
        luaL_error(L, "the scanner was interrupted by an error: reset it");
}

/* Reads a chunk. An error that is raised meanwhile leaves the scanner interrupted. */
static void read_chunk(lua_State *L, tc_scanner *s, const char *chunk, size_t length)
{
    tc_scan_status status;
    s->state = INTERRUPTED;
    tc_scan_feed(&s->envelope.scan, chunk, length);
    while ((status = tc_envelope_read(&s->envelope)) == TC_SCAN_FULL)
        tc_use(L, &s->in_use, enlarge_full);
    tc_scan_feed(&s->envelope.scan, "", 0);
    s->state = status == TC_SCAN_ERROR ? FAILED : READING;
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
        return tc_use(L, &s->in_use, push_verdict);
    lua_pushboolean(L, true);
    return 1;
}

/* scanner:finish() */
static int scanner_finish(lua_State *L)
{
    tc_scanner *const s = check_scanner(L, "finish");
    check_uninterrupted(L, s);
    s->state = FINISHED;
    return tc_use(L, &s->in_use, push_verdict);
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
    lua_pushboolean(L, s->truncated);
    return 1;
}

/* Reads nothing that changes, so it works while the scanner is in use, too: a debugger may call it at any time. */
static int scanner_tostring(lua_State *L)
{
    lua_pushfstring(L, "tencentcloud.scanner: %p", tc_check_self(L, "tostring", "scanner"));
    return 1;
}

const luaL_Reg tc_scanner_methods[] = {
    {"feed", scanner_feed},
    {"finish", scanner_finish},
    {"reset", scanner_reset},
    {"truncated", scanner_truncated},
    {"__tostring", scanner_tostring},
    {NULL, NULL},
};
