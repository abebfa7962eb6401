/*
** lua_stream.c - see lua_stream.h.
**
** Everything that may run a finalizer that calls the same stream is done by tc_use. A stream reads the chunks that it
** was fed in turn, up to the next event each time, and holds those that a loop has left unread.
*/
#include "lua_stream.h"

#include <string.h>

#include "lua_document.h"
#include "lua_event.h"
#include "lua_response.h"

/* The default of max_event. */
enum { DEFAULT_MAX_EVENT = 16 * 1024 * 1024 };

/* The largest event for which memory is made before it is read. */
enum { MAX_PREPARED = 4096 };

/* What is gathered of the event under way, by the fields of tc_event_stream, and the id of the last event. */
enum { LAST_ID = TC_EVENT_NO_FIELD, GATHERED };

/* The keys of the user value, a table, besides those of the texts (lua_response.h). */
enum { GIVEN_ID = TC_TEXTS + 1, FIRST_GATHERED, FIRST_CHUNK = FIRST_GATHERED + GATHERED };

typedef enum {
    READING,
    ENDED,      /* feed(nil) was called */
    FINISHED,   /* finish was called */
    INTERRUPTED /* an error was raised within an event */
} tc_stream_state;

/* Bytes in a userdata in the user value. */
typedef struct {
    char *bytes;
    size_t length, capacity;
} tc_gathered;

typedef struct {
    tc_lua_response response; /* first: see lua_response.h */
    tc_stream_state state;
    size_t max_event;
    int first, last; /* the chunks that are not read to their end have the keys FIRST_CHUNK + first .. last - 1 */
    bool reading;    /* the scan was fed the first of them, or the end */
    bool has_piece;  /* the data of the event under way is piece, part of the chunk; nothing of it is gathered */
    tc_span piece;
    tc_gathered gathered[GATHERED];
    tc_gathered *full; /* for enlarge: what to enlarge, and to what at least */
    size_t needed;
    size_t room;        /* what the next event may need, by the last one's size; 0: unknown or over MAX_PREPARED */
    size_t last_length; /* of the last event's data */
    tc_entry tape[TC_SMALL_TAPE]; /* of the last event; those that need more are read again on request */
} tc_stream;

static tc_stream *check_self(lua_State *L, const char *function)
{
    return (tc_stream *)tc_check_self(L, function, "stream");
}

/* Can it go on? */
static void check_state(lua_State *L, const tc_stream *s)
{
    tc_check_idle(L, s->response.in_use, "stream");
    if (s->state == INTERRUPTED)
        luaL_error(L, "the stream was interrupted by an error: reset it");
}

static tc_stream *check_stream(lua_State *L, const char *function)
{
    tc_stream *const s = check_self(L, function);
    check_state(L, s);
    return s;
}

/* ---- making streams ---- */

static size_t check_max_event(lua_State *L)
{
    tc_push_option(L, "max_event");
    if (lua_isnil(L, -1))
        return DEFAULT_MAX_EVENT;
    const lua_Number value = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
    if (!(value >= 1 && value <= TC_EVENT_MAX) || value != (lua_Number)(size_t)value)
        tc_option_error(L, "stream", "max_event", "an integer from 1 to 1073741824");
    return (size_t)value;
}

/* Takes the RequestId that the stream was given for that of an event before the first. */
static void use_given_id(lua_State *L, tc_stream *s)
{
    tc_span id;
    lua_getiuservalue(L, 1, 1);
    lua_rawgeti(L, -1, GIVEN_ID);
    id.bytes = lua_tolstring(L, -1, &id.length);
    tc_envelope_set_seen(&s->response.scan.envelope, id);
    lua_pop(L, 2);
}

/* Forgets the event under way. */
static void forget(tc_stream *s)
{
    s->has_piece = false;
    s->gathered[TC_EVENT_DATA].length = s->gathered[TC_EVENT_NAME].length = 0;
}

