/*
** envelope.c - see envelope.h.
*/
#include "envelope.h"

#include <string.h>

#define INSIDE(field) (1U << (field))

enum {
    INSIDE_ERROR = INSIDE(TC_CODE) | INSIDE(TC_MESSAGE),
    INSIDE_RESPONSE = INSIDE(TC_ERROR) | INSIDE(TC_REQUEST_ID) | INSIDE_ERROR,
    INSIDE_BODY = INSIDE(TC_RESPONSE) | INSIDE(TC_LEGACY_CODE) | INSIDE(TC_LEGACY_DESCRIPTION) |
                  INSIDE(TC_LEGACY_MESSAGE) | INSIDE_RESPONSE
};

static const tc_scan_member in_error[] = {
    {"Code", 4, TC_CODE, 0, NULL},
    {"Message", 7, TC_MESSAGE, 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static const tc_scan_member in_response[] = {
    {"RequestId", 9, TC_REQUEST_ID, 0, NULL},
    {"Error", 5, TC_ERROR, INSIDE_ERROR, in_error},
    {NULL, 0, 0, 0, NULL},
};

static const tc_scan_member in_body[] = {
    {"Response", 8, TC_RESPONSE, INSIDE_RESPONSE, in_response},
    {"code", 4, TC_LEGACY_CODE, 0, NULL},
    {"codeDesc", 8, TC_LEGACY_DESCRIPTION, 0, NULL},
    {"message", 7, TC_LEGACY_MESSAGE, 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static const tc_scan_member whole_body = {"", 0, TC_BODY, INSIDE_BODY, in_body};

void tc_envelope_init(tc_envelope *e, unsigned max_depth)
{
    tc_scan_init(&e->scan, max_depth, &whole_body);
    e->chunked = false;
}

static void start(tc_text *t, uint64_t begin)
{
    static const tc_unescape_state fresh = {0, 0, 0, false};
    t->begin = t->to = begin;
    t->length = 0;
    t->truncated = false;
    t->unescape = fresh;
}

/* The begin of no value. */
#define NO_OFFSET UINT64_MAX

void tc_envelope_init_chunked(tc_envelope *e, unsigned max_depth, size_t max_field)
{
    tc_envelope_init(e, max_depth);
    e->chunked = true;
    e->max_field = max_field;
    for (int i = 0; i < TC_TEXTS; ++i)
        start(&e->texts[i], NO_OFFSET);
    e->legacy_code.begin = NO_OFFSET;
}

static const tc_capture *get(const tc_envelope *e, tc_field field)
{
    return &e->scan.captures[field];
}

/* The byte at an offset of the stream, which lies in the current chunk. */
static const char *in_chunk(const tc_envelope *e, uint64_t offset)
{
    return e->scan.chunk + (size_t)(offset - e->scan.base);
}

static bool is_kind(const tc_envelope *e, tc_field field, tc_kind kind)
{
    return tc_envelope_has(e, field) && get(e, field)->kind == kind;
}

static bool is_string(const tc_envelope *e, tc_field field)
{
    return is_kind(e, field, TC_STRING) || is_kind(e, field, TC_ESCAPED);
}

static bool is_number(const tc_envelope *e, tc_field field)
{
    return is_kind(e, field, TC_INTEGER) || is_kind(e, field, TC_REAL);
}

static bool is_null(const tc_envelope *e, tc_field field)
{
    return is_kind(e, field, TC_LITERAL) && get(e, field)->literal == TC_IS_NULL;
}

/* ---- the texts kept of chunks ---- */

static int text_of(tc_field field)
{
    switch (field) {
    case TC_CODE:
    case TC_LEGACY_DESCRIPTION:
        return TC_CODE_TEXT;
    case TC_MESSAGE:
    case TC_LEGACY_MESSAGE:
        return TC_MESSAGE_TEXT;
    case TC_REQUEST_ID:
        return TC_REQUEST_ID_TEXT;
    default:
        return TC_LEGACY_CODE_TEXT;
    }
}

/* Cuts a text that has grown beyond limit to its last whole character within. */
static void cut(tc_text *t, size_t limit)
{
    while (limit > 0 && ((unsigned char)t->bytes[limit] & 0xC0) == 0x80)
        --limit;
    t->length = limit;
    t->truncated = true;
}

/*
** Brings a text up to offset to of the body, for the value that begins at begin. False if it needs room for that.
*/
static bool keep(tc_envelope *e, tc_text *t, uint64_t begin, uint64_t to)
{
    const size_t reserve = 4; /* an escape that ends in a piece may give three bytes more than the piece has */
    if (t->begin != begin)
        start(t, begin);
    while (t->to < to && !t->truncated) {
        const size_t room = t->capacity - t->length;
        if (room <= reserve) {
            e->full = t;
            return false;
        }
        const size_t piece = to - t->to < room - reserve ? (size_t)(to - t->to) : room - reserve;
        const char *const raw = in_chunk(e, t->to);
        t->length += tc_unescape(&t->unescape, raw, piece, t->bytes + t->length);
        t->to += piece;
        if (t->length > e->max_field)
            cut(t, e->max_field);
    }
    return true;
}

/* A number is 0 if it has no other digit before its exponent. */
static void read_digits(tc_digits *d, const char *p, const char *end)
{
    for (; p < end && !d->exponent; ++p) {
        d->exponent = *p == 'e' || *p == 'E';
        d->not_zero |= *p >= '1' && *p <= '9';
    }
}

/* The same for the legacy code in chunks, of which more may have been read than is kept. */
static void read_legacy_code(tc_envelope *e, uint64_t begin, uint64_t to)
{
    static const tc_digits none = {0, 0, false, false};
    tc_digits *const d = &e->legacy_code;
    if (d->begin != begin) {
        *d = none;
        d->begin = d->to = begin;
    }
    read_digits(d, in_chunk(e, d->to), in_chunk(e, to));
    d->to = to;
}

/* Beside a Response the legacy form means nothing. */
static bool is_kept(const tc_envelope *e, tc_field field)
{
    return field >= TC_CODE && (field < TC_LEGACY_CODE || !tc_envelope_has(e, TC_RESPONSE));
}

/* Keeps what the chunk holds of the value of a field, up to offset to. False if its text needs room for that. */
static bool keep_value(tc_envelope *e, tc_field field, uint64_t begin, uint64_t to)
{
    if (!is_kept(e, field))
        return true;
    if (field == TC_LEGACY_CODE)
        read_legacy_code(e, begin, to);
    return keep(e, &e->texts[text_of(field)], begin, to);
}

/* Has a text's value ended in this chunk, and is it not being replaced by the one inside which the chunk ends? */
static bool has_ended(const tc_envelope *e, tc_field field, int unfinished)
{
    const bool is_text = field == TC_LEGACY_CODE ? is_number(e, field) : is_string(e, field);
    return is_text && get(e, field)->end > e->scan.base && (int)field != unfinished;
}

static bool keep_texts(tc_envelope *e)
{
    uint64_t begin;
    const int unfinished = tc_scan_unfinished(&e->scan, &begin);
    for (tc_field field = TC_CODE; field < TC_NO_FIELD; ++field)
        if (has_ended(e, field, unfinished) && !keep_value(e, field, get(e, field)->begin, get(e, field)->end))
            return false;
    return unfinished < 0 || keep_value(e, (tc_field)unfinished, begin, tc_scan_at(&e->scan));
}

tc_scan_status tc_envelope_read(tc_envelope *e)
{
    const tc_scan_status status = tc_scan_run(&e->scan);
    if (status == TC_SCAN_MORE && e->chunked && !keep_texts(e))
        return TC_SCAN_FULL;
    return status;
}

const tc_text *tc_envelope_text(const tc_envelope *e, tc_field field)
{
    return &e->texts[text_of(field)];
}

bool tc_envelope_truncated(const tc_envelope *e, const tc_verdict *v)
{
    const tc_field fields[] = {v->code, v->message, v->request_id};
    bool truncated = false;
    for (int i = 0; e->chunked && i < 3; ++i)
        truncated |= fields[i] != TC_NO_FIELD && tc_envelope_text(e, fields[i])->truncated;
    return truncated;
}

/* ---- the verdict ---- */

static tc_verdict refuse(tc_outcome outcome, const char *reason, uint64_t at, tc_field request_id)
{
    const tc_verdict v = {outcome, reason, at + 1, TC_NO_FIELD, TC_NO_FIELD, request_id};
    return v;
}

/* The byte that a field's value begins with; of a string that is the quote. */
static uint64_t first_byte(const tc_envelope *e, tc_field field)
{
    return get(e, field)->begin - is_string(e, field);
}

static tc_field known(const tc_envelope *e, tc_field field)
{
    return is_string(e, field) ? field : TC_NO_FIELD;
}

static tc_verdict judge_response(const tc_envelope *e)
{
    const tc_field request_id = known(e, TC_REQUEST_ID);
    if (!tc_envelope_has(e, TC_ERROR) || is_null(e, TC_ERROR)) {
        const tc_verdict success = {TC_SUCCESS, "", 0, TC_NO_FIELD, TC_NO_FIELD, request_id};
        return success;
    }
    if (!is_kind(e, TC_ERROR, TC_OBJECT))
        return refuse(TC_NOT_ENVELOPE, "Error is not an object", first_byte(e, TC_ERROR), request_id);
    if (!tc_envelope_has(e, TC_CODE))
        return refuse(TC_NOT_ENVELOPE, "Error has no Code", first_byte(e, TC_ERROR), request_id);
    if (!is_string(e, TC_CODE))
        return refuse(TC_NOT_ENVELOPE, "the Code of Error is not a string", first_byte(e, TC_CODE), request_id);
    const tc_verdict failure = {TC_API_ERROR, "", 0, TC_CODE, known(e, TC_MESSAGE), request_id};
    return failure;
}

/* A code that is a number other than 0. */
static bool is_legacy_error(const tc_envelope *e)
{
    const tc_capture *const c = get(e, TC_LEGACY_CODE);
    tc_digits d = {0, 0, false, false};
    if (!is_number(e, TC_LEGACY_CODE))
        return false;
    if (e->chunked)
        return e->legacy_code.not_zero;
    read_digits(&d, in_chunk(e, c->begin), in_chunk(e, c->end));
    return d.not_zero;
}

/* Without a Response: {"code": N, "message": "...", "codeDesc": "..."} is a failure, the code N if there is no other.
 */
static tc_verdict judge_legacy(const tc_envelope *e)
{
    tc_verdict v = {TC_API_ERROR, "", 0, TC_LEGACY_CODE, known(e, TC_LEGACY_MESSAGE), TC_NO_FIELD};
    const tc_capture *const description = get(e, TC_LEGACY_DESCRIPTION);
    if (!is_legacy_error(e))
        return refuse(TC_NOT_ENVELOPE, "no Response", first_byte(e, TC_BODY), TC_NO_FIELD);
    if (is_string(e, TC_LEGACY_DESCRIPTION) && description->end > description->begin)
        v.code = TC_LEGACY_DESCRIPTION;
    return v;
}

tc_verdict tc_envelope_finish(tc_envelope *e)
{
    if (!tc_scan_finish(&e->scan))
        return refuse(TC_NOT_JSON, tc_json_reason_text(e->scan.reason), e->scan.error_at, TC_NO_FIELD);
    if (!is_kind(e, TC_BODY, TC_OBJECT))
        return refuse(TC_NOT_ENVELOPE, "the body is not an object", first_byte(e, TC_BODY), TC_NO_FIELD);
    if (is_kind(e, TC_RESPONSE, TC_OBJECT))
        return judge_response(e);
    if (tc_envelope_has(e, TC_RESPONSE))
        return refuse(TC_NOT_ENVELOPE, "Response is not an object", first_byte(e, TC_RESPONSE), TC_NO_FIELD);
    return judge_legacy(e);
}

tc_verdict tc_judge(tc_envelope *e, const char *body, size_t length, unsigned max_depth)
{
    tc_envelope_init(e, max_depth);
    tc_scan_feed(&e->scan, body, length);
    tc_envelope_read(e);
    return tc_envelope_finish(e);
}
