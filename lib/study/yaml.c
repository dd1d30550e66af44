// YAML by libfyaml, turned at once into a plain tree with lines.
#include "yaml_internal.h"

#include <libfyaml.h>
#include <string.h>

enum { DEEPEST = 16, LONGEST = 1 << 20 };

struct reader {
    ig_ctx *ctx;
    const char *path;
    struct fy_diag *diag;
    struct fy_parser *parser;
    struct fy_document *document;
};

static ig_status no_memory(const struct reader *reader)
{
    return ig_fail(reader->ctx, IG_EMEMORY, "no memory for %s", ig_show(reader->path));
}

static ig_status refuse(const struct reader *reader, int line, const char *what)
{
    return ig_fail(reader->ctx, IG_EINVAL, "%s: line %d: %s", ig_show(reader->path), line, what);
}

static int token_line(struct fy_token *token)
{
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    return mark ? mark->line + 1 : 0;
}

/// First line of a node that shows one; `line` when it is empty.
static int node_line(struct fy_node *node, int line)
{
    int found = 0;
    if (fy_node_get_type(node) == FYNT_SCALAR) {
        found = token_line(fy_node_get_scalar_token(node));
    } else if (fy_node_get_type(node) == FYNT_SEQUENCE) {
        struct fy_node *first = fy_node_sequence_get_by_index(node, 0);
        if (first) found = node_line(first, 0);
    } else {
        void *at = NULL;
        struct fy_node_pair *pair = fy_node_mapping_iterate(node, &at);
        if (pair && fy_node_pair_key(pair)) found = node_line(fy_node_pair_key(pair), 0);
    }
    return found ? found : line;
}

void yaml_free(yaml *node)
{
    for (size_t i = 0; i < node->count; i++) {
        if (node->keys) ig_free(node->keys[i]);
        if (node->items) yaml_free(&node->items[i]);
    }
    ig_free(node->keys);
    ig_free(node->key_lines);
    ig_free(node->items);
    ig_free(node->text);
    *node = (yaml){0};
}

const yaml *yaml_get(const yaml *map, const char *key)
{
    for (size_t i = 0; map->kind == YAML_MAP && i < map->count; i++) {
        if (!strcmp(map->keys[i], key)) return &map->items[i];
    }
    return NULL;
}

static ig_status take_scalar(const struct reader *reader, struct fy_node *node, yaml *out)
{
    size_t length = 0;
    const char *text = fy_node_get_scalar(node, &length);
    const bool plain = fy_node_get_style(node) == FYNS_PLAIN;
    if (!text || (plain && (!length || (length == 1 && *text == '~') ||
                            (length == 4 && !memcmp(text, "null", 4))))) {
        return IG_OK;
    }
    if (memchr(text, '\0', length)) return refuse(reader, out->line, "a text holds a NUL byte");
    out->text = ig_alloc(length + 1, 1);
    if (!out->text) return no_memory(reader);
    memcpy(out->text, text, length);
    return IG_OK;
}

static ig_status take_node(const struct reader *reader, struct fy_node *node, int line, int depth,
                           yaml *out);

static ig_status take_list(const struct reader *reader, struct fy_node *node, int depth, yaml *out)
{
    const int count = fy_node_sequence_item_count(node);
    out->items = ig_alloc((size_t)(count > 0 ? count : 0) + 1, sizeof *out->items);
    if (!out->items) return no_memory(reader);
    void *at = NULL;
    for (struct fy_node *item; (item = fy_node_sequence_iterate(node, &at));) {
        yaml *next = &out->items[out->count++];
        const ig_status status = take_node(reader, item, out->line, depth + 1, next);
        if (status) return status;
    }
    return IG_OK;
}

static ig_status take_key(const struct reader *reader, struct fy_node *node, yaml *out)
{
    yaml key = {.line = out->line};
    if (!node || fy_node_get_type(node) != FYNT_SCALAR) {
        return refuse(reader, out->line, "a key must be a text");
    }
    key.line = node_line(node, out->line);
    const ig_status status = take_scalar(reader, node, &key);
    if (status) return status;
    if (!key.text) return refuse(reader, key.line, "an empty key");
    for (size_t i = 0; i < out->count; i++) {
        if (strcmp(out->keys[i], key.text)) continue;
        ig_fail(reader->ctx, IG_EINVAL, "%s: line %d: key %s is given twice, first on line %d",
                ig_show(reader->path), key.line, ig_show(key.text), out->key_lines[i]);
        yaml_free(&key);
        return ig_hint(reader->ctx, "keep one of the two");
    }
    out->keys[out->count] = key.text;
    out->key_lines[out->count] = key.line;
    return IG_OK;
}

static ig_status take_map(const struct reader *reader, struct fy_node *node, int depth, yaml *out)
{
    const int count = fy_node_mapping_item_count(node);
    const size_t room = (size_t)(count > 0 ? count : 0) + 1;
    out->items = ig_alloc(room, sizeof *out->items);
    out->keys = ig_alloc(room, sizeof *out->keys);
    out->key_lines = ig_alloc(room, sizeof *out->key_lines);
    if (!out->items || !out->keys || !out->key_lines) return no_memory(reader);
    void *at = NULL;
    for (struct fy_node_pair *pair; (pair = fy_node_mapping_iterate(node, &at));) {
        ig_status status = take_key(reader, fy_node_pair_key(pair), out);
        if (status) return status;
        yaml *next = &out->items[out->count];
        const int line = out->key_lines[out->count++];
        struct fy_node *value = fy_node_pair_value(pair);
        *next = (yaml){.line = line};
        if (value) status = take_node(reader, value, line, depth + 1, next);
        if (status) return status;
    }
    return IG_OK;
}

