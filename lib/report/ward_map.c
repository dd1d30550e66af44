// Map of a ward: its areas by minutes, the ward's line, isochrones, sites, and what lies around.
// Everything is cut to the frame first, so that a page holds no more than it shows.
#include "figures.h"

#include <math.h>
#include <string.h>

enum { FRAME = 470, LEGEND_ROW = 22, MARGIN = 6 };

static const ig_colour ink = {31, 35, 40}, white = {255, 255, 255}, land = {240, 240, 238},
                       around = {176, 180, 186}, inside = {96, 100, 106}, purple = {120, 0, 90},
                       sea = {250, 250, 250};
/// From near to far: YlGnBu of ColorBrewer, then darker still.
static const ig_colour shades[MAP_CLASSES] = {{255, 255, 217}, {199, 233, 180}, {127, 205, 187},
                                              {65, 182, 196},  {29, 145, 192},  {34, 94, 168},
                                              {37, 52, 148},   {8, 29, 88}};

static double frame_width(void)
{
    return FIGURE_WIDTH - 2.0;
}

// ---- what is shown ------------------------------------------------------------------------------

static void grow(struct box *box, const struct box *other)
{
    if (!(other->west <= other->east)) return;
    box->west = fmin(box->west, other->west);
    box->south = fmin(box->south, other->south);
    box->east = fmax(box->east, other->east);
    box->north = fmax(box->north, other->north);
}

static bool meet(const struct box *a, const struct box *b)
{
    return a->west <= b->east && b->west <= a->east && a->south <= b->north && b->south <= a->north;
}

static size_t shape_of(const struct facts *facts, size_t ward)
{
    return facts->in->ward_shapes ? facts->in->ward_shape[ward] : SIZE_MAX;
}

static void add_site(struct ward_map *map, size_t site, double distance)
{
    size_t at = map->sites_count;
    while (at > 0 && map->sites[at - 1].distance > distance)
        at--;
    if (at >= MAP_SITES) return;
    const size_t last = map->sites_count < MAP_SITES ? map->sites_count++ : MAP_SITES - 1;
    memmove(map->sites + at + 1, map->sites + at, (last - at) * sizeof *map->sites);
    map->sites[at] = (struct map_site){site, distance};
}

static void find_sites(struct ward_map *map)
{
    const ig_sites *sites = map->facts->in->sites;
    const double x = (map->box.west + map->box.east) / 2, y = (map->box.south + map->box.north) / 2;
    const double rim = 12 / map->scale;
    for (size_t i = 0; sites && i < ig_sites_count(sites); i++) {
        const double sx = ig_sites_x(sites, i), sy = ig_sites_y(sites, i);
        if (sx < map->box.west + rim || sx > map->box.east - rim || sy < map->box.south + rim ||
            sy > map->box.north - rim)
            continue;
        add_site(map, i, hypot(sx - x, sy - y));
    }
}

static const ig_report_mode *first_mode(const struct ward_map *map)
{
    return map->facts->in->modes_count ? map->facts->in->modes : NULL;
}

/// Class of an area by the thresholds; SIZE_MAX where nobody arrives or nobody is known.
static size_t class_of(const struct ward_map *map, size_t area)
{
    const ig_report_mode *mode = first_mode(map);
    if (!mode) return SIZE_MAX;
    const double minutes = mode->areas->rows[area].minutes_mean;
    if (isnan(minutes)) return SIZE_MAX;
    size_t k = 0;
    while (k < mode->areas->thresholds && minutes > mode->areas->threshold[k])
        k++;
    return k < MAP_CLASSES ? k : MAP_CLASSES - 1;
}

static bool has_gaps(const struct ward_map *map)
{
    const struct facts *facts = map->facts;
    for (size_t i = 0; i < facts->ward_areas_count[map->ward]; i++)
        if (class_of(map, facts->ward_areas[map->ward][i]) == SIZE_MAX) return true;
    return false;
}

