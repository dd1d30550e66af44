// convert's columns: from the table to the targets, with every sum and every gap accounted for.
#include "converting.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>

static ig_status no_memory(const struct conversion *c)
{
    return ig_fail(c->ctx, IG_EMEMORY, "no memory to convert %s", ig_show(c->file));
}

void conversion_free(struct conversion *c)
{
    for (size_t k = 0; c->columns && k < c->count; k++) {
        ig_free(c->columns[k].name);
        for (int v = 0; v < 2; v++) {
            ig_free(c->columns[k].out[v]);
            ig_free(c->columns[k].texts[v]);
            ig_free(c->columns[k].cause[v]);
        }
    }
    ig_free(c->columns);
    ig_shares_free(c->shares[0]);
    ig_shares_free(c->shares[1]);
    ig_free(c->row);
    ig_free(c->has_row);
    ig_free(c->twice);
}

// ---- the columns --------------------------------------------------------------------------------

static ig_status add_column(struct conversion *c, enum carried_kind kind, const char *column,
                            const char *name, const char *denominator)
{
    struct carried_column *to = &c->columns[c->count];
    *to = (struct carried_column){.kind = kind, .column = SIZE_MAX, .denominator = SIZE_MAX};
    ig_status status = ig_table_find(c->ctx, c->table, column, &to->column);
    if (!status && denominator) {
        status = ig_table_find(c->ctx, c->table, denominator, &to->denominator);
    }
    if (!status && kind != CARRY_CATEGORY) {
        status =
            ig_table_numbers(c->ctx, c->table, to->column,
                             kind == CARRY_COUNT ? IG_NUMBERS_COUNT : IG_NUMBERS_ANY, &to->values);
    }
    if (!status && denominator) {
        status = ig_table_numbers(c->ctx, c->table, to->denominator, IG_NUMBERS_COUNT,
                                  &to->denominators);
    }
    if (status) return status;
    to->name = ig_text_copy(name ? name : ig_table_column_name(c->table, to->column));
    if (!to->name) return no_memory(c);
    c->count++;
    return IG_OK;
}

static ig_status add_list(struct conversion *c, enum carried_kind kind, const char *option,
                          const char *list)
{
    if (!list) return IG_OK;
    ig_pairs pairs = {0};
    ig_status status = ig_pairs_parse(c->ctx, option, list, kind == CARRY_RATE ? ':' : '=', &pairs);
    const size_t count = c->count + pairs.count + 1;
    struct carried_column *more = status ? NULL : ig_resize(c->columns, count, sizeof *more);
    if (!status && !more) status = no_memory(c);
    if (more) c->columns = more;
    for (size_t i = 0; !status && i < pairs.count; i++) {
        const char *second = pairs.value[i];
        status = add_column(c, kind, pairs.name[i], kind == CARRY_RATE ? NULL : second,
                            kind == CARRY_RATE ? second : NULL);
    }
    ig_pairs_free(&pairs);
    return status;
}

static void list_numbers(const struct conversion *c, ig_text *text)
{
    size_t shown = 0;
    for (size_t k = 0; k < ig_table_columns(c->table) && shown < IG_SHOWN; k++) {
        if (k == ig_table_key_column(c->table) || !ig_table_looks_numeric(c->table, k)) continue;
        ig_text_format(text, "%s%s", shown++ ? ", " : "",
                       ig_show(ig_table_column_name(c->table, k)));
    }
}

ig_status conversion_columns(struct conversion *c, const char *counts, const char *rates,
                             const char *categories)
{
    ig_status status = add_list(c, CARRY_COUNT, "--counts", counts);
    if (!status) status = add_list(c, CARRY_RATE, "--rates", rates);
    if (!status) status = add_list(c, CARRY_CATEGORY, "--categories", categories);
    if (!status && c->count == 0) {
        ig_text numbers = {0};
        list_numbers(c, &numbers);
        status = command_fail(c->ctx, IG_EINVAL,
                              "name the columns to add up by --counts, rates by --rates "
                              "RATE:POPULATION, words by --categories",
                              "%s: nothing says which columns to carry%s%s", c->file,
                              numbers.length ? "; columns of numbers: " : "",
                              numbers.failed || !numbers.data ? "" : numbers.data);
        ig_text_free(&numbers);
    }
    return status;
}

