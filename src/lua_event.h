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

/* Pushes an event, which has a copy of these. An event without a name is a "message". */
TC_INTERNAL void tc_push_event(lua_State *L, tc_span data, tc_span name, tc_span id, bool done);

#endif
