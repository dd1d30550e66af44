// The cost surface from its parts: extent, roads, land, walls, terrain, residents.
#include "cost_internal.h"

#include <math.h>
#include <string.h>

ig_cost_options ig_cost_defaults(void)
{
    return (ig_cost_options){
        .buffer = 5000.0, .cell = 50.0, .max_slope = NAN, .max_cells = INT64_C(1) << 31};
}

#define AT(member) offsetof(ig_cost_options, member)
const ig_option ig_cost_option_list[] = {
    {.name = "mode",
     .kind = IG_OPTION_TEXT,
     .offset = AT(mode),
     .required = true,
     .help = "walk, cycle, drive, drive-peak, straight (as the crow flies, 5 km/h), or a speed "
             "table (CSV)"},
    {.name = "cell",
     .kind = IG_OPTION_NUMBER,
     .offset = AT(cell),
     .help = "side of a cell in metres",
     .min = 0.1,
     .max = 100000},
    {.name = "neighbours",
     .kind = IG_OPTION_CHOICE,
     .offset = AT(neighbours),
     .help = "neighbourhood of the search that lengths of roads are made good for",
     .choices = "8|16|32|exact"},
    {.name = "buffer",
     .kind = IG_OPTION_NUMBER,
     .offset = AT(buffer),
     .help = "metres added round the extent, as far as roads reach",
     .min = 0,
     .max = 1e6},
    {.name = "roads",
     .kind = IG_OPTION_INPUTS,
     .offset = AT(roads),
     .help = "roads: OpenStreetMap .osm.pbf or .osm, OS Open Roads, or any line layer"},
    {.name = "road-class",
     .kind = IG_OPTION_COLUMN,
     .offset = AT(road_class),
     .help = "class column of a line layer of roads"},
    {.name = "landcover",
     .kind = IG_OPTION_INPUTS,
     .offset = AT(landcover),
     .help = "land cover polygons; the class is told by a column, OSM tags or the file's name"},
    {.name = "landcover-class",
     .kind = IG_OPTION_COLUMN,
     .offset = AT(landcover_class),
     .help = "class column of the land cover"},
    {.name = "dem",
     .kind = IG_OPTION_INPUTS,
     .offset = AT(dem),
     .help = "heights in metres: GeoTIFF or ESRI ASCII, also folders and zips of tiles"},
    {.name = "barriers",
     .kind = IG_OPTION_INPUTS,
     .offset = AT(barriers),
     .help = "lines or polygons that cannot be crossed"},
    {.name = "bridges",
     .kind = IG_OPTION_INPUTS,
     .offset = AT(bridges),
     .help = "lines that carry roads over barriers"},
    {.name = "residents",
     .kind = IG_OPTION_FLAG,
     .offset = AT(residents),
     .help = "write the band residents: where people of an area may live"},
    {.name = "residents-table",
     .kind = IG_OPTION_INPUT,
     .offset = AT(residents_table),
     .help = "table in place of geodata/speeds/residents.csv"},
    {.name = "max-slope",
     .kind = IG_OPTION_NUMBER,
     .offset = AT(max_slope),
     .help = "rise over run between cells that nobody climbs off a road; 0 for none (default: the "
             "speed table's, 1)",
     .min = 0,
     .max = 1000},
    {.name = "max-cells",
     .kind = IG_OPTION_COUNT,
     .offset = AT(max_cells),
     .help = "most cells that the grid may have",
     .min = 1,
     .max = 9e15},
    {0},
};

/// Everything on the way to the surface.
struct making {
    ig_ctx *ctx;
    const ig_areas *extent;
    const ig_cost_options *options;
    ig_speeds speeds, residents;
    ig_roads roads, bridges;
    ig_patches land, shut; ///< `shut`: barrier polygons beside those of land that is shut
    ig_walls walls;
    ig_grid *dem;
    uint16_t *land_class;
    uint8_t *sea;
    ig_road_cells road_cells;
    ig_density density;
    ig_frame frame;
    ig_surface *surface;
    ig_cost_report report;
    ig_visits visits;
    ig_past past;
    int64_t sea_cells, traps;
};

static void making_free(struct making *m)
{
    ig_speeds_free(&m->speeds);
    ig_speeds_free(&m->residents);
    ig_roads_free(&m->roads);
    ig_roads_free(&m->bridges);
    ig_patches_free(&m->land);
    ig_patches_free(&m->shut);
    ig_walls_free(&m->walls);
    ig_grid_free(m->dem);
    ig_free(m->land_class);
    ig_free(m->sea);
    ig_road_cells_free(&m->road_cells);
    ig_density_free(&m->density);
    ig_free(m->visits.list);
    ig_past_free(&m->past);
    ig_surface_free(m->surface);
}

