/*
** lua_view.c - views: values of a recorded body, of which each call decodes no more than it is asked for.
**
** A body is recorded in outline (json_tape.h). A step into an array expands the run that the element is in: it is read
** again, onto a tape of its own, and the document is kept in the body's table. So several fields of an element, and all
** later steps into it, cost one expansion; and a view's memory grows by what it is asked for, up to the size of a tape
** of the whole body.
**
** Costs. To find a run is a bisection of the array's runs. To expand one is to scan it: some KB, or one long element. A
** step by index inside a run walks over its elements. A step by name walks over the object's members; in an object of
** more than HASHED members it looks into a table of them, made at the first such step.
**
** Finalizers. Any allocation may run one, and that may call anything, on the same view or iteration. Views and documents
** never change. The body's table gets a value only if it has none under that key, with no allocation between the
** question and the answer that could run a finalizer. An iteration reads where it stands and moves on before it
** allocates; what it goes on to read is held by the Lua stack.
*/
#include "lua_parse.h"

#include <string.h>

#include "bytes.h"
#include "lua_string.h"

/* Objects with more members than this are searched through a table. */
enum { HASHED = 64 };

/* A userdata; its user value is the body's table (lua_document.h). Also where a path has led: entry 0 is nowhere. */
typedef struct {
    const tc_document *document;
    uint32_t entry;
} tc_view;

static const tc_view nowhere = {NULL, 0};

static const tc_view *check_view(lua_State *L, const char *function)
{
    return (const tc_view *)tc_check_self(L, function, "view");
}

static const tc_entry *entries_of(tc_view v)
{
    return v.document->recorded.entries;
}

static tc_entry entry_of(tc_view v)
{
    return entries_of(v)[v.entry];
}

static uint32_t next_entry(tc_view v, uint32_t entry)
{
    return tc_entry_next(entries_of(v), entry);
}

static bool is_kind(tc_view v, tc_kind kind)
{
    return v.entry != 0 && tc_entry_kind(entry_of(v)) == kind;
}

static bool is_container(tc_view v)
{
    return is_kind(v, TC_ARRAY) || is_kind(v, TC_OBJECT);
}

static void push_value(lua_State *L, tc_view v)
{
    tc_push_value(L, &v.document->recorded, v.entry);
}

/* ---- making views ---- */

/* Pushes a view whose user value is the table at index. */
static void push_view(lua_State *L, tc_view v, int table)
{
    *(tc_view *)lua_newuserdatauv(L, sizeof v, 1) = v;
    lua_pushvalue(L, table);
    lua_setiuservalue(L, -2, 1);
    tc_push_shared(L, TC_VIEW_MT);
    lua_setmetatable(L, -2);
}

/* Pushes a view of an entry of the body at that index, the request id and what recording pushed lying on top. */
static tc_document *push_root(lua_State *L, int body, const tc_scan *s, uint32_t entry)
{
    const int top = lua_gettop(L);
    lua_createtable(L, 0, 4);
    lua_pushvalue(L, body);
    lua_setfield(L, -2, "body");
    lua_pushvalue(L, top);
    lua_setfield(L, -2, "request_id");
    lua_pushvalue(L, top - 1);
    tc_document *const d = tc_make_document(L, s, 0);
    lua_rawseti(L, -2, 0);
    const tc_view v = {d, entry};
    push_view(L, v, lua_gettop(L));
    return d;
}

int tc_open(lua_State *L)
{
    size_t length;
    const char *const body = tc_check_string(L, 1, "open", &length);
    tc_envelope e;
    tc_entry small[TC_SMALL_TAPE];
    const tc_verdict verdict = tc_record_body(L, &e, TC_FORM_BODY, body, length, small, true);
    if (verdict.outcome == TC_NOT_JSON)
        return tc_push_failure(L, &e, &verdict, 0, 0);
    if (verdict.outcome != TC_SUCCESS)
        return tc_push_recorded_failure(L, &e, &verdict);
    const uint32_t payload = e.scan.captures[TC_RESPONSE].entry;
    tc_push_field(L, &e, verdict.request_id);
    push_root(L, 1, &e.scan, payload)->payload = payload;
    return 1;
}

/* ---- steps by index ---- */

