/*
** lua_details.c - see lua_details.h.
*/
#include "lua_details.h"

#include "lua_document.h"
#include "lua_error.h"
#include "lua_value.h"

/* ---- tables without some of their members ---- */

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

/* ---- a Response ---- */

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

/* ---- a body or event without a Response ---- */

/* How it has failed. */
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

/* ---- the failure ---- */

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
