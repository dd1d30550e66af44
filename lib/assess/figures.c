// Pictures of the page: mean minutes before and after, and the change of each area on a map.
#include "assess_internal.h"

#include <math.h>
#include <string.h>

static const ig_colour ink = {34, 34, 34}, quiet = {85, 85, 85}, rule = {220, 220, 220};
static const ig_colour longer = {179, 88, 6}, shorter = {84, 39, 136}, white = {255, 255, 255};
static const pen_font body = {13, false}, strong = {13, true}, small = {11, false};

/// Hand the picture over to the page.
static ig_status put(ig_ctx *ctx, pen *p, ig_text *html)
{
    ig_text bytes = {0};
    const ig_status status = pen_finish(ctx, p, 96, &bytes);
    if (!status) ig_text_append_bytes(html, bytes.data, bytes.length);
    ig_text_free(&bytes);
    return status;
}

static void line(pen *p, double x0, double y0, double x1, double y1, ig_colour colour, double width)
{
    const pen_look look = {.stroke = true, .line = colour, .width = width};
    pen_move(p, x0, y0);
    pen_line(p, x1, y1);
    pen_draw(p, &look, NULL);
}

static void dot(pen *p, double x, double y, double radius, ig_colour inside, ig_colour edge)
{
    const pen_look look = {
        .fill = true, .stroke = true, .inside = inside, .line = edge, .width = 1.6};
    pen_circle(p, x, y, radius);
    pen_draw(p, &look, NULL);
}

// ---- means --------------------------------------------------------------------------------------

struct bar {
    const char *grouping, *group, *label;
};

static const struct bar bars[] = {
    {"all", "all", "Everybody"},     {"quintile", "1", "Quintile 1, most deprived"},
    {"quintile", "2", "Quintile 2"}, {"quintile", "3", "Quintile 3"},
    {"quintile", "4", "Quintile 4"}, {"quintile", "5", "Quintile 5, least deprived"},
    {"core20", "core20", "CORE20"},  {"core20", "rest", "Not CORE20"},
};
enum { BARS = sizeof bars / sizeof *bars };

/// Step of the scale: 1, 2 or 5 times a power of ten, for four to nine marks.
static double step_of(double most)
{
    const double power = pow(10.0, floor(log10(most / 4.0)));
    const double rest = most / 4.0 / power;
    return power * (rest < 2.0 ? 1.0 : rest < 5.0 ? 2.0 : 5.0);
}

struct axis {
    double left, width, most, step;
};

static double at(const struct axis *a, double minutes)
{
    return a->left + a->width * minutes / a->most;
}

static void draw_axis(pen *p, const struct axis *a, double top, double bottom)
{
    char text[32];
    for (double m = 0.0; m <= a->most + a->step / 2; m += a->step) {
        line(p, at(a, m), top, at(a, m), bottom, rule, 1);
        label_number(m, a->step < 1.0 ? 1 : 0, text, sizeof text);
        pen_text(p, at(a, m), bottom + 16, text, small, PEN_MIDDLE, quiet);
    }
    pen_text(p, a->left + a->width / 2, bottom + 34, "mean minutes to the nearest site", small,
             PEN_MIDDLE, quiet);
}

static void draw_bar(pen *p, const struct axis *a, const struct bar *bar, double y, double before,
                     double after)
{
    char text[96], one[32], two[32];
    const ig_colour colour = after > before ? longer : after < before ? shorter : ink;
    pen_text(p, a->left - 12, y + 4, bar->label, strong, PEN_END, ink);
    if (!isnan(before) && !isnan(after)) line(p, at(a, before), y, at(a, after), y, colour, 4);
    if (!isnan(before)) dot(p, at(a, before), y, 5, white, colour);
    if (!isnan(after)) dot(p, at(a, after), y, 5, colour, colour);
    snprintf(text, sizeof text, "%s to %s",
             isnan(before) ? "none" : label_number(before, 1, one, sizeof one),
             isnan(after) ? "none" : label_number(after, 1, two, sizeof two));
    pen_text(p, a->left + a->width + 14, y + 4, text, body, PEN_START, ink);
}

