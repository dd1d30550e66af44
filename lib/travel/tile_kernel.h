// One tile brought to rest, for values of type T in vectors of LANES: a template, included once
// for each width by the file of each processor kind, which sets T, LANES, NAMED(x), FAR, FITS.
//
// Costs of all moves into the cells are laid out in arrays, barred ones as FAR; then the rows are
// swept down and up until none changes. A row takes from the rows above (or below) in vectors, and
// along itself by a scan in log(LANES) steps with weights worked out beforehand. Times are whole
// numbers and only fall, and the least sum is unique: neither the order of sweeps nor the state of
// the neighbours matters for the answer.

typedef T NAMED(vec) __attribute__((vector_size(LANES * sizeof(T)), may_alias));
typedef T NAMED(loose)
    __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T)), may_alias));
#define VEC NAMED(vec)

enum { NAMED(levels) = LANES == 16 ? 4 : LANES == 8 ? 3 : LANES == 4 ? 2 : 1 };
#define LEVELS NAMED(levels)

/// Costs, times and marks of a tile at work. Arrays lie behind it in one block.
struct NAMED(window) {
    T *time;
    T *part[SCALES_MAX]; ///< quanta of a cell for each scale
    T *array[MOVES_MAX];
    T *east[LEVELS], *west[LEVELS]; ///< cost over 1, 2, 4, 8 cells up to a cell, along the row
    T *carry_east, *carry_west;     ///< from the cell before a cell's vector up to the cell
    const T *into[MOVES_MAX];       ///< cost of the move that ends in a cell
    const T *east_step[LEVELS], *west_step[LEVELS];
    int from_north, from_south; ///< moves that go south, that go north
    const T *north_cost[MOVES_MAX / 2], *south_cost[MOVES_MAX / 2];
    int north_from[MOVES_MAX / 2], south_from[MOVES_MAX / 2];
    uint8_t down[SPAN], up[SPAN]; ///< rows that fell since a sweep that way took note
    uint8_t along[SPAN];          ///< rows that fell since they were scanned
    bool changed;
    bool coarse;  ///< a step does not fit T
    bool clamped; ///< a time did not fit above the base
};

static inline VEC NAMED(load)(const T *p)
{
    return *(const NAMED(loose) *)p;
}

static inline void NAMED(store)(T *p, VEC v)
{
    *(NAMED(loose) *)p = v;
}

static inline VEC NAMED(splat)(T x)
{
    return x - (VEC){0};
}

static inline VEC NAMED(least)(VEC a, VEC b)
{
    return LEAST(a, b);
}

static inline VEC NAMED(plus)(VEC a, VEC b) // FAR is the most that a sum can be
{
    return NAMED(least)(a + b, NAMED(splat)(FAR));
}

// ---- the window ---------------------------------------------------------------------------------

enum { NAMED(room) = WINDOW + 2 * GUARD };

static int NAMED(arrays)(const struct tile_plan *plan)
{
    const int sides = plan->model->slope == IG_SLOPE_NONE ? 1 : 2;
    return 1 + plan->scales + plan->arrays + sides * (LEVELS - 1) + 2;
}

static size_t NAMED(window_bytes)(const struct tile_plan *plan)
{
    return sizeof(struct NAMED(window)) + 64 +
           (size_t)NAMED(arrays)(plan) * NAMED(room) * sizeof(T);
}

static void NAMED(window_begin)(const struct tile_plan *plan, void *window)
{
    struct NAMED(window) *w = window;
    const struct model *model = plan->model;
    *w = (struct NAMED(window)){0};
    T *next = (T *)(((uintptr_t)(w + 1) + 63) / 64 * 64) + GUARD;
    const size_t room = NAMED(room);
    for (size_t i = 0; i < (size_t)NAMED(arrays)(plan) * room - GUARD; i++)
        next[i] = FAR;
    w->time = next;
    for (int i = 0; i < plan->scales; i++)
        w->part[i] = next += room;
    for (int i = 0; i < plan->arrays; i++)
        w->array[i] = next += room;
    for (int k = 0; k < model->moves; k++)
        w->into[k] = w->array[plan->array_of[k]] + plan->shift[k];
    w->east_step[0] = w->into[EAST];
    w->west_step[0] = w->into[WEST];
    for (int i = 1; i < LEVELS; i++) {
        w->east_step[i] = w->east[i] = next += room;
        w->west_step[i] = w->east[i] + (1 << i);
    }
    for (int i = 1; i < LEVELS && model->slope != IG_SLOPE_NONE; i++)
        w->west_step[i] = w->west[i] = next += room;
    w->carry_east = next += room;
    w->carry_west = next += room;
    for (int k = 0; k < model->moves; k++) {
        const struct path *path = &model->move[k].path;
        const int from = -path->dy * STRIDE - path->dx;
        if (path->dy > 0) {
            w->north_cost[w->from_north] = w->into[k];
            w->north_from[w->from_north++] = from;
        } else if (path->dy < 0) {
            w->south_cost[w->from_south] = w->into[k];
            w->south_from[w->from_south++] = from;
        }
    }
}

