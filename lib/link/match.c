// Codes of a table against codes of areas: every one of both is matched or named (J1 to J6).
#include "link_internal.h"

#include "../core/inside.h"
#include "../table/build.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    const char *code;
    size_t at;
};

static int by_code(const void *a, const void *b)
{
    const struct entry *p = a, *q = b;
    const int way = strcmp(p->code, q->code);
    return way ? way : p->at < q->at ? -1 : p->at > q->at;
}

static struct entry *find(struct entry *entries, size_t count, const char *code)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(entries[middle].code, code) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && strcmp(entries[low].code, code) == 0 ? &entries[low] : NULL;
}

void match_free(struct match *match)
{
    ig_free(match->row_of_area);
    ig_free(match->area_of_row);
    *match = (struct match){0};
}

// ---- what the codes that do not meet look like ------------------------------------------------

// Up to IG_SHOWN codes, "and 12 more".
static void list_codes(ig_text *text, const char *const *codes, size_t count)
{
    for (size_t i = 0; i < count && i < IG_SHOWN; i++) {
        ig_text_format(text, "%s%s", i ? ", " : "", *codes[i] ? ig_show(codes[i]) : "(empty)");
    }
    if (count > IG_SHOWN) ig_text_format(text, " and %zu more", count - IG_SHOWN);
}

// "001001" with its zeros taken off is "1001": did a spreadsheet do that?
static const char *lost_zeros(struct entry *rows, size_t count, const char *area)
{
    const char *bare = area + strspn(area, "0");
    const struct entry *row = find(rows, count, *bare ? bare : "0");
    return row ? row->code : NULL;
}

// The rows of a table in order of their codes; NULL without memory.
static struct entry *sorted_rows(const ig_table *table)
{
    const size_t count = ig_table_rows(table);
    struct entry *rows = ig_alloc(count + 1, sizeof *rows);
    for (size_t r = 0; rows && r < count; r++)
        rows[r] = (struct entry){ig_table_code(table, r), r};
    if (rows && count) qsort(rows, count, sizeof *rows, by_code);
    return rows;
}

// 1.00E+06: what a spreadsheet makes of long digits.
static bool is_scientific(const char *code)
{
    size_t n = strspn(code, "0123456789");
    if (n == 0 || (code[n] != '.' && code[n] != ',' && code[n] != 'E')) return false;
    if (code[n] == '.' || code[n] == ',') n += 1 + strspn(code + n + 1, "0123456789");
    return code[n] == 'E' && (code[n + 1] == '+' || code[n + 1] == '-') &&
           strspn(code + n + 2, "0123456789") == strlen(code + n + 2) && code[n + 2];
}

// Everything about one attempt to match, for its messages.
struct attempt {
    ig_ctx *ctx;
    const struct matched_areas *areas;
    const ig_table *table;
    const struct match *match;
    const char **lone_areas; ///< codes without row, in order of the areas
    const char **lone_rows;  ///< codes without area, in order of the rows
    size_t lone_areas_count, lone_rows_count;
};

static void hint_zeros(const struct attempt *a, ig_text *hint)
{
    struct entry *rows = NULL;
    for (size_t i = 0; i < a->lone_areas_count; i++) {
        const char *area = a->lone_areas[i];
        if (area[0] != '0' || strspn(area, "0123456789") != strlen(area)) continue;
        if (!rows) rows = sorted_rows(a->table);
        if (!rows) return;
        const char *bare = lost_zeros(rows, ig_table_rows(a->table), area);
        if (!bare) continue;
        ig_text_format(
            hint,
            "%scodes look as if their leading zeros were lost in a spreadsheet (%s in the "
            "table, %s in the areas): export the table again with codes as text",
            hint->length ? "; " : "", ig_show(bare), ig_show(area));
        break;
    }
    ig_free(rows);
}

static void hint_edition(const struct attempt *a, ig_text *hint)
{
    const size_t key = ig_table_key_column(a->table);
    const struct lone_codes rows = {a->lone_rows, a->lone_rows_count,
                                    key == SIZE_MAX ? NULL : ig_table_column_name(a->table, key)};
    const struct lone_codes areas = {a->lone_areas, a->lone_areas_count, a->areas->column};
    explain_editions(&areas, &rows, hint);
}

