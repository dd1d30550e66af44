/// Study: the state of a run and the steps that fill it, in the order of the plan on one page.
#ifndef ISOGAP_STUDY_INTERNAL_H
#define ISOGAP_STUDY_INTERNAL_H

#include "../access/access.h"
#include "../link/link.h"
#include "../map/map.h"
#include "../report/report.h"
#include "plan_internal.h"
#include "study.h"

#include <jansson.h>

/// Areas that the small ones belong to. Those without any of them and outside the map are left out.
struct ward_set {
    size_t count;
    const char **codes, **names; ///< lent by the ward file or the lookup
    size_t *shape;               ///< number in the ward file
    size_t *parent;              ///< one a small area: number here, SIZE_MAX for none
};

/// One mode of travel, worked out.
struct mode_run {
    const struct plan_mode *plan;
    char suffix[64]; ///< "" for one mode, "_walk" for one of several
    ig_surface *surface;
    ig_grid *minutes;
    ig_placement *placement;
    ig_access *access, *wards;
    ig_isochrones *isochrones;
    double *people_within; ///< one a threshold
    double minutes_most;   ///< greatest of the cells, for the style of the raster
    ig_result *gap, *measures;
    char *cost_path, *minutes_path; ///< NULL when nothing is kept beside
    char cost_digest[65];
};

/// An output: named and checked before work begins, taken back when the run fails.
struct target {
    char *path;
    bool before; ///< a file of that name was there before
    bool folder;
};

struct study {
    ig_ctx *ctx;
    struct plan plan;
    bool reports_only;         ///< nothing but reports is written
    bool hand_over;            ///< all outputs lie in a folder to hand over
    bool begun;                ///< the manifest of that folder lists them as planned
    const char *const *inputs; ///< of the plan, NULL-ended
    ig_areas *areas, *ward_areas;
    ig_table **tables; ///< one for each of the plan
    bool *of_wards;    ///< which of them are by ward
    ig_join *join, *ward_join;
    ig_population *population;
    ig_cover *cover; ///< shares of cells, for all modes
    ig_sites *sites;
    ig_table *lookup, *groups;
    size_t *lookup_row, lookup_to; ///< row of the lookup for each area, and its column of wards
    struct ward_set wards;
    struct mode_run *modes;
    size_t modes_count;
    ig_result *area_columns, *ward_columns; ///< attributes of the layers
    ig_choropleth **choropleths;            ///< of the areas: one for each map
    char **choropleth_names;                ///< columns
    const struct plan_map **choropleth_maps;
    size_t choropleths_count;
    double *shared; ///< values of all maps with shared classes, shared_count of them
    size_t shared_count;
    ig_site_kinds kinds; ///< of the sites, where the plan names their column
    struct target *targets;
    size_t targets_count, targets_room;
    json_t *input_list;           ///< files with their SHA-256
    json_t *before;               ///< record of the run before, or NULL
    json_t *steps;                ///< of the record
    ig_trace *trace;              ///< NULL: not asked for
    ig_recalled *recalled_people; ///< cells of the people by area; NULL without
};

// ---- targets.c ----------------------------------------------------------------------------------

/// Name every output and refuse what could not be written, before any work.
ig_status study_targets(struct study *study);
/// "BASE_WHAT_MODE.END" beside the GeoPackage. Yours; NULL: no memory.
char *study_beside(const struct study *study, const char *what, const char *suffix,
                   const char *end);
/// A file in a folder of the outputs. Yours.
char *study_inside(const char *folder, const char *name, const char *suffix, const char *end);
/// Names of the grids beside the outputs, for the modes.
ig_status study_beside_names(struct study *study);
/// A folder of reports: there, or to be made.
ig_status study_report_folder(struct study *study, const char *folder);
/// The files of the maps, once their columns are known.
ig_status study_map_targets(struct study *study);
/// Picture of choropleth i. Yours.
char *study_map_path(const struct study *study, size_t i);
/// Make the folders of the outputs that are not there.
ig_status study_folders(struct study *study);
/// After a failure: remove what this run made.
void study_take_back(struct study *study);

