/*
** json_bytes_test.c - the ends of runs: every byte ends them or not, at every place, with every byte behind it.
*/
#include "json_bytes.h"

#include "harness.h"

enum { MOST = 20 };

typedef const char *run_end(const char *p, const char *end);
typedef bool in_class(char c);

/* A run of a filling, then byte c, then byte d: both run_end and the class say where the run ends. */
static void check_run(run_end *find, in_class *belongs, char filling, size_t run, char c, char d)
{
    char bytes[MOST + 2];
    memset(bytes, filling, sizeof bytes);
    bytes[run] = c;
    bytes[run + 1] = d;
    const text body = {bytes, run + 2};
    size_t expected = run;
    while (expected < body.length && belongs(bytes[expected]))
        ++expected;
    const char *const placed = flush_end(body);
    test_equal(body, run, "the end of the run", (size_t)(find(placed, placed + body.length) - placed), expected);
}

static void check_runs(run_end *find, in_class *belongs, char filling)
{
    static const char behind[] = {'a', '7', '"', '\\', ' ', '\0', '\x1F', '\x7F', '\x80', '\xFF'};
    for (size_t run = 0; run < MOST; ++run)
        for (int c = 0; c < 256; ++c)
            for (size_t i = 0; i < sizeof behind; ++i)
                check_run(find, belongs, filling, run, (char)c, behind[i]);
}

int main(void)
{
    test_case("runs of plain bytes");
    check_runs(tc_plain_end, tc_is_plain, 'a');
    test_case("runs of digits");
    check_runs(tc_digits_end, tc_is_digit, '9');
    return test_end();
}
