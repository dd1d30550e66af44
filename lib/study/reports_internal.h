/// Study: the input of the reports in the making. Private.
#ifndef ISOGAP_STUDY_REPORTS_INTERNAL_H
#define ISOGAP_STUDY_REPORTS_INTERNAL_H

#include "study_internal.h"

/// The input of the reports with the memory behind it.
struct made {
    ig_report_input in;
    ig_report_mode *modes;
    ig_report_indicator *indicators;
    size_t indicators_count;
    ig_report_source *sources;
    size_t sources_count;
    const char **district_code, **district_name;
    double *decile;
    char **texts; ///< freed with it
    size_t texts_count, texts_room;
    char digest[65];
    const char **warnings;
};

/// Have a text freed with the rest; NULL after a message when there is no memory for it.
char *made_keep(struct study *study, struct made *made, char *text);
/// Indicators by the plan's list, or all columns of numbers (indicators.c).
ig_status study_take_indicators(struct study *study, struct made *made);

#endif
