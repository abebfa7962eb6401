/*
** large_test.c - bodies beyond 4 GiB, and beyond what a tape can index.
**
** A body is a head, gigabytes of filling and a tail. The filling is one small file mapped over and over, so that it
** takes addresses but no memory. LARGE_TEST says how much is read: `short` stays below 4 GiB, `full` goes beyond it in
** two ways, `long` in every way. The default is full, or short in a build that reads one byte at a time.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "envelope.h"
#include "harness.h"

/* Size of the file that fills a body: a multiple of every page size. */
#define TILE ((size_t)4 << 20)

/*
** Invariant: [begin, begin + length) is readable, the pages before and after [base, base + mapped) are not. The tail
** ends at the last readable byte.
*/
typedef struct {
    char *base;
    size_t mapped;
    text body;
    size_t tail; /* offset of the tail */
} large;

static text text_of(const char *string)
{
    const text t = {string, strlen(string)};
    return t;
}

static void need(bool done, const char *what)
{
    if (done)
        return;
    perror(what);
    abort();
}

/* A nameless file of TILE bytes that repeat the pattern, whose length divides TILE. */
static FILE *tile_of(text pattern)
{
    FILE *const file = tmpfile();
    char *const bytes = allocate(TILE);
    need(file != NULL, "tmpfile");
    for (size_t i = 0; i < TILE; i += pattern.length)
        memcpy(bytes + i, pattern.bytes, pattern.length);
    need(fwrite(bytes, 1, TILE, file) == TILE && fflush(file) == 0, "tmpfile");
    free(bytes);
    return file;
}

/* Addresses for size bytes between two unmapped stretches of a tile each. */
static char *reserve(size_t size)
{
#if defined(MAP_NORESERVE)
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
#else
    const int flags = MAP_PRIVATE | MAP_ANON;
#endif
    char *const base = mmap(NULL, size + 2 * TILE, PROT_NONE, flags, -1, 0);
    need(base != MAP_FAILED, "mmap");
    return base + TILE;
}

/* A writable tile at the start or end of a body. */
static void map_own(char *at)
{
    need(mprotect(at, TILE, PROT_READ | PROT_WRITE) == 0, "mprotect");
}

/* Head, at least filling bytes of the pattern, less than a pattern of white space, tail. */
static large large_of(text head, text pattern, size_t filling, text tail)
{
    const size_t tiles = filling / TILE + 1;
    FILE *const file = tile_of(pattern);
    large l;
    l.mapped = (tiles + 2) * TILE;
    l.base = reserve(l.mapped);
    map_own(l.base);
    map_own(l.base + l.mapped - TILE);
    for (size_t i = 1; i <= tiles; ++i) {
        char *const at = l.base + i * TILE;
        need(mmap(at, TILE, PROT_READ, MAP_SHARED | MAP_FIXED, fileno(file), 0) == at, "mmap");
    }
    fclose(file);
    char *const begin = l.base + TILE - head.length;
    char *const end = l.base + l.mapped;
    memcpy(begin, head.bytes, head.length);
    memcpy(end - tail.length, tail.bytes, tail.length);
    memset(end - TILE, ' ', TILE - tail.length); /* what whole patterns leave over */
    for (char *p = end - TILE; p + pattern.length <= end - tail.length; p += pattern.length)
        memcpy(p, pattern.bytes, pattern.length);
    l.body.bytes = begin;
    l.body.length = (size_t)(end - begin);
    l.tail = l.body.length - tail.length;
    return l;
}

static void large_free(large *l)
{
    munmap(l->base - TILE, l->mapped + 2 * TILE);
}

/* ---- reading ---- */

typedef struct {
    char texts[TC_TEXTS][TC_FIELD_MIN + TC_TEXT_SLACK];
    tc_envelope envelope;
    bool chunked;
} kept_envelope;

static void allocate_texts(kept_envelope *k)
{
    for (size_t i = 0; i < TC_TEXTS; ++i) {
        k->envelope.texts[i].bytes = k->texts[i];
        k->envelope.texts[i].capacity = sizeof k->texts[i];
    }
}

/* In chunks of this size, without a tape; 0: whole. */
static tc_verdict judge(kept_envelope *k, text body, size_t chunk)
{
    tc_envelope *const e = &k->envelope;
    k->chunked = chunk != 0;
    if (!k->chunked) {
        tc_envelope_init(e, TC_FORM_BODY, 1000);
        chunk = body.length;
    } else {
        tc_envelope_init_chunked(e, TC_FORM_BODY, 1000, TC_FIELD_MIN);
        allocate_texts(k);
    }
    for (size_t at = 0; at < body.length; at += chunk) {
        tc_scan_feed(&e->scan, body.bytes + at, chunk < body.length - at ? chunk : body.length - at);
        if (tc_envelope_read(e) != TC_SCAN_MORE)
            break;
    }
    return tc_envelope_finish(e);
}

/* The body is gigabytes long, so only its end is shown. */
static text end_of(const large *l)
{
    const text end = {l->body.bytes + l->tail, l->body.length - l->tail};
    return end;
}

