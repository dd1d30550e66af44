// Boundaries from GeoJSON, TopoJSON, GeoPackage and Shapefile: the same areas whatever the form,
// and a clear word for each thing that is wrong with a file.
#include "shapes_near.h"

#include <math.h>
#include <sqlite3.h>

/// Two squares of 1000 m and a third with a hole of 100 m, in metres of the National Grid.
static const char squares[] =
    "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
    "\"urn:ogc:def:crs:EPSG::27700\"}},\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"LSOA21CD\":\"E01000001\",\"LSOA21NM\":\"A 001\","
    "\"LADCD\":\"E06000001\",\"people\":12,\"share\":0.5},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[430000,380000],[431000,380000],[431000,381000],[430000,381000],"
    "[430000,380000]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"LSOA21CD\":\"E01000002\",\"LSOA21NM\":\"A 002\","
    "\"LADCD\":\"E06000001\",\"people\":null,\"share\":1},\"geometry\":{\"type\":\"Polygon\","
    "\"coordinates\":[[[431000,380000],[432000,380000],[432000,381000],[431000,381000],"
    "[431000,380000]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"LSOA21CD\":\"E01000003\",\"LSOA21NM\":\"A 003\","
    "\"LADCD\":\"E06000001\",\"people\":7,\"share\":0.25},\"geometry\":{\"type\":\"MultiPolygon\","
    "\"coordinates\":[[[[432000,380000],[433000,380000],[433000,381000],[432000,381000],"
    "[432000,380000]],[[432400,380400],[432400,380500],[432500,380500],[432500,380400],"
    "[432400,380400]]]]}}]}";

static void assert_squares(const ig_areas *areas)
{
    assert_int_equal(ig_areas_count(areas), 3);
    assert_string_equal(ig_areas_code(areas, 1), "E01000002");
    assert_string_equal(ig_areas_name(areas, 1), "A 002");
    assert_string_equal(ig_areas_kind(areas), "lsoa");
    assert_near(ig_areas_size(areas, 0), 1e6, 1e-6);
    assert_near(ig_areas_size(areas, 2), 1e6 - 1e4, 1e-6);
    double x, y, box[4];
    assert_true(ig_areas_centroid(areas, 1, &x, &y));
    assert_near(x, 431500.0, 1e-6);
    assert_near(y, 380500.0, 1e-6);
    ig_areas_box(areas, box);
    assert_near(box[0], 430000.0, 0.0);
    assert_near(box[3], 381000.0, 0.0);
    const ig_rings *rings = ig_areas_rings(areas);
    assert_int_equal(rings->area_start[3], 4);
}

