/*
** json_string.c - see json_string.h.
*/
#include "json_string.h"

#include <stdbool.h>

#include "bytes.h"
#include "json_scan.h"

static unsigned wrong(tc_json_reason reason)
{
    return TC_STRING_WRONG + (unsigned)reason;
}

/* What may follow the first byte of a UTF-8 sequence (RFC 3629). */
static unsigned string_sequence(unsigned char c)
{
    if (c >= 0xC2 && c <= 0xDF)
        return TC_STRING_TAIL_1;
    if (c == 0xE0)
        return TC_STRING_TAIL_E0;
    if (c == 0xED)
        return TC_STRING_TAIL_ED;
    if (c >= 0xE1 && c <= 0xEF)
        return TC_STRING_TAIL_2;
    if (c == 0xF0)
        return TC_STRING_TAIL_F0;
    if (c >= 0xF1 && c <= 0xF3)
        return TC_STRING_TAIL_3;
    if (c == 0xF4)
        return TC_STRING_TAIL_F4;
    return wrong(TC_JSON_UTF8);
}

static unsigned string_tail(unsigned char c, unsigned char min, unsigned char max, unsigned next)
{
    return c >= min && c <= max ? next : wrong(TC_JSON_UTF8);
}

static bool is_hex(unsigned char c)
{
    return (unsigned char)(c - '0') < 10 || (unsigned char)((c | 0x20) - 'a') < 6;
}

static unsigned string_hex(unsigned char c, unsigned next)
{
    return is_hex(c) ? next : wrong(TC_JSON_HEX);
}

static unsigned string_escape(unsigned char c)
{
    if (tc_is_short_escape((char)c))
        return TC_STRING_PLAIN;
    return c == 'u' ? TC_STRING_HEX_1 : wrong(TC_JSON_ESCAPE);
}

/* The second digit after \ud: 0-7 is not a surrogate, 8-b is a high one, c-f a low one without its high one. */
static unsigned string_surrogate(unsigned char c)
{
    if (c >= '0' && c <= '7')
        return TC_STRING_HEX_3;
    if (!is_hex(c))
        return wrong(TC_JSON_HEX);
    return (c | 0x20) == 'a' || (c | 0x20) == 'b' || c <= '9' ? TC_STRING_HIGH_3 : wrong(TC_JSON_SURROGATE);
}

static unsigned string_low(bool right, unsigned next)
{
    return right ? next : wrong(TC_JSON_SURROGATE);
}

static unsigned string_low_hex(unsigned char c, bool right, unsigned next)
{
    return is_hex(c) ? string_low(right, next) : wrong(TC_JSON_HEX);
}

unsigned tc_string_step(unsigned part, unsigned char c)
{
    switch (part) {
    case TC_STRING_PLAIN:
        if (c == '\\')
            return TC_STRING_ESCAPE;
        return c < 0x20 ? wrong(TC_JSON_CONTROL) : string_sequence(c);
    case TC_STRING_ESCAPE:
        return string_escape(c);
    case TC_STRING_HEX_1:
        return (c | 0x20) == 'd' ? TC_STRING_HEX_D : string_hex(c, TC_STRING_HEX_2);
    case TC_STRING_HEX_2:
        return string_hex(c, TC_STRING_HEX_3);
    case TC_STRING_HEX_3:
        return string_hex(c, TC_STRING_HEX_4);
    case TC_STRING_HEX_4:
        return string_hex(c, TC_STRING_PLAIN);
    case TC_STRING_HEX_D:
        return string_surrogate(c);
    case TC_STRING_HIGH_3:
        return string_hex(c, TC_STRING_HIGH_4);
    case TC_STRING_HIGH_4:
        return string_hex(c, TC_STRING_LOW_SLASH);
    case TC_STRING_LOW_SLASH:
        return string_low(c == '\\', TC_STRING_LOW_U);
    case TC_STRING_LOW_U:
        return string_low(c == 'u', TC_STRING_LOW_1);
    case TC_STRING_LOW_1:
        return string_low_hex(c, (c | 0x20) == 'd', TC_STRING_LOW_2);
    case TC_STRING_LOW_2:
        return string_low_hex(c, (c | 0x20) >= 'c', TC_STRING_HEX_3);
    case TC_STRING_TAIL_1:
        return string_tail(c, 0x80, 0xBF, TC_STRING_PLAIN);
    case TC_STRING_TAIL_2:
        return string_tail(c, 0x80, 0xBF, TC_STRING_TAIL_1);
    case TC_STRING_TAIL_3:
        return string_tail(c, 0x80, 0xBF, TC_STRING_TAIL_2);
    case TC_STRING_TAIL_E0:
        return string_tail(c, 0xA0, 0xBF, TC_STRING_TAIL_1);
    case TC_STRING_TAIL_ED:
        return string_tail(c, 0x80, 0x9F, TC_STRING_TAIL_1);
    case TC_STRING_TAIL_F0:
        return string_tail(c, 0x90, 0xBF, TC_STRING_TAIL_2);
    default: /* TC_STRING_TAIL_F4 */
        return string_tail(c, 0x80, 0x8F, TC_STRING_TAIL_2);
    }
}
