// A page with a map: title, choropleth with hatched gaps, legend with counts, scale bar, north,
// attribution. The page is laid out from measured text, so that nothing is cut off or covered.
#include "picture_internal.h"

#include <math.h>
#include <string.h>

static const ig_colour border = {140, 140, 140}, black = {0, 0, 0};

static void page_free(page *g)
{
    pen_lines_free(&g->title_lines);
    pen_lines_free(&g->subtitle_lines);
    pen_lines_free(&g->legend_title);
    pen_lines_free(&g->attribution);
    pen_lines_free(&g->outlines_lines);
    pen_lines_free(&g->sites_lines);
}

// ---- layout -------------------------------------------------------------------------------------

static void grow(double box[4], const double other[4])
{
    if (!(other[0] <= other[2])) return;
    box[0] = fmin(box[0], other[0]);
    box[1] = fmin(box[1], other[1]);
    box[2] = fmax(box[2], other[2]);
    box[3] = fmax(box[3], other[3]);
}

static void set_fonts(page *g, double size)
{
    g->unit = size;
    g->margin = 26 * size;
    g->title = (pen_font){27 * size, true};
    g->subtitle = (pen_font){17 * size, false};
    g->body = (pen_font){16 * size, false};
    g->small = (pen_font){12.5 * size, false};
}

static ig_status wrap(ig_ctx *ctx, pen *p, const char *text, pen_font font, double width,
                      pen_lines *lines)
{
    pen_lines_free(lines);
    if (pen_wrap(p, text, font, width, lines))
        return ig_fail(ctx, IG_EMEMORY, "no memory for text");
    return IG_OK;
}

/// Texts wrapped and columns set for the fonts chosen; tells the height that the page needs when
/// the map has its own shape.
static ig_status flow(ig_ctx *ctx, pen *p, const ig_picture *picture, page *g, double *needed)
{
    const double inner = g->width - 2 * g->margin;
    ig_text legend = {0};
    append_title(&legend, picture->style);
    ig_status status = legend.failed ? ig_fail(ctx, IG_EMEMORY, "no memory for text") : IG_OK;
    const double need = legend_need(p, g, picture);
    g->side_w = fmin(fmax(need, 215 * g->unit), 0.45 * inner);
    if (need > g->side_w) g->side_w = fmin(need, 0.6 * inner);
    if (!status) status = wrap(ctx, p, picture->title, g->title, inner, &g->title_lines);
    if (!status) status = wrap(ctx, p, picture->subtitle, g->subtitle, inner, &g->subtitle_lines);
    if (!status) {
        pen_font bold = g->body;
        bold.bold = true;
        status = wrap(ctx, p, legend.data, bold, g->side_w, &g->legend_title);
    }
    const double label_w = g->side_w - 44 * g->unit;
    if (!status && picture->outlines)
        status = wrap(ctx, p, legend_outlines_label(picture), g->body, label_w, &g->outlines_lines);
    if (!status && picture->sites)
        status = wrap(ctx, p, legend_sites_label(picture), g->body, label_w, &g->sites_lines);
    if (!status) status = wrap(ctx, p, picture->attribution, g->small, inner, &g->attribution);
    ig_text_free(&legend);
    if (status) return status;
    double head = g->margin + (double)g->title_lines.count * 1.3 * g->title.size +
                  (double)g->subtitle_lines.count * 1.3 * g->subtitle.size;
    if (g->title_lines.count || g->subtitle_lines.count) head += 12 * g->unit;
    const double foot = g->margin + (double)g->attribution.count * 1.3 * g->small.size +
                        (g->attribution.count ? 10 * g->unit : 0);
    g->map_x = g->margin;
    g->map_y = head;
    g->map_w = inner - g->side_w - g->margin;
    g->side_x = g->map_x + g->map_w + g->margin;
    g->side_h = legend_height(g, picture);
    const double shape = (g->box[3] - g->box[1]) / (g->box[2] - g->box[0]);
    const double own = g->map_w * fmin(fmax(shape, 0.3), 2.0);
    const double least = g->side_h;
    *needed = head + fmax(own, least) + foot;
    g->map_h = (g->height > 0 ? g->height : *needed) - head - foot;
    return IG_OK;
}

