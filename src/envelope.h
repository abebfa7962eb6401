/*
** envelope.h - what a Tencent Cloud API 3.0 response means.
**
**     {"Response": {<payload>, "RequestId": "..."}}                                     success
**     {"Response": {"Error": {"Code": "...", "Message": "..."}, "RequestId": "..."}}    failure
**
** Reads the events of a tc_scan and keeps what decides: is there an Error, and which Code, Message and
** RequestId. Of members of the same name the last one counts. No allocation, no Lua.
**
** Two ways to read, one meaning. A whole body: a field is known by where it lies in the body, nothing is
** copied. Chunks: the text of each field is kept, decoded, in memory that the caller gives and enlarges.
*/
#ifndef TC_ENVELOPE_H
#define TC_ENVELOPE_H

#include "json_scan.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

typedef enum {
    TC_SUCCESS,      /* Response is an object, its Error absent or null */
    TC_API_ERROR,    /* Error is an object with a Code, or the legacy form with a code that is not 0 */
    TC_NOT_ENVELOPE, /* JSON that is neither: see tc_verdict.reason */
    TC_NOT_JSON      /* see tc_verdict.reason and .offset */
} tc_outcome;

typedef enum {
    TC_ABSENT,
    TC_NULL,
    TC_TEXT, /* a string; or the number that is a legacy code */
    TC_OBJECT_VALUE,
    TC_OTHER
} tc_field_kind;

/*
** A member that the meaning hangs on. begin is the offset of its value in the body; for a string, that of
** the byte behind the quote. If kind is TC_TEXT, its text is, of a whole body, the body's bytes
** [begin, begin + length), to be unescaped if escaped; of chunks, text[0 .. length), decoded, and not all
** of it if truncated.
*/
typedef struct {
    tc_field_kind kind;
    bool escaped;
    bool truncated;
    uint32_t entry; /* of the value on the tape, if there is one */
    size_t begin;
    size_t length;
    char *text;
    size_t room; /* bytes at text */
} tc_field;

typedef enum {
    TC_BODY, /* the whole text */
    TC_RESPONSE,
    TC_ERROR,
    TC_CODE,
    TC_MESSAGE,
    TC_REQUEST_ID,
    TC_LEGACY_CODE, /* a number; the legacy form's codeDesc and message go into TC_CODE and TC_MESSAGE */
    TC_FIELD_COUNT
} tc_field_name;

/* The limits of the text kept of a field read in chunks, in bytes: what it holds at least and at most. */
enum { TC_FIELD_LEAST = 32, TC_FIELD_MOST = 1 << 24 };

/* Bytes of room a text needs beyond its limit, for the character that the limit cuts. */
enum { TC_FIELD_SLACK = 8 };

/*
** Invariant: scan.watch tells where members are looked for: at 1 beside Response, at 2 in Response, at 3 in Error.
** The fields describe the last Response seen, or the legacy form as long as there was none.
*/
typedef struct {
    tc_scan scan;
    tc_field fields[TC_FIELD_COUNT];
    /* ---- the reader's own ---- */
    tc_scan_event pending; /* an event that waits for room; TC_SCAN_MORE if none does */
    bool chunked;
    bool legacy_is_error; /* the legacy code is not 0 */
    bool legacy_exponent; /* its exponent has begun: no digit counts any more */
    size_t max_field;
    size_t kept_to; /* offset up to which the current text has been decoded */
    tc_unescape_state unescape;
} tc_envelope;

typedef struct {
    tc_outcome outcome;
    const char *reason; /* why it is no envelope or no JSON: constant text, for people */
    size_t offset;      /* of the byte that shows it, counted from 1; 0 if there is nothing to show */
    /*
    ** Each TC_TEXT if it is known. code and message: for TC_API_ERROR only, and then code always is.
    ** request_id: whenever Response is an object.
    */
    const tc_field *code, *message, *request_id;
} tc_verdict;

/* Makes e ready for a whole body, which is to be fed to e->scan in one piece, with a tape or without. */
void tc_envelope_init(tc_envelope *e, unsigned max_depth);

/*
** Makes e ready for chunks, to be fed to e->scan one after the other. The caller gives the fields TC_CODE to
** TC_LEGACY_CODE their text and room, at least TC_FIELD_LEAST. Each text is cut to max_field bytes (from
** TC_FIELD_LEAST to TC_FIELD_MOST) at a character's end.
*/
void tc_envelope_init_chunked(tc_envelope *e, unsigned max_depth, size_t max_field);

/*
** Reads what e->scan was fed. TC_SCAN_MORE: all of it. TC_SCAN_ERROR: this is not JSON, for good.
** TC_SCAN_ROOM: enlarge the tape or, with chunks, the field tc_envelope_cramped, and call again.
*/
tc_scan_event tc_envelope_read(tc_envelope *e);

/* After TC_SCAN_ROOM: the field whose text and room must grow, up to max_field + TC_FIELD_SLACK. */
tc_field *tc_envelope_cramped(tc_envelope *e);

/* Says that the body has ended, and judges it. The answer is the same each time. */
tc_verdict tc_envelope_finish(tc_envelope *e);

/* Was one of the three texts cut? */
static inline bool tc_verdict_truncated(const tc_verdict *v)
{
    return v->code->truncated || v->message->truncated || v->request_id->truncated;
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
