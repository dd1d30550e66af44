// The packed R-tree: sound by SQLite's own check, and every window finds what a full scan finds.
#include "shapes_near.h"

#include <math.h>
#include <sqlite3.h>

/// Points that lie about without order, some on top of each other; every seventh has no place.
static void scatter(size_t count, double *x, double *y)
{
    uint32_t state = 7;
    for (size_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        x[i] = 400000.0 + (double)(state >> 16);
        state = state * 1664525u + 1013904223u;
        y[i] = 300000.0 + (double)(state >> 16) + 0.1;
        if (i % 11 == 3) x[i] = x[i - 1], y[i] = y[i - 1];
        if (i % 7 == 6) x[i] = y[i] = NAN;
    }
}

static void write_points(ig_ctx *ctx, size_t count, const double *x, const double *y)
{
    ig_layers *layers = NULL;
    ig_result *columns = NULL;
    assert_int_equal(ig_result_new(count, &columns), IG_OK);
    ig_ctx_set_overwrite(ctx, true);
    assert_int_equal(ig_layers_begin(ctx, "rtree.gpkg", NULL, &layers), IG_OK);
    assert_int_equal(ig_layers_points(layers, "it's \"so\"", count, x, y, columns), IG_OK);
    assert_int_equal(ig_layers_finish(layers), IG_OK);
    ig_result_free(columns);
}

static sqlite3_int64 number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *query = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    const sqlite3_int64 answer = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return answer;
}

static void sound(sqlite3 *db)
{
    sqlite3_stmt *query = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT rtreecheck('main','rtree_it''s \"so\"_geom')",
                                        -1, &query, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(query, 0), "ok");
    sqlite3_finalize(query);
}

/// A window finds every point within it, and none that lies a metre outside.
static void window_is_a_scan(sqlite3 *db, size_t count, const double *x, const double *y,
                             const double box[4])
{
    char sql[400];
    size_t within = 0, near = 0;
    for (size_t i = 0; i < count; i++) {
        within += x[i] >= box[0] && y[i] >= box[1] && x[i] <= box[2] && y[i] <= box[3];
        near +=
            x[i] >= box[0] - 1 && y[i] >= box[1] - 1 && x[i] <= box[2] + 1 && y[i] <= box[3] + 1;
    }
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM \"rtree_it's \"\"so\"\"_geom\" WHERE maxx >= %.17g AND maxy >= "
             "%.17g AND minx <= %.17g AND miny <= %.17g",
             box[0], box[1], box[2], box[3]);
    const size_t found = (size_t)number(db, sql);
    assert_true(found >= within);
    assert_true(found <= near);
}

static void each_size_of_tree_is_sound_and_finds_all(void **state)
{
    (void)state;
    // A root alone, the first that splits, three levels, and none.
    static const size_t sizes[] = {0, 1, 5, 6, 7, 59, 60, 61, 119, 120, 3000, 3100, 20000};
    ig_ctx *ctx = context();
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const size_t count = sizes[k];
        double *x = ig_alloc(count + 1, sizeof *x), *y = ig_alloc(count + 1, sizeof *y);
        size_t placed = 0;
        scatter(count, x, y);
        for (size_t i = 0; i < count; i++)
            placed += !isnan(x[i]);
        write_points(ctx, count, x, y);
        sqlite3 *db = NULL;
        assert_int_equal(sqlite3_open_v2("rtree.gpkg", &db, SQLITE_OPEN_READWRITE, NULL),
                         SQLITE_OK);
        sound(db);
        assert_int_equal(number(db, "SELECT count(*) FROM \"rtree_it's \"\"so\"\"_geom\""), placed);
        for (int w = 0; w < 50; w++) {
            const double west = 400000.0 + 1300.0 * w, south = 365000.0 - 1250.0 * w;
            window_is_a_scan(db, count, x, y,
                             (double[4]){west, south, west + 900.0 + 100.0 * w, south + 5000.0});
        }
        // SQLite goes on from there: rows leave and come.
        assert_int_equal(sqlite3_exec(db,
                                      "DELETE FROM \"rtree_it's \"\"so\"\"_geom\" WHERE id % 3 = 1;"
                                      "INSERT INTO \"rtree_it's \"\"so\"\"_geom\" VALUES "
                                      "(900001,1,2,3,4),(900002,500000,500000,3,4)",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
        sound(db);
        sqlite3_close(db);
        ig_free(x);
        ig_free(y);
    }
    ig_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_size_of_tree_is_sound_and_finds_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
