/*
** json_index.c - see json_index.h: the kernels that need no more than every processor of their kind has, SSSE3, and the
** choice among all.
*/
#include "json_index.h"

#include <stddef.h>

#include "bytes.h"
#include "json_index_block.h"

static inline uint64_t prefix_xor_by_shifts(uint64_t bits)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

static inline unsigned count_of(uint64_t bits)
{
    bits -= bits >> 1 & 0x5555555555555555U;
    bits = (bits & 0x3333333333333333U) + (bits >> 2 & 0x3333333333333333U);
    bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0FU;
    return (unsigned)(bits * 0x0101010101010101U >> 56);
}

static inline unsigned write_and_count(uint32_t *at, unsigned count, uint64_t bits, uint32_t offset)
{
    tc_write_by_fours(at + count, bits, offset);
    return count + count_of(bits);
}

/* ---- the vectors of 16 bytes ---- */

#if !defined(TC_NO_SIMD) && defined(__SSE2__)

#include <emmintrin.h>

typedef __m128i vector;

static inline uint64_t mask(vector a, vector b, vector c, vector d)
{
    const uint64_t low = (uint32_t)_mm_movemask_epi8(a) | (uint32_t)_mm_movemask_epi8(b) << 16;
    const uint64_t high = (uint32_t)_mm_movemask_epi8(c) | (uint32_t)_mm_movemask_epi8(d) << 16;
    return low | high << 32;
}

static inline vector load(const void *p)
{
    return _mm_loadu_si128((const vector *)p);
}

static inline vector is(char c, vector b)
{
    return _mm_cmpeq_epi8(b, _mm_set1_epi8(c));
}

static inline vector either(vector a, vector b)
{
    return _mm_or_si128(a, b);
}

/* Signed: bytes from 0x80 up are negative. */
static inline vector is_special(vector b)
{
    return _mm_cmplt_epi8(b, _mm_set1_epi8(0x20));
}

/* The mask of bytes from 0x80 up: movemask takes the high bits. */
static inline vector is_not_ascii(vector b)
{
    return b;
}

#define HAS_VECTORS

#elif !defined(TC_NO_SIMD) && defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)

#include <arm_neon.h>

typedef uint8x16_t vector;

/* NEON has no movemask: each byte gives its bit, and pairwise sums bring the bits together. */
static inline uint64_t mask(vector a, vector b, vector c, vector d)
{
    const vector bits = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201U));
    const vector low = vpaddq_u8(vandq_u8(a, bits), vandq_u8(b, bits));
    const vector high = vpaddq_u8(vandq_u8(c, bits), vandq_u8(d, bits));
    const vector sums = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
}

static inline vector load(const void *p)
{
    return vld1q_u8((const uint8_t *)p);
}

static inline vector is(char c, vector b)
{
    return vceqq_u8(b, vdupq_n_u8((uint8_t)c));
}

static inline vector either(vector a, vector b)
{
    return vorrq_u8(a, b);
}

/* Signed: bytes from 0x80 up are negative. */
static inline vector is_special(vector b)
{
    return vcltq_s8(vreinterpretq_s8_u8(b), vdupq_n_s8(0x20));
}

static inline vector is_not_ascii(vector b)
{
    return vcgeq_u8(b, vdupq_n_u8(0x80));
}

#define HAS_VECTORS

#endif

#if defined(HAS_VECTORS)

static inline vector is_space(vector b)
{
    return either(either(is(' ', b), is('\n', b)), either(is('\r', b), is('\t', b)));
}

static TC_ALWAYS_INLINE tc_masks classify(const char *p)
{
    const vector a = load(p), b = load(p + 16), c = load(p + 32), d = load(p + 48);
    const tc_masks masks = {
        mask(is('"', a), is('"', b), is('"', c), is('"', d)),
        mask(is('\\', a), is('\\', b), is('\\', c), is('\\', d)),
        mask(is_space(a), is_space(b), is_space(c), is_space(d)),
        mask(is_special(a), is_special(b), is_special(c), is_special(d)),
    };
    return masks;
}

static inline uint64_t not_ascii(const char *p)
{
    return mask(is_not_ascii(load(p)), is_not_ascii(load(p + 16)), is_not_ascii(load(p + 32)),
                is_not_ascii(load(p + 48)));
}

