/*
** json_number.h - the grammar of a JSON number, byte by byte. Part of json_scan.
*/
#ifndef TC_JSON_NUMBER_H
#define TC_JSON_NUMBER_H

#include <stdbool.h>

#include "internal.h"

/* The parts of a number: what has been read. */
enum {
    TC_NUMBER_START,
    TC_NUMBER_MINUS,
    TC_NUMBER_ZERO,     /* the integer 0: no digit follows */
    TC_NUMBER_DIGITS,   /* an integer other than 0 */
    TC_NUMBER_POINT,    /* the decimal point */
    TC_NUMBER_FRACTION, /* digits after it */
    TC_NUMBER_E,
    TC_NUMBER_SIGN, /* the exponent's */
    TC_NUMBER_EXPONENT,
    TC_NUMBER_END,  /* the byte comes after the number, which is complete */
    TC_NUMBER_WRONG /* the byte cannot follow */
};

/* The part after byte c; TC_NUMBER_END and TC_NUMBER_WRONG do not consume it. */
TC_INTERNAL unsigned tc_number_step(unsigned part, char c);

/* Do digits leave it in this part? */
static inline bool tc_number_has_run(unsigned part)
{
    return part == TC_NUMBER_DIGITS || part == TC_NUMBER_FRACTION || part == TC_NUMBER_EXPONENT;
}

/* May a number end after this part? */
static inline bool tc_number_is_complete(unsigned part)
{
    return part == TC_NUMBER_ZERO || tc_number_has_run(part);
}

static inline bool tc_number_is_integer(unsigned part)
{
    return part == TC_NUMBER_ZERO || part == TC_NUMBER_DIGITS;
}

#endif
