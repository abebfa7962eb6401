/*
** lua_core.h - what the functions of one instance of the module share.
**
** response.new() makes an instance: closures that all carry the same upvalues, so that two instances, two
** states and two coroutines share nothing that can be written.
*/
#ifndef TC_LUA_CORE_H
#define TC_LUA_CORE_H

#include "internal.h"
#include "json_scan.h"
#include "lua_compat.h"

/* The upvalues of every function of an instance. */
enum {
    TC_UP_OPTIONS = 1, /* tc_options, a userdata */
    TC_UP_NULL,        /* the value that stands for JSON null */
    TC_UP_ARRAY_MT,    /* the metatable of arrays, or nil */
    TC_UP_NEW_ERROR,   /* makes an error object but for its metatable: see tc_push_failure */
    TC_UP_ERROR_METATABLE,
    TC_UP_VIEW_METATABLE,
    TC_UP_VIEW_METHODS,     /* its methods by name */
    TC_UP_CURSOR_METATABLE, /* of iterations over views */
    TC_UP_ITERATE,          /* their function; in that itself, nothing of use */
    TC_UP_SCANNER_METATABLE,
    TC_UP_COUNT = TC_UP_SCANNER_METATABLE
};

typedef struct {
    unsigned max_depth; /* how deep a body may nest */
    size_t max_field;
    bool omit_nulls;     /* drop object members that are null */
    bool exact_integers; /* a number that the host cannot hold becomes its text */
    bool has_array_mt;
} tc_options;

static inline const tc_options *tc_get_options(lua_State *L)
{
    return (const tc_options *)lua_touserdata(L, lua_upvalueindex(TC_UP_OPTIONS));
}

/* Pushes a closure with the upvalues of the running function. */
static inline void tc_push_sibling(lua_State *L, lua_CFunction function)
{
    luaL_checkstack(L, TC_UP_COUNT, NULL);
    for (int i = 1; i <= TC_UP_COUNT; ++i)
        lua_pushvalue(L, lua_upvalueindex(i));
    lua_pushcclosure(L, function, TC_UP_COUNT);
}

TC_INTERNAL int tc_parse(lua_State *L);       /* lua_parse.c: parse(body) */
TC_INTERNAL int tc_check(lua_State *L);       /* lua_parse.c: check(body) */
TC_INTERNAL int tc_open(lua_State *L);        /* lua_view.c: open(body) */
TC_INTERNAL int tc_iterate(lua_State *L);     /* lua_view.c: the function of view:each() */
TC_INTERNAL int tc_new_scanner(lua_State *L); /* lua_scanner.c: scanner() */

/* What the metatables of views and scanners hold, and the methods: each list ends in NULL. */
TC_INTERNAL extern const luaL_Reg tc_view_metamethods[], tc_view_methods[];
TC_INTERNAL extern const luaL_Reg tc_scanner_metamethods[], tc_scanner_methods[];

#endif
