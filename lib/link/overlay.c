// Areas laid over larger areas: the pieces they share, by GEOS (the one file of this room that
// knows it).
#include "link_internal.h"

#include <geos_c.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void note(const char *message, void *user)
{
    ig_debug(user, "GEOS: %s", message);
}

static GEOSGeometry *ring_of(GEOSContextHandle_t geos, const ig_rings *rings, size_t ring)
{
    const size_t first = rings->ring_start[ring], n = rings->ring_start[ring + 1] - first;
    if (n < 4 || n > UINT32_MAX) return GEOSGeom_createEmptyPolygon_r(geos);
    GEOSCoordSequence *points = GEOSCoordSeq_copyFromArrays_r(
        geos, rings->x + first, rings->y + first, NULL, NULL, (unsigned)n);
    if (!points) return NULL;
    GEOSGeometry *line = GEOSGeom_createLinearRing_r(geos, points);
    return line ? GEOSGeom_createPolygon_r(geos, line, NULL, 0) : NULL;
}

// Shells and holes in any order: what an odd number of rings enclose, by symmetric difference.
static GEOSGeometry *area_of(GEOSContextHandle_t geos, const ig_rings *rings, size_t area)
{
    GEOSGeometry *whole = NULL;
    for (size_t r = rings->area_start[area]; r < rings->area_start[area + 1]; r++) {
        GEOSGeometry *ring = ring_of(geos, rings, r);
        if (!ring || !whole) {
            if (whole) GEOSGeom_destroy_r(geos, whole);
            if (!ring) return NULL;
            whole = ring;
            continue;
        }
        GEOSGeometry *next = GEOSSymDifference_r(geos, whole, ring);
        GEOSGeom_destroy_r(geos, ring);
        GEOSGeom_destroy_r(geos, whole);
        if (!next) return NULL;
        whole = next;
    }
    return whole ? whole : GEOSGeom_createEmptyPolygon_r(geos);
}

struct laying {
    ig_ctx *ctx;
    GEOSContextHandle_t geos;
    const ig_areas *children, *parents;
    GEOSGeometry **shape;                  ///< of each parent
    const GEOSPreparedGeometry **prepared; ///< of each parent
    GEOSSTRtree *tree;
    size_t *found; ///< parents whose boxes meet that of the child
    size_t found_count, found_room;
    bool failed;
    ig_overlay *overlay;
    size_t piece_room;
    struct overlay_more *more; ///< NULL: not wanted
    GEOSGeometry **part;       ///< shapes of the pieces of one child
    size_t part_count, part_room;
};

static void take_candidate(void *item, void *user)
{
    struct laying *laying = user;
    if (laying->failed || !ig_grow((void **)&laying->found, &laying->found_room,
                                   laying->found_count + 1, sizeof *laying->found)) {
        laying->failed = true;
        return;
    }
    laying->found[laying->found_count++] = (size_t)(uintptr_t)item - 1;
}

static int by_number(const void *a, const void *b)
{
    const size_t *p = a, *q = b;
    return *p < *q ? -1 : *p > *q;
}

static ig_status out_of_memory(struct laying *laying)
{
    return ig_fail(laying->ctx, IG_EMEMORY, "no memory to lay areas over each other");
}

static ig_status prepare(struct laying *laying)
{
    const size_t count = ig_areas_count(laying->parents);
    const ig_rings *rings = ig_areas_rings(laying->parents);
    laying->shape = ig_alloc(count + 1, sizeof *laying->shape);
    laying->prepared = ig_alloc(count + 1, sizeof *laying->prepared);
    laying->tree = GEOSSTRtree_create_r(laying->geos, 10);
    if (!laying->shape || !laying->prepared || !laying->tree) return out_of_memory(laying);
    for (size_t p = 0; p < count; p++) {
        laying->shape[p] = area_of(laying->geos, rings, p);
        if (!laying->shape[p]) return out_of_memory(laying);
        if (GEOSisEmpty_r(laying->geos, laying->shape[p])) continue;
        laying->prepared[p] = GEOSPrepare_r(laying->geos, laying->shape[p]);
        if (!laying->prepared[p]) return out_of_memory(laying);
        GEOSSTRtree_insert_r(laying->geos, laying->tree, laying->shape[p],
                             (void *)(uintptr_t)(p + 1));
    }
    return IG_OK;
}

