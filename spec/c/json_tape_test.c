/*
** json_tape_test.c - outlines: for every body, what has its own entries and what is in runs, against the reference.
*/
#include <string.h>

#include "harness.h"
#include "json_scan.h"
#include "reference.h"

enum { DEPTH = 1000, ROOM = 1 << 16 };

static tc_entry entries[ROOM];
static reference known;

/* A node and the entry that must stand for it. */
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

static place check_value(place p);

static void check_text(const reference_node *n, tc_entry e)
{
    const size_t quote = n->kind == REFERENCE_STRING;
    test_equal(known.body, n->begin, "offset", tc_entry_offset(e), n->begin + quote);
    if (tc_entry_kind(e) != TC_LITERAL)
        test_equal(known.body, n->begin, "length", tc_entry_length(e), length_of(n) - 2 * quote);
}

/* The elements of an array, cut into runs: each run starts with an element, and each element is in one run. */
static place check_runs(place p, const reference_node *array)
{
    uint32_t seen = 0;
    size_t begin = 0;
    while (p.node < array->next) {
        const reference_node *const n = node_at(p);
        if (seen == 0 || n->begin - begin >= TC_RUN_BYTES) {
            if (seen > 0)
                test_equal(known.body, n->begin, "the end of a run",
                           tc_entry_offset(entries[p.entry - 1]) + tc_entry_length(entries[p.entry - 1]), n->begin);
            begin = n->begin;
            test_equal(known.body, begin, "raw", tc_entry_kind(entries[p.entry]), TC_RAW);
            test_equal(known.body, begin, "elements before", tc_run_first(entries[p.entry++]), seen);
            test_equal(known.body, begin, "raw", tc_entry_kind(entries[p.entry]), TC_RAW);
            test_equal(known.body, begin, "offset", tc_entry_offset(entries[p.entry++]), begin);
        }
        ++seen;
        p.node = n->next;
    }
    if (seen > 0)
        test_equal(known.body, begin, "the end of the last run",
                   tc_entry_offset(entries[p.entry - 1]) + tc_entry_length(entries[p.entry - 1]), array->end);
    return p;
}

/* An array or object: its content, and where that ends. */
static place check_container(place p)
{
    const reference_node *const n = node_at(p);
    const tc_entry e = entries[p.entry];
    const uint32_t next = tc_entry_next(entries, p.entry);
    test_equal(known.body, n->begin, "kind", tc_entry_kind(e), n->kind == REFERENCE_ARRAY ? TC_ARRAY : TC_OBJECT);
    test_equal(known.body, n->begin, "count", tc_entry_length(e), n->count);
    test_equal(known.body, n->begin, "runs", tc_has_runs(entries, p.entry), n->kind == REFERENCE_ARRAY && n->count > 0);
    ++p.node;
    ++p.entry;
    if (n->kind == REFERENCE_ARRAY)
        p = check_runs(p, n);
    while (p.node < n->next)
        p = check_value(check_value(p));
    test_equal(known.body, n->begin, "the entry after", p.entry, next);
    return p;
}

/* A name or value; returns the position after it. */
static place check_value(place p)
{
    const reference_node *const n = node_at(p);
    const place after = {n->next, p.entry + 1};
    if (is_container(n))
        return check_container(p);
    check_text(n, entries[p.entry]);
    return after;
}

static const tc_scan_member value = {"", 0, 0, 0, NULL};

/* Reads an outline, with a tape that starts with this capacity and grows by three entries each time. */
static bool read_outline(tc_scan *s, text body, unsigned max_depth, uint32_t capacity)
{
    tc_scan_init(s, max_depth, &value);
    tc_scan_record(s, entries, capacity, true);
    tc_scan_feed(s, flush_end(body), body.length);
    while (tc_scan_run(s) == TC_SCAN_FULL && s->tape.capacity + 3 < ROOM)
        s->tape.capacity += 3;
    return tc_scan_finish(s);
}

static void check_body(text body, uint32_t capacity)
{
    static tc_scan s;
    if (!reference_read(&known, body, DEPTH, true)) {
        test_fail(body, 0, "the reference does not take it for JSON");
        return;
    }
    test_equal(body, 0, "right", read_outline(&s, body, DEPTH, capacity), true);
    const place first = {0, 1}, end = check_value(first);
    test_equal(body, 0, "entries", s.tape.count, end.entry);
}

