/*
** lua_value.c - see lua_value.h.
*/
#include "lua_value.h"

#include <string.h>

#include "json_bytes.h"
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

/* ---- strings that come again ---- */

/*
** Elements of a list mostly have the same members, and many of these the same value: to compare the bytes with those of
** the element before costs half of what Lua takes to make the string again. (So a list of objects takes 7 %
** less time on 5.4, and 2 % on LuaJIT.)
**
** A place stands for where in such an element a member is. Invariant: name and value are the entries of the strings that
** were last there, 0 before the first. Those kept lie on the Lua stack, at the slots first_name and first_value plus the
** place's number: a string is kept as soon as it has come again. The members of an object that is there, or is an element
** of an array there, have the places from child on, room of them.
*/
typedef struct {
    tc_entry name, value;
    bool name_kept, value_kept;
    uint8_t child, room;
} tc_place;

/* NOWHERE is the place of what is not remembered: nothing is noted there. */
enum { NOWHERE, ROOT, FIRST_PLACE, PLACES = 128 };

/* Values of less entries than that are not worth it. */
enum { WORTH_REMEMBERING = 256 };

typedef struct {
    int first_name, first_value;
    unsigned used; /* places so far */
    tc_place places[PLACES];
} tc_memory;

static const tc_place new_place = {0, 0, false, false, 0, 0};

/* Prepares to remember, if that is worth it for so many entries; returns the place of the whole. */
static unsigned remember(lua_State *L, tc_memory *m, uint32_t entries)
{
    m->places[NOWHERE] = m->places[ROOT] = new_place;
    m->used = FIRST_PLACE;
    m->first_name = lua_gettop(L) + 1;
    m->first_value = m->first_name + PLACES;
    if (entries < WORTH_REMEMBERING)
        return NOWHERE;
    lua_settop(L, m->first_name - 1 + 2 * PLACES);
    return ROOT;
}

/* Takes what is remembered from below the value on top. */
static void forget(lua_State *L, const tc_memory *m)
{
    if (lua_gettop(L) == m->first_name)
        return;
    lua_replace(L, m->first_name);
    lua_settop(L, m->first_name);
}

/* The place that has those of an object's members; the object has so many. */
static const tc_place *places_in(tc_memory *m, unsigned place, uint32_t members)
{
    tc_place *const at = &m->places[place];
    if (at->room == 0 && place != NOWHERE && members <= PLACES - m->used) {
        at->child = (uint8_t)m->used;
        at->room = (uint8_t)members;
        for (; members > 0; --members)
            m->places[m->used++] = new_place;
    }
    return at;
}

static bool same_text(const char *text, tc_entry e, tc_entry f)
{
    const bool same_kind_and_length = (uint32_t)e == (uint32_t)f;
    return same_kind_and_length &&
           tc_same_bytes(text + tc_entry_offset(e), text + tc_entry_offset(f), tc_entry_length(e));
}

static void push_string(lua_State *L, const char *text, tc_entry e)
{
    tc_push_text(L, text + tc_entry_offset(e), tc_entry_length(e), tc_entry_kind(e) == TC_ESCAPED);
}

/* Pushes a string at a place where last was the one before it, which lies at a slot if it is kept. */
static void push_string_again(lua_State *L, const char *text, tc_entry e, tc_entry *last, bool *kept, int slot)
{
    if (!same_text(text, *last, e)) {
        *last = e;
        *kept = false;
        push_string(L, text, e);
    } else if (*kept) {
        lua_pushvalue(L, slot);
    } else {
        *kept = true;
        push_string(L, text, e);
        lua_pushvalue(L, -1);
        lua_replace(L, slot);
    }
}

static void push_name(lua_State *L, const char *text, tc_entry e, tc_memory *m, unsigned place)
{
    tc_place *const at = &m->places[place];
    if (place == NOWHERE)
        push_string(L, text, e);
    else
        push_string_again(L, text, e, &at->name, &at->name_kept, m->first_name + (int)place);
}

/* Pushes a value that is a string. */
static void push_text(lua_State *L, const char *text, tc_entry e, tc_memory *m, unsigned place)
{
    tc_place *const at = &m->places[place];
    if (place == NOWHERE)
        push_string(L, text, e);
    else
        push_string_again(L, text, e, &at->value, &at->value_kept, m->first_value + (int)place);
}

/* ---- containers ---- */

/*
** A container under construction. Its table lies on the Lua stack, and is in the container around it already. elements
** counts those so far; of an object, the members, downwards from -1.
*/
typedef struct {
    uint32_t end; /* the entry behind the container's last */
    int elements;
    uint8_t place; /* of an array; of an object's first member */
    uint8_t room;  /* how many members of an object have a place */
} tc_frame;

/* Containers nested up to this depth need no heap for the frames. */
enum { SMALL_DEPTH = 32 };

static tc_frame open_container(lua_State *L, tc_entry e, tc_memory *m, unsigned place, const tc_options *options)
{
    const uint32_t size = tc_entry_length(e);
    tc_frame frame = {(uint32_t)(e >> 32), -1, (uint8_t)place, 0};
    if (tc_entry_kind(e) == TC_OBJECT) {
        const tc_place *const at = places_in(m, place, size);
        frame.place = at->child;
        frame.room = at->room;
        lua_createtable(L, 0, (int)size);
        return frame;
    }
    lua_createtable(L, (int)size, 0);
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

/* The place of the next member or element. */
static unsigned next_place(const tc_frame *frame)
{
    const int member = -1 - frame->elements;
    if (frame->elements >= 0)
        return frame->place;
    return member < frame->room ? frame->place + (unsigned)member : NOWHERE;
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
    const unsigned root = remember(L, &memory, tc_entry_next(entries, entry) - entry);
    *frame = open_container(L, entries[i++], &memory, root, options);
    for (;;) {
        if (i == frame->end) {
            if (frame-- == frames)
                break;
            lua_pop(L, 1);
            continue;
        }
        const bool object = frame->elements < 0;
        const unsigned place = next_place(frame);
        if (object)
            push_name(L, d->text, entries[i++], &memory, place);
        const tc_entry e = entries[i++];
        if (tc_entry_kind(e) >= TC_ARRAY) {
            frame[1] = open_container(L, e, &memory, place, options);
            store_table(L, frame++);
            continue;
        }
        if (tc_entry_kind(e) <= TC_ESCAPED)
            push_text(L, d->text, e, &memory, place);
        else if (object && options->omit_nulls && is_null(e))
            lua_pushnil(L); /* over an earlier member of the same name, if there is one */
        else
            push_scalar(L, d->text, e, options);
        store(L, frame);
    }
    forget(L, &memory);
}

void tc_push_value(lua_State *L, const tc_document *d, uint32_t entry)
{
    /* a table a level; what is remembered; names, values and scratch memory */
    luaL_checkstack(L, (int)d->deepest + 2 * PLACES + 8, "the body is nested too deeply");
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
