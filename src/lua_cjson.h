/*
** lua_cjson.h - would lua-cjson write a value exactly, or lose something of it?
*/
#ifndef TC_LUA_CJSON_H
#define TC_LUA_CJSON_H

#include "internal.h"
#include "lua_compat.h"

/*
** cjson_is_exact(value, null, array_mt): true if what lua-cjson writes for the value reads back the same. Then every
** number has up to 14 digits; tables are objects, or arrays without gaps; none has a metatable, except for arrays that
** have array_mt and are not empty; and null, which stands for JSON null, is lua-cjson's own wherever it occurs.
*/
TC_INTERNAL int tc_cjson_is_exact(lua_State *L);

#endif
