/*
** lua_core.h - what the functions of one instance of the module share.
**
** response.new() makes an instance (lua_module.c): closures that all carry the same upvalues. So two instances, two
** states and two coroutines share nothing that can be written.
*/
#ifndef TC_LUA_CORE_H
#define TC_LUA_CORE_H

#include <stddef.h>

#include "internal.h"
#include "lua_compat.h"

/* ---- instances ---- */

/* The upvalues of every function of an instance. */
enum {
    TC_UP_OPTIONS = 1, /* tc_options, a userdata */
    TC_UP_NULL,        /* the value that stands for JSON null; pushed too often to be in the table */
    TC_UP_SHARED,      /* a table of the rest: see tc_push_shared */
    TC_UP_CLASS,       /* the metatable of the objects that the function is a method of, or makes; or nil */
    TC_UP_COUNT = TC_UP_CLASS
};

/* What the table at TC_UP_SHARED holds. */
typedef enum {
    TC_ARRAY_MT = 1, /* the metatable of arrays, or nil */
    TC_ERROR_MT,
    TC_VIEW_MT,
    TC_CURSOR_MT, /* of iterations over views */
    TC_SCANNER_MT,
    TC_STREAM_MT,
    TC_EVENT_MT,
    TC_ITERATE,    /* the function of iterations over views */
    TC_NEXT_EVENT, /* that of iterations over the events of a stream */
    TC_RUN_WORK,   /* tc_run_work */
    TC_ERROR_TEXTS /* the first of those that tc_share_error_texts puts there */
} tc_shared;

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

static inline void tc_push_shared(lua_State *L, int what)
{
    lua_rawgeti(L, lua_upvalueindex(TC_UP_SHARED), what);
}

/* Pushes a closure with the upvalues of the running function. */
TC_INTERNAL void tc_push_sibling(lua_State *L, lua_CFunction function);

/*
** Calls work, with the upvalues of the running function, for the arguments on top, in protected mode. Returns, and
** leaves on the stack, what lua_pcall does. It raises nothing itself. The caller has two free slots of the stack.
*/
TC_INTERNAL int tc_protected_call(lua_State *L, lua_CFunction work, int arguments);

/* What TC_RUN_WORK is: takes the address of the function to run off the stack, and runs it. */
TC_INTERNAL int tc_run_work(lua_State *L);

/* ---- arguments ---- */

/*
** Raises for the argument at index, which is not what is expected. shown is its number without self, and 0 for self.
*/
TC_INTERNAL int tc_argument_error(lua_State *L, int index, int shown, const char *function, const char *expected);

/* Raises if the function of that name was called as response:name(...). */
TC_INTERNAL void tc_check_dot(lua_State *L, const char *function);

/* The string argument of a function; raises if it is not a string. A number is not accepted. */
TC_INTERNAL const char *tc_check_string(lua_State *L, int index, const char *function, size_t *length);

/* Argument 1 of a method: a userdata whose metatable is TC_UP_CLASS. Raises if it is anything else. */
TC_INTERNAL void *tc_check_self(lua_State *L, const char *function, const char *type);

/* ---- options, of functions whose argument 1 is a table of them ---- */

/*
** Raises unless argument 1 of a function is absent, or a table whose keys are all among these names; NULL ends the
** list.
*/
TC_INTERNAL void tc_check_options(lua_State *L, const char *function, const char *const *names);

/* Pushes an option of argument 1, or nil. */
TC_INTERNAL void tc_push_option(lua_State *L, const char *name);

/* Raises for the option whose value is on top. */
TC_INTERNAL int tc_option_error(lua_State *L, const char *function, const char *name, const char *expected);

/* ---- objects in use ---- */

/*
** Any allocation may run the collector, and with it a finalizer, which may call a method of the very object that the
** allocation is for. So a method of an object that can change
**
**  1. calls tc_check_idle, which raises "the <type> is in use" if a call that step 3 made is under way;
**  2. reads and changes the object as it likes, as long as it neither allocates nor calls into Lua;
**  3. lets tc_use call a function of its own for all that allocates while the object is half changed, or while a
**     pointer into the object is needed afterwards.
*/
static inline void tc_check_idle(lua_State *L, bool in_use, const char *type)
{
    if (in_use)
        luaL_error(L, "the %s is in use", type);
}

/*
** Calls work for the object at index 1, with *in_use true meanwhile; see tc_protected_call. Pushes its results and
** returns how many they are. An error is passed on to the caller, with *in_use false again. What state an error leaves
** the object in must be written into it beforehand.
*/
TC_INTERNAL int tc_use(lua_State *L, bool *in_use, lua_CFunction work);

#endif
