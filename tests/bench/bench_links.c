// What links cost the search, and whether every way of searching finds the same times over them.
//   bench_links DIR COUNT [prove]
// DIR/cost.tif (s/cell) as bench_travel makes it, with COUNT random links: near ones, as where roads
// pass over each other, then of every kind. prove: every engine against the heap, bit for bit.
#include "../travel/made.h"

#include <core/inside.h>
#include <grid/grid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <travel/tile_internal.h>

enum { SITES = 300, RUNS = 3 };

static void must(ig_ctx *ctx, ig_status status)
{
    if (!status) return;
    fprintf(stderr, "%s\n", ig_ctx_message(ctx));
    exit(1);
}

/// Links past up to four cells each way, as quick as three seconds a hundred metres.
static void near_links(struct dice *dice, ig_surface *surface, int wanted)
{
    const ig_frame *f = &surface->frame;
    const int64_t cells = ig_frame_cells(f);
    ig_free(surface->links);
    surface->links = ig_alloc((size_t)wanted + 1, sizeof *surface->links);
    surface->link_count = 0;
    for (int i = 0; surface->links && i < wanted; i++) {
        const int64_t down = roll_below(dice, 9) - 4, across = roll_below(dice, 9) - 4;
        const int64_t from = roll_below(dice, cells), to = from + down * f->cols + across;
        if (from == to || to < 0 || to >= cells) continue;
        const double metres = hypot((double)across * f->dx, (double)down * f->dy);
        surface->links[surface->link_count++] = (ig_link){from, to, 0.03 * metres};
    }
    sort_links(surface);
}

static ig_grid *best_of(ig_ctx *ctx, const ig_surface *surface, const ig_source *sources,
                        size_t count, const struct travel_way *way, double *best)
{
    ig_grid *minutes = NULL;
    ig_travel_options options = ig_travel_defaults();
    options.corners = IG_CORNERS_ALLOW;
    *best = INFINITY;
    for (int run = 0; run < RUNS; run++) {
        ig_grid_free(minutes);
        const double start = ig_seconds_now();
        must(ctx, ig_travel_by(ctx, surface, sources, count, &options, way, &minutes, NULL));
        *best = fmin(*best, ig_seconds_now() - start);
        if (way->engine == ENGINE_HEAP) break;
    }
    return minutes;
}

static void compare(ig_ctx *ctx, const char *kind, const ig_surface *surface,
                    const ig_source *sources, size_t count, bool prove)
{
    static const struct {
        const char *name;
        struct travel_way way;
    } ways[] = {{"chosen", {0}},
                {"tiles", {.engine = ENGINE_TILES}},
                {"plain tiles", {.engine = ENGINE_TILES, .kernel = KERNEL_PLAIN}},
                {"buckets", {.engine = ENGINE_BUCKETS}}};
    const struct travel_way heap = {.engine = ENGINE_HEAP};
    const int64_t cells = ig_frame_cells(&surface->frame);
    double took = NAN;
    ig_grid *expected = prove ? best_of(ctx, surface, sources, count, &heap, &took) : NULL;
    printf("%-10s %6zu links:", kind, surface->link_count);
    if (prove) printf(" heap %.2f s", took);
    for (size_t i = 0; i < (prove ? sizeof ways / sizeof *ways : 1); i++) {
        ig_grid *minutes = best_of(ctx, surface, sources, count, &ways[i].way, &took);
        printf("%s %s %.3f s", i || prove ? "," : "", ways[i].name, took);
        int64_t other = 0;
        for (int64_t c = 0; prove && c < cells; c++)
            other += memcmp(&minutes->cells[c], &expected->cells[c], sizeof(float)) != 0;
        if (prove) printf(" (%lld cells with other bits)", (long long)other);
        ig_grid_free(minutes);
    }
    printf("\n");
    fflush(stdout);
    ig_grid_free(expected);
}

int main(int argc, char **argv)
{
    ig_ctx *ctx = ig_ctx_new();
    if (!ctx || ig_process_start(false, false)) return 1;
    if (argc < 3 || argc > 4) return fprintf(stderr, "bench_links DIR COUNT [prove]\n"), 2;
    char path[4096];
    snprintf(path, sizeof path, "%s/cost.tif", argv[1]);
    ig_surface *surface = NULL;
    must(ctx, ig_surface_read(ctx, path, 2, NULL, &surface));
    struct dice dice = {1};
    ig_source sources[SITES];
    const size_t count = made_sources(&dice, surface, SITES, 0.0, sources);
    const bool prove = argc == 4;
    compare(ctx, "without", surface, sources, count, prove);
    near_links(&dice, surface, atoi(argv[2]));
    compare(ctx, "near", surface, sources, count, prove);
    made_links(&dice, surface, atoi(argv[2]));
    compare(ctx, "all kinds", surface, sources, count, prove);
    ig_surface_free(surface);
    ig_ctx_free(ctx);
    return 0;
}
