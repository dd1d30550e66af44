// People from grids of any frame and from points: none is lost, none leaves its cell.
#include "ground.h"

#define NO NAN

static ig_ctx *ctx;

static const ig_frame frame = {4, 2, 0, 200, 100, 100};
static float minutes[] = {1, 2, 3,  4, //
                          5, 6, NO, 8};

static ig_access *access_of(struct drawing *d, const struct ground *g, const ig_people *people,
                            const double *thresholds, size_t count)
{
    ig_access *access = NULL;
    ig_status status =
        ig_access_over(ctx, &d->shapes, g, people, NULL, thresholds, count, true, true, &access);
    if (status) fail_msg("%s", ig_ctx_message(ctx));
    return access;
}

static void a_cell_belongs_to_areas_by_its_fraction(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 0, 0, 130, 200);   // .3 of the second column
    draw_box(&d, "E2", 130, 0, 300, 200); // the rest of it and the third
    float count[] = {10, 20, 30, 40, 1, 2, 3, 4};
    const ig_grid people = {.frame = frame, .cells = count};
    const struct ground g = {&frame, minutes, NULL, NULL};
    ig_access *a = access_of(&d, &g, &(ig_people){.grid = &people}, NULL, 0);
    assert_near(a->rows[0].people, 11 + .3 * 22, 1e-9);
    assert_near(a->rows[0].minutes_mean, (10 + 5 + 6 * 2 + .6 * 6) / 17.6, 1e-9);
    assert_near(a->rows[1].people, .7 * 22 + 33, 1e-9);
    assert_near(a->rows[1].people_unreached, 3, 1e-12);
    assert_near(a->people_outside, 44, 1e-9);
    assert_near(a->people + a->people_outside, 110, 1e-9); // G4
    ig_access_free(a);
}

static void coarse_people_stand_on_what_is_passable_in_their_cell(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 0, 0, 400, 200);
    float count[] = {8, 6};
    float pace[] = {1, 1, NO, 1, 1, 1, NO, 1};
    const ig_grid people = {.frame = {2, 1, 0, 200, 200, 200}, .cells = count};
    const struct ground known = {&frame, minutes, pace, NULL}, bare = {&frame, minutes, NULL, NULL};
    ig_access *a = access_of(&d, &known, &(ig_people){.grid = &people}, NULL, 0);
    assert_near(a->rows[0].minutes_mean, (2 * (1 + 2 + 5 + 6) + 3 * (4 + 8)) / 14.0, 1e-12);
    assert_near(a->rows[0].people_unreached, 0, 0);
    ig_access_free(a);
    a = access_of(&d, &bare, &(ig_people){.grid = &people}, NULL, 0);
    assert_near(a->rows[0].people_unreached, 1.5, 1e-12);
    assert_near(a->rows[0].minutes_mean, (2 * 14 + 1.5 * (3 + 4 + 8)) / 12.5, 1e-12);
    ig_access_free(a);
}

static void people_on_a_barrier_stay_there(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 0, 0, 400, 200);
    float count[] = {1, 1, 1, 1, 1, 1, 5, 1}, pace[] = {1, 1, 1, 1, 1, 1, NO, 1};
    const ig_grid people = {.frame = frame, .cells = count};
    const struct ground g = {&frame, minutes, pace, NULL};
    ig_access *a = access_of(&d, &g, &(ig_people){.grid = &people}, NULL, 0);
    assert_near(a->rows[0].people_unreached, 5, 0);
    assert_near(a->rows[0].people_reached, 7, 0);
    assert_true(warned(ctx, "unreached", "E1 (5 people)"));
    ig_access_free(a);
}