// ---- costs --------------------------------------------------------------------------------------

static bool NAMED(fill_part)(const float *restrict pace, double scale, int n, T *restrict part)
{
    unsigned coarse = 0;
    for (int i = 0; i < n; i++) {
        const double quanta = (double)pace[i] * scale;
        const double raised = quanta + 0x1p52; // whole from here on, rounded to even
        uint64_t bits;
        memcpy(&bits, &raised, sizeof bits);
        const bool fits = quanta < FITS;
        part[i] = fits ? (T)(bits & 0xfffffffffffffU) : FAR;
        coarse |= (unsigned)(!fits & (pace[i] < INFINITY));
    }
    return coarse;
}

/// First row for which the cost of a move that ends there is worked out, and the row after the
/// last.
static int NAMED(first_row)(const struct model *model, int dy)
{
    return dy > 0 ? dy - model->reach : -model->reach;
}

static int NAMED(end_row)(const struct model *model, int dy)
{
    return dy < 0 ? TILE + model->reach + dy : TILE + model->reach;
}

static void NAMED(fill_move)(const struct tile_plan *plan, struct NAMED(window) * w, int k)
{
    const struct path *path = &plan->model->move[k].path;
    const int back = path->dy * STRIDE + path->dx, last = path->cells - 1;
    const T *first = w->part[plan->scale_of[k][0]] - back, *end = w->part[plan->scale_of[k][last]];
    const int from = at(-PAD, NAMED(first_row)(plan->model, path->dy));
    const int to = at(-PAD, NAMED(end_row)(plan->model, path->dy));
    T *cost = w->array[plan->array_of[k]];
    for (int i = from; i < to; i += LANES)
        NAMED(store)(cost + i, NAMED(plus)(NAMED(load)(first + i), NAMED(load)(end + i)));
    for (int cell = 1; cell < last; cell++) {
        const T *part =
            w->part[plan->scale_of[k][cell]] - back + path->row[cell] * STRIDE + path->col[cell];
        for (int i = from; i < to; i += LANES)
            NAMED(store)(cost + i, NAMED(plus)(NAMED(load)(cost + i), NAMED(load)(part + i)));
    }
    for (int hop = 0; hop < last && last > 1; hop++) { // FAR where a hop on the way is barred
        const T *open =
            w->into[path->hop[hop]] - back + path->row[hop + 1] * STRIDE + path->col[hop + 1];
        for (int i = from; i < to; i += LANES) {
            const VEC barred = (VEC)(NAMED(load)(open + i) == NAMED(splat)(FAR));
            const VEC now = NAMED(load)(cost + i) | barred;
            NAMED(store)(cost + i, NAMED(least)(now, NAMED(splat)(FAR)));
        }
    }
}

static void NAMED(shut_sides)(const struct tile_plan *plan, const struct ground *ground,
                              struct NAMED(window) * w, int k)
{
    const struct path *path = &plan->model->move[k].path;
    const int back = path->dy * STRIDE + path->dx, opposite = (k + 4) & 7;
    const int from = at(0, NAMED(first_row)(plan->model, path->dy)) - REACH_MAX;
    const int to = at(TILE, NAMED(end_row)(plan->model, path->dy) - 1) + REACH_MAX;
    T *restrict cost = w->array[plan->array_of[k]];
    const uint8_t *restrict barriers = ground->barriers;
    for (int i = from; i < to; i++) {
        const unsigned shut =
            ((unsigned)barriers[i - back] >> k | (unsigned)barriers[i] >> opposite) & 1U;
        cost[i] = shut ? FAR : cost[i];
    }
}

