// A page as tagged PDF: A4, laid out from measured text, tables that go on over the page.
#include "writers.h"

#include <math.h>
#include <string.h>

enum { WIDE = 595, HIGH = 842, EDGE = 48, FOOT = 40 };

static const ig_colour ink = {31, 35, 40}, quiet = {77, 85, 96}, rule = {190, 196, 204},
                       band = {238, 242, 246}, mark = {253, 241, 220}, blue = {11, 79, 138};

struct layout {
    ig_ctx *ctx;
    const struct doc *doc;
    pen *p;
    double y;
    size_t page, pages; ///< pages 0: a first turn that only counts
    const char **alt;   ///< of figures in order
    bool *row_heads;    ///< of TH in order
    size_t figures, figures_room, heads, heads_room;
    bool failed;
    struct say *say;
};

static double inner(void)
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
    if (pen_wrap(l->p, l->doc->running, font, inner() - width - 20, &lines)) {
        l->failed = true;
        return;
    }
    if (lines.count) pen_text(l->p, EDGE, HIGH - 24, lines.line[0], font, PEN_START, quiet);
    pen_lines_free(&lines);
}

static void next_page(struct layout *l)
{
    furniture(l);
    pen_page(l->p);
    l->page++;
    l->y = EDGE;
}

static bool fits(const struct layout *l, double height)
{
    return l->y + height <= HIGH - EDGE - FOOT / 2.0;
}

static void need(struct layout *l, double height)
{
    if (!fits(l, height) && l->y > EDGE) next_page(l);
}

static bool wrap(struct layout *l, const char *text, pen_font font, double width, pen_lines *lines)
{
    if (!pen_wrap(l->p, text, font, width, lines)) return true;
    l->failed = true;
    *lines = (pen_lines){0};
    return false;
}

/// Lines of one element, a page at a time: no tag stays open over a page.
static void flow(struct layout *l, const char *tag, const char *text, pen_font font, double x,
                 double width, ig_colour colour)
{
    pen_lines lines;
    if (!wrap(l, text, font, width, &lines)) return;
    const double step = 1.35 * font.size;
    for (size_t i = 0; i < lines.count;) {
        need(l, step);
        pen_tag(l->p, tag);
        for (; i < lines.count && fits(l, step); i++, l->y += step)
            pen_text(l->p, x, l->y + font.size, lines.line[i], font, PEN_START, colour);
        pen_tag_end(l->p, tag);
    }
    pen_lines_free(&lines);
}

// ---- blocks -------------------------------------------------------------------------------------

static double figure_scale(const struct doc_block *block)
{
    return fmin(fmin(1.0, inner() / block->width), (HIGH - 3.0 * EDGE) / block->height);
}

/// Height of a figure that follows a heading; 0 for other blocks.
static double figure_height(const struct doc_block *next, const struct layout *l)
{
    const bool last = next >= l->doc->blocks + l->doc->count;
    return !last && next->kind == DOC_FIGURE ? figure_scale(next) * next->height : 0;
}

static void heading(struct layout *l, const struct doc_block *block)
{
    static const double sizes[] = {20, 13.5, 11};
    static const char *const tags[] = {"H1", "H2", "H3"};
    const int level = block->level < 1 ? 0 : block->level > 3 ? 2 : block->level - 1;
    const pen_font font = {sizes[level], true};
    if (level) l->y += level == 1 ? 14 : 8;
    need(l, level ? 70 + figure_height(block + 1, l) : 40); // a heading stays with what it heads
    if (level == 1) {
        pen_move(l->p, EDGE, l->y);
        pen_line(l->p, WIDE - EDGE, l->y);
        pen_draw(l->p, &(pen_look){.stroke = true, .line = ink, .width = 1}, NULL);
        l->y += 5;
    }
    flow(l, tags[level], block->text, font, EDGE, inner(), ink);
    l->y += level ? 3 : 6;
}

static void paragraph(struct layout *l, const struct doc_block *block)
{
    const pen_font font = {block->small ? 7.5 : 9.5, false};
    flow(l, "P", block->text, font, EDGE, inner(), block->small ? quiet : ink);
    l->y += 5;
}

