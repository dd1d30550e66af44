// Beside the map: classes with their counts, symbols, where the area lies, scale bar and north.
#include "picture_internal.h"

#include <math.h>
#include <string.h>

// ---- what the legend holds ----------------------------------------------------------------------

/// The lines under the classes: outlines, isochrones, sites.
static size_t symbol_rows(const ig_picture *picture)
{
    size_t rows = 0;
    if (picture->outlines) rows++;
    if (picture->sites) rows++;
    if (picture->isochrones) rows += picture->isochrone_minutes ? picture->isochrones->areas : 1;
    return rows;
}

/// Isochrones of several sites share their minutes: each once, rising. At most `room`.
size_t legend_minutes(const ig_picture *picture, double *minutes, size_t room)
{
    size_t count = 0;
    if (!picture->isochrones || !picture->isochrone_minutes) return 0;
    for (size_t i = 0; i < picture->isochrones->areas; i++) {
        const double m = picture->isochrone_minutes[i];
        size_t at = 0;
        while (at < count && minutes[at] < m)
            at++;
        if ((at < count && minutes[at] == m) || count == room) continue;
        memmove(minutes + at + 1, minutes + at, (count - at) * sizeof *minutes);
        minutes[at] = m;
        count++;
    }
    return count;
}

const char *legend_outlines_label(const ig_picture *picture)
{
    return picture->outlines_label ? picture->outlines_label : "Boundaries";
}

const char *legend_sites_label(const ig_picture *picture)
{
    return picture->sites_label ? picture->sites_label : "Sites";
}

static const char *minutes_label(double minutes, char *buffer, size_t room)
{
    char digits[32];
    snprintf(buffer, room, "Within %s minutes", ig_number_text(minutes, digits, sizeof digits));
    return buffer;
}

static double widest(double a, double b)
{
    return a > b ? a : b;
}

/// Classes under "No data": how many rows of what kind of gap or mark.
static size_t mark_rows(const ig_style *style)
{
    return (style->breaks->missing > style->suppressed) + (style->suppressed > 0) +
           (style->lower != NULL);
}

/// Width that the rows of the legend need: swatch, label, count.
double legend_need(pen *p, const page *g, const ig_picture *picture)
{
    const ig_breaks *breaks = picture->style->breaks;
    const int decimals = label_decimals(breaks);
    char text[LABEL_ROOM];
    double label = pen_text_width(p, "No data", g->body),
           count = pen_text_width(p, "areas", g->small);
    for (size_t k = 0; k < breaks->classes; k++) {
        label_class(breaks, k, decimals, text, sizeof text);
        label = widest(label, pen_text_width(p, text, g->body));
        label_number((double)breaks->count[k], 0, text, sizeof text);
        count = widest(count, pen_text_width(p, text, g->body));
    }
    if (picture->style->suppressed) label = widest(label, pen_text_width(p, "Suppressed", g->body));
    if (picture->style->lower) {
        unclear_label(picture->style, text, sizeof text);
        label = widest(label, pen_text_width(p, text, g->body));
    }
    double rows = label + 14 * g->unit + count, minutes[MOST_ISOCHRONES];
    // Names longer than this are wrapped.
    const double most = 260 * g->unit;
    if (picture->outlines)
        rows = widest(rows, fmin(most, pen_text_width(p, legend_outlines_label(picture), g->body)));
    if (picture->sites)
        rows = widest(rows, fmin(most, pen_text_width(p, legend_sites_label(picture), g->body)));
    const size_t n = legend_minutes(picture, minutes, MOST_ISOCHRONES);
    for (size_t i = 0; i < n; i++)
        rows =
            widest(rows, pen_text_width(p, minutes_label(minutes[i], text, sizeof text), g->body));
    return 44 * g->unit + rows;
}

static double inset_height(const page *g)
{
    return 118 * g->unit;
}

static double legend_row_height(const page *g)
{
    return 1.75 * g->body.size;
}

/// A row whose label takes several lines.
static double legend_lines_height(const page *g, const pen_lines *lines)
{
    if (!lines->count) return 0.0;
    return legend_row_height(g) + (double)(lines->count - 1) * 1.3 * g->body.size;
}

double legend_height(const page *g, const ig_picture *picture)
{
    double minutes[MOST_ISOCHRONES];
    const ig_breaks *breaks = picture->style->breaks;
    size_t rows = breaks->classes + mark_rows(picture->style);
    rows += legend_minutes(picture, minutes, MOST_ISOCHRONES);
    const double title = (double)g->legend_title.count * 1.3 * g->body.size + 1.5 * g->small.size;
    const double under = symbol_rows(picture) ? 0.6 * g->body.size : 0.0;
    const double scale_and_north = 92 * g->unit + (g->inset ? inset_height(g) : 0.0);
    return title + (double)rows * legend_row_height(g) +
           legend_lines_height(g, &g->outlines_lines) + legend_lines_height(g, &g->sites_lines) +
           under + scale_and_north;
}

// ---- beside the map -----------------------------------------------------------------------------

static void swatch(pen *p, const page *g, double y, const pen_look *look)
{
    const double h = 1.25 * g->body.size;
    pen_box(p, g->side_x, y - h * 0.78, 34 * g->unit, h);
    pen_draw(p, look, NULL);
}

static void class_row(pen *p, const page *g, double y, pen_look look, const char *label,
                      int64_t count)
{
    char number[32];
    look.stroke = true;
    look.line = (ig_colour){140, 140, 140};
    look.width = 0.8 * g->unit;
    swatch(p, g, y, &look);
    pen_text(p, g->side_x + 44 * g->unit, y, label, g->body, PEN_START, ink);
    pen_text(p, g->side_x + g->side_w, y, label_number((double)count, 0, number, sizeof number),
             g->body, PEN_END, quiet);
}

