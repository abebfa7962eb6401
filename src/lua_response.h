/*
** lua_response.h - what scanners and streams have in common: a tc_response_scan in a userdata.
**
** All functions use the upvalues of the running function (lua_core.h). The userdata is at index 1.
*/
#ifndef TC_LUA_RESPONSE_H
#define TC_LUA_RESPONSE_H

#include "internal.h"
#include "lua_core.h"
#include "response_scan.h"

/* Bytes for each kept text before more are asked for: enough for all but long messages. The others start with none. */
enum { TC_CODE_CAPACITY = 96, TC_MESSAGE_CAPACITY = 224, TC_REQUEST_ID_CAPACITY = 64 };

/*
** The first member of a userdata. Invariant: between calls the scan points into no chunk, unless the user value holds
** the chunk. Its texts are in buffers, or, once they have outgrown them, in userdata that the user value, a table,
** holds under the number of the text.
*/
typedef struct {
    tc_response_scan scan;
    bool in_use;
    bool truncated; /* was a text of the last verdict cut? */
    bool has_table;
    char buffers[TC_CODE_CAPACITY + TC_MESSAGE_CAPACITY + TC_REQUEST_ID_CAPACITY];
} tc_lua_response;

/* Gives the texts of a new response their first memory. */
TC_INTERNAL void tc_give_buffers(tc_lua_response *r);

/* Makes it ready for a response. */
TC_INTERNAL void tc_reset_response(lua_State *L, tc_lua_response *r, tc_nature declared, size_t max_event);

/* tc_response_next, with as much memory as its texts ask for. */
TC_INTERNAL tc_read_status tc_read_on(lua_State *L, tc_lua_response *r);

/* Pushes the verdict and returns how many values it is; for tc_use. */
TC_INTERNAL int tc_push_verdict(lua_State *L);

#endif
