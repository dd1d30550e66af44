// Reading: what a file is, its reader, and what is asked of the rows afterwards.
#include "table_internal.h"

#include <stddef.h>
#include <strings.h>
#include <unistd.h>

ig_table_options ig_table_defaults(void)
{
    return (ig_table_options){.max_rows = 20000000, .max_unpacked = 64};
}

#define AT(member) offsetof(ig_table_options, member)
const ig_option ig_table_option_list[] = {
    {"key", IG_OPTION_COLUMN, AT(key), false, "column of the codes", NULL, 0, 0},
    {"header", IG_OPTION_TEXT, AT(header), false, "column names of a file that has none, a,b,c",
     NULL, 0, 0},
    {"header-row", IG_OPTION_COUNT, AT(header_row), false,
     "line of the header where titles stand above it", NULL, 0, 1e9},
    {"sheet", IG_OPTION_TEXT, AT(sheet), false, "sheet of a workbook, layer of a GeoPackage", NULL,
     0, 0},
    {"where", IG_OPTION_TEXT, AT(where), false, "rows to keep, COLUMN=VALUE,... by equal text",
     NULL, 0, 0},
    {"pivot", IG_OPTION_COLUMN, AT(pivot), false, "column whose values become columns", NULL, 0, 0},
    {"encoding", IG_OPTION_TEXT, AT(encoding), false,
     "encoding of a text file that is not UTF-8, as CP1252", NULL, 0, 0},
    {"decimal-comma", IG_OPTION_FLAG, AT(decimal_comma), false, "100,5 is a hundred and a half",
     NULL, 0, 0},
    {"duplicates", IG_OPTION_CHOICE, AT(duplicates), false,
     "what to make of several rows of a code", "error|sum|mean|first", 0, 0},
    {"proportion", IG_OPTION_TEXT, AT(proportion), false, "columns of shares from 0 to 1, a,b",
     NULL, 0, 0},
    {"bands", IG_OPTION_TEXT, AT(bands), false,
     "bands to add single years of age up to, 0-15,16-64,65+ or a width in years", NULL, 0, 0},
    {"sensitive", IG_OPTION_FLAG, AT(sensitive), false,
     "small counts in it are not meant for publication", NULL, 0, 0},
    {"max-rows", IG_OPTION_COUNT, AT(max_rows), false, "most rows that are read", NULL, 1, 1e12},
    {"max-unpacked", IG_OPTION_COUNT, AT(max_unpacked), false,
     "MiB that a part of a workbook may expand to", NULL, 1, 1e6},
    {0},
};

// ---- one file -------------------------------------------------------------------------------

/// What is known of the file to read.
struct source {
    const char *path;  ///< where it lies now (unpacked, perhaps)
    const char *name;  ///< how messages call it
    const char *layer; ///< sheet or layer, or NULL
    const ig_table_options *options;
};

static ig_status read_text(ig_ctx *ctx, const struct source *source, ig_bytes *bytes,
                           ig_table **out)
{
    ig_status status = decode_text(ctx, source->name, source->options->encoding, bytes);
    if (!status && bytes->length == 0) {
        status = ig_fail(ctx, IG_EFORMAT, "%s: the file is empty", shown(source->name));
    }
    if (!status) status = read_csv(ctx, source->name, bytes, source->options, out);
    return status;
}

static ig_status refuse(ig_ctx *ctx, const struct source *source, ig_kind kind)
{
    const char *name = shown(source->name);
    switch (kind) {
    case IG_KIND_VRT:
        ig_fail(ctx, IG_EPOLICY,
                "%s is a VRT (a file that points to others), which is not allowed "
                "as a table",
                name);
        return ig_hint(ctx, "name the file that holds the rows itself");
    case IG_KIND_XLS:
        ig_fail(ctx, IG_EFORMAT,
                "%s is a workbook of the old .xls kind or one with a password, which is not read",
                name);
        return ig_hint(ctx, "save it as .xlsx without password, or as .csv");
    case IG_KIND_PARQUET:
        ig_fail(ctx, IG_EFORMAT, "%s is a Parquet file, for which this GDAL has no reader", name);
        return ig_hint(ctx, "save it as CSV, for instance with DuckDB or Python");
    case IG_KIND_EMPTY:
        return ig_fail(ctx, IG_EFORMAT, "%s: the file is empty", name);
    default:
        ig_fail(ctx, IG_EFORMAT, "%s is no table: it is %s", name, ig_kind_text(kind));
        return ig_hint(ctx, "tables are CSV, XLSX, ODS, DBF, GeoPackage and GeoJSON files");
    }
}

