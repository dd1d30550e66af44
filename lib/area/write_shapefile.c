// Shapefile by Shapelib: .shp, .shx, .dbf, .prj and .cpg appear together or not at all, and names cut
// to ten characters are told in a table beside them.
#include "layers_internal.h"
#include "rings.h"

#include <errno.h>
#include <math.h>
#include <shapefil.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { SHP, SHX, DBF, PRJ, CPG, FIELDS, PARTS };
enum { NAME = 10, MOST_TEXT = 254 };

static const char *const suffixes[PARTS] = {".shp", ".shx", ".dbf", ".prj", ".cpg", ".fields.csv"};

struct shapefile {
    ig_ctx *ctx;
    char *path;
    ig_output *outputs[PARTS]; ///< FIELDS only when a name was cut
    char *made_shx;            ///< what Shapelib calls the .shx until it is moved
    size_t rows, cut;
    bool written, renamed;
};

static ig_status no_memory(struct shapefile *s)
{
    return ig_fail(s->ctx, IG_EMEMORY, "no memory to write %s", s->path ? s->path : "the output");
}

static ig_status cannot_write(struct shapefile *s, const char *what)
{
    return ig_fail(s->ctx, IG_EWRITE, "%s: cannot write its %s: %s", s->path, what,
                   errno ? strerror(errno) : "Shapelib failed");
}

/// The path with another suffix. Yours.
static char *with_suffix(const char *path, const char *suffix)
{
    ig_text text = {0};
    ig_text_append_bytes(&text, path, strlen(path) - 4);
    ig_text_append(&text, suffix);
    if (!text.failed) return text.data;
    ig_text_free(&text);
    return NULL;
}

static ig_status begin_part(struct shapefile *s, int part, const char *const *inputs)
{
    char *path = with_suffix(s->path, suffixes[part]);
    if (!path) return no_memory(s);
    const ig_status status = ig_output_begin(s->ctx, path, inputs, &s->outputs[part]);
    ig_free(path);
    return status;
}

static ig_status put_text(struct shapefile *s, int part, const char *text)
{
    errno = 0;
    FILE *file = fopen(ig_output_path(s->outputs[part]), "wb");
    if (!file) return cannot_write(s, suffixes[part]);
    const size_t n = strlen(text);
    bool done = fwrite(text, 1, n, file) == n;
    done = fclose(file) == 0 && done;
    return done ? IG_OK : cannot_write(s, suffixes[part]);
}

// ---- shapes -------------------------------------------------------------------------------------

/// Shells clockwise and holes counter-clockwise, as shapefiles have them.
static SHPObject *area_object(const ig_shapes *s, size_t area, double *x, double *y, int *starts)
{
    const size_t first = s->area_start[area], end = s->area_start[area + 1];
    if (first == end) return SHPCreateSimpleObject(SHPT_NULL, 0, NULL, NULL, NULL);
    size_t points = 0;
    for (size_t r = first; r < end; r++) {
        const size_t at = s->ring_start[r], n = s->ring_start[r + 1] - at;
        const bool left = ig_ring_area2(s->x + at, s->y + at, n) > 0.0;
        const bool turn = left == ig_shapes_is_shell(s, area, r);
        starts[r - first] = (int)points;
        for (size_t i = 0; i < n; i++) {
            x[points] = s->x[turn ? at + n - 1 - i : at + i];
            y[points++] = s->y[turn ? at + n - 1 - i : at + i];
        }
    }
    return SHPCreateObject(SHPT_POLYGON, -1, (int)(end - first), starts, NULL, (int)points, x, y,
                           NULL, NULL);
}

static size_t most_points(const ig_layer *layer)
{
    size_t most = 1;
    const ig_shapes *s = layer->shapes;
    for (size_t a = 0; s && a < s->areas; a++) {
        const size_t n = s->ring_start[s->area_start[a + 1]] - s->ring_start[s->area_start[a]];
        if (n > most) most = n;
    }
    return most;
}

