/*
** log_line.c - see log_line.h.
*/
#include "log_line.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Bytes of the control character or line separator at p, 0 if there is none. */
static size_t control_length(const char *p, const char *end)
{
    const unsigned char c = (unsigned char)*p;
    if (c < 0x20 || c == 0x7F)
        return 1;
    if (c == 0xC2 && end - p >= 2 && (unsigned char)p[1] < 0xA0)
        return 2;
    if (c == 0xE2 && end - p >= 3 && (unsigned char)p[1] == 0x80 && ((unsigned char)p[2] | 1) == 0xA9)
        return 3;
    return 0;
}

/* Are the eight bytes at p all from 0x20 to 0x7E? Each test leaves its answer in the bytes' high bits. */
static bool is_printable(const char *p)
{
    const uint64_t ones = 0x0101010101010101U, high = 0x80 * ones;
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    const uint64_t not_ascii = bytes, is_del = bytes + ones, not_control = (bytes | high) - 0x20 * ones;
    return ((not_ascii | is_del | ~not_control) & high) == 0;
}

const char *tc_find_control(const char *p, const char *end, size_t *length)
{
    while (p < end) {
        if (end - p >= 8 && is_printable(p)) {
            p += 8;
            continue;
        }
        *length = control_length(p, end);
        if (*length > 0)
            return p;
        ++p;
    }
    return end;
}
