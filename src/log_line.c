/*
** log_line.c - see log_line.h.
*/
#include "log_line.h"

/* A character that must not be printed, and its bytes; 0 bytes if it may be printed. */
typedef struct {
    unsigned code_point;
    size_t length;
} tc_control;

static bool is_between(unsigned code_point, unsigned first, unsigned last)
{
    return code_point >= first && code_point <= last;
}

/* The control character at p, if there is one. Only these lead bytes can begin one. */
static tc_control control_at(const char *p, const char *end)
{
    const unsigned char *const c = (const unsigned char *)p;
    const size_t left = (size_t)(end - p);
    tc_control control = {c[0], 0};
    if (c[0] < 0x20 || c[0] == 0x7F) {
        control.length = 1;
    } else if ((c[0] == 0xC2 || c[0] == 0xD8) && left >= 2) {
        control.code_point = (c[0] & 0x1FU) << 6 | (c[1] & 0x3FU);
        control.length = control.code_point < 0xA0 || control.code_point == 0x61C ? 2 : 0;
    } else if (c[0] == 0xE2 && left >= 3) {
        control.code_point = 0x2000U | (c[1] & 0x3FU) << 6 | (c[2] & 0x3FU);
        const unsigned u = control.code_point;
        control.length =
            is_between(u, 0x200E, 0x200F) || is_between(u, 0x2028, 0x202E) || is_between(u, 0x2066, 0x2069) ? 3 : 0;
    }
    return control;
}

/* Flags of those of eight bytes that may begin a control character; only the first flag is reliable. */
static inline uint64_t suspects(uint64_t bytes)
{
    if (tc_are_printable(bytes))
        return 0;
    return tc_flags_less(bytes, 0x20) | tc_flags_equal(bytes, 0x7F) | tc_flags_equal(bytes, 0xC2) |
           tc_flags_equal(bytes, 0xD8) | tc_flags_equal(bytes, 0xE2);
}

/* How many of these eight bytes come before the first suspect. */
static size_t harmless(const char *p)
{
    const uint64_t flags = suspects(tc_eight_bytes(p));
    return flags != 0 ? tc_first_flag(flags) : 8;
}

/* The first control character in [p, end), which *control describes; end if there is none. */
static const char *find_control(const char *p, const char *end, tc_control *control)
{
    while (p < end) {
        const size_t others = end - p >= 8 ? harmless(p) : 0;
        if (others > 0) {
            p += others;
            continue;
        }
        *control = control_at(p, end);
        if (control->length > 0)
            return p;
        ++p;
    }
    return end;
}

/* Where the line goes. length also counts the bytes that did not fit. */
typedef struct {
    char *out;
    size_t capacity, length;
} tc_line_writer;

static void add(tc_line_writer *w, const char *bytes, size_t length)
{
    if (w->length <= w->capacity && length <= w->capacity - w->length)
        memcpy(w->out + w->length, bytes, length);
    w->length += length;
}

static void add_escape(tc_line_writer *w, unsigned code_point)
{
    static const char digits[] = "0123456789ABCDEF";
    char escape[] = "\\u0000";
    switch (code_point) {
    case '\n':
        add(w, "\\n", 2);
        return;
    case '\r':
        add(w, "\\r", 2);
        return;
    case '\t':
        add(w, "\\t", 2);
        return;
    default:
        for (int i = 5; i >= 2; --i, code_point >>= 4)
            escape[i] = digits[code_point & 0xF];
        add(w, escape, 6);
    }
}

/* Adds a text, with escapes in place of what must not be printed. */
static void add_escaped(tc_line_writer *w, const tc_span *text)
{
    const char *p = text->bytes, *const end = p + text->length;
    const char *at;
    tc_control control;
    while ((at = find_control(p, end, &control)) < end) {
        add(w, p, (size_t)(at - p));
        add_escape(w, control.code_point);
        p = at + control.length;
    }
    add(w, p, (size_t)(end - p));
}

static void add_as_is(tc_line_writer *w, const tc_span *text)
{
    add(w, text->bytes, text->length);
}

static TC_ALWAYS_INLINE tc_line_writer write_line(const tc_span *code, const tc_span *message,
                                                  const tc_span *request_id, char *out, size_t capacity,
                                                  void add_text(tc_line_writer *, const tc_span *))
{
    tc_line_writer w = {out, capacity, 0};
    add_text(&w, code);
    if (message->length > 0) {
        add(&w, ": ", 2);
        add_text(&w, message);
    }
    if (request_id->length > 0) {
        add(&w, " (RequestId: ", 13);
        add_text(&w, request_id);
        add(&w, ")", 1);
    }
    return w;
}

/*
** True only if no byte is a suspect; false for fewer than eight bytes, too. The last eight may overlap those before
** them.
*/
static bool are_harmless(const char *p, size_t length)
{
    if (length < 8)
        return false;
    const char *const last = p + length - 8;
    for (; p < last; p += 8) {
        if (suspects(tc_eight_bytes(p)) != 0)
            return false;
    }
    return suspects(tc_eight_bytes(last)) == 0;
}

/* Most lines need no escapes, so a line is first written without, and then looked at as a whole. */
size_t tc_log_line(const tc_span *code, const tc_span *message, const tc_span *request_id, char *out, size_t capacity)
{
    tc_line_writer w = write_line(code, message, request_id, out, capacity, add_as_is);
    if (w.length > capacity || !are_harmless(out, w.length))
        w = write_line(code, message, request_id, out, capacity, add_escaped);
    return w.length;
}
