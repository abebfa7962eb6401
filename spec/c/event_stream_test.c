/*
** event_stream_test.c - event streams: each case whole, cut at every byte, and byte by byte.
*/
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "response_scan.h"

enum { MAX_TEXT = 4096, MAX_EVENT = 64, TAPE = 4 };

/* What was read, as text: a line `name|id|data` for each event if they are gathered, then the verdict. */
typedef struct {
    char bytes[MAX_TEXT];
    size_t length;
} transcript;

static void add(transcript *t, const char *bytes, size_t length)
{
    if (length > MAX_TEXT - t->length)
        length = MAX_TEXT - t->length;
    if (length > 0)
        memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
}

static void add_string(transcript *t, const char *string)
{
    add(t, string, strlen(string));
}

/* ---- a reader of events ---- */

typedef struct {
    transcript data, name, id, next_id;
} event;

typedef struct {
    tc_response_scan scan;
    event event;
    transcript read;
    bool gathers;
    tc_entry tape[TAPE];
} reader;

static void give_texts(reader *r)
{
    for (size_t i = 0; i < TC_TEXTS; ++i) {
        r->scan.envelope.texts[i].bytes = NULL;
        r->scan.envelope.texts[i].capacity = 0;
    }
}

static void free_texts(reader *r)
{
    for (size_t i = 0; i < TC_TEXTS; ++i)
        free(r->scan.envelope.texts[i].bytes);
}

/* Moves the event to other memory with capacity for one byte more. */
static void enlarge(reader *r, text body)
{
    tc_text *const t = r->scan.envelope.full;
    if (t->capacity >= r->scan.envelope.max_field + TC_TEXT_SLACK) {
        test_fail(body, 0, "asks for more capacity than promised");
        exit(test_end());
    }
    const size_t capacity = t->capacity == 0 ? TC_FIELD_MIN : t->capacity + 1;
    char *const longer = allocate(capacity);
    if (t->capacity > 0)
        memcpy(longer, t->bytes, t->capacity);
    free(t->bytes);
    t->bytes = longer;
    t->capacity = capacity;
}

static void read_value(event *e, const tc_event_stream *s)
{
    transcript *const t = s->field == TC_EVENT_DATA ? &e->data : s->field == TC_EVENT_NAME ? &e->name : &e->next_id;
    if (s->field != TC_EVENT_DATA && s->begins)
        t->length = 0;
    add(t, s->piece, s->length);
    if (s->field == TC_EVENT_ID && s->ends && memchr(t->bytes, '\0', t->length) == NULL)
        e->id = e->next_id;
}

static void add_event(reader *r)
{
    add(&r->read, r->event.name.bytes, r->event.name.length);
    add(&r->read, "|", 1);
    add(&r->read, r->event.id.bytes, r->event.id.length);
    add(&r->read, "|", 1);
    add(&r->read, r->event.data.bytes, r->event.data.length);
    add(&r->read, "\n", 1);
}

static tc_span gathered(const reader *r)
{
    const tc_span data = {r->event.data.bytes, r->event.data.length};
    return data;
}

/* The tape has the data of a JSON text that fits: here, one of few values. */
static void check_tape(const reader *r, text body)
{
    const tc_scan *const s = &r->scan.envelope.scan;
    static tc_entry entries[MAX_TEXT];
    tc_envelope e;
    tc_envelope_init(&e, TC_FORM_EVENT, 100);
    tc_scan_record(&e.scan, entries, MAX_TEXT, false);
    tc_envelope_feed(&e, r->event.data.bytes, r->event.data.length);
    tc_envelope_read(&e);
    const bool right = tc_envelope_finish(&e).outcome == TC_SUCCESS && e.scan.reason == TC_JSON_FINE;
    const bool expected = right && !r->scan.failed && e.scan.tape.count <= TAPE;
    if (r->scan.recorded != expected)
        test_fail(body, 0, "recorded: %d, expected %d: %.*s", r->scan.recorded, expected, (int)r->event.data.length,
                  r->event.data.bytes);
    else if (expected && (s->tape.count != e.scan.tape.count || s->tape.entries != r->tape ||
                          memcmp(r->tape, entries, s->tape.count * sizeof *entries) != 0))
        test_fail(body, 0, "another tape: %.*s", (int)r->event.data.length, r->event.data.bytes);
}

