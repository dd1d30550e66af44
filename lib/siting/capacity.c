// Sites that hold so many people: who goes where is a transport problem of its own.
//
// People of one demand may be divided. First as few as can be are left unserved, then the sum of
// minutes is least: shortest augmenting paths (Busacker and Gowen 1960) over the sites, with one
// more site of any size for those left over, dearer than any chain of moves.
#include "siting_internal.h"

#include <math.h>
#include <string.h>

/// Demand by open sites. Site s of `sites` is one more that holds everybody left over.
struct transport {
    size_t n, s;
    const double *people; ///< n
    const double *cost;   ///< n * (s + 1), INFINITY where nobody can go
    double *room;         ///< s + 1: people that still fit
    double *flow;         ///< n * (s + 1)
    double *distance;     ///< s + 1
    size_t *from, *by;    ///< site before on the path, and the demand that moves
};

/// Cheapest move of somebody from site a to site b: his cost there less here.
static double move_cost(const struct transport *t, size_t a, size_t b, size_t *who)
{
    double least = INFINITY;
    for (size_t i = 0; i < t->n; i++) {
        if (!(t->flow[i * (t->s + 1) + a] > 0.0)) continue;
        const double more = t->cost[i * (t->s + 1) + b] - t->cost[i * (t->s + 1) + a];
        if (more < least) {
            least = more;
            *who = i;
        }
    }
    return least;
}

/// Paths from demand i to every site: straight, or by moving others on (Bellman and Ford).
static void find_paths(struct transport *t, size_t i)
{
    const size_t sites = t->s + 1;
    for (size_t a = 0; a < sites; a++) {
        t->distance[a] = t->cost[i * sites + a];
        t->from[a] = SIZE_MAX;
    }
    bool changed = true;
    for (size_t round = 0; changed && round < sites; round++) {
        changed = false;
        for (size_t a = 0; a < sites; a++) {
            if (t->distance[a] == INFINITY) continue;
            for (size_t b = 0; b < sites; b++) {
                size_t who = 0;
                const double more = a == b ? INFINITY : move_cost(t, a, b, &who);
                if (!(t->distance[a] + more < t->distance[b] - 1e-9)) continue;
                t->distance[b] = t->distance[a] + more;
                t->from[b] = a;
                t->by[b] = who;
                changed = true;
            }
        }
    }
}

/// Send as many people of demand i as one path takes.
static double send(struct transport *t, size_t i, double people)
{
    const size_t sites = t->s + 1;
    size_t to = SIZE_MAX, steps = 0;
    for (size_t a = 0; a < sites; a++)
        if (t->room[a] > 0.0 && t->distance[a] < INFINITY &&
            (to == SIZE_MAX || t->distance[a] < t->distance[to]))
            to = a;
    if (to == SIZE_MAX) return 0.0;
    double amount = fmin(people, t->room[to]);
    for (size_t b = to; t->from[b] != SIZE_MAX && steps++ < sites; b = t->from[b])
        amount = fmin(amount, t->flow[t->by[b] * sites + t->from[b]]);
    t->room[to] -= amount;
    size_t b = to;
    for (steps = 0; t->from[b] != SIZE_MAX && steps < sites; b = t->from[b], steps++) {
        double *const leaves = &t->flow[t->by[b] * sites + t->from[b]];
        *leaves = *leaves - amount < 1e-9 * t->people[t->by[b]] ? 0.0 : *leaves - amount;
        t->flow[t->by[b] * sites + b] += amount;
    }
    t->flow[i * sites + b] += amount;
    return amount;
}

static void allocate(struct transport *t)
{
    for (size_t i = 0; i < t->n; i++) {
        double left = t->people[i];
        while (left > 1e-9 * t->people[i]) {
            find_paths(t, i);
            const double amount = send(t, i, left);
            if (!(amount > 0.0)) break;
            left -= amount;
        }
    }
}

// ---- an allocation to a set of sites ----------------------------------------------------------------

struct allocator {
    const struct instance *in;
    double limit; ///< nobody goes further
    bool minutes; ///< minutes count; else only who is served
    size_t *open; ///< numbers of the problem's sites
    double *cost;
    struct transport t;
};

void allocator_free(struct allocator *a)
{
    if (!a) return;
    ig_free(a->open);
    ig_free(a->cost);
    ig_free(a->t.room);
    ig_free(a->t.flow);
    ig_free(a->t.distance);
    ig_free(a->t.from);
    ig_free(a->t.by);
    ig_free(a);
}

