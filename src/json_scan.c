/*
** json_scan.c - see json_scan.h.
**
** Two automata. The outer one (scan) stands between tokens; its states are the places of the grammar.
** The inner ones (string_rest, number_rest, literal_rest) stand inside a token; s->part is their state.
** Both can stop at any byte and go on with the next chunk. The speed comes from json_bytes.h alone, which
** skips runs that cannot change a state.
*/
#include "json_scan.h"

#include <string.h>

#include "json_bytes.h"

#if defined(__GNUC__)
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define ALWAYS_INLINE inline
#define UNLIKELY(x) (x)
#endif

/* s->state: what comes next. */
enum {
    AT_VALUE,
    AT_VALUE_OR_END, /* behind '[' */
    AT_NAME,
    AT_NAME_OR_END, /* behind '{' */
    AT_COLON,
    AFTER_VALUE,
    AT_DONE, /* white space only */
    IN_NAME,
    IN_STRING,
    IN_NUMBER,
    IN_LITERAL,
    IN_ERROR
};

/* s->part inside a string: what the next byte may be. */
enum {
    STRING_PLAIN,
    STRING_ESCAPE,    /* behind a backslash */
    STRING_HEX_1,     /* behind \u */
    STRING_HEX_2,     /* digits of a code that is no surrogate */
    STRING_HEX_3,
    STRING_HEX_4,
    STRING_HEX_D,     /* behind \ud: a surrogate or not? */
    STRING_HIGH_3,    /* behind \ud8 .. \udb */
    STRING_HIGH_4,
    STRING_LOW_SLASH, /* behind a high surrogate: its low one must follow */
    STRING_LOW_U,
    STRING_LOW_1,
    STRING_LOW_2,
    STRING_TAIL_1,    /* the last byte of a UTF-8 sequence */
    STRING_TAIL_2,
    STRING_TAIL_3,
    STRING_TAIL_E0,   /* behind 0xE0: not overlong */
    STRING_TAIL_ED,   /* behind 0xED: no surrogate */
    STRING_TAIL_F0,   /* behind 0xF0: not overlong */
    STRING_TAIL_F4,   /* behind 0xF4: not beyond U+10FFFF */
    STRING_WRONG      /* plus a tc_json_reason */
};

/* s->part inside a number: what has been read. */
enum {
    NUMBER_START,
    NUMBER_MINUS,
    NUMBER_ZERO,
    NUMBER_DIGITS,
    NUMBER_POINT,
    NUMBER_FRACTION,
    NUMBER_E,
    NUMBER_SIGN,
    NUMBER_EXPONENT
};

static const char *const literals[] = {"null", "false", "true"};

const char *tc_json_reason_text(tc_json_reason reason)
{
    static const char *const texts[] = {
#define X(name, text) text,
        TC_JSON_REASONS(X)
#undef X
    };
    return texts[reason];
}

void tc_scan_init(tc_scan *s, unsigned max_depth)
{
    static const char nothing[1] = {0};
    s->token = s->base = s->error_at = 0;
    s->escaped = false;
    s->wanted = true;
    s->depth = s->watch = s->deepest = 0;
    s->reason = TC_JSON_FINE;
    s->tape.entries = NULL;
    s->tape.count = s->tape.room = s->tape.open = 0;
    s->chunk = s->at = s->end = nothing;
    s->max_depth = max_depth;
    s->state = AT_VALUE;
    s->part = s->literal = 0;
    s->is_object[0] = 0;
}

void tc_scan_record(tc_scan *s, tc_entry *entries, uint32_t room)
{
    entries[0] = TC_ARRAY;
    s->tape.entries = entries;
    s->tape.count = 1;
    s->tape.room = room;
    s->tape.open = 0;
}

void tc_scan_feed(tc_scan *s, const char *chunk, size_t length)
{
    s->base += (size_t)(s->at - s->chunk);
    s->chunk = s->at = chunk;
    s->end = chunk + length;
}

bool tc_scan_in_text(const tc_scan *s)
{
    if (s->state == IN_NAME)
        return s->depth <= s->watch;
    return s->wanted && (s->state == IN_STRING || s->state == IN_NUMBER);
}

size_t tc_scan_began(const tc_scan *s, tc_scan_event event)
{
    switch (event) {
    case TC_SCAN_STRING:
        return s->token - 1;
    case TC_SCAN_NUMBER:
        return s->token;
    case TC_SCAN_OBJECT:
    case TC_SCAN_ARRAY:
        return tc_scan_at(s) - 1;
    default:
        return tc_scan_at(s) - strlen(literals[s->literal]);
    }
}