/// A diagonal step past corners: one way round must be open, or both.
static void NAMED(bar_corners)(const struct tile_plan *plan, struct NAMED(window) * w, int k)
{
    const struct path *path = &plan->model->move[k].path;
    const bool strict = plan->model->options.corners == IG_CORNERS_STRICT;
    const int across = path->dx > 0 ? EAST : WEST, along = path->dy > 0 ? SOUTH : NORTH;
    const int dx = path->dx, dy = path->dy * STRIDE;
    const T *h = w->into[across], *v = w->into[along];
    T *cost = w->array[plan->array_of[k]];
    const VEC far = NAMED(splat)(FAR);
    const int to = at(-PAD, NAMED(end_row)(plan->model, path->dy));
    for (int i = at(-PAD, NAMED(first_row)(plan->model, path->dy)); i < to; i += LANES) {
        const VEC h1 = NAMED(load)(h + i - dy), v1 = NAMED(load)(v + i);
        const VEC v2 = NAMED(load)(v + i - dx), h2 = NAMED(load)(h + i);
        const VEC one = (VEC)(h1 == far) | (VEC)(v1 == far);
        const VEC other = (VEC)(h2 == far) | (VEC)(v2 == far);
        const VEC barred = strict ? one | other : one & other;
        NAMED(store)(cost + i, NAMED(least)(NAMED(load)(cost + i) | barred, far));
    }
}

static bool NAMED(slope_row)(const struct model *model, const float *restrict from,
                             const float *restrict to, double metres, int n, T *restrict cost)
{
    const struct slope slope = ig_slope_of(model);
    unsigned coarse = 0;
    for (int i = 0; i < n; i++) {
        const double flat = (double)(int64_t)cost[i];
        const double rise = (double)to[i] - (double)from[i];
        const double sloping = slope.kind == IG_SLOPE_TOBLER
                                   ? ig_tobler_cost(&slope, flat, rise, metres)
                                   : ig_langmuir_cost(&slope, flat, rise, metres);
        const bool open = cost[i] < FAR, fits = sloping < (double)FAR;
        coarse |= (unsigned)(open & !fits & (sloping < INFINITY));
        cost[i] = open & fits ? (T)(int64_t)(fits ? sloping : 0.0) : FAR;
    }
    return coarse;
}

static bool NAMED(fill_slope)(const struct tile_plan *plan, const struct ground *ground,
                              struct NAMED(window) * w, int k)
{
    const struct model *model = plan->model;
    const struct move *move = &model->move[k];
    const int back = move->path.dy * STRIDE + move->path.dx, reach = model->reach;
    bool coarse = false;
    for (int r = NAMED(first_row)(model, move->path.dy); r < NAMED(end_row)(model, move->path.dy);
         r++) {
        const int i = at(-reach, r);
        coarse |= NAMED(slope_row)(model, &ground->elevation[i - back], &ground->elevation[i],
                                   move->metres, TILE + 2 * reach, &w->array[plan->array_of[k]][i]);
    }
    return coarse;
}

/// Costs over 2, 4, 8 cells along the row, and those from the edge of a vector.
static void NAMED(fill_scan)(const struct tile_plan *plan, struct NAMED(window) * w)
{
    const VEC none = {0};
    for (int level = 1; level < LEVELS; level++) {
        const int step = 1 << (level - 1);
        const T *half = w->east_step[level - 1], *west_half = w->west_step[level - 1];
        for (int r = 0; r < TILE; r++) {
            for (int i = at(0, r); i < at(TILE + PAD, r); i += LANES) {
                const VEC sum = NAMED(plus)(NAMED(load)(half + i), NAMED(load)(half + i - step));
                NAMED(store)(w->east[level] + i, sum);
            }
            if (plan->model->slope == IG_SLOPE_NONE) continue;
            for (int i = at(0, r); i < at(TILE, r); i += LANES) {
                const VEC sum =
                    NAMED(plus)(NAMED(load)(west_half + i), NAMED(load)(west_half + i + step));
                NAMED(store)(w->west[level] + i, sum);
            }
        }
    }
    for (int r = 0; r < TILE; r++) {
        for (int i = at(0, r); i < at(TILE, r); i += LANES) {
            VEC east = NAMED(load)(w->into[EAST] + i), west = NAMED(load)(w->into[WEST] + i);
            east = NAMED(plus)(east, RISE_1(none, east));
            west = NAMED(plus)(west, SINK_1(none, west));
#if LANES > 2
            east = NAMED(plus)(east, RISE_2(none, east));
            west = NAMED(plus)(west, SINK_2(none, west));
#endif
#if LANES > 4
            east = NAMED(plus)(east, RISE_4(none, east));
            west = NAMED(plus)(west, SINK_4(none, west));
#endif
#if LANES > 8
            east = NAMED(plus)(east, RISE_8(none, east));
            west = NAMED(plus)(west, SINK_8(none, west));
#endif
            NAMED(store)(w->carry_east + i, east);
            NAMED(store)(w->carry_west + i, west);
        }
    }
}

