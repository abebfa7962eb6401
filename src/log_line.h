/*
** log_line.h - an error as one line, for logs and terminals.
*/
#ifndef TC_LOG_LINE_H
#define TC_LOG_LINE_H

#include "bytes.h"
#include "internal.h"

/*
** Writes "code: message (RequestId: request_id)" to out and returns its length. If that is over capacity, out does not
** hold the line: call again with enough. An empty message or request id is left out, with the punctuation around it.
**
** What could forge a line, or reorder it on a terminal, is written as an escape, \n, \r, \t or \uXXXX: C0, DEL and C1
** (U+0085 among them), the marks and overrides of writing direction (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066
** to U+2069), and the line and paragraph separators (U+2028, U+2029).
*/
TC_INTERNAL size_t tc_log_line(const tc_span *code, const tc_span *message, const tc_span *request_id, char *out,
                               size_t capacity);

#endif
