// XLSX: cells as text, numbers with the digits they are stored with, formulas by their stored value.
#include "package.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { MOST_SHEETS = 4096, MOST_SHEET_ROWS = 1048576 };

/// Growing list of texts in one arena.
struct texts {
    char *arena;
    size_t used, room;
    size_t *at;
    size_t count, at_room;
};

struct book {
    ig_ctx *ctx;
    const char *name;
    const ig_table_options *options;
    struct package *package;
    ig_status status;

    char *workbook; ///< part of the workbook
    char *folder;   ///< its folder with a slash, "xl/"
    char *strings;  ///< part of the shared strings, or NULL
    char *styles;   ///< part of the styles, or NULL
    bool from_1904;
    struct sheet *sheet;
    char **link; ///< relationship id of each sheet
    size_t sheets, sheet_room;

    struct texts shared;
    bool *is_date; ///< by cell style
    size_t styles_count, style_room;
};

static void out_of_memory(struct book *book)
{
    book->status = ig_fail(book->ctx, IG_EMEMORY, "no memory for %s", shown(book->name));
}

static void free_book(struct book *book)
{
    for (size_t i = 0; i < book->sheets; i++) {
        ig_free(book->sheet[i].name);
        ig_free(book->sheet[i].part);
        ig_free(book->link[i]);
    }
    ig_free(book->sheet);
    ig_free(book->link);
    ig_free(book->workbook);
    ig_free(book->folder);
    ig_free(book->strings);
    ig_free(book->styles);
    ig_free(book->shared.arena);
    ig_free(book->shared.at);
    ig_free(book->is_date);
    package_close(book->package);
}

// ---- which part is which --------------------------------------------------------------------

