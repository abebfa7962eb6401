/*
** lua_value.c - see lua_value.h.
*/
#include "lua_value.h"

#include <string.h>

#include "lua_number.h"

/* Texts with escapes up to this length are decoded on the C stack, longer ones in a userdata. */
enum { SMALL_TEXT = 1024 };

void tc_push_text(lua_State *L, const char *raw, size_t length, bool escaped)
{
    if (!escaped) {
        lua_pushlstring(L, raw, length);
        return;
    }
    tc_unescape_state state = {0, 0, 0, false};
    if (length <= SMALL_TEXT) {
        char out[SMALL_TEXT];
        lua_pushlstring(L, out, tc_unescape(&state, raw, length, out));
    } else {
        char *const out = (char *)tc_new_userdata(L, length);
        lua_pushlstring(L, out, tc_unescape(&state, raw, length, out));
        lua_remove(L, -2);
    }
}

static void push_null(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(TC_UP_NULL));
}

static void push_literal(lua_State *L, uint32_t literal)
{
    if (literal == TC_IS_NULL)
        push_null(L);
    else
        lua_pushboolean(L, literal == TC_IS_TRUE);
}

/* Pushes a value that is no container. */
static void push_scalar(lua_State *L, const char *text, tc_entry e, const tc_options *options)
{
    const char *const raw = text + tc_entry_offset(e);
    const uint32_t length = tc_entry_length(e);
    switch (tc_entry_kind(e)) {
    case TC_STRING:
        lua_pushlstring(L, raw, length);
        break;
    case TC_ESCAPED:
        tc_push_text(L, raw, length, true);
        break;
    case TC_INTEGER:
        tc_push_integer_text(L, raw, length, options->exact_integers);
        break;
    case TC_REAL:
        tc_push_real_text(L, raw, length, options->exact_integers);
        break;
    default:
        push_literal(L, length);
        break;
    }
}

/* ---- names ---- */

/* How many members of a list's element are remembered, in how many lists inside each other, of values of how many
 * entries. */
enum { REMEMBERED = 16, LISTS = 2, WORTH_REMEMBERING = 256 };

/*
** The names of the last element of a list, by position: the next element mostly has the same, and to compare the bytes
** costs half of what Lua takes to make the string again (6 % of a parse of a list on 5.4, 3 % on LuaJIT). The string of
** names[i] lies at slot first + i of the Lua stack. Without a list to remember, first is 0.
*/
typedef struct {
    int first;
    tc_entry names[LISTS * REMEMBERED];
} tc_memory;

static void remember_nothing(lua_State *L, tc_memory *m, uint32_t entries)
{
    m->first = 0;
    if (entries < WORTH_REMEMBERING)
        return;
    m->first = lua_gettop(L) + 1;
    lua_settop(L, m->first - 1 + LISTS * REMEMBERED);
    memset(m->names, 0xFF, sizeof m->names);
}

/* Takes what is remembered from below the value on top. */
static void forget(lua_State *L, const tc_memory *m)
{
    if (m->first == 0)
        return;
    lua_replace(L, m->first);
    lua_settop(L, m->first);
}

/* memcmp of a constant size is one comparison; of any other a call, which costs more than the names are worth. */
static bool same_bytes(const char *a, const char *b, size_t length)
{
    if (length > 16)
        return memcmp(a, b, length) == 0;
    if (length >= 8)
        return memcmp(a, b, 8) == 0 && memcmp(a + length - 8, b + length - 8, 8) == 0;
    if (length >= 4)
        return memcmp(a, b, 4) == 0 && memcmp(a + length - 4, b + length - 4, 4) == 0;
    while (length > 0 && a[length - 1] == b[length - 1])
        --length;
    return length == 0;
}

static bool same_text(const char *text, tc_entry e, tc_entry f)
{
    const bool same_kind_and_length = (uint32_t)e == (uint32_t)f;
    return same_kind_and_length &&
           same_bytes(text + tc_entry_offset(e), text + tc_entry_offset(f), tc_entry_length(e));
}

static void push_new_name(lua_State *L, const char *text, tc_entry e)
{
    tc_push_text(L, text + tc_entry_offset(e), tc_entry_length(e), tc_entry_kind(e) == TC_ESCAPED);
}

/* Pushes a name that stands at position i of what is remembered; -1 for none. */
static void push_name(lua_State *L, const char *text, tc_entry e, tc_memory *m, int i)
{
    if (i < 0) {
        push_new_name(L, text, e);
    } else if (same_text(text, m->names[i], e)) {
        lua_pushvalue(L, m->first + i);
    } else {
        push_new_name(L, text, e);
        lua_pushvalue(L, -1);
        lua_replace(L, m->first + i);
        m->names[i] = e;
    }
}

