// Sweeps that bring a tile to rest, and who is to be woken by what fell: part of the kernel
// template, included by tile_kernel.h.

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

/// Cost of a step to a next cell: k by its kind, which the compiler knows; `row` is the lower of the
/// two rows.
static inline __attribute__((always_inline)) T
NAMED(near_step)(const struct tile_plan *plan, WIN *w, int k, int dx, int dy, int row, int cell)
{
    if (!dy) NAMED(need_part)(plan, w, row);
    if (dy ? NAMED(is_plain)(plan, w, row) : plan->plain && !w->shut[row + REACH_MAX]) {
        const T *half = dy ? w->half_slant : w->half_east;
        const T cost = half[cell] + half[cell - dy * STRIDE - dx];
        return cost < FAR ? cost : FAR;
    }
    NAMED(need_steps)(plan, w, row);
    return w->into[k][cell];
}

/// Take from the column beside the tile where steps go to the next cells; dx: the way they go.
static inline __attribute__((always_inline)) void NAMED(take_near)(const struct tile_plan *plan,
                                                                   WIN *w, int dx)
{
    const int col = dx > 0 ? 0 : TILE - 1;
    const T *beside = &w->time[at(col - dx, 0)];
    T above = beside[-STRIDE], level = beside[0];
    for (int r = 0; r < TILE; r++) {
        const int cell = at(col, r);
        const T below = beside[(r + 1) * STRIDE], old = w->time[cell];
        T now = old;
        if (level < now) {
            const T time = level + NAMED(near_step)(plan, w, dx > 0 ? EAST : WEST, dx, 0, r, cell);
            now = time < now ? time : now;
        }
        if (above < now) {
            const int k = dx > 0 ? SOUTH - 1 : SOUTH + 1;
            const T time = above + NAMED(near_step)(plan, w, k, dx, 1, r, cell);
            now = time < now ? time : now;
        }
        if (below < now) {
            const int k = dx > 0 ? NORTH + 1 : NORTH + 7;
            const T time = below + NAMED(near_step)(plan, w, k, dx, -1, r + 1, cell);
            now = time < now ? time : now;
        }
        above = level;
        level = below;
        if (now == old) continue;
        w->time[cell] = now;
        NAMED(note_row)(w, r, 1);
    }
}

/// Take from the columns west or east of the tile, cell by cell: most often nothing gains.
static void NAMED(take_side)(const struct tile_plan *plan, WIN *w, bool west)
{
    const struct model *model = plan->model;
    if (model->reach == 1) {
        if (west)
            NAMED(take_near)(plan, w, 1);
        else
            NAMED(take_near)(plan, w, -1);
        return;
    }
    for (int k = 0; k < model->moves; k++) {
        const struct path *path = &model->move[k].path;
        const int from = -path->dy * STRIDE - path->dx;
        if (path->dx == 0 || (path->dx > 0) != west) continue;
        const int first = west ? 0 : TILE + path->dx, last = west ? path->dx : TILE;
        for (int c = first; c < last; c++) {
            for (int r = 0; r < TILE; r++) {
                T *time = &w->time[at(c, r)];
                if (time[from] >= *time) continue;
                const T now = time[from] + w->into[k][at(c, r)];
                if (now >= *time) continue;
                *time = now;
                NAMED(note_row)(w, r, model->reach);
            }
        }
    }
}

/// Take from above (or below) and along the row where that may gain.
static inline bool NAMED(take_row)(const struct tile_plan *plan, WIN *w, int row, bool south,
                                   bool vertical, bool along)
{
    if (vertical && NAMED(is_plain)(plan, w, south ? row : row + 1))
        return NAMED(take_plain)(plan, w, row, south, along);
    const bool gained = vertical && NAMED(take_vertical)(plan, w, row, south);
    return ((gained || along) && NAMED(take_along)(plan, w, row)) || gained;
}

static void NAMED(sweep)(const struct tile_plan *plan, WIN *w, bool south,
                         const struct ahead *ahead)
{
    const int reach = plan->model->reach;
    uint64_t *rows = south ? &w->down : &w->up, open = ~(uint64_t)0; // rows not yet passed
    for (uint64_t todo; (todo = (*rows | w->along) & open) != 0;) {
        const int row = south ? __builtin_ctzll(todo) : TILE - 1 - __builtin_clzll(todo);
        const uint64_t here = (uint64_t)1 << row;
        open = south ? ~here & -here : here - 1;
        ig_ask_ahead(ahead, w->asked++); // while there is work to do meanwhile
        if (NAMED(take_row)(plan, w, row, south, *rows & here, w->along & here))
            NAMED(note_row)(w, row, reach);
        w->along &= ~here;
    }
    *rows = 0;
}

