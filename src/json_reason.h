/*
** json_reason.h - why a text is refused.
*/
#ifndef TC_JSON_REASON_H
#define TC_JSON_REASON_H

#include "internal.h"

/* Stable names, and texts for people. */
#define TC_JSON_REASONS(X)                                                                                             \
    X(TC_JSON_FINE, "no error")                                                                                        \
    X(TC_JSON_EMPTY, "empty body")                                                                                     \
    X(TC_JSON_TRUNCATED, "unexpected end of input")                                                                    \
    X(TC_JSON_BYTE_ORDER_MARK, "byte order mark")                                                                      \
    X(TC_JSON_VALUE, "expected a value")                                                                               \
    X(TC_JSON_NAME, "expected a member name in quotes")                                                                \
    X(TC_JSON_NAME_OR_END, "expected a member name in quotes or '}'")                                                  \
    X(TC_JSON_COLON, "expected ':'")                                                                                   \
    X(TC_JSON_COMMA_OR_BRACE, "expected ',' or '}'")                                                                   \
    X(TC_JSON_COMMA_OR_BRACKET, "expected ',' or ']'")                                                                 \
    X(TC_JSON_TRAILING, "unexpected byte after the end of the value")                                                  \
    X(TC_JSON_LITERAL, "invalid literal")                                                                              \
    X(TC_JSON_NUMBER, "invalid number")                                                                                \
    X(TC_JSON_CONTROL, "unescaped control character in a string")                                                      \
    X(TC_JSON_ESCAPE, "invalid escape")                                                                                \
    X(TC_JSON_HEX, "expected a hexadecimal digit")                                                                     \
    X(TC_JSON_SURROGATE, "lone surrogate")                                                                             \
    X(TC_JSON_UTF8, "invalid UTF-8")                                                                                   \
    X(TC_JSON_DEPTH, "nested too deeply")                                                                              \
    X(TC_JSON_TOO_LARGE, "the body is too large to be indexed")

typedef enum {
#define X(name, text) name,
    TC_JSON_REASONS(X)
#undef X
} tc_json_reason;

/* The text of a reason: constant, for people. */
TC_INTERNAL const char *tc_json_reason_text(tc_json_reason reason);

#endif
