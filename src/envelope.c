/*
** envelope.c - see envelope.h.
*/
#include "envelope.h"

#include <string.h>

/* Every member has a slot. */
TC_STATIC_ASSERT(tc_slots_suffice, (int)TC_SLOTS >= (int)TC_SEEN_REQUEST_ID);

/* ---- the members ---- */

#define INSIDE(field) (1U << (field))

#define MEMBER(name, field, inside, members)                                                                           \
    {                                                                                                                  \
        name, sizeof name - 1, field, inside, members                                                                  \
    }
#define NO_MEMBER                                                                                                      \
    {                                                                                                                  \
        NULL, 0, 0, 0, NULL                                                                                            \
    }

enum {
    INSIDE_ERROR = INSIDE(TC_CODE) | INSIDE(TC_MESSAGE),
    INSIDE_RESPONSE = INSIDE(TC_ERROR) | INSIDE(TC_REQUEST_ID) | INSIDE_ERROR,
    INSIDE_TOP_ERROR = INSIDE(TC_TOP_CODE) | INSIDE(TC_TOP_MESSAGE),
    INSIDE_ERROR_MSG = INSIDE(TC_ERROR_MSG_CODE) | INSIDE(TC_ERROR_MSG_MSG)
};

static const tc_scan_member in_error[] = {
    MEMBER("Code", TC_CODE, 0, NULL),
    MEMBER("Message", TC_MESSAGE, 0, NULL),
    NO_MEMBER,
};

static const tc_scan_member in_response[] = {
    MEMBER("RequestId", TC_REQUEST_ID, 0, NULL),
    MEMBER("Error", TC_ERROR, INSIDE_ERROR, in_error),
    NO_MEMBER,
};

static const tc_scan_member in_top_error[] = {
    MEMBER("Code", TC_TOP_CODE, 0, NULL),
    MEMBER("Message", TC_TOP_MESSAGE, 0, NULL),
    NO_MEMBER,
};

static const tc_scan_member in_error_msg[] = {
    MEMBER("Code", TC_ERROR_MSG_CODE, 0, NULL),
    MEMBER("Msg", TC_ERROR_MSG_MSG, 0, NULL),
    NO_MEMBER,
};

#define MEMBERS_OF_BOTH_FORMS                                                                                          \
    MEMBER("Response", TC_RESPONSE, INSIDE_RESPONSE, in_response), MEMBER("code", TC_LEGACY_CODE, 0, NULL),            \
        MEMBER("codeDesc", TC_LEGACY_DESCRIPTION, 0, NULL), MEMBER("message", TC_LEGACY_MESSAGE, 0, NULL)

static const tc_scan_member in_body[] = {
    MEMBERS_OF_BOTH_FORMS,
    NO_MEMBER,
};

static const tc_scan_member in_event[] = {
    MEMBERS_OF_BOTH_FORMS,
    MEMBER("RequestId", TC_TOP_REQUEST_ID, 0, NULL),
    MEMBER("Error", TC_TOP_ERROR, INSIDE_TOP_ERROR, in_top_error),
    MEMBER("ErrorMsg", TC_ERROR_MSG, INSIDE_ERROR_MSG, in_error_msg),
    MEMBER("ErrorCode", TC_ERROR_CODE, 0, NULL),
    MEMBER("ErrorMessage", TC_ERROR_MESSAGE, 0, NULL),
    NO_MEMBER,
};

/* The whole text, by form. */
static const tc_scan_member whole[] = {MEMBER("", TC_BODY, 0, in_body), MEMBER("", TC_BODY, 0, in_event)};

/* ---- reading ---- */

void tc_envelope_init(tc_envelope *e, tc_form form, unsigned max_depth)
{
    tc_scan_init(&e->scan, max_depth, &whole[form]);
    e->form = form;
    e->chunked = false;
}

/* An offset at which no value begins. */
#define NO_OFFSET UINT64_MAX

static void start(tc_text *t, uint64_t begin)
{
    static const tc_unescape_state fresh = TC_UNESCAPE_START;
    t->begin = t->to = begin;
    t->length = 0;
    t->truncated = t->not_zero = t->exponent = false;
    t->unescape = fresh;
}

