// What the kernels are given: which kernel, which cost arrays, the ground under a tile.
#include "tile_internal.h"

const struct kernels *ig_kernels_for(enum kernel_choice choice)
{
#ifdef IG_KERNELS_X86
    const bool avx2 = __builtin_cpu_supports("avx2");
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
    if (choice == KERNEL_AVX512) return avx512 ? &ig_kernels_avx512 : NULL;
    if (choice == KERNEL_AVX2) return avx2 ? &ig_kernels_avx2 : NULL;
    if (choice == KERNEL_BEST && avx512) return &ig_kernels_avx512;
    if (choice == KERNEL_BEST && avx2) return &ig_kernels_avx2;
#endif
    return choice == KERNEL_BEST || choice == KERNEL_PLAIN ? &ig_kernels_plain : NULL;
}

static bool goes_on(const struct path *path) // south, or east along a row
{
    return path->dy > 0 || (path->dy == 0 && path->dx > 0);
}

static int opposite_of(const struct model *model, int k)
{
    const struct path *path = &model->move[k].path;
    for (int i = 0; i < model->moves; i++)
        if (model->move[i].path.dx == -path->dx && model->move[i].path.dy == -path->dy) return i;
    return k;
}

void ig_tile_plan(const struct model *model, struct tile_plan *plan)
{
    *plan = (struct tile_plan){.model = model, .limit = IG_FAR};
    if (model->limit < 0x1p62) plan->limit = (int64_t)model->limit;
    const bool mirrored = model->slope == IG_SLOPE_NONE;
    for (int k = 0; k < model->moves; k++) {
        const struct move *move = &model->move[k];
        for (int i = 0; i < move->path.cells; i++) {
            int s = 0;
            while (s < plan->scales && plan->scale[s] != move->scale[i])
                s++;
            if (s == plan->scales) plan->scale[plan->scales++] = move->scale[i];
            plan->scale_of[k][i] = s;
        }
        plan->owner[k] = !mirrored || goes_on(&move->path);
        if (plan->owner[k]) plan->array_of[k] = plan->arrays++;
    }
    for (int k = 0; k < model->moves; k++) {
        if (plan->owner[k]) continue;
        const int owner = opposite_of(model, k);
        const struct path *path = &model->move[owner].path;
        plan->array_of[k] = plan->array_of[owner];
        plan->shift[k] = path->dy * STRIDE + path->dx;
    }
}

// ---- ground -------------------------------------------------------------------------------------

/// Rows and columns of the window that lie on the grid.
struct clip {
    int first_col, last_col, first_row, last_row; ///< last excluded
};

static struct clip clip_of(const struct model *model, int64_t col, int64_t row)
{
    const int reach = model->reach;
    const int64_t west = col < reach ? col : reach, north = row < reach ? row : reach;
    const int64_t east = model->cols - col, south = model->rows - row;
    return (struct clip){
        .first_col = -(int)west,
        .last_col = east < TILE + reach ? (int)east : TILE + reach,
        .first_row = -(int)north,
        .last_row = south < TILE + reach ? (int)south : TILE + reach,
    };
}

static bool is_whole(const struct model *model, struct clip clip)
{
    const int reach = model->reach;
    return clip.first_col == -reach && clip.first_row == -reach && clip.last_col == TILE + reach &&
           clip.last_row == TILE + reach;
}

static void load_layer(const struct model *model, const float *layer, int64_t col, int64_t row,
                       struct clip clip, float *window)
{
    if (!is_whole(model, clip)) {
        for (int i = 0; i < WINDOW; i++)
            window[i] = NAN;
    }
    const size_t width = (size_t)(clip.last_col - clip.first_col) * sizeof *layer;
    for (int r = clip.first_row; r < clip.last_row; r++)
        memcpy(&window[at(clip.first_col, r)],
               &layer[(row + r) * model->cols + col + clip.first_col], width);
}

static bool load_barriers(const struct model *model, int64_t col, int64_t row, struct clip clip,
                          uint8_t *window)
{
    memset(window, 0, WINDOW);
    const uint8_t *layer = model->surface->barriers;
    const size_t width = (size_t)(clip.last_col - clip.first_col);
    unsigned shut = 0;
    for (int r = clip.first_row; r < clip.last_row; r++) {
        uint8_t *line = &window[at(clip.first_col, r)];
        memcpy(line, &layer[(row + r) * model->cols + col + clip.first_col], width);
        for (size_t i = 0; i < width; i++)
            shut |= line[i];
    }
    return shut;
}

void ig_ground_load(const struct tile_plan *plan, int64_t col, int64_t row, struct ground *ground)
{
    const struct model *model = plan->model;
    const ig_surface *surface = model->surface;
    const struct clip clip = clip_of(model, col, row);
    const int reach = model->reach;
    load_layer(model, surface->pace, col, row, clip, ground->pace);
    if (model->slope != IG_SLOPE_NONE)
        load_layer(model, surface->elevation, col, row, clip, ground->elevation);
    ground->shut = surface->barriers && load_barriers(model, col, row, clip, ground->barriers);
    unsigned solid = 0;
    for (int r = -reach; r < TILE + reach; r++) {
        const float *pace = &ground->pace[at(-reach, r)];
        for (int c = 0; c < TILE + 2 * reach; c++)
            solid |= (unsigned)!(pace[c] < INFINITY);
    }
    ground->solid = solid;
}
