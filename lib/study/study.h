/// Study: a plan from inputs to outputs, and the record of the run.
#ifndef ISOGAP_STUDY_H
#define ISOGAP_STUDY_H

#include "../access/access.h"
#include "../area/area.h"
#include "../core/core.h"
#include "../grid/grid.h"
#include "../travel/travel.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- sites on a grid (place.c): what travel, isochrone, access and run share --------------------

/// What may be done with sites that do not stand on passable ground.
typedef struct ig_place_options {
    double snap; ///< metres that a site on a barrier may be moved; 0: none, such a site is an error
    bool clip;   ///< leave out sites beyond the grid, counted and listed; else an error
    /// With clip: a site on a barrier (after snap) outside all of these areas is beyond the grid
    /// too, since the grid's rim is ground that nothing is known of. NULL: such a site is an error.
    const ig_areas *areas;
} ig_place_options;

/// Sites as sources of a search, in the order of the file.
typedef struct ig_placement {
    size_t count;       ///< placed
    ig_source *sources; ///< number: place in the file from 1; rank: order by code
    size_t *site;       ///< number of each in the sites, from 0
    double *moved;      ///< metres that each was moved, 0 when it stands where it is
    size_t left_out;
    size_t *left_out_site; ///< numbers of those beyond the grid
} ig_placement;

/// Find the cell of each site (T3). A move is told with its distance; the cell is the nearest
/// passable one by distance of its centre, the first by row and column among equals.
/// @return IG_EFORMAT for a site off the grid or on a barrier that the options do not cover (named,
///         with the extent), and when no site is left
IG_API IG_MUST_CHECK ig_status ig_sites_place(ig_ctx *ctx, const ig_sites *sites,
                                              const ig_surface *surface,
                                              const ig_place_options *options, ig_placement **out);
IG_API void ig_placement_free(ig_placement *placement);

// ---- people from a file (people.c): what access, isochrone and run share ------------------------

/// How people are read. Start from ig_population_defaults(); texts are lent.
typedef struct ig_population_options {
    ig_table_options table; ///< key, where, sheet ... of a table
    const char *column;     ///< number of people; NULL: the only one called population, people, pop
    const char *crs;        ///< "EPSG:N" of points or a raster that states none
    int64_t band;           ///< of a raster, from 1; 0: the only one
    const char *nodata;     ///< of a raster, beside the declared one
    double min_match;       ///< least share of areas with a row, default .5
} ig_population_options;
/// Half of the areas at least, the rest found by itself.
IG_API ig_population_options ig_population_defaults(void);

/// People and where they stand, with the memory behind it.
typedef struct ig_population ig_population;
/// A table by area, a raster (people a cell) or points, told apart by content: a raster by its
/// kind; points by coordinates where no code of the table is one of the areas.
/// @param areas NULL: a raster or points
/// @return IG_EFORMAT and IG_EINVAL as the readers give
IG_API IG_MUST_CHECK ig_status ig_population_read(ig_ctx *ctx, const char *const *paths,
                                                  size_t count, const ig_areas *areas,
                                                  const ig_population_options *options,
                                                  ig_population **out);
IG_API void ig_population_free(ig_population *population);
/// For ig_access_new. Lent.
IG_API const ig_people *ig_population_people(const ig_population *population);
/// "by area", "raster" or "points".
IG_API const char *ig_population_form(const ig_population *population);

// ---- tables read once more for a trace (recall.c) ------------------------------------------------

/// A table of people or of minutes, by code, with the cells of its files. Opaque.
typedef struct ig_recalled ig_recalled;
/// The table of people by area that ig_population_read takes. Nothing is said that the first
/// reading has said.
/// @param[out] out NULL where the people are a raster or points
IG_API IG_MUST_CHECK ig_status ig_recall_people(ig_ctx *ctx, const ig_texts *files,
                                                const ig_population_options *options,
                                                ig_recalled **out);
/// The minutes of a matrix by area.
IG_API IG_MUST_CHECK ig_status ig_recall_matrix(ig_ctx *ctx, const ig_texts *files,
                                                ig_recalled **out);
/// Add the cells of a code as operands; false where it has none. The trace lends their texts.
IG_API bool ig_recall_cells(const ig_recalled *traced, ig_trace *trace, const char *operand,
                            const char *code);
IG_API void ig_recalled_free(ig_recalled *traced);

// ---- what a file is and what is wrong with it (check.c) -----------------------------------------

/// What a file holds: a layer, sheet, band or table of it.
typedef struct ig_check_layer {
    char *name;
    int64_t features; ///< rows, features or cells; -1 where not counted
    char *crs;        ///< "EPSG:N", or WKT's name; NULL without one
    size_t columns;
    char **column;
} ig_check_layer;

/// Something that a command would refuse or warn of.
typedef struct ig_check_problem {
    ig_level severity; ///< IG_WARNING or IG_ERROR
    char *message, *hint;
} ig_check_problem;

