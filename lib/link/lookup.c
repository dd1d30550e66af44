// Shares by a lookup: which part of each source goes to which target, and where weights come from.
#include "link_internal.h"

#include "../table/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A row of the lookup.
struct row {
    char *source, *target; ///< normalised; "" where the cell is empty
    double weight;         ///< NaN without
    size_t at;             ///< row of the table
    char change;
};

struct building {
    ig_ctx *ctx;
    ig_table *lookup;
    const ig_lookup_options *options;
    const char *file;
    size_t change; ///< column, SIZE_MAX without
    struct row *rows;
    size_t count;
    const char **wanted; ///< codes that will be carried, rising
    size_t wanted_count;
    size_t *target_users; ///< how many sources have a part in each target
    ig_shares *shares;
};

static ig_status no_memory(const struct building *b)
{
    return ig_fail(b->ctx, IG_EMEMORY, "%s: no memory for a lookup of %zu rows", b->file, b->count);
}

static int by_pair(const void *a, const void *b)
{
    const struct row *p = a, *q = b;
    int way = strcmp(p->source, q->source);
    if (!way) way = strcmp(p->target, q->target);
    return way ? way : p->at < q->at ? -1 : p->at > q->at;
}

static int by_text(const void *a, const void *b)
{
    const char *const *p = a, *const *q = b;
    return strcmp(*p, *q);
}

static bool is_wanted(const struct building *b, const char *code)
{
    return b->wanted_count &&
           bsearch(&code, b->wanted, b->wanted_count, sizeof *b->wanted, by_text) != NULL;
}

// ---- the rows as they stand ---------------------------------------------------------------------

static char change_of(const char *text)
{
    static const char letters[] = "USMXusmx";
    const char *at = text[0] && !text[1] ? strchr(letters, text[0]) : NULL;
    return at ? letters[(at - letters) % 4] : '\0';
}

static bool all_changes(const ig_table *table, size_t column)
{
    for (size_t r = 0; r < ig_table_rows(table); r++) {
        const char *text = ig_table_text(table, r, column);
        if (*text && !change_of(text)) return false;
    }
    return ig_table_rows(table) > 0;
}

