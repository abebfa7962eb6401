/*
** bytes_test.c - the classes of all bytes, and the functions that compare and skip several at once.
*/
#include "bytes.h"

#include <string.h>

#include "harness.h"

enum { LONGEST = 40 };

/* Is c one of these? NUL never is. */
static bool is_of(char c, const char *bytes)
{
    return c != '\0' && strchr(bytes, c) != NULL;
}

static bool is_plain(char c)
{
    const unsigned char byte = (unsigned char)c;
    return byte >= 0x20 && byte < 0x80 && !is_of(c, "\"\\");
}

static void classes(void)
{
    test_case("the classes of every byte");
    for (unsigned byte = 0; byte < 256; ++byte) {
        const char c = (char)(unsigned char)byte;
        const text body = {&c, 1};
        test_equal(body, 0, "plain", tc_is_plain(c), is_plain(c));
        test_equal(body, 0, "space", tc_is_space(c), is_of(c, " \t\r\n"));
        test_equal(body, 0, "digit", tc_is_digit(c), is_of(c, "0123456789"));
    }
}

static void comparisons(void)
{
    char bytes[LONGEST];
    for (size_t length = 0; length <= LONGEST; ++length) {
        test_case("%zu bytes against equal bytes, and with one byte changed", length);
        memset(bytes, 'a', sizeof bytes);
        const text body = {bytes, length};
        const char *const same = flush_end(body);
        test_equal(body, 0, "the same", tc_same_bytes(flush_begin(body), same, length), true);
        for (size_t at = 0; at < length; ++at) {
            bytes[at] = 'b';
            test_equal(body, at, "the same", tc_same_bytes(flush_begin(body), same, length), false);
            bytes[at] = 'a';
        }
    }
}

typedef const char *run_end(const char *p, const char *end);
typedef bool in_class(char c);

static bool is_digit(char c)
{
    return is_of(c, "0123456789");
}

/* Each byte at every position in a run of others, followed by the bytes that are hardest to tell from it. */
static void runs(const char *name, run_end *find, in_class *belongs, char filling)
{
    static const char after[] = "a\x1F\x80\xFF\"\\! #][/0:9";
    char bytes[LONGEST];
    for (unsigned byte = 0; byte < 256; ++byte) {
        test_case("a run of %s, then byte %02X", name, byte);
        for (size_t length = 0; length < LONGEST; ++length) {
            memset(bytes, after[length % (sizeof after - 1)], sizeof bytes);
            memset(bytes, filling, length);
            bytes[length] = (char)(unsigned char)byte;
            size_t expected = 0;
            while (expected < LONGEST && belongs(bytes[expected]))
                ++expected;
            const text body = {bytes, LONGEST};
            const char *const placed = flush_end(body);
            test_equal(body, length, "end", (size_t)(find(placed, placed + LONGEST) - placed), expected);
        }
    }
}

int main(void)
{
    classes();
    comparisons();
    runs("digits", tc_digits_end, is_digit, '9');
    return test_end();
}
