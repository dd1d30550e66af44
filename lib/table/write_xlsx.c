// XLSX, the least that a spreadsheet opens: one sheet, text cells as text, the same bytes each time.
#include "table_internal.h"

#include <math.h>
#include <zip.h>

enum { MOST_XLSX_ROWS = 1048576, MOST_XLSX_COLUMNS = 16384 };

static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

static const char content_types[] =
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
    "<Default Extension=\"rels\" "
    "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/"
    "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
    "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/"
    "vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>";

static const char package_links[] =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
    "relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";

static const char workbook_links[] =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
    "relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/// XML text; what XML cannot hold as _xHHHH_, as Office does (ECMA-376, ST_Xstring).
static void xml_text(ig_text *out, const char *text)
{
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        const bool like_escape = c == '_' && text[1] == 'x' && is_hex(text[2]) && is_hex(text[3]) &&
                                 is_hex(text[4]) && is_hex(text[5]) && text[6] == '_';
        if (c == '&') {
            ig_text_append(out, "&amp;");
        } else if (c == '<') {
            ig_text_append(out, "&lt;");
        } else if (c == '>') {
            ig_text_append(out, "&gt;");
        } else if (c == '"') {
            ig_text_append(out, "&quot;");
        } else if ((c < 0x20 && c != '\t' && c != '\n') || like_escape) {
            ig_text_format(out, "_x%04X_", c);
        } else {
            ig_text_append_bytes(out, text, 1);
        }
    }
}

/// A1, Z1, AA1 ...
static void reference(char *out, size_t room, size_t column, size_t row)
{
    char letters[8];
    size_t used = sizeof letters;
    letters[--used] = '\0';
    for (size_t c = column + 1; c > 0; c = (c - 1) / 26)
        letters[--used] = (char)('A' + (c - 1) % 26);
    snprintf(out, room, "%s%zu", letters + used, row + 1);
}

static void text_cell(ig_text *out, size_t column, size_t row, const char *text)
{
    char place[32];
    reference(place, sizeof place, column, row);
    ig_text_format(out, "<c r=\"%s\" t=\"inlineStr\"><is><t xml:space=\"preserve\">", place);
    xml_text(out, text);
    ig_text_append(out, "</t></is></c>");
}

static void sheet_row(ig_text *out, const ig_result *result, size_t row)
{
    ig_text_format(out, "<row r=\"%zu\">", row + 2);
    for (size_t c = 0; c < result->count; c++) {
        const ig_column *column = &result->columns[c];
        if (column->kind == IG_COLUMN_TEXT) {
            if (column->text[row]) text_cell(out, c, row + 1, column->text[row]);
        } else if (isfinite(column->number[row])) {
            char place[32], number[40];
            reference(place, sizeof place, c, row + 1);
            ig_text_format(out, "<c r=\"%s\"><v>%s</v></c>", place,
                           ig_number_text(column->number[row], number, sizeof number));
        }
    }
    ig_text_append(out, "</row>");
}

static void sheet(ig_text *out, const ig_result *result)
{
    ig_text_append(out, head);
    ig_text_append(out, "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/"
                        "main\"><sheetData><row r=\"1\">");
    for (size_t c = 0; c < result->count; c++)
        text_cell(out, c, 0, result->columns[c].name);
    ig_text_append(out, "</row>");
    for (size_t r = 0; r < result->rows; r++)
        sheet_row(out, result, r);
    ig_text_append(out, "</sheetData></worksheet>");
}

