/*
** json_scan_test.c - the scanner: which texts are valid, where an invalid one is wrong, what is reported of it, and
** that none of this depends on how the text is cut or whether a tape is recorded.
*/
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "expectation.h"
#include "harness.h"
#include "json_number.h"
#include "json_scan.h"
#include "reading.h"

static expectation shared;

/* ---- the grammar ---- */

typedef struct {
    text body;
    tc_json_reason reason; /* TC_JSON_FINE: valid */
    size_t offset;
} grammar_row;

#define ROW(body, reason, offset)                                                                                      \
    {                                                                                                                  \
        TEXT(body), reason, offset                                                                                     \
    }
#define RIGHT(body)                                                                                                    \
    {                                                                                                                  \
        TEXT(body), TC_JSON_FINE, 0                                                                                    \
    }

static const grammar_row grammar[] = {
    /* every kind of value */
    RIGHT("null"),
    RIGHT("true"),
    RIGHT("false"),
    RIGHT("0"),
    RIGHT("-0"),
    RIGHT("[]"),
    RIGHT("{}"),
    RIGHT("\"\""),
    RIGHT(" \t\r\n[ \t\r\n] \t\r\n"),
    RIGHT("{ \"a\" : 1 , \"a\" : [ 2 , 3 ] }"),
    RIGHT("[[[[]],{}]]"),
    /* the end of input */
    ROW("", TC_JSON_EMPTY, 0),
    ROW("[", TC_JSON_TRUNCATED, 1),
    ROW("{", TC_JSON_TRUNCATED, 1),
    ROW("[1,", TC_JSON_TRUNCATED, 3),
    ROW("{\"a\"", TC_JSON_TRUNCATED, 4),
    ROW("{\"a\":", TC_JSON_TRUNCATED, 5),
    ROW("{\"a\":1,", TC_JSON_TRUNCATED, 7),
    ROW("\"", TC_JSON_TRUNCATED, 1),
    ROW("\"\\", TC_JSON_TRUNCATED, 2),
    ROW("\"\\u00e", TC_JSON_TRUNCATED, 6),
    ROW("\"\\ud83d", TC_JSON_TRUNCATED, 7),
    ROW("\"\\ud83d\\", TC_JSON_TRUNCATED, 8),
    ROW("\"\xE4\xB8", TC_JSON_TRUNCATED, 3),
    ROW("-", TC_JSON_TRUNCATED, 1),
    ROW("1.", TC_JSON_TRUNCATED, 2),
    ROW("1e", TC_JSON_TRUNCATED, 2),
    ROW("1e+", TC_JSON_TRUNCATED, 3),
    ROW("[12", TC_JSON_TRUNCATED, 3),
    ROW("nul", TC_JSON_TRUNCATED, 3),
    ROW("[[]", TC_JSON_TRUNCATED, 3),
    ROW("[1 ", TC_JSON_TRUNCATED, 3),
    /* the start */
    ROW("\xEF\xBB\xBF{}", TC_JSON_BYTE_ORDER_MARK, 0),
    ROW("\xFE\xFF\0{", TC_JSON_BYTE_ORDER_MARK, 0),
    ROW("\xFF\xFE{\0", TC_JSON_BYTE_ORDER_MARK, 0),
    ROW(" \xEF\xBB\xBF{}", TC_JSON_VALUE, 1),
    ROW("\xBB", TC_JSON_VALUE, 0),
    ROW("<html>", TC_JSON_VALUE, 0),
    ROW("\0", TC_JSON_VALUE, 0),
    ROW("]", TC_JSON_VALUE, 0),
    ROW("}", TC_JSON_VALUE, 0),
    ROW(",", TC_JSON_VALUE, 0),
    ROW(":", TC_JSON_VALUE, 0),
    ROW("'a'", TC_JSON_VALUE, 0),
    ROW("\v1", TC_JSON_VALUE, 0),
    ROW("\f1", TC_JSON_VALUE, 0),
    ROW("/**/1", TC_JSON_VALUE, 0),
    ROW("True", TC_JSON_VALUE, 0),
    ROW("NaN", TC_JSON_VALUE, 0),
    ROW("Infinity", TC_JSON_VALUE, 0),
    ROW("\xC2\xA0"
        "1",
        TC_JSON_VALUE, 0),
    ROW("+1", TC_JSON_VALUE, 0),
    ROW(".5", TC_JSON_VALUE, 0),
    /* where a value must stand */
    ROW("[,", TC_JSON_VALUE, 1),
    ROW("[1,]", TC_JSON_VALUE, 3),
    ROW("[1,,2]", TC_JSON_VALUE, 3),
    ROW("[}", TC_JSON_VALUE, 1),
    ROW("{\"a\":}", TC_JSON_VALUE, 5),
    ROW("{\"a\":,", TC_JSON_VALUE, 5),
    ROW("{\"a\"::1}", TC_JSON_VALUE, 5),
    ROW("[ x", TC_JSON_VALUE, 2),
    /* names */
    ROW("{1", TC_JSON_NAME_OR_END, 1),
    ROW("{,", TC_JSON_NAME_OR_END, 1),
    ROW("{]", TC_JSON_NAME_OR_END, 1),
    ROW("{ a:1}", TC_JSON_NAME_OR_END, 2),
    ROW("{'a':1}", TC_JSON_NAME_OR_END, 1),
    ROW("{\"a\":1,}", TC_JSON_NAME, 7),
    ROW("{\"a\":1, 2", TC_JSON_NAME, 8),
    ROW("{\"a\":1,,", TC_JSON_NAME, 7),
    ROW("{\"a\":1,null", TC_JSON_NAME, 7),
    ROW("{\"a\" 1}", TC_JSON_COLON, 5),
    ROW("{\"a\"}", TC_JSON_COLON, 4),
    ROW("{\"a\",", TC_JSON_COLON, 4),
    ROW("{\"a\"=1}", TC_JSON_COLON, 4),
    /* after a value */
    ROW("{\"a\":1 \"b\"", TC_JSON_COMMA_OR_BRACE, 7),
    ROW("{\"a\":1]", TC_JSON_COMMA_OR_BRACE, 6),
    ROW("{\"a\":1:", TC_JSON_COMMA_OR_BRACE, 6),
    ROW("{\"a\":{}{", TC_JSON_COMMA_OR_BRACE, 7),
    ROW("[1 2]", TC_JSON_COMMA_OR_BRACKET, 3),
    ROW("[1}", TC_JSON_COMMA_OR_BRACKET, 2),
    ROW("[\"a\":1]", TC_JSON_COMMA_OR_BRACKET, 4),
    ROW("[[]}", TC_JSON_COMMA_OR_BRACKET, 3),
    ROW("[true;", TC_JSON_COMMA_OR_BRACKET, 5),
    ROW("[{}[", TC_JSON_COMMA_OR_BRACKET, 3),
    ROW("[01]", TC_JSON_COMMA_OR_BRACKET, 2),
    ROW("[-01]", TC_JSON_COMMA_OR_BRACKET, 3),
    ROW("[0x1]", TC_JSON_COMMA_OR_BRACKET, 2),
    ROW("[1\0]", TC_JSON_COMMA_OR_BRACKET, 2),
    ROW("[1.5.2]", TC_JSON_COMMA_OR_BRACKET, 4),
    ROW("[1e5e1]", TC_JSON_COMMA_OR_BRACKET, 4),
    ROW("[nulll]", TC_JSON_COMMA_OR_BRACKET, 5),
    /* after the end */
    ROW("{}{}", TC_JSON_TRAILING, 2),
    ROW("[]]", TC_JSON_TRAILING, 2),
    ROW("1 2", TC_JSON_TRAILING, 2),
    ROW("null,", TC_JSON_TRAILING, 4),
    ROW("{} \0", TC_JSON_TRAILING, 3),
    ROW("\"a\"b", TC_JSON_TRAILING, 3),
    ROW("{}\xEF\xBB\xBF", TC_JSON_TRAILING, 2),
    ROW("{}//", TC_JSON_TRAILING, 2),
    /* literals */
    ROW("nil", TC_JSON_LITERAL, 1),
    ROW("nuLl", TC_JSON_LITERAL, 2),
    ROW("[fals]", TC_JSON_LITERAL, 5),
    ROW("tru ", TC_JSON_LITERAL, 3),
    ROW("t\0", TC_JSON_LITERAL, 1),
    ROW("fa\"", TC_JSON_LITERAL, 2),
    /* numbers */
    RIGHT("[10,-1,1.0,-0.0,1e1,1E+1,1e-01,0e0,0.00e-00,123456789012345678901234567890]"),
    ROW("-a", TC_JSON_NUMBER, 1),
    ROW("--1", TC_JSON_NUMBER, 1),
    ROW("-.5", TC_JSON_NUMBER, 1),
    ROW("-Infinity", TC_JSON_NUMBER, 1),
    ROW("1.a", TC_JSON_NUMBER, 2),
    ROW("[1.]", TC_JSON_NUMBER, 3),
    ROW("1.e1", TC_JSON_NUMBER, 2),
    ROW("1ee", TC_JSON_NUMBER, 2),
    ROW("1e++", TC_JSON_NUMBER, 3),
    ROW("[1e]", TC_JSON_NUMBER, 3),
    ROW("[1e-]", TC_JSON_NUMBER, 4),
    ROW("1e.5", TC_JSON_NUMBER, 2),
    ROW("[- 1]", TC_JSON_NUMBER, 2),
    ROW("-]", TC_JSON_NUMBER, 1),
    ROW("[0.\0", TC_JSON_NUMBER, 3),
    ROW("1.-", TC_JSON_NUMBER, 2),
    /* controls */
    ROW("\"\n", TC_JSON_CONTROL, 1),
    ROW("\"\0", TC_JSON_CONTROL, 1),
    ROW("\"a\x1F", TC_JSON_CONTROL, 2),
    ROW("\"a\t\"", TC_JSON_CONTROL, 2),
    ROW("{\"a\r", TC_JSON_CONTROL, 3),
    ROW("\"abcdefghijklmnopqrstuvwxyzabcdefg\x01", TC_JSON_CONTROL, 34),
    RIGHT("\"\x7F\""),
    RIGHT("\" \""),
    /* escapes */
    RIGHT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uFFFF\\uabCD\""),
    ROW("\"\\a", TC_JSON_ESCAPE, 2),
    ROW("\"\\'", TC_JSON_ESCAPE, 2),
    ROW("\"\\x41", TC_JSON_ESCAPE, 2),
    ROW("\"\\U0041", TC_JSON_ESCAPE, 2),
    ROW("\"\\\n", TC_JSON_ESCAPE, 2),
    ROW("\"\\\0", TC_JSON_ESCAPE, 2),
    ROW("\"\\0", TC_JSON_ESCAPE, 2),
    ROW("\"\\ ", TC_JSON_ESCAPE, 2),
    ROW("\"\\\xC3\xA9", TC_JSON_ESCAPE, 2),
    ROW("{\"a\\v", TC_JSON_ESCAPE, 4),
    ROW("\"\\u\"", TC_JSON_HEX, 3),
    ROW("\"\\ug", TC_JSON_HEX, 3),
    ROW("\"\\u0g", TC_JSON_HEX, 4),
    ROW("\"\\u00/", TC_JSON_HEX, 5),
    ROW("\"\\u00:", TC_JSON_HEX, 5),
    ROW("\"\\u000@", TC_JSON_HEX, 6),
    ROW("\"\\u000G", TC_JSON_HEX, 6),
    ROW("\"\\u000`", TC_JSON_HEX, 6),
    ROW("\"\\udg", TC_JSON_HEX, 4),
    ROW("\"\\ud7g", TC_JSON_HEX, 5),
    ROW("\"\\ud8g", TC_JSON_HEX, 5),
    ROW("\"\\ud83g", TC_JSON_HEX, 6),
    ROW("\"\\ud83d\\udeg", TC_JSON_HEX, 11),
    ROW("\"\\ud83d\\ude0g", TC_JSON_HEX, 12),
    ROW("\"\\u 041", TC_JSON_HEX, 3),
    /* surrogates */
    RIGHT("\"\\ud800\\udc00\\uDBFF\\uDFFF\\uD7FF\\ue000\""),
    ROW("\"\\udc00", TC_JSON_SURROGATE, 4),
    ROW("\"\\uDFFF", TC_JSON_SURROGATE, 4),
    ROW("\"\\ud83d\"", TC_JSON_SURROGATE, 7),
    ROW("\"\\ud83dx", TC_JSON_SURROGATE, 7),
    ROW("\"\\ud83d\\n", TC_JSON_SURROGATE, 8),
    ROW("\"\\ud83d\\u0041", TC_JSON_SURROGATE, 9),
    ROW("\"\\ud83d\\ud83d", TC_JSON_SURROGATE, 10),
    ROW("\"\\ud83d\\ud7ff", TC_JSON_SURROGATE, 10),
    ROW("\"\\ud83d\\ue000", TC_JSON_SURROGATE, 9),
    /* UTF-8 */
    RIGHT("\"\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\""),
    RIGHT("\"\xEF\xBB\xBF\""),
    ROW("\"\x80", TC_JSON_UTF8, 1),
    ROW("\"\xBF", TC_JSON_UTF8, 1),
    ROW("\"\xC0\x80", TC_JSON_UTF8, 1),
    ROW("\"\xC1\xBF", TC_JSON_UTF8, 1),
    ROW("\"\xC2\"", TC_JSON_UTF8, 2),
    ROW("\"\xC2\xC0", TC_JSON_UTF8, 2),
    ROW("\"\xE0\x9F\xBF", TC_JSON_UTF8, 2),
    ROW("\"\xE1\x7F", TC_JSON_UTF8, 2),
    ROW("\"\xE1\x80\xC0", TC_JSON_UTF8, 3),
    ROW("\"\xED\xA0\x80", TC_JSON_UTF8, 2),
    ROW("\"\xED\xBF\xBF", TC_JSON_UTF8, 2),
    ROW("\"\xEF\xBF\"", TC_JSON_UTF8, 3),
    ROW("\"\xF0\x8F\xBF\xBF", TC_JSON_UTF8, 2),
    ROW("\"\xF1\x80\x80\x7F", TC_JSON_UTF8, 4),
    ROW("\"\xF4\x90\x80\x80", TC_JSON_UTF8, 2),
    ROW("\"\xF5\x80", TC_JSON_UTF8, 1),
    ROW("\"\xFE", TC_JSON_UTF8, 1),
    ROW("\"\xFF", TC_JSON_UTF8, 1),
    ROW("{\"\xE4\xB8\"", TC_JSON_UTF8, 4),
    ROW("\"\xE4\xB8\\", TC_JSON_UTF8, 3),
    ROW("\"abcdefghijklmnopqrstuvwxyz\xE4\xB8\xAD\xE4\xB8 ", TC_JSON_UTF8, 32),
};

