// Exact share of each cell that an area covers: signed areas along the edges, then a running sum
// along each row (the accumulation of font renderers; performance notes, section 3). No clipping.
#include "grid_internal.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

/// What an edge leaves in a cell: `cover` is its drop in rows, which all cells to the east of it
/// take on whole; `area` is the part of the cell itself that lies east of it.
struct touch {
    int64_t row, col; ///< col -1: west of the frame, only the cover counts
    double cover, area;
};

/// One thread at work, area by area; its runs lie behind each other.
struct sweep {
    const ig_frame *frame;
    struct touch *touches, *sorted;
    size_t count, room, sorted_room;
    size_t *row_start; ///< by row from first_row
    size_t row_room;
    int64_t first_row, last_row; ///< rows with touches
    struct ig_ring *rings;
    size_t ring_room;
    ig_run *runs;
    size_t first_run; ///< of the present area
    size_t run_count, run_room;
    double covered; ///< cells
};

/// floor() without a call, for numbers that are indices of cells nearly always.
static inline double floor_of(double x)
{
    if (!(fabs(x) < 0x1p51)) return floor(x);
    const double whole = (double)(int64_t)x;
    return whole > x ? whole - 1.0 : whole;
}

static ig_status add_touch(struct sweep *s, int64_t row, int64_t col, double cover, double area)
{
    if (cover == 0.0) return IG_OK;
    // Consecutive pieces of a line often stay in one cell: sum them at once.
    if (s->count && s->touches[s->count - 1].row == row && s->touches[s->count - 1].col == col) {
        s->touches[s->count - 1].cover += cover;
        s->touches[s->count - 1].area += area;
        return IG_OK;
    }
    if (!ig_grow((void **)&s->touches, &s->room, s->count + 1, sizeof *s->touches))
        return IG_EMEMORY;
    s->touches[s->count++] = (struct touch){row, col, cover, area};
    if (row < s->first_row) s->first_row = row;
    if (row > s->last_row) s->last_row = row;
    return IG_OK;
}

/// A piece of an edge within one row of cells, from (x0, y0) to (x1, y1), x in cells.
static ig_status add_in_row(struct sweep *s, int64_t row, double x0, double y0, double x1,
                            double y1, double sign)
{
    const double width = (double)s->frame->cols;
    const int step = x1 >= x0 ? 1 : -1;
    double x = x0, y = y0;
    ig_status status = IG_OK;
    while (!status) {
        // The cell east of x when going east, west of it when going west.
        double cell = step > 0 ? floor_of(x) : -floor_of(-x) - 1.0;
        double to = step > 0 ? cell + 1.0 : cell;
        if (cell < 0.0) {
            cell = -1.0;
            to = step > 0 ? 0.0 : x1;
        } else if (cell >= width) {
            if (step > 0 || x1 >= width) return IG_OK; // east of the frame: nothing is covered
            cell = width;
            to = width;
        }
        const bool last = step > 0 ? !(to < x1) : !(to > x1);
        const double nx = last ? x1 : to;
        const double ny = last ? y1 : y0 + (to - x0) * ((y1 - y0) / (x1 - x0));
        const double cover = sign * (ny - y);
        if (cell < 0.0)
            status = add_touch(s, row, -1, cover, 0.0);
        else if (cell < width)
            status = add_touch(s, row, (int64_t)cell, cover, cover * (cell + 1.0 - 0.5 * (x + nx)));
        if (last) break;
        x = nx;
        y = ny;
    }
    return status;
}

/// An edge from point to point, in cells with rows downwards.
static ig_status add_edge(struct sweep *s, double x0, double y0, double x1, double y1, double sign)
{
    if (y0 == y1) return IG_OK;
    if (y0 > y1) { // always downwards; the sign remembers
        const double sx = x0, sy = y0;
        x0 = x1;
        y0 = y1;
        x1 = sx;
        y1 = sy;
        sign = -sign;
    }
    const double rows = (double)s->frame->rows, lean = (x1 - x0) / (y1 - y0);
    if (y1 <= 0.0 || y0 >= rows) return IG_OK;
    double y = y0 < 0.0 ? 0.0 : y0;
    double x = y0 < 0.0 ? x0 - y0 * lean : x0;
    const double end = y1 > rows ? rows : y1;
    ig_status status = IG_OK;
    for (int64_t row = (int64_t)floor_of(y); !status && y < end; row++) {
        const double bottom = (double)(row + 1);
        const bool last = !(bottom < end);
        const double ny = last ? end : bottom;
        const double nx = last && end == y1 ? x1 : x0 + (ny - y0) * lean;
        status = add_in_row(s, row, x, y, nx, ny, sign);
        x = nx;
        y = ny;
    }
    return status;
}

