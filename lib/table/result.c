// Results: columns of one length on their way to a file.
#include "table_internal.h"

#include <math.h>
#include <strings.h>

ig_status ig_result_new(size_t rows, ig_result **out)
{
    ig_result *result = ig_alloc(1, sizeof *result);
    if (!result) return IG_EMEMORY;
    result->rows = rows;
    *out = result;
    return IG_OK;
}

static void free_column(ig_column *column, size_t rows)
{
    for (size_t r = 0; column->text && !column->lent && r < rows; r++)
        ig_free(column->text[r]);
    ig_free(column->text);
    ig_free(column->number);
    ig_free(column->name);
    ig_free(column->title);
}

void ig_result_free(ig_result *result)
{
    if (!result) return;
    for (size_t c = 0; c < result->count; c++)
        free_column(&result->columns[c], result->rows);
    ig_free(result->columns);
    ig_free(result);
}

const ig_column *ig_result_find(const ig_result *result, const char *name)
{
    for (size_t c = 0; c < result->count; c++) {
        if (strcmp(result->columns[c].name, name) == 0) return &result->columns[c];
    }
    return NULL;
}

ig_status ig_result_add(ig_result *result, const char *name, ig_column_kind kind,
                        ig_column **column)
{
    if (!name || !*name || ig_result_find(result, name)) return IG_EINVAL;
    if (!ig_grow((void **)&result->columns, &result->room, result->count + 1,
                 sizeof *result->columns)) {
        return IG_EMEMORY;
    }
    const size_t rows = result->rows ? result->rows : 1;
    ig_column made = {.name = ig_text_copy(name), .kind = kind};
    if (kind == IG_COLUMN_TEXT) {
        made.text = ig_alloc(rows, sizeof *made.text);
    } else {
        made.number = ig_alloc(rows, sizeof *made.number);
    }
    if (!made.name || (!made.text && !made.number)) {
        free_column(&made, 0);
        return IG_EMEMORY;
    }
    for (size_t r = 0; made.number && r < rows; r++)
        made.number[r] = NAN;
    result->columns[result->count] = made;
    *column = &result->columns[result->count++];
    return IG_OK;
}

ig_status ig_result_set_text(ig_result *result, ig_column *column, size_t row, const char *text)
{
    if (row >= result->rows || column->kind != IG_COLUMN_TEXT || column->lent) return IG_EINVAL;
    char *copy = NULL;
    if (text) {
        copy = ig_text_copy(text);
        if (!copy) return IG_EMEMORY;
    }
    ig_free(column->text[row]);
    column->text[row] = copy;
    return IG_OK;
}

// ---- CSV ------------------------------------------------------------------------------------

/// A field: quoted where needed; text that a spreadsheet would run gets an apostrophe (CWE-1236).
static void csv_text(ig_text *out, const char *text)
{
    const bool runs = *text && strchr("=+-@\t\r", *text);
    const bool quote = text[strcspn(text, ",\"\r\n")] || *text == ' ';
    if (quote) ig_text_append(out, "\"");
    if (runs) ig_text_append(out, "'");
    if (!quote) {
        ig_text_append(out, text);
        return;
    }
    for (;;) {
        const size_t plain = strcspn(text, "\"");
        ig_text_append_bytes(out, text, plain);
        text += plain;
        if (!*text) break;
        ig_text_append(out, "\"\"");
        text++;
    }
    ig_text_append(out, "\"");
}

static void csv_row(ig_text *out, const ig_result *result, size_t row)
{
    char number[40];
    for (size_t c = 0; c < result->count; c++) {
        const ig_column *column = &result->columns[c];
        if (c) ig_text_append(out, ",");
        if (column->kind != IG_COLUMN_TEXT) {
            ig_text_append(out, ig_number_text(column->number[row], number, sizeof number));
        } else if (column->text[row]) {
            csv_text(out, column->text[row]);
        }
    }
    ig_text_append(out, "\n");
}

static void csv_header(ig_text *out, const ig_result *result)
{
    for (size_t c = 0; c < result->count; c++) {
        if (c) ig_text_append(out, ",");
        csv_text(out, result->columns[c].name);
    }
    ig_text_append(out, "\n");
}

/// All of it to a stream, in pieces, so that a large table is never whole in memory as text.
static ig_status csv_stream(ig_ctx *ctx, const ig_result *result, FILE *stream, const char *what)
{
    ig_text text = {0};
    ig_status status = IG_OK;
    csv_header(&text, result);
    for (size_t r = 0; !status && r <= result->rows; r++) {
        if (text.length > 65536 || r == result->rows) {
            if (text.failed) {
                status = ig_fail(ctx, IG_EMEMORY, "no memory for %s", what);
            } else if (fwrite(text.data, 1, text.length, stream) != text.length) {
                status = ig_fail(ctx, IG_EWRITE, "%s cannot be written", what);
            }
            text.length = 0;
        }
        if (r < result->rows) csv_row(&text, result, r);
    }
    ig_text_free(&text);
    return status;
}

ig_status ig_result_print(ig_ctx *ctx, const ig_result *result, void *stream)
{
    FILE *file = stream;
    ig_status status = csv_stream(ctx, result, file, "standard output");
    if (!status && fflush(file) != 0) {
        status = ig_fail(ctx, IG_EWRITE, "standard output cannot be written");
    }
    return status;
}

