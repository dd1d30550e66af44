// Styles in a GeoPackage: one default a layer, names that fit, the gaps' rules beside the classes.
#include "near.h"

#include "core/inside.h"
#include "map/map.h"

#include <sqlite3.h>
#include <unistd.h>

static ig_ctx *ctx;
static ig_areas *areas;
static ig_result *columns;

static const char *const long_name = "a_very_long_column_name_that_goes_on_and_on_one";
static const char *const long_twin = "a_very_long_column_name_that_goes_on_and_on_two";

static ig_status add_numbers(const char *name, size_t gaps)
{
    ig_column *column;
    const ig_status status = ig_result_add(columns, name, IG_COLUMN_REAL, &column);
    if (status) return status;
    for (size_t i = gaps; i < columns->rows; i++)
        column->number[i] = (double)(i * 37 % 101) / 3.0;
    column->title = ig_text_copy("Title of <it> & \"more\"");
    return column->title ? IG_OK : IG_EMEMORY;
}

static int start(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    ig_ctx_set_overwrite(ctx, true);
    const char *path = SOURCE_DIR "/geodata/sample/lsoa21.geojson";
    const ig_area_options options = ig_area_defaults();
    if (ig_areas_read(ctx, &path, 1, &options, &areas) ||
        ig_result_new(ig_areas_count(areas), &columns))
        return -1;
    ig_column *codes;
    if (ig_result_add(columns, "code", IG_COLUMN_TEXT, &codes)) return -1;
    for (size_t i = 0; i < columns->rows; i++)
        if (ig_result_set_text(columns, codes, i, ig_areas_code(areas, i))) return -1;
    return add_numbers("whole", 0) || add_numbers("gaps", 12) || add_numbers(long_name, 3) ||
                   add_numbers(long_twin, 3)
               ? -1
               : 0;
}

static int stop(void **state)
{
    (void)state;
    ig_result_free(columns);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
    return 0;
}

static void write_file(const char *path)
{
    const char *names[] = {"gaps", "whole", long_name, long_twin};
    ig_choropleth *maps[4] = {NULL};
    const ig_style *styles[4];
    const ig_map_options choices = ig_map_defaults();
    for (size_t m = 0; m < 4; m++) {
        assert_int_equal(ig_choropleth_new(ctx, columns, names[m], &choices, &maps[m]), IG_OK);
        styles[m] = ig_choropleth_style(maps[m]);
    }
    ig_layers *layers = NULL;
    assert_int_equal(ig_layers_begin(ctx, path, NULL, &layers), IG_OK);
    ig_status status = ig_layers_areas(layers, "lsoa21", areas, false, columns);
    if (!status) status = ig_map_styles(ctx, layers, "lsoa21", styles, 4, columns);
    if (!status) status = ig_layers_finish(layers);
    if (status) print_error("%s\n", ig_ctx_message(ctx));
    assert_int_equal(status, IG_OK);
    for (size_t m = 0; m < 4; m++)
        ig_choropleth_free(maps[m]);
}

static int64_t number(sqlite3 *base, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(base, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void each_value_is_a_style_and_the_first_is_shown(void **state)
{
    (void)state;
    write_file("styles.gpkg");
    sqlite3 *base = NULL;
    assert_int_equal(sqlite3_open_v2("styles.gpkg", &base, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    // gaps twice, whole once, the long names twice each
    assert_int_equal(number(base, "select count(*) from layer_styles"), 7);
    assert_int_equal(number(base, "select count(distinct styleName) from layer_styles"), 7);
    assert_int_equal(number(base, "select max(length(styleName)) from layer_styles"), 30);
    assert_int_equal(number(base, "select count(*) from layer_styles where useAsDefault"), 1);
    assert_int_equal(number(base, "select count(*) from layer_styles where useAsDefault and "
                                  "styleName='gaps' and styleQML like '%RuleRenderer%'"),
                     1);
    assert_int_equal(number(base, "select count(*) from layer_styles where "
                                  "styleName='gaps graduated' and not useAsDefault and "
                                  "styleQML like '%graduatedSymbol%'"),
                     1);
    assert_int_equal(number(base, "select count(*) from layer_styles where f_table_catalog<>'' or "
                                  "f_table_schema<>'' or f_table_name<>'lsoa21' or "
                                  "f_geometry_column<>(select column_name from "
                                  "gpkg_geometry_columns)"),
                     0);
    assert_int_equal(number(base, "select count(*) from layer_styles where styleQML like "
                                  "'%Title of &lt;it&gt; &amp; &quot;more&quot;%' and styleSLD "
                                  "like '%StyledLayerDescriptor%'"),
                     7);
    sqlite3_close(base);
    unlink("styles.gpkg");
}

static void a_second_run_gives_the_same_bytes(void **state)
{
    (void)state;
    char first[65], second[65];
    write_file("once.gpkg");
    assert_int_equal(ig_sha256_file(ctx, "once.gpkg", first), IG_OK);
    ig_ctx_set_threads(ctx, 3);
    write_file("once.gpkg");
    assert_int_equal(ig_sha256_file(ctx, "once.gpkg", second), IG_OK);
    assert_string_equal(first, second);
    unlink("once.gpkg");
}

static void files_without_styles_are_written_all_the_same(void **state)
{
    (void)state;
    write_file("plain.geojson");
    assert_int_equal(access("plain.geojson", R_OK), 0);
    unlink("plain.geojson");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_is_a_style_and_the_first_is_shown),
        cmocka_unit_test(a_second_run_gives_the_same_bytes),
        cmocka_unit_test(files_without_styles_are_written_all_the_same),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