// Area that a child shares with a parent: 0 where they only touch. Below 0: it cannot be told.
// The shape is kept in `part` where more than its area is wanted.
static double shared_area(struct laying *laying, const GEOSGeometry *child, double child_area,
                          size_t p)
{
    const bool whole = GEOSPreparedContains_r(laying->geos, laying->prepared[p], child) == 1;
    if (whole && !laying->more) return child_area;
    if (!whole && GEOSPreparedIntersects_r(laying->geos, laying->prepared[p], child) == 0) {
        return 0.0;
    }
    GEOSGeometry *both = whole ? GEOSGeom_clone_r(laying->geos, child)
                               : GEOSIntersection_r(laying->geos, child, laying->shape[p]);
    double area = -1.0;
    if (both && !GEOSArea_r(laying->geos, both, &area)) area = -1.0;
    if (whole && area >= 0.0) area = child_area;
    if (both && laying->more && area > 0.0) {
        if (!ig_grow((void **)&laying->part, &laying->part_room, laying->part_count + 1,
                     sizeof(GEOSGeometry *))) {
            area = -1.0;
        } else {
            laying->part[laying->part_count++] = both;
            return area;
        }
    }
    if (both) GEOSGeom_destroy_r(laying->geos, both);
    return area;
}

// ---- more than areas: what lies in several parents, and the rings of the pieces -----------------

static bool add_ring(struct laying *laying, const GEOSGeometry *ring)
{
    struct overlay_more *more = laying->more;
    const GEOSCoordSequence *points = GEOSGeom_getCoordSeq_r(laying->geos, ring);
    unsigned n = 0;
    if (!points || !GEOSCoordSeq_getSize_r(laying->geos, points, &n)) return false;
    const size_t first = more->points;
    if (!ig_grow((void **)&more->x, &more->x_room, first + n, sizeof *more->x) ||
        !ig_grow((void **)&more->y, &more->y_room, first + n, sizeof *more->y) ||
        !ig_grow((void **)&more->ring_start, &more->ring_room, more->rings + 2,
                 sizeof *more->ring_start)) {
        return false;
    }
    if (n && !GEOSCoordSeq_copyToArrays_r(laying->geos, points, more->x + first, more->y + first,
                                          NULL, NULL)) {
        return false;
    }
    more->points += n;
    more->ring_start[0] = 0;
    more->ring_start[++more->rings] = more->points;
    return true;
}

static bool add_polygons(struct laying *laying, const GEOSGeometry *shape)
{
    const int type = GEOSGeomTypeId_r(laying->geos, shape);
    if (type == GEOS_POLYGON) {
        if (GEOSisEmpty_r(laying->geos, shape)) return true;
        bool good = add_ring(laying, GEOSGetExteriorRing_r(laying->geos, shape));
        const int holes = GEOSGetNumInteriorRings_r(laying->geos, shape);
        for (int h = 0; good && h < holes; h++) {
            good = add_ring(laying, GEOSGetInteriorRingN_r(laying->geos, shape, h));
        }
        return good;
    }
    if (type != GEOS_MULTIPOLYGON && type != GEOS_GEOMETRYCOLLECTION) return true; // lines, points
    const int parts = GEOSGetNumGeometries_r(laying->geos, shape);
    for (int k = 0; k < parts; k++) {
        if (!add_polygons(laying, GEOSGetGeometryN_r(laying->geos, shape, k))) return false;
    }
    return true;
}

