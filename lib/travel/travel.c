// The door: a search chosen, quanta turned to minutes.
#include "travel_internal.h"

static const struct {
    double mean, worst;
} lattice_error[] = {{5.5, 8.24}, {1.4, 2.79}, {0.49, 1.31}, {0.07, 0.22}};

void ig_travel_lattice_error(ig_neighbours neighbours, double *mean, double *worst)
{
    const bool known = (unsigned)neighbours <= IG_NEIGHBOURS_EXACT;
    if (mean) *mean = known ? lattice_error[neighbours].mean : NAN;
    if (worst) *worst = known ? lattice_error[neighbours].worst : NAN;
}

ig_travel_options ig_travel_defaults(void)
{
    return (ig_travel_options){
        .direction = IG_TO_SITE,
        .neighbours = IG_NEIGHBOURS_8,
        .corners = IG_CORNERS_FORBID,
        .slope = IG_SLOPE_DEFAULT,
        .limit = INFINITY,
    };
}

#define AT(member) offsetof(ig_travel_options, member)
const ig_option ig_travel_option_list[] = {
    {.name = "direction",
     .kind = IG_OPTION_CHOICE,
     .offset = AT(direction),
     .help = "to: from home to the site; from: from the site to home",
     .choices = "to|from"},
    {.name = "neighbours",
     .kind = IG_OPTION_CHOICE,
     .offset = AT(neighbours),
     .help = "moves out of a cell: 8, 16 (knight's moves too), 32, or exact (any bearing)",
     .choices = "8|16|32|exact"},
    {.name = "corners",
     .kind = IG_OPTION_CHOICE,
     .offset = AT(corners),
     .help = "diagonal step past a barrier: needs one open side, none (as GRASS), or both",
     .choices = "forbid|allow|strict"},
    {.name = "walk",
     .kind = IG_OPTION_CHOICE,
     .offset = AT(slope),
     .help = "what slope does to pace; default: tobler where the grid has elevation",
     .choices = "default|tobler|langmuir|none"},
    {.name = "max-minutes",
     .kind = IG_OPTION_NUMBER,
     .offset = AT(limit),
     .help = "leave out cells beyond this many minutes",
     .min = 0.0,
     .max = 1e12},
    {.name = NULL},
};

void ig_travel_free(int32_t *nearest)
{
    ig_free(nearest);
}

double ig_travel_work(const ig_travel_options *options, bool nearest, double *held)
{
    static const double reach[] = {1.0, 2.0, 3.0, 1.0};
    const bool known = (unsigned)options->neighbours <= IG_NEIGHBOURS_EXACT;
    // four rims of each tile as 64-bit numbers, and what is noted of a tile
    const double rims = 4.0 * 8.0 / 64.0 * (known ? reach[options->neighbours] : 3.0) + 0.04;
    if (held) *held = rims;
    // minutes; with `nearest` times in quanta, numbers, and a bit for each neighbour
    static const double bits[] = {1.0, 2.0, 4.0, 1.0};
    return rims + 4.0 + (nearest ? 8.0 + 4.0 + (known ? bits[options->neighbours] : 4.0) : 0.0);
}

bool ig_minutes_within(float minutes, double limit)
{
    return minutes <= (float)limit;
}

// ---- the result ---------------------------------------------------------------------------------

void ig_times_to_minutes(const struct model *model, const double *time, int64_t cells,
                         float *minutes)
{
    for (int64_t i = 0; i < cells; i++) {
        const float value = (float)(time[i] * model->quantum / 60.0);
        const bool reached = time[i] < INFINITY && (model->options.limit == INFINITY ||
                                                    ig_minutes_within(value, model->options.limit));
        minutes[i] = reached ? value : NAN;
    }
}

static void fill_nearest(const struct model *model, const struct start *start,
                         const ig_grid *minutes, int32_t *nearest)
{
    for (int64_t i = 0; i < model->cells; i++) {
        const bool served = !isnan(minutes->cells[i]) && nearest[i] != IG_NOBODY;
        nearest[i] = served ? start->by_rank[nearest[i]]->number : 0;
    }
}

/// A grid for the minutes whose cells nobody has touched yet: the search fills them all.
static ig_status blank_grid(ig_ctx *ctx, const ig_frame *frame, ig_grid **out)
{
    ig_grid *grid = ig_alloc(1, sizeof *grid);
    if (!grid) return ig_fail(ctx, IG_EMEMORY, "no memory for a grid");
    void *cells = NULL;
    const ig_status status =
        ig_bulk_alloc(ctx, (size_t)ig_frame_cells(frame), sizeof *grid->cells, &cells);
    *grid = (ig_grid){.frame = *frame, .cells = cells, .lent = ig_ctx_spills(ctx)};
    if (status) {
        ig_grid_free(grid);
    } else {
        *out = grid;
    }
    return status;
}

