/*
** envelope_test.c - the envelope: the outcome of every kind of body with its fields and offsets, the same for whole
** bodies and for chunks however they are cut, and where a field that is too long is truncated.
*/
#include "envelope.h"

#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "judging.h"
#include "meaning.h"

/* The limit, except in tests about the limit. */
enum { MAX_FIELD = 8192 };

static reference shared;

/* Judges the body in this manner and holds it against its meaning. */
static void check(text body, const char *how, const meaning *expected, judging_manner m)
{
    static judgement found;
    judge_body(&found, body, m);
    judgement_check(body, how, &found, expected, m);
}

static void check_quickly(text body, uint32_t seed)
{
    meaning m = meaning_of(&shared, body, DEPTH);
    check(body, "before an unmapped page", &m, judging_whole(AT_END, NO_TAPE));
    check(body, "recorded", &m, judging_whole(AT_BEGIN, TAPE));
    check(body, "in chunks", &m, judging_chunked(cut_by(seed), MAX_FIELD));
    meaning_free(&m);
}

static void check_thoroughly(text body)
{
    static const size_t limits[] = {TC_FIELD_MIN, TC_FIELD_MIN + 1, 100, MAX_FIELD};
    meaning m = meaning_of(&shared, body, DEPTH);
    check(body, "before an unmapped page", &m, judging_whole(AT_END, NO_TAPE));
    check(body, "after an unmapped page", &m, judging_whole(AT_BEGIN, NO_TAPE));
    check(body, "recorded", &m, judging_whole(AT_END, TAPE));
    if (body.length <= 4096)
        check(body, "recorded with little capacity", &m, judging_whole(AT_END, TAPE_FULL));
    for (size_t i = 0; i < sizeof limits / sizeof *limits; ++i) {
        judging_manner at_once = judging_chunked(cut_every(1), limits[i]);
        at_once.grow_slowly = false;
        check(body, "byte by byte, full capacity at once", &m, at_once);
        check(body, "byte by byte", &m, judging_chunked(cut_every(1), limits[i]));
        check(body, "in one chunk", &m, judging_chunked(cut_nowhere(), limits[i]));
        for (uint32_t seed = 1; seed <= 3; ++seed)
            check(body, "in chunks", &m, judging_chunked(cut_by(seed), limits[i]));
    }
    meaning_free(&m);
}

static void check_splits(text body)
{
    meaning m = meaning_of(&shared, body, DEPTH);
    const size_t step = stride(body);
    for (size_t at = 0; at <= body.length; at += step) {
        check(body, "in two chunks", &m, judging_chunked(cut_at(at), MAX_FIELD));
        check(body, "in two chunks, little kept", &m, judging_chunked(cut_at(at), TC_FIELD_MIN));
    }
    for (size_t size = 2; size < 40; ++size)
        check(body, "in equal chunks", &m, judging_chunked(cut_every(size), MAX_FIELD));
    meaning_free(&m);
}

/* ---- outcomes ---- */

/* A field that must be unknown. */
#define NONE                                                                                                           \
    {                                                                                                                  \
        NULL, 0                                                                                                        \
    }

typedef struct {
    text body;
    tc_outcome outcome;
    const char *shown; /* what the verdict points at: its first occurrence in the body; "": the end, NULL: nothing */
    text code, message, request_id;
} outcome_row;

#define SUCCESS(body, request_id)                                                                                      \
    {                                                                                                                  \
        TEXT(body), TC_SUCCESS, NULL, NONE, NONE, request_id                                                           \
    }
#define FAILURE(body, code, message, request_id)                                                                       \
    {                                                                                                                  \
        TEXT(body), TC_API_ERROR, NULL, code, message, request_id                                                      \
    }
#define NOT_ENVELOPE(body, shown, request_id)                                                                          \
    {                                                                                                                  \
        TEXT(body), TC_NOT_ENVELOPE, shown, NONE, NONE, request_id                                                     \
    }
#define NOT_JSON(body, shown)                                                                                          \
    {                                                                                                                  \
        TEXT(body), TC_NOT_JSON, shown, NONE, NONE, NONE                                                               \
    }

