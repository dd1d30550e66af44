// The packed item of links: what it holds, what a cut keeps, and everything in it that may be wrong.
// The bytes of the cases are made here by hand, not by the writer.
#include "near.h"

#include <core/inside.h>
#include <gdal.h>
#include <grid/grid.h>
#include <grid/grid_internal.h>
#include <stdlib.h>
#include <zlib.h>

enum { COLS = 5, ROWS = 4, CELLS = COLS * ROWS };

static const ig_frame frame = {COLS, ROWS, 400000.0, 200000.0, 50.0, 50.0};
/// The frame as the item tells of it, with room for the number of links.
#define ON_FRAME "packed 1 400000 200000 50 50 5 4 "

static char last_info[256];

static void hear(ig_level level, const char *message, const char *hint, void *user)
{
    (void)user;
    (void)hint;
    if (level == IG_INFO) snprintf(last_info, sizeof last_info, "%s", message);
}

static ig_ctx *listening(void)
{
    ig_ctx *ctx = ig_ctx_new();
    ig_ctx_set_log(ctx, hear, NULL);
    last_info[0] = '\0';
    return ctx;
}

/// Header, then these bytes packed and in base64.
static void pack(char *text, size_t room, const char *header, const uint8_t *bytes, size_t count)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static uint8_t packed[1 << 17];
    uLongf size = sizeof packed - 3;
    assert_int_equal(compress2(packed, &size, bytes, (uLong)count, 9), Z_OK);
    memset(packed + size, 0, 3);
    size_t at = (size_t)snprintf(text, room, "%s", header);
    for (size_t i = 0; i < size; i += 3) {
        const unsigned three =
            (unsigned)packed[i] << 16 | (unsigned)packed[i + 1] << 8 | packed[i + 2];
        for (int k = 0; k < 4; k++, at++) {
            assert_true(at + 1 < room);
            text[at] = i + (size_t)k > size ? '=' : signs[three >> (18 - 6 * k) & 63];
        }
    }
    text[at] = '\0';
}

static ig_status take(ig_ctx *ctx, const ig_frame *f, const char *text, ig_surface *surface)
{
    *surface = (ig_surface){.frame = *f};
    return ig_links_read(ctx, "g.tif", f, text, surface);
}

/// 7 to 9 in one second and back; 7 to 3 in 1.5 seconds; 19 to 0 in a third of a second.
static const uint8_t three[] = {7,    0,    4,    0x82, 0x20, // 1024 * 4 + both ways
                                0,    1,    2,    0x80, 0x30, // a row up, a column on; 1536 * 4
                                12,   5,    7,    1, // three rows up, four columns back, raw
                                0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xD5, 0x3F};

static const ig_link want[] = {{7, 3, 1.5}, {7, 9, 1.0}, {9, 7, 1.0}, {19, 0, 1.0 / 3.0}};

static void bytes_by_hand_are_read(void **state)
{
    (void)state;
    ig_ctx *ctx = listening();
    ig_surface s;
    char text[512];
    pack(text, sizeof text, ON_FRAME "4 ", three, sizeof three);
    if (take(ctx, &frame, text, &s)) fail_msg("%s", ig_ctx_message(ctx));
    assert_int_equal(s.link_count, 4);
    assert_memory_equal(s.links, want, sizeof want);
    assert_string_equal(last_info, "");
    // the writer makes the same item of them; one with its lines broken is read too
    ig_text written = {0};
    assert_int_equal(ig_links_text(ctx, &s, &written), IG_OK);
    ig_free(s.links);
    assert_true(strncmp(written.data, "links_between_cells=" ON_FRAME "4 e",
                        20 + sizeof ON_FRAME + 2) == 0);
    char broken[600];
    const char *base64 = strrchr(written.data, ' ') + 1;
    snprintf(broken, sizeof broken, "\n " ON_FRAME "4 %.5s\r\n\t %s", base64, base64 + 5);
    ig_text_free(&written);
    ig_surface again;
    if (take(ctx, &frame, broken, &again)) fail_msg("%s", ig_ctx_message(ctx));
    assert_int_equal(again.link_count, 4);
    assert_memory_equal(again.links, want, sizeof want);
    ig_free(again.links);
    ig_ctx_free(ctx);
}

