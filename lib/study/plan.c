// The plan file: keys are the names of options, read through the same option tables.
#include "plan_internal.h"
#include "yaml_internal.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/// Option lists that one map of the plan may draw on, each with the struct it fills.
struct target {
    const ig_option *list;
    void *settings;
};

struct reading {
    ig_ctx *ctx;
    struct plan *plan;
};

// ---- the plan's own keys ------------------------------------------------------------------------

#define AT(type, member) offsetof(struct type, member)
static const ig_option files_options[] = {
    {.name = "file", .kind = IG_OPTION_INPUTS, .offset = AT(plan_files, file)},
    {.name = "layer", .kind = IG_OPTION_TEXT, .offset = AT(plan_files, layer)},
    {.name = "source", .kind = IG_OPTION_TEXT, .offset = AT(plan_files, source)},
    {.name = "date", .kind = IG_OPTION_TEXT, .offset = AT(plan_files, date)},
    {0}};

static const ig_option area_more[] = {
    {.name = "where", .kind = IG_OPTION_TEXT, .offset = offsetof(ig_area_options, where)},
    {.name = "encoding", .kind = IG_OPTION_TEXT, .offset = offsetof(ig_area_options, encoding)},
    {0}};

static const ig_option ward_options[] = {
    {.name = "lookup", .kind = IG_OPTION_INPUT, .offset = AT(plan_areas, lookup)},
    {.name = "from", .kind = IG_OPTION_COLUMN, .offset = AT(plan_areas, from)},
    {.name = "to", .kind = IG_OPTION_COLUMN, .offset = AT(plan_areas, to)},
    {0}};

static const ig_option table_options[] = {
    {.name = "columns", .kind = IG_OPTION_TEXT, .offset = AT(plan_table, columns)}, {0}};

static const ig_option population_options[] = {
    {.name = "column", .kind = IG_OPTION_COLUMN, .offset = AT(plan_population, column)},
    {.name = "crs", .kind = IG_OPTION_TEXT, .offset = AT(plan_population, crs)},
    {.name = "band", .kind = IG_OPTION_COUNT, .offset = AT(plan_population, band), .max = 65535},
    {.name = "nodata", .kind = IG_OPTION_TEXT, .offset = AT(plan_population, nodata)},
    {0}};

static const ig_option mode_options[] = {
    {.name = "name", .kind = IG_OPTION_TEXT, .offset = AT(plan_mode, name)},
    {.name = "thresholds", .kind = IG_OPTION_NUMBERS, .offset = AT(plan_mode, thresholds)},
    {.name = "cost", .kind = IG_OPTION_INPUT, .offset = AT(plan_mode, cost_file)},
    {.name = "cost-unit",
     .kind = IG_OPTION_CHOICE,
     .offset = AT(plan_mode, cost_unit),
     .choices = "s/m|min/m|s/cell|min/cell|km/h"},
    {.name = "snap", .kind = IG_OPTION_NUMBER, .offset = AT(plan_mode, snap), .max = INFINITY},
    {.name = "edges", .kind = IG_OPTION_FLAG, .offset = AT(plan_mode, edges)},
    {.name = "bands", .kind = IG_OPTION_FLAG, .offset = AT(plan_mode, bands)},
    {0}};

static const ig_option map_options[] = {
    {.name = "value", .kind = IG_OPTION_COLUMN, .offset = AT(plan_map, value)},
    {.name = "title", .kind = IG_OPTION_TEXT, .offset = AT(plan_map, style.title)},
    {.name = "unit", .kind = IG_OPTION_TEXT, .offset = AT(plan_map, style.unit)},
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
    {.name = "benchmark",
     .kind = IG_OPTION_NUMBER,
     .offset = AT(plan_indicator, benchmark),
     .min = -1e300,
     .max = 1e300},
    {.name = "series", .kind = IG_OPTION_TEXT, .offset = AT(plan_indicator, series)},
    {0}};

static const ig_option output_options[] = {
    {.name = "geopackage", .kind = IG_OPTION_OUTPUT, .offset = AT(plan, outputs.geopackage)},
    {.name = "tables", .kind = IG_OPTION_OUTPUT, .offset = AT(plan, outputs.tables)},
    {.name = "maps", .kind = IG_OPTION_OUTPUT, .offset = AT(plan, outputs.maps)},
    {.name = "reports", .kind = IG_OPTION_OUTPUT, .offset = AT(plan, outputs.reports)},
    {0}};

