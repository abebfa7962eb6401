/*
** json_index.c - see json_index.h: the choice of a kernel, and the kernels for SSSE3, NEON, SSE2 and no vectors.
*/
#include "json_index.h"

#include <stddef.h>

#include "bytes.h"
#include "json_index_block.h"
#include "vector.h"

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

#if defined(TC_HAS_VECTORS)

static inline tc_vector is_space(tc_vector b)
{
    return tc_or(tc_or(tc_is(' ', b), tc_is('\n', b)), tc_or(tc_is('\r', b), tc_is('\t', b)));
}

static TC_ALWAYS_INLINE tc_masks classify(const char *p)
{
    const tc_vector a = tc_load(p), b = tc_load(p + 16), c = tc_load(p + 32), d = tc_load(p + 48);
    const tc_masks masks = {
        tc_mask(tc_is('"', a), tc_is('"', b), tc_is('"', c), tc_is('"', d)),
        tc_mask(tc_is('\\', a), tc_is('\\', b), tc_is('\\', c), tc_is('\\', d)),
        tc_mask(is_space(a), is_space(b), is_space(c), is_space(d)),
        tc_mask(tc_is_special(a), tc_is_special(b), tc_is_special(c), tc_is_special(d)),
    };
    return masks;
}

static inline uint64_t not_ascii(const char *p)
{
    return tc_mask(tc_is_not_ascii(tc_load(p)), tc_is_not_ascii(tc_load(p + 16)), tc_is_not_ascii(tc_load(p + 32)),
                   tc_is_not_ascii(tc_load(p + 48)));
}

#endif

/* ---- SSE2 alone ---- */

#if defined(TC_HAS_VECTORS) && defined(__SSE2__)

/* A look-up needs SSSE3, so UTF-8 is left to the automaton. */
static inline tc_utf8 check_ascii(const char *p)
{
    const uint64_t bits = not_ascii(p);
    const tc_utf8 utf8 = {bits, bits == 0 && (p[-1] & 0x80) == 0};
    return utf8;
}

static inline tc_vector is_short_escape(tc_vector b)
{
    const tc_vector controls = tc_or(tc_or(tc_is('b', b), tc_is('f', b)), tc_or(tc_is('r', b), tc_is('t', b)));
    return tc_or(tc_or(tc_is('n', b), controls), tc_or(tc_or(tc_is('"', b), tc_is('\\', b)), tc_is('/', b)));
}

static inline uint64_t short_escapes(const char *p)
{
    return tc_mask(is_short_escape(tc_load(p)), is_short_escape(tc_load(p + 16)), is_short_escape(tc_load(p + 32)),
                   is_short_escape(tc_load(p + 48)));
}

#endif

/* ---- byte by byte ---- */

#if !defined(TC_HAS_VECTORS)

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

#endif

/* ---- without look-ups: SSE2, or byte by byte ---- */

#if !defined(TC_HAS_VECTORS) || defined(__SSE2__)

static TC_NEVER_INLINE void index_others_baseline(const tc_batch *batch)
{
    tc_index_any_blocks(*batch, classify, prefix_xor_by_shifts, write_and_count, check_ascii, false, short_escapes);
}

static void index_baseline(tc_index *index, const char *chunk, const char *end, tc_index_from from)
{
    tc_index_blocks(index, chunk, end, from, classify, prefix_xor_by_shifts, write_and_count, index_others_baseline);
}

#endif

/* ---- SSSE3 or NEON: look-ups by half a byte ---- */

#if defined(TC_HAS_SSSE3)

#define FOR_LOOKUPS TC_FOR_SSSE3

FOR_LOOKUPS static inline tc_vector look_up(const uint8_t table[16], tc_vector halves)
{
    return _mm_shuffle_epi8(tc_load(table), halves);
}

FOR_LOOKUPS static inline tc_vector low_half(tc_vector b)
{
    return _mm_and_si128(b, _mm_set1_epi8(0x0F));
}

FOR_LOOKUPS static inline tc_vector high_half(tc_vector b)
{
    return low_half(_mm_srli_epi16(b, 4));
}

FOR_LOOKUPS static inline tc_vector high_bits(tc_vector b)
{
    return _mm_and_si128(b, _mm_set1_epi8('\x80'));
}

FOR_LOOKUPS static inline tc_vector both(tc_vector a, tc_vector b)
{
    return _mm_and_si128(a, b);
}

