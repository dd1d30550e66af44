// The context: words of failures, warnings, progress, cancel; memory that fails on demand.
#include "near.h"

#include <core/inside.h>

#include <stdlib.h>

static void a_failure_keeps_its_words_and_a_hint(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    assert_int_equal(ig_fail(ctx, IG_EFORMAT, "%s: line %d", "a.csv", 7), IG_EFORMAT);
    assert_string_equal(ig_ctx_message(ctx), "a.csv: line 7");
    assert_null(ig_ctx_hint(ctx));
    assert_int_equal(ig_hint(ctx, "try %s", "b"), IG_EFORMAT);
    assert_string_equal(ig_ctx_hint(ctx), "try b");
    // The earlier words may stand in the new ones.
    ig_fail(ctx, IG_EIO, "step 2: %s", ig_ctx_message(ctx));
    assert_string_equal(ig_ctx_message(ctx), "step 2: a.csv: line 7");
    assert_null(ig_ctx_hint(ctx));
    ig_ctx_free(ctx);
}

static void exit_codes_are_those_of_the_table(void **state)
{
    (void)state;
    const int codes[] = {0, 2, 3, 3, 4, 5, 6, 6, 7, 130, 3};
    for (int status = IG_OK; status <= IG_EUNDEFINED; status++) {
        assert_int_equal(ig_status_exit_code((ig_status)status), codes[status]);
        assert_true(strlen(ig_status_text((ig_status)status)) > 3);
    }
}

static int logged;
static void count_log(ig_level level, const char *message, const char *hint, void *user)
{
    (void)message;
    (void)hint;
    assert_ptr_equal(user, &logged);
    if (level == IG_WARNING) logged++;
}

static void warnings_are_kept_and_strictness_knows_the_mild_ones(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    logged = 0;
    ig_ctx_set_log(ctx, count_log, &logged);
    ig_ctx_set_strict(ctx, true);
    ig_warn_mild(ctx, "mild");
    assert_false(ig_ctx_strict(ctx));
    for (int i = 0; i < 40; i++)
        ig_warn(ctx, "number %d", i);
    assert_true(ig_ctx_strict(ctx));
    assert_int_equal(ig_ctx_warnings(ctx), 41);
    assert_string_equal(ig_ctx_warning(ctx, 0), "mild");
    assert_string_equal(ig_ctx_warning(ctx, 40), "number 39");
    assert_null(ig_ctx_warning(ctx, 41));
    assert_int_equal(logged, 41);
    ig_ctx_set_strict(ctx, false);
    assert_false(ig_ctx_strict(ctx));
    ig_ctx_free(ctx);
}

static int calls;
static int stop_at_half(double fraction, const char *what, void *user)
{
    (void)what;
    (void)user;
    calls++;
    return fraction < 0.5;
}

static void progress_is_sparse_and_stops_the_work(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    calls = 0;
    ig_ctx_set_progress(ctx, stop_at_half, NULL);
    ig_status status = IG_OK;
    int i = 0;
    for (; i < 100000 && !status; i++)
        status = ig_progress(ctx, i / 100000.0, "work");
    assert_int_equal(status, IG_ECANCELLED);
    assert_in_range(i, 50001, 50201); // told at steps of 0.002
    assert_in_range(calls, 2, 260);
    assert_true(ig_ctx_cancelled(ctx));
    ig_ctx_free(ctx);
}

static void a_crs_is_named_by_its_number(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    assert_string_equal(ig_ctx_work_crs(ctx), "EPSG:27700");
    assert_null(ig_ctx_input_crs(ctx));
    assert_int_equal(ig_ctx_set_input_crs(ctx, "epsg:4326"), IG_OK);
    assert_string_equal(ig_ctx_input_crs(ctx), "EPSG:4326");
    const char *const bad[] = {"27700", "EPSG:", "EPSG:-1", "EPSG:1x", "EPSG:0", "", "http://a"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        assert_int_equal(ig_ctx_set_work_crs(ctx, bad[k]), IG_EINVAL);
        assert_non_null(strstr(ig_ctx_hint(ctx), "EPSG:27700"));
    }
    assert_string_equal(ig_ctx_work_crs(ctx), "EPSG:27700");
    ig_ctx_free(ctx);
}

static void memory_is_zeroed_checked_and_fails_on_demand(void **state)
{
    (void)state;
    unsigned char *bytes = ig_alloc(3, 5);
    for (int i = 0; i < 15; i++)
        assert_int_equal(bytes[i], 0);
    ig_free(bytes);
    volatile size_t huge = SIZE_MAX / 2;
    assert_null(ig_alloc(huge, 3));
    assert_null(ig_alloc(huge + 2, 1));
    size_t product = 9;
    assert_false(ig_product(huge, 4, &product));
    assert_true(ig_product(6, 7, &product));
    assert_int_equal(product, 42);
    void *nothing = ig_alloc(0, 8);
    assert_non_null(nothing);
    ig_free(nothing);

    ig_alloc_fail_at(2);
    void *first = ig_alloc(1, 1), *second = ig_alloc(1, 1), *third = ig_alloc(1, 1);
    assert_non_null(first);
    assert_null(second);
    assert_non_null(third);
    ig_free(first);
    ig_free(third);
    ig_alloc_fail_at(0);
}

static void a_list_that_cannot_grow_is_as_it_was(void **state)
{
    (void)state;
    int *list = NULL;
    size_t room = 0;
    for (int i = 0; i < 1000; i++) {
        assert_true(ig_grow((void **)&list, &room, (size_t)i + 1, sizeof *list));
        list[i] = i;
    }
    ig_alloc_fail_at(1);
    assert_false(ig_grow((void **)&list, &room, room + 1, sizeof *list));
    ig_alloc_fail_at(0);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(list[i], i);
    ig_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_keeps_its_words_and_a_hint),
        cmocka_unit_test(exit_codes_are_those_of_the_table),
        cmocka_unit_test(warnings_are_kept_and_strictness_knows_the_mild_ones),
        cmocka_unit_test(progress_is_sparse_and_stops_the_work),
        cmocka_unit_test(a_crs_is_named_by_its_number),
        cmocka_unit_test(memory_is_zeroed_checked_and_fails_on_demand),
        cmocka_unit_test(a_list_that_cannot_grow_is_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
