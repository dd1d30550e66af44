// Tiles of a GeoTIFF packed by all threads and appended to a file whose directory GDAL has written;
// then the two entries that say where they lie are set. Tiles lie in their own order, so the bytes
// do not depend on the number of threads.
#include "tiff_tiles.h"

#include "pack.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { TILE = IG_TIFF_TILE };

struct tiles {
    ig_ctx *ctx;
    int file;
    const ig_frame *frame;
    const struct ig_band_out *bands;
    int count;
    ig_packing packing;
    int64_t across, down, total; ///< tiles; total of all bands
    uint64_t *offset, *size;     ///< by tile; 0 for one without a value
    atomic_llong next;
    atomic_int why; ///< errno of the first failure; EBADMSG: did not read back
    pthread_mutex_t lock;
    pthread_cond_t turn;
    int64_t placed; ///< tiles that have been given their place
    uint64_t end;   ///< of the file
    bool reading;   ///< back, to compare
};

bool ig_tile_cells(const ig_frame *frame, const struct ig_band_out *band, int64_t col, int64_t row,
                   float *cells)
{
    const int64_t left = frame->cols - col, below = frame->rows - row;
    const int cols = left < TILE ? (int)left : TILE, rows = below < TILE ? (int)below : TILE;
    int values = 0;
    for (int r = 0; r < TILE; r++) {
        float *to = cells + (int64_t)r * TILE;
        const int taken = r < rows ? cols : 0;
        const int64_t from = (row + r) * frame->cols + col;
        for (int c = 0; c < taken && band->bytes; c++)
            to[c] = (float)band->bytes[from + c];
        for (int c = 0; c < taken && band->cells; c++)
            to[c] = band->cells[from + c];
        for (int c = 0; c < taken && band->numbers; c++)
            to[c] = band->numbers[from + c] ? (float)band->numbers[from + c] : NAN;
        for (int c = taken; c < TILE; c++)
            to[c] = NAN;
        for (int c = 0; c < TILE; c++) {
            values += to[c] == to[c];
            to[c] = to[c] == to[c] ? to[c] : NAN;
        }
    }
    return values > 0;
}

static bool take_cells(const struct tiles *t, int64_t tile, float *cells)
{
    const int64_t one = t->across * t->down, in_band = tile % one;
    return ig_tile_cells(t->frame, &t->bands[tile / one], in_band % t->across * TILE,
                         in_band / t->across * TILE, cells);
}

static void fail(struct tiles *t, int why)
{
    int none = 0;
    atomic_compare_exchange_strong(&t->why, &none, why ? why : EIO);
    pthread_mutex_lock(&t->lock);
    pthread_cond_broadcast(&t->turn);
    pthread_mutex_unlock(&t->lock);
}

/// Bytes get their place when all tiles before have theirs. False when a failure is under way.
static bool place(struct tiles *t, int64_t tile, size_t size)
{
    pthread_mutex_lock(&t->lock);
    while (t->placed != tile && !atomic_load(&t->why))
        pthread_cond_wait(&t->turn, &t->lock);
    const bool sound = t->placed == tile;
    if (sound) {
        t->offset[tile] = size ? t->end : 0;
        t->size[tile] = size;
        t->end += size;
        t->placed++;
    }
    pthread_cond_broadcast(&t->turn);
    pthread_mutex_unlock(&t->lock);
    return sound;
}

static bool write_at(int file, const void *bytes, size_t size, uint64_t at)
{
    const unsigned char *from = bytes;
    while (size > 0) {
        const ssize_t done = pwrite(file, from, size, (off_t)at);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) {
            if (done == 0) errno = ENOSPC;
            return false;
        }
        from += done;
        at += (uint64_t)done;
        size -= (size_t)done;
    }
    return true;
}

bool ig_read_at(int file, void *bytes, size_t size, uint64_t at)
{
    unsigned char *to = bytes;
    while (size > 0) {
        const ssize_t done = pread(file, to, size, (off_t)at);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) {
            if (done == 0) errno = EBADMSG;
            return false;
        }
        to += done;
        at += (uint64_t)done;
        size -= (size_t)done;
    }
    return true;
}

