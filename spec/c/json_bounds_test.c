/*
** json_bounds_test.c - the scanner at its bounds: every depth, every alignment, runs of every length.
*/
#include <stdlib.h>
#include <string.h>

#include "expectation.h"
#include "harness.h"
#include "json_scan.h"
#include "reading.h"

static expectation shared;

/* ---- depth ---- */

/* Which of the nested containers are objects. */
typedef bool (*nest_kind)(unsigned level);

static bool none(unsigned level)
{
    (void)level;
    return false;
}

static bool all(unsigned level)
{
    (void)level;
    return true;
}

static bool mixed(unsigned level)
{
    return (level * 2654435761U >> 13 & 1U) != 0;
}

static const nest_kind nest_kinds[] = {none, all, mixed};

/* Opens depth containers, then closes them; open_at receives each bracket's offset. */
static text nest(nest_kind is_object, unsigned depth, size_t *open_at)
{
    static char bytes[(TC_DEPTH_MAX + 2) * 7];
    size_t length = 0;
    for (unsigned level = 0; level < depth; ++level) {
        if (open_at != NULL)
            open_at[level] = length;
        const char *const opens = is_object(level) ? "{\"a\":" : "[";
        memcpy(bytes + length, opens, strlen(opens));
        length += strlen(opens);
    }
    bytes[length++] = '1';
    for (unsigned level = depth; level-- > 0;)
        bytes[length++] = is_object(level) ? '}' : ']';
    const text body = {bytes, length};
    return body;
}

/* Nested containers under a limit of depth: valid, or refused at the first bracket beyond it. */
static void check_nest(nest_kind is_object, unsigned depth, unsigned limit, reading_manner m)
{
    static size_t open_at[TC_DEPTH_MAX + 2];
    static reading found;
    const text body = nest(is_object, depth, open_at);
    m.max_depth = limit;
    read_body(&found, body, m);
    if (depth <= limit && found.reason != TC_JSON_FINE)
        test_fail(body, found.error_at, "depth %u of %u: \"%s\"", depth, limit, tc_json_reason_text(found.reason));
    else if (depth > limit && (found.reason != TC_JSON_DEPTH || found.error_at != open_at[limit]))
        test_fail(body, found.error_at, "depth %u of %u: \"%s\", expected \"%s\" at %zu", depth, limit,
                  tc_json_reason_text(found.reason), tc_json_reason_text(TC_JSON_DEPTH), open_at[limit]);
    test_equal(body, 0, "depth seen", found.depth_seen, depth < limit ? depth : limit);
}

static void depth_limits(void)
{
    for (size_t kind = 0; kind < 3; ++kind) {
        test_case("every limit of depth, kind %zu", kind);
        for (unsigned limit = 1; limit <= TC_DEPTH_MAX; limit += limit < 200 || limit > TC_DEPTH_MAX - 70 ? 1 : 7) {
            check_nest(nest_kinds[kind], limit, limit, manner_with_tape(TAPE));
            check_nest(nest_kinds[kind], limit + 1, limit, manner_plain());
            check_nest(nest_kinds[kind], limit + 1, limit, manner_chunked(cut_by(limit)));
        }
        check_nest(nest_kinds[kind], TC_DEPTH_MAX, TC_DEPTH_MAX, manner_chunked(cut_every(1)));
        check_nest(nest_kinds[kind], TC_DEPTH_MAX + 1, TC_DEPTH_MAX, manner_with_tape(TAPE));
        check_nest(nest_kinds[kind], TC_DEPTH_MAX + 1, 1, manner_with_tape(TAPE));
    }
}

/* At every depth the closing bracket must match the open container. */
static void closing_brackets(void)
{
    for (size_t kind = 0; kind < 3; ++kind) {
        test_case("the wrong bracket at every depth, kind %zu", kind);
        const unsigned depth = 300;
        const text body = nest(nest_kinds[kind], depth, NULL);
        char bytes[4096];
        memcpy(bytes, body.bytes, body.length);
        const text wrong = {bytes, body.length};
        for (size_t at = body.length - depth; at < body.length; ++at) {
            bytes[at] = bytes[at] == ']' ? '}' : ']';
            check_quickly(&shared, wrong, (uint32_t)at);
            bytes[at] = body.bytes[at];
        }
        check_quickly(&shared, wrong, 1);
    }
}

