/*
** json_string.h - the grammar inside a JSON string, byte by byte: escapes, surrogates, UTF-8. Part of json_scan.
*/
#ifndef TC_JSON_STRING_H
#define TC_JSON_STRING_H

#include "internal.h"

/* The parts of a string: what the next byte may be. */
enum {
    TC_STRING_PLAIN,
    TC_STRING_ESCAPE, /* behind a backslash */
    TC_STRING_HEX_1,  /* behind \u */
    TC_STRING_HEX_2,  /* digits of a code that is no surrogate */
    TC_STRING_HEX_3,
    TC_STRING_HEX_4,
    TC_STRING_HEX_D,  /* behind \ud: a surrogate or not? */
    TC_STRING_HIGH_3, /* behind \ud8 .. \udb */
    TC_STRING_HIGH_4,
    TC_STRING_LOW_SLASH, /* behind a high surrogate: its low one must follow */
    TC_STRING_LOW_U,
    TC_STRING_LOW_1,
    TC_STRING_LOW_2,
    TC_STRING_TAIL_1, /* the last byte of a UTF-8 sequence */
    TC_STRING_TAIL_2,
    TC_STRING_TAIL_3,
    TC_STRING_TAIL_E0, /* behind 0xE0: not overlong */
    TC_STRING_TAIL_ED, /* behind 0xED: no surrogate */
    TC_STRING_TAIL_F0, /* behind 0xF0: not overlong */
    TC_STRING_TAIL_F4, /* behind 0xF4: not beyond U+10FFFF */
    TC_STRING_WRONG    /* plus a tc_json_reason */
};

/*
** The part behind byte c, or TC_STRING_WRONG plus the reason. In TC_STRING_PLAIN, c is not plain, and no closing
** quote.
*/
TC_INTERNAL unsigned tc_string_step(unsigned part, unsigned char c);

#endif
