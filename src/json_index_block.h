/*
** json_index_block.h - the structural index by blocks of 64 bytes, whatever the instructions are. Part of json_index.
**
** What an instruction set does with a block is given as functions, which become part of the loop. Bit i of a mask
** stands for byte i of its block; drawings show bit 0 leftmost, so carries go to the right.
**
** Sources: Langdale and Lemire, Parsing Gigabytes of JSON per Second, 2019 (masks, escapes by addition, what is inside
** strings by a prefix xor, writing ahead); Keiser and Lemire, Validating UTF-8 In Less Than One Instruction Per Byte,
** 2021. Checking escapes within the index and noting the first one of each string are our own.
*/
#ifndef TC_JSON_INDEX_BLOCK_H
#define TC_JSON_INDEX_BLOCK_H

#include <stddef.h>
#include <string.h>

#include "bytes.h"
#include "json_index.h"

typedef struct {
    uint64_t quotes, backslashes;
    uint64_t spaces;  /* white space */
    uint64_t special; /* control characters and bytes that are not ASCII */
} tc_masks;

/* Classifies the TC_BLOCK bytes at p. */
typedef tc_masks tc_classifier(const char *p);

/*
** Bit i of the result: is the number of bits set in 0 .. i odd? For quotes: does byte i lie in a string? The
** opening quote counts as inside, the closing one does not.
**
**     bytes   ..."abc"..."def"..
**     bits    ...1...1...1...1..
**     result  ...1111....1111...
*/
typedef uint64_t tc_prefix_xor(uint64_t bits);

/*
** Writes offset + i for each bit i at at[count] and after it; may write up to TC_BLOCK entries. Returns the new count.
*/
typedef unsigned tc_bit_writer(uint32_t *at, unsigned count, uint64_t bits, uint32_t offset);

typedef struct {
    uint64_t not_ascii;
    bool valid; /* the block's UTF-8, but for a sequence that its end cuts; may be false without an error */
} tc_utf8;

/* Checks the block at p, and how sequences that begin in the three bytes before it go on. */
typedef tc_utf8 tc_utf8_checker(const char *p);

/* The bytes of the block at p that may follow a backslash, other than u. */
typedef uint64_t tc_escape_finder(const char *p);

/*
** The bytes that may follow a backslash, by their halves: four sets, each of bytes with the same high half. A byte is
** in a set if both of its halves have the set's bit: " and / are in 1, \ in 2, b, f and n in 4, r and t in 8.
*/
static const uint8_t tc_escapes_by_low_half[16] = {0, 0, 1 | 4 | 8, 0, 8, 0, 4, 0, 0, 0, 0, 0, 2, 0, 4, 1};
static const uint8_t tc_escapes_by_high_half[16] = {0, 0, 1, 0, 0, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0};

/*
** UTF-8 by three tables (Keiser and Lemire 2021). There are eight ways in which two neighbouring bytes can be wrong,
** one bit each. A table says in which of these ways half a byte can take part: the high half of the first byte, the low
** half of the first, and the high half of the second. The two bytes are wrong in the ways that all three have in
** common.
**
** Whether two continuations in a row are wrong depends on the bytes before them: they are right exactly where a
** sequence of three or four began two bytes back, or one of four began three bytes back.
*/
enum {
    CUT = 1,            /* a leading byte, and something other than a continuation */
    UNEXPECTED = 2,     /* ASCII, and a continuation */
    OVERLONG_3 = 4,     /* E0, and 80 to 9F */
    TOO_LARGE = 8,      /* F4 or more, and 90 to BF */
    SURROGATE = 16,     /* ED, and A0 to BF */
    OVERLONG_2 = 32,    /* C0 or C1, and a continuation */
    FOUR_AT_8 = 64,     /* F0 or F5 or more, and 80 to 8F: overlong or too large */
    CONTINUATION = 128, /* a continuation, and another */
    ANY_LOW_HALF = CUT | UNEXPECTED | CONTINUATION,
    ANY_CONTINUATION = UNEXPECTED | OVERLONG_2 | CONTINUATION
};