/* What is wrong with a body that is cut off, or has one wrong byte, is the same wherever that is. */
static void check_wrong(text body)
{
    static tc_scan s;
    static char bytes[128];
    TC_ASSERT(body.length <= sizeof bytes);
    for (size_t cut = 0; cut < body.length; ++cut) {
        const text beginning = {body.bytes, cut};
        test_equal(beginning, 0, "right", read_outline(&s, beginning, DEPTH, 3), false);
        test_equal(beginning, 0, "reason", s.reason, cut == 0 ? TC_JSON_EMPTY : TC_JSON_TRUNCATED);
        test_equal(beginning, 0, "place", s.error_at, cut);
        memcpy(bytes, body.bytes, body.length);
        bytes[cut] = '\x01';
        const text wrong = {bytes, body.length};
        test_equal(wrong, 0, "right", read_outline(&s, wrong, DEPTH, 3), false);
        test_equal(wrong, 0, "place", s.error_at, cut);
    }
}

/* How deep a body nests, and where it is too deep, is the same with and without an outline. */
static void check_depth(text body, unsigned max_depth)
{
    static tc_scan s, plain;
    tc_scan_init(&plain, max_depth, &value);
    tc_scan_feed(&plain, flush_end(body), body.length);
    tc_scan_run(&plain);
    test_equal(body, 0, "right", read_outline(&s, body, max_depth, 3), tc_scan_finish(&plain));
    test_equal(body, 0, "reason", s.reason, plain.reason);
    test_equal(body, 0, "place", s.error_at, plain.error_at);
    test_equal(body, 0, "depth", s.depth_seen, plain.depth_seen);
}

/* A run that is read gives the entries that its elements have in the whole text. */
static void check_run(text body)
{
    static tc_scan s;
    test_case("a run: %.*s", (int)body.length, body.bytes);
    tc_scan_init_elements(&s, DEPTH);
    tc_scan_record(&s, entries, ROOM, false);
    tc_scan_feed(&s, flush_end(body), body.length);
    test_equal(body, 0, "status", tc_scan_run(&s), TC_SCAN_MORE);
    test_equal(body, 0, "elements", tc_entry_length(entries[0]), 3);
    test_equal(body, 0, "entries", s.tape.count, 6);
    test_equal(body, 0, "first", tc_entry_kind(entries[1]), TC_INTEGER);
    test_equal(body, 0, "second", tc_entry_kind(entries[2]), TC_OBJECT);
    test_equal(body, 0, "third", tc_entry_kind(entries[5]), TC_STRING);
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

/* A list whose runs end just before, at or after TC_RUN_BYTES. It repeats this element of up to 40 bytes. */
static void check_long_list(text element)
{
    static char bytes[8192];
    size_t length = 0;
    bytes[length++] = '[';
    while (length < 3 * TC_RUN_BYTES) {
        memcpy(bytes + length, element.bytes, element.length);
        bytes[length + element.length] = ',';
        length += element.length + 1;
    }
    bytes[length - 1] = ']';
    const text body = {bytes, length};
    for (uint32_t capacity = 1; capacity < 5; ++capacity)
        check_body(body, capacity);
}

static void check_long_lists(void)
{
    char bytes[40];
    memset(bytes, '1', sizeof bytes);
    for (size_t digits = 1; digits < sizeof bytes; ++digits) {
        const text number = {bytes, digits};
        test_case("a list of numbers of %zu digits", digits);
        check_long_list(number);
    }
    bytes[0] = '[';
    for (size_t digits = 1; digits < sizeof bytes - 1; ++digits) {
        const text list = {bytes, digits + 2};
        bytes[digits + 1] = ']';
        test_case("a list of lists of a number of %zu digits", digits);
        check_long_list(list);
        bytes[digits + 1] = '1';
    }
}

int main(void)
{
    size_t count;
    const fixture *const list = fixtures(&count);
    test_case("bodies in outline");
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; ++i)
        for (uint32_t capacity = 1; capacity < 5; ++capacity)
            check_body(bodies[i], capacity);
    test_case("wrong bodies in outline");
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; ++i)
        check_wrong(bodies[i]);
    test_case("deep bodies in outline");
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; ++i)
        for (unsigned max_depth = 1; max_depth < 8; ++max_depth)
            check_depth(bodies[i], max_depth);
    for (size_t i = 0; i < count; ++i) {
        if (list[i].body.length >= ROOM - 1 || fixture_is(&list[i], "json"))
            continue;
        test_case("in outline: %s", list[i].name);
        check_body(list[i].body, 3);
    }
    check_long_lists();
    check_run((text)TEXT("1 , {\"a\":[]},\"s\" ]"));
    check_run((text)TEXT("1,{\"a\":2},\"s\"\n,\n"));
    return test_end();
}
