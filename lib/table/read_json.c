// GeoJSON properties as a table (TopoJSON and plain lists of objects too): numbers keep their digits,
// coordinates are passed over.
#include "../core/json_pull.h"
#include "table_internal.h"

#include <inttypes.h>

/// A property and the kinds of values it has had.
struct property {
    char *name;
    bool number, fraction, other;
};

enum value_kind { VALUE_TEXT, VALUE_NUMBER, VALUE_WORD, VALUE_NULL, VALUE_NESTED };

struct rows {
    ig_json json;
    ig_text key; ///< of the member under way
    struct property *property;
    size_t properties, room;
    bool has_id;           ///< features have an id of their own
    struct intake *intake; ///< NULL in the first pass, which collects names
    ig_text *value;        ///< in the second: texts of the row, one a property
    enum value_kind *kind;
    int64_t number; ///< of the feature, from 1
};

/// Keep a failure of another part as the reader's own, so that all loops stop.
static bool keep(struct rows *rows, ig_status status)
{
    if (status && !rows->json.status) rows->json.status = status;
    return !status;
}

static ig_status find_property(struct rows *rows, const char *name, size_t *found)
{
    for (size_t i = 0; i < rows->properties; i++) {
        if (strcmp(rows->property[i].name, name) == 0) {
            *found = i;
            return IG_OK;
        }
    }
    if (rows->intake) return ig_fail(rows->json.ctx, IG_EBUG, "a property appears from nowhere");
    char *copy = rows->properties < MOST_COLUMNS ? ig_text_copy(name) : NULL;
    if (!copy || !ig_grow((void **)&rows->property, &rows->room, rows->properties + 1,
                          sizeof *rows->property)) {
        ig_free(copy);
        return ig_fail(rows->json.ctx, IG_ELIMIT, "%s: more than %d properties",
                       shown(rows->json.name), MOST_COLUMNS);
    }
    *found = rows->properties;
    rows->property[rows->properties++] = (struct property){.name = copy};
    return IG_OK;
}

/// A value as the text of a cell. Lists and objects stay JSON.
static bool value_text(struct rows *rows, ig_text *out, enum value_kind *kind)
{
    ig_json *json = &rows->json;
    out->length = 0;
    const char first = ig_json_peek(json);
    const size_t begin = json->at;
    *kind = first == '"'                   ? VALUE_TEXT
            : first == '{' || first == '[' ? VALUE_NESTED
            : first == 'n'                 ? VALUE_NULL
                                           : VALUE_WORD;
    if (*kind == VALUE_TEXT ? !ig_json_string(json, out) : !ig_json_skip(json)) return false;
    const char *raw = json->text + begin;
    const size_t length = *kind == VALUE_TEXT ? out->length : json->at - begin;
    if (*kind == VALUE_WORD && ((*raw >= '0' && *raw <= '9') || (*raw == '-' && raw[1] != 'I'))) {
        *kind = VALUE_NUMBER;
    }
    if (length > MOST_FIELD_BYTES) {
        return keep(rows, ig_fail(json->ctx, IG_ELIMIT, "%s: a value of %zu bytes",
                                  shown(json->name), length));
    }
    if (*kind != VALUE_TEXT) ig_text_append_bytes(out, raw, *kind == VALUE_NULL ? 0 : length);
    return !out->failed || keep(rows, ig_fail(json->ctx, IG_EMEMORY, "no memory for a value of %s",
                                              shown(json->name)));
}

/// The value of the property whose name is the key.
static bool take_value(struct rows *rows, const char *name)
{
    size_t at = 0;
    if (!keep(rows, find_property(rows, name, &at))) return false;
    ig_text own = {0};
    enum value_kind kind = VALUE_NULL;
    const bool taken = value_text(rows, rows->intake ? &rows->value[at] : &own, &kind);
    if (taken && rows->intake) {
        rows->kind[at] = kind;
    } else if (taken) {
        struct property *property = &rows->property[at];
        property->number = property->number || kind == VALUE_NUMBER;
        property->fraction =
            property->fraction || (kind == VALUE_NUMBER && strpbrk(own.data, ".eE"));
        property->other = property->other || (kind != VALUE_NUMBER && kind != VALUE_NULL);
    }
    ig_text_free(&own);
    return taken;
}

/// All members of an object as values of the row.
static void take_values(struct rows *rows)
{
    if (!ig_json_enter(&rows->json, '{')) return;
    while (ig_json_member(&rows->json, &rows->key))
        if (!take_value(rows, rows->key.data)) return;
}

static ig_status end_row(struct rows *rows)
{
    rows->number++;
    if (!rows->intake) return IG_OK;
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < rows->properties; i++) {
        const bool there = rows->value[i].length > 0;
        status = intake_cell(rows->intake, there ? rows->value[i].data : "", rows->value[i].length,
                             rows->kind[i] == VALUE_NUMBER);
        rows->value[i].length = 0;
        rows->kind[i] = VALUE_NULL;
    }
    return status ? status : intake_row(rows->intake, rows->number);
}

/// A feature: its properties; its id as one more.
static void take_feature(struct rows *rows)
{
    ig_json *json = &rows->json;
    if (!ig_json_enter(json, '{')) return;
    while (ig_json_member(json, &rows->key)) {
        const char first = ig_json_peek(json);
        if (!strcmp(rows->key.data, "properties") && first == '{')
            take_values(rows);
        else if (!strcmp(rows->key.data, "id") && rows->has_id && first != '{' && first != '[')
            take_value(rows, "id");
        else
            ig_json_skip(json);
    }
    if (!json->status) keep(rows, end_row(rows));
}

