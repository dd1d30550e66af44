// Made-up instances with ties, demand out of reach and sites that are open already, each objective
// against a search of all sets: with all sets tried by the library too, and by bounds alone.
#include "made.h"
#include "near.h"

#include <core/inside.h>

enum { INSTANCES = 240 };

static const char *const words[] = {
    "p-median",    "p-center",        "mclp",      "lscp",     "worst-quintile",
    "core20-mean", "core20-coverage", "least-sii", "least-gap"};

static double bits(const ig_siting *s)
{
    unsigned open = 0;
    for (size_t c = 0; c < s->count; c++)
        open |= 1U << s->site[c];
    return open;
}

static double shown(const struct best *best, ig_siting_objective o)
{
    return o == IG_SITING_MCLP || o == IG_SITING_CORE20_COVERAGE ? -best->value : best->value;
}

static void compare(unsigned number, const struct made *m, ig_siting_objective o, bool all,
                    unsigned *proven)
{
    ig_ctx *ctx = ig_ctx_new();
    ig_siting_options options = ig_siting_defaults();
    ig_siting *s = NULL;
    options.objective = o;
    options.open = m->open;
    options.threshold = m->threshold;
    options.enumerate = all ? 2e9 : 0.0;
    const struct best best = search_all(m, o, options.mean_slack);
    const ig_status status = ig_siting_solve(ctx, &m->problem, &options, &s);
    if (status == IG_EUNDEFINED && isinf(best.value)) {
        ig_ctx_free(ctx);
        return;
    }
    const double expected = isinf(best.value) ? NAN : shown(&best, o);
    const bool same = !status && ((isnan(s->value) && isnan(expected)) ||
                                  fabs(s->value - expected) <= 1e-6 * fmax(1, fabs(expected)));
    const bool right = same || (!status && !all && !s->optimal);
    if (status || !right)
        print_error("instance %u, %s, %s: %s value %.12g, expected %.12g\n", number, words[o],
                    all ? "all" : "bounds", status ? ig_ctx_message(ctx) : "",
                    status ? NAN : s->value, expected);
    assert_int_equal(status, IG_OK);
    assert_true(right);
    if (s->optimal) {
        (*proven)++;
        assert_near(s->gap, 0.0, 0.0);
    } else if (!isnan(s->bound)) { // a bound that is not passed by the best
        const bool most = o == IG_SITING_MCLP || o == IG_SITING_CORE20_COVERAGE;
        const double beyond = most ? expected - s->bound : s->bound - expected;
        if (!isnan(expected) && beyond > 1e-6) {
            print_error("instance %u, %s: bound %.12g, best %.12g\n", number, words[o], s->bound,
                        expected);
            fail();
        }
    }
    if (!isnan(s->optima)) assert_near(s->optima, best.optima, 0.0);
    if (s->least_codes) assert_near(bits(s), best.open, 0.0);
    if (all || s->optimal) {
        const bool covers =
            o == IG_SITING_MCLP || o == IG_SITING_LSCP || o == IG_SITING_CORE20_COVERAGE;
        if (!covers && fabs(s->unreached - best.unreached) > 1e-6) {
            print_error("instance %u, %s: %g unreached, least %g\n", number, words[o], s->unreached,
                        best.unreached);
            fail();
        }
    }
    if (all) {
        assert_true(s->optimal && s->least_codes);
        assert_near(s->optima, best.optima, 0.0);
    }
    ig_siting_free(s);
    ig_ctx_free(ctx);
}

static void each_objective(bool all, double least_share)
{
    for (int o = IG_SITING_P_MEDIAN; o <= IG_SITING_LEAST_GAP; o++) {
        unsigned proven = 0;
        // programmes of equity take long: one in four by bounds alone
        const unsigned step =
            !all && (o == IG_SITING_WORST_QUINTILE || o >= IG_SITING_LEAST_SII) ? 4 : 1;
        for (unsigned i = 0; i < INSTANCES; i += step) {
            struct made m;
            make(i, &m);
            compare(i, &m, (ig_siting_objective)o, all, &proven);
        }
        print_message("%s: %u of %u proven\n", words[o], proven, (unsigned)INSTANCES);
        assert_true(proven >= least_share * INSTANCES);
    }
}

