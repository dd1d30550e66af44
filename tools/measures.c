// The measures of inequality by name.
#include "measures.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

ig_estimate measure_missing(const char *reason)
{
    return (ig_estimate){NAN, NAN, NAN, NAN, NULL, reason};
}

static ig_status sii(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    if (t->transform == IG_TRANSFORM_NONE) return ig_sii(&t->groups, t->level, out);
    return ig_slope_transformed(&t->groups, t->transform, t->level, out, NULL);
}

static ig_status rii(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    if (t->transform == IG_TRANSFORM_NONE) return ig_rii(&t->groups, t->level, out);
    return ig_slope_transformed(&t->groups, t->transform, t->level, NULL, out);
}

static ig_status ci(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    ig_estimate other;
    return ig_concentration(&t->groups, t->level, out, &other);
}

static ig_status ci_absolute(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    ig_estimate other;
    return ig_concentration(&t->groups, t->level, &other, out);
}

static ig_status erreygers(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    if (isnan(t->low)) {
        *out = measure_missing("the bounds are not stated (--bounds LO,HI)");
        return IG_OK;
    }
    return ig_erreygers(&t->groups, t->low, t->high, t->level, out);
}

static ig_status wagstaff(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    if (isnan(t->low)) {
        *out = measure_missing("the bounds are not stated (--bounds LO,HI)");
        return IG_OK;
    }
    return ig_wagstaff(&t->groups, t->low, t->high, t->level, out);
}

static ig_status gini(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_gini_groups(&t->groups, t->level, out);
}

static ig_status theil(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_theil(&t->groups, t->level, out);
}

static ig_status mld(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_mld(&t->groups, t->level, out);
}

static ig_status atkinson(const struct measured *t, double epsilon, ig_estimate *out)
{
    return ig_atkinson(&t->groups, epsilon, t->level, out);
}

static ig_status hoover(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_hoover(&t->groups, t->level, out);
}

static ig_status between(const struct measured *t, bool ratio, ig_estimate *out)
{
    if (!t->unordered) {
        return ratio ? ig_ratio(&t->groups, t->level, out)
                     : ig_difference(&t->groups, t->level, out);
    }
    if (t->first == SIZE_MAX) {
        *out = measure_missing("no group has a value");
        return IG_OK;
    }
    return ratio ? ig_ratio_between(&t->groups, t->first, t->last, t->level, out)
                 : ig_difference_between(&t->groups, t->first, t->last, t->level, out);
}

static ig_status difference(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    return between(t, false, out);
}

static ig_status ratio(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    return between(t, true, out);
}

static ig_status bgv(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_bgv(&t->groups, t->level, out);
}

static ig_status bgsd(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_bgsd(&t->groups, t->level, out);
}

static ig_status cov(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    return ig_cov(&t->groups, t->level, out);
}

static ig_status idis(const struct measured *t, double weighted, ig_estimate *out)
{
    return ig_idis(&t->groups, weighted > 0.0, t->level, out);
}

// A proportion is a share of 1; 0 says that the value is none.
static double unit(const struct measured *t)
{
    return t->proportion ? 1.0 : 0.0;
}

// PAR goes by the best group, or the least deprived of ordered ones.
static size_t par_reference(const struct measured *t)
{
    return t->unordered ? t->best : t->last;
}

static ig_status par(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    const size_t reference = par_reference(t);
    if (reference == SIZE_MAX) {
        *out = measure_missing("no group has a value");
        return IG_OK;
    }
    return ig_par(&t->groups, reference, t->more_is_better, unit(t), t->level, out);
}

static ig_status paf(const struct measured *t, double unused, ig_estimate *out)
{
    (void)unused;
    const size_t reference = par_reference(t);
    if (reference == SIZE_MAX) {
        *out = measure_missing("no group has a value");
        return IG_OK;
    }
    return ig_paf(&t->groups, reference, t->more_is_better, unit(t), t->level, out);
}

static ig_status mean_difference(const struct measured *t, size_t reference, bool of_mean,
                                 double weighted, ig_estimate *out)
{
    if (!of_mean && reference == SIZE_MAX) {
        *out = measure_missing("no group has a value");
        return IG_OK;
    }
    return ig_mean_difference(&t->groups, reference, weighted > 0.0, t->level, out);
}

static ig_status mdb(const struct measured *t, double weighted, ig_estimate *out)
{
    return mean_difference(t, t->best, false, weighted, out);
}

static ig_status mdr(const struct measured *t, double weighted, ig_estimate *out)
{
    return mean_difference(t, t->reference, false, weighted, out);
}

static ig_status mdm(const struct measured *t, double weighted, ig_estimate *out)
{
    return mean_difference(t, SIZE_MAX, true, weighted, out);
}

const struct measure measures[MEASURES] = {
    {"sii", true, sii},
    {"rii", true, rii},
    {"ci", true, ci},
    {"ci_absolute", true, ci_absolute},
    {"erreygers", true, erreygers},
    {"wagstaff", true, wagstaff},
    {"gini", false, gini},
    {"theil", false, theil},
    {"mld", false, mld},
    {"atkinson", false, atkinson},
    {"hoover", false, hoover},
    {"difference", false, difference},
    {"ratio", false, ratio},
    {"bgv", false, bgv},
    {"bgsd", false, bgsd},
    {"cov", false, cov},
    {"idis", false, idis},
    {"par", false, par},
    {"paf", false, paf},
    {"mdb", false, mdb},
    {"mdr", false, mdr},
    {"mdm", false, mdm},
};
bool measure_in_pair(const char *name)
{
    return strcmp(name, "idis") == 0 || strncmp(name, "md", 2) == 0;
}

ig_status measures_wanted(ig_ctx *ctx, const ig_texts *names_wanted, bool wanted[MEASURES])
{
    const char *names[MEASURES];
    for (size_t m = 0; m < MEASURES; m++) {
        names[m] = measures[m].name;
        wanted[m] = names_wanted->count == 0;
    }
    for (size_t i = 0; i < names_wanted->count; i++) {
        const char *name = names_wanted->values[i];
        bool found = strcmp(name, "all") == 0;
        for (size_t m = 0; m < MEASURES; m++) {
            if (found && strcmp(name, "all") == 0) wanted[m] = true;
            if (strcmp(name, names[m]) == 0) found = wanted[m] = true;
        }
        if (!found) {
            const char *near = ig_nearest_name(name, names, MEASURES);
            return command_fail(ctx, IG_EINVAL, near ? near : "isogap inequality --help lists them",
                                "--measures: '%s' is no measure", ig_show(name));
        }
    }
    return IG_OK;
}
