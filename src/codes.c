/*
** codes.c - see codes.h.
*/
#include "codes.h"

#include <string.h>

typedef struct {
    const char *code;
    size_t length;
    tc_meaning meaning;
} tc_code_entry;

static const tc_code_entry entries[] = {
#define TC_ENTRY(code, category, retry, description)                                                                   \
    {code, sizeof code - 1, {TC_CATEGORY_##category, TC_RETRY_##retry, description}},
#include "codes.def"
};

const char *const tc_codes[] = {
#define TC_ENTRY(code, category, retry, description) code,
#include "codes.def"
    NULL};

const char *const tc_codes_ciam[] = {
#define TC_CIAM(code) code,
#include "codes.def"
    NULL};

const char *const tc_codes_cloudaudit[] = {
#define TC_CLOUDAUDIT(code) code,
#include "codes.def"
    NULL};

#define X(name, text) text,
const char *const tc_categories[] = {TC_CATEGORIES(X) NULL};
const char *const tc_retries[] = {TC_RETRIES(X) NULL};
#undef X

/* Byte order, the shorter of two that begin alike first. */
static int compare(const char *code, size_t length, const tc_code_entry *entry)
{
    const int order = memcmp(code, entry->code, length < entry->length ? length : entry->length);
    return order != 0 ? order : (length > entry->length) - (length < entry->length);
}

static const tc_code_entry *find(const char *code, size_t length)
{
    size_t low = 0, high = sizeof entries / sizeof *entries;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare(code, length, &entries[middle]);
        if (order == 0)
            return &entries[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* Length of what stands before the first dot; the whole code if it has none. */
static size_t family_length(const char *code, size_t length)
{
    const char *const dot = length > 0 ? memchr(code, '.', length) : NULL;
    return dot != NULL ? (size_t)(dot - code) : length;
}

tc_meaning tc_code_meaning(const char *code, size_t length)
{
    static const tc_meaning unknown = {TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER, ""};
    const tc_code_entry *const entry = find(code, length);
    if (entry != NULL && *entry->meaning.description != '\0')
        return entry->meaning;
    const tc_code_entry *const family = find(code, family_length(code, length));
    if (family == NULL)
        return unknown;
    tc_meaning meaning = family->meaning;
    if (entry != NULL) {
        meaning.category = entry->meaning.category;
        meaning.retry = entry->meaning.retry;
    }
    return meaning;
}

bool tc_code_is(const char *code, size_t length, const char *family, size_t family_length)
{
    return length >= family_length && memcmp(code, family, family_length) == 0 &&
           (length == family_length || code[family_length] == '.');
}