// The column of U, S, M, X: named, or called change..., chg... and holding nothing else.
static ig_status find_change(struct building *b)
{
    b->change = SIZE_MAX;
    if (b->options->change) {
        return ig_table_find(b->ctx, b->lookup, b->options->change, &b->change);
    }
    for (size_t c = 0; c < ig_table_columns(b->lookup) && b->change == SIZE_MAX; c++) {
        char low[8] = "";
        const char *name = ig_table_column_name(b->lookup, c);
        for (size_t i = 0; i < 6 && name[i]; i++)
            low[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
        if (strncmp(low, "change", 6) != 0 && strncmp(low, "chg", 3) != 0) continue;
        if (all_changes(b->lookup, c)) b->change = c;
    }
    if (b->change != SIZE_MAX) {
        ig_info(b->ctx, "%s: changes (U, S, M, X) are those of column %s", b->file,
                ig_show(ig_table_column_name(b->lookup, b->change)));
    }
    return IG_OK;
}

static ig_status check_weight(const struct building *b, size_t r, size_t column, double weight)
{
    if (!(weight < 0.0)) return IG_OK;
    ig_fail(b->ctx, IG_EFORMAT, "%s: %s: weight '%s' is below 0", b->file,
            ig_table_place(b->lookup, r), ig_show(ig_table_text(b->lookup, r, column)));
    return ig_hint(b->ctx, "weights are positive: people, addresses, areas or shares");
}

static ig_status take_change(const struct building *b, size_t r, char *change)
{
    if (b->change == SIZE_MAX) return IG_OK;
    const char *text = ig_table_text(b->lookup, r, b->change);
    *change = change_of(text);
    if (*change || !*text) return IG_OK;
    ig_fail(b->ctx, IG_EFORMAT, "%s: %s: change '%s' is none of U, S, M, X", b->file,
            ig_table_place(b->lookup, r), ig_show(text));
    return ig_hint(b->ctx, "unchanged, split, merged, irregular: name the column by --change");
}

static ig_status take_rows(struct building *b)
{
    const ig_lookup_options *o = b->options;
    size_t from, to, weight = SIZE_MAX;
    const double *weights = NULL;
    ig_status status = ig_table_find(b->ctx, b->lookup, o->from, &from);
    if (!status) status = ig_table_find(b->ctx, b->lookup, o->to, &to);
    if (!status && o->weights) status = ig_table_find(b->ctx, b->lookup, o->weights, &weight);
    if (!status && o->weights) {
        status = ig_table_numbers(b->ctx, b->lookup, weight, IG_NUMBERS_ANY, &weights);
    }
    if (!status) status = find_change(b);
    if (status) return status;
    const size_t count = ig_table_rows(b->lookup);
    b->rows = ig_alloc(count + 1, sizeof *b->rows);
    if (!b->rows) return no_memory(b);
    for (size_t r = 0; !status && r < count; r++) {
        bool trimmed, folded;
        struct row *row = &b->rows[b->count++];
        row->source = ig_code_normalise(ig_table_text(b->lookup, r, from), &trimmed, &folded);
        row->target = ig_code_normalise(ig_table_text(b->lookup, r, to), &trimmed, &folded);
        if (!row->source || !row->target) return no_memory(b);
        row->weight = weights ? weights[r] : NAN;
        row->at = r;
        if (weights) status = check_weight(b, r, weight, row->weight);
        if (!status) status = take_change(b, r, &row->change);
    }
    if (!status && count) qsort(b->rows, count, sizeof *b->rows, by_pair);
    return status;
}

// A pair that comes twice says the same twice; with weights it is not known which one counts.
static ig_status drop_repeats(struct building *b)
{
    size_t kept = 0, repeats = 0;
    for (size_t i = 0; i < b->count; i++) {
        struct row *row = &b->rows[i], *last = kept ? &b->rows[kept - 1] : NULL;
        const bool repeat = last && !strcmp(last->source, row->source) &&
                            !strcmp(last->target, row->target) && *row->source;
        if (!repeat) {
            const struct row keep = *row;
            *row = b->rows[kept];
            b->rows[kept++] = keep;
            continue;
        }
        if (b->options->weights && is_wanted(b, row->source)) {
            char first[64];
            snprintf(first, sizeof first, "%s", ig_table_place(b->lookup, last->at));
            ig_fail(b->ctx, IG_EFORMAT,
                    "%s: %s to %s comes twice with weights (duplicate), %s and %s", b->file,
                    ig_show(row->source), ig_show(row->target), first,
                    ig_table_place(b->lookup, row->at));
            return ig_hint(b->ctx, "one row for each piece: add the weights up in the lookup");
        }
        repeats++;
    }
    for (size_t i = kept; i < b->count; i++) {
        ig_free(b->rows[i].source);
        ig_free(b->rows[i].target);
    }
    b->count = kept;
    if (repeats) {
        ig_info(b->ctx, "%s: %zu rows repeat a pair of codes and count once", b->file, repeats);
    }
    return IG_OK;
}

// ---- sources, targets, pieces -------------------------------------------------------------------

// Texts of a sorted list, each once, copied.
static bool copy_unique(const char **list, size_t count, char **out, size_t *used)
{
    *used = 0;
    for (size_t i = 0; i < count; i++) {
        if (*list[i] == '\0' || (i && strcmp(list[i - 1], list[i]) == 0)) continue;
        if (!(out[*used] = ig_text_copy(list[i]))) return false;
        (*used)++;
    }
    return true;
}

static size_t place_of(char *const *list, size_t count, const char *code)
{
    const char *const *found = bsearch(&code, list, count, sizeof *list, by_text);
    return found ? (size_t)((char *const *)found - list) : SIZE_MAX;
}

static ig_status name_all(struct building *b)
{
    const size_t most = b->count + b->wanted_count;
    const char **list = ig_alloc(most + 1, sizeof *list);
    b->shares = shares_new(most, b->count, b->count);
    bool good = list && b->shares;
    if (good) {
        for (size_t i = 0; i < b->count; i++)
            list[i] = b->rows[i].source;
        for (size_t i = 0; i < b->wanted_count; i++)
            list[b->count + i] = b->wanted[i];
        if (most) qsort(list, most, sizeof *list, by_text);
        good = copy_unique(list, most, b->shares->source, &b->shares->sources);
    }
    if (good) {
        for (size_t i = 0; i < b->count; i++)
            list[i] = b->rows[i].target;
        if (b->count) qsort(list, b->count, sizeof *list, by_text);
        good = copy_unique(list, b->count, b->shares->target, &b->shares->targets);
    }
    ig_free(list);
    return good ? IG_OK : no_memory(b);
}

static void place_pieces(struct building *b)
{
    ig_shares *s = b->shares;
    for (size_t i = 0, r = 0; i < s->sources; i++) {
        s->start[i + 1] = s->start[i];
        while (r < b->count && strcmp(b->rows[r].source, s->source[i]) < 0)
            r++; // an empty source: its target has nothing from it
        for (; r < b->count && strcmp(b->rows[r].source, s->source[i]) == 0; r++) {
            const struct row *row = &b->rows[r];
            if (!s->change[i] || row->change == 'X') s->change[i] = row->change;
            if (*row->target == '\0') {
                s->whole[i] += isnan(row->weight) ? 0.0 : row->weight; // it ends outside
                continue;
            }
            s->piece[s->start[i + 1]] = place_of(s->target, s->targets, row->target);
            s->weight[s->start[i + 1]++] = row->weight;
        }
    }
    s->count = s->start[s->sources];
}

// ---- weights ------------------------------------------------------------------------------------

/// An area by its code, for its size.
struct coded {
    const char *code;
    size_t number;
};

static int by_coded(const void *a, const void *b)
{
    const struct coded *p = a, *q = b;
    const int way = strcmp(p->code, q->code);
    return way ? way : p->number < q->number ? -1 : p->number > q->number;
}

static bool finder_new(const ig_areas *areas, struct coded **out)
{
    const size_t count = areas ? ig_areas_count(areas) : 0;
    *out = ig_alloc(count + 1, sizeof **out);
    for (size_t i = 0; *out && i < count; i++)
        (*out)[i] = (struct coded){ig_areas_code(areas, i), i};
    if (*out && count) qsort(*out, count, sizeof **out, by_coded);
    return *out != NULL;
}

// Number of the area with shape; SIZE_MAX without.
static size_t find_area(const ig_areas *areas, const struct coded *list, const char *code)
{
    if (!areas) return SIZE_MAX;
    size_t low = 0, high = ig_areas_count(areas);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(list[middle].code, code) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == ig_areas_count(areas) || strcmp(list[low].code, code) != 0) return SIZE_MAX;
    return ig_areas_size(areas, list[low].number) > 0.0 ? list[low].number : SIZE_MAX;
}

