/*
** json_number.c - see json_number.h.
*/
#include "json_number.h"

#include "bytes.h"

static unsigned digit(char c, unsigned next)
{
    return tc_is_digit(c) ? next : TC_NUMBER_WRONG;
}

/* The first digit: no other follows a 0. */
static unsigned first_digit(char c)
{
    return c == '0' ? TC_NUMBER_ZERO : digit(c, TC_NUMBER_DIGITS);
}

static unsigned exponent_or_end(char c)
{
    return c == 'e' || c == 'E' ? TC_NUMBER_E : TC_NUMBER_END;
}

static unsigned point_or_end(char c)
{
    return c == '.' ? TC_NUMBER_POINT : exponent_or_end(c);
}

unsigned tc_number_step(unsigned part, char c)
{
    switch (part) {
    case TC_NUMBER_START:
        return c == '-' ? TC_NUMBER_MINUS : first_digit(c);
    case TC_NUMBER_MINUS:
        return first_digit(c);
    case TC_NUMBER_ZERO:
        return point_or_end(c);
    case TC_NUMBER_DIGITS:
        return tc_is_digit(c) ? TC_NUMBER_DIGITS : point_or_end(c);
    case TC_NUMBER_POINT:
        return digit(c, TC_NUMBER_FRACTION);
    case TC_NUMBER_FRACTION:
        return tc_is_digit(c) ? TC_NUMBER_FRACTION : exponent_or_end(c);
    case TC_NUMBER_E:
        return c == '+' || c == '-' ? TC_NUMBER_SIGN : digit(c, TC_NUMBER_EXPONENT);
    case TC_NUMBER_SIGN:
        return digit(c, TC_NUMBER_EXPONENT);
    default: /* TC_NUMBER_EXPONENT */
        return tc_is_digit(c) ? TC_NUMBER_EXPONENT : TC_NUMBER_END;
    }
}
