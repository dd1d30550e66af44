// Writing layers: one door, three formats, all whole or absent.
#include "layers_internal.h"
#include "rings.h"

#include <ogr_srs_api.h>

#include <cpl_conv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct ig_layers {
    ig_ctx *ctx;
    char *path, *crs; ///< crs: that of outputs, NULL for the work CRS
    bool geojson;
    void *state;
    const ig_layer_writer *writer;
    ig_status status; ///< the first failure; later calls give it back
};

static void free_layers(ig_layers *layers)
{
    if (!layers) return;
    if (layers->writer) layers->writer->free(layers->state);
    ig_free(layers->path);
    ig_free(layers->crs);
    ig_free(layers);
}

static bool ends(const char *path, const char *suffix)
{
    const size_t n = strlen(path), m = strlen(suffix);
    return n > m && !strcasecmp(path + n - m, suffix);
}

ig_status ig_layers_begin(ig_ctx *ctx, const char *path, const char *const *inputs, ig_layers **out)
{
    *out = NULL;
    ig_layers *layers = ig_alloc(1, sizeof *layers);
    if (!layers) return ig_fail(ctx, IG_EMEMORY, "no memory to write %s", path);
    layers->ctx = ctx;
    layers->path = ig_text_copy(path);
    ig_status status = IG_OK;
    if (!layers->path) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory to write %s", path);
    } else if (ends(path, ".gpkg")) {
        status = ig_geopackage_begin(ctx, path, inputs, &layers->state, &layers->writer);
    } else if (ends(path, ".geojson") || ends(path, ".json")) {
        layers->geojson = true;
        status = ig_geojson_begin(ctx, path, inputs, &layers->state, &layers->writer);
    } else if (ends(path, ".shp")) {
        status = ig_shapefile_begin(ctx, path, inputs, &layers->state, &layers->writer);
    } else {
        ig_fail(ctx, IG_EINVAL, "%s: shapes are not written in a format of that suffix",
                ig_show(path));
        status = ig_hint(ctx, "name the output .gpkg, .geojson or .shp");
    }
    if (status)
        free_layers(layers);
    else
        *out = layers;
    return status;
}

ig_status ig_layers_crs(ig_layers *layers, const char *crs)
{
    char *name = NULL;
    ig_status status = ig_crs_name(layers->ctx, crs, &name);
    if (status) return status;
    ig_free(layers->crs);
    layers->crs = name;
    return IG_OK;
}

static ig_status no_memory(ig_layers *layers)
{
    return layers->status = ig_fail(layers->ctx, IG_EMEMORY, "no memory to write %s", layers->path);
}

/// CRS of what is written from the work CRS: as asked, or longitude and latitude in GeoJSON.
static const char *target_crs(const ig_layers *layers)
{
    if (layers->crs) return layers->crs;
    return layers->geojson ? "EPSG:4326" : ig_ctx_work_crs(layers->ctx);
}

static ig_status write_layer(ig_layers *layers, const ig_layer *layer)
{
    if (layers->status) return layers->status;
    if (layer->columns && layer->columns->rows != layer->rows)
        return layers->status =
                   ig_fail(layers->ctx, IG_EINVAL, "layer %s: %zu shapes but %zu rows of columns",
                           layer->name, layer->rows, layer->columns->rows);
    return layers->status = layers->writer->layer(layers->state, layer);
}

/// Shapes of the work CRS into that of the output. The copy is the caller's.
static ig_status moved_shapes(ig_layers *layers, const ig_shapes *from, ig_shapes *to,
                              const ig_shapes **use)
{
    ig_crs_shift *shift = NULL;
    *use = from;
    if (!strcmp(target_crs(layers), ig_ctx_work_crs(layers->ctx))) return IG_OK;
    ig_status status = ig_crs_open_to(layers->ctx, target_crs(layers), &shift);
    if (!status) status = ig_shapes_copy(layers->ctx, from, to);
    if (!status) status = ig_crs_apply(layers->ctx, shift, to->x, to->y, to->points);
    *use = to;
    ig_crs_free(shift);
    return layers->status = status;
}