static void a_frame_of_part_of_the_cells_keeps_its_links(void **state)
{
    (void)state;
    ig_ctx *ctx = listening();
    ig_surface s;
    char text[512];
    pack(text, sizeof text, ON_FRAME "4 ", three, sizeof three);
    const ig_frame row = {4, 1, 400050.0, 199950.0, 50.0, 50.0}; // cells 6 to 9
    assert_int_equal(take(ctx, &row, text, &s), IG_OK);
    static const ig_link within[] = {{1, 3, 1.0}, {3, 1, 1.0}};
    assert_int_equal(s.link_count, 2);
    assert_memory_equal(s.links, within, sizeof within);
    assert_string_equal(last_info, "g.tif: 2 of 4 links lead off the grid and are left out");
    ig_free(s.links);
    const ig_frame wide = {COLS + 3, ROWS + 2, 399900.0, 200050.0, 50.0, 50.0};
    assert_int_equal(take(ctx, &wide, text, &s), IG_OK);
    assert_int_equal(s.link_count, 4);
    assert_int_equal(s.links[0].from, (1 + 1) * 8 + 2 + 2);
    ig_free(s.links);
    const ig_frame others[] = {{COLS, ROWS, 400025.0, 200000.0, 50.0, 50.0},
                               {COLS, ROWS, 400000.0, 200000.0, 50.1, 50.0},
                               {2 * COLS, 2 * ROWS, 400000.0, 200000.0, 25.0, 25.0}};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(take(ctx, &others[i], text, &s), IG_EFORMAT);
        assert_non_null(strstr(ig_ctx_message(ctx), "was brought to other cells"));
        assert_null(s.links);
    }
    ig_ctx_free(ctx);
}

static void refused(const char *text, const char *said)
{
    ig_ctx *ctx = listening();
    ig_surface s;
    assert_int_not_equal(take(ctx, &frame, text, &s), IG_OK);
    assert_null(s.links);
    assert_non_null(strstr(ig_ctx_message(ctx), "g.tif: item links_between_cells"));
    if (!strstr(ig_ctx_message(ctx), said)) fail_msg("%s: %s", text, ig_ctx_message(ctx));
    ig_ctx_free(ctx);
}

static void wrong_headers_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *header, *said;
    } cases[] = {
        {"packed ", "eight numbers"},
        {"packed 1 400000 200000 50 50 5 4", "eight numbers"},
        {"packed 1 400000 200000 nan 50 5 4 4 ", "eight numbers"},
        {"packed 1 400000 200000 1e999 50 5 4 4 ", "eight numbers"},
        {"packed 2 400000 200000 50 50 5 4 4 ", "not known here"},
        {"packed 1 400000 200000 0 50 5 4 4 ", "of no grid"},
        {"packed 1 400000 200000 50 -50 5 4 4 ", "of no grid"},
        {"packed 1 400000 200000 50 50 1e9 1e9 4 ", "of no grid"},
        {"packed 1 400000 200000 50 50 0 4 4 ", "whole numbers"},
        {"packed 1 400000 200000 50 50 5 4.5 4 ", "whole numbers"},
        {"packed 1 400000 200000 50 50 5 4 -4 ", "whole numbers"},
        {"packed 1 400000 200000 50 50 5 4 0 ", "whole numbers"},
        {"packed 1 400000 200000 50 50 5 4 20000001 ", "20000001 links, and 20000000 are the most"},
        {"packed 1 400000 200000 50 50 5 4 1e15 ", "are the most"},
        {"packed 1 1e300 200000 50 50 5 4 4 ", "other cells"},
        {"packed 1 400000 -1e300 50 50 5 4 4 ", "other cells"},
        {"packed 1 400001 200000 50 50 5 4 4 ", "other cells"},
        {"packed 1 400000 200000 50 50 5 4 5 ", "fewer links than it says"},
        {"packed 1 400000 200000 50 50 5 4 3 ", "more links than it says"},
        {"packed 1 400000 200000 50 50 5 4 1 ", "more links than it says"},
        {"packed 1 400000 200000 50 50 5 3 4 ", "leaves the grid"},
        {"packed 1 400000 200000 50 50 4 5 4 ", "leaves the grid"},
        {"packed 1 400000 200000 50 50 5 4 4 !", "not one of base64"},
        {"packed 1 400000 200000 50 50 5 4 4 A", "damaged"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        pack(text, sizeof text, cases[i].header, three, sizeof three);
        refused(text, cases[i].said);
    }
}

static void wrong_links_are_refused(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        uint8_t bytes[24];
        const char *said;
    } cases[] = {
        {4, {7, 0, 0, 4}, "ends in the cell where it begins"},
        {4, {7, 0, 4, 0}, "takes no time"},
        {12, {7, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F}, "takes no time"},             // NaN
        {12, {7, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0xF0, 0xBF}, "takes no time"},             // -1
        {12, {7, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0xF0, 0x7F}, "ten million"},               // infinite
        {11, {7, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0xF0}, "fewer"},                           // cut
        {12, {7, 0, 4, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1}, "million"}, // 2^56
        {4, {20, 0, 2, 4}, "leaves the grid"},
        {4, {19, 2, 0, 4}, "leaves the grid"}, // a row down from the last
        {4, {0, 1, 0, 4}, "leaves the grid"},  // a row up from the first
        {4, {0, 0, 1, 4}, "leaves the grid"},  // a column to the left of the first
        {4, {0, 0, 10, 4}, "leaves the grid"},
        {13, {0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0, 4}, "leaves the grid"},
        {12, {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 2, 0, 4}, "leaves the grid"},
        {12, {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 4}, "damaged"},
        {3, {7, 0, 4}, "fewer"},
        {1, {7}, "fewer"},
        {0, {0}, "fewer"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        pack(text, sizeof text, ON_FRAME "1 ", cases[i].bytes, cases[i].count);
        refused(text, cases[i].said);
    }
}

