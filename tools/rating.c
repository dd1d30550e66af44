// rates' figures: counts added up over groups, and what each method makes of them.
#include "rating.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

size_t rating_each(const struct rating_settings *s)
{
    return s->method == LIFE ? IG_LIFE_BANDS : 1;
}

// Sum of a column over a group; a gap makes the sum a gap, with the first reason.
static double sum_rows(const struct rating_inputs *in, const struct groups *g, size_t group,
                       const double *values, size_t column, const char **reason)
{
    double sum = 0.0;
    for (size_t k = g->start[group]; k < g->start[group + 1]; k++) {
        const size_t row = g->rows[k];
        if (isnan(values[row])) {
            const char *why = column == SIZE_MAX ? NULL : ig_table_gap(in->table, row, column);
            if (!*reason) *reason = why ? why : "no data";
            sum = NAN;
        } else {
            sum += values[row];
        }
    }
    return sum;
}

static ig_status refuse(ig_ctx *ctx, const struct rating_settings *s,
                        const struct rating_inputs *in, const struct groups *g, size_t group,
                        const char *why)
{
    char words[256];
    return command_fail(ctx, IG_EFORMAT, NULL, "%s: %s: %s", ig_base_name(s->table),
                        group_words(g, in->table, group, words, sizeof words), why);
}

static void set_missing(struct figure *f, size_t levels, const char *reason)
{
    for (size_t l = 0; l < levels; l++)
        f->rate[l] = (ig_rate){NAN, NAN, NAN, NAN, NULL, reason};
    f->status = reason;
}

// The protected count of a figure in place of the true one; false where it is hidden.
static bool shielded(const struct rating_settings *s, const struct rating_inputs *in, size_t figure,
                     struct figure *f)
{
    if (!in->shield) return true;
    f->count = in->shield->shown[figure];
    if (in->shield->hidden[figure]) set_missing(f, s->confidence.count, "suppressed");
    return !in->shield->hidden[figure];
}

// A rounded count may pass the people that there are.
static double at_most(const struct rating_inputs *in, double count, double population)
{
    return in->shield ? fmin(count, population) : count;
}

static ig_status simple(ig_ctx *ctx, const struct rating_settings *s,
                        const struct rating_inputs *in, const struct groups *g, size_t group,
                        double multiplier, struct figure *f)
{
    const char *reason = NULL;
    f->count = sum_rows(in, g, group, in->count, in->count_column, &reason);
    f->population = sum_rows(in, g, group, in->population, in->population_column, &reason);
    if (s->method == ISR) {
        f->expected = 0.0;
        for (size_t k = g->start[group]; k < g->start[group + 1]; k++) {
            const size_t row = g->rows[k];
            const double below = in->reference_population[row];
            if (!(below > 0.0) || isnan(in->reference_count[row])) {
                return refuse(ctx, s, in, g, group,
                              "the reference has a band without people or without a count");
            }
            f->expected += in->population[row] * in->reference_count[row] / below;
        }
    }
    if (!shielded(s, in, group, f)) return IG_OK;
    if (reason) {
        set_missing(f, s->confidence.count, reason);
        return IG_OK;
    }
    for (size_t l = 0; l < s->confidence.count; l++) {
        const double level = s->confidence.values[l];
        ig_status status;
        if (s->method == PROPORTION) {
            status = ig_proportion(at_most(in, f->count, f->population), f->population, level,
                                   multiplier, &f->rate[l]);
        } else if (s->method == RATE) {
            status = ig_crude_rate(f->count, f->population, level, multiplier, &f->rate[l]);
        } else {
            status = ig_indirect_ratio(f->count, f->expected, level, multiplier, &f->rate[l]);
        }
        if (status) return refuse(ctx, s, in, g, group, "the count is larger than the population");
    }
    f->status = f->rate[0].reason;
    return IG_OK;
}

static ig_status direct(ig_ctx *ctx, const struct rating_settings *s,
                        const struct rating_inputs *in, const struct groups *g, size_t group,
                        double multiplier, struct figure *f)
{
    double counts[128] = {0}, people[128] = {0}, variance[128] = {0};
    bool seen[128] = {false};
    const char *reason = NULL;
    f->count = f->population = 0.0;
    for (size_t k = g->start[group]; k < g->start[group + 1]; k++) {
        const size_t row = g->rows[k];
        const int32_t a = in->age[row];
        if (!in->in_standard[a]) {
            char why[96];
            snprintf(why, sizeof why, "the standard has no band that begins at age %d", a);
            return refuse(ctx, s, in, g, group, why);
        }
        double x = in->count ? in->count[row] : 0.0, v = x;
        if (in->repeats_count) {
            x = v = 0.0;
            for (size_t e = 0; e < in->repeats_count; e++) {
                const double events = (double)e + 1.0, persons = in->repeats[e][row];
                if (isnan(persons)) continue;
                x += events * persons;
                v += events * events * persons;
            }
        } else if (isnan(x)) { // a blank is nobody, as published; a marker hides somebody
            const char *why = ig_table_gap(in->table, row, in->count_column);
            if (why && strcmp(why, "no data") != 0 && !reason) reason = why;
            x = v = 0.0;
        }
        seen[a] = true;
        counts[a] += x;
        variance[a] += v;
        people[a] += in->population[row];
        f->count += x;
        f->population += in->population[row];
    }
    double x[128], n[128], w[128], v[128];
    size_t bands = 0;
    for (int a = 0; a < 128; a++) {
        if (!in->in_standard[a]) continue;
        if (!seen[a] || !(people[a] > 0.0)) {
            char why[96];
            snprintf(why, sizeof why, "the age band that begins at %d %s", a,
                     seen[a] ? "has no people" : "is missing");
            return refuse(ctx, s, in, g, group, why);
        }
        x[bands] = counts[a];
        n[bands] = people[a];
        w[bands] = in->standard[a];
        v[bands++] = variance[a];
    }
    if (reason) {
        f->count = NAN;
        set_missing(f, s->confidence.count, reason);
        return IG_OK;
    }
    const double all = f->count;
    if (!shielded(s, in, group, f)) return IG_OK;
    for (size_t b = 0; all > 0.0 && b < bands;
         b++) { // by age as before, in all the protected count
        x[b] *= f->count / all;
        v[b] *= f->count / all;
    }
    for (size_t l = 0; l < s->confidence.count; l++) {
        if (ig_direct_rate(x, n, w, v, bands, s->confidence.values[l], multiplier, &f->rate[l])) {
            return refuse(ctx, s, in, g, group, "counts and people must not be negative");
        }
    }
    f->status = f->rate[0].reason;
    return IG_OK;
}

