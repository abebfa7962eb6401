/*
** json_index_block.h - marks by steps of 64 bytes, whatever the instructions are. Part of json_index; only for compilers that
** have SIMD, which know GCC's builtins.
*/
#ifndef TC_JSON_INDEX_BLOCK_H
#define TC_JSON_INDEX_BLOCK_H

#include <string.h>

#include "json_index.h"

/* So that the functions given to tc_index_by_block are known where they are called, and become part of the loop. */
#if defined(__GNUC__)
#define TC_ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define TC_ALWAYS_INLINE inline
#endif

/* What is known of TC_BLOCK bytes; bit i speaks of byte i. */
typedef struct {
    uint64_t quotes, backslashes;
    uint64_t spaces; /* white space */
    uint64_t hard;   /* in a string: neither plain nor a quote */
} tc_masks;

/* Classifies the TC_BLOCK bytes at p. */
typedef tc_masks tc_classifier(const char *p);

/* Bit i of the result: is the number of bits set in 0 .. i odd? */
typedef uint64_t tc_prefix_xor(uint64_t bits);

/* Puts the numbers of the bits set, plus offset, at at[count] and behind; returns the new count. */
typedef unsigned tc_bit_writer(uint32_t *at, unsigned count, uint64_t bits, uint32_t offset);

/* Puts the number of the lowest bit, which is taken out; of none, any number. */
static inline uint64_t tc_write_lowest(uint32_t *at, uint64_t bits, uint32_t offset)
{
    *at = offset + (uint32_t)__builtin_ctzll(bits | (uint64_t)1 << 63);
    return bits & (bits - 1);
}

/* Puts the numbers of the bits set, and more, which is overwritten later: mostly eight, for their count is hard to predict. */
static inline void tc_write_bits(uint32_t *at, uint64_t bits, uint32_t offset)
{
    for (unsigned fours = 0; fours < 2 || bits != 0; ++fours, at += 4) {
        bits = tc_write_lowest(at, bits, offset);
        bits = tc_write_lowest(at + 1, bits, offset);
        bits = tc_write_lowest(at + 2, bits, offset);
        bits = tc_write_lowest(at + 3, bits, offset);
    }
}

/* What the next step has to know of the byte before it: in_string in all bits, the others in the lowest. */
typedef struct {
    uint64_t in_string;
    uint64_t space, hard;
    uint64_t escapes; /* it is a backslash that takes away the meaning of the next byte */
} tc_carry;

/* Classifies the last bytes of a chunk, less than a step; those behind them count as spaces. */
static TC_ALWAYS_INLINE tc_masks tc_classify_rest(const char *chunk, const char *p, const char *end,
                                                  tc_classifier *classify)
{
    const unsigned left = (unsigned)(end - p), missing = TC_BLOCK - left;
    tc_masks m;
    if (end - chunk >= TC_BLOCK) { /* the chunk's last bytes; the first of them lie before p */
        m = classify(end - TC_BLOCK);
        m.quotes >>= missing;
        m.hard >>= missing;
        m.backslashes >>= missing;
        m.spaces = m.spaces >> missing | ~(uint64_t)0 << left;
    } else {
        char bytes[TC_BLOCK];
        memset(bytes, ' ', sizeof bytes);
        memcpy(bytes, p, left);
        m = classify(bytes);
    }
    return m;
}

/*
** The bytes behind an odd number of backslashes. A run of these that begins at an odd place is carried by an addition to
** the place behind it; so the parity of that place, against that of where the run begins, tells the parity of its length.
*/
static inline uint64_t tc_find_escaped(uint64_t backslashes, tc_carry *before)
{
    const uint64_t odd = 0xAAAAAAAAAAAAAAAAU;
    if ((backslashes | before->escapes) == 0)
        return 0;
    backslashes &= ~before->escapes;
    const uint64_t behind = backslashes << 1 | before->escapes;
    const uint64_t odd_begins = backslashes & odd & ~behind;
    const uint64_t carried = odd_begins + backslashes;
    before->escapes = carried < backslashes;
    return (~odd ^ carried << 1) & behind;
}

/* The marks of a step. */
static TC_ALWAYS_INLINE uint64_t tc_index_bits(const tc_masks *m, tc_prefix_xor *parity, tc_carry *before)
{
    const uint64_t quotes = m->quotes & ~tc_find_escaped(m->backslashes, before);
    const uint64_t inside = parity(quotes) ^ before->in_string; /* from an opening quote on, up to the closing one */
    const uint64_t begins = (m->spaces << 1 | before->space) & ~m->spaces & (quotes | ~inside);
    const uint64_t hard = m->hard & ~(m->hard << 1 | before->hard) & inside;
    before->in_string = 0 - (inside >> 63);
    before->space = m->spaces >> 63;
    before->hard = m->hard >> 63;
    return begins | (quotes & ~inside) | hard;
}

static TC_ALWAYS_INLINE void tc_index_by_block(tc_index *m, const char *chunk, const char *end, bool in_string,
                                               tc_classifier *classify, tc_prefix_xor *parity, tc_bit_writer *put)
{
    const char *p = m->begin;
    tc_carry before = {0 - (uint64_t)in_string, !in_string, 0, 0};
    unsigned count = 0;
    for (uint32_t offset = 0; offset < TC_BATCH && p < end; offset += TC_BLOCK) {
        const bool whole = end - p >= TC_BLOCK;
        const tc_masks masks = whole ? classify(p) : tc_classify_rest(chunk, p, end, classify);
        count = put(m->at, count, tc_index_bits(&masks, parity, &before), offset);
        p = whole ? p + TC_BLOCK : end;
    }
    m->count = count;
    m->behind = p;
}

#endif
