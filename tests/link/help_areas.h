// Areas for the tests of joins: squares in EPSG:27700, in a GeoPackage of the test's own.
#ifndef ISOGAP_TESTS_LINK_HELP_AREAS_H
#define ISOGAP_TESTS_LINK_HELP_AREAS_H

#include "../table/help.h"
#include "area/area.h"

/// Squares by their west and south corner and side, metres; codes in column `key`.
static inline ig_areas *help_squares(struct help *help, const char *name, const char *key,
                                     const char *const *codes, const double (*corner)[3],
                                     size_t count)
{
    size_t *area_start = calloc(count + 1, sizeof *area_start);
    size_t *ring_start = calloc(count + 1, sizeof *ring_start);
    double *x = calloc(count * 5, sizeof *x), *y = calloc(count * 5, sizeof *y);
    assert_true(area_start && ring_start && x && y);
    for (size_t i = 0; i < count; i++) {
        static const double right[] = {0, 0, 1, 1, 0}, up[] = {0, 1, 1, 0, 0};
        for (size_t k = 0; k < 5; k++) {
            x[i * 5 + k] = corner[i][0] + right[k] * corner[i][2];
            y[i * 5 + k] = corner[i][1] + up[k] * corner[i][2];
        }
        area_start[i + 1] = i + 1;
        ring_start[i + 1] = (i + 1) * 5;
    }
    const ig_rings rings = {count, area_start, ring_start, x, y};
    ig_result *columns = NULL;
    ig_column *column = NULL;
    assert_int_equal(ig_result_new(count, &columns), IG_OK);
    assert_int_equal(ig_result_add(columns, key, IG_COLUMN_TEXT, &column), IG_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ig_result_set_text(columns, column, i, codes[i]), IG_OK);
    }
    assert_int_equal(ig_result_add(columns, "hectares", IG_COLUMN_REAL, &column), IG_OK);
    for (size_t i = 0; i < count; i++)
        column->number[i] = corner[i][2] * corner[i][2] / 1e4;
    const char *path = help_path(help, name);
    unlink(path);
    ig_layers *layers = NULL;
    assert_int_equal(ig_layers_begin(help->ctx, path, NULL, &layers), IG_OK);
    assert_int_equal(ig_layers_rings(layers, "areas", &rings, columns), IG_OK);
    assert_int_equal(ig_layers_finish(layers), IG_OK);
    ig_result_free(columns);
    free(area_start);
    free(ring_start);
    free(x);
    free(y);
    ig_areas *areas = NULL;
    ig_area_options options = ig_area_defaults();
    options.key = key;
    const ig_status status = ig_areas_read(help->ctx, &path, 1, &options, &areas);
    if (status) print_error("%s\n", ig_ctx_message(help->ctx));
    assert_int_equal(status, IG_OK);
    return areas;
}

/// Squares of 1 km side by side with these codes.
static inline ig_areas *help_row(struct help *help, const char *key, const char *const *codes,
                                 size_t count)
{
    double(*corner)[3] = calloc(count ? count : 1, sizeof *corner);
    assert_non_null(corner);
    for (size_t i = 0; i < count; i++) {
        corner[i][0] = 430000 + 1000.0 * (double)(i % 50);
        corner[i][1] = 380000 + 1000.0 * (double)(i / 50);
        corner[i][2] = 1000;
    }
    ig_areas *areas =
        help_squares(help, "areas.gpkg", key, codes, (const double(*)[3])corner, count);
    free(corner);
    return areas;
}

#endif
