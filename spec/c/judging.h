/*
** judging.h - has the envelope judge a body in every way it can be read, and compares the verdict with the meaning.
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
    bool grow_slowly; /* grows each field by one byte at a time, instead of giving it all at once */
} judging_manner;

judging_manner judging_whole(reading_place place, reading_tape tape);
judging_manner judging_chunked(cuts c, size_t max_field);

/* What was reported of a field, decoded. */
typedef struct {
    bool known, truncated;
    uint64_t begin;
    uint64_t length; /* in the body, with its escapes; whole bodies only */
    bool escaped;
    char *bytes; /* size bytes that it owns, reused */
    size_t size, capacity;
} judged_text;

/* A verdict that outlives its envelope. Starts as all zeros; reused. */
typedef struct {
    tc_outcome outcome;
    const char *reason;
    uint64_t offset;
    bool truncated;
    judged_text code, message, request_id;
} judgement;

/* Breaches noticed on the way (a verdict that changes, more capacity than promised) fail the case. */
void judge_body(judgement *j, text body, judging_manner manner);

/* Fails the case unless the judgement equals the body's meaning. */
void judgement_check(text body, const char *how, const judgement *j, const meaning *expected, judging_manner manner);

/* The length of the longest prefix of a UTF-8 text that ends with a whole character and has at most limit bytes. */
size_t cut_length(text t, size_t limit);

#endif
