/// Joins of small tables to small areas.
#ifndef ISOGAP_TESTS_LINK_HELP_JOIN_H
#define ISOGAP_TESTS_LINK_HELP_JOIN_H

#include "help_areas.h"

#include "link/link.h"

/// Join one table to areas; NULL when it was refused.
static inline ig_join *join_one(struct help *help, const ig_areas *areas, ig_table *table,
                                const char *columns)
{
    ig_join *join = NULL;
    const ig_join_table one = {.table = table, .columns = columns};
    const ig_status status = ig_join_new(help->ctx, areas, &one, 1, NULL, true, &join);
    assert_true((status == IG_OK) == (join != NULL));
    return join;
}

static inline ig_join *join_text(struct help *help, const char *const *codes, size_t count,
                                 const char *text, const char *columns)
{
    ig_areas *areas = help_row(help, "code", codes, count);
    ig_table *table = help_read(help, help_file(help, "t.csv", text), NULL);
    ig_join *join = join_one(help, areas, table, columns);
    ig_table_free(table);
    ig_areas_free(areas);
    return join;
}

static inline const ig_column *column_of(const ig_join *join, const char *name)
{
    assert_non_null(join);
    const ig_column *column = ig_result_find(join->columns, name);
    if (!column) print_error("no column %s\n", name);
    assert_non_null(column);
    return column;
}

#endif
