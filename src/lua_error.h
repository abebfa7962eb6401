/*
** lua_error.h - a verdict -> the three values of a failure: nil, message, err.
*/
#ifndef TC_LUA_ERROR_H
#define TC_LUA_ERROR_H

#include "envelope.h"
#include "internal.h"
#include "lua_core.h"

/* Pushes the text of a field of a verdict; "" for TC_NO_FIELD. */
TC_INTERNAL void tc_push_field(lua_State *L, const tc_envelope *e, tc_field field);

/*
** Pushes nil, the one-line message and the error object, and returns 3. details and payload are indexes of
** what else the body held, or 0. Calls new_error(kind, code, message, request_id, category, retry) for an API
** failure of which there is no more to say, else new_error(..., reason, offset, truncated, details, payload); and gives
** what it returns the metatable, which costs a call less here.
*/
TC_INTERNAL int tc_push_failure(lua_State *L, const tc_envelope *e, const tc_verdict *v, int details, int payload);

/*
** line(code, message, request_id): "code: message (RequestId: request_id)" on one line. Control characters and
** line separators are written as escapes, so that a message from outside cannot forge a log line.
*/
TC_INTERNAL int tc_line(lua_State *L);

/* meaning(code): category, retry, description. */
TC_INTERNAL int tc_meaning_of(lua_State *L);

#endif
