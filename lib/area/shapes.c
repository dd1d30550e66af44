// Polygons of many areas as flat arrays.
#include "area_internal.h"
#include "rings.h"

#include <math.h>
#include <string.h>

void ig_shapes_free(ig_shapes *shapes)
{
    ig_free(shapes->area_start);
    ig_free(shapes->ring_start);
    ig_free(shapes->polygon);
    ig_free(shapes->x);
    ig_free(shapes->y);
    *shapes = (ig_shapes){0};
}

/// A copy of `count` items; one more is had so that an empty array is not NULL.
static void *copy_of(const void *items, size_t count, size_t size)
{
    void *copy = ig_alloc(count + 1, size);
    if (copy && count) memcpy(copy, items, count * size);
    return copy;
}

ig_status ig_shapes_copy(ig_ctx *ctx, const ig_shapes *from, ig_shapes *to)
{
    *to = *from;
    to->area_start = copy_of(from->area_start, from->areas + 1, sizeof *to->area_start);
    to->ring_start = copy_of(from->ring_start, from->rings + 1, sizeof *to->ring_start);
    to->polygon = copy_of(from->polygon, from->rings, sizeof *to->polygon);
    to->x = copy_of(from->x, from->points, sizeof *to->x);
    to->y = copy_of(from->y, from->points, sizeof *to->y);
    if (to->area_start && to->ring_start && to->polygon && to->x && to->y) return IG_OK;
    ig_shapes_free(to);
    return ig_fail(ctx, IG_EMEMORY, "no memory for %zu points of boundaries", from->points);
}

bool ig_shapes_is_shell(const ig_shapes *shapes, size_t area, size_t ring)
{
    return ring == shapes->area_start[area] || shapes->polygon[ring] != shapes->polygon[ring - 1];
}

static double ring_area(const ig_shapes *shapes, size_t ring)
{
    const size_t start = shapes->ring_start[ring], end = shapes->ring_start[ring + 1];
    return 0.5 * ig_ring_area2(shapes->x + start, shapes->y + start, end - start);
}

double ig_shapes_size(const ig_shapes *shapes, size_t area)
{
    double sum = 0.0;
    for (size_t r = shapes->area_start[area]; r < shapes->area_start[area + 1]; r++) {
        const double covered = fabs(ring_area(shapes, r));
        sum += ig_shapes_is_shell(shapes, area, r) ? covered : -covered;
    }
    return sum;
}

static void turn_round(double *values, size_t count)
{
    for (size_t i = 0, j = count; i + 1 < j; i++) {
        const double kept = values[i];
        values[i] = values[--j];
        values[j] = kept;
    }
}

void ig_shapes_wind(ig_shapes *shapes)
{
    for (size_t a = 0; a < shapes->areas; a++)
        for (size_t r = shapes->area_start[a]; r < shapes->area_start[a + 1]; r++) {
            const bool left = ring_area(shapes, r) > 0.0;
            if (left == ig_shapes_is_shell(shapes, a, r)) continue;
            const size_t start = shapes->ring_start[r], count = shapes->ring_start[r + 1] - start;
            turn_round(shapes->x + start, count);
            turn_round(shapes->y + start, count);
        }
}

ig_status ig_shapes_none(ig_ctx *ctx, size_t areas, ig_shapes *shapes)
{
    const size_t start[1] = {0};
    const ig_shapes nothing = {.ring_start = (size_t *)(uintptr_t)start,
                               .area_start = (size_t *)(uintptr_t)start};
    ig_status status = ig_shapes_copy(ctx, &nothing, shapes);
    if (status) return status;
    ig_free(shapes->area_start);
    shapes->areas = areas;
    shapes->area_start = ig_alloc(areas + 1, sizeof *shapes->area_start);
    if (shapes->area_start) return IG_OK;
    ig_shapes_free(shapes);
    return ig_fail(ctx, IG_EMEMORY, "no memory for %zu areas", areas);
}
