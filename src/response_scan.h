/*
** response_scan.h - the verdict on a response that comes in chunks, be it a body or an event stream, in constant
** memory.
**
** What begins with `{`, after white space, is a body, whatever the response says of itself. Anything else is what the
** response says, or if it says nothing, what its first line looks like. Of a stream, the first event that fails is the
** verdict (envelope.h says what an event means). A stream that ends inside an event, or has none, is TC_INTERRUPTED.
**
** After each tc_response_feed, call tc_response_next until it says TC_READ_MORE. At the end call tc_response_end, then
** tc_response_next again until TC_READ_MORE, then tc_response_finish. tc_response_next also gives the events. Once an
** event has failed, a last event without a blank line is given only to readers that record (tc_response_record).
**
** Chunks may be cut anywhere. No allocation, no Lua; the caller owns the struct and the memory of the envelope's texts.
*/
#ifndef TC_RESPONSE_SCAN_H
#define TC_RESPONSE_SCAN_H

#include "bytes.h"
#include "envelope.h"
#include "event_stream.h"
#include "internal.h"

typedef enum {
    TC_READ_MORE,  /* every byte fed is consumed */
    TC_READ_FULL,  /* a text needs room: enlarge envelope.full (see tc_envelope_read), then call again */
    TC_READ_VALUE, /* a piece of the data, name or id of the event under way: see stream, as after TC_EVENT_VALUE */
    TC_READ_EVENT, /* the event has ended: TC_EVENT_END */
    TC_READ_NONE,  /* that was no event, or one of more than max_event bytes: drop what you have of it */
    TC_READ_DATA   /* the data of the event is needed: tc_response_feed_data, then call again */
} tc_read_status;

/* The limit of max_event. */
enum { TC_EVENT_MAX = 1 << 30 };

/* What a response is, as far as its bytes tell. */
typedef enum { TC_UNDECIDED, TC_IS_BODY, TC_IS_STREAM } tc_nature;

typedef struct {
    tc_envelope envelope; /* of the body or of the event under way, and of the verdict's fields */
    tc_event_stream stream;
    tc_nature nature;
    bool failed; /* an event has failed: verdict is that of the stream */
    tc_verdict verdict;
    bool recorded; /* after TC_READ_EVENT: its data is on the tape of the envelope's scan; see tc_response_record */
    /* ---- the reader's own ---- */
    unsigned max_depth;
    size_t max_event;
    tc_entry *tape; /* NULL if the reader does not record */
    uint32_t tape_capacity;
    tc_nature declared; /* what the response says that it is */
    uint8_t sniffing, name_length;
    char name[6];
    bool any;         /* there was an event */
    bool ended;       /* no bytes follow */
    bool closed;      /* ... and what follows the last blank line has been judged */
    bool interrupted; /* the stream ended inside an event */
    bool has_token;   /* token is read and not yet given */
    tc_event_token token;
    /*
    ** The data of the event under way. Its first piece waits in pieces until a second one comes, or the chunk ends.
    ** From then on it is scanning: the envelope is fed the pieces in turn, of which pieces[scanned .. count) still
    ** wait. feeding: pieces[scanned] was fed, but not read to its end. If the reader records, no piece waits until
    ** tc_response_feed_data.
    */
    bool scanning, feeding;
    tc_span pieces[2];
    unsigned count, scanned;
    size_t size; /* bytes of its data, name and id */
} tc_response_scan;

/* What holds for a response. */
typedef struct {
    unsigned max_depth;
    size_t max_field;   /* see tc_envelope_init_chunked */
    size_t max_event;   /* bytes of an event's data, name and id; one with more fails the stream */
    tc_nature declared; /* what the response says that it is; TC_UNDECIDED if it says nothing */
} tc_response_settings;

/* Does a Content-Type say that the response is an event stream? */
TC_INTERNAL bool tc_is_event_stream(const char *content_type, size_t length);

/*
** Makes r ready for a new response. The memory of the envelope's texts is left as it is; the length of that of
** TC_SEEN_REQUEST_ID is set to 0: whoever knows the response's RequestId from elsewhere may write it there.
*/
TC_INTERNAL void tc_response_init(tc_response_scan *r, const tc_response_settings *settings);

/*
** After tc_response_init, for a reader that keeps each event's data itself: tc_response_next then answers TC_READ_DATA
** at the end of an event. The data that it is given is read once, in one piece, and recorded on this tape of capacity
** entries (at least 1). An event that fails, follows a failure, or does not fit is not recorded.
*/
TC_INTERNAL void tc_response_record(tc_response_scan *r, tc_entry *tape, uint32_t capacity);

/* After TC_READ_DATA: gives the data, which must stay until the event has ended. */
TC_INTERNAL void tc_response_feed_data(tc_response_scan *r, tc_span data);

/* Hands over the next bytes, once the last ones are consumed. They must stay until they are. */
TC_INTERNAL void tc_response_feed(tc_response_scan *r, const char *chunk, size_t length);

/* Says that no bytes follow. */
TC_INTERNAL void tc_response_end(tc_response_scan *r);

TC_INTERNAL tc_read_status tc_response_next(tc_response_scan *r);

/* Has it failed already, whatever follows? */
TC_INTERNAL bool tc_response_failed(const tc_response_scan *r);

/* The verdict, once tc_response_failed, or at the end. Its fields are texts of the envelope. The same each time. */
TC_INTERNAL tc_verdict tc_response_finish(tc_response_scan *r);

#endif
