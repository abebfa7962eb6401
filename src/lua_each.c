/*
** lua_each.c - see lua_each.h.
**
** Finalizers. Any allocation may run one, and that may step the same iteration. A step reads where the iteration stands
** and moves it on before it allocates; what it goes on to read is held by the Lua stack.
*/
#include "lua_each.h"

/*
** Where an iteration stands: the state of the generic for, so that the function that goes with it is the same for all
** (LuaJIT ties machine code to functions, and with a function of its own each view would live as long as the code).
** Its user value is a table of its own: {the body's table, the document of next}.
**
** The elements of an array come from the entries next to end, then from those of its further runs.
*/
typedef struct {
    tc_view container;
    tc_view next; /* the next element or name */
    uint32_t end;
    uint32_t run, last_run; /* entries */
    uint32_t index;         /* of the last element */
    int heap;               /* KB: the smallest that it was since the collector's last cycle ended */
} tc_cursor;

enum { BODY_TABLE = 1, RUN_DOCUMENT };

/* KB by which the heap may grow before the collector is asked for a cycle; in a large heap an eighth of it. */
enum { HEAP_GROWTH = 4096 };

/*
** Lua would wait until the heap, the body included, has doubled. So the collector is asked for small steps as soon as
** the loop has let the heap grow; once it has started a cycle it goes on at its own pace. A collector that the script
** has stopped stays stopped. Where that cannot be told (Lua 5.1), nothing is done.
*/
static void tend_collector(lua_State *L, tc_cursor *c)
{
    const int heap = lua_gc(L, LUA_GCCOUNT, 0);
    if (heap < 0) /* inside a finalizer */
        return;
    if (heap < c->heap)
        c->heap = heap;
    const int growth = c->heap / 8 > HEAP_GROWTH ? c->heap / 8 : HEAP_GROWTH;
    if (heap - c->heap > growth && tc_collector_runs(L) && tc_collector_step(L))
        c->heap = lua_gc(L, LUA_GCCOUNT, 0);
}

/* Has the next run one element only? */
static bool is_single(const tc_cursor *c)
{
    const tc_entry *const entries = tc_entries_of(c->container);
    const uint32_t after = c->run + 2;
    const uint32_t end =
        after == c->last_run ? tc_entry_length(tc_entry_of(c->container)) : tc_run_first(entries[after]);
    return end - tc_run_first(entries[c->run]) == 1;
}

/* Moves into the next run, unless a finalizer has done so meanwhile. The cursor is at index 1. */
static void enter_run(lua_State *L, tc_cursor *c)
{
    const uint32_t run = c->run;
    lua_getiuservalue(L, 1, 1);
    const tc_document *const d = tc_push_expanded(L, c->container.document, tc_entries_of(c->container)[run + 1]);
    if (c->run == run) {
        c->run += 2;
        c->next.document = d;
        c->next.entry = 1;
        c->end = tc_entry_next(d->tape, 0);
        lua_rawseti(L, -2, RUN_DOCUMENT); /* allocates nothing, for the table has room */
    } else {
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static int next_element(lua_State *L, tc_cursor *c)
{
    TC_ASSERT(c->next.entry <= c->end && c->run <= c->last_run);
    while (c->next.entry == c->end) {
        if (c->run == c->last_run)
            return 0;
        if (is_single(c)) {
            const tc_entry run = tc_entries_of(c->container)[c->run + 1];
            c->run += 2;
            lua_pushinteger(L, (lua_Integer)++c->index);
            tc_push_run(L, &c->container.document->recorded, run);
            return 2;
        }
        enter_run(L, c);
    }
    const tc_view v = c->next;
    lua_getiuservalue(L, 1, 1);
    lua_rawgeti(L, -1, RUN_DOCUMENT); /* which v points to */
    c->next.entry = tc_next_entry(v, v.entry);
    lua_pushinteger(L, (lua_Integer)++c->index);
    tc_push_view_value(L, v);
    return 2;
}

static int next_member(lua_State *L, tc_cursor *c)
{
    lua_getiuservalue(L, 1, 1);
    lua_rawgeti(L, -1, BODY_TABLE);
    tc_push_member_table(L, c->container, lua_gettop(L));
    const int members = lua_gettop(L);
    while (c->next.entry != c->end) {
        const uint32_t name = c->next.entry;
        c->next.entry = tc_next_entry(c->container, name + 1);
        tc_push_value(L, &c->container.document->recorded, name);
        if (tc_member_counts(L, c->container, name, members)) {
            tc_push_value(L, &c->container.document->recorded, name + 1);
            return 2;
        }
        lua_pop(L, 1);
    }
    return 0;
}

int tc_iterate(lua_State *L)
{
    tc_cursor *const c = (tc_cursor *)tc_check_self(L, "each", "state of each");
    luaL_checkstack(L, 8, NULL);
    tend_collector(L, c);
    const int results = tc_is_kind(c->container, TC_OBJECT) ? next_member(L, c) : next_element(L, c);
    if (results > 0)
        return results;
    lua_pushnil(L);
    return 1;
}

int tc_push_iteration(lua_State *L, tc_view v)
{
    const bool runs = tc_is_kind(v, TC_ARRAY) && tc_has_runs(tc_entries_of(v), v.entry);
    const uint32_t next = tc_is_container(v) ? v.entry + 1 : 0,
                   end = tc_is_container(v) ? tc_next_entry(v, v.entry) : 0;
    tc_push_shared(L, TC_ITERATE);
    tc_cursor *const c = (tc_cursor *)lua_newuserdatauv(L, sizeof *c, 1);
    c->container = c->next = v;
    c->next.entry = c->end = 0;
    c->run = c->last_run = 0;
    if (runs) {
        c->run = next;
        c->last_run = end;
    } else {
        c->next.entry = next;
        c->end = end;
    }
    c->index = 0;
    c->heap = lua_gc(L, LUA_GCCOUNT, 0);
    lua_createtable(L, 2, 0);
    lua_getiuservalue(L, 1, 1);
    lua_rawseti(L, -2, BODY_TABLE);
    lua_setiuservalue(L, -2, 1);
    tc_push_shared(L, TC_CURSOR_MT);
    lua_setmetatable(L, -2);
    return 2;
}
