// convert: values of one geography on another, by a lookup or by shape, with nothing lost unnamed.
#include "converting.h"
#include "groups.h"
#include "tracing.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>
#include <strings.h>

enum shown_targets { SHOW_AUTO, SHOW_ALL, SHOW_REACHED };

struct settings {
    const char *table, *lookup, *from, *to, *counts, *rates, *categories, *weights, *change;
    ig_table_options reading, lookup_reading;
    ig_texts split_by, source_areas, target_areas, population;
    ig_area_options source_reading, target_reading;
    ig_population_options people;
    int method, targets;
    double min_match;
    const char *trace, *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"table", IG_OPTION_INPUT, AT(table), false,
     "table to carry over; with --source-areas their own columns do as well", NULL, 0, 0},
    {"lookup", IG_OPTION_INPUT, AT(lookup), false, "lookup with one row for each piece", NULL, 0,
     0},
    {"from", IG_OPTION_COLUMN, AT(from), false, "column of the lookup with the table's codes", NULL,
     0, 0},
    {"to", IG_OPTION_COLUMN, AT(to), false, "column of the lookup with the codes wanted", NULL, 0,
     0},
    {"counts", IG_OPTION_TEXT, AT(counts), false, "columns to add up, a,b=newname", NULL, 0, 0},
    {"rates", IG_OPTION_TEXT, AT(rates), false,
     "columns to average, RATE:POPULATION by a denominator, RATE by the pieces' weights", NULL, 0,
     0},
    {"categories", IG_OPTION_TEXT, AT(categories), false,
     "columns of words, a,b=newname: the one with most weight", NULL, 0, 0},
    {"weights", IG_OPTION_COLUMN, AT(weights), false,
     "column of the lookup with each piece's people, addresses or area", NULL, 0, 0},
    {"change", IG_OPTION_COLUMN, AT(change), false,
     "column of the lookup with U, S, M, X; one called change or chg... is found by itself", NULL,
     0, 0},
    {"method", IG_OPTION_CHOICE, AT(method), false,
     "in shares, each source whole to where most of it lies, or both side by side",
     "weights|best-fit|both", 0, 0},
    {"split-by", IG_OPTION_TEXTS, AT(split_by), false,
     "what shares out a source whose pieces have no weights, in order: area,equal", NULL, 0, 0},
    {"source-areas", IG_OPTION_INPUTS, AT(source_areas), false,
     "boundaries of the sources, to lay over the targets; with --lookup for --split-by area", NULL,
     0, 0},
    {"target-areas", IG_OPTION_INPUTS, AT(target_areas), false,
     "boundaries of the targets: wards, neighbourhoods, any polygons", NULL, 0, 0},
    {"population", IG_OPTION_INPUTS, AT(population), false,
     "people to share by in place of area: a raster, points, or a table by source area", NULL, 0,
     0},
    PEOPLE_OPTIONS(AT(people)),
    {"targets", IG_OPTION_CHOICE, AT(targets), false,
     "targets of the lookup in the output: auto leaves out those that nothing reaches where the "
     "table is of a part of the country",
     "auto|all|reached", 0, 0},
    {"min-match", IG_OPTION_NUMBER, AT(min_match), false,
     "least share of the table's codes that must be in the lookup", NULL, 0, 1},
    TRACE_OPTION(AT(trace)),
    {"output", IG_OPTION_OUTPUT, AT(output), false,
     "result: .csv .xlsx .json .gpkg; with --target-areas and no lookup .gpkg .geojson .shp carry "
     "shapes",
     NULL, 0, 0},
    {0},
};

static const struct option_group groups[] = {
    {.options = ig_table_option_list,
     .offset = AT(reading),
     .prefix = "table-",
     .bare = "bands|header|header-row|sheet|where|encoding|decimal-comma|duplicates|max-rows|max-"
             "unpacked",
     .drop = "pivot|proportion|sensitive"},
    {.options = ig_table_option_list,
     .offset = AT(lookup_reading),
     .prefix = "lookup-",
     .drop = "key|pivot|proportion|sensitive|duplicates|decimal-comma"},
    {.options = ig_area_option_list, .offset = AT(source_reading), .prefix = "source-areas-"},
    {.options = ig_area_option_list, .offset = AT(target_reading), .prefix = "target-areas-"},
    PEOPLE_TABLE_GROUP(AT(people.table), "population-"),
    {0},
};

