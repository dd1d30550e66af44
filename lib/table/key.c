// Which column holds the codes, and the codes as they are compared (J3, J4).
#include "table_internal.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE = 2000, MOST_CANDIDATES = 16 };

/// What a look at some rows of a column says.
struct look {
    size_t column;
    size_t filled, ons, distinct, rows;
    int named; ///< how much the name sounds like one of codes: 0 to 3
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/// Letters and digits of a name in lower case, so that "LSOA code (2011)" is "lsoacode2011".
static void squeeze(const char *name, char *out, size_t room)
{
    size_t used = 0;
    for (; *name && used + 1 < room; name++) {
        if (isalnum((unsigned char)*name)) out[used++] = (char)tolower((unsigned char)*name);
    }
    out[used] = '\0';
}

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/// LSOA21CD, lsoa11_code, "geography code", code: ONS and common usage.
static int sounds_like_code(const char *name)
{
    char squeezed[80];
    squeeze(name, squeezed, sizeof squeezed);
    if (strcmp(squeezed, "code") == 0) return 3;
    static const char *const full[] = {"areacode", "geographycode", "areacd",  "geographycd",
                                       "lsoacode", "lsoacd",        "wardcode"};
    for (size_t i = 0; i < sizeof full / sizeof *full; i++) {
        if (strcmp(squeezed, full[i]) == 0) return 2;
    }
    if (ends_with(squeezed, "code") || ends_with(squeezed, "cd")) return 2;
    if (strstr(squeezed, "code")) return 1;
    return strcmp(squeezed, "id") == 0 || strcmp(squeezed, "area") == 0 ? 1 : 0;
}

static bool is_ons_code_of_any_case(const char *text)
{
    if (ig_is_ons_code(text)) return true;
    if (text[0] < 'a' || text[0] > 'z' || strlen(text) != 9) return false;
    char upper[10];
    memcpy(upper, text, sizeof upper);
    upper[0] = (char)(upper[0] - 'a' + 'A');
    return ig_is_ons_code(upper);
}

static void look_at(const ig_table *table, size_t column, const char **sample, struct look *look)
{
    *look = (struct look){.column = column, .named = sounds_like_code(table->column[column].name)};
    const size_t take = table->rows < SAMPLE ? table->rows : SAMPLE;
    for (size_t i = 0; i < take; i++) {
        const char *text = ig_table_text(table, i * (table->rows / take), column);
        if (!*text) continue;
        look->ons += is_ons_code_of_any_case(text);
        sample[look->filled++] = text;
    }
    look->rows = take;
    qsort(sample, look->filled, sizeof *sample, by_text);
    for (size_t i = 0; i < look->filled; i++) {
        look->distinct += i == 0 || strcmp(sample[i - 1], sample[i]) != 0;
    }
}

static bool is_coded(const struct look *look)
{
    return look->ons > 0 && look->ons * 2 >= look->filled;
}

/// Columns of ONS codes with the most different codes first; then names that sound like codes.
static int by_promise(const void *a, const void *b)
{
    const struct look *p = a, *q = b;
    if (is_coded(p) != is_coded(q)) return is_coded(p) ? -1 : 1;
    if (!is_coded(p) && p->named != q->named) return p->named > q->named ? -1 : 1;
    if (p->distinct != q->distinct) return p->distinct > q->distinct ? -1 : 1;
    return p->column < q->column ? -1 : p->column > q->column;
}

/// Candidates for the key, best first; IG_EMEMORY is the one failure.
static ig_status find_candidates(const ig_table *table, size_t *columns, size_t room, size_t *found)
{
    *found = 0;
    if (table->rows == 0) return IG_OK;
    struct look *looks = ig_alloc(table->columns, sizeof *looks);
    const char **sample = ig_alloc(SAMPLE, sizeof *sample);
    const bool enough = looks && sample;
    size_t count = 0;
    for (size_t c = 0; enough && c < table->columns; c++) {
        struct look *look = &looks[count];
        look_at(table, c, sample, look);
        if (is_coded(look) || (look->named > 0 && look->filled > 0)) count++;
    }
    if (enough) qsort(looks, count, sizeof *looks, by_promise);
    *found = count < room ? count : room;
    for (size_t i = 0; i < *found; i++)
        columns[i] = looks[i].column;
    ig_free(looks);
    ig_free(sample);
    return enough ? IG_OK : IG_EMEMORY;
}

size_t ig_table_key_candidates(const ig_table *table, size_t *columns, size_t room)
{
    size_t found;
    return find_candidates(table, columns, room, &found) == IG_OK ? found : 0;
}

/// 1.00E+06: what a spreadsheet makes of a code it takes for a number.
static bool is_scientific(const char *text)
{
    const char *c = text;
    if (!isdigit((unsigned char)*c)) return false;
    while (isdigit((unsigned char)*c))
        c++;
    if (*c == '.') {
        c++;
        while (isdigit((unsigned char)*c))
            c++;
    }
    if (*c != 'E' && *c != 'e') return false;
    c++;
    if (*c != '+' && *c != '-') return false;
    c++;
    if (!isdigit((unsigned char)*c)) return false;
    while (isdigit((unsigned char)*c))
        c++;
    return *c == '\0';
}

/// Normalised code of a cell: the cell's own text where nothing changes.
static ig_status normalise(ig_ctx *ctx, ig_table *table, size_t row)
{
    const uint64_t own = table->row_start[row] + table->cell[row * table->columns + table->key];
    const char *text = table->arena + own;
    bool plain = true;
    for (const char *c = text; *c && plain; c++) {
        plain = (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c == '_' || *c == '-';
    }
    table->code[row] = own;
    if (plain) return IG_OK;

    bool trimmed = false, folded = false;
    char *code = ig_code_normalise(text, &trimmed, &folded);
    if (!code) return ig_fail(ctx, IG_EMEMORY, "no memory for a code");
    ig_status status = IG_OK;
    if (strcmp(code, text) != 0) {
        status = table_append_text(ctx, table, code, strlen(code), &table->code[row]);
        table->codes_folded += folded;
        table->codes_trimmed += trimmed;
    }
    ig_free(code);
    return status;
}

/// Codes that a spreadsheet holds as numbers or turned into them (J3).
static ig_status note_damage(ig_ctx *ctx, ig_table *table)
{
    const struct column *column = &table->column[table->key];
    if (column->broken) {
        ig_fail(ctx, IG_EFORMAT,
                "%s: %s %" PRId64 ", column %s: the code is held as the number '%s'; its digits "
                "cannot be those of a code",
                shown(table->path), table->line_word, column->broken_at, ig_show(column->name),
                ig_show(column->broken_text));
        return ig_hint(ctx, "format the column as text and enter the codes again");
    }
    ig_text note = {0};
    if (column->typed && table->spreadsheet) {
        ig_text_format(&note,
                       "%s: %zu codes of column %s are held as numbers (first: %s %" PRId64
                       "); leading zeros they may have had are lost",
                       shown(table->path), column->typed, ig_show(column->name), table->line_word,
                       column->typed_at);
    }
    size_t count = 0, first = 0;
    for (size_t r = 0; r < table->rows; r++) {
        if (!is_scientific(table->arena + table->code[r])) continue;
        if (count++ == 0) first = r;
    }
    if (count) {
        ig_text_format(&note, "%s%s: %s: the code '%s' was turned into a number by a spreadsheet%s",
                       note.length ? "; " : "", shown(table->path), table_place(table, first),
                       ig_show(table->arena + table->code[first]),
                       count > 1 ? " (and others like it)" : "");
    }
    if (note.failed) {
        ig_text_free(&note);
        return ig_fail(ctx, IG_EMEMORY, "no memory for a message");
    }
    table->key_note = note.data;
    return IG_OK;
}

ig_status ig_table_build_key(ig_ctx *ctx, ig_table *table, size_t column)
{
    ig_free(table->code);
    ig_free(table->key_note);
    table->code = NULL;
    table->key_note = NULL;
    table->key = column;
    table->codes_trimmed = table->codes_folded = 0;
    if (column == SIZE_MAX) return IG_OK;

    table->code = ig_alloc(table->row_room ? table->row_room : 1, sizeof *table->code);
    if (!table->code) {
        table->key = SIZE_MAX;
        return ig_fail(ctx, IG_EMEMORY, "no memory for the codes of %s", shown(table->path));
    }
    table->codes_trimmed = table->column[column].trimmed;
    ig_status status = IG_OK;
    for (size_t r = 0; !status && r < table->rows; r++)
        status = normalise(ctx, table, r);
    if (!status) status = note_damage(ctx, table);
    return status;
}

/// The codes' own column is called by a code: the first row of data was taken for the header.
static ig_status refuse_code_as_name(ig_ctx *ctx, const ig_table *table, size_t column)
{
    ig_fail(
        ctx, IG_EFORMAT,
        "%s: the column of codes is called '%s', which is a code itself: the file seems to have "
        "no header, and its first row would be lost",
        shown(table->path), ig_show(table->column[column].name));
    return ig_hint(ctx, "give the names of its columns by --header a,b,c");
}

ig_status table_choose_key(ig_ctx *ctx, ig_table *table, const ig_table_options *options)
{
    table->keyless = options->keyless;
    size_t column = SIZE_MAX;
    if (options->key) {
        const ig_status status = ig_table_find(ctx, table, options->key, &column);
        if (status) return status;
        table->key_named = true;
    } else if (!options->keyless) {
        size_t candidates[MOST_CANDIDATES];
        size_t found = 0;
        if (find_candidates(table, candidates, MOST_CANDIDATES, &found)) {
            return ig_fail(ctx, IG_EMEMORY, "no memory to find the codes of %s",
                           shown(table->path));
        }
        if (found) column = candidates[0];
    }
    if (column != SIZE_MAX && !options->key && is_ons_code_of_any_case(table->column[column].name))
        return refuse_code_as_name(ctx, table, column);
    return ig_table_build_key(ctx, table, column);
}

// ---- one row for each code (J2) -------------------------------------------------------------

/// Open addressing over row numbers, by code.
struct rows_by_code {
    size_t *slot; ///< row + 1; 0: free
    size_t room;
};

static uint64_t hash_text(const char *text)
{
    uint64_t hash = 1469598103934665603u; // FNV-1a
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash ^ (hash >> 29);
}

/// The row of this code met before, or SIZE_MAX after taking note of this one.
static size_t seen_before(struct rows_by_code *seen, const ig_table *table, size_t row)
{
    const char *code = ig_table_code(table, row);
    size_t at = (size_t)hash_text(code) & (seen->room - 1);
    for (; seen->slot[at]; at = (at + 1) & (seen->room - 1)) {
        if (strcmp(ig_table_code(table, seen->slot[at] - 1), code) == 0) return seen->slot[at] - 1;
    }
    seen->slot[at] = row + 1;
    return SIZE_MAX;
}

static bool differs(const ig_table *table, size_t column, const size_t *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            if (strcmp(ig_table_text(table, rows[i], column),
                       ig_table_text(table, rows[j], column)) == 0) {
                return false;
            }
        }
    }
    return true;
}

