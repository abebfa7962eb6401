/*
** offsets_test.c - chunks around 4 GiB, where an offset of 32 bits would start again from 0.
**
** No text of that length is read: between two chunks the stream is told that it is further along than it is.
*/
#include <string.h>

#include "envelope.h"
#include "harness.h"

#define FOUR_GIB ((uint64_t)1 << 32)

static const char head[] = "{\"Response\":{";
static const char tail[] = "\"Error\":{\"Mess\\u0061ge\":\"mes\\u0073age\",\"Code\":\"Some.Code\"},"
                           "\"RequestId\":\"r-1\",\"Number\":12.5}}";
static const char legacy_tail[] = " \"code\":4000,\"codeDesc\":\"Legacy\",\"message\":\"said\"}";

enum { HEAD = sizeof head - 1, TAIL = sizeof tail - 1, LEGACY_TAIL = sizeof legacy_tail - 1 };

typedef struct {
    tc_envelope envelope;
    char texts[TC_TEXTS][TC_FIELD_MIN + TC_TEXT_SLACK];
} kept_envelope;

/* Invariant: the end of the body lies at offset begin of the stream. */
typedef struct {
    text body;
    uint64_t begin;
} stream;

static void start(kept_envelope *k)
{
    tc_envelope_init_chunked(&k->envelope, TC_FORM_BODY, 10, TC_FIELD_MIN);
    for (size_t i = 0; i < TC_TEXTS; ++i) {
        k->envelope.texts[i].bytes = k->texts[i];
        k->envelope.texts[i].capacity = sizeof k->texts[i];
    }
}

static bool feed(kept_envelope *k, const char *bytes, size_t length)
{
    tc_scan_feed(&k->envelope.scan, lend_chunk(bytes, length), length);
    take_back_chunk();
    return tc_envelope_read(&k->envelope) == TC_SCAN_MORE;
}

/* Reads `length` bytes of a head, then the rest in chunks as c says. */
static tc_verdict judge(kept_envelope *k, size_t length, stream s, cuts c)
{
    start(k);
    feed(k, head, length);
    tc_scan_feed(&k->envelope.scan, "", 0);
    k->envelope.scan.base = s.begin;
    for (size_t at = 0, size; at < s.body.length; at += size) {
        size = cuts_next(&c, s.body.length - at);
        if (!feed(k, s.body.bytes + at, size))
            break;
    }
    return tc_envelope_finish(&k->envelope);
}

static void expect_field(stream s, const kept_envelope *k, tc_field field, const char *raw, const char *meant)
{
    const size_t at = (size_t)(strstr(s.body.bytes, raw) - s.body.bytes);
    if (field == TC_NO_FIELD) {
        test_fail(s.body, at, "%s is not known", meant);
        return;
    }
    const tc_capture *const c = &k->envelope.scan.captures[field];
    const tc_text *const t = tc_envelope_text(&k->envelope, field);
    const text found = {t->bytes, t->length}, expected = {meant, strlen(meant)};
    test_equal(s.body, at, "start of a field", c->begin, s.begin + at);
    test_equal(s.body, at, "start of its text", t->begin, s.begin + at);
    test_equal(s.body, at, "length in the body", c->end - c->begin, strlen(raw));
    if (!text_equal(found, expected))
        test_fail(s.body, at, "the text of %s is '%.*s'", meant, (int)t->length, t->bytes);
}

static void check_failure(stream s, cuts c)
{
    kept_envelope k;
    const tc_verdict v = judge(&k, HEAD, s, c);
    if (!test_equal(s.body, 0, "outcome", v.outcome, TC_API_ERROR))
        return;
    expect_field(s, &k, v.code, "Some.Code", "Some.Code");
    expect_field(s, &k, v.message, "mes\\u0073age", "message");
    expect_field(s, &k, v.request_id, "r-1", "r-1");
}

static void check_legacy(stream s, cuts c)
{
    kept_envelope k;
    const tc_verdict v = judge(&k, 1, s, c);
    if (!test_equal(s.body, 0, "outcome of the legacy form", v.outcome, TC_API_ERROR))
        return;
    expect_field(s, &k, v.code, "Legacy", "Legacy");
    expect_field(s, &k, v.message, "said", "said");
}

/* A body that ends, or goes wrong, at offset `at` of what is fed. */
static void check_refused(stream s, cuts c, size_t at)
{
    char bytes[TAIL + 1];
    kept_envelope k;
    memcpy(bytes, s.body.bytes, TAIL);
    bytes[at] = '\x01';
    const stream wrong = {{bytes, TAIL}, s.begin}, cut = {{bytes, at}, s.begin};
    test_equal(s.body, at, "offset of a wrong byte", judge(&k, HEAD, wrong, c).offset, s.begin + at + 1);
    test_equal(s.body, at, "offset of the end", judge(&k, HEAD, cut, c).offset, s.begin + at + 1);
}

int main(void)
{
    for (size_t at = 1; at < TAIL; ++at) {
        const text body = {tail, TAIL}, legacy = {legacy_tail, LEGACY_TAIL};
        const stream s = {body, FOUR_GIB - at}, t = {legacy, FOUR_GIB - at};
        const cuts ways[] = {cut_nowhere(), cut_at(at), cut_every(1), cut_every(7), cut_at(at + 1)};
        test_case("4 GiB before byte %zu", at);
        for (size_t i = 0; i < sizeof ways / sizeof *ways; ++i) {
            check_failure(s, ways[i]);
            check_legacy(t, ways[i]);
            check_refused(s, ways[i], at);
        }
    }
    return test_end();
}
