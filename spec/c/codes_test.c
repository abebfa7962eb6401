/*
** codes_test.c - the codes: the lists, the meaning of each code, and the meaning of codes that are in no list.
*/
#include "codes.h"

#include <stdlib.h>
#include <string.h>

#include "harness.h"

typedef struct {
    const char *code;
    tc_category category;
    tc_retry retry;
    const char *description;
} code_row;

/* Every entry, exactly as the list of codes states it. */
static const code_row listed[] = {
#define TC_COMMON(code, category, retry, description) {code, TC_CATEGORY_##category, TC_RETRY_##retry, description},
#define TC_PRODUCT(code, category, retry) {code, TC_CATEGORY_##category, TC_RETRY_##retry, ""},
#include "codes.def"
};

enum { LISTED = sizeof listed / sizeof *listed };

/* A code as a body holds it: without a NUL at the end, and followed by an unmapped page. */
static tc_meaning meaning_of(text code)
{
    return tc_code_meaning(flush_end(code), code.length);
}

static text text_of(const char *string)
{
    const text t = {string, strlen(string)};
    return t;
}

static void expect_meaning(text code, tc_category category, tc_retry retry, const char *description)
{
    const tc_meaning m = meaning_of(code);
    if (m.category != category || m.retry != retry)
        test_fail(code, 0, "is %s and %s, expected %s and %s", tc_categories[m.category], tc_retries[m.retry],
                  tc_categories[category], tc_retries[retry]);
    const char *const found = tc_code_description(flush_end(code), code.length);
    if (description != NULL && strcmp(found, description) != 0)
        test_fail(code, 0, "described as \"%s\", expected \"%s\"", found, description);
    const tc_meaning again = tc_code_meaning(flush_begin(code), code.length);
    if (again.category != m.category || again.retry != m.retry ||
        tc_code_description(flush_begin(code), code.length) != found)
        test_fail(code, 0, "means something else at another address");
}

/* ---- the lists ---- */

static void list_in_order(const char *name, const char *(*at)(size_t), size_t expected)
{
    static const text none = {"", 0};
    size_t count = 0;
    test_case("the list of %s", name);
    for (; at(count) != NULL; ++count) {
        if (count > 0 && strcmp(at(count - 1), at(count)) >= 0)
            test_fail(text_of(at(count)), 0, "comes after %s", at(count - 1));
    }
    test_equal(none, 0, "codes", count, expected);
    if (at(count + 1) != NULL || at(SIZE_MAX) != NULL)
        test_fail(none, 0, "there is a code past the end");
}

/* 38 common codes, 3 families that only products return, 5 codes of the client; 3,873 codes unlike their families. */
static void lists(void)
{
    list_in_order("common codes", tc_common_code_at, 38 + 3 + 5);
    list_in_order("all codes", tc_code_at, 38 + 3 + 5 + 3873);
    test_case("the list of codes equals the list of entries");
    for (size_t i = 0; i < LISTED; ++i) {
        if (tc_code_at(i) == NULL || strcmp(tc_code_at(i), listed[i].code) != 0)
            test_fail(text_of(listed[i].code), 0, "is not entry %zu", i);
    }
}

static void expect_texts(const char *const *found, const char *const *expected, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        if (found[i] == NULL || !text_equal(text_of(found[i]), text_of(expected[i])))
            test_fail(text_of(expected[i]), 0, "is not the name of value %zu", i);
    }
    if (found[count] != NULL)
        test_fail(text_of(found[count]), 0, "is one too many");
}

static void texts(void)
{
    static const char *const categories[] = {"auth",      "permission", "throttle", "quota",  "request", "resource",
                                             "operation", "server",     "dry_run",  "client", "unknown", "by status"};
    static const char *const retries[] = {"safe", "idempotent", "never", "by status"};
    test_case("the names of categories and retries");
    expect_texts(tc_categories, categories, sizeof categories / sizeof *categories);
    expect_texts(tc_retries, retries, sizeof retries / sizeof *retries);
    test_equal(text_of("unknown"), 0, "its value", TC_CATEGORY_UNKNOWN, 10);
    test_equal(text_of("never"), 0, "its value", TC_RETRY_NEVER, 2);
}

