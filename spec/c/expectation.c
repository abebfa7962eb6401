/*
** expectation.c - see expectation.h.
*/
#include "expectation.h"

#include <stdlib.h>

static bool is_container(const reference_node *n)
{
    return n->kind == REFERENCE_ARRAY || n->kind == REFERENCE_OBJECT;
}

static bool is_number(const reference_node *n)
{
    return n->kind == REFERENCE_INTEGER || n->kind == REFERENCE_REAL;
}

static tc_kind kind_of(const reference_node *n)
{
    switch (n->kind) {
    case REFERENCE_STRING:
        return n->escaped ? TC_ESCAPED : TC_STRING;
    case REFERENCE_INTEGER:
        return TC_INTEGER;
    case REFERENCE_REAL:
        return TC_REAL;
    case REFERENCE_ARRAY:
        return TC_ARRAY;
    case REFERENCE_OBJECT:
        return TC_OBJECT;
    default:
        return TC_LITERAL;
    }
}

static uint8_t literal_of(const reference_node *n)
{
    return n->kind == REFERENCE_TRUE ? TC_IS_TRUE : n->kind == REFERENCE_FALSE ? TC_IS_FALSE : TC_IS_NULL;
}

/* ---- captures ---- */

/* The member of the list with the name at node n, or NULL. */
static const tc_scan_member *member_of(const expectation *x, const reference_node *n, const tc_scan_member *m)
{
    const text raw = reference_text(&x->reference, n);
    char *const decoded = allocate(raw.length);
    const text name = {decoded, reference_decode(raw, decoded)};
    for (; m->length > 0; ++m) {
        const text wanted = {m->name, m->length};
        if (text_equal(name, wanted))
            break;
    }
    free(decoded);
    return m->length > 0 ? m : NULL;
}

static void expect_capture(expectation *x, size_t i, const tc_scan_member *m);

/* The members of the object at node i that are in the list. */
static void expect_members(expectation *x, size_t i, const tc_scan_member *list)
{
    const reference_node *const nodes = x->reference.nodes;
    const size_t end = nodes[i].next;
    for (size_t name = i + 1; name < end; name = nodes[name + 1].next) {
        const tc_scan_member *const m = member_of(x, &nodes[name], list);
        if (m != NULL)
            expect_capture(x, name + 1, m);
    }
}

/* Records the value at node i, that of a member that is looked for. */
static void expect_capture(expectation *x, size_t i, const tc_scan_member *m)
{
    const reference_node *const n = &x->reference.nodes[i];
    const size_t quote = n->kind == REFERENCE_STRING;
    const size_t end = is_container(n) ? n->begin + 1 : n->end - quote;
    const tc_capture c = {n->begin + quote, end, (uint32_t)i + 1, (uint8_t)kind_of(n), literal_of(n)};
    x->expected.captured &= ~(unsigned)m->inside;
    x->expected.captured |= 1U << m->slot;
    x->expected.captures[m->slot] = c;
    if (n->kind == REFERENCE_OBJECT && m->members != NULL)
        expect_members(x, i, m->members);
}

/* ---- verdicts ---- */

bool is_missing_bytes(tc_json_reason reason)
{
    return reason == TC_JSON_EMPTY || reason == TC_JSON_TRUNCATED;
}

void expect_body(expectation *x, text body, reading_manner m)
{
    static reading plain;
    x->body = body;
    x->expected.right = reference_read(&x->reference, body, m.max_depth, true);
    x->expected.error_at = x->reference.at;
    x->expected.depth_seen = x->reference.depth_seen;
    x->expected.captured = 0;
    if (x->expected.right)
        expect_capture(x, 0, m.text);
    m.place = IN_PLACE;
    m.tape = NO_TAPE;
    read_body(&plain, body, m);
    x->expected.reason = plain.reason;
    if (is_missing_bytes(plain.reason) != (!x->expected.right && x->reference.at == body.length))
        test_fail(body, x->reference.at, "refused for \"%s\"", tc_json_reason_text(plain.reason));
}

/* ---- tapes ---- */

static size_t length_of(const expectation *x, const reference_node *n)
{
    switch (n->kind) {
    case REFERENCE_NULL:
        return TC_IS_NULL;
    case REFERENCE_FALSE:
        return TC_IS_FALSE;
    case REFERENCE_TRUE:
        return TC_IS_TRUE;
    case REFERENCE_ARRAY:
    case REFERENCE_OBJECT:
        return n->count;
    default:
        return reference_text(&x->reference, n).length;
    }
}

bool check_entry(const expectation *x, const reading *found, uint32_t i)
{
    const reference_node *const n = &x->reference.nodes[i];
    const tc_entry entry = found->entries[i + 1];
    if (!test_equal(x->body, n->begin, "kind of an entry", tc_entry_kind(entry), kind_of(n)) ||
        !test_equal(x->body, n->begin, "length of an entry", tc_entry_length(entry), length_of(x, n)) ||
        !test_equal(x->body, n->begin, "entry after", tc_entry_next(found->entries, i + 1), n->next + 1))
        return false;
    const bool has_offset = n->kind == REFERENCE_STRING || is_number(n);
    const size_t offset = n->begin + (n->kind == REFERENCE_STRING);
    return !has_offset || test_equal(x->body, n->begin, "offset of an entry", tc_entry_offset(entry), offset);
}

/* A body that is a number has a case of its own. */
static bool is_bare_number(const expectation *x)
{
    return x->reference.count == 1 && is_number(&x->reference.nodes[0]);
}

/* Each capture knows its value's entry. */
static void check_captured_entries(const expectation *x, const reading *found)
{
    for (size_t slot = 0; slot < TC_SLOTS; ++slot) {
        const tc_capture *const c = &x->expected.captures[slot];
        if (x->expected.captured >> slot & 1U)
            test_equal(x->body, c->begin, "entry of a capture", found->captures[slot].entry, c->entry);
    }
}

static void check_tape(const expectation *x, const reading *found)
{
    if (x->expected.right && !is_bare_number(x))
        check_captured_entries(x, found);
    if (!x->expected.right || is_bare_number(x) ||
        !test_equal(x->body, 0, "entries of the tape", found->entry_count, x->reference.count + 1))
        return;
    for (uint32_t i = 0; i < x->reference.count; ++i) {
        if (!check_entry(x, found, i))
            return;
    }
}

void check_manner(const expectation *x, const char *how, reading_manner m)
{
    static reading found;
    read_body(&found, x->body, m);
    if (readings_equal(x->body, how, &found, &x->expected) && m.tape != NO_TAPE)
        check_tape(x, &found);
    if (m.tape == TAPE_FULL)
        reading_free(&found);
}

void check_quickly(expectation *x, text body, uint32_t seed)
{
    expect_body(x, body, manner_plain());
    check_manner(x, "before an unmapped page", manner_plain());
    check_manner(x, "recorded", manner_with_tape(TAPE));
    check_manner(x, "in chunks", manner_chunked(cut_by(seed)));
}

void check_thoroughly(expectation *x, text body)
{
    expect_body(x, body, manner_plain());
    check_manner(x, "before an unmapped page", manner_plain());
    check_manner(x, "after an unmapped page", manner_at(AT_BEGIN));
    check_manner(x, "recorded", manner_with_tape(TAPE));
    check_manner(x, "byte by byte", manner_chunked(cut_every(1)));
    for (uint32_t seed = 1; seed <= 4; ++seed)
        check_manner(x, "in chunks", manner_chunked(cut_by(seed)));
    if (body.length <= 4096)
        check_manner(x, "recorded with little capacity", manner_with_tape(TAPE_FULL));
}
