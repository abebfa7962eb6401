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
    e->fields[TC_NAME].text = e->name;
    e->fields[TC_NAME].room = sizeof e->name;
    e->awaited = TC_BODY;
    e->pending = TC_SCAN_MORE;
    e->chunked = false;
    e->legacy_is_error = e->legacy_exponent = false;
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
** Decodes the current text up to offset to, as far as limit allows. False if the field needs room for it.
*/
static bool keep(tc_envelope *e, tc_field *f, size_t limit, size_t to)
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
        if (f->length > limit)
            cut(f, limit);
    }
    e->kept_to = to;
    return true;
}

/* The text of a name: longer ones than any that matters are cut, and so equal none. */
static bool keep_name(tc_envelope *e, size_t to)
{
    return keep(e, &e->fields[TC_NAME], sizeof e->name - TC_FIELD_SLACK, to);
}

static bool has_text(tc_field_name name)
{
    return name >= TC_CODE && name <= TC_LEGACY_CODE;
}

/* A number is 0 if no digit before its exponent is another one. */
static void read_legacy_code(tc_envelope *e, size_t to)
{
    const size_t from = e->kept_to > e->scan.token ? e->kept_to : e->scan.token;
    const char *p = e->scan.chunk + (from - e->scan.base);
    for (size_t left = to - from; left > 0; --left, ++p) {
        e->legacy_exponent |= *p == 'e' || *p == 'E';
        e->legacy_is_error |= !e->legacy_exponent && *p >= '1' && *p <= '9';
    }
}

static bool keep_value(tc_envelope *e, size_t to)
{
    return keep(e, &e->fields[e->awaited], e->max_field, to);
}

/* ---- events ---- */

static void forget(tc_envelope *e, tc_field_name name)
{
    e->fields[name].kind = TC_ABSENT;
    e->fields[name].truncated = false;
}

/* A member of this name begins: what an earlier one said counts no more. */
static void await(tc_envelope *e, tc_field_name name)
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
    case TC_LEGACY_CODE:
        e->legacy_is_error = e->legacy_exponent = false;
        break;
    default:
        break;
    }
    forget(e, name);
    e->awaited = name;
    e->scan.wanted = true;
}

typedef struct {
    unsigned watch;
    const char *name;
    size_t length;
    tc_field_name field;
} tc_member;

#define MEMBER(watch, name, field) {watch, name, sizeof name - 1, field}

static const tc_member members[] = {
    MEMBER(1, "Response", TC_RESPONSE), MEMBER(2, "RequestId", TC_REQUEST_ID), MEMBER(2, "Error", TC_ERROR),
    MEMBER(3, "Code", TC_CODE),         MEMBER(3, "Message", TC_MESSAGE),      MEMBER(1, "code", TC_LEGACY_CODE),
    MEMBER(1, "codeDesc", TC_CODE),     MEMBER(1, "message", TC_MESSAGE),
};

/* A name has ended: is it one that matters here? */
static void name_read(tc_envelope *e, const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; ++i) {
        const tc_member *const m = &members[i];
        if (m->length != length || m->watch != e->scan.watch || memcmp(m->name, name, length) != 0)
            continue;
        const bool legacy = m->watch == 1 && m->field != TC_RESPONSE;
        if (!legacy || e->fields[TC_RESPONSE].kind == TC_ABSENT)
            await(e, m->field);
        return;
    }
}

static bool on_name(tc_envelope *e)
{
    const tc_scan *const s = &e->scan;
    const size_t end = tc_scan_at(s) - 1;
    if (s->token >= s->base && !s->escaped) {
        name_read(e, s->chunk + (s->token - s->base), end - s->token);
        return true;
    }
    if (!keep_name(e, end))
        return false;
    const tc_field *const name = &e->fields[TC_NAME];
    if (!name->truncated)
        name_read(e, name->text, name->length);
    return true;
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

static bool on_value(tc_envelope *e, tc_scan_event event)
{
    tc_scan *const s = &e->scan;
    tc_field *const f = &e->fields[e->awaited];
    const tc_field_kind kind = kind_of(e->awaited, event);
    f->begin = tc_scan_began(s, event);
    f->entry = s->tape.count - 1;
    if (kind == TC_TEXT && has_text(e->awaited)) {
        const size_t end = tc_scan_at(s) - (event == TC_SCAN_STRING);
        if (e->awaited == TC_LEGACY_CODE)
            read_legacy_code(e, end);
        f->begin = s->token;
        f->escaped = s->escaped;
        if (!e->chunked)
            f->length = end - s->token;
        else if (!keep_value(e, end))
            return false;
    } else if (kind == TC_OBJECT_VALUE && e->awaited <= TC_ERROR) {
        s->watch = s->depth;
    }
    f->kind = kind;
    return true;
}

/* The chunk has ended: what it holds of a text that goes on is kept. */
static bool on_chunk_end(tc_envelope *e)
{
    const tc_scan *const s = &e->scan;
    if (!e->chunked || !tc_scan_in_text(s))
        return true;
    if (!s->wanted)
        return keep_name(e, tc_scan_at(s));
    if (!has_text(e->awaited))
        return true;
    if (e->awaited == TC_LEGACY_CODE)
        read_legacy_code(e, tc_scan_at(s));
    return keep_value(e, tc_scan_at(s));
}

static bool handle(tc_envelope *e, tc_scan_event event)
{
    switch (event) {
    case TC_SCAN_MORE:
        return on_chunk_end(e);
    case TC_SCAN_NAME:
        return on_name(e);
    case TC_SCAN_END:
        e->scan.watch = e->scan.depth;
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
    return &e->fields[e->awaited];
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
