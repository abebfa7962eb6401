/*
** ffi_check.c - see ffi_check.h.
*/
#include "ffi_check.h"

#include "envelope.h"
#include "log_line.h"

#define QUOTE(...) #__VA_ARGS__
const char tc_ffi_declarations[] = TC_FFI_DECLARATIONS(QUOTE);

/* False if the field has to be decoded first, or lies too far into the body. */
static bool get_field(const tc_envelope *e, tc_field field, uint32_t *offset, uint32_t *length)
{
    *offset = *length = 0;
    if (field == TC_NO_FIELD)
        return true;
    const tc_capture *const c = tc_envelope_field(e, field);
    if (c->kind == TC_ESCAPED || c->end > UINT32_MAX)
        return false;
    *offset = (uint32_t)c->begin;
    *length = (uint32_t)(c->end - c->begin);
    return true;
}

/* False if the line is too long. */
static bool write_line(const char *body, tencentcloud_response_verdict *out)
{
    const tc_span code = {body + out->code, out->code_length};
    const tc_span message = {body + out->message, out->message_length};
    const tc_span request_id = {body + out->request_id, out->request_id_length};
    const size_t length = tc_log_line(&code, &message, &request_id, out->line, sizeof out->line);
    out->line_length = (uint32_t)length;
    return length <= sizeof out->line;
}

int tc_ffi_check(const char *body, size_t length, unsigned max_depth, tencentcloud_response_verdict *out)
{
    tc_envelope e;
    const tc_verdict v = tc_judge(&e, TC_FORM_BODY, body, length, max_depth);
    if (!get_field(&e, v.request_id, &out->request_id, &out->request_id_length))
        return TENCENTCLOUD_FALLBACK;
    if (v.outcome == TC_SUCCESS)
        return TENCENTCLOUD_SUCCESS;
    if (v.outcome != TC_API_ERROR || !get_field(&e, v.code, &out->code, &out->code_length) ||
        !get_field(&e, v.message, &out->message, &out->message_length) || !write_line(body, out))
        return TENCENTCLOUD_FALLBACK;
    return TENCENTCLOUD_FAILURE;
}
