/// A field of tiles: what the search (tiles.c) and its store (field.c) share.
#ifndef ISOGAP_TRAVEL_FIELD_INTERNAL_H
#define ISOGAP_TRAVEL_FIELD_INTERNAL_H

#include "tile_internal.h"

#include <pthread.h>
#include <stdatomic.h>

enum tile_state { TILE_IDLE, TILE_WAITING, TILE_NEXT, TILE_AT_WORK };

struct tile {
    uint32_t *cells; ///< above the base, rows of the tile's width; NULL until reached
    uint64_t *wide;  ///< the same in 64 bits, from when 32 do not do
    int64_t base;
    int64_t key;      ///< least time that woke it, or a little later
    int64_t place;    ///< in the heap while it waits
    int64_t seed;     ///< its first run of seeds not yet looked at, -1: none
    atomic_bool told; ///< its rims hold times
    uint8_t state;
    uint16_t callers; ///< who woke it since it was last at work
    bool again;       ///< woken while at work
    bool held;        ///< cells hold times
    bool met;         ///< among those reached
};

/// Seeds of a tile that lie one after the other.
struct run {
    size_t first, count;
    int64_t next; ///< of the tile; -1: none
};

/// A tile in the heap, with its key in turns.
struct waiting {
    int64_t turn, tile;
};

struct worker {
    int64_t next; ///< tile that is kept for it and asked for ahead, -1: none
    struct ground ground;
    struct visit visit;
    struct ring fresh;   ///< `exact`: rims after the visit
    void *narrow, *wide; ///< windows; the wide one when first needed
    struct seed *seeds;  ///< of the visit
    size_t seed_room;
};

struct field {
    ig_ctx *ctx;
    const struct model *model;
    const struct kernels *kernels;
    bool always_wide;
    struct tile_plan plan;
    int64_t cols, rows, count; ///< of tiles
    struct tile *tiles;
    uint32_t *store; ///< lent, banded; NULL: tiles have memory of their own
    uint32_t *spare; ///< list of such memory that is free; under the lock
    int64_t *reached, reached_count;
    const struct seed *seeds; ///< the caller's, while the search runs
    struct run *runs;
    size_t run_count, run_room;
    struct offers *offers; ///< times at the ends of links; NULL: there are none
    /// Rims as others may see them: for each tile `reach` rows in the north, then in the south,
    /// columns in the west, in the east, the outermost first.
    _Atomic int64_t *rims;
    size_t rim; ///< values of one tile
    struct worker **workers;
    int worker_count;

    pthread_mutex_t lock;
    pthread_cond_t news;
    bool has_lock, has_news;
    struct waiting *heap;
    int64_t waiting;  ///< tiles in it
    int64_t turn;     ///< quanta by which keys are told apart in the heap
    int64_t patience; ///< quanta that a tile which has times waits for more of its neighbours
    int at_work;
    ig_status failure;
    bool may_give_up, gave_up; ///< tiles lose here: a queue of buckets is to go on
    int64_t visits;            ///< of all tiles, for the news
};

/// Run the search on the calling thread as one of the field's workers.
ig_status ig_field_work(struct field *field, int worker, bool progress);
void ig_field_wake(struct field *field, int64_t tile, int64_t key, unsigned callers);
/// Memory for a tile's cells that no tile has; NULL: none. Under the lock.
uint32_t *ig_field_spare(struct field *field);
struct worker *ig_worker_new(const struct field *field);
/// Room for more seeds behind those of a worker's visit; NULL without memory.
struct seed *ig_visit_seeds(struct worker *worker, size_t more);
void ig_worker_free(struct worker *worker);
static inline int64_t ig_tile_of(const struct field *f, int64_t cell)
{
    return cell / f->model->cols / TILE * f->cols + cell % f->model->cols / TILE;
}
static inline int ig_tile_width(const struct field *f, int64_t t)
{
    const int64_t left = f->model->cols - t % f->cols * TILE;
    return left < TILE ? (int)left : TILE;
}
static inline int ig_tile_height(const struct field *f, int64_t t)
{
    const int64_t left = f->model->rows - t / f->cols * TILE;
    return left < TILE ? (int)left : TILE;
}

/// Time of a cell by its place in the tile; IG_FAR: nobody arrives.
static inline int64_t ig_tile_time(const struct tile *tile, int place)
{
    if (!tile->held) return IG_FAR;
    if (tile->wide)
        return tile->wide[place] < (uint64_t)1 << 62 ? (int64_t)tile->wide[place] : IG_FAR;
    return tile->cells[place] < 0x7fffffffU ? tile->base + (int64_t)tile->cells[place] : IG_FAR;
}

// ---- links (links.c); all but the first two with offers only ------------------------------------

/// Room for the offers of the model's passages, where it has any. False without memory.
bool ig_offers_make(struct field *field);
void ig_offers_free(struct offers *offers);
/// Bytes that they take in a grid of so many tiles.
double ig_offers_bytes(const struct model *model, int64_t tiles);
/// Put the offers to a tile that are new to it to the seeds of its visit. False without memory.
bool ig_offers_take(struct field *field, int64_t tile, struct worker *worker);
/// Links within the tile, for its visit.
void ig_inner_links(const struct field *field, int64_t tile, struct visit *visit);
/// After a visit that changed the tile: what its links offer where they end.
void ig_offers_leave(struct field *field, int64_t tile);
/// Wake the tiles to which offers fell. Under the lock.
void ig_offers_tell(struct field *field, int64_t tile);
/// As if the tile had not been reached.
void ig_offers_forget(struct field *field, int64_t tile);

#endif