ig_status figure_means(ig_ctx *ctx, const ig_assess_paper *paper, ig_text *html)
{
    const ig_result *rows = paper->assessment->rows;
    double before[BARS], after[BARS], most = 1.0;
    size_t shown = 0;
    for (size_t i = 0; i < BARS; i++) {
        before[i] = row_value(rows, bars[i].grouping, bars[i].group, "minutes_mean_before");
        after[i] = row_value(rows, bars[i].grouping, bars[i].group, "minutes_mean_after");
        if (isnan(before[i]) && isnan(after[i])) continue;
        most = fmax(most, fmax(before[i], after[i]));
        shown++;
    }
    const double step = step_of(most), row = 30, top = 34;
    const struct axis axis = {200, 400, ceil(most / step) * step, step};
    const double bottom = top + row * (double)shown;
    pen *p = NULL;
    ig_status status = pen_new_inline(
        ctx, NULL, 720, (int)bottom + 44, "means", "Mean minutes before and after, by group",
        "One line a group from its mean before, an open ring, to its mean after, a full dot. The "
        "figures stand in the table beside.",
        &p);
    if (status) return status;
    draw_axis(p, &axis, top - 8, bottom);
    dot(p, 206, 12, 5, white, ink);
    pen_text(p, 216, 16, "before", small, PEN_START, ink);
    dot(p, 276, 12, 5, ink, ink);
    pen_text(p, 286, 16, "after", small, PEN_START, ink);
    line(p, 340, 12, 360, 12, longer, 4);
    pen_text(p, 366, 16, "longer", small, PEN_START, ink);
    line(p, 420, 12, 440, 12, shorter, 4);
    pen_text(p, 446, 16, "shorter", small, PEN_START, ink);
    double y = top + row / 2;
    for (size_t i = 0; i < BARS; i++) {
        if (isnan(before[i]) && isnan(after[i])) continue;
        draw_bar(p, &axis, &bars[i], y, before[i], after[i]);
        y += row;
    }
    status = put(ctx, p, html);
    pen_free(p);
    return status;
}

// ---- map ----------------------------------------------------------------------------------------

struct frame {
    double box[4], scale, left, top;
};

static double x_of(const struct frame *f, double x)
{
    return f->left + (x - f->box[0]) * f->scale;
}

static double y_of(const struct frame *f, double y)
{
    return f->top + (f->box[3] - y) * f->scale;
}

/// A ring without the points that fall on the pixel of the one before.
static void trace_ring(pen *p, const struct frame *f, const ig_rings *rings, size_t ring)
{
    const size_t first = rings->ring_start[ring], end = rings->ring_start[ring + 1];
    double px = x_of(f, rings->x[first]), py = y_of(f, rings->y[first]);
    pen_move(p, px, py);
    for (size_t i = first + 1; i + 1 < end; i++) {
        const double x = x_of(f, rings->x[i]), y = y_of(f, rings->y[i]);
        if (hypot(x - px, y - py) < 0.7) continue;
        pen_line(p, x, y);
        px = x;
        py = y;
    }
    pen_close(p);
}

static void draw_areas(pen *p, const struct frame *f, const ig_assess_paper *paper,
                       const struct change_scale *scale)
{
    const ig_rings *rings = ig_areas_rings(paper->areas);
    for (size_t a = 0; a < rings->areas; a++) {
        char tip[256], text[32];
        const double minutes = paper->change->rows[a].minutes;
        const size_t k = scale->breaks ? ig_breaks_class(scale->breaks, minutes) : SIZE_MAX;
        pen_look look = {.fill = true, .stroke = true, .line = {140, 140, 140}, .width = 0.5};
        if (rings->area_start[a] == rings->area_start[a + 1]) continue;
        if (k == SIZE_MAX)
            look.hatch = true;
        else
            look.inside = scale->colours[k];
        for (size_t r = rings->area_start[a]; r < rings->area_start[a + 1]; r++)
            trace_ring(p, f, rings, r);
        snprintf(tip, sizeof tip, "%s %s: %s minutes", paper->codes[a],
                 ig_areas_name(paper->areas, a),
                 isnan(minutes) ? "no change in" : label_number(minutes, 1, text, sizeof text));
        pen_draw(p, &look, tip);
    }
}

static void draw_mark(pen *p, ig_assess_fate fate, double x, double y)
{
    const pen_look open = {.fill = true, .stroke = true, .inside = white, .line = ink, .width = 2};
    if (fate == IG_SITE_KEPT) {
        dot(p, x, y, 3.2, ink, white);
    } else if (fate == IG_SITE_CLOSED) {
        for (int i = 0; i < 2; i++) { // white under dark, to be seen on any colour
            const ig_colour colour = i ? ink : white;
            const double width = i ? 2.6 : 5.0;
            line(p, x - 6, y - 6, x + 6, y + 6, colour, width);
            line(p, x - 6, y + 6, x + 6, y - 6, colour, width);
        }
    } else {
        pen_box(p, x - 5.5, y - 5.5, 11, 11);
        pen_draw(p, &open, NULL);
        if (fate == IG_SITE_MOVED) dot(p, x, y, 2, ink, ink);
    }
}

