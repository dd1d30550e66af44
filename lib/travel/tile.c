// A tile brought to rest: costs of all moves into its cells, then sweeps down and up, row by row,
// until no row changes. A row takes from the rows above (or below) in vectors; along itself in a
// run from west to east and back, and only when a look in vectors says that it would gain.
//
// Times only fall and the least sum is unique, so neither the order of sweeps nor the state of the
// halo matters for the answer.
#include "tile_internal.h"

void ig_window_plan(const struct model *model, struct window_plan *plan)
{
    *plan = (struct window_plan){.model = model};
    for (int k = 0; k < model->moves; k++) {
        const struct move *move = &model->move[k];
        for (int i = 0; i < move->path.cells; i++) {
            int s = 0;
            while (s < plan->scales && plan->scale[s] != move->scale[i])
                s++;
            if (s == plan->scales) plan->scale[plan->scales++] = move->scale[i];
            plan->scale_of[k][i] = s;
        }
    }
}

// ---- loading ------------------------------------------------------------------------------------

/// Rows and columns of the window that lie on the grid.
struct clip {
    int first_col, last_col, first_row, last_row; ///< last excluded
};

static struct clip clip_of(const struct model *model, int64_t col, int64_t row)
{
    const int64_t west = col < HALO ? col : HALO, north = row < HALO ? row : HALO;
    const int64_t east = model->cols - col, south = model->rows - row;
    return (struct clip){
        .first_col = -(int)west,
        .last_col = east < TILE + HALO ? (int)east : TILE + HALO,
        .first_row = -(int)north,
        .last_row = south < TILE + HALO ? (int)south : TILE + HALO,
    };
}

static void load_layer(const struct model *model, const float *layer, int64_t col, int64_t row,
                       struct clip clip, float *window)
{
    for (int i = 0; i < WINDOW; i++)
        window[i] = NAN;
    const size_t width = (size_t)(clip.last_col - clip.first_col) * sizeof *layer;
    for (int r = clip.first_row; r < clip.last_row; r++)
        memcpy(&window[at(clip.first_col, r)],
               &layer[(row + r) * model->cols + col + clip.first_col], width);
}

static void load_barriers(const struct model *model, int64_t col, int64_t row, struct clip clip,
                          uint8_t *window)
{
    memset(window, 0, WINDOW);
    const uint8_t *layer = model->surface->barriers;
    const size_t width = (size_t)(clip.last_col - clip.first_col);
    for (int r = clip.first_row; r < clip.last_row; r++)
        memcpy(&window[at(clip.first_col, r)],
               &layer[(row + r) * model->cols + col + clip.first_col], width);
}

/// Places from `first` on whose eight neighbours lie in the window too.
enum { INNER = STRIDE + 1, INNER_END = WINDOW - STRIDE - 1 };

static int step_of(int direction)
{
    static const int8_t dx[EIGHT] = {0, 1, 1, 1, 0, -1, -1, -1};
    static const int8_t dy[EIGHT] = {-1, -1, 0, 1, 1, 1, 0, -1};
    return dy[direction] * STRIDE + dx[direction];
}

/// Hops without regard to corners: both cells passable and neither side shut.
static void open_sides(bool shut, struct window *w)
{
    for (int k = 0; k < EIGHT; k++) {
        const int step = step_of(k), back = (k + 4) & 7;
        uint8_t *restrict open = w->open[k];
        const uint8_t *restrict passable = w->passable;
        memset(open, 0, WINDOW);
        for (int i = INNER; i < INNER_END; i++)
            open[i] = passable[i] & passable[i + step];
        if (!shut) continue;
        const uint8_t *restrict barriers = w->barriers;
        for (int i = INNER; i < INNER_END; i++) {
            const bool barred = (barriers[i] >> k & 1) | (barriers[i + step] >> back & 1);
            open[i] = barred ? 0 : open[i];
        }
    }
}

