/*
** lua_number.h - the text of a checked JSON number -> a Lua number.
*/
#ifndef TC_LUA_NUMBER_H
#define TC_LUA_NUMBER_H

#include "internal.h"
#include "lua_compat.h"

/*
** Pushes an integer (a number without fraction and exponent). If the host cannot hold it, pushes its text if exact is
** true, else the nearest double.
*/
TC_INTERNAL void tc_push_integer_text(lua_State *L, const char *text, size_t length, bool exact);

/*
** Pushes a number as the nearest double, whatever the locale. If it is beyond all doubles, pushes its text if exact is
** true, else infinity.
*/
TC_INTERNAL void tc_push_real_text(lua_State *L, const char *text, size_t length, bool exact);

#endif