static void draw_sites(pen *p, const struct frame *f, const ig_assess_paper *paper, bool kept)
{
    for (size_t i = 0; i < paper->sites; i++) {
        const ig_assess_site *s = &paper->site[i];
        const double x = x_of(f, s->x), y = y_of(f, s->y);
        if (isnan(x) || isnan(y) || (s->fate == IG_SITE_KEPT) != kept) continue;
        draw_mark(p, s->fate, x, y);
    }
}

/// Bounds of a class in words; the ends say what they mean.
static void class_words(const ig_breaks *b, size_t k, char *text, size_t room)
{
    char low[32], high[32];
    const double lower = k ? b->upper[k - 1] : b->lower[0], upper = b->upper[k];
    label_number(fabs(lower), 0, low, sizeof low);
    label_number(fabs(upper), 0, high, sizeof high);
    if (lower < 0.0 && upper > 0.0)
        snprintf(text, room, "within %s minute", high);
    else if (upper <= 0.0)
        snprintf(text, room, "%s to %s shorter", low, high);
    else
        snprintf(text, room, "%s to %s longer", low, high);
}

static bool any_fate(const ig_assess_paper *paper, ig_assess_fate fate)
{
    for (size_t i = 0; i < paper->sites; i++)
        if (paper->site[i].fate == fate && !isnan(paper->site[i].x)) return true;
    return false;
}

static void legend_row(pen *p, const pen_look *look, const char *words, int64_t count, double y)
{
    char number[32];
    pen_box(p, 500, y - 11, 22, 14);
    pen_draw(p, look, NULL);
    pen_text(p, 530, y, words, body, PEN_START, ink);
    label_number((double)count, 0, number, sizeof number);
    pen_text(p, 716, y, number, body, PEN_END, quiet);
}

static void draw_legend(pen *p, const ig_assess_paper *paper, const struct change_scale *scale)
{
    double y = 20;
    char words[96];
    const ig_breaks *b = scale->breaks;
    pen_look look = {.fill = true, .stroke = true, .line = {140, 140, 140}, .width = 0.5};
    pen_text(p, 500, y, "Change in minutes", strong, PEN_START, ink);
    pen_text(p, 716, y, "areas", small, PEN_END, quiet);
    for (size_t k = b ? b->classes : 0; k-- > 0;) {
        class_words(b, k, words, sizeof words);
        look.inside = scale->colours[k];
        legend_row(p, &look, words, b->count[k], y += 23);
    }
    if (scale->style.gaps || !b) {
        look.hatch = true;
        legend_row(p, &look, "nobody reached both times",
                   b ? b->missing : (int64_t)paper->change->areas, y += 23);
    }
    y += 12;
    for (int fate = IG_SITE_KEPT; fate <= IG_SITE_MOVED; fate++) {
        if (!any_fate(paper, (ig_assess_fate)fate)) continue;
        snprintf(words, sizeof words, "site %s", fate_word((ig_assess_fate)fate));
        draw_mark(p, (ig_assess_fate)fate, 511, (y += 23) - 4);
        pen_text(p, 530, y, words, body, PEN_START, ink);
    }
}

ig_status figure_map(ig_ctx *ctx, const ig_assess_paper *paper, const struct change_scale *scale,
                     ig_text *html)
{
    struct frame f = {.left = 4, .top = 4};
    if (!paper->areas) return IG_OK;
    ig_areas_box(paper->areas, f.box);
    const double wide = f.box[2] - f.box[0], high = f.box[3] - f.box[1];
    if (!(wide > 0.0) || !(high > 0.0)) return IG_OK;
    f.scale = fmin(476 / wide, 640 / high);
    const double height = fmax(high * f.scale + 8, 340);
    pen *p = NULL;
    ig_status status = pen_new_inline(ctx, NULL, 720, (int)ceil(height), "map",
                                      "Map of the change in minutes by area",
                                      "Areas coloured from violet, shorter, over white, no change, "
                                      "to orange, longer. The figures "
                                      "of each area stand in assess.gpkg.",
                                      &p);
    if (status) return status;
    draw_areas(p, &f, paper, scale);
    draw_sites(p, &f, paper, true);
    draw_sites(p, &f, paper, false);
    draw_legend(p, paper, scale);
    status = put(ctx, p, html);
    pen_free(p);
    return status;
}
