// The exact neighbourhood in a tile: part of the kernel template, included by tile_kernel.h.
//
// Beside the eight steps a cell takes the best straight way from any point between two neighbours
// (Tsitsiklis 1995; triangles as in ig_triangle). Rows are swept down and up, which serves all
// ways within 45 degrees of north and south; the others are had by the same sweeps over the tile
// turned on its side, so that no cell waits for one beside it. A row is looked at only where the one
// before it fell. The update never falls when a neighbour's time rises, so its fixpoint is one,
// whatever the order.

/// A tile and its costs, upright or turned: a step is the sum of two halves; where sides are shut,
/// steps into a cell from the row before are there, from straight above, left and right. Marks have
/// a bit for each column; those of the rows beyond the tile lie before and after.
typedef struct NAMED(facing) {
    T *time;
    const T *half, *along, *slant; ///< of cells: along the rows, from row to row, and aslant
    const T *straight, *left, *right;
    const struct wedge *wedge, *beside; ///< of the rows before and after, of the columns
    uint64_t *down, *up;                ///< columns that fell since a sweep that way took note
    uint64_t *moved;                    ///< since the tile was turned
    uint64_t *fell;                     ///< in this visit
    const uint8_t *walled;              ///< rows with walls or shut sides
    bool stepped;                       ///< steps are there
    ig_corners corners;
    uint64_t edge[2]; ///< columns to be looked at in all rows by the next sweep up, down
} NAMED(facing);
#define FACING NAMED(facing)

// ---- turning ------------------------------------------------------------------------------------

static void NAMED(turn_block)(const T *from, T *to, int r, int c)
{
    VEC x[LANES], y[LANES];
    UNROLL
    for (int i = 0; i < LANES; i++)
        x[i] = NAMED(load)(from + at(c, r + i));
    for (int round = 1; round < LANES; round *= 2) {
        UNROLL
        for (int i = 0; i < LANES / 2; i++) {
            y[2 * i] = ZIP_LOW(x[i], x[i + LANES / 2]);
            y[2 * i + 1] = ZIP_HIGH(x[i], x[i + LANES / 2]);
        }
        UNROLL
        for (int i = 0; i < LANES; i++)
            x[i] = y[i];
    }
    UNROLL
    for (int i = 0; i < LANES; i++)
        NAMED(store)(to + at(r, c + i), x[i]);
}

static void NAMED(turn_border)(const T *from, T *to)
{
    for (int i = -1; i <= TILE; i++) {
        to[at(i, -1)] = from[at(-1, i)];
        to[at(i, TILE)] = from[at(TILE, i)];
        to[at(-1, i)] = from[at(i, -1)];
        to[at(TILE, i)] = from[at(i, TILE)];
    }
}

/// to (r, c) = from (c, r), with a border of one cell.
static void NAMED(turn)(const T *from, T *to)
{
    for (int r = 0; r < TILE; r += LANES)
        for (int c = 0; c < TILE; c += LANES)
            NAMED(turn_block)(from, to, r, c);
    NAMED(turn_border)(from, to);
}

/// Swap the upper right with the lower left of all squares of 2 `size` bits.
static inline __attribute__((always_inline)) void NAMED(turn_squares)(uint64_t marks[TILE],
                                                                      int size, uint64_t mask)
{
    for (int from = 0; from < TILE; from += 2 * size) {
        for (int k = from; k < from + size; k++) {
            const uint64_t swap = (marks[k] >> size ^ marks[k + size]) & mask;
            marks[k] ^= swap << size;
            marks[k + size] ^= swap;
        }
    }
}

static void NAMED(turn_marks)(uint64_t marks[TILE])
{
    NAMED(turn_squares)(marks, 32, 0x00000000ffffffffU);
    NAMED(turn_squares)(marks, 16, 0x0000ffff0000ffffU);
    NAMED(turn_squares)(marks, 8, 0x00ff00ff00ff00ffU);
    NAMED(turn_squares)(marks, 4, 0x0f0f0f0f0f0f0f0fU);
    NAMED(turn_squares)(marks, 2, 0x3333333333333333U);
    NAMED(turn_squares)(marks, 1, 0x5555555555555555U);
}