static const outcome_row outcomes[] = {
    /* Response is an object, Error absent or null */
    SUCCESS("{\"Response\":{}}", NONE),
    SUCCESS("{\"Response\":{\"RequestId\":\"r\"}}", TEXT("r")),
    SUCCESS(" {\n\"Response\" : { \"A\" : 1 , \"RequestId\" : \"r\" } }\t", TEXT("r")),
    SUCCESS("{\"Response\":{\"Error\":null,\"RequestId\":\"r\"}}", TEXT("r")),
    SUCCESS("{\"Response\":{\"RequestId\":\"r\",\"Error\":null}}", TEXT("r")),
    SUCCESS("{\"Response\":{\"Err\\u006fr\":null}}", NONE),
    /* RequestId missing or not a string */
    SUCCESS("{\"Response\":{\"RequestId\":null}}", NONE),
    SUCCESS("{\"Response\":{\"RequestId\":7}}", NONE),
    SUCCESS("{\"Response\":{\"RequestId\":{\"RequestId\":\"no\"}}}", NONE),
    SUCCESS("{\"Response\":{\"RequestId\":[\"no\"]}}", NONE),
    SUCCESS("{\"Response\":{\"RequestId\":\"\"}}", TEXT("")),
    SUCCESS("{\"Response\":{},\"RequestId\":\"outer\"}", NONE),
    SUCCESS("{\"RequestId\":\"outer\",\"Response\":{\"requestId\":\"no\",\"RequestID\":\"no\"}}", NONE),
    FAILURE("{\"Response\":{\"Error\":{\"Code\":\"a\",\"Message\":\"b\"},\"RequestId\":false}}", TEXT("a"), TEXT("b"),
            NONE),
    /* Error is an object whose Code is a string */
    FAILURE(
        "{\"Response\":{\"Error\":{\"Code\":\"AuthFailure.SignatureFailure\",\"Message\":\"m\"},\"RequestId\":\"r\"}}",
        TEXT("AuthFailure.SignatureFailure"), TEXT("m"), TEXT("r")),
    FAILURE("{\"Response\":{\"RequestId\":\"r\",\"Error\":{\"Message\":\"m\",\"Code\":\"c\"}}}", TEXT("c"), TEXT("m"),
            TEXT("r")),
    FAILURE("{\"Response\":{\"Error\":{\"Code\":\"\"}}}", TEXT(""), NONE, NONE),
    FAILURE("{\"Response\":{\"Error\":{\"Code\":\"c\",\"Message\":null}}}", TEXT("c"), NONE, NONE),
    FAILURE("{\"Response\":{\"Error\":{\"Code\":\"c\",\"Message\":[\"m\"]}}}", TEXT("c"), NONE, NONE),
    FAILURE("{\"Response\":{\"Error\":{\"Code\":\"c\",\"Message\":\"m\",\"Details\":{\"Code\":\"no\",\"Message\":"
            "\"no\"}}}}",
            TEXT("c"), TEXT("m"), NONE),
    FAILURE("{\"Response\":{\"Error\":{\"Details\":[{\"Code\":\"no\"}],\"Code\":\"c\"},\"Code\":\"no\",\"Message\":"
            "\"no\"}}",
            TEXT("c"), NONE, NONE),
    FAILURE("{\"Response\":{\"A\":{\"Error\":null},\"Error\":{\"Code\":\"c\"},\"B\":[1]},\"Error\":null}", TEXT("c"),
            NONE, NONE),
    FAILURE("{\"Response\":{\"Error\":{\"Code\":\"\\u0041\\ud83d\\ude00\\n\",\"Message\":\"\\u0000\\\"\\\\\"},"
            "\"RequestId\":\"\\/\"}}",
            TEXT("A\xF0\x9F\x98\x80\n"), TEXT("\0\"\\"), TEXT("/")),
    FAILURE("{\"Response\":{\"Error\":{\"Code\":\"\xE4\xB8\xAD\",\"Message\":\"\xF0\x9F\x98\x80\"}}}",
            TEXT("\xE4\xB8\xAD"), TEXT("\xF0\x9F\x98\x80"), NONE),
    /* escaped names */
    FAILURE("{\"\\u0052\\u0065\\u0073\\u0070\\u006f\\u006E\\u0073\\u0065\":{\"Err\\u006fr\":{\"C\\u006fde\":\"c\","
            "\"M\\u0065ssage\":\"m\"},"
            "\"Reque\\u0073tI\\u0064\":\"r\"}}",
            TEXT("c"), TEXT("m"), TEXT("r")),
    /* similar names are payload */
    SUCCESS("{\"Response\":{\"error\":{},\"Errors\":{},\"Erro\":1,\"Error \":1,\" "
            "Error\":1,\"Error\\u0000\":1,\"\\u0000Error\":1}}",
            NONE),
    SUCCESS("{\"Response\":{\"\":1,\"Err\\\\u006fr\":1,\"\\u0415rror\":1,\"\xD0\x95rror\":{\"Code\":\"no\"}}}", NONE),
    SUCCESS("{\"Response\":{\"ErrorThatIsMuchLongerThanAnyNameThatMatters\":1,"
            "\"Error\\u0041AndEscapedAndLongerThanAllThatMatters\":1}}",
            NONE),
    SUCCESS("{\"Response\":{\"RequestId\":\"r\"},\"ResponseThatIsMuchLongerThanAnyNameThatMatters\":1,"
            "\"Response\\u0000\":null}",
            TEXT("r")),
    /* at a deeper level, payload */
    SUCCESS("{\"Response\":{\"Data\":{\"Error\":{\"Code\":\"no\"},\"RequestId\":\"no\"},\"RequestId\":\"r\"}}",
            TEXT("r")),
    SUCCESS("{\"Response\":{\"List\":[{\"Error\":{\"Code\":\"no\"},\"RequestId\":\"no\"},[{\"Error\":1}]]}}", NONE),
    SUCCESS("{\"Response\":{\"Response\":{\"Error\":{\"Code\":\"no\"}},\"code\":5}}", NONE),
    SUCCESS("{\"A\":{\"Response\":{\"Error\":{\"Code\":\"no\"}}},\"Response\":{},\"Z\":[{\"Response\":1}]}", NONE),
    /* members next to Response */
    SUCCESS("{\"Error\":{\"Code\":\"no\"},\"Response\":{}}", NONE),
    SUCCESS("{\"Response\":{},\"Error\":{\"Code\":\"no\"},\"Code\":\"no\"}", NONE),
    SUCCESS("{\"code\":4000,\"message\":\"no\",\"codeDesc\":\"no\",\"Response\":{}}", NONE),
    SUCCESS("{\"Response\":{},\"code\":4000,\"message\":\"no\",\"codeDesc\":\"no\"}", NONE),
    FAILURE("{\"codeDesc\":\"no\",\"Response\":{\"Error\":{\"Code\":\"c\"}},\"code\":5,\"message\":\"no\"}", TEXT("c"),
            NONE, NONE),
    FAILURE("{\"Response\":{\"Error\":{\"Code\":\"c\",\"Message\":\"m\"}},\"codeDesc\":\"no\",\"message\":\"no\"}",
            TEXT("c"), TEXT("m"), NONE),
    /* the last of equal members wins */
    SUCCESS("{\"Response\":{\"Error\":{\"Code\":\"no\"}},\"Response\":{\"RequestId\":\"r\"}}", TEXT("r")),
    SUCCESS("{\"Response\":{\"RequestId\":\"no\"},\"Response\":{}}", NONE),
    SUCCESS("{\"Response\":1,\"Response\":{}}", NONE),
    SUCCESS("{\"Response\":{\"Error\":{\"Code\":\"no\"},\"Error\":null}}", NONE),
    SUCCESS("{\"Response\":{\"RequestId\":\"no\",\"RequestId\":null}}", NONE),
    SUCCESS("{\"Response\":{\"RequestId\":\"no\",\"Request\\u0049d\":\"r\"}}", TEXT("r")),
    FAILURE("{\"Response\":{\"Error\":null,\"Error\":{\"Code\":\"c\"}}}", TEXT("c"), NONE, NONE),
    FAILURE("{\"Response\":{\"Error\":{\"Code\":\"no\",\"Message\":\"no\"},\"Error\":{\"Code\":\"c\"}}}", TEXT("c"),
            NONE, NONE),
    FAILURE("{\"Response\":{\"Error\":{\"Code\":1,\"Code\":\"no\",\"Code\":\"c\",\"Message\":\"no\",\"Message\":1}}}",
            TEXT("c"), NONE, NONE),
    FAILURE("{\"Response\":{\"Error\":7,\"Error\":{\"Code\":\"c\"}}}", TEXT("c"), NONE, NONE),
    NOT_ENVELOPE("{\"Response\":{},\"Response\":[]}", "[", NONE),
    NOT_ENVELOPE("{\"Response\":{\"RequestId\":\"no\"},\"Response\":null}", "null", NONE),
    NOT_ENVELOPE("{\"Response\":{\"Error\":{\"Code\":\"no\"},\"Error\":7}}", "7", NONE),
    NOT_ENVELOPE("{\"Response\":{\"Error\":{\"Code\":\"no\"},\"Error\":{ }}}", "{ }", NONE),
    NOT_ENVELOPE("{\"Response\":{\"Error\":{\"Code\":\"no\",\"Code\":7}}}", "7", NONE),
    NOT_ENVELOPE("{\"code\":5,\"Response\":{},\"Response\":7}", "7", NONE),
    /* Error is anything else, or its Code is missing or not a string */
    NOT_ENVELOPE("{\"Response\":{\"Error\":\"text\",\"RequestId\":\"r\"}}", "\"text", TEXT("r")),
    NOT_ENVELOPE("{\"Response\":{\"Error\":true}}", "true", NONE),
    NOT_ENVELOPE("{\"Response\":{\"Error\":false}}", "false", NONE),
    NOT_ENVELOPE("{\"Response\":{\"Error\":-5}}", "-5", NONE),
    NOT_ENVELOPE("{\"Response\":{\"Error\":[{\"Code\":\"c\"}]}}", "[", NONE),
    NOT_ENVELOPE("{\"Response\":{\"Error\":[]}}", "[", NONE),
    NOT_ENVELOPE("{\"Response\":{\"RequestId\":\"r\",\"Error\":{ }}}", "{ }", TEXT("r")),
    NOT_ENVELOPE("{\"Response\":{\"Error\": {\"Message\":\"m\"}}}", "{\"Message", NONE),
    NOT_ENVELOPE("{\"Response\":{\"Error\":{\"code\":\"c\",\"X\":{\"Code\":\"c\"}}}}", "{\"code", NONE),
    NOT_ENVELOPE("{\"Response\":{\"Error\":{\"Code\":null}}}", "null", NONE),
    NOT_ENVELOPE("{\"Response\":{\"Error\":{\"Code\": 404 }}}", "404", NONE),
    NOT_ENVELOPE("{\"Response\":{\"Error\":{\"Code\":{\"Code\":\"c\"}}}}", "{\"Code\":\"c", NONE),
    NOT_ENVELOPE("{\"Response\":{\"Error\":{\"Code\":[\"c\"]},\"RequestId\":\"r\"}}", "[", TEXT("r")),
    NOT_ENVELOPE("{\"Response\":{\"Error\":{\"Code\":true}}}", "true", NONE),
    /* Response missing or not an object */
    NOT_ENVELOPE("{}", "{", NONE),
    NOT_ENVELOPE(" {\"response\":{},\"RESPONSE\":{},\"Responses\":{}}", "{", NONE),
    NOT_ENVELOPE("{\"Error\":{\"Code\":\"no\"},\"RequestId\":\"no\"}", "{", NONE),
    NOT_ENVELOPE("{\"Response\":null}", "null", NONE),
    NOT_ENVELOPE("{\"Response\": \"text\"}", "\"text", NONE),
    NOT_ENVELOPE("{\"Response\":[{}]}", "[", NONE),
    NOT_ENVELOPE("{\"Response\":0}", "0", NONE),
    NOT_ENVELOPE("[{\"Response\":{}}]", "[", NONE),
    NOT_ENVELOPE("\"Response\"", "\"", NONE),
    NOT_ENVELOPE(" null ", "null", NONE),
    NOT_ENVELOPE("true", "true", NONE),
    NOT_ENVELOPE(" 42", "42", NONE),
    NOT_ENVELOPE("-0.5e1 ", "-", NONE),
    /* the legacy form */
    FAILURE("{\"code\":4000,\"message\":\"m\",\"codeDesc\":\"InvalidParameter\"}", TEXT("InvalidParameter"), TEXT("m"),
            NONE),
    FAILURE("{\"codeDesc\":\"\\u0041\",\"message\":\"\\n\",\"code\":-1}", TEXT("A"), TEXT("\n"), NONE),
    FAILURE("{\"code\":4000,\"message\":\"m\"}", TEXT("4000"), TEXT("m"), NONE),
    FAILURE("{\"code\": -1.50e2 ,\"message\":\"m\",\"codeDesc\":null}", TEXT("-1.50e2"), TEXT("m"), NONE),
    FAILURE("{\"code\":7,\"message\":null,\"codeDesc\":7}", TEXT("7"), NONE, NONE),
    FAILURE("{\"code\":7,\"message\":\"m\",\"codeDesc\":\"\"}", TEXT("7"), TEXT("m"), NONE),
    FAILURE("{\"code\":0.001,\"message\":\"m\"}", TEXT("0.001"), TEXT("m"), NONE),
    FAILURE("{\"code\":1e-999,\"message\":\"m\"}", TEXT("1e-999"), TEXT("m"), NONE),
    FAILURE("{\"c\\u006fde\":10,\"m\\u0065ssage\":\"m\",\"code\\u0044esc\":\"c\"}", TEXT("c"), TEXT("m"), NONE),
    FAILURE("{\"code\":0,\"code\":5,\"message\":\"no\",\"message\":\"m\",\"codeDesc\":\"no\",\"codeDesc\":\"c\"}",
            TEXT("c"), TEXT("m"), NONE),
    FAILURE("{\"code\":5,\"message\":\"m\",\"codeDesc\":\"c\",\"RequestId\":\"no\",\"Error\":null}", TEXT("c"),
            TEXT("m"), NONE),
    FAILURE("{\"code\":5,\"codeDesc\":\"c\",\"codeDesc\":null,\"message\":\"m\"}", TEXT("5"), TEXT("m"), NONE),
    NOT_ENVELOPE("{\"code\":0,\"message\":\"\",\"codeDesc\":\"Success\"}", "{", NONE),
    NOT_ENVELOPE("{\"code\":-0.00e12,\"message\":\"m\"}", "{", NONE),
    NOT_ENVELOPE("{\"code\":0E9,\"message\":\"m\"}", "{", NONE),
    NOT_ENVELOPE("{\"code\":5,\"code\":0,\"codeDesc\":\"c\"}", "{", NONE),
    NOT_ENVELOPE("{\"code\":5,\"code\":\"5\",\"codeDesc\":\"c\"}", "{", NONE),
    NOT_ENVELOPE("{\"code\":\"5\",\"message\":\"m\",\"codeDesc\":\"c\"}", "{", NONE),
    NOT_ENVELOPE("{\"code\":[5],\"message\":\"m\",\"codeDesc\":\"c\"}", "{", NONE),
    NOT_ENVELOPE("{\"data\":{\"code\":5},\"codeDesc\":\"c\"}", "{", NONE),
    NOT_ENVELOPE("{\"codeDesc\":\"c\",\"message\":\"m\"}", "{", NONE),
    NOT_ENVELOPE("{\"Code\":5,\"Message\":\"m\",\"CodeDesc\":\"c\"}", "{", NONE),
    NOT_ENVELOPE("{\"code\":5,\"message\":\"m\",\"codeDesc\":\"c\",\"Response\":null}", "null", NONE),
    /* not JSON */
    NOT_JSON("", ""),
    NOT_JSON("<html></html>", "<"),
    NOT_JSON("\xEF\xBB\xBF{\"Response\":{}}", "\xEF"),
    NOT_JSON("{\"Response\":{}", ""),
    NOT_JSON("{\"Response\":{\"RequestId\":\"r\"}}]", "]"),
    NOT_JSON("{\"Response\":{\"RequestId\":\"r\"},7}", "7"),
    NOT_JSON("{\"Response\":{\"RequestId\":\"\\udc00\"}}", "c00"),
    NOT_JSON("{\"Response\":{\"RequestId\":\"\xC0\x80\"}}", "\xC0"),
    NOT_JSON("{\"Response\":{\"Error\":{\"Code\":\"c\",\"Message\":\"a\nb\"}}}", "\n"),
    NOT_JSON("{\"Response\":{\"Error\":{\"Code\":\"c\"}}} x", "x"),
    NOT_JSON("{\"Response\":{\"Error\":{\"Code\":\"c\"}} \"x\":1", "\"x"),
    NOT_JSON("{\"code\":05}", "5"),
    NOT_JSON("{'Response':{}}", "'"),
};

