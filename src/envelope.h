/*
** envelope.h - what a Tencent Cloud API 3.0 response means.
**
**     {"Response": {<payload>, "RequestId": "..."}}                                     success
**     {"Response": {"Error": {"Code": "...", "Message": "..."}, "RequestId": "..."}}    failure
**
** Looks, by a tc_scan, at what decides: is there an Error, and which Code, Message and RequestId. Of members of the
** same name the last one counts. No allocation, no Lua.
**
** Two ways to read, one meaning. A whole body: a field is known by where it lies in the body, nothing is copied.
** Chunks: the texts of the fields are kept, decoded, in memory that the caller gives and enlarges.
*/
#ifndef TC_ENVELOPE_H
#define TC_ENVELOPE_H

#include "internal.h"
#include "json_scan.h"

typedef enum {
    TC_SUCCESS,      /* Response is an object, its Error absent or null */
    TC_API_ERROR,    /* Error is an object with a Code, or the legacy form with a code that is not 0 */
    TC_NOT_ENVELOPE, /* JSON that is neither: see tc_verdict.reason */
    TC_NOT_JSON      /* see tc_verdict.reason and .offset */
} tc_outcome;

/* The members that the meaning hangs on: slots of the scan's captures. */
typedef enum {
    TC_BODY, /* the whole text */
    TC_RESPONSE,
    TC_ERROR,
    TC_CODE,
    TC_MESSAGE,
    TC_REQUEST_ID,
    TC_LEGACY_CODE, /* code, codeDesc and message, beside where Response should be */
    TC_LEGACY_DESCRIPTION,
    TC_LEGACY_MESSAGE,
    TC_NO_FIELD /* none of these */
} tc_field;

/* The texts that are kept of chunks. The legacy description and message share those of Code and Message. */
enum { TC_CODE_TEXT, TC_MESSAGE_TEXT, TC_REQUEST_ID_TEXT, TC_LEGACY_CODE_TEXT, TC_TEXTS };

/* The limits of what max_field can be: bytes of a text that are kept. */
enum { TC_FIELD_MIN = 32, TC_FIELD_MAX = 1 << 24 };

/* Bytes of room that a text needs beyond max_field, for the character that the limit cuts. */
enum { TC_TEXT_SLACK = 8 };

/*
** A text kept of chunks. bytes and room are the caller's. Invariant: bytes[0 .. length) is what the value that begins
** at offset begin of the body stands for, up to offset to, or as much of it as max_field allows (truncated).
*/
typedef struct {
    char *bytes;
    size_t capacity;
    size_t length;
    bool truncated;
    uint64_t begin, to;
    tc_unescape_state unescape;
} tc_text;

/* What is known of a number that begins at begin, from its bytes up to offset to. */
typedef struct {
    uint64_t begin, to;
    bool not_zero;
    bool exponent; /* it has begun: no digit counts any more */
} tc_digits;

/* Invariant: a field's capture is of the last member of that name, of the last Response and its last Error. */
typedef struct {
    tc_scan scan;
    tc_text texts[TC_TEXTS]; /* chunks only */
    /* ---- the reader's own ---- */
    bool chunked;
    size_t max_field;
    tc_text *full;
    tc_digits legacy_code;
} tc_envelope;

typedef struct {
    tc_outcome outcome;
    const char *reason; /* why it is no envelope or no JSON: constant text, for people; else "" */
    uint64_t offset;    /* of the byte that shows it, counted from 1; 0 if there is nothing to show */
    /*
    ** The fields, all strings or numbers, that hold them; TC_NO_FIELD if there is none. code and message: for
    ** TC_API_ERROR only, and then code always is known. request_id: whenever Response is an object.
    */
    tc_field code, message, request_id;
} tc_verdict;

/* Was there such a member? Then its capture tells of it. */
static inline bool tc_envelope_has(const tc_envelope *e, tc_field field)
{
    return e->scan.captured >> field & 1U;
}

/* Makes e ready for a whole body, which is to be fed to e->scan in one piece, with a tape or without; see tc_scan_init. */
TC_INTERNAL void tc_envelope_init(tc_envelope *e, unsigned max_depth);

/*
** Makes e ready for chunks, to be fed to e->scan one after the other. The caller gives each of the texts bytes and
** room, at least TC_FIELD_MIN. Each text is cut to max_field bytes (TC_FIELD_MIN .. TC_FIELD_MAX) at a
** character's end.
*/
TC_INTERNAL void tc_envelope_init_chunked(tc_envelope *e, unsigned max_depth, size_t max_field);

/*
** Reads what e->scan was fed. TC_SCAN_MORE: all of it. TC_SCAN_ERROR: this is not JSON, for good.
** TC_SCAN_FULL: enlarge the tape or, with chunks, the text e->full, up to max_field + TC_TEXT_SLACK, keeping its
** bytes; and call again.
*/
TC_INTERNAL tc_scan_status tc_envelope_read(tc_envelope *e);

/* Says that the body has ended, and judges it. The answer is the same each time. */
TC_INTERNAL tc_verdict tc_envelope_finish(tc_envelope *e);

/* All of it: reads a whole body without a tape, and judges it. */
TC_INTERNAL tc_verdict tc_judge(tc_envelope *e, const char *body, size_t length, unsigned max_depth);

/* With chunks: the text that holds a field. */
TC_INTERNAL const tc_text *tc_envelope_text(const tc_envelope *e, tc_field field);

/* With chunks: was one of the verdict's texts cut? */
TC_INTERNAL bool tc_envelope_truncated(const tc_envelope *e, const tc_verdict *v);

#endif
