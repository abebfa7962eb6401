/*
** lua_each.h - iterations over views.
*/
#ifndef TC_LUA_EACH_H
#define TC_LUA_EACH_H

#include "internal.h"
#include "lua_path.h"

/*
** Pushes the function and the state of an iteration over a container in the body of the view at index 1; over nothing
** if v is not a container. Returns 2.
*/
TC_INTERNAL int tc_push_iteration(lua_State *L, tc_view v);

/* That function: takes the state, returns the next index and element, or name and value; nil at the end. */
TC_INTERNAL int tc_iterate(lua_State *L);

#endif
