// Many sources each by itself: the same bits as a search for each alone, in every way of moving.
#include "near.h"

#include "made.h"

#include <travel/travel_internal.h>

static ig_ctx *ctx;

struct kept {
    const ig_grid *expected[8];
    int calls[8];
};

static ig_status compare_cells(size_t source, int worker, const ig_reached *reached, void *user)
{
    struct kept *kept = user;
    const ig_grid *expected = kept->expected[source];
    assert_true(worker >= 0 && worker < ig_ctx_threads(ctx));
    kept->calls[source]++;
    const int64_t cells = ig_frame_cells(&expected->frame);
    size_t found = 0, in_spans = 0;
    for (int64_t c = 0; c < cells; c++) {
        const bool in = c >= reached->first && c < reached->end;
        const float minutes = in ? reached->minutes[c - reached->first] : NAN;
        assert_int_equal(isnan(minutes), isnan(expected->cells[c]));
        if (isnan(minutes)) continue;
        found++;
        assert_true(minutes == expected->cells[c]);
    }
    for (size_t i = 0; i < reached->spans; i++) {
        const ig_span *span = &reached->span[i];
        const float *minutes = reached->minutes + (span->cell - reached->first);
        assert_int_equal(span->cell / expected->frame.cols,
                         (span->cell + span->cells - 1) / expected->frame.cols);
        assert_true(span->cells > 0 && !isnan(minutes[0]) && !isnan(minutes[span->cells - 1]));
        for (int64_t c = 0; c < span->cells; c++)
            in_spans += !isnan(minutes[c]);
    }
    assert_int_equal(found, in_spans);
    return IG_OK;
}

static void compare(const ig_surface *surface, const ig_travel_options *options,
                    const ig_source *sources, size_t count)
{
    const struct travel_way by = {.engine = ENGINE_HEAP}; // plain Dijkstra as the measure
    struct kept kept = {0};
    ig_grid *grids[8] = {0};
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ig_travel_by(ctx, surface, &sources[i], 1, options, &by, &grids[i], NULL),
                         IG_OK);
        kept.expected[i] = grids[i];
    }
    const ig_status status =
        ig_travel_each(ctx, surface, sources, count, options, compare_cells, &kept);
    if (status) fail_msg("%s", ig_ctx_message(ctx));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(kept.calls[i], 1);
        ig_grid_free(grids[i]);
    }
}

static void compare_many(const struct made_options *made, ig_travel_options options, int rounds,
                         uint64_t seed)
{
    struct dice dice = {seed};
    for (int round = 0; round < rounds; round++) {
        const int64_t cols = 1 + roll_below(&dice, 40), rows = 1 + roll_below(&dice, 90);
        ig_surface *surface = made_surface(ctx, &dice, cols, rows, made);
        ig_source sources[5];
        const size_t count = made_sources(&dice, surface, 5, 3.0, sources);
        ig_ctx_set_threads(ctx, 1 + round % 3);
        options.corners = (ig_corners)(round % 3);
        options.direction = (ig_direction)(round & 1);
        if (count) compare(surface, &options, sources, count);
        ig_surface_free(surface);
    }
    ig_ctx_set_threads(ctx, 2);
}

static void eight_neighbours_without_a_limit(void **state)
{
    (void)state;
    const struct made_options made = {.barriers = 0.3};
    compare_many(&made, ig_travel_defaults(), 120, 1);
}

static void a_limit_cuts_where_travel_cuts(void **state)
{
    (void)state;
    const struct made_options made = {.barriers = 0.2, .lumpy = true};
    ig_travel_options options = ig_travel_defaults();
    for (int i = 0; i < 6; i++) {
        options.limit = 2.0 * i * i; // nothing, little, all
        compare_many(&made, options, 20, 10 + (uint64_t)i);
    }
}

static void shut_sides(void **state)
{
    (void)state;
    const struct made_options made = {.barriers = 0.1, .sides = 0.3};
    compare_many(&made, ig_travel_defaults(), 80, 20);
}

static void slope_in_both_manners(void **state)
{
    (void)state;
    const struct made_options made = {.barriers = 0.1, .elevation = true};
    ig_travel_options options = ig_travel_defaults();
    options.limit = 30.0;
    compare_many(&made, options, 40, 30);
    options.slope = IG_SLOPE_LANGMUIR;
    compare_many(&made, options, 40, 31);
}

