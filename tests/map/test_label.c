// Numbers and class labels as people read them, and names as XML and expressions take them.
#include "near.h"

#include "map/map_internal.h"

static ig_breaks breaks_of(double *lower, double *upper, size_t classes)
{
    return (ig_breaks){.classes = classes, .lower = lower, .upper = upper};
}

static void numbers_are_grouped_by_threes(void **state)
{
    (void)state;
    char text[64];
    assert_string_equal(label_number(0, 0, text, sizeof text), "0");
    assert_string_equal(label_number(999, 0, text, sizeof text), "999");
    assert_string_equal(label_number(1000, 0, text, sizeof text), "1,000");
    assert_string_equal(label_number(1234567.25, 2, text, sizeof text), "1,234,567.25");
    assert_string_equal(label_number(-12.34, 1, text, sizeof text), "\xe2\x88\x92"
                                                                    "12.3");
    assert_string_equal(label_number(-0.004, 2, text, sizeof text), "0.00");
}

static void whole_bounds_have_no_decimals(void **state)
{
    (void)state;
    double lower[] = {1, 3}, upper[] = {3, 10};
    const ig_breaks b = breaks_of(lower, upper, 2);
    assert_int_equal(label_decimals(&b), 0);
}

static void labels_have_as_many_decimals_as_tell_classes_apart(void **state)
{
    (void)state;
    double lower[] = {0.5, 12.24, 12.241}, upper[] = {12.24, 12.241, 40.75};
    const ig_breaks b = breaks_of(lower, upper, 3);
    assert_int_equal(label_decimals(&b), 3); // 12.240 and 12.241
    char text[LABEL_ROOM];
    assert_string_equal(label_class(&b, 0, 1, text, sizeof text), "0.5 to 12.2");
    assert_string_equal(label_class(&b, 2, 1, text, sizeof text), "over 12.2 to 40.8");
}

static void noughts_that_all_bounds_share_are_left_out(void **state)
{
    (void)state;
    double lower[] = {1, 2.8, 4.6}, upper[] = {2.8, 4.6, 6.4};
    const ig_breaks b = breaks_of(lower, upper, 3);
    assert_int_equal(label_decimals(&b), 1);
}

static void a_class_of_one_value_is_that_value(void **state)
{
    (void)state;
    double lower[] = {7}, upper[] = {7};
    const ig_breaks b = breaks_of(lower, upper, 1);
    char text[LABEL_ROOM];
    assert_string_equal(label_class(&b, 0, label_decimals(&b), text, sizeof text), "7");
}

static void the_lower_edge_is_the_upper_one_of_the_class_before(void **state)
{
    (void)state;
    // Jenks may give the least value of a class as its lower edge: the gap between must not show.
    double lower[] = {4, 9, 25}, upper[] = {5, 11, 27};
    const ig_breaks b = breaks_of(lower, upper, 3);
    assert_near(class_lower(&b, 0), 4, 0);
    assert_near(class_lower(&b, 1), 5, 0);
    assert_near(class_lower(&b, 2), 11, 0);
}

static void assert_xml(const char *raw, const char *expected)
{
    ig_text text = {0};
    ig_text_append(&text, "");
    append_xml(&text, raw);
    assert_string_equal(text.data, expected);
    ig_text_free(&text);
}

static void markup_is_escaped_and_what_xml_forbids_replaced(void **state)
{
    (void)state;
    assert_xml("a<b & \"c\" 'd'>", "a&lt;b &amp; &quot;c&quot; &#39;d&#39;&gt;");
    assert_xml("M\xc3\xb4rfa", "M\xc3\xb4rfa");
    assert_xml("\x01\x1b[31m", "\xef\xbf\xbd\xef\xbf\xbd[31m");
    assert_xml("line\nbreak\ttab", "line&#10;break&#9;tab");
    assert_xml("\xff", "\xef\xbf\xbd");                                 // no UTF-8
    assert_xml("\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd");                 // an overlong slash
    assert_xml("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); // half of a surrogate pair
    assert_xml("\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd");                 // cut off
    assert_xml("\xf0\x9f\x8f\xa5", "\xf0\x9f\x8f\xa5");
    assert_xml("\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); // U+FFFF
}

static void quotes_in_a_column_are_doubled(void **state)
{
    (void)state;
    ig_text text = {0};
    append_quoted(&text, "say \"ah\"; --");
    assert_string_equal(text.data, "\"say \"\"ah\"\"; --\"");
    ig_text_free(&text);
}

static void the_unit_follows_the_title_once(void **state)
{
    (void)state;
    ig_text text = {0};
    append_title(&text, &(ig_style){.column = "m", .title = "Time to a clinic", .unit = "minutes"});
    assert_string_equal(text.data, "Time to a clinic (minutes)");
    text.length = 0;
    append_title(&text, &(ig_style){.column = "m", .title = "Mean minutes", .unit = "minutes"});
    assert_string_equal(text.data, "Mean minutes");
    text.length = 0;
    append_title(&text, &(ig_style){.column = "m"});
    assert_string_equal(text.data, "m");
    ig_text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_grouped_by_threes),
        cmocka_unit_test(whole_bounds_have_no_decimals),
        cmocka_unit_test(labels_have_as_many_decimals_as_tell_classes_apart),
        cmocka_unit_test(noughts_that_all_bounds_share_are_left_out),
        cmocka_unit_test(a_class_of_one_value_is_that_value),
        cmocka_unit_test(the_lower_edge_is_the_upper_one_of_the_class_before),
        cmocka_unit_test(markup_is_escaped_and_what_xml_forbids_replaced),
        cmocka_unit_test(quotes_in_a_column_are_doubled),
        cmocka_unit_test(the_unit_follows_the_title_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
