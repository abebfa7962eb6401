/*
** log_line.c - see log_line.h.
*/
#include "log_line.h"

#include "bytes.h"

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

const char *tc_find_control(const char *p, const char *end, size_t *length)
{
    while (p < end) {
        if (end - p >= 8 && tc_flags_not_printable(tc_eight_bytes(p)) == 0) {
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