// ---- carrying -----------------------------------------------------------------------------------

static void by_source(const struct conversion *c, const double *values, double *out)
{
    for (size_t i = 0; i < c->shares[0]->sources; i++)
        out[i] = c->has_row[i] ? values[c->row[i]] : NAN;
}

// A marker among words; a single letter, such as c, is a class of its own among other letters.
static const char *gap_of_text(const char *text)
{
    const bool letter = ((text[0] | 32) >= 'a' && (text[0] | 32) <= 'z') && !text[1];
    return letter ? NULL : ig_marker_reason(text);
}

static ig_status carry_texts(const struct conversion *c, struct carried_column *to, int v)
{
    const ig_shares *s = c->shares[v];
    const char **texts = ig_alloc(s->sources + 1, sizeof *texts);
    if (!texts) return no_memory(c);
    for (size_t i = 0; i < s->sources; i++) {
        const char *text = c->has_row[i] ? ig_table_text(c->table, c->row[i], to->column) : "";
        texts[i] = *text && !gap_of_text(text) ? text : NULL;
    }
    const ig_status status =
        ig_carry_categories(c->ctx, s, texts, to->texts[v], to->out[v], to->cause[v]);
    ig_free(texts);
    return status;
}

static ig_status carry_one(const struct conversion *c, struct carried_column *to, int v)
{
    const ig_shares *s = c->shares[v];
    to->out[v] = ig_alloc(s->targets + 1, sizeof *to->out[v]);
    to->cause[v] = ig_alloc(s->targets + 1, sizeof *to->cause[v]);
    to->texts[v] = ig_alloc(s->targets + 1, sizeof *to->texts[v]);
    if (!to->out[v] || !to->cause[v] || !to->texts[v]) return no_memory(c);
    if (to->kind == CARRY_CATEGORY) return carry_texts(c, to, v);
    double *values = ig_alloc(2 * s->sources + 1, sizeof *values);
    if (!values) return no_memory(c);
    double *denominators = values + s->sources;
    by_source(c, to->values, values);
    if (to->denominators) by_source(c, to->denominators, denominators);
    ig_status status;
    if (to->kind == CARRY_COUNT) {
        status = ig_carry_counts(c->ctx, s, values, to->out[v], to->cause[v], &to->sums[v]);
        struct ig_sum twice = {0};
        for (size_t i = 0; v == 0 && c->twice && i < s->sources; i++) {
            if (!isnan(values[i])) ig_sum_add(&twice, values[i] * c->twice[i]);
        }
        if (v == 0) to->counted_twice = ig_sum_of(&twice);
    } else {
        status = ig_carry_rates(c->ctx, s, values, to->denominators ? denominators : NULL,
                                to->out[v], to->cause[v]);
    }
    ig_free(values);
    return status;
}

ig_status conversion_carry(struct conversion *c)
{
    ig_status status = IG_OK;
    if (c->method != BY_WEIGHTS) status = ig_shares_best_fit(c->ctx, c->shares[0], &c->shares[1]);
    for (size_t k = 0; !status && k < c->count; k++) {
        if (c->method != BY_BEST_FIT) status = carry_one(c, &c->columns[k], 0);
        if (!status && c->method != BY_WEIGHTS) status = carry_one(c, &c->columns[k], 1);
    }
    return status;
}

// ---- the table of targets -----------------------------------------------------------------------

static bool is_missing(const struct carried_column *from, int v, size_t t)
{
    return from->kind == CARRY_CATEGORY ? !from->texts[v][t] : isnan(from->out[v][t]);
}

// Why a target has no value: the reason of the source that took it.
static const char *reason_of(const struct conversion *c, const struct carried_column *from, int v,
                             size_t t, bool any_source)
{
    const size_t i = from->cause[v][t];
    if (i == SIZE_MAX) return any_source && from->kind == CARRY_RATE ? "undefined" : "no data";
    if (!c->has_row[i]) return "no data";
    const char *gap = NULL;
    if (from->kind == CARRY_CATEGORY) {
        gap = gap_of_text(ig_table_text(c->table, c->row[i], from->column));
    } else {
        gap = ig_table_gap(c->table, c->row[i], from->column);
        if (!gap && from->denominators) {
            gap = ig_table_gap(c->table, c->row[i], from->denominator);
        }
    }
    if (gap) return gap;
    return from->kind == CARRY_CATEGORY ? "no data" : "no weight";
}

