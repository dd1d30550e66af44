// Memory that cannot be had, at each place in turn: a clean failure, and nothing left behind.
#include "near.h"

#include <core/inside.h>
#include <inequality/inequality.h>

static const double y[] = {30, 26, 22, 19, 15}, people[] = {5, 4, 3, 2, 1};
static const double se[] = {1, 1, 1, 1, 1};
static const size_t parent[] = {0, 0, 1, 1, 1};
static const ig_groups five = {.count = 5, .value = y, .population = people, .se = se};

static ig_status all(void)
{
    ig_estimate e, f;
    double a, b;
    ig_status status = ig_sii(&five, .95, &e);
    if (!status) status = ig_rii(&five, .95, &e);
    if (!status) status = ig_slope_intercept(&five, &a);
    if (!status) status = ig_slope_transformed(&five, IG_TRANSFORM_LOG, .95, &e, &f);
    if (!status) status = ig_concentration(&five, .95, &e, &f);
    if (!status) status = ig_erreygers(&five, 0, 100, .95, &e);
    if (!status) status = ig_wagstaff(&five, 0, 100, .95, &e);
    if (!status) status = ig_difference(&five, .95, &e);
    if (!status) status = ig_ratio_between(&five, 0, 1, .95, &e);
    if (!status) status = ig_par(&five, 4, false, 0, .95, &e);
    if (!status) status = ig_gini_groups(&five, .95, &e);
    if (!status) status = ig_gini(y, people, 5, &a);
    if (!status) status = ig_theil(&five, .95, &e);
    if (!status) status = ig_theil_split(&five, parent, 2, &a, &b);
    if (!status) status = ig_atkinson(&five, 2, .95, &e);
    if (!status) status = ig_bgv(&five, .95, &e);
    if (!status) status = ig_mean_difference(&five, 4, true, .95, &e);
    return status;
}

static void every_measure_fails_cleanly(void **state)
{
    (void)state;
    uint64_t n = 1;
    for (;; n++) {
        ig_alloc_fail_at(n);
        const ig_status status = all();
        ig_alloc_fail_at(0);
        if (!status) break;
        assert_int_equal(status, IG_EMEMORY);
    }
    assert_true(n > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_measure_fails_cleanly)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