static void check_row(const grammar_row *row)
{
    static reading found;
    test_case("grammar: %.*s", (int)row->body.length, row->body.bytes);
    read_body(&found, row->body, manner_plain());
    if (found.reason != row->reason || (row->reason != TC_JSON_FINE && found.error_at != row->offset))
        test_fail(row->body, found.error_at, "\"%s\" at %" PRIu64 ", expected \"%s\" at %zu",
                  tc_json_reason_text(found.reason), found.error_at, tc_json_reason_text(row->reason), row->offset);
    check_thoroughly(&shared, row->body);
    for (size_t at = 0; at <= row->body.length; ++at)
        check_manner(&shared, "in two chunks", manner_chunked(cut_at(at)));
}

static void grammar_table(void)
{
    for (size_t i = 0; i < sizeof grammar / sizeof *grammar; ++i)
        check_row(&grammar[i]);
}

/* White space alone is as empty as no bytes at all; the error is at its end. */
static void white_space_alone(void)
{
    static const char blanks[] = " \n\r\t \n\r\t                         \t";
    static reading found;
    test_case("white space alone is not a value");
    for (size_t length = 0; length < sizeof blanks; ++length) {
        const text body = {blanks, length};
        check_thoroughly(&shared, body);
        read_body(&found, body, manner_plain());
        if (!is_missing_bytes(found.reason) || found.error_at != length)
            test_fail(body, found.error_at, "\"%s\"", tc_json_reason_text(found.reason));
    }
}

