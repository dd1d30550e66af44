// Grids from files: one raster, or many tiles as one mosaic on a common lattice.
#include "grid_internal.h"

#include <math.h>
#include <string.h>

ig_grid_options ig_grid_defaults(void)
{
    return (ig_grid_options){.max_cells = INT64_C(1) << 31};
}

#define AT(member) offsetof(ig_grid_options, member)
const ig_option ig_grid_option_list[] = {
    {"band", IG_OPTION_COUNT, AT(band), false, "band to read, from 1", NULL, 1, 65535},
    {"nodata", IG_OPTION_TEXT, AT(nodata), false, "value that means nodata beside the declared one",
     NULL, 0, 0},
    {"max-cells", IG_OPTION_COUNT, AT(max_cells), false, "most cells that a grid may have", NULL, 1,
     9e15},
    {0},
};

/// A tile of a mosaic, or the only raster.
struct tile {
    size_t source; ///< which unpacked path
    const char *path, *name;
    ig_frame frame;
    int band;
};

struct mosaic {
    ig_unpacked **sources;
    size_t source_count;
    struct tile *tiles;
    size_t count, room;
    ig_frame frame;
    double limit; ///< least of what the tiles state, 0: none does
};

static void mosaic_free(struct mosaic *m)
{
    for (size_t i = 0; m->sources && i < m->source_count; i++)
        ig_unpacked_free(m->sources[i]);
    ig_free(m->sources);
    ig_free(m->tiles);
}

static bool has_suffix(const char *name, const char *suffix)
{
    const size_t n = strlen(name), s = strlen(suffix);
    if (n < s) return false;
    for (size_t i = 0; i < s; i++) {
        const char c = name[n - s + i];
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != suffix[i]) return false;
    }
    return true;
}

/// Does the frame meet the box west, south, east, north?
static bool meets(const ig_frame *f, const double *box)
{
    return !box || (f->west < box[2] && f->west + (double)f->cols * f->dx > box[0] &&
                    f->north > box[1] && f->north - (double)f->rows * f->dy < box[3]);
}

static ig_status add_tile(ig_ctx *ctx, struct mosaic *m, const char *path, const char *name,
                          const ig_grid_options *options)
{
    ig_raster *raster = NULL;
    ig_status status = ig_raster_open(ctx, path, name, options, &raster);
    int band = 0;
    if (!status) status = ig_raster_choose(ctx, raster, options, &band);
    if (!status && !ig_grow((void **)&m->tiles, &m->room, m->count + 1, sizeof *m->tiles))
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
    if (!status)
        m->tiles[m->count++] = (struct tile){0, path, name, *ig_raster_frame(raster), band};
    const char *stated = status ? NULL : ig_raster_item(raster, "max_minutes");
    double limit;
    if (stated && ig_text_number(stated, &limit) && limit > 0.0 &&
        !(m->limit > 0.0 && m->limit <= limit))
        m->limit = limit;
    ig_raster_close(raster);
    return status;
}

static ig_status find_tiles(ig_ctx *ctx, struct mosaic *m, const char *const *paths, size_t count,
                            const ig_grid_options *options)
{
    static const char *const suffixes[] = {".asc", ".tif", ".tiff", ".grd", ".agr",
                                           ".txt", ".prj", ".zip",  NULL};
    ig_status status = IG_OK;
    m->sources = ig_alloc(count ? count : 1, sizeof *m->sources);
    if (!m->sources) return ig_fail(ctx, IG_EMEMORY, "no memory");
    m->source_count = count;
    for (size_t i = 0; !status && i < count; i++) {
        status = ig_unpack(ctx, paths[i], suffixes, &m->sources[i]);
        const size_t files = status ? 0 : ig_unpacked_count(m->sources[i]);
        for (size_t k = 0; !status && k < files; k++) {
            const char *path = ig_unpacked_path(m->sources[i], k);
            const char *name = ig_unpacked_name(m->sources[i], k);
            if (has_suffix(name, ".prj")) continue; // read beside its grid
            ig_kind kind;
            // Among several files, those that are no grids (a readme) are passed over.
            if (files > 1 && has_suffix(name, ".txt")) {
                status = ig_kind_of(ctx, path, &kind);
                if (status || kind != IG_KIND_AAIGRID) continue;
            }
            status = add_tile(ctx, m, path, name, options);
        }
    }
    if (!status && !m->count)
        status = ig_fail(ctx, IG_EFORMAT, "%s holds no grid (.tif, .asc)",
                         count ? ig_show(paths[0]) : "nothing named: it");
    return status;
}

