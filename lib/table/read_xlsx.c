// XLSX: cells as text, numbers with the digits they are stored with, formulas by their stored value.
#include "xlsx_book.h"

#include <stdlib.h>

enum { MOST_SHEET_ROWS = 1048576 };

struct reading {
    struct book *book;
    const struct sheet *sheet;
    struct intake *intake; ///< NULL: only looking whether there is data
    size_t wide_rows;      ///< rows with two cells or more, when looking
    bool stop;

    int64_t row;
    size_t column; ///< of the cell under way
    size_t next;   ///< column after the last cell of the row
    size_t filled; ///< cells of the row that hold something
    char type[12];
    size_t style;
    bool in_cell, in_value, in_text, formula, has_value;
    int phonetic;
    ig_text text;
};

/// "BC12" to column and row from 0 and 1; false when it is none.
static bool take_reference(const char *text, size_t *column, int64_t *row)
{
    size_t c = 0;
    int64_t r = 0;
    const char *at = text;
    for (; *at >= 'A' && *at <= 'Z'; at++) {
        c = c * 26 + (size_t)(*at - 'A' + 1);
        if (c > 16384) return false;
    }
    for (; *at >= '0' && *at <= '9'; at++) {
        r = r * 10 + (*at - '0');
        if (r > MOST_SHEET_ROWS) return false;
    }
    if (c == 0 || r == 0 || *at) return false;
    *column = c - 1;
    *row = r;
    return true;
}

static void sheet_fail(struct reading *reading, ig_status status, const char *what)
{
    struct book *book = reading->book;
    book->status =
        ig_fail(book->ctx, status, "%s: sheet '%s', cell %s: %s", shown(book->name),
                ig_show(reading->sheet->name), cell_name(reading->column, reading->row), what);
}

static void begin_cell(struct reading *reading, const char *const *attributes)
{
    const char *reference = part_attribute(attributes, "r");
    const char *type = part_attribute(attributes, "t"), *style = part_attribute(attributes, "s");
    reading->column = reading->next;
    if (reference) {
        int64_t row = 0;
        size_t column = 0;
        if (!take_reference(reference, &column, &row) || row != reading->row ||
            column < reading->next) {
            sheet_fail(reading, IG_EFORMAT, "cells out of order; the sheet is corrupt");
            return;
        }
        reading->column = column;
    }
    snprintf(reading->type, sizeof reading->type, "%s", type ? type : "n");
    const long number = style ? strtol(style, NULL, 10) : 0;
    reading->style = number > 0 ? (size_t)number : 0;
    reading->in_cell = true;
    reading->formula = reading->has_value = false;
    reading->text.length = 0;
    if (reading->text.data) reading->text.data[0] = '\0';
}

static void begin_row(struct reading *reading, const char *const *attributes)
{
    const char *number = part_attribute(attributes, "r");
    const int64_t row = number ? strtoll(number, NULL, 10) : reading->row + 1;
    if (row <= reading->row || row > MOST_SHEET_ROWS) {
        reading->column = 0;
        sheet_fail(reading, IG_EFORMAT, "rows out of order; the sheet is corrupt");
        return;
    }
    reading->row = row;
    reading->next = reading->filled = 0;
}

static void sheet_begin(void *user, const char *element, const char *const *attributes)
{
    struct reading *reading = user;
    if (strcmp(element, "row") == 0) {
        begin_row(reading, attributes);
    } else if (strcmp(element, "c") == 0) {
        begin_cell(reading, attributes);
    } else if (reading->in_cell) {
        if (strcmp(element, "rPh") == 0) reading->phonetic++;
        if (strcmp(element, "f") == 0) reading->formula = true;
        if (strcmp(element, "v") == 0) reading->in_value = reading->has_value = true;
        if (strcmp(element, "t") == 0 && !reading->phonetic) reading->in_text = true;
    }
}

static void sheet_text(void *user, const char *text, int length)
{
    struct reading *reading = user;
    if (!reading->in_value && !reading->in_text) return;
    if (reading->text.length > MOST_FIELD_BYTES) return; // told of when the cell ends
    ig_text_append_bytes(&reading->text, text, (size_t)length);
}

/// A formula whose value was never stored: neither 0 nor nothing.
static bool lacks_value(const struct reading *reading)
{
    if (!reading->formula) return false;
    if (!reading->has_value) return true;
    return reading->text.length == 0 && strcmp(reading->type, "str") != 0;
}

