/*
** json_unescape_test.c - tc_unescape: the bytes a string stands for, however it is cut into pieces.
*/
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "json_scan.h"
#include "reference.h"

typedef struct {
    text raw, meant;
} unescape_row;

static const unescape_row unescape_rows[] = {
    {TEXT(""), TEXT("")},
    {TEXT("plain"), TEXT("plain")},
    {TEXT("\\\"\\\\\\/\\b\\f\\n\\r\\t"), TEXT("\"\\/\b\f\n\r\t")},
    {TEXT("\\u0041\\u00e9\\u00E9\\u4e2d\\uFFFF"), TEXT("A\xC3\xA9\xC3\xA9\xE4\xB8\xAD\xEF\xBF\xBF")},
    {TEXT("\\u0000a\\u0000"), TEXT("\0a\0")},
    {TEXT("\\u007f\\u0080\\u07ff\\u0800\\ud7ff\\ue000"),
     TEXT("\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80")},
    {TEXT("\\ud83d\\ude00"), TEXT("\xF0\x9F\x98\x80")},
    {TEXT("\\ud800\\udc00\\uDBFF\\uDFFF"), TEXT("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF")},
    {TEXT("a\\ud83d\\ude00b\\u0041"), TEXT("a\xF0\x9F\x98\x80"
                                           "bA")},
    {TEXT("\\\\u0041\\\\\\u0041"), TEXT("\\u0041\\A")},
    {TEXT("\xE4\xB8\xAD\\n\xF0\x9F\x98\x80"), TEXT("\xE4\xB8\xAD\n\xF0\x9F\x98\x80")},
    {TEXT("a long run of text without an escape, then one\\t, and a long run again after it"),
     TEXT("a long run of text without an escape, then one\t, and a long run again after it")},
};

/* Decodes one piece into memory of exactly the promised size, and appends it. */
static void unescape_piece(tc_unescape_state *state, text body, size_t from, size_t to, char *out, size_t *length)
{
    const text piece = {body.bytes + from, to - from};
    char *const decoded = allocate(piece.length + 3);
    const size_t size = tc_unescape(state, flush_end(piece), piece.length, decoded);
    if (size > piece.length + 3)
        test_fail(body, from, "a piece of %zu bytes gave %zu", piece.length, size);
    else if (*length + size <= body.length)
        memcpy(out + *length, decoded, size);
    *length += size;
    free(decoded);
}

static void check_unescape(text raw, text meant, size_t first, size_t second)
{
    tc_unescape_state state = TC_UNESCAPE_START;
    char *const out = allocate(raw.length);
    size_t length = 0;
    unescape_piece(&state, raw, 0, first, out, &length);
    unescape_piece(&state, raw, first, second, out, &length);
    unescape_piece(&state, raw, second, raw.length, out, &length);
    const text found = {out, length};
    if (!text_equal(found, meant))
        test_fail(raw, first, "cut at %zu and %zu: another text", first, second);
    free(out);
}

/* The whole text at once, into memory of exactly its length. */
static void check_unescape_whole(text raw, text meant)
{
    tc_unescape_state state = TC_UNESCAPE_START;
    char *const out = allocate(raw.length);
    const text found = {out, tc_unescape(&state, flush_end(raw), raw.length, out)};
    if (!text_equal(found, meant))
        test_fail(raw, 0, "whole: another text");
    free(out);
}

static void check_unescape_bytes(text raw, text meant)
{
    tc_unescape_state state = TC_UNESCAPE_START;
    char *const out = allocate(raw.length);
    size_t length = 0;
    for (size_t i = 0; i < raw.length; ++i)
        unescape_piece(&state, raw, i, i + 1, out, &length);
    const text found = {out, length};
    if (!text_equal(found, meant))
        test_fail(raw, 0, "byte by byte: a different text");
    free(out);
}

static void check_unescape_everywhere(text raw, text meant)
{
    check_unescape_whole(raw, meant);
    check_unescape_bytes(raw, meant);
    for (size_t first = 0; first <= raw.length; ++first) {
        check_unescape(raw, meant, first, first);
        for (size_t second = first + 1; raw.length <= 40 && second < raw.length; ++second)
            check_unescape(raw, meant, first, second);
    }
}

