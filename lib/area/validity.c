// Are the areas valid, and if not, what do their rings enclose? (reliability G3)
//
// A quick look of our own (validity_look.c) passes nearly all areas; GEOS judges the rest. An invalid
// area is mended by one method: each ring covers what it winds round (whatever the turn: both lobes
// of a bow tie), a polygon is what its shell covers less what its holes cover, the area is all of its
// polygons, where a polygon within another is a hole.
#include "geos_shapes.h"
#include "rings.h"

#include <math.h>
#include <string.h>

// ---- mending ------------------------------------------------------------------------------------

/// How often a closed ring winds round a point.
static int winding(const double *x, const double *y, size_t n, double px, double py)
{
    int turns = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        if (y[i] <= py && y[i + 1] > py && ig_turn(x[i], y[i], x[i + 1], y[i + 1], px, py) > 0)
            turns++;
        else if (y[i] > py && y[i + 1] <= py && ig_turn(x[i], y[i], x[i + 1], y[i + 1], px, py) < 0)
            turns--;
    }
    return turns;
}

static GEOSGeometry *empty(GEOSContextHandle_t geos)
{
    return GEOSGeom_createEmptyPolygon_r(geos);
}

/// What a ring winds round. NULL when GEOS fails.
static GEOSGeometry *enclosed(GEOSContextHandle_t geos, const double *x, const double *y, size_t n)
{
    GEOSGeometry *polygon = ig_geos_ring(geos, x, y, n);
    if (!polygon) return empty(geos);
    if (GEOSisValid_r(geos, polygon) == 1) return polygon;
    GEOSGeometry *result = NULL, *noded = NULL, *faces = NULL;
    GEOSGeometry **kept = NULL;
    unsigned count = 0;
    const GEOSGeometry *ring = GEOSGetExteriorRing_r(geos, polygon);
    noded = ring ? GEOSUnaryUnion_r(geos, ring) : NULL;
    const GEOSGeometry *const lines[] = {noded};
    faces = noded ? GEOSPolygonize_r(geos, lines, 1) : NULL;
    const int all = faces ? GEOSGetNumGeometries_r(geos, faces) : -1;
    if (all < 0) goto done;
    kept = ig_alloc((size_t)all + 1, sizeof(GEOSGeometry *));
    for (int i = 0; kept && i < all; i++) {
        const GEOSGeometry *face = GEOSGetGeometryN_r(geos, faces, i);
        GEOSGeometry *point = GEOSPointOnSurface_r(geos, face);
        double px = 0.0, py = 0.0;
        const bool placed =
            point && GEOSGeomGetX_r(geos, point, &px) == 1 && GEOSGeomGetY_r(geos, point, &py) == 1;
        GEOSGeom_destroy_r(geos, point);
        if (placed && winding(x, y, n, px, py)) {
            kept[count] = GEOSGeom_clone_r(geos, face);
            if (kept[count]) count++;
        }
    }
    if (kept) {
        GEOSGeometry *collection =
            GEOSGeom_createCollection_r(geos, GEOS_GEOMETRYCOLLECTION, kept, count);
        result = collection ? GEOSUnaryUnion_r(geos, collection) : NULL;
        GEOSGeom_destroy_r(geos, collection);
    }
done:
    ig_free(kept);
    GEOSGeom_destroy_r(geos, noded);
    GEOSGeom_destroy_r(geos, faces);
    GEOSGeom_destroy_r(geos, polygon);
    return result;
}

/// a = op(a, b); both are freed. NULL when GEOS fails.
static GEOSGeometry *combine(GEOSContextHandle_t geos, GEOSGeometry *a, GEOSGeometry *b, bool less)
{
    GEOSGeometry *result = NULL;
    if (a && b) result = less ? GEOSDifference_r(geos, a, b) : GEOSUnion_r(geos, a, b);
    GEOSGeom_destroy_r(geos, a);
    GEOSGeom_destroy_r(geos, b);
    return result;
}

/// The polygon of ring `first` and its holes.
static GEOSGeometry *mend_polygon(GEOSContextHandle_t geos, const ig_shapes *s, size_t area,
                                  size_t first)
{
    GEOSGeometry *polygon = NULL;
    for (size_t r = first; r < s->area_start[area + 1]; r++) {
        if (r > first && ig_shapes_is_shell(s, area, r)) break;
        const size_t at = s->ring_start[r];
        GEOSGeometry *ring = enclosed(geos, s->x + at, s->y + at, s->ring_start[r + 1] - at);
        polygon = r == first ? ring : combine(geos, polygon, ring, true);
        if (!polygon) return NULL;
    }
    return polygon;
}

