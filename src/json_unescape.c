/*
** json_unescape.c - see json_unescape.h.
*/
#include "json_unescape.h"

#include <string.h>

#include "bytes.h"
#include "vector.h"

const char tc_short_escapes[128] = {
    ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t',
};

static char unescaped(char c)
{
    return tc_short_escapes[(unsigned char)c];
}

static uint32_t hex_value(char c)
{
    return c <= '9' ? (uint32_t)(c - '0') : (uint32_t)((c | 0x20) - 'a' + 10);
}

/* A byte of a sequence after its first: it holds six bits. */
static char continuation(uint32_t bits)
{
    return (char)(0x80 | (bits & 0x3F));
}

/* Writes a code point from 0x800 to 0xFFFF as UTF-8 and returns the byte after it. */
static char *put_three(char *out, uint32_t code)
{
    out[0] = (char)(0xE0 | code >> 12);
    out[1] = continuation(code >> 6);
    out[2] = continuation(code);
    return out + 3;
}

/* The same for any code point. */
static char *put_utf8(char *out, uint32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return out + 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = continuation(code);
        return out + 2;
    }
    if (code < 0x10000)
        return put_three(out, code);
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = continuation(code >> 12);
    out[2] = continuation(code >> 6);
    out[3] = continuation(code);
    return out + 4;
}

static bool is_surrogate(uint32_t code)
{
    return code >= 0xD800 && code < 0xE000;
}

/* A \u escape is complete: writes what it stands for, unless it is the first half of a pair. */
static char *put_unit(tc_unescape_state *state, char *out)
{
    const uint32_t code = state->code;
    if (code >= 0xD800 && code < 0xDC00) {
        state->high = code;
        return out;
    }
    const uint32_t high = state->high;
    state->high = 0;
    return put_utf8(out, high == 0 ? code : 0x10000 + ((high & 0x3FF) << 10 | (code & 0x3FF)));
}

/* ---- block by block ---- */

enum { BLOCK = 64 };

/* The backslashes of the block at p: bit i for byte i. */
static uint64_t find_backslashes(const char *p)
{
#if defined(TC_HAS_VECTORS)
    return tc_mask(tc_is('\\', tc_load(p)), tc_is('\\', tc_load(p + 16)), tc_is('\\', tc_load(p + 32)),
                   tc_is('\\', tc_load(p + 48)));
#else
    uint64_t found = 0;
    for (unsigned i = 0; i < BLOCK; i += 8)
        found |= tc_bits_backslash(tc_eight_bytes(p + i)) << i;
    return found;
#endif
}

/* Copies length bytes, at most a block, and some more: copying a fixed number is faster than copying only those. */
static char *copy_ahead(char *out, const char *p, size_t length)
{
    memcpy(out, p, 16);
    if (length > 16)
        memcpy(out + 16, p + 16, BLOCK - 16);
    return out + length;
}

/* Decodes the \u escapes at raw, as far as they are whole; returns the byte after the last. */
static const char *put_units(tc_unescape_state *state, const char *raw, const char *end, char **out)
{
    char *o = *out;
    for (; end - raw >= 6 && raw[0] == '\\' && raw[1] == 'u'; raw += 6) {
        const uint32_t code = tc_hex_value(tc_four_bytes(raw + 2));
        if (code >= 0x800 && !is_surrogate(code)) { /* most of what is escaped so */
            o = put_three(o, code);
        } else {
            state->code = code;
            o = put_unit(state, o);
        }
    }
    *out = o;
    return raw;
}

/* Decodes a block with these escapes, one by one, and what reaches out of it; returns the byte after that. */
static const char *put_sparse(tc_unescape_state *state, const char *block, uint64_t escapes, const char *end,
                              char **out)
{
    const char *raw = block;
    char *o = *out;
    while (escapes != 0) {
        const size_t at = tc_first_bit(escapes);
        o = copy_ahead(o, raw, (size_t)(block + at - raw));
        raw = block + at + 2;
        if (raw[-1] != 'u') {
            *o++ = unescaped(raw[-1]);
            escapes &= escapes - 1;
        } else {
            raw = put_units(state, raw - 2, end, &o);
            escapes = raw < block + BLOCK ? escapes & ~(uint64_t)0 << (raw - block) : 0;
        }
    }
    if (raw < block + BLOCK) {
        o = copy_ahead(o, raw, (size_t)(block + BLOCK - raw));
        raw = block + BLOCK;
    }
    *out = o;
    return raw;
}

/* Are more than four bits set? Then it costs less to decode the block as a dense one. */
static bool are_many(uint64_t bits)
{
    if (bits == 0) /* most blocks */
        return false;
    for (int i = 0; i < 4; ++i)
        bits &= bits - 1;
    return bits != 0;
}

/* Decodes a block, and what reaches out of it or else up to that; returns the byte to go on at. */
static const char *put_block(tc_unescape_state *state, const char *block, const char *end, char **out)
{
    const uint64_t escapes = tc_find_escapes(find_backslashes(block), 0);
    if (are_many(escapes)) {
        const char *const next = tc_unescape_dense(block, escapes, out);
        if (next != block)
            return next;
    }
    return put_sparse(state, block, escapes, end, out);
}

/*
** Decodes blocks while another one follows, into which an escape and the bytes copied ahead may reach. There is
** enough capacity, because out never has more bytes than raw.
*/
static const char *put_blocks(tc_unescape_state *state, const char *raw, const char *end, char **out)
{
    while (end - raw >= 2 * BLOCK) {
        const char *const block = raw;
        tc_x86_unescape(&raw, end, out);
        if (raw == block)
            raw = put_block(state, raw, end, out);
    }
    return raw;
}

/* ---- byte by byte ---- */

/* Copies up to the first backslash and returns how many bytes. */
static size_t copy_plain(char *out, const char *raw, const char *end)
{
    const char *p = raw;
    for (; end - p >= 8; p += 8, out += 8) {
        const uint64_t flags = tc_flags_equal(tc_eight_bytes(p), '\\');
        memcpy(out, p, 8); /* what follows a backslash is overwritten later */
        if (flags != 0)
            return (size_t)(p - raw) + tc_first_flag(flags);
    }
    while (p < end && *p != '\\')
        *out++ = *p++;
    return (size_t)(p - raw);
}

/* Decodes the escapes at raw, as far as they are whole; returns the byte after the last. */
static const char *put_escapes(tc_unescape_state *state, const char *raw, const char *end, char **out)
{
    while (end - raw >= 2 && *raw == '\\' && (raw[1] != 'u' || end - raw >= 6)) {
        if (raw[1] == 'u') {
            raw = put_units(state, raw, end, out);
        } else {
            *(*out)++ = unescaped(raw[1]);
            raw += 2;
        }
    }
    return raw;
}

size_t tc_unescape(tc_unescape_state *state, const char *raw, size_t length, char *out)
{
    const char *const begin = out;
    const char *const end = raw + length;
    while (raw < end) {
        if (state->digits > 0) {
            state->code = state->code << 4 | hex_value(*raw++);
            if (--state->digits == 0)
                out = put_unit(state, out);
        } else if (state->backslash) {
            state->backslash = false;
            if (*raw == 'u') {
                state->digits = 4;
                state->code = 0;
            } else {
                *out++ = unescaped(*raw);
            }
            ++raw;
        } else {
            raw = put_blocks(state, raw, end, &out);
            const size_t run = copy_plain(out, raw, end);
            out += run;
            raw = put_escapes(state, raw + run, end, &out);
            if (raw < end && *raw == '\\') {
                state->backslash = true;
                ++raw;
            }
        }
    }
    return (size_t)(out - begin);
}
