// Slope and relative index of inequality: one weighted line through the groups, with the limits
// that follow from it, not from simulation (Low and Low 2004; Fieller 1954 for the ratio).
#include "inequality_internal.h"

#include <math.h>

/// The line y = b0 + slope * rank as weights of the values: slope = sum c y, b0 = sum u y.
struct line {
    double slope, intercept;
    double mean_rank, sxx;
};

static double c_of(const struct entered *e, const struct line *l, size_t i)
{
    return e->a[i] * (e->b[i] - l->mean_rank) / l->sxx;
}

static double u_of(const struct entered *e, const struct line *l, size_t i)
{
    return e->a[i] - c_of(e, l, i) * l->mean_rank;
}

/// NULL, or why there is no line.
static const char *fit(const struct entered *e, struct line *l)
{
    *l = (struct line){0};
    if (e->why) return e->why;
    if (e->count < 3) return "fewer than 3 groups";
    for (size_t i = 0; i < e->count; i++)
        l->mean_rank += e->a[i] * e->b[i];
    for (size_t i = 0; i < e->count; i++)
        l->sxx += e->a[i] * (e->b[i] - l->mean_rank) * (e->b[i] - l->mean_rank);
    if (!(l->sxx > 1e-300)) return "all groups share one rank";
    for (size_t i = 0; i < e->count; i++)
        l->slope += c_of(e, l, i) * (e->y[i] - e->mean); // equal values: exactly 0
    l->intercept = e->mean - l->slope * l->mean_rank;
    return NULL;
}

ig_status ig_sii(const ig_groups *groups, double confidence, ig_estimate *out)
{
    struct entered e;
    struct line line;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    const char *why = fit(&e, &line);
    if (why) {
        *out = ig_missing(why);
    } else {
        for (size_t i = 0; i < e.count; i++)
            e.d[i] = c_of(&e, &line, i);
        *out = ig_with_limits(line.slope, ig_delta_se(&e), confidence, "exact for normal errors");
    }
    ig_entered_free(&e);
    return IG_OK;
}

ig_status ig_slope_intercept(const ig_groups *groups, double *intercept)
{
    struct entered e;
    struct line line;
    ig_status status = ig_enter(groups, 0.95, &e);
    if (status) return status;
    *intercept = fit(&e, &line) ? NAN : line.intercept;
    ig_entered_free(&e);
    return IG_OK;
}

/// Fieller's interval of top/bottom, both linear in the values.
static ig_estimate fieller(const struct entered *e, const struct line *l, double confidence)
{
    const double bottom = l->intercept, top = l->intercept + l->slope, ratio = top / bottom;
    ig_estimate out = {ratio, NAN, NAN, NAN, NULL, NULL};
    if (!e->errors) {
        out.reason = "no standard errors, so no limits";
        return out;
    }
    double var_top = 0.0, var_bottom = 0.0, cov = 0.0;
    for (size_t i = 0; i < e->count; i++) {
        const double u = u_of(e, l, i), v = u + c_of(e, l, i), s2 = e->se[i] * e->se[i];
        var_top += v * v * s2;
        var_bottom += u * u * s2;
        cov += u * v * s2;
    }
    out.se = sqrt(fmax(0.0, var_top + ratio * ratio * var_bottom - 2.0 * ratio * cov)) / bottom;
    const double z2 = ig_normal_z(confidence) * ig_normal_z(confidence);
    const double a = bottom * bottom - z2 * var_bottom, b = top * bottom - z2 * cov;
    const double c = top * top - z2 * var_top, root = b * b - a * c;
    if (!(a > 0.0)) {
        out.reason = "no bounded interval: the intercept is too uncertain";
        return out;
    }
    out.lower = (b - sqrt(fmax(0.0, root))) / a;
    out.upper = (b + sqrt(fmax(0.0, root))) / a;
    out.method = "Fieller, exact for normal errors";
    return out;
}

ig_status ig_rii(const ig_groups *groups, double confidence, ig_estimate *out)
{
    struct entered e;
    struct line line;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    const char *why = fit(&e, &line);
    if (!why && !(line.intercept > 0.0)) why = "the intercept is not above 0";
    *out = why ? ig_missing(why) : fieller(&e, &line, confidence);
    ig_entered_free(&e);
    return IG_OK;
}

// ---- fitted on another scale ------------------------------------------------------------------

static double forth(ig_transform transform, double y)
{
    if (transform == IG_TRANSFORM_LOG) return y > 0.0 ? log(y) : NAN;
    if (transform == IG_TRANSFORM_LOGIT) return y > 0.0 && y < 1.0 ? log(y / (1.0 - y)) : NAN;
    return y;
}

static double back(ig_transform transform, double t)
{
    if (transform == IG_TRANSFORM_LOG) return exp(t);
    if (transform == IG_TRANSFORM_LOGIT) return 1.0 / (1.0 + exp(-t));
    return t;
}

double ig_transform_se(ig_transform transform, double lower, double upper, double confidence)
{
    return (forth(transform, upper) - forth(transform, lower)) / (2.0 * ig_normal_z(confidence));
}

/// Value groups on the fitted scale; why not otherwise.
static const char *carry(struct entered *e, ig_transform transform)
{
    if (e->why) return e->why;
    for (size_t i = 0; i < e->count; i++) {
        e->y[i] = forth(transform, e->y[i]);
        if (isnan(e->y[i]))
            return transform == IG_TRANSFORM_LOG ? "log of a value that is not above 0"
                                                 : "logit of a value that is not between 0 and 1";
    }
    e->mean = ig_mean_of(e);
    return NULL;
}

ig_status ig_slope_transformed(const ig_groups *groups, ig_transform transform, double confidence,
                               ig_estimate *sii, ig_estimate *rii)
{
    struct entered e;
    struct line line;
    ig_status status = ig_enter(groups, confidence, &e);
    if (status) return status;
    ig_estimate slope = {0}, relative = {0};
    const char *why = carry(&e, transform);
    if (!why) why = fit(&e, &line);
    if (why) {
        slope = relative = ig_missing(why);
    } else {
        const double start = back(transform, line.intercept);
        const double end = back(transform, line.intercept + line.slope);
        slope = (ig_estimate){end - start, NAN, NAN, NAN, NULL, NULL};
        relative = (ig_estimate){end / start, NAN, NAN, NAN, NULL, NULL};
        for (size_t i = 0; i < e.count; i++)
            e.d[i] = c_of(&e, &line, i);
        const double z = ig_normal_z(confidence), se = ig_delta_se(&e);
        const double pivot = line.intercept + 0.5 * line.slope;
        if (isfinite(se)) {
            double edge[2][2]; // lower and upper slope: start and end of the line
            for (int side = 0; side < 2; side++) {
                const double s = line.slope + (side ? z : -z) * se;
                edge[side][0] = back(transform, pivot - 0.5 * s);
                edge[side][1] = back(transform, pivot + 0.5 * s);
            }
            slope.lower = edge[0][1] - edge[0][0];
            slope.upper = edge[1][1] - edge[1][0];
            relative.lower = edge[0][1] / edge[0][0];
            relative.upper = edge[1][1] / edge[1][0];
            slope.method = relative.method = "normal on the fitted scale, taken back about rank .5";
        } else {
            slope.reason = relative.reason = "no standard errors, so no limits";
        }
    }
    if (sii) *sii = slope;
    if (rii) *rii = relative;
    ig_entered_free(&e);
    return IG_OK;
}
