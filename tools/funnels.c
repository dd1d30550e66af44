// compare --funnel: the control limits of one row.
#include "funnels.h"

#include <core/inside.h>

#include <math.h>

ig_status funnel_of_row(ig_ctx *ctx, const ig_table *table, size_t row, enum funnel funnel,
                        double count, double population, double baseline, double scale,
                        struct funnel_row *out)
{
    *out = (struct funnel_row){NAN, NAN, NAN, NAN, "not compared"};
    if (isnan(count) || isnan(population) || !(population > 0.0) || !(baseline > 0.0)) return IG_OK;
    if (funnel == FUNNEL_PROPORTION && (count > population || baseline > 1.0)) {
        return command_fail(ctx, IG_EFORMAT, NULL, "%s: %s %lld: %s",
                            ig_base_name(ig_table_path(table)), ig_table_line_word(table),
                            (long long)ig_table_line(table, row),
                            count > population ? "the count is above the population"
                                               : "the benchmark is no proportion");
    }
    double limit[4]; // as proportions, or counts
    const double expected = baseline * population;
    ig_status status = IG_OK;
    for (int l = 0; !status && l < 2; l++) {
        const double level = l ? 0.998 : 0.95;
        status = funnel == FUNNEL_PROPORTION
                     ? ig_funnel_proportion(baseline, population, level, &limit[2 * l],
                                            &limit[2 * l + 1])
                     : ig_funnel_count(expected, level, &limit[2 * l], &limit[2 * l + 1]);
    }
    if (status) return ig_fail(ctx, status, "funnel limits cannot be made");
    const double point = funnel == FUNNEL_PROPORTION ? count / population : count;
    const double unit = funnel == FUNNEL_PROPORTION ? scale : scale / population;
    out->where = point > limit[3]   ? "high (99.8%)"
                 : point > limit[1] ? "high (95%)"
                 : point < limit[2] ? "low (99.8%)"
                 : point < limit[0] ? "low (95%)"
                                    : "within";
    out->lower95 = limit[0] * unit;
    out->upper95 = limit[1] * unit;
    out->lower998 = limit[2] * unit;
    out->upper998 = limit[3] * unit;
    return IG_OK;
}