bool ward_map_plan(const struct facts *facts, size_t ward, struct ward_map *map)
{
    *map = (struct ward_map){.facts = facts, .ward = ward};
    struct box box = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    if (shape_of(facts, ward) != SIZE_MAX) grow(&box, &facts->ward_box[shape_of(facts, ward)]);
    for (size_t i = 0; i < facts->ward_areas_count[ward]; i++)
        grow(&box, &facts->area_box[facts->ward_areas[ward][i]]);
    if (!(box.west < box.east && box.south < box.north)) return false;
    const double x = (box.west + box.east) / 2, y = (box.south + box.north) / 2;
    const double width = fmax(1.24 * (box.east - box.west), 600);
    const double height = fmax(1.24 * (box.north - box.south), 600);
    map->scale = fmin(frame_width() / width, FRAME / height);
    const double w = frame_width() / map->scale / 2, h = FRAME / map->scale / 2;
    map->box = (struct box){x - w, y - h, x + w, y + h};
    const size_t modes = facts->in->modes_count;
    const size_t classes = modes ? facts->in->modes[0].areas->thresholds + 1 : 0;
    // the words for a gap take two places
    const size_t entries = classes + (has_gaps(map) ? 2 : 0);
    const size_t rows = modes ? 1 + (entries + 3) / 4 + (classes + 2) / 4 : 1;
    map->height = FRAME + 2 * MARGIN + (int)rows * LEGEND_ROW;
    find_sites(map);
    return true;
}

static double to_x(const struct ward_map *map, double x)
{
    return 1 + (x - map->box.west) * map->scale;
}

static double to_y(const struct ward_map *map, double y)
{
    return 1 + (map->box.north - y) * map->scale;
}

// ---- rings, cut to the frame --------------------------------------------------------------------

struct ring {
    double *x, *y;
    size_t count, room;
};

struct cut {
    struct ring a, b;
    bool failed;
};

static void cut_free(struct cut *cut)
{
    ig_free(cut->a.x);
    ig_free(cut->a.y);
    ig_free(cut->b.x);
    ig_free(cut->b.y);
}

static void put(struct cut *cut, struct ring *ring, double x, double y)
{
    if (ring->count == ring->room) {
        const size_t room = ring->room ? 2 * ring->room : 256;
        double *xs = ig_resize(ring->x, room, sizeof *xs);
        if (xs) ring->x = xs;
        double *ys = xs ? ig_resize(ring->y, room, sizeof *ys) : NULL;
        if (ys) ring->y = ys;
        if (!xs || !ys) {
            cut->failed = true;
            return;
        }
        ring->room = room;
    }
    ring->x[ring->count] = x;
    ring->y[ring->count++] = y;
}

/// How far inside one side of the frame; side 0 west, 1 east, 2 north, 3 south; pixels.
static double depth(int side, double x, double y)
{
    const double rim = 4;
    return side == 0   ? x + rim
           : side == 1 ? FIGURE_WIDTH + rim - x
           : side == 2 ? y + rim
                       : FRAME + 2 + rim - y;
}

/// One side of Sutherland and Hodgman's cutting (1974).
static void cut_side(struct cut *cut, int side)
{
    struct ring *from = &cut->a, *to = &cut->b;
    to->count = 0;
    for (size_t i = 0; i < from->count; i++) {
        const size_t k = i ? i - 1 : from->count - 1;
        const double here = depth(side, from->x[i], from->y[i]);
        const double before = depth(side, from->x[k], from->y[k]);
        if ((here >= 0) != (before >= 0)) {
            const double t = before / (before - here);
            put(cut, to, from->x[k] + t * (from->x[i] - from->x[k]),
                from->y[k] + t * (from->y[i] - from->y[k]));
        }
        if (here >= 0) put(cut, to, from->x[i], from->y[i]);
    }
    const struct ring kept = *from;
    *from = *to;
    *to = kept;
}

/// A ring in pixels with points half a pixel apart at least, cut to the frame.
static void take_ring(struct cut *cut, const struct ward_map *map, const ig_rings *rings, size_t r)
{
    cut->a.count = 0;
    double px = INFINITY, py = INFINITY;
    for (size_t k = rings->ring_start[r]; k + 1 < rings->ring_start[r + 1]; k++) {
        const double x = to_x(map, rings->x[k]), y = to_y(map, rings->y[k]);
        if (fabs(x - px) < 0.5 && fabs(y - py) < 0.5) continue;
        put(cut, &cut->a, x, y);
        px = x;
        py = y;
    }
    for (int side = 0; side < 4; side++)
        cut_side(cut, side);
}

