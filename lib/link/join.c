// Join: the columns of tables beside the areas' own, each gap with its reason, each count told.
#include "link_internal.h"

#include "../core/inside.h"
#include "../table/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

ig_join_options ig_join_defaults(void)
{
    return (ig_join_options){.min_match = 0.5};
}

static void free_count(ig_join_count *count)
{
    ig_free(count->file);
    for (size_t i = 0; i < count->markers; i++)
        ig_free(count->marker[i]);
    ig_free(count->marker);
    ig_free(count->marker_count);
    ig_free(count->unmatched_area);
    for (int64_t i = 0; count->unmatched_code && i < count->rows_without_area; i++) {
        ig_free(count->unmatched_code[i]);
    }
    ig_free(count->unmatched_code);
    ig_free(count->unmatched_line);
}

void ig_join_free(ig_join *join)
{
    if (!join) return;
    for (size_t t = 0; join->counts && t < join->tables; t++)
        free_count(&join->counts[t]);
    for (size_t i = 0; i < join->guarded_count; i++) {
        ig_free(join->guarded[i].totals);
        ig_free(join->guarded[i].row);
    }
    ig_free(join->guarded);
    ig_free(join->counts);
    ig_result_free(join->columns);
    ig_free(join);
}

// ---- one table --------------------------------------------------------------------------------

// What is needed while a table's columns are taken over.
struct taking {
    ig_ctx *ctx;
    ig_join *join;
    ig_join_count *count;
    const struct match *match;
    ig_table *table;
    const char *file;
    const ig_areas *areas;
    ig_trace *trace; ///< NULL: none
    size_t number;   ///< of the table
    ig_disclosure policy;
};

static ig_status count_marker(ig_join_count *count, size_t *room, const char *marker)
{
    for (size_t i = 0; i < count->markers; i++) {
        if (strcmp(count->marker[i], marker) == 0) {
            count->marker_count[i]++;
            return IG_OK;
        }
    }
    size_t both = *room;
    if (!ig_grow((void **)&count->marker, &both, count->markers + 1, sizeof *count->marker)) {
        return IG_EMEMORY;
    }
    if (!ig_grow((void **)&count->marker_count, room, count->markers + 1,
                 sizeof *count->marker_count)) {
        return IG_EMEMORY;
    }
    char *copy = ig_text_copy(marker);
    if (!copy) return IG_EMEMORY;
    count->marker[count->markers] = copy;
    count->marker_count[count->markers++] = 1;
    return IG_OK;
}

// The words for a gap: "suppressed: *", "no data".
static ig_status gap_words(const ig_table *table, size_t row, size_t column, ig_text *words)
{
    const char *reason = ig_table_gap(table, row, column);
    const char *marker = ig_table_marker(table, row, column);
    words->length = 0;
    ig_text_append(words, reason ? reason : "no data");
    if (marker && *marker) ig_text_format(words, ": %s", marker);
    return words->failed ? IG_EMEMORY : IG_OK;
}

static bool all_whole(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isnan(values[i]) && (values[i] != floor(values[i]) || fabs(values[i]) >= 0x1p53)) {
            return false;
        }
    }
    return true;
}

// The status of one value: ok, or why there is none.
static ig_status value_status(struct taking *t, size_t column, size_t area, ig_column *to,
                              size_t *room, ig_text *words)
{
    ig_result *columns = t->join->columns;
    const size_t row = t->match->row_of_area[area];
    if (row == SIZE_MAX) return ig_result_set_text(columns, to, area, "no row");
    if (!ig_table_gap(t->table, row, column)) return ig_result_set_text(columns, to, area, "ok");
    ig_status status = gap_words(t->table, row, column, words);
    if (!status) status = ig_result_set_text(columns, to, area, words->data);
    const char *marker = ig_table_marker(t->table, row, column);
    return status ? status : count_marker(t->count, room, marker ? marker : "");
}

