/*
** lua_string.h - the text of a checked JSON string -> a Lua string; and a cache of strings that a list repeats.
**
** The elements of a list mostly have the same members, and many of these the same value. Comparing the bytes with those
** of the element before costs half of what Lua needs to make the string again: a list of objects takes 7 % less time on
** Lua 5.4 and 2 % less on LuaJIT. (Lua itself has such a cache, by address: strcache in its lstring.c.)
*/
#ifndef TC_LUA_STRING_H
#define TC_LUA_STRING_H

#include "internal.h"
#include "json_tape.h"
#include "lua_compat.h"

/* Pushes what the text of a string stands for. */
TC_INTERNAL void tc_push_text(lua_State *L, const char *raw, size_t length, bool escaped);

/* The two strings that a member can have. */
enum { TC_NAME, TC_VALUE };

/* A slot is for one member of the elements of a list. TC_NO_SLOT is for strings that are not cached. */
enum { TC_NO_SLOT, TC_ROOT_SLOT, TC_FIRST_SLOT, TC_SLOT_COUNT = 128 };

/* The Lua stack that a cache needs. */
enum { TC_CACHE_STACK = 2 * TC_SLOT_COUNT };

/*
** Invariant: last are the texts of the strings seen last, {NULL, 0} before the first. One that is cached lies on the
** Lua stack; it is cached when it is seen for the second time. The members of an object in this slot, or of the objects
** in an array in this slot, have the slots from members on, capacity of them.
*/
typedef struct {
    struct {
        const char *text;
        uint32_t kind_and_length; /* of its entry */
        bool cached;
    } last[2];
    uint8_t members, capacity;
} tc_slot;

/* The strings lie on the Lua stack from index first on, the names before the values; nowhere if first is 0. */
typedef struct {
    int first;
    unsigned used; /* slots so far */
    tc_slot slots[TC_SLOT_COUNT];
} tc_cache;

/*
** Makes a cache ready and returns the slot of the whole value. Unless enabled, that is TC_NO_SLOT, and nothing is on
** the stack.
*/
TC_INTERNAL unsigned tc_cache_open(lua_State *L, tc_cache *c, bool enabled);

/* Removes what the cache has on the stack, below the value on top. */
TC_INTERNAL void tc_cache_close(lua_State *L, tc_cache *c);

/* Reserves slots for the members of an object in a slot, if there are enough left; returns the slot. */
TC_INTERNAL const tc_slot *tc_cache_members(tc_cache *c, unsigned slot, uint32_t members);

/* Pushes the name or value of a slot, not TC_NO_SLOT: the string at that entry of a tape of text. */
TC_INTERNAL void tc_push_cached(lua_State *L, tc_cache *c, unsigned slot, int which, const char *text, tc_entry e);

/* Pushes the string at an entry of a tape of text. */
static inline void tc_push_string(lua_State *L, const char *text, tc_entry e)
{
    const char *const raw = text + tc_entry_offset(e);
    if (tc_entry_kind(e) == TC_STRING)
        lua_pushlstring(L, raw, tc_entry_length(e));
    else
        tc_push_text(L, raw, tc_entry_length(e), true);
}

#endif
