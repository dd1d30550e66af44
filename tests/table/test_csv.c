// CSV as it is downloaded.
#include "help.h"

static void the_first_column_is_not_called_by_its_byte_order_mark(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(help,
                                help_file(help, "a.csv",
                                          "\xEF\xBB\xBF"
                                          "code,n\nE01000001,5\n"),
                                NULL);
    assert_string_equal(ig_table_column_name(table, 0), "code");
    assert_string_equal(ig_table_code(table, 0), "E01000001");
    assert_string_equal(help_cell(table, 0, "n"), "5");
    ig_table_free(table);
}

static void each_separator_is_found(void **state)
{
    struct help *help = *state;
    static const char *const files[] = {
        "code,name,n\nE01000001,\"A, b; c\",5\nE01000002,\"D\",6\n",
        "code;name;n\nE01000001;A, b | c;5\nE01000002;D;6\n",
        "code\tname\tn\nE01000001\tA, b; c\t5\nE01000002\tD\t6\n",
        "code|name|n\nE01000001|A, b|5\nE01000002|D|6\n",
        "sep=;\ncode;name;n\nE01000001;A, b;5\nE01000002;D;6\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        ig_table *table = help_read(help, help_file(help, "a.csv", files[i]), NULL);
        assert_int_equal(ig_table_columns(table), 3);
        assert_int_equal(ig_table_rows(table), 2);
        assert_string_equal(help_cell(table, 1, "n"), "6");
        assert_int_equal(ig_table_line(table, 1), i == 4 ? 4 : 3);
        ig_table_free(table);
    }
}

static void lines_are_those_of_the_file_with_breaks_inside_quotes(void **state)
{
    struct help *help = *state;
    const char *path = help_file(help, "a.csv",
                                 "code,\"a\nname\",n\r\n"
                                 "E01000001,\"two\r\nlines\",1\r\n"
                                 "\r\n"
                                 "E01000002,\"say \"\"so\"\"\",2\r\n"
                                 "E01000003,plain,3");
    ig_table *table = help_read(help, path, NULL);
    assert_int_equal(ig_table_rows(table), 3);
    assert_int_equal(ig_table_line(table, 0), 3);
    assert_int_equal(ig_table_line(table, 1), 6);
    assert_int_equal(ig_table_line(table, 2), 7);
    assert_string_equal(ig_table_column_name(table, 1), "a\nname");
    assert_string_equal(ig_table_text(table, 0, 1), "two\r\nlines");
    assert_string_equal(ig_table_text(table, 1, 1), "say \"so\"");
    ig_table_free(table);
}

static void lines_may_end_in_cr_alone(void **state)
{
    struct help *help = *state;
    ig_table *table =
        help_read(help, help_file(help, "a.csv", "code,n\rE01000001,1\rE01000002,2\r"), NULL);
    assert_int_equal(ig_table_rows(table), 2);
    assert_int_equal(ig_table_line(table, 1), 3);
    ig_table_free(table);
}

static void a_quote_inside_a_bare_field_is_a_letter(void **state)
{
    struct help *help = *state;
    const char *path =
        help_file(help, "a.csv", "code,name\nE01000001,6\" main \"x\"\nE01000002, \"a, b\" \n");
    ig_table *table = help_read(help, path, NULL);
    assert_string_equal(ig_table_text(table, 0, 1), "6\" main \"x\"");
    assert_string_equal(ig_table_text(table, 1, 1), "a, b");
    ig_table_free(table);
}

static void a_quote_never_closed_is_named_by_its_line(void **state)
{
    struct help *help = *state;
    help_refused(help, help_file(help, "a.csv", "code,name\nE01000001,a\nE01000002,\"b\nx,y\n"),
                 NULL, "line 3.*quote");
    help_refused(help, help_file(help, "b.csv", "code,name\nE01000001,a\nE01000002,\"b\nx,\"y\"\n"),
                 NULL, "line 3.*quoted field");
}

static void a_ragged_row_is_named_with_both_counts(void **state)
{
    struct help *help = *state;
    help_refused(help, help_file(help, "a.csv", "code,a,b\nE01000001,1,2\nE01000002,1\n"), NULL,
                 "line 3: 2 fields found, 3 expected");
    help_refused(help, help_file(help, "b.csv", "code,a,b\nE01000001,1,2\nE01000002,1,2,3\n"), NULL,
                 "line 3: 4 fields found, 3 expected");
    help_refused(help, help_file(help, "c.csv", "code,a,b\nE01000001,1\nE01000002,1,2\n"), NULL,
                 "line 2: 2 fields found, 3 expected");
}

static void a_header_longer_than_every_row_is_told_and_read(void **state)
{
    struct help *help = *state;
    const char *path = help_file(help, "a.csv", "code,a,b\nE01000001,1\nE01000002,2\n");
    ig_table *table = help_read(help, path, NULL);
    help_expect(help, "warning: .*header has 3 names and every row 2");
    assert_string_equal(help_cell(table, 1, "b"), "");
    ig_table_free(table);
}

