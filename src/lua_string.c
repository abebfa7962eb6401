/*
** lua_string.c - see lua_string.h.
*/
#include "lua_string.h"

#include <stdlib.h>

#include "bytes.h"
#include "json_unescape.h"

/* Texts with escapes up to this length are decoded on the C stack, longer ones on the heap. */
enum { SMALL_TEXT = 4096 };

/* Called in protected mode: the string of a tc_span. */
static int make_string(lua_State *L)
{
    const tc_span *const span = (const tc_span *)lua_touserdata(L, 1);
    lua_pushlstring(L, span->bytes, span->length);
    return 1;
}

/*
** Decodes in memory that is freed at once. As a userdata it would be garbage as large as the text, and LuaJIT's
** collector would take four times as long for it as everything else takes. No error can come between malloc and free.
*/
static void push_long(lua_State *L, const char *raw, size_t length)
{
    tc_unescape_state state = TC_UNESCAPE_START;
    tc_span span;
    lua_pushcfunction(L, make_string);
    lua_pushlightuserdata(L, &span);
    char *const decoded = (char *)malloc(length);
    if (decoded == NULL)
        luaL_error(L, "not enough memory");
    span.bytes = decoded;
    span.length = tc_unescape(&state, raw, length, decoded);
    const int status = lua_pcall(L, 1, 1, 0);
    free(decoded);
    if (status != 0)
        lua_error(L);
}

static void push_escaped(lua_State *L, const char *raw, size_t length)
{
    tc_unescape_state state = TC_UNESCAPE_START;
    char out[SMALL_TEXT];
    if (length <= SMALL_TEXT)
        lua_pushlstring(L, out, tc_unescape(&state, raw, length, out));
    else
        push_long(L, raw, length);
}

void tc_push_text(lua_State *L, const char *raw, size_t length, bool escaped)
{
    if (escaped)
        push_escaped(L, raw, length);
    else
        lua_pushlstring(L, raw, length);
}

/* ---- the cache ---- */

static const tc_slot new_slot = {{{NULL, 0, false}, {NULL, 0, false}}, 0, 0};

unsigned tc_cache_open(lua_State *L, tc_cache *c, bool enabled)
{
    c->slots[TC_NO_SLOT] = c->slots[TC_ROOT_SLOT] = new_slot;
    c->used = TC_FIRST_SLOT;
    c->first = 0;
    if (!enabled)
        return TC_NO_SLOT;
    c->first = lua_gettop(L) + 1;
    lua_settop(L, c->first - 1 + TC_CACHE_STACK);
    return TC_ROOT_SLOT;
}

void tc_cache_close(lua_State *L, tc_cache *c)
{
    if (c->first == 0)
        return;
    lua_replace(L, c->first);
    lua_settop(L, c->first);
}

const tc_slot *tc_cache_members(tc_cache *c, unsigned slot, uint32_t members)
{
    tc_slot *const s = &c->slots[slot];
    if (slot != TC_NO_SLOT && s->capacity == 0 && members <= TC_SLOT_COUNT - c->used) {
        s->members = (uint8_t)c->used;
        s->capacity = (uint8_t)members;
        for (; members > 0; --members)
            c->slots[c->used++] = new_slot;
    }
    TC_ASSERT(c->used <= TC_SLOT_COUNT && s->members + s->capacity <= TC_SLOT_COUNT);
    return s;
}

void tc_push_cached(lua_State *L, tc_cache *c, unsigned slot, int which, const char *text, tc_entry e)
{
    tc_slot *const s = &c->slots[slot];
    const char *const raw = text + tc_entry_offset(e);
    const int index = c->first + which * TC_SLOT_COUNT + (int)slot;
    TC_ASSERT(slot != TC_NO_SLOT && slot < c->used);
    const bool same = s->last[which].text != NULL && s->last[which].kind_and_length == (uint32_t)e &&
                      tc_same_bytes(s->last[which].text, raw, tc_entry_length(e));
    s->last[which].text = raw;
    s->last[which].kind_and_length = (uint32_t)e;
    if (same && s->last[which].cached) {
        lua_pushvalue(L, index);
        return;
    }
    tc_push_string(L, text, e);
    s->last[which].cached = same;
    if (same) {
        lua_pushvalue(L, -1);
        lua_replace(L, index);
    }
}
