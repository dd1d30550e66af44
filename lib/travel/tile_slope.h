// What slope makes of the steps of a tile: part of the kernel template, included by tile_kernel.h.
//
// A step and the step back share their cost on the flat, their rise and what follows from it, so
// they are worked out together, in the arithmetic of ig_slope_cost to the last bit. Heights so far
// apart that vectors have no room for what they cost, and steps that do not fit T, go the plain way.

/// Which heights of a row are unknown, and which lie so far from the tile's others that a step
/// between them might not fit.
static void NAMED(look_at_heights)(const struct tile_plan *plan, WIN *w, int row)
{
    const float *height = ig_elevation_row(w->ground, row) + PAD, tame = w->tame;
    const int reach = plan->model->reach, mark = row + REACH_MAX;
    for (int i = -reach; i < TILE + reach && isnan(w->level); i++)
        w->level = height[i];
    const float level = w->level;
    unsigned odd = 0;
    for (int i = -reach; i < TILE + reach; i++)
        odd |= !(fabsf(height[i] - level) < tame);
    w->unknown[mark] = w->wild[mark] = 0;
    for (int i = -reach; i < TILE + reach && odd; i++) {
        w->unknown[mark] |= isnan(height[i]);
        w->wild[mark] |= !isnan(height[i]) && !(fabsf(height[i] - level) < tame);
    }
}

// ---- in vectors ---------------------------------------------------------------------------------

typedef int64_t NAMED(bits) __attribute__((vector_size(LANES * sizeof(T)), may_alias));
#define REAL NAMED(real)

static inline REAL NAMED(all)(double x)
{
    return x - (REAL){0};
}

static inline REAL NAMED(size_of)(REAL x)
{
    return (REAL)((NAMED(bits))x & INT64_MAX);
}

/// Numbers to which 2^52 was added, which leaves them whole in their lowest bits.
static inline VEC NAMED(whole_of)(const REAL raised[HALVES])
{
#if HALVES == 2
    return EVENS((VEC)raised[0], (VEC)raised[1]);
#else
    return (VEC)raised[0] & NAMED(splat)((T)0xfffffffffffffU);
#endif
}

/// All bits set where a number is negative.
static inline VEC NAMED(negative)(const REAL x[HALVES])
{
#if HALVES == 2
    return (VEC)((NAMED(sign))ODDS((VEC)x[0], (VEC)x[1]) >> 31);
#else
    return (VEC)((VEC)x[0] > NAMED(splat)(INT64_MAX));
#endif
}

static inline VEC NAMED(either)(VEC which, VEC yes, VEC no)
{
    return (yes & which) | (no & ~which);
}

/// Steps both ways between LANES pairs of cells: as the rise counts, and back.
struct NAMED(pair) {
    VEC there, back;
};

static inline __attribute__((always_inline)) struct NAMED(pair)
    NAMED(langmuir_pair)(const struct slope *slope, VEC flat, const REAL rise[HALVES],
                         NAMED(bits) * dear)
{
    (void)dear; // heights are tame
    REAL climb[HALVES], fall[HALVES], gentle[HALVES];
    UNROLL
    for (int h = 0; h < HALVES; h++) {
        const REAL height = NAMED(size_of)(rise[h]);
        climb[h] = height * NAMED(all)(slope->up) + NAMED(all)(0x1p52);
        fall[h] = height * NAMED(all)(slope->down) + NAMED(all)(0x1p52);
        gentle[h] = NAMED(all)(slope->steep) - height;
    }
    const VEC up = flat + NAMED(whole_of)(climb), less = NAMED(whole_of)(fall);
    const NAMED(sign) none = {0};
    const VEC gently = (VEC)MOST_SIGNED((NAMED(sign))(flat - less), none);
    const VEC down = NAMED(either)(NAMED(negative)(gentle), flat + less, gently);
    const VEC falls = NAMED(negative)(rise);
    return (struct NAMED(pair)){NAMED(either)(falls, down, up), NAMED(either)(falls, up, down)};
}