static tc_scan_event fail(tc_scan *s, const char *p, tc_json_reason reason)
{
    s->at = p;
    s->error_at = tc_scan_at(s);
    s->reason = reason;
    s->state = IN_ERROR;
    return TC_SCAN_ERROR;
}

/* Leaves the scan at p, in a state that goes on from there. */
static ALWAYS_INLINE tc_scan_event stop(tc_scan *s, const char *p, unsigned state, tc_scan_event event)
{
    s->at = p;
    s->state = (uint8_t)state;
    return event;
}

/* ---- inside a string ---- */

static unsigned wrong(tc_json_reason reason)
{
    return STRING_WRONG + (unsigned)reason;
}

/* What may follow the first byte of a UTF-8 sequence (RFC 3629). */
static unsigned string_sequence(unsigned char c)
{
    if (c >= 0xC2 && c <= 0xDF)
        return STRING_TAIL_1;
    if (c == 0xE0)
        return STRING_TAIL_E0;
    if (c == 0xED)
        return STRING_TAIL_ED;
    if (c >= 0xE1 && c <= 0xEF)
        return STRING_TAIL_2;
    if (c == 0xF0)
        return STRING_TAIL_F0;
    if (c >= 0xF1 && c <= 0xF3)
        return STRING_TAIL_3;
    if (c == 0xF4)
        return STRING_TAIL_F4;
    return wrong(TC_JSON_UTF8);
}

static unsigned string_tail(unsigned char c, unsigned char least, unsigned char most, unsigned next)
{
    return c >= least && c <= most ? next : wrong(TC_JSON_UTF8);
}

static bool is_hex(unsigned char c)
{
    return (unsigned char)(c - '0') < 10 || (unsigned char)((c | 0x20) - 'a') < 6;
}

static unsigned string_hex(unsigned char c, unsigned next)
{
    return is_hex(c) ? next : wrong(TC_JSON_HEX);
}

static unsigned string_escape(unsigned char c)
{
    switch (c) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return STRING_PLAIN;
    case 'u':
        return STRING_HEX_1;
    default:
        return wrong(TC_JSON_ESCAPE);
    }
}

/* The second digit behind \ud: 0-7 is no surrogate, 8-b a high one, c-f a low one without its high one. */
static unsigned string_surrogate(unsigned char c)
{
    if (c >= '0' && c <= '7')
        return STRING_HEX_3;
    if (!is_hex(c))
        return wrong(TC_JSON_HEX);
    return (c | 0x20) == 'a' || (c | 0x20) == 'b' || c <= '9' ? STRING_HIGH_3 : wrong(TC_JSON_SURROGATE);
}

static unsigned string_low(bool right, unsigned next)
{
    return right ? next : wrong(TC_JSON_SURROGATE);
}

/* The next part behind byte c, which is not plain or not read in STRING_PLAIN; no quote in STRING_PLAIN. */
static unsigned string_step(unsigned part, unsigned char c)
{
    switch (part) {
    case STRING_PLAIN:
        if (c == '\\')
            return STRING_ESCAPE;
        return c < 0x20 ? wrong(TC_JSON_CONTROL) : string_sequence(c);
    case STRING_ESCAPE:
        return string_escape(c);
    case STRING_HEX_1:
        return (c | 0x20) == 'd' ? STRING_HEX_D : string_hex(c, STRING_HEX_2);
    case STRING_HEX_2:
        return string_hex(c, STRING_HEX_3);
    case STRING_HEX_3:
        return string_hex(c, STRING_HEX_4);
    case STRING_HEX_4:
        return string_hex(c, STRING_PLAIN);
    case STRING_HEX_D:
        return string_surrogate(c);
    case STRING_HIGH_3:
        return string_hex(c, STRING_HIGH_4);
    case STRING_HIGH_4:
        return string_hex(c, STRING_LOW_SLASH);
    case STRING_LOW_SLASH:
        return string_low(c == '\\', STRING_LOW_U);
    case STRING_LOW_U:
        return string_low(c == 'u', STRING_LOW_1);
    case STRING_LOW_1:
        return string_low((c | 0x20) == 'd', STRING_LOW_2);
    case STRING_LOW_2:
        return string_low((c | 0x20) >= 'c' && (c | 0x20) <= 'f', STRING_HEX_3);
    case STRING_TAIL_1:
        return string_tail(c, 0x80, 0xBF, STRING_PLAIN);
    case STRING_TAIL_2:
        return string_tail(c, 0x80, 0xBF, STRING_TAIL_1);
    case STRING_TAIL_3:
        return string_tail(c, 0x80, 0xBF, STRING_TAIL_2);
    case STRING_TAIL_E0:
        return string_tail(c, 0xA0, 0xBF, STRING_TAIL_1);
    case STRING_TAIL_ED:
        return string_tail(c, 0x80, 0x9F, STRING_TAIL_1);
    case STRING_TAIL_F0:
        return string_tail(c, 0x90, 0xBF, STRING_TAIL_2);
    default: /* STRING_TAIL_F4 */
        return string_tail(c, 0x80, 0x8F, STRING_TAIL_2);
    }
}