/* The offset, counted from 1, that a row expects. */
static size_t shown_offset(const outcome_row *row)
{
    if (row->shown == NULL)
        return 0;
    if (*row->shown == '\0')
        return row->body.length + 1;
    const char *const found = strstr(row->body.bytes, row->shown);
    return found == NULL ? SIZE_MAX : (size_t)(found - row->body.bytes) + 1;
}

static void expect_text(text body, const char *which, const judged_text *found, text expected)
{
    const text is = {found->bytes, found->size};
    if (found->known != (expected.bytes != NULL))
        test_fail(body, 0, "%s is %sknown", which, found->known ? "" : "un");
    else if (found->known && !text_equal(is, expected))
        test_fail(body, found->begin, "%s is '%.*s', expected '%.*s'", which, (int)is.length, is.bytes,
                  (int)expected.length, expected.bytes);
}

static void check_row(const outcome_row *row)
{
    static judgement found;
    test_case("outcome of %s", row->body.bytes);
    judge_body(&found, row->body, judging_whole(AT_END, NO_TAPE));
    test_equal(row->body, found.offset, "outcome", found.outcome, row->outcome);
    test_equal(row->body, found.offset, "offset counted from 1", found.offset, shown_offset(row));
    expect_text(row->body, "Code", &found.code, row->code);
    expect_text(row->body, "Message", &found.message, row->message);
    expect_text(row->body, "RequestId", &found.request_id, row->request_id);
    check_thoroughly(row->body);
    check_splits(row->body);
}

