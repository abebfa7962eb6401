/*
** envelope.c - see envelope.h.
*/
#include "envelope.h"

#include <string.h>

void tc_envelope_init(tc_envelope *e, unsigned max_depth)
{
    tc_scan_init(&e->scan, max_depth);
    for (int i = 0; i < TC_FIELD_COUNT; ++i) {
        tc_field *const f = &e->fields[i];
        f->kind = TC_ABSENT;
        f->truncated = false;
    }
    e->pending = TC_SCAN_MORE;
    e->chunked = false;
    e->max_field = 0;
    e->kept_to = 0;
}

void tc_envelope_init_chunked(tc_envelope *e, unsigned max_depth, size_t max_field)
{
    tc_envelope_init(e, max_depth);
    e->chunked = true;
    e->max_field = max_field;
}

/* ---- the text of a field ---- */

/* Cuts a text that has grown beyond limit to its last whole character within. */
static void cut(tc_field *f, size_t limit)
{
    while (limit > 0 && ((unsigned char)f->text[limit] & 0xC0) == 0x80)
        --limit;
    f->length = limit;
    f->truncated = true;
}

/*
** Decodes the current text up to offset to, as far as max_field allows. False if the field needs room for it.
*/
static bool keep(tc_envelope *e, tc_field *f, size_t to)
{
    static const tc_unescape_state fresh = {0, 0, 0, false};
    /* an escape that ends in this piece may give three bytes more than the piece has */
    const size_t reserve = 4;
    if (e->kept_to <= e->scan.token) {
        e->kept_to = e->scan.token;
        e->unescape = fresh;
        f->length = 0;
        f->truncated = false;
    }
    while (e->kept_to < to && !f->truncated) {
        const size_t room = f->room - f->length;
        if (room <= reserve)
            return false;
        const size_t rest = to - e->kept_to;
        const size_t piece = rest < room - reserve ? rest : room - reserve;
        const char *const raw = e->scan.chunk + (e->kept_to - e->scan.base);
        f->length += tc_unescape(&e->unescape, raw, piece, f->text + f->length);
        e->kept_to += piece;
        if (f->length > e->max_field)
            cut(f, e->max_field);
    }
    e->kept_to = to;
    return true;
}

static bool has_text(tc_field_name name)
{
    return name >= TC_CODE && name <= TC_LEGACY_CODE;
}

/* A number is 0 if no digit before its exponent is another one. */
static void read_legacy_code(tc_envelope *e, size_t to)
{
    const bool goes_on = e->kept_to > e->scan.token;
    const size_t from = goes_on ? e->kept_to : e->scan.token;
    const char *p = e->scan.chunk + (from - e->scan.base);
    if (!goes_on)
        e->legacy_is_error = e->legacy_exponent = false;
    for (size_t left = to - from; left > 0; --left, ++p) {
        e->legacy_exponent |= *p == 'e' || *p == 'E';
        e->legacy_is_error |= !e->legacy_exponent && *p >= '1' && *p <= '9';
    }
}

/* ---- events ---- */

/* The fields' names where they are looked for: beside Response, in it, and in Error. */
static const tc_scan_member members[][5] = {
    {{NULL, 0, 0}},
    {{"Response", 8, TC_RESPONSE},
     {"code", 4, TC_LEGACY_CODE},
     {"codeDesc", 8, TC_CODE},
     {"message", 7, TC_MESSAGE},
     {NULL, 0, 0}},
    {{"RequestId", 9, TC_REQUEST_ID}, {"Error", 5, TC_ERROR}, {NULL, 0, 0}},
    {{"Code", 4, TC_CODE}, {"Message", 7, TC_MESSAGE}, {NULL, 0, 0}},
};

static void watch(tc_envelope *e, unsigned depth)
{
    e->scan.watch = depth;
    e->scan.members = members[depth];
}

static tc_field_name awaited(const tc_envelope *e)
{
    return (tc_field_name)e->scan.member;
}

static void forget(tc_envelope *e, tc_field_name name)
{
    e->fields[name].kind = TC_ABSENT;
    e->fields[name].truncated = false;
}

/* A member of this name has come: what an earlier one contained counts no more. */
static void forget_contents(tc_envelope *e, tc_field_name name)
{
    switch (name) {
    case TC_RESPONSE:
        forget(e, TC_ERROR);
        forget(e, TC_REQUEST_ID);
        forget(e, TC_LEGACY_CODE);
        /* fall through */
    case TC_ERROR:
        forget(e, TC_CODE);
        forget(e, TC_MESSAGE);
        break;
    default:
        break;
    }
}

static tc_field_kind kind_of(tc_field_name name, tc_scan_event event)
{
    switch (event) {
    case TC_SCAN_NULL:
        return TC_NULL;
    case TC_SCAN_OBJECT:
        return TC_OBJECT_VALUE;
    case TC_SCAN_STRING:
        return name == TC_LEGACY_CODE ? TC_OTHER : TC_TEXT;
    case TC_SCAN_NUMBER:
        return name == TC_LEGACY_CODE ? TC_TEXT : TC_OTHER;
    default:
        return TC_OTHER;
    }
}

/* Takes the text that has ended at offset end. False if it needs room. */
static bool take_text(tc_envelope *e, tc_field *f, size_t end)
{
    const tc_scan *const s = &e->scan;
    if (awaited(e) == TC_LEGACY_CODE)
        read_legacy_code(e, end);
    if (e->chunked && !keep(e, f, end))
        return false;
    f->begin = s->token;
    f->escaped = s->escaped;
    if (!e->chunked)
        f->length = end - s->token;
    return true;
}