static void trace_ring(pen *p, const struct cut *cut)
{
    if (cut->a.count < 3) return;
    pen_move(p, cut->a.x[0], cut->a.y[0]);
    for (size_t i = 1; i < cut->a.count; i++)
        pen_line(p, cut->a.x[i], cut->a.y[i]);
    pen_close(p);
}

static void trace_area(pen *p, struct cut *cut, const struct ward_map *map, const ig_rings *rings,
                       size_t area)
{
    for (size_t r = rings->area_start[area]; r < rings->area_start[area + 1]; r++) {
        take_ring(cut, map, rings, r);
        trace_ring(p, cut);
    }
}

// ---- layers -------------------------------------------------------------------------------------

/// Shades spread over the classes there are.
static ig_colour shade(const struct ward_map *map, size_t k)
{
    const size_t last = first_mode(map)->areas->thresholds;
    const size_t top = last < MAP_CLASSES - 2 ? MAP_CLASSES - 3 : MAP_CLASSES - 1;
    return shades[last ? k * top / last : 0];
}

static void draw_areas(pen *p, struct cut *cut, const struct ward_map *map)
{
    const struct facts *facts = map->facts;
    const ig_rings *rings = ig_areas_rings(facts->in->areas);
    for (int turn = 0; turn < 2; turn++) { // the ward's own areas over the others
        for (size_t a = 0; a < rings->areas; a++) {
            const bool own = facts->in->parent[a] == map->ward;
            if (own != (turn == 1) || !meet(&facts->area_box[a], &map->box)) continue;
            const size_t k = own ? class_of(map, a) : SIZE_MAX;
            const bool gap = own && k == SIZE_MAX;
            pen_look look = {.fill = !gap, .hatch = gap, .stroke = true, .width = own ? 1.0 : 0.6};
            look.inside = own && !gap ? shade(map, k) : land;
            look.line = own ? inside : around;
            ig_text tip = {0};
            if (own) {
                const ig_report_mode *mode = first_mode(map);
                char number[64];
                ig_text_append(&tip, area_label(facts, a));
                if (mode && !gap)
                    ig_text_format(
                        &tip, ": %s",
                        label_number(mode->areas->rows[a].minutes_mean, 1, number, sizeof number));
            }
            trace_area(p, cut, map, rings, a);
            pen_draw(p, &look, tip.failed ? NULL : tip.data);
            ig_text_free(&tip);
        }
    }
}

static void draw_wards(pen *p, struct cut *cut, const struct ward_map *map)
{
    const struct facts *facts = map->facts;
    if (!facts->in->ward_shapes) return;
    const ig_rings *rings = ig_areas_rings(facts->in->ward_shapes);
    for (size_t a = 0; a < rings->areas; a++) {
        if (a == shape_of(facts, map->ward) || !meet(&facts->ward_box[a], &map->box)) continue;
        trace_area(p, cut, map, rings, a);
        pen_draw(p, &(pen_look){.stroke = true, .line = inside, .width = 0.9}, NULL);
    }
    if (shape_of(facts, map->ward) == SIZE_MAX) return;
    trace_area(p, cut, map, rings, shape_of(facts, map->ward));
    pen_draw(p, &(pen_look){.stroke = true, .line = ink, .width = 2.6}, NULL);
}

/// Solid, dashes, dots: nearest first. `dash` is for the look to keep.
static pen_look line_look(size_t rank, double dash[2])
{
    static const double patterns[3][2] = {{0, 0}, {8, 4}, {2, 3}};
    const size_t kind = rank < 3 ? rank : 2;
    dash[0] = patterns[kind][0];
    dash[1] = patterns[kind][1];
    return (pen_look){
        .stroke = true, .line = purple, .width = 1.7, .dash = dash, .dashes = kind ? 2 : 0};
}

