// Minutes by area: means, medians and shares within reach of the people who stand there.
#include "access_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

ig_status ig_check_thresholds(ig_ctx *ctx, const double *thresholds, size_t count)
{
    char here[32], before[32];
    for (size_t k = 0; k < count; k++) {
        ig_number_text(thresholds[k], here, sizeof here);
        if (!(thresholds[k] > 0.0) || isinf(thresholds[k])) {
            ig_fail(ctx, IG_EINVAL, "threshold %s is not above 0 minutes", here);
            return ig_hint(ctx, "give minutes above 0 that rise, such as --thresholds 10,20,30");
        }
        if (k && !(thresholds[k] > thresholds[k - 1])) {
            ig_number_text(thresholds[k - 1], before, sizeof before);
            ig_fail(ctx, IG_EINVAL, "threshold %s follows %s: thresholds must rise", here, before);
            return ig_hint(ctx, "give minutes above 0 that rise, such as --thresholds 10,20,30");
        }
    }
    return IG_OK;
}

void ig_list_add(ig_text *list, size_t *listed, const char *code, double value, const char *unit)
{
    if (++*listed > IG_SHOWN) {
        if (*listed == IG_SHOWN + 1) ig_text_append(list, " ...");
        return;
    }
    ig_text_format(list, "%s%s (%.6g %s)", *listed > 1 ? ", " : "", code, value, unit);
}

// ---- one area ---------------------------------------------------------------------------------

/// Least time by which half of the people reached arrive. Dust in sums of equal parts does not count.
static double median_of(const struct stand *s, double total)
{
    struct ig_sum cumulative = {0};
    for (size_t i = 0; i < s->count; i++) {
        ig_sum_add(&cumulative, s->piece[i].people);
        if (ig_sum_of(&cumulative) >= 0.5 * total * (1.0 - 1e-12)) return s->piece[i].minutes;
    }
    return NAN;
}

/// How many of the people reached arrive within t minutes.
static double arrived(const struct stand *s, double minutes)
{
    struct ig_sum sum = {0};
    for (size_t i = 0; i < s->count && s->piece[i].minutes <= minutes; i++)
        ig_sum_add(&sum, s->piece[i].people);
    return ig_sum_of(&sum);
}

ig_status ig_stand_settle(const struct settle *settle, struct stand *s, size_t area)
{
    ig_access_row *row = &settle->access->rows[area];
    if (!ig_pieces_sort(s->piece, s->count)) return IG_EMEMORY;
    struct ig_sum people = {0}, moment = {0};
    for (size_t i = 0; i < s->count; i++) {
        ig_sum_add(&people, s->piece[i].people);
        ig_sum_add(&moment, s->piece[i].people * s->piece[i].minutes);
    }
    const double total = ig_sum_of(&people);
    row->people = s->all;
    if (isnan(s->all)) {
        row->people_reached = row->people_unreached = NAN;
    } else {
        // nobody is made or lost on the way (G4)
        if (!(fabs(total + s->unreached - s->all) <= 1e-9 * fmax(s->all, 1e-300))) return IG_EBUG;
        row->people_reached = s->unreached > 0.0 ? fmin(total, s->all) : s->all;
        row->people_unreached = total > 0.0 ? s->all - row->people_reached : s->all;
    }
    row->minutes_mean = total > 0.0 ? ig_sum_of(&moment) / total : NAN;
    row->minutes_median = median_of(s, total);
    row->score = NAN;
    for (size_t k = 0; k < settle->access->thresholds; k++) {
        const double share = total > 0.0 ? arrived(s, settle->access->threshold[k]) / total : 0.0;
        row->within[k] = s->all > 0.0 ? 100.0 * share * (row->people_reached / s->all) : NAN;
    }
    s->latest = s->count ? s->piece[s->count - 1].minutes : NAN;
    if (settle->keep) return IG_OK;
    ig_free(s->piece);
    s->piece = NULL;
    s->count = s->room = 0;
    return IG_OK;
}