/*
** Goes on inside a string, from s->part. Returns its closing quote, or NULL when the chunk has ended or a
** byte is wrong (then s->reason is set).
*/
static const char *string_rest(tc_scan *s, const char *p)
{
    const char *const end = s->end;
    unsigned part = s->part;
    for (;;) {
        if (part == STRING_PLAIN) {
            p = tc_plain_end(p, end);
            if (p < end && *p == '"')
                return p;
        }
        if (p == end)
            break;
        part = string_step(part, (unsigned char)*p);
        if (UNLIKELY(part >= STRING_WRONG)) {
            fail(s, p, (tc_json_reason)(part - STRING_WRONG));
            return NULL;
        }
        s->escaped |= part == STRING_ESCAPE;
        ++p;
    }
    s->at = p;
    s->part = (uint8_t)part;
    return NULL;
}

/* Reads a string from behind its quote; the rest as string_rest. */
static ALWAYS_INLINE const char *string(tc_scan *s, const char *p)
{
    s->token = s->base + (size_t)(p - s->chunk);
    s->escaped = false;
    p = tc_plain_end(p, s->end);
    if (!UNLIKELY(p == s->end || *p != '"'))
        return p;
    s->part = STRING_PLAIN;
    return string_rest(s, p);
}

/* ---- inside a number or literal ---- */

static ALWAYS_INLINE const char *digits_end(const char *p, const char *end)
{
    while (p < end && tc_is_digit(*p))
        ++p;
    return p;
}

/* May a number end after this part? */
static bool number_complete(unsigned part)
{
    return part == NUMBER_ZERO || part == NUMBER_DIGITS || part == NUMBER_FRACTION || part == NUMBER_EXPONENT;
}

static bool number_is_integer(unsigned part)
{
    return part == NUMBER_ZERO || part == NUMBER_DIGITS;
}

/*
** Goes on inside a number, from s->part. Returns the byte behind it, or NULL when the chunk has ended (the
** number may go on) or a byte is wrong (then s->reason is set). Every case falls into the next: the cases
** are where a chunk's begin may enter.
*/
static ALWAYS_INLINE const char *number_rest(tc_scan *s, const char *p)
{
    const char *const end = s->end;
    unsigned part = s->part;
    switch (part) {
    case NUMBER_START:
        if (*p == '-') {
            part = NUMBER_MINUS;
            ++p;
        }
        /* fall through */
    case NUMBER_MINUS:
        if (p == end)
            break;
        if (*p == '0') {
            part = NUMBER_ZERO;
            ++p;
            goto behind_integer;
        }
        if (!tc_is_digit(*p))
            goto wrong_byte;
        part = NUMBER_DIGITS;
        /* fall through */
    case NUMBER_DIGITS:
        p = digits_end(p, end);
        /* fall through */
    case NUMBER_ZERO:
    behind_integer:
        if (p == end)
            break;
        if (*p != '.')
            goto exponent;
        part = NUMBER_POINT;
        ++p;
        /* fall through */
    case NUMBER_POINT:
        if (p == end)
            break;
        if (!tc_is_digit(*p))
            goto wrong_byte;
        part = NUMBER_FRACTION;
        /* fall through */
    case NUMBER_FRACTION:
        p = digits_end(p, end);
        if (p == end)
            break;
    exponent:
        if (*p != 'e' && *p != 'E') {
            s->part = (uint8_t)part;
            return p;
        }
        part = NUMBER_E;
        ++p;
        /* fall through */
    case NUMBER_E:
        if (p == end)
            break;
        if (*p == '+' || *p == '-') {
            part = NUMBER_SIGN;
            ++p;
        }
        /* fall through */
    case NUMBER_SIGN:
        if (p == end)
            break;
        if (!tc_is_digit(*p))
            goto wrong_byte;
        part = NUMBER_EXPONENT;
        /* fall through */
    default: /* NUMBER_EXPONENT */
        p = digits_end(p, end);
        if (p == end)
            break;
        s->part = (uint8_t)part;
        return p;
    }
    s->at = p;
    s->part = (uint8_t)part;
    return NULL;
wrong_byte:
    fail(s, p, TC_JSON_NUMBER);
    return NULL;
}

