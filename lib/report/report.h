/// Report: a page for each ward, for each district and for the whole, as HTML and as tagged PDF.
///
/// The room knows nothing of plans and files of input: it takes what a run worked out, and lends
/// none of it on. Texts come from a catalogue, so that a page can be had in another language.
#ifndef ISOGAP_REPORT_H
#define ISOGAP_REPORT_H

#include "../access/access.h"
#include "../area/area.h"
#include "../core/core.h"
#include "../core/option.h"
#include "../grid/grid.h"
#include "../rates/rates.h"

#ifdef __cplusplus
extern "C" {
#endif

/// One way of travelling, worked out.
typedef struct ig_report_mode {
    const char *name;   ///< "walk"; "" for the only one without a name
    const char *kind;   ///< "walk", "cycle", "drive"; else other words: the name is shown
    bool straight;      ///< no roads were given: over open ground
    double speed;       ///< km/h on level open ground, with straight; NaN: not known
    const char *suffix; ///< of the columns in the tables: "_walk"
    const ig_access *areas, *wards;
    ig_rings isochrones; ///< one a threshold
} ig_report_mode;

/// Which chapter of a page an indicator stands in.
typedef enum ig_report_topic { IG_TOPIC_NEED, IG_TOPIC_HEALTH, IG_TOPIC_OTHER } ig_report_topic;

/// One indicator beside access. Values by area or by ward; the others of the two are NULL.
typedef struct ig_report_indicator {
    const char *title, *unit;  ///< unit NULL or "": none
    const char *file, *column; ///< where it comes from
    ig_polarity polarity;
    ig_report_topic topic;
    bool sum;            ///< a count: wards hold the sum of their areas; compared with nothing
    const double *areas; ///< one an area, NaN where missing
    const char *const *area_status; ///< why an area has none; may be NULL
    const double *wards;            ///< one a ward, as its file has it
    const double *lower, *upper;    ///< limits of `wards`; may be NULL
    /// Events and people at risk, by area or by ward as the values are: the value of a larger place
    /// is multiplier x sum of counts / sum of populations, with limits. NULL: mean over the people.
    const double *count, *population;
    double multiplier;
    const double *district; ///< what the file has for the district of each ward, NaN where it has
                            ///< nothing; may be NULL
    double benchmark;       ///< national value, NaN: none
    const char *benchmark_name; ///< "England"
    const char *benchmark_code; ///< of its row in the file; NULL: stated by the plan
    const int64_t *line;   ///< line of the file for each area or ward as the values are; 0: none
    const char *line_word; ///< "line", "row"
    size_t periods;        ///< of a series; 0: none
    const char *const *period;
    const double *const *series; ///< periods arrays, by area or ward as the values are
} ig_report_indicator;

/// A file that went in.
typedef struct ig_report_source {
    const char *role, *file, *sha256;
    const char *source, *date; ///< as the plan states them; may be NULL
} ig_report_source;

/// All that the pages are made of; lent, NULL where it says so.
typedef struct ig_report_input {
    const char *title;       ///< of the plan; may be NULL
    const char *attribution; ///< may be NULL
    const char *digest;      ///< SHA-256 of all that the pages depend on, as hex
    const char *area_kind, *work_crs;
    const ig_areas *areas, *ward_shapes; ///< ward_shapes may be NULL
    const ig_sites *sites;               ///< may be NULL
    size_t wards;
    const char *const *ward_code, *const *ward_name;
    const size_t *ward_shape;                                ///< SIZE_MAX: without shape
    const size_t *parent;                                    ///< ward of each area, or SIZE_MAX
    const char *const *district_code, *const *district_name; ///< of each ward; may be NULL
    const double *decile; ///< of deprivation, one an area, 1 = most deprived; may be NULL
    const char *decile_name;
    const double *people; ///< of each area; may be NULL
    const ig_report_mode *modes;
    size_t modes_count;
    const ig_report_indicator *indicators;
    size_t indicators_count;
    const ig_report_source *sources;
    size_t sources_count;
    const char *const *warnings; ///< of the run
    size_t warnings_count;
    const char *spread;        ///< how people were placed, in words; may be NULL
    const char *const *inputs; ///< paths that no output may be, NULL-ended
    /// Files that the index of a folder to hand over leads to, relative to it: pairs of words and
    /// path; may be NULL.
    const char *const (*files)[2];
    size_t files_count;
    /// Files below the folder that the manifest lists beside the pages, so that a later run knows them
    /// for its own; may be NULL.
    const char *const *beside;
    size_t beside_count;
} ig_report_input;

/// What is written, and where. Lent.
typedef struct ig_report_options {
    const char *folder;       ///< with a slash at its end; is there
    const char *pages;        ///< folder below it for the pages of places: "" or "pages/"
    bool html, pdf;           ///< at least one
    ig_texts ward;            ///< codes; none: all
    const char *template_dir; ///< words.txt, page.html, page.css that replace our own; may be NULL
} ig_report_options;

/// What was written.
typedef struct ig_report_counts {
    size_t wards, written, kept, failed; ///< kept: pages of a run before that are still right
    char **paths;                        ///< of all pages and the manifest, in order
    size_t paths_count;
} ig_report_counts;

/// Pages of wards in parallel, then of their districts and the whole, index, method, manifest.
///
/// Each file is whole or absent. `manifest.csv` names them with bytes and SHA-256 and the digest
/// that they were made from: pages that it lists, and that are as they were, are not made again.
/// A ward that fails is told (ig_warn) and leaves the others alone.
/// @param[out] counts  free with ig_report_counts_free in any case
/// @return status of the first failed ward by code, its words on the context
IG_API IG_MUST_CHECK ig_status ig_report_write(ig_ctx *ctx, const ig_report_input *input,
                                               const ig_report_options *options,
                                               ig_report_counts *counts);
/// Are all files in some parts of a folder to hand over as its manifest lists them? Then a run may
/// replace them: nobody has changed them, and none is somebody else's.
/// @param parts  names of folders below it, NULL-ended
IG_API IG_MUST_CHECK ig_status ig_report_folder_ours(ig_ctx *ctx, const char *folder,
                                                     const char *const *parts, bool *ours);
/// Before files below a folder to hand over are made: list them as planned, so that a run after this
/// one, should it be killed, knows them for its own. Refuses a manifest that no report wrote.
/// @param files  names from the folder, NULL-ended
IG_API IG_MUST_CHECK ig_status ig_report_folder_begin(ig_ctx *ctx, const char *folder,
                                                      const char *const *files);
/// After a run that failed: the manifest lists what is there, and goes when that is nothing.
IG_API IG_MUST_CHECK ig_status ig_report_folder_abandon(ig_ctx *ctx, const char *folder);
IG_API void ig_report_counts_free(ig_report_counts *counts);

#ifdef __cplusplus
}
#endif
#endif