/* Only the end of the text tells that such a number has ended; it must be on the tape even so. */
static void numbers_alone(void)
{
    static const text bodies[] = {TEXT("0"), TEXT("-12"), TEXT(" 1.5"), TEXT("1e5 "), TEXT("\n12\n")};
    static reading found;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; ++i) {
        test_case("a number that is all of the text is on the tape: %s", bodies[i].bytes);
        expect_body(&shared, bodies[i], manner_plain());
        read_body(&found, bodies[i], manner_with_tape(TAPE));
        if (test_equal(bodies[i], 0, "entries of the tape", found.entry_count, 2))
            check_entry(&shared, &found, 0);
    }
}

/* The automaton of numbers alone, byte by byte: the scanner skips runs of digits before it asks. */
static void number_steps(void)
{
    static const struct {
        const char *text;
        unsigned part; /* after the last byte */
    } rows[] = {
        {"-", TC_NUMBER_MINUS},          {"-0", TC_NUMBER_ZERO},       {"-12", TC_NUMBER_DIGITS},
        {"0", TC_NUMBER_ZERO},           {"12", TC_NUMBER_DIGITS},     {"12.", TC_NUMBER_POINT},
        {"12.34", TC_NUMBER_FRACTION},   {"0.5e", TC_NUMBER_E},        {"0.5E-", TC_NUMBER_SIGN},
        {"0.5e+12", TC_NUMBER_EXPONENT}, {"1e12", TC_NUMBER_EXPONENT}, {"x", TC_NUMBER_WRONG},
        {"-x", TC_NUMBER_WRONG},         {"00", TC_NUMBER_END},        {"12x", TC_NUMBER_END},
        {"1.x", TC_NUMBER_WRONG},        {"1.5x", TC_NUMBER_END},      {"1ex", TC_NUMBER_WRONG},
        {"1e+x", TC_NUMBER_WRONG},       {"1e12x", TC_NUMBER_END},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        const text body = {rows[i].text, strlen(rows[i].text)};
        unsigned part = TC_NUMBER_START;
        test_case("the automaton of numbers: %s", rows[i].text);
        for (size_t at = 0; at < body.length; ++at)
            part = tc_number_step(part, body.bytes[at]);
        if (part != rows[i].part)
            test_fail(body, body.length, "part %u, expected %u", part, rows[i].part);
    }
}

