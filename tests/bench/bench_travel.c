// Times the search, makes grids to time it on, and compares its minutes with those of peers.
//   bench_travel make DIR ROWS COLS SITES    cost.tif (s/cell), dem.tif, src.xy, sites.csv
//   bench_travel solve DIR [check|NAME]      a line for each model; check: against a plain heap; NAME:
//                                            for those models alone whose lines begin so
//   bench_travel prove DIR                   every way of going about it, cell by cell, against the
//                                            tests' own Dijkstra (minutes for large grids)
//   bench_travel models DIR                  exact, corners, 16, 32, slopes: by tiles and by the heap
//   bench_travel corridors SIDE              where tiles lose: heap, tiles, buckets, the engine's choice
//   bench_travel compare SECONDS.tif MINUTES.tif
#include "bench_grid.h"

#include "../travel/made.h"
#include "../travel/oracle.h"

#include <core/inside.h>
#include <grid/grid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <travel/tile_internal.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// ---- solving ------------------------------------------------------------------------------------

static size_t read_sources(const char *dir, const ig_surface *surface, ig_source **out)
{
    FILE *file = fopen(bench_path(dir, "src.xy"), "r");
    if (!file) exit(1);
    size_t count = 0, room = 0;
    double x, y;
    *out = NULL;
    while (fscanf(file, "%lf|%lf", &x, &y) == 2) {
        int64_t col, row;
        if (!ig_frame_cell(&surface->frame, x, y, &col, &row)) continue;
        if (!ig_grow((void **)out, &room, count + 1, sizeof **out)) abort();
        (*out)[count] = (ig_source){.cell = row * surface->frame.cols + col,
                                    .number = (int32_t)count + 1,
                                    .rank = (int32_t)count};
        count++;
    }
    fclose(file);
    return count;
}

struct bench {
    ig_ctx *ctx;
    const ig_surface *surface;
    const ig_source *sources;
    size_t count;
    double copy; ///< seconds of one copy of the array
    bool check;
    const char *only; ///< beginning of the lines that are wanted
};

/// Least seconds of three runs.
static ig_grid *best_of(const struct bench *b, const ig_travel_options *options,
                        const struct travel_way *way, int runs, double *best)
{
    ig_grid *minutes = NULL;
    *best = INFINITY;
    for (int i = 0; i < runs; i++) {
        ig_grid_free(minutes);
        const double start = now();
        bench_must(b->ctx, ig_travel_by(b->ctx, b->surface, b->sources, b->count, options, way,
                                        &minutes, NULL));
        const double took = now() - start;
        if (took < *best) *best = took;
    }
    return minutes;
}

static void line(const struct bench *b, const char *name, ig_travel_options options, int threads,
                 struct travel_way way)
{
    if (!ig_kernels_for(way.kernel) || strncmp(name, b->only, strlen(b->only)) != 0) return;
    const int64_t cells = ig_frame_cells(&b->surface->frame);
    double took;
    ig_ctx_set_threads(b->ctx, threads);
    ig_grid *minutes = best_of(b, &options, &way, way.engine == ENGINE_HEAP ? 1 : 3, &took);
    printf("%-34s %2d %9.3f s %9.2f ns a cell %8.1f copies", name, threads, took,
           took * 1e9 / (double)cells, took / b->copy);
    if (b->check && options.neighbours != IG_NEIGHBOURS_EXACT) {
        const struct travel_way heap = {.engine = ENGINE_HEAP};
        double slow;
        ig_grid *plain = best_of(b, &options, &heap, 1, &slow);
        const bool same =
            !memcmp(plain->cells, minutes->cells, (size_t)cells * sizeof *plain->cells);
        printf("  %s as a plain heap, which takes %.0f ns", same ? "same bits" : "OTHER BITS",
               slow * 1e9 / (double)cells);
        ig_grid_free(plain);
    }
    printf("\n");
    fflush(stdout);
    ig_grid_free(minutes);
}

