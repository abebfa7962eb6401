/*
** lua_path.c - see lua_path.h.
**
** A step into an array expands the run that the element is in: it is read again, onto a tape of its own, and the
** document is kept in the body's table. So several fields of an element, and all later steps into it, cost one
** expansion; and a view's memory grows by what it is asked for, up to the size of a tape of the whole body.
**
** Costs. Finding a run takes a few comparisons, and at most twice as many as a bisection of the array's runs. Expanding
** one takes a scan of it: some KB, or one long element. A step by index inside a run walks over its elements. A step by
** name walks over the object's members; in an object of more than HASHED members it looks into a table of them, made at
** the first such step.
**
** Finalizers. Any allocation may run one, and that may call anything, on the same view. Views and documents never
** change. tc_expand looks a second time after it has made a document, and keeps the one that is there, because
** something may point to it. Nothing points to a table of members, so an equal one may replace it.
*/
#include "lua_path.h"

#include <string.h>

#include "bytes.h"

/* Objects with more members than this are searched through a table. */
enum { HASHED = 64 };

static const tc_view nowhere = {NULL, 0};

const tc_view *tc_check_view(lua_State *L, const char *function)
{
    return (const tc_view *)tc_check_self(L, function, "view");
}

/* ---- steps by index ---- */

/*
** The first entry of the run with element index (from 0) of the array at an entry. The elements of a list have about
** the same length. So the search begins where the run would be if all had, and goes on in steps that double until it
** has passed the run, but never beyond the middle of what is left (Bentley and Yao 1976).
*/
static uint32_t find_run(const tc_entry *entries, uint32_t array, uint32_t index)
{
    uint32_t low = 0, high = (tc_entry_next(entries, array) - array - 1) / 2, step = 1;
    uint32_t middle = (uint32_t)((uint64_t)index * high / tc_entry_length(entries[array]));
    while (high - low > 1) {
        const bool reached = tc_run_first(entries[array + 1 + 2 * middle]) <= index;
        if (reached)
            low = middle;
        else
            high = middle;
        if (step > (high - low) / 2)
            step = (high - low) / 2;
        middle = reached ? low + step : high - step;
        step *= 2;
    }
    TC_ASSERT(tc_run_first(entries[array + 1 + 2 * low]) <= index);
    return array + 1 + 2 * low;
}

/* The element with that index (from 0), which must exist, of an array whose elements have entries. */
static uint32_t find_entry(const tc_entry *entries, uint32_t array, uint32_t index)
{
    uint32_t entry = array + 1;
    TC_ASSERT(index < tc_entry_length(entries[array]));
    if (tc_entry_next(entries, array) - entry == tc_entry_length(entries[array]))
        return entry + index;
    for (; index > 0; --index)
        entry = tc_entry_next(entries, entry);
    return entry;
}

/* The element, counted from 0, that a number means in an array of count elements. False if there is none. */
static bool to_index(lua_Number number, uint32_t count, uint32_t *index)
{
    if (!(number >= 1 && number <= (lua_Number)count))
        return false;
    *index = (uint32_t)number - 1;
    return (lua_Number)(*index + 1) == number;
}

static tc_view element(lua_State *L, tc_view array, lua_Number number)
{
    const tc_entry *const entries = tc_entries_of(array);
    uint32_t index;
    if (!to_index(number, tc_entry_length(tc_entry_of(array)), &index))
        return nowhere;
    tc_view v = array;
    if (tc_has_runs(entries, array.entry)) {
        const uint32_t run = find_run(entries, array.entry, index);
        index -= tc_run_first(entries[run]);
        v.document = tc_expand(L, 1, array.document, entries[run + 1]);
        v.entry = 0;
    }
    const uint32_t container = v.entry;
    v.entry = find_entry(tc_entries_of(v), container, index);
    TC_ASSERT(v.entry > container && v.entry < tc_next_entry(v, container));
    return v;
}

/* ---- steps by name ---- */

/*
** Looks for the name at that index among the members from one name's entry to end: the entry of its last value, or 0.
*/
static uint32_t last_member(lua_State *L, const tc_recorded *r, uint32_t name, uint32_t end, int index)
{
    size_t length;
    const char *const wanted = lua_tolstring(L, index, &length);
    const uint32_t plain = tc_plain_string(length);
    uint32_t value = 0;
    if (length > TC_TAPE_TEXT_MAX)
        return 0;
    for (; name < end; name = tc_entry_next(r->entries, name + 1)) {
        const tc_entry e = r->entries[name];
        if ((uint32_t)e == plain) {
            if (tc_same_bytes(r->text + tc_entry_offset(e), wanted, length))
                value = name + 1;
        } else if (tc_entry_kind(e) != TC_STRING) {
            tc_push_value(L, r, name);
            if (lua_rawequal(L, -1, index))
                value = name + 1;
            lua_pop(L, 1);
        }
    }
    return value;
}

