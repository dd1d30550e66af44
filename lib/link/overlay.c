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
static double shared_area(struct laying *laying, const GEOSGeometry *child, double child_area,
                          size_t p)
{
    if (GEOSPreparedContains_r(laying->geos, laying->prepared[p], child) == 1) return child_area;
    if (GEOSPreparedIntersects_r(laying->geos, laying->prepared[p], child) == 0) return 0.0;
    GEOSGeometry *both = GEOSIntersection_r(laying->geos, child, laying->shape[p]);
    double area = -1.0;
    if (both && !GEOSArea_r(laying->geos, both, &area)) area = -1.0;
    if (both) GEOSGeom_destroy_r(laying->geos, both);
    return area;
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
    GEOS_finish_r(laying->geos);
}

ig_status ig_overlay_new(ig_ctx *ctx, const ig_areas *children, const ig_areas *parents,
                         ig_overlay **out)
{
    struct laying laying = {.ctx = ctx,
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
