/// The part of core that other rooms use and users of the library do not see. Not installed.
#ifndef ISOGAP_CORE_INSIDE_H
#define ISOGAP_CORE_INSIDE_H

#include "core.h"

#include <stdio.h>

// ---- failing and telling -------------------------------------------------------------------

/// Keep the message on the context and give the status back: `return ig_fail(ctx, IG_EIO, ...)`.
/// Texts of users inside it are escaped by the caller with ig_show(). Clears an earlier hint.
ig_status ig_fail(ig_ctx *ctx, ig_status status, const char *format, ...) IG_PRINTF(3, 4);
/// How to mend it; follows ig_fail. Gives the status of that failure back.
ig_status ig_hint(ig_ctx *ctx, const char *format, ...) IG_PRINTF(2, 3);
/// A warning: kept in order, counted, logged; with --strict no output appears after it.
void ig_warn(ig_ctx *ctx, const char *format, ...) IG_PRINTF(2, 3);
/// A warning that --strict lets pass (a national table joined to one district).
void ig_warn_mild(ig_ctx *ctx, const char *format, ...) IG_PRINTF(2, 3);
void ig_info(ig_ctx *ctx, const char *format, ...) IG_PRINTF(2, 3);
void ig_debug(ig_ctx *ctx, const char *format, ...) IG_PRINTF(2, 3);
/// Progress of the whole step; IG_ECANCELLED when asked to stop. Cheap: call it often. Workers of
/// one step may share a context for this and for warnings, not for ig_fail.
ig_status ig_progress(ig_ctx *ctx, double fraction, const char *what);
/// At most this many of one kind of message are printed; all are counted (E2).
enum { IG_SHOWN = 20 };

/// Must the work fail now: were warnings given that strictness does not let pass?
bool ig_ctx_strict(const ig_ctx *ctx);
/// Was strictness asked for, warnings or not?
bool ig_ctx_strict_asked(const ig_ctx *ctx);
bool ig_ctx_overwrite(const ig_ctx *ctx);
bool ig_ctx_cog(const ig_ctx *ctx);
bool ig_ctx_allow_vrt(const ig_ctx *ctx);
bool ig_ctx_allow_network(const ig_ctx *ctx);
uint64_t ig_ctx_memory(const ig_ctx *ctx);
double ig_ctx_max_expand(const ig_ctx *ctx);

// ---- memory --------------------------------------------------------------------------------

/// All memory of the library comes through these: products checked, zeroed, failure on demand in
/// tests. NULL when it cannot be had or the product overflows.
void *ig_alloc(size_t count, size_t size);
/// The same for a large array that will be written from end to end: in large pages where the system
/// has them, which saves a fault for every four KiB.
void *ig_alloc_whole(size_t count, size_t size);
/// From now on large arrays of the context lie in a nameless file in the folder of the path `beside`,
/// and the process gives back what it holds of them to stay within --memory. For work that was found
/// too large for it, before any of it is allocated.
ig_status ig_ctx_spill(ig_ctx *ctx, const char *beside);
bool ig_ctx_spills(const ig_ctx *ctx);
/// A large array, zeroed, that will be written from end to end: in memory, or in that file, where it
/// lives until the context is freed. Fails with words.
ig_status ig_bulk_alloc(ig_ctx *ctx, size_t count, size_t size, void **out);
void ig_bulk_free(const ig_ctx *ctx, void *array);
void *ig_resize(void *old, size_t count, size_t size);
void ig_free(void *memory);
char *ig_text_copy(const char *text);
/// a * b without wrap; false when it does not fit.
bool ig_product(size_t a, size_t b, size_t *product);
/// Tests only: let the n-th allocation from now on fail (0: none).
void ig_alloc_fail_at(uint64_t n);

/// Room for one more item in a growing array: grows by half as needed.
/// `if (!ig_grow((void **)&list, &room, used + 1, sizeof *list)) ...`
bool ig_grow(void **list, size_t *room, size_t needed, size_t size);

// ---- sums ----------------------------------------------------------------------------------

/// A sum that keeps what rounding takes away (Neumaier 1974). Start from {0}.
struct ig_sum {
    double total, lost;
};

