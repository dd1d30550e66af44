/// Small countries for the tests of cost: layers written as GeoJSON in a private folder, and a slow
/// search over the surface made from them.
#ifndef ISOGAP_TESTS_COST_MADE_H
#define ISOGAP_TESTS_COST_MADE_H

#include "near.h"

#include <cost/cost.h>
#include <stdlib.h>
#include <unistd.h>

static char made_folder[] = "/tmp/isogap-cost-XXXXXX";

static inline const char *made_path(const char *name)
{
    static char path[512][256];
    static int turn;
    char *p = path[turn++ % 512];
    snprintf(p, sizeof path[0], "%s/%s", made_folder, name);
    return p;
}

static inline void made_text(const char *name, const char *text)
{
    FILE *file = fopen(made_path(name), "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/// A layer in EPSG:27700; `features` are written as "properties|type|coordinates", one a row.
static inline void made_layer(const char *name, const char *const *features)
{
    FILE *file = fopen(made_path(name), "wb");
    assert_non_null(file);
    fputs("{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
          "\"urn:ogc:def:crs:EPSG::27700\"}},\"features\":[\n",
          file);
    for (int i = 0; features[i]; i++) {
        const char *one = strchr(features[i], '|'), *two = strchr(one + 1, '|');
        fprintf(file,
                "%s{\"type\":\"Feature\",\"properties\":{%.*s},\"geometry\":{\"type\":\"%.*s\","
                "\"coordinates\":%s}}\n",
                i ? "," : "", (int)(one - features[i]), features[i], (int)(two - one - 1), one + 1,
                two + 1);
    }
    fputs("]}\n", file);
    assert_int_equal(fclose(file), 0);
}

/// Areas: one square from (400000, 300000), `side` metres.
static inline void made_square(double side)
{
    char row[512];
    snprintf(row, sizeof row,
             "\"code\":\"E01000001\"|Polygon|[[[400000,300000],[%.0f,300000],[%.0f,%.0f],"
             "[400000,%.0f],[400000,300000]]]",
             400000 + side, 400000 + side, 300000 + side, 300000 + side);
    const char *const rows[] = {row, NULL};
    made_layer("areas.geojson", rows);
}

/// Options of a grid whose speed table has these rows, over these roads. One such at a time.
static inline ig_cost_options made_options(const char *rows, const char *const *roads)
{
    static char table[256];
    static const char *files[1];
    char text[600];
    snprintf(text, sizeof text, "kind,class,value\n%s", rows);
    made_text("only.csv", text);
    snprintf(table, sizeof table, "%s", made_path("only.csv"));
    made_layer("roads.geojson", roads);
    files[0] = made_path("roads.geojson");
    ig_cost_options o = ig_cost_defaults();
    o.mode = table;
    o.buffer = 0;
    o.roads = (ig_texts){files, 1};
    return o;
}

struct made_words {
    char text[8192];
};

static inline void made_hear(ig_level level, const char *message, const char *hint, void *user)
{
    struct made_words *words = user;
    const size_t at = strlen(words->text);
    if (level >= IG_INFO && at + 512 < sizeof words->text)
        snprintf(words->text + at, sizeof words->text - at, "%s %s\n", message, hint ? hint : "");
}

/// Surface of areas.geojson by these options; the status is given back, words are kept.
static inline ig_status made_surface(const ig_cost_options *options, ig_surface **surface,
                                     ig_cost_report *report, struct made_words *words)
{
    static struct made_words unheard;
    ig_ctx *ctx = ig_ctx_new();
    ig_areas *areas = NULL;
    const char *path = made_path("areas.geojson");
    if (!words) words = &unheard;
    words->text[0] = '\0';
    ig_ctx_set_log(ctx, made_hear, words);
    const ig_area_options reading = ig_area_defaults();
    ig_status status = ig_areas_read(ctx, &path, 1, &reading, &areas);
    if (!status) status = ig_cost_build(ctx, areas, options, surface, report);
    if (status) made_hear(IG_ERROR, ig_ctx_message(ctx), ig_ctx_hint(ctx), words);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
    return status;
}

static inline int64_t made_cell(const ig_surface *s, double x, double y)
{
    int64_t col, row;
    assert_true(ig_frame_cell(&s->frame, x, y, &col, &row));
    return row * s->frame.cols + col;
}

/// Minutes from one point to another by the plainest search there is: relax all steps until
/// nothing changes. Corner rule `forbid`; sides shut by `barriers` are not passed; links are.
static inline double made_minutes(const ig_surface *s, double x0, double y0, double x1, double y1)
{
    static const int dc[8] = {0, 1, 1, 1, 0, -1, -1, -1}, dr[8] = {-1, -1, 0, 1, 1, 1, 0, -1};
    const ig_frame *f = &s->frame;
    const int64_t n = ig_frame_cells(f), from = made_cell(s, x0, y0), to = made_cell(s, x1, y1);
    double *time = malloc((size_t)n * sizeof *time);
    for (int64_t i = 0; i < n; i++)
        time[i] = INFINITY;
    if (!isnan(s->pace[from])) time[from] = 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (int64_t step = 0; step < 2 * n; step++) {
            const int64_t i = step < n ? step : 2 * n - 1 - step;
            if (!isfinite(time[i])) continue;
            for (int k = 0; k < 8; k++) {
                const int64_t c = i % f->cols + dc[k], r = i / f->cols + dr[k];
                if (c < 0 || r < 0 || c >= f->cols || r >= f->rows) continue;
                const int64_t j = r * f->cols + c;
                if (isnan(s->pace[j]) || (s->barriers && s->barriers[i] >> k & 1)) continue;
                if (k % 2 && isnan(s->pace[i + dc[k]]) && isnan(s->pace[j - dc[k]])) continue;
                const double t = time[i] + hypot(dc[k] * f->dx, dr[k] * f->dy) *
                                               ((double)s->pace[i] + s->pace[j]) / 2;
                if (t < time[j] - 1e-9) {
                    time[j] = t;
                    changed = true;
                }
            }
        }
        for (size_t i = 0; i < s->link_count; i++) {
            const double t = time[s->links[i].from] + s->links[i].seconds;
            if (!(t < time[s->links[i].to] - 1e-9)) continue;
            time[s->links[i].to] = t;
            changed = true;
        }
    }
    const double result = time[to] / 60;
    free(time);
    return result;
}

static inline int made_setup(void **state)
{
    (void)state;
    if (ig_process_start(false, false) != IG_OK) return -1;
    return mkdtemp(made_folder) ? 0 : -1;
}

static inline int made_teardown(void **state)
{
    (void)state;
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", made_folder);
    return system(command);
}

#endif