// What a piece measures: the whole of its target where that is of this source alone, else what the
// two shapes share. Below 0 where a shape is missing.
static ig_status measure(const struct building *b, const struct coded *sources,
                         const struct coded *targets, size_t i, size_t k, double *area)
{
    const ig_shares *s = b->shares;
    const ig_lookup_options *o = b->options;
    const size_t t = s->piece[k];
    const size_t target = find_area(o->target_areas, targets, s->target[t]);
    *area = -1.0;
    if (target == SIZE_MAX) return IG_OK;
    if (b->target_users[t] == 1) {
        *area = ig_areas_size(o->target_areas, target);
        return IG_OK;
    }
    const size_t source = find_area(o->source_areas, sources, s->source[i]);
    if (source == SIZE_MAX) return IG_OK;
    return shared_size(b->ctx, o->source_areas, source, o->target_areas, target, area);
}

static ig_status weigh_by_area(const struct building *b, const struct coded *sources,
                               const struct coded *targets, size_t i, bool *done)
{
    ig_shares *s = b->shares;
    const size_t first = s->start[i], count = s->start[i + 1] - first;
    double *area = ig_alloc(count, sizeof *area), sum = 0.0;
    if (!area) return no_memory(b);
    ig_status status = IG_OK;
    *done = true;
    for (size_t k = 0; !status && *done && k < count; k++) {
        status = measure(b, sources, targets, i, first + k, &area[k]);
        *done = area[k] >= 0.0;
        sum += area[k];
    }
    *done = *done && sum > 0.0;
    for (size_t k = 0; !status && *done && k < count; k++)
        s->weight[first + k] = area[k];
    if (*done) s->split[i] = IG_SPLIT_AREA;
    ig_free(area);
    return status;
}

