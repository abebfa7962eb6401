/*
** judging.c - see judging.h.
*/
#include "judging.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>


judging_manner judging_whole(reading_place place, reading_tape tape)
{
    const judging_manner m = {DEPTH, tape, place, cut_nowhere(), 0, false};
    return m;
}

judging_manner judging_chunked(cuts c, size_t max_field)
{
    const judging_manner m = {DEPTH, NO_TAPE, CHUNKED, c, max_field, true};
    return m;
}

size_t cut_length(text t, size_t limit)
{
    if (t.length <= limit)
        return t.length;
    while (limit > 0 && ((unsigned char)t.bytes[limit] & 0xC0) == 0x80)
        --limit;
    return limit;
}

/* ---- what was reported ---- */

static void keep_bytes(judged_text *kept, const char *bytes, size_t size)
{
    if (kept->capacity < size) {
        free(kept->bytes);
        kept->bytes = allocate(size);
        kept->capacity = size;
    }
    if (size > 0)
        memcpy(kept->bytes, bytes, size);
    kept->size = size;
}

static void keep_escaped(judged_text *kept, const char *raw, size_t length)
{
    tc_unescape_state state = TC_UNESCAPE_START;
    char *const decoded = allocate(length);
    keep_bytes(kept, decoded, tc_unescape(&state, raw, length, decoded));
    free(decoded);
}

/* Whole body: where the field's value lies in it. */
static void keep_captured(judged_text *kept, const tc_capture *c, const char *whole)
{
    kept->begin = c->begin;
    const size_t length = (size_t)(c->end - c->begin);
    kept->length = length;
    kept->escaped = c->kind == TC_ESCAPED;
    kept->truncated = false;
    if (kept->escaped)
        keep_escaped(kept, whole + c->begin, length);
    else
        keep_bytes(kept, whole + c->begin, length);
}

/* Chunks: what was kept of it. */
static void keep_text(judged_text *kept, const tc_text *t)
{
    kept->begin = t->begin;
    kept->truncated = t->truncated;
    keep_bytes(kept, t->bytes, t->length);
}

/* whole: the body, or NULL if it came in chunks. */
static void keep_field(judged_text *kept, const tc_envelope *e, tc_field field, const char *whole)
{
    kept->known = field != TC_NO_FIELD;
    kept->size = 0;
    if (!kept->known)
        return;
    if (whole != NULL)
        keep_captured(kept, &e->scan.captures[field], whole);
    else
        keep_text(kept, tc_envelope_text(e, field));
}

static bool verdicts_equal(const tc_verdict *a, const tc_verdict *b)
{
    return a->outcome == b->outcome && a->reason == b->reason && a->offset == b->offset && a->code == b->code &&
           a->message == b->message && a->request_id == b->request_id;
}

static void check_reason(const tc_verdict *v, const tc_envelope *e, text body)
{
    const bool is_refused = v->outcome == TC_NOT_ENVELOPE || v->outcome == TC_NOT_JSON;
    if (is_refused != (*v->reason != '\0'))
        test_fail(body, v->offset, "outcome %d for the reason '%s'", (int)v->outcome, v->reason);
    if (v->outcome == TC_NOT_JSON && v->reason != tc_json_reason_text(e->scan.reason))
        test_fail(body, v->offset, "not the scanner's reason: %s", v->reason);
}

static void finish(judgement *j, tc_envelope *e, text body, const char *whole)
{
    const tc_verdict v = tc_envelope_finish(e), again = tc_envelope_finish(e);
    if (!verdicts_equal(&v, &again))
        test_fail(body, v.offset, "a different verdict when asked again");
    check_reason(&v, e, body);
    j->outcome = v.outcome;
    j->reason = v.reason;
    j->offset = v.offset;
    j->truncated = tc_envelope_truncated(e, &v);
    keep_field(&j->code, e, v.code, whole);
    keep_field(&j->message, e, v.message, whole);
    keep_field(&j->request_id, e, v.request_id, whole);
}

