// Which larger area does a smaller one belong to? Shared area by GEOS (the one file of this room
// that knows it).
#include "link_internal.h"

#include "../core/inside.h"

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
    if (n < 4 || n > UINT32_MAX) return NULL;
    GEOSCoordSequence *points = GEOSCoordSeq_copyFromArrays_r(
        geos, rings->x + first, rings->y + first, NULL, NULL, (unsigned)n);
    if (!points) return NULL;
    GEOSGeometry *line = GEOSGeom_createLinearRing_r(geos, points);
    return line ? GEOSGeom_createPolygon_r(geos, line, NULL, 0) : NULL;
}

// Shells and holes in any order: what an odd number of rings enclose, by symmetric difference.
static GEOSGeometry *area_of(GEOSContextHandle_t geos, const ig_rings *rings, size_t area)
{
    GEOSGeometry *whole = GEOSGeom_createEmptyPolygon_r(geos);
    for (size_t r = rings->area_start[area]; whole && r < rings->area_start[area + 1]; r++) {
        GEOSGeometry *ring = ring_of(geos, rings, r);
        if (!ring) continue;
        GEOSGeometry *next = GEOSSymDifference_r(geos, whole, ring);
        GEOSGeom_destroy_r(geos, ring);
        GEOSGeom_destroy_r(geos, whole);
        whole = next;
    }
    return whole;
}

struct candidates {
    size_t *list;
    size_t used, room;
    bool failed;
};

static void take_candidate(void *item, void *user)
{
    struct candidates *c = user;
    if (c->failed || !ig_grow((void **)&c->list, &c->room, c->used + 1, sizeof *c->list)) {
        c->failed = true;
        return;
    }
    c->list[c->used++] = (size_t)(uintptr_t)item - 1;
}

// Area that two geometries share; below 0 when it cannot be told.
static double shared_area(GEOSContextHandle_t geos, const GEOSGeometry *a, const GEOSGeometry *b)
{
    GEOSGeometry *both = GEOSIntersection_r(geos, a, b);
    double area = -1.0;
    if (both && !GEOSArea_r(geos, both, &area)) area = -1.0;
    if (both) GEOSGeom_destroy_r(geos, both);
    return area;
}

static ig_status best_parent(ig_ctx *ctx, GEOSContextHandle_t geos, const ig_areas *parents,
                             GEOSGeometry **shapes, const GEOSGeometry *child,
                             const struct candidates *c, size_t *parent, double *greatest)
{
    *parent = SIZE_MAX;
    *greatest = 0.0;
    for (size_t k = 0; k < c->used; k++) {
        const size_t p = c->list[k];
        const double area = shared_area(geos, child, shapes[p]);
        if (area < 0.0) {
            return ig_fail(ctx, IG_EFORMAT, "area %s of %s cannot be laid over others",
                           ig_show(ig_areas_code(parents, p)),
                           ig_base_name(ig_areas_path(parents)));
        }
        const bool first_by_code =
            *parent != SIZE_MAX && area == *greatest &&
            strcmp(ig_areas_code(parents, p), ig_areas_code(parents, *parent)) < 0;
        if (area > *greatest || (area > 0.0 && first_by_code)) {
            *greatest = area;
            *parent = p;
        }
    }
    return IG_OK;
}

static ig_status nest(ig_ctx *ctx, GEOSContextHandle_t geos, const ig_areas *children,
                      const ig_areas *parents, size_t *parent, double *share)
{
    const size_t n = ig_areas_count(parents);
    const ig_rings *inner = ig_areas_rings(children), *outer = ig_areas_rings(parents);
    GEOSGeometry **shapes = ig_alloc(n + 1, sizeof *shapes);
    GEOSSTRtree *tree = GEOSSTRtree_create_r(geos, 10);
    struct candidates found = {0};
    ig_status status = shapes && tree ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t p = 0; !status && p < n; p++) {
        shapes[p] = area_of(geos, outer, p);
        if (!shapes[p]) status = ig_fail(ctx, IG_EMEMORY, "no memory for the larger areas");
        if (!status && !GEOSisEmpty_r(geos, shapes[p])) {
            GEOSSTRtree_insert_r(geos, tree, shapes[p], (void *)(uintptr_t)(p + 1));
        }
    }
    for (size_t i = 0; !status && i < ig_areas_count(children); i++) {
        parent[i] = SIZE_MAX;
        if (share) share[i] = 0.0;
        GEOSGeometry *child = area_of(geos, inner, i);
        double all = 0.0, greatest = 0.0;
        if (!child) {
            status = ig_fail(ctx, IG_EMEMORY, "no memory for area %zu", i + 1);
            break;
        }
        if (!GEOSisEmpty_r(geos, child)) {
            found.used = 0;
            GEOSSTRtree_query_r(geos, tree, child, take_candidate, &found);
            status = found.failed ? ig_fail(ctx, IG_EMEMORY, "no memory")
                                  : best_parent(ctx, geos, parents, shapes, child, &found,
                                                &parent[i], &greatest);
            if (!status && share && GEOSArea_r(geos, child, &all) && all > 0.0) {
                share[i] = fmin(1.0, greatest / all);
            }
        }
        GEOSGeom_destroy_r(geos, child);
        if (!status)
            status = ig_progress(ctx, (double)i / (double)ig_areas_count(children), "nesting");
    }
    if (tree) GEOSSTRtree_destroy_r(geos, tree);
    for (size_t p = 0; shapes && p < n; p++) {
        if (shapes[p]) GEOSGeom_destroy_r(geos, shapes[p]);
    }
    ig_free(shapes);
    ig_free(found.list);
    return status;
}

ig_status ig_nest_by_area(ig_ctx *ctx, const ig_areas *children, const ig_areas *parents,
                          size_t *parent, double *share)
{
    GEOSContextHandle_t geos = GEOS_init_r();
    if (!geos) return ig_fail(ctx, IG_EMEMORY, "no memory for GEOS");
    GEOSContext_setErrorMessageHandler_r(geos, note, ctx);
    GEOSContext_setNoticeMessageHandler_r(geos, note, ctx);
    const ig_status status = nest(ctx, geos, children, parents, parent, share);
    GEOS_finish_r(geos);
    return status;
}
