/*
** lua_arguments.h - the arguments of functions and methods, and what is raised if they are wrong.
*/
#ifndef TC_LUA_ARGUMENTS_H
#define TC_LUA_ARGUMENTS_H

#include "lua_compat.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
** Raises "bad argument #shown to 'function' (expected expected, got ...)" for the argument at index; shown is
** its number without self, and 0 for self.
*/
int tc_argument_error(lua_State *L, int index, int shown, const char *function, const char *expected);

/* The string argument of a function; raises if it is none. No number is taken for a string. */
const char *tc_check_string(lua_State *L, int index, const char *function, size_t *length);

/* Argument 1 of a method, a userdata with the metatable at that upvalue; raises if it is none. */
void *tc_check_self(lua_State *L, int metatable, const char *function, const char *type);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
