// rates: proportions, rates, standardised rates, life expectancy and means, with limits.
#include "denominators.h"
#include "shield.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

enum method { PROPORTION, RATE, DSR, ISR, LIFE, MEAN };

struct settings {
    const char *table;
    ig_table_options reading;
    int method;
    const char *count, *population, *value, *age, *standard;
    const char *reference_count, *reference_population;
    ig_texts by, repeats;
    double multiplier;
    ig_numbers confidence;
    bool totals;
    const char *disclosure;
    struct population_check check;
    const char *trace, *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"table", IG_OPTION_INPUT, AT(table), true, "table of counts and people", NULL, 0, 0},
    {"method", IG_OPTION_CHOICE, AT(method), true, "what to work out",
     "proportion|rate|dsr|isr|life-expectancy|mean", 0, 0},
    {"count", IG_OPTION_COLUMN, AT(count), false, "column of events or people counted", NULL, 0, 0},
    {"population", IG_OPTION_COLUMN, AT(population), false, "column of people", NULL, 0, 0},
    {"value", IG_OPTION_COLUMN, AT(value), false, "column of values (mean)", NULL, 0, 0},
    {"by", IG_OPTION_TEXTS, AT(by), false,
     "columns whose equal rows are added up first; without, each row by itself", NULL, 0, 0},
    {"totals", IG_OPTION_FLAG, AT(totals), false,
     "with --by: also the sums over each column and over all, called 'all'", NULL, 0, 0},
    {"disclosure", IG_OPTION_TEXT, AT(disclosure), false,
     "counts to hide before anything is made of them: none, threshold:N or hes; hes with "
     "--sensitive",
     NULL, 0, 0},
    {"age", IG_OPTION_COLUMN, AT(age), false,
     "column of age bands (dsr: 0-4 ... 90+; life-expectancy: 0, 1, 5 ... 90)", NULL, 0, 0},
    {"standard", IG_OPTION_TEXT, AT(standard), false,
     "esp2013, or a table of age bands and standard people (dsr)", NULL, 0, 0},
    {"repeats", IG_OPTION_TEXTS, AT(repeats), false,
     "columns of people with 1, 2, ... events each, in place of --count (dsr)", NULL, 0, 0},
    {"reference-count", IG_OPTION_COLUMN, AT(reference_count), false,
     "column of events in the reference (isr)", NULL, 0, 0},
    {"reference-population", IG_OPTION_COLUMN, AT(reference_population), false,
     "column of people in the reference (isr)", NULL, 0, 0},
    {"multiplier", IG_OPTION_NUMBER, AT(multiplier), false,
     "per how many; by default 1, for rate and dsr 100000", NULL, 1e-12, 1e12},
    {"confidence", IG_OPTION_NUMBERS, AT(confidence), false,
     "levels of the limits, such as .95,.998", NULL, 0, 0},
    POPULATION_CHECK_OPTIONS(AT(check)),
    {"trace", IG_OPTION_OUTPUT, AT(trace), false,
     "table of the file, line and column that each number comes from", NULL, 0, 0},
    {"output", IG_OPTION_OUTPUT, AT(output), false, "result: .csv .xlsx .json .gpkg", NULL, 0, 0},
    {0},
};

static const struct option_group groups[] = {
    TABLE_READING_GROUP(AT(reading), ""),
    {0},
};

static void defaults(void *settings)
{
    struct settings *s = settings;
    s->reading = ig_table_defaults();
    s->multiplier = NAN;
}

// What the rows give: columns as numbers, NULL where the method has no use for them.
struct inputs {
    ig_table *table;
    size_t count_column, population_column;
    const double *count, *population, *value, *reference_count, *reference_population;
    const double *repeats[16];
    size_t repeats_count, age_column;
    int32_t *age; ///< start of each row's band
    double standard[128];
    bool in_standard[128];
    const struct shield *shield; ///< NULL while the true counts are being found
};

// One figure of the output before it is put into columns.
struct figure {
    double count, population, expected;
    ig_rate rate[8]; ///< one a level
    const char *status;
};

static ig_status need(ig_ctx *ctx, const char *given, const char *option, const char *method)
{
    if (given) return IG_OK;
    return command_fail(ctx, IG_EINVAL, NULL, "%s is required for --method %s", option, method);
}

