// Costs of the moves into each row of a tile, worked out when a row is first looked at: part of the
// kernel template, included by tile_kernel.h.

static inline T NAMED(quanta_of)(float pace, double scale)
{
    const double quanta = (double)pace * scale;
    const double raised = quanta + 0x1p52; // whole from here on, rounded to even
    uint64_t bits;
    memcpy(&bits, &raised, sizeof bits);
    return quanta < FITS ? (T)(bits & 0xfffffffffffffU) : FAR;
}

static inline VEC NAMED(some_quanta)(const float *restrict pace, double scale)
{
    T quanta[LANES];
    for (int i = 0; i < LANES; i++)
        quanta[i] = NAMED(quanta_of)(pace[i], scale);
    return NAMED(load)(quanta);
}

/// Quanta of the cells of a row from column 0 on and of `reach` columns beside them, FAR where
/// they do not fit. The highest bit of `walls` is set where there is such a cell.
static inline void NAMED(fill_part)(const float *restrict pace, double scale, int reach,
                                    T *restrict part, VEC *walls)
{
    T beside = 0;
    VEC high = *walls;
    UNROLL
    for (int i = 0; i < TILE; i += LANES) {
        const VEC quanta = (VEC)QUANTA(pace + i, scale);
        NAMED(store)(part + i, quanta);
        high |= quanta + NAMED(splat)(HIGH - FAR);
    }
    for (int i = -reach; i < TILE + reach; i += i == -1 ? TILE + 1 : 1) {
        part[i] = NAMED(quanta_of)(pace[i], scale);
        beside |= part[i] + (HIGH - FAR);
    }
    *walls = high | NAMED(splat)(beside);
}

