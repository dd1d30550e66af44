// Numbers of published tables: missing is not zero, one form for a column (V1, V2).
#include "help.h"

/// A table of codes and one column n, a row for each text.
static ig_table *column_of(struct help *help, const char *const *cells, size_t count,
                           const ig_table_options *options)
{
    ig_text text = {0};
    ig_text_append(&text, "code,n\n");
    for (size_t i = 0; i < count; i++) {
        ig_text_format(&text, "E%08zu,\"%s\"\n", i + 1, cells[i]);
    }
    ig_table *table = help_read(help, help_file(help, "n.csv", text.data), options);
    ig_text_free(&text);
    return table;
}

#define COLUMN(help, ...)                                                                          \
    column_of(help, (const char *const[]){__VA_ARGS__},                                            \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *), NULL)

static void refuse(struct help *help, ig_table *table, ig_number_rule rule, const char *pattern)
{
    const double *values = NULL;
    assert_int_equal(ig_table_numbers(help->ctx, table, 1, rule, &values), IG_EFORMAT);
    assert_null(values);
    assert_false(rule == IG_NUMBERS_ANY && ig_table_is_numeric(table, 1));
    help_expect(help, pattern);
    ig_table_free(table);
}

static const double *accept(struct help *help, ig_table *table)
{
    const double *values = NULL;
    const ig_status status = ig_table_numbers(help->ctx, table, 1, IG_NUMBERS_ANY, &values);
    if (status) print_error("%s\n", ig_ctx_message(help->ctx));
    assert_int_equal(status, IG_OK);
    assert_true(ig_table_is_numeric(table, 1));
    return values;
}

static void markers_are_gaps_with_their_reason(void **state)
{
    struct help *help = *state;
    static const char *const cells[][2] = {
        {"*", "suppressed"},     {"-", "no data"},        {"c", "suppressed"},
        {"[c]", "suppressed"},   {"[x]", "no data"},      {"[z]", "undefined"},
        {"[low]", "suppressed"}, {"..", "no data"},       {":", "no data"},
        {"", "no data"},         {"n/a", "no data"},      {"N/A", "no data"},
        {"<5", "suppressed"},    {"1-7", "suppressed"},   {"1 to 7", "suppressed"},
        {"s", "suppressed"},     {"#N/A", "no data"},     {"Fewer than 10", "suppressed"},
        {">95%", "suppressed"},  {"#DIV/0!", "undefined"}};
    enum { COUNT = sizeof cells / sizeof *cells };
    const char *texts[COUNT + 1];
    for (size_t i = 0; i < COUNT; i++)
        texts[i] = cells[i][0];
    texts[COUNT] = "0";
    ig_table *table = column_of(help, texts, COUNT + 1, NULL);
    const double *values = accept(help, table);
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(isnan(values[i]));
        assert_string_equal(ig_table_gap(table, i, 1), cells[i][1]);
        assert_string_equal(ig_table_marker(table, i, 1), cells[i][0]);
    }
    assert_near(values[COUNT], 0.0, 0.0);
    assert_null(ig_table_gap(table, COUNT, 1));
    ig_table_free(table);
}

static void words_that_may_mean_zero_are_no_markers(void **state)
{
    (void)state;
    static const char *const words[] = {"none", "nil", "zero", "5", "0", "five", "1.2.3"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_null(ig_marker_reason(words[i]));
    }
}

static void numbers_of_each_form_are_read_exactly(void **state)
{
    struct help *help = *state;
    ig_table *table =
        COLUMN(help, "5", "+5", "-5.25", "0.1", ".5", "8.79E-2", "1e3", "0", "123456789.123456789",
               "\xE2\x88\x92"
               "3");
    static const double expected[] = {5, 5, -5.25, 0.1, .5, 8.79E-2, 1e3, 0, 123456789.123456789,
                                      -3};
    const double *values = accept(help, table);
    for (size_t i = 0; i < 10; i++)
        assert_near(values[i], expected[i], 0.0);
    ig_table_free(table);
}

