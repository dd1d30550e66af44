// Text: numbers there and back in any locale, users' texts made safe, names, codes.
#include "near.h"

#include <core/inside.h>

#include <float.h>
#include <locale.h>
#include <stdlib.h>

static void check_number(double value, const char *expected)
{
    char text[32];
    assert_string_equal(ig_number_text(value, text, sizeof text), expected);
}

static void numbers_are_written_short_and_whole_ones_in_full(void **state)
{
    (void)state;
    check_number(0.1, "0.1");
    check_number(1.0 / 3.0, "0.3333333333333333");
    check_number(0.1 + 0.2, "0.30000000000000004");
    check_number(-0.0, "0");
    check_number(56550138, "56550138");
    check_number(9007199254740991.0, "9007199254740991");
    check_number(-1e15, "-1000000000000000");
    check_number(1e300, "1e+300");
    check_number(5e-324, "4.94065645841247e-324");
    check_number(NAN, "");
    check_number(INFINITY, "");
}

static void every_number_reads_back_to_itself(void **state)
{
    (void)state;
    uint64_t dice = 88172645463325252ULL; // xorshift, Marsaglia, 2003
    for (int i = 0; i < 200000; i++) {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        double value, back;
        memcpy(&value, &dice, sizeof value);
        if (i % 2) value = (double)(dice % 1000000007) / 1000.0;
        if (!isfinite(value)) continue;
        char text[32];
        ig_number_text(value, text, sizeof text);
        if (!ig_text_number(text, &back) || back != value) fail_msg("%.17g as %s", value, text);
    }
}

/// The slow way: the fewest of 15 to 17 digits by the C library that its reader gives back.
static void check_against_the_c_library(double value)
{
    char text[32], expected[32];
    if (value == rint(value)) return; // written in full
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(expected, sizeof expected, "%.*g", digits, value);
        if (strtod(expected, NULL) == value) break;
    }
    ig_number_text(value, text, sizeof text);
    if (strcmp(text, expected) != 0) fail_msg("%.17g as %s, not %s", value, text, expected);
}

static void numbers_are_written_as_the_c_library_writes_them(void **state)
{
    (void)state;
    uint64_t dice = 88172645463325252ULL;
    for (int i = 0; i < 100000; i++) {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        const double part = (double)(dice >> 11) * 0x1p-53; // 0 to 1
        const double value = ldexp(0.5 + part / 2, (int)(dice % 70) - 18);
        check_against_the_c_library(i % 3 ? value : -value);
        check_against_the_c_library((double)(float)value + 0x1p-20);
    }
    for (int power = -20; power <= 50; power++) { // where doubles begin to lie wider
        const double two = ldexp(1, power);
        if (power < 0) check_against_the_c_library(two);
        for (int k = 1; k < 4 && power < 49; k++) {
            check_against_the_c_library(two * (1 + k * DBL_EPSILON));
            check_against_the_c_library(two * (1 - k * DBL_EPSILON / 2));
        }
    }
    for (int power = -6; power <= 14; power++) { // where a digit more is needed
        const double ten = pow(10, power);
        check_against_the_c_library(nextafter(ten, 0));
        check_against_the_c_library(nextafter(ten, INFINITY));
        if (power < 0) check_against_the_c_library(ten);
    }
    check_against_the_c_library(0.5);
    check_against_the_c_library(1234567.125);
    check_against_the_c_library(999999999999999.875);
}

static void reading_agrees_with_the_c_library(void **state)
{
    (void)state;
    const char *const texts[] = {"0",       "-0",     "+1.5",
                                 ".95",     "5.",     "123456789012345",
                                 "1e5",     "1E-3",   "0.30",
                                 "00012.0", "1e22",   "999999999999999",
                                 "1.7e308", "1e-400", "0.000000000000001"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double value = 42.0;
        assert_true(ig_text_number(texts[i], &value));
        const double expected = strtod(texts[i], NULL);
        assert_memory_equal(&value, &expected, sizeof value);
    }
}

static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    const char *const texts[] = {"",      " 1",    "1 ",  "1,5", "1e",       "e5",    ".",
                                 "+",     "0x1",   "nan", "inf", "1d5",      "1e+",   "--1",
                                 "1.2.3", "1e400", "1_0", "-",   "infinity", "1e5.5", "١"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double value = 42.0;
        assert_false(ig_text_number(texts[i], &value));
        assert_near(value, 42.0, 0.0);
    }
}

static void the_locale_has_no_part(void **state)
{
    (void)state;
    const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8", "de_DE", "nl_NL"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!setlocale(LC_ALL, names[i])) continue;
        found = true;
        check_number(1234.5, "1234.5");
        check_number(-1.5e-7, "-1.5e-07");
        check_number(1.0 / 3.0, "0.3333333333333333");
        double value;
        assert_true(ig_text_number("1234.567890123456789", &value));
        assert_near(value, 1234.567890123456789, 0.0);
        assert_false(ig_text_number("1234,5", &value));
    }
    setlocale(LC_ALL, "C");
    if (!found) skip(); // needs a locale with a decimal comma
}

