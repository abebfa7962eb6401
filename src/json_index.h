/*
** json_index.h - the structural index: positions at which the scan must stop.
**
** Outside strings that is the end of each run of white space. In a string it is the closing quote, the first escape,
** and whatever the automaton has to look at: a \u escape, and bytes that are wrong or may be. All else in a string
** (plain text, short escapes, UTF-8) is checked while the index is built, by blocks of 64 bytes and SIMD where there is
** any. So the scan has no loops over strings and white space, whose lengths are hard to predict.
**
** The index and how it is built follow stage 1 of simdjson (Langdale and Lemire, Parsing Gigabytes of JSON per Second,
** 2019).
*/
#ifndef TC_JSON_INDEX_H
#define TC_JSON_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "internal.h"

enum {
    TC_BLOCK = 64,   /* bytes that are classified at once: one bit of a mask each */
    TC_BATCH = 1024, /* bytes that are indexed at once: the index stays in the fastest cache */
    /*
    ** At most one position per byte; one more for each block and for the batch's end, before which a cut escape or
    ** sequence may begin; and TC_BLOCK that writers may write ahead.
    */
    TC_POSITIONS = TC_BATCH + TC_BATCH / TC_BLOCK + 1 + TC_BLOCK
};

/*
** The positions in the batch [begin, end), as offsets from begin, in ascending order. Undefined after the first invalid
** byte.
*/
typedef struct {
    const char *begin, *end;
    unsigned count;
    uint32_t at[TC_POSITIONS];
} tc_index;

/* Where a batch begins. If in a string, it does not begin inside an escape or a UTF-8 sequence. */
typedef enum {
    TC_AFTER_SPACE,      /* outside strings */
    TC_IN_STRING,        /* which has no escape so far */
    TC_IN_ESCAPED_STRING /* which has had its first escape */
} tc_index_from;

/*
** Indexes a batch that begins at index->begin, which lies in [chunk, end). Moves begin past blocks without a position.
** An escape or a sequence in a string that the batch's end cuts has a position. Reads nothing outside the chunk.
*/
typedef void tc_indexer(tc_index *index, const char *chunk, const char *end, tc_index_from from);

/* By the best instructions that this processor has. */
TC_INTERNAL void tc_index_batch(tc_index *index, const char *chunk, const char *end, tc_index_from from);

/* The one for AVX2 or AVX-512; NULL if this processor has neither. */
TC_INTERNAL tc_indexer *tc_x86_indexer(void);

#endif
