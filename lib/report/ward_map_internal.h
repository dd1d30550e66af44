/// Parts of the map of a ward: the frame and what is cut to it, the layers, the legend. Private.
#ifndef ISOGAP_REPORT_WARD_MAP_INTERNAL_H
#define ISOGAP_REPORT_WARD_MAP_INTERNAL_H

#include "figures.h"

enum { FRAME = 470, LEGEND_ROW = 22, MARGIN = 6 };

/// Colours of the map, the same in the legend.
static const ig_colour map_ink = {31, 35, 40}, map_white = {255, 255, 255},
                       map_inside = {96, 100, 106};

// ---- the frame (ward_frame.c) -------------------------------------------------------------------

double map_width(void);
double map_x(const struct ward_map *map, double x);
double map_y(const struct ward_map *map, double y);

struct ring {
    double *x, *y;
    size_t count, room;
};

/// A ring cut to the frame, and what it is cut with.
struct cut {
    struct ring a, b;
    bool failed;
};
void cut_free(struct cut *cut);
/// A ring in pixels with points half a pixel apart at least, cut to the frame, as a path.
void cut_trace(pen *p, struct cut *cut, const struct ward_map *map, const ig_rings *rings,
               size_t ring);

// ---- layers (ward_map.c) ------------------------------------------------------------------------

/// The mode that the map shows; NULL without any.
const ig_report_mode *map_mode(const struct ward_map *map);
bool map_has_gaps(const struct ward_map *map);
bool map_has_shape(const struct ward_map *map);
/// Colour of a class of minutes.
ig_colour map_shade(const struct ward_map *map, size_t k);
/// Solid, dashes, dots: nearest first. `dash` is for the look to keep.
pen_look map_line_look(size_t rank, double dash[2]);
/// The sign of a site.
void map_cross(pen *p, double x, double y);

// ---- legend (ward_legend.c) ---------------------------------------------------------------------

void map_legend(pen *p, const struct ward_map *map);

#endif
