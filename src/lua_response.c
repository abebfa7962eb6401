/*
** lua_response.c - see lua_response.h.
*/
#include "lua_response.h"

#include <string.h>

#include "lua_error.h"

/* What a text without memory gets first. */
enum { FIRST_CAPACITY = 2 * TC_FIELD_MIN };

void tc_give_buffers(tc_lua_response *r)
{
    static const size_t capacities[TC_TEXTS] = {TC_CODE_CAPACITY, TC_MESSAGE_CAPACITY, TC_REQUEST_ID_CAPACITY};
    char *buffer = r->buffers;
    r->in_use = r->has_table = false;
    for (int i = 0; i < TC_TEXTS; ++i) {
        r->scan.envelope.texts[i].bytes = buffer;
        r->scan.envelope.texts[i].capacity = capacities[i];
        buffer += capacities[i];
    }
}

void tc_reset_response(lua_State *L, tc_lua_response *r, tc_nature declared, size_t max_event)
{
    const tc_options *const options = tc_get_options(L);
    const tc_response_settings settings = {options->max_depth, options->max_field, max_event, declared};
    tc_response_init(&r->scan, &settings);
    r->truncated = false;
}

/* Gives the text that is full twice its capacity, or all that its limit allows. */
static int enlarge_full(lua_State *L)
{
    tc_lua_response *const r = (tc_lua_response *)lua_touserdata(L, 1);
    tc_text *const full = r->scan.envelope.full;
    const size_t max = r->scan.envelope.max_field + TC_TEXT_SLACK;
    const size_t wanted = full->capacity == 0 ? FIRST_CAPACITY : 2 * full->capacity;
    const size_t capacity = wanted < max ? wanted : max;
    if (!r->has_table) {
        lua_newtable(L);
        lua_setiuservalue(L, 1, 1);
        r->has_table = true;
    }
    lua_getiuservalue(L, 1, 1);
    char *const bytes = (char *)lua_newuserdatauv(L, capacity, 0);
    memcpy(bytes, full->bytes, full->length);
    lua_rawseti(L, -2, (int)(full - r->scan.envelope.texts) + 1);
    full->bytes = bytes;
    full->capacity = capacity;
    return 0;
}

tc_read_status tc_read_on(lua_State *L, tc_lua_response *r)
{
    tc_read_status status;
    while ((status = tc_response_next(&r->scan)) == TC_READ_FULL)
        tc_use(L, &r->in_use, enlarge_full);
    return status;
}

int tc_push_verdict(lua_State *L)
{
    tc_lua_response *const r = (tc_lua_response *)lua_touserdata(L, 1);
    const tc_envelope *const e = &r->scan.envelope;
    const tc_verdict v = tc_response_finish(&r->scan);
    r->truncated = tc_envelope_truncated(e, &v);
    if (v.outcome != TC_SUCCESS)
        return tc_push_failure(L, e, &v, 0, 0);
    tc_push_field(L, e, v.request_id);
    return 1;
}

/* ---- options ---- */

static bool is_among(const char *name, const char *const *names)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        ++names;
    return *names != NULL;
}

void tc_check_options(lua_State *L, const char *function, const char *const *names)
{
    if (lua_isnoneornil(L, 1))
        return;
    if (!lua_istable(L, 1))
        tc_argument_error(L, 1, 1, function, "table or nil");
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "bad argument #1 to '%s' (a name of an option expected, got %s)", function,
                       luaL_typename(L, -2));
        if (!is_among(lua_tostring(L, -2), names))
            luaL_error(L, "bad argument #1 to '%s' (unknown option '%s')", function, lua_tostring(L, -2));
    }
}

void tc_push_option(lua_State *L, const char *name)
{
    if (lua_istable(L, 1)) {
        lua_pushstring(L, name);
        lua_rawget(L, 1);
    } else {
        lua_pushnil(L);
    }
}

int tc_option_error(lua_State *L, const char *function, const char *name, const char *expected)
{
    return luaL_error(L, "bad argument #1 to '%s' (option '%s': %s expected, got %s)", function, name, expected,
                      lua_type(L, -1) == LUA_TNUMBER ? lua_tostring(L, -1) : luaL_typename(L, -1));
}
