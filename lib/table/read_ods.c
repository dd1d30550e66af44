// ODS: cells as text by their stored value, repeats unrolled within limits.
#include "package.h"

#include <stdlib.h>

enum { MOST_SHEETS = 4096 };

struct book {
    ig_ctx *ctx;
    const char *name;
    ig_status status;
    struct sheet *sheet;
    size_t sheets, sheet_room;

    // the pass: looking which sheets hold data, or reading one of them
    size_t wanted; ///< sheet to read; SIZE_MAX: looking
    struct intake *intake;
    bool stop;

    bool in_sheet; ///< in a sheet that is read or looked at
    size_t wide_rows;
    int64_t row;        ///< of the sheet, from 1
    int64_t row_repeat; ///< how often the row under way stands there
    size_t next;        ///< column of the cell under way, from 0
    size_t filled;

    int in_cell; ///< 0, 1 for a cell, 2 for one covered by its neighbour
    int aside;   ///< depth in annotations and the like, which are not the cell's text
    int paragraph;
    size_t paragraphs;
    int64_t repeat; ///< how often the cell stands there
    bool formula, typed, stated;
    ig_text value;  ///< stated by attribute
    ig_text text;   ///< as it is shown
    size_t pending; ///< empty cells that wait for something after them

    /// the row under way, to be given as often as it repeats
    ig_text cells;
    size_t *length;
    bool *cell_typed;
    size_t count, length_room, typed_room;
};

static void out_of_memory(struct book *book)
{
    book->status = ig_fail(book->ctx, IG_EMEMORY, "no memory for %s", shown(book->name));
}

static void free_book(struct book *book)
{
    for (size_t i = 0; i < book->sheets; i++)
        ig_free(book->sheet[i].name);
    ig_free(book->sheet);
    ig_free(book->length);
    ig_free(book->cell_typed);
    ig_text_free(&book->value);
    ig_text_free(&book->text);
    ig_text_free(&book->cells);
}

static int64_t repeat_of(const char *const *attributes, const char *name)
{
    const char *text = part_attribute(attributes, name);
    const long long count = text ? strtoll(text, NULL, 10) : 1;
    return count < 1 ? 1 : count > 1048576 ? 1048576 : count;
}

// ---- cells ----------------------------------------------------------------------------------

static void begin_cell(struct book *book, const char *const *attributes, bool covered)
{
    book->in_cell = covered ? 2 : 1;
    book->repeat = repeat_of(attributes, "number-columns-repeated");
    book->formula = part_attribute(attributes, "formula") != NULL;
    book->typed = book->stated = false;
    book->paragraphs = 0;
    book->value.length = book->text.length = 0;
    const char *type = part_attribute(attributes, "value-type");
    if (!type || covered) return;
    const char *value = NULL;
    if (strcmp(type, "float") == 0 || strcmp(type, "percentage") == 0 ||
        strcmp(type, "currency") == 0) {
        value = part_attribute(attributes, "value");
        book->typed = value != NULL;
    } else if (strcmp(type, "date") == 0) {
        value = part_attribute(attributes, "date-value");
    } else if (strcmp(type, "time") == 0) {
        value = part_attribute(attributes, "time-value");
    } else if (strcmp(type, "boolean") == 0) {
        value = part_attribute(attributes, "boolean-value");
    } else if (strcmp(type, "string") == 0) {
        value = part_attribute(attributes, "string-value");
        book->formula = false; // an empty text is a value
    }
    if (!value) return;
    book->stated = true;
    ig_text_append(&book->value, value);
}

