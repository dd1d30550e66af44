// DBF, GeoPackage, GeoJSON, and tables packed in archives.
#include "help.h"

#include <shapefil.h>
#include <sqlite3.h>
#include <zlib.h>

// ---- DBF ------------------------------------------------------------------------------------

static const char *dbf(struct help *help, const char *name, const char *code_page)
{
    const char *path = help_path(help, name);
    DBFHandle file = DBFCreateEx(path, code_page);
    assert_non_null(file);
    assert_int_equal(DBFAddField(file, "CODE", FTString, 9, 0), 0);
    assert_int_equal(DBFAddField(file, "NAME", FTString, 12, 0), 1);
    assert_int_equal(DBFAddField(file, "N", FTInteger, 6, 0), 2);
    assert_int_equal(DBFAddField(file, "RATE", FTDouble, 8, 3), 3);
    static const char *const names[] = {"Oldbridge", "Caf\xE9", "Newport"};
    for (int r = 0; r < 3; r++) {
        char code[32];
        snprintf(code, sizeof code, "E0100000%d", r + 1);
        assert_true(DBFWriteStringAttribute(file, r, 0, code));
        assert_true(DBFWriteStringAttribute(file, r, 1, names[r]));
        if (r != 2) assert_true(DBFWriteIntegerAttribute(file, r, 2, 10 + r));
        if (r == 2) assert_true(DBFWriteNULLAttribute(file, r, 2));
        assert_true(DBFWriteDoubleAttribute(file, r, 3, r + .125));
    }
    DBFClose(file);
    return path;
}

static void dbf_fields_are_text_in_the_stated_encoding(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(help, dbf(help, "a.dbf", "LDID/87"), NULL);
    assert_int_equal(ig_table_rows(table), 3);
    assert_string_equal(help_cell(table, 1, "NAME"), "Caf\xC3\xA9");
    assert_string_equal(help_cell(table, 0, "N"), "10");
    assert_string_equal(help_cell(table, 2, "N"), "");
    assert_string_equal(help_cell(table, 1, "RATE"), "1.125");
    assert_int_equal(ig_table_kind(table, 2), IG_COLUMN_INTEGER);
    assert_string_equal(ig_table_place(table, 1), "record 2");
    assert_int_equal(ig_ctx_warnings(help->ctx), 0);
    size_t column;
    assert_int_equal(ig_table_find(help->ctx, table, "POPULATION_2020", &column), IG_EINVAL);
    help_expect(help, "10 characters");
    ig_table_free(table);

    help_file(help, "b.cpg", "CP437\n");
    const char *path = dbf(help, "b.dbf", NULL);
    help_file(help, "b.cpg", "CP437\n"); // E9 is theta there
    table = help_read(help, path, NULL);
    assert_string_equal(help_cell(table, 1, "NAME"), "Caf\xCE\x98");
    ig_table_free(table);
}

static void without_a_code_page_cp1252_is_assumed_and_told(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(help, dbf(help, "a.dbf", NULL), NULL);
    help_expect(help, "warning: .*record 2, field NAME.*CP1252.*--encoding");
    assert_string_equal(help_cell(table, 1, "NAME"), "Caf\xC3\xA9");
    ig_table_free(table);
    ig_table_options options = ig_table_defaults();
    options.encoding = "UTF-8";
    help_refused(help, help_path(help, "a.dbf"), &options, "record 2, field NAME.*UTF-8");
}

/// Change bytes of a file in place.
static void patch(const char *path, long at, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void deleted_records_are_left_out(void **state)
{
    struct help *help = *state;
    const char *path = dbf(help, "a.dbf", "LDID/87");
    patch(path, 32 + 4 * 32 + 1, "*", 1); // first record
    ig_table *table = help_read(help, path, NULL);
    assert_int_equal(ig_table_rows(table), 2);
    assert_int_equal(ig_table_line(table, 0), 2);
    ig_table_free(table);
}

static void a_wrong_dbf_header_is_told(void **state)
{
    struct help *help = *state;
    const char *path = dbf(help, "a.dbf", "LDID/87");
    patch(path, 8, "\xA0\x0F", 2);
    help_refused(help, path, NULL, "header is wrong: its length is given as 4000 bytes and is 161");
    path = dbf(help, "b.dbf", "LDID/87");
    patch(path, 10, "\x20\x00", 2);
    help_refused(help, path, NULL, "header is wrong: a record is given as 32 bytes");
    path = dbf(help, "c.dbf", "LDID/87");
    assert_int_equal(truncate(path, 200), 0);
    help_refused(help, path, NULL, "header is wrong: 3 records.*cut short after 1");
    path = dbf(help, "d.dbf", "LDID/87");
    patch(path, 4, "\x02", 1);
    help_refused(help, path, NULL, "header is wrong: 2 records are announced, the file holds 3");
}

// ---- GeoPackage -----------------------------------------------------------------------------

static const char *database(struct help *help, const char *name, const char *sql)
{
    const char *path = help_path(help, name);
    unlink(path);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) print_error("%s\n", message);
    assert_null(message);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return path;
}

