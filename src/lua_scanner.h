/*
** lua_scanner.h - scanners: the verdict on a body or an event stream that comes in chunks, in constant memory.
*/
#ifndef TC_LUA_SCANNER_H
#define TC_LUA_SCANNER_H

#include "internal.h"
#include "lua_compat.h"

/* scanner(options) */
TC_INTERNAL int tc_new_scanner(lua_State *L);

/* The methods of scanners. The list ends in NULL. */
TC_INTERNAL extern const luaL_Reg tc_scanner_methods[];

#endif
