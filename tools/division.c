// Deciles, groupings and parts of the people, from --groups, --plus and tables of the command.
#include "division.h"

#include <core/inside.h>

#include <ctype.h>
#include <math.h>
#include <string.h>

#define AT(member) offsetof(struct division_options, member)
const ig_option division_option_list[] = {
    {"groups", IG_OPTION_INPUTS, AT(groups), false,
     "tables by area; each of their other columns of text is a grouping of its own", NULL, 0, 0},
    {"within", IG_OPTION_COLUMN, AT(within), false,
     "column of larger areas (district): each group is set against the one it lies in", NULL, 0, 0},
    {"plus", IG_OPTION_INPUTS, AT(plus), false,
     "tables by area with counts of people, such as those by age or ethnicity", NULL, 0, 0},
    {"plus-columns", IG_OPTION_TEXT, AT(plus_columns), false,
     "counts that are groups of their own, a,b=newname; those of one new name are added up", NULL,
     0, 0},
    {"min-match", IG_OPTION_NUMBER, AT(min_match), false,
     "least share of the areas that must have a row in a table", NULL, 0, 1},
    {0},
};
#undef AT

void division_defaults(struct division_options *options)
{
    options->group_reading = ig_table_defaults();
    options->plus_reading = ig_table_defaults();
    options->min_match = ig_join_defaults().min_match;
}

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the groups");
}

static void sources_free(struct division_source *source, size_t count)
{
    for (size_t i = 0; source && i < count; i++) {
        if (!source[i].owned) continue;
        ig_table_free(source[i].table);
        ig_free(source[i].row);
    }
    ig_free(source);
}

void division_close(struct division *d)
{
    for (size_t g = 0; g < d->groupings; g++)
        ig_free(d->group[g]);
    for (size_t g = 0; g < d->plus; g++) {
        ig_free(d->plus_name[g]);
        ig_free(d->plus_people[g]);
    }
    ig_free(d->group);
    ig_free(d->grouping);
    ig_free(d->plus_name);
    ig_free(d->plus_people);
    ig_free(d->decile);
    sources_free(d->source, d->sources);
    sources_free(d->plus_source, d->plus_sources);
    *d = (struct division){0};
}

// ---- tables ------------------------------------------------------------------------------------

/// What the areas are.
struct ground {
    const char *const *codes;
    size_t areas;
    const char *what;
    double min_match;
};

static ig_status read_source(ig_ctx *ctx, const char *path, const ig_table_options *reading,
                             const struct ground *ground, struct division_source *source)
{
    source->owned = true;
    source->row = ig_alloc(ground->areas + 1, sizeof *source->row);
    if (!source->row) return no_memory(ctx);
    ig_status status = ig_table_read(ctx, path, reading, &source->table);
    if (!status && !reading->key)
        status = ig_link_key(ctx, ground->codes, ground->areas, NULL, source->table);
    if (!status) status = ig_table_unique(ctx, source->table);
    if (!status)
        status = ig_link_rows(ctx, ground->codes, ground->areas, ground->what, source->table,
                              ground->min_match, source->row);
    return status;
}

static size_t row_in(const struct division_source *source, size_t area)
{
    return source->row ? source->row[area] : area;
}

/// The first table with a column of that name.
static ig_status find_column(ig_ctx *ctx, const struct division_source *source, size_t count,
                             const char *name, const struct division_source **where, size_t *column)
{
    for (size_t i = 0; i < count; i++) {
        if (name[0] == '#' && i + 1 < count) continue; // a number is of the command's own table
        *column = name[0] == '#' ? SIZE_MAX : ig_table_column(source[i].table, name);
        *where = &source[i];
        if (*column != SIZE_MAX) return IG_OK;
    }
    if (count == 1 || (count && name[0] == '#')) {
        *where = &source[count - 1];
        return ig_table_find(ctx, source[count - 1].table, name, column);
    }
    ig_text files = {0};
    for (size_t i = 0; i < count; i++)
        ig_text_format(&files, "%s%s", i ? ", " : "", ig_show(ig_table_path(source[i].table)));
    const ig_status status = command_fail(
        ctx, IG_EINVAL, "name a column of one of them; give the table that has it with --groups",
        "%s has a column %s: %s", count ? "no table" : "there is no table that", ig_show(name),
        files.data ? files.data : "");
    ig_text_free(&files);
    return status;
}

// ---- deciles -----------------------------------------------------------------------------------

