// Counts, rates and categories carried: against sums in long double, by hand, and their laws.
#include "help_areas.h"

#include "link/link.h"

#include <stdlib.h>

static double next(uint64_t *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(*state >> 11) * 0x1p-53;
}

// Two sources: 100 split 1 to 3 between T1 and T2, 50 whole in T2.
static ig_shares *two_sources(void)
{
    static char *source[] = {"S1", "S2"}, *target[] = {"T1", "T2"};
    static size_t start[] = {0, 2, 3}, piece[] = {0, 1, 1};
    static double weight[] = {1, 3, 7}, whole[] = {4, 7};
    static char change[2];
    static ig_split split[2];
    static ig_shares s = {2, 2, 3, source, target, start, piece, weight, whole, change, split};
    return &s;
}

static void the_example_of_the_header(void **state)
{
    struct help *help = *state;
    const double values[] = {100, 50};
    double out[2];
    ig_carried carried;
    assert_int_equal(ig_carry_counts(help->ctx, two_sources(), values, out, NULL, &carried), IG_OK);
    assert_near(out[0], 25, 0);
    assert_near(out[1], 125, 0);
    assert_near(carried.lost, 0, 0);
    const double people[] = {400, 100};
    assert_int_equal(ig_carry_rates(help->ctx, two_sources(), values, people, out, NULL), IG_OK);
    assert_near(out[0], 100, 0);
    assert_near(out[1], (100.0 * 300 + 50.0 * 100) / 400, 1e-12);
}

static void sums_are_kept_to_twelve_digits_over_many_sizes(void **state)
{
    struct help *help = *state;
    enum { SOURCES = 5000, TARGETS = 700, EACH = 6 };
    static size_t start[SOURCES + 1], piece[SOURCES * EACH];
    static double weight[SOURCES * EACH], whole[SOURCES], values[SOURCES], out[TARGETS];
    static char *source[SOURCES], *target[TARGETS], change[SOURCES];
    static ig_split split[SOURCES];
    uint64_t seed = 11;
    for (size_t i = 0; i < SOURCES; i++) {
        start[i + 1] = start[i] + 1 + (size_t)(next(&seed) * EACH);
        for (size_t k = start[i]; k < start[i + 1]; k++) {
            piece[k] = (size_t)(next(&seed) * TARGETS);
            weight[k] = exp(20.0 * next(&seed) - 10.0);
            whole[i] += weight[k];
        }
        whole[i] *= i % 7 == 0 ? 1.25 : 1.0; // a fifth of some lies outside
        values[i] = exp(30.0 * next(&seed) - 10.0);
        source[i] = "S";
    }
    for (size_t t = 0; t < TARGETS; t++)
        target[t] = "T";
    const ig_shares s = {SOURCES, TARGETS, start[SOURCES], source, target, start,
                         piece,   weight,  whole,          change, split};
    long double all = 0.0L, lost = 0.0L;
    for (size_t i = 0; i < SOURCES; i++) {
        all += values[i];
        if (i % 7 == 0) lost += values[i] * 0.2L;
    }
    ig_carried carried;
    assert_int_equal(ig_carry_counts(help->ctx, &s, values, out, NULL, &carried), IG_OK);
    assert_near(carried.before, (double)all, 1e-15 * (double)all);
    assert_near(carried.lost, (double)lost, 1e-12 * (double)all);
    assert_near(carried.after + carried.lost, (double)all, 1e-12 * (double)all);
}

static void a_tie_goes_to_the_first_code_and_most_outside_stays_outside(void **state)
{
    struct help *help = *state;
    char *source[] = {"S1", "S2", "S3"}, *target[] = {"B", "A"};
    size_t start[] = {0, 2, 4, 5}, piece[] = {0, 1, 0, 1, 0};
    double weight[] = {5, 5, 3, 2, 1}, whole[] = {10, 6, 10};
    char change[3] = {0};
    ig_split split[3] = {0};
    const ig_shares s = {3, 2, 5, source, target, start, piece, weight, whole, change, split};
    ig_shares *best = NULL;
    assert_int_equal(ig_shares_best_fit(help->ctx, &s, &best), IG_OK);
    assert_int_equal(best->piece[best->start[0]], 1);
    assert_int_equal(best->piece[best->start[1]], 0);
    assert_int_equal(best->start[2], best->start[3]);
    assert_near(best->weight[0], 10, 0);
    ig_shares_free(best);
}

static void points_find_their_areas(void **state)
{
    struct help *help = *state;
    static const char *const codes[] = {"B", "A"};
    static const double corners[][3] = {{430000, 380000, 1000}, {431000, 380000, 1000}};
    ig_areas *areas = help_squares(help, "a.gpkg", "code", codes, corners, 2);
    const double x[] = {430500, 431500, 431000, 440000, NAN};
    const double y[] = {380500, 380500, 380500, 380500, 380500};
    size_t at[5];
    assert_int_equal(ig_locate(help->ctx, areas, x, y, 5, at), IG_OK);
    assert_int_equal(at[0], 0);
    assert_int_equal(at[1], 1);
    assert_int_equal(at[2], 1); // on the border: A comes before B
    assert_true(at[3] == SIZE_MAX && at[4] == SIZE_MAX);
    ig_areas_free(areas);
}

static void shares_by_shape_add_up(void **state)
{
    struct help *help = *state;
    static const char *const big[] = {"A", "B"}, *const small[] = {"S", "T"};
    static const double wards[][3] = {{430000, 380000, 1000}, {431000, 380000, 1000}};
    static const double lsoas[][3] = {{430700, 380200, 600}, {431700, 380200, 600}};
    ig_areas *targets = help_squares(help, "w.gpkg", "code", big, wards, 2);
    ig_areas *sources = help_squares(help, "l.gpkg", "code", small, lsoas, 2);
    ig_shares *s = NULL;
    double twice[2];
    assert_int_equal(ig_shares_by_shape(help->ctx, sources, targets, NULL, twice, &s), IG_OK);
    assert_int_equal(s->count, 3);
    assert_near(s->weight[0] / s->whole[0], .5, 1e-12);
    assert_near(s->weight[2] / s->whole[1], .5, 1e-12);
    assert_near(twice[0], 0, 0);
    const double values[] = {8, 4};
    double out[2];
    ig_carried carried;
    assert_int_equal(ig_carry_counts(help->ctx, s, values, out, NULL, &carried), IG_OK);
    assert_near(out[1], 6, 1e-9);
    assert_near(carried.lost, 2, 1e-9);
    ig_shares_free(s);
    ig_areas_free(sources);
    ig_areas_free(targets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_example_of_the_header, help_setup, help_teardown),
        cmocka_unit_test_setup_teardown(sums_are_kept_to_twelve_digits_over_many_sizes, help_setup,
                                        help_teardown),
        cmocka_unit_test_setup_teardown(a_tie_goes_to_the_first_code_and_most_outside_stays_outside,
                                        help_setup, help_teardown),
        cmocka_unit_test_setup_teardown(points_find_their_areas, help_setup, help_teardown),
        cmocka_unit_test_setup_teardown(shares_by_shape_add_up, help_setup, help_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
