// What a file is, from its content alone: the name decides nothing but YAML.
#include "input_internal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { HEAD = 65536 };

static ig_status kind_of_zip(ig_ctx *ctx, const char *path, ig_kind *kind)
{
    zip_t *zip = NULL;
    const ig_status status = ig_zip_open(ctx, path, &zip);
    if (status) return status;
    *kind = IG_KIND_ZIP;
    if (zip_name_locate(zip, "[Content_Types].xml", 0) >= 0 &&
        (zip_name_locate(zip, "xl/workbook.xml", 0) >= 0 ||
         zip_name_locate(zip, "xl/workbook.bin", 0) >= 0 ||
         zip_name_locate(zip, "xl/sharedStrings.xml", 0) >= 0)) {
        *kind = IG_KIND_XLSX;
    } else if (zip_name_locate(zip, "content.xml", 0) >= 0 &&
               (zip_name_locate(zip, "mimetype", 0) >= 0 ||
                zip_name_locate(zip, "META-INF/manifest.xml", 0) >= 0)) {
        *kind = IG_KIND_ODS;
    }
    zip_discard(zip);
    return IG_OK;
}

// ---- JSON: the member "type" of the outermost object, wherever it stands --------------------

struct json_scan {
    int depth;
    bool in_text, escaped, is_value, done;
    char text[24]; ///< the text being read, cut
    size_t length;
    char key[24];
    char type[24];
    bool features; ///< there is a member "features"
};

static void end_text(struct json_scan *scan)
{
    scan->text[scan->length < sizeof scan->text ? scan->length : sizeof scan->text - 1] = '\0';
    if (scan->depth != 1) return;
    if (!scan->is_value) {
        memcpy(scan->key, scan->text, sizeof scan->key);
        if (strcmp(scan->key, "features") == 0) scan->features = true;
    } else if (strcmp(scan->key, "type") == 0) {
        memcpy(scan->type, scan->text, sizeof scan->type);
        scan->done = true;
    }
}

static void scan_byte(struct json_scan *scan, char c)
{
    if (scan->in_text) {
        if (scan->escaped) {
            scan->escaped = false;
        } else if (c == '\\') {
            scan->escaped = true;
        } else if (c == '"') {
            scan->in_text = false;
            end_text(scan);
            return;
        }
        if (scan->length < sizeof scan->text - 1) scan->text[scan->length++] = c;
        return;
    }
    switch (c) {
    case '"':
        scan->in_text = true;
        scan->length = 0;
        break;
    case '{':
    case '[':
        scan->depth++;
        break;
    case '}':
    case ']':
        if (--scan->depth <= 0) scan->done = true;
        break;
    case ':':
        if (scan->depth == 1) scan->is_value = true;
        break;
    case ',':
        if (scan->depth == 1) scan->is_value = false;
        break;
    default:
        break;
    }
}

static ig_kind kind_of_scan(const struct json_scan *scan)
{
    static const char *const geometries[] = {
        "FeatureCollection", "Feature", "GeometryCollection", "Point",       "MultiPoint",
        "LineString",        "Polygon", "MultiLineString",    "MultiPolygon"};
    if (strcmp(scan->type, "Topology") == 0) return IG_KIND_TOPOJSON;
    for (size_t i = 0; i < sizeof geometries / sizeof *geometries; i++) {
        if (strcmp(scan->type, geometries[i]) == 0) return IG_KIND_GEOJSON;
    }
    return scan->features ? IG_KIND_GEOJSON : IG_KIND_JSON;
}

static ig_status kind_of_json(ig_ctx *ctx, int fd, const char *path, unsigned char *block,
                              size_t length, size_t at, ig_kind *kind)
{
    *kind = IG_KIND_JSON;
    if (block[at] == '[') return IG_OK;
    struct json_scan scan = {0};
    while (length > 0) {
        for (; at < length && !scan.done; at++)
            scan_byte(&scan, (char)block[at]);
        if (scan.done) break;
        at = 0;
        const ig_status status = ig_input_read(ctx, fd, path, block, HEAD, &length);
        if (status) return status;
    }
    *kind = kind_of_scan(&scan);
    return IG_OK;
}

// ---- text and binary ------------------------------------------------------------------------

static bool holds(const unsigned char *head, size_t length, const char *needle)
{
    return memmem(head, length, needle, strlen(needle)) != NULL;
}

static bool starts(const unsigned char *head, size_t length, const char *word)
{
    return length >= strlen(word) && strncasecmp((const char *)head, word, strlen(word)) == 0;
}

