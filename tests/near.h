/// What the unit tests share: cmocka with its own needs, and a near-equality for doubles.
#ifndef ISOGAP_TESTS_NEAR_H
#define ISOGAP_TESTS_NEAR_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/// How many figures have been compared; the tests of published figures print it.
static size_t figures_compared __attribute__((unused));

/// Equal within an absolute tolerance; prints both numbers when not.
#define assert_near(actual, expected, tolerance)                                                   \
    do {                                                                                           \
        const double near_a = (actual), near_b = (expected);                                       \
        figures_compared++;                                                                        \
        if (!(fabs(near_a - near_b) <= (tolerance))) {                                             \
            print_error("%.17g is not %.17g within %g\n", near_a, near_b, (double)(tolerance));    \
            fail();                                                                                \
        }                                                                                          \
    } while (0)

#endif
