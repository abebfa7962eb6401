/*
** ffi_check.h - check for LuaJIT's FFI: what its compiler can call without leaving the trace. No Lua header is needed.
**
** TC_FFI_DECLARATIONS is the one place that declares the types both sides use: C compiles them here, and ffi.lua gives
** LuaJIT the same text.
*/
#ifndef TC_FFI_CHECK_H
#define TC_FFI_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "internal.h"

/* What ffi.cdef is given. */
TC_INTERNAL extern const char tc_ffi_declarations[];

#define TC_FFI_DECLARE(...) __VA_ARGS__
#define TC_FFI_DECLARATIONS(DECLARE)                                                                                   \
    DECLARE(                                                                                                           \
        /* Must the body be read through the C API? If not, what is the verdict? */                                    \
        enum { TENCENTCLOUD_FALLBACK, TENCENTCLOUD_SUCCESS, TENCENTCLOUD_FAILURE };                                    \
                                                                                                                       \
        /* code, message and request_id are offsets in the body. */                                                    \
        typedef struct {                                                                                               \
            uint32_t code, message, request_id;                                                                        \
            uint32_t code_length, message_length, request_id_length, line_length;                                      \
            char line[512];                                                                                            \
        } tencentcloud_response_verdict;                                                                               \
                                                                                                                       \
        typedef int tencentcloud_response_check(const char *body, size_t length, unsigned max_depth,                   \
                                                tencentcloud_response_verdict *out);)

TC_FFI_DECLARATIONS(TC_FFI_DECLARE)

/* Judges a body. The verdict on a success holds only the request id. */
TC_INTERNAL tencentcloud_response_check tc_ffi_check;

#endif
