/*
** lua_parse.c - see lua_parse.h.
*/
#include "lua_parse.h"

#include "lua_details.h"
#include "lua_document.h"
#include "lua_error.h"
#include "lua_value.h"

int tc_check(lua_State *L)
{
    size_t length;
    const char *const body = tc_check_string(L, 1, "check", &length);
    tc_envelope e;
    const tc_verdict v = tc_judge(&e, TC_FORM_BODY, body, length, tc_get_options(L)->max_depth);
    if (v.outcome != TC_SUCCESS)
        return tc_push_failure(L, &e, &v, 0, 0);
    tc_push_field(L, &e, v.request_id);
    return 1;
}

/* What build pushes. */
typedef struct {
    const tc_recorded *recorded;
    uint32_t entry;
} tc_job;

static int build(lua_State *L)
{
    const tc_job *const job = (const tc_job *)lua_touserdata(L, 1);
    tc_push_value(L, job->recorded, job->entry);
    return 1;
}

/*
** Pushes a large value while the collector is stopped: none of it is garbage yet, and traversing it while it grows is
** wasted work (a sixth of the time at 1 MB). The collector runs again even if memory runs out on the way.
*/
static void push_without_collector(lua_State *L, const tc_recorded *d, uint32_t entry)
{
    tc_job job = {d, entry};
    luaL_checkstack(L, 3, NULL);
    lua_pushlightuserdata(L, &job);
    lua_gc(L, LUA_GCSTOP, 0);
    const int status = tc_protected_call(L, build, 1);
    lua_gc(L, LUA_GCRESTART, 0);
    if (status != 0)
        lua_error(L);
}

/*
** In Lua 5.1 and LuaJIT bodies longer than this are recorded in outline. Their lists are then read twice, a run at a
** time. That costs less than a tape as large as the body, because every allocation makes the collector work.
*/
enum { WHOLE_BODY = 32 * 1024 };

/* Stop the collector only for bodies at least this long, with at least this many values. */
enum { LENGTH_WORTH_STOPPING = 64 * 1024, ENTRIES_WORTH_STOPPING = 64 };

/*
** Does it pay to stop the collector for a body of this length, with this many entries on the tape? When it runs again
** it starts a cycle at once. That costs more than it saves if the heap is much larger than the body, or if the body
** consists of a few long texts, which give the collector next to nothing to traverse.
*/
static bool is_worth_stopping(lua_State *L, size_t length, uint32_t entries)
{
    const int heap = lua_gc(L, LUA_GCCOUNT, 0), kilobytes = (int)(length / 1024);
    return TC_STOP_PAYS && length >= LENGTH_WORTH_STOPPING && entries >= ENTRIES_WORTH_STOPPING &&
           heap / 32 <= kilobytes && tc_collector_runs(L);
}

int tc_parse(lua_State *L)
{
    size_t length;
    const char *const body = tc_check_string(L, 1, "parse", &length);
    tc_envelope e;
    tc_entry small[TC_SMALL_TAPE];
    const tc_verdict v = tc_record_body(L, &e, TC_FORM_BODY, body, length, small, !TC_STOP_PAYS && length > WHOLE_BODY);
    if (v.outcome != TC_SUCCESS)
        return tc_push_recorded_failure(L, &e, &v);
    const tc_recorded d = tc_recorded_by(&e.scan);
    const uint32_t payload = tc_envelope_field(&e, TC_RESPONSE)->entry;
    if (is_worth_stopping(L, length, e.scan.tape.count))
        push_without_collector(L, &d, payload);
    else
        tc_push_value(L, &d, payload);
    return 1;
}