/// Least times as doubles, when someone has to know them to the quantum.
static ig_status search_slowly(ig_ctx *ctx, const struct model *model, const struct travel_way *way,
                               const struct start *start, double *time, ig_grid *minutes)
{
    ig_status status;
    if (way->engine == ENGINE_BUCKETS) {
        for (int64_t i = 0; i < model->cells; i++)
            time[i] = INFINITY;
        status = ig_search_buckets(ctx, model, start->seeds, start->count, NULL, 0, time);
    } else {
        status = ig_search_heap(ctx, model, start->seeds, start->count, time, NULL);
    }
    if (!status) ig_times_to_minutes(model, time, model->cells, minutes->cells);
    return status;
}

bool ig_needs_heap(const struct model *model)
{
    // On slopes the exact update looks at many points: too dear for tiles.
    // Nor do they know triangles that are open one way.
    const bool slow = model->exact && !model->mirrored;
    return slow || model->dearest > IG_DEAREST;
}

/// What is taken for sure, and what at worst: a tile whose times lie far apart keeps them in 64 bits,
/// and a queue that goes on through corridors has times as doubles.
static void tell_work(ig_ctx *ctx, const ig_surface *surface, const ig_travel_options *options,
                      bool nearest)
{
    const double mib = 1048576.0, cells = (double)ig_frame_cells(&surface->frame);
    const double sure = ig_travel_work(options, nearest, NULL) * cells +
                        (double)surface->link_count * IG_LINK_BYTES;
    const double more = (sizeof(uint64_t) + (nearest ? 0.0 : sizeof(double))) * cells;
    ig_info(ctx,
            "the search takes %.0f MiB beside the cost grid; at worst %.0f MiB more, where times "
            "within tiles lie far apart or long corridors go on by a queue",
            ceil(sure / mib), ceil(more / mib));
}

ig_status ig_travel_by(ig_ctx *ctx, const ig_surface *surface, const ig_source *sources,
                       size_t count, const ig_travel_options *options, const struct travel_way *way,
                       ig_grid **minutes, int32_t **nearest)
{
    if (!surface || !surface->pace || !minutes || (!sources && count))
        return ig_fail(ctx, IG_EINVAL, "travel needs a cost grid, sites and a place for minutes");
    const ig_travel_options defaults = ig_travel_defaults();
    const struct travel_way best = {0};
    if (!way) way = &best;
    struct model *model = ig_alloc(1, sizeof *model);
    struct start start = {0};
    double *time = NULL;
    ig_grid *grid = NULL;
    int32_t *order = NULL;
    ig_status status = IG_OK;
    if (!model) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for the search");
        goto done;
    }
    if (!options) options = &defaults;
    tell_work(ctx, surface, options, nearest != NULL);
    status = ig_model_begin(ctx, surface, options, way->as_large, model);
    if (!status) status = ig_start_make(ctx, model, sources, count, &start);
    if (!status) status = blank_grid(ctx, &surface->frame, &grid);
    if (status) goto done;

    const bool slow =
        way->engine == ENGINE_HEAP || way->engine == ENGINE_BUCKETS || ig_needs_heap(model);
    void *made = NULL;
    if (slow)
        ig_info(ctx, "the search goes by a queue of cells: %.0f MiB, and 24 bytes for each in it",
                ceil((double)model->cells * sizeof *time / 1048576.0));
    if (slow || nearest) status = ig_bulk_alloc(ctx, (size_t)model->cells, sizeof *time, &made);
    time = made;
    made = NULL;
    if (!status && nearest) status = ig_bulk_alloc(ctx, (size_t)model->cells, sizeof *order, &made);
    order = made;
    if (status) goto done;
    status = slow ? search_slowly(ctx, model, way, &start, time, grid)
                  : ig_search_tiles(ctx, model, way, start.seeds, start.count, grid, time);
    if (!status && order) status = ig_serve(ctx, model, start.seeds, start.count, time, order);
    if (status) goto done;
    if (order) {
        fill_nearest(model, &start, grid, order);
        *nearest = order;
        order = NULL; // handed over
    }
    *minutes = grid;
    grid = NULL;
done:
    ig_bulk_free(ctx, order);
    ig_bulk_free(ctx, time);
    ig_grid_free(grid);
    ig_start_free(&start);
    ig_model_free(model);
    return status;
}

ig_status ig_travel(ig_ctx *ctx, const ig_surface *surface, const ig_source *sources, size_t count,
                    const ig_travel_options *options, ig_grid **minutes, int32_t **nearest)
{
    return ig_travel_by(ctx, surface, sources, count, options, NULL, minutes, nearest);
}