// ---- rings ---------------------------------------------------------------------------------------

static ig_status add_ring(struct sweep *s, const ig_rings *r, const struct ig_ring *ring,
                          double sign)
{
    const ig_frame *f = s->frame;
    ig_status status = IG_OK;
    double x = (r->x[ring->start] - f->west) / f->dx, y = (f->north - r->y[ring->start]) / f->dy;
    for (size_t i = ring->start + 1; !status && i < ring->end; i++) {
        const double to_x = (r->x[i] - f->west) / f->dx, to_y = (f->north - r->y[i]) / f->dy;
        status = add_edge(s, x, y, to_x, to_y, sign);
        x = to_x;
        y = to_y;
    }
    return status;
}

// ---- from touches to runs ------------------------------------------------------------------------

/// Touches in order of row, then column, then as they came.
static ig_status sort_touches(struct sweep *s)
{
    const size_t rows = (size_t)(s->last_row - s->first_row + 1);
    if (!ig_grow((void **)&s->row_start, &s->row_room, rows + 1, sizeof *s->row_start) ||
        !ig_grow((void **)&s->sorted, &s->sorted_room, s->count, sizeof *s->sorted))
        return IG_EMEMORY;
    memset(s->row_start, 0, (rows + 1) * sizeof *s->row_start);
    for (size_t i = 0; i < s->count; i++)
        s->row_start[s->touches[i].row - s->first_row + 1]++;
    for (size_t i = 0; i < rows; i++)
        s->row_start[i + 1] += s->row_start[i];
    for (size_t i = 0; i < s->count; i++)
        s->sorted[s->row_start[s->touches[i].row - s->first_row]++] = s->touches[i];
    for (size_t i = rows; i > 0; i--)
        s->row_start[i] = s->row_start[i - 1];
    s->row_start[0] = 0;
    return IG_OK;
}

/// Stable merge sort by column of one row's touches; `spare` is as long.
static void sort_row(struct touch *touches, struct touch *spare, size_t count)
{
    if (count < 2) return;
    if (count <= 24) {
        for (size_t i = 1; i < count; i++) {
            const struct touch moved = touches[i];
            size_t j = i;
            for (; j > 0 && touches[j - 1].col > moved.col; j--)
                touches[j] = touches[j - 1];
            touches[j] = moved;
        }
        return;
    }
    const size_t half = count / 2;
    sort_row(touches, spare, half);
    sort_row(touches + half, spare, count - half);
    memcpy(spare, touches, half * sizeof *touches);
    size_t a = 0, b = half, to = 0;
    while (a < half && b < count)
        touches[to++] = touches[b].col < spare[a].col ? touches[b++] : spare[a++];
    while (a < half)
        touches[to++] = spare[a++];
}

static ig_status add_run(struct sweep *s, int64_t row, int64_t col, int64_t cells, double fraction)
{
    // Sums of many edges leave dust of rounding; nothing smaller is an answer.
    const double dust = 1e-11;
    if (fraction < dust) return IG_OK;
    if (fraction > 1.0 - dust) fraction = 1.0;
    s->covered += (double)cells * fraction;
    if (s->run_count > s->first_run) {
        ig_run *before = &s->runs[s->run_count - 1];
        if (before->row == row && before->col + before->cells == col &&
            before->fraction == fraction && before->cells + cells <= IG_RUN_CELLS) {
            before->cells += (uint64_t)cells;
            return IG_OK;
        }
    }
    while (cells > 0) {
        const int64_t now = cells < IG_RUN_CELLS ? cells : IG_RUN_CELLS;
        if (!ig_grow((void **)&s->runs, &s->run_room, s->run_count + 1, sizeof *s->runs))
            return IG_EMEMORY;
        ig_run *to = &s->runs[s->run_count++];
        // Written before parts of a word read it: a page that is read first is given twice.
        to->fraction = fraction;
        atomic_signal_fence(memory_order_seq_cst);
        to->row = (uint64_t)row;
        to->col = (uint64_t)col;
        to->cells = (uint64_t)now;
        col += now;
        cells -= now;
    }
    return IG_OK;
}

