/*
** json_unescape.c - see json_unescape.h.
*/
#include "json_unescape.h"

#include <string.h>

#include "bytes.h"

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

enum { SHORT_RUN = 32 }; /* beyond it the C library's functions are faster */

/* Copies up to the first backslash and returns how many bytes. */
static size_t copy_plain(char *out, const char *raw, const char *end)
{
    const char *p = raw;
    for (; end - p >= 8; p += 8, out += 8) {
        const uint64_t flags = tc_flags_backslash(tc_eight_bytes(p));
        memcpy(out, p, 8); /* what follows a backslash is overwritten later */
        if (flags != 0)
            return (size_t)(p - raw) + tc_first_flag(flags);
        if (p - raw >= SHORT_RUN) {
            const char *const backslash = (const char *)memchr(p, '\\', (size_t)(end - p));
            const size_t rest = (size_t)((backslash != NULL ? backslash : end) - p);
            memcpy(out, p, rest);
            return (size_t)(p - raw) + rest;
        }
    }
    while (p < end && *p != '\\')
        *out++ = *p++;
    return (size_t)(p - raw);
}

/* Decodes the escapes at raw, as far as they are whole; returns the byte after the last. */
static const char *put_escapes(tc_unescape_state *state, const char *raw, const char *end, char **out)
{
    char *o = *out;
    while (end - raw >= 2 && *raw == '\\') {
        if (raw[1] != 'u') {
            *o++ = unescaped(raw[1]);
            raw += 2;
        } else {
            if (end - raw < 6)
                break;
            state->code = tc_hex_value(tc_four_bytes(raw + 2));
            o = put_unit(state, o);
            raw += 6;
        }
    }
    *out = o;
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