ig_status ig_layers_areas(ig_layers *layers, const char *name, const ig_areas *areas, bool source,
                          const ig_result *columns)
{
    ig_shapes moved = {0};
    const bool as_came = source && areas->has_source;
    const ig_shapes *shapes = &areas->source;
    ig_status status = layers->status;
    if (!status && !as_came) status = moved_shapes(layers, &areas->work, &moved, &shapes);
    const ig_layer layer = {.name = name,
                            .shape = IG_SHAPE_POLYGON,
                            .rows = areas->count,
                            .shapes = shapes,
                            .crs = as_came ? areas->crs : target_crs(layers),
                            .as_came = as_came,
                            .columns = columns};
    if (!status) status = write_layer(layers, &layer);
    ig_shapes_free(&moved);
    return status;
}

static ig_status write_rings(ig_layers *layers, const char *name, const ig_rings *rings,
                             bool in_order, const ig_result *columns)
{
    ig_shapes nested = {0}, moved = {0};
    const ig_shapes *shapes = NULL;
    ig_status status = layers->status;
    if (!status)
        status = layers->status = in_order ? ig_rings_as_they_come(layers->ctx, rings, &nested)
                                           : ig_rings_nest(layers->ctx, rings, &nested);
    if (!status) status = moved_shapes(layers, &nested, &moved, &shapes);
    const ig_layer layer = {.name = name,
                            .shape = IG_SHAPE_POLYGON,
                            .rows = rings->areas,
                            .shapes = shapes,
                            .crs = target_crs(layers),
                            .columns = columns};
    if (!status) status = write_layer(layers, &layer);
    ig_shapes_free(&nested);
    ig_shapes_free(&moved);
    return status;
}

ig_status ig_layers_rings(ig_layers *layers, const char *name, const ig_rings *rings,
                          const ig_result *columns)
{
    return write_rings(layers, name, rings, false, columns);
}

ig_status ig_layers_polygons(ig_layers *layers, const char *name, const ig_rings *rings,
                             const ig_result *columns)
{
    return write_rings(layers, name, rings, true, columns);
}

ig_status ig_layers_points(ig_layers *layers, const char *name, size_t count, const double *x,
                           const double *y, const ig_result *columns)
{
    ig_status status = layers->status;
    ig_crs_shift *shift = NULL;
    double *moved = ig_alloc(2 * count + 1, sizeof *moved);
    if (!status && !moved) status = no_memory(layers);
    if (!status && count) {
        memcpy(moved, x, count * sizeof *x);
        memcpy(moved + count, y, count * sizeof *y);
    }
    if (!status && strcmp(target_crs(layers), ig_ctx_work_crs(layers->ctx))) {
        status = ig_crs_open_to(layers->ctx, target_crs(layers), &shift);
        if (!status) status = ig_crs_apply(layers->ctx, shift, moved, moved + count, count);
        layers->status = status;
    }
    const ig_layer layer = {.name = name,
                            .shape = IG_SHAPE_POINT,
                            .rows = count,
                            .x = moved,
                            .y = moved + count,
                            .crs = target_crs(layers),
                            .columns = columns};
    if (!status) status = write_layer(layers, &layer);
    ig_crs_free(shift);
    ig_free(moved);
    return status;
}

ig_status ig_layers_table(ig_layers *layers, const char *name, const ig_result *columns)
{
    const ig_layer layer = {
        .name = name, .shape = IG_SHAPE_NONE, .rows = columns->rows, .columns = columns};
    return write_layer(layers, &layer);
}

ig_status ig_layers_style(ig_layers *layers, const char *layer, const char *style, const char *qml,
                          const char *sld, bool is_default)
{
    if (layers->status || !layers->writer->style) return layers->status;
    return layers->status =
               layers->writer->style(layers->state, layer, style, qml, sld, is_default);
}

