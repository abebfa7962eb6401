/*
** json_unescape.c - see json_unescape.h.
*/
#include "json_unescape.h"

#include <string.h>

static char unescaped(char c)
{
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default: /* quote, backslash, slash */
        return c;
    }
}

static uint32_t hex_value(char c)
{
    return c <= '9' ? (uint32_t)(c - '0') : (uint32_t)((c | 0x20) - 'a' + 10);
}

/* Writes a code point as UTF-8 and returns the byte behind it. */
static char *put_utf8(char *out, uint32_t code)
{
    if (code < 0x80) {
        *out++ = (char)code;
        return out;
    }
    if (code < 0x800) {
        *out++ = (char)(0xC0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *out++ = (char)(0xE0 | code >> 12);
        } else {
            *out++ = (char)(0xF0 | code >> 18);
            *out++ = (char)(0x80 | (code >> 12 & 0x3F));
        }
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (code & 0x3F));
    return out;
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

static bool has_backslash(uint64_t bytes)
{
    const uint64_t ones = 0x0101010101010101U, high = 0x80 * ones;
    const uint64_t difference = bytes ^ '\\' * ones; /* a byte 0 where there is a backslash */
    return ((difference - ones) & ~difference & high) != 0;
}

/* Copies up to the first backslash and returns how many bytes. Runs are short: memchr and memcpy would cost more. */
static size_t copy_plain(char *out, const char *raw, const char *end)
{
    const char *p = raw;
    uint64_t bytes;
    for (; end - p >= 8; p += 8, out += 8) {
        memcpy(&bytes, p, sizeof bytes);
        if (has_backslash(bytes))
            break;
        memcpy(out, &bytes, sizeof bytes);
    }
    while (p < end && *p != '\\')
        *out++ = *p++;
    return (size_t)(p - raw);
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
            const size_t run = copy_plain(out, raw, end);
            out += run;
            raw += run;
            if (raw < end) {
                state->backslash = true;
                ++raw;
            }
        }
    }
    return (size_t)(out - begin);
}
