/*
** envelope.h - what a Tencent Cloud API 3.0 response means, and what an event of a stream means.
**
**     {"Response": {<payload>, "RequestId": "..."}}                                     success
**     {"Response": {"Error": {"Code": "...", "Message": "..."}, "RequestId": "..."}}    failure
**
** An event's data may also be such an envelope. Mostly it is a bare object, and each product has its own form for
** failures in it (tc_form).
**
** A tc_scan finds what decides: whether there is an Error, and its Code and Message, and the RequestId. If a member
** occurs more than once, the last one counts. No allocation, no Lua.
**
** There are two ways to read, with one meaning. Of a whole body, only the places of the fields are noted, and nothing
** is copied. Of chunks, the decoded texts of the fields are kept, in memory that the caller provides and enlarges.
*/
#ifndef TC_ENVELOPE_H
#define TC_ENVELOPE_H

#include "bytes.h"
#include "internal.h"
#include "json_scan.h"

typedef enum {
    TC_SUCCESS,      /* Response is an object, its Error absent or null; or an event without a failure */
    TC_API_ERROR,    /* Error is an object with a Code, or one of the other forms of failures */
    TC_NOT_ENVELOPE, /* JSON that is neither: see tc_verdict.reason */
    TC_NOT_JSON,     /* see tc_verdict.reason and .offset */
    TC_INTERRUPTED   /* a stream that ends too early: see response_scan.h */
} tc_outcome;

/* What is read. */
typedef enum {
    TC_FORM_BODY, /* an envelope, or the legacy form {"code": N, "message": "...", "codeDesc": "..."} */
    /*
    ** The data of an event. An envelope if Response is an object. Else a failure is, in this order: an Error that is
    ** not null; an ErrorMsg that is an object; an ErrorCode that is a string with bytes or a number other than 0; the
    ** legacy form. All else, objects or not, is a success, and so is white space alone.
    */
    TC_FORM_EVENT
} tc_form;

/* The members that the meaning depends on: slots of the scan's captures. From TC_CODE on they are texts. */
typedef enum {
    TC_BODY, /* the whole text */
    TC_RESPONSE,
    TC_ERROR,
    TC_TOP_ERROR, /* Error and ErrorMsg where Response should be */
    TC_ERROR_MSG,
    TC_CODE,
    TC_MESSAGE,
    TC_REQUEST_ID,
    TC_LEGACY_CODE, /* code, codeDesc and message where Response should be */
    TC_LEGACY_DESCRIPTION,
    TC_LEGACY_MESSAGE,
    TC_TOP_REQUEST_ID, /* RequestId there, and Code and Message of that Error */
    TC_TOP_CODE,
    TC_TOP_MESSAGE,
    TC_ERROR_MSG_CODE, /* Code and Msg of ErrorMsg */
    TC_ERROR_MSG_MSG,
    TC_ERROR_CODE, /* ErrorCode and ErrorMessage where Response should be */
    TC_ERROR_MESSAGE,
    TC_SEEN_REQUEST_ID, /* not a member: the text of the last RequestId in a stream */
    TC_NO_FIELD         /* none of these */
} tc_field;

/* With chunks, texts are kept of the fields from TC_CODE on. */
enum { TC_TEXTS = TC_NO_FIELD - TC_CODE };

/* The limits of max_field, the number of bytes that are kept of a text. */
enum { TC_FIELD_MIN = 32, TC_FIELD_MAX = 1 << 24 };

/* Bytes that a text needs beyond max_field: it must take one more byte of input to be found too long. */
enum { TC_TEXT_SLACK = 8 };
TC_STATIC_ASSERT(tc_slack_suffices, (int)TC_TEXT_SLACK > (int)TC_UNESCAPE_EXTRA);

/*
** A text kept of chunks. bytes and capacity are the caller's; capacity is 0 until the caller gives memory. Invariant:
** bytes[0 .. length) is what the value that begins at offset begin of the body stands for, up to offset to, or as much
** of it as max_field allows (truncated).
*/
typedef struct {
    char *bytes;
    size_t capacity;
    size_t length;
    bool truncated;
    uint64_t begin, to;
    tc_unescape_state unescape;
    /* Of a number, all of it up to offset to: */
    bool not_zero;
    bool exponent; /* it has begun: no digit counts any more */
} tc_text;

/* Invariant: a field's capture is that of the last member of its name, in the last Response and its last Error. */
typedef struct {
    tc_scan scan;
    tc_text texts[TC_TEXTS]; /* chunks only; see tc_envelope_text */
    /* ---- the reader's own ---- */
    tc_form form;
    bool chunked;
    size_t max_field;
    tc_text *full;
} tc_envelope;