// First age of a band by its label: 0-4, 00-04, 90+, "85 and over", "Aged 5 to 9"; -1 for none.
static int32_t band_start(const char *label)
{
    const char *digits = label + strcspn(label, "0123456789");
    if (!*digits) return -1;
    int32_t start = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++) {
        start = start * 10 + (*digits - '0');
        if (start > 120) return -1;
    }
    return start;
}

static ig_status read_ages(ig_ctx *ctx, const struct settings *s, struct inputs *in)
{
    ig_status status = ig_table_find(ctx, in->table, s->age, &in->age_column);
    if (status) return status;
    const size_t rows = ig_table_rows(in->table);
    in->age = ig_alloc(rows + 1, sizeof *in->age);
    if (!in->age) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; i < rows; i++) {
        const char *label = ig_table_text(in->table, i, in->age_column);
        in->age[i] = band_start(label);
        if (in->age[i] < 0) {
            return command_fail(ctx, IG_EFORMAT, "bands are known by their first age: 0-4, 90+",
                                "%s: %s %lld, column %s: '%s' is no age band",
                                ig_base_name(s->table), ig_table_line_word(in->table),
                                (long long)ig_table_line(in->table, i), ig_show(s->age),
                                ig_show(label));
        }
    }
    return IG_OK;
}

// The European standard population of 2013, or two columns of a file.
static ig_status read_standard(ig_ctx *ctx, const struct settings *s, struct inputs *in)
{
    static const double esp2013[] = {5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000,
                                     7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000};
    if (!s->standard || strcmp(s->standard, "esp2013") == 0) {
        for (int i = 0; i < 19; i++) {
            in->standard[5 * i] = esp2013[i];
            in->in_standard[5 * i] = true;
        }
        return IG_OK;
    }
    ig_table_options reading = ig_table_defaults();
    reading.keyless = true;
    ig_table *table = NULL;
    const double *weight = NULL;
    size_t age = 0, column = SIZE_MAX;
    ig_status status = ig_table_read(ctx, s->standard, &reading, &table);
    if (status) return status;
    const size_t named = ig_table_column(table, s->age);
    if (named != SIZE_MAX) age = named;
    for (size_t c = 0; c < ig_table_columns(table); c++) {
        if (c == age || !ig_table_is_numeric(table, c)) continue;
        if (column != SIZE_MAX) {
            status = command_fail(ctx, IG_EFORMAT, "give a file of two columns: band and people",
                                  "%s: more than one column of numbers", ig_base_name(s->standard));
            goto done;
        }
        column = c;
    }
    if (column == SIZE_MAX) {
        status = command_fail(ctx, IG_EFORMAT, "give a file of two columns: band and people",
                              "%s: no column of numbers", ig_base_name(s->standard));
        goto done;
    }
    status = ig_table_numbers(ctx, table, column, IG_NUMBERS_COUNT, &weight);
    for (size_t i = 0; !status && i < ig_table_rows(table); i++) {
        const int32_t start = band_start(ig_table_text(table, i, age));
        if (start < 0 || isnan(weight[i]) || in->in_standard[start]) {
            status = command_fail(ctx, IG_EFORMAT, NULL,
                                  "%s: %s %lld: a band with its people, once each, is wanted",
                                  ig_base_name(s->standard), ig_table_line_word(table),
                                  (long long)ig_table_line(table, i));
        } else {
            in->standard[start] = weight[i];
            in->in_standard[start] = true;
        }
    }
done:
    ig_table_free(table);
    return status;
}