static ig_status take_status(struct taking *t, size_t column, const char *name)
{
    ig_text wanted = {0}, words = {0};
    ig_text_format(&wanted, "%s_status", name);
    char *own =
        wanted.failed ? NULL : join_free_name(t->ctx, t->join->columns, t->file, wanted.data);
    ig_column *to = NULL;
    ig_status status = own ? ig_result_add(t->join->columns, own, IG_COLUMN_TEXT, &to) : IG_EMEMORY;
    size_t room = t->count->markers;
    for (size_t i = 0; !status && i < t->join->columns->rows; i++) {
        status = value_status(t, column, i, to, &room, &words);
    }
    ig_free(own);
    ig_text_free(&wanted);
    ig_text_free(&words);
    return status;
}

// Say which markers a column had: "patients: 9 values are markers of missing ...: * 1, - 1".
static void tell_markers(struct taking *t, size_t column, size_t gaps)
{
    struct seen {
        const char *marker;
        size_t count;
    } seen[IG_SHOWN];
    size_t kinds = 0;
    for (size_t i = 0; i < t->join->columns->rows; i++) {
        const size_t row = t->match->row_of_area[i];
        if (row == SIZE_MAX || !ig_table_gap(t->table, row, column)) continue;
        const char *marker = ig_table_marker(t->table, row, column);
        if (!marker) marker = "";
        size_t k = 0;
        while (k < kinds && strcmp(seen[k].marker, marker) != 0)
            k++;
        if (k == kinds && kinds < IG_SHOWN) seen[kinds++] = (struct seen){marker, 0};
        if (k < kinds) seen[k].count++;
    }
    ig_text text = {0};
    ig_text_format(
        &text, "%s, column %s: %zu value%s a marker of what is missing or suppressed: ", t->file,
        ig_show(ig_table_column_name(t->table, column)), gaps, gaps == 1 ? " is" : "s are");
    for (size_t k = 0; k < kinds; k++) {
        ig_text_format(&text, "%s%s %zu", k ? ", " : "",
                       *seen[k].marker ? ig_show(seen[k].marker) : "(blank)", seen[k].count);
    }
    if (!text.failed) ig_warn(t->ctx, "%s; none of them is taken as 0", text.data);
    ig_text_free(&text);
}

// Numbers as they are, into a column of the result. gaps: how many have a reason.
static void put_numbers(const struct taking *t, size_t column, const double *values, ig_column *to,
                        size_t *gaps)
{
    for (size_t i = 0; i < t->join->columns->rows; i++) {
        const size_t row = t->match->row_of_area[i];
        if (row == SIZE_MAX) continue;
        to->number[i] = values[row];
        *gaps += ig_table_gap(t->table, row, column) != NULL;
    }
}

// The cell behind each number, or behind its gap.
static void trace_numbers(const struct taking *t, size_t column, const char *name,
                          const ig_column *to)
{
    for (size_t i = 0; i < t->join->columns->rows; i++) {
        const size_t row = t->match->row_of_area[i];
        if (row == SIZE_MAX) continue;
        const char *gap = ig_table_gap(t->table, row, column);
        char formula[64];
        snprintf(formula, sizeof formula, "{value}%s%.40s", gap ? ": " : "", gap ? gap : "");
        ig_trace_number(t->trace, ig_areas_code(t->areas, i), i + 1, name, to->number[i], formula);
        ig_trace_cell(t->trace, "value", NAN, t->table, row, column);
    }
}

// The last two columns, a number and its status, go under the policy of the table.
static ig_status guard(struct taking *t, size_t column, bool count)
{
    const size_t rows = t->join->columns->rows, last = t->join->columns->count - 1;
    struct ig_guarded g = {.table = t->number,
                           .column = last - 1,
                           .status = last,
                           .count = count,
                           .policy = t->policy,
                           .source = t->table,
                           .source_column = column,
                           .row = ig_alloc(rows + 1, sizeof *g.row)};
    const size_t before = t->join->guarded_count;
    if (!g.row) return IG_EMEMORY;
    memcpy(g.row, t->match->row_of_area, rows * sizeof *g.row);
    const ig_status status =
        guard_column(t->ctx, t->join, g, ig_table_column_name(t->table, column));
    if (t->join->guarded_count == before) ig_free(g.row);
    return status;
}

