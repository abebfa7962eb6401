/*
** lua_view.h - views: values of a recorded body, of which each call decodes no more than it is asked for.
*/
#ifndef TC_LUA_VIEW_H
#define TC_LUA_VIEW_H

#include "internal.h"
#include "lua_compat.h"

/* open(body) */
TC_INTERNAL int tc_open(lua_State *L);

/* The metamethods and the methods of views. Each list ends in NULL. */
TC_INTERNAL extern const luaL_Reg tc_view_metamethods[], tc_view_methods[];

#endif