void tc_envelope_init_chunked(tc_envelope *e, tc_form form, unsigned max_depth, size_t max_field)
{
    TC_ASSERT(max_field >= TC_FIELD_MIN && max_field <= TC_FIELD_MAX);
    tc_envelope_init(e, form, max_depth);
    e->chunked = true;
    e->max_field = max_field;
    for (int field = TC_CODE; field < TC_SEEN_REQUEST_ID; ++field)
        e->texts[field - TC_CODE].begin = NO_OFFSET;
}

static bool is_number(const tc_envelope *e, tc_field field)
{
    return tc_envelope_is_kind(e, field, TC_INTEGER) || tc_envelope_is_kind(e, field, TC_REAL);
}

/* ---- the texts kept of chunks ---- */

/* The byte of the current chunk at an offset of the body. */
static const char *in_chunk(const tc_envelope *e, uint64_t offset)
{
    TC_ASSERT(offset >= e->scan.base && offset - e->scan.base <= (uint64_t)(e->scan.end - e->scan.chunk));
    return e->scan.chunk + (size_t)(offset - e->scan.base);
}

/* Cuts a text that has grown beyond limit after the last whole character within it. */
static void cut(tc_text *t, size_t limit)
{
    while (limit > 0 && ((unsigned char)t->bytes[limit] & 0xC0) == 0x80)
        --limit;
    t->length = limit;
    t->truncated = true;
}

/* A number is 0 if it has no other digit before its exponent. */
static void read_digits(tc_text *t, const char *p, size_t length)
{
    for (const char *const end = p + length; p < end && !t->exponent; ++p) {
        t->exponent = *p == 'e' || *p == 'E';
        t->not_zero |= *p >= '1' && *p <= '9';
    }
}

/* Adds as much of a piece as there is room for, and returns how much that is: 0 if the text is full. */
static size_t add(tc_text *t, const char *raw, size_t length, size_t max_field)
{
    const size_t room = t->capacity - t->length;
    TC_ASSERT(t->length <= t->capacity);
    if (t->truncated)
        return length;
    if (room <= TC_UNESCAPE_EXTRA)
        return 0;
    if (length > room - TC_UNESCAPE_EXTRA)
        length = room - TC_UNESCAPE_EXTRA;
    t->length += tc_unescape(&t->unescape, raw, length, t->bytes + t->length);
    if (t->length > max_field)
        cut(t, max_field);
    return length;
}

/*
** Keeps the chunk's part, up to offset to, of the field's value that begins at begin. False if its text needs more
** room.
*/
static bool keep(tc_envelope *e, tc_field field, uint64_t begin, uint64_t to)
{
    tc_text *const t = &e->texts[field - TC_CODE];
    if (t->begin != begin)
        start(t, begin);
    while (t->to < to) {
        const char *const raw = in_chunk(e, t->to);
        const size_t length = add(t, raw, (size_t)(to - t->to), e->max_field);
        if (length == 0) {
            e->full = t;
            return false;
        }
        if (field == TC_LEGACY_CODE || field == TC_ERROR_CODE)
            read_digits(t, raw, length);
        t->to += length;
    }
    return true;
}

/*
** Has a value that is a text ended in this chunk? Not if the chunk ends inside a later member of that name: then both
** share the text, and the later one counts.
*/
static bool has_ended(const tc_envelope *e, tc_field field, int unfinished)
{
    return (int)field != unfinished && (tc_envelope_is_string(e, field) || is_number(e, field)) &&
           tc_envelope_field(e, field)->end > e->scan.base;
}

static bool keep_texts(tc_envelope *e)
{
    uint64_t begin;
    const int unfinished = tc_scan_unfinished(&e->scan, &begin);
    for (int field = TC_CODE; e->scan.captured >> field != 0; ++field) {
        const tc_capture *const c = tc_envelope_field(e, (tc_field)field);
        if (has_ended(e, (tc_field)field, unfinished) && !keep(e, (tc_field)field, c->begin, c->end))
            return false;
    }
    return unfinished < TC_CODE || keep(e, (tc_field)unfinished, begin, tc_scan_at(&e->scan));
}

tc_scan_status tc_envelope_read(tc_envelope *e)
{
    const tc_scan_status status = tc_scan_run(&e->scan);
    if (status == TC_SCAN_MORE && e->chunked && !keep_texts(e))
        return TC_SCAN_FULL;
    return status;
}

