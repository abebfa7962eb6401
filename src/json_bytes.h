/*
** json_bytes.h - classes of bytes, and the end of a run of one class.
**
** Knows bytes, not grammar. With SSE2 or NEON a window of 64 bytes is classified at once into masks, and a run
** inside it ends at a bit: that strings and blanks vary in length costs few mispredicted branches (a scan of the
** documented responses takes about a fifth less time than by 16 bytes from each token's begin on). Everything else, and
** every build with TC_NO_SIMD, goes byte by byte. Nothing outside the chunk is read.
*/
#ifndef TC_JSON_BYTES_H
#define TC_JSON_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* A call would cost more than what it does, and keep the window out of the registers. */
#if defined(__GNUC__)
#define TC_ALWAYS_INLINE inline __attribute__((always_inline))
#define TC_LIKELY(x) __builtin_expect(!!(x), 1)
#else
#define TC_ALWAYS_INLINE inline
#define TC_LIKELY(x) (x)
#endif

#if !defined(TC_NO_SIMD) && defined(__SSE2__)
#define TC_WINDOWS
#elif !defined(TC_NO_SIMD) && defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)
#define TC_WINDOWS
#endif

/* A byte of a string that stands for itself and is ASCII: no quote, no backslash, no control. */
static inline bool tc_is_plain(char c)
{
    return (unsigned char)(c - 0x20) < 0x60 && c != '"' && c != '\\';
}

static inline bool tc_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline bool tc_is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* memcmp of a constant size is one comparison; of any other a call, which costs more than names are worth. */
static inline bool tc_same_bytes(const char *a, const char *b, size_t length)
{
    if (length > 16)
        return memcmp(a, b, length) == 0;
    if (length >= 8)
        return memcmp(a, b, 8) == 0 && memcmp(a + length - 8, b + length - 8, 8) == 0;
    if (length >= 4)
        return memcmp(a, b, 4) == 0 && memcmp(a + length - 4, b + length - 4, 4) == 0;
    while (length > 0 && a[length - 1] == b[length - 1])
        --length;
    return length == 0;
}

/* Bit i speaks of the window's byte i. Bits behind the chunk's end are set in both: no run goes beyond it. */
typedef struct {
    uint64_t special; /* not plain */
    uint64_t solid;   /* no white space */
} tc_masks;

/*
** The bytes last classified. All of a chunk's runs are looked for with one window, from begin to end. The masks stand
** apart because gcc would else keep the two in one vector register, and take them out of it at each use.
*/
typedef struct {
    uint64_t special;
    const char *begin;
    uint64_t solid;
} tc_window;

enum { TC_WINDOW = 64 };

#if defined(TC_WINDOWS)

/* The masks of the window at p, which lies in [chunk, end). */
tc_masks tc_masks_at(const char *chunk, const char *p, const char *end);

static TC_ALWAYS_INLINE void tc_move_window(tc_window *w, const char *chunk, const char *p, const char *end)
{
    const tc_masks masks = tc_masks_at(chunk, p, end);
    w->special = masks.special;
    w->begin = p;
    w->solid = masks.solid;
}

/* The window to start a chunk with. */
static TC_ALWAYS_INLINE tc_window tc_first_window(const char *chunk, const char *end)
{
    tc_window w = {~(uint64_t)0, chunk, ~(uint64_t)0};
    if (chunk < end)
        tc_move_window(&w, chunk, chunk, end);
    return w;
}

/* The end of the run of plain bytes at p. */
static TC_ALWAYS_INLINE const char *tc_plain_end(tc_window *w, const char *chunk, const char *p, const char *end)
{
    for (;;) {
        const size_t i = (size_t)(p - w->begin);
        if (TC_LIKELY(i < TC_WINDOW)) {
            const uint64_t special = w->special >> i;
            if (TC_LIKELY(special != 0))
                return p + (unsigned)__builtin_ctzll(special);
            p = w->begin + TC_WINDOW;
        }
        if (p >= end)
            return end;
        tc_move_window(w, chunk, p, end);
    }
}

/* The end of the run of white space at p. */
static TC_ALWAYS_INLINE const char *tc_space_end(tc_window *w, const char *chunk, const char *p, const char *end)
{
    for (;;) {
        const size_t i = (size_t)(p - w->begin);
        if (TC_LIKELY(i < TC_WINDOW)) {
            const uint64_t solid = w->solid >> i;
            if (TC_LIKELY(solid != 0))
                return p + (unsigned)__builtin_ctzll(solid);
            p = w->begin + TC_WINDOW;
        }
        if (p >= end)
            return end;
        tc_move_window(w, chunk, p, end);
    }
}

#else

static TC_ALWAYS_INLINE tc_window tc_first_window(const char *chunk, const char *end)
{
    const tc_window w = {0, chunk, 0};
    (void)end;
    return w;
}

static TC_ALWAYS_INLINE const char *tc_plain_end(tc_window *w, const char *chunk, const char *p, const char *end)
{
    (void)w;
    (void)chunk;
    while (p < end && tc_is_plain(*p))
        ++p;
    return p;
}

static TC_ALWAYS_INLINE const char *tc_space_end(tc_window *w, const char *chunk, const char *p, const char *end)
{
    (void)w;
    (void)chunk;
    while (p < end && tc_is_space(*p))
        ++p;
    return p;
}

#endif

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