static const char two_layers[] =
    "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);"
    "INSERT INTO gpkg_contents VALUES ('a \"b', 'features'), ('c', 'attributes'), "
    "('isogap_run', 'attributes');"
    "CREATE TABLE \"a \"\"b\" (fid INTEGER PRIMARY KEY, geom POLYGON, code TEXT, n INTEGER, rate "
    "REAL, big TEXT GENERATED ALWAYS AS (hex(code)) VIRTUAL);"
    "INSERT INTO \"a \"\"b\" VALUES (5, x'00', 'E01000001', 7, 0.1), (9, NULL, 'E01000002', NULL, "
    "1e300);"
    "CREATE TABLE c (code TEXT, n TEXT);"
    "INSERT INTO c VALUES ('E01000001', '*');"
    "CREATE TABLE isogap_run (x TEXT);";

static void a_layer_is_chosen_or_alone(void **state)
{
    struct help *help = *state;
    const char *path = database(help, "a.gpkg", two_layers);
    help_refused(help, path, NULL, "2 layers and none is named: 'a \"b', 'c'(.|\n)*layername=");
    char source[512];
    snprintf(source, sizeof source, "%s|layername=a \"b", path);
    ig_table *table = help_read(help, source, NULL);
    assert_int_equal(ig_table_columns(table), 3); // no shape, no row number, nothing computed
    assert_int_equal(ig_table_rows(table), 2);
    assert_int_equal(ig_table_line(table, 1), 9);
    assert_string_equal(help_cell(table, 0, "n"), "7");
    assert_string_equal(help_cell(table, 1, "n"), "");
    assert_string_equal(help_cell(table, 0, "rate"), "0.1");
    assert_string_equal(help_cell(table, 1, "rate"), "1e+300");
    assert_int_equal(ig_table_kind(table, 1), IG_COLUMN_INTEGER);
    ig_table_free(table);
    ig_table_options options = ig_table_defaults();
    options.sheet = "d";
    help_refused(help, path, &options, "no layer called 'd'");
}

static void a_computed_column_cannot_fill_the_memory(void **state)
{
    struct help *help = *state;
    const char *path = database(help, "g.gpkg",
                                "CREATE TABLE t (code TEXT, n INTEGER, big TEXT GENERATED ALWAYS "
                                "AS (hex(zeroblob(300000000))) VIRTUAL);"
                                "INSERT INTO t (code, n) VALUES ('E01000001', 1);");
    help_refused(help, path, NULL, "the check of the file: a field is over the limit of 64 MiB");
}

static void views_are_refused(void **state)
{
    struct help *help = *state;
    const char *path =
        database(help, "v.gpkg",
                 "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);"
                 "INSERT INTO gpkg_contents VALUES ('v', 'attributes');"
                 "CREATE VIEW v AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
                 "SELECT n AS code, n FROM r;");
    help_refused(help, path, NULL, "layer 'v' is a view");
}

static void a_damaged_geopackage_is_told(void **state)
{
    struct help *help = *state;
    ig_text sql = {0};
    ig_text_append(&sql, "BEGIN; CREATE TABLE t (code TEXT, n INTEGER);");
    for (int i = 0; i < 400; i++) {
        ig_text_format(&sql, "INSERT INTO t VALUES ('E%08d', %d);", i, i);
    }
    ig_text_append(&sql, "COMMIT;");
    const char *path = database(help, "d.gpkg", sql.data);
    ig_text_free(&sql);
    ig_table *table = help_read(help, path, NULL);
    assert_int_equal(ig_table_rows(table), 400);
    ig_table_free(table);
    patch(path, 4096 * 2 + 3, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8);
    help_refused(help, path, NULL, "corrupt");
    assert_int_equal(truncate(path, 9000), 0);
    help_refused(help, path, NULL, "corrupt|malformed");
}

