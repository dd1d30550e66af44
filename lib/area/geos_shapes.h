// Between flat rings and GEOS geometries; one GEOS context for each thread (area/validity.c and
// area/overlap.c alone know GEOS).
#ifndef ISOGAP_AREA_GEOS_SHAPES_H
#define ISOGAP_AREA_GEOS_SHAPES_H

#include "area_internal.h"

#define GEOS_USE_ONLY_R_API
#include <geos_c.h>

/// Rings on their way out of GEOS, growing.
typedef struct ig_ring_list {
    size_t *ring_end; ///< points up to the end of each ring
    uint32_t *polygon;
    double *x, *y;
    size_t rings, points, end_room, polygon_room, x_room, y_room;
    uint32_t polygons;
} ig_ring_list;

void ig_ring_list_free(ig_ring_list *list);
/// Add the polygons of a geometry; lines and points in it are passed over. False: no memory.
bool ig_ring_list_add(GEOSContextHandle_t geos, ig_ring_list *list, const GEOSGeometry *geometry);
/// A ring as a polygon of its own, NULL when GEOS will not have it (fewer than four points).
GEOSGeometry *ig_geos_ring(GEOSContextHandle_t geos, const double *x, const double *y, size_t n);
/// An area as it is drawn, shells and holes by their place; NULL when GEOS will not have it.
GEOSGeometry *ig_geos_area(GEOSContextHandle_t geos, const ig_shapes *shapes, size_t area);
/// A context that keeps quiet.
GEOSContextHandle_t ig_geos_begin(void);

#endif
