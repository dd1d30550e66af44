// site: what stands beside the answer: the price of equity, and how stable it is.
#include "siting.h"

#include <math.h>
#include <string.h>

const char *siting_word(int objective)
{
    static const char *const words[] = {
        "p-median",    "p-center",        "mclp",      "lscp",     "worst-quintile",
        "core20-mean", "core20-coverage", "least-sii", "least-gap"};
    return words[objective];
}

json_t *siting_codes(const struct siting_inputs *h, const size_t *list, size_t count)
{
    json_t *array = json_array();
    for (size_t c = 0; c < count; c++)
        json_array_append_new(array, json_string(h->reach->site_text[list[c]]));
    return array;
}

// ---- the price of equity -----------------------------------------------------------------------

static void figures_into(const ig_siting_figures *f, const ig_siting *a, double beyond, bool within,
                         json_t *json)
{
    json_object_set_new(json, "value", json_number(a->value));
    json_object_set_new(json, "optimal", json_boolean(a->optimal));
    json_object_set_new(json, "minutes_mean", json_number(f->mean));
    json_object_set_new(json, "sii", json_number(f->sii));
    json_object_set_new(json, "core20_gap", json_number(f->core20_gap));
    json_object_set_new(json, "core20_mean", json_number(f->quintile[0]));
    json_object_set_new(json, "worst_quintile_mean", json_number(f->worst_quintile));
    json_object_set_new(json, "unreached_people", json_number(a->unreached + beyond));
    if (within) json_object_set_new(json, "people_within", json_number(f->within));
}

static json_t *side(const struct site_settings *s, const struct siting_inputs *h, int objective,
                    const ig_siting *a, const ig_siting_figures *f)
{
    json_t *json = json_object();
    json_object_set_new(json, "objective", json_string(siting_word(objective)));
    json_object_set_new(json, "sites", siting_codes(h, a->site, a->count));
    figures_into(f, a, h->beyond, !isnan(s->threshold), json);
    return json;
}

/// Who gains and who loses from efficient to equitable, by quintile.
static json_t *changes(const ig_siting_price *p)
{
    json_t *rows = json_array();
    for (size_t g = 0; g < 6; g++) {
        if (!(p->people[g] > 0.0)) continue;
        json_t *row = json_object();
        const double change =
            g < 5 ? p->equitable_figures.quintile[g] - p->efficient_figures.quintile[g] : NAN;
        json_object_set_new(row, "quintile", g < 5 ? json_integer((json_int_t)g + 1) : json_null());
        json_object_set_new(row, "people", json_number(p->people[g]));
        json_object_set_new(row, "winners", json_number(p->winners[g]));
        json_object_set_new(row, "losers", json_number(p->losers[g]));
        json_object_set_new(row, "minutes_change", json_number(change));
        json_array_append_new(rows, row);
    }
    return rows;
}

static double add_up(const double *of)
{
    double sum = 0.0;
    for (size_t g = 0; g < 6; g++)
        sum += of[g];
    return sum;
}

static ig_status plot(ig_ctx *ctx, const struct site_settings *s, const ig_siting_price *p,
                      json_t *json)
{
    double x[IG_SITING_POINTS], y[IG_SITING_POINTS];
    char texts[IG_SITING_POINTS][32], above[128];
    const char *labels[IG_SITING_POINTS];
    for (size_t i = 0; i < p->points; i++) {
        x[i] = p->point[i].figures.mean;
        y[i] = p->point[i].answer->value;
        snprintf(texts[i], sizeof texts[i], "slack %g%%", 100.0 * p->point[i].slack);
        labels[i] = i ? texts[i] : "efficient";
    }
    snprintf(above, sizeof above, "%s, minutes", siting_word(p->equity));
    const ig_frontier frontier = {.count = p->points,
                                  .x = x,
                                  .y = y,
                                  .label = labels,
                                  .title = "What equity costs in minutes",
                                  .x_title = "Mean minutes of all who are reached",
                                  .y_title = above};
    ig_status status = ig_frontier_write(ctx, &frontier, s->plot, NULL);
    return status ? status : command_output(json, s->plot);
}

static void tell_price(ig_ctx *ctx, const ig_siting_price *p)
{
    const ig_siting_figures *a = &p->efficient_figures, *b = &p->equitable_figures;
    ig_info(ctx, "efficient (%s): %.4g minutes, SII %.4g, CORE20 gap %.4g",
            siting_word(p->efficiency), a->mean, a->sii, a->core20_gap);
    ig_info(ctx, "equitable (%s): %.4g minutes, SII %.4g, CORE20 gap %.4g", siting_word(p->equity),
            b->mean, b->sii, b->core20_gap);
    ig_info(ctx,
            "equity costs %.4g minutes in the mean; %.6g people gain more than a minute, %.6g "
            "lose",
            b->mean - a->mean, add_up(p->winners), add_up(p->losers));
}

