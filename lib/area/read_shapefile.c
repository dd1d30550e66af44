// Shapefile: shapes and attributes, record by record. ESRI (1998), "ESRI Shapefile Technical
// Description".
#include "shapefile.h"

#include "../table/dbf.h"
#include "features.h"
#include "rings.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static double number(const unsigned char *b)
{
    uint64_t bits = 0;
    for (int i = 7; i >= 0; i--)
        bits = bits << 8 | b[i];
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static const char *type_name(uint32_t type)
{
    switch (type % 10) {
    case 1:
        return type == 31 ? "a multipatch" : "a point";
    case 3:
        return "a line";
    case 5:
        return "a polygon";
    case 8:
        return "a multipoint";
    default:
        return "an unknown shape";
    }
}

struct part {
    size_t first, count; ///< points within the record
    double area2;        ///< negative for shells, by the format's rule
    double box[4];
    size_t shell; ///< the shell that holds this hole
    bool is_shell;
};

static void assign_holes(struct part *parts, size_t count, const double *x, const double *y,
                         bool *note)
{
    size_t shells = 0;
    for (size_t i = 0; i < count; i++)
        shells += parts[i].is_shell = parts[i].area2 < 0.0;
    if (shells == 0) // drawn the wrong way round: the greatest is a shell, the rest by nesting
        for (size_t i = 0, best = 0; i < count; i++) {
            if (fabs(parts[i].area2) > fabs(parts[best].area2)) best = i;
            if (i + 1 == count) parts[best].is_shell = true;
        }
    for (size_t h = 0; h < count; h++) {
        if (parts[h].is_shell) continue;
        parts[h].shell = count;
        for (size_t s = 0; s < count; s++) {
            const struct part *shell = &parts[s], *best = &parts[parts[h].shell % count];
            if (!shell->is_shell || parts[h].box[0] < shell->box[0] ||
                parts[h].box[1] < shell->box[1] || parts[h].box[2] > shell->box[2] ||
                parts[h].box[3] > shell->box[3])
                continue;
            if (parts[h].shell < count && fabs(best->area2) <= fabs(shell->area2)) continue;
            if (ig_ring_within(x + parts[h].first, y + parts[h].first, parts[h].count,
                               x + shell->first, y + shell->first, shell->count))
                parts[h].shell = s;
        }
    }
    for (size_t h = 0; h < count; h++) {
        if (parts[h].is_shell || parts[h].shell < count) continue;
        parts[h].is_shell = true; // lies in no shell: a part of its own
        *note = shells > 0;
    }
}

static ig_status add_part(ig_ctx *ctx, ig_features *features, const struct part *part,
                          uint32_t polygon, const double *x, const double *y)
{
    ig_status status = ig_features_ring(ctx, features, polygon);
    if (!status) status = ig_features_room(ctx, features, part->count);
    if (status) return status;
    memcpy(features->x + features->used, x + part->first, part->count * sizeof *x);
    memcpy(features->y + features->used, y + part->first, part->count * sizeof *y);
    features->used += part->count;
    ig_features_ring_end(features);
    return IG_OK;
}

static ig_status add_parts(ig_ctx *ctx, ig_features *features, struct part *parts, size_t count,
                           const double *x, const double *y)
{
    if (features->items[features->count - 1].is_line) {
        ig_status status = IG_OK;
        for (size_t i = 0; i < count && !status; i++)
            status = add_part(ctx, features, &parts[i], (uint32_t)i, x, y);
        return status;
    }
    assign_holes(parts, count, x, y, &features->items[features->count - 1].note);
    uint32_t polygon = 0;
    for (size_t s = 0; s < count; s++) {
        if (!parts[s].is_shell) continue;
        ig_status status = add_part(ctx, features, &parts[s], polygon, x, y);
        for (size_t h = 0; h < count && !status; h++)
            if (!parts[h].is_shell && parts[h].shell == s)
                status = add_part(ctx, features, &parts[h], polygon, x, y);
        if (status) return status;
        polygon++;
    }
    return IG_OK;
}

/// Parts of a polygon or a line: the format stores both in one way.
static ig_status polygon(ig_shapefile *file, ig_features *features, const unsigned char *content,
                         size_t length)
{
    ig_ctx *ctx = file->ctx;
    ig_feature *item = &features->items[features->count - 1];
    const uint64_t part_count = length >= 44 ? ig_little32(content + 36) : 0;
    const uint64_t point_count = length >= 44 ? ig_little32(content + 40) : 0;
    if (length < 44 || 44 + 4 * part_count + 16 * point_count > length || part_count > point_count)
        return ig_fail(ctx, IG_EFORMAT,
                       "%s: corrupt: record %lld holds %llu parts and %llu points in %zu bytes",
                       file->name, (long long)item->line, (unsigned long long)part_count,
                       (unsigned long long)point_count, length);
    if (point_count > IG_MAX_VERTICES)
        return ig_fail(ctx, IG_ELIMIT, "%s: record %lld has more than %u points", file->name,
                       (long long)item->line, IG_MAX_VERTICES);
    item->state = IG_FEATURE_EMPTY;
    if (part_count == 0 || point_count == 0) return IG_OK;
    struct part *parts = ig_alloc((size_t)part_count, sizeof *parts);
    double *x = ig_alloc((size_t)point_count, 2 * sizeof *x);
    ig_status status = IG_OK;
    if (!parts || !x) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %s", file->name);
        goto done;
    }
    double *y = x + point_count;
    const unsigned char *points = content + 44 + 4 * part_count;
    for (size_t i = 0; i < point_count; i++) {
        x[i] = number(points + 16 * i);
        y[i] = number(points + 16 * i + 8);
    }
    for (size_t i = 0; i < part_count; i++) {
        const uint64_t first = ig_little32(content + 44 + 4 * i);
        const uint64_t end =
            i + 1 < part_count ? ig_little32(content + 44 + 4 * (i + 1)) : point_count;
        if (first >= end || end > point_count) {
            status = ig_fail(ctx, IG_EFORMAT,
                             "%s: corrupt: the parts of record %lld do not follow "
                             "each other",
                             file->name, (long long)item->line);
            goto done;
        }
        parts[i].first = (size_t)first;
        parts[i].count = (size_t)(end - first);
        parts[i].area2 = ig_ring_area2(x + first, y + first, parts[i].count);
        ig_ring_box(x + first, y + first, parts[i].count, parts[i].box);
    }
    status = add_parts(ctx, features, parts, (size_t)part_count, x, y);
    features->items[features->count - 1].state = IG_FEATURE_SOUND;
done:
    ig_free(parts);
    ig_free(x);
    return status;
}