static void NAMED(load_costs)(const struct tile_plan *plan, const struct ground *ground,
                              struct NAMED(window) * w)
{
    const struct model *model = plan->model;
    const int from = at(-PAD, -model->reach), to = at(-PAD, TILE + model->reach);
    w->coarse = false;
    for (int s = 0; s < plan->scales; s++)
        w->coarse |=
            NAMED(fill_part)(&ground->pace[from], plan->scale[s], to - from, &w->part[s][from]);
    if (w->coarse) return;
    for (int k = 0; k < EIGHT; k++) {
        if (!plan->owner[k]) continue;
        NAMED(fill_move)(plan, w, k);
        if (ground->shut) NAMED(shut_sides)(plan, ground, w, k);
    }
    const bool corners = ground->shut || ground->solid;
    for (int k = 1; k < EIGHT && corners && model->options.corners != IG_CORNERS_ALLOW; k += 2)
        if (plan->owner[k]) NAMED(bar_corners)(plan, w, k);
    for (int k = EIGHT; k < model->moves; k++)
        if (plan->owner[k]) NAMED(fill_move)(plan, w, k);
    for (int k = 0; k < model->moves && model->slope != IG_SLOPE_NONE; k++)
        w->coarse |= NAMED(fill_slope)(plan, ground, w, k);
    NAMED(fill_scan)(plan, w);
}

// ---- times in and out ---------------------------------------------------------------------------

static T NAMED(above)(int64_t time, int64_t base, struct NAMED(window) * w)
{
    if (time == IG_FAR) return FAR;
    if ((uint64_t)(time - base) < FAR) return (T)(time - base);
    w->clamped = true;
    return FAR;
}

static void NAMED(load_ring)(const struct ring *ring, int reach, int64_t base,
                             struct NAMED(window) * w)
{
    for (int d = 0; d < reach; d++) {
        for (int c = -reach; c < TILE + reach; c++) {
            w->time[at(c, -1 - d)] = NAMED(above)(ring->row[0][d][c + REACH_MAX], base, w);
            w->time[at(c, TILE + d)] = NAMED(above)(ring->row[1][d][c + REACH_MAX], base, w);
        }
        for (int r = 0; r < TILE; r++) {
            w->time[at(-1 - d, r)] = NAMED(above)(ring->col[0][d][r], base, w);
            w->time[at(TILE + d, r)] = NAMED(above)(ring->col[1][d][r], base, w);
        }
    }
}

static void NAMED(load_row)(const T *restrict cells, int n, uint64_t raise, T *restrict time,
                            bool *clamped)
{
    unsigned lost = 0;
    for (int c = 0; c < n; c++) {
        const bool held = cells[c] < FAR, fits = held & (raise < FAR - cells[c]);
        time[c] = fits ? (T)(cells[c] + (T)raise) : FAR;
        lost |= (unsigned)(held & !fits);
    }
    *clamped |= lost;
}

static int64_t NAMED(least_base)(const struct visit *visit, int reach)
{
    int64_t base = visit->held ? visit->base : IG_FAR;
    for (size_t i = 0; i < visit->seed_count; i++)
        if ((int64_t)visit->seeds[i].time < base) base = (int64_t)visit->seeds[i].time;
    for (int side = 0; side < 2; side++) {
        for (int d = 0; d < reach; d++) {
            for (int c = REACH_MAX - reach; c < TILE + REACH_MAX + reach; c++)
                if (visit->ring.row[side][d][c] < base) base = visit->ring.row[side][d][c];
            for (int r = 0; r < TILE; r++)
                if (visit->ring.col[side][d][r] < base) base = visit->ring.col[side][d][r];
        }
    }
    return base;
}

static void NAMED(note_row)(struct NAMED(window) * w, int row)
{
    w->down[row + REACH_MAX] = w->up[row + REACH_MAX] = w->along[row + REACH_MAX] = 1;
    w->changed = true;
}