static ig_status mean(const struct rating_settings *s, const struct rating_inputs *in,
                      const struct groups *g, size_t group, struct figure *f)
{
    const size_t n = g->start[group + 1] - g->start[group];
    double *values = ig_alloc(n + 1, sizeof *values);
    if (!values) return IG_EMEMORY;
    f->population = NAN;
    f->count = 0.0;
    for (size_t k = 0; k < n; k++) {
        values[k] = in->value[g->rows[g->start[group] + k]];
        f->count += !isnan(values[k]);
    }
    ig_status status = IG_OK;
    for (size_t l = 0; !status && l < s->confidence.count; l++) {
        status = ig_mean(values, n, s->confidence.values[l], &f->rate[l]);
    }
    f->status = f->rate[0].reason;
    if (!status) shielded(s, in, group, f);
    ig_free(values);
    return status;
}

// Twenty figures of a group, one for each starting age.
static ig_status life(ig_ctx *ctx, const struct rating_settings *s, const struct rating_inputs *in,
                      const struct groups *g, size_t group, struct figure *f)
{
    double people[IG_LIFE_BANDS] = {0}, deaths[IG_LIFE_BANDS] = {0};
    bool seen[IG_LIFE_BANDS] = {false};
    const char *reason = NULL;
    for (size_t k = g->start[group]; k < g->start[group + 1]; k++) {
        const size_t row = g->rows[k];
        const int32_t a = in->age[row];
        const int32_t band = a == 0 ? 0 : a == 1 ? 1 : a % 5 == 0 && a <= 90 ? a / 5 + 1 : -1;
        if (band < 0) {
            return refuse(ctx, s, in, g, group, "ages must be 0, 1, 5, 10 ... 90");
        }
        if (isnan(in->count[row]) || isnan(in->population[row])) {
            const bool of_count = isnan(in->count[row]);
            reason =
                ig_table_gap(in->table, row, of_count ? in->count_column : in->population_column);
            if (!reason) reason = "no data";
        }
        seen[band] = true;
        people[band] += in->population[row];
        deaths[band] += in->count[row];
    }
    for (int b = 0; b < IG_LIFE_BANDS; b++) {
        f[b].count = deaths[b];
        f[b].population = people[b];
        if (in->shield) deaths[b] = f[b].count = in->shield->shown[IG_LIFE_BANDS * group + b];
        if (in->shield && in->shield->hidden[IG_LIFE_BANDS * group + b])
            reason = "suppressed"; // every age is made of all later ones
        if (in->shield) deaths[b] = at_most(in, deaths[b], people[b]);
        if (!seen[b] && !reason) {
            char why[64];
            snprintf(why, sizeof why, "the age %d is missing", b < 2 ? b : 5 * (b - 1));
            return refuse(ctx, s, in, g, group, why);
        }
    }
    for (size_t l = 0; l < s->confidence.count; l++) {
        ig_rate out[IG_LIFE_BANDS];
        if (!reason && ig_life_expectancy(people, deaths, s->confidence.values[l], out)) {
            return refuse(ctx, s, in, g, group,
                          "people must be above 0 and deaths not above people in each band");
        }
        for (int b = 0; b < IG_LIFE_BANDS; b++) {
            if (reason) {
                set_missing(&f[b], s->confidence.count, reason);
            } else {
                f[b].rate[l] = out[b];
                f[b].status = f[b].rate[0].reason;
            }
        }
    }
    return IG_OK;
}
ig_status rating_work(ig_ctx *ctx, const struct rating_settings *s, const struct rating_inputs *in,
                      const struct groups *g, double multiplier, struct figure *figures)
{
    const size_t each = rating_each(s);
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < g->count; i++) {
        struct figure *f = &figures[i * each];
        switch ((enum rating_method)s->method) {
        case DSR:
            status = direct(ctx, s, in, g, i, multiplier, f);
            break;
        case LIFE:
            status = life(ctx, s, in, g, i, f);
            break;
        case MEAN:
            status = mean(s, in, g, i, f);
            break;
        default:
            status = simple(ctx, s, in, g, i, multiplier, f);
            break;
        }
    }
    return status;
}
