/*
** lua_compat.h - all differences between the Lua versions.
*/
#ifndef TC_LUA_COMPAT_H
#define TC_LUA_COMPAT_H

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

#if LUA_VERSION_NUM < 501
#error "Lua 5.1 or later is needed"
#endif

/* ---- integers: a subtype from 5.3 on, before that the doubles up to 2^53 ---- */

#if LUA_VERSION_NUM >= 503

static inline bool tc_integer_fits(bool negative, uint64_t magnitude)
{
    return magnitude <= (uint64_t)LUA_MAXINTEGER + negative;
}

static inline void tc_push_integer(lua_State *L, bool negative, uint64_t magnitude)
{
    lua_pushinteger(L, (lua_Integer)(negative ? 0 - magnitude : magnitude));
}

#else

static inline bool tc_integer_fits(bool negative, uint64_t magnitude)
{
    (void)negative;
    return magnitude <= (uint64_t)1 << 53;
}

static inline void tc_push_integer(lua_State *L, bool negative, uint64_t magnitude)
{
    lua_pushnumber(L, negative && magnitude != 0 ? -(lua_Number)magnitude : (lua_Number)magnitude);
}

#endif

/* ---- a userdata's user value, always a table (in 5.1 its environment), by the names of Lua 5.4 ---- */

#if LUA_VERSION_NUM < 504

#if LUA_VERSION_NUM < 502
#define lua_setuservalue(L, index) lua_setfenv(L, index)
#define lua_getuservalue(L, index) lua_getfenv(L, index)
#endif

#define lua_newuserdatauv(L, size, values) lua_newuserdata(L, size)
#define lua_setiuservalue(L, index, n) lua_setuservalue(L, index)
#define lua_getiuservalue(L, index, n) lua_getuservalue(L, index)

#endif

/*
** Does it pay to stop the collector for a while? In Lua 5.1 and LuaJIT it forgets what was allocated meanwhile, and
** the heap would grow each time.
*/
#define TC_STOP_PAYS (LUA_VERSION_NUM >= 502)

/* Are a state's libraries unloaded before the last of its finalizers ran? */
#define TC_UNLOADS_EARLY (LUA_VERSION_NUM < 502)

/* Is the collector known to run, not stopped by the script? Lua 5.1 cannot tell. */
static inline bool tc_collector_runs(lua_State *L)
{
#if defined(LUA_GCISRUNNING)
    return lua_gc(L, LUA_GCISRUNNING, 0) > 0; /* it is negative inside a finalizer of Lua 5.4 */
#else
    (void)L;
    return false;
#endif
}

/* Asks a collector that runs for a small step. True if that ended a cycle. */
static inline bool tc_collector_step(lua_State *L)
{
#if LUA_VERSION_NUM == 502
    lua_gc(L, LUA_GCRESTART, 0); /* a step would only use up the pause between two cycles: this ends the pause */
#endif
    return lua_gc(L, LUA_GCSTEP, 0) == 1;
}

/* LuaJIT has luaL_setfuncs, Lua 5.1 does not: ours serves both. */
#if LUA_VERSION_NUM < 502

static inline void tc_setfuncs(lua_State *L, const luaL_Reg *functions, int upvalues)
{
    luaL_checkstack(L, upvalues + 1, NULL);
    for (; functions->name != NULL; ++functions) {
        for (int i = 0; i < upvalues; ++i)
            lua_pushvalue(L, -upvalues);
        lua_pushcclosure(L, functions->func, upvalues);
        lua_setfield(L, -2 - upvalues, functions->name);
    }
    lua_pop(L, upvalues);
}

#define luaL_setfuncs tc_setfuncs

#endif

#endif