/// Times of the tile above a common base; false when they do not fit.
static bool NAMED(load_times)(const struct tile_plan *plan, struct visit *visit,
                              struct NAMED(window) * w)
{
    const struct model *model = plan->model;
    const int64_t base = sizeof(T) == 8 ? 0 : NAMED(least_base)(visit, model->reach);
    bool lost = false;
    w->clamped = false;
    NAMED(load_ring)(&visit->ring, model->reach, base, w);
    const uint64_t raise = visit->held ? (uint64_t)(visit->base - base) : 0;
    for (int r = 0; r < TILE; r++) {
        T *time = &w->time[at(0, r)];
        const int held = visit->held && r < visit->height ? visit->width : 0;
        if (held)
            NAMED(load_row)((const T *)visit->cells + r * visit->stride, held, raise, time, &lost);
        for (int c = held; c < TILE; c++)
            time[c] = FAR;
    }
    if (lost && plan->limit - base >= (int64_t)FAR) return false;
    for (size_t i = 0; i < visit->seed_count; i++) {
        const struct seed *seed = &visit->seeds[i];
        const int c = (int)(seed->cell % model->cols - visit->col);
        const int r = (int)(seed->cell / model->cols - visit->row);
        const T time = NAMED(above)((int64_t)seed->time, base, w);
        if (time >= w->time[at(c, r)]) continue;
        w->time[at(c, r)] = time;
        NAMED(note_row)(w, r);
    }
    visit->base = base;
    return true;
}

static void NAMED(store_times)(const struct tile_plan *plan, struct visit *visit,
                               const struct NAMED(window) * w)
{
    const int reach = plan->model->reach;
    for (int r = 0; r < visit->height; r++)
        memcpy((T *)visit->cells + r * visit->stride, &w->time[at(0, r)],
               (size_t)visit->width * sizeof(T));
    for (int d = 0; d < reach; d++) {
        for (int i = 0; i < TILE; i++) {
            const T side[4] = {w->time[at(i, d)], w->time[at(i, TILE - 1 - d)], w->time[at(d, i)],
                               w->time[at(TILE - 1 - d, i)]};
            for (int s = 0; s < 4; s++)
                visit->rim[s][d][i] = side[s] < FAR ? visit->base + (int64_t)side[s] : IG_FAR;
        }
    }
}

/// Has a cell stayed unreached only because its time does not fit?
static bool NAMED(overflows)(const struct tile_plan *plan, const struct visit *visit,
                             const struct NAMED(window) * w)
{
    const struct model *model = plan->model;
    if (sizeof(T) == 8 || plan->limit - visit->base < (int64_t)FAR) return false;
    for (int r = 0; r < TILE; r++) {
        const T *time = &w->time[at(0, r)];
        VEC most = {0};
        for (int c = 0; c < TILE; c += LANES)
            most |= (VEC)(NAMED(load)(time + c) == NAMED(splat)(FAR));
        if (!ANY(most)) continue;
        for (int c = 0; c < TILE; c++) {
            const int i = at(c, r);
            if (w->time[i] < FAR || w->part[0][i] == FAR) continue;
            if (w->clamped) return true;
            for (int k = 0; k < model->moves; k++) {
                const struct path *path = &model->move[k].path;
                if (w->into[k][i] < FAR && w->time[i - path->dy * STRIDE - path->dx] < FAR)
                    return true;
            }
        }
    }
    return false;
}

// ---- sweeping -----------------------------------------------------------------------------------

static inline bool NAMED(take)(const T *const *costs, const int *froms, int moves, T *time, int row)
{
    const int first = at(0, row);
    VEC changed = {0};
    for (int i = first; i < first + TILE; i += LANES) {
        const VEC old = NAMED(load)(time + i);
        VEC now = old;
        for (int k = 0; k < moves; k++)
            now = NAMED(least)(now, NAMED(load)(time + i + froms[k]) + NAMED(load)(costs[k] + i));
        NAMED(store)(time + i, now);
        changed |= now ^ old;
    }
    return ANY(changed);
}

/// Take from rows above or below. True when the row gains.
static bool NAMED(take_vertical)(struct NAMED(window) * w, int row, bool south)
{
    if (w->from_north == 3)
        return south ? NAMED(take)(w->north_cost, w->north_from, 3, w->time, row)
                     : NAMED(take)(w->south_cost, w->south_from, 3, w->time, row);
    return south ? NAMED(take)(w->north_cost, w->north_from, w->from_north, w->time, row)
                 : NAMED(take)(w->south_cost, w->south_from, w->from_south, w->time, row);
}

