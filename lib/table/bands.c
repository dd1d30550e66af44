// Ages by single year added up to bands: --bands 0-15,16-64,65+ or --bands 5.
#include "table_internal.h"

#include "build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OLDEST = 130 };

/// Ages from and to, both counted in; `to` is OLDEST for an open band.
struct band {
    int from, to;
    char name[32];
};

/// A column of one age: of both sexes or one, by what stands before the number ("", "F", "aged_").
struct age {
    size_t column, length; ///< of what stands before
    const char *before;
    int from;
    bool open; ///< "90+"
};

struct banding {
    ig_ctx *ctx;
    const ig_table *table;
    struct band *bands;
    size_t count;
    struct age *ages;
    size_t ages_count;
    bool lineage;
};

static ig_status no_memory(const struct banding *b)
{
    return ig_fail(b->ctx, IG_EMEMORY, "no memory for --bands");
}

// ---- what is asked for ----------------------------------------------------------------------------

static ig_status refuse(const struct banding *b, const char *text)
{
    ig_fail(b->ctx, IG_EINVAL, "--bands: '%s' is no band of ages", ig_show(text));
    return ig_hint(b->ctx, "write 0-15,16-64,65+ or a width in years, as 5");
}

static bool take_age(const char **at, int *age)
{
    const size_t digits = strspn(*at, "0123456789");
    if (digits == 0 || digits > 3) return false;
    *age = (int)strtol(*at, NULL, 10);
    *at += digits;
    return *age < OLDEST;
}

static bool take_band(const char *text, struct band *band)
{
    const char *at = text;
    if (!take_age(&at, &band->from)) return false;
    band->to = band->from;
    if (*at == '+') {
        band->to = OLDEST;
        at++;
    } else if (*at == '-') {
        at++;
        if (!take_age(&at, &band->to) || band->to < band->from) return false;
    }
    if (*at || strlen(text) >= sizeof band->name) return false;
    snprintf(band->name, sizeof band->name, "%s", text);
    return true;
}

// Bands of one width up to the last, open age of the file.
static void bands_of_width(struct banding *b, int width)
{
    int oldest = 0;
    for (size_t i = 0; i < b->ages_count; i++)
        if (b->ages[i].from > oldest) oldest = b->ages[i].from;
    for (int from = 0; from <= oldest; from += width) {
        struct band *band = &b->bands[b->count++];
        const bool last = from + width > oldest;
        *band = (struct band){from, last ? OLDEST : from + width - 1, ""};
        if (last) {
            snprintf(band->name, sizeof band->name, "%d+", from);
        } else {
            snprintf(band->name, sizeof band->name, "%d-%d", from, from + width - 1);
        }
    }
}

static ig_status take_bands(struct banding *b, const char *list)
{
    double width;
    if (ig_text_number(list, &width) && width >= 1.0 && width < OLDEST && width == floor(width)) {
        b->bands = ig_alloc(OLDEST + 1, sizeof *b->bands);
        if (!b->bands) return no_memory(b);
        bands_of_width(b, (int)width);
        return IG_OK;
    }
    ig_pairs pairs = {0, NULL, NULL};
    ig_status status = ig_pairs_parse(b->ctx, "--bands", list, 0, &pairs);
    b->bands = status ? NULL : ig_alloc(pairs.count + 1, sizeof *b->bands);
    if (!status && !b->bands) status = no_memory(b);
    for (size_t i = 0; !status && i < pairs.count; i++) {
        if (!take_band(pairs.name[i], &b->bands[b->count++])) status = refuse(b, pairs.name[i]);
    }
    ig_pairs_free(&pairs);
    return status;
}

// ---- which columns are ages -----------------------------------------------------------------------

// "7", "90+", "Age 7", "aged_7", "F7", "7 years": a number with at most a word before it.
static bool is_age(const char *name, struct age *age)
{
    const size_t before = strcspn(name, "0123456789");
    const char *at = name + before;
    if (before > 8 || !take_age(&at, &age->from)) return false;
    age->before = name;
    age->length = before;
    age->open = *at == '+' || strncmp(at, " and over", 9) == 0 || strncmp(at, " plus", 5) == 0;
    if (*at == '+') at++;
    if (strncmp(at, " years", 6) == 0) at += 6;
    if (strncmp(at, " and over", 9) == 0) at += 9;
    if (strncmp(at, " plus", 5) == 0) at += 5;
    return *at == '\0';
}

static bool same_kind(const struct age *a, const struct age *b)
{
    return a->length == b->length && strncmp(a->before, b->before, a->length) == 0;
}

