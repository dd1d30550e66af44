// Map of a ward: its areas by minutes, the ward's line, isochrones, sites, and what lies around.
// Everything is cut to the frame first, so that a page holds no more than it shows.
#include "ward_map_internal.h"

#include <math.h>
#include <string.h>

static const ig_colour land = {240, 240, 238}, around = {176, 180, 186}, purple = {120, 0, 90},
                       sea = {250, 250, 250};
/// From near to far: YlGnBu of ColorBrewer, then darker still.
static const ig_colour shades[MAP_CLASSES] = {{255, 255, 217}, {199, 233, 180}, {127, 205, 187},
                                              {65, 182, 196},  {29, 145, 192},  {34, 94, 168},
                                              {37, 52, 148},   {8, 29, 88}};

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

const ig_report_mode *map_mode(const struct ward_map *map)
{
    return map->facts->in->modes_count ? &map->facts->in->modes[map->mode] : NULL;
}

bool map_has_shape(const struct ward_map *map)
{
    return shape_of(map->facts, map->ward) != SIZE_MAX;
}

/// Class of an area by the thresholds; SIZE_MAX where nobody arrives or nobody is known.
static size_t class_of(const struct ward_map *map, size_t area)
{
    const ig_report_mode *mode = map_mode(map);
    if (!mode) return SIZE_MAX;
    const double minutes = mode->areas->rows[area].minutes_mean;
    if (isnan(minutes)) return SIZE_MAX;
    size_t k = 0;
    while (k < mode->areas->thresholds && minutes > mode->areas->threshold[k])
        k++;
    return k < MAP_CLASSES ? k : MAP_CLASSES - 1;
}

bool map_has_gaps(const struct ward_map *map)
{
    const struct facts *facts = map->facts;
    for (size_t i = 0; i < facts->ward_areas_count[map->ward]; i++)
        if (class_of(map, facts->ward_areas[map->ward][i]) == SIZE_MAX) return true;
    return false;
}

bool ward_map_plan(const struct facts *facts, size_t ward, size_t mode, struct ward_map *map)
{
    *map = (struct ward_map){.facts = facts, .ward = ward, .mode = mode};
    struct box box = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    if (shape_of(facts, ward) != SIZE_MAX) grow(&box, &facts->ward_box[shape_of(facts, ward)]);
    for (size_t i = 0; i < facts->ward_areas_count[ward]; i++)
        grow(&box, &facts->area_box[facts->ward_areas[ward][i]]);
    if (!(box.west < box.east && box.south < box.north)) return false;
    const double x = (box.west + box.east) / 2, y = (box.south + box.north) / 2;
    const double width = fmax(1.24 * (box.east - box.west), 600);
    const double height = fmax(1.24 * (box.north - box.south), 600);
    map->scale = fmin(map_width() / width, FRAME / height);
    const double w = map_width() / map->scale / 2, h = FRAME / map->scale / 2;
    map->box = (struct box){x - w, y - h, x + w, y + h};
    const size_t modes = facts->in->modes_count;
    const size_t classes = modes ? facts->in->modes[mode].areas->thresholds + 1 : 0;
    // the words for a gap take two places
    const size_t entries = classes + (map_has_gaps(map) ? 2 : 0);
    const size_t rows = modes ? 1 + (entries + 3) / 4 + (classes + 2) / 4 : 1;
    map->height = FRAME + 2 * MARGIN + (int)rows * LEGEND_ROW;
    find_sites(map);
    return true;
}

// ---- layers -------------------------------------------------------------------------------------

ig_colour map_shade(const struct ward_map *map, size_t k)
{
    const size_t last = map_mode(map)->areas->thresholds;
    const size_t top = last < MAP_CLASSES - 2 ? MAP_CLASSES - 3 : MAP_CLASSES - 1;
    return shades[last ? k * top / last : 0];
}

