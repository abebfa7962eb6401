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

static void add_control(luaL_Buffer *b, const char *p, size_t length)
{
    const unsigned char last = (unsigned char)p[length - 1];
    char escape[8];
    if (last == '\n' || last == '\r' || last == '\t')
        snprintf(escape, sizeof escape, "\\%c", last == '\n' ? 'n' : last == '\r' ? 'r' : 't');
    else
        snprintf(escape, sizeof escape, "\\u%04X", length == 3 ? 0x2000U | (last & 0x3FU) : last);
    luaL_addstring(b, escape);
}

/* Adds text, its controls escaped. */
static void add_escaped(luaL_Buffer *b, const char *text, size_t length)
{
    const char *const end = text + length;
    const char *control;
    size_t control_bytes;
    while ((control = tc_find_control(text, end, &control_bytes)) < end) {
        luaL_addlstring(b, text, (size_t)(control - text));
        add_control(b, control, control_bytes);
        text = control + control_bytes;
    }
    luaL_addlstring(b, text, (size_t)(end - text));
}

/* The parts of a line, in turn: texts from outside and what stands around them. */
typedef struct {
    const char *text;
    size_t length;
} tc_part;

enum { PARTS = 6, SMALL_LINE = 512 };

/* Puts the parts together at out if they are short and without controls, as nearly always. Returns the length, or 0. */
static size_t join(const tc_part *parts, char *out)
{
    size_t length = 0, control_bytes;
    for (int i = 0; i < PARTS; ++i) {
        if (parts[i].length > SMALL_LINE - length)
            return 0;
        memcpy(out + length, parts[i].text, parts[i].length);
        length += parts[i].length;
    }
    return tc_find_control(out, out + length, &control_bytes) == out + length ? length : 0;
}

/* Pushes the line for the strings at index (code), index + 1 (message) and index + 2 (request id). */
static void push_line(lua_State *L, int index)
{
    tc_part parts[PARTS] = {{NULL, 0}, {": ", 2}, {NULL, 0}, {" (RequestId: ", 13}, {NULL, 0}, {")", 1}};
    char line[SMALL_LINE];
    for (int i = 0; i < 3; ++i)
        parts[2 * i].text = lua_tolstring(L, index + i, &parts[2 * i].length);
    if (parts[2].length == 0)
        parts[1].length = 0;
    if (parts[4].length == 0)
        parts[3].length = parts[5].length = 0;
    const size_t length = join(parts, line);
    if (length > 0) {
        lua_pushlstring(L, line, length);
        return;
    }
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    for (int i = 0; i < PARTS; ++i)
        add_escaped(&b, parts[i].text, parts[i].length);
    luaL_pushresult(&b);
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

/* The message of other failures than the API's: the reason and its place, if it has one. */
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

static void push_value_or_nil(lua_State *L, int index)
{
    if (index == 0)
        lua_pushnil(L);
    else
        lua_pushvalue(L, index);
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

int tc_push_failure(lua_State *L, const tc_envelope *e, const tc_verdict *v, int details, int payload)
{
    const bool truncated = tc_envelope_truncated(e, v);
    luaL_checkstack(L, 24, NULL);
    lua_pushnil(L);
    lua_pushnil(L);
    tc_push_shared(L, TC_NEW_ERROR);
    const int new_error = lua_gettop(L), identity = new_error + 2;
    lua_pushstring(L, outcomes[v->outcome].kind);
    push_identity(L, e, v);
    const tc_meaning meaning = meaning_of(L, v, identity);
    lua_pushstring(L, tc_categories[meaning.category]);
    lua_pushstring(L, tc_retries[meaning.retry]);
    if (v->outcome != TC_API_ERROR || details != 0 || truncated) {
        lua_pushstring(L, v->reason);
        if (v->offset == 0)
            lua_pushnil(L);
        else
            tc_push_integer(L, false, v->offset);
        lua_pushboolean(L, truncated);
        push_value_or_nil(L, details);
        push_value_or_nil(L, payload);
    }
    push_line(L, identity); /* while its strings are at hand */
    lua_replace(L, new_error - 1);
    lua_call(L, lua_gettop(L) - new_error, 1);
    tc_push_shared(L, TC_ERROR_MT);
    lua_setmetatable(L, -2);
    return 3;
}
