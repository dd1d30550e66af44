// Spine chart and lines of series. Shapes and words say what colours say.
#include "figures.h"

#include <math.h>
#include <string.h>

enum { ROW = 34, LABEL = 250, HEAD = 30, FOOT_ROWS = 52 };

static const ig_colour ink = {31, 35, 40}, quiet = {77, 85, 96}, wide = {222, 226, 232},
                       narrow = {176, 184, 194}, good = {0, 92, 138}, bad = {170, 62, 0},
                       even = {92, 92, 92}, white = {255, 255, 255};

/// Rows up to here are held against the whole study, those after it against a national value.
static size_t national_from(const struct spine *spine)
{
    size_t i = 0;
    while (i < spine->count && isnan(spine->facts->measures[spine->measures[i]].benchmark))
        i++;
    return i;
}

void spine_plan(struct spine *spine)
{
    const size_t split = national_from(spine);
    const int parts = (split > 0) + (split < spine->count);
    spine->height = parts * HEAD + (int)spine->count * ROW + FOOT_ROWS;
}

/// Where a value stands between the worst (0) and the best (1), what it is held against in the middle.
static double stand(const struct measure *m, double value)
{
    double low = m->least, high = m->most, middle = measure_middle(m);
    if (isnan(middle)) middle = (low + high) / 2;
    low = fmin(low, middle); // all wards may lie on one side of the nation
    high = fmax(high, middle);
    double at = 0.5;
    if (value < middle && middle > low) at = 0.5 * (value - low) / (middle - low);
    if (value > middle && high > middle) at = 0.5 + 0.5 * (value - middle) / (high - middle);
    at = fmin(fmax(at, 0), 1);
    return m->polarity == IG_POLARITY_LOW ? 1 - at : at;
}

static double left_edge(void)
{
    return LABEL + 14;
}

static double across(double at)
{
    return left_edge() + 10 + at * (FIGURE_WIDTH - left_edge() - 24);
}

/// Up, down, round, diamond: better, worse, similar, not compared.
static void symbol(pen *p, double x, double y, const char *word)
{
    const double r = 8;
    const bool up = !strcmp(word, "better") || !strcmp(word, "best");
    const bool down = !strcmp(word, "worse") || !strcmp(word, "worst");
    const bool higher = !strcmp(word, "higher"), lower = !strcmp(word, "lower");
    ig_colour colour = up ? good : down ? bad : even;
    if (up || down || higher || lower) {
        const double tip = up || higher ? -1 : 1;
        pen_move(p, x, y + tip * r);
        pen_line(p, x + r, y - tip * r * 0.8);
        pen_line(p, x - r, y - tip * r * 0.8);
        pen_close(p);
        if (higher || lower) colour = ink;
    } else if (!strcmp(word, "similar")) {
        pen_circle(p, x, y, r * 0.85);
    } else {
        pen_move(p, x, y - r);
        pen_line(p, x + r, y);
        pen_line(p, x, y + r);
        pen_line(p, x - r, y);
        pen_close(p);
        colour = white;
    }
    pen_draw(p,
             &(pen_look){.fill = true,
                         .stroke = true,
                         .inside = colour,
                         .line = strcmp(word, "not_compared") ? white : ink,
                         .width = 1.4},
             NULL);
}

static void bar(pen *p, double from, double to, double y, double height, ig_colour colour)
{
    pen_box(p, fmin(from, to), y - height / 2, fabs(to - from), height);
    pen_draw(p, &(pen_look){.fill = true, .inside = colour}, NULL);
}

static void label(pen *p, const char *text, double y)
{
    pen_lines lines;
    pen_font font = {12, false};
    if (pen_wrap(p, text, font, LABEL, &lines)) return;
    if (lines.count > 2) {
        pen_lines_free(&lines);
        font.size = 9.5;
        if (pen_wrap(p, text, font, LABEL, &lines)) return;
    }
    // What two lines do not hold is in the table below in full.
    if (lines.count > 2) {
        ig_text cut = {0};
        ig_text_format(&cut, "%s\xe2\x80\xa6", lines.line[1]);
        if (!cut.failed) {
            ig_free(lines.line[1]);
            lines.line[1] = cut.data;
        }
    }
    const size_t shown = lines.count < 2 ? lines.count : 2;
    y += 0.35 * font.size - (shown > 1 ? 0.6 * font.size : 0);
    for (size_t i = 0; i < shown; i++, y += 1.2 * font.size)
        pen_text(p, 0, y, lines.line[i], font, PEN_START, ink);
    pen_lines_free(&lines);
}

static void spine_row(pen *p, const struct spine *spine, const struct measure *m, double y)
{
    const struct facts *facts = spine->facts;
    // one district alone is the whole: its line would hide that of the whole
    const size_t district = facts->districts_count > 1 ? facts->district_of[spine->ward] : SIZE_MAX;
    const double value = m->ward[spine->ward];
    label(p, m->title, y);
    if (!m->ranked) {
        pen_text(p, across(0.5), y + 4, words_of(facts->words, "no_data"), (pen_font){11, false},
                 PEN_MIDDLE, quiet);
        return;
    }
    bar(p, across(0), across(1), y, 14, wide);
    bar(p, across(stand(m, m->quarter)), across(stand(m, m->three_quarters)), y, 14, narrow);
    if (district != SIZE_MAX && !isnan(m->district[district]))
        bar(p, across(stand(m, m->district[district])) - 1.5,
            across(stand(m, m->district[district])) + 1.5, y, 22, ink);
    if (!isnan(m->benchmark) && !isnan(m->all))
        bar(p, across(stand(m, m->all)) - 0.7, across(stand(m, m->all)) + 0.7, y, 22, quiet);
    if (isnan(value)) return;
    symbol(p, across(stand(m, value)), y, compare_ward(m, spine->ward, measure_middle(m)));
}

