// site: which sites to open, or which to keep, how sure that is, and what equity costs.
#include "groups.h"
#include "siting.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

#define AT(member) offsetof(struct site_settings, member)
static const ig_option options[] = {
    {"matrix", IG_OPTION_INPUTS, AT(matrix), true,
     "table of area, site, minutes (or from_id, to_id, travel_time_p50); a missing row is out of "
     "reach",
     NULL, 0, 0},
    {"demand", IG_OPTION_INPUTS, AT(demand), true,
     "people: a table by area, with the column of --deprivation", NULL, 0, 0},
    {"population-column", IG_OPTION_COLUMN, AT(people.column), false,
     "column of people; found by itself where only one is called population, people or pop", NULL,
     0, 0},
    {"deprivation", IG_OPTION_COLUMN, AT(division.deprivation), false,
     "column of national deciles, 1 = most deprived, of --demand or --groups", NULL, 0, 0},
    {"existing", IG_OPTION_TEXTS, AT(existing), false,
     "sites that are open: codes, or a file of sites", NULL, 0, 0},
    {"candidates", IG_OPTION_TEXTS, AT(candidates), false,
     "sites that may be opened: codes, or a file of sites; else all of the matrix that are not "
     "open",
     NULL, 0, 0},
    {"open", IG_OPTION_COUNT, AT(open), false, "how many sites to open; lscp finds it by itself",
     NULL, 0, 1e9},
    {"close", IG_OPTION_COUNT, AT(close), false,
     "how many of --existing to close: the others are the best to keep", NULL, 0, 1e9},
    {"objective", IG_OPTION_CHOICE, AT(objective), true, "what is sought", IG_SITING_OBJECTIVES, 0,
     0},
    {"threshold", IG_OPTION_NUMBER, AT(threshold), false,
     "minutes that count as near enough, for mclp, lscp and core20-coverage", NULL, 0, 1e12},
    {"mean-slack", IG_OPTION_NUMBER, AT(mean_slack), false,
     "least-sii, least-gap: share by which the mean may be over the best, .05 for 5%", NULL, 0,
     1e6},
    {"capacity", IG_OPTION_TEXT, AT(capacity), false,
     "most people of each site: a number, or a column of the file of --candidates", NULL, 0, 0},
    {"time-limit", IG_OPTION_NUMBER, AT(time_limit), false,
     "seconds after which the best answer so far is given with its bound", NULL, 1e-3, 1e9},
    {"price-of-equity", IG_OPTION_FLAG, AT(price), false,
     "set the efficient and the equitable answer side by side, with the frontier between them",
     NULL, 0, 0},
    {"plot", IG_OPTION_OUTPUT, AT(plot), false,
     "picture of that frontier: .png .svg; with --price-of-equity", NULL, 0, 0},
    {"frontier", IG_OPTION_OUTPUT, AT(frontier), false,
     "that frontier as a table: .csv .xlsx .json; with --price-of-equity", NULL, 0, 0},
    {"stability", IG_OPTION_FLAG, AT(stability), false,
     "answer again at 80% and 120% of the speed, and say how often each site is chosen", NULL, 0,
     0},
    {"stability-matrix", IG_OPTION_TEXTS, AT(stability_matrix), false,
     "answer again with other matrices, NAME=FILE (other barrier rules, other modes)", NULL, 0, 0},
    {"write-lp", IG_OPTION_OUTPUT, AT(write_lp), false,
     "the integer programme in CPLEX's LP format, for another solver", NULL, 0, 0},
    {"sites", IG_OPTION_INPUTS, AT(sites), false,
     "where the sites of the matrix lie: points of a .gpkg output", NULL, 0, 0},
    {"areas", IG_OPTION_INPUTS, AT(areas), false,
     "boundaries: these areas alone have demand, and are shapes of a .gpkg output", NULL, 0, 0},
    {"output", IG_OPTION_OUTPUT, AT(output), false,
     "table of the groups: .csv .xlsx .json; .gpkg with --sites and --areas as layers", NULL, 0, 0},
    {0},
};

static const struct option_group groups[] = {
    PEOPLE_TABLE_GROUP(AT(people.table), "demand-"),
    DIVISION_GROUPS(AT(division)),
    {.options = ig_site_option_list,
     .offset = AT(site_reading),
     .prefix = "sites-",
     .bare = "name|easting|northing|longitude|latitude|postcode|postcodes|allow-unplaced",
     .drop = "duplicates"},
    AREAS_GROUP(AT(area_reading)),
    {0},
};