static ig_status sweep_row(struct sweep *s, int64_t row, const struct touch *touch, size_t count)
{
    double cover = 0.0;
    int64_t next = 0; // first column not told of yet
    ig_status status = IG_OK;
    for (size_t i = 0; i < count && !status;) {
        const int64_t col = touch[i].col;
        double here = 0.0, area = 0.0;
        for (; i < count && touch[i].col == col; i++) {
            here += touch[i].cover;
            area += touch[i].area;
        }
        if (col > next) status = add_run(s, row, next, col - next, cover);
        if (!status && col >= 0) status = add_run(s, row, col, 1, cover + area);
        cover += here;
        if (col + 1 > next) next = col + 1;
    }
    // Where the area goes on beyond the eastern edge the cover does not come back to zero.
    if (!status && next < s->frame->cols)
        status = add_run(s, row, next, s->frame->cols - next, cover);
    return status;
}

static ig_status sweep_area(struct sweep *s)
{
    if (!s->count) return IG_OK;
    ig_status status = sort_touches(s);
    if (status) return status;
    for (int64_t row = s->first_row; !status && row <= s->last_row; row++) {
        const size_t start = s->row_start[row - s->first_row];
        const size_t end = s->row_start[row - s->first_row + 1];
        sort_row(s->sorted + start, s->touches, end - start);
        status = sweep_row(s, row, s->sorted + start, end - start);
    }
    return status;
}

// ---- all areas -----------------------------------------------------------------------------------

/// Where the runs of an area lie until all are gathered.
struct slot {
    const struct sweep *sweep;
    size_t first, count;
    double inside, outside;
};

enum { AREAS_A_TURN = 16, TURNS = 8 }; ///< most areas that a thread takes in one go; least turns

struct work {
    const ig_frame *frame;
    const ig_rings *rings;
    const size_t *order;
    struct slot *slots;
    struct sweep *sweeps; ///< by thread
    ig_ctx *ctx;
    size_t in_turn;
    atomic_size_t next;
    atomic_bool failed;
};

static bool box_in_frame(const struct ig_ring *ring, const ig_frame *f)
{
    return ring->box[0] >= f->west && ring->box[3] <= f->north &&
           ring->box[2] <= f->west + (double)f->cols * f->dx &&
           ring->box[1] >= f->north - (double)f->rows * f->dy;
}

/// Rings of one area with their signs, swept; the slot says where the runs lie.
static ig_status cover_area(const struct work *w, struct sweep *s, size_t area)
{
    const ig_rings *r = w->rings;
    const size_t first = r->area_start[area], count = r->area_start[area + 1] - first;
    if (!ig_grow((void **)&s->rings, &s->ring_room, count, sizeof *s->rings)) return IG_EMEMORY;
    s->count = 0;
    s->first_row = INT64_MAX;
    s->last_row = -1;
    s->first_run = s->run_count;
    s->covered = 0.0;
    ig_status status = IG_OK;
    double whole = 0.0; // m2
    bool inside = true;
    for (size_t i = 0; i < count; i++) {
        s->rings[i].start = r->ring_start[first + i];
        s->rings[i].end = r->ring_start[first + i + 1];
        ig_ring_measure(r, count == 1, &s->rings[i]);
    }
    for (size_t i = 0; !status && i < count; i++) {
        const struct ig_ring *ring = &s->rings[i];
        if (!ring->sound) continue;
        const double sign = ig_ring_depth(r, s->rings, count, i) % 2 ? -1.0 : 1.0;
        whole += sign * 0.5 * fabs(ring->area2);
        inside = inside && box_in_frame(ring, w->frame);
        // Counter-clockwise rings drop on their western side: x to the east is inside.
        status = add_ring(s, r, ring, ring->area2 > 0.0 ? sign : -sign);
    }
    if (!status) status = sweep_area(s);
    const double on = s->covered * w->frame->dx * w->frame->dy, off = whole - on;
    w->slots[area] = (struct slot){s, s->first_run, s->run_count - s->first_run, on,
                                   inside || off < 0.0 ? 0.0 : off};
    return status;
}

