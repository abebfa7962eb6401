/*
** json_unescape_dense.c - blocks with many short escapes by SSSE3 or NEON, where the processor that runs this has it.
*/
#include "json_unescape.h"

#include <string.h>

#include "bytes.h"
#include "vector.h"

/* ---- what the instructions do: eight of the bytes at p, by their numbers; and the bytes above 0x60 ---- */

#if defined(TC_HAS_VECTORS) && defined(__SSE2__) && defined(__GNUC__) && !defined(TC_NO_SSSE3)

#include <tmmintrin.h>

#define HAS_LOOKUPS __builtin_cpu_supports("ssse3")
#define FOR_LOOKUPS __attribute__((target("ssse3")))

FOR_LOOKUPS static inline void pick_eight(char *out, const char *p, uint64_t numbers)
{
    const __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)p);
    const __m128i picked = _mm_shuffle_epi8(bytes, _mm_cvtsi64_si128((int64_t)numbers));
    _mm_storel_epi64((__m128i *)(void *)out, picked);
}

FOR_LOOKUPS static inline tc_vector is_letter(tc_vector b)
{
    return _mm_cmpgt_epi8(b, _mm_set1_epi8(0x60));
}

#elif defined(TC_HAS_VECTORS) && !defined(__SSE2__)

#define HAS_LOOKUPS true
#define FOR_LOOKUPS

static inline void pick_eight(char *out, const char *p, uint64_t numbers)
{
    vst1_u8((uint8_t *)out, vtbl1_u8(vld1_u8((const uint8_t *)p), vcreate_u8(numbers)));
}

static inline tc_vector is_letter(tc_vector b)
{
    return vcgtq_u8(b, vdupq_n_u8(0x60));
}

#endif

#if defined(HAS_LOOKUPS)

enum { BLOCK = 64 };

/* Of four bytes, by a mask of escapes, no two of which are neighbours: the numbers of the others, and how many. */
enum {
    OTHERS_0 = 0x03020100, COUNT_0 = 4,
    OTHERS_1 = 0x030201, COUNT_1 = 3,
    OTHERS_2 = 0x030200, COUNT_2 = 3,
    OTHERS_4 = 0x030100, COUNT_4 = 3,
    OTHERS_5 = 0x0301, COUNT_5 = 2,
    OTHERS_8 = 0x020100, COUNT_8 = 3,
    OTHERS_9 = 0x0201, COUNT_9 = 2,
    OTHERS_A = 0x0200, COUNT_A = 2
};

/* The same of eight bytes, from two masks; how many, less one, is in the highest byte, which nothing else needs. */
#define OTHERS(low, high) \
    [0x##high##low] = (uint64_t)OTHERS_##low | \
                      (uint64_t)(OTHERS_##high + (0x04040404 >> (32 - 8 * COUNT_##high))) << 8 * COUNT_##low | \
                      (uint64_t)(COUNT_##low + COUNT_##high - 1) << 56
#define OTHERS_ABOVE(low) \
    OTHERS(low, 0), OTHERS(low, 1), OTHERS(low, 2), OTHERS(low, 4), OTHERS(low, 5), OTHERS(low, 8), OTHERS(low, 9), \
        OTHERS(low, A)

static const uint64_t others[256] = {
    OTHERS_ABOVE(0), OTHERS_ABOVE(1), OTHERS_ABOVE(2), OTHERS_ABOVE(4),
    OTHERS_ABOVE(5), OTHERS_ABOVE(8), OTHERS_ABOVE(9), OTHERS_ABOVE(A),
};

FOR_LOOKUPS static inline uint64_t find_letters(const char *p)
{
    return tc_mask(is_letter(tc_load(p)), is_letter(tc_load(p + 16)), is_letter(tc_load(p + 32)),
                   is_letter(tc_load(p + 48)));
}

/* Replaces these letters by what they stand for. False if there is a u. */
static bool replace(char *block, uint64_t letters)
{
    for (; letters != 0; letters &= letters - 1) {
        char *const c = block + tc_first_bit(letters);
        if (*c == 'u')
            return false;
        *c = tc_short_escapes[(unsigned char)*c];
    }
    return true;
}

FOR_LOOKUPS static const char *unescape(const char *block, uint64_t escapes, char **out)
{
    const uint64_t letters = escapes << 1 & find_letters(block);
    char copy[BLOCK];
    const char *from = block;
    if (letters != 0) {
        memcpy(copy, block, BLOCK);
        if (!replace(copy, letters))
            return block;
        from = copy;
    }
    char *o = *out;
    for (unsigned i = 0; i < BLOCK; i += 8) {
        const uint64_t numbers = others[escapes >> i & 0xFF];
        pick_eight(o, from + i, numbers);
        o += (numbers >> 56) + 1;
    }
    *out = o;
    return block + BLOCK - (escapes >> (BLOCK - 1));
}

const char *tc_unescape_dense(const char *block, uint64_t escapes, char **out)
{
    return HAS_LOOKUPS ? unescape(block, escapes, out) : block;
}

#else

const char *tc_unescape_dense(const char *block, uint64_t escapes, char **out)
{
    (void)escapes;
    (void)out;
    return block;
}

#endif