static void reasons(void)
{
    static const text none = {"", 0};
    test_case("every reason has a text of its own");
    for (int i = TC_JSON_FINE; i <= TC_JSON_TOO_LARGE; ++i) {
        const char *const words = tc_json_reason_text((tc_json_reason)i);
        if (*words == '\0')
            test_fail(none, 0, "reason %d has none", i);
        for (int j = TC_JSON_FINE; j < i; ++j) {
            if (strcmp(words, tc_json_reason_text((tc_json_reason)j)) == 0)
                test_fail(none, 0, "reasons %d and %d share \"%s\"", j, i, words);
        }
    }
}

/* All 65,536 pairs of first bytes of a string, with a few continuations: UTF-8 and escapes. */
static void every_two_bytes(void)
{
    static const text rests[] = {TEXT("\""), TEXT("\x80\""), TEXT("\xBF\x80\""), TEXT("00\""), TEXT("800\\uDC00\"")};
    char bytes[32] = "\"";
    test_case("every two bytes in a string");
    for (unsigned pair = 0; pair <= 0xFFFF; ++pair) {
        const text rest = rests[pair % 5];
        bytes[1] = (char)(pair >> 8);
        bytes[2] = (char)(pair & 0xFF);
        memcpy(bytes + 3, rest.bytes, rest.length);
        const text body = {bytes, 3 + rest.length};
        expect_body(&shared, body, manner_plain());
        check_manner(&shared, "whole", manner_at(IN_PLACE));
    }
}

/* Every two bytes after \u, in both halves of a pair. */
static void every_two_hex_bytes(void)
{
    static const text begins[] = {TEXT("\"\\u"), TEXT("\"\\u00"), TEXT("\"\\ud8"), TEXT("\"\\udbff\\u"),
                                  TEXT("\"\\uD800\\udc")};
    char bytes[32];
    test_case("every two bytes in a \\u escape");
    for (unsigned pair = 0; pair <= 0xFFFF; ++pair) {
        const text begin = begins[pair % 5];
        memcpy(bytes, begin.bytes, begin.length);
        bytes[begin.length] = (char)(pair >> 8);
        bytes[begin.length + 1] = (char)(pair & 0xFF);
        memcpy(bytes + begin.length + 2, "00\\udd00\"", 9);
        const text body = {bytes, begin.length + 11};
        expect_body(&shared, body, manner_plain());
        check_manner(&shared, "whole", manner_at(IN_PLACE));
    }
}

/* ---- fixtures ---- */

