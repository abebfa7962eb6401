/*
** lua_value.h - recorded JSON -> Lua values. The text has passed json_scan: nothing can be wrong with it any more.
**
** All functions use the upvalues of the running function (lua_core.h).
*/
#ifndef TC_LUA_VALUE_H
#define TC_LUA_VALUE_H

#include "internal.h"
#include "lua_document.h"

/* Is the value of a member left out, since it is null and the instance omits these? */
static inline bool tc_is_omitted(lua_State *L, tc_entry value)
{
    return tc_entry_is_null(value) && tc_get_options(L)->omit_nulls;
}

/* Pushes the name or value of one entry, with all that it contains. The caller has one slot of the stack for it. */
TC_INTERNAL void tc_push_value(lua_State *L, const tc_recorded *r, uint32_t entry);

/* Pushes a table of the elements of an array's runs that have the entries from first to end: count elements. */
TC_INTERNAL void tc_push_runs(lua_State *L, const tc_recorded *r, uint32_t first, uint32_t end, uint32_t count);

#endif
