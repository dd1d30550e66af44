// Disclosure: the policy, and an attack that tries to recover hidden counts by sums and differences.
// The attacker here is no relation of the library's flows: it tries every filling of the hidden
// counts, one by one, and keeps those that agree with all that is shown.
#include "near.h"

#include <rates/rates.h>

static ig_ctx *ctx;

static int set_up(void **state)
{
    (void)state;
    ctx = ig_ctx_new();
    return ctx ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    ig_ctx_free(ctx);
    return 0;
}

// ---- tables with totals -------------------------------------------------------------------------

enum { MOST_ROWS = 4, MOST_COLUMNS = 4, MOST = (MOST_ROWS + 1) * (MOST_COLUMNS + 1) };

/// A table with its totals in the last row and column.
struct table {
    size_t rows, columns;
    double count[MOST];
    size_t from[MOST], to[MOST];
    bool hidden[MOST];
};

static size_t at(const struct table *t, size_t row, size_t column)
{
    return row * (t->columns + 1) + column;
}

static void add_up(struct table *t)
{
    const size_t r = t->rows, c = t->columns;
    for (size_t i = 0; i <= r; i++)
        t->count[at(t, i, c)] = 0.0;
    for (size_t j = 0; j <= c; j++)
        t->count[at(t, r, j)] = 0.0;
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < c; j++) {
            const double x = t->count[at(t, i, j)];
            t->count[at(t, i, c)] += x;
            t->count[at(t, r, j)] += x;
            t->count[at(t, r, c)] += x;
        }
}

/// Nodes: source, sink, rows, columns.
static ig_sums sums_of(struct table *t)
{
    const size_t r = t->rows, c = t->columns;
    for (size_t i = 0; i <= r; i++)
        for (size_t j = 0; j <= c; j++) {
            const size_t k = at(t, i, j);
            t->from[k] = i == r ? (j == c ? 1 : 2 + r + j) : j == c ? 0 : 2 + i;
            t->to[k] = i == r ? (j == c ? 0 : 1) : j == c ? 2 + i : 2 + r + j;
        }
    return (ig_sums){(r + 1) * (c + 1), 2 + r + c, t->count, t->from, t->to};
}

// ---- the attack ---------------------------------------------------------------------------------

struct attack {
    const struct table *t;
    double reach; ///< each cell is tried from `reach` below its value to as much above
    size_t cells[MOST_ROWS * MOST_COLUMNS], count;
    double guess[MOST], least[MOST], greatest[MOST];
};

/// Does the filling agree with every total that is shown, and with hidden ones being above 0?
static bool agrees(struct attack *a)
{
    const struct table *t = a->t;
    struct table full = *t;
    memcpy(full.count, a->guess, sizeof full.count);
    add_up(&full);
    for (size_t i = 0; i <= t->rows; i++)
        for (size_t j = 0; j <= t->columns; j++) {
            const size_t k = at(t, i, j);
            if (t->hidden[k] ? full.count[k] < 1.0 : full.count[k] != t->count[k]) return false;
        }
    memcpy(a->guess, full.count, sizeof full.count);
    return true;
}

static void try_all(struct attack *a, size_t next)
{
    const struct table *t = a->t;
    if (next == a->count) {
        if (!agrees(a)) return;
        for (size_t k = 0; k < MOST; k++) {
            a->least[k] = fmin(a->least[k], a->guess[k]);
            a->greatest[k] = fmax(a->greatest[k], a->guess[k]);
        }
        return;
    }
    const size_t k = a->cells[next];
    for (double x = fmax(1.0, t->count[k] - a->reach); x <= t->count[k] + a->reach; x++) {
        a->guess[k] = x;
        try_all(a, next + 1);
    }
    a->guess[k] = t->count[k];
}

/// A change of n in one count goes round by circles that change no other by more than n: within
/// `reach` of the true values nothing that is as near to this count is missed.
static void attack(const struct table *t, double reach, struct attack *a)
{
    *a = (struct attack){.t = t, .reach = reach};
    memcpy(a->guess, t->count, sizeof a->guess);
    for (size_t k = 0; k < MOST; k++) {
        a->least[k] = INFINITY;
        a->greatest[k] = -INFINITY;
    }
    for (size_t i = 0; i < t->rows; i++)
        for (size_t j = 0; j < t->columns; j++)
            if (t->hidden[at(t, i, j)]) a->cells[a->count++] = at(t, i, j);
    try_all(a, 0);
}

static uint64_t seed = 20240611;

static double drawn(double below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return floor(below * (double)(seed >> 40) / (double)(1u << 24));
}

