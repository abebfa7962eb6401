/*
** lua_cjson.c - see lua_cjson.h.
**
** lua-cjson writes numbers with 14 digits, and may not recognise an empty array or our null. It writes any other value
** exactly, and faster than Lua code that must look at each value.
*/
#include "lua_cjson.h"

#include <locale.h>
#include <stdint.h>

/* Deeper values are walked from Lua, which needs no C stack for it. */
enum { MAX_DEPTH = 64 };

typedef struct {
    int null, array_mt; /* indexes */
    bool point;         /* does the locale write 0.5 with a point? */
} tc_encoding;

/* Is the number within 14 digits, without its fraction? NaN is not. */
static bool is_small(double number)
{
    return number > -1e14 && number < 1e14;
}

/* Needs a small number. */
static bool is_integral(double number)
{
    return (double)(int64_t)number == number;
}

/*
** Does %.14g give a text that reads back as this number? It does if the number is the double nearest to m / 10^k, where
** m has up to 14 digits. Both operands of the division are exact, so it rounds once, to that double (Clinger 1990). On
** a host with more precise registers the comparison fails more often than it has to, which costs time only.
*/
static bool is_exact_number(double number, bool point)
{
    double power = 1;
    if (!is_small(number))
        return false;
    if (is_integral(number))
        return true;
    for (int k = 1; point && k <= 14; ++k) {
        power *= 10;
        const double product = number * power + (number < 0 ? -0.5 : 0.5);
        if (!is_small(product))
            return false;
        if ((double)(int64_t)product / power == number)
            return true;
    }
    return false;
}

static bool is_exact(lua_State *L, const tc_encoding *e, int depth);

/* Is the table on top an object, or an array 1 .. n, with exact members or elements? */
static bool is_exact_table(lua_State *L, const tc_encoding *e, int depth)
{
    double elements = 0, last = 0;
    size_t members = 0;
    if (depth == MAX_DEPTH)
        return false;
    luaL_checkstack(L, 6, NULL);
    const bool has_metatable = lua_getmetatable(L, -1) != 0;
    bool exact = !has_metatable || lua_rawequal(L, -1, e->array_mt);
    if (has_metatable)
        lua_pop(L, 1);
    if (!exact)
        return false;
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TNUMBER) {
            const double index = (double)lua_tonumber(L, -2);
            exact = is_small(index) && is_integral(index) && index >= 1;
            last = index > last ? index : last;
            ++elements;
        } else {
            exact = lua_type(L, -2) == LUA_TSTRING;
            ++members;
        }
        if (!exact || !is_exact(L, e, depth + 1)) {
            lua_pop(L, 2);
            return false;
        }
    }
    if (has_metatable && elements == 0)
        return false;
    return last == elements && (elements == 0 || members == 0);
}

/* Would lua-cjson write the value on top exactly? */
static bool is_exact(lua_State *L, const tc_encoding *e, int depth)
{
    const bool null = lua_rawequal(L, -1, e->null);
    switch (lua_type(L, -1)) {
    case LUA_TSTRING:
    case LUA_TBOOLEAN:
        return !null;
    case LUA_TNUMBER:
        return !null && is_exact_number((double)lua_tonumber(L, -1), e->point);
    case LUA_TLIGHTUSERDATA:
        return lua_touserdata(L, -1) == NULL;
    case LUA_TTABLE:
        return !null && is_exact_table(L, e, depth);
    default:
        return false;
    }
}

int tc_cjson_is_exact(lua_State *L)
{
    const struct lconv *const locale = localeconv();
    const tc_encoding e = {2, 3, locale->decimal_point[0] == '.'};
    lua_settop(L, 3);
    lua_pushvalue(L, 1);
    lua_pushboolean(L, is_exact(L, &e, 0));
    return 1;
}
