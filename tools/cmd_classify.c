// classify: one column of numbers into classes, by any of the usual methods.
#include "groups.h"
#include "search.h"

#include <core/inside.h>

struct settings {
    const char *table;
    ig_table_options reading;
    const char *value;
    int method;
    int64_t classes;
    ig_numbers breaks;
    const char *output;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"table", IG_OPTION_INPUT, AT(table), true, "table or layer that holds the values", NULL, 0, 0},
    {"value", IG_OPTION_COLUMN, AT(value), true, "column of numbers to put into classes", NULL, 0,
     0},
    {"method", IG_OPTION_CHOICE, AT(method), false, "how limits are found", IG_CLASS_METHODS, 0, 0},
    {"classes", IG_OPTION_COUNT, AT(classes), false,
     "how many classes; head-tail finds its own number", NULL, 1, 1000},
    {"breaks", IG_OPTION_NUMBERS, AT(breaks), false,
     "upper limits for --method manual, rising; values above the last get a class more", NULL, 0,
     0},
    {"output", IG_OPTION_OUTPUT, AT(output), false, "result: .csv .xlsx .json .gpkg", NULL, 0, 0},
    {0},
};

static const struct option_group groups[] = {
    TABLE_READING_GROUP(AT(reading), "key|"),
    {0},
};

static void defaults(void *settings)
{
    struct settings *s = settings;
    s->reading = ig_table_defaults();
    s->classes = 5;
}

static ig_status check(ig_ctx *ctx, const struct settings *s)
{
    const bool manual = s->method == IG_CLASS_MANUAL;
    if (manual && s->breaks.count == 0)
        return command_fail(ctx, IG_EINVAL, "give upper limits, such as --breaks 10,20,30",
                            "--breaks is required for --method manual");
    if (!manual && s->breaks.count)
        return command_fail(ctx, IG_EINVAL, "add --method manual, or leave --breaks out",
                            "--breaks is for --method manual only");
    for (size_t i = 1; i < s->breaks.count; i++)
        if (!(s->breaks.values[i] > s->breaks.values[i - 1]))
            return command_fail(ctx, IG_EINVAL, "upper limits must rise", "--breaks: %g follows %g",
                                s->breaks.values[i], s->breaks.values[i - 1]);
    return IG_OK;
}

static ig_status columns_of(ig_ctx *ctx, const ig_breaks *b, ig_result **out)
{
    static const char *const names[] = {"class", "lower", "upper", "count"};
    ig_result *result = NULL;
    ig_column *column;
    ig_status status = ig_result_new(b->classes, &result);
    for (size_t i = 0; !status && i < 4; i++)
        status = ig_result_add(result, names[i],
                               i == 1 || i == 2 ? IG_COLUMN_REAL : IG_COLUMN_INTEGER, &column);
    if (status) {
        ig_result_free(result);
        return ig_fail(ctx, status, "no memory for %zu classes", b->classes);
    }
    for (size_t k = 0; k < b->classes; k++) {
        result->columns[0].number[k] = (double)k + 1.0;
        result->columns[1].number[k] = b->lower[k];
        result->columns[2].number[k] = b->upper[k];
        result->columns[3].number[k] = (double)b->count[k];
    }
    *out = result;
    return IG_OK;
}

static void summarise(const ig_breaks *b, const ig_result *result, json_t *json)
{
    json_t *bounds = json_array(), *counts = json_array();
    for (size_t k = 0; k < b->classes; k++) {
        json_array_append_new(bounds, json_number(b->upper[k]));
        json_array_append_new(counts, json_integer(b->count[k]));
    }
    json_object_set_new(json, "upper_bounds", bounds);
    json_object_set_new(json, "counts", counts);
    json_object_set_new(json, "within_ss", json_number(b->within_ss));
    json_object_set_new(json, "gvf", json_number(b->gvf));
    json_object_set_new(json, "missing", json_integer(b->missing));
    json_object_set_new(json, "note", b->note ? json_string(b->note) : json_null());
    json_object_set_new(json, "rows", json_rows(result));
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    ig_table *table = NULL;
    ig_breaks *breaks = NULL;
    ig_result *result = NULL;
    size_t column = 0;
    const double *values = NULL;
    const char *const inputs[] = {s->table, NULL};
    ig_status status = check(ctx, s);
    if (!status) status = search_check_outputs(ctx, &s->output, 1, inputs);
    if (status) return status;
    s->reading.keyless = true;
    status = ig_table_read(ctx, s->table, &s->reading, &table);
    if (!status) status = ig_table_find(ctx, table, s->value, &column);
    if (!status) status = ig_table_numbers(ctx, table, column, IG_NUMBERS_ANY, &values);
    if (!status)
        status = refuse_small_counts(ctx, table, ig_table_column_name(table, column), values);
    if (status) goto done;
    status = ig_classify(values, ig_table_rows(table), (ig_class_method)s->method,
                         (size_t)s->classes, s->breaks.values, s->breaks.count, &breaks);
    if (status == IG_EUNDEFINED) {
        status = ig_fail(ctx, IG_EFORMAT, "%s: column %s holds no number", ig_show(s->table),
                         ig_show(s->value));
        ig_hint(ctx, "all its %zu cells are empty or markers of gaps", ig_table_rows(table));
    } else if (status) {
        ig_fail(ctx, status, "%s: cannot put column %s into classes", ig_show(s->table),
                ig_show(s->value));
    }
    if (!status) status = columns_of(ctx, breaks, &result);
    if (status) goto done;
    if (breaks->note) ig_info(ctx, "%s", breaks->note);
    status = command_write(ctx, result, s->output, "classes", inputs, json);
    if (!status) summarise(breaks, result, json);
done:
    ig_result_free(result);
    ig_breaks_free(breaks);
    ig_table_free(table);
    return status;
}

const struct command cmd_classify = {
    .name = "classify",
    .summary = "Put numbers into classes",
    .about =
        "Classes are closed on the right: a value equal to an upper limit lies below it. Quantiles "
        "are of type 7, classes that ties would leave empty are merged. Fisher-Jenks is exact, "
        "whatever the number of values. sd sets limits at whole standard deviations from the mean, "
        "pretty at round numbers, head-tail at the mean of each head. Fewer different values than "
        "classes give fewer classes, with a note. 'within_ss' is the sum of squares within the "
        "classes, 'gvf' the goodness of variance fit, 1 when all is explained.",
    .example = "isogap classify --table geodata/sample/indicators_lsoa21.csv "
               "--value 'Adults who smoke (%)' --method fisher-jenks --classes 5",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