/// Tiles share cell size and lattice, or the first that does not is named.
static ig_status check_lattice(ig_ctx *ctx, const struct tile *first, const struct tile *tile)
{
    const ig_frame *a = &first->frame, *b = &tile->frame;
    if (fabs(a->dx - b->dx) > 1e-6 * a->dx || fabs(a->dy - b->dy) > 1e-6 * a->dy)
        return ig_fail(ctx, IG_EFORMAT, "%s has cells of %g by %g m, %s of %g by %g m", tile->name,
                       b->dx, b->dy, first->name, a->dx, a->dy);
    const double c = (b->west - a->west) / a->dx, r = (a->north - b->north) / a->dy;
    if (fabs(c - rint(c)) > 1e-3 || fabs(r - rint(r)) > 1e-3) {
        ig_fail(ctx, IG_EFORMAT, "%s does not lie on the cells of %s", tile->name, first->name);
        return ig_hint(ctx, "resample the tiles to one lattice first (gdalwarp -tap)");
    }
    return IG_OK;
}

/// Frame of all tiles that count, cut to the cells that meet the box.
static ig_status mosaic_frame(ig_ctx *ctx, struct mosaic *m, const ig_grid_options *options)
{
    const struct tile *first = &m->tiles[0];
    const ig_frame *base = &first->frame;
    // In cells from the corner of the first tile: west, north, east, south.
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    size_t kept = 0;
    for (size_t i = 0; i < m->count; i++) {
        const ig_frame *f = &m->tiles[i].frame;
        const ig_status status = check_lattice(ctx, first, &m->tiles[i]);
        if (status) return status;
        if (!meets(f, options->within)) continue;
        const double c = rint((f->west - base->west) / base->dx);
        const double r = rint((base->north - f->north) / base->dy);
        box[0] = fmin(box[0], c);
        box[1] = fmin(box[1], r);
        box[2] = fmax(box[2], c + (double)f->cols);
        box[3] = fmax(box[3], r + (double)f->rows);
        kept++;
    }
    if (!kept) {
        const double *w = options->within;
        return ig_fail(
            ctx, IG_EFORMAT,
            "%s (extent %.0f %.0f to %.0f %.0f) does not overlap the extent %.0f %.0f to "
            "%.0f %.0f",
            first->name, base->west, base->north - (double)base->rows * base->dy,
            base->west + (double)base->cols * base->dx, base->north, w[0], w[1], w[2], w[3]);
    }
    if (options->within) {
        const double *w = options->within;
        box[0] = fmax(box[0], floor((w[0] - base->west) / base->dx));
        box[1] = fmax(box[1], floor((base->north - w[3]) / base->dy));
        box[2] = fmin(box[2], ceil((w[2] - base->west) / base->dx));
        box[3] = fmin(box[3], ceil((base->north - w[1]) / base->dy));
    }
    m->frame = (ig_frame){(int64_t)(box[2] - box[0]),
                          (int64_t)(box[3] - box[1]),
                          base->west + box[0] * base->dx,
                          base->north - box[1] * base->dy,
                          base->dx,
                          base->dy};
    return ig_cells_check(ctx, &m->frame, m->count > 1 ? "all tiles together" : first->name,
                          options->max_cells);
}