static void outcome_table(void)
{
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; ++i)
        check_row(&outcomes[i]);
}

/* ---- fixtures ---- */

static const char *outcome_name(tc_outcome outcome)
{
    static const char *const names[] = {"success", "failure", "envelope", "json"};
    return names[outcome];
}

static void fixture_outcome(const fixture *f)
{
    static judgement found;
    test_case("as its name says: %s", f->name);
    judge_body(&found, f->body, judging_whole(AT_END, NO_TAPE));
    if (!fixture_is(f, outcome_name(found.outcome)))
        test_fail(f->body, found.offset, "is %s (%s)", outcome_name(found.outcome), found.reason);
    check_thoroughly(f->body);
    check_splits(f->body);
}

static void fixture_prefixes(const fixture *f)
{
    test_case("every prefix of %s", f->name);
    const size_t step = stride(f->body);
    for (size_t length = 0; length <= f->body.length; length += step) {
        const text prefix = {f->body.bytes, length};
        meaning m = meaning_of(&shared, prefix, DEPTH);
        check(prefix, "before an unmapped page", &m, judging_whole(AT_END, NO_TAPE));
        check(prefix, "after an unmapped page", &m, judging_whole(AT_BEGIN, NO_TAPE));
        check(prefix, "recorded", &m, judging_whole(AT_END, TAPE));
        check(prefix, "in one chunk", &m, judging_chunked(cut_nowhere(), MAX_FIELD));
        check(prefix, "byte by byte", &m, judging_chunked(cut_every(1), TC_FIELD_MIN));
        meaning_free(&m);
    }
}

