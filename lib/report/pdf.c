// A page as tagged PDF: A4, laid out from measured text, tables that go on over the page.
#include "pdf_internal.h"

#include <math.h>
#include <string.h>

static const ig_colour quiet = {77, 85, 96}, band = {238, 242, 246};

double pdf_inner(void)
{
    return WIDE - 2 * EDGE;
}

// ---- pages --------------------------------------------------------------------------------------

static void furniture(struct layout *l)
{
    char here[24], all[24];
    const pen_font font = {7.5, false};
    snprintf(here, sizeof here, "%zu", l->page);
    snprintf(all, sizeof all, "%zu", l->pages);
    const char *number = say(l->say, l->doc->page_of, here, all, NULL);
    const double width = pen_text_width(l->p, number, font);
    pen_lines lines;
    pen_text(l->p, WIDE - EDGE, HIGH - 24, number, font, PEN_END, quiet);
    if (pen_wrap(l->p, l->doc->running, font, pdf_inner() - width - 20, &lines)) {
        l->failed = true;
        return;
    }
    if (lines.count) pen_text(l->p, EDGE, HIGH - 24, lines.line[0], font, PEN_START, quiet);
    pen_lines_free(&lines);
}

void pdf_next_page(struct layout *l)
{
    furniture(l);
    pen_page(l->p);
    l->page++;
    l->y = EDGE;
}

double pdf_bottom(void)
{
    return HIGH - EDGE - FOOT / 2.0;
}

bool pdf_fits(const struct layout *l, double height)
{
    return l->y + height <= pdf_bottom();
}

void pdf_need(struct layout *l, double height)
{
    if (!pdf_fits(l, height) && l->y > EDGE) pdf_next_page(l);
}

bool pdf_wrap(struct layout *l, const char *text, pen_font font, double width, pen_lines *lines)
{
    if (!pen_wrap(l->p, text, font, width, lines)) return true;
    l->failed = true;
    *lines = (pen_lines){0};
    return false;
}

void pdf_flow(struct layout *l, const char *tag, const char *text, pen_font font, double x,
              double width, ig_colour colour)
{
    pen_lines lines;
    if (!pdf_wrap(l, text, font, width, &lines)) return;
    const double step = 1.35 * font.size;
    for (size_t i = 0; i < lines.count;) {
        pdf_need(l, step);
        pen_tag(l->p, tag);
        for (; i < lines.count && pdf_fits(l, step); i++, l->y += step)
            pen_text(l->p, x, l->y + font.size, lines.line[i], font, PEN_START, colour);
        pen_tag_end(l->p, tag);
    }
    pen_lines_free(&lines);
}

// ---- links --------------------------------------------------------------------------------------

bool pdf_link(struct layout *l, const char *link)
{
    char stem[STEM_ROOM];
    ig_text address = {0};
    if (!link) return false;
    if (*link == '#') {
        pen_link_within(l->p, link + 1);
        return true;
    }
    if (!strncmp(link, "page:", 5)) {
        ig_text_format(&address, "%s%s.pdf", l->paths->places, page_stem(link + 5, stem));
    } else if (!strcmp(link, "summary:")) {
        ig_text_format(&address, "%ssummary.pdf", l->paths->places);
    } else if (!strncmp(link, "top:", 4)) {
        ig_text_format(&address, "%s%s", l->paths->top, link + 4);
    } else if (!strncmp(link, "https://", 8)) {
        ig_text_append(&address, link);
    }
    const bool there = address.length > 0 && !address.failed;
    l->failed |= address.failed;
    if (there) pen_link(l->p, address.data);
    ig_text_free(&address);
    return there;
}

/// A place that links of this file lead to.
static void target(struct layout *l, const char *id)
{
    if (id) pen_target(l->p, id);
}

// ---- blocks -------------------------------------------------------------------------------------

/// Scale of a figure that stands alone.
static double own_scale(const struct doc_block *block)
{
    return fmin(fmin(1.0, pdf_inner() / block->width), (HIGH - 3.0 * EDGE) / block->height);
}

static bool is_large(const struct layout *l, const struct doc_block *block)
{
    const struct doc_block *end = l->doc->blocks + l->doc->count;
    return block >= l->doc->blocks && block < end && block->kind == DOC_FIGURE &&
           own_scale(block) * block->height > 0.35 * (pdf_bottom() - EDGE);
}

/// Of two large figures in a row, each is made small enough for both to stand on one page.
static double figure_scale(const struct layout *l, const struct doc_block *block)
{
    const double scale = own_scale(block), half = (pdf_bottom() - EDGE - 100) / 2;
    const bool pair = is_large(l, block) && (is_large(l, block - 1) || is_large(l, block + 1));
    return pair ? fmin(scale, half / block->height) : scale;
}