static void defaults(void *settings)
{
    struct site_settings *s = settings;
    const ig_siting_options o = ig_siting_defaults();
    s->people = ig_population_defaults();
    s->site_reading = ig_site_defaults();
    s->area_reading = ig_area_defaults();
    s->open = s->close = -1;
    s->threshold = NAN;
    s->mean_slack = o.mean_slack;
    s->time_limit = o.time_limit;
    division_defaults(&s->division);
}

// ---- what goes together ------------------------------------------------------------------------

static ig_status check(ig_ctx *ctx, const struct site_settings *s)
{
    const bool lscp = s->objective == IG_SITING_LSCP;
    if (s->open >= 0 && s->close >= 0)
        return command_fail(ctx, IG_EINVAL, "open sites in one run and close some in another",
                            "--open does not go with --close");
    if (s->open < 0 && s->close < 0 && !lscp)
        return command_fail(ctx, IG_EINVAL,
                            "say how many sites to open, or with --close how many to close",
                            "--open is required");
    if (lscp && (s->open >= 0 || s->close >= 0))
        return command_fail(ctx, IG_EINVAL, "leave it out: lscp finds the fewest sites",
                            "--%s does not go with lscp", s->open >= 0 ? "open" : "close");
    if (s->close >= 0 && s->candidates.count)
        return command_fail(ctx, IG_EINVAL, "the sites to choose from are those of --existing",
                            "--candidates does not go with --close");
    if (s->objective >= IG_SITING_WORST_QUINTILE && !s->division.deprivation)
        return command_fail(ctx, IG_EINVAL, "name the column of deciles in --demand",
                            "--deprivation is required with this objective");
    if ((s->objective == IG_SITING_MCLP || lscp || s->objective == IG_SITING_CORE20_COVERAGE) &&
        isnan(s->threshold))
        return command_fail(ctx, IG_EINVAL, "give the minutes that count as near enough",
                            "--threshold is required with this objective");
    if (s->price && (s->objective == IG_SITING_P_CENTER || lscp))
        return command_fail(ctx, IG_EINVAL,
                            "it goes with p-median, mclp and the objectives of equity",
                            "--price-of-equity does not go with this objective");
    if (s->price && !s->division.deprivation)
        return command_fail(ctx, IG_EINVAL, "name the column of deciles in --demand",
                            "--deprivation is required with --price-of-equity");
    if ((s->plot || s->frontier) && !s->price)
        return command_fail(ctx, IG_EINVAL, "add --price-of-equity, or leave it out",
                            "--%s shows what --price-of-equity finds",
                            s->plot ? "plot" : "frontier");
    const bool cover = s->objective == IG_SITING_MCLP || s->objective == IG_SITING_CORE20_COVERAGE;
    if ((s->plot || s->frontier) && cover)
        return command_fail(ctx, IG_EINVAL, "leave it out: the two answers are set side by side",
                            "there is no frontier of minutes with this objective: --%s",
                            s->plot ? "plot" : "frontier");
    const size_t length = s->output ? strlen(s->output) : 0;
    const bool package = length > 5 && strcmp(s->output + length - 5, ".gpkg") == 0;
    if (s->sites.count && !package)
        return command_fail(ctx, IG_EINVAL, "give -o NAME.gpkg, or leave it out",
                            "--sites is for the points of a GeoPackage");
    return IG_OK;
}

// ---- out ---------------------------------------------------------------------------------------

/// Sites that were open and are not any more.
static json_t *closed(const struct siting_inputs *h, const ig_siting *a)
{
    json_t *array = json_array();
    for (size_t j = 0, c = 0; j < h->reach->sites; j++) {
        const bool kept = c < a->opened_count && a->opened[c] == j;
        c += kept;
        if (h->candidate[j] && !kept)
            json_array_append_new(array, json_string(h->reach->site_text[j]));
    }
    return array;
}

static json_t *areas(const struct siting_inputs *h, const size_t *list, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array,
                              json_string(h->areas ? ig_areas_code(h->areas, list[i])
                                                   : ig_table_text(h->table, list[i],
                                                                   ig_table_key_column(h->table))));
    return array;
}

