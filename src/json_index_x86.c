/*
** json_index_x86.c - the structural index by AVX2 or AVX-512, where the processor that runs this has one of them.
*/
#include "json_index.h"

#include <stddef.h>

#include "vector.h"

#if defined(TC_HAS_AVX)

#include "json_index_block.h"

/* ---- AVX2 ---- */

#define FOR_AVX2 __attribute__((target("avx2,bmi,pclmul,popcnt")))

FOR_AVX2 static inline uint64_t mask(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

FOR_AVX2 static inline __m256i load(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

FOR_AVX2 static inline __m256i is(char c, __m256i b)
{
    return _mm256_cmpeq_epi8(b, _mm256_set1_epi8(c));
}

/* Signed: bytes from 0x80 up are negative. */
FOR_AVX2 static inline __m256i is_special(__m256i b)
{
    return _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), b);
}

FOR_AVX2 static inline __m128i table(const uint8_t bytes[16])
{
    return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

FOR_AVX2 static inline __m256i look_up(const uint8_t bytes[16], __m256i halves)
{
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table(bytes)), halves);
}

FOR_AVX2 static inline __m256i low_half(__m256i b)
{
    return _mm256_and_si256(b, _mm256_set1_epi8(0x0F));
}

FOR_AVX2 static inline __m256i high_half(__m256i b)
{
    return low_half(_mm256_srli_epi16(b, 4));
}

/* For each low half of a byte: the white space that has it, or else a byte with another low half. */
static const uint8_t spaces_by_low_half[16] = {' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0};

FOR_AVX2 static inline __m256i is_space(__m256i b)
{
    return _mm256_cmpeq_epi8(b, look_up(spaces_by_low_half, b));
}

FOR_AVX2 static inline tc_masks classify_by_32(const char *p)
{
    const __m256i a = load(p), b = load(p + 32);
    const tc_masks masks = {
        mask(is('"', a), is('"', b)),
        mask(is('\\', a), is('\\', b)),
        mask(is_space(a), is_space(b)),
        mask(is_special(a), is_special(b)),
    };
    return masks;
}

/* Not zero where the UTF-8 is wrong; see tc_utf8_first_high. */
FOR_AVX2 static inline __m256i utf8_errors(const char *p)
{
    const __m256i b = load(p), before = load(p - 1);
    const __m256i first = _mm256_and_si256(look_up(tc_utf8_first_high, high_half(before)),
                                           look_up(tc_utf8_first_low, low_half(before)));
    const __m256i wrong = _mm256_and_si256(first, look_up(tc_utf8_second_high, high_half(b)));
    const __m256i longer = _mm256_or_si256(_mm256_subs_epu8(load(p - 2), _mm256_set1_epi8(TC_BELOW_THREE)),
                                           _mm256_subs_epu8(load(p - 3), _mm256_set1_epi8(TC_BELOW_FOUR)));
    return _mm256_xor_si256(wrong, _mm256_and_si256(longer, _mm256_set1_epi8('\x80')));
}

FOR_AVX2 static inline tc_utf8 check_by_32(const char *p)
{
    const __m256i errors = _mm256_or_si256(utf8_errors(p), utf8_errors(p + 32));
    const tc_utf8 utf8 = {mask(load(p), load(p + 32)), _mm256_testz_si256(errors, errors) != 0};
    return utf8;
}

FOR_AVX2 static inline __m256i is_not_escape(const char *p)
{
    const __m256i b = load(p);
    const __m256i sets = _mm256_and_si256(look_up(tc_escapes_by_low_half, low_half(b)),
                                          look_up(tc_escapes_by_high_half, high_half(b)));
    return _mm256_cmpeq_epi8(sets, _mm256_setzero_si256());
}

FOR_AVX2 static inline uint64_t find_escapes_by_32(const char *p)
{
    return ~mask(is_not_escape(p), is_not_escape(p + 32));
}

/* A product without carries, by all ones. */
FOR_AVX2 static inline uint64_t prefix_xor_by_product(uint64_t bits)
{
    const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((int64_t)bits), _mm_set1_epi8('\xFF'), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

FOR_AVX2 static inline unsigned write_and_count(uint32_t *at, unsigned count, uint64_t bits, uint32_t offset)
{
    tc_write_by_fours(at + count, bits, offset);
    return count + (unsigned)__builtin_popcountll(bits);
}

FOR_AVX2 static TC_NEVER_INLINE void index_others_by_32(const tc_batch *batch)
{
    tc_index_any_blocks(*batch, classify_by_32, prefix_xor_by_product, write_and_count, check_by_32, true,
                        find_escapes_by_32);
}

FOR_AVX2 static void index_by_32(tc_index *index, const char *chunk, const char *end, tc_index_from from)
{
    tc_index_blocks(index, chunk, end, from, classify_by_32, prefix_xor_by_product, write_and_count,
                    index_others_by_32);
}

/* ---- AVX-512 ---- */

#if defined(TC_HAS_AVX512)

#define FOR_AVX512 __attribute__((target("avx2,bmi,pclmul,popcnt,avx512f,avx512bw,avx512vbmi2")))

FOR_AVX512 static inline __m512i look_up_by_64(const uint8_t bytes[16], __m512i halves)
{
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(table(bytes)), halves);
}

FOR_AVX512 static inline __m512i low_half_by_64(__m512i b)
{
    return _mm512_and_si512(b, _mm512_set1_epi8(0x0F));
}

FOR_AVX512 static inline __m512i high_half_by_64(__m512i b)
{
    return low_half_by_64(_mm512_srli_epi16(b, 4));
}

FOR_AVX512 static inline tc_masks classify_by_64(const char *p)
{
    const __m512i b = _mm512_loadu_si512(p);
    const tc_masks masks = {
        _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8('"')),
        _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8('\\')),
        _mm512_cmpeq_epi8_mask(b, look_up_by_64(spaces_by_low_half, b)),
        _mm512_cmplt_epi8_mask(b, _mm512_set1_epi8(0x20)),
    };
    return masks;
}

