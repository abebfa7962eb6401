/*
** lua_error.c - see lua_error.h.
*/
#include "lua_error.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "codes.h"
#include "log_line.h"
#include "lua_string.h"

/* ---- the one-line message ---- */

/* Lines up to this length are written without memory from Lua. */
enum { SMALL_LINE = 512 };

static tc_span span_at(lua_State *L, int index)
{
    tc_span span;
    span.bytes = lua_tolstring(L, index, &span.length);
    return span;
}

/* The strings of a line. Their bytes belong to Lua strings, which the stack or a table on it holds. */
typedef struct {
    tc_span code, message, request_id;
} tc_identity;

static void push_line(lua_State *L, const tc_identity *id)
{
    char small[SMALL_LINE];
    const size_t length = tc_log_line(&id->code, &id->message, &id->request_id, small, sizeof small);
    if (length <= sizeof small) {
        lua_pushlstring(L, small, length);
        return;
    }
    char *const large = (char *)lua_newuserdatauv(L, length, 0);
    tc_log_line(&id->code, &id->message, &id->request_id, large, length);
    lua_pushlstring(L, large, length);
    lua_remove(L, -2);
}

int tc_line(lua_State *L)
{
    for (int i = 1; i <= 3; ++i)
        tc_check_string(L, i, "line", NULL);
    const tc_identity id = {span_at(L, 1), span_at(L, 2), span_at(L, 3)};
    push_line(L, &id);
    return 1;
}

/* ---- the values of an error object ---- */

void tc_push_field(lua_State *L, const tc_envelope *e, tc_field field)
{
    if (field == TC_NO_FIELD) {
        lua_pushliteral(L, "");
    } else if (e->chunked) {
        const tc_text *const text = tc_envelope_text(e, field);
        lua_pushlstring(L, text->bytes, text->length);
    } else {
        const tc_capture *const c = tc_envelope_field(e, field);
        tc_push_text(L, e->scan.chunk + c->begin, (size_t)(c->end - c->begin), c->kind == TC_ESCAPED);
    }
}

/* The message of a failure that is not the API's: the reason, and its place if there is one. */
static void push_reason(lua_State *L, const tc_verdict *v)
{
    char place[32];
    const int length = snprintf(place, sizeof place, " at byte %" PRIu64, v->offset);
    luaL_Buffer b;
    if (v->offset == 0) {
        lua_pushstring(L, v->reason);
        return;
    }
    luaL_buffinit(L, &b);
    luaL_addstring(&b, v->reason);
    luaL_addlstring(&b, place, (size_t)length);
    luaL_pushresult(&b);
}

/* The kind of a failure, and its code unless it is the API's; by tc_outcome. */
static const struct {
    const char *kind, *code;
} outcomes[] = {
    {"", ""},
    {"api", ""},
    {"envelope", TC_CODE_INVALID_ENVELOPE},
    {"json", TC_CODE_PARSE_JSON},
    {"stream", TC_CODE_STREAM},
};

/* ---- the constant texts ---- */

/* Where the names of the fields that every error has, and the values of three of them, are in the shared table. */
enum {
    NAME_KIND = TC_ERROR_TEXTS,
    NAME_CODE,
    NAME_MESSAGE,
    NAME_REQUEST_ID,
    NAME_CATEGORY,
    NAME_RETRY,
    KINDS,
    CATEGORIES = KINDS + sizeof outcomes / sizeof *outcomes,
    RETRIES = CATEGORIES + TC_CATEGORY_COUNT,
    FIELDS = KINDS - NAME_KIND
};

static const char *const names[FIELDS] = {"kind", "code", "message", "request_id", "category", "retry"};

static void share(lua_State *L, int shared, int number, const char *text)
{
    lua_pushstring(L, text);
    lua_rawseti(L, shared, number);
}

void tc_share_error_texts(lua_State *L, int shared)
{
    for (int i = 0; i < FIELDS; ++i)
        share(L, shared, NAME_KIND + i, names[i]);
    for (int i = 0; KINDS + i < CATEGORIES; ++i)
        share(L, shared, KINDS + i, outcomes[i].kind);
    for (int i = 0; tc_categories[i] != NULL; ++i)
        share(L, shared, CATEGORIES + i, tc_categories[i]);
    for (int i = 0; tc_retries[i] != NULL; ++i)
        share(L, shared, RETRIES + i, tc_retries[i]);
}

