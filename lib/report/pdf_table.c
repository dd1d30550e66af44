// Tables of a PDF: widths by what the columns hold, rows kept together, going on over pages.
#include "pdf_internal.h"

#include <math.h>
#include <string.h>

static const ig_colour rule = {190, 196, 204}, mark = {253, 241, 220};

enum { MOST_COLUMNS = 24 };
#define HEAD_WISH 0.56 ///< of the width of a head in one line
#define TEXT_WISH 0.5  ///< of the page
#define NAME_WISH 0.28 ///< of the page, for what is one word, as a path is

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
        least[c % n] = fmax(least[c % n], fmin(word, 0.2 * pdf_inner()));
        // the head of a column of numbers is content with two lines, long words with several
        const bool head = c < n && block->cells[c].right;
        const bool sentence = strchr(block->cells[c].text, ' ') != NULL;
        const double most = (sentence ? TEXT_WISH : NAME_WISH) * pdf_inner();
        wish[c % n] = fmax(wish[c % n], head ? HEAD_WISH * whole : fmin(whole, most));
    }
    for (size_t c = 0; c < n; c++) {
        wish[c] = fmax(wish[c], least[c]);
        all_least += least[c];
        all_wish += wish[c];
    }
    const bool squeezed = all_least > pdf_inner();
    double x = EDGE;
    for (size_t c = 0; c < n; c++) {
        if (squeezed) {
            columns->width[c] = least[c] * pdf_inner() / all_least;
        } else if (all_wish <= pdf_inner()) {
            columns->width[c] = wish[c] + fmin(14, (pdf_inner() - all_wish) / (double)n);
        } else {
            const double more = all_wish - all_least;
            columns->width[c] =
                least[c] + (pdf_inner() - all_least) * (more > 0 ? (wish[c] - least[c]) / more : 0);
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
        pdf_wrap(l, block->cells[r * block->columns + c].text, font, columns->width[c] - 5,
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
        if (cell->id) pen_target(l->p, cell->id);
        const bool leads = pdf_link(l, cell->link);
        const double x = cell->right ? columns->x[c] + columns->width[c] - 6 : columns->x[c];
        pen_draw_lines(l->p, &row->lines[c], x, y + 2 + font.size, font,
                       cell->right ? PEN_END : PEN_START, leads ? pdf_blue : pdf_ink);
        if (leads) pen_tag_end(l->p, "Link");
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
             &(pen_look){.stroke = true, .line = head ? pdf_ink : rule, .width = head ? 1.0 : 0.5},
             NULL);
}

static void draw_band(struct layout *l, const struct columns *columns, size_t n, double y,
                      double height)
{
    pen_box(l->p, EDGE - 2, y, columns->x[n - 1] + columns->width[n - 1] - EDGE + 2, height);
    pen_draw(l->p, &(pen_look){.fill = true, .inside = mark}, NULL);
}

enum { ROWS_TOGETHER = 3 };

/// The row after the last that this page holds from `first` on. The last page of a table gets three
/// rows at least, as far as there are some to give.
static size_t rows_of_page(const struct layout *l, const struct row *rows, size_t first, size_t all)
{
    double y = l->y + rows[0].height;
    size_t end = first;
    while (end < all && (end == first || y + rows[end].height <= pdf_bottom()))
        y += rows[end++].height;
    const size_t left = all - end;
    if (!left || left >= ROWS_TOGETHER) return end;
    const size_t give = ROWS_TOGETHER - left;
    return end - first >= give + ROWS_TOGETHER ? end - give : end;
}

/// The rows of one page: lines first, then the text with its tags.
static void table_page(struct layout *l, const struct doc_block *block,
                       const struct columns *columns, struct row *rows, size_t first, size_t end)
{
    const size_t n = block->columns;
    double y = l->y + rows[0].height;
    draw_rule(l, columns, n, y, true);
    for (size_t r = first; r < end; r++) {
        if (block->cells[r * n].mark) draw_band(l, columns, n, y, rows[r].height);
        y += rows[r].height;
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
}

/// Room that a table asks for where it begins: a short one stands whole on a page, a long one shows
/// some rows.
static double room_of(const struct row *rows, size_t all)
{
    const double caption = 16;
    double whole = caption, some = caption + rows[0].height;
    for (size_t r = 0; r < all; r++) {
        whole += rows[r].height;
        if (r > 0 && r <= ROWS_TOGETHER) some += rows[r].height;
    }
    return whole <= (pdf_bottom() - EDGE) / 3 ? whole : some;
}

/// All rows as lines in columns of their widths. Yours, free with rows_free; NULL for a table that
/// is not drawn.
static struct row *lay_rows(struct layout *l, const struct doc_block *block,
                            struct columns *columns)
{
    const size_t n = block->columns, all = n ? block->count / n : 0;
    if (!n || n > MOST_COLUMNS || block->count < 2 * n) return NULL;
    *columns = (struct columns){.font = {8, false}};
    while (!share_width(l, block, columns) && columns->font.size > 6)
        columns->font.size -= 0.5;
    struct row *rows = ig_alloc(all, sizeof *rows);
    l->failed |= !rows;
    for (size_t r = 0; rows && r < all; r++)
        measure_row(l, block, columns, r, &rows[r]);
    return rows;
}

static void rows_free(struct row *rows, const struct doc_block *block)
{
    for (size_t r = 0; rows && r < block->count / block->columns; r++)
        row_free(&rows[r], block->columns);
    ig_free(rows);
}

double pdf_table_room(struct layout *l, const struct doc_block *block)
{
    struct columns columns;
    struct row *rows = lay_rows(l, block, &columns);
    const double room = rows ? room_of(rows, block->count / block->columns) : 0;
    rows_free(rows, block);
    return room;
}

void pdf_table(struct layout *l, const struct doc_block *block)
{
    struct columns columns;
    struct row *rows = lay_rows(l, block, &columns);
    if (!rows) return;
    const size_t all = block->count / block->columns;
    pdf_need(l, room_of(rows, all));
    pdf_flow(l, "P", block->text, (pen_font){8.5, true}, EDGE, pdf_inner(), pdf_ink);
    l->y += 2;
    for (size_t r = 1; r < all && !l->failed;) {
        if (r > 1) {
            pdf_next_page(l);
            pdf_flow(l, "P", say(l->say, "table_goes_on", block->text, NULL), (pen_font){8.5, true},
                     EDGE, pdf_inner(), pdf_ink);
            l->y += 2;
        }
        const size_t end = rows_of_page(l, rows, r, all);
        table_page(l, block, &columns, rows, r, end);
        r = end;
    }
    rows_free(rows, block);
    l->y += 10;
}