static ig_status point(ig_shapefile *file, ig_features *features, const unsigned char *content,
                       size_t length)
{
    ig_feature *item = &features->items[features->count - 1];
    if (length < 20)
        return ig_fail(file->ctx, IG_EFORMAT, "%s: corrupt: record %lld is too short", file->name,
                       (long long)item->line);
    ig_status status = ig_features_room(file->ctx, features, 1);
    if (status) return status;
    features->x[features->used] = number(content + 4);
    features->y[features->used++] = number(content + 12);
    item->rings = 1;
    item->state = IG_FEATURE_SOUND;
    return IG_OK;
}

/// Does a shape of this type serve?
static bool is_wanted(const ig_features *features, uint32_t type)
{
    const bool polygons = !features->points && (!features->lines || features->also);
    const uint32_t plain = type < 30 ? type % 10 : 0;
    return (polygons && plain == 5) || (features->lines && plain == 3) ||
           (features->points && plain == 1);
}

static ig_status shape(ig_shapefile *file, ig_features *features, size_t i)
{
    const unsigned char *content;
    size_t length;
    ig_status status = ig_shapefile_record(file, i, &content, &length);
    if (!status) status = ig_features_add(file->ctx, features, (int64_t)i + 1, NULL);
    if (status) return status;
    ig_feature *item = &features->items[features->count - 1];
    const uint32_t type = ig_little32(content);
    if (type == 0) return IG_OK;
    if (!is_wanted(features, type)) {
        item->state = IG_FEATURE_WRONG;
        item->type = type_name(type);
        return IG_OK;
    }
    if (features->points) return point(file, features, content, length);
    item->is_line = type % 10 == 3;
    return polygon(file, features, content, length);
}

