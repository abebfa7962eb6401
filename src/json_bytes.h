/*
** json_bytes.h - classes of bytes.
*/
#ifndef TC_JSON_BYTES_H
#define TC_JSON_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A byte of a string that stands for itself and is ASCII: no quote, no backslash, no control. */
static inline bool tc_is_plain(char c)
{
    return (unsigned char)(c - 0x20) < 0x60 && c != '"' && c != '\\';
}

static inline bool tc_is_space(char c)
{
    const uint64_t spaces = (uint64_t)1 << ' ' | 1U << '\n' | 1U << '\r' | 1U << '\t';
    return (unsigned char)c <= ' ' && spaces >> c & 1;
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

/*
** Of the eight bytes at p, those that are not plain have their high bit set in the result, and of the others some behind
** the first of these: in each term a byte's high bit tells, and a borrow comes only from one that is not plain itself.
*/
static inline uint64_t tc_not_plain(const char *p)
{
    const uint64_t ones = 0x0101010101010101U, high = 0x80 * ones;
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    const uint64_t quote = bytes ^ '"' * ones, backslash = bytes ^ '\\' * ones;
    return ((bytes - 0x20 * ones) | (quote - ones) | (backslash - ones) | bytes) & high;
}

/* The end of the run of plain bytes at p. */
static inline const char *tc_plain_end(const char *p, const char *end)
{
    for (; end - p >= 8; p += 8) {
        const uint64_t not_plain = tc_not_plain(p);
        if (not_plain == 0)
            continue;
#if defined(__GNUC__) && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        return p + (unsigned)__builtin_ctzll(not_plain) / 8;
#else
        break;
#endif
    }
    while (p < end && tc_is_plain(*p))
        ++p;
    return p;
}

#endif