ig_status ig_layers_metadata(ig_layers *layers, const char *key, const char *value)
{
    if (layers->status || !layers->writer->metadata) return layers->status;
    return layers->status = layers->writer->metadata(layers->state, key, value);
}

ig_status ig_layers_finish(ig_layers *layers)
{
    if (!layers) return IG_EINVAL;
    ig_status status = layers->status;
    if (!status) status = layers->writer->finish(layers->state);
    free_layers(layers);
    return status;
}

void ig_layers_abort(ig_layers *layers)
{
    free_layers(layers);
}

// ---- CRS as text --------------------------------------------------------------------------------

ig_status ig_crs_wkt(ig_ctx *ctx, const char *crs, bool esri, char **wkt, char **name, int *epsg)
{
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    char *text = NULL;
    ig_status status = IG_OK;
    *wkt = *name = NULL;
    *epsg = 0;
    const bool code = !strncasecmp(crs, "EPSG:", 5);
    if (code) *epsg = atoi(crs + 5);
    if (!srs ||
        (code ? OSRImportFromEPSG(srs, *epsg) : OSRSetFromUserInput(srs, crs)) != OGRERR_NONE) {
        status = ig_fail(ctx, IG_EFORMAT, "the CRS %s is not known", ig_show(crs));
        goto done;
    }
    const char *const esri_form[] = {"FORMAT=WKT1_ESRI", NULL};
    const char *const gdal_form[] = {"FORMAT=WKT1_GDAL", NULL};
    if (OSRExportToWktEx(srs, &text, esri ? esri_form : gdal_form) != OGRERR_NONE || !text) {
        status = ig_fail(ctx, IG_EFORMAT, "the CRS %s cannot be written", ig_show(crs));
        goto done;
    }
    const char *title = OSRGetName(srs);
    *wkt = ig_text_copy(text);
    *name = ig_text_copy(title ? title : crs);
    if (!*wkt || !*name) status = ig_fail(ctx, IG_EMEMORY, "no memory for a CRS");
done:
    if (status) {
        ig_free(*wkt);
        ig_free(*name);
        *wkt = *name = NULL;
    }
    CPLFree(text);
    OSRDestroySpatialReference(srs);
    return status;
}

// ---- nesting of rings ---------------------------------------------------------------------------

/// A ring of one area while its place is looked for.
struct nest {
    size_t ring;
    double box[4], area;
    size_t parent; ///< place in the list of the least ring that holds it; SIZE_MAX: none
    int depth;
};

static int greatest_first(const void *a, const void *b)
{
    const struct nest *p = a, *q = b;
    if (p->area != q->area) return p->area < q->area ? 1 : -1;
    return (p->ring > q->ring) - (p->ring < q->ring);
}

static bool holds(const ig_rings *rings, const struct nest *outer, const struct nest *inner)
{
    if (inner->box[0] < outer->box[0] || inner->box[1] < outer->box[1] ||
        inner->box[2] > outer->box[2] || inner->box[3] > outer->box[3])
        return false;
    const size_t in = rings->ring_start[inner->ring], of = rings->ring_start[outer->ring];
    return ig_ring_within(rings->x + in, rings->y + in, rings->ring_start[inner->ring + 1] - in,
                          rings->x + of, rings->y + of, rings->ring_start[outer->ring + 1] - of);
}

/// Least ring that holds each, and depth: even for shells, odd for holes.
static void find_parents(const ig_rings *rings, struct nest *list, size_t count)
{
    qsort(list, count, sizeof *list, greatest_first);
    for (size_t i = 0; i < count; i++) {
        list[i].parent = SIZE_MAX;
        for (size_t j = i; j-- > 0;)
            if (holds(rings, &list[j], &list[i])) {
                list[i].parent = j;
                list[i].depth = list[j].depth + 1;
                break;
            }
    }
}