static void fixture_whole(const fixture *f)
{
    test_case("as its name says: %s", f->name);
    check_thoroughly(&shared, f->body);
    if (shared.expected.right == fixture_is(f, "json"))
        test_fail(f->body, shared.reference.at, "its name promises the other verdict");
}

static void fixture_prefixes(const fixture *f)
{
    test_case("every prefix of %s", f->name);
    const size_t step = stride(f->body);
    for (size_t length = 0; length <= f->body.length; length += step) {
        const text prefix = {f->body.bytes, length};
        check_quickly(&shared, prefix, (uint32_t)length);
        check_manner(&shared, "after an unmapped page", manner_at(AT_BEGIN));
    }
}

static void fixture_suffixes(const fixture *f)
{
    test_case("every suffix of %s", f->name);
    const size_t step = stride(f->body);
    for (size_t from = 0; from <= f->body.length; from += step) {
        const text rest = {f->body.bytes + from, f->body.length - from};
        check_quickly(&shared, rest, (uint32_t)from);
    }
}

static void fixture_splits(const fixture *f)
{
    test_case("two chunks of %s", f->name);
    expect_body(&shared, f->body, manner_plain());
    const size_t step = stride(f->body);
    for (size_t at = 0; at <= f->body.length; at += step)
        check_manner(&shared, "in two chunks", manner_chunked(cut_at(at)));
    for (size_t size = 1; size < 70; ++size)
        check_manner(&shared, "in equal chunks", manner_chunked(cut_every(size)));
}

static const tc_scan_member text_alone = MEMBER("", 9, 0, NULL);

static const tc_scan_member top_alone[] = {MEMBER("Response", 1, 0, NULL), MEMBER("b", 2, 0, NULL), NO_MEMBER};
static const tc_scan_member text_and_top = MEMBER("", 0, 2 | 4, top_alone);

/* The same name on level after level. */
#define CHAIN(slot, next)                                                                                              \
    {                                                                                                                  \
        MEMBER("a", slot, (0x3FEU << (slot)) & 0x3FEU, next), NO_MEMBER                                                \
    }
static const tc_scan_member no_more[] = {NO_MEMBER};
static const tc_scan_member chain[6][2];
static const tc_scan_member chain[6][2] = {CHAIN(0, chain[1]), CHAIN(1, chain[2]), CHAIN(2, chain[3]),
                                           CHAIN(3, chain[4]), CHAIN(4, chain[5]), CHAIN(5, no_more)};

/* Two objects of the same level, with the same names inside, of which different ones are looked for. */
static const tc_scan_member in_a[] = {MEMBER("Code", 2, 0, NULL), MEMBER("a", 3, 0, NULL), NO_MEMBER};
static const tc_scan_member in_b[] = {MEMBER("Code", 4, 0, NULL), MEMBER("b", 5, 0, NULL), NO_MEMBER};
static const tc_scan_member forked[] = {MEMBER("a", 16, 4 | 8, in_a), MEMBER("b", 17, 16 | 32, in_b), NO_MEMBER};
static const tc_scan_member text_and_fork = MEMBER("", 0, 0, forked);

static const tc_scan_member *const looked_for[] = {&common_text, &text_alone, &text_and_top, chain[0], &text_and_fork};

/* Looking for members changes what is captured, and nothing else. */
static void check_members(text body, const tc_scan_member *value)
{
    reading_manner m = manner_plain();
    m.text = value;
    expect_body(&shared, body, m);
    check_manner(&shared, "looked for", m);
    m.tape = TAPE;
    check_manner(&shared, "looked for and recorded", m);
    m.tape = NO_TAPE;
    m.place = CHUNKED;
    m.cuts = cut_every(1);
    check_manner(&shared, "looked for byte by byte", m);
    m.cuts = cut_by((uint32_t)body.length);
    check_manner(&shared, "looked for in chunks", m);
}

static void fixture_members(const fixture *f)
{
    test_case("members of %s", f->name);
    for (size_t i = 0; i < sizeof looked_for / sizeof *looked_for; ++i)
        check_members(f->body, looked_for[i]);
}

/* Members with the names looked for, but of other kinds or on other levels. */
static const text member_bodies[] = {
    TEXT("{\"a\":{\"Code\":1,\"b\":2},\"b\":{\"Code\":\"x\",\"b\":true},\"Code\":5}"),
    TEXT("{\"b\":{\"Code\":1,\"a\":{\"Code\":2}},\"a\":{\"Code\":null},\"b\":[{\"Code\":3}]}"),
    TEXT("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}"),
    TEXT("{\"a\":{\"a\":{\"a\":1},\"a\":2},\"a\":{\"b\":{\"a\":3},\"a\":[{\"a\":4}]}}"),
    TEXT("{\"a\":{\"a\":{\"a\":1}},\"a\":null}"),
    TEXT("{\"a\":[],\"b\":{\"a\":1},\"a\":{\"a\":[{\"a\":1}],\"a\":{\"a\":\"\\u0061\"}},\"b\":true}"),
    TEXT("{\"a\":{\"a\":{}},\"b\":{\"a\":{\"a\":{}}},\"c\":{\"a\":1}}"),
    TEXT(
        "{\"Response\":{\"Error\":{\"Code\":1},\"RequestId\":\"r\"},\"a\":{\"Error\":{\"Code\":2,\"Message\":\"m\"}}}"),
    TEXT("{\"a\":{\"RequestId\":-0.5,\"a\":{\"Code\":false}},\"Response\":7,\"Response\":{\"a\":{}}}"),
    TEXT("[{\"a\":1},{\"Response\":{}}]"),
    TEXT("\"a\""),
    TEXT(" true "),
    TEXT("-12e5"),
    TEXT(" 12 "),
    TEXT("{}"),
    TEXT("{\"a\":\"\",\"b\":\"\"}"),
};

