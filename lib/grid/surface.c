// Cost surfaces as files: bands known by their description, costs checked before use (T1).
#include "grid_internal.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { PACE, ELEVATION, BARRIERS, RESIDENTS, BAND_NAMES };
/// Metadata item of a grid in which a shut side is shut to who leaves the cell by it alone.
#define ONE_WAY_KEY "sides_shut_to"
#define ONE_WAY_VALUE "leaving"

static const char *const band_names[BAND_NAMES] = {"pace", "elevation", "barriers", "residents"};

/// Which band holds what; 0 for absent.
static ig_status find_bands(ig_ctx *ctx, const ig_raster *raster, const ig_grid_options *options,
                            int found[BAND_NAMES])
{
    const int bands = ig_raster_bands(raster);
    for (int kind = 0; kind < BAND_NAMES; kind++) {
        found[kind] = 0;
        for (int b = 1; b <= bands && bands > 1; b++)
            if (!found[kind] && strcasecmp(ig_raster_description(raster, b), band_names[kind]) == 0)
                found[kind] = b;
    }
    if (found[PACE] && !options->band) return IG_OK;
    const ig_status status = ig_raster_choose(ctx, raster, options, &found[PACE]);
    if (status && !options->band && bands > 1)
        ig_hint(ctx,
                "name the band of costs by --band N; elevation, barriers and residents are known "
                "by the descriptions of bands, which gdal_translate keeps and gdalbuildvrt drops");
    return status;
}

/// A grid of one-way roads whose shut sides are gone would be read as if every way were open.
static void tell_lost(ig_ctx *ctx, const ig_raster *raster, const char *name, bool barriers)
{
    if (barriers || !ig_raster_item(raster, ONE_WAY_KEY)) return;
    ig_warn(ctx,
            "%s: item " ONE_WAY_KEY " tells of shut sides, but there is no band barriers: one-way "
            "roads are taken both ways and nothing stands between cells; keep all bands of the "
            "grid with their descriptions",
            name);
}

// ---- checks ----------------------------------------------------------------------------------------

/// What is odd about the costs of a slice of cells, or of all.
struct cost_counts {
    int64_t negative, zero, passable, first;
    float first_value;
    bool all_the_same; ///< all negative cells hold one value: looks like nodata
    int64_t endless;   ///< cells whose finite cost is as good as infinite
    int64_t vast;      ///< cells so dear that nobody's time can be meant
    float vast_value;  ///< the first of them
};

/// Seconds a metre, or a cell, beyond which a cost looks like a value that stands for nodata: three
/// hours for a metre. 65535 and the greatest numbers of other types are over it.
static const float vast_cost = 10000.0f;
/// From here on a cost is infinite: 3.4e38, the greatest float, is what many programs write for
/// nodata, and sums of it are beyond any float.
static const float endless_cost = 1e20f;

enum { SLICE = 1 << 16 };

/// Costs on their way to paces, in slices.
struct costs {
    int unit;
    double factor[4];
    float *pace;
    int64_t cells;
    struct cost_counts *slice;
};

static void find_negative(const float *pace, int64_t first, int64_t last, struct cost_counts *n)
{
    n->first = -1;
    for (int64_t i = first; i < last; i++) {
        if (!(pace[i] < 0.0f)) continue;
        if (n->first < 0) {
            n->first = i;
            n->first_value = pace[i];
        }
        if (pace[i] != n->first_value) n->all_the_same = false;
    }
}

static struct cost_counts count_costs(const float *pace, int64_t first, int64_t last)
{
    struct cost_counts n = {.all_the_same = true};
    int negative = 0, zero = 0, passable = 0, vast = 0, endless = 0;
    for (int64_t i = first; i < last; i++) {
        const bool finite = fabsf(pace[i]) < endless_cost;
        negative += pace[i] < 0.0f;
        zero += pace[i] == 0.0f;
        passable += finite;
        vast += finite && pace[i] > vast_cost;
        endless += pace[i] >= endless_cost && pace[i] < INFINITY;
    }
    if (negative) find_negative(pace, first, last, &n);
    for (int64_t i = first; vast && i < last; i++) {
        if (!(pace[i] < endless_cost && pace[i] > vast_cost)) continue;
        n.vast_value = pace[i];
        break;
    }
    n.negative = negative;
    n.zero = zero;
    n.passable = passable;
    n.vast = vast;
    n.endless = endless;
    return n;
}

