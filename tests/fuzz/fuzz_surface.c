// Any bytes as a cost grid: whatever is read has no infinite and no negative pace, and links from cell
// to cell of it.
#include "fuzz.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ig_ctx *ctx = fuzz_ctx();
    ig_grid_options options = ig_grid_defaults();
    options.crs = "EPSG:27700";
    options.max_cells = 1 << 22;
    ig_surface *surface = NULL;
    const char *path = fuzz_file("input", data, size);
    const ig_status status = ig_surface_read(ctx, path, 0, &options, &surface);
    fuzz_outcome(ctx, status, surface);
    const int64_t cells = surface ? surface->frame.cols * surface->frame.rows : 0;
    for (int64_t i = 0; i < cells; i++)
        FUZZ_LAW(isnan(surface->pace[i]) || (surface->pace[i] >= 0.0f && !isinf(surface->pace[i])));
    for (size_t i = 0; surface && i < surface->link_count; i++) {
        const ig_link *link = &surface->links[i];
        FUZZ_LAW(link->from >= 0 && link->from < cells && link->to >= 0 && link->to < cells);
        FUZZ_LAW(link->from != link->to && link->seconds > 0.0 && link->seconds <= IG_LINK_LONGEST);
    }
    ig_surface_free(surface);
    ig_ctx_free(ctx);
    return 0;
}