/// Cells of a tile go where the mosaic has none yet; cells that differ are counted.
static ig_status place_tile(ig_ctx *ctx, const struct mosaic *m, const struct tile *tile,
                            const ig_grid_options *options, float *cells, ig_band_notes *notes,
                            int64_t *differing)
{
    const ig_frame *f = &m->frame, *t = &tile->frame;
    const int64_t c = (int64_t)rint((t->west - f->west) / f->dx);
    const int64_t r = (int64_t)rint((f->north - t->north) / f->dy);
    const int64_t c0 = c < 0 ? -c : 0, r0 = r < 0 ? -r : 0;
    const int64_t c1 = c + t->cols > f->cols ? f->cols - c : t->cols;
    const int64_t r1 = r + t->rows > f->rows ? f->rows - r : t->rows;
    if (c0 >= c1 || r0 >= r1) return IG_OK;
    ig_raster *raster = NULL;
    ig_status status = ig_raster_open(ctx, tile->path, tile->name, options, &raster);
    float *own = NULL;
    float *to = cells + (r + r0) * f->cols + c + c0;
    int64_t stride = f->cols;
    if (!status && m->count > 1) { // tiles may overlap: read beside, then merge
        own = ig_alloc((size_t)((c1 - c0) * (r1 - r0)), sizeof *own);
        if (!own) status = ig_fail(ctx, IG_EMEMORY, "no memory for %s", tile->name);
        stride = c1 - c0;
    }
    if (!status)
        status = ig_raster_read(ctx, raster, tile->band, c0, r0, c1 - c0, r1 - r0, own ? own : to,
                                stride, notes);
    ig_raster_close(raster);
    for (int64_t row = 0; own && !status && row < r1 - r0; row++) {
        for (int64_t col = 0; col < c1 - c0; col++) {
            const float value = own[row * stride + col];
            float *cell = to + row * f->cols + col;
            if (isnan(*cell)) {
                *cell = value;
            } else if (!isnan(value) && value != *cell) {
                ++*differing;
            }
        }
    }
    ig_free(own);
    return status;
}

static void tell_need(ig_ctx *ctx, const ig_frame *frame, const char *name, double bytes)
{
    const int64_t cells = ig_frame_cells(frame);
    ig_info(ctx, "%s: %lld by %lld cells of %g by %g m, %.1f MB", name, (long long)frame->cols,
            (long long)frame->rows, frame->dx, frame->dy, (double)cells * bytes / 1e6);
}

ig_status ig_grid_read(ig_ctx *ctx, const char *const *paths, size_t count,
                       const ig_grid_options *options, ig_grid **out)
{
    const ig_grid_options defaults = ig_grid_defaults();
    if (!options) options = &defaults;
    struct mosaic m = {0};
    ig_grid *grid = NULL;
    ig_band_notes notes = {0};
    int64_t differing = 0;
    ig_status status = find_tiles(ctx, &m, paths, count, options);
    if (!status) status = mosaic_frame(ctx, &m, options);
    if (status) goto done;
    const char *name = m.count > 1 ? ig_base_name(paths[0]) : m.tiles[0].name;
    tell_need(ctx, &m.frame, name, sizeof(float));
    // One raster fills its grid from end to end; tiles may leave gaps.
    status = (m.count > 1 ? ig_grid_new : ig_grid_blank)(ctx, &m.frame, &grid);
    for (size_t i = 0; !status && i < m.count; i++)
        status = place_tile(ctx, &m, &m.tiles[i], options, grid->cells, &notes, &differing);
    if (status) goto done;
    if (differing)
        ig_warn(ctx, "%s: tiles overlap and differ in %lld cells; the first by name is taken",
                ig_show(name), (long long)differing);
    if (notes.nan)
        ig_warn(ctx,
                "%s: %lld cells are NaN, which is not the declared nodata; they are taken as "
                "unknown",
                ig_show(name), (long long)notes.nan);
    if (notes.missing)
        ig_warn(ctx,
                "%s: %lld cells are in blocks that the file does not hold; they are taken as "
                "unknown",
                ig_show(name), (long long)notes.missing);
    if (notes.infinite) {
        const int64_t cells = ig_frame_cells(&m.frame);
        for (int64_t i = 0; i < cells; i++)
            if (isinf(grid->cells[i])) grid->cells[i] = NAN;
        ig_warn(ctx, "%s: %lld cells are infinite; they are taken as unknown", ig_show(name),
                (long long)notes.infinite);
    }
    grid->limit = m.limit;
    *out = grid;
    grid = NULL;
done:
    ig_grid_free(grid);
    mosaic_free(&m);
    return status;
}
