// Shapefile, every length and offset compared before it is believed: ESRI (1998), "ESRI Shapefile
// Technical Description". The geometry is read from memory; the attributes come by the DBF reader.
#include "features.h"
#include "rings.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum { HEADER = 100, RECORD = 8 };

struct shapefile {
    ig_ctx *ctx;
    const char *path, *name;
    ig_bytes shp, shx, dbf;
    size_t records;
    char *dbf_path, *prj_path;
};

static uint32_t big(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint32_t little(const unsigned char *b)
{
    return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static double number(const unsigned char *b)
{
    uint64_t bits = 0;
    for (int i = 7; i >= 0; i--)
        bits = bits << 8 | b[i];
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/// The part of a shapefile with another suffix, whatever its case; NULL when there is none.
static char *part_path(const char *path, const char *suffix)
{
    const size_t length = strlen(path);
    char *part = ig_text_copy(path);
    if (!part || length < 4) return part;
    for (int form = 0; form < 3; form++) {
        for (size_t i = 0; i < 4; i++) {
            const int c = suffix[i];
            const bool upper = form == 1 || (form == 0 && isupper((unsigned char)path[length - 1]));
            part[length - 4 + i] = (char)(upper ? toupper(c) : c);
        }
        if (access(part, R_OK) == 0) return part;
    }
    ig_free(part);
    return NULL;
}

static ig_status missing_part(struct shapefile *file, const char *suffix)
{
    ig_fail(file->ctx, IG_EFORMAT, "%s: its part %s is missing", file->name, suffix);
    return ig_hint(file->ctx, "a shapefile is .shp, .shx and .dbf with one base name, and .prj for "
                              "its CRS; keep them together");
}

static ig_status read_part(struct shapefile *file, const char *suffix, ig_bytes *bytes, char **kept)
{
    char *path = part_path(file->path, suffix);
    if (!path) return missing_part(file, suffix);
    ig_status status = ig_bytes_read(file->ctx, path, bytes);
    if (kept)
        *kept = path;
    else
        ig_free(path);
    return status;
}

static ig_status check_header(struct shapefile *file, const ig_bytes *part, const char *suffix)
{
    ig_ctx *ctx = file->ctx;
    if (part->length < HEADER)
        return ig_fail(ctx, IG_EFORMAT, "%s: its %s is too short (truncated): %zu bytes",
                       file->name, suffix, part->length);
    if (big(part->data) != 9994 || little(part->data + 28) != 1000)
        return ig_fail(ctx, IG_EFORMAT, "%s: its %s does not begin as a shapefile does", file->name,
                       suffix);
    return IG_OK;
}

/// Counts of the three parts must agree: a library takes the least and says nothing.
static ig_status check_counts(struct shapefile *file)
{
    ig_ctx *ctx = file->ctx;
    ig_status status = check_header(file, &file->shp, ".shp");
    if (!status) status = check_header(file, &file->shx, ".shx");
    if (status) return status;
    if (file->dbf.length < 32)
        return ig_fail(ctx, IG_EFORMAT, "%s: its .dbf is too short (truncated): %zu bytes",
                       file->name, file->dbf.length);
    const uint64_t stated = 2 * (uint64_t)big(file->shx.data + 24);
    if (stated != file->shx.length || (file->shx.length - HEADER) % RECORD)
        return ig_fail(ctx, IG_EFORMAT,
                       "%s: its .shx should be %llu bytes long and is %zu: truncated or corrupt",
                       file->name, (unsigned long long)stated, file->shx.length);
    file->records = (file->shx.length - HEADER) / RECORD;
    const uint32_t rows = little(file->dbf.data + 4);
    if (file->records != rows) {
        ig_fail(ctx, IG_EFORMAT, "%s: %zu shapes in .shp and .shx but %u records in .dbf",
                file->name, file->records, rows);
        return ig_hint(ctx, "the parts do not belong together or one was cut; fetch them again");
    }
    return IG_OK;
}

/// Of the .dbf only the fields are kept: the DBF reader has the records from the file itself.
static ig_status keep_fields(struct shapefile *file)
{
    const size_t stated = (size_t)file->dbf.data[8] | (size_t)file->dbf.data[9] << 8;
    const size_t length = stated < file->dbf.length ? stated : file->dbf.length;
    unsigned char *fields = ig_alloc(length + 1, 1);
    if (!fields) return ig_fail(file->ctx, IG_EMEMORY, "no memory for %s", file->name);
    memcpy(fields, file->dbf.data, length);
    ig_bytes_free(&file->dbf);
    file->dbf = (ig_bytes){fields, length};
    return IG_OK;
}

/// The content of record i, by its entry in the .shx and its own header.
static ig_status record(struct shapefile *file, size_t i, const unsigned char **content,
                        size_t *length)
{
    const unsigned char *entry = file->shx.data + HEADER + i * RECORD;
    const uint64_t offset = 2 * (uint64_t)big(entry), size = 2 * (uint64_t)big(entry + 4);
    if (offset < HEADER || offset + RECORD + size > file->shp.length) {
        ig_fail(file->ctx, IG_EFORMAT,
                "%s: truncated or corrupt: record %zu should lie at bytes %llu to %llu, the file "
                "has %zu",
                file->name, i + 1, (unsigned long long)offset,
                (unsigned long long)(offset + RECORD + size), file->shp.length);
        return ig_hint(file->ctx, "fetch the shapefile again");
    }
    const unsigned char *head = file->shp.data + offset;
    if (big(head) != i + 1 || 2 * (uint64_t)big(head + 4) != size || size < 4) {
        ig_fail(file->ctx, IG_EFORMAT, "%s: corrupt: the .shx leads record %zu to a wrong place",
                file->name, i + 1);
        return ig_hint(file->ctx, "the .shx does not belong to this .shp; fetch both again");
    }
    *content = head + RECORD;
    *length = (size_t)size;
    return IG_OK;
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
static ig_status polygon(struct shapefile *file, ig_features *features,
                         const unsigned char *content, size_t length)
{
    ig_ctx *ctx = file->ctx;
    ig_feature *item = &features->items[features->count - 1];
    const uint64_t part_count = length >= 44 ? little(content + 36) : 0;
    const uint64_t point_count = length >= 44 ? little(content + 40) : 0;
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
        const uint64_t first = little(content + 44 + 4 * i);
        const uint64_t end = i + 1 < part_count ? little(content + 44 + 4 * (i + 1)) : point_count;
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

static ig_status point(struct shapefile *file, ig_features *features, const unsigned char *content,
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

static ig_status shape(struct shapefile *file, ig_features *features, size_t i)
{
    const unsigned char *content;
    size_t length;
    ig_status status = record(file, i, &content, &length);
    if (!status) status = ig_features_add(file->ctx, features, (int64_t)i + 1, NULL);
    if (status) return status;
    const uint32_t type = little(content);
    if (type == 0) return IG_OK;
    const bool wants_polygons = !features->points && (!features->lines || features->also);
    if (wants_polygons && (type == 5 || type == 15 || type == 25))
        return polygon(file, features, content, length);
    if (features->lines && (type == 3 || type == 13 || type == 23)) {
        features->items[features->count - 1].is_line = true;
        return polygon(file, features, content, length);
    }
    if (features->points && (type == 1 || type == 11 || type == 21))
        return point(file, features, content, length);
    ig_feature *item = &features->items[features->count - 1];
    item->state = IG_FEATURE_WRONG;
    item->type = type_name(type);
    return IG_OK;
}

/// Kind of each column by the field descriptors: N and F with decimals, N without, text.
static ig_column_kind field_kind(const ig_bytes *dbf, size_t column)
{
    const size_t at = 32 + 32 * column;
    if (at + 32 > dbf->length) return IG_COLUMN_TEXT;
    const unsigned char *field = dbf->data + at;
    if (field[11] == 'F' || field[11] == 'O') return IG_COLUMN_REAL;
    if (field[11] != 'N' && field[11] != 'I') return IG_COLUMN_TEXT;
    return field[17] || (field[11] == 'N' && field[16] > 18) ? IG_COLUMN_REAL : IG_COLUMN_INTEGER;
}

/// A cell of a numeric field in its proper kind; stars stand for a number that did not fit.
static ig_status attribute(struct shapefile *file, ig_features *features, const ig_table *table,
                           size_t row, size_t from, size_t to, ig_column_kind kind)
{
    const char *text = ig_table_text(table, row, from);
    double value;
    if (kind != IG_COLUMN_TEXT && (text[0] == '*' || !*text)) return IG_OK;
    if (kind == IG_COLUMN_TEXT && !*text) return IG_OK;
    if (kind != IG_COLUMN_TEXT && !ig_text_number(text, &value)) kind = IG_COLUMN_TEXT;
    return ig_features_cell(file->ctx, features, to, kind, text, strlen(text));
}

static ig_status attributes(struct shapefile *file, ig_features *features, const char *encoding)
{
    ig_table *table = NULL;
    size_t *to = NULL;
    ig_table_options options = ig_table_defaults();
    options.keyless = true;
    options.encoding = encoding;
    ig_status status = ig_table_read(file->ctx, file->dbf_path, &options, &table);
    if (status) return status;
    const size_t columns = ig_table_columns(table), rows = ig_table_rows(table);
    to = ig_alloc(columns + 1, sizeof *to);
    if (!to) status = ig_fail(file->ctx, IG_EMEMORY, "no memory for %s", file->name);
    for (size_t c = 0; c < columns && !status; c++)
        status = ig_features_column(file->ctx, features, ig_table_column_name(table, c),
                                    field_kind(&file->dbf, c), &to[c]);
    size_t next = 0; // records marked as deleted have no row in the table
    for (size_t row = 0; row < rows && !status; row++) {
        const int64_t line = ig_table_line(table, row);
        if (line < 1 || (uint64_t)line > file->records || (size_t)line <= next) {
            status = ig_fail(file->ctx, IG_EBUG, "%s: record %lld out of order", file->name,
                             (long long)line);
            break;
        }
        next = (size_t)line;
        status = shape(file, features, next - 1);
        for (size_t c = 0; c < columns && !status; c++)
            status = attribute(file, features, table, row, c, to[c], field_kind(&file->dbf, c));
    }
    if (!status && rows < file->records)
        ig_warn(file->ctx, "%s: %zu of %zu records are marked as deleted and left out", file->name,
                file->records - rows, file->records);
    ig_free(to);
    ig_table_free(table);
    return status;
}

static ig_status projection(struct shapefile *file, ig_features *features)
{
    file->prj_path = part_path(file->path, ".prj");
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

/// All records must be good before the first is used, so that a cut is named by its first record.
static ig_status check_records(struct shapefile *file)
{
    const uint64_t stated = 2 * (uint64_t)big(file->shp.data + 24);
    for (size_t i = 0; i < file->records; i++) {
        const unsigned char *content;
        size_t length;
        ig_status status = record(file, i, &content, &length);
        if (status) return status;
    }
    if (stated > file->shp.length)
        return ig_fail(file->ctx, IG_EFORMAT,
                       "%s: its .shp should be %llu bytes long and is %zu: truncated", file->name,
                       (unsigned long long)stated, file->shp.length);
    return IG_OK;
}

ig_status ig_features_read_shapefile(ig_ctx *ctx, ig_features *features, const char *path,
                                     const char *name, const char *encoding)
{
    struct shapefile file = {.ctx = ctx, .path = path, .name = name};
    features->word = "record";
    ig_status status = ig_bytes_read(ctx, path, &file.shp);
    if (!status) status = read_part(&file, ".shx", &file.shx, NULL);
    if (!status) status = read_part(&file, ".dbf", &file.dbf, &file.dbf_path);
    if (!status) status = check_counts(&file);
    if (!status) status = keep_fields(&file);
    if (!status) status = check_records(&file);
    if (!status) status = projection(&file, features);
    if (!status) status = attributes(&file, features, encoding);
    ig_bytes_free(&file.shp);
    ig_bytes_free(&file.shx);
    ig_bytes_free(&file.dbf);
    ig_free(file.dbf_path);
    ig_free(file.prj_path);
    return status;
}
