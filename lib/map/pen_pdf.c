// The pen's third end: pages of a tagged PDF by Cairo. What Cairo cannot say (language, words for a
// figure, kinds of header cells) is added by those who know it.
#include "pen_internal.h"

#include <cairo-pdf.h>
#include <string.h>

ig_status pen_new_pdf(ig_ctx *ctx, const pen *ruler, double width, double height, const char *title,
                      pen **out)
{
    // The surface writes to the pen's own text, which there is only once there is a pen.
    ig_status status =
        pen_on(ctx, cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1), ruler, out);
    if (status) return status;
    pen *p = *out;
    cairo_destroy(p->cairo);
    cairo_surface_destroy(p->surface);
    p->surface = cairo_pdf_surface_create_for_stream(pen_take_bytes, &p->pdf, width, height);
    cairo_pdf_surface_restrict_to_version(p->surface, CAIRO_PDF_VERSION_1_5);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, title);
    p->cairo = cairo_create(p->surface);
    cairo_set_fill_rule(p->cairo, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_set_line_join(p->cairo, CAIRO_LINE_JOIN_ROUND);
    p->is_pdf = true;
    if (cairo_status(p->cairo) == CAIRO_STATUS_SUCCESS) return IG_OK;
    status = ig_fail(ctx, IG_EMEMORY, "cannot make a PDF: %s",
                     cairo_status_to_string(cairo_status(p->cairo)));
    pen_free(p);
    *out = NULL;
    return status;
}

void pen_page(pen *p)
{
    if (p->is_pdf) cairo_show_page(p->cairo);
}

void pen_tag(pen *p, const char *name)
{
    if (p->is_pdf) cairo_tag_begin(p->cairo, name, NULL);
}

void pen_tag_end(pen *p, const char *name)
{
    if (p->is_pdf) cairo_tag_end(p->cairo, name);
}

/// KEY='VALUE' as Cairo's attributes have it.
static void append_attribute(ig_text *text, const char *key, const char *value)
{
    ig_text_format(text, "%s='", key);
    for (const char *c = value; *c; c++) {
        if (*c == '\'' || *c == '\\') ig_text_append(text, "\\");
        ig_text_append_bytes(text, c, 1);
    }
    ig_text_append(text, "'");
}

static void begin_tag(pen *p, const char *tag, const char *key, const char *value)
{
    ig_text attributes = {0};
    append_attribute(&attributes, key, value);
    if (attributes.failed) {
        p->failed = true;
    } else {
        cairo_tag_begin(p->cairo, tag, attributes.data);
    }
    ig_text_free(&attributes);
}

void pen_link(pen *p, const char *address)
{
    if (p->is_pdf) begin_tag(p, CAIRO_TAG_LINK, "uri", address);
}

void pen_link_within(pen *p, const char *name)
{
    if (p->is_pdf) begin_tag(p, CAIRO_TAG_LINK, "dest", name);
}

void pen_target(pen *p, const char *name)
{
    if (!p->is_pdf) return;
    begin_tag(p, CAIRO_TAG_DEST, "name", name);
    cairo_tag_end(p->cairo, CAIRO_TAG_DEST);
}

void pen_bookmark(pen *p, const char *text, const char *name)
{
    ig_text attributes = {0};
    if (!p->is_pdf || !name) return;
    append_attribute(&attributes, "dest", name);
    if (attributes.failed) {
        p->failed = true;
    } else {
        cairo_pdf_surface_add_outline(p->surface, CAIRO_PDF_OUTLINE_ROOT, text, attributes.data,
                                      CAIRO_PDF_OUTLINE_FLAG_OPEN);
    }
    ig_text_free(&attributes);
}

void pen_place(pen *p, double x, double y, double scale)
{
    if (p->is_svg) return;
    cairo_save(p->cairo);
    cairo_translate(p->cairo, x, y);
    cairo_scale(p->cairo, scale, scale);
}

void pen_place_end(pen *p)
{
    if (!p->is_svg) cairo_restore(p->cairo);
}

ig_status pen_finish_pdf(ig_ctx *ctx, pen *p, ig_text *bytes)
{
    cairo_status_t state = cairo_status(p->cairo);
    cairo_surface_finish(p->surface);
    if (state == CAIRO_STATUS_SUCCESS) state = cairo_surface_status(p->surface);
    if (state != CAIRO_STATUS_SUCCESS || p->pdf.failed || p->failed) {
        return ig_fail(
            ctx, IG_EMEMORY, "cannot make the PDF: %s",
            cairo_status_to_string(state == CAIRO_STATUS_SUCCESS ? CAIRO_STATUS_NO_MEMORY : state));
    }
    *bytes = p->pdf;
    p->pdf = (ig_text){0};
    return IG_OK;
}
