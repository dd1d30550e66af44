// The cost surface: open land, land cover, terrain and sea, barriers, then the roads over it all.
#include "cost_internal.h"

#include "../core/inside.h"

#include <math.h>
#include <string.h>

#define AT(member) offsetof(ig_cost_options, member)
const ig_option ig_cost_option_list[] = {
    {"mode", IG_OPTION_TEXT, AT(mode), true, "walk, cycle, drive, or a table of speeds", NULL, 0,
     0},
    {"buffer", IG_OPTION_NUMBER, AT(buffer), false, "metres round the areas", NULL, 0, 1e6},
    {"cell", IG_OPTION_NUMBER, AT(cell), true, "side of a cell, metres", NULL, 0.1, 100000},
    {"roads", IG_OPTION_INPUTS, AT(roads), false,
     "roads: OpenStreetMap .pbf or .osm, OS Open Roads, any line layer", NULL, 0, 0},
    {"road-class", IG_OPTION_COLUMN, AT(road_class), false, "class column of a line layer", NULL, 0,
     0},
    {"landcover", IG_OPTION_INPUTS, AT(landcover), false, "polygons of land cover and water", NULL,
     0, 0},
    {"landcover-class", IG_OPTION_COLUMN, AT(landcover_class), false,
     "class column of the land cover; without, the file's name tells", NULL, 0, 0},
    {"dem", IG_OPTION_INPUTS, AT(dem), false, "terrain: file, tiles, a folder or zips of tiles",
     NULL, 0, 0},
    {"barriers", IG_OPTION_INPUTS, AT(barriers), false, "lines or polygons that cannot be crossed",
     NULL, 0, 0},
    {"bridges", IG_OPTION_INPUTS, AT(bridges), false, "lines where roads cross barriers", NULL, 0,
     0},
    {"residents", IG_OPTION_FLAG, AT(residents), false,
     "also write the band of where people may live", NULL, 0, 0},
    {"residents-table", IG_OPTION_INPUT, AT(residents_table), false,
     "table of where people live, in place of the built-in one", NULL, 0, 0},
    {"max-slope", IG_OPTION_NUMBER, AT(max_slope), false,
     "rise over run above which ground off roads is a cliff; 0: none", NULL, 0, 100},
    {0},
};

ig_cost_options ig_cost_defaults(void)
{
    return (ig_cost_options){.mode = "walk", .buffer = 5000.0, .cell = 50.0, .max_slope = 1.0};
}

// ---- the frame ----------------------------------------------------------------------------------

static ig_status make_frame(ig_ctx *ctx, const ig_areas *extent, const ig_cost_options *o,
                            ig_frame *frame)
{
    double box[4];
    ig_areas_box(extent, box);
    if (!(box[0] <= box[2]) || !(box[1] <= box[3])) {
        return ig_fail(ctx, IG_EFORMAT, "%s: no area has a shape, so there is no extent",
                       ig_base_name(ig_areas_path(extent)));
    }
    if (!(o->cell > 0.0) || !(o->buffer >= 0.0)) {
        return ig_fail(ctx, IG_EINVAL, "--cell must be above 0 and --buffer 0 or more");
    }
    // Corners on whole cells, so that neighbouring runs share one lattice.
    const double west = floor((box[0] - o->buffer) / o->cell) * o->cell;
    const double south = floor((box[1] - o->buffer) / o->cell) * o->cell;
    const double east = ceil((box[2] + o->buffer) / o->cell) * o->cell;
    const double north = ceil((box[3] + o->buffer) / o->cell) * o->cell;
    const double cols = round((east - west) / o->cell), rows = round((north - south) / o->cell);
    if (cols < 1.0 || rows < 1.0 || cols * rows > 2147483648.0) {
        ig_fail(ctx, IG_ELIMIT,
                "a grid of %.0f x %.0f cells (%.0f) is over the limit of 2147483648 cells", cols,
                rows, cols * rows);
        return ig_hint(ctx, "take larger cells by --cell, or a smaller --buffer");
    }
    *frame = (ig_frame){(int64_t)cols, (int64_t)rows, west, north, o->cell, o->cell};
    return IG_OK;
}

