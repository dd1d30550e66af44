// Files that a plan names, and paths as the plan sees them.
#include "plan_internal.h"

#include <string.h>

static void add_input(struct plan *plan, ig_texts *inputs, const char *path, bool *failed)
{
    static const ig_option entry = {.name = "input", .kind = IG_OPTION_TEXTS};
    if (!path || *failed) return;
    ig_text plain = {0};
    const char *bar = strstr(path, "|layername=");
    ig_text_append_bytes(&plain, path, bar ? (size_t)(bar - path) : strlen(path));
    *failed = plain.failed || ig_option_add(NULL, plan->store, &entry, inputs, NULL, plain.data);
    ig_text_free(&plain);
}

static void add_inputs(struct plan *plan, ig_texts *inputs, const ig_texts *paths, bool *failed)
{
    for (size_t i = 0; i < paths->count; i++)
        add_input(plan, inputs, paths->values[i], failed);
}

const char *const *plan_inputs(struct plan *plan)
{
    ig_texts inputs = {0};
    bool failed = false;
    add_input(plan, &inputs, plan->path, &failed);
    add_inputs(plan, &inputs, &plan->areas.files.file, &failed);
    add_inputs(plan, &inputs, &plan->wards.files.file, &failed);
    add_input(plan, &inputs, plan->wards.lookup, &failed);
    for (size_t i = 0; i < plan->tables_count; i++) {
        add_inputs(plan, &inputs, &plan->tables[i].files.file, &failed);
    }
    add_inputs(plan, &inputs, &plan->population.files.file, &failed);
    add_inputs(plan, &inputs, &plan->sites.files.file, &failed);
    add_inputs(plan, &inputs, &plan->sites.read.postcodes, &failed);
    add_inputs(plan, &inputs, &plan->groups.files.file, &failed);
    for (size_t i = 0; i < plan->maps_count; i++)
        add_input(plan, &inputs, plan->maps[i].style.classes_from, &failed);
    for (size_t i = 0; i < plan->modes_count; i++) {
        const struct plan_mode *mode = &plan->modes[i];
        const ig_cost_options *cost = &mode->cost;
        add_input(plan, &inputs, mode->cost_file, &failed);
        if (cost->mode && strchr(cost->mode, '/')) add_input(plan, &inputs, cost->mode, &failed);
        add_inputs(plan, &inputs, &cost->roads, &failed);
        add_inputs(plan, &inputs, &cost->landcover, &failed);
        add_inputs(plan, &inputs, &cost->dem, &failed);
        add_inputs(plan, &inputs, &cost->barriers, &failed);
        add_inputs(plan, &inputs, &cost->bridges, &failed);
        add_input(plan, &inputs, cost->residents_table, &failed);
    }
    return failed ? NULL : inputs.values;
}

/// Can a path's name go on before this byte? Then the folder found here is part of another.
static bool in_name(char c)
{
    return c == '/' || c == '.' || c == '-' || c == '_' || (c >= '0' && c <= '9') ||
           (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char *plan_relative(const struct plan *plan, const char *text)
{
    const size_t length = strlen(plan->folder);
    ig_text out = {0};
    ig_text_append(&out, "");
    for (const char *start = text; *text;) {
        const bool here =
            length && !strncmp(text, plan->folder, length) && (text == start || !in_name(text[-1]));
        if (here) {
            text += length;
        } else {
            ig_text_append_bytes(&out, text++, 1);
        }
    }
    if (out.failed) ig_text_free(&out);
    return out.data;
}
