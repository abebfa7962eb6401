/*
** lua_view.c - views: a body and its tape, of which each call decodes no more than it is asked for.
**
** In a large body arrays and objects of little text are folded: what they hold is read, onto a tape of their own, when a
** call goes into them. So the tape is short, and is written and kept at little cost.
**
** Costs. To unfold is to scan FOLD bytes at most. A step by name walks the object's members; from MANY on it looks into a
** table of them, made at the first such step. A step by index in an array of scalars and folded containers is one
** addition; in any other array it goes on from the last element asked for if that is near, else from the nearest of the
** array's milestones, which are noted at the first such step.
*/
#include "lua_parse.h"

#include <string.h>

#include "lua_arguments.h"

/* Objects with more members than this are searched through a table. */
enum { MANY = 64 };

/* Elements between two milestones. */
enum { MILESTONE = 32 };

/* Bytes up to which a body is recorded as a whole, and from which on a container of a larger body is not folded. */
#if !defined(TC_WHOLE)
enum { TC_WHOLE = 64 * 1024, TC_FOLD = 4096 };
#endif

/* Where in an array the last step by index ended. */
typedef struct {
    uint32_t array, index, entry;
} tc_nearness;

/*
** One view. The root is what open returns; its tape lies behind it in the same userdata. root and every part of
** it hold one table: [HELD_BODY] the body, [HELD_ROOT] the root, and under an array's or object's entry what is
** noted of it. So a part keeps all alive, and what it points to does not move.
**
** A part of what was folded has a tape of own entries, which lies behind it in the same way; it and its parts hold a table
** of theirs, with that part under HELD_OWNER. While a call goes that way the tape is the call's: then the view is passing.
*/
typedef struct tc_view {
    struct tc_view *root;
    tc_document document;
    uint32_t entry, own;
    bool passing;
    bool has_request_id;   /* the root's */
    tc_capture request_id; /* the root's */
    tc_nearness nearness;  /* the root's */
    uint64_t size; /* the root's: bytes of body and tape. Of 64 bits, so that behind a view there may be a tape */
} tc_view;

enum { HELD_BODY = 0, HELD_ROOT = -1, HELD_OWNER = -2 };

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
    const uint32_t fold = length > TC_WHOLE ? TC_FOLD : 0;
    const tc_verdict verdict = tc_record(L, &e, body, length, small, fold, sizeof(tc_view));
    if (verdict.outcome == TC_NOT_JSON)
        return tc_push_failure(L, &e, &verdict, 0, 0);
    if (verdict.outcome != TC_SUCCESS)
        return tc_parse(L); /* which fails alike, and has all on its tape that the failure tells of */
    tc_view *const v = allocate_root(L, &e.scan.tape);
    v->root = v;
    v->document.text = body;
    v->document.entries = (const tc_entry *)(const void *)(v + 1);
    v->document.depth_seen = e.scan.depth_seen;
    v->entry = e.scan.captures[TC_RESPONSE].entry;
    v->own = 0;
    v->passing = false;
    v->has_request_id = verdict.request_id != TC_NO_FIELD;
    v->request_id = e.scan.captures[TC_REQUEST_ID];
    v->size = length + e.scan.tape.capacity * sizeof(tc_entry);
    v->nearness.array = 0;
    become_view(L);
    hold(L);
    return 1;
}

/* Makes the value on top hold what the view at index 1 holds. */
static void hold_the_same(lua_State *L)
{
    tc_push_held(L, 1);
    tc_set_held(L, -2);
}

/* Makes the value on top hold the body and root of the view at index 1, and itself. */
static void hold_itself(lua_State *L)
{
    lua_createtable(L, 1, 3);
    tc_push_held(L, 1);
    lua_rawgeti(L, -1, HELD_BODY);
    lua_rawseti(L, -3, HELD_BODY);
    lua_rawgeti(L, -1, HELD_ROOT);
    lua_rawseti(L, -3, HELD_ROOT);
    lua_pop(L, 1);
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, HELD_OWNER);
    tc_set_held(L, -2);
}

/* Pushes a userdata of size bytes that begins with a copy of a view, and if that was passing has its tape behind it. */
static tc_view *push_copy(lua_State *L, const tc_view *v, size_t size)
{
    const size_t bytes = v->passing ? v->own * sizeof(tc_entry) : 0;
    tc_view *const copy = (tc_view *)tc_new_holder(L, size + bytes);
    *copy = *v;
    if (!v->passing) {
        hold_the_same(L);
        return copy;
    }
    char *const behind = (char *)copy + size;
    memcpy(behind, v->document.entries, bytes);
    copy->document.entries = (const tc_entry *)(const void *)behind;
    copy->passing = false;
    hold_itself(L);
    return copy;
}