/// The area as its rings enclose it: parts together, parts within parts as holes.
static GEOSGeometry *mend(GEOSContextHandle_t geos, const ig_shapes *s, size_t area)
{
    const size_t first = s->area_start[area], end = s->area_start[area + 1];
    unsigned char *depth = ig_alloc(end - first + 1, 1);
    GEOSGeometry *whole = empty(geos);
    if (!depth || ig_polygon_depths(s, area, depth)) {
        GEOSGeom_destroy_r(geos, whole);
        whole = NULL;
    }
    for (unsigned d = 0; d < IG_DEPTHS && whole; d++)
        for (size_t r = first, p = 0; r < end && whole; r++) {
            if (!ig_shapes_is_shell(s, area, r) || depth[p++] != d) continue;
            whole = combine(geos, whole, mend_polygon(geos, s, area, r), d % 2 == 1);
        }
    ig_free(depth);
    return whole;
}

/// What was found out about one doubtful area.
struct finding {
    size_t area;
    bool invalid, failed;
    char reason[96];
    double x, y;          ///< place of the fault
    double before, after; ///< square units of the coordinates
    ig_ring_list rings;   ///< the new ones, when `replaced`
    bool replaced;
};

struct work {
    const ig_shapes *shapes;
    const ig_repair *repair;
    struct finding *findings;
};

static void judge(GEOSContextHandle_t geos, const ig_shapes *s, struct finding *f)
{
    GEOSGeometry *drawn = ig_geos_area(geos, s, f->area), *place = NULL;
    char *reason = NULL;
    if (!drawn) {
        f->invalid = true;
        snprintf(f->reason, sizeof f->reason, "a ring of fewer than four points");
        const size_t at = s->ring_start[s->area_start[f->area]];
        f->x = s->x[at];
        f->y = s->y[at];
        return;
    }
    f->invalid = GEOSisValidDetail_r(geos, drawn, 0, &reason, &place) != 1;
    if (f->invalid) snprintf(f->reason, sizeof f->reason, "%s", reason ? reason : "invalid");
    if (place) {
        GEOSGeomGetX_r(geos, place, &f->x);
        GEOSGeomGetY_r(geos, place, &f->y);
    }
    GEOSFree_r(geos, reason);
    GEOSGeom_destroy_r(geos, place);
    GEOSGeom_destroy_r(geos, drawn);
}

static void take_rings(GEOSContextHandle_t geos, const GEOSGeometry *mended, struct finding *f)
{
    f->failed = !ig_ring_list_add(geos, &f->rings, mended);
    f->replaced = !f->failed;
    if (GEOSArea_r(geos, mended, &f->after) != 1) f->failed = true;
}

static ig_status look_closely(size_t i, void *arg)
{
    struct work *work = arg;
    struct finding *f = &work->findings[i];
    const bool merge = work->repair->merge && work->repair->merge[f->area];
    GEOSContextHandle_t geos = ig_geos_begin();
    if (!geos) return IG_EMEMORY;
    judge(geos, work->shapes, f);
    ig_status status = IG_OK;
    if (f->invalid || merge) {
        GEOSGeometry *mended = mend(geos, work->shapes, f->area);
        if (mended)
            take_rings(geos, mended, f);
        else
            f->failed = true;
        GEOSGeom_destroy_r(geos, mended);
        if (!f->failed && f->invalid && !ig_covered_as_drawn(work->shapes, f->area, &f->before))
            f->before = f->after; // too many points to scan
    }
    GEOS_finish_r(geos);
    return status;
}

// ---- telling ------------------------------------------------------------------------------------

/// Square metres in a square unit of the coordinates at this latitude.
static double square_metres(const ig_repair *repair, double y)
{
    if (!repair->degrees) return repair->metre * repair->metre;
    const double degree = 111320.0;
    return degree * degree * cos(y * (M_PI / 180.0));
}

static const char *file_of(const ig_repair *repair, size_t area)
{
    return repair->files ? repair->files[area] : repair->file;
}

static ig_status tell(ig_ctx *ctx, const ig_repair *repair, const struct finding *f, size_t *told)
{
    const char *file = file_of(repair, f->area);
    const char *code = ig_show(repair->codes[f->area]);
    if (f->failed) {
        ig_fail(ctx, IG_EFORMAT,
                "%s: area %s is invalid (%s at %.10g %.10g) and cannot be repaired", file, code,
                f->reason, f->x, f->y);
        return ig_hint(ctx, "mend it in its source, with QGIS's 'Fix geometries' for one");
    }
    const double scale = square_metres(repair, f->y);
    const double before = f->before * scale, after = f->after * scale;
    const double change = f->before > 0.0 ? fabs(f->after - f->before) / f->before : 1.0;
    if (f->after <= 0.0 || change > repair->limit) {
        ig_fail(ctx, IG_EFORMAT,
                "%s: area %s is invalid (%s at %.10g %.10g); repair would change it from %.10g to "
                "%.10g m2, over the limit of %g%%",
                file, code, f->reason, f->x, f->y, before, after, 100.0 * repair->limit);
        return ig_hint(ctx, "mend it in its source, or allow more with --max-change SHARE");
    }
    if ((*told)++ < IG_SHOWN)
        ig_warn(ctx,
                "%s: area %s is invalid (%s at %.10g %.10g): repaired to all that its rings "
                "enclose; area %.10g m2, change %.3g m2",
                file, code, f->reason, f->x, f->y, after, after - before);
    return IG_OK;
}