static void add_cell(struct book *book, const char *text, size_t length, bool typed)
{
    if (book->count >= MOST_COLUMNS) {
        book->status = ig_fail(book->ctx, IG_ELIMIT, "%s: cell %s: more columns than are read",
                               shown(book->name), cell_name(book->count, book->row));
        return;
    }
    ig_text_append_bytes(&book->cells, text, length);
    if (book->cells.failed ||
        !ig_grow((void **)&book->length, &book->length_room, book->count + 1,
                 sizeof *book->length) ||
        !ig_grow((void **)&book->cell_typed, &book->typed_room, book->count + 1,
                 sizeof *book->cell_typed)) {
        out_of_memory(book);
        return;
    }
    book->length[book->count] = length;
    book->cell_typed[book->count++] = typed;
}

static void end_cell(struct book *book)
{
    const bool covered = book->in_cell == 2;
    book->in_cell = 0;
    if (book->value.failed || book->text.failed) {
        out_of_memory(book);
        return;
    }
    const ig_text *from = book->stated ? &book->value : &book->text;
    const size_t length = covered ? 0 : from->length;
    if (book->formula && length == 0 && !covered) {
        book->status =
            ig_fail(book->ctx, IG_EFORMAT,
                    "%s: sheet '%s', cell %s: a formula without a stored value", shown(book->name),
                    ig_show(book->sheet[book->sheets - 1].name), cell_name(book->next, book->row));
        ig_hint(book->ctx, "open the workbook in a spreadsheet program, let it calculate, and save "
                           "it again");
        return;
    }
    book->next += (size_t)book->repeat;
    if (length == 0) { // the sheet's empty right side repeats for thousands of columns
        book->pending += (size_t)book->repeat;
        return;
    }
    book->filled += (size_t)book->repeat;
    if (!book->intake) return;
    for (; book->pending > 0 && !book->status; book->pending--)
        add_cell(book, "", 0, false);
    for (int64_t i = 0; i < book->repeat && !book->status; i++) {
        add_cell(book, from->data, length, book->typed);
    }
}

// ---- rows -----------------------------------------------------------------------------------

static void begin_row(struct book *book, const char *const *attributes)
{
    book->row_repeat = repeat_of(attributes, "number-rows-repeated");
    book->row++;
    book->count = book->next = book->filled = book->pending = 0;
    book->cells.length = 0;
}

static void end_row(struct book *book)
{
    if (!book->intake) {
        book->wide_rows += book->filled >= 2 ? (size_t)book->row_repeat : 0;
    }
    for (int64_t i = 0; book->intake && book->filled > 0 && i < book->row_repeat; i++) {
        size_t at = 0;
        for (size_t c = 0; c < book->count && !book->status; c++) {
            book->status = intake_cell(book->intake, book->cells.data + at, book->length[c],
                                       book->cell_typed[c]);
            at += book->length[c];
        }
        if (!book->status) book->status = intake_row(book->intake, book->row + i);
        if (book->status) return;
    }
    book->row += book->row_repeat - 1;
}

// ---- elements -------------------------------------------------------------------------------

static void begin_sheet(struct book *book, const char *const *attributes)
{
    const char *name = part_attribute(attributes, "name");
    book->row = 0;
    book->wide_rows = 0;
    if (book->wanted != SIZE_MAX) { // names were taken when looking
        book->sheets++;
        book->in_sheet = book->sheets - 1 == book->wanted;
        return;
    }
    if (book->sheets >= MOST_SHEETS ||
        !ig_grow((void **)&book->sheet, &book->sheet_room, book->sheets + 1, sizeof *book->sheet)) {
        out_of_memory(book);
        return;
    }
    book->sheet[book->sheets] = (struct sheet){.name = ig_text_copy(name ? name : "")};
    if (!book->sheet[book->sheets].name) {
        out_of_memory(book);
        return;
    }
    book->sheets++;
    book->in_sheet = true;
}

static void end_sheet(struct book *book)
{
    if (book->wanted == SIZE_MAX && book->sheets) {
        book->sheet[book->sheets - 1].data = book->wide_rows >= 2;
    }
    if (book->in_sheet && book->wanted != SIZE_MAX) book->stop = true;
    book->in_sheet = false;
}

