// The exact neighbourhood in a tile: part of the kernel template, included by tile_kernel.h.
//
// Beside the eight steps a cell takes the best straight way from any point between two neighbours
// (Tsitsiklis 1995; triangles as in ig_triangle). Rows are swept down and up, which serves all
// ways within 45 degrees of north and south; the others are had by the same sweeps over the tile
// turned on its side, so that no cell waits for one beside it. A cell is looked at only where one
// before it fell, and a root is drawn only where the squares show a gain. The update never falls
// when a neighbour's time rises, so its fixpoint is one, whatever the order.

/// A tile and its costs, upright or turned: steps into a cell from the row before, from straight
/// above, from the left and from the right. Marks have a bit for each column; those of the rows
/// beyond the tile lie before and after.
typedef struct NAMED(facing) {
    T *time;
    const T *half, *along; ///< of cells: along the rows, and from row to row
    const T *straight, *left, *right;
    const struct wedge *wedge, *beside; ///< of the rows before and after, of the columns
    uint64_t *down, *up;                ///< columns that fell since a sweep that way took note
    uint64_t *moved;                    ///< since the tile was turned
    uint64_t *fell;                     ///< in this visit
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

static void NAMED(turn_marks)(uint64_t marks[TILE])
{
    uint64_t mask = 0xffffffffU;
    for (int j = TILE / 2; j; j /= 2, mask ^= mask << j) {
        for (int k = 0; k < TILE; k = (k + j + 1) & ~j) {
            const uint64_t swap = (marks[k] >> j ^ marks[k + j]) & mask;
            marks[k] ^= swap << j;
            marks[k + j] ^= swap;
        }
    }
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

/// A triangle: its far side, and how much sooner one comes to its diagonal neighbour. `barred` has
/// all bits where there is none.
typedef struct NAMED(triangle) {
    NAMED(sign) side, lead;
    VEC barred;
} NAMED(triangle);
#define TRIANGLE NAMED(triangle)

/// The triangle over times a and b, steps from there and cells `half` and `there`. Where there is
/// none, or no root that is good enough, its side is longer than any other.
static inline TRIANGLE NAMED(triangle_of)(VEC a, VEC b, VEC step_a, VEC step_b, VEC half, VEC there)
{
    const NAMED(sign) none = {0};
    const VEC long_side = NAMED(splat)((T)EXACT_SIDE), side = half + there;
    VEC barred = BARRED(MOST(step_a, step_b));
    if (sizeof(T) == 8) barred |= (VEC)(side >= long_side);
    return (TRIANGLE){
        .side = (NAMED(sign))((side & ~barred) | (barred & long_side)),
        .lead = MOST_SIGNED((NAMED(sign))(a - b), none),
        .barred = barred,
    };
}

/// The square under the root of ig_triangle.
static inline NAMED(real)
    NAMED(under_root)(const struct wedge *wedge, NAMED(part) lead, NAMED(part) side)
{
    const NAMED(real) ahead = TO_REAL(lead), far = TO_REAL(side), square = far * far;
    return square - LEAST_REAL(ahead * ahead, wedge->zone * square);
}

/// The lesser of the roots of two triangles that share the time straight before.
static inline VEC NAMED(root_of)(const struct wedge *wedge, const TRIANGLE *one,
                                 const TRIANGLE *other)
{
#if HALVES == 1
    const NAMED(real) under = LEAST_REAL(NAMED(under_root)(wedge, one->lead, one->side),
                                         NAMED(under_root)(wedge, other->lead, other->side));
    return (VEC)TO_WHOLE(wedge->ratio * ROOT(under));
#else
    const NAMED(real) low =
        LEAST_REAL(NAMED(under_root)(wedge, LOWER(one->lead), LOWER(one->side)),
                   NAMED(under_root)(wedge, LOWER(other->lead), LOWER(other->side)));
    const NAMED(real) high =
        LEAST_REAL(NAMED(under_root)(wedge, UPPER(one->lead), UPPER(one->side)),
                   NAMED(under_root)(wedge, UPPER(other->lead), UPPER(other->side)));
    return (VEC)JOINED(TO_WHOLE(wedge->ratio * ROOT(low)), TO_WHOLE(wedge->ratio * ROOT(high)));
#endif
}

/// The best time of some cells of a row from the row `back` places away; `step` leads from
/// straight there, `left` and `right` from beside it.
static inline VEC NAMED(best_of_row)(const FACING *f, int i, int back, const T *straight,
                                     const T *left, const T *right, VEC now)
{
    const VEC a = NAMED(load)(f->time + i + back);
    const VEC west = NAMED(load)(f->time + i + back - 1);
    const VEC east = NAMED(load)(f->time + i + back + 1);
    // Most looks are back to where a wave came from.
    if (!BITS((VEC)(NAMED(least)(a, NAMED(least)(west, east)) < now))) return now;
    const VEC step = NAMED(load)(straight + i), from_west = NAMED(load)(left + i);
    const VEC from_east = NAMED(load)(right + i);
    now = NAMED(least)(now, a + step);
    now = NAMED(least)(now, west + from_west);
    now = NAMED(least)(now, east + from_east);
    const VEC half = NAMED(load)(f->half + i), half_a = NAMED(load)(f->half + i + back);
    const VEC half_west = NAMED(load)(f->half + i + back - 1);
    const VEC half_east = NAMED(load)(f->half + i + back + 1);
    const TRIANGLE one =
        NAMED(triangle_of)(a, west, step, from_west, half, MOST(half_a, half_west));
    const TRIANGLE other =
        NAMED(triangle_of)(a, east, step, from_east, half, MOST(half_a, half_east));
    const VEC time = a + NAMED(root_of)(f->wedge, &one, &other);
    return NAMED(least)(now, time | (one.barred & other.barred));
}

// ---- sweeps -------------------------------------------------------------------------------------

static inline uint64_t NAMED(spread)(uint64_t columns)
{
    return columns | columns << 1 | columns >> 1;
}

/// Take the columns `todo` of a row from the one before it (`forward`: above). The columns that
/// fell; among them those that lie before one they came from, and so may serve it, are put to
/// `returns`.
static uint64_t NAMED(take_front)(const FACING *f, int row, bool forward, uint64_t todo,
                                  uint64_t *returns)
{
    const int back = forward ? -STRIDE : STRIDE;
    const T *straight = forward ? f->straight : f->straight + STRIDE;
    const T *left = forward ? f->left : f->right + STRIDE - 1;
    const T *right = forward ? f->right : f->left + STRIDE + 1;
    uint64_t fell = 0;
    for (int c = 0; c < TILE; c += LANES, todo >>= LANES) {
        if (!(todo & (((uint64_t)1 << LANES) - 1))) continue;
        const int i = at(c, row);
        const VEC old = NAMED(load)(f->time + i);
        const VEC now = NAMED(best_of_row)(f, i, back, straight, left, right, old);
        const uint64_t less = BITS((VEC)(now != old));
        if (!less) continue;
        NAMED(store)(f->time + i, now);
        fell |= less << c;
        const VEC a = NAMED(load)(f->time + i + back);
        const VEC west = NAMED(load)(f->time + i + back - 1);
        const VEC east = NAMED(load)(f->time + i + back + 1);
        *returns |= (less & BITS((VEC)(now < MOST(a, MOST(west, east))))) << c;
    }
    return fell;
}

static void NAMED(sweep_front)(FACING *f, bool forward)
{
    uint64_t *dirty = forward ? f->down : f->up, edge = f->edge[forward];
    for (int i = 0; i < TILE; i++) {
        const int row = forward ? i : TILE - 1 - i;
        const uint64_t todo = NAMED(spread)(dirty[forward ? row - 1 : row + 1]) | edge;
        uint64_t returns = 0;
        const uint64_t fell = todo ? NAMED(take_front)(f, row, forward, todo, &returns) : 0;
        f->down[row] |= forward ? fell : returns;
        f->up[row] |= forward ? returns : fell;
        f->moved[row] |= fell;
        f->fell[row] |= fell;
    }
    memset(dirty - 1, 0, (TILE + 2) * sizeof *dirty);
    f->edge[forward] = 0;
}

static bool NAMED(some)(const uint64_t *marks, int n)
{
    uint64_t some = 0;
    for (int i = 0; i < n; i++)
        some |= marks[i];
    return some != 0;
}

/// Is there anything for a sweep up (0) or down (1)?
static bool NAMED(waits)(const FACING *f, bool forward)
{
    return f->edge[forward] || NAMED(some)((forward ? f->down : f->up) - 1, TILE + 2);
}

/// Sweep one facing down and up until its rows are at rest.
static void NAMED(sweep_fronts)(FACING *f)
{
    for (bool forward = true; NAMED(waits)(f, true) || NAMED(waits)(f, false); forward = !forward)
        if (NAMED(waits)(f, forward)) NAMED(sweep_front)(f, forward);
}

static uint64_t NAMED(fallen)(const T *now, const T *before)
{
    uint64_t fell = 0;
    for (int c = 0; c < TILE; c += LANES)
        fell |= (uint64_t)BITS((VEC)(NAMED(load)(now + c) != NAMED(load)(before + c))) << c;
    return fell;
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
                         .straight = w->into[SOUTH],
                         .left = w->into[SOUTH - 1],
                         .right = w->into[SOUTH + 1]};
    facing[1] = (FACING){.time = turned[0],
                         .half = turned[1],
                         .along = of_east == of_north ? turned[1] : turned[2],
                         .straight = turned[3],
                         .left = turned[4],
                         .right = turned[5]};
    for (int i = 0; i < 2; i++) {
        FACING *f = &facing[i];
        f->wedge = &plan->model->wedge[i];
        f->beside = &plan->model->wedge[!i];
        f->down = &w->marks[i][0][1];
        f->up = &w->marks[i][1][1];
        f->moved = &w->marks[i][2][1];
        f->fell = &w->marks[i][3][1];
    }
}

/// Fill what is turned, and mark what has to be looked at.
static void NAMED(begin_facing)(unsigned callers, FACING facing[2], WIN *w)
{
    const FACING *upright = &facing[0];
    NAMED(turn)(w->time, w->turned[0]);
    NAMED(turn)(upright->along, w->turned[1]);
    if (upright->half != upright->along) NAMED(turn)(upright->half, w->turned[2]);
    NAMED(turn)(w->into[EAST], w->turned[3]);
    NAMED(turn)(upright->left, w->turned[4]);
    NAMED(turn)(upright->right + STRIDE - 1, w->turned[5]);
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
    for (int r = 0; r < TILE; r++) { // what the steps have done, and seeds
        const uint64_t fell = NAMED(fallen)(&w->time[at(0, r)], &w->before[r * TILE]);
        facing[0].down[r] = facing[0].up[r] = facing[0].moved[r] = facing[0].fell[r] = fell;
    }
    NAMED(turn_in)(facing);
}

static void NAMED(settle_exact)(const struct tile_plan *plan, const struct visit *visit, WIN *w)
{
    FACING facing[2];
    for (int row = 0; row <= TILE; row++)
        NAMED(need_steps)(plan, w, row);
    for (int r = 0; r < TILE; r++) // a row with seeds counts as fallen
        memcpy(&w->before[r * TILE], &w->time[at(0, r)], TILE * sizeof(T));
    for (int r = 0; r < TILE; r++)
        if (w->fell[r + REACH_MAX]) memset(&w->before[r * TILE], 255, TILE * sizeof(T));
    NAMED(settle)(plan, visit, w);
    NAMED(face)(plan, facing, w);
    NAMED(begin_facing)(visit->callers, facing, w);
    const unsigned upright = CALLERS_NORTH | CALLERS_SOUTH;
    FACING *one = &facing[!visit->seed_count && !(visit->callers & upright)];
    FACING *other = one == facing ? &facing[1] : facing;
    for (bool first = true;; first = false) {
        NAMED(sweep_fronts)(one);
        const bool gained = NAMED(some)(one->moved, TILE);
        if (!gained && !first) break;
        if (gained) NAMED(turn_over)(one, other);
        FACING *next = other;
        other = one;
        one = next;
    }
    for (int r = 0; r < TILE; r++)
        w->fell[r + REACH_MAX] = facing[0].fell[r] != 0;
    w->changed = NAMED(some)(facing[0].fell, TILE);
}

// ---- who is to be woken -------------------------------------------------------------------------

/// Cells of the row beyond the tile take what the row inside and their neighbours give; the least
/// of the times that would fall, FAR when none would. A shut side between two of them is not looked
/// at: it wakes for nothing.
static T NAMED(offer_front)(const FACING *f, bool above)
{
    const int row = above ? -1 : TILE, back = above ? STRIDE : -STRIDE;
    const uint64_t todo = NAMED(spread)(f->fell[above ? 0 : TILE - 1]);
    const T *straight = above ? f->straight + STRIDE : f->straight;
    const T *left = above ? f->right + STRIDE - 1 : f->left;
    const T *right = above ? f->left + STRIDE + 1 : f->right;
    const VEC far = NAMED(splat)(FAR);
    VEC least = far;
    for (int c = 0; c < TILE; c += LANES) {
        if (!(todo >> c & (((uint64_t)1 << LANES) - 1))) continue;
        const int i = at(c, row);
        const VEC old = NAMED(load)(f->time + i), half = NAMED(load)(f->along + i);
        VEC now = NAMED(best_of_row)(f, i, back, straight, left, right, old);
        for (int side = -1; side <= 1; side += 2) {
            const VEC a = NAMED(load)(f->time + i + side),
                      b = NAMED(load)(f->time + i + back + side);
            const VEC half_a = NAMED(load)(f->along + i + side);
            const VEC half_b = NAMED(load)(f->along + i + back + side);
            const VEC step = NAMED(load)((side < 0 ? left : right) + i);
            const TRIANGLE one = NAMED(triangle_of)(a, b, step, half_a, half, MOST(half_a, half_b));
            const VEC time = a + NAMED(root_of)(f->beside, &one, &one);
            now = NAMED(least)(now, time | one.barred);
        }
        least = NAMED(least)(least, now | (VEC)(now == old));
    }
    T best[LANES];
    NAMED(store)(best, least);
    for (int i = 1; i < LANES; i++)
        if (best[i] < best[0]) best[0] = best[i];
    return best[0];
}

/// The time that the cell beyond a corner gains from that corner; FAR when none.
static T NAMED(offer_corner)(const FACING *f, const WIN *w, int corner)
{
    static const int moves[4] = {NORTH + 7, NORTH + 1, SOUTH - 1, SOUTH + 1};
    const int move = moves[corner], col = move < SOUTH ? TILE : -1;
    const int row = move == NORTH + 1 || move == NORTH + 7 ? -1 : TILE;
    const int across = col < 0 ? 1 : -1, down = row < 0 ? STRIDE : -STRIDE, cell = at(col, row);
    const T step = w->into[move][cell], now = f->time[cell], b = f->time[cell + across + down];
    if (step == FAR) return FAR;
    T best = b + step < now ? b + step : now;
    for (int i = 0; i < 2; i++) {
        const T *half = (i ? f->along : f->half) + cell;
        const int back = i ? across : down;
        const T there = half[back] > half[across + down] ? half[back] : half[across + down];
        const double side = (double)half[0] + (double)there;
        if (half[back] == FAR || f->time[cell + back] == FAR || side >= EXACT_SIDE) continue;
        const double a = (double)f->time[cell + back];
        const double way = ig_triangle(i ? f->beside : f->wedge, a, (double)b, side);
        if (way < (double)best) best = (T)way;
    }
    return best < now ? best : FAR;
}

/// Who gains from what fell in this visit, by the rims as they are seen in `ring`.
static void NAMED(offer_exact)(const struct tile_plan *plan, const struct ring *ring,
                               struct visit *visit, void *window)
{
    static const int straight[4] = {1, 7, 3, 5}, diagonal[4] = {0, 2, 8, 6};
    WIN *w = window;
    FACING facing[2];
    NAMED(face)(plan, facing, w);
    NAMED(load_ring)(ring, 1, visit->base, w);
    NAMED(turn_border)(w->time, w->turned[0]);
    for (int i = 0; i < 4; i++) {
        const FACING *f = &facing[i / 2];
        const bool above = i % 2 == 0;
        if (!f->fell[above ? 0 : TILE - 1]) continue;
        const T time = NAMED(offer_front)(f, above);
        if (time < FAR) NAMED(offer)(visit, straight[i], time);
    }
    for (int i = 0; i < 4; i++) {
        const uint64_t fell = facing[0].fell[i < 2 ? 0 : TILE - 1];
        if (!(fell >> (i == 0 || i == 3 ? 0 : TILE - 1) & 1)) continue;
        const T time = NAMED(offer_corner)(facing, w, i);
        if (time < FAR) NAMED(offer)(visit, diagonal[i], time);
    }
}