/// ig_tobler_tilt of heights.
static inline __attribute__((always_inline)) void
NAMED(tobler_tilt)(const struct slope *slope, REAL height, REAL *up, REAL *down)
{
    const REAL x = LEAST_REAL(height * NAMED(all)(slope->growth), NAMED(all)(700.0));
    const REAL n =
        (x * NAMED(all)(1.4426950408889634) + NAMED(all)(0x1.8p52)) - NAMED(all)(0x1.8p52);
    const REAL r =
        (x - n * NAMED(all)(0.693147180369123816490)) - n * NAMED(all)(1.90821492927058770002e-10);
    const REAL square = r * r;
    REAL even = NAMED(all)(ig_cosh_series[0]), odd = NAMED(all)(ig_sinh_series[0]);
    UNROLL
    for (int i = 1; i < GROWTH_TERMS; i++) {
        even = even * square + NAMED(all)(ig_cosh_series[i]);
        odd = odd * square + NAMED(all)(ig_sinh_series[i]);
    }
    odd *= r;
    const REAL shifted = n + NAMED(all)(1023.0 + 0x1p52);
    *up = (even + odd) * (REAL)((NAMED(bits))shifted << 52);
    const NAMED(bits) past = (NAMED(bits))(height > NAMED(all)(slope->ease));
    const REAL steep = *up * NAMED(all)(IG_TOBLER_PAST_EASE), gentle = even - odd;
    *down = (REAL)(((NAMED(bits))steep & past) | ((NAMED(bits))gentle & ~past));
}

static inline __attribute__((always_inline)) struct NAMED(pair)
    NAMED(tobler_pair)(const struct slope *slope, VEC flat, const REAL rise[HALVES],
                       NAMED(bits) * dear)
{
    const double most = 8.0 * FITS < 0x1p51 ? 8.0 * FITS : 0x1p51;
    const REAL cap = NAMED(all)(most), last = NAMED(all)(0x1p52 + most - 1.0);
    REAL level[HALVES], slow[HALVES], fast[HALVES];
#if HALVES == 2
    level[0] = TO_REAL((NAMED(part))LOWER(flat));
    level[1] = TO_REAL((NAMED(part))UPPER(flat));
#else
    level[0] = TO_REAL((NAMED(part))flat);
#endif
    UNROLL
    for (int h = 0; h < HALVES; h++) {
        REAL up, down;
        NAMED(tobler_tilt)(slope, NAMED(size_of)(rise[h]), &up, &down);
        slow[h] = LEAST_REAL(level[h] * up, cap) + NAMED(all)(0x1p52);
        fast[h] = LEAST_REAL(level[h] * down, cap) + NAMED(all)(0x1p52);
        *dear |= (NAMED(bits))(last - slow[h]); // a step down takes no longer than the step up
    }
    const VEC up = NAMED(whole_of)(slow), down = NAMED(whole_of)(fast);
    const VEC falls = NAMED(negative)(rise);
    return (struct NAMED(pair)){NAMED(either)(falls, down, up), NAMED(either)(falls, up, down)};
}

/// The pairs that end in a row, by one rule. `made`: their costs on the flat stand in the row;
/// `rough`: there may be barred steps and unknown heights. Inlined with all three known. False when
/// a step does not fit.
static inline __attribute__((always_inline)) bool
NAMED(tilt_row)(const struct tile_plan *plan, WIN *w, int k, int row, bool made, bool rough,
                struct NAMED(pair) (*rule)(const struct slope *, VEC, const REAL *, NAMED(bits) *))
{
    const struct move *move = &plan->model->move[k];
    const struct slope slope = ig_slope_of(plan->model, move->metres);
    const int dx = move->path.dx, dy = move->path.dy, reach = plan->model->reach;
    const int first = dx > 0 ? dx - reach : -reach, before = dy * STRIDE + dx;
    const int end = TILE + (2 * reach + LANES - 1) / LANES * LANES; // columns beside the tile too
    const float *here = ig_elevation_row(w->ground, row) + PAD + first;
    const float *beside = ig_elevation_row(w->ground, row - dy) + PAD + first - dx;
    const float *low = slope.sign < 0.0 ? here : beside; // where it is walked from
    const float *high = slope.sign < 0.0 ? beside : here;
    const T *half = w->part[plan->scale_of[k][0]] + at(first, row);
    T *there = &w->array[plan->array_of[k]][at(first, row)];
    T *back = &w->array[plan->array_of[plan->opposite[k]]][at(first, row) - before];
    const VEC far = NAMED(splat)(FAR);
    NAMED(bits) dear = {0};
    for (int i = 0; i < end; i += LANES) {
        VEC flat = NAMED(load)(made ? there + i : half + i);
        if (!made) flat += NAMED(load)(half + i - before);
        if (rough && !made) flat = NAMED(least)(flat, far);
        const VEC barred = (VEC)(flat == far);
        if (rough) flat &= ~barred;
        REAL rise[HALVES];
        UNROLL
        for (int h = 0; h < HALVES; h++) {
            const int n = i + h * NAMED(reals);
            const REAL a = FROM_FLOATS(low + n);
            const REAL b = FROM_FLOATS(high + n);
            rise[h] = b - a;
            if (rough) rise[h] = (REAL)((NAMED(bits))rise[h] & (NAMED(bits))(rise[h] == rise[h]));
        }
        struct NAMED(pair) pair = rule(&slope, flat, rise, &dear);
        if (rough) pair.there = NAMED(either)(barred, far, pair.there);
        if (rough) pair.back = NAMED(either)(barred, far, pair.back);
        NAMED(store)(there + i, pair.there);
        NAMED(store)(back + i, pair.back);
    }
    return !ANY((VEC)(dear < 0));
}

