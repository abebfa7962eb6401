/*
** lua_document.c - see lua_document.h.
*/
#include "lua_document.h"

#include <string.h>

/*
** A run longer than LONG_RUN ends in a long element, for those before it have less than TC_RUN_BYTES together. It is
** recorded in outline, but only down to this many levels: so a path through nested lists reads a body at most that many
** times.
*/
enum { LONG_RUN = 4 * TC_RUN_BYTES, OUTLINE_LEVELS = 4 };

/* Estimates the entries of the whole text from those so far, with a sixteenth to spare. */
static uint32_t estimate(const tc_scan *s)
{
    const double entries = s->tape.count;
    const double length = (double)(s->end - s->chunk);
    const double read = (double)(s->at - s->chunk);
    const double needed = entries * (length / read) * 1.0625 + 64; /* 64: the text's end has members besides lists */
    const double limit = length + 2; /* an entry takes a byte of the text or more, and one is the document's */
    const double capacity = needed < entries * 1.5 ? entries * 1.5 : needed; /* 1.5: few steps if the guess was wrong */
    return (uint32_t)(capacity < limit ? capacity : limit);
}

/* Replaces the value on top by a document with a larger tape. */
static void enlarge(lua_State *L, tc_tape *tape, uint32_t capacity)
{
    const size_t entries = capacity;
    TC_ASSERT(capacity > tape->count);
    if (entries > (SIZE_MAX - sizeof(tc_document)) / sizeof(tc_entry)) /* only with 32 bits */
        luaL_error(L, "not enough memory");
    tc_document *const d = (tc_document *)lua_newuserdatauv(L, sizeof *d + entries * sizeof(tc_entry), 0);
    memcpy(d->tape, tape->entries, tape->count * sizeof(tc_entry));
    tape->entries = d->tape;
    tape->capacity = capacity;
    lua_replace(L, -2);
}

/* Reads what the scan was fed. Pushes the document that has the tape, or nil. */
static void record(lua_State *L, tc_scan *s, tc_entry *small, bool outline)
{
    tc_scan_record(s, small, TC_SMALL_TAPE, outline);
    lua_pushnil(L);
    while (tc_scan_run(s) == TC_SCAN_FULL)
        enlarge(L, &s->tape, estimate(s));
}

tc_verdict tc_record_body(lua_State *L, tc_envelope *e, tc_form form, const char *body, size_t length, tc_entry *small,
                          bool outline)
{
    tc_envelope_init(e, form, tc_get_options(L)->max_depth);
    tc_envelope_feed(e, body, length);
    record(L, &e->scan, small, outline);
    return tc_envelope_finish(e);
}

tc_recorded tc_recorded_by(const tc_scan *s)
{
    const tc_recorded r = {s->chunk, s->tape.entries, s->depth_seen};
    return r;
}

static void record_run(lua_State *L, tc_scan *s, const tc_recorded *of, tc_entry run, tc_entry *small, bool outline)
{
    tc_scan_init_elements(s, TC_DEPTH_MAX);
    tc_scan_feed(s, of->text + tc_entry_offset(run), tc_entry_length(run));
    record(L, s, small, outline);
    TC_ASSERT(s->reason == TC_JSON_FINE && tc_entry_length(s->tape.entries[0]) > 0);
    tc_tape_close(&s->tape, tc_entry_length(run)); /* entry 0, so that it can be read as an array */
}

tc_recorded tc_record_run(lua_State *L, const tc_recorded *of, tc_entry run, tc_entry *small)
{
    tc_scan s;
    record_run(L, &s, of, run, small, false);
    return tc_recorded_by(&s);
}

tc_document *tc_make_document(lua_State *L, const tc_scan *s, uint32_t base)
{
    const size_t size = s->tape.count * sizeof(tc_entry);
    tc_document *d = (tc_document *)lua_touserdata(L, -1);
    if (d == NULL) {
        d = (tc_document *)lua_newuserdatauv(L, sizeof *d + size, 0);
        memcpy(d->tape, s->tape.entries, size);
        lua_replace(L, -2);
    }
    d->recorded = tc_recorded_by(s);
    d->recorded.entries = d->tape;
    d->base = base;
    d->payload = d->level = 0;
    d->has_table = true;
    return d;
}

/* Pushes a new document of a run, given by its second entry in the document `of`. */
static void push_expanded(lua_State *L, const tc_document *of, tc_entry run)
{
    tc_scan s;
    tc_entry small[TC_SMALL_TAPE];
    record_run(L, &s, &of->recorded, run, small, tc_entry_length(run) > LONG_RUN && of->level < OUTLINE_LEVELS);
    tc_document *const d = tc_make_document(L, &s, of->base + tc_entry_offset(run));
    d->level = of->level + 1;
}

const tc_document *tc_expand(lua_State *L, int holder, const tc_document *of, tc_entry run)
{
    const uint32_t base = of->base + tc_entry_offset(run);
    lua_getiuservalue(L, holder, 1);
    lua_rawgeti(L, -1, (int)base);
    if (lua_isnil(L, -1)) {
        push_expanded(L, of, run);
        lua_replace(L, -2);
        lua_rawgeti(L, -2, (int)base);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            lua_pushvalue(L, -1);
            lua_rawseti(L, -3, (int)base);
        } else { /* a finalizer came first, and something may already point to its document */
            lua_replace(L, -2);
        }
    }
    const tc_document *const d = (const tc_document *)lua_touserdata(L, -1);
    lua_pop(L, 2);
    return d;
}