/// A name of what tables are long by: time, sex, age, category.
static bool sounds_like_dimension(const char *name)
{
    static const char *const words[] = {
        "year", "date",    "period",  "time",     "month", "quarter",   "sex",   "gender",
        "age",  "categor", "measure", "variable", "cell",  "indicator", "group", "type"};
    char squeezed[80];
    squeeze(name, squeezed, sizeof squeezed);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strstr(squeezed, words[i])) return true;
    }
    return false;
}

/// Column that tells the rows of one code apart: by its name, else the one with the fewest different
/// values that repeat themselves from code to code.
static size_t likely_second_key(const ig_table *table, const size_t *rows, size_t count)
{
    const char **sample = ig_alloc(SAMPLE, sizeof *sample);
    size_t best = SIZE_MAX, fewest = SIZE_MAX;
    bool named = false;
    for (size_t c = 0; sample && c < table->columns; c++) {
        if (c == table->key || !differs(table, c, rows, count)) continue;
        struct look look;
        look_at(table, c, sample, &look);
        const bool sounds = sounds_like_dimension(table->column[c].name);
        if (!sounds && (named || look.distinct * 2 > look.rows)) continue;
        if (look.distinct >= fewest && sounds == named) continue;
        fewest = look.distinct;
        named = sounds;
        best = c;
    }
    ig_free(sample);
    return best;
}