static ig_status keep_rings(struct laying *laying)
{
    struct overlay_more *more = laying->more;
    for (size_t k = 0; k < laying->part_count; k++) {
        if (!ig_grow((void **)&more->area_start, &more->area_room, more->pieces + 2,
                     sizeof *more->area_start) ||
            !add_polygons(laying, laying->part[k])) {
            return out_of_memory(laying);
        }
        more->area_start[0] = 0;
        more->area_start[++more->pieces] = more->rings;
    }
    return IG_OK;
}

// Pieces that lie over each other count once in what is inside: by the union of them.
static ig_status look_for_twice(struct laying *laying, size_t i, double *inside)
{
    struct overlay_more *more = laying->more;
    more->twice[i] = 0.0;
    if (more->with_rings) {
        const ig_status status = keep_rings(laying);
        if (status) return status;
    }
    if (laying->part_count < 2) return IG_OK;
    const unsigned count = (unsigned)laying->part_count;
    GEOSGeometry *all =
        GEOSGeom_createCollection_r(laying->geos, GEOS_GEOMETRYCOLLECTION, laying->part, count);
    if (!all) return out_of_memory(laying);
    laying->part_count = 0; // the collection has them now
    GEOSGeometry *once = GEOSUnaryUnion_r(laying->geos, all);
    double area;
    const bool good = once && GEOSArea_r(laying->geos, once, &area);
    GEOSGeom_destroy_r(laying->geos, all);
    if (once) GEOSGeom_destroy_r(laying->geos, once);
    if (!good) {
        return ig_fail(laying->ctx, IG_EFORMAT, "the pieces of area %s cannot be put together",
                       ig_show(ig_areas_code(laying->children, i)));
    }
    const double double_area = *inside - area;
    if (double_area > 1e-9 * *inside) { // rounding is no overlap
        more->twice[i] = double_area;
        *inside = area;
    }
    return IG_OK;
}

static void drop_parts(struct laying *laying)
{
    for (size_t k = 0; k < laying->part_count; k++)
        GEOSGeom_destroy_r(laying->geos, laying->part[k]);
    laying->part_count = 0;
}

static ig_status lay_child(struct laying *laying, size_t i)
{
    ig_overlay *overlay = laying->overlay;
    overlay->start[i + 1] = overlay->start[i];
    GEOSGeometry *child = area_of(laying->geos, ig_areas_rings(laying->children), i);
    double all = 0.0;
    if (!child || !GEOSArea_r(laying->geos, child, &all)) return out_of_memory(laying);
    ig_status status = IG_OK;
    laying->found_count = 0;
    if (!GEOSisEmpty_r(laying->geos, child)) {
        GEOSSTRtree_query_r(laying->geos, laying->tree, child, take_candidate, laying);
        if (laying->failed) status = out_of_memory(laying);
    }
    if (laying->found_count > 1) {
        qsort(laying->found, laying->found_count, sizeof *laying->found, by_number);
    }
    double inside = 0.0;
    for (size_t k = 0; !status && k < laying->found_count; k++) {
        const size_t p = laying->found[k];
        const double area = shared_area(laying, child, all, p);
        if (area < 0.0) {
            status = ig_fail(laying->ctx, IG_EFORMAT, "area %s cannot be laid over %s of %s",
                             ig_show(ig_areas_code(laying->children, i)),
                             ig_show(ig_areas_code(laying->parents, p)),
                             ig_base_name(ig_areas_path(laying->parents)));
        } else if (area > 0.0) {
            if (!ig_grow((void **)&overlay->pieces, &laying->piece_room, overlay->count + 1,
                         sizeof *overlay->pieces)) {
                status = out_of_memory(laying);
                break;
            }
            overlay->pieces[overlay->count++] = (ig_piece){p, area};
            inside += area;
        }
    }
    if (!status && laying->more) status = look_for_twice(laying, i, &inside);
    drop_parts(laying);
    overlay->size[i] = all;
    overlay->outside[i] = fmax(0.0, all - inside);
    overlay->start[i + 1] = overlay->count;
    GEOSGeom_destroy_r(laying->geos, child);
    return status;
}

