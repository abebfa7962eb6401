/*
** lua_arguments.h - the arguments of functions and methods, and what is raised if they are wrong.
*/
#ifndef TC_LUA_ARGUMENTS_H
#define TC_LUA_ARGUMENTS_H

#include "internal.h"
#include "lua_compat.h"

/*
** Raises "bad argument #shown to 'function' (expected expected, got ...)" for the argument at index; shown is
** its number without self, and 0 for self.
*/
TC_INTERNAL int tc_argument_error(lua_State *L, int index, int shown, const char *function, const char *expected);

/* The string argument of a function; raises if it is none. No number is taken for a string. */
TC_INTERNAL const char *tc_check_string(lua_State *L, int index, const char *function, size_t *length);

/* Argument 1 of a method, a userdata with the metatable at that upvalue; raises if it is none. */
TC_INTERNAL void *tc_check_self(lua_State *L, int metatable, const char *function, const char *type);

#endif