static void more_neighbours_and_oblong_cells(void **state)
{
    (void)state;
    const struct made_options made = {.barriers = 0.2, .oblong = true};
    ig_travel_options options = ig_travel_defaults();
    compare_many(&made, options, 30, 40);
    options.neighbours = IG_NEIGHBOURS_16;
    options.limit = 20.0;
    compare_many(&made, options, 30, 41);
    options.neighbours = IG_NEIGHBOURS_32;
    compare_many(&made, options, 30, 42);
    options.neighbours = IG_NEIGHBOURS_EXACT;
    compare_many(&made, options, 20, 43);
}

/// Links lead out of a window only where the limit does not let anybody.
static void links_within_limits(void **state)
{
    (void)state;
    const struct made_options made = {.barriers = 0.2, .sides = 0.1, .links = 40},
                              sloped = {.elevation = true, .links = 40},
                              rough = {.barriers = 0.1, .ragged = true, .links = 40};
    ig_travel_options options = ig_travel_defaults();
    compare_many(&made, options, 30, 200);
    for (int i = 0; i < 5; i++) {
        options.limit = 0.5 + i * i;
        compare_many(&made, options, 30, 201 + (uint64_t)i);
        compare_many(&rough, options, 20, 211 + (uint64_t)i);
    }
    compare_many(&sloped, options, 20, 221);
    options.slope = IG_SLOPE_NONE;
    options.neighbours = IG_NEIGHBOURS_EXACT;
    compare_many(&made, options, 20, 222);
    options.slope = IG_SLOPE_TOBLER; // by the heap
    compare_many(&sloped, options, 20, 223);
}

/// Sites one after the other in several tiles, so that what a search leaves lies under the next.
static void windows_of_many_tiles(void **state)
{
    (void)state;
    static const ig_neighbours ways[] = {IG_NEIGHBOURS_8, IG_NEIGHBOURS_8, IG_NEIGHBOURS_16,
                                         IG_NEIGHBOURS_32, IG_NEIGHBOURS_EXACT};
    struct dice dice = {45};
    for (int round = 0; round < 25; round++) {
        const struct made_options made = {.barriers = 0.15,
                                          .sides = round & 1 ? 0.1 : 0.0,
                                          .elevation = round % 5 == 1,
                                          .ragged = round % 10 == 5,
                                          .links = round % 3 == 2 ? 60 : 0};
        const int64_t cols = 70 + roll_below(&dice, 120), rows = 70 + roll_below(&dice, 200);
        ig_surface *surface = made_surface(ctx, &dice, cols, rows, &made);
        ig_source sources[8];
        const size_t count = made_sources(&dice, surface, 8, round % 3 ? 0.0 : 5.0, sources);
        ig_travel_options options = ig_travel_defaults();
        options.neighbours = ways[round % 5];
        options.corners = (ig_corners)(round % 3);
        options.direction = (ig_direction)(round / 5 & 1);
        options.limit = (double)(5 * (1 + round % 7));
        ig_ctx_set_threads(ctx, 1 + round % 2);
        compare(surface, &options, sources, count);
        ig_surface_free(surface);
    }
    ig_ctx_set_threads(ctx, 2);
}

static void free_cells_and_very_dear_ones(void **state)
{
    (void)state;
    struct dice dice = {50};
    for (int round = 0; round < 40; round++) {
        const struct made_options made = {.barriers = 0.1};
        ig_surface *surface = made_surface(ctx, &dice, 30, 30, &made);
        for (int64_t c = 0; c < 900; c++) {
            if (isnan(surface->pace[c])) continue;
            const int64_t kind = roll_below(&dice, 4);
            if (kind == 0) surface->pace[c] = 0.0F;
            if (kind == 1) surface->pace[c] *= round & 1 ? 1e-4F : 1e7F;
        }
        ig_source sources[4];
        const size_t count = made_sources(&dice, surface, 4, 0.0, sources);
        ig_travel_options options = ig_travel_defaults();
        if (round % 3 == 0) options.limit = 5.0;
        compare(surface, &options, sources, count);
        ig_surface_free(surface);
    }
}

