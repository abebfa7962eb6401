/*
** lua_path.h - paths of names and indexes, and where they lead in a recorded body.
**
** All functions use the upvalues of the running function (lua_core.h), which has the view at index 1 if the document
** has a table.
*/
#ifndef TC_LUA_PATH_H
#define TC_LUA_PATH_H

#include "internal.h"
#include "lua_document.h"
#include "lua_value.h"

/*
** A value of a recorded body. As a userdata, its user value is the body's table (lua_document.h). Entry 0 is nowhere: a
** path has led to nothing.
*/
typedef struct {
    const tc_document *document;
    uint32_t entry;
} tc_view;

static inline const tc_entry *tc_entries_of(tc_view v)
{
    return v.document->recorded.entries;
}

static inline tc_entry tc_entry_of(tc_view v)
{
    return tc_entries_of(v)[v.entry];
}

static inline uint32_t tc_next_entry(tc_view v, uint32_t entry)
{
    return tc_entry_next(tc_entries_of(v), entry);
}

static inline bool tc_is_kind(tc_view v, tc_kind kind)
{
    return v.entry != 0 && tc_entry_kind(tc_entry_of(v)) == kind;
}

static inline bool tc_is_container(tc_view v)
{
    return tc_is_kind(v, TC_ARRAY) || tc_is_kind(v, TC_OBJECT);
}

static inline void tc_push_view_value(lua_State *L, tc_view v)
{
    tc_push_value(L, &v.document->recorded, v.entry);
}

/* The view at index 1; raises if there is none, in the name of that function. */
TC_INTERNAL const tc_view *tc_check_view(lua_State *L, const char *function);

/*
** Follows the path that the arguments from index 2 to last give. A member that is omitted is nowhere. Raises, in the
** name of that function, for a step that is neither a name nor an index, and for one to nowhere that shows a mistake.
*/
TC_INTERNAL tc_view tc_follow(lua_State *L, tc_view v, int last, const char *function);

/* The same from the view at index 1, with all arguments. */
TC_INTERNAL tc_view tc_resolve(lua_State *L, const char *function);

/* Pushes the table of an object's members if it has one, else nil. table is the index of the body's table. */
TC_INTERNAL void tc_push_member_table(lua_State *L, tc_view object, int table);

/*
** Does the member of an object count whose name is at that entry, and on top? The last one of each name does, unless it
** is a null and nulls are omitted. members is the index of what tc_push_member_table pushed.
*/
TC_INTERNAL bool tc_member_counts(lua_State *L, tc_view object, uint32_t name, int members);

#endif
