// Rows of text from a reader become a table: titles, header, ragged rows, filter.
#include "table_internal.h"

#include <inttypes.h>
#include <string.h>

enum { MOST_TITLES = 32 };

/// A cell, its blanks trimmed, in the text of its row.
struct cell {
    size_t at, length;
    bool typed; ///< the file holds it as a number
    bool cut;   ///< it had blanks or invisible characters at its ends
};

struct row {
    char *text;
    size_t used, room;
    struct cell *cell;
    size_t cells, cell_room, filled;
    int64_t line;
};

struct intake {
    ig_ctx *ctx;
    const ig_table_options *options;
    ig_table *table;
    struct filter *filter;
    bool has_header; ///< column names are known
    bool loose;      ///< rows may be short, and have notes to their right (spreadsheets)
    int64_t most_rows;

    struct row row; ///< under way
    const char **passing;

    struct row held[MOST_TITLES]; ///< rows before the data: titles, labels of groups, the header
    size_t helds;
    size_t titles; ///< how many of them, from the first, hold one cell
    int64_t header_line;

    size_t seen;         ///< data rows, filtered ones too
    size_t short_by;     ///< every data row so far lacks this many fields at its end
    int64_t first_short; ///< line of the first
    size_t first_found;  ///< its fields
    size_t extra;        ///< rows with cells right of the header
    int64_t first_extra; ///< line of the first
};

static ig_status no_memory(struct intake *intake)
{
    return ig_fail(intake->ctx, IG_EMEMORY, "no memory for a row of %s",
                   shown(intake->table->path));
}

static void row_free(struct row *row)
{
    ig_free(row->text);
    ig_free(row->cell);
    *row = (struct row){0};
}

static const char *cell_text(const struct row *row, size_t i)
{
    return row->text + row->cell[i].at;
}

/// What is to be known before rows can be stored.
static ig_status set_header(struct intake *intake, const char *const *names, size_t count)
{
    ig_status status = table_set_columns(intake->ctx, intake->table, names, count);
    if (!status && intake->filter) status = filter_bind(intake->ctx, intake->filter, intake->table);
    if (status) return status;
    intake->passing = ig_alloc(count, sizeof *intake->passing);
    if (!intake->passing) return no_memory(intake);
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
        status = set_header(intake, fixed, count);
    } else if (!status && options->header) {
        status = ig_pairs_parse(ctx, "--header", options->header, 0, &names);
        if (!status) status = set_header(intake, (const char *const *)names.name, names.count);
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
    row_free(&intake->row);
    for (size_t i = 0; i < intake->helds; i++)
        row_free(&intake->held[i]);
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
        return no_memory(intake);
    }
    if (length) memcpy(row->text + row->used, text, length);
    row->text[row->used + length] = '\0';
    row->cell[row->cells++] = (struct cell){row->used, length, typed, cut && length > 0};
    row->used += length + 1;
    row->filled += length > 0;
    return IG_OK;
}

// ---- the header -----------------------------------------------------------------------------

static ig_status take_header(struct intake *intake, const struct row *row)
{
    size_t count = row->cells;
    while (intake->loose && count > 0 && row->cell[count - 1].length == 0)
        count--;
    const char **names = ig_alloc(count ? count : 1, sizeof *names);
    ig_text made = {0}; // a column without a name is called by its number
    for (size_t i = 0; i < count; i++) {
        ig_text_format(&made, "column_%zu", i + 1);
        ig_text_append_bytes(&made, "", 1);
    }
    ig_status status = names && !made.failed ? IG_OK : no_memory(intake);
    const char *next = made.data;
    for (size_t i = 0; !status && i < count; i++) {
        names[i] = row->cell[i].length ? cell_text(row, i) : next;
        next += strlen(next) + 1;
    }
    if (!status) status = set_header(intake, names, count);
    intake->header_line = row->line;
    ig_free(names);
    ig_text_free(&made);
    return status;
}