static ig_status put_values(const struct conversion *c, const struct carried_column *from, int v,
                            const char *name, const bool *shown, ig_result *result)
{
    ig_column *column = NULL;
    const bool text = from->kind == CARRY_CATEGORY;
    ig_status status = ig_result_add(result, name, text ? IG_COLUMN_TEXT : IG_COLUMN_REAL, &column);
    for (size_t t = 0, r = 0; !status && t < c->shares[0]->targets; t++) {
        if (!shown[t]) continue;
        if (!text) {
            column->number[r] = from->out[v][t];
        } else if (from->texts[v][t]) {
            status = ig_result_set_text(result, column, r, from->texts[v][t]);
        }
        r++;
    }
    return status;
}

static ig_status put_column(const struct conversion *c, const struct carried_column *from,
                            const bool *shown, ig_result *result)
{
    if (c->method != BY_BOTH) {
        return put_values(c, from, c->method == BY_BEST_FIT, from->name, shown, result);
    }
    static const char *const endings[] = {"_weights", "_best_fit"};
    ig_status status = IG_OK;
    for (int v = 0; !status && v < 2; v++) {
        ig_text name = {0};
        ig_text_format(&name, "%s%s", from->name, endings[v]);
        status = name.failed ? IG_EMEMORY : put_values(c, from, v, name.data, shown, result);
        ig_text_free(&name);
    }
    return status;
}

// Do the two methods differ by more than 1%? -1: neither has a value.
static int differ_at(const struct conversion *c, size_t t)
{
    bool any = false;
    for (size_t k = 0; k < c->count; k++) {
        const struct carried_column *from = &c->columns[k];
        const bool without[2] = {is_missing(from, 0, t), is_missing(from, 1, t)};
        if (without[0] && without[1]) continue;
        any = true;
        if (without[0] != without[1]) return 1;
        if (from->kind == CARRY_CATEGORY) {
            if (strcmp(from->texts[0][t], from->texts[1][t]) != 0) return 1;
            continue;
        }
        const double w = from->out[0][t], b = from->out[1][t];
        if (fabs(w - b) > 0.01 * fabs(w) * (1.0 + 1e-12)) return 1;
    }
    return any ? 0 : -1;
}

static ig_status put_status(const struct conversion *c, const bool *shown, const bool *any_source,
                            ig_result *result)
{
    ig_column *column = NULL;
    ig_status status = ig_result_add(result, "status", IG_COLUMN_TEXT, &column);
    const int first = c->method == BY_BEST_FIT, last = c->method == BY_WEIGHTS ? 0 : 1;
    for (size_t t = 0, r = 0; !status && t < c->shares[0]->targets; t++) {
        if (!shown[t]) continue;
        ig_text text = {0};
        const char *common = NULL;
        bool same = true; // every column is missing for one reason
        for (size_t k = 0; k < c->count; k++) {
            const struct carried_column *from = &c->columns[k];
            const int v = is_missing(from, first, t) ? first : last;
            if (!is_missing(from, v, t)) {
                same = false;
                continue;
            }
            const char *reason = reason_of(c, from, v, t, any_source[t]);
            same = same && (!common || strcmp(common, reason) == 0);
            common = reason;
            ig_text_format(&text, "%s%s: %s", text.length ? "; " : "", from->name, reason);
        }
        status = text.failed ? IG_EMEMORY
                             : ig_result_set_text(result, column, r++,
                                                  !common ? "ok"
                                                  : same  ? common
                                                          : text.data);
        ig_text_free(&text);
    }
    return status;
}

static ig_status put_weights(const struct conversion *c, const bool *shown, ig_result *result)
{
    const ig_shares *s = c->shares[c->method == BY_BEST_FIT];
    double *weights = ig_alloc(s->targets + 1, sizeof *weights);
    ig_column *column = NULL;
    ig_status status = weights ? ig_carry_weights(s, c->has_row, weights) : IG_EMEMORY;
    if (!status) status = ig_result_add(result, "weight", IG_COLUMN_REAL, &column);
    for (size_t t = 0, r = 0; !status && t < s->targets; t++) {
        if (shown[t]) column->number[r++] = weights[t];
    }
    ig_free(weights);
    return status;
}

