// Shapes of a GeoPackage: blobs of the standard, the R-tree and its triggers (OGC 12-128r15, annexes F.3
// and clause 2.1.3) in the spelling of GDAL.
#include "geopackage_internal.h"

#include <math.h>
#include <string.h>

static unsigned char *put_u32(unsigned char *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        *to++ = (unsigned char)(value >> 8 * i);
    return to;
}

static unsigned char *put_double(unsigned char *to, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 8; i++)
        *to++ = (unsigned char)(bits >> 8 * i);
    return to;
}

static unsigned char *put_head(unsigned char *to, int srs, const double *box)
{
    *to++ = 'G';
    *to++ = 'P';
    *to++ = 0;
    *to++ = box ? 3 : 1; // little-endian, with an envelope of x and y
    to = put_u32(to, (uint32_t)srs);
    if (!box) return to;
    to = put_double(to, box[0]);
    to = put_double(to, box[2]);
    to = put_double(to, box[1]);
    return put_double(to, box[3]);
}

static bool blob_room(struct package *p, size_t size)
{
    return ig_grow((void **)&p->blob, &p->blob_room, size, 1);
}

static void box_of_area(const ig_shapes *s, size_t area, double box[4])
{
    box[0] = box[1] = INFINITY;
    box[2] = box[3] = -INFINITY;
    const size_t end = s->ring_start[s->area_start[area + 1]];
    for (size_t i = s->ring_start[s->area_start[area]]; i < end; i++) {
        if (s->x[i] < box[0]) box[0] = s->x[i];
        if (s->y[i] < box[1]) box[1] = s->y[i];
        if (s->x[i] > box[2]) box[2] = s->x[i];
        if (s->y[i] > box[3]) box[3] = s->y[i];
    }
}

static unsigned char *put_polygon(unsigned char *to, const ig_shapes *s, size_t first, size_t last)
{
    *to++ = 1;
    to = put_u32(to, 3);
    to = put_u32(to, (uint32_t)(last - first));
    for (size_t r = first; r < last; r++) {
        const size_t start = s->ring_start[r], end = s->ring_start[r + 1];
        to = put_u32(to, (uint32_t)(end - start));
        for (size_t i = start; i < end; i++) {
            to = put_double(to, s->x[i]);
            to = put_double(to, s->y[i]);
        }
    }
    return to;
}

bool gpkg_area_blob(struct package *p, const ig_shapes *s, size_t area, int srs, double box[4],
                    size_t *size)
{
    const size_t first = s->area_start[area], end = s->area_start[area + 1];
    const size_t points = s->ring_start[end] - s->ring_start[first];
    *size = 0;
    if (first == end) return true;
    if (!blob_room(p, 64 + 16 * points + 16 * (end - first))) return false;
    box_of_area(s, area, box);
    unsigned char *to = put_head(p->blob, srs, box);
    *to++ = 1;
    to = put_u32(to, 6);
    unsigned char *const count_at = to;
    to += 4;
    uint32_t count = 0;
    for (size_t r = first; r < end; count++) {
        size_t last = r + 1;
        while (last < end && s->polygon[last] == s->polygon[r])
            last++;
        to = put_polygon(to, s, r, last);
        r = last;
    }
    put_u32(count_at, count);
    *size = (size_t)(to - p->blob);
    return true;
}

bool gpkg_point_blob(struct package *p, double x, double y, int srs, double box[4], size_t *size)
{
    *size = 0;
    if (!isfinite(x) || !isfinite(y)) return true;
    if (!blob_room(p, 32)) return false;
    unsigned char *to = put_head(p->blob, srs, NULL);
    *to++ = 1;
    to = put_u32(to, 1);
    to = put_double(to, x);
    to = put_double(to, y);
    *size = (size_t)(to - p->blob);
    box[0] = box[2] = x;
    box[1] = box[3] = y;
    return true;
}

// ---- the index -----------------------------------------------------------------------------------

ig_status gpkg_write_index(struct package *p, const ig_layer *layer, const char *geometry,
                           double (*boxes)[4], double all[4])
{
    for (size_t row = 0; row < layer->rows; row++) {
        if (!(boxes[row][0] <= boxes[row][2])) continue;
        for (int i = 0; i < 2; i++) {
            all[i] = fmin(all[i], boxes[row][i]);
            all[i + 2] = fmax(all[i + 2], boxes[row][i + 2]);
        }
    }
    ig_status status =
        gpkg_execute_format(p,
                            "CREATE VIRTUAL TABLE \"rtree_%w_%w\" USING rtree(id, minx, "
                            "maxx, miny, maxy)",
                            layer->name, geometry);
    char *name = status ? NULL : sqlite3_mprintf("rtree_%s_%s", layer->name, geometry);
    if (!status && !name) status = gpkg_no_memory(p);
    if (!status) {
        const int code = ig_rtree_fill(p->db, name, boxes, layer->rows);
        if (code)
            status =
                code == SQLITE_NOMEM ? gpkg_no_memory(p) : gpkg_failed(p, "cannot write the index");
    }
    sqlite3_free(name);
    return status;
}

