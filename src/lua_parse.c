/*
** lua_parse.c - parse and check: a whole body at once.
*/
#include "lua_parse.h"

/* ---- what else a failed body holds ---- */

/* How many members an object has other than those that are reported in another way. */
static uint32_t other_members(const tc_envelope *e, tc_field object, uint32_t reported)
{
    return tc_entry_length(e->scan.tape.entries[tc_envelope_field(e, object)->entry]) - reported;
}

/* Takes a member out of the table on top. */
static void drop(lua_State *L, const char *name)
{
    lua_pushstring(L, name);
    lua_pushnil(L);
    lua_rawset(L, -3);
}

static bool is_empty(lua_State *L)
{
    lua_pushnil(L);
    if (lua_next(L, -2) == 0)
        return true;
    lua_pop(L, 2);
    return false;
}

/* Replaces an empty table on top by nil. */
static void nil_if_empty(lua_State *L)
{
    if (is_empty(L)) {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
}

/* Pushes the other members of Error, or all of it if it is malformed; nil if there is nothing. */
static void push_details(lua_State *L, const tc_recorded *d, const tc_envelope *e, const tc_verdict *v)
{
    const bool has_message = v->message != TC_NO_FIELD;
    if (!tc_envelope_has(e, TC_ERROR)) {
        lua_pushnil(L);
    } else if (v->outcome != TC_API_ERROR) {
        tc_push_value(L, d, tc_envelope_field(e, TC_ERROR)->entry);
    } else if (other_members(e, TC_ERROR, 1U + has_message) == 0) {
        lua_pushnil(L);
    } else {
        tc_push_value(L, d, tc_envelope_field(e, TC_ERROR)->entry);
        drop(L, "Code");
        if (has_message)
            drop(L, "Message");
        nil_if_empty(L);
    }
}

/* Pushes the members of Response other than Error and RequestId; nil if there are none. */
static void push_payload(lua_State *L, const tc_recorded *d, const tc_envelope *e, const tc_verdict *v)
{
    const bool has_id = v->request_id != TC_NO_FIELD;
    if (!tc_envelope_is_kind(e, TC_RESPONSE, TC_OBJECT) || other_members(e, TC_RESPONSE, 1U + has_id) == 0) {
        lua_pushnil(L);
        return;
    }
    tc_push_value(L, d, tc_envelope_field(e, TC_RESPONSE)->entry);
    drop(L, "Error");
    if (has_id)
        drop(L, "RequestId");
    nil_if_empty(L);
}

/* How a body or event without a Response has failed. */
typedef struct {
    const char *member;  /* the one that says so */
    const char *message; /* the name of its message */
    tc_field object;     /* the member, if code and message are inside it; TC_NO_FIELD if they are beside it */
} failing;

static failing failing_member(const tc_envelope *e, const tc_verdict *v)
{
    static const failing error = {"Error", "Message", TC_TOP_ERROR}, error_msg = {"ErrorMsg", "Msg", TC_ERROR_MSG},
                         error_code = {"ErrorCode", "ErrorMessage", TC_NO_FIELD},
                         legacy = {"code", "message", TC_NO_FIELD};
    if (v->code == TC_ERROR_CODE)
        return error_code;
    if (v->code == TC_LEGACY_CODE || v->code == TC_LEGACY_DESCRIPTION)
        return legacy;
    const bool has_error = tc_envelope_has(e, TC_TOP_ERROR) && !tc_envelope_is_null(e, TC_TOP_ERROR);
    return has_error ? error : error_msg;
}

/* Pushes the failing member without code and message, or all of it if it is malformed; nil if there is nothing. */
static void push_bare_details(lua_State *L, const tc_recorded *d, const tc_envelope *e, const tc_verdict *v, failing f)
{
    if (f.object == TC_NO_FIELD) {
        lua_pushnil(L);
        return;
    }
    tc_push_value(L, d, tc_envelope_field(e, f.object)->entry);
    if (v->outcome != TC_API_ERROR)
        return;
    drop(L, "Code");
    if (v->message != TC_NO_FIELD)
        drop(L, f.message);
    nil_if_empty(L);
}

/* Pushes the members that the error object does not report; nil if there are none. */
static void push_bare_payload(lua_State *L, const tc_recorded *d, const tc_envelope *e, const tc_verdict *v, failing f)
{
    const bool is_legacy = v->code == TC_LEGACY_CODE || v->code == TC_LEGACY_DESCRIPTION;
    tc_push_value(L, d, tc_envelope_field(e, TC_BODY)->entry);
    drop(L, f.member);
    if (is_legacy && tc_envelope_is_string(e, TC_LEGACY_DESCRIPTION))
        drop(L, "codeDesc");
    if (f.object == TC_NO_FIELD && v->message != TC_NO_FIELD)
        drop(L, f.message);
    if (v->request_id != TC_NO_FIELD)
        drop(L, "RequestId");
    nil_if_empty(L);
}

int tc_push_recorded_failure(lua_State *L, const tc_envelope *e, const tc_verdict *v)
{
    if (v->outcome == TC_NOT_JSON)
        return tc_push_failure(L, e, v, 0, 0);
    const tc_recorded d = tc_recorded_by(&e->scan);
    const bool is_bare =
        !tc_envelope_is_kind(e, TC_RESPONSE, TC_OBJECT) && (e->form == TC_FORM_EVENT || v->outcome == TC_API_ERROR);
    const int details = lua_gettop(L) + 1;
    if (is_bare) {
        const failing f = failing_member(e, v);
        push_bare_details(L, &d, e, v, f);
        push_bare_payload(L, &d, e, v, f);
    } else {
        push_details(L, &d, e, v);
        push_payload(L, &d, e, v);
    }
    return tc_push_failure(L, e, v, details, details + 1);
}

/* ---- the functions ---- */

/* Stop the collector only for bodies at least this long, with at least this many values. */
enum { LENGTH_WORTH_STOPPING = 64 * 1024, ENTRIES_WORTH_STOPPING = 64 };

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