static inline void ig_sum_add(struct ig_sum *s, double x)
{
    const double t = s->total + x;
    s->lost += (s->total < 0 ? -s->total : s->total) >= (x < 0 ? -x : x) ? (s->total - t) + x
                                                                         : (x - t) + s->total;
    s->total = t;
}

static inline double ig_sum_of(const struct ig_sum *s)
{
    return s->total + s->lost;
}

// ---- threads -------------------------------------------------------------------------------

/// Call task(i, arg) once for each i in [0, n) on as many threads as the context allows. A task
/// writes only its own slot. The failure of the least i is given back (its words, if the task set
/// any through ig_fail on a context of its own, are the caller's to carry over). Looks at cancel.
ig_status ig_parallel_for(ig_ctx *ctx, size_t n, ig_status (*task)(size_t i, void *arg), void *arg);
/// Call task(worker, workers, arg) once on each of the context's threads, all at the same time:
/// they may wait for each other. `workers` is what the system gave, from 1 to the context's number.
ig_status ig_parallel_workers(ig_ctx *ctx, ig_status (*task)(int worker, int workers, void *arg),
                              void *arg);

// ---- text ----------------------------------------------------------------------------------

/// Growing text. Start from {0}; a failed append sets `failed` and later appends do nothing.
typedef struct ig_text {
    char *data; ///< NUL-terminated, never NULL after the first append
    size_t length, room;
    bool failed;
} ig_text;
void ig_text_append(ig_text *text, const char *more);
void ig_text_append_bytes(ig_text *text, const char *more, size_t length);
void ig_text_format(ig_text *text, const char *format, ...) IG_PRINTF(2, 3);
void ig_text_free(ig_text *text);
/// A code point as UTF-8.
void ig_text_append_point(ig_text *text, uint32_t point);

/// Bytes of the UTF-8 character that begins `text`, 0 when there is none; its code point goes to `point`.
size_t ig_utf8_character(const char *text, size_t length, uint32_t *point);
/// Offset of the first byte that is not UTF-8; length when all is well.
size_t ig_utf8_length(const char *text, size_t length);
/// Valid UTF-8 all through?
bool ig_text_is_utf8(const char *text, size_t length);

/// Shortest decimal that reads back to the same double, locale-free. `room` of at least 32.
/// NaN and infinities give an empty text.
const char *ig_number_text(double value, char *buffer, size_t room);
/// The whole of text as a finite number, locale-free: [+-]digits[.digits][e[+-]digits].
bool ig_text_number(const char *text, double *value);
/// A user's text made safe to show: cut at 80 characters, control and bidirectional characters
/// as \x.., invalid UTF-8 too. Returns one of 8 buffers in turn of this thread.
const char *ig_show(const char *text);
/// Edit distance with a cut: the nearest of `count` names, or NULL when none is near.
const char *ig_nearest_name(const char *wanted, const char *const *names, size_t count);
/// Codes as J4 wants them: ASCII blanks, no-break and zero-width spaces and BOM trimmed, ASCII
/// folded to upper case. `trimmed` and `folded` say what was changed. New text, yours.
char *ig_code_normalise(const char *raw, bool *trimmed, bool *folded);
/// One letter and eight digits, as E01006512.
bool ig_is_ons_code(const char *code);
/// 32-byte SHA-256 of a file as 64 hex digits (+ NUL).
ig_status ig_sha256_file(ig_ctx *ctx, const char *path, char hex[65]);
void ig_sha256_bytes(const void *bytes, size_t length, char hex[65]);

// ---- outputs (O1 to O6) --------------------------------------------------------------------

/// An output file in the making: whole under its final name or absent.
typedef struct ig_output ig_output;
/// Lock, check overwrite and folder, make a fresh temporary file in the folder of `path`.
/// `inputs` (NULL-ended, may be NULL) are refused as output by device and inode.
/// Library writers get the temporary name, which keeps the suffix of `path`.
ig_status ig_output_begin(ig_ctx *ctx, const char *path, const char *const *inputs,
                          ig_output **out);
