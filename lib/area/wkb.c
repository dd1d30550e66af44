// Well-known binary to rings and points: ISO types, EWKB flags, either byte order.
#include "features.h"

#include <ogr_api.h>
#include <string.h>

struct reader {
    const unsigned char *at;
    size_t left;
    bool little;
};

static bool read_byte(struct reader *in, unsigned char *value)
{
    if (in->left < 1) return false;
    *value = *in->at++;
    in->left--;
    return true;
}

static bool read_u32(struct reader *in, uint32_t *value)
{
    if (in->left < 4) return false;
    const unsigned char *b = in->at;
    *value =
        in->little
            ? (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24
            : (uint32_t)b[3] | (uint32_t)b[2] << 8 | (uint32_t)b[1] << 16 | (uint32_t)b[0] << 24;
    in->at += 4;
    in->left -= 4;
    return true;
}

static double double_at(const unsigned char *bytes, bool little)
{
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | bytes[little ? 7 - i : i];
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/// Byte order, type without its dimension flags, and the number of ordinates of a point.
static bool read_header(struct reader *in, uint32_t *type, size_t *dimensions)
{
    unsigned char order;
    uint32_t raw;
    if (!read_byte(in, &order) || order > 1) return false;
    in->little = order == 1;
    if (!read_u32(in, &raw)) return false;
    *dimensions = 2 + !!(raw & 0x80000000u) + !!(raw & 0x40000000u);
    if (raw & 0x20000000u) { // EWKB: a reference system follows
        uint32_t srid;
        if (!read_u32(in, &srid)) return false;
    }
    raw &= 0x0fffffffu;
    const uint32_t thousands = raw / 1000;
    if (thousands > 3) return false;
    *dimensions += thousands == 3 ? 2 : thousands ? 1 : 0;
    *type = raw % 1000;
    return true;
}

static const char *type_name(uint32_t type)
{
    static const char *const names[] = {"a geometry",
                                        "a point",
                                        "a line",
                                        "a polygon",
                                        "a multipoint",
                                        "a multiline",
                                        "a polygon",
                                        "a collection",
                                        "a circular string",
                                        "a compound curve",
                                        "a curved polygon",
                                        "a multicurve",
                                        "a multisurface",
                                        "a curve",
                                        "a surface",
                                        "a polyhedral surface",
                                        "a TIN",
                                        "a triangle"};
    return type < sizeof names / sizeof *names ? names[type] : "an unknown geometry";
}

static bool ring_points(ig_ctx *ctx, ig_features *features, struct reader *in, size_t dimensions,
                        uint32_t count, ig_status *status)
{
    const size_t stride = dimensions * 8;
    if (count > in->left / stride) return false;
    if (features->used + count - features->ring_start[features->rings] > IG_MAX_VERTICES) {
        *status = ig_fail(ctx, IG_ELIMIT, "%s: a feature of more than %u points",
                          features->files[features->file_count - 1], IG_MAX_VERTICES);
        return true;
    }
    *status = ig_features_room(ctx, features, count);
    if (*status) return true;
    double *x = features->x + features->used, *y = features->y + features->used;
    for (uint32_t i = 0; i < count; i++, in->at += stride) {
        x[i] = double_at(in->at, in->little);
        y[i] = double_at(in->at + 8, in->little);
    }
    in->left -= count * stride;
    features->used += count;
    ig_features_ring_end(features);
    return true;
}

/// Rings of a polygon whose header was read. False when the bytes are broken.
static bool polygon_rings(ig_ctx *ctx, ig_features *features, struct reader *in, size_t dimensions,
                          uint32_t *polygon, ig_status *status)
{
    uint32_t rings;
    if (!read_u32(in, &rings) || rings > in->left / 4) return false;
    bool any = false;
    for (uint32_t r = 0; r < rings; r++) {
        uint32_t count;
        if (!read_u32(in, &count)) return false;
        if (count == 0) continue;
        *status = ig_features_ring(ctx, features, *polygon);
        if (*status) return true;
        if (!ring_points(ctx, features, in, dimensions, count, status)) return false;
        if (*status) return true;
        any = true;
    }
    *polygon += any;
    return true;
}

/// A line whose header was read: a ring that need not close.
static bool line_points(ig_ctx *ctx, ig_features *features, struct reader *in, size_t dimensions,
                        uint32_t *polygon, ig_status *status)
{
    uint32_t count;
    if (!read_u32(in, &count)) return false;
    features->items[features->count - 1].is_line = true;
    if (count == 0) return true;
    *status = ig_features_ring(ctx, features, (*polygon)++);
    return *status || ring_points(ctx, features, in, dimensions, count, status);
}

/// Curves to straight lines by OGR's own rule (4 degrees a step), then the same way again.
static ig_status straighten(ig_ctx *ctx, ig_features *features, const unsigned char *wkb,
                            size_t length)
{
    OGRGeometryH curved = NULL, straight = NULL;
    unsigned char *copy = NULL;
    ig_status status = IG_OK;
    if (OGR_G_CreateFromWkbEx(wkb, NULL, &curved, length) != OGRERR_NONE || !curved) {
        status = ig_fail(ctx, IG_EFORMAT, "%s: a curved geometry that cannot be read",
                         features->files[features->file_count - 1]);
        goto done;
    }
    straight = OGR_G_GetLinearGeometry(curved, 0, NULL);
    const size_t size = straight ? OGR_G_WkbSizeEx(straight) : 0;
    copy = size ? ig_alloc(size, 1) : NULL;
    if (!copy || OGR_G_ExportToIsoWkb(straight, wkbNDR, copy) != OGRERR_NONE) {
        status = ig_fail(ctx, IG_EFORMAT, "%s: a curved geometry that cannot be made straight",
                         features->files[features->file_count - 1]);
        goto done;
    }
    status = ig_features_wkb(ctx, features, copy, size);
done:
    ig_free(copy);
    OGR_G_DestroyGeometry(straight);
    OGR_G_DestroyGeometry(curved);
    return status;
}

static bool polygons(ig_ctx *ctx, ig_features *features, struct reader *in, uint32_t *polygon,
                     int depth, const char **other, ig_status *status)
{
    uint32_t type;
    size_t dimensions;
    if (!read_header(in, &type, &dimensions)) return false;
    const bool wants_polygons = !features->lines || features->also;
    if (features->lines && type == 2)
        return line_points(ctx, features, in, dimensions, polygon, status);
    if (wants_polygons && type == 3)
        return polygon_rings(ctx, features, in, dimensions, polygon, status);
    if (!(wants_polygons && type == 6) && !(features->lines && type == 5) && type != 7) {
        *other = type_name(type);
        return true;
    }
    uint32_t count;
    if (depth > 8 || !read_u32(in, &count) || count > in->left / 5) return false;
    for (uint32_t i = 0; i < count && !*status && !*other; i++)
        if (!polygons(ctx, features, in, polygon, depth + 1, other, status)) return false;
    return true;
}

/// A point, or a multipoint of one.
static bool one_point(ig_ctx *ctx, ig_features *features, struct reader *in, const char **other,
                      ig_status *status)
{
    uint32_t type, count;
    size_t dimensions;
    if (!read_header(in, &type, &dimensions)) return false;
    if (type == 4) {
        if (!read_u32(in, &count)) return false;
        if (count == 0) return true;
        if (count > 1) {
            *other = "a multipoint of several points";
            return true;
        }
        if (!read_header(in, &type, &dimensions)) return false;
    }
    if (type != 1) {
        *other = type_name(type);
        return true;
    }
    if (in->left < dimensions * 8) return false;
    const double x = double_at(in->at, in->little), y = double_at(in->at + 8, in->little);
    if (x != x && y != y) return true; // the way WKB writes an empty point
    *status = ig_features_room(ctx, features, 1);
    if (*status) return true;
    features->x[features->used] = x;
    features->y[features->used++] = y;
    features->items[features->count - 1].rings = 1;
    return true;
}

ig_status ig_features_wkb(ig_ctx *ctx, ig_features *features, const unsigned char *wkb,
                          size_t length)
{
    ig_feature *item = &features->items[features->count - 1];
    struct reader in = {wkb, length, false};
    ig_status status = IG_OK;
    const char *other = NULL;
    uint32_t polygon = 0, type = 0;
    size_t dimensions;
    struct reader peek = in;
    if (!features->points && read_header(&peek, &type, &dimensions) &&
        (type == 10 || type == 12 || // CurvePolygon, MultiSurface
         (features->lines && (type == 8 || type == 9 || type == 11))))
        return straighten(ctx, features, wkb, length);
    const bool sound = features->points
                           ? one_point(ctx, features, &in, &other, &status)
                           : polygons(ctx, features, &in, &polygon, 0, &other, &status);
    if (status) return status;
    if (!sound) {
        ig_fail(ctx, IG_EFORMAT, "%s: the geometry of %s %lld is damaged",
                features->files[item->file], features->word, (long long)item->line);
        return ig_hint(ctx, "the file is corrupt; fetch it again, or mend it with its own program");
    }
    if (other) {
        ig_features_forget(features);
        item->state = IG_FEATURE_WRONG;
        item->type = other;
        return IG_OK;
    }
    item->state = item->rings ? IG_FEATURE_SOUND : IG_FEATURE_EMPTY;
    return IG_OK;
}
