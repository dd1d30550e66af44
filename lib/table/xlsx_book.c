// What an XLSX holds beside its sheets: which part is which, shared texts, styles that are dates.
#include "xlsx_book.h"

#include <ctype.h>
#include <stdlib.h>

enum { MOST_SHEETS = 4096 };

void book_out_of_memory(struct book *book)
{
    book->status = ig_fail(book->ctx, IG_EMEMORY, "no memory for %s", shown(book->name));
}

void book_close(struct book *book)
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
    if (!book->workbook) book_out_of_memory(book);
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
    if (!*place) book_out_of_memory(book);
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
        book_out_of_memory(book);
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

void book_unescape(ig_text *text)
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
    book_unescape(&c->text);
    struct texts *shared = &book->shared;
    if (c->text.failed ||
        !ig_grow((void **)&shared->arena, &shared->room, shared->used + c->text.length + 1, 1) ||
        !ig_grow((void **)&shared->at, &shared->at_room, shared->count + 1, sizeof *shared->at)) {
        book_out_of_memory(book);
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
            book_out_of_memory(book);
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
        book_out_of_memory(book);
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

// ---- all of it ------------------------------------------------------------------------------

ig_status book_open(struct book *book, const char *path)
{
    ig_status status =
        package_open(book->ctx, path, book->name, unpacked_limit(book->options), &book->package);
    if (!status) status = find_parts(book);
    if (!status) status = read_strings(book);
    if (!status) status = read_styles(book);
    return status;
}