static const uint8_t tc_utf8_first_high[16] = {
    UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED,
    CONTINUATION, CONTINUATION, CONTINUATION, CONTINUATION,
    CUT | OVERLONG_2, CUT, CUT | OVERLONG_3 | SURROGATE, CUT | TOO_LARGE | FOUR_AT_8,
};
static const uint8_t tc_utf8_first_low[16] = {
    ANY_LOW_HALF | OVERLONG_2 | OVERLONG_3 | FOUR_AT_8,
    ANY_LOW_HALF | OVERLONG_2,
    ANY_LOW_HALF,
    ANY_LOW_HALF,
    ANY_LOW_HALF | TOO_LARGE,
    ANY_LOW_HALF | TOO_LARGE | FOUR_AT_8,
    ANY_LOW_HALF | TOO_LARGE | FOUR_AT_8,
    ANY_LOW_HALF | TOO_LARGE | FOUR_AT_8,
    ANY_LOW_HALF | TOO_LARGE | FOUR_AT_8,
    ANY_LOW_HALF | TOO_LARGE | FOUR_AT_8,
    ANY_LOW_HALF | TOO_LARGE | FOUR_AT_8,
    ANY_LOW_HALF | TOO_LARGE | FOUR_AT_8,
    ANY_LOW_HALF | TOO_LARGE | FOUR_AT_8,
    ANY_LOW_HALF | TOO_LARGE | FOUR_AT_8 | SURROGATE,
    ANY_LOW_HALF | TOO_LARGE | FOUR_AT_8,
    ANY_LOW_HALF | TOO_LARGE | FOUR_AT_8,
};
static const uint8_t tc_utf8_second_high[16] = {
    CUT, CUT, CUT, CUT, CUT, CUT, CUT, CUT,
    ANY_CONTINUATION | OVERLONG_3 | FOUR_AT_8,
    ANY_CONTINUATION | OVERLONG_3 | TOO_LARGE,
    ANY_CONTINUATION | SURROGATE | TOO_LARGE,
    ANY_CONTINUATION | SURROGATE | TOO_LARGE,
    CUT, CUT, CUT, CUT,
};

/*
** Subtracting these with saturation leaves the high bit set in a byte that begins a sequence of three or four, or one
** of four.
*/
enum { TC_BELOW_THREE = 0xE0 - 0x80, TC_BELOW_FOUR = 0xF0 - 0x80 };

/* ---- writing positions ---- */

/* Writes offset plus the number of the lowest bit, and clears that bit; if there is none, writes any number. */
static inline uint64_t tc_write_lowest(uint32_t *at, uint64_t bits, uint32_t offset)
{
    *at = offset + tc_first_bit(bits | (uint64_t)1 << 63);
    return bits & (bits - 1);
}

/*
** Writes four at a time, and at least eight. The surplus is overwritten later, which costs less than a branch that is
** hard to predict.
*/
static inline void tc_write_by_fours(uint32_t *at, uint64_t bits, uint32_t offset)
{
    for (unsigned fours = 0; fours < 2 || bits != 0; ++fours, at += 4) {
        bits = tc_write_lowest(at, bits, offset);
        bits = tc_write_lowest(at + 1, bits, offset);
        bits = tc_write_lowest(at + 2, bits, offset);
        bits = tc_write_lowest(at + 3, bits, offset);
    }
}

/* ---- one block ---- */

/* What a block must know about the bytes before it. space, noted and escape are 0 or 1. */
typedef struct {
    uint64_t in_string; /* all ones if the last byte is in a string, else 0 */
    uint64_t quotes;    /* of the block before, as far as blocks are simple */
    uint64_t space;     /* the last byte is white space */
    uint64_t noted;     /* the string that goes on has an escape with a position */
    uint64_t escape;    /* the last byte is a backslash that escapes the next */
    uint64_t sequence;  /* not 0 if one of the last three bytes is not ASCII, so that a sequence may go on */
} tc_carry;

/* A place in the chunk [chunk, end): the block at p, which the end may cut. */
typedef struct {
    const char *chunk, *p, *end;
} tc_place;

/* Classifies a block that the chunk's end cuts; the bytes that are missing count as spaces. */
static TC_ALWAYS_INLINE tc_masks tc_classify_rest(tc_place at, tc_classifier *classify)
{
    const unsigned left = (unsigned)(at.end - at.p), missing = TC_BLOCK - left;
    tc_masks m;
    if (at.end - at.chunk >= TC_BLOCK) { /* the chunk's last bytes; the first of them lie before p */
        m = classify(at.end - TC_BLOCK);
        m.quotes >>= missing;
        m.backslashes >>= missing;
        m.special >>= missing;
        m.spaces = m.spaces >> missing | ~(uint64_t)0 << left;
    } else {
        char bytes[TC_BLOCK];
        memset(bytes, ' ', sizeof bytes);
        memcpy(bytes, at.p, left);
        m = classify(bytes);
    }
    return m;
}