/* length: the field's in the body; of chunks only the minimum is kept. */
static void expect_field(const large *l, const kept_envelope *k, const char *which, tc_field field, size_t begin,
                         size_t length)
{
    if (field == TC_NO_FIELD) {
        test_fail(end_of(l), 0, "%s is not known", which);
        return;
    }
    const tc_capture *const c = &k->envelope.scan.captures[field];
    test_equal(end_of(l), 0, which, c->begin, begin);
    test_equal(end_of(l), 0, which, c->end, begin + length);
    if (!k->chunked)
        return;
    const tc_text *const t = tc_envelope_text(&k->envelope, field);
    test_equal(end_of(l), 0, which, t->begin, begin);
    test_equal(end_of(l), 0, which, t->length, length < TC_FIELD_MIN ? length : TC_FIELD_MIN);
}

/* Where in the body this part of the tail starts. */
static size_t in_tail(const large *l, const char *tail, const char *part)
{
    return l->tail + (size_t)(strstr(tail, part) - tail);
}

/* ---- beyond 4 GiB ---- */

#define FOUR_GIB ((size_t)0xFFFFFFFFU + 1)

/* An odd size, so that chunks end everywhere; a few of them make up the whole. */
#define CHUNK (((size_t)1 << 29) + 12345)

/* A failure whose Message has more than 4 GiB, followed by everything else. */
static void long_message(size_t chunk)
{
    static const char head[] = "{\"Response\":{\"Error\":{\"Message\":\"";
    static const char tail[] = "\",\"Code\":\"Some.Code\"},\"RequestId\":\"r-1\"}}";
    large l = large_of(text_of(head), text_of("0123456789abcdef"), FOUR_GIB, text_of(tail));
    kept_envelope k;
    const tc_verdict v = judge(&k, l.body, chunk);
    const size_t length = l.tail - strlen(head);
    test_equal(end_of(&l), 0, "outcome", v.outcome, TC_API_ERROR);
    expect_field(&l, &k, "Code", v.code, in_tail(&l, tail, "Some"), 9);
    expect_field(&l, &k, "RequestId", v.request_id, in_tail(&l, tail, "r-1"), 3);
    expect_field(&l, &k, "Message", v.message, strlen(head), length);
    if (k.chunked)
        test_equal(end_of(&l), 0, "tc_envelope_truncated", tc_envelope_truncated(&k.envelope, &v), true);
    large_free(&l);
}

/* 4 GiB of white space, then a wrong byte: where it is. */
static void wrong_after_space(size_t chunk)
{
    static const char head[] = "{\"Response\":{\"Error\":{\"Code\":\"c\"},\"A\":[";
    static const char tail[] = "1,\"\x01";
    large l = large_of(text_of(head), text_of("    "), FOUR_GIB, text_of(tail));
    kept_envelope k;
    const tc_verdict v = judge(&k, l.body, chunk);
    test_equal(end_of(&l), 3, "outcome", v.outcome, TC_NOT_JSON);
    test_equal(end_of(&l), 3, "reason", k.envelope.scan.reason, TC_JSON_CONTROL);
    test_equal(end_of(&l), 3, "offset, counted from 1", v.offset, l.tail + 4);
    large_free(&l);
}

/* More than 4 GiB of a payload that ends too early. */
static void truncated_payload(size_t chunk)
{
    static const char head[] = "{\"Response\":{\"List\":[";
    static const char tail[] = "0]";
    large l = large_of(text_of(head), text_of("1,\"abc\",[]     ,"), FOUR_GIB, text_of(tail));
    kept_envelope k;
    const tc_verdict v = judge(&k, l.body, chunk);
    test_equal(end_of(&l), 2, "outcome", v.outcome, TC_NOT_JSON);
    test_equal(end_of(&l), 2, "offset, counted from 1", v.offset, l.body.length + 1);
    large_free(&l);
}

#if defined(TC_NO_SIMD)
static const char usual_form[] = "short";
#else
static const char usual_form[] = "full";
#endif

static bool is_form(const char *form)
{
    const char *const asked = getenv("LARGE_TEST");
    return strcmp(asked != NULL && *asked != '\0' ? asked : usual_form, form) == 0;
}

static void beyond_four_gib(void)
{
    test_case("a field of more than 4 GiB, whole, and all offsets after it");
    long_message(0);
    test_case("a wrong byte after a chunk of more than 4 GiB");
    wrong_after_space(FOUR_GIB + 1);
}

static void beyond_four_gib_every_way(void)
{
    test_case("a wrong byte after more than 4 GiB in chunks");
    wrong_after_space(CHUNK);
    test_case("a field of more than 4 GiB in chunks");
    long_message(CHUNK);
    long_message(4096);
    test_case("a wrong byte after more than 4 GiB, whole");
    wrong_after_space(0);
    test_case("more than 4 GiB, truncated");
    truncated_payload(0);
    truncated_payload(CHUNK);
}