static void people_off_the_minutes_are_unreached(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", -100, 0, 100, 200);
    float count[] = {3, 5};
    const ig_grid people = {.frame = {2, 1, -200, 200, 200, 200},
                            .cells = count}; // half of the first in E1, off grid
    const struct ground g = {&frame, minutes, NULL, NULL};
    ig_access *a = access_of(&d, &g, &(ig_people){.grid = &people}, NULL, 0);
    assert_near(a->rows[0].people, 4, 1e-9);
    assert_near(a->rows[0].people_unreached, 1.5, 1e-9);
    assert_near(a->rows[0].minutes_mean, 3, 1e-9);
    ig_access_free(a);
}

static void negative_people_are_an_error(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 0, 0, 400, 200);
    float count[] = {1, 1, 1, 1, 1, -9, 5, -1};
    const ig_grid people = {.frame = frame, .cells = count};
    const struct ground g = {&frame, minutes, NULL, NULL};
    ig_access *a = NULL;
    assert_int_equal(ig_access_over(ctx, &d.shapes, &g, &(ig_people){.grid = &people}, NULL, NULL,
                                    0, true, true, &a),
                     IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "2 cells"));
    assert_non_null(strstr(ig_ctx_message(ctx), "-9 at row 1, column 1"));
}

static void points_belong_to_the_area_around_them(void **state)
{
    (void)state;
    struct drawing d = {0};
    draw_box(&d, "E1", 0, 0, 200, 200);
    draw_box(&d, "E2", 200, 0, 450, 200);
    //                  E1   E1   border E2 nodata  off the grid  no area
    const double x[] = {50, 150, 200, 350, 250, 430, 50}, y[] = {50, 150, 150, 50, 50, 50, 500};
    const double n[] = {2, 3, 4, 5, 6, 7, 8}, t[] = {2};
    const ig_people people = {.x = x, .y = y, .count = n, .points = 7};
    const struct ground g = {&frame, minutes, NULL, NULL};
    ig_access *a = access_of(&d, &g, &people, t, 1);
    assert_near(a->rows[0].people + a->rows[1].people, 27, 0); // the border once
    assert_near(a->people_outside, 8, 0);
    assert_near(a->rows[1].people_unreached, 13, 0);
    assert_near(a->rows[0].minutes_mean, (2 * 5 + 3 * 2) / 5.0, 1e-12);
    assert_near(a->rows[0].minutes_median, 5 - 3, 0);
    assert_near(a->rows[0].within[0], 60, 1e-12);
    ig_access_free(a);
}

static void tiny_cells_and_shared_borders_lose_nobody(void **state)
{
    (void)state;
    uint32_t seed = 21;
    for (int round = 0; round < 6; round++) {
        struct drawing d = {0};
        char code[32];
        double edge[7] = {0};
        for (size_t k = 1; k < 7; k++) // slanted strips that fill the box together
            edge[k] = edge[k - 1] + 20 + 60 * uniform(&seed);
        for (size_t k = 0; k < 7; k++) {
            const double west = k ? edge[k] : -1000, east = k < 6 ? edge[k + 1] : 2000;
            const double xy[] = {west, -300, west + 90, 500, east + 90, 500, east, -300};
            snprintf(code, sizeof code, "E%zu", k);
            draw(&d, code, 4, xy);
        }
        float m[40 * 20], count[33 * 17];
        const double step = round % 2 ? 10 : 23.7;
        const ig_frame fine = {40, 20, 0, 200, 10, 10}, other = {33, 17, -3.1, 203, step, step};
        double sum = 0;
        for (size_t c = 0; c < 800; c++)
            m[c] = (float)(1 + next(&seed) % 50);
        for (size_t c = 0; c < 33 * 17; c++) {
            count[c] = next(&seed) % 3 ? (float)(100 * uniform(&seed)) : (float)NAN;
            if (!isnan(count[c])) sum += (double)count[c];
        }
        const ig_grid people = {.frame = other, .cells = count};
        const struct ground g = {&fine, m, NULL, NULL};
        ig_access *a = access_of(&d, &g, &(ig_people){.grid = &people}, NULL, 0);
        assert_near(a->people + a->people_outside, sum, 1e-9 * sum);
        assert_near(a->people_reached + a->people_unreached, a->people, 1e-9 * sum);
        ig_access_free(a);
    }
}