static double time_copy(int64_t cells)
{
    const size_t bytes = (size_t)cells * sizeof(float);
    char *from = malloc(bytes), *to = malloc(bytes);
    if (!from || !to) abort();
    memset(from, 1, bytes);
    memset(to, 2, bytes);
    double best = INFINITY;
    for (int i = 0; i < 5; i++) {
        const double start = now();
        memcpy(to, from, bytes);
        const double took = now() - start;
        if (took < best) best = took;
    }
    free(from);
    free(to);
    return best;
}

static void solve(ig_ctx *ctx, const char *dir, bool check, const char *only)
{
    ig_surface *surface = NULL;
    ig_grid *dem = NULL;
    ig_source *sources = NULL;
    const ig_grid_options reading = ig_grid_defaults();
    const char *const dems[] = {bench_path(dir, "dem.tif")};
    bench_must(ctx, ig_surface_read(ctx, bench_path(dir, "cost.tif"), 2, &reading, &surface));
    const size_t count = read_sources(dir, surface, &sources);
    const int64_t cells = ig_frame_cells(&surface->frame);
    struct bench b = {ctx, surface, sources, count, time_copy(cells), check, only};
    const int threads = ig_ctx_threads(ctx);
    printf("%lld cells, %zu sites; a copy of the array takes %.3f ns a cell\n", (long long)cells,
           count, b.copy * 1e9 / (double)cells);
    ig_travel_options options = ig_travel_defaults();
    options.per_cell = true;
    options.corners = IG_CORNERS_ALLOW;
    const struct travel_way best = {0};
    line(&b, "8 neighbours", options, 1, best);
    b.check = false;
    line(&b, "8 neighbours", options, threads, best);
    line(&b, "the same, AVX2", options, threads, (struct travel_way){.kernel = KERNEL_AVX2});
    line(&b, "the same, plain", options, threads, (struct travel_way){.kernel = KERNEL_PLAIN});
    line(&b, "the same, 64 bits", options, threads, (struct travel_way){.wide = true});
    options.corners = IG_CORNERS_FORBID;
    line(&b, "8 neighbours, corners forbid", options, threads, best);
    options.corners = IG_CORNERS_STRICT;
    line(&b, "8 neighbours, corners strict", options, threads, best);
    options.corners = IG_CORNERS_ALLOW;
    options.neighbours = IG_NEIGHBOURS_16;
    line(&b, "16 neighbours", options, threads, best);
    options.neighbours = IG_NEIGHBOURS_32;
    line(&b, "32 neighbours", options, threads, best);
    options.neighbours = IG_NEIGHBOURS_EXACT;
    line(&b, "exact", options, threads, best);
    options.neighbours = IG_NEIGHBOURS_8;
    bench_must(ctx, ig_grid_read(ctx, dems, 1, &reading, &dem));
    surface->elevation = dem->cells;
    for (int64_t i = 0; i < cells; i++)
        surface->pace[i] += 0.72F; // as r.walk adds the walking pace to the friction
    options.per_cell = false;
    options.slope = IG_SLOPE_LANGMUIR;
    b.check = check;
    line(&b, "Langmuir's slope (r.walk)", options, threads, best);
    b.check = false;
    options.slope = IG_SLOPE_TOBLER;
    line(&b, "Tobler's slope", options, threads, best);
    options.neighbours = IG_NEIGHBOURS_16;
    line(&b, "slope on 16 neighbours, Tobler", options, threads, best);
    options.slope = IG_SLOPE_LANGMUIR;
    line(&b, "slope on 16 neighbours, Langmuir", options, threads, best);
    line(&b, "slope on 16 neighbours, AVX2", options, threads,
         (struct travel_way){.kernel = KERNEL_AVX2});
    surface->elevation = NULL;
    ig_grid_free(dem);
    ig_surface_free(surface);
    ig_free(sources);
}

// ---- proving ------------------------------------------------------------------------------------

