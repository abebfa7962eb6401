/*
** lua_view.c - views: a body and its tape, of which each call decodes no more than it is asked for.
**
** Costs. A step by name walks the object's members; from MANY on it looks into a table of them, made at the
** first such step. A step by index in an array of scalars is one addition; in any other array it goes on from
** the last element asked for if that is near, else from the nearest of the array's milestones, which are noted
** at the first such step.
*/
#include "lua_parse.h"

#include <string.h>

#include "lua_arguments.h"

/* Objects with more members than this are searched through a table. */
enum { MANY = 64 };

/* Elements between two milestones. */
enum { MILESTONE = 32 };

/* Where in an array the last step by index ended. */
typedef struct {
    uint32_t array, index, entry;
} tc_place;

/*
** One view. The root is what open returns; its tape lies behind it in the same userdata. root and every part of
** it hold one table: [HELD_BODY] the body, [HELD_ROOT] the root, and under an array's or object's entry what is
** noted of it. So a part keeps all alive, and what it points to does not move.
*/
typedef struct tc_view {
    struct tc_view *root;
    tc_document document;
    uint32_t entry;
    uint32_t request_id; /* the root's: entry of the RequestId, 0 if there is none */
    size_t size;         /* the root's: bytes of body and tape */
    tc_place place;      /* the root's */
} tc_view;

enum { HELD_BODY = 0, HELD_ROOT = -1 };

static tc_view *check_view(lua_State *L, const char *function)
{
    return (tc_view *)tc_check_self(L, TC_UP_VIEW_METATABLE, function, "view");
}

static tc_entry entry_at(const tc_view *v, uint32_t entry)
{
    return v->document.entries[entry];
}

static uint32_t next_entry(const tc_view *v, uint32_t entry)
{
    return tc_entry_next(v->document.entries, entry);
}

static bool is_kind(const tc_view *v, uint32_t entry, tc_kind kind)
{
    return entry != 0 && tc_entry_kind(entry_at(v, entry)) == kind;
}

/* ---- making views ---- */

static void become_view(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(TC_UP_VIEW_METATABLE));
    lua_setmetatable(L, -2);
}

/* Makes the body at index 1 and the view on top hold each other. */
static void hold(lua_State *L)
{
    lua_createtable(L, 1, 2);
    lua_pushvalue(L, 1);
    lua_rawseti(L, -2, HELD_BODY);
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, HELD_ROOT);
    tc_set_held(L, -2);
}

/* The userdata with the tape behind room for a view: the one on top, or if that is nil a new one. */
static tc_view *allocate_root(lua_State *L, const tc_tape *tape)
{
    if (!lua_isnil(L, -1))
        return (tc_view *)lua_touserdata(L, -1);
    const size_t size = tape->count * sizeof(tc_entry);
    tc_view *const v = (tc_view *)tc_new_holder(L, sizeof *v + size);
    memcpy(v + 1, tape->entries, size);
    return v;
}

int tc_open(lua_State *L)
{
    size_t length;
    const char *const body = tc_check_string(L, 1, "open", &length);
    tc_envelope e;
    tc_entry small[TC_SMALL_TAPE];
    const tc_verdict verdict = tc_judge_and_record(L, &e, body, length, small, TC_SMALL_TAPE, sizeof(tc_view));
    if (verdict.outcome != TC_SUCCESS)
        return tc_push_recorded_failure(L, &e, &verdict);
    tc_view *const v = allocate_root(L, &e.scan.tape);
    v->root = v;
    v->document.text = body;
    v->document.entries = (const tc_entry *)(const void *)(v + 1);
    v->document.deepest = e.scan.deepest;
    v->entry = e.scan.captures[TC_RESPONSE].entry;
    v->request_id = verdict.request_id == TC_NO_FIELD ? 0 : e.scan.captures[TC_REQUEST_ID].entry;
    v->size = length + e.scan.tape.room * sizeof(tc_entry);
    v->place.array = 0;
    become_view(L);
    hold(L);
    return 1;
}

