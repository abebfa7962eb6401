/*
** json_tape.c - see json_tape.h.
*/
#include "json_tape.h"

#include "bytes.h"

/* Where the first byte of what a container holds lies, or its closing bracket; 0 if that is far from its end. */
static size_t begin_of_content(const tc_tape *t, uint32_t container, size_t end)
{
    if (container + 1 == t->count)
        return end - 1;
    const tc_entry first = t->entries[container + 1];
    if (tc_entry_kind(first) > TC_RAW) /* else it would be folded itself */
        return 0;
    return tc_entry_offset(first) - (tc_entry_kind(first) <= TC_ESCAPED);
}

bool tc_tape_make_raw(tc_tape *t, uint32_t container, const char *chunk, size_t end)
{
    size_t begin = begin_of_content(t, container, end);
    if (end - begin > t->fold)
        return false;
    while (tc_is_space(chunk[begin - 1]))
        --begin;
    --begin; /* the bracket */
    if (end - begin > t->fold)
        return false;
    t->entries[container] = (tc_entry)begin << 32 | (tc_entry)(end - begin) << 3 | TC_RAW;
    t->count = container + 1;
    return true;
}