/// Diagonal hops past corners: one way round or both must be open.
static void open_corners(ig_corners corners, struct window *w)
{
    if (corners == IG_CORNERS_ALLOW) return;
    for (int k = 1; k < EIGHT; k += 2) {
        const int left = k - 1, right = (k + 1) & 7;
        uint8_t *restrict open = w->open[k];
        const uint8_t *restrict to_left = w->open[left], *restrict to_right = w->open[right];
        const int by_left = step_of(left), by_right = step_of(right);
        for (int i = INNER; i < INNER_END; i++) {
            const uint8_t one = to_left[i] & to_right[i + by_left];
            const uint8_t other = to_right[i] & to_left[i + by_right];
            open[i] &= corners == IG_CORNERS_STRICT ? one & other : one | other;
        }
    }
}

static void cost_of_move(const struct window_plan *plan, int k, struct window *w)
{
    const struct move *move = &plan->model->move[k];
    const struct path *path = &move->path;
    const int back = path->dy * STRIDE + path->dx;
    const bool slope = plan->model->slope != IG_SLOPE_NONE;
    for (int r = 0; r < TILE; r++) {
        double *restrict cost = &w->cost[k][r * TILE];
        const int start = at(0, r) - back; // where the move into (0, r) begins
        for (int c = 0; c < TILE; c++)
            cost[c] = 0.0;
        for (int i = 0; i < path->cells; i++) {
            const int here = start + path->row[i] * STRIDE + path->col[i];
            const double *restrict part = &w->part[plan->scale_of[k][i]][here];
            for (int c = 0; c < TILE; c++)
                cost[c] += part[c];
            if (i + 1 == path->cells) break;
            const uint8_t *restrict open = &w->open[path->hop[i]][here];
            for (int c = 0; c < TILE; c++)
                cost[c] = open[c] ? cost[c] : INFINITY;
        }
        if (!slope) continue;
        const float *from = &w->elevation[start], *to = &w->elevation[at(0, r)];
        for (int c = 0; c < TILE; c++) {
            if (!(cost[c] < INFINITY)) continue;
            const double rise = (double)to[c] - (double)from[c];
            cost[c] = ig_slope_cost(plan->model, cost[c], rise, move->metres);
        }
    }
}

void ig_window_load(const struct window_plan *plan, int64_t col, int64_t row, struct window *w)
{
    const struct model *model = plan->model;
    const ig_surface *surface = model->surface;
    const struct clip clip = clip_of(model, col, row);
    load_layer(model, surface->pace, col, row, clip, w->pace);
    if (model->slope != IG_SLOPE_NONE)
        load_layer(model, surface->elevation, col, row, clip, w->elevation);
    if (surface->barriers) load_barriers(model, col, row, clip, w->barriers);
    for (int i = 0; i < WINDOW; i++)
        w->passable[i] = ig_passable(w->pace[i]) ? 255 : 0;
    for (int s = 0; s < plan->scales; s++) {
        const double scale = plan->scale[s];
        double *restrict part = w->part[s];
        for (int i = 0; i < WINDOW; i++)
            part[i] = ig_passable(w->pace[i]) ? rint((double)w->pace[i] * scale) : INFINITY;
    }
    open_sides(surface->barriers != NULL, w);
    open_corners(model->options.corners, w);
    for (int k = 0; k < model->moves; k++)
        cost_of_move(plan, k, w);
}

double ig_window_least(const struct window_plan *plan, const struct window *w, int move, int from,
                       int to)
{
    const struct model *model = plan->model;
    const int last = model->move[move].path.cells - 1;
    const double flat =
        w->part[plan->scale_of[move][0]][from] + w->part[plan->scale_of[move][last]][to];
    if (model->slope == IG_SLOPE_NONE) return flat;
    // Tobler's fastest slope is e^-.175 of the flat; Langmuir takes off 1.9998 x .2125 s a metre.
    if (model->slope == IG_SLOPE_TOBLER) return flat * 0.839 - 1.0;
    const double taken = 0.425 * model->move[move].metres / model->quantum + 1.0;
    return flat > taken ? flat - taken : 0.0;
}

// ---- sweeping -----------------------------------------------------------------------------------

