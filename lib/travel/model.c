// The problem in the form that every engine reads: what a first look at the surface finds, the
// quantum in which time is counted, the moves of the neighbourhood, and what is refused.
#include "travel_internal.h"

#include <stdatomic.h>
#include <stdlib.h>

// ---- moves --------------------------------------------------------------------------------------

/// Beyond the next cells.
static const struct hop farther[MOVES_MAX - EIGHT] = {
    // knight's moves, and three cells out
    {1, -2}, {2, -1}, {2, 1},  {1, 2},  {-1, 2},  {-2, 1},  {-2, -1}, {-1, -2},
    {1, -3}, {2, -3}, {3, -2}, {3, -1}, {3, 1},   {3, 2},   {2, 3},   {1, 3},
    {-1, 3}, {-2, 3}, {-3, 2}, {-3, 1}, {-3, -1}, {-3, -2}, {-2, -3}, {-1, -3}};

static int hop_towards(int dx, int dy)
{
    for (int k = 0; k < EIGHT; k++)
        if (ig_hops[k].dx == dx && ig_hops[k].dy == dy) return k;
    return -1;
}

static void make_path(int dx, int dy, struct path *path)
{
    *path = (struct path){.dx = dx, .dy = dy, .cells = 1};
    const int across = abs(dx), down = abs(dy);
    const int east = (dx > 0) - (dx < 0), south = (dy > 0) - (dy < 0);
    double from = 0.0;
    int col = 0, row = 0;
    // Sides are crossed at (2i+1)/(2 across) and (2j+1)/(2 down) of the way; both at once is a
    // corner.
    for (int i = 0, j = 0; i < across || j < down;) {
        const int64_t side = i < across ? (int64_t)(2 * i + 1) * (down ? down : 1) : INT64_MAX;
        const int64_t top = j < down ? (int64_t)(2 * j + 1) * (across ? across : 1) : INT64_MAX;
        const bool cross_side = side <= top, cross_top = top <= side;
        const double at =
            cross_side ? (2.0 * i + 1.0) / (2.0 * across) : (2.0 * j + 1.0) / (2.0 * down);
        const int hop_x = cross_side ? east : 0, hop_y = cross_top ? south : 0;
        path->share[path->cells - 1] = at - from;
        path->hop[path->cells - 1] = (int8_t)hop_towards(hop_x, hop_y);
        from = at;
        col += hop_x;
        row += hop_y;
        path->col[path->cells] = (int8_t)col;
        path->row[path->cells] = (int8_t)row;
        path->cells++;
        i += cross_side;
        j += cross_top;
    }
    path->share[path->cells - 1] = 1.0 - from;
}

// ---- the first look -----------------------------------------------------------------------------

enum {
    LOOK_CELLS = 1 << 18, ///< cells looked at in one go
    FINE = 3,             ///< bits of the mantissa by which paces are counted
    CLASSES = 255 << FINE
};

/// What the first look at the surface finds.
struct look {
    int64_t classes[CLASSES]; ///< positive finite paces by exponent and first bits
    int64_t negative, first_negative, passable, level_unknown;
    uint32_t top;                   ///< bits of the largest finite pace
    uint32_t rise_east, rise_south; ///< bits of the largest difference of heights side by side
};

struct looks {
    ig_ctx *ctx;
    const ig_surface *surface;
    int64_t cells;
    int64_t stride; ///< one cell in so many is counted into the classes
    bool slope;
    struct look *look; ///< one a worker
    atomic_llong next;
};