/// The .dbf that lies beside a .shp.
static ig_status read_beside(ig_ctx *ctx, const struct source *source, ig_table **out)
{
    char *path = ig_text_copy(source->path);
    if (!path) return ig_fail(ctx, IG_EMEMORY, "no memory");
    const size_t length = strlen(path);
    const bool upper = length > 3 && path[length - 1] == 'P';
    const char *const same = upper ? "DBF" : "dbf", *const other = upper ? "dbf" : "DBF";
    if (length > 3) memcpy(path + length - 3, same, 3);
    if (length > 3 && access(path, R_OK) != 0) memcpy(path + length - 3, other, 3);
    const ig_status status = read_dbf(ctx, path, source->name, source->options, out);
    ig_free(path);
    return status;
}

static ig_status read_bytes(ig_ctx *ctx, const struct source *source, ig_kind kind, ig_table **out)
{
    ig_bytes bytes = {0};
    ig_status status = ig_bytes_read(ctx, source->path, &bytes);
    if (!status) {
        const bool json =
            kind == IG_KIND_GEOJSON || kind == IG_KIND_JSON || kind == IG_KIND_TOPOJSON;
        status = json ? read_json(ctx, source->name, &bytes, source->options, out)
                      : read_text(ctx, source, &bytes, out);
    }
    ig_bytes_free(&bytes);
    return status;
}

static ig_status read_archive(ig_ctx *ctx, const struct source *source, ig_table **out);

static bool has_suffix(const char *path, const char *suffix)
{
    const size_t n = strlen(path), m = strlen(suffix);
    return n > m && strcasecmp(path + n - m, suffix) == 0;
}

/// Text, or something unknown: what is no text is told of by the line where it is not. A name that
/// promises another format is held to it.
static ig_status read_plain(ig_ctx *ctx, const struct source *source, ig_kind kind, ig_table **out)
{
    static const char *const others[] = {".xlsx", ".ods", ".gpkg", ".sqlite", ".shp", ".parquet"};
    if (has_suffix(source->path, ".dbf")) {
        return read_dbf(ctx, source->path, source->name, source->options, out);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (!has_suffix(source->path, others[i])) continue;
        ig_fail(ctx, IG_EFORMAT, "%s is corrupt or wrongly named: it is no %s file",
                shown(source->name), others[i]);
        return ig_hint(ctx, "fetch the file again, or give it the ending of what it is");
    }
    return read_bytes(ctx, source, kind, out);
}

static ig_status read_file(ig_ctx *ctx, const struct source *source, ig_table **out)
{
    ig_kind kind;
    const ig_status status = ig_kind_of(ctx, source->path, &kind);
    if (status) return status;
    const char *sheet = source->layer ? source->layer : source->options->sheet;
    switch (kind) {
    case IG_KIND_CSV:
    case IG_KIND_UNKNOWN:
    case IG_KIND_YAML:
        return read_plain(ctx, source, kind, out);
    case IG_KIND_GEOJSON:
    case IG_KIND_JSON:
    case IG_KIND_TOPOJSON:
        return read_bytes(ctx, source, kind, out);
    case IG_KIND_XLSX:
        return read_xlsx(ctx, source->path, source->name, source->options, sheet, out);
    case IG_KIND_ODS:
        return read_ods(ctx, source->path, source->name, source->options, sheet, out);
    case IG_KIND_DBF:
        return read_dbf(ctx, source->path, source->name, source->options, out);
    case IG_KIND_SHP:
        return read_beside(ctx, source, out);
    case IG_KIND_SQLITE:
        return read_sqlite(ctx, source->path, source->name, source->options, sheet, out);
    case IG_KIND_GZIP:
    case IG_KIND_ZIP:
    case IG_KIND_FOLDER:
        return read_archive(ctx, source, out);
    default:
        return refuse(ctx, source, kind);
    }
}

