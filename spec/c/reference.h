/*
** reference.h - a second reading of JSON (RFC 8259), slow and plain, to hold the scanner against.
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

/* A name or value. Names, values and what they contain follow each other as in the text. */
typedef struct {
    reference_kind kind;
    bool is_name;
    bool escaped;   /* a string with an escape */
    bool closed;    /* its end has been read */
    unsigned depth; /* containers around it */
    size_t begin;   /* offset of its first byte, of a string the quote */
    size_t end;     /* offset of the byte behind it */
    size_t count;   /* members or elements */
    size_t next;    /* index of the node behind it and all that it contains */
} reference_node;

/*
** Invariant: at is the offset of the next byte, and after a refusal that of the first byte after which no text
** could be right any more: the length, if every byte was right but some are missing. nodes[0 .. count) are set.
*/
typedef struct {
    text body;
    size_t at;
    unsigned depth, max_depth, depth_seen;
    bool record; /* are nodes kept? */
    reference_node *nodes;
    size_t count, capacity;
} reference;

/* Reads a body. The nodes of a body that is refused are those that began (containers) or ended (others) before. */
bool reference_read(reference *r, text body, unsigned max_depth, bool record);

/* Frees the nodes; a reference that is all zero has none. */
void reference_free(reference *r);

/* Writes what the text of a string stands for to out, which has room for raw.length bytes; how many bytes. */
size_t reference_decode(text raw, char *out);

/* The text of a string between its quotes, or of any other value. */
text reference_text(const reference *r, const reference_node *node);

#endif
