/// Study: the column of people in a table.
#ifndef ISOGAP_STUDY_PEOPLE_INTERNAL_H
#define ISOGAP_STUDY_PEOPLE_INTERNAL_H

#include "../table/table.h"

/// The column named by `wanted`, else the only number column that is called population, people ...
ig_status study_find_people(ig_ctx *ctx, const ig_table *table, const char *wanted, size_t *column);

#endif
