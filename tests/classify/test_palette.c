// Palettes: the published colours, and classes that stay apart for colour-blind eyes.
#include "near.h"

#include <classify/classify.h>
#include <stdlib.h>

static ig_ctx *ctx;

static void assert_colours(const char *name, size_t classes, const char *hex)
{
    ig_colour c[9];
    assert_int_equal(ig_palette(ctx, name, classes, false, c), IG_OK);
    for (size_t i = 0; i < classes; i++) {
        char text[8];
        snprintf(text, sizeof text, "%02x%02x%02x", c[i].r, c[i].g, c[i].b);
        assert_memory_equal(text, hex + 7 * i, 6);
    }
}

static void published_colours_of_five_classes(void **state)
{
    (void)state;
    assert_colours("YlGnBu", 5, "ffffcc a1dab4 41b6c4 2c7fb8 253494");
    assert_colours("PuBu", 5, "f1eef6 bdc9e1 74a9cf 2b8cbe 045a8d");
    assert_colours("BuPu", 5, "edf8fb b3cde3 8c96c6 8856a7 810f7c");
    assert_colours("YlOrBr", 5, "ffffd4 fed98e fe9929 d95f0e 993404");
    assert_colours("Viridis", 5, "440154 3b528b 21918c 5ec962 fde725");
    assert_colours("PuOr", 5, "e66101 fdb863 f7f7f7 b2abd2 5e3c99");
    assert_colours("RdBu", 5, "ca0020 f4a582 f7f7f7 92c5de 0571b0");
    assert_colours("BrBG", 5, "a6611a dfc27d f5f5f5 80cdc1 018571");
    assert_colours("PRGn", 5, "7b3294 c2a5cf f7f7f7 a6dba0 008837");
}

static void published_colours_of_other_numbers(void **state)
{
    (void)state;
    assert_colours("YlGnBu", 4, "ffffcc a1dab4 41b6c4 225ea8");
    assert_colours("YlGnBu", 6, "ffffcc c7e9b4 7fcdbb 41b6c4 2c7fb8 253494");
    assert_colours("ylgnbu", 7, "ffffcc c7e9b4 7fcdbb 41b6c4 1d91c0 225ea8 0c2c84");
}

static void every_palette_gives_any_number_of_different_colours(void **state)
{
    (void)state;
    for (size_t p = 0; ig_palette_names()[p]; p++)
        for (size_t k = 1; k <= 16; k++) {
            ig_colour c[16], back[16];
            assert_int_equal(ig_palette(ctx, ig_palette_names()[p], k, false, c), IG_OK);
            assert_int_equal(ig_palette(ctx, ig_palette_names()[p], k, true, back), IG_OK);
            for (size_t i = 0; i < k; i++) {
                assert_memory_equal(&c[i], &back[k - 1 - i], sizeof *c);
                if (i) assert_memory_not_equal(&c[i], &c[i - 1], sizeof *c);
            }
        }
}

static void two_sided_palettes_are_known(void **state)
{
    (void)state;
    assert_true(ig_palette_two_sided("PuOr"));
    assert_true(ig_palette_two_sided("PRGn"));
    assert_false(ig_palette_two_sided("YlGnBu"));
    assert_false(ig_palette_two_sided("Spectral"));
}

static void a_mistyped_name_is_answered_with_the_nearest(void **state)
{
    (void)state;
    ig_colour c[3] = {{1, 2, 3}};
    assert_int_equal(ig_palette(ctx, "YlGnBlu", 3, false, c), IG_EINVAL);
    assert_non_null(strstr(ig_ctx_message(ctx), "YlGnBlu"));
    assert_non_null(strstr(ig_ctx_hint(ctx), "did you mean YlGnBu?"));
    assert_non_null(strstr(ig_ctx_hint(ctx), "PRGn"));
    assert_int_equal(c[0].r, 1);
}

// ---- what colour-blind eyes see: Machado, Oliveira and Fernandes (2009), severity 1 ------------

static const double eyes[4][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868},
     {0.114503, 0.786281, 0.099216},
     {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968},
     {0.280085, 0.672501, 0.047413},
     {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779},
     {-0.078411, 0.930809, 0.147602},
     {0.004733, 0.691367, 0.303900}},
};