static bool any_below_zero(const struct taking *t, const double *values)
{
    for (size_t r = 0; r < ig_table_rows(t->table); r++)
        if (values[r] < 0) return true;
    return false;
}

static ig_status take_numbers(struct taking *t, size_t column, const char *name)
{
    const char *title = ig_table_column_name(t->table, column);
    const double *values = NULL;
    ig_status status = ig_table_numbers(t->ctx, t->table, column, IG_NUMBERS_ANY, &values);
    if (status) return status;
    ig_column *to = NULL;
    const bool whole = ig_table_kind(t->table, column) != IG_COLUMN_REAL &&
                       all_whole(values, ig_table_rows(t->table));
    const bool open = t->policy.kind == IG_DISCLOSE_ALL;
    status = ig_result_add(t->join->columns, name, whole ? IG_COLUMN_INTEGER : IG_COLUMN_REAL, &to);
    size_t gaps = 0;
    if (!status) put_numbers(t, column, values, to, &gaps);
    if (!status && strcmp(title, name) != 0) {
        to->title = ig_text_copy(title);
        if (!to->title) status = IG_EMEMORY;
    }
    if (!status && gaps) tell_markers(t, column, gaps);
    if (!status && (gaps || !open)) status = take_status(t, column, name);
    const size_t guarded = t->join->guarded_count;
    if (!status && !open) status = guard(t, column, whole && !any_below_zero(t, values));
    if (!status && t->trace && guarded == t->join->guarded_count)
        trace_numbers(t, column, name, ig_result_find(t->join->columns, name));
    return status ? ig_fail(t->ctx, status, "no memory for the values of %s", t->file) : IG_OK;
}

static ig_status take_texts(struct taking *t, size_t column, const char *name)
{
    ig_column *to = NULL;
    ig_status status = ig_result_add(t->join->columns, name, IG_COLUMN_TEXT, &to);
    for (size_t i = 0; !status && i < t->join->columns->rows; i++) {
        const size_t row = t->match->row_of_area[i];
        if (row == SIZE_MAX) continue;
        const char *cell = ig_table_text(t->table, row, column);
        if (*cell) status = ig_result_set_text(t->join->columns, to, i, cell);
    }
    return status ? ig_fail(t->ctx, status, "no memory") : IG_OK;
}

static ig_status take_column(struct taking *t, size_t column, const char *wanted)
{
    if (strcasecmp(wanted, "status") == 0) wanted = "status_2"; // that is the join's own
    char *name = join_free_name(t->ctx, t->join->columns, t->file, wanted);
    if (!name) return ig_fail(t->ctx, IG_EMEMORY, "no memory");
    // What the file itself says is text stays text; else what looks like numbers must be numbers.
    const bool text = ig_table_kind(t->table, column) == IG_COLUMN_TEXT
                          ? !ig_table_looks_numeric(t->table, column)
                          : ig_table_kind(t->table, column) == IG_KIND_UNSTATED &&
                                !ig_table_looks_numeric(t->table, column);
    const ig_status status = text ? take_texts(t, column, name) : take_numbers(t, column, name);
    ig_free(name);
    return status;
}

static ig_status take_named(struct taking *t, const char *columns)
{
    const size_t whole = ig_table_column(t->table, columns); // one name with a comma in it
    if (whole != SIZE_MAX) return take_column(t, whole, ig_table_column_name(t->table, whole));
    ig_pairs pairs = {0, NULL, NULL};
    ig_status status = ig_pairs_parse(t->ctx, "--columns", columns, '=', &pairs);
    for (size_t i = 0; !status && i < pairs.count; i++) {
        size_t column = 0;
        status = ig_table_find(t->ctx, t->table, pairs.name[i], &column);
        if (status) break;
        status = take_column(
            t, column, pairs.value[i] ? pairs.value[i] : ig_table_column_name(t->table, column));
    }
    ig_pairs_free(&pairs);
    return status;
}