static ig_kind kind_of_markup(const unsigned char *text, size_t length)
{
    if (holds(text, length, "<VRTDataset") || holds(text, length, "<OGRVRT")) return IG_KIND_VRT;
    if (holds(text, length, "<osm")) return IG_KIND_OSM_XML;
    if (starts(text, length, "<!doctype html") || starts(text, length, "<html")) {
        return IG_KIND_HTML;
    }
    return IG_KIND_XML;
}

// "ncols 200": the keyword, blanks, a number. A CSV may have a column of that name.
static bool is_ascii_grid(const unsigned char *text, size_t length)
{
    static const char *const words[] = {"ncols",     "nrows",     "cellsize", "xllcorner",
                                        "yllcorner", "xllcenter", "yllcenter"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t at = strlen(words[i]);
        if (!starts(text, length, words[i]) || at >= length || !strchr(" \t", text[at])) continue;
        while (at < length && strchr(" \t", text[at]))
            at++;
        if (at < length && (isdigit(text[at]) || strchr("+-.", text[at]))) return true;
    }
    return false;
}

static bool is_dbf(const unsigned char *head, size_t length)
{
    static const unsigned char versions[] = {0x02, 0x03, 0x30, 0x31, 0x43, 0x83, 0x8B, 0xF5};
    if (length < 32 || !memchr(versions, head[0], sizeof versions)) return false;
    const bool dated = head[2] >= 1 && head[2] <= 12 && head[3] >= 1 && head[3] <= 31;
    const bool undated = head[1] == 0 && head[2] == 0 && head[3] == 0;
    return (dated || undated) && memchr(head + 12, 0, 20) != NULL; // reserved bytes; no text has it
}

static ig_kind kind_of_magic(const unsigned char *head, size_t length)
{
    static const struct {
        const char *bytes;
        size_t length;
        ig_kind kind;
    } magic[] = {
        {"II*\0", 4, IG_KIND_GTIFF},
        {"MM\0*", 4, IG_KIND_GTIFF},
        {"II+\0", 4, IG_KIND_GTIFF},
        {"MM\0+", 4, IG_KIND_GTIFF},
        {"\0\0\x27\x0A", 4, IG_KIND_SHP},
        {"PAR1", 4, IG_KIND_PARQUET},
        {"ARROW1", 6, IG_KIND_ARROW},
        {"fgb\3fgb", 7, IG_KIND_FLATGEOBUF},
        {"\xD0\xCF\x11\xE0", 4, IG_KIND_XLS},
        {"\x1F\x8B", 2, IG_KIND_GZIP},
        {"SQLite format 3", 16, IG_KIND_SQLITE},
        {"%PDF-", 5, IG_KIND_PDF},
        {"BZh", 3, IG_KIND_BZIP2},
        {"\xFD"
         "7zXZ",
         6, IG_KIND_XZ},
        {"\x28\xB5\x2F\xFD", 4, IG_KIND_ZSTD},
        {"7z\xBC\xAF\x27\x1C", 6, IG_KIND_7Z},
        {"Rar!\x1A\x07", 6, IG_KIND_RAR},
        {"\x89PNG\r\n\x1A\n", 8, IG_KIND_PICTURE},
        {"\xFF\xD8\xFF", 3, IG_KIND_PICTURE},
    };
    for (size_t i = 0; i < sizeof magic / sizeof *magic; i++) {
        if (length >= magic[i].length && memcmp(head, magic[i].bytes, magic[i].length) == 0) {
            return magic[i].kind;
        }
    }
    if (holds(head, length < 64 ? length : 64, "OSMHeader")) return IG_KIND_OSM_PBF;
    return is_dbf(head, length) ? IG_KIND_DBF : IG_KIND_UNKNOWN;
}

static ig_status look(ig_ctx *ctx, int fd, const char *path, unsigned char *head, size_t length,
                      ig_kind *kind)
{
    *kind = IG_KIND_EMPTY;
    if (length == 0) return IG_OK;
    if (ig_is_zip(head, length)) return kind_of_zip(ctx, path, kind);
    *kind = kind_of_magic(head, length);
    if (*kind != IG_KIND_UNKNOWN) return IG_OK;
    if (ig_ends_with(path, ".yaml") || ig_ends_with(path, ".yml")) {
        *kind = IG_KIND_YAML;
        return IG_OK;
    }
    size_t at = length >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < length && memchr(" \t\r\n", head[at], 4))
        at++;
    *kind = IG_KIND_CSV; // blank lines too: the table reader says what is wrong
    if (at == length) return IG_OK;
    if (head[at] == '{' || head[at] == '[') {
        return kind_of_json(ctx, fd, path, head, length, at, kind);
    }
    if (head[at] == '<') *kind = kind_of_markup(head + at, length - at);
    if (is_ascii_grid(head + at, length - at)) *kind = IG_KIND_AAIGRID;
    return IG_OK;
}