/// Take from rows above (`south`: moves that go south) or below. True when the row gains.
static bool take_vertical(const struct window_plan *plan, struct window *w, int row, bool south)
{
    const struct model *model = plan->model;
    double best[TILE];
    double *restrict time = &w->time[at(0, row)];
    memcpy(best, time, sizeof best);
    for (int k = 0; k < model->moves; k++) {
        const struct path *path = &model->move[k].path;
        if (south ? path->dy <= 0 : path->dy >= 0) continue;
        const double *restrict from = &w->time[at(-path->dx, row - path->dy)];
        const double *restrict cost = &w->cost[k][row * TILE];
        for (int c = 0; c < TILE; c++) {
            const double t = from[c] + cost[c];
            best[c] = t < best[c] ? t : best[c];
        }
    }
    unsigned gained = 0;
    for (int c = 0; c < TILE; c++)
        gained |= best[c] < time[c];
    if (!gained) return false;
    memcpy(time, best, sizeof best);
    return true;
}

enum { EAST = 2, WEST = 6 };

/// Take along the row. True when it gains.
static bool take_along(struct window *w, int row)
{
    double *time = &w->time[at(0, row)];
    const double *east = &w->cost[EAST][row * TILE], *west = &w->cost[WEST][row * TILE];
    unsigned gains = 0;
    for (int c = 0; c < TILE; c++) {
        const double from_west = time[c - 1] + east[c], from_east = time[c + 1] + west[c];
        gains |= (unsigned)(from_west < time[c]) | (unsigned)(from_east < time[c]);
    }
    if (!gains) return false;
    double run = time[-1];
    for (int c = 0; c < TILE; c++) {
        run += east[c];
        run = time[c] < run ? time[c] : run;
        time[c] = run;
    }
    run = time[TILE];
    for (int c = TILE - 1; c >= 0; c--) {
        run += west[c];
        run = time[c] < run ? time[c] : run;
        time[c] = run;
    }
    return true;
}

static void note_row(struct window *w, int row)
{
    w->down[row + HALO] = w->up[row + HALO] = 1;
    w->changed = true;
}

/// Take from the halo's western and eastern columns, cell by cell: most often nothing gains.
static void take_sides(const struct window_plan *plan, struct window *w)
{
    const struct model *model = plan->model;
    for (int k = 0; k < model->moves; k++) {
        const struct path *path = &model->move[k].path;
        const int first = path->dx > 0 ? 0 : TILE + path->dx;
        const int last = path->dx > 0 ? path->dx : TILE;
        for (int c = first; c < last && path->dx; c++) {
            for (int r = 0; r < TILE; r++) {
                const double t = w->time[at(c - path->dx, r - path->dy)] + w->cost[k][r * TILE + c];
                double *time = &w->time[at(c, r)];
                if (!(t < *time)) continue;
                *time = t;
                note_row(w, r);
            }
        }
    }
}

static bool any(const uint8_t *rows, int count)
{
    for (int i = 0; i < count; i++)
        if (rows[i]) return true;
    return false;
}

static void sweep(const struct window_plan *plan, struct window *w, bool south)
{
    const int reach = plan->model->reach;
    uint8_t *rows = south ? w->down : w->up;
    for (int i = 0; i < TILE; i++) {
        const int row = south ? i : TILE - 1 - i;
        const uint8_t *near = south ? &rows[row + HALO - reach] : &rows[row + HALO + 1];
        bool gained = any(near, reach) && take_vertical(plan, w, row, south);
        // A row that changed may have to change along itself, whoever changed it.
        if ((gained || rows[row + HALO]) && take_along(w, row)) gained = true;
        if (gained) note_row(w, row);
    }
    memset(rows, 0, SPAN);
}

void ig_window_settle(const struct window_plan *plan, bool fresh, struct window *w)
{
    memset(w->down, 0, sizeof w->down);
    memset(w->up, 0, sizeof w->up);
    w->changed = false;
    memset(w->down, 1, HALO);
    memset(w->up + HALO + TILE, 1, HALO);
    take_sides(plan, w);
    for (int r = 0; fresh && r < TILE; r++)
        note_row(w, r);
    while (any(w->down, SPAN) || any(w->up, SPAN)) {
        sweep(plan, w, true);
        sweep(plan, w, false);
    }
}
