// site: what the search is over: times, people, deprivation, and which sites are or may be open.
#include "siting.h"

#include <math.h>
#include <string.h>

static ig_status no_memory(ig_ctx *ctx)
{
    return ig_fail(ctx, IG_EMEMORY, "no memory for the sites");
}

void siting_inputs_free(struct siting_inputs *h)
{
    division_close(&h->division);
    ig_reach_free(h->reach);
    ig_areas_free(h->areas);
    ig_table_free(h->table);
    ig_free(h->row);
    ig_free(h->people);
    ig_free(h->start);
    ig_free(h->existing);
    ig_free(h->candidate);
    ig_free(h->capacity);
}

static ig_status count_starts(ig_ctx *ctx, const ig_reach *reach, size_t **out)
{
    size_t *start = ig_alloc(reach->areas + 1, sizeof *start);
    if (!start) return no_memory(ctx);
    for (size_t e = 0; e < reach->trips.count; e++)
        start[reach->trips.area[e] + 1]++;
    for (size_t i = 0; i < reach->areas; i++)
        start[i + 1] += start[i];
    *out = start;
    return IG_OK;
}

/// People of an area whom some site reaches. A matrix of ours says how many each site does; the
/// most that one reaches are taken to reach every site of the area.
static ig_status take_people(ig_ctx *ctx, struct siting_inputs *h)
{
    const ig_reach *r = h->reach;
    h->people = ig_alloc(r->areas + 1, sizeof *h->people);
    if (!h->people) return no_memory(ctx);
    size_t unknown = 0, lonely = 0;
    double lonely_people = 0.0;
    for (size_t i = 0; i < r->areas; i++) {
        double most = r->trips.people ? 0.0 : INFINITY;
        for (size_t e = h->start[i]; r->trips.people && e < h->start[i + 1]; e++)
            most = fmax(most, r->trips.people[e]);
        h->people[i] = fmin(r->people[i], h->start[i] == h->start[i + 1] ? INFINITY : most);
        if (isnan(r->people[i])) h->people[i] = NAN;
        unknown += isnan(r->people[i]);
        if (!isnan(r->people[i]) && h->start[i] < h->start[i + 1])
            h->beyond += r->people[i] - h->people[i];
        if (r->people[i] > 0.0 && h->start[i] == h->start[i + 1]) {
            lonely++;
            lonely_people += r->people[i];
            if (lonely <= IG_SHOWN)
                ig_text_format(&h->lonely, "%s%s", lonely > 1 ? ", " : "",
                               ig_show(r->area_code[i]));
        }
    }
    if (unknown)
        ig_warn(ctx, "%zu of %zu areas have no number of people and enter nothing", unknown,
                r->areas);
    if (lonely)
        ig_warn(ctx, "%zu area%s with %.6g people can reach no site of the matrix: %s%s", lonely,
                lonely == 1 ? "" : "s", lonely_people, h->lonely.data ? h->lonely.data : "",
                lonely > IG_SHOWN ? " ..." : "");
    ig_text_free(&h->lonely);
    return IG_OK;
}

static ig_status take_division(ig_ctx *ctx, struct site_settings *s, struct siting_inputs *h)
{
    ig_status status =
        ig_table_read_many(ctx, s->demand.values, s->demand.count, &s->people.table, &h->table);
    const char *const *codes = (const char *const *)h->reach->area_code;
    if (!status && h->areas) {
        h->row = ig_alloc(h->reach->areas + 1, sizeof *h->row);
        status = h->row ? ig_link_key(ctx, codes, h->reach->areas, NULL, h->table) : no_memory(ctx);
        if (!status)
            status = ig_link_rows(ctx, codes, h->reach->areas, "the areas", h->table, 0.0, h->row);
    }
    if (status) return status; // without areas row i of the table is area i
    const struct division_source own = {.table = h->table, .row = h->row};
    return division_open(ctx, &s->division, codes, h->reach->areas,
                         h->areas ? ig_areas_path(h->areas) : s->demand.values[0], &own, 1,
                         &h->division);
}