/* Pushes a view of a part of the view at index 1. */
static void push_part(lua_State *L, const tc_view *v, uint32_t entry)
{
    tc_view *const part = (tc_view *)tc_new_holder(L, sizeof *part);
    *part = *v;
    part->entry = entry;
    become_view(L);
    tc_push_held(L, 1);
    tc_set_held(L, -2);
}

/* ---- what is noted of a container ---- */

/*
** Pushes what the view at index 1 has noted of a container; if nothing yet, what note pushes, which is noted.
*/
static void push_noted(lua_State *L, const tc_view *v, uint32_t container,
                       void (*note)(lua_State *L, const tc_view *v, uint32_t container))
{
    tc_push_held(L, 1);
    lua_rawgeti(L, -1, (int)container);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        note(L, v, container);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, (int)container);
    }
    lua_remove(L, -2);
}

/* Pushes a table from each name of an object to the entry of its last value. */
static void note_members(lua_State *L, const tc_view *v, uint32_t object)
{
    const uint32_t end = next_entry(v, object);
    lua_createtable(L, 0, (int)tc_entry_length(entry_at(v, object)));
    for (uint32_t name = object + 1; name < end; name = next_entry(v, name + 1)) {
        tc_push_value(L, &v->document, name);
        lua_pushnumber(L, (lua_Number)(name + 1));
        lua_rawset(L, -3);
    }
}

/* Pushes the entries of the elements 1, 1 + MILESTONE, 1 + 2 * MILESTONE ... of an array. */
static void note_milestones(lua_State *L, const tc_view *v, uint32_t array)
{
    const uint32_t count = tc_entry_length(entry_at(v, array));
    uint32_t *const milestones = (uint32_t *)tc_new_userdata(L, (count / MILESTONE + 1) * sizeof *milestones);
    uint32_t entry = array + 1;
    for (uint32_t i = 0; i < count; ++i) {
        if (i % MILESTONE == 0)
            milestones[i / MILESTONE] = entry;
        entry = next_entry(v, entry);
    }
}

/* ---- steps: each gives the entry it leads to, 0 if there is none ---- */

/* The place nearest before an element from which to walk to it. */
static tc_place nearest_place(lua_State *L, const tc_view *v, uint32_t array, uint32_t index)
{
    tc_place place = v->root->place;
    if (place.array != array || place.index > index) {
        place.array = array;
        place.index = 1;
        place.entry = array + 1;
    }
    if (index - place.index > MILESTONE) {
        const uint32_t milestone = (index - 1) / MILESTONE;
        push_noted(L, v, array, note_milestones);
        place.entry = ((const uint32_t *)lua_touserdata(L, -1))[milestone];
        place.index = milestone * MILESTONE + 1;
        lua_pop(L, 1);
    }
    return place;
}

static uint32_t element(lua_State *L, const tc_view *v, uint32_t array, lua_Number number)
{
    const uint32_t count = tc_entry_length(entry_at(v, array));
    if (!(number >= 1 && number <= (lua_Number)count))
        return 0;
    const uint32_t index = (uint32_t)number;
    if ((lua_Number)index != number)
        return 0;
    if (next_entry(v, array) - array - 1 == count)
        return array + index;
    tc_place place = nearest_place(L, v, array, index);
    for (; place.index < index; ++place.index)
        place.entry = next_entry(v, place.entry);
    v->root->place = place;
    return place.entry;
}

/* Is the name at this entry the string at index? */
static bool is_name(lua_State *L, const tc_view *v, uint32_t name, int index)
{
    size_t length;
    const char *const wanted = lua_tolstring(L, index, &length);
    const tc_entry e = entry_at(v, name);
    if (tc_entry_kind(e) == TC_STRING)
        return tc_entry_length(e) == length && memcmp(v->document.text + tc_entry_offset(e), wanted, length) == 0;
    tc_push_value(L, &v->document, name);
    const bool equal = lua_rawequal(L, -1, index);
    lua_pop(L, 1);
    return equal;
}

