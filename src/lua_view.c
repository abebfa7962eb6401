/*
** lua_view.c - see lua_view.h.
**
** A body is recorded in outline (json_tape.h); lua_path.c says what a step costs and why a finalizer may call anything.
*/
#include "lua_view.h"

#include "bytes.h"
#include "lua_details.h"
#include "lua_each.h"
#include "lua_error.h"
#include "lua_path.h"

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

/* Pushes a view of an entry of the body at that index, with the request id and what recording pushed on top. */
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
    if (verdict.outcome != TC_SUCCESS)
        return tc_push_recorded_failure(L, &e, &verdict);
    const uint32_t payload = tc_envelope_field(&e, TC_RESPONSE)->entry;
    tc_push_field(L, &e, verdict.request_id);
    push_root(L, 1, &e.scan, payload)->payload = payload;
    return 1;
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

/* Pushes the text of a value as it was sent. For a container, the body's table is at that index. */
static void push_raw(lua_State *L, tc_view v, int table)
{
    const tc_entry e = tc_entry_of(v);
    const char *begin, *end;
    if (tc_is_container(v)) {
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
    const tc_view v = tc_resolve(L, "get");
    lua_settop(L, 1); /* a long path and a deep value might not fit on the stack together */
    if (v.entry == 0)
        lua_pushnil(L);
    else
        tc_push_view_value(L, v);
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
        lua_remove(L, -2);
    }
}

/* view:at(...) */
static int view_at(lua_State *L)
{
    push_part(L, tc_resolve(L, "at"));
    return 1;
}

/* view:raw(...) */
static int view_raw(lua_State *L)
{
    const tc_view v = tc_resolve(L, "raw");
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
    const tc_view v = tc_resolve(L, "open");
    if (v.entry == 0 || tc_entry_is_null(tc_entry_of(v))) {
        lua_pushnil(L);
    } else if (tc_is_container(v)) {
        push_part(L, v);
    } else if (tc_is_kind(v, TC_STRING) || tc_is_kind(v, TC_ESCAPED)) {
        tc_push_view_value(L, v);
        return open_text(L);
    } else {
        push_raw(L, v, 0); /* a number or boolean: like its text, it is not an object */
        return open_text(L);
    }
    return 1;
}

static uint32_t count_members(lua_State *L, tc_view object)
{
    const uint32_t end = tc_next_entry(object, object.entry);
    uint32_t count = 0;
    lua_getiuservalue(L, 1, 1);
    tc_push_member_table(L, object, lua_gettop(L));
    const int members = lua_gettop(L);
    for (uint32_t name = object.entry + 1; name < end; name = tc_next_entry(object, name + 1)) {
        tc_push_value(L, &object.document->recorded, name);
        count += tc_member_counts(L, object, name, members);
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
    return count;
}

static void push_length(lua_State *L, tc_view v)
{
    if (tc_is_kind(v, TC_ARRAY))
        lua_pushinteger(L, (lua_Integer)tc_entry_length(tc_entry_of(v)));
    else if (tc_is_kind(v, TC_OBJECT))
        lua_pushinteger(L, (lua_Integer)count_members(L, v));
    else
        lua_pushnil(L);
}

/* view:len(...) */
static int view_len(lua_State *L)
{
    push_length(L, tc_resolve(L, "len"));
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
    const tc_view v = tc_resolve(L, "type");
    if (v.entry == 0)
        lua_pushnil(L);
    else
        lua_pushstring(L, type_name(tc_entry_of(v)));
    return 1;
}

/* view:request_id() */
static int view_request_id(lua_State *L)
{
    tc_check_view(L, "request_id");
    lua_getiuservalue(L, 1, 1);
    lua_getfield(L, -1, "request_id");
    return 1;
}

static int view_tostring(lua_State *L)
{
    lua_settop(L, 1);
    const tc_view v = tc_resolve(L, "tostring");
    push_length(L, v);
    if (lua_isnil(L, -1))
        lua_pushfstring(L, "tencentcloud.view: %s", type_name(tc_entry_of(v)));
    else
        lua_pushfstring(L, "tencentcloud.view: %s of %d", type_name(tc_entry_of(v)), (int)lua_tointeger(L, -1));
    return 1;
}

/* view:each(...) */
static int view_each(lua_State *L)
{
    return tc_push_iteration(L, tc_resolve(L, "each"));
}

/* pairs(view) */
static int view_pairs(lua_State *L)
{
    lua_settop(L, 1);
    return tc_push_iteration(L, tc_resolve(L, "pairs"));
}

/* ---- views like tables ---- */

/* Pushes what stands there: a view of an array or object, the value of anything else. */
static void push_member(lua_State *L, tc_view v)
{
    if (v.entry != 0 && !tc_is_container(v))
        tc_push_view_value(L, v);
    else
        push_part(L, v);
}

/* Raises for a name in lower case that leads nowhere: members begin in upper case, methods do not. */
static void check_name(lua_State *L)
{
    const char *const name = lua_tostring(L, 2);
    if (name[0] >= 'a' && name[0] <= 'z')
        luaL_error(L,
                   "a view has no method '%s' (it has at, each, get, len, open, raw, request_id, type), and there is "
                   "no member of that name",
                   name);
}

/* view.Name, view[1] and view.method */
static int view_index(lua_State *L)
{
    const int type = lua_type(L, 2);
    if (type == LUA_TSTRING) { /* before all else: every call of a method comes here */
        lua_pushvalue(L, 2);
        lua_rawget(L, lua_upvalueindex(TC_UP_CLASS));
        if (!lua_isnil(L, -1) && lua_tostring(L, 2)[0] != '_') /* metamethods are there, too */
            return 1;
    }
    lua_settop(L, 2);
    if (type != LUA_TSTRING && type != LUA_TNUMBER) {
        tc_check_view(L, "index");
        lua_pushnil(L);
        return 1;
    }
    const tc_view v = tc_resolve(L, "index");
    if (v.entry == 0 && type == LUA_TSTRING)
        check_name(L);
    push_member(L, v);
    return 1;
}

static int view_newindex(lua_State *L)
{
    tc_check_view(L, "newindex");
    return luaL_error(L, "a view is read-only: parse the body to get a table");
}

/* The function of ipairs(view): view, index -> the next index, what stands there. */
static int next_index(lua_State *L)
{
    const lua_Integer last = lua_tointeger(L, 2);
    lua_settop(L, 1);
    lua_pushinteger(L, last < (lua_Integer)TC_TAPE_TEXT_MAX ? last + 1 : last);
    const tc_view v = tc_resolve(L, "ipairs");
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
    tc_check_view(L, "ipairs");
    tc_push_sibling(L, next_index);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

const luaL_Reg tc_view_metamethods[] = {
    {"__index", view_index},   {"__newindex", view_newindex}, {"__len", view_length}, {"__pairs", view_pairs},
    {"__ipairs", view_ipairs}, {"__tostring", view_tostring}, {NULL, NULL},
};

const luaL_Reg tc_view_methods[] = {
    {"get", view_get},   {"at", view_at},   {"each", view_each}, {"len", view_len},
    {"open", view_open}, {"raw", view_raw}, {"type", view_type}, {"request_id", view_request_id},
    {NULL, NULL},
};