static void hint_scientific(const struct attempt *a, ig_text *hint)
{
    for (size_t r = 0; r < ig_table_rows(a->table); r++) {
        const char *code = ig_table_code(a->table, r);
        if (a->match->area_of_row[r] != SIZE_MAX || !is_scientific(code)) continue;
        ig_text_format(
            hint,
            "%scode '%s' (%s) was turned into a number by a spreadsheet: its digits are lost, "
            "export the table again with codes as text",
            hint->length ? "; " : "", ig_show(code), ig_table_place(a->table, r));
        return;
    }
}

/// Look-alike letters of other alphabets and marks that cannot be seen are never matched (J4).
static void hint_alphabet(const struct attempt *a, ig_text *hint)
{
    for (size_t r = 0; r < ig_table_rows(a->table); r++) {
        const char *code = ig_table_code(a->table, r);
        if (a->match->area_of_row[r] != SIZE_MAX) continue;
        size_t at = 0;
        while (code[at] && (unsigned char)code[at] < 0x80)
            at++;
        if (!code[at]) continue;
        ig_text_format(hint,
                       "%scode '%s' (%s) holds a character that is no plain letter or digit (place "
                       "%zu): letters of other alphabets that look alike, and invisible marks "
                       "inside a code, are not matched",
                       hint->length ? "; " : "", ig_show(code), ig_table_place(a->table, r),
                       at + 1);
        return;
    }
}

static ig_text all_hints(const struct attempt *a)
{
    ig_text hint = {0};
    hint_zeros(a, &hint);
    hint_scientific(a, &hint);
    hint_alphabet(a, &hint);
    if (a->lone_rows_count && a->lone_areas_count) hint_edition(a, &hint);
    return hint;
}

// ---- telling ----------------------------------------------------------------------------------

static void tell_code_changes(const struct attempt *a)
{
    size_t trimmed, folded;
    ig_table_code_changes(a->table, &trimmed, &folded);
    const size_t key = ig_table_key_column(a->table);
    for (size_t r = folded = 0; r < ig_table_rows(a->table); r++) { // those that it helped
        folded += a->match->area_of_row[r] != SIZE_MAX &&
                  strcmp(ig_table_text(a->table, r, key), ig_table_code(a->table, r)) != 0;
    }
    const char *file = ig_base_name(ig_table_path(a->table));
    if (trimmed) {
        ig_warn(a->ctx, "%s: %zu code%s trimmed of white space or invisible characters", file,
                trimmed, trimmed == 1 ? " was" : "s were");
    }
    if (folded) {
        ig_warn(a->ctx, "%s: %zu code%s matched after folding the case of letters", file, folded,
                folded == 1 ? "" : "s");
    }
    const char *note = ig_table_key_note(a->table);
    if (note) ig_warn(a->ctx, "%s", note);
}

static ig_status refuse(const struct attempt *a, double min_match)
{
    const size_t matched = a->match->matched, count = a->areas->count;
    ig_text text = {0}, hint = all_hints(a);
    ig_text_format(&text, "%s and %s: %zu of %zu areas have a row", ig_base_name(a->areas->what),
                   ig_base_name(ig_table_path(a->table)), matched, count);
    if (matched) ig_text_format(&text, ", fewer than the least share of %g", min_match);
    ig_text_append(&text, "; areas without row: ");
    list_codes(&text, a->lone_areas, a->lone_areas_count);
    ig_text_append(&text, "; rows without area: ");
    list_codes(&text, a->lone_rows, a->lone_rows_count);
    ig_fail(a->ctx, IG_EFORMAT, "%s", text.failed ? "no match" : text.data);
    if (matched) {
        ig_text_format(&hint, "%sif so few are meant to match, lower the limit by --min-match",
                       hint.length ? "; " : "");
    } else if (!hint.length) {
        ig_text_append(&hint, "name the code columns by --areas-key and --table-key, or use the "
                              "table's own boundaries");
    }
    if (!hint.failed) ig_hint(a->ctx, "%s", hint.data);
    ig_text_free(&text);
    ig_text_free(&hint);
    return IG_EFORMAT;
}

