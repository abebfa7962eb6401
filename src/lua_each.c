/*
** lua_each.c - see lua_each.h.
**
** Elements that go into runs are made in batches, because they repeat each other's strings (lua_string.h).
**
** Finalizers. Any allocation may run one, and that may step the same iteration. A step reads where the iteration stands
** and moves it on before it allocates; what it goes on to read is held by the Lua stack. A batch is the exception:
** it is made first, and dropped if the iteration has moved on meanwhile.
*/
#include "lua_each.h"

/*
** Where an iteration stands: the state of the generic for, so that the function that goes with it is the same for all
** (LuaJIT ties machine code to functions, and with a function of its own each view would live as long as the code).
** Its user value is a table of its own: {the body's table, the batch}. The batch, a table, has the elements after the
** first `before`, up to number `ready`, as far as they have not been handed out.
*/
typedef struct {
    tc_view container;
    bool in_runs;       /* do the elements go into runs? */
    uint32_t next, end; /* entries: of the next element, run or name, and after the last */
    uint32_t index;     /* of the last element */
    uint32_t before, ready;
    uint32_t bytes; /* of the next batch, at most: they double from batch to batch */
    int heap;       /* KB: the smallest that it was since the collector's last cycle ended */
} tc_cursor;

enum { BODY_TABLE = 1, BATCH };

/*
** A batch has at most this many elements and bytes of text, unless one run has more. On Lua 5.4 batches make a loop
** over a list of objects 7 % faster. On LuaJIT, where strings cost less and elements that wait cost more, they would
** make it 5 % slower if they were as large.
*/
enum { BATCH_ELEMENTS = 64, BATCH_BYTES = LUA_VERSION_NUM == 501 ? 2 * TC_RUN_BYTES : 64 * TC_RUN_BYTES };

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

/* How many elements come before an entry: a run's, or the one after the last run. */
static uint32_t elements_before(const tc_cursor *c, uint32_t entry)
{
    return entry == c->end ? tc_entry_length(tc_entry_of(c->container))
                           : tc_run_first(tc_entries_of(c->container)[entry]);
}

/* The entry after the runs of the next batch. */
static uint32_t batch_end(const tc_cursor *c)
{
    const tc_entry *const entries = tc_entries_of(c->container);
    const uint32_t begin = tc_entry_offset(entries[c->next + 1]);
    uint32_t end = c->next + 2;
    while (end != c->end && tc_run_end(entries[end + 1]) - begin <= c->bytes &&
           elements_before(c, end + 2) - c->index <= BATCH_ELEMENTS)
        end += 2;
    return end;
}

/* Makes the next batch, unless a finalizer has done so meanwhile. The cursor's table is on top. */
static void make_batch(lua_State *L, tc_cursor *c)
{
    const uint32_t first = c->next, end = batch_end(c), before = c->index, ready = elements_before(c, end);
    tc_push_runs(L, &c->container.document->recorded, first, end, ready - before);
    if (c->next != first) {
        lua_pop(L, 1);
        return;
    }
    lua_rawseti(L, -2, BATCH); /* allocates nothing, for the table has room */
    c->next = end;
    c->before = before;
    c->ready = ready;
    if (c->bytes < BATCH_BYTES)
        c->bytes *= 2;
}

static int next_of_runs(lua_State *L, tc_cursor *c)
{
    lua_getiuservalue(L, 1, 1);
    while (c->index == c->ready) {
        if (c->next == c->end)
            return 0;
        make_batch(L, c);
    }
    const int at = (int)(++c->index - c->before);
    lua_rawgeti(L, -1, BATCH);
    lua_pushinteger(L, (lua_Integer)c->index);
    lua_rawgeti(L, -2, at);
    lua_pushnil(L);
    lua_rawseti(L, -4, at);
    return 2;
}

static int next_element(lua_State *L, tc_cursor *c)
{
    const tc_view v = {c->container.document, c->next};
    if (c->next == c->end)
        return 0;
    c->next = tc_next_entry(v, v.entry);
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
    while (c->next != c->end) {
        const uint32_t name = c->next;
        c->next = tc_next_entry(c->container, name + 1);
        tc_push_value(L, &c->container.document->recorded, name);
        if (tc_member_counts(L, c->container, name, members)) {
            tc_push_value(L, &c->container.document->recorded, name + 1);
            return 2;
        }
        lua_pop(L, 1);
    }
    return 0;
}

static int next_of(lua_State *L, tc_cursor *c)
{
    if (tc_is_kind(c->container, TC_OBJECT))
        return next_member(L, c);
    return c->in_runs ? next_of_runs(L, c) : next_element(L, c);
}

int tc_iterate(lua_State *L)
{
    tc_cursor *const c = (tc_cursor *)tc_check_self(L, "each", "state of each");
    luaL_checkstack(L, 8, NULL);
    tend_collector(L, c);
    const int results = next_of(L, c);
    if (results > 0)
        return results;
    lua_pushnil(L);
    return 1;
}

int tc_push_iteration(lua_State *L, tc_view v)
{
    tc_push_shared(L, TC_ITERATE);
    tc_cursor *const c = (tc_cursor *)lua_newuserdatauv(L, sizeof *c, 1);
    c->container = v;
    c->next = tc_is_container(v) ? v.entry + 1 : 0;
    c->end = tc_is_container(v) ? tc_next_entry(v, v.entry) : 0;
    c->in_runs = tc_is_kind(v, TC_ARRAY) && tc_has_runs(tc_entries_of(v), v.entry);
    c->index = c->before = c->ready = 0;
    c->bytes = TC_RUN_BYTES;
    c->heap = lua_gc(L, LUA_GCCOUNT, 0);
    lua_createtable(L, 2, 0);
    lua_getiuservalue(L, 1, 1);
    lua_rawseti(L, -2, BODY_TABLE);
    lua_setiuservalue(L, -2, 1);
    tc_push_shared(L, TC_CURSOR_MT);
    lua_setmetatable(L, -2);
    return 2;
}
