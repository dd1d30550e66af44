/// What convert makes of its columns: values on targets, sums, reasons. Not shared further.
#ifndef ISOGAP_TOOLS_CONVERTING_H
#define ISOGAP_TOOLS_CONVERTING_H

#include "command.h"

#include <link/link.h>

enum carried_kind { CARRY_COUNT, CARRY_RATE, CARRY_CATEGORY };
enum carry_method { BY_WEIGHTS, BY_BEST_FIT, BY_BOTH };

/// A column to carry, with what it becomes by one or two methods.
struct carried_column {
    enum carried_kind kind;
    char *name;                 ///< in the output
    size_t column, denominator; ///< of the table; SIZE_MAX without denominator
    const double *values, *denominators;
    double *out[2];        ///< by weights, by best fit: targets long; of a category its share
    const char **texts[2]; ///< categories, lent by the table
    size_t *cause[2];      ///< source that makes it missing
    double counted_twice;
    ig_carried sums[2];
};

struct conversion {
    ig_ctx *ctx;
    ig_table *table;      ///< lent
    const char *file;     ///< of the table, for messages
    ig_shares *shares[2]; ///< by weights, by best fit; the second NULL where it is not wanted
    size_t *row;          ///< of each source in the table, SIZE_MAX without
    bool *has_row;        ///< the same in short
    double *twice;        ///< of each source, the share counted twice; NULL without shapes
    struct carried_column *columns;
    size_t count;
    enum carry_method method;
};

/// Take the lists of columns apart and find them in the table.
ig_status conversion_columns(struct conversion *c, const char *counts, const char *rates,
                             const char *categories);
ig_status conversion_carry(struct conversion *c);
/// `area`, the columns, `differs`, `weight`, `status`, for the targets marked in `shown`.
ig_status conversion_result(const struct conversion *c, const bool *shown, size_t rows,
                            ig_result **out);
/// The keys of the JSON, and warnings of what was lost.
void conversion_report(const struct conversion *c, json_t *json);
/// Where each value comes from (convert_trace.c): cells of the table, and rows of the lookup for
/// their shares.
/// @param lookup  NULL: by shape
ig_status conversion_trace(const struct conversion *c, const ig_table *lookup, const char *from,
                           const char *to, const char *weights, const bool *shown,
                           const ig_result *result, ig_trace *trace);
void conversion_free(struct conversion *c);

#endif