/// Height of what a heading must not be parted from: a figure, the beginning of a table.
static double follower_height(const struct doc_block *next, struct layout *l)
{
    const bool low = l->y > (EDGE + pdf_bottom()) / 2; // higher up there is room for any beginning
    if (next >= l->doc->blocks + l->doc->count) return 0;
    if (next->kind == DOC_FIGURE) return figure_scale(l, next) * next->height;
    return next->kind == DOC_TABLE && low ? pdf_table_room(l, next) : 0;
}

static void heading(struct layout *l, const struct doc_block *block)
{
    static const double sizes[] = {20, 13.5, 11};
    static const char *const tags[] = {"H1", "H2", "H3"};
    const int level = block->level < 1 ? 0 : block->level > 3 ? 2 : block->level - 1;
    const pen_font font = {sizes[level], true};
    if (level) l->y += level == 1 ? 14 : 8;
    pdf_need(l,
             level ? 70 + follower_height(block + 1, l) : 40); // a heading stays with what it heads
    if (level == 1) {
        pen_move(l->p, EDGE, l->y);
        pen_line(l->p, WIDE - EDGE, l->y);
        pen_draw(l->p, &(pen_look){.stroke = true, .line = pdf_ink, .width = 1}, NULL);
        l->y += 5;
    }
    target(l, block->id);
    if (level == 1) pen_bookmark(l->p, block->text, block->id);
    pdf_flow(l, tags[level], block->text, font, EDGE, pdf_inner(), pdf_ink);
    l->y += level ? 3 : 6;
}

static void paragraph(struct layout *l, const struct doc_block *block)
{
    const pen_font font = {block->small ? 7.5 : 9.5, false};
    pdf_flow(l, "P", block->text, font, EDGE, pdf_inner(), block->small ? quiet : pdf_ink);
    l->y += 5;
}

static void list(struct layout *l, const struct doc_block *block)
{
    const pen_font font = {9.5, false};
    for (size_t i = 0; i < block->count; i++) {
        pen_lines lines;
        if (!pdf_wrap(l, block->cells[i].text, font, pdf_inner() - 14, &lines)) return;
        const double step = 1.35 * font.size;
        pdf_need(l, step * (double)(lines.count < 4 ? lines.count : 4));
        pen_tag(l->p, "L");
        pen_tag(l->p, "LI");
        pen_tag(l->p, "Lbl");
        pen_text(l->p, EDGE + 3, l->y + font.size, "\xe2\x80\xa2", font, PEN_START, pdf_ink);
        pen_tag_end(l->p, "Lbl");
        pen_tag(l->p, "LBody");
        bool leads = pdf_link(l, block->cells[i].link);
        for (size_t k = 0; k < lines.count; k++, l->y += step) {
            if (!pdf_fits(l, step)) { // longer than what is left: the element goes on over the page
                if (leads) pen_tag_end(l->p, "Link");
                leads = false;
                pen_tag_end(l->p, "LBody");
                pen_tag_end(l->p, "LI");
                pen_tag_end(l->p, "L");
                pdf_next_page(l);
                pen_tag(l->p, "L");
                pen_tag(l->p, "LI");
                pen_tag(l->p, "LBody");
            }
            pen_text(l->p, EDGE + 14, l->y + font.size, lines.line[k], font, PEN_START,
                     leads ? pdf_blue : pdf_ink);
        }
        if (leads) pen_tag_end(l->p, "Link");
        pen_tag_end(l->p, "LBody");
        pen_tag_end(l->p, "LI");
        pen_tag_end(l->p, "L");
        l->y += 2;
        pen_lines_free(&lines);
    }
    l->y += 4;
}

enum { ACROSS = 3, GAP = 8 };

