// Joins: every area and every row accounted for, told why, and the same whatever the order.
#include "help_join.h"

static const char *const four[] = {"E01000001", "E01000002", "E01000003", "E01000004"};

static void each_area_stands_once_with_its_values(void **state)
{
    struct help *help = *state;
    ig_join *join = join_text(help, four, 4,
                              "code,name,n,rate\nE01000003,C,30,\"1,000.5\"\nE01000001,A,*,2\n"
                              "E01000004,D,40,3\nE01000002,B,20,4\n",
                              NULL);
    static const char *const names[] = {"code",     "hectares", "name",  "n",
                                        "n_status", "rate",     "status"};
    assert_int_equal(join->columns->count, 7);
    for (size_t c = 0; c < 7; c++)
        assert_string_equal(join->columns->columns[c].name, names[c]);
    assert_int_equal(join->own, 2);
    assert_string_equal(column_of(join, "code")->text[2], "E01000003");
    assert_near(column_of(join, "hectares")->number[2], 100, 1e-9);
    assert_string_equal(column_of(join, "name")->text[2], "C");
    assert_near(column_of(join, "n")->number[3], 40, 0);
    assert_true(isnan(column_of(join, "n")->number[0]));
    assert_int_equal(column_of(join, "n")->kind, IG_COLUMN_INTEGER);
    assert_string_equal(column_of(join, "n_status")->text[0], "suppressed: *");
    assert_string_equal(column_of(join, "n_status")->text[1], "ok");
    assert_near(column_of(join, "rate")->number[2], 1000.5, 0);
    assert_string_equal(column_of(join, "status")->text[0], "matched");
    const ig_join_count *count = &join->counts[0];
    assert_int_equal(count->areas_in, 4);
    assert_int_equal(count->matched, 4);
    assert_int_equal(count->rows_in, 4);
    assert_int_equal(count->markers, 1);
    assert_string_equal(count->marker[0], "*");
    assert_int_equal(count->marker_count[0], 1);
    help_expect(help, "warning: .*column n: 1 value is a marker");
    ig_join_free(join);
}

static void columns_are_chosen_and_renamed(void **state)
{
    struct help *help = *state;
    const char *text = "code,\"a, b\",n,status,hectares\nE01000001,1,2,x,9\nE01000002,3,4,y,9\n"
                       "E01000003,5,6,z,9\nE01000004,7,8,w,9\n";
    ig_join *join = join_text(help, four, 4, text, "n=births,\"a, b\"");
    assert_int_equal(join->columns->count, 5);
    assert_near(column_of(join, "births")->number[1], 4, 0);
    assert_string_equal(column_of(join, "births")->title, "n");
    assert_near(column_of(join, "a, b")->number[1], 3, 0);
    ig_join_free(join);

    join = join_text(help, four, 4, text, NULL); // names that are taken get a number
    assert_string_equal(column_of(join, "status_2")->text[0], "x");
    assert_string_equal(column_of(join, "status")->text[0], "matched");
    assert_near(column_of(join, "hectares_2")->number[0], 9, 0);
    assert_near(column_of(join, "hectares")->number[0], 100, 1e-9);
    ig_join_free(join);

    assert_null(join_text(help, four, 4, text, "birth"));
    help_expect(help, "no column called 'birth'");
    assert_null(join_text(help, four, 4, text, "\"n"));
}

static void what_does_not_meet_is_listed(void **state)
{
    struct help *help = *state;
    ig_join *join =
        join_text(help, four, 4, "code,n\nE01000002,2\nE92000001,9\nE01000004,4\n,9\n", NULL);
    const ig_join_count *count = &join->counts[0];
    assert_int_equal(count->areas_in, 4);
    assert_int_equal(count->matched, 2);
    assert_int_equal(count->areas_without_row, 2);
    assert_int_equal(count->rows_in, 4);
    assert_int_equal(count->rows_without_area, 2);
    assert_int_equal(count->rows_refused, 0);
    assert_int_equal(count->unmatched_area[0], 0);
    assert_int_equal(count->unmatched_area[1], 2);
    assert_string_equal(count->unmatched_code[0], "E92000001");
    assert_int_equal(count->unmatched_line[0], 3);
    assert_string_equal(count->unmatched_code[1], "");
    assert_int_equal(count->unmatched_line[1], 5);
    assert_string_equal(column_of(join, "status")->text[0], "no row");
    assert_string_equal(column_of(join, "status")->text[1], "matched");
    assert_true(isnan(column_of(join, "n")->number[0]));
    help_expect(help, "2 areas without a row: E01000001, E01000003");
    help_expect(help, "2 rows without an area: E92000001 \\(line 3\\), an empty code \\(line 5\\)");
    ig_join_free(join);
}