static ig_status lay_out(ig_ctx *ctx, pen *p, const ig_picture *picture, page *g)
{
    double size = picture->dpi > 0 ? picture->dpi / 96.0 : 1.0, needed = 0.0;
    g->width = picture->width > 0 ? picture->width : 1600.0 * size;
    g->height = picture->height;
    // Letters that suit the page: no larger than its width bears.
    size = fmin(size, g->width / 700.0);
    ig_status status = IG_OK;
    for (int turn = 0; !status && turn < 12; turn++, size *= 0.88) {
        set_fonts(g, size);
        status = flow(ctx, p, picture, g, &needed);
        if (!status && g->inset && g->height > 0 && g->map_h < g->side_h) {
            g->inset = false; // the legend comes first
            status = flow(ctx, p, picture, g, &needed);
        }
        if (g->height <= 0) break;
        if (!status && g->map_h >= g->side_h && g->map_w >= 0.3 * g->width) break;
    }
    if (status) return status;
    if (g->height <= 0) g->height = ceil(needed);
    const double pad = 4 * g->unit;
    const double width = g->box[2] - g->box[0], height = g->box[3] - g->box[1];
    g->scale = fmin((g->map_w - 2 * pad) / width, (g->map_h - 2 * pad) / height);
    // Letters under 6 pixels are for nobody.
    if (!(g->scale > 0.0) || g->body.size < 6.0 || (picture->height > 0 && g->map_h < g->side_h)) {
        ig_fail(ctx, IG_EINVAL, "a picture of %d by %d pixels is too small for its text",
                picture->width, picture->height);
        return ig_hint(ctx, "give more pixels, or a shorter title");
    }
    g->origin_x = g->map_x + (g->map_w - g->scale * width) / 2;
    g->origin_y = g->map_y + pad;
    g->foot_y = g->map_y + fmin(g->map_h, fmax(g->scale * height + 2 * pad, g->side_h));
    return IG_OK;
}

// ---- the map ------------------------------------------------------------------------------------

static double to_x(const page *g, double x)
{
    return g->origin_x + (x - g->box[0]) * g->scale;
}

static double to_y(const page *g, double y)
{
    return g->origin_y + (g->box[3] - y) * g->scale;
}

static void trace(pen *p, const page *g, const ig_rings *rings, size_t area)
{
    for (size_t r = rings->area_start[area]; r < rings->area_start[area + 1]; r++) {
        const size_t start = rings->ring_start[r], end = rings->ring_start[r + 1];
        if (end < start + 4) continue;
        pen_move(p, to_x(g, rings->x[start]), to_y(g, rings->y[start]));
        for (size_t k = start + 1; k + 1 < end; k++)
            pen_line(p, to_x(g, rings->x[k]), to_y(g, rings->y[k]));
        pen_close(p);
    }
}

/// "E01000001 Name: 12.3 minutes", the tip of an area in SVG.
static void tip(ig_text *text, const ig_picture *picture, size_t area, int decimals)
{
    char number[64];
    const char *name = ig_areas_name(picture->areas, area), *unit = picture->style->unit;
    const double value = picture->values[area];
    text->length = 0;
    ig_text_append(text, ig_areas_code(picture->areas, area));
    if (name && *name) ig_text_format(text, " %s", name);
    if (isnan(value)) {
        ig_text_append(text, ": no data");
    } else {
        ig_text_format(text, ": %s%s%s", label_number(value, decimals, number, sizeof number),
                       unit && *unit ? " " : "", unit && *unit ? unit : "");
    }
}