static const ig_option plan_options[] = {
    {.name = "plan", .kind = IG_OPTION_TEXT, .offset = AT(plan, title)},
    {.name = "attribution", .kind = IG_OPTION_TEXT, .offset = AT(plan, attribution)},
    {.name = "crs", .kind = IG_OPTION_TEXT, .offset = AT(plan, crs)},
    {.name = "work-crs", .kind = IG_OPTION_TEXT, .offset = AT(plan, work_crs)},
    {.name = "deprivation", .kind = IG_OPTION_COLUMN, .offset = AT(plan, deprivation)},
    {.name = "within", .kind = IG_OPTION_COLUMN, .offset = AT(plan, within)},
    {.name = "min-match", .kind = IG_OPTION_NUMBER, .offset = AT(plan, min_match), .max = 1},
    {0}};

/// Keys of the plan that are maps or lists, beside plan_options.
static const char *const sections[] = {"areas",  "wards",  "tables", "population", "sites",
                                       "travel", "groups", "maps",   "indicators", "outputs"};

// ---- messages -----------------------------------------------------------------------------------

static ig_status refuse(const struct reading *r, int line, const char *format, ...) IG_PRINTF(3, 4);

static ig_status refuse(const struct reading *r, int line, const char *format, ...)
{
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return ig_fail(r->ctx, IG_EINVAL, "%s: line %d: %s", ig_show(r->plan->path), line, what);
}

static ig_status no_memory(const struct reading *r)
{
    return ig_fail(r->ctx, IG_EMEMORY, "no memory for the plan %s", ig_show(r->plan->path));
}