FOR_LOOKUPS static inline tc_vector differ(tc_vector a, tc_vector b)
{
    return _mm_xor_si128(a, b);
}

FOR_LOOKUPS static inline tc_vector less(tc_vector b, uint8_t amount)
{
    return _mm_subs_epu8(b, _mm_set1_epi8((char)amount));
}

FOR_LOOKUPS static inline tc_vector is_zero(tc_vector b)
{
    return _mm_cmpeq_epi8(b, _mm_setzero_si128());
}

#define HAS_LOOKUPS

#elif defined(TC_HAS_NEON)

#define FOR_LOOKUPS

static inline tc_vector look_up(const uint8_t table[16], tc_vector halves)
{
    return vqtbl1q_u8(tc_load(table), halves);
}

static inline tc_vector low_half(tc_vector b)
{
    return vandq_u8(b, vdupq_n_u8(0x0F));
}

static inline tc_vector high_half(tc_vector b)
{
    return vshrq_n_u8(b, 4);
}

static inline tc_vector high_bits(tc_vector b)
{
    return vandq_u8(b, vdupq_n_u8(0x80));
}

static inline tc_vector both(tc_vector a, tc_vector b)
{
    return vandq_u8(a, b);
}

static inline tc_vector differ(tc_vector a, tc_vector b)
{
    return veorq_u8(a, b);
}

static inline tc_vector less(tc_vector b, uint8_t amount)
{
    return vqsubq_u8(b, vdupq_n_u8(amount));
}

static inline tc_vector is_zero(tc_vector b)
{
    return vceqq_u8(b, vdupq_n_u8(0));
}

#define HAS_LOOKUPS

#endif

#if defined(HAS_LOOKUPS)

/* Not zero where the UTF-8 is wrong; see tc_utf8_first_high. */
FOR_LOOKUPS static inline tc_vector utf8_errors(const char *p)
{
    const tc_vector b = tc_load(p), before = tc_load(p - 1);
    const tc_vector wrong =
        both(both(look_up(tc_utf8_first_high, high_half(before)), look_up(tc_utf8_first_low, low_half(before))),
             look_up(tc_utf8_second_high, high_half(b)));
    const tc_vector longer = tc_or(less(tc_load(p - 2), TC_BELOW_THREE), less(tc_load(p - 3), TC_BELOW_FOUR));
    return differ(wrong, high_bits(longer));
}

FOR_LOOKUPS static inline tc_utf8 check_utf8(const char *p)
{
    const tc_vector errors =
        tc_or(tc_or(utf8_errors(p), utf8_errors(p + 16)), tc_or(utf8_errors(p + 32), utf8_errors(p + 48)));
    const tc_vector right = is_zero(errors);
    const tc_utf8 utf8 = {not_ascii(p), tc_mask(right, right, right, right) == ~(uint64_t)0};
    return utf8;
}

FOR_LOOKUPS static inline tc_vector is_not_escape(const char *p)
{
    const tc_vector b = tc_load(p);
    return is_zero(both(look_up(tc_escapes_by_low_half, low_half(b)), look_up(tc_escapes_by_high_half, high_half(b))));
}

FOR_LOOKUPS static inline uint64_t find_escapes(const char *p)
{
    return ~tc_mask(is_not_escape(p), is_not_escape(p + 16), is_not_escape(p + 32), is_not_escape(p + 48));
}

FOR_LOOKUPS static TC_NEVER_INLINE void index_others_by_lookups(const tc_batch *batch)
{
    tc_index_any_blocks(*batch, classify, prefix_xor_by_shifts, write_and_count, check_utf8, true, find_escapes);
}

FOR_LOOKUPS static void index_by_lookups(tc_index *index, const char *chunk, const char *end, tc_index_from from)
{
    tc_index_blocks(index, chunk, end, from, classify, prefix_xor_by_shifts, write_and_count, index_others_by_lookups);
}

#endif

/* ---- which of them ---- */

static tc_indexer *best_indexer(void)
{
    tc_indexer *const x86 = tc_x86_indexer();
    if (x86 != NULL)
        return x86;
#if defined(TC_HAS_SSSE3)
    return __builtin_cpu_supports("ssse3") ? index_by_lookups : index_baseline;
#elif defined(HAS_LOOKUPS)
    return index_by_lookups;
#else
    return index_baseline;
#endif
}

void tc_index_batch(tc_index *index, const char *chunk, const char *end, tc_index_from from)
{
    best_indexer()(index, chunk, end, from);
}
