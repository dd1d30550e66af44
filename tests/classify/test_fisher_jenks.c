// Natural breaks against the plain dynamic programme, which looks at every start of every class.
#include "near.h"

#include <classify/classify.h>
#include <stdlib.h>

static int rising(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/// Least within-class sum of squares in exactly `classes` classes that never split equal values.
static double slow_least(const double *values, size_t n, size_t classes)
{
    enum { MOST = 64 };
    assert_true(n <= MOST && classes <= MOST);
    double v[MOST], least[MOST + 1][MOST + 1];
    memcpy(v, values, n * sizeof *v);
    qsort(v, n, sizeof *v, rising);
    for (size_t k = 0; k <= classes; k++)
        for (size_t j = 0; j <= n; j++)
            least[k][j] = k == 0 && j == 0 ? 0.0 : INFINITY;
    for (size_t k = 1; k <= classes; k++)
        for (size_t j = 1; j <= n; j++)
            for (size_t i = 0; i < j; i++) {
                if (i > 0 && v[i - 1] == v[i]) continue;
                if (j < n && v[j - 1] == v[j]) continue;
                double mean = 0.0, squares = 0.0;
                for (size_t m = i; m < j; m++)
                    mean += v[m] / (double)(j - i);
                for (size_t m = i; m < j; m++)
                    squares += (v[m] - mean) * (v[m] - mean);
                least[k][j] = fmin(least[k][j], least[k - 1][i] + squares);
            }
    return least[classes][n];
}

static void the_worked_example(void **state)
{
    (void)state;
    const double v[] = {11, 4, 27, 5, 25, 9, 10};
    ig_breaks *b = NULL;
    assert_int_equal(ig_classify(v, 7, IG_CLASS_FISHER_JENKS, 3, NULL, 0, &b), IG_OK);
    assert_int_equal(b->classes, 3);
    assert_near(b->upper[0], 5, 0);
    assert_near(b->upper[1], 11, 0);
    assert_near(b->upper[2], 27, 0);
    assert_near(b->within_ss, 4.5, 1e-12);
    assert_near(b->gvf, .991245, 5e-7);
    ig_breaks_free(b);
}

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void as_good_as_looking_at_every_class(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 400; round++) {
        double v[48];
        const size_t n = 2 + next(&seed) % 47;
        const uint32_t span = 3 + next(&seed) % 200; // narrow spans have many ties
        const double shift = round % 3 == 0 ? 1e6 : 0.0;
        for (size_t i = 0; i < n; i++) {
            const double u = (double)(next(&seed) % span);
            v[i] = shift + (round % 2 ? u * u / 7.0 : u);
        }
        ig_breaks *b = NULL;
        const size_t classes = 1 + next(&seed) % 9;
        assert_int_equal(ig_classify(v, n, IG_CLASS_FISHER_JENKS, classes, NULL, 0, &b), IG_OK);
        const double least = slow_least(v, n, b->classes);
        assert_near(b->within_ss, least, 1e-7 * (1.0 + least));
        for (size_t k = 0; k < b->classes; k++)
            assert_true(b->count[k] > 0);
        ig_breaks_free(b);
    }
}

static void order_and_shift_do_not_matter(void **state)
{
    (void)state;
    double v[300], w[300];
    uint32_t seed = 3;
    for (size_t i = 0; i < 300; i++) {
        v[i] = (double)(next(&seed) % 1000);
        w[299 - i] = v[i] + 5e6;
    }
    ig_breaks *a = NULL, *b = NULL;
    assert_int_equal(ig_classify(v, 300, IG_CLASS_FISHER_JENKS, 7, NULL, 0, &a), IG_OK);
    assert_int_equal(ig_classify(w, 300, IG_CLASS_FISHER_JENKS, 7, NULL, 0, &b), IG_OK);
    for (size_t k = 0; k < 7; k++)
        assert_near(b->upper[k] - a->upper[k], 5e6, 0.0);
    ig_breaks_free(a);
    ig_breaks_free(b);
}

static void fifty_thousand_values_need_no_sample(void **state)
{
    (void)state;
    const size_t n = 50000;
    double *v = test_malloc(n * sizeof *v);
    uint32_t seed = 11;
    for (size_t i = 0; i < n; i++)
        v[i] = exp((double)(next(&seed) % 100000) / 20000.0) + (double)i * 1e-9;
    ig_breaks *b = NULL, *more = NULL;
    assert_int_equal(ig_classify(v, n, IG_CLASS_FISHER_JENKS, 6, NULL, 0, &b), IG_OK);
    assert_int_equal(ig_classify(v, n, IG_CLASS_FISHER_JENKS, 7, NULL, 0, &more), IG_OK);
    assert_true(more->within_ss < b->within_ss);
    assert_true(b->gvf > .95);
    ig_breaks_free(b);
    ig_breaks_free(more);
    test_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_example),
        cmocka_unit_test(as_good_as_looking_at_every_class),
        cmocka_unit_test(order_and_shift_do_not_matter),
        cmocka_unit_test(fifty_thousand_values_need_no_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