/* The first entry of the run with element index (from 0) of the array at an entry. */
static uint32_t find_run(const tc_entry *entries, uint32_t array, uint32_t index)
{
    uint32_t low = 0, high = (tc_entry_next(entries, array) - array - 1) / 2;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (tc_run_first(entries[array + 1 + 2 * middle]) <= index)
            low = middle;
        else
            high = middle;
    }
    return array + 1 + 2 * low;
}

/* The element with that index (from 0), which there is, of an array whose elements have entries. */
static uint32_t find_entry(const tc_entry *entries, uint32_t array, uint32_t index)
{
    uint32_t entry = array + 1;
    TC_ASSERT(index < tc_entry_length(entries[array]));
    if (tc_entry_next(entries, array) - entry == tc_entry_length(entries[array]))
        return entry + index;
    for (; index > 0; --index)
        entry = tc_entry_next(entries, entry);
    return entry;
}

static tc_view element(lua_State *L, tc_view array, lua_Number number)
{
    const tc_entry *const entries = entries_of(array);
    const uint32_t count = tc_entry_length(entry_of(array));
    if (!(number >= 1 && number <= (lua_Number)count))
        return nowhere;
    uint32_t index = (uint32_t)number;
    if ((lua_Number)index-- != number)
        return nowhere;
    tc_view v = array;
    if (tc_has_runs(entries, array.entry)) {
        const uint32_t run = find_run(entries, array.entry, index);
        index -= tc_run_first(entries[run]);
        v.document = tc_expand(L, 1, array.document, entries[run + 1]);
        v.entry = 0;
    }
    v.entry = find_entry(entries_of(v), v.entry, index);
    TC_ASSERT(v.entry != 0 && v.entry < tc_entry_next(entries_of(v), 0));
    return v;
}

/* ---- steps by name ---- */

/* Looks for the name at that index among the members from one name's entry to end: the entry of its last value, or 0. */
static uint32_t last_member(lua_State *L, const tc_recorded *r, uint32_t name, uint32_t end, int index)
{
    size_t length;
    const char *const wanted = lua_tolstring(L, index, &length);
    const uint64_t plain = (uint64_t)length << 3 | TC_STRING; /* the low half of its entry, if it has no escapes */
    uint32_t value = 0;
    for (; name < end; name = tc_entry_next(r->entries, name + 1)) {
        const tc_entry e = r->entries[name];
        if ((uint32_t)e == plain) {
            if (tc_same_bytes(r->text + tc_entry_offset(e), wanted, length))
                value = name + 1;
        } else if (tc_entry_kind(e) == TC_ESCAPED) {
            tc_push_value(L, r, name);
            if (lua_rawequal(L, -1, index))
                value = name + 1;
            lua_pop(L, 1);
        }
    }
    return value;
}

/* Pushes a table from each name of an object to the entry of its last value. */
static void push_new_members(lua_State *L, tc_view object)
{
    const uint32_t end = next_entry(object, object.entry);
    lua_createtable(L, 0, (int)tc_entry_length(entry_of(object)));
    for (uint32_t name = object.entry + 1; name < end; name = next_entry(object, name + 1)) {
        tc_push_value(L, &object.document->recorded, name);
        lua_pushnumber(L, (lua_Number)(name + 1));
        lua_rawset(L, -3);
    }
}

/* The same, kept in the body's table at that index: see tc_expand, which does alike. */
static void push_members(lua_State *L, tc_view object, int table)
{
    const uint32_t first_name = tc_entry_offset(entries_of(object)[object.entry + 1]);
    const int key = -(int)(object.document->base + first_name);
    lua_rawgeti(L, table, key);
    if (!lua_isnil(L, -1))
        return;
    lua_pop(L, 1);
    push_new_members(L, object);
    lua_pushvalue(L, -1);
    lua_rawseti(L, table, key);
}

static bool is_hashed(tc_view object)
{
    return tc_entry_length(entry_of(object)) > HASHED;
}

