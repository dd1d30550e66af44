// The grid that benches of travel make: open ground, roads of four classes, and bridged rivers.
#include "bench_grid.h"

#include <grid/grid.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void bench_must(ig_ctx *ctx, ig_status status)
{
    if (!status) return;
    fprintf(stderr, "%s\n", ig_ctx_message(ctx));
    exit(1);
}

char *bench_path(const char *dir, const char *name)
{
    const size_t room = strlen(dir) + strlen(name) + 2;
    char *path = malloc(room);
    if (!path) abort();
    snprintf(path, room, "%s/%s", dir, name);
    return path;
}

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

double bench_unit(uint64_t a, uint64_t b)
{
    return (double)(mix(a * 0x9e3779b97f4a7c15U + b) >> 11) / 9007199254740992.0;
}

/// Smooth noise in [0, 1): lattice of `step` cells, linear between.
static double smooth(int64_t r, int64_t c, int64_t step, uint64_t salt)
{
    const uint64_t i = (uint64_t)(r / step), j = (uint64_t)(c / step);
    const double y = (double)(r % step) / (double)step, x = (double)(c % step) / (double)step;
    const double a = bench_unit(i * 1000003U + j, salt), b = bench_unit(i * 1000003U + j + 1, salt);
    const double d = bench_unit((i + 1) * 1000003U + j, salt),
                 e = bench_unit((i + 1) * 1000003U + j + 1, salt);
    return (1 - y) * ((1 - x) * a + x * b) + y * ((1 - x) * d + x * e);
}

/// Cell of a winding line that runs across every `gap` cells?
static bool on_line(int64_t along, int64_t across, int64_t gap, uint64_t salt)
{
    const int64_t line = across / gap;
    const double wind = smooth(line * 977, along, 40, salt) * 0.6 + 0.2;
    const double next = smooth(line * 977, along + 1, 40, salt) * 0.6 + 0.2;
    const int64_t from = (int64_t)(wind * (double)gap), to = (int64_t)(next * (double)gap);
    const int64_t place = across % gap;
    return from <= to ? place >= from && place <= to : place >= to && place <= from;
}

static float cost_of(int64_t r, int64_t c)
{
    static const struct {
        int64_t gap;
        double kmh;
    } roads[] = {{700, 105}, {160, 65}, {40, 35}};
    const double jitter = 0.9 + 0.2 * bench_unit((uint64_t)(r * 9973 + c), 5);
    for (size_t i = 0; i < sizeof roads / sizeof *roads; i++)
        if (on_line(c, r, roads[i].gap, i) || on_line(r, c, roads[i].gap, 10 + i))
            return (float)(360.0 / roads[i].kmh * jitter);
    if (on_line(c, r, 300, 20) || on_line(r, c, 300, 21)) return NAN; // a river; roads bridge it
    const double town = smooth(r, c, 50, 30);
    if (town > 0.75 && bench_unit((uint64_t)(r * 9973 + c), 6) < 0.6) return (float)(18.0 * jitter);
    return (float)(72.0 * (0.85 + 0.7 * smooth(r, c, 120, 31)) * (0.97 + 0.06 * (jitter - 0.9)));
}

void bench_make(ig_ctx *ctx, const char *dir, int64_t rows, int64_t cols, int64_t sites)
{
    mkdir(dir, 0777);
    const ig_frame frame = {cols, rows, 50000.0, 50000.0 + 100.0 * (double)rows, 100.0, 100.0};
    ig_grid *cost = NULL, *dem = NULL;
    bench_must(ctx, ig_grid_new(ctx, &frame, &cost));
    bench_must(ctx, ig_grid_new(ctx, &frame, &dem));
    for (int64_t r = 0; r < rows; r++) {
        for (int64_t c = 0; c < cols; c++) {
            cost->cells[r * cols + c] = cost_of(r, c);
            dem->cells[r * cols + c] =
                (float)(350.0 * smooth(r, c, 800, 40) + 120.0 * smooth(r, c, 200, 41) +
                        40.0 * smooth(r, c, 50, 42) + 12.0 * smooth(r, c, 12, 43));
        }
    }
    bench_must(ctx, ig_grid_write(ctx, cost, bench_path(dir, "cost.tif"), "cost", NULL, NULL));
    bench_must(ctx, ig_grid_write(ctx, dem, bench_path(dir, "dem.tif"), "elevation", NULL, NULL));
    FILE *xy = fopen(bench_path(dir, "src.xy"), "w");
    if (!xy) exit(1);
    for (uint64_t i = 0, put = 0; put < (uint64_t)sites; i++) {
        const int64_t r = (int64_t)(bench_unit(i, 50) * (double)rows);
        const int64_t c = (int64_t)(bench_unit(i, 51) * (double)cols);
        if (isnan(cost->cells[r * cols + c])) continue;
        fprintf(xy, "%.1f|%.1f\n", 50000.0 + ((double)c + 0.5) * 100.0,
                frame.north - ((double)r + 0.5) * 100.0);
        put++;
    }
    fclose(xy);
    ig_grid_free(cost);
    ig_grid_free(dem);
}