/// Costs as they stand in the file become seconds a metre, in place; infinite ones a barrier.
static void to_pace(const struct costs *c, int64_t first, int64_t last)
{
    float *pace = c->pace;
    const double factor = c->unit < 4 ? c->factor[c->unit] : 1.0;
    for (int64_t i = first; i < last; i++) {
        const float v = fabsf(pace[i]) < endless_cost ? pace[i] : NAN;
        if (c->unit == 4) {
            pace[i] = v > 0.0f ? (float)(3.6 / v) : NAN; // speed 0 is a barrier
        } else {
            pace[i] = c->unit == 0 ? v : (float)(v * factor);
        }
    }
}

static ig_status take_slice(size_t i, void *arg)
{
    const struct costs *c = arg;
    const int64_t first = (int64_t)i * SLICE,
                  last = first + SLICE < c->cells ? first + SLICE : c->cells;
    c->slice[i] = count_costs(c->pace, first, last);
    to_pace(c, first, last);
    return IG_OK;
}

/// A layer whose infinite cells become unknown.
struct heights {
    float *cells;
    int64_t count;
};

static ig_status clear_slice(size_t i, void *arg)
{
    const struct heights *h = arg;
    const int64_t first = (int64_t)i * SLICE,
                  last = first + SLICE < h->count ? first + SLICE : h->count;
    float *restrict cells = h->cells;
    for (int64_t c = first; c < last; c++)
        cells[c] = fabsf(cells[c]) < INFINITY ? cells[c] : NAN;
    return IG_OK;
}

static ig_status clear_infinite(ig_ctx *ctx, float *cells, int64_t count)
{
    struct heights h = {cells, count};
    return ig_parallel_for(ctx, (size_t)((count + SLICE - 1) / SLICE), clear_slice, &h);
}

static void add_counts(struct cost_counts *all, const struct cost_counts *more)
{
    if (more->negative && !all->negative) {
        all->first = more->first;
        all->first_value = more->first_value;
    }
    if (more->negative && (!more->all_the_same || more->first_value != all->first_value))
        all->all_the_same = false;
    if (more->vast && !all->vast) all->vast_value = more->vast_value;
    all->negative += more->negative;
    all->zero += more->zero;
    all->passable += more->passable;
    all->vast += more->vast;
    all->endless += more->endless;
}

/// Count what is odd and turn the costs into paces, in one pass.
static ig_status take_costs(ig_ctx *ctx, const ig_frame *f, int unit, float *pace,
                            struct cost_counts *counts)
{
    const double side = ig_frame_side(f);
    struct costs c = {.unit = unit,
                      .factor = {1.0, 60.0, 1.0 / side, 60.0 / side},
                      .pace = pace,
                      .cells = ig_frame_cells(f)};
    const size_t slices = (size_t)((c.cells + SLICE - 1) / SLICE);
    c.slice = ig_alloc(slices, sizeof *c.slice);
    if (!c.slice) return ig_fail(ctx, IG_EMEMORY, "no memory to check the costs");
    const ig_status status = ig_parallel_for(ctx, slices, take_slice, &c);
    *counts = (struct cost_counts){.all_the_same = true};
    for (size_t i = 0; !status && i < slices; i++)
        add_counts(counts, &c.slice[i]);
    ig_free(c.slice);
    return status;
}

static ig_status refuse_negative(ig_ctx *ctx, const char *name, const ig_frame *f,
                                 const struct cost_counts *n)
{
    // A float's own digits are enough: -3.5 and not -3.5000001.
    char shown[32];
    snprintf(shown, sizeof shown, "%.7g", (double)n->first_value);
    const bool sentinel = n->all_the_same && n->first_value <= -99.0f;
    ig_fail(ctx, IG_EFORMAT,
            "%s: %lld negative cost%s; the first is %s at row %lld, column %lld (from 0, the "
            "north-west cell being 0, 0)%s",
            name, (long long)n->negative, n->negative == 1 ? "" : "s", shown,
            (long long)(n->first / f->cols), (long long)(n->first % f->cols),
            sentinel ? "; it looks like undeclared nodata" : "");
    if (sentinel) return ig_hint(ctx, "if %s means nodata, say so by --nodata %s", shown, shown);
    return ig_hint(ctx, "a cost is the time to cross: correct the grid, or name what stands for "
                        "nodata by --nodata V");
}