static double draw_classes(pen *p, const page *g, const ig_picture *picture, double y)
{
    const ig_style *style = picture->style;
    const int decimals = label_decimals(style->breaks);
    char text[LABEL_ROOM];
    pen_text(p, g->side_x + g->side_w, y - 0.2 * g->small.size, "areas", g->small, PEN_END, quiet);
    y += legend_row_height(g) * 0.85;
    // The highest class on top, as maps are read.
    for (size_t k = style->breaks->classes; k-- > 0; y += legend_row_height(g))
        class_row(p, g, y, (pen_look){.fill = true, .inside = style->colours[k]},
                  label_class(style->breaks, k, decimals, text, sizeof text),
                  style->breaks->count[k]);
    if (style->lower) {
        class_row(p, g, y, (pen_look){.dots = true}, unclear_label(style, text, sizeof text),
                  style->unclear);
        y += legend_row_height(g);
    }
    if (style->suppressed) {
        class_row(p, g, y, (pen_look){.hatch = true, .cross = true}, "Suppressed",
                  style->suppressed);
        y += legend_row_height(g);
    }
    if (style->breaks->missing > style->suppressed) {
        class_row(p, g, y, (pen_look){.hatch = true}, "No data",
                  style->breaks->missing - style->suppressed);
        y += legend_row_height(g);
    }
    return y;
}

static void line_sample(pen *p, const page *g, double y, const pen_look *look)
{
    y -= 0.35 * g->body.size;
    pen_move(p, g->side_x, y);
    pen_line(p, g->side_x + 34 * g->unit, y);
    pen_draw(p, look, NULL);
}

static double draw_symbols(pen *p, const page *g, const ig_picture *picture, double y)
{
    const double text_x = g->side_x + 44 * g->unit;
    double minutes[MOST_ISOCHRONES], dash[2];
    char text[LABEL_ROOM];
    if (symbol_rows(picture)) y += 0.6 * g->body.size;
    if (picture->outlines) {
        line_sample(p, g, y,
                    &(pen_look){.stroke = true, .line = ward_line, .width = 1.3 * g->unit});
        pen_draw_lines(p, &g->outlines_lines, text_x, y, g->body, PEN_START, ink);
        y += legend_lines_height(g, &g->outlines_lines);
    }
    const size_t n = legend_minutes(picture, minutes, MOST_ISOCHRONES);
    for (size_t i = 0; i < n; i++, y += legend_row_height(g)) {
        const pen_look look = picture_isochrone_look(g, i, dash);
        line_sample(p, g, y, &look);
        pen_text(p, text_x, y, minutes_label(minutes[i], text, sizeof text), g->body, PEN_START,
                 ink);
    }
    if (picture->sites) {
        picture_draw_site(p, g->side_x + 17 * g->unit, y - 0.35 * g->body.size,
                          picture_site_radius(g, ig_sites_count(picture->sites)), NULL);
        pen_draw_lines(p, &g->sites_lines, text_x, y, g->body, PEN_START, ink);
        y += legend_lines_height(g, &g->sites_lines);
    }
    return y;
}

/// The greatest of 1, 2, 5 times a power of ten that is not above.
static double round_length(double most)
{
    const double power = pow(10.0, floor(log10(most)));
    return most >= 5 * power ? 5 * power : most >= 2 * power ? 2 * power : power;
}

/// Scale bar in two halves at the foot of the column, north beside it.
static void draw_scale(pen *p, const page *g)
{
    char text[48], label[64];
    const double y = g->foot_y - 8 * g->unit, bar = 7 * g->unit;
    const double metres = round_length(0.7 * g->side_w / g->scale), length = metres * g->scale;
    for (int half = 0; half < 2; half++) {
        pen_box(p, g->side_x + half * length / 2, y - bar, length / 2, bar);
        pen_draw(p,
                 &(pen_look){.fill = true,
                             .stroke = true,
                             .inside = half ? white : ink,
                             .line = ink,
                             .width = g->unit},
                 NULL);
    }
    const bool kilometres = metres >= 1000.0;
    snprintf(label, sizeof label, "%s %s",
             label_number(kilometres ? metres / 1000.0 : metres, metres < 1.0 ? 2 : 0, text,
                          sizeof text),
             kilometres ? "km" : "m");
    pen_text(p, g->side_x, y - bar - 5 * g->unit, "0", g->small, PEN_START, ink);
    pen_text(p, g->side_x + length, y - bar - 5 * g->unit, label, g->small, PEN_END, ink);
    const double x = g->side_x + g->side_w - 14 * g->unit, top = y - 34 * g->unit;
    pen_move(p, x, top);
    pen_line(p, x + 9 * g->unit, y);
    pen_line(p, x, y - 7 * g->unit);
    pen_line(p, x - 9 * g->unit, y);
    pen_close(p);
    pen_draw(p, &(pen_look){.fill = true, .inside = ink}, NULL);
    pen_text(p, x, top - 5 * g->unit, "N", g->small, PEN_MIDDLE, ink);
}

static void draw_inset(pen *p, const page *g)
{
    if (!g->inset) return;
    const double y = g->foot_y - 58 * g->unit - inset_height(g);
    inset_draw(p, g->side_x, y, inset_height(g), g->unit, g->box);
}

void legend_draw(pen *p, const page *g, const ig_picture *picture)
{
    pen_font bold = g->body;
    bold.bold = true;
    double y = pen_draw_lines(p, &g->legend_title, g->side_x, g->map_y + g->body.size, bold,
                              PEN_START, ink);
    y = draw_classes(p, g, picture, y);
    draw_symbols(p, g, picture, y);
    draw_inset(p, g);
    draw_scale(p, g);
}
