/*
** lua_parse.h - reading a whole body.
*/
#ifndef TC_LUA_PARSE_H
#define TC_LUA_PARSE_H

#include "lua_failure.h"
#include "lua_value.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Pushes nil, message, err with all that the recorded body holds beside the Error; returns 3. */
int tc_push_recorded_failure(lua_State *L, const tc_envelope *e, const tc_verdict *v);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
