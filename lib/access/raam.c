// Rational agent access model: people choose between travel and crowding until nobody gains by
// another choice (Saxon and Snow 2020). The equilibrium is that of a convex problem, so moving
// people from their dearest to their cheapest site, area by area, finds it.
#include "access_internal.h"

#include <math.h>
#include <stdlib.h>

/// Choices of the areas: trip numbers by area, people on each trip, people at each site.
struct market {
    const ig_trips *trips;
    size_t *start, *trip; ///< trips of area i: trip[start[i]] .. trip[start[i+1]-1]
    double *on;           ///< people who take a trip
    double *load;
    const double *supply;
    double tau, rho;
};

static double cost_of(const struct market *m, size_t trip)
{
    const size_t j = m->trips->site[trip];
    return m->trips->minutes[trip] / m->tau + m->load[j] / (m->rho * m->supply[j]);
}

static bool open(const struct market *m, size_t trip, double catchment)
{
    return m->supply[m->trips->site[trip]] > 0.0 && m->trips->minutes[trip] <= catchment;
}

/// Lists of trips by area, closed ones left out.
static void list_trips(struct market *m, double catchment)
{
    const ig_trips *p = m->trips;
    for (size_t k = 0; k < p->count; k++)
        if (open(m, k, catchment)) m->start[p->area[k] + 1]++;
    for (size_t i = 0; i < p->areas; i++)
        m->start[i + 1] += m->start[i];
    for (size_t k = p->count; k-- > 0;) // backwards, so that the starts end where they began
        if (open(m, k, catchment)) m->trip[--m->start[p->area[k] + 1]] = k;
    for (size_t i = 0; i < p->areas; i++)
        m->start[i] = m->start[i + 1];
}

/// Move people of one area from the dearest site in use to the cheapest; the gain per person there
/// was to be had.
static double settle(struct market *m, size_t area, size_t end)
{
    size_t high = SIZE_MAX, low = SIZE_MAX;
    double dear = -INFINITY, cheap = INFINITY;
    for (size_t c = m->start[area]; c < end; c++) {
        const size_t k = m->trip[c];
        const double cost = cost_of(m, k);
        if (cost < cheap) {
            cheap = cost;
            low = k;
        }
        if (m->on[k] > 0.0 && cost > dear) {
            dear = cost;
            high = k;
        }
    }
    if (high == SIZE_MAX || high == low || !(dear > cheap)) return 0.0;
    const size_t from = m->trips->site[high], to = m->trips->site[low];
    const double slope = 1.0 / (m->rho * m->supply[from]) + 1.0 / (m->rho * m->supply[to]);
    const double move = fmin(m->on[high], (dear - cheap) / slope);
    m->on[high] -= move;
    m->on[low] += move;
    m->load[from] -= move;
    m->load[to] += move;
    return dear - cheap;
}

static size_t end_of(const struct market *m, size_t area, size_t listed)
{
    return area + 1 < m->trips->areas ? m->start[area + 1] : listed;
}

/// Everyone to the site that is nearest, to begin with.
static void begin(struct market *m, const double *demand, size_t listed)
{
    for (size_t i = 0; i < m->trips->areas; i++) {
        size_t best = SIZE_MAX;
        for (size_t c = m->start[i]; c < end_of(m, i, listed); c++)
            if (best == SIZE_MAX || m->trips->minutes[m->trip[c]] < m->trips->minutes[best])
                best = m->trip[c];
        if (best == SIZE_MAX || !(demand[i] > 0.0)) continue;
        m->on[best] = demand[i];
        m->load[m->trips->site[best]] += demand[i];
    }
}

static ig_status equilibrium(struct market *m, size_t listed)
{
    enum { MOST_ROUNDS = 1000000 };
    for (int round = 0; round < MOST_ROUNDS; round++) {
        double worst = 0.0;
        for (size_t i = 0; i < m->trips->areas; i++)
            worst = fmax(worst, settle(m, i, end_of(m, i, listed)));
        if (worst < 1e-9) return IG_OK;
    }
    return IG_ELIMIT;
}

static void sum_up(struct market *m, const double *demand, size_t listed, ig_catchment_totals *t)
{
    *t = (ig_catchment_totals){.demand_times_score = NAN};
    double asked = 0.0;
    for (size_t j = 0; j < m->trips->sites; j++)
        t->supply_total += m->supply[j];
    for (size_t i = 0; i < m->trips->areas; i++) {
        if (!(demand[i] > 0.0)) continue;
        if (m->start[i] < end_of(m, i, listed))
            asked += demand[i];
        else
            t->demand_unreached += demand[i];
    }
    m->rho = asked > 0.0 && t->supply_total > 0.0 ? asked / t->supply_total : 1.0;
}

ig_status ig_raam(const ig_trips *trips, const double *demand, const double *supply, double tau,
                  double catchment, double *score, double *load, ig_catchment_totals *totals)
{
    ig_catchment_totals sums;
    if (!(tau > 0.0) || !(catchment > 0.0)) return IG_EINVAL;
    ig_status status = ig_trips_check(trips, demand, supply);
    if (status) return status;
    struct market m = {.trips = trips, .supply = supply, .tau = tau};
    m.start = ig_alloc(trips->areas + 1, sizeof *m.start);
    m.trip = ig_alloc(trips->count + 1, sizeof *m.trip);
    m.on = ig_alloc(trips->count + 1, sizeof *m.on);
    m.load = ig_alloc(trips->sites + 1, sizeof *m.load);
    if (!m.start || !m.trip || !m.on || !m.load) {
        status = IG_EMEMORY;
        goto done;
    }
    size_t listed = 0;
    for (size_t k = 0; k < trips->count; k++)
        if (open(&m, k, catchment)) listed++;
    list_trips(&m, catchment);
    sum_up(&m, demand, listed, &sums);
    begin(&m, demand, listed);
    status = equilibrium(&m, listed);
    if (status) goto done;
    for (size_t i = 0; i < trips->areas; i++) {
        score[i] = NAN;
        for (size_t c = m.start[i]; c < end_of(&m, i, listed); c++)
            if (!(score[i] <= cost_of(&m, m.trip[c]))) score[i] = cost_of(&m, m.trip[c]);
    }
    for (size_t j = 0; j < trips->sites; j++) {
        if (m.load[j] > 0.0) sums.supply_reached += supply[j];
        if (load) load[j] = m.load[j];
    }
    if (totals) *totals = sums;
done:
    ig_free(m.start);
    ig_free(m.trip);
    ig_free(m.on);
    ig_free(m.load);
    return status;
}