/* Goes on inside a literal, of which s->part bytes are read; the rest as number_rest. */
static ALWAYS_INLINE const char *literal_rest(tc_scan *s, const char *p)
{
    const char *rest = literals[s->literal] + s->part;
    for (; *rest != '\0'; ++rest, ++p) {
        if (p == s->end) {
            s->at = p;
            s->part = (uint8_t)(rest - literals[s->literal]);
            return NULL;
        }
        if (*p != *rest) {
            fail(s, p, TC_JSON_LITERAL);
            return NULL;
        }
    }
    return p;
}

/* ---- the tape ---- */

static ALWAYS_INLINE void tape_put(tc_tape *t, tc_kind kind, size_t length, size_t high)
{
    t->entries[t->count++] = (tc_entry)high << 32 | (tc_entry)length << 3 | (tc_entry)kind;
}

/* Counts one more member or element in the innermost container. */
static ALWAYS_INLINE void tape_count(tc_tape *t)
{
    t->entries[t->open] += 8;
}

static ALWAYS_INLINE void tape_text(tc_scan *s, tc_kind kind, const char *end)
{
    tape_put(&s->tape, kind, (size_t)(end - s->chunk) - s->token, s->token);
}

static ALWAYS_INLINE void tape_string(tc_scan *s, const char *quote)
{
    tape_text(s, s->escaped ? TC_ESCAPED : TC_STRING, quote);
}

static ALWAYS_INLINE void tape_open(tc_tape *t, tc_kind kind)
{
    const uint32_t around = t->open;
    t->open = t->count;
    tape_put(t, kind, 0, around);
}

static ALWAYS_INLINE void tape_close(tc_tape *t)
{
    tc_entry *const entry = &t->entries[t->open];
    t->open = (uint32_t)(*entry >> 32);
    *entry = (tc_entry)t->count << 32 | (uint32_t)*entry;
}

/* ---- between tokens ---- */

static ALWAYS_INLINE const char *space(const char *p, const char *end)
{
    if (p < end && (unsigned char)*p <= ' ')
        return tc_space_end(p, end);
    return p;
}

static ALWAYS_INLINE bool in_object(const tc_scan *s, unsigned depth)
{
    return s->is_object[depth / 64] >> depth % 64 & 1U;
}

static ALWAYS_INLINE void enter(tc_scan *s, unsigned depth, bool object)
{
    const uint64_t bit = (uint64_t)1 << depth % 64;
    uint64_t *const word = &s->is_object[depth / 64];
    *word = object ? *word | bit : *word & ~bit;
}

static tc_scan_event stopped(const tc_scan *s)
{
    return s->reason == TC_JSON_FINE ? TC_SCAN_MORE : TC_SCAN_ERROR;
}

/* Why no value begins at p. */
static ALWAYS_INLINE tc_json_reason no_value(const tc_scan *s, const char *p)
{
    const bool first = s->depth == 0 && p == s->chunk && s->base == 0;
    const unsigned char c = (unsigned char)*p;
    return first && (c == 0xEF || c >= 0xFE) ? TC_JSON_BYTE_ORDER_MARK : TC_JSON_VALUE;
}