static ig_status fill_result(const struct conversion *c, const bool *shown, const bool *any_source,
                             ig_result *result)
{
    const ig_shares *s = c->shares[0];
    ig_column *column = NULL;
    ig_status status = ig_result_add(result, "area", IG_COLUMN_TEXT, &column);
    for (size_t t = 0, r = 0; !status && t < s->targets; t++) {
        if (shown[t]) status = ig_result_set_text(result, column, r++, s->target[t]);
    }
    for (size_t k = 0; !status && k < c->count; k++)
        status = put_column(c, &c->columns[k], shown, result);
    if (!status && c->method == BY_BOTH) {
        status = ig_result_add(result, "differs", IG_COLUMN_INTEGER, &column);
        for (size_t t = 0, r = 0; !status && t < s->targets; t++) {
            if (!shown[t]) continue;
            const int differs = differ_at(c, t);
            column->number[r++] = differs < 0 ? NAN : differs;
        }
    }
    if (!status) status = put_weights(c, shown, result);
    return status ? status : put_status(c, shown, any_source, result);
}

ig_status conversion_result(const struct conversion *c, const bool *shown, size_t rows,
                            ig_result **out)
{
    const ig_shares *s = c->shares[0];
    bool *any_source = ig_alloc(s->targets + 1, sizeof *any_source);
    ig_result *result = NULL;
    ig_status status = any_source ? ig_result_new(rows, &result) : IG_EMEMORY;
    for (size_t k = 0; !status && k < s->count; k++)
        any_source[s->piece[k]] = true;
    if (!status) status = fill_result(c, shown, any_source, result);
    ig_free(any_source);
    if (status) {
        ig_result_free(result);
        return status == IG_EINVAL
                   ? command_fail(c->ctx, IG_EINVAL, "rename it: --counts 'COLUMN=newname'",
                                  "two columns of the result have one name (area, weight, status "
                                  "and differs are taken)")
                   : no_memory(c);
    }
    *out = result;
    return IG_OK;
}

// ---- what is told -------------------------------------------------------------------------------

static double outside_of(const ig_shares *s, size_t i)
{
    struct ig_sum inside = {0};
    for (size_t k = s->start[i]; k < s->start[i + 1]; k++)
        ig_sum_add(&inside, s->weight[k]);
    return s->whole[i] > 0.0 ? 1.0 - ig_sum_of(&inside) / s->whole[i] : 1.0;
}

// Sources that are not whole in the targets, with the share that is not.
static void put_lost_areas(const struct conversion *c, const ig_shares *s, json_t *json)
{
    json_t *list = json_array();
    ig_text names = {0};
    size_t lost = 0;
    for (size_t i = 0; i < s->sources; i++) {
        const double share = outside_of(s, i) + (c->twice ? c->twice[i] : 0.0);
        if (!c->has_row[i] || !(share > 1e-9)) continue;
        if (++lost <= IG_SHOWN) {
            ig_text_format(&names, "%s%s", lost > 1 ? ", " : "", ig_show(s->source[i]));
        }
        json_array_append_new(
            list, json_pack("{s:s, s:o}", "area", s->source[i], "share", json_number(share)));
    }
    json_object_set_new(json, "lost_areas", list);
    if (lost) {
        ig_warn(c->ctx, "%s: %zu area%s lie%s in no target or not wholly: %s%s", c->file, lost,
                lost == 1 ? "" : "s", lost == 1 ? "s" : "", names.failed ? "" : names.data,
                lost > IG_SHOWN ? " ..." : "");
    }
    ig_text_free(&names);
}