/// "worksheets/sheet1.xml" seen from "xl/", or "/xl/worksheets/sheet1.xml", as a part's name.
static char *resolve(const char *folder, const char *target)
{
    ig_text text = {0};
    ig_text_append(&text, "");
    if (*target == '/') {
        target++;
    } else {
        ig_text_append(&text, folder);
    }
    while (strncmp(target, "../", 3) == 0) {
        target += 3;
        if (text.length > 0) text.data[--text.length] = '\0';
        while (text.length > 0 && text.data[text.length - 1] != '/') {
            text.data[--text.length] = '\0';
        }
    }
    if (strncmp(target, "./", 2) == 0) target += 2;
    ig_text_append(&text, target);
    if (text.failed) ig_text_free(&text);
    return text.data;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static void package_link(void *user, const char *element, const char *const *attributes)
{
    struct book *book = user;
    const char *type = part_attribute(attributes, "Type");
    const char *target = part_attribute(attributes, "Target");
    if (strcmp(element, "Relationship") != 0 || !type || !target || book->workbook) return;
    if (!ends_with(type, "/officeDocument")) return;
    book->workbook = resolve("", target);
    if (!book->workbook) out_of_memory(book);
}

static void workbook_link(void *user, const char *element, const char *const *attributes)
{
    struct book *book = user;
    const char *type = part_attribute(attributes, "Type");
    const char *target = part_attribute(attributes, "Target");
    const char *id = part_attribute(attributes, "Id");
    if (strcmp(element, "Relationship") != 0 || !type || !target || !id) return;
    char **place = NULL;
    if (ends_with(type, "/sharedStrings")) place = &book->strings;
    if (ends_with(type, "/styles")) place = &book->styles;
    for (size_t i = 0; i < book->sheets && ends_with(type, "/worksheet"); i++) {
        if (strcmp(book->link[i], id) == 0) place = &book->sheet[i].part;
    }
    if (!place || *place) return;
    *place = resolve(book->folder, target);
    if (!*place) out_of_memory(book);
}

static void workbook_element(void *user, const char *element, const char *const *attributes)
{
    struct book *book = user;
    if (strcmp(element, "workbookPr") == 0) {
        const char *date = part_attribute(attributes, "date1904");
        book->from_1904 = date && (strcmp(date, "1") == 0 || strcmp(date, "true") == 0);
    }
    if (strcmp(element, "sheet") != 0) return;
    const char *name = part_attribute(attributes, "name"), *state, *link = NULL;
    state = part_attribute(attributes, "state");
    for (size_t i = 0; attributes[i]; i += 2) { // r:id, not sheetId
        const char *colon = strchr(attributes[i], ':');
        if (colon && strcmp(colon + 1, "id") == 0) link = attributes[i + 1];
    }
    if (!name || !link || book->sheets == MOST_SHEETS) return;
    size_t room = book->sheet_room;
    const struct sheet sheet = {.name = ig_text_copy(name),
                                .hidden = state && strcmp(state, "visible") != 0};
    char *copy = ig_text_copy(link);
    if (!sheet.name || !copy ||
        !ig_grow((void **)&book->sheet, &book->sheet_room, book->sheets + 1, sizeof *book->sheet) ||
        !ig_grow((void **)&book->link, &room, book->sheets + 1, sizeof *book->link)) {
        ig_free(sheet.name);
        ig_free(copy);
        out_of_memory(book);
        return;
    }
    book->sheet[book->sheets] = sheet;
    book->link[book->sheets++] = copy;
}

static ig_status parse(struct book *book, const char *part, part_begin begin, part_end end,
                       part_text text)
{
    const struct part_reader reader = {begin, end, text, book, &book->status, NULL};
    return package_parse(book->package, part, &reader);
}

static ig_status find_parts(struct book *book)
{
    ig_status status = parse(book, "_rels/.rels", package_link, NULL, NULL);
    if (status) return status;
    if (!book->workbook) {
        return ig_fail(book->ctx, IG_EFORMAT, "%s: no workbook in the file", shown(book->name));
    }
    status = parse(book, book->workbook, workbook_element, NULL, NULL);
    if (status) return status;
    const char *base = ig_base_name(book->workbook);
    ig_text links = {0};
    book->folder = ig_text_copy(book->workbook);
    if (!book->folder) return ig_fail(book->ctx, IG_EMEMORY, "no memory");
    book->folder[base - book->workbook] = '\0';
    ig_text_format(&links, "%s_rels/%s.rels", book->folder, base);
    status = links.failed ? ig_fail(book->ctx, IG_EMEMORY, "no memory")
                          : parse(book, links.data, workbook_link, NULL, NULL);
    ig_text_free(&links);
    return status;
}

// ---- shared strings -------------------------------------------------------------------------

struct collecting {
    struct book *book;
    ig_text text;
    bool in_text;
    int phonetic; ///< depth within <rPh>, which is a reading aid and not the text
};

static void string_begin(void *user, const char *element, const char *const *attributes)
{
    (void)attributes;
    struct collecting *c = user;
    if (strcmp(element, "si") == 0) c->text.length = 0;
    if (strcmp(element, "rPh") == 0) c->phonetic++;
    c->in_text = strcmp(element, "t") == 0 && c->phonetic == 0;
}

static int hex_value(const char *text)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        const char digit = text[i];
        if (!isxdigit((unsigned char)digit)) return -1;
        value =
            value * 16 + (isdigit((unsigned char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    return value;
}

/// _x000D_ back to the character it stands for, in place (ECMA-376, ST_Xstring).
static void unescape(ig_text *text)
{
    if (!text->data || !strstr(text->data, "_x")) return;
    size_t to = 0;
    for (size_t from = 0; from < text->length;) {
        const char *at = text->data + from;
        const int code = text->length - from >= 7 && at[0] == '_' && at[1] == 'x' && at[6] == '_'
                             ? hex_value(at + 2)
                             : -1;
        if (code > 0 && code < 0x80) {
            text->data[to++] = (char)code;
            from += 7;
        } else {
            text->data[to++] = text->data[from++];
        }
    }
    text->length = to;
    text->data[to] = '\0';
}

static void string_end(void *user, const char *element)
{
    struct collecting *c = user;
    struct book *book = c->book;
    if (strcmp(element, "t") == 0) c->in_text = false;
    if (strcmp(element, "rPh") == 0) c->phonetic--;
    if (strcmp(element, "si") != 0) return;
    unescape(&c->text);
    struct texts *shared = &book->shared;
    if (c->text.failed ||
        !ig_grow((void **)&shared->arena, &shared->room, shared->used + c->text.length + 1, 1) ||
        !ig_grow((void **)&shared->at, &shared->at_room, shared->count + 1, sizeof *shared->at)) {
        out_of_memory(book);
        return;
    }
    if (c->text.length) memcpy(shared->arena + shared->used, c->text.data, c->text.length);
    shared->arena[shared->used + c->text.length] = '\0';
    shared->at[shared->count++] = shared->used;
    shared->used += c->text.length + 1;
}

static void string_text(void *user, const char *text, int length)
{
    struct collecting *c = user;
    if (c->in_text) ig_text_append_bytes(&c->text, text, (size_t)length);
}

static ig_status read_strings(struct book *book)
{
    if (!book->strings) return IG_OK;
    struct collecting collecting = {.book = book};
    const struct part_reader reader = {string_begin, string_end,    string_text,
                                       &collecting,  &book->status, NULL};
    const ig_status status = package_parse(book->package, book->strings, &reader);
    ig_text_free(&collecting.text);
    return status;
}

// ---- which styles are dates -----------------------------------------------------------------

struct styling {
    struct book *book;
    bool in_cell_formats;
    int *date_format; ///< numbers of own formats that are dates
    size_t dates, room;
};

/// A number format with year, month, day or hour outside quotes and brackets.
static bool is_date_format(const char *code)
{
    bool quoted = false, bracket = false;
    for (; *code; code++) {
        if (*code == '"') quoted = !quoted;
        if (*code == '[') bracket = true;
        if (*code == ']') bracket = false;
        if (*code == '\\' && code[1]) {
            code++;
            continue;
        }
        if (!quoted && !bracket && strchr("ymdhsYMDHS", *code)) return true;
    }
    return false;
}

static void style_begin(void *user, const char *element, const char *const *attributes)
{
    struct styling *styling = user;
    struct book *book = styling->book;
    const char *number = part_attribute(attributes, "numFmtId");
    if (strcmp(element, "cellXfs") == 0) styling->in_cell_formats = true;
    if (strcmp(element, "numFmt") == 0 && number) {
        const char *code = part_attribute(attributes, "formatCode");
        if (!code || !is_date_format(code)) return;
        if (!ig_grow((void **)&styling->date_format, &styling->room, styling->dates + 1,
                     sizeof *styling->date_format)) {
            out_of_memory(book);
            return;
        }
        styling->date_format[styling->dates++] = atoi(number);
    }
    if (strcmp(element, "xf") != 0 || !styling->in_cell_formats) return;
    const int id = number ? atoi(number) : 0;
    bool date = (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
                (id >= 50 && id <= 58); // ECMA-376, 18.8.30
    for (size_t i = 0; i < styling->dates; i++)
        date = date || styling->date_format[i] == id;
    if (!ig_grow((void **)&book->is_date, &book->style_room, book->styles_count + 1,
                 sizeof *book->is_date)) {
        out_of_memory(book);
        return;
    }
    book->is_date[book->styles_count++] = date;
}

static void style_end(void *user, const char *element)
{
    struct styling *styling = user;
    if (strcmp(element, "cellXfs") == 0) styling->in_cell_formats = false;
}

static ig_status read_styles(struct book *book)
{
    if (!book->styles || !package_has(book->package, book->styles)) return IG_OK;
    struct styling styling = {.book = book};
    const struct part_reader reader = {style_begin, style_end, NULL, &styling, &book->status, NULL};
    const ig_status status = package_parse(book->package, book->styles, &reader);
    ig_free(styling.date_format);
    return status;
}

// ---- a sheet --------------------------------------------------------------------------------

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

static const char *cell_name(size_t column, int64_t row)
{
    static _Thread_local char name[32];
    char letters[8];
    size_t used = sizeof letters;
    letters[--used] = '\0';
    for (size_t c = column + 1; c > 0; c = (c - 1) / 26)
        letters[--used] = (char)('A' + (c - 1) % 26);
    snprintf(name, sizeof name, "%s%" PRId64, letters + used, row);
    return name;
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
        unescape(&reading->text);
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
        out_of_memory(book);
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
    ig_status status = package_open(ctx, path, name, unpacked_limit(options), &book.package);
    if (status) return status;
    size_t chosen = 0;
    status = find_parts(&book);
    if (!status) status = read_strings(&book);
    if (!status) status = read_styles(&book);
    if (!status) status = look_for_data(&book);
    if (!status) status = choose_sheet(ctx, name, book.sheet, book.sheets, sheet, &chosen);
    if (!status) status = read_sheet(&book, &book.sheet[chosen], out);
    free_book(&book);
    return status;
}
