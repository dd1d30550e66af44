// Isochrones: valid by GEOS, nested, with the area of their cells.
#include "made.h"
#include "near.h"

#include <geos_c.h>
#include <stdlib.h>

static GEOSContextHandle_t geos;

static void complain(const char *message, void *user)
{
    (void)user;
    print_error("GEOS: %s\n", message);
}

static GEOSGeometry *ring_of(const ig_isochrones *iso, size_t r)
{
    const size_t from = iso->ring_start[r], count = iso->ring_start[r + 1] - from;
    assert_true(count >= 4);
    GEOSCoordSequence *points = GEOSCoordSeq_create_r(geos, (unsigned)count, 2);
    for (size_t i = 0; i < count; i++)
        GEOSCoordSeq_setXY_r(geos, points, (unsigned)i, iso->x[from + i], iso->y[from + i]);
    return GEOSGeom_createLinearRing_r(geos, points);
}

static double twice_area(const ig_isochrones *iso, size_t r)
{
    double sum = 0.0;
    const size_t from = iso->ring_start[r];
    for (size_t i = from; i + 1 < iso->ring_start[r + 1]; i++)
        sum += (iso->x[i] - iso->x[from]) * (iso->y[i + 1] - iso->y[from]) -
               (iso->x[i + 1] - iso->x[from]) * (iso->y[i] - iso->y[from]);
    return sum;
}

/// The multipolygon of a level as its rings say: a shell, then its holes.
static GEOSGeometry *shape_of(const ig_isochrones *iso, size_t k)
{
    const size_t end = iso->area_start[k + 1];
    GEOSGeometry **polygons = calloc(end + 1, sizeof(GEOSGeometry *));
    GEOSGeometry **holes = calloc(end + 1, sizeof(GEOSGeometry *));
    unsigned count = 0;
    for (size_t r = iso->area_start[k]; r < end;) {
        assert_true(twice_area(iso, r) > 0.0);
        GEOSGeometry *shell = ring_of(iso, r++);
        unsigned inner = 0;
        while (r < end && twice_area(iso, r) < 0.0)
            holes[inner++] = ring_of(iso, r++);
        polygons[count++] = GEOSGeom_createPolygon_r(geos, shell, holes, inner);
    }
    GEOSGeometry *shape = GEOSGeom_createCollection_r(geos, GEOS_MULTIPOLYGON, polygons, count);
    free(polygons);
    free(holes);
    return shape;
}

static double area_of(const GEOSGeometry *shape)
{
    double area = NAN;
    assert_int_equal(GEOSArea_r(geos, shape, &area), 1);
    return area;
}

struct made {
    ig_grid *minutes;
    double levels[4];
    size_t count;
};

enum { TALL = 1000000 }; ///< seeds from here on: grids of several bands of rows

/// Times of many kinds: travel over a walled grid, noise, whole minutes with many ties.
static struct made make(ig_ctx *ctx, uint64_t seed)
{
    struct dice dice = {seed};
    struct made made = {.count = (size_t)(1 + roll_below(&dice, 4))};
    const int64_t cols = 1 + roll_below(&dice, seed < TALL ? 30 : 9);
    const int64_t rows = seed < TALL ? 1 + roll_below(&dice, 30) : 120 + roll_below(&dice, 300);
    const int kind = (int)roll_below(&dice, 3);
    const struct made_options options = {
        .barriers = .3 * roll_unit(&dice), .oblong = roll_below(&dice, 3) == 0, .lumpy = kind == 1};
    ig_surface *surface = made_surface(ctx, &dice, cols, rows, &options);
    if (kind < 2) {
        ig_source sources[3];
        const size_t count = made_sources(&dice, surface, 3, 2.0, sources);
        assert_int_equal(ig_travel(ctx, surface, sources, count, NULL, &made.minutes, NULL), IG_OK);
    } else {
        assert_int_equal(ig_grid_new(ctx, &surface->frame, &made.minutes), IG_OK);
        for (int64_t i = 0; i < cols * rows; i++)
            if (!isnan(surface->pace[i]))
                made.minutes->cells[i] = roll_below(&dice, 2) ? (float)roll_below(&dice, 9)
                                                              : (float)(9.0 * roll_unit(&dice));
    }
    for (size_t k = 0; k < made.count; k++)
        made.levels[k] = (k ? made.levels[k - 1] : 0.0) + (roll_below(&dice, 2)
                                                               ? 1.0 + (double)roll_below(&dice, 3)
                                                               : 0.05 + 4.0 * roll_unit(&dice));
    ig_surface_free(surface);
    return made;
}