static ig_status check_costs(ig_ctx *ctx, const char *name, const ig_frame *f, int unit,
                             float *pace, const ig_band_notes *notes)
{
    struct cost_counts n = {0};
    const ig_status status = take_costs(ctx, f, unit, pace, &n);
    if (status) return status;
    if (n.negative) return refuse_negative(ctx, name, f, &n);
    const int64_t unpassable_zero = unit == 4 ? n.zero : 0;
    if (n.passable - unpassable_zero <= 0) {
        ig_fail(ctx, IG_EFORMAT, "%s has no passable cell: every cell is nodata", name);
        return ig_hint(ctx, "look whether the right band and nodata value are used");
    }
    if (notes->nan)
        ig_warn(ctx,
                "%s: %lld cells are NaN and not the declared nodata; they are taken as barriers",
                name, (long long)notes->nan);
    if (notes->missing)
        ig_warn(ctx,
                "%s: %lld cells are in blocks that the file does not hold; they are taken as "
                "barriers",
                name, (long long)notes->missing);
    if (notes->infinite + n.endless)
        ig_warn(ctx, "%s: %lld cells have infinite cost%s; they are taken as barriers", name,
                (long long)(notes->infinite + n.endless), n.endless ? ", or one over 1e20" : "");
    if (n.vast && unit != 4)
        ig_warn(
            ctx,
            "%s: %lld cells cost more than %g, the first of them %.7g: do they stand for nodata "
            "(--nodata %.7g)? they are crossed at that cost",
            name, (long long)n.vast, (double)vast_cost, (double)n.vast_value, (double)n.vast_value);
    if (n.zero && unit == 4)
        ig_warn(ctx, "%s: %lld cells have a speed of zero; they are taken as barriers", name,
                (long long)n.zero);
    if (n.zero && unit != 4)
        ig_warn(ctx, "%s: %lld cells have a cost of zero: they are crossed in no time", name,
                (long long)n.zero);
    return IG_OK;
}

/// Barriers of some rows as they stand in the file, to sums of shut sides.
static ig_status check_barriers(ig_ctx *ctx, const char *name, const ig_frame *f, int64_t row,
                                int64_t rows, const float *values, uint8_t *barriers)
{
    for (int64_t i = 0; i < rows * f->cols; i++) {
        const float v = isnan(values[i]) ? 0.0f : values[i];
        if (!(v >= 0.0f && v <= 255.0f) || v != floorf(v))
            return ig_fail(
                ctx, IG_EFORMAT,
                "%s: band barriers holds %g at row %lld, column %lld: it is the sum of the "
                "shut sides, 0 to 255",
                name, (double)v, (long long)(row + i / f->cols), (long long)(i % f->cols));
        barriers[row * f->cols + i] = (uint8_t)v;
    }
    return IG_OK;
}

static ig_status check_residents(ig_ctx *ctx, const char *name, const ig_frame *f, float *residents)
{
    const int64_t cells = ig_frame_cells(f);
    for (int64_t i = 0; i < cells; i++) {
        if (isnan(residents[i])) residents[i] = 0.0f;
        if (residents[i] < 0.0f || isinf(residents[i]))
            return ig_fail(
                ctx, IG_EFORMAT,
                "%s: band residents holds %g at row %lld, column %lld: a share is 0 or more", name,
                (double)residents[i], (long long)(i / f->cols), (long long)(i % f->cols));
    }
    return IG_OK;
}

// ---- reading -----------------------------------------------------------------------------------------

static ig_status read_band(ig_ctx *ctx, ig_raster *raster, int band, const ig_frame *f,
                           float *cells, ig_band_notes *notes)
{
    return ig_raster_read(ctx, raster, band, 0, 0, f->cols, f->rows, cells, f->cols, notes);
}

static ig_status read_barriers(ig_ctx *ctx, ig_raster *raster, int band, const char *name,
                               ig_surface *surface)
{
    enum { ROWS = 1024 };
    const ig_frame *f = &surface->frame;
    void *made = NULL;
    ig_band_notes notes = {0};
    float *values = ig_alloc((size_t)f->cols, ROWS * sizeof *values);
    if (!values) return ig_fail(ctx, IG_EMEMORY, "no memory for the barriers");
    ig_status status = ig_bulk_alloc(ctx, (size_t)ig_frame_cells(f), 1, &made);
    surface->barriers = made;
    for (int64_t row = 0; !status && row < f->rows; row += ROWS) {
        const int64_t rows = f->rows - row < ROWS ? f->rows - row : ROWS;
        status = ig_raster_read(ctx, raster, band, 0, row, f->cols, rows, values, f->cols, &notes);
        if (!status) status = check_barriers(ctx, name, f, row, rows, values, surface->barriers);
    }
    ig_free(values);
    return status;
}