/// How many fillings the attacker would have to try.
static double fillings(const struct table *t, double reach)
{
    double n = 1.0;
    for (size_t i = 0; i < t->rows; i++)
        for (size_t j = 0; j < t->columns; j++)
            if (t->hidden[at(t, i, j)]) n *= reach + fmin(reach, t->count[at(t, i, j)] - 1.0) + 1.0;
    return n;
}

static void no_attack_recovers_a_hidden_count(void **state)
{
    (void)state;
    static const double most[] = {3, 6, 12, 40};
    size_t tables = 0, primary = 0, secondary = 0, tried = 0;
    for (size_t round = 0; round < 20000; round++) {
        struct table t = {.rows = 1 + (size_t)drawn(3), .columns = 1 + (size_t)drawn(3)};
        const double n = 1 + drawn(4);
        const ig_disclosure policy = {IG_DISCLOSE_THRESHOLD, n};
        const double below = most[(size_t)drawn(4)];
        for (size_t i = 0; i < t.rows; i++)
            for (size_t j = 0; j < t.columns; j++)
                t.count[at(&t, i, j)] = drawn(4) < 1 ? 0.0 : drawn(below);
        add_up(&t);
        const ig_sums sums = sums_of(&t);
        assert_int_equal(ig_disclosure_protect(&policy, &sums, t.hidden), IG_OK);
        tables++;
        for (size_t k = 0; k < sums.counts; k++) {
            assert_true(t.hidden[k] || !ig_disclosure_hides(&policy, t.count[k]));
            assert_false(t.hidden[k] && t.count[k] == 0.0);
            primary += ig_disclosure_hides(&policy, t.count[k]);
            secondary += t.hidden[k] && !ig_disclosure_hides(&policy, t.count[k]);
        }
        if (fillings(&t, n) > 3000) continue;
        struct attack a;
        attack(&t, n, &a);
        tried++;
        for (size_t k = 0; k < sums.counts; k++) {
            if (!t.hidden[k]) continue;
            if (a.greatest[k] - a.least[k] < n)
                fail_msg("round %zu: a hidden %g is known to be %g to %g", round, t.count[k],
                         a.least[k], a.greatest[k]);
        }
    }
    print_message("%zu tables, %zu small counts, %zu hidden beside them, %zu attacked\n", tables,
                  primary, secondary, tried);
    assert_true(tried > 2000 && secondary > 1000);
}

static void intervals_are_those_of_all_fillings(void **state)
{
    (void)state;
    size_t compared = 0;
    for (size_t round = 0; round < 150; round++) {
        struct table t = {.rows = 2 + (size_t)drawn(2), .columns = 2};
        for (size_t i = 0; i < t.rows; i++)
            for (size_t j = 0; j < t.columns; j++)
                t.count[at(&t, i, j)] = 1 + drawn(3);
        add_up(&t);
        const ig_sums sums = sums_of(&t);
        for (size_t i = 0; i < t.rows; i++) // any pattern, safe or not
            for (size_t j = 0; j < t.columns; j++)
                t.hidden[at(&t, i, j)] = drawn(3) > 0;
        struct attack a;
        attack(&t, 5, &a); // with all totals shown nothing can be off by more
        for (size_t k = 0; k < sums.counts; k++) {
            double least, greatest;
            if (!t.hidden[k]) continue;
            assert_int_equal(ig_disclosure_interval(&sums, t.hidden, k, &least, &greatest), IG_OK);
            assert_near(least, a.least[k], 0.0);
            assert_near(greatest, a.greatest[k], 0.0);
            compared++;
        }
    }
    assert_true(compared > 200);
}

// ---- larger areas made of smaller ones ----------------------------------------------------------

static void a_ward_does_not_give_its_areas_away(void **state)
{
    (void)state;
    // Two wards: 3 + 20 and 9 + 30; the wards and the whole are shown as well.
    // Nodes: 0 source, 1 sink, 2 and 3 wards.
    const double count[] = {3, 20, 9, 30, 23, 39, 62};
    const size_t from[] = {2, 2, 3, 3, 0, 0, 1}, to[] = {1, 1, 1, 1, 2, 3, 0};
    const ig_sums sums = {7, 4, count, from, to};
    const ig_disclosure policy = {IG_DISCLOSE_THRESHOLD, 4};
    bool hidden[7];
    assert_int_equal(ig_disclosure_protect(&policy, &sums, hidden), IG_OK);
    const bool wanted[] = {true, true, false, false, false, false, false};
    assert_memory_equal(hidden, wanted, sizeof hidden);
    double least, greatest;
    assert_int_equal(ig_disclosure_interval(&sums, hidden, 0, &least, &greatest), IG_OK);
    assert_near(least, 1, 0);
    assert_near(greatest, 22, 0);
}

