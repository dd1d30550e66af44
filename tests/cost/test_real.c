// OpenStreetMap: the made-up county, and the real files where they are.
#include "made.h"

#define DATA SHARED_DIR "/data/"

static void build(const char *areas, const ig_cost_options *o, ig_surface **s,
                  ig_cost_report *report, ig_status *status, struct made_words *words)
{
    ig_ctx *ctx = ig_ctx_new();
    ig_areas *extent = NULL;
    words->text[0] = '\0';
    ig_ctx_set_log(ctx, made_hear, words);
    const ig_area_options reading = ig_area_defaults();
    *status = ig_areas_read(ctx, &areas, 1, &reading, &extent);
    if (!*status) *status = ig_cost_build(ctx, extent, o, s, report);
    if (*status) made_hear(IG_ERROR, ig_ctx_message(ctx), ig_ctx_hint(ctx), words);
    ig_areas_free(extent);
    ig_ctx_free(ctx);
}

static void the_made_up_county_from_its_osm_file(void **state)
{
    (void)state;
    const char *const roads[] = {SOURCE_DIR "/geodata/sample/roads.osm"};
    const char *const land[] = {SOURCE_DIR "/geodata/sample/landcover.geojson"};
    ig_cost_options o = ig_cost_defaults();
    o.mode = "walk";
    o.cell = 100;
    o.roads = (ig_texts){roads, 1};
    o.landcover = (ig_texts){land, 1};
    ig_surface *s = NULL;
    ig_cost_report report;
    ig_status status;
    struct made_words words;
    build(SOURCE_DIR "/geodata/sample/lsoa21.geojson", &o, &s, &report, &status, &words);
    if (status) print_error("%s\n", words.text);
    assert_int_equal(status, IG_OK);
    assert_true(report.crossings_known);
    assert_true(report.bridges >= 2);
    assert_true(report.roads_left_out > 0); // the motorway
    assert_true(report.cells_barrier > 0);
    ig_surface_free(s);
}

static bool have(const char *path)
{
    if (access(path, R_OK) == 0) return true;
    print_message("no %s\n", path);
    return false;
}

static void rutland_from_openstreetmap(void **state)
{
    (void)state;
    const char *const osm[] = {DATA "roads/rutland-latest.osm.pbf"};
    if (!have(osm[0])) {
        skip();
        return;
    }
    ig_cost_options o = ig_cost_defaults();
    o.mode = "walk";
    o.cell = 100;
    o.buffer = 50000; // all of the file
    o.roads = (ig_texts){osm, 1};
    o.landcover = (ig_texts){osm, 1};
    ig_surface *s = NULL;
    ig_cost_report report;
    ig_status status;
    struct made_words words;
    build(DATA "boundaries/lsoa11/E06000017.geojson", &o, &s, &report, &status, &words);
    if (status) print_error("%s\n", words.text);
    assert_int_equal(status, IG_OK);
    // 4,474 ways with highway, of which those that are areas are no lines.
    assert_true(report.roads_in > 4400 && report.roads_in <= 4474);
    assert_true(report.bridges > 100);
    assert_true(report.crossings_known);
    assert_true(isnan(s->pace[made_cell(s, 492500, 306500)])); // Rutland Water
    ig_surface_free(s);
}

static void ids_below_zero_are_told(void **state)
{
    (void)state;
    const char *const osm[] = {DATA "roads/iow_os_opendata.pbf"};
    if (!have(osm[0])) {
        skip();
        return;
    }
    ig_cost_options o = ig_cost_defaults();
    o.mode = "walk";
    o.roads = (ig_texts){osm, 1};
    ig_surface *s = NULL;
    ig_status status;
    struct made_words words;
    build(DATA "boundaries/lsoa11/E06000046.geojson", &o, &s, NULL, &status, &words);
    assert_int_equal(status, IG_EFORMAT);
    assert_non_null(strstr(words.text, "negative"));
    assert_non_null(strstr(words.text, "osmium renumber"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_made_up_county_from_its_osm_file),
        cmocka_unit_test(rutland_from_openstreetmap),
        cmocka_unit_test(ids_below_zero_are_told),
    };
    return cmocka_run_group_tests_name("real", tests, made_setup, made_teardown);
}
