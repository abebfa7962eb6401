/*
** lua_scanner.c - scanners: the verdict on a body that comes in chunks, in constant memory.
*/
#include "lua_error.h"

#include <string.h>

#include "lua_arguments.h"

/* What is kept of the texts before more room is asked for: enough for all but long messages. */
enum { CODE_ROOM = 96, MESSAGE_ROOM = 224, REQUEST_ID_ROOM = 64, MIN_ROOM = 64 };

typedef enum {
    READING,
    FAILED,   /* no chunk can change the verdict any more */
    FINISHED, /* finish was called */
    BROKEN    /* an error was raised in the midst of a chunk */
} tc_scanner_state;

/*
** Invariant: between calls the envelope points into no chunk. Its texts are in rooms, or, if they have grown, in
** userdata that the scanner holds in a table (has_table).
*/
typedef struct {
    tc_envelope envelope;
    tc_scanner_state state;
    bool truncated; /* of the last verdict */
    bool has_table;
    char rooms[CODE_ROOM + MESSAGE_ROOM + REQUEST_ID_ROOM];
} tc_scanner;

static tc_scanner *check_scanner(lua_State *L, const char *function)
{
    return (tc_scanner *)tc_check_self(L, TC_UP_SCANNER_METATABLE, function, "scanner");
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
    static const size_t sizes[TC_TEXTS] = {CODE_ROOM, MESSAGE_ROOM, REQUEST_ID_ROOM}; /* 0 of the others */
    tc_scanner *const s = (tc_scanner *)lua_newuserdatauv(L, sizeof *s, 1);
    char *room = s->rooms;
    s->has_table = false;
    for (int i = 0; i < TC_TEXTS; ++i) {
        s->envelope.texts[i].bytes = room;
        s->envelope.texts[i].capacity = sizes[i];
        room += sizes[i];
    }
    lua_pushvalue(L, lua_upvalueindex(TC_UP_SCANNER_METATABLE));
    lua_setmetatable(L, -2);
    return reset(L, s);
}

/* Gives a text twice the room, or all that its limit allows. The scanner is at index 1. */
static void enlarge(lua_State *L, tc_scanner *s, tc_text *t)
{
    const size_t most = s->envelope.max_field + TC_TEXT_SLACK;
    const size_t wanted = t->capacity == 0 ? MIN_ROOM : 2 * t->capacity;
    const size_t room = wanted < most ? wanted : most;
    if (!s->has_table) {
        lua_newtable(L);
        lua_setiuservalue(L, 1, 1);
        s->has_table = true;
    }
    lua_getiuservalue(L, 1, 1);
    char *const bytes = (char *)lua_newuserdatauv(L, room, 0);
    if (t->length > 0)
        memcpy(bytes, t->bytes, t->length);
    lua_rawseti(L, -2, (int)(t - s->envelope.texts) + 1);
    lua_pop(L, 1);
    t->bytes = bytes;
    t->capacity = room;
}

static int push_verdict(lua_State *L, tc_scanner *s)
{
    const tc_verdict v = tc_envelope_finish(&s->envelope);
    s->truncated = tc_envelope_truncated(&s->envelope, &v);
    if (v.outcome != TC_SUCCESS)
        return tc_push_failure(L, &s->envelope, &v, 0, 0);
    tc_push_field(L, &s->envelope, v.request_id);
    return 1;
}

static int check_unbroken(lua_State *L, const tc_scanner *s)
{
    return s->state != BROKEN ? 0 : luaL_error(L, "the scanner was interrupted by an error: reset it");
}

/* scanner:feed(chunk) */
static int scanner_feed(lua_State *L)
{
    tc_scanner *const s = check_scanner(L, "feed");
    size_t length;
    if (lua_type(L, 2) != LUA_TSTRING)
        return tc_argument_error(L, 2, 1, "feed", "string");
    const char *const chunk = lua_tolstring(L, 2, &length);
    check_unbroken(L, s);
    if (s->state == FINISHED)
        return luaL_error(L, "feed after finish: reset the scanner first");
    if (s->state == READING) {
        tc_scan_status status;
        s->state = BROKEN;
        tc_scan_feed(&s->envelope.scan, chunk, length);
        while ((status = tc_envelope_read(&s->envelope)) == TC_SCAN_FULL)
            enlarge(L, s, s->envelope.full);
        tc_scan_feed(&s->envelope.scan, "", 0);
        s->state = status == TC_SCAN_ERROR ? FAILED : READING;
    }
    if (s->state == FAILED)
        return push_verdict(L, s);
    lua_pushboolean(L, true);
    return 1;
}

/* scanner:finish() */
static int scanner_finish(lua_State *L)
{
    tc_scanner *const s = check_scanner(L, "finish");
    check_unbroken(L, s);
    s->state = FINISHED;
    return push_verdict(L, s);
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

static int scanner_tostring(lua_State *L)
{
    const tc_scanner *const s = check_scanner(L, "tostring");
    lua_pushfstring(L, "tencentcloud.scanner: %p", (const void *)s);
    return 1;
}

const luaL_Reg tc_scanner_metamethods[] = {{"__tostring", scanner_tostring}, {NULL, NULL}};

const luaL_Reg tc_scanner_methods[] = {
    {"feed", scanner_feed}, {"finish", scanner_finish}, {"reset", scanner_reset}, {"truncated", scanner_truncated},
    {NULL, NULL},
};
