// Travel times on grids that can be read at a glance.
#include "near.h"

#include <core/inside.h>
#include <travel/travel.h>

/// Digits are paces in s/m on cells of 60 m, so that a straight step between ones is a minute;
/// '#' is a barrier, '.' is pace 0.
static ig_surface *cost_from(ig_ctx *ctx, int64_t cols, const char *picture)
{
    const int64_t rows = (int64_t)strlen(picture) / cols;
    const ig_frame frame = {cols, rows, 0.0, 60.0 * (double)rows, 60.0, 60.0};
    ig_surface *surface = NULL;
    assert_int_equal(ig_surface_new(ctx, &frame, &surface), IG_OK);
    for (int64_t i = 0; i < cols * rows; i++) {
        const char c = picture[i];
        surface->pace[i] = c == '#' ? NAN : c == '.' ? 0.0F : (float)(c - '0');
    }
    return surface;
}

static void assert_picture(const ig_grid *grid, const char *expected)
{
    char text[1024] = "";
    size_t length = 0;
    for (int64_t i = 0; i < grid->frame.cols * grid->frame.rows; i++) {
        const char *gap = i % grid->frame.cols ? " " : "";
        const char *end = (i + 1) % grid->frame.cols ? "" : "\n";
        if (isnan(grid->cells[i]))
            length += (size_t)snprintf(text + length, sizeof text - length, "%s - %s", gap, end);
        else
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%.1f%s", gap,
                                       (double)grid->cells[i], end);
    }
    assert_string_equal(text, expected);
}

static void expect(int64_t cols, const char *picture, const ig_travel_options *options,
                   int64_t site, const char *expected)
{
    ig_ctx *ctx = ig_ctx_new();
    ig_surface *surface = cost_from(ctx, cols, picture);
    const ig_source source = {.cell = site, .number = 1};
    ig_grid *minutes = NULL;
    assert_int_equal(ig_travel(ctx, surface, &source, 1, options, &minutes, NULL), IG_OK);
    assert_picture(minutes, expected);
    ig_grid_free(minutes);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
}

static void a_river_is_walked_round(void **state)
{
    (void)state;
    expect(3,
           "111"
           "1#1"
           "1#1",
           NULL, 6,
           "2.0 2.4 3.4\n"
           "1.0  -  3.8\n"
           "0.0  -  4.8\n");
}

static void a_diagonal_wall_holds_unless_corners_are_allowed(void **state)
{
    (void)state;
    const char *wall = "1#1"
                       "#11"
                       "111";
    ig_travel_options options = ig_travel_defaults();
    expect(3, wall, &options, 0,
           "0.0  -   - \n"
           " -   -   - \n"
           " -   -   - \n");
    options.corners = IG_CORNERS_ALLOW;
    expect(3, wall, &options, 0,
           "0.0  -  2.8\n"
           " -  1.4 2.4\n"
           "2.8 2.4 2.8\n");
}

static void strict_corners_need_both_sides(void **state)
{
    (void)state;
    const char *post = "1#"
                       "11";
    ig_travel_options options = ig_travel_defaults();
    expect(2, post, &options, 0,
           "0.0  - \n"
           "1.0 1.4\n");
    options.corners = IG_CORNERS_STRICT;
    expect(2, post, &options, 0,
           "0.0  - \n"
           "1.0 2.0\n");
}

static void a_knight_does_not_leap_a_river(void **state)
{
    (void)state;
    ig_travel_options options = ig_travel_defaults();
    options.neighbours = IG_NEIGHBOURS_32;
    options.corners = IG_CORNERS_ALLOW;
    expect(3,
           "111"
           "###"
           "111",
           &options, 0,
           "0.0 1.0 2.0\n"
           " -   -   - \n"
           " -   -   - \n");
}

static void a_knights_move_costs_the_mean_of_four_cells(void **state)
{
    (void)state;
    ig_travel_options options = ig_travel_defaults();
    options.neighbours = IG_NEIGHBOURS_16;
    // to the lower right: mean of 1 2 2 1 is 1.5, times sqrt 5 = 3.35; by 8 neighbours 3.62
    expect(2,
           "19"
           "22"
           "91",
           &options, 0,
           "0.0 5.0\n"
           "1.5 2.1\n"
           "7.0 3.4\n");
}

static void a_threshold_belongs_to_its_side(void **state)
{
    (void)state;
    ig_travel_options options = ig_travel_defaults();
    options.limit = 2.0;
    expect(5, "11111", &options, 0, "0.0 1.0 2.0  -   - \n");
    options.limit = 0.0;
    expect(5, "1.111", &options, 0, "0.0  -   -   -   - \n");
    expect(5, "...11", &options, 0, "0.0 0.0 0.0  -   - \n");
}

