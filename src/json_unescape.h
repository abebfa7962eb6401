/*
** json_unescape.h - what the text of a checked JSON string stands for.
*/
#ifndef TC_JSON_UNESCAPE_H
#define TC_JSON_UNESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "internal.h"

/* Where in an escape a piece of a string's text ended; TC_UNESCAPE_START at the string's first byte. */
typedef struct {
    uint32_t code;  /* of the digits read so far */
    uint32_t high;  /* a high surrogate that waits for its low one, or 0 */
    uint8_t digits; /* hexadecimal digits still to come */
    bool backslash; /* the last byte was the backslash of an escape */
} tc_unescape_state;

#define TC_UNESCAPE_START {0, 0, 0, false}

/* A piece of one byte may be the last digit of a surrogate pair: then it gives four bytes. */
enum { TC_UNESCAPE_EXTRA = 3 };

/*
** Writes what the checked string text [raw, raw + length) stands for, UTF-8, to out and returns how many bytes. A text
** may come in pieces cut anywhere, with one state for all of them. A piece gives at most length + TC_UNESCAPE_EXTRA
** bytes, a whole text at most length; nothing is written past that.
*/
TC_INTERNAL size_t tc_unescape(tc_unescape_state *state, const char *raw, size_t length, char *out);

/* By the byte after a backslash, what a short escape stands for. */
TC_INTERNAL extern const char tc_short_escapes[128];

/*
** Decodes blocks of 64 bytes up to one with a \u escape, while another block follows. Moves raw and out. Does nothing
** if the text is short or the processor lacks AVX-512.
*/
TC_INTERNAL void tc_x86_unescape(const char **raw, const char *end, char **out);

/*
** Decodes a block of 64 bytes with these escapes, given as a mask of their backslashes, and moves out. It may write 64
** bytes there. Returns the byte to go on at: the one after the block, or the block's last if an escape begins there. If
** an escape before that is a \u, or the processor lacks the instructions, it changes nothing and returns the block.
*/
TC_INTERNAL const char *tc_unescape_dense(const char *block, uint64_t escapes, char **out);

#endif
