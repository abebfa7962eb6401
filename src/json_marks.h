/*
** json_marks.h - where in a text to go on, once the bytes that stand together have been read.
**
** Outside strings that is the first byte behind white space. In a string it is the closing quote, and before it the first
** of bytes side by side that are not plain, and perhaps more of these. Marks are set for a batch of bytes at a time, by
** SIMD where there is any: so the scan has no loops over strings and blanks, whose lengths are hard to predict.
*/
#ifndef TC_JSON_MARKS_H
#define TC_JSON_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Bytes of a batch, and of the steps in which it grows. */
enum { TC_BATCH = 1024, TC_STEP = 64 };

/* The marks of the batch [begin, behind), as offsets from begin. They mean nothing behind what is no JSON. */
typedef struct {
    const char *begin, *behind;
    unsigned count;
    uint32_t at[TC_BATCH + TC_STEP]; /* the last step may write beyond count */
} tc_marks;

/*
** Sets the marks of a batch that begins at m->begin, which lies in [chunk, end): in a string, but in none of its escapes,
** or else behind white space. Reads nothing outside the chunk.
*/
typedef void tc_marker(tc_marks *m, const char *chunk, const char *end, bool in_string);

/* The fastest marker that this processor has. To find out may take microseconds: ask once. */
tc_marker *tc_best_marker(void);

/* Of those for AVX the best one; NULL if there is none. */
tc_marker *tc_avx_marker(void);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