static void answer_into(const struct site_settings *s, const struct siting_inputs *h,
                        const ig_siting *a, json_t *json)
{
    const bool core20 = s->objective == IG_SITING_CORE20_COVERAGE;
    json_object_set_new(json, "objective", json_string(siting_word(s->objective)));
    json_object_set_new(json, "value", json_number(a->value));
    if (core20) json_object_set_new(json, "value_all", json_number(a->value_all));
    json_object_set_new(json, "bound", json_number(a->bound));
    json_object_set_new(json, "gap", json_number(a->gap));
    json_object_set_new(json, "optimal", json_boolean(a->optimal));
    json_object_set_new(json, "sites", siting_codes(h, a->site, a->count));
    if (s->close >= 0) {
        json_object_set_new(json, "opened", json_array());
        json_object_set_new(json, "closed", closed(h, a));
    } else {
        json_object_set_new(json, "opened", siting_codes(h, a->opened, a->opened_count));
    }
    json_object_set_new(json, "optima", json_number(a->optima));
    json_object_set_new(json, "least_codes", json_boolean(a->least_codes));
    json_object_set_new(json, "people", json_number(a->people + h->beyond));
    json_object_set_new(json, "unreached_people", json_number(a->unreached + h->beyond));
    json_object_set_new(json, "minutes_mean", json_number(a->mean));
    if (s->objective == IG_SITING_LSCP)
        json_object_set_new(json, "uncoverable", areas(h, a->uncoverable, a->uncoverable_count));
    json_object_set_new(json, "method", json_string(a->method));
}

static void tell(ig_ctx *ctx, const struct site_settings *s, const struct siting_inputs *h,
                 const ig_siting *a)
{
    ig_text list = {0};
    char value[32];
    for (size_t c = 0; c < a->opened_count && c < IG_SHOWN; c++)
        ig_text_format(&list, "%s%s", c ? ", " : "", ig_show(h->reach->site_text[a->opened[c]]));
    ig_info(ctx, "%s %s%s", s->close >= 0 ? "keep" : "open", list.data ? list.data : "nothing",
            a->opened_count > IG_SHOWN ? " ..." : "");
    ig_number_text(a->value, value, sizeof value);
    if (a->optimal)
        ig_info(ctx, "%s: %s, proven to be the best (%s)", siting_word(s->objective),
                *value ? value : "no value", a->method);
    else if (!isnan(a->gap))
        ig_info(ctx, "%s: %s; nothing can be better than %.10g, a gap of %.3g%% (%s)",
                siting_word(s->objective), *value ? value : "no value", a->bound, 100.0 * a->gap,
                a->method);
    else
        ig_info(ctx, "%s: %s, of which nothing is proven (%s)", siting_word(s->objective),
                *value ? value : "no value", a->method);
    if (a->optima > 1.0)
        ig_info(ctx, "%.0f sets are as good; this one's codes sort first", a->optima);
    if (a->unreached + h->beyond > 0.0)
        ig_info(ctx, "%.6g people reach no open site", a->unreached + h->beyond);
    ig_text_free(&list);
}

ig_status siting_groups(ig_ctx *ctx, const struct site_settings *s, const struct siting_inputs *h,
                        const ig_siting *a, ig_result **rows, ig_result **measures)
{
    const size_t n = h->reach->areas;
    double *within = ig_alloc(n + 1, sizeof *within);
    if (!within) return ig_fail(ctx, IG_EMEMORY, "no memory for the sites");
    const double *const columns[] = {within};
    ig_gap_input in = {.areas = n,
                       .people = h->reach->people,
                       .people_reached = a->reached,
                       .minutes_mean = a->minutes,
                       .thresholds = !isnan(s->threshold) && s->threshold > 0.0,
                       .threshold = &s->threshold,
                       .within = columns};
    for (size_t i = 0; i < n; i++)
        within[i] = h->reach->people[i] > 0.0 ? 100.0 * a->within[i] / h->reach->people[i] : 0.0;
    division_fill(&h->division, &in);
    const ig_status status = ig_gap(ctx, &in, rows, measures);
    ig_free(within);
    return status;
}

static ig_status write_lp(ig_ctx *ctx, const struct site_settings *s, const struct siting_inputs *h,
                          const ig_siting_options *o, json_t *json)
{
    char *text = NULL;
    double cap = INFINITY;
    if (o->objective == IG_SITING_LEAST_SII || o->objective == IG_SITING_LEAST_GAP) {
        ig_siting_options mean = *o;
        ig_siting *best = NULL;
        mean.objective = IG_SITING_P_MEDIAN;
        ig_status status = ig_siting_solve(ctx, &h->problem, &mean, &best);
        if (status) return status;
        cap = best->mean * (1.0 + o->mean_slack);
        ig_siting_free(best);
    }
    ig_status status =
        ig_siting_lp(ctx, &h->problem, o, (const char *const *)h->reach->site_text, cap, &text);
    if (!status) status = ig_output_bytes(ctx, s->write_lp, text, strlen(text));
    ig_siting_lp_free(text);
    return status ? status : command_output(json, s->write_lp);
}

