// Times from areas to sites read from tables, met with people and supply by code.
#include "../link/link.h"
#include "codes_internal.h"
#include "people_internal.h"
#include "reach_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ig_reach_free(ig_reach *reach)
{
    if (!reach) return;
    for (size_t i = 0; reach->area_code && i < reach->areas; i++)
        ig_free(reach->area_code[i]);
    for (size_t i = 0; reach->site_code && i < reach->sites; i++)
        ig_free(reach->site_code[i]);
    for (size_t i = 0; reach->site_text && i < reach->sites; i++)
        ig_free(reach->site_text[i]);
    ig_free(reach->site_text);
    ig_free(reach->area_code);
    ig_free(reach->site_code);
    ig_free(reach->people);
    ig_free(reach->supply);
    ig_reach_trips_free(&reach->trips);
    ig_free(reach);
}

void ig_reach_trips_free(ig_trips *trips)
{
    ig_free((void *)(uintptr_t)trips->area);
    ig_free((void *)(uintptr_t)trips->site);
    ig_free((void *)(uintptr_t)trips->minutes);
    ig_free((void *)(uintptr_t)trips->people);
    *trips = (ig_trips){0};
}

// ---- areas and their people ---------------------------------------------------------------------

static ig_status copy_codes(struct reaching *r, size_t count,
                            const char *(*code)(const void *of, size_t i), const void *of)
{
    r->out->area_code = ig_alloc(count + 1, sizeof *r->out->area_code);
    r->out->people = ig_alloc(count + 1, sizeof *r->out->people);
    if (!r->out->area_code || !r->out->people) return reach_no_memory(r);
    r->out->areas = count;
    for (size_t i = 0; i < count; i++) {
        r->out->area_code[i] = ig_text_copy(code(of, i));
        if (!r->out->area_code[i]) return reach_no_memory(r);
        r->out->people[i] = 1.0;
    }
    return IG_OK;
}

static ig_status read_population(struct reaching *r)
{
    const ig_population_options defaults = ig_population_defaults();
    const ig_population_options *options = r->in->people ? r->in->people : &defaults;
    const ig_texts *files = &r->in->population;
    ig_kind kind = IG_KIND_UNKNOWN;
    ig_status status = ig_kind_of(r->ctx, files->values[0], &kind);
    if (!status && (kind == IG_KIND_GTIFF || kind == IG_KIND_AAIGRID)) {
        ig_fail(r->ctx, IG_EINVAL, "%s: with a matrix, people come from a table by area",
                ig_show(files->values[0]));
        return ig_hint(r->ctx, "a matrix knows no place within an area: give a table");
    }
    if (!status)
        status = ig_table_read_many(r->ctx, files->values, files->count, &options->table,
                                    &r->population);
    return status ? status : ig_table_unique(r->ctx, r->population);
}

/// People of each area: of the row linked to it, or of its own row.
static ig_status fill_people(struct reaching *r)
{
    const ig_population_options defaults = ig_population_defaults();
    const ig_population_options *options = r->in->people ? r->in->people : &defaults;
    const double *people = NULL;
    size_t column = 0, *row = NULL;
    ig_status status = study_find_people(r->ctx, r->population, options->column, &column);
    if (!status)
        status = ig_table_numbers(r->ctx, r->population, column, IG_NUMBERS_COUNT, &people);
    if (!status && r->in->areas) {
        row = ig_alloc(r->out->areas + 1, sizeof *row);
        status =
            row ? ig_link_rows(r->ctx, (const char *const *)r->out->area_code, r->out->areas,
                               ig_areas_path(r->in->areas), r->population, options->min_match, row)
                : reach_no_memory(r);
    }
    for (size_t i = 0; !status && i < r->out->areas; i++) {
        const size_t at = row ? row[i] : i;
        r->out->people[i] = at == SIZE_MAX ? NAN : people[at];
    }
    ig_free(row);
    return status;
}

static const char *code_in_set(const void *set, size_t i)
{
    return ((const struct code_set *)set)->codes[i];
}

static ig_status take_areas(struct reaching *r)
{
    ig_status status = r->in->population.count ? read_population(r) : IG_OK;
    if (status) return status;
    if (r->in->areas) {
        status = copy_codes(r, ig_areas_count(r->in->areas), code_of_area, r->in->areas);
    } else if (r->population) {
        status = copy_codes(r, ig_table_rows(r->population), code_of_row, r->population);
    } else {
        struct code_set areas = {0};
        status = reach_collect(r, r->area_column, &areas);
        if (!status) status = copy_codes(r, areas.count, code_in_set, &areas);
        code_set_free(&areas);
    }
    return !status && r->population ? fill_people(r) : status;
}

// ---- trips --------------------------------------------------------------------------------------

struct trip {
    size_t area, site, row;
};

static int by_pair(const void *a, const void *b)
{
    const struct trip *p = a, *q = b;
    if (p->area != q->area) return p->area < q->area ? -1 : 1;
    if (p->site != q->site) return p->site < q->site ? -1 : 1;
    return p->row < q->row ? -1 : p->row > q->row;
}