static uint32_t hashed_member(lua_State *L, int members, int index)
{
    lua_pushvalue(L, index);
    lua_rawget(L, members);
    const uint32_t value = (uint32_t)lua_tonumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static bool is_omitted(lua_State *L, tc_view v)
{
    return tc_get_options(L)->omit_nulls && (uint32_t)entry_of(v) == (TC_IS_NULL << 3 | TC_LITERAL);
}

/* The member whose name is at that index (absolute) of an object of the view at index 1. */
static tc_view member(lua_State *L, tc_view object, int index)
{
    tc_view v = object;
    if (!is_hashed(object)) {
        v.entry = last_member(L, &v.document->recorded, v.entry + 1, next_entry(v, v.entry), index);
    } else {
        lua_getiuservalue(L, 1, 1);
        push_members(L, object, lua_gettop(L));
        v.entry = hashed_member(L, lua_gettop(L), index);
        lua_pop(L, 2);
    }
    return v.entry == 0 || is_omitted(L, v) ? nowhere : v;
}

/* ---- paths ---- */

/* Where the step at that index leads from v. */
static tc_view step(lua_State *L, tc_view v, int index, const char *function)
{
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        return is_kind(v, TC_OBJECT) ? member(L, v, index) : nowhere;
    case LUA_TNUMBER:
        return is_kind(v, TC_ARRAY) ? element(L, v, lua_tonumber(L, index)) : nowhere;
    default:
        tc_argument_error(L, index, index - 1, function, "name or index");
        return nowhere;
    }
}

/*
** A step has led nowhere: raises if it shows a mistake about paths. Bad data never raises, so each is certain: no index
** is 0; no payload has a member Response that it does not have; and the names before and after a dot are two steps only
** if there is a member of the first name.
*/
static void check_step(lua_State *L, tc_view from, int index, const char *function)
{
    if (lua_type(L, index) == LUA_TNUMBER) {
        if (lua_tonumber(L, index) == 0)
            luaL_error(L, "bad argument #%d to '%s' (indexes start at 1, got 0)", index - 1, function);
        return;
    }
    if (lua_type(L, index) != LUA_TSTRING || !is_kind(from, TC_OBJECT))
        return;
    const char *const name = lua_tostring(L, index);
    const char *const dot = strchr(name, '.');
    if (from.entry == from.document->payload && strcmp(name, "Response") == 0)
        luaL_error(L, "bad argument #%d to '%s' (the view is of what Response holds: paths start inside it)", index - 1,
                   function);
    if (dot == NULL)
        return;
    lua_pushlstring(L, name, (size_t)(dot - name));
    if (member(L, from, lua_gettop(L)).entry != 0)
        luaL_error(L, "bad argument #%d to '%s' (no member '%s'; did you mean '%s', '%s'?)", index - 1, function, name,
                   lua_tostring(L, -1), dot + 1);
    lua_pop(L, 1);
}

/* Follows the path that the arguments from index 2 on give, from the view at index 1. */
static tc_view resolve(lua_State *L, const char *function)
{
    const int top = lua_gettop(L);
    tc_view v = *check_view(L, function);
    luaL_checkstack(L, 8, NULL);
    for (int i = 2; i <= top; ++i) {
        const tc_view from = v;
        v = step(L, from, i, function);
        if (v.entry == 0)
            check_step(L, from, i, function);
    }
    return v;
}

/* ---- the members that count: the last of each name, and no null if these are omitted ---- */

/* Pushes the table of an object's members if it has one, else nil. table is the index of the body's table. */
static void push_members_if_hashed(lua_State *L, tc_view object, int table)
{
    if (is_hashed(object))
        push_members(L, object, table);
    else
        lua_pushnil(L);
}

/* Does the member count whose name is on top, and at that entry of an object? members: see push_members_if_hashed. */
static bool counts(lua_State *L, tc_view object, uint32_t name, int members)
{
    const int top = lua_gettop(L);
    const tc_view value = {object.document, name + 1};
    if (is_omitted(L, value))
        return false;
    if (lua_istable(L, members))
        return hashed_member(L, members, top) == name + 1;
    const tc_recorded *const r = &object.document->recorded;
    return last_member(L, r, tc_entry_next(r->entries, name + 1), next_entry(object, object.entry), top) == 0;
}