/// Every cut of an item, and every byte of it changed, is refused or changes nothing.
static void damage_is_seen(void **state)
{
    (void)state;
    char whole[512], text[512];
    pack(whole, sizeof whole, ON_FRAME "4 ", three, sizeof three);
    const size_t length = strcspn(whole, "="), head = sizeof ON_FRAME "4 " - 1;
    ig_ctx *ctx = listening();
    for (size_t n = 0; n < length; n++) {
        ig_surface s;
        snprintf(text, sizeof text, "%.*s", (int)n, whole);
        if (n) assert_int_not_equal(take(ctx, &frame, text, &s), IG_OK);
        for (int sign = 1; n >= head && sign < 128; sign++) {
            snprintf(text, sizeof text, "%s", whole);
            if (text[n] == (char)sign) continue;
            text[n] = (char)sign;
            // the check of sums sees all but bits that carry nothing
            if (take(ctx, &frame, text, &s)) continue;
            assert_int_equal(s.link_count, 4);
            assert_memory_equal(s.links, want, sizeof want);
            ig_free(s.links);
        }
    }
    ig_ctx_free(ctx);
}

/// A small item that unpacks to much: refused by its first link, by its count, or by memory.
static void bombs_do_not_go_off(void **state)
{
    (void)state;
    const size_t size = 30000000;
    uint8_t *bytes = ig_alloc(size, 1);
    char *text = ig_alloc(1 << 16, 1);
    assert_true(bytes && text);
    pack(text, 1 << 16, ON_FRAME "19999999 ", bytes, size); // zeros
    refused(text, "ends in the cell where it begins");
    for (size_t i = 0; i < size; i += 4) { // from 0 to 1 and back, over and over
        bytes[i + 2] = 2;
        bytes[i + 3] = 6;
    }
    pack(text, 1 << 16, ON_FRAME "4 ", bytes, size);
    refused(text, "more links than it says");
    ig_ctx *ctx = listening();
    ig_surface s;
    ig_ctx_set_memory(ctx, 64 << 20);
    pack(text, 1 << 16, ON_FRAME "15000000 ", bytes, size);
    assert_int_equal(take(ctx, &frame, text, &s), IG_ELIMIT);
    assert_non_null(strstr(ig_ctx_message(ctx), "more than the 64 MiB of --memory"));
    ig_ctx_free(ctx);
    ig_free(bytes);
    ig_free(text);
}

/// Many links of all kinds, there and back, in few bytes where they are like those of roads.
static void many_links_come_back(void **state)
{
    (void)state;
    enum { SIDE = 400, MANY = 50000 };
    ig_ctx *ctx = listening();
    const ig_frame large = {SIDE, SIDE, 1234.5, 98765.4, 1.0 / 3.0, 0.7};
    ig_surface s = {.frame = large}, back;
    s.links = ig_alloc(2 * MANY, sizeof *s.links);
    assert_non_null(s.links);
    uint32_t dice = 1;
    for (int i = 0; i < MANY; i++) {
        dice = dice * 1664525u + 1013904223u;
        const int64_t from = dice % (SIDE * SIDE),
                      to = (from + 1 + dice / 7 % 1203) % (SIDE * SIDE);
        const double seconds = (1.0 + dice % 9999) / (i % 100 ? 1024.0 : 7.0);
        s.links[s.link_count++] = (ig_link){from, to, seconds};
        if (i % 4) s.links[s.link_count++] = (ig_link){to, from, seconds};
    }
    s.link_count = ig_links_settle(s.links, s.link_count);
    ig_text text = {0};
    assert_int_equal(ig_links_text(ctx, &s, &text), IG_OK);
    assert_true(text.length < 6 * s.link_count);
    if (take(ctx, &large, strchr(text.data, '=') + 1, &back)) fail_msg("%s", ig_ctx_message(ctx));
    assert_int_equal(back.link_count, s.link_count);
    assert_memory_equal(back.links, s.links, s.link_count * sizeof *s.links);
    ig_free(back.links);
    ig_free(s.links);
    ig_text_free(&text);
    ig_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_by_hand_are_read),
        cmocka_unit_test(a_frame_of_part_of_the_cells_keeps_its_links),
        cmocka_unit_test(wrong_headers_are_refused),
        cmocka_unit_test(wrong_links_are_refused),
        cmocka_unit_test(damage_is_seen),
        cmocka_unit_test(bombs_do_not_go_off),
        cmocka_unit_test(many_links_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
