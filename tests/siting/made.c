// Made-up instances and the exhaustive search: plain loops over bit sets, nothing of the library's.
#include "made.h"

#include <math.h>
#include <string.h>

static unsigned long long seed;

static double draw(void) // xorshift64*, 0 to 1
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (double)((seed * 2685821657736338717ULL) >> 11) / 9007199254740992.0;
}

static double whole(double least, double most)
{
    return least + floor(draw() * (most - least + 1.0));
}

void make(unsigned number, struct made *m)
{
    memset(m, 0, sizeof *m);
    seed = 88172645463325252ULL + 7919ULL * number;
    for (int i = 0; i < 20; i++)
        (void)draw();
    const bool ties = number % 2 == 0;
    m->demands = (size_t)whole(6, MOST_DEMAND);
    m->sites = (size_t)whole(3, MOST_SITES);
    const double missing = number % 3 == 0 ? 0.0 : (number % 3 == 1 ? 0.25 : 0.6);
    size_t candidates = 0, entries = 0;
    for (size_t j = 0; j < m->sites; j++) {
        m->existing[j] = number % 4 == 0 && draw() < 0.3;
        m->candidate[j] = !m->existing[j] && (number % 5 != 0 || draw() < 0.8);
        candidates += m->candidate[j];
        m->capacity[j] = whole(50, 400);
    }
    for (size_t i = 0; i < m->demands; i++) {
        m->people[i] = number % 7 == 6 ? 100.0 * draw() : whole(i % 6 == 5 ? 0 : 1, 60);
        m->decile[i] = draw() < 0.05 ? NAN : whole(1, 10);
        m->start[i] = entries;
        for (size_t j = 0; j < m->sites; j++) {
            m->time[i][j] = ties ? whole(0, 12) : 40.0 * draw();
            if (draw() < missing) m->time[i][j] = -1.0;
            if (m->time[i][j] < 0.0) continue;
            m->site[entries] = j;
            m->minutes[entries++] = m->time[i][j];
        }
    }
    m->start[m->demands] = entries;
    m->open = (size_t)whole(0, candidates < 5 ? (double)candidates : 5.0);
    m->threshold = ties ? whole(1, 8) : 25.0 * draw();
    m->problem = (ig_siting_problem){.demands = m->demands,
                                     .sites = m->sites,
                                     .people = m->people,
                                     .decile = m->decile,
                                     .start = m->start,
                                     .site = m->site,
                                     .minutes = m->minutes,
                                     .existing = m->existing,
                                     .candidate = m->candidate};
}

static double nearest(const struct made *m, unsigned open, size_t i)
{
    double least = INFINITY;
    for (size_t j = 0; j < m->sites; j++)
        if ((open >> j & 1U) && m->time[i][j] >= 0.0 && m->time[i][j] < least)
            least = m->time[i][j];
    return least;
}

struct worth {
    double unreached, mean, greatest, within, within_core, quintile[5], sii, gap, all_people;
};

static void weigh(const struct made *m, unsigned open, struct worth *w)
{
    double sum = 0, reached = 0, p[5] = {0}, s[5] = {0};
    memset(w, 0, sizeof *w);
    w->greatest = NAN;
    for (size_t i = 0; i < m->demands; i++) {
        const double t = nearest(m, open, i), n = m->people[i];
        if (n <= 0) continue;
        if (isinf(t)) {
            w->unreached += n;
            continue;
        }
        reached += n;
        sum += n * t;
        if (!(t <= w->greatest)) w->greatest = t;
        if (t <= m->threshold) w->within += n;
        if (isnan(m->decile[i])) continue;
        const int q = ((int)m->decile[i] + 1) / 2 - 1;
        p[q] += n;
        s[q] += n * t;
        if (q == 0 && t <= m->threshold) w->within_core += n;
    }
    w->mean = reached > 0 ? sum / reached : NAN;
    double total = 0, before = 0, xx = 0, xy = 0, x1 = 0, y1 = 0;
    int groups = 0;
    for (int q = 0; q < 5; q++) {
        w->quintile[q] = p[q] > 0 ? s[q] / p[q] : NAN;
        total += p[q];
        groups += p[q] > 0;
    }
    for (int q = 0; q < 5; q++) { // ordinary weighted regression
        const double a = p[q] / total, b = before + a / 2;
        before += a;
        if (!(p[q] > 0)) continue;
        x1 += a * b;
        y1 += a * w->quintile[q];
        xx += a * b * b;
        xy += a * b * w->quintile[q];
    }
    w->sii = groups >= 3 ? (xy - x1 * y1) / (xx - x1 * x1) : NAN;
    const double rest = total - p[0];
    w->gap = p[0] > 0 && rest > 0 ? w->quintile[0] - (s[1] + s[2] + s[3] + s[4]) / rest : NAN;
}