/// Names, none a code; numbers only where they rise from left to right, as ages and years do.
static bool is_all_names(const struct row *row)
{
    enum { FEW = 3 };
    double last = -1.0;
    size_t numbers = 0;
    for (size_t i = 0; i < row->cells; i++) {
        const char *text = cell_text(row, i);
        if (!*text) continue;
        if (ig_is_ons_code(text)) return false;
        if (!row->cell[i].typed && !text_is_numeric(text)) continue;
        double number;
        if (!ig_text_number(text, &number) || strspn(text, "0123456789") != strlen(text)) {
            return false;
        }
        if (!(number > last)) return false;
        last = number;
        numbers++;
    }
    return numbers == 0 || (numbers >= FEW && numbers < row->filled);
}

/// Could the row be a header: several names, all different?
static bool is_header_like(const struct row *row)
{
    if (row->filled < 2 || !is_all_names(row)) return false;
    for (size_t i = 0; i < row->cells; i++) {
        const char *text = cell_text(row, i);
        for (size_t j = 0; *text && j < i; j++) {
            if (strcmp(text, cell_text(row, j)) == 0) return false;
        }
    }
    return true;
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
    return column->broken_text ? IG_OK : no_memory(intake);
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

static ig_status take_row(struct intake *intake, const struct row *row)
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

// ---- titles above the header, and headers of several rows -------------------------------------

enum { MOST_HEADER_ROWS = 8 };

static void tell_header(struct intake *intake, const struct row *first, const struct row *last)
{
    const char *path = shown(intake->table->path), *word = intake->table->line_word;
    if (first != last) {
        ig_warn(intake->ctx,
                "%s: %ss %" PRId64 " to %" PRId64 " are taken as one header, labels above a group "
                "before the names below them; --header-row names one line instead",
                path, word, first->line, last->line);
    } else if (intake->titles) {
        ig_warn(intake->ctx,
                "%s: %s %" PRId64 " is taken as the header, what stands above it as titles; "
                "--header-row says so for sure",
                path, word, last->line);
    }
}

/// The rows held back are the header and its first data after all; titles stay titles where a header
/// follows them.
static ig_status release_held(struct intake *intake)
{
    const size_t t = intake->titles;
    const size_t header = t && t < intake->helds && is_header_like(&intake->held[t]) ? t : 0;
    ig_status status = IG_OK;
    if (header) tell_header(intake, &intake->held[header], &intake->held[header]);
    for (size_t i = header; !status && i < intake->helds; i++) {
        status = i == header ? take_header(intake, &intake->held[i])
                             : take_row(intake, &intake->held[i]);
    }
    return status;
}

static const char *text_at(const struct row *row, size_t column)
{
    return column < row->cells ? cell_text(row, column) : "";
}

// The lowest text of a column and its row; "" for a column without any.
static const char *own_name(const struct row *rows, size_t count, size_t column, size_t *at)
{
    for (size_t r = count; r > 0; r--) {
        const char *text = text_at(&rows[r - 1], column);
        if (*text) {
            *at = r - 1;
            return text;
        }
    }
    return "";
}

static bool is_alone(const struct row *rows, size_t count, size_t width, size_t column)
{
    size_t at;
    const char *name = own_name(rows, count, column, &at);
    for (size_t c = 0; c < width; c++) {
        if (c != column && strcmp(own_name(rows, count, c, &at), name) == 0) return false;
    }
    return true;
}

// A name that several columns share has the labels above it in front, each of which reaches to the
// next one on its right.
static void put_name(const struct row *rows, size_t count, size_t width, size_t column,
                     ig_text *name)
{
    size_t at = 0;
    const char *own = own_name(rows, count, column, &at);
    for (size_t r = 0; *own && r < at && !is_alone(rows, count, width, column); r++) {
        const char *label = "";
        for (size_t c = column + 1; c > 0 && !*label; c--)
            label = text_at(&rows[r], c - 1);
        if (*label) ig_text_format(name, "%s ", label);
    }
    ig_text_append(name, own);
}

// The names of a header of several rows, each by itself; of equal ones the second is "... (2)".
static ig_status name_columns(struct intake *intake, const struct row *rows, size_t count,
                              ig_text *names, size_t width)
{
    for (size_t c = 0; c < width; c++)
        put_name(rows, count, width, c, &names[c]);
    for (size_t c = width; c > 0; c--) { // from the last, so that those before are as they came
        ig_text *name = &names[c - 1];
        size_t same = 1;
        for (size_t b = 0; b + 1 < c; b++)
            same += name->length && names[b].length && strcmp(names[b].data, name->data) == 0;
        if (same > 1) ig_text_format(name, " (%zu)", same);
        if (name->failed) return no_memory(intake);
    }
    return IG_OK;
}

static ig_status join_header(struct intake *intake, const struct row *rows, size_t count)
{
    size_t width = 1;
    for (size_t r = 0; r < count; r++)
        width = rows[r].cells > width ? rows[r].cells : width;
    ig_text *names = ig_alloc(width, sizeof *names);
    ig_status status = names ? name_columns(intake, rows, count, names, width) : no_memory(intake);
    const struct row under_way = intake->row;
    intake->row = (struct row){.line = rows[count - 1].line};
    for (size_t c = 0; !status && c < width; c++) {
        status = intake_cell(intake, names[c].data ? names[c].data : "", names[c].length, false);
    }
    struct row joined = intake->row;
    intake->row = under_way;
    if (!status) status = take_header(intake, &joined);
    row_free(&joined);
    for (size_t c = 0; names && c < width; c++)
        ig_text_free(&names[c]);
    ig_free(names);
    return status;
}

/// Data has begun: what was held is titles, then one header of one or more rows.
static ig_status close_header(struct intake *intake)
{
    const struct row *first = &intake->held[intake->titles];
    const size_t count = intake->helds - intake->titles;
    size_t named = 0; // rows of data would each have something in the first column
    for (size_t r = 1; r < count; r++)
        named += *text_at(&first[r], 0) != '\0';
    if (count > MOST_HEADER_ROWS || named > 1) return release_held(intake);
    tell_header(intake, first, &first[count - 1]);
    return count == 1 ? take_header(intake, first) : join_header(intake, first, count);
}

static void hold(struct intake *intake)
{
    intake->held[intake->helds++] = intake->row;
    intake->row = (struct row){0};
}

// Labels of groups: at least half of the row is empty, and what there is are names.
static bool is_labels(const struct row *row)
{
    return row->cells >= 4 && row->filled * 2 <= row->cells && is_all_names(row);
}

/// A row before the header is known, and no line was named for it. Rows of one cell wait until
/// something wider comes: a header makes titles of them, data makes the first of them the header.
/// Labels of groups wait for the rest of their header.
static ig_status before_header(struct intake *intake)
{
    struct row *row = &intake->row;
    if (row->filled == 0) return IG_OK;
    const bool titles_only = intake->helds == intake->titles;
    if (row->filled == 1 && titles_only && intake->helds < MOST_TITLES) {
        hold(intake);
        intake->titles++;
        return IG_OK;
    }
    ig_status status;
    if (titles_only) {
        if (is_labels(row) && intake->helds < MOST_TITLES) {
            hold(intake);
            return IG_OK;
        }
        if (intake->titles == 0) return take_header(intake, row);
        if (is_header_like(row)) {
            tell_header(intake, row, row);
            return take_header(intake, row);
        }
        status = release_held(intake);
        return status ? status : take_row(intake, row);
    }
    if (is_all_names(row) && intake->helds < MOST_TITLES) {
        const bool whole =
            row->filled == row->cells && row->cells >= intake->held[intake->titles].cells;
        hold(intake);
        return whole ? close_header(intake) : IG_OK;
    }
    status = close_header(intake);
    return status ? status : take_row(intake, row);
}

ig_status intake_row(struct intake *intake, int64_t line)
{
    struct row *row = &intake->row;
    row->line = line;
    ig_status status = IG_OK;
    const int64_t wanted = intake->options->header_row;
    if (intake->has_header) {
        status = take_row(intake, row);
    } else if (wanted <= 0) {
        status = before_header(intake);
    } else if (line == wanted && row->filled > 0) {
        status = take_header(intake, row);
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
    ig_status status = intake->has_header ? IG_OK : release_held(intake);
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
