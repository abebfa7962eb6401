/*
** json_index_test.c - the structural index against a plain definition of its positions.
*/
#include "json_index.h"

#include <string.h>

#include "harness.h"
#include "bytes.h"

enum { MAX = 4000 };

typedef enum {
    NOT_TO_MARK,
    MAY_BE_MARKED, /* in a string and special */
    TO_MARK
} need;

/* A text, and what is known of each of its bytes. */
typedef struct {
    char bytes[MAX + 64];
    size_t length;
    need needs[MAX + 64];
    bool in_string[MAX + 64]; /* before the byte; not in an escape */
    bool in_escape[MAX + 64];
} sample;

static sample made;

static void put(char c, need n, bool in_string, bool in_escape)
{
    made.bytes[made.length] = c;
    made.needs[made.length] = n;
    made.in_string[made.length] = in_string;
    made.in_escape[made.length++] = in_escape;
}

static void put_run(const char *bytes, size_t length, uint32_t *seed, size_t limit)
{
    for (size_t i = next_random(seed) % limit; i > 0; --i)
        put(bytes[next_random(seed) % length], NOT_TO_MARK, false, false);
}

/* An escape or a character of several bytes. Escapes by \u have a position, and the first one of a string. */
static void put_piece(uint32_t *seed, bool *escaped_before)
{
    static const char *const pieces[] = {"\\\\",         "\\\"",     "\\u00e9",         "\\n",
                                         "\xE4\xB8\xAD", "\xC3\xA9", "\xF0\x9F\x98\x80"};
    const char *const piece = pieces[next_random(seed) % 7];
    for (size_t i = 0; piece[i] != '\0'; ++i) {
        const bool escaped = i > 0 && *piece == '\\';
        if (i == 0 && *piece == '\\')
            put('\\', *escaped_before && piece[1] != 'u' ? MAY_BE_MARKED : TO_MARK, true, false);
        else
            put(piece[i], tc_is_plain(piece[i]) || escaped ? NOT_TO_MARK : MAY_BE_MARKED, true, escaped);
    }
    *escaped_before |= *piece == '\\';
}

static void put_string(uint32_t *seed, bool special)
{
    const bool begins = tc_is_space(made.bytes[made.length - 1]);
    bool escaped = false;
    put('"', begins ? TO_MARK : NOT_TO_MARK, false, false);
    for (size_t i = next_random(seed) % 12; i > 0; --i) {
        for (size_t plain = next_random(seed) % (next_random(seed) % 8 == 0 ? 150 : 9); plain > 0; --plain)
            put("a :,{[0"[next_random(seed) % 7], NOT_TO_MARK, true, false);
        if (special)
            put_piece(seed, &escaped);
    }
    put('"', TO_MARK, true, false);
}

/* A text that starts with white space and consists of strings, blanks and other tokens. */
static void make_sample(uint32_t seed, size_t length, bool special)
{
    made.length = 0;
    put(' ', NOT_TO_MARK, false, false);
    while (made.length < length) {
        switch (next_random(&seed) % 4) {
        case 0:
            put_run(" \n\r\t", 4, &seed, next_random(&seed) % 5 == 0 ? 150 : 6);
            break;
        case 1:
            put_string(&seed, special);
            break;
        default:
            if (tc_is_space(made.bytes[made.length - 1]))
                put(',', TO_MARK, false, false);
            put_run("{}[]:,0-xe", 10, &seed, 6);
        }
        if (made.length > MAX - 2400)
            break;
    }
    if (length < made.length)
        made.length = length;
}

/* As many marks as possible: three in every four bytes. */
static void make_dense_sample(size_t length, bool special)
{
    made.length = 0;
    while (made.length < length) {
        put(' ', NOT_TO_MARK, false, false);
        put('"', TO_MARK, false, false);
        if (special)
            put('\x01', TO_MARK, true, false);
        put('"', TO_MARK, true, false);
    }
}

/* Is this byte inside an escape or a sequence? */
static bool is_cut(size_t at)
{
    return made.in_string[at] && (made.in_escape[at] || ((unsigned char)made.bytes[at] & 0xC0) == 0x80);
}

/* May a batch start here? In a string, or after white space outside of strings. */
static bool may_begin(size_t at)
{
    return made.in_string[at] ? !is_cut(at) : tc_is_space(made.bytes[at - 1]);
}