enum { TC_BEFORE = 3 }; /* bytes before a block that may begin a sequence which goes on in it */

/*
** A block that has TC_BEFORE bytes before it: the one in the chunk, or a copy with spaces for the bytes that are
** missing.
*/
static inline const char *tc_surrounded(tc_place at, char copy[TC_BEFORE + TC_BLOCK])
{
    const ptrdiff_t before = at.p - at.chunk < TC_BEFORE ? at.p - at.chunk : TC_BEFORE;
    const ptrdiff_t left = at.end - at.p < TC_BLOCK ? at.end - at.p : TC_BLOCK;
    if (before + left == TC_BEFORE + TC_BLOCK)
        return at.p;
    memset(copy, ' ', TC_BEFORE + TC_BLOCK);
    memcpy(copy + TC_BEFORE - before, at.p - before, (size_t)(before + left));
    return copy + TC_BEFORE;
}

/* Which of a block's last TC_BEFORE bytes are not ASCII: a sequence that begins in them may go on after the block. */
static inline uint64_t tc_last_not_ascii(tc_utf8 utf8)
{
    return utf8.not_ascii >> (TC_BLOCK - TC_BEFORE);
}

/* How many of the bytes in [begin, p) belong to a sequence that p cuts. */
static inline unsigned tc_cut_sequence(const char *begin, const char *p)
{
    for (unsigned back = 1; back <= TC_BEFORE && p - begin >= (ptrdiff_t)back; ++back) {
        const unsigned char c = (unsigned char)p[-(ptrdiff_t)back];
        if (c < 0x80)
            return 0;
        if (c >= 0xC0) /* needs more than one byte from C0 up, two from E0, three from F0 */
            return c >= 0x100 - (0x80 >> back) ? back : 0;
    }
    return 0;
}

/*
** What the automaton has to visit: bytes of the block, and the one `cut` bytes before the block, where an escape or a
** sequence begins that goes on in the block; cut is 0 if there is none.
*/
typedef struct {
    uint64_t bits;
    unsigned cut;
} tc_visits;

/*
** The first escape of each string. An opening quote is added to what is inside its string, escapes left out, and
** carries up to the first escape or the closing quote:
**
**     bytes            "a\n\t","bc"
**     inside           111111..111.
**     text             11.1.1..111.    inside without the escapes
**     begins           1.......1...
**     sum              ..11.1.....1
**     sum & escapes    ..1.........
**
** If the block begins in a string that has no escape so far, bit 0 counts as its begin.
*/
static TC_ALWAYS_INLINE uint64_t tc_first_escapes(uint64_t escapes, uint64_t quotes, uint64_t inside, tc_carry *carry)
{
    const uint64_t text = inside & ~escapes, begins = (quotes & inside) | (carry->in_string & ~carry->noted & 1);
    const uint64_t sum = text + begins;
    carry->noted = sum >= text; /* else the last string goes on without an escape so far */
    return sum & escapes;
}

/* Control characters, and if the UTF-8 may be wrong, the first byte of each run of bytes that are not ASCII. */
static TC_ALWAYS_INLINE tc_visits tc_index_special(tc_place at, const char *first, uint64_t special, tc_utf8 utf8)
{
    tc_visits v = {special & ~utf8.not_ascii, 0};
    if (!utf8.valid) {
        v.bits = special & ~(utf8.not_ascii << 1 & utf8.not_ascii);
        v.cut = tc_cut_sequence(first, at.p);
    }
    return v;
}

/* The bytes after white space outside strings, and the closing quotes. */
static TC_ALWAYS_INLINE uint64_t tc_index_structure(const tc_masks *m, uint64_t quotes, uint64_t inside,
                                                    tc_carry *carry)
{
    const uint64_t after_space = (m->spaces << 1 | carry->space) & ~m->spaces;
    carry->in_string = 0 - (inside >> 63);
    carry->space = m->spaces >> 63;
    return (after_space & (quotes | ~inside)) | (quotes & ~inside);
}

/* All escapes that are not short ones, by the bytes that follow their backslashes. */
static TC_ALWAYS_INLINE tc_visits tc_index_escapes(const char *block, uint64_t escaped, tc_escape_finder *find_short)
{
    const uint64_t others = escaped & ~find_short(block);
    const tc_visits v = {others >> 1, others & 1};
    return v;
}