/* The stream is at index 1. */
static void reset(lua_State *L, tc_stream *s)
{
    tc_reset_response(L, &s->response, TC_IS_STREAM, s->max_event);
    tc_response_record(&s->response.scan, s->tape, TC_SMALL_TAPE);
    use_given_id(L, s);
    lua_getiuservalue(L, 1, 1);
    for (; s->first < s->last; ++s->first) {
        lua_pushnil(L);
        lua_rawseti(L, -2, FIRST_CHUNK + s->first);
    }
    lua_pop(L, 1);
    s->first = s->last = 0;
    s->reading = false;
    s->state = READING;
    s->room = s->last_length = 0;
    forget(s);
    s->gathered[LAST_ID].length = 0;
}

/* Pushes the option request_id, or "". */
static void push_request_id(lua_State *L)
{
    tc_push_option(L, "request_id");
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushliteral(L, "");
    }
    if (lua_type(L, -1) != LUA_TSTRING)
        tc_option_error(L, "stream", "request_id", "string or nil");
}

/* Gives the stream at index 1 its user value, with the request id on top and memory to keep it in. Pops the id. */
static void give_table(lua_State *L, tc_stream *s)
{
    const size_t limit = tc_get_options(L)->max_field + TC_TEXT_SLACK;
    tc_text *const seen = &s->response.scan.envelope.texts[TC_SEEN_REQUEST_ID - TC_CODE];
    size_t length;
    lua_tolstring(L, -1, &length);
    length = length < limit ? length : limit;
    lua_newtable(L);
    lua_insert(L, -2);
    lua_rawseti(L, -2, GIVEN_ID);
    seen->capacity = length < TC_FIELD_MIN ? 2 * TC_FIELD_MIN : length;
    seen->bytes = (char *)lua_newuserdatauv(L, seen->capacity, 0);
    lua_rawseti(L, -2, TC_SEEN_REQUEST_ID - TC_CODE + 1);
    lua_setiuservalue(L, 1, 1);
    s->response.has_table = true;
}

/* stream(options) */
int tc_new_stream(lua_State *L)
{
    static const char *const names[] = {"request_id", "max_event", NULL};
    lua_settop(L, 1);
    tc_check_dot(L, "stream");
    tc_check_options(L, "stream", names);
    const size_t max_event = check_max_event(L);
    push_request_id(L);
    tc_stream *const s = (tc_stream *)lua_newuserdatauv(L, sizeof *s, 1);
    memset(s->gathered, 0, sizeof s->gathered);
    tc_give_buffers(&s->response);
    s->max_event = max_event;
    s->first = s->last = 0;
    lua_replace(L, 1);
    give_table(L, s);
    lua_settop(L, 1);
    reset(L, s);
    lua_pushvalue(L, lua_upvalueindex(TC_UP_CLASS));
    lua_setmetatable(L, 1);
    return 1;
}

/* ---- the event under way ---- */

/* Gives s->full twice its capacity, or s->needed. */
static int enlarge(lua_State *L)
{
    tc_stream *const s = (tc_stream *)lua_touserdata(L, 1);
    tc_gathered *const full = s->full;
    const size_t capacity = s->needed > 2 * full->capacity ? s->needed : 2 * full->capacity;
    lua_getiuservalue(L, 1, 1);
    char *const bytes = (char *)lua_newuserdatauv(L, capacity, 0);
    if (full->length > 0)
        memcpy(bytes, full->bytes, full->length);
    lua_rawseti(L, -2, FIRST_GATHERED + (int)(full - s->gathered));
    full->bytes = bytes;
    full->capacity = capacity;
    return 0;
}

static void gather(lua_State *L, tc_stream *s, int field, const char *bytes, size_t length)
{
    tc_gathered *const g = &s->gathered[field];
    if (length == 0)
        return;
    if (g->capacity - g->length < length) {
        s->full = g;
        s->needed = g->length + length;
        tc_use(L, &s->response.in_use, enlarge);
    }
    memcpy(g->bytes + g->length, bytes, length);
    g->length += length;
}

/* The data cannot stay a piece of the chunk. */
static void gather_piece(lua_State *L, tc_stream *s)
{
    if (s->has_piece)
        gather(L, s, TC_EVENT_DATA, s->piece.bytes, s->piece.length);
    s->has_piece = false;
}

