// Paths of the pen and how they are filled: colours, the hatch of gaps, dots; pixels and SVG.
#include "pen_internal.h"

#include <math.h>

enum { HATCH = 7, DOTS = 6 }; ///< pixels between the lines of a gap, at 96 dots an inch

void pen_length(ig_text *text, double value)
{
    char digits[32];
    ig_text_append(text, ig_number_text(nearbyint(value * 100.0) / 100.0, digits, sizeof digits));
}

static void point(ig_text *text, char letter, double x, double y)
{
    ig_text_append_bytes(text, &letter, 1);
    pen_length(text, x);
    ig_text_append(text, " ");
    pen_length(text, y);
}

void pen_move(pen *p, double x, double y)
{
    p->last_x = x;
    p->last_y = y;
    if (p->is_svg) {
        point(&p->path, 'M', x, y);
    } else {
        cairo_move_to(p->cairo, x, y);
    }
}

void pen_line(pen *p, double x, double y)
{
    // Points nearer than a tenth of a pixel to the last are left out: nobody sees them.
    if (fabs(x - p->last_x) < 0.1 && fabs(y - p->last_y) < 0.1) return;
    p->last_x = x;
    p->last_y = y;
    if (p->is_svg) {
        point(&p->path, 'L', x, y);
    } else {
        cairo_line_to(p->cairo, x, y);
    }
}

void pen_close(pen *p)
{
    if (p->is_svg) {
        ig_text_append(&p->path, "Z");
    } else {
        cairo_close_path(p->cairo);
    }
}

void pen_circle(pen *p, double x, double y, double radius)
{
    if (p->is_svg) {
        point(&p->path, 'M', x - radius, y);
        for (int half = 0; half < 2; half++) {
            ig_text_append(&p->path, "a");
            pen_length(&p->path, radius);
            ig_text_append(&p->path, " ");
            pen_length(&p->path, radius);
            ig_text_append(&p->path, " 0 0 1 ");
            pen_length(&p->path, half ? -2 * radius : 2 * radius);
            ig_text_append(&p->path, " 0");
        }
        ig_text_append(&p->path, "Z");
    } else {
        cairo_new_sub_path(p->cairo);
        cairo_arc(p->cairo, x, y, radius, 0.0, 6.283185307179586);
        cairo_close_path(p->cairo);
    }
}

void pen_box(pen *p, double x, double y, double width, double height)
{
    pen_move(p, x, y);
    pen_line(p, x + width, y);
    pen_line(p, x + width, y + height);
    pen_line(p, x, y + height);
    pen_close(p);
}

void pen_frame_begin(pen *p, double x, double y, double width, double height)
{
    if (!p->is_svg) {
        cairo_save(p->cairo);
        cairo_rectangle(p->cairo, x, y, width, height);
        cairo_clip(p->cairo);
        return;
    }
    ig_text_append(&p->svg, "<clipPath id=\"");
    ig_text_format(&p->svg, "%sframe\"><rect x=\"", p->id);
    pen_length(&p->svg, x);
    ig_text_append(&p->svg, "\" y=\"");
    pen_length(&p->svg, y);
    ig_text_append(&p->svg, "\" width=\"");
    pen_length(&p->svg, width);
    ig_text_append(&p->svg, "\" height=\"");
    pen_length(&p->svg, height);
    ig_text_format(&p->svg, "\"/></clipPath>\n<g clip-path=\"url(#%sframe)\">\n", p->id);
}

void pen_frame_end(pen *p)
{
    if (p->is_svg) {
        ig_text_append(&p->svg, "</g>\n");
    } else {
        cairo_restore(p->cairo);
    }
}

void pen_source(pen *p, ig_colour c)
{
    cairo_set_source_rgb(p->cairo, c.r / 255.0, c.g / 255.0, c.b / 255.0);
}

