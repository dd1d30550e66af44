// Access from a matrix of times: everyone of an area takes its least time.
#include "access_internal.h"

#include <math.h>

static ig_status check_trips(ig_ctx *ctx, const ig_trips *p, const char *const *codes)
{
    for (size_t k = 0; k < p->count; k++) {
        if (p->area[k] >= p->areas || p->site[k] >= p->sites)
            return ig_fail(ctx, IG_EINVAL, "trip %zu of the matrix is out of range", k);
        if (!(p->minutes[k] >= 0.0) || isinf(p->minutes[k]))
            return ig_fail(ctx, IG_EFORMAT, "area %s: %g minutes in the matrix",
                           codes ? ig_show(codes[p->area[k]]) : "", p->minutes[k]);
    }
    return IG_OK;
}

static ig_status place(const ig_trips *trips, const double *people, struct ig_stands *stands,
                       double *least, double *reached)
{
    for (size_t a = 0; a < trips->areas; a++) {
        least[a] = NAN;
        reached[a] = 0.0;
    }
    for (size_t k = 0; k < trips->count; k++) {
        const size_t a = trips->area[k];
        const double all = people ? people[a] : 1.0;
        const double some = trips->people ? fmin(trips->people[k], all) : all;
        if (!(some > 0.0)) continue;
        if (!(least[a] <= trips->minutes[k])) least[a] = trips->minutes[k];
        reached[a] = fmax(reached[a], some);
    }
    for (size_t a = 0; a < trips->areas; a++) {
        struct stand *s = &stands->area[a];
        s->all = people ? people[a] : 1.0;
        if (!(s->all > 0.0)) continue;
        ig_status status = ig_stand_add(s, least[a], reached[a]);
        if (!status) status = ig_stand_add(s, NAN, s->all - reached[a]);
        if (status) return status;
    }
    return IG_OK;
}

ig_status ig_access_nearest(ig_ctx *ctx, const char *const *codes, const ig_trips *trips,
                            const double *people, const double *thresholds, size_t count,
                            ig_access **out)
{
    struct ig_stands *stands = NULL;
    ig_access *access = NULL;
    double *least = NULL, *reached = NULL;
    ig_status status = ig_check_thresholds(ctx, thresholds, count);
    if (!status) status = check_trips(ctx, trips, codes);
    if (status) return status;
    least = ig_alloc(trips->areas + 1, sizeof *least);
    reached = ig_alloc(trips->areas + 1, sizeof *reached);
    status = least && reached ? ig_stands_new(trips->areas, &stands) : IG_EMEMORY;
    if (!status) status = place(trips, people, stands, least, reached);
    if (status) {
        ig_fail(ctx, status, "no memory for %zu areas", trips->areas);
        ig_stands_free(stands);
        goto done;
    }
    status = ig_access_from_stands(ctx, stands, codes, thresholds, count, &access);
    if (status) goto done;
    access->spread = ig_text_copy("everyone of an area takes the least time of the matrix");
    if (!access->spread) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu areas", trips->areas);
        goto done;
    }
    if (codes) ig_tell_people(ctx, codes, access, true);
    *out = access;
    access = NULL;
done:
    ig_free(least);
    ig_free(reached);
    ig_access_free(access);
    return status;
}
