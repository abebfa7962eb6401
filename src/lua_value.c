/*
** lua_value.c - see lua_value.h.
*/
#include "lua_value.h"

#include "lua_number.h"
#include "lua_places.h"

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

/* ---- containers ---- */

/*
** A container under construction. Its table lies on the Lua stack, and is in the container around it already. elements
** counts those so far; of an object, the members, downwards from -1.
*/
typedef struct {
    uint32_t end; /* the entry behind the container's last */
    int elements;
    uint8_t place;    /* of an array; of an object's first member */
    uint8_t capacity; /* how many members of an object have a place */
} tc_frame;

/* Containers nested up to this depth need no heap for the frames. */
enum { SMALL_DEPTH = 32 };

static tc_frame open_container(lua_State *L, tc_entry e, tc_memory *m, unsigned place, const tc_options *options)
{
    const uint32_t size = tc_entry_length(e);
    tc_frame frame = {(uint32_t)(e >> 32), -1, (uint8_t)place, 0};
    if (tc_entry_kind(e) == TC_OBJECT) {
        const tc_place *const at = tc_places_in(m, place, size);
        frame.place = at->child;
        frame.capacity = at->capacity;
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
    return member < frame->capacity ? frame->place + (unsigned)member : TC_NOWHERE;
}

static bool is_null(tc_entry e)
{
    return (uint32_t)e == (TC_IS_NULL << 3 | TC_LITERAL);
}

static void push_folded(lua_State *L, const tc_document *d, tc_entry e)
{
    tc_expansion u;
    tc_expand(L, &u, d, e);
    tc_push_value(L, &u.document, 1);
    lua_remove(L, -2);
}

/* Pushes the container at an entry. */
static void build(lua_State *L, const tc_document *d, uint32_t entry, tc_frame *frames)
{
    const tc_options *const options = tc_get_options(L);
    const tc_entry *const entries = d->entries;
    tc_frame *frame = frames;
    uint32_t i = entry;
    tc_memory memory;
    const unsigned root = tc_remember(L, &memory, tc_entry_next(entries, entry) - entry);
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
            tc_push_string_at(L, d->text, entries[i++], &memory, place, TC_NAME);
        const tc_entry e = entries[i++];
        if (tc_entry_kind(e) >= TC_ARRAY) {
            frame[1] = open_container(L, e, &memory, place, options);
            store_table(L, frame++);
            continue;
        }
        if (tc_entry_kind(e) <= TC_ESCAPED)
            tc_push_string_at(L, d->text, e, &memory, place, TC_VALUE);
        else if (tc_entry_kind(e) == TC_RAW)
            push_folded(L, d, e);
        else if (object && options->omit_nulls && is_null(e))
            lua_pushnil(L); /* over an earlier member of the same name, if there is one */
        else
            push_scalar(L, d->text, e, options);
        store(L, frame);
    }
    tc_forget(L, &memory);
}

void tc_push_value(lua_State *L, const tc_document *d, uint32_t entry)
{
    /* a table a level; what is remembered; names, values and scratch memory */
    luaL_checkstack(L, (int)d->depth_seen + TC_PLACES_STACK + 8, "the body is nested too deeply");
    if (tc_entry_kind(d->entries[entry]) == TC_RAW) {
        push_folded(L, d, d->entries[entry]);
    } else if (tc_entry_kind(d->entries[entry]) < TC_ARRAY) {
        push_scalar(L, d->text, d->entries[entry], tc_get_options(L));
    } else if (d->depth_seen <= SMALL_DEPTH) {
        tc_frame frames[SMALL_DEPTH];
        build(L, d, entry, frames);
    } else {
        tc_frame *const frames = (tc_frame *)tc_new_userdata(L, d->depth_seen * sizeof *frames);
        build(L, d, entry, frames);
        lua_remove(L, -2);
    }
}