/// Take along the row, both ways. True when it gains.
static bool NAMED(take_along)(struct NAMED(window) * w, int row)
{
    enum { VECTORS = TILE / LANES };
    const VEC far = NAMED(splat)(FAR);
    const int first = at(0, row);
    VEC east[VECTORS], west[VECTORS], old[VECTORS];
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        const int i = first + v * LANES;
        VEC x = NAMED(load)(w->time + i), y = x;
        old[v] = x;
        x = NAMED(least)(x, RISE_1(far, x) + NAMED(load)(w->east_step[0] + i));
        y = NAMED(least)(y, SINK_1(far, y) + NAMED(load)(w->west_step[0] + i));
#if LANES > 2
        x = NAMED(least)(x, RISE_2(far, x) + NAMED(load)(w->east_step[1] + i));
        y = NAMED(least)(y, SINK_2(far, y) + NAMED(load)(w->west_step[1] + i));
#endif
#if LANES > 4
        x = NAMED(least)(x, RISE_4(far, x) + NAMED(load)(w->east_step[2] + i));
        y = NAMED(least)(y, SINK_4(far, y) + NAMED(load)(w->west_step[2] + i));
#endif
#if LANES > 8
        x = NAMED(least)(x, RISE_8(far, x) + NAMED(load)(w->east_step[3] + i));
        y = NAMED(least)(y, SINK_8(far, y) + NAMED(load)(w->west_step[3] + i));
#endif
        east[v] = x;
        west[v] = y;
    }
    VEC carry = NAMED(splat)(w->time[first - 1]), back = NAMED(splat)(w->time[first + TILE]);
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        const int u = VECTORS - 1 - v;
        east[v] = NAMED(least)(east[v], carry + NAMED(load)(w->carry_east + first + v * LANES));
        west[u] = NAMED(least)(west[u], back + NAMED(load)(w->carry_west + first + u * LANES));
        carry = LAST(east[v]);
        back = FIRST(west[u]);
    }
    VEC changed = {0};
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        const VEC now = NAMED(least)(east[v], west[v]);
        NAMED(store)(w->time + first + v * LANES, now);
        changed |= now ^ old[v];
    }
    return ANY(changed);
}

/// Take from the columns west and east of the tile, cell by cell: most often nothing gains.
static void NAMED(take_sides)(const struct model *model, struct NAMED(window) * w)
{
    for (int k = 0; k < model->moves; k++) {
        const struct path *path = &model->move[k].path;
        const int from = -path->dy * STRIDE - path->dx;
        const int first = path->dx > 0 ? 0 : TILE + path->dx;
        const int last = path->dx > 0 ? path->dx : TILE;
        for (int c = first; c < last && path->dx; c++) {
            for (int r = 0; r < TILE; r++) {
                T *time = &w->time[at(c, r)];
                const T now = time[from] + w->into[k][at(c, r)];
                if (now >= *time) continue;
                *time = now;
                NAMED(note_row)(w, r);
            }
        }
    }
}

static bool NAMED(any_of)(const uint8_t *rows, int n)
{
    unsigned some = 0;
    for (int i = 0; i < n; i++)
        some |= rows[i];
    return some;
}

static void NAMED(sweep)(const struct model *model, struct NAMED(window) * w, bool south)
{
    const int reach = model->reach;
    uint8_t *rows = south ? w->down : w->up;
    for (int i = 0; i < TILE; i++) {
        const int row = south ? i : TILE - 1 - i, mark = row + REACH_MAX;
        const uint8_t *near = south ? &rows[mark - reach] : &rows[mark + 1];
        bool gained = NAMED(any_of)(near, reach) && NAMED(take_vertical)(w, row, south);
        if (gained || w->along[mark]) {
            if (NAMED(take_along)(w, row)) gained = true;
        }
        if (gained) NAMED(note_row)(w, row);
        w->along[mark] = 0;
    }
    memset(rows, 0, SPAN);
}

static void NAMED(settle)(const struct model *model, struct NAMED(window) * w)
{
    memset(w->down, 1, REACH_MAX);
    memset(w->up + REACH_MAX + TILE, 1, REACH_MAX);
    NAMED(take_sides)(model, w);
    bool south = true;
    do {
        NAMED(sweep)(model, w, south);
        south = !south;
    } while (NAMED(any_of)(w->down, SPAN) || NAMED(any_of)(w->up, SPAN));
}

