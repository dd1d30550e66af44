// The one file that knows CBC: a model in, what was found and proven out.
#include "siting_internal.h"

#include <coin/Cbc_C_Interface.h>
#include <coin/Clp_C_Interface.h>

#include <math.h>
#include <signal.h>

/// CBC wants int columns row by row.
static void load(const struct model *m, Cbc_Model *cbc)
{
    for (size_t c = 0; c < m->columns; c++)
        Cbc_addCol(cbc, "", m->low[c], m->high[c], m->cost[c], m->whole[c], 0, NULL, NULL);
    for (size_t r = 0; r < m->rows; r++) {
        const double low = m->row_low[r], high = m->row_high[r];
        const size_t from = m->row_start[r];
        const char sense = low == high ? 'E' : (low > -INFINITY ? 'G' : 'L');
        Cbc_addRow(cbc, "", (int)(m->row_start[r + 1] - from), m->column + from, m->factor + from,
                   sense, sense == 'L' ? high : low);
    }
}

enum { FEW_ROWS = 2000 };

/// CBC looks at the clock between linear programmes, not within its first one, which on a large
/// model may take longer than all of the time: so that one is solved here first, by the clock.
/// @param[out] bound  that of the programme when it is done in time
static ig_status first_programme(const struct model *m, double seconds, double *bound, bool *done)
{
    *done = m->rows <= FEW_ROWS;
    if (*done) return IG_OK;
    int *start = ig_alloc(m->rows + 1, sizeof *start);
    Clp_Simplex *clp = start ? Clp_newModel() : NULL;
    if (!clp) {
        ig_free(start);
        return IG_EMEMORY;
    }
    for (size_t r = 0; r <= m->rows; r++)
        start[r] = (int)m->row_start[r];
    Clp_setLogLevel(clp, 0);
    Clp_resize(clp, 0, (int)m->columns);
    for (size_t c = 0; c < m->columns; c++) {
        Clp_columnLower(clp)[c] = m->low[c];
        Clp_columnUpper(clp)[c] = m->high[c];
        Clp_objective(clp)[c] = m->cost[c];
    }
    Clp_addRows(clp, (int)m->rows, m->row_low, m->row_high, start, m->column, m->factor);
    Clp_setMaximumSeconds(clp, seconds);
    Clp_dual(clp, 0);
    *done = Clp_status(clp) == 0 || Clp_status(clp) == 1;
    if (Clp_status(clp) == 0) *bound = Clp_objectiveValue(clp);
    Clp_deleteModel(clp);
    ig_free(start);
    return IG_OK;
}

ig_status model_solve(ig_ctx *ctx, const struct model *model, double seconds, double *x,
                      struct verdict *out)
{
    *out = (struct verdict){.bound = -INFINITY};
    if (model->columns > INT32_MAX / 2 || model->rows > INT32_MAX / 2) return IG_OK;
    if (!(seconds > 0.0) || model->entries > INT32_MAX) return IG_OK;
    const double began = siting_clock();
    bool done = false;
    const ig_status status = first_programme(model, 0.3 * seconds, &out->bound, &done);
    if (status || !done) return status;
    const double first = out->bound, took = siting_clock() - began;
    seconds = fmax(0.1, seconds - 2.0 * took); // CBC will solve it once more
    ig_debug(ctx, "CBC: %zu columns, %zu rows", model->columns, model->rows);
    struct sigaction interrupt;
    const bool kept = sigaction(SIGINT, NULL, &interrupt) == 0; // CBC takes it for itself
    Cbc_Model *cbc = Cbc_newModel();
    if (!cbc) return IG_EMEMORY;
    load(model, cbc);
    Cbc_setObjSense(cbc, 1.0);
    Cbc_setLogLevel(cbc, 0);
    Cbc_setParameter(cbc, "timeMode", "elapsed");
    Cbc_setMaximumSeconds(cbc, seconds);
    Cbc_setParameter(cbc, "heuristicsOnOff",
                     "off"); // first answers are ours, and they mind no clock
    Cbc_setAllowableGap(cbc, 1e-10);
    Cbc_setAllowableFractionGap(cbc, 0.0);
    Cbc_solve(cbc);
    if (kept) (void)sigaction(SIGINT, &interrupt, NULL);
    const double *best = Cbc_bestSolution(cbc);
    out->infeasible = Cbc_isProvenInfeasible(cbc) != 0;
    out->found = best != NULL && !out->infeasible;
    out->proven = out->found && Cbc_isProvenOptimal(cbc) != 0;
    out->bound = Cbc_getBestPossibleObjValue(cbc);
    if (out->found) {
        out->cost = Cbc_getObjValue(cbc);
        for (size_t c = 0; c < model->columns; c++)
            x[c] = best[c];
        if (out->proven) out->bound = fmin(out->bound, out->cost);
        if (out->proven && out->bound < out->cost - 1e-6 * fmax(1.0, fabs(out->cost)))
            out->bound = out->cost; // solved in preprocessing: no bound is left behind
    }
    if (!isfinite(out->bound) || fabs(out->bound) > 1e49) out->bound = -INFINITY;
    out->bound = fmax(out->bound, first);
    if (out->proven) out->bound = fmin(out->bound, out->cost);
    Cbc_deleteModel(cbc);
    return ig_ctx_cancelled(ctx) ? IG_ECANCELLED : IG_OK;
}
