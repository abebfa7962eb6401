/*
** bytes.h - classes of bytes.
*/
#ifndef TC_BYTES_H
#define TC_BYTES_H

#include <stdbool.h>
#include <stddef.h>
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
** Where eight bytes are looked at once: the flag of a byte is its high bit, the first byte's the lowest. Flags behind the
** first one set can be wrong, for borrows and carries go there; and only there.
*/
#if defined(__GNUC__)

#define TC_BY_EIGHT

static inline uint64_t tc_eight_bytes(const char *p)
{
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(bytes) : bytes;
}

static inline size_t tc_first_flag(uint64_t flags)
{
    return (size_t)__builtin_ctzll(flags) / 8;
}

#define TC_ALL_BYTES(c) ((uint64_t)(c)*0x0101010101010101U)

/* A byte from 0x80 up keeps its high bit in the first two terms, but for one in each. */
static inline uint64_t tc_flags_not_plain(uint64_t bytes)
{
    const uint64_t quote = bytes ^ TC_ALL_BYTES('"'), backslash = bytes ^ TC_ALL_BYTES('\\');
    return ((quote - TC_ALL_BYTES(1)) | (backslash - TC_ALL_BYTES(1)) | (bytes - TC_ALL_BYTES(0x20))) &
           TC_ALL_BYTES(0x80);
}

static inline uint64_t tc_flags_not_digit(uint64_t bytes)
{
    const uint64_t digits = bytes ^ TC_ALL_BYTES('0'); /* 0 to 9 */
    return ((digits + TC_ALL_BYTES(0x80 - 10)) | digits) & TC_ALL_BYTES(0x80);
}

#endif

/* The end of the run of plain bytes at p. */
static inline const char *tc_plain_end(const char *p, const char *end)
{
#if defined(TC_BY_EIGHT)
    for (; end - p >= 8; p += 8) {
        const uint64_t flags = tc_flags_not_plain(tc_eight_bytes(p));
        if (flags != 0)
            return p + tc_first_flag(flags);
    }
#endif
    while (p < end && tc_is_plain(*p))
        ++p;
    return p;
}

/* The end of the run of digits at p. */
static inline const char *tc_digits_end(const char *p, const char *end)
{
#if defined(TC_BY_EIGHT)
    for (; end - p >= 8; p += 8) {
        const uint64_t flags = tc_flags_not_digit(tc_eight_bytes(p));
        if (flags != 0)
            return p + tc_first_flag(flags);
    }
#endif
    while (p < end && tc_is_digit(*p))
        ++p;
    return p;
}

#endif
