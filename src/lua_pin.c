/*
** lua_pin.c - see lua_pin.h.
**
** The linker has an option for it (-z nodelete), but no rockspec of the type builtin can give one. No library is
** linked for it: what has loaded a module has dlopen.
*/
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dladdr */
#endif

#include "lua_pin.h"

#include "lua_compat.h"

#if defined(__unix__) || defined(__APPLE__)
#include <dlfcn.h>
#endif

#if TC_UNLOADS_EARLY && defined(RTLD_NOLOAD) && defined(RTLD_NODELETE)

/* Found by its name and not loaded again: under that name there may be another file by now. */
void tc_pin(void)
{
    static const char here = 0;
    Dl_info object;
    if (dladdr(&here, &object) != 0)
        (void)dlopen(object.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

#else

void tc_pin(void)
{
}

#endif