static double value(const struct worth *w, ig_siting_objective objective)
{
    double worst = NAN;
    switch (objective) {
    case IG_SITING_P_MEDIAN:
        return w->mean;
    case IG_SITING_P_CENTER:
        return w->greatest;
    case IG_SITING_MCLP:
    case IG_SITING_LSCP:
        return -w->within;
    case IG_SITING_WORST_QUINTILE:
        for (int q = 0; q < 5; q++)
            if (!isnan(w->quintile[q]) && !(w->quintile[q] <= worst)) worst = w->quintile[q];
        return worst;
    case IG_SITING_CORE20_MEAN:
        return w->quintile[0];
    case IG_SITING_CORE20_COVERAGE:
        return -w->within_core;
    case IG_SITING_LEAST_SII:
        return fabs(w->sii);
    case IG_SITING_LEAST_GAP:
        return fabs(w->gap);
    }
    return NAN;
}

static int order(double a, double b)
{
    if (isinf(a) || isinf(b)) return (a > b) - (a < b);
    return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b))) ? 0 : (a < b ? -1 : 1);
}

/// a's codes sort before b's: the first site that only one of them has is a's.
static bool codes_before(unsigned a, unsigned b)
{
    const unsigned differ = a ^ b;
    return (a & (differ & (~differ + 1U))) != 0;
}

static unsigned ones(unsigned x)
{
    unsigned n = 0;
    for (; x; x &= x - 1)
        n++;
    return n;
}

static struct best search(const struct made *m, ig_siting_objective objective, size_t k, double cap)
{
    struct best best = {0};
    unsigned fixed = 0, allowed = 0;
    for (size_t j = 0; j < m->sites; j++) {
        fixed |= (unsigned)m->existing[j] << j;
        allowed |= (unsigned)m->candidate[j] << j;
    }
    const bool covers = objective == IG_SITING_MCLP || objective == IG_SITING_LSCP ||
                        objective == IG_SITING_CORE20_COVERAGE;
    for (unsigned set = 0; set < 1U << m->sites; set++) {
        if ((set & ~allowed) || ones(set) != k) continue;
        struct worth w;
        weigh(m, set | fixed, &w);
        struct best here = {true, set | fixed, covers ? 0 : w.unreached, value(&w, objective), 0,
                            1};
        if (objective == IG_SITING_CORE20_COVERAGE) here.second = -w.within;
        if (isnan(here.value)) here.value = INFINITY;
        int less = best.any ? order(here.unreached, best.unreached) : -1;
        if (cap < INFINITY && order(w.mean, cap) > 0) here.value = INFINITY;
        if (!less) less = order(here.value, best.value);
        if (!less) less = order(here.second, best.second);
        if (less > 0) continue;
        if (less == 0) {
            best.optima++;
            if (codes_before(here.open, best.open)) best.open = here.open;
            continue;
        }
        best = here;
    }
    return best;
}

struct best search_all(const struct made *m, ig_siting_objective objective, double slack)
{
    double cap = INFINITY;
    if (objective == IG_SITING_LEAST_SII || objective == IG_SITING_LEAST_GAP)
        cap = search(m, IG_SITING_P_MEDIAN, m->open, INFINITY).value * (1 + slack);
    if (objective != IG_SITING_LSCP) return search(m, objective, m->open, cap);
    size_t candidates = 0;
    for (size_t j = 0; j < m->sites; j++)
        candidates += m->candidate[j];
    const double most = -search(m, objective, candidates, INFINITY).value;
    for (size_t k = 0;; k++) {
        struct best best = search(m, objective, k, INFINITY);
        if (order(-best.value, most) != 0) continue;
        best.value = (double)k;
        return best;
    }
}

// ---- capacities -----------------------------------------------------------------------------------

enum { NODES = MOST_DEMAND + MOST_SITES + 2, SOURCE = NODES - 2, SINK = NODES - 1 };

