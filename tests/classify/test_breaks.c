// Class limits by each method, on numbers that can be checked by hand.
#include "near.h"

#include <classify/classify.h>

static ig_breaks *classes_of(const double *values, size_t n, ig_class_method method, size_t classes)
{
    ig_breaks *b = NULL;
    assert_int_equal(ig_classify(values, n, method, classes, NULL, 0, &b), IG_OK);
    int64_t total = b->missing;
    for (size_t k = 0; k < b->classes; k++)
        total += b->count[k];
    assert_int_equal(total, n); // nothing is dropped
    return b;
}

static void assert_bounds(const ig_breaks *b, size_t n, const double *upper, const int64_t *count)
{
    assert_int_equal(b->classes, n);
    for (size_t k = 0; k < n; k++) {
        assert_near(b->upper[k], upper[k], 1e-12);
        if (count) assert_int_equal(b->count[k], count[k]);
        if (k) assert_near(b->lower[k], b->upper[k - 1], 0.0);
    }
}

static void quantile_limits_are_type_7(void **state)
{
    (void)state;
    const double v[] = {10, 1, 3, 2, 7}; // sorted 1 2 3 7 10: quarters at 2, 3, 7
    ig_breaks *b = classes_of(v, 5, IG_CLASS_QUANTILE, 4);
    assert_bounds(b, 4, (double[]){2, 3, 7, 10}, (int64_t[]){2, 1, 1, 1});
    assert_near(b->lower[0], 1.0, 0.0);
    assert_null(b->note);
    ig_breaks_free(b);
}

static void ties_merge_the_classes_they_empty(void **state)
{
    (void)state;
    const double v[] = {0, 0, 0, 0, 0, 0, 1, 2, 3, 4};
    ig_breaks *b = classes_of(v, 10, IG_CLASS_QUANTILE, 5); // limits 0, 0, .4, 2.2, 4
    assert_bounds(b, 3, (double[]){0, 2.2, 4}, (int64_t[]){6, 2, 2});
    assert_non_null(b->note);
    assert_non_null(strstr(b->note, "3 classes instead of 5"));
    ig_breaks_free(b);
}

static void equal_intervals_keep_their_empty_classes(void **state)
{
    (void)state;
    const double v[] = {0, 1, 2, 10};
    ig_breaks *b = classes_of(v, 4, IG_CLASS_EQUAL, 4);
    assert_bounds(b, 4, (double[]){2.5, 5, 7.5, 10}, (int64_t[]){3, 0, 0, 1});
    assert_near(b->within_ss, 2.0, 1e-12);
    ig_breaks_free(b);
}

static void deviations_stand_on_both_sides_of_the_mean(void **state)
{
    (void)state;
    const double v[] = {2, 4, 4, 4, 6, 4, 4, 4, 4, 4}; // mean 4, squares 8, sd sqrt(8/9)
    const double sd = sqrt(8.0 / 9.0);
    ig_breaks *b = classes_of(v, 10, IG_CLASS_SD, 3);
    assert_bounds(b, 3, (double[]){4 - sd, 4 + sd, 6}, (int64_t[]){1, 8, 1});
    ig_breaks_free(b);
    b = classes_of(v, 10, IG_CLASS_SD, 2);
    assert_bounds(b, 2, (double[]){4, 6}, (int64_t[]){9, 1});
    ig_breaks_free(b);
}

static void pretty_limits_are_round(void **state)
{
    (void)state;
    const double v[] = {0.13, 12, 37, 48.2};
    ig_breaks *b = classes_of(v, 4, IG_CLASS_PRETTY, 4);
    assert_bounds(b, 5, (double[]){10, 20, 30, 40, 50}, (int64_t[]){1, 1, 0, 1, 1});
    assert_near(b->lower[0], 0.0, 0.0);
    ig_breaks_free(b);
    const double small[] = {0.03, 0.11, 0.29, 0.3};
    b = classes_of(small, 4, IG_CLASS_PRETTY, 3);
    for (size_t k = 0; k < b->classes; k++) // written without dust: 0.3, not 0.30000000000000004
        assert_true(b->upper[k] == (double)(k + 1) / 10.0);
    ig_breaks_free(b);
    const double below[] = {-30, -12, -3};
    b = classes_of(below, 3, IG_CLASS_PRETTY, 3);
    assert_near(b->lower[0], -30.0, 0.0);
    assert_near(b->upper[b->classes - 1], 0.0, 0.0);
    ig_breaks_free(b);
}

static void pretty_holds_at_the_ends_of_doubles(void **state)
{
    (void)state;
    const double cases[][2] = {
        {1e16, 1e16 + 4}, {-1e308, 1e308}, {1e-310, 2e-310}, {1, 1 + 1e-15}, {-5e-324, 5e-324}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int m = IG_CLASS_QUANTILE; m < IG_CLASS_MANUAL; m++)
            ig_breaks_free(classes_of(cases[i], 2, (ig_class_method)m, 5));
}

