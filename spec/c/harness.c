/*
** harness.c - see harness.h.
*/
#define _FILE_OFFSET_BITS 64 /* readdir with 32 bits fails in large folders, and under qemu in any */

#include "harness.h"

#include <inttypes.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if !defined(MAP_ANONYMOUS)
#define MAP_ANONYMOUS MAP_ANON
#endif

bool text_equal(text a, text b)
{
    return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

void *allocate(size_t size)
{
    void *const memory = malloc(size > 0 ? size : 1);
    if (memory == NULL)
        abort();
    return memory;
}

/* ---- cases ---- */

/* How many failures are shown of one case, which may fail in a loop. */
enum { SHOWN = 3, AROUND = 40 };

static struct {
    char name[160];
    bool open;
    size_t failures;
    size_t passed, failed, skipped;
} now;

/* What is being read, for the report of a crash. */
static text being_read;

static void say(const char *bytes, size_t length)
{
    if (write(STDERR_FILENO, bytes, length) < 0)
        return;
}

/* Names the case and the body. */
static void say_where(void)
{
    say("\nDIED IN: ", 10);
    say(now.name, strlen(now.name));
    say("\nreading: ", 10);
    say(being_read.bytes, being_read.length < 2000 ? being_read.length : 2000);
    say("\n", 1);
}

/* Defined only in a program with a sanitizer, which calls back before the program dies. */
#if defined(__GNUC__) && defined(__ELF__)
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));
#define HAS_SANITIZER (__sanitizer_set_death_callback != NULL)
#define TELL_SANITIZER() __sanitizer_set_death_callback(say_where)
#else
#define HAS_SANITIZER false
#define TELL_SANITIZER() ((void)0)
#endif

/* Without a handler the fault now happens again, and ends the program. */
static void on_fault(int signal_number)
{
    say_where();
    signal(signal_number, SIG_DFL);
}

static void watch_faults(void)
{
    static bool watched = false;
    if (watched)
        return;
    watched = true;
    if (HAS_SANITIZER) {
        TELL_SANITIZER();
        return;
    }
    signal(SIGSEGV, on_fault);
    signal(SIGBUS, on_fault);
}

static void close_case(void)
{
    if (!now.open)
        return;
    if (now.failures == 0)
        ++now.passed;
    else
        ++now.failed;
    if (now.failures > SHOWN)
        printf("  ... and %zu more in this case\n", now.failures - SHOWN);
    now.open = false;
}

void test_case(const char *format, ...)
{
    watch_faults();
    close_case();
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(now.name, sizeof now.name, format, arguments);
    va_end(arguments);
    now.open = true;
    now.failures = 0;
}

static char shown_byte(char c)
{
    return c >= 0x20 && c < 0x7F ? c : '.';
}

/* The bytes around at on one line, a caret below. */
static void show(text body, size_t at)
{
    const size_t from = at > AROUND ? at - AROUND : 0;
    const size_t to = body.length - from > 2 * AROUND ? from + 2 * AROUND : body.length;
    fputs("    ", stdout);
    for (size_t i = from; i < to; ++i)
        putchar(shown_byte(body.bytes[i]));
    printf("\n    %*s^ offset %zu of %zu\n", (int)(at - from), "", at, body.length);
}

void test_fail(text body, uint64_t at, const char *format, ...)
{
    if (++now.failures > SHOWN)
        return;
    printf("FAILED %s\n  ", now.name);
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    show(body, at < body.length ? (size_t)at : body.length);
}

bool test_equal(text body, uint64_t at, const char *what, uint64_t found, uint64_t expected)
{
    if (found == expected)
        return true;
    test_fail(body, at, "%s: %" PRIu64 ", expected %" PRIu64, what, found, expected);
    return false;
}

void test_skip(const char *why)
{
    printf("skipped %s: %s\n", now.name, why);
    now.open = false;
    ++now.skipped;
}

