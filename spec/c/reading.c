/*
** reading.c - see reading.h.
*/
#include "reading.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>


#define SLOT(n) (1U << (n))

static const tc_scan_member common_innermost[] = {
    MEMBER("Code", 3, 0, NULL),
    MEMBER("Message", 4, 0, NULL),
    NO_MEMBER,
};

static const tc_scan_member common_inside[] = {
    MEMBER("Error", 2, SLOT(3) | SLOT(4), common_innermost),
    MEMBER("RequestId", 5, 0, NULL),
    MEMBER("a", 8, SLOT(3), common_innermost),
    NO_MEMBER,
};

static const tc_scan_member common_top[] = {
    MEMBER("Response", 1, SLOT(2) | SLOT(3) | SLOT(4) | SLOT(5), common_inside),
    MEMBER("code", 6, 0, NULL),
    MEMBER("a", 7, SLOT(8), common_inside),
    MEMBER("Name", 9, 0, NULL),
    NO_MEMBER,
};

const tc_scan_member common_text = MEMBER("", 0, 0x3FE, common_top);

reading_manner manner_plain(void)
{
    const reading_manner m = {DEPTH, &common_text, NO_TAPE, AT_END, cut_nowhere()};
    return m;
}

reading_manner manner_chunked(cuts c)
{
    reading_manner m = manner_plain();
    m.place = CHUNKED;
    m.cuts = c;
    return m;
}

reading_manner manner_with_tape(reading_tape tape)
{
    reading_manner m = manner_plain();
    m.tape = tape;
    return m;
}

reading_manner manner_at(reading_place place)
{
    reading_manner m = manner_plain();
    m.place = place;
    return m;
}

const char *place_body(text body, reading_place place)
{
    switch (place) {
    case AT_END:
        return flush_end(body);
    case AT_BEGIN:
        return flush_begin(body);
    default:
        return body.bytes;
    }
}

void reading_free(reading *r)
{
    free(r->entries);
    memset(r, 0, sizeof *r);
}

/* ---- the tape ---- */

static void begin_tape(reading *r, tc_scan *s, reading_tape tape, text body)
{
    /* no byte is the first of two entries */
    const uint32_t capacity = tape == TAPE_FULL ? 1 : (uint32_t)body.length + 1;
    if (tape == TAPE_FULL || r->entry_capacity < capacity) {
        free(r->entries);
        r->entries = allocate(capacity * sizeof *r->entries);
        r->entry_capacity = capacity;
    }
    tc_scan_record(s, r->entries, tape == TAPE_FULL ? 1 : r->entry_capacity, false);
}

/* Moves the tape to memory for exactly one more entry. */
static void grow_tape(reading *r, tc_scan *s, text body)
{
    const uint32_t capacity = s->tape.capacity + 1;
    tc_entry *const longer = allocate(capacity * sizeof *longer);
    if (!test_equal(body, tc_scan_at(s), "entries when the tape asks for capacity", s->tape.count, s->tape.capacity))
        s->tape.count = s->tape.capacity;
    memcpy(longer, r->entries, s->tape.count * sizeof *longer);
    free(r->entries);
    r->entries = s->tape.entries = longer;
    r->entry_capacity = s->tape.capacity = capacity;
}

/* ---- reading ---- */

/* Reads the bytes fed; false after an error. */
static bool run(reading *r, tc_scan *s, text body, reading_manner m)
{
    tc_scan_status status;
    while ((status = tc_scan_run(s)) == TC_SCAN_FULL) {
        if (m.tape != TAPE_FULL) {
            test_fail(body, tc_scan_at(s), "asks for capacity without need");
            return false;
        }
        grow_tape(r, s, body);
    }
    return status == TC_SCAN_MORE;
}

/* An error is final, whatever comes after it. */
static void check_sticky(tc_scan *s, text body)
{
    const tc_json_reason reason = s->reason;
    const uint64_t at = s->error_at;
    if (s->tape.entries == NULL)
        tc_scan_feed(s, "[]", 2);
    if (tc_scan_run(s) != TC_SCAN_ERROR || tc_scan_finish(s) || s->reason != reason || s->error_at != at)
        test_fail(body, at, "an error did not last");
}

