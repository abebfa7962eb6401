/*
** vector.h - 16 bytes at a time, by SSE2 or NEON. TC_HAS_VECTORS where there is one of them.
**
** TC_HAS_AVX and TC_HAS_AVX512 where the compiler can make functions for AVX2 and AVX-512. They must be called only
** where the processor has the instructions, so the rest runs everywhere.
*/
#ifndef TC_VECTOR_H
#define TC_VECTOR_H

#include <stdint.h>

#if !defined(TC_NO_SIMD) && defined(__SSE2__)

#include <emmintrin.h>

typedef __m128i tc_vector;

static inline uint64_t tc_mask(tc_vector a, tc_vector b, tc_vector c, tc_vector d)
{
    const uint64_t low = (uint32_t)_mm_movemask_epi8(a) | (uint32_t)_mm_movemask_epi8(b) << 16;
    const uint64_t high = (uint32_t)_mm_movemask_epi8(c) | (uint32_t)_mm_movemask_epi8(d) << 16;
    return low | high << 32;
}

static inline tc_vector tc_load(const void *p)
{
    return _mm_loadu_si128((const tc_vector *)p);
}

static inline tc_vector tc_is(char c, tc_vector b)
{
    return _mm_cmpeq_epi8(b, _mm_set1_epi8(c));
}

static inline tc_vector tc_or(tc_vector a, tc_vector b)
{
    return _mm_or_si128(a, b);
}

/* Signed: bytes from 0x80 up are negative. */
static inline tc_vector tc_is_special(tc_vector b)
{
    return _mm_cmplt_epi8(b, _mm_set1_epi8(0x20));
}

/* The mask of bytes from 0x80 up: movemask takes the high bits. */
static inline tc_vector tc_is_not_ascii(tc_vector b)
{
    return b;
}

#define TC_HAS_VECTORS

/* Code for SSSE3 can be built; what calls it asks whether the processor has it. */
#if defined(__GNUC__) && !defined(TC_NO_SSSE3)
#include <tmmintrin.h>
#define TC_HAS_SSSE3
#define TC_FOR_SSSE3 __attribute__((target("ssse3")))
#endif

#elif !defined(TC_NO_SIMD) && defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)

#include <arm_neon.h>

typedef uint8x16_t tc_vector;

/* NEON has no movemask: each byte gives its bit, and pairwise sums bring the bits together. */
static inline uint64_t tc_mask(tc_vector a, tc_vector b, tc_vector c, tc_vector d)
{
    const tc_vector bits = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201U));
    const tc_vector low = vpaddq_u8(vandq_u8(a, bits), vandq_u8(b, bits));
    const tc_vector high = vpaddq_u8(vandq_u8(c, bits), vandq_u8(d, bits));
    const tc_vector sums = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
}

static inline tc_vector tc_load(const void *p)
{
    return vld1q_u8((const uint8_t *)p);
}

static inline tc_vector tc_is(char c, tc_vector b)
{
    return vceqq_u8(b, vdupq_n_u8((uint8_t)c));
}

static inline tc_vector tc_or(tc_vector a, tc_vector b)
{
    return vorrq_u8(a, b);
}

/* Signed: bytes from 0x80 up are negative. */
static inline tc_vector tc_is_special(tc_vector b)
{
    return vcltq_s8(vreinterpretq_s8_u8(b), vdupq_n_s8(0x20));
}

static inline tc_vector tc_is_not_ascii(tc_vector b)
{
    return vcgeq_u8(b, vdupq_n_u8(0x80));
}

#define TC_HAS_VECTORS
#define TC_HAS_NEON

#endif

#if (defined(__clang__) && __clang_major__ >= 11) || (!defined(__clang__) && defined(__GNUC__) && __GNUC__ >= 9)
#if !defined(TC_NO_SIMD) && !defined(TC_NO_AVX) && defined(__x86_64__)

#include <immintrin.h>

#define TC_HAS_AVX
#if !defined(TC_NO_AVX512)
#define TC_HAS_AVX512
#endif

#endif
#endif

#endif
