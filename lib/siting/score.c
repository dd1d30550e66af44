// What a set of sites is worth: sums over people by deprivation quintile, and the score from them.
#include "siting_internal.h"

#include <math.h>

bool near_equal(double a, double b)
{
    if (isinf(a) || isinf(b)) return a == b;
    return fabs(a - b) <= SITING_TIE * fmax(1.0, fmax(fabs(a), fabs(b)));
}

bool near_over(double a, double b)
{
    return a > b && !near_equal(a, b);
}

void sum_times(const struct instance *in, const double *minutes, struct sums *s)
{
    const double threshold = in->options.threshold;
    *s = (struct sums){.greatest = 0.0};
    for (size_t g = 0; g < SITING_GROUPS; g++) {
        double reached = 0.0, moment = 0.0, within = 0.0;
        for (size_t i = in->group_start[g]; i < in->group_start[g + 1]; i++) {
            const double t = minutes[i], p = in->people[i];
            if (t == INFINITY) continue;
            reached += p;
            moment += p * t;
            if (t <= threshold) within += p;
            if (t > s->greatest) s->greatest = t;
        }
        s->reached[g] = reached;
        s->moment[g] = moment;
        s->within[g] = within;
    }
}

static double add_up(const double *of)
{
    double sum = 0.0;
    for (size_t g = 0; g < SITING_GROUPS; g++)
        sum += of[g];
    return sum;
}

double sums_reached(const struct sums *s)
{
    return add_up(s->reached);
}

double sums_mean(const struct sums *s)
{
    const double reached = sums_reached(s);
    return reached > 0.0 ? add_up(s->moment) / reached : NAN;
}

static double group_mean(const struct sums *s, size_t g)
{
    return s->reached[g] > 0.0 ? s->moment[g] / s->reached[g] : NAN;
}

/// Slope over quintiles on the midpoint rank (Low and Low 2004), as ig_sii gives it, without its
/// allocations: this runs once for each set that is tried. NaN under three quintiles.
double sums_sii(const struct sums *s)
{
    double people = 0.0, before = 0.0, mean_rank = 0.0, sxx = 0.0, sxy = 0.0, mean = 0.0;
    double rank[QUINTILES];
    size_t groups = 0;
    for (size_t g = 0; g < QUINTILES; g++) {
        people += s->reached[g];
        groups += s->reached[g] > 0.0;
    }
    if (groups < 3) return NAN;
    for (size_t g = 0; g < QUINTILES; g++) {
        const double share = s->reached[g] / people;
        rank[g] = before + 0.5 * share;
        before += share;
        mean_rank += share * rank[g];
        mean += s->moment[g] / people;
    }
    for (size_t g = 0; g < QUINTILES; g++) {
        if (!(s->reached[g] > 0.0)) continue;
        const double share = s->reached[g] / people, off = rank[g] - mean_rank;
        sxx += share * off * off;
        sxy += share * off * (group_mean(s, g) - mean);
    }
    return sxx > 1e-300 ? sxy / sxx : NAN;
}

double sums_gap(const struct sums *s)
{
    double reached = 0.0, moment = 0.0;
    for (size_t g = 1; g < QUINTILES; g++) {
        reached += s->reached[g];
        moment += s->moment[g];
    }
    return s->reached[0] > 0.0 && reached > 0.0 ? group_mean(s, 0) - moment / reached : NAN;
}

static double worst_quintile(const struct sums *s)
{
    double worst = NAN;
    for (size_t g = 0; g < QUINTILES; g++) {
        const double mean = group_mean(s, g);
        if (!isnan(mean) && !(mean <= worst)) worst = mean;
    }
    return worst;
}

static double value_of(const struct instance *in, const struct sums *s)
{
    switch (in->options.objective) {
    case IG_SITING_P_MEDIAN:
        return sums_mean(s);
    case IG_SITING_P_CENTER:
        return sums_reached(s) > 0.0 ? s->greatest : NAN;
    case IG_SITING_MCLP:
    case IG_SITING_LSCP:
        return -add_up(s->within);
    case IG_SITING_WORST_QUINTILE:
        return worst_quintile(s);
    case IG_SITING_CORE20_MEAN:
        return group_mean(s, 0);
    case IG_SITING_CORE20_COVERAGE:
        return -s->within[0];
    case IG_SITING_LEAST_SII:
        return fabs(sums_sii(s));
    case IG_SITING_LEAST_GAP:
        return fabs(sums_gap(s));
    }
    return NAN;
}

struct score score_of(const struct instance *in, const struct sums *s, double mean_cap)
{
    const ig_siting_objective o = in->options.objective;
    struct score score = {0.0, value_of(in, s), 0.0};
    if (o == IG_SITING_CORE20_COVERAGE) score.second = -add_up(s->within);
    if (o != IG_SITING_MCLP && o != IG_SITING_LSCP && o != IG_SITING_CORE20_COVERAGE)
        score.unreached = in->total - sums_reached(s);
    if (isnan(score.value) || (mean_cap < INFINITY && near_over(sums_mean(s), mean_cap)))
        score.value = INFINITY;
    return score;
}

int score_compare(const struct score *a, const struct score *b)
{
    const double x[] = {a->unreached, a->value, a->second},
                 y[] = {b->unreached, b->value, b->second};
    for (size_t k = 0; k < 3; k++)
        if (!near_equal(x[k], y[k])) return x[k] < y[k] ? -1 : 1;
    return 0;
}

void times_of_set(const struct instance *in, const bool *open, double *minutes)
{
    for (size_t i = 0; i < in->n; i++) {
        minutes[i] = in->base[i];
        for (size_t e = in->start[i]; e < in->start[i + 1]; e++)
            if (open[in->site[e]]) {
                minutes[i] = in->minutes[e];
                break;
            }
    }
}

struct score score_of_set(const struct instance *in, const bool *open, double mean_cap,
                          double *minutes, struct sums *sums)
{
    times_of_set(in, open, minutes);
    sum_times(in, minutes, sums);
    return score_of(in, sums, mean_cap);
}
