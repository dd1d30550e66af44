// What others ask of areas, and what is worked out for it.
#include "area_internal.h"
#include "rings.h"

#include <math.h>
#include <string.h>

void ig_areas_free(ig_areas *areas)
{
    if (!areas) return;
    ig_texts_free(areas->codes, areas->count);
    ig_texts_free(areas->names, areas->count);
    ig_free(areas->path);
    ig_free(areas->layer);
    ig_free(areas->crs);
    ig_free(areas->operation);
    ig_shapes_free(&areas->work);
    ig_shapes_free(&areas->source);
    ig_free(areas->size);
    ig_table_free(areas->table);
    ig_free(areas);
}

struct measuring {
    ig_areas *areas;
    double (*box)[4]; ///< by part of the points
    size_t parts;
};

/// Sizes of a part of the areas, and the box of a part of the points.
static ig_status measure_part(size_t part, void *arg)
{
    const struct measuring *m = arg;
    ig_areas *areas = m->areas;
    const size_t first = areas->count * part / m->parts;
    const size_t end = areas->count * (part + 1) / m->parts;
    for (size_t a = first; a < end; a++)
        areas->size[a] = ig_shapes_size(&areas->work, a);
    const size_t from = areas->work.points * part / m->parts;
    const size_t to = areas->work.points * (part + 1) / m->parts;
    ig_ring_box(areas->work.x + from, areas->work.y + from, to - from, m->box[part]);
    return IG_OK;
}

ig_status ig_areas_measure(ig_ctx *ctx, ig_areas *areas)
{
    enum { PARTS = 64 };
    double boxes[PARTS][4];
    struct measuring measuring = {areas, boxes, areas->count < PARTS ? 1 : PARTS};
    areas->size = ig_alloc(areas->count + 1, sizeof *areas->size);
    if (!areas->size) return ig_fail(ctx, IG_EMEMORY, "no memory for %zu areas", areas->count);
    areas->box[0] = areas->box[1] = INFINITY;
    areas->box[2] = areas->box[3] = -INFINITY;
    const ig_status status = ig_parallel_for(ctx, measuring.parts, measure_part, &measuring);
    if (status) return status;
    for (size_t part = 0; part < measuring.parts; part++)
        for (int k = 0; k < 2; k++) {
            areas->box[k] = fmin(areas->box[k], boxes[part][k]);
            areas->box[k + 2] = fmax(areas->box[k + 2], boxes[part][k + 2]);
        }
    areas->rings = (ig_rings){.areas = areas->count,
                              .area_start = areas->work.area_start,
                              .ring_start = areas->work.ring_start,
                              .x = areas->work.x,
                              .y = areas->work.y};
    return IG_OK;
}

const char *ig_areas_kind_of(const ig_areas *areas)
{
    static const struct {
        const char *prefixes, *kind;
    } kinds[] = {{"E00 W00 S00", "oa"},
                 {"E01 W01 S01", "lsoa"},
                 {"E02 W02 S02", "msoa"},
                 {"E05 W05 S13", "ward"},
                 {"E06 E07 E08 E09 W06 S12 N09", "district"}};
    const char *kind = NULL;
    for (size_t i = 0; i < areas->count; i++) {
        const char *found = "areas";
        char prefix[4] = "";
        if (ig_is_ons_code(areas->codes[i])) memcpy(prefix, areas->codes[i], 3);
        for (size_t k = 0; prefix[0] && k < sizeof kinds / sizeof *kinds; k++)
            if (strstr(kinds[k].prefixes, prefix)) found = kinds[k].kind;
        if (kind && kind != found) return "areas";
        kind = found;
    }
    return kind ? kind : "areas";
}

size_t ig_areas_count(const ig_areas *areas)
{
    return areas->count;
}

const char *ig_areas_code(const ig_areas *areas, size_t i)
{
    return areas->codes[i];
}

const char *ig_areas_name(const ig_areas *areas, size_t i)
{
    return areas->names[i];
}

const char *ig_areas_path(const ig_areas *areas)
{
    return areas->path;
}

const char *ig_areas_layer(const ig_areas *areas)
{
    return areas->layer;
}

const char *ig_areas_kind(const ig_areas *areas)
{
    return areas->kind;
}

const ig_rings *ig_areas_rings(const ig_areas *areas)
{
    return &areas->rings;
}

double ig_areas_size(const ig_areas *areas, size_t i)
{
    return areas->size[i];
}

bool ig_areas_centroid(const ig_areas *areas, size_t i, double *x, double *y)
{
    const ig_shapes *s = &areas->work;
    const size_t first = s->area_start[i], end = s->area_start[i + 1];
    if (first == end) return false;
    const double x0 = s->x[s->ring_start[first]], y0 = s->y[s->ring_start[first]];
    double twice_area = 0.0, sum_x = 0.0, sum_y = 0.0;
    for (size_t r = first; r < end; r++)
        for (size_t p = s->ring_start[r]; p + 1 < s->ring_start[r + 1]; p++) {
            const double ax = s->x[p] - x0, ay = s->y[p] - y0;
            const double bx = s->x[p + 1] - x0, by = s->y[p + 1] - y0;
            const double cross = ax * by - bx * ay;
            twice_area += cross;
            sum_x += (ax + bx) * cross;
            sum_y += (ay + by) * cross;
        }
    if (twice_area <= 0.0) return false;
    *x = x0 + sum_x / (3.0 * twice_area);
    *y = y0 + sum_y / (3.0 * twice_area);
    return true;
}

void ig_areas_box(const ig_areas *areas, double box[4])
{
    memcpy(box, areas->box, sizeof areas->box);
}

const ig_table *ig_areas_table(const ig_areas *areas)
{
    return areas->table;
}

ig_table *ig_areas_values(ig_areas *areas)
{
    return areas->table;
}

const char *ig_areas_source_crs(const ig_areas *areas)
{
    return areas->crs;
}

const char *ig_areas_crs_operation(const ig_areas *areas)
{
    return areas->operation;
}