/// Take what fell in one facing over to the other.
static void NAMED(turn_over)(FACING *from, FACING *to)
{
    uint64_t marks[TILE];
    memcpy(marks, from->moved, sizeof marks);
    memset(from->moved, 0, sizeof marks);
    for (int r = 0; r < TILE; r += LANES) {
        uint64_t some = 0;
        for (int i = 0; i < LANES; i++)
            some |= marks[r + i];
        for (int c = 0; c < TILE; c += LANES)
            if (some >> c & (((uint64_t)1 << LANES) - 1))
                NAMED(turn_block)(from->time, to->time, r, c);
    }
    NAMED(turn_marks)(marks);
    for (int r = 0; r < TILE; r++) {
        to->down[r] |= marks[r];
        to->up[r] |= marks[r];
        to->fell[r] |= marks[r];
    }
}

// ---- triangles ----------------------------------------------------------------------------------

/// Bits of a time that are below a grain where a step is so long, as in ig_triangle.
static inline __attribute__((always_inline)) VEC NAMED(grain_of)(const struct wedge *wedge,
                                                                 VEC step)
{
    const NAMED(rough) least = NAMED(all_rough)(wedge->fine);
    const NAMED(rough) size = MOST_ROUGH(TO_ROUGH(NARROWED(step)), least);
    const NAMED(count) all = (NAMED(count)){0} - 1;
    return ~WIDENED(all << (((NAMED(count))size - (NAMED(count))least) >> IG_GRAIN_SHIFT));
}

/// The times that a triangle is over, at the ends of grains, and its cells: `half` of the one that is
/// served and the slower of the others.
typedef struct NAMED(triangle) {
    VEC a, b, half, there;
    VEC barred; ///< all bits where there is none
} NAMED(triangle);
#define TRIANGLE NAMED(triangle)

/// The square under the root of ig_triangle; larger than any other where there is no triangle.
static inline __attribute__((always_inline)) NAMED(rough)
    NAMED(under_root)(const struct wedge *wedge, const TRIANGLE *t)
{
    const NAMED(sign) none = {0};
    const VEC long_side = NAMED(splat)((T)EXACT_SIDE);
    const VEC side = ((t->half + t->there) & ~t->barred) | (t->barred & long_side);
    VEC lead = (VEC)MOST_SIGNED((NAMED(sign))((t->a - t->b) & ~t->barred), none);
    if (sizeof(T) == 8) lead = NAMED(least)(lead, long_side);
    const NAMED(rough) far = TO_ROUGH(NARROWED(side)), ahead = TO_ROUGH(NARROWED(lead));
    const NAMED(rough) square = far * far;
    return MOST_ROUGH(square - ahead * ahead, wedge->rest * square);
}

/// The lesser of the times by two triangles that share the time straight before, all bits set where
/// there is neither.
static inline __attribute__((always_inline)) VEC
NAMED(best_of_two)(const struct wedge *wedge, VEC grain, TRIANGLE one, TRIANGLE other)
{
    if (sizeof(T) == 8) {
        const VEC long_side = NAMED(splat)((T)EXACT_SIDE);
        one.barred |= (VEC)(one.half + one.there >= long_side);
        other.barred |= (VEC)(other.half + other.there >= long_side);
    }
    const NAMED(rough) low = NAMED(under_root)(wedge, &one),
                       high = NAMED(under_root)(wedge, &other);
    NAMED(rough) root = wedge->ratio * ROOT(LEAST_ROUGH(low, high));
    if (sizeof(T) == 8) root = LEAST_ROUGH(root, NAMED(all_rough)((float)EXACT_SIDE));
    return (one.a + (WIDENED(TO_COUNT(root)) | grain)) | (one.barred & other.barred);
}

/// How a row takes from the one before it.
typedef struct NAMED(front) {
    int back;                         ///< from a cell to the one straight before it
    const T *straight, *left, *right; ///< steps from there and from beside it
} NAMED(front);
#define FRONT NAMED(front)

static inline FRONT NAMED(front_of)(const FACING *f, bool forward)
{
    if (forward) return (FRONT){-STRIDE, f->straight, f->left, f->right};
    return (FRONT){STRIDE, f->straight + STRIDE, f->right + STRIDE - 1, f->left + STRIDE + 1};
}