// ---- who is to be woken -------------------------------------------------------------------------

static void NAMED(offer)(struct visit *visit, int neighbour, T time)
{
    const int64_t key = visit->base + (int64_t)time;
    if (key < visit->call[neighbour]) visit->call[neighbour] = key;
}

/// Could a row beyond the tile be bettered from it?
static void NAMED(offer_row)(const struct model *model, const struct NAMED(window) * w, int row,
                             struct visit *visit)
{
    T best[LANES];
    VEC least = NAMED(splat)(FAR);
    for (int k = 0; k < model->moves; k++) {
        const struct path *path = &model->move[k].path;
        if (row - path->dy < 0 || row - path->dy >= TILE) continue;
        const T *from = w->time - path->dy * STRIDE - path->dx, *cost = w->into[k];
        for (int i = at(0, row); i < at(TILE, row); i += LANES) {
            const VEC time = NAMED(load)(from + i) + NAMED(load)(cost + i);
            const VEC gains = (VEC)(time < NAMED(load)(w->time + i));
            least = NAMED(least)(least, time | ~gains);
        }
    }
    NAMED(store)(best, least);
    for (int i = 0; i < LANES; i++)
        if (best[i] < FAR) NAMED(offer)(visit, row < 0 ? 1 : 7, best[i]);
}

static void NAMED(offer_column)(const struct model *model, const struct NAMED(window) * w, int col,
                                struct visit *visit)
{
    for (int k = 0; k < model->moves; k++) {
        const struct path *path = &model->move[k].path;
        const int from = -path->dy * STRIDE - path->dx;
        if (col - path->dx < 0 || col - path->dx >= TILE) continue;
        for (int r = path->dy; r < TILE + path->dy; r++) {
            const int i = at(col, r);
            const T time = w->time[i + from] + w->into[k][i];
            if (time >= w->time[i]) continue;
            const int down = (r >= TILE) - (r < 0) + 1, across = col < 0 ? 0 : 2;
            NAMED(offer)(visit, down * 3 + across, time);
        }
    }
}

static void NAMED(offer_all)(const struct model *model, const struct NAMED(window) * w,
                             struct visit *visit)
{
    for (int d = 0; d < model->reach; d++) {
        NAMED(offer_row)(model, w, -1 - d, visit);
        NAMED(offer_row)(model, w, TILE + d, visit);
        NAMED(offer_column)(model, w, -1 - d, visit);
        NAMED(offer_column)(model, w, TILE + d, visit);
    }
}

static void NAMED(visit)(const struct tile_plan *plan, const struct ground *ground,
                         struct visit *visit, void *window)
{
    struct NAMED(window) *w = window;
    visit->changed = visit->too_wide = false;
    for (int i = 0; i < 9; i++)
        visit->call[i] = IG_FAR;
    const int64_t base = visit->base;
    w->changed = false;
    memset(w->down, 0, sizeof w->down);
    memset(w->up, 0, sizeof w->up);
    memset(w->along, 0, sizeof w->along);
    NAMED(load_costs)(plan, ground, w);
    if (w->coarse || !NAMED(load_times)(plan, visit, w)) {
        visit->too_wide = sizeof(T) < 8;
        visit->base = base;
        if (visit->too_wide) return;
    }
    NAMED(settle)(plan->model, w);
    visit->changed = w->changed;
    if (NAMED(overflows)(plan, visit, w)) {
        visit->too_wide = true;
        visit->base = base;
        return;
    }
    if (!visit->changed) {
        visit->base = base;
        return;
    }
    NAMED(offer_all)(plan->model, w, visit);
    NAMED(store_times)(plan, visit, w);
}

static void NAMED(minutes)(const struct model *model, const void *cells, int64_t base, int n,
                           float *out)
{
    const T *restrict time = cells;
    const double start = (double)base, quantum = model->quantum;
    const float limit = (float)model->options.limit;
    for (int i = 0; i < n; i++) {
        const double quanta = start + (double)(int64_t)time[i];
        const float value = (float)(quanta * quantum / 60.0);
        out[i] = time[i] < FAR && value <= limit ? value : NAN;
    }
}

static const struct kernel NAMED(kernel) = {
    NAMED(window_bytes),
    NAMED(window_begin),
    NAMED(visit),
    NAMED(minutes),
};

#undef VEC
#undef LEVELS
