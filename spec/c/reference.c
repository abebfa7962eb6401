/*
** reference.c - see reference.h.
*/
#include "reference.h"

#include <stdlib.h>
#include <string.h>

#define HEX "0123456789abcdefABCDEF"

/* ---- bytes ---- */

/* The next byte, or -1 at the end. */
static int peek(const reference *r)
{
    return r->at < r->body.length ? (unsigned char)r->body.bytes[r->at] : -1;
}

static bool next_is(const reference *r, const char *bytes)
{
    const int c = peek(r);
    for (; *bytes != '\0'; ++bytes) {
        if (c == *bytes)
            return true;
    }
    return false;
}

/* Takes one of these bytes, or rejects the text here. */
static bool take(reference *r, const char *bytes)
{
    if (!next_is(r, bytes))
        return false;
    ++r->at;
    return true;
}

static bool take_range(reference *r, int min, int max)
{
    const int c = peek(r);
    if (c < min || c > max)
        return false;
    ++r->at;
    return true;
}

static void skip_space(reference *r)
{
    while (next_is(r, " \t\r\n"))
        ++r->at;
}

/* ---- nodes ---- */

/* The index of a new node; meaningless unless nodes are recorded. */
static size_t add(reference *r, reference_kind kind, size_t begin, bool is_name)
{
    if (!r->record)
        return 0;
    if (r->count == r->capacity) {
        r->capacity = r->capacity * 2 + 16;
        r->nodes = realloc(r->nodes, r->capacity * sizeof *r->nodes);
        if (r->nodes == NULL)
            abort();
    }
    const reference_node node = {kind, is_name, false, false, r->depth, begin, r->at, 0, r->count + 1};
    r->nodes[r->count] = node;
    return r->count++;
}

static void add_ended(reference *r, reference_kind kind, size_t begin, bool is_name, bool escaped)
{
    const size_t index = add(r, kind, begin, is_name);
    if (!r->record)
        return;
    r->nodes[index].escaped = escaped;
    r->nodes[index].closed = true;
}

static void count_one(reference *r, size_t container)
{
    if (r->record)
        ++r->nodes[container].count;
}

static void end_container(reference *r, size_t container)
{
    --r->depth;
    if (!r->record)
        return;
    r->nodes[container].closed = true;
    r->nodes[container].end = r->at;
    r->nodes[container].next = r->count;
}

/* ---- strings ---- */

/* After \u: four digits and, if they are a high surrogate, an escape with a low one. */
static bool code_unit(reference *r)
{
    if (!next_is(r, "dD"))
        return take(r, HEX) && take(r, HEX) && take(r, HEX) && take(r, HEX);
    ++r->at;
    if (next_is(r, "01234567"))
        return take(r, HEX) && take(r, HEX) && take(r, HEX);
    return take(r, "89abAB") && take(r, HEX) && take(r, HEX) && /* high */
           take(r, "\\") && take(r, "u") && take(r, "dD") && take(r, "cdefCDEF") && take(r, HEX) && take(r, HEX);
}

static bool escape(reference *r)
{
    ++r->at;
    if (!take(r, "\"\\/bfnrtu"))
        return false;
    return r->body.bytes[r->at - 1] != 'u' || code_unit(r);
}

/* UTF-8 as RFC 3629 lists it: the ranges of the first and second byte, and how many tails follow. */
static bool character(reference *r)
{
    static const struct {
        int first_least, first_most, second_least, second_most, tails;
    } forms[] = {
        {0xC2, 0xDF, 0x80, 0xBF, 0}, {0xE0, 0xE0, 0xA0, 0xBF, 1}, {0xE1, 0xEC, 0x80, 0xBF, 1},
        {0xED, 0xED, 0x80, 0x9F, 1}, {0xEE, 0xEF, 0x80, 0xBF, 1}, {0xF0, 0xF0, 0x90, 0xBF, 2},
        {0xF1, 0xF3, 0x80, 0xBF, 2}, {0xF4, 0xF4, 0x80, 0x8F, 2},
    };
    if (take_range(r, 0x20, 0x7F))
        return true;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; ++i) {
        if (!take_range(r, forms[i].first_least, forms[i].first_most))
            continue;
        if (!take_range(r, forms[i].second_least, forms[i].second_most))
            return false;
        for (int tail = 0; tail < forms[i].tails; ++tail) {
            if (!take_range(r, 0x80, 0xBF))
                return false;
        }
        return true;
    }
    return false;
}

static bool string(reference *r, bool is_name)
{
    const size_t begin = r->at;
    bool escaped = false;
    if (!take(r, "\""))
        return false;
    while (!next_is(r, "\"")) {
        const bool slash = next_is(r, "\\");
        escaped = escaped || slash;
        if (slash ? !escape(r) : !character(r))
            return false;
    }
    ++r->at;
    add_ended(r, REFERENCE_STRING, begin, is_name, escaped);
    return true;
}

/* ---- numbers and literals ---- */

static bool digits(reference *r)
{
    if (!take(r, "0123456789"))
        return false;
    while (next_is(r, "0123456789"))
        ++r->at;
    return true;
}