static ig_status list_inputs(ig_ctx *ctx, const struct site_settings *s, const char ***out)
{
    const ig_texts *lists[] = {&s->matrix,   &s->demand,     &s->division.groups, &s->division.plus,
                               &s->existing, &s->candidates, &s->sites,           &s->areas};
    size_t count = 1, n = 0;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        count += lists[i]->count;
    const char **inputs = ig_alloc(count, sizeof *inputs);
    if (!inputs) return ig_fail(ctx, IG_EMEMORY, "no memory for the sites");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            inputs[n++] = lists[i]->values[k];
    *out = inputs;
    return IG_OK;
}

static ig_siting_options options_of(const struct site_settings *s, const struct siting_inputs *h)
{
    ig_siting_options o = ig_siting_defaults();
    o.objective = (ig_siting_objective)s->objective;
    o.open = h->open;
    o.threshold = s->threshold;
    o.mean_slack = s->mean_slack;
    o.time_limit = s->time_limit;
    return o;
}

static ig_status answer(ig_ctx *ctx, struct site_settings *s, struct siting_inputs *h,
                        const char *const *inputs, json_t *json)
{
    const ig_siting_options o = options_of(s, h);
    ig_siting *a = NULL;
    ig_result *rows = NULL, *measures = NULL, *frontier = NULL;
    ig_status status = ig_siting_solve(ctx, &h->problem, &o, &a);
    if (!status) status = siting_groups(ctx, s, h, a, &rows, &measures);
    if (!status) {
        answer_into(s, h, a, json);
        tell(ctx, s, h, a);
    }
    if (!status && s->price) status = siting_price(ctx, s, h, &o, json, &frontier);
    if (!status && (s->stability || s->stability_matrix.count))
        status = siting_stability(ctx, s, h, &o, json);
    if (!status && s->write_lp) status = write_lp(ctx, s, h, &o, json);
    const struct siting_tables tables = {rows, measures, frontier};
    if (!status) status = siting_write(ctx, s, h, a, &tables, inputs, json);
    if (!status) {
        json_object_set_new(json, "groups", json_rows(rows));
        json_object_set_new(json, "measures", json_rows(measures));
    }
    ig_result_free(rows);
    ig_result_free(measures);
    ig_result_free(frontier);
    ig_siting_free(a);
    return status;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct site_settings *s = settings;
    struct siting_inputs h = {0};
    const char **inputs = NULL;
    const char *const outputs[] = {s->output, s->write_lp, s->plot, s->frontier};
    ig_status status = check(ctx, s);
    if (!status) status = list_inputs(ctx, s, &inputs);
    if (!status) status = search_check_outputs(ctx, outputs, 4, inputs);
    if (!status) status = siting_inputs_take(ctx, s, &s->matrix, &h);
    if (!status) status = answer(ctx, s, &h, inputs, json);
    siting_inputs_free(&h);
    ig_free(inputs);
    return status;
}

const struct command cmd_site = {
    .name = "site",
    .summary = "Find where the next sites should be, or which to close, with proof",
    .about =
        "From a matrix of minutes and the people of each area the best K of the candidates, beside "
        "the sites that are open already. Everyone goes to the nearest open site; a pair without a "
        "row in the matrix is out of reach. All objectives but mclp, lscp and core20-coverage "
        "leave as few people out of reach as can be, and only then look at minutes.\n\n"
        "Every answer has a proven bound. 'optimal' is said only where nothing can be better, "
        "'gap' is the share of the value that is still open, and of equally good sets the one "
        "whose "
        "codes sort first is given, with how many there are where they can be counted.\n\n"
        "With --capacity people of one area may be divided between sites, and go where the fewest "
        "are left unserved and then the sum of minutes is least; nearest assignment no longer "
        "holds, so the objectives of equity do not take it.\n\n"
        "--price-of-equity sets the efficient answer (p-median, or mclp beside core20-coverage) "
        "and "
        "the equitable one (the objective itself, or least-sii beside p-median) side by side, "
        "counts "
        "who gains and who loses more than a minute, and gives the frontier: the best of the "
        "equity "
        "objective with the mean within 0, 1, 2, 5, 10, 20 and 50% of the best.\n\n"
        "--stability scales all minutes, which moves thresholds but not the order of sites: other "
        "barriers or modes come as further matrices with --stability-matrix NAME=FILE.",
    .example = "isogap site --matrix matrix.csv --demand "
               "geodata/sample/population21_lsoa21_age_sex.csv --demand-key 'LSOA 2021 Code' "
               "--population-column Total --groups geodata/sample/iod2025_file1.csv --deprivation "
               "'Index of Multiple Deprivation (IMD) Decile' --existing C01,C02 --open 1 "
               "--objective p-median --json",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct site_settings),
    .defaults = defaults,
    .run = run,
};