static void trace_area(pen *p, struct cut *cut, const struct ward_map *map, const ig_rings *rings,
                       size_t area)
{
    for (size_t r = rings->area_start[area]; r < rings->area_start[area + 1]; r++)
        cut_trace(p, cut, map, rings, r);
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
            look.inside = own && !gap ? map_shade(map, k) : land;
            look.line = own ? map_inside : around;
            ig_text tip = {0};
            if (own) {
                const ig_report_mode *mode = map_mode(map);
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
        pen_draw(p, &(pen_look){.stroke = true, .line = map_inside, .width = 0.9}, NULL);
    }
    if (shape_of(facts, map->ward) == SIZE_MAX) return;
    trace_area(p, cut, map, rings, shape_of(facts, map->ward));
    pen_draw(p, &(pen_look){.stroke = true, .line = map_ink, .width = 2.6}, NULL);
}

pen_look map_line_look(size_t rank, double dash[2])
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
    const ig_report_mode *mode = map_mode(map);
    if (!mode) return;
    const ig_rings *rings = &mode->isochrones;
    for (size_t level = 0; level < rings->areas; level++) {
        double dash[2];
        const pen_look look = map_line_look(level, dash);
        for (int casing = 1; casing >= 0; casing--) {
            for (size_t r = rings->area_start[level]; r < rings->area_start[level + 1]; r++) {
                if (!meet(&map->facts->ring_box[map->mode][r], &map->box)) continue;
                cut_trace(p, cut, map, rings, r);
            }
            pen_draw(p,
                     casing ? &(pen_look){.stroke = true, .line = map_white, .width = 3.0} : &look,
                     NULL);
        }
    }
}

void map_cross(pen *p, double x, double y)
{
    const double radius = 7, arm = 4.2, half = 1.4;
    pen_circle(p, x, y, radius);
    pen_draw(
        p,
        &(pen_look){.fill = true, .stroke = true, .inside = map_ink, .line = map_white, .width = 2},
        NULL);
    pen_box(p, x - arm, y - half, 2 * arm, 2 * half);
    pen_draw(p, &(pen_look){.fill = true, .inside = map_white}, NULL);
    pen_box(p, x - half, y - arm, 2 * half, 2 * arm);
    pen_draw(p, &(pen_look){.fill = true, .inside = map_white}, NULL);
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
    pen_draw(p, &(pen_look){.fill = true, .inside = map_white}, NULL);
    pen_text(p, x, y + 0.36 * high, text, font, PEN_MIDDLE, map_ink);
    return true;
}

static void draw_sites(pen *p, const struct ward_map *map, struct taken *taken)
{
    static const double places[8][2] = {{15, -9}, {-15, -9}, {15, 11}, {-15, 11},
                                        {0, -17}, {0, 18},   {20, 0},  {-20, 0}};
    const ig_sites *sites = map->facts->in->sites;
    for (size_t i = 0; i < map->sites_count; i++) {
        const double x = map_x(map, ig_sites_x(sites, map->sites[i].site));
        const double y = map_y(map, ig_sites_y(sites, map->sites[i].site));
        take(taken, &(struct box){x - 7, y - 7, x + 7, y + 7});
    }
    for (size_t i = map->sites_count; i-- > 0;) {
        const double x = map_x(map, ig_sites_x(sites, map->sites[i].site));
        const double y = map_y(map, ig_sites_y(sites, map->sites[i].site));
        map_cross(p, x, y);
    }
    for (size_t i = 0; i < map->sites_count; i++) {
        const double x = map_x(map, ig_sites_x(sites, map->sites[i].site));
        const double y = map_y(map, ig_sites_y(sites, map->sites[i].site));
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
        plate(p, taken, map_x(map, x), map_y(map, y), short_label(facts, a), (pen_font){10, false});
    }
}

void ward_map_draw(pen *p, const void *of)
{
    const struct ward_map *map = of;
    struct cut cut = {0};
    struct taken taken = {.count = 0};
    pen_frame_begin(p, 1, 1, map_width(), FRAME);
    pen_box(p, 1, 1, map_width(), FRAME);
    pen_draw(p, &(pen_look){.fill = true, .inside = sea}, NULL);
    draw_areas(p, &cut, map);
    draw_wards(p, &cut, map);
    draw_isochrones(p, &cut, map);
    draw_sites(p, map, &taken);
    label_areas(p, map, &taken);
    pen_frame_end(p);
    pen_box(p, 1, 1, map_width(), FRAME);
    pen_draw(p, &(pen_look){.stroke = true, .line = map_inside, .width = 1}, NULL);
    map_legend(p, map);
    cut_free(&cut);
}
