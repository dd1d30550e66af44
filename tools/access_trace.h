/// Where the numbers of access come from.
#ifndef ISOGAP_TOOLS_ACCESS_TRACE_H
#define ISOGAP_TOOLS_ACCESS_TRACE_H

#include "accessing.h"

/// The inputs that access was worked out from. Lent.
struct access_sources {
    ig_texts population, matrix, sites;
    const ig_population_options *people;
    const char *cost;
    const struct access_mode *mode;
    size_t modes;
};

/// Tables that the trace lends its texts from: free after the trace has been written.
struct access_traced {
    ig_recalled *people, *matrix;
};

/// People lead back to their cells where they stand in a table, minutes to the rows of a matrix, or
/// to the raster and the sites as files.
/// @param result of access_result
ig_status access_trace(ig_ctx *ctx, const struct access_sources *s, const ig_result *result,
                       struct access_traced *keep, ig_trace *trace);
void access_traced_free(struct access_traced *keep);

#endif