static void hidden_characters_are_shown(void **state)
{
    (void)state;
    assert_string_equal(ig_show("caf\xC3\xA9"), "caf\xC3\xA9");
    assert_string_equal(ig_show("a\x1b[31m\n"), "a\\x1b[31m\\x0a");
    assert_string_equal(ig_show("x\xE2\x80\xAEy"), "x\\xe2\\x80\\xaey"); // right-to-left override
    assert_string_equal(ig_show("\xEF\xBB\xBF"
                                "code"),
                        "\\xef\\xbb\\xbf"
                        "code");
    assert_string_equal(ig_show("\xEE\xE2z"), "\\xee\\xe2z");        // Latin-1, not UTF-8
    assert_string_equal(ig_show("\xED\xA0\x80"), "\\xed\\xa0\\x80"); // a surrogate
    assert_string_equal(ig_show("\xC0\xAF"), "\\xc0\\xaf");          // overlong
    assert_string_equal(ig_show(NULL), "");
    char longer[400];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(strlen(ig_show(longer)), 83);
    memset(longer, '\xFF', sizeof longer - 1);
    assert_int_equal(strlen(ig_show(longer)), 323);
    const char *first = ig_show("1"), *second = ig_show("2");
    assert_string_equal(first, "1");
    assert_string_equal(second, "2");
}

static void near_names_are_found_and_far_ones_are_not(void **state)
{
    (void)state;
    const char *const names[] = {"areas", "table", "threads", "threshold",
                                 "Index of Multiple Deprivation (IMD) Decile"};
    assert_string_equal(ig_nearest_name("tabel", names, 5), "table");
    assert_string_equal(ig_nearest_name("Area", names, 5), "areas");
    assert_string_equal(ig_nearest_name("tresholds", names, 5), "threshold");
    assert_string_equal(ig_nearest_name("imd", names, 5), names[4]);
    assert_null(ig_nearest_name("population", names, 5));
    assert_null(ig_nearest_name("", names, 5));
    assert_null(ig_nearest_name("x", names, 0));
}

static void check_code(const char *raw, const char *expected, bool trims, bool folds)
{
    bool trimmed, folded;
    char *code = ig_code_normalise(raw, &trimmed, &folded);
    assert_string_equal(code, expected);
    assert_int_equal(trimmed, trims);
    assert_int_equal(folded, folds);
    ig_free(code);
}

static void codes_are_trimmed_and_folded_and_it_is_told(void **state)
{
    (void)state;
    check_code("E01000001", "E01000001", false, false);
    check_code(" E01000001\t", "E01000001", true, false);
    check_code("\xC2\xA0"
               "e01000001",
               "E01000001", true, true);
    check_code("\xEF\xBB\xBF"
               "E01\xE2\x80\x8B",
               "E01", true, false);
    check_code("a b", "A B", false, true);
    check_code("", "", false, false);
    check_code(" \xC2\xA0 ", "", true, false);
    check_code("\xC3\xA9t\xC3\xA9", "\xC3\xA9T\xC3\xA9", false, true); // ASCII alone is folded
    assert_true(ig_is_ons_code("E01006512"));
    assert_false(ig_is_ons_code("E0100651"));
    assert_false(ig_is_ons_code("E010065123"));
    assert_false(ig_is_ons_code("95AA01S1"));
    assert_false(ig_is_ons_code(""));
}

static void growing_text_fails_once_and_stays_failed(void **state)
{
    (void)state;
    for (uint64_t n = 1;; n++) {
        ig_text text = {0};
        ig_alloc_fail_at(n);
        for (int i = 0; i < 50; i++) {
            ig_text_append(&text, "ab");
            ig_text_format(&text, "%03d", i);
        }
        ig_alloc_fail_at(0);
        const bool failed = text.failed;
        if (!failed) {
            assert_int_equal(text.length, 250);
            assert_int_equal(strlen(text.data), 250);
        }
        ig_text_free(&text);
        if (!failed) break;
        assert_true(n < 50);
    }
}

static void base_names(void **state)
{
    (void)state;
    assert_string_equal(ig_base_name("a/b/c.csv"), "c.csv");
    assert_string_equal(ig_base_name("c.csv"), "c.csv");
    assert_string_equal(ig_base_name("/"), "/");
}

static void digests_are_those_of_the_standard(void **state)
{
    (void)state;
    char hex[65]; // FIPS 180-4, "abc"
    ig_sha256_bytes("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_short_and_whole_ones_in_full),
        cmocka_unit_test(every_number_reads_back_to_itself),
        cmocka_unit_test(numbers_are_written_as_the_c_library_writes_them),
        cmocka_unit_test(reading_agrees_with_the_c_library),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(the_locale_has_no_part),
        cmocka_unit_test(hidden_characters_are_shown),
        cmocka_unit_test(near_names_are_found_and_far_ones_are_not),
        cmocka_unit_test(codes_are_trimmed_and_folded_and_it_is_told),
        cmocka_unit_test(growing_text_fails_once_and_stays_failed),
        cmocka_unit_test(base_names),
        cmocka_unit_test(digests_are_those_of_the_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