static ig_status read_inputs(ig_ctx *ctx, struct settings *s, struct inputs *in)
{
    static const char *const names[] = {"proportion",      "rate", "dsr", "isr",
                                        "life-expectancy", "mean"};
    const char *name = names[s->method];
    ig_status status = IG_OK;
    if (s->method == MEAN) {
        status = need(ctx, s->value, "--value", name);
    } else {
        if (!(s->method == DSR && s->repeats.count)) status = need(ctx, s->count, "--count", name);
        if (!status) status = need(ctx, s->population, "--population", name);
    }
    if (!status && (s->method == DSR || s->method == LIFE))
        status = need(ctx, s->age, "--age", name);
    if (!status && s->method == ISR) {
        status = need(ctx, s->reference_count, "--reference-count", name);
        if (!status) status = need(ctx, s->reference_population, "--reference-population", name);
    }
    if (!status && s->totals && s->by.count == 0) {
        status = command_fail(ctx, IG_EINVAL, NULL, "--totals goes with --by");
    }
    if (!status && s->repeats.count > 16) {
        status = command_fail(ctx, IG_EINVAL, NULL, "--repeats takes at most 16 columns");
    }
    if (status) return status;
    s->reading.keyless = !s->check.file;
    status = ig_table_read(ctx, s->table, &s->reading, &in->table);
    in->count_column = in->population_column = SIZE_MAX;
    if (!status && s->method != MEAN) {
        status = column_numbers(ctx, in->table, s->count, IG_NUMBERS_COUNT, &in->count_column,
                                &in->count);
        if (!status) {
            status = column_numbers(ctx, in->table, s->population, IG_NUMBERS_COUNT,
                                    &in->population_column, &in->population);
        }
    }
    if (!status) status = check_population(ctx, &s->check, in->table, in->population);
    if (!status && s->method == MEAN) {
        status = column_numbers(ctx, in->table, s->value, IG_NUMBERS_ANY, NULL, &in->value);
    }
    if (!status && s->method == ISR) {
        status = column_numbers(ctx, in->table, s->reference_count, IG_NUMBERS_COUNT, NULL,
                                &in->reference_count);
        if (!status) {
            status = column_numbers(ctx, in->table, s->reference_population, IG_NUMBERS_COUNT, NULL,
                                    &in->reference_population);
        }
    }
    for (size_t i = 0; !status && s->method == DSR && i < s->repeats.count; i++) {
        status = column_numbers(ctx, in->table, s->repeats.values[i], IG_NUMBERS_COUNT, NULL,
                                &in->repeats[i]);
        in->repeats_count = i + 1;
    }
    if (!status && (s->method == DSR || s->method == LIFE)) status = read_ages(ctx, s, in);
    if (!status && s->method == DSR) status = read_standard(ctx, s, in);
    return status;
}

