// What a file is and what is wrong with it, by reading it as the commands do.
#include "check_internal.h"
#include "plan_internal.h"

#include <jansson.h>
#include <string.h>

void ig_check_free(ig_check *check)
{
    if (!check) return;
    for (size_t i = 0; i < check->layers; i++) {
        ig_check_layer *layer = &check->layer[i];
        for (size_t c = 0; c < layer->columns; c++)
            ig_free(layer->column[c]);
        ig_free(layer->column);
        ig_free(layer->name);
        ig_free(layer->crs);
    }
    for (size_t i = 0; i < check->problems; i++) {
        ig_free(check->problem[i].message);
        ig_free(check->problem[i].hint);
    }
    ig_free(check->layer);
    ig_free(check->problem);
    ig_free(check);
}

// ---- parts of the answer ------------------------------------------------------------------------

ig_check_layer *check_layer(struct checking *c, const char *name, int64_t features, const char *crs)
{
    if (!ig_grow((void **)&c->out->layer, &c->layer_room, c->out->layers + 1,
                 sizeof *c->out->layer)) {
        c->failed = true;
        return NULL;
    }
    ig_check_layer *layer = &c->out->layer[c->out->layers++];
    *layer = (ig_check_layer){.name = ig_text_copy(name), .features = features};
    if (crs && *crs) layer->crs = ig_text_copy(crs);
    c->failed = c->failed || !layer->name || (crs && *crs && !layer->crs);
    return layer;
}

void check_column(struct checking *c, ig_check_layer *layer, const char *name)
{
    if (!layer) return;
    char **columns = ig_resize(layer->column, layer->columns + 1, sizeof *columns);
    char *copy = ig_text_copy(name);
    if (columns) layer->column = columns;
    if (columns && copy) {
        layer->column[layer->columns++] = copy;
    } else {
        ig_free(copy);
        c->failed = true;
    }
}

void check_problem(struct checking *c, ig_level severity, const char *message, const char *hint)
{
    if (!message) return;
    for (size_t i = 0; i < c->out->problems; i++) { // two readers may say the same
        if (!strcmp(c->out->problem[i].message, message)) return;
    }
    if (!ig_grow((void **)&c->out->problem, &c->problem_room, c->out->problems + 1,
                 sizeof *c->out->problem)) {
        c->failed = true;
        return;
    }
    c->out->problem[c->out->problems++] =
        (ig_check_problem){.severity = severity,
                           .message = ig_text_copy(message),
                           .hint = hint ? ig_text_copy(hint) : NULL};
    c->out->bad = c->out->bad || severity == IG_ERROR;
}

void check_failure(struct checking *c, ig_status status)
{
    if (!status) return;
    check_problem(c, status == IG_EINVAL ? IG_WARNING : IG_ERROR, ig_ctx_message(c->ctx),
                  ig_ctx_hint(c->ctx));
}

/// Warnings of the readers become problems.
static void on_log(ig_level level, const char *message, const char *hint, void *user)
{
    if (level >= IG_WARNING) check_problem(user, level, message, hint);
}

static int on_progress(double fraction, const char *what, void *user)
{
    (void)fraction;
    (void)what;
    return !ig_ctx_cancelled(((struct checking *)user)->outer);
}

// ---- kinds --------------------------------------------------------------------------------------

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), tail = strlen(end);
    return length >= tail && !strcmp(text + length - tail, end);
}

static void check_plan(struct checking *c)
{
    struct plan plan;
    c->out->kind = "plan";
    c->out->driver = "YAML";
    const ig_status status = plan_read(c->ctx, c->path, &plan);
    if (status) {
        check_problem(c, IG_ERROR, ig_ctx_message(c->ctx), ig_ctx_hint(c->ctx));
    } else {
        plan_free(&plan);
    }
}

/// JSON that is no GeoJSON: the record of a run, or nothing that a command reads.
static void check_json(struct checking *c)
{
    json_error_t error;
    json_t *json = json_load_file(c->path, 0, &error);
    c->out->driver = "JSON";
    c->out->kind = json_object_get(json, "isogap") ? "record" : "unknown";
    if (!json) {
        char text[320];
        snprintf(text, sizeof text, "%s: line %d: %s", ig_show(ig_base_name(c->path)), error.line,
                 error.text);
        check_problem(c, IG_ERROR, text, NULL);
    } else if (!json_object_get(json, "isogap")) {
        check_problem(c, IG_ERROR, "this JSON is neither GeoJSON, TopoJSON nor a record of a run",
                      "give a GeoJSON of features, or a table");
    }
    json_decref(json);
}

static void check_unknown(struct checking *c, const char *what, const char *hint)
{
    char text[256];
    snprintf(text, sizeof text, "%s: %s", ig_show(ig_base_name(c->path)), what);
    check_problem(c, IG_ERROR, text, hint);
}