// ---- by hand ------------------------------------------------------------------------------------

static void a_lone_small_count_takes_the_smallest_others_with_it(void **state)
{
    (void)state;
    struct table t = {.rows = 3, .columns = 3};
    const double cells[3][3] = {{2, 30, 40}, {50, 12, 60}, {11, 70, 15}};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            t.count[at(&t, i, j)] = cells[i][j];
    add_up(&t);
    const ig_sums sums = sums_of(&t);
    const ig_disclosure policy = {IG_DISCLOSE_THRESHOLD, 4};
    assert_int_equal(ig_disclosure_protect(&policy, &sums, t.hidden), IG_OK);
    // the cheapest circle through the 2: 11 below it, 15 beside that, 40 at the end of its row
    const bool wanted[3][4] = {{true, false, true, false}, {false}, {true, false, true, false}};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 4; j++)
            assert_int_equal(t.hidden[at(&t, i, j)], wanted[i][j]);
}

static void without_sums_only_small_counts_are_hidden(void **state)
{
    (void)state;
    const double count[] = {0, 1, 4, 5, NAN, 7};
    const size_t none[] = {IG_NO_SUM, IG_NO_SUM, IG_NO_SUM, IG_NO_SUM, IG_NO_SUM, IG_NO_SUM};
    const ig_sums sums = {6, 0, count, none, none};
    const ig_disclosure policy = {IG_DISCLOSE_THRESHOLD, 4};
    bool hidden[6];
    assert_int_equal(ig_disclosure_protect(&policy, &sums, hidden), IG_OK);
    const bool wanted[] = {false, true, true, false, false, false};
    assert_memory_equal(hidden, wanted, sizeof hidden);
}

static void hes_hides_1_to_7_and_rounds_the_rest(void **state)
{
    (void)state;
    ig_disclosure policy;
    assert_int_equal(ig_disclosure_parse(ctx, "hes", &policy), IG_OK);
    const double count[] = {0, 1, 7, 8, 12, 13, 17, 18};
    const double shown[] = {0, 0, 0, 10, 10, 15, 15, 20};
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(ig_disclosure_hides(&policy, count[i]), i == 1 || i == 2);
        if (i != 1 && i != 2) assert_near(ig_disclosure_shown(&policy, count[i]), shown[i], 0);
    }
}