/* Looks for the name at index (absolute) among the members from one name's entry to the object's end. */
static uint32_t last_member(lua_State *L, const tc_view *v, uint32_t name, uint32_t end, int index)
{
    uint32_t value = 0;
    for (; name < end; name = next_entry(v, name + 1))
        if (is_name(L, v, name, index))
            value = name + 1;
    return value;
}

static uint32_t noted_member(lua_State *L, int members, int index)
{
    lua_pushvalue(L, index);
    lua_rawget(L, members);
    const uint32_t value = (uint32_t)lua_tonumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static uint32_t member(lua_State *L, const tc_view *v, uint32_t object, int index)
{
    if (tc_entry_length(entry_at(v, object)) <= MANY)
        return last_member(L, v, object + 1, next_entry(v, object), index);
    push_noted(L, v, object, note_members);
    const uint32_t value = noted_member(L, lua_gettop(L), index);
    lua_pop(L, 1);
    return value;
}

static bool is_omitted(lua_State *L, const tc_view *v, uint32_t value)
{
    const tc_entry e = entry_at(v, value);
    return tc_get_options(L)->omit_nulls && tc_entry_kind(e) == TC_LITERAL && tc_entry_length(e) == TC_IS_NULL;
}

static uint32_t step_by_name(lua_State *L, const tc_view *v, uint32_t object, int index)
{
    const uint32_t value = member(L, v, object, index);
    return value == 0 || is_omitted(L, v, value) ? 0 : value;
}

static uint32_t step(lua_State *L, const tc_view *v, uint32_t entry, int index, const char *function)
{
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        return is_kind(v, entry, TC_OBJECT) ? step_by_name(L, v, entry, index) : 0;
    case LUA_TNUMBER:
        return is_kind(v, entry, TC_ARRAY) ? element(L, v, entry, lua_tonumber(L, index)) : 0;
    default:
        tc_argument_error(L, index, index - 1, function, "name or index");
        return 0;
    }
}

/* Follows the path that the arguments from index 2 on give. */
static uint32_t resolve(lua_State *L, const tc_view *v, const char *function)
{
    const int top = lua_gettop(L);
    uint32_t entry = v->entry;
    luaL_checkstack(L, 8, NULL);
    for (int i = 2; i <= top; ++i)
        entry = step(L, v, entry, i, function);
    return entry;
}

/* ---- the members that count: the last of each name, and no null if these are omitted ---- */

/*
** Does the member whose name is on top, and at this entry of the object that ends at end, count? members is the
** index of the object's table of members, if it has one.
*/
static bool counts(lua_State *L, const tc_view *v, uint32_t name, uint32_t end, int members)
{
    const int top = lua_gettop(L);
    if (is_omitted(L, v, name + 1))
        return false;
    if (lua_istable(L, members))
        return noted_member(L, members, top) == name + 1;
    return last_member(L, v, next_entry(v, name + 1), end, top) == 0;
}

/* Pushes the table of an object's members if they are many, else nil. */
static void push_members(lua_State *L, const tc_view *v, uint32_t object)
{
    if (is_kind(v, object, TC_OBJECT) && tc_entry_length(entry_at(v, object)) > MANY)
        push_noted(L, v, object, note_members);
    else
        lua_pushnil(L);
}

