/*
** lua_number.c - see lua_number.h.
*/
#include "lua_number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bytes.h"

/* Later digits matter to the nearest double only in whether they are all zero. */
enum { DIGITS_THAT_MATTER = 770 };

/* An exponent beyond this gives 0 or infinity, whatever digits a body can hold. */
#define EXPONENT_LIMIT ((int64_t)1 << 40)

/* value = digits * 10^exponent, digits being text's digits without its point. */
typedef struct {
    bool negative;
    unsigned significant; /* digits in mantissa; more than fit there if over MANTISSA_DIGITS */
    uint64_t mantissa;    /* of the first MANTISSA_DIGITS digits */
    int64_t exponent;     /* of the last digit of all */
    const char *first;    /* first digit that is not 0 */
    const char *end;      /* after the last digit */
} tc_decimal;

/* 64 bits hold any number of 19 digits. */
enum { MANTISSA_DIGITS = 19 };

/* Adds the digits from p on; leading zeros do not count. */
static const char *add_digits(tc_decimal *d, const char *p, const char *end)
{
    for (; p < end && tc_is_digit(*p); ++p) {
        if (d->significant == 0) {
            if (*p == '0')
                continue;
            d->first = p;
        }
        if (++d->significant <= MANTISSA_DIGITS)
            d->mantissa = d->mantissa * 10 + (uint64_t)(*p - '0');
    }
    return p;
}

static int64_t read_exponent(const char *p, const char *end)
{
    const bool negative = *p == '-';
    int64_t exponent = 0;
    for (p += *p == '-' || *p == '+'; p < end; ++p)
        if (exponent < EXPONENT_LIMIT)
            exponent = exponent * 10 + (*p - '0');
    return negative ? -exponent : exponent;
}

static tc_decimal read_decimal(const char *text, size_t length)
{
    const char *const end = text + length;
    tc_decimal d = {*text == '-', 0, 0, 0, text, text};
    const char *p = add_digits(&d, text + d.negative, end);
    if (p < end && *p == '.') {
        const char *const fraction = p + 1;
        p = add_digits(&d, fraction, end);
        d.exponent = -(int64_t)(p - fraction);
    }
    d.end = p;
    if (p < end)
        d.exponent += read_exponent(p + 1, end);
    return d;
}

/*
** Both operands are exact, so the one multiplication or division rounds once (Clinger 1990). This needs a host that
** rounds directly to double.
*/
static bool fast_double(const tc_decimal *d, double *value)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (FLT_EVAL_METHOD != 0 || d->significant > MANTISSA_DIGITS || d->mantissa > (uint64_t)1 << 53)
        return false;
    if (d->exponent >= 0 && d->exponent <= 22)
        *value = (double)d->mantissa * powers[d->exponent];
    else if (d->exponent < 0 && d->exponent >= -22)
        *value = (double)d->mantissa / powers[-d->exponent];
    else
        return false;
    return true;
}

/*
** strtod rounds correctly but expects the current locale's decimal point, so it is given "<digits>e<exponent>", which
** has none.
*/
static double slow_double(const tc_decimal *d)
{
    char digits[DIGITS_THAT_MATTER + 32];
    int64_t exponent = d->exponent;
    size_t n = 0;
    bool rest = false;
    for (const char *p = d->first; p < d->end; ++p) {
        if (*p == '.')
            continue;
        if (n < DIGITS_THAT_MATTER) {
            digits[n++] = *p;
            continue;
        }
        rest |= *p != '0';
        ++exponent;
    }
    if (rest) { /* anything between this digit and the next */
        digits[n++] = '1';
        --exponent;
    }
    snprintf(digits + n, sizeof digits - n, "e%lld", (long long)exponent);
    return strtod(digits, NULL);
}

static double nearest_double(const tc_decimal *d)
{
    double value = 0;
    if (d->significant > 0 && !fast_double(d, &value))
        value = slow_double(d);
    return d->negative ? -value : value;
}

void tc_push_real_text(lua_State *L, const char *text, size_t length, bool exact)
{
    const tc_decimal d = read_decimal(text, length);
    const double value = nearest_double(&d);
    if (exact && isinf(value))
        lua_pushlstring(L, text, length);
    else
        lua_pushnumber(L, (lua_Number)value);
}

void tc_push_integer_text(lua_State *L, const char *text, size_t length, bool exact)
{
    const bool negative = *text == '-';
    const char *const end = text + length;
    uint64_t magnitude = 0;
    if (length - negative <= MANTISSA_DIGITS) {
        for (const char *p = text + negative; p < end; ++p)
            magnitude = magnitude * 10 + (uint64_t)(*p - '0');
        if (tc_integer_fits(negative, magnitude)) {
            tc_push_integer(L, negative, magnitude);
            return;
        }
    }
    if (exact)
        lua_pushlstring(L, text, length);
    else
        tc_push_real_text(L, text, length, false);
}
