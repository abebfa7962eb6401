/*
** internal.h - how the files of the module share functions, advise the compiler, and state invariants.
**
** TC_INTERNAL keeps a function out of the shared object's exports. It is part of the declaration because a rockspec
** cannot pass a compiler option.
*/
#ifndef TC_INTERNAL_H
#define TC_INTERNAL_H

#if defined(__GNUC__) && !defined(_WIN32)
#define TC_INTERNAL __attribute__((visibility("hidden")))
#else
#define TC_INTERNAL
#endif

/* What a compiler may be told about speed. */
#if defined(__GNUC__)
#define TC_ALWAYS_INLINE inline __attribute__((always_inline))
#define TC_NEVER_INLINE __attribute__((noinline))
#define TC_LIKELY(x) __builtin_expect(!!(x), 1)
#define TC_UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define TC_ALWAYS_INLINE inline
#define TC_NEVER_INLINE
#define TC_LIKELY(x) (x)
#define TC_UNLIKELY(x) (x)
#endif

/* Asserts what a comment calls an invariant. The tests' builds define TC_CHECKED; a release does not pay for it. */
#if defined(TC_CHECKED)
#include <assert.h>
#define TC_ASSERT(condition) assert(condition)
#else
#define TC_ASSERT(condition) ((void)0)
#endif

/* The same for what is known at compile time: an array of negative size is an error. */
#define TC_STATIC_ASSERT(name, condition) typedef char name[(condition) ? 1 : -1]

#endif
