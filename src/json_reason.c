/*
** json_reason.c - see json_reason.h.
*/
#include "json_reason.h"

const char *tc_json_reason_text(tc_json_reason reason)
{
    static const char *const texts[] = {
#define X(name, text) text,
        TC_JSON_REASONS(X)
#undef X
    };
    return texts[reason];
}
