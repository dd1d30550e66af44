// One pen with two ends: Cairo for pixels, our own SVG text for the web. Pango measures for both,
// and each line of SVG text states its width, so that another font cannot make it run over.
#include "pen_internal.h"

#include <math.h>
#include <string.h>
#include <zlib.h>

#ifdef __SANITIZE_ADDRESS__
/// Fontconfig hides the pointers of its caches from the leak checker.
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
__attribute__((visibility("default"))) const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}
#endif

enum { HATCH = 7, DOTS = 6 }; ///< pixels between the lines of a gap, at 96 dots an inch

static const char *const families = "DejaVu Sans,Liberation Sans,Noto Sans,Sans";

// ---- beginning and ending -----------------------------------------------------------------------

/// The same letters on every screen: no hints, no subpixels.
static void new_fonts(pen *p, const pen *ruler)
{
    cairo_font_options_t *fonts = cairo_font_options_create();
    cairo_font_options_set_antialias(fonts, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(fonts, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(fonts, CAIRO_HINT_METRICS_OFF);
    p->fonts = ruler ? g_object_ref(ruler->fonts) : pango_cairo_font_map_new();
    p->pango = pango_font_map_create_context(p->fonts);
    pango_cairo_context_set_font_options(p->pango, fonts);
    pango_cairo_context_set_resolution(p->pango, 72.0);
    pango_context_set_round_glyph_positions(p->pango, FALSE);
    pango_context_set_language(p->pango, pango_language_from_string("en-GB"));
    cairo_font_options_destroy(fonts);
}

ig_status pen_on(ig_ctx *ctx, cairo_surface_t *surface, const pen *ruler, pen **out)
{
    pen *p = ig_alloc(1, sizeof *p);
    if (!p) {
        cairo_surface_destroy(surface);
        return ig_fail(ctx, IG_EMEMORY, "no memory for a picture");
    }
    p->unit = 1.0;
    p->surface = surface;
    p->cairo = cairo_create(surface);
    const cairo_status_t state = cairo_status(p->cairo);
    if (state != CAIRO_STATUS_SUCCESS) {
        pen_free(p);
        return ig_fail(ctx, IG_EMEMORY, "cannot make a picture: %s", cairo_status_to_string(state));
    }
    cairo_set_fill_rule(p->cairo, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_set_line_join(p->cairo, CAIRO_LINE_JOIN_ROUND);
    new_fonts(p, ruler);
    *out = p;
    return IG_OK;
}

static ig_status pen_new(ig_ctx *ctx, int width, int height, bool is_svg, const pen *ruler,
                         pen **out)
{
    enum { MOST = 30000 };
    if (width < 1 || height < 1 || width > MOST || height > MOST)
        return ig_fail(ctx, IG_EINVAL, "a picture of %d by %d pixels: need 1 to %d each way", width,
                       height, (int)MOST);
    const ig_status status = pen_on(
        ctx,
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, is_svg ? 1 : width, is_svg ? 1 : height),
        ruler, out);
    if (status) return status;
    pen *p = *out;
    p->width = width;
    p->height = height;
    p->is_svg = is_svg;
    cairo_set_source_rgb(p->cairo, 1, 1, 1);
    cairo_paint(p->cairo);
    return IG_OK;
}

ig_status pen_new_png(ig_ctx *ctx, int width, int height, pen **out)
{
    return pen_new(ctx, width, height, false, NULL, out);
}

/// Title, description and the pattern of gaps, once the opening tag stands.
static void begin_svg(pen *p, const char *title, const char *about)
{
    ig_text *svg = &p->svg;
    if (title) {
        ig_text_format(svg, "<title id=\"%stitle\">", p->id);
        append_xml(svg, title);
        ig_text_append(svg, "</title>\n");
    }
    if (about) {
        ig_text_format(svg, "<desc id=\"%sabout\">", p->id);
        append_xml(svg, about);
        ig_text_append(svg, "</desc>\n");
    }
    ig_text_format(svg,
                   "<defs><pattern id=\"%sgap\" width=\"7\" height=\"7\" "
                   "patternUnits=\"userSpaceOnUse\"><rect width=\"7\" height=\"7\" "
                   "fill=\"#f4f4f4\"/><path d=\"M-1 1l2-2M0 7L7 0M6 8l2-2\" "
                   "stroke=\"#8c8c8c\"/></pattern><pattern id=\"%scross\" width=\"7\" "
                   "height=\"7\" patternUnits=\"userSpaceOnUse\"><rect width=\"7\" height=\"7\" "
                   "fill=\"#f4f4f4\"/><path d=\"M0 7L7 0M0 0l7 7\" stroke=\"#8c8c8c\"/></pattern>"
                   "<pattern id=\"%sdots\" width=\"6\" height=\"6\" "
                   "patternUnits=\"userSpaceOnUse\"><circle cx=\"3\" cy=\"3\" r=\"1.1\" "
                   "fill=\"#222\"/></pattern></defs>\n<rect width=\"%d\" height=\"%d\" "
                   "fill=\"#fff\"/>\n",
                   p->id, p->id, p->id, p->width, p->height);
}

static void open_svg(pen *p, bool alone)
{
    ig_text *svg = &p->svg;
    ig_text_format(svg,
                   "<svg%s role=\"img\" width=\"%d\" "
                   "height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"",
                   alone ? " xmlns=\"http://www.w3.org/2000/svg\"" : "", p->width, p->height,
                   p->width, p->height);
    append_xml(svg, families);
    ig_text_append(svg, ", sans-serif\" stroke-linejoin=\"round\"");
    if (!alone) ig_text_format(svg, " aria-labelledby=\"%stitle %sabout\"", p->id, p->id);
    ig_text_append(svg, ">\n");
}

ig_status pen_new_svg(ig_ctx *ctx, int width, int height, const char *title, const char *about,
                      pen **out)
{
    const ig_status status = pen_new(ctx, width, height, true, NULL, out);
    if (status) return status;
    open_svg(*out, true);
    begin_svg(*out, title, about);
    return IG_OK;
}

ig_status pen_new_inline(ig_ctx *ctx, const pen *ruler, int width, int height, const char *id,
                         const char *title, const char *about, pen **out)
{
    const ig_status status = pen_new(ctx, width, height, true, ruler, out);
    if (status) return status;
    snprintf((*out)->id, sizeof(*out)->id, "%s-", id);
    open_svg(*out, false);
    begin_svg(*out, title ? title : "", about ? about : "");
    return IG_OK;
}

cairo_status_t pen_take_bytes(void *closure, const unsigned char *data, unsigned int length)
{
    ig_text *bytes = closure;
    ig_text_append_bytes(bytes, (const char *)data, length);
    return bytes->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static void put_big(unsigned char *to, unsigned long value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(value >> (24 - 8 * i));
}

/// Copy the PNG with its resolution (pHYs) after the first chunk; leave out what tells the time.
static void with_resolution(const ig_text *png, double dpi, ig_text *out)
{
    const unsigned char *data = (const unsigned char *)png->data;
    unsigned char phys[21] = {0, 0, 0, 9, 'p', 'H', 'Y', 's'};
    put_big(phys + 8, (unsigned long)(dpi / 0.0254 + 0.5));
    put_big(phys + 12, (unsigned long)(dpi / 0.0254 + 0.5));
    phys[16] = 1;
    put_big(phys + 17, crc32(crc32(0, NULL, 0), phys + 4, 13));
    ig_text_append_bytes(out, png->data, 8);
    for (size_t at = 8; at + 12 <= png->length;) {
        const size_t length = (size_t)data[at] << 24 | (size_t)data[at + 1] << 16 |
                              (size_t)data[at + 2] << 8 | data[at + 3];
        const char *name = png->data + at + 4;
        if (memcmp(name, "tIME", 4) != 0 && memcmp(name, "pHYs", 4) != 0)
            ig_text_append_bytes(out, png->data + at, 12 + length);
        if (memcmp(name, "IHDR", 4) == 0) ig_text_append_bytes(out, (char *)phys, sizeof phys);
        at += 12 + length;
    }
}

ig_status pen_finish(ig_ctx *ctx, pen *p, double dpi, ig_text *bytes)
{
    if (p->is_svg) {
        ig_text_append(&p->svg, "</svg>\n");
        if (p->svg.failed || p->path.failed || p->failed)
            return ig_fail(ctx, IG_EMEMORY, "no memory for a picture");
        *bytes = p->svg;
        p->svg = (ig_text){0};
        return IG_OK;
    }
    if (p->is_pdf) return pen_finish_pdf(ctx, p, bytes);
    ig_text png = {0};
    cairo_status_t state = cairo_status(p->cairo);
    if (state == CAIRO_STATUS_SUCCESS)
        state = cairo_surface_write_to_png_stream(p->surface, pen_take_bytes, &png);
    if (state == CAIRO_STATUS_SUCCESS) with_resolution(&png, dpi, bytes);
    ig_text_free(&png);
    if (state != CAIRO_STATUS_SUCCESS || bytes->failed || p->failed) {
        ig_text_free(bytes);
        return ig_fail(
            ctx, IG_EMEMORY, "cannot make the picture: %s",
            cairo_status_to_string(state == CAIRO_STATUS_SUCCESS ? CAIRO_STATUS_NO_MEMORY : state));
    }
    return IG_OK;
}

void pen_free(pen *p)
{
    if (!p) return;
    if (p->pango) g_object_unref(p->pango);
    if (p->fonts) g_object_unref(p->fonts);
    cairo_destroy(p->cairo);
    cairo_surface_destroy(p->surface);
    ig_text_free(&p->svg);
    ig_text_free(&p->pdf);
    ig_text_free(&p->path);
    ig_free(p);
}

void pen_set_unit(pen *p, double unit)
{
    p->unit = unit;
}

// ---- paths --------------------------------------------------------------------------------------

/// A length with at most two decimals, as short as it can be.
static void length_text(ig_text *text, double value)
{
    char digits[32];
    ig_text_append(text, ig_number_text(nearbyint(value * 100.0) / 100.0, digits, sizeof digits));
}

static void point(ig_text *text, char letter, double x, double y)
{
    ig_text_append_bytes(text, &letter, 1);
    length_text(text, x);
    ig_text_append(text, " ");
    length_text(text, y);
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
            length_text(&p->path, radius);
            ig_text_append(&p->path, " ");
            length_text(&p->path, radius);
            ig_text_append(&p->path, " 0 0 1 ");
            length_text(&p->path, half ? -2 * radius : 2 * radius);
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
    length_text(&p->svg, x);
    ig_text_append(&p->svg, "\" y=\"");
    length_text(&p->svg, y);
    ig_text_append(&p->svg, "\" width=\"");
    length_text(&p->svg, width);
    ig_text_append(&p->svg, "\" height=\"");
    length_text(&p->svg, height);
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

static void source(pen *p, ig_colour c)
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
        source(p, look->inside);
        cairo_fill_preserve(p->cairo);
    }
    if (look->stroke) {
        source(p, look->line);
        cairo_set_line_width(p->cairo, look->width);
        cairo_set_dash(p->cairo, look->dash, look->dashes, 0.0);
        cairo_stroke_preserve(p->cairo);
    }
    cairo_new_path(p->cairo);
}

static void colour_attribute(ig_text *svg, const char *name, ig_colour c)
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
        colour_attribute(svg, "fill", look->inside);
    } else {
        ig_text_append(svg, " fill=\"none\"");
    }
    if (look->hatch || look->fill || look->dots) ig_text_append(svg, " fill-rule=\"evenodd\"");
    if (look->stroke) {
        colour_attribute(svg, "stroke", look->line);
        ig_text_append(svg, " stroke-width=\"");
        length_text(svg, look->width);
        ig_text_append(svg, "\"");
        for (int d = 0; d < look->dashes; d++) {
            ig_text_append(svg, d ? " " : " stroke-dasharray=\"");
            length_text(svg, look->dash[d]);
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

// ---- text ---------------------------------------------------------------------------------------

/// Text as fonts can draw it: valid UTF-8, control characters as the replacement sign, line breaks
/// as blanks.
static bool drawable(const char *text, ig_text *out)
{
    ig_text_append(out, "");
    while (*text) {
        const size_t length = xml_character(text);
        if (!length) {
            ig_text_append(out, "\xef\xbf\xbd");
        } else if (length == 1 && (unsigned char)*text < 0x20) {
            ig_text_append(out, " ");
        } else {
            ig_text_append_bytes(out, text, length);
        }
        text += length ? length : 1;
    }
    return !out->failed;
}

/// A layout of the text; NULL when memory cannot be had. Yours to unref.
static PangoLayout *layout_of(pen *p, const char *text, pen_font font)
{
    ig_text clean = {0};
    if (!drawable(text, &clean)) {
        p->failed = true;
        ig_text_free(&clean);
        return NULL;
    }
    PangoLayout *layout = pango_layout_new(p->pango);
    PangoFontDescription *face = pango_font_description_new();
    pango_font_description_set_family(face, families);
    pango_font_description_set_weight(face, font.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(face, font.size * PANGO_SCALE);
    pango_layout_set_font_description(layout, face);
    pango_font_description_free(face);
    pango_layout_set_text(layout, clean.data, (int)clean.length);
    ig_text_free(&clean);
    return layout;
}

bool pen_has_fonts(const pen *p)
{
    PangoFontFamily **family = NULL;
    int count = 0;
    pango_font_map_list_families(p->fonts, &family, &count);
    g_free(family);
    // Pango makes the families Sans, Serif, Monospace and System-ui up by itself.
    return count > 4;
}

double pen_text_width(pen *p, const char *text, pen_font font)
{
    PangoLayout *layout = layout_of(p, text, font);
    if (!layout) return 0.0;
    int width, height;
    pango_layout_get_size(layout, &width, &height);
    g_object_unref(layout);
    return (double)width / PANGO_SCALE;
}

static void text_svg(pen *p, double x, double y, const char *text, pen_font font, pen_anchor anchor,
                     ig_colour colour)
{
    ig_text *svg = &p->svg, clean = {0};
    if (!*text || !drawable(text, &clean)) {
        p->failed |= clean.failed;
        ig_text_free(&clean);
        return;
    }
    ig_text_append(svg, "<text x=\"");
    length_text(svg, x);
    ig_text_append(svg, "\" y=\"");
    length_text(svg, y);
    ig_text_append(svg, "\" font-size=\"");
    length_text(svg, font.size);
    ig_text_append(svg, "\" textLength=\"");
    length_text(svg, pen_text_width(p, text, font));
    ig_text_append(svg, "\" lengthAdjust=\"spacingAndGlyphs\"");
    if (font.bold) ig_text_append(svg, " font-weight=\"bold\"");
    if (anchor != PEN_START)
        ig_text_format(svg, " text-anchor=\"%s\"", anchor == PEN_MIDDLE ? "middle" : "end");
    colour_attribute(svg, "fill", colour);
    ig_text_append(svg, ">");
    append_xml(svg, clean.data);
    ig_text_append(svg, "</text>\n");
    ig_text_free(&clean);
}

void pen_text(pen *p, double x, double y, const char *text, pen_font font, pen_anchor anchor,
              ig_colour colour)
{
    if (p->is_svg) {
        text_svg(p, x, y, text, font, anchor, colour);
        return;
    }
    PangoLayout *layout = layout_of(p, text, font);
    if (!layout) return;
    int width, height;
    pango_layout_get_size(layout, &width, &height);
    const double shift = anchor == PEN_START ? 0.0 : anchor == PEN_MIDDLE ? 0.5 : 1.0;
    source(p, colour);
    cairo_move_to(p->cairo, x - shift * width / PANGO_SCALE,
                  y - (double)pango_layout_get_baseline(layout) / PANGO_SCALE);
    pango_cairo_show_layout(p->cairo, layout);
    cairo_new_path(p->cairo);
    g_object_unref(layout);
}

ig_status pen_wrap(pen *p, const char *text, pen_font font, double width, pen_lines *out)
{
    *out = (pen_lines){0};
    if (!text || !*text) return IG_OK;
    PangoLayout *layout = layout_of(p, text, font);
    if (!layout) return IG_EMEMORY;
    pango_layout_set_width(layout, (int)((width > 1.0 ? width : 1.0) * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    const char *whole = pango_layout_get_text(layout);
    const int count = pango_layout_get_line_count(layout);
    out->line = ig_alloc((size_t)count, sizeof *out->line);
    ig_status status = out->line ? IG_OK : IG_EMEMORY;
    for (int i = 0; !status && i < count; i++) {
        const PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
        ig_text piece = {0};
        ig_text_append_bytes(&piece, whole + line->start_index, (size_t)line->length);
        while (piece.length && piece.data[piece.length - 1] == ' ')
            piece.data[--piece.length] = 0;
        if (piece.failed) status = IG_EMEMORY;
        out->line[out->count++] = piece.data;
    }
    g_object_unref(layout);
    if (status) pen_lines_free(out);
    return status;
}

void pen_lines_free(pen_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        ig_free(lines->line[i]);
    ig_free(lines->line);
    *lines = (pen_lines){0};
}

double pen_draw_lines(pen *p, const pen_lines *lines, double x, double y, pen_font font,
                      pen_anchor anchor, ig_colour colour)
{
    for (size_t i = 0; i < lines->count; i++) {
        pen_text(p, x, y, lines->line[i], font, anchor, colour);
        y += 1.3 * font.size;
    }
    return y;
}
