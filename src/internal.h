/*
** internal.h - what the files of the module share and its shared object does not export.
**
** A declaration and not a compiler option, for no rockspec can give one.
*/
#ifndef TC_INTERNAL_H
#define TC_INTERNAL_H

#if defined(__GNUC__)
#define TC_INTERNAL __attribute__((visibility("hidden")))
#else
#define TC_INTERNAL
#endif

#endif
