/*
** json_tape_test.c - folded tapes: of every body, what is folded and what is not, beside the reference.
*/
#include <string.h>

#include "harness.h"
#include "json_scan.h"
#include "reference.h"

enum { DEPTH = 1000, ROOM = 1 << 16 };

static tc_entry entries[ROOM];
static reference known;

/* A node and the entry that is to stand for it. */
typedef struct {
    size_t node;
    uint32_t entry;
} place;

static const reference_node *node_at(place p)
{
    return &known.nodes[p.node];
}

static size_t length_of(const reference_node *n)
{
    return n->end - n->begin;
}

static bool is_container(const reference_node *n)
{
    return n->kind >= REFERENCE_ARRAY;
}

static place check_value(place p, bool in_array, uint32_t fold);

static void check_text(const reference_node *n, tc_entry e)
{
    const size_t quote = n->kind == REFERENCE_STRING;
    test_equal(known.body, n->begin, "offset", tc_entry_offset(e), n->begin + quote);
    if (tc_entry_kind(e) != TC_LITERAL)
        test_equal(known.body, n->begin, "length", tc_entry_length(e), length_of(n) - 2 * quote);
}

/* An array or object that is not folded: all that it holds, and where that ends. */
static place check_open(place p, uint32_t fold)
{
    const reference_node *const n = node_at(p);
    const tc_entry e = entries[p.entry];
    const uint32_t next = tc_entry_next(entries, p.entry);
    test_equal(known.body, n->begin, "kind", tc_entry_kind(e), n->kind == REFERENCE_ARRAY ? TC_ARRAY : TC_OBJECT);
    test_equal(known.body, n->begin, "count", tc_entry_length(e), n->count);
    ++p.node;
    ++p.entry;
    while (p.node < n->next) {
        if (n->kind == REFERENCE_OBJECT)
            p = check_value(p, false, fold);
        p = check_value(p, n->kind == REFERENCE_ARRAY, fold);
    }
    test_equal(known.body, n->begin, "the entry behind", p.entry, next);
    return p;
}

/* A name or value; returns what follows it. */
static place check_value(place p, bool in_array, uint32_t fold)
{
    const reference_node *const n = node_at(p);
    const bool to_fold = is_container(n) && in_array && length_of(n) <= fold;
    const place behind = {n->next, p.entry + 1};
    if (!test_equal(known.body, n->begin, "folded", tc_entry_kind(entries[p.entry]) == TC_RAW, to_fold))
        return behind;
    if (is_container(n) && !to_fold)
        return check_open(p, fold);
    check_text(n, entries[p.entry]);
    return behind;
}

static void check_body(text body, uint32_t fold)
{
    static const tc_scan_member value = {"", 0, 0, 0, NULL};
    static tc_scan s;
    if (!reference_read(&known, body, DEPTH, true))
        return;
    tc_scan_init(&s, DEPTH, &value);
    tc_scan_record(&s, entries, ROOM);
    tc_scan_keep_raw(&s, fold);
    tc_scan_feed(&s, flush_end(body), body.length);
    test_equal(body, 0, "status", tc_scan_run(&s), TC_SCAN_MORE);
    test_equal(body, 0, "right", tc_scan_finish(&s), true);
    const place first = {0, 1}, end = check_value(first, false, fold);
    test_equal(body, 0, "entries", s.tape.count, end.entry);
}

static const text bodies[] = {
    TEXT("[]"),
    TEXT("[[]]"),
    TEXT("[{},[],{ },[ \n]]"),
    TEXT("[ [ 1 , 2 ] , [ [ ] ] , { \"a\" : [ null , true ] } ]"),
    TEXT("{\"a\":[{\"b\":[[1],[false,[\"\\n\",-0.5]]]},[[[[[[]]]]]]],\"c\":{\"d\":{}}}"),
    TEXT("[[    \"far\"    ],[                                                     1],[1                      ]]"),
    TEXT("[[\"\"],[\"\\u0041\"],[null],[-1],[0.1],[{}],[[]],[{\"\":[]}]]"),
};

int main(void)
{
    size_t count;
    const fixture *const list = fixtures(&count);
    test_case("folded bodies");
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; ++i)
        for (uint32_t fold = 0; fold < 100; ++fold)
            check_body(bodies[i], fold);
    for (size_t i = 0; i < count; ++i) {
        if (list[i].body.length >= ROOM - 1)
            continue;
        test_case("folded: %s", list[i].name);
        for (uint32_t fold = 0; fold < 5000; fold += 1 + fold / 4)
            check_body(list[i].body, fold);
    }
    return test_end();
}
