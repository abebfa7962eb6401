/*
** json_string.h - the grammar inside a JSON string, byte by byte: escapes, surrogates, UTF-8. Part of json_scan.
*/
#ifndef TC_JSON_STRING_H
#define TC_JSON_STRING_H

#include "internal.h"

/* The parts of a string: what the next byte may be. */
enum {
    TC_STRING_PLAIN,
    TC_STRING_ESCAPE, /* after a backslash */
    TC_STRING_HEX_1,  /* after \u */
    TC_STRING_HEX_2,  /* digits of a code that is not a surrogate */
    TC_STRING_HEX_3,
    TC_STRING_HEX_4,
    TC_STRING_HEX_D,  /* after \ud: a surrogate or not? */
    TC_STRING_HIGH_3, /* after \ud8 .. \udb */
    TC_STRING_HIGH_4,
    TC_STRING_LOW_SLASH, /* after a high surrogate: its low one must follow */
    TC_STRING_LOW_U,
    TC_STRING_LOW_1,
    TC_STRING_LOW_2,
    TC_STRING_TAIL_1, /* the last byte of a UTF-8 sequence */
    TC_STRING_TAIL_2,
    TC_STRING_TAIL_3,
    TC_STRING_TAIL_E0, /* after 0xE0: not overlong */
    TC_STRING_TAIL_ED, /* after 0xED: not a surrogate */
    TC_STRING_TAIL_F0, /* after 0xF0: not overlong */
    TC_STRING_TAIL_F4, /* after 0xF4: at most U+10FFFF */
    TC_STRING_WRONG    /* plus a tc_json_reason */
};

/*
** The part after byte c, or TC_STRING_WRONG plus the reason. In TC_STRING_PLAIN, c must be neither plain nor the
** closing quote.
*/
TC_INTERNAL unsigned tc_string_step(unsigned part, unsigned char c);

#endif
