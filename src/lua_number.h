/*
** lua_number.h - the text of a checked JSON number -> a Lua number.
*/
#ifndef TC_LUA_NUMBER_H
#define TC_LUA_NUMBER_H

#include "internal.h"
#include "lua_compat.h"

/*
** Pushes an integer (a number without fraction and exponent). One that the host cannot hold is pushed as
** its text if exact, else as the nearest double.
*/
TC_INTERNAL void tc_push_integer_text(lua_State *L, const char *text, size_t length, bool exact);

/*
** Pushes a number as the nearest double, whatever the locale. One beyond the doubles is pushed as its text if
** exact, else as infinity.
*/
TC_INTERNAL void tc_push_real_text(lua_State *L, const char *text, size_t length, bool exact);

#endif