static ig_status read_surface(ig_ctx *ctx, ig_raster *raster, const char *name, int unit,
                              const int found[BAND_NAMES], ig_surface *surface)
{
    const ig_frame *f = &surface->frame;
    ig_band_notes notes = {0}, other = {0};
    ig_status status = read_band(ctx, raster, found[PACE], f, surface->pace, &notes);
    if (!status) status = check_costs(ctx, name, f, unit, surface->pace, &notes);
    if (!status && found[ELEVATION]) {
        status = ig_layer_blank(ctx, f, &surface->elevation);
        if (!status)
            status = read_band(ctx, raster, found[ELEVATION], f, surface->elevation, &other);
        if (!status) status = clear_infinite(ctx, surface->elevation, ig_frame_cells(f));
    }
    if (!status && found[BARRIERS])
        status = read_barriers(ctx, raster, found[BARRIERS], name, surface);
    if (!status && found[RESIDENTS]) {
        status = ig_layer_blank(ctx, f, &surface->residents);
        if (!status)
            status = read_band(ctx, raster, found[RESIDENTS], f, surface->residents, &other);
        if (!status) status = check_residents(ctx, name, f, surface->residents);
    }
    return status;
}

static const struct {
    const char *name;
    int number;
} lattices[] = {{"8", 8}, {"16", 16}, {"32", 32}, {"exact", 1}};

static int lattice_of(const char *name)
{
    for (size_t i = 0; name && i < sizeof lattices / sizeof *lattices; i++)
        if (strcmp(name, lattices[i].name) == 0) return lattices[i].number;
    return 0;
}

/// Memory is known, told and held against --memory before any is allocated.
static ig_status plan_memory(ig_ctx *ctx, const char *name, const ig_frame *f, double bytes,
                             const ig_grid_options *options)
{
    const double mib = 1048576.0, cells = (double)ig_frame_cells(f);
    const double program = (64.0 + 8.0 * ig_ctx_threads(ctx)) * mib; // libraries, blocks in work
    const double all = cells * (bytes + options->work) + program;
    const double least = options->beside ? cells * options->held + program : all;
    const double limit = (double)ig_ctx_memory(ctx);
    ig_info(ctx, "%s: %lld by %lld cells of %g by %g m, %.1f MB; memory for the work: %.0f MiB",
            name, (long long)f->cols, (long long)f->rows, f->dx, f->dy, cells * bytes / 1e6,
            ceil(all / mib));
    if (limit <= 0.0 || all <= limit) return IG_OK;
    if (least > limit) {
        ig_fail(ctx, IG_ELIMIT, "%s: the work takes %.0f MiB%s, more than the %.0f MiB of --memory",
                name, ceil(least / mib), options->beside ? " even with its grids on disk" : "",
                floor(limit / mib));
        return ig_hint(ctx, "give --memory %.0fM or more, or cut the grid to the study area",
                       ceil(least / mib));
    }
    ig_info(ctx,
            "that is more than --memory: the grids lie in a scratch file of %.0f MiB beside %s",
            ceil((all - program - cells * options->held) / mib), ig_show(options->beside));
    return ig_ctx_spill(ctx, options->beside);
}

