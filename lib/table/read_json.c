// GeoJSON properties as a table (TopoJSON and plain lists of objects too), by our own scan: numbers
// keep their digits, coordinates are passed over, depth is bounded.
#include "table_internal.h"

#include <inttypes.h>

enum { DEEPEST = 32 };

struct scan {
    ig_ctx *ctx;
    const char *name;
    const char *begin, *at, *end;
    int depth;
};

/// A property and the kinds of values it has had.
struct property {
    char *name;
    bool number, fraction, other;
};

enum value_kind { VALUE_TEXT, VALUE_NUMBER, VALUE_WORD, VALUE_NULL, VALUE_NESTED };

struct rows {
    struct scan scan;
    struct property *property;
    size_t properties, room;
    bool has_id;           ///< features have an id of their own
    struct intake *intake; ///< NULL in the first pass, which collects names
    ig_text *value;        ///< in the second: texts of the row, one a property
    enum value_kind *kind;
    int64_t number; ///< of the feature, from 1
};

// ---- tokens ---------------------------------------------------------------------------------

static ig_status broken(struct scan *scan, const char *what)
{
    int64_t line = 1;
    for (const char *c = scan->begin; c < scan->at; c++)
        line += *c == '\n';
    return ig_fail(scan->ctx, IG_EFORMAT, "%s: line %" PRId64 ": the JSON is broken: %s",
                   shown(scan->name), line, what);
}