bool tc_envelope_truncated(const tc_envelope *e, const tc_verdict *v)
{
    const tc_field fields[] = {v->code, v->message, v->request_id};
    bool truncated = false;
    for (int i = 0; e->chunked && i < 3; ++i)
        truncated |= fields[i] != TC_NO_FIELD && tc_envelope_text(e, fields[i])->truncated;
    return truncated;
}

bool tc_envelope_keep_seen(tc_envelope *e, tc_field field)
{
    tc_text *const seen = &e->texts[TC_SEEN_REQUEST_ID - TC_CODE];
    const tc_capture *const c = tc_envelope_field(e, field);
    const tc_text *const kept = tc_envelope_text(e, field);
    const size_t length = e->chunked ? kept->length : (size_t)(c->end - c->begin);
    TC_ASSERT(tc_envelope_is_string(e, field));
    e->full = seen;
    if (e->chunked) {
        if (seen->capacity < length)
            return false;
        memcpy(seen->bytes, kept->bytes, length);
        seen->length = length;
        seen->truncated = kept->truncated;
        return true;
    }
    start(seen, 0);
    while (seen->to < length) {
        const size_t added = add(seen, in_chunk(e, c->begin + seen->to), length - (size_t)seen->to, e->max_field);
        if (added == 0)
            return false;
        seen->to += added;
    }
    return true;
}

void tc_envelope_set_seen(tc_envelope *e, tc_span id)
{
    tc_text *const seen = &e->texts[TC_SEEN_REQUEST_ID - TC_CODE];
    const bool fits = id.length <= e->max_field;
    start(seen, 0);
    seen->length = fits ? id.length : e->max_field + 1;
    TC_ASSERT(seen->length <= seen->capacity);
    memcpy(seen->bytes, id.bytes, seen->length);
    if (!fits)
        cut(seen, e->max_field);
}

/* ---- the verdict ---- */

static tc_verdict refuse(tc_outcome outcome, const char *reason, uint64_t at, tc_field request_id)
{
    const tc_verdict v = {outcome, reason, at + 1, TC_NO_FIELD, TC_NO_FIELD, request_id};
    return v;
}

static tc_verdict succeed(tc_field request_id)
{
    const tc_verdict v = {TC_SUCCESS, "", 0, TC_NO_FIELD, TC_NO_FIELD, request_id};
    return v;
}

static tc_field known(const tc_envelope *e, tc_field field)
{
    return tc_envelope_is_string(e, field) ? field : TC_NO_FIELD;
}

static tc_verdict fail(const tc_envelope *e, tc_field code, tc_field message, tc_field request_id)
{
    const tc_verdict v = {TC_API_ERROR, "", 0, code, known(e, message), request_id};
    TC_ASSERT(tc_envelope_is_string(e, code) || is_number(e, code));
    return v;
}

/* The byte that a field's value begins with; for a string, the quote. */
static uint64_t first_byte(const tc_envelope *e, tc_field field)
{
    return tc_envelope_field(e, field)->begin - tc_envelope_is_string(e, field);
}

static tc_verdict judge_response(const tc_envelope *e)
{
    const tc_field request_id = known(e, TC_REQUEST_ID);
    if (!tc_envelope_has(e, TC_ERROR) || tc_envelope_is_null(e, TC_ERROR))
        return succeed(request_id);
    if (!tc_envelope_is_kind(e, TC_ERROR, TC_OBJECT))
        return refuse(TC_NOT_ENVELOPE, "Error is not an object", first_byte(e, TC_ERROR), request_id);
    if (!tc_envelope_has(e, TC_CODE))
        return refuse(TC_NOT_ENVELOPE, "Error has no Code", first_byte(e, TC_ERROR), request_id);
    if (!tc_envelope_is_string(e, TC_CODE))
        return refuse(TC_NOT_ENVELOPE, "the Code of Error is not a string", first_byte(e, TC_CODE), request_id);
    return fail(e, TC_CODE, TC_MESSAGE, request_id);
}

/* A code that is a number other than 0. */
static bool is_error_number(const tc_envelope *e, tc_field field)
{
    const tc_capture *const c = tc_envelope_field(e, field);
    tc_text t;
    if (!is_number(e, field))
        return false;
    if (e->chunked)
        return tc_envelope_text(e, field)->not_zero;
    start(&t, c->begin);
    read_digits(&t, in_chunk(e, c->begin), (size_t)(c->end - c->begin));
    return t.not_zero;
}

