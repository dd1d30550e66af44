// Texts of the reports: names as they are written and harmless, catalogues, names of files.
#include "near.h"

#include <report/facts.h>
#include <report/manifest.h>
#include <report/words.h>
#include <report/writers.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ig_ctx *ctx;

static int start(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    return ctx ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    ig_ctx_free(ctx);
    return 0;
}

static void assert_shown(const char *raw, const char *wanted)
{
    char *text = shown_text(raw);
    assert_string_equal(text, wanted);
    ig_free(text);
}

static void names_are_shown_as_they_are_written(void **state)
{
    (void)state;
    assert_shown("St. Mary's & <b>\"x\"</b>", "St. Mary's & <b>\"x\"</b>");
    assert_shown("two\nlines\tand a tab", "two lines and a tab");
    assert_shown(NULL, "");
}

static void text_from_right_to_left_is_kept_apart(void **state)
{
    (void)state;
    assert_shown("\xd7\x90\xd7\x91", "\xe2\x81\xa8\xd7\x90\xd7\x91\xe2\x81\xa9");
    assert_shown("\xe0\xa4\x85", "\xe0\xa4\x85"); // Devanagari runs from left to right
}

static void marks_that_turn_text_are_replaced(void **state)
{
    (void)state;
    assert_shown("a\xe2\x80\xae"
                 "b",
                 "a\xef\xbf\xbd"
                 "b");
    assert_shown("a\xe2\x81\xa9"
                 "b",
                 "a\xef\xbf\xbd"
                 "b");
    assert_shown("bad \xff byte", "bad \xef\xbf\xbd byte");
}

static void assert_stem(const char *code, const char *wanted)
{
    char stem[STEM_ROOM];
    assert_string_equal(page_stem(code, stem), wanted);
}

static void plain_codes_name_their_file(void **state)
{
    (void)state;
    assert_stem("E05000001", "E05000001");
    assert_stem("Ward_3-b", "Ward_3-b");
}

static void other_codes_get_a_sum_and_never_leave_the_folder(void **state)
{
    (void)state;
    char a[STEM_ROOM], b[STEM_ROOM], long_code[400];
    page_stem("../x", a);
    page_stem(".._x", b);
    assert_null(strpbrk(a, "./"));
    assert_string_not_equal(a, b); // both would be ___x
    page_stem("INDEX", a);
    assert_string_not_equal(a, "INDEX");
    memset(long_code, 'A', sizeof long_code - 1);
    long_code[sizeof long_code - 1] = '\0';
    assert_true(strlen(page_stem(long_code, a)) < STEM_ROOM);
    assert_true(strlen(page_stem("", a)) > 0);
}

static void texts_are_filled_in_by_number(void **state)
{
    (void)state;
    struct words words;
    assert_int_equal(words_read(ctx, NULL, &words), IG_OK);
    struct say s = {.words = &words};
    assert_string_equal(say(&s, "rank_of", "3", "7", NULL), "3 of 7");
    assert_string_equal(say(&s, "rank_of", "{1}", "7", NULL),
                        "{1} of 7"); // names are not filled in
    assert_string_equal(words_of(&words, "better"), "better");
    say_free(&s);
    words_free(&words);
}

static void phrases_of_other_rooms_are_in_the_catalogue(void **state)
{
    (void)state;
    struct words words;
    assert_int_equal(words_read(ctx, NULL, &words), IG_OK);
    assert_string_equal(words_phrase(&words, "reason_", "no passable cell"), "no passable cell");
    assert_string_equal(words_phrase(&words, "spread_", "people at their points"),
                        "people at their points");
    const char *other = "something else";
    assert_ptr_equal(words_phrase(&words, "reason_", other), other);
    const char *known =
        "people of an area stand on its passable cells in proportion to `residents`";
    assert_ptr_not_equal(words_phrase(&words, "spread_", known), known);
    words_free(&words);
}

