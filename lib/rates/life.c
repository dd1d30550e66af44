// Life expectancy by an abridged life table (Chiang's second method; Silcocks and others 2001).
#include "rates_internal.h"

#include <math.h>

static const double width[IG_LIFE_BANDS] = {1, 4, 5, 5, 5, 5, 5, 5, 5, 5,
                                            5, 5, 5, 5, 5, 5, 5, 5, 5, 2};

// What one band adds: chance to die in it, its variance, people alive at its start, years lived.
struct band {
    double q, variance, alive, years;
};

static void fill_bands(const double *population, const double *deaths, struct band *bands)
{
    const int last = IG_LIFE_BANDS - 1;
    double alive = 1.0;
    for (int i = 0; i < last; i++) {
        const double part = i == 0 ? 0.1 : 0.5; // share of the band that the dying live
        const double rate = deaths[i] / population[i];
        const bool all_die = deaths[i] > 0.0 && deaths[i] > population[i] / (width[i] * part);
        const double q = all_die ? 1.0 : width[i] * rate / (1.0 + width[i] * rate * (1.0 - part));
        const double next = alive * (1.0 - q);
        bands[i] = (struct band){q, deaths[i] > 0.0 ? q * q * (1.0 - q) / deaths[i] : 0.0, alive,
                                 width[i] * (next + part * (alive - next))};
        alive = next;
    }
    const double rate = deaths[last] / population[last];
    bands[last] = (struct band){1.0, 4.0 / (deaths[last] * rate * rate), alive, alive / rate};
}

ig_status ig_life_expectancy(const double population[IG_LIFE_BANDS],
                             const double deaths[IG_LIFE_BANDS], double confidence,
                             ig_rate out[IG_LIFE_BANDS])
{
    if (!population || !deaths || !out || !(confidence > 0.0 && confidence < 1.0)) {
        return IG_EINVAL;
    }
    const int last = IG_LIFE_BANDS - 1;
    double people = 0.0;
    for (int i = 0; i <= last; i++) {
        if (!isfinite(population[i]) || !isfinite(deaths[i]) || population[i] <= 0.0 ||
            deaths[i] < 0.0 || deaths[i] > population[i]) {
            return IG_EINVAL;
        }
        people += population[i];
    }
    const char *reason = people <= 5000.0      ? "too few people"
                         : deaths[last] == 0.0 ? "undefined"
                                               : NULL;
    if (reason) {
        for (int i = 0; i <= last; i++)
            out[i] = ig_rate_missing(reason);
        return IG_OK;
    }

    struct band bands[IG_LIFE_BANDS];
    fill_bands(population, deaths, bands);
    const double z = ig_rates_z(confidence), z95 = ig_rates_z(0.95);
    double years = 0.0, spread = 0.0, next = 0.0; // next: expectancy at the start of band i + 1
    for (int i = last; i >= 0; i--) {
        const double l = bands[i].alive;
        if (!(l > 0.0)) {
            out[i] = ig_rate_missing("undefined");
            continue;
        }
        const double part = i == 0 ? 0.1 : 0.5;
        const double arm = i == last ? 0.5 * l : l * ((1.0 - part) * width[i] + next);
        years += bands[i].years;
        spread += bands[i].variance * arm * arm;
        next = years / l;
        const double se = sqrt(spread) / l;
        out[i] = (ig_rate){next, next - z * se, next + z * se, se, "Silcocks", NULL};
        if (2.0 * z95 * se > 20.0) out[i] = ig_rate_missing("too few people");
    }
    return IG_OK;
}
