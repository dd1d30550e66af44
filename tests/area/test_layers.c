// Layers as they are written: whole, alike each time, sound for others, and read back by ourselves.
#include "shapes_near.h"

#include <math.h>
#include <sqlite3.h>

/// Two triangles and a row without shape, in longitude and latitude with all their digits.
static const char triangles[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"E01000001\",\"name\":\"<b>O'Neil</b> & Co\"},"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-1.123456789012345,53],"
    "[-1.2,53.1],[-1.2,53],[-1.123456789012345,53]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"E01000002\",\"name\":null},"
    "\"geometry\":null},"
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"E01000003\",\"name\":\"=1+1\"},\"geometry\":"
    "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[-1,53],[-0.5,53],[-0.5,53.5],[-1,53]]],"
    "[[[-2,53],[-1.9,53],[-1.9,53.2],[-2,53.2],[-2,53]],"
    "[[-1.95,53.05],[-1.95,53.06],[-1.94,53.06],[-1.95,53.05]]]]}}]}";

static ig_areas *triangle_areas(ig_ctx *ctx)
{
    ig_areas *areas = NULL;
    ig_area_options options = ig_area_defaults();
    options.keep_source = true;
    put_file("triangles.geojson", triangles);
    assert_int_equal(read_areas(ctx, "triangles.geojson", &options, &areas), IG_OK);
    return areas;
}

/// Columns with gaps of each kind, one called like a column of the format's own.
static ig_result *some_columns(const ig_areas *areas)
{
    ig_result *result = NULL;
    ig_column *column;
    assert_int_equal(ig_result_new(ig_areas_count(areas), &result), IG_OK);
    assert_int_equal(ig_result_add(result, "code", IG_COLUMN_TEXT, &column), IG_OK);
    for (size_t i = 0; i < ig_areas_count(areas); i++)
        assert_int_equal(ig_result_set_text(result, column, i, ig_areas_code(areas, i)), IG_OK);
    assert_int_equal(ig_result_add(result, "name", IG_COLUMN_TEXT, &column), IG_OK);
    for (size_t i = 0; i < ig_areas_count(areas); i++)
        assert_int_equal(ig_result_set_text(result, column, i, ig_areas_name(areas, i)), IG_OK);
    assert_int_equal(ig_result_add(result, "FID", IG_COLUMN_INTEGER, &column), IG_OK);
    column->number[0] = 12;
    column->number[1] = 9007199254740992.0;
    assert_int_equal(ig_result_add(result, "a \"quoted\" share", IG_COLUMN_REAL, &column), IG_OK);
    column->number[0] = 0.1;
    column->number[2] = 1e-17;
    return result;
}

static ig_status write_package(ig_ctx *ctx, const char *path, const ig_areas *areas)
{
    ig_layers *layers = NULL;
    ig_result *columns = some_columns(areas);
    const double x[] = {430000.0, 431000.0, 432000.0}, y[] = {380000.0, 380500.0, 381000.0};
    ig_status status = ig_layers_begin(ctx, path, NULL, &layers);
    if (!status) {
        assert_int_equal(ig_layers_areas(layers, "as it \"came\"; DROP", areas, true, columns),
                         IG_OK);
        assert_int_equal(ig_layers_areas(layers, "lsoa", areas, false, columns), IG_OK);
        assert_int_equal(ig_layers_points(layers, "sites", 3, x, y, columns), IG_OK);
        assert_int_equal(ig_layers_table(layers, "isogap_run", columns), IG_OK);
        assert_int_equal(ig_layers_style(layers, "lsoa", "Minutes to the nearest community clinic",
                                         "<qgis/>", "", true),
                         IG_OK);
        assert_int_equal(ig_layers_style(layers, "lsoa", "plain", "<qgis/>", "", false), IG_OK);
        assert_int_equal(ig_layers_metadata(layers, "source", "ONS & OS <2021>"), IG_OK);
        status = ig_layers_finish(layers);
    }
    ig_result_free(columns);
    return status;
}

/// One value of a query as text.
static void assert_query(const char *path, const char *sql, const char *expected)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    const char *text = (const char *)sqlite3_column_text(query, 0);
    if (expected)
        assert_string_equal(text ? text : "NULL", expected);
    else
        assert_null(text);
    sqlite3_finalize(query);
    sqlite3_close(db);
}

