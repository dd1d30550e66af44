// The files of a shapefile: .shp, .shx, .dbf, .prj. Not for other rooms.
#ifndef ISOGAP_AREA_SHAPEFILE_H
#define ISOGAP_AREA_SHAPEFILE_H

#include "../core/inside.h"

enum { IG_SHP_HEADER = 100, IG_SHP_RECORD = 8 };

typedef struct ig_shapefile {
    ig_ctx *ctx;
    const char *path, *name;
    ig_window shp, shx;
    size_t records;
    char *dbf_path, *prj_path; ///< prj_path: NULL when there is none
} ig_shapefile;

/// Find the parts and measure them against each other.
ig_status ig_shapefile_open(ig_ctx *ctx, const char *path, const char *name, ig_shapefile *file);
void ig_shapefile_close(ig_shapefile *file);
/// Do the records lie within the .shp, each where the .shx says? By the .shx alone, so that a cut is
/// named by its first record before any is used.
ig_status ig_shapefile_check(ig_shapefile *file);
/// The content of record i, by its entry in the .shx and its own header. Lent until the next.
ig_status ig_shapefile_record(ig_shapefile *file, size_t i, const unsigned char **content,
                              size_t *length);
/// Type of shapes by the header of a .shp: 0 (none), 1 point, 3 line, 5 polygon ...
ig_status ig_shapefile_type(ig_ctx *ctx, const char *path, uint32_t *type);

static inline uint32_t ig_big32(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static inline uint32_t ig_little32(const unsigned char *b)
{
    return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

#endif
