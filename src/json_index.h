/*
** json_index.h - where in a text to go on, once the bytes that stand together have been read.
**
** Outside strings that is the first byte behind white space. In a string it is the closing quote, and before it the first
** of bytes side by side that are not plain, and perhaps more of these. Marks are set for a batch of bytes at a time, by
** SIMD where there is any: so the scan has no loops over strings and blanks, whose lengths are hard to predict.
*/
#ifndef TC_JSON_INDEX_H
#define TC_JSON_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "internal.h"

/* Bytes of a batch, and of the steps in which it grows. */
enum { TC_BATCH = 1024, TC_BLOCK = 64 };

/* The marks of the batch [begin, behind), as offsets from begin. They mean nothing behind what is no JSON. */
typedef struct {
    const char *begin, *behind;
    unsigned count;
    uint32_t at[TC_BATCH + TC_BLOCK]; /* the last step may write beyond count */
} tc_index;

/*
** Sets the marks of a batch that begins at m->begin, which lies in [chunk, end): in a string, but in none of its escapes,
** or else behind white space. Reads nothing outside the chunk.
*/
typedef void tc_indexer(tc_index *m, const char *chunk, const char *end, bool in_string);

/* By the best instructions that this processor has. */
TC_INTERNAL void tc_index_batch(tc_index *m, const char *chunk, const char *end, bool in_string);

/* The one for AVX2 or AVX-512; NULL if this processor has neither. */
TC_INTERNAL tc_indexer *tc_x86_indexer(void);

#endif
