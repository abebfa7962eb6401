/*
** expectation.h - compares the scanner's readings with the reference's.
*/
#ifndef EXPECTATION_H
#define EXPECTATION_H

#include "harness.h"
#include "reading.h"
#include "reference.h"

/* Invariant: reference has read body; expected holds what a reading that looks for the same members must find. */
typedef struct {
    text body;
    reference reference;
    reading expected;
} expectation;

/* Reads a body with the reference. The reference gives no reasons: the expected one is that of a plain reading. */
void expect_body(expectation *x, text body, reading_manner manner);

/* Reads the body in this manner; the case fails unless captures, verdict and tape are as expected. */
void check_manner(const expectation *x, const char *how, reading_manner manner);

/* Entry i + 1 of a tape is node i: entry 0 is the document. */
bool check_entry(const expectation *x, const reading *found, uint32_t i);

/* The ways that cost no more than a few readings of the body; x is set. */
void check_quickly(expectation *x, text body, uint32_t seed);

/* Every way except those that need a loop over the body's bytes. */
void check_thoroughly(expectation *x, text body);

/* Does this reason mean that bytes are missing, rather than that one is wrong? */
bool is_missing_bytes(tc_json_reason reason);

#endif
