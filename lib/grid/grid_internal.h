// Inside the grid room: layers of cells, rasters as files, their readers.
#ifndef ISOGAP_GRID_INTERNAL_H
#define ISOGAP_GRID_INTERNAL_H

#include "../core/inside.h"
#include "grid.h"

/// New layer of a frame, all NaN. Yours, ig_free.
ig_status ig_layer_new(ig_ctx *ctx, const ig_frame *frame, float **layer);
/// The same for one whose cells will all be written: untouched yet.
ig_status ig_layer_blank(ig_ctx *ctx, const ig_frame *frame, float **layer);
ig_status ig_grid_blank(ig_ctx *ctx, const ig_frame *frame, ig_grid **out);

/// Areas in an order in which neighbours follow each other; `order` has room for all. Sets no message.
ig_status ig_rings_order(const ig_frame *frame, const ig_rings *rings, size_t *order);

/// A ring among those of its area.
struct ig_ring {
    size_t start, end; ///< points [start, end)
    double area2;      ///< twice the signed area
    double in_x, in_y; ///< a point inside, unless it is alone
    double box[4];
    bool sound; ///< has an inside
};
/// Fill a ring in from its points.
/// @param alone  there is no other in its area, and no point inside is looked for
void ig_ring_measure(const ig_rings *rings, bool alone, struct ig_ring *ring);
/// How many larger rings of the area lie round this one.
size_t ig_ring_depth(const ig_rings *rings, const struct ig_ring *list, size_t count, size_t which);

/// What was odd about the values of a band.
typedef struct ig_band_notes {
    int64_t nan;      ///< NaN cells where NaN is not the declared nodata
    int64_t infinite; ///< cells of plus or minus infinity (kept as they are)
    int64_t missing;  ///< cells of blocks that are not stored in the file
} ig_band_notes;

/// One raster file opened for reading: its frame is north-up whatever the file's order of rows.
typedef struct ig_raster ig_raster;

/// @param name for messages
/// @return IG_EPOLICY for a VRT in disguise, IG_EFORMAT for a grid that is rotated, in degrees ...
ig_status ig_raster_open(ig_ctx *ctx, const char *path, const char *name,
                         const ig_grid_options *options, ig_raster **out);
void ig_raster_close(ig_raster *raster);
const ig_frame *ig_raster_frame(const ig_raster *raster);
/// A metadata item of the file; NULL without. Lent.
const char *ig_raster_item(const ig_raster *raster, const char *key);
int ig_raster_bands(const ig_raster *raster);
/// Description of a band from 1, "" without. Lent.
const char *ig_raster_description(const ig_raster *raster, int band);
/// The band that `options` mean, or the only one; several and none named is an IG_EFORMAT.
ig_status ig_raster_choose(ig_ctx *ctx, const ig_raster *raster, const ig_grid_options *options,
                           int *band);
/// Rows [row, row + rows) and columns [col, col + cols) into `cells`, which has `stride` cells a
/// row: nodata as NaN, scale and offset applied.
ig_status ig_raster_read(ig_ctx *ctx, ig_raster *raster, int band, int64_t col, int64_t row,
                         int64_t cols, int64_t rows, float *cells, int64_t stride,
                         ig_band_notes *notes);

/// Look at the checksums of a DEFLATE-packed GeoTIFF's blocks; others have none to look at.
/// @param dataset  GDAL's handle of the file at `path`
/// @return IG_EFORMAT naming the first block that is damaged
ig_status ig_tiff_blocks_check(ig_ctx *ctx, const char *path, const char *name, void *dataset);

/// An ESRI ASCII grid, read by ourselves: every number is checked and counted, and messages name
/// the line. Free of GDAL.
typedef struct ig_ascii {
    ig_bytes text;
    size_t body; ///< where the cells begin
    int64_t body_line;
    ig_frame frame;
    bool has_nodata;
    double nodata;
} ig_ascii;
ig_status ig_ascii_open(ig_ctx *ctx, const char *path, const char *name, ig_ascii *ascii);
void ig_ascii_close(ig_ascii *ascii);
/// All cells, as ig_raster_read. `also` is a further value that means nodata (NaN: none).
ig_status ig_ascii_read(ig_ctx *ctx, const ig_ascii *ascii, const char *name, double also,
                        float *cells, ig_band_notes *notes);

/// Metadata item that holds the links of a cost surface.
#define IG_LINKS_KEY "links_between_cells"
/// Take the links of that item (NULL: there is none) into a surface of the frame.
/// @return IG_EFORMAT naming the link that is none, or that fits no cells
ig_status ig_links_read(ig_ctx *ctx, const char *name, const ig_frame *frame, const char *text,
                        ig_surface *surface);
/// The same of its packed form, which begins so.
#define IG_LINKS_PACKED "packed "
bool ig_links_are_packed(const char *text);
/// @param[out] links in no order, yours also after a failure
ig_status ig_links_unpack(ig_ctx *ctx, const char *name, const ig_frame *frame, const char *text,
                          ig_link **links, size_t *count);
/// The packed item with its key, to be written.
ig_status ig_links_text(ig_ctx *ctx, const ig_surface *surface, ig_text *text);

/// The limit of cells (2^31 unless raised) and memory, told before anything is allocated.
ig_status ig_cells_check(ig_ctx *ctx, const ig_frame *frame, const char *name, int64_t max_cells);

/// A writer's band.
struct ig_band_out {
    const char *description;
    const float *cells;     ///< or NULL when one of these is set
    const uint8_t *bytes;   ///< written as floats
    const int32_t *numbers; ///< written as floats, 0 as no value
};
ig_status ig_bands_write(ig_ctx *ctx, const ig_frame *frame, const struct ig_band_out *bands,
                         int count, const char *path, const char *const *metadata,
                         const char *const *inputs);

#endif