/* ---- meanings ---- */

static const code_row known[] = {
    {"AuthFailure.SignatureFailure", TC_CATEGORY_AUTH, TC_RETRY_NEVER, "Signature error."},
    {"AuthFailure.SignatureExpire", TC_CATEGORY_AUTH, TC_RETRY_SAFE, "Signature expired."},
    {"AuthFailure.UnauthorizedOperation", TC_CATEGORY_PERMISSION, TC_RETRY_NEVER, NULL},
    {"ActionOffline", TC_CATEGORY_REQUEST, TC_RETRY_NEVER, NULL},
    {"DryRunOperation", TC_CATEGORY_DRY_RUN, TC_RETRY_NEVER, NULL},
    {"InternalError", TC_CATEGORY_SERVER, TC_RETRY_IDEMPOTENT, "Internal error."},
    {"LimitExceeded", TC_CATEGORY_QUOTA, TC_RETRY_NEVER, NULL},
    {"RequestLimitExceeded", TC_CATEGORY_THROTTLE, TC_RETRY_SAFE, NULL},
    {"ResourceInsufficient", TC_CATEGORY_RESOURCE, TC_RETRY_IDEMPOTENT, NULL},
    {"ResourceNotFound", TC_CATEGORY_RESOURCE, TC_RETRY_NEVER, NULL},
    {"UnsupportedRegion", TC_CATEGORY_REQUEST, TC_RETRY_NEVER, NULL},
    {"ClientError.ParseJsonError", TC_CATEGORY_CLIENT, TC_RETRY_IDEMPOTENT, NULL},
    {"ClientError.InvalidEnvelope", TC_CATEGORY_CLIENT, TC_RETRY_IDEMPOTENT, NULL},
    {"ClientError.HttpStatusCodeError", TC_CATEGORY_BY_STATUS, TC_RETRY_BY_STATUS, NULL},
    {"ResourcesSoldOut", TC_CATEGORY_RESOURCE, TC_RETRY_NEVER, NULL},
    /* exceptions that have their family's description */
    {"FailedOperation.TooFrequent", TC_CATEGORY_THROTTLE, TC_RETRY_SAFE, "Operation failed."},
    {"LimitExceeded.TooManyRequests", TC_CATEGORY_THROTTLE, TC_RETRY_SAFE, "Quota limit exceeded."},
    {"InternalError.QueryReqLimited", TC_CATEGORY_THROTTLE, TC_RETRY_SAFE, "Internal error."},
    {"RequestLimitExceeded.BatchTaskLimit", TC_CATEGORY_QUOTA, TC_RETRY_NEVER,
     "The number of requests exceeds the frequency limit."},
    {"OperationDenied.InstanceOperationInProgress", TC_CATEGORY_RESOURCE, TC_RETRY_SAFE, NULL},
    {"FailedOperation.TagQpsLimit", TC_CATEGORY_THROTTLE, TC_RETRY_IDEMPOTENT, "Operation failed."},
    {"InternalError.CmqError", TC_CATEGORY_OPERATION, TC_RETRY_NEVER, "Internal error."},
    /* products' codes outside the common families */
    {"ResourceBusy", TC_CATEGORY_RESOURCE, TC_RETRY_SAFE, ""},
    {"InternalServerError", TC_CATEGORY_SERVER, TC_RETRY_IDEMPOTENT, ""},
    /* families */
    {"FailedOperation.Later", TC_CATEGORY_OPERATION, TC_RETRY_NEVER, "Operation failed."},
    {"InternalError.Later", TC_CATEGORY_SERVER, TC_RETRY_IDEMPOTENT, "Internal error."},
    {"ResourceBusy.Later", TC_CATEGORY_RESOURCE, TC_RETRY_SAFE, ""},
    {"ResourcesSoldOut.Zone", TC_CATEGORY_RESOURCE, TC_RETRY_NEVER, NULL},
    {"AuthFailure.Later", TC_CATEGORY_AUTH, TC_RETRY_NEVER, NULL},
    {"LimitExceeded.A.B.C", TC_CATEGORY_QUOTA, TC_RETRY_NEVER, "Quota limit exceeded."},
    /* the family is the part before the first dot, even where a longer prefix has an entry */
    {"RequestLimitExceeded.UinLimitExceeded.Later", TC_CATEGORY_THROTTLE, TC_RETRY_SAFE,
     "The number of requests exceeds the frequency limit."},
    {"RequestLimitExceeded.BatchTaskLimit.Later", TC_CATEGORY_THROTTLE, TC_RETRY_SAFE,
     "The number of requests exceeds the frequency limit."},
    {"AuthFailure.SignatureExpire.Later", TC_CATEGORY_AUTH, TC_RETRY_NEVER, NULL},
    {"ClientError.Later", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
    {"LimitExceeded.", TC_CATEGORY_QUOTA, TC_RETRY_NEVER, NULL},
    {"LimitExceeded..x", TC_CATEGORY_QUOTA, TC_RETRY_NEVER, NULL},
    /* unknown */
    {"", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
    {".", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
    {".LimitExceeded", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
    {"LimitExceede", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
    {"LimitExceededX", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
    {"limitexceeded", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
    {"LimitExceeded ", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
    {"ClientError", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
    {"Aaa", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
    {"Zzz.Zzz", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
    {"\xFF\xFE", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
    {"4000", TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""},
};

static void known_codes(void)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; ++i) {
        const code_row *const row = &known[i];
        test_case("meaning of '%s'", row->code);
        expect_meaning(text_of(row->code), row->category, row->retry, row->description);
    }
}

static text family_of(text code)
{
    const char *const dot = memchr(code.bytes, '.', code.length);
    code.length = dot != NULL ? (size_t)(dot - code.bytes) : 0;
    return code;
}

static int compare_row(const void *code, const void *row)
{
    return strcmp(code, ((const code_row *)row)->code);
}

/* The list is in order, see lists(). No entry contains a NUL, or is as long as this buffer. */
static const code_row *entry_of(text code)
{
    char string[128];
    if (code.length >= sizeof string || memchr(code.bytes, '\0', code.length) != NULL)
        return NULL;
    memcpy(string, code.bytes, code.length);
    string[code.length] = '\0';
    return bsearch(string, listed, LISTED, sizeof *listed, compare_row);
}

/* The list's entry for a code or, failing that, for its family. */
static const code_row *expected_of(text code)
{
    const code_row *const row = entry_of(code);
    return row != NULL ? row : entry_of(family_of(code));
}

static const char *description_of(const code_row *row)
{
    if (*row->description == '\0')
        row = entry_of(family_of(text_of(row->code)));
    return row != NULL ? row->description : "";
}

static void expect_listed(text code)
{
    const code_row *const row = expected_of(code);
    if (row == NULL)
        expect_meaning(code, TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, "");
    else
        expect_meaning(code, row->category, row->retry, description_of(row));
}

static void every_entry(void)
{
    test_case("every entry by its code, by each prefix of it, and by the code with a further byte");
    for (size_t i = 0; i < LISTED; ++i) {
        char longer[128];
        const text code = text_of(listed[i].code);
        memcpy(longer, code.bytes, code.length);
        for (size_t length = 0; length <= code.length; ++length) {
            const text prefix = {code.bytes, length};
            expect_listed(prefix);
        }
        for (int byte = 0; byte < 256; ++byte) {
            const text more = {longer, code.length + 1};
            longer[code.length] = (char)byte;
            expect_listed(more);
        }
    }
}

/* A NUL is a byte like any other. */
static void codes_with_nul(void)
{
    static const text nul_at_end = TEXT("LimitExceeded\0"), nul_inside = TEXT("Limit\0Exceeded"),
                      nul_in_part = TEXT("LimitExceeded.\0");
    test_case("codes with a NUL");
    expect_meaning(nul_at_end, TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, "");
    expect_meaning(nul_inside, TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, "");
    expect_meaning(nul_in_part, TC_CATEGORY_QUOTA, TC_RETRY_NEVER, NULL);

    test_case("every entry by its code with NULs and another byte after it");
    for (size_t i = 0; i < LISTED; ++i) {
        char longer[128] = {0};
        const text code = text_of(listed[i].code);
        memcpy(longer, code.bytes, code.length);
        for (size_t length = code.length + 1; length <= code.length + 17; ++length) {
            const text more = {longer, length};
            longer[length - 1] = 'x';
            expect_listed(more);
            longer[length - 1] = '\0';
            expect_listed(more);
        }
    }
}

/* A hostile code of a million parts takes time in proportion to its length only. */
static void long_codes(void)
{
    const size_t length = 4000000;
    char *const bytes = allocate(length);
    const text code = {bytes, length};
    test_case("codes of millions of bytes");
    for (size_t i = 0; i < length; ++i)
        bytes[i] = i % 4 == 3 ? '.' : 'A';
    expect_meaning(code, TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, "");
    memcpy(bytes, "InternalError.", 14);
    expect_meaning(code, TC_CATEGORY_SERVER, TC_RETRY_IDEMPOTENT, "Internal error.");
    memset(bytes, 'A', length);
    expect_meaning(code, TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, "");
    memset(bytes, '.', length);
    expect_meaning(code, TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, "");
    free(bytes);
}

/* ---- families ---- */

static const struct {
    text code, family;
    bool is;
} families[] = {
    {TEXT("LimitExceeded"), TEXT("LimitExceeded"), true},
    {TEXT("RequestLimitExceeded.UinLimitExceeded"), TEXT("RequestLimitExceeded"), true},
    {TEXT("RequestLimitExceeded.UinLimitExceeded"), TEXT("RequestLimitExceeded.UinLimitExceeded"), true},
    {TEXT("A.B.C"), TEXT("A.B"), true},
    {TEXT("A.B.C"), TEXT("A"), true},
    {TEXT("A."), TEXT("A"), true},
    {TEXT("A.B"), TEXT("A.B.C"), false},
    {TEXT("A.BC"), TEXT("A.B"), false},
    {TEXT("LimitExceededX"), TEXT("LimitExceeded"), false},
    {TEXT("RequestLimitExceeded"), TEXT("RequestLimitExceeded.UinLimitExceeded"), false},
    {TEXT("RequestLimitExceeded"), TEXT("requestlimitexceeded"), false},
    {TEXT("RequestLimitExceeded"), TEXT("LimitExceeded"), false},
    {TEXT("LimitExceeded"), TEXT("LimitExceede"), false},
    {TEXT(""), TEXT("A"), false},
    {TEXT("A\0.B"), TEXT("A"), false},
    {TEXT("A\0.B"), TEXT("A\0"), true},
};

static void family_membership(void)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; ++i) {
        const text code = families[i].code, family = families[i].family;
        test_case("is %s of %s?", code.bytes, family.bytes);
        const bool is = tc_code_is(flush_end(code), code.length, flush_begin(family), family.length);
        const bool again = tc_code_is(flush_begin(code), code.length, flush_end(family), family.length);
        test_equal(code, 0, "tc_code_is", is, families[i].is);
        test_equal(code, 0, "tc_code_is at another address", again, families[i].is);
    }
}

static void client_codes(void)
{
    static const char *const codes[] = {TC_CODE_PARSE_JSON, TC_CODE_HTTP_STATUS, TC_CODE_INVALID_ENVELOPE,
                                        TC_CODE_NETWORK, TC_CODE_STREAM};
    test_case("the client's codes have entries");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; ++i) {
        if (entry_of(text_of(codes[i])) == NULL)
            test_fail(text_of(codes[i]), 0, "has none");
    }
}

int main(void)
{
    lists();
    texts();
    known_codes();
    every_entry();
    codes_with_nul();
    long_codes();
    family_membership();
    client_codes();
    return test_end();
}
