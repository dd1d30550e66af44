// Which column holds the codes, and what is made of rows of one code.
#include "help.h"

static void codes_are_found_by_their_form(void **state)
{
    struct help *help = *state;
    const char *path = help_file(help, "a.csv",
                                 "district,lsoa,n\nE06000046,E01017290,1\n"
                                 "E06000046,E01017291,2\nE06000046,E01017292,3\n");
    ig_table *table = help_read(help, path, NULL);
    assert_int_equal(ig_table_key_column(table), 1);
    ig_table_free(table);
    ig_table_options options = ig_table_defaults();
    options.key = "district";
    table = help_read(help, path, &options);
    assert_int_equal(ig_table_key_column(table), 0);
    ig_table_free(table);
    options = ig_table_defaults();
    options.keyless = true;
    table = help_read(help, path, &options);
    assert_true(ig_table_key_column(table) == SIZE_MAX);
    assert_null(ig_table_code(table, 0));
    ig_table_free(table);
}

static void other_codes_are_found_by_name(void **state)
{
    struct help *help = *state;
    ig_table *table =
        help_read(help, help_file(help, "a.csv", "name,Site Code,n\nA,x1,1\nB,x2,2\n"), NULL);
    assert_int_equal(ig_table_key_column(table), 1);
    assert_string_equal(ig_table_code(table, 1), "X2");
    ig_table_free(table);
    table = help_read(help, help_file(help, "b.csv", "name,n\nA,1\nB,2\n"), NULL);
    assert_true(ig_table_key_column(table) == SIZE_MAX);
    ig_table_free(table);
}

static void blanks_and_case_are_taken_off_codes_and_counted(void **state)
{
    struct help *help = *state;
    const char *path = help_file(help, "a.csv",
                                 "code,n\nE01000001,1\nE01000002 ,2\n\xC2\xA0 E01000003,3\n"
                                 "\tE01000004\xE2\x80\x8B,4\ne01000005,5\n");
    ig_table *table = help_read(help, path, NULL);
    char code[16];
    for (size_t r = 0; r < 5; r++) {
        snprintf(code, sizeof code, "E0100000%zu", r + 1);
        assert_string_equal(ig_table_code(table, r), code);
    }
    size_t trimmed, folded;
    ig_table_code_changes(table, &trimmed, &folded);
    assert_int_equal(trimmed, 3);
    assert_int_equal(folded, 1);
    ig_table_free(table);
}

static void look_alike_letters_are_not_matched(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(help,
                                help_file(help, "a.csv",
                                          "code,n\nE01000001,1\n\xD0\x95"
                                          "01000002,2\n"),
                                NULL);
    assert_string_equal(ig_table_code(table, 1), "\xD0\x95"
                                                 "01000002"); // Cyrillic
    ig_table_free(table);
}

static void a_code_turned_into_a_number_is_noted(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(
        help, help_file(help, "a.csv", "code,n\nE01000001,1\n1.00E+06,2\nE01000003,3\n"), NULL);
    assert_true(help_matches(ig_table_key_note(table), "line 3.*'1\\.00E\\+06'"));
    ig_table_free(table);
}

static void a_code_that_comes_twice_is_named_with_both_lines(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(
        help,
        help_file(help, "a.csv", "code,n\nE01000001,1\nE01000002,2\ne01000001 ,1\nE01000003,9\n"),
        NULL);
    assert_int_equal(ig_table_unique(help->ctx, table), IG_EFORMAT);
    help_expect(help, "E01000001 comes more than once \\(duplicate\\): 2 rows, line 2, line 4");
    ig_table_free(table);
}

static const char *long_table(struct help *help)
{
    return help_file(help, "long.csv",
                     "code,name,year,n,m\n"
                     "E01000001,A,2019,1,10\nE01000001,A,2020,2,20\nE01000001,A,2021,3,30\n"
                     "E01000002,B,2019,4,40\nE01000002,B,2020,*,50\nE01000002,B,2021,6,60\n"
                     "E01000003,C,2021,9,90\n");
}

static void a_long_table_is_told_by_its_second_key(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(help, long_table(help), NULL);
    assert_int_equal(ig_table_unique(help->ctx, table), IG_EFORMAT);
    help_expect(help, "E01000001.*3 rows.*\n.*column year.*--where.*--pivot");
    ig_table_free(table);
}

