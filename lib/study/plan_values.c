// Values of a plan: set through option lists, refused with their line.
#include "plan_reading.h"

#include <stdarg.h>
#include <string.h>

// ---- messages -----------------------------------------------------------------------------------

ig_status plan_refuse(const struct reading *r, int line, const char *format, ...)
{
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return ig_fail(r->ctx, IG_EINVAL, "%s: line %d: %s", ig_show(r->plan->path), line, what);
}

ig_status plan_no_memory(const struct reading *r)
{
    return ig_fail(r->ctx, IG_EMEMORY, "no memory for the plan %s", ig_show(r->plan->path));
}

/// An unknown key with the nearest that is known, or all of them.
ig_status plan_refuse_key(const struct reading *r, const char *key, int line, const char *section,
                          const char *const *names, size_t count)
{
    if (section) {
        plan_refuse(r, line, "unknown key %s in %s", ig_show(key), section);
    } else {
        plan_refuse(r, line, "unknown key %s", ig_show(key));
    }
    const char *near = ig_nearest_name(key, names, count);
    if (near) return ig_hint(r->ctx, "did you mean %s?", near);
    ig_text all = {0};
    for (size_t i = 0; i < count; i++)
        ig_text_format(&all, "%s%s", i ? ", " : "", names[i]);
    const ig_status status = ig_hint(r->ctx, "known keys: %s", all.data ? all.data : "");
    ig_text_free(&all);
    return status;
}

// ---- values -------------------------------------------------------------------------------------

/// A name as option lists take it: quoted, quotes inside doubled.
static void append_name(ig_text *text, const char *name)
{
    ig_text_append(text, "\"");
    for (; *name; name++) {
        ig_text_append_bytes(text, name, 1);
        if (*name == '"') ig_text_append(text, "\"");
    }
    ig_text_append(text, "\"");
}

/// {a: b, c: d} or [a, b] as the option's text: "a"="b","c"="d" or "a","b".
static ig_status list_text(const struct reading *r, const yaml *node, const char *key,
                           ig_text *text)
{
    for (size_t i = 0; i < node->count; i++) {
        const yaml *item = &node->items[i];
        if (item->kind != YAML_TEXT || (node->kind == YAML_LIST && !item->text)) {
            return plan_refuse(r, item->line, "%s holds something that is not a text", key);
        }
        if (i) ig_text_append(text, ",");
        if (node->kind == YAML_MAP) append_name(text, node->keys[i]);
        if (node->kind == YAML_MAP && item->text) ig_text_append(text, "=");
        if (item->text) append_name(text, item->text);
    }
    if (!node->count) return plan_refuse(r, node->line, "%s is empty", key);
    return text->failed ? plan_no_memory(r) : IG_OK;
}

static bool is_path(const ig_option *option)
{
    return option->kind == IG_OPTION_INPUT || option->kind == IG_OPTION_INPUTS ||
           option->kind == IG_OPTION_OUTPUT;
}

/// `mode` is a word or a speed table beside the plan.
static bool is_mode_file(const ig_option *option, const char *text)
{
    return !strcmp(option->name, "mode") && strcmp(text, "walk") && strcmp(text, "cycle") &&
           strcmp(text, "drive") && strcmp(text, "drive-peak") && strcmp(text, "straight");
}

static ig_status set_one(const struct reading *r, const struct target *target,
                         const ig_option *option, const yaml *node, const char *key)
{
    ig_text path = {0};
    char shown[192];
    if (!node->text) return plan_refuse(r, node->line, "%s has no value", key);
    const char *text = node->text;
    if ((is_path(option) || is_mode_file(option, text)) && *text && *text != '/') {
        ig_text_format(&path, "%s%s", r->plan->folder, text);
        if (path.failed) return plan_no_memory(r);
        text = path.data;
    }
    snprintf(shown, sizeof shown, "%s: line %d: %s", ig_show(ig_base_name(r->plan->path)),
             node->line, key);
    const ig_status status =
        ig_option_add(r->ctx, r->plan->store, option, target->settings, shown, text);
    ig_text_free(&path);
    return status;
}

