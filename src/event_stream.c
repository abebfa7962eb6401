/*
** event_stream.c - see event_stream.h.
**
** Line ends are found by memchr. The places of the next LF and the next CR of a chunk are remembered, so that a chunk
** with only one of them is not searched for the other at every line.
*/
#include "event_stream.h"

#include <string.h>

/* s->state: what the next byte may be. */
enum {
    AT_BOM_1, /* the stream's first byte */
    AT_BOM_2,
    AT_BOM_3,
    AT_LINE,     /* a line's first byte */
    AFTER_CR,    /* the same, or the LF that belongs to the CR before */
    AFTER_BLANK, /* blanks and tabs so far */
    IN_NAME,
    AFTER_COLON,
    AT_VALUE, /* its first byte, or the line's end */
    IN_VALUE,
    IN_COMMENT,
    IN_OTHER /* a line that means nothing, or a retry */
};

static const char done_mark[] = "[DONE]";
enum { DONE_LENGTH = sizeof done_mark - 1, NOT_DONE = DONE_LENGTH + 1 };

void tc_event_init(tc_event_stream *s)
{
    memset(s, 0, sizeof *s);
    s->state = AT_BOM_1;
    s->at = s->end = "";
}

void tc_event_feed(tc_event_stream *s, const char *chunk, size_t length)
{
    TC_ASSERT(s->at == s->end);
    s->at = chunk;
    s->end = chunk + length;
    s->lf = s->cr = NULL;
}

/* ---- lines ---- */

static const char *find(const tc_event_stream *s, char c, const char *last)
{
    if (last != NULL && last >= s->at)
        return last;
    const char *const found = (const char *)memchr(s->at, c, (size_t)(s->end - s->at));
    return found != NULL ? found : s->end;
}

