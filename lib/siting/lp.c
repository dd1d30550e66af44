// The problem as text in CPLEX's LP format, for other solvers.
#include "siting_internal.h"

#include <math.h>

static ig_status build_cover(const struct instance *in, struct model *m)
{
    const ig_siting_objective o = in->options.objective;
    const double first = o == IG_SITING_CORE20_COVERAGE ? in->total + 1.0 : 0.0;
    add_candidates(in, m, o == IG_SITING_LSCP ? 1.0 : 0.0);
    for (size_t j = 0; o != IG_SITING_LSCP && j < in->m; j++)
        model_entry(m, j, 1.0);
    if (o != IG_SITING_LSCP) model_row(m, (double)in->k, (double)in->k);
    for (size_t i = 0; i < in->n; i++) {
        size_t end = in->start[i];
        if (in->base[i] <= in->options.threshold) continue;
        while (end < in->start[i + 1] && in->minutes[end] <= in->options.threshold)
            end++;
        if (end == in->start[i]) continue;
        for (size_t e = in->start[i]; e < end; e++)
            model_entry(m, in->site[e], 1.0);
        if (o == IG_SITING_LSCP) {
            model_row(m, 1.0, INFINITY);
            continue;
        }
        const double people = in->people[i] * (i < in->group_start[1] ? 1.0 + first : 1.0);
        model_entry(m, model_column(m, people, 0.0, 1.0, false), 1.0); // left uncovered
        model_row(m, 1.0, INFINITY);
    }
    return m->failed ? IG_EMEMORY : IG_OK;
}

static void put_number(ig_text *t, double value)
{
    char number[32];
    ig_text_append(t, ig_number_text(value, number, sizeof number));
}

static void put_name(ig_text *t, const struct model *m, size_t column)
{
    ig_text_format(t, column < m->sites ? "open_%zu" : "v_%zu",
                   column < m->sites ? column + 1 : column + 1 - m->sites);
}

static void put_term(ig_text *t, const struct model *m, size_t column, double factor)
{
    ig_text_append(t, factor < 0.0 ? " - " : " + ");
    put_number(t, fabs(factor));
    ig_text_append(t, " ");
    put_name(t, m, column);
    ig_text_append(t, "\n");
}

static void put_side(ig_text *t, const char *sign, double value)
{
    ig_text_format(t, " %s ", sign);
    put_number(t, value);
    ig_text_append(t, "\n");
}

static void put_rows(ig_text *t, const struct model *m)
{
    ig_text_append(t, "Subject To\n");
    for (size_t r = 0; r < m->rows; r++) {
        ig_text_format(t, "r_%zu:\n", r + 1);
        for (size_t e = m->row_start[r]; e < m->row_start[r + 1]; e++)
            put_term(t, m, (size_t)m->column[e], m->factor[e]);
        if (m->row_low[r] == m->row_high[r])
            put_side(t, "=", m->row_low[r]);
        else if (m->row_low[r] > -INFINITY)
            put_side(t, ">=", m->row_low[r]);
        else
            put_side(t, "<=", m->row_high[r]);
    }
}

static void put_bounds(ig_text *t, const struct model *m)
{
    ig_text_append(t, "Bounds\n");
    for (size_t c = m->sites; c < m->columns; c++) {
        if (m->low[c] == -INFINITY) {
            ig_text_append(t, " ");
            put_name(t, m, c);
            ig_text_append(t, " free\n");
            continue;
        }
        ig_text_append(t, " ");
        put_number(t, m->low[c]);
        ig_text_append(t, " <= ");
        put_name(t, m, c);
        if (m->high[c] < INFINITY) {
            ig_text_append(t, " <= ");
            put_number(t, m->high[c]);
        }
        ig_text_append(t, "\n");
    }
    ig_text_append(t, "Binaries\n");
    for (size_t c = 0; c < m->sites; c++)
        ig_text_format(t, " open_%zu\n", c + 1);
    ig_text_append(t, "End\n");
}

static void put_head(ig_text *t, const struct instance *in, const char *const *codes)
{
    ig_text_append(t, "\\ Which sites to open. open_N is 1 for a candidate that is opened:\n");
    for (size_t j = 0; j < in->m; j++)
        ig_text_format(t, "\\ open_%zu: %s\n", j + 1, ig_show(codes[in->candidate[j]]));
    ig_text_append(t, "\\ The other columns say within which time a demand has an open site, or "
                      "are sums of them.\n");
}

ig_status ig_siting_lp(ig_ctx *ctx, const ig_siting_problem *problem,
                       const ig_siting_options *options, const char *const *codes, double mean_cap,
                       char **text)
{
    struct instance in;
    struct model m = {0};
    ig_text t = {0};
    ig_status status = instance_new(ctx, problem, options, &in);
    if (status) return status;
    const ig_siting_objective o = options->objective;
    const bool cover = o == IG_SITING_LSCP || o == IG_SITING_MCLP || o == IG_SITING_CORE20_COVERAGE;
    double most = 1.0;
    for (size_t i = 0; i < in.n; i++)
        most = fmax(most, worst_time(&in, i));
    if (cover)
        status = build_cover(&in, &m);
    else
        status = equity_build(&in, mean_cap, 4.0 * most, &m);
    if (!status) {
        put_head(&t, &in, codes);
        ig_text_append(&t, "Minimize\nobj:\n");
        for (size_t c = 0; c < m.columns; c++)
            if (m.cost[c] != 0.0) put_term(&t, &m, c, m.cost[c]);
        put_rows(&t, &m);
        put_bounds(&t, &m);
        if (t.failed) status = IG_EMEMORY;
    }
    model_free(&m);
    instance_free(&in);
    if (status) {
        ig_text_free(&t);
        return status == IG_EMEMORY ? siting_no_memory(ctx) : status;
    }
    *text = t.data;
    return IG_OK;
}

void ig_siting_lp_free(char *text)
{
    ig_free(text);
}
