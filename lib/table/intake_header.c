// The header of a table: titles above it, labels of groups, headers of several rows.
#include "intake_internal.h"

enum { MOST_HEADER_ROWS = 8 };

ig_status intake_take_header(struct intake *intake, const struct row *row)
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
    ig_status status = names && !made.failed ? IG_OK : intake_no_memory(intake);
    const char *next = made.data;
    for (size_t i = 0; !status && i < count; i++) {
        names[i] = row->cell[i].length ? cell_text(row, i) : next;
        next += strlen(next) + 1;
    }
    if (!status) status = intake_set_columns(intake, names, count);
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

ig_status intake_release_held(struct intake *intake)
{
    const size_t t = intake->titles;
    const size_t header = t && t < intake->helds && is_header_like(&intake->held[t]) ? t : 0;
    ig_status status = IG_OK;
    if (header) tell_header(intake, &intake->held[header], &intake->held[header]);
    for (size_t i = header; !status && i < intake->helds; i++) {
        status = i == header ? intake_take_header(intake, &intake->held[i])
                             : intake_take_row(intake, &intake->held[i]);
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
        if (name->failed) return intake_no_memory(intake);
    }
    return IG_OK;
}

static ig_status join_header(struct intake *intake, const struct row *rows, size_t count)
{
    size_t width = 1;
    for (size_t r = 0; r < count; r++)
        width = rows[r].cells > width ? rows[r].cells : width;
    ig_text *names = ig_alloc(width, sizeof *names);
    ig_status status =
        names ? name_columns(intake, rows, count, names, width) : intake_no_memory(intake);
    const struct row under_way = intake->row;
    intake->row = (struct row){.line = rows[count - 1].line};
    for (size_t c = 0; !status && c < width; c++) {
        status = intake_cell(intake, names[c].data ? names[c].data : "", names[c].length, false);
    }
    struct row joined = intake->row;
    intake->row = under_way;
    if (!status) status = intake_take_header(intake, &joined);
    intake_row_free(&joined);
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
    if (count > MOST_HEADER_ROWS || named > 1) return intake_release_held(intake);
    tell_header(intake, first, &first[count - 1]);
    return count == 1 ? intake_take_header(intake, first) : join_header(intake, first, count);
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
ig_status intake_before_header(struct intake *intake)
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
        if (intake->titles == 0) return intake_take_header(intake, row);
        if (is_header_like(row)) {
            tell_header(intake, row, row);
            return intake_take_header(intake, row);
        }
        status = intake_release_held(intake);
        return status ? status : intake_take_row(intake, row);
    }
    if (is_all_names(row) && intake->helds < MOST_TITLES) {
        const bool whole =
            row->filled == row->cells && row->cells >= intake->held[intake->titles].cells;
        hold(intake);
        return whole ? close_header(intake) : IG_OK;
    }
    status = close_header(intake);
    return status ? status : intake_take_row(intake, row);
}
