// Floating catchment areas: supply shared among the people who reach it, weighted by distance.
#include "access_internal.h"

#include <math.h>

double ig_decay_weight(const ig_decay *decay, double minutes)
{
    switch (decay->kind) {
    case IG_DECAY_NONE:
        return 1.0;
    case IG_DECAY_STEP:
        for (size_t k = 0; k < decay->steps; k++)
            if (minutes <= decay->limit[k]) return decay->weight[k];
        return 0.0;
    case IG_DECAY_GAUSSIAN:
        return exp(-minutes * minutes / (2.0 * decay->parameter * decay->parameter));
    case IG_DECAY_POWER:
        return pow(fmax(minutes, decay->least), -decay->parameter);
    }
    return 0.0;
}

ig_status ig_trips_check(const ig_trips *p, const double *demand, const double *supply)
{
    for (size_t k = 0; k < p->count; k++)
        if (p->area[k] >= p->areas || p->site[k] >= p->sites || !(p->minutes[k] >= 0.0))
            return IG_EINVAL;
    for (size_t i = 0; i < p->areas; i++)
        if (demand[i] < 0.0 || isinf(demand[i])) return IG_EINVAL;
    for (size_t j = 0; j < p->sites; j++)
        if (!(supply[j] >= 0.0) || isinf(supply[j])) return IG_EINVAL;
    return IG_OK;
}

static ig_status check_decay(const ig_decay *d, double catchment)
{
    if (!(catchment > 0.0)) return IG_EINVAL;
    if (d->kind == IG_DECAY_GAUSSIAN && !(d->parameter > 0.0)) return IG_EINVAL;
    if (d->kind == IG_DECAY_STEP && d->steps > IG_DECAY_STEPS) return IG_EINVAL;
    if (d->kind == IG_DECAY_POWER && !(d->parameter >= 0.0 && d->least > 0.0)) return IG_EINVAL;
    for (size_t k = 0; d->kind == IG_DECAY_STEP && k < d->steps; k++)
        if (!(d->weight[k] >= 0.0) || !(d->limit[k] >= 0.0) ||
            (k && !(d->limit[k] > d->limit[k - 1])))
            return IG_EINVAL;
    return d->kind == IG_DECAY_STEP && d->steps == 0 ? IG_EINVAL : IG_OK;
}

/// Weight of each trip: decay, shared among the reachable sites of an area where asked for, then
/// cut by the catchment.
static ig_status weigh(const ig_trips *p, const ig_decay *decay, double catchment, bool share,
                       double *weight)
{
    double *sum = ig_alloc(p->areas ? p->areas : 1, sizeof *sum);
    if (!sum) return IG_EMEMORY;
    for (size_t k = 0; k < p->count; k++) {
        weight[k] = ig_decay_weight(decay, p->minutes[k]);
        sum[p->area[k]] += weight[k];
    }
    for (size_t k = 0; k < p->count; k++) {
        if (share && weight[k] > 0.0) weight[k] *= weight[k] / sum[p->area[k]];
        if (p->minutes[k] > catchment) weight[k] = 0.0;
    }
    ig_free(sum);
    return IG_OK;
}

/// People of an area; those not known ask for nothing.
static double people_of(const double *demand, size_t area)
{
    return demand[area] > 0.0 ? demand[area] : 0.0;
}

static ig_status share_out(const ig_trips *p, const double *demand, const double *supply,
                           const double *weight, double *asked, double *score,
                           ig_catchment_totals *totals)
{
    *totals = (ig_catchment_totals){0};
    for (size_t j = 0; j < p->sites; j++)
        asked[j] = 0.0;
    for (size_t i = 0; i < p->areas; i++)
        score[i] = 0.0;
    for (size_t k = 0; k < p->count; k++)
        asked[p->site[k]] += people_of(demand, p->area[k]) * weight[k];
    for (size_t k = 0; k < p->count; k++) {
        const size_t j = p->site[k];
        if (asked[j] > 0.0) score[p->area[k]] += supply[j] / asked[j] * weight[k];
    }
    for (size_t j = 0; j < p->sites; j++) {
        totals->supply_total += supply[j];
        if (asked[j] > 0.0) totals->supply_reached += supply[j];
    }
    for (size_t i = 0; i < p->areas; i++) {
        totals->demand_times_score += people_of(demand, i) * score[i];
        if (!(score[i] > 0.0)) totals->demand_unreached += people_of(demand, i);
    }
    const double off = fabs(totals->demand_times_score - totals->supply_reached);
    return off <= 1e-9 * totals->supply_reached ? IG_OK
                                                : IG_EBUG; // supply is neither made nor lost
}

ig_status ig_floating_catchment(const ig_trips *trips, const double *demand, const double *supply,
                                const ig_decay *decay, double catchment, bool share, double *score,
                                double *ratio, ig_catchment_totals *totals)
{
    ig_catchment_totals sums;
    ig_status status = ig_trips_check(trips, demand, supply);
    if (!status) status = check_decay(decay, catchment);
    if (status) return status;
    double *weight = ig_alloc(trips->count + 1, sizeof *weight);
    double *asked = ig_alloc(trips->sites + 1, sizeof *asked);
    status = weight && asked ? weigh(trips, decay, catchment, share, weight) : IG_EMEMORY;
    if (!status) status = share_out(trips, demand, supply, weight, asked, score, &sums);
    for (size_t j = 0; !status && ratio && j < trips->sites; j++)
        ratio[j] = asked[j] > 0.0 ? supply[j] / asked[j] : NAN;
    if (!status && totals) *totals = sums;
    ig_free(weight);
    ig_free(asked);
    return status;
}
