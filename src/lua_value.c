/*
** lua_value.c - see lua_value.h.
*/
#include "lua_value.h"

#include "lua_number.h"
#include "lua_string.h"

static void push_literal(lua_State *L, uint32_t literal)
{
    if (literal == TC_IS_NULL)
        lua_pushvalue(L, lua_upvalueindex(TC_UP_NULL));
    else
        lua_pushboolean(L, literal == TC_IS_TRUE);
}

/* Pushes a value that is not a container. */
static void push_scalar(lua_State *L, const char *text, tc_entry e, const tc_options *options)
{
    const char *const raw = text + tc_entry_offset(e);
    const uint32_t length = tc_entry_length(e);
    switch (tc_entry_kind(e)) {
    case TC_STRING:
    case TC_ESCAPED:
        tc_push_string(L, text, e);
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
** A container under construction. Its table lies on the Lua stack, above its name if the container around it is an
** object. elements counts those so far; of an object, the members, downwards from -1.
*/
typedef struct {
    uint32_t end; /* the entry after the container's last */
    int elements;
    uint8_t slot;     /* of an array; of an object's first member */
    uint8_t capacity; /* how many members of an object have a slot */
} tc_frame;

/* Containers nested up to this depth need no heap for the frames. */
enum { SMALL_DEPTH = 32 };

/* What does not change from one recorded text to the next while a value is built. */
typedef struct {
    const tc_options *options;
    tc_cache cache;
} tc_builder;

static tc_frame open_container(lua_State *L, tc_builder *b, tc_entry e, unsigned slot)
{
    const uint32_t size = tc_entry_length(e);
    tc_frame frame = {tc_entry_end(e), -1, (uint8_t)slot, 0};
    if (tc_entry_kind(e) == TC_OBJECT) {
        const tc_slot *const s = tc_cache_members(&b->cache, slot, size);
        frame.slot = s->members;
        frame.capacity = s->capacity;
        lua_createtable(L, 0, (int)size);
        return frame;
    }
    lua_createtable(L, (int)size, 0);
    if (b->options->has_array_mt) {
        tc_push_shared(L, TC_ARRAY_MT);
        lua_setmetatable(L, -2);
    }
    frame.elements = 0;
    return frame;
}

/* Moves the value on top into the table below it, and counts it; for an object, under the name between them. */
static void store(lua_State *L, tc_frame *frame)
{
    if (frame->elements < 0) {
        --frame->elements;
        lua_rawset(L, -3);
    } else {
        lua_rawseti(L, -2, ++frame->elements);
    }
}

/* The slot of the next member or element. */
static unsigned next_slot(const tc_frame *frame)
{
    const int member = -1 - frame->elements;
    if (frame->elements >= 0)
        return frame->slot;
    return member < frame->capacity ? frame->slot + (unsigned)member : TC_NO_SLOT;
}

/* Pushes the name or value of the member in that slot. */
static inline void push_string(lua_State *L, tc_builder *b, unsigned slot, int which, const char *text, tc_entry e)
{
    if (slot == TC_NO_SLOT)
        tc_push_string(L, text, e);
    else
        tc_push_cached(L, &b->cache, slot, which, text, e);
}

static void fill_from_run(lua_State *L, tc_builder *b, const tc_recorded *r, tc_entry run, tc_frame *array);

/* Fills the table on top, of frames[0], from entry i on. */
static void fill(lua_State *L, tc_builder *b, const tc_recorded *r, uint32_t i, tc_frame *frames)
{
    const tc_entry *const entries = r->entries;
    tc_frame *frame = frames;
    for (;;) {
        if (i == frame->end) {
            if (frame == frames)
                return;
            store(L, --frame);
            continue;
        }
        const bool object = frame->elements < 0;
        const unsigned slot = next_slot(frame);
        if (object)
            push_string(L, b, slot, TC_NAME, r->text, entries[i++]);
        const tc_entry e = entries[i++];
        if (tc_entry_kind(e) >= TC_ARRAY) {
            *++frame = open_container(L, b, e, slot);
            continue;
        }
        if (tc_entry_kind(e) == TC_RAW) {
            fill_from_run(L, b, r, entries[i++], frame);
            continue;
        }
        if (tc_entry_kind(e) <= TC_ESCAPED)
            push_string(L, b, slot, TC_VALUE, r->text, e);
        else if (object && b->options->omit_nulls && tc_entry_is_null(e))
            lua_pushnil(L); /* over an earlier member of the same name, if there is one */
        else
            push_scalar(L, r->text, e, b->options);
        store(L, frame);
    }
}

/*
** The same where the frames may need the heap: frames[0] starts as a copy of first, which has the count of elements
** afterwards.
*/
static void fill_deep(lua_State *L, tc_builder *b, const tc_recorded *r, uint32_t i, tc_frame *first)
{
    if (r->depth_seen <= SMALL_DEPTH) {
        tc_frame frames[SMALL_DEPTH + 1];
        frames[0] = *first;
        fill(L, b, r, i, frames);
        *first = frames[0];
        return;
    }
    tc_frame *const frames = (tc_frame *)lua_newuserdatauv(L, (r->depth_seen + 1) * sizeof *frames, 0);
    lua_insert(L, -2);
    frames[0] = *first;
    fill(L, b, r, i, frames);
    *first = frames[0];
    lua_remove(L, -2);
}

/*
** Adds the elements of a run to the array on top. This nests only once, because a run is recorded in full. It is a
** separate function to save C stack.
*/
static TC_NEVER_INLINE void fill_from_run(lua_State *L, tc_builder *b, const tc_recorded *r, tc_entry run,
                                          tc_frame *array)
{
    tc_entry small[TC_SMALL_TAPE];
    const tc_recorded elements = tc_record_run(L, r, run, small);
    tc_frame frame = {tc_entry_next(elements.entries, 0), array->elements, array->slot, 0};
    lua_insert(L, -2);
    fill_deep(L, b, &elements, 1, &frame);
    lua_remove(L, -2);
    array->elements = frame.elements;
}

/* Values with fewer entries, or runs of fewer bytes, repeat too little. */
enum { CACHED_ENTRIES = 256, CACHED_BYTES = 4096 };

/* Do the strings of these entries, from first to end, repeat enough? They are members, elements or runs. */
static bool is_worth_caching(const tc_entry *entries, uint32_t first, uint32_t end)
{
    if (end - first >= CACHED_ENTRIES)
        return true;
    if (end == first || tc_entry_kind(entries[end - 1]) != TC_RAW)
        return false;
    const tc_entry begin = entries[tc_entry_kind(entries[first]) == TC_RAW ? first + 1 : first];
    return tc_run_end(entries[end - 1]) - tc_entry_offset(begin) >= CACHED_BYTES;
}

/*
** Slots of the stack at any depth: the cache; frames and tapes, of the text and of a run; a name, a value and its
** memory.
*/
enum { FIXED_STACK = TC_CACHE_STACK + 12, STACK_OF_LUA_5_1 = 8000 };

TC_STATIC_ASSERT(tc_stack_suffices, 2 * TC_DEPTH_MAX + FIXED_STACK < STACK_OF_LUA_5_1);

/* Room for these, and for the name and the table of each level. */
static void check_stack(lua_State *L, const tc_recorded *r)
{
    luaL_checkstack(L, 2 * (int)r->depth_seen + FIXED_STACK, "the body is nested too deeply");
}

static TC_NEVER_INLINE void push_container(lua_State *L, const tc_recorded *r, uint32_t entry,
                                           const tc_options *options)
{
    tc_builder b;
    b.options = options;
    const uint32_t end = tc_entry_next(r->entries, entry);
    const unsigned root = tc_cache_open(L, &b.cache, is_worth_caching(r->entries, entry + 1, end));
    tc_frame frame = open_container(L, &b, r->entries[entry], root);
    fill_deep(L, &b, r, entry + 1, &frame);
    tc_cache_close(L, &b.cache);
}

void tc_push_value(lua_State *L, const tc_recorded *r, uint32_t entry)
{
    const tc_entry e = r->entries[entry];
    TC_ASSERT(tc_entry_kind(e) != TC_RAW);
    if (tc_entry_kind(e) < TC_ARRAY) {
        if (tc_entry_kind(e) == TC_ESCAPED)
            luaL_checkstack(L, 3, NULL); /* it may need memory */
        push_scalar(L, r->text, e, tc_get_options(L));
        return;
    }
    check_stack(L, r);
    push_container(L, r, entry, tc_get_options(L));
}

void tc_push_runs(lua_State *L, const tc_recorded *r, uint32_t first, uint32_t end, uint32_t count)
{
    tc_builder b;
    check_stack(L, r);
    b.options = tc_get_options(L);
    const unsigned slot = tc_cache_open(L, &b.cache, is_worth_caching(r->entries, first, end));
    tc_frame frame = {end, 0, (uint8_t)slot, 0};
    lua_createtable(L, (int)count, 0);
    fill_deep(L, &b, r, first, &frame);
    TC_ASSERT(frame.elements == (int)count);
    tc_cache_close(L, &b.cache);
}
