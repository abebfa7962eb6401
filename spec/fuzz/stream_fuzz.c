/*
** stream_fuzz.c - a libFuzzer target: one response, read for its events or for the verdict alone, whole or in chunks,
** gives the same events, with the same tapes, and the same verdict with the same texts.
**
** Where chunks are cut, and what the response is declared to be, follow from the bytes.
*/
#include <string.h>

#include "fuzz.h"
#include "response_scan.h"

enum { MAX_DEPTH = 50, MAX_FIELD = 40, MAX_EVENT = 300, TAPE = 16, FIELDS = 3 };

typedef struct {
    char *bytes;
    size_t length, capacity;
} buffer;

/* What a reading gives: the events one after the other, and the verdict with its texts. */
typedef struct {
    buffer events, texts;
    tc_verdict verdict;
    bool truncated;
} reading;

typedef struct {
    tc_response_scan scan;
    bool gathers;
    tc_entry tape[TAPE];
    buffer data, name, id, next_id;
    reading read;
} reader;

static void add(buffer *b, const void *bytes, size_t length)
{
    if (b->capacity - b->length < length) {
        b->capacity = 2 * (b->length + length);
        char *const larger = (char *)allocate(b->capacity);
        if (b->length > 0)
            memcpy(larger, b->bytes, b->length);
        free(b->bytes);
        b->bytes = larger;
    }
    if (length > 0)
        memcpy(b->bytes + b->length, bytes, length);
    b->length += length;
}

/* With its length, so that no two lists of texts are the same bytes. */
static void add_text(buffer *b, const void *bytes, size_t length)
{
    add(b, &length, sizeof length);
    add(b, bytes, length);
}

/* ---- events ---- */

static void take_value(reader *r)
{
    const tc_event_stream *const s = &r->scan.stream;
    buffer *const b = s->field == TC_EVENT_DATA ? &r->data : s->field == TC_EVENT_NAME ? &r->name : &r->next_id;
    if (s->field != TC_EVENT_DATA && s->begins)
        b->length = 0;
    add(b, s->piece, s->length);
    if (s->field == TC_EVENT_ID && s->ends && (b->length == 0 || memchr(b->bytes, '\0', b->length) == NULL)) {
        r->id.length = 0;
        add(&r->id, b->bytes, b->length);
    }
}

static void take_event(reader *r)
{
    const tc_tape *const tape = &r->scan.envelope.scan.tape;
    buffer *const events = &r->read.events;
    check(r->data.length + r->name.length <= MAX_EVENT, "an event has no more bytes than it may");
    add_text(events, r->name.bytes, r->name.length);
    add_text(events, r->id.bytes, r->id.length);
    add_text(events, r->data.bytes, r->data.length);
    if (r->scan.recorded) {
        check(tape->count <= TAPE, "the tape keeps to its room");
        add_text(events, tape->entries, tape->count * sizeof *tape->entries);
    }
}

static void end_event(reader *r, bool is_event)
{
    if (is_event && r->gathers)
        take_event(r);
    r->data.length = r->name.length = 0;
}

static void enlarge(tc_text *t)
{
    const size_t most = MAX_FIELD + TC_TEXT_SLACK;
    const size_t room = t->capacity == 0 ? TC_FIELD_MIN : t->capacity + 1;
    check(room <= most, "no text asks for more than its limit and the slack");
    char *const larger = (char *)allocate(room);
    if (t->length > 0)
        memcpy(larger, t->bytes, t->length);
    free(t->bytes);
    t->bytes = larger;
    t->capacity = room;
}

static void read_on(reader *r)
{
    const tc_span none = {NULL, 0};
    tc_span data = none;
    tc_read_status status;
    while ((status = tc_response_next(&r->scan)) != TC_READ_MORE) {
        switch (status) {
        case TC_READ_FULL:
            enlarge(r->scan.envelope.full);
            break;
        case TC_READ_VALUE:
            take_value(r);
            break;
        case TC_READ_DATA:
            data.bytes = r->data.length > 0 ? r->data.bytes : "";
            data.length = r->data.length;
            tc_response_feed_data(&r->scan, data);
            break;
        default:
            end_event(r, status == TC_READ_EVENT);
        }
    }
}

