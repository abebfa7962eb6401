/*
** lua_encode.h - may lua-cjson encode a value, or would it lose something?
*/
#ifndef TC_LUA_ENCODE_H
#define TC_LUA_ENCODE_H

#include "internal.h"
#include "lua_compat.h"

/*
** is_plain(value, null, array_mt): true if what lua-cjson writes for the value reads back the same. Then every number
** has up to 14 digits; tables are objects, or arrays without gaps; none has a metatable, except for arrays that have
** array_mt and are not empty; and null, which stands for JSON null, is lua-cjson's own wherever it occurs.
*/
TC_INTERNAL int tc_may_encode(lua_State *L);

#endif
