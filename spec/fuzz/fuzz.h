/*
** fuzz.h - what the fuzz targets of the core share: checks, memory, and chance that the input decides.
*/
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static inline void check(bool right, const char *what)
{
    if (!right) {
        fprintf(stderr, "not so: %s\n", what);
        abort();
    }
}

static inline void *allocate(size_t size)
{
    void *const memory = malloc(size > 0 ? size : 1);
    check(memory != NULL, "there is memory");
    return memory;
}

/* The first of the pseudo-random numbers that a body decides: so an input is a body, and nothing else. */
static inline uint32_t hash(const char *body, size_t length)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < length; ++i)
        h = (h ^ (unsigned char)body[i]) * 16777619U;
    return h;
}

/* 1 .. most */
static inline size_t draw(uint32_t *seed, size_t most)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % most + 1;
}

#endif