static void test_four_gib(void)
{
    if (sizeof(size_t) < 8) {
        test_case("bodies of more than 4 GiB");
        test_skip("addresses have 32 bits");
    } else if (is_form("short")) {
        test_case("bodies of more than 4 GiB");
        test_skip("only with LARGE_TEST=full or long");
    } else {
        beyond_four_gib();
        if (is_form("long"))
            beyond_four_gib_every_way();
    }
}

/* ---- what a tape can index ---- */

enum { ENTRIES = 8 };

/* Reads a body onto a tape, looking only for its value. */
static tc_scan_status record(tc_scan *s, text body, tc_entry *entries)
{
    static const tc_scan_member value = {"", 0, 0, 0, NULL};
    tc_scan_init(s, 1000, &value);
    tc_scan_record(s, entries, ENTRIES, false);
    tc_scan_feed(s, body.bytes, body.length);
    return tc_scan_run(s);
}

static text last_bytes(text body, size_t length)
{
    const text last = {body.bytes + body.length - length, length};
    return last;
}

/* A body one byte longer than a tape can index is refused with a tape, and read without one. */
static void one_byte_too_many(const large *l)
{
    tc_entry entries[ENTRIES];
    tc_scan s;
    test_case("a body one byte too long for a tape");
    const text body = last_bytes(l->body, TC_TAPE_TEXT_MAX + 1);
    test_equal(end_of(l), 0, "status", record(&s, body, entries), TC_SCAN_ERROR);
    test_equal(end_of(l), 0, "reason", s.reason, TC_JSON_TOO_LARGE);
    test_equal(end_of(l), 0, "tc_scan_finish", tc_scan_finish(&s), false);
    test_equal(end_of(l), 0, "reason at the end", s.reason, TC_JSON_TOO_LARGE);
    tc_envelope e;
    tc_envelope_init(&e, TC_FORM_BODY, 1000);
    tc_scan_record(&e.scan, entries, ENTRIES, false);
    tc_scan_feed(&e.scan, body.bytes, body.length);
    test_equal(end_of(l), 0, "status of the envelope", tc_envelope_read(&e), TC_SCAN_ERROR);
    test_equal(end_of(l), 0, "outcome", tc_envelope_finish(&e).outcome, TC_NOT_JSON);
}

/* The longest body: the largest offsets and lengths that an entry can hold. */
static void longest_body(const large *l)
{
    tc_entry entries[ENTRIES];
    tc_scan s;
    test_case("the longest body for a tape: offsets");
    const text body = last_bytes(l->body, TC_TAPE_TEXT_MAX);
    test_equal(end_of(l), 0, "status", record(&s, body, entries), TC_SCAN_MORE);
    test_equal(end_of(l), 0, "tc_scan_finish", tc_scan_finish(&s), true);
    if (!test_equal(end_of(l), 0, "entries", s.tape.count, 4))
        return;
    test_equal(end_of(l), 0, "kind", tc_entry_kind(entries[1]), TC_ARRAY);
    test_equal(end_of(l), 0, "elements", tc_entry_length(entries[1]), 2);
    test_equal(end_of(l), 0, "entry after", tc_entry_next(entries, 1), 4);
    test_equal(end_of(l), 0, "offset of the string", tc_entry_offset(entries[2]), TC_TAPE_TEXT_MAX - 6);
    test_equal(end_of(l), 0, "length of the string", tc_entry_length(entries[2]), 2);
    test_equal(end_of(l), 0, "offset of the number", tc_entry_offset(entries[3]), TC_TAPE_TEXT_MAX - 2);
}

static void longest_string(void)
{
    tc_entry entries[ENTRIES];
    tc_scan s;
    large l = large_of(text_of(""), text_of("abcdefgh"), TC_TAPE_TEXT_MAX + TILE, text_of("\""));
    test_case("the longest body for a tape: lengths");
    const text body = last_bytes(l.body, TC_TAPE_TEXT_MAX);
    char *const page = l.base + (size_t)(body.bytes - l.base) / TILE * TILE;
    /* the body's first tile gets its own copy, for the quote */
    need(mmap(page, TILE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0) == page, "mmap");
    memset(page, 'x', TILE);
    page[body.bytes - page] = '"';
    test_equal(end_of(&l), 0, "status", record(&s, body, entries), TC_SCAN_MORE);
    test_equal(end_of(&l), 0, "tc_scan_finish", tc_scan_finish(&s), true);
    test_equal(end_of(&l), 0, "entries", s.tape.count, 2);
    test_equal(end_of(&l), 0, "kind", tc_entry_kind(entries[1]), TC_STRING);
    test_equal(end_of(&l), 0, "offset", tc_entry_offset(entries[1]), 1);
    test_equal(end_of(&l), 0, "length", tc_entry_length(entries[1]), TC_TAPE_TEXT_MAX - 2);
    large_free(&l);
}

static void test_tape(void)
{
    large l = large_of(text_of(""), text_of("    "), TC_TAPE_TEXT_MAX + TILE, text_of("[\"ab\",1]"));
    one_byte_too_many(&l);
    longest_body(&l);
    large_free(&l);
    longest_string();
}

int main(void)
{
    test_tape();
    test_four_gib();
    return test_end();
}
