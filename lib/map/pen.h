/// One pen, three ends: pixels, SVG text, tagged PDF. What pictures and reports draw with. Not installed.
#ifndef ISOGAP_MAP_PEN_H
#define ISOGAP_MAP_PEN_H

#include "../classify/classify.h"
#include "../core/inside.h"

// ---- texts as people and XML read them (label.c) ------------------------------------------------

/// 12345.5 as "12,345.5" with so many decimals; minus as U+2212.
const char *label_number(double value, int decimals, char *buffer, size_t room);
/// Append as XML text or attribute value: markup escaped, what XML 1.0 forbids replaced (S6).
void append_xml(ig_text *text, const char *raw);
/// The number of bytes of the UTF-8 character at `raw`; 0 when it is none that XML may hold.
size_t xml_character(const char *raw);

// ---- the pen ------------------------------------------------------------------------------------

/// Draws paths and text, by Cairo or as SVG text. Lengths are pixels (points in a PDF), y runs down.
typedef struct pen pen;

typedef enum pen_anchor { PEN_START, PEN_MIDDLE, PEN_END } pen_anchor;

typedef struct pen_font {
    double size; ///< pixels
    bool bold;
} pen_font;

ig_status pen_new_png(ig_ctx *ctx, int width, int height, pen **out);
/// @param title, about  for readers of the screen; may be NULL
ig_status pen_new_svg(ig_ctx *ctx, int width, int height, const char *title, const char *about,
                      pen **out);
/// SVG to stand inside an HTML page.
/// @param ruler  a pen whose fonts it takes over; NULL: fonts of its own
/// @param id     begins all ids of the picture, so that several can stand in one page
ig_status pen_new_inline(ig_ctx *ctx, const pen *ruler, int width, int height, const char *id,
                         const char *title, const char *about, pen **out);
/// A tagged PDF of pages of this size in points. Its dates are today's: see that they go.
ig_status pen_new_pdf(ig_ctx *ctx, const pen *ruler, double width, double height, const char *title,
                      pen **out);
/// The page is done, the next begins. PDF only, as are tags; no tag may be open across pages.
void pen_page(pen *p);
/// Structure of what is drawn until the end: "P", "H1", "Table", "Figure" ... as PDF names them.
void pen_tag(pen *p, const char *name);
void pen_tag_end(pen *p, const char *name);
/// What is drawn until the end of tag "Link" leads to the address.
void pen_link(pen *p, const char *address);
/// The same to a place of this file.
void pen_link_within(pen *p, const char *name);
/// A place that pen_link_within may lead to: here. It must be there once for each name led to.
void pen_target(pen *p, const char *name);
/// A line of the reader's list of contents that leads to a place. PDF only.
void pen_bookmark(pen *p, const char *text, const char *name);
/// Shift what is drawn from now on, and bring the lengths to scale, until pen_place_end. Not in SVG.
void pen_place(pen *p, double x, double y, double scale);
void pen_place_end(pen *p);
/// Pixels where there would be one at 96 dots an inch: how coarse the hatch of gaps is in a PNG.
void pen_set_unit(pen *p, double unit);
/// The bytes of the whole picture; `dpi` is stored in a PNG. `bytes` is yours.
ig_status pen_finish(ig_ctx *ctx, pen *p, double dpi, ig_text *bytes);
void pen_free(pen *p);

/// What is drawn until the end shows inside the frame only. One frame a picture.
void pen_frame_begin(pen *p, double x, double y, double width, double height);
void pen_frame_end(pen *p);

void pen_move(pen *p, double x, double y);
void pen_line(pen *p, double x, double y);
void pen_close(pen *p);
void pen_circle(pen *p, double x, double y, double radius);
void pen_box(pen *p, double x, double y, double width, double height);
/// Fill what an odd number of rings enclose, and stroke, then forget the path. `name` (may be
/// NULL) becomes the tip of the shape in SVG.
typedef struct pen_look {
    bool fill, stroke, hatch;
    bool cross; ///< with hatch: lines both ways
    bool dots;  ///< dark dots and nothing between them, instead of a fill
    ig_colour inside, line;
    double width;
    const double *dash; ///< pairs of lengths
    int dashes;
} pen_look;
void pen_draw(pen *p, const pen_look *look, const char *name);

/// Does the system have any fonts at all?
bool pen_has_fonts(const pen *p);
/// Width of a line of text.
double pen_text_width(pen *p, const char *text, pen_font font);
/// One line with its base line at y. Nothing is cut off: wrap first.
void pen_text(pen *p, double x, double y, const char *text, pen_font font, pen_anchor anchor,
              ig_colour colour);
/// Lines no wider than `width`, at blanks where there are some. Yours, free with pen_lines_free.
typedef struct pen_lines {
    char **line;
    size_t count;
} pen_lines;
ig_status pen_wrap(pen *p, const char *text, pen_font font, double width, pen_lines *out);
void pen_lines_free(pen_lines *lines);
/// Draw them downwards from base line y; gives the base line that would come next.
double pen_draw_lines(pen *p, const pen_lines *lines, double x, double y, pen_font font,
                      pen_anchor anchor, ig_colour colour);

#endif