/// The shapes again, with new rings for the areas that were mended.
static ig_status rebuild(ig_ctx *ctx, ig_shapes *s, const struct finding *findings, size_t count)
{
    ig_shapes made = {.areas = s->areas};
    size_t rings = s->rings, points = s->points;
    for (size_t i = 0; i < count; i++) {
        rings += findings[i].rings.rings;
        points += findings[i].rings.points;
    }
    made.area_start = ig_alloc(s->areas + 1, sizeof *made.area_start);
    made.ring_start = ig_alloc(rings + 1, sizeof *made.ring_start);
    made.polygon = ig_alloc(rings + 1, sizeof *made.polygon);
    made.x = ig_alloc(points + 1, sizeof *made.x);
    made.y = ig_alloc(points + 1, sizeof *made.y);
    if (!made.area_start || !made.ring_start || !made.polygon || !made.x || !made.y) {
        ig_shapes_free(&made);
        return ig_fail(ctx, IG_EMEMORY, "no memory for %zu points of boundaries", points);
    }
    for (size_t a = 0, next = 0; a < s->areas; a++) {
        while (next < count && findings[next].area < a)
            next++;
        const bool replaced = next < count && findings[next].area == a && findings[next].replaced;
        const ig_ring_list *list = replaced ? &findings[next].rings : NULL;
        const size_t first = s->area_start[a];
        const size_t n = list ? list->rings : s->area_start[a + 1] - first;
        for (size_t r = 0; r < n; r++) {
            const size_t start = list ? (r ? list->ring_end[r - 1] : 0) : s->ring_start[first + r];
            const size_t end = list ? list->ring_end[r] : s->ring_start[first + r + 1];
            memcpy(made.x + made.points, (list ? list->x : s->x) + start,
                   (end - start) * sizeof *made.x);
            memcpy(made.y + made.points, (list ? list->y : s->y) + start,
                   (end - start) * sizeof *made.y);
            made.points += end - start;
            made.polygon[made.rings++] = list ? list->polygon[r] : s->polygon[first + r];
            made.ring_start[made.rings] = made.points;
        }
        made.area_start[a + 1] = made.rings;
    }
    ig_shapes_free(s);
    *s = made;
    return IG_OK;
}

static ig_status tell_all(ig_ctx *ctx, ig_shapes *shapes, const ig_repair *repair,
                          const struct finding *findings, size_t count)
{
    size_t told = 0;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        any = any || findings[i].replaced;
        if (!findings[i].invalid && !findings[i].failed) continue;
        ig_status status = tell(ctx, repair, &findings[i], &told);
        if (status) return status;
    }
    if (told > IG_SHOWN)
        ig_warn(ctx, "%s: %zu more invalid areas were repaired in the same way", repair->file,
                told - IG_SHOWN);
    for (size_t a = 0, n = 0; repair->noted && a < shapes->areas; a++)
        if (repair->noted[a] && n++ < IG_SHOWN)
            ig_warn(ctx, "%s: area %s has a hole outside every shell (invalid): taken as a part",
                    file_of(repair, a), ig_show(repair->codes[a]));
    return any ? rebuild(ctx, shapes, findings, count) : IG_OK;
}

ig_status ig_shapes_repair(ig_ctx *ctx, ig_shapes *shapes, const ig_repair *repair)
{
    struct finding *findings = NULL;
    size_t count = 0;
    bool *doubtful = ig_alloc(shapes->areas + 1, sizeof *doubtful);
    if (!doubtful) return ig_fail(ctx, IG_EMEMORY, "no memory for %zu areas", shapes->areas);
    ig_status status = ig_shapes_look(ctx, shapes, repair, doubtful);
    for (size_t a = 0; a < shapes->areas; a++)
        count += doubtful[a];
    if (!status) findings = ig_alloc(count + 1, sizeof *findings);
    if (!status && !findings)
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu areas", shapes->areas);
    if (status) goto done;
    for (size_t a = 0, n = 0; a < shapes->areas; a++)
        if (doubtful[a]) findings[n++].area = a;
    struct work work = {shapes, repair, findings};
    status = ig_parallel_for(ctx, count, look_closely, &work);
    if (!status) status = tell_all(ctx, shapes, repair, findings, count);
done:
    for (size_t i = 0; findings && i < count; i++)
        ig_ring_list_free(&findings[i].rings);
    ig_free(findings);
    ig_free(doubtful);
    return status;
}