static void pivot_makes_columns_of_values(void **state)
{
    struct help *help = *state;
    ig_table_options options = ig_table_defaults();
    options.pivot = "year";
    ig_table *table = help_read(help, long_table(help), &options);
    assert_int_equal(ig_table_rows(table), 3);
    assert_int_equal(ig_table_combined(table), 4);
    assert_int_equal(ig_table_unique(help->ctx, table), IG_OK);
    assert_string_equal(help_cell(table, 1, "name"), "B");
    assert_string_equal(help_cell(table, 1, "n_2021"), "6");
    assert_string_equal(help_cell(table, 1, "n_2020"), "*");
    assert_string_equal(help_cell(table, 2, "m_2019"), "");
    assert_string_equal(help_cell(table, 2, "m_2021"), "90");
    ig_table_free(table);

    options.pivot_columns = "n"; // one column: the values alone are the names
    table = help_read(help, long_table(help), &options);
    assert_int_equal(ig_table_columns(table), 4);
    assert_string_equal(help_cell(table, 0, "2020"), "2");
    ig_table_free(table);

    options.pivot_columns = "n=births";
    table = help_read(help, long_table(help), &options);
    assert_string_equal(help_cell(table, 0, "births_2020"), "2");
    ig_table_free(table);
}

static void pivot_wants_one_row_for_each_code_and_value(void **state)
{
    struct help *help = *state;
    ig_table_options options = ig_table_defaults();
    options.pivot = "year";
    help_refused(help,
                 help_file(help, "a.csv",
                           "code,year,n\nE01000001,2019,1\nE01000001,2019,2\nE01000002,2019,3\n"),
                 &options,
                 "E01000001 with '2019' in column year comes more than once.*line 2 and "
                 "line 3");
}

static void rows_of_one_code_are_combined_by_the_rule_stated(void **state)
{
    struct help *help = *state;
    ig_table_options options = ig_table_defaults();
    options.duplicates = 1;
    ig_table *table = help_read(help, long_table(help), &options);
    assert_int_equal(ig_table_rows(table), 3);
    assert_string_equal(help_cell(table, 0, "n"), "6");
    assert_string_equal(help_cell(table, 0, "m"), "60");
    assert_string_equal(help_cell(table, 0, "name"), "A");
    assert_string_equal(help_cell(table, 1, "n"), "*"); // a hidden part hides the sum
    assert_string_equal(help_cell(table, 1, "m"), "150");
    assert_string_equal(help_cell(table, 2, "m"), "90");
    assert_int_equal(ig_table_combined(table), 4);
    ig_table_free(table);

    options.duplicates = 2;
    table = help_read(help, long_table(help), &options);
    assert_string_equal(help_cell(table, 0, "n"), "2");
    ig_table_free(table);

    options.duplicates = 3;
    table = help_read(help, long_table(help), &options);
    assert_string_equal(help_cell(table, 0, "m"), "10");
    assert_int_equal(ig_table_refused(table), 4);
    ig_table_free(table);
}

static void sums_keep_the_form_of_their_column(void **state)
{
    struct help *help = *state;
    ig_table_options options = ig_table_defaults();
    options.duplicates = 2;
    ig_table *table = help_read(
        help,
        help_file(help, "a.csv",
                  "code,share,n\nE01000001,10%,\"1,000\"\nE01000001,20%,500\nE01000002,5%,7\n"),
        &options);
    const double *share, *n;
    assert_int_equal(ig_table_numbers(help->ctx, table, 1, IG_NUMBERS_ANY, &share), IG_OK);
    assert_int_equal(ig_table_numbers(help->ctx, table, 2, IG_NUMBERS_ANY, &n), IG_OK);
    assert_near(share[0], 15, 0);
    assert_near(share[1], 5, 0);
    assert_near(n[0], 750, 0);
    ig_table_free(table);
}