static ig_status draw_areas(ig_ctx *ctx, pen *p, const page *g, const ig_picture *picture)
{
    const ig_rings *rings = ig_areas_rings(picture->areas);
    const ig_style *style = picture->style;
    const int decimals = label_decimals(style->breaks) + 1;
    const unsigned char *marks = picture->marks;
    ig_text name = {0};
    for (size_t a = 0; a < rings->areas; a++) {
        if (a % 512 == 0 && ig_ctx_cancelled(ctx)) {
            ig_text_free(&name);
            return ig_fail(ctx, IG_ECANCELLED, "stopped");
        }
        if (rings->area_start[a] == rings->area_start[a + 1]) continue;
        const size_t k = ig_breaks_class(style->breaks, picture->values[a]);
        const bool gap = k >= style->breaks->classes;
        // A line round an area that has room for one, else its own colour.
        const bool lined =
            ig_areas_size(picture->areas, a) * g->scale * g->scale > 60 * g->unit * g->unit;
        pen_look look = {.fill = !gap, .hatch = gap, .stroke = true, .width = 0.5 * g->unit};
        if (!gap) look.inside = style->colours[k];
        look.cross = gap && marks && marks[a] == IG_MARK_SUPPRESSED;
        look.line = lined ? border : gap ? (ig_colour){200, 200, 200} : look.inside;
        trace(p, g, rings, a);
        tip(&name, picture, a, decimals);
        pen_draw(p, &look, name.failed ? NULL : name.data);
        if (gap || !marks || marks[a] != IG_MARK_UNCLEAR) continue;
        trace(p, g, rings, a);
        pen_draw(p, &(pen_look){.dots = true}, name.failed ? NULL : name.data);
    }
    const bool failed = name.failed;
    ig_text_free(&name);
    return failed ? ig_fail(ctx, IG_EMEMORY, "no memory for text") : IG_OK;
}

static void draw_outlines(pen *p, const page *g, const ig_areas *outlines)
{
    const ig_rings *rings = ig_areas_rings(outlines);
    for (size_t a = 0; a < rings->areas; a++) {
        trace(p, g, rings, a);
        pen_draw(p, &(pen_look){.stroke = true, .line = ward_line, .width = 1.3 * g->unit}, NULL);
    }
}

/// Nearest solid, then dashes, then dots; a white casing keeps them clear of any colour.
pen_look picture_isochrone_look(const page *g, size_t rank, double dash[2])
{
    static const double patterns[3][2] = {{0, 0}, {9, 5}, {2.5, 4}};
    pen_look look = {.stroke = true, .line = {120, 0, 90}, .width = 1.9 * g->unit};
    const size_t kind = rank < 3 ? rank : 2;
    dash[0] = patterns[kind][0] * g->unit;
    dash[1] = patterns[kind][1] * g->unit;
    look.dash = dash;
    look.dashes = kind ? 2 : 0;
    return look;
}

static void draw_isochrones(pen *p, const page *g, const ig_picture *picture)
{
    double minutes[MOST_ISOCHRONES], dash[2];
    const size_t count = legend_minutes(picture, minutes, MOST_ISOCHRONES);
    for (size_t a = 0; a < picture->isochrones->areas; a++) {
        size_t rank = 0;
        while (rank + 1 < count && minutes[rank] < picture->isochrone_minutes[a])
            rank++;
        trace(p, g, picture->isochrones, a);
        pen_draw(p, &(pen_look){.stroke = true, .line = white, .width = 3.4 * g->unit}, NULL);
        trace(p, g, picture->isochrones, a);
        const pen_look look = picture_isochrone_look(g, rank, dash);
        pen_draw(p, &look, NULL);
    }
}

void picture_draw_site(pen *p, double x, double y, double radius, const char *name)
{
    pen_circle(p, x, y, radius);
    pen_draw(
        p,
        &(pen_look){
            .fill = true, .stroke = true, .inside = black, .line = white, .width = radius * 0.3},
        name);
    const double arm = radius * 0.6, half = radius * 0.19;
    pen_box(p, x - arm, y - half, 2 * arm, 2 * half);
    pen_draw(p, &(pen_look){.fill = true, .inside = white}, NULL);
    pen_box(p, x - half, y - arm, 2 * half, 2 * arm);
    pen_draw(p, &(pen_look){.fill = true, .inside = white}, NULL);
}