typedef struct {
    tc_outcome outcome;
    const char *reason; /* why it is neither a success nor a TC_API_ERROR: constant text, for people; else "" */
    uint64_t offset;    /* of the byte that shows it, counted from 1; 0 if there is nothing to show */
    /*
    ** The fields that hold them, all strings or numbers; TC_NO_FIELD if there is none. code and message are set for
    ** TC_API_ERROR only, and then code always is. request_id may be set whenever Response, or an event's data, is an
    ** object.
    */
    tc_field code, message, request_id;
} tc_verdict;

/* A verdict with neither place nor fields. */
static inline tc_verdict tc_bare_verdict(tc_outcome outcome, const char *reason)
{
    const tc_verdict v = {outcome, reason, 0, TC_NO_FIELD, TC_NO_FIELD, TC_NO_FIELD};
    return v;
}

/* Was there such a member? Then its capture tells of it. */
static inline bool tc_envelope_has(const tc_envelope *e, tc_field field)
{
    return e->scan.captured >> field & 1U;
}

static inline const tc_capture *tc_envelope_field(const tc_envelope *e, tc_field field)
{
    return &e->scan.captures[field];
}

static inline bool tc_envelope_is_kind(const tc_envelope *e, tc_field field, tc_kind kind)
{
    return tc_envelope_has(e, field) && tc_envelope_field(e, field)->kind == kind;
}

static inline bool tc_envelope_is_string(const tc_envelope *e, tc_field field)
{
    return tc_envelope_is_kind(e, field, TC_STRING) || tc_envelope_is_kind(e, field, TC_ESCAPED);
}

static inline bool tc_envelope_is_null(const tc_envelope *e, tc_field field)
{
    return tc_envelope_is_kind(e, field, TC_LITERAL) && tc_envelope_field(e, field)->literal == TC_IS_NULL;
}

/* Makes e ready for a whole body, which must be fed in one piece, with a tape (tc_scan_record) or without. */
TC_INTERNAL void tc_envelope_init(tc_envelope *e, tc_form form, unsigned max_depth);

/*
** Makes e ready for chunks. The texts' memory is left as it is, and so is the text of TC_SEEN_REQUEST_ID. Each text is
** cut to at most max_field bytes (TC_FIELD_MIN .. TC_FIELD_MAX), at the end of a character.
*/
TC_INTERNAL void tc_envelope_init_chunked(tc_envelope *e, tc_form form, unsigned max_depth, size_t max_field);

/* Hands over the next bytes. They must stay until the next ones are fed. */
static inline void tc_envelope_feed(tc_envelope *e, const char *chunk, size_t length)
{
    tc_scan_feed(&e->scan, chunk, length);
}

/*
** Reads what was fed. TC_SCAN_MORE: all of it. TC_SCAN_ERROR: this is not JSON, whatever follows.
** TC_SCAN_FULL: enlarge the tape or, with chunks, the text e->full (to at least TC_FIELD_MIN, and at most max_field +
** TC_TEXT_SLACK), keeping its bytes; and call again.
*/
TC_INTERNAL tc_scan_status tc_envelope_read(tc_envelope *e);

/* Says that the body has ended, and judges it. The answer is the same each time. */
TC_INTERNAL tc_verdict tc_envelope_finish(tc_envelope *e);

/* All of this at once: reads a whole body without a tape, and judges it. */
TC_INTERNAL tc_verdict tc_judge(tc_envelope *e, tc_form form, const char *body, size_t length, unsigned max_depth);

/* With chunks: the text that holds a field, from TC_CODE on. */
static inline const tc_text *tc_envelope_text(const tc_envelope *e, tc_field field)
{
    TC_ASSERT(field >= TC_CODE && field < TC_NO_FIELD);
    return &e->texts[field - TC_CODE];
}

/*
** Keeps the value of a field, a string that was read just now, as the text of TC_SEEN_REQUEST_ID, cut like the other
** texts. False if it needs room: enlarge e->full as after TC_SCAN_FULL, and call again.
*/
TC_INTERNAL bool tc_envelope_keep_seen(tc_envelope *e, tc_field field);

/* Makes an id the text of TC_SEEN_REQUEST_ID, cut likewise. The text has room for it or max_field + TC_TEXT_SLACK. */
TC_INTERNAL void tc_envelope_set_seen(tc_envelope *e, tc_span id);

/* With chunks: was one of the verdict's texts cut? */
TC_INTERNAL bool tc_envelope_truncated(const tc_envelope *e, const tc_verdict *v);

#endif