/*
** The automaton. Each label is a place of the grammar; text from s->at on is read until something is to
** be reported. record is a constant at both calls, so that a scan without a tape pays nothing for it.
*/
static ALWAYS_INLINE tc_scan_event scan(tc_scan *s, const bool record)
{
    const char *const end = s->end;
    const char *p = s->at;
    unsigned depth = s->depth;
    bool object = in_object(s, depth);
    tc_scan_event event;

    switch (s->state) {
    case AT_VALUE:
        goto value;
    case AT_VALUE_OR_END:
        goto value_or_end;
    case AT_NAME:
        goto name;
    case AT_NAME_OR_END:
        goto name_or_end;
    case AT_COLON:
        goto colon;
    case AFTER_VALUE:
        goto after_value;
    case AT_DONE:
        goto done;
    case IN_NAME:
        p = string_rest(s, p);
        goto name_read;
    case IN_STRING:
        p = string_rest(s, p);
        goto string_read;
    case IN_NUMBER:
        p = number_rest(s, p);
        goto number_read;
    case IN_LITERAL:
        goto literal;
    default:
        return TC_SCAN_ERROR;
    }

value_or_end:
    p = space(p, end);
    if (p < end && *p == ']')
        goto close;
value:
    p = space(p, end);
    if (UNLIKELY(p == end))
        return stop(s, p, s->state == AT_VALUE_OR_END ? AT_VALUE_OR_END : AT_VALUE, TC_SCAN_MORE);
    if (record) {
        if (UNLIKELY(s->tape.count == s->tape.room))
            return stop(s, p, AT_VALUE, TC_SCAN_ROOM);
        if (!object)
            tape_count(&s->tape);
    }
    switch (*p) {
    case '"':
        s->state = IN_STRING;
        p = string(s, p + 1);
        goto string_read;
    case '{':
        object = true;
        goto open;
    case '[':
        object = false;
        goto open;
    case 'n':
        s->literal = TC_IS_NULL;
        break;
    case 'f':
        s->literal = TC_IS_FALSE;
        break;
    case 't':
        s->literal = TC_IS_TRUE;
        break;
    default:
        if (UNLIKELY(*p != '-' && !tc_is_digit(*p)))
            return fail(s, p, no_value(s, p));
        s->token = s->base + (size_t)(p - s->chunk);
        s->state = IN_NUMBER;
        s->part = NUMBER_START;
        p = number_rest(s, p);
        goto number_read;
    }
    s->state = IN_LITERAL;
    s->part = 0;

literal:
    p = literal_rest(s, p);
    if (UNLIKELY(p == NULL))
        return stopped(s);
    if (record)
        tape_put(&s->tape, TC_LITERAL, s->literal, 0);
    event = (tc_scan_event)(TC_SCAN_NULL - s->literal);
    goto value_read;

string_read:
    if (UNLIKELY(p == NULL))
        return stopped(s);
    if (record)
        tape_string(s, p);
    ++p;
    event = TC_SCAN_STRING;
    goto value_read;

number_read:
    if (UNLIKELY(p == NULL))
        return stopped(s);
    if (record)
        tape_text(s, number_is_integer(s->part) ? TC_INTEGER : TC_REAL, p);
    event = TC_SCAN_NUMBER;

value_read:
    if (s->wanted) {
        s->wanted = false;
        return stop(s, p, AFTER_VALUE, event);
    }

after_value:
    if (depth == 0)
        goto done;
    p = space(p, end);
    if (UNLIKELY(p == end))
        return stop(s, p, AFTER_VALUE, TC_SCAN_MORE);
    if (*p == ',') {
        ++p;
        s->state = AFTER_VALUE; /* anything but AT_VALUE_OR_END and AT_NAME_OR_END */
        if (object)
            goto name;
        goto value;
    }
    if (UNLIKELY(*p != (object ? '}' : ']')))
        return fail(s, p, object ? TC_JSON_COMMA_OR_BRACE : TC_JSON_COMMA_OR_BRACKET);

close:
    ++p;
    s->depth = --depth;
    object = in_object(s, depth);
    if (record)
        tape_close(&s->tape);
    if (depth < s->watch)
        return stop(s, p, AFTER_VALUE, TC_SCAN_END);
    goto after_value;

open:
    if (UNLIKELY(depth == s->max_depth))
        return fail(s, p, TC_JSON_DEPTH);
    ++p;
    s->depth = ++depth;
    if (depth > s->deepest)
        s->deepest = depth;
    enter(s, depth, object);
    if (record)
        tape_open(&s->tape, object ? TC_OBJECT : TC_ARRAY);
    s->state = object ? AT_NAME_OR_END : AT_VALUE_OR_END;
    if (s->wanted) {
        s->wanted = false;
        return stop(s, p, s->state, object ? TC_SCAN_OBJECT : TC_SCAN_ARRAY);
    }
    if (!object)
        goto value_or_end;

name_or_end:
    p = space(p, end);
    if (p < end && *p == '}')
        goto close;
name:
    p = space(p, end);
    if (UNLIKELY(p == end))
        return stop(s, p, s->state == AT_NAME_OR_END ? AT_NAME_OR_END : AT_NAME, TC_SCAN_MORE);
    if (UNLIKELY(*p != '"'))
        return fail(s, p, s->state == AT_NAME_OR_END ? TC_JSON_NAME_OR_END : TC_JSON_NAME);
    if (record && UNLIKELY(s->tape.count == s->tape.room))
        return stop(s, p, AT_NAME, TC_SCAN_ROOM);
    s->state = IN_NAME;
    p = string(s, p + 1);

name_read:
    if (UNLIKELY(p == NULL))
        return stopped(s);
    if (record) {
        tape_count(&s->tape);
        tape_string(s, p);
    }
    ++p;
    if (depth <= s->watch)
        return stop(s, p, AT_COLON, TC_SCAN_NAME);

colon:
    p = space(p, end);
    if (UNLIKELY(p == end))
        return stop(s, p, AT_COLON, TC_SCAN_MORE);
    if (UNLIKELY(*p != ':'))
        return fail(s, p, TC_JSON_COLON);
    ++p;
    s->state = AT_VALUE;
    goto value;

done:
    p = tc_space_end(p, end);
    if (p < end)
        return fail(s, p, TC_JSON_TRAILING);
    return stop(s, p, AT_DONE, TC_SCAN_MORE);
}