// ---- several files as one -------------------------------------------------------------------

/// Add the rows of `from` below those of `into`; `source` numbers the file they come from.
static ig_status append_rows(ig_ctx *ctx, ig_table *into, const ig_table *from)
{
    if (into->columns != from->columns) {
        ig_fail(ctx, IG_EFORMAT,
                "%s has %zu columns and %s has %zu; files read as one must be alike",
                shown(into->path), into->columns, shown(from->path), from->columns);
        return ig_hint(ctx, "give the tables one by one");
    }
    for (size_t c = 0; c < into->columns; c++) {
        if (strcmp(into->column[c].name, from->column[c].name) == 0) continue;
        ig_fail(ctx, IG_EFORMAT,
                "column %zu is called '%s' in %s and '%s' in %s; files read as one must be alike",
                c + 1, ig_show(into->column[c].name), shown(into->path),
                ig_show(from->column[c].name), shown(from->path));
        return ig_hint(ctx, "give the tables one by one");
    }
    const uint64_t base = into->used;
    if (!ig_grow((void **)&into->arena, &into->room, into->used + from->used + 1, 1)) {
        return ig_fail(ctx, IG_EMEMORY, "no memory for the texts of %s", shown(from->path));
    }
    if (from->used) memcpy(into->arena + base, from->arena, from->used);
    into->used += from->used;
    for (size_t r = 0; r < from->rows; r++) {
        const ig_status status = table_grow_row(ctx, into);
        if (status) return status;
        into->row_start[into->rows] = base + from->row_start[r];
        into->line[into->rows] = from->line[r];
        memcpy(into->cell + into->rows * into->columns, from->cell + r * from->columns,
               from->columns * sizeof *from->cell);
        into->rows++;
    }
    into->filtered += from->filtered;
    for (size_t c = 0; c < into->columns; c++) {
        struct column *a = &into->column[c];
        const struct column *b = &from->column[c];
        a->trimmed += b->trimmed;
        if (!a->typed) a->typed_at = b->typed_at;
        a->typed += b->typed;
        if (!a->broken && b->broken) {
            a->broken_at = b->broken_at;
            a->broken_text = ig_text_copy(b->broken_text);
        }
        a->broken += b->broken;
        if (a->kind != b->kind) a->kind = IG_KIND_UNSTATED;
    }
    return IG_OK;
}

/// Which file each row came from, for messages.
static ig_status name_sources(ig_ctx *ctx, ig_table *table, const size_t *ends,
                              const char *const *names, size_t count)
{
    table->source = ig_alloc(table->row_room ? table->row_room : 1, sizeof *table->source);
    table->source_name = ig_alloc(count, sizeof *table->source_name);
    if (!table->source || !table->source_name) return ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; i < count; i++) {
        table->source_name[i] = ig_text_copy(names[i]);
        if (!table->source_name[i]) return ig_fail(ctx, IG_EMEMORY, "no memory");
        table->sources++;
        for (size_t r = i ? ends[i - 1] : 0; r < ends[i]; r++)
            table->source[r] = (uint32_t)i;
    }
    return IG_OK;
}

/// The members of an archive or folder, one below the other.
static ig_status read_members(ig_ctx *ctx, const struct source *source, const ig_unpacked *unpacked,
                              ig_table **out)
{
    const size_t count = ig_unpacked_count(unpacked);
    size_t *ends = ig_alloc(count, sizeof *ends);
    const char **names = ig_alloc(count, sizeof *names);
    ig_table *all = NULL;
    ig_status status = ends && names ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; !status && i < count; i++) {
        struct source member = *source;
        member.path = ig_unpacked_path(unpacked, i);
        member.name = names[i] = ig_unpacked_name(unpacked, i);
        ig_table *one = NULL;
        status = read_file(ctx, &member, &one);
        if (!status && all) status = append_rows(ctx, all, one);
        if (!status && !all) {
            all = one;
            one = NULL;
        }
        ig_table_free(one);
        if (!status) ends[i] = all->rows;
    }
    if (!status && count > 1) status = name_sources(ctx, all, ends, names, count);
    ig_free(ends);
    ig_free(names);
    if (status) {
        ig_table_free(all);
        return status;
    }
    *out = all;
    return IG_OK;
}

