// The files of a shapefile, every length and offset compared before it is believed: ESRI (1998),
// "ESRI Shapefile Technical Description". They are read in windows, so that memory does not grow
// with them.
#include "shapefile.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

/// The part of a shapefile with another suffix, whatever its case; NULL when there is none.
static char *part_path(const char *path, const char *suffix)
{
    const size_t length = strlen(path);
    char *part = ig_text_copy(path);
    if (!part || length < 4) return part;
    for (int form = 0; form < 3; form++) { // as the path, capitals, small letters
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

static ig_status missing_part(ig_shapefile *file, const char *suffix)
{
    ig_fail(file->ctx, IG_EFORMAT, "%s: its part %s is missing", file->name, suffix);
    return ig_hint(file->ctx, "a shapefile is .shp, .shx and .dbf with one base name, and .prj for "
                              "its CRS; keep them together");
}

static ig_status open_part(ig_shapefile *file, const char *suffix, ig_window *part)
{
    char *path = part_path(file->path, suffix);
    if (!path) return missing_part(file, suffix);
    const ig_status status = ig_window_open(file->ctx, path, part);
    ig_free(path);
    return status;
}

static ig_status check_header(ig_shapefile *file, ig_window *part, const char *suffix,
                              uint64_t *stated)
{
    ig_ctx *ctx = file->ctx;
    if (part->length < IG_SHP_HEADER)
        return ig_fail(ctx, IG_EFORMAT, "%s: its %s is too short (truncated): %llu bytes",
                       file->name, suffix, (unsigned long long)part->length);
    const unsigned char *head;
    const ig_status status = ig_window_at(ctx, part, 0, IG_SHP_HEADER, &head);
    if (status) return status;
    if (ig_big32(head) != 9994 || ig_little32(head + 28) != 1000)
        return ig_fail(ctx, IG_EFORMAT, "%s: its %s does not begin as a shapefile does", file->name,
                       suffix);
    *stated = 2 * (uint64_t)ig_big32(head + 24);
    return IG_OK;
}

/// Records that the .dbf announces.
static ig_status dbf_rows(ig_shapefile *file, uint32_t *rows)
{
    ig_window dbf;
    const unsigned char *head;
    ig_status status = ig_window_open(file->ctx, file->dbf_path, &dbf);
    if (!status && dbf.length < 32)
        status = ig_fail(file->ctx, IG_EFORMAT, "%s: its .dbf is too short (truncated): %llu bytes",
                         file->name, (unsigned long long)dbf.length);
    if (!status) status = ig_window_at(file->ctx, &dbf, 0, 32, &head);
    if (!status) *rows = ig_little32(head + 4);
    ig_window_close(&dbf);
    return status;
}

/// Counts of the three parts must agree: a library takes the least and says nothing.
static ig_status check_counts(ig_shapefile *file)
{
    ig_ctx *ctx = file->ctx;
    uint64_t shp, shx;
    uint32_t rows;
    ig_status status = check_header(file, &file->shp, ".shp", &shp);
    if (!status) status = check_header(file, &file->shx, ".shx", &shx);
    if (!status) status = dbf_rows(file, &rows);
    if (status) return status;
    if (shx != file->shx.length || (file->shx.length - IG_SHP_HEADER) % IG_SHP_RECORD)
        return ig_fail(ctx, IG_EFORMAT,
                       "%s: its .shx should be %llu bytes long and is %llu: truncated or corrupt",
                       file->name, (unsigned long long)shx, (unsigned long long)file->shx.length);
    file->records = (size_t)((file->shx.length - IG_SHP_HEADER) / IG_SHP_RECORD);
    if (file->records != rows) {
        ig_fail(ctx, IG_EFORMAT, "%s: %zu shapes in .shp and .shx but %u records in .dbf",
                file->name, file->records, rows);
        return ig_hint(ctx, "the parts do not belong together or one was cut; fetch them again");
    }
    return IG_OK;
}

ig_status ig_shapefile_open(ig_ctx *ctx, const char *path, const char *name, ig_shapefile *file)
{
    *file = (ig_shapefile){
        .ctx = ctx, .path = path, .name = name, .shp = {.fd = -1}, .shx = {.fd = -1}};
    ig_status status = ig_window_open(ctx, path, &file->shp);
    if (!status) status = open_part(file, ".shx", &file->shx);
    if (!status) {
        file->dbf_path = part_path(path, ".dbf");
        file->prj_path = part_path(path, ".prj");
        if (!file->dbf_path) status = missing_part(file, ".dbf");
    }
    return status ? status : check_counts(file);
}

void ig_shapefile_close(ig_shapefile *file)
{
    ig_window_close(&file->shp);
    ig_window_close(&file->shx);
    ig_free(file->dbf_path);
    ig_free(file->prj_path);
    file->dbf_path = file->prj_path = NULL;
}

/// Where record i lies by the .shx.
static ig_status entry(ig_shapefile *file, size_t i, uint64_t *offset, uint64_t *size)
{
    const unsigned char *entry;
    const ig_status status = ig_window_at(
        file->ctx, &file->shx, IG_SHP_HEADER + (uint64_t)i * IG_SHP_RECORD, IG_SHP_RECORD, &entry);
    if (status) return status;
    *offset = 2 * (uint64_t)ig_big32(entry);
    *size = 2 * (uint64_t)ig_big32(entry + 4);
    if (*offset >= IG_SHP_HEADER && *offset + IG_SHP_RECORD + *size <= file->shp.length)
        return IG_OK;
    ig_fail(file->ctx, IG_EFORMAT,
            "%s: truncated or corrupt: record %zu should lie at bytes %llu to %llu, the file "
            "has %llu",
            file->name, i + 1, (unsigned long long)*offset,
            (unsigned long long)(*offset + IG_SHP_RECORD + *size),
            (unsigned long long)file->shp.length);
    return ig_hint(file->ctx, "fetch the shapefile again");
}

ig_status ig_shapefile_check(ig_shapefile *file)
{
    uint64_t offset, size, stated = 0;
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < file->records; i++)
        status = entry(file, i, &offset, &size);
    if (!status) status = check_header(file, &file->shp, ".shp", &stated);
    if (!status && stated > file->shp.length)
        status = ig_fail(
            file->ctx, IG_EFORMAT, "%s: its .shp should be %llu bytes long and is %llu: truncated",
            file->name, (unsigned long long)stated, (unsigned long long)file->shp.length);
    return status;
}

ig_status ig_shapefile_record(ig_shapefile *file, size_t i, const unsigned char **content,
                              size_t *length)
{
    uint64_t offset, size;
    const unsigned char *head;
    ig_status status = entry(file, i, &offset, &size);
    if (!status)
        status = ig_window_at(file->ctx, &file->shp, offset, (size_t)(IG_SHP_RECORD + size), &head);
    if (status) return status;
    if (ig_big32(head) != i + 1 || 2 * (uint64_t)ig_big32(head + 4) != size || size < 4) {
        ig_fail(file->ctx, IG_EFORMAT, "%s: corrupt: the .shx leads record %zu to a wrong place",
                file->name, i + 1);
        return ig_hint(file->ctx, "the .shx does not belong to this .shp; fetch both again");
    }
    *content = head + IG_SHP_RECORD;
    *length = (size_t)size;
    return IG_OK;
}

ig_status ig_shapefile_type(ig_ctx *ctx, const char *path, uint32_t *type)
{
    ig_window shp;
    const unsigned char *head;
    *type = 0;
    ig_status status = ig_window_open(ctx, path, &shp);
    if (!status && shp.length >= IG_SHP_HEADER) {
        status = ig_window_at(ctx, &shp, 0, IG_SHP_HEADER, &head);
        if (!status) *type = ig_little32(head + 32);
    }
    ig_window_close(&shp);
    return status;
}
