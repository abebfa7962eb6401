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

/* Pushes the line for the strings at index (code), index + 1 (message) and index + 2 (request id). */
static void push_line(lua_State *L, int index)
{
    const tc_span code = span_at(L, index), message = span_at(L, index + 1), request_id = span_at(L, index + 2);
    char small[SMALL_LINE];
    const size_t length = tc_log_line(&code, &message, &request_id, small, sizeof small);
    if (length <= sizeof small) {
        lua_pushlstring(L, small, length);
        return;
    }
    char *const large = (char *)lua_newuserdatauv(L, length, 0);
    tc_log_line(&code, &message, &request_id, large, length);
    lua_pushlstring(L, large, length);
    lua_remove(L, -2);
}

int tc_line(lua_State *L)
{
    for (int i = 1; i <= 3; ++i)
        tc_check_string(L, i, "line", NULL);
    push_line(L, 1);
    return 1;
}

/* ---- the values of an error object ---- */

int tc_meaning_of(lua_State *L)
{
    size_t length;
    const char *const code = tc_check_string(L, 1, "describe", &length);
    const tc_meaning meaning = tc_code_meaning(code, length);
    lua_pushstring(L, tc_categories[meaning.category]);
    lua_pushstring(L, tc_retries[meaning.retry]);
    lua_pushstring(L, tc_code_description(code, length));
    return 3;
}

void tc_push_field(lua_State *L, const tc_envelope *e, tc_field field)
{
    if (field == TC_NO_FIELD) {
        lua_pushliteral(L, "");
    } else if (e->chunked) {
        const tc_text *const text = tc_envelope_text(e, field);
        lua_pushlstring(L, text->bytes, text->length);
    } else {
        const tc_capture *const c = &e->scan.captures[field];
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

/* Pushes code, message and request id. */
static void push_identity(lua_State *L, const tc_envelope *e, const tc_verdict *v)
{
    if (v->outcome == TC_API_ERROR) {
        tc_push_field(L, e, v->code);
        tc_push_field(L, e, v->message);
    } else {
        lua_pushstring(L, outcomes[v->outcome].code);
        push_reason(L, v);
    }
    tc_push_field(L, e, v->request_id);
}

static bool is_text(const char *text, size_t length, const char *expected)
{
    return length == strlen(expected) && memcmp(text, expected, length) == 0;
}

/* The code is at an index. Codes of ErrorMsg are numbers, of which two are documented. */
static tc_meaning meaning_of(lua_State *L, const tc_verdict *v, int code)
{
    size_t length;
    const char *const text = lua_tolstring(L, code, &length);
    if (v->code == TC_ERROR_MSG_CODE && (is_text(text, length, "4000") || is_text(text, length, "4001"))) {
        const tc_meaning server = {TC_CATEGORY_SERVER, TC_RETRY_IDEMPOTENT};
        return server;
    }
    return tc_code_meaning(text, length);
}

/* Sets a field of the table at index to a constant text. */
static void set_text(lua_State *L, int index, const char *name, const char *value)
{
    lua_pushstring(L, value);
    lua_setfield(L, index, name);
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
    if (v->outcome != TC_API_ERROR)
        set_text(L, err, "reason", v->reason);
    if (v->outcome != TC_API_ERROR && v->offset != 0) {
        tc_push_integer(L, false, v->offset);
        lua_setfield(L, err, "offset");
    }
}

/* Pops request id, message and code, into fields of the table at index, and sets the fields that depend on the code. */
static void set_identity(lua_State *L, int err, const tc_verdict *v)
{
    lua_setfield(L, err, "request_id");
    lua_setfield(L, err, "message");
    const tc_meaning meaning = meaning_of(L, v, -1);
    lua_setfield(L, err, "code");
    set_text(L, err, "category", tc_categories[meaning.category]);
    set_text(L, err, "retry", tc_retries[meaning.retry]);
}

int tc_push_failure(lua_State *L, const tc_envelope *e, const tc_verdict *v, int details, int payload)
{
    luaL_checkstack(L, 16, NULL);
    lua_pushnil(L);
    lua_pushnil(L); /* the place of the line */
    lua_createtable(L, 0, 6);
    const int err = lua_gettop(L);
    push_identity(L, e, v);
    push_line(L, err + 1);
    lua_replace(L, err - 1);
    set_identity(L, err, v);
    set_text(L, err, "kind", outcomes[v->outcome].kind);
    set_rare_fields(L, err, v, tc_envelope_truncated(e, v));
    set_value(L, err, "details", details);
    set_value(L, err, "payload", payload);
    tc_push_shared(L, TC_ERROR_MT);
    lua_setmetatable(L, err);
    return 3;
}