/* ---- whole bodies ---- */

static void grow_tape(tc_tape *t)
{
    tc_entry *const longer = allocate((t->capacity + 1) * sizeof *longer);
    memcpy(longer, t->entries, t->count * sizeof *longer);
    free(t->entries);
    t->entries = longer;
    ++t->capacity;
}

/* The value of a field lies where its entry says. */
static void check_entry(const tc_envelope *e, text body, tc_field field)
{
    const tc_capture *const c = &e->scan.captures[field];
    if (!tc_envelope_has(e, field))
        return;
    if (c->entry == 0 || c->entry >= e->scan.tape.count) {
        test_fail(body, c->begin, "field %d has entry %u of %u", (int)field, (unsigned)c->entry,
                  (unsigned)e->scan.tape.count);
        return;
    }
    const tc_entry entry = e->scan.tape.entries[c->entry];
    test_equal(body, c->begin, "kind of a field's entry", tc_entry_kind(entry), c->kind);
    if (c->kind > TC_REAL)
        return;
    test_equal(body, c->begin, "offset of a field's entry", tc_entry_offset(entry), c->begin);
    test_equal(body, c->begin, "length of a field's entry", tc_entry_length(entry), c->end - c->begin);
}

static void read_whole(tc_envelope *e, text body, const char *bytes, judging_manner m)
{
    tc_scan_status status;
    tc_scan_feed(&e->scan, bytes, body.length);
    while ((status = tc_envelope_read(e)) == TC_SCAN_FULL) {
        if (m.tape != TAPE_FULL) {
            test_fail(body, tc_scan_at(&e->scan), "asks for capacity without need");
            return;
        }
        grow_tape(&e->scan.tape);
    }
    if (status == TC_SCAN_ERROR && tc_envelope_read(e) != TC_SCAN_ERROR)
        test_fail(body, tc_scan_at(&e->scan), "an error did not last");
}

static void judge_whole(judgement *j, tc_envelope *e, text body, judging_manner m)
{
    const char *const bytes = place_body(body, m.place);
    const uint32_t capacity = m.tape == TAPE_FULL ? 1 : (uint32_t)body.length + 1;
    tc_envelope_init(e, TC_FORM_BODY, m.max_depth);
    if (m.tape != NO_TAPE)
        tc_scan_record(&e->scan, allocate(capacity * sizeof(tc_entry)), capacity, false);
    read_whole(e, body, bytes, m);
    finish(j, e, body, bytes);
    for (int field = TC_BODY; m.tape != NO_TAPE && j->outcome <= TC_API_ERROR && field < TC_NO_FIELD; ++field)
        check_entry(e, body, (tc_field)field);
    free(e->scan.tape.entries);
}

/* ---- chunks ---- */

static void allocate_texts(tc_envelope *e)
{
    for (size_t i = 0; i < TC_TEXTS; ++i) {
        e->texts[i].bytes = allocate(TC_FIELD_MIN);
        e->texts[i].capacity = TC_FIELD_MIN;
    }
}

static void free_texts(tc_envelope *e)
{
    for (size_t i = 0; i < TC_TEXTS; ++i)
        free(e->texts[i].bytes);
}

/* Moves the text to other memory of exactly its capacity. False if it has all that it may ever ask for. */
static bool enlarge(tc_envelope *e, text body, judging_manner m)
{
    tc_text *const t = e->full;
    const size_t max = m.max_field + TC_TEXT_SLACK;
    if (t < e->texts || t >= e->texts + TC_TEXTS || t->capacity >= max) {
        test_fail(body, tc_scan_at(&e->scan), "asks for more than %zu bytes of capacity", max);
        return false;
    }
    const size_t capacity = m.grow_slowly ? t->capacity + 1 : max;
    char *const longer = allocate(capacity);
    memcpy(longer, t->bytes, t->capacity);
    free(t->bytes);
    t->bytes = longer;
    t->capacity = capacity;
    return true;
}