/* What the end of a batch cuts has a position at its first byte. */
static void check_cut(text body, size_t end, const tc_index *index, size_t begin)
{
    size_t start = end;
    while (is_cut(start))
        --start;
    if (start < end && (index->count == 0 || begin + index->at[index->count - 1] != start))
        test_fail(body, start, "the batch ends at %zu without a position here", end);
}

/* The batch starts at `from`, but the bytes it skips have no position. */
static void check_batch(text body, size_t from, const char *placed, const tc_index *m)
{
    const size_t begin = (size_t)(m->begin - placed), end = (size_t)(m->end - placed);
    unsigned next = 0;
    if (begin < from || end <= from || end > body.length || (end < body.length && end - begin < TC_BATCH))
        test_fail(body, begin, "the batch ends at %zu", end);
    for (size_t at = from; at < end; ++at) {
        const bool marked = at >= begin && next < m->count && m->at[next] == at - begin;
        next += marked;
        if (marked ? made.needs[at] == NOT_TO_MARK : made.needs[at] == TO_MARK)
            test_fail(body, at, marked ? "marked" : "not marked");
    }
    test_equal(body, begin, "positions", next, m->count);
    if (end < body.length)
        check_cut(body, end, m, begin);
}

/* All batches of a text, the first from a position where one may start. */
static void check_from(text body, const char *placed, size_t from)
{
    static tc_index marks;
    while (from < body.length) {
        marks.begin = placed + from;
        tc_index_batch(&marks, placed, placed + body.length, made.in_string[from] ? TC_IN_STRING : TC_AFTER_SPACE);
        check_batch(body, from, placed, &marks);
        from = (size_t)(marks.end - placed);
        while (from < body.length && !may_begin(from))
            ++from;
    }
}

static void check_sample(void)
{
    const text body = {made.bytes, made.length};
    for (size_t from = 1; from < body.length; from += 1 + from / 40) {
        if (!may_begin(from))
            continue;
        check_from(body, flush_end(body), from);
        check_from(body, flush_begin(body), from);
    }
}

/* A byte at some position of a string, or after white space, and plain bytes after it. */
static void make_byte_sample(char c, size_t place, bool in_string)
{
    const bool to_mark = in_string ? !tc_is_plain(c) : !tc_is_space(c);
    const bool in_string_after = (c == '"') != in_string;
    made.length = 0;
    put(in_string ? '"' : ' ', NOT_TO_MARK, false, false);
    while (made.length < place)
        put(in_string ? 'a' : ' ', NOT_TO_MARK, in_string, false);
    put(c, to_mark ? TO_MARK : NOT_TO_MARK, in_string, false);
    put('a', in_string || to_mark ? NOT_TO_MARK : TO_MARK, in_string_after, c == '\\');
    for (size_t i = place * 7 % 80; i > 0; --i)
        put('a', NOT_TO_MARK, in_string_after, false);
}

/* Every byte at every position of a block, in whole blocks and in those that the chunk's end cuts. */
static void check_every_byte(void)
{
    for (unsigned byte = 0; byte < 256; ++byte) {
        test_case("byte %02X at every position", byte);
        for (size_t place = 1; place <= TC_BLOCK; ++place) {
            for (int in_string = 0; in_string < 2; ++in_string) {
                make_byte_sample((char)(unsigned char)byte, place, in_string);
                const text body = {made.bytes, made.length};
                check_from(body, flush_end(body), 1);
                check_from(body, flush_begin(body), 1);
            }
        }
    }
}

int main(void)
{
    check_every_byte();
    for (uint32_t seed = 1; seed <= 40; ++seed) {
        test_case("texts of every length up to 200, with and without escapes, %u", (unsigned)seed);
        for (size_t length = 2; length < 200; ++length) {
            make_sample(seed * 1000 + (uint32_t)length, length, length % 2 == 0);
            check_sample();
        }
        test_case("long texts, %u", (unsigned)seed);
        make_sample(seed, MAX, seed % 2 == 0);
        check_sample();
    }
    for (size_t length = 2; length < 200; ++length) {
        test_case("as many marks as possible in %zu bytes", length);
        make_dense_sample(length, length % 2 == 0);
        check_sample();
    }
    return test_end();
}
