/*
** json_bytes.h - finding the end of a run of bytes, many bytes at a time.
**
** These two functions know bytes, not grammar: each returns the first byte in [p, end) that is not of
** its class, or end. They read nothing outside [p, end). SSE2 and NEON take 16 bytes a step; everything
** else, and every build with TC_NO_SIMD, takes one byte a step through the same classes.
*/
#ifndef TC_JSON_BYTES_H
#define TC_JSON_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#if !defined(TC_NO_SIMD) && defined(__SSE2__)
#define TC_BLOCK_SSE2
#include <emmintrin.h>
#elif !defined(TC_NO_SIMD) && defined(__aarch64__) && defined(__ARM_NEON)
#define TC_BLOCK_NEON
#include <arm_neon.h>
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

#if defined(TC_BLOCK_SSE2)

enum { TC_BLOCK = 16 };

/* Index of the first byte of the block at p that is not plain; TC_BLOCK when all are. */
static inline unsigned tc_plain_in_block(const char *p)
{
    const __m128i block = _mm_loadu_si128((const __m128i *)(const void *)p);
    const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
    /* signed: bytes from 0x80 up are negative, so one comparison finds them and the controls */
    const __m128i outside = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
    const int mask = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), outside));
    return (unsigned)__builtin_ctz((unsigned)mask | 1U << TC_BLOCK);
}

static inline unsigned tc_space_in_block(const char *p)
{
    const __m128i block = _mm_loadu_si128((const __m128i *)(const void *)p);
    const __m128i blank = _mm_cmpeq_epi8(block, _mm_set1_epi8(' '));
    const __m128i line = _mm_cmpeq_epi8(block, _mm_set1_epi8('\n'));
    const __m128i carriage = _mm_cmpeq_epi8(block, _mm_set1_epi8('\r'));
    const __m128i tab = _mm_cmpeq_epi8(block, _mm_set1_epi8('\t'));
    const __m128i space = _mm_or_si128(_mm_or_si128(blank, line), _mm_or_si128(carriage, tab));
    const unsigned mask = ~(unsigned)_mm_movemask_epi8(space);
    return (unsigned)__builtin_ctz(mask | 1U << TC_BLOCK);
}

#elif defined(TC_BLOCK_NEON)

enum { TC_BLOCK = 16 };

/* NEON has no movemask: shifting right and narrowing leaves four bits of the mask for each byte. */
static inline unsigned tc_first_set(uint8x16_t found)
{
    const uint8x8_t nibbles = vshrn_n_u16(vreinterpretq_u16_u8(found), 4);
    const uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(nibbles), 0);
    return mask == 0 ? TC_BLOCK : (unsigned)__builtin_ctzll(mask) >> 2;
}

static inline unsigned tc_plain_in_block(const char *p)
{
    const uint8x16_t block = vld1q_u8((const uint8_t *)p);
    const uint8x16_t quote = vceqq_u8(block, vdupq_n_u8('"'));
    const uint8x16_t backslash = vceqq_u8(block, vdupq_n_u8('\\'));
    const uint8x16_t outside = vcltq_s8(vreinterpretq_s8_u8(block), vdupq_n_s8(0x20));
    return tc_first_set(vorrq_u8(vorrq_u8(quote, backslash), outside));
}

static inline unsigned tc_space_in_block(const char *p)
{
    const uint8x16_t block = vld1q_u8((const uint8_t *)p);
    const uint8x16_t blank = vceqq_u8(block, vdupq_n_u8(' '));
    const uint8x16_t line = vceqq_u8(block, vdupq_n_u8('\n'));
    const uint8x16_t carriage = vceqq_u8(block, vdupq_n_u8('\r'));
    const uint8x16_t tab = vceqq_u8(block, vdupq_n_u8('\t'));
    return tc_first_set(vmvnq_u8(vorrq_u8(vorrq_u8(blank, line), vorrq_u8(carriage, tab))));
}

#endif

static inline const char *tc_plain_end(const char *p, const char *end)
{
#if defined(TC_BLOCK_SSE2) || defined(TC_BLOCK_NEON)
    while (end - p >= TC_BLOCK) {
        const unsigned n = tc_plain_in_block(p);
        p += n;
        if (n < TC_BLOCK)
            return p;
    }
#endif
    while (p < end && tc_is_plain(*p))
        ++p;
    return p;
}

static inline const char *tc_space_end(const char *p, const char *end)
{
#if defined(TC_BLOCK_SSE2) || defined(TC_BLOCK_NEON)
    while (end - p >= TC_BLOCK) {
        const unsigned n = tc_space_in_block(p);
        p += n;
        if (n < TC_BLOCK)
            return p;
    }
#endif
    while (p < end && tc_is_space(*p))
        ++p;
    return p;
}

#endif