static void several_files_are_read_as_one(void **state)
{
    struct help *help = *state;
    const char *paths[] = {help_file(help, "a.csv", "code,n\nE01000001,1\nE01000002,2\n"),
                           help_file(help, "b.csv", "code,n\nE01000003,3\nE01000001,4\n"),
                           help_file(help, "c.csv", "code,m\nE01000005,3\n")};
    ig_table *table = NULL;
    assert_int_equal(ig_table_read_many(help->ctx, paths, 2, NULL, &table), IG_OK);
    assert_int_equal(ig_table_rows(table), 4);
    assert_string_equal(ig_table_code(table, 2), "E01000003");
    assert_int_equal(ig_table_unique(help->ctx, table), IG_EFORMAT);
    help_expect(help, "a.csv line 2, b.csv line 3");
    ig_table_free(table);
    table = NULL;
    assert_int_equal(ig_table_read_many(help->ctx, paths, 3, NULL, &table), IG_EFORMAT);
    assert_null(table);
    help_expect(help, "column 2 is called 'n'.*'m'");
}

static void lists_of_names_take_quotes(void **state)
{
    struct help *help = *state;
    ig_pairs pairs;
    assert_int_equal(ig_pairs_parse(help->ctx, "--columns", "a, b=new , \"c, d\"=e,\"f \"\"g\"\"\"",
                                    '=', &pairs),
                     IG_OK);
    assert_int_equal(pairs.count, 4);
    assert_string_equal(pairs.name[0], "a");
    assert_null(pairs.value[0]);
    assert_string_equal(pairs.name[1], "b");
    assert_string_equal(pairs.value[1], "new");
    assert_string_equal(pairs.name[2], "c, d");
    assert_string_equal(pairs.value[2], "e");
    assert_string_equal(pairs.name[3], "f \"g\"");
    ig_pairs_free(&pairs);
    assert_int_equal(ig_pairs_parse(help->ctx, "--columns", "a,,b", '=', &pairs), IG_EINVAL);
    assert_int_equal(ig_pairs_parse(help->ctx, "--columns", "\"a", '=', &pairs), IG_EINVAL);
    assert_int_equal(ig_pairs_parse(help->ctx, "--columns", "\"a\"b", '=', &pairs), IG_EINVAL);
    assert_int_equal(ig_pairs_parse(help->ctx, "--rates", "c:pop,d", ':', &pairs), IG_OK);
    assert_string_equal(pairs.value[0], "pop");
    ig_pairs_free(&pairs);
}

static void other_rooms_build_tables_of_their_own(void **state)
{
    struct help *help = *state;
    static const char *const names[] = {"code", "n"};
    ig_table *table = NULL;
    assert_int_equal(ig_table_build(help->ctx, "x.shp", "record", names, 2, &table), IG_OK);
    static const char *const rows[][2] = {{" e01000001", "1"}, {"E01000002", NULL}, {"X", "3"}};
    for (size_t r = 0; r < 3; r++) {
        assert_int_equal(ig_table_build_row(help->ctx, table, rows[r], (int64_t)r + 10), IG_OK);
    }
    assert_int_equal(ig_table_build_key(help->ctx, table, 0), IG_OK);
    bool keep[3];
    assert_int_equal(ig_table_where(help->ctx, table, "n=1,n=3", keep), IG_OK);
    assert_true(keep[0] && !keep[1] && keep[2]);
    ig_table_build_keep(table, keep);
    assert_int_equal(ig_table_rows(table), 2);
    assert_string_equal(ig_table_code(table, 0), "E01000001");
    assert_string_equal(ig_table_code(table, 1), "X");
    assert_string_equal(ig_table_place(table, 1), "record 12");
    ig_table_build_short_names(table);
    size_t column;
    assert_int_equal(ig_table_find(help->ctx, table, "LSOA11CODE_LONG", &column), IG_EINVAL);
    help_expect(help, "columns are: code, n\n.*10 characters");
    ig_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        help_test(codes_are_found_by_their_form),
        help_test(other_codes_are_found_by_name),
        help_test(blanks_and_case_are_taken_off_codes_and_counted),
        help_test(look_alike_letters_are_not_matched),
        help_test(a_code_turned_into_a_number_is_noted),
        help_test(a_code_that_comes_twice_is_named_with_both_lines),
        help_test(a_long_table_is_told_by_its_second_key),
        help_test(pivot_makes_columns_of_values),
        help_test(pivot_wants_one_row_for_each_code_and_value),
        help_test(rows_of_one_code_are_combined_by_the_rule_stated),
        help_test(sums_keep_the_form_of_their_column),
        help_test(several_files_are_read_as_one),
        help_test(lists_of_names_take_quotes),
        help_test(other_rooms_build_tables_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