// ---- terrain ------------------------------------------------------------------------------------

static ig_status mark_areas(struct site *site, const ig_areas *extent)
{
    ig_coverage *coverage = NULL;
    const ig_rings *rings = ig_areas_rings(extent);
    const ig_status status = ig_coverage_new(site->ctx, &site->surface->frame, rings, &coverage);
    if (status) return status;
    for (size_t k = 0; k < coverage->start[rings->areas]; k++) {
        const ig_run *run = &coverage->runs[k];
        for (int64_t c = 0; c < run->cells; c++) {
            site->marks[run->row * site->surface->frame.cols + run->col + c] |= MARK_AREA;
        }
    }
    ig_coverage_free(coverage);
    return IG_OK;
}

// Sea, where the terrain has no gap for it: outside all areas, at 0 or below, and flat (each of
// the eight neighbours has the very same height). Fens lie low too, but are not flat to the
// centimetre.
static void mark_sea(struct site *site, const ig_grid *height)
{
    const ig_frame *f = &site->surface->frame;
    for (int64_t row = 0; row < f->rows; row++) {
        for (int64_t col = 0; col < f->cols; col++) {
            const int64_t cell = row * f->cols + col;
            const float h = height->cells[cell];
            if (site->marks[cell] & MARK_AREA) continue;
            if (isnan(h)) { // no tile there: published sets leave out what is all sea
                site->marks[cell] |= MARK_SEA;
                continue;
            }
            bool flat = h <= 0.0F;
            for (int64_t r = row - 1; flat && r <= row + 1; r++) {
                for (int64_t c = col - 1; flat && c <= col + 1; c++) {
                    if (r < 0 || c < 0 || r >= f->rows || c >= f->cols) continue;
                    const float other = height->cells[r * f->cols + c];
                    flat = isnan(other) || other == h;
                }
            }
            if (flat) site->marks[cell] |= MARK_SEA;
        }
    }
}

// Passable cells without a height take that of the nearest cell with one, going outward.
static ig_status fill_heights(struct site *site, float *height)
{
    const ig_frame *f = &site->surface->frame;
    const int64_t n = ig_frame_cells(f);
    int64_t *queue = ig_alloc((size_t)n, sizeof *queue);
    if (!queue) return ig_fail(site->ctx, IG_EMEMORY, "no memory for the terrain");
    int64_t head = 0, tail = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!isnan(height[i])) queue[tail++] = i;
    }
    while (head < tail) {
        const int64_t at = queue[head++], col = at % f->cols, row = at / f->cols;
        const int64_t next[4][2] = {{col, row - 1}, {col + 1, row}, {col, row + 1}, {col - 1, row}};
        for (int k = 0; k < 4; k++) {
            if (next[k][0] < 0 || next[k][1] < 0 || next[k][0] >= f->cols ||
                next[k][1] >= f->rows) {
                continue;
            }
            const int64_t cell = next[k][1] * f->cols + next[k][0];
            if (!isnan(height[cell])) continue;
            height[cell] = height[at];
            queue[tail++] = cell;
        }
    }
    ig_free(queue);
    return IG_OK;
}

static ig_status read_terrain(struct site *site)
{
    const ig_cost_options *o = site->options;
    if (o->dem.count == 0) return IG_OK;
    const ig_frame *f = &site->surface->frame;
    ig_grid_options reading = ig_grid_defaults();
    const double box[4] = {f->west, f->north - f->dy * (double)f->rows,
                           f->west + f->dx * (double)f->cols, f->north};
    reading.within = box;
    ig_grid *dem = NULL, *nearest = NULL, *smooth = NULL;
    ig_status status = ig_grid_read(site->ctx, o->dem.values, o->dem.count, &reading, &dem);
    if (!status) status = ig_grid_resample(site->ctx, dem, f, false, &nearest);
    if (!status) {
        mark_sea(site, nearest);
        status = ig_grid_resample(site->ctx, dem, f, true, &smooth);
    }
    for (int64_t i = 0; !status && i < ig_frame_cells(f); i++) {
        if (isnan(smooth->cells[i])) smooth->cells[i] = nearest->cells[i];
    }
    if (!status) status = fill_heights(site, smooth->cells);
    if (!status) {
        site->surface->elevation = smooth->cells;
        smooth->cells = NULL;
    }
    ig_grid_free(dem);
    ig_grid_free(nearest);
    ig_grid_free(smooth);
    return status;
}