// ---- extent --------------------------------------------------------------------------------------

/// The areas' box with the buffer, in which roads and land are looked for.
static ig_status wide_box(struct making *m, double box[4])
{
    ig_areas_box(m->extent, box);
    if (!(box[0] < box[2] && box[1] < box[3]))
        return ig_fail(m->ctx, IG_EFORMAT, "%s: the areas have no shapes, so there is no extent",
                       ig_show(ig_areas_path(m->extent)));
    box[0] -= m->options->buffer;
    box[1] -= m->options->buffer;
    box[2] += m->options->buffer;
    box[3] += m->options->buffer;
    return IG_OK;
}

/// The grid covers the areas, and of the buffer what roads reach; its lattice has 0, 0 on it.
static ig_status set_frame(struct making *m, const double wide[4])
{
    double box[4];
    const double cell = m->options->cell;
    ig_areas_box(m->extent, box);
    const double *roads = m->roads.box;
    for (int i = 0; i < 4; i++) {
        const double edge = m->roads.count ? roads[i] : wide[i];
        const double cut = i < 2 ? fmax(edge, wide[i]) : fmin(edge, wide[i]);
        box[i] = i < 2 ? fmin(box[i], cut) : fmax(box[i], cut);
    }
    const double c0 = floor(box[0] / cell), c1 = ceil(box[2] / cell);
    const double r0 = floor(box[1] / cell), r1 = ceil(box[3] / cell);
    m->frame = (ig_frame){(int64_t)(c1 - c0), (int64_t)(r1 - r0), c0 * cell, r1 * cell, cell, cell};
    const int64_t cells = ig_frame_cells(&m->frame);
    if (cells < 0 || cells > m->options->max_cells) {
        ig_fail(m->ctx, IG_ELIMIT,
                "cells of %g m make %.0f by %.0f = %.0f cells, too many: the limit "
                "is %lld",
                cell, c1 - c0, r1 - r0, (c1 - c0) * (r1 - r0), (long long)m->options->max_cells);
        return ig_hint(m->ctx, "take larger cells (--cell), or raise the limit by --max-cells");
    }
    const double bytes = (double)cells * 24.0, limit = (double)ig_ctx_memory(m->ctx);
    ig_info(m->ctx, "cost grid: %lld by %lld cells of %g m, about %.0f MB at work",
            (long long)m->frame.cols, (long long)m->frame.rows, cell, bytes / 1e6);
    if (limit <= 0.0 || bytes <= limit) return IG_OK;
    ig_fail(m->ctx, IG_ELIMIT,
            "the cost grid takes about %.0f MiB, more than the %.0f MiB of --memory",
            ceil(bytes / 1048576.0), floor(limit / 1048576.0));
    return ig_hint(m->ctx, "give --memory %.0fM or more, or take larger cells (--cell)",
                   ceil(bytes / 1048576.0));
}

// ---- reading -------------------------------------------------------------------------------------

static ig_status read_tables(struct making *m)
{
    const ig_cost_options *o = m->options;
    if (!o->mode || strcmp(o->mode, "residents") == 0)
        return ig_fail(m->ctx, IG_EINVAL,
                       "--mode is walk, cycle, drive, straight or a speed table");
    ig_status status = ig_speeds_read(m->ctx, o->mode, &m->speeds);
    const char *table = o->residents_table ? o->residents_table : "residents";
    if (!status) status = ig_speeds_read(m->ctx, table, &m->residents);
    if (!status && !(ig_class_value_of(&m->speeds.land, "open", NULL) > 0.0))
        ig_info(m->ctx, "%s: open land is a barrier", ig_show(m->speeds.name));
    return status;
}

/// Barriers: lines become walls, polygons too and the cells they touch are shut.
static ig_status read_barriers(struct making *m, const double *box)
{
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < m->options->barriers.count; i++) {
        ig_features f = {.lines = true, .also = true};
        bool is_osm;
        const char *source = m->options->barriers.values[i];
        status = ig_source_read(m->ctx, source, IG_OSM_BARRIERS, box, &f, &is_osm);
        for (size_t row = 0; !status && row < f.count; row++) {
            const ig_feature *item = &f.items[row];
            if (!item->rings) continue;
            m->report.barriers_in++;
            if (!item->is_line) {
                status = ig_patches_add(m->ctx, &m->shut, &f, row, 0);
                continue;
            }
            for (size_t r = item->ring; r < item->ring + item->rings; r++)
                for (size_t k = f.ring_start[r]; !status && k + 1 < f.ring_start[r + 1]; k++)
                    status = ig_walls_add(m->ctx, &m->walls, f.x[k], f.y[k], f.x[k + 1], f.y[k + 1],
                                          IG_WALL_LINE);
        }
        ig_features_free(&f);
    }
    return status;
}