/// Greatest flow of least cost from demand to open sites, by Bellman and Ford on a dense graph.
static void flow(const struct made *m, unsigned open, double limit, bool minutes, double *served,
                 double *cost)
{
    static double room[NODES][NODES], price[NODES][NODES];
    memset(room, 0, sizeof room);
    memset(price, 0, sizeof price);
    for (size_t i = 0; i < m->demands; i++) {
        room[SOURCE][i] = m->people[i];
        for (size_t j = 0; j < m->sites; j++) {
            const double t = m->time[i][j];
            if (!(open >> j & 1U) || t < 0 || t > limit) continue;
            room[i][MOST_DEMAND + j] = 1e12;
            price[i][MOST_DEMAND + j] = minutes ? t : 0;
            price[MOST_DEMAND + j][i] = minutes ? -t : 0;
        }
    }
    for (size_t j = 0; j < m->sites; j++)
        room[MOST_DEMAND + j][SINK] = m->capacity[j];
    *served = *cost = 0;
    for (;;) {
        double far[NODES];
        size_t from[NODES];
        for (size_t v = 0; v < NODES; v++)
            far[v] = INFINITY;
        far[SOURCE] = 0;
        for (int round = 0; round < NODES; round++)
            for (size_t v = 0; v < NODES; v++)
                for (size_t w = 0; far[v] < INFINITY && w < NODES; w++)
                    if (room[v][w] > 1e-9 && far[v] + price[v][w] < far[w] - 1e-9) {
                        far[w] = far[v] + price[v][w];
                        from[w] = v;
                    }
        if (far[SINK] == INFINITY) return;
        double amount = INFINITY;
        for (size_t w = SINK; w != SOURCE; w = from[w])
            amount = fmin(amount, room[from[w]][w]);
        for (size_t w = SINK; w != SOURCE; w = from[w]) {
            room[from[w]][w] -= amount;
            room[w][from[w]] += amount;
        }
        *served += amount;
        *cost += amount * far[SINK];
    }
}

static struct best search_held(const struct made *m, ig_siting_objective objective, size_t k)
{
    struct best best = {0};
    unsigned fixed = 0, allowed = 0;
    double all = 0;
    for (size_t j = 0; j < m->sites; j++) {
        fixed |= (unsigned)m->existing[j] << j;
        allowed |= (unsigned)m->candidate[j] << j;
    }
    for (size_t i = 0; i < m->demands; i++)
        all += m->people[i];
    const bool covers = objective == IG_SITING_MCLP || objective == IG_SITING_LSCP;
    for (unsigned set = 0; set < 1U << m->sites; set++) {
        if ((set & ~allowed) || ones(set) != k) continue;
        double served, cost;
        struct best here = {true, set | fixed, 0, 0, 0, 1};
        flow(m, set | fixed, covers ? m->threshold : INFINITY, objective == IG_SITING_P_MEDIAN,
             &served, &cost);
        here.unreached = covers ? 0 : all - served;
        here.value = covers ? -served : (served > 0 ? cost / served : INFINITY);
        if (objective == IG_SITING_P_CENTER && served > 0) {
            here.value = INFINITY;
            for (size_t e = 0; e < m->start[m->demands]; e++) {
                double within;
                if (m->minutes[e] >= here.value) continue;
                flow(m, set | fixed, m->minutes[e], false, &within, &cost);
                if (order(within, served) == 0) here.value = m->minutes[e];
            }
        }
        int less = best.any ? order(here.unreached, best.unreached) : -1;
        if (!less) less = order(here.value, best.value);
        if (less > 0) continue;
        if (less == 0) {
            best.optima++;
            if (codes_before(here.open, best.open)) best.open = here.open;
            continue;
        }
        best = here;
    }
    return best;
}

struct best search_all_held(const struct made *m, ig_siting_objective objective)
{
    if (objective != IG_SITING_LSCP) return search_held(m, objective, m->open);
    size_t candidates = 0;
    for (size_t j = 0; j < m->sites; j++)
        candidates += m->candidate[j];
    const double most = -search_held(m, objective, candidates).value;
    for (size_t k = 0;; k++) {
        struct best best = search_held(m, objective, k);
        if (order(-best.value, most) != 0) continue;
        best.value = (double)k;
        return best;
    }
}
