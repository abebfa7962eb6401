/*
** json_index.c - see json_index.h: marks by what every processor of its kind has.
*/
#include "json_index.h"

#include <stddef.h>

#if !defined(TC_NO_SIMD) && defined(__SSE2__)
#define HAS_SSE2
#include <emmintrin.h>
#elif !defined(TC_NO_SIMD) && defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)
#define HAS_NEON
#include <arm_neon.h>
#endif

#if defined(HAS_SSE2) || defined(HAS_NEON)

#include "json_index_block.h"

#if defined(HAS_SSE2)

typedef __m128i tc_block;

static inline uint64_t mask(tc_block a, tc_block b, tc_block c, tc_block d)
{
    const uint64_t low = (uint32_t)_mm_movemask_epi8(a) | (uint32_t)_mm_movemask_epi8(b) << 16;
    const uint64_t high = (uint32_t)_mm_movemask_epi8(c) | (uint32_t)_mm_movemask_epi8(d) << 16;
    return low | high << 32;
}

static inline tc_block load(const char *p)
{
    return _mm_loadu_si128((const tc_block *)(const void *)p);
}

static inline tc_block is(char c, tc_block b)
{
    return _mm_cmpeq_epi8(b, _mm_set1_epi8(c));
}

static inline tc_block either(tc_block a, tc_block b)
{
    return _mm_or_si128(a, b);
}

/* Signed: bytes from 0x80 up are negative. */
static inline tc_block is_control_or_not_ascii(tc_block b)
{
    return _mm_cmplt_epi8(b, _mm_set1_epi8(0x20));
}

#else

typedef uint8x16_t tc_block;

/* NEON has no movemask: each byte gives its bit, and pairwise sums bring the bits together. */
static inline uint64_t mask(tc_block a, tc_block b, tc_block c, tc_block d)
{
    const tc_block bits = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201U));
    const tc_block low = vpaddq_u8(vandq_u8(a, bits), vandq_u8(b, bits));
    const tc_block high = vpaddq_u8(vandq_u8(c, bits), vandq_u8(d, bits));
    const tc_block sums = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
}

static inline tc_block load(const char *p)
{
    return vld1q_u8((const uint8_t *)p);
}

static inline tc_block is(char c, tc_block b)
{
    return vceqq_u8(b, vdupq_n_u8((uint8_t)c));
}

static inline tc_block either(tc_block a, tc_block b)
{
    return vorrq_u8(a, b);
}

/* Signed: bytes from 0x80 up are negative. */
static inline tc_block is_control_or_not_ascii(tc_block b)
{
    return vcltq_s8(vreinterpretq_s8_u8(b), vdupq_n_s8(0x20));
}

#endif

static inline tc_block is_hard(tc_block b)
{
    return either(is('\\', b), is_control_or_not_ascii(b));
}

static inline tc_block is_space(tc_block b)
{
    return either(either(is(' ', b), is('\n', b)), either(is('\r', b), is('\t', b)));
}

static TC_ALWAYS_INLINE tc_masks classify_by_16(const char *p)
{
    const tc_block a = load(p), b = load(p + 16), c = load(p + 32), d = load(p + 48);
    const tc_masks masks = {
        mask(is('"', a), is('"', b), is('"', c), is('"', d)),
        mask(is('\\', a), is('\\', b), is('\\', c), is('\\', d)),
        mask(is_space(a), is_space(b), is_space(c), is_space(d)),
        mask(is_hard(a), is_hard(b), is_hard(c), is_hard(d)),
    };
    return masks;
}

static inline uint64_t parity_by_shifts(uint64_t bits)
{
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    return bits ^ bits << 32;
}

static inline unsigned count_of(uint64_t bits)
{
    bits -= bits >> 1 & 0x5555555555555555U;
    bits = (bits & 0x3333333333333333U) + (bits >> 2 & 0x3333333333333333U);
    bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0FU;
    return (unsigned)(bits * 0x0101010101010101U >> 56);
}

static inline unsigned put(uint32_t *at, unsigned count, uint64_t bits, uint32_t offset)
{
    tc_write_bits(at + count, bits, offset);
    return count + count_of(bits);
}

static void mark_by_16(tc_index *m, const char *chunk, const char *end, bool in_string)
{
    tc_index_by_block(m, chunk, end, in_string, classify_by_16, parity_by_shifts, put);
}

void tc_index_batch(tc_index *m, const char *chunk, const char *end, bool in_string)
{
    tc_indexer *const avx = tc_x86_indexer();
    if (avx != NULL)
        avx(m, chunk, end, in_string);
    else
        mark_by_16(m, chunk, end, in_string);
}

#else

#include "bytes.h"

/* Where a batch is being marked. */
typedef struct {
    tc_index *marks;
    const char *p, *most;
    unsigned count;
} tc_hand;

static void put_mark(tc_hand *h)
{
    h->marks->at[h->count++] = (uint32_t)(h->p - h->marks->begin);
}

/* Passes an escape, or bytes that are not ASCII. */
static void pass_hard(tc_hand *h)
{
    if (*h->p == '\\') {
        h->p += h->most - h->p > 1 ? 2 : 1;
        return;
    }
    do
        ++h->p;
    while (h->p < h->most && (unsigned char)*h->p >= 0x80);
}

/* Marks what is in a string, its closing quote too. False at the batch's end. */
static bool mark_string(tc_hand *h)
{
    while ((h->p = tc_plain_end(h->p, h->most)) < h->most) {
        put_mark(h);
        if (*h->p == '"') {
            ++h->p;
            return true;
        }
        pass_hard(h);
    }
    return false;
}

/* Marks what follows white space. False at the batch's end. */
static bool mark_behind_space(tc_hand *h)
{
    while (h->p < h->most && tc_is_space(*h->p))
        ++h->p;
    if (h->p == h->most)
        return false;
    put_mark(h);
    return true;
}

void tc_index_batch(tc_index *m, const char *chunk, const char *end, bool in_string)
{
    tc_hand h = {m, m->begin, end - m->begin > TC_BATCH ? m->begin + TC_BATCH : end, 0};
    (void)chunk;
    bool going_on = in_string ? mark_string(&h) : mark_behind_space(&h);
    while (going_on && h.p < h.most) {
        const char c = *h.p++;
        if (c == '"')
            going_on = mark_string(&h);
        else if (tc_is_space(c))
            going_on = mark_behind_space(&h);
    }
    m->count = h.count;
    m->behind = h.p;
}

#endif