static void unescape_table(void)
{
    for (size_t i = 0; i < sizeof unescape_rows / sizeof *unescape_rows; ++i) {
        const unescape_row *const row = &unescape_rows[i];
        test_case("unescape: %s", row->raw.bytes);
        char decoded[256];
        const text again = {decoded, reference_decode(row->raw, decoded)};
        if (!text_equal(again, row->meant))
            test_fail(row->raw, 0, "the reference reads a different text");
        check_unescape_everywhere(row->raw, row->meant);
    }
}

/* Every code unit as an escape, a high surrogate together with a low one. */
static void unescape_code_units(void)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    test_case("unescape: every code unit");
    for (unsigned code = 0; code <= 0xFFFF; ++code) {
        char raw[12], meant[12], found[12];
        size_t length = 0;
        raw[length++] = '\\';
        raw[length++] = 'u';
        for (unsigned shift = 16; shift > 0; shift -= 4) {
            const unsigned digit = code >> (shift - 4) & 15U;
            raw[length++] = hex[digit > 9 && code % 2 > 0 ? digit + 6 : digit];
        }
        if (code >= 0xD800 && code <= 0xDBFF) {
            memcpy(raw + length, "\\uDe01", 6);
            length += 6;
        } else if (code >= 0xDC00 && code <= 0xDFFF) {
            continue;
        }
        const text escape = {raw, length};
        tc_unescape_state state = TC_UNESCAPE_START;
        const text a = {found, tc_unescape(&state, raw, length, found)}, b = {meant, reference_decode(escape, meant)};
        if (!text_equal(a, b))
            test_fail(escape, 0, "a different text");
    }
}

static void fixture_strings(const fixture *f)
{
    static reference r;
    bool any = false;
    if (!reference_read(&r, f->body, 1000, true))
        return;
    for (size_t i = 0; i < r.count; ++i) {
        const text raw = reference_text(&r, &r.nodes[i]);
        if (!r.nodes[i].escaped || raw.length > 300)
            continue;
        if (!any)
            test_case("unescape: the strings of %s", f->name);
        any = true;
        char *const decoded = allocate(raw.length);
        const text meant = {decoded, reference_decode(raw, decoded)};
        check_unescape_everywhere(raw, meant);
        free(decoded);
    }
}

/*
** Pieces of text, mostly of one kind, so that blocks have no escape, a few or many, and escapes reach into the next
** block.
*/
static void random_texts(void)
{
    static const char *const pieces[] = {
        "\\\"",    "\\\\",           "\\/\\b\\f",    "\\n\\r\\t", "\\u4e2d",
        "\\u00e9", "\\ud83d\\ude00", "\xE4\xB8\xAD", "bfnrtu",    "a run of text",
    };
    enum { PIECES = sizeof pieces / sizeof *pieces };
    for (uint32_t i = 1; i <= 400; ++i) {
        uint32_t seed = i;
        char bytes[2100], decoded[2100];
        text raw = {bytes, 0};
        test_case("unescape: random text %u", (unsigned)i);
        const size_t length = next_random(&seed) % 2000, kind = next_random(&seed) % PIECES;
        while (raw.length < length) {
            const char *const piece = pieces[next_random(&seed) % 3 > 0 ? kind : next_random(&seed) % PIECES];
            memcpy(bytes + raw.length, piece, strlen(piece));
            raw.length += strlen(piece);
        }
        const text meant = {decoded, reference_decode(raw, decoded)};
        check_unescape_whole(raw, meant);
        for (size_t cut = 0; cut <= raw.length; cut += 1 + next_random(&seed) % 120)
            check_unescape(raw, meant, cut, raw.length - (raw.length - cut) / 3);
    }
}

int main(void)
{
    size_t count;
    const fixture *const list = fixtures(&count);
    unescape_table();
    unescape_code_units();
    random_texts();
    for (size_t i = 0; i < count; ++i)
        fixture_strings(&list[i]);
    return test_end();
}