static ig_status take_deciles(ig_ctx *ctx, const char *name, struct division *d,
                              const struct division_source **where, size_t *column)
{
    const double *values = NULL;
    ig_status status = find_column(ctx, d->source, d->sources, name, where, column);
    if (!status) status = ig_table_numbers(ctx, (*where)->table, *column, IG_NUMBERS_ANY, &values);
    if (status) return status;
    d->decile = ig_alloc(d->areas + 1, sizeof *d->decile);
    if (!d->decile) return no_memory(ctx);
    for (size_t a = 0; a < d->areas; a++) {
        const size_t row = row_in(*where, a);
        const double decile = row == SIZE_MAX ? NAN : values[row];
        if (!isnan(decile) && !(decile >= 1.0 && decile <= 10.0 && decile == floor(decile))) {
            const ig_table *of = (*where)->table;
            return command_fail(
                ctx, IG_EFORMAT,
                "deciles are whole numbers from 1, the most deprived, to 10; a rank or a score is "
                "none",
                "%s: %s %lld, column %s: %g is no decile", ig_show(ig_table_path(of)),
                ig_table_line_word(of), (long long)ig_table_line(of, row), ig_show(name), decile);
        }
        d->decile[a] = decile;
    }
    return IG_OK;
}

// ---- groupings ---------------------------------------------------------------------------------

/// A group's name holds a letter or digit: blanks and markers as "*" and ".." name none. Markers of
/// letters and ranges do ("C" and "1-7" may well be groups), since no number is meant here.
static bool names_group(const char *text)
{
    for (; *text; text++)
        if (isalnum((unsigned char)*text) || (unsigned char)*text >= 0x80) return true;
    return false;
}

/// Areas that a grouping leaves out are told by code.
static void tell_left_out(ig_ctx *ctx, const struct division *d, const char *const *codes, size_t g)
{
    ig_text list = {0};
    size_t out = 0;
    for (size_t a = 0; a < d->areas; a++) {
        if (d->group[g][a]) continue;
        if (out++ < IG_SHOWN) ig_text_format(&list, "%s%s", list.length ? ", " : "", codes[a]);
    }
    if (out)
        ig_warn(ctx, "%s: %zu areas have no group and are in none of its rows: %s%s",
                ig_show(d->grouping[g]), out, list.data ? list.data : "",
                out > IG_SHOWN ? " ..." : "");
    ig_text_free(&list);
}

static ig_status add_grouping(ig_ctx *ctx, struct division *d, const struct division_source *source,
                              size_t column)
{
    const size_t g = d->groupings;
    d->group[g] = ig_alloc(d->areas + 1, sizeof **d->group);
    if (!d->group[g]) return no_memory(ctx);
    d->groupings++;
    d->grouping[g] = ig_table_column_name(source->table, column);
    for (size_t a = 0; a < d->areas; a++) {
        const size_t row = row_in(source, a);
        const char *text = row == SIZE_MAX ? "" : ig_table_text(source->table, row, column);
        d->group[g][a] = names_group(text) ? text : NULL;
    }
    return IG_OK;
}

/// Two tables may have a column of one name: their rows could not be told apart.
static ig_status check_names(ig_ctx *ctx, const struct division *d)
{
    for (size_t g = 0; g < d->groupings; g++)
        for (size_t k = 0; k < g; k++)
            if (strcmp(d->grouping[g], d->grouping[k]) == 0)
                return command_fail(ctx, IG_EINVAL, "rename or leave out one of them",
                                    "two tables of --groups have a column %s",
                                    ig_show(d->grouping[g]));
    return IG_OK;
}

/// Each column of text of the groups, and that of --within wherever it is.
static ig_status take_groupings(ig_ctx *ctx, const char *within, struct division *d,
                                const struct division_source *deciles_in, size_t decile_column)
{
    const struct division_source *within_in = NULL;
    size_t most = 1, within_column = SIZE_MAX;
    ig_status status = IG_OK;
    for (size_t t = 0; t < d->group_tables; t++)
        most += ig_table_columns(d->source[t].table);
    d->grouping = ig_alloc(most, sizeof *d->grouping);
    d->group = ig_alloc(most, sizeof *d->group);
    if (!d->grouping || !d->group) return no_memory(ctx);
    if (within)
        status = find_column(ctx, d->source, d->sources, within, &within_in, &within_column);
    for (size_t t = 0; !status && t < d->group_tables; t++)
        for (size_t k = 0; !status && k < ig_table_columns(d->source[t].table); k++) {
            const struct division_source *source = &d->source[t];
            const bool is_within = within_in == source && within_column == k;
            if (k == ig_table_key_column(source->table)) continue;
            if (deciles_in == source && k == decile_column) continue;
            if (!is_within && ig_table_looks_numeric(source->table, k)) continue;
            status = add_grouping(ctx, d, source, k);
        }
    if (!status && within_in && within_in >= d->source + d->group_tables)
        status = add_grouping(ctx, d, within_in, within_column);
    if (!status && within_in) d->within = ig_table_column_name(within_in->table, within_column);
    return status ? status : check_names(ctx, d);
}

// ---- parts of the people -----------------------------------------------------------------------

