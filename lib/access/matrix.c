// Site by area: mean minutes of the people of each area to each site by itself.
#include "standing_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// What one site reaches, in no order of areas.
struct reach {
    struct trip {
        uint32_t area;
        double minutes, people;
    } * trip;
    size_t count;
};

struct making {
    ig_ctx *ctx;
    const ig_standing *standing;
    struct reach *reach; ///< one a source
    struct met *met;     ///< one a worker
};

static ig_status add_source(size_t source, int worker, const ig_reached *reached, void *user)
{
    const struct making *m = user;
    struct met *met = &m->met[worker];
    if (!met->seen && !ig_met_new(m->standing, met)) return IG_EMEMORY;
    ig_standing_meet(m->standing, reached, met);
    struct reach *reach = &m->reach[source];
    reach->trip = ig_alloc(met->count + 1, sizeof *reach->trip);
    if (!reach->trip) return IG_EMEMORY;
    for (size_t i = 0; i < met->count; i++) {
        const uint32_t a = met->area[i];
        const struct arrival arrival = ig_arrival_of(&m->standing->stands->area[a], reached);
        if (!(arrival.people > 0.0)) continue;
        reach->trip[reach->count++] = (struct trip){a, arrival.minutes, arrival.people};
    }
    return IG_OK;
}

// ---- rows in order of codes ---------------------------------------------------------------------

struct coded {
    const char *code;
    size_t number;
};

static int by_code(const void *a, const void *b)
{
    const struct coded *p = a, *q = b;
    const int order = strcmp(p->code, q->code);
    return order ? order : (p->number > q->number) - (p->number < q->number);
}

struct ranked {
    int32_t rank;
    size_t number;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *p = a, *q = b;
    if (p->rank != q->rank) return p->rank < q->rank ? -1 : 1;
    return (p->number > q->number) - (p->number < q->number);
}

/// Trips of all sources as rows: areas in order of code, in each the sites by rank.
static bool put_in_order(const struct making *m, const char *const *codes, const ig_source *sources,
                         size_t count, ig_matrix *out)
{
    const size_t areas = m->standing->stands->areas;
    struct coded *area = ig_alloc(areas + 1, sizeof *area);
    struct ranked *source = ig_alloc(count + 1, sizeof *source);
    size_t *next = ig_alloc(areas + 1, sizeof *next);
    bool good = area && source && next;
    if (good) {
        for (size_t a = 0; a < areas; a++)
            area[a] = (struct coded){codes[a], a};
        for (size_t i = 0; i < count; i++) {
            source[i] = (struct ranked){sources[i].rank, i};
            for (size_t k = 0; k < m->reach[i].count; k++)
                next[m->reach[i].trip[k].area]++;
            out->count += m->reach[i].count;
        }
        qsort(area, areas, sizeof *area, by_code);
        qsort(source, count, sizeof *source, by_rank);
        out->rows = ig_alloc(out->count + 1, sizeof *out->rows);
        good = out->rows != NULL;
    }
    size_t place = 0;
    for (size_t i = 0; good && i < areas; i++) {
        const size_t own = next[area[i].number];
        next[area[i].number] = place;
        place += own;
    }
    for (size_t i = 0; good && i < count; i++) {
        const struct reach *reach = &m->reach[source[i].number];
        for (size_t k = 0; k < reach->count; k++) {
            const struct trip *t = &reach->trip[k];
            out->rows[next[t->area]++] =
                (ig_matrix_row){t->area, source[i].number, t->minutes, t->people};
        }
    }
    ig_free(area);
    ig_free(source);
    ig_free(next);
    return good;
}

// ---- the whole ----------------------------------------------------------------------------------

void ig_matrix_free(ig_matrix *matrix)
{
    if (!matrix) return;
    ig_free(matrix->rows);
    ig_free(matrix);
}

/// Areas with people whom no source reaches (T2).
static ig_status tell_unreached(ig_ctx *ctx, const ig_standing *standing, const char *const *codes,
                                bool people, bool tell, ig_matrix *matrix)
{
    const struct ig_stands *stands = standing->stands;
    bool *reached = ig_alloc(stands->areas + 1, sizeof *reached);
    ig_text list = {0};
    if (!reached) return ig_fail(ctx, IG_EMEMORY, "no memory for %zu areas", stands->areas);
    for (size_t i = 0; i < matrix->count; i++)
        reached[matrix->rows[i].area] = true;
    for (size_t a = 0; a < stands->areas; a++) {
        matrix->areas_reached += reached[a];
        if (stands->area[a].all > 0.0 && !reached[a])
            ig_list_add(&list, &matrix->areas_unreached, codes[a], stands->area[a].all,
                        people ? "people" : "cells");
    }
    if (tell && matrix->areas_unreached)
        ig_warn(ctx, "%zu area%s reached by no site: %s", matrix->areas_unreached,
                matrix->areas_unreached == 1 ? " is" : "s are", list.data ? list.data : "");
    ig_text_free(&list);
    ig_free(reached);
    return IG_OK;
}

ig_status ig_matrix_over(ig_ctx *ctx, const struct shapes *shapes, const ig_surface *surface,
                         const ig_people *people, const ig_source *sources, size_t count,
                         const ig_travel_options *options, bool tell, ig_matrix **out)
{
    ig_standing *standing = NULL;
    struct making m = {.ctx = ctx};
    const size_t workers = (size_t)ig_ctx_threads(ctx);
    ig_matrix *matrix = ig_alloc(1, sizeof *matrix);
    m.reach = ig_alloc(count + 1, sizeof *m.reach);
    m.met = ig_alloc(workers, sizeof *m.met);
    ig_status status = matrix && m.reach && m.met
                           ? ig_standing_over(ctx, shapes, surface, people, true, &standing)
                           : ig_fail(ctx, IG_EMEMORY, "no memory for the matrix");
    if (status) goto done;
    m.standing = standing;
    matrix->spread = standing->words;
    matrix->people_outside = standing->outside;
    status = ig_travel_each(ctx, surface, sources, count, options, add_source, &m);
    if (status) goto done;
    if (!put_in_order(&m, shapes->codes, sources, count, matrix)) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the matrix of %zu sites", count);
        goto done;
    }
    status = tell_unreached(ctx, standing, shapes->codes, people != NULL, tell, matrix);
    if (status) goto done;
    *out = matrix;
    matrix = NULL;
done:
    for (size_t i = 0; m.reach && i < count; i++)
        ig_free(m.reach[i].trip);
    for (size_t i = 0; m.met && i < workers; i++)
        ig_met_free(&m.met[i]);
    ig_free(m.reach);
    ig_free(m.met);
    ig_standing_free(standing);
    ig_matrix_free(matrix);
    return status;
}

ig_status ig_matrix_new(ig_ctx *ctx, const ig_areas *areas, const ig_surface *surface,
                        const ig_people *people, const ig_source *sources, size_t count,
                        const ig_travel_options *options, bool tell, ig_matrix **out)
{
    const char **codes = NULL;
    if (ig_codes_of(areas, &codes)) return ig_fail(ctx, IG_EMEMORY, "no memory for codes");
    const struct shapes shapes = {ig_areas_rings(areas), codes};
    const ig_status status =
        ig_matrix_over(ctx, &shapes, surface, people, sources, count, options, tell, out);
    ig_free(codes);
    return status;
}