static void take_data(lua_State *L, tc_stream *s, const tc_event_stream *e)
{
    if (!s->has_piece && s->gathered[TC_EVENT_DATA].length == 0) {
        s->piece.bytes = e->piece;
        s->piece.length = e->length;
        s->has_piece = true;
        return;
    }
    gather_piece(L, s);
    gather(L, s, TC_EVENT_DATA, e->piece, e->length);
}

/* An id that is complete is that of this event and those that follow, unless it holds a NUL. */
static void keep_id(lua_State *L, tc_stream *s)
{
    const tc_gathered *const id = &s->gathered[TC_EVENT_ID];
    if (id->length > 0 && memchr(id->bytes, '\0', id->length) != NULL)
        return;
    s->gathered[LAST_ID].length = 0;
    gather(L, s, LAST_ID, id->bytes, id->length);
}

static void take_value(lua_State *L, tc_stream *s)
{
    const tc_event_stream *const e = &s->response.scan.stream;
    if (e->field == TC_EVENT_DATA) {
        take_data(L, s, e);
        return;
    }
    if (e->begins)
        s->gathered[e->field].length = 0;
    gather(L, s, (int)e->field, e->piece, e->length);
    if (e->field == TC_EVENT_ID && e->ends)
        keep_id(L, s);
}

static tc_span piece_of(const tc_stream *s, int field)
{
    const tc_gathered *const g = &s->gathered[field];
    const tc_span p = {g->length > 0 ? g->bytes : "", g->length};
    return field == TC_EVENT_DATA && s->has_piece ? s->piece : p;
}

/* The event that has ended. */
static tc_event_parts parts_of(const tc_stream *s)
{
    const tc_response_scan *const r = &s->response.scan;
    const tc_event_parts parts = {piece_of(s, TC_EVENT_DATA), piece_of(s, TC_EVENT_NAME), piece_of(s, LAST_ID),
                                  tc_event_is_done(&r->stream), r->recorded ? &r->envelope : NULL};
    return parts;
}

static int push_event(lua_State *L)
{
    const tc_event_parts parts = parts_of((const tc_stream *)lua_touserdata(L, 1));
    lua_newuserdatauv(L, tc_event_size(&parts), 0);
    tc_make_event(L, &parts);
    return 1;
}

/* Pushes the event; or makes one of what is on top, a userdata of room bytes, if room is not 0 and suffices. */
static void give_event(lua_State *L, tc_stream *s, size_t room)
{
    const tc_event_parts parts = parts_of(s);
    const size_t size = tc_event_size(&parts);
    if (size <= room)
        tc_make_event(L, &parts);
    else
        tc_use(L, &s->response.in_use, push_event);
    s->room = size <= MAX_PREPARED ? size + size / 16 : 0;
    s->last_length = parts.data.length;
}

/* ---- reading on ---- */

/* Feeds the scan the next chunk, or the end. False if there is neither. */
static bool start_reading(lua_State *L, tc_stream *s, bool ended)
{
    size_t length;
    if (s->first < s->last) {
        lua_getiuservalue(L, 1, 1);
        lua_rawgeti(L, -1, FIRST_CHUNK + s->first);
        const char *const chunk = lua_tolstring(L, -1, &length);
        lua_pop(L, 2);
        tc_response_feed(&s->response.scan, chunk, length);
    } else if (ended && !s->response.scan.ended) {
        tc_response_end(&s->response.scan);
    } else {
        return false;
    }
    s->reading = true;
    return true;
}

/* The chunk is read to its end. */
static void drop_chunk(lua_State *L, tc_stream *s)
{
    gather_piece(L, s);
    s->reading = false;
    if (s->response.scan.ended)
        return;
    lua_getiuservalue(L, 1, 1);
    lua_pushnil(L);
    lua_rawseti(L, -2, FIRST_CHUNK + s->first);
    lua_pop(L, 1);
    if (++s->first == s->last)
        s->first = s->last = 0;
}

