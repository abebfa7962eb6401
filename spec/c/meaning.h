/*
** meaning.h - a second reading of what a response means, from the reference's nodes, to hold the envelope against.
*/
#ifndef MEANING_H
#define MEANING_H

#include "envelope.h"
#include "harness.h"
#include "reference.h"

/* A text that is known or not: where it lies in the body, and what it stands for. */
typedef struct {
    bool known;
    bool escaped;
    size_t begin;  /* of a string the byte behind the quote */
    size_t length; /* in the body */
    char *meant;   /* size bytes of its own */
    size_t size;
} meaning_text;

typedef struct {
    tc_outcome outcome;
    size_t offset; /* counted from 1 of the byte that shows what is wrong; 0 if nothing is */
    meaning_text code, message, request_id;
} meaning;

/* What a body means; the reference has its nodes afterwards. */
meaning meaning_of(reference *r, text body, unsigned max_depth);
void meaning_free(meaning *m);

#endif
