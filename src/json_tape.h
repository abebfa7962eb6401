/*
** json_tape.h - a compact index of a whole text, which the scan writes and what comes behind it reads.
*/
#ifndef TC_JSON_TAPE_H
#define TC_JSON_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "internal.h"

/*
** One entry a name or value in the order of the text, the members of a container right behind it. Entry 0 stands for
** the document; its value is entry 1.
** low 3 bits: kind; next 29: bytes of a string, number or folded container, or how many members or elements; high 32:
** offset in the text of what is no container (of a string, behind the quote), or the entry behind a container's last.
*/
typedef uint64_t tc_entry;

typedef enum {
    TC_STRING,  /* without escapes: the bytes of the text are the value */
    TC_ESCAPED, /* a string with at least one escape: tc_unescape it */
    TC_INTEGER, /* a number without fraction and exponent */
    TC_REAL,
    TC_LITERAL, /* length: TC_IS_NULL, TC_IS_FALSE or TC_IS_TRUE */
    TC_RAW,     /* an array or object of which no more than its text is known, brackets included */
    TC_ARRAY,
    TC_OBJECT
} tc_kind;

enum { TC_IS_NULL, TC_IS_FALSE, TC_IS_TRUE };

/* A text longer than this has offsets or lengths that an entry cannot hold: TC_JSON_TOO_LARGE. */
#define TC_TAPE_TEXT_MAX ((size_t)0x1fffffff)

static inline tc_kind tc_entry_kind(tc_entry e)
{
    return (tc_kind)(e & 7U);
}

/* Bytes of a string, number or folded container, members of an object, elements of an array. */
static inline uint32_t tc_entry_length(tc_entry e)
{
    return (uint32_t)e >> 3;
}

/* Offset in the text of what is no container, or a folded one. */
static inline uint32_t tc_entry_offset(tc_entry e)
{
    return (uint32_t)(e >> 32);
}

/* The entry behind the value at index i, all that it contains skipped. */
static inline uint32_t tc_entry_next(const tc_entry *entries, uint32_t i)
{
    const tc_entry e = entries[i];
    return tc_entry_kind(e) >= TC_ARRAY ? (uint32_t)(e >> 32) : i + 1;
}

/*
** Invariant: entries[0 .. count) are written, count <= room. While a container is open, the high half of
** its entry holds the index of the container around it, and open is the innermost one's index. Containers whose text is
** at most fold bytes long are folded when they close, all but the outermost.
*/
typedef struct {
    tc_entry *entries;
    uint32_t count, capacity;
    uint32_t open;
    uint32_t fold;
} tc_tape;

/* A tape that has recorded nothing yet; room is at least 1. */
static inline tc_tape tc_tape_on(tc_entry *entries, uint32_t room)
{
    const tc_tape t = {entries, 1, room, 0, 0};
    entries[0] = TC_ARRAY;
    return t;
}

static inline void tc_tape_put(tc_tape *t, tc_kind kind, size_t length, size_t high)
{
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
    tc_tape_put(t, object ? TC_OBJECT : TC_ARRAY, 0, around);
}

/* Folds a container, of which all is recorded, if its text is short enough; end is the offset behind it. */
TC_INTERNAL bool tc_tape_make_raw(tc_tape *t, uint32_t container, const char *chunk, size_t end);

static inline void tc_tape_close(tc_tape *t, const char *chunk, size_t end)
{
    const uint32_t container = t->open;
    tc_entry *const entry = &t->entries[container];
    t->open = (uint32_t)(*entry >> 32);
    if (t->fold > 0 && t->open > 0 && tc_entry_kind(t->entries[t->open]) == TC_ARRAY &&
        tc_tape_make_raw(t, container, chunk, end))
        return;
    *entry = (tc_entry)t->count << 32 | (uint32_t)*entry;
}

#endif
