// A frontier as a picture: what one figure costs in another.
#include "map_internal.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 900, HEIGHT = 620, LEFT = 90, RIGHT = 40, TOP = 84, BOTTOM = 84, TICKS = 5 };

static const ig_colour ink = {34, 34, 34}, quiet = {85, 85, 85}, white = {255, 255, 255};
static const ig_colour rule = {222, 222, 222}, line = {37, 84, 145}, mark = {178, 60, 23};

struct axis {
    double low, high, from, to; ///< values, and pixels they stand at
    double step;
};

/// Steps of 1, 2 or 5 that cut a range in about five.
static double step_of(double range)
{
    if (!(range > 0.0)) return 1.0;
    const double ten = pow(10.0, floor(log10(range / TICKS))), part = range / TICKS / ten;
    return ten * (part <= 1.0 ? 1.0 : part <= 2.0 ? 2.0 : part <= 5.0 ? 5.0 : 10.0);
}

static struct axis axis_of(const double *values, size_t count, double from, double to)
{
    struct axis a = {values[0], values[0], from, to, 1.0};
    for (size_t i = 1; i < count; i++) {
        a.low = fmin(a.low, values[i]);
        a.high = fmax(a.high, values[i]);
    }
    const bool positive = a.low >= 0.0;
    const double range = a.high > a.low ? a.high - a.low : fmax(1e-3, 0.1 * fabs(a.high));
    a.step = step_of(range);
    a.low = a.step * floor((a.low - 0.05 * range) / a.step);
    if (positive) a.low = fmax(0.0, a.low); // what cannot be below 0 is not drawn there
    a.high = a.step * ceil((a.high + 0.05 * range) / a.step);
    return a;
}

static double at(const struct axis *a, double value)
{
    return a->from + (value - a->low) / (a->high - a->low) * (a->to - a->from);
}

static void rules(pen *p, const struct axis *a, bool upright)
{
    const pen_font font = {13.0, false};
    const int decimals = a->step >= 1.0 ? 0 : (int)ceil(-log10(a->step) - 1e-9);
    for (int k = 0; a->low + k * a->step <= a->high + 1e-9 * a->step; k++) {
        const double value = a->low + k * a->step, place = at(a, value);
        char label[LABEL_ROOM];
        label_number(fabs(value) < 1e-12 ? 0.0 : value, decimals, label, sizeof label);
        pen_move(p, upright ? place : LEFT, upright ? TOP : place);
        pen_line(p, upright ? place : WIDTH - RIGHT, upright ? HEIGHT - BOTTOM : place);
        pen_draw(p, &(pen_look){.stroke = true, .line = rule, .width = 1.0}, NULL);
        if (upright)
            pen_text(p, place, HEIGHT - BOTTOM + 20, label, font, PEN_MIDDLE, quiet);
        else
            pen_text(p, LEFT - 8, place + 4.5, label, font, PEN_END, quiet);
    }
}

static void draw(pen *p, const ig_frontier *f)
{
    const struct axis x = axis_of(f->x, f->count, LEFT, WIDTH - RIGHT);
    const struct axis y = axis_of(f->y, f->count, HEIGHT - BOTTOM, TOP);
    pen_box(p, 0, 0, WIDTH, HEIGHT);
    pen_draw(p, &(pen_look){.fill = true, .inside = white}, NULL);
    pen_text(p, 24, 32, f->title, (pen_font){19.0, true}, PEN_START, ink);
    pen_text(p, 24, 58, f->y_title, (pen_font){14.0, false}, PEN_START, quiet);
    rules(p, &x, true);
    rules(p, &y, false);
    pen_text(p, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 28, f->x_title, (pen_font){14.0, false},
             PEN_MIDDLE, quiet);
    for (size_t i = 0; i < f->count; i++)
        (i ? pen_line : pen_move)(p, at(&x, f->x[i]), at(&y, f->y[i]));
    pen_draw(p, &(pen_look){.stroke = true, .line = line, .width = 2.0}, NULL);
    double before_x = -1e9, before_y = -1e9;
    for (size_t i = 0; i < f->count; i++) {
        const double px = at(&x, f->x[i]), py = at(&y, f->y[i]);
        pen_circle(p, px, py, 5.0);
        pen_draw(
            p,
            &(pen_look){.fill = true, .stroke = true, .inside = mark, .line = white, .width = 1.5},
            f->label[i]);
        if (hypot(px - before_x, py - before_y) < 16.0) continue; // one label for points on a heap
        before_x = px;
        before_y = py;
        const bool left = px > WIDTH - RIGHT - 110;
        pen_text(p, px + (left ? -10 : 10), py - 9, f->label[i], (pen_font){12.5, false},
                 left ? PEN_END : PEN_START, ink);
    }
}

ig_status ig_frontier_write(ig_ctx *ctx, const ig_frontier *frontier, const char *path,
                            const char *const *inputs)
{
    const size_t n = strlen(path);
    const bool svg = n > 4 && strcmp(path + n - 4, ".svg") == 0;
    if (!svg && !(n > 4 && strcmp(path + n - 4, ".png") == 0))
        return ig_fail(ctx, IG_EINVAL, "%s: a picture ends in .png or .svg", ig_show(path));
    if (frontier->count == 0)
        return ig_fail(ctx, IG_EUNDEFINED, "%s: the frontier has no points", ig_show(path));
    for (size_t i = 0; i < frontier->count; i++)
        if (!isfinite(frontier->x[i]) || !isfinite(frontier->y[i]))
            return ig_fail(ctx, IG_EUNDEFINED, "%s: a point of the frontier has no value",
                           ig_show(path));
    ig_text bytes = {0};
    pen *p = NULL;
    ig_status status = ig_output_check(ctx, path, inputs);
    if (!status)
        status = svg ? pen_new_svg(ctx, WIDTH, HEIGHT, frontier->title, frontier->y_title, &p)
                     : pen_new_png(ctx, WIDTH, HEIGHT, &p);
    if (!status) {
        draw(p, frontier);
        status = pen_finish(ctx, p, 96.0, &bytes);
    }
    if (!status) status = ig_output_bytes(ctx, path, bytes.data, bytes.length);
    ig_text_free(&bytes);
    pen_free(p);
    return status;
}