static void too_few_matches_are_refused(void **state)
{
    struct help *help = *state;
    assert_null(join_text(help, four, 4, "code,n\nE01000009,2\nE01000008,3\n", NULL));
    help_expect(help, "0 of 4 areas have a row");
    assert_null(join_text(help, four, 4, "code,n\nE01000001,2\nE01000008,3\n", NULL));
    help_expect(help, "1 of 4 areas have a row(.|\n)*--min-match");

    ig_areas *areas = help_row(help, "code", four, 4);
    ig_table *table = help_read(help, help_path(help, "t.csv"), NULL);
    const ig_join_table one = {.table = table};
    const ig_join_options options = {.min_match = 0.25};
    ig_join *join = NULL;
    assert_int_equal(ig_join_new(help->ctx, areas, &one, 1, &options, false, &join), IG_OK);
    assert_int_equal(join->own, 0);
    assert_int_equal(join->columns->count, 2);
    ig_join_free(join);
    const ig_join_options none = {.min_match = 0}; // no match at all is an error whatever the limit
    ig_table_free(table);
    table = help_read(help, help_file(help, "u.csv", "code,n\nE01000009,2\nE01000008,3\n"), NULL);
    const ig_join_table other = {.table = table};
    join = NULL;
    assert_int_equal(ig_join_new(help->ctx, areas, &other, 1, &none, false, &join), IG_EFORMAT);
    assert_null(join);
    ig_table_free(table);
    ig_areas_free(areas);
}

static void lost_zeros_and_numbers_of_a_spreadsheet_are_named(void **state)
{
    struct help *help = *state;
    static const char *const numbered[] = {"001001", "001002", "001003"};
    assert_null(join_text(help, numbered, 3, "code,n\n1001,1\n1002,2\n1003,3\n", NULL));
    help_expect(help, "0 of 3 areas");
    help_expect(help, "leading zeros were lost.*1001 in the table, 001001 in the areas");
    ig_join *join = join_text(help, four, 4,
                              "code,n\nE01000001,1\n1.00E+06,2\nE01000003,3\nE01000004,4\n", NULL);
    help_expect(help, "warning.*'1\\.00E\\+06'.*spreadsheet");
    help_expect(help, "line 3");
    assert_string_equal(column_of(join, "status")->text[1], "no row");
    ig_join_free(join);
}

static void changes_to_codes_are_told(void **state)
{
    struct help *help = *state;
    ig_join *join = join_text(help, four, 4,
                              "code,n\ne01000001,1\nE01000002 ,2\n\xC2\xA0"
                              "E01000003,3\ne01000004 ,4\n",
                              NULL);
    assert_int_equal(join->counts[0].matched, 4);
    help_expect(help, "3 codes were trimmed of white space");
    help_expect(help, "2 codes matched after folding the case");
    ig_join_free(join);
}

static void codes_that_come_twice_are_refused(void **state)
{
    struct help *help = *state;
    assert_null(join_text(help, four, 4,
                          "code,n\nE01000001,1\nE01000002,2\nE01000003,3\ne01000001,1\n", NULL));
    help_expect(help, "E01000001 comes more than once.*line 2, line 5");
}

static void editions_that_differ_are_named(void **state)
{
    struct help *help = *state;
    ig_join *join = join_text(help, four, 4,
                              "code,n\nE01000001,1\nE01000002,2\nE01033801,3\nE01034002,4\n", NULL);
    help_expect(help, "editions seem to differ: 2 codes of the table.*LSOA 2021.*2011.*convert");
    ig_join_free(join);
    static const char *const wards[] = {"E05000001", "E05000002", "E05000003"};
    join = join_text(help, wards, 3, "code,n\nE05000001,1\nE05000002,2\nE05015332,3\n", NULL);
    help_expect(help, "editions of wards differ: the table is of a later year.*E05015332");
    ig_join_free(join);
    // codes that cannot be dated by themselves are dated by the names of their columns
    ig_areas *areas = help_row(help, "LSOA11CD", four, 4);
    ig_table *table =
        help_read(help,
                  help_file(help, "v.csv",
                            "LSOA21CD,n\nE01000001,1\nE01000002,2\nE01000009,3\nE01000008,4\n"),
                  NULL);
    join = join_one(help, areas, table, NULL);
    help_expect(help, "LSOA21CD\\) says LSOA 2021, that of the areas \\(LSOA11CD\\) LSOA 2011");
    ig_join_free(join);
    ig_table_free(table);
    ig_areas_free(areas);
}