static ig_status lay(struct laying *laying)
{
    const size_t count = ig_areas_count(laying->children);
    ig_overlay *overlay = laying->overlay;
    overlay->children = count;
    overlay->start = ig_alloc(count + 1, sizeof *overlay->start);
    overlay->size = ig_alloc(count + 1, sizeof *overlay->size);
    overlay->outside = ig_alloc(count + 1, sizeof *overlay->outside);
    if (!overlay->start || !overlay->size || !overlay->outside) return out_of_memory(laying);
    if (laying->more) {
        laying->more->twice = ig_alloc(count + 1, sizeof *laying->more->twice);
        if (!laying->more->twice) return out_of_memory(laying);
    }
    ig_status status = prepare(laying);
    for (size_t i = 0; !status && i < count; i++) {
        status = lay_child(laying, i);
        if (!status) {
            status =
                ig_progress(laying->ctx, (double)i / (double)count, "laying areas over others");
        }
    }
    return status;
}

static void release(struct laying *laying)
{
    const size_t count = ig_areas_count(laying->parents);
    if (laying->tree) GEOSSTRtree_destroy_r(laying->geos, laying->tree);
    for (size_t p = 0; p < count; p++) {
        if (laying->prepared && laying->prepared[p]) {
            GEOSPreparedGeom_destroy_r(laying->geos, laying->prepared[p]);
        }
        if (laying->shape && laying->shape[p]) GEOSGeom_destroy_r(laying->geos, laying->shape[p]);
    }
    ig_free(laying->shape);
    ig_free(laying->prepared);
    ig_free(laying->found);
    ig_free(laying->part);
    GEOS_finish_r(laying->geos);
}

ig_status ig_overlay_new(ig_ctx *ctx, const ig_areas *children, const ig_areas *parents,
                         ig_overlay **out)
{
    return overlay_with(ctx, children, parents, NULL, out);
}

void overlay_more_free(struct overlay_more *more)
{
    ig_free(more->twice);
    ig_free(more->area_start);
    ig_free(more->ring_start);
    ig_free(more->x);
    ig_free(more->y);
    *more = (struct overlay_more){0};
}

ig_status overlay_with(ig_ctx *ctx, const ig_areas *children, const ig_areas *parents,
                       struct overlay_more *more, ig_overlay **out)
{
    struct laying laying = {.ctx = ctx,
                            .more = more,
                            .geos = GEOS_init_r(),
                            .children = children,
                            .parents = parents,
                            .overlay = ig_alloc(1, sizeof(ig_overlay))};
    if (!laying.geos || !laying.overlay) {
        if (laying.geos) GEOS_finish_r(laying.geos);
        ig_free(laying.overlay);
        return ig_fail(ctx, IG_EMEMORY, "no memory to lay areas over each other");
    }
    GEOSContext_setErrorMessageHandler_r(laying.geos, note, ctx);
    GEOSContext_setNoticeMessageHandler_r(laying.geos, note, ctx);
    const ig_status status = lay(&laying);
    release(&laying);
    if (status) {
        ig_overlay_free(laying.overlay);
        return status;
    }
    *out = laying.overlay;
    return IG_OK;
}

// ---- single pairs and points --------------------------------------------------------------------

ig_status shared_size(ig_ctx *ctx, const ig_areas *one, size_t a, const ig_areas *other, size_t b,
                      double *area)
{
    GEOSContextHandle_t geos = GEOS_init_r();
    if (!geos) return ig_fail(ctx, IG_EMEMORY, "no memory to lay areas over each other");
    GEOSContext_setErrorMessageHandler_r(geos, note, ctx);
    GEOSContext_setNoticeMessageHandler_r(geos, note, ctx);
    GEOSGeometry *p = area_of(geos, ig_areas_rings(one), a);
    GEOSGeometry *q = area_of(geos, ig_areas_rings(other), b);
    GEOSGeometry *both = p && q ? GEOSIntersection_r(geos, p, q) : NULL;
    ig_status status = IG_OK;
    if (!both || !GEOSArea_r(geos, both, area)) {
        status = ig_fail(ctx, IG_EFORMAT, "areas %s and %s cannot be laid over each other",
                         ig_show(ig_areas_code(one, a)), ig_show(ig_areas_code(other, b)));
    }
    if (both) GEOSGeom_destroy_r(geos, both);
    if (p) GEOSGeom_destroy_r(geos, p);
    if (q) GEOSGeom_destroy_r(geos, q);
    GEOS_finish_r(geos);
    return status;
}