static double cells_within(const struct made *made, size_t k)
{
    const ig_frame *frame = &made->minutes->frame;
    double cells = 0.0;
    for (int64_t i = 0; i < frame->cols * frame->rows; i++)
        cells += ig_minutes_within(made->minutes->cells[i], made->levels[k]);
    return cells * frame->dx * frame->dy;
}

static void assert_valid(const GEOSGeometry *shape, const ig_isochrones *iso, size_t k,
                         uint64_t seed)
{
    if (GEOSisValid_r(geos, shape) != 1) {
        char *reason = GEOSisValidReason_r(geos, shape);
        print_error("seed %llu level %zu: %s\n", (unsigned long long)seed, k, reason);
        GEOSFree_r(geos, reason);
        fail();
    }
    assert_near(area_of(shape), iso->square_metres[k], 1e-6 * (1.0 + iso->square_metres[k]));
}

static double area_outside(const GEOSGeometry *inner, const GEOSGeometry *outer)
{
    GEOSGeometry *rest = GEOSDifference_r(geos, inner, outer);
    assert_non_null(rest);
    const double area = area_of(rest);
    GEOSGeom_destroy_r(geos, rest);
    return area;
}

static void each(uint64_t seed, const ig_isochrone_options *options,
                 void (*look)(uint64_t seed, const struct made *made, const ig_isochrones *iso,
                              GEOSGeometry *const *shape))
{
    ig_ctx *ctx = ig_ctx_new();
    struct made made = make(ctx, seed);
    ig_isochrones *iso = NULL;
    assert_int_equal(ig_isochrones_trace(ctx, made.minutes, made.levels, made.count, options, &iso),
                     IG_OK);
    assert_int_equal(iso->levels, made.count);
    GEOSGeometry *shape[4] = {0};
    for (size_t k = 0; k < made.count; k++) {
        shape[k] = shape_of(iso, k);
        assert_valid(shape[k], iso, k, seed);
    }
    look(seed, &made, iso, shape);
    for (size_t k = 0; k < made.count; k++)
        GEOSGeom_destroy_r(geos, shape[k]);
    ig_isochrones_free(iso);
    ig_grid_free(made.minutes);
    ig_ctx_free(ctx);
}

static void look_nested(const struct made *made, GEOSGeometry *const *shape)
{
    for (size_t k = 0; k + 1 < made->count; k++)
        assert_near(area_outside(shape[k], shape[k + 1]), 0.0, 1e-3);
}

static void look_edges(uint64_t seed, const struct made *made, const ig_isochrones *iso,
                       GEOSGeometry *const *shape)
{
    (void)seed;
    for (size_t k = 0; k < made->count; k++)
        assert_near(iso->square_metres[k], cells_within(made, k), 1e-6);
    look_nested(made, shape);
}

static void edges_have_the_area_of_their_cells(void **state)
{
    (void)state;
    const ig_isochrone_options options = {.edges = true};
    for (uint64_t seed = 1; seed <= 600; seed++)
        each(seed, &options, look_edges);
}

/// Every cell centre on its side of the outline, and nothing over a gap or off the grid.
static void look_contours(uint64_t seed, const struct made *made, const ig_isochrones *iso,
                          GEOSGeometry *const *shape)
{
    (void)iso;
    const ig_frame *frame = &made->minutes->frame;
    for (size_t k = 0; k < made->count; k++) {
        const GEOSPreparedGeometry *area = GEOSPrepare_r(geos, shape[k]);
        for (int64_t i = 0; i < frame->cols * frame->rows; i++) {
            const double x = frame->west + ((double)(i % frame->cols) + 0.5) * frame->dx;
            const double y = frame->north - ((double)(i / frame->cols) + 0.5) * frame->dy;
            GEOSGeometry *point = GEOSGeom_createPointFromXY_r(geos, x, y);
            const char in = GEOSPreparedIntersects_r(geos, area, point);
            GEOSGeom_destroy_r(geos, point);
            if ((in == 1) == ig_minutes_within(made->minutes->cells[i], made->levels[k])) continue;
            print_error("seed %llu level %zu cell %lld\n", (unsigned long long)seed, k,
                        (long long)i);
            fail();
        }
        GEOSPreparedGeom_destroy_r(geos, area);
    }
    look_nested(made, shape);
}