static void reading_a_geopackage_leaves_nothing_beside_it(void **state)
{
    struct help *help = *state;
    const char *path = database(help, "w.gpkg",
                                "PRAGMA journal_mode = WAL;"
                                "CREATE TABLE t (code TEXT, n INTEGER);"
                                "INSERT INTO t VALUES ('E01000001', 1);");
    char before[65], after[65];
    assert_int_equal(ig_sha256_file(help->ctx, path, before), IG_OK);
    ig_table *table = help_read(help, path, NULL);
    ig_table_free(table);
    assert_int_equal(ig_sha256_file(help->ctx, path, after), IG_OK);
    assert_string_equal(before, after);
    assert_int_not_equal(access(help_path(help, "w.gpkg-wal"), F_OK), 0);
    assert_int_not_equal(access(help_path(help, "w.gpkg-shm"), F_OK), 0);
    help_file(help, "w.gpkg-wal", "something");
    help_refused(help, path, NULL, "open in another program");
}

// ---- GeoJSON --------------------------------------------------------------------------------

static void properties_of_features_are_rows(void **state)
{
    struct help *help = *state;
    const char *path = help_file(
        help, "a.geojson",
        "{\"type\": \"FeatureCollection\", \"features\": [\n"
        "{\"type\": \"Feature\", \"id\": 7, \"geometry\": {\"type\": \"Polygon\", "
        "\"coordinates\": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}, \"properties\": {\"code\": "
        "\"E01000001\", \"n\": 10.50, \"x\": null, \"s\": \"\\u00e9 \\ud83d\\ude00\\n\\\"\"}},\n"
        "{\"properties\": {\"n\": 12345678901234567890, \"code\": \"E01000002\", \"more\": [1, "
        "{\"a\": 2}], \"ok\": true}, \"geometry\": null, \"type\": \"Feature\"}]}");
    ig_table *table = help_read(help, path, NULL);
    assert_int_equal(ig_table_columns(table), 7);
    assert_int_equal(ig_table_rows(table), 2);
    assert_string_equal(help_cell(table, 0, "n"), "10.50");
    assert_string_equal(help_cell(table, 1, "n"), "12345678901234567890");
    assert_string_equal(help_cell(table, 0, "x"), "");
    assert_string_equal(help_cell(table, 0, "s"), "\xC3\xA9 \xF0\x9F\x98\x80\n\"");
    assert_string_equal(help_cell(table, 1, "more"), "[1, {\"a\": 2}]");
    assert_string_equal(help_cell(table, 1, "ok"), "true");
    assert_string_equal(help_cell(table, 0, "id"), "7");
    assert_string_equal(ig_table_place(table, 1), "feature 2");
    assert_int_equal(ig_table_kind(table, 1), IG_COLUMN_REAL);
    ig_table_free(table);
}

static void topojson_and_lists_of_objects_are_rows_too(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(
        help,
        help_file(help, "a.json",
                  "{\"type\":\"Topology\",\"objects\":{\"wards\":{\"type\":\"GeometryCollection\","
                  "\"geometries\":[{\"type\":\"Polygon\",\"properties\":{\"WD13CD\":\"E05000001\"},"
                  "\"arcs\":[[0,1]]}]}},\"arcs\":[[[0,0],[1,1]]]}"),
        NULL);
    assert_string_equal(ig_table_code(table, 0), "E05000001");
    ig_table_free(table);
    table = help_read(help,
                      help_file(help, "b.json",
                                "[{\"code\": \"E01000001\", \"n\": 1},\n"
                                "{\"code\": \"E01000002\", \"n\": null}]\n"),
                      NULL);
    assert_int_equal(ig_table_rows(table), 2);
    assert_string_equal(help_cell(table, 0, "n"), "1");
    ig_table_free(table);
}

static void json_texts_keep_what_they_hold(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(
        help,
        help_file(
            help, "a.json",
            "[{\"a\": \"\\ud83d\\ude00 \\u00e9\\u20AC\", \"b\": \"x\ny\", \"c\": \"\\ud800z\"}]"),
        NULL);
    assert_string_equal(help_cell(table, 0, "a"), "\xF0\x9F\x98\x80 \xC3\xA9\xE2\x82\xAC");
    assert_string_equal(help_cell(table, 0, "b"), "x\ny");
    assert_string_equal(help_cell(table, 0, "c"), "\xEF\xBF\xBDz");
    ig_table_free(table);
}

