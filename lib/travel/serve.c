// Who serves a cell: the order of a source is passed on along the steps that explain the times,
// and the least wins, so that equal times go to the source whose code sorts first.
#include "travel_internal.h"

/// Cells whose order fell and whose neighbours have to look again: a ring buffer, each cell in it
/// once at most.
struct waiting {
    int64_t *cells;
    size_t first, count, room;
    uint8_t *in; ///< one bit a cell
};

static bool wait_for(struct waiting *waiting, int64_t cell)
{
    uint8_t *byte = &waiting->in[cell / 8];
    const uint8_t bit = (uint8_t)(1U << (cell % 8));
    if (*byte & bit) return true;
    if (waiting->count == waiting->room) {
        const size_t room = waiting->room ? 2 * waiting->room : 4096;
        int64_t *cells = ig_alloc(room, sizeof *cells);
        if (!cells) return false;
        for (size_t i = 0; i < waiting->count; i++)
            cells[i] = waiting->cells[(waiting->first + i) % waiting->room];
        ig_free(waiting->cells);
        waiting->cells = cells;
        waiting->first = 0;
        waiting->room = room;
    }
    waiting->cells[(waiting->first + waiting->count++) % waiting->room] = cell;
    *byte |= bit;
    return true;
}

static int64_t next_of(struct waiting *waiting)
{
    const int64_t cell = waiting->cells[waiting->first];
    waiting->first = (waiting->first + 1) % waiting->room;
    waiting->count--;
    waiting->in[cell / 8] &= (uint8_t) ~(1U << (cell % 8));
    return cell;
}

static bool pass_on(const struct model *model, const double *time, int32_t *order, int64_t from,
                    struct waiting *waiting)
{
    const int64_t col = from % model->cols, row = from / model->cols;
    for (int k = 0; k < model->moves; k++) {
        const struct move *move = &model->move[k];
        const int64_t c = col + move->path.dx, r = row + move->path.dy;
        if (!ig_on_grid(model, c, r)) continue;
        const int64_t cell = r * model->cols + c;
        if (time[cell] == INFINITY) continue;
        int32_t least = IG_NOBODY;
        if (model->exact)
            least = ig_exact_order(model, time, order, c, r);
        else if (order[from] < order[cell] &&
                 time[from] + ig_step(model, col, row, move) == time[cell])
            least = order[from];
        if (least >= order[cell]) continue;
        order[cell] = least;
        if (!wait_for(waiting, cell)) return false;
    }
    return true;
}

ig_status ig_serve(ig_ctx *ctx, const struct model *model, const struct seed *seeds, size_t count,
                   const double *time, int32_t *order)
{
    ig_status status = IG_OK;
    struct waiting waiting = {.in = ig_alloc((size_t)model->cells / 8 + 1, 1)};
    if (!waiting.in) goto memory;
    for (int64_t i = 0; i < model->cells; i++)
        order[i] = IG_NOBODY;
    for (size_t i = 0; i < count; i++) {
        const struct seed *seed = &seeds[i];
        if (time[seed->cell] != seed->time || order[seed->cell] <= seed->order) continue;
        order[seed->cell] = seed->order;
        if (!wait_for(&waiting, seed->cell)) goto memory;
    }
    for (int64_t done = 0; waiting.count; done++) {
        if ((done & 0xffff) == 0) {
            const double share = (double)done / (double)model->cells;
            status = ig_progress(ctx, share < 1.0 ? share : 1.0, "nearest site");
            if (status) goto done;
        }
        if (!pass_on(model, time, order, next_of(&waiting), &waiting)) goto memory;
    }
    goto done;
memory:
    status = ig_fail(ctx, IG_EMEMORY, "no memory to tell who serves %lld cells",
                     (long long)model->cells);
done:
    ig_free(waiting.cells);
    ig_free(waiting.in);
    return status;
}
