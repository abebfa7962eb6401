/*
** meaning.h - what a response means, worked out a second time from the reference's nodes, to check the envelope.
*/
#ifndef MEANING_H
#define MEANING_H

#include "envelope.h"
#include "harness.h"
#include "reference.h"

/* A field, known or not: where it lies in the body, and what it stands for. */
typedef struct {
    bool known;
    bool escaped;
    size_t begin;  /* of a string: the byte after the quote */
    size_t length; /* in the body */
    char *meant;   /* size bytes that it owns */
    size_t size;
} meaning_text;

typedef struct {
    tc_outcome outcome;
    size_t offset; /* 1-based position of the offending byte; 0 if there is none */
    meaning_text code, message, request_id;
} meaning;

/* What a body means; afterwards the reference holds its nodes. */
meaning meaning_of(reference *r, text body, unsigned max_depth);
void meaning_free(meaning *m);

#endif
