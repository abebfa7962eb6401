/*
** lua_document.h - recorded texts, and documents: recorded texts in Lua's memory.
**
** All functions use the upvalues of the running function (lua_core.h).
*/
#ifndef TC_LUA_DOCUMENT_H
#define TC_LUA_DOCUMENT_H

#include "envelope.h"
#include "internal.h"
#include "lua_core.h"

/* Entries of a tape on the C stack: enough for nine in ten documented responses, and for a run of short elements. */
enum { TC_SMALL_TAPE = 512 };

/* A checked text and its tape, wherever they lie. */
typedef struct {
    const char *text;
    const tc_entry *entries;
    unsigned depth_seen; /* how deep the text nests */
} tc_recorded;

/*
** A userdata: the tape of a body, or of a part of one. It is never changed once it is made, and so it can be read while
** a finalizer makes others. It is a value of the body's table, and whatever points to it holds that table:
**
**     {body = the string, request_id = a string, [base] = each document, [-offset] = the members of each large object}
**
** The offset that stands for an object is that of its first name in the body. The table only grows, and only by what is
** asked for.
*/
typedef struct {
    tc_recorded recorded;
    uint32_t base;    /* offset of its text in the body */
    uint32_t payload; /* the entry of the Response, or 0 */
    unsigned level;   /* how many documents it is nested in */
    bool has_table;   /* the body's; false only for an event's data, which is not in outline */
    tc_entry tape[];
} tc_document;

/*
** Reads a body and records it, in full or in outline. If TC_SMALL_TAPE entries are enough, the tape is at small, and
** nil is pushed. Otherwise the userdata that has the tape is pushed.
*/
TC_INTERNAL tc_verdict tc_record_body(lua_State *L, tc_envelope *e, tc_form form, const char *body, size_t length,
                                      tc_entry *small, bool outline);

/* The recorded text of a scan that has read it. */
TC_INTERNAL tc_recorded tc_recorded_by(const tc_scan *s);

/*
** Records a run, given by its second entry, in full, in the same way. Its elements are those of the array at entry 0.
*/
TC_INTERNAL tc_recorded tc_record_run(lua_State *L, const tc_recorded *of, tc_entry run, tc_entry *small);

/* Replaces the value on top, which recording pushed, by a document. */
TC_INTERNAL tc_document *tc_make_document(lua_State *L, const tc_scan *s, uint32_t base);

/*
** The document of a run, given by its second entry in the document `of`; the userdata at index holder has the body's
** table as user value. The document is made when it is first asked for. Pushes nothing.
*/
TC_INTERNAL const tc_document *tc_expand(lua_State *L, int holder, const tc_document *of, tc_entry run);

#endif