static void contours_part_the_cells_and_nest(void **state)
{
    (void)state;
    const ig_isochrone_options options = {.edges = false};
    for (uint64_t seed = 1; seed <= 600; seed++)
        each(seed, &options, look_contours);
}

static void seams_between_bands_of_rows_leave_no_trace(void **state)
{
    (void)state;
    const ig_isochrone_options edges = {.edges = true}, contours = {.edges = false};
    for (uint64_t seed = TALL; seed < TALL + 40; seed++) {
        each(seed, &edges, look_edges);
        each(seed, &contours, look_contours);
    }
}

static void any_number_of_threads_draws_the_same_bytes(void **state)
{
    (void)state;
    for (uint64_t seed = TALL; seed < TALL + 120; seed++) {
        const ig_isochrone_options options = {
            .edges = seed % 2, .bands = seed % 4 > 1, .simplify = seed % 8 > 3 ? 60.0 : 0.0};
        ig_ctx *ctx = ig_ctx_new();
        struct made made = make(ctx, seed);
        ig_isochrones *one = NULL, *more = NULL;
        ig_ctx_set_threads(ctx, 1);
        assert_int_equal(
            ig_isochrones_trace(ctx, made.minutes, made.levels, made.count, &options, &one), IG_OK);
        ig_ctx_set_threads(ctx, 3);
        assert_int_equal(
            ig_isochrones_trace(ctx, made.minutes, made.levels, made.count, &options, &more),
            IG_OK);
        const size_t rings = one->area_start[made.count], points = one->ring_start[rings];
        assert_int_equal(more->area_start[made.count], rings);
        assert_memory_equal(one->area_start, more->area_start, made.count * sizeof(size_t));
        assert_memory_equal(one->ring_start, more->ring_start, (rings + 1) * sizeof(size_t));
        assert_memory_equal(one->x, more->x, points * sizeof(double));
        assert_memory_equal(one->y, more->y, points * sizeof(double));
        ig_isochrones_free(one);
        ig_isochrones_free(more);
        ig_grid_free(made.minutes);
        ig_ctx_free(ctx);
    }
}

static void no_memory_is_said_and_leaves_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = TALL; seed < TALL + 6; seed++) {
        ig_ctx *ctx = ig_ctx_new();
        struct made made = make(ctx, seed);
        const ig_isochrone_options options = {
            .edges = seed % 2, .bands = seed % 4 > 1, .simplify = seed < TALL + 4 ? 0.0 : 60.0};
        ig_ctx_set_threads(ctx, 1);
        ig_isochrones *iso = NULL;
        ig_status status = IG_EMEMORY;
        for (uint64_t n = 1; status; n += 1 + n / 16) {
            ig_alloc_fail_at(n);
            status =
                ig_isochrones_trace(ctx, made.minutes, made.levels, made.count, &options, &iso);
            ig_alloc_fail_at(0);
            if (!status) break;
            assert_int_equal(status, IG_EMEMORY);
            assert_null(iso);
        }
        ig_isochrones_free(iso);
        ig_grid_free(made.minutes);
        ig_ctx_free(ctx);
    }
}

static void look_over_gaps(uint64_t seed, const struct made *made, const ig_isochrones *iso,
                           GEOSGeometry *const *shape)
{
    (void)seed;
    (void)iso;
    const ig_frame *frame = &made->minutes->frame;
    const size_t last = made->count - 1;
    double covered = 0.0;
    for (int64_t i = 0; i < frame->cols * frame->rows; i++) {
        if (!isnan(made->minutes->cells[i])) continue;
        const double x = frame->west + (double)(i % frame->cols) * frame->dx;
        const double y = frame->north - (double)(i / frame->cols) * frame->dy;
        GEOSGeometry *cell = GEOSGeom_createRectangle_r(geos, x, y - frame->dy, x + frame->dx, y);
        GEOSGeometry *common = GEOSIntersection_r(geos, shape[last], cell);
        covered += area_of(common);
        GEOSGeom_destroy_r(geos, common);
        GEOSGeom_destroy_r(geos, cell);
    }
    assert_near(covered, 0.0, 1e-3);
}