/// Is there a passable cell that is too dear?
static bool NAMED(is_coarse)(const float *restrict pace, double scale, int reach)
{
    unsigned dear = 0;
    for (int i = -reach; i < TILE + reach; i++)
        dear |= (unsigned)(pace[i] < INFINITY) & (unsigned)!((double)pace[i] * scale < FITS);
    return dear;
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
    const unsigned leaving = plan->model->leaving, entering = plan->model->entering;
    const uint8_t *restrict here = ig_barriers_row(w->ground, row);
    const uint8_t *restrict from = ig_barriers_row(w->ground, row - path->dy) - path->dx;
    T *restrict cost = &w->array[plan->array_of[k]][at(-PAD, row)];
    const int reach = plan->model->reach;
    for (int i = PAD - reach + (path->dx > 0); i < PAD + TILE + reach - (path->dx < 0); i++) {
        const unsigned shut =
            ((unsigned)from[i] >> k & leaving) | ((unsigned)here[i] >> opposite & entering);
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

static __attribute__((noinline)) void NAMED(load_part)(const struct tile_plan *plan, WIN *w,
                                                       int row)
{
    const int mark = row + REACH_MAX;
    w->has_part[mark] = 1;
    const int reach = plan->model->reach;
    const float *pace = ig_pace_row(w->ground, row) + PAD;
    VEC walls = {0};
    for (int s = 0; s < plan->scales; s++)
        NAMED(fill_part)(pace, plan->scale[s], reach, &w->part[s][at(0, row)], &walls);
    w->solid[mark] = ANY(walls & NAMED(splat)(HIGH));
    for (int s = 0; s < plan->scales && w->solid[mark]; s++)
        w->coarse |= NAMED(is_coarse)(pace, plan->scale[s], reach);
    w->shut[mark] = w->ground->barriers && ig_shut_row(w->ground, row, reach);
    if (w->sloped) NAMED(look_at_heights)(plan, w, row);
}

/// Costs of the cells of a row.
static inline void NAMED(need_part)(const struct tile_plan *plan, WIN *w, int row)
{
    if (!w->has_part[row + REACH_MAX]) NAMED(load_part)(plan, w, row);
}

/// What the steps of move k into a row cost on the flat.
static void NAMED(fill_flat)(const struct tile_plan *plan, WIN *w, int k, int row, bool corners)
{
    NAMED(fill_move)(plan, w, k, row);
    NAMED(shut_sides)(plan, w, k, row);
    if (corners) NAMED(bar_corners)(plan, w, k, row);
}

/// Steps of move k to the next cells, into a row, with what slope there is.
static void NAMED(fill_steps)(const struct tile_plan *plan, WIN *w, int k, int row, bool corners)
{
    const struct model *model = plan->model;
    const int rows = row + REACH_MAX, from = rows - model->move[k].path.dy;
    const bool barred = corners | w->shut[rows] | w->shut[from];
    const bool tilted = w->sloped && model->moves == EIGHT;
    const bool paired = tilted && !(model->one_way && barred); // with the steps back
    if (!paired || barred) NAMED(fill_flat)(plan, w, k, row, corners);
    if (!tilted || (paired && NAMED(tilt)(plan, w, k, row, barred))) return;
    if (paired) NAMED(fill_flat)(plan, w, k, row, corners);
    NAMED(add_slope)(plan, w, k, row);
}

/// Costs of the steps along a row.
static void NAMED(need_along)(const struct tile_plan *plan, WIN *w, int row)
{
    if (w->has_along[row + REACH_MAX]) return;
    w->has_along[row + REACH_MAX] = 1;
    NAMED(need_part)(plan, w, row);
    for (int k = EAST; k <= WEST; k += WEST - EAST)
        if (plan->owner[k]) NAMED(fill_steps)(plan, w, k, row, false);
}

/// Must corners be looked at on the way from row `row - dy`?
static inline bool NAMED(has_corners)(const struct tile_plan *plan, const WIN *w, int dy, int row)
{
    const int rows = row + REACH_MAX, from = rows - dy;
    const bool look = w->solid[rows] | w->solid[from] | w->shut[rows] | w->shut[from];
    return look && plan->model->options.corners != IG_CORNERS_ALLOW;
}

/// Steps that end in a row and come from row `row - dy`; k = 1 to 7 by their kind.
static void NAMED(fill_row)(const struct tile_plan *plan, WIN *w, int dy, int row)
{
    const bool corners = NAMED(has_corners)(plan, w, dy, row);
    for (int straight = 1; straight >= 0; straight--) {
        for (int k = 0; k < EIGHT; k++) { // straight moves first: corners look at them
            if (plan->model->move[k].path.dy != dy || !plan->owner[k] || (k & 1) == straight)
                continue;
            NAMED(fill_steps)(plan, w, k, row, corners && (k & 1));
        }
    }
}

/// Steps between a row and the one above.
static inline void NAMED(need_steps)(const struct tile_plan *plan, WIN *w, int row)
{
    if (w->has_steps[row + REACH_MAX]) return;
    w->has_steps[row + REACH_MAX] = 1;
    NAMED(need_along)(plan, w, row - 1);
    NAMED(need_along)(plan, w, row);
    NAMED(fill_row)(plan, w, 1, row);
    if (!w->mirrored) NAMED(fill_row)(plan, w, -1, row - 1);
}

static __attribute__((noinline)) bool NAMED(look_at_pair)(const struct tile_plan *plan, WIN *w,
                                                          int row)
{
    const int mark = row + REACH_MAX;
    NAMED(need_part)(plan, w, row - 1);
    NAMED(need_part)(plan, w, row);
    const bool walls = w->solid[mark] | w->solid[mark - 1];
    const bool shut = w->shut[mark] | w->shut[mark - 1];
    const bool plain =
        plan->plain && !shut && (!walls || plan->model->options.corners == IG_CORNERS_ALLOW);
    w->pair[mark] = plain ? PAIR_PLAIN : PAIR_NOT_PLAIN;
    return plain;
}

/// May a row and the one above take from each other by the halves of their cells alone, no corner
/// or side being in the way?
static inline bool NAMED(is_plain)(const struct tile_plan *plan, WIN *w, int row)
{
    const uint8_t pair = w->pair[row + REACH_MAX];
    return pair ? pair == PAIR_PLAIN : NAMED(look_at_pair)(plan, w, row);
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

/// The plain way to the steps of a move into a row, whatever stood there.
static void NAMED(slope_plainly)(const struct tile_plan *plan, WIN *w, int k, int row)
{
    const int dy = plan->model->move[k].path.dy;
    if (k < EIGHT)
        NAMED(fill_flat)(plan, w, k, row, (k & 1) && NAMED(has_corners)(plan, w, dy, row));
    else
        NAMED(fill_move)(plan, w, k, row);
    NAMED(add_slope)(plan, w, k, row);
}

/// Add slope to all steps of a move and, where both ways cost the same on the flat, to those back.
static void NAMED(slope_all)(const struct tile_plan *plan, WIN *w, int k)
{
    const struct model *model = plan->model;
    const int dy = model->move[k].path.dy, back = plan->opposite[k];
    const bool paired = !model->one_way;
    if (paired && !ig_leads(&model->move[k].path)) return; // with the other
    for (int row = NAMED(first_row)(model, dy); row < NAMED(end_row)(model, dy); row++) {
        if (paired && NAMED(tilt)(plan, w, k, row, true)) continue;
        NAMED(slope_plainly)(plan, w, k, row);
        if (paired && plan->owner[back]) NAMED(slope_plainly)(plan, w, back, row - dy);
    }
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
    for (int k = 0; k < model->moves && w->sloped; k++) // hops have been looked at
        NAMED(slope_all)(plan, w, k);
    memset(w->has_steps, 1, SPAN);
}

static void NAMED(load_costs)(const struct tile_plan *plan, const struct ground *ground, WIN *w)
{
    w->ground = ground;
    w->coarse = false;
    w->level = NAN;
    memset(w->has_part, 0, SPAN);
    memset(w->has_along, 0, SPAN);
    memset(w->pair, 0, SPAN);
    memset(w->has_steps, 0, SPAN);
    memset(w->has_scan, 0, SPAN);
    if (plan->model->moves > EIGHT) NAMED(load_all)(plan, w);
}
