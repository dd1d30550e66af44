// Any bytes as boundaries: one file, or the three parts of a shapefile after their lengths.
#include "fuzz.h"

#include <math.h>

/// "SHAP", three lengths of 4 bytes (least first), then .shp, .shx and .dbf. False: it is one file.
static bool unpack_shapefile(const uint8_t *data, size_t size, const char **path)
{
    static char kept[128];
    static const char *const suffixes[] = {"dbf", "shx", "shp"};
    if (size < 16 || memcmp(data, "SHAP", 4) != 0) return false;
    size_t length[3], at = 16;
    for (int i = 0; i < 3; i++) {
        const uint8_t *d = data + 4 + 4 * i;
        length[i] = d[0] | (size_t)d[1] << 8 | (size_t)d[2] << 16;
        if (length[i] > size - at) length[i] = size - at;
        at += length[i];
    }
    const size_t start[3] = {16, 16 + length[0], 16 + length[0] + length[1]};
    for (int i = 0; i < 3; i++) {
        char name[16];
        snprintf(name, sizeof name, "a.%s", suffixes[i]);
        snprintf(kept, sizeof kept, "%s", fuzz_file(name, data + start[2 - i], length[2 - i]));
    }
    *path = kept;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ig_ctx *ctx = fuzz_ctx();
    const char *path = NULL;
    ig_area_options options = ig_area_defaults();
    options.crs = "EPSG:27700";
    if (!unpack_shapefile(data, size, &path)) path = fuzz_file("input", data, size);
    ig_areas *areas = NULL;
    const ig_status status = ig_areas_read(ctx, &path, 1, &options, &areas);
    fuzz_outcome(ctx, status, areas);
    for (size_t a = 0; areas && a < ig_areas_count(areas); a++) {
        FUZZ_LAW(*ig_areas_code(areas, a));
        FUZZ_LAW(isfinite(ig_areas_size(areas, a)) && ig_areas_size(areas, a) >= 0.0);
    }
    ig_areas_free(areas);
    ig_ctx_free(ctx);
    return 0;
}