static void put_ring(const ig_rings *rings, size_t ring, uint32_t polygon, ig_shapes *shapes)
{
    const size_t start = rings->ring_start[ring], n = rings->ring_start[ring + 1] - start;
    memcpy(shapes->x + shapes->points, rings->x + start, n * sizeof *rings->x);
    memcpy(shapes->y + shapes->points, rings->y + start, n * sizeof *rings->y);
    shapes->points += n;
    shapes->polygon[shapes->rings++] = polygon;
    shapes->ring_start[shapes->rings] = shapes->points;
}

static void nest_area(const ig_rings *rings, size_t area, struct nest *list, ig_shapes *shapes)
{
    const size_t first = rings->area_start[area], count = rings->area_start[area + 1] - first;
    for (size_t i = 0; i < count; i++) {
        const size_t start = rings->ring_start[first + i];
        const size_t n = rings->ring_start[first + i + 1] - start;
        list[i] = (struct nest){.ring = first + i,
                                .area = fabs(ig_ring_area2(rings->x + start, rings->y + start, n))};
        ig_ring_box(rings->x + start, rings->y + start, n, list[i].box);
    }
    find_parents(rings, list, count);
    uint32_t polygon = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].depth % 2) continue;
        put_ring(rings, list[i].ring, polygon, shapes);
        for (size_t h = i + 1; h < count; h++)
            if (list[h].parent == i && list[h].depth % 2)
                put_ring(rings, list[h].ring, polygon, shapes);
        polygon++;
    }
}

/// Empty shapes with room for all rings.
static ig_status make_shapes(ig_ctx *ctx, const ig_rings *rings, ig_shapes *shapes)
{
    const size_t count = rings->area_start[rings->areas], points = rings->ring_start[count];
    *shapes = (ig_shapes){.areas = rings->areas};
    shapes->area_start = ig_alloc(rings->areas + 1, sizeof *shapes->area_start);
    shapes->ring_start = ig_alloc(count + 1, sizeof *shapes->ring_start);
    shapes->polygon = ig_alloc(count + 1, sizeof *shapes->polygon);
    shapes->x = ig_alloc(points + 1, sizeof *shapes->x);
    shapes->y = ig_alloc(points + 1, sizeof *shapes->y);
    if (shapes->area_start && shapes->ring_start && shapes->polygon && shapes->x && shapes->y)
        return IG_OK;
    ig_shapes_free(shapes);
    return ig_fail(ctx, IG_EMEMORY, "no memory for %zu points", points);
}

ig_status ig_rings_nest(ig_ctx *ctx, const ig_rings *rings, ig_shapes *shapes)
{
    struct nest *list = ig_alloc(rings->area_start[rings->areas] + 1, sizeof *list);
    ig_status status =
        list ? make_shapes(ctx, rings, shapes) : ig_fail(ctx, IG_EMEMORY, "no memory for rings");
    for (size_t a = 0; a < rings->areas && !status; a++) {
        nest_area(rings, a, list, shapes);
        shapes->area_start[a + 1] = shapes->rings;
    }
    if (!status) ig_shapes_wind(shapes);
    ig_free(list);
    return status;
}

ig_status ig_rings_as_they_come(ig_ctx *ctx, const ig_rings *rings, ig_shapes *shapes)
{
    const ig_status status = make_shapes(ctx, rings, shapes);
    for (size_t a = 0; a < rings->areas && !status; a++) {
        uint32_t polygons = 0;
        for (size_t r = rings->area_start[a]; r < rings->area_start[a + 1]; r++) {
            const size_t start = rings->ring_start[r], n = rings->ring_start[r + 1] - start;
            if (ig_ring_area2(rings->x + start, rings->y + start, n) > 0.0 || polygons == 0)
                polygons++;
            put_ring(rings, r, polygons - 1, shapes);
        }
        shapes->area_start[a + 1] = shapes->rings;
    }
    return status;
}
