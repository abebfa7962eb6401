/*
** lua_parse.h - parse and check: a whole body at once.
*/
#ifndef TC_LUA_PARSE_H
#define TC_LUA_PARSE_H

#include "internal.h"
#include "lua_compat.h"

/* parse(body) */
TC_INTERNAL int tc_parse(lua_State *L);

/* check(body) */
TC_INTERNAL int tc_check(lua_State *L);

#endif
