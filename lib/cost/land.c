// Land cover: polygons with a class of the speed table, by a column, by OSM's tags, or by the
// name of the file.
#include "cost_internal.h"

#include <math.h>
#include <string.h>
#include <strings.h>

void ig_patches_free(ig_patches *patches)
{
    ig_free(patches->area_start);
    ig_free(patches->ring_start);
    ig_free(patches->x);
    ig_free(patches->y);
    ig_free(patches->class_of);
    ig_free(patches->size);
    *patches = (ig_patches){0};
}

ig_rings ig_patches_rings(const ig_patches *p)
{
    return (ig_rings){p->count, p->area_start, p->ring_start, p->x, p->y};
}

static bool room_for(ig_patches *p, size_t rings, size_t points)
{
    return ig_grow((void **)&p->area_start, &p->area_room, p->count + 2, sizeof *p->area_start) &&
           ig_grow((void **)&p->class_of, &p->class_room, p->count + 1, sizeof *p->class_of) &&
           ig_grow((void **)&p->size, &p->size_room, p->count + 1, sizeof *p->size) &&
           ig_grow((void **)&p->ring_start, &p->ring_room, p->rings + rings + 1,
                   sizeof *p->ring_start) &&
           ig_grow((void **)&p->x, &p->x_room, p->points + points, sizeof *p->x) &&
           ig_grow((void **)&p->y, &p->y_room, p->points + points, sizeof *p->y);
}

ig_status ig_patches_add(ig_ctx *ctx, ig_patches *p, const ig_features *f, size_t row,
                         uint16_t class_of)
{
    const ig_feature *item = &f->items[row];
    if (!item->rings) return IG_OK;
    const size_t first = f->ring_start[item->ring], end = f->ring_start[item->ring + item->rings];
    // One point more a ring, where it was left open.
    if (!room_for(p, item->rings, end - first + item->rings))
        return ig_fail(ctx, IG_EMEMORY, "no memory for the polygons");
    double size = 0.0;
    p->area_start[p->count] = p->rings;
    for (size_t r = item->ring; r < item->ring + item->rings; r++) {
        const size_t a = f->ring_start[r], b = f->ring_start[r + 1];
        const size_t start = p->points;
        double area2 = 0.0;
        p->ring_start[p->rings++] = start;
        for (size_t i = a; i < b; i++) {
            p->x[p->points] = f->x[i];
            p->y[p->points++] = f->y[i];
        }
        if (b > a && (f->x[a] != f->x[b - 1] || f->y[a] != f->y[b - 1])) {
            p->x[p->points] = f->x[a];
            p->y[p->points++] = f->y[a];
        }
        for (size_t i = start; i + 1 < p->points; i++)
            area2 += (p->x[i] - p->x[start]) * (p->y[i + 1] - p->y[start]) -
                     (p->x[i + 1] - p->x[start]) * (p->y[i] - p->y[start]);
        size = fmax(size, 0.5 * fabs(area2));
    }
    p->ring_start[p->rings] = p->points;
    p->size[p->count] = size;
    p->class_of[p->count++] = class_of;
    p->area_start[p->count] = p->rings;
    return IG_OK;
}

// ---- classes -----------------------------------------------------------------------------------

/// Row of the land list with that name; SIZE_MAX when the table does not know it.
static size_t class_row(const ig_speeds *speeds, const char *name)
{
    char folded[128];
    ig_class_fold(name, folded, sizeof folded);
    for (size_t i = 0; *folded && i < speeds->land.count; i++)
        if (strcmp(speeds->land.rows[i].name, folded) == 0) return i;
    return SIZE_MAX;
}

/// How the classes of a source are found.
struct classes {
    size_t columns[8]; ///< the first of them with a known value decides
    size_t count;
    size_t by_name; ///< class that the file's name tells; SIZE_MAX for none
};

static bool any_known(const ig_features *f, size_t column, const ig_speeds *speeds)
{
    for (size_t row = 0; row < f->count; row++) {
        const char *text = ig_features_text(f, row, column);
        if (text && class_row(speeds, text) != SIZE_MAX) return true;
    }
    return false;
}