static ig_status locate_one(struct laying *laying, double x, double y, size_t *area)
{
    *area = SIZE_MAX;
    if (!isfinite(x) || !isfinite(y)) return IG_OK;
    GEOSGeometry *point = GEOSGeom_createPointFromXY_r(laying->geos, x, y);
    if (!point) return out_of_memory(laying);
    laying->found_count = 0;
    GEOSSTRtree_query_r(laying->geos, laying->tree, point, take_candidate, laying);
    for (size_t k = 0; k < laying->found_count; k++) {
        const size_t p = laying->found[k];
        if (GEOSPreparedIntersects_r(laying->geos, laying->prepared[p], point) != 1) continue;
        if (*area == SIZE_MAX ||
            strcmp(ig_areas_code(laying->parents, p), ig_areas_code(laying->parents, *area)) < 0) {
            *area = p;
        }
    }
    GEOSGeom_destroy_r(laying->geos, point);
    return laying->failed ? out_of_memory(laying) : IG_OK;
}

ig_status ig_locate(ig_ctx *ctx, const ig_areas *areas, const double *x, const double *y,
                    size_t points, size_t *area)
{
    struct laying laying = {.ctx = ctx, .geos = GEOS_init_r(), .parents = areas};
    if (!laying.geos) return ig_fail(ctx, IG_EMEMORY, "no memory to find points in areas");
    GEOSContext_setErrorMessageHandler_r(laying.geos, note, ctx);
    GEOSContext_setNoticeMessageHandler_r(laying.geos, note, ctx);
    ig_status status = prepare(&laying);
    for (size_t i = 0; !status && i < points; i++) {
        status = locate_one(&laying, x[i], y[i], &area[i]);
    }
    release(&laying);
    return status;
}

void ig_overlay_free(ig_overlay *overlay)
{
    if (!overlay) return;
    ig_free(overlay->start);
    ig_free(overlay->pieces);
    ig_free(overlay->size);
    ig_free(overlay->outside);
    ig_free(overlay);
}

ig_status ig_nest_by_area(ig_ctx *ctx, const ig_areas *children, const ig_areas *parents,
                          size_t *parent, double *share)
{
    ig_overlay *overlay = NULL;
    const ig_status status = ig_overlay_new(ctx, children, parents, &overlay);
    if (status) return status;
    for (size_t i = 0; i < overlay->children; i++) {
        parent[i] = SIZE_MAX;
        double greatest = 0.0;
        for (size_t k = overlay->start[i]; k < overlay->start[i + 1]; k++) {
            const ig_piece *piece = &overlay->pieces[k];
            const double least_gain = 1e-9 * overlay->size[i]; // rounding is no reason
            const bool first_by_code = parent[i] != SIZE_MAX &&
                                       fabs(piece->area - greatest) <= least_gain &&
                                       strcmp(ig_areas_code(parents, piece->parent),
                                              ig_areas_code(parents, parent[i])) < 0;
            if (piece->area > greatest + (parent[i] == SIZE_MAX ? 0.0 : least_gain) ||
                first_by_code) {
                greatest = piece->area;
                parent[i] = piece->parent;
            }
        }
        if (share) share[i] = overlay->size[i] > 0.0 ? fmin(1.0, greatest / overlay->size[i]) : 0.0;
    }
    ig_overlay_free(overlay);
    return IG_OK;
}
