// Rows of text from a reader become a table: ragged rows, filter, digits that may be codes.
#include "intake_internal.h"

ig_status intake_no_memory(struct intake *intake)
{
    return ig_fail(intake->ctx, IG_EMEMORY, "no memory for a row of %s",
                   shown(intake->table->path));
}

void intake_row_free(struct row *row)
{
    ig_free(row->text);
    ig_free(row->cell);
    *row = (struct row){0};
}

ig_status intake_set_columns(struct intake *intake, const char *const *names, size_t count)
{
    ig_status status = table_set_columns(intake->ctx, intake->table, names, count);
    if (!status && intake->filter) status = filter_bind(intake->ctx, intake->filter, intake->table);
    if (status) return status;
    intake->passing = ig_alloc(count, sizeof *intake->passing);
    if (!intake->passing) return intake_no_memory(intake);
    intake->has_header = true;
    return IG_OK;
}

ig_status intake_new(ig_ctx *ctx, const char *path, const char *line_word,
                     const ig_table_options *options, const char *const *fixed, size_t count,
                     struct intake **out)
{
    struct intake *intake = ig_alloc(1, sizeof *intake);
    if (!intake) return ig_fail(ctx, IG_EMEMORY, "no memory for %s", shown(path));
    intake->ctx = ctx;
    intake->options = options;
    intake->most_rows = options->max_rows > 0 ? options->max_rows : 20000000;
    ig_pairs names = {0, NULL, NULL};
    ig_status status = table_new(ctx, path, line_word, &intake->table);
    if (!status && options->where) status = filter_new(ctx, options->where, &intake->filter);
    if (!status && fixed) {
        status = intake_set_columns(intake, fixed, count);
    } else if (!status && options->header) {
        status = ig_pairs_parse(ctx, "--header", options->header, 0, &names);
        if (!status)
            status = intake_set_columns(intake, (const char *const *)names.name, names.count);
    }
    ig_pairs_free(&names);
    if (status) {
        intake_free(intake);
        return status;
    }
    *out = intake;
    return IG_OK;
}

void intake_free(struct intake *intake)
{
    if (!intake) return;
    ig_table_free(intake->table);
    filter_free(intake->filter);
    intake_row_free(&intake->row);
    for (size_t i = 0; i < intake->helds; i++)
        intake_row_free(&intake->held[i]);
    ig_free(intake->passing);
    ig_free(intake);
}

ig_table *intake_table(struct intake *intake)
{
    return intake->table;
}

void intake_loose(struct intake *intake)
{
    intake->loose = true;
    intake->table->spreadsheet = true;
}

ig_status intake_cell(struct intake *intake, const char *text, size_t length, bool typed)
{
    struct row *row = &intake->row;
    if (length > MOST_FIELD_BYTES) {
        return ig_fail(intake->ctx, IG_ELIMIT, "%s: a field of %zu bytes; %d is the most",
                       shown(intake->table->path), length, MOST_FIELD_BYTES);
    }
    const bool cut = trim_ends(&text, &length);
    if (!ig_grow((void **)&row->text, &row->room, row->used + length + 1, 1) ||
        !ig_grow((void **)&row->cell, &row->cell_room, row->cells + 1, sizeof *row->cell)) {
        return intake_no_memory(intake);
    }
    if (length) memcpy(row->text + row->used, text, length);
    row->text[row->used + length] = '\0';
    row->cell[row->cells++] = (struct cell){row->used, length, typed, cut && length > 0};
    row->used += length + 1;
    row->filled += length > 0;
    return IG_OK;
}

// ---- rows that do not fit -------------------------------------------------------------------

static ig_status ragged(struct intake *intake, int64_t line, size_t found)
{
    const ig_table *table = intake->table;
    ig_fail(intake->ctx, IG_EFORMAT, "%s: %s %" PRId64 ": %zu fields found, %zu expected",
            shown(table->path), table->line_word, line, found, table->columns);
    if (intake->options->header) {
        return ig_hint(intake->ctx, "--header names %zu columns; every row must have as many",
                       table->columns);
    }
    if (intake->header_line == 1 && found > table->columns) {
        return ig_hint(intake->ctx, "a value with a separator in it stands in double quotes; if "
                                    "titles stand above the header, say which line it is with "
                                    "--header-row");
    }
    return ig_hint(intake->ctx, "every row must have as many fields as the header; a value with a "
                                "separator in it stands in double quotes");
}

/// Number of cells against the header.
static ig_status check_width(struct intake *intake, const struct row *row)
{
    const size_t columns = intake->table->columns, found = row->cells;
    if (found > columns) { // empty fields beyond the header carry nothing
        for (size_t i = columns; i < found; i++) {
            if (row->cell[i].length == 0) continue;
            if (!intake->loose) return ragged(intake, row->line, found);
            if (intake->extra++ == 0) intake->first_extra = row->line;
            break;
        }
        return IG_OK;
    }
    if (intake->loose) return IG_OK;
    if (intake->seen == 0) {
        intake->short_by = columns - found;
        intake->first_short = row->line;
        intake->first_found = found;
        return IG_OK;
    }
    if (columns - found == intake->short_by) return IG_OK;
    if (intake->short_by && found == columns) { // it was the first row that is out of line
        return ragged(intake, intake->first_short, intake->first_found);
    }
    return ragged(intake, row->line, found);
}