static const char *status_of(const struct stand *s, const ig_access_row *row)
{
    if (isnan(s->all)) return "no data";
    if (s->status) return s->status;
    if (!(s->all > 0.0)) return "no people";
    return row->people_reached > 0.0 ? "ok" : "unreachable";
}

// ---- all areas --------------------------------------------------------------------------------

struct coded {
    const char *code;
    size_t area;
};

static int by_code(const void *a, const void *b)
{
    const struct coded *p = a, *q = b;
    const int order = p->code && q->code ? strcmp(p->code, q->code) : 0;
    return order ? order : (p->area > q->area) - (p->area < q->area);
}

/// Totals in order of code, so that they do not depend on the order of the file.
static ig_status total(ig_access *access, const struct ig_stands *stands, const char *const *codes)
{
    struct coded *order = ig_alloc(access->areas ? access->areas : 1, sizeof *order);
    if (!order) return IG_EMEMORY;
    for (size_t a = 0; a < access->areas; a++)
        order[a] = (struct coded){codes ? codes[a] : NULL, a};
    qsort(order, access->areas, sizeof *order, by_code);
    struct ig_sum people = {0}, reached = {0}, unreached = {0}, moment = {0};
    for (size_t i = 0; i < access->areas; i++) {
        const ig_access_row *row = &access->rows[order[i].area];
        if (isnan(row->people)) continue;
        ig_sum_add(&people, row->people);
        ig_sum_add(&reached, row->people_reached);
        ig_sum_add(&unreached, row->people_unreached);
        if (row->people_reached > 0.0) ig_sum_add(&moment, row->people_reached * row->minutes_mean);
    }
    access->minutes_max = NAN;
    for (size_t a = 0; a < access->areas; a++) {
        const struct stand *s = &stands->area[a];
        if (!isnan(s->all)) access->minutes_max = fmax(access->minutes_max, s->latest);
    }
    access->people = ig_sum_of(&people);
    access->people_reached = ig_sum_of(&reached);
    access->people_unreached = ig_sum_of(&unreached);
    access->minutes_mean =
        access->people_reached > 0.0 ? ig_sum_of(&moment) / access->people_reached : NAN;
    ig_free(order);
    return IG_OK;
}

ig_status ig_access_alloc(size_t areas, const double *thresholds, size_t count, ig_access **out)
{
    ig_access *access = ig_alloc(1, sizeof *access);
    size_t shares;
    if (!access) return IG_EMEMORY;
    access->areas = areas;
    access->thresholds = count;
    access->rows = ig_alloc(areas ? areas : 1, sizeof *access->rows);
    access->threshold = ig_alloc(count ? count : 1, sizeof *access->threshold);
    double *within =
        ig_product(areas, count, &shares) ? ig_alloc(shares + 1, sizeof *within) : NULL;
    if (!access->rows || !access->threshold || !within) {
        ig_free(within);
        ig_access_free(access);
        return IG_EMEMORY;
    }
    if (count) memcpy(access->threshold, thresholds, count * sizeof *thresholds);
    for (size_t a = 0; a < areas; a++)
        access->rows[a].within = within + a * count;
    if (areas == 0) ig_free(within); // no row owns it
    *out = access;
    return IG_OK;
}

ig_status ig_access_finish(ig_ctx *ctx, ig_access *access, struct ig_stands *stands,
                           const char *const *codes)
{
    stands->settle = NULL;
    access->stands = stands;
    for (size_t a = 0; a < access->areas; a++)
        access->rows[a].status = status_of(&stands->area[a], &access->rows[a]);
    return total(access, stands, codes) ? ig_fail(ctx, IG_EMEMORY, "no memory for access of areas")
                                        : IG_OK;
}

static ig_status settle_area(size_t a, void *arg)
{
    const struct ig_stands *stands = arg;
    return ig_stand_settle(stands->settle, &stands->area[a], a);
}