static void thousands_may_be_separated_in_all_values(void **state)
{
    struct help *help = *state;
    ig_table *table = COLUMN(help, "1,400", "999", "32,844", "1,234,567.5", "-2,000");
    const double *values = accept(help, table);
    assert_near(values[0], 1400, 0);
    assert_near(values[1], 999, 0);
    assert_near(values[3], 1234567.5, 0);
    assert_near(values[4], -2000, 0);
    ig_table_free(table);

    static const char *const blanks[] = {" ", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89", "'"};
    for (size_t i = 0; i < 5; i++) {
        char large[32];
        snprintf(large, sizeof large, "1%s234%s567", blanks[i], blanks[i]);
        table = COLUMN(help, large, "12");
        assert_near(accept(help, table)[0], 1234567, 0);
        ig_table_free(table);
    }
}

static void forms_are_not_mixed_in_a_column(void **state)
{
    struct help *help = *state;
    refuse(help, COLUMN(help, "1,400", "1413"), IG_NUMBERS_ANY,
           "column n mixes.*'1,400' on line 2.*'1413' on line 3");
    refuse(help, COLUMN(help, "1,400", "1 413"), IG_NUMBERS_ANY, "column n mixes");
    refuse(help, COLUMN(help, "0.1", "11.0%", "12%"), IG_NUMBERS_ANY,
           "column n mixes per cent.*'11.0%' on line 3.*'0.1' on line 2");
    ig_table *table = COLUMN(help, "0.1%", "11.0 %", "-");
    assert_near(accept(help, table)[1], 11.0, 0);
    ig_table_free(table);
}

static void a_decimal_comma_is_never_guessed(void **state)
{
    struct help *help = *state;
    static const char *const cells[] = {"100,0", "0,125", "1.234,5", "12,34", "-0,5", "5,5%"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        refuse(help, COLUMN(help, "7", cells[i]), IG_NUMBERS_ANY,
               "column n, line 3: .*decimal comma(.|\n)*--decimal-comma");
    }
    ig_table_options options = ig_table_defaults();
    options.decimal_comma = true;
    static const char *const good[] = {"100,0", "0,125", "1.234,5", "7", "2.000"};
    ig_table *table = column_of(help, good, 5, &options);
    const double *values = accept(help, table);
    assert_near(values[0], 100, 0);
    assert_near(values[1], .125, 0);
    assert_near(values[2], 1234.5, 0);
    assert_near(values[4], 2000, 0);
    ig_table_free(table);
    static const char *const bad[] = {"100,0", "100.5"};
    refuse(help, column_of(help, bad, 2, &options), IG_NUMBERS_ANY, "line 3.*wants a comma");
}

static void thousands_in_a_file_with_decimal_commas_are_not_believed(void **state)
{
    struct help *help = *state;
    ig_table *table = help_read(
        help, help_file(help, "a.csv", "code;a;b\nE01000001;1,400;2,5\nE01000002;1,500;3,5\n"),
        NULL);
    const double *values;
    assert_int_equal(ig_table_numbers(help->ctx, table, 1, IG_NUMBERS_ANY, &values), IG_EFORMAT);
    help_expect(help, "column a, line 2: '1,400' looks like a decimal comma");
    ig_table_free(table);
    table =
        help_read(help, help_file(help, "b.csv", "code;a\nE01000001;1,400\nE01000002;900\n"), NULL);
    assert_int_equal(ig_table_numbers(help->ctx, table, 1, IG_NUMBERS_ANY, &values), IG_OK);
    assert_near(values[0], 1400, 0);
    help_expect(help, "warning: .*comma between thousands");
    ig_table_free(table);
}

static void what_is_no_number_is_named_with_line_and_column(void **state)
{
    struct help *help = *state;
    refuse(help, COLUMN(help, "5", "1e400", "NaN", "Infinity", "7"), IG_NUMBERS_ANY,
           "column n: line 3: '1e400' is beyond the range.*line 4: 'NaN' is not a finite.*line 5: "
           "'Infinity'");
    refuse(help, COLUMN(help, "5", "five"), IG_NUMBERS_ANY, "line 3: 'five' is neither a number");
    refuse(help, COLUMN(help, "5", "12 3"), IG_NUMBERS_ANY, "line 3: '12 3'");
    refuse(help, COLUMN(help, "5", "1,23,456"), IG_NUMBERS_ANY, "line 3: '1,23,456'");
    refuse(help, COLUMN(help, "5", "-inf"), IG_NUMBERS_ANY, "line 3: '-inf'");
}

static void counts_are_never_negative(void **state)
{
    struct help *help = *state;
    refuse(help, COLUMN(help, "5", "-999"), IG_NUMBERS_COUNT,
           "line 3: '-999' is negative in a count");
    ig_table *table = COLUMN(help, "5", "-999", "8");
    const double *values;
    assert_int_equal(ig_table_numbers(help->ctx, table, 1, IG_NUMBERS_ANY, &values), IG_OK);
    help_expect(help, "warning: .*line 3: -999 among values that are never negative");
    assert_int_equal(ig_table_numbers(help->ctx, table, 1, IG_NUMBERS_COUNT, &values), IG_EFORMAT);
    ig_table_free(table);
    table = help_read(help, help_file(help, "p.csv", "code,patients\nE01000001,5\nE01000002,-5\n"),
                      NULL);
    assert_int_equal(ig_table_numbers(help->ctx, table, 1, IG_NUMBERS_ANY, &values), IG_EFORMAT);
    help_expect(help, "column patients: line 3: '-5' is negative in a count");
    ig_table_free(table);
}

static void names_tell_counts_from_scores(void **state)
{
    (void)state;
    static const char *const counts[] = {
        "patients", "Population", "Total population: mid 2015", "Number measured", "people_reached",
        "Count",    "DEATHS"};
    static const char *const others[] = {
        "IMD Score", "Deaths per 100,000", "population change", "rate",
        "value",     "% of people",        "Population density"};
    for (size_t i = 0; i < 7; i++) {
        assert_true(ig_is_count_name(counts[i]));
        assert_false(ig_is_count_name(others[i]));
    }
}

static void declared_shares_outside_their_bounds_are_told_of(void **state)
{
    struct help *help = *state;
    ig_table_options options = ig_table_defaults();
    options.proportion = "n";
    static const char *const cells[] = {"0", "0.5", "1", "1.01", "-0.1"};
    ig_table *table = column_of(help, cells, 5, &options);
    accept(help, table);
    assert_int_equal(ig_ctx_warnings(help->ctx), 2);
    help_expect(help, "column n, line 5: 1.01 is no proportion");
    help_expect(help, "column n, line 6: -0.1 is no proportion");
    ig_table_free(table);
}

static void columns_of_words_and_codes_are_not_meant_as_numbers(void **state)
{
    struct help *help = *state;
    ig_table *table = COLUMN(help, "Oldbridge", "Newport", "5");
    assert_false(ig_table_looks_numeric(table, 1));
    ig_table_free(table);
    table = COLUMN(help, "001", "002", "010");
    assert_false(ig_table_looks_numeric(table, 1));
    ig_table_free(table);
    table = COLUMN(help, "0-4", "5-9", "10-14");
    assert_false(ig_table_looks_numeric(table, 1));
    ig_table_free(table);
    table = COLUMN(help, "0.5", "five", "7", "0");
    assert_true(ig_table_looks_numeric(table, 1));
    ig_table_free(table);
}

static void values_of_a_sensitive_table_are_not_quoted(void **state)
{
    struct help *help = *state;
    ig_table_options options = ig_table_defaults();
    options.sensitive = true;
    static const char *const cells[] = {"5", "x7y"};
    ig_table *table = column_of(help, cells, 2, &options);
    const double *values;
    assert_int_equal(ig_table_numbers(help->ctx, table, 1, IG_NUMBERS_ANY, &values), IG_EFORMAT);
    help_expect(help, "line 3");
    assert_null(strstr(ig_ctx_message(help->ctx), "x7y"));
    ig_table_free(table);
}

static void the_locale_has_no_part(void **state)
{
    struct help *help = *state;
    ig_table *table = COLUMN(help, "1.5", "2,000.25");
    const double *values = accept(help, table);
    assert_near(values[0], 1.5, 0);
    assert_near(values[1], 2000.25, 0);
    ig_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        help_test(markers_are_gaps_with_their_reason),
        cmocka_unit_test(words_that_may_mean_zero_are_no_markers),
        help_test(numbers_of_each_form_are_read_exactly),
        help_test(thousands_may_be_separated_in_all_values),
        help_test(forms_are_not_mixed_in_a_column),
        help_test(a_decimal_comma_is_never_guessed),
        help_test(thousands_in_a_file_with_decimal_commas_are_not_believed),
        help_test(what_is_no_number_is_named_with_line_and_column),
        help_test(counts_are_never_negative),
        cmocka_unit_test(names_tell_counts_from_scores),
        help_test(declared_shares_outside_their_bounds_are_told_of),
        help_test(columns_of_words_and_codes_are_not_meant_as_numbers),
        help_test(values_of_a_sensitive_table_are_not_quoted),
        help_test(the_locale_has_no_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
