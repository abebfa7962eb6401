/*
** lua_event.c - see lua_event.h.
**
** An event is one userdata: its bytes and, if the stream has recorded its data, the tape of that. Other events are read
** on request.
*/
#include "lua_event.h"

#include <string.h>

#include "lua_details.h"
#include "lua_path.h"

/* A userdata. Data, name and id follow the tape. */
typedef struct {
    size_t data_length, name_length, id_length;
    uint32_t count;   /* entries of the tape; 0 if the data is not recorded */
    uint32_t payload; /* its entry */
    unsigned depth_seen;
    bool done;
    tc_entry tape[];
} tc_event;

static const char *bytes_of(const tc_event *e)
{
    return (const char *)(e->tape + e->count);
}

/* Where the payload is: in Response, or the data itself. */
static uint32_t payload_of(const tc_envelope *e)
{
    const bool is_enclosed = tc_envelope_is_kind(e, TC_RESPONSE, TC_OBJECT);
    return tc_envelope_field(e, is_enclosed ? TC_RESPONSE : TC_BODY)->entry;
}

static tc_span name_of(const tc_event_parts *parts)
{
    static const tc_span message = {"message", 7};
    return parts->name.length > 0 ? parts->name : message;
}

static uint32_t entries_of(const tc_event_parts *parts)
{
    return parts->recorded != NULL ? parts->recorded->scan.tape.count : 0;
}

size_t tc_event_size(const tc_event_parts *parts)
{
    return sizeof(tc_event) + entries_of(parts) * sizeof(tc_entry) + parts->data.length + name_of(parts).length +
           parts->id.length;
}

static void copy_tape(tc_event *e, const tc_envelope *recorded)
{
    e->payload = payload_of(recorded);
    e->depth_seen = recorded->scan.depth_seen;
    memcpy(e->tape, recorded->scan.tape.entries, e->count * sizeof *e->tape);
}

static char *append(char *to, tc_span s)
{
    if (s.length > 0)
        memcpy(to, s.bytes, s.length);
    return to + s.length;
}

void tc_make_event(lua_State *L, const tc_event_parts *parts)
{
    tc_event *const e = (tc_event *)lua_touserdata(L, -1);
    const tc_span name = name_of(parts);
    e->data_length = parts->data.length;
    e->name_length = name.length;
    e->id_length = parts->id.length;
    e->count = entries_of(parts);
    e->done = parts->done;
    if (e->count > 0)
        copy_tape(e, parts->recorded);
    append(append(append((char *)(e->tape + e->count), parts->data), name), parts->id);
    tc_push_shared(L, TC_EVENT_MT);
    lua_setmetatable(L, -2);
}

static const tc_event *check_event(lua_State *L, const char *function)
{
    return (const tc_event *)tc_check_self(L, function, "event");
}

/* ---- its value ---- */

/* What an event's data holds. */
typedef struct {
    tc_recorded recorded;
    uint32_t payload; /* its entry, or 0 if the data is not JSON */
    tc_verdict verdict;
    tc_envelope envelope; /* of data that was read on request */
    tc_entry small[TC_SMALL_TAPE];
} event_value;

/* Finds the value of an event: on its tape, or by reading the data again; then it pushes one value. */
static void find_value(lua_State *L, const tc_event *event, event_value *v)
{
    if (event->count > 0) {
        const tc_recorded r = {bytes_of(event), event->tape, event->depth_seen};
        v->recorded = r;
        v->payload = event->payload;
        v->verdict = tc_bare_verdict(TC_SUCCESS, "");
        return;
    }
    tc_envelope *const e = &v->envelope;
    v->verdict = tc_record_body(L, e, TC_FORM_EVENT, bytes_of(event), event->data_length, v->small, false);
    v->recorded = tc_recorded_by(&e->scan);
    v->payload = e->scan.reason == TC_JSON_FINE ? payload_of(e) : 0;
}

/* event:get(...) */
static int event_get(lua_State *L)
{
    const tc_event *const event = check_event(L, "get");
    const int top = lua_gettop(L);
    event_value v;
    find_value(L, event, &v);
    const tc_document document = {v.recorded, 0, v.payload, 0, false};
    const tc_view payload = {&document, v.payload};
    const tc_view found = tc_follow(L, payload, top, "get");
    if (lua_gettop(L) > 2) { /* of the path and what holds the tape only the latter, on top, is still needed */
        lua_replace(L, 2);
        lua_settop(L, 2);
    }
    if (found.entry == 0)
        lua_pushnil(L);
    else
        tc_push_view_value(L, found);
    return 1;
}

/* event:parse() */
static int event_parse(lua_State *L)
{
    const tc_event *const event = check_event(L, "parse");
    event_value v;
    if (event->done) {
        lua_pushnil(L);
        return 1;
    }
    find_value(L, event, &v);
    if (v.verdict.outcome != TC_SUCCESS)
        return tc_push_recorded_failure(L, &v.envelope, &v.verdict);
    if (v.payload == 0)
        lua_pushnil(L); /* white space */
    else
        tc_push_value(L, &v.recorded, v.payload);
    return 1;
}

/* ---- members ---- */

/* event.data and the others, which are not in the class. Methods come first, as they are asked for most. */
static int event_index(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(TC_UP_CLASS));
    if (!lua_isnil(L, -1))
        return 1;
    const tc_event *const e = check_event(L, "index");
    const char *const name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    if (strcmp(name, "data") == 0)
        lua_pushlstring(L, bytes_of(e), e->data_length);
    else if (strcmp(name, "event") == 0)
        lua_pushlstring(L, bytes_of(e) + e->data_length, e->name_length);
    else if (strcmp(name, "id") == 0)
        lua_pushlstring(L, bytes_of(e) + e->data_length + e->name_length, e->id_length);
    else if (strcmp(name, "done") == 0)
        lua_pushboolean(L, e->done);
    return 1; /* nil, if it is none of these */
}

static int event_tostring(lua_State *L)
{
    lua_pushfstring(L, "tencentcloud.event: %p", tc_check_self(L, "tostring", "event"));
    return 1;
}

const luaL_Reg tc_event_methods[] = {
    {"get", event_get}, {"parse", event_parse}, {"__index", event_index}, {"__tostring", event_tostring}, {NULL, NULL},
};