static void clear_list(const ig_option *option, void *settings)
{
    void *at = (char *)settings + option->offset;
    if (option->kind == IG_OPTION_NUMBERS) {
        *(ig_numbers *)at = (ig_numbers){0};
    } else {
        *(ig_texts *)at = (ig_texts){0};
    }
}

ig_status plan_set_value(const struct reading *r, const struct target *target,
                         const ig_option *option, const yaml *node, const char *key)
{
    if (ig_option_is_list(option)) {
        clear_list(option, target->settings);
        if (node->kind == YAML_MAP) return plan_refuse(r, node->line, "%s takes a list", key);
        if (node->kind == YAML_TEXT) return set_one(r, target, option, node, key);
        ig_status status = node->count ? IG_OK : plan_refuse(r, node->line, "%s is empty", key);
        for (size_t i = 0; i < node->count && !status; i++) {
            if (node->items[i].kind != YAML_TEXT) {
                return plan_refuse(r, node->items[i].line, "%s takes a list of plain values", key);
            }
            status = set_one(r, target, option, &node->items[i], key);
        }
        return status;
    }
    if (node->kind == YAML_TEXT) return set_one(r, target, option, node, key);
    if (option->kind != IG_OPTION_TEXT) {
        return plan_refuse(r, node->line, "%s takes one value, not a %s", key,
                           node->kind == YAML_MAP ? "map" : "list");
    }
    ig_text text = {0};
    ig_status status = list_text(r, node, key, &text);
    if (!status) {
        const yaml joined = {.line = node->line, .text = text.data};
        status = set_one(r, target, option, &joined, key);
    }
    ig_text_free(&text);
    return status;
}

/// Set each key of a map through the option lists of `targets`.
ig_status plan_take_map(const struct reading *r, const yaml *map, const char *section,
                        const struct target *targets, size_t count)
{
    enum { MOST = 128 };
    const char *names[MOST];
    size_t names_count = 0;
    if (map->kind != YAML_MAP) {
        plan_refuse(r, map->line, "%s must be a map of keys", section);
        return ig_hint(r->ctx, "write it as %s: {file: ...}", section);
    }
    for (size_t t = 0; t < count; t++) {
        for (const ig_option *o = targets[t].list; o->name && names_count < MOST; o++) {
            names[names_count++] = o->name;
        }
    }
    for (size_t i = 0; i < map->count; i++) {
        const ig_option *option = NULL;
        size_t t = 0;
        while (t < count && !(option = ig_option_find(targets[t].list, map->keys[i])))
            t++;
        if (!option) {
            return plan_refuse_key(r, map->keys[i], map->key_lines[i], section, names, names_count);
        }
        const ig_status status =
            plan_set_value(r, &targets[t], option, &map->items[i], map->keys[i]);
        if (status) return status;
    }
    return IG_OK;
}

/// FILE becomes FILE|layername=LAYER when the plan names a layer.
ig_status plan_finish_files(const struct reading *r, struct plan_files *files, const yaml *node,
                            const char *section)
{
    if (!files->file.count) {
        plan_refuse(r, node->line, "%s has no file", section);
        return ig_hint(r->ctx, "write it as %s: {file: NAME}", section);
    }
    if (!files->layer) return IG_OK;
    static const ig_option entry = {.name = "file", .kind = IG_OPTION_TEXTS};
    const ig_texts plain = files->file;
    files->file = (ig_texts){0};
    for (size_t i = 0; i < plain.count; i++) {
        ig_text name = {0};
        ig_text_format(&name, "%s|layername=%s", plain.values[i], files->layer);
        const ig_status status = name.failed ? plan_no_memory(r)
                                             : ig_option_add(r->ctx, r->plan->store, &entry,
                                                             &files->file, NULL, name.data);
        ig_text_free(&name);
        if (status) return status;
    }
    return IG_OK;
}
