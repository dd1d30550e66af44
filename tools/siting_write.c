// site: what is written: the table of groups, the frontier, and a GeoPackage with sites and areas.
#include "siting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static ig_status add_text(ig_result *r, const char *name, ig_column **column)
{
    return ig_result_add(r, name, IG_COLUMN_TEXT, column);
}

static ig_status add_number(ig_result *r, const char *name, ig_column **column)
{
    return ig_result_add(r, name, IG_COLUMN_REAL, column);
}

/// What becomes of a site, in a word.
static const char *fate(const struct site_settings *s, const struct siting_inputs *h,
                        const ig_siting *a, size_t j)
{
    bool open = false, opened = false;
    for (size_t c = 0; c < a->count; c++)
        open = open || a->site[c] == j;
    for (size_t c = 0; c < a->opened_count; c++)
        opened = opened || a->opened[c] == j;
    if (s->close >= 0) return open ? "kept" : h->candidate[j] ? "closed" : "not asked";
    return opened ? "opened" : open ? "existing" : h->candidate[j] ? "candidate" : "not asked";
}

static int by_code(const void *code, const void *of)
{
    return strcmp(code, *(char *const *)of);
}

// ---- sites --------------------------------------------------------------------------------------

/// Place of each site of the matrix among the points read, SIZE_MAX without one.
static ig_status find_places(ig_ctx *ctx, const struct siting_inputs *h, const ig_sites *places,
                             size_t *row)
{
    const ig_reach *r = h->reach;
    size_t missing = 0;
    ig_text list = {0};
    for (size_t j = 0; j < r->sites; j++)
        row[j] = SIZE_MAX;
    for (size_t i = 0; i < ig_sites_count(places); i++) {
        char *const *found = bsearch(ig_sites_code(places, i), r->site_code, r->sites,
                                     sizeof *r->site_code, by_code); // they are in order
        if (found) row[found - r->site_code] = i;
    }
    for (size_t j = 0; j < r->sites; j++) {
        if (row[j] != SIZE_MAX || ++missing > IG_SHOWN) continue;
        ig_text_format(&list, "%s%s", missing > 1 ? ", " : "", ig_show(r->site_text[j]));
    }
    if (missing)
        ig_warn(ctx, "%zu site%s of the matrix ha%s no place in --sites and no point: %s%s",
                missing, missing == 1 ? "" : "s", missing == 1 ? "s" : "ve",
                list.data ? list.data : "", missing > IG_SHOWN ? " ..." : "");
    ig_text_free(&list);
    return IG_OK;
}

static ig_status site_rows(const struct site_settings *s, const struct siting_inputs *h,
                           const ig_siting *a, const ig_sites *places, const size_t *row,
                           size_t count, double *x, double *y, ig_result **out)
{
    ig_result *r = NULL;
    ig_column *site, *name, *state, *people;
    ig_status status = ig_result_new(count, &r);
    if (!status) status = add_text(r, "site", &site);
    if (!status) status = add_text(r, "name", &name);
    if (!status) status = add_text(r, "change", &state);
    if (!status) status = add_number(r, "people", &people);
    for (size_t j = 0, at = 0; !status && j < h->reach->sites; j++) {
        if (row[j] == SIZE_MAX) continue;
        const char *called = ig_sites_name(places, row[j]);
        x[at] = ig_sites_x(places, row[j]);
        y[at] = ig_sites_y(places, row[j]);
        people->number[at] = a->load[j];
        status = ig_result_set_text(r, &r->columns[0], at, h->reach->site_text[j]);
        if (!status && called) status = ig_result_set_text(r, &r->columns[1], at, called);
        if (!status) status = ig_result_set_text(r, &r->columns[2], at, fate(s, h, a, j));
        at++;
    }
    if (status)
        ig_result_free(r);
    else
        *out = r;
    return status;
}

static ig_status add_sites(ig_ctx *ctx, struct site_settings *s, const struct siting_inputs *h,
                           const ig_siting *a, ig_layers *layers)
{
    ig_sites *places = NULL;
    ig_result *columns = NULL;
    const size_t n = h->reach->sites;
    size_t count = 0, *row = ig_alloc(n + 1, sizeof *row);
    double *x = ig_alloc(n + 1, sizeof *x), *y = ig_alloc(n + 1, sizeof *y);
    ig_status status = x && y && row ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for the sites");
    if (!status)
        status = ig_sites_read(ctx, s->sites.values, s->sites.count, &s->site_reading, &places);
    if (!status) status = find_places(ctx, h, places, row);
    for (size_t j = 0; !status && j < n; j++)
        count += row[j] != SIZE_MAX;
    if (!status) status = site_rows(s, h, a, places, row, count, x, y, &columns);
    if (!status) status = ig_layers_points(layers, "sites", count, x, y, columns);
    if (!status) status = ig_map_sites(ctx, layers, "sites", "site", NULL);
    ig_result_free(columns);
    ig_sites_free(places);
    ig_free(row);
    ig_free(x);
    ig_free(y);
    return status;
}

// ---- areas --------------------------------------------------------------------------------------

