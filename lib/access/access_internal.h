/// What the files of access share.
#ifndef ISOGAP_ACCESS_INTERNAL_H
#define ISOGAP_ACCESS_INTERNAL_H

#include "../core/inside.h"
#include "access.h"

#include <math.h>

/// People who take the same time.
struct piece {
    double minutes, people;
};

/// People on cells in a row, alike on each.
struct spot {
    int64_t cell, cells; ///< number of the first, and how many
    double people;       ///< on each of them
};

/// People of one area who reach a site, in order of minutes; and how many there are in all. Where
/// the ground has no minutes yet: where they stand.
struct stand {
    struct piece *piece; ///< minutes rise once the row is filled
    size_t count, room;
    struct spot *spot; ///< as they came
    size_t spots, spot_room;
    double all, unreached; ///< all = known number of the area, or the sum of those who stand in it
    double latest;         ///< minutes of the last who arrive, once the row is filled
    const char *status;    ///< set where something is special before the times are looked at
};

/// What becomes of an area as soon as its people are placed: the row that they make.
struct settle {
    ig_access *access;
    bool keep; ///< the pieces are wanted later on, for ig_access_merge
};

struct ig_stands {
    size_t areas;
    struct stand *area;
    const struct settle *settle; ///< while people are placed; NULL: nothing yet
};

/// Shapes of areas and their codes: what of ig_areas this room needs.
struct shapes {
    const ig_rings *rings;
    const char *const *codes;
};

/// The land that people stand on.
struct ground {
    const ig_frame *frame;
    const float *minutes;   ///< NaN: unreached; NULL: not known yet, people are kept by cell
    const float *pace;      ///< NaN: not passable; NULL: not known
    const float *residents; ///< NULL: alike
};

/// True also where it is not known.
static inline bool ground_passable(const struct ground *ground, int64_t cell)
{
    return !ground->pace || ground->pace[cell] < (float)INFINITY; // NaN is a barrier too
}

static inline size_t cells_of(const ig_runs *runs)
{
    size_t cells = 0;
    for (const ig_run *r = runs->first; r < runs->end; r++)
        cells += (size_t)r->cells;
    return cells;
}

ig_status ig_stands_new(size_t areas, struct ig_stands **out);
void ig_stands_free(struct ig_stands *stands);
/// One more piece of people; NaN minutes are unreached.
ig_status ig_stand_add(struct stand *stand, double minutes, double people);
/// People on a cell of the ground: at its minutes, or kept by cell until they are known.
ig_status ig_stand_put(struct stand *stand, const struct ground *ground, int64_t cell,
                       double people);
/// Room for so many pieces at once.
ig_status ig_stand_reserve(struct stand *stand, size_t pieces);

/// People of each area over its cells (by_area; NULL: cells themselves).
ig_status ig_place_by_area(ig_ctx *ctx, const ig_coverage *coverage, const struct ground *ground,
                           const double *by_area, struct ig_stands *stands);
/// People of a grid: of each cell to areas by exact fraction, and to the ground's cells in it.
/// @param on_people coverage of the areas on the people's frame
/// @param tell      warn of areas that overlap or lie off the grid of people
/// @param outside   people in no area
ig_status ig_place_grid(ig_ctx *ctx, const ig_coverage *on_people, const ig_coverage *on_ground,
                        const struct ground *ground, const ig_grid *people,
                        const char *const *codes, bool tell, struct ig_stands *stands,
                        double *outside);
/// What all areas together leave of each cell of a grid of people, as far as it tells on anybody:
/// cells that they cover to the last sliver, but for the last bits of the fractions.
struct rest {
    uint64_t *uneven; ///< a bit for each such cell
    size_t *before;   ///< by 64 cells: how many such cells of the stripe come before
    float **values;   ///< by stripe of REST_ROWS rows: 1 - share that is covered
    size_t stripes;
};
enum { REST_ROWS = 64 };

static inline bool rest_uneven(const struct rest *rest, int64_t cell)
{
    return rest->uneven[cell >> 6] >> (cell & 63) & 1;
}

/// Is any of these cells uneven?
static inline bool rest_uneven_among(const struct rest *rest, int64_t first, int64_t cells)
{
    const int64_t last = first + cells - 1;
    const uint64_t from = UINT64_MAX << (first & 63), to = UINT64_MAX >> (63 - (last & 63));
    if (first >> 6 == last >> 6) return rest->uneven[first >> 6] & from & to;
    uint64_t any = (rest->uneven[first >> 6] & from) | (rest->uneven[last >> 6] & to);
    for (int64_t word = (first >> 6) + 1; word < last >> 6; word++)
        any |= rest->uneven[word];
    return any != 0;
}

/// Share of an uneven cell that all areas together cover.
static inline double rest_covered(const struct rest *rest, int64_t row, int64_t cell)
{
    const uint64_t below = rest->uneven[cell >> 6] & ((UINT64_C(1) << (cell & 63)) - 1);
    const size_t at = rest->before[cell >> 6] + (size_t)__builtin_popcountll(below);
    return 1.0 - (double)rest->values[row / REST_ROWS][at];
}

