// Text of the pen: measured and broken into lines by Pango, drawn by Cairo or written as SVG.
#include "pen_internal.h"

#include <string.h>

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
    pango_font_description_set_family(face, pen_families);
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
    // Pango makes the pen_families Sans, Serif, Monospace and System-ui up by itself.
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
    pen_length(svg, x);
    ig_text_append(svg, "\" y=\"");
    pen_length(svg, y);
    ig_text_append(svg, "\" font-size=\"");
    pen_length(svg, font.size);
    ig_text_append(svg, "\" textLength=\"");
    pen_length(svg, pen_text_width(p, text, font));
    ig_text_append(svg, "\" lengthAdjust=\"spacingAndGlyphs\"");
    if (font.bold) ig_text_append(svg, " font-weight=\"bold\"");
    if (anchor != PEN_START)
        ig_text_format(svg, " text-anchor=\"%s\"", anchor == PEN_MIDDLE ? "middle" : "end");
    pen_colour(svg, "fill", colour);
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
    pen_source(p, colour);
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
