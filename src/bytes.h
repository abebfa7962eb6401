/*
** bytes.h - runs and classes of bytes, and several bytes at a time in one register.
*/
#ifndef TC_BYTES_H
#define TC_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A run of bytes, in memory that it does not own. */
typedef struct {
    const char *bytes;
    size_t length;
} tc_span;

/* A byte of a string that stands for itself and is ASCII: not a quote, backslash or control character. */
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

/* Do a backslash and this byte make a whole escape? Not with u, which four digits must follow. */
static inline bool tc_is_short_escape(char c)
{
    switch (c) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return true;
    default:
        return false;
    }
}

/* memcmp of a constant size is one comparison; a variable size is a library call, too slow for short names. */
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

/* ---- four or eight bytes at a time, the first one lowest ---- */

/* One load. Of the other form, which puts bytes together, Clang makes four. */
static inline uint32_t tc_four_bytes(const char *p)
{
#if defined(__GNUC__)
    uint32_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap32(bytes) : bytes;
#else
    const unsigned char *const b = (const unsigned char *)p;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
#endif
}

static inline uint64_t tc_eight_bytes(const char *p)
{
#if defined(__GNUC__)
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(bytes) : bytes;
#else
    return tc_four_bytes(p) | (uint64_t)tc_four_bytes(p + 4) << 32;
#endif
}

#define TC_ALL_BYTES(c) ((uint64_t)(c)*0x0101010101010101U)

/*
** The flag of a byte is its high bit. Unless stated otherwise only the first flag is reliable: borrows and carries may
** corrupt those after it.
*/
static inline uint64_t tc_flags_not_digit(uint64_t bytes)
{
    const uint64_t digits = bytes ^ TC_ALL_BYTES('0'); /* 0 to 9 */
    return ((digits + TC_ALL_BYTES(0x80 - 10)) | digits) & TC_ALL_BYTES(0x80);
}

static inline uint64_t tc_flags_equal(uint64_t bytes, unsigned char c)
{
    const uint64_t difference = bytes ^ TC_ALL_BYTES(c); /* 0 where the byte is c */
    return (difference - TC_ALL_BYTES(1)) & ~difference & TC_ALL_BYTES(0x80);
}

static inline uint64_t tc_flags_less(uint64_t bytes, unsigned char c)
{
    return (bytes - TC_ALL_BYTES(c)) & ~bytes & TC_ALL_BYTES(0x80);
}

/* Bit i: is byte i a backslash? No flag is corrupted here, and the product gathers them in its highest byte. */
static inline uint64_t tc_bits_backslash(uint64_t bytes)
{
    const uint64_t difference = bytes ^ TC_ALL_BYTES('\\'), low = difference & ~TC_ALL_BYTES(0x80);
    const uint64_t same = ~((low + TC_ALL_BYTES(0x7F)) | difference) & TC_ALL_BYTES(0x80);
    return (same >> 7) * 0x0102040810204080U >> 56;
}

/* Are all of them 0x20 to 0x7E? Only a byte that is not can carry or borrow. */
static inline bool tc_are_printable(uint64_t bytes)
{
    return ((bytes | (bytes + TC_ALL_BYTES(1)) | (bytes - TC_ALL_BYTES(0x20))) & TC_ALL_BYTES(0x80)) == 0;
}

/* The number of the lowest bit that is set; bits is not 0. */
static inline unsigned tc_first_bit(uint64_t bits)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits);
#else
    unsigned n = 0;
    for (; (bits & 1) == 0; bits >>= 1)
        ++n;
    return n;
#endif
}

/*
** Finds those backslashes of 64 bytes that escape the next byte: in each run the first, the third and so on. Bit 0 of
** escaped says whether the byte before escapes the first one. It takes one addition, as in Langdale and Lemire 2019:
**
**     bit              0123456789
**     bytes            a\\\n.\\\"
**     active           .111..111.    one run starts at bit 1, the other at bit 6
**     first & odd      .1........    the starts of the runs that start at odd bits
**     sum              ....1.111.    the carry clears such a run and no other
**     from even        ......111.    what is left of active
**     result           .1.1..1.1.    the even bits of these, and the odd bits of the cleared runs
*/
static inline uint64_t tc_find_escapes(uint64_t backslashes, uint64_t escaped)
{
    const uint64_t odd = 0xAAAAAAAAAAAAAAAAU;
    const uint64_t active = backslashes & ~escaped;
    const uint64_t first = active & ~(active << 1);
    const uint64_t from_even = active & (active + (first & odd));
    return (from_even & ~odd) | (active & ~from_even & odd);
}

/* The number of bytes before the first flag; flags is not 0. */
static inline size_t tc_first_flag(uint64_t flags)
{
    return tc_first_bit(flags) / 8;
}

/* Are these four bytes hexadecimal digits? No sum carries, because ASCII has seven bits. */
static inline bool tc_are_hex(uint32_t bytes)
{
    const uint32_t ones = 0x01010101U, ascii = bytes & 0x7F * ones, lower = ascii | 0x20 * ones;
    const uint32_t digit = (ascii + (0x80 - '0') * ones) & ~(ascii + (0x80 - ('9' + 1)) * ones);
    const uint32_t letter = (lower + (0x80 - 'a') * ones) & ~(lower + (0x80 - ('f' + 1)) * ones);
    return ((digit | letter) & ~bytes & 0x80 * ones) == 0x80 * ones;
}

/* The value of four hexadecimal digits: a letter's low half is 9 less than its value. */
static inline uint32_t tc_hex_value(uint32_t bytes)
{
    const uint32_t digits = (bytes & 0x0F0F0F0FU) + 9 * (bytes >> 6 & 0x01010101U);
    const uint32_t pairs = (digits << 4 | digits >> 8) & 0x00FF00FFU;
    return (pairs & 0xFF) << 8 | pairs >> 16;
}

/* The end of the run of digits at p. */
static inline const char *tc_digits_end(const char *p, const char *end)
{
    for (; end - p >= 8; p += 8) {
        const uint64_t flags = tc_flags_not_digit(tc_eight_bytes(p));
        if (flags != 0)
            return p + tc_first_flag(flags);
    }
    while (p < end && tc_is_digit(*p))
        ++p;
    return p;
}

#endif