// Steps steeper than the limit are shut, except along roads, which are cut or zigzag.
static ig_status shut_cliffs(struct site *site, int64_t *cliffs)
{
    const ig_frame *f = &site->surface->frame;
    const float *height = site->surface->elevation;
    const double limit = site->options->max_slope;
    *cliffs = 0;
    if (!height || limit <= 0.0) return IG_OK;
    static const int step_col[4] = {1, 1, 0, -1}, step_row[4] = {0, 1, 1, 1}; // E SE S SW
    for (int64_t row = 0; row < f->rows; row++) {
        for (int64_t col = 0; col < f->cols; col++) {
            const int64_t cell = row * f->cols + col;
            for (int k = 0; k < 4; k++) {
                const int64_t c = col + step_col[k], r = row + step_row[k];
                if (c < 0 || r < 0 || c >= f->cols || r >= f->rows) continue;
                const int64_t other = r * f->cols + c;
                if ((site->marks[cell] & MARK_ROAD) && (site->marks[other] & MARK_ROAD)) continue;
                const double run = hypot(step_col[k] * f->dx, step_row[k] * f->dy);
                if (!(fabs((double)height[other] - height[cell]) > limit * run)) continue;
                if (!site->walls) {
                    site->walls = ig_alloc((size_t)ig_frame_cells(f), 1);
                    if (!site->walls) return ig_fail(site->ctx, IG_EMEMORY, "no memory for cliffs");
                }
                site->walls[cell] |= (uint8_t)(1U << (k + 2));
                site->walls[other] |= (uint8_t)(1U << ((k + 6) % 8));
                ++*cliffs;
            }
        }
    }
    return IG_OK;
}

// ---- where people live --------------------------------------------------------------------------

static ig_status fill_residents(struct site *site)
{
    if (!site->options->residents) return IG_OK;
    const int64_t n = ig_frame_cells(&site->surface->frame);
    float *share = ig_alloc((size_t)n, sizeof *share);
    if (!share) return ig_fail(site->ctx, IG_EMEMORY, "no memory for residents");
    const double other = speeds_value(&site->residents, "elsewhere", "*", NULL);
    const float elsewhere = isnan(other) ? 0.05F : (float)other;
    const bool roads = site->options->roads.count > 0;
    for (int64_t i = 0; i < n; i++) {
        if (isnan(site->surface->pace[i]) || (site->marks[i] & MARK_EMPTY)) {
            share[i] = 0.0F;
        } else if (!roads || (site->marks[i] & MARK_LIVED)) {
            share[i] = 1.0F;
        } else {
            share[i] = elsewhere;
        }
    }
    site->surface->residents = share;
    return IG_OK;
}

// ---- all of it ------------------------------------------------------------------------------------

static ig_status lay_ground(struct site *site, const ig_areas *extent)
{
    ig_surface *surface = site->surface;
    const int64_t n = ig_frame_cells(&surface->frame);
    const double kmh = speeds_value(&site->speeds, "open", "*", NULL);
    const float open = kmh > 0.0 ? (float)(3.6 / kmh) : NAN;
    for (int64_t i = 0; i < n; i++)
        surface->pace[i] = open;
    ig_status status = mark_areas(site, extent);
    if (!status) status = land_burn(site);
    if (!status) status = read_terrain(site);
    if (!status) status = walls_burn(site);
    for (int64_t i = 0; !status && i < n; i++) {
        if (site->marks[i] & (MARK_BLOCKED | MARK_SEA)) surface->pace[i] = NAN;
    }
    if (!status && site->options->dem.count == 0) {
        ig_info(site->ctx,
                "without terrain, ground outside the areas is taken as open land; the sea is "
                "only known where land cover or barriers have it");
    }
    return status;
}

