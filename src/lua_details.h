/*
** lua_details.h - the failure of a recorded body, with what the body holds besides code and message.
*/
#ifndef TC_LUA_DETAILS_H
#define TC_LUA_DETAILS_H

#include "envelope.h"
#include "internal.h"
#include "lua_compat.h"

/* Pushes nil, message, err, and returns 3. err also has what the recorded body holds besides the Error. */
TC_INTERNAL int tc_push_recorded_failure(lua_State *L, const tc_envelope *e, const tc_verdict *v);

#endif