/// Kind of a column by its field: N and F with decimals, N without, text.
static ig_column_kind field_kind(const ig_dbf_field *field)
{
    if (field->type == 'F' || field->type == 'O') return IG_COLUMN_REAL;
    if (field->type != 'N' && field->type != 'I') return IG_COLUMN_TEXT;
    return field->decimals || (field->type == 'N' && field->width > 18) ? IG_COLUMN_REAL
                                                                        : IG_COLUMN_INTEGER;
}

/// A cell of a numeric field in its proper kind; stars stand for a number that did not fit.
static ig_status attribute(ig_shapefile *file, ig_features *features, ig_dbf *dbf, size_t record,
                           size_t from, size_t to)
{
    const char *text;
    double value;
    const ig_status status = ig_dbf_trimmed(dbf, record, from, &text);
    if (status || !*text) return status;
    ig_column_kind kind = field_kind(ig_dbf_field_at(dbf, from));
    if (kind != IG_COLUMN_TEXT && text[0] == '*') return IG_OK;
    if (kind != IG_COLUMN_TEXT && !ig_text_number(text, &value)) kind = IG_COLUMN_TEXT;
    return ig_features_cell(file->ctx, features, to, kind, text, strlen(text));
}

/// Shapes with their attributes, record by record.
static ig_status records(ig_shapefile *file, ig_features *features, ig_dbf *dbf)
{
    const size_t columns = ig_dbf_fields(dbf);
    size_t *to = ig_alloc(columns + 1, sizeof *to), deleted = 0;
    ig_status status = to ? IG_OK : ig_fail(file->ctx, IG_EMEMORY, "no memory for %s", file->name);
    for (size_t c = 0; c < columns && !status; c++) {
        const ig_dbf_field *field = ig_dbf_field_at(dbf, c);
        status = ig_features_column(file->ctx, features, field->name, field_kind(field), &to[c]);
    }
    for (size_t i = 0; i < file->records && !status; i++) {
        if (ig_dbf_deleted(dbf, i)) {
            deleted++;
            continue;
        }
        status = shape(file, features, i);
        for (size_t c = 0; c < columns && !status; c++)
            status = attribute(file, features, dbf, i, c, to[c]);
    }
    if (!status) status = ig_dbf_finish(dbf);
    if (!status && deleted)
        ig_warn(file->ctx, "%s: %zu of %zu records are marked as deleted and left out", file->name,
                deleted, file->records);
    ig_free(to);
    return status;
}

static ig_status projection(ig_shapefile *file, ig_features *features)
{
    if (!file->prj_path) return ig_features_crs(file->ctx, features, NULL, false);
    ig_bytes prj = {0};
    ig_status status = ig_bytes_read(file->ctx, file->prj_path, &prj);
    const char *text = (const char *)prj.data;
    if (!status && prj.length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) text += 3;
    while (!status && *text && isspace((unsigned char)*text))
        text++;
    if (!status) status = ig_features_crs(file->ctx, features, *text ? text : NULL, false);
    ig_bytes_free(&prj);
    return status;
}

ig_status ig_features_read_shapefile(ig_ctx *ctx, ig_features *features, const char *path,
                                     const char *name, const char *encoding)
{
    ig_shapefile file;
    ig_dbf *dbf = NULL;
    features->word = "record";
    ig_status status = ig_shapefile_open(ctx, path, name, &file);
    if (!status) status = ig_shapefile_check(&file);
    if (!status) status = projection(&file, features);
    if (!status) status = ig_dbf_open(ctx, file.dbf_path, name, encoding, &dbf);
    if (!status) status = records(&file, features, dbf);
    ig_dbf_close(dbf);
    ig_shapefile_close(&file);
    return status;
}

ig_status ig_features_shapefile_fits(ig_ctx *ctx, const ig_features *features, const char *path,
                                     bool *fits)
{
    uint32_t type;
    const ig_status status = ig_shapefile_type(ctx, path, &type);
    *fits = type == 0 || is_wanted(features, type);
    return status;
}