static void every_objective_is_right_when_all_sets_are_tried(void **state)
{
    (void)state;
    each_objective(true, 0.9);
}

static void every_objective_is_right_by_bounds_alone(void **state)
{
    (void)state;
    each_objective(false, 0.0);
}

static void one_site_more_is_never_worse(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 60; i++) {
        struct made m;
        make(i, &m);
        size_t candidates = 0;
        for (size_t j = 0; j < m.sites; j++)
            candidates += m.candidate[j];
        for (int o = IG_SITING_P_MEDIAN; o <= IG_SITING_MCLP; o++) {
            double unreached = INFINITY, before = INFINITY;
            for (size_t k = 0; k <= candidates; k++) {
                ig_ctx *ctx = ig_ctx_new();
                ig_siting_options options = ig_siting_defaults();
                ig_siting *s = NULL;
                options.objective = (ig_siting_objective)o;
                options.open = k;
                options.threshold = m.threshold;
                assert_int_equal(ig_siting_solve(ctx, &m.problem, &options, &s), IG_OK);
                const double value = o == IG_SITING_MCLP ? -s->value : s->value;
                const double left = o == IG_SITING_MCLP ? 0.0 : s->unreached;
                assert_true(left <= unreached + 1e-9);
                if (left >= unreached - 1e-9 && !isnan(value)) assert_true(value <= before + 1e-9);
                unreached = left;
                before = isnan(value) ? INFINITY : value;
                ig_siting_free(s);
                ig_ctx_free(ctx);
            }
        }
    }
}

static void held(unsigned number, ig_siting_objective o, bool all, unsigned *proven)
{
    struct made m;
    make(number, &m);
    ig_ctx *ctx = ig_ctx_new();
    ig_siting_options options = ig_siting_defaults();
    ig_siting *s = NULL;
    m.problem.capacity = m.capacity;
    options.objective = o;
    options.open = m.open;
    options.threshold = m.threshold;
    options.enumerate = all ? 2e9 : 0.0;
    const struct best best = search_all_held(&m, o);
    const ig_status status = ig_siting_solve(ctx, &m.problem, &options, &s);
    if (status == IG_EINVAL && strstr(ig_ctx_message(ctx), "below demand")) {
        assert_true(best.unreached > 1e-6); // nobody could have held them all
        ig_ctx_free(ctx);
        return;
    }
    assert_int_equal(status, IG_OK);
    const double expected = isinf(best.value)     ? NAN
                            : o == IG_SITING_MCLP ? -best.value
                                                  : best.value;
    const bool same = (isnan(s->value) && isnan(expected)) ||
                      fabs(s->value - expected) <= 1e-6 * fmax(1, fabs(expected));
    if (!same && (all || s->optimal))
        print_error("instance %u, %s, %s: %.12g, expected %.12g\n", number, words[o],
                    all ? "all" : "programmes", s->value, expected);
    assert_true(same || (!all && !s->optimal));
    if (all && o != IG_SITING_MCLP && o != IG_SITING_LSCP)
        assert_near(s->unreached, best.unreached, 1e-6);
    if (!isnan(s->optima)) assert_near(s->optima, best.optima, 0.0);
    if (s->least_codes) assert_near(bits(s), best.open, 0.0);
    for (size_t j = 0; j < m.sites; j++)
        assert_true(s->load[j] <= m.capacity[j] + 1e-6);
    *proven += s->optimal;
    ig_siting_free(s);
    ig_ctx_free(ctx);
}

static void capacities_hold_and_the_best_within_them_is_found(void **state)
{
    (void)state;
    for (int o = IG_SITING_P_MEDIAN; o <= IG_SITING_LSCP; o++)
        for (int all = 0; all < 2; all++) {
            unsigned proven = 0, instances = all ? INSTANCES / 6 : INSTANCES / 24;
            for (unsigned i = 0; i < instances; i++)
                held(i, (ig_siting_objective)o, all, &proven);
            print_message("%s within capacities, %s: %u of %u proven\n", words[o],
                          all ? "all sets" : "programmes", proven, instances);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_objective_is_right_when_all_sets_are_tried),
        cmocka_unit_test(every_objective_is_right_by_bounds_alone),
        cmocka_unit_test(capacities_hold_and_the_best_within_them_is_found),
        cmocka_unit_test(one_site_more_is_never_worse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
