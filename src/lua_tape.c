/*
** lua_tape.c - see lua_tape.h.
*/
#include "lua_tape.h"

#include <string.h>

/* How many entries the whole body will need, going by what it needed so far; some to spare. */
static uint32_t estimate(const tc_scan *s)
{
    const double entries = s->tape.count;
    const double length = (double)(s->end - s->chunk);
    const double read = (double)(s->at - s->chunk);
    const double needed = entries * (length / read) * 1.0625 + 64;
    const double most = length + 2; /* an entry takes a byte of the body or more, and one is the document's */
    const double room = needed < entries * 1.5 ? entries * 1.5 : needed;
    return (uint32_t)(room < most ? room : most);
}

/* Replaces the value on top by a userdata with a larger tape. */
static void enlarge(lua_State *L, tc_tape *tape, uint32_t room, size_t header)
{
    char *const memory = (char *)tc_new_holder(L, header + room * sizeof(tc_entry));
    tc_entry *const entries = (tc_entry *)(void *)(memory + header);
    memcpy(entries, tape->entries, tape->count * sizeof(tc_entry));
    tape->entries = entries;
    tape->capacity = room;
    lua_replace(L, -2);
}

tc_verdict tc_record(lua_State *L, tc_envelope *e, const char *body, size_t length, tc_entry *small, uint32_t fold,
                     size_t header)
{
    tc_envelope_init(e, TC_FORM_BODY, tc_get_options(L)->max_depth);
    tc_scan_record(&e->scan, small, TC_SMALL_TAPE);
    tc_scan_keep_raw(&e->scan, fold);
    tc_envelope_feed(e, body, length);
    lua_pushnil(L);
    while (tc_envelope_read(e) == TC_SCAN_FULL)
        enlarge(L, &e->scan.tape, estimate(&e->scan), header);
    return tc_envelope_finish(e);
}

void tc_expand(lua_State *L, tc_expansion *u, const tc_document *d, tc_entry folded)
{
    const tc_scan *const scan = &u->envelope.scan;
    u->document.text = d->text + tc_entry_offset(folded);
    tc_record(L, &u->envelope, u->document.text, tc_entry_length(folded), u->small, 0, 0);
    u->document.entries = scan->tape.entries;
    u->document.depth_seen = scan->depth_seen;
    u->count = scan->tape.count;
}