static void spine_legend(pen *p, const struct spine *spine, double y)
{
    static const char *const words[] = {"better", "similar", "worse",
                                        "higher", "lower",   "not_compared"};
    const pen_font font = {11, false};
    double x = 8;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *text = words_of(spine->facts->words, words[i]);
        symbol(p, x, y - 4, words[i]);
        pen_text(p, x + 13, y, text, font, PEN_START, ink);
        x += 34 + pen_text_width(p, text, font);
    }
    y += 22;
    x = 0;
    bar(p, x, x + 24, y - 4, 12, wide);
    const char *text = words_of(spine->facts->words, "legend_range");
    pen_text(p, x + 30, y, text, font, PEN_START, ink);
    x += 50 + pen_text_width(p, text, font);
    bar(p, x, x + 24, y - 4, 12, narrow);
    text = words_of(spine->facts->words, "legend_half");
    pen_text(p, x + 30, y, text, font, PEN_START, ink);
    x += 50 + pen_text_width(p, text, font);
    if (spine->facts->districts_count > 1) {
        bar(p, x + 4, x + 7, y - 4, 18, ink);
        text = words_of(spine->facts->words, "legend_district");
        pen_text(p, x + 16, y, text, font, PEN_START, ink);
        x += 36 + pen_text_width(p, text, font);
    }
    if (national_from(spine) == spine->count) return;
    bar(p, x + 4, x + 5.4, y - 4, 18, quiet);
    pen_text(p, x + 16, y, words_of(spine->facts->words, "spine_middle"), font, PEN_START, ink);
}

/// Rows with one thing in the middle, under its name; the next base line.
static double spine_part(pen *p, const struct spine *spine, size_t first, size_t end,
                         const char *middle, double y)
{
    const pen_font font = {11, true};
    const struct words *words = spine->facts->words;
    if (first == end) return y;
    pen_text(p, across(0), y + 12, words_of(words, "spine_worst"), font, PEN_START, ink);
    pen_text(p, across(0.5), y + 12, middle, font, PEN_MIDDLE, ink);
    pen_text(p, across(1), y + 12, words_of(words, "spine_best"), font, PEN_END, ink);
    const double top = y + HEAD, bottom = top + (double)(end - first) * ROW;
    for (size_t i = first; i < end; i++)
        spine_row(p, spine, &spine->facts->measures[spine->measures[i]],
                  top + ((double)(i - first) + 0.5) * ROW);
    pen_move(p, across(0.5), y + 18);
    pen_line(p, across(0.5), bottom);
    pen_draw(p, &(pen_look){.stroke = true, .line = bad, .width = 1.2}, NULL);
    return bottom;
}

void spine_draw(pen *p, const void *of)
{
    const struct spine *spine = of;
    const size_t split = national_from(spine);
    const char *national = benchmarks_label(spine->facts);
    double y = spine_part(p, spine, 0, split, words_of(spine->facts->words, "spine_middle"), 0);
    y = spine_part(p, spine, split, spine->count, national ? national : "", y);
    spine_legend(p, spine, y + 20);
}

// ---- series -------------------------------------------------------------------------------------

void series_draw(pen *p, const void *of)
{
    const struct series *s = of;
    const ig_report_indicator *ind = s->measure->indicator;
    const double left = 70, right = SERIES_WIDTH - 70, top = 16, bottom = SERIES_HEIGHT - 26;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < s->count; i++) {
        low = fmin(low, isnan(s->value[i]) ? low : s->value[i]);
        high = fmax(high, isnan(s->value[i]) ? high : s->value[i]);
    }
    if (!(low <= high)) return;
    const double range = high > low ? high - low : 1;
    size_t first = SIZE_MAX, last = 0;
    bool down = false;
    for (size_t i = 0; i < s->count; i++) {
        const double x =
            left + (s->count > 1 ? (double)i / (double)(s->count - 1) : 0.5) * (right - left);
        const double y = bottom - (s->value[i] - low) / range * (bottom - top);
        if (isnan(s->value[i])) { // a gap in the series is a gap in the line
            down = false;
            continue;
        }
        if (first == SIZE_MAX) first = i;
        last = i;
        if (down) {
            pen_line(p, x, y);
        } else {
            pen_move(p, x, y);
        }
        down = true;
    }
    pen_draw(p, &(pen_look){.stroke = true, .line = good, .width = 2}, NULL);
    for (size_t i = 0; i < s->count; i++) {
        if (isnan(s->value[i])) continue;
        const double x =
            left + (s->count > 1 ? (double)i / (double)(s->count - 1) : 0.5) * (right - left);
        const double y = bottom - (s->value[i] - low) / range * (bottom - top);
        pen_circle(p, x, y, 3);
        pen_draw(p, &(pen_look){.fill = true, .inside = good}, NULL);
        const pen_font font = {11, true}, small = {10, false};
        if (i == first)
            pen_text(p, x - 9, y + 4, number_text(s->facts, s->measure, s->value[i]), font, PEN_END,
                     ink);
        if (i == last && last != first)
            pen_text(p, x + 9, y + 4, number_text(s->facts, s->measure, s->value[i]), font,
                     PEN_START, ink);
        if (i == first || i == last)
            pen_text(p, x, SERIES_HEIGHT - 6, ind->period[i], small, PEN_MIDDLE, quiet);
    }
}