static uint32_t count_members(lua_State *L, tc_view object)
{
    const uint32_t end = next_entry(object, object.entry);
    uint32_t count = 0;
    lua_getiuservalue(L, 1, 1);
    push_members_if_hashed(L, object, lua_gettop(L));
    const int members = lua_gettop(L);
    for (uint32_t name = object.entry + 1; name < end; name = next_entry(object, name + 1)) {
        tc_push_value(L, &object.document->recorded, name);
        count += counts(L, object, name, members);
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
    return count;
}

/* ---- the text of a value ---- */

/* The end of a value that is not a container. */
static const char *scalar_end(const char *text, tc_entry e)
{
    const char *const begin = text + tc_entry_offset(e);
    switch (tc_entry_kind(e)) {
    case TC_STRING:
    case TC_ESCAPED:
        return begin + tc_entry_length(e) + 1;
    case TC_LITERAL:
        return begin + (tc_entry_length(e) == TC_IS_FALSE ? 5 : 4);
    default:
        return begin + tc_entry_length(e);
    }
}

/*
** A container's entry does not say where it begins. But between the last entry before it that is not a container's and
** its bracket there are no strings, and each container's entry between stands for one bracket.
*/
static const char *container_begin(tc_view v)
{
    const tc_recorded *const r = &v.document->recorded;
    uint32_t before = v.entry - 1;
    while (before > 0 && tc_entry_kind(r->entries[before]) >= TC_ARRAY)
        --before;
    const char *p = before == 0 ? r->text : scalar_end(r->text, r->entries[before]);
    for (uint32_t left = v.entry - before;; ++p)
        if ((*p == '[' || *p == '{') && --left == 0)
            return p;
}

/* The end of the container that begins there, in a text that goes on to end. What follows it is not part of it. */
static const char *container_end(const char *begin, const char *end)
{
    tc_scan s;
    tc_scan_init(&s, TC_DEPTH_MAX, NULL);
    tc_scan_feed(&s, begin, (size_t)(end - begin));
    tc_scan_run(&s); /* stops with an error at the next token */
    const char *p = begin + tc_scan_at(&s);
    while (tc_is_space(p[-1]))
        --p;
    return p;
}

/* Pushes the text of a value as it was sent; the body's table is at that index. */
static void push_raw(lua_State *L, tc_view v, int table)
{
    const tc_entry e = entry_of(v);
    const char *begin, *end;
    if (is_container(v)) {
        size_t length;
        lua_getfield(L, table, "body");
        const char *const body = lua_tolstring(L, -1, &length);
        begin = container_begin(v);
        end = container_end(begin, body + length);
        lua_pop(L, 1);
    } else {
        begin = v.document->recorded.text + tc_entry_offset(e) - (tc_entry_kind(e) <= TC_ESCAPED);
        end = scalar_end(v.document->recorded.text, e);
    }
    lua_pushlstring(L, begin, (size_t)(end - begin));
}

/* ---- methods ---- */

/* view:get(...) */
static int view_get(lua_State *L)
{
    const tc_view v = resolve(L, "get");
    if (v.entry == 0)
        lua_pushnil(L);
    else
        push_value(L, v);
    return 1;
}

/* Pushes a view of the value there, of the same body as the view at index 1; nil if there is none. */
static void push_part(lua_State *L, tc_view v)
{
    if (v.entry == 0) {
        lua_pushnil(L);
    } else {
        lua_getiuservalue(L, 1, 1);
        push_view(L, v, lua_gettop(L));
    }
}

/* view:at(...) */
static int view_at(lua_State *L)
{
    push_part(L, resolve(L, "at"));
    return 1;
}

/* view:raw(...) */
static int view_raw(lua_State *L)
{
    const tc_view v = resolve(L, "raw");
    if (v.entry == 0) {
        lua_pushnil(L);
    } else {
        lua_getiuservalue(L, 1, 1);
        push_raw(L, v, lua_gettop(L));
    }
    return 1;
}

/* Opens the JSON text on top, for the view at index 1. */
static int open_text(lua_State *L)
{
    size_t length;
    const int index = lua_gettop(L);
    const char *const body = lua_tolstring(L, index, &length);
    tc_envelope e;
    tc_entry small[TC_SMALL_TAPE];
    tc_verdict verdict = tc_record_body(L, &e, TC_FORM_BODY, body, length, small, true);
    if (verdict.outcome != TC_NOT_JSON && e.scan.captures[TC_BODY].kind < TC_ARRAY) {
        verdict.outcome = TC_NOT_JSON;
        verdict.reason = "neither an object nor an array";
        verdict.offset = 1;
        verdict.code = verdict.message = verdict.request_id = TC_NO_FIELD;
    }
    if (verdict.outcome == TC_NOT_JSON)
        return tc_push_failure(L, &e, &verdict, 0, 0);
    lua_getiuservalue(L, 1, 1);
    lua_getfield(L, -1, "request_id");
    lua_replace(L, -2);
    push_root(L, index, &e.scan, e.scan.captures[TC_BODY].entry);
    return 1;
}

/* view:open(...) */
static int view_open(lua_State *L)
{
    const tc_view v = resolve(L, "open");
    if (v.entry == 0 || (uint32_t)entry_of(v) == (TC_IS_NULL << 3 | TC_LITERAL)) {
        lua_pushnil(L);
    } else if (is_container(v)) {
        push_part(L, v);
    } else if (is_kind(v, TC_STRING) || is_kind(v, TC_ESCAPED)) {
        push_value(L, v);
        return open_text(L);
    } else {
        push_raw(L, v, 0); /* a number or boolean, which is no more an object than its text is */
        return open_text(L);
    }
    return 1;
}

static void push_length(lua_State *L, tc_view v)
{
    if (is_kind(v, TC_ARRAY))
        lua_pushinteger(L, (lua_Integer)tc_entry_length(entry_of(v)));
    else if (is_kind(v, TC_OBJECT))
        lua_pushinteger(L, (lua_Integer)count_members(L, v));
    else
        lua_pushnil(L);
}

/* view:len(...) */
static int view_len(lua_State *L)
{
    push_length(L, resolve(L, "len"));
    return 1;
}

/* #view: Lua hands over the view twice. */
static int view_length(lua_State *L)
{
    lua_settop(L, 1);
    return view_len(L);
}

static const char *type_name(tc_entry e)
{
    switch (tc_entry_kind(e)) {
    case TC_OBJECT:
        return "object";
    case TC_ARRAY:
        return "array";
    case TC_STRING:
    case TC_ESCAPED:
        return "string";
    case TC_LITERAL:
        return tc_entry_length(e) == TC_IS_NULL ? "null" : "boolean";
    default:
        return "number";
    }
}

/* view:type(...) */
static int view_type(lua_State *L)
{
    const tc_view v = resolve(L, "type");
    if (v.entry == 0)
        lua_pushnil(L);
    else
        lua_pushstring(L, type_name(entry_of(v)));
    return 1;
}

/* view:request_id() */
static int view_request_id(lua_State *L)
{
    check_view(L, "request_id");
    lua_getiuservalue(L, 1, 1);
    lua_getfield(L, -1, "request_id");
    return 1;
}

static int view_tostring(lua_State *L)
{
    lua_settop(L, 1);
    const tc_view v = resolve(L, "tostring");
    push_length(L, v);
    if (lua_isnil(L, -1))
        lua_pushfstring(L, "tencentcloud.view: %s", type_name(entry_of(v)));
    else
        lua_pushfstring(L, "tencentcloud.view: %s of %d", type_name(entry_of(v)), (int)lua_tointeger(L, -1));
    return 1;
}

/* ---- iteration ---- */

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
    int heap;               /* KB: the least that there was since the collector's last cycle ended */
} tc_cursor;

