// The pen: the same bytes each time, text that keeps to its width, markup that stays text.
#include "near.h"

#include "map/map_internal.h"

#include <cpl_minixml.h>
#include <stdlib.h>

static ig_text drawn(ig_ctx *ctx, bool svg)
{
    pen *p = NULL;
    assert_int_equal(svg ? pen_new_svg(ctx, 200, 100, "A & B", NULL, &p)
                         : pen_new_png(ctx, 200, 100, &p),
                     IG_OK);
    pen_box(p, 10, 10, 80, 50);
    pen_draw(p, &(pen_look){.hatch = true, .stroke = true, .line = {1, 2, 3}, .width = 2},
             "<b>\"quoted\"</b>");
    pen_circle(p, 130, 40, 12);
    pen_draw(p, &(pen_look){.fill = true, .inside = {200, 0, 0}}, NULL);
    pen_text(p, 10, 90, "Môrfa <i>&amp;</i> \x01", (pen_font){14, true}, PEN_START,
             (ig_colour){0, 0, 0});
    ig_text bytes = {0};
    assert_int_equal(pen_finish(ctx, p, 300.0, &bytes), IG_OK);
    pen_free(p);
    return bytes;
}

static void two_runs_give_the_same_bytes(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    for (int svg = 0; svg < 2; svg++) {
        ig_text a = drawn(ctx, svg), b = drawn(ctx, svg);
        assert_int_equal(a.length, b.length);
        assert_memory_equal(a.data, b.data, a.length);
        ig_text_free(&a);
        ig_text_free(&b);
    }
    ig_ctx_free(ctx);
}

static void a_png_states_its_resolution_and_no_time(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_text png = drawn(ctx, false);
    const unsigned char expected[] = {'p', 'H', 'Y', 's', 0, 0, 0x2e, 0x23}; // 11811 a metre
    bool found = false;
    for (size_t i = 0; i + 8 < png.length; i++) {
        found |= memcmp(png.data + i, expected, 8) == 0;
        assert_true(memcmp(png.data + i, "tIME", 4) != 0);
    }
    assert_true(found);
    ig_text_free(&png);
    ig_ctx_free(ctx);
}

static void markup_in_svg_stays_text(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_text svg = drawn(ctx, true);
    CPLXMLNode *root = CPLParseXMLString(svg.data);
    assert_non_null(root);
    assert_null(CPLSearchXMLNode(root, "b"));
    assert_null(CPLSearchXMLNode(root, "i"));
    CPLXMLNode *path = CPLSearchXMLNode(root, "path");
    while (path && strcmp(CPLGetXMLValue(path, "title", ""), "<b>\"quoted\"</b>") != 0)
        path = path->psNext;
    CPLDestroyXMLNode(root);
    assert_non_null(strstr(svg.data, "&lt;b&gt;&quot;quoted&quot;&lt;/b&gt;"));
    ig_text_free(&svg);
    ig_ctx_free(ctx);
}

static void wrapped_lines_keep_to_their_width_and_lose_nothing(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    pen *p = NULL;
    assert_int_equal(pen_new_png(ctx, 1, 1, &p), IG_OK);
    const char *texts[] = {"Minutes to the nearest general practice, on foot, by the roads",
                           "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
                           "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd7\xa2\xd7\x95\xd7\x9c\xd7\x9d"};
    const pen_font font = {16, false};
    for (size_t t = 0; t < 3; t++) {
        pen_lines lines;
        assert_int_equal(pen_wrap(p, texts[t], font, 120, &lines), IG_OK);
        size_t letters = 0, wanted = 0;
        for (size_t i = 0; i < lines.count; i++) {
            assert_true(pen_text_width(p, lines.line[i], font) <= 120.5);
            for (const char *c = lines.line[i]; *c; c++)
                letters += *c != ' ';
        }
        for (const char *c = texts[t]; *c; c++)
            wanted += *c != ' ';
        assert_int_equal(letters, wanted);
        pen_lines_free(&lines);
    }
    pen_free(p);
    ig_ctx_free(ctx);
}

static void a_picture_too_large_is_refused(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    pen *p = NULL;
    assert_int_equal(pen_new_png(ctx, 40000, 10, &p), IG_EINVAL);
    assert_int_equal(pen_new_png(ctx, 0, 10, &p), IG_EINVAL);
    assert_null(p);
    ig_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_runs_give_the_same_bytes),
        cmocka_unit_test(a_png_states_its_resolution_and_no_time),
        cmocka_unit_test(markup_in_svg_stays_text),
        cmocka_unit_test(wrapped_lines_keep_to_their_width_and_lose_nothing),
        cmocka_unit_test(a_picture_too_large_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