static void no_contour_leaks_over_a_gap(void **state)
{
    (void)state;
    const ig_isochrone_options options = {.edges = false};
    for (uint64_t seed = 1; seed <= 150; seed++)
        each(seed, &options, look_over_gaps);
}

static void look_bands(uint64_t seed, const struct made *made, const ig_isochrones *iso,
                       GEOSGeometry *const *shape)
{
    (void)seed;
    (void)iso;
    for (size_t k = 0; k + 1 < made->count; k++) {
        GEOSGeometry *common = GEOSIntersection_r(geos, shape[k], shape[k + 1]);
        assert_non_null(common);
        assert_near(area_of(common), 0.0, 1e-3);
        GEOSGeom_destroy_r(geos, common);
    }
}

static void bands_do_not_overlap_and_add_up(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 600; seed++) {
        const ig_isochrone_options bands = {.edges = seed % 2, .bands = true};
        const ig_isochrone_options whole = {.edges = seed % 2};
        each(seed, &bands, look_bands);
        ig_ctx *ctx = ig_ctx_new();
        struct made made = make(ctx, seed);
        ig_isochrones *a = NULL, *b = NULL;
        assert_int_equal(
            ig_isochrones_trace(ctx, made.minutes, made.levels, made.count, &bands, &a), IG_OK);
        assert_int_equal(
            ig_isochrones_trace(ctx, made.minutes, made.levels, made.count, &whole, &b), IG_OK);
        double sum = 0.0;
        for (size_t k = 0; k < made.count; k++) {
            sum += a->square_metres[k];
            assert_near(sum, b->square_metres[k], 1e-6 * (1.0 + sum));
        }
        ig_isochrones_free(a);
        ig_isochrones_free(b);
        ig_grid_free(made.minutes);
        ig_ctx_free(ctx);
    }
}

static void look_simple(uint64_t seed, const struct made *made, const ig_isochrones *iso,
                        GEOSGeometry *const *shape)
{
    (void)seed;
    (void)iso;
    look_nested(made, shape);
}

static void simplified_outlines_stay_valid_and_nested(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 600; seed++) {
        const double metres[] = {5.0, 30.0, 200.0};
        const ig_isochrone_options options = {.edges = seed % 2, .simplify = metres[seed % 3]};
        each(seed, &options, look_simple);
        const ig_isochrone_options bands = {.bands = true, .simplify = metres[seed % 3]};
        each(seed, &bands, look_bands);
    }
    for (uint64_t seed = TALL; seed < TALL + 20; seed++) { // several stripes
        const ig_isochrone_options options = {.edges = seed % 2, .simplify = 60.0};
        const ig_isochrone_options bands = {.bands = true, .simplify = 60.0};
        each(seed, &options, look_simple);
        each(seed, &bands, look_bands);
    }
}

static ig_isochrones *trace_picture(ig_ctx *ctx, int64_t cols, const char *picture, double level,
                                    const ig_isochrone_options *options)
{
    const int64_t rows = (int64_t)strlen(picture) / cols;
    const ig_frame frame = {cols, rows, 0.0, 10.0 * (double)rows, 10.0, 10.0};
    ig_grid *minutes = NULL;
    assert_int_equal(ig_grid_new(ctx, &frame, &minutes), IG_OK);
    for (int64_t i = 0; i < cols * rows; i++)
        minutes->cells[i] = picture[i] == '#' ? NAN : (float)(picture[i] - '0');
    ig_isochrones *iso = NULL;
    assert_int_equal(ig_isochrones_trace(ctx, minutes, &level, 1, options, &iso), IG_OK);
    ig_grid_free(minutes);
    return iso;
}