static void policies_have_names(void **state)
{
    (void)state;
    ig_disclosure policy;
    char text[48];
    assert_int_equal(ig_disclosure_parse(ctx, "threshold:5", &policy), IG_OK);
    assert_string_equal(ig_disclosure_text(&policy, text, sizeof text), "threshold:5");
    static const char *const bad[] = {
        "threshold", "threshold:", "threshold:0", "threshold:2.5", "threshold:-1",
        "HES",       "",           "threshold:5x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(ig_disclosure_parse(ctx, bad[i], &policy), IG_EINVAL);
}

// ---- three margins ------------------------------------------------------------------------------

enum { MOST_CUBE = 4 * 4 * 4 };

/// A table of three margins with all its totals: level n of a margin is its total.
struct cube {
    size_t sizes[3], counts;
    double count[MOST_CUBE];
    size_t level[MOST_CUBE * 3];
    bool hidden[MOST_CUBE];
};

static size_t cube_at(const struct cube *c, size_t i, size_t j, size_t k)
{
    return (i * (c->sizes[1] + 1) + j) * (c->sizes[2] + 1) + k;
}

static void add_up_cube(struct cube *c)
{
    const size_t *n = c->sizes;
    for (size_t i = 0; i <= n[0]; i++)
        for (size_t j = 0; j <= n[1]; j++)
            for (size_t k = 0; k <= n[2]; k++) {
                if (i < n[0] && j < n[1] && k < n[2]) continue;
                double sum = 0.0;
                for (size_t a = 0; a < n[0]; a++)
                    for (size_t b = 0; b < n[1]; b++)
                        for (size_t d = 0; d < n[2]; d++)
                            if ((i == n[0] || i == a) && (j == n[1] || j == b) &&
                                (k == n[2] || k == d))
                                sum += c->count[cube_at(c, a, b, d)];
                c->count[cube_at(c, i, j, k)] = sum;
            }
}

static void make_cube(struct cube *c, double below)
{
    *c = (struct cube){0};
    for (int m = 0; m < 3; m++)
        c->sizes[m] = 2 + (size_t)drawn(2);
    const size_t *n = c->sizes;
    c->counts = (n[0] + 1) * (n[1] + 1) * (n[2] + 1);
    for (size_t i = 0; i <= n[0]; i++)
        for (size_t j = 0; j <= n[1]; j++)
            for (size_t k = 0; k <= n[2]; k++) {
                const size_t x = cube_at(c, i, j, k);
                c->level[3 * x] = i == n[0] ? IG_ALL : i;
                c->level[3 * x + 1] = j == n[1] ? IG_ALL : j;
                c->level[3 * x + 2] = k == n[2] ? IG_ALL : k;
                if (i < n[0] && j < n[1] && k < n[2])
                    c->count[x] = drawn(4) < 1 ? 0.0 : drawn(below);
            }
    add_up_cube(c);
}

struct siege {
    const struct cube *c;
    double reach;
    size_t cells[MOST_CUBE], count;
    struct cube guess;
    double least[MOST_CUBE], greatest[MOST_CUBE];
};

static void besiege(struct siege *s, size_t next)
{
    const struct cube *c = s->c;
    if (next == s->count) {
        add_up_cube(&s->guess);
        for (size_t x = 0; x < c->counts; x++) {
            const double here = s->guess.count[x];
            if (c->hidden[x] ? here < 1.0 : here != c->count[x]) return;
        }
        for (size_t x = 0; x < c->counts; x++) {
            s->least[x] = fmin(s->least[x], s->guess.count[x]);
            s->greatest[x] = fmax(s->greatest[x], s->guess.count[x]);
        }
        return;
    }
    const size_t x = s->cells[next];
    for (double g = fmax(1.0, c->count[x] - s->reach); g <= c->count[x] + s->reach; g++) {
        s->guess.count[x] = g;
        besiege(s, next + 1);
    }
    s->guess.count[x] = c->count[x];
}

static double cube_fillings(const struct cube *c, double reach, struct siege *s)
{
    double n = 1.0;
    *s = (struct siege){.c = c, .reach = reach, .guess = *c};
    for (size_t x = 0; x < c->counts; x++) {
        s->least[x] = INFINITY;
        s->greatest[x] = -INFINITY;
        const bool inner = c->level[3 * x] != IG_ALL && c->level[3 * x + 1] != IG_ALL &&
                           c->level[3 * x + 2] != IG_ALL;
        if (!inner || !c->hidden[x]) continue;
        s->cells[s->count++] = x;
        n *= reach + fmin(reach, c->count[x] - 1.0) + 1.0;
    }
    return n;
}

static void no_attack_on_three_margins_recovers_a_hidden_count(void **state)
{
    (void)state;
    static const double most[] = {4, 9, 20};
    size_t protected = 0, refused = 0, tried = 0, secondary = 0;
    for (size_t round = 0; round < 4000; round++) {
        struct cube c;
        struct siege s;
        size_t lone;
        make_cube(&c, most[(size_t)drawn(3)]);
        const double n = 1 + drawn(3);
        const ig_disclosure policy = {IG_DISCLOSE_THRESHOLD, n};
        const ig_margins margins = {c.counts, 3, c.count, c.level};
        const ig_status status = ig_disclosure_protect_margins(&policy, &margins, c.hidden, &lone);
        if (status == IG_EUNDEFINED) {
            assert_true(ig_disclosure_hides(&policy, c.count[lone]));
            refused++;
            continue;
        }
        assert_int_equal(status, IG_OK);
        protected++;
        for (size_t x = 0; x < c.counts; x++) {
            assert_true(c.hidden[x] || !ig_disclosure_hides(&policy, c.count[x]));
            assert_false(c.hidden[x] && c.count[x] == 0.0);
            secondary += c.hidden[x] && !ig_disclosure_hides(&policy, c.count[x]);
        }
        if (cube_fillings(&c, n, &s) > 3000) continue;
        besiege(&s, 0);
        tried++;
        for (size_t x = 0; x < c.counts; x++)
            if (c.hidden[x] && s.greatest[x] - s.least[x] < n)
                fail_msg("round %zu: a hidden %g is known to be %g to %g", round, c.count[x],
                         s.least[x], s.greatest[x]);
    }
    print_message("%zu tables of three margins, %zu hidden beside, %zu attacked, %zu refused\n",
                  protected, secondary, tried, refused);
    assert_true(tried > 100 && secondary > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_attack_on_three_margins_recovers_a_hidden_count),
        cmocka_unit_test(no_attack_recovers_a_hidden_count),
        cmocka_unit_test(intervals_are_those_of_all_fillings),
        cmocka_unit_test(a_ward_does_not_give_its_areas_away),
        cmocka_unit_test(a_lone_small_count_takes_the_smallest_others_with_it),
        cmocka_unit_test(without_sums_only_small_counts_are_hidden),
        cmocka_unit_test(hes_hides_1_to_7_and_rounds_the_rest),
        cmocka_unit_test(policies_have_names),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