/// Looks a grid of people over: cells that are negative or infinite are an IG_EFORMAT.
/// @param coverage      of the areas on its frame
/// @param tell          warn of areas that overlap
/// @param[out] rest     free with ig_rest_free, also on failure
/// @param[out] outside  people in no area
ig_status ig_rest_new(ig_ctx *ctx, const ig_coverage *coverage, const ig_grid *people, bool tell,
                      struct rest *rest, double *outside);
void ig_rest_free(struct rest *rest);
/// People at points: to the area that holds the point, at the time of its cell.
ig_status ig_place_points(ig_ctx *ctx, const ig_rings *rings, const struct ground *ground,
                          const ig_people *people, struct ig_stands *stands, double *outside);

/// Warn of people who reach nothing, with their areas (T2), and of areas whose people are not known.
/// @param people  false when cells are counted
void ig_tell_people(ig_ctx *ctx, const char *const *codes, const ig_access *access, bool people);

/// IG_EINVAL for trips between areas or sites that are not there, minutes or supply that are no
/// numbers or below 0, demand below 0 or infinite (NaN: not known).
ig_status ig_trips_check(const ig_trips *trips, const double *demand, const double *supply);
/// Thresholds must be above 0 and rise; IG_EINVAL naming the one that does not.
ig_status ig_check_thresholds(ig_ctx *ctx, const double *thresholds, size_t count);
/// Sort the pieces of an area and fill its row but for the status. Sets no message; IG_EBUG when
/// people do not add up.
ig_status ig_stand_settle(const struct settle *settle, struct stand *stand, size_t area);
/// The same for a placed area, where its row is wanted at once.
ig_status ig_stand_row(const struct ig_stands *stands, size_t area);
/// Words for a failure to place people.
ig_status ig_stands_said(ig_ctx *ctx, ig_status status);
/// The rows of all areas.
ig_status ig_stands_settle(ig_ctx *ctx, struct ig_stands *stands);
/// Pieces in order of minutes, then people. False without memory.
bool ig_pieces_sort(struct piece *list, size_t count);
/// Stand of people into a filled access; takes the stands over, also on failure.
ig_status ig_access_from_stands(ig_ctx *ctx, struct ig_stands *stands, const char *const *codes,
                                const double *thresholds, size_t count, ig_access **out);
/// People of plain shapes placed on the ground; the first half of ig_access_over.
/// @param cover         keeps shares of cells; NULL: not
/// @param settle        fill rows as people are placed; NULL: not
/// @param[out] outside  people who fall in no area
ig_status ig_stands_over(ig_ctx *ctx, const struct shapes *shapes, const struct ground *ground,
                         const ig_people *people, ig_cover *cover, bool tell,
                         const struct settle *settle, struct ig_stands **stands, double *outside);
/// How they were placed, in words. Static text.
const char *ig_spread_words(const struct ground *ground, const ig_people *people);
/// The whole of ig_access_new on plain shapes.
/// @param tell  warn of what a planner must know; false where another call of the same has told it
/// @param keep  ig_access_merge and the like may follow
ig_status ig_access_over(ig_ctx *ctx, const struct shapes *shapes, const struct ground *ground,
                         const ig_people *people, ig_cover *cover, const double *thresholds,
                         size_t count, bool tell, bool keep, ig_access **out);
/// An access of rows to be filled. Sets no message.
ig_status ig_access_alloc(size_t areas, const double *thresholds, size_t count, ig_access **out);
/// Statuses and totals of an access whose rows are filled; takes the stands over, also on failure.
ig_status ig_access_finish(ig_ctx *ctx, ig_access *access, struct ig_stands *stands,
                           const char *const *codes);
/// ig_access_new without thresholds and warnings; minutes may be infinite.
ig_status ig_access_quiet(ig_ctx *ctx, const ig_areas *areas, const ig_grid *minutes,
                          const ig_surface *surface, const ig_people *people, ig_cover *cover,
                          ig_access **out);
/// Coverage of the areas on a frame: that of the cover, which keeps a new one, or one of your own.
/// @param[out] lent  good as long as the cover, or `own`
/// @param[out] own   free it; NULL where the cover keeps it
ig_status ig_cover_of(ig_ctx *ctx, ig_cover *cover, const ig_frame *frame, const ig_rings *rings,
                      const ig_coverage **lent, ig_coverage **own);
/// Codes of areas as an array, free with ig_free; the texts are lent. Sets no message.
ig_status ig_codes_of(const ig_areas *areas, const char ***out);
/// "E01000001 (12 people), E01000002 (40 people) ...": added one by one, cut after IG_SHOWN.
void ig_list_add(ig_text *list, size_t *listed, const char *code, double value, const char *unit);

#endif
