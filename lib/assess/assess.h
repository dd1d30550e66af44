/// Assess: the papers of a health equity assessment from a change of sites worked out by `access`.
#ifndef ISOGAP_ASSESS_H
#define ISOGAP_ASSESS_H

#include "../access/access.h"
#include "../area/area.h"
#include "../core/core.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What becomes of a site.
typedef enum ig_assess_fate {
    IG_SITE_KEPT,
    IG_SITE_CLOSED,
    IG_SITE_OPENED,
    IG_SITE_MOVED
} ig_assess_fate;
/// A site of the change.
typedef struct ig_assess_site {
    const char *code, *name; ///< name may be ""
    double x, y;             ///< work CRS; NaN where not known
    ig_assess_fate fate;
} ig_assess_site;

/// What the papers are made of; all lent.
typedef struct ig_assess_paper {
    const char *title; ///< NULL: one is made
    const ig_assessment *assessment;
    const ig_access *before, *after;
    const ig_change *change;
    const char *const *codes; ///< of the areas
    const ig_areas *areas;    ///< NULL: no shapes, no GeoPackage
    const double *decile;     ///< of the areas; NULL: not known
    const ig_assess_site *site;
    size_t sites;
    const char *const *inputs; ///< files, NULL-ended, for the list of sources
    bool matrix;               ///< times came from a matrix, one for each area and site
    size_t plus;               ///< groups that are a part of the people
    const char *const *groupings;
    size_t groupings_count;
} ig_assess_paper;

/// Paths that were written. Owned.
typedef struct ig_assess_files {
    size_t count;
    char *path[3];
} ig_assess_files;

/// Can the papers be written into that folder, which is made if there is none? For before long work.
/// @param areas   with the GeoPackage
/// @param inputs  files that no paper may be, NULL-ended
IG_API IG_MUST_CHECK ig_status ig_assess_check(ig_ctx *ctx, const char *folder, bool areas,
                                               const char *const *inputs);
/// assess.html (self-contained, no script), assess.csv (the rows) and, with areas, assess.gpkg
/// (layers `assess` and `sites`, tables of rows and measures).
/// @param[out] files  what was written, free with ig_assess_files_free in any case
IG_API IG_MUST_CHECK ig_status ig_assess_write(ig_ctx *ctx, const ig_assess_paper *paper,
                                               const char *folder, const char *const *inputs,
                                               ig_assess_files *files);
IG_API void ig_assess_files_free(ig_assess_files *files);

#ifdef __cplusplus
}
#endif
#endif
