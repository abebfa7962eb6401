/*
** json_kernel_test.c - strings, read by blocks, against the same strings read byte by byte: the verdict and the offset
** of the first wrong byte. json_index_test.c tests that the first escape of each string is found.
*/
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "json_index.h"
#include "json_scan.h"
#include "reading.h"

enum { LONGEST = 2600 };

static struct {
    char bytes[LONGEST + 200];
    size_t length;
} made;

static void put(const char *bytes, size_t length)
{
    memcpy(made.bytes + made.length, bytes, length);
    made.length += length;
}

static void put_string(const char *string)
{
    put(string, strlen(string));
}

static const char *const right[] = {
    "\xC2\x80",         "\xDF\xBF",         "\xE0\xA0\x80", "\xE4\xB8\xAD", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF",
    "\xF0\x90\x80\x80", "\xF0\x9F\x98\x80", "\xF3\xBF\xBF\xBF", "\xF4\x8F\xBF\xBF", "\\n",  "\\\"",         "\\\\",
    "\\/",              "\\b",              "\\f",          "\\r",          "\\t",          "\\u4e2d",      "\\uD83D\\uDE00",
};

static const char *const wrong[] = {
    "\x80",         "\xBF",         "\xC0\x80",         "\xC1\xBF",     "\xC2",         "\xC2\xC2",         "\xE0\x9F\xBF",
    "\xE0\x80\x80", "\xED\xA0\x80", "\xED\xBF\xBF",     "\xE4\xB8",     "\xE4",         "\xE4\xB8\xAD\xAD", "\xF0\x8F\xBF\xBF",
    "\xF0\x9F\x98", "\xF0\x9F",     "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",     "\xFE\x80\x80",     "\xF8\x88\x80\x80\x80",
    "\x01",         "\x1F",         "\\a",              "\\\x01",       "\\\xE4",       "\\u12g4",          "\\ud800",
    "\\udc00",      "\\ud83d\\n",   "\\u",              "\\U0041",      "\\'",          "\\0",              "\\ud83d\\ud83d",
};

enum { RIGHT = sizeof right / sizeof *right, WRONG = sizeof wrong / sizeof *wrong };

static void put_plain(uint32_t *seed, size_t length)
{
    while (length-- > 0)
        put(&"abc {}:,0\x7F"[next_random(seed) % 10], 1);
}

/* Text mostly of one kind, so that there are long runs of it. */
static void put_text(uint32_t *seed, size_t length)
{
    const size_t kind = next_random(seed) % RIGHT, limit = next_random(seed) % 3 == 0 ? 90 : 5;
    while (made.length < length) {
        put_string(right[next_random(seed) % 4 == 0 ? next_random(seed) % RIGHT : kind]);
        if (next_random(seed) % 3 == 0)
            put_plain(seed, next_random(seed) % limit);
    }
}

/* Changes, inserts or deletes a byte. */
static void damage(uint32_t *seed)
{
    const size_t at = 2 + next_random(seed) % (made.length - 2);
    if (next_random(seed) % 2 == 0) {
        made.bytes[at] = (char)(unsigned char)next_random(seed);
    } else {
        memmove(made.bytes + at, made.bytes + at + 1, made.length - at - 1);
        --made.length;
    }
}

static void check(uint32_t seed)
{
    static reading expected, found;
    const text body = {made.bytes, made.length};
    const size_t cut = next_random(&seed) % (body.length + 1);
    read_body(&expected, body, manner_chunked(cut_every(1)));
    read_body(&found, body, manner_plain());
    readings_equal(body, "whole", &found, &expected);
    read_body(&found, body, manner_at(AT_BEGIN));
    readings_equal(body, "whole, at the start of a page", &found, &expected);
    read_body(&found, body, manner_chunked(cut_at(cut)));
    readings_equal(body, "in two chunks", &found, &expected);
    read_body(&found, body, manner_chunked(cut_by(seed)));
    readings_equal(body, "in random chunks", &found, &expected);
}

static void begin(uint32_t *seed, size_t spaces)
{
    made.length = 0;
    put("[", 1);
    while (spaces-- > 0)
        put(" ", 1);
    put_string(next_random(seed) % 2 == 0 ? "\"" : "\"plain\", \"");
}

static void random_texts(void)
{
    for (uint32_t i = 1; i <= 1500; ++i) {
        uint32_t seed = i;
        test_case("random text %u", (unsigned)i);
        begin(&seed, i % 64);
        put_text(&seed, i % 10 == 0 ? LONGEST : 300);
        put_string("\", \"\\n\", \"a\"]");
        for (size_t times = next_random(&seed) % 3; times > 0; --times)
            damage(&seed);
        check(seed);
    }
}

/* With the environment variable PLACES=5 every fifth place, say: for emulators. */
static size_t places_apart(void)
{
    const char *const places = getenv("PLACES");
    return places != NULL && atoi(places) > 0 ? (size_t)atoi(places) : 1;
}

/* At the positions of a block and around the ends of batches, in plain text and after a sequence. */
static void every_place(const char *piece, const char *before, size_t first, size_t apart)
{
    uint32_t seed = 1;
    for (size_t place = first; place < 4 * TC_BLOCK; place += apart) {
        const bool in_next_batch = place > 2 * TC_BLOCK;
        const size_t plain = in_next_batch ? TC_BATCH + place - 3 * TC_BLOCK : place;
        made.length = 0;
        /* An escape has a position, and a quote after a space has one: so the batch starts with it. */
        put_string(!in_next_batch ? "[\"" : place % 2 == 0 ? "[\"\\n" : "[ \"");
        memset(made.bytes + made.length, 'a', plain);
        made.length += plain;
        put_string(before);
        put_string(piece);
        if (place % 3 > 0)
            put_plain(&seed, place % 3 == 1 ? 1 : 100);
        put_string("\"]");
        check(seed + (uint32_t)place);
    }
}

int main(void)
{
    const size_t apart = places_apart();
    random_texts();
    for (size_t i = 0; i < RIGHT + WRONG; ++i) {
        const char *const piece = i < RIGHT ? right[i] : wrong[i - RIGHT];
        const size_t first = 1 + i % apart;
        test_case("at every position: %s %zu", i < RIGHT ? "right" : "wrong", i < RIGHT ? i : i - RIGHT);
        every_place(piece, "", first, apart);
        every_place(piece, "\xE4\xB8\xAD\xF0\x9F\x98\x80", first, apart);
        every_place(piece, "\\\\\\n", first, apart);
    }
    return test_end();
}
