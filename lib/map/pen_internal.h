/// The pen itself, for the files that make its ends.
#ifndef ISOGAP_MAP_PEN_INTERNAL_H
#define ISOGAP_MAP_PEN_INTERNAL_H

#include "pen.h"

#include <cairo.h>
#include <pango/pangocairo.h>

struct pen {
    cairo_surface_t *surface; ///< PNG
    cairo_t *cairo;           ///< also measures for SVG
    PangoFontMap *fonts;      ///< our own: the default one is shared by the thread
    PangoContext *pango;
    ig_text svg; ///< SVG, body
    ig_text pdf; ///< PDF, the bytes so far
    bool is_svg, is_pdf, failed;
    int width, height;
    ig_text path; ///< SVG, the path under way
    double last_x, last_y;
    char id[32]; ///< SVG, begins the ids inside
    double unit; ///< pixels where there would be one at 96 dots an inch
};

/// A pen on a surface, which it owns from now on (NULL: it could not be had). Fonts come from
/// `ruler`, or are its own.
ig_status pen_on(ig_ctx *ctx, cairo_surface_t *surface, const pen *ruler, pen **out);
/// The bytes of a PDF.
ig_status pen_finish_pdf(ig_ctx *ctx, pen *p, ig_text *bytes);
/// For Cairo's writers: append to an ig_text.
cairo_status_t pen_take_bytes(void *closure, const unsigned char *data, unsigned int length);
/// Families of fonts, the first that there is.
extern const char *const pen_families;

// ---- pen_path.c
/// Append a length with at most two decimals, as short as it can be.
void pen_length(ig_text *text, double value);
/// Append name="#rrggbb".
void pen_colour(ig_text *svg, const char *name, ig_colour c);
/// What Cairo draws with next.
void pen_source(pen *p, ig_colour c);

#endif