/* Bytes that turn a name, a kind of value or the end of the body into another one. */
static void fixture_mutations(const fixture *f)
{
    static const char bytes_to_try[] = "\"\\}],:{[ 019-eEnrx\0\x80\xE4";
    uint32_t seed = 7;
    test_case("mutations of %s", f->name);
    char *const bytes = allocate(f->body.length);
    const text body = {bytes, f->body.length};
    if (body.length > 0)
        memcpy(bytes, f->body.bytes, body.length);
    const size_t step = stride(body) > 1 ? stride(body) * 4 : 1;
    for (size_t at = 0; at < body.length; at += step) {
        for (size_t i = 0; i + 1 < sizeof bytes_to_try; ++i) {
            bytes[at] = bytes_to_try[i];
            check_quickly(body, next_random(&seed));
        }
        bytes[at] = f->body.bytes[at];
    }
    free(bytes);
}

static void every_fixture(void)
{
    size_t count;
    const fixture *const list = fixtures(&count);
    for (size_t i = 0; i < count; ++i) {
        fixture_outcome(&list[i]);
        fixture_prefixes(&list[i]);
        fixture_mutations(&list[i]);
    }
}

/* ---- pseudo-random envelopes ---- */

static void put_name(writer *w)
{
    static const char *const names[] = {
        "Response",
        "Response",
        "Respons\\u0065",
        "Error",
        "Error",
        "\\u0045rror",
        "Code",
        "C\\u006fde",
        "Message",
        "RequestId",
        "Request\\u0049d",
        "code",
        "codeDesc",
        "message",
        "c\\u006fde",
        "Payload",
        "",
        "Error\\u0000",
        "AVeryLongNameOfAMemberThatIsCut",
    };
    put_words(w, "\"");
    put_words(w, names[roll(w, sizeof names / sizeof *names)]);
    put_words(w, "\":");
}

