// Rows meet areas: sums of J1, duplicates, least match, and a slow search as the oracle.
#include "near.h"

#include <core/inside.h>
#include <link/link.h>
#include <stdlib.h>
#include <table/build.h>

static ig_ctx *ctx;

static ig_table *table_of(const char *const *codes, size_t n)
{
    static const char *const names[] = {"code", "value"};
    ig_table *table = NULL;
    assert_int_equal(ig_table_build(ctx, "made.csv", "line", names, 2, &table), IG_OK);
    for (size_t i = 0; i < n; i++) {
        char value[32];
        snprintf(value, sizeof value, "%zu", 10 * i);
        const char *row[] = {codes[i], value};
        assert_int_equal(ig_table_build_row(ctx, table, row, (int64_t)i + 2), IG_OK);
    }
    assert_int_equal(ig_table_build_key(ctx, table, 0), IG_OK);
    return table;
}

static void rows_in_any_order_meet_their_areas(void **state)
{
    (void)state;
    const char *areas[] = {"B", "A", "C"};
    const char *codes[] = {"C", " a ", "X", "B"};
    ig_table *table = table_of(codes, 4);
    size_t row[3];
    assert_int_equal(ig_link_rows(ctx, areas, 3, "areas.gpkg", table, 0.5, row), IG_OK);
    assert_int_equal(row[0], 3);
    assert_int_equal(row[1], 1); // trimmed and folded
    assert_int_equal(row[2], 0);
    ig_table_free(table);
}

static void a_code_that_comes_twice_is_refused_on_either_side(void **state)
{
    (void)state;
    const char *twice[] = {"A", "A"}, *once[] = {"A", "B"};
    size_t row[2] = {7, 7};
    ig_table *table = table_of(twice, 2);
    assert_int_equal(ig_link_rows(ctx, once, 2, "areas.gpkg", table, 0.5, row), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "2"));
    ig_table_free(table);
    table = table_of(once, 2);
    assert_int_equal(ig_link_rows(ctx, twice, 2, "areas.gpkg", table, 0.5, row), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "twice"));
    assert_int_equal(row[0], 7); // untouched
    ig_table_free(table);
}

static void fewer_than_half_is_an_error_unless_it_is_meant(void **state)
{
    (void)state;
    const char *areas[] = {"A", "B", "C"}, *codes[] = {"A", "Y"};
    size_t row[3];
    ig_table *table = table_of(codes, 2);
    assert_int_equal(ig_link_rows(ctx, areas, 3, "areas.gpkg", table, 0.5, row), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_message(ctx), "1 of 3"));
    assert_non_null(strstr(ig_ctx_hint(ctx), "--min-match"));
    assert_int_equal(ig_link_rows(ctx, areas, 3, "areas.gpkg", table, 0.3, row), IG_OK);
    const char *none[] = {"P", "Q"};
    assert_int_equal(ig_link_rows(ctx, none, 2, "areas.gpkg", table, 0.0, row), IG_EFORMAT);
    ig_table_free(table);
}

static void lost_zeros_are_named_for_what_they_are(void **state)
{
    (void)state;
    const char *areas[] = {"001001", "001002"}, *codes[] = {"1001", "1002"};
    size_t row[2];
    ig_table *table = table_of(codes, 2);
    assert_int_equal(ig_link_rows(ctx, areas, 2, "areas.gpkg", table, 0.5, row), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_hint(ctx), "leading zeros"));
    assert_non_null(strstr(ig_ctx_hint(ctx), "1001"));
    ig_table_free(table);
}

static void look_alike_letters_are_named_and_not_matched(void **state)
{
    (void)state;
    const char *areas[] = {"E01000001", "E01000002"}; // below: a Cyrillic letter, a hidden mark
    const char *codes[] = {"\xD0\x95"
                           "01000001",
                           "E010\xE2\x80\x8B"
                           "00002"};
    size_t row[2];
    ig_table *table = table_of(codes, 2);
    assert_int_equal(ig_link_rows(ctx, areas, 2, "areas.gpkg", table, 0.5, row), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_hint(ctx), "place 1): letters of other alphabets"));
    ig_table_free(table);
    table = table_of(codes + 1, 1);
    assert_int_equal(ig_link_rows(ctx, areas, 2, "areas.gpkg", table, 0.5, row), IG_EFORMAT);
    assert_non_null(strstr(ig_ctx_hint(ctx), "place 5)"));
    ig_table_free(table);
}

static void random_sets_match_as_a_slow_search_does(void **state)
{
    (void)state;
    enum { MOST = 60 };
    srand(11);
    for (int round = 0; round < 300; round++) {
        static char text[2][MOST][12];
        const char *areas[MOST], *codes[MOST];
        const size_t n = 1 + (size_t)rand() % (MOST - 1), m = 1 + (size_t)rand() % (MOST - 1);
        const int step = 1 + rand() % 3, shift = rand() % 20;
        for (size_t i = 0; i < n; i++) {
            snprintf(text[0][i], 12, "E%03d", (int)((i * 37) % 61));
            areas[i] = text[0][i];
        }
        for (size_t i = 0; i < m; i++) {
            snprintf(text[1][i], 12, "E%03d", ((int)((i * 23) % 61)) * step + shift);
            codes[i] = text[1][i];
        }
        ig_table *table = table_of(codes, m);
        size_t row[MOST], slow[MOST], matched = 0;
        for (size_t i = 0; i < n; i++) {
            slow[i] = SIZE_MAX;
            for (size_t r = 0; r < m; r++) {
                if (strcmp(areas[i], codes[r]) == 0) slow[i] = r;
            }
            matched += slow[i] != SIZE_MAX;
        }
        const ig_status status = ig_link_rows(ctx, areas, n, "a", table, 0.0, row);
        assert_int_equal(status, matched ? IG_OK : IG_EFORMAT);
        if (matched) assert_memory_equal(row, slow, n * sizeof *row);
        ig_table_free(table);
    }
}

static void no_allocation_that_fails_leaves_a_half_result(void **state)
{
    (void)state;
    const char *areas[] = {"A", "B"}, *codes[] = {"B", "A"};
    ig_table *table = table_of(codes, 2);
    ig_status status = IG_EMEMORY;
    for (uint64_t n = 1; status != IG_OK && n < 100; n++) {
        size_t row[2] = {9, 9};
        ig_alloc_fail_at(n);
        status = ig_link_rows(ctx, areas, 2, "a", table, 0.5, row);
        ig_alloc_fail_at(0);
        if (status) {
            assert_int_equal(status, IG_EMEMORY);
            assert_int_equal(row[0], 9);
        }
    }
    assert_int_equal(status, IG_OK);
    ig_table_free(table);
}

static int setup(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    return ctx ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ig_ctx_free(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_in_any_order_meet_their_areas),
        cmocka_unit_test(a_code_that_comes_twice_is_refused_on_either_side),
        cmocka_unit_test(fewer_than_half_is_an_error_unless_it_is_meant),
        cmocka_unit_test(lost_zeros_are_named_for_what_they_are),
        cmocka_unit_test(look_alike_letters_are_named_and_not_matched),
        cmocka_unit_test(random_sets_match_as_a_slow_search_does),
        cmocka_unit_test(no_allocation_that_fails_leaves_a_half_result),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