ig_status ig_stands_settle(ig_ctx *ctx, struct ig_stands *stands)
{
    return ig_stands_said(ctx, ig_parallel_for(ctx, stands->areas, settle_area, stands));
}

ig_status ig_access_from_stands(ig_ctx *ctx, struct ig_stands *stands, const char *const *codes,
                                const double *thresholds, size_t count, ig_access **out)
{
    ig_access *access = NULL;
    ig_status status = ig_access_alloc(stands->areas, thresholds, count, &access);
    const struct settle settle = {access, true};
    stands->settle = &settle;
    if (!status) status = ig_stands_settle(ctx, stands);
    if (!status) {
        status = ig_access_finish(ctx, access, stands, codes);
    } else {
        ig_stands_free(stands);
        ig_stands_said(ctx, status);
    }
    if (status) {
        ig_access_free(access);
        return status;
    }
    *out = access;
    return IG_OK;
}

void ig_access_free(ig_access *access)
{
    if (!access) return;
    if (access->rows && access->areas) ig_free(access->rows[0].within);
    ig_free(access->rows);
    ig_free(access->threshold);
    ig_free(access->spread);
    ig_stands_free(access->stands);
    ig_free(access);
}

// ---- merging ----------------------------------------------------------------------------------

static void join_stand(struct stand *parent, const struct stand *child)
{
    if (isnan(child->all)) return;
    parent->all += child->all;
    parent->unreached += child->unreached;
    if (child->count == 0) return;
    memcpy(parent->piece + parent->count, child->piece, child->count * sizeof *child->piece);
    parent->count += child->count;
}

ig_status ig_access_merge(ig_ctx *ctx, const ig_access *access, const size_t *parent,
                          size_t parents, ig_access **out)
{
    struct ig_stands *stands = NULL;
    size_t *known = ig_alloc(parents ? parents : 1, sizeof *known);
    size_t *pieces = ig_alloc(parents ? parents : 1, sizeof *pieces);
    ig_status status = known && pieces ? ig_stands_new(parents, &stands) : IG_EMEMORY;
    for (size_t a = 0; !status && a < access->areas; a++) {
        if (parent[a] >= parents || isnan(access->stands->area[a].all)) continue;
        known[parent[a]]++;
        pieces[parent[a]] += access->stands->area[a].count;
    }
    for (size_t p = 0; !status && p < parents; p++)
        status = ig_stand_reserve(&stands->area[p], pieces[p]);
    for (size_t a = 0; !status && a < access->areas; a++)
        if (parent[a] < parents) join_stand(&stands->area[parent[a]], &access->stands->area[a]);
    for (size_t p = 0; !status && p < parents; p++)
        if (known[p] == 0) stands->area[p].all = NAN; // no area of known people: not 0 people
    ig_free(known);
    ig_free(pieces);
    if (status) {
        ig_stands_free(stands);
        return ig_fail(ctx, status, "no memory for access of %zu areas", parents);
    }
    status = ig_access_from_stands(ctx, stands, NULL, access->threshold, access->thresholds, out);
    if (!status && access->spread) {
        (*out)->spread = ig_text_copy(access->spread);
        (*out)->people_outside = access->people_outside;
    }
    return status;
}

// ---- from areas -------------------------------------------------------------------------------

static ig_status ground_of(ig_ctx *ctx, const ig_grid *minutes, const ig_surface *surface,
                           struct ground *ground)
{
    *ground = (struct ground){.frame = &minutes->frame, .minutes = minutes->cells};
    if (!surface) return IG_OK;
    if (!ig_frame_equal(&minutes->frame, &surface->frame)) {
        ig_fail(ctx, IG_EINVAL, "the minutes and the cost grid do not lie on the same cells");
        return ig_hint(ctx, "make the minutes from this cost grid with 'isogap travel'");
    }
    ground->pace = surface->pace;
    ground->residents = surface->residents;
    return IG_OK;
}