static void draw_isochrones(pen *p, struct cut *cut, const struct ward_map *map)
{
    const ig_report_mode *mode = first_mode(map);
    if (!mode) return;
    const ig_rings *rings = &mode->isochrones;
    for (size_t level = 0; level < rings->areas; level++) {
        double dash[2];
        const pen_look look = line_look(level, dash);
        for (int casing = 1; casing >= 0; casing--) {
            for (size_t r = rings->area_start[level]; r < rings->area_start[level + 1]; r++) {
                if (!meet(&map->facts->ring_box[r], &map->box)) continue;
                take_ring(cut, map, rings, r);
                trace_ring(p, cut);
            }
            pen_draw(p, casing ? &(pen_look){.stroke = true, .line = white, .width = 3.0} : &look,
                     NULL);
        }
    }
}

static void cross(pen *p, double x, double y)
{
    const double radius = 7, arm = 4.2, half = 1.4;
    pen_circle(p, x, y, radius);
    pen_draw(p, &(pen_look){.fill = true, .stroke = true, .inside = ink, .line = white, .width = 2},
             NULL);
    pen_box(p, x - arm, y - half, 2 * arm, 2 * half);
    pen_draw(p, &(pen_look){.fill = true, .inside = white}, NULL);
    pen_box(p, x - half, y - arm, 2 * half, 2 * arm);
    pen_draw(p, &(pen_look){.fill = true, .inside = white}, NULL);
}

/// Boxes of texts already placed, so that none covers another.
struct taken {
    struct box box[96];
    size_t count;
};

static bool is_free(const struct taken *taken, const struct box *box)
{
    if (box->west < 2 || box->east > FIGURE_WIDTH - 2 || box->south < 2 || box->north > FRAME)
        return false;
    for (size_t i = 0; i < taken->count; i++)
        if (meet(&taken->box[i], box)) return false;
    return true;
}

static void take(struct taken *taken, const struct box *box)
{
    if (taken->count < sizeof taken->box / sizeof *taken->box) taken->box[taken->count++] = *box;
}

/// Text on a plate of its own, so that it is read on any colour; left out where there is no room.
static bool plate(pen *p, struct taken *taken, double x, double y, const char *text, pen_font font)
{
    const double width = pen_text_width(p, text, font), high = font.size;
    const struct box box = {x - width / 2 - 2, y - high * 0.62 - 1, x + width / 2 + 2,
                            y + high * 0.62 + 1};
    if (!is_free(taken, &box)) return false;
    take(taken, &box);
    pen_box(p, box.west, box.south, box.east - box.west, box.north - box.south);
    pen_draw(p, &(pen_look){.fill = true, .inside = white}, NULL);
    pen_text(p, x, y + 0.36 * high, text, font, PEN_MIDDLE, ink);
    return true;
}

static void draw_sites(pen *p, const struct ward_map *map, struct taken *taken)
{
    static const double places[8][2] = {{15, -9}, {-15, -9}, {15, 11}, {-15, 11},
                                        {0, -17}, {0, 18},   {20, 0},  {-20, 0}};
    const ig_sites *sites = map->facts->in->sites;
    for (size_t i = 0; i < map->sites_count; i++) {
        const double x = to_x(map, ig_sites_x(sites, map->sites[i].site));
        const double y = to_y(map, ig_sites_y(sites, map->sites[i].site));
        take(taken, &(struct box){x - 7, y - 7, x + 7, y + 7});
    }
    for (size_t i = map->sites_count; i-- > 0;) {
        const double x = to_x(map, ig_sites_x(sites, map->sites[i].site));
        const double y = to_y(map, ig_sites_y(sites, map->sites[i].site));
        cross(p, x, y);
    }
    for (size_t i = 0; i < map->sites_count; i++) {
        const double x = to_x(map, ig_sites_x(sites, map->sites[i].site));
        const double y = to_y(map, ig_sites_y(sites, map->sites[i].site));
        char number[24];
        snprintf(number, sizeof number, "%zu", i + 1);
        for (size_t k = 0; k < 8; k++)
            if (plate(p, taken, x + places[k][0], y + places[k][1], number, (pen_font){11, true}))
                break;
    }
}

/// "006A" of "Isle of Wight 006A"; else the end of the code.
static const char *short_label(const struct facts *facts, size_t area)
{
    const char *name = facts->area_name[area], *last = strrchr(name, ' ');
    if (last && last[1] && strpbrk(last + 1, "0123456789") && strlen(last + 1) <= 6)
        return last + 1;
    const char *code = ig_areas_code(facts->in->areas, area);
    const size_t length = strlen(code);
    return length > 4 ? code + length - 4 : code;
}

