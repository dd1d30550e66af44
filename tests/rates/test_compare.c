// Quantile groups, comparison and trend against worked examples.
#include "near.h"

#include <rates/rates.h>

static void ties_take_the_least_rank_in_quantile_groups(void **state)
{
    (void)state;
    const double values[] = {5, 9, 9, 1, 7, 3, 8};
    const int32_t expected[] = {2, 1, 1, 3, 2, 3, 1};
    int32_t group[7];
    assert_int_equal(ig_quantile_groups(values, 7, 3, true, group), IG_OK);
    assert_memory_equal(group, expected, sizeof expected);
}

static void fewer_values_than_groups_have_none(void **state)
{
    (void)state;
    const double values[] = {5, NAN, 9};
    int32_t group[3] = {7, 7, 7};
    assert_int_equal(ig_quantile_groups(values, 3, 3, false, group), IG_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(group[i], 0);
}

static void touching_the_benchmark_is_similar(void **state)
{
    (void)state;
    assert_string_equal(ig_compare(10, 12, NAN, NAN, 10, IG_POLARITY_LOW), "similar");
    assert_string_equal(ig_compare(10.1, 12, NAN, NAN, 10, IG_POLARITY_LOW), "worse");
    assert_string_equal(ig_compare(10.1, 12, NAN, NAN, 10, IG_POLARITY_HIGH), "better");
    assert_string_equal(ig_compare(10.1, 12, NAN, NAN, 10, IG_POLARITY_NONE), "higher");
    assert_string_equal(ig_compare(7, 9, NAN, NAN, 10, IG_POLARITY_NONE), "lower");
    assert_string_equal(ig_compare(7, 9, 6, 9.9, 10, IG_POLARITY_LOW), "best");
    assert_string_equal(ig_compare(7, 9, 6, 10.1, 10, IG_POLARITY_LOW), "better");
    assert_string_equal(ig_compare(NAN, 9, NAN, NAN, 10, IG_POLARITY_LOW), "not compared");
}

static void five_rising_points_are_a_trend(void **state)
{
    (void)state;
    const double y[] = {20, 21, 22.4, 23.1, 25};
    double lower[5], upper[5];
    for (int i = 0; i < 5; i++) {
        lower[i] = y[i] - 1.5;
        upper[i] = y[i] + 1.5;
    }
    ig_trend_result t;
    assert_int_equal(ig_trend(y, lower, upper, 5, IG_POLARITY_LOW, &t), IG_OK);
    assert_near(t.slope, 1.21, 1e-12);
    assert_near(t.chi2, 24.998, 5e-4);
    assert_string_equal(t.trend, "increasing");
    assert_string_equal(t.judgement, "getting worse");
    assert_int_equal(ig_trend(y, lower, upper, 4, IG_POLARITY_LOW, &t), IG_OK);
    assert_string_equal(t.trend, "cannot be calculated");
    upper[2] = lower[2];
    assert_int_equal(ig_trend(y, lower, upper, 5, IG_POLARITY_LOW, &t), IG_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ties_take_the_least_rank_in_quantile_groups),
        cmocka_unit_test(fewer_values_than_groups_have_none),
        cmocka_unit_test(touching_the_benchmark_is_similar),
        cmocka_unit_test(five_rising_points_are_a_trend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
