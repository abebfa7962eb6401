/*
** codes.h - what an error code means: its category, and whether a call that got it may be sent again.
**
** A code is an opaque string of dotted parts; the first part names its family. All strings are constant.
*/
#ifndef TC_CODES_H
#define TC_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "internal.h"

/* name, text */
#define TC_CATEGORIES(X)                                                                                               \
    X(AUTH, "auth")             /* the caller is not accepted */                                                       \
    X(PERMISSION, "permission") /* the caller may not do this */                                                       \
    X(THROTTLE, "throttle")     /* too many calls just now */                                                          \
    X(QUOTA, "quota")           /* a limit of the account is reached */                                                \
    X(REQUEST, "request")       /* the call itself is wrong */                                                         \
    X(RESOURCE, "resource")     /* the resource is missing, busy or used up */                                      \
    X(OPERATION, "operation")   /* the product refuses or fails to do it */                                            \
    X(SERVER, "server")         /* the service failed */                                                               \
    X(DRY_RUN, "dry_run")       /* it would have succeeded */                                                          \
    X(CLIENT, "client")         /* the answer could not be read */                                                     \
    X(UNKNOWN, "unknown")                                                                                              \
    X(BY_STATUS, "by status") /* that of the HTTP status */

#define TC_RETRIES(X)                                                                                                  \
    X(SAFE, "safe")             /* turned away before anything ran: any call may be sent again later */                \
    X(IDEMPOTENT, "idempotent") /* outcome unknown: repeat only what may run twice */                                  \
    X(NEVER, "never")           /* fails again until something changes */                                              \
    X(BY_STATUS, "by status")

typedef enum {
#define X(name, text) TC_CATEGORY_##name,
    TC_CATEGORIES(X)
#undef X
    TC_CATEGORY_COUNT
} tc_category;

typedef enum {
#define X(name, text) TC_RETRY_##name,
    TC_RETRIES(X)
#undef X
} tc_retry;

typedef struct {
    tc_category category;
    tc_retry retry;
} tc_meaning;

/* What code[0 .. length) means: by its own entry, else by its family's (the code up to its first dot), else unknown. */
TC_INTERNAL tc_meaning tc_code_meaning(const char *code, size_t length);

/* The documented description of the code, else of its family; "" if there is none. */
TC_INTERNAL const char *tc_code_description(const char *code, size_t length);

/* Is the code this one, or one of this family? */
TC_INTERNAL bool tc_code_is(const char *code, size_t length, const char *family, size_t family_length);

/* Their texts, by value; each list ends in NULL. */
TC_INTERNAL extern const char *const tc_categories[];
TC_INTERNAL extern const char *const tc_retries[];

/* The codes that have an entry, and those that also have a description, in byte order; NULL past the end. */
TC_INTERNAL const char *tc_code_at(size_t index);
TC_INTERNAL const char *tc_common_code_at(size_t index);

/* The codes of failures that are not the API's. */
#define TC_CODE_NETWORK "ClientError.NetworkError"
#define TC_CODE_STREAM "ClientError.StreamInterrupted"
#define TC_CODE_PARSE_JSON "ClientError.ParseJsonError"
#define TC_CODE_HTTP_STATUS "ClientError.HttpStatusCodeError"
#define TC_CODE_INVALID_ENVELOPE "ClientError.InvalidEnvelope"

#endif
