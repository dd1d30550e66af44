// What a plan asks for: maps, indicators, outputs.
#include "plan_reading.h"

#include <math.h>
#include <string.h>

#define AT(type, member) offsetof(struct type, member)
static const ig_option map_options[] = {
    {.name = "value", .kind = IG_OPTION_COLUMN, .offset = AT(plan_map, value)},
    {.name = "title", .kind = IG_OPTION_TEXT, .offset = AT(plan_map, style.title)},
    {.name = "unit", .kind = IG_OPTION_TEXT, .offset = AT(plan_map, style.unit)},
    {.name = "shared-classes", .kind = IG_OPTION_FLAG, .offset = AT(plan_map, shared)},
    {0}};

static const ig_option indicator_options[] = {
    {.name = "value", .kind = IG_OPTION_COLUMN, .offset = AT(plan_indicator, value)},
    {.name = "title", .kind = IG_OPTION_TEXT, .offset = AT(plan_indicator, title)},
    {.name = "unit", .kind = IG_OPTION_TEXT, .offset = AT(plan_indicator, unit)},
    {.name = "polarity",
     .kind = IG_OPTION_CHOICE,
     .offset = AT(plan_indicator, polarity),
     .choices = "none|high|low"},
    {.name = "topic",
     .kind = IG_OPTION_CHOICE,
     .offset = AT(plan_indicator, topic),
     .choices = "need|health|other"},
    {.name = "lower", .kind = IG_OPTION_COLUMN, .offset = AT(plan_indicator, lower)},
    {.name = "upper", .kind = IG_OPTION_COLUMN, .offset = AT(plan_indicator, upper)},
    {.name = "count", .kind = IG_OPTION_COLUMN, .offset = AT(plan_indicator, count)},
    {.name = "population", .kind = IG_OPTION_COLUMN, .offset = AT(plan_indicator, population)},
    {.name = "multiplier",
     .kind = IG_OPTION_NUMBER,
     .offset = AT(plan_indicator, multiplier),
     .min = 1e-9,
     .max = 1e9},
    {.name = "benchmark", .kind = IG_OPTION_TEXT, .offset = AT(plan_indicator, benchmark)},
    {.name = "benchmark-name",
     .kind = IG_OPTION_TEXT,
     .offset = AT(plan_indicator, benchmark_name)},
    {.name = "series", .kind = IG_OPTION_TEXT, .offset = AT(plan_indicator, series)},
    {0}};

static const ig_option output_options[] = {
    {.name = "geopackage", .kind = IG_OPTION_OUTPUT, .offset = AT(plan, outputs.geopackage)},
    {.name = "tables", .kind = IG_OPTION_OUTPUT, .offset = AT(plan, outputs.tables)},
    {.name = "maps", .kind = IG_OPTION_OUTPUT, .offset = AT(plan, outputs.maps)},
    {.name = "trace", .kind = IG_OPTION_FLAG, .offset = AT(plan, outputs.trace)},
    {.name = "reports", .kind = IG_OPTION_OUTPUT, .offset = AT(plan, outputs.reports)},
    {0}};

static ig_status take_map_of(const struct reading *r, const yaml *node, struct plan_map *map)
{
    const struct target targets[] = {{map_options, map}, {ig_map_option_list, &map->style}};
    *map = (struct plan_map){.style = ig_map_defaults(), .line = node->line};
    const ig_status status = plan_take_map(r, node, "maps", targets, 2);
    if (status) return status;
    if (!map->value) return plan_refuse(r, node->line, "a map has no value");
    if (map->style.method == IG_CLASS_MANUAL && !map->style.breaks.count) {
        return plan_refuse(r, node->line, "a map by the method manual has no breaks");
    }
    const char *const *names = ig_palette_names();
    size_t count = 0;
    for (; names[count]; count++) {
        if (!strcmp(names[count], map->style.palette)) return IG_OK;
    }
    const yaml *palette = yaml_get(node, "palette");
    plan_refuse(r, palette ? palette->line : node->line, "there is no palette %s",
                ig_show(map->style.palette));
    const char *near = ig_nearest_name(map->style.palette, names, count);
    if (near) return ig_hint(r->ctx, "did you mean %s?", near);
    ig_text all = {0};
    for (size_t i = 0; i < count; i++)
        ig_text_format(&all, "%s%s", i ? ", " : "", names[i]);
    ig_hint(r->ctx, "palettes: %s", all.data ? all.data : "");
    ig_text_free(&all);
    return IG_EINVAL;
}