/// What a file is. Owned, free with ig_check_free.
typedef struct ig_check {
    const char *kind;   ///< table, boundary, lines, points, raster, cost, roads, plan, record ...
    const char *driver; ///< CSV, GPKG, GTiff ...; "" where there is none
    size_t layers, problems;
    ig_check_layer *layer;
    ig_check_problem *problem;
    bool bad; ///< something is worse than a warning
} ig_check;

/// Look at any input or output as the commands would read it; what they would refuse or warn of
/// becomes a problem. Nothing is written.
/// @param source a path, or FILE|layername=NAME
IG_API IG_MUST_CHECK ig_status ig_check_file(ig_ctx *ctx, const char *source, ig_check **out);
IG_API void ig_check_free(ig_check *check);

// ---- sensitivity (ensemble.c) -------------------------------------------------------------------

enum { IG_ENSEMBLE_MOST = 32 };
/// Speeds as factors, rules for corners, sizes of cells in metres: every combination is a member.
/// An empty list stands for what the run has anyway.
typedef struct ig_ensemble {
    size_t speed_count, corner_count, cell_count;
    double speed[IG_ENSEMBLE_MOST], cell[IG_ENSEMBLE_MOST];
    ig_corners corner[3];
} ig_ensemble;
/// From words such as "speeds=0.8,1,1.2", "corners=forbid,strict", "cells=50,100".
IG_API IG_MUST_CHECK ig_status ig_ensemble_parse(ig_ctx *ctx, const char *const *words,
                                                 size_t count, ig_ensemble *out);
/// Bytes a cell of the surface that ig_ensemble_run takes beside ig_travel_work.
IG_API double ig_ensemble_work(const ig_ensemble *ensemble);

/// What the members share. Lent.
typedef struct ig_ensemble_inputs {
    const ig_ensemble *ensemble;
    const ig_areas *areas;
    const ig_people *people; ///< NULL: each passable cell counts alike
    const ig_surface *surface;
    const ig_sites *sites;
    const ig_place_options *placing;
    const ig_travel_options *travel;
} ig_ensemble_inputs;
/// Mean minutes of each area to its nearest site under every member, and their spread.
///
/// Cells of another size take the mean pace of the grid's (passable where half of them are), or
/// that of the cell they lie in; they are a whole multiple or part of the grid's.
/// Means are over the people whom a member reaches, which is fewer for a slower one when there is a
/// limit. To compare members, the columns with `common` are over the people whom every member
/// reaches: they stand on the surface as it is given, on cells that the members' minutes are brought
/// back to (of a larger cell its own, of smaller ones their mean where all are reached), so that a
/// member that is slower everywhere is never quicker there.
/// @param[out] areas columns area, people, minutes_min, minutes_median, minutes_max (over the
///             members in which someone arrives), members_unreached, minutes_SPEED_RULE_CELL, then
///             people_common, people_left_out (reached by some members but not by all),
///             minutes_common_min, _median, _max and minutes_common_SPEED_RULE_CELL
/// @param[out] members columns member, minutes_mean, people_unreached, minutes_mean_common
/// @return IG_EINVAL for cells that do not fit, and for a grid with shut sides on other cells
IG_API IG_MUST_CHECK ig_status ig_ensemble_run(ig_ctx *ctx, const ig_ensemble_inputs *inputs,
                                               ig_result **areas, ig_result **members);

// ---- isochrones of each site by itself (isochrones.c) ------------------------------------------

/// Search from each source by itself, trace its outlines and count the people within, several
/// sources at a time.
/// @param levels   minutes, rising; `travel` should look a little further than the last
/// @param standing NULL: nobody is counted
/// @param[out] shapes count isochrones, each yours; filled as far as the work went on a failure
/// @param[out] people count * level_count people within, source by source; NULL to do without
IG_API IG_MUST_CHECK ig_status ig_isochrones_each(ig_ctx *ctx, const ig_surface *surface,
                                                  const ig_source *sources, size_t count,
                                                  const ig_travel_options *travel,
                                                  const double *levels, size_t level_count,
                                                  const ig_isochrone_options *options,
                                                  const ig_standing *standing,
                                                  ig_isochrones **shapes, double *people);

// ---- a matrix on its way to a file (matrix.c) -------------------------------------------------

/// One of several runs that share the sites of a matrix out.
typedef struct ig_shard {
    int64_t number, of; ///< 1 <= number <= of
} ig_shard;
/// "2/4"; NULL: 1/1. IG_EINVAL says what is wrong with it.
IG_API IG_MUST_CHECK ig_status ig_shard_parse(ig_ctx *ctx, const char *text, ig_shard *out);

/// All that a matrix follows from. Lent.
typedef struct ig_matrix_origin {
    const ig_areas *areas;
    const ig_surface *surface;
    const ig_people *people; ///< NULL: each passable cell counts alike
    const ig_sites *sites;
    const ig_placement *placement;
    const ig_travel_options *options;
} ig_matrix_origin;