/* Like utf8_errors. */
FOR_AVX512 static inline tc_utf8 check_by_64(const char *p)
{
    const __m512i b = _mm512_loadu_si512(p), before = _mm512_loadu_si512(p - 1);
    const __m512i first = _mm512_and_si512(look_up_by_64(tc_utf8_first_high, high_half_by_64(before)),
                                           look_up_by_64(tc_utf8_first_low, low_half_by_64(before)));
    const __m512i wrong = _mm512_and_si512(first, look_up_by_64(tc_utf8_second_high, high_half_by_64(b)));
    const __m512i longer =
        _mm512_or_si512(_mm512_subs_epu8(_mm512_loadu_si512(p - 2), _mm512_set1_epi8(TC_BELOW_THREE)),
                        _mm512_subs_epu8(_mm512_loadu_si512(p - 3), _mm512_set1_epi8(TC_BELOW_FOUR)));
    const __m512i errors = _mm512_xor_si512(wrong, _mm512_and_si512(longer, _mm512_set1_epi8('\x80')));
    const tc_utf8 utf8 = {_mm512_movepi8_mask(b), _mm512_test_epi8_mask(errors, errors) == 0};
    return utf8;
}

FOR_AVX512 static inline uint64_t find_escapes_by_64(const char *p)
{
    const __m512i b = _mm512_loadu_si512(p);
    return _mm512_test_epi8_mask(look_up_by_64(tc_escapes_by_low_half, low_half_by_64(b)),
                                 look_up_by_64(tc_escapes_by_high_half, high_half_by_64(b)));
}

FOR_AVX512 static inline void write_sixteen(uint32_t *at, __m128i numbers, uint32_t offset)
{
    _mm512_storeu_si512(at, _mm512_add_epi32(_mm512_cvtepu8_epi32(numbers), _mm512_set1_epi32((int)offset)));
}

/* Writes sixteen at once, and all of them if there are more; the surplus is overwritten later. */
FOR_AVX512 static inline unsigned write_by_sixteen(uint32_t *at, unsigned count, uint64_t bits, uint32_t offset)
{
    const __m512i bytes =
        _mm512_set_epi64(0x3F3E3D3C3B3A3938, 0x3736353433323130, 0x2F2E2D2C2B2A2928, 0x2726252423222120,
                         0x1F1E1D1C1B1A1918, 0x1716151413121110, 0x0F0E0D0C0B0A0908, 0x0706050403020100);
    const __m512i numbers = _mm512_maskz_compress_epi8(bits, bytes);
    const unsigned some = (unsigned)__builtin_popcountll(bits);
    write_sixteen(at + count, _mm512_castsi512_si128(numbers), offset);
    if (some > 16) {
        write_sixteen(at + count + 16, _mm512_extracti32x4_epi32(numbers, 1), offset);
        write_sixteen(at + count + 32, _mm512_extracti32x4_epi32(numbers, 2), offset);
        write_sixteen(at + count + 48, _mm512_extracti32x4_epi32(numbers, 3), offset);
    }
    return count + some;
}

FOR_AVX512 static TC_NEVER_INLINE void index_others_by_64(const tc_batch *batch)
{
    tc_index_any_blocks(*batch, classify_by_64, prefix_xor_by_product, write_by_sixteen, check_by_64, true,
                        find_escapes_by_64);
}

FOR_AVX512 static void index_by_64(tc_index *index, const char *chunk, const char *end, tc_index_from from)
{
    tc_index_blocks(index, chunk, end, from, classify_by_64, prefix_xor_by_product, write_by_sixteen,
                    index_others_by_64);
}

#else
#define index_by_64 index_by_32
#endif

/* The answers lie in memory that libgcc or compiler-rt fills when the module is loaded. */
tc_indexer *tc_x86_indexer(void)
{
    const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                          __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("popcnt");
    if (!has_avx2)
        return NULL;
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2") ? index_by_64 : index_by_32;
}

#else

tc_indexer *tc_x86_indexer(void)
{
    return NULL;
}

#endif