static void broken_json_is_told_with_its_line(void **state)
{
    struct help *help = *state;
    static const char *const files[][2] = {
        {"{\"type\": \"FeatureCollection\", \"features\": [\n{\"properties\": {\"a\": }}]}",
         "JSON, line 2, byte 66: a number expected, found }"},
        {"{\"features\": [{\"properties\": {\"a\": 1}}\n", "truncated"},
        {"{\"features\": [{\"properties\": {\"a\": \"x}}]}", "never closed"},
        {"{\"features\": [{\"properties\": {\"a\": \"\\q\"}}]}", "an escape expected"},
        {"{\"features\": [{\"properties\": {\"a\": 1}}]} x", "the end of the file expected"},
        {"{\"features\": []}", "no data rows"},
        {"[{\"a\": \"\xFF\"}]", "not valid UTF-8"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        help_refused(help, help_file(help, "a.json", files[i][0]), NULL, files[i][1]);
    }
}

static void deep_nesting_is_refused(void **state)
{
    struct help *help = *state;
    ig_text text = {0};
    ig_text_append(&text, "{\"features\": ");
    for (int i = 0; i < 100000; i++)
        ig_text_append(&text, "[");
    help_refused(help, help_file(help, "a.json", text.data), NULL, "expected, found");
    text.length = 0;
    ig_text_append(&text, "{\"x\": ");
    for (int i = 0; i < 100000; i++)
        ig_text_append(&text, "[");
    help_refused(help, help_file(help, "b.json", text.data), NULL, "nested more than 32");
    ig_text_free(&text);
}

// ---- archives and other files ---------------------------------------------------------------

static void a_gzipped_table_is_read(void **state)
{
    struct help *help = *state;
    const char *path = help_path(help, "a.csv.gz");
    gzFile file = gzopen(path, "wb");
    static const char text[] = "code,n\nE01000001,5\n";
    assert_int_equal(gzwrite(file, text, sizeof text - 1), sizeof text - 1);
    assert_int_equal(gzclose(file), Z_OK);
    ig_table *table = help_read(help, path, NULL);
    assert_string_equal(help_cell(table, 0, "n"), "5");
    ig_table_free(table);
}

static void a_folder_of_like_files_is_one_table(void **state)
{
    struct help *help = *state;
    help_file(help, "b.csv", "code,n\nE01000002,6\n");
    help_file(help, "a.csv", "code,n\nE01000001,5\n");
    ig_table *table = help_read(help, help->folder, NULL);
    assert_int_equal(ig_table_rows(table), 2);
    assert_string_equal(ig_table_code(table, 0), "E01000001");
    assert_string_equal(ig_table_place(table, 1), "b.csv line 2");
    ig_table_free(table);
}

static void a_vrt_is_refused_whatever_its_name(void **state)
{
    struct help *help = *state;
    ig_table *table = NULL;
    assert_int_equal(
        ig_table_read(help->ctx,
                      help_file(help, "a.csv",
                                "<OGRVRTDataSource><OGRVRTLayer name=\"data\"><SrcDataSource>"
                                "/vsicurl/http://127.0.0.1:9/t.csv</SrcDataSource></OGRVRTLayer>"
                                "</OGRVRTDataSource>"),
                      NULL, &table),
        IG_EPOLICY);
    help_expect(help, "VRT");
    assert_int_equal(ig_table_read(help->ctx, "/vsicurl/http://127.0.0.1:9/t.csv", NULL, &table),
                     IG_EPOLICY);
    assert_int_equal(ig_table_read(help->ctx, "/nowhere/at/all.csv", NULL, &table), IG_EIO);
    assert_null(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        help_test(dbf_fields_are_text_in_the_stated_encoding),
        help_test(without_a_code_page_cp1252_is_assumed_and_told),
        help_test(deleted_records_are_left_out),
        help_test(a_wrong_dbf_header_is_told),
        help_test(a_layer_is_chosen_or_alone),
        help_test(a_computed_column_cannot_fill_the_memory),
        help_test(views_are_refused),
        help_test(a_damaged_geopackage_is_told),
        help_test(reading_a_geopackage_leaves_nothing_beside_it),
        help_test(properties_of_features_are_rows),
        help_test(topojson_and_lists_of_objects_are_rows_too),
        help_test(json_texts_keep_what_they_hold),
        help_test(broken_json_is_told_with_its_line),
        help_test(deep_nesting_is_refused),
        help_test(a_gzipped_table_is_read),
        help_test(a_folder_of_like_files_is_one_table),
        help_test(a_vrt_is_refused_whatever_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