static ig_status area_rows(const struct site_settings *s, const struct siting_inputs *h,
                           const ig_siting *a, ig_result **out)
{
    ig_result *r = NULL;
    ig_column *column;
    const bool within = !isnan(s->threshold), decile = h->division.decile != NULL;
    ig_status status = ig_result_new(h->reach->areas, &r);
    if (!status) status = add_text(r, "area", &column);
    if (!status) status = add_number(r, "people", &column);
    if (!status) status = add_number(r, "people_reached", &column);
    if (!status) status = add_number(r, "minutes", &column);
    if (!status && within) status = add_number(r, "people_within", &column);
    if (!status && decile) status = add_number(r, "decile", &column);
    if (!status) status = add_text(r, "site", &column);
    for (size_t k = 0; !status && k < r->rows; k++) {
        status = ig_result_set_text(r, &r->columns[0], k, ig_areas_code(h->areas, k));
        size_t c = 1;
        r->columns[c++].number[k] = h->reach->people[k];
        r->columns[c++].number[k] = a->reached[k];
        r->columns[c++].number[k] = a->minutes[k];
        if (within) r->columns[c++].number[k] = a->within[k];
        if (decile) r->columns[c++].number[k] = h->division.decile[k];
        if (!status && a->nearest[k] != SIZE_MAX)
            status = ig_result_set_text(r, &r->columns[c], k, h->reach->site_text[a->nearest[k]]);
    }
    if (status)
        ig_result_free(r);
    else
        *out = r;
    return status;
}

static ig_status add_areas(ig_ctx *ctx, const struct site_settings *s,
                           const struct siting_inputs *h, const ig_siting *a, ig_layers *layers)
{
    ig_result *columns = NULL;
    ig_status status = area_rows(s, h, a, &columns);
    if (status) return ig_fail(ctx, status, "no memory for the layer of areas");
    status = ig_layers_areas(layers, "areas", h->areas, false, columns);
    ig_result_free(columns);
    return status;
}

// ---- the files ----------------------------------------------------------------------------------

static bool is_package(const char *path)
{
    const size_t length = path ? strlen(path) : 0;
    return length > 5 && strcasecmp(path + length - 5, ".gpkg") == 0;
}

static ig_status fill_package(ig_ctx *ctx, struct site_settings *s, const struct siting_inputs *h,
                              const ig_siting *a, const struct siting_tables *tables,
                              ig_layers *layers)
{
    ig_status status = s->areas.count ? add_areas(ctx, s, h, a, layers) : IG_OK;
    if (!status && s->sites.count) status = add_sites(ctx, s, h, a, layers);
    if (!status) status = ig_layers_table(layers, "groups", tables->groups);
    if (!status) status = ig_layers_table(layers, "measures", tables->measures);
    if (!status && tables->frontier) status = ig_layers_table(layers, "frontier", tables->frontier);
    if (!status) status = ig_layers_metadata(layers, "isogap_command", "site");
    if (!status) status = ig_layers_metadata(layers, "isogap_version", ig_version());
    return status;
}

ig_status siting_write(ig_ctx *ctx, struct site_settings *s, const struct siting_inputs *h,
                       const ig_siting *a, const struct siting_tables *tables,
                       const char *const *inputs, json_t *json)
{
    ig_status status = IG_OK;
    if (s->frontier && tables->frontier)
        status = command_write(ctx, tables->frontier, s->frontier, "frontier", inputs, json);
    if (status) return status;
    if (!is_package(s->output))
        return command_write(ctx, tables->groups, s->output, "groups", inputs, json);
    ig_layers *layers = NULL;
    status = ig_layers_begin(ctx, s->output, inputs, &layers);
    if (status) return status;
    status = fill_package(ctx, s, h, a, tables, layers);
    if (status)
        ig_layers_abort(layers);
    else
        status = ig_layers_finish(layers);
    return status ? status : command_output(json, s->output);
}

/// Columns of the frontier: a row for each slack.
ig_status siting_frontier(const struct site_settings *s, const struct siting_inputs *h,
                          const ig_siting_price *p, ig_result **out)
{
    static const char *const names[] = {"mean_slack",
                                        "value",
                                        "bound",
                                        "minutes_mean",
                                        "sii",
                                        "core20_gap",
                                        "core20_mean",
                                        "worst_quintile_mean",
                                        "unreached_people"};
    enum { NUMBERS = sizeof names / sizeof *names };
    ig_result *r = NULL;
    ig_column *column[NUMBERS], *within = NULL, *sites = NULL;
    const bool has_within = !isnan(s->threshold);
    ig_status status = ig_result_new(p->points, &r);
    for (size_t c = 0; !status && c < NUMBERS; c++)
        status = add_number(r, names[c], &column[c]);
    if (!status && has_within) status = add_number(r, "people_within", &within);
    if (!status) status = add_text(r, "optimal", &sites);
    if (!status) status = add_text(r, "sites", &sites);
    for (size_t i = 0; !status && i < p->points; i++) {
        const ig_siting_point *point = &p->point[i];
        const ig_siting_figures *f = &point->figures;
        const double values[NUMBERS] = {point->slack,
                                        point->answer->value,
                                        point->answer->bound,
                                        f->mean,
                                        f->sii,
                                        f->core20_gap,
                                        f->quintile[0],
                                        f->worst_quintile,
                                        point->answer->unreached + h->beyond};
        ig_text list = {0};
        for (size_t c = 0; c < NUMBERS; c++)
            r->columns[c].number[i] = values[c];
        if (has_within) r->columns[NUMBERS].number[i] = f->within;
        for (size_t c = 0; c < point->answer->count; c++)
            ig_text_format(&list, "%s%s", c ? " " : "",
                           h->reach->site_text[point->answer->site[c]]);
        status = ig_result_set_text(r, &r->columns[r->count - 2], i,
                                    point->answer->optimal ? "true" : "false");
        if (!status)
            status =
                ig_result_set_text(r, &r->columns[r->count - 1], i, list.data ? list.data : "");
        ig_text_free(&list);
    }
    if (status)
        ig_result_free(r);
    else
        *out = r;
    return status;
}
