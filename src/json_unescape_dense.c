/*
** json_unescape_dense.c - blocks with many short escapes by SSSE3 or NEON, where the processor that runs this has it.
*/
#include "json_unescape.h"

#include <string.h>

#include "bytes.h"
#include "vector.h"

/*
** What the instructions do. pick_eight writes eight of the eight bytes at p, by their numbers in the bytes of *numbers.
** is_letter finds the bytes from 0x61 to 0x7F; those from 0x80 up may count or not, since none of them is escaped.
*/

#if defined(TC_HAS_SSSE3)

#define CAN_PICK __builtin_cpu_supports("ssse3")
#define FOR_PICKING TC_FOR_SSSE3

FOR_PICKING static inline __m128i load_eight(const void *p)
{
    return _mm_loadl_epi64((const __m128i *)p);
}

FOR_PICKING static inline void pick_eight(char *out, const char *p, const uint64_t *numbers)
{
    _mm_storel_epi64((__m128i *)(void *)out, _mm_shuffle_epi8(load_eight(p), load_eight(numbers)));
}

FOR_PICKING static inline tc_vector is_letter(tc_vector b)
{
    return _mm_cmpgt_epi8(b, _mm_set1_epi8(0x60));
}

#elif defined(TC_HAS_NEON)

#define CAN_PICK true
#define FOR_PICKING

static inline void pick_eight(char *out, const char *p, const uint64_t *numbers)
{
    vst1_u8((uint8_t *)out, vtbl1_u8(vld1_u8((const uint8_t *)p), vcreate_u8(*numbers)));
}

static inline tc_vector is_letter(tc_vector b)
{
    return vcgtq_u8(b, vdupq_n_u8(0x60));
}

#endif

#if defined(CAN_PICK)

enum { BLOCK = 64 };

/* Of four bytes, by a mask of those to leave out, no two of them neighbours: the numbers of the rest, and their count. */
enum {
    REST_0 = 0x03020100, COUNT_0 = 4,
    REST_1 = 0x030201, COUNT_1 = 3,
    REST_2 = 0x030200, COUNT_2 = 3,
    REST_4 = 0x030100, COUNT_4 = 3,
    REST_5 = 0x0301, COUNT_5 = 2,
    REST_8 = 0x020100, COUNT_8 = 3,
    REST_9 = 0x0201, COUNT_9 = 2,
    REST_A = 0x0200, COUNT_A = 2
};

/*
** The same of eight bytes, from two such masks. The highest byte is the count less one: if no byte is left out, that is
** the eighth byte's number, too; else its number is not needed.
*/
#define REST(low, high) \
    [0x##high##low] = (uint64_t)REST_##low | \
                      (uint64_t)(REST_##high + (0x04040404 >> (32 - 8 * COUNT_##high))) << 8 * COUNT_##low | \
                      (uint64_t)(COUNT_##low + COUNT_##high - 1) << 56
#define REST_ABOVE(low) \
    REST(low, 0), REST(low, 1), REST(low, 2), REST(low, 4), REST(low, 5), REST(low, 8), REST(low, 9), REST(low, A)

static const uint64_t rest[256] = {
    REST_ABOVE(0), REST_ABOVE(1), REST_ABOVE(2), REST_ABOVE(4),
    REST_ABOVE(5), REST_ABOVE(8), REST_ABOVE(9), REST_ABOVE(A),
};

FOR_PICKING static inline uint64_t find_letters(const char *p)
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

FOR_PICKING static const char *unescape(const char *block, uint64_t escapes, char **out)
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
        const uint64_t *const numbers = &rest[escapes >> i & 0xFF];
        pick_eight(o, from + i, numbers);
        o += (*numbers >> 56) + 1;
    }
    *out = o;
    return block + BLOCK - (escapes >> (BLOCK - 1));
}

const char *tc_unescape_dense(const char *block, uint64_t escapes, char **out)
{
    return CAN_PICK ? unescape(block, escapes, out) : block;
}

#else

const char *tc_unescape_dense(const char *block, uint64_t escapes, char **out)
{
    (void)escapes;
    (void)out;
    return block;
}

#endif
