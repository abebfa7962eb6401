/*
** lua_error.h - a verdict -> the three values of a failure: nil, message, err.
*/
#ifndef TC_LUA_ERROR_H
#define TC_LUA_ERROR_H

#include "envelope.h"
#include "internal.h"
#include "lua_core.h"

/*
** Puts the constant texts of errors into the shared table of a new instance, which is at that index. A text that is
** pushed from there need not be looked up by its bytes.
*/
TC_INTERNAL void tc_share_error_texts(lua_State *L, int shared);

/* Pushes the text of a field of a verdict; "" for TC_NO_FIELD. */
TC_INTERNAL void tc_push_field(lua_State *L, const tc_envelope *e, tc_field field);

/*
** Pushes nil, the one-line message and the error object, and returns 3. details and payload are indexes of what else
** the body held, or 0. lua/tencentcloud/error.lua says which fields an error has.
*/
TC_INTERNAL int tc_push_failure(lua_State *L, const tc_envelope *e, const tc_verdict *v, int details, int payload);

/* line(code, message, request_id): see log_line.h. */
TC_INTERNAL int tc_line(lua_State *L);

#endif