/// Temporary name to write to. Lent.
const char *ig_output_path(const ig_output *output);
/// Name that it will have, for messages. Lent.
const char *ig_output_name(const ig_output *output);
/// The bytes written so far, for reading back; a failure is one of writing (IG_EWRITE). Free with
/// ig_bytes_free.
struct ig_bytes;
ig_status ig_output_read_back(ig_ctx *ctx, const ig_output *output, struct ig_bytes *bytes);
/// Read back is the writer's: do it before this. fsync, rename, fsync the folder, unlock, free.
/// With `strict` set and warnings given it refuses and removes the temporary file.
ig_status ig_output_commit(ig_ctx *ctx, ig_output *output);
/// What a writer puts beside the temporary file, under its name with this behind it, is removed
/// with it.
#define IG_OUTPUT_WORK ".work"
/// Remove the temporary file and what lies beside it (-journal, -wal, -shm); unlock, free.
void ig_output_abort(ig_output *output);
/// Commit all or none of several outputs that belong together (a shapefile's parts).
ig_status ig_output_commit_all(ig_ctx *ctx, ig_output **outputs, size_t count);
/// Write bytes as one whole file.
ig_status ig_output_bytes(ig_ctx *ctx, const char *path, const void *bytes, size_t length);
/// Time for outputs: SOURCE_DATE_EPOCH as "2020-01-01T00:00:00.000Z", else a fixed date.
void ig_output_date(char date[32]);
/// What ig_output_begin would refuse, without making anything: for checks before long work.
ig_status ig_output_check(ig_ctx *ctx, const char *path, const char *const *inputs);
/// Remove the temporary files of all outputs under way: for a program that is told to end.
void ig_outputs_remove_all(void);
/// The user's umask, whatever ig_process_start set.
unsigned ig_user_umask(void);

// ---- inputs --------------------------------------------------------------------------------

/// A whole text or binary input in memory, read by ourselves so that a read error is told from
/// the end of the file; .gz and one-member .zip are unpacked by content within the S5 budgets.
typedef struct ig_bytes {
    unsigned char *data; ///< one NUL beyond the end
    size_t length;
} ig_bytes;
ig_status ig_bytes_read(ig_ctx *ctx, const char *path, ig_bytes *out);
void ig_bytes_free(ig_bytes *bytes);

/// A plain input read piece by piece. Zero it to {.fd = -1}, or open it; close in any case.
typedef struct ig_window {
    char *path;
    uint64_t length; ///< of the file
    int fd;
    unsigned char *data; ///< `held` bytes of the file beginning at `from`
    uint64_t from;
    size_t held, room;
} ig_window;
ig_status ig_window_open(ig_ctx *ctx, const char *path, ig_window *window);
void ig_window_close(ig_window *window);
/// @param[out] bytes  `size` of them, lent until the next call; a file that ends before is
///                    IG_EFORMAT
ig_status ig_window_at(ig_ctx *ctx, ig_window *window, uint64_t offset, size_t size,
                       const unsigned char **bytes);

/// An input as plain files: a file as it is; .gz and .zip unpacked into a private temporary
/// folder (removed by ig_unpacked_free); a folder as its files. Members sorted by name.
typedef struct ig_unpacked ig_unpacked;
/// @param suffixes NULL-ended, lower case, such as {".asc", ".tif", NULL}: which members count;
///                 NULL for all. Zips within zips are opened one level down. Unpacked files keep
///                 their own names; those of one folder stay together.
ig_status ig_unpack(ig_ctx *ctx, const char *path, const char *const *suffixes, ig_unpacked **out);
size_t ig_unpacked_count(const ig_unpacked *unpacked);
const char *ig_unpacked_path(const ig_unpacked *unpacked, size_t i); ///< readable file
const char *ig_unpacked_name(const ig_unpacked *unpacked, size_t i); ///< for messages: a.zip/b.asc
void ig_unpacked_free(ig_unpacked *unpacked);

/// S5 for readers that unpack by themselves (a workbook's sheets, a raster's blocks): IG_ELIMIT
/// with words and remedy when so many bytes are too many from so few. `what` is shown as it is.
ig_status ig_expansion_check(ig_ctx *ctx, const char *what, uint64_t expanded, uint64_t packed);

