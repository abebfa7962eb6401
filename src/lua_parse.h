/*
** lua_parse.h - reading a whole body.
*/
#ifndef TC_LUA_PARSE_H
#define TC_LUA_PARSE_H

#include "internal.h"
#include "lua_error.h"
#include "lua_value.h"

/* Pushes nil, message, err, and returns 3. err also has what the recorded body holds besides the Error. */
TC_INTERNAL int tc_push_recorded_failure(lua_State *L, const tc_envelope *e, const tc_verdict *v);

#endif
