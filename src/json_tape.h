/*
** json_tape.h - the index of a text. json_scan writes it, and everything that decodes values reads it.
**
** One entry of 64 bits per name or value, in the order of the text. The members or elements of a container follow it.
** Entry 0 stands for the whole text and counts the values in it.
**
**     63                            32 31                           3 2    0
**     +-------------------------------+------------------------------+------+
**     | offset of the first byte      | bytes                        | kind |   TC_STRING, TC_ESCAPED (without quotes),
**     |                               |                              |      |   TC_INTEGER, TC_REAL
**     | offset of the first byte      | which one                    | kind |   TC_LITERAL
**     | index of the entry after all  | members or elements          | kind |   TC_ARRAY, TC_OBJECT
**     | that it contains              |                              |      |
**     | elements of the array before  | 0                            | kind |   TC_RAW, the first of two entries
**     | offset of the first byte      | bytes                        | kind |   TC_RAW, the second of two entries
**     +-------------------------------+------------------------------+------+
**
** A tape can be an outline. Then the elements of an array that is not inside another have no entries: the array's text
** is cut into runs of whole elements, and each run has a pair of TC_RAW entries. A run begins at the first byte of an
** element and ends where the next run begins; the last one ends after the array's bracket. A run of several elements is
** shorter than TC_RUN_BYTES without its last element, so reading it again is cheap. The entries of an array's
** runs lie side by side, and so the run of an element is found without a walk over those before it.
*/
#ifndef TC_JSON_TAPE_H
#define TC_JSON_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "internal.h"

typedef uint64_t tc_entry;

typedef enum {
    TC_STRING,  /* without escapes: the bytes of the text are the value */
    TC_ESCAPED, /* a string with at least one escape: tc_unescape it */
    TC_INTEGER, /* a number without fraction and exponent */
    TC_REAL,
    TC_LITERAL, /* length: TC_IS_NULL, TC_IS_FALSE or TC_IS_TRUE */
    TC_RAW,     /* a run of elements of which only the text is known */
    TC_ARRAY,
    TC_OBJECT
} tc_kind;

enum { TC_IS_NULL, TC_IS_FALSE, TC_IS_TRUE };

/* A text longer than this has offsets or lengths that an entry cannot hold: TC_JSON_TOO_LARGE. */
#define TC_TAPE_TEXT_MAX ((size_t)0x1fffffff)

/* A run of at least this many bytes gets no further element. */
enum { TC_RUN_BYTES = 1024 };

static inline tc_kind tc_entry_kind(tc_entry e)
{
    return (tc_kind)(e & 7U);
}

static inline bool tc_entry_is_null(tc_entry e)
{
    return (uint32_t)e == (TC_IS_NULL << 3 | TC_LITERAL);
}

/* Bytes of a string, number or run, members of an object, elements of an array. */
static inline uint32_t tc_entry_length(tc_entry e)
{
    return (uint32_t)e >> 3;
}

/* Offset in the text of anything that is not a container. */
static inline uint32_t tc_entry_offset(tc_entry e)
{
    return (uint32_t)(e >> 32);
}

/* Of a container: the index of the entry after all that it contains. */
static inline uint32_t tc_entry_end(tc_entry e)
{
    return (uint32_t)(e >> 32);
}

/* The low half of the entry of a string of that length without escapes. */
static inline uint32_t tc_plain_string(size_t length)
{
    return (uint32_t)length << 3 | TC_STRING;
}

/* Of the second entry of a run: the offset at which its text ends. */
static inline uint32_t tc_run_end(tc_entry e)
{
    return tc_entry_offset(e) + tc_entry_length(e);
}

/* Of the first entry of a run: how many elements of the array come before it. */
static inline uint32_t tc_run_first(tc_entry e)
{
    return (uint32_t)(e >> 32);
}

/*
** Makes the compiler branch. A conditional move would have to wait for the value of x, and a walk over entries for each
** entry that it passes: a look-up among 30 members would take half as long again.
*/
#if defined(__has_builtin)
#if __has_builtin(__builtin_expect_with_probability)
#define TC_BRANCH_ON(x) __builtin_expect_with_probability((x), 0, 0.999)
#endif
#endif
#if !defined(TC_BRANCH_ON)
#define TC_BRANCH_ON(x) (x)
#endif

/* The entry after the value at index i and all that it contains; i is not a run. */
static inline uint32_t tc_entry_next(const tc_entry *entries, uint32_t i)
{
    const tc_entry e = entries[i];
    return TC_BRANCH_ON(tc_entry_kind(e) >= TC_ARRAY) ? tc_entry_end(e) : i + 1;
}

/* Are the elements of the array at index i known only by their text? Then runs follow it. */
static inline bool tc_has_runs(const tc_entry *entries, uint32_t i)
{
    return tc_entry_length(entries[i]) > 0 && tc_entry_kind(entries[i + 1]) == TC_RAW;
}

/*
** Invariant: entries[0 .. count) are written, count <= capacity. While a container is open, the high half of its entry
** holds the index of the container around it, and open is the innermost one's index. While an array is open whose
** elements go into runs, run is the first entry of the last run, or 0, and run_begin the offset of its text.
*/
typedef struct {
    tc_entry *entries;
    uint32_t count, capacity;
    uint32_t open;
    bool outline;
    uint32_t run;
    size_t run_begin;
} tc_tape;

/* A tape that has recorded nothing yet; capacity is at least 1. */
static inline tc_tape tc_tape_on(tc_entry *entries, uint32_t capacity, bool outline)
{
    const tc_tape t = {entries, 1, capacity, 0, outline, 0, 0};
    TC_ASSERT(capacity >= 1);
    entries[0] = TC_ARRAY;
    return t;
}

static inline void tc_tape_put(tc_tape *t, tc_kind kind, size_t length, size_t high)
{
    TC_ASSERT(t->count < t->capacity);
    t->entries[t->count++] = (tc_entry)high << 32 | (tc_entry)length << 3 | (tc_entry)kind;
}

/* Counts one more member or element in the innermost container. */
static inline void tc_tape_count(tc_tape *t)
{
    t->entries[t->open] += 8;
}

static inline void tc_tape_open(tc_tape *t, bool object)
{
    const uint32_t around = t->open;
    t->open = t->count;
    t->run = 0;
    tc_tape_put(t, object ? TC_OBJECT : TC_ARRAY, 0, around);
}

/* The text of the last run ends here. */
static inline void tc_tape_end_run(tc_tape *t, size_t end)
{
    if (t->run != 0)
        t->entries[t->run + 1] |= (tc_entry)(end - t->run_begin) << 3;
}

/*
** An element of the innermost array, which has runs, begins here. False if the tape is full; then nothing has changed.
*/
static inline bool tc_tape_element(tc_tape *t, size_t begin)
{
    if (t->run == 0 || begin - t->run_begin >= TC_RUN_BYTES) {
        if (t->capacity - t->count < 2)
            return false;
        tc_tape_end_run(t, begin);
        t->run = t->count;
        t->run_begin = begin;
        tc_tape_put(t, TC_RAW, 0, tc_entry_length(t->entries[t->open]));
        tc_tape_put(t, TC_RAW, 0, begin);
    }
    tc_tape_count(t);
    return true;
}

/* The innermost container ends before this offset. */
static inline void tc_tape_close(tc_tape *t, size_t end)
{
    tc_entry *const entry = &t->entries[t->open];
    tc_tape_end_run(t, end);
    t->run = 0;
    t->open = (uint32_t)(*entry >> 32);
    *entry = (tc_entry)t->count << 32 | (uint32_t)*entry;
}

#endif