static void put_scalar(writer *w)
{
    static const char *const scalars[] = {
        "null",
        "null",
        "true",
        "false",
        "0",
        "7",
        "-0.0e5",
        "4000",
        "0.25",
        "1e5",
        "\"text\"",
        "\"\\u4e2d\\n\"",
        "\"x\"",
        "\"LimitExceeded.Some\\u0054hing.That.Is.Longer.Than.The.Least.Field\"",
        "\"\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\xE4\xB8\xAD\xE6\x96\x87\"",
    };
    put_words(w, scalars[roll(w, sizeof scalars / sizeof *scalars)]);
}

static void put_value(writer *w, unsigned depth)
{
    const uint32_t choice = roll(w, depth < 2 ? 10 : depth < 5 ? 4 : 1);
    if (choice == 0) {
        put_scalar(w);
        return;
    }
    const bool object = choice != 1;
    const uint32_t count = roll(w, 5);
    put_words(w, object ? "{" : "[");
    for (uint32_t i = 0; i < count; ++i) {
        put_words(w, i > 0 ? "," : "");
        if (object)
            put_name(w);
        if (roll(w, 2) > 0)
            put_scalar(w);
        else
            put_value(w, depth + 1);
    }
    put_words(w, object ? "}" : "]");
}

static void random_envelopes(void)
{
    static writer w;
    size_t seen[4] = {0, 0, 0, 0};
    static const text none = {"", 0};
    test_case("pseudo-random envelopes");
    for (uint32_t seed = 1; seed <= 12000; ++seed) {
        w.length = 0;
        w.seed = seed * 2654435761U;
        put_value(&w, 0);
        const text body = {w.bytes, w.length};
        check_quickly(body, seed);
        meaning m = meaning_of(&shared, body, DEPTH);
        check(body, "in chunks, little kept", &m, judging_chunked(cut_by(seed + 1), TC_FIELD_MIN));
        ++seen[m.outcome];
        meaning_free(&m);
    }
    test_case("the pseudo-random envelopes have every outcome");
    for (size_t i = 0; i < 3; ++i) {
        if (seen[i] < 100)
            test_fail(none, 0, "%zu of outcome %zu", seen[i], i);
    }
}

/* ---- depth ---- */

/* The limit counts the envelope's own objects as well. */
static void depth_limits(void)
{
    static const text body = TEXT("{\"Response\":{\"Error\":{\"Code\":\"c\",\"Details\":[[1]]}}}");
    test_case("limits of depth");
    for (unsigned limit = 1; limit <= 6; ++limit) {
        meaning m = meaning_of(&shared, body, limit);
        judging_manner whole = judging_whole(AT_END, NO_TAPE), chunked = judging_chunked(cut_every(1), MAX_FIELD);
        whole.max_depth = chunked.max_depth = limit;
        check(body, "whole", &m, whole);
        check(body, "byte by byte", &m, chunked);
        test_equal(body, 0, "outcome", m.outcome, limit < 5 ? TC_NOT_JSON : TC_API_ERROR);
        meaning_free(&m);
    }
}

/* ---- where a field is truncated ---- */

/* A character as it is written in the body. */
typedef struct {
    const char *raw;
    size_t size; /* of the bytes it stands for */
} character;

static const character characters[] = {
    {"x", 1},       {"\xC3\xA9", 2}, {"\xE4\xB8\xAD", 3}, {"\xF0\x9F\x98\x80", 4}, {"\\n", 1},
    {"\\u0041", 1}, {"\\u00e9", 2},  {"\\u4e2d", 3},      {"\\ud83d\\ude00", 4},
};