static void put_sums(const struct conversion *c, int v, json_t *json)
{
    json_t *before = json_object(), *after = json_object(), *lost = json_object();
    json_t *twice = json_object();
    ig_text words = {0};
    bool any_twice = false;
    for (size_t k = 0; k < c->count; k++) {
        const struct carried_column *from = &c->columns[k];
        if (from->kind != CARRY_COUNT) continue;
        const double doubled = v == 0 ? from->counted_twice : 0.0;
        const double gone = from->sums[v].lost + doubled;
        char a[32], b[32], d[32];
        json_object_set_new(before, from->name, json_number(from->sums[v].before));
        json_object_set_new(after, from->name, json_number(from->sums[v].after));
        json_object_set_new(lost, from->name, json_number(gone));
        json_object_set_new(twice, from->name, json_number(doubled));
        any_twice = any_twice || doubled != 0.0;
        ig_info(c->ctx, "%s%s: total %s before, %s after", ig_show(from->name),
                c->method == BY_BOTH && v ? " by best fit" : "",
                ig_number_text(from->sums[v].before, a, sizeof a),
                ig_number_text(from->sums[v].after, b, sizeof b));
        if (gone != 0.0) {
            ig_text_format(&words, "%s%s %s", words.length ? ", " : "", ig_show(from->name),
                           ig_number_text(gone, d, sizeof d));
        }
    }
    if (words.length && !words.failed) {
        ig_warn(c->ctx, "%s: lost on the way%s: %s", c->file,
                c->method == BY_BOTH && v ? " by best fit" : "", words.data);
    }
    const bool second = c->method == BY_BOTH && v;
    json_object_set_new(json, second ? "total_after_best_fit" : "total_after", after);
    json_object_set_new(json, second ? "lost_best_fit" : "lost", lost);
    if (second) {
        json_decref(before);
    } else {
        json_object_set_new(json, "total_before", before);
    }
    if (any_twice) {
        ig_warn(c->ctx, "targets lie over each other: what is in several counts in each");
        json_object_set_new(json, "counted_twice", twice);
    } else {
        json_decref(twice);
    }
    ig_text_free(&words);
}

static void put_irregular(const struct conversion *c, json_t *json)
{
    const ig_shares *s = c->shares[0];
    json_t *list = json_array();
    ig_text names = {0};
    size_t count = 0;
    for (size_t i = 0; i < s->sources; i++) {
        if (s->change[i] != 'X' || !c->has_row[i]) continue;
        json_array_append_new(list, json_string(s->source[i]));
        ig_text_format(&names, "%s%s", count++ ? ", " : "", ig_show(s->source[i]));
    }
    json_object_set_new(json, "irregular", list);
    if (count && !names.failed) {
        ig_warn_mild(c->ctx, "%zu irregular area%s (X), not to be compared like for like: %s",
                     count, count == 1 ? "" : "s", names.data);
    }
    ig_text_free(&names);
}

static void put_splits(const struct conversion *c, json_t *json)
{
    const ig_shares *s = c->shares[0];
    json_t *equally = json_array(), *by_area = json_array();
    json_int_t given = 0;
    for (size_t i = 0; i < s->sources; i++) {
        if (!c->has_row[i]) continue;
        given += s->split[i] == IG_SPLIT_GIVEN;
        if (s->split[i] == IG_SPLIT_AREA && !c->twice) {
            json_array_append_new(by_area, json_string(s->source[i]));
        } else if (s->split[i] == IG_SPLIT_EQUAL) {
            json_array_append_new(equally, json_string(s->source[i]));
        }
    }
    const size_t areas = json_array_size(by_area), equal = json_array_size(equally);
    if (areas || equal) {
        ig_info(c->ctx, "%zu areas split by land area, %zu in equal parts", areas, equal);
    }
    json_object_set_new(json, "split_by_weights", json_integer(given));
    json_object_set_new(json, "split_by_area", by_area);
    json_object_set_new(json, "split_equally", equally);
}

void conversion_report(const struct conversion *c, json_t *json)
{
    const int first = c->method == BY_BEST_FIT;
    json_int_t differ = 0;
    put_sums(c, first, json);
    if (c->method == BY_BOTH) {
        put_sums(c, 1, json);
        for (size_t t = 0; t < c->shares[0]->targets; t++)
            differ += differ_at(c, t) == 1;
        json_object_set_new(json, "differs", json_integer(differ));
    }
    put_irregular(c, json);
    put_lost_areas(c, c->shares[first], json);
    put_splits(c, json);
}