/// Diagonal steps by halves, FAR where a corner bars them: `before` and `beside` are the cells of
/// the two ways round.
static inline __attribute__((always_inline)) VEC NAMED(past_corners)(const FACING *f, VEC step,
                                                                     VEC before, VEC beside)
{
    const VEC far = NAMED(splat)(FAR), one = (VEC)(before == far), other = (VEC)(beside == far);
    if (f->corners == IG_CORNERS_FORBID) step |= one & other;
    if (f->corners == IG_CORNERS_STRICT) step |= one | other;
    return NAMED(least)(step, far);
}

enum { NAMED(open), NAMED(walled), NAMED(stepped) }; // what is near: nothing, walls, shut sides

static inline int NAMED(kind_of)(const FACING *f, int row, int before)
{
    if (!(f->walled[row] | f->walled[before])) return NAMED(open);
    return f->stepped ? NAMED(stepped) : NAMED(walled);
}

/// The best time of some cells of a row from the row before, and the latest of the times there that
/// it depends on.
static inline __attribute__((always_inline)) VEC
NAMED(best_of_row)(const FACING *f, const FRONT *front, int i, int kind, VEC now, VEC *latest)
{
    const int back = i + front->back;
    const VEC a = NAMED(load)(f->time + back), none = {0};
    const VEC west = NAMED(load)(f->time + back - 1), east = NAMED(load)(f->time + back + 1);
    const VEC half = NAMED(load)(f->half + i), half_a = NAMED(load)(f->half + back);
    const VEC half_west = NAMED(load)(f->half + back - 1);
    const VEC half_east = NAMED(load)(f->half + back + 1);
    VEC step, step_west, step_east, barred_west = none, barred_east = none;
    *latest = MOST(a, MOST(west, east));
    if (kind == NAMED(stepped)) {
        step = NAMED(load)(front->straight + i);
        step_west = NAMED(load)(front->left + i);
        step_east = NAMED(load)(front->right + i);
    } else {
        const VEC slant = NAMED(load)(f->slant + i);
        step = NAMED(load)(f->along + back) + NAMED(load)(f->along + i);
        step_west = NAMED(load)(f->slant + back - 1) + slant;
        step_east = NAMED(load)(f->slant + back + 1) + slant;
    }
    if (kind == NAMED(walled)) {
        step = NAMED(least)(step, NAMED(splat)(FAR));
        step_west = NAMED(past_corners)(f, step_west, half_a, NAMED(load)(f->half + i - 1));
        step_east = NAMED(past_corners)(f, step_east, half_a, NAMED(load)(f->half + i + 1));
    }
    if (kind != NAMED(open)) {
        barred_west = BARRED(MOST(step, step_west));
        barred_east = BARRED(MOST(step, step_east));
    }
    // no time is so late, and no step so long, that their sum could run over
    now = NAMED(least)(now, a + step);
    now = NAMED(least)(now, NAMED(least)(west + step_west, east + step_east));
    if (sizeof(T) == 8) {
        barred_west |= (VEC)(step >= NAMED(splat)((T)EXACT_SIDE));
        barred_east |= (VEC)(step >= NAMED(splat)((T)EXACT_SIDE));
        step = NAMED(least)(step, NAMED(splat)((T)EXACT_SIDE));
    }
    const VEC grain = NAMED(grain_of)(f->wedge, step), start = a | grain;
    const TRIANGLE one = {start, west | grain, half, MOST(half_a, half_west), barred_west};
    const TRIANGLE other = {start, east | grain, half, MOST(half_a, half_east), barred_east};
    return NAMED(least)(now, NAMED(best_of_two)(f->wedge, grain, one, other));
}

// ---- sweeps -------------------------------------------------------------------------------------

static inline uint64_t NAMED(spread)(uint64_t columns)
{
    return columns | columns << 1 | columns >> 1;
}

/// Take a row from the one before it (`forward`: above), in vectors with any column `todo`. A guess
/// whether one of them has something to gain fails so often that it costs more than it saves. The
/// columns that fell; among them those that lie before one they came from, and so may serve it, are
/// put to `returns`.
static inline __attribute__((always_inline)) uint64_t NAMED(take_front)(const FACING *f, int row,
                                                                        bool forward, int kind,
                                                                        uint64_t todo,
                                                                        uint64_t *returns)
{
    const FRONT front = NAMED(front_of)(f, forward);
    const int first = at(0, row);
    uint64_t fell = 0;
    UNROLL
    for (int c = 0; c < TILE; c += LANES) {
        if (!(todo >> c << (TILE - LANES))) continue;
        VEC latest;
        const VEC old = NAMED(load)(f->time + first + c);
        const VEC now = NAMED(best_of_row)(f, &front, first + c, kind, old, &latest);
        NAMED(store)(f->time + first + c, now);
        const uint64_t less = BELOW(now, old);
        fell |= less << c;
        *returns |= (less & BELOW(now, latest)) << c;
    }
    return fell;
}

