// The matrix against access with each site alone.
#include "ground.h"

#include <access/standing_internal.h>

static ig_ctx *ctx;

enum { COLS = 60, ROWS = 50, CELLS = COLS * ROWS, SITES = 7 };

/// A surface with walls and every third cell barely lived on.
struct land {
    float pace[CELLS], residents[CELLS];
    ig_surface surface;
    ig_source sources[SITES];
};

static void make_land(struct land *land, uint32_t seed, bool residents)
{
    for (int i = 0; i < CELLS; i++) {
        land->pace[i] = uniform(&seed) < 0.2 ? NAN : (float)(0.2 + uniform(&seed));
        land->residents[i] = i % 3 ? 1.0f : 0.05f;
    }
    land->surface = (ig_surface){.frame = {COLS, ROWS, 0, ROWS * 100.0, 100, 100},
                                 .pace = land->pace,
                                 .residents = residents ? land->residents : NULL};
    for (int s = 0; s < SITES; s++) {
        const int64_t cell = next(&seed) % CELLS;
        land->pace[cell] = 0.5f;
        land->sources[s] =
            (ig_source){.cell = cell, .number = s + 1, .rank = (s * 3) % SITES, .offset = s * .5};
    }
}

/// A jumble of boxes that cut through cells, some off the grid.
static void draw_areas(struct drawing *d, uint32_t seed)
{
    char code[32];
    for (int a = 0; a < 30; a++) {
        const double west = uniform(&seed) * 5600 - 100, south = uniform(&seed) * 4600 - 100;
        // codes fall, so that order by code is not that of the file
        snprintf(code, sizeof code, "E%02d", 60 - a);
        draw_box(d, code, west, south, west + 150 + uniform(&seed) * 900,
                 south + 150 + uniform(&seed) * 900);
    }
}

static void compare(const struct land *land, struct drawing *d, const ig_people *people,
                    double limit)
{
    ig_travel_options options = ig_travel_defaults();
    options.limit = limit;
    ig_matrix *matrix = NULL;
    if (ig_matrix_over(ctx, &d->shapes, &land->surface, people, land->sources, SITES, &options,
                       true, &matrix))
        fail_msg("%s", ig_ctx_message(ctx));
    ig_access *access[SITES];
    for (int s = 0; s < SITES; s++) {
        ig_grid *minutes = NULL;
        assert_int_equal(
            ig_travel(ctx, &land->surface, &land->sources[s], 1, &options, &minutes, NULL), IG_OK);
        const struct ground ground = {&land->surface.frame, minutes->cells, land->pace,
                                      land->surface.residents};
        assert_int_equal(ig_access_over(ctx, &d->shapes, &ground, people, NULL, NULL, 0, false,
                                        true, &access[s]),
                         IG_OK);
        ig_grid_free(minutes);
    }
    size_t row = 0;
    for (size_t i = d->areas; i-- > 0;) { // codes rise from the last to the first
        for (int rank = 0; rank < SITES; rank++) {
            int s = 0;
            while (land->sources[s].rank != rank)
                s++;
            const ig_access_row *a = &access[s]->rows[i];
            if (!(a->people_reached > 0.0)) continue;
            assert_true(row < matrix->count);
            const ig_matrix_row *m = &matrix->rows[row++];
            assert_int_equal(m->area, i);
            assert_int_equal(m->site, s);
            assert_near(m->minutes, a->minutes_mean, 1e-12 * fabs(a->minutes_mean));
            assert_near(m->people, a->people_reached, 1e-12 * a->people_reached);
        }
    }
    assert_int_equal(row, matrix->count);
    for (int s = 0; s < SITES; s++)
        ig_access_free(access[s]);
    ig_matrix_free(matrix);
}

static void people_by_area_as_access_has_them(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed < 8; seed++) {
        struct land *land = test_malloc(sizeof *land);
        struct drawing d = {0};
        double people[30];
        make_land(land, seed, seed & 1);
        draw_areas(&d, seed + 100);
        for (int a = 0; a < 30; a++)
            people[a] = a == 3 ? NAN : a == 5 ? 0 : 100 + a;
        const ig_people by_area = {.by_area = people};
        compare(land, &d, &by_area, INFINITY);
        compare(land, &d, &by_area, 12.0);
        compare(land, &d, NULL, 12.0);
        test_free(land);
    }
}

