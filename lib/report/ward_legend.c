// The legend of a ward's map: classes, lines, signs, scale and north.
#include "ward_map_internal.h"

#include <math.h>

struct legend {
    pen *p;
    double x, y;
};

/// Room for a sample and its words, in the next row when this one is full.
static double place_entry(struct legend *legend, const char *text)
{
    const double width = 40 + pen_text_width(legend->p, text, (pen_font){12, false}) + 18;
    if (legend->x > 1 && legend->x + width > FIGURE_WIDTH) {
        legend->x = 1;
        legend->y += LEGEND_ROW;
    }
    const double x = legend->x;
    legend->x += width;
    pen_text(legend->p, x + 38, legend->y, text, (pen_font){12, false}, PEN_START, map_ink);
    return x;
}

static void new_row(struct legend *legend)
{
    if (legend->x > 1) legend->y += LEGEND_ROW;
    legend->x = 1;
}

static void swatch(struct legend *legend, const char *text, const ig_colour *colour)
{
    const double x = place_entry(legend, text);
    pen_box(legend->p, x, legend->y - 11, 30, 14);
    pen_draw(legend->p,
             &(pen_look){.fill = colour != NULL,
                         .hatch = !colour,
                         .stroke = true,
                         .inside = colour ? *colour : map_white,
                         .line = map_inside,
                         .width = 0.8},
             NULL);
}

static void sample(struct legend *legend, const char *text, const pen_look *look)
{
    const double x = place_entry(legend, text);
    pen_move(legend->p, x, legend->y - 4);
    pen_line(legend->p, x + 30, legend->y - 4);
    pen_draw(legend->p, look, NULL);
}

static void legend_classes(struct legend *legend, const struct ward_map *map, struct say *s)
{
    const ig_access *access = map_mode(map)->areas;
    char low[32], high[32];
    for (size_t k = 0; k <= access->thresholds && k < MAP_CLASSES; k++) {
        ig_number_text(k ? access->threshold[k - 1] : 0, low, sizeof low);
        ig_number_text(k < access->thresholds ? access->threshold[k] : 0, high, sizeof high);
        const char *text = k == 0                    ? say(s, "legend_up_to", high, NULL)
                           : k == access->thresholds ? say(s, "legend_over", low, NULL)
                                                     : say(s, "legend_between", low, high, NULL);
        const ig_colour colour = map_shade(map, k);
        swatch(legend, text, &colour);
    }
    if (map_has_gaps(map)) swatch(legend, say(s, "legend_gap", NULL), NULL);
    new_row(legend);
    for (size_t k = 0; k < access->thresholds; k++) {
        double dash[2];
        const pen_look look = map_line_look(k, dash);
        ig_number_text(access->threshold[k], high, sizeof high);
        sample(legend, say(s, "legend_isochrone", high, NULL), &look);
    }
    new_row(legend);
}

/// The greatest of 1, 2, 5 times a power of ten that is not above.
static double round_length(double most)
{
    const double power = pow(10.0, floor(log10(most)));
    return most >= 5 * power ? 5 * power : most >= 2 * power ? 2 * power : power;
}

static void draw_scale(pen *p, const struct ward_map *map, double y)
{
    char text[64], number[32];
    const double metres = round_length(150 / map->scale), length = metres * map->scale;
    const double x = FIGURE_WIDTH - 46 - length;
    const bool far = metres >= 1000;
    snprintf(text, sizeof text, "%s %s",
             label_number(far ? metres / 1000 : metres, metres < 1 ? 1 : 0, number, sizeof number),
             far ? "km" : "m");
    pen_box(p, x, y - 6, length, 5);
    pen_draw(p, &(pen_look){.fill = true, .inside = map_ink}, NULL);
    pen_text(p, x - 6, y, text, (pen_font){12, false}, PEN_END, map_ink);
    pen_move(p, FIGURE_WIDTH - 22, y - 15);
    pen_line(p, FIGURE_WIDTH - 16, y);
    pen_line(p, FIGURE_WIDTH - 22, y - 4);
    pen_line(p, FIGURE_WIDTH - 28, y);
    pen_close(p);
    pen_draw(p, &(pen_look){.fill = true, .inside = map_ink}, NULL);
    pen_text(p, FIGURE_WIDTH - 1, y, words_of(map->facts->words, "legend_north"),
             (pen_font){12, true}, PEN_END, map_ink);
}

void map_legend(pen *p, const struct ward_map *map)
{
    struct legend legend = {p, 1, FRAME + 2 * MARGIN + 14};
    struct say s = {.words = map->facts->words};
    if (map_mode(map)) legend_classes(&legend, map, &s);
    if (map_has_shape(map))
        sample(&legend, say(&s, "legend_ward", NULL),
               &(pen_look){.stroke = true, .line = map_ink, .width = 2.6});
    if (map->sites_count) {
        const double x = place_entry(&legend, say(&s, "legend_site", NULL));
        map_cross(p, x + 15, legend.y - 4);
    }
    draw_scale(p, map, legend.y);
    say_free(&s);
}