/// Go over the links within the tile; true when a time fell. A sum that T does not hold is left to
/// the offers, which look after links at every visit's end.
static bool NAMED(take_links)(const struct tile_plan *plan, const struct visit *visit, WIN *w)
{
    bool fell = false;
    for (size_t i = 0; i < visit->link_count; i++) {
        const struct inner_link *link = &visit->links[i];
        const T from = w->time[at(link->from_col, link->from_row)];
        T *to = &w->time[at(link->to_col, link->to_row)];
        if (from >= *to || link->cost >= (int64_t)(*to - from)) continue;
        *to = from + (T)link->cost;
        NAMED(note_row)(w, link->to_row, plan->model->reach);
        fell = true;
    }
    return fell;
}

static void NAMED(settle)(const struct tile_plan *plan, const struct visit *visit, WIN *w)
{
    const unsigned callers = visit->callers;
    const uint64_t edge = ((uint64_t)1 << plan->model->reach) - 1;
    if (callers & CALLERS_NORTH) w->down |= edge;
    if (callers & CALLERS_SOUTH) w->up |= edge << (TILE - plan->model->reach);
    if (callers & CALLERS_WEST) NAMED(take_side)(plan, w, true);
    if (callers & CALLERS_EAST) NAMED(take_side)(plan, w, false);
    w->asked = 0;
    do {
        bool south = w->down != 0;
        while (south || w->up) {
            NAMED(sweep)(plan, w, south, &visit->ahead);
            south = !south && w->down;
        }
    } while (NAMED(take_links)(plan, visit, w));
    while (w->asked < TILE)
        ig_ask_ahead(&visit->ahead, w->asked++);
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
    const int lower = row < 0 ? row + 1 : row;
    const bool plain = NAMED(is_plain)(plan, w, lower);
    if (plain) {
        VEC offer[TILE / LANES];
        NAMED(offers_of)(w, row < 0 ? 0 : TILE - 1, row, false, offer);
        for (int v = 0; v < TILE / LANES; v++) {
            const VEC gains = (VEC)(offer[v] < NAMED(load)(w->time + at(v * LANES, row)));
            least = NAMED(least)(least, offer[v] | ~gains);
        }
    } else {
        NAMED(need_steps)(plan, w, lower);
    }
    for (int k = 0; k < model->moves && !plain; k++) {
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

/// Could a cell beside the tile be bettered from one in it? The step goes by (dx, dy).
static inline __attribute__((always_inline)) void NAMED(offer_step)(const struct tile_plan *plan,
                                                                    WIN *w, int k, int dx, int dy,
                                                                    int row, struct visit *visit)
{
    const T *time = &w->time[at(dx < 0 ? 0 : TILE - 1, row)];
    const int step = dy * STRIDE + dx, r = row + dy;
    if (time[0] >= time[step]) return;
    const int cell = at(dx < 0 ? -1 : TILE, r);
    const T offered = time[0] + NAMED(near_step)(plan, w, k, dx, dy, dy > 0 ? r : row, cell);
    if (offered >= time[step]) return;
    const int down = (r >= TILE) - (r < 0) + 1;
    NAMED(offer)(visit, down * 3 + (dx < 0 ? 0 : 2), offered);
}

/// The same from farther in.
static void NAMED(offer_far)(const struct tile_plan *plan, WIN *w, int row, struct visit *visit)
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
            const T offered = time[0] + w->into[k][at(c, row) + step];
            if (offered >= time[step]) continue;
            const int down = (r >= TILE) - (r < 0) + 1, across = path->dx < 0 ? 0 : 2;
            NAMED(offer)(visit, down * 3 + across, offered);
        }
    }
}

/// Could cells west or east of the tile, its corners too, be bettered from a row that fell?
static void NAMED(offer_sides)(const struct tile_plan *plan, WIN *w, int row, struct visit *visit)
{
    if (plan->model->reach > 1) {
        NAMED(offer_far)(plan, w, row, visit);
        return;
    }
    NAMED(offer_step)(plan, w, WEST, -1, 0, row, visit);
    NAMED(offer_step)(plan, w, NORTH + 7, -1, -1, row, visit);
    NAMED(offer_step)(plan, w, SOUTH + 1, -1, 1, row, visit);
    NAMED(offer_step)(plan, w, EAST, 1, 0, row, visit);
    NAMED(offer_step)(plan, w, NORTH + 1, 1, -1, row, visit);
    NAMED(offer_step)(plan, w, SOUTH - 1, 1, 1, row, visit);
}

static bool NAMED(any_of)(const uint8_t *rows, int n)
{
    unsigned some = 0;
    for (int i = 0; i < n; i++)
        some |= rows[i];
    return some;
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
