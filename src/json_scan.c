/*
** json_scan.c - see json_scan.h.
**
** The outer automaton (scan) reads what lies between tokens; its states are the places of the grammar. The inner ones
** (string_rest, number_rest, literal_rest) read what is left of a token; s->part is their state. All can stop at any
** byte and go on with the next chunk. The speed comes from json_index.h, which lets the scan skip white space and
** nearly all of what strings hold.
*/
#include "json_scan.h"

#include <string.h>

#include "bytes.h"
#include "json_index.h"
#include "json_number.h"
#include "json_string.h"

/* s->state: what comes next, white space aside. */
enum {
    AT_VALUE,        /* at the start of the text, or after ':' or a ',' between elements */
    AT_VALUE_OR_END, /* after '[': an element or ']' */
    AT_NAME,         /* after a ',' between members */
    AT_NAME_OR_END,  /* after '{': a name or '}' */
    AT_COLON,        /* after a name */
    AFTER_VALUE,     /* inside a container: ',' or its end */
    AT_DONE,         /* after the text's value: nothing */
    IN_NAME,
    IN_STRING,
    IN_NUMBER,
    IN_LITERAL,
    IN_ERROR
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

void tc_scan_init(tc_scan *s, unsigned max_depth, const tc_scan_member *text)
{
    static const char nothing[1] = {0};
    static const tc_tape no_tape = {NULL, 0, 0, 0, false, 0, 0};
    s->captured = 0;
    s->reason = TC_JSON_FINE;
    s->error_at = 0;
    s->depth_seen = 0;
    s->tape = no_tape;
    s->chunk = s->at = s->end = nothing;
    s->base = s->token = 0;
    s->wanted = text;
    s->max_depth = max_depth;
    s->depth = s->watch = 0;
    s->state = AT_VALUE;
    s->part = s->literal = s->name_length = 0;
    s->escaped = s->in_runs = false;
    s->is_object[0] = 0;
}

void tc_scan_init_elements(tc_scan *s, unsigned max_depth)
{
    tc_scan_init(s, max_depth, NULL);
    s->depth = 1;
}

void tc_scan_record(tc_scan *s, tc_entry *entries, uint32_t capacity, bool outline)
{
    s->tape = tc_tape_on(entries, capacity, outline);
}

void tc_scan_feed(tc_scan *s, const char *chunk, size_t length)
{
    s->base += (size_t)(s->at - s->chunk);
    s->chunk = s->at = chunk;
    s->end = chunk + length;
}

int tc_scan_unfinished(const tc_scan *s, uint64_t *begin)
{
    if (s->wanted == NULL || (s->state != IN_STRING && s->state != IN_NUMBER))
        return -1;
    *begin = s->token;
    return s->wanted->slot;
}

static TC_ALWAYS_INLINE uint64_t offset(const tc_scan *s, const char *p)
{
    return s->base + (size_t)(p - s->chunk);
}

static tc_scan_status fail(tc_scan *s, const char *p, tc_json_reason reason)
{
    s->at = p;
    s->error_at = offset(s, p);
    s->reason = reason;
    s->state = IN_ERROR;
    return TC_SCAN_ERROR;
}

/* ---- from position to position ---- */

/*
** What the automaton holds in registers. From next to last are the positions of the current batch that have not been
** visited.
**
** text and escaped describe the string or number under way while it is read in the chunk that it began in. For one that
** began in an earlier chunk text is NULL, and s->token says where it began. s->part is always its part. string_rest,
** which reads all but the simplest strings, works on s->escaped and copies it back.
*/
typedef struct {
    const char *p; /* next byte to read */
    const char *end;
    tc_index *index;
    const uint32_t *next, *last;
    const char *text; /* the current string's or number's first byte, without its quote */
    bool escaped;     /* the current string has an escape */
} tc_reader;

/* Indexes the next batch, from p or the end of the last one on. False if the rest of the chunk has no position. */
static TC_NEVER_INLINE bool next_batch(const tc_scan *s, const char *p, tc_index *index, tc_index_from from)
{
    index->begin = p > index->end ? p : index->end;
    index->count = 0;
    if (index->begin < s->end)
        tc_index_batch(index, s->chunk, s->end, from);
    return index->count > 0;
}

/*
** Goes from r->p, which lies where `from` says, to the next position; if there is none, to the end, and answers false.
*/
static TC_ALWAYS_INLINE bool go_on(const tc_scan *s, tc_reader *r, tc_index_from from)
{
    if (TC_UNLIKELY(r->next == r->last)) {
        const bool found = next_batch(s, r->p, r->index, from);
        r->next = r->index->at;
        r->last = r->index->at + r->index->count;
        if (!found) {
            r->p = r->end;
            return false;
        }
    }
    TC_ASSERT(r->index->begin + *r->next >= r->p);
    r->p = r->index->begin + *r->next++;
    return true;
}

/* Is c the next byte? Asked first where that is likely. */
static TC_ALWAYS_INLINE bool sees(const tc_reader *r, char c)
{
    return TC_LIKELY(r->p < r->end && *r->p == c);
}

/* Goes to the next byte that is not white space, which may be this one. False if there is none. */
static TC_ALWAYS_INLINE bool skip_space(const tc_scan *s, tc_reader *r)
{
    if (TC_UNLIKELY(r->p == r->end))
        return false;
    return !tc_is_space(*r->p) || go_on(s, r, TC_AFTER_SPACE);
}

/* ---- inside a string ---- */

static bool is_tail(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/*
** The end of a run of whole three-byte sequences, other than those that begin with 0xE0 or 0xED: nearly all of Chinese
** text. tc_string_step gives the same result, at a third of the speed. None begins at limit or after it, because the
** index may be faster on what is not indexed yet.
*/
static const char *ideographs_end(const char *p, const char *limit, const char *end)
{
    while (p < limit && end - p >= 3 && ((unsigned char)*p & 0xF0) == 0xE0 && *p != '\xE0' && *p != '\xED' &&
           is_tail(p[1]) && is_tail(p[2]))
        p += 3;
    return p;
}

/* The first hexadecimal digit is d and the second at least 8. */
static bool is_surrogate(uint32_t digits)
{
    return (digits & 0xDF) == 'D' && (digits >> 8 & 0xFF) >= '8';
}

/* The end of a run of whole escapes, all but surrogates; tc_string_step gives the same result, slower. */
static const char *escapes_end(const char *p, const char *end)
{
    while (end - p >= 2 && *p == '\\') {
        if (tc_is_short_escape(p[1])) {
            p += 2;
        } else {
            if (end - p < 6 || p[1] != 'u')
                break;
            const uint32_t digits = tc_four_bytes(p + 2);
            if (!tc_are_hex(digits) || is_surrogate(digits))
                break;
            p += 6;
        }
    }
    return p;
}

/* Passes the positions before p, which has been reached byte by byte. */
static TC_ALWAYS_INLINE void pass_positions(tc_reader *r, const char *p)
{
    if (p >= r->index->end)
        r->next = r->last;
    while (r->next != r->last && r->index->begin + *r->next < p)
        ++r->next;
}

/*
** Goes on inside a string, from s->part: byte by byte where the index has a position. True at its closing quote; false
** when the chunk has ended or a byte is wrong (then s->reason is set).
*/
static TC_NEVER_INLINE bool string_rest(tc_scan *s, tc_reader *r)
{
    const char *const end = r->end;
    unsigned part = s->part;
    for (;;) {
        if (part == TC_STRING_PLAIN) {
            r->p = ideographs_end(r->p, r->index->end, end);
            if (r->p < end && *r->p == '\\') {
                s->escaped = true;
                r->p = escapes_end(r->p, end);
            }
            if (r->p < end && (tc_is_plain(*r->p) || r->p >= r->index->end)) {
                pass_positions(r, r->p);
                if (go_on(s, r, s->escaped ? TC_IN_ESCAPED_STRING : TC_IN_STRING) && *r->p != '"')
                    continue;
            }
            if (r->p < end && *r->p == '"')
                break;
        }
        if (r->p == end) {
            s->at = end;
            s->part = (uint8_t)part;
            return false;
        }
        part = tc_string_step(part, (unsigned char)*r->p);
        if (TC_UNLIKELY(part >= TC_STRING_WRONG)) {
            fail(s, r->p, (tc_json_reason)(part - TC_STRING_WRONG));
            return false;
        }
        s->escaped |= part == TC_STRING_ESCAPE;
        ++r->p;
    }
    pass_positions(r, r->p + 1);
    r->escaped = s->escaped;
    return true;
}

/* ---- inside a number or literal ---- */

/*
** Goes on inside a number, from s->part. Returns the byte after it, or NULL when the chunk has ended (the number may go
** on) or a byte is wrong (then s->reason is set).
*/
static TC_NEVER_INLINE const char *number_rest(tc_scan *s, const char *p)
{
    const char *const end = s->end;
    unsigned part = s->part;
    for (;;) {
        if (tc_number_has_run(part))
            p = tc_digits_end(p, end);
        if (p == end) {
            s->at = p;
            s->part = (uint8_t)part;
            return NULL;
        }
        const unsigned next = tc_number_step(part, *p);
        if (next == TC_NUMBER_END) {
            s->part = (uint8_t)part;
            return p;
        }
        if (TC_UNLIKELY(next == TC_NUMBER_WRONG)) {
            fail(s, p, TC_JSON_NUMBER);
            return NULL;
        }
        part = next;
        ++p;
    }
}

/* Reads a number from its first byte: at once if it has no exponent. Returns what number_rest would. */
static TC_ALWAYS_INLINE const char *read_number(tc_scan *s, const char *p)
{
    const char *const end = s->end;
    unsigned part = TC_NUMBER_START;
    if (TC_UNLIKELY(*p == '-')) { /* a branch: what comes next must not wait for this byte */
        part = TC_NUMBER_MINUS;
        ++p;
    }
    if (TC_LIKELY(p < end && tc_is_digit(*p))) {
        if (TC_UNLIKELY(*p == '0')) {
            part = TC_NUMBER_ZERO;
            ++p;
        } else {
            part = TC_NUMBER_DIGITS;
            p = tc_digits_end(p, end);
        }
        if (end - p >= 2 && *p == '.' && tc_is_digit(p[1])) {
            part = TC_NUMBER_FRACTION;
            p = tc_digits_end(p + 2, end);
        }
    }
    s->part = (uint8_t)part;
    return TC_LIKELY(p < end && tc_number_is_complete(part) && *p != '.' && (*p | 0x20) != 'e') ? p : number_rest(s, p);
}

/* Goes on inside a literal, of which s->part bytes are read. Returns what number_rest would. */
static TC_ALWAYS_INLINE const char *literal_rest(tc_scan *s, const char *p)
{
    const char *rest = literals[s->literal] + s->part;
    if (s->part == 0 && s->end - p >= 4 && memcmp(p, rest, 4) == 0) { /* at once, all but the last byte of false */
        p += 4;
        rest += 4;
    }
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

/* ---- between tokens ---- */

static TC_ALWAYS_INLINE bool in_object(const tc_scan *s, unsigned depth)
{
    return s->is_object[depth / 64] >> depth % 64 & 1U;
}

static TC_ALWAYS_INLINE void enter(tc_scan *s, unsigned depth, bool object)
{
    const uint64_t bit = (uint64_t)1 << depth % 64;
    uint64_t *const word = &s->is_object[depth / 64];
    *word = object ? *word | bit : *word & ~bit;
}

/* The scan has stopped inside a token that is incomplete or wrong. Its reader has set at, and state if it is wrong. */
static tc_scan_status stopped_in(tc_scan *s, unsigned state)
{
    if (s->state == IN_ERROR)
        return TC_SCAN_ERROR;
    s->state = (uint8_t)state;
    return TC_SCAN_MORE;
}

enum { NO_LITERAL = 255 };

static TC_ALWAYS_INLINE uint8_t which_literal(char first)
{
    return first == 'n' ? TC_IS_NULL : first == 'f' ? TC_IS_FALSE : first == 't' ? TC_IS_TRUE : NO_LITERAL;
}

/* Why no value begins at p. */
static tc_json_reason no_value(const tc_scan *s, const char *p)
{
    const bool first = s->depth == 0 && p == s->chunk && s->base == 0;
    const unsigned char c = (unsigned char)*p;
    return first && (c == 0xEF || c >= 0xFE) ? TC_JSON_BYTE_ORDER_MARK : TC_JSON_VALUE;
}

/* Leaves the scan in a state that goes on from here. */
static TC_ALWAYS_INLINE tc_scan_status stop(tc_scan *s, const tc_reader *r, unsigned state, tc_scan_status status)
{
    s->at = r->p;
    s->state = (uint8_t)state;
    return status;
}

/* Goes on inside a string that is not a plain one, to its closing quote. False: see stopped_in. */
static TC_ALWAYS_INLINE bool finish_string(tc_scan *s, tc_reader *r)
{
    tc_reader copy = *r; /* whose address is given away, so that r itself can stay in registers */
    const bool finished = string_rest(s, &copy);
    *r = copy;
    return finished;
}

/* Reads a string from its opening quote to its closing one. False: see stopped_in. */
static TC_ALWAYS_INLINE bool read_string(tc_scan *s, tc_reader *r)
{
    r->text = ++r->p;
    r->escaped = false;
    if (TC_LIKELY(go_on(s, r, TC_IN_STRING) && *r->p == '"'))
        return true;
    s->token = offset(s, r->text);
    s->escaped = false;
    s->part = TC_STRING_PLAIN;
    return finish_string(s, r);
}

static uint64_t text_offset(const tc_scan *s, const char *text)
{
    return text != NULL ? offset(s, text) : s->token;
}

/* ---- members that are looked for ---- */

/* Notes the wanted value, which lies in [begin, end) and, if recorded, is the last one on the tape. */
static TC_NEVER_INLINE void capture(tc_scan *s, tc_kind kind, uint64_t begin, uint64_t end)
{
    const tc_scan_member *const member = s->wanted;
    tc_capture *const c = &s->captures[member->slot];
    TC_ASSERT(member->slot < TC_SLOTS);
    c->kind = (uint8_t)kind;
    c->literal = s->literal;
    c->entry = s->tape.count - 1;
    c->begin = begin;
    c->end = end;
    s->captured = (s->captured & ~member->inside) | (uint32_t)1 << member->slot;
    s->wanted = NULL;
    if (kind == TC_OBJECT && member->members != NULL) {
        TC_ASSERT(s->depth < TC_LEVELS);
        s->watch = s->depth;
        s->watched[s->depth] = member->members;
    }
}

/* Decodes a piece of the current name, up to p, as far as it can matter. */
static void gather_name(tc_scan *s, const char *p)
{
    static const tc_unescape_state start = TC_UNESCAPE_START;
    const bool begun = s->token < s->base;
    const char *from = begun ? s->chunk : s->chunk + (size_t)(s->token - s->base);
    if (!begun) {
        s->name_length = 0;
        s->unescape = start;
    }
    for (; from < p && s->name_length <= TC_NAME_MAX; ++from)
        s->name_length += (uint8_t)tc_unescape(&s->unescape, from, 1, s->name + s->name_length);
    TC_ASSERT(s->name_length <= sizeof s->name);
}

/* A name has ended, in a container that is watched: is its member looked for? */
static TC_ALWAYS_INLINE void find_member(tc_scan *s, const char *name, size_t length)
{
    for (const tc_scan_member *m = s->watched[s->watch]; m->length > 0; ++m) {
        if (m->length == length && tc_same_bytes(m->name, name, length)) {
            s->wanted = m;
            return;
        }
    }
}

/* A name that begins at text has ended at p. */
static TC_NEVER_INLINE void look_up(tc_scan *s, const char *text, const char *p, bool escaped)
{
    if (text != NULL && !escaped) {
        find_member(s, text, (size_t)(p - text));
        return;
    }
    gather_name(s, p);
    find_member(s, s->name, s->name_length);
}

static TC_ALWAYS_INLINE void tape_text(tc_scan *s, const tc_reader *r, tc_kind kind)
{
    tc_tape_put(&s->tape, kind, (size_t)(r->p - r->text), (size_t)(r->text - s->chunk));
}

static tc_scan_status stopped_in_name(tc_scan *s, unsigned depth)
{
    if (s->state != IN_ERROR && depth == s->watch)
        gather_name(s, s->at);
    return stopped_in(s, IN_NAME);
}

/* What goes onto the tape. RECORD_RUN: where the elements of the current run begin. */
typedef enum { RECORD_NOTHING, RECORD_RUN, RECORD_OUTLINE, RECORD_ALL } recording;

static tc_scan_status pass_containers(tc_scan *s, tc_reader *reader);

/*
** Does another container follow at once, as the next element of the run? Then it is on the tape, and the reader is at
** it. If the tape is full, the outer scan will find that.
*/
static TC_ALWAYS_INLINE bool next_container(tc_scan *s, tc_reader *r)
{
    if (r->end - r->p < 2 || *r->p != ',' || (r->p[1] != '{' && r->p[1] != '['))
        return false;
    if (TC_UNLIKELY(!tc_tape_element(&s->tape, (size_t)(r->p + 1 - s->chunk))))
        return false;
    ++r->p;
    return true;
}

/*
** The automaton. Each label is a place of the grammar. `what` is a constant at each call, so that a scan without a tape
** pays nothing for it.
**
** In an outline the elements of an array go into runs, of which only the text is known. So the containers among them
** are read by a scan of their own (RECORD_RUN), which asks nothing at their tokens: it begins at a container, reads
** that and those that follow it at once, and leaves the reader after the last one. Other scans read the whole text.
*/
static TC_ALWAYS_INLINE tc_scan_status scan(tc_scan *s, tc_reader *reader, const recording what)
{
    tc_reader r = *reader;
    unsigned depth = s->depth;
    const unsigned floor = what == RECORD_RUN ? depth : 0; /* of what is read */
    bool object = in_object(s, depth);
    bool taped = what == RECORD_ALL || (what == RECORD_OUTLINE && !s->in_runs); /* do values here have entries? */
    const char *value_end;
    tc_kind kind;

    if (what == RECORD_RUN)
        goto open;
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
        if (!finish_string(s, &r))
            return stopped_in_name(s, depth);
        goto name_read;
    case IN_STRING:
        if (!finish_string(s, &r))
            return stopped_in(s, IN_STRING);
        goto string_read;
    case IN_NUMBER:
        r.p = number_rest(s, r.p);
        goto number_read;
    case IN_LITERAL:
        goto literal;
    default:
        return TC_SCAN_ERROR;
    }

value_or_end:
    if (!skip_space(s, &r))
        return stop(s, &r, AT_VALUE_OR_END, TC_SCAN_MORE);
    if (*r.p == ']')
        goto close;

value:
    if (!sees(&r, '"') && !skip_space(s, &r))
        return stop(s, &r, AT_VALUE, TC_SCAN_MORE);
    if (taped) {
        if (TC_UNLIKELY(s->tape.count == s->tape.capacity))
            return stop(s, &r, AT_VALUE, TC_SCAN_FULL);
        if (!object)
            tc_tape_count(&s->tape);
    } else if (what == RECORD_OUTLINE) {
        if (TC_UNLIKELY(!tc_tape_element(&s->tape, (size_t)(r.p - s->chunk))))
            return stop(s, &r, AT_VALUE, TC_SCAN_FULL);
    }
    if (*r.p == '"') {
        if (!read_string(s, &r))
            return stopped_in(s, IN_STRING);
        goto string_read;
    }
    if (tc_is_digit(*r.p) || *r.p == '-') {
        r.text = r.p;
        r.p = read_number(s, r.p);
        goto number_read;
    }
    if (*r.p == '{' || *r.p == '[') {
        if (what == RECORD_OUTLINE && !taped) {
            tc_reader copy = r;
            const tc_scan_status status = pass_containers(s, &copy);
            if (status != TC_SCAN_MORE || s->depth != depth)
                return status; /* wrong, or the text ends inside it */
            r = copy;
            goto after_value;
        }
        goto open;
    }
    s->literal = which_literal(*r.p);
    if (TC_UNLIKELY(s->literal == NO_LITERAL))
        return fail(s, r.p, no_value(s, r.p));
    r.text = r.p;
    s->part = 0;

literal:
    r.p = literal_rest(s, r.p);
    if (TC_UNLIKELY(r.p == NULL)) {
        s->token = text_offset(s, r.text);
        return stopped_in(s, IN_LITERAL);
    }
    if (taped)
        tc_tape_put(&s->tape, TC_LITERAL, s->literal, (size_t)(r.text - s->chunk));
    kind = TC_LITERAL;
    value_end = r.p;
    goto value_read;

number_read:
    if (TC_UNLIKELY(r.p == NULL)) {
        s->token = text_offset(s, r.text);
        return stopped_in(s, IN_NUMBER);
    }
    kind = tc_number_is_integer(s->part) ? TC_INTEGER : TC_REAL;
    if (taped)
        tape_text(s, &r, kind);
    value_end = r.p;
    goto value_read;

string_read:
    kind = r.escaped ? TC_ESCAPED : TC_STRING;
    if (taped)
        tape_text(s, &r, kind);
    value_end = r.p++;

value_read:
    if (TC_UNLIKELY(s->wanted != NULL)) { /* true of the whole text's value, too */
        capture(s, kind, text_offset(s, r.text), offset(s, value_end));
        if (depth == 0)
            goto done;
    }
    TC_ASSERT(depth > 0);

after_value:
    if (!sees(&r, ',') && !skip_space(s, &r))
        return stop(s, &r, AFTER_VALUE, TC_SCAN_MORE);
    if (*r.p == ',') {
        ++r.p;
        if (object)
            goto name;
        goto value;
    }
    if (TC_UNLIKELY(*r.p != (object ? '}' : ']')))
        return fail(s, r.p, object ? TC_JSON_COMMA_OR_BRACE : TC_JSON_COMMA_OR_BRACKET);

close:
    ++r.p;
    if (what >= RECORD_OUTLINE) {
        tc_tape_close(&s->tape, (size_t)(r.p - s->chunk));
        s->in_runs = false;
        taped = true;
    }
    s->depth = --depth;
    object = in_object(s, depth);
    if (depth < s->watch)
        s->watch = depth;
    if (depth > floor)
        goto after_value;
    if (what != RECORD_RUN)
        goto done;
    if (next_container(s, &r))
        goto open;
    *reader = r;
    return stop(s, &r, AFTER_VALUE, TC_SCAN_MORE);

open:
    if (TC_UNLIKELY(depth == s->max_depth))
        return fail(s, r.p, TC_JSON_DEPTH);
    object = *r.p++ == '{';
    s->depth = ++depth;
    if (depth > s->depth_seen)
        s->depth_seen = depth;
    enter(s, depth, object);
    if (what >= RECORD_OUTLINE) {
        tc_tape_open(&s->tape, object);
        s->in_runs = what == RECORD_OUTLINE && !object;
        taped = !s->in_runs;
    }
    if (TC_UNLIKELY(s->wanted != NULL))
        capture(s, object ? TC_OBJECT : TC_ARRAY, offset(s, r.p) - 1, offset(s, r.p));
    if (!object)
        goto value_or_end;

name_or_end:
    if (!skip_space(s, &r))
        return stop(s, &r, AT_NAME_OR_END, TC_SCAN_MORE);
    if (*r.p == '}')
        goto close;
    if (TC_UNLIKELY(*r.p != '"'))
        return fail(s, r.p, TC_JSON_NAME_OR_END);

name:
    if (!sees(&r, '"') && !skip_space(s, &r))
        return stop(s, &r, AT_NAME, TC_SCAN_MORE);
    if (TC_UNLIKELY(*r.p != '"'))
        return fail(s, r.p, TC_JSON_NAME);
    if (taped && TC_UNLIKELY(s->tape.count == s->tape.capacity))
        return stop(s, &r, AT_NAME, TC_SCAN_FULL);
    if (!read_string(s, &r))
        return stopped_in_name(s, depth);

name_read:
    if (taped) {
        tc_tape_count(&s->tape);
        tape_text(s, &r, r.escaped ? TC_ESCAPED : TC_STRING);
    }
    if (depth == s->watch)
        look_up(s, r.text, r.p, r.escaped);
    ++r.p;

colon:
    if (!sees(&r, ':') && !skip_space(s, &r))
        return stop(s, &r, AT_COLON, TC_SCAN_MORE);
    if (TC_UNLIKELY(*r.p != ':'))
        return fail(s, r.p, TC_JSON_COLON);
    ++r.p;
    goto value;

done:
    if (skip_space(s, &r))
        return fail(s, r.p, TC_JSON_TRAILING);
    return stop(s, &r, AT_DONE, TC_SCAN_MORE);
}

/*
** Reads the container in a run that begins at the reader's position, and those that follow it. If the text ends inside
** one, nothing can go on from there: a text with a tape is one chunk.
*/
static TC_NEVER_INLINE tc_scan_status pass_containers(tc_scan *s, tc_reader *reader)
{
    return scan(s, reader, RECORD_RUN);
}

/* The invariant that json_scan.h states for a scan between runs. */
static void check_invariant(const tc_scan *s)
{
    TC_ASSERT(s->chunk <= s->at && s->at <= s->end);
    TC_ASSERT(s->depth <= s->max_depth && s->max_depth <= TC_DEPTH_MAX && s->depth_seen <= s->max_depth);
    TC_ASSERT(s->watch < TC_LEVELS && s->watch <= s->depth);
    TC_ASSERT((s->state == IN_ERROR) == (s->reason != TC_JSON_FINE));
    TC_ASSERT(s->state != IN_LITERAL || s->part < strlen(literals[s->literal]));
    TC_ASSERT(s->tape.entries == NULL || s->tape.count <= s->tape.capacity);
    (void)s;
}

tc_scan_status tc_scan_run(tc_scan *s)
{
    tc_index index;
    tc_reader r = {s->at, s->end, &index, index.at, index.at, NULL, s->escaped};
    index.begin = index.end = s->at;
    check_invariant(s);
    if (s->tape.entries == NULL)
        return scan(s, &r, RECORD_NOTHING);
    if (TC_UNLIKELY((size_t)(s->end - s->chunk) > TC_TAPE_TEXT_MAX))
        return fail(s, s->at, TC_JSON_TOO_LARGE);
    return s->tape.outline ? scan(s, &r, RECORD_OUTLINE) : scan(s, &r, RECORD_ALL);
}

bool tc_scan_finish(tc_scan *s)
{
    if (s->state == IN_NUMBER && s->depth == 0 && tc_number_is_complete(s->part)) {
        const tc_kind kind = tc_number_is_integer(s->part) ? TC_INTEGER : TC_REAL;
        if (s->tape.entries != NULL)
            tc_tape_put(&s->tape, kind, (size_t)(tc_scan_at(s) - s->token), (size_t)s->token);
        capture(s, kind, s->token, tc_scan_at(s));
        s->state = AT_DONE;
    }
    if (s->state == AT_DONE)
        return true;
    if (s->state != IN_ERROR)
        fail(s, s->at, s->state == AT_VALUE && s->depth == 0 ? TC_JSON_EMPTY : TC_JSON_TRUNCATED);
    return false;
}