static void defaults(void *settings)
{
    struct settings *s = settings;
    s->reading = ig_table_defaults();
    s->lookup_reading = ig_table_defaults();
    s->source_reading = ig_area_defaults();
    s->source_reading.prefix = "source-areas";
    s->target_reading = ig_area_defaults();
    s->target_reading.prefix = "target-areas";
    s->people = ig_population_defaults();
    s->min_match = 0.5;
}

// ---- what goes together -------------------------------------------------------------------------

static ig_status check_split(ig_ctx *ctx, const struct settings *s)
{
    for (size_t i = 0; i < s->split_by.count; i++) {
        const char *way = s->split_by.values[i];
        if (strcmp(way, "area") == 0 && !s->target_areas.count) {
            return command_fail(ctx, IG_EINVAL, "give the boundaries of the targets",
                                "--split-by area needs --target-areas");
        }
        if (strcmp(way, "area") != 0 && strcmp(way, "equal") != 0) {
            return command_fail(ctx, IG_EINVAL, "write area, equal or area,equal",
                                "--split-by: '%s' is neither area nor equal", ig_show(way));
        }
    }
    return IG_OK;
}

static ig_status check(ig_ctx *ctx, const struct settings *s)
{
    static const char ways[] = "give --table, --lookup, --from and --to, or --source-areas and "
                               "--target-areas";
    if (s->lookup && (!s->table || !s->from || !s->to)) {
        return command_fail(ctx, IG_EINVAL, ways, "--lookup needs --table, --from and --to");
    }
    if (!s->lookup && (!s->source_areas.count || !s->target_areas.count)) {
        return command_fail(ctx, IG_EINVAL, ways, "nothing says where the values go");
    }
    if (!s->lookup && (s->weights || s->change || s->split_by.count || s->from || s->to)) {
        return command_fail(ctx, IG_EINVAL, "give --lookup, or leave them out",
                            "--from, --to, --weights, --change and --split-by belong to a lookup");
    }
    if (s->lookup && s->population.count) {
        return command_fail(ctx, IG_EINVAL,
                            "people of the pieces stand in a column of the lookup: --weights",
                            "--population does not go with --lookup");
    }
    return check_split(ctx, s);
}

// ---- by lookup ----------------------------------------------------------------------------------

/// What a run holds; all of it freed at the end.
struct holdings {
    ig_table *table, *lookup;
    ig_areas *sources, *targets;
    ig_population *population;
    const char **codes;
    const char **inputs;
};

static ig_status codes_of_table(ig_ctx *ctx, const ig_table *table, struct holdings *h)
{
    const size_t rows = ig_table_rows(table);
    if (ig_table_key_column(table) == SIZE_MAX) {
        return command_fail(ctx, IG_EFORMAT, "name it by --table-key", "%s: no column of codes",
                            ig_base_name(ig_table_path(table)));
    }
    h->codes = ig_alloc(rows + 1, sizeof *h->codes);
    if (!h->codes) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t r = 0; r < rows; r++)
        h->codes[r] = ig_table_code(table, r);
    return ig_table_unique(ctx, table);
}

// Of the table's columns of codes, the one that meets the lookup.
static ig_status choose_key(ig_ctx *ctx, const struct settings *s, struct holdings *h)
{
    size_t from;
    ig_status status = ig_table_find(ctx, h->lookup, s->from, &from);
    if (status) return status;
    const size_t rows = ig_table_rows(h->lookup);
    const char **codes = ig_alloc(rows + 1, sizeof *codes);
    if (!codes) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t r = 0; r < rows; r++)
        codes[r] = ig_table_text(h->lookup, r, from);
    status = ig_link_key(ctx, codes, rows, ig_table_column_name(h->lookup, from), h->table);
    ig_free(codes);
    return status;
}