static void editions_of_sets_are_known(void **state)
{
    (void)state;
    static const char *const newer[] = {"E01000001", "E01033769"};
    static const char *const older[] = {"E01000010", "E01000001"}; // split in 2021
    static const char *const made_up[] = {"E01900001"};
    static const char *const wards[] = {"E05000001", "E05011094"};
    static const char *const districts[] = {"E06000001", "E06000063"};
    assert_string_equal(ig_vintage(NULL, newer, 2), "LSOA 2021");
    assert_string_equal(ig_vintage("LSOA11CD", newer, 2), "LSOA 2021");
    assert_string_equal(ig_vintage(NULL, older, 2), "LSOA 2011");
    assert_null(ig_vintage(NULL, four, 1));
    assert_null(ig_vintage(NULL, made_up, 1));
    assert_string_equal(ig_vintage("LSOA code (2011)", four, 1), "LSOA 2011");
    assert_string_equal(ig_vintage("lsoa21_code", made_up, 1), "LSOA 2021");
    assert_string_equal(ig_vintage("WD25CD", wards, 1), "wards 2025");
    assert_string_equal(ig_vintage("code", wards, 2), "wards of 2018 or later");
    assert_string_equal(ig_vintage(NULL, districts, 2), "districts of April 2023 or later");
}

static void the_column_that_meets_the_areas_is_the_key(void **state)
{
    struct help *help = *state;
    // two columns of codes, and the second is the edition of the areas
    const char *text = "lsoa11,lsoa21,n\nE01000011,E01000001,1\nE01000012,E01000002,2\n"
                       "E01000003,E01000003,3\nE01000014,E01000004,4\n";
    ig_join *join = join_text(help, four, 4, text, "n");
    assert_int_equal(join->counts[0].matched, 4);
    ig_join_free(join);
    // codes that are no ONS codes, in a column of the areas' own name
    static const char *const sites[] = {"a-1", "b-2"};
    ig_areas *areas = help_row(help, "place", sites, 2);
    ig_table *table = help_read(help, help_file(help, "s.csv", "place,n\nB-2,5\nA-1,6\n"), NULL);
    join = join_one(help, areas, table, NULL);
    assert_near(column_of(join, "n")->number[0], 6, 0);
    ig_join_free(join);
    ig_table_free(table);
    // a key named by option is never changed
    ig_table_options options = ig_table_defaults();
    options.key = "n";
    table = help_read(help, help_path(help, "s.csv"), &options);
    assert_null(join_one(help, areas, table, NULL));
    ig_table_free(table);
    ig_areas_free(areas);
}

static void two_columns_of_one_name_are_refused(void **state)
{
    struct help *help = *state;
    const char *text = "code,n,n\nE01000001,1,2\nE01000002,3,4\nE01000003,5,6\nE01000004,7,8\n";
    assert_null(join_text(help, four, 4, text, NULL));
    help_expect(help, "two columns are called 'n': column 2 and column 3");
    assert_null(join_text(help, four, 4, text, "n"));
    ig_join *join = join_text(help, four, 4, text, "#3=second");
    assert_near(column_of(join, "second")->number[1], 4, 0);
    ig_join_free(join);
}

static void several_tables_have_counts_of_their_own(void **state)
{
    struct help *help = *state;
    ig_areas *areas = help_row(help, "code", four, 4);
    ig_table *one =
        help_read(help, help_file(help, "a.csv", "code,n\nE01000001,1\nE01000002,2\n"), NULL);
    ig_table *two = help_read(
        help, help_file(help, "b.csv", "code,n\nE01000001,1\nE01000002,*\nE01000003,3\n"), NULL);
    const ig_join_table tables[] = {{.table = one}, {.table = two}};
    ig_join *join = NULL;
    assert_int_equal(ig_join_new(help->ctx, areas, tables, 2, NULL, true, &join), IG_OK);
    assert_int_equal(join->counts[0].matched, 2);
    assert_int_equal(join->counts[1].matched, 3);
    assert_int_equal(join->counts[0].markers, 0);
    assert_int_equal(join->counts[1].markers, 1);
    assert_near(column_of(join, "n_2")->number[2], 3, 0);
    assert_string_equal(column_of(join, "n_2_status")->text[1], "suppressed: *");
    assert_string_equal(column_of(join, "status")->text[1], "matched");
    assert_string_equal(column_of(join, "status")->text[2], "no row");
    ig_join_free(join);
    ig_table_free(one);
    ig_table_free(two);
    ig_areas_free(areas);
}

