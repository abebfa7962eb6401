/*
** ffi_check.c - check for LuaJIT's FFI: what its compiler can call without leaving the trace. No Lua header is needed;
** lua/tencentcloud/response/ffi.lua declares the same struct.
*/
#include "codes.h"
#include "envelope.h"
#include "log_line.h"

typedef struct {
    uint32_t code, message, request_id; /* offsets in the body */
    uint32_t code_length, message_length, request_id_length;
    uint32_t category, retry; /* indexes, from 1, in core.categories and core.retries */
} tc_ffi_verdict;

/* What tencentcloud_response_check answers: the verdict is complete, or the C API has to give it. */
enum { FFI_ELSEWHERE, FFI_SUCCESS, FFI_FAILURE };

/* False if the field's text has to be decoded first, or lies too far behind. */
static bool get_text(const tc_envelope *e, tc_field field, uint32_t *offset, uint32_t *length)
{
    *offset = *length = 0;
    if (field == TC_NO_FIELD)
        return true;
    const tc_capture *const c = &e->scan.captures[field];
    if (c->kind == TC_ESCAPED || c->end > UINT32_MAX)
        return false;
    *offset = (uint32_t)c->begin;
    *length = (uint32_t)(c->end - c->begin);
    return true;
}

static bool is_line(const char *text, uint32_t length)
{
    size_t control_bytes;
    return tc_find_control(text, text + length, &control_bytes) == text + length;
}

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int tencentcloud_response_check(const char *body, size_t length, unsigned max_depth, tc_ffi_verdict *out);

/* Judges a body. */
int tencentcloud_response_check(const char *body, size_t length, unsigned max_depth, tc_ffi_verdict *out)
{
    tc_envelope e;
    const tc_verdict v = tc_judge(&e, TC_FORM_BODY, body, length, max_depth);
    if (!get_text(&e, v.request_id, &out->request_id, &out->request_id_length))
        return FFI_ELSEWHERE;
    if (v.outcome == TC_SUCCESS)
        return FFI_SUCCESS;
    if (v.outcome != TC_API_ERROR || !get_text(&e, v.code, &out->code, &out->code_length) ||
        !get_text(&e, v.message, &out->message, &out->message_length))
        return FFI_ELSEWHERE;
    if (!is_line(body + out->code, out->code_length) || !is_line(body + out->message, out->message_length) ||
        !is_line(body + out->request_id, out->request_id_length))
        return FFI_ELSEWHERE;
    const tc_meaning meaning = tc_code_meaning(body + out->code, out->code_length);
    out->category = (uint32_t)meaning.category + 1;
    out->retry = (uint32_t)meaning.retry + 1;
    return FFI_FAILURE;
}
