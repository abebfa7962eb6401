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

/* Entries of a tape on the C stack: enough for nine of ten documented responses, and for a run of short elements. */
enum { TC_SMALL_TAPE = 512 };

/* A checked text and its tape, wherever they lie. */
typedef struct {
    const char *text;
    const tc_entry *entries;
    unsigned depth_seen; /* how deep the text nests */
} tc_recorded;

/*
** A userdata: the tape of a body, or of a part of one. It is never changed once it is made, and so it can be read while
** a finalizer makes others. It is a value of the body's table, which all hold that point to it:
**
**     {body = the string, request_id = a string, [base] = each document, [-offset] = the members of each large object}
**
** An object has the key that the offset of its first name in the body gives. The table only grows, by what is asked for.
*/
typedef struct {
    tc_recorded recorded;
    uint32_t base;    /* offset of its text in the body */
    uint32_t payload; /* the entry of the Response, or 0 */
    unsigned level;   /* how many documents it is inside of */
    tc_entry tape[];
} tc_document;

/*
** Reads a body and records it, in full or in outline. The tape is at small, of TC_SMALL_TAPE entries, if that is large
** enough. Else it is in a userdata that is pushed; nil is pushed in its stead if not.
*/
TC_INTERNAL tc_verdict tc_record_body(lua_State *L, tc_envelope *e, tc_form form, const char *body, size_t length,
                                      tc_entry *small, bool outline);

/* The recorded text of a scan that has read it. */
TC_INTERNAL tc_recorded tc_recorded_by(const tc_scan *s);

/* Records a run, given by its second entry, in full, in the same way. Its elements are those of the array at entry 0. */
TC_INTERNAL tc_recorded tc_record_run(lua_State *L, const tc_recorded *of, tc_entry run, tc_entry *small);

/* Replaces the value on top, which recording pushed, by a document. */
TC_INTERNAL tc_document *tc_make_document(lua_State *L, const tc_scan *s, uint32_t base);

/* Pushes a new document of a run, given by its second entry in the document of. */
TC_INTERNAL const tc_document *tc_push_expanded(lua_State *L, const tc_document *of, tc_entry run);

/*
** The document of a run, given by its second entry in the document of; the userdata at index holder has the body's
** table as user value. It is made if the run is asked for the first time. Pushes nothing.
*/
TC_INTERNAL const tc_document *tc_expand(lua_State *L, int holder, const tc_document *of, tc_entry run);

#endif