/* Any block, of a batch whose first byte is given. */
static TC_ALWAYS_INLINE tc_visits tc_index_any(tc_place at, const char *first, const tc_masks *m, tc_carry *carry,
                                               tc_prefix_xor *prefix_xor, tc_utf8_checker *check,
                                               tc_escape_finder *find_short)
{
    char copy[TC_BEFORE + TC_BLOCK];
    const char *const block = tc_surrounded(at, copy);
    tc_visits v = {0, 0};
    uint64_t escapes = 0, quotes = m->quotes, inside = carry->in_string;
    if ((m->backslashes | carry->escape) != 0) {
        escapes = tc_find_escapes(m->backslashes, carry->escape);
        const uint64_t escaped = escapes << 1 | carry->escape;
        v = tc_index_escapes(block, escaped, find_short);
        quotes &= ~escaped;
        carry->escape = escapes >> 63;
    }
    if ((quotes | ~carry->in_string) == 0) { /* in one string from end to end */
        v.bits |= escapes & (0 - escapes) & (carry->noted - 1);
        carry->noted |= escapes != 0;
    } else {
        inside ^= prefix_xor(quotes);
        v.bits |= tc_first_escapes(escapes, quotes, inside, carry);
        v.bits |= tc_index_structure(m, quotes, inside, carry);
    }
    if (((m->special & inside) | carry->sequence) != 0) {
        const tc_utf8 utf8 = check(block);
        const tc_visits special = tc_index_special(at, first, m->special & inside, utf8);
        v.bits |= special.bits;
        v.cut |= special.cut; /* the byte before the block is not both a backslash and not ASCII */
        carry->sequence = tc_last_not_ascii(utf8);
    }
    return v;
}

/* ---- one batch ---- */

/* What has been indexed of a batch, up to at.p, which has this offset; `first` is its first byte. */
typedef struct {
    tc_index *index;
    const char *first;
    tc_place at;
    tc_carry carry;
    uint32_t offset;
    unsigned count;
} tc_batch;

/* Goes on after a block of this length. While the batch has no position, it begins after the block. */
static TC_ALWAYS_INLINE void tc_advance(tc_batch *b, unsigned length)
{
    b->at.p += length;
    if (b->count != 0)
        b->offset += length;
    else
        b->index->begin = b->at.p;
}

static TC_ALWAYS_INLINE void tc_end_batch(const tc_batch *b)
{
    TC_ASSERT(b->count <= TC_POSITIONS - TC_BLOCK);
    b->index->count = b->count;
    b->index->end = b->at.p;
}

/*
** Indexes a block of this length that has no backslash and, in strings, no special byte. False, and nothing has
** changed, if it is another, or the second one without a quote in a string: such texts have a loop of their own.
*/
static TC_ALWAYS_INLINE bool tc_index_simple(tc_batch *b, tc_masks m, unsigned length, tc_prefix_xor *prefix_xor,
                                             tc_bit_writer *write)
{
    if ((m.quotes | b->carry.quotes | ~b->carry.in_string) == 0)
        return false;
    /* From an opening quote up to the closing one. */
    const uint64_t inside = prefix_xor(m.quotes) ^ b->carry.in_string;
    if ((m.backslashes | (m.special & inside)) != 0)
        return false;
    b->carry.noted &= m.quotes == 0;
    b->carry.quotes = m.quotes;
    const uint64_t bits = tc_index_structure(&m, m.quotes, inside, &b->carry);
    if (bits != 0)
        b->count = write(b->index->at, b->count, bits, b->offset);
    tc_advance(b, length);
    return true;
}

/*
** Indexes a batch. Most bodies consist of simple blocks only: their loop is separate so that all it needs stays in
** registers. From the first other block on, index_others indexes the rest and ends the batch.
*/
static TC_ALWAYS_INLINE void tc_index_blocks(tc_index *index, const char *chunk, const char *end, tc_index_from from,
                                             tc_classifier *classify, tc_prefix_xor *prefix_xor, tc_bit_writer *write,
                                             void index_others(const tc_batch *))
{
    const uint64_t in_string = from != TC_AFTER_SPACE;
    const tc_carry carry = {0 - in_string, 0, !in_string, from == TC_IN_ESCAPED_STRING, 0, 0};
    tc_batch b = {index, index->begin, {chunk, index->begin, end}, carry, 0, 0};
    bool simple = true;
    while (simple && b.offset < TC_BATCH && end - b.at.p >= TC_BLOCK)
        simple = tc_index_simple(&b, classify(b.at.p), TC_BLOCK, prefix_xor, write);
    if (simple && b.offset < TC_BATCH && b.at.p < end)
        simple = tc_index_simple(&b, tc_classify_rest(b.at, classify), (unsigned)(end - b.at.p), prefix_xor, write);
    if (simple) {
        tc_end_batch(&b);
    } else {
        const tc_batch copy = b; /* whose address is given away, so that b itself can stay in registers */
        index_others(&copy);
    }
}

