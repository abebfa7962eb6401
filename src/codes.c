/*
** codes.c - see codes.h.
*/
#include "codes.h"

#include <string.h>

#include "bytes.h"

/* The entry on this line of codes.def. */
#define AT(prefix) PASTE(prefix, __LINE__)
#define PASTE(prefix, line) PASTE_NOW(prefix, line)
#define PASTE_NOW(prefix, line) prefix##line

/* Texts are compared eight bytes at a time: each is followed by one to eight NULs, so that it fills whole blocks. */
enum { BLOCK = 8, CODE_MAX = 79 };
#define PADDED(size) (((size) + BLOCK - 1) / BLOCK * BLOCK)

/* No code is too long to be found. */
#define FITS(code) TC_STATIC_ASSERT(AT(fits_), sizeof code - 1 <= CODE_MAX);
#define TC_COMMON(code, category, retry, description) FITS(code)
#define TC_PRODUCT(code, category, retry) FITS(code)
#include "codes.def"

/* All texts in one object, so that an entry needs no pointer: the loader would have to relocate thousands. */
typedef struct {
#define TC_COMMON(code, category, retry, description)                                                                  \
    char AT(code_)[PADDED(sizeof code)], AT(description_)[PADDED(sizeof description)];
#define TC_PRODUCT(code, category, retry) char AT(code_)[PADDED(sizeof code)];
#include "codes.def"
} code_texts;

static const code_texts texts = {
#define TC_COMMON(code, category, retry, description) code, description,
#define TC_PRODUCT(code, category, retry) code,
#include "codes.def"
};

typedef struct {
    uint16_t block; /* of texts, at which the code starts */
    uint8_t length;
    uint8_t category;
    uint8_t retry;
    bool described; /* the description is the next text */
} code_entry;

/* In byte order. */
static const code_entry entries[] = {
#define TC_ENTRY(code, category, retry, described)                                                                     \
    {offsetof(code_texts, AT(code_)) / BLOCK, sizeof code - 1, TC_CATEGORY_##category, TC_RETRY_##retry, described},
#define TC_COMMON(code, category, retry, description) TC_ENTRY(code, category, retry, true)
#define TC_PRODUCT(code, category, retry) TC_ENTRY(code, category, retry, false)
#include "codes.def"
};

enum {
#define TC_COMMON(code, category, retry, description) AT(INDEX_),
#define TC_PRODUCT(code, category, retry) AT(INDEX_),
#include "codes.def"
    ENTRIES
};

/* The indexes of those with a description. */
static const uint16_t common[] = {
#define TC_COMMON(code, category, retry, description) AT(INDEX_),
#include "codes.def"
};

#define X(name, text) text,
const char *const tc_categories[] = {TC_CATEGORIES(X) NULL};
const char *const tc_retries[] = {TC_RETRIES(X) NULL};
#undef X

static const char *code_of(const code_entry *entry)
{
    return (const char *)&texts + (size_t)entry->block * BLOCK;
}

static const char *description_of(const code_entry *entry)
{
    return entry->described ? code_of(entry) + PADDED(entry->length + 1U) : "";
}

const char *tc_code_at(size_t index)
{
    return index < ENTRIES ? code_of(&entries[index]) : NULL;
}

const char *tc_common_code_at(size_t index)
{
    return index < sizeof common / sizeof *common ? code_of(&entries[common[index]]) : NULL;
}

/* Eight bytes as a number whose order is theirs. */
static uint64_t load_block(const char *p)
{
    const uint64_t bytes = tc_eight_bytes(p);
#if defined(__GNUC__)
    return __builtin_bswap64(bytes);
#else
    uint64_t block = 0;
    for (int i = 0; i < BLOCK; ++i)
        block = block << 8 | (bytes >> 8 * i & 0xFF);
    return block;
#endif
}

/* What is looked for, in the blocks that the text of its entry would have. */
typedef struct {
    size_t last; /* the number of the block that ends in NULs */
    uint64_t blocks[PADDED(CODE_MAX + 1) / BLOCK];
} code_key;

static void set_key(code_key *key, const char *code, size_t length)
{
    uint64_t rest = 0;
    TC_ASSERT(length <= CODE_MAX);
    key->last = length / BLOCK;
    for (size_t i = 0; i < key->last; ++i)
        key->blocks[i] = load_block(code + i * BLOCK);
    for (size_t i = key->last * BLOCK; i < length; ++i)
        rest |= (uint64_t)(unsigned char)code[i] << 8 * (BLOCK - 1 - i % BLOCK);
    key->blocks[key->last] = rest;
}

/* Blocks that are the same in the code and at both ends of the range need no further look: most codes begin like
** thousands of others. (Manber and Myers 1993 search suffix arrays this way.) */
static const code_entry *find(const char *code, size_t length)
{
    if (length > CODE_MAX)
        return NULL;
    code_key key;
    set_key(&key, code, length);
    size_t low = 0, high = ENTRIES, same_low = 0, same_high = 0;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const char *const text = code_of(&entries[middle]);
        size_t i = same_low < same_high ? same_low : same_high;
        uint64_t block;
        for (; (block = load_block(text + i * BLOCK)) == key.blocks[i]; ++i) {
            if (i == key.last || (block & 0xFF) == 0) /* the last block, of both or of the text alone */
                return entries[middle].length == length ? &entries[middle] : NULL;
        }
        if (key.blocks[i] > block) {
            low = middle + 1;
            same_low = i;
        } else {
            high = middle;
            same_high = i;
        }
    }
    return NULL;
}

static const code_entry *find_family(const char *code, size_t length)
{
    const char *const dot = length > 0 ? memchr(code, '.', length) : NULL;
    return dot != NULL ? find(code, (size_t)(dot - code)) : NULL;
}

tc_meaning tc_code_meaning(const char *code, size_t length)
{
    static const tc_meaning unknown = {TC_CATEGORY_UNKNOWN, TC_RETRY_NEVER};
    const code_entry *entry = find(code, length);
    if (entry == NULL)
        entry = find_family(code, length);
    if (entry == NULL)
        return unknown;
    const tc_meaning meaning = {(tc_category)entry->category, (tc_retry)entry->retry};
    return meaning;
}

const char *tc_code_description(const char *code, size_t length)
{
    const code_entry *entry = find(code, length);
    if (entry == NULL || *description_of(entry) == '\0')
        entry = find_family(code, length);
    return entry != NULL ? description_of(entry) : "";
}

bool tc_code_is(const char *code, size_t length, const char *family, size_t family_length)
{
    return length >= family_length && memcmp(code, family, family_length) == 0 &&
           (length == family_length || code[family_length] == '.');
}
