// areas: read boundaries and a table, join them, and say what matched.
#include <inttypes.h>
#include <isogap.h>
#include <stdio.h>

static void tell(ig_level level, const char *message, const char *hint, void *user)
{
    (void)user;
    if (level < IG_WARNING) return;
    fprintf(stderr, "%s\n", message);
    if (hint) fprintf(stderr, "    %s\n", hint);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: areas BOUNDARIES TABLE\n");
        return 2;
    }
    ig_ctx *ctx = ig_ctx_new();
    if (!ctx) return 1;
    ig_ctx_set_log(ctx, tell, NULL);
    ig_areas *areas = NULL;
    ig_table *table = NULL;
    ig_join *join = NULL;
    const char *paths[] = {argv[1]};
    ig_status status = ig_process_start(false, false);
    if (!status) status = ig_areas_read(ctx, paths, 1, NULL, &areas);
    if (!status) status = ig_table_read(ctx, argv[2], NULL, &table);
    if (!status) {
        const ig_join_table one = {.table = table};
        const ig_join_options options = ig_join_defaults();
        status = ig_join_new(ctx, areas, &one, 1, &options, true, &join);
    }
    if (!status) {
        printf("%" PRId64 " areas: %" PRId64 " matched, %" PRId64 " without row\n",
               join->counts[0].areas_in, join->counts[0].matched,
               join->counts[0].areas_without_row);
    } else {
        tell(IG_ERROR, ig_ctx_message(ctx), ig_ctx_hint(ctx), NULL);
    }
    ig_join_free(join);
    ig_table_free(table);
    ig_areas_free(areas);
    ig_ctx_free(ctx);
    return ig_status_exit_code(status);
}
