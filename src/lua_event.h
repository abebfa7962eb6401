/*
** lua_event.h - events of a stream, as Lua sees them.
**
** All functions use the upvalues of the running function (lua_core.h).
*/
#ifndef TC_LUA_EVENT_H
#define TC_LUA_EVENT_H

#include "internal.h"
#include "lua_core.h"
#include "response_scan.h"

/* What an event is made of. */
typedef struct {
    tc_span data;
    tc_span name; /* "message" if it is empty */
    tc_span id;
    bool done;
    const tc_envelope *recorded; /* has the data on its tape; or NULL */
} tc_event_parts;

/* The size of the userdata that such an event needs. */
TC_INTERNAL size_t tc_event_size(const tc_event_parts *parts);

/* Makes the userdata on top, of at least that size, an event, which has a copy of these. Allocates nothing. */
TC_INTERNAL void tc_make_event(lua_State *L, const tc_event_parts *parts);

/* The methods of events. The list ends in NULL. */
TC_INTERNAL extern const luaL_Reg tc_event_methods[];

#endif