ig_status ig_kind_of(ig_ctx *ctx, const char *path, ig_kind *kind)
{
    int fd;
    struct stat about;
    ig_status status = ig_input_open(ctx, path, &fd, &about);
    if (status) return status;
    ig_kind found = IG_KIND_FOLDER;
    unsigned char *head = NULL;
    if (!S_ISDIR(about.st_mode)) {
        size_t got = 0;
        head = ig_alloc(HEAD, 1);
        status = head ? ig_input_read(ctx, fd, path, head, HEAD, &got)
                      : ig_fail(ctx, IG_EMEMORY, "no memory");
        if (!status) status = look(ctx, fd, path, head, got, &found);
    }
    if (!status) *kind = found;
    ig_free(head);
    close(fd);
    return status;
}

const char *ig_kind_text(ig_kind kind)
{
    static const char *const texts[] = {
        [IG_KIND_UNKNOWN] = "an unknown format",
        [IG_KIND_EMPTY] = "an empty file",
        [IG_KIND_CSV] = "CSV",
        [IG_KIND_XLSX] = "XLSX",
        [IG_KIND_ODS] = "ODS",
        [IG_KIND_XLS] = "XLS (the old Excel format)",
        [IG_KIND_DBF] = "DBF",
        [IG_KIND_SHP] = "Shapefile",
        [IG_KIND_SQLITE] = "GeoPackage",
        [IG_KIND_GEOJSON] = "GeoJSON",
        [IG_KIND_TOPOJSON] = "TopoJSON",
        [IG_KIND_JSON] = "JSON",
        [IG_KIND_GTIFF] = "GeoTIFF",
        [IG_KIND_AAIGRID] = "ESRI ASCII grid",
        [IG_KIND_OSM_PBF] = "OpenStreetMap PBF",
        [IG_KIND_OSM_XML] = "OpenStreetMap XML",
        [IG_KIND_VRT] = "VRT (virtual file)",
        [IG_KIND_GZIP] = "gzip",
        [IG_KIND_ZIP] = "zip",
        [IG_KIND_PARQUET] = "Parquet",
        [IG_KIND_FOLDER] = "folder",
        [IG_KIND_YAML] = "YAML",
        [IG_KIND_ARROW] = "Arrow",
        [IG_KIND_FLATGEOBUF] = "FlatGeobuf",
        [IG_KIND_HTML] = "a web page (HTML)",
        [IG_KIND_XML] = "XML",
        [IG_KIND_PDF] = "PDF",
        [IG_KIND_BZIP2] = "bzip2",
        [IG_KIND_XZ] = "xz",
        [IG_KIND_ZSTD] = "zstd",
        [IG_KIND_7Z] = "7-zip",
        [IG_KIND_RAR] = "RAR",
        [IG_KIND_PICTURE] = "a picture (PNG or JPEG)",
    };
    const size_t count = sizeof texts / sizeof *texts;
    return (size_t)kind < count && texts[kind] ? texts[kind] : texts[IG_KIND_UNKNOWN];
}

// ---- names of data sets ---------------------------------------------------------------------

// What QGIS puts beside the layer's name and changes nothing here.
static void cut_trailers(char *text)
{
    static const char *const trailers[] = {"|geometrytype=", "|uniqueGeometryType=", "|layerid="};
    for (size_t i = 0; i < sizeof trailers / sizeof *trailers; i++) {
        char *at = strstr(text, trailers[i]);
        if (at) *at = '\0';
    }
}

static ig_status refuse_part(ig_ctx *ctx, const char *source, const char *part)
{
    ig_fail(ctx, IG_EINVAL, "%s: '%s' is not understood", ig_show(source), part);
    return ig_hint(ctx, "name a layer as FILE|layername=NAME; filters are not taken over");
}

ig_status ig_split_layer(ig_ctx *ctx, const char *source, char **path, char **layer)
{
    *path = *layer = NULL;
    const char *bar = access(source, F_OK) == 0 ? NULL : strchr(source, '|');
    const char *name = bar ? strstr(source, "|layername=") : NULL;
    if (bar && strstr(source, "|subset=")) return refuse_part(ctx, source, "|subset=");
    if (bar && strstr(source, "|layerid=") && !name) return refuse_part(ctx, source, "|layerid=");
    *path = ig_text_copy(source);
    if (name) *layer = ig_text_copy(name + strlen("|layername="));
    if (!*path || (name && !*layer)) {
        ig_free(*path);
        ig_free(*layer);
        *path = *layer = NULL;
        return ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    if (name) {
        (*path)[name - source] = '\0';
        cut_trailers(*path);
        cut_trailers(*layer);
    }
    return IG_OK;
}