/// A row's turn in a sweep.
static inline __attribute__((always_inline)) void NAMED(sweep_row)(FACING *f, int row, bool forward,
                                                                   uint64_t edge)
{
    uint64_t *before = forward ? &f->down[row - 1] : &f->up[row + 1];
    const uint64_t todo = NAMED(spread)(*before) | edge;
    *before = 0;
    if (!todo) return;
    uint64_t returns = 0, fell;
    switch (NAMED(kind_of)(f, row, forward ? row - 1 : row + 1)) {
    case NAMED(open):
        fell = NAMED(take_front)(f, row, forward, NAMED(open), todo, &returns);
        break;
    case NAMED(walled):
        fell = NAMED(take_front)(f, row, forward, NAMED(walled), todo, &returns);
        break;
    default:
        fell = NAMED(take_front)(f, row, forward, NAMED(stepped), todo, &returns);
    }
    f->down[row] |= forward ? fell : returns;
    f->up[row] |= forward ? returns : fell;
    f->moved[row] |= fell;
    f->fell[row] |= fell;
}

/// A sweep down and a sweep up, row by row in turns: each row waits for the one before it, and while
/// it does so the processor goes on with the other sweep's. The next tile may be asked for meanwhile.
static void NAMED(sweep_fronts)(FACING *f, const struct ahead *ahead)
{
    const uint64_t edge = f->edge[1], edge_up = f->edge[0];
    f->edge[0] = f->edge[1] = 0;
    for (int row = 0; row < TILE; row++) {
        if (ahead) ig_ask_ahead(ahead, row);
        NAMED(sweep_row)(f, row, true, edge);
        NAMED(sweep_row)(f, TILE - 1 - row, false, edge_up);
    }
    f->down[TILE - 1] = f->up[0] = 0; // they serve other tiles
}

static bool NAMED(some)(const uint64_t *marks, int n)
{
    uint64_t some = 0;
    for (int i = 0; i < n; i++)
        some |= marks[i];
    return some != 0;
}

/// Is there anything left for another sweep?
static bool NAMED(waits)(const FACING *f)
{
    return f->edge[0] || f->edge[1] || NAMED(some)(f->down - 1, TILE) ||
           NAMED(some)(f->up + 1, TILE);
}

/// The turned tile has the times already, but not the marks.
static void NAMED(turn_in)(FACING facing[2])
{
    uint64_t marks[TILE];
    memcpy(marks, facing[0].moved, sizeof marks);
    memset(facing[0].moved, 0, sizeof marks);
    NAMED(turn_marks)(marks);
    memcpy(facing[1].down, marks, sizeof marks);
    memcpy(facing[1].up, marks, sizeof marks);
    memcpy(facing[1].fell, marks, sizeof marks);
}

/// The tile upright and turned.
static void NAMED(face)(const struct tile_plan *plan, FACING facing[2], WIN *w)
{
    const T *of_north = w->part[plan->scale_of[NORTH][0]];
    const T *of_east = w->part[plan->scale_of[EAST][0]];
    T *const *turned = w->turned;
    facing[0] = (FACING){.time = w->time,
                         .half = of_east,
                         .along = of_north,
                         .slant = w->half_slant,
                         .straight = w->into[SOUTH],
                         .left = w->into[SOUTH - 1],
                         .right = w->into[SOUTH + 1]};
    facing[1] = (FACING){.time = turned[0],
                         .half = turned[1],
                         .along = of_east == of_north ? turned[1] : turned[2],
                         .straight = turned[3],
                         .left = turned[4],
                         .right = turned[5],
                         .slant = turned[6]};
    for (int i = 0; i < 2; i++) {
        FACING *f = &facing[i];
        f->wedge = &plan->model->wedge[i];
        f->beside = &plan->model->wedge[!i];
        f->down = &w->marks[i][0][1];
        f->up = &w->marks[i][1][1];
        f->moved = &w->marks[i][2][1];
        f->fell = &w->marks[i][3][1];
        f->walled = &w->walled[i][1];
        f->stepped = w->stepped;
        f->corners = plan->model->options.corners;
    }
}