/* ---- readings ---- */

static void keep_verdict(reader *r)
{
    reading *const read = &r->read;
    const bool failed = tc_response_failed(&r->scan);
    const tc_verdict v = read->verdict = tc_response_finish(&r->scan);
    const tc_field fields[FIELDS] = {v.code, v.message, v.request_id};
    check(!failed || v.outcome != TC_SUCCESS, "what has failed is no success");
    read->truncated = tc_envelope_truncated(&r->scan.envelope, &v);
    for (int i = 0; i < FIELDS; ++i) {
        if (fields[i] != TC_NO_FIELD) {
            const tc_text *const t = tc_envelope_text(&r->scan.envelope, fields[i]);
            add_text(&read->texts, t->bytes, t->length);
        }
    }
}

static void release(reader *r)
{
    for (int i = 0; i < TC_TEXTS; ++i)
        free(r->scan.envelope.texts[i].bytes);
    free(r->data.bytes);
    free(r->name.bytes);
    free(r->id.bytes);
    free(r->next_id.bytes);
}

/* Chunks of 1 .. most bytes, each in memory of its own that ends with it and is gone when it is read. */
static reading read_stream(const char *body, size_t length, tc_nature declared, bool gathers, size_t most,
                           uint32_t seed)
{
    const tc_response_settings settings = {MAX_DEPTH, MAX_FIELD, MAX_EVENT, declared};
    reader r;
    memset(&r, 0, sizeof r);
    tc_response_init(&r.scan, &settings);
    r.gathers = gathers;
    if (gathers)
        tc_response_record(&r.scan, r.tape, TAPE);
    for (size_t at = 0, size; at < length; at += size) {
        size = most < length ? draw(&seed, most) : length;
        size = size < length - at ? size : length - at;
        char *const chunk = (char *)allocate(size);
        memcpy(chunk, body + at, size);
        tc_response_feed(&r.scan, chunk, size);
        read_on(&r);
        free(chunk);
    }
    tc_response_end(&r.scan);
    read_on(&r);
    keep_verdict(&r);
    release(&r);
    return r.read;
}

static void check_same(const buffer *a, const buffer *b, const char *what)
{
    check(a->length == b->length && (a->length == 0 || memcmp(a->bytes, b->bytes, a->length) == 0), what);
}

static void check_verdict(const reading *a, const reading *b)
{
    const tc_verdict *const v = &a->verdict, *const w = &b->verdict;
    check(v->outcome == w->outcome, "the outcome is the same");
    check(strcmp(v->reason, w->reason) == 0, "the reason is the same");
    check(v->offset == w->offset, "the offset is the same");
    check(v->code == w->code && v->message == w->message && v->request_id == w->request_id, "the fields are the same");
    check(a->truncated == b->truncated, "a text that was cut is said to be");
    check_same(&a->texts, &b->texts, "the texts are the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    const char *const body = (const char *)data;
    const uint32_t seed = hash(body, length);
    static const tc_nature natures[] = {TC_UNDECIDED, TC_IS_BODY, TC_IS_STREAM, TC_IS_STREAM};
    const tc_nature declared = natures[seed % 4];
    const reading whole = read_stream(body, length, declared, true, length, seed);
    for (size_t most = 1; most < 1500; most *= 6) { /* 1, 6, 36, 216, 1296: so the longest is mostly whole */
        const reading events = read_stream(body, length, declared, true, most, seed);
        const reading verdict = read_stream(body, length, declared, false, most, seed + 1);
        check_same(&events.events, &whole.events, "the events are the same");
        check_verdict(&events, &whole);
        check_verdict(&verdict, &whole);
        free(events.events.bytes);
        free(events.texts.bytes);
        free(verdict.texts.bytes);
    }
    free(whole.events.bytes);
    free(whole.texts.bytes);
    return 0;
}