static void people_of_a_raster_and_of_points(void **state)
{
    (void)state;
    for (uint32_t seed = 20; seed < 26; seed++) {
        struct land *land = test_malloc(sizeof *land);
        struct drawing d = {0};
        uint32_t dice = seed;
        make_land(land, seed, false);
        draw_areas(&d, seed + 100);
        static float same[CELLS], coarse[400];
        static double x[300], y[300];
        for (int i = 0; i < CELLS; i++)
            same[i] = uniform(&dice) < .5 ? 0 : (float)(10 * uniform(&dice));
        for (int i = 0; i < 400; i++)
            coarse[i] = (float)(100 * uniform(&dice));
        for (int i = 0; i < 300; i++) {
            x[i] = uniform(&dice) * 6200 - 100;
            y[i] = uniform(&dice) * 5200 - 100;
        }
        ig_grid on_cells = {.frame = land->surface.frame, .cells = same};
        ig_grid wide = {.frame = {20, 20, -30, 5100, 330, 270}, .cells = coarse};
        compare(land, &d, &(ig_people){.grid = &on_cells}, 15.0);
        compare(land, &d, &(ig_people){.grid = &wide}, 15.0);
        compare(land, &d, &(ig_people){.x = x, .y = y, .points = 300}, 15.0);
        test_free(land);
    }
}

static void any_number_of_threads_gives_the_same_rows(void **state)
{
    (void)state;
    struct land *land = test_malloc(sizeof *land);
    struct drawing d = {0};
    make_land(land, 77, true);
    draw_areas(&d, 78);
    ig_matrix *first = NULL;
    for (int threads = 1; threads < 6; threads++) {
        ig_matrix *matrix = NULL;
        ig_ctx_set_threads(ctx, threads);
        assert_int_equal(ig_matrix_over(ctx, &d.shapes, &land->surface, NULL, land->sources, SITES,
                                        NULL, true, &matrix),
                         IG_OK);
        if (!first) {
            first = matrix;
            continue;
        }
        assert_int_equal(first->count, matrix->count);
        assert_memory_equal(first->rows, matrix->rows, first->count * sizeof *first->rows);
        ig_matrix_free(matrix);
    }
    ig_matrix_free(first);
    ig_ctx_set_threads(ctx, 2);
    test_free(land);
}

static void areas_that_no_site_reaches_are_named(void **state)
{
    (void)state;
    static float pace[CELLS];
    for (int i = 0; i < CELLS; i++)
        pace[i] = i % COLS == 30 ? NAN : 1.0f; // a river from north to south
    const ig_surface surface = {.frame = {COLS, ROWS, 0, ROWS * 100.0, 100, 100}, .pace = pace};
    struct drawing d = {0};
    draw_box(&d, "E1", 0, 0, 500, 500);
    draw_box(&d, "E2", 4000, 0, 4500, 500);
    const double people[] = {10, 20};
    const ig_source source = {.cell = 0, .number = 1};
    ig_matrix *matrix = NULL;
    assert_int_equal(ig_matrix_over(ctx, &d.shapes, &surface, &(ig_people){.by_area = people},
                                    &source, 1, NULL, true, &matrix),
                     IG_OK);
    assert_int_equal(matrix->count, 1);
    assert_int_equal(matrix->areas_unreached, 1);
    assert_near(matrix->rows[0].people, 10, 0);
    assert_true(warned(ctx, "reached by no site", "E2 (20 people)"));
    ig_matrix_free(matrix);
}

static void memory_that_cannot_be_had_is_a_clean_failure(void **state)
{
    (void)state;
    struct land *land = test_malloc(sizeof *land);
    struct drawing d = {0};
    make_land(land, 5, true);
    draw_areas(&d, 6);
    ig_ctx_set_threads(ctx, 1);
    ig_status status = IG_EMEMORY;
    for (uint64_t n = 1; status != IG_OK && n < 3000; n++) {
        ig_matrix *matrix = NULL;
        ig_alloc_fail_at(n);
        status = ig_matrix_over(ctx, &d.shapes, &land->surface, NULL, land->sources, SITES, NULL,
                                false, &matrix);
        ig_alloc_fail_at(0);
        assert_true(status == IG_OK || status == IG_EMEMORY);
        ig_matrix_free(matrix);
    }
    assert_int_equal(status, IG_OK);
    ig_ctx_set_threads(ctx, 2);
    test_free(land);
}

int main(void)
{
    ctx = ig_ctx_new();
    ig_ctx_set_threads(ctx, 2);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_by_area_as_access_has_them),
        cmocka_unit_test(people_of_a_raster_and_of_points),
        cmocka_unit_test(any_number_of_threads_gives_the_same_rows),
        cmocka_unit_test(areas_that_no_site_reaches_are_named),
        cmocka_unit_test(memory_that_cannot_be_had_is_a_clean_failure),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ig_ctx_free(ctx);
    return failed;
}