static ig_status cover_areas(int worker, int workers, void *arg)
{
    (void)workers;
    struct work *w = arg;
    struct sweep *s = &w->sweeps[worker];
    ig_status status = IG_OK;
    s->frame = w->frame;
    while (!status && !atomic_load(&w->failed)) {
        const size_t first = atomic_fetch_add(&w->next, w->in_turn);
        if (first >= w->rings->areas) break;
        if (ig_ctx_cancelled(w->ctx)) status = IG_ECANCELLED;
        for (size_t i = 0; !status && i < w->in_turn && first + i < w->rings->areas; i++)
            status = cover_area(w, s, w->order[first + i]);
    }
    if (status) atomic_store(&w->failed, true);
    ig_free(s->rings);
    ig_free(s->touches);
    ig_free(s->sorted);
    ig_free(s->row_start);
    return status;
}

/// The coverage takes over what the threads made, and says where in it each area's runs lie.
static ig_status gather(struct work *w, size_t threads, ig_coverage *coverage)
{
    const size_t areas = w->rings->areas;
    coverage->area = ig_alloc(areas ? areas : 1, sizeof *coverage->area);
    coverage->inside = ig_alloc(areas ? areas : 1, sizeof *coverage->inside);
    coverage->outside = ig_alloc(areas ? areas : 1, sizeof *coverage->outside);
    coverage->held = ig_alloc(threads, sizeof *coverage->held);
    if (!coverage->area || !coverage->inside || !coverage->outside || !coverage->held)
        return IG_EMEMORY;
    coverage->areas = areas;
    coverage->helds = threads;
    for (size_t a = 0; a < areas; a++) {
        const struct slot *slot = &w->slots[a];
        coverage->inside[a] = slot->inside;
        coverage->outside[a] = slot->outside;
        coverage->runs += slot->count;
        if (!slot->count) continue;
        const ig_run *first = slot->sweep->runs + slot->first;
        coverage->area[a] = (ig_runs){first, first + slot->count};
    }
    for (size_t i = 0; i < threads; i++) {
        coverage->held[i] = w->sweeps[i].runs;
        w->sweeps[i].runs = NULL;
    }
    return IG_OK;
}

ig_status ig_coverage_new(ig_ctx *ctx, const ig_frame *frame, const ig_rings *rings,
                          ig_coverage **out)
{
    if (ig_frame_cells(frame) < 0) return ig_fail(ctx, IG_EINVAL, "a frame without cells");
    if (frame->cols > IG_RUN_LINES || frame->rows > IG_RUN_LINES)
        return ig_fail(ctx, IG_EINVAL, "a frame of %lld by %lld cells: more than %d one way",
                       (long long)frame->cols, (long long)frame->rows, IG_RUN_LINES);
    const size_t threads = (size_t)ig_ctx_threads(ctx);
    struct work w = {.frame = frame,
                     .rings = rings,
                     .ctx = ctx,
                     .slots = ig_alloc(rings->areas ? rings->areas : 1, sizeof *w.slots),
                     .sweeps = ig_alloc(threads, sizeof *w.sweeps)};
    ig_coverage *coverage = ig_alloc(1, sizeof *coverage);
    if (coverage) coverage->order = ig_alloc(rings->areas + 1, sizeof *coverage->order);
    ig_status status = w.slots && w.sweeps && coverage && coverage->order ? IG_OK : IG_EMEMORY;
    if (!status) status = ig_rings_order(frame, rings, coverage->order);
    if (!status) w.order = coverage->order;
    w.in_turn = rings->areas / (threads * TURNS) + 1;
    if (w.in_turn > AREAS_A_TURN) w.in_turn = AREAS_A_TURN;
    if (!status)
        status =
            rings->areas > 1 ? ig_parallel_workers(ctx, cover_areas, &w) : cover_areas(0, 1, &w);
    if (!status) status = gather(&w, threads, coverage);
    if (status == IG_EMEMORY)
        ig_fail(ctx, status, "no memory for the cells of %zu areas", rings->areas);
    if (status == IG_ECANCELLED) ig_fail(ctx, status, "stopped");
    for (size_t i = 0; w.sweeps && i < threads; i++)
        ig_free(w.sweeps[i].runs);
    ig_free(w.sweeps);
    ig_free(w.slots);
    if (status)
        ig_coverage_free(coverage);
    else
        *out = coverage;
    return status;
}

void ig_coverage_free(ig_coverage *coverage)
{
    if (!coverage) return;
    for (size_t i = 0; i < coverage->helds; i++)
        ig_free(coverage->held[i]);
    ig_free(coverage->held);
    ig_free(coverage->area);
    ig_free(coverage->order);
    ig_free(coverage->inside);
    ig_free(coverage->outside);
    ig_free(coverage);
}
