/*
** lua_failure.c - see lua_failure.h.
*/
#include "lua_failure.h"

#include <stdio.h>
#include <string.h>

#include "codes.h"
#include "json_bytes.h"
#include "lua_value.h"

/* ---- the one-line message ---- */

/* Length of the control character or line separator at p (C0, DEL, C1, U+2028, U+2029), 0 if there is none. */
static size_t control_length(const char *p, const char *end)
{
    const unsigned char c = (unsigned char)*p;
    if (c < 0x20 || c == 0x7F)
        return 1;
    if (c == 0xC2 && end - p >= 2 && (unsigned char)p[1] < 0xA0)
        return 2;
    if (c == 0xE2 && end - p >= 3 && (unsigned char)p[1] == 0x80 && ((unsigned char)p[2] | 1) == 0xA9)
        return 3;
    return 0;
}

static unsigned control_code(const char *p, size_t length)
{
    const unsigned char last = (unsigned char)p[length - 1];
    return length == 3 ? 0x2000U | (last & 0x3FU) : last;
}

static void add_control(luaL_Buffer *b, unsigned code)
{
    char escape[8];
    switch (code) {
    case '\n':
        luaL_addlstring(b, "\\n", 2);
        break;
    case '\r':
        luaL_addlstring(b, "\\r", 2);
        break;
    case '\t':
        luaL_addlstring(b, "\\t", 2);
        break;
    default:
        snprintf(escape, sizeof escape, "\\u%04X", code);
        luaL_addlstring(b, escape, 6);
        break;
    }
}

/* The next byte that may begin a control: DEL is a plain byte of JSON. */
static const char *find_suspect(tc_window *w, const char *text, const char *p, const char *end)
{
    const char *const suspect = tc_plain_end(w, text, p, end);
    const char *const del = memchr(p, 0x7F, (size_t)(suspect - p));
    return del != NULL ? del : suspect;
}

/* Adds text, whose controls are escaped. */
static void add_line(luaL_Buffer *b, const char *text, size_t length)
{
    const char *const end = text + length;
    const char *run = text, *p = text;
    tc_window w = tc_first_window(text, end);
    while ((p = find_suspect(&w, text, p, end)) < end) {
        const size_t control = control_length(p, end);
        if (control == 0) {
            ++p;
            continue;
        }
        luaL_addlstring(b, run, (size_t)(p - run));
        add_control(b, control_code(p, control));
        run = p += control;
    }
    luaL_addlstring(b, run, (size_t)(end - run));
}

/* Pushes the line for the strings at index, index + 1 and index + 2. */
static void push_line(lua_State *L, int index)
{
    size_t code_length, message_length, id_length;
    const char *const code = lua_tolstring(L, index, &code_length);
    const char *const message = lua_tolstring(L, index + 1, &message_length);
    const char *const id = lua_tolstring(L, index + 2, &id_length);
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    add_line(&b, code, code_length);
    if (message_length > 0) {
        luaL_addlstring(&b, ": ", 2);
        add_line(&b, message, message_length);
    }
    if (id_length > 0) {
        luaL_addlstring(&b, " (RequestId: ", 13);
        add_line(&b, id, id_length);
        luaL_addlstring(&b, ")", 1);
    }
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
    lua_pushstring(L, tc_category_text(meaning.category));
    lua_pushstring(L, tc_retry_text(meaning.retry));
    lua_pushstring(L, meaning.description);
    return 3;
}

void tc_push_field(lua_State *L, const tc_envelope *e, const tc_field *field)
{
    if (field->kind != TC_TEXT)
        lua_pushliteral(L, "");
    else if (e->chunked)
        lua_pushlstring(L, field->text, field->length);
    else
        tc_push_text(L, e->scan.chunk + field->begin, field->length, field->escaped);
}

/* Of what is no API failure: the reason and its place are the message. */
static void push_reason(lua_State *L, const tc_verdict *v)
{
    char place[32];
    const int length = snprintf(place, sizeof place, " at byte %zu", v->offset);
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    luaL_addstring(&b, v->reason);
    luaL_addlstring(&b, place, (size_t)length);
    luaL_pushresult(&b);
}

static const char *kind_text(tc_outcome outcome)
{
    return outcome == TC_API_ERROR ? "api" : outcome == TC_NOT_ENVELOPE ? "envelope" : "json";
}

static void push_value_or_nil(lua_State *L, int index)
{
    if (index == 0)
        lua_pushnil(L);
    else
        lua_pushvalue(L, index);
}

/* Pushes code, message and request id. */
static void push_identity(lua_State *L, const tc_envelope *e, const tc_verdict *v)
{
    if (v->outcome == TC_API_ERROR) {
        tc_push_field(L, e, v->code);
        tc_push_field(L, e, v->message);
    } else {
        lua_pushstring(L, v->outcome == TC_NOT_JSON ? TC_CODE_PARSE_JSON : TC_CODE_INVALID_ENVELOPE);
        push_reason(L, v);
    }
    tc_push_field(L, e, v->request_id);
}

int tc_push_failure(lua_State *L, const tc_envelope *e, const tc_verdict *v, int details, int payload)
{
    size_t length;
    luaL_checkstack(L, 24, NULL);
    lua_pushnil(L);
    const int identity = lua_gettop(L) + 1;
    push_identity(L, e, v);
    push_line(L, identity);
    lua_insert(L, identity);

    lua_pushvalue(L, lua_upvalueindex(TC_UP_NEW_ERROR));
    lua_insert(L, identity + 1);
    lua_pushstring(L, kind_text(v->outcome));
    lua_insert(L, identity + 2);
    const char *const code = lua_tolstring(L, identity + 3, &length);
    const tc_meaning meaning = tc_code_meaning(code, length);
    lua_pushstring(L, tc_category_text(meaning.category));
    lua_pushstring(L, tc_retry_text(meaning.retry));
    if (v->outcome == TC_API_ERROR) {
        lua_pushnil(L);
        lua_pushnil(L);
    } else {
        lua_pushstring(L, v->reason);
        lua_pushinteger(L, (lua_Integer)v->offset);
    }
    if (tc_verdict_truncated(v))
        lua_pushboolean(L, true);
    else
        lua_pushnil(L);
    push_value_or_nil(L, details);
    push_value_or_nil(L, payload);
    lua_call(L, 11, 1);
    return 3;
}
