// Times of a tile, from its cells and its neighbours' rims and back: part of the kernel template,
// included by tile_kernel.h.

static T NAMED(above)(int64_t time, int64_t base, WIN *w)
{
    if (time == IG_FAR) return FAR;
    if ((uint64_t)(time - base) < FAR) return (T)(time - base);
    w->clamped = true;
    return FAR;
}

/// A line of the ring above the base. True when a time does not fit.
static bool NAMED(load_line)(const int64_t *restrict times, int n, int64_t base, T *restrict out)
{
    uint64_t lost = 0;
    for (int i = 0; i < n; i++) {
        const uint64_t above = (uint64_t)times[i] - (uint64_t)base;
        out[i] = above < FAR ? (T)above : FAR;
        lost |= (uint64_t)(above >= FAR) & (uint64_t)(times[i] != IG_FAR);
    }
    return lost;
}

static void NAMED(load_ring)(const struct ring *ring, int reach, int64_t base, WIN *w)
{
    bool lost = false;
    for (int d = 0; d < reach; d++) {
        T *north = &w->time[at(-reach, -1 - d)], *south = &w->time[at(-reach, TILE + d)];
        const int first = REACH_MAX - reach, n = TILE + 2 * reach;
        lost |= NAMED(load_line)(&ring->row[0][d][first], n, base, north);
        lost |= NAMED(load_line)(&ring->row[1][d][first], n, base, south);
        for (int side = 0; side < 2; side++) {
            T line[TILE];
            lost |= NAMED(load_line)(ring->col[side][d], TILE, base, line);
            for (int r = 0; r < TILE; r++)
                w->time[at(side ? TILE + d : -1 - d, r)] = line[r];
        }
    }
    w->clamped |= lost;
}

/// A row of the store, raised. True when a time does not fit any more.
static bool NAMED(load_row)(const T *restrict cells, int n, T raise, T *restrict time)
{
    unsigned lost = 0;
    for (int c = 0; c < n; c++) {
        const T raised = cells[c] + raise; // both at most FAR, half of what T holds
        time[c] = raised < FAR ? raised : FAR;
        lost |= (unsigned)(cells[c] < FAR) & (unsigned)(raised >= FAR);
    }
    return lost;
}

static int64_t NAMED(least_of)(const int64_t *times, int n, int64_t least)
{
    for (int i = 0; i < n; i++)
        least = times[i] < least ? times[i] : least;
    return least;
}

static int64_t NAMED(least_base)(const struct tile_plan *plan, const struct visit *visit)
{
    const int reach = plan->model->reach;
    int64_t base = visit->held ? visit->base : IG_FAR;
    for (size_t i = 0; i < visit->seed_count; i++)
        if ((int64_t)visit->seeds[i].time < base) base = (int64_t)visit->seeds[i].time;
    for (int side = 0; side < 2; side++) {
        for (int d = 0; d < reach; d++) {
            const int64_t *row = &visit->ring.row[side][d][REACH_MAX - reach];
            base = NAMED(least_of)(row, TILE + 2 * reach, base);
            base = NAMED(least_of)(visit->ring.col[side][d], TILE, base);
        }
    }
    return base < IG_FAR ? base & ~plan->within : 0; // nothing to see: IG_FAR must lie far above it
}

/// A row fell: those within reach may take from it, and it along itself.
static inline void NAMED(note_row)(WIN *w, int row, int reach)
{
    const uint64_t near = ((uint64_t)1 << reach) - 1;
    w->down |= near << row << 1;
    w->up |= row < reach ? near >> (reach - row) : near << (row - reach);
    w->along |= (uint64_t)1 << row;
    w->fell[row + REACH_MAX] = 1;
    w->changed = true;
}

/// What the window holds where nobody arrives: with a limit the least time beyond it, so that no
/// sweep goes on there. (Triangles would be bent by it; steps cannot gain from it.)
static T NAMED(roof)(const struct tile_plan *plan, int64_t base)
{
    if (plan->model->exact || plan->limit - base >= (int64_t)FAR - 1) return FAR;
    return plan->limit < base ? 0 : (T)(plan->limit - base + 1);
}

static void NAMED(put_roof)(const struct tile_plan *plan, int64_t base, WIN *w)
{
    const T roof = NAMED(roof)(plan, base);
    const int reach = plan->model->reach;
    for (int i = at(-PAD, -reach); roof < FAR && i < at(-PAD, TILE + reach); i += LANES)
        NAMED(store)(w->time + i, NAMED(least)(NAMED(load)(w->time + i), NAMED(splat)(roof)));
}

static void NAMED(store_row)(const T *restrict time, int n, T roof, T *restrict cells)
{
    for (int c = 0; c < n; c++)
        cells[c] = time[c] < roof ? time[c] : FAR;
}

/// Times of the tile above a common base; false when they do not fit.
static bool NAMED(load_times)(const struct tile_plan *plan, struct visit *visit, WIN *w)
{
    const struct model *model = plan->model;
    const int64_t base = sizeof(T) == 8 ? 0 : NAMED(least_base)(plan, visit);
    bool lost = false;
    w->clamped = false;
    NAMED(load_ring)(&visit->ring, model->reach, base, w);
    const uint64_t above = visit->held ? (uint64_t)(visit->base - base) : 0;
    const T raise = above < FAR ? (T)above : FAR;
    for (int r = 0; r < TILE; r++) {
        T *time = &w->time[at(0, r)];
        const int held = visit->held && r < visit->height ? visit->width : 0;
        if (held)
            lost |= NAMED(load_row)((const T *)visit->cells + r * visit->stride, held, raise, time);
        for (int c = held; c < TILE; c++)
            time[c] = FAR;
    }
    if (lost && plan->limit - base >= (int64_t)FAR) return false;
    NAMED(put_roof)(plan, base, w);
    for (size_t i = 0; i < visit->seed_count; i++) {
        const struct seed *seed = &visit->seeds[i];
        const int c = (int)(seed->cell % model->cols - visit->col);
        const int r = (int)(seed->cell / model->cols - visit->row);
        const T time = NAMED(above)((int64_t)seed->time, base, w);
        if (time >= w->time[at(c, r)]) continue;
        w->time[at(c, r)] = time;
        NAMED(note_row)(w, r, model->reach);
    }
    visit->base = base;
    return true;
}

static void NAMED(store_times)(const struct tile_plan *plan, struct visit *visit, bool all,
                               const WIN *w)
{
    const int reach = plan->model->reach;
    const T roof = NAMED(roof)(plan, visit->base);
    for (int r = 0; r < visit->height; r++)
        if (all || w->fell[r + REACH_MAX]) NAMED(store_row)
    (&w->time[at(0, r)], visit->width, roof, (T *)visit->cells + r * visit->stride);
    for (int d = 0; d < reach; d++) {
        T west[TILE], east[TILE];
        for (int i = 0; i < TILE; i++) {
            west[i] = w->time[at(d, i)];
            east[i] = w->time[at(TILE - 1 - d, i)];
        }
        const T *const sides[4] = {&w->time[at(0, d)], &w->time[at(0, TILE - 1 - d)], west, east};
        for (int s = 0; s < 4; s++)
            for (int i = 0; i < TILE; i++)
                visit->rim[s][d][i] =
                    sides[s][i] < roof ? visit->base + (int64_t)sides[s][i] : IG_FAR;
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