static void a_manifest_reads_back_as_it_was_written(void **state)
{
    (void)state;
    char folder[] = "/tmp/isogap-manifest-XXXXXX/", path[64];
    folder[strlen(folder) - 1] = '\0';
    assert_non_null(mkdtemp(folder));
    folder[strlen(folder)] = '/';
    struct manifest made = {0}, read;
    const char *const files[] = {"b.pdf", "a.html", "c.html"};
    for (size_t i = 0; i < 3; i++) {
        struct entry *entry = manifest_add(&made, files[i]);
        assert_non_null(entry);
        entry->bytes = i + 10;
        ig_sha256_bytes(files[i], 1, entry->made_from);
        if (i < 2) ig_sha256_bytes(files[i], 2, entry->sha256);
    }
    assert_int_equal(manifest_write(ctx, folder, &made, false), IG_OK);
    assert_int_equal(manifest_read(ctx, folder, &read), IG_OK);
    assert_int_equal(read.count, 3);
    assert_string_equal(read.entries[0].file, "a.html");
    assert_int_equal(read.entries[0].bytes, 11);
    assert_string_equal(manifest_find(&read, "b.pdf")->sha256,
                        manifest_find(&made, "b.pdf")->sha256);
    assert_string_equal(manifest_find(&read, "c.html")->sha256, ""); // planned, not done
    assert_null(manifest_find(&read, "d.html"));
    // what is listed but not there, or another size, is not held
    assert_false(manifest_holds(ctx, folder, manifest_find(&read, "a.html"),
                                manifest_find(&read, "a.html")->made_from));
    manifest_free(&made);
    manifest_free(&read);
    snprintf(path, sizeof path, "%smanifest.csv", folder);
    unlink(path);
    rmdir(folder);
}

/// A measure of three wards with values and limits.
static struct measure measure_of(double *value, double *lower, double *upper, ig_polarity polarity)
{
    return (struct measure){.ward = value, .lower = lower, .upper = upper, .polarity = polarity};
}

static void limits_decide_what_is_better(void **state)
{
    (void)state;
    double value[] = {10, 10, 10}, lower[] = {9, 9, NAN}, upper[] = {11, 11, NAN};
    struct measure m = measure_of(value, lower, upper, IG_POLARITY_LOW);
    assert_string_equal(compare_ward(&m, 0, 12), "better");
    assert_string_equal(compare_ward(&m, 0, 8), "worse");
    assert_string_equal(compare_ward(&m, 0, 10.5), "similar");
    assert_string_equal(compare_ward(&m, 2, 12), "not_compared"); // no limits
    assert_string_equal(compare_ward(&m, 0, NAN), "not_compared");
    m.polarity = IG_POLARITY_NONE;
    assert_string_equal(compare_ward(&m, 0, 12), "lower");
}

static void a_minute_makes_no_difference(void **state)
{
    (void)state;
    double value[] = {10}, none[] = {NAN};
    struct measure m = measure_of(value, none, none, IG_POLARITY_LOW);
    m.counted = true;
    assert_string_equal(compare_ward(&m, 0, 10.9), "similar");
    assert_string_equal(compare_ward(&m, 0, 11.1), "better");
    assert_string_equal(compare_ward(&m, 0, 8.9), "worse");
    m.sum = true;
    assert_string_equal(compare_ward(&m, 0, 8.9), "not_compared");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_shown_as_they_are_written),
        cmocka_unit_test(text_from_right_to_left_is_kept_apart),
        cmocka_unit_test(marks_that_turn_text_are_replaced),
        cmocka_unit_test(plain_codes_name_their_file),
        cmocka_unit_test(other_codes_get_a_sum_and_never_leave_the_folder),
        cmocka_unit_test(texts_are_filled_in_by_number),
        cmocka_unit_test(phrases_of_other_rooms_are_in_the_catalogue),
        cmocka_unit_test(a_manifest_reads_back_as_it_was_written),
        cmocka_unit_test(limits_decide_what_is_better),
        cmocka_unit_test(a_minute_makes_no_difference),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
