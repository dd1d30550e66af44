// Between flat rings and GEOS geometries.
#include "geos_shapes.h"

#include <string.h>

static void keep_quiet(const char *message, void *user)
{
    (void)message;
    (void)user;
}

GEOSContextHandle_t ig_geos_begin(void)
{
    GEOSContextHandle_t geos = GEOS_init_r();
    if (!geos) return NULL;
    GEOSContext_setNoticeMessageHandler_r(geos, keep_quiet, NULL);
    GEOSContext_setErrorMessageHandler_r(geos, keep_quiet, NULL);
    return geos;
}

void ig_ring_list_free(ig_ring_list *list)
{
    ig_free(list->ring_end);
    ig_free(list->polygon);
    ig_free(list->x);
    ig_free(list->y);
    *list = (ig_ring_list){0};
}

static bool add_ring(GEOSContextHandle_t geos, ig_ring_list *list, const GEOSGeometry *ring)
{
    const GEOSCoordSequence *points = GEOSGeom_getCoordSeq_r(geos, ring);
    unsigned count = 0;
    if (!points || !GEOSCoordSeq_getSize_r(geos, points, &count)) return false;
    if (!ig_grow((void **)&list->x, &list->x_room, list->points + count + 1, sizeof *list->x) ||
        !ig_grow((void **)&list->y, &list->y_room, list->points + count + 1, sizeof *list->y) ||
        !ig_grow((void **)&list->ring_end, &list->end_room, list->rings + 1,
                 sizeof *list->ring_end) ||
        !ig_grow((void **)&list->polygon, &list->polygon_room, list->rings + 1,
                 sizeof *list->polygon))
        return false;
    if (!GEOSCoordSeq_copyToArrays_r(geos, points, list->x + list->points, list->y + list->points,
                                     NULL, NULL))
        return false;
    list->points += count;
    list->ring_end[list->rings] = list->points;
    list->polygon[list->rings++] = list->polygons;
    return true;
}

static bool add_polygon(GEOSContextHandle_t geos, ig_ring_list *list, const GEOSGeometry *polygon)
{
    if (GEOSisEmpty_r(geos, polygon)) return true;
    const GEOSGeometry *shell = GEOSGetExteriorRing_r(geos, polygon);
    if (!shell || !add_ring(geos, list, shell)) return false;
    const int holes = GEOSGetNumInteriorRings_r(geos, polygon);
    for (int i = 0; i < holes; i++) {
        const GEOSGeometry *hole = GEOSGetInteriorRingN_r(geos, polygon, i);
        if (!hole || !add_ring(geos, list, hole)) return false;
    }
    list->polygons++;
    return true;
}

bool ig_ring_list_add(GEOSContextHandle_t geos, ig_ring_list *list, const GEOSGeometry *geometry)
{
    const int type = GEOSGeomTypeId_r(geos, geometry);
    if (type == GEOS_POLYGON) return add_polygon(geos, list, geometry);
    if (type != GEOS_MULTIPOLYGON && type != GEOS_GEOMETRYCOLLECTION) return true;
    const int count = GEOSGetNumGeometries_r(geos, geometry);
    for (int i = 0; i < count; i++) {
        const GEOSGeometry *part = GEOSGetGeometryN_r(geos, geometry, i);
        if (!part || !ig_ring_list_add(geos, list, part)) return false;
    }
    return true;
}

static GEOSGeometry *linear_ring(GEOSContextHandle_t geos, const double *x, const double *y,
                                 size_t n)
{
    if (n < 4 || n > UINT32_MAX) return NULL;
    GEOSCoordSequence *points = GEOSCoordSeq_copyFromArrays_r(geos, x, y, NULL, NULL, (unsigned)n);
    return points ? GEOSGeom_createLinearRing_r(geos, points) : NULL;
}

GEOSGeometry *ig_geos_ring(GEOSContextHandle_t geos, const double *x, const double *y, size_t n)
{
    GEOSGeometry *ring = linear_ring(geos, x, y, n);
    return ring ? GEOSGeom_createPolygon_r(geos, ring, NULL, 0) : NULL;
}

static void destroy_all(GEOSContextHandle_t geos, GEOSGeometry **list, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        GEOSGeom_destroy_r(geos, list[i]);
}

/// The polygon whose shell is ring `first`; `*next` is the ring after its last hole.
static GEOSGeometry *one_polygon(GEOSContextHandle_t geos, const ig_shapes *s, size_t first,
                                 size_t end, size_t *next)
{
    size_t last = first + 1;
    while (last < end && s->polygon[last] == s->polygon[first])
        last++;
    *next = last;
    GEOSGeometry **rings = ig_alloc(last - first, sizeof(GEOSGeometry *));
    unsigned made = 0;
    if (!rings) return NULL;
    for (size_t r = first; r < last; r++) {
        const size_t at = s->ring_start[r];
        rings[made] = linear_ring(geos, s->x + at, s->y + at, s->ring_start[r + 1] - at);
        if (!rings[made]) {
            destroy_all(geos, rings, made);
            ig_free(rings);
            return NULL;
        }
        made++;
    }
    GEOSGeometry *polygon = GEOSGeom_createPolygon_r(geos, rings[0], rings + 1, made - 1);
    ig_free(rings);
    return polygon;
}

GEOSGeometry *ig_geos_area(GEOSContextHandle_t geos, const ig_shapes *s, size_t area)
{
    const size_t first = s->area_start[area], end = s->area_start[area + 1];
    GEOSGeometry **parts = ig_alloc(end - first + 1, sizeof(GEOSGeometry *));
    unsigned count = 0;
    if (!parts) return NULL;
    for (size_t r = first; r < end;) {
        parts[count] = one_polygon(geos, s, r, end, &r);
        if (!parts[count]) {
            destroy_all(geos, parts, count);
            ig_free(parts);
            return NULL;
        }
        count++;
    }
    GEOSGeometry *whole =
        count == 1 ? parts[0] : GEOSGeom_createCollection_r(geos, GEOS_MULTIPOLYGON, parts, count);
    ig_free(parts);
    return whole;
}