static void shut_sides_are_walls_between_cells(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_surface *surface = cost_from(ctx, 3,
                                    "111"
                                    "111");
    surface->barriers = ig_alloc(6, 1);
    surface->barriers[1] = 1 << 2; // east side of the upper middle: a wall
    surface->barriers[5] = 1 << 6; // west side of the lower right, told from the other cell
    const ig_source source = {.cell = 0, .number = 1};
    ig_grid *minutes = NULL;
    assert_int_equal(ig_travel(ctx, surface, &source, 1, NULL, &minutes, NULL), IG_OK);
    // a wall through the corner: the diagonal has no side way left
    assert_picture(minutes, "0.0 1.0  - \n"
                            "1.0 1.4  - \n");
    ig_grid_free(minutes);
    surface->barriers[5] = 0;
    assert_int_equal(ig_travel(ctx, surface, &source, 1, NULL, &minutes, NULL), IG_OK);
    assert_picture(minutes, "0.0 1.0 2.8\n"
                            "1.0 1.4 2.4\n");
    ig_grid_free(minutes);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
}

static void oblong_cells_count_their_own_sides(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_surface *surface = cost_from(ctx, 2,
                                    "11"
                                    "11");
    surface->frame.dx = 180.0;
    surface->frame.dy = 240.0;
    const ig_source source = {.cell = 0, .number = 1};
    ig_grid *minutes = NULL;
    assert_int_equal(ig_travel(ctx, surface, &source, 1, NULL, &minutes, NULL), IG_OK);
    assert_picture(minutes, "0.0 3.0\n"
                            "4.0 5.0\n");
    ig_grid_free(minutes);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
}

static void equal_times_go_to_the_least_rank(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_surface *surface = cost_from(ctx, 5, "11111");
    ig_source sources[] = {{.cell = 0, .number = 1, .rank = 1},
                           {.cell = 4, .number = 2, .rank = 0}};
    ig_grid *minutes = NULL;
    int32_t *nearest = NULL;
    assert_int_equal(ig_travel(ctx, surface, sources, 2, NULL, &minutes, &nearest), IG_OK);
    const int32_t expected[] = {1, 1, 2, 2, 2};
    assert_memory_equal(nearest, expected, sizeof expected);
    ig_travel_free(nearest);
    ig_grid_free(minutes);
    sources[1].offset = 2.0; // minutes: now it is two further off everywhere
    assert_int_equal(ig_travel(ctx, surface, sources, 2, NULL, &minutes, &nearest), IG_OK);
    assert_picture(minutes, "0.0 1.0 2.0 3.0 2.0\n");
    const int32_t later[] = {1, 1, 1, 2, 2};
    assert_memory_equal(nearest, later, sizeof later);
    ig_travel_free(nearest);
    ig_grid_free(minutes);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
}

/// Minutes from one end of a hundred metres to the other, pace .72 s/m as r.walk has it.
static double uphill(ig_slope slope, ig_direction direction, float rise)
{
    ig_ctx *ctx = ig_ctx_new();
    ig_surface *surface = cost_from(ctx, 2, "11");
    surface->frame.dx = surface->frame.dy = 100.0;
    surface->pace[0] = surface->pace[1] = .72F;
    surface->elevation = ig_alloc(2, sizeof(float));
    surface->elevation[0] = 200.0F;
    surface->elevation[1] = 200.0F + rise;
    ig_travel_options options = ig_travel_defaults();
    options.slope = slope;
    options.direction = direction;
    const ig_source source = {.cell = 0, .number = 1};
    ig_grid *minutes = NULL;
    assert_int_equal(ig_travel(ctx, surface, &source, 1, &options, &minutes, NULL), IG_OK);
    const double seconds = 60.0 * (double)minutes->cells[1];
    ig_grid_free(minutes);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
    return seconds;
}

static void langmuir_walks_as_r_walk(void **state)
{
    (void)state;
    // methods, section 3: dh 0, 10, -10, -30 over 100 m
    assert_near(uphill(IG_SLOPE_LANGMUIR, IG_FROM_SITE, 0), 72.0, 1e-4);
    assert_near(uphill(IG_SLOPE_LANGMUIR, IG_FROM_SITE, 10), 132.0, 2e-4);
    assert_near(uphill(IG_SLOPE_LANGMUIR, IG_FROM_SITE, -10), 52.002, 1e-4);
    assert_near(uphill(IG_SLOPE_LANGMUIR, IG_FROM_SITE, -30), 131.994, 2e-4);
    // at -.2125 exactly the gentle branch, a little steeper the other
    assert_near(uphill(IG_SLOPE_LANGMUIR, IG_FROM_SITE, -21.25F), 29.504, 1e-3);
    assert_near(uphill(IG_SLOPE_LANGMUIR, IG_FROM_SITE, -21.5F), 114.996, 1e-3);
    // to the site: the walk goes the other way
    assert_near(uphill(IG_SLOPE_LANGMUIR, IG_TO_SITE, -10), 132.0, 2e-4);
    assert_near(uphill(IG_SLOPE_LANGMUIR, IG_TO_SITE, 10), 52.002, 1e-4);
}