enum { BODY_TABLE = 1, RUN_DOCUMENT };

/* KB by which the heap may grow before the collector is asked for a cycle; in a large heap an eighth of it. */
enum { HEAP_GROWTH = 4096 };

/*
** Lua would wait until the heap, the body included, has doubled. So the collector is asked for small steps as soon as the
** loop has let the heap grow; once it has started a cycle it goes on at its own pace. A collector that the script has
** stopped stays so: where that cannot be told (Lua 5.1) nothing is done.
*/
static void tend_collector(lua_State *L, tc_cursor *c)
{
    const int heap = lua_gc(L, LUA_GCCOUNT, 0);
    if (heap < 0) /* inside a finalizer */
        return;
    if (heap < c->heap)
        c->heap = heap;
    const int growth = c->heap / 8 > HEAP_GROWTH ? c->heap / 8 : HEAP_GROWTH;
    if (heap - c->heap > growth && tc_collector_runs(L) && lua_gc(L, LUA_GCSTEP, 0) == 1)
        c->heap = lua_gc(L, LUA_GCCOUNT, 0);
}

/* Has the next run one element only? */
static bool is_single(const tc_cursor *c)
{
    const tc_entry *const entries = entries_of(c->container);
    const uint32_t after = c->run + 2;
    const uint32_t end = after == c->last_run ? tc_entry_length(entry_of(c->container)) : tc_run_first(entries[after]);
    return end - tc_run_first(entries[c->run]) == 1;
}