struct allocator *allocator_new(const struct instance *in)
{
    const size_t sites = in->problem->sites + 1;
    size_t cells;
    struct allocator *a = ig_alloc(1, sizeof *a);
    if (!a || !ig_product(in->n + 1, sites + 1, &cells)) {
        ig_free(a);
        return NULL;
    }
    a->in = in;
    a->open = ig_alloc(sites, sizeof *a->open);
    a->cost = ig_alloc(cells, sizeof *a->cost);
    a->t = (struct transport){.n = in->n, .people = in->people, .cost = a->cost};
    a->t.room = ig_alloc(sites + 1, sizeof *a->t.room);
    a->t.flow = ig_alloc(cells, sizeof *a->t.flow);
    a->t.distance = ig_alloc(sites + 1, sizeof *a->t.distance);
    a->t.from = ig_alloc(sites + 1, sizeof *a->t.from);
    a->t.by = ig_alloc(sites + 1, sizeof *a->t.by);
    if (a->open && a->cost && a->t.room && a->t.flow && a->t.distance && a->t.from && a->t.by)
        return a;
    allocator_free(a);
    return NULL;
}

/// Everybody to the sites marked in `is_open` (the problem's numbers).
void allocator_run(struct allocator *a, const bool *is_open, double limit, bool minutes)
{
    const ig_siting_problem *p = a->in->problem;
    struct transport *t = &a->t;
    double longest = 0.0;
    t->s = 0;
    for (size_t j = 0; j < p->sites; j++)
        if (is_open[j]) {
            t->room[t->s] = p->capacity[j];
            a->open[t->s++] = j;
        }
    t->room[t->s] = INFINITY;
    const size_t sites = t->s + 1;
    memset(t->flow, 0, a->in->n * sites * sizeof *t->flow);
    for (size_t i = 0; i < a->in->n; i++) {
        const size_t d = a->in->demand[i];
        for (size_t s = 0; s < t->s; s++)
            a->cost[i * sites + s] = INFINITY;
        for (size_t e = p->start[d]; e < p->start[d + 1]; e++) {
            if (p->minutes[e] > limit || !is_open[p->site[e]]) continue;
            size_t s = 0;
            while (a->open[s] != p->site[e])
                s++;
            a->cost[i * sites + s] = minutes ? p->minutes[e] : 0.0;
            longest = fmax(longest, p->minutes[e]);
        }
    }
    for (size_t i = 0; i < a->in->n; i++)
        a->cost[i * sites + t->s] = 4.0 * (double)sites * (longest + 1.0);
    allocate(t);
}

double allocator_unserved(const struct allocator *a)
{
    double people = 0.0;
    for (size_t i = 0; i < a->in->n; i++)
        people += a->t.flow[i * (a->t.s + 1) + a->t.s];
    return people;
}

double allocator_moment(const struct allocator *a)
{
    double sum = 0.0;
    for (size_t i = 0; i < a->in->n; i++)
        for (size_t s = 0; s < a->t.s; s++)
            if (a->t.flow[i * (a->t.s + 1) + s] > 0.0)
                sum += a->t.flow[i * (a->t.s + 1) + s] * a->cost[i * (a->t.s + 1) + s];
    return sum;
}

/// Put the allocation of instance demand i into an answer, site by site.
void allocator_state(const struct allocator *a, ig_siting *s)
{
    const ig_siting_problem *p = a->in->problem;
    for (size_t i = 0; i < p->demands; i++) {
        s->nearest[i] = SIZE_MAX;
        s->minutes[i] = NAN;
    }
    for (size_t i = 0; i < a->in->n; i++) {
        const size_t d = a->in->demand[i], sites = a->t.s + 1;
        double served = 0.0, moment = 0.0, most = 0.0;
        for (size_t e = p->start[d]; e < p->start[d + 1]; e++)
            for (size_t c = 0; c < a->t.s; c++) {
                const double people = a->t.flow[i * sites + c];
                if (a->open[c] != p->site[e] || !(people > 0.0)) continue;
                served += people;
                moment += people * p->minutes[e];
                s->load[p->site[e]] += people;
                if (p->minutes[e] <= a->in->options.threshold) s->within[d] += people;
                if (people > most) {
                    most = people;
                    s->nearest[d] = p->site[e];
                }
            }
        s->reached[d] = fmin(served, a->in->people[i]);
        if (served > 0.0) s->minutes[d] = moment / served;
    }
}
