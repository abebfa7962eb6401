/*
** lua_value.h - checked JSON -> Lua values. What comes here has passed json_scan: nothing can be wrong any more.
**
** All functions use the upvalues of the running function (lua_core.h).
*/
#ifndef TC_LUA_VALUE_H
#define TC_LUA_VALUE_H

#include "internal.h"
#include "lua_tape.h"

/* Pushes the value of a string's text. */
TC_INTERNAL void tc_push_text(lua_State *L, const char *raw, size_t length, bool escaped);

/* Pushes the name or value of one entry, with all that it contains. */
TC_INTERNAL void tc_push_value(lua_State *L, const tc_document *d, uint32_t entry);

#endif