double picture_site_radius(const page *g, size_t count)
{
    return (count > 400 ? 4 : count > 80 ? 5.5 : 7.5) * g->unit;
}

static const char *site_name(const ig_sites *sites, size_t i)
{
    const char *name = ig_sites_name(sites, i);
    return name && *name ? name : ig_sites_code(sites, i);
}

/// Sites of a national list that lie off the map stay off the page.
static bool on_page(const page *g, double x, double y, double radius)
{
    return x >= g->map_x + radius && x <= g->map_x + g->map_w - radius && y >= g->map_y + radius &&
           y <= g->map_y + g->map_h - radius;
}

static void draw_sites(pen *p, const page *g, const ig_sites *sites)
{
    const size_t count = ig_sites_count(sites);
    const double radius = picture_site_radius(g, count);
    for (size_t i = 0; i < count; i++) {
        const double x = to_x(g, ig_sites_x(sites, i)), y = to_y(g, ig_sites_y(sites, i));
        if (on_page(g, x, y, radius)) picture_draw_site(p, x, y, radius, site_name(sites, i));
    }
}

// ---- names of sites -----------------------------------------------------------------------------

/// More names than this hide the map.
enum { NAMES_MOST = 30 };

typedef struct plate {
    double x, y, width, height;
} plate;

static bool overlap(const plate *a, const plate *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static bool is_free(const page *g, const plate *wanted, const plate *taken, size_t count)
{
    if (wanted->x < g->map_x || wanted->y < g->map_y ||
        wanted->x + wanted->width > g->map_x + g->map_w ||
        wanted->y + wanted->height > g->map_y + g->map_h)
        return false;
    for (size_t i = 0; i < count; i++)
        if (overlap(wanted, &taken[i])) return false;
    return true;
}

/// The name right of its site, else left, above or below; left out where another stands in each.
static void draw_name(pen *p, const page *g, double x, double y, const char *name, double radius,
                      plate *taken, size_t *count)
{
    const double gap = 3 * g->unit, height = 1.3 * g->small.size;
    const double width = pen_text_width(p, name, g->small) + 2 * gap;
    const plate places[] = {{x + radius + gap, y - height / 2, width, height},
                            {x - radius - gap - width, y - height / 2, width, height},
                            {x - width / 2, y - radius - gap - height, width, height},
                            {x - width / 2, y + radius + gap, width, height}};
    for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
        if (!is_free(g, &places[k], taken, *count)) continue;
        taken[(*count)++] = places[k];
        pen_box(p, places[k].x, places[k].y, width, height);
        pen_draw(p, &(pen_look){.fill = true, .inside = white}, NULL);
        pen_text(p, places[k].x + gap, places[k].y + height - 0.32 * g->small.size, name, g->small,
                 PEN_START, ink);
        return;
    }
}

static void draw_names(pen *p, const page *g, const ig_sites *sites)
{
    const size_t all = ig_sites_count(sites);
    const double radius = picture_site_radius(g, all);
    plate taken[2 * NAMES_MOST];
    size_t shown[NAMES_MOST], count = 0;
    for (size_t i = 0; i < all; i++) {
        const double x = to_x(g, ig_sites_x(sites, i)), y = to_y(g, ig_sites_y(sites, i));
        if (!on_page(g, x, y, radius)) continue;
        if (count == NAMES_MOST) return;
        taken[count] = (plate){x - radius, y - radius, 2 * radius, 2 * radius};
        shown[count++] = i;
    }
    for (size_t k = 0, boxes = count; k < count; k++)
        draw_name(p, g, to_x(g, ig_sites_x(sites, shown[k])), to_y(g, ig_sites_y(sites, shown[k])),
                  site_name(sites, shown[k]), radius, taken, &boxes);
}