static void end_event(reader *r, text body, bool is_event)
{
    if (is_event && r->gathers) {
        check_tape(r, body);
        add_event(r);
    }
    r->event.data.length = r->event.name.length = 0;
}

/* Reads the bytes fed. */
static void run(reader *r, text body)
{
    tc_read_status status;
    while ((status = tc_response_next(&r->scan)) != TC_READ_MORE) {
        switch (status) {
        case TC_READ_FULL:
            enlarge(r, body);
            break;
        case TC_READ_VALUE:
            read_value(&r->event, &r->scan.stream);
            break;
        case TC_READ_DATA:
            tc_response_feed_data(&r->scan, gathered(r));
            break;
        default:
            end_event(r, body, status == TC_READ_EVENT);
        }
    }
}

static void add_field(reader *r, tc_field field)
{
    if (field == TC_NO_FIELD)
        return;
    const tc_text *const t = tc_envelope_text(&r->scan.envelope, field);
    add(&r->read, t->bytes, t->length);
}

static void add_verdict(reader *r, text body)
{
    static const char *const outcomes[] = {"success", "api", "envelope", "json", "stream"};
    const tc_verdict v = tc_response_finish(&r->scan), again = tc_response_finish(&r->scan);
    if (v.outcome != again.outcome || v.code != again.code || v.request_id != again.request_id)
        test_fail(body, 0, "a different verdict when asked again");
    if ((v.outcome == TC_SUCCESS || v.outcome == TC_API_ERROR) != (*v.reason == '\0'))
        test_fail(body, 0, "a reason: '%s'", v.reason);
    if (tc_response_failed(&r->scan) && v.outcome == TC_SUCCESS)
        test_fail(body, 0, "failed, and is a success");
    add_string(&r->read, outcomes[v.outcome]);
    add_string(&r->read, " ");
    add_field(r, v.code);
    add_string(&r->read, " ");
    add_field(r, v.message);
    add_string(&r->read, " ");
    add_field(r, v.request_id);
    if (tc_envelope_truncated(&r->scan.envelope, &v))
        add_string(&r->read, "...");
}

/* Reads a body, for its events or for the verdict alone; declared: what its headers say. */
static void read_stream(reader *r, text body, tc_nature declared, bool gathers, cuts c)
{
    const tc_response_settings settings = {100, TC_FIELD_MIN, MAX_EVENT, declared};
    memset(r, 0xA5, sizeof *r);
    give_texts(r);
    tc_response_init(&r->scan, &settings);
    r->gathers = gathers;
    if (gathers)
        tc_response_record(&r->scan, r->tape, TAPE);
    r->event.data.length = r->event.name.length = r->event.id.length = r->read.length = 0;
    for (size_t at = 0, size; at < body.length; at += size) {
        size = cuts_next(&c, body.length - at);
        tc_response_feed(&r->scan, lend_chunk(body.bytes + at, size), size);
        take_back_chunk();
        run(r, body);
    }
    lend_chunk("", 0);
    take_back_chunk();
    tc_response_end(&r->scan);
    run(r, body);
    add_verdict(r, body);
    free_texts(r);
}

/* ---- cases ---- */

typedef struct {
    text body;
    const char *expected;
    tc_nature declared; /* by its headers */
} stream_case;

/* The verdict is what follows the last event. */
static text verdict_of(text expected)
{
    size_t begin = expected.length;
    while (begin > 0 && expected.bytes[begin - 1] != '\n')
        --begin;
    const text verdict = {expected.bytes + begin, expected.length - begin};
    return verdict;
}