static void take_features(struct rows *rows)
{
    if (!ig_json_enter(&rows->json, '[')) return;
    while (ig_json_element(&rows->json))
        take_feature(rows);
}

/// A list of plain objects: each is a row.
static void take_objects(struct rows *rows)
{
    if (!ig_json_enter(&rows->json, '[')) return;
    while (ig_json_element(&rows->json)) {
        take_values(rows);
        if (!rows->json.status) keep(rows, end_row(rows));
    }
}

/// The objects of a TopoJSON file: the geometries of each are features.
static void take_topology(struct rows *rows)
{
    ig_json *json = &rows->json;
    if (!ig_json_enter(json, '{')) return;
    while (ig_json_member(json, &rows->key)) {
        if (ig_json_peek(json) != '{') {
            ig_json_skip(json);
            continue;
        }
        ig_json_enter(json, '{');
        while (ig_json_member(json, &rows->key)) {
            if (!strcmp(rows->key.data, "geometries") && ig_json_peek(json) == '[')
                take_features(rows);
            else
                ig_json_skip(json);
        }
    }
}

static void take_top(struct rows *rows)
{
    ig_json *json = &rows->json;
    if (!ig_json_enter(json, '{')) return;
    while (ig_json_member(json, &rows->key)) {
        const char *name = rows->key.data, first = ig_json_peek(json);
        if (!strcmp(name, "features") && first == '[')
            take_features(rows);
        else if (!strcmp(name, "objects") && first == '{')
            take_topology(rows);
        else if (!strcmp(name, "rows") && first == '[')
            take_objects(rows);
        else
            ig_json_skip(json);
    }
}

static ig_status one_pass(struct rows *rows, const ig_bytes *bytes)
{
    ig_json *json = &rows->json;
    rows->number = 0;
    ig_status status =
        ig_json_open(json->ctx, json->name, (const char *)bytes->data, bytes->length, json);
    if (!status && ig_json_peek(json) == '[')
        take_objects(rows);
    else if (!status)
        take_top(rows);
    ig_json_end(json);
    status = json->status;
    ig_json_close(json);
    return status;
}

/// Is there a property of this name?
static bool has_property(const struct rows *rows, const char *name)
{
    for (size_t i = 0; i < rows->properties; i++) {
        if (strcmp(rows->property[i].name, name) == 0) return true;
    }
    return false;
}

static ig_status begin_rows(struct rows *rows, const ig_table_options *options)
{
    ig_ctx *ctx = rows->json.ctx;
    const size_t count = rows->properties;
    const char **names = ig_alloc(count, sizeof *names);
    rows->value = ig_alloc(count, sizeof *rows->value);
    rows->kind = ig_alloc(count, sizeof *rows->kind);
    ig_status status = names && rows->value && rows->kind
                           ? IG_OK
                           : ig_fail(ctx, IG_EMEMORY, "no memory for columns");
    for (size_t i = 0; !status && i < count; i++) {
        names[i] = rows->property[i].name;
        rows->kind[i] = VALUE_NULL;
    }
    if (!status) {
        status = intake_new(ctx, rows->json.name, "feature", options, names, count, &rows->intake);
    }
    for (size_t i = 0; !status && i < count; i++) {
        const struct property *p = &rows->property[i];
        int kind = IG_KIND_UNSTATED;
        if (p->number && !p->other) kind = p->fraction ? IG_COLUMN_REAL : IG_COLUMN_INTEGER;
        if (p->other && !p->number) kind = IG_COLUMN_TEXT;
        ig_table_build_kind(intake_table(rows->intake), i, kind);
    }
    ig_free(names);
    return status;
}

ig_status read_json(ig_ctx *ctx, const char *name, const ig_bytes *bytes,
                    const ig_table_options *options, ig_table **out)
{
    struct rows rows = {.json = {.ctx = ctx, .name = name}};
    const char *text = (const char *)bytes->data;
    ig_status status = IG_OK;
    const size_t good = ig_utf8_length(text, bytes->length);
    if (memchr(text, '\0', bytes->length) || good < bytes->length) {
        status = ig_fail(ctx, IG_EFORMAT, "%s: the JSON is not valid UTF-8 (byte %zu)", shown(name),
                         good);
    }
    if (!status) status = one_pass(&rows, bytes);
    if (!status && !has_property(&rows, "id")) { // codes may stand in the features' own id
        rows.has_id = true;
        status = one_pass(&rows, bytes);
    }
    if (!status && (rows.properties == 0 || rows.number == 0)) {
        status = ig_fail(ctx, IG_EFORMAT, "%s: %s", shown(name),
                         rows.number ? "its features have no properties"
                                     : "no data rows: there are no features");
    }
    if (!status) status = begin_rows(&rows, options);
    if (!status) status = one_pass(&rows, bytes);

    for (size_t i = 0; i < rows.properties; i++) {
        ig_free(rows.property[i].name);
        if (rows.value) ig_text_free(&rows.value[i]);
    }
    ig_text_free(&rows.key);
    ig_free(rows.property);
    ig_free(rows.value);
    ig_free(rows.kind);
    if (status) {
        intake_free(rows.intake);
        return status;
    }
    return intake_finish(rows.intake, out);
}