// Ages belong to a run from 0 of at least ten years; other columns that end in a number do not.
static ig_status find_ages(struct banding *b)
{
    b->ages = ig_alloc(b->table->columns + 1, sizeof *b->ages);
    if (!b->ages) return no_memory(b);
    for (size_t c = 0; c < b->table->columns; c++) {
        struct age *age = &b->ages[b->ages_count];
        if (!is_age(b->table->column[c].name, age)) continue;
        age->column = c;
        b->ages_count++;
    }
    size_t kept = 0;
    for (size_t i = 0; i < b->ages_count; i++) {
        size_t run = 0;
        for (bool found = true; found && run < OLDEST; run += found) {
            found = false;
            for (size_t j = 0; j < b->ages_count && !found; j++)
                found = same_kind(&b->ages[i], &b->ages[j]) && b->ages[j].from == (int)run;
        }
        if (run >= 10) b->ages[kept++] = b->ages[i];
    }
    b->ages_count = kept;
    if (kept) return IG_OK;
    ig_fail(b->ctx, IG_EFORMAT, "%s: no columns of single years of age for --bands",
            shown(b->table->path));
    return ig_hint(b->ctx,
                   "they are called 0, 1, 2 ... 90+, or with a word before, as Age 0 or F0");
}

// ---- sums -----------------------------------------------------------------------------------------

// The column of one year; SIZE_MAX where there is none or two.
static size_t age_column(const struct banding *b, const struct age *kind, int year, bool *open)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < b->ages_count; i++) {
        if (!same_kind(kind, &b->ages[i]) || b->ages[i].from != year) continue;
        if (found != SIZE_MAX) return SIZE_MAX;
        found = b->ages[i].column;
        *open = b->ages[i].open;
    }
    return found;
}

static ig_status columns_of(const struct banding *b, const struct age *kind,
                            const struct band *band, size_t *columns, size_t *count)
{
    bool open = false;
    *count = 0;
    for (int year = band->from; year <= band->to && !open; year++) {
        const size_t column = age_column(b, kind, year, &open);
        if (column == SIZE_MAX || (open && band->to != OLDEST)) {
            ig_fail(b->ctx, IG_EFORMAT, "%s: --bands: %s needs age %d by itself, and there is %s",
                    shown(b->table->path), band->name, year,
                    column == SIZE_MAX ? "no one column of it" : "only an open one");
            return ig_hint(b->ctx, "choose bands that the columns of the file can make");
        }
        columns[(*count)++] = column;
    }
    return IG_OK;
}

// A sum as text; a gap in any year is a gap, by its marker.
static const char *sum_text(const struct banding *b, const double *const *values,
                            const size_t *columns, size_t count, size_t row, char text[32])
{
    double sum = 0.0;
    for (size_t k = 0; k < count; k++) {
        const double value = values[columns[k]][row];
        if (isnan(value)) return ig_table_text(b->table, row, columns[k]);
        sum += value;
    }
    return ig_number_text(sum, text, 32);
}

// What a column remembers of its file.
static ig_status carry_over(const ig_table *from, ig_table *to)
{
    table_keep_traits(from, to);
    for (size_t c = 0; c < from->columns; c++) {
        const struct column *a = &from->column[c];
        struct column *z = &to->column[c];
        z->trimmed = a->trimmed;
        z->typed = a->typed;
        z->typed_at = a->typed_at;
        z->broken = a->broken;
        z->broken_at = a->broken_at;
        z->kind = a->kind;
        if (a->broken_text && !(z->broken_text = ig_text_copy(a->broken_text))) return IG_EMEMORY;
    }
    return IG_OK;
}

struct added {
    char name[64];
    size_t *columns, count;
};

// A column as it was comes from itself, a band from its ages. The table before stays with the caller
// until all is well.
static ig_status keep_lineage(const struct banding *b, const struct added *added, size_t count,
                              ig_table *made)
{
    const size_t old = b->table->columns;
    ig_status status = lineage_begin(b->ctx, made, NULL);
    for (size_t r = 0; !status && r < b->table->rows; r++) {
        for (size_t c = 0; !status && c < old + count; c++) {
            if (c < old) status = lineage_add(b->ctx, made, r, c);
            for (size_t k = 0; !status && c >= old && k < added[c - old].count; k++)
                status = lineage_add(b->ctx, made, r, added[c - old].columns[k]);
            if (!status) status = lineage_next(b->ctx, made);
        }
    }
    return status;
}