static ig_status write_shapes(struct shapefile *s, const ig_layer *layer)
{
    const size_t most = most_points(layer);
    double *x = ig_alloc(2 * most, sizeof *x);
    int *starts = ig_alloc(most + 1, sizeof *starts);
    ig_status status = x && starts ? IG_OK : no_memory(s);
    SHPHandle file = NULL;
    if (status) goto done;
    errno = 0;
    file = SHPCreate(ig_output_path(s->outputs[SHP]),
                     layer->shape == IG_SHAPE_POINT ? SHPT_POINT : SHPT_POLYGON);
    if (!file) {
        status = cannot_write(s, ".shp");
        goto done;
    }
    for (size_t row = 0; row < layer->rows && !status; row++) {
        SHPObject *object;
        if (layer->shape == IG_SHAPE_POLYGON) {
            object = area_object(layer->shapes, row, x, x + most, starts);
        } else {
            const bool placed = isfinite(layer->x[row]) && isfinite(layer->y[row]);
            object = SHPCreateSimpleObject(placed ? SHPT_POINT : SHPT_NULL, placed, layer->x + row,
                                           layer->y + row, NULL);
        }
        if (!object || SHPWriteObject(file, -1, object) < 0) status = cannot_write(s, ".shp");
        SHPDestroyObject(object);
    }
done:
    if (file) SHPClose(file);
    ig_free(x);
    ig_free(starts);
    if (!status && rename(s->made_shx, ig_output_path(s->outputs[SHX])))
        status = cannot_write(s, ".shx");
    return status;
}

// ---- attributes ---------------------------------------------------------------------------------

