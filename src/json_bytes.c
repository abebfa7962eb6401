/*
** json_bytes.c - see json_bytes.h: the masks of a window.
*/
#include "json_bytes.h"

#if defined(TC_WINDOWS)

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#else
#include <arm_neon.h>
#endif

#if defined(__SSE2__)

static uint64_t mask(__m128i a, __m128i b, __m128i c, __m128i d)
{
    const uint64_t low = (uint32_t)_mm_movemask_epi8(a) | (uint32_t)_mm_movemask_epi8(b) << 16;
    const uint64_t high = (uint32_t)_mm_movemask_epi8(c) | (uint32_t)_mm_movemask_epi8(d) << 16;
    return low | high << 32;
}

static __m128i special(__m128i block)
{
    const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
    /* signed: bytes from 0x80 up are negative, so one comparison finds them and the controls */
    const __m128i outside = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
    return _mm_or_si128(_mm_or_si128(quote, backslash), outside);
}

static __m128i space(__m128i block)
{
    const __m128i blank = _mm_cmpeq_epi8(block, _mm_set1_epi8(' '));
    const __m128i line = _mm_cmpeq_epi8(block, _mm_set1_epi8('\n'));
    const __m128i carriage = _mm_cmpeq_epi8(block, _mm_set1_epi8('\r'));
    const __m128i tab = _mm_cmpeq_epi8(block, _mm_set1_epi8('\t'));
    return _mm_or_si128(_mm_or_si128(blank, line), _mm_or_si128(carriage, tab));
}

/* Classifies the TC_WINDOW bytes at p. */
static TC_ALWAYS_INLINE tc_masks classify(const char *p)
{
    const __m128i *const blocks = (const __m128i *)(const void *)p;
    const __m128i a = _mm_loadu_si128(blocks), b = _mm_loadu_si128(blocks + 1);
    const __m128i c = _mm_loadu_si128(blocks + 2), d = _mm_loadu_si128(blocks + 3);
    const tc_masks masks = {
        mask(special(a), special(b), special(c), special(d)),
        ~mask(space(a), space(b), space(c), space(d)),
    };
    return masks;
}

#else

/* NEON has no movemask: each byte gives its bit, and pairwise sums bring the bits together. */
static uint64_t mask(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d)
{
    const uint8x16_t bits = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201U));
    const uint8x16_t low = vpaddq_u8(vandq_u8(a, bits), vandq_u8(b, bits));
    const uint8x16_t high = vpaddq_u8(vandq_u8(c, bits), vandq_u8(d, bits));
    const uint8x16_t sums = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
}

static uint8x16_t special(uint8x16_t block)
{
    const uint8x16_t quote = vceqq_u8(block, vdupq_n_u8('"'));
    const uint8x16_t backslash = vceqq_u8(block, vdupq_n_u8('\\'));
    const uint8x16_t outside = vcltq_s8(vreinterpretq_s8_u8(block), vdupq_n_s8(0x20));
    return vorrq_u8(vorrq_u8(quote, backslash), outside);
}

static uint8x16_t space(uint8x16_t block)
{
    const uint8x16_t blank = vceqq_u8(block, vdupq_n_u8(' '));
    const uint8x16_t line = vceqq_u8(block, vdupq_n_u8('\n'));
    const uint8x16_t carriage = vceqq_u8(block, vdupq_n_u8('\r'));
    const uint8x16_t tab = vceqq_u8(block, vdupq_n_u8('\t'));
    return vorrq_u8(vorrq_u8(blank, line), vorrq_u8(carriage, tab));
}

/* Classifies the TC_WINDOW bytes at p. */
static TC_ALWAYS_INLINE tc_masks classify(const char *p)
{
    const uint8_t *const bytes = (const uint8_t *)p;
    const uint8x16_t a = vld1q_u8(bytes), b = vld1q_u8(bytes + 16);
    const uint8x16_t c = vld1q_u8(bytes + 32), d = vld1q_u8(bytes + 48);
    const tc_masks masks = {
        mask(special(a), special(b), special(c), special(d)),
        ~mask(space(a), space(b), space(c), space(d)),
    };
    return masks;
}

#endif

tc_masks tc_masks_at(const char *chunk, const char *p, const char *end)
{
    const size_t left = (size_t)(end - p);
    if (left >= TC_WINDOW)
        return classify(p);
    tc_masks masks;
    if ((size_t)(end - chunk) >= TC_WINDOW) { /* the chunk's last bytes; the first of them lie before p */
        masks = classify(end - TC_WINDOW);
        masks.special >>= TC_WINDOW - left;
        masks.solid >>= TC_WINDOW - left;
    } else {
        char bytes[TC_WINDOW] = {0};
        memcpy(bytes, p, left);
        masks = classify(bytes);
    }
    masks.special |= ~(uint64_t)0 << left;
    masks.solid |= ~(uint64_t)0 << left;
    return masks;
}

#else

typedef int tc_no_windows; /* C wants a file to declare something */

#endif