/* ---- the error object ---- */

static bool is_text(tc_span span, const char *expected)
{
    return span.length == strlen(expected) && memcmp(span.bytes, expected, span.length) == 0;
}

/* Codes of ErrorMsg are numbers, of which two are documented. */
static tc_meaning meaning_of(const tc_verdict *v, tc_span code)
{
    if (v->code == TC_ERROR_MSG_CODE && (is_text(code, "4000") || is_text(code, "4001"))) {
        const tc_meaning server = {TC_CATEGORY_SERVER, TC_RETRY_IDEMPOTENT};
        return server;
    }
    return tc_code_meaning(code.bytes, code.length);
}

/*
** Sets a field of the error at err: its name and a string are on top, and popped. Returns the bytes, which the error
** holds.
*/
static tc_span set_string(lua_State *L, int err)
{
    const tc_span span = span_at(L, -1);
    lua_rawset(L, err);
    return span;
}

/* Sets code, message and request id. */
static tc_identity set_identity(lua_State *L, int err, const tc_envelope *e, const tc_verdict *v)
{
    const bool is_api = v->outcome == TC_API_ERROR;
    tc_identity id;
    tc_push_shared(L, NAME_CODE);
    if (is_api)
        tc_push_field(L, e, v->code);
    else
        lua_pushstring(L, outcomes[v->outcome].code);
    id.code = set_string(L, err);
    tc_push_shared(L, NAME_MESSAGE);
    if (is_api)
        tc_push_field(L, e, v->message);
    else
        push_reason(L, v);
    id.message = set_string(L, err);
    tc_push_shared(L, NAME_REQUEST_ID);
    tc_push_field(L, e, v->request_id);
    id.request_id = set_string(L, err);
    return id;
}

/* Sets a field of the error at err. The name and the text are numbers of the shared table. */
static void set_constant(lua_State *L, int err, int name, int text)
{
    tc_push_shared(L, name);
    tc_push_shared(L, text);
    lua_rawset(L, err);
}

/* Sets a field of the table at index to the value at another, unless that is 0. */
static void set_value(lua_State *L, int index, const char *name, int value)
{
    if (value == 0)
        return;
    lua_pushvalue(L, value);
    lua_setfield(L, index, name);
}

/* Sets the fields that not every error has; err is the index of its table. */
static void set_rare_fields(lua_State *L, int err, const tc_verdict *v, bool truncated)
{
    if (truncated) {
        lua_pushboolean(L, true);
        lua_setfield(L, err, "truncated");
    }
    if (v->outcome != TC_API_ERROR) {
        lua_pushstring(L, v->reason);
        lua_setfield(L, err, "reason");
    }
    if (v->outcome != TC_API_ERROR && v->offset != 0) {
        tc_push_integer(L, false, v->offset);
        lua_setfield(L, err, "offset");
    }
}

int tc_push_failure(lua_State *L, const tc_envelope *e, const tc_verdict *v, int details, int payload)
{
    luaL_checkstack(L, 16, NULL);
    lua_pushnil(L);
    lua_pushnil(L); /* the place of the line */
    lua_createtable(L, 0, FIELDS);
    const int err = lua_gettop(L);
    const tc_identity id = set_identity(L, err, e, v);
    const tc_meaning meaning = meaning_of(v, id.code);
    set_constant(L, err, NAME_KIND, KINDS + (int)v->outcome);
    set_constant(L, err, NAME_CATEGORY, CATEGORIES + (int)meaning.category);
    set_constant(L, err, NAME_RETRY, RETRIES + (int)meaning.retry);
    set_rare_fields(L, err, v, tc_envelope_truncated(e, v));
    set_value(L, err, "details", details);
    set_value(L, err, "payload", payload);
    tc_push_shared(L, TC_ERROR_MT);
    lua_setmetatable(L, err);
    push_line(L, &id);
    lua_replace(L, err - 1);
    return 3;
}