ig_status ig_surface_read(ig_ctx *ctx, const char *path, int unit, const ig_grid_options *options,
                          ig_surface **out)
{
    const ig_grid_options defaults = ig_grid_defaults();
    if (!options) options = &defaults;
    static const char *const suffixes[] = {".tif", ".tiff", ".asc", ".prj", NULL};
    ig_unpacked *unpacked = NULL;
    ig_raster *raster = NULL;
    ig_surface *surface = NULL;
    int found[BAND_NAMES] = {0};
    ig_status status = IG_OK;
    if (unit < 0 || unit > 4) return ig_fail(ctx, IG_EINVAL, "no cost unit has number %d", unit);
    status = ig_unpack(ctx, path, suffixes, &unpacked);
    if (status) return status;
    size_t which = SIZE_MAX;
    for (size_t i = 0; i < ig_unpacked_count(unpacked); i++) {
        const char *name = ig_unpacked_name(unpacked, i), *dot = strrchr(name, '.');
        if (dot && strcasecmp(dot, ".prj") == 0) continue;
        if (which != SIZE_MAX) status = IG_EFORMAT;
        if (which == SIZE_MAX) which = i;
    }
    if (status || which == SIZE_MAX) {
        ig_fail(ctx, IG_EFORMAT, "%s holds %s, and one cost grid is wanted", ig_show(path),
                status ? "several grids" : "no grid");
        status = ig_hint(ctx, "name the file itself");
        goto done;
    }
    const char *name = ig_base_name(ig_unpacked_name(unpacked, which));
    status = ig_raster_open(ctx, ig_unpacked_path(unpacked, which), name, options, &raster);
    if (!status) status = find_bands(ctx, raster, options, found);
    if (status) goto done;
    const ig_frame *f = ig_raster_frame(raster);
    surface = ig_alloc(1, sizeof *surface);
    if (!surface) status = ig_fail(ctx, IG_EMEMORY, "no memory for a cost surface");
    if (!status)
        status =
            ig_links_read(ctx, ig_show(name), f, ig_raster_item(raster, IG_LINKS_KEY), surface);
    if (status) goto done;
    const double links =
        (double)(surface->link_count * sizeof(ig_link)) / (double)ig_frame_cells(f);
    const double bytes = 4.0 + (found[ELEVATION] ? 4 : 0) + (found[BARRIERS] ? 1 : 0) +
                         (found[RESIDENTS] ? 4 : 0) + links;
    status = plan_memory(ctx, ig_show(name), f, bytes, options);
    if (status) goto done;
    surface->frame = *f;
    surface->lent = ig_ctx_spills(ctx);
    if (!status) status = ig_layer_blank(ctx, f, &surface->pace);
    if (!status) status = read_surface(ctx, raster, ig_show(name), unit, found, surface);
    if (!status) tell_lost(ctx, raster, ig_show(name), found[BARRIERS] != 0);
    if (!status) surface->lattice = lattice_of(ig_raster_item(raster, "lattice"));
    const char *way = status ? NULL : ig_raster_item(raster, ONE_WAY_KEY);
    if (!status) surface->one_way = way && strcmp(way, ONE_WAY_VALUE) == 0;
    if (!status) {
        *out = surface;
        surface = NULL;
    }
done:
    ig_surface_free(surface);
    ig_raster_close(raster);
    ig_unpacked_free(unpacked);
    return status;
}

// ---- writing -----------------------------------------------------------------------------------------

ig_status ig_surface_write(ig_ctx *ctx, const ig_surface *surface, const char *path,
                           const char *const *metadata, const char *const *inputs)
{
    struct ig_band_out bands[BAND_NAMES];
    int count = 0;
    bands[count++] = (struct ig_band_out){band_names[PACE], .cells = surface->pace};
    if (surface->elevation)
        bands[count++] = (struct ig_band_out){band_names[ELEVATION], .cells = surface->elevation};
    if (surface->barriers)
        bands[count++] = (struct ig_band_out){band_names[BARRIERS], .bytes = surface->barriers};
    if (surface->residents)
        bands[count++] = (struct ig_band_out){band_names[RESIDENTS], .cells = surface->residents};
    size_t items = 0;
    while (metadata && metadata[items])
        items++;
    ig_text links = {0};
    const char **more = ig_alloc(items + 3, sizeof *more);
    if (!more) return ig_fail(ctx, IG_EMEMORY, "no memory for %s", ig_show(path));
    if (items) memcpy(more, metadata, items * sizeof *more);
    if (surface->barriers && surface->one_way) more[items++] = ONE_WAY_KEY "=" ONE_WAY_VALUE;
    ig_status status = surface->link_count ? ig_links_text(ctx, surface, &links) : IG_OK;
    if (links.length) more[items++] = links.data;
    if (!status) status = ig_bands_write(ctx, &surface->frame, bands, count, path, more, inputs);
    ig_text_free(&links);
    ig_free(more);
    return status;
}

ig_status ig_grid_write(ig_ctx *ctx, const ig_grid *grid, const char *path, const char *description,
                        const char *const *metadata, const char *const *inputs)
{
    const struct ig_band_out band = {description ? description : "", .cells = grid->cells};
    return ig_bands_write(ctx, &grid->frame, &band, 1, path, metadata, inputs);
}

ig_status ig_numbers_write(ig_ctx *ctx, const ig_frame *frame, const int32_t *numbers,
                           const char *path, const char *description, const char *const *inputs)
{
    const struct ig_band_out band = {description ? description : "", .numbers = numbers};
    return ig_bands_write(ctx, frame, &band, 1, path, NULL, inputs);
}