static ig_status match_rows(struct conversion *c, const char *const *codes, size_t rows);

static ig_status by_lookup(ig_ctx *ctx, struct settings *s, struct holdings *h,
                           struct conversion *c)
{
    s->lookup_reading.keyless = true;
    ig_status status = ig_table_read(ctx, s->lookup, &s->lookup_reading, &h->lookup);
    if (!status) status = ig_table_read(ctx, s->table, &s->reading, &h->table);
    if (!status) status = choose_key(ctx, s, h);
    c->table = h->table;
    if (!status) status = codes_of_table(ctx, h->table, h);
    if (!status) status = conversion_columns(c, s->counts, s->rates, s->categories);
    if (!status && s->source_areas.count) {
        status = ig_areas_read(ctx, s->source_areas.values, s->source_areas.count,
                               &s->source_reading, &h->sources);
    }
    if (!status && s->target_areas.count) {
        status = ig_areas_read(ctx, s->target_areas.values, s->target_areas.count,
                               &s->target_reading, &h->targets);
    }
    if (status) return status;
    const ig_lookup_options choice = {.from = s->from,
                                      .to = s->to,
                                      .weights = s->weights,
                                      .change = s->change,
                                      .split_by = s->split_by,
                                      .source_areas = h->sources,
                                      .target_areas = h->targets,
                                      .min_match = s->min_match};
    const size_t rows = ig_table_rows(h->table);
    status = ig_shares_by_lookup(ctx, h->lookup, &choice, h->codes, rows, &c->shares[0]);
    return status ? status : match_rows(c, h->codes, rows);
}

// ---- by shape -----------------------------------------------------------------------------------

static ig_status rows_of_table(ig_ctx *ctx, struct settings *s, struct holdings *h,
                               struct conversion *c)
{
    const size_t n = ig_areas_count(h->sources);
    h->codes = ig_alloc(n + 1, sizeof *h->codes);
    if (!h->codes) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; i < n; i++)
        h->codes[i] = ig_areas_code(h->sources, i);
    ig_status status = ig_table_read(ctx, s->table, &s->reading, &h->table);
    c->table = h->table;
    if (!status) status = ig_link_key(ctx, h->codes, n, NULL, h->table);
    if (status) return status;
    return ig_link_rows(ctx, h->codes, n, ig_areas_path(h->sources), h->table, s->min_match,
                        c->row);
}

static ig_status read_people(ig_ctx *ctx, struct settings *s, struct holdings *h,
                             ig_share_people *people)
{
    const ig_status status = ig_population_read(ctx, s->population.values, s->population.count,
                                                h->sources, &s->people, &h->population);
    if (status) return status;
    const ig_people *from = ig_population_people(h->population);
    *people =
        (ig_share_people){from->by_area, from->grid, from->x, from->y, from->count, from->points};
    return IG_OK;
}

static ig_status by_shape(ig_ctx *ctx, struct settings *s, struct holdings *h, struct conversion *c)
{
    ig_share_people people = {0};
    ig_status status = ig_areas_read(ctx, s->source_areas.values, s->source_areas.count,
                                     &s->source_reading, &h->sources);
    if (!status) {
        status = ig_areas_read(ctx, s->target_areas.values, s->target_areas.count,
                               &s->target_reading, &h->targets);
    }
    if (status) return status;
    const size_t n = ig_areas_count(h->sources);
    c->row = ig_alloc(n + 1, sizeof *c->row);
    c->has_row = ig_alloc(n + 1, sizeof *c->has_row);
    c->twice = ig_alloc(n + 1, sizeof *c->twice);
    if (!c->row || !c->has_row || !c->twice) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; i < n; i++)
        c->row[i] = i;
    c->table = ig_areas_values(h->sources);
    c->file = ig_base_name(ig_areas_path(h->sources));
    if (s->table) status = rows_of_table(ctx, s, h, c);
    if (!status) status = conversion_columns(c, s->counts, s->rates, s->categories);
    for (size_t i = 0; i < n; i++)
        c->has_row[i] = c->row[i] != SIZE_MAX;
    if (!status && s->population.count) status = read_people(ctx, s, h, &people);
    if (status) return status;
    return ig_shares_by_shape(ctx, h->sources, h->targets, s->population.count ? &people : NULL,
                              c->twice, &c->shares[0]);
}

