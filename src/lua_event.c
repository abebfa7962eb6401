/*
** lua_event.c - see lua_event.h.
**
** An event is only its bytes: it costs one userdata, and its data is read on request.
*/
#include "lua_event.h"

#include <string.h>

#include "lua_parse.h"
#include "lua_path.h"

/* A userdata: data, name and id follow each other. */
typedef struct {
    size_t data_length, name_length, id_length;
    bool done;
    char bytes[];
} tc_event;

void tc_push_event(lua_State *L, tc_span data, tc_span name, tc_span id, bool done)
{
    static const tc_span message = {"message", 7};
    if (name.length == 0)
        name = message;
    tc_event *const e = (tc_event *)lua_newuserdatauv(L, sizeof *e + data.length + name.length + id.length, 0);
    char *const bytes = e->bytes;
    e->data_length = data.length;
    e->name_length = name.length;
    e->id_length = id.length;
    e->done = done;
    if (data.length > 0)
        memcpy(bytes, data.bytes, data.length);
    memcpy(bytes + data.length, name.bytes, name.length);
    if (id.length > 0)
        memcpy(bytes + data.length + name.length, id.bytes, id.length);
    tc_push_shared(L, TC_EVENT_MT);
    lua_setmetatable(L, -2);
}

static const tc_event *check_event(lua_State *L, const char *function)
{
    return (const tc_event *)tc_check_self(L, function, "event");
}

/* ---- its value ---- */

/* Where the payload is: in Response, or the data itself. */
static uint32_t payload_of(const tc_envelope *e)
{
    const bool enclosed = tc_envelope_has(e, TC_RESPONSE) && tc_envelope_field(e, TC_RESPONSE)->kind == TC_OBJECT;
    return tc_envelope_field(e, enclosed ? TC_RESPONSE : TC_BODY)->entry;
}

/* event:get(...) */
static int event_get(lua_State *L)
{
    const tc_event *const event = check_event(L, "get");
    const int top = lua_gettop(L);
    tc_envelope e;
    tc_entry small[TC_SMALL_TAPE];
    tc_record_body(L, &e, TC_FORM_EVENT, event->bytes, event->data_length, small, false);
    if (e.scan.reason != TC_JSON_FINE) {
        lua_pushnil(L);
        return 1;
    }
    const tc_recorded d = tc_recorded_by(&e.scan);
    uint32_t entry = payload_of(&e);
    for (int i = 2; i <= top && entry != 0; ++i)
        entry = tc_step(L, &d, entry, i, "get");
    if (entry == 0 || (top > 1 && tc_is_omitted(L, d.entries[entry])))
        lua_pushnil(L);
    else
        tc_push_value(L, &d, entry);
    return 1;
}

/* event:parse() */
static int event_parse(lua_State *L)
{
    const tc_event *const event = check_event(L, "parse");
    tc_envelope e;
    tc_entry small[TC_SMALL_TAPE];
    if (event->done) {
        lua_pushnil(L);
        return 1;
    }
    const tc_verdict v = tc_record_body(L, &e, TC_FORM_EVENT, event->bytes, event->data_length, small, false);
    if (v.outcome != TC_SUCCESS)
        return tc_push_recorded_failure(L, &e, &v);
    if (e.scan.reason != TC_JSON_FINE) {
        lua_pushnil(L); /* white space */
        return 1;
    }
    const tc_recorded d = tc_recorded_by(&e.scan);
    tc_push_value(L, &d, payload_of(&e));
    return 1;
}

/* ---- members ---- */

/* event.data and the others, which are not in the class */
static int event_index(lua_State *L)
{
    const tc_event *const e = check_event(L, "index");
    const char *const name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    if (strcmp(name, "data") == 0) {
        lua_pushlstring(L, e->bytes, e->data_length);
    } else if (strcmp(name, "event") == 0) {
        lua_pushlstring(L, e->bytes + e->data_length, e->name_length);
    } else if (strcmp(name, "id") == 0) {
        lua_pushlstring(L, e->bytes + e->data_length + e->name_length, e->id_length);
    } else if (strcmp(name, "done") == 0) {
        lua_pushboolean(L, e->done);
    } else {
        lua_pushvalue(L, 2);
        lua_rawget(L, lua_upvalueindex(TC_UP_CLASS));
    }
    return 1;
}

static int event_tostring(lua_State *L)
{
    lua_pushfstring(L, "tencentcloud.event: %p", tc_check_self(L, "tostring", "event"));
    return 1;
}

const luaL_Reg tc_event_methods[] = {
    {"get", event_get}, {"parse", event_parse}, {"__index", event_index}, {"__tostring", event_tostring}, {NULL, NULL},
};
