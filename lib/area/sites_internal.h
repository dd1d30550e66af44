// How sites come to be: what reading their columns, placing them and keeping them share.
#ifndef ISOGAP_AREA_SITES_INTERNAL_H
#define ISOGAP_AREA_SITES_INTERNAL_H

#include "../table/build.h"
#include "area_internal.h"

struct unplaced {
    char *code;
    const char *reason; ///< static
};

struct ig_sites {
    size_t count;
    char **codes, **names;
    int64_t *lines;
    double *x, *y;
    ig_table *table;
    struct unplaced *unplaced;
    size_t unplaced_count;
};

/// The work of one call. Arrays have a place for each row of the table.
struct making {
    ig_ctx *ctx;
    const ig_site_options *options;
    const char *file;
    ig_features features; ///< of a layer; empty for a table
    ig_table *table;
    size_t rows, key, name; ///< key: SIZE_MAX where rows have no codes
    double *x, *y;
    const char **reason; ///< why the row has no place; NULL: it has one
    char *crs;           ///< of x and y; NULL: the work CRS
    bool postcodes_used;
    ig_sites *result;
};

ig_status ig_sites_no_memory(struct making *m);

// ---- sites_columns.c: which column holds what
/// Column of one of these names, blanks and underscores apart; SIZE_MAX for none.
size_t ig_sites_column_called(const ig_table *table, const char *const *names);
ig_status ig_sites_find_key(struct making *m);
ig_status ig_sites_find_name(struct making *m);
/// Refuse: no column says where the sites are.
ig_status ig_sites_no_columns(struct making *m);
/// Coordinates from the columns that options name, or that are called as such columns are.
ig_status ig_sites_by_options(struct making *m, bool *done);
ig_status ig_sites_by_names(struct making *m, bool *done);
ig_status ig_sites_set_crs(struct making *m, const char *crs);
/// "line 5" of a row. Lent.
const char *ig_sites_place_of(const struct making *m, size_t row);
/// Code of a row, or its place where there are none. Lent.
const char *ig_sites_code_of(const struct making *m, size_t row);
extern const char ig_sites_no_coordinates[]; ///< the reason of rows without any

// ---- sites_place.c: places in the work CRS
ig_status ig_sites_place_rows(struct making *m);
ig_status ig_sites_place_points(struct making *m);

#endif