static void check_found(const stream_case *c, const reader *r, text expected, const char *how, size_t at)
{
    const text found = {r->read.bytes, r->read.length};
    if (!text_equal(found, expected))
        test_fail(c->body, at, "%s, cut at %zu: [%.*s], expected [%.*s]", how, at, (int)found.length, found.bytes,
                  (int)expected.length, expected.bytes);
}

static void check(const stream_case *c, const char *how, cuts chunks)
{
    static reader r;
    const text expected = {c->expected, strlen(c->expected)};
    read_stream(&r, c->body, c->declared, true, chunks);
    check_found(c, &r, expected, how, chunks.first);
    read_stream(&r, c->body, c->declared, false, chunks);
    check_found(c, &r, verdict_of(expected), how, chunks.first);
}

static void check_case(const stream_case *c)
{
    test_case("the stream %s", c->body.bytes);
    check(c, "whole", cut_nowhere());
    for (size_t at = 0; at <= c->body.length; ++at)
        check(c, "in two chunks", cut_at(at));
    for (size_t size = 1; size < 8; ++size)
        check(c, "in equal chunks", cut_every(size));
    for (uint32_t seed = 1; seed < 8; ++seed)
        check(c, "in odd chunks", cut_by(seed));
}

#define SIXTY "123456789012345678901234567890123456789012345678901234567890"