/* ---- containers ---- */

/*
** A container under construction. Its table lies on the Lua stack, and is in the container around it already. elements
** counts those so far; of an object, the members, downwards from -1.
*/
typedef struct {
    uint32_t end; /* the entry behind the container's last */
    int elements;
} tc_frame;

/* Containers nested up to this depth need no heap for the frames. */
enum { SMALL_DEPTH = 32 };

static tc_frame open_container(lua_State *L, tc_entry e, const tc_options *options)
{
    const int size = (int)tc_entry_length(e);
    tc_frame frame = {(uint32_t)(e >> 32), -1};
    if (tc_entry_kind(e) == TC_OBJECT) {
        lua_createtable(L, 0, size);
        return frame;
    }
    lua_createtable(L, size, 0);
    if (options->has_array_mt) {
        lua_pushvalue(L, lua_upvalueindex(TC_UP_ARRAY_MT));
        lua_setmetatable(L, -2);
    }
    frame.elements = 0;
    return frame;
}

/* Counts a member or element that has come into a container, and returns the number of the element. */
static int count(tc_frame *frame)
{
    return frame->elements < 0 ? frame->elements-- : ++frame->elements;
}

/* Moves the value on top into the table below it; under the name between them if that is an object. */
static void store(lua_State *L, tc_frame *frame)
{
    const int element = count(frame);
    if (element < 0)
        lua_rawset(L, -3);
    else
        lua_rawseti(L, -2, element);
}

/* The same for a table, which stays on top: so that one slot of the stack is enough for a level. */
static void store_table(lua_State *L, tc_frame *frame)
{
    const int element = count(frame);
    lua_pushvalue(L, -1);
    if (element < 0) {
        lua_insert(L, -3);
        lua_rawset(L, -4);
    } else {
        lua_rawseti(L, -3, element);
    }
}

/* The position at which the next member's name is remembered: its own in an element of a list; else -1. */
static int position(const tc_memory *m, const tc_frame *frames, const tc_frame *frame)
{
    const int member = -1 - frame->elements;
    if (m->first == 0 || frame == frames || frame[-1].elements < 0 || member >= REMEMBERED)
        return -1;
    return (int)((frame - frames) / 2 % LISTS) * REMEMBERED + member;
}

static bool is_null(tc_entry e)
{
    return (uint32_t)e == (TC_IS_NULL << 3 | TC_LITERAL);
}

/* Pushes the container at an entry. */
static void build(lua_State *L, const tc_document *d, uint32_t entry, tc_frame *frames)
{
    const tc_options *const options = tc_get_options(L);
    const tc_entry *const entries = d->entries;
    tc_frame *frame = frames;
    uint32_t i = entry;
    tc_memory memory;
    remember_nothing(L, &memory, tc_entry_next(entries, entry) - entry);
    *frame = open_container(L, entries[i++], options);
    for (;;) {
        if (i == frame->end) {
            if (frame-- == frames)
                break;
            lua_pop(L, 1);
            continue;
        }
        const bool object = frame->elements < 0;
        if (object)
            push_name(L, d->text, entries[i++], &memory, position(&memory, frames, frame));
        const tc_entry e = entries[i++];
        if (tc_entry_kind(e) >= TC_ARRAY) {
            frame[1] = open_container(L, e, options);
            store_table(L, frame++);
            continue;
        }
        if (object && options->omit_nulls && is_null(e))
            lua_pushnil(L); /* over an earlier member of the same name, if there is one */
        else
            push_scalar(L, d->text, e, options);
        store(L, frame);
    }
    forget(L, &memory);
}

void tc_push_value(lua_State *L, const tc_document *d, uint32_t entry)
{
    /* a table a level; the names that are remembered; names, values and scratch memory */
    luaL_checkstack(L, (int)d->deepest + LISTS * REMEMBERED + 8, "the body is nested too deeply");
    if (tc_entry_kind(d->entries[entry]) < TC_ARRAY) {
        push_scalar(L, d->text, d->entries[entry], tc_get_options(L));
    } else if (d->deepest <= SMALL_DEPTH) {
        tc_frame frames[SMALL_DEPTH];
        build(L, d, entry, frames);
    } else {
        tc_frame *const frames = (tc_frame *)tc_new_userdata(L, d->deepest * sizeof *frames);
        build(L, d, entry, frames);
        lua_remove(L, -2);
    }
}
