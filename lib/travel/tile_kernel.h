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
typedef struct NAMED(window) {
    T *time;
    T *part[SCALES_MAX]; ///< quanta of a cell for each scale
    T *array[MOVES_MAX];
    T *east[LEVELS], *west[LEVELS]; ///< cost over 1, 2, 4, 8 cells up to a cell, along the row
    T *turned[TURNED]; ///< exact: time, cell costs and three steps with rows and columns changed
    T *carry_east, *carry_west; ///< from the cell before a cell's vector up to the cell
    const T *into[MOVES_MAX];   ///< cost of the move that ends in a cell
    const T *east_step[LEVELS], *west_step[LEVELS];
    int from_north, from_south; ///< moves that go south, that go north
    const T *north_cost[MOVES_MAX / 2], *south_cost[MOVES_MAX / 2];
    int north_from[MOVES_MAX / 2], south_from[MOVES_MAX / 2];
    bool mirrored; ///< costs are the same both ways
    const struct ground *ground;
    uint8_t down[SPAN], up[SPAN]; ///< rows that fell since a sweep that way took note
    uint8_t along[SPAN];          ///< rows that fell since they were scanned
    uint8_t turned_up[SPAN];
    uint8_t fell[SPAN]; ///< rows that fell in this visit
    /// Rows whose cell costs, whose steps from the row above and whose scan weights are there, and
    /// those with barriers or shut sides. Rows at rest are never looked at.
    uint8_t has_part[SPAN], has_steps[SPAN], has_scan[SPAN], solid[SPAN], shut[SPAN];
    bool changed;
    bool coarse;  ///< a step does not fit T
    bool clamped; ///< a time did not fit above the base
} NAMED(window);
#define WIN NAMED(window)

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
    const int exact = plan->model->exact ? TURNED : 0;
    return 1 + plan->scales + plan->arrays + sides * (LEVELS - 1) + 2 + exact;
}

static size_t NAMED(window_bytes)(const struct tile_plan *plan)
{
    return sizeof(WIN) + 64 + (size_t)NAMED(arrays)(plan) * NAMED(room) * sizeof(T);
}