/* Gives the byte `cut` bytes before p a position, unless it has one. offset is p's; returns what it is from now on. */
static TC_ALWAYS_INLINE uint32_t tc_index_cut(tc_index *index, unsigned *count, const char *p, uint32_t offset,
                                              unsigned cut)
{
    if (*count == 0) { /* until now the batch began at p */
        index->begin = p - cut;
        offset = cut;
    }
    if (*count == 0 || index->at[*count - 1] < offset - cut)
        index->at[(*count)++] = offset - cut;
    return offset;
}

/* Does this block lie in one string from end to end, without an escape? */
static TC_ALWAYS_INLINE bool tc_is_text(const tc_masks *m, const tc_carry *carry)
{
    return (m->quotes | m->backslashes | ~carry->in_string | carry->escape) == 0;
}

/* Checks a block of text. False, and nothing has changed, if something in it may have to be visited. */
static TC_ALWAYS_INLINE bool tc_check_text(const char *p, const tc_masks *m, tc_carry *carry, tc_utf8_checker *check)
{
    if (TC_LIKELY((m->special | carry->sequence) == 0))
        return true;
    const tc_utf8 utf8 = check(p);
    if (!utf8.valid || (m->special & ~utf8.not_ascii) != 0)
        return false;
    carry->sequence = tc_last_not_ascii(utf8);
    return true;
}

/*
** Passes whole blocks of text in which there is nothing to visit. Their loop is separate because it has little to keep
** in registers: on AVX-512 that makes it 1.8 times as quick. m are the masks of the block at b, before which the chunk
** has TC_BEFORE bytes. True at a whole block that it does not pass, whose masks m are then; false if the batch is full
** or no whole block is left.
*/
static TC_ALWAYS_INLINE bool tc_pass_text(tc_batch *b, tc_masks *m, tc_classifier *classify, tc_utf8_checker *check,
                                          bool has_lookups)
{
    while (tc_is_text(m, &b->carry) && (has_lookups || m->special == 0) &&
           tc_check_text(b->at.p, m, &b->carry, check)) {
        tc_advance(b, TC_BLOCK);
        if (b->offset >= TC_BATCH || b->at.end - b->at.p < TC_BLOCK)
            return false;
        *m = classify(b->at.p);
    }
    return true;
}

/* Goes on with the other blocks, and ends the batch. Without look-ups, check finds right no block that is not ASCII. */
static TC_ALWAYS_INLINE void tc_index_any_blocks(tc_batch b, tc_classifier *classify, tc_prefix_xor *prefix_xor,
                                                 tc_bit_writer *write, tc_utf8_checker *check, bool has_lookups,
                                                 tc_escape_finder *find_short)
{
    while (b.offset < TC_BATCH && b.at.p < b.at.end) {
        const bool whole = b.at.end - b.at.p >= TC_BLOCK;
        const unsigned length = whole ? TC_BLOCK : (unsigned)(b.at.end - b.at.p);
        tc_masks m = whole ? classify(b.at.p) : tc_classify_rest(b.at, classify);
        const bool surrounded = whole && b.at.p - b.at.chunk >= TC_BEFORE;
        if (surrounded && !tc_pass_text(&b, &m, classify, check, has_lookups)) /* which may have moved b */
            continue;
        const tc_visits v = tc_index_any(b.at, b.first, &m, &b.carry, prefix_xor, check, find_short);
        if (TC_UNLIKELY(v.cut != 0))
            b.offset = tc_index_cut(b.index, &b.count, b.at.p, b.offset, v.cut);
        if (v.bits != 0)
            b.count = write(b.index->at, b.count, v.bits, b.offset);
        tc_advance(&b, length);
    }
    const unsigned cut = b.carry.escape != 0 ? 1 : tc_cut_sequence(b.first, b.at.p);
    if (cut != 0)
        tc_index_cut(b.index, &b.count, b.at.p, b.offset, cut);
    tc_end_batch(&b);
}

#endif