// ---- sources and rows ---------------------------------------------------------------------------

// Sources are in order of code: find each row's.
static ig_status match_rows(struct conversion *c, const char *const *codes, size_t rows)
{
    const ig_shares *s = c->shares[0];
    c->row = ig_alloc(s->sources + 1, sizeof *c->row);
    c->has_row = ig_alloc(s->sources + 1, sizeof *c->has_row);
    if (!c->row || !c->has_row) return ig_fail(c->ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; i < s->sources; i++)
        c->row[i] = SIZE_MAX;
    for (size_t r = 0; r < rows; r++) {
        size_t low = 0, high = s->sources;
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (strcmp(s->source[middle], codes[r]) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == s->sources || strcmp(s->source[low], codes[r]) != 0) {
            command_fail(c->ctx, IG_EFORMAT, "take the row out, or give it its code",
                         "%s: %s %lld has no code", c->file, ig_table_line_word(c->table),
                         (long long)ig_table_line(c->table, r));
            return IG_EFORMAT;
        }
        c->row[low] = r;
        c->has_row[low] = true;
    }
    return IG_OK;
}

// ---- which targets are shown --------------------------------------------------------------------

static void mark_reached(const struct conversion *c, bool *reached, bool letters[256])
{
    const ig_shares *s = c->shares[0];
    for (size_t i = 0; i < s->sources; i++) {
        for (size_t k = s->start[i]; c->has_row[i] && k < s->start[i + 1]; k++) {
            reached[s->piece[k]] = true;
            letters[(unsigned char)s->target[s->piece[k]][0]] = true;
        }
    }
}

// Where a table is of one district or country, the rest of a national lookup is no gap in it.
static size_t choose_targets(const struct settings *s, const struct conversion *c, bool *shown)
{
    const ig_shares *shares = c->shares[0];
    bool letters[256] = {false};
    mark_reached(c, shown, letters);
    size_t reached = 0, rows = 0;
    for (size_t t = 0; t < shares->targets; t++)
        reached += shown[t];
    const bool part = s->targets == SHOW_AUTO && reached * 2 < shares->targets;
    const bool all = s->targets == SHOW_ALL || !s->lookup;
    for (size_t t = 0; t < shares->targets; t++) {
        const char *code = shares->target[t];
        const bool of_country = !ig_is_ons_code(code) || letters[(unsigned char)code[0]];
        if (all || (s->targets == SHOW_AUTO && !part && of_country)) shown[t] = true;
        rows += shown[t];
    }
    if (rows < shares->targets) {
        ig_info(c->ctx,
                "%zu targets of the lookup have no source in the table and are left out "
                "(--targets all keeps them)",
                shares->targets - rows);
    }
    return rows;
}

// ---- run ----------------------------------------------------------------------------------------

static ig_status write_result(ig_ctx *ctx, const struct settings *s, const struct holdings *h,
                              const ig_result *result, struct tracing *tracing, json_t *json)
{
    if (s->lookup || !command_carries_shapes(s->output))
        return tracing_write(ctx, tracing, result, s->output, "convert", h->inputs, json);
    ig_layers *layers = NULL;
    ig_status status = tracing_file(ctx, tracing, h->inputs, json);
    if (!status) status = ig_layers_begin(ctx, s->output, h->inputs, &layers);
    if (status) return status;
    status = ig_layers_areas(layers, ig_areas_layer(h->targets), h->targets, false, result);
    if (!status) status = tracing_layer(ctx, tracing, layers);
    if (status) {
        ig_layers_abort(layers);
        return status;
    }
    status = ig_layers_finish(layers);
    return status ? status : command_output(json, s->output);
}