/* Code that reads a chunk after the next one is fed does not find the body's bytes. */
static void read_chunks(reading *r, tc_scan *s, text body, reading_manner m)
{
    size_t at = 0;
    do {
        const size_t size = cuts_next(&m.cuts, body.length - at);
        tc_scan_feed(s, lend_chunk(body.bytes + at, size), size);
        take_back_chunk();
        at += size;
        if (!run(r, s, body, m)) {
            check_sticky(s, body);
            return;
        }
        test_equal(body, at, "offset after a chunk", tc_scan_at(s), at);
    } while (at < body.length);
}

static void read_whole(reading *r, tc_scan *s, text body, reading_manner m)
{
    tc_scan_feed(s, place_body(body, m.place), body.length);
    if (!run(r, s, body, m))
        check_sticky(s, body);
    else
        test_equal(body, tc_scan_at(s), "offset at the end", tc_scan_at(s), body.length);
}

/* Takes the answer, and checks that asking again gives the same one. */
static void finish(reading *r, tc_scan *s, text body)
{
    r->right = tc_scan_finish(s);
    r->reason = s->reason;
    r->error_at = s->error_at;
    r->depth_seen = s->depth_seen;
    memcpy(r->captures, s->captures, sizeof r->captures);
    r->captured = s->captured;
    if (tc_scan_finish(s) != r->right || s->reason != r->reason || s->error_at != r->error_at)
        test_fail(body, r->error_at, "tc_scan_finish answers otherwise when asked again");
    if (r->right != (r->reason == TC_JSON_FINE))
        test_fail(body, r->error_at, "a verdict whose reason is \"%s\"", tc_json_reason_text(r->reason));
    r->entry_count = s->tape.count;
}

void read_body(reading *r, text body, reading_manner m)
{
    tc_scan s;
    memset(&s, 0xA5, sizeof s);
    tc_scan_init(&s, m.max_depth, m.text);
    if (m.tape != NO_TAPE)
        begin_tape(r, &s, m.tape, body);
    if (m.place == CHUNKED)
        read_chunks(r, &s, body, m);
    else
        read_whole(r, &s, body, m);
    finish(r, &s, body);
}

/* ---- comparing ---- */

static bool captures_equal(const tc_capture *a, const tc_capture *b)
{
    return a->kind == b->kind && a->begin == b->begin && a->end == b->end &&
           (a->kind != TC_LITERAL || a->literal == b->literal);
}

static bool all_captures_equal(text body, const char *how, const reading *found, const reading *expected)
{
    if (!test_equal(body, 0, how, found->captured, expected->captured))
        return false;
    for (size_t slot = 0; slot < TC_SLOTS; ++slot) {
        const tc_capture *const f = &found->captures[slot], *const e = &expected->captures[slot];
        if ((expected->captured >> slot & 1U) == 0 || captures_equal(f, e))
            continue;
        test_fail(body, e->begin,
                  "%s: slot %zu holds kind %d [%" PRIu64 ", %" PRIu64 "), expected kind %d [%" PRIu64 ", %" PRIu64 ")",
                  how, slot, (int)f->kind, f->begin, f->end, (int)e->kind, e->begin, e->end);
        return false;
    }
    return true;
}

bool readings_equal(text body, const char *how, const reading *found, const reading *expected)
{
    if (found->right != expected->right || found->reason != expected->reason ||
        (!expected->right && found->error_at != expected->error_at)) {
        test_fail(body, expected->error_at, "%s: \"%s\" at %" PRIu64 ", expected \"%s\" at %" PRIu64, how,
                  tc_json_reason_text(found->reason), found->error_at, tc_json_reason_text(expected->reason),
                  expected->error_at);
        return false;
    }
    return test_equal(body, 0, "depth seen", found->depth_seen, expected->depth_seen) &&
           (!expected->right || all_captures_equal(body, how, found, expected));
}
