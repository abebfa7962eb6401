/*
** failing_allocator.c - see failing_allocator.h.
*/
#include "failing_allocator.h"

#include <stdlib.h>

void allocator_arm(failing_allocator *a, unsigned long n, unsigned long width)
{
    a->requests = 0;
    a->n = n;
    a->width = width;
    a->armed = true;
    a->refused = false;
}

void allocator_disarm(failing_allocator *a)
{
    a->armed = false;
}

static bool refuses(failing_allocator *a)
{
    if (!a->armed || ++a->requests < a->n || a->requests - a->n >= a->width)
        return false;
    a->refused = true;
    return true;
}

static void *give_back(failing_allocator *a, void *block, size_t size)
{
    if (block != NULL) {
        --a->blocks;
        a->bytes -= size;
        free(block);
    }
    return NULL;
}

void *allocator_call(void *data, void *block, size_t old_size, size_t new_size)
{
    failing_allocator *const a = (failing_allocator *)data;
    const size_t held = block == NULL ? 0 : old_size; /* without a block Lua 5.2 and later give a type's number */
    if (new_size == 0)
        return give_back(a, block, held);
    if (new_size > held && refuses(a))
        return NULL;
    void *const moved = realloc(block, new_size);
    if (moved == NULL)
        abort();
    a->blocks += block == NULL;
    a->bytes += new_size - held;
    return moved;
}