static void label_areas(pen *p, const struct ward_map *map, struct taken *taken)
{
    const struct facts *facts = map->facts;
    for (size_t i = 0; i < facts->ward_areas_count[map->ward]; i++) {
        const size_t a = facts->ward_areas[map->ward][i];
        double x, y;
        const double size = ig_areas_size(facts->in->areas, a) * map->scale * map->scale;
        if (size < 900 || !ig_areas_centroid(facts->in->areas, a, &x, &y)) continue;
        plate(p, taken, to_x(map, x), to_y(map, y), short_label(facts, a), (pen_font){10, false});
    }
}

// ---- legend -------------------------------------------------------------------------------------

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
    pen_text(legend->p, x + 38, legend->y, text, (pen_font){12, false}, PEN_START, ink);
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
                         .inside = colour ? *colour : white,
                         .line = inside,
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
    const ig_access *access = first_mode(map)->areas;
    char low[32], high[32];
    for (size_t k = 0; k <= access->thresholds && k < MAP_CLASSES; k++) {
        ig_number_text(k ? access->threshold[k - 1] : 0, low, sizeof low);
        ig_number_text(k < access->thresholds ? access->threshold[k] : 0, high, sizeof high);
        const char *text = k == 0                    ? say(s, "legend_up_to", high, NULL)
                           : k == access->thresholds ? say(s, "legend_over", low, NULL)
                                                     : say(s, "legend_between", low, high, NULL);
        const ig_colour colour = shade(map, k);
        swatch(legend, text, &colour);
    }
    if (has_gaps(map)) swatch(legend, say(s, "legend_gap", NULL), NULL);
    new_row(legend);
    for (size_t k = 0; k < access->thresholds; k++) {
        double dash[2];
        const pen_look look = line_look(k, dash);
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
    pen_draw(p, &(pen_look){.fill = true, .inside = ink}, NULL);
    pen_text(p, x - 6, y, text, (pen_font){12, false}, PEN_END, ink);
    pen_move(p, FIGURE_WIDTH - 22, y - 15);
    pen_line(p, FIGURE_WIDTH - 16, y);
    pen_line(p, FIGURE_WIDTH - 22, y - 4);
    pen_line(p, FIGURE_WIDTH - 28, y);
    pen_close(p);
    pen_draw(p, &(pen_look){.fill = true, .inside = ink}, NULL);
    pen_text(p, FIGURE_WIDTH - 1, y, "N", (pen_font){12, true}, PEN_END, ink);
}

static void draw_legend(pen *p, const struct ward_map *map)
{
    struct legend legend = {p, 1, FRAME + 2 * MARGIN + 14};
    struct say s = {.words = map->facts->words};
    if (first_mode(map)) legend_classes(&legend, map, &s);
    if (shape_of(map->facts, map->ward) != SIZE_MAX)
        sample(&legend, say(&s, "legend_ward", NULL),
               &(pen_look){.stroke = true, .line = ink, .width = 2.6});
    if (map->sites_count) {
        const double x = place_entry(&legend, say(&s, "legend_site", NULL));
        cross(p, x + 15, legend.y - 4);
    }
    draw_scale(p, map, legend.y);
    say_free(&s);
}

void ward_map_draw(pen *p, const void *of)
{
    const struct ward_map *map = of;
    struct cut cut = {0};
    struct taken taken = {.count = 0};
    pen_frame_begin(p, 1, 1, frame_width(), FRAME);
    pen_box(p, 1, 1, frame_width(), FRAME);
    pen_draw(p, &(pen_look){.fill = true, .inside = sea}, NULL);
    draw_areas(p, &cut, map);
    draw_wards(p, &cut, map);
    draw_isochrones(p, &cut, map);
    draw_sites(p, map, &taken);
    label_areas(p, map, &taken);
    pen_frame_end(p);
    pen_box(p, 1, 1, frame_width(), FRAME);
    pen_draw(p, &(pen_look){.stroke = true, .line = inside, .width = 1}, NULL);
    draw_legend(p, map);
    cut_free(&cut);
}
