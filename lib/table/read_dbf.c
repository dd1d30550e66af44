// DBF as a table: deleted records passed over.
#include "dbf.h"

#include "table_internal.h"

#include <string.h>

static ig_status read_records(ig_dbf *dbf, ig_ctx *ctx, const char *name, struct intake *intake)
{
    const size_t records = ig_dbf_records(dbf), fields = ig_dbf_fields(dbf);
    ig_status status = IG_OK;
    size_t deleted = 0;
    for (size_t r = 0; !status && r < records; r++) {
        if (ig_dbf_deleted(dbf, r)) {
            deleted++;
            continue;
        }
        for (size_t f = 0; !status && f < fields; f++) {
            const char *text;
            status = ig_dbf_text(dbf, r, f, &text);
            if (status) break;
            const bool typed = *text && ig_dbf_field_at(dbf, f)->number;
            status = intake_cell(intake, text, strlen(text), typed);
        }
        if (!status) status = intake_row(intake, (int64_t)r + 1);
    }
    if (!status && deleted) {
        ig_info(ctx, "%s: %zu records are marked as deleted and left out", shown(name), deleted);
    }
    return status ? status : ig_dbf_finish(dbf);
}

static ig_status begin(ig_dbf *dbf, ig_ctx *ctx, const char *name, const ig_table_options *options,
                       struct intake **intake)
{
    const size_t count = ig_dbf_fields(dbf);
    const char **names = ig_alloc(count + 1, sizeof *names);
    if (!names) return ig_fail(ctx, IG_EMEMORY, "no memory for columns");
    for (size_t f = 0; f < count; f++)
        names[f] = ig_dbf_field_at(dbf, f)->name;
    const ig_status status = intake_new(ctx, name, "record", options, names, count, intake);
    ig_free(names);
    if (status) return status;
    ig_table *table = intake_table(*intake);
    for (size_t f = 0; f < count; f++)
        ig_table_build_kind(table, f, ig_dbf_field_at(dbf, f)->kind);
    ig_table_build_short_names(table);
    return IG_OK;
}

ig_status read_dbf(ig_ctx *ctx, const char *path, const char *name, const ig_table_options *options,
                   ig_table **out)
{
    ig_dbf *dbf = NULL;
    struct intake *intake = NULL;
    ig_status status = ig_dbf_open(ctx, path, name, options->encoding, &dbf);
    if (!status) status = begin(dbf, ctx, name, options, &intake);
    if (!status) status = read_records(dbf, ctx, name, intake);
    ig_dbf_close(dbf);
    if (status) {
        intake_free(intake);
        return status;
    }
    return intake_finish(intake, out);
}
