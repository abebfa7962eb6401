/*
** json_scan.h - the JSON grammar (RFC 8259), strictly, and nothing else.
**
** The caller hands over a chunk with tc_scan_feed, lets tc_scan_run read it, and after the last one asks tc_scan_finish
** whether the text was complete. Chunks may be cut anywhere. On the way, the scanner notes where the values of the few
** members lie that the caller looks for (tc_capture), and, if asked, an index of the whole text (tc_tape). It allocates
** nothing, never recurses, and looks at no byte of a chunk once the next one is fed. The caller owns the struct; two
** scanners share nothing.
**
** Strict: no byte order mark, no trailing bytes, no lone surrogates, UTF-8 without overlong forms or surrogates. A
** refusal names the first byte that no text can have there.
*/
#ifndef TC_JSON_SCAN_H
#define TC_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "internal.h"
#include "json_tape.h"
#include "json_unescape.h"

/* Why a text is rejected: stable names, and descriptions for people. */
#define TC_JSON_REASONS(X)                                                                                             \
    X(TC_JSON_FINE, "no error")                                                                                        \
    X(TC_JSON_EMPTY, "empty body")                                                                                     \
    X(TC_JSON_TRUNCATED, "unexpected end of input")                                                                    \
    X(TC_JSON_BYTE_ORDER_MARK, "byte order mark")                                                                      \
    X(TC_JSON_VALUE, "expected a value")                                                                               \
    X(TC_JSON_NAME, "expected a member name in quotes")                                                                \
    X(TC_JSON_NAME_OR_END, "expected a member name in quotes or '}'")                                                  \
    X(TC_JSON_COLON, "expected ':'")                                                                                   \
    X(TC_JSON_COMMA_OR_BRACE, "expected ',' or '}'")                                                                   \
    X(TC_JSON_COMMA_OR_BRACKET, "expected ',' or ']'")                                                                 \
    X(TC_JSON_TRAILING, "unexpected byte after the end of the value")                                                  \
    X(TC_JSON_LITERAL, "invalid literal")                                                                              \
    X(TC_JSON_NUMBER, "invalid number")                                                                                \
    X(TC_JSON_CONTROL, "unescaped control character in a string")                                                      \
    X(TC_JSON_ESCAPE, "invalid escape")                                                                                \
    X(TC_JSON_HEX, "expected a hexadecimal digit")                                                                     \
    X(TC_JSON_SURROGATE, "lone surrogate")                                                                             \
    X(TC_JSON_UTF8, "invalid UTF-8")                                                                                   \
    X(TC_JSON_DEPTH, "nested too deeply")                                                                              \
    X(TC_JSON_TOO_LARGE, "the body is too large to be indexed")

typedef enum {
#define X(name, text) name,
    TC_JSON_REASONS(X)
#undef X
} tc_json_reason;

/* The description of a reason: a constant. */
TC_INTERNAL const char *tc_json_reason_text(tc_json_reason reason);

/* The largest max_depth. The scan has a bit for each level, lua_value.c two slots of Lua's stack (5.1 has 8,000). */
enum { TC_DEPTH_MAX = 3000 };

typedef enum {
    TC_SCAN_MORE,  /* every byte fed is consumed and right so far */
    TC_SCAN_ERROR, /* see reason and error_at; every later call answers the same */
    TC_SCAN_FULL   /* the tape is full: enlarge it, then call again */
} tc_scan_status;

/*
** Where the value of a member that is looked for lies: its bytes are [begin, end), a string's without its quotes, a
** container's only the bracket. Offsets are counted from the first byte ever fed.
*/
typedef struct {
    uint64_t begin, end;
    uint32_t entry;  /* on the tape, if there is one */
    uint8_t kind;    /* tc_kind */
    uint8_t literal; /* which one, if it is a TC_LITERAL */
} tc_capture;

enum {
    TC_SLOTS = 18,   /* captures: one per field of envelope.h; asserted there */
    TC_LEVELS = 8,   /* levels on which members may be looked for; the text's value is on the first */
    TC_NAME_MAX = 15 /* bytes of a name that is looked for */
};

TC_STATIC_ASSERT(tc_slots_are_bits, (int)TC_SLOTS <= 32); /* of `captured` and `inside` */