/* ---- unfolding ---- */

/* Where a path leads: an entry of view, whose tape is that of unfolding if view is passing. */
typedef struct {
    tc_view view;
    uint32_t entry;
    tc_expansion unfolding;
} tc_target;

/* If the entry is a folded container, goes over to that container alone. Pushes one value, which the target needs. */
static void unfold(lua_State *L, tc_target *t)
{
    tc_view *const v = &t->view;
    if (!is_kind(v, t->entry, TC_RAW)) {
        lua_pushnil(L);
        return;
    }
    tc_expand(L, &t->unfolding, &v->document, entry_at(v, t->entry));
    v->document = t->unfolding.document;
    v->own = t->unfolding.count;
    v->passing = true;
    t->entry = 1;
}

/* ---- what is noted of a container ---- */

/*
** Pushes what the view at index 1 has noted of a container; if nothing yet, what note pushes, which is noted unless the
** view is passing.
*/
static void push_noted(lua_State *L, const tc_view *v, uint32_t container,
                       void (*note)(lua_State *L, const tc_view *v, uint32_t container))
{
    if (v->passing) {
        note(L, v, container);
        return;
    }
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
static tc_nearness nearest_place(lua_State *L, const tc_view *v, uint32_t array, uint32_t index)
{
    tc_nearness place = v->root->nearness;
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
    tc_nearness place = {array, 1, array + 1};
    if (v->own == 0)
        place = nearest_place(L, v, array, index);
    for (; place.index < index; ++place.index)
        place.entry = next_entry(v, place.entry);
    if (v->own == 0)
        v->root->nearness = place;
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
    if (tc_entry_length(entry_at(v, object)) <= MANY || v->passing)
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

/* Follows the path that the arguments from index 2 on give, from the view at index 1. Leaves on the stack what t needs. */
static void resolve(lua_State *L, tc_target *t, const char *function)
{
    const int top = lua_gettop(L);
    t->view = *check_view(L, function);
    t->entry = t->view.entry;
    luaL_checkstack(L, 16, NULL);
    for (int i = 2; i <= top; ++i) {
        if (is_kind(&t->view, t->entry, TC_RAW))
            unfold(L, t);
        t->entry = step(L, &t->view, t->entry, i, function);
    }
}

/* The same, and the container that is there is unfolded. */
static void resolve_container(lua_State *L, tc_target *t, const char *function)
{
    resolve(L, t, function);
    unfold(L, t);
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
    tc_target t;
    resolve(L, &t, "get");
    if (t.entry == 0)
        lua_pushnil(L);
    else
        tc_push_value(L, &t.view.document, t.entry);
    return 1;
}

/* view:at(...) */
static int view_at(lua_State *L)
{
    tc_target t;
    resolve_container(L, &t, "at");
    if (t.entry == 0) {
        lua_pushnil(L);
    } else {
        push_copy(L, &t.view, sizeof(tc_view))->entry = t.entry;
        become_view(L);
    }
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
    tc_target t;
    resolve_container(L, &t, "len");
    push_length(L, &t.view, t.entry);
    return 1;
}

/* #view: Lua hands over the view twice. */
static int view_length(lua_State *L)
{
    lua_settop(L, 1);
    return view_len(L);
}

static const char *type_name(const tc_view *v, tc_entry e)
{
    switch (tc_entry_kind(e)) {
    case TC_OBJECT:
        return "object";
    case TC_ARRAY:
        return "array";
    case TC_RAW:
        return v->document.text[tc_entry_offset(e)] == '{' ? "object" : "array";
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
    tc_target t;
    resolve(L, &t, "type");
    if (t.entry == 0)
        lua_pushnil(L);
    else
        lua_pushstring(L, type_name(&t.view, entry_at(&t.view, t.entry)));
    return 1;
}

/* view:request_id() */
static int view_request_id(lua_State *L)
{
    const tc_view *const root = check_view(L, "request_id")->root;
    const tc_capture *const id = &root->request_id;
    if (!root->has_request_id)
        lua_pushliteral(L, "");
    else
        tc_push_text(L, root->document.text + id->begin, (size_t)(id->end - id->begin), id->kind == TC_ESCAPED);
    return 1;
}

static int view_tostring(lua_State *L)
{
    lua_settop(L, 1);
    tc_target t;
    resolve_container(L, &t, "tostring");
    const char *const type = type_name(&t.view, entry_at(&t.view, t.entry));
    push_length(L, &t.view, t.entry);
    if (lua_isnil(L, -1))
        lua_pushfstring(L, "tencentcloud.view: %s", type);
    else
        lua_pushfstring(L, "tencentcloud.view: %s of %d", type, (int)lua_tointeger(L, -1));
    return 1;
}

/* ---- iteration ---- */

/*
** Where an iteration stands: the state of the generic for, so that the function that goes with it is the same for all
** (LuaJIT ties machine code to functions, and with a function of its own each view would live as long as the code).
** Holds what its view holds.
*/
typedef struct {
    tc_view view;       /* of what is iterated over: a copy */
    uint32_t next, end; /* entries */
    uint32_t index;     /* of the last element */
    size_t given;       /* bytes, about, of the values given since the last look at the heap */
    int collected;      /* KB in the heap when the iteration began or last collected it */
} tc_cursor;

/* Bytes of scalars that are given between two looks at the heap, and what one takes besides its text. */
enum { INSPECTION = 16 * 1024, SCALAR = 16 };

/*
** Keeps the heap from filling with what the loop is done with. The collector would wait until the heap has doubled, a
** body of megabytes included, although that is one object to it; so it is asked to collect as soon as the loop has left
** a megabyte, or an eighth of all else that is alive, so that the work stays in proportion.
*/
static void collect_garbage(lua_State *L, tc_cursor *c)
{
    const tc_view *const root = c->view.root;
    if (c->given < INSPECTION)
        return;
    c->given = 0;
    const int own = (int)(root->size / 1024);
    const int rest = c->collected > own ? c->collected - own : 0;
    const int allowance = rest / 8 > 1024 ? rest / 8 : 1024;
    if (lua_gc(L, LUA_GCCOUNT, 0) - c->collected > allowance && tc_collector_runs(L)) {
        lua_gc(L, LUA_GCCOLLECT, 0);
        c->collected = lua_gc(L, LUA_GCCOUNT, 0);
    }
}

/* Goes over the value at an entry. To look at the heap costs little beside making a container, so each is looked after. */
static uint32_t pass(tc_cursor *c, uint32_t entry)
{
    const tc_entry e = entry_at(&c->view, entry);
    const bool container = tc_entry_kind(e) >= TC_RAW;
    c->given += container ? INSPECTION : SCALAR + tc_entry_length(e);
    return next_entry(&c->view, entry);
}

static int next_element(lua_State *L, tc_cursor *c)
{
    const uint32_t entry = c->next;
    c->next = pass(c, entry);
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
        c->next = pass(c, name + 1);
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
    luaL_checkstack(L, 16, NULL);
    collect_garbage(L, c);
    if (c->next == c->end)
        lua_pushnil(L);
    else if (is_kind(&c->view, c->view.entry, TC_OBJECT))
        return next_member(L, c);
    else
        return next_element(L, c);
    return 1;
}

/* Pushes function and state of an iteration over a container of a view; over nothing if it is none. */
static int push_iteration(lua_State *L, const tc_view *v, uint32_t entry)
{
    const bool container = is_kind(v, entry, TC_OBJECT) || is_kind(v, entry, TC_ARRAY);
    lua_pushvalue(L, lua_upvalueindex(TC_UP_ITERATE));
    tc_cursor *const c = (tc_cursor *)(void *)push_copy(L, v, sizeof *c);
    c->view.entry = entry;
    c->next = container ? entry + 1 : 0;
    c->end = container ? next_entry(v, entry) : 0;
    c->index = 0;
    c->given = 0;
    c->collected = lua_gc(L, LUA_GCCOUNT, 0);
    lua_pushvalue(L, lua_upvalueindex(TC_UP_CURSOR_METATABLE));
    lua_setmetatable(L, -2);
    return 2;
}

static int iterate_over_path(lua_State *L, const char *function)
{
    tc_target t;
    resolve_container(L, &t, function);
    return push_iteration(L, &t.view, t.entry);
}

/* view:each(...) */
static int view_each(lua_State *L)
{
    return iterate_over_path(L, "each");
}

/* pairs(view) */
static int view_pairs(lua_State *L)
{
    lua_settop(L, 1);
    return iterate_over_path(L, "pairs");
}

/* ipairs(view), where Lua asks for it; elsewhere view_index serves it */
static int view_ipairs(lua_State *L)
{
    tc_target t;
    lua_settop(L, 1);
    resolve_container(L, &t, "ipairs");
    return push_iteration(L, &t.view, is_kind(&t.view, t.entry, TC_ARRAY) ? t.entry : 0);
}

/* view[1] is the first element, so that ipairs works; view.get is a method. */
static int view_index(lua_State *L)
{
    check_view(L, "index");
    lua_settop(L, 2);
    if (lua_type(L, 2) == LUA_TNUMBER)
        return view_get(L);
    lua_rawget(L, lua_upvalueindex(TC_UP_VIEW_METHODS));
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