// ---- rows -----------------------------------------------------------------------------------

/// Whole below 2^53: digits that can be those of a code.
static bool is_whole_code(const char *text)
{
    double value;
    const size_t digits = strspn(text, "0123456789");
    return digits > 0 && text[digits] == '\0' && ig_text_number(text, &value) &&
           value < 9007199254740992.0;
}

static ig_status count_typed(struct intake *intake, struct column *column, const char *text,
                             int64_t line)
{
    if (column->typed++ == 0) column->typed_at = line;
    if (is_whole_code(text) || column->broken++ > 0) return IG_OK;
    column->broken_at = line;
    column->broken_text = ig_text_copy(text);
    return column->broken_text ? IG_OK : intake_no_memory(intake);
}

/// A row into the arena of the table.
static ig_status store(struct intake *intake, const struct row *row)
{
    ig_table *table = intake->table;
    ig_status status = table_grow_row(intake->ctx, table);
    if (status) return status;
    const uint64_t start = table->used;
    uint32_t *cell = table->cell + table->rows * table->columns;
    for (size_t c = 0; c < table->columns; c++) {
        const bool there = c < row->cells;
        const char *text = there ? cell_text(row, c) : "";
        uint64_t at = 0;
        status = table_append_text(intake->ctx, table, text, there ? row->cell[c].length : 0, &at);
        if (status) return status;
        cell[c] = (uint32_t)(at - start); // at most 2000 fields of 1 MiB
        if (!there) continue;
        table->column[c].trimmed += row->cell[c].cut;
        if (row->cell[c].typed) {
            status = count_typed(intake, &table->column[c], text, row->line);
            if (status) return status;
        }
    }
    table->row_start[table->rows] = start;
    table->line[table->rows] = row->line;
    table->rows++;
    return IG_OK;
}

static bool passes(struct intake *intake, const struct row *row)
{
    if (!intake->filter) return true;
    for (size_t c = 0; c < intake->table->columns; c++) {
        intake->passing[c] = c < row->cells ? cell_text(row, c) : "";
    }
    return filter_passes(intake->filter, intake->passing);
}

ig_status intake_take_row(struct intake *intake, const struct row *row)
{
    if (row->filled == 0) return IG_OK;
    ig_table *table = intake->table;
    const ig_status status = check_width(intake, row);
    if (status) return status;
    intake->seen++;
    if (!passes(intake, row)) {
        table->filtered++;
        return IG_OK;
    }
    if ((int64_t)table->rows >= intake->most_rows) {
        ig_fail(intake->ctx, IG_ELIMIT, "%s: more than %" PRId64 " rows", shown(table->path),
                intake->most_rows);
        return ig_hint(intake->ctx, "choose rows with --where, or raise the limit with --max-rows");
    }
    return store(intake, row);
}

ig_status intake_row(struct intake *intake, int64_t line)
{
    struct row *row = &intake->row;
    row->line = line;
    ig_status status = IG_OK;
    const int64_t wanted = intake->options->header_row;
    if (intake->has_header) {
        status = intake_take_row(intake, row);
    } else if (wanted <= 0) {
        status = intake_before_header(intake);
    } else if (line == wanted && row->filled > 0) {
        status = intake_take_header(intake, row);
    } else if (line >= wanted) {
        status = ig_fail(intake->ctx, IG_EINVAL, "%s: --header-row: %s %" PRId64 " holds no header",
                         shown(intake->table->path), intake->table->line_word, wanted);
    }
    row->used = row->cells = row->filled = 0;
    return status;
}

// ---- the end --------------------------------------------------------------------------------

static ig_status tell_widths(struct intake *intake)
{
    ig_table *table = intake->table;
    if (intake->short_by && intake->seen == 1) {
        return ragged(intake, intake->first_short, intake->first_found);
    }
    if (intake->short_by) {
        const size_t found = table->columns - intake->short_by;
        ig_warn(intake->ctx,
                "%s: the header has %zu names and every row %zu fields; %zu at the end (%s%s) "
                "stand empty",
                shown(table->path), table->columns, found, intake->short_by,
                ig_show(table->column[found].name), intake->short_by > 1 ? " ..." : "");
    }
    if (intake->extra) {
        ig_warn(intake->ctx,
                "%s: cells right of the header in %zu rows (first: %s %" PRId64 ") are left out",
                shown(table->path), intake->extra, table->line_word, intake->first_extra);
    }
    return IG_OK;
}

ig_status intake_finish(struct intake *intake, ig_table **out)
{
    ig_ctx *ctx = intake->ctx;
    const char *path = shown(intake->table->path);
    ig_status status = intake->has_header ? IG_OK : intake_release_held(intake);
    if (!status && !intake->has_header) {
        status = ig_fail(ctx, IG_EFORMAT, "%s: the file is empty: no header and no rows", path);
    } else if (!status && intake->seen == 0 && !intake->options->may_be_empty) {
        status = ig_fail(ctx, IG_EFORMAT, "%s: no data rows below the header", path);
    }
    if (!status) status = tell_widths(intake);
    if (!status && intake->filter && intake->table->rows == 0) {
        intake->table->none = filter_explain(intake->filter);
    }
    if (!status) {
        *out = intake->table;
        intake->table = NULL;
    }
    intake_free(intake);
    return status;
}