/// Sites that are open and sites that may be. To close some, those that are open are the choice.
static ig_status take_sites(ig_ctx *ctx, struct site_settings *s, struct siting_inputs *h)
{
    const size_t sites = h->reach->sites;
    h->existing = ig_alloc(sites + 1, sizeof *h->existing);
    h->candidate = ig_alloc(sites + 1, sizeof *h->candidate);
    if (!h->existing || !h->candidate) return no_memory(ctx);
    ig_status status =
        ig_reach_mark(ctx, h->reach, "--existing", &s->existing, &s->site_reading, h->existing);
    if (!status)
        status = ig_reach_mark(ctx, h->reach, "--candidates", &s->candidates, &s->site_reading,
                               h->candidate);
    if (status) return status;
    size_t open = 0, choice = 0;
    for (size_t j = 0; j < sites; j++) {
        if (!s->candidates.count) h->candidate[j] = true;
        if (s->close >= 0 && !s->existing.count) h->existing[j] = true;
        open += h->existing[j];
    }
    for (size_t j = 0; j < sites; j++) {
        h->candidate[j] = s->close >= 0 ? h->existing[j] : h->candidate[j] && !h->existing[j];
        h->existing[j] = h->existing[j] && s->close < 0;
        choice += h->candidate[j];
    }
    if (s->close >= 0 && (size_t)s->close > open)
        return command_fail(ctx, IG_EINVAL, NULL, "--close %lld: only %zu sites are open",
                            (long long)s->close, open);
    if (s->open > 0 && (size_t)s->open > choice)
        return command_fail(
            ctx, IG_EINVAL, "candidates are the sites of the matrix that are not open already",
            "--open %lld: there are only %zu candidates", (long long)s->open, choice);
    h->open = s->close >= 0 ? open - (size_t)s->close : (s->open > 0 ? (size_t)s->open : 0);
    return IG_OK;
}

static ig_status refuse_capacity(ig_ctx *ctx, const struct site_settings *s, const char *words)
{
    return command_fail(ctx, IG_EINVAL,
                        "give a number for all sites alike, or a column of the one file that "
                        "--candidates names",
                        "--capacity %s: %s", ig_show(s->capacity), words);
}

static ig_status capacities_of_file(ig_ctx *ctx, const struct site_settings *s,
                                    struct siting_inputs *h)
{
    if (s->candidates.count != 1) return refuse_capacity(ctx, s, "is no number");
    ig_status status = ig_reach_numbers(ctx, h->reach, s->candidates.values[0], s->capacity,
                                        &s->site_reading, h->capacity);
    for (size_t j = 0; !status && j < h->reach->sites; j++)
        if ((h->existing[j] || h->candidate[j]) && isnan(h->capacity[j]))
            status = command_fail(ctx, IG_EFORMAT, "give each site that is or may be open a row",
                                  "%s: site %s has no capacity", ig_show(s->candidates.values[0]),
                                  ig_show(h->reach->site_code[j]));
    return status;
}

static ig_status take_capacity(ig_ctx *ctx, const struct site_settings *s, struct siting_inputs *h)
{
    double all = NAN;
    if (!s->capacity) return IG_OK;
    h->capacity = ig_alloc(h->reach->sites + 1, sizeof *h->capacity);
    if (!h->capacity) return no_memory(ctx);
    const bool number = ig_text_number(s->capacity, &all);
    if (number && !(all >= 0.0)) return refuse_capacity(ctx, s, "is below 0");
    for (size_t j = 0; j < h->reach->sites; j++)
        h->capacity[j] = number ? all : NAN;
    return number ? IG_OK : capacities_of_file(ctx, s, h);
}

/// The column called area, whatever its codes look like, unless another is named.
static ig_status find_key(ig_ctx *ctx, struct site_settings *s)
{
    ig_table *look = NULL;
    if (s->people.table.key) return IG_OK;
    ig_table_options keyless = s->people.table;
    keyless.keyless = true;
    const ig_status status =
        ig_table_read_many(ctx, s->demand.values, s->demand.count, &keyless, &look);
    if (!status && ig_table_column(look, "area") != SIZE_MAX) s->people.table.key = "area";
    ig_table_free(look);
    return status;
}

ig_status siting_inputs_take(ig_ctx *ctx, struct site_settings *s, const ig_texts *matrix,
                             struct siting_inputs *h)
{
    ig_reach_inputs in = {.population = s->demand, .people = &s->people, .matrix = *matrix};
    ig_status status = IG_OK;
    if (s->areas.count)
        status = ig_areas_read(ctx, s->areas.values, s->areas.count, &s->area_reading, &h->areas);
    else
        status = find_key(ctx, s);
    in.areas = h->areas;
    if (!status) status = ig_reach_read(ctx, &in, &h->reach);
    if (!status) status = count_starts(ctx, h->reach, &h->start);
    if (!status) status = take_people(ctx, h);
    if (!status) status = take_division(ctx, s, h);
    if (!status) status = take_sites(ctx, s, h);
    if (!status) status = take_capacity(ctx, s, h);
    h->problem = (ig_siting_problem){.demands = h->reach ? h->reach->areas : 0,
                                     .sites = h->reach ? h->reach->sites : 0,
                                     .people = h->people,
                                     .decile = h->division.decile,
                                     .start = h->start,
                                     .site = h->reach ? h->reach->trips.site : NULL,
                                     .minutes = h->reach ? h->reach->trips.minutes : NULL,
                                     .existing = h->existing,
                                     .candidate = h->candidate,
                                     .capacity = h->capacity};
    return status;
}
