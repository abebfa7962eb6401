/*
** lua_value.h - checked JSON -> Lua values. What comes here has passed json_scan: nothing can be wrong any more.
**
** All functions use the upvalues of the running function (lua_core.h).
*/
#ifndef TC_LUA_VALUE_H
#define TC_LUA_VALUE_H

#include "lua_tape.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Pushes the value of a string's text. */
void tc_push_text(lua_State *L, const char *raw, size_t length, bool escaped);

/* Pushes the name or value of one entry, with all that it contains. */
void tc_push_value(lua_State *L, const tc_document *d, uint32_t entry);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