static void check_kind(struct checking *c)
{
    switch (c->kind) {
    case IG_KIND_EMPTY:
        check_unknown(c, "the file is empty", "download it again");
        break;
    case IG_KIND_CSV:
    case IG_KIND_XLSX:
    case IG_KIND_ODS:
    case IG_KIND_XLS:
    case IG_KIND_DBF:
    case IG_KIND_PARQUET:
        check_table(c);
        break;
    case IG_KIND_SQLITE:
        check_geopackage(c);
        break;
    case IG_KIND_SHP:
    case IG_KIND_GEOJSON:
    case IG_KIND_TOPOJSON:
    case IG_KIND_OSM_PBF:
    case IG_KIND_OSM_XML:
        check_shapes(c);
        break;
    case IG_KIND_GTIFF:
    case IG_KIND_AAIGRID:
    case IG_KIND_VRT:
        check_raster(c);
        break;
    case IG_KIND_JSON:
        check_json(c);
        break;
    case IG_KIND_YAML:
        check_plan(c);
        break;
    default: {
        char what[96];
        snprintf(what, sizeof what, "%s: no kind of file that isogap reads", ig_kind_text(c->kind));
        check_unknown(c, what,
                      "tables, boundaries, sites, rasters, roads and plans can be checked");
        break;
    }
    }
}

/// What an archive or a folder holds decides how it is read; the readers unpack it themselves.
static ig_status look_inside(struct checking *c)
{
    ig_unpacked *unpacked = NULL;
    ig_status status = ig_unpack(c->ctx, c->path, NULL, &unpacked);
    ig_kind found = IG_KIND_UNKNOWN;
    for (size_t i = 0; unpacked && !status && i < ig_unpacked_count(unpacked); i++) {
        ig_kind kind;
        status = ig_kind_of(c->ctx, ig_unpacked_path(unpacked, i), &kind);
        const bool shapes = kind == IG_KIND_SHP || kind == IG_KIND_GEOJSON ||
                            kind == IG_KIND_TOPOJSON || kind == IG_KIND_SQLITE;
        const bool raster = kind == IG_KIND_GTIFF || kind == IG_KIND_AAIGRID;
        if (!status &&
            (shapes || raster ||
             (found == IG_KIND_UNKNOWN && kind != IG_KIND_UNKNOWN && kind != IG_KIND_EMPTY))) {
            found = kind;
        }
        if (shapes || raster) break;
    }
    c->kind = found;
    ig_unpacked_free(unpacked);
    return status;
}

static ig_status look(struct checking *c)
{
    ig_status status = ig_split_layer(c->ctx, c->source, &c->path, &c->layer);
    if (!status) status = ig_kind_of(c->ctx, c->path, &c->kind);
    const bool packed =
        c->kind == IG_KIND_GZIP || c->kind == IG_KIND_ZIP || c->kind == IG_KIND_FOLDER;
    if (!status && packed) status = look_inside(c);
    if (status) {
        check_problem(c, IG_ERROR, ig_ctx_message(c->ctx), ig_ctx_hint(c->ctx));
        return IG_OK;
    }
    if (!packed && (ends_with(c->path, ".yaml") || ends_with(c->path, ".yml"))) {
        c->kind = IG_KIND_YAML;
    }
    check_kind(c);
    return IG_OK;
}

static ig_ctx *own_context(struct checking *c)
{
    ig_ctx *ctx = ig_ctx_new();
    if (!ctx) return NULL;
    ig_ctx_set_log(ctx, on_log, c);
    ig_ctx_set_progress(ctx, on_progress, c);
    ig_ctx_set_threads(ctx, ig_ctx_threads(c->outer));
    ig_ctx_set_allow_vrt(ctx, ig_ctx_allow_vrt(c->outer));
    ig_ctx_set_allow_network(ctx, ig_ctx_allow_network(c->outer));
    ig_ctx_set_memory(ctx, ig_ctx_memory(c->outer));
    if (ig_ctx_set_work_crs(ctx, ig_ctx_work_crs(c->outer)) ||
        ig_ctx_set_input_crs(ctx, ig_ctx_input_crs(c->outer))) {
        ig_ctx_free(ctx);
        return NULL;
    }
    return ctx;
}

ig_status ig_check_file(ig_ctx *ctx, const char *source, ig_check **out)
{
    *out = NULL;
    struct checking c = {.outer = ctx, .source = source};
    c.out = ig_alloc(1, sizeof *c.out);
    c.ctx = c.out ? own_context(&c) : NULL;
    ig_status status = c.ctx ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for the check");
    if (!status) {
        c.out->kind = "unknown";
        c.out->driver = "";
        status = look(&c);
    }
    if (!status && ig_ctx_cancelled(ctx)) status = ig_fail(ctx, IG_ECANCELLED, "stopped");
    if (!status && c.failed) status = ig_fail(ctx, IG_EMEMORY, "no memory for the check");
    ig_ctx_free(c.ctx);
    ig_free(c.path);
    ig_free(c.layer);
    if (status) {
        ig_check_free(c.out);
        return status;
    }
    *out = c.out;
    return IG_OK;
}