static void fields_beyond_the_header_may_be_empty(void **state)
{
    struct help *help = *state;
    ig_table *table =
        help_read(help, help_file(help, "a.csv", "code,a\nE01000001,1,,\nE01000002,2,,\n"), NULL);
    assert_int_equal(ig_table_columns(table), 2);
    ig_table_free(table);
}

static void titles_above_the_header_are_told_of(void **state)
{
    struct help *help = *state;
    const char *text = "Table 1: births,,\n\nSource: a survey,,\ncode,name,n\nE01000001,a,5\n";
    ig_table *table = help_read(help, help_file(help, "a.csv", text), NULL);
    help_expect(help, "warning: .*line 4 is taken as the header");
    assert_string_equal(help_cell(table, 0, "n"), "5");
    assert_int_equal(ig_table_line(table, 0), 5);
    ig_table_free(table);

    ig_table_options options = ig_table_defaults();
    options.header_row = 4;
    table = help_read(help, help_path(help, "a.csv"), &options);
    assert_int_equal(ig_table_rows(table), 1);
    ig_table_free(table);
}

static void a_header_of_several_rows_is_put_together(void **state)
{
    struct help *help = *state;
    const char *text = "Table 2,,,,,\n,,Males,,Females,\ncode,name,0-4,5-9,0-4,5-9\n"
                       "E01000001,a,1,2,3,4\n";
    ig_table *table = help_read(help, help_file(help, "a.csv", text), NULL);
    help_expect(help, "warning: .*lines 2 to 3 are taken as one header");
    assert_int_equal(ig_table_rows(table), 1);
    assert_string_equal(ig_table_column_name(table, 0), "code");
    assert_string_equal(help_cell(table, 0, "Females 0-4"), "3");
    assert_string_equal(help_cell(table, 0, "Males 5-9"), "2");
    ig_table_free(table);
    // ages as numbers below a title
    text = "Mid-2020 estimates,,,,,\ncode,name,0,1,2,3\nE01000001,a,1,2,3,4\n";
    table = help_read(help, help_file(help, "b.csv", text), NULL);
    assert_int_equal(ig_table_rows(table), 1);
    assert_string_equal(help_cell(table, 0, "3"), "4");
    ig_table_free(table);
    // words alone below a header with gaps are data
    text = ",b,,d\na,b,,\nd,e,f,\ng,,h,\n1,2,3,\n";
    table = help_read(help, help_file(help, "c.csv", text), NULL);
    assert_int_equal(ig_table_rows(table), 4);
    assert_string_equal(help_cell(table, 1, "b"), "e");
    ig_table_free(table);
}

static void one_column_and_a_bare_first_name_are_no_titles(void **state)
{
    struct help *help = *state;
    ig_table *table =
        help_read(help, help_file(help, "a.csv", "code\nE01000001\nE01000002\n"), NULL);
    assert_int_equal(ig_table_rows(table), 2);
    ig_table_free(table);
    table = help_read(help, help_file(help, "b.csv", ",n\nE01000001,4\nE01000002,5\n"), NULL);
    assert_int_equal(ig_table_rows(table), 2);
    assert_string_equal(ig_table_column_name(table, 0), "column_1");
    assert_int_equal(ig_table_key_column(table), 0);
    ig_table_free(table);
}

static void a_file_without_header_takes_names_from_the_option(void **state)
{
    struct help *help = *state;
    ig_table_options options = ig_table_defaults();
    options.header = "code,\"a, b\",n";
    ig_table *table = help_read(help, help_file(help, "a.csv", "X1,u,5\nX2,v,6\n"), &options);
    assert_int_equal(ig_table_rows(table), 2);
    assert_string_equal(help_cell(table, 0, "a, b"), "u");
    assert_int_equal(ig_table_line(table, 0), 1);
    ig_table_free(table);
}

static void empty_files_and_files_without_rows_are_refused(void **state)
{
    struct help *help = *state;
    help_refused(help, help_file(help, "a.csv", ""), NULL, "empty");
    help_refused(help, help_file(help, "b.csv", "\xEF\xBB\xBF"), NULL, "empty");
    help_refused(help, help_file(help, "c.csv", "code,n\n"), NULL, "no data rows");
    help_refused(help, help_file(help, "d.csv", "code,n\n,\n\n"), NULL, "no data rows");
}

