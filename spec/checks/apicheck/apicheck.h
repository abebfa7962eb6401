/*
** apicheck.h - Lua's own checks of what a C function does with its stack, which a Lua is rarely built with.
**
** Included before each file of the binding (cc -include), for Lua 5.4. It wraps the functions that push or take values:
** a push beyond the slots that Lua has promised (LUA_MINSTACK of them, or what was asked for by lua_checkstack), or
** taking more values than there are, ends the process. Lua itself would write there and be damaged at some later time.
** Every function of the API that the binding uses has to be named here; the script beside this file holds it to that.
*/
#ifndef APICHECK_H
#define APICHECK_H

#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>

#if LUA_VERSION_NUM != 504
#error "the checks know how Lua 5.4 keeps its calls, and no other"
#endif

/* The begin of Lua 5.4's record of a running call: its function's slot and the end of what is promised to it. */
typedef struct {
    const char *function, *end;
} apicheck_call;

/* A slot of the stack holds a value and its type. */
enum { APICHECK_SLOT = 16 };

static inline long apicheck_promised(lua_State *L)
{
    lua_Debug running;
    if (lua_getstack(L, 0, &running) == 0)
        return LUA_MINSTACK; /* outside of any function */
    const apicheck_call *const call = (const apicheck_call *)(const void *)running.i_ci;
    return (long)((call->end - call->function) / APICHECK_SLOT) - 1;
}

/* Before a call that takes so many values and then pushes so many. */
static inline void apicheck(lua_State *L, int taken, int pushed, const char *function, const char *file, int line)
{
    const long top = lua_gettop(L), promised = apicheck_promised(L);
    if (top >= taken && top - taken + pushed <= promised)
        return;
    fprintf(stderr, "%s:%d: %s takes %d and pushes %d, with %ld of %ld slots in use\n", file, line, function, taken,
            pushed, top, promised);
    abort();
}

/* What a call of lua_settop pushes or takes. */
static inline void apicheck_settop(lua_State *L, int index, const char *file, int line)
{
    const int change = index >= 0 ? index - lua_gettop(L) : index + 1;
    apicheck(L, change < 0 ? -change : 0, change > 0 ? change : 0, "lua_settop", file, line);
}

#define APICHECK(L, taken, pushed, name) apicheck(L, taken, pushed, #name, __FILE__, __LINE__)

/* ---- the values of the stack ---- */

#define lua_settop(L, index) (apicheck_settop(L, index, __FILE__, __LINE__), (lua_settop)(L, index))
#define lua_pushvalue(L, index) (APICHECK(L, 0, 1, lua_pushvalue), (lua_pushvalue)(L, index))
#define lua_rotate(L, index, n) (APICHECK(L, 1, 1, lua_rotate), (lua_rotate)(L, index, n))
#define lua_copy(L, from, to) (APICHECK(L, 1, 1, lua_copy), (lua_copy)(L, from, to))

#define lua_pushnil(L) (APICHECK(L, 0, 1, lua_pushnil), (lua_pushnil)(L))
#define lua_pushboolean(L, b) (APICHECK(L, 0, 1, lua_pushboolean), (lua_pushboolean)(L, b))
#define lua_pushinteger(L, i) (APICHECK(L, 0, 1, lua_pushinteger), (lua_pushinteger)(L, i))
#define lua_pushnumber(L, n) (APICHECK(L, 0, 1, lua_pushnumber), (lua_pushnumber)(L, n))
#define lua_pushstring(L, s) (APICHECK(L, 0, 1, lua_pushstring), (lua_pushstring)(L, s))
#define lua_pushlstring(L, s, length) (APICHECK(L, 0, 1, lua_pushlstring), (lua_pushlstring)(L, s, length))
#define lua_pushfstring(L, ...) (APICHECK(L, 0, 1, lua_pushfstring), (lua_pushfstring)(L, __VA_ARGS__))
#define lua_pushlightuserdata(L, p) (APICHECK(L, 0, 1, lua_pushlightuserdata), (lua_pushlightuserdata)(L, p))
#define lua_pushcclosure(L, f, n) (APICHECK(L, n, 1, lua_pushcclosure), (lua_pushcclosure)(L, f, n))
#define lua_createtable(L, array, hash) (APICHECK(L, 0, 1, lua_createtable), (lua_createtable)(L, array, hash))
#define lua_newuserdatauv(L, size, n) (APICHECK(L, 0, 1, lua_newuserdatauv), (lua_newuserdatauv)(L, size, n))

/* ---- tables and userdata ---- */

#define lua_getmetatable(L, index) (APICHECK(L, 0, 1, lua_getmetatable), (lua_getmetatable)(L, index))
#define lua_getfield(L, index, name) (APICHECK(L, 0, 1, lua_getfield), (lua_getfield)(L, index, name))
#define lua_getiuservalue(L, index, n) (APICHECK(L, 0, 1, lua_getiuservalue), (lua_getiuservalue)(L, index, n))
#define lua_rawget(L, index) (APICHECK(L, 1, 1, lua_rawget), (lua_rawget)(L, index))
#define lua_rawgeti(L, index, n) (APICHECK(L, 0, 1, lua_rawgeti), (lua_rawgeti)(L, index, n))
#define lua_next(L, index) (APICHECK(L, 1, 2, lua_next), (lua_next)(L, index))
#define lua_setmetatable(L, index) (APICHECK(L, 1, 0, lua_setmetatable), (lua_setmetatable)(L, index))
#define lua_setfield(L, index, name) (APICHECK(L, 1, 0, lua_setfield), (lua_setfield)(L, index, name))
#define lua_setiuservalue(L, index, n) (APICHECK(L, 1, 0, lua_setiuservalue), (lua_setiuservalue)(L, index, n))
#define lua_rawset(L, index) (APICHECK(L, 2, 0, lua_rawset), (lua_rawset)(L, index))
#define lua_rawseti(L, index, n) (APICHECK(L, 1, 0, lua_rawseti), (lua_rawseti)(L, index, n))

/* ---- calls ---- */

#define lua_callk(L, arguments, results, context, k)                                                                   \
    (APICHECK(L, (arguments) + 1, results, lua_callk), (lua_callk)(L, arguments, results, context, k))
#define lua_pcallk(L, arguments, results, handler, context, k)                                                         \
    (APICHECK(L, (arguments) + 1, (results) > 0 ? (results) : 1, lua_pcallk),                                          \
     (lua_pcallk)(L, arguments, results, handler, context, k))
#define lua_error(L) (APICHECK(L, 1, 0, lua_error), (lua_error)(L))
#define luaL_error(L, ...) (APICHECK(L, 0, 2, luaL_error), (luaL_error)(L, __VA_ARGS__))

/* ---- buffers: a slot of their own, two more for a moment while they grow ---- */

#define luaL_buffinit(L, b) (APICHECK(L, 0, 1, luaL_buffinit), (luaL_buffinit)(L, b))
#define luaL_addlstring(b, s, length) (APICHECK((b)->L, 1, 3, luaL_addlstring), (luaL_addlstring)(b, s, length))
#define luaL_addstring(b, s) (APICHECK((b)->L, 1, 3, luaL_addstring), (luaL_addstring)(b, s))
#define luaL_pushresult(b) (APICHECK((b)->L, 1, 2, luaL_pushresult), (luaL_pushresult)(b))

/*
** ---- those that neither push nor take ----
** lua_gettop lua_absindex lua_checkstack luaL_checkstack lua_type lua_typename lua_rawequal lua_rawlen lua_toboolean
** lua_tolstring lua_tonumberx lua_tointegerx lua_touserdata lua_gc
*/

#endif
