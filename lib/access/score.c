// Scores of floating catchments in the rows of an access, and the words of --decay.
#include "access_internal.h"

#include <math.h>
#include <string.h>

// ---- --decay ----------------------------------------------------------------------------------

static ig_status bad_decay(ig_ctx *ctx, const char *text, const char *why)
{
    ig_fail(ctx, IG_EINVAL, "--decay %s: %s", ig_show(text), why);
    return ig_hint(ctx, "decay is step:10=1,20=.68,30=.22, gaussian:S or power:B");
}

/// Number of a stretch of text.
static bool number_in(const char *from, size_t length, double *value)
{
    char part[64];
    if (length == 0 || length >= sizeof part) return false;
    memcpy(part, from, length);
    part[length] = '\0';
    return ig_text_number(part, value);
}

static ig_status parse_steps(ig_ctx *ctx, const char *text, const char *steps, ig_decay *d)
{
    const char *p = steps;
    for (;;) {
        const size_t length = strcspn(p, ","), middle = strcspn(p, "=");
        if (d->steps == IG_DECAY_STEPS) return bad_decay(ctx, text, "too many steps");
        double *limit = &d->limit[d->steps], *weight = &d->weight[d->steps];
        if (middle >= length || !number_in(p, middle, limit) ||
            !number_in(p + middle + 1, length - middle - 1, weight))
            return bad_decay(ctx, text, "a step is MINUTES=WEIGHT");
        if (!(*limit > 0.0) || (d->steps && !(*limit > limit[-1])))
            return bad_decay(ctx, text, "minutes of steps must rise from above 0");
        if (!(*weight >= 0.0)) return bad_decay(ctx, text, "weights must not be negative");
        d->steps++;
        if (p[length] == '\0') return IG_OK;
        p += length + 1;
    }
}

ig_status ig_decay_parse(ig_ctx *ctx, const char *text, ig_decay *out)
{
    ig_decay d = {.least = 1.0};
    const size_t kind = strcspn(text, ":");
    const char *rest = text[kind] ? text + kind + 1 : "";
    ig_status status = IG_OK;
    if (kind == 4 && strncmp(text, "step", kind) == 0) {
        d.kind = IG_DECAY_STEP;
        status = parse_steps(ctx, text, rest, &d);
    } else if (kind == 8 && strncmp(text, "gaussian", kind) == 0) {
        d.kind = IG_DECAY_GAUSSIAN;
        if (!ig_text_number(rest, &d.parameter) || !(d.parameter > 0.0))
            status = bad_decay(ctx, text, "the width S is minutes above 0");
    } else if (kind == 5 && strncmp(text, "power", kind) == 0) {
        d.kind = IG_DECAY_POWER;
        if (!ig_text_number(rest, &d.parameter) || !(d.parameter >= 0.0))
            status = bad_decay(ctx, text, "the power B is a number of 0 or more");
    } else {
        status = bad_decay(ctx, text, "unknown kind");
    }
    if (!status) *out = d;
    return status;
}

// ---- scores -----------------------------------------------------------------------------------

ig_score_options ig_score_defaults(void)
{
    return (ig_score_options){.method = IG_ACCESS_NEAREST, .catchment = INFINITY, .tau = 60.0};
}

/// Steps of Luo and Qi (2009).
static const ig_decay usual = {
    .kind = IG_DECAY_STEP, .steps = 3, .limit = {10, 20, 30}, .weight = {1, .68, .22}};

static ig_status decay_of(ig_ctx *ctx, const ig_score_options *o, ig_decay *decay)
{
    *decay = (ig_decay){.kind = IG_DECAY_NONE};
    switch (o->method) {
    case IG_ACCESS_2SFCA:
        if (isfinite(o->catchment)) return IG_OK;
        ig_fail(ctx, IG_EINVAL, "--method 2sfca needs the catchment's minutes");
        return ig_hint(ctx, "give them, such as --catchment 30");
    case IG_ACCESS_E2SFCA:
    case IG_ACCESS_3SFCA:
        *decay = o->decay ? *o->decay : usual;
        return IG_OK;
    case IG_ACCESS_GRAVITY:
        if (o->decay) {
            *decay = *o->decay;
            return IG_OK;
        }
        ig_fail(ctx, IG_EINVAL, "--method gravity needs a decay");
        return ig_hint(ctx, "give one, such as --decay power:2");
    case IG_ACCESS_NEAREST:
    case IG_ACCESS_RAAM:
        break;
    }
    return IG_OK;
}

/// Areas from which some trip counts.
static void mark(const ig_trips *trips, const ig_decay *decay, double catchment, bool *enters)
{
    for (size_t k = 0; k < trips->count; k++)
        if (trips->minutes[k] <= catchment && ig_decay_weight(decay, trips->minutes[k]) > 0.0)
            enters[trips->area[k]] = true;
}

static ig_status work(ig_ctx *ctx, const ig_trips *trips, const double *demand,
                      const double *supply, const ig_score_options *o, const ig_decay *decay,
                      double *score, ig_catchment_totals *totals)
{
    ig_status status;
    if (o->method == IG_ACCESS_RAAM)
        status = ig_raam(trips, demand, supply, o->tau, o->catchment, score, NULL, totals);
    else
        status = ig_floating_catchment(trips, demand, supply, decay, o->catchment,
                                       o->method == IG_ACCESS_3SFCA, score, NULL, totals);
    switch (status) {
    case IG_OK:
        return IG_OK;
    case IG_EBUG:
        return ig_fail(ctx, status, "the supply shared out is not the supply there is");
    case IG_ELIMIT:
        return ig_fail(ctx, status, "raam does not settle within a million rounds");
    case IG_EINVAL:
        return ig_fail(ctx, status,
                       "supply, people, catchment and tau must be numbers that are not negative");
    default:
        return ig_fail(ctx, status, "no memory for %zu trips", trips->count);
    }
}

ig_status ig_access_score(ig_ctx *ctx, ig_access *access, const ig_trips *trips,
                          const double *demand, const double *supply,
                          const ig_score_options *options, ig_catchment_totals *totals)
{
    ig_decay decay;
    if (options->method == IG_ACCESS_NEAREST) return IG_OK;
    if (trips->areas != access->areas)
        return ig_fail(ctx, IG_EINVAL, "the matrix and the access have different areas");
    ig_status status = decay_of(ctx, options, &decay);
    if (status) return status;
    double *score = ig_alloc(access->areas + 1, sizeof *score);
    bool *enters = ig_alloc(access->areas + 1, sizeof *enters);
    if (!score || !enters) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu areas", access->areas);
        goto done;
    }
    status = work(ctx, trips, demand, supply, options, &decay, score, totals);
    if (status) goto done;
    mark(trips, &decay, options->catchment, enters);
    for (size_t a = 0; a < access->areas; a++) {
        access->rows[a].score = score[a];
        if (!enters[a] && access->rows[a].people > 0.0) access->rows[a].status = "unreachable";
    }
    access->scored = true;
done:
    ig_free(score);
    ig_free(enters);
    return status;
}