static void text_is_utf8_whatever_the_file_is_in(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(
        help, help_file(help, "a.csv", "code,name\nE01000001,x\nE01000002,Llanfair \xF4l\n"), NULL);
    help_expect(help, "warning: .*line 3: the byte 0xF4 is not UTF-8.*CP1252");
    assert_string_equal(ig_table_text(table, 1, 1), "Llanfair \xC3\xB4l");
    ig_table_free(table);

    static const char wide[] = "\xFF\xFE"
                               "c\0,\0n\0\n\0"
                               "E\0\x30\0\x31\0\x30\0\x30\0\x30\0\x30\0\x30\0\x31\0,\0\xF4\0\n";
    table = help_read(help, help_bytes(help, "b.csv", wide, sizeof wide), NULL);
    assert_string_equal(ig_table_text(table, 0, 0), "E01000001");
    assert_string_equal(ig_table_text(table, 0, 1), "\xC3\xB4");
    ig_table_free(table);

    ig_table_options options = ig_table_defaults();
    options.encoding = "UTF-8";
    help_refused(help, help_path(help, "a.csv"), &options, "line 3.*not valid UTF-8");
    options.encoding = "ISO-8859-15";
    table = help_read(help, help_file(help, "c.csv", "code,n\nE01000001,\xA4\n"), &options);
    assert_string_equal(ig_table_text(table, 0, 1), "\xE2\x82\xAC"); // the euro sign
    ig_table_free(table);
    options.encoding = "klingon";
    help_refused(help, help_path(help, "c.csv"), &options, "no encoding is called 'klingon'");
}

static void a_nul_byte_is_refused_with_its_line(void **state)
{
    struct help *help = *state;
    static const char text[] = "code,n\nE01000001,4\nE01000002,5\0 6\n";
    help_refused(help, help_bytes(help, "a.csv", text, sizeof text - 1), NULL, "line 3.*NUL");
}

static void rows_are_chosen_by_equal_text(void **state)
{
    struct help *help = *state;
    const char *path = help_file(help, "a.csv",
                                 "code,sex,\"age, band\",n\n"
                                 "E01000001,Persons,0-4,1\nE01000001,Male,0-4,2\n"
                                 "E01000002,Persons,0-4,3\nE01000002,Persons,5-9,4\n");
    ig_table_options options = ig_table_defaults();
    options.where = "sex=Persons,\"age, band\"=0-4";
    ig_table *table = help_read(help, path, &options);
    assert_int_equal(ig_table_rows(table), 2);
    assert_int_equal(ig_table_filtered(table), 2);
    assert_string_equal(help_cell(table, 1, "n"), "3");
    ig_table_free(table);

    options.where = "sex=Male,sex=Persons"; // several values of one column
    table = help_read(help, path, &options);
    assert_int_equal(ig_table_rows(table), 4);
    ig_table_free(table);

    options.where = "sex=Female";
    help_refused(help, path, &options,
                 "no row has 'Female' in column sex; it has 'Persons', 'Male'");
    options.where = "sexx=Male";
    help_refused(help, path, &options, "did you mean 'sex'");
    options.where = "sex";
    help_refused(help, path, &options, "'sex' has no value");
}

static void columns_are_found_by_name_number_and_folded_case(void **state)
{
    struct help *help = *state;
    ig_table *table =
        help_read(help, help_file(help, "a.csv", "code,Rate,n,n\nE01000001,1,2,3\n"), NULL);
    assert_int_equal(help_column(help, table, "rate"), 1);
    assert_int_equal(help_column(help, table, "#4"), 3);
    size_t column = 77;
    assert_int_equal(ig_table_find(help->ctx, table, "n", &column), IG_EFORMAT);
    help_expect(help, "two columns are called 'n': column 3 and column 4");
    assert_int_equal(ig_table_find(help->ctx, table, "#5", &column), IG_EINVAL);
    assert_int_equal(ig_table_find(help->ctx, table, "Rat", &column), IG_EINVAL);
    help_expect(help, "did you mean 'Rate'");
    assert_int_equal(column, 77);
    ig_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        help_test(the_first_column_is_not_called_by_its_byte_order_mark),
        help_test(each_separator_is_found),
        help_test(lines_are_those_of_the_file_with_breaks_inside_quotes),
        help_test(lines_may_end_in_cr_alone),
        help_test(a_quote_inside_a_bare_field_is_a_letter),
        help_test(a_quote_never_closed_is_named_by_its_line),
        help_test(a_ragged_row_is_named_with_both_counts),
        help_test(a_header_longer_than_every_row_is_told_and_read),
        help_test(fields_beyond_the_header_may_be_empty),
        help_test(titles_above_the_header_are_told_of),
        help_test(a_header_of_several_rows_is_put_together),
        help_test(one_column_and_a_bare_first_name_are_no_titles),
        help_test(a_file_without_header_takes_names_from_the_option),
        help_test(empty_files_and_files_without_rows_are_refused),
        help_test(text_is_utf8_whatever_the_file_is_in),
        help_test(a_nul_byte_is_refused_with_its_line),
        help_test(rows_are_chosen_by_equal_text),
        help_test(columns_are_found_by_name_number_and_folded_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
