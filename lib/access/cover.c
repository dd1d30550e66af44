// Shares of cells that areas cover, found once for every grid on the same cells.
#include "access_internal.h"

struct kept {
    const ig_rings *rings;
    ig_frame frame;
    ig_coverage *coverage;
};

struct ig_cover {
    struct kept *kept;
    size_t count, room;
};

ig_status ig_cover_new(ig_ctx *ctx, ig_cover **out)
{
    *out = ig_alloc(1, sizeof **out);
    return *out ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for the cells of areas");
}

void ig_cover_free(ig_cover *cover)
{
    if (!cover) return;
    for (size_t i = 0; i < cover->count; i++)
        ig_coverage_free(cover->kept[i].coverage);
    ig_free(cover->kept);
    ig_free(cover);
}

/// To the last bit: a hair of difference is another share.
static bool same_frame(const ig_frame *a, const ig_frame *b)
{
    return a->cols == b->cols && a->rows == b->rows && a->west == b->west && a->north == b->north &&
           a->dx == b->dx && a->dy == b->dy;
}

ig_status ig_cover_of(ig_ctx *ctx, ig_cover *cover, const ig_frame *frame, const ig_rings *rings,
                      const ig_coverage **lent, ig_coverage **own)
{
    *own = NULL;
    for (size_t i = 0; cover && i < cover->count; i++) {
        const struct kept *kept = &cover->kept[i];
        if (kept->rings != rings || !same_frame(&kept->frame, frame)) continue;
        *lent = kept->coverage;
        return IG_OK;
    }
    ig_coverage *made = NULL;
    const ig_status status = ig_coverage_new(ctx, frame, rings, &made);
    if (status) return status;
    *lent = made;
    if (!cover ||
        !ig_grow((void **)&cover->kept, &cover->room, cover->count + 1, sizeof *cover->kept)) {
        *own = made; // it can be found again
        return IG_OK;
    }
    cover->kept[cover->count++] = (struct kept){rings, *frame, made};
    const size_t bytes = made->runs * sizeof(ig_run) + made->areas * sizeof *made->area;
    ig_info(ctx, "exact shares of cells of %zu areas are kept for further grids: %.0f MiB",
            rings->areas, ceil((double)bytes / 1048576.0));
    return IG_OK;
}
