/*
** response_scan.c - see response_scan.h.
*/
#include "response_scan.h"

#include <string.h>

#include "bytes.h"

/* ---- body or stream? ---- */

/* r->sniffing: what the next byte may be. */
enum {
    AT_MARK_1, /* of a byte order mark */
    AT_MARK_2,
    AT_MARK_3,
    AT_SPACE,
    IN_NAME,
    IN_COMMENT
};

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool tc_is_event_stream(const char *content_type, size_t length)
{
    static const char type[] = "text/event-stream";
    const char *p = content_type, *const end = content_type + length;
    while (p < end && tc_is_space(*p))
        ++p;
    for (const char *t = type; *t != '\0'; ++t, ++p)
        if (p == end || lower(*p) != *t)
            return false;
    while (p < end && tc_is_space(*p))
        ++p;
    return p == end || *p == ';';
}

/* What it is if its bytes do not tell. */
static tc_nature by_default(const tc_response_scan *r)
{
    return r->declared == TC_IS_STREAM ? TC_IS_STREAM : TC_IS_BODY;
}

/* A byte of the first name. It is decided once it is the name of a field of events, or can no longer become one. */
static tc_nature sniff_name(tc_response_scan *r, char c)
{
    static const char *const names[] = {"data:", "event:", "id:", "retry:"};
    r->name[r->name_length++] = c;
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i)
        if (strncmp(names[i], r->name, r->name_length) == 0)
            return c == ':' ? TC_IS_STREAM : TC_UNDECIDED;
    return TC_IS_BODY;
}

/*
** The first byte of a line. What does not begin with `{` is what the response says; if it says nothing, a stream if the
** first line that is neither blank nor a comment has a name that streams have.
*/
static tc_nature sniff_line(tc_response_scan *r, char c)
{
    if (tc_is_space(c))
        return TC_UNDECIDED;
    if (c == '{')
        return TC_IS_BODY;
    if (r->declared != TC_UNDECIDED)
        return r->declared;
    r->sniffing = c == ':' ? IN_COMMENT : IN_NAME;
    r->name_length = 0;
    return c == ':' ? TC_UNDECIDED : sniff_name(r, c);
}

static tc_nature sniff_mark(tc_response_scan *r, char c)
{
    static const char mark[] = "\xEF\xBB\xBF";
    if (c == mark[r->sniffing - AT_MARK_1]) {
        ++r->sniffing; /* after the third, AT_SPACE */
        return TC_UNDECIDED;
    }
    if (r->sniffing > AT_MARK_1)
        return by_default(r);
    r->sniffing = AT_SPACE;
    return sniff_line(r, c);
}

static tc_nature sniff(tc_response_scan *r, char c)
{
    switch (r->sniffing) {
    case AT_SPACE:
        return sniff_line(r, c);
    case IN_NAME:
        return sniff_name(r, c);
    case IN_COMMENT:
        if (c == '\n' || c == '\r')
            r->sniffing = AT_SPACE;
        return TC_UNDECIDED;
    default:
        return sniff_mark(r, c);
    }
}

/* ---- feeding ---- */

static void init_envelope(tc_response_scan *r, tc_form form)
{
    tc_envelope_init_chunked(&r->envelope, form, r->max_depth, r->envelope.max_field);
}

void tc_response_init(tc_response_scan *r, const tc_response_settings *settings)
{
    r->max_depth = settings->max_depth;
    r->envelope.max_field = settings->max_field;
    r->max_event = settings->max_event;
    r->declared = settings->declared;
    r->nature = TC_UNDECIDED;
    r->sniffing = AT_MARK_1;
    r->tape = NULL;
    r->tape_capacity = 0;
    r->recorded = false;
    r->failed = r->any = r->ended = r->closed = r->interrupted = r->has_token = r->scanning = r->feeding = false;
    r->count = r->scanned = 0;
    r->size = 0;
    tc_event_init(&r->stream);
    init_envelope(r, TC_FORM_BODY);
    tc_text *const seen = &r->envelope.texts[TC_SEEN_REQUEST_ID - TC_CODE];
    seen->length = 0;
    seen->truncated = false;
}

void tc_response_record(tc_response_scan *r, tc_entry *tape, uint32_t capacity)
{
    TC_ASSERT(capacity >= 1);
    r->tape = tape;
    r->tape_capacity = capacity;
}

void tc_response_feed_data(tc_response_scan *r, tc_span data)
{
    TC_ASSERT(r->tape != NULL && r->has_token && r->count == 0 && data.length <= r->size);
    r->pieces[r->count++] = data;
}

/* Until it is decided, both read what is fed: it is white space and comments, and the start of a name. */
void tc_response_feed(tc_response_scan *r, const char *chunk, size_t length)
{
    TC_ASSERT(!r->ended && !r->has_token);
    for (size_t i = 0; i < length && r->nature == TC_UNDECIDED; ++i)
        r->nature = sniff(r, chunk[i]);
    if (r->nature != TC_IS_STREAM)
        tc_envelope_feed(&r->envelope, chunk, length);
    if (r->nature != TC_IS_BODY)
        tc_event_feed(&r->stream, chunk, length);
}

