/*
** failing_allocator.h - an allocator for lua_newstate that counts what it hands out and refuses on demand.
*/
#ifndef FAILING_ALLOCATOR_H
#define FAILING_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

#define REFUSE_ALL (~0UL)

/*
** Invariant: blocks and bytes count what is allocated and not yet freed. While armed, requests are counted, and `width`
** requests are refused from the n-th on.
*/
typedef struct {
    size_t blocks, bytes;
    unsigned long requests, n, width;
    bool armed, refused;
} failing_allocator;

/* From now on the n-th request (from 1) fails and the next ones up to width, that one included. */
void allocator_arm(failing_allocator *a, unsigned long n, unsigned long width);

void allocator_disarm(failing_allocator *a);

/* A lua_Alloc; data is a failing_allocator. Freeing and shrinking never fail, as Lua before 5.4 assumes. */
void *allocator_call(void *data, void *block, size_t old_size, size_t new_size);

#endif
