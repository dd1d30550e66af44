// Steps so steep that they are barred: counted and told, for a height is wrong there.
#include "travel_internal.h"

struct steep {
    const struct model *model;
    struct model level; ///< the same without slope
    int64_t *barred;    ///< cells of each row with such a step
};

/// Is a step out of the cell open on level ground, and barred by its slope? @return the move, or -1
static int barred_move(const struct steep *s, int64_t col, int64_t row)
{
    if (!ig_passable(s->model->surface->pace[row * s->model->cols + col])) return -1;
    for (int k = 0; k < EIGHT; k++)
        if (ig_step(&s->level, col, row, &s->level.move[k]) < INFINITY &&
            ig_step(s->model, col, row, &s->model->move[k]) == INFINITY)
            return k;
    return -1;
}

static ig_status count_row(size_t row, void *arg)
{
    struct steep *s = arg;
    for (int64_t col = 0; col < s->model->cols; col++)
        s->barred[row] += barred_move(s, col, (int64_t)row) >= 0;
    return IG_OK;
}

/// Can no step be that dear, whatever the cells are?
static bool all_are_counted(const struct model *model, double rise_east, double rise_south)
{
    for (int k = 0; k < model->moves; k++) {
        const struct move *move = &model->move[k];
        const double rise =
            fabs((double)move->path.dx) * rise_east + fabs((double)move->path.dy) * rise_south;
        if (ig_slope_cost(model, model->dearest, rise, move->metres) == INFINITY ||
            ig_slope_cost(model, model->dearest, -rise, move->metres) == INFINITY)
            return false;
    }
    return true;
}

ig_status ig_steep_tell(ig_ctx *ctx, const struct model *model, double rise_east, double rise_south)
{
    if (model->slope == IG_SLOPE_NONE || all_are_counted(model, rise_east, rise_south))
        return IG_OK;
    struct steep s = {.model = model, .level = *model};
    s.level.slope = IG_SLOPE_NONE;
    s.barred = ig_alloc((size_t)model->rows, sizeof *s.barred);
    if (!s.barred) return ig_fail(ctx, IG_EMEMORY, "no memory to look at the slopes");
    const ig_status status = ig_parallel_for(ctx, (size_t)model->rows, count_row, &s);
    int64_t cells = 0, first = -1;
    for (int64_t row = 0; row < model->rows && !status; row++) {
        if (s.barred[row] && first < 0) first = row;
        cells += s.barred[row];
    }
    if (cells) {
        int64_t col = 0;
        while (barred_move(&s, col, first) < 0)
            col++;
        const struct hop hop = ig_hops[barred_move(&s, col, first)];
        const float *height = model->surface->elevation + first * model->cols + col;
        ig_warn(
            ctx,
            "%lld cells have steps so steep that a walk over them takes more than %.2g hours: "
            "they are barred, first from column %lld, row %lld, %g m high, to %g m beside it; "
            "a height that stands for unknown, as -9999, must be nodata of the band 'elevation'",
            (long long)cells, IG_COST_END * model->quantum / 3600.0, (long long)col,
            (long long)first, (double)*height, (double)height[hop.dy * model->cols + hop.dx]);
    }
    ig_free(s.barred);
    return status;
}