/* Reads on to the next event, and gives it if it is wanted. False if there is none yet. */
static bool read_event(lua_State *L, tc_stream *s, bool ended, bool wanted, size_t room)
{
    while (s->reading || start_reading(L, s, ended)) {
        const tc_read_status status = tc_read_on(L, &s->response);
        if (status == TC_READ_VALUE) {
            take_value(L, s);
        } else if (status == TC_READ_MORE) {
            drop_chunk(L, s);
        } else if (status == TC_READ_DATA) {
            tc_response_feed_data(&s->response.scan, piece_of(s, TC_EVENT_DATA));
        } else if (status == TC_READ_EVENT) {
            if (wanted)
                give_event(L, s, room);
            forget(s);
            return true;
        } else {
            forget(s);
        }
    }
    return false;
}

/* The same. An error that is raised meanwhile leaves the stream interrupted. */
static bool next(lua_State *L, tc_stream *s, bool wanted, size_t room)
{
    const tc_stream_state state = s->state;
    s->state = INTERRUPTED;
    const bool found = read_event(L, s, state == ENDED, wanted, room);
    s->state = state;
    return found;
}

/* ---- methods ---- */

/* The size of the memory to make for the next event; 0 if the chunk seems to have none. */
static size_t room_for_event(const tc_stream *s)
{
    const tc_event_stream *const e = &s->response.scan.stream;
    if (s->first == s->last || (s->reading && (size_t)(e->end - e->at) <= s->last_length))
        return 0;
    return s->room;
}

/*
** The function of stream:feed(): stream -> event. The memory of the event is made first, as large as the last event
** was, while nothing is half changed: if that suffices, tc_use, which costs a tenth of all, need not be called.
*/
int tc_next_event(lua_State *L)
{
    tc_stream *const s = check_self(L, "feed");
    const size_t room = room_for_event(s);
    lua_settop(L, 1);
    if (room > 0)
        lua_newuserdatauv(L, room, 0);
    check_state(L, s);
    if (s->state == FINISHED || !next(L, s, true, room))
        lua_pushnil(L);
    return 1;
}

/*
** stream:feed(chunk). Putting the chunk into the table may fail for lack of memory, but it runs no finalizer: no API
** function that sets a value in a table does.
*/
static int stream_feed(lua_State *L)
{
    tc_stream *const s = check_stream(L, "feed");
    const bool ends = lua_isnoneornil(L, 2);
    if (!ends && lua_type(L, 2) != LUA_TSTRING)
        return tc_argument_error(L, 2, 1, "feed", "string or nil");
    if (s->state == FINISHED || (s->state == ENDED && !ends))
        return luaL_error(L, "feed after %s: reset the stream first", s->state == ENDED ? "the end" : "finish");
    if (ends) {
        s->state = ENDED;
    } else {
        lua_getiuservalue(L, 1, 1);
        lua_pushvalue(L, 2);
        lua_rawseti(L, -2, FIRST_CHUNK + s->last);
        ++s->last;
    }
    tc_push_shared(L, TC_NEXT_EVENT);
    lua_pushvalue(L, 1);
    return 2;
}

/* stream:finish() */
static int stream_finish(lua_State *L)
{
    tc_stream *const s = check_stream(L, "finish");
    lua_settop(L, 1);
    if (s->state != FINISHED) {
        s->state = ENDED;
        while (next(L, s, false, 0))
            ;
        s->state = FINISHED;
    }
    return tc_use(L, &s->response.in_use, tc_push_verdict);
}

/* stream:reset() */
static int stream_reset(lua_State *L)
{
    tc_stream *const s = check_self(L, "reset");
    tc_check_idle(L, s->response.in_use, "stream");
    lua_settop(L, 1);
    reset(L, s);
    return 1;
}

/* Reads nothing that changes, so it works while the stream is in use, too. */
static int stream_tostring(lua_State *L)
{
    lua_pushfstring(L, "tencentcloud.stream: %p", tc_check_self(L, "tostring", "stream"));
    return 1;
}

const luaL_Reg tc_stream_methods[] = {
    {"feed", stream_feed}, {"finish", stream_finish}, {"reset", stream_reset}, {"__tostring", stream_tostring},
    {NULL, NULL},
};