static uint32_t count_members(lua_State *L, const tc_view *v, uint32_t object)
{
    const uint32_t end = next_entry(v, object);
    uint32_t count = 0;
    push_members(L, v, object);
    const int members = lua_gettop(L);
    for (uint32_t name = object + 1; name < end; name = next_entry(v, name + 1)) {
        tc_push_value(L, &v->document, name);
        count += counts(L, v, name, end, members);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return count;
}

/* ---- methods ---- */

/* view:get(...) */
static int view_get(lua_State *L)
{
    const tc_view *const v = check_view(L, "get");
    const uint32_t entry = resolve(L, v, "get");
    if (entry == 0)
        lua_pushnil(L);
    else
        tc_push_value(L, &v->document, entry);
    return 1;
}

/* view:at(...) */
static int view_at(lua_State *L)
{
    const tc_view *const v = check_view(L, "at");
    const uint32_t entry = resolve(L, v, "at");
    if (entry == 0)
        lua_pushnil(L);
    else
        push_part(L, v, entry);
    return 1;
}

static void push_length(lua_State *L, const tc_view *v, uint32_t entry)
{
    if (is_kind(v, entry, TC_ARRAY))
        lua_pushinteger(L, (lua_Integer)tc_entry_length(entry_at(v, entry)));
    else if (is_kind(v, entry, TC_OBJECT))
        lua_pushinteger(L, (lua_Integer)count_members(L, v, entry));
    else
        lua_pushnil(L);
}

/* view:len(...) */
static int view_len(lua_State *L)
{
    const tc_view *const v = check_view(L, "len");
    push_length(L, v, resolve(L, v, "len"));
    return 1;
}

/* #view: Lua hands over the view twice. */
static int view_length(lua_State *L)
{
    const tc_view *const v = check_view(L, "len");
    push_length(L, v, v->entry);
    return 1;
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
    const tc_view *const v = check_view(L, "type");
    const uint32_t entry = resolve(L, v, "type");
    if (entry == 0)
        lua_pushnil(L);
    else
        lua_pushstring(L, type_name(entry_at(v, entry)));
    return 1;
}

/* view:request_id() */
static int view_request_id(lua_State *L)
{
    const tc_view *const v = check_view(L, "request_id");
    if (v->root->request_id == 0)
        lua_pushliteral(L, "");
    else
        tc_push_value(L, &v->document, v->root->request_id);
    return 1;
}

static int view_tostring(lua_State *L)
{
    const tc_view *const v = check_view(L, "tostring");
    const tc_entry e = entry_at(v, v->entry);
    if (tc_entry_kind(e) < TC_ARRAY) {
        lua_pushfstring(L, "tencentcloud.view: %s", type_name(e));
    } else {
        push_length(L, v, v->entry);
        lua_pushfstring(L, "tencentcloud.view: %s of %d", type_name(e), (int)lua_tointeger(L, -1));
    }
    return 1;
}

/* ---- iteration ---- */

/*
** Where an iteration stands: the state of the generic for, so that the function that goes with it is the same for all
** (LuaJIT ties machine code to functions, and with a function of its own each view would live as long as the code).
** Holds what its view holds.
*/
typedef struct {
    tc_view view;        /* of what is iterated over: a copy */
    uint32_t next, end;  /* entries */
    uint32_t index;      /* of the last element */
    uint32_t inspection; /* the entry at which to look at the heap again */
    int collected;       /* KB in the heap when the iteration began or last collected it */
} tc_cursor;

/* Entries between two looks at the heap. */
enum { INSPECTION = 4096 };

/*
** Keeps the heap from filling with what the loop is done with. The collector would wait until the heap has doubled, a
** body of megabytes included, although that is one object to it; so it is asked to collect as soon as the loop has left
** a megabyte, or an eighth of all else that is alive, so that the work stays in proportion.
*/
static void collect_garbage(lua_State *L, tc_cursor *c)
{
    const tc_view *const root = c->view.root;
    if (c->next < c->inspection)
        return;
    c->inspection = c->next + INSPECTION;
    const int own = (int)(root->size / 1024);
    const int rest = c->collected > own ? c->collected - own : 0;
    const int allowance = rest / 8 > 1024 ? rest / 8 : 1024;
    if (lua_gc(L, LUA_GCCOUNT, 0) - c->collected > allowance && tc_collector_runs(L)) {
        lua_gc(L, LUA_GCCOLLECT, 0);
        c->collected = lua_gc(L, LUA_GCCOUNT, 0);
    }
}

static int next_element(lua_State *L, tc_cursor *c)
{
    const uint32_t entry = c->next;
    c->next = next_entry(&c->view, entry);
    lua_pushinteger(L, (lua_Integer)++c->index);
    tc_push_value(L, &c->view.document, entry);
    return 2;
}

/* The cursor is at index 1, and holds the view's table of what is noted. */
static int next_member(lua_State *L, tc_cursor *c)
{
    const tc_view *const v = &c->view;
    push_members(L, v, v->entry);
    const int members = lua_gettop(L);
    while (c->next < c->end) {
        const uint32_t name = c->next;
        c->next = next_entry(v, name + 1);
        tc_push_value(L, &v->document, name);
        if (counts(L, v, name, c->end, members)) {
            tc_push_value(L, &v->document, name + 1);
            return 2;
        }
        lua_pop(L, 1);
    }
    lua_pushnil(L);
    return 1;
}

int tc_iterate(lua_State *L)
{
    tc_cursor *const c = (tc_cursor *)tc_check_self(L, TC_UP_CURSOR_METATABLE, "each", "state of each");
    luaL_checkstack(L, 8, NULL);
    collect_garbage(L, c);
    if (c->next == c->end)
        lua_pushnil(L);
    else if (is_kind(&c->view, c->view.entry, TC_OBJECT))
        return next_member(L, c);
    else
        return next_element(L, c);
    return 1;
}

/* Pushes function and state of an iteration over a container of the view at index 1; over nothing if it is none. */
static int push_iteration(lua_State *L, const tc_view *v, uint32_t entry)
{
    const bool container = is_kind(v, entry, TC_OBJECT) || is_kind(v, entry, TC_ARRAY);
    luaL_checkstack(L, 8, NULL);
    lua_pushvalue(L, lua_upvalueindex(TC_UP_ITERATE));
    tc_cursor *const c = (tc_cursor *)tc_new_holder(L, sizeof *c);
    c->view = *v;
    c->view.entry = entry;
    c->next = container ? entry + 1 : 0;
    c->end = container ? next_entry(v, entry) : 0;
    c->index = 0;
    c->inspection = c->next + INSPECTION;
    c->collected = lua_gc(L, LUA_GCCOUNT, 0);
    lua_pushvalue(L, lua_upvalueindex(TC_UP_CURSOR_METATABLE));
    lua_setmetatable(L, -2);
    tc_push_held(L, 1);
    tc_set_held(L, -2);
    return 2;
}

/* view:each(...) */
static int view_each(lua_State *L)
{
    const tc_view *const v = check_view(L, "each");
    return push_iteration(L, v, resolve(L, v, "each"));
}

/* pairs(view) */
static int view_pairs(lua_State *L)
{
    const tc_view *const v = check_view(L, "pairs");
    return push_iteration(L, v, v->entry);
}

/* ipairs(view), where Lua asks for it; elsewhere view_index serves it */
static int view_ipairs(lua_State *L)
{
    const tc_view *const v = check_view(L, "ipairs");
    return push_iteration(L, v, is_kind(v, v->entry, TC_ARRAY) ? v->entry : 0);
}

/* view[1] is the first element, so that ipairs works; view.get is a method. */
static int view_index(lua_State *L)
{
    const tc_view *const v = check_view(L, "index");
    if (lua_type(L, 2) != LUA_TNUMBER) {
        lua_pushvalue(L, 2);
        lua_rawget(L, lua_upvalueindex(TC_UP_VIEW_METHODS));
        return 1;
    }
    lua_settop(L, 2);
    const uint32_t entry = step(L, v, v->entry, 2, "index");
    if (entry == 0)
        lua_pushnil(L);
    else
        tc_push_value(L, &v->document, entry);
    return 1;
}

const luaL_Reg tc_view_metamethods[] = {
    {"__index", view_index},       {"__len", view_length},    {"__pairs", view_pairs},
    {"__tostring", view_tostring}, {"__ipairs", view_ipairs}, {NULL, NULL},
};

const luaL_Reg tc_view_methods[] = {
    {"get", view_get}, {"at", view_at},     {"each", view_each},
    {"len", view_len}, {"type", view_type}, {"request_id", view_request_id},
    {NULL, NULL},
};