/*
** A member that is looked for. Its value is captured in `slot` and replaces that of an earlier member of the same name;
** the slots in the bit set `inside` are cleared. If the value is an object, `members` are looked for in it: a list that
** ends in one of length 0, or NULL.
*/
typedef struct tc_scan_member {
    const char *name;
    uint8_t length;
    uint8_t slot;
    uint32_t inside;
    const struct tc_scan_member *members;
} tc_scan_member;

/*
** Invariant between runs: at is the next byte to read, in [chunk, end]; state and part say what it may be. At most
** max_depth containers are open, depth of them, and bit depth of is_object is set if the innermost one is an object.
** watched[watch] is what is looked for, in the container at that depth, which is open. The members below the line are
** the scanner's own.
*/
typedef struct {
    tc_capture captures[TC_SLOTS];
    uint32_t captured; /* bit n: captures[n] is valid */
    tc_json_reason reason;
    uint64_t error_at; /* offset of the first wrong byte */
    unsigned depth_seen;
    tc_tape tape; /* recorded if entries is set: then the whole text is one chunk */
    const char *chunk;
    uint64_t base; /* offset of the chunk's first byte */
    /* ---- */
    const char *at, *end;
    uint64_t token; /* offset of the current string's first byte after its quote, or of the number's first */
    const tc_scan_member *watched[TC_LEVELS];
    const tc_scan_member *wanted; /* whose value comes next, or is under way; or NULL */
    unsigned max_depth, depth, watch;
    uint8_t state, part, literal;
    bool escaped;        /* the current string holds an escape */
    bool in_runs;        /* the innermost container on the tape is an array whose elements go into runs */
    uint8_t name_length; /* of name; over TC_NAME_MAX if it is too long to be looked for */
    tc_unescape_state unescape;
    /*
    ** A name that a chunk's end cuts or that has escapes, as far as it has been read. It is decoded byte by byte while
    ** it has at most TC_NAME_MAX bytes, and each byte may add as much as a piece of one byte can give.
    */
    char name[TC_NAME_MAX + 1 + TC_UNESCAPE_EXTRA];
    uint64_t is_object[TC_DEPTH_MAX / 64 + 1];
} tc_scan;

/*
** Makes s ready for a new text, which may nest max_depth deep (1 .. TC_DEPTH_MAX), without a tape. text is a member
** that stands for the value of the whole text (its name does not matter), or NULL if that is known to be a container.
*/
TC_INTERNAL void tc_scan_init(tc_scan *s, unsigned max_depth, const tc_scan_member *text);

/*
** The same for a text that is a run of an array's elements, see json_tape.h: the elements, with commas between them,
** and after the last one either a comma or the bracket that closes the array.
*/
TC_INTERNAL void tc_scan_init_elements(tc_scan *s, unsigned max_depth);

/*
** Records the text on entries, capacity of them (at least 1), in full or as an outline. Must be called before the only
** chunk is fed.
*/
TC_INTERNAL void tc_scan_record(tc_scan *s, tc_entry *entries, uint32_t capacity, bool outline);

/* After TC_SCAN_FULL: goes on without the tape. */
static inline void tc_scan_stop_recording(tc_scan *s)
{
    s->tape.entries = NULL;
}

/* Hands over the next bytes. They must stay until the next ones are fed. */
TC_INTERNAL void tc_scan_feed(tc_scan *s, const char *chunk, size_t length);

/* Reads what was fed. */
TC_INTERNAL tc_scan_status tc_scan_run(tc_scan *s);

/* Says that no bytes follow. True if the text was complete; else reason and error_at are set. */
TC_INTERNAL bool tc_scan_finish(tc_scan *s);

/* Offset of the next byte to read. */
static inline uint64_t tc_scan_at(const tc_scan *s)
{
    return s->base + (size_t)(s->at - s->chunk);
}

/*
** After TC_SCAN_MORE: the slot of the string or number inside which the chunk has ended, if it is looked for, and the
** offset at which it begins; else -1.
*/
TC_INTERNAL int tc_scan_unfinished(const tc_scan *s, uint64_t *begin);

#endif