static void a_rule_for_duplicates_keeps_the_sums_right(void **state)
{
    struct help *help = *state;
    ig_areas *areas = help_row(help, "code", four, 4);
    const char *path = help_file(help, "d.csv",
                                 "code,year,n\nE01000001,1,1\nE01000001,2,2\nE01000002,1,3\n"
                                 "E01000003,1,4\nE01000003,2,5\nE09999999,1,9\n");
    for (int rule = 1; rule <= 3; rule++) {
        ig_table_options options = ig_table_defaults();
        options.duplicates = rule;
        ig_table *table = help_read(help, path, &options);
        ig_join *join = join_one(help, areas, table, "n");
        const ig_join_count *count = &join->counts[0];
        static const double first[] = {0, 3, 1.5, 1};
        assert_near(column_of(join, "n")->number[0], first[rule], 0);
        assert_int_equal(count->rows_in,
                         count->matched + count->rows_without_area + count->rows_refused);
        assert_int_equal(count->rows_refused, rule == 3 ? 2 : 0);
        assert_int_equal(count->rows_combined, rule == 3 ? 0 : 2);
        ig_join_free(join);
        ig_table_free(table);
    }
    ig_areas_free(areas);
}

static void joining_in_two_steps_gives_the_same(void **state)
{
    struct help *help = *state;
    ig_areas *areas = help_row(help, "code", four, 4);
    const char *half = help_file(help, "a.csv", "code,n\nE01000001,1\nE01000002,2\n");
    const char *rest = help_file(help, "b.csv", "code,m\nE01000001,*\nE01000002,2\nE01000003,3\n");
    ig_table *one = help_read(help, half, NULL), *two = help_read(help, rest, NULL);
    const ig_join_table tables[] = {{.table = one}, {.table = two}};
    ig_join *at_once = NULL;
    assert_int_equal(ig_join_new(help->ctx, areas, tables, 2, NULL, true, &at_once), IG_OK);

    ig_join *first = join_one(help, areas, one, NULL);
    const char *path = help_path(help, "step.gpkg");
    ig_layers *layers = NULL;
    assert_int_equal(ig_layers_begin(help->ctx, path, NULL, &layers), IG_OK);
    assert_int_equal(ig_layers_areas(layers, "areas", areas, false, first->columns), IG_OK);
    assert_int_equal(ig_layers_finish(layers), IG_OK);
    ig_join_free(first);
    ig_areas *again = NULL;
    assert_int_equal(ig_areas_read(help->ctx, &path, 1, NULL, &again), IG_OK);
    ig_join *second = join_one(help, again, two, NULL);

    const char *paths[] = {help_path(help, "once.csv"), help_path(help, "twice.csv")};
    char digest[2][65];
    for (int i = 0; i < 2; i++) {
        const ig_join *join = i ? second : at_once;
        assert_int_equal(ig_result_write(help->ctx, join->columns, paths[i], "x", NULL), IG_OK);
        assert_int_equal(ig_sha256_file(help->ctx, paths[i], digest[i]), IG_OK);
    }
    assert_string_equal(digest[0], digest[1]);
    ig_join_free(at_once);
    ig_join_free(second);
    ig_areas_free(again);
    ig_areas_free(areas);
    ig_table_free(one);
    ig_table_free(two);
}

