// Any bytes as a table: read, then every column asked for as numbers.
#include "fuzz.h"

#include <math.h>

/// A number or a gap with its reason; never NaN without one, never infinite.
static void look_at_numbers(ig_ctx *ctx, ig_table *table, size_t column)
{
    const double *values = NULL;
    const ig_status status = ig_table_numbers(ctx, table, column, IG_NUMBERS_ANY, &values);
    if (status) {
        FUZZ_LAW(*ig_ctx_message(ctx));
        return;
    }
    for (size_t r = 0; r < ig_table_rows(table); r++) {
        FUZZ_LAW(!isinf(values[r]));
        FUZZ_LAW(isnan(values[r]) == (ig_table_gap(table, r, column) != NULL));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ig_ctx *ctx = fuzz_ctx();
    ig_table_options options = ig_table_defaults();
    options.keyless = size > 0 && data[size - 1] & 1;
    ig_table *table = NULL;
    const char *path = fuzz_file("input", data, size);
    const ig_status status = ig_table_read(ctx, path, &options, &table);
    fuzz_outcome(ctx, status, table);
    for (size_t c = 0; table && c < ig_table_columns(table); c++)
        look_at_numbers(ctx, table, c);
    const bool keyed = table && ig_table_key_column(table) != SIZE_MAX;
    for (size_t r = 0; table && r < ig_table_rows(table); r++)
        FUZZ_LAW((ig_table_code(table, r) != NULL) == keyed);
    ig_table_free(table);
    ig_ctx_free(ctx);
    return 0;
}
