// Rates and limits against figures worked by hand and printed in the methods' sources.
#include "near.h"

#include <rates/rates.h>

static void wilson_limits_of_12_of_80(void **state)
{
    (void)state;
    ig_rate r;
    assert_int_equal(ig_proportion(12, 80, 0.95, 1.0, &r), IG_OK);
    assert_near(r.value, 0.15, 1e-15);
    assert_near(r.lower, 0.087940, 5e-7);
    assert_near(r.upper, 0.244132, 5e-7);
    assert_string_equal(r.method, "Wilson");
}

static void nobody_of_20_has_lower_limit_exactly_0(void **state)
{
    (void)state;
    ig_rate r;
    assert_int_equal(ig_proportion(0, 20, 0.95, 100.0, &r), IG_OK);
    assert_near(r.lower, 0.0, 0.0);
    assert_near(r.upper, 16.1125, 5e-5);
    assert_int_equal(ig_proportion(20, 20, 0.95, 1.0, &r), IG_OK);
    assert_near(r.upper, 1.0, 0.0);
}

static void more_cases_than_people_are_refused_and_nobody_at_all_is_undefined(void **state)
{
    (void)state;
    ig_rate r = {.value = 42.0};
    assert_int_equal(ig_proportion(5, 4, 0.95, 1.0, &r), IG_EINVAL);
    assert_int_equal(ig_proportion(-1, 4, 0.95, 1.0, &r), IG_EINVAL);
    assert_near(r.value, 42.0, 0.0);
    assert_int_equal(ig_proportion(0, 0, 0.95, 1.0, &r), IG_OK);
    assert_true(isnan(r.value) && isnan(r.lower));
    assert_string_equal(r.reason, "undefined");
    assert_int_equal(ig_proportion(NAN, 7, 0.95, 1.0, &r), IG_OK);
    assert_string_equal(r.reason, "no data");
}

static void counts_under_10_have_exact_limits_and_others_byars(void **state)
{
    (void)state;
    double lower, upper;
    const char *method;
    assert_int_equal(ig_poisson_limits(4, 0.95, &lower, &upper, &method), IG_OK);
    assert_near(lower, 1.089865, 5e-7);
    assert_near(upper, 10.241589, 5e-7);
    assert_string_equal(method, "Exact");
    assert_int_equal(ig_poisson_limits(0, 0.95, &lower, &upper, &method), IG_OK);
    assert_near(lower, 0.0, 0.0);
    assert_near(upper, -log(0.025), 1e-12); // closed form: e^-U = .025
    assert_int_equal(ig_poisson_limits(25, 0.95, &lower, &upper, &method), IG_OK);
    assert_near(lower, 16.174266, 5e-7);
    assert_near(upper, 36.906451, 5e-7);
    assert_string_equal(method, "Byars");
}

static void a_rate_of_25_in_18000(void **state)
{
    (void)state;
    ig_rate r;
    assert_int_equal(ig_crude_rate(25, 18000, 0.95, 1e5, &r), IG_OK);
    assert_near(r.value, 138.889, 5e-4);
    assert_near(r.lower, 89.857, 5e-4);
    assert_near(r.upper, 205.036, 5e-4);
}

static void directly_standardised_rate_of_three_bands(void **state)
{
    (void)state;
    const double x[] = {6, 14, 40}, n[] = {4000, 5000, 2500}, w[] = {30000, 50000, 20000};
    ig_rate r;
    assert_int_equal(ig_direct_rate(x, n, w, NULL, 3, 0.95, 1e5, &r), IG_OK);
    assert_near(r.value, 505.0, 1e-9);
    assert_near(r.lower, 384.686, 5e-4);
    assert_near(r.upper, 650.847, 5e-4);
    const double few[] = {3, NAN, 6};
    assert_int_equal(ig_direct_rate(few, n, w, NULL, 3, 0.95, 1e5, &r), IG_OK);
    assert_string_equal(r.reason, "too few events");
    const double empty_band[] = {4000, 0, 2500};
    assert_int_equal(ig_direct_rate(x, empty_band, w, NULL, 3, 0.95, 1e5, &r), IG_EINVAL);
}

static void indirect_ratio_of_30_to_24_and_a_half(void **state)
{
    (void)state;
    ig_rate r;
    assert_int_equal(ig_indirect_ratio(30, 24.5, 0.95, 1.0, &r), IG_OK);
    assert_near(r.value, 1.22449, 5e-6);
    assert_near(r.lower, 0.82600, 5e-6);
    assert_near(r.upper, 1.74810, 5e-6);
    assert_int_equal(ig_indirect_ratio(30, 0, 0.95, 1.0, &r), IG_OK);
    assert_string_equal(r.reason, "undefined");
}

static void quantiles_agree_with_their_closed_forms(void **state)
{
    (void)state;
    assert_near(ig_chi_square_quantile(0.95, 2), -2.0 * log(0.05), 1e-11);      // exponential
    assert_near(ig_student_quantile(0.975, 1), tan(0.475 * acos(-1.0)), 1e-10); // Cauchy
    assert_near(ig_student_quantile(0.975, 2), 0.95 * sqrt(2.0 / (1.0 - 0.95 * 0.95)), 1e-11);
    assert_near(ig_student_quantile(0.025, 2), -ig_student_quantile(0.975, 2), 0.0);
    assert_true(isnan(ig_chi_square_quantile(1.0, 2)));
}

static void a_mean_of_one_value_has_no_limits(void **state)
{
    (void)state;
    const double values[] = {3.5, NAN};
    ig_rate r;
    assert_int_equal(ig_mean(values, 2, 0.95, &r), IG_OK);
    assert_near(r.value, 3.5, 0.0);
    assert_true(isnan(r.lower) && isnan(r.upper));
    const double two[] = {1.0, 3.0}; // mean 2, s.e. 1, t with 1 df
    assert_int_equal(ig_mean(two, 2, 0.95, &r), IG_OK);
    assert_near(r.upper, 2.0 + ig_student_quantile(0.975, 1), 1e-9);
}

static void life_tables_refuse_what_cannot_be(void **state)
{
    (void)state;
    double people[IG_LIFE_BANDS], deaths[IG_LIFE_BANDS];
    ig_rate out[IG_LIFE_BANDS];
    for (int i = 0; i < IG_LIFE_BANDS; i++) {
        people[i] = 250.0;
        deaths[i] = 5.0;
    }
    assert_int_equal(ig_life_expectancy(people, deaths, 0.95, out), IG_OK);
    assert_string_equal(out[0].reason, "too few people"); // 5,000 people in all
    people[3] = 3000.0;
    deaths[19] = 0.0;
    assert_int_equal(ig_life_expectancy(people, deaths, 0.95, out), IG_OK);
    assert_string_equal(out[0].reason, "undefined");
    deaths[4] = 251.0;
    assert_int_equal(ig_life_expectancy(people, deaths, 0.95, out), IG_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_limits_of_12_of_80),
        cmocka_unit_test(nobody_of_20_has_lower_limit_exactly_0),
        cmocka_unit_test(more_cases_than_people_are_refused_and_nobody_at_all_is_undefined),
        cmocka_unit_test(counts_under_10_have_exact_limits_and_others_byars),
        cmocka_unit_test(a_rate_of_25_in_18000),
        cmocka_unit_test(directly_standardised_rate_of_three_bands),
        cmocka_unit_test(indirect_ratio_of_30_to_24_and_a_half),
        cmocka_unit_test(quantiles_agree_with_their_closed_forms),
        cmocka_unit_test(a_mean_of_one_value_has_no_limits),
        cmocka_unit_test(life_tables_refuse_what_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