static ig_status take_node(const struct reader *reader, struct fy_node *node, int line, int depth,
                           yaml *out)
{
    *out = (yaml){.line = node_line(node, line)};
    if (depth > DEEPEST) return refuse(reader, out->line, "nested too deeply for a plan");
    if (fy_node_is_alias(node) || fy_node_get_anchor(node)) {
        return refuse(reader, out->line, "anchors and aliases (& and *) have no place in a plan");
    }
    if (fy_node_get_tag_token(node)) {
        return refuse(reader, out->line, "tags (!) have no place in a plan");
    }
    switch (fy_node_get_type(node)) {
    case FYNT_SEQUENCE:
        out->kind = YAML_LIST;
        return take_list(reader, node, depth, out);
    case FYNT_MAPPING:
        out->kind = YAML_MAP;
        return take_map(reader, node, depth, out);
    default:
        return take_scalar(reader, node, out);
    }
}

/// Line that begins with a tab, the usual slip; 0 when there is none.
static int tab_line(const ig_bytes *bytes)
{
    int line = 1;
    for (size_t i = 0; i < bytes->length; i++) {
        if (bytes->data[i] == '\t' && (!i || bytes->data[i - 1] == '\n')) return line;
        if (bytes->data[i] == '\n') line++;
    }
    return 0;
}

/// The first error that libfyaml kept, in its words, with the line.
static ig_status refuse_form(const struct reader *reader, const ig_bytes *bytes)
{
    const int tab = tab_line(bytes);
    if (tab) return refuse(reader, tab, "not YAML: a tab begins the line; indent by blanks");
    void *at = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(reader->diag, &at);
    ig_fail(reader->ctx, IG_EINVAL, "%s: line %d: not YAML: %s", ig_show(reader->path),
            error && error->line > 0 ? error->line : 1,
            error && error->msg ? ig_show(error->msg) : "it cannot be read");
    return ig_hint(reader->ctx,
                   "a plan is YAML: keys with a colon, two blanks a level, no tabs; see "
                   "isogap run --help");
}

/// libfyaml takes what it is given; what no text file holds is refused before.
static ig_status check_text(const struct reader *reader, const ig_bytes *bytes)
{
    int line = 1;
    if (bytes->length > LONGEST) {
        return ig_fail(reader->ctx, IG_ELIMIT, "%s: a plan of more than 1 MiB",
                       ig_show(reader->path));
    }
    for (size_t i = 0; i < bytes->length; i++) {
        const unsigned char c = bytes->data[i];
        if (c == '\n') line++;
        if (c < 0x20 && c != '\n' && c != '\r' && c != '\t') {
            return refuse(reader, line, "not YAML: a control byte stands in it");
        }
    }
    return IG_OK;
}

static ig_status load(struct reader *reader, const ig_bytes *bytes, yaml *out)
{
    struct fy_diag_cfg quiet;
    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    reader->diag = fy_diag_create(&quiet);
    if (!reader->diag) return no_memory(reader);
    fy_diag_set_collect_errors(reader->diag, true);
    const struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG |
                                                 FYPCF_ALLOW_DUPLICATE_KEYS |
                                                 FYPCF_DISABLE_RECYCLING,
                                        .diag = reader->diag};
    reader->parser = fy_parser_create(&config);
    if (!reader->parser) return no_memory(reader);
    if (fy_parser_set_string(reader->parser, (const char *)bytes->data, bytes->length)) {
        return refuse_form(reader, bytes);
    }
    reader->document = fy_parse_load_document(reader->parser);
    if (!reader->document && fy_diag_got_error(reader->diag)) return refuse_form(reader, bytes);
    struct fy_node *root = reader->document ? fy_document_root(reader->document) : NULL;
    if (!root) return refuse(reader, 1, "the plan is empty");
    if (fy_node_get_type(root) != FYNT_MAPPING) {
        refuse(reader, node_line(root, 1), "not a plan: it must be a map of keys");
        return ig_hint(reader->ctx, "write it as YAML, such as areas: {file: lsoa.gpkg}");
    }
    ig_status status = take_node(reader, root, 1, 0, out);
    if (status) return status;
    struct fy_document *second = fy_parse_load_document(reader->parser);
    if (!second && !fy_diag_got_error(reader->diag)) return IG_OK;
    if (!second) return refuse_form(reader, bytes);
    root = fy_document_root(second);
    status = refuse(reader, root ? node_line(root, 1) : 1, "a second document begins");
    fy_parse_document_destroy(reader->parser, second);
    return status;
}

ig_status yaml_read(ig_ctx *ctx, const char *path, yaml *out)
{
    *out = (yaml){0};
    struct reader reader = {.ctx = ctx, .path = path};
    ig_bytes bytes = {0};
    ig_status status = ig_bytes_read(ctx, path, &bytes);
    if (!status) status = check_text(&reader, &bytes);
    if (!status) status = load(&reader, &bytes, out);
    if (status) yaml_free(out);
    if (reader.document) fy_parse_document_destroy(reader.parser, reader.document);
    if (reader.parser) fy_parser_destroy(reader.parser);
    if (reader.diag) fy_diag_destroy(reader.diag);
    ig_bytes_free(&bytes);
    return status;
}