static void a_geopackage_holds_layers_tables_styles_and_metadata(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = triangle_areas(ctx);
    unlink("out.gpkg");
    assert_int_equal(write_package(ctx, "out.gpkg", areas), IG_OK);
    assert_query("out.gpkg", "PRAGMA integrity_check", "ok");
    assert_query("out.gpkg", "PRAGMA journal_mode", "delete");
    assert_query("out.gpkg", "SELECT count(*) FROM lsoa", "3");
    assert_query("out.gpkg", "SELECT name FROM lsoa WHERE fid_2=1", "<b>O'Neil</b> & Co");
    assert_query("out.gpkg", "SELECT name FROM lsoa WHERE fid_2=3", "=1+1");
    assert_query("out.gpkg", "SELECT FID FROM lsoa WHERE fid_2=2", "9007199254740992");
    assert_query("out.gpkg", "SELECT FID FROM lsoa WHERE fid_2=3", NULL);
    assert_query("out.gpkg", "SELECT geom FROM lsoa WHERE fid_2=2", NULL);
    assert_query("out.gpkg", "SELECT count(*) FROM rtree_lsoa_geom", "2");
    assert_query("out.gpkg", "SELECT max(length(styleName)) FROM layer_styles", "30");
    assert_query("out.gpkg", "SELECT sum(useAsDefault) FROM layer_styles", "1");
    assert_query("out.gpkg", "SELECT f_table_schema FROM layer_styles", "");
    assert_query("out.gpkg", "SELECT count(*) FROM gpkg_contents WHERE data_type='features'", "3");
    assert_query("out.gpkg", "SELECT srs_id FROM gpkg_contents WHERE table_name LIKE 'as%'",
                 "4326");
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void a_second_run_gives_the_same_bytes(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = triangle_areas(ctx);
    char hex[2][65];
    unlink("one.gpkg");
    unlink("two.gpkg");
    assert_int_equal(write_package(ctx, "one.gpkg", areas), IG_OK);
    ig_ctx_set_threads(ctx, 1);
    assert_int_equal(write_package(ctx, "two.gpkg", areas), IG_OK);
    assert_int_equal(ig_sha256_file(ctx, "one.gpkg", hex[0]), IG_OK);
    assert_int_equal(ig_sha256_file(ctx, "two.gpkg", hex[1]), IG_OK);
    assert_string_equal(hex[0], hex[1]);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void an_output_that_stands_is_left_alone_without_overwrite(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = triangle_areas(ctx);
    unlink("kept.gpkg");
    put_file("kept.gpkg", "precious");
    ig_layers *layers = NULL;
    assert_int_equal(ig_layers_begin(ctx, "kept.gpkg", NULL, &layers), IG_EPOLICY);
    assert_null(layers);
    ig_ctx_set_overwrite(ctx, true);
    assert_int_equal(write_package(ctx, "kept.gpkg", areas), IG_OK);
    assert_query("kept.gpkg", "SELECT count(*) FROM sites", "3");
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void the_validator_of_gdal_has_no_word_to_say(void **state)
{
    (void)state;
    static const char validator[] =
        "/usr/lib/python3/dist-packages/osgeo_utils/samples/validate_gpkg.py";
    if (access(validator, R_OK) || !have_program("/usr/bin/python3")) {
        print_message("skipped: validate_gpkg.py is not there\n");
        skip();
    }
    ig_ctx *ctx = context();
    ig_areas *areas = triangle_areas(ctx);
    unlink("valid.gpkg");
    assert_int_equal(write_package(ctx, "valid.gpkg", areas), IG_OK);
    char command[512];
    snprintf(command, sizeof command,
             "/usr/bin/python3 %s --extra -k --warning-as-error valid.gpkg", validator);
    assert_int_equal(system(command), 0);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

/// Areas read again are those that were written: codes, sizes, and where asked the very digits.
static void assert_same_areas(ig_ctx *ctx, const ig_areas *areas, const char *path,
                              double tolerance)
{
    ig_areas *again = NULL;
    ig_area_options options = ig_area_defaults();
    options.keep_source = true;
    assert_int_equal(read_areas(ctx, path, &options, &again), IG_OK);
    assert_int_equal(ig_areas_count(again), ig_areas_count(areas));
    for (size_t i = 0; i < ig_areas_count(areas); i++) {
        assert_string_equal(ig_areas_code(again, i), ig_areas_code(areas, i));
        assert_string_equal(ig_areas_name(again, i), ig_areas_name(areas, i));
        assert_near(ig_areas_size(again, i), ig_areas_size(areas, i), tolerance);
    }
    ig_areas_free(again);
}

static void write_one(ig_ctx *ctx, const char *path, const ig_areas *areas, bool source)
{
    ig_layers *layers = NULL;
    ig_result *columns = some_columns(areas);
    ig_ctx_set_overwrite(ctx, true);
    assert_int_equal(ig_layers_begin(ctx, path, NULL, &layers), IG_OK);
    assert_int_equal(ig_layers_areas(layers, "areas", areas, source, columns), IG_OK);
    assert_int_equal(ig_layers_table(layers, "isogap_run", columns), IG_OK);
    assert_int_equal(ig_layers_finish(layers), IG_OK);
    ig_result_free(columns);
}

static void all_formats_read_back_as_they_were_written(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = triangle_areas(ctx);
    // sizes of some 10^8 m2; in GeoJSON from the work CRS the seventh decimal of a degree is kept
    static const struct {
        const char *path;
        bool source;
        double tolerance;
    } cases[] = {{"w.gpkg", false, 1e-6},   {"s.gpkg", true, 1e-6}, {"w.geojson", false, 2000.0},
                 {"s.geojson", true, 1e-6}, {"w.shp", false, 1e-6}, {"s.shp", true, 1e-6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_one(ctx, cases[i].path, areas, cases[i].source);
        assert_same_areas(ctx, areas, cases[i].path, cases[i].tolerance);
    }
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void coordinates_as_they_came_keep_every_digit(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = triangle_areas(ctx);
    write_one(ctx, "digits.geojson", areas, true);
    ig_bytes bytes = {0};
    assert_int_equal(ig_bytes_read(ctx, "digits.geojson", &bytes), IG_OK);
    assert_says((const char *)bytes.data, "-1.123456789012345,53]");
    assert_null(strstr((const char *)bytes.data, "crs"));
    ig_bytes_free(&bytes);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void long_names_of_a_shapefile_stand_in_a_table_beside_it(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = triangle_areas(ctx);
    write_one(ctx, "names.shp", areas, false);
    ig_bytes bytes = {0};
    assert_int_equal(ig_bytes_read(ctx, "names.fields.csv", &bytes), IG_OK);
    assert_says((const char *)bytes.data, "\"a \"\"quoted\"\" share\"");
    ig_bytes_free(&bytes);
    assert_int_equal(access("names.cpg", R_OK), 0);
    assert_int_equal(access("names.prj", R_OK), 0);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void rings_in_any_order_become_shells_and_holes(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    // an island in a lake in a square, and a second square; all drawn clockwise, island first
    static const double x[] = {40, 40, 60, 60, 40, 0,   0,   100, 100, 0,
                               20, 20, 80, 80, 20, 200, 200, 300, 300, 200};
    static const double y[] = {40, 60, 60, 40, 40, 0, 100, 100, 0, 0,
                               20, 80, 80, 20, 20, 0, 100, 100, 0, 0};
    static const size_t area_start[] = {0, 3, 4}, ring_start[] = {0, 5, 10, 15, 20};
    const ig_rings rings = {2, area_start, ring_start, x, y};
    ig_layers *layers = NULL;
    ig_result *columns = NULL;
    ig_column *column;
    ig_areas *areas = NULL;
    assert_int_equal(ig_result_new(2, &columns), IG_OK);
    assert_int_equal(ig_result_add(columns, "code", IG_COLUMN_TEXT, &column), IG_OK);
    assert_int_equal(ig_result_set_text(columns, column, 0, "E01000001"), IG_OK);
    assert_int_equal(ig_result_set_text(columns, column, 1, "E01000002"), IG_OK);
    ig_ctx_set_overwrite(ctx, true);
    assert_int_equal(ig_layers_begin(ctx, "rings.gpkg", NULL, &layers), IG_OK);
    assert_int_equal(ig_layers_rings(layers, "isochrones", &rings, columns), IG_OK);
    assert_int_equal(ig_layers_finish(layers), IG_OK);
    assert_int_equal(read_areas(ctx, "rings.gpkg", NULL, &areas), IG_OK);
    assert_near(ig_areas_size(areas, 0), 10000 - 3600 + 400, 1e-9);
    assert_near(ig_areas_size(areas, 1), 10000, 1e-9);
    assert_int_equal(ig_ctx_warnings(ctx), 0); // valid as written
    ig_areas_free(areas);
    ig_result_free(columns);
    ig_ctx_free(ctx);
}

static void nothing_is_left_of_an_output_given_up(void **state)
{
    (void)state;
    static const char *const paths[] = {"gone.gpkg", "gone.geojson", "gone.shp"};
    for (size_t i = 0; i < 3; i++) {
        ig_ctx *ctx = context();
        ig_areas *areas = triangle_areas(ctx);
        ig_layers *layers = NULL;
        assert_int_equal(system("rm -rf given_up && mkdir given_up"), 0);
        char path[64];
        snprintf(path, sizeof path, "given_up/%s", paths[i]);
        assert_int_equal(ig_layers_begin(ctx, path, NULL, &layers), IG_OK);
        assert_int_equal(ig_layers_areas(layers, "areas", areas, false, NULL), IG_OK);
        ig_layers_abort(layers);
        assert_int_equal(system("test -z \"$(ls -A given_up)\""), 0);
        ig_areas_free(areas);
        ig_ctx_free(ctx);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_geopackage_holds_layers_tables_styles_and_metadata),
        cmocka_unit_test(a_second_run_gives_the_same_bytes),
        cmocka_unit_test(an_output_that_stands_is_left_alone_without_overwrite),
        cmocka_unit_test(the_validator_of_gdal_has_no_word_to_say),
        cmocka_unit_test(all_formats_read_back_as_they_were_written),
        cmocka_unit_test(coordinates_as_they_came_keep_every_digit),
        cmocka_unit_test(long_names_of_a_shapefile_stand_in_a_table_beside_it),
        cmocka_unit_test(rings_in_any_order_become_shells_and_holes),
        cmocka_unit_test(nothing_is_left_of_an_output_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
