/*
** harness.h - what the tests of the core share: cases, memory with unmapped pages around it, bodies.
**
** A program is a list of cases. A case passes unless test_fail is called before the next one begins. The last
** line a program prints is `N passed, N failed` (and `, N skipped`).
*/
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(words, rest) __attribute__((format(printf, words, rest)))
#else
#define PRINTF_LIKE(words, rest)
#endif

/* Bytes that end where they end: there is no NUL behind them. */
typedef struct {
    const char *bytes;
    size_t length;
} text;

/* A text from a string constant, which may hold NULs. */
#define TEXT(constant)                                                                                                 \
    {                                                                                                                  \
        constant, sizeof constant - 1                                                                                  \
    }

bool text_equal(text a, text b);

/* ---- cases ---- */

/* Begins a case. */
void test_case(const char *format, ...) PRINTF_LIKE(1, 2);

/* The case fails: says what is wrong and shows the body around byte at, or its end, with a caret. */
void test_fail(text body, uint64_t at, const char *format, ...) PRINTF_LIKE(3, 4);

/* The case fails unless both are equal; true if they are. */
bool test_equal(text body, uint64_t at, const char *what, uint64_t found, uint64_t expected);

/* The case cannot run here. */
void test_skip(const char *why);

/* Prints the counts; the program's exit status. */
int test_end(void);

/* ---- memory ---- */

/* Invariant: [bytes, bytes + room) may be written, the pages before and behind it are not mapped. */
typedef struct {
    char *bytes;
    size_t capacity;
} region;

/* Makes r at least room bytes large; what it held is lost. Starts from {NULL, 0}, never fails. */
void region_reserve(region *r, size_t room);
void region_release(region *r);

/* A copy whose last byte is followed, or whose first is preceded, by an unmapped page. Each stays until the next. */
const char *flush_end(text body);
const char *flush_begin(text body);

/* Hands out one chunk after the other, each before or behind an unmapped page. One stays while it is of the last two.
 */
const char *lend_chunk(const char *bytes, size_t length);

/* Overwrites the chunk lent before the last: who still reads it reads what was never in the body. */
void take_back_chunk(void);

/* malloc that never fails. */
void *allocate(size_t size);

/* ---- cutting a body into chunks ---- */

typedef struct {
    size_t first; /* length of the first chunk, or NO_FIRST */
    size_t size;  /* of the others; 0: pseudo-random ones */
    uint32_t seed;
} cuts;

#define NO_FIRST SIZE_MAX

cuts cut_nowhere(void);
cuts cut_at(size_t offset);
cuts cut_every(size_t size);
cuts cut_by(uint32_t seed);

/* The length of the next chunk of a body that has left bytes more. */
size_t cuts_next(cuts *c, size_t left);

/* The same sequence on every machine. */
uint32_t next_random(uint32_t *seed);

/* ---- bodies ---- */

/* The name says what is expected: success-, failure-, envelope- or json- (no JSON) is its begin. */
typedef struct {
    const char *name;
    text body;
} fixture;

/* Those built in, then those of spec/fixtures in the order of their names. Ends the test if these cannot be read. */
const fixture *fixtures(size_t *count);

bool fixture_is(const fixture *f, const char *expected);

/* Those built in; bodies.c. */
extern const fixture builtin_fixtures[];
extern const size_t builtin_fixture_count;

/* How far apart the positions of a body are to be tried, so that a long body takes no longer than a short one. */
size_t stride(text body);

#endif
