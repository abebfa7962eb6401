/*
** harness.h - shared by the tests of the core: cases, memory with unmapped pages around it, bodies.
**
** A program is a list of cases. A case passes unless test_fail is called before the next one starts. The last line
** that a program prints is `N passed, N failed` (and `, N skipped`).
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

/* Bytes by pointer and length, without a NUL at the end. */
typedef struct {
    const char *bytes;
    size_t length;
} text;

/* A text from a string constant, which may contain NULs. */
#define TEXT(constant)                                                                                                 \
    {                                                                                                                  \
        constant, sizeof constant - 1                                                                                  \
    }

bool text_equal(text a, text b);

/* ---- cases ---- */

/* Starts a case. */
void test_case(const char *format, ...) PRINTF_LIKE(1, 2);

/* Fails the case: prints what is wrong, and the body around byte `at` (or around its end) with a caret. */
void test_fail(text body, uint64_t at, const char *format, ...) PRINTF_LIKE(3, 4);

/* Fails the case unless both are equal; true if they are. */
bool test_equal(text body, uint64_t at, const char *what, uint64_t found, uint64_t expected);

/* The case cannot run here. */
void test_skip(const char *why);

/* Prints the counts and returns the program's exit status. */
int test_end(void);

/* ---- memory ---- */

/* Invariant: [bytes, bytes + capacity) may be written; the pages before and after it are not mapped. */
typedef struct {
    char *bytes;
    size_t capacity;
} region;

/* Makes r at least capacity bytes large and loses its content. Starts from {NULL, 0}, never fails. */
void region_reserve(region *r, size_t capacity);
void region_release(region *r);

/* A copy followed (end) or preceded (begin) by an unmapped page. Valid until the next call of the same function. */
const char *flush_end(text body);
const char *flush_begin(text body);

/* Hands out chunks one by one, each before or after an unmapped page. A chunk is valid until two more are lent. */
const char *lend_chunk(const char *bytes, size_t length);

/* Overwrites the chunk lent before the last: code that still reads it reads bytes that were never in the body. */
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

/* The length of the next chunk of a body that has `left` more bytes. */
size_t cuts_next(cuts *c, size_t left);

/* The same sequence on every machine. */
uint32_t next_random(uint32_t *seed);

/* ---- writing pseudo-random bodies ---- */

typedef struct {
    char bytes[8192];
    size_t length;
    uint32_t seed;
} writer;

/* A pseudo-random number below this. */
uint32_t roll(writer *w, uint32_t below);

/* Appends the words, unless they do not fit. */
void put_words(writer *w, const char *words);

/* ---- bodies ---- */

/* The name states the expected outcome by its prefix: success-, failure-, envelope- or json- (not JSON). */
typedef struct {
    const char *name;
    text body;
} fixture;

/* The built-in ones, then those of spec/fixtures sorted by name. Ends the test if these cannot be read. */
const fixture *fixtures(size_t *count);

bool fixture_is(const fixture *f, const char *expected);

/* The built-in ones; bodies.c. */
extern const fixture builtin_fixtures[];
extern const size_t builtin_fixture_count;

/* The distance between the positions to try in a body, so that a long body takes no longer than a short one. */
size_t stride(text body);

#endif
