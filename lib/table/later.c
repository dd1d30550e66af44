// Readers under way.
#include "table_internal.h"
ig_status read_xlsx(ig_ctx *ctx, const char *path, const char *name,
                    const ig_table_options *options, const char *sheet, ig_table **out)
{
    (void)path;
    (void)options;
    (void)sheet;
    (void)out;
    return ig_fail(ctx, IG_EFORMAT, "%s: not read yet", name);
}
ig_status read_ods(ig_ctx *ctx, const char *path, const char *name, const ig_table_options *options,
                   const char *sheet, ig_table **out)
{
    (void)path;
    (void)options;
    (void)sheet;
    (void)out;
    return ig_fail(ctx, IG_EFORMAT, "%s: not read yet", name);
}
ig_status read_sqlite(ig_ctx *ctx, const char *path, const char *name,
                      const ig_table_options *options, const char *sheet, ig_table **out)
{
    (void)path;
    (void)options;
    (void)sheet;
    (void)out;
    return ig_fail(ctx, IG_EFORMAT, "%s: not read yet", name);
}
ig_status read_json(ig_ctx *ctx, const char *name, const ig_bytes *bytes,
                    const ig_table_options *options, ig_table **out)
{
    (void)bytes;
    (void)options;
    (void)out;
    return ig_fail(ctx, IG_EFORMAT, "%s: not read yet", name);
}
