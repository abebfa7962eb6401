/*
** reference.h - a second reader of JSON (RFC 8259), slow and plain, to check the scanner.
**
** Recursive, one byte at a time, written from the grammar; it shares no code with the core.
*/
#ifndef REFERENCE_H
#define REFERENCE_H

#include "harness.h"

typedef enum {
    REFERENCE_STRING,
    REFERENCE_INTEGER, /* a number without fraction and exponent */
    REFERENCE_REAL,
    REFERENCE_NULL,
    REFERENCE_FALSE,
    REFERENCE_TRUE,
    REFERENCE_ARRAY,
    REFERENCE_OBJECT
} reference_kind;

/* A name or value. Names, values and their contents are in the order of the text. */
typedef struct {
    reference_kind kind;
    bool is_name;
    bool escaped;   /* a string with an escape */
    bool closed;    /* its end has been read */
    unsigned depth; /* containers around it */
    size_t begin;   /* offset of its first byte, of a string the quote */
    size_t end;     /* offset of the byte after it */
    size_t count;   /* members or elements */
    size_t next;    /* index of the node after it and all that it contains */
} reference_node;

/*
** Invariant: at is the offset of the next byte; after a rejection, of the first byte that no valid text could have
** there, or the length if bytes are missing. nodes[0 .. count) are set.
*/
typedef struct {
    text body;
    size_t at;
    unsigned depth, max_depth, depth_seen;
    bool record; /* record nodes? */
    reference_node *nodes;
    size_t count, capacity;
} reference;

/* Reads a body. A rejected body has the nodes that started (containers) or ended (others) before that point. */
bool reference_read(reference *r, text body, unsigned max_depth, bool record);

/* Frees the nodes; a reference of all zeros has none. */
void reference_free(reference *r);

/* Writes the bytes that a string's text stands for to out, of capacity raw.length; returns how many. */
size_t reference_decode(text raw, char *out);

/* The text of a string between its quotes, or of any other value. */
text reference_text(const reference *r, const reference_node *node);

#endif
