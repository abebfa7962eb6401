/*
** reading.h - runs the scanner over a body in every possible way, and writes down all that it finds.
*/
#ifndef READING_H
#define READING_H

#include "harness.h"
#include "json_scan.h"

/* What the scanner found. Starts as all zeros; reused from one reading to the next. */
typedef struct {
    bool right;
    tc_json_reason reason;
    uint64_t error_at;
    unsigned depth_seen;
    tc_capture captures[TC_SLOTS];
    unsigned captured; /* bit n: captures[n] is set */
    /* the tape, if one was asked for: as many entries as were written */
    tc_entry *entries;
    uint32_t entry_count, entry_capacity;
} reading;

typedef enum {
    NO_TAPE,
    TAPE,     /* of ample capacity */
    TAPE_FULL /* of capacity 1, grown by one entry at a time and moved each time */
} reading_tape;

typedef enum {
    AT_END,   /* whole, before an unmapped page */
    AT_BEGIN, /* whole, after an unmapped page */
    IN_PLACE, /* whole, where it lies */
    CHUNKED
} reading_place;

typedef struct {
    unsigned max_depth;
    const tc_scan_member *text; /* looked for: see tc_scan_init */
    reading_tape tape;
    reading_place place;
    cuts cuts; /* CHUNKED only */
} reading_manner;

/* The limit of depth, except in tests about the limit. */
enum { DEPTH = 1000 };

/* A member to look for, from a string constant; members: those inside it, or NULL. */
#define MEMBER(name, slot, inside, members)                                                                            \
    {                                                                                                                  \
        name, sizeof name - 1, slot, inside, members                                                                   \
    }
#define NO_MEMBER                                                                                                      \
    {                                                                                                                  \
        NULL, 0, 0, 0, NULL                                                                                            \
    }

/* Members that many of the bodies have, on three levels. */
extern const tc_scan_member common_text;

/* Looks for the common members, no tape, before an unmapped page. */
reading_manner manner_plain(void);
reading_manner manner_chunked(cuts c);

/* Whole before an unmapped page, with a tape. */
reading_manner manner_with_tape(reading_tape tape);

/* Whole, placed as given. */
reading_manner manner_at(reading_place place);

/* A body at the address where it is read whole. */
const char *place_body(text body, reading_place place);

/* Reads the body. Breaches noticed on the way (an error that does not last, bytes left over) fail the case. */
void read_body(reading *r, text body, reading_manner manner);

void reading_free(reading *r);

/* Fails the case unless both readings have the same verdict and, for a valid text, the same captures. */
bool readings_equal(text body, const char *how, const reading *found, const reading *expected);

#endif