static int64_t count_other(const ig_grid *minutes, const float *expected, int64_t cells)
{
    int64_t other = 0;
    for (int64_t i = 0; i < cells; i++) {
        const float got = isnan(minutes->cells[i]) ? -1.0F : minutes->cells[i];
        other += memcmp(&got, &expected[i], sizeof got) != 0;
    }
    return other;
}

static void prove(ig_ctx *ctx, const char *dir)
{
    static const struct {
        const char *name;
        int threads;
        struct travel_way way;
    } ways[] = {
        {"one thread", 1, {0}},
        {"two threads", 2, {0}},
        {"five threads", 5, {0}},
        {"AVX2", 2, {.kernel = KERNEL_AVX2}},
        {"plain", 2, {.kernel = KERNEL_PLAIN}},
        {"64 bits", 2, {.wide = true}},
        {"buckets", 1, {.engine = ENGINE_BUCKETS}},
    };
    ig_surface *surface = NULL;
    ig_source *sources = NULL;
    const ig_grid_options reading = ig_grid_defaults();
    bench_must(ctx, ig_surface_read(ctx, bench_path(dir, "cost.tif"), 2, &reading, &surface));
    const size_t count = read_sources(dir, surface, &sources);
    const int64_t cells = ig_frame_cells(&surface->frame);
    ig_travel_options options = ig_travel_defaults();
    options.per_cell = true;
    options.corners = IG_CORNERS_ALLOW;
    const double quantum = made_quantum(ctx, surface, &options, false);
    float *expected = malloc((size_t)cells * sizeof *expected);
    int32_t *nearest = malloc((size_t)cells * sizeof *nearest);
    if (!expected || !nearest) abort();
    const double start = now();
    oracle_travel(surface, sources, count, &options, quantum, expected, nearest);
    printf("%lld cells, %zu sites; Dijkstra took %.0f s\n", (long long)cells, count, now() - start);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (!ig_kernels_for(ways[i].way.kernel)) continue;
        ig_grid *minutes = NULL;
        ig_ctx_set_threads(ctx, ways[i].threads);
        bench_must(ctx, ig_travel_by(ctx, surface, sources, count, &options, &ways[i].way, &minutes,
                                     NULL));
        const int64_t other = count_other(minutes, expected, cells);
        printf("%-14s %lld of %lld cells have other bits\n", ways[i].name, (long long)other,
               (long long)cells);
        fflush(stdout);
        ig_grid_free(minutes);
    }
    free(expected);
    free(nearest);
    ig_surface_free(surface);
    ig_free(sources);
}