static ig_status list_inputs(ig_ctx *ctx, const struct settings *s, struct holdings *h)
{
    const ig_texts *const lists[] = {&s->source_areas, &s->target_areas, &s->population};
    size_t count = 2, used = 0;
    for (size_t l = 0; l < 3; l++)
        count += lists[l]->count;
    h->inputs = ig_alloc(count + 1, sizeof *h->inputs);
    if (!h->inputs) return ig_fail(ctx, IG_EMEMORY, "no memory");
    if (s->table) h->inputs[used++] = s->table;
    if (s->lookup) h->inputs[used++] = s->lookup;
    for (size_t l = 0; l < 3; l++) {
        for (size_t i = 0; i < lists[l]->count; i++)
            h->inputs[used++] = lists[l]->values[i];
    }
    return IG_OK;
}

static void summarise(const struct conversion *c, size_t rows, json_t *json)
{
    const ig_shares *s = c->shares[0];
    json_int_t sources = 0;
    for (size_t i = 0; i < s->sources; i++)
        sources += c->has_row[i];
    json_object_set_new(json, "rows_in", json_integer((json_int_t)ig_table_rows(c->table)));
    json_object_set_new(json, "sources", json_integer(sources));
    json_object_set_new(json, "targets", json_integer((json_int_t)rows));
    conversion_report(c, json);
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    struct holdings h = {0};
    struct conversion c = {.ctx = ctx,
                           .file = s->table ? ig_base_name(s->table) : "",
                           .method = (enum carry_method)s->method};
    bool *shown = NULL;
    ig_result *result = NULL;
    struct tracing tracing = {0};
    s->reading.lineage = s->trace != NULL;
    ig_status status = check(ctx, s);
    if (!status) status = list_inputs(ctx, s, &h);
    if (!status && s->output) status = ig_output_check(ctx, s->output, h.inputs);
    if (!status) status = tracing_begin(ctx, s->trace, s->output, h.inputs, &tracing);
    if (!status) status = s->lookup ? by_lookup(ctx, s, &h, &c) : by_shape(ctx, s, &h, &c);
    if (!status) status = conversion_carry(&c);
    if (status) goto done;
    shown = ig_alloc(c.shares[0]->targets + 1, sizeof *shown);
    if (!shown) status = ig_fail(ctx, IG_EMEMORY, "no memory");
    const size_t rows = status ? 0 : choose_targets(s, &c, shown);
    if (!status) status = conversion_result(&c, shown, rows, &result);
    if (!status) summarise(&c, rows, json);
    if (!status && tracing.trace)
        status = conversion_trace(&c, h.lookup, s->from, s->to, s->weights, shown, result,
                                  tracing.trace);
    if (!status) status = write_result(ctx, s, &h, result, &tracing, json);
done:
    tracing_free(&tracing);
    ig_result_free(result);
    ig_free(shown);
    conversion_free(&c);
    ig_population_free(h.population);
    ig_areas_free(h.sources);
    ig_areas_free(h.targets);
    ig_table_free(h.table);
    ig_table_free(h.lookup);
    ig_free(h.codes);
    ig_free(h.inputs);
    return status;
}

const struct command cmd_convert = {
    .name = "convert",
    .summary = "Carry counts, rates and categories to other areas without losing anybody",
    .about =
        "By a lookup with one row for each piece (LSOA 2011 to 2021, LSOA to ward), or by laying "
        "the source areas over any polygons. Counts are shared out by the pieces' weights, rates "
        "averaged by their denominators, of words the one with most weight is taken (ties to the "
        "first in the alphabet). A source that splits needs weights: a column of the lookup "
        "(--weights), the land area of its pieces (--split-by area), or equal parts if you say so "
        "(--split-by equal); area,equal takes equal parts where a shape is missing. Best fit gives "
        "each source whole to the target that has most of it, ties to the first code; one that "
        "lies mostly outside every target stays outside.\n\n"
        "Sums are kept to 1e-12; what is lost is named by area and column. A target with a part "
        "that is not known has no value, and 'status' says why.",
    .example = "isogap convert --table geodata/sample/indicators_lsoa11.csv --lookup "
               "geodata/sample/lsoa11_lsoa21_lookup.csv --from LSOA11CD --to LSOA21CD "
               "--weights people21 --counts 'Births,Benefit claimants' -o indicators_lsoa21.csv",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
