/// What the files of a picture share.
#ifndef ISOGAP_MAP_PICTURE_INTERNAL_H
#define ISOGAP_MAP_PICTURE_INTERNAL_H

#include "map_internal.h"

static const ig_colour ink = {34, 34, 34}, quiet = {85, 85, 85}, white = {255, 255, 255};
static const ig_colour ward_line = {60, 60, 60};

/// Where things stand, in pixels.
typedef struct page {
    double unit;                  ///< one pixel at 96 dots an inch
    double width, height, margin; ///<
    double map_x, map_y, map_w, map_h;
    double side_x, side_w, side_h; ///< legend and what stands under it
    double box[4];                 ///< west south east north of what is shown, metres
    double scale;                  ///< pixels a metre
    double foot_y;                 ///< where the map ends, or the legend if it is longer
    double origin_x, origin_y;     ///< pixel of the box's north-west corner
    bool inset;                    ///< where the area lies is shown above the scale bar
    pen_font title, subtitle, body, small;
    pen_lines title_lines, subtitle_lines, legend_title, attribution, outlines_lines, sites_lines;
} page;

// ---- picture.c: the map -------------------------------------------------------------------------

/// Nearest solid, then dashes, then dots; a white casing keeps them clear of any colour.
pen_look picture_isochrone_look(const page *g, size_t rank, double dash[2]);
void picture_draw_site(pen *p, double x, double y, double radius, const char *name);
double picture_site_radius(const page *g, size_t count);

// ---- picture_legend.c: beside the map -----------------------------------------------------------

enum { MOST_ISOCHRONES = 12 };
/// Isochrones of several sites share their minutes: each once, rising. At most `room`.
size_t legend_minutes(const ig_picture *picture, double *minutes, size_t room);
const char *legend_outlines_label(const ig_picture *picture);
const char *legend_sites_label(const ig_picture *picture);
/// Width that the rows of the legend need: swatch, label, count.
double legend_need(pen *p, const page *g, const ig_picture *picture);
/// Height of the column, from the legend's title to the scale bar.
double legend_height(const page *g, const ig_picture *picture);
void legend_draw(pen *p, const page *g, const ig_picture *picture);

// ---- inset.c: where the area lies ---------------------------------------------------------------

/// Is the box (National Grid) in England or Wales, and small enough that a reader may not know it?
bool inset_helps(const double box[4]);
double inset_width(double height);
/// The outline with a frame round the box; x, y its upper left corner.
void inset_draw(pen *p, double x, double y, double height, double unit, const double box[4]);

#endif