/* Moves into the next run, unless a finalizer has done so meanwhile. The cursor is at index 1. */
static void enter_run(lua_State *L, tc_cursor *c)
{
    const uint32_t run = c->run;
    lua_getiuservalue(L, 1, 1);
    const tc_document *const d = tc_push_expanded(L, c->container.document, entries_of(c->container)[run + 1]);
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
            const tc_entry run = entries_of(c->container)[c->run + 1];
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
    c->next.entry = next_entry(v, v.entry);
    lua_pushinteger(L, (lua_Integer)++c->index);
    push_value(L, v);
    return 2;
}

static int next_member(lua_State *L, tc_cursor *c)
{
    lua_getiuservalue(L, 1, 1);
    lua_rawgeti(L, -1, BODY_TABLE);
    push_members_if_hashed(L, c->container, lua_gettop(L));
    const int members = lua_gettop(L);
    while (c->next.entry != c->end) {
        const uint32_t name = c->next.entry;
        c->next.entry = next_entry(c->container, name + 1);
        tc_push_value(L, &c->container.document->recorded, name);
        if (counts(L, c->container, name, members)) {
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
    const int results = is_kind(c->container, TC_OBJECT) ? next_member(L, c) : next_element(L, c);
    if (results > 0)
        return results;
    lua_pushnil(L);
    return 1;
}

/* Pushes function and state of an iteration over a container of the view at index 1; over nothing if v is none. */
static int push_iteration(lua_State *L, tc_view v)
{
    const bool runs = is_kind(v, TC_ARRAY) && tc_has_runs(entries_of(v), v.entry);
    const uint32_t next = is_container(v) ? v.entry + 1 : 0, end = is_container(v) ? next_entry(v, v.entry) : 0;
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

/* view:each(...) */
static int view_each(lua_State *L)
{
    return push_iteration(L, resolve(L, "each"));
}

/* pairs(view) */
static int view_pairs(lua_State *L)
{
    lua_settop(L, 1);
    return push_iteration(L, resolve(L, "pairs"));
}

/* ---- views like tables ---- */

/* Pushes what stands there: a view of an array or object, the value of anything else. */
static void push_member(lua_State *L, tc_view v)
{
    if (v.entry != 0 && !is_container(v))
        push_value(L, v);
    else
        push_part(L, v);
}

/* Raises for a name in lower case that leads nowhere: members begin in upper case, methods do not. */
static void check_name(lua_State *L)
{
    const char *const name = lua_tostring(L, 2);
    if (name[0] >= 'a' && name[0] <= 'z')
        luaL_error(L, "a view has no method '%s' (it has at, each, get, len, open, raw, request_id, type), and there is no "
                      "member of that name", name);
}

/* view.Name, view[1] and view.method */
static int view_index(lua_State *L)
{
    check_view(L, "index");
    lua_settop(L, 2);
    const int type = lua_type(L, 2);
    if (type == LUA_TSTRING) {
        lua_pushvalue(L, 2);
        lua_rawget(L, lua_upvalueindex(TC_UP_CLASS));
        if (!lua_isnil(L, -1) && lua_tostring(L, 2)[0] != '_') /* metamethods are there, too */
            return 1;
        lua_settop(L, 2);
    } else if (type != LUA_TNUMBER) {
        lua_pushnil(L);
        return 1;
    }
    const tc_view v = resolve(L, "index");
    if (v.entry == 0 && type == LUA_TSTRING)
        check_name(L);
    push_member(L, v);
    return 1;
}

/* The function of ipairs(view): view, index -> the next index, what stands there. */
static int next_index(lua_State *L)
{
    const lua_Integer index = lua_tointeger(L, 2) + 1;
    lua_settop(L, 1);
    lua_pushinteger(L, index);
    const tc_view v = resolve(L, "ipairs");
    if (v.entry == 0) {
        lua_pushnil(L);
        return 1;
    }
    push_member(L, v);
    return 2;
}

/* ipairs(view), where Lua asks for it; elsewhere view_index serves it */
static int view_ipairs(lua_State *L)
{
    check_view(L, "ipairs");
    tc_push_sibling(L, next_index);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

const luaL_Reg tc_view_metamethods[] = {
    {"__index", view_index},       {"__len", view_length},    {"__pairs", view_pairs},
    {"__tostring", view_tostring}, {"__ipairs", view_ipairs}, {NULL, NULL},
};

const luaL_Reg tc_view_methods[] = {
    {"get", view_get}, {"at", view_at},   {"each", view_each}, {"len", view_len},
    {"open", view_open}, {"raw", view_raw}, {"type", view_type}, {"request_id", view_request_id},
    {NULL, NULL},
};
