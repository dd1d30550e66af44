// One pen with two ends: Cairo for pixels, our own SVG text for the web. Pango measures for both,
// and each line of SVG text states its width, so that another font cannot make it run over.
#include "pen_internal.h"

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

const char *const pen_families = "DejaVu Sans,Liberation Sans,Noto Sans,Sans";

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
    append_xml(svg, pen_families);
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