// "Sex 'Male' 'Female'; Age 'All ages' '16+'": the columns by which rows can be chosen.
static void list_choices(const ig_table *table, ig_text *text)
{
    enum { COLUMNS = 8, VALUES = 6, LOOKED = 20000 };
    size_t columns = 0;
    for (size_t c = 0; c < table->columns && columns < COLUMNS; c++) {
        if (c == table->key || !sounds_like_dimension(table->column[c].name)) continue;
        const char *seen[VALUES];
        size_t count = 0;
        bool more = false;
        for (size_t r = 0; r < table->rows && r < LOOKED && !more; r++) {
            const char *value = ig_table_text(table, r, c);
            size_t k = 0;
            while (k < count && strcmp(seen[k], value) != 0)
                k++;
            if (k < count) continue;
            more = count == VALUES;
            if (!more) seen[count++] = value;
        }
        if (count < 2) continue;
        ig_text_format(text, "%s%s", columns++ ? "; " : "", ig_show(table->column[c].name));
        for (size_t k = 0; k < count; k++)
            ig_text_format(text, " '%s'", ig_show(seen[k]));
        if (more) ig_text_append(text, " ...");
    }
}

static ig_status tell_repeats(ig_ctx *ctx, const ig_table *table, size_t first, size_t second)
{
    enum { LISTED = 20 };
    size_t rows[LISTED] = {first, second}, count = 2, total = 2;
    const char *code = ig_table_code(table, first);
    for (size_t r = second + 1; r < table->rows; r++) {
        if (strcmp(ig_table_code(table, r), code) != 0) continue;
        if (count < LISTED) rows[count++] = r;
        total++;
    }
    ig_text places = {0};
    for (size_t i = 0; i < count; i++) {
        ig_text_format(&places, "%s%s", i ? ", " : "", table_place(table, rows[i]));
    }
    ig_fail(ctx, IG_EFORMAT,
            "%s: code %s comes more than once (duplicate): %zu rows, %s%s; one row for each code "
            "is needed",
            shown(table->path), ig_show(code), total, places.failed ? "" : places.data,
            total > count ? " ..." : "");
    ig_text_free(&places);

    const size_t second_key = likely_second_key(table, rows, count < 8 ? count : 8);
    if (second_key == SIZE_MAX) {
        return ig_hint(ctx, "choose rows with --where COLUMN=VALUE, or say what to make of them "
                            "with --duplicates sum|mean|first");
    }
    const char *name = table->column[second_key].name;
    ig_text choices = {0};
    list_choices(table, &choices);
    const bool listed = choices.length && !choices.failed;
    ig_hint(ctx,
            "rows differ by column %s, the likely second key: choose one value with --where "
            "'%s=%s', or turn its values into columns with --pivot '%s'%s%s",
            ig_show(name), ig_show(name), ig_show(ig_table_text(table, first, second_key)),
            ig_show(name), listed ? "; there are: " : "", listed ? choices.data : "");
    ig_text_free(&choices);
    return IG_EFORMAT;
}

ig_status ig_table_unique(ig_ctx *ctx, const ig_table *table)
{
    if (!table->code) return IG_OK;
    struct rows_by_code seen = {NULL, 16};
    while (seen.room < table->rows * 2)
        seen.room *= 2;
    seen.slot = ig_alloc(seen.room, sizeof *seen.slot);
    if (!seen.slot) return ig_fail(ctx, IG_EMEMORY, "no memory to compare codes");
    ig_status status = IG_OK;
    for (size_t r = 0; !status && r < table->rows; r++) {
        const char *code = ig_table_code(table, r);
        if (*code == '\0' || is_scientific(code)) continue; // told of as rows without area
        const size_t before = seen_before(&seen, table, r);
        if (before != SIZE_MAX) status = tell_repeats(ctx, table, before, r);
    }
    ig_free(seen.slot);
    return status;
}