static ig_status read_bridges(struct making *m, const double *box)
{
    ig_roads *b = &m->bridges;
    *b = (ig_roads){.box = {INFINITY, INFINITY, -INFINITY, -INFINITY}};
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < m->options->bridges.count; i++) {
        ig_features f = {.lines = true};
        bool is_osm;
        status =
            ig_source_read(m->ctx, m->options->bridges.values[i], IG_OSM_BRIDGES, box, &f, &is_osm);
        for (size_t r = 0; !status && r < f.rings; r++) {
            if (f.ring_start[r + 1] < f.ring_start[r] + 2) continue;
            ig_road line = {.first = b->points, .pace = NAN};
            for (size_t k = f.ring_start[r]; !status && k < f.ring_start[r + 1]; k++) {
                status = ig_road_point(m->ctx, b, f.x[k], f.y[k]);
                b->box[0] = fmin(b->box[0], f.x[k]);
                b->box[1] = fmin(b->box[1], f.y[k]);
                b->box[2] = fmax(b->box[2], f.x[k]);
                b->box[3] = fmax(b->box[3], f.y[k]);
            }
            line.end = b->points;
            if (!status && !ig_grow((void **)&b->list, &b->room, b->count + 1, sizeof *b->list))
                status = ig_fail(m->ctx, IG_EMEMORY, "no memory for the bridges");
            if (!status) b->list[b->count++] = line;
        }
        ig_features_free(&f);
    }
    return status;
}

static ig_status read_dem(struct making *m)
{
    const ig_frame *f = &m->frame;
    if (!m->options->dem.count) return IG_OK;
    // A few cells more all round, for the slopes at the edge.
    const double more = 200.0;
    const double box[4] = {f->west - more, f->north - (double)f->rows * f->dy - more,
                           f->west + (double)f->cols * f->dx + more, f->north + more};
    ig_grid_options options = ig_grid_defaults();
    options.within = box;
    options.max_cells = m->options->max_cells;
    const ig_status status =
        ig_grid_read(m->ctx, m->options->dem.values, m->options->dem.count, &options, &m->dem);
    if (!status) ig_dem_clear(m->ctx, m->options->dem.values[0], m->dem);
    return status;
}

// ---- making --------------------------------------------------------------------------------------

/// Polygons of land that the table shuts, and those of --barriers, as walls.
static ig_status make_walls(struct making *m)
{
    ig_status status = IG_OK;
    const ig_patches *land = &m->land;
    for (size_t a = 0; !status && a < land->count; a++) {
        if (m->speeds.land.rows[land->class_of[a]].value > 0.0) continue;
        const size_t rings = land->area_start[a + 1] - land->area_start[a];
        const size_t first = land->ring_start[land->area_start[a]];
        const size_t end = land->ring_start[land->area_start[a + 1]];
        // As one more patch of `shut`: a feature like those that came from files.
        ig_feature item = {.rings = rings, .ring = 0};
        size_t *starts = ig_alloc(rings + 1, sizeof *starts);
        if (!starts) return ig_fail(m->ctx, IG_EMEMORY, "no memory for the barriers");
        for (size_t k = 0; k <= rings; k++)
            starts[k] = land->ring_start[land->area_start[a] + k] - first;
        const ig_features f = {.items = &item,
                               .count = 1,
                               .ring_start = starts,
                               .rings = rings,
                               .x = land->x + first,
                               .y = land->y + first,
                               .used = end - first};
        status = ig_patches_add(m->ctx, &m->shut, &f, 0, land->class_of[a]);
        ig_free(starts);
    }
    const ig_rings rings = ig_patches_rings(&m->shut);
    if (!status && m->shut.count) status = ig_walls_add_patches(m->ctx, &m->walls, &rings);
    for (size_t i = 0; !status && i < m->roads.coast_count; i++) {
        const double *c = m->roads.coast[i];
        status = ig_walls_add(m->ctx, &m->walls, c[0], c[1], c[2], c[3], IG_WALL_COAST);
    }
    if (!status && m->walls.count)
        status = ig_walls_index(m->ctx, &m->walls, &m->frame, m->shut.count ? &rings : NULL);
    return status;
}

