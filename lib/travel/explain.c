// Who explains a time: for each cell the moves whose cost leads from a neighbour's time to its own.
//
// Cells lie in blocks. Where nothing near a cell bars a step, the costs of a move into a row of
// cells are sums of what their cells cost, which are worked out once for the block; the others are
// looked at move by move.
#include "tile_internal.h"

enum {
    ACROSS = 128,
    HALO = REACH_MAX,
    WIDE = ACROSS + 2 * HALO,
    HIGH = IG_EXPLAIN_ROWS + 2 * HALO
};

struct block {
    const struct model *model;
    const struct tile_plan *plan;
    const double *time;
    int64_t col, row; ///< first cell
    int cols, rows;
    uint8_t near[HIGH][WIDE];            ///< something bars a step at this cell or beside it
    uint8_t odd[HIGH][WIDE];             ///< the same as far as moves reach
    double part[SCALES_MAX][HIGH][WIDE]; ///< quanta of a cell for each scale
};

static uint32_t servers_of(const struct block *b, int64_t col, int64_t row)
{
    const struct model *model = b->model;
    const int64_t cell = row * model->cols + col;
    const double here = b->time[cell];
    if (model->exact) return ig_exact_servers(model, b->time, col, row);
    uint32_t bits = 0;
    for (int k = 0; k < model->moves; k++) {
        const struct move *move = &model->move[k];
        const int64_t c = col - move->path.dx, r = row - move->path.dy;
        if (!ig_on_grid(model, c, r)) continue;
        const double from = b->time[r * model->cols + c];
        if (!(from <= here)) continue;
        if (from + ig_step(model, c, r, move) == here) bits |= UINT32_C(1) << k;
    }
    return bits;
}

/// A row of the block and the cells beside it, r from -reach on.
static void load_row(struct block *b, int r)
{
    const struct model *model = b->model;
    const int reach = model->reach, y = r + HALO;
    const int64_t row = b->row + r;
    memset(b->near[y], 1, sizeof b->near[y]);
    if (row < 0 || row >= model->rows) return;
    const int first = b->col < reach ? -(int)b->col : -reach;
    const int64_t right = model->cols - b->col;
    const int end = right < b->cols + reach ? (int)right : b->cols + reach;
    const int64_t place = row * model->cols + b->col;
    const float *pace = model->surface->pace + place;
    const uint8_t *barriers = model->surface->barriers ? model->surface->barriers + place : NULL;
    for (int c = first; c < end; c++) // no cost that an exact sum could not hold
        b->near[y][c + HALO] = !((double)pace[c] * model->move[0].length < 0x1p46 * model->quantum);
    for (int c = first; c < end && barriers; c++)
        b->near[y][c + HALO] |= barriers[c] != 0;
    for (int s = 0; s < b->plan->scales; s++) {
        const double scale = b->plan->scale[s];
        double *part = b->part[s][y] + HALO;
        for (int c = first; c < end; c++)
            part[c] = ig_whole((double)pace[c] * scale);
    }
}

/// Spread what bars as far as moves reach.
static void spread(struct block *b)
{
    const int reach = b->model->reach;
    for (int y = HALO; y < HALO + b->rows; y++) {
        uint8_t column[WIDE];
        memcpy(column, b->near[y], sizeof column);
        for (int d = 1; d <= reach; d++)
            for (int x = 0; x < WIDE; x++)
                column[x] |= b->near[y - d][x] | b->near[y + d][x];
        for (int x = HALO; x < HALO + b->cols; x++) {
            unsigned some = column[x];
            for (int d = 1; d <= reach; d++)
                some |= column[x - d] | column[x + d];
            b->odd[y][x] = some != 0;
        }
    }
}

/// Where a move into a row of the block explains its times. Cells near what bars are told wrong.
static void explain_move(const struct block *b, int r, int k, uint32_t *bits)
{
    const struct model *model = b->model;
    const struct move *move = &model->move[k];
    const struct path *path = &move->path;
    const int64_t row = b->row + r, from = row - path->dy;
    if (from < 0 || from >= model->rows) return;
    const int64_t left = path->dx - b->col, right = model->cols + path->dx - b->col;
    const int first = left > 0 ? (int)left : 0, end = right < b->cols ? (int)right : b->cols;
    const int y = r + HALO - path->dy, x = HALO - path->dx;
    double cost[ACROSS] = {0.0};
    for (int i = 0; i < path->cells; i++) {
        const double *part = &b->part[b->plan->scale_of[k][i]][y + path->row[i]][x + path->col[i]];
        for (int c = first; c < end; c++)
            cost[c] += part[c];
    }
    const int64_t here = row * model->cols + b->col, there = from * model->cols + b->col - path->dx;
    const double *time = b->time + here, *near = b->time + there;
    const float *elevation = model->surface->elevation;
    for (int c = first; c < end && model->slope != IG_SLOPE_NONE; c++) {
        if (!(near[c] <= time[c])) continue;
        const double rise = (double)elevation[here + c] - (double)elevation[there + c];
        cost[c] = ig_slope_cost(model, cost[c], rise, move->metres);
    }
    for (int c = first; c < end; c++)
        bits[c] |= (uint32_t)(near[c] + cost[c] == time[c]) << k;
}

static void explain_row(const struct block *b, int r, uint32_t *bits)
{
    const double *time = b->time + (b->row + r) * b->model->cols + b->col;
    memset(bits, 0, ACROSS * sizeof *bits);
    for (int k = 0; k < b->model->moves && !b->model->exact; k++)
        explain_move(b, r, k, bits);
    for (int c = 0; c < b->cols; c++) {
        if (time[c] == INFINITY)
            bits[c] = 0;
        else if (b->model->exact || b->odd[r + HALO][c + HALO])
            bits[c] = servers_of(b, b->col + c, b->row + r);
    }
}

static void keep_row(const uint32_t *bits, int cols, int width, void *servers, int64_t cell)
{
    for (int c = 0; c < cols && width == 1; c++)
        ((uint8_t *)servers)[cell + c] = (uint8_t)bits[c];
    for (int c = 0; c < cols && width == 2; c++)
        ((uint16_t *)servers)[cell + c] = (uint16_t)bits[c];
    for (int c = 0; c < cols && width == 4; c++)
        ((uint32_t *)servers)[cell + c] = bits[c];
}

bool ig_explain_rows(const struct tile_plan *plan, const double *time, int64_t row, int rows,
                     int width, void *servers)
{
    struct block *b = ig_alloc(1, sizeof *b);
    if (!b) return false;
    const struct model *model = b->model = plan->model;
    b->plan = plan;
    b->time = time;
    b->row = row;
    b->rows = rows;
    for (b->col = 0; b->col < model->cols; b->col += ACROSS) {
        const int64_t left = model->cols - b->col;
        uint32_t bits[ACROSS];
        b->cols = left < ACROSS ? (int)left : ACROSS;
        for (int r = -model->reach; r < rows + model->reach && !model->exact; r++)
            load_row(b, r);
        if (!model->exact) spread(b);
        for (int r = 0; r < rows; r++) {
            explain_row(b, r, bits);
            keep_row(bits, b->cols, width, servers, (row + r) * model->cols + b->col);
        }
    }
    ig_free(b);
    return true;
}