/// Which rows and columns have walls or shut sides. Only where sides are shut are steps worked out.
static void NAMED(look_for_walls)(const struct tile_plan *plan, FACING facing[2], WIN *w)
{
    uint64_t columns = 0;
    bool shut = false, west = false, east = false;
    for (int row = -1; row <= TILE; row++) {
        NAMED(need_part)(plan, w, row);
        const bool closed = w->shut[row + REACH_MAX];
        w->walled[0][row + 1] = w->solid[row + REACH_MAX] | closed;
        shut |= closed;
        if (!w->solid[row + REACH_MAX]) continue;
        const T *half = facing[0].half + at(0, row);
        for (int c = 0; c < TILE; c += LANES)
            columns |= (uint64_t)BITS((VEC)(NAMED(load)(half + c) == NAMED(splat)(FAR))) << c;
        west |= half[-1] == FAR;
        east |= half[TILE] == FAR;
    }
    w->stepped = facing[0].stepped = facing[1].stepped = shut;
    for (int c = -1; c <= TILE; c++) {
        const bool wall = c < 0 ? west : c < TILE ? columns >> c & 1 : east;
        w->walled[1][c + 1] = wall || shut;
    }
    for (int row = 0; row <= TILE && shut; row++)
        NAMED(need_steps)(plan, w, row);
}

/// Fill what is turned, and mark what has to be looked at.
static void NAMED(begin_facing)(unsigned callers, FACING facing[2], WIN *w)
{
    const FACING *upright = &facing[0];
    NAMED(turn)(w->time, w->turned[0]);
    NAMED(turn)(upright->along, w->turned[1]);
    if (upright->half != upright->along) NAMED(turn)(upright->half, w->turned[2]);
    NAMED(turn)(w->half_slant, w->turned[6]);
    if (w->stepped) {
        NAMED(turn)(w->into[EAST], w->turned[3]);
        NAMED(turn)(upright->left, w->turned[4]);
        NAMED(turn)(upright->right + STRIDE - 1, w->turned[5]);
    }
    memset(w->marks, 0, sizeof w->marks);
    static const unsigned first[2] = {CALLERS_NORTH, CALLERS_WEST | 0101};
    static const unsigned last[2] = {CALLERS_SOUTH, CALLERS_EAST | 0404};
    for (int i = 0; i < 2; i++) {
        FACING *f = &facing[i];
        f->down[-1] = callers & first[i] ? ~(uint64_t)0 : 0;
        f->up[TILE] = callers & last[i] ? ~(uint64_t)0 : 0;
        f->edge[0] = f->edge[1] =
            (callers & first[!i] ? 1U : 0U) | (callers & last[!i] ? (uint64_t)1 << (TILE - 1) : 0U);
    }
    for (int r = 0; r < TILE; r++) { // a row with seeds counts as fallen
        const uint64_t fell = w->fell[r + REACH_MAX] ? ~(uint64_t)0 : 0;
        facing[0].down[r] = facing[0].up[r] = facing[0].moved[r] = facing[0].fell[r] = fell;
    }
    NAMED(turn_in)(facing);
}

static void NAMED(settle_exact)(const struct tile_plan *plan, const struct visit *visit, WIN *w)
{
    FACING facing[2];
    NAMED(face)(plan, facing, w);
    NAMED(look_for_walls)(plan, facing, w);
    if (w->coarse) return; // halves that are not there would be added up
    NAMED(begin_facing)(visit->callers, facing, w);
    const unsigned upright = CALLERS_NORTH | CALLERS_SOUTH;
    FACING *one = &facing[!visit->seed_count && !(visit->callers & upright)];
    FACING *other = one == facing ? &facing[1] : facing;
    const struct ahead *ahead = &visit->ahead;
    while (NAMED(waits)(one) || NAMED(waits)(other)) {
        NAMED(sweep_fronts)(one, ahead);
        ahead = NULL;
        if (NAMED(some)(one->moved, TILE)) NAMED(turn_over)(one, other);
        FACING *next = other;
        other = one;
        one = next;
    }
    for (int r = 0; r < TILE; r++)
        w->fell[r + REACH_MAX] = facing[0].fell[r] != 0;
    w->changed = NAMED(some)(facing[0].fell, TILE);
}