tc_scan_event tc_scan_next(tc_scan *s)
{
    if (s->tape.entries == NULL)
        return scan(s, false);
    if (UNLIKELY((size_t)(s->end - s->chunk) > TC_TAPE_TEXT_MAX))
        return fail(s, s->at, TC_JSON_TOO_LARGE);
    return scan(s, true);
}

bool tc_scan_finish(tc_scan *s)
{
    if (s->state == IN_ERROR)
        return false;
    if (s->state == AT_DONE || (s->state == IN_NUMBER && s->depth == 0 && number_complete(s->part)))
        return true;
    fail(s, s->at, s->state == AT_VALUE && s->depth == 0 ? TC_JSON_EMPTY : TC_JSON_TRUNCATED);
    return false;
}

/* ---- the value of a string ---- */

static char unescaped(char c)
{
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default: /* quote, backslash, slash */
        return c;
    }
}

static uint32_t hex_value(char c)
{
    return tc_is_digit(c) ? (uint32_t)(c - '0') : (uint32_t)((c | 0x20) - 'a' + 10);
}

/* Writes a code point as UTF-8 and returns the byte behind it. */
static char *put_utf8(char *out, uint32_t code)
{
    if (code < 0x80) {
        *out++ = (char)code;
        return out;
    }
    if (code < 0x800) {
        *out++ = (char)(0xC0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *out++ = (char)(0xE0 | code >> 12);
        } else {
            *out++ = (char)(0xF0 | code >> 18);
            *out++ = (char)(0x80 | (code >> 12 & 0x3F));
        }
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (code & 0x3F));
    return out;
}

/* A \u escape is complete: writes what it stands for, unless it is the first half of a pair. */
static char *put_unit(tc_unescape_state *state, char *out)
{
    const uint32_t code = state->code;
    if (code >= 0xD800 && code < 0xDC00) {
        state->high = code;
        return out;
    }
    const uint32_t high = state->high;
    state->high = 0;
    return put_utf8(out, high == 0 ? code : 0x10000 + ((high & 0x3FF) << 10 | (code & 0x3FF)));
}

size_t tc_unescape(tc_unescape_state *state, const char *raw, size_t length, char *out)
{
    const char *const begin = out;
    const char *const end = raw + length;
    while (raw < end) {
        if (state->digits > 0) {
            state->code = state->code << 4 | hex_value(*raw++);
            if (--state->digits == 0)
                out = put_unit(state, out);
        } else if (state->backslash) {
            state->backslash = false;
            if (*raw == 'u') {
                state->digits = 4;
                state->code = 0;
            } else {
                *out++ = unescaped(*raw);
            }
            ++raw;
        } else {
            const char *const slash = memchr(raw, '\\', (size_t)(end - raw));
            const size_t run = (size_t)((slash != NULL ? slash : end) - raw);
            memcpy(out, raw, run);
            out += run;
            raw += run;
            if (slash != NULL) {
                state->backslash = true;
                ++raw;
            }
        }
    }
    return (size_t)(out - begin);
}