static void tell_lone(const struct attempt *a)
{
    const char *file = ig_base_name(ig_table_path(a->table));
    if (a->lone_areas_count) {
        ig_text text = {0};
        ig_text_format(&text, "%s: %zu area%s without a row: ", file, a->lone_areas_count,
                       a->lone_areas_count == 1 ? "" : "s");
        list_codes(&text, a->lone_areas, a->lone_areas_count);
        if (!text.failed) ig_warn(a->ctx, "%s", text.data);
        ig_text_free(&text);
    }
    if (a->lone_rows_count) {
        ig_text text = {0};
        ig_text_format(&text, "%s: %zu row%s without an area: ", file, a->lone_rows_count,
                       a->lone_rows_count == 1 ? "" : "s");
        size_t shown = 0;
        for (size_t r = 0; r < ig_table_rows(a->table) && shown < IG_SHOWN; r++) {
            if (a->match->area_of_row[r] != SIZE_MAX) continue;
            const char *code = ig_table_code(a->table, r);
            ig_text_format(&text, "%s%s (%s)", shown++ ? ", " : "",
                           *code ? ig_show(code) : "an empty code", ig_table_place(a->table, r));
        }
        if (a->lone_rows_count > IG_SHOWN) {
            ig_text_format(&text, " and %zu more", a->lone_rows_count - IG_SHOWN);
        }
        const char *said = text.failed ? "rows without an area" : text.data;
        if (a->lone_areas_count) {
            ig_warn(a->ctx, "%s", said);
        } else {
            ig_warn_mild(a->ctx, "%s", said); // a national table on one district
        }
        ig_text_free(&text);
    }
    ig_text hint = all_hints(a);
    if (hint.length && !hint.failed) ig_warn(a->ctx, "%s: %s", file, hint.data);
    ig_text_free(&hint);
}

// ---- matching ---------------------------------------------------------------------------------

static ig_status check_area_codes(ig_ctx *ctx, const struct matched_areas *areas,
                                  struct entry *sorted)
{
    for (size_t i = 0; i < areas->count; i++)
        sorted[i] = (struct entry){areas->codes[i], i};
    if (areas->count) qsort(sorted, areas->count, sizeof *sorted, by_code);
    for (size_t i = 1; i < areas->count; i++) {
        if (*sorted[i].code && strcmp(sorted[i - 1].code, sorted[i].code) == 0) {
            ig_fail(ctx, IG_EFORMAT, "%s: code %s comes twice (duplicate), areas %zu and %zu",
                    ig_base_name(areas->what), ig_show(sorted[i].code), sorted[i - 1].at + 1,
                    sorted[i].at + 1);
            return ig_hint(ctx, "--dissolve makes one area of several features of one code");
        }
    }
    return IG_OK;
}

static void meet(const struct matched_areas *areas, const ig_table *table, struct entry *sorted,
                 struct match *match)
{
    for (size_t i = 0; i < areas->count; i++)
        match->row_of_area[i] = SIZE_MAX;
    for (size_t r = 0; r < ig_table_rows(table); r++) {
        match->area_of_row[r] = SIZE_MAX;
        const char *code = ig_table_code(table, r);
        const struct entry *area = code && *code ? find(sorted, areas->count, code) : NULL;
        if (!area) continue;
        match->area_of_row[r] = area->at;
        match->row_of_area[area->at] = r;
        match->matched++;
    }
}

static ig_status collect(struct attempt *a)
{
    const size_t rows = ig_table_rows(a->table);
    a->lone_areas = ig_alloc(a->areas->count + 1, sizeof *a->lone_areas);
    a->lone_rows = ig_alloc(rows + 1, sizeof *a->lone_rows);
    if (!a->lone_areas || !a->lone_rows) return IG_EMEMORY;
    for (size_t r = 0; r < rows; r++) {
        if (a->match->area_of_row[r] == SIZE_MAX) {
            a->lone_rows[a->lone_rows_count++] = ig_table_code(a->table, r);
        }
    }
    for (size_t i = 0; i < a->areas->count; i++) {
        if (a->match->row_of_area[i] == SIZE_MAX) {
            a->lone_areas[a->lone_areas_count++] = a->areas->codes[i];
        }
    }
    return IG_OK;
}

// ---- which column of codes is meant -------------------------------------------------------------

// Areas that the codes of the table's key meet.
static size_t count_met(const struct matched_areas *areas, const ig_table *table,
                        struct entry *sorted, bool *met)
{
    memset(met, 0, areas->count * sizeof *met);
    size_t count = 0;
    for (size_t r = 0; r < ig_table_rows(table); r++) {
        const char *code = ig_table_code(table, r);
        const struct entry *area = code && *code ? find(sorted, areas->count, code) : NULL;
        if (!area || met[area->at]) continue;
        met[area->at] = true;
        count++;
    }
    return count;
}