/// Each model but the plain one: all cells by the heap, then by tiles, bit for bit.
static void prove_models(ig_ctx *ctx, const char *dir)
{
    static const struct {
        const char *name;
        ig_neighbours neighbours;
        ig_corners corners;
        ig_slope slope;
    } models[] = {
        {"exact", IG_NEIGHBOURS_EXACT, IG_CORNERS_ALLOW, IG_SLOPE_NONE},
        {"exact, corners forbid", IG_NEIGHBOURS_EXACT, IG_CORNERS_FORBID, IG_SLOPE_NONE},
        {"corners forbid", IG_NEIGHBOURS_8, IG_CORNERS_FORBID, IG_SLOPE_NONE},
        {"corners strict", IG_NEIGHBOURS_8, IG_CORNERS_STRICT, IG_SLOPE_NONE},
        {"16 neighbours", IG_NEIGHBOURS_16, IG_CORNERS_ALLOW, IG_SLOPE_NONE},
        {"32 neighbours", IG_NEIGHBOURS_32, IG_CORNERS_ALLOW, IG_SLOPE_NONE},
        {"Langmuir", IG_NEIGHBOURS_8, IG_CORNERS_ALLOW, IG_SLOPE_LANGMUIR},
        {"Tobler", IG_NEIGHBOURS_8, IG_CORNERS_ALLOW, IG_SLOPE_TOBLER},
        {"Langmuir, 16", IG_NEIGHBOURS_16, IG_CORNERS_FORBID, IG_SLOPE_LANGMUIR},
        {"Tobler, 16", IG_NEIGHBOURS_16, IG_CORNERS_ALLOW, IG_SLOPE_TOBLER},
    };
    static const enum kernel_choice kernels[] = {KERNEL_BEST, KERNEL_AVX2, KERNEL_PLAIN};
    ig_surface *surface = NULL;
    ig_grid *dem = NULL;
    ig_source *sources = NULL;
    const ig_grid_options reading = ig_grid_defaults();
    const char *const dems[] = {bench_path(dir, "dem.tif")};
    bench_must(ctx, ig_surface_read(ctx, bench_path(dir, "cost.tif"), 2, &reading, &surface));
    bench_must(ctx, ig_grid_read(ctx, dems, 1, &reading, &dem));
    const size_t count = read_sources(dir, surface, &sources);
    const int64_t cells = ig_frame_cells(&surface->frame);
    const int threads = ig_ctx_threads(ctx);
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        ig_travel_options options = ig_travel_defaults();
        options.per_cell = models[m].slope == IG_SLOPE_NONE;
        options.neighbours = models[m].neighbours;
        options.corners = models[m].corners;
        options.slope = models[m].slope;
        surface->elevation = options.per_cell ? NULL : dem->cells;
        const struct travel_way heap = {.engine = ENGINE_HEAP};
        ig_grid *expected = NULL;
        const double start = now();
        bench_must(ctx,
                   ig_travel_by(ctx, surface, sources, count, &options, &heap, &expected, NULL));
        printf("%-22s heap %.0f s", models[m].name, now() - start);
        for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
            const struct travel_way tiles = {.engine = ENGINE_TILES, .kernel = kernels[k]};
            ig_grid *minutes = NULL;
            if (!ig_kernels_for(kernels[k])) continue;
            bench_must(
                ctx, ig_travel_by(ctx, surface, sources, count, &options, &tiles, &minutes, NULL));
            int64_t other = 0;
            for (int64_t i = 0; i < cells; i++)
                other += memcmp(&minutes->cells[i], &expected->cells[i], sizeof(float)) != 0;
            printf(", %s: %lld other bits",
                   (const char *const[]){"best kernel", "AVX2", "plain"}[k], (long long)other);
            ig_grid_free(minutes);
        }
        printf(" (%d threads, %lld cells)\n", threads, (long long)cells);
        fflush(stdout);
        ig_grid_free(expected);
    }
    surface->elevation = NULL;
    ig_grid_free(dem);
    ig_surface_free(surface);
    ig_free(sources);
}

// ---- where tiles lose ---------------------------------------------------------------------------

/// One corridor a cell wide: along rows, along columns, a spiral; and costs over five decades.
static bool is_wall(int kind, int64_t side, int64_t r, int64_t c)
{
    const int64_t west = c < side - 1 - c ? c : side - 1 - c;
    const int64_t north = r < side - 1 - r ? r : side - 1 - r;
    const int64_t ring = west < north ? west : north;
    if (kind == 0) return r % 2 && c != (r / 2 % 2 ? 0 : side - 1);
    if (kind == 1) return c % 2 && r != (c / 2 % 2 ? 0 : side - 1);
    const bool gate = c == ring && r == ring + 1;
    return kind == 2 && (ring % 2 ? !gate : gate && ring > 0);
}