static bool is_empty_column(const ig_table *table, size_t column)
{
    for (size_t r = 0; r < ig_table_rows(table); r++) {
        if (*ig_table_text(table, r, column)) return false;
    }
    return true;
}

// All but the key; two columns of one name must be told apart by --columns.
static ig_status take_all(struct taking *t)
{
    const size_t key = ig_table_key_column(t->table);
    ig_status status = IG_OK;
    for (size_t c = 0; !status && c < ig_table_columns(t->table); c++) {
        const char *name = ig_table_column_name(t->table, c);
        size_t found = 0;
        if (c == key) continue;
        // columns that only separate others have neither name nor values
        if (strncmp(name, "column_", 7) == 0 && is_empty_column(t->table, c)) continue;
        status = ig_table_find(t->ctx, t->table, name, &found);
        if (!status) status = take_column(t, c, name);
    }
    return status;
}

static ig_status take_columns(struct taking *t, const char *columns)
{
    return columns ? take_named(t, columns) : take_all(t);
}

// ---- counts -----------------------------------------------------------------------------------

static ig_status fill_count(ig_ctx *ctx, const ig_table *table, const struct match *match,
                            size_t areas, ig_join_count *count)
{
    const size_t rows = ig_table_rows(table);
    const size_t lone_areas = areas - match->matched, lone_rows = rows - match->matched;
    count->file = ig_text_copy(ig_table_path(table));
    count->unmatched_area = ig_alloc(lone_areas + 1, sizeof *count->unmatched_area);
    count->unmatched_code = ig_alloc(lone_rows + 1, sizeof *count->unmatched_code);
    count->unmatched_line = ig_alloc(lone_rows + 1, sizeof *count->unmatched_line);
    if (!count->file || !count->unmatched_area || !count->unmatched_code ||
        !count->unmatched_line) {
        return ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    count->areas_in = (int64_t)areas;
    count->matched = (int64_t)match->matched;
    for (size_t i = 0; i < areas; i++) {
        if (match->row_of_area[i] == SIZE_MAX) {
            count->unmatched_area[count->areas_without_row++] = i;
        }
    }
    for (size_t r = 0; r < rows; r++) {
        if (match->area_of_row[r] != SIZE_MAX) continue;
        char *code = ig_text_copy(ig_table_code(table, r));
        if (!code) return ig_fail(ctx, IG_EMEMORY, "no memory");
        count->unmatched_line[count->rows_without_area] = ig_table_line(table, r);
        count->unmatched_code[count->rows_without_area++] = code;
    }
    count->rows_refused = (int64_t)ig_table_refused(table);
    count->rows_filtered = (int64_t)ig_table_filtered(table);
    count->rows_combined = (int64_t)ig_table_combined(table);
    count->rows_in = (int64_t)rows + count->rows_refused;
    if (count->areas_in != count->matched + count->areas_without_row ||
        count->rows_in != count->matched + count->rows_without_area + count->rows_refused) {
        return ig_fail(ctx, IG_EBUG, "the counts of a join do not add up");
    }
    ig_info(ctx,
            "%s: areas in %lld = matched %lld + without row %lld; rows in %lld = matched %lld + "
            "without area %lld + refused %lld",
            ig_base_name(count->file), (long long)count->areas_in, (long long)count->matched,
            (long long)count->areas_without_row, (long long)count->rows_in,
            (long long)count->matched, (long long)count->rows_without_area,
            (long long)count->rows_refused);
    if (count->rows_combined) {
        ig_info(ctx, "%s: %lld rows of the file went into others before the join",
                ig_base_name(count->file), (long long)count->rows_combined);
    }
    return IG_OK;
}

static ig_status join_table(ig_ctx *ctx, const struct matched_areas *areas, const ig_areas *shapes,
                            const ig_join_table *table, const ig_join_options *options,
                            ig_join *join, ig_join_count *count, bool *without)
{
    struct match match = {0};
    ig_status status = ig_link_key(ctx, areas->codes, areas->count, areas->column, table->table);
    if (!status) status = match_codes(ctx, areas, table->table, options->min_match, &match);
    if (!status) status = fill_count(ctx, table->table, &match, areas->count, count);
    struct taking t = {ctx,          join,           count,
                       &match,       table->table,   ig_base_name(ig_table_path(table->table)),
                       shapes,       options->trace, (size_t)(count - join->counts),
                       table->policy};
    if (!table->policy_named && ig_table_sensitive(table->table))
        t.policy = (ig_disclosure){IG_DISCLOSE_HES, 7.0};
    if (!status) status = take_columns(&t, table->columns);
    for (size_t i = 0; !status && i < areas->count; i++) {
        if (match.row_of_area[i] == SIZE_MAX) without[i] = true;
    }
    match_free(&match);
    return status;
}

// ---- all of it --------------------------------------------------------------------------------

static ig_status add_match_status(ig_ctx *ctx, ig_join *join, const bool *without)
{
    char *name = join_free_name(ctx, join->columns, "the join", "status");
    ig_column *to = NULL;
    ig_status status = name ? ig_result_add(join->columns, name, IG_COLUMN_TEXT, &to) : IG_EMEMORY;
    for (size_t i = 0; !status && i < join->columns->rows; i++) {
        status = ig_result_set_text(join->columns, to, i, without[i] ? "no row" : "matched");
    }
    ig_free(name);
    return status ? ig_fail(ctx, status, "no memory") : IG_OK;
}

ig_status ig_join_new(ig_ctx *ctx, const ig_areas *areas, const ig_join_table *tables, size_t count,
                      const ig_join_options *options, bool with_own, ig_join **out)
{
    *out = NULL;
    const ig_join_options usual = ig_join_defaults();
    if (!options) options = &usual;
    if (!(options->min_match >= 0.0 && options->min_match <= 1.0)) {
        return ig_fail(ctx, IG_EINVAL, "--min-match is a share from 0 to 1");
    }
    const size_t n = ig_areas_count(areas);
    const ig_table *own = ig_areas_table(areas);
    const size_t key = own ? ig_table_key_column(own) : SIZE_MAX;
    struct matched_areas side = {.count = n,
                                 .column = key == SIZE_MAX ? NULL : ig_table_column_name(own, key),
                                 .what = ig_areas_path(areas)};
    ig_join *join = ig_alloc(1, sizeof *join);
    const char **codes = ig_alloc(n + 1, sizeof *codes);
    bool *without = ig_alloc(n + 1, sizeof *without);
    ig_status status = join && codes && without ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory");
    if (status) goto done;
    for (size_t i = 0; i < n; i++)
        codes[i] = ig_areas_code(areas, i);
    side.codes = codes;
    join->tables = count;
    join->counts = ig_alloc(count + 1, sizeof *join->counts);
    status = join->counts ? ig_result_new(n, &join->columns) : IG_EMEMORY;
    if (status) {
        ig_fail(ctx, status, "no memory");
        goto done;
    }
    if (with_own)
        status = join_own_columns(ctx, areas, join, options->trace, count ? without : NULL);
    for (size_t t = 0; !status && t < count; t++) {
        status =
            join_table(ctx, &side, areas, &tables[t], options, join, &join->counts[t], without);
    }
    if (!status && !options->protect_later)
        status = ig_join_protect(ctx, join, areas, NULL, 0, options->trace);
    if (!status && count) status = add_match_status(ctx, join, without);
done:
    ig_free(without);
    ig_free(codes);
    if (status) {
        ig_join_free(join);
    } else {
        *out = join;
    }
    return status;
}