ig_status gpkg_create_triggers(struct package *p, const char *table, const char *geometry,
                               const char *fid)
{
    static const char *const forms[] = {
        "CREATE TRIGGER \"rtree_%w_%w_insert\" AFTER INSERT ON \"%w\" WHEN (new.\"%w\" NOT NULL "
        "AND "
        "NOT ST_IsEmpty(NEW.\"%w\")) BEGIN INSERT OR REPLACE INTO \"rtree_%w_%w\" VALUES "
        "(NEW.\"%w\",ST_MinX(NEW.\"%w\"), ST_MaxX(NEW.\"%w\"),ST_MinY(NEW.\"%w\"), "
        "ST_MaxY(NEW.\"%w\")); END",
        "CREATE TRIGGER \"rtree_%w_%w_update1\" AFTER UPDATE OF \"%w\" ON \"%w\" WHEN OLD.\"%w\" = "
        "NEW.\"%w\" AND (NEW.\"%w\" NOTNULL AND NOT ST_IsEmpty(NEW.\"%w\")) BEGIN INSERT OR "
        "REPLACE "
        "INTO \"rtree_%w_%w\" VALUES (NEW.\"%w\",ST_MinX(NEW.\"%w\"), "
        "ST_MaxX(NEW.\"%w\"),ST_MinY(NEW.\"%w\"), ST_MaxY(NEW.\"%w\")); END",
        "CREATE TRIGGER \"rtree_%w_%w_update2\" AFTER UPDATE OF \"%w\" ON \"%w\" WHEN OLD.\"%w\" = "
        "NEW.\"%w\" AND (NEW.\"%w\" ISNULL OR ST_IsEmpty(NEW.\"%w\")) BEGIN DELETE FROM "
        "\"rtree_%w_%w\" WHERE id = OLD.\"%w\"; END",
        "CREATE TRIGGER \"rtree_%w_%w_update3\" AFTER UPDATE ON \"%w\" WHEN OLD.\"%w\" != "
        "NEW.\"%w\" AND (NEW.\"%w\" NOTNULL AND NOT ST_IsEmpty(NEW.\"%w\")) BEGIN DELETE FROM "
        "\"rtree_%w_%w\" WHERE id = OLD.\"%w\"; INSERT OR REPLACE INTO \"rtree_%w_%w\" VALUES "
        "(NEW.\"%w\",ST_MinX(NEW.\"%w\"), ST_MaxX(NEW.\"%w\"),ST_MinY(NEW.\"%w\"), "
        "ST_MaxY(NEW.\"%w\")); END",
        "CREATE TRIGGER \"rtree_%w_%w_update4\" AFTER UPDATE ON \"%w\" WHEN OLD.\"%w\" != "
        "NEW.\"%w\" AND (NEW.\"%w\" ISNULL OR ST_IsEmpty(NEW.\"%w\")) BEGIN DELETE FROM "
        "\"rtree_%w_%w\" WHERE id IN (OLD.\"%w\", NEW.\"%w\"); END",
        "CREATE TRIGGER \"rtree_%w_%w_delete\" AFTER DELETE ON \"%w\" WHEN old.\"%w\" NOT NULL "
        "BEGIN "
        "DELETE FROM \"rtree_%w_%w\" WHERE id = OLD.\"%w\"; END"};
    const char *const t = table, *const g = geometry, *const f = fid;
    ig_status status = gpkg_execute_format(p, forms[0], t, g, t, g, g, t, g, f, g, g, g, g);
    if (!status)
        status = gpkg_execute_format(p, forms[1], t, g, g, t, f, f, g, g, t, g, f, g, g, g, g);
    if (!status) status = gpkg_execute_format(p, forms[2], t, g, g, t, f, f, g, g, t, g, f);
    if (!status)
        status =
            gpkg_execute_format(p, forms[3], t, g, t, f, f, g, g, t, g, f, t, g, f, g, g, g, g);
    if (!status) status = gpkg_execute_format(p, forms[4], t, g, t, f, f, g, g, t, g, f, f);
    if (!status) status = gpkg_execute_format(p, forms[5], t, g, t, g, t, g, f);
    return status;
}