static ig_status write_csv(ig_ctx *ctx, const ig_result *result, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file) return ig_fail(ctx, IG_EWRITE, "%s cannot be written", shown(path));
    ig_status status = csv_stream(ctx, result, file, shown(path));
    if (fclose(file) != 0 && !status) {
        status = ig_fail(ctx, IG_EWRITE, "%s cannot be written", shown(path));
    }
    return status;
}

// ---- JSON -----------------------------------------------------------------------------------

static void json_text(ig_text *out, const char *text)
{
    ig_text_append(out, "\"");
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            ig_text_format(out, "\\%c", c);
        } else if (c < 0x20 || c == 0x7F || c == '<') {
            ig_text_format(out, "\\u%04x", c);
        } else {
            ig_text_append_bytes(out, text, 1);
        }
    }
    ig_text_append(out, "\"");
}

static void json_row(ig_text *out, const ig_result *result, size_t row)
{
    char number[40];
    ig_text_append(out, row ? ",\n  {" : "\n  {");
    for (size_t c = 0; c < result->count; c++) {
        const ig_column *column = &result->columns[c];
        if (c) ig_text_append(out, ", ");
        json_text(out, column->name);
        ig_text_append(out, ": ");
        if (column->kind == IG_COLUMN_TEXT) {
            if (column->text[row]) json_text(out, column->text[row]);
            if (!column->text[row]) ig_text_append(out, "null");
        } else {
            const char *text = ig_number_text(column->number[row], number, sizeof number);
            ig_text_append(out, *text ? text : "null");
        }
    }
    ig_text_append(out, "}");
}

static ig_status write_json(ig_ctx *ctx, const ig_result *result, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file) return ig_fail(ctx, IG_EWRITE, "%s cannot be written", shown(path));
    ig_text text = {0};
    ig_text_append(&text, "[");
    bool whole = true;
    for (size_t r = 0; whole && r <= result->rows; r++) {
        if (r == result->rows) ig_text_append(&text, "\n]\n");
        if (text.length > 65536 || r == result->rows) {
            whole = !text.failed && fwrite(text.data, 1, text.length, file) == text.length;
            text.length = 0;
        }
        if (r < result->rows) json_row(&text, result, r);
    }
    const bool failed = text.failed;
    ig_text_free(&text);
    if (fclose(file) != 0) whole = false;
    if (failed) return ig_fail(ctx, IG_EMEMORY, "no memory for %s", shown(path));
    return whole ? IG_OK : ig_fail(ctx, IG_EWRITE, "%s cannot be written", shown(path));
}

// ---- by suffix ------------------------------------------------------------------------------

static bool has_suffix(const char *path, const char *suffix)
{
    const size_t n = strlen(path), m = strlen(suffix);
    return n > m && strcasecmp(path + n - m, suffix) == 0;
}

/// Read a text file back: as many lines as rows, no fewer bytes than were meant.
static ig_status read_back(ig_ctx *ctx, const ig_result *result, const ig_output *output, bool csv)
{
    ig_bytes bytes = {0};
    ig_status status = ig_output_read_back(ctx, output, &bytes);
    if (status) return status;
    size_t lines = 0;
    for (size_t i = 0; i < bytes.length; i++)
        lines += bytes.data[i] == '\n';
    const size_t least = csv ? result->rows + 1 : result->rows + 2;
    if (lines < least || bytes.data[bytes.length - 1] != '\n') {
        status = ig_fail(ctx, IG_EWRITE, "%s: only %zu lines of %zu could be read back",
                         shown(ig_output_name(output)), lines, least);
    }
    ig_bytes_free(&bytes);
    return status;
}

ig_status ig_result_write_all(ig_ctx *ctx, const ig_result *const *results,
                              const char *const *names, size_t count, const char *path,
                              const char *const *inputs)
{
    const ig_result *result = results[0];
    const bool csv = has_suffix(path, ".csv"), json = has_suffix(path, ".json"),
               xlsx = has_suffix(path, ".xlsx"), gpkg = has_suffix(path, ".gpkg");
    if (!csv && !json && !xlsx && !gpkg) {
        ig_fail(ctx, IG_EINVAL, "%s: a table is written as .csv, .xlsx, .json or .gpkg",
                shown(path));
        return ig_hint(ctx, "give the output a name that ends so");
    }
    if (count != 1 && !gpkg)
        return ig_fail(ctx, IG_EINVAL, "%s: only a .gpkg holds several tables", shown(path));
    ig_output *output = NULL;
    ig_status status = ig_output_begin(ctx, path, inputs, &output);
    if (status) return status;
    const char *temporary = ig_output_path(output);
    if (csv || json) {
        status = csv ? write_csv(ctx, result, temporary) : write_json(ctx, result, temporary);
        if (!status) status = read_back(ctx, result, output, csv);
    } else if (xlsx) {
        status = write_xlsx(ctx, result, temporary, names[0]);
    } else {
        status = write_gpkg_tables(ctx, results, names, count, temporary);
    }
    if (!status) return ig_output_commit(ctx, output);
    ig_output_abort(output);
    return status;
}

ig_status ig_result_write(ig_ctx *ctx, const ig_result *result, const char *path, const char *name,
                          const char *const *inputs)
{
    const char *const names[] = {name};
    return ig_result_write_all(ctx, &result, names, 1, path, inputs);
}
