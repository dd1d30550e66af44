// Memory that cannot be had, at each place in turn: a clean failure, and nothing left behind (the
// address sanitizer looks).
#include "ground.h"

static ig_ctx *ctx;

static const ig_frame frame = {4, 3, 0, 300, 100, 100};
static float minutes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, NAN, 11, 12};
static float pace[] = {1, 1, 1, 1, 1, NAN, 1, 1, 1, 1, 1, 1};
static const double thresholds[] = {5, 10};

enum { MOST = 5000 };

/// Let the n-th allocation fail, for every n that the work has. Some failures are borne (a text of
/// a warning is lost); none may crash, leak, or give another status.
static void sweep(ig_status (*work)(void))
{
    int borne = 0; // in a row: when there are many, n lies beyond the last allocation
    for (uint64_t n = 1; n < MOST && borne < 40; n++) {
        ig_alloc_fail_at(n);
        const ig_status status = work();
        ig_alloc_fail_at(0);
        borne = status == IG_OK ? borne + 1 : 0;
        if (status) assert_int_equal(status, IG_EMEMORY);
    }
    assert_true(borne == 40);
}

static ig_status over(const ig_people *people)
{
    struct drawing d = {0};
    draw_box(&d, "E1", 0, 100, 200, 300);
    draw_box(&d, "E2", 150, 0, 350, 300); // overlaps, so that there is something to tell
    draw_box(&d, "E3", 900, 0, 990, 300);
    const struct ground g = {&frame, minutes, pace, NULL};
    const size_t parent[] = {0, 0, 1};
    ig_access *a = NULL, *merged = NULL;
    ig_result *result = NULL;
    ig_status status =
        ig_access_over(ctx, &d.shapes, &g, people, NULL, thresholds, 2, true, true, &a);
    if (!status) status = ig_access_merge(ctx, a, parent, 2, &merged);
    if (!status) status = ig_access_result_codes(merged, d.codes, &result);
    ig_result_free(result);
    ig_access_free(merged);
    ig_access_free(a);
    return status;
}

static ig_status by_area(void)
{
    const double people[] = {10, 20, NAN};
    return over(&(ig_people){.by_area = people});
}

static ig_status by_grid(void)
{
    float count[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const ig_grid people = {.frame = {4, 3, 0, 300, 90, 90}, .cells = count};
    return over(&(ig_people){.grid = &people});
}

static ig_status by_points(void)
{
    const double x[] = {50, 250, 800}, y[] = {250, 50, 50};
    return over(&(ig_people){.x = x, .y = y, .points = 3});
}

static ig_status from_a_matrix(void)
{
    static const size_t area[] = {0, 1}, site[] = {0, 0};
    static const double t[] = {5, 25}, n[] = {10, 20}, supply[] = {4};
    static const char *const codes[] = {"A", "B"};
    const ig_trips trips = {2, 2, 1, area, site, t, NULL};
    ig_score_options o = ig_score_defaults();
    ig_catchment_totals totals;
    ig_access *a = NULL;
    ig_status status = ig_access_nearest(ctx, codes, &trips, n, thresholds, 2, &a);
    for (o.method = IG_ACCESS_E2SFCA; !status && o.method <= IG_ACCESS_RAAM; o.method++)
        if (o.method != IG_ACCESS_GRAVITY)
            status = ig_access_score(ctx, a, &trips, n, supply, &o, &totals);
    ig_access_free(a);
    return status;
}

static ig_status gap(void)
{
    static const double people[] = {10, 20, 30, 5}, mean[] = {5, 6, 7, 9},
                        decile[] = {1, 5, 9, NAN};
    static const char *const ward[] = {"W1", "W2", "W1", NULL}, *const names[] = {"ward"};
    static const char *const *const columns[] = {ward};
    const ig_gap_input in = {.areas = 4,
                             .people = people,
                             .people_reached = people,
                             .minutes_mean = mean,
                             .decile = decile,
                             .groupings = 1,
                             .grouping = names,
                             .group = columns,
                             .within_grouping = "ward"};
    ig_result *rows = NULL, *measures = NULL;
    const ig_status status = ig_gap(ctx, &in, &rows, &measures);
    if (status) assert_true(!rows && !measures);
    ig_result_free(rows);
    ig_result_free(measures);
    return status;
}

static void people_by_area(void **state)
{
    (void)state;
    sweep(by_area);
}

static void people_of_a_grid(void **state)
{
    (void)state;
    sweep(by_grid);
}

static void people_at_points(void **state)
{
    (void)state;
    sweep(by_points);
}

static void a_matrix(void **state)
{
    (void)state;
    sweep(from_a_matrix);
}

static void the_gap(void **state)
{
    (void)state;
    sweep(gap);
}

static int begin(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    if (ctx) ig_ctx_set_threads(ctx, 1);
    return ctx ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    ig_ctx_free(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(people_by_area, begin, end),
        cmocka_unit_test_setup_teardown(people_of_a_grid, begin, end),
        cmocka_unit_test_setup_teardown(people_at_points, begin, end),
        cmocka_unit_test_setup_teardown(a_matrix, begin, end),
        cmocka_unit_test_setup_teardown(the_gap, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