/// Number of a code by its text; texts that follow each other are often the same.
struct last_found {
    const char *text;
    size_t number;
};

static ig_status number_of(const struct reaching *r, const char *text, struct last_found *last,
                           const struct code_index *areas, size_t *number)
{
    if (!last->text || strcmp(last->text, text) != 0) {
        char *code = ig_code_normalise(text, NULL, NULL);
        if (!code) return reach_no_memory(r);
        last->text = text;
        if (areas) {
            last->number = code_index_find(areas, code);
        } else {
            const struct code_set sites = {r->out->site_code, r->out->sites, 0};
            bool found;
            const size_t at = code_set_place(&sites, code, &found);
            last->number = found ? at : SIZE_MAX;
        }
        ig_free(code);
    }
    *number = last->number;
    return IG_OK;
}

/// How the matrix writes a site: its first row says.
static ig_status keep_site_text(struct reaching *r, const char *text, size_t j)
{
    if (r->out->site_text[j]) return IG_OK;
    r->out->site_text[j] = ig_text_copy(text);
    return r->out->site_text[j] ? IG_OK : reach_no_memory(r);
}

/// Sites that the matrix does not have are written as their codes.
static ig_status fill_site_texts(struct reaching *r)
{
    ig_status status = IG_OK;
    for (size_t j = 0; !status && j < r->out->sites; j++)
        status = keep_site_text(r, r->out->site_code[j], j);
    return status;
}

static ig_status keep_lone(struct reaching *r, const char *text)
{
    char *code = ig_code_normalise(text, NULL, NULL);
    return code && !code_set_adopt(&r->lone, code) ? IG_OK : reach_no_memory(r);
}

static ig_status find_trips(struct reaching *r, const struct code_index *areas, struct trip *trips,
                            size_t *count)
{
    struct last_found area = {0}, site = {0};
    size_t i = SIZE_MAX, j = SIZE_MAX;
    for (size_t row = 0; row < ig_table_rows(r->matrix); row++) {
        const char *from = ig_table_text(r->matrix, row, r->area_column);
        const char *to = ig_table_text(r->matrix, row, r->site_column);
        ig_status status = number_of(r, from, &area, areas, &i);
        if (!status) status = number_of(r, to, &site, NULL, &j);
        if (status) return status;
        if (i == SIZE_MAX) {
            status = keep_lone(r, from);
            if (status) return status;
            continue;
        }
        if (j == SIZE_MAX) {
            r->rows_without_site++;
            continue;
        }
        status = keep_site_text(r, to, j);
        if (status) return status;
        if (!isnan(r->minutes[row])) trips[(*count)++] = (struct trip){i, j, row};
    }
    return IG_OK;
}

static ig_status refuse_twice(const struct reaching *r, const struct trip *a, const struct trip *b)
{
    ig_fail(r->ctx, IG_EFORMAT, "%s: area %s and site %s come more than once, on %s %lld and %lld",
            ig_show(ig_table_path(r->matrix)), ig_show(r->out->area_code[a->area]),
            ig_show(r->out->site_code[a->site]), ig_table_line_word(r->matrix),
            (long long)ig_table_line(r->matrix, a->row),
            (long long)ig_table_line(r->matrix, b->row));
    return ig_hint(r->ctx, "a matrix has one row for each area and site");
}

static ig_status keep_trips(struct reaching *r, struct trip *trips, size_t count)
{
    if (count) qsort(trips, count, sizeof *trips, by_pair);
    size_t *area = ig_alloc(count + 1, sizeof *area), *site = ig_alloc(count + 1, sizeof *site);
    double *minutes = ig_alloc(count + 1, sizeof *minutes);
    double *people = r->reached ? ig_alloc(count + 1, sizeof *people) : NULL;
    r->out->trips = (ig_trips){count, r->out->areas, r->out->sites, area, site, minutes, people};
    if (!area || !site || !minutes || (r->reached && !people)) return reach_no_memory(r);
    size_t kept = 0;
    for (size_t k = 0; k < count; k++) {
        const double time = r->minutes[trips[k].row] / (r->itineraries ? 60.0 : 1.0);
        if (k && trips[k].area == trips[k - 1].area && trips[k].site == trips[k - 1].site) {
            if (!r->itineraries) return refuse_twice(r, &trips[k - 1], &trips[k]);
            minutes[kept - 1] = fmin(minutes[kept - 1], time);
            continue;
        }
        area[kept] = trips[k].area;
        site[kept] = trips[k].site;
        minutes[kept] = time;
        if (people) // a gap: everybody
            people[kept] = isnan(r->reached[trips[k].row]) ? INFINITY : r->reached[trips[k].row];
        kept++;
    }
    r->out->trips.count = kept;
    return IG_OK;
}