/* Beside a Response the legacy form means nothing. */
static bool is_ignored(const tc_envelope *e)
{
    return e->scan.watch == 1 && has_text(awaited(e)) && e->fields[TC_RESPONSE].kind != TC_ABSENT;
}

static bool on_value(tc_envelope *e, tc_scan_event event)
{
    const tc_scan *const s = &e->scan;
    const tc_field_name name = awaited(e);
    const tc_field_kind kind = kind_of(name, event);
    tc_field *const f = &e->fields[name];
    if (is_ignored(e))
        return true;
    forget_contents(e, name);
    f->entry = s->tape.count - 1;
    f->begin = tc_scan_began(s, event);
    if (kind == TC_TEXT && has_text(name) && !take_text(e, f, tc_scan_at(s) - (event == TC_SCAN_STRING)))
        return false;
    if (kind == TC_OBJECT_VALUE && name <= TC_ERROR)
        watch(e, s->depth);
    f->kind = kind;
    return true;
}

/* The chunk has ended: what it holds of a text that goes on is kept. */
static bool on_chunk_end(tc_envelope *e)
{
    const tc_scan *const s = &e->scan;
    if (!e->chunked || !tc_scan_in_text(s) || !has_text(awaited(e)) || is_ignored(e))
        return true;
    if (awaited(e) == TC_LEGACY_CODE)
        read_legacy_code(e, tc_scan_at(s));
    return keep(e, &e->fields[awaited(e)], tc_scan_at(s));
}

static bool handle(tc_envelope *e, tc_scan_event event)
{
    switch (event) {
    case TC_SCAN_MORE:
        return on_chunk_end(e);
    case TC_SCAN_END:
        watch(e, e->scan.depth);
        return true;
    default:
        return on_value(e, event);
    }
}

tc_scan_event tc_envelope_read(tc_envelope *e)
{
    for (;;) {
        const tc_scan_event event = e->pending != TC_SCAN_MORE ? e->pending : tc_scan_next(&e->scan);
        e->pending = TC_SCAN_MORE;
        if (event == TC_SCAN_ERROR || event == TC_SCAN_ROOM)
            return event;
        if (!handle(e, event)) {
            e->pending = event;
            return TC_SCAN_ROOM;
        }
        if (event == TC_SCAN_MORE)
            return event;
    }
}

tc_field *tc_envelope_cramped(tc_envelope *e)
{
    return &e->fields[awaited(e)];
}

/* ---- the verdict ---- */

/* No success and no API failure; the byte at offset at shows it. */
static tc_verdict refuse(tc_verdict v, tc_outcome outcome, const char *reason, size_t at)
{
    static const tc_field absent = {TC_ABSENT, false, false, 0, 0, 0, NULL, 0};
    v.outcome = outcome;
    v.reason = reason;
    v.offset = at + 1;
    v.code = v.message = &absent;
    if (outcome == TC_NOT_JSON)
        v.request_id = &absent;
    return v;
}

/* The legacy form has no Response, and a code that is a number other than 0. */
static bool is_legacy_error(const tc_envelope *e)
{
    return e->fields[TC_LEGACY_CODE].kind == TC_TEXT && e->legacy_is_error;
}

static tc_verdict judge_error(const tc_envelope *e, tc_verdict v)
{
    const tc_field *const error = &e->fields[TC_ERROR];
    switch (error->kind) {
    case TC_ABSENT:
    case TC_NULL:
        return v;
    case TC_OBJECT_VALUE:
        break;
    default:
        return refuse(v, TC_NOT_ENVELOPE, "Error is not an object", error->begin);
    }
    switch (v.code->kind) {
    case TC_TEXT:
        v.outcome = TC_API_ERROR;
        return v;
    case TC_ABSENT:
        return refuse(v, TC_NOT_ENVELOPE, "Error has no Code", error->begin);
    default:
        return refuse(v, TC_NOT_ENVELOPE, "the Code of Error is not a string", v.code->begin);
    }
}

static tc_verdict judge_legacy(const tc_envelope *e, tc_verdict v)
{
    if (v.code->kind != TC_TEXT || v.code->length == 0)
        v.code = &e->fields[TC_LEGACY_CODE];
    v.outcome = TC_API_ERROR;
    return v;
}

/* A number that is the whole body ends only with it, and so was never reported. */
static size_t body_begin(const tc_envelope *e)
{
    return e->fields[TC_BODY].kind == TC_ABSENT ? e->scan.token : e->fields[TC_BODY].begin;
}

tc_verdict tc_envelope_finish(tc_envelope *e)
{
    tc_verdict v = {TC_SUCCESS, "", 0, &e->fields[TC_CODE], &e->fields[TC_MESSAGE], &e->fields[TC_REQUEST_ID]};
    const tc_field *const body = &e->fields[TC_BODY];
    const tc_field *const response = &e->fields[TC_RESPONSE];
    if (!tc_scan_finish(&e->scan))
        return refuse(v, TC_NOT_JSON, tc_json_reason_text(e->scan.reason), e->scan.error_at);
    if (body->kind != TC_OBJECT_VALUE)
        return refuse(v, TC_NOT_ENVELOPE, "the body is not an object", body_begin(e));
    if (response->kind == TC_OBJECT_VALUE)
        return judge_error(e, v);
    if (response->kind != TC_ABSENT)
        return refuse(v, TC_NOT_ENVELOPE, "Response is not an object", response->begin);
    if (is_legacy_error(e))
        return judge_legacy(e, v);
    return refuse(v, TC_NOT_ENVELOPE, "no Response", body->begin);
}