static bool write_tile(struct tiles *t, int64_t tile, ig_packer *packer, const float *cells,
                       bool any)
{
    const unsigned char *packed = NULL;
    const size_t size = any ? ig_pack(packer, cells, &packed) : 0;
    errno = ENOMEM;
    return (size || !any) && place(t, tile, size) &&
           (!any || write_at(t->file, packed, size, t->offset[tile]));
}

static bool compare_tile(const struct tiles *t, int64_t tile, ig_packer *packer, const float *cells,
                         bool any, unsigned char *back)
{
    if (!any) return t->size[tile] == 0;
    if (!ig_read_at(t->file, back, t->size[tile], t->offset[tile])) return false;
    errno = EBADMSG;
    return ig_pack_holds(packer, back, t->size[tile], cells);
}

static ig_status do_tiles(int worker, int workers, void *arg)
{
    (void)workers;
    struct tiles *t = arg;
    ig_packer *packer = ig_packer_new(t->packing, TILE, TILE);
    float *cells = ig_alloc((size_t)TILE * TILE, sizeof *cells);
    unsigned char *back = ig_alloc((size_t)TILE * TILE, 2 * sizeof *cells); // more than any takes
    ig_status status = IG_OK;
    if (!packer || !cells || !back) {
        fail(t, ENOMEM);
        goto done;
    }
    while (!atomic_load(&t->why)) {
        const int64_t tile = atomic_fetch_add(&t->next, 1);
        if (tile >= t->total) break;
        const bool any = take_cells(t, tile, cells);
        if (t->reading ? !compare_tile(t, tile, packer, cells, any, back)
                       : !write_tile(t, tile, packer, cells, any))
            fail(t, errno);
        if (worker == 0)
            status = ig_progress(t->ctx, (double)(tile + 1) / (double)t->total,
                                 t->reading ? "reading the grid back" : "writing the grid");
        if (status) fail(t, ECANCELED);
    }
done:
    ig_free(back);
    ig_free(cells);
    ig_packer_free(packer);
    return status;
}

static ig_status run_tiles(struct tiles *t, bool reading, const char *shown)
{
    t->reading = reading;
    atomic_store(&t->next, 0);
    const ig_status status = ig_parallel_workers(t->ctx, do_tiles, t);
    const int why = atomic_load(&t->why);
    if (status) return status;
    if (why == ENOMEM) return ig_fail(t->ctx, IG_EMEMORY, "no memory to write %s", ig_show(shown));
    if (why && reading)
        return ig_fail(t->ctx, IG_EWRITE,
                       "%s did not read back as it was written; is the disk full?", ig_show(shown));
    if (why)
        return ig_fail(t->ctx, IG_EWRITE, "cannot write %s: %s", ig_show(shown), strerror(why));
    return IG_OK;
}

// ---- the directory ---------------------------------------------------------------------------------

enum { TAG_OFFSETS = 324, TAG_SIZES = 325, TYPE_LONG = 4, TYPE_LONG8 = 16 };

static uint64_t number_at(const unsigned char *bytes, int length)
{
    uint64_t number = 0;
    for (int i = length - 1; i >= 0; i--)
        number = number << 8 | bytes[i];
    return number;
}

static void number_to(unsigned char *bytes, uint64_t number, int length)
{
    for (int i = 0; i < length; i++, number >>= 8)
        bytes[i] = (unsigned char)number;
}