/// Pace off the roads: class of land, sea.
static ig_status lay_land(struct making *m)
{
    const int64_t cells = ig_frame_cells(&m->frame);
    const ig_class_list *land = &m->speeds.land;
    const double open = ig_class_value_of(land, "open", NULL);
    ig_status status = ig_surface_new(m->ctx, &m->frame, &m->surface);
    static const int lattices[] = {8, 16, 32, IG_LATTICE_EXACT};
    if (!status) m->surface->lattice = lattices[m->options->neighbours & 3];
    if (!status && m->land.count)
        status = ig_land_classes(m->ctx, &m->frame, &m->land, &m->speeds, &m->land_class);
    if (!status && m->dem)
        status = ig_sea_find(m->ctx, &m->frame, m->dem, ig_areas_rings(m->extent), &m->sea,
                             &m->sea_cells);
    for (int64_t i = 0; !status && i < cells; i++) {
        const uint16_t row = m->land_class ? m->land_class[i] : 0;
        const double kmh = row ? land->rows[row - 1].value : open;
        m->surface->pace[i] = kmh > 0.0 && !(m->sea && m->sea[i]) ? (float)(3.6 / kmh) : NAN;
    }
    if (!status && m->sea_cells)
        ig_info(
            m->ctx,
            "%lld cells outside all areas are sea by the terrain (level, at or below 0 m): only "
            "roads lead over them",
            (long long)m->sea_cells);
    return status;
}

/// Heights for the slopes, where the mode knows slopes; for cliffs they are used in any case.
static ig_status lay_heights(struct making *m)
{
    if (!m->dem) return IG_OK;
    ig_grid *heights = NULL;
    ig_status status = ig_grid_resample(m->ctx, m->dem, &m->frame, true, &heights);
    if (status) return status;
    m->surface->elevation = heights->cells;
    heights->cells = NULL;
    ig_grid_free(heights);
    return IG_OK;
}

static void tell_unknown_sea(struct making *m)
{
    const bool told = m->options->dem.count || m->shut.count || m->roads.coast_count;
    if (told || !m->roads.count || !(m->options->buffer > 0.0)) return;
    ig_info(m->ctx,
            "neither terrain, land cover nor coastline tells where the sea is: outside the areas "
            "all is open land (--dem or --landcover would tell)");
}

static ig_status make_surface(struct making *m)
{
    const double max_slope = isnan(m->options->max_slope) ? ig_rule(&m->speeds, "max_slope", 0.0)
                                                          : m->options->max_slope;
    ig_status status = lay_land(m);
    if (!status) status = lay_heights(m);
    if (!status) status = ig_road_cells_new(m->ctx, &m->frame, &m->roads, &m->road_cells);
    if (!status) status = ig_density_make(m->ctx, &m->roads, &m->speeds, &m->density);
    const double gap = ig_rule(&m->speeds, "gap", 0.0);
    if (!status) status = ig_roads_close_gaps(m->ctx, &m->roads, gap, &m->report.gaps_closed);
    if (!status && m->report.gaps_closed)
        ig_info(m->ctx, "%lld gaps of up to %g m between roads that face each other are closed",
                (long long)m->report.gaps_closed, gap);
    const bool walls = m->walls.state != NULL;
    if (!status && walls)
        status = ig_roads_cut(m->ctx, &m->roads, &m->walls, &m->bridges, &m->speeds);
    if (!status)
        status = ig_roads_burn(m->ctx, &m->roads, &m->density, walls ? &m->walls : NULL, m->surface,
                               &m->road_cells, &m->visits, &m->past);
    if (!status) status = ig_road_networks(m->ctx, &m->frame, &m->past, &m->road_cells);
    if (!status)
        status = ig_sides_shut(m->ctx, &m->walls, &m->visits, &m->road_cells, max_slope, m->surface,
                               &m->report.sides_one_way);
    if (!status) status = ig_links_make(m->ctx, &m->past, &m->walls, &m->visits, m->surface);
    if (!status && (m->surface->one_way || m->surface->link_count))
        status = ig_traps_count(m->ctx, m->surface, &m->report.cells_trapped, &m->traps);
    if (!status && m->options->residents)
        status = ig_residents_make(m->ctx, &m->roads, &m->residents, &m->speeds, m->land_class,
                                   m->sea, &m->walls, m->surface);
    if (!status && m->surface->elevation && ig_rule(&m->speeds, "slope", 1.0) == 0.0) {
        ig_free(m->surface->elevation);
        m->surface->elevation = NULL;
        ig_info(m->ctx, "%s: slopes do not count in this mode, and no band elevation is written",
                ig_show(m->speeds.name));
    }
    return status;
}

