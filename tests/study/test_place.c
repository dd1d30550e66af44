// Sites on a grid: where they stand, who is first among equals, and what is never done in silence.
#include "near.h"

#include <core/inside.h>
#include <study/study.h>

#include <stdlib.h>
#include <unistd.h>

static ig_ctx *ctx;
static ig_surface *surface;
static ig_sites *sites;
static ig_placement *placement;

/// A grid of 4 by 3 cells of 100 m at (1000, 2000); '#' is a barrier. Rows from the north.
static void lay(const char *picture)
{
    const ig_frame frame = {
        .cols = 4, .rows = 3, .west = 1000, .north = 2300, .dx = 100, .dy = 100};
    ig_surface_free(surface);
    surface = NULL;
    assert_int_equal(ig_surface_new(ctx, &frame, &surface), IG_OK);
    for (int i = 0; i < 12; i++)
        surface->pace[i] = picture[i] == '#' ? NAN : 1;
}

static ig_status place(const char *rows, double snap, bool clip)
{
    const char *path = "test_place.csv";
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "id,name,x,y\n%s", rows);
    assert_int_equal(fclose(file), 0);
    ig_sites_free(sites);
    ig_placement_free(placement);
    sites = NULL;
    placement = NULL;
    ig_site_options options = ig_site_defaults();
    options.crs = "EPSG:27700";
    ig_status status = ig_sites_read(ctx, &path, 1, &options, &sites);
    unlink(path);
    assert_int_equal(status, IG_OK);
    const ig_place_options how = {.snap = snap, .clip = clip};
    return ig_sites_place(ctx, sites, surface, &how, &placement);
}

static int start(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    return !ctx;
}

static int stop(void **state)
{
    (void)state;
    ig_surface_free(surface);
    ig_sites_free(sites);
    ig_placement_free(placement);
    ig_ctx_free(ctx);
    return 0;
}

static void sites_keep_the_order_of_the_file_and_rank_by_code(void **state)
{
    (void)state;
    lay("............");
    assert_int_equal(place("C2,b,1050,2250\nC1,a,1399,2001\n", 0, false), IG_OK);
    assert_int_equal(placement->count, 2);
    assert_int_equal(placement->sources[0].cell, 0);
    assert_int_equal(placement->sources[1].cell, 11);
    assert_int_equal(placement->sources[0].number, 1);
    assert_int_equal(placement->sources[1].number, 2);
    assert_int_equal(placement->sources[0].rank, 1); // C2 after C1
    assert_int_equal(placement->sources[1].rank, 0);
    assert_near(placement->moved[0], 0, 0);
}

static void a_site_off_the_grid_is_named_with_the_extent(void **state)
{
    (void)state;
    lay("............");
    assert_int_equal(place("C1,a,1050,2250\nC2,b,1450,2250\n", 0, false), IG_EFORMAT);
    const char *message = ig_ctx_message(ctx);
    assert_non_null(strstr(message, "C2"));
    assert_non_null(strstr(message, "line 3"));
    assert_non_null(strstr(message, "1000 2000 to 1400 2300"));
    assert_int_equal(place("C1,a,2250,1050\n", 0, false), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_hint(ctx), "swapped"));
}

static void clipped_sites_are_counted_and_listed(void **state)
{
    (void)state;
    lay("............");
    const size_t before = ig_ctx_warnings(ctx);
    assert_int_equal(place("C1,a,1050,2250\nC2,b,1450,2250\nC3,c,900,900\n", 0, true), IG_OK);
    assert_int_equal(placement->count, 1);
    assert_int_equal(placement->left_out, 2);
    assert_int_equal(placement->left_out_site[1], 2);
    assert_int_equal(ig_ctx_warnings(ctx), before + 1);
    assert_non_null(
        strstr(ig_ctx_warning(ctx, before), "2 sites beyond the grid left out: C2, C3"));
    assert_int_equal(place("C3,c,900,900\n", 0, true), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "no sites"));
}

static void a_site_on_a_barrier_moves_only_when_asked(void **state)
{
    (void)state;
    lay("##.."
        "##.."
        "....");
    assert_int_equal(place("C1,a,1150,2250\n", 0, false), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "C1"));
    assert_non_null(strstr(ig_ctx_message(ctx), "barrier"));
    assert_int_equal(place("C1,a,1150,2250\n", 99, false), IG_EFORMAT); // 100 m to the next cell
    const size_t before = ig_ctx_warnings(ctx);
    assert_int_equal(place("C1,a,1150,2250\n", 100, false), IG_OK);
    assert_int_equal(placement->sources[0].cell, 2);
    assert_near(placement->moved[0], 100, 1e-9);
    assert_non_null(strstr(ig_ctx_warning(ctx, before), "moved 100 m"));
}

static void among_equals_the_first_cell_by_row_is_taken(void **state)
{
    (void)state;
    lay("...."
        ".#.."
        "....");
    assert_int_equal(place("C1,a,1150,2150\n", 150, false), IG_OK);
    assert_int_equal(placement->sources[0].cell, 1); // north of it, before west, east and south
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites_keep_the_order_of_the_file_and_rank_by_code),
        cmocka_unit_test(a_site_off_the_grid_is_named_with_the_extent),
        cmocka_unit_test(clipped_sites_are_counted_and_listed),
        cmocka_unit_test(a_site_on_a_barrier_moves_only_when_asked),
        cmocka_unit_test(among_equals_the_first_cell_by_row_is_taken),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
