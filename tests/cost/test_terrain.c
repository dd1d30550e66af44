// Where the terrain has gaps: sea beside the sea, land beside land, and told.
#include "made.h"

/// Heights on 2 km by 4 km in the west of the study area; the east has none.
static void half_terrain(double height)
{
    FILE *file = fopen(made_path("dem.asc"), "wb");
    assert_non_null(file);
    fprintf(file, "ncols 50\nnrows 100\nxllcorner 398500\nyllcorner 298500\ncellsize 50\n");
    for (int r = 0; r < 100; r++)
        for (int c = 0; c < 50; c++)
            fprintf(file, "%.1f%s", height, c == 49 ? "\n" : " ");
    assert_int_equal(fclose(file), 0);
}

static ig_surface *surface_of(ig_cost_report *report, struct made_words *words)
{
    static const char *dem[1];
    dem[0] = made_path("dem.asc");
    ig_cost_options o = ig_cost_defaults();
    o.mode = "walk";
    o.cell = 50;
    o.buffer = 1000;
    o.dem = (ig_texts){dem, 1};
    ig_surface *s = NULL;
    ig_ctx *ctx = ig_ctx_new();
    ig_areas *areas = NULL;
    const char *path = made_path("areas.geojson");
    words->text[0] = '\0';
    ig_ctx_set_log(ctx, made_hear, words);
    assert_int_equal(ig_ctx_set_input_crs(ctx, "EPSG:27700"), IG_OK);
    const ig_area_options reading = ig_area_defaults();
    assert_int_equal(ig_areas_read(ctx, &path, 1, &reading, &areas), IG_OK);
    const ig_status status = ig_cost_build(ctx, areas, &o, &s, report);
    if (status) print_error("%s\n", ig_ctx_message(ctx));
    ig_areas_free(areas);
    ig_ctx_free(ctx);
    assert_int_equal(status, IG_OK);
    return s;
}

static void ground_without_heights_inland_is_land(void **state)
{
    (void)state;
    made_square(2000);
    half_terrain(30);
    ig_cost_report report;
    struct made_words words;
    ig_surface *s = surface_of(&report, &words);
    assert_int_equal(report.cells_sea, 0);
    assert_near(s->pace[made_cell(s, 402610, 301010)], 1.8, 1e-6);
    assert_non_null(strstr(words.text, "10 km squares SK00"));
    assert_non_null(strstr(words.text, "level land"));
    ig_surface_free(s);
}

static void ground_without_heights_beside_the_sea_is_sea(void **state)
{
    (void)state;
    made_square(2000);
    half_terrain(-0.9);
    ig_cost_report report;
    struct made_words words;
    ig_surface *s = surface_of(&report, &words);
    assert_true(isnan(s->pace[made_cell(s, 402610, 301010)]));
    assert_false(isnan(s->pace[made_cell(s, 401610, 301010)])); // an area is never sea
    assert_non_null(strstr(words.text, "taken as sea"));
    ig_surface_free(s);
}

static void heights_of_no_land_are_undeclared_nodata(void **state)
{
    (void)state;
    made_square(2000);
    const double heights[] = {-9999, -32768, 65535, 1e30};
    for (size_t i = 0; i < sizeof heights / sizeof *heights; i++) {
        half_terrain(heights[i]);
        ig_cost_report report;
        struct made_words words;
        ig_surface *s = surface_of(&report, &words);
        assert_int_equal(report.cells_sea, 0); // level and below 0, and no sea for all that
        assert_near(s->pace[made_cell(s, 399610, 301010)], 1.8, 1e-6);
        assert_true(!s->elevation || isnan(s->elevation[made_cell(s, 399610, 301010)]));
        assert_non_null(strstr(words.text, "dem.asc: "));
        assert_non_null(strstr(words.text, "no height that land has"));
        assert_non_null(strstr(words.text, "-a_nodata"));
        ig_surface_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ground_without_heights_inland_is_land),
        cmocka_unit_test(ground_without_heights_beside_the_sea_is_sea),
        cmocka_unit_test(heights_of_no_land_are_undeclared_nodata),
    };
    return cmocka_run_group_tests_name("terrain", tests, made_setup, made_teardown);
}