static void tobler_scales_pace_by_his_speeds(void **state)
{
    (void)state;
    const double flat = 5.036742, up = 3.549332; // km/h, methods, section 3
    assert_near(uphill(IG_SLOPE_TOBLER, IG_FROM_SITE, 10), 72.0 * flat / up, 2e-4);
    assert_near(uphill(IG_SLOPE_TOBLER, IG_FROM_SITE, -5), 72.0 * flat / 6.0, 2e-4);
    assert_near(uphill(IG_SLOPE_TOBLER, IG_FROM_SITE, -10), 72.0, 2e-4);
    assert_near(uphill(IG_SLOPE_TOBLER, IG_TO_SITE, -10), 72.0 * flat / up, 2e-4);
    assert_near(uphill(IG_SLOPE_DEFAULT, IG_TO_SITE, -10), 72.0 * flat / up, 2e-4);
    assert_near(uphill(IG_SLOPE_NONE, IG_TO_SITE, -10), 72.0, 1e-4);
}

static ig_status status_of(ig_surface *surface, ig_source source, ig_travel_options options,
                           ig_ctx *ctx)
{
    ig_grid *minutes = NULL;
    const ig_status status = ig_travel(ctx, surface, &source, 1, &options, &minutes, NULL);
    if (status) assert_null(minutes);
    ig_grid_free(minutes);
    return status;
}

static void bad_input_is_named(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_surface *surface = cost_from(ctx, 3, "1#1");
    const ig_travel_options plain = ig_travel_defaults();
    assert_int_equal(status_of(surface, (ig_source){.cell = 3, .number = 7}, plain, ctx),
                     IG_EINVAL);
    assert_non_null(strstr(ig_ctx_message(ctx), "site 7"));
    assert_non_null(strstr(ig_ctx_message(ctx), "off"));
    assert_int_equal(status_of(surface, (ig_source){.cell = 1, .number = 8}, plain, ctx),
                     IG_EINVAL);
    assert_non_null(strstr(ig_ctx_message(ctx), "barrier"));
    assert_int_equal(status_of(surface, (ig_source){.cell = 0, .offset = -1}, plain, ctx),
                     IG_EINVAL);
    assert_int_equal(status_of(surface, (ig_source){.cell = 0, .offset = NAN}, plain, ctx),
                     IG_EINVAL);
    ig_travel_options options = plain;
    options.slope = IG_SLOPE_TOBLER;
    assert_int_equal(status_of(surface, (ig_source){.cell = 0}, options, ctx), IG_EINVAL);
    assert_non_null(strstr(ig_ctx_message(ctx), "elevation"));
    options = plain;
    options.limit = -1;
    assert_int_equal(status_of(surface, (ig_source){.cell = 0}, options, ctx), IG_EINVAL);
    surface->pace[2] = -1.0F;
    assert_int_equal(status_of(surface, (ig_source){.cell = 0}, plain, ctx), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "negative"));
    surface->pace[2] = INFINITY;
    assert_int_equal(status_of(surface, (ig_source){.cell = 0}, plain, ctx), IG_OK);
    assert_int_equal(status_of(surface, (ig_source){.cell = 2}, plain, ctx), IG_EINVAL);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
}

static void no_source_reaches_nothing(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_surface *surface = cost_from(ctx, 2, "1#");
    ig_grid *minutes = NULL;
    int32_t *nearest = NULL;
    assert_int_equal(ig_travel(ctx, surface, NULL, 0, NULL, &minutes, &nearest), IG_OK);
    assert_picture(minutes, " -   - \n");
    assert_int_equal(nearest[0], 0);
    ig_travel_free(nearest);
    ig_grid_free(minutes);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_river_is_walked_round),
        cmocka_unit_test(a_diagonal_wall_holds_unless_corners_are_allowed),
        cmocka_unit_test(strict_corners_need_both_sides),
        cmocka_unit_test(a_knight_does_not_leap_a_river),
        cmocka_unit_test(a_knights_move_costs_the_mean_of_four_cells),
        cmocka_unit_test(a_threshold_belongs_to_its_side),
        cmocka_unit_test(shut_sides_are_walls_between_cells),
        cmocka_unit_test(oblong_cells_count_their_own_sides),
        cmocka_unit_test(equal_times_go_to_the_least_rank),
        cmocka_unit_test(langmuir_walks_as_r_walk),
        cmocka_unit_test(tobler_scales_pace_by_his_speeds),
        cmocka_unit_test(bad_input_is_named),
        cmocka_unit_test(no_source_reaches_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