static const stream_case cases[] = {
    /* lines */
    {TEXT("data: {}\n\n"), "||{}\nsuccess   ", TC_IS_STREAM},
    {TEXT("data: {\"Error\":{\"Code\":\"A\"}}\n\ndata: {\"Error\":{\"Code\":\"B\"}}\n\n"),
     "||{\"Error\":{\"Code\":\"A\"}}\n||{\"Error\":{\"Code\":\"B\"}}\napi A  ", TC_IS_STREAM},
    {TEXT("data: [1,\r\ndata: 2]\r\n\r\n"), "||[1,\n2]\nsuccess   ", TC_UNDECIDED},
    {TEXT("data:{}\r\n\r\ndata:1\r\rdata:2\n\r\ndata:3\r\n\ndata:4\r\r\n"), "||{}\n||1\n||2\n||3\n||4\nsuccess   ",
     TC_IS_STREAM},
    {TEXT("\xEF\xBB\xBF"
          "data:1\n\n"),
     "||1\nsuccess   ", TC_IS_STREAM},
    {TEXT("\xEF\xBB"
          "data:1\n\ndata:2\n\n"),
     "||2\nsuccess   ", TC_IS_STREAM},
    {TEXT("\xEF\xBB\xBF\xEF\xBB\xBF"
          "data:1\n\ndata:2\n\n"),
     "||2\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:  1\n\ndata: \n\ndata:\n\ndata\n\n"), "|| 1\n||\n||\n||\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:1\n:data:2\n : 3\nData:4\ndata :5\ndatas:6\ndat:7\n\n"), "||1\nsuccess   ", TC_IS_STREAM},
    {TEXT("data: 1\ndata\ndata:\ndata: 2\n\n"), "||1\n\n\n2\njson   ", TC_IS_STREAM},
    {TEXT("data: 1\n\t\ndata: 2\n \t \r\ndata: 3\n  "), "||1\n||2\n||3\nsuccess   ", TC_IS_STREAM},
    {TEXT("event: a\nid: 7\ndata:1\n\nevent: b\n\ndata:2\n\nevent:c\nevent:\ndata:3\n\n"),
     "a|7|1\n|7|2\n|7|3\nsuccess   ", TC_IS_STREAM},
    {TEXT("id: 1\ndata:1\n\nid: 2\0x\ndata:2\n\nid\ndata:3\n\n"), "|1|1\n|1|2\n||3\nsuccess   ", TC_IS_STREAM},
    {TEXT("retry: x\ndata:1\n\nretry\n\nretry: 10\n\n"), "||1\nsuccess   ", TC_IS_STREAM},
    {TEXT("data: {\"t\":\"\xE2\x80\xA8\xC2\x85\x0B\"}\n\n"), "||{\"t\":\"\xE2\x80\xA8\xC2\x85\x0B\"}\njson   ",
     TC_IS_STREAM},
    {TEXT("x\n\n\n\n\ndata:1\n\n"), "||1\nsuccess   ", TC_IS_STREAM},
    /* a line that starts with { */
    {TEXT("data:1\n\n{\"Response\":{\"Error\":{\"Code\":\"A.B\"},\"RequestId\":\"r\"}}\n\n"),
     "||1\n||{\"Response\":{\"Error\":{\"Code\":\"A.B\"},\"RequestId\":\"r\"}}\napi A.B  r", TC_IS_STREAM},
    {TEXT(":\n{\"a\":1}\n\n"), "||{\"a\":1}\nsuccess   ", TC_IS_STREAM},
    /* a body */
    {TEXT("{\"Response\":{\"RequestId\":\"r\"}}"), "success   r", TC_IS_STREAM},
    {TEXT(" \r\n\t{\"Response\":{\"Error\":{\"Code\":\"A\",\"Message\":\"m\"}}}"), "api A m ", TC_IS_STREAM},
    {TEXT("\xEF\xBB\xBF{\"Response\":{}}"), "json   ", TC_IS_STREAM},
    {TEXT("{\n\ndata:1\n\n"), "json   ", TC_IS_STREAM},
    {TEXT("{\"Response\":{\"RequestId\":\"r\"}}"), "success   r", TC_UNDECIDED},
    /* not declared a stream */
    {TEXT("data: 1\n\n"), "||1\nsuccess   ", TC_UNDECIDED},
    {TEXT("\xEF\xBB\xBF :\n\n: comment\r\n\nretry:1\nid:5\ndata: 1\n\n"), "|5|1\nsuccess   ", TC_UNDECIDED},
    {TEXT("event:a\ndata:1\n\n"), "a||1\nsuccess   ", TC_UNDECIDED},
    {TEXT("data 1\n\n"), "json   ", TC_UNDECIDED},
    {TEXT("data\ndata:1\n\n"), "json   ", TC_UNDECIDED},
    {TEXT("retries:1\n\ndata:1\n\n"), "json   ", TC_UNDECIDED},
    {TEXT("error code: 1020"), "json   ", TC_UNDECIDED},
    {TEXT(": comment\n\n"), "json   ", TC_UNDECIDED},
    {TEXT("[1]"), "envelope   ", TC_UNDECIDED},
    {TEXT("<html>"), "json   ", TC_UNDECIDED},
    {TEXT("\xEF\xBB"
          "data:1\n\n"),
     "json   ", TC_UNDECIDED},
    {TEXT(" \n"), "json   ", TC_UNDECIDED},
    {TEXT(""), "json   ", TC_UNDECIDED},
    /* ends */
    {TEXT(""), "stream   ", TC_IS_STREAM},
    {TEXT(" \n\n"), "stream   ", TC_IS_STREAM},
    {TEXT(":\n\n"), "stream   ", TC_IS_STREAM},
    {TEXT("\xEF"), "stream   ", TC_IS_STREAM},
    {TEXT("\xEF\xBB"), "stream   ", TC_IS_STREAM},
    {TEXT("id:1\n\nevent:x\n\n"), "stream   ", TC_IS_STREAM},
    {TEXT("<html>"), "stream   ", TC_IS_STREAM},
    {TEXT("data:{}\n"), "||{}\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:{}"), "||{}\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:12"), "||12\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:[DONE]"), "||[DONE]\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:[DONE]\ndata"), "stream   ", TC_IS_STREAM},
    {TEXT("id:1\ndata:{\ndata:}\nevent:e"), "e|1|{\n}\nsuccess   ", TC_IS_STREAM},
    {TEXT("{}"), "envelope   ", TC_IS_STREAM},
    {TEXT("data:1\n\n{}"), "||1\n||{}\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:1\n\ndata:{"), "||1\nstream   ", TC_IS_STREAM},
    {TEXT("data:1\n\ndata:{\"a\":\"\xE4\xB8"), "||1\nstream   ", TC_IS_STREAM},
    {TEXT("data:1\n\ndata:"), "||1\nstream   ", TC_IS_STREAM},
    {TEXT("event:a\ndata:{}\nevent: "), "||{}\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:1\n\ndata: \n"), "||1\nstream   ", TC_IS_STREAM},
    {TEXT("data:1\n\nid:2\n"), "||1\nstream   ", TC_IS_STREAM},
    {TEXT("data:1\n\nretry:2"), "||1\nstream   ", TC_IS_STREAM},
    {TEXT("data:1\n\nunknown"), "||1\nstream   ", TC_IS_STREAM},
    {TEXT("data:1\n\nunknown\n"), "||1\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:1\n\n: comment"), "||1\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:1\n\n \t"), "||1\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:{}\nda"), "||{}\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:{}\n\t"), "||{}\nsuccess   ", TC_IS_STREAM},
    {TEXT("data:{\n\t"), "stream   ", TC_IS_STREAM},
    /* declared something else */
    {TEXT("data:1\n\n"), "json   ", TC_IS_BODY},
    {TEXT("\xEF\xBB\xBF"
          "data:1\n\n"),
     "json   ", TC_IS_BODY},
    {TEXT(": \nid:1\ndata:{}\n\n"), "json   ", TC_IS_BODY},
    {TEXT(" \n{\"Response\":{\"RequestId\":\"r\"}}"), "success   r", TC_IS_BODY},
    {TEXT(""), "json   ", TC_IS_BODY},
    /* meanings */
    {TEXT("data:\n\ndata: \t\n\ndata: [DONE]\n\n"), "||\n||\t\n||[DONE]\nsuccess   ", TC_IS_STREAM},
    {TEXT("data: [DONE]x\n\n"), "||[DONE]x\njson   ", TC_IS_STREAM},
    {TEXT("data: [DONE\n\n"), "||[DONE\njson   ", TC_IS_STREAM},
    {TEXT("data: {\"t\":\"[DONE]\",\"Error\":null,\"ErrorMsg\":null}\n\n"),
     "||{\"t\":\"[DONE]\",\"Error\":null,\"ErrorMsg\":null}\nsuccess   ", TC_IS_STREAM},
    {TEXT("data: \"Error\"\n\ndata: [{\"Error\":1}]\n\ndata: null\n\n"),
     "||\"Error\"\n||[{\"Error\":1}]\n||null\nsuccess   ", TC_IS_STREAM},
    {TEXT("data: {\"Response\":{\"RequestId\":\"r\"},\"Error\":{\"Code\":\"A\"}}\n\n"),
     "||{\"Response\":{\"RequestId\":\"r\"},\"Error\":{\"Code\":\"A\"}}\nsuccess   r", TC_IS_STREAM},
    {TEXT("data: {\"Response\":null,\"Error\":{\"Code\":\"A\"}}\n\n"),
     "||{\"Response\":null,\"Error\":{\"Code\":\"A\"}}\napi A  ", TC_IS_STREAM},
    {TEXT("data: {\"Error\":{\"Code\":-1.50,\"Message\":\"m\"}}\n\n"),
     "||{\"Error\":{\"Code\":-1.50,\"Message\":\"m\"}}\napi -1.50 m ", TC_IS_STREAM},
    {TEXT("data: {\"Error\":{\"Code\":\"\"}}\n\n"), "||{\"Error\":{\"Code\":\"\"}}\napi   ", TC_IS_STREAM},
    {TEXT("data: {\"Error\":{\"Code\":null}}\n\n"), "||{\"Error\":{\"Code\":null}}\nenvelope   ", TC_IS_STREAM},
    {TEXT("data: {\"Error\":{}}\n\n"), "||{\"Error\":{}}\nenvelope   ", TC_IS_STREAM},
    {TEXT("data: {\"Error\":false}\n\n"), "||{\"Error\":false}\nenvelope   ", TC_IS_STREAM},
    {TEXT("data: {\"Error\":{\"Code\":\"A\"},\"Error\":null}\n\n"),
     "||{\"Error\":{\"Code\":\"A\"},\"Error\":null}\nsuccess   ", TC_IS_STREAM},
    {TEXT("data: {\"ErrorMsg\":{\"Code\":4001,\"Msg\":\"m\"}}\n\n"),
     "||{\"ErrorMsg\":{\"Code\":4001,\"Msg\":\"m\"}}\napi 4001 m ", TC_IS_STREAM},
    {TEXT("data: {\"ErrorMsg\":{\"Msg\":\"m\"}}\n\n"), "||{\"ErrorMsg\":{\"Msg\":\"m\"}}\nenvelope   ", TC_IS_STREAM},
    {TEXT("data: {\"ErrorMsg\":\"m\"}\n\n"), "||{\"ErrorMsg\":\"m\"}\nsuccess   ", TC_IS_STREAM},
    {TEXT("data: {\"ErrorCode\":\"A\",\"ErrorMessage\":\"m\"}\n\n"),
     "||{\"ErrorCode\":\"A\",\"ErrorMessage\":\"m\"}\napi A m ", TC_IS_STREAM},
    {TEXT("data: {\"ErrorCode\":\"\"}\n\ndata:{\"ErrorCode\":0}\n\n"),
     "||{\"ErrorCode\":\"\"}\n||{\"ErrorCode\":0}\nsuccess   ", TC_IS_STREAM},
    {TEXT("data: {\"ErrorCode\":-0.0e5}\n\ndata:{\"ErrorCode\":7}\n\n"),
     "||{\"ErrorCode\":-0.0e5}\n||{\"ErrorCode\":7}\napi 7  ", TC_IS_STREAM},
    {TEXT("data: {\"code\":0}\n\ndata:{\"code\":\"1\"}\n\n"), "||{\"code\":0}\n||{\"code\":\"1\"}\nsuccess   ",
     TC_IS_STREAM},
    {TEXT("data: {\"code\":5,\"codeDesc\":\"D\",\"message\":\"m\"}\n\n"),
     "||{\"code\":5,\"codeDesc\":\"D\",\"message\":\"m\"}\napi D m ", TC_IS_STREAM},
    {TEXT("data: {\"ErrorCode\":\"C\",\"code\":1,\"ErrorMsg\":{\"Code\":\"B\"}}\n\n"),
     "||{\"ErrorCode\":\"C\",\"code\":1,\"ErrorMsg\":{\"Code\":\"B\"}}\napi B  ", TC_IS_STREAM},
    {TEXT("data: {\"ErrorMsg\":{\"Code\":\"B\"},\"Error\":{\"Code\":\"A\"}}\n\n"),
     "||{\"ErrorMsg\":{\"Code\":\"B\"},\"Error\":{\"Code\":\"A\"}}\napi A  ", TC_IS_STREAM},
    {TEXT("data: {\"a\":{\"Error\":{\"Code\":\"A\"},\"ErrorCode\":1}}\n\n"),
     "||{\"a\":{\"Error\":{\"Code\":\"A\"},\"ErrorCode\":1}}\nsuccess   ", TC_IS_STREAM},
    /* the first failure is the verdict */
    {TEXT("data:{\"RequestId\":\"r1\"}\n\ndata:x\n\ndata:{\"Error\":{\"Code\":\"A\"},\"RequestId\":\"r2\"}\n\ndata:{"),
     "||{\"RequestId\":\"r1\"}\n||x\n||{\"Error\":{\"Code\":\"A\"},\"RequestId\":\"r2\"}\njson   r1", TC_IS_STREAM},
    {TEXT("data:{\"RequestId\":\"r1\"}\n\ndata:{\"Error\":{\"Code\":\"A\"},\"RequestId\":\"r2\"}\n\ndata:{}"),
     "||{\"RequestId\":\"r1\"}\n||{\"Error\":{\"Code\":\"A\"},\"RequestId\":\"r2\"}\n||{}\napi A  r2", TC_IS_STREAM},
    {TEXT("data:{\"RequestId\":\"r1\"}\n\ndata:{\"RequestId\":\"\"}\n\ndata:{\"RequestId\":1}\n\n"),
     "||{\"RequestId\":\"r1\"}\n||{\"RequestId\":\"\"}\n||{\"RequestId\":1}\nsuccess   r1", TC_IS_STREAM},
    {TEXT("data:{\"RequestId\":\"r\\u0031\"}\n\ndata:{\"Error\":1,\"RequestId\":\"\"}\n\n"),
     "||{\"RequestId\":\"r\\u0031\"}\n||{\"Error\":1,\"RequestId\":\"\"}\nenvelope   r1", TC_IS_STREAM},
    {TEXT("data:{\"RequestId\":\"1234567890123456789012345678901234567890\"}\n\n"),
     "||{\"RequestId\":\"1234567890123456789012345678901234567890\"}\nsuccess   12345678901234567890123456789012...",
     TC_IS_STREAM},
    {TEXT("data:{\"Error\":{\"Code\":\"1234567890123456789012345678901234567890\"}}\n\ndata:1\n\ndata:2"),
     "||{\"Error\":{\"Code\":\"1234567890123456789012345678901234567890\"}}\n||1\n||2\n"
     "api 12345678901234567890123456789012  ...",
     TC_IS_STREAM},
    /* longer than max_event */
    {TEXT("data:1\n\ndata:" SIXTY "12345\n\ndata:2\n\n"), "||1\n||2\nstream   ", TC_IS_STREAM},
    {TEXT("data:" SIXTY "1234\n\n"), "||" SIXTY "1234\nsuccess   ", TC_IS_STREAM},
    {TEXT("event:" SIXTY "\ndata:12345\n\ndata:2\n\n"), "||2\nstream   ", TC_IS_STREAM},
    {TEXT("data:" SIXTY "\ndata:" SIXTY "\ndata:" SIXTY "\n\ndata:2"), "||2\nstream   ", TC_IS_STREAM},
    {TEXT("data:{\"Error\":1}\n\ndata:" SIXTY "12345"), "||{\"Error\":1}\nenvelope   ", TC_IS_STREAM},
    {TEXT("data:{\"Error\":1}\n\ndata:" SIXTY "12345\n\n"), "||{\"Error\":1}\nenvelope   ", TC_IS_STREAM},
};

static void content_types(void)
{
    static const struct {
        text type;
        bool expected;
    } types[] = {
        {TEXT("text/event-stream"), true},
        {TEXT("TEXT/Event-Stream;charset=utf-8"), true},
        {TEXT(" \ttext/event-stream \t;"), true},
        {TEXT("text/event-stream "), true},
        {TEXT("text/event-streams"), false},
        {TEXT("text/event-stream x"), false},
        {TEXT("text/event-strea"), false},
        {TEXT("text/event_stream"), false},
        {TEXT("x text/event-stream"), false},
        {TEXT("application/json"), false},
        {TEXT(" "), false},
        {TEXT(""), false},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; ++i) {
        const text type = types[i].type;
        test_case("the content type '%s'", type.bytes);
        test_equal(type, 0, "is a stream", tc_is_event_stream(flush_end(type), type.length), types[i].expected);
    }
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i)
        check_case(&cases[i]);
    content_types();
    return test_end();
}