/// Sheet names: at most 31 characters, none of []:*?/\ .
static void workbook(ig_text *out, const char *name)
{
    char sheet_name[32] = "table";
    if (name && *name) {
        size_t used = 0;
        for (const char *c = name; *c && used < 31; c++) {
            sheet_name[used++] =
                strchr("[]:*?/\\'", *c) || (unsigned char)*c < 0x20 || (unsigned char)*c >= 0x80
                    ? '_'
                    : *c;
        }
        sheet_name[used] = '\0';
    }
    ig_text_append(out, head);
    ig_text_append(out,
                   "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
                   "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/"
                   "relationships\"><sheets><sheet name=\"");
    xml_text(out, sheet_name);
    ig_text_append(out, "\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
}

static bool add_part(zip_t *zip, const char *name, const char *data, size_t length)
{
    zip_source_t *source = zip_source_buffer(zip, data, length, 0);
    if (!source) return false;
    const zip_int64_t number = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
    if (number < 0) {
        zip_source_free(source);
        return false;
    }
    return zip_set_file_compression(zip, (zip_uint64_t)number, ZIP_CM_DEFLATE, 6) == 0 &&
           zip_file_set_dostime(zip, (zip_uint64_t)number, 0, 1 << 5 | 1, 0) == 0; // 1980-01-01
}

static bool add_fixed(zip_t *zip, const char *name, ig_text *part, const char *body)
{
    ig_text_append(part, head);
    ig_text_append(part, body);
    return !part->failed && add_part(zip, name, part->data, part->length);
}

/// All parts into a zip in memory.
static ig_status pack(ig_ctx *ctx, const ig_result *result, const char *name, zip_source_t *memory)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_keep(memory);
    zip_t *zip = zip_open_from_source(memory, ZIP_TRUNCATE, &error);
    if (!zip) {
        zip_source_free(memory);
        zip_error_fini(&error);
        return ig_fail(ctx, IG_EWRITE, "no zip can be begun");
    }
    ig_text types = {0}, links = {0}, book_links = {0}, book = {0}, cells = {0};
    workbook(&book, name);
    sheet(&cells, result);
    bool whole = !book.failed && !cells.failed;
    whole = whole && add_fixed(zip, "[Content_Types].xml", &types, content_types) &&
            add_fixed(zip, "_rels/.rels", &links, package_links) &&
            add_fixed(zip, "xl/_rels/workbook.xml.rels", &book_links, workbook_links) &&
            add_part(zip, "xl/workbook.xml", book.data, book.length) &&
            add_part(zip, "xl/worksheets/sheet1.xml", cells.data, cells.length);
    ig_status status = IG_OK;
    if (!whole || zip_close(zip) != 0) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for a workbook: %s", zip_strerror(zip));
        zip_discard(zip);
    }
    ig_text_free(&types);
    ig_text_free(&links);
    ig_text_free(&book_links);
    ig_text_free(&book);
    ig_text_free(&cells);
    zip_error_fini(&error);
    return status;
}

static ig_status pour(ig_ctx *ctx, zip_source_t *memory, const char *path)
{
    enum { BLOCK = 65536 };
    char *block = ig_alloc(BLOCK, 1);
    FILE *file = fopen(path, "wb");
    const bool open = block && file && zip_source_open(memory) == 0;
    bool whole = open;
    while (whole) {
        const zip_int64_t got = zip_source_read(memory, block, BLOCK);
        if (got == 0) break;
        whole = got > 0 && fwrite(block, 1, (size_t)got, file) == (size_t)got;
    }
    if (open) zip_source_close(memory);
    if (file && fclose(file) != 0) whole = false;
    ig_free(block);
    return whole ? IG_OK : ig_fail(ctx, IG_EWRITE, "%s cannot be written", shown(path));
}

/// Count the rows of the sheet as it lies on disk; libzip checks sizes and sums on the way.
static ig_status read_back(ig_ctx *ctx, const ig_result *result, const char *path)
{
    enum { BLOCK = 65536 };
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code);
    zip_file_t *part = zip ? zip_fopen(zip, "xl/worksheets/sheet1.xml", 0) : NULL;
    char *block = ig_alloc(BLOCK, 1);
    size_t rows = 0, matched = 0;
    zip_int64_t got = -1;
    static const char mark[] = "</row>";
    while (part && block && (got = zip_fread(part, block, BLOCK)) > 0) {
        for (zip_int64_t i = 0; i < got; i++) {
            matched = block[i] == mark[matched] ? matched + 1 : block[i] == mark[0];
            if (mark[matched]) continue;
            rows++;
            matched = 0;
        }
    }
    if (part && zip_fclose(part) != 0) got = -1;
    if (zip) zip_discard(zip);
    ig_free(block);
    if (got == 0 && rows == result->rows + 1) return IG_OK;
    return ig_fail(ctx, IG_EWRITE, "%s could not be read back", shown(path));
}

ig_status write_xlsx(ig_ctx *ctx, const ig_result *result, const char *path, const char *name)
{
    if (result->rows >= MOST_XLSX_ROWS || result->count > MOST_XLSX_COLUMNS) {
        ig_fail(ctx, IG_ELIMIT, "%zu rows and %zu columns are more than an XLSX sheet holds",
                result->rows, result->count);
        return ig_hint(ctx, "write .csv or .gpkg");
    }
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *memory = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_error_fini(&error);
    if (!memory) return ig_fail(ctx, IG_EMEMORY, "no memory for a workbook");
    ig_status status = pack(ctx, result, name, memory);
    if (!status) status = pour(ctx, memory, path);
    if (!status) status = read_back(ctx, result, path);
    zip_source_free(memory);
    return status;
}