/// Bytes of at most `room` that end with a whole UTF-8 character.
static size_t whole_characters(const char *text, size_t room)
{
    size_t n = strlen(text);
    if (n <= room) return n;
    n = room;
    while (n && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    return n;
}

/// Names of ten bytes that differ from each other: "patients_of" to "patients_o", "patients_1".
static void short_names(struct shapefile *s, const ig_result *columns, char (*names)[NAME + 1])
{
    for (size_t i = 0; columns && i < columns->count; i++) {
        const char *full = columns->columns[i].name;
        const size_t n = whole_characters(full, NAME);
        memcpy(names[i], full, n);
        names[i][n] = 0;
        bool clash = true;
        for (int number = 1; clash && number < 100000; number++) {
            clash = false;
            for (size_t j = 0; j < i && !clash; j++)
                clash = !strcasecmp(names[i], names[j]);
            if (!clash) break;
            char tail[12];
            const int digits = snprintf(tail, sizeof tail, "_%d", number);
            const size_t head = whole_characters(full, NAME - (size_t)digits);
            memcpy(names[i], full, head);
            memcpy(names[i] + head, tail, (size_t)digits + 1);
        }
        s->renamed = s->renamed || strcmp(names[i], full) != 0;
    }
}

static int text_width(const ig_layer *layer, const ig_column *column)
{
    size_t width = 1;
    for (size_t row = 0; row < layer->rows; row++) {
        const char *text = column->text ? column->text[row] : NULL;
        const size_t n = text ? strlen(text) : 0;
        if (n > width) width = n;
    }
    return width < MOST_TEXT ? (int)width : MOST_TEXT;
}

static bool add_field(DBFHandle file, const ig_layer *layer, size_t i, const char *name)
{
    const ig_column *column = &layer->columns->columns[i];
    if (column->kind == IG_COLUMN_TEXT)
        return DBFAddField(file, name, FTString, text_width(layer, column), 0) >= 0;
    if (column->kind == IG_COLUMN_INTEGER)
        return DBFAddNativeFieldType(file, name, 'N', 18, 0) >= 0;
    return DBFAddNativeFieldType(file, name, 'N', 24, 15) >= 0;
}

static bool write_cell(struct shapefile *s, DBFHandle file, const ig_column *column, int row, int i)
{
    char digits[40], cell[MOST_TEXT + 1];
    if (column->kind == IG_COLUMN_TEXT) {
        const char *text = column->text ? column->text[row] : NULL;
        if (!text) return DBFWriteNULLAttribute(file, row, i);
        const size_t n = whole_characters(text, MOST_TEXT);
        s->cut += text[n] != 0;
        memcpy(cell, text, n);
        cell[n] = 0;
        return DBFWriteStringAttribute(file, row, i, cell);
    }
    const char *number = ig_number_text(column->number[row], digits, sizeof digits);
    if (!*number) return DBFWriteNULLAttribute(file, row, i);
    if (column->kind == IG_COLUMN_INTEGER && fabs(column->number[row]) < 9.1e15)
        snprintf(digits, sizeof digits, "%lld", (long long)column->number[row]);
    // numbers stand to the right of their field
    snprintf(cell, sizeof cell, "%*s", column->kind == IG_COLUMN_INTEGER ? 18 : 24, digits);
    return DBFWriteAttributeDirectly(file, row, i, cell);
}

static ig_status write_fields(struct shapefile *s, const ig_result *columns,
                              char (*names)[NAME + 1])
{
    ig_text text = {0};
    ig_text_append(&text, "field,name\r\n");
    for (size_t i = 0; i < columns->count; i++) {
        ig_text_format(&text, "%s,\"", names[i]);
        for (const char *c = columns->columns[i].name; *c; c++)
            ig_text_append_bytes(&text, *c == '"' ? "\"\"" : c, 1 + (*c == '"'));
        ig_text_append(&text, "\"\r\n");
    }
    ig_status status = text.failed ? no_memory(s) : begin_part(s, FIELDS, NULL);
    if (!status) status = put_text(s, FIELDS, text.data);
    ig_text_free(&text);
    if (!status)
        ig_warn_mild(s->ctx,
                     "%s: shapefiles keep 10 characters of a name; %s beside it has them in full",
                     s->path, suffixes[FIELDS]);
    return status;
}

static ig_status write_attributes(struct shapefile *s, const ig_layer *layer)
{
    const ig_result *columns = layer->columns;
    const size_t count = columns ? columns->count : 0;
    char(*names)[NAME + 1] = ig_alloc(count + 1, sizeof *names);
    if (!names) return no_memory(s);
    short_names(s, columns, names);
    errno = 0;
    DBFHandle file = DBFCreateEx(ig_output_path(s->outputs[DBF]), NULL);
    bool done = file != NULL;
    if (done) DBFSetLastModifiedDate(file, 120, 1, 1);
    for (size_t i = 0; i < count && done; i++)
        done = add_field(file, layer, i, names[i]);
    if (done && count == 0) done = DBFAddField(file, "id", FTInteger, 9, 0) >= 0;
    for (size_t row = 0; row < layer->rows && done; row++) {
        if (count == 0) done = DBFWriteIntegerAttribute(file, (int)row, 0, (int)row + 1);
        for (size_t i = 0; i < count && done; i++)
            done = write_cell(s, file, &columns->columns[i], (int)row, (int)i);
    }
    if (file) DBFClose(file);
    ig_status status = done ? IG_OK : cannot_write(s, ".dbf");
    if (!status && s->renamed) status = write_fields(s, columns, names);
    if (!status && s->cut)
        ig_warn(s->ctx, "%s: %zu texts are longer than 254 bytes and cut, as shapefiles must",
                s->path, s->cut);
    ig_free(names);
    return status;
}

// ---- the whole ----------------------------------------------------------------------------------

static ig_status check_size(struct shapefile *s, const ig_layer *layer)
{
    const double points = layer->shapes ? (double)layer->shapes->points : (double)layer->rows;
    if (layer->rows < 1 << 30 && 16.0 * points < 2e9) return IG_OK;
    ig_fail(s->ctx, IG_ELIMIT, "%s: too large for a shapefile (2 GiB)", s->path);
    return ig_hint(s->ctx, "name the output .gpkg");
}

static ig_status add_layer(void *state, const ig_layer *layer)
{
    struct shapefile *s = state;
    char *wkt = NULL, *name = NULL;
    int epsg;
    if (layer->shape == IG_SHAPE_NONE) return IG_OK;
    if (s->written) {
        ig_fail(s->ctx, IG_EINVAL, "%s: a shapefile holds one layer", s->path);
        return ig_hint(s->ctx, "name the output .gpkg for several");
    }
    s->written = true;
    s->rows = layer->rows;
    ig_status status = check_size(s, layer);
    if (!status) status = ig_crs_wkt(s->ctx, layer->crs, true, &wkt, &name, &epsg);
    if (!status) status = write_shapes(s, layer);
    if (!status) status = write_attributes(s, layer);
    if (!status) status = put_text(s, PRJ, wkt);
    if (!status) status = put_text(s, CPG, "UTF-8\n");
    ig_free(wkt);
    ig_free(name);
    return status;
}

/// Sizes of what was written, by their own headers, as our reader checks them.
static ig_status read_back(struct shapefile *s)
{
    static const char *const both[] = {".shp", ".shx"};
    ig_bytes bytes = {0};
    uint64_t rows = 0, end = 0;
    ig_status status = IG_OK;
    for (int part = SHP; part <= SHX && !status; part++) {
        status = ig_output_read_back(s->ctx, s->outputs[part], &bytes);
        if (status) return status;
        const unsigned char *b = bytes.data;
        const uint64_t stated = bytes.length < 100
                                    ? 0
                                    : 2 * ((uint64_t)b[24] << 24 | (uint64_t)b[25] << 16 |
                                           (uint64_t)b[26] << 8 | b[27]);
        if (stated != bytes.length || (part == SHX && bytes.length != 100 + 8 * s->rows))
            status = ig_fail(s->ctx, IG_EWRITE, "%s: its %s reads back with %zu bytes", s->path,
                             both[part], bytes.length);
        ig_bytes_free(&bytes);
    }
    if (status) return status;
    status = ig_output_read_back(s->ctx, s->outputs[DBF], &bytes);
    if (status) return status;
    if (bytes.length >= 32) {
        const unsigned char *b = bytes.data;
        rows = (uint64_t)b[4] | (uint64_t)b[5] << 8 | (uint64_t)b[6] << 16 | (uint64_t)b[7] << 24;
        end = ((uint64_t)b[8] | (uint64_t)b[9] << 8) +
              rows * ((uint64_t)b[10] | (uint64_t)b[11] << 8);
    }
    if (rows != s->rows || bytes.length < end || bytes.length < 32)
        status = ig_fail(s->ctx, IG_EWRITE, "%s: its .dbf reads back with %llu of %zu rows",
                         s->path, (unsigned long long)rows, s->rows);
    ig_bytes_free(&bytes);
    return status;
}

static ig_status finish(void *state)
{
    struct shapefile *s = state;
    if (!s->written) return ig_fail(s->ctx, IG_EINVAL, "%s: no layer to write", s->path);
    ig_status status = read_back(s);
    if (status) return status;
    ig_output *outputs[PARTS];
    size_t count = 0;
    for (int part = PARTS - 1; part >= 0; part--) { // .shp last: without it there is no shapefile
        if (s->outputs[part]) outputs[count++] = s->outputs[part];
        s->outputs[part] = NULL;
    }
    return ig_output_commit_all(s->ctx, outputs, count);
}

static void free_shapefile(void *state)
{
    struct shapefile *s = state;
    if (!s) return;
    if (s->made_shx) unlink(s->made_shx);
    for (int part = 0; part < PARTS; part++)
        ig_output_abort(s->outputs[part]);
    ig_free(s->made_shx);
    ig_free(s->path);
    ig_free(s);
}

ig_status ig_shapefile_begin(ig_ctx *ctx, const char *path, const char *const *inputs, void **state,
                             const ig_layer_writer **writer)
{
    static const ig_layer_writer shapefile = {add_layer, NULL, NULL, finish, free_shapefile};
    struct shapefile *s = ig_alloc(1, sizeof *s);
    if (!s) return ig_fail(ctx, IG_EMEMORY, "no memory to write %s", path);
    s->ctx = ctx;
    s->path = ig_text_copy(path);
    ig_status status = IG_OK;
    if (!s->path) status = ig_fail(ctx, IG_EMEMORY, "no memory to write %s", path);
    for (int part = SHP; part < FIELDS && !status; part++)
        status = begin_part(s, part, inputs);
    if (!status) {
        s->made_shx = with_suffix(ig_output_path(s->outputs[SHP]), ".shx");
        if (!s->made_shx) status = no_memory(s);
    }
    if (status) {
        free_shapefile(s);
        return status;
    }
    *state = s;
    *writer = &shapefile;
    return IG_OK;
}