/* What surrounds the field under test. */
static const struct {
    const char *before, *after;
} frames[] = {
    {"{\"Response\":{\"Error\":{\"Code\":\"", "\",\"Message\":\"m\"},\"RequestId\":\"r\"}}"},
    {"{\"Response\":{\"Error\":{\"Code\":\"c\",\"Message\":\"", "\"},\"RequestId\":\"r\"}}"},
    {"{\"Response\":{\"RequestId\":\"", "\"}}"},
    {"{\"code\":5,\"codeDesc\":\"", "\",\"message\":\"m\"}"},
    {"{\"code\":5,\"message\":\"", "\"}"},
};

enum { FRAMES = sizeof frames / sizeof *frames };

/* A text of shift plain bytes and then count times the character. */
static text framed(size_t frame, size_t shift, const character *c, size_t count)
{
    static writer w;
    w.length = 0;
    put_words(&w, frames[frame].before);
    for (size_t i = 0; i < shift; ++i)
        put_words(&w, "a");
    for (size_t i = 0; i < count; ++i)
        put_words(&w, c->raw);
    put_words(&w, frames[frame].after);
    const text body = {w.bytes, w.length};
    return body;
}

static void check_limit(text body, size_t limit, uint32_t seed)
{
    meaning m = meaning_of(&shared, body, DEPTH);
    judging_manner at_once = judging_chunked(cut_by(seed), limit);
    at_once.grow_slowly = false;
    check(body, "byte by byte", &m, judging_chunked(cut_every(1), limit));
    check(body, "in one chunk", &m, judging_chunked(cut_nowhere(), limit));
    check(body, "in chunks", &m, judging_chunked(cut_by(seed), limit));
    check(body, "in chunks, full capacity at once", &m, at_once);
    meaning_free(&m);
}

/* Fields of lengths around the limit, so that it falls on every byte of a character and on its end. */
static void cut_texts(void)
{
    for (size_t i = 0; i < sizeof characters / sizeof *characters; ++i) {
        const character *const c = &characters[i];
        test_case("limits of fields made of %s", c->raw);
        for (size_t limit = TC_FIELD_MIN; limit <= TC_FIELD_MIN + 17; ++limit) {
            for (size_t shift = 0; shift < 4; ++shift) {
                for (size_t size = limit - 5; size <= limit + 9; size += c->size)
                    check_limit(framed((limit + shift + size) % FRAMES, shift, c, (size - shift) / c->size), limit,
                                (uint32_t)size);
            }
        }
    }
}

/* Characters of mixed lengths, truncated at every limit that is allowed up to the field's size. */
static void cut_mixed_text(void)
{
    static const text body =
        TEXT("{\"Response\":{\"Error\":{\"Message\":"
             "\"a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80\\u0041\\u00e9\\u4e2d\\ud83d\\ude00\\n"
             "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80\\u0041\\u00e9\\u4e2d\\ud83d\\ude00\\nabc\xF0\x9F\x98\x80\xF0\x9F"
             "\x98\x80\","
             "\"Code\":\"LimitExceeded.AndThenSomethingLongEnoughToBeCutAsWell\"},\"RequestId\":\"r\"}}");
    test_case("every limit of a field of mixed characters, every cut");
    for (size_t limit = TC_FIELD_MIN; limit < 80; ++limit) {
        meaning m = meaning_of(&shared, body, DEPTH);
        for (size_t at = 0; at <= body.length; at += limit % 7 == 0 ? 1 : 5)
            check(body, "in two chunks", &m, judging_chunked(cut_at(at), limit));
        check_limit(body, limit, (uint32_t)limit);
        meaning_free(&m);
    }
}

/* The number of the legacy form is a field too. */
static void cut_numbers(void)
{
    static const text bodies[] = {
        TEXT("{\"code\":12345678901234567890123456789012,\"message\":\"m\"}"),
        TEXT("{\"code\":123456789012345678901234567890123,\"message\":\"m\"}"),
        TEXT("{\"code\":-0.00000000000000000000000000000000000000000000000000000000001e-5,\"message\":\"m\"}"),
        TEXT("{\"code\":0.0000000000000000000000000000000000000000000000000000000000000e55,\"message\":\"m\"}"),
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; ++i) {
        test_case("a long number: %s", bodies[i].bytes);
        check_thoroughly(bodies[i]);
        check_splits(bodies[i]);
    }
}

/* A field that was truncated and then overwritten by a short one is not truncated. */
static void cut_and_overwritten(void)
{
    static const text body =
        TEXT("{\"Response\":{\"Error\":{\"Code\":\"ThisCodeIsLongerThanTheLeastThatAFieldMayHold\",\"Code\":\"c\","
             "\"Message\":\"ThisMessageIsLongerThanTheLeastThatAFieldMayHold\",\"Message\":null},"
             "\"RequestId\":\"ThisRequestIdIsLongerThanTheLeastThatAFieldMayHold\",\"RequestId\":\"r\"}}");
    test_case("truncated, then overwritten");
    check_thoroughly(body);
    check_splits(body);
}