static void members(void)
{
    for (size_t i = 0; i < sizeof member_bodies / sizeof *member_bodies; ++i) {
        const text body = member_bodies[i];
        test_case("members of %s", body.bytes);
        for (size_t j = 0; j < sizeof looked_for / sizeof *looked_for; ++j) {
            reading_manner m = manner_chunked(cut_nowhere());
            check_members(body, looked_for[j]);
            m.text = looked_for[j];
            for (size_t at = 0; at <= body.length; ++at) {
                m.cuts = cut_at(at);
                check_manner(&shared, "in two chunks", m);
            }
        }
    }
}

/* ---- names ---- */

/* Names of every allowed length and with bytes of every kind; the same again inside `x`. */
static const tc_scan_member odd_members[10];
static const tc_scan_member odd_members[10] = {
    MEMBER("x", 1, 0x3FC, odd_members + 1),
    MEMBER("123456789012345", 2, 0, NULL),
    MEMBER("12345678901\xF0\x9F\x98\x80", 3, 0, NULL),
    MEMBER("123456789012\xE4\xB8\xAD", 4, 0, NULL),
    MEMBER("\0", 5, 0, NULL),
    MEMBER("a\0b", 6, 0, NULL),
    MEMBER("\"\\/\b\f\n\r\t", 7, 0, NULL),
    MEMBER("12345678901234", 8, 0, NULL),
    MEMBER("\xC3\xA9", 9, 0, NULL),
    NO_MEMBER,
};

static const tc_scan_member odd_text = MEMBER("", 0, 0x3FE, odd_members);

static const text names_in_bodies[] = {
    TEXT("x"),
    TEXT("\\u0078"),
    TEXT("\\u0058"),
    TEXT("xx"),
    TEXT(""),
    TEXT("X"),
    TEXT("y"),
    TEXT("123456789012345"),
    TEXT("1234567890123456"),
    TEXT("12345678901234"),
    TEXT("1234567890123"),
    TEXT("12345678901234\\u0035"),
    TEXT("12345678901234\\u00356"),
    TEXT("\\u0031\\u0032\\u0033\\u0034\\u0035\\u0036\\u0037\\u0038\\u0039\\u0030\\u0031\\u0032\\u0033\\u0034\\u0035"),
    TEXT("\\u0031\\u0032\\u0033\\u0034\\u0035\\u0036\\u0037\\u0038\\u0039\\u0030\\u0031\\u0032\\u0033\\u0034\\u0035\\u0"
         "036"),
    TEXT("12345678901\xF0\x9F\x98\x80"),
    TEXT("12345678901\\ud83d\\ude00"),
    TEXT("12345678901\\uD83D\\uDE01"),
    TEXT("123456789012\\ud83d\\ude00"),
    TEXT("12345678901234\xF0\x9F\x98\x80"),
    TEXT("12345678901234\\ud83d\\ude00"),
    TEXT("123456789012345\\ud83d\\ude00"),
    TEXT("123456789012\xE4\xB8\xAD"),
    TEXT("123456789012\\u4e2d"),
    TEXT("1234567890123\\u4e2d"),
    TEXT("12345678901234\\u4e2d"),
    TEXT("\\u0000"),
    TEXT("a\\u0000b"),
    TEXT("a\\u0000c"),
    TEXT("a\\u0000"),
    TEXT("a"),
    TEXT("\\\"\\\\\\/\\b\\f\\n\\r\\t"),
    TEXT("\\\"\\\\/\\b\\f\\n\\r\\t"),
    TEXT("\xC3\xA9"),
    TEXT("\\u00e9"),
    TEXT("\\u00E9"),
    TEXT("\xC3\xA8"),
    TEXT("x\\u0000"),
    TEXT("\\\\u0078"),
    TEXT("a name that is much longer than any that can be looked for, and longer than a window of bytes as well"),
    TEXT("a name that is much longer than any that can be looked for\\u002c and longer than a window of bytes as well"),
};

/* An object with this name, another object inside it, and the name again after that. */
static text named(text name)
{
    static char bytes[512];
    static const char *const parts[] = {"{\"x\":{\"", "\":{\"", "\":\"va\\u006cue\"}}, \"", "\" : 12 ,\"y\":null}"};
    size_t length = 0;
    for (size_t i = 0; i < 4; ++i) {
        const size_t size = strlen(parts[i]);
        memcpy(bytes + length, parts[i], size);
        length += size;
        if (i == 3)
            break;
        memcpy(bytes + length, name.bytes, name.length);
        length += name.length;
    }
    const text body = {bytes, length};
    return body;
}

/* Looked for or not, whole or cut anywhere, a name is compared by the bytes it stands for. */
static void names(void)
{
    for (size_t i = 0; i < sizeof names_in_bodies / sizeof *names_in_bodies; ++i) {
        const text body = named(names_in_bodies[i]);
        reading_manner m = manner_plain();
        test_case("the name %s", names_in_bodies[i].bytes);
        check_members(body, &odd_text);
        m.place = CHUNKED;
        m.text = &odd_text;
        for (size_t at = 0; at <= body.length; ++at) {
            m.cuts = cut_at(at);
            check_manner(&shared, "in two chunks", m);
        }
        for (size_t size = 1; size < 20; ++size) {
            m.cuts = cut_every(size);
            check_manner(&shared, "in equal chunks", m);
        }
    }
}