static void weigh_equally(ig_shares *s, size_t i, ig_split split)
{
    const double parts = (double)(s->start[i + 1] - s->start[i]);
    for (size_t k = s->start[i]; k < s->start[i + 1]; k++)
        s->weight[k] = 1.0 / parts;
    s->split[i] = split;
}

static ig_status refuse_split(const struct building *b, size_t i)
{
    const ig_shares *s = b->shares;
    const bool by_area = b->options->split_by.count > 0;
    ig_text to = {0};
    for (size_t k = s->start[i]; k < s->start[i + 1]; k++)
        ig_text_format(&to, "%s%s", k > s->start[i] ? ", " : "", ig_show(s->target[s->piece[k]]));
    ig_fail(b->ctx, IG_EINVAL, "%s: %s goes to %zu areas (%s) and nothing says in what shares%s",
            b->file, ig_show(s->source[i]), s->start[i + 1] - s->start[i], to.failed ? "" : to.data,
            by_area ? ": a shape is missing" : "");
    ig_text_free(&to);
    return by_area
               ? ig_hint(b->ctx, "--split-by area,equal takes equal parts where a shape is "
                                 "missing; irregular sources need --source-areas too")
               : ig_hint(b->ctx, "name a column of weights by --weights, or say --split-by area "
                                 "with --target-areas, or --split-by equal");
}

static ig_status weigh_without_column(const struct building *b, const struct coded *sources,
                                      const struct coded *targets, size_t i)
{
    bool done = false;
    ig_status status = IG_OK;
    if (!is_wanted(b, b->shares->source[i])) { // it has no value: any weight will do
        weigh_equally(b->shares, i, IG_SPLIT_NONE);
        return IG_OK;
    }
    for (size_t w = 0; !status && !done && w < b->options->split_by.count; w++) {
        if (strcmp(b->options->split_by.values[w], "area") == 0) {
            status = weigh_by_area(b, sources, targets, i, &done);
        } else {
            weigh_equally(b->shares, i, IG_SPLIT_EQUAL);
            done = true;
        }
    }
    return status || done ? status : refuse_split(b, i);
}

static ig_status weigh_source(const struct building *b, const struct coded *sources,
                              const struct coded *targets, size_t i)
{
    ig_shares *s = b->shares;
    const size_t first = s->start[i], count = s->start[i + 1] - first;
    size_t without = 0;
    for (size_t k = first; k < first + count; k++)
        without += isnan(s->weight[k]);
    ig_status status = IG_OK;
    if (count == 0) return IG_OK;
    if (without == 0) {
        s->split[i] = count == 1 ? IG_SPLIT_WHOLE : IG_SPLIT_GIVEN;
    } else if (count == 1 && s->whole[i] <= 0.0) {
        s->weight[first] = 1.0;
        s->split[i] = IG_SPLIT_WHOLE;
    } else if (without == count && s->whole[i] <= 0.0) {
        status = weigh_without_column(b, sources, targets, i);
    } else if (is_wanted(b, s->source[i])) {
        ig_fail(b->ctx, IG_EFORMAT, "%s: a piece of %s has no weight, others have", b->file,
                ig_show(s->source[i]));
        return ig_hint(b->ctx, "give each piece of an area a weight in column %s, or none",
                       ig_show(b->options->weights));
    } else {
        weigh_equally(s, i, IG_SPLIT_NONE);
    }
    struct ig_sum sum = {0};
    for (size_t k = first; !status && k < first + count; k++)
        ig_sum_add(&sum, s->weight[k]);
    s->whole[i] += ig_sum_of(&sum);
    return status;
}

