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
    const bool mirrored = model->mirrored;
    plan->plain = mirrored && model->moves == EIGHT;
    const float fine = fminf(model->wedge[0].fine, model->wedge[1].fine);
    if (model->exact) plan->within = (int64_t)(EXACT_SIDE / fine) - 1;
    for (int k = 0; k < model->moves; k++) {
        const struct move *move = &model->move[k];
        for (int i = 0; i < move->path.cells; i++) {
            int s = 0;
            while (s < plan->scales && plan->scale[s] != move->scale[i])
                s++;
            if (s == plan->scales) plan->scale[plan->scales++] = move->scale[i];
            plan->scale_of[k][i] = s;
        }
        plan->opposite[k] = opposite_of(model, k);
        // on a slope moves have theirs from the opposite one, unless sides are shut one way; steps
        // that reach farther look at those to the next cells either way
        const bool looked_at = model->moves > EIGHT && k < EIGHT;
        plan->owner[k] = ig_leads(&move->path) || (!mirrored && (model->one_way || looked_at));
        if (plan->owner[k] || !mirrored) plan->array_of[k] = plan->arrays++;
    }
    for (int k = 0; k < model->moves && mirrored; k++) {
        if (plan->owner[k]) continue;
        const int owner = plan->opposite[k];
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

/// Does the whole window lie on the grid, its pads too?
static bool is_inside(const struct model *model, int64_t col, int64_t row)
{
    const int reach = model->reach;
    return col >= PAD && row >= reach && col + TILE + PAD <= model->cols &&
           row + TILE + reach <= model->rows;
}

static void copy_layer(const struct model *model, const float *layer, float beyond, int64_t col,
                       int64_t row, float *window)
{
    const struct clip clip = clip_of(model, col, row);
    for (int i = 0; i < WINDOW; i++)
        window[i] = beyond;
    const size_t width = (size_t)(clip.last_col - clip.first_col) * sizeof *layer;
    for (int r = clip.first_row; r < clip.last_row; r++)
        memcpy(&window[at(clip.first_col, r)],
               &layer[(row + r) * model->cols + col + clip.first_col], width);
}

static void copy_barriers(const struct model *model, int64_t col, int64_t row, uint8_t *window)
{
    const struct clip clip = clip_of(model, col, row);
    memset(window, 0, WINDOW);
    const size_t width = (size_t)(clip.last_col - clip.first_col);
    for (int r = clip.first_row; r < clip.last_row; r++)
        memcpy(&window[at(clip.first_col, r)],
               &model->surface->barriers[(row + r) * model->cols + col + clip.first_col], width);
}

void ig_ground_load(const struct tile_plan *plan, int64_t col, int64_t row, struct ground *ground)
{
    const struct model *model = plan->model;
    const ig_surface *surface = model->surface;
    const float *elevation = model->slope != IG_SLOPE_NONE ? surface->elevation : NULL;
    if (is_inside(model, col, row)) {
        ground->pace = surface->pace;
        ground->elevation = elevation;
        ground->barriers = surface->barriers;
        ground->first = row * model->cols + col - PAD;
        ground->pitch = model->cols;
        return;
    }
    copy_layer(model, surface->pace, NAN, col, row, ground->pace_copy);
    if (elevation) copy_layer(model, elevation, 0.0F, col, row, ground->elevation_copy);
    if (surface->barriers) copy_barriers(model, col, row, ground->barriers_copy);
    ground->pace = ground->pace_copy;
    ground->elevation = elevation ? ground->elevation_copy : NULL;
    ground->barriers = surface->barriers ? ground->barriers_copy : NULL;
    ground->first = at(-PAD, 0);
    ground->pitch = STRIDE;
}