static void one_cell_by_its_edges_is_a_square(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const ig_isochrone_options options = {.edges = true};
    ig_isochrones *iso = trace_picture(ctx, 3, "999909999", 5.0, &options);
    assert_int_equal(iso->area_start[1], 1);
    assert_int_equal(iso->ring_start[1], 5);
    assert_near(iso->square_metres[0], 100.0, 0.0);
    ig_isochrones_free(iso);
    ig_ctx_free(ctx);
}

static void a_contour_lies_where_the_time_is_passed(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    // times 0 2 4 along a row: T = 3 is passed half way between the second and third centre
    ig_isochrones *iso = trace_picture(ctx, 3, "024", 3.0, NULL);
    double east = 0.0;
    for (size_t i = 0; i < iso->ring_start[1]; i++)
        east = fmax(east, iso->x[i]);
    assert_near(east, 20.0, 1e-9);
    assert_near(iso->square_metres[0], 200.0, 1e-9);
    ig_isochrones_free(iso);
    // and T = 2.5 a quarter of the way
    iso = trace_picture(ctx, 3, "024", 2.5, NULL);
    assert_near(iso->square_metres[0], 175.0, 1e-9);
    ig_isochrones_free(iso);
    ig_ctx_free(ctx);
}

static void a_lake_is_a_hole_and_an_isle_in_it_a_shell(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const ig_isochrone_options options = {.edges = true};
    ig_isochrones *iso = trace_picture(ctx, 5,
                                       "00000"
                                       "0###0"
                                       "0#0#0"
                                       "0###0"
                                       "00000",
                                       1.0, &options);
    assert_int_equal(iso->area_start[1], 3);
    assert_near(iso->square_metres[0], 1700.0, 1e-9);
    assert_near(twice_area(iso, 0), 5000.0, 1e-9);
    assert_near(twice_area(iso, 1), -1800.0, 1e-9);
    assert_near(twice_area(iso, 2), 200.0, 1e-9);
    ig_isochrones_free(iso);
    ig_ctx_free(ctx);
}

static void cells_that_touch_at_a_corner_are_two_polygons(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    const ig_isochrone_options options = {.edges = true};
    ig_isochrones *iso = trace_picture(ctx, 2, "0##0", 1.0, &options);
    assert_int_equal(iso->area_start[1], 2);
    GEOSGeometry *shape = shape_of(iso, 0);
    assert_int_equal(GEOSisValid_r(geos, shape), 1);
    GEOSGeom_destroy_r(geos, shape);
    ig_isochrones_free(iso);
    ig_ctx_free(ctx);
}

static void thresholds_must_rise(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    struct made made = make(ctx, 3);
    const double falling[] = {10, 10}, bad[] = {NAN};
    ig_isochrones *iso = NULL;
    assert_int_equal(ig_isochrones_trace(ctx, made.minutes, falling, 2, NULL, &iso), IG_EINVAL);
    assert_int_equal(ig_isochrones_trace(ctx, made.minutes, bad, 1, NULL, &iso), IG_EINVAL);
    assert_null(iso);
    ig_grid_free(made.minutes);
    ig_ctx_free(ctx);
}

static int begin(void **state)
{
    (void)state;
    geos = GEOS_init_r();
    GEOSContext_setErrorMessageHandler_r(geos, complain, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    GEOS_finish_r(geos);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_cell_by_its_edges_is_a_square),
        cmocka_unit_test(a_contour_lies_where_the_time_is_passed),
        cmocka_unit_test(a_lake_is_a_hole_and_an_isle_in_it_a_shell),
        cmocka_unit_test(cells_that_touch_at_a_corner_are_two_polygons),
        cmocka_unit_test(thresholds_must_rise),
        cmocka_unit_test(edges_have_the_area_of_their_cells),
        cmocka_unit_test(contours_part_the_cells_and_nest),
        cmocka_unit_test(seams_between_bands_of_rows_leave_no_trace),
        cmocka_unit_test(any_number_of_threads_draws_the_same_bytes),
        cmocka_unit_test(no_memory_is_said_and_leaves_nothing),
        cmocka_unit_test(no_contour_leaks_over_a_gap),
        cmocka_unit_test(bands_do_not_overlap_and_add_up),
        cmocka_unit_test(simplified_outlines_stay_valid_and_nested),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