static ig_status draw(ig_ctx *ctx, pen *p, const ig_picture *picture, const page *g)
{
    double y = g->margin + 0.8 * g->title.size;
    y = pen_draw_lines(p, &g->title_lines, g->margin, y, g->title, PEN_START, ink);
    if (!g->title_lines.count) y = g->margin + 0.8 * g->subtitle.size;
    pen_draw_lines(p, &g->subtitle_lines, g->margin, y, g->subtitle, PEN_START, quiet);
    // Isochrones and outlines may reach beyond the areas: they must not reach the legend.
    pen_frame_begin(p, g->map_x, g->map_y, g->map_w, g->map_h);
    const ig_status status = draw_areas(ctx, p, g, picture);
    if (!status && picture->outlines) draw_outlines(p, g, picture->outlines);
    if (!status && picture->isochrones) draw_isochrones(p, g, picture);
    if (!status && picture->sites) draw_sites(p, g, picture->sites);
    if (!status && picture->sites) draw_names(p, g, picture->sites);
    pen_frame_end(p);
    if (status) return status;
    legend_draw(p, g, picture);
    pen_draw_lines(p, &g->attribution, g->margin,
                   g->height - g->margin - ((double)g->attribution.count - 1) * 1.3 * g->small.size,
                   g->small, PEN_START, quiet);
    return IG_OK;
}

// ---- writing ------------------------------------------------------------------------------------

static bool ends_with(const char *path, const char *suffix)
{
    const size_t a = strlen(path), b = strlen(suffix);
    if (a < b) return false;
    for (size_t i = 0; i < b; i++) {
        const char c = path[a - b + i];
        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != suffix[i]) return false;
    }
    return true;
}

static ig_status check(ig_ctx *ctx, const ig_picture *picture, page *g)
{
    if (!picture->areas || !picture->values || !picture->style || !picture->style->breaks)
        return ig_fail(ctx, IG_EINVAL, "a picture needs areas, values and a style");
    g->box[0] = g->box[1] = INFINITY;
    g->box[2] = g->box[3] = -INFINITY;
    double box[4];
    ig_areas_box(picture->areas, box);
    grow(g->box, box);
    if (!(g->box[0] < g->box[2] && g->box[1] < g->box[3]))
        return ig_fail(ctx, IG_EFORMAT, "%s: no area has a shape, so there is no map to draw",
                       ig_show(ig_areas_path(picture->areas)));
    return IG_OK;
}

/// The page is measured with a pen of its own kind, then drawn with one of its size.
static ig_status make(ig_ctx *ctx, const ig_picture *picture, bool svg, ig_text *bytes)
{
    page g = {0};
    pen *ruler = NULL, *p = NULL;
    ig_status status = check(ctx, picture, &g);
    g.inset = strcmp(ig_ctx_work_crs(ctx), "EPSG:27700") == 0 && inset_helps(g.box);
    if (!status) status = pen_new_png(ctx, 1, 1, &ruler);
    if (!status) status = lay_out(ctx, ruler, picture, &g);
    if (status) goto done;
    const int width = (int)fmin(ceil(g.width), 1e6), height = (int)fmin(ceil(g.height), 1e6);
    status = svg ? pen_new_svg(ctx, width, height, picture->title, picture->subtitle, &p)
                 : pen_new_png(ctx, width, height, &p);
    if (!status) {
        pen_set_unit(p, g.unit);
        status = draw(ctx, p, picture, &g);
    }
    if (!status) status = pen_finish(ctx, p, picture->dpi > 0 ? picture->dpi : 96.0, bytes);
done:
    pen_free(ruler);
    pen_free(p);
    page_free(&g);
    return status;
}

ig_status ig_picture_write(ig_ctx *ctx, const ig_picture *picture, const char *path,
                           const char *const *inputs)
{
    const bool svg = ends_with(path, ".svg");
    if (!svg && !ends_with(path, ".png")) {
        ig_fail(ctx, IG_EINVAL, "%s: a picture is a .png or a .svg", ig_show(path));
        return ig_hint(ctx, "end the name of the file with .png or .svg");
    }
    ig_text bytes = {0};
    ig_status status = ig_output_check(ctx, path, inputs);
    if (!status) status = make(ctx, picture, svg, &bytes);
    if (!status) status = ig_output_bytes(ctx, path, bytes.data, bytes.length);
    ig_text_free(&bytes);
    return status;
}