static ig_status find_classes(ig_ctx *ctx, const ig_features *f, const char *source,
                              const char *wanted, const ig_speeds *speeds, struct classes *c)
{
    static const char *const usual[] = {"natural",    "water",       "waterway", "landuse",
                                        "wetland",    "leisure",     "class",    "landcover",
                                        "land_cover", "fclass",      "type",     "category",
                                        "descriptio", "description", "label"};
    *c = (struct classes){.by_name = SIZE_MAX};
    if (wanted) {
        c->columns[0] = ig_features_find_column(f, wanted);
        c->count = 1;
        if (c->columns[0] != SIZE_MAX) return IG_OK;
        c->count = 0;
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual && c->count < 8; i++) {
        const size_t column = ig_features_find_column(f, usual[i]);
        if (column != SIZE_MAX && any_known(f, column, speeds)) c->columns[c->count++] = column;
    }
    if (c->count) return IG_OK;
    c->by_name = ig_class_in_name(&speeds->land, source);
    if (c->by_name == SIZE_MAX && f->layer) c->by_name = ig_class_in_name(&speeds->land, f->layer);
    if (c->by_name != SIZE_MAX) return IG_OK;
    ig_fail(ctx, IG_EFORMAT,
            "%s: what class of land it holds is told neither by a column nor by its name",
            ig_show(source));
    return ig_hint(ctx,
                   "name the column by --landcover-class C, or the file for its class (such as "
                   "woodland.gpkg, tidal_water.shp); the classes are those of the speed table");
}

static size_t class_of_row(const ig_features *f, size_t row, const struct classes *c,
                           const ig_speeds *speeds, const char **said)
{
    *said = "(empty)";
    for (size_t i = 0; i < c->count; i++) {
        const char *text = ig_features_text(f, row, c->columns[i]);
        if (!text || !*text) continue;
        if (strcmp(*said, "(empty)") == 0) *said = text;
        const size_t found = class_row(speeds, text);
        if (found != SIZE_MAX) return found;
    }
    return c->by_name;
}

// ---- reading -----------------------------------------------------------------------------------

static bool near_box(const ig_features *f, size_t row, const double *box)
{
    const ig_feature *item = &f->items[row];
    double w = INFINITY, s = INFINITY, e = -INFINITY, n = -INFINITY;
    if (!item->rings) return false;
    for (size_t i = f->ring_start[item->ring]; i < f->ring_start[item->ring + item->rings]; i++) {
        w = fmin(w, f->x[i]);
        e = fmax(e, f->x[i]);
        s = fmin(s, f->y[i]);
        n = fmax(n, f->y[i]);
    }
    return w <= box[2] && e >= box[0] && s <= box[3] && n >= box[1];
}

static ig_status read_source(ig_ctx *ctx, const char *source, const char *wanted,
                             const ig_speeds *speeds, const double *box, ig_patches *patches,
                             ig_cost_report *report)
{
    ig_features f = {0};
    struct classes c = {.by_name = SIZE_MAX};
    bool is_osm = false;
    int64_t unknown = 0, empty = 0;
    const char *example = NULL;
    ig_status status = ig_source_read(ctx, source, IG_OSM_LAND, box, &f, &is_osm);
    if (!status && f.count) status = find_classes(ctx, &f, source, wanted, speeds, &c);
    for (size_t row = 0; !status && row < f.count; row++) {
        const char *said;
        if (f.items[row].state == IG_FEATURE_NULL || f.items[row].state == IG_FEATURE_EMPTY)
            empty++;
        if (!near_box(&f, row, box)) continue;
        report->landcover_in++;
        const size_t found = class_of_row(&f, row, &c, speeds, &said);
        if (found == SIZE_MAX) { // what the table does not name is open land
            unknown++;
            if (!example) example = said;
            continue;
        }
        status = ig_patches_add(ctx, patches, &f, row, (uint16_t)found);
    }
    if (!status && empty)
        ig_warn(ctx, "%s: %lld features have no geometry", ig_base_name(source), (long long)empty);
    if (!status && unknown && is_osm)
        ig_info(ctx,
                "%s: %lld polygons have tags that the speed table does not name; they are open "
                "land",
                ig_base_name(source), (long long)unknown);
    else if (!status && unknown)
        ig_warn(ctx,
                "%s: %lld polygons have a class that the speed table does not name (such as "
                "%s); they are open land",
                ig_base_name(source), (long long)unknown, ig_show(example));
    ig_features_free(&f);
    return status;
}

ig_status ig_land_read(ig_ctx *ctx, const ig_cost_options *options, const ig_speeds *speeds,
                       const double box[4], ig_patches *patches, ig_cost_report *report)
{
    ig_status status = IG_OK;
    *patches = (ig_patches){0};
    for (size_t i = 0; !status && i < options->landcover.count; i++)
        status = read_source(ctx, options->landcover.values[i], options->landcover_class, speeds,
                             box, patches, report);
    return status;
}