// ---- inputs.c, nest.c ---------------------------------------------------------------------------

ig_status study_inputs(struct study *study);
/// Find each area in the lookup of wards; without a ward file its areas are united to wards.
ig_status study_look_up(struct study *study);
ig_status study_nest(struct study *study);
/// The policy in force for a table of the plan.
ig_disclosure study_policy(const struct study *study, size_t table);
/// Hide small counts of the joined tables, in areas and wards together.
ig_status study_protect(struct study *study);

// ---- modes.c ------------------------------------------------------------------------------------

ig_status study_mode(struct study *study, struct mode_run *mode);
void study_mode_free(struct mode_run *mode);
/// The areas' own column of district codes, if they bring one: SIZE_MAX else.
size_t study_district_column(const ig_table *table);
/// The deciles: a joined column, else one of the table of groups, else one of the areas' own. One an
/// area, yours; NULL when the plan names none.
ig_status study_deciles(struct study *study, double **out);

// ---- steps.c: work that need not be done again -----------------------------------------------------

/// Files of the plan's inputs with their SHA-256, in order of name.
ig_status study_hash_inputs(struct study *study);
/// SHA-256 of files that an option names (folders: of all in them), appended to `text`.
ig_status study_hash_files(struct study *study, const ig_texts *files, ig_text *text);
/// The record of the run before, if it lies there and can be read.
void study_read_before(struct study *study);
/// A step done before with the same digest whose file is as it was then: its entry, else NULL.
json_t *study_step_before(struct study *study, const char *name, const char *digest,
                          const char *path);
/// Keep a step for the record. @param first number of the context's warning where it began
ig_status study_step_done(struct study *study, const char *name, const char *digest,
                          const char *path, json_t *report, size_t first_warning);
/// Say a skipped step's warnings again and take its entry over.
ig_status study_step_again(struct study *study, json_t *entry);

// ---- layers.c -----------------------------------------------------------------------------------

/// Columns of the area and ward layers, and the choropleths.
ig_status study_columns(struct study *study);
ig_status study_choropleths(struct study *study);
/// Do the columns that maps and deprivation name exist? Before long work; names the choropleths.
ig_status study_check_columns(struct study *study);

// ---- reports.c ----------------------------------------------------------------------------------

/// Do the columns that indicators name exist? Before long work.
ig_status study_check_indicators(struct study *study);
/// Reports of what has been worked out. @param files  words and paths that the index leads to
/// @param beside  files below the folder of reports that the manifest lists too
ig_status study_write_reports(struct study *study, const ig_report_options *options,
                              const char *const (*files)[2], size_t files_count,
                              const char *const *beside, size_t beside_count,
                              ig_report_counts *counts);

// ---- geopackage.c, dress.c --------------------------------------------------------------------

const char *study_ward_layer(const struct study *study);
ig_status study_write_geopackage(struct study *study, const char *record);
/// Styles of all layers.
ig_status study_style(struct study *study, ig_layers *layers);
/// The QGIS project beside the GeoPackage.
ig_status study_write_project(struct study *study);
/// A style beside each raster of minutes, where QGIS finds it.
ig_status study_style_minutes(struct study *study);

// ---- outputs.c, record.c ------------------------------------------------------------------------

ig_status study_write(struct study *study);
/// Record of the run as JSON text, the same for the file beside and the table inside. Yours.
ig_status study_record(struct study *study, char **text);
ig_status study_summary(struct study *study, char **text);
json_t *study_join_json(const struct study *study, const ig_join_count *count);

// ---- trace_run.c: without a trace nothing happens -------------------------------------------------

ig_status study_trace_begin(struct study *study);
/// The numbers of the layers, once they are known.
ig_status study_trace_numbers(struct study *study);
ig_status study_trace_layer(struct study *study, ig_layers *layers);
/// Codes of the areas in their order, lent; the list is yours. NULL: no memory.
const char **study_area_codes(const struct study *study);
/// TABLES/trace.csv.
ig_status study_trace_file(struct study *study);

ig_status study_no_memory(struct study *study);

#endif