/// Do the areas stand where the sites should?
static bool turned_round(const struct reaching *r)
{
    for (size_t row = 0; row < ig_table_rows(r->matrix) && row < 100; row++) {
        char *code = ig_code_normalise(ig_table_text(r->matrix, row, r->site_column), NULL, NULL);
        bool found = false;
        for (size_t i = 0; code && !found && i < r->out->areas; i++)
            found = strcmp(code, r->out->area_code[i]) == 0;
        ig_free(code);
        if (found) return true;
    }
    return false;
}

static ig_status tell(const struct reaching *r, size_t count)
{
    const char *file = ig_show(ig_table_path(r->matrix));
    if (count == 0 && turned_round(r)) return reach_refuse_turned(r);
    if (count == 0) {
        ig_fail(
            r->ctx, IG_EFORMAT,
            "%s: no row of the matrix has one of the %zu areas, one of the %zu sites and minutes",
            file, r->out->areas, r->out->sites);
        return ig_hint(r->ctx, "the areas are called like %s, those of the matrix like %s",
                       r->out->areas ? ig_show(r->out->area_code[0]) : "(none)",
                       ig_table_rows(r->matrix)
                           ? ig_show(ig_table_text(r->matrix, 0, r->area_column))
                           : "(none)");
    }
    if (r->lone.count) {
        ig_text list = {0};
        for (size_t i = 0; i < r->lone.count && i < IG_SHOWN; i++)
            ig_text_format(&list, "%s%s", i ? ", " : "", ig_show(r->lone.codes[i]));
        ig_warn_mild(r->ctx, "%s: %zu area%s of the matrix %s not among the areas: %s%s", file,
                     r->lone.count, r->lone.count == 1 ? "" : "s",
                     r->lone.count == 1 ? "is" : "are", list.data ? list.data : "",
                     r->lone.count > IG_SHOWN ? " ..." : "");
        ig_text_free(&list);
    }
    if (r->rows_without_site)
        ig_info(r->ctx, "%s: %zu rows of the matrix are of sites that are not open", file,
                r->rows_without_site);
    return IG_OK;
}

static ig_status take_trips(struct reaching *r)
{
    struct code_index areas = {0};
    struct trip *trips = ig_alloc(ig_table_rows(r->matrix) + 1, sizeof *trips);
    size_t count = 0;
    ig_status status = trips ? IG_OK : reach_no_memory(r);
    if (!status)
        status = code_index_new(r->ctx, r->out->areas, code_in_set,
                                &(struct code_set){r->out->area_code, r->out->areas, 0}, &areas);
    r->out->site_text = ig_alloc(r->out->sites + 1, sizeof *r->out->site_text);
    if (!status && !r->out->site_text) status = reach_no_memory(r);
    if (!status) status = find_trips(r, &areas, trips, &count);
    if (!status) status = fill_site_texts(r);
    if (!status) status = tell(r, count);
    if (!status) status = keep_trips(r, trips, count);
    code_index_free(&areas);
    ig_free(trips);
    return status;
}

ig_status ig_reach_read(ig_ctx *ctx, const ig_reach_inputs *inputs, ig_reach **out)
{
    struct reaching r = {.ctx = ctx, .in = inputs};
    *out = NULL;
    if (!inputs->matrix.count) return ig_fail(ctx, IG_EINVAL, "no matrix is given");
    r.out = ig_alloc(1, sizeof *r.out);
    ig_status status = r.out ? reach_read_matrix(&r) : reach_no_memory(&r);
    if (!status) status = take_areas(&r);
    if (!status) status = reach_take_sites(&r);
    if (!status) status = take_trips(&r);
    ig_table_free(r.matrix);
    ig_table_free(r.population);
    ig_table_free(r.places);
    code_set_free(&r.sites);
    code_set_free(&r.lone);
    if (status) {
        ig_reach_free(r.out);
        return status;
    }
    *out = r.out;
    return IG_OK;
}

ig_status ig_reach_trips(ig_ctx *ctx, const ig_reach *reach, const bool *open, ig_trips *out)
{
    const ig_trips *all = &reach->trips;
    size_t *area = ig_alloc(all->count + 1, sizeof *area), count = 0;
    size_t *site = ig_alloc(all->count + 1, sizeof *site);
    double *minutes = ig_alloc(all->count + 1, sizeof *minutes);
    double *people = all->people ? ig_alloc(all->count + 1, sizeof *people) : NULL;
    *out = (ig_trips){0, all->areas, all->sites, area, site, minutes, people};
    if (!area || !site || !minutes || (all->people && !people)) {
        ig_reach_trips_free(out);
        return ig_fail(ctx, IG_EMEMORY, "no memory for %zu trips", all->count);
    }
    for (size_t k = 0; k < all->count; k++) {
        if (!open[all->site[k]]) continue;
        area[count] = all->area[k];
        site[count] = all->site[k];
        minutes[count] = all->minutes[k];
        if (people) people[count] = all->people[k];
        count++;
    }
    out->count = count;
    return IG_OK;
}
