/*
** core_fuzz.c - a libFuzzer target: a body gives the same verdict and the same texts read whole, onto a tape and in
** chunks. If it is refused, that is at the first byte after which no text could be right.
**
** The body's bytes decide where chunks are cut and how much room a tape gets, so an input is just a body.
*/
#include <string.h>

#include "envelope.h"
#include "fuzz.h"

enum { MAX_DEPTH = 50, FIELDS = 3 };

/* A text that is known, decoded. */
typedef struct {
    bool known;
    char *bytes;
    size_t length;
} text;

typedef struct {
    tc_verdict verdict;
    text texts[FIELDS]; /* code, message, request id */
    bool truncated;
} reading;

/* ---- readings ---- */

static void keep_texts(reading *r, const tc_envelope *e)
{
    const tc_field fields[FIELDS] = {r->verdict.code, r->verdict.message, r->verdict.request_id};
    for (int i = 0; i < FIELDS; ++i) {
        text *const t = &r->texts[i];
        t->known = fields[i] != TC_NO_FIELD;
        if (!t->known)
            continue;
        if (e->chunked) {
            const tc_text *const kept = tc_envelope_text(e, fields[i]);
            t->length = kept->length;
            t->bytes = (char *)allocate(t->length);
            memcpy(t->bytes, kept->bytes, t->length);
        } else {
            const tc_capture *const c = &e->scan.captures[fields[i]];
            tc_unescape_state state = TC_UNESCAPE_START;
            t->bytes = (char *)allocate(c->end - c->begin);
            t->length = tc_unescape(&state, e->scan.chunk + c->begin, c->end - c->begin, t->bytes);
            check(t->length <= c->end - c->begin, "a text is no longer than its escaped form");
        }
    }
    r->truncated = tc_envelope_truncated(e, &r->verdict);
}

static void release(reading *r)
{
    for (int i = 0; i < FIELDS; ++i)
        if (r->texts[i].known)
            free(r->texts[i].bytes);
}

static reading read_whole(const char *body, size_t length)
{
    tc_envelope e;
    reading r;
    memset(&e, 0x5A, sizeof e);
    r.verdict = tc_judge(&e, TC_FORM_BODY, body, length, MAX_DEPTH);
    keep_texts(&r, &e);
    return r;
}

/* Every entry points into the body, or at the entry after its last one. */
static void check_tape(const tc_tape *tape, size_t length)
{
    check(tc_entry_next(tape->entries, 0) <= tape->count, "the document ends with the tape");
    for (uint32_t i = 1; i < tape->count; ++i) {
        const tc_entry e = tape->entries[i];
        const uint32_t next = tc_entry_next(tape->entries, i);
        const size_t per_member = tc_entry_kind(e) == TC_OBJECT ? 2 : 1;
        uint32_t values = 0;
        check(next > i && next <= tape->count, "a value ends after its begin");
        if (tc_entry_kind(e) < TC_REAL + 1) {
            check((size_t)tc_entry_offset(e) + tc_entry_length(e) <= length, "a text lies in the body");
        } else if (tc_entry_kind(e) >= TC_ARRAY) {
            for (uint32_t child = i + 1; child < next; child = tc_entry_next(tape->entries, child))
                ++values;
            check(values == tc_entry_length(e) * per_member, "a container has as many members as it says");
        }
    }
}

static reading read_taped(const char *body, size_t length, uint32_t seed)
{
    tc_envelope e;
    reading r;
    uint32_t room = (uint32_t)draw(&seed, 8);
    tc_entry *entries = (tc_entry *)allocate(room * sizeof *entries);
    tc_envelope_init(&e, TC_FORM_BODY, MAX_DEPTH);
    tc_scan_record(&e.scan, entries, room, false);
    tc_scan_feed(&e.scan, body, length);
    while (tc_envelope_read(&e) == TC_SCAN_FULL) {
        check(e.scan.tape.count <= room, "the tape keeps to its room");
        room += (uint32_t)draw(&seed, 8);
        tc_entry *const larger = (tc_entry *)allocate(room * sizeof *entries);
        memcpy(larger, entries, e.scan.tape.count * sizeof *entries);
        free(entries);
        e.scan.tape.entries = entries = larger;
        e.scan.tape.capacity = room;
    }
    r.verdict = tc_envelope_finish(&e);
    if (r.verdict.outcome != TC_NOT_JSON)
        check_tape(&e.scan.tape, length);
    keep_texts(&r, &e);
    free(entries);
    return r;
}

