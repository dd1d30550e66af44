// The made-up county hangs together: counts, borders that meet, people, codes of no real place.
#include "near.h"

#include "area/area.h"
#include "core/core.h"
#include "table/table.h"

#include <stdlib.h>

#define SAMPLE SOURCE_DIR "/geodata/sample/"

static ig_areas *areas_of(ig_ctx *ctx, const char *path)
{
    ig_areas *areas = NULL;
    const ig_area_options options = ig_area_defaults();
    const ig_status status = ig_areas_read(ctx, &path, 1, &options, &areas);
    if (status) print_error("%s\n", ig_ctx_message(ctx));
    assert_int_equal(status, IG_OK);
    return areas;
}

static double whole_size(const ig_areas *areas)
{
    double sum = 0.0;
    for (size_t i = 0; i < ig_areas_count(areas); i++)
        sum += ig_areas_size(areas, i);
    return sum;
}

static void each_level_covers_the_same_land_and_nothing_needs_repair(void **state)
{
    (void)state;
    static const struct {
        const char *path, *kind, *prefix;
        size_t count;
    } levels[] = {{SAMPLE "lsoa21.geojson", "lsoa", "E019", 300},
                  {SAMPLE "lsoa11.geojson", "lsoa", "E0190", 297},
                  {SAMPLE "wards25.shp", "ward", "E0599", 30},
                  {SAMPLE "lad25.geojson", "district", "E0699", 3}};
    ig_ctx *ctx = ig_ctx_new();
    double size = 0.0;
    for (size_t k = 0; k < sizeof levels / sizeof *levels; k++) {
        ig_areas *areas = areas_of(ctx, levels[k].path);
        assert_int_equal(ig_areas_count(areas), levels[k].count);
        assert_string_equal(ig_areas_kind(areas), levels[k].kind);
        assert_string_equal(ig_areas_source_crs(areas), "EPSG:27700");
        for (size_t i = 0; i < ig_areas_count(areas); i++)
            assert_int_equal(
                strncmp(ig_areas_code(areas, i), levels[k].prefix, strlen(levels[k].prefix)), 0);
        if (k == 0) size = whole_size(areas);
        assert_near(whole_size(areas), size, 1e-3);
        ig_areas_free(areas);
    }
    assert_near(size, 281e6, 1e6);
    for (size_t w = 0; w < ig_ctx_warnings(ctx); w++)
        print_error("%s\n", ig_ctx_warning(ctx, w));
    assert_int_equal(ig_ctx_warnings(ctx), 0);
    ig_ctx_free(ctx);
}

static void names_keep_their_letters(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_areas *wards = areas_of(ctx, SAMPLE "wards25.shp");
    bool circumflex = false, ampersand = false;
    for (size_t i = 0; i < ig_areas_count(wards); i++) {
        circumflex |= strcmp(ig_areas_name(wards, i), "M\xc3\xb4rfa") == 0;
        ampersand |= strcmp(ig_areas_name(wards, i), "Castle & Quay") == 0;
    }
    assert_true(circumflex && ampersand);
    ig_areas_free(wards);
    ig_ctx_free(ctx);
}

static void people_of_each_age_and_sex_add_up(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_table *table = NULL;
    assert_int_equal(ig_table_read(ctx, SAMPLE "population21_lsoa21_age_sex.csv", NULL, &table),
                     IG_OK);
    assert_int_equal(ig_table_rows(table), 300);
    const size_t total = ig_table_column(table, "Total");
    double sum = 0.0;
    for (size_t i = 0; i < 300; i++) {
        double ages = 0.0;
        for (size_t c = total + 1; c < ig_table_columns(table); c++)
            ages += strtod(ig_table_text(table, i, c), NULL);
        assert_near(ages, strtod(ig_table_text(table, i, total), NULL), 0.0);
        sum += ages;
    }
    assert_true(sum > 400000.0 && sum < 700000.0);
    ig_table_free(table);
    ig_ctx_free(ctx);
}

static void deprivation_uses_every_decile(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_table *table = NULL;
    assert_int_equal(ig_table_read(ctx, SAMPLE "iod2025_file1.csv", NULL, &table), IG_OK);
    const size_t column = ig_table_column(table, "Index of Multiple Deprivation (IMD) Decile");
    const size_t rank = ig_table_column(table, "Index of Multiple Deprivation (IMD) Rank");
    const double *deciles = NULL, *ranks = NULL;
    assert_int_equal(ig_table_numbers(ctx, table, column, IG_NUMBERS_ANY, &deciles), IG_OK);
    assert_int_equal(ig_table_numbers(ctx, table, rank, IG_NUMBERS_ANY, &ranks), IG_OK);
    int seen[11] = {0};
    for (size_t i = 0; i < ig_table_rows(table); i++) {
        seen[(int)deciles[i]]++;
        assert_near(deciles[i], 1 + floor((ranks[i] - 1) * 10 / 33755), 0.0);
        for (size_t k = 0; k < i; k++)
            assert_true(ranks[k] != ranks[i]);
    }
    for (int d = 1; d <= 10; d++)
        assert_true(seen[d] >= 10);
    ig_table_free(table);
    ig_ctx_free(ctx);
}

static void the_lookup_knows_every_kind_of_change(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_table *table = NULL;
    ig_table_options options = ig_table_defaults();
    options.keyless = true;
    assert_int_equal(ig_table_read(ctx, SAMPLE "lsoa11_lsoa21_lookup.csv", &options, &table),
                     IG_OK);
    const size_t column = ig_table_column(table, "CHGIND");
    int u = 0, s = 0, m = 0, x = 0;
    for (size_t i = 0; i < ig_table_rows(table); i++) {
        const char letter = ig_table_text(table, i, column)[0];
        u += letter == 'U';
        s += letter == 'S';
        m += letter == 'M';
        x += letter == 'X';
    }
    assert_int_equal(s, 16); // eight areas in two
    assert_int_equal(m, 10); // ten areas to five
    assert_true(x >= 4);
    assert_int_equal(u, 300 - 16 - 5 - 4);
    ig_table_free(table);
    ig_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_level_covers_the_same_land_and_nothing_needs_repair),
        cmocka_unit_test(names_keep_their_letters),
        cmocka_unit_test(people_of_each_age_and_sex_add_up),
        cmocka_unit_test(deprivation_uses_every_decile),
        cmocka_unit_test(the_lookup_knows_every_kind_of_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
