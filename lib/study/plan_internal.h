/// Study: what a plan says, read and checked, paths made relative to the plan.
#ifndef ISOGAP_STUDY_PLAN_INTERNAL_H
#define ISOGAP_STUDY_PLAN_INTERNAL_H

#include "../area/area.h"
#include "../classify/classify.h"
#include "../core/inside.h"
#include "../cost/cost.h"
#include "../link/link.h"
#include "../map/map.h"
#include "../table/table.h"
#include "../travel/travel.h"

/// Files of one input. With `layer` each becomes FILE|layername=LAYER.
struct plan_files {
    ig_texts file;
    const char *layer;
    const char *source, *date; ///< who published it and when, for the reports; NULL: not stated
};

struct plan_areas {
    struct plan_files files;
    ig_area_options read;
    const char *lookup, *from, *to; ///< wards only: a table from area to ward
};

struct plan_table {
    struct plan_files files;
    ig_table_options read;
    const char *columns, *disclosure;
    ig_disclosure policy; ///< of its own, else of the plan
    bool policy_named;
};

struct plan_population {
    struct plan_files files;
    ig_table_options read;
    const char *column, *crs;
    int64_t band;
    const char *nodata;
};

struct plan_sites {
    struct plan_files files;
    ig_site_options read;
    const char *kind; ///< column whose values get a symbol each; NULL: none
};

/// One way to travel: a cost grid made or given, the search over it, its thresholds.
struct plan_mode {
    const char *name; ///< "" when the plan has one mode without a name
    ig_cost_options cost;
    ig_travel_options travel;
    ig_numbers thresholds;
    const char *cost_file; ///< a ready cost grid; NULL: made from the rest
    int cost_unit;
    double snap; ///< metres
    bool edges;  ///< isochrones follow the cell edges
    bool bands;
};

struct plan_map {
    const char *value;
    ig_map_options style;
    bool shared; ///< classes made from all maps that say so, and held for wards
    int line;
};

/// A figure of the reports beside access: a joined column, by area or by ward.
struct plan_indicator {
    const char *value, *title, *unit;
    int polarity, topic; ///< as ig_polarity, ig_report_topic
    const char *lower, *upper, *count, *population;
    double multiplier;
    const char
        *benchmark; ///< a number, or the code of a row of the indicator's table; NULL: England's
    const char *benchmark_name;
    const char *series; ///< "period"="column", ...
    int line;
};

struct plan {
    char *path, *folder; ///< folder "" or with a slash at its end
    ig_option_store *store;
    const char *title, *crs, *work_crs, *attribution;
    const char *deprivation, *within, *disclosure;
    double min_match;
    struct plan_areas areas, wards;
    bool has_wards, has_population, has_sites, has_groups;
    struct plan_table *tables;
    size_t tables_count;
    struct plan_population population;
    struct plan_sites sites;
    struct plan_mode *modes;
    size_t modes_count;
    struct plan_table groups; ///< a table by area whose text columns are groupings
    struct plan_map *maps;
    size_t maps_count;
    struct plan_indicator *indicators;
    size_t indicators_count;
    struct {
        const char *geopackage, *tables, *maps, *reports;
        int reports_line;
        bool trace; ///< where each number comes from: isogap_trace, and trace.csv among the tables
    } outputs;      ///< folders end with a slash
};

/// Read and check a plan, nothing else opened. IG_EINVAL names line and key.
ig_status plan_read(ig_ctx *ctx, const char *path, struct plan *out);
void plan_free(struct plan *plan);
/// Every input file that the plan names, NULL-ended, lent by the plan's store; NULL: no memory.
const char *const *plan_inputs(struct plan *plan);
/// A path or a message as the plan's folder sees it: the folder's name taken off wherever it
/// stands, so that what is written does not depend on where the plan lies. Yours.
char *plan_relative(const struct plan *plan, const char *text);

#endif