static void geojson_in_metres_is_read_with_codes_names_and_holes(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    put_file("squares.geojson", squares);
    assert_int_equal(read_areas(ctx, "squares.geojson", NULL, &areas), IG_OK);
    assert_squares(areas);
    assert_string_equal(ig_areas_layer(areas), "squares");
    assert_string_equal(ig_areas_source_crs(areas), "EPSG:27700");
    const ig_table *table = ig_areas_table(areas);
    const size_t people = ig_table_column(table, "people");
    assert_int_not_equal(people, SIZE_MAX);
    assert_string_equal(ig_table_text(table, 0, people), "12");
    assert_string_equal(ig_table_text(table, 1, people), "");
    assert_int_equal(ig_table_kind(table, people), IG_COLUMN_INTEGER);
    assert_int_equal(ig_table_kind(table, ig_table_column(table, "share")), IG_COLUMN_REAL);
    assert_int_equal(ig_table_kind(table, ig_table_column(table, "LADCD")), IG_COLUMN_TEXT);
    assert_string_equal(ig_table_code(table, 2), "E01000003");
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void other_forms_by_ogr2ogr_give_the_same_areas(void **state)
{
    (void)state;
    if (!have_program("ogr2ogr")) {
        print_message("skipped: ogr2ogr is not there\n");
        skip();
    }
    put_file("squares.geojson", squares);
    static const char *const forms[][2] = {{"GPKG", "squares.gpkg"},
                                           {"ESRI Shapefile", "squares.shp"},
                                           {"GeoJSON", "squares_copy.geojson"}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char command[256];
        ig_ctx *ctx = context();
        ig_areas *areas = NULL;
        snprintf(command, sizeof command,
                 "rm -f %s; ogr2ogr -f '%s' %s squares.geojson -nlt MULTIPOLYGON 2>/dev/null",
                 forms[i][1], forms[i][0], forms[i][1]);
        assert_int_equal(system(command), 0);
        assert_int_equal(read_areas(ctx, forms[i][1], NULL, &areas), IG_OK);
        assert_squares(areas);
        ig_areas_free(areas);
        ig_ctx_free(ctx);
    }
}

/// The same three squares in steps of 100 m; shared borders are shared arcs, one of them reversed.
static const char topology[] =
    "{\"type\":\"Topology\",\"transform\":{\"scale\":[100,100],\"translate\":[430000,380000]},"
    "\"objects\":{\"squares\":{\"type\":\"GeometryCollection\",\"crs\":{\"type\":\"name\","
    "\"properties\":{\"name\":\"EPSG:27700\"}},\"geometries\":["
    "{\"type\":\"Polygon\",\"id\":\"E01000001\",\"properties\":{\"LSOA21CD\":\"E01000001\","
    "\"LSOA21NM\":\"A 001\"},\"arcs\":[[0,1]]},"
    "{\"type\":\"Polygon\",\"id\":\"E01000002\",\"properties\":{\"LSOA21CD\":\"E01000002\","
    "\"LSOA21NM\":\"A 002\"},\"arcs\":[[-1,2,3,4]]},"
    "{\"type\":\"MultiPolygon\",\"id\":\"E01000003\",\"properties\":{\"LSOA21CD\":\"E01000003\","
    "\"LSOA21NM\":\"A 003\"},\"arcs\":[[[-4,5],[6]]]}]}},"
    "\"arcs\":[[[10,0],[0,10]],[[10,10],[-10,0],[0,-10],[10,0]],[[10,0],[10,0]],"
    "[[20,0],[0,10]],[[20,10],[-10,0]],[[20,0],[10,0],[0,10],[-10,0]],"
    "[[24,4],[0,1],[1,0],[0,-1],[-1,0]]]}";

static void topojson_arcs_are_joined_and_turned(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    put_file("squares.topojson", topology);
    assert_int_equal(read_areas(ctx, "squares.topojson", NULL, &areas), IG_OK);
    assert_squares(areas);
    assert_string_equal(ig_areas_layer(areas), "squares");
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void a_topology_whose_arcs_do_not_meet_is_refused(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    static const char *const broken[] = {
        "{\"type\":\"Topology\",\"objects\":{\"a\":{\"type\":\"Polygon\",\"arcs\":[[0,1]],"
        "\"properties\":{\"code\":\"E01000001\"}}},\"arcs\":[[[0,50],[1,50]],[[1,51],[0,50]]]}",
        "{\"type\":\"Topology\",\"objects\":{\"a\":{\"type\":\"Polygon\",\"arcs\":[[0,7]],"
        "\"properties\":{\"code\":\"E01000001\"}}},\"arcs\":[[[0,50],[1,50]],[[1,51],[0,50]]]}"};
    static const char *const says[] = {"does not begin where", "arc 7"};
    for (int i = 0; i < 2; i++) {
        put_file("broken.topojson", broken[i]);
        assert_int_equal(read_areas(ctx, "broken.topojson", NULL, &areas), IG_EFORMAT);
        assert_says(ig_ctx_message(ctx), says[i]);
        assert_null(areas);
    }
    ig_ctx_free(ctx);
}

static void the_code_column_is_the_one_unique_to_each_feature(void **state)
{
    (void)state;
    static const struct {
        const char *properties[2], *key, *says;
    } cases[] = {
        {{"\"LADCD\":\"E06000001\",\"x\":\"E01000001\"",
          "\"LADCD\":\"E06000001\",\"x\":\"E01000002\""},
         "x",
         NULL},
        {{"\"RGNCD\":\"E12000001\",\"WD23CD\":\"E05000001\"",
          "\"RGNCD\":\"E12000002\",\"WD23CD\":\"E05000002\""},
         "WD23CD",
         NULL},
        {{"\"a\":\"E01000001\",\"b\":\"E01000003\"", "\"a\":\"E01000002\",\"b\":\"E01000004\""},
         NULL,
         "both a and b could be"},
        {{"\"n\":\"one\",\"code\":\"0017\"", "\"n\":\"two\",\"code\":\"0018\""}, "code", NULL},
        {{"\"n\":\"one\"", "\"n\":\"two\""}, NULL, "no column holds codes"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ig_ctx *ctx = context();
        ig_areas *areas = NULL;
        char text[1024];
        snprintf(text, sizeof text,
                 "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
                 "\"properties\":{%s},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
                 "[[[-1,53],[-1,53.1],[-1.1,53],[-1,53]]]}},{\"type\":\"Feature\",\"properties\":"
                 "{%s},\"geometry\":{\"coordinates\":[[[-2,53],[-2,53.1],[-2.1,53],[-2,53]]],"
                 "\"type\":\"Polygon\"}}]}",
                 cases[i].properties[0], cases[i].properties[1]);
        put_file("keys.geojson", text);
        const ig_status status = read_areas(ctx, "keys.geojson", NULL, &areas);
        assert_int_equal(status, cases[i].key ? IG_OK : IG_EFORMAT);
        if (status) {
            assert_says(ig_ctx_message(ctx), cases[i].says);
            assert_says(ig_ctx_hint(ctx), "--areas-key");
        } else {
            const ig_table *table = ig_areas_table(areas);
            assert_string_equal(ig_table_column_name(table, ig_table_key_column(table)),
                                cases[i].key);
        }
        ig_areas_free(areas);
        ig_ctx_free(ctx);
    }
}

static void put_triangle(const char *path, const char *code, int east)
{
    char text[512];
    snprintf(text, sizeof text,
             "{\"type\":\"Feature\",\"properties\":{\"code\":\"%s\"},\"geometry\":{\"type\":"
             "\"Polygon\",\"coordinates\":[[[%d,53],[%d.5,53],[%d.5,53.5],[%d,53]]]}}",
             code, east, east, east, east);
    put_file(path, text);
}

static void like_files_are_read_as_one_and_a_code_in_two_files_is_told(void **state)
{
    (void)state;
    assert_true(mkdir("many", 0700) == 0 || access("many", R_OK) == 0);
    put_triangle("many/a.geojson", "E01000001", -1);
    put_triangle("many/b.geojson", "E01000002", -2);
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    assert_int_equal(read_areas(ctx, "many", NULL, &areas), IG_OK);
    assert_int_equal(ig_areas_count(areas), 2);
    assert_string_equal(ig_areas_layer(areas), "many");
    ig_areas_free(areas);
    areas = NULL;
    put_triangle("many/b.geojson", "e01000001 ", -2);
    assert_int_equal(read_areas(ctx, "many", NULL, &areas), IG_EFORMAT);
    assert_says(ig_ctx_message(ctx), "E01000001 comes twice");
    assert_says(ig_ctx_message(ctx), "b.geojson");
    ig_ctx_free(ctx);
}

static void json_faults_are_named_with_their_place(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{\"type\":\"FeatureCollection\",\n\"features\":[{\"type\":\"Feature\",", "line 2"},
        {"{\"type\":\"FeatureCollection\",\"features\":[{]}", "expected"},
        {"{\"type\":\"FeatureCollection\",\"features\":[\n\n{\"a\":tru}]}", "line 3"},
        {"{\"type\":\"FeatureCollection\",\"features\":[]} x", "end of the file"},
        {"{\"type\":\"FeatureCollection\",\"features\":[]}", "no features"},
        {"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
         "{\"code\":\"E01000001\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
         "[[[0,51],[NaN,52],[1,52],[0,51]]]}}]}",
         "E01000001"},
        {"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
         "{\"code\":\"E01000001\"},\"geometry\":{\"type\":\"LineString\",\"coordinates\":"
         "[[0,51],[1,52]]}}]}",
         "(E01000001) is a line"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ig_ctx *ctx = context();
        ig_areas *areas = NULL;
        put_file("fault.geojson", cases[i][0]);
        assert_int_equal(read_areas(ctx, "fault.geojson", NULL, &areas), IG_EFORMAT);
        assert_says(ig_ctx_message(ctx), cases[i][1]);
        assert_null(areas);
        ig_ctx_free(ctx);
    }
}

static void null_and_empty_geometries_stay_as_rows(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    const char *path = shared("badinputs/boundaries/null_and_empty.gpkg");
    assert_int_equal(read_areas(ctx, path, NULL, &areas), IG_OK);
    assert_int_equal(ig_areas_count(areas), 25);
    assert_warns(ctx, "E01000011 (null), E01000012 (empty)");
    assert_near(ig_areas_size(areas, 10), 0.0, 0.0);
    double x, y;
    assert_false(ig_areas_centroid(areas, 10, &x, &y));
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void bad_boundaries_are_refused_with_the_right_words(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        ig_status status;
        const char *says[2];
    } cases[] = {{"truncated.shp", IG_EFORMAT, {"truncated", "record 15"}},
                 {"no_shx.shp", IG_EFORMAT, {".shx", "missing"}},
                 {"dbf_short.shp", IG_EFORMAT, {"25", "24"}},
                 {"flipped.gpkg", IG_EFORMAT, {"damaged", "flipped.gpkg"}},
                 {"truncated.gpkg", IG_EFORMAT, {"damaged", "truncated"}},
                 {"no_prj.shp", IG_EFORMAT, {"CRS", ".prj"}},
                 {"degrees_as_metres.gpkg", IG_EFORMAT, {"27700", "degrees"}},
                 {"axis_swapped.geojson", IG_EFORMAT, {"swapped", "latitude"}},
                 {"nan_coordinate.gpkg", IG_EFORMAT, {"E01000001", "finite"}},
                 {"huge_coordinates.geojson", IG_EFORMAT, {"E01000001", "out of range"}},
                 {"duplicate_codes.gpkg", IG_EFORMAT, {"E01000005", "twice"}},
                 {"mixed_types.gpkg", IG_EFORMAT, {"E01000024", "point"}},
                 {"two_layers.gpkg", IG_EFORMAT, {"lsoa_2011", "lsoa_2021"}},
                 {"endless_view.gpkg", IG_EPOLICY, {"view", "areas"}},
                 {"areas.vrt", IG_EPOLICY, {"VRT", "not allowed"}},
                 {"crs_link.geojson", IG_EPOLICY, {"crs", "link"}},
                 {"deep_nesting.geojson", IG_EFORMAT, {"nested", "deep"}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[256];
        ig_ctx *ctx = context();
        ig_areas *areas = NULL;
        snprintf(path, sizeof path, "badinputs/boundaries/%s", cases[i].file);
        const ig_status status = read_areas(ctx, shared(path), NULL, &areas);
        if (status != cases[i].status) print_error("%s: %d\n", cases[i].file, status);
        assert_int_equal(status, cases[i].status);
        assert_says(ig_ctx_message(ctx), cases[i].says[0]);
        assert_says(ig_ctx_message(ctx), cases[i].says[1]);
        assert_null(areas);
        ig_ctx_free(ctx);
    }
}

/// The squares as a GeoPackage of our own, changed by a statement.
static void put_package(ig_ctx *ctx, const char *path, const char *sql)
{
    ig_areas *areas = NULL;
    ig_layers *layers = NULL;
    ig_result *columns = NULL;
    ig_column *column;
    sqlite3 *db = NULL;
    put_file("squares.geojson", squares);
    ig_ctx_set_overwrite(ctx, true);
    assert_int_equal(read_areas(ctx, "squares.geojson", NULL, &areas), IG_OK);
    assert_int_equal(ig_result_new(3, &columns), IG_OK);
    assert_int_equal(ig_result_add(columns, "code", IG_COLUMN_TEXT, &column), IG_OK);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(ig_result_set_text(columns, column, i, ig_areas_code(areas, i)), IG_OK);
    assert_int_equal(ig_layers_begin(ctx, path, NULL, &layers), IG_OK);
    assert_int_equal(ig_layers_areas(layers, "a", areas, false, columns), IG_OK);
    assert_int_equal(ig_layers_finish(layers), IG_OK);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "DROP TRIGGER rtree_a_geom_update1; DROP TRIGGER "
                                  "rtree_a_geom_update2; DROP TRIGGER rtree_a_geom_update3; DROP "
                                  "TRIGGER rtree_a_geom_update4; DROP TRIGGER rtree_a_geom_delete",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        print_error("%s: %s\n", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    ig_areas_free(areas);
    ig_result_free(columns);
}

static void geopackages_of_strangers_are_looked_at_before_they_are_believed(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        ig_status status;
        const char *says;
    } cases[] = {
        {"DELETE FROM rtree_a_geom", IG_OK, NULL}, // an index helps, never decides
        {"UPDATE gpkg_contents SET min_x=0,max_x=1", IG_OK, NULL},
        {"ALTER TABLE a ADD COLUMN long TEXT GENERATED ALWAYS AS (hex(code)) VIRTUAL", IG_OK, NULL},
        {"UPDATE gpkg_geometry_columns SET srs_id=-1", IG_EFORMAT, "CRS"},
        {"UPDATE a SET code=NULL WHERE fid=2", IG_EFORMAT, "feature 2 has no code"},
        {"UPDATE a SET code=CAST(x'e9' AS TEXT) WHERE fid=2", IG_EFORMAT, "feature 2, column code"},
        {"UPDATE a SET geom=x'47500001' WHERE fid=3", IG_EFORMAT, "feature 3 is damaged"},
        {"UPDATE a SET geom=substr(geom,1,length(geom)-8) WHERE fid=1", IG_EFORMAT,
         "feature 1 is damaged"},
        {"DROP TABLE a", IG_EFORMAT, "table is missing"},
        {"DROP TABLE gpkg_contents", IG_EFORMAT, "gpkg_contents"},
        {"ALTER TABLE a RENAME TO b; CREATE VIEW a AS SELECT * FROM b", IG_EPOLICY, "view"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ig_ctx *ctx = context();
        ig_areas *areas = NULL;
        put_package(ctx, "stranger.gpkg", cases[i].sql);
        const ig_status status = read_areas(ctx, "stranger.gpkg", NULL, &areas);
        if (status != cases[i].status) print_error("%s\n", cases[i].sql);
        assert_int_equal(status, cases[i].status);
        if (cases[i].says) assert_says(ig_ctx_message(ctx), cases[i].says);
        if (!status) assert_int_equal(ig_areas_count(areas), 3);
        ig_areas_free(areas);
        ig_ctx_free(ctx);
    }
}

static void changes_that_lie_in_a_journal_are_not_passed_over(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    put_package(ctx, "journal.gpkg", "");
    put_file("journal.gpkg-wal", "not empty");
    assert_int_equal(read_areas(ctx, "journal.gpkg", NULL, &areas), IG_EFORMAT);
    assert_says(ig_ctx_message(ctx), "journal.gpkg-wal");
    assert_int_equal(unlink("journal.gpkg-wal"), 0);
    assert_int_equal(read_areas(ctx, "journal.gpkg", NULL, &areas), IG_OK);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void a_crs_stated_for_all_leaves_longitude_and_latitude_alone(void **state)
{
    (void)state;
    static const char *const form = "{\"type\":\"Feature\",\"properties\":{\"code\":\"E01000001\"},"
                                    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":%s}}";
    static const struct {
        const char *coordinates, *crs;
    } cases[] = {
        {"[[[-1,53],[-0.9,53],[-1,53.1],[-1,53]]]", "EPSG:4326"},
        {"[[[430000,380000],[431000,380000],[430000,381000],[430000,380000]]]", "EPSG:27700"}};
    for (size_t i = 0; i < 2; i++) {
        ig_ctx *ctx = context();
        ig_areas *areas = NULL;
        char text[512];
        snprintf(text, sizeof text, form, cases[i].coordinates);
        put_file("stated.geojson", text);
        assert_int_equal(ig_ctx_set_input_crs(ctx, "EPSG:27700"), IG_OK);
        assert_int_equal(read_areas(ctx, "stated.geojson", NULL, &areas), IG_OK);
        assert_string_equal(ig_areas_source_crs(areas), cases[i].crs);
        ig_areas_free(areas);
        ig_ctx_free(ctx);
    }
}

static void a_hostile_layer_name_is_only_a_name(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    const char *path = shared("badinputs/boundaries/sql_layer_name.gpkg");
    assert_int_equal(read_areas(ctx, path, NULL, &areas), IG_OK);
    assert_int_equal(ig_areas_count(areas), 25);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void a_long_field_name_is_told_to_be_cut_by_shapefiles(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    ig_area_options options = ig_area_defaults();
    options.key = "LSOA11CODE_LONG";
    const char *path = shared("badinputs/boundaries/short_names.shp");
    assert_int_equal(read_areas(ctx, path, &options, &areas), IG_EFORMAT);
    assert_says(ig_ctx_message(ctx), "LSOA11CODE");
    assert_says(ig_ctx_hint(ctx), "10 characters");
    ig_ctx_free(ctx);
}

static void a_chosen_layer_is_read(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    char path[1100];
    snprintf(path, sizeof path, "%s|layername=lsoa_2021",
             shared("badinputs/boundaries/two_layers.gpkg"));
    assert_int_equal(read_areas(ctx, path, NULL, &areas), IG_OK);
    assert_string_equal(ig_areas_layer(areas), "lsoa_2021");
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

static void hundreds_of_topologies_in_a_zip_are_one_layer(void **state)
{
    (void)state;
    ig_ctx *ctx = context();
    ig_areas *areas = NULL;
    const char *path = shared("data/boundaries/lsoa11/uk-geojson_lsoa11_topojson_by_lad_ex_sw.zip");
    assert_int_equal(read_areas(ctx, path, NULL, &areas), IG_OK);
    assert_int_equal(ig_areas_count(areas), 29563);
    assert_string_equal(ig_areas_kind(areas), "lsoa");
    double total = 0.0;
    for (size_t i = 0; i < 29563; i++)
        total += ig_areas_size(areas, i);
    assert_near(total / 1e6, 106580.0, 20.0); // England less the South West, km2
    ig_areas_free(areas);
    ig_ctx_free(ctx);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(geojson_in_metres_is_read_with_codes_names_and_holes),
        cmocka_unit_test(other_forms_by_ogr2ogr_give_the_same_areas),
        cmocka_unit_test(topojson_arcs_are_joined_and_turned),
        cmocka_unit_test(a_topology_whose_arcs_do_not_meet_is_refused),
        cmocka_unit_test(the_code_column_is_the_one_unique_to_each_feature),
        cmocka_unit_test(like_files_are_read_as_one_and_a_code_in_two_files_is_told),
        cmocka_unit_test(json_faults_are_named_with_their_place),
        cmocka_unit_test(null_and_empty_geometries_stay_as_rows),
        cmocka_unit_test(bad_boundaries_are_refused_with_the_right_words),
        cmocka_unit_test(geopackages_of_strangers_are_looked_at_before_they_are_believed),
        cmocka_unit_test(changes_that_lie_in_a_journal_are_not_passed_over),
        cmocka_unit_test(a_crs_stated_for_all_leaves_longitude_and_latitude_alone),
        cmocka_unit_test(a_hostile_layer_name_is_only_a_name),
        cmocka_unit_test(a_long_field_name_is_told_to_be_cut_by_shapefiles),
        cmocka_unit_test(a_chosen_layer_is_read),
        cmocka_unit_test(hundreds_of_topologies_in_a_zip_are_one_layer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