static ig_status take_indicator(const struct reading *r, const yaml *node,
                                struct plan_indicator *indicator)
{
    const struct target target = {indicator_options, indicator};
    *indicator = (struct plan_indicator){.multiplier = 100, .topic = 2, .line = node->line};
    const ig_status status = plan_take_map(r, node, "indicators", &target, 1);
    if (status) return status;
    if (!indicator->value && !indicator->count)
        return plan_refuse(r, node->line, "an indicator has neither value nor count");
    if (!indicator->count != !indicator->population) {
        plan_refuse(r, node->line, "an indicator has %s without %s",
                    indicator->count ? "count" : "population",
                    indicator->count ? "population" : "count");
        return ig_hint(r->ctx, "write both: {count: EVENTS, population: PEOPLE}");
    }
    if (!indicator->lower == !indicator->upper) return IG_OK;
    return plan_refuse(r, node->line, "an indicator has one limit; write both lower and upper");
}

ig_status plan_take_indicators(const struct reading *r, const yaml *node)
{
    const bool list = node->kind == YAML_LIST;
    const size_t count = list ? node->count : 1;
    r->plan->indicators = ig_alloc(count + 1, sizeof *r->plan->indicators);
    if (!r->plan->indicators) return plan_no_memory(r);
    r->plan->indicators_count = count;
    ig_status status = IG_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = take_indicator(r, list ? &node->items[i] : node, &r->plan->indicators[i]);
    return status;
}

ig_status plan_take_maps(const struct reading *r, const yaml *node)
{
    const bool list = node->kind == YAML_LIST;
    const size_t count = list ? node->count : 1;
    r->plan->maps = ig_alloc(count + 1, sizeof *r->plan->maps);
    if (!r->plan->maps) return plan_no_memory(r);
    r->plan->maps_count = count;
    ig_status status = IG_OK;
    for (size_t i = 0; i < count && !status; i++) {
        status = take_map_of(r, list ? &node->items[i] : node, &r->plan->maps[i]);
    }
    return status;
}

/// A folder's name with one slash at its end, kept by the store.
static ig_status finish_folder(const struct reading *r, const char **folder)
{
    if (!*folder) return IG_OK;
    static const ig_option entry = {.name = "folder", .kind = IG_OPTION_TEXT};
    size_t length = strlen(*folder);
    while (length > 1 && (*folder)[length - 1] == '/')
        length--;
    ig_text text = {0};
    ig_text_append_bytes(&text, *folder, length);
    if ((*folder)[length - 1] != '/') ig_text_append(&text, "/");
    const ig_status status = text.failed ? plan_no_memory(r)
                                         : ig_option_add(r->ctx, r->plan->store, &entry,
                                                         (void *)folder, NULL, text.data);
    ig_text_free(&text);
    return status;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), tail = strlen(end);
    return length >= tail && !strcmp(text + length - tail, end);
}

ig_status plan_take_outputs(const struct reading *r, const yaml *node)
{
    struct plan *plan = r->plan;
    const struct target target = {output_options, plan};
    ig_status status = plan_take_map(r, node, "outputs", &target, 1);
    if (status) return status;
    const yaml *geopackage = yaml_get(node, "geopackage"), *reports = yaml_get(node, "reports");
    if (geopackage && !ends_with(plan->outputs.geopackage, ".gpkg")) {
        plan_refuse(r, geopackage->line, "geopackage: %s does not end in .gpkg",
                    ig_show(geopackage->text));
        return ig_hint(r->ctx, "write it as geopackage: NAME.gpkg");
    }
    if (reports) {
        plan->outputs.reports_line = reports->line;
        if (strpbrk(reports->text, "{}") || ends_with(reports->text, ".html") ||
            ends_with(reports->text, ".pdf")) {
            plan_refuse(r, reports->line, "reports: %s is not a folder", ig_show(reports->text));
            return ig_hint(r->ctx, "name the folder only; pages are named by the codes of wards");
        }
    }
    if (!geopackage && !plan->outputs.tables && !plan->outputs.maps && !reports) {
        return plan_refuse(r, node->line, "outputs names nothing to write");
    }
    status = finish_folder(r, &plan->outputs.tables);
    if (!status) status = finish_folder(r, &plan->outputs.maps);
    return status ? status : finish_folder(r, &plan->outputs.reports);
}