static void enlarge(tc_text *t, size_t max_field)
{
    const size_t most = max_field + TC_TEXT_SLACK;
    const size_t room = t->capacity + 16 < most ? t->capacity + 16 : most;
    check(room > t->capacity, "no text asks for more than its limit and the slack");
    char *const larger = (char *)allocate(room);
    memcpy(larger, t->bytes, t->length);
    free(t->bytes);
    t->bytes = larger;
    t->capacity = room;
}

/* Chunks of 1 .. most bytes, each in its own memory, which ends with it and is freed when the next one is fed. */
static reading read_chunked(const char *body, size_t length, size_t most, size_t max_field, uint32_t seed)
{
    tc_envelope e;
    reading r;
    char *chunk = NULL;
    for (int i = 0; i < TC_TEXTS; ++i) {
        e.texts[i].capacity = TC_FIELD_MIN;
        e.texts[i].bytes = (char *)allocate(TC_FIELD_MIN);
    }
    tc_envelope_init_chunked(&e, TC_FORM_BODY, MAX_DEPTH, max_field);
    tc_scan_status status = TC_SCAN_MORE;
    for (size_t at = 0, size; at < length && status != TC_SCAN_ERROR; at += size) {
        size = draw(&seed, most);
        size = size < length - at ? size : length - at;
        char *const next = (char *)allocate(size);
        memcpy(next, body + at, size);
        tc_scan_feed(&e.scan, next, size);
        free(chunk);
        chunk = next;
        while ((status = tc_envelope_read(&e)) == TC_SCAN_FULL)
            enlarge(e.full, max_field);
    }
    tc_scan_feed(&e.scan, "", 0);
    free(chunk);
    r.verdict = tc_envelope_finish(&e);
    keep_texts(&r, &e);
    for (int i = 0; i < TC_TEXTS; ++i)
        free(e.texts[i].bytes);
    return r;
}

/* ---- what must hold ---- */

static void check_verdicts(const tc_verdict *a, const tc_verdict *b)
{
    check(a->outcome == b->outcome, "the outcome is the same");
    check(strcmp(a->reason, b->reason) == 0, "the reason is the same");
    check(a->offset == b->offset, "the offset is the same");
    check(a->code == b->code && a->message == b->message && a->request_id == b->request_id, "the fields are the same");
}

/* The longest prefix of a text that has at most limit bytes and ends with a whole character. */
static size_t cut_length(const text *t, size_t limit)
{
    if (t->length <= limit)
        return t->length;
    while (limit > 0 && ((unsigned char)t->bytes[limit] & 0xC0) == 0x80)
        --limit;
    return limit;
}

static void check_equal(reading *r, const reading *whole, size_t max_field)
{
    bool truncated = false;
    check_verdicts(&r->verdict, &whole->verdict);
    for (int i = 0; i < FIELDS; ++i) {
        const text *const a = &r->texts[i], *const b = &whole->texts[i];
        check(a->known == b->known, "the same texts are known");
        if (!a->known)
            continue;
        const size_t length = cut_length(b, max_field);
        check(a->length == length && memcmp(a->bytes, b->bytes, length) == 0, "a text is the same");
        truncated |= length < b->length;
    }
    check(r->truncated == truncated, "a text that was cut is said to be");
    release(r);
}

/* The refused byte is refused whatever follows; the bytes before it could still become a right text. */
static void check_prefixes(const char *body, const tc_verdict *v)
{
    const size_t wrong = v->offset; /* from 1: so this is the shortest prefix that is refused */
    tc_envelope e;
    tc_verdict before;
    if (strcmp(v->reason, tc_json_reason_text(TC_JSON_TRUNCATED)) != 0 &&
        strcmp(v->reason, tc_json_reason_text(TC_JSON_EMPTY)) != 0) {
        const tc_verdict then = tc_judge(&e, TC_FORM_BODY, body, wrong, MAX_DEPTH);
        check_verdicts(&then, v);
    }
    before = tc_judge(&e, TC_FORM_BODY, body, wrong - 1, MAX_DEPTH);
    check(before.outcome != TC_NOT_JSON || before.offset == wrong, "no byte before the one named is wrong");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    const char *const body = (const char *)data;
    const uint32_t seed = hash(body, length);
    reading whole = read_whole(body, length);
    reading other = read_taped(body, length, seed);
    check_equal(&other, &whole, TC_FIELD_MAX);
    for (size_t most = 1; most < 300; most *= 6) { /* 1, 6, 36, 216 */
        other = read_chunked(body, length, most, TC_FIELD_MAX, seed);
        check_equal(&other, &whole, TC_FIELD_MAX);
        other = read_chunked(body, length, most, TC_FIELD_MIN, seed + 1);
        check_equal(&other, &whole, TC_FIELD_MIN);
    }
    if (whole.verdict.outcome == TC_NOT_JSON)
        check_prefixes(body, &whole.verdict);
    release(&whole);
    return 0;
}