/// Roads that the source joins nowhere, where it is to tell what is joined.
static void tell_strangers(struct making *m)
{
    const ig_cost_report *r = &m->report;
    const bool many = r->roads_off_network > r->roads_burned / 20;
    if (!r->cells_joined) return;
    (many ? ig_warn : ig_info)(m->ctx,
                               "%lld of %lld roads share points with the others nowhere, and were "
                               "joined to those in their "
                               "cells, in %lld cells%s",
                               (long long)r->roads_off_network, (long long)r->roads_burned,
                               (long long)r->cells_joined,
                               many ? ": the source may lack points where roads meet" : "");
}

/// Motorways past the cells of other roads.
static void tell_crossings(struct making *m)
{
    ig_cost_report *r = &m->report;
    r->cells_passed = m->past.cells;
    r->cells_joined = m->past.joined;
    r->road_networks = m->past.sets;
    r->roads_off_network = m->past.roads_off;
    r->links = (int64_t)m->surface->link_count;
    if (r->links)
        ig_info(
            m->ctx,
            "motorways and other roads apart pass %lld cells of roads that they do not join there: "
            "%lld ways from cell to cell lead past",
            (long long)r->cells_passed, (long long)r->links);
    if (m->past.loose_ends)
        ig_warn(m->ctx,
                "%lld ends of motorways and other limited roads share no point with the roads of "
                "their cell, and are not joined to them",
                (long long)m->past.loose_ends);
    tell_strangers(m);
}

static ig_status count_cells(struct making *m)
{
    ig_cost_report *r = &m->report;
    r->cells = ig_frame_cells(&m->frame);
    for (int64_t i = 0; i < r->cells; i++) {
        r->cells_barrier += isnan(m->surface->pace[i]);
        r->cells_road += m->road_cells.is_road[i] && !isnan(m->surface->pace[i]);
    }
    r->roads_burned = r->roads_in - r->roads_left_out;
    r->cells_sea = m->sea_cells;
    if (r->cells_trapped)
        ig_warn(
            m->ctx,
            "%lld cells of one-way roads, in %lld places, can be entered and not left, or left and "
            "not entered: these roads end at the grid's edge, or in the source",
            (long long)r->cells_trapped, (long long)m->traps);
    tell_crossings(m);
    if (r->cells_barrier < r->cells) return IG_OK;
    return ig_fail(m->ctx, IG_EFORMAT, "no cell of the cost grid is passable");
}

/// Open ground is for the last steps off a road: without any road it is everybody's pace.
static void tell_no_roads(const struct making *m)
{
    const double open = ig_class_value_of(&m->speeds.land, "open", NULL);
    if (m->roads.count || !(open < ig_class_value_of(&m->speeds.road, "*", NULL))) return;
    ig_warn(
        m->ctx,
        "there are no roads: all ground is crossed at the speed of its land cover, %g km/h where "
        "it is open, so that times are far too long where ways lead; give --roads, or take "
        "--mode straight",
        open);
}

ig_status ig_cost_build(ig_ctx *ctx, const ig_areas *extent, const ig_cost_options *options,
                        ig_surface **surface, ig_cost_report *report)
{
    struct making m = {.ctx = ctx, .extent = extent, .options = options};
    double box[4];
    if (!(options->cell > 0.0) || !isfinite(options->cell) || !(options->buffer >= 0.0))
        return ig_fail(ctx, IG_EINVAL, "a cell needs a positive side, and the buffer is 0 or more");
    ig_status status = read_tables(&m);
    if (!status) status = wide_box(&m, box);
    if (!status)
        status = ig_roads_read(ctx, options, &m.speeds, &m.residents, box, &m.roads, &m.report);
    if (!status && m.roads.count)
        ig_info(ctx, "%zu roads with %zu points, %.0f MB", m.roads.count, m.roads.points,
                (double)(m.roads.points * 2 * sizeof(double) + m.roads.count * sizeof(ig_road)) /
                    1e6);
    if (!status) status = set_frame(&m, box);
    if (!status) status = ig_land_read(ctx, options, &m.speeds, box, &m.land, &m.report);
    if (!status) status = read_barriers(&m, box);
    if (!status) status = read_bridges(&m, box);
    if (!status) status = read_dem(&m);
    if (!status) status = make_walls(&m);
    if (!status) tell_unknown_sea(&m);
    if (!status) tell_no_roads(&m);
    if (!status) status = make_surface(&m);
    if (!status) status = count_cells(&m);
    if (!status) {
        *surface = m.surface;
        m.surface = NULL;
        if (report) *report = m.report;
    }
    making_free(&m);
    return status;
}