/* Pushes a table from each name of an object to the entry of its last value. */
static void push_new_members(lua_State *L, tc_view object)
{
    const uint32_t end = tc_next_entry(object, object.entry);
    lua_createtable(L, 0, (int)tc_entry_length(tc_entry_of(object)));
    for (uint32_t name = object.entry + 1; name < end; name = tc_next_entry(object, name + 1)) {
        tc_push_value(L, &object.document->recorded, name);
        lua_pushnumber(L, (lua_Number)(name + 1));
        lua_rawset(L, -3);
    }
}

/* The same, kept in the body's table, which is at that index. */
static void push_members(lua_State *L, tc_view object, int table)
{
    const uint32_t first_name = tc_entry_offset(tc_entries_of(object)[object.entry + 1]);
    const int key = -(int)(object.document->base + first_name);
    lua_rawgeti(L, table, key);
    if (!lua_isnil(L, -1))
        return;
    lua_pop(L, 1);
    push_new_members(L, object);
    lua_pushvalue(L, -1);
    lua_rawseti(L, table, key);
}

static bool is_hashed(tc_view object)
{
    return object.document->has_table && tc_entry_length(tc_entry_of(object)) > HASHED;
}

static uint32_t hashed_member(lua_State *L, int members, int index)
{
    lua_pushvalue(L, index);
    lua_rawget(L, members);
    const uint32_t value = (uint32_t)lua_tonumber(L, -1);
    lua_pop(L, 1);
    return value;
}

/* The member whose name is at that index (absolute) of an object of the view at index 1. */
static tc_view member(lua_State *L, tc_view object, int index)
{
    tc_view v = object;
    if (!is_hashed(object)) {
        v.entry = last_member(L, &v.document->recorded, v.entry + 1, tc_next_entry(v, v.entry), index);
    } else {
        lua_getiuservalue(L, 1, 1);
        push_members(L, object, lua_gettop(L));
        v.entry = hashed_member(L, lua_gettop(L), index);
        lua_pop(L, 2);
    }
    return v.entry == 0 || tc_is_omitted(L, tc_entry_of(v)) ? nowhere : v;
}

/* ---- paths ---- */

/* Where the step at that index leads from v. */
static tc_view step(lua_State *L, tc_view v, int index, const char *function)
{
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        return tc_is_kind(v, TC_OBJECT) ? member(L, v, index) : nowhere;
    case LUA_TNUMBER:
        return tc_is_kind(v, TC_ARRAY) ? element(L, v, lua_tonumber(L, index)) : nowhere;
    default:
        tc_argument_error(L, index, index - 1, function, "name or index");
        return nowhere;
    }
}

/*
** A step has led nowhere: raises if it shows a mistake about paths. Bad data must never raise, so only these do: the
** index 0; a name Response in the payload; and a name with a dot, if the part before the dot is a member.
*/
static void check_step(lua_State *L, tc_view from, int index, const char *function)
{
    if (lua_type(L, index) == LUA_TNUMBER) {
        if (lua_tonumber(L, index) == 0)
            luaL_error(L, "bad argument #%d to '%s' (indexes start at 1, got 0)", index - 1, function);
        return;
    }
    if (lua_type(L, index) != LUA_TSTRING || !tc_is_kind(from, TC_OBJECT))
        return;
    const char *const name = lua_tostring(L, index);
    const char *const dot = strchr(name, '.');
    if (from.entry == from.document->payload && strcmp(name, "Response") == 0)
        luaL_error(L, "bad argument #%d to '%s' (paths start inside Response)", index - 1, function);
    if (dot == NULL)
        return;
    lua_pushlstring(L, name, (size_t)(dot - name));
    if (member(L, from, lua_gettop(L)).entry != 0)
        luaL_error(L, "bad argument #%d to '%s' (no member '%s'; did you mean '%s', '%s'?)", index - 1, function, name,
                   lua_tostring(L, -1), dot + 1);
    lua_pop(L, 1);
}

tc_view tc_follow(lua_State *L, tc_view v, int last, const char *function)
{
    for (int i = 2; i <= last; ++i) { /* a step needs fewer than the LUA_MINSTACK slots that a call begins with */
        const tc_view from = v;
        v = step(L, from, i, function);
        if (v.entry == 0)
            check_step(L, from, i, function);
    }
    return v;
}

tc_view tc_resolve(lua_State *L, const char *function)
{
    return tc_follow(L, *tc_check_view(L, function), lua_gettop(L), function);
}

/* ---- the members that count ---- */

void tc_push_member_table(lua_State *L, tc_view object, int table)
{
    if (is_hashed(object))
        push_members(L, object, table);
    else
        lua_pushnil(L);
}

bool tc_member_counts(lua_State *L, tc_view object, uint32_t name, int members)
{
    const int top = lua_gettop(L);
    if (tc_is_omitted(L, tc_entries_of(object)[name + 1]))
        return false;
    if (lua_istable(L, members))
        return hashed_member(L, members, top) == name + 1;
    const tc_recorded *const r = &object.document->recorded;
    return last_member(L, r, tc_entry_next(r->entries, name + 1), tc_next_entry(object, object.entry), top) == 0;
}