static void small_counts_of_a_sensitive_table_are_hidden(void **state)
{
    struct help *help = *state;
    ig_areas *areas = help_row(help, "code", four, 4);
    ig_table_options options = ig_table_defaults();
    options.sensitive = true;
    ig_table *table = help_read(help,
                                help_file(help, "s.csv",
                                          "code,n,rate,imd_decile\nE01000001,0,0.5,1\n"
                                          "E01000002,7,0.5,2\nE01000003,8,0.5,3\n"
                                          "E01000004,1,0.5,4\n"),
                                &options);
    ig_join *join = join_one(help, areas, table, NULL);
    const ig_column *n = column_of(join, "n");
    assert_near(n->number[0], 0, 0);
    assert_true(isnan(n->number[1]));
    assert_near(n->number[2], 10, 0);
    assert_true(isnan(n->number[3]));
    assert_string_equal(column_of(join, "n_status")->text[1], "suppressed: *");
    assert_string_equal(column_of(join, "n_status")->text[0], "ok");
    // of people that are known a rate gives its count away
    assert_true(isnan(column_of(join, "rate")->number[1]));
    assert_string_equal(column_of(join, "rate_status")->text[1], "suppressed: *");
    assert_near(column_of(join, "rate")->number[0], 0.5, 0);
    assert_near(column_of(join, "imd_decile")->number[1], 2, 0);
    assert_int_equal(join->counts[0].counts_hidden, 2);
    ig_join_free(join);
    ig_table_free(table);
    ig_areas_free(areas);
}

static void codes_with_leading_zeros_stay_text(void **state)
{
    struct help *help = *state;
    ig_join *join = join_text(help, four, 4,
                              "code,practice,n\nE01000001,007,1\nE01000002,010,2\n"
                              "E01000003,100,3\nE01000004,001,4\n",
                              NULL);
    assert_string_equal(column_of(join, "practice")->text[0], "007");
    ig_join_free(join);
}

static void rows_are_linked_with_the_same_care(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(
        help, help_file(help, "p.csv", "code,n\nE01000004,4\nE01000001,1\ne01000002,2\n"), NULL);
    size_t row[4];
    assert_int_equal(ig_link_rows(help->ctx, four, 4, "areas.gpkg", table, .5, row), IG_OK);
    assert_int_equal(row[0], 1);
    assert_int_equal(row[1], 2);
    assert_true(row[2] == SIZE_MAX);
    assert_int_equal(row[3], 0);
    help_expect(help, "1 area without a row: E01000003");
    assert_int_equal(ig_link_rows(help->ctx, four, 4, "areas.gpkg", table, 1, row), IG_EFORMAT);
    ig_table_free(table);
}

static void no_allocation_that_fails_leaves_a_half_join(void **state)
{
    struct help *help = *state;
    ig_areas *areas = help_row(help, "code", four, 4);
    const char *path = help_file(help, "f.csv",
                                 "ward,code,code 2,n,name\nE05000001,E01000001,E01000009,*,x\n"
                                 "E05000002,e01000002,E01000008,2,y\n"
                                 "E05000003,E01000003,E01000007,3,z\nE05000004,,E01000006,4,\n");
    ig_ctx_set_log(help->ctx, NULL, NULL);
    uint64_t last_failed = 0, n = 1;
    for (; n < last_failed + 50 && n < 3000; n++) {
        ig_table *table = help_read(help, path, NULL);
        const ig_join_table one = {.table = table};
        ig_join *join = NULL;
        ig_alloc_fail_at(n);
        const ig_status status = ig_join_new(help->ctx, areas, &one, 1, NULL, true, &join);
        ig_alloc_fail_at(0);
        assert_true((status == IG_OK) == (join != NULL));
        if (status) {
            assert_int_equal(status, IG_EMEMORY);
            last_failed = n;
        }
        ig_join_free(join);
        ig_table_free(table);
    }
    assert_true(last_failed > 20 && n < 3000);
    ig_areas_free(areas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        help_test(each_area_stands_once_with_its_values),
        help_test(columns_are_chosen_and_renamed),
        help_test(what_does_not_meet_is_listed),
        help_test(too_few_matches_are_refused),
        help_test(lost_zeros_and_numbers_of_a_spreadsheet_are_named),
        help_test(changes_to_codes_are_told),
        help_test(codes_that_come_twice_are_refused),
        help_test(editions_that_differ_are_named),
        cmocka_unit_test(editions_of_sets_are_known),
        help_test(the_column_that_meets_the_areas_is_the_key),
        help_test(two_columns_of_one_name_are_refused),
        help_test(several_tables_have_counts_of_their_own),
        help_test(a_rule_for_duplicates_keeps_the_sums_right),
        help_test(joining_in_two_steps_gives_the_same),
        help_test(small_counts_of_a_sensitive_table_are_hidden),
        help_test(codes_with_leading_zeros_stay_text),
        help_test(rows_are_linked_with_the_same_care),
        help_test(no_allocation_that_fails_leaves_a_half_join),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