/// The text of the cell under way by its type; false after a failure.
static bool cell_value(struct reading *reading, const char **text, size_t *length, bool *typed,
                       char *room, size_t room_size)
{
    struct book *book = reading->book;
    *text = reading->text.data ? reading->text.data : "";
    *length = reading->text.length;
    *typed = false;
    if (lacks_value(reading)) {
        sheet_fail(reading, IG_EFORMAT, "a formula without a stored value");
        ig_hint(book->ctx, "open the workbook in a spreadsheet program, let it calculate, and save "
                           "it again");
        return false;
    }
    if (strcmp(reading->type, "s") == 0) {
        char *end;
        const unsigned long long number = strtoull(*text, &end, 10);
        if (*length == 0) return true;
        if (*end || number >= book->shared.count) {
            sheet_fail(reading, IG_EFORMAT, "a text that is not in the list of shared texts");
            return false;
        }
        *text = book->shared.arena + book->shared.at[number];
        *length = strlen(*text);
    } else if (strcmp(reading->type, "inlineStr") == 0 || strcmp(reading->type, "str") == 0) {
        book_unescape(&reading->text);
        *length = reading->text.length;
    } else if (strcmp(reading->type, "b") == 0) {
        *text = **text == '1' ? "TRUE" : "FALSE";
        *length = strlen(*text);
    } else if (strcmp(reading->type, "n") == 0 && *length > 0) {
        double value;
        *typed = true;
        if (reading->style < book->styles_count && book->is_date[reading->style] &&
            ig_text_number(*text, &value) && value >= 0 && value < 2958466) {
            serial_date(value, book->from_1904, room, room_size);
            *text = room;
            *length = strlen(room);
            *typed = false;
        }
    }
    return true;
}

static void end_cell(struct reading *reading)
{
    struct book *book = reading->book;
    reading->in_cell = reading->in_value = reading->in_text = false;
    reading->phonetic = 0;
    if (reading->text.failed) {
        book_out_of_memory(book);
        return;
    }
    if (!reading->intake) { // looking only
        reading->filled += reading->text.length > 0 || reading->formula;
        reading->next = reading->column + 1;
        return;
    }
    const char *text;
    size_t length;
    bool typed;
    char room[40];
    if (!cell_value(reading, &text, &length, &typed, room, sizeof room)) return;
    if (length == 0) {
        return; // cells that hold nothing are made up for by the next that does
    }
    if (reading->column >= MOST_COLUMNS) {
        sheet_fail(reading, IG_ELIMIT, "more columns than are read");
        return;
    }
    for (; reading->next < reading->column && !book->status; reading->next++) {
        book->status = intake_cell(reading->intake, "", 0, false);
    }
    if (!book->status) book->status = intake_cell(reading->intake, text, length, typed);
    reading->next = reading->column + 1;
}

static void sheet_end(void *user, const char *element)
{
    struct reading *reading = user;
    struct book *book = reading->book;
    if (strcmp(element, "v") == 0) reading->in_value = false;
    if (strcmp(element, "t") == 0) reading->in_text = false;
    if (strcmp(element, "rPh") == 0 && reading->phonetic) reading->phonetic--;
    if (strcmp(element, "c") == 0 && !book->status) end_cell(reading);
    if (strcmp(element, "row") != 0 || book->status) return;
    if (reading->intake) {
        book->status = intake_row(reading->intake, reading->row);
    } else {
        reading->wide_rows += reading->filled >= 2;
        reading->stop = reading->wide_rows >= 2;
    }
}

static ig_status parse_sheet(struct reading *reading)
{
    struct book *book = reading->book;
    const struct part_reader reader = {sheet_begin, sheet_end,     sheet_text,
                                       reading,     &book->status, &reading->stop};
    const ig_status status = package_parse(book->package, reading->sheet->part, &reader);
    ig_text_free(&reading->text);
    return status ? status : book->status;
}

/// Look into each sheet until it is sure that it holds data.
static ig_status look_for_data(struct book *book)
{
    for (size_t i = 0; i < book->sheets; i++) {
        if (!book->sheet[i].part) continue; // a chart, or a sheet of macros
        struct reading reading = {.book = book, .sheet = &book->sheet[i]};
        const ig_status status = parse_sheet(&reading);
        if (status) return status;
        book->sheet[i].data = reading.wide_rows >= 2;
    }
    return IG_OK;
}

static ig_status read_sheet(struct book *book, const struct sheet *sheet, ig_table **out)
{
    if (!sheet->part) {
        return ig_fail(book->ctx, IG_EFORMAT, "%s: '%s' is no sheet of cells", shown(book->name),
                       ig_show(sheet->name));
    }
    struct reading reading = {.book = book, .sheet = sheet};
    ig_status status =
        intake_new(book->ctx, book->name, "row", book->options, NULL, 0, &reading.intake);
    if (status) return status;
    intake_loose(reading.intake);
    status = parse_sheet(&reading);
    if (status) {
        intake_free(reading.intake);
        return status;
    }
    return intake_finish(reading.intake, out);
}

ig_status read_xlsx(ig_ctx *ctx, const char *path, const char *name,
                    const ig_table_options *options, const char *sheet, ig_table **out)
{
    struct book book = {.ctx = ctx, .name = name, .options = options};
    size_t chosen = 0;
    ig_status status = book_open(&book, path);
    if (!status) status = look_for_data(&book);
    if (!status) status = choose_sheet(ctx, name, book.sheet, book.sheets, sheet, &chosen);
    if (!status) status = read_sheet(&book, &book.sheet[chosen], out);
    book_close(&book);
    return status;
}
