/*
** lua_pin.h - the shared object of this module stays in memory.
*/
#ifndef TC_LUA_PIN_H
#define TC_LUA_PIN_H

#include "internal.h"

/*
** Keeps the shared object that holds this code loaded until the process ends, on Lua 5.1 and LuaJIT: these unload it
** before they run the finalizers of what is older than its `require`, and those may still call it. Does nothing in a
** program that has the module linked in, or on a system that cannot tell.
*/
TC_INTERNAL void tc_pin(void);

#endif