static char peek(struct scan *scan)
{
    while (scan->at < scan->end &&
           (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\n' || *scan->at == '\r')) {
        scan->at++;
    }
    return scan->at < scan->end ? *scan->at : '\0';
}

static ig_status expect(struct scan *scan, char wanted)
{
    if (peek(scan) != wanted) {
        char what[32];
        snprintf(what, sizeof what, "'%c' is missing", wanted);
        return broken(scan, what);
    }
    scan->at++;
    return IG_OK;
}

static int hex4(const char *text, const char *end)
{
    if (end - text < 4) return -1;
    int value = 0;
    for (int i = 0; i < 4; i++) {
        const char c = text[i];
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

static void append_point(ig_text *out, uint32_t point)
{
    char bytes[4];
    size_t count = 0;
    if (point < 0x80) {
        bytes[count++] = (char)point;
    } else if (point < 0x800) {
        bytes[count++] = (char)(0xC0 | point >> 6);
        bytes[count++] = (char)(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        bytes[count++] = (char)(0xE0 | point >> 12);
        bytes[count++] = (char)(0x80 | (point >> 6 & 0x3F));
        bytes[count++] = (char)(0x80 | (point & 0x3F));
    } else {
        bytes[count++] = (char)(0xF0 | point >> 18);
        bytes[count++] = (char)(0x80 | (point >> 12 & 0x3F));
        bytes[count++] = (char)(0x80 | (point >> 6 & 0x3F));
        bytes[count++] = (char)(0x80 | (point & 0x3F));
    }
    ig_text_append_bytes(out, bytes, count);
}

/// \uXXXX, at the first hex digit; surrogates in pairs.
static ig_status unicode_escape(struct scan *scan, ig_text *out)
{
    int first = hex4(scan->at, scan->end);
    if (first <= 0) return broken(scan, first ? "a bad \\u" : "a NUL character in a text");
    scan->at += 4;
    uint32_t point = (uint32_t)first;
    if (first >= 0xD800 && first < 0xE000) {
        const bool pair = first < 0xDC00 && scan->end - scan->at >= 6 && scan->at[0] == '\\' &&
                          scan->at[1] == 'u';
        const int second = pair ? hex4(scan->at + 2, scan->end) : -1;
        if (second < 0xDC00 || second > 0xDFFF) return broken(scan, "half a surrogate pair");
        point = 0x10000u + ((uint32_t)(first - 0xD800) << 10) + (uint32_t)(second - 0xDC00);
        scan->at += 6;
    }
    append_point(out, point);
    return IG_OK;
}

/// A string; out may be NULL to pass over it.
static ig_status string(struct scan *scan, ig_text *out)
{
    ig_status status = expect(scan, '"');
    ig_text unwanted = {0};
    ig_text *into = out ? out : &unwanted;
    if (out) out->length = 0;
    ig_text_append(into, "");
    while (!status) {
        const char *plain = scan->at;
        while (scan->at < scan->end && *scan->at != '"' && *scan->at != '\\' &&
               (unsigned char)*scan->at >= 0x20) {
            scan->at++;
        }
        if (out) ig_text_append_bytes(into, plain, (size_t)(scan->at - plain));
        if (scan->at >= scan->end) {
            status = broken(scan, "a text is not closed");
        } else if (*scan->at == '"') {
            scan->at++;
            break;
        } else if (*scan->at != '\\') {
            status = broken(scan, "a control character in a text");
        } else {
            static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
            const char escape = scan->at + 1 < scan->end ? scan->at[1] : '\0';
            const char *known = escape ? strchr(names, escape) : NULL;
            scan->at += 2;
            if (known) {
                ig_text_append_bytes(into, &values[known - names], 1);
            } else {
                status = escape == 'u' ? unicode_escape(scan, into)
                                       : broken(scan, "an unknown escape in a text");
            }
        }
    }
    if (!status && into->failed) status = ig_fail(scan->ctx, IG_EMEMORY, "no memory for a text");
    if (!status && into->length > MOST_FIELD_BYTES) {
        status = ig_fail(scan->ctx, IG_ELIMIT, "%s: a text of %zu bytes", shown(scan->name),
                         into->length);
    }
    ig_text_free(&unwanted);
    return status;
}

static ig_status go_in(struct scan *scan)
{
    if (++scan->depth <= DEEPEST) return IG_OK;
    return ig_fail(scan->ctx, IG_EFORMAT,
                   "%s: the JSON is nested deeper than %d levels; that is no table",
                   shown(scan->name), DEEPEST);
}

static ig_status skip_value(struct scan *scan);

/// Number, true, false, null: its letters. False when it is none of them.
static ig_status bare_word(struct scan *scan, const char **text, size_t *length)
{
    peek(scan);
    *text = scan->at;
    while (scan->at < scan->end && !strchr(",]} \t\r\n", *scan->at))
        scan->at++;
    *length = (size_t)(scan->at - *text);
    return *length ? IG_OK : broken(scan, "a value is missing");
}

/// Members of an object or items of a list, each given to `each` standing before its value (after
/// its key for an object).
typedef ig_status (*member_fn)(struct scan *scan, const char *key, void *user);

static ig_status members(struct scan *scan, member_fn each, void *user)
{
    const char open = peek(scan), close = open == '{' ? '}' : ']';
    ig_status status = go_in(scan);
    ig_text key = {0};
    scan->at++;
    if (!status && peek(scan) == close) {
        scan->at++;
        scan->depth--;
        return IG_OK;
    }
    while (!status) {
        if (open == '{') {
            status = string(scan, &key);
            if (!status) status = expect(scan, ':');
        }
        if (!status) {
            status = each ? each(scan, open == '{' ? key.data : NULL, user) : skip_value(scan);
        }
        if (status) break;
        const char next = peek(scan);
        if (next != ',' && next != close) {
            status = broken(scan, "',' or a bracket is missing");
        } else {
            scan->at++;
            if (next == close) break;
        }
    }
    scan->depth--;
    ig_text_free(&key);
    return status;
}

static ig_status skip_value(struct scan *scan)
{
    const char first = peek(scan);
    if (first == '{' || first == '[') return members(scan, NULL, NULL);
    if (first == '"') return string(scan, NULL);
    const char *text;
    size_t length;
    return bare_word(scan, &text, &length);
}

// ---- rows -----------------------------------------------------------------------------------

static ig_status find_property(struct rows *rows, const char *name, size_t *found)
{
    for (size_t i = 0; i < rows->properties; i++) {
        if (strcmp(rows->property[i].name, name) == 0) {
            *found = i;
            return IG_OK;
        }
    }
    if (rows->intake) return ig_fail(rows->scan.ctx, IG_EBUG, "a property appears from nowhere");
    char *copy = rows->properties < MOST_COLUMNS ? ig_text_copy(name) : NULL;
    if (!copy || !ig_grow((void **)&rows->property, &rows->room, rows->properties + 1,
                          sizeof *rows->property)) {
        ig_free(copy);
        return ig_fail(rows->scan.ctx, IG_ELIMIT, "%s: more than %d properties",
                       shown(rows->scan.name), MOST_COLUMNS);
    }
    *found = rows->properties;
    rows->property[rows->properties++] = (struct property){.name = copy};
    return IG_OK;
}

/// A value as the text of a cell. Lists and objects stay JSON.
static ig_status value_text(struct scan *scan, ig_text *out, enum value_kind *kind)
{
    out->length = 0;
    const char first = peek(scan);
    const char *begin = scan->at;
    if (first == '"') {
        *kind = VALUE_TEXT;
        return string(scan, out);
    }
    ig_status status;
    size_t length;
    if (first == '{' || first == '[') {
        *kind = VALUE_NESTED;
        status = skip_value(scan);
        length = (size_t)(scan->at - begin);
    } else {
        status = bare_word(scan, &begin, &length);
        *kind = VALUE_WORD;
        if (!status && length == 4 && memcmp(begin, "null", 4) == 0) {
            *kind = VALUE_NULL;
            length = 0;
        } else if (!status && (*begin == '-' || (*begin >= '0' && *begin <= '9'))) {
            *kind = VALUE_NUMBER;
        } else if (!status && !(length == 4 && memcmp(begin, "true", 4) == 0) &&
                   !(length == 5 && memcmp(begin, "false", 5) == 0) &&
                   !(length == 3 && memcmp(begin, "NaN", 3) == 0)) {
            scan->at = begin;
            status = broken(scan, "a value is neither text, number, true, false nor null");
        }
    }
    if (!status && length > MOST_FIELD_BYTES) {
        status =
            ig_fail(scan->ctx, IG_ELIMIT, "%s: a value of %zu bytes", shown(scan->name), length);
    }
    if (!status) ig_text_append_bytes(out, begin, length);
    if (!status && out->failed) status = ig_fail(scan->ctx, IG_EMEMORY, "no memory for a value");
    return status;
}

static ig_status take_value(struct scan *scan, const char *key, void *user)
{
    struct rows *rows = user;
    size_t at = 0;
    ig_status status = find_property(rows, key, &at);
    if (status) return status;
    ig_text own = {0};
    enum value_kind kind = VALUE_NULL;
    status = value_text(scan, rows->intake ? &rows->value[at] : &own, &kind);
    if (status) {
        ig_text_free(&own);
        return status;
    }
    if (rows->intake) {
        rows->kind[at] = kind;
    } else {
        struct property *property = &rows->property[at];
        property->number = property->number || kind == VALUE_NUMBER;
        property->fraction =
            property->fraction || (kind == VALUE_NUMBER && strpbrk(own.data, ".eE"));
        property->other = property->other || (kind != VALUE_NUMBER && kind != VALUE_NULL);
    }
    ig_text_free(&own);
    return IG_OK;
}

/// A member of a feature: its properties; its id as one more.
static ig_status take_member(struct scan *scan, const char *key, void *user)
{
    struct rows *rows = user;
    if (strcmp(key, "properties") == 0 && peek(scan) == '{') {
        return members(scan, take_value, rows);
    }
    if (strcmp(key, "id") == 0 && rows->has_id) {
        const char first = peek(scan);
        if (first != '{' && first != '[') return take_value(scan, "id", rows);
    }
    return skip_value(scan);
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

static ig_status take_feature(struct scan *scan, const char *key, void *user)
{
    (void)key;
    struct rows *rows = user;
    if (peek(scan) != '{') return broken(scan, "a feature is no object");
    const ig_status status = members(scan, take_member, rows);
    return status ? status : end_row(rows);
}

static ig_status take_object(struct scan *scan, const char *key, void *user)
{
    (void)key;
    struct rows *rows = user;
    if (peek(scan) != '{') return broken(scan, "a row is no object");
    const ig_status status = members(scan, take_value, rows);
    return status ? status : end_row(rows);
}

/// A member of an object of a TopoJSON file: its geometries are the features.
static ig_status take_geometries(struct scan *scan, const char *key, void *user)
{
    if (strcmp(key, "geometries") == 0 && peek(scan) == '[') {
        return members(scan, take_feature, user);
    }
    return skip_value(scan);
}

static ig_status take_topology(struct scan *scan, const char *key, void *user)
{
    (void)key;
    return peek(scan) == '{' ? members(scan, take_geometries, user) : skip_value(scan);
}

static ig_status take_top(struct scan *scan, const char *key, void *user)
{
    const char first = peek(scan);
    if (strcmp(key, "features") == 0 && first == '[') return members(scan, take_feature, user);
    if (strcmp(key, "objects") == 0 && first == '{') return members(scan, take_topology, user);
    if (strcmp(key, "rows") == 0 && first == '[') return members(scan, take_object, user);
    return skip_value(scan);
}

static ig_status one_pass(struct rows *rows, const ig_bytes *bytes)
{
    struct scan *scan = &rows->scan;
    scan->begin = scan->at = (const char *)bytes->data;
    scan->end = scan->begin + bytes->length;
    if (bytes->length >= 3 && memcmp(scan->at, "\xEF\xBB\xBF", 3) == 0) scan->at += 3;
    scan->depth = 0;
    rows->number = 0;
    const char first = peek(scan);
    ig_status status;
    if (first == '[') {
        status = members(scan, take_object, rows);
    } else if (first == '{') {
        status = members(scan, take_top, rows);
    } else {
        status = broken(scan, "it begins with neither { nor [");
    }
    if (!status && peek(scan) != '\0') status = broken(scan, "something follows the end");
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
    ig_ctx *ctx = rows->scan.ctx;
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
        status = intake_new(ctx, rows->scan.name, "feature", options, names, count, &rows->intake);
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
    struct rows rows = {.scan = {.ctx = ctx, .name = name}};
    const char *text = (const char *)bytes->data;
    ig_status status = IG_OK;
    const size_t good = utf8_length(text, bytes->length);
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
    ig_free(rows.property);
    ig_free(rows.value);
    ig_free(rows.kind);
    if (status) {
        intake_free(rows.intake);
        return status;
    }
    return intake_finish(rows.intake, out);
}