/// Lines across the path, on one lattice for the whole page so that neighbours fit.
static void hatch(pen *p, bool cross)
{
    double x0, y0, x1, y1;
    const double apart = HATCH * p->unit;
    cairo_save(p->cairo);
    cairo_set_source_rgb(p->cairo, 244 / 255.0, 244 / 255.0, 244 / 255.0);
    cairo_fill_preserve(p->cairo);
    cairo_path_t *kept = cairo_copy_path(p->cairo);
    cairo_clip(p->cairo);
    cairo_clip_extents(p->cairo, &x0, &y0, &x1, &y1);
    cairo_new_path(p->cairo);
    for (double s = floor((x0 + y0) / apart) * apart; s < x1 + y1; s += apart) {
        cairo_move_to(p->cairo, s - y0, y0);
        cairo_line_to(p->cairo, s - y1, y1);
    }
    for (double s = floor((x0 - y1) / apart) * apart; cross && s < x1 - y0; s += apart) {
        cairo_move_to(p->cairo, s + y0, y0);
        cairo_line_to(p->cairo, s + y1, y1);
    }
    cairo_set_source_rgb(p->cairo, 140 / 255.0, 140 / 255.0, 140 / 255.0);
    cairo_set_line_width(p->cairo, p->unit);
    cairo_stroke(p->cairo);
    cairo_restore(p->cairo);
    cairo_append_path(p->cairo, kept);
    cairo_path_destroy(kept);
}

/// Dots on one lattice for the whole page, over what is drawn already.
static void dot(pen *p)
{
    double x0, y0, x1, y1;
    const double apart = DOTS * p->unit;
    cairo_save(p->cairo);
    cairo_path_t *kept = cairo_copy_path(p->cairo);
    cairo_clip(p->cairo);
    cairo_clip_extents(p->cairo, &x0, &y0, &x1, &y1);
    cairo_new_path(p->cairo);
    for (double y = floor(y0 / apart) * apart + apart / 2; y < y1 + apart; y += apart)
        for (double x = floor(x0 / apart) * apart + apart / 2; x < x1 + apart; x += apart) {
            cairo_new_sub_path(p->cairo);
            cairo_arc(p->cairo, x, y, 1.1 * p->unit, 0.0, 2.0 * M_PI);
        }
    cairo_set_source_rgb(p->cairo, 34 / 255.0, 34 / 255.0, 34 / 255.0);
    cairo_fill(p->cairo);
    cairo_restore(p->cairo);
    cairo_append_path(p->cairo, kept);
    cairo_path_destroy(kept);
}

static void draw_cairo(pen *p, const pen_look *look)
{
    if (look->dots) {
        dot(p);
    } else if (look->hatch) {
        hatch(p, look->cross);
    } else if (look->fill) {
        pen_source(p, look->inside);
        cairo_fill_preserve(p->cairo);
    }
    if (look->stroke) {
        pen_source(p, look->line);
        cairo_set_line_width(p->cairo, look->width);
        cairo_set_dash(p->cairo, look->dash, look->dashes, 0.0);
        cairo_stroke_preserve(p->cairo);
    }
    cairo_new_path(p->cairo);
}

void pen_colour(ig_text *svg, const char *name, ig_colour c)
{
    ig_text_format(svg, " %s=\"#%02x%02x%02x\"", name, c.r, c.g, c.b);
}

static void draw_svg(pen *p, const pen_look *look, const char *name)
{
    ig_text *svg = &p->svg;
    ig_text_append(svg, "<path");
    if (look->dots) {
        ig_text_format(svg, " fill=\"url(#%sdots)\"", p->id);
    } else if (look->hatch) {
        ig_text_format(svg, " fill=\"url(#%s%s) #f4f4f4\"", p->id, look->cross ? "cross" : "gap");
    } else if (look->fill) {
        pen_colour(svg, "fill", look->inside);
    } else {
        ig_text_append(svg, " fill=\"none\"");
    }
    if (look->hatch || look->fill || look->dots) ig_text_append(svg, " fill-rule=\"evenodd\"");
    if (look->stroke) {
        pen_colour(svg, "stroke", look->line);
        ig_text_append(svg, " stroke-width=\"");
        pen_length(svg, look->width);
        ig_text_append(svg, "\"");
        for (int d = 0; d < look->dashes; d++) {
            ig_text_append(svg, d ? " " : " stroke-dasharray=\"");
            pen_length(svg, look->dash[d]);
        }
        if (look->dashes) ig_text_append(svg, "\"");
    }
    ig_text_append(svg, " d=\"");
    if (p->path.data) ig_text_append(svg, p->path.data);
    if (name && *name) {
        ig_text_append(svg, "\"><title>");
        append_xml(svg, name);
        ig_text_append(svg, "</title></path>\n");
    } else {
        ig_text_append(svg, "\"/>\n");
    }
    if (p->path.failed) svg->failed = true;
    p->path.length = 0;
    if (p->path.data) p->path.data[0] = 0;
}

void pen_draw(pen *p, const pen_look *look, const char *name)
{
    if (p->is_svg) {
        draw_svg(p, look, name);
    } else {
        draw_cairo(p, look);
    }
}
