/*
** lua_tape.h - tapes in Lua's memory.
**
** All functions use the upvalues of the running function (lua_core.h).
*/
#ifndef TC_LUA_TAPE_H
#define TC_LUA_TAPE_H

#include "envelope.h"
#include "internal.h"
#include "lua_core.h"

/* Entries of a tape on the C stack: enough for nine of ten documented responses. */
enum { TC_SMALL_TAPE = 512 };

/* A body and its tape; deepest is how deep the body nests. */
typedef struct {
    const char *text;
    const tc_entry *entries;
    unsigned depth_seen;
} tc_document;

/*
** Reads a body onto a tape, on which arrays and objects in arrays are folded if their text is at most fold bytes long. The
** tape is at small, which has room for TC_SMALL_TAPE entries, if that is enough; else in a userdata that is pushed, behind
** header bytes for the caller. Pushes nil if there is none.
*/
TC_INTERNAL tc_verdict tc_record(lua_State *L, tc_envelope *e, const char *body, size_t length, tc_entry *small,
                                 uint32_t fold, size_t header);

/* What unfolding needs; its tape is valid as long as this, and what tc_expand pushed. */
typedef struct {
    tc_document document; /* of the container alone, which is entry 1 */
    uint32_t count;       /* entries */
    tc_envelope envelope;
    tc_entry small[TC_SMALL_TAPE];
} tc_expansion;

/* Reads what a folded container holds. Pushes one value. */
TC_INTERNAL void tc_expand(lua_State *L, tc_expansion *u, const tc_document *d, tc_entry folded);

#endif
