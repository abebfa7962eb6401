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
