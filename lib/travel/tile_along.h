// Along a row, both ways: part of the kernel template, included by tile_kernel.h.
//
// Four vectors, a stretch, are braided so that a lane holds four cells beside each other. Steps
// within a lane then need no move between lanes, and what a lane's end gives to the lanes after it
// is found for all at once in log(LANES) steps, by costs worked out beforehand.

enum {
    NAMED(stretch) = 4 * LANES, ///< cells
    NAMED(stretches) = TILE / NAMED(stretch),
    NAMED(leaps_west) = LEAPS_EAST + LEVELS,
    NAMED(scan) = NAMED(leaps_west) + LEVELS
};
_Static_assert(NAMED(scan) * LANES * NAMED(stretches) <= SCAN_MOST, "costs along a row have room");

/// Four vectors of cells in a row to four of which each lane holds cells in a row, and back.
static inline __attribute__((always_inline)) void NAMED(braid)(VEC *v, bool back)
{
#if LANES == 2
    const VEC a = ZIP_LOW(v[0], v[back ? 1 : 2]), b = ZIP_HIGH(v[0], v[back ? 1 : 2]);
    const VEC c = ZIP_LOW(v[back ? 2 : 1], v[3]), d = ZIP_HIGH(v[back ? 2 : 1], v[3]);
    v[0] = a;
    v[1] = back ? c : b;
    v[2] = back ? b : c;
    v[3] = d;
#else
    (void)back; // the same
    const VEC a = FOURS_LOW(v[0], v[1]), b = FOURS_HIGH(v[0], v[1]);
    const VEC c = FOURS_LOW(v[2], v[3]), d = FOURS_HIGH(v[2], v[3]);
    v[0] = PAIRS_LOW(a, c);
    v[1] = PAIRS_HIGH(a, c);
    v[2] = PAIRS_LOW(b, d);
    v[3] = PAIRS_HIGH(b, d);
#endif
}

/// All bits of the first lane, or of the last.
static inline VEC NAMED(first_lane)(void)
{
    const VEC zero = {0};
    return RISE_1(~zero, zero);
}

static inline VEC NAMED(last_lane)(void)
{
    const VEC zero = {0};
    return SINK_1(~zero, zero);
}

