/*
** lua_line.c - see lua_line.h.
*/
#include "lua_line.h"

#include <string.h>

#include "json_bytes.h"

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

/* DEL is looked for on its own: it is a plain byte of JSON. */
const char *tc_find_control(const char *p, const char *end, size_t *length)
{
    const char *const text = p;
    tc_window w = tc_first_window(text, end);
    for (; p < end; ++p) {
        const char *const plain_end = tc_plain_end(&w, text, p, end);
        const char *const del = memchr(p, 0x7F, (size_t)(plain_end - p));
        p = del != NULL ? del : plain_end;
        if (p < end && (*length = control_length(p, end)) > 0)
            return p;
    }
    return end;
}
