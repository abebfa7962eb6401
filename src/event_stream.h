/*
** event_stream.h - the grammar of event streams (HTML standard, section 9.2), and nothing else.
**
** The caller hands over a chunk with tc_event_feed and takes one token after the other with tc_event_next, until it
** says TC_EVENT_MORE; after the last chunk it calls tc_event_finish and takes what tokens that gives. Chunks may be cut
** anywhere. A token is a span of the chunk, so nothing is copied, allocated, or read again. The caller owns the struct.
**
** The grammar is the standard's except that nothing may be lost: a line of blanks and tabs ends an event as an empty
** one does, a line that begins with `{` is data, and data that is empty is data.
*/
#ifndef TC_EVENT_STREAM_H
#define TC_EVENT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "internal.h"

typedef enum {
    TC_EVENT_MORE,  /* every byte fed is consumed */
    TC_EVENT_VALUE, /* the next piece of the value of a field: see the members of tc_event_stream */
    TC_EVENT_END,   /* the event has ended; it has data */
    TC_EVENT_NONE   /* the same, but it has no data line, and so is not an event: forget its name */
} tc_event_token;

typedef enum {
    TC_EVENT_DATA, /* pieces of all lines, put together, are the event's data: the LF between lines is a piece */
    TC_EVENT_NAME,
    TC_EVENT_ID,
    TC_EVENT_NO_FIELD /* of a line that means nothing here */
} tc_event_field;

typedef struct {
    /* After TC_EVENT_VALUE: the piece and where it stands in the value of its line. Valid until the next feed. */
    tc_event_field field;
    const char *piece;
    size_t length;
    bool begins, ends; /* of names and ids: one that begins replaces what was there before */
    /* At any time. */
    bool has_data;   /* the event under way has a data line */
    bool inside;     /* since the last blank line there was a line with a known name */
    bool unfinished; /* after tc_event_finish: the last line had no end, and was neither blank nor a comment */
    /* ---- the reader's own ---- */
    const char *at, *end;
    const char *lf, *cr; /* the first of each from at on, or end; NULL or before at: not looked for */
    uint8_t state;
    uint8_t matched; /* bytes of [DONE] that the data is so far */
    uint8_t name_length;
    char name[5];
} tc_event_stream;

/* Makes s ready for a new stream. */
TC_INTERNAL void tc_event_init(tc_event_stream *s);

/* Hands over the next bytes, once the last ones are consumed. They must stay until the next ones are fed. */
TC_INTERNAL void tc_event_feed(tc_event_stream *s, const char *chunk, size_t length);

TC_INTERNAL tc_event_token tc_event_next(tc_event_stream *s);

/* After TC_EVENT_END, or where has_data: is the data [DONE]? */
TC_INTERNAL bool tc_event_is_done(const tc_event_stream *s);

/*
** Says that no bytes follow: the last line ends here. The event under way does not; has_data says whether there is one.
*/
TC_INTERNAL void tc_event_finish(tc_event_stream *s);

#endif