/// ig_matrix_new for the sites of a shard (NULL: all), and its rows as columns area, site, minutes,
/// people_reached. The sites are dealt out in order of code; a part has one more column, empty,
/// whose name says which part of which run it is.
IG_API IG_MUST_CHECK ig_status ig_matrix_run(ig_ctx *ctx, const ig_matrix_origin *origin,
                                             const ig_shard *shard, ig_matrix **matrix,
                                             ig_result **result);
/// All parts of one run put together: the rows that the whole run gives, to the last bit.
/// @return IG_EFORMAT for a file that is no part, a part that comes twice or is missing, parts of
///         different runs
IG_API IG_MUST_CHECK ig_status ig_matrix_merge(ig_ctx *ctx, const char *const *paths, size_t count,
                                               ig_result **out);

// ---- times to each site from a matrix (reach.c): what access, site and assess share --------------

/// What times to each site are read from. Lent.
typedef struct ig_reach_inputs {
    const ig_areas *areas; ///< NULL: the areas are the rows of the population
    ig_texts population;   ///< a table by area; none: each area of the matrix counts alike
    const ig_population_options *people; ///< NULL: defaults
    ig_texts matrix; ///< area, site, minutes, people_reached; or from_id, to_id,
                     ///< travel_time_p50
    ig_texts sites;  ///< the sites of the matrix that are open; none: all
    const ig_site_options *site_reading; ///< key, header, where, sheet, encoding; NULL: defaults
    const char *supply;                  ///< column of the sites; NULL: 1 each
} ig_reach_inputs;

/// Times from areas to sites, people and supply, in order of codes whatever the order of the files.
typedef struct ig_reach {
    size_t areas, sites;
    char **area_code; ///< in the order of the areas or of the population
    char **site_code; ///< sorted
    char **site_text; ///< as the matrix writes them, for people and outputs
    double *people;   ///< of each area, NaN: not known
    double *supply;   ///< of each site
    ig_trips trips;   ///< sorted by area, then site; its arrays belong to this
} ig_reach;

/// Rows without area or without site are counted and warned of; an area without row is unreachable.
/// @return IG_EFORMAT for a pair that comes twice (with both lines), a negative time, a site without
///         supply, and when the matrix meets no area or no site
IG_API IG_MUST_CHECK ig_status ig_reach_read(ig_ctx *ctx, const ig_reach_inputs *inputs,
                                             ig_reach **out);
IG_API void ig_reach_free(ig_reach *reach);
/// Which sites of a matrix are meant: each of `list` is the code of a site, or a file of sites.
/// A site of a file that is in no row of the matrix is warned of: nobody reaches it. One that is
/// marked already is refused: it comes more than once.
/// @param what     the option, for messages: "--before"
/// @param reading  key, header, where ... of files; NULL: defaults
/// @param open     one for each site of the reach; set to true for those that are meant
IG_API IG_MUST_CHECK ig_status ig_reach_mark(ig_ctx *ctx, const ig_reach *reach, const char *what,
                                             const ig_texts *list, const ig_site_options *reading,
                                             bool *open);
/// Numbers of a file of sites, such as their capacities.
/// @param values  one for each site of the reach; NaN for those without row or number
IG_API IG_MUST_CHECK ig_status ig_reach_numbers(ig_ctx *ctx, const ig_reach *reach,
                                                const char *file, const char *column,
                                                const ig_site_options *reading, double *values);
/// The trips to the sites that are marked. Arrays are yours: free with ig_reach_trips_free.
IG_API IG_MUST_CHECK ig_status ig_reach_trips(ig_ctx *ctx, const ig_reach *reach, const bool *open,
                                              ig_trips *out);
IG_API void ig_reach_trips_free(ig_trips *trips);

// ---- a whole run --------------------------------------------------------------------------------

/// Run a plan file (YAML): what `isogap run` does.
/// @param[out] summary  JSON text: the keys that `isogap run --json` prints beside the common ones.
///                      Yours, free with ig_study_free; may be NULL
IG_API IG_MUST_CHECK ig_status ig_study_run(ig_ctx *ctx, const char *plan, char **summary);
IG_API void ig_study_free(char *summary);

/// Which reports, and where.
typedef struct ig_study_reports {
    const char *plan;
    ig_texts ward;            ///< codes; none: all
    bool html, pdf;           ///< at least one
    const char *output;       ///< folder; NULL: that of the plan's outputs
    const char *template_dir; ///< words.txt, page.html, page.css in place of ours; NULL: ours
    bool site; ///< a folder to hand over: with GeoPackage, tables and maps, as `run` writes them
} ig_study_reports;
/// Reports of a plan. Grids of a run before are taken over when nothing has changed; without `site`
/// nothing but reports is written.
/// @param[out] summary JSON text: wards, written, kept, outputs. Yours, ig_study_free; may be NULL
/// @return status of the first failed ward by code; the others are written
IG_API IG_MUST_CHECK ig_status ig_study_report(ig_ctx *ctx, const ig_study_reports *options,
                                               char **summary);

#ifdef __cplusplus
}
#endif
#endif