/// What a file is, from its content.
typedef enum ig_kind {
    IG_KIND_UNKNOWN,
    IG_KIND_EMPTY,
    IG_KIND_CSV,
    IG_KIND_XLSX,
    IG_KIND_ODS,
    IG_KIND_XLS,
    IG_KIND_DBF,
    IG_KIND_SHP,
    IG_KIND_SQLITE, ///< GeoPackage among them
    IG_KIND_GEOJSON,
    IG_KIND_TOPOJSON,
    IG_KIND_JSON,
    IG_KIND_GTIFF,
    IG_KIND_AAIGRID,
    IG_KIND_OSM_PBF,
    IG_KIND_OSM_XML,
    IG_KIND_VRT, ///< raster or vector VRT, whatever the name
    IG_KIND_GZIP,
    IG_KIND_ZIP,
    IG_KIND_PARQUET,
    IG_KIND_FOLDER,
    IG_KIND_YAML,
    // what is known so that a refusal can name it
    IG_KIND_ARROW,
    IG_KIND_FLATGEOBUF,
    IG_KIND_HTML,
    IG_KIND_XML,
    IG_KIND_PDF,
    IG_KIND_BZIP2,
    IG_KIND_XZ,
    IG_KIND_ZSTD,
    IG_KIND_7Z,
    IG_KIND_RAR,
    IG_KIND_PICTURE,
} ig_kind;
/// Opens, looks, closes. Refuses /vsi..., PG: and the like (S2), fifos and devices.
ig_status ig_kind_of(ig_ctx *ctx, const char *path, ig_kind *kind);
const char *ig_kind_text(ig_kind kind);

/// "FILE|layername=NAME" (QGIS's form) taken apart; both yours (layer NULL when not given).
ig_status ig_split_layer(ig_ctx *ctx, const char *source, char **path, char **layer);
/// Names of the file under its folder, for messages: the last part of a path. Lent.
const char *ig_base_name(const char *path);

// ---- coordinates (core/crs.c, the one file that calls PROJ; crs_extent.c) -----------------

typedef struct ig_crs_shift ig_crs_shift; ///< from one CRS to the work CRS; one thread's own
/// @param from  "EPSG:N", WKT or PROJJSON as a file states it (a .prj of ESRI's form too)
/// @param what  the file, for messages
/// Axis order is always x, y (longitude, latitude). Ballpark operations are refused (G2); the
/// operation and its accuracy are logged once and kept for the record of the run.
ig_status ig_crs_open(ig_ctx *ctx, const char *from, const char *what, ig_crs_shift **out);
bool ig_crs_is_same(const ig_crs_shift *shift); ///< already the work CRS: apply does nothing
bool ig_crs_is_degrees(const ig_crs_shift *shift);
/// In place. IG_EFORMAT when a point has no image.
ig_status ig_crs_apply(ig_ctx *ctx, ig_crs_shift *shift, double *x, double *y, size_t count);
/// Operation in words with accuracy, for the record. Lent.
const char *ig_crs_operation(const ig_crs_shift *shift);
/// Extent against the area of use with 10 % margin (G1): degrees declared as metres, swapped
/// axes and the like are an IG_EFORMAT that says which it looks like.
ig_status ig_crs_check_extent(ig_ctx *ctx, const ig_crs_shift *shift, const char *what, double west,
                              double south, double east, double north);
/// Name of the CRS it comes from, "EPSG:4326" when it has one. Lent.
const char *ig_crs_from(const ig_crs_shift *shift);
void ig_crs_free(ig_crs_shift *shift);
/// Canonical "EPSG:N" when the text names or resolves to one, else IG_EFORMAT. Yours.
ig_status ig_crs_name(ig_ctx *ctx, const char *crs, char **name);
/// From the work CRS to another, for --to-crs and for latitude/longitude outputs.
ig_status ig_crs_open_to(ig_ctx *ctx, const char *to, ig_crs_shift **out);

// ---- GDAL's errors led into ours (core/gdal_hook.c, with crs.c the only ones to know it) ----

/// Errors of this thread's GDAL calls since; any error raised in a step makes the step fail (E3).
/// Begin and end on the same thread, the last begun ended first.
typedef struct ig_gdal_watch ig_gdal_watch;
ig_gdal_watch *ig_gdal_watch_begin(ig_ctx *ctx);
/// First error since begin, or NULL. Lent until the end.
const char *ig_gdal_watch_error(const ig_gdal_watch *watch);
void ig_gdal_watch_end(ig_gdal_watch *watch);
/// Errors of threads that GDAL makes itself count for every watch under way; nothing is printed.
/// ig_process_start does this.
void ig_gdal_take_strays(void);

#endif