static ig_status read_archive(ig_ctx *ctx, const struct source *source, ig_table **out)
{
    static const char *const suffixes[] = {".csv", ".txt",  ".tsv",     ".xlsx", ".ods",
                                           ".dbf", ".gpkg", ".geojson", ".json", NULL};
    ig_unpacked *unpacked = NULL;
    ig_status status = ig_unpack(ctx, source->path, suffixes, &unpacked);
    if (!status && ig_unpacked_count(unpacked) == 0) { // a .gz of any name
        ig_unpacked_free(unpacked);
        unpacked = NULL;
        status = ig_unpack(ctx, source->path, NULL, &unpacked);
    }
    if (!status && ig_unpacked_count(unpacked) == 0) {
        status = ig_fail(ctx, IG_EFORMAT, "%s holds no table", shown(source->name));
    }
    if (!status) status = read_members(ctx, source, unpacked, out);
    ig_unpacked_free(unpacked);
    return status;
}

// ---- what is asked of the rows --------------------------------------------------------------

static ig_status declare_shares(ig_ctx *ctx, ig_table *table, const char *list)
{
    ig_pairs pairs = {0, NULL, NULL};
    ig_status status = ig_pairs_parse(ctx, "--proportion", list, 0, &pairs);
    for (size_t i = 0; !status && i < pairs.count; i++) {
        size_t column = 0;
        status = ig_table_find(ctx, table, pairs.name[i], &column);
        if (!status) table->column[column].share = true;
    }
    ig_pairs_free(&pairs);
    return status;
}

static ig_status finish(ig_ctx *ctx, ig_table **table, const ig_table_options *options)
{
    if ((*table)->rows == 0 && !options->may_be_empty) {
        return ig_fail(ctx, IG_EINVAL, "%s: --where: %s", shown((*table)->path),
                       (*table)->none ? (*table)->none : "no row is left");
    }
    (*table)->decimal_comma = options->decimal_comma;
    (*table)->sensitive = options->sensitive;
    ig_status status =
        options->bands ? table_bands(ctx, table, options->bands, options->lineage) : IG_OK;
    if (!status) status = table_choose_key(ctx, *table, options);
    if (!status && options->pivot) status = table_pivot(ctx, table, options);
    if (!status) status = table_combine(ctx, *table, options->duplicates, options->lineage);
    if (!status && options->proportion) status = declare_shares(ctx, *table, options->proportion);
    return status;
}

ig_status ig_table_read(ig_ctx *ctx, const char *path, const ig_table_options *options,
                        ig_table **table)
{
    return ig_table_read_many(ctx, &path, 1, options, table);
}

ig_status ig_table_read_many(ig_ctx *ctx, const char *const *paths, size_t count,
                             const ig_table_options *options, ig_table **table)
{
    const ig_table_options defaults = ig_table_defaults();
    if (!options) options = &defaults;
    if (count == 0) return ig_fail(ctx, IG_EINVAL, "no table is named");
    size_t *ends = ig_alloc(count, sizeof *ends);
    ig_table *all = NULL;
    ig_status status = ends ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory");
    for (size_t i = 0; !status && i < count; i++) {
        char *path = NULL, *layer = NULL;
        ig_table *one = NULL;
        status = ig_split_layer(ctx, paths[i], &path, &layer);
        const struct source source = {path, path, layer, options};
        if (!status) status = read_file(ctx, &source, &one);
        if (!status && all) status = append_rows(ctx, all, one);
        if (!status && !all) {
            all = one;
            one = NULL;
        }
        if (!status) ends[i] = all->rows;
        ig_table_free(one);
        ig_free(path);
        ig_free(layer);
    }
    if (!status && count > 1 && !all->source) status = name_sources(ctx, all, ends, paths, count);
    if (!status) status = finish(ctx, &all, options);
    ig_free(ends);
    if (status) {
        ig_table_free(all);
        return status;
    }
    *table = all;
    return IG_OK;
}