/// Bits of the largest known difference between heights so many cells apart, from cell `first` on.
static uint32_t largest_rise(const float *height, int64_t apart, int64_t first, int64_t last)
{
    const int n = (int)(last - first);
    int32_t top = 0;
    for (int i = 0; i < n; i++) {
        const float rise = height[first + apart + i] - height[first + i];
        int32_t bits;
        memcpy(&bits, &rise, sizeof bits);
        bits &= 0x7fffffff;
        bits = bits <= 0x7f800000 ? bits : 0; // NaN
        top = bits > top ? bits : top;
    }
    return (uint32_t)top;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/// Heights of a slice against those to the east (and, from row to row, round the end) and south.
static void look_at_rises(const struct looks *looks, int64_t first, int64_t last, struct look *look)
{
    const float *elevation = looks->surface->elevation;
    const int64_t cols = looks->surface->frame.cols;
    const int64_t east = looks->cells - 1 < last ? looks->cells - 1 : last;
    const int64_t south = looks->cells - cols < last ? looks->cells - cols : last;
    look->rise_east = larger(look->rise_east, largest_rise(elevation, 1, first, east));
    if (south > first)
        look->rise_south = larger(look->rise_south, largest_rise(elevation, cols, first, south));
}

static void look_at_slice(const struct looks *looks, int64_t first, int64_t last, struct look *look)
{
    const float *pace = looks->surface->pace, *elevation = looks->surface->elevation;
    const int n = (int)(last - first);
    int32_t negative = 0, top = 0; // in 32 bits throughout, for vectors
    for (int i = 0; i < n; i++) {
        const float p = pace[first + i];
        int32_t bits;
        memcpy(&bits, &p, sizeof bits);
        negative += p < 0.0F;
        bits = bits < 0x7f800000 ? bits : 0; // below infinity; negative numbers lie below 0
        top = bits > top ? bits : top;
    }
    int32_t passable = 0, unknown = 0;
    for (int i = 0; i < n && looks->slope; i++) {
        const float p = pace[first + i], e = elevation[first + i];
        const int32_t open = (p >= 0.0F) & (p < INFINITY);
        passable += open;
        unknown += open & (e != e);
    }
    for (int64_t c = first; c < last; c += looks->stride) {
        uint32_t bits;
        memcpy(&bits, &pace[c], sizeof bits);
        if (bits && bits < 0x7f800000U) look->classes[bits >> (23 - FINE)]++;
    }
    look->negative += negative;
    look->passable += passable;
    look->level_unknown += unknown;
    if ((uint32_t)top > look->top) look->top = (uint32_t)top;
}

static ig_status look_for_others(int worker, int workers, void *arg)
{
    (void)workers;
    struct looks *looks = arg;
    struct look *look = &looks->look[worker];
    look->first_negative = INT64_MAX;
    for (;;) {
        const int64_t first = atomic_fetch_add(&looks->next, LOOK_CELLS);
        if (first >= looks->cells) return IG_OK;
        if (ig_ctx_cancelled(looks->ctx)) return IG_ECANCELLED;
        const int64_t left = looks->cells - first;
        const int64_t last = left < LOOK_CELLS ? looks->cells : first + LOOK_CELLS;
        const int64_t negative = look->negative;
        look_at_slice(looks, first, last, look);
        if (looks->slope) look_at_rises(looks, first, last, look);
        if (look->negative == negative) continue;
        int64_t c = first;
        while (!(looks->surface->pace[c] < 0.0F))
            c++;
        if (c < look->first_negative) look->first_negative = c;
    }
}

static ig_status look_at(ig_ctx *ctx, const struct model *model, struct look *all)
{
    enum { COUNTED = 1 << 22 }; // every cell of grids up to this, a share of larger ones
    const int workers = ig_ctx_threads(ctx);
    struct looks looks = {
        .ctx = ctx,
        .surface = model->surface,
        .cells = model->cells,
        .stride = model->cells / COUNTED + 1,
        .slope = model->slope != IG_SLOPE_NONE,
        .look = ig_alloc((size_t)workers, sizeof *looks.look),
    };
    if (!looks.look) return ig_fail(ctx, IG_EMEMORY, "no memory to look at the cost grid");
    const ig_status status = ig_parallel_workers(ctx, look_for_others, &looks);
    *all = (struct look){.first_negative = INT64_MAX};
    for (int i = 0; i < workers && !status; i++) {
        const struct look *look = &looks.look[i];
        for (int e = 0; e < CLASSES; e++)
            all->classes[e] += look->classes[e];
        if (look->negative && look->first_negative < all->first_negative)
            all->first_negative = look->first_negative;
        all->negative += look->negative;
        all->passable += look->passable;
        all->level_unknown += look->level_unknown;
        all->top = larger(all->top, look->top);
        all->rise_east = larger(all->rise_east, look->rise_east);
        all->rise_south = larger(all->rise_south, look->rise_south);
    }
    ig_free(looks.look);
    return status;
}

/// Pace below which lies the given share of the positive paces, to an eighth: the lower end of its
/// class or, with `upper`, the upper.
static double pace_at(const struct look *look, double share, bool upper)
{
    int64_t total = 0, below = 0;
    for (int e = 0; e < CLASSES; e++)
        total += look->classes[e];
    int e = 0;
    for (; e < CLASSES - 1; e++) {
        below += look->classes[e];
        if ((double)below > share * (double)total) break;
    }
    const uint32_t bits = (uint32_t)(e + upper) << (23 - FINE);
    float pace;
    memcpy(&pace, &bits, sizeof pace);
    return (double)pace;
}

/// Grids of up to so many cells are timed a thousand times finer, in tiles of 64 bits where need be:
/// there it costs nothing that anybody waits for.
#define SMALL_GRID ((int64_t)1 << 20)

/// A power of two, so small that the rounding of a fast cell's share of a step is below 2e-6 of it
/// and, where slow ground would then not go into a tile's 32 bits, below 8e-6. Where there is room
/// for slow ground twice over, and for the dearest cell, up to a thousand times finer, for the
/// first steps from a site show it; on small grids always. `exact` is no truer for that. It follows
/// from the surface alone: neither sites nor limit move it, nor links where any cell takes time.
static double choose_quantum(const struct look *look, bool finer, bool exact, double shortest,
                             double longest, double longest_link)
{
    // nothing but free cells: links alone take time
    if (!look->top) return longest_link > 0.0 ? ldexp(1.0, ilogb(longest_link) - 40) : 1.0;
    float top;
    memcpy(&top, &look->top, sizeof top);
    // one cell in a hundred thousand may be faster: what it adds to a way is little
    const double fast = 0.5 * shortest * pace_at(look, 1e-5, false);
    const double slow = sqrt(2.0) * longest * pace_at(look, 0.999, true);
    const double dearest = sqrt(2.0) * longest * (double)top;
    const double fine = floor(log2(fast * 4e-6)), coarse = floor(log2(fast * 16e-6));
    const double finest = fine - 10.0, roomy = ceil(log2(slow * TILE_ROOM / 0x1p31));
    double power = fine;
    if (finer)
        power = finest;
    else if (fine < roomy)
        power = fmin(roomy, coarse);
    else if (!exact)
        power = fmax(fmin(fine, fmax(roomy + 1.0, ceil(log2(dearest / STEP_ROOM)))), finest);
    // and never so small that ways across the grid were no longer exact
    const double least = shortest * pace_at(look, 0.5, false) * 0x1p-32;
    return ldexp(1.0, (int)fmax(power, floor(log2(least))));
}

static void set_quantum(struct model *model, const struct look *look, bool finer,
                        double longest_link)
{
    const double dx = model->surface->frame.dx, dy = model->surface->frame.dy;
    float top;
    memcpy(&top, &look->top, sizeof top);
    model->quantum = choose_quantum(look, finer, model->exact, dx < dy ? dx : dy, dx < dy ? dy : dx,
                                    longest_link);
    const double dearest_cell = 8.0 * (dx > dy ? dx : dy) * (double)top;
    model->dearest = fmax(dearest_cell, longest_link) / model->quantum;
    model->typical = (dx < dy ? dx : dy) * pace_at(look, 0.5, false) / model->quantum;
}

static void make_moves(struct model *model)
{
    const ig_frame *frame = &model->surface->frame;
    for (int k = 0; k < model->moves; k++) {
        struct move *move = &model->move[k];
        const struct hop hop = k < EIGHT ? ig_hops[k] : farther[k - EIGHT];
        make_path(hop.dx, hop.dy, &move->path);
        const double dx = hop.dx, dy = hop.dy;
        move->metres = hypot(dx * frame->dx, dy * frame->dy);
        // Costs by cell were divided by the mean side as they were read (ig_surface_read). r.cost
        // counts the width of a cell as 1, also where cells are higher or lower than wide.
        const double unit = ig_frame_side(frame) / frame->dx;
        move->length = model->options.per_cell ? move->metres * unit : move->metres;
        for (int i = 0; i < move->path.cells; i++)
            move->scale[i] = move->length * move->path.share[i] / model->quantum;
    }
}

/// The zone of a triangle ends where its root falls by all but 1/32 of what the lead grows. In single
/// precision a root over a far side s is right to (1 / end + 2) ratio s / 2^24, with `end` the square
/// root of `rest`. A side longer than step / (ratio end) can better nothing, so that
/// (1 / end^2 + 2 / end) step / 2^24 is the most; it is kept below 1/64.
static void make_wedges(struct model *model)
{
    for (int i = 0; i < 2; i++) {
        const double near = model->move[i ? EAST : NORTH].length;
        const double ratio = near / model->move[i ? NORTH : EAST].length;
        const double fall = (1.0 - 0x1p-5) / ratio, rest = 1.0 / (1.0 + fall * fall);
        const double loss = 1.0 / rest + 2.0 / sqrt(rest);
        const double most = floor(log2(0x1p18 / loss));
        model->wedge[i] = (struct wedge){
            .ratio = (float)ratio,
            .rest = (float)rest,
            .fine = (float)ldexp(1.0, (int)most - 1),
        };
    }
}

static ig_status check_frame(ig_ctx *ctx, const ig_frame *frame, int64_t *cells)
{
    *cells = ig_frame_cells(frame);
    if (*cells <= 0 || !(frame->dx > 0.0) || !(frame->dy > 0.0) || !isfinite(frame->dx) ||
        !isfinite(frame->dy)) {
        return ig_fail(ctx, IG_EINVAL, "the cost grid has no cells, or cells without size");
    }
    return IG_OK;
}

static ig_status check_options(ig_ctx *ctx, const ig_travel_options *options)
{
    if (isnan(options->limit) || options->limit < 0.0)
        return ig_fail(ctx, IG_EINVAL, "the limit of %g minutes is no time", options->limit);
    if ((unsigned)options->neighbours > IG_NEIGHBOURS_EXACT ||
        (unsigned)options->corners > IG_CORNERS_STRICT ||
        (unsigned)options->slope > IG_SLOPE_NONE || (unsigned)options->direction > IG_FROM_SITE) {
        return ig_fail(ctx, IG_EINVAL, "a travel option has a value that it does not know");
    }
    return IG_OK;
}

static ig_slope slope_in_force(const ig_surface *surface, ig_slope asked)
{
    if (asked == IG_SLOPE_DEFAULT) return surface->elevation ? IG_SLOPE_TOBLER : IG_SLOPE_NONE;
    return asked;
}

ig_status ig_model_begin(ig_ctx *ctx, const ig_surface *surface, const ig_travel_options *options,
                         bool as_large, struct model *model)
{
    static const int moves[] = {8, 16, 32, 8}, reach[] = {1, 2, 3, 1};
    *model = (struct model){.surface = surface, .options = *options};
    ig_status status = check_frame(ctx, &surface->frame, &model->cells);
    if (!status) status = check_options(ctx, options);
    if (status) return status;
    model->cols = surface->frame.cols;
    model->rows = surface->frame.rows;
    model->slope = slope_in_force(surface, options->slope);
    if (model->slope != IG_SLOPE_NONE && !surface->elevation) {
        ig_fail(ctx, IG_EINVAL, "walking by slope needs the band 'elevation' in the cost grid");
        return ig_hint(ctx, "build it with 'isogap cost --dem', or take --walk none");
    }
    model->exact = options->neighbours == IG_NEIGHBOURS_EXACT;
    model->moves = moves[options->neighbours];
    model->reach = reach[options->neighbours];
    model->one_way = surface->barriers && surface->one_way;
    model->leaving = !model->one_way || options->direction == IG_FROM_SITE;
    model->entering = !model->one_way || options->direction == IG_TO_SITE;
    model->mirrored = model->slope == IG_SLOPE_NONE && !model->one_way;

    struct look look;
    status = look_at(ctx, model, &look);
    if (status) return status;
    if (look.negative) {
        ig_fail(ctx, IG_EFORMAT,
                "the cost grid has %lld cells with a negative cost, first %g in column %lld, row "
                "%lld",
                (long long)look.negative, (double)surface->pace[look.first_negative],
                (long long)(look.first_negative % model->cols),
                (long long)(look.first_negative / model->cols));
        return ig_hint(ctx, "costs are 0 or more; make walls nodata (--nodata V)");
    }
    if (model->slope != IG_SLOPE_NONE && look.level_unknown > 0) {
        ig_warn_mild(ctx, "%lld of %lld passable cells have no height and are walked as level",
                     (long long)look.level_unknown, (long long)look.passable);
    }
    // The update of `exact` is no truer for a finer count; and very dear cells have no room for it.
    const bool small = !as_large && model->cells <= SMALL_GRID && !model->exact;
    double longest_link;
    status = ig_links_check(ctx, model, &longest_link);
    if (status) return status;
    set_quantum(model, &look, small, longest_link);
    if (small && model->dearest > IG_DEAREST) set_quantum(model, &look, false, longest_link);
    // A little beyond: the last word is had by the minutes as the grid holds them.
    model->limit = options->limit * 60.0 / model->quantum * (1.0 + 1e-6) + 1.0;
    make_moves(model);
    make_wedges(model);
    status = ig_passages_make(ctx, model);
    float rise[2];
    memcpy(&rise[0], &look.rise_east, sizeof rise[0]);
    memcpy(&rise[1], &look.rise_south, sizeof rise[1]);
    return status ? status : ig_steep_tell(ctx, model, (double)rise[0], (double)rise[1]);
}