static ig_status weigh_all(struct building *b)
{
    ig_shares *s = b->shares;
    struct coded *sources = NULL, *targets = NULL;
    b->target_users = ig_alloc(s->targets + 1, sizeof *b->target_users);
    ig_status status = b->target_users && finder_new(b->options->source_areas, &sources) &&
                               finder_new(b->options->target_areas, &targets)
                           ? IG_OK
                           : no_memory(b);
    for (size_t k = 0; !status && k < s->count; k++)
        b->target_users[s->piece[k]]++;
    for (size_t i = 0; !status && i < s->sources; i++)
        status = weigh_source(b, sources, targets, i);
    ig_free(sources);
    ig_free(targets);
    return status;
}

// ---- do the codes meet? -------------------------------------------------------------------------

static ig_status check_match(const struct building *b)
{
    const ig_shares *s = b->shares;
    const char **lone = ig_alloc(b->wanted_count + 1, sizeof *lone);
    if (!lone) return no_memory(b);
    size_t met = 0, without = 0;
    for (size_t i = 0; i < s->sources; i++) {
        if (!is_wanted(b, s->source[i])) continue;
        if (s->start[i + 1] > s->start[i]) {
            met++;
        } else {
            lone[without++] = s->source[i];
        }
    }
    const double share = (double)met / (double)(met + without ? met + without : 1);
    ig_status status = IG_OK;
    if (met == 0 || share < b->options->min_match) {
        ig_text hint = {0};
        const struct lone_codes areas = {(const char *const *)s->source, s->sources,
                                         b->options->from};
        const struct lone_codes rows = {lone, without, NULL};
        explain_editions(&areas, &rows, &hint);
        ig_fail(b->ctx, IG_EFORMAT, "%s: %zu of %zu codes are in column %s%s%s", b->file, met,
                met + without, ig_show(b->options->from), without ? "; not " : "",
                without ? ig_show(lone[0]) : "");
        status = ig_hint(b->ctx,
                         "%s%sis --from the column with the codes of the table? "
                         "--min-match lowers the share that is asked for",
                         hint.length && !hint.failed ? hint.data : "", hint.length ? "; " : "");
        ig_text_free(&hint);
    }
    ig_free(lone);
    return status;
}

ig_status ig_shares_by_lookup(ig_ctx *ctx, ig_table *lookup, const ig_lookup_options *options,
                              const char *const *codes, size_t count, ig_shares **out)
{
    struct building b = {.ctx = ctx,
                         .lookup = lookup,
                         .options = options,
                         .file = ig_base_name(ig_table_path(lookup)),
                         .wanted = ig_alloc(count + 1, sizeof *b.wanted)};
    ig_status status = b.wanted ? IG_OK : no_memory(&b);
    for (size_t i = 0; !status && i < count; i++) {
        if (*codes[i]) b.wanted[b.wanted_count++] = codes[i];
    }
    if (b.wanted_count) qsort(b.wanted, b.wanted_count, sizeof *b.wanted, by_text);
    if (!status) status = take_rows(&b);
    if (!status) status = drop_repeats(&b);
    if (!status) status = name_all(&b);
    if (!status) place_pieces(&b);
    if (!status) status = check_match(&b);
    if (!status) status = weigh_all(&b);
    for (size_t i = 0; b.rows && i < b.count; i++) {
        ig_free(b.rows[i].source);
        ig_free(b.rows[i].target);
    }
    ig_free(b.rows);
    ig_free(b.wanted);
    ig_free(b.target_users);
    if (status) {
        ig_shares_free(b.shares);
    } else {
        *out = b.shares;
    }
    return status;
}