int test_end(void)
{
    close_case();
    printf("%zu passed, %zu failed", now.passed, now.failed);
    if (now.skipped > 0)
        printf(", %zu skipped", now.skipped);
    putchar('\n');
    return now.failed > 0 || now.passed == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* ---- memory ---- */

static size_t page_size(void)
{
    static size_t size = 0;
    if (size == 0)
        size = (size_t)sysconf(_SC_PAGESIZE);
    return size;
}

void region_release(region *r)
{
    if (r->bytes != NULL)
        munmap(r->bytes - page_size(), r->capacity + 2 * page_size());
    r->bytes = NULL;
    r->capacity = 0;
}

void region_reserve(region *r, size_t capacity)
{
    if (r->bytes != NULL && r->capacity >= capacity)
        return;
    region_release(r);
    const size_t page = page_size();
    const size_t whole = capacity / page * page + page;
    char *const base = mmap(NULL, whole + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED || mprotect(base + page, whole, PROT_READ | PROT_WRITE) != 0) {
        perror("mmap");
        abort();
    }
    r->bytes = base + page;
    r->capacity = whole;
}

const char *flush_end(text body)
{
    static region memory;
    region_reserve(&memory, body.length);
    being_read = body;
    return memcpy(memory.bytes + memory.capacity - body.length, body.bytes, body.length);
}

const char *flush_begin(text body)
{
    static region memory;
    region_reserve(&memory, body.length);
    being_read = body;
    return memcpy(memory.bytes, body.bytes, body.length);
}

/* The last two chunks; turn is the index of the last. */
static struct {
    region memory;
    char *bytes;
    size_t length;
} lent[2];
static unsigned turn = 0;

void take_back_chunk(void)
{
    if (lent[turn ^ 1].length > 0)
        memset(lent[turn ^ 1].bytes, '#', lent[turn ^ 1].length);
}

const char *lend_chunk(const char *bytes, size_t length)
{
    static uint32_t seed = 1;
    turn ^= 1;
    region *const memory = &lent[turn].memory;
    region_reserve(memory, length);
    const bool at_begin = next_random(&seed) >> 16 & 1U;
    lent[turn].bytes = at_begin ? memory->bytes : memory->bytes + memory->capacity - length;
    lent[turn].length = length;
    being_read.bytes = bytes;
    being_read.length = length;
    return memcpy(lent[turn].bytes, bytes, length);
}

/* ---- cutting a body into chunks ---- */

uint32_t next_random(uint32_t *seed)
{
    uint32_t x = *seed;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *seed = x;
}

cuts cut_nowhere(void)
{
    return cut_every(SIZE_MAX);
}

cuts cut_at(size_t offset)
{
    const cuts c = {offset, SIZE_MAX, 0};
    return c;
}

cuts cut_every(size_t size)
{
    const cuts c = {NO_FIRST, size, 0};
    return c;
}

cuts cut_by(uint32_t seed)
{
    const cuts c = {NO_FIRST, 0, seed * 2654435761U | 1U};
    return c;
}

/* Usually a few bytes, sometimes none or more than a block. */
static size_t random_size(uint32_t *seed)
{
    const uint32_t x = next_random(seed);
    return x >> 8 & 7U ? x & 15U : x & 63U;
}

size_t cuts_next(cuts *c, size_t left)
{
    size_t size = c->size;
    if (c->first != NO_FIRST) {
        size = c->first;
        c->first = NO_FIRST;
    } else if (size == 0) {
        size = random_size(&c->seed);
    }
    return size < left ? size : left;
}

size_t stride(text body)
{
    const size_t often = 400;
    return body.length <= often ? 1 : body.length * body.length / (often * often) + 1;
}

/* ---- writing pseudo-random bodies ---- */

uint32_t roll(writer *w, uint32_t below)
{
    return (next_random(&w->seed) >> 4) % below;
}

void put_words(writer *w, const char *words)
{
    const size_t length = strlen(words);
    if (w->length + length > sizeof w->bytes)
        return;
    memcpy(w->bytes + w->length, words, length);
    w->length += length;
}

/* ---- bodies ---- */

static const char folder[] = "spec/fixtures";
static const char suffix[] = ".json";

static bool is_fixture_name(const char *name)
{
    const size_t length = strlen(name), end = sizeof suffix - 1;
    return length > end && strcmp(name + length - end, suffix) == 0;
}

static char *copy_string(const char *string)
{
    const size_t size = strlen(string) + 1;
    return memcpy(allocate(size), string, size);
}

static void give_up(const char *path)
{
    perror(path);
    abort();
}

static text read_file(const char *path)
{
    FILE *const file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        give_up(path);
    const size_t length = (size_t)ftell(file);
    char *const bytes = allocate(length);
    rewind(file);
    if (fread(bytes, 1, length, file) != length)
        give_up(path);
    fclose(file);
    const text body = {bytes, length};
    return body;
}

static void add_fixture(fixture **list, size_t *count, fixture f)
{
    fixture *const longer = realloc(*list, (*count + 1) * sizeof f);
    if (longer == NULL)
        abort();
    longer[(*count)++] = f;
    *list = longer;
}

static void add_file(fixture **list, size_t *count, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const fixture f = {copy_string(name), read_file(path)};
    add_fixture(list, count, f);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const fixture *)a)->name, ((const fixture *)b)->name);
}

static void add_folder(fixture **list, size_t *count)
{
    const size_t first = *count;
    DIR *const directory = opendir(folder);
    if (directory == NULL)
        give_up(folder);
    for (const struct dirent *entry; errno = 0, (entry = readdir(directory)) != NULL;) {
        if (is_fixture_name(entry->d_name))
            add_file(list, count, entry->d_name);
    }
    if (errno != 0)
        give_up(folder);
    closedir(directory);
    qsort(*list + first, *count - first, sizeof **list, by_name);
}

const fixture *fixtures(size_t *count)
{
    static fixture *list = NULL;
    static size_t length = 0;
    if (list == NULL) {
        for (size_t i = 0; i < builtin_fixture_count; ++i)
            add_fixture(&list, &length, builtin_fixtures[i]);
        add_folder(&list, &length);
    }
    *count = length;
    return list;
}

bool fixture_is(const fixture *f, const char *expected)
{
    const size_t length = strlen(expected);
    return strncmp(f->name, expected, length) == 0 && f->name[length] == '-';
}
