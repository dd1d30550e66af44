// Published tables as they were downloaded; skipped where they are not at hand.
#include "help.h"

static const char *shared(const char *name)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s/data/%s", SHARED_DIR, name);
    if (access(path, R_OK) != 0) {
        print_message("skipped: %s is not there\n", path);
        skip();
    }
    return path;
}

static const double *numbers(struct help *help, ig_table *table, const char *name)
{
    const double *values = NULL;
    const ig_status status = ig_table_numbers(help->ctx, table, help_column(help, table, name),
                                              IG_NUMBERS_COUNT, &values);
    if (status) print_error("%s\n", ig_ctx_message(help->ctx));
    assert_int_equal(status, IG_OK);
    return values;
}

static double sum(const double *values, size_t count)
{
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += isnan(values[i]) ? 0 : values[i];
    return total;
}

static void deprivation_ranks_have_thousands_in_quotes(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(
        help, shared("deprivation/File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv"), NULL);
    assert_int_equal(ig_table_rows(table), 32844);
    assert_string_equal(ig_table_column_name(table, 0), "LSOA code (2011)");
    assert_int_equal(ig_table_key_column(table), 0);
    assert_int_equal(ig_table_unique(help->ctx, table), IG_OK);
    const double *rank = numbers(help, table, "Index of Multiple Deprivation (IMD) Rank");
    assert_near(sum(rank, 32844), 539380564, 0); // 1 to 32,844 but for a few ties
    assert_near(rank[0], 29199, 0);
    ig_table_free(table);

    // separators only in values of 1,000 and more
    table =
        help_read(help, shared("deprivation/File_6_-_IoD2019_Population_Denominators.csv"), NULL);
    const double *people = numbers(help, table, "Total population: mid 2015 (excluding prisoners)");
    assert_near(people[0], 1296, 0);
    const double *young =
        numbers(help, table, "Dependent Children aged 0-15: mid 2015 (excluding prisoners)");
    assert_near(young[0], 175, 0);
    ig_table_free(table);
}

static void fingertips_header_is_longer_than_its_rows(void **state)
{
    struct help *help = *state;
    ig_table_options options = ig_table_defaults();
    ig_table *table = help_read(help, shared("fingertips/indicators-CountyUA.data.csv"), NULL);
    help_expect(help, "header has 26 names and every row 25");
    assert_int_equal(ig_table_rows(table), 852);
    assert_int_equal(ig_table_line(table, 1), 4); // the indicator's name holds a line break
    assert_string_equal(help_cell(table, 0, "Indicator Name"),
                        "Campylobacter incidence rate/100,000");
    assert_string_equal(ig_table_column_name(table, ig_table_key_column(table)), "Area Code");
    ig_table_free(table);

    options.where = "\"Time period\"=2017,\"Category Type\"=,Age=All ages,Area Type=County & UA";
    table = help_read(help, shared("fingertips/indicators-CountyUA.data.csv"), &options);
    assert_int_equal(ig_table_unique(help->ctx, table), IG_OK);
    assert_true(ig_table_rows(table) > 140);
    const double *value;
    assert_int_equal(ig_table_numbers(help->ctx, table, help_column(help, table, "Value"),
                                      IG_NUMBERS_ANY, &value),
                     IG_OK);
    ig_table_free(table);
}

static void a_sheet_with_four_header_rows_is_read_by_its_line(void **state)
{
    struct help *help = *state;
    ig_table_options options = ig_table_defaults();
    options.header_row = 5; // the title of the sheet has a line break
    ig_table *table =
        help_read(help, shared("fingertips/ncmp_ward14_2011-12_2013-14.csv"), &options);
    assert_int_equal(ig_table_rows(table), 7630);
    assert_string_equal(ig_table_column_name(table, 0), "Ward code");
    const double *measured, *share;
    assert_int_equal(ig_table_numbers(help->ctx, table, help_column(help, table, "#5"),
                                      IG_NUMBERS_COUNT, &measured),
                     IG_OK);
    assert_near(measured[0], 341, 0);
    assert_int_equal(
        ig_table_numbers(help->ctx, table, help_column(help, table, "#7"), IG_NUMBERS_ANY, &share),
        IG_OK);
    assert_near(share[0], 8.797653958944282E-2, 0);
    size_t hidden = 0;
    for (size_t r = 0; r < 7630; r++) {
        const char *gap = ig_table_gap(table, r, 6);
        hidden += gap && strcmp(gap, "suppressed") == 0;
    }
    assert_true(hidden > 100);
    ig_table_free(table);
}

