// rates' table: the columns that each method needs, age bands and standard populations.
#include "rating.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

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

static ig_status read_ages(ig_ctx *ctx, const struct rating_settings *s, struct rating_inputs *in)
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
static ig_status read_standard(ig_ctx *ctx, const struct rating_settings *s,
                               struct rating_inputs *in)
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

ig_status rating_read(ig_ctx *ctx, struct rating_settings *s, struct rating_inputs *in)
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
    s->reading.keyless = !s->check.file && !s->trace;
    s->reading.lineage = s->trace != NULL;
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

void rating_free(struct rating_inputs *in)
{
    ig_free(in->age);
    ig_table_free(in->table);
}