/* The end of the line in which s->at lies: its CR or LF, or the chunk's end. */
static const char *line_end(tc_event_stream *s)
{
    s->lf = find(s, '\n', s->lf);
    s->cr = find(s, '\r', s->cr);
    return s->lf < s->cr ? s->lf : s->cr;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Goes past the line end at s->at. */
static void pass_line_end(tc_event_stream *s)
{
    s->state = *s->at == '\r' ? AFTER_CR : AT_LINE;
    ++s->at;
}

/* Goes to the next line, or to the chunk's end. */
static void pass_line(tc_event_stream *s)
{
    s->at = line_end(s);
    if (s->at < s->end)
        pass_line_end(s);
}

/* ---- values ---- */

static void match_done(tc_event_stream *s)
{
    if (s->length <= (size_t)(DONE_LENGTH - s->matched) && memcmp(done_mark + s->matched, s->piece, s->length) == 0)
        s->matched = (uint8_t)(s->matched + s->length);
    else
        s->matched = NOT_DONE;
}

static tc_event_token give(tc_event_stream *s, const char *piece, size_t length)
{
    s->piece = piece;
    s->length = length;
    if (s->field == TC_EVENT_DATA && s->matched != NOT_DONE)
        match_done(s);
    return TC_EVENT_VALUE;
}

/* A value begins. Gives the LF between two lines of data, or TC_EVENT_MORE. */
static tc_event_token begin_value(tc_event_stream *s, tc_event_field field)
{
    s->field = field;
    s->inside = true;
    if (field != TC_EVENT_DATA)
        return TC_EVENT_MORE;
    if (s->has_data)
        return give(s, "\n", 1);
    s->has_data = true;
    s->matched = 0;
    return TC_EVENT_MORE;
}

/* Gives what the chunk holds of a value. Of data that is empty there is nothing to give: TC_EVENT_MORE. */
static tc_event_token read_value(tc_event_stream *s)
{
    const char *const piece = s->at;
    s->at = line_end(s);
    const size_t length = (size_t)(s->at - piece);
    s->begins = s->state == AT_VALUE;
    s->ends = s->at < s->end;
    s->state = IN_VALUE;
    if (s->ends)
        pass_line_end(s);
    return length == 0 && s->field == TC_EVENT_DATA ? TC_EVENT_MORE : give(s, piece, length);
}

/* ---- names ---- */

static bool is_name(const tc_event_stream *s, const char *name)
{
    return strlen(name) == s->name_length && memcmp(s->name, name, s->name_length) == 0;
}

static tc_event_field field_of(const tc_event_stream *s)
{
    if (is_name(s, "data"))
        return TC_EVENT_DATA;
    if (is_name(s, "event"))
        return TC_EVENT_NAME;
    return is_name(s, "id") ? TC_EVENT_ID : TC_EVENT_NO_FIELD;
}

/* The name is complete: s->at is at its colon, or at the line's end. */
static tc_event_token end_name(tc_event_stream *s)
{
    const tc_event_field field = field_of(s);
    s->inside |= is_name(s, "retry");
    s->state = field == TC_EVENT_NO_FIELD ? IN_OTHER : AFTER_COLON;
    s->at += *s->at == ':';
    return field == TC_EVENT_NO_FIELD ? TC_EVENT_MORE : begin_value(s, field);
}

static tc_event_token read_name(tc_event_stream *s)
{
    if (s->name_length == 0 && s->end - s->at > 5 && memcmp(s->at, "data:", 5) == 0) {
        s->at += 5;
        s->state = AFTER_COLON;
        return begin_value(s, TC_EVENT_DATA);
    }
    for (; s->at < s->end; ++s->at) {
        if (*s->at == ':' || is_line_end(*s->at))
            return end_name(s);
        if (s->name_length == sizeof s->name) { /* longer than any that is known */
            s->state = IN_OTHER;
            return TC_EVENT_MORE;
        }
        s->name[s->name_length++] = *s->at;
    }
    return TC_EVENT_MORE;
}

/* ---- tokens ---- */

/* A blank line. */
static tc_event_token end_event(tc_event_stream *s)
{
    const bool inside = s->inside, has_data = s->has_data;
    s->inside = s->has_data = false;
    return has_data ? TC_EVENT_END : inside ? TC_EVENT_NONE : TC_EVENT_MORE;
}

static tc_event_token begin_line(tc_event_stream *s)
{
    switch (*s->at) {
    case '\n':
    case '\r':
        pass_line_end(s);
        return end_event(s);
    case ' ':
    case '\t':
        s->state = AFTER_BLANK;
        return TC_EVENT_MORE;
    case ':':
        s->state = IN_COMMENT;
        return TC_EVENT_MORE;
    case '{':
        s->state = AT_VALUE;
        return begin_value(s, TC_EVENT_DATA);
    default:
        s->state = IN_NAME;
        s->name_length = 0;
        return read_name(s);
    }
}

static tc_event_token pass_blanks(tc_event_stream *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t'))
        ++s->at;
    if (s->at == s->end)
        return TC_EVENT_MORE;
    if (!is_line_end(*s->at)) {
        s->state = IN_OTHER;
        return TC_EVENT_MORE;
    }
    pass_line_end(s);
    return end_event(s);
}

/* A byte order mark is passed over. What only begins like one is a line that means nothing. */
static void pass_mark(tc_event_stream *s)
{
    static const char mark[] = "\xEF\xBB\xBF";
    if (*s->at == mark[s->state - AT_BOM_1]) {
        ++s->at;
        ++s->state; /* after the third, AT_LINE */
    } else {
        s->state = s->state == AT_BOM_1 ? AT_LINE : IN_OTHER;
    }
}

/* Reads on in a state, to a token or a change of state. TC_EVENT_MORE: not a token yet. */
static tc_event_token step(tc_event_stream *s)
{
    switch (s->state) {
    case AFTER_CR:
        s->at += *s->at == '\n';
        s->state = AT_LINE;
        return TC_EVENT_MORE;
    case AT_LINE:
        return begin_line(s);
    case AFTER_BLANK:
        return pass_blanks(s);
    case IN_NAME:
        return read_name(s);
    case AFTER_COLON:
        s->at += *s->at == ' ';
        s->state = AT_VALUE;
        return TC_EVENT_MORE;
    case AT_VALUE:
    case IN_VALUE:
        return read_value(s);
    case IN_COMMENT:
    case IN_OTHER:
        pass_line(s);
        return TC_EVENT_MORE;
    default:
        pass_mark(s);
        return TC_EVENT_MORE;
    }
}

bool tc_event_is_done(const tc_event_stream *s)
{
    return s->matched == DONE_LENGTH;
}

tc_event_token tc_event_next(tc_event_stream *s)
{
    tc_event_token token = TC_EVENT_MORE;
    while (token == TC_EVENT_MORE && s->at < s->end)
        token = step(s);
    return token;
}

void tc_event_finish(tc_event_stream *s)
{
    TC_ASSERT(s->at == s->end);
    s->unfinished = s->state == AT_BOM_2 || s->state == AT_BOM_3 || s->state == IN_NAME || s->state == AFTER_COLON ||
                    s->state == AT_VALUE || s->state == IN_VALUE || s->state == IN_OTHER;
    if (s->unfinished)
        tc_event_feed(s, "\n", 1);
}