static void finish_counts(struct site *site, int64_t cliffs)
{
    ig_cost_report *r = site->report;
    const int64_t n = ig_frame_cells(&site->surface->frame);
    r->cells = n;
    int64_t sea = 0;
    for (int64_t i = 0; i < n; i++) {
        r->cells_barrier += isnan(site->surface->pace[i]);
        r->cells_road += (site->marks[i] & MARK_ROAD) != 0;
        sea += (site->marks[i] & MARK_SEA) != 0;
    }
    ig_info(
        site->ctx,
        "cost grid %s: %lld x %lld cells, %lld barriers (%lld of them sea or without terrain), "
        "%lld with roads; roads "
        "%lld in, %lld burned, %lld not for this mode, %lld of classes without a row; bridges and "
        "tunnels %lld; steps shut by cliffs %lld",
        site->speeds.name, (long long)site->surface->frame.cols,
        (long long)site->surface->frame.rows, (long long)r->cells_barrier, (long long)sea,
        (long long)r->cells_road, (long long)r->roads_in, (long long)r->roads_burned,
        (long long)r->roads_left_out, (long long)r->roads_unknown_class, (long long)r->bridges,
        (long long)cliffs);
}

static void free_site(struct site *site)
{
    speeds_free(&site->speeds);
    speeds_free(&site->residents);
    ig_surface_free(site->surface);
    ig_free(site->marks);
    ig_free(site->walls);
    ig_free(site->holes);
    ig_free(site->ring_start);
    ig_free(site->hx);
    ig_free(site->hy);
}

ig_status ig_cost_build(ig_ctx *ctx, const ig_areas *extent, const ig_cost_options *options,
                        ig_surface **surface, ig_cost_report *report)
{
    *surface = NULL;
    ig_cost_report counts = {0};
    struct site site = {.ctx = ctx, .options = options, .report = &counts};
    ig_frame frame;
    int64_t cliffs = 0;
    ig_status status = make_frame(ctx, extent, options, &frame);
    if (!status) status = speeds_read(ctx, options->mode, &site.speeds);
    if (!status) {
        status = speeds_read(ctx, options->residents_table ? options->residents_table : "residents",
                             &site.residents);
    }
    if (status) goto done;
    const int64_t n = ig_frame_cells(&frame);
    ig_info(ctx, "cost grid: %lld cells, about %.0f MiB", (long long)n,
            (double)n * 22.0 / 1048576.0);
    status = ig_surface_new(ctx, &frame, &site.surface);
    if (!status) {
        site.marks = ig_alloc((size_t)n, 1);
        if (!site.marks)
            status = ig_fail(ctx, IG_EMEMORY, "no memory for %lld cells", (long long)n);
    }
    if (!status) status = lay_ground(&site, extent);
    if (!status && options->roads.count) {
        status = roads_burn(&site);
    }
    if (!status) status = shut_cliffs(&site, &cliffs);
    if (!status) status = fill_residents(&site);
    if (status) goto done;
    finish_counts(&site, cliffs);
    if (counts.cells_barrier == counts.cells) {
        status = ig_fail(ctx, IG_EFORMAT, "no cell of the cost grid can be passed");
        goto done;
    }
    if (site.surface->elevation && !(speeds_value(&site.speeds, "terrain", "slope", NULL) > 0.0)) {
        ig_info(ctx,
                "the speeds of %s are not for slopes: the terrain served for sea and cliffs, and "
                "is not kept",
                site.speeds.name);
        ig_free(site.surface->elevation);
        site.surface->elevation = NULL;
    }
    site.surface->barriers = site.walls;
    site.walls = NULL;
    *surface = site.surface;
    site.surface = NULL;
    if (report) *report = counts;
done:
    free_site(&site);
    return status;
}
