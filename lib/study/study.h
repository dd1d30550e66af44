/// Study: a plan from inputs to outputs, and the record of the run.
#ifndef ISOGAP_STUDY_H
#define ISOGAP_STUDY_H

#include "../core/core.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Run a plan file (YAML). @param[out] summary JSON text of product.md's `run`, yours, free with
/// ig_study_free; may be NULL.
IG_API IG_MUST_CHECK ig_status ig_study_run(ig_ctx *ctx, const char *plan, char **summary);
IG_API void ig_study_free(char *summary);

#ifdef __cplusplus
}
#endif
#endif