static bool is_text_with_bytes(const tc_envelope *e, tc_field field)
{
    const tc_capture *const c = tc_envelope_field(e, field);
    return tc_envelope_is_string(e, field) && c->end > c->begin;
}

/* {"code": N, "message": "...", "codeDesc": "..."}: the code is N if there is no other. */
static tc_verdict judge_legacy(const tc_envelope *e, tc_field request_id)
{
    const bool described = is_text_with_bytes(e, TC_LEGACY_DESCRIPTION);
    return fail(e, described ? TC_LEGACY_DESCRIPTION : TC_LEGACY_CODE, TC_LEGACY_MESSAGE, request_id);
}

/* ---- the verdict on an event ---- */

/* Is it a code? An event's code may be a number. */
static bool is_code(const tc_envelope *e, tc_field field)
{
    return tc_envelope_is_string(e, field) || is_number(e, field);
}

static tc_verdict judge_event_object(const tc_envelope *e)
{
    const tc_field request_id = known(e, TC_TOP_REQUEST_ID);
    const bool has_error = tc_envelope_has(e, TC_TOP_ERROR) && !tc_envelope_is_null(e, TC_TOP_ERROR);
    if (has_error && is_code(e, TC_TOP_CODE))
        return fail(e, TC_TOP_CODE, TC_TOP_MESSAGE, request_id);
    if (has_error)
        return refuse(TC_NOT_ENVELOPE, "Error is not an object with a Code", first_byte(e, TC_TOP_ERROR), request_id);
    if (tc_envelope_is_kind(e, TC_ERROR_MSG, TC_OBJECT) && is_code(e, TC_ERROR_MSG_CODE))
        return fail(e, TC_ERROR_MSG_CODE, TC_ERROR_MSG_MSG, request_id);
    if (tc_envelope_is_kind(e, TC_ERROR_MSG, TC_OBJECT))
        return refuse(TC_NOT_ENVELOPE, "ErrorMsg has no Code", first_byte(e, TC_ERROR_MSG), request_id);
    if (is_text_with_bytes(e, TC_ERROR_CODE) || is_error_number(e, TC_ERROR_CODE))
        return fail(e, TC_ERROR_CODE, TC_ERROR_MESSAGE, request_id);
    return is_error_number(e, TC_LEGACY_CODE) ? judge_legacy(e, request_id) : succeed(request_id);
}

static tc_verdict judge_event(const tc_envelope *e)
{
    if (tc_envelope_is_kind(e, TC_RESPONSE, TC_OBJECT))
        return judge_response(e);
    return tc_envelope_is_kind(e, TC_BODY, TC_OBJECT) ? judge_event_object(e) : succeed(TC_NO_FIELD);
}

static tc_verdict judge_body(const tc_envelope *e)
{
    if (!tc_envelope_is_kind(e, TC_BODY, TC_OBJECT))
        return refuse(TC_NOT_ENVELOPE, "the body is not an object", first_byte(e, TC_BODY), TC_NO_FIELD);
    if (tc_envelope_is_kind(e, TC_RESPONSE, TC_OBJECT))
        return judge_response(e);
    if (tc_envelope_has(e, TC_RESPONSE))
        return refuse(TC_NOT_ENVELOPE, "Response is not an object", first_byte(e, TC_RESPONSE), TC_NO_FIELD);
    if (is_error_number(e, TC_LEGACY_CODE))
        return judge_legacy(e, TC_NO_FIELD);
    return refuse(TC_NOT_ENVELOPE, "no Response", first_byte(e, TC_BODY), TC_NO_FIELD);
}

tc_verdict tc_envelope_finish(tc_envelope *e)
{
    if (tc_scan_finish(&e->scan))
        return e->form == TC_FORM_EVENT ? judge_event(e) : judge_body(e);
    if (e->form == TC_FORM_EVENT && e->scan.reason == TC_JSON_EMPTY)
        return succeed(TC_NO_FIELD);
    return refuse(TC_NOT_JSON, tc_json_reason_text(e->scan.reason), e->scan.error_at, TC_NO_FIELD);
}

tc_verdict tc_judge(tc_envelope *e, tc_form form, const char *body, size_t length, unsigned max_depth)
{
    tc_envelope_init(e, form, max_depth);
    tc_envelope_feed(e, body, length);
    tc_envelope_read(e);
    return tc_envelope_finish(e);
}