void tc_response_end(tc_response_scan *r)
{
    TC_ASSERT(!r->ended && !r->has_token);
    if (r->nature == TC_UNDECIDED)
        r->nature = by_default(r);
    if (r->nature == TC_IS_STREAM)
        tc_event_finish(&r->stream);
    r->ended = true;
}

/* ---- the data of an event ---- */

/* Scans the event in chunks from now on, beginning with the pieces that there are. */
static void start_scanning(tc_response_scan *r)
{
    TC_ASSERT(!r->scanning);
    init_envelope(r, TC_FORM_EVENT);
    r->scanning = true;
}

/* The next piece of an event. If it is the only one, it can be judged without keeping texts of it. */
static void take_piece(tc_response_scan *r)
{
    const tc_event_stream *const s = &r->stream;
    r->size = s->length < SIZE_MAX - r->size ? r->size + s->length : SIZE_MAX;
    if (s->field != TC_EVENT_DATA || r->tape != NULL || r->failed || r->size > r->max_event)
        return;
    r->pieces[r->count].bytes = s->piece;
    r->pieces[r->count++].length = s->length;
    if (r->count > 1)
        start_scanning(r);
}

/* Scans the pieces that wait. False if a text needs room. */
static bool scan_pieces(tc_response_scan *r)
{
    for (; r->scanned < r->count; ++r->scanned) {
        const tc_span *const piece = &r->pieces[r->scanned];
        if (!r->feeding)
            tc_envelope_feed(&r->envelope, piece->bytes, piece->length);
        r->feeding = true;
        if (tc_envelope_read(&r->envelope) == TC_SCAN_FULL)
            return false;
        r->feeding = false;
    }
    r->count = r->scanned = 0;
    tc_envelope_feed(&r->envelope, "", 0); /* the chunk may go */
    return true;
}

static void forget_event(tc_response_scan *r)
{
    r->scanning = r->feeding = false;
    r->count = r->scanned = 0;
    r->size = 0;
}

/* ---- the verdict on an event ---- */

/* The RequestId of a verdict: its own unless that is empty, else the last one seen, if there is one. */
static tc_field request_id_of(const tc_response_scan *r, tc_field own)
{
    if (own != TC_NO_FIELD && tc_envelope_text(&r->envelope, own)->length > 0)
        return own;
    return tc_envelope_text(&r->envelope, TC_SEEN_REQUEST_ID)->length > 0 ? TC_SEEN_REQUEST_ID : own;
}

static void fail(tc_response_scan *r, tc_verdict v)
{
    TC_ASSERT(r->envelope.chunked);
    v.request_id = request_id_of(r, v.request_id);
    r->verdict = v;
    r->failed = true;
}

/* Keeps the RequestId of an event that has not failed. False if its text needs room. */
static bool keep_seen(tc_response_scan *r, tc_field own)
{
    if (own == TC_NO_FIELD)
        return true;
    const tc_capture *const c = tc_envelope_field(&r->envelope, own);
    return c->begin == c->end || tc_envelope_keep_seen(&r->envelope, own);
}

/* Reads the data of an event, in one piece; onto the tape if there is one, as far as it fits. */
static void read_whole(tc_response_scan *r, tc_span data)
{
    tc_envelope *const e = &r->envelope;
    tc_envelope_init(e, TC_FORM_EVENT, r->max_depth);
    if (r->tape != NULL && data.length <= TC_TAPE_TEXT_MAX)
        tc_scan_record(&e->scan, r->tape, r->tape_capacity, false);
    tc_envelope_feed(e, data.bytes, data.length);
    if (tc_envelope_read(e) == TC_SCAN_FULL) {
        tc_scan_stop_recording(&e->scan);
        tc_envelope_read(e);
    }
}

/* Judges an event by its data, in one piece. If it fails it is scanned again, and then its texts are kept. */
static tc_verdict judge_whole(tc_response_scan *r)
{
    static const tc_span nothing = {"", 0};
    read_whole(r, r->count > 0 ? r->pieces[0] : nothing);
    const tc_verdict v = tc_envelope_finish(&r->envelope);
    const tc_scan *const s = &r->envelope.scan;
    r->recorded = v.outcome == TC_SUCCESS && s->reason == TC_JSON_FINE && s->tape.entries != NULL;
    if (v.outcome != TC_SUCCESS)
        start_scanning(r);
    return v;
}

/* The event has ended. False if a text needs room: then all of this is done again. */
static bool judge_event(tc_response_scan *r)
{
    r->recorded = false;
    if (r->failed || tc_event_is_done(&r->stream))
        return true;
    tc_verdict v;
    if (!r->scanning)
        v = judge_whole(r);
    if (r->scanning) {
        if (!scan_pieces(r))
            return false;
        v = tc_envelope_finish(&r->envelope);
    }
    if (v.outcome == TC_SUCCESS)
        return keep_seen(r, v.request_id);
    fail(r, v);
    return true;
}