#endif

/* ---- SSE2 alone ---- */

#if defined(HAS_VECTORS) && defined(__SSE2__)

/* A look-up takes SSSE3: UTF-8 is left to the automaton. */
static inline tc_utf8 check_ascii(const char *p)
{
    const uint64_t bits = not_ascii(p);
    const tc_utf8 utf8 = {bits, bits == 0 && (p[-1] & 0x80) == 0};
    return utf8;
}

static inline vector is_short_escape(vector b)
{
    const vector controls = either(either(is('b', b), is('f', b)), either(is('r', b), is('t', b)));
    return either(either(is('n', b), controls), either(either(is('"', b), is('\\', b)), is('/', b)));
}

static inline uint64_t short_escapes(const char *p)
{
    return mask(is_short_escape(load(p)), is_short_escape(load(p + 16)), is_short_escape(load(p + 32)),
                is_short_escape(load(p + 48)));
}

static TC_NEVER_INLINE void index_others_baseline(const tc_batch *batch)
{
    tc_index_any_blocks(*batch, classify, prefix_xor_by_shifts, write_and_count, check_ascii, short_escapes);
}

static void index_baseline(tc_index *index, const char *chunk, const char *end, bool in_string)
{
    const tc_batch batch =
        tc_index_simple_blocks(index, chunk, end, in_string, classify, prefix_xor_by_shifts, write_and_count);
    index_others_baseline(&batch);
}

#endif

/* ---- SSSE3 or NEON: look-ups by half a byte ---- */

#if defined(HAS_VECTORS) && defined(__SSE2__) && defined(__GNUC__) && !defined(TC_NO_SSSE3)

#include <tmmintrin.h>

#define FOR_LOOKUPS __attribute__((target("ssse3")))

FOR_LOOKUPS static inline vector look_up(const uint8_t table[16], vector halves)
{
    return _mm_shuffle_epi8(load(table), halves);
}

FOR_LOOKUPS static inline vector low_half(vector b)
{
    return _mm_and_si128(b, _mm_set1_epi8(0x0F));
}

FOR_LOOKUPS static inline vector high_half(vector b)
{
    return low_half(_mm_srli_epi16(b, 4));
}

FOR_LOOKUPS static inline vector high_bits(vector b)
{
    return _mm_and_si128(b, _mm_set1_epi8('\x80'));
}

FOR_LOOKUPS static inline vector both(vector a, vector b)
{
    return _mm_and_si128(a, b);
}

FOR_LOOKUPS static inline vector differ(vector a, vector b)
{
    return _mm_xor_si128(a, b);
}

FOR_LOOKUPS static inline vector less(vector b, uint8_t amount)
{
    return _mm_subs_epu8(b, _mm_set1_epi8((char)amount));
}

FOR_LOOKUPS static inline vector is_zero(vector b)
{
    return _mm_cmpeq_epi8(b, _mm_setzero_si128());
}

#define HAS_LOOKUPS

#elif defined(HAS_VECTORS) && !defined(__SSE2__)

#define FOR_LOOKUPS

static inline vector look_up(const uint8_t table[16], vector halves)
{
    return vqtbl1q_u8(load(table), halves);
}

static inline vector low_half(vector b)
{
    return vandq_u8(b, vdupq_n_u8(0x0F));
}

static inline vector high_half(vector b)
{
    return vshrq_n_u8(b, 4);
}

static inline vector high_bits(vector b)
{
    return vandq_u8(b, vdupq_n_u8(0x80));
}

static inline vector both(vector a, vector b)
{
    return vandq_u8(a, b);
}

static inline vector differ(vector a, vector b)
{
    return veorq_u8(a, b);
}

static inline vector less(vector b, uint8_t amount)
{
    return vqsubq_u8(b, vdupq_n_u8(amount));
}

static inline vector is_zero(vector b)
{
    return vceqq_u8(b, vdupq_n_u8(0));
}

#define HAS_LOOKUPS

#endif

#if defined(HAS_LOOKUPS)