/// One row of boxes of equal height.
static void tile_row(struct layout *l, const struct doc_cell *cells, size_t count)
{
    static const pen_font fonts[3] = {{7.5, false}, {15, true}, {8, false}};
    const double width = (pdf_inner() - (ACROSS - 1) * GAP) / ACROSS;
    pen_lines lines[ACROSS][3] = {0};
    double height = 0;
    for (size_t i = 0; i < count; i++) {
        double own = 12;
        for (size_t k = 0; k < 3; k++) {
            if (!pdf_wrap(l, cells[3 * i + k].text, fonts[k], width - 16, &lines[i][k])) break;
            own += (double)lines[i][k].count * 1.3 * fonts[k].size;
        }
        height = fmax(height, own);
    }
    pdf_need(l, height);
    for (size_t i = 0; i < count; i++) {
        const double x = EDGE + (double)i * (width + GAP);
        pen_box(l->p, x, l->y, width, height);
        pen_draw(l->p, &(pen_look){.fill = true, .inside = band}, NULL);
        pen_box(l->p, x, l->y, 3, height);
        pen_draw(l->p, &(pen_look){.fill = true, .inside = pdf_blue}, NULL);
    }
    for (size_t i = 0; i < count; i++) {
        double y = l->y + 6;
        pen_tag(l->p, "P");
        for (size_t k = 0; k < 3; k++) {
            if (!lines[i][k].count) continue;
            const bool leads = pdf_link(l, cells[3 * i + k].link);
            y += fonts[k].size;
            y = pen_draw_lines(l->p, &lines[i][k], EDGE + (double)i * (width + GAP) + 10, y,
                               fonts[k], PEN_START,
                               k == 1  ? pdf_ink
                               : leads ? pdf_blue
                                       : quiet) -
                fonts[k].size;
            if (leads) pen_tag_end(l->p, "Link");
        }
        pen_tag_end(l->p, "P");
        for (size_t k = 0; k < 3; k++)
            pen_lines_free(&lines[i][k]);
    }
    l->y += height + GAP;
}

static void tiles(struct layout *l, const struct doc_block *block)
{
    const size_t count = block->count / 3;
    for (size_t i = 0; i < count; i += ACROSS)
        tile_row(l, block->cells + 3 * i, count - i < ACROSS ? count - i : ACROSS);
    l->y += 4;
}

static void figure(struct layout *l, const struct doc_block *block)
{
    const double scale = figure_scale(l, block);
    const double height = block->height * scale;
    pdf_need(l, height + 20);
    if (!ig_grow((void **)&l->alt, &l->figures_room, l->figures + 1, sizeof *l->alt)) {
        l->failed = true;
        return;
    }
    l->alt[l->figures++] = block->alt;
    pen_tag(l->p, "Figure");
    pen_place(l->p, EDGE, l->y, scale);
    block->draw(l->p, block->of);
    pen_place_end(l->p);
    pen_tag_end(l->p, "Figure");
    l->y += height + 3;
    pdf_flow(l, "Caption", block->text, (pen_font){7.5, false}, EDGE, pdf_inner(), quiet);
    l->y += 6;
}

// ---- the whole ----------------------------------------------------------------------------------

static void lay_out(struct layout *l)
{
    l->y = EDGE;
    l->page = 1;
    l->figures = l->heads = 0;
    for (size_t b = 0; b < l->doc->count && !l->failed; b++) {
        const struct doc_block *block = &l->doc->blocks[b];
        switch (block->kind) {
        case DOC_HEADING:
            heading(l, block);
            break;
        case DOC_TEXT:
            paragraph(l, block);
            break;
        case DOC_LIST:
            list(l, block);
            break;
        case DOC_TABLE:
            pdf_table(l, block);
            break;
        case DOC_FIGURE:
            figure(l, block);
            break;
        case DOC_TILES:
            tiles(l, block);
            break;
        case DOC_FIND: // paper finds nothing
            break;
        }
    }
    furniture(l);
}

static ig_status draw(struct layout *l, const pen *ruler, ig_text *drawn)
{
    ig_status status = pen_new_pdf(l->ctx, ruler, WIDE, HIGH, l->doc->title, &l->p);
    if (status) return status;
    lay_out(l);
    status = l->failed ? ig_fail(l->ctx, IG_EMEMORY, "no memory for a PDF")
                       : pen_finish(l->ctx, l->p, 72, drawn);
    pen_free(l->p);
    l->p = NULL;
    return status;
}

ig_status pdf_write(ig_ctx *ctx, const struct doc *doc, const struct words *words,
                    const struct paths *paths, const pen *ruler, ig_text *out)
{
    struct say texts = {.words = words};
    struct layout l = {.ctx = ctx, .doc = doc, .paths = paths, .say = &texts};
    ig_text drawn = {0};
    *out = (ig_text){0};
    ig_status status = draw(&l, ruler, &drawn); // the first turn counts the pages
    if (!status) {
        ig_text_free(&drawn);
        l.pages = l.page;
        status = draw(&l, ruler, &drawn);
    }
    if (!status)
        status =
            pdf_finish(ctx, &drawn, doc->language, l.alt, l.figures, l.row_heads, l.heads, out);
    ig_text_free(&drawn);
    ig_free(l.alt);
    ig_free(l.row_heads);
    say_free(&texts);
    return status;
}
