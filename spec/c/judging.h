/*
** judging.h - has the envelope judge a body in every way it can be read, and holds the verdict against the meaning.
*/
#ifndef JUDGING_H
#define JUDGING_H

#include "envelope.h"
#include "harness.h"
#include "meaning.h"
#include "reading.h"

typedef struct {
    unsigned max_depth;
    reading_tape tape; /* whole bodies only */
    reading_place place;
    /* CHUNKED only */
    cuts cuts;
    size_t max_field;
    bool grow_slowly; /* gives each text room for one byte more at a time, not all it may ever need at once */
} judging_manner;

judging_manner judging_whole(reading_place place, reading_tape tape);
judging_manner judging_chunked(cuts c, size_t max_field);

/* What was said of a text, decoded. */
typedef struct {
    bool known, truncated;
    uint64_t begin;
    uint64_t length; /* in the body; of a whole body only, as escaped */
    bool escaped;
    char *bytes; /* size bytes of its own, reused */
    size_t size, capacity;
} judged_text;

/* A verdict that outlives its envelope. Starts all zero; reused. */
typedef struct {
    tc_outcome outcome;
    const char *reason;
    uint64_t offset;
    bool truncated;
    judged_text code, message, request_id;
} judgement;

/* Breaches that show on the way (a verdict that changes, more room than promised) fail the case. */
void judge_body(judgement *j, text body, judging_manner manner);

/* The case fails unless the judgement says what the body means. */
void judgement_check(text body, const char *how, const judgement *j, const meaning *expected, judging_manner manner);

/* The length of the longest begin of a UTF-8 text that ends at a character's end and has at most limit bytes. */
size_t cut_length(text t, size_t limit);

#endif