ig_status siting_price(ig_ctx *ctx, const struct site_settings *s, const struct siting_inputs *h,
                       const ig_siting_options *options, json_t *json, ig_result **table)
{
    ig_siting_price *p = NULL;
    ig_status status = ig_siting_price_new(ctx, &h->problem, options, &p);
    if (status) return status;
    json_t *price = json_object(), *frontier = json_array();
    json_object_set_new(price, "efficient",
                        side(s, h, p->efficiency, p->efficient, &p->efficient_figures));
    json_object_set_new(price, "equitable",
                        side(s, h, p->equity, p->equitable, &p->equitable_figures));
    json_object_set_new(price, "minutes_mean_cost",
                        json_number(p->equitable_figures.mean - p->efficient_figures.mean));
    json_object_set_new(price, "winners", json_number(add_up(p->winners)));
    json_object_set_new(price, "losers", json_number(add_up(p->losers)));
    json_object_set_new(price, "quintiles", changes(p));
    for (size_t i = 0; i < p->points; i++) {
        const ig_siting_point *point = &p->point[i];
        json_t *row = json_object();
        json_object_set_new(row, "mean_slack", json_number(point->slack));
        json_object_set_new(row, "bound", json_number(point->answer->bound));
        figures_into(&point->figures, point->answer, h->beyond, !isnan(s->threshold), row);
        json_object_set_new(row, "sites",
                            siting_codes(h, point->answer->site, point->answer->count));
        json_array_append_new(frontier, row);
    }
    json_object_set_new(price, "frontier", frontier);
    json_object_set_new(json, "price_of_equity", price);
    tell_price(ctx, p);
    if (s->plot) status = plot(ctx, s, p, json);
    if (!status && p->points && siting_frontier(s, h, p, table))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the frontier");
    ig_siting_price_free(p);
    return status;
}

// ---- stability ---------------------------------------------------------------------------------

/// How often a candidate is among the answers, by its text.
static void count_sites(json_t *times, const struct siting_inputs *h, const ig_siting *a)
{
    for (size_t c = 0; c < a->opened_count; c++) {
        const char *code = h->reach->site_text[a->opened[c]];
        const json_int_t before = json_integer_value(json_object_get(times, code));
        json_object_set_new(times, code, json_integer(before + 1));
    }
}

static ig_status answer_once(ig_ctx *ctx, const struct siting_inputs *h,
                             const ig_siting_options *options, const char *name, double pace,
                             json_t *runs, json_t *times)
{
    const size_t entries = h->problem.start[h->problem.demands];
    double *minutes = ig_alloc(entries + 1, sizeof *minutes);
    ig_siting_problem problem = h->problem;
    ig_siting *a = NULL;
    if (!minutes) return ig_fail(ctx, IG_EMEMORY, "no memory for another answer");
    for (size_t e = 0; e < entries; e++)
        minutes[e] = pace * h->problem.minutes[e];
    problem.minutes = minutes;
    ig_status status = ig_siting_solve(ctx, &problem, options, &a);
    if (!status) {
        json_t *run = json_object();
        json_object_set_new(run, "name", json_string(name));
        json_object_set_new(run, "value", json_number(a->value));
        json_object_set_new(run, "optimal", json_boolean(a->optimal));
        json_object_set_new(run, "sites", siting_codes(h, a->site, a->count));
        json_array_append_new(runs, run);
        count_sites(times, h, a);
    }
    ig_siting_free(a);
    ig_free(minutes);
    return status;
}

/// NAME=FILE: another matrix with all else the same.
static ig_status answer_matrix(ig_ctx *ctx, struct site_settings *s, const char *text,
                               const ig_siting_options *options, json_t *runs, json_t *times)
{
    const char *file = strchr(text, '=');
    if (!file || file == text || !file[1])
        return command_fail(ctx, IG_EINVAL, "give a name and a file, as footpaths=matrix2.csv",
                            "--stability-matrix: %s", ig_show(text));
    ig_text name = {0};
    ig_text_append_bytes(&name, text, (size_t)(file - text));
    const char *const path = file + 1;
    const ig_texts matrix = {&path, 1};
    struct siting_inputs other = {0};
    ig_status status = name.failed ? ig_fail(ctx, IG_EMEMORY, "no memory for a name") : IG_OK;
    if (!status) status = siting_inputs_take(ctx, s, &matrix, &other);
    if (!status) status = answer_once(ctx, &other, options, name.data, 1.0, runs, times);
    siting_inputs_free(&other);
    ig_text_free(&name);
    return status;
}

ig_status siting_stability(ig_ctx *ctx, struct site_settings *s, const struct siting_inputs *h,
                           const ig_siting_options *options, json_t *json)
{
    json_t *runs = json_array(), *times = json_object(), *sites = json_array();
    ig_status status = answer_once(ctx, h, options, "as given", 1.0, runs, times);
    if (!status) status = answer_once(ctx, h, options, "80% of the speed", 1.0 / 0.8, runs, times);
    if (!status) status = answer_once(ctx, h, options, "120% of the speed", 1.0 / 1.2, runs, times);
    for (size_t i = 0; !status && i < s->stability_matrix.count; i++)
        status = answer_matrix(ctx, s, s->stability_matrix.values[i], options, runs, times);
    const char *code;
    json_t *count;
    json_object_foreach(times, code, count)
    {
        json_t *row = json_object();
        json_object_set_new(row, "site", json_string(code));
        json_object_set(row, "times", count);
        json_object_set_new(row, "of", json_integer((json_int_t)json_array_size(runs)));
        json_array_append_new(sites, row);
        if (!status)
            ig_info(ctx, "%s is chosen in %lld of %zu runs", ig_show(code),
                    (long long)json_integer_value(count), json_array_size(runs));
    }
    json_t *stability = json_object();
    json_object_set_new(stability, "runs", runs);
    json_object_set_new(stability, "sites", sites);
    json_object_set_new(json, "stability", stability);
    json_decref(times);
    return status;
}