static void corridors(ig_ctx *ctx, int64_t side)
{
    static const char *const kinds[] = {"rows", "columns", "spiral", "noise"};
    static const struct {
        const char *name;
        struct travel_way way;
    } engines[] = {{"heap", {.engine = ENGINE_HEAP}},
                   {"tiles", {.engine = ENGINE_TILES}},
                   {"buckets", {.engine = ENGINE_BUCKETS}},
                   {"chosen", {0}}};
    const ig_frame frame = {side, side, 0.0, 100.0 * (double)side, 100.0, 100.0};
    const ig_source source = {.number = 1};
    const ig_travel_options options = ig_travel_defaults();
    ig_ctx_set_threads(ctx, 1);
    for (int kind = 0; kind < 4; kind++) {
        ig_surface *surface = NULL;
        bench_must(ctx, ig_surface_new(ctx, &frame, &surface));
        for (int64_t i = 0; i < side * side; i++) {
            const float noise =
                kind < 3 ? 1.0F : (float)pow(10.0, 5.0 * bench_unit((uint64_t)i, 60));
            surface->pace[i] = is_wall(kind, side, i / side, i % side) ? NAN : noise;
        }
        struct bench b = {ctx, surface, &source, 1, 0.0, false, ""};
        double heap = 0.0;
        ig_grid *expected = NULL;
        for (size_t e = 0; e < sizeof engines / sizeof *engines; e++) {
            double took;
            ig_grid *minutes = best_of(&b, &options, &engines[e].way, 2, &took);
            if (e == 0) heap = took;
            const bool same = !expected || !memcmp(expected->cells, minutes->cells,
                                                   (size_t)(side * side) * sizeof(float));
            printf("%-8s %-8s %8.1f ns a cell, %5.2f times as fast as a heap, %s\n", kinds[kind],
                   engines[e].name, took * 1e9 / (double)(side * side), heap / took,
                   same ? "same bits" : "OTHER BITS");
            if (expected)
                ig_grid_free(minutes);
            else
                expected = minutes;
        }
        ig_grid_free(expected);
        ig_surface_free(surface);
    }
}

static void compare(ig_ctx *ctx, const char *seconds, const char *minutes)
{
    ig_grid *a = NULL, *b = NULL;
    const ig_grid_options reading = ig_grid_defaults();
    bench_must(ctx, ig_grid_read(ctx, &seconds, 1, &reading, &a));
    bench_must(ctx, ig_grid_read(ctx, &minutes, 1, &reading, &b));
    const int64_t cells = ig_frame_cells(&a->frame);
    double worst = 0.0, sum = 0.0;
    int64_t both = 0, one = 0;
    for (int64_t i = 0; i < cells; i++) {
        const double s = (double)a->cells[i], m = (double)b->cells[i] * 60.0;
        const bool has_s = s >= 0.0 && s < 1e30, has_m = m >= 0.0;
        one += has_s != has_m;
        if (!has_s || !has_m || s < 60.0) continue;
        both++;
        sum += fabs(m / s - 1.0);
        if (fabs(m / s - 1.0) > worst) worst = fabs(m / s - 1.0);
    }
    printf("  agrees with isogap in %lld cells: relative difference %.2g on average, %.2g at most; "
           "reached by one alone: %lld\n",
           (long long)both, sum / (double)(both ? both : 1), worst, (long long)one);
    ig_grid_free(a);
    ig_grid_free(b);
}

int main(int argc, char **argv)
{
    ig_ctx *ctx = ig_ctx_new();
    if (!ctx || ig_process_start(false, false)) return 1;
    if (argc == 6 && !strcmp(argv[1], "make"))
        bench_make(ctx, argv[2], atoll(argv[3]), atoll(argv[4]), atoll(argv[5]));
    else if (argc >= 3 && !strcmp(argv[1], "solve"))
        solve(ctx, argv[2], argc > 3 && !strcmp(argv[3], "check"),
              argc > 3 && strcmp(argv[3], "check") != 0 ? argv[3] : "");
    else if (argc == 3 && !strcmp(argv[1], "prove"))
        prove(ctx, argv[2]);
    else if (argc == 3 && !strcmp(argv[1], "models"))
        prove_models(ctx, argv[2]);
    else if (argc == 3 && !strcmp(argv[1], "corridors"))
        corridors(ctx, atoll(argv[2]));
    else if (argc == 4 && !strcmp(argv[1], "compare"))
        compare(ctx, argv[2], argv[3]);
    else
        return fprintf(stderr, "bench_travel make|solve|prove|models|corridors|compare ...\n"), 2;
    ig_ctx_free(ctx);
    return 0;
}