/* A field ends in a chunk in which another of its name starts and needs capacity: the first is not read again. */
static void overwritten_in_a_cramped_chunk(void)
{
    static const text bodies[] = {
        TEXT("{\"Response\":{\"RequestId\":\"first\",\"RequestId\":"
             "\"ThisRequestIdIsLongerThanTheLeastThatAFieldMayHold\"}}"),
        TEXT("{\"Response\":{\"Error\":{\"Code\":\"first\",\"Code\":\"ThisCodeIsLongerThanTheLeastThatAFieldMayHold\"}}"
             "}"),
        TEXT("{\"Response\":{\"Error\":{\"Code\":\"AFirstCodeThatIsLongerThanTheLeastThatAFieldMayHold\",\"Message\":"
             "\"m\"},"
             "\"Error\":{\"Message\":\"first\",\"Code\":\"\",\"Message\":"
             "\"ThisMessageIsLongerThanTheLeastThatAFieldMayHold\"}}}"),
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; ++i) {
        const text body = bodies[i];
        meaning m = meaning_of(&shared, body, DEPTH);
        test_case("overwritten in a chunk that needs capacity: %s", body.bytes);
        check_thoroughly(body);
        check_splits(body);
        for (size_t first = 0; first < body.length; ++first) {
            judging_manner three = judging_chunked(cut_at(first), MAX_FIELD);
            for (three.cuts.size = 1; three.cuts.size < body.length - first; ++three.cuts.size)
                check(body, "in many chunks", &m, three);
        }
        meaning_free(&m);
    }
}

/* Fields far beyond the limit, in chunks of every size: what is cut off leaves no trace. */
static void cut_long_texts(void)
{
    const size_t length = 200000;
    char *const bytes = allocate(length + 200);
    static const char before[] = "{\"Response\":{\"Error\":{\"Message\":\"",
                      after[] = "\",\"Code\":\"c\"},\"RequestId\":\"r\"}}";
    test_case("a field far beyond the limit");
    memcpy(bytes, before, sizeof before - 1);
    for (size_t i = 0; i < length; ++i)
        bytes[sizeof before - 1 + i] = "\xF0\x9F\x98\x80"[i % 4];
    memcpy(bytes + sizeof before - 1 + length, after, sizeof after - 1);
    const text body = {bytes, sizeof before - 1 + length + sizeof after - 1};
    meaning m = meaning_of(&shared, body, DEPTH);
    check(body, "whole", &m, judging_whole(AT_END, TAPE));
    check(body, "byte by byte", &m, judging_chunked(cut_every(1), 1001));
    check(body, "in one chunk", &m, judging_chunked(cut_nowhere(), MAX_FIELD + 1));
    check(body, "in chunks of 4096", &m, judging_chunked(cut_every(4096), MAX_FIELD + 2));
    judging_manner ample = judging_chunked(cut_every(4096), TC_FIELD_MAX);
    ample.grow_slowly = false;
    check(body, "kept whole", &m, ample);
    meaning_free(&m);
    free(bytes);
}

/* A RequestId that is known from elsewhere is cut at the end of a character. */
static void given_request_ids(void)
{
    static const struct {
        text id;
        size_t kept;
    } rows[] = {
        {TEXT(""), 0},
        {TEXT("12345678901234567890123456789012"), 32},
        {TEXT("123456789012345678901234567890123"), 32},
        {TEXT("1234567890123456789012345678901\xC3\xA9"), 31},
        {TEXT("12345678901234567890123456789\xE4\xB8\xAD"), 32},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        char bytes[TC_FIELD_MIN + TC_TEXT_SLACK];
        tc_envelope e;
        const tc_span id = {rows[i].id.bytes, rows[i].id.length};
        tc_text *const seen = &e.texts[TC_SEEN_REQUEST_ID - TC_CODE];
        test_case("the given RequestId '%s'", id.bytes);
        tc_envelope_init_chunked(&e, TC_FORM_EVENT, DEPTH, TC_FIELD_MIN);
        seen->bytes = bytes;
        seen->capacity = sizeof bytes;
        tc_envelope_set_seen(&e, id);
        if (seen->length != rows[i].kept || memcmp(bytes, id.bytes, seen->length) != 0 ||
            seen->truncated != (rows[i].kept < id.length))
            test_fail(rows[i].id, seen->length, "is cut to %zu bytes", seen->length);
    }
}

int main(void)
{
    outcome_table();
    every_fixture();
    random_envelopes();
    depth_limits();
    cut_texts();
    cut_mixed_text();
    cut_numbers();
    cut_and_overwritten();
    overwritten_in_a_cramped_chunk();
    cut_long_texts();
    given_request_ids();
    reference_free(&shared);
    return test_end();
}