static void four_header_rows_are_found_without_a_hint(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(help, shared("fingertips/ncmp_ward14_2011-12_2013-14.csv"), NULL);
    help_expect(help, "warning: .*lines 1 to 5 are taken as one header");
    assert_int_equal(ig_table_rows(table), 7630);
    assert_int_equal(ig_table_key_column(table), 0);
    assert_string_equal(ig_table_column_name(table, 0), "Ward code");
    assert_string_equal(ig_table_column_name(table, 8),
                        "Reception (age 4-5 years) 95% confidence limits Upper");
    // python3 -c 'import csv; print(*[sum(float(r[c]) for r in list(csv.reader(open(F)))[4:] if
    // r[c] != "s") for c in (4, 5, 10)])'
    assert_near(sum(numbers(help, table, "Reception (age 4-5 years) Number measured"), 7630),
                1732907, 0);
    assert_near(sum(numbers(help, table, "Reception (age 4-5 years) Number obese"), 7630), 157826,
                0);
    assert_near(sum(numbers(help, table, "Year 6 (age 10-11) Number measured"), 7630), 1487237, 0);
    ig_table_free(table);
}

static void single_years_become_bands(void **state)
{
    struct help *help = *state;
    ig_table_options options = ig_table_defaults();
    options.bands = "0-15,16-64,65+";
    ig_table *table =
        help_read(help, shared("population/population20_lsoa11_single_year.csv.gz"), &options);
    // python3: sums over the columns 0 to 15, 16 to 64, 65 to 90+ of all rows
    assert_near(sum(numbers(help, table, "0-15"), 34753), 11414970, 0);
    assert_near(sum(numbers(help, table, "16-64"), 34753), 37172145, 0);
    assert_near(sum(numbers(help, table, "65+"), 34753), 11132609, 0);
    ig_table_free(table);
    options.bands = "5";
    table =
        help_read(help, shared("population/trafford_mid2022_population_by_age_all_geographies.csv"),
                  &options);
    assert_near(sum(numbers(help, table, "85-89"), 2781), 39230, 0);
    assert_near(sum(numbers(help, table, "90+"), 2781), 21340, 0);
    ig_table_free(table);
}

static void fingertips_lists_what_rows_can_be_chosen_by(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(help, shared("fingertips/indicators-CountyUA.data.csv"), NULL);
    assert_int_equal(ig_table_unique(help->ctx, table), IG_EFORMAT);
    const char *hint = ig_ctx_hint(help->ctx);
    assert_non_null(strstr(hint, "Time period '2015'"));
    assert_non_null(strstr(hint, "Category "));
    assert_non_null(strstr(hint, "--where"));
    ig_table_free(table);
}

static void population_by_single_year_adds_up(void **state)
{
    struct help *help = *state;
    ig_table *table =
        help_read(help, shared("population/population20_lsoa11_single_year.csv.gz"), NULL);
    assert_int_equal(ig_table_rows(table), 34753);
    assert_string_equal(ig_table_column_name(table, ig_table_key_column(table)), "lsoa11_code");
    const double *people = numbers(help, table, "total_population");
    double england = 0;
    for (size_t r = 0; r < 34753; r++) {
        if (*ig_table_code(table, r) == 'E') england += people[r];
    }
    assert_near(england, 56550138, 0);
    ig_table_free(table);
}

static void practices_have_no_header_and_hospitals_are_in_cp1252(void **state)
{
    struct help *help = *state;
    ig_table_options options = ig_table_defaults();
    options.header = "code,name,g,h,a1,a2,a3,a4,a5,postcode,open,close,status,o,c,p,j,l,t,x1,x2,x3,"
                     "am,x4,cur,setting,x5";
    options.key = "code";
    options.where = "status=A,setting=4";
    ig_table *table = help_read(help, shared("nhs_sites/epraccur.csv"), &options);
    assert_int_equal(ig_table_rows(table), 6891);
    assert_int_equal(ig_table_filtered(table), 15199 - 6891);
    ig_table_free(table);

    options = ig_table_defaults();
    options.keyless = true;
    table = help_read(help, shared("nhs_sites/Hospitals.csv"), &options);
    help_expect(help, "CP1252");
    assert_int_equal(ig_table_rows(table), 1093);
    for (size_t r = 0; r < 1093; r++) {
        const char *name = help_cell(table, r, "OrganisationName");
        assert_true(ig_text_is_utf8(name, strlen(name)));
    }
    ig_table_free(table);
}