/// An unknown key with the nearest that is known, or all of them.
static ig_status refuse_key(const struct reading *r, const char *key, int line, const char *section,
                            const char *const *names, size_t count)
{
    if (section) {
        refuse(r, line, "unknown key %s in %s", ig_show(key), section);
    } else {
        refuse(r, line, "unknown key %s", ig_show(key));
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
            return refuse(r, item->line, "%s holds something that is not a text", key);
        }
        if (i) ig_text_append(text, ",");
        if (node->kind == YAML_MAP) append_name(text, node->keys[i]);
        if (node->kind == YAML_MAP && item->text) ig_text_append(text, "=");
        if (item->text) append_name(text, item->text);
    }
    if (!node->count) return refuse(r, node->line, "%s is empty", key);
    return text->failed ? no_memory(r) : IG_OK;
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
    if (!node->text) return refuse(r, node->line, "%s has no value", key);
    const char *text = node->text;
    if ((is_path(option) || is_mode_file(option, text)) && *text && *text != '/') {
        ig_text_format(&path, "%s%s", r->plan->folder, text);
        if (path.failed) return no_memory(r);
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

static ig_status set_value(const struct reading *r, const struct target *target,
                           const ig_option *option, const yaml *node, const char *key)
{
    if (ig_option_is_list(option)) {
        clear_list(option, target->settings);
        if (node->kind == YAML_MAP) return refuse(r, node->line, "%s takes a list", key);
        if (node->kind == YAML_TEXT) return set_one(r, target, option, node, key);
        ig_status status = node->count ? IG_OK : refuse(r, node->line, "%s is empty", key);
        for (size_t i = 0; i < node->count && !status; i++) {
            if (node->items[i].kind != YAML_TEXT) {
                return refuse(r, node->items[i].line, "%s takes a list of plain values", key);
            }
            status = set_one(r, target, option, &node->items[i], key);
        }
        return status;
    }
    if (node->kind == YAML_TEXT) return set_one(r, target, option, node, key);
    if (option->kind != IG_OPTION_TEXT) {
        return refuse(r, node->line, "%s takes one value, not a %s", key,
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
static ig_status take_map(const struct reading *r, const yaml *map, const char *section,
                          const struct target *targets, size_t count)
{
    enum { MOST = 128 };
    const char *names[MOST];
    size_t names_count = 0;
    if (map->kind != YAML_MAP) {
        refuse(r, map->line, "%s must be a map of keys", section);
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
            return refuse_key(r, map->keys[i], map->key_lines[i], section, names, names_count);
        }
        const ig_status status = set_value(r, &targets[t], option, &map->items[i], map->keys[i]);
        if (status) return status;
    }
    return IG_OK;
}

/// FILE becomes FILE|layername=LAYER when the plan names a layer.
static ig_status finish_files(const struct reading *r, struct plan_files *files, const yaml *node,
                              const char *section)
{
    if (!files->file.count) {
        refuse(r, node->line, "%s has no file", section);
        return ig_hint(r->ctx, "write it as %s: {file: NAME}", section);
    }
    if (!files->layer) return IG_OK;
    static const ig_option entry = {.name = "file", .kind = IG_OPTION_TEXTS};
    const ig_texts plain = files->file;
    files->file = (ig_texts){0};
    for (size_t i = 0; i < plain.count; i++) {
        ig_text name = {0};
        ig_text_format(&name, "%s|layername=%s", plain.values[i], files->layer);
        const ig_status status = name.failed ? no_memory(r)
                                             : ig_option_add(r->ctx, r->plan->store, &entry,
                                                             &files->file, NULL, name.data);
        ig_text_free(&name);
        if (status) return status;
    }
    return IG_OK;
}

// ---- sections -----------------------------------------------------------------------------------

static ig_status take_areas(const struct reading *r, const yaml *node, const char *section,
                            struct plan_areas *areas, bool wards)
{
    const struct target targets[] = {{files_options, &areas->files},
                                     {ig_area_option_list, &areas->read},
                                     {area_more, &areas->read},
                                     {ward_options, areas}};
    areas->read = ig_area_defaults();
    ig_status status = take_map(r, node, section, targets, wards ? 4 : 3);
    if (status) return status;
    if (areas->lookup && (!areas->from || !areas->to)) {
        refuse(r, node->line, "wards: lookup needs the keys from and to");
        return ig_hint(r->ctx, "write it as wards: {lookup: FILE, from: LSOA21CD, to: WD25CD}");
    }
    if (areas->lookup && !areas->files.file.count) return IG_OK;
    return finish_files(r, &areas->files, node, section);
}

static ig_status take_table(const struct reading *r, const yaml *node, const char *section,
                            struct plan_table *table)
{
    const struct target targets[] = {{files_options, &table->files},
                                     {table_options, table},
                                     {ig_table_option_list, &table->read}};
    table->read = ig_table_defaults();
    const ig_status status = take_map(r, node, section, targets, 3);
    return status ? status : finish_files(r, &table->files, node, section);
}

/// `tables` is a list of maps, or one map.
static ig_status take_tables(const struct reading *r, const yaml *node)
{
    const size_t count = node->kind == YAML_LIST ? node->count : 1;
    r->plan->tables = ig_alloc(count + 1, sizeof *r->plan->tables);
    if (!r->plan->tables) return no_memory(r);
    r->plan->tables_count = count;
    ig_status status = IG_OK;
    for (size_t i = 0; i < count && !status; i++) {
        const yaml *item = node->kind == YAML_LIST ? &node->items[i] : node;
        status = take_table(r, item, "tables", &r->plan->tables[i]);
    }
    return status;
}

static ig_status take_population(const struct reading *r, const yaml *node)
{
    struct plan_population *population = &r->plan->population;
    const struct target targets[] = {{files_options, &population->files},
                                     {population_options, population},
                                     {ig_table_option_list, &population->read}};
    population->read = ig_table_defaults();
    const ig_status status = take_map(r, node, "population", targets, 3);
    return status ? status : finish_files(r, &population->files, node, "population");
}

static ig_status take_sites(const struct reading *r, const yaml *node)
{
    struct plan_sites *sites = &r->plan->sites;
    const struct target targets[] = {{files_options, &sites->files},
                                     {ig_site_option_list, &sites->read}};
    sites->read = ig_site_defaults();
    const ig_status status = take_map(r, node, "sites", targets, 2);
    return status ? status : finish_files(r, &sites->files, node, "sites");
}

static ig_status check_thresholds(const struct reading *r, const yaml *node,
                                  const struct plan_mode *mode)
{
    const yaml *given = yaml_get(node, "thresholds");
    const int line = given ? given->line : node->line;
    char here[32], before[32];
    for (size_t i = 0; i < mode->thresholds.count; i++) {
        const double value = mode->thresholds.values[i];
        ig_number_text(value, here, sizeof here);
        if (value <= 0) {
            return refuse(r, line, "thresholds: %s is %s; minutes must be above 0", here,
                          value < 0 ? "negative" : "zero");
        }
    }
    for (size_t i = 1; i < mode->thresholds.count; i++) {
        if (mode->thresholds.values[i] > mode->thresholds.values[i - 1]) continue;
        ig_number_text(mode->thresholds.values[i], here, sizeof here);
        ig_number_text(mode->thresholds.values[i - 1], before, sizeof before);
        refuse(r, line, "thresholds must be rising: %s follows %s", here, before);
        return ig_hint(r->ctx, "write each once, in rising order, such as [10, 20, 30]");
    }
    return IG_OK;
}

static ig_status take_mode(const struct reading *r, const yaml *node, struct plan_mode *mode)
{
    static const double usual[] = {10, 20, 30};
    const struct target targets[] = {{mode_options, mode},
                                     {ig_travel_option_list, &mode->travel},
                                     {ig_cost_option_list, &mode->cost}};
    *mode = (struct plan_mode){.name = "",
                               .cost = ig_cost_defaults(),
                               .travel = ig_travel_defaults(),
                               .thresholds = {usual, 3}};
    ig_status status = take_map(r, node, "travel", targets, 3);
    if (!status) status = check_thresholds(r, node, mode);
    if (status) return status;
    if (!mode->cost_file && !mode->cost.mode) {
        refuse(r, node->line, "travel has no mode");
        return ig_hint(r->ctx,
                       "write mode: walk, cycle, drive, drive-peak, straight or a speed table");
    }
    if (mode->cost.mode && !strcmp(mode->cost.mode, "straight")) {
        static const char *const none[] = {"roads", "landcover", "dem", "barriers"};
        for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
            const yaml *given = yaml_get(node, none[i]);
            if (given)
                return refuse(r, given->line, "mode straight takes no %s: nothing is in the way",
                              none[i]);
        }
        // A straight line is as long as it is, not as the steps from cell to cell.
        if (!yaml_get(node, "neighbours")) mode->travel.neighbours = IG_NEIGHBOURS_EXACT;
    }
    mode->cost.neighbours = (int)mode->travel.neighbours; // one key says both
    if (yaml_get(node, "residents")) return IG_OK;
    mode->cost.residents = mode->cost.roads.count || mode->cost.landcover.count;
    return IG_OK;
}

/// A name of a mode goes into file and column names.
static bool is_plain_name(const char *name)
{
    return *name && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "0123456789_-") == strlen(name);
}

static ig_status take_travel(const struct reading *r, const yaml *node)
{
    const bool list = node->kind == YAML_LIST;
    const size_t count = list ? node->count : 1;
    struct plan *plan = r->plan;
    plan->modes = ig_alloc(count + 1, sizeof *plan->modes);
    if (!plan->modes) return no_memory(r);
    plan->modes_count = count;
    if (!count) return refuse(r, node->line, "travel is empty");
    for (size_t i = 0; i < count; i++) {
        const yaml *item = list ? &node->items[i] : node;
        struct plan_mode *mode = &plan->modes[i];
        const ig_status status = take_mode(r, item, mode);
        if (status) return status;
        if (count > 1 && !is_plain_name(mode->name)) {
            refuse(r, item->line, "each of several modes needs a name of letters and digits");
            return ig_hint(r->ctx, "write it as {name: walk, mode: walk, ...}");
        }
        for (size_t j = 0; j < i; j++) {
            if (!strcmp(plan->modes[j].name, mode->name)) {
                return refuse(r, item->line, "two modes are called %s", ig_show(mode->name));
            }
        }
    }
    return IG_OK;
}

static ig_status take_map_of(const struct reading *r, const yaml *node, struct plan_map *map)
{
    const struct target targets[] = {{map_options, map}, {ig_map_option_list, &map->style}};
    *map = (struct plan_map){.style = ig_map_defaults(), .line = node->line};
    const ig_status status = take_map(r, node, "maps", targets, 2);
    if (status) return status;
    if (!map->value) return refuse(r, node->line, "a map has no value");
    if (map->style.method == IG_CLASS_MANUAL && !map->style.breaks.count) {
        return refuse(r, node->line, "a map by the method manual has no breaks");
    }
    const char *const *names = ig_palette_names();
    size_t count = 0;
    for (; names[count]; count++) {
        if (!strcmp(names[count], map->style.palette)) return IG_OK;
    }
    const yaml *palette = yaml_get(node, "palette");
    refuse(r, palette ? palette->line : node->line, "there is no palette %s",
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
    *indicator = (struct plan_indicator){
        .multiplier = 100, .benchmark = NAN, .topic = 2, .line = node->line};
    const ig_status status = take_map(r, node, "indicators", &target, 1);
    if (status) return status;
    if (!indicator->value && !indicator->count)
        return refuse(r, node->line, "an indicator has neither value nor count");
    if (!indicator->count != !indicator->population) {
        refuse(r, node->line, "an indicator has %s without %s",
               indicator->count ? "count" : "population",
               indicator->count ? "population" : "count");
        return ig_hint(r->ctx, "write both: {count: EVENTS, population: PEOPLE}");
    }
    if (!indicator->lower == !indicator->upper) return IG_OK;
    return refuse(r, node->line, "an indicator has one limit; write both lower and upper");
}

static ig_status take_indicators(const struct reading *r, const yaml *node)
{
    const bool list = node->kind == YAML_LIST;
    const size_t count = list ? node->count : 1;
    r->plan->indicators = ig_alloc(count + 1, sizeof *r->plan->indicators);
    if (!r->plan->indicators) return no_memory(r);
    r->plan->indicators_count = count;
    ig_status status = IG_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = take_indicator(r, list ? &node->items[i] : node, &r->plan->indicators[i]);
    return status;
}

static ig_status take_maps(const struct reading *r, const yaml *node)
{
    const bool list = node->kind == YAML_LIST;
    const size_t count = list ? node->count : 1;
    r->plan->maps = ig_alloc(count + 1, sizeof *r->plan->maps);
    if (!r->plan->maps) return no_memory(r);
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
    const ig_status status = text.failed ? no_memory(r)
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

static ig_status take_outputs(const struct reading *r, const yaml *node)
{
    struct plan *plan = r->plan;
    const struct target target = {output_options, plan};
    ig_status status = take_map(r, node, "outputs", &target, 1);
    if (status) return status;
    const yaml *geopackage = yaml_get(node, "geopackage"), *reports = yaml_get(node, "reports");
    if (geopackage && !ends_with(plan->outputs.geopackage, ".gpkg")) {
        refuse(r, geopackage->line, "geopackage: %s does not end in .gpkg",
               ig_show(geopackage->text));
        return ig_hint(r->ctx, "write it as geopackage: NAME.gpkg");
    }
    if (reports) {
        plan->outputs.reports_line = reports->line;
        if (strpbrk(reports->text, "{}") || ends_with(reports->text, ".html") ||
            ends_with(reports->text, ".pdf")) {
            refuse(r, reports->line, "reports: %s is not a folder", ig_show(reports->text));
            return ig_hint(r->ctx, "name the folder only; pages are named by the codes of wards");
        }
    }
    if (!geopackage && !plan->outputs.tables && !plan->outputs.maps && !reports) {
        return refuse(r, node->line, "outputs names nothing to write");
    }
    status = finish_folder(r, &plan->outputs.tables);
    if (!status) status = finish_folder(r, &plan->outputs.maps);
    return status ? status : finish_folder(r, &plan->outputs.reports);
}

static ig_status take_section(const struct reading *r, const char *key, const yaml *node)
{
    struct plan *plan = r->plan;
    if (!strcmp(key, "areas")) return take_areas(r, node, key, &plan->areas, false);
    if (!strcmp(key, "tables")) return take_tables(r, node);
    if (!strcmp(key, "travel")) return take_travel(r, node);
    if (!strcmp(key, "maps")) return take_maps(r, node);
    if (!strcmp(key, "indicators")) return take_indicators(r, node);
    if (!strcmp(key, "outputs")) return take_outputs(r, node);
    if (!strcmp(key, "wards")) {
        plan->has_wards = true;
        return take_areas(r, node, key, &plan->wards, true);
    }
    if (!strcmp(key, "population")) {
        plan->has_population = true;
        return take_population(r, node);
    }
    if (!strcmp(key, "sites")) {
        plan->has_sites = true;
        return take_sites(r, node);
    }
    plan->has_groups = true;
    return take_table(r, node, key, &plan->groups);
}

static ig_status take_key(const struct reading *r, const yaml *root, size_t i)
{
    enum {
        OWN = sizeof plan_options / sizeof *plan_options - 1,
        PARTS = sizeof sections / sizeof *sections
    };
    const char *key = root->keys[i];
    for (size_t s = 0; s < PARTS; s++) {
        if (!strcmp(sections[s], key)) return take_section(r, key, &root->items[i]);
    }
    const ig_option *option = ig_option_find(plan_options, key);
    const struct target target = {plan_options, r->plan};
    if (option) return set_value(r, &target, option, &root->items[i], key);
    const char *names[OWN + PARTS];
    for (size_t o = 0; o < OWN; o++)
        names[o] = plan_options[o].name;
    for (size_t s = 0; s < PARTS; s++)
        names[OWN + s] = sections[s];
    return refuse_key(r, key, root->key_lines[i], NULL, names, OWN + PARTS);
}

/// What must be there, and what must be there together.
static ig_status check_whole(const struct reading *r, const yaml *root)
{
    const struct plan *plan = r->plan;
    if (!yaml_get(root, "areas")) return refuse(r, root->line, "the plan has no areas");
    if (!yaml_get(root, "outputs")) return refuse(r, root->line, "the plan has no outputs");
    const yaml *sites = yaml_get(root, "sites"), *travel = yaml_get(root, "travel");
    if (sites && !travel) return refuse(r, sites->line, "the plan has sites but no travel");
    if (travel && !sites) return refuse(r, travel->line, "the plan has travel but no sites");
    const yaml *outputs = yaml_get(root, "outputs"), *reports = yaml_get(outputs, "reports");
    if (reports && !plan->has_wards)
        return refuse(r, reports->line, "reports are of wards, and the plan has no wards");
    for (size_t i = 0; i < plan->maps_count; i++) {
        if (plan->outputs.geopackage || plan->outputs.maps) break;
        return refuse(r, plan->maps[i].line,
                      "maps need a geopackage or a folder of maps in "
                      "outputs");
    }
    return IG_OK;
}

static ig_status plan_new(ig_ctx *ctx, const char *path, struct plan *plan)
{
    *plan = (struct plan){.min_match = NAN};
    const size_t folder = (size_t)(ig_base_name(path) - path);
    plan->path = ig_text_copy(path);
    plan->folder = ig_alloc(folder + 1, 1);
    plan->store = ig_option_store_new();
    if (!plan->path || !plan->folder || !plan->store) {
        return ig_fail(ctx, IG_EMEMORY, "no memory for the plan %s", ig_show(path));
    }
    memcpy(plan->folder, path, folder);
    return IG_OK;
}

ig_status plan_read(ig_ctx *ctx, const char *path, struct plan *out)
{
    yaml root = {0};
    ig_status status = plan_new(ctx, path, out);
    if (!status) status = yaml_read(ctx, path, &root);
    const struct reading r = {ctx, out};
    for (size_t i = 0; i < root.count && !status; i++)
        status = take_key(&r, &root, i);
    if (!status) status = check_whole(&r, &root);
    yaml_free(&root);
    if (status) plan_free(out);
    return status;
}

void plan_free(struct plan *plan)
{
    ig_free(plan->path);
    ig_free(plan->folder);
    ig_free(plan->tables);
    ig_free(plan->modes);
    ig_free(plan->maps);
    ig_free(plan->indicators);
    ig_option_store_free(plan->store);
    *plan = (struct plan){0};
}

// ---- inputs and paths ---------------------------------------------------------------------------

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