/* Bytes at the edges of the grammar's classes. */
static const char interesting[] =
    "\"\\{}[]:,/ \n\t\r\v\0\x1F\x7F!#-+.0189eEuUbdDafntxzZ'@`\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2"
    "\xDF\xE0\xE1\xED\xEF\xF0\xF1\xF4\xF5\xFE\xFF";

static void mutate_at(char *bytes, size_t length, size_t at, uint32_t *seed)
{
    const char original = bytes[at];
    const text body = {bytes, length};
    for (size_t i = 0; i + 1 < sizeof interesting; ++i) {
        bytes[at] = interesting[i];
        check_quickly(&shared, body, next_random(seed));
    }
    bytes[at] = original;
}

static void drop_and_double(char *bytes, text original, size_t at, uint32_t *seed)
{
    const size_t rest = original.length - at;
    const text dropped = {bytes, original.length - 1}, doubled = {bytes, original.length + 1};
    memcpy(bytes + at, original.bytes + at + 1, rest - 1);
    check_quickly(&shared, dropped, next_random(seed));
    memcpy(bytes + at, original.bytes + at, 1);
    memcpy(bytes + at + 1, original.bytes + at, rest);
    check_quickly(&shared, doubled, next_random(seed));
    memcpy(bytes + at, original.bytes + at, rest);
}

static void fixture_mutations(const fixture *f)
{
    uint32_t seed = 1;
    test_case("every mutation of %s", f->name);
    char *const bytes = allocate(f->body.length + 1);
    memcpy(bytes, f->body.bytes, f->body.length);
    const size_t step = stride(f->body) > 1 ? stride(f->body) * 4 : 1;
    for (size_t at = 0; at < f->body.length; at += step) {
        mutate_at(bytes, f->body.length, at, &seed);
        drop_and_double(bytes, f->body, at, &seed);
    }
    free(bytes);
}

/* ---- pseudo-random texts ---- */

static const char *const tokens[] = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"\"",
    "\"a\"",
    "\"\\u00e9\\n\"",
    "\"\xE4\xB8\xAD\"",
    "0",
    "-1.5e+3",
    "true",
    "false",
    "null",
    " ",
    "\n\t",
    "\"long enough to fill more than one block of bytes\"",
    "1234567890123456789",
    "                    ",
};

enum { PUNCTUATION = 6, TOKENS = sizeof tokens / sizeof *tokens };

static void put_space(writer *w)
{
    static const char *const spaces[] = {"", "", "", "", " ", "\r\n", "\t  ", "                  "};
    put_words(w, spaces[roll(w, 8)]);
}

static void put_value(writer *w, unsigned depth)
{
    const uint32_t choice = roll(w, depth < 6 ? 6 : 3);
    put_space(w);
    if (choice < 3) {
        put_words(w, tokens[PUNCTUATION + roll(w, TOKENS - PUNCTUATION)]);
        if (w->length > 0 && strchr(" \n\t", w->bytes[w->length - 1]) != NULL)
            put_words(w, "7");
        put_space(w);
        return;
    }
    const bool object = choice > 3;
    const uint32_t count = roll(w, 5);
    put_words(w, object ? "{" : "[");
    put_space(w);
    for (uint32_t i = 0; i < count; ++i) {
        put_words(w, i > 0 ? "," : "");
        put_space(w);
        put_words(w, !object ? "" : i % 2 > 0 ? "\"name\\u0041\" :" : "\"Name\":");
        put_value(w, depth + 1);
    }
    put_words(w, object ? "}" : "]");
    put_space(w);
}

static void random_values(void)
{
    static writer w;
    test_case("pseudo-random values");
    for (uint32_t seed = 1; seed <= 1500; ++seed) {
        w.length = 0;
        w.seed = seed * 2654435761U;
        put_value(&w, 0);
        const text body = {w.bytes, w.length};
        check_quickly(&shared, body, seed);
        if (body.length == 0 || body.length > 2000)
            continue;
        w.bytes[roll(&w, (uint32_t)body.length)] = interesting[roll(&w, sizeof interesting - 1)];
        check_quickly(&shared, body, seed);
    }
}

static void random_tokens(void)
{
    static writer w;
    test_case("pseudo-random tokens");
    for (uint32_t seed = 1; seed <= 20000; ++seed) {
        w.length = 0;
        w.seed = seed * 2246822519U | 1U;
        for (uint32_t count = roll(&w, 9); count > 0; --count)
            put_words(&w, tokens[roll(&w, TOKENS)]);
        const text body = {w.bytes, w.length};
        check_quickly(&shared, body, seed);
    }
}

/* ---- the end of a chunk ---- */

typedef struct {
    text body;
    int slot; /* -1: it does not end in a field that is looked for */
    size_t begin;
} unfinished_row;