static ig_status build(const struct banding *b, const struct added *added, size_t count,
                       const double *const *values, ig_table **out)
{
    const ig_table *from = b->table;
    const size_t width = from->columns + count;
    const char **texts = ig_alloc(width + 1, sizeof *texts);
    char(*made)[32] = ig_alloc(count + 1, sizeof *made);
    ig_status status = texts && made ? IG_OK : no_memory(b);
    for (size_t c = 0; !status && c < width; c++) {
        texts[c] = c < from->columns ? from->column[c].name : added[c - from->columns].name;
    }
    if (!status) status = ig_table_build(b->ctx, from->path, from->line_word, texts, width, out);
    for (size_t r = 0; !status && r < from->rows; r++) {
        for (size_t c = 0; c < from->columns; c++)
            texts[c] = ig_table_text(from, r, c);
        for (size_t k = 0; k < count; k++) {
            texts[from->columns + k] =
                sum_text(b, values, added[k].columns, added[k].count, r, made[k]);
        }
        status = ig_table_build_row(b->ctx, *out, texts, from->line[r]);
    }
    if (!status && b->lineage) status = keep_lineage(b, added, count, *out);
    if (!status && carry_over(from, *out)) status = no_memory(b);
    ig_free(texts);
    ig_free(made);
    return status;
}

static ig_status add_kind(const struct banding *b, const struct age *kind, struct added *added,
                          size_t *used)
{
    for (size_t k = 0; k < b->count; k++) {
        struct added *to = &added[(*used)++];
        to->columns = ig_alloc(OLDEST + 1, sizeof *to->columns);
        if (!to->columns) return no_memory(b);
        const ig_status status = columns_of(b, kind, &b->bands[k], to->columns, &to->count);
        if (status) return status;
        snprintf(to->name, sizeof to->name, "%.*s%s", (int)kind->length, kind->before,
                 b->bands[k].name);
        const size_t there = ig_table_column(b->table, to->name);
        if (there == SIZE_MAX) continue;
        if (to->count != 1 || to->columns[0] != there) {
            return ig_fail(b->ctx, IG_EFORMAT, "%s: --bands: there is a column called '%s' already",
                           shown(b->table->path), to->name);
        }
        ig_free(to->columns); // a band of one column, which stands already
        *to = (struct added){0};
        (*used)--;
    }
    return IG_OK;
}

static ig_status add_all(struct banding *b, ig_table *table, ig_table **out)
{
    const size_t most = b->count * b->ages_count + 1;
    struct added *added = ig_alloc(most, sizeof *added);
    const double **values = ig_alloc(table->columns + 1, sizeof *values);
    size_t used = 0;
    ig_status status = added && values ? IG_OK : no_memory(b);
    for (size_t i = 0; !status && i < b->ages_count; i++) {
        status = ig_table_numbers(b->ctx, table, b->ages[i].column, IG_NUMBERS_COUNT,
                                  &values[b->ages[i].column]);
        bool known = false; // each kind of column (all, F, M) once
        for (size_t j = 0; j < i && !known; j++)
            known = same_kind(&b->ages[j], &b->ages[i]);
        if (!status && !known) status = add_kind(b, &b->ages[i], added, &used);
    }
    if (!status) status = build(b, added, used, values, out);
    for (size_t k = 0; added && k < used; k++)
        ig_free(added[k].columns);
    ig_free(added);
    ig_free(values);
    return status;
}

/// Which file each row came from stays known.
static ig_status hand_over(ig_ctx *ctx, ig_table *from, ig_table *made)
{
    ig_table *before = NULL;
    const ig_status status = made->lineage ? table_copy(ctx, from, &before) : IG_OK;
    if (status) return status;
    if (made->lineage) made->lineage->before = before;
    made->source = from->source;
    made->source_name = from->source_name;
    made->sources = from->sources;
    from->source = NULL;
    from->source_name = NULL;
    from->sources = 0;
    return IG_OK;
}

ig_status table_bands(ig_ctx *ctx, ig_table **table, const char *list, bool lineage)
{
    struct banding b = {.ctx = ctx, .table = *table, .lineage = lineage};
    ig_table *made = NULL;
    ig_status status = find_ages(&b);
    if (!status) status = take_bands(&b, list);
    if (!status) status = add_all(&b, *table, &made);
    if (!status) status = hand_over(ctx, *table, made);
    ig_free(b.bands);
    ig_free(b.ages);
    if (status) {
        ig_table_free(made);
        return status;
    }
    ig_table_free(*table);
    *table = made;
    return IG_OK;
}