// Sum of a column over a group; a gap makes the sum a gap, with the first reason.
static double sum_rows(const struct inputs *in, const struct groups *g, size_t group,
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

static ig_status refuse(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                        const struct groups *g, size_t group, const char *why)
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
static bool shielded(const struct settings *s, const struct inputs *in, size_t figure,
                     struct figure *f)
{
    if (!in->shield) return true;
    f->count = in->shield->shown[figure];
    if (in->shield->hidden[figure]) set_missing(f, s->confidence.count, "suppressed");
    return !in->shield->hidden[figure];
}

// A rounded count may pass the people that there are.
static double at_most(const struct inputs *in, double count, double population)
{
    return in->shield ? fmin(count, population) : count;
}

static ig_status simple(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                        const struct groups *g, size_t group, double multiplier, struct figure *f)
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

static ig_status direct(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                        const struct groups *g, size_t group, double multiplier, struct figure *f)
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

static ig_status mean(const struct settings *s, const struct inputs *in, const struct groups *g,
                      size_t group, struct figure *f)
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
static ig_status life(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
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

static ig_status add_numbers(ig_ctx *ctx, ig_result *result, const char *name,
                             const struct figure *figures, size_t offset)
{
    ig_column *column = NULL;
    const ig_status status = ig_result_add(result, name, IG_COLUMN_REAL, &column);
    if (status) return ig_fail(ctx, status, "column %s", name);
    for (size_t r = 0; r < result->rows; r++) {
        column->number[r] = *(const double *)((const char *)&figures[r] + offset);
    }
    return IG_OK;
}

static ig_status add_words(ig_ctx *ctx, ig_result *result, const struct figure *figures)
{
    ig_column *column = NULL;
    ig_status status = ig_result_add(result, "method", IG_COLUMN_TEXT, &column);
    for (size_t r = 0; !status && r < result->rows; r++) {
        status = ig_result_set_text(result, column, r, figures[r].rate[0].method);
    }
    if (!status) status = ig_result_add(result, "status", IG_COLUMN_TEXT, &column);
    for (size_t r = 0; !status && r < result->rows; r++) {
        status =
            ig_result_set_text(result, column, r, figures[r].status ? figures[r].status : "ok");
    }
    return status ? ig_fail(ctx, status, "no memory") : IG_OK;
}

static ig_status add_results(ig_ctx *ctx, const struct settings *s, ig_result *result,
                             const struct figure *figures)
{
    ig_status status = IG_OK;
    if (s->method != MEAN) {
        status = add_numbers(ctx, result, "count", figures, offsetof(struct figure, count));
        if (!status) {
            status = add_numbers(ctx, result, "population", figures,
                                 offsetof(struct figure, population));
        }
    }
    if (!status && s->method == ISR) {
        status = add_numbers(ctx, result, "expected", figures, offsetof(struct figure, expected));
    }
    const size_t at = offsetof(struct figure, rate);
    if (!status) status = add_numbers(ctx, result, "value", figures, at + offsetof(ig_rate, value));
    for (size_t l = 0; !status && l < s->confidence.count; l++) {
        char name[24];
        limit_name("lower", &s->confidence, l, name);
        status = add_numbers(ctx, result, name, figures,
                             at + l * sizeof(ig_rate) + offsetof(ig_rate, lower));
        if (status) break;
        limit_name("upper", &s->confidence, l, name);
        status = add_numbers(ctx, result, name, figures,
                             at + l * sizeof(ig_rate) + offsetof(ig_rate, upper));
    }
    if (!status) status = add_numbers(ctx, result, "se", figures, at + offsetof(ig_rate, se));
    return status ? status : add_words(ctx, result, figures);
}

// Columns of the input that are carried through; those that the result holds itself are not.
static ig_status carry_columns(ig_ctx *ctx, const struct inputs *in, const struct groups *g,
                               ig_result *result)
{
    static const char *const own[] = {"count",   "population", "expected", "value",  "lower",
                                      "upper",   "se",         "method",   "status", "lower95",
                                      "upper95", "lower998",   "upper998"};
    for (size_t c = 0; c < ig_table_columns(in->table); c++) {
        const char *name = ig_table_column_name(in->table, c);
        bool ours = false;
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
            ours |= strcmp(own[i], name) == 0;
        if (ours && (c == in->count_column || c == in->population_column)) continue;
        // beside a hidden count no number is carried that it could be worked out from
        if (in->shield && c != in->population_column && ig_table_looks_numeric(in->table, c)) {
            ig_info(ctx, "column %s is left out: a number could give a hidden count away",
                    ig_show(name));
            continue;
        }
        char renamed[300];
        snprintf(renamed, sizeof renamed, "%.280s%s", name, ours ? "_input" : "");
        // One row a group here: group r is row g->rows[r].
        const ig_status status = carry_column(result, in->table, c, renamed, g->rows);
        if (status) return ig_fail(ctx, status, "cannot carry column %s through", ig_show(name));
    }
    return IG_OK;
}

static ig_status make_result(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                             const struct groups *g, bool by_row, const struct figure *figures,
                             ig_result **out)
{
    const size_t each = s->method == LIFE ? IG_LIFE_BANDS : 1, rows = g->count * each;
    size_t *group_of_row = ig_alloc(rows + 1, sizeof *group_of_row);
    if (!group_of_row) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t r = 0; r < rows; r++)
        group_of_row[r] = r / each;
    ig_result *result = NULL;
    ig_status status = ig_result_new(rows, &result);
    if (!status && by_row) status = carry_columns(ctx, in, g, result);
    if (!status && !by_row) status = groups_add_columns(ctx, g, result, group_of_row);
    if (!status && s->method == LIFE) {
        ig_column *age = NULL;
        status = ig_result_add(result, ig_table_column_name(in->table, in->age_column),
                               IG_COLUMN_INTEGER, &age);
        for (size_t r = 0; !status && r < rows; r++) {
            const size_t band = r % IG_LIFE_BANDS;
            age->number[r] = band < 2 ? (double)band : 5.0 * ((double)band - 1.0);
        }
    }
    if (!status) status = add_results(ctx, s, result, figures);
    ig_free(group_of_row);
    if (status) {
        ig_result_free(result);
    } else {
        *out = result;
    }
    return status;
}

// All figures: from the true counts, or from the protected ones where there is a shield.
static ig_status work(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                      const struct groups *g, double multiplier, struct figure *figures)
{
    const size_t each = s->method == LIFE ? IG_LIFE_BANDS : 1;
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < g->count; i++) {
        struct figure *f = &figures[i * each];
        switch ((enum method)s->method) {
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

static ig_status shield_figures(ig_ctx *ctx, const struct settings *s, const ig_disclosure *policy,
                                const struct groups *g, size_t each, const struct figure *figures,
                                struct shield **out)
{
    double *raw = ig_alloc(g->count * each + 1, sizeof *raw);
    if (!raw) return ig_fail(ctx, IG_EMEMORY, "no memory to protect the counts");
    for (size_t k = 0; k < g->count * each; k++)
        raw[k] = figures[k].count;
    const ig_status status = shield_new(ctx, policy, g, each, s->totals, raw, out);
    ig_free(raw);
    return status;
}

// ---- trace: where each number comes from -------------------------------------------------------

// An output number and the column of the table that it is made from.
struct use {
    const char *number, *column;
};

static size_t list_uses(const struct settings *s, struct use *uses)
{
    size_t n = 0;
    if (s->method == MEAN) {
        uses[n++] = (struct use){"value", s->value};
        return n;
    }
    for (size_t e = 0; s->method == DSR && e < s->repeats.count; e++)
        uses[n++] = (struct use){"count", s->repeats.values[e]};
    if (n == 0) uses[n++] = (struct use){"count", s->count};
    uses[n++] = (struct use){"population", s->population};
    if (s->method == ISR) {
        uses[n++] = (struct use){"expected", s->population};
        uses[n++] = (struct use){"expected", s->reference_count};
        uses[n++] = (struct use){"expected", s->reference_population};
    }
    return n;
}

// Number of the output row, from 1, that a row of the input goes into.
static double output_row(const struct settings *s, const struct inputs *in, size_t group,
                         size_t row)
{
    if (s->method != LIFE) return (double)group + 1.0;
    const int32_t a = in->age[row];
    return (double)(group * IG_LIFE_BANDS) + (a < 5 ? (double)(a != 0) : (double)a / 5.0 + 1.0) +
           1.0;
}

static ig_status fill_trace(const struct settings *s, const struct inputs *in,
                            const struct groups *g, const struct use *uses, size_t use_count,
                            ig_result *trace)
{
    const size_t first = g->columns;
    ig_column *c = trace->columns;
    ig_status status = IG_OK;
    size_t r = 0;
    for (size_t i = 0; i < g->count; i++)
        for (size_t u = 0; u < use_count; u++)
            for (size_t k = g->start[i]; k < g->start[i + 1]; k++, r++) {
                for (size_t b = 0; !status && b < g->columns; b++)
                    status = ig_result_set_text(trace, &c[b], r, g->texts[i * g->columns + b]);
                c[first].number[r] = output_row(s, in, i, g->rows[k]);
                if (!status) status = ig_result_set_text(trace, &c[first + 1], r, uses[u].number);
                if (!status)
                    status = ig_result_set_text(trace, &c[first + 2], r, ig_table_path(in->table));
                c[first + 3].number[r] = (double)ig_table_line(in->table, g->rows[k]);
                if (!status) status = ig_result_set_text(trace, &c[first + 4], r, uses[u].column);
                if (status) return status;
            }
    return IG_OK;
}

static ig_status write_trace(ig_ctx *ctx, const struct settings *s, const struct inputs *in,
                             const struct groups *g, const char *const *inputs, json_t *json)
{
    static const struct {
        const char *name;
        ig_column_kind kind;
    } columns[] = {{"output_row", IG_COLUMN_INTEGER},
                   {"output_column", IG_COLUMN_TEXT},
                   {"file", IG_COLUMN_TEXT},
                   {"line", IG_COLUMN_INTEGER},
                   {"column", IG_COLUMN_TEXT}};
    struct use uses[20];
    ig_result *trace = NULL;
    ig_column *column = NULL;
    const size_t count = list_uses(s, uses);
    ig_status status = ig_result_new(g->start[g->count] * count, &trace);
    for (size_t b = 0; !status && b < g->columns; b++)
        status = ig_result_add(trace, g->names[b], IG_COLUMN_TEXT, &column);
    for (size_t i = 0; !status && i < sizeof columns / sizeof *columns; i++)
        status = ig_result_add(trace, columns[i].name, columns[i].kind, &column);
    if (!status) status = fill_trace(s, in, g, uses, count, trace);
    if (status)
        ig_fail(ctx, status, "cannot write the trace");
    else
        status = command_write(ctx, trace, s->trace, "isogap_trace", inputs, json);
    ig_result_free(trace);
    return status;
}

// The policy in force, on the table and in the JSON.
static ig_status stamp(ig_ctx *ctx, const ig_disclosure *policy, const struct shield *shield,
                       ig_result *result, json_t *json)
{
    char room[48];
    ig_column *column = NULL;
    const char *text = ig_disclosure_text(policy, room, sizeof room);
    json_object_set_new(json, "disclosure", json_string(text));
    if (!shield) return IG_OK;
    json_object_set_new(json, "counts_hidden",
                        json_integer((json_int_t)(shield->primary + shield->secondary)));
    json_object_set_new(json, "counts_hidden_beside", json_integer((json_int_t)shield->secondary));
    ig_info(ctx,
            "disclosure %s: %zu counts are hidden, %zu more beside them so that no sum gives "
            "them away",
            text, shield->primary, shield->secondary);
    ig_status status = ig_result_add(result, "disclosure", IG_COLUMN_TEXT, &column);
    for (size_t r = 0; !status && r < result->rows; r++)
        status = ig_result_set_text(result, column, r, text);
    return status ? ig_fail(ctx, status, "cannot add the column disclosure") : IG_OK;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    struct inputs in = {0};
    struct groups *g = NULL;
    struct figure *figures = NULL;
    struct shield *shield = NULL;
    ig_disclosure policy = {IG_DISCLOSE_ALL, 0.0};
    ig_result *result = NULL;
    ig_status status = check_levels(ctx, &s->confidence);
    if (!status) status = shield_policy(ctx, s->disclosure, s->reading.sensitive, &policy);
    if (!status && s->confidence.count > 8) {
        status = command_fail(ctx, IG_EINVAL, NULL, "--confidence takes at most 8 levels");
    }
    if (!status) status = read_inputs(ctx, s, &in);
    if (status) goto done;
    // A standardised rate, a life table and a mean are of many rows: without --by, of all.
    const bool by_row =
        s->by.count == 0 && (s->method == PROPORTION || s->method == RATE || s->method == ISR);
    status = by_row ? groups_of_rows(ctx, in.table, &g)
                    : groups_new(ctx, in.table, &s->by, s->totals, &g);
    if (status) goto done;
    const size_t each = s->method == LIFE ? IG_LIFE_BANDS : 1;
    figures = ig_alloc(g->count * each + 1, sizeof *figures);
    if (!figures) status = ig_fail(ctx, IG_EMEMORY, "no memory");
    const double usual = s->method == RATE || s->method == DSR ? 100000.0 : 1.0;
    const double multiplier = isnan(s->multiplier) ? usual : s->multiplier;
    if (!status) status = work(ctx, s, &in, g, multiplier, figures);
    if (!status && policy.kind != IG_DISCLOSE_ALL) {
        status = shield_figures(ctx, s, &policy, g, each, figures, &shield);
        in.shield = shield;
        if (!status) status = work(ctx, s, &in, g, multiplier, figures);
    }
    if (!status) status = make_result(ctx, s, &in, g, by_row, figures, &result);
    if (!status) status = stamp(ctx, &policy, shield, result, json);
    const char *const inputs[] = {s->table, NULL};
    if (!status && s->trace) status = write_trace(ctx, s, &in, g, inputs, json);
    if (!status) status = command_write(ctx, result, s->output, "rates", inputs, json);
    if (!status) json_object_set_new(json, "rows", json_rows(result));
done:
    ig_result_free(result);
    ig_free(figures);
    shield_free(shield);
    groups_free(g);
    ig_free(in.age);
    ig_table_free(in.table);
    return status;
}

const struct command cmd_rates = {
    .name = "rates",
    .summary = "Work out proportions, rates, standardised rates and life expectancy with limits",
    .about =
        "Proportions have Wilson's limits; counts and crude rates exact Poisson limits below 10, "
        "else Byar's; directly standardised rates Dobson's; indirectly standardised ratios those "
        "of the count; life expectancy is Chiang's second method with the variance of Silcocks; "
        "means have Student's limits. A gap is never 0: a sum over a gap is a gap, with the "
        "reason in 'status'.\n\n"
        "--disclosure threshold:N hides counts of 1 to N, hes those of 1 to 7 and rounds the "
        "others to 5; rates and limits are made from what is shown. With --totals further counts "
        "are hidden, the smallest first, until no hidden count can be worked out from the sums to "
        "within N.",
    .example = "isogap rates --table geodata/sample/fingertips_wards.csv --method proportion "
               "--count Count "
               "--population Denominator --multiplier 100 -o smokers.csv",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