static void list(struct layout *l, const struct doc_block *block)
{
    const pen_font font = {9.5, false};
    for (size_t i = 0; i < block->count; i++) {
        pen_lines lines;
        if (!wrap(l, block->cells[i].text, font, inner() - 14, &lines)) return;
        const double step = 1.35 * font.size;
        need(l, step * (double)(lines.count < 4 ? lines.count : 4));
        pen_tag(l->p, "L");
        pen_tag(l->p, "LI");
        pen_tag(l->p, "Lbl");
        pen_text(l->p, EDGE + 3, l->y + font.size, "\xe2\x80\xa2", font, PEN_START, ink);
        pen_tag_end(l->p, "Lbl");
        pen_tag(l->p, "LBody");
        for (size_t k = 0; k < lines.count; k++, l->y += step) {
            if (!fits(l, step)) { // longer than what is left: the element goes on over the page
                pen_tag_end(l->p, "LBody");
                pen_tag_end(l->p, "LI");
                pen_tag_end(l->p, "L");
                next_page(l);
                pen_tag(l->p, "L");
                pen_tag(l->p, "LI");
                pen_tag(l->p, "LBody");
            }
            pen_text(l->p, EDGE + 14, l->y + font.size, lines.line[k], font, PEN_START, ink);
        }
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
    const double width = (inner() - (ACROSS - 1) * GAP) / ACROSS;
    pen_lines lines[ACROSS][3] = {0};
    double height = 0;
    for (size_t i = 0; i < count; i++) {
        double own = 12;
        for (size_t k = 0; k < 3; k++) {
            if (!wrap(l, cells[3 * i + k].text, fonts[k], width - 16, &lines[i][k])) break;
            own += (double)lines[i][k].count * 1.3 * fonts[k].size;
        }
        height = fmax(height, own);
    }
    need(l, height);
    for (size_t i = 0; i < count; i++) {
        const double x = EDGE + (double)i * (width + GAP);
        pen_box(l->p, x, l->y, width, height);
        pen_draw(l->p, &(pen_look){.fill = true, .inside = band}, NULL);
        pen_box(l->p, x, l->y, 3, height);
        pen_draw(l->p, &(pen_look){.fill = true, .inside = blue}, NULL);
    }
    for (size_t i = 0; i < count; i++) {
        double y = l->y + 6;
        pen_tag(l->p, "P");
        for (size_t k = 0; k < 3; k++) {
            if (!lines[i][k].count) continue;
            y += fonts[k].size;
            y = pen_draw_lines(l->p, &lines[i][k], EDGE + (double)i * (width + GAP) + 10, y,
                               fonts[k], PEN_START, k == 1 ? ink : quiet) -
                fonts[k].size;
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
    const double scale = figure_scale(block);
    const double height = block->height * scale;
    need(l, height + 20);
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
    flow(l, "Caption", block->text, (pen_font){7.5, false}, EDGE, inner(), quiet);
    l->y += 6;
}

// ---- tables -------------------------------------------------------------------------------------

enum { MOST_COLUMNS = 24 };

struct columns {
    double x[MOST_COLUMNS], width[MOST_COLUMNS];
    pen_font font;
};

/// Widest word of a text.
static double widest_word(struct layout *l, const char *text, pen_font font)
{
    double most = 0;
    ig_text word = {0};
    for (const char *c = text;; c++) {
        if (*c && *c != ' ') {
            ig_text_append_bytes(&word, c, 1);
            continue;
        }
        if (word.length) most = fmax(most, pen_text_width(l->p, word.data, font));
        word.length = 0;
        if (word.data) word.data[0] = '\0';
        if (!*c) break;
    }
    l->failed |= word.failed;
    ig_text_free(&word);
    return most;
}

static pen_font cell_font(const struct columns *columns, size_t row)
{
    return (pen_font){columns->font.size, row == 0};
}

/// Share the width out: what each column needs at least, then by what it would like to have.
static bool share_width(struct layout *l, const struct doc_block *block, struct columns *columns)
{
    double least[MOST_COLUMNS] = {0}, wish[MOST_COLUMNS] = {0}, all_least = 0, all_wish = 0;
    const size_t n = block->columns;
    for (size_t c = 0; c < block->count; c++) {
        const pen_font font = cell_font(columns, c / n);
        const double whole = pen_text_width(l->p, block->cells[c].text, font) + 8;
        const double word = block->cells[c].right && c >= n
                                ? whole
                                : fmin(whole, widest_word(l, block->cells[c].text, font) + 8);
        least[c % n] = fmax(least[c % n], fmin(word, 0.2 * inner()));
        if (c >= n || !block->cells[c].right) wish[c % n] = fmax(wish[c % n], whole);
    }
    for (size_t c = 0; c < n; c++) {
        wish[c] = fmax(wish[c], least[c]);
        all_least += least[c];
        all_wish += wish[c];
    }
    const bool squeezed = all_least > inner();
    double x = EDGE;
    for (size_t c = 0; c < n; c++) {
        if (squeezed) {
            columns->width[c] = least[c] * inner() / all_least;
        } else if (all_wish <= inner()) {
            columns->width[c] = wish[c] + fmin(14, (inner() - all_wish) / (double)n);
        } else {
            const double more = all_wish - all_least;
            columns->width[c] =
                least[c] + (inner() - all_least) * (more > 0 ? (wish[c] - least[c]) / more : 0);
        }
        columns->x[c] = x;
        x += columns->width[c];
    }
    return !squeezed;
}

struct row {
    pen_lines lines[MOST_COLUMNS];
    double height;
};

static void row_free(struct row *row, size_t columns)
{
    for (size_t c = 0; c < columns; c++)
        pen_lines_free(&row->lines[c]);
}

static void measure_row(struct layout *l, const struct doc_block *block,
                        const struct columns *columns, size_t r, struct row *row)
{
    row->height = 0;
    for (size_t c = 0; c < block->columns; c++) {
        const pen_font font = cell_font(columns, r);
        wrap(l, block->cells[r * block->columns + c].text, font, columns->width[c] - 5,
             &row->lines[c]);
        row->height = fmax(row->height, (double)row->lines[c].count * 1.25 * font.size);
    }
    row->height += 5;
}

static void draw_row(struct layout *l, const struct doc_block *block, const struct columns *columns,
                     size_t r, const struct row *row, double y)
{
    pen_tag(l->p, "TR");
    for (size_t c = 0; c < block->columns; c++) {
        const struct doc_cell *cell = &block->cells[r * block->columns + c];
        const pen_font font = cell_font(columns, r);
        const bool head = r == 0 || cell->head;
        if (head) {
            if (!ig_grow((void **)&l->row_heads, &l->heads_room, l->heads + 1, sizeof(bool))) {
                l->failed = true;
                break;
            }
            l->row_heads[l->heads++] = r > 0;
        }
        pen_tag(l->p, head ? "TH" : "TD");
        const double x = cell->right ? columns->x[c] + columns->width[c] - 6 : columns->x[c];
        pen_draw_lines(l->p, &row->lines[c], x, y + 2 + font.size, font,
                       cell->right ? PEN_END : PEN_START, ink);
        pen_tag_end(l->p, head ? "TH" : "TD");
    }
    pen_tag_end(l->p, "TR");
}

static void draw_rule(struct layout *l, const struct columns *columns, size_t n, double y,
                      bool head)
{
    pen_move(l->p, EDGE, y);
    pen_line(l->p, columns->x[n - 1] + columns->width[n - 1], y);
    pen_draw(l->p,
             &(pen_look){.stroke = true, .line = head ? ink : rule, .width = head ? 1.0 : 0.5},
             NULL);
}

static void draw_band(struct layout *l, const struct columns *columns, size_t n, double y,
                      double height)
{
    pen_box(l->p, EDGE - 2, y, columns->x[n - 1] + columns->width[n - 1] - EDGE + 2, height);
    pen_draw(l->p, &(pen_look){.fill = true, .inside = mark}, NULL);
}

/// Rows from `first` on that this page holds: lines first, then the text with its tags.
static size_t table_page(struct layout *l, const struct doc_block *block,
                         const struct columns *columns, struct row *rows, size_t first)
{
    const size_t n = block->columns, all = block->count / n;
    double y = l->y + rows[0].height;
    size_t end = first;
    draw_rule(l, columns, n, y, true);
    for (; end < all; end++) {
        if (y + rows[end].height > HIGH - EDGE - FOOT / 2.0 && end > first) break;
        if (block->cells[end * n].mark) draw_band(l, columns, n, y, rows[end].height);
        y += rows[end].height;
        draw_rule(l, columns, n, y, false);
    }
    pen_tag(l->p, "Table");
    draw_row(l, block, columns, 0, &rows[0], l->y);
    y = l->y + rows[0].height;
    for (size_t r = first; r < end; r++) {
        draw_row(l, block, columns, r, &rows[r], y);
        y += rows[r].height;
    }
    pen_tag_end(l->p, "Table");
    l->y = y;
    return end;
}

static void table(struct layout *l, const struct doc_block *block)
{
    const size_t n = block->columns;
    if (!n || n > MOST_COLUMNS || block->count < 2 * n) return;
    const size_t all = block->count / n;
    struct columns columns = {.font = {8, false}};
    while (!share_width(l, block, &columns) && columns.font.size > 6)
        columns.font.size -= 0.5;
    struct row *rows = ig_alloc(all, sizeof *rows);
    if (!rows) {
        l->failed = true;
        return;
    }
    for (size_t r = 0; r < all; r++)
        measure_row(l, block, &columns, r, &rows[r]);
    need(l, 24 + rows[0].height + rows[1].height + (all > 2 ? rows[2].height : 0));
    flow(l, "P", block->text, (pen_font){8.5, true}, EDGE, inner(), ink);
    l->y += 2;
    for (size_t r = 1; r < all && !l->failed;) {
        if (r > 1) next_page(l);
        r = table_page(l, block, &columns, rows, r);
    }
    for (size_t r = 0; r < all; r++)
        row_free(&rows[r], n);
    ig_free(rows);
    l->y += 10;
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
            table(l, block);
            break;
        case DOC_FIGURE:
            figure(l, block);
            break;
        case DOC_TILES:
            tiles(l, block);
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

ig_status pdf_write(ig_ctx *ctx, const struct doc *doc, const struct words *words, const pen *ruler,
                    ig_text *out)
{
    struct say texts = {.words = words};
    struct layout l = {.ctx = ctx, .doc = doc, .say = &texts};
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