static void NAMED(window_begin)(const struct tile_plan *plan, void *window)
{
    WIN *w = window;
    const struct model *model = plan->model;
    *w = (WIN){0};
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
    w->mirrored = model->slope == IG_SLOPE_NONE;
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
    for (int i = 0; i < TURNED && model->exact; i++)
        w->turned[i] = next += room;
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

static void NAMED(fill_part)(const float *restrict pace, double scale, T *restrict part,
                             unsigned *solid, unsigned *coarse)
{
    unsigned walls = 0, dear = 0;
    for (int i = 0; i < STRIDE; i++) {
        const double quanta = (double)pace[i] * scale;
        const double raised = quanta + 0x1p52; // whole from here on, rounded to even
        uint64_t bits;
        memcpy(&bits, &raised, sizeof bits);
        const bool fits = quanta < FITS;
        part[i] = fits ? (T)(bits & 0xfffffffffffffU) : FAR;
        walls |= (unsigned)!fits;
        dear |= (unsigned)(!fits & (pace[i] < INFINITY));
    }
    *solid |= walls;
    *coarse |= dear;
}

/// Steps of move k into the cells of a row, corners and shut sides left aside.
static void NAMED(fill_move)(const struct tile_plan *plan, WIN *w, int k, int row)
{
    const struct path *path = &plan->model->move[k].path;
    const int back = path->dy * STRIDE + path->dx, last = path->cells - 1;
    const T *first = w->part[plan->scale_of[k][0]] - back, *end = w->part[plan->scale_of[k][last]];
    const int from = at(-PAD, row), to = from + STRIDE;
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

static void NAMED(shut_sides)(const struct tile_plan *plan, WIN *w, int k, int row)
{
    const struct path *path = &plan->model->move[k].path;
    if (!w->shut[row + REACH_MAX] && !w->shut[row - path->dy + REACH_MAX]) return;
    const int opposite = (k + 4) & 7;
    const uint8_t *restrict here = ig_barriers_row(w->ground, row);
    const uint8_t *restrict from = ig_barriers_row(w->ground, row - path->dy) - path->dx;
    T *restrict cost = &w->array[plan->array_of[k]][at(-PAD, row)];
    const int reach = plan->model->reach;
    for (int i = PAD - reach + (path->dx > 0); i < PAD + TILE + reach - (path->dx < 0); i++) {
        const unsigned shut = ((unsigned)from[i] >> k | (unsigned)here[i] >> opposite) & 1U;
        cost[i] = shut ? FAR : cost[i];
    }
}

/// A diagonal step past corners: one way round must be open, or both.
static void NAMED(bar_corners)(const struct tile_plan *plan, WIN *w, int k, int row)
{
    const struct path *path = &plan->model->move[k].path;
    const bool strict = plan->model->options.corners == IG_CORNERS_STRICT;
    const int across = path->dx > 0 ? EAST : WEST, along = path->dy > 0 ? SOUTH : NORTH;
    const int dx = path->dx, dy = path->dy * STRIDE;
    const T *h = w->into[across], *v = w->into[along];
    T *cost = w->array[plan->array_of[k]];
    const VEC far = NAMED(splat)(FAR);
    for (int i = at(-PAD, row); i < at(TILE + PAD, row); i += LANES) {
        const VEC h1 = NAMED(load)(h + i - dy), v1 = NAMED(load)(v + i);
        const VEC v2 = NAMED(load)(v + i - dx), h2 = NAMED(load)(h + i);
        const VEC one = (VEC)(h1 == far) | (VEC)(v1 == far);
        const VEC other = (VEC)(h2 == far) | (VEC)(v2 == far);
        const VEC barred = strict ? one | other : one & other;
        NAMED(store)(cost + i, NAMED(least)(NAMED(load)(cost + i) | barred, far));
    }
}

/// What a rule makes of the steps of a row. Inlined with the rule known, so that each gets a loop of
/// its own in vectors.
static inline __attribute__((always_inline)) bool
NAMED(slope_row)(const struct slope *slope, const float *restrict from, const float *restrict to,
                 double metres, int n, T *restrict cost,
                 double (*sloped)(const struct slope *, double, double, double))
{
    const struct slope how = *slope;
    const double far = (double)FAR, most = 8.0 * FITS;
    uint64_t coarse = 0; // all in 64 bits, so that it goes into vectors
    for (int i = 0; i < n; i++) {
        const double flat = (double)(int64_t)cost[i], rise = (double)to[i] - (double)from[i];
        const double sloping = sloped(&how, flat, rise, metres);
        const double kept = sloping < most ? sloping : far;
        const double open = flat < far ? kept : far;
        const double dear = flat < far ? sloping : INFINITY;
        coarse |= dear >= most ? (dear < INFINITY ? 1U : 0U) : (uint64_t)0;
        cost[i] = (T)(int64_t)open;
    }
    return coarse != 0;
}

static bool NAMED(tobler_row)(const struct slope *slope, const float *restrict from,
                              const float *restrict to, double metres, int n, T *restrict cost)
{
    return NAMED(slope_row)(slope, from, to, metres, n, cost, ig_tobler_cost);
}

static bool NAMED(langmuir_row)(const struct slope *slope, const float *restrict from,
                                const float *restrict to, double metres, int n, T *restrict cost)
{
    return NAMED(slope_row)(slope, from, to, metres, n, cost, ig_langmuir_cost);
}

/// What slope makes of the steps of move k into a row.
static void NAMED(add_slope)(const struct tile_plan *plan, WIN *w, int k, int row)
{
    const struct model *model = plan->model;
    if (w->mirrored) return;
    const struct move *move = &model->move[k];
    const struct slope slope = ig_slope_of(model);
    const int reach = model->reach, n = TILE + 2 * reach;
    const float *to = ig_elevation_row(w->ground, row) + PAD - reach;
    const float *from =
        ig_elevation_row(w->ground, row - move->path.dy) + PAD - reach - move->path.dx;
    T *cost = &w->array[plan->array_of[k]][at(-reach, row)];
    w->coarse |= slope.kind == IG_SLOPE_TOBLER
                     ? NAMED(tobler_row)(&slope, from, to, move->metres, n, cost)
                     : NAMED(langmuir_row)(&slope, from, to, move->metres, n, cost);
}

/// Costs of the cells of a row, and of the steps along it.
static void NAMED(need_part)(const struct tile_plan *plan, WIN *w, int row)
{
    if (w->has_part[row + REACH_MAX]) return;
    w->has_part[row + REACH_MAX] = 1;
    unsigned solid = 0, coarse = 0;
    for (int s = 0; s < plan->scales; s++)
        NAMED(fill_part)
    (ig_pace_row(w->ground, row), plan->scale[s], &w->part[s][at(-PAD, row)], &solid, &coarse);
    w->solid[row + REACH_MAX] = solid != 0;
    w->coarse |= coarse;
    w->shut[row + REACH_MAX] =
        w->ground->barriers && ig_shut_row(w->ground, row, plan->model->reach);
    for (int k = EAST; k <= WEST; k += WEST - EAST) {
        if (!plan->owner[k]) continue;
        NAMED(fill_move)(plan, w, k, row);
        NAMED(shut_sides)(plan, w, k, row);
        if (plan->model->moves == EIGHT) NAMED(add_slope)(plan, w, k, row);
    }
}

/// Steps that end in a row and come from row `row - dy`; k = 1 to 7 by their kind.
static void NAMED(fill_row)(const struct tile_plan *plan, WIN *w, int dy, int row)
{
    const bool corners = plan->model->options.corners != IG_CORNERS_ALLOW;
    const int rows = row + REACH_MAX, from = rows - dy;
    const bool look = w->solid[rows] | w->solid[from] | w->shut[rows] | w->shut[from];
    for (int straight = 1; straight >= 0; straight--) {
        for (int k = 0; k < EIGHT; k++) { // straight moves first: corners look at them
            if (plan->model->move[k].path.dy != dy || !plan->owner[k] || (k & 1) == straight)
                continue;
            NAMED(fill_move)(plan, w, k, row);
            NAMED(shut_sides)(plan, w, k, row);
            if ((k & 1) && corners && look) NAMED(bar_corners)(plan, w, k, row);
            if (plan->model->moves == EIGHT) NAMED(add_slope)(plan, w, k, row);
        }
    }
}

/// Steps between a row and the one above.
static inline void NAMED(need_steps)(const struct tile_plan *plan, WIN *w, int row)
{
    if (w->has_steps[row + REACH_MAX]) return;
    w->has_steps[row + REACH_MAX] = 1;
    NAMED(need_part)(plan, w, row - 1);
    NAMED(need_part)(plan, w, row);
    NAMED(fill_row)(plan, w, 1, row);
    if (!w->mirrored) NAMED(fill_row)(plan, w, -1, row - 1);
}

/// Costs over 2, 4, 8 cells along the row, and those from the edge of a vector.
static void NAMED(fill_scan)(WIN *w, int r)
{
    const VEC none = {0};
    for (int level = 1; level < LEVELS; level++) {
        const int step = 1 << (level - 1);
        const T *half = w->east_step[level - 1], *west_half = w->west_step[level - 1];
        for (int i = at(0, r); i < at(TILE + PAD, r); i += LANES) {
            const VEC sum = NAMED(plus)(NAMED(load)(half + i), NAMED(load)(half + i - step));
            NAMED(store)(w->east[level] + i, sum);
        }
        for (int i = at(0, r); i < at(TILE, r) && !w->mirrored; i += LANES) {
            const VEC sum =
                NAMED(plus)(NAMED(load)(west_half + i), NAMED(load)(west_half + i + step));
            NAMED(store)(w->west[level] + i, sum);
        }
    }
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

static inline void NAMED(need_scan)(const struct tile_plan *plan, WIN *w, int row)
{
    if (w->has_scan[row + REACH_MAX]) return;
    w->has_scan[row + REACH_MAX] = 1;
    NAMED(need_part)(plan, w, row);
    NAMED(fill_scan)(w, row);
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

/// Everything at once, where steps reach farther than to the next cell.
static void NAMED(load_all)(const struct tile_plan *plan, WIN *w)
{
    const struct model *model = plan->model;
    const int reach = model->reach;
    for (int row = 1 - reach; row < TILE + reach; row++)
        NAMED(need_steps)(plan, w, row);
    for (int k = EIGHT; k < model->moves; k++) {
        const int dy = model->move[k].path.dy;
        for (int row = NAMED(first_row)(model, dy);
             plan->owner[k] && row < NAMED(end_row)(model, dy); row++)
            NAMED(fill_move)(plan, w, k, row);
    }
    for (int k = 0; k < model->moves && !w->mirrored; k++) { // hops have been looked at
        const int dy = model->move[k].path.dy;
        for (int row = NAMED(first_row)(model, dy); row < NAMED(end_row)(model, dy); row++)
            NAMED(add_slope)(plan, w, k, row);
    }
    memset(w->has_steps, 1, SPAN);
}

static void NAMED(load_costs)(const struct tile_plan *plan, const struct ground *ground, WIN *w)
{
    w->ground = ground;
    w->coarse = false;
    memset(w->has_part, 0, SPAN);
    memset(w->has_steps, 0, SPAN);
    memset(w->has_scan, 0, SPAN);
    if (plan->model->moves > EIGHT) NAMED(load_all)(plan, w);
}

// ---- times in and out ---------------------------------------------------------------------------

static T NAMED(above)(int64_t time, int64_t base, WIN *w)
{
    if (time == IG_FAR) return FAR;
    if ((uint64_t)(time - base) < FAR) return (T)(time - base);
    w->clamped = true;
    return FAR;
}

static void NAMED(load_ring)(const struct ring *ring, int reach, int64_t base, WIN *w)
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

static void NAMED(note_row)(WIN *w, int row)
{
    w->down[row + REACH_MAX] = w->up[row + REACH_MAX] = w->along[row + REACH_MAX] = 1;
    w->fell[row + REACH_MAX] = 1;
    w->changed = true;
}

/// Times of the tile above a common base; false when they do not fit.
static bool NAMED(load_times)(const struct tile_plan *plan, struct visit *visit, WIN *w)
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

static void NAMED(store_times)(const struct tile_plan *plan, struct visit *visit, bool all,
                               const WIN *w)
{
    const int reach = plan->model->reach;
    for (int r = 0; r < visit->height; r++)
        if (all || w->fell[r + REACH_MAX])
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

/// Might a cell have stayed unreached only because its time does not fit? A step is less than half
/// of FAR, so not while all times are.
static bool NAMED(overflows)(const struct tile_plan *plan, const struct visit *visit, WIN *w)
{
    const struct model *model = plan->model;
    const int64_t end = (int64_t)(model->exact ? FAR / 2 : FAR);
    if (sizeof(T) == 8 || plan->limit - visit->base < end) return false;
    VEC large = {0};
    for (int r = 0; r < TILE; r++) {
        for (int i = at(0, r); i < at(TILE, r); i += LANES) {
            const VEC time = NAMED(load)(w->time + i);
            large |= time & (VEC)(time != NAMED(splat)(FAR)) & NAMED(splat)(FAR - FAR / 2);
        }
    }
    if (!w->clamped && !ANY(large)) return false;
    if (model->exact) return true; // triangles need room above their corners
    for (int r = 0; r < TILE; r++) {
        NAMED(need_steps)(plan, w, r);
        NAMED(need_steps)(plan, w, r + 1);
        for (int i = at(0, r); i < at(TILE, r); i++) {
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
static bool NAMED(take_vertical)(const struct tile_plan *plan, WIN *w, int row, bool south)
{
    NAMED(need_steps)(plan, w, south ? row : row + 1);
    if (w->from_north == 3)
        return south ? NAMED(take)(w->north_cost, w->north_from, 3, w->time, row)
                     : NAMED(take)(w->south_cost, w->south_from, 3, w->time, row);
    return south ? NAMED(take)(w->north_cost, w->north_from, w->from_north, w->time, row)
                 : NAMED(take)(w->south_cost, w->south_from, w->from_south, w->time, row);
}

/// Take along the row, both ways. True when it gains.
static bool NAMED(take_along)(const struct tile_plan *plan, WIN *w, int row)
{
    NAMED(need_scan)(plan, w, row);
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

/// Take from the column west or east of the tile, cell by cell: most often nothing gains.
static void NAMED(take_side)(const struct tile_plan *plan, WIN *w, bool west)
{
    const struct model *model = plan->model;
    for (int k = 0; k < model->moves; k++) {
        const struct path *path = &model->move[k].path;
        const int from = -path->dy * STRIDE - path->dx;
        if (path->dx == 0 || (path->dx > 0) != west) continue;
        const int first = west ? 0 : TILE + path->dx, last = west ? path->dx : TILE;
        for (int c = first; c < last; c++) {
            for (int r = 0; r < TILE; r++) {
                T *time = &w->time[at(c, r)];
                if (time[from] >= *time) continue;
                NAMED(need_steps)(plan, w, r);
                NAMED(need_steps)(plan, w, r + 1);
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

static void NAMED(sweep)(const struct tile_plan *plan, WIN *w, bool south)
{
    const int reach = plan->model->reach;
    uint8_t *rows = south ? w->down : w->up;
    for (int i = 0; i < TILE; i++) {
        const int row = south ? i : TILE - 1 - i, mark = row + REACH_MAX;
        const uint8_t *near = south ? &rows[mark - reach] : &rows[mark + 1];
        bool gained = NAMED(any_of)(near, reach) && NAMED(take_vertical)(plan, w, row, south);
        if ((gained || w->along[mark]) && NAMED(take_along)(plan, w, row)) gained = true;
        if (gained) NAMED(note_row)(w, row);
        w->along[mark] = 0;
    }
    memset(rows, 0, SPAN);
}

static void NAMED(settle)(const struct tile_plan *plan, unsigned callers, WIN *w)
{
    if (callers & CALLERS_NORTH) memset(w->down, 1, REACH_MAX);
    if (callers & CALLERS_SOUTH) memset(w->up + REACH_MAX + TILE, 1, REACH_MAX);
    if (callers & CALLERS_WEST) NAMED(take_side)(plan, w, true);
    if (callers & CALLERS_EAST) NAMED(take_side)(plan, w, false);
    bool south = NAMED(any_of)(w->down, SPAN);
    while (south || NAMED(any_of)(w->up, SPAN)) {
        NAMED(sweep)(plan, w, south);
        south = !south && NAMED(any_of)(w->down, SPAN);
    }
}

// ---- who is to be woken -------------------------------------------------------------------------

static void NAMED(offer)(struct visit *visit, int neighbour, T time)
{
    const int64_t key = visit->base + (int64_t)time;
    if (key < visit->call[neighbour]) visit->call[neighbour] = key;
}

/// Could a row beyond the tile be bettered from it?
static void NAMED(offer_row)(const struct tile_plan *plan, WIN *w, int row, struct visit *visit)
{
    const struct model *model = plan->model;
    T best[LANES];
    VEC least = NAMED(splat)(FAR);
    NAMED(need_steps)(plan, w, row < 0 ? row + 1 : row);
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

/// Could cells west or east of the tile, its corners too, be bettered from a row that fell?
static void NAMED(offer_sides)(const struct tile_plan *plan, WIN *w, int row, struct visit *visit)
{
    const struct model *model = plan->model;
    for (int k = 0; k < model->moves; k++) {
        const struct path *path = &model->move[k].path;
        const int step = path->dy * STRIDE + path->dx, r = row + path->dy;
        const int first = path->dx < 0 ? 0 : TILE - path->dx;
        const int last = path->dx < 0 ? -path->dx : TILE;
        for (int c = first; c < last; c++) {
            const T *time = &w->time[at(c, row)];
            if (time[0] >= time[step]) continue;
            NAMED(need_steps)(plan, w, row);
            NAMED(need_steps)(plan, w, row + 1);
            const T offered = time[0] + w->into[k][at(c, row) + step];
            if (offered >= time[step]) continue;
            const int down = (r >= TILE) - (r < 0) + 1, across = path->dx < 0 ? 0 : 2;
            NAMED(offer)(visit, down * 3 + across, offered);
        }
    }
}

static void NAMED(offer_all)(const struct tile_plan *plan, WIN *w, struct visit *visit)
{
    const int reach = plan->model->reach;
    for (int d = 0; d < reach; d++) {
        if (NAMED(any_of)(&w->fell[REACH_MAX], reach)) NAMED(offer_row)(plan, w, -1 - d, visit);
        if (NAMED(any_of)(&w->fell[REACH_MAX + TILE - reach], reach))
            NAMED(offer_row)(plan, w, TILE + d, visit);
    }
    for (int r = 0; r < TILE; r++)
        if (w->fell[r + REACH_MAX]) NAMED(offer_sides)(plan, w, r, visit);
}

#include "tile_exact.h"

static void NAMED(visit)(const struct tile_plan *plan, const struct ground *ground,
                         struct visit *visit, void *window)
{
    WIN *w = window;
    visit->changed = visit->too_wide = false;
    for (int i = 0; i < 9; i++)
        visit->call[i] = IG_FAR;
    const int64_t base = visit->base;
    w->changed = false;
    memset(w->down, 0, sizeof w->down);
    memset(w->up, 0, sizeof w->up);
    memset(w->along, 0, sizeof w->along);
    memset(w->fell, 0, sizeof w->fell);
    NAMED(load_costs)(plan, ground, w);
    bool fits = !w->coarse && NAMED(load_times)(plan, visit, w);
    if (fits) {
        if (plan->model->exact)
            NAMED(settle_exact)(plan, visit, w);
        else
            NAMED(settle)(plan, visit->callers, w);
        fits = !NAMED(overflows)(plan, visit, w);
    }
    visit->changed = w->changed;
    if (fits && w->changed && plan->model->exact) NAMED(offer_exact)(plan, w, visit);
    if (fits && w->changed && !plan->model->exact) NAMED(offer_all)(plan, w, visit);
    if (w->coarse) fits = false; // seen on the way
    if (fits && w->changed) NAMED(store_times)(plan, visit, !visit->held || base != visit->base, w);
    visit->too_wide = !fits;
    if (!fits || !w->changed) visit->base = base;
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
#undef REAL
#undef PART
#undef PICK
#undef FACING
#undef WIN
#undef LEVELS