static void head_tail_splits_while_the_head_is_small(void **state)
{
    (void)state;
    double v[1000];
    for (int i = 1; i <= 999; i++)
        v[i - 1] = pow(i, -2.0);
    ig_breaks *b = classes_of(v, 999, IG_CLASS_HEAD_TAIL, 4); // as published by mapclassify
    assert_int_equal(b->classes, 4);
    const int64_t first[] = {975, 21, 2, 1}, second[] = {980, 17, 1, 2};
    for (size_t k = 0; k < 4; k++)
        assert_int_equal(b->count[k], first[k]);
    ig_breaks_free(b);
    v[999] = 1.0;
    b = classes_of(v, 1000, IG_CLASS_HEAD_TAIL, 4);
    assert_int_equal(b->classes, 4);
    for (size_t k = 0; k < 4; k++)
        assert_int_equal(b->count[k], second[k]);
    ig_breaks_free(b);
}

static void manual_limits_get_a_class_for_what_lies_beyond(void **state)
{
    (void)state;
    const double v[] = {1, 5, 10, 11, 99, NAN}, limits[] = {0, 5, 10};
    ig_breaks *b = NULL;
    assert_int_equal(ig_classify(v, 6, IG_CLASS_MANUAL, 0, limits, 3, &b), IG_OK);
    assert_bounds(b, 4, (double[]){0, 5, 10, 99}, (int64_t[]){0, 2, 1, 2});
    assert_int_equal(b->missing, 1);
    ig_breaks_free(b);
    b = NULL;
    const double falling[] = {10, 5}, unknown[] = {1, NAN};
    assert_int_equal(ig_classify(v, 6, IG_CLASS_MANUAL, 0, falling, 2, &b), IG_EINVAL);
    assert_int_equal(ig_classify(v, 6, IG_CLASS_MANUAL, 0, unknown, 2, &b), IG_EINVAL);
    assert_int_equal(ig_classify(v, 6, IG_CLASS_MANUAL, 0, NULL, 0, &b), IG_EINVAL);
    assert_null(b);
}

static void few_different_values_give_few_classes(void **state)
{
    (void)state;
    const double v[] = {3, 7, 3, 7, 3, NAN};
    for (int m = IG_CLASS_QUANTILE; m <= IG_CLASS_FISHER_JENKS; m++) {
        ig_breaks *b = classes_of(v, 6, (ig_class_method)m, 5);
        assert_int_equal(b->classes, 2);
        assert_int_equal(b->count[0], 3);
        assert_int_equal(b->missing, 1);
        assert_non_null(b->note);
        ig_breaks_free(b);
    }
}

static void equal_values_are_one_class(void **state)
{
    (void)state;
    const double v[] = {4, 4, 4};
    for (int m = IG_CLASS_QUANTILE; m < IG_CLASS_MANUAL; m++) {
        ig_breaks *b = classes_of(v, 3, (ig_class_method)m, 5);
        assert_bounds(b, 1, (double[]){4}, (int64_t[]){3});
        assert_near(b->gvf, 1.0, 0.0);
        assert_non_null(strstr(b->note, m == IG_CLASS_HEAD_TAIL ? "1 class" : "equal"));
        ig_breaks_free(b);
    }
}

static void no_value_at_all_is_undefined(void **state)
{
    (void)state;
    const double v[] = {NAN, INFINITY};
    ig_breaks *b = NULL;
    assert_int_equal(ig_classify(v, 2, IG_CLASS_EQUAL, 5, NULL, 0, &b), IG_EUNDEFINED);
    assert_int_equal(ig_classify(NULL, 0, IG_CLASS_EQUAL, 5, NULL, 0, &b), IG_EUNDEFINED);
    assert_int_equal(ig_classify(v, 2, IG_CLASS_EQUAL, 0, NULL, 0, &b), IG_EINVAL);
    assert_null(b);
}

static void a_class_is_closed_on_the_right(void **state)
{
    (void)state;
    const double v[] = {0, 10, 20, 30};
    ig_breaks *b = classes_of(v, 4, IG_CLASS_EQUAL, 3);
    assert_int_equal(ig_breaks_class(b, 10), 0);
    assert_int_equal(ig_breaks_class(b, 10.001), 1);
    assert_int_equal(ig_breaks_class(b, 0), 0);
    assert_int_equal(ig_breaks_class(b, -5), 0);
    assert_int_equal(ig_breaks_class(b, 31), 2);
    assert_true(ig_breaks_class(b, NAN) == SIZE_MAX);
    ig_breaks_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantile_limits_are_type_7),
        cmocka_unit_test(ties_merge_the_classes_they_empty),
        cmocka_unit_test(equal_intervals_keep_their_empty_classes),
        cmocka_unit_test(deviations_stand_on_both_sides_of_the_mean),
        cmocka_unit_test(pretty_limits_are_round),
        cmocka_unit_test(pretty_holds_at_the_ends_of_doubles),
        cmocka_unit_test(head_tail_splits_while_the_head_is_small),
        cmocka_unit_test(manual_limits_get_a_class_for_what_lies_beyond),
        cmocka_unit_test(few_different_values_give_few_classes),
        cmocka_unit_test(equal_values_are_one_class),
        cmocka_unit_test(no_value_at_all_is_undefined),
        cmocka_unit_test(a_class_is_closed_on_the_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