/* Response is slot 1, in it RequestId 5, Error 2; code is slot 6; the text itself 0. */
static const unfinished_row unfinished_rows[] = {
    {TEXT("{\"code"), -1, 0},
    {TEXT("{\"code\""), -1, 0},
    {TEXT("{\"code\":"), -1, 0},
    {TEXT("{\"code\":\""), 6, 9},
    {TEXT("{\"code\": \"te"), 6, 10},
    {TEXT("{\"code\":\"te\""), -1, 0},
    {TEXT("{\"code\":\"\\"), 6, 9},
    {TEXT("{\"code\":\"\\u00"), 6, 9},
    {TEXT("{\"code\":\"\\ud83d\\"), 6, 9},
    {TEXT("{\"code\":\"\xE4"), 6, 9},
    {TEXT("{\"code\":-"), 6, 8},
    {TEXT("{\"code\":12"), 6, 8},
    {TEXT("{\"code\":1e"), 6, 8},
    {TEXT("{\"code\":12 "), -1, 0},
    {TEXT("{\"code\":tru"), -1, 0},
    {TEXT("{\"code\":[\"te"), -1, 0},
    {TEXT("{\"code\":{\"code\":\"te"), -1, 0},
    {TEXT("{\"other\":\"te"), -1, 0},
    {TEXT("{\"other\":12"), -1, 0},
    {TEXT("{\"code\":1,\"other\":\"te"), -1, 0},
    {TEXT("{\"other\":1,\"code\":\"te"), 6, 19},
    {TEXT("{\"c\\u006fde\":\"te"), 6, 14},
    {TEXT("{\"code\":1,\"code\":2"), 6, 17},
    {TEXT("{\"Response\":{\"RequestId\":\"te"), 5, 26},
    {TEXT("{\"Response\":{\"RequestId\":7"), 5, 25},
    {TEXT("{\"Response\":{\"code\":\"te"), -1, 0},
    {TEXT("{\"Response\":{\"A\":{\"RequestId\":\"te"), -1, 0},
    {TEXT("{\"Response\":{\"RequestId\":\"r\"},\"code\":\"te"), 6, 38},
    {TEXT("{\"Response\":\"te"), 1, 13},
    {TEXT("[\"te"), -1, 0},
    {TEXT("[1"), -1, 0},
    {TEXT("\"te"), 0, 1},
    {TEXT(" 12"), 0, 1},
    {TEXT("\""), 0, 1},
    {TEXT("nul"), -1, 0},
    {TEXT(""), -1, 0},
    {TEXT(" "), -1, 0},
    {TEXT("{"), -1, 0},
};

/* The answer if the body comes in chunks of this size. */
static void check_unfinished(const unfinished_row *row, size_t size)
{
    const text body = row->body;
    uint64_t begin = UINT64_MAX;
    cuts c = cut_every(size);
    tc_scan s;
    tc_scan_init(&s, DEPTH, &common_text);
    for (size_t at = 0, length; at < body.length; at += length) {
        length = cuts_next(&c, body.length - at);
        tc_scan_feed(&s, lend_chunk(body.bytes + at, length), length);
        take_back_chunk();
        if (tc_scan_run(&s) != TC_SCAN_MORE)
            test_fail(body, at, "does not ask for more");
    }
    const int slot = tc_scan_unfinished(&s, &begin);
    if (slot != row->slot)
        test_fail(body, body.length, "slot %d, expected %d", slot, row->slot);
    if (slot >= 0)
        test_equal(body, begin, "begin", begin, row->begin);
}

static void unfinished(void)
{
    for (size_t i = 0; i < sizeof unfinished_rows / sizeof *unfinished_rows; ++i) {
        const unfinished_row *const row = &unfinished_rows[i];
        test_case("what the chunk's end lies in: %s", row->body.bytes);
        for (size_t size = 1; size <= row->body.length + 1; ++size)
            check_unfinished(row, size);
    }
}

/* One scanner for several texts, and two scanners at once: nothing is shared or left over. */
static void independent_scanners(void)
{
    static const text first = TEXT("{\"a\":[1,2,{\"b\":\"\\u00e9\"}]}"), second = TEXT("[[\"x\",tru");
    tc_scan a, b;
    test_case("two scanners side by side");
    tc_scan_init(&a, DEPTH, &common_text);
    tc_scan_init(&b, DEPTH, &common_text);
    for (size_t i = 0; i < first.length; ++i) {
        tc_scan_feed(&a, first.bytes + i, 1);
        test_equal(first, i, "status of the first", tc_scan_run(&a), TC_SCAN_MORE);
        if (i >= second.length)
            continue;
        tc_scan_feed(&b, second.bytes + i, 1);
        test_equal(second, i, "status of the second", tc_scan_run(&b), TC_SCAN_MORE);
    }
    test_equal(first, first.length, "verdict of the first", tc_scan_finish(&a), true);
    test_equal(second, second.length, "verdict of the second", tc_scan_finish(&b), false);
    test_equal(second, second.length, "offset of the second", b.error_at, second.length);
}

static void every_fixture(void)
{
    size_t count;
    const fixture *const list = fixtures(&count);
    for (size_t i = 0; i < count; ++i) {
        fixture_whole(&list[i]);
        fixture_prefixes(&list[i]);
        fixture_suffixes(&list[i]);
        fixture_splits(&list[i]);
        fixture_members(&list[i]);
        fixture_mutations(&list[i]);
    }
}

int main(void)
{
    grammar_table();
    white_space_alone();
    numbers_alone();
    number_steps();
    reasons();
    every_two_bytes();
    every_two_hex_bytes();
    every_fixture();
    random_values();
    random_tokens();
    names();
    members();
    unfinished();
    independent_scanners();
    return test_end();
}