static void a_source_on_a_barrier_is_named_before_the_work(void **state)
{
    (void)state;
    struct dice dice = {60};
    const struct made_options made = {0};
    ig_surface *surface = made_surface(ctx, &dice, 5, 5, &made);
    surface->pace[7] = NAN;
    const ig_source sources[] = {{.cell = 3, .number = 1}, {.cell = 7, .number = 2, .rank = 1}};
    const ig_travel_options options = ig_travel_defaults();
    struct kept kept = {0};
    assert_int_equal(ig_travel_each(ctx, surface, sources, 2, &options, compare_cells, &kept),
                     IG_EINVAL);
    assert_non_null(strstr(ig_ctx_message(ctx), "site 2 stands on a barrier"));
    assert_int_equal(kept.calls[0], 0);
    ig_surface_free(surface);
}

static ig_status refuse(size_t source, int worker, const ig_reached *reached, void *user)
{
    (void)source;
    (void)worker;
    (void)reached;
    (void)user;
    return IG_EMEMORY;
}

static void a_failing_caller_ends_the_work(void **state)
{
    (void)state;
    struct dice dice = {61};
    const struct made_options made = {0};
    ig_surface *surface = made_surface(ctx, &dice, 5, 5, &made);
    const ig_source source = {.cell = 3, .number = 1};
    assert_int_equal(ig_travel_each(ctx, surface, &source, 1, NULL, refuse, NULL), IG_EMEMORY);
    ig_surface_free(surface);
}

static void memory_that_cannot_be_had_is_a_clean_failure(void **state)
{
    (void)state;
    struct dice dice = {62};
    const struct made_options made = {.barriers = 0.1};
    ig_surface *surface = made_surface(ctx, &dice, 20, 20, &made);
    ig_source sources[3];
    const size_t count = made_sources(&dice, surface, 3, 0.0, sources);
    ig_grid *grids[3] = {0};
    struct kept kept = {0};
    ig_ctx_set_threads(ctx, 1);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ig_travel(ctx, surface, &sources[i], 1, NULL, &grids[i], NULL), IG_OK);
        kept.expected[i] = grids[i];
    }
    ig_status status = IG_EMEMORY;
    for (uint64_t n = 1; status != IG_OK && n < 500; n++) {
        ig_alloc_fail_at(n);
        status = ig_travel_each(ctx, surface, sources, count, NULL, compare_cells, &kept);
        ig_alloc_fail_at(0);
        assert_true(status == IG_OK || status == IG_EMEMORY);
    }
    assert_int_equal(status, IG_OK);
    for (size_t i = 0; i < count; i++)
        ig_grid_free(grids[i]);
    ig_ctx_set_threads(ctx, 2);
    ig_surface_free(surface);
}

static void windows_of_a_large_grid(void **state)
{
    (void)state;
    const struct made_options made = {.barriers = 0.1};
    struct dice dice = {77};
    ig_surface *surface = made_surface(ctx, &dice, 1031, 1031, &made); // counted in 32 bits
    ig_travel_options options = ig_travel_defaults();
    options.limit = 40.0;
    ig_source sources[3];
    const size_t count = made_sources(&dice, surface, 3, 3.0, sources);
    compare(surface, &options, sources, count);
    ig_surface_free(surface);
}

int main(void)
{
    ctx = ig_ctx_new();
    ig_ctx_set_threads(ctx, 2);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_neighbours_without_a_limit),
        cmocka_unit_test(a_limit_cuts_where_travel_cuts),
        cmocka_unit_test(shut_sides),
        cmocka_unit_test(slope_in_both_manners),
        cmocka_unit_test(more_neighbours_and_oblong_cells),
        cmocka_unit_test(links_within_limits),
        cmocka_unit_test(windows_of_many_tiles),
        cmocka_unit_test(windows_of_a_large_grid),
        cmocka_unit_test(free_cells_and_very_dear_ones),
        cmocka_unit_test(a_source_on_a_barrier_is_named_before_the_work),
        cmocka_unit_test(a_failing_caller_ends_the_work),
        cmocka_unit_test(memory_that_cannot_be_had_is_a_clean_failure),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ig_ctx_free(ctx);
    return failed;
}