/// Costs of a stretch: `east` and `west` are those of the steps into its cells, braided.
static inline __attribute__((always_inline)) void NAMED(put_scan)(const VEC *east, const VEC *west,
                                                                  T *scan)
{
    VEC leap = east[0], back = west[0];
    UNROLL
    for (int j = 0; j < 4; j++) {
        NAMED(store)(scan + (STEPS_EAST + j) * LANES, east[j]);
        NAMED(store)(scan + (STEPS_WEST + j) * LANES, west[j]);
        if (j) leap = NAMED(plus)(leap, east[j]);
        if (j) back = NAMED(plus)(back, west[j]);
    }
    // FAR where there is no lane to come from, whatever lane is taken for it
    leap = NAMED(least)(leap | NAMED(first_lane)(), NAMED(splat)(FAR));
    back = NAMED(least)(back | NAMED(last_lane)(), NAMED(splat)(FAR));
    T *leaps = scan + LEAPS_EAST * LANES, *backs = scan + NAMED(leaps_west) * LANES;
    NAMED(store)(leaps, leap);
    NAMED(store)(backs, back);
#define LEAP(level, distance)                                                                      \
    leap = NAMED(plus)(leap, EARLIER_##distance(leap));                                            \
    back = NAMED(plus)(back, LATER_##distance(back));                                              \
    NAMED(store)(leaps + level * LANES, leap);                                                     \
    NAMED(store)(backs + level * LANES, back);
#if LANES > 2
    LEAP(1, 1)
#endif
#if LANES > 4
    LEAP(2, 2)
#endif
#if LANES > 8
    LEAP(3, 4)
#endif
#undef LEAP
}

static __attribute__((noinline)) void NAMED(fill_scan)(const struct tile_plan *plan, WIN *w,
                                                       int row)
{
    w->has_scan[row + REACH_MAX] = 1;
    NAMED(need_part)(plan, w, row);
    const bool halves = w->mirrored && !w->shut[row + REACH_MAX];
    if (!halves) NAMED(need_along)(plan, w, row);
    const T *half = w->half_east + at(0, row);
    const T *into_east = w->into[EAST] + at(0, row), *into_west = w->into[WEST] + at(0, row);
    for (int s = 0; s < NAMED(stretches); s++) {
        VEC east[4], west[4];
        UNROLL
        for (int v = 0; v < 4; v++) {
            const int i = s * NAMED(stretch) + v * LANES;
            const VEC here = NAMED(load)(half + i);
            east[v] =
                halves ? NAMED(plus)(NAMED(load)(half + i - 1), here) : NAMED(load)(into_east + i);
            west[v] =
                halves ? NAMED(plus)(NAMED(load)(half + i + 1), here) : NAMED(load)(into_west + i);
        }
        NAMED(braid)(east, false);
        NAMED(braid)(west, false);
        NAMED(put_scan)(east, west, w->scan + (row * NAMED(stretches) + s) * NAMED(scan) * LANES);
    }
}

/// East through a stretch; `before`: the time of the cell before it, in every lane. Returns that of
/// its last cell.
static inline __attribute__((always_inline)) VEC NAMED(go_east)(const T *scan, VEC before, VEC *x)
{
    const VEC first = NAMED(first_lane)();
    const T *steps = scan + STEPS_EAST * LANES, *leaps = scan + LEAPS_EAST * LANES;
    const VEC enter = NAMED(load)(steps);
    x[0] = NAMED(least)(x[0], (before + enter) | ~first);
    UNROLL
    for (int j = 1; j < 4; j++)
        x[j] = NAMED(least)(x[j], x[j - 1] + NAMED(load)(steps + j * LANES));
    VEC end = x[3];
    end = NAMED(least)(end, EARLIER_1(end) + NAMED(load)(leaps));
#if LANES > 2
    end = NAMED(least)(end, EARLIER_2(end) + NAMED(load)(leaps + LANES));
#endif
#if LANES > 4
    end = NAMED(least)(end, EARLIER_4(end) + NAMED(load)(leaps + 2 * LANES));
#endif
#if LANES > 8
    end = NAMED(least)(end, EARLIER_8(end) + NAMED(load)(leaps + 3 * LANES));
#endif
    x[0] = NAMED(least)(x[0], (EARLIER_1(end) + enter) | first);
    UNROLL
    for (int j = 1; j < 4; j++)
        x[j] = NAMED(least)(x[j], x[j - 1] + NAMED(load)(steps + j * LANES));
    return LAST(end);
}

/// The same west; `behind`: the cell behind the stretch. Returns the time of its first cell.
static inline __attribute__((always_inline)) VEC NAMED(go_west)(const T *scan, VEC behind, VEC *x)
{
    const VEC last = NAMED(last_lane)();
    const T *steps = scan + STEPS_WEST * LANES, *leaps = scan + NAMED(leaps_west) * LANES;
    const VEC enter = NAMED(load)(steps + 3 * LANES);
    x[3] = NAMED(least)(x[3], (behind + enter) | ~last);
    UNROLL
    for (int j = 2; j >= 0; j--)
        x[j] = NAMED(least)(x[j], x[j + 1] + NAMED(load)(steps + j * LANES));
    VEC end = x[0];
    end = NAMED(least)(end, LATER_1(end) + NAMED(load)(leaps));
#if LANES > 2
    end = NAMED(least)(end, LATER_2(end) + NAMED(load)(leaps + LANES));
#endif
#if LANES > 4
    end = NAMED(least)(end, LATER_4(end) + NAMED(load)(leaps + 2 * LANES));
#endif
#if LANES > 8
    end = NAMED(least)(end, LATER_8(end) + NAMED(load)(leaps + 3 * LANES));
#endif
    x[3] = NAMED(least)(x[3], (LATER_1(end) + enter) | last);
    UNROLL
    for (int j = 2; j >= 0; j--)
        x[j] = NAMED(least)(x[j], x[j + 1] + NAMED(load)(steps + j * LANES));
    return FIRST(end);
}

/// Bring the times `now` of a row to rest along it.
static inline __attribute__((always_inline)) void NAMED(go_along)(const WIN *w, int row, VEC *now)
{
    enum { VECTORS = TILE / LANES };
    const T *time = w->time + at(0, row);
    const T *scan = w->scan + row * NAMED(stretches) * NAMED(scan) * LANES;
    VEC east[VECTORS], carry = NAMED(splat)(time[-1]), back = NAMED(splat)(time[TILE]);
    UNROLL
    for (int v = 0; v < VECTORS; v += 4)
        NAMED(braid)(now + v, false);
    memcpy(east, now, sizeof east);
    UNROLL
    for (int s = 0; s < NAMED(stretches); s++)
        carry = NAMED(go_east)(scan + s * NAMED(scan) * LANES, carry, east + 4 * s);
    UNROLL
    for (int s = NAMED(stretches) - 1; s >= 0; s--)
        back = NAMED(go_west)(scan + s * NAMED(scan) * LANES, back, now + 4 * s);
    UNROLL
    for (int v = 0; v < VECTORS; v++)
        now[v] = NAMED(least)(now[v], east[v]);
    UNROLL
    for (int v = 0; v < VECTORS; v += 4)
        NAMED(braid)(now + v, true);
}

/// Put what a row has become. True when it gained.
static inline __attribute__((always_inline)) bool NAMED(keep)(T *time, const VEC *old,
                                                              const VEC *now)
{
    VEC changed = {0};
    UNROLL
    for (int v = 0; v < TILE / LANES; v++) {
        NAMED(store)(time + v * LANES, now[v]);
        changed |= now[v] ^ old[v];
    }
    return ANY(changed);
}

/// Take along a row, both ways. True when it gains.
static bool NAMED(take_along)(const struct tile_plan *plan, WIN *w, int row)
{
    VEC old[TILE / LANES], now[TILE / LANES];
    T *time = w->time + at(0, row);
    if (!w->has_scan[row + REACH_MAX]) NAMED(fill_scan)(plan, w, row);
    UNROLL
    for (int v = 0; v < TILE / LANES; v++)
        now[v] = old[v] = NAMED(load)(time + v * LANES);
    NAMED(go_along)(w, row, now);
    return NAMED(keep)(time, old, now);
}