/* False after an error. */
static bool read_chunk(tc_envelope *e, text body, judging_manner m)
{
    for (;;) {
        const tc_scan_status status = tc_envelope_read(e);
        if (status == TC_SCAN_MORE)
            return true;
        if (status != TC_SCAN_FULL || !enlarge(e, body, m))
            return false;
    }
}

static bool feed_chunk(tc_envelope *e, text body, size_t at, size_t size, judging_manner m)
{
    tc_scan_feed(&e->scan, lend_chunk(body.bytes + at, size), size);
    take_back_chunk();
    return read_chunk(e, body, m);
}

/* An empty chunk follows every other body, so that the last bytes are gone before the verdict. */
static void judge_chunks(judgement *j, tc_envelope *e, text body, judging_manner m)
{
    size_t at = 0, size;
    bool right;
    tc_envelope_init_chunked(e, TC_FORM_BODY, m.max_depth, m.max_field);
    allocate_texts(e);
    do {
        size = cuts_next(&m.cuts, body.length - at);
        right = feed_chunk(e, body, at, size, m);
        at += size;
    } while (right && at < body.length);
    if (right && body.length % 2 > 0)
        feed_chunk(e, body, at, 0, m);
    finish(j, e, body, NULL);
    free_texts(e);
}

void judge_body(judgement *j, text body, judging_manner m)
{
    tc_envelope e;
    memset(&e, 0xA5, sizeof e);
    if (m.place == CHUNKED)
        judge_chunks(j, &e, body, m);
    else
        judge_whole(j, &e, body, m);
}

/* ---- comparing ---- */

static void check_kept(text body, const char *how, const char *which, const judged_text *found,
                       const meaning_text *expected, size_t size)
{
    if (found->size == size && memcmp(found->bytes, expected->meant, size) == 0 &&
        found->truncated == (size < expected->size))
        return;
    test_fail(body, expected->begin, "%s: %s is '%.*s'%s, expected '%.*s'%s", how, which, (int)found->size,
              found->bytes, found->truncated ? " (cut)" : "", (int)size, expected->meant,
              size < expected->size ? " (cut)" : "");
}

static void check_text(text body, const char *how, const char *which, const judged_text *found,
                       const meaning_text *expected, judging_manner m)
{
    if (found->known != expected->known) {
        test_fail(body, expected->begin, "%s: %s is %sknown", how, which, found->known ? "" : "un");
        return;
    }
    if (!expected->known)
        return;
    const text meant = {expected->meant, expected->size};
    test_equal(body, expected->begin, "start of a field", found->begin, expected->begin);
    if (m.place == CHUNKED) {
        check_kept(body, how, which, found, expected, cut_length(meant, m.max_field));
        return;
    }
    test_equal(body, expected->begin, "length of a field in the body", found->length, expected->length);
    test_equal(body, expected->begin, "whether a field is escaped", found->escaped, expected->escaped);
    check_kept(body, how, which, found, expected, expected->size);
}

static bool is_cut(const meaning_text *t, size_t limit)
{
    return t->known && t->size > limit;
}

void judgement_check(text body, const char *how, const judgement *j, const meaning *expected, judging_manner m)
{
    if (j->outcome != expected->outcome || j->offset != expected->offset) {
        test_fail(body, expected->offset > 0 ? expected->offset - 1 : 0,
                  "%s: outcome %d at byte %" PRIu64 " (%s), expected %d at byte %zu", how, (int)j->outcome, j->offset,
                  j->reason, (int)expected->outcome, expected->offset);
        return;
    }
    check_text(body, how, "Code", &j->code, &expected->code, m);
    check_text(body, how, "Message", &j->message, &expected->message, m);
    check_text(body, how, "RequestId", &j->request_id, &expected->request_id, m);
    const size_t limit = m.place == CHUNKED ? m.max_field : SIZE_MAX;
    const bool cut =
        is_cut(&expected->code, limit) || is_cut(&expected->message, limit) || is_cut(&expected->request_id, limit);
    test_equal(body, 0, "tc_envelope_truncated", j->truncated, cut);
}