static bool number(reference *r)
{
    const size_t begin = r->at;
    reference_kind kind = REFERENCE_INTEGER;
    if (next_is(r, "-"))
        ++r->at;
    if (next_is(r, "0"))
        ++r->at;
    else if (!digits(r))
        return false;
    if (next_is(r, ".")) {
        ++r->at;
        kind = REFERENCE_REAL;
        if (!digits(r))
            return false;
    }
    if (next_is(r, "eE")) {
        ++r->at;
        kind = REFERENCE_REAL;
        if (next_is(r, "+-"))
            ++r->at;
        if (!digits(r))
            return false;
    }
    add_ended(r, kind, begin, false, false);
    return true;
}

static bool literal(reference *r, const char *word, reference_kind kind)
{
    const size_t begin = r->at;
    for (; *word != '\0'; ++word) {
        const char one[2] = {*word, '\0'};
        if (!take(r, one))
            return false;
    }
    add_ended(r, kind, begin, false, false);
    return true;
}

/* ---- containers ---- */

static bool value(reference *r);

/* Takes the bracket that opens a container; false, still at the bracket, if that is too deep. */
static bool begin_container(reference *r, reference_kind kind, size_t *container)
{
    if (r->depth == r->max_depth)
        return false;
    *container = add(r, kind, r->at, false);
    ++r->at;
    if (++r->depth > r->depth_seen)
        r->depth_seen = r->depth;
    skip_space(r);
    return true;
}

static bool array(reference *r)
{
    size_t container;
    if (!begin_container(r, REFERENCE_ARRAY, &container))
        return false;
    if (!next_is(r, "]")) {
        for (;;) {
            count_one(r, container);
            if (!value(r))
                return false;
            skip_space(r);
            if (!next_is(r, ","))
                break;
            ++r->at;
        }
    }
    if (!take(r, "]"))
        return false;
    end_container(r, container);
    return true;
}

static bool member(reference *r)
{
    skip_space(r);
    if (!string(r, true))
        return false;
    skip_space(r);
    return take(r, ":") && value(r);
}

static bool object(reference *r)
{
    size_t container;
    if (!begin_container(r, REFERENCE_OBJECT, &container))
        return false;
    if (!next_is(r, "}")) {
        for (;;) {
            count_one(r, container);
            if (!member(r))
                return false;
            skip_space(r);
            if (!next_is(r, ","))
                break;
            ++r->at;
        }
    }
    if (!take(r, "}"))
        return false;
    end_container(r, container);
    return true;
}

static bool value(reference *r)
{
    skip_space(r);
    switch (peek(r)) {
    case '{':
        return object(r);
    case '[':
        return array(r);
    case '"':
        return string(r, false);
    case 'n':
        return literal(r, "null", REFERENCE_NULL);
    case 'f':
        return literal(r, "false", REFERENCE_FALSE);
    case 't':
        return literal(r, "true", REFERENCE_TRUE);
    default:
        return number(r);
    }
}

bool reference_read(reference *r, text body, unsigned max_depth, bool record)
{
    r->body = body;
    r->at = r->count = 0;
    r->depth = r->depth_seen = 0;
    r->max_depth = max_depth;
    r->record = record;
    if (!value(r))
        return false;
    skip_space(r);
    return r->at == body.length;
}

void reference_free(reference *r)
{
    free(r->nodes);
    r->nodes = NULL;
    r->count = r->capacity = 0;
}

text reference_text(const reference *r, const reference_node *node)
{
    const size_t quote = node->kind == REFERENCE_STRING;
    const text t = {r->body.bytes + node->begin + quote, node->end - node->begin - 2 * quote};
    return t;
}

/* ---- decoding ---- */

static unsigned long hex_of(const char *four)
{
    char digits_only[5] = {0};
    memcpy(digits_only, four, 4);
    return strtoul(digits_only, NULL, 16);
}

/* The bytes of a code point (RFC 3629, section 3). */
static size_t encode(unsigned long code, char *out)
{
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    const size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; code /= 64)
        out[i] = (char)(0x80 + code % 64);
    out[0] = (char)(marks[length] + code);
    return length;
}

size_t reference_decode(text raw, char *out)
{
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    size_t length = 0;
    for (size_t i = 0; i < raw.length; ++i) {
        if (raw.bytes[i] != '\\') {
            out[length++] = raw.bytes[i];
            continue;
        }
        const char c = raw.bytes[++i];
        const char *const letter = strchr(letters, c);
        if (letter != NULL) {
            out[length++] = meant[letter - letters];
        } else if (c != 'u') {
            out[length++] = c;
        } else {
            unsigned long code = hex_of(raw.bytes + i + 1);
            i += 4;
            if (code >= 0xD800 && code <= 0xDBFF) {
                code = 0x10000 + (code - 0xD800) * 0x400 + (hex_of(raw.bytes + i + 3) - 0xDC00);
                i += 6;
            }
            length += encode(code, out + length);
        }
    }
    return length;
}
