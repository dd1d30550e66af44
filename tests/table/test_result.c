// Results on their way to files.
#include "help.h"

#include <time.h>

static ig_result *example(void)
{
    ig_result *result = NULL;
    assert_int_equal(ig_result_new(4, &result), IG_OK);
    ig_column *column = NULL;
    assert_int_equal(ig_result_add(result, "area", IG_COLUMN_TEXT, &column), IG_OK);
    static const char *const areas[] = {"E01000001", "=1+1", "say \"a, b\"\nend", NULL};
    for (size_t r = 0; r < 4; r++) {
        assert_int_equal(ig_result_set_text(result, column, r, areas[r]), IG_OK);
    }
    assert_int_equal(ig_result_add(result, "minutes", IG_COLUMN_REAL, &column), IG_OK);
    column->number[0] = 0.1;
    column->number[1] = -1.0 / 3.0;
    column->number[2] = 1e300;
    assert_int_equal(ig_result_add(result, "people", IG_COLUMN_INTEGER, &column), IG_OK);
    column->number[0] = 142296;
    column->number[3] = -5;
    return result;
}

static void a_name_stands_once(void **state)
{
    (void)state;
    ig_result *result = example();
    ig_column *column = NULL;
    assert_int_equal(ig_result_add(result, "area", IG_COLUMN_REAL, &column), IG_EINVAL);
    assert_int_equal(ig_result_add(result, "", IG_COLUMN_REAL, &column), IG_EINVAL);
    assert_null(column);
    assert_int_equal(result->count, 3);
    assert_null(ig_result_find(result, "Area"));
    ig_result_free(result);
    ig_result_free(NULL);
}

static void csv_is_exact_and_runs_nothing(void **state)
{
    struct help *help = *state;
    ig_result *result = example();
    const char *path = help_path(help, "out.csv");
    assert_int_equal(ig_result_write(help->ctx, result, path, "x", NULL), IG_OK);
    ig_bytes bytes;
    assert_int_equal(ig_bytes_read(help->ctx, path, &bytes), IG_OK);
    assert_string_equal((char *)bytes.data, "area,minutes,people\n"
                                            "E01000001,0.1,142296\n"
                                            "'=1+1,-0.3333333333333333,\n"
                                            "\"say \"\"a, b\"\"\nend\",1e+300,\n"
                                            ",,-5\n" +
                                                0);
    ig_bytes_free(&bytes);
    ig_result_free(result);
}

static void what_begins_like_a_formula_is_text(void **state)
{
    struct help *help = *state;
    static const char *const cells[][2] = {
        {"+1", "'+1"},   {"-2+3", "'-2+3"}, {"@SUM(A1)", "'@SUM(A1)"},
        {"\tx", "'\tx"}, {"a=b", "a=b"},    {"-", "'-"}};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        ig_result *result = NULL;
        assert_int_equal(ig_result_new(1, &result), IG_OK);
        ig_column *column = NULL;
        assert_int_equal(ig_result_add(result, "=n", IG_COLUMN_TEXT, &column), IG_OK);
        assert_int_equal(ig_result_set_text(result, column, 0, cells[i][0]), IG_OK);
        const char *path = help_path(help, "out.csv");
        ig_ctx_set_overwrite(help->ctx, true);
        assert_int_equal(ig_result_write(help->ctx, result, path, "x", NULL), IG_OK);
        ig_bytes bytes;
        assert_int_equal(ig_bytes_read(help->ctx, path, &bytes), IG_OK);
        char expected[64];
        snprintf(expected, sizeof expected, "'=n\n%s\n", cells[i][1]);
        assert_string_equal((char *)bytes.data, expected);
        ig_bytes_free(&bytes);
        ig_result_free(result);
    }
}

static void json_rows_have_null_for_what_is_missing(void **state)
{
    struct help *help = *state;
    ig_result *result = example();
    const char *path = help_path(help, "out.json");
    assert_int_equal(ig_result_write(help->ctx, result, path, "x", NULL), IG_OK);
    ig_bytes bytes;
    assert_int_equal(ig_bytes_read(help->ctx, path, &bytes), IG_OK);
    assert_non_null(
        strstr((char *)bytes.data, "{\"area\": null, \"minutes\": null, \"people\": -5}\n]\n"));
    assert_non_null(strstr((char *)bytes.data, "\"say \\\"a, b\\\"\\u000aend\""));
    ig_bytes_free(&bytes);
    ig_result_free(result);
}

static void the_same_result_is_the_same_bytes(void **state)
{
    struct help *help = *state;
    static const char *const names[] = {"a.csv", "a.xlsx", "a.json", "a.gpkg"};
    for (size_t i = 0; i < 4; i++) {
        char digest[2][65];
        for (size_t time = 0; time < 2; time++) {
            assert_int_equal(setenv("TZ", time ? "Asia/Tokyo" : "America/Lima", 1), 0);
            tzset();
            ig_result *result = example();
            char name[32];
            snprintf(name, sizeof name, "%zu%s", time, names[i]);
            const char *path = help_path(help, name);
            assert_int_equal(ig_result_write(help->ctx, result, path, "x", NULL), IG_OK);
            assert_int_equal(ig_sha256_file(help->ctx, path, digest[time]), IG_OK);
            ig_result_free(result);
        }
        assert_string_equal(digest[0], digest[1]);
    }
}

static void no_other_kind_is_written_and_no_input_overwritten(void **state)
{
    struct help *help = *state;
    ig_result *result = example();
    assert_int_equal(ig_result_write(help->ctx, result, help_path(help, "a.xls"), "x", NULL),
                     IG_EINVAL);
    const char *path = help_file(help, "in.csv", "code\n1\n");
    const char *inputs[] = {path, NULL};
    assert_int_equal(ig_result_write(help->ctx, result, path, "x", inputs), IG_EPOLICY);
    ig_result_free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_stands_once),
        help_test(csv_is_exact_and_runs_nothing),
        help_test(what_begins_like_a_formula_is_text),
        help_test(json_rows_have_null_for_what_is_missing),
        help_test(the_same_result_is_the_same_bytes),
        help_test(no_other_kind_is_written_and_no_input_overwritten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
