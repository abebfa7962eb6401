/*
** log_line.h - text from outside in one line: its control characters.
*/
#ifndef TC_LOG_LINE_H
#define TC_LOG_LINE_H

#include <stddef.h>

#include "internal.h"

/*
** The first control character or line separator (C0, DEL, C1, U+2028, U+2029) in [p, end), its bytes in *length; end
** if there is none.
*/
TC_INTERNAL const char *tc_find_control(const char *p, const char *end, size_t *length);

#endif
