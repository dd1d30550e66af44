/// What the tests of access share: shapes from corner lists, grids from numbers.
#ifndef ISOGAP_TESTS_GROUND_H
#define ISOGAP_TESTS_GROUND_H

#include "near.h"

#include <access/access_internal.h>

enum { MOST_AREAS = 64, MOST_POINTS = 1024 };

/// Areas of one ring each, built up point by point.
struct drawing {
    size_t areas, points;
    size_t area_start[MOST_AREAS + 1], ring_start[MOST_AREAS + 1];
    double x[MOST_POINTS], y[MOST_POINTS];
    char code[MOST_AREAS][32];
    const char *codes[MOST_AREAS];
    ig_rings rings;
    struct shapes shapes;
};

/// One more area; corners without the closing one.
static inline void draw(struct drawing *d, const char *code, size_t corners, const double *xy)
{
    assert_true(d->areas < MOST_AREAS && d->points + corners < MOST_POINTS);
    for (size_t i = 0; i <= corners; i++) {
        d->x[d->points] = xy[2 * (i % corners)];
        d->y[d->points++] = xy[2 * (i % corners) + 1];
    }
    snprintf(d->code[d->areas], sizeof d->code[0], "%s", code);
    d->codes[d->areas] = d->code[d->areas];
    d->areas++;
    d->area_start[d->areas] = d->areas;
    d->ring_start[d->areas] = d->points;
    d->rings = (ig_rings){d->areas, d->area_start, d->ring_start, d->x, d->y};
    d->shapes = (struct shapes){&d->rings, d->codes};
}

static inline void draw_box(struct drawing *d, const char *code, double west, double south,
                            double east, double north)
{
    const double xy[] = {west, south, west, north, east, north, east, south};
    draw(d, code, 4, xy);
}

static inline uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static inline double uniform(uint32_t *seed)
{
    return ((double)next(seed) + .5) / 16777216.0;
}

/// Part of an area's ring (convex, any direction) inside a box, in square metres: the corners of
/// the box's four half-planes cut off one after the other (Sutherland and Hodgman 1974).
static inline double common_size(const ig_rings *r, size_t area, double west, double south,
                                 double east, double north)
{
    double x[64], y[64];
    size_t n = 0;
    for (size_t i = r->ring_start[area]; i + 1 < r->ring_start[area + 1]; i++) {
        x[n] = r->x[i];
        y[n++] = r->y[i];
    }
    const double limit[4] = {west, east, south, north};
    for (int side = 0; side < 4; side++) {
        double cx[64], cy[64];
        size_t m = 0;
        for (size_t i = 0; i < n; i++) {
            const size_t j = (i + 1) % n;
            const double a = side < 2 ? x[i] : y[i], b = side < 2 ? x[j] : y[j];
            const double sign = side % 2 ? -1 : 1, da = sign * (a - limit[side]),
                         db = sign * (b - limit[side]);
            if (da >= 0) {
                cx[m] = x[i];
                cy[m++] = y[i];
            }
            if ((da > 0 && db < 0) || (da < 0 && db > 0)) {
                cx[m] = x[i] + da / (da - db) * (x[j] - x[i]);
                cy[m++] = y[i] + da / (da - db) * (y[j] - y[i]);
            }
        }
        n = m;
        memcpy(x, cx, n * sizeof *x);
        memcpy(y, cy, n * sizeof *y);
    }
    double twice = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t j = (i + 1) % n;
        twice += x[i] * y[j] - x[j] * y[i];
    }
    return fabs(twice) / 2;
}

static inline bool warned(const ig_ctx *ctx, const char *part, const char *code)
{
    for (size_t i = 0; i < ig_ctx_warnings(ctx); i++)
        if (strstr(ig_ctx_warning(ctx, i), part) && strstr(ig_ctx_warning(ctx, i), code))
            return true;
    return false;
}

#endif