/* Long lists of brackets: the depth returns to where it was. */
static void many_brackets(void)
{
    static char bytes[20000];
    test_case("many containers side by side");
    size_t length = 0;
    bytes[length++] = '[';
    while (length + 12 < sizeof bytes) {
        memcpy(bytes + length, "[],{\"\":{}},", 11);
        length += 11;
    }
    bytes[length - 1] = ']';
    const text body = {bytes, length};
    check_thoroughly(&shared, body);
    test_equal(body, 0, "depth seen", shared.expected.depth_seen, 3);
}

/* ---- where a body lies ---- */

/* What surrounds a body must not matter: neither white space nor text that would continue it. */
static void check_surrounded(text body, size_t alignment, char around)
{
    static char surroundings[4096 + 256];
    char *const base = surroundings + (64 - (uintptr_t)surroundings % 64);
    memset(surroundings, around, sizeof surroundings);
    memcpy(base + 64 + alignment, body.bytes, body.length);
    const text placed = {base + 64 + alignment, body.length};
    expect_body(&shared, body, manner_plain());
    check_manner(&shared, "at another place", manner_plain());
    shared.body = placed;
    check_manner(&shared, "surrounded", manner_at(IN_PLACE));
}

/* At a page's end, padding before the body moves its start; at a page's start, padding after it moves its end. */
static void check_padded(text body, size_t padding)
{
    char bytes[4096];
    memset(bytes, ' ', padding);
    memcpy(bytes + padding, body.bytes, body.length);
    memset(bytes + padding + body.length, ' ', padding);
    const text before = {bytes, padding + body.length}, after = {bytes + padding, body.length + padding};
    check_thoroughly(&shared, before);
    check_thoroughly(&shared, after);
}

static const text placed_bodies[] = {
    TEXT("{\"Response\":{\"Error\":{\"Code\":\"AuthFailure.SignatureFailure\",\"Message\":\"m\\u00e9\"},\"RequestId\":"
         "\"r\"}}"),
    TEXT("[\"plain text that goes on for more than four blocks of bytes, and then some more of it, as long as it "
         "takes\"]"),
    TEXT(
        "[123456789012345678901234567890123456789012345678901234567890.1234567890123456789e123,true,false,null,[],{}]"),
    TEXT("{                                                                     \"a\"        :       1             }  "
         " "),
    TEXT("\"\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8"
         "\xAD\xE6\x96\x87\xF0\x9F\x98\x80\""),
    TEXT("\"unclosed and long enough for several blocks of bytes, so that reading on is tempting"),
    TEXT("12345678901234567890123456789012345678901234567890123456789012345"),
    TEXT("[\"\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\"),
    TEXT("nul"),
    TEXT("\""),
    TEXT("-"),
    TEXT(""),
    TEXT("[1"),
    TEXT("\"\xF0\x9F\x98"),
    TEXT("\"\\ud83d\\ude0"),
};

static void alignments(void)
{
    static const char around[] = "\" 1]}\\\x80,a\n";
    for (size_t i = 0; i < sizeof placed_bodies / sizeof *placed_bodies; ++i) {
        const text body = placed_bodies[i];
        test_case("at every alignment: %.60s", body.bytes);
        for (size_t alignment = 0; alignment < 64; ++alignment) {
            check_padded(body, alignment);
            check_surrounded(body, alignment, around[alignment % (sizeof around - 1)]);
        }
    }
}

/* Strings of every length up to a few blocks, ended by each byte that ends a run: none is skipped or read twice. */
static void run_lengths(void)
{
    static const text enders[] = {TEXT("\""),   TEXT("\\n\""), TEXT("\n"),        TEXT("\xC3\xA9\""),
                                  TEXT("\x80"), TEXT("\\"),    TEXT("\\u00e9\""), TEXT("")};
    char bytes[1024];
    test_case("runs of every length");
    for (size_t run = 0; run < 200; ++run) {
        for (size_t i = 0; i < sizeof enders / sizeof *enders; ++i) {
            bytes[0] = '"';
            memset(bytes + 1, 'a', run);
            memcpy(bytes + 1 + run, enders[i].bytes, enders[i].length);
            const text body = {bytes, 1 + run + enders[i].length};
            check_quickly(&shared, body, (uint32_t)run);
        }
    }
    test_case("digits and white space of every length");
    for (size_t run = 1; run < 200; ++run) {
        memset(bytes, ' ', sizeof bytes);
        bytes[0] = '[';
        memset(bytes + 1, '7', run);
        bytes[2 * run] = run % 3 == 0 ? 'x' : ']';
        const text body = {bytes, 2 * run + 1 + run};
        check_quickly(&shared, body, (uint32_t)run);
    }
}

int main(void)
{
    depth_limits();
    closing_brackets();
    many_brackets();
    alignments();
    run_lengths();
    return test_end();
}