/* Not zero where the UTF-8 is wrong; see tc_utf8_first_high. */
FOR_LOOKUPS static inline vector utf8_errors(const char *p)
{
    const vector b = load(p), before = load(p - 1);
    const vector wrong = both(both(look_up(tc_utf8_first_high, high_half(before)),
                                   look_up(tc_utf8_first_low, low_half(before))),
                              look_up(tc_utf8_second_high, high_half(b)));
    const vector longer = either(less(load(p - 2), TC_BELOW_THREE), less(load(p - 3), TC_BELOW_FOUR));
    return differ(wrong, high_bits(longer));
}

FOR_LOOKUPS static inline tc_utf8 check_utf8(const char *p)
{
    const vector errors = either(either(utf8_errors(p), utf8_errors(p + 16)),
                                 either(utf8_errors(p + 32), utf8_errors(p + 48)));
    const vector right = is_zero(errors);
    const tc_utf8 utf8 = {not_ascii(p), mask(right, right, right, right) == ~(uint64_t)0};
    return utf8;
}

FOR_LOOKUPS static inline vector is_not_escape(const char *p)
{
    const vector b = load(p);
    return is_zero(both(look_up(tc_escapes_by_low_half, low_half(b)), look_up(tc_escapes_by_high_half, high_half(b))));
}

FOR_LOOKUPS static inline uint64_t find_escapes(const char *p)
{
    return ~mask(is_not_escape(p), is_not_escape(p + 16), is_not_escape(p + 32), is_not_escape(p + 48));
}

FOR_LOOKUPS static TC_NEVER_INLINE void index_others_by_lookups(const tc_batch *batch)
{
    tc_index_any_blocks(*batch, classify, prefix_xor_by_shifts, write_and_count, check_utf8, find_escapes);
}

FOR_LOOKUPS static void index_by_lookups(tc_index *index, const char *chunk, const char *end, bool in_string)
{
    const tc_batch batch =
        tc_index_simple_blocks(index, chunk, end, in_string, classify, prefix_xor_by_shifts, write_and_count);
    index_others_by_lookups(&batch);
}

#endif

/* ---- byte by byte ---- */

#if !defined(HAS_VECTORS)

static tc_masks classify(const char *p)
{
    tc_masks masks = {0, 0, 0, 0};
    for (int i = 0; i < TC_BLOCK; ++i) {
        const char c = p[i];
        masks.quotes |= (uint64_t)(c == '"') << i;
        masks.backslashes |= (uint64_t)(c == '\\') << i;
        masks.spaces |= (uint64_t)tc_is_space(c) << i;
        masks.special |= (uint64_t)((unsigned char)(c - 0x20) >= 0x60) << i;
    }
    return masks;
}

/* UTF-8 is left to the automaton. */
static tc_utf8 check_ascii(const char *p)
{
    tc_utf8 utf8 = {0, (p[-1] & 0x80) == 0};
    for (int i = 0; i < TC_BLOCK; ++i)
        utf8.not_ascii |= (uint64_t)((unsigned char)p[i] >> 7) << i;
    utf8.valid &= utf8.not_ascii == 0;
    return utf8;
}

static uint64_t short_escapes(const char *p)
{
    uint64_t found = 0;
    for (int i = 0; i < TC_BLOCK; ++i)
        found |= (uint64_t)tc_is_short_escape(p[i]) << i;
    return found;
}

static TC_NEVER_INLINE void index_others_baseline(const tc_batch *batch)
{
    tc_index_any_blocks(*batch, classify, prefix_xor_by_shifts, write_and_count, check_ascii, short_escapes);
}

static void index_baseline(tc_index *index, const char *chunk, const char *end, bool in_string)
{
    const tc_batch batch =
        tc_index_simple_blocks(index, chunk, end, in_string, classify, prefix_xor_by_shifts, write_and_count);
    index_others_baseline(&batch);
}

#endif

/* ---- which of them ---- */

static tc_indexer *best_indexer(void)
{
    tc_indexer *const x86 = tc_x86_indexer();
    if (x86 != NULL)
        return x86;
#if defined(HAS_LOOKUPS) && defined(__SSE2__)
    return __builtin_cpu_supports("ssse3") ? index_by_lookups : index_baseline;
#elif defined(HAS_LOOKUPS)
    return index_by_lookups;
#else
    return index_baseline;
#endif
}

void tc_index_batch(tc_index *index, const char *chunk, const char *end, bool in_string)
{
    best_indexer()(index, chunk, end, in_string);
}