/// The group of that name, new where there is none.
static ig_status plus_group(ig_ctx *ctx, struct division *d, const char *name, size_t *group)
{
    for (*group = 0; *group < d->plus; (*group)++)
        if (strcmp(d->plus_name[*group], name) == 0) return IG_OK;
    d->plus_name[*group] = ig_text_copy(name);
    d->plus_people[*group] = ig_alloc(d->areas + 1, sizeof **d->plus_people);
    d->plus++;
    return d->plus_name[*group] && d->plus_people[*group] ? IG_OK : no_memory(ctx);
}

static ig_status add_plus(ig_ctx *ctx, struct division *d, const char *column_name,
                          const char *name)
{
    const struct division_source *where = NULL;
    const struct division_source *in = d->plus_sources ? d->plus_source : d->source;
    const double *values = NULL;
    size_t column = 0, group = 0;
    ig_status status = find_column(ctx, in, d->plus_sources ? d->plus_sources : d->sources,
                                   column_name, &where, &column);
    if (!status) status = ig_table_numbers(ctx, where->table, column, IG_NUMBERS_COUNT, &values);
    if (!status) status = plus_group(ctx, d, name, &group);
    for (size_t a = 0; !status && a < d->areas; a++) {
        const size_t row = row_in(where, a);
        d->plus_people[group][a] += row == SIZE_MAX ? NAN : values[row]; // a gap makes a gap
    }
    return status;
}

static ig_status take_plus(ig_ctx *ctx, const char *columns, struct division *d)
{
    ig_pairs pairs = {0};
    ig_status status = ig_pairs_parse(ctx, "--plus-columns", columns, '=', &pairs);
    if (status) return status;
    d->plus_name = ig_alloc(pairs.count + 1, sizeof *d->plus_name);
    d->plus_people = ig_alloc(pairs.count + 1, sizeof *d->plus_people);
    if (!d->plus_name || !d->plus_people) status = no_memory(ctx);
    for (size_t i = 0; !status && i < pairs.count; i++)
        status = add_plus(ctx, d, pairs.name[i], pairs.value[i] ? pairs.value[i] : pairs.name[i]);
    ig_pairs_free(&pairs);
    return status;
}

// ---- the door ----------------------------------------------------------------------------------

static ig_status read_sources(ig_ctx *ctx, const struct division_options *o,
                              const struct ground *ground, struct division *d)
{
    ig_status status = IG_OK;
    for (size_t t = 0; !status && t < d->group_tables; t++)
        status = read_source(ctx, o->groups.values[t], &o->group_reading, ground, &d->source[t]);
    for (size_t t = 0; !status && t < d->plus_sources; t++)
        status = read_source(ctx, o->plus.values[t], &o->plus_reading, ground, &d->plus_source[t]);
    return status;
}

ig_status division_open(ig_ctx *ctx, const struct division_options *o, const char *const *codes,
                        size_t areas, const char *what, const struct division_source *more,
                        size_t more_count, struct division *d)
{
    const struct ground ground = {codes, areas, what, o->min_match};
    const struct division_source *deciles_in = NULL;
    size_t decile_column = 0;
    *d = (struct division){.areas = areas};
    if (o->plus.count && !o->plus_columns)
        return command_fail(ctx, IG_EINVAL, "name them: --plus-columns a,b",
                            "--plus without the columns to take from it");
    d->source = ig_alloc(o->groups.count + more_count + 1, sizeof *d->source);
    d->plus_source = ig_alloc(o->plus.count + 1, sizeof *d->plus_source);
    if (!d->source || !d->plus_source) return no_memory(ctx);
    d->group_tables = o->groups.count;
    d->sources = o->groups.count + more_count;
    d->plus_sources = o->plus.count;
    if (more_count) memcpy(d->source + o->groups.count, more, more_count * sizeof *more);
    for (size_t i = 0; i < more_count; i++)
        d->source[o->groups.count + i].owned = false;
    ig_status status = read_sources(ctx, o, &ground, d);
    if (!status && o->deprivation)
        status = take_deciles(ctx, o->deprivation, d, &deciles_in, &decile_column);
    if (!status) status = take_groupings(ctx, o->within, d, deciles_in, decile_column);
    for (size_t g = 0; !status && g < d->groupings; g++)
        tell_left_out(ctx, d, codes, g);
    if (!status && o->plus_columns) status = take_plus(ctx, o->plus_columns, d);
    return status;
}

void division_fill(const struct division *d, ig_gap_input *input)
{
    input->decile = d->decile;
    input->groupings = d->groupings;
    input->grouping = d->grouping;
    input->group = (const char *const *const *)d->group;
    input->within_grouping = d->within;
    input->plus = d->plus;
    input->plus_name = (const char *const *)d->plus_name;
    input->plus_people = (const double *const *)d->plus_people;
}
