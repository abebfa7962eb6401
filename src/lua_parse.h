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

/* Entries of a tape on the C stack: enough for nine of ten documented responses. */
enum { TC_SMALL_TAPE = 512 };

/*
** Reads a body onto a tape and judges it. The tape is at small if that is enough; else it is in a userdata that
** is pushed, behind header bytes for the caller. Pushes nil if there is none.
*/
tc_verdict tc_judge_and_record(lua_State *L, tc_envelope *e, const char *body, size_t length, tc_entry *small,
                               uint32_t small_room, size_t header);

/* Pushes nil, message, err with all that the recorded body holds beside the Error; returns 3. */
int tc_push_recorded_failure(lua_State *L, const tc_envelope *e, const tc_verdict *v);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
