// The exact neighbourhood in a tile: part of the kernel template, included by tile_kernel.h.
//
// Beside the eight steps a cell takes the best straight way from any point between two neighbours
// (Tsitsiklis 1995; triangles as in ig_triangle). Rows are swept down and up, which serves all
// ways within 45 degrees of north and south; the others are had by the same sweeps over the tile
// turned on its side, so that no cell waits for one beside it. The update never falls when a
// neighbour's time rises, so its fixpoint is one, whatever the order.

/// A tile and its costs, upright or turned: steps into a cell from the row before, from straight
/// above, from the left and from the right.
typedef struct NAMED(facing) {
    T *time;
    const T *half, *straight, *left, *right;
    uint8_t *down, *up;
} NAMED(facing);
#define FACING NAMED(facing)

/// to (r, c) = from (c, r), with a border of one cell.
static void NAMED(turn)(const T *from, T *to)
{
    for (int r = 0; r < TILE; r += LANES) {
        for (int c = 0; c < TILE; c += LANES) {
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
    }
    for (int i = -1; i <= TILE; i++) {
        to[at(i, -1)] = from[at(-1, i)];
        to[at(i, TILE)] = from[at(TILE, i)];
        to[at(-1, i)] = from[at(i, -1)];
        to[at(TILE, i)] = from[at(i, TILE)];
    }
}

enum { NAMED(reals) = LANES * sizeof(T) / sizeof(double) };
typedef double NAMED(real) __attribute__((vector_size(LANES * sizeof(T)), may_alias));
typedef int64_t NAMED(mask) __attribute__((vector_size(LANES * sizeof(T)), may_alias));
typedef SIGNED NAMED(part)
    __attribute__((vector_size(NAMED(reals) * sizeof(T)), aligned(sizeof(T)), may_alias));
#define REAL(v) __builtin_convertvector(v, NAMED(real))
#define PART(p) (*(const NAMED(part) *)(p))
#define PICK(mask, a, b) (((a) & (mask)) | ((b) & ~(mask)))

/// Best straight way between a, straight before the cell, and b, beside a.
static void NAMED(take_triangles)(const T *a, const T *b, const T *half_a, const T *half_b,
                                  const T *half, const T *step_a, const T *step_b, T *time)
{
    const NAMED(part) far = (SIGNED)FAR - (NAMED(part)){0};
    const NAMED(part) end = EXACT_SIDE - (NAMED(part)){0};
    const NAMED(part) roof = (SIGNED)(FAR / 2) - (NAMED(part)){0}; // later times go on in 64 bits
    for (int c = 0; c < TILE; c += NAMED(reals)) {
        const NAMED(part) ta = PART(a + c), tb = PART(b + c), now = PART(time + c);
        const NAMED(part) ha = PART(half_a + c), hb = PART(half_b + c);
        const NAMED(part) open = (PART(step_a + c) < far) & (PART(step_b + c) < far);
        const NAMED(part) slower = PICK(ha > hb, ha, hb) & open;
        const NAMED(part) whole = (PART(half + c) & open) + slower;
        const NAMED(part) good = open & (whole < end) & (tb < ta) & (tb < roof);
        const NAMED(real) side = REAL(whole & good);
        // nobody at a: as far ahead as can be
        const NAMED(real) ahead = REAL(ta) - REAL(tb) + REAL((ta == far) & far);
        const NAMED(real) square = side * side, gap = ahead * ahead;
        const NAMED(mask) diagonal = (NAMED(mask))(gap + gap >= square);
        const NAMED(mask) under =
            PICK(diagonal, (NAMED(mask))(square + square), (NAMED(mask))(square - gap));
        const NAMED(real) root = ROOT((NAMED(real))under);
        const NAMED(part) from_b = __builtin_convertvector(diagonal, NAMED(part));
        const NAMED(part) start = PICK(from_b, tb, ta) & good;
        const NAMED(part) way = start + (__builtin_convertvector(root, NAMED(part)) & good);
        *(NAMED(part) *)(time + c) = PICK(good & (way < now), way, now);
    }
}

/// Take a row from the one before it (`forward`: above). Marks the columns that fell.
static bool NAMED(take_front)(const FACING *f, int row, bool forward, VEC *columns)
{
    const int first = at(0, row), back = forward ? -STRIDE : STRIDE;
    const T *straight = forward ? f->straight : f->straight + STRIDE;
    T old[TILE];
    memcpy(old, f->time + first, sizeof old);
    for (int side = -1; side <= 1; side += 2) {
        const T *beside = side < 0 ? (forward ? f->left : f->right + STRIDE - 1)
                                   : (forward ? f->right : f->left + STRIDE + 1);
        VEC may = {0};
        for (int i = first; i < first + TILE; i += LANES) {
            const VEC before = NAMED(load)(f->time + i), b = NAMED(load)(f->time + i + back + side);
            const VEC a = NAMED(load)(f->time + i + back);
            VEC now = NAMED(least)(before, a + NAMED(load)(straight + i));
            now = NAMED(least)(now, b + NAMED(load)(beside + i));
            NAMED(store)(f->time + i, now);
            const VEC near =
                NAMED(plus)(NAMED(load)(f->half + i), NAMED(load)(f->half + i + back + side));
            may |= (VEC)(b + near < now) & (VEC)(b < a); // a triangle adds no less
        }
        if (!ANY(may)) continue;
        NAMED(take_triangles)
        (f->time + first + back, f->time + first + back + side, f->half + first + back,
         f->half + first + back + side, f->half + first, straight + first, beside + first,
         f->time + first);
    }
    VEC fell = {0};
    for (int v = 0; v < TILE / LANES; v++) {
        const VEC change = NAMED(load)(f->time + first + v * LANES) ^ NAMED(load)(old + v * LANES);
        columns[v] |= change;
        fell |= change;
    }
    return ANY(fell);
}

/// Sweep one facing down and up until its rows are at rest. Marks the columns that fell.
static bool NAMED(sweep_fronts)(const FACING *f, uint8_t *fell, VEC *columns)
{
    bool gained = false;
    while (NAMED(any_of)(f->down, SPAN) || NAMED(any_of)(f->up, SPAN)) {
        for (int forward = 1; forward >= 0; forward--) {
            uint8_t *rows = forward ? f->down : f->up;
            for (int i = 0; i < TILE; i++) {
                const int row = forward ? i : TILE - 1 - i, mark = row + REACH_MAX;
                if (!rows[forward ? mark - 1 : mark + 1]) continue;
                if (!NAMED(take_front)(f, row, forward, columns)) continue;
                f->down[mark] = f->up[mark] = 1;
                if (fell) fell[mark] = 1;
                gained = true;
            }
            memset(rows, 0, SPAN);
        }
    }
    return gained;
}

static void NAMED(note_columns)(const VEC *columns, uint8_t *one, uint8_t *other)
{
    T changed[TILE];
    for (int v = 0; v < TILE / LANES; v++)
        NAMED(store)(changed + v * LANES, columns[v]);
    for (int c = 0; c < TILE; c++) {
        if (!changed[c]) continue;
        one[c + REACH_MAX] = 1;
        if (other) other[c + REACH_MAX] = 1;
    }
}

/// The best time that the neighbours of one cell give it; FAR when it is no better than what is
/// there. Slow: for the rim.
static T NAMED(best_at)(const WIN *w, const T *half, int cell)
{
    static const int step[EIGHT] = {-STRIDE, 1 - STRIDE, 1,  STRIDE + 1,
                                    STRIDE,  STRIDE - 1, -1, -STRIDE - 1};
    T best = w->time[cell];
    for (int k = 0; k < EIGHT; k++) { // move k ends here: it comes from the other side
        const T *time = &w->time[cell - step[k]];
        if (w->into[k][cell] == FAR || *time >= best) continue;
        const T straight = *time + w->into[k][cell];
        if (straight < best) best = straight;
        if (!(k & 1)) continue;
        for (int turn = 1; turn < EIGHT; turn += 6) {
            const int a = (k + turn) & 7;
            const T *beside = &w->time[cell - step[a]];
            if (w->into[a][cell] == FAR || *beside <= *time) continue;
            const T half_a = half[cell - step[a]], half_b = half[cell - step[k]];
            const double side = (double)(half[cell] + (half_a > half_b ? half_a : half_b));
            if (side >= EXACT_SIDE) continue;
            const double way = ig_triangle((double)*beside, (double)*time, side);
            if (way < (double)best) best = (T)way;
        }
    }
    return best < w->time[cell] ? best : FAR;
}

/// Cells along the sides that called take what they can; the sweeps go on from there.
static void NAMED(take_rim)(const T *half, unsigned callers, const FACING *turned, WIN *w)
{
    static const unsigned from[4] = {CALLERS_NORTH, CALLERS_SOUTH, CALLERS_WEST | 0101,
                                     CALLERS_EAST | 0404};
    for (int side = 0; side < 4; side++) {
        if (!(callers & from[side])) continue;
        for (int i = 0; i < TILE; i++) {
            const int c = side == 2 ? 0 : side == 3 ? TILE - 1 : i;
            const int r = side == 0 ? 0 : side == 1 ? TILE - 1 : i;
            const T best = NAMED(best_at)(w, half, at(c, r));
            if (best == FAR) continue;
            w->time[at(c, r)] = best;
            NAMED(note_row)(w, r);
            turned->down[c + REACH_MAX] = turned->up[c + REACH_MAX] = 1;
        }
    }
}

static void NAMED(settle_exact)(const struct tile_plan *plan, const struct visit *visit, WIN *w)
{
    for (int row = 0; row <= TILE; row++)
        NAMED(need_steps)(plan, w, row);
    const T *half = w->part[plan->scale_of[NORTH][0]];
    const T *east = w->into[EAST], *right = w->into[SOUTH + 1], *left = w->into[SOUTH - 1];
    const FACING upright = {w->time, half, w->into[SOUTH], left, right, w->down, w->up};
    const FACING turned = {w->turned[0], w->turned[1], w->turned[2], w->turned[3],
                           w->turned[4], w->along,     w->turned_up};
    NAMED(turn)(half, w->turned[1]);
    NAMED(turn)(east, w->turned[2]);
    NAMED(turn)(left, w->turned[3]);
    NAMED(turn)(right + STRIDE - 1, w->turned[4]);
    memset(w->along, visit->seed_count > 0, SPAN);
    memset(w->turned_up, visit->seed_count > 0, SPAN);
    NAMED(take_rim)(half, visit->callers, &turned, w);
    for (;;) {
        VEC columns[TILE / LANES] = {{0}};
        if (NAMED(sweep_fronts)(&upright, w->fell, columns)) w->changed = true;
        NAMED(note_columns)(columns, turned.down, turned.up);
        if (!NAMED(any_of)(turned.down, SPAN) && !NAMED(any_of)(turned.up, SPAN)) return;
        NAMED(turn)(w->time, turned.time);
        VEC rows[TILE / LANES] = {{0}};
        if (!NAMED(sweep_fronts)(&turned, NULL, rows)) return;
        NAMED(turn)(turned.time, w->time);
        w->changed = true;
        NAMED(note_columns)(rows, w->down, w->up);
        NAMED(note_columns)(rows, w->fell, NULL);
    }
}

// ---- who is to be woken -------------------------------------------------------------------------

static void NAMED(offer_exact)(const struct tile_plan *plan, const WIN *w, struct visit *visit)
{
    const T *half = w->part[plan->scale_of[NORTH][0]];
    for (int i = -1; i <= TILE; i++) {
        const int cell[4] = {at(i, -1), at(i, TILE), at(-1, i), at(TILE, i)};
        const int across = i < 0 ? 0 : i < TILE ? 1 : 2;
        const int to[4] = {across, 6 + across, 3 * across, 3 * across + 2};
        const int last = TILE - 1 + REACH_MAX, mark = i + REACH_MAX;
        const bool beside = w->fell[mark - 1] | w->fell[mark] | w->fell[mark + 1];
        const bool fell[4] = {w->fell[REACH_MAX], w->fell[last], beside, beside};
        for (int side = 0; side < 4; side++) {
            if (!fell[side]) continue;
            const T time = NAMED(best_at)(w, half, cell[side]);
            if (time < FAR) NAMED(offer)(visit, to[side], time);
        }
    }
}
