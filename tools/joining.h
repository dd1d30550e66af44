/// Tables joined to areas by commands that take `--table`: options, reading, the lists and counts.
#ifndef ISOGAP_TOOLS_JOINING_H
#define ISOGAP_TOOLS_JOINING_H

#include "command.h"

/// One --table with the options after it: an element of a repeated group opened by "table".
struct table_input {
    const char *path, *columns;
    ig_table_options reading;
};
extern const ig_option table_input_options[];  ///< --table is required
extern const ig_option table_input_optional[]; ///< it is not
void table_input_defaults(void *element);
/// Names of ig_table_option_list that may stand without "table-" before them.
#define TABLE_INPUT_BARE                                                                           \
    "header|header-row|sheet|where|pivot|encoding|decimal-comma|duplicates|proportion|sensitive|"  \
    "bands|"                                                                                       \
    "max-rows|max-unpacked"

/// Read them in order; tables[t] are yours to free, also after a failure.
ig_status joining_read(ig_ctx *ctx, struct repeated *inputs, ig_join_table *tables);
/// The tables isogap_unmatched_areas, isogap_unmatched_rows and isogap_run of a GeoPackage.
ig_status joining_layers(ig_ctx *ctx, ig_layers *layers, const char *command, const ig_join *join,
                         const ig_areas *areas);
/// Counts into the JSON: at the top for one table, under `tables` for several.
void joining_counts(json_t *json, const ig_join *join);

#endif