/// Fine people inside coarse minutes, and coarse people over fine minutes, cell by cell.
static void nested_frames_are_exact(void **state)
{
    (void)state;
    uint32_t seed = 3;
    const ig_frame coarse = {6, 5, 100, 700, 100, 100}, fine = {24, 20, 100, 700, 25, 25};
    float m[480], n[480];
    for (size_t c = 0; c < 480; c++) {
        m[c] = (float)(40 * uniform(&seed));
        n[c] = (float)(9 * uniform(&seed));
    }
    for (int way = 0; way < 2; way++) {
        const ig_frame *to = way ? &fine : &coarse, *from = way ? &coarse : &fine;
        struct drawing d = {0};
        const double xy[] = {133, 240, 160, 690, 420, 610, 655, 300};
        draw(&d, "E1", 4, xy);
        const ig_grid people = {.frame = *from, .cells = n};
        const struct ground g = {to, m, NULL, NULL};
        ig_access *a = access_of(&d, &g, &(ig_people){.grid = &people}, NULL, 0);
        double all = 0, moment = 0;
        for (int64_t row = 0; row < 20; row++) // pieces of the fine frame, people by density
            for (int64_t col = 0; col < 24; col++) {
                const double west = 100 + 25 * (double)col, north = 700 - 25 * (double)row;
                const double size = common_size(&d.rings, 0, west, north - 25, west + 25, north);
                const int64_t big = row / 4 * 6 + col / 4, small = row * 24 + col;
                const double p = way ? size / 1e4 * (double)n[big] : size / 625 * (double)n[small];
                all += p;
                moment += p * (double)m[way ? small : big];
            }
        assert_near(a->rows[0].people, all, 1e-9 * all);
        assert_near(a->rows[0].minutes_mean, moment / all, 1e-9);
        ig_access_free(a);
    }
}

static void people_within_levels_need_no_areas(void **state)
{
    (void)state;
    float count[] = {10, 20, 30, 40, 1, 2, 3, 4};
    ig_grid people = {.frame = frame, .cells = count}, grid = {.frame = frame, .cells = minutes};
    const double levels[] = {2, 5, 100};
    double within[3];
    assert_int_equal(ig_people_within(ctx, NULL, &grid, NULL, &(ig_people){.grid = &people}, NULL,
                                      levels, 3, within),
                     IG_OK);
    assert_near(within[0], 30, 1e-9);
    assert_near(within[1], 101, 1e-9);
    assert_near(within[2], 107, 1e-9); // 3 stand on nodata
    const double by_area[] = {1};
    assert_int_equal(ig_people_within(ctx, NULL, &grid, NULL, &(ig_people){.by_area = by_area},
                                      NULL, levels, 3, within),
                     IG_EINVAL);
}

static int begin(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
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
        cmocka_unit_test_setup_teardown(a_cell_belongs_to_areas_by_its_fraction, begin, end),
        cmocka_unit_test_setup_teardown(coarse_people_stand_on_what_is_passable_in_their_cell,
                                        begin, end),
        cmocka_unit_test_setup_teardown(people_on_a_barrier_stay_there, begin, end),
        cmocka_unit_test_setup_teardown(people_off_the_minutes_are_unreached, begin, end),
        cmocka_unit_test_setup_teardown(negative_people_are_an_error, begin, end),
        cmocka_unit_test_setup_teardown(points_belong_to_the_area_around_them, begin, end),
        cmocka_unit_test_setup_teardown(tiny_cells_and_shared_borders_lose_nobody, begin, end),
        cmocka_unit_test_setup_teardown(nested_frames_are_exact, begin, end),
        cmocka_unit_test_setup_teardown(people_within_levels_need_no_areas, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