// Try each candidate; the areas' own column name comes last, since codes say more than names.
static ig_status try_columns(ig_ctx *ctx, const struct matched_areas *areas, ig_table *table,
                             struct entry *sorted, bool *met)
{
    enum { MOST = 17 };
    size_t columns[MOST];
    size_t count = ig_table_key_candidates(table, columns, MOST - 1);
    const size_t same = areas->column ? ig_table_column(table, areas->column) : SIZE_MAX;
    if (same != SIZE_MAX) columns[count++] = same;
    const size_t first = ig_table_key_column(table);
    size_t best = first, most = first == SIZE_MAX ? 0 : count_met(areas, table, sorted, met);
    size_t now = first;
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < count && most < areas->count; i++) {
        if (columns[i] == first) continue;
        now = columns[i];
        status = ig_table_build_key(ctx, table, now);
        if (status == IG_EFORMAT) { // damaged codes of a column that may not be meant
            status = IG_OK;
            continue;
        }
        const size_t here = status ? 0 : count_met(areas, table, sorted, met);
        if (here > most) {
            most = here;
            best = now;
        }
    }
    if (!status && best != now) status = ig_table_build_key(ctx, table, best);
    if (!status && best != first && best != SIZE_MAX) {
        ig_info(ctx, "%s: the codes are those of column %s", ig_base_name(ig_table_path(table)),
                ig_show(ig_table_column_name(table, best)));
    }
    return status;
}

ig_status ig_link_key(ig_ctx *ctx, const char *const *codes, size_t count, const char *column,
                      ig_table *table)
{
    if (ig_table_key_named(table) || count == 0) return IG_OK;
    const struct matched_areas areas = {codes, count, column, ""};
    struct entry *sorted = ig_alloc(count, sizeof *sorted);
    bool *met = ig_alloc(count, sizeof *met);
    ig_status status = sorted && met ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory to match codes");
    for (size_t i = 0; !status && i < count; i++)
        sorted[i] = (struct entry){codes[i], i};
    if (!status) qsort(sorted, count, sizeof *sorted, by_code);
    if (!status) status = try_columns(ctx, &areas, table, sorted, met);
    ig_free(sorted);
    ig_free(met);
    return status;
}

ig_status match_codes(ig_ctx *ctx, const struct matched_areas *areas, const ig_table *table,
                      double min_match, struct match *match)
{
    *match = (struct match){0};
    const size_t rows = ig_table_rows(table);
    struct attempt a = {.ctx = ctx, .areas = areas, .table = table, .match = match};
    struct entry *sorted = ig_alloc(areas->count + 1, sizeof *sorted);
    match->row_of_area = ig_alloc(areas->count + 1, sizeof *match->row_of_area);
    match->area_of_row = ig_alloc(rows + 1, sizeof *match->area_of_row);
    ig_status status = sorted && match->row_of_area && match->area_of_row
                           ? IG_OK
                           : ig_fail(ctx, IG_EMEMORY, "no memory to match codes");
    if (!status) status = check_area_codes(ctx, areas, sorted);
    if (!status && ig_table_key_column(table) == SIZE_MAX) {
        ig_fail(ctx, IG_EFORMAT, "%s: no column of area codes", ig_base_name(ig_table_path(table)));
        status = ig_hint(ctx, "name it by --table-key");
    }
    if (!status) status = ig_table_unique(ctx, table);
    if (status) goto done;
    meet(areas, table, sorted, match);
    status = collect(&a);
    if (status) {
        ig_fail(ctx, status, "no memory to match codes");
        goto done;
    }
    tell_code_changes(&a);
    const double share = areas->count ? (double)match->matched / (double)areas->count : 0.0;
    if (match->matched == 0 || share < min_match) {
        status = refuse(&a, min_match);
        goto done;
    }
    tell_lone(&a);
    // J1, in release builds too: every area and every row is on one side of the sums.
    if (match->matched + a.lone_areas_count != areas->count ||
        match->matched + a.lone_rows_count != rows) {
        status = ig_fail(ctx, IG_EBUG, "the counts of a join do not add up");
    }
done:
    ig_free(a.lone_areas);
    ig_free(a.lone_rows);
    ig_free(sorted);
    return status;
}

ig_status ig_link_rows(ig_ctx *ctx, const char *const *codes, size_t count, const char *what,
                       const ig_table *table, double min_match, size_t *row_of_area)
{
    const struct matched_areas areas = {codes, count, NULL, what};
    struct match match;
    const ig_status status = match_codes(ctx, &areas, table, min_match, &match);
    if (!status && count) memcpy(row_of_area, match.row_of_area, count * sizeof *row_of_area);
    match_free(&match);
    return status;
}