static bool NAMED(tilt_langmuir)(const struct tile_plan *plan, WIN *w, int k, int row, bool made,
                                 bool rough)
{
    if (made) return NAMED(tilt_row)(plan, w, k, row, true, true, NAMED(langmuir_pair));
    if (rough) return NAMED(tilt_row)(plan, w, k, row, false, true, NAMED(langmuir_pair));
    return NAMED(tilt_row)(plan, w, k, row, false, false, NAMED(langmuir_pair));
}

static bool NAMED(tilt_tobler)(const struct tile_plan *plan, WIN *w, int k, int row, bool made,
                               bool rough)
{
    if (made) return NAMED(tilt_row)(plan, w, k, row, true, true, NAMED(tobler_pair));
    if (rough) return NAMED(tilt_row)(plan, w, k, row, false, true, NAMED(tobler_pair));
    return NAMED(tilt_row)(plan, w, k, row, false, false, NAMED(tobler_pair));
}

/// Steps of move k into a row and the steps back, with slope; `made`: what they cost on the flat is
/// there. False: nothing of use was done, the plain way must be gone.
static bool NAMED(tilt)(const struct tile_plan *plan, WIN *w, int k, int row, bool made)
{
    const int mark = row + REACH_MAX, from = mark - plan->model->move[k].path.dy;
    if (w->wild[mark] | w->wild[from]) return false;
    const bool rough = w->solid[mark] | w->solid[from] | w->unknown[mark] | w->unknown[from];
    return plan->model->slope == IG_SLOPE_TOBLER
               ? NAMED(tilt_tobler)(plan, w, k, row, made, rough)
               : NAMED(tilt_langmuir)(plan, w, k, row, made, rough);
}

// ---- the plain way ------------------------------------------------------------------------------

/// What a rule makes of the steps of a row. Inlined with the rule known, so that each gets a loop of
/// its own in vectors.
static inline __attribute__((always_inline)) bool
NAMED(slope_row)(const struct slope *slope, const float *restrict from, const float *restrict to,
                 int n, T *restrict cost, double (*sloped)(const struct slope *, double, double))
{
    const struct slope how = *slope;
    const double far = (double)FAR, most = 8.0 * FITS;
    uint64_t coarse = 0;
    for (int i = 0; i < n; i++) {
        const double flat = (double)(SIGNED)cost[i], rise = (double)to[i] - (double)from[i];
        const double sloping = sloped(&how, flat, rise);
        const double kept = sloping < most ? sloping : far;
        const double open = flat < far ? kept : far;
        const double dear = flat < far ? sloping : INFINITY;
        coarse |= dear >= most ? (dear < INFINITY ? 1U : 0U) : (uint64_t)0;
        cost[i] = (T)(SIGNED)open;
    }
    return coarse != 0;
}

static bool NAMED(slope_by)(const struct slope *slope, const float *from, const float *to, int n,
                            T *cost)
{
    return slope->kind == IG_SLOPE_TOBLER
               ? NAMED(slope_row)(slope, from, to, n, cost, ig_tobler_cost)
               : NAMED(slope_row)(slope, from, to, n, cost, ig_langmuir_cost);
}

/// What slope makes of the steps of move k into a row, and of the steps back where they have their
/// costs on the flat from these.
static void NAMED(add_slope)(const struct tile_plan *plan, WIN *w, int k, int row)
{
    const struct model *model = plan->model;
    const struct move *move = &model->move[k];
    const struct slope slope = ig_slope_of(model, move->metres);
    const int dx = move->path.dx, dy = move->path.dy, reach = model->reach;
    const int first = dx > 0 ? dx - reach : -reach, end = TILE + reach + (dx < 0 ? dx : 0);
    const float *to = ig_elevation_row(w->ground, row) + PAD + first;
    const float *from = ig_elevation_row(w->ground, row - dy) + PAD + first - dx;
    const int n = end - first, opposite = plan->opposite[k];
    T *cost = &w->array[plan->array_of[k]][at(first, row)];
    if (!plan->owner[opposite]) {
        T *back = &w->array[plan->array_of[opposite]][at(first - dx, row - dy)];
        memcpy(back, cost, (size_t)n * sizeof *cost);
        w->coarse |= NAMED(slope_by)(&slope, to, from, n, back);
    }
    w->coarse |= NAMED(slope_by)(&slope, from, to, n, cost);
}
