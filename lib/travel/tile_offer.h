// Who gains from a tile's times in the exact neighbourhood, and is to be woken: part of the kernel
// template, included by tile_kernel.h.

/// Cells of the row beyond the tile take what the row inside and their neighbours give; the least
/// of the times that would fall, FAR when none would. A shut side between two of them is not looked
/// at: it wakes for nothing.
static T NAMED(offer_front)(const FACING *f, bool above)
{
    const int row = above ? -1 : TILE, back = above ? STRIDE : -STRIDE;
    const uint64_t todo = NAMED(spread)(f->fell[above ? 0 : TILE - 1]);
    const int kind = NAMED(kind_of)(f, row, above ? 0 : TILE - 1);
    const FRONT front = NAMED(front_of)(f, !above);
    const VEC far = NAMED(splat)(FAR), none = {0};
    VEC least = far, latest;
    for (int c = 0; c < TILE; c += LANES) {
        if (!(todo >> c & (((uint64_t)1 << LANES) - 1))) continue;
        const int i = at(c, row);
        const VEC old = NAMED(load)(f->time + i), half = NAMED(load)(f->along + i);
        const VEC near = NAMED(load)(f->half + i), most = NAMED(splat)((T)EXACT_SIDE);
        VEC now = NAMED(best_of_row)(f, &front, i, kind, old, &latest);
        for (int side = -1; side <= 1; side += 2) {
            const VEC a = NAMED(load)(f->time + i + side),
                      b = NAMED(load)(f->time + i + back + side);
            const VEC half_a = NAMED(load)(f->along + i + side);
            const VEC half_b = NAMED(load)(f->along + i + back + side);
            const VEC straight = near + NAMED(load)(f->half + i + side);
            VEC step = half + half_b, barred = none;
            if (kind == NAMED(stepped))
                step = NAMED(load)((side < 0 ? front.left : front.right) + i);
            if (kind == NAMED(walled))
                step = NAMED(past_corners)(f, step, half_a, NAMED(load)(f->along + i + back));
            if (kind != NAMED(open)) barred = BARRED(MOST(step, half_a));
            if (sizeof(T) == 8) barred |= (VEC)(straight >= most);
            const VEC grain = NAMED(grain_of)(f->beside, NAMED(least)(straight, most));
            const TRIANGLE one = {a | grain, b | grain, half, MOST(half_a, half_b), barred};
            now = NAMED(least)(now, NAMED(best_of_two)(f->beside, grain, one, one));
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
    const T now = f->time[cell], b = f->time[cell + across + down];
    const bool one = f->half[cell + across] == FAR, other = f->half[cell + down] == FAR;
    const T slant = f->slant[cell] + f->slant[cell + across + down];
    const T step = f->stepped ? w->into[move][cell] : slant;
    if (step >= FAR || (f->corners == IG_CORNERS_FORBID && one && other) ||
        (f->corners == IG_CORNERS_STRICT && (one || other)))
        return FAR;
    T best = b + step < now ? b + step : now;
    for (int i = 0; i < 2; i++) {
        const T *half = (i ? f->along : f->half) + cell;
        const int back = i ? across : down;
        const T there = half[back] > half[across + down] ? half[back] : half[across + down];
        const T *near = (i ? f->half : f->along) + cell;
        if (half[back] == FAR || f->time[cell + back] == FAR) continue;
        const double a = (double)f->time[cell + back], side = (double)half[0] + (double)there;
        const double straight = (double)near[0] + (double)near[back];
        const double way = ig_triangle(i ? f->beside : f->wedge, a, (double)b, side, straight);
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