/// Set an entry of the directory to an array, which is written to the end of the file unless it is
/// one number, which the entry itself holds.
static bool set_entry(struct tiles *t, uint64_t entry, const uint64_t *values, bool big)
{
    const int wide = big ? 8 : 4, fixed = big ? 12 : 8; // before the value come tag, type, count
    unsigned char field[20] = {0};
    if (!ig_read_at(t->file, field, (size_t)(fixed + wide), entry)) return false;
    if (number_at(field + 4, wide) != (uint64_t)t->total) {
        errno = EBADMSG;
        return false;
    }
    number_to(field + 2, big ? TYPE_LONG8 : TYPE_LONG, 2);
    if (t->total == 1) {
        number_to(field + fixed, values[0], wide);
        return write_at(t->file, field, (size_t)(fixed + wide), entry);
    }
    const size_t size = (size_t)t->total * (size_t)wide;
    unsigned char *array = ig_alloc(size, 1);
    if (!array) {
        errno = ENOMEM;
        return false;
    }
    for (int64_t i = 0; i < t->total; i++)
        number_to(array + i * wide, values[i], wide);
    t->end = (t->end + 7) / 8 * 8;
    number_to(field + fixed, t->end, wide);
    const bool sound = write_at(t->file, array, size, t->end) &&
                       write_at(t->file, field, (size_t)(fixed + wide), entry);
    t->end += size;
    ig_free(array);
    return sound;
}

/// Write where the tiles lie into the file's one directory. A classic file ends before 4 GiB.
static bool set_directory(struct tiles *t)
{
    unsigned char head[16] = {0};
    if (!ig_read_at(t->file, head, sizeof head, 0)) return false;
    const bool big = head[2] == 43;
    const int wide = big ? 8 : 4, counted = big ? 8 : 2, length = big ? 20 : 12;
    const uint64_t directory = number_at(head + (big ? 8 : 4), wide);
    unsigned char number[8] = {0};
    errno = EFBIG;
    if (!big && t->end + 16 * (uint64_t)t->total > UINT32_MAX) return false;
    errno = EBADMSG;
    if (memcmp(head, "II", 2) != 0 || !ig_read_at(t->file, number, (size_t)counted, directory))
        return false;
    int set = 0;
    const uint64_t entries = number_at(number, counted);
    for (uint64_t i = 0; i < entries; i++) {
        const uint64_t entry = directory + (uint64_t)counted + i * (uint64_t)length;
        unsigned char tag[2];
        if (!ig_read_at(t->file, tag, sizeof tag, entry)) return false;
        const uint64_t what = number_at(tag, 2);
        if (what != TAG_OFFSETS && what != TAG_SIZES) continue;
        if (!set_entry(t, entry, what == TAG_OFFSETS ? t->offset : t->size, big)) return false;
        set++;
    }
    errno = EBADMSG;
    return set == 2;
}

ig_status ig_tiff_tiles_write(ig_ctx *ctx, const char *path, const char *shown,
                              const ig_frame *frame, const struct ig_band_out *bands, int count,
                              ig_packing packing)
{
    struct tiles t = {
        .ctx = ctx, .frame = frame, .bands = bands, .count = count, .packing = packing};
    t.across = (frame->cols + TILE - 1) / TILE;
    t.down = (frame->rows + TILE - 1) / TILE;
    t.total = t.across * t.down * count;
    t.offset = ig_alloc((size_t)t.total, sizeof *t.offset);
    t.size = ig_alloc((size_t)t.total, sizeof *t.size);
    t.file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    pthread_mutex_init(&t.lock, NULL); // neither can fail on Linux
    pthread_cond_init(&t.turn, NULL);
    ig_status status = IG_OK;
    if (!t.offset || !t.size) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory to write %s", ig_show(shown));
    } else if (t.file < 0) {
        status = ig_fail(ctx, IG_EWRITE, "cannot write %s: %s", ig_show(shown), strerror(errno));
    } else {
        const off_t end = lseek(t.file, 0, SEEK_END);
        t.end = end > 0 ? ((uint64_t)end + 7) / 8 * 8 : 0;
        status = run_tiles(&t, false, shown);
        if (!status && !set_directory(&t))
            status =
                ig_fail(ctx, IG_EWRITE, "cannot write %s: %s", ig_show(shown), strerror(errno));
        if (!status) status = run_tiles(&t, true, shown);
    }
    if (t.file >= 0 && close(t.file) != 0 && errno != EINTR && !status)
        status = ig_fail(ctx, IG_EWRITE, "cannot write %s: %s", ig_show(shown), strerror(errno));
    pthread_cond_destroy(&t.turn);
    pthread_mutex_destroy(&t.lock);
    ig_free(t.offset);
    ig_free(t.size);
    return status;
}