/// Blanks, tabs and line breaks that stand as elements in a paragraph.
static void text_element(struct book *book, const char *element, const char *const *attributes)
{
    if (strcmp(element, "s") == 0) {
        const char *count = part_attribute(attributes, "c");
        const long blanks = count ? strtol(count, NULL, 10) : 1;
        for (long i = 0; i < blanks && i < 1000; i++)
            ig_text_append(&book->text, " ");
    } else if (strcmp(element, "tab") == 0) {
        ig_text_append(&book->text, "\t");
    } else if (strcmp(element, "line-break") == 0) {
        ig_text_append(&book->text, "\n");
    }
}

static void on_begin(void *user, const char *element, const char *const *attributes)
{
    struct book *book = user;
    if (strcmp(element, "table") == 0 && !book->in_cell) {
        begin_sheet(book, attributes);
    } else if (!book->in_sheet) {
        return;
    } else if (book->in_cell) {
        if (book->aside || strcmp(element, "annotation") == 0 || strcmp(element, "frame") == 0 ||
            strcmp(element, "table") == 0) {
            book->aside++;
        } else if (strcmp(element, "p") == 0) {
            if (book->paragraph++ == 0 && book->paragraphs++ > 0) ig_text_append(&book->text, "\n");
        } else {
            text_element(book, element, attributes);
        }
    } else if (strcmp(element, "table-row") == 0) {
        begin_row(book, attributes);
    } else if (strcmp(element, "table-cell") == 0) {
        begin_cell(book, attributes, false);
    } else if (strcmp(element, "covered-table-cell") == 0) {
        begin_cell(book, attributes, true);
    }
}

static void on_end(void *user, const char *element)
{
    struct book *book = user;
    if (book->status) return;
    if (book->aside) {
        book->aside--;
    } else if (strcmp(element, "table") == 0) {
        end_sheet(book);
    } else if (!book->in_sheet) {
        return;
    } else if (strcmp(element, "p") == 0 && book->paragraph) {
        book->paragraph--;
    } else if (strcmp(element, "table-cell") == 0 || strcmp(element, "covered-table-cell") == 0) {
        end_cell(book);
    } else if (strcmp(element, "table-row") == 0) {
        end_row(book);
    }
}

static void on_text(void *user, const char *text, int length)
{
    struct book *book = user;
    if (!book->in_cell || book->aside || !book->paragraph) return;
    if (book->text.length > MOST_FIELD_BYTES) return; // told of when the cell ends
    ig_text_append_bytes(&book->text, text, (size_t)length);
}

static ig_status pass(struct book *book, struct package *package, size_t wanted)
{
    book->wanted = wanted;
    book->sheets = 0;
    book->stop = book->in_sheet = false;
    book->in_cell = book->aside = book->paragraph = 0;
    const struct part_reader reader = {on_begin, on_end, on_text, book, &book->status, &book->stop};
    const ig_status status = package_parse(package, "content.xml", &reader);
    return status ? status : book->status;
}

ig_status read_ods(ig_ctx *ctx, const char *path, const char *name, const ig_table_options *options,
                   const char *sheet, ig_table **out)
{
    struct book book = {.ctx = ctx, .name = name};
    struct package *package = NULL;
    ig_status status = package_open(ctx, path, name, unpacked_limit(options), &package);
    if (status) return status;
    size_t chosen = 0, sheets = 0;
    status = pass(&book, package, SIZE_MAX);
    sheets = book.sheets;
    if (!status) status = choose_sheet(ctx, name, book.sheet, book.sheets, sheet, &chosen);
    if (!status) status = intake_new(ctx, name, "row", options, NULL, 0, &book.intake);
    if (!status) {
        intake_loose(book.intake);
        status = pass(&book, package, chosen);
    }
    book.sheets = sheets;
    package_close(package);
    free_book(&book);
    if (status) {
        intake_free(book.intake);
        return status;
    }
    return intake_finish(book.intake, out);
}