static double linear(uint8_t channel)
{
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double curve(double t)
{
    return t > 216.0 / 24389.0 ? cbrt(t) : (24389.0 / 27.0 * t + 16.0) / 116.0;
}

static void seen(ig_colour c, size_t eye, double lab[3])
{
    const double rgb[3] = {linear(c.r), linear(c.g), linear(c.b)};
    double s[3];
    for (size_t i = 0; i < 3; i++) {
        s[i] = eyes[eye][i][0] * rgb[0] + eyes[eye][i][1] * rgb[1] + eyes[eye][i][2] * rgb[2];
        s[i] = fmin(1.0, fmax(0.0, s[i]));
    }
    const double x = curve((0.4124564 * s[0] + 0.3575761 * s[1] + 0.1804375 * s[2]) / 0.95047);
    const double y = curve(0.2126729 * s[0] + 0.7151522 * s[1] + 0.0721750 * s[2]);
    const double z = curve((0.0193339 * s[0] + 0.1191920 * s[1] + 0.9503041 * s[2]) / 1.08883);
    lab[0] = 116.0 * y - 16.0;
    lab[1] = 500.0 * (x - y);
    lab[2] = 200.0 * (y - z);
}

/// Least difference (CIE 1976) between two classes for any of the four kinds of eyes.
static double least_difference(const ig_colour *c, size_t classes)
{
    double least = INFINITY;
    for (size_t eye = 0; eye < 4; eye++)
        for (size_t i = 0; i < classes; i++)
            for (size_t j = 0; j < i; j++) {
                double a[3], b[3];
                seen(c[i], eye, a);
                seen(c[j], eye, b);
                least = fmin(least,
                             sqrt(pow(a[0] - b[0], 2) + pow(a[1] - b[1], 2) + pow(a[2] - b[2], 2)));
            }
    return least;
}

static void up_to_six_classes_stay_apart_for_all_eyes(void **state)
{
    (void)state;
    for (size_t p = 0; ig_palette_names()[p]; p++) {
        // Two of ColorBrewer's run through green and blue too close for some eyes: five classes.
        const bool greenish =
            !strcmp(ig_palette_names()[p], "GnBu") || !strcmp(ig_palette_names()[p], "BuGn");
        for (size_t k = 2; k <= (greenish ? 5 : 6); k++) {
            ig_colour c[6];
            assert_int_equal(ig_palette(ctx, ig_palette_names()[p], k, false, c), IG_OK);
            const double least = least_difference(c, k);
            if (!(least > 7.0)) fail_msg("%s %zu: %g", ig_palette_names()[p], k, least);
        }
    }
    // the test can fail: red, yellow, green as in RdYlGn do not
    const ig_colour lights[] = {{0xd7, 0x19, 0x1c},
                                {0xfd, 0xae, 0x61},
                                {0xff, 0xff, 0xbf},
                                {0xa6, 0xd9, 0x6a},
                                {0x1a, 0x96, 0x41}};
    assert_true(least_difference(lights, 5) < 7.0);
}

/// Those made for screens of science run from dark to light, ColorBrewer's from light to dark.
static bool starts_dark(const char *name)
{
    static const char *const dark[] = {"Viridis", "Magma", "Inferno", "Plasma", "Cividis"};
    for (size_t i = 0; i < sizeof dark / sizeof *dark; i++)
        if (!strcmp(name, dark[i])) return true;
    return false;
}

static void low_to_high_palettes_go_one_way_in_lightness(void **state)
{
    (void)state;
    for (size_t p = 0; ig_palette_names()[p]; p++) {
        const char *name = ig_palette_names()[p];
        if (ig_palette_two_sided(name)) continue;
        for (size_t k = 2; k <= 12; k++) {
            ig_colour c[12];
            assert_int_equal(ig_palette(ctx, name, k, starts_dark(name), c), IG_OK);
            for (size_t i = 1; i < k; i++) {
                double before[3], here[3];
                seen(c[i - 1], 0, before);
                seen(c[i], 0, here);
                assert_true(here[0] < before[0]);
            }
        }
    }
}

static int begin(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    return ctx ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    ig_ctx_free(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_colours_of_five_classes),
        cmocka_unit_test(published_colours_of_other_numbers),
        cmocka_unit_test(every_palette_gives_any_number_of_different_colours),
        cmocka_unit_test(two_sided_palettes_are_known),
        cmocka_unit_test(a_mistyped_name_is_answered_with_the_nearest),
        cmocka_unit_test(up_to_six_classes_stay_apart_for_all_eyes),
        cmocka_unit_test(low_to_high_palettes_go_one_way_in_lightness),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