static void nomis_downloads_are_read(void **state)
{
    struct help *help = *state;
    static const struct {
        const char *name, *key;
        size_t rows;
    } files[] = {
        {"nomis/bulk_census2011_bedrooms_ward11.csv", "geography code", 8570},
        {"nomis/nomis_api_claimant_count_lsoa11_jan2016.csv", "GEOGRAPHY_CODE", 12},
        {"nomis/nomis_api_jsa_rate_lad_jan2018_quoted.csv", "GEOGRAPHY_CODE", 2},
        {"nomis/nomis_api_employment_rate_lad_2016-17_crlf.csv", "GEOGRAPHY_CODE", 2},
        {"nomis/nomis_bulk_qs701ew_travel_to_work_lsoa11_part.csv", "geography code", 676},
        {"nomis/nomis_bulk_qs102ew_density_lsoa11_part.csv", "geography code", 262},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        ig_table *table = help_read(help, shared(files[i].name), NULL);
        assert_int_equal(ig_table_rows(table), files[i].rows);
        assert_string_equal(ig_table_column_name(table, ig_table_key_column(table)), files[i].key);
        ig_table_free(table);
    }
    help_refused(help, shared("nomis/nomis_bulk_qs102ew_density_header_only.csv"), NULL,
                 "no data rows");
    ig_table *table =
        help_read(help, shared("nomis/nomis_api_employment_rate_lad_2016-17_crlf.csv"), NULL);
    assert_int_equal(ig_table_unique(help->ctx, table), IG_EFORMAT);
    help_expect(help, "E09000002 comes more than once.*line 2, line 3(.|\n)*DATE_NAME");
    ig_table_free(table);
}

static void a_dbf_of_real_boundaries_is_read(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(help, shared("boundaries/shapefile/england_lsoa_2011.dbf"), NULL);
    assert_int_equal(ig_table_rows(table), 282);
    assert_string_equal(ig_table_column_name(table, ig_table_key_column(table)), "code");
    ig_table_free(table);
}

static void boundaries_are_tables_too(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(help, shared("boundaries/england_ex_sw_lsoa21_bgc.gpkg"), NULL);
    assert_int_equal(ig_table_rows(table), 30348);
    assert_string_equal(ig_table_column_name(table, ig_table_key_column(table)), "LSOA21CD");
    ig_table_free(table);
    table = help_read(help, shared("boundaries/ward25/E06000046.geojson"), NULL);
    assert_int_equal(ig_table_rows(table), 39);
    assert_string_equal(ig_table_column_name(table, ig_table_key_column(table)), "WD25CD");
    ig_table_free(table);
    table = help_read(help, shared("boundaries/ward13/topo_E06000046.json"), NULL);
    assert_string_equal(ig_table_column_name(table, ig_table_key_column(table)), "WD13CD");
    ig_table_free(table);
    table = help_read(help, shared("boundaries/lsoa11/uk-geojson_lsoa11_topojson_by_lad_ex_sw.zip"),
                      NULL);
    assert_int_equal(ig_table_rows(table), 29563);
    ig_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        help_test(deprivation_ranks_have_thousands_in_quotes),
        help_test(fingertips_header_is_longer_than_its_rows),
        help_test(a_sheet_with_four_header_rows_is_read_by_its_line),
        help_test(four_header_rows_are_found_without_a_hint),
        help_test(single_years_become_bands),
        help_test(fingertips_lists_what_rows_can_be_chosen_by),
        help_test(population_by_single_year_adds_up),
        help_test(practices_have_no_header_and_hospitals_are_in_cp1252),
        help_test(nomis_downloads_are_read),
        help_test(a_dbf_of_real_boundaries_is_read),
        help_test(boundaries_are_tables_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
