/// What the files of the papers share.
#ifndef ISOGAP_ASSESS_INTERNAL_H
#define ISOGAP_ASSESS_INTERNAL_H

#include "../map/map.h"
#include "../map/pen.h"
#include "assess.h"

/// Seven classes of change with their middle at none, in a two-sided palette: shorter is violet,
/// longer is orange.
struct change_scale {
    ig_breaks *breaks;
    ig_colour *colours;
    ig_style style;
};
ig_status change_scale_new(ig_ctx *ctx, const ig_change *change, struct change_scale *out);
void change_scale_free(struct change_scale *scale);

/// Value of a row of the assessment; NaN where there is no such row or column.
double row_value(const ig_result *rows, const char *grouping, const char *group,
                 const char *column);
/// "kept", "closed", "opened", "moved".
const char *fate_word(ig_assess_fate fate);

/// Mean minutes of groups before and after, as SVG to stand in a page.
ig_status figure_means(ig_ctx *ctx, const ig_assess_paper *paper, ig_text *html);
/// The change of each area, as SVG to stand in a page. Nothing without areas.
ig_status figure_map(ig_ctx *ctx, const ig_assess_paper *paper, const struct change_scale *scale,
                     ig_text *html);
/// The whole page.
ig_status page_write(ig_ctx *ctx, const ig_assess_paper *paper, const struct change_scale *scale,
                     ig_text *html);

#endif