static ig_status access_of(ig_ctx *ctx, const ig_areas *areas, const struct ground *ground,
                           const ig_people *people, ig_cover *cover, const double *thresholds,
                           size_t count, bool tell, bool keep, ig_access **out)
{
    const char **codes = NULL;
    if (ig_codes_of(areas, &codes)) return ig_fail(ctx, IG_EMEMORY, "no memory for codes");
    const struct shapes shapes = {ig_areas_rings(areas), codes};
    const ig_status status =
        ig_access_over(ctx, &shapes, ground, people, cover, thresholds, count, tell, keep, out);
    ig_free(codes);
    return status;
}

ig_status ig_access_new(ig_ctx *ctx, const ig_areas *areas, const ig_grid *minutes,
                        const ig_surface *surface, const ig_people *people, ig_cover *cover,
                        const double *thresholds, size_t count, ig_access **out)
{
    struct ground ground;
    const ig_status status = ground_of(ctx, minutes, surface, &ground);
    return status
               ? status
               : access_of(ctx, areas, &ground, people, cover, thresholds, count, true, true, out);
}

ig_status ig_access_rows(ig_ctx *ctx, const ig_areas *areas, const ig_grid *minutes,
                         const ig_surface *surface, const ig_people *people, ig_cover *cover,
                         const double *thresholds, size_t count, ig_access **out)
{
    struct ground ground;
    const ig_status status = ground_of(ctx, minutes, surface, &ground);
    return status
               ? status
               : access_of(ctx, areas, &ground, people, cover, thresholds, count, true, false, out);
}

ig_status ig_access_quiet(ig_ctx *ctx, const ig_areas *areas, const ig_grid *minutes,
                          const ig_surface *surface, const ig_people *people, ig_cover *cover,
                          ig_access **out)
{
    struct ground ground;
    const ig_status status = ground_of(ctx, minutes, surface, &ground);
    return status ? status
                  : access_of(ctx, areas, &ground, people, cover, NULL, 0, false, true, out);
}

/// The box of a frame as one area: for people without areas.
struct square {
    size_t area_start[2], ring_start[2];
    double x[5], y[5];
    ig_rings rings;
};

static void square_of(const ig_frame *f, struct square *s)
{
    const double east = f->west + (double)f->cols * f->dx;
    const double south = f->north - (double)f->rows * f->dy;
    const double x[5] = {f->west, f->west, east, east, f->west};
    const double y[5] = {south, f->north, f->north, south, south};
    memcpy(s->x, x, sizeof x);
    memcpy(s->y, y, sizeof y);
    s->area_start[0] = s->ring_start[0] = 0;
    s->area_start[1] = 1;
    s->ring_start[1] = 5;
    s->rings = (ig_rings){1, s->area_start, s->ring_start, s->x, s->y};
}

ig_status ig_people_within(ig_ctx *ctx, const ig_areas *areas, const ig_grid *minutes,
                           const ig_surface *surface, const ig_people *people, ig_cover *cover,
                           const double *levels, size_t count, double *within)
{
    ig_access *access = NULL;
    struct ground ground;
    ig_status status = ground_of(ctx, minutes, surface, &ground);
    if (status) return status;
    if (areas) {
        status =
            access_of(ctx, areas, &ground, people, cover, levels, count, false, false, &access);
    } else {
        if (!people || people->by_area)
            return ig_fail(ctx, IG_EINVAL, "people by area need the areas they live in");
        static const char *const codes[] = {"all"};
        struct square square;
        square_of(&minutes->frame, &square);
        const struct shapes shapes = {&square.rings, codes};
        status = ig_access_over(ctx, &shapes, &ground, people, NULL, levels, count, false, false,
                                &access);
    }
    if (status) return status;
    for (size_t k = 0; k < count; k++) {
        within[k] = 0.0;
        for (size_t a = 0; a < access->areas; a++)
            if (access->rows[a].people > 0.0)
                within[k] += access->rows[a].within[k] / 100.0 * access->rows[a].people;
    }
    ig_access_free(access);
    return IG_OK;
}
