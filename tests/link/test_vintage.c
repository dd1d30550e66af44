// Editions of codes, by the name of their column and by the codes themselves.
#include "near.h"

#include <link/link.h>

static void a_column_name_tells_the_edition(void **state)
{
    (void)state;
    const char *codes[] = {"E01000001"};
    assert_string_equal(ig_vintage("LSOA11CD", codes, 1), "LSOA 2011");
    assert_string_equal(ig_vintage("lsoa21_code", codes, 1), "LSOA 2021");
    assert_string_equal(ig_vintage("LSOA code (2011)", codes, 1), "LSOA 2011");
    assert_string_equal(ig_vintage("WD25CD", (const char *[]){"E05000001"}, 1), "wards 2025");
}

static void a_code_made_for_2021_tells_more_than_a_name(void **state)
{
    (void)state;
    const char *codes[] = {"E01000001", "E01033801"};
    assert_string_equal(ig_vintage("LSOA11CD", codes, 2), "LSOA 2021");
    const char *last[] = {"E01033768"}; // the last of 2011
    assert_null(ig_vintage("code", last, 1));
    const char *welsh[] = {"W01001959"};
    assert_string_equal(ig_vintage(NULL, welsh, 1), "LSOA 2021");
}

static void other_codes_tell_nothing(void **state)
{
    (void)state;
    const char *codes[] = {"A1", "", "E01"};
    assert_null(ig_vintage("id", codes, 3));
    assert_null(ig_vintage(NULL, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_name_tells_the_edition),
        cmocka_unit_test(a_code_made_for_2021_tells_more_than_a_name),
        cmocka_unit_test(other_codes_tell_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
