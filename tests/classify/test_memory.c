// Memory that cannot be had, at each place in turn: a clean failure, and nothing left behind.
#include "near.h"

#include <classify/classify.h>
#include <core/inside.h>

static void every_method_fails_cleanly(void **state)
{
    (void)state;
    const double v[] = {1, 1, 1, 2, 2, 3, 9, 9, 40, NAN}, limits[] = {2, 9};
    for (int m = IG_CLASS_QUANTILE; m <= IG_CLASS_MANUAL; m++) {
        uint64_t n = 1;
        for (;; n++) {
            ig_breaks *b = NULL;
            ig_alloc_fail_at(n);
            const ig_status status = ig_classify(v, 10, (ig_class_method)m, 5, limits, 2, &b);
            ig_alloc_fail_at(0);
            ig_breaks_free(b);
            if (!status) break;
            assert_null(b);
            assert_int_equal(status, IG_EMEMORY);
        }
        assert_true(n > 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_method_fails_cleanly)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
