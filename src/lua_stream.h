/*
** lua_stream.h - streams: the events of an event stream as chunks complete them, and its verdict.
*/
#ifndef TC_LUA_STREAM_H
#define TC_LUA_STREAM_H

#include "internal.h"
#include "lua_compat.h"

/* stream(options) */
TC_INTERNAL int tc_new_stream(lua_State *L);

/* The methods of streams. The list ends in NULL. */
TC_INTERNAL extern const luaL_Reg tc_stream_methods[];

/* The function of stream:feed(): the next event of a stream, or nil. */
TC_INTERNAL int tc_next_event(lua_State *L);

#endif