static bool end_event(tc_response_scan *r)
{
    if (r->size > r->max_event) {
        if (!r->failed) {
            init_envelope(r, TC_FORM_EVENT);
            fail(r, tc_bare_verdict(TC_INTERRUPTED, "an event is longer than max_event"));
        }
        r->token = TC_EVENT_NONE;
    } else if (!judge_event(r)) {
        return false;
    }
    r->any = true;
    forget_event(r);
    return true;
}

/* ---- tokens ---- */

/* Is it a whole JSON text? The envelope of r stays as it is, for it may hold the texts of a failure. */
static bool is_json(const tc_response_scan *r, tc_span data)
{
    tc_envelope e;
    tc_judge(&e, TC_FORM_EVENT, data.bytes, data.length, r->max_depth);
    return e.scan.reason == TC_JSON_FINE;
}

/* Is the data read so far, of a last event without a blank line, a whole JSON text, or [DONE]? */
static bool is_complete(tc_response_scan *r)
{
    if (r->size > r->max_event)
        return false;
    if (tc_event_is_done(&r->stream))
        return true;
    return r->count > 0 ? is_json(r, r->pieces[0]) : r->scanning && tc_scan_finish(&r->envelope.scan);
}

/* The stream has ended. What follows its last blank line is an event, or the stream was interrupted. */
static tc_event_token close_last_event(tc_response_scan *r)
{
    r->closed = true;
    if (r->stream.has_data && is_complete(r))
        return TC_EVENT_END;
    r->interrupted = r->stream.inside || r->stream.unfinished;
    return r->stream.has_data ? TC_EVENT_NONE : TC_EVENT_MORE;
}

/* Takes the next token, other than pieces of an event that is too long. */
static void take_token(tc_response_scan *r)
{
    r->has_token = true;
    while ((r->token = tc_event_next(&r->stream)) == TC_EVENT_VALUE) {
        take_piece(r);
        if (r->size <= r->max_event)
            return;
    }
    if (r->token == TC_EVENT_MORE && r->count > 0)
        start_scanning(r); /* because the chunk may go */
}

/* Are all bytes read, and is what follows the last blank line still to be judged? */
static bool has_open_end(const tc_response_scan *r)
{
    return r->token == TC_EVENT_MORE && r->ended && !r->closed;
}

/* Does the verdict on an event, or the question whether it is one, wait for data that the reader keeps? */
static bool wants_data(const tc_response_scan *r)
{
    if (r->tape == NULL || r->scanning || r->count > 0 || r->size > r->max_event || tc_event_is_done(&r->stream))
        return false;
    return has_open_end(r) ? r->stream.has_data : r->token == TC_EVENT_END && !r->failed;
}

static tc_read_status next_of_stream(tc_response_scan *r)
{
    if (!r->has_token)
        take_token(r);
    if (r->scanning && !scan_pieces(r))
        return TC_READ_FULL;
    if (wants_data(r))
        return TC_READ_DATA;
    if (has_open_end(r))
        r->token = close_last_event(r);
    if (r->token == TC_EVENT_END && !end_event(r))
        return TC_READ_FULL;
    r->has_token = false;
    switch (r->token) {
    case TC_EVENT_VALUE:
        return TC_READ_VALUE;
    case TC_EVENT_END:
        return TC_READ_EVENT;
    case TC_EVENT_NONE:
        forget_event(r);
        return TC_READ_NONE;
    default:
        return TC_READ_MORE;
    }
}

static tc_read_status next_of_body(tc_response_scan *r)
{
    if (tc_envelope_read(&r->envelope) == TC_SCAN_FULL)
        return TC_READ_FULL;
    tc_envelope_feed(&r->envelope, "", 0); /* the chunk may go */
    if (r->nature == TC_UNDECIDED) {
        const tc_event_token token = tc_event_next(&r->stream);
        TC_ASSERT(token == TC_EVENT_MORE);
        (void)token;
    }
    return TC_READ_MORE;
}

tc_read_status tc_response_next(tc_response_scan *r)
{
    return r->nature == TC_IS_STREAM ? next_of_stream(r) : next_of_body(r);
}

/* ---- the verdict on the response ---- */

bool tc_response_failed(const tc_response_scan *r)
{
    return r->nature == TC_IS_BODY ? r->envelope.scan.reason != TC_JSON_FINE : r->failed;
}

static tc_verdict judge_stream(tc_response_scan *r)
{
    TC_ASSERT(r->closed);
    if (r->interrupted)
        return tc_bare_verdict(TC_INTERRUPTED, "the stream ends inside an event");
    if (!r->any)
        return tc_bare_verdict(TC_INTERRUPTED, "the stream has no event");
    return tc_bare_verdict(TC_SUCCESS, "");
}

tc_verdict tc_response_finish(tc_response_scan *r)
{
    if (r->nature == TC_IS_STREAM && r->failed)
        return r->verdict;
    if (r->nature == TC_IS_STREAM)
        init_envelope(r, TC_FORM_EVENT);
    tc_verdict v = r->nature == TC_IS_STREAM ? judge_stream(r) : tc_envelope_finish(&r->envelope);
    v.request_id = request_id_of(r, v.request_id);
    return v;
}
