// The plan file: keys are the names of options, read through the same option tables.
#include "plan_reading.h"

#include <math.h>
#include <string.h>

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
    {.name = "columns", .kind = IG_OPTION_TEXT, .offset = AT(plan_table, columns)},
    {.name = "disclosure", .kind = IG_OPTION_TEXT, .offset = AT(plan_table, disclosure)},
    {0}};

static const ig_option population_options[] = {
    {.name = "column", .kind = IG_OPTION_COLUMN, .offset = AT(plan_population, column)},
    {.name = "crs", .kind = IG_OPTION_TEXT, .offset = AT(plan_population, crs)},
    {.name = "band", .kind = IG_OPTION_COUNT, .offset = AT(plan_population, band), .max = 65535},
    {.name = "nodata", .kind = IG_OPTION_TEXT, .offset = AT(plan_population, nodata)},
    {0}};

static const ig_option site_options[] = {
    {.name = "kind", .kind = IG_OPTION_COLUMN, .offset = AT(plan_sites, kind)}, {0}};

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

static const ig_option plan_options[] = {
    {.name = "plan", .kind = IG_OPTION_TEXT, .offset = AT(plan, title)},
    {.name = "attribution", .kind = IG_OPTION_TEXT, .offset = AT(plan, attribution)},
    {.name = "crs", .kind = IG_OPTION_TEXT, .offset = AT(plan, crs)},
    {.name = "work-crs", .kind = IG_OPTION_TEXT, .offset = AT(plan, work_crs)},
    {.name = "deprivation", .kind = IG_OPTION_COLUMN, .offset = AT(plan, deprivation)},
    {.name = "within", .kind = IG_OPTION_COLUMN, .offset = AT(plan, within)},
    {.name = "min-match", .kind = IG_OPTION_NUMBER, .offset = AT(plan, min_match), .max = 1},
    {.name = "disclosure", .kind = IG_OPTION_TEXT, .offset = AT(plan, disclosure)},
    {0}};

/// Keys of the plan that are maps or lists, beside plan_options.
static const char *const sections[] = {"areas",  "wards",  "tables", "population", "sites",
                                       "travel", "groups", "maps",   "indicators", "outputs"};

// ---- sections -----------------------------------------------------------------------------------

static ig_status take_areas(const struct reading *r, const yaml *node, const char *section,
                            struct plan_areas *areas, bool wards)
{
    const struct target targets[] = {{files_options, &areas->files},
                                     {ig_area_option_list, &areas->read},
                                     {area_more, &areas->read},
                                     {ward_options, areas}};
    areas->read = ig_area_defaults();
    ig_status status = plan_take_map(r, node, section, targets, wards ? 4 : 3);
    if (status) return status;
    if (areas->lookup && (!areas->from || !areas->to)) {
        plan_refuse(r, node->line, "wards: lookup needs the keys from and to");
        return ig_hint(r->ctx, "write it as wards: {lookup: FILE, from: LSOA21CD, to: WD25CD}");
    }
    if (areas->lookup && !areas->files.file.count) return IG_OK;
    return plan_finish_files(r, &areas->files, node, section);
}

static ig_status take_table(const struct reading *r, const yaml *node, const char *section,
                            struct plan_table *table)
{
    const struct target targets[] = {{files_options, &table->files},
                                     {table_options, table},
                                     {ig_table_option_list, &table->read}};
    table->read = ig_table_defaults();
    const ig_status status = plan_take_map(r, node, section, targets, 3);
    return status ? status : plan_finish_files(r, &table->files, node, section);
}

static ig_status take_policy(const struct reading *r, const yaml *node, const char *text,
                             ig_disclosure *policy)
{
    const yaml *given = yaml_get(node, "disclosure");
    if (!ig_disclosure_parse(r->ctx, text, policy)) return IG_OK;
    plan_refuse(r, given ? given->line : node->line, "disclosure: no policy is called %s",
                ig_show(text));
    return ig_hint(r->ctx, "give none, hes or threshold:N (1 to N are hidden, N a whole number)");
}

/// Each table has a policy of its own, or that of the plan.
static ig_status take_policies(const struct reading *r, const yaml *root)
{
    struct plan *plan = r->plan;
    const yaml *list = yaml_get(root, "tables");
    ig_status status = IG_OK;
    for (size_t i = 0; i < plan->tables_count && !status; i++) {
        struct plan_table *table = &plan->tables[i];
        const yaml *own = list && list->kind == YAML_LIST ? &list->items[i] : list;
        const char *text = table->disclosure ? table->disclosure : plan->disclosure;
        if (!text) continue;
        table->policy_named = true;
        status = take_policy(r, table->disclosure && own ? own : root, text, &table->policy);
    }
    ig_disclosure unused;
    if (!status && plan->disclosure) status = take_policy(r, root, plan->disclosure, &unused);
    return status;
}

/// `tables` is a list of maps, or one map.
static ig_status take_tables(const struct reading *r, const yaml *node)
{
    const size_t count = node->kind == YAML_LIST ? node->count : 1;
    r->plan->tables = ig_alloc(count + 1, sizeof *r->plan->tables);
    if (!r->plan->tables) return plan_no_memory(r);
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
    const ig_status status = plan_take_map(r, node, "population", targets, 3);
    return status ? status : plan_finish_files(r, &population->files, node, "population");
}

static ig_status take_sites(const struct reading *r, const yaml *node)
{
    struct plan_sites *sites = &r->plan->sites;
    const struct target targets[] = {
        {files_options, &sites->files}, {site_options, sites}, {ig_site_option_list, &sites->read}};
    sites->read = ig_site_defaults();
    const ig_status status = plan_take_map(r, node, "sites", targets, 3);
    return status ? status : plan_finish_files(r, &sites->files, node, "sites");
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
            return plan_refuse(r, line, "thresholds: %s is %s; minutes must be above 0", here,
                               value < 0 ? "negative" : "zero");
        }
    }
    for (size_t i = 1; i < mode->thresholds.count; i++) {
        if (mode->thresholds.values[i] > mode->thresholds.values[i - 1]) continue;
        ig_number_text(mode->thresholds.values[i], here, sizeof here);
        ig_number_text(mode->thresholds.values[i - 1], before, sizeof before);
        plan_refuse(r, line, "thresholds must be rising: %s follows %s", here, before);
        return ig_hint(r->ctx, "write each once, in rising order, such as [10, 20, 30]");
    }
    const double last =
        mode->thresholds.count ? mode->thresholds.values[mode->thresholds.count - 1] : 0;
    if (!(last > mode->travel.limit)) return IG_OK;
    ig_number_text(last, here, sizeof here);
    ig_number_text(mode->travel.limit, before, sizeof before);
    plan_refuse(r, line, "thresholds: %s lies beyond max-minutes %s", here, before);
    return ig_hint(r->ctx, "nobody beyond it is counted: leave max-minutes out, or raise it");
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
    ig_status status = plan_take_map(r, node, "travel", targets, 3);
    if (!status) status = check_thresholds(r, node, mode);
    if (status) return status;
    if (!mode->cost_file && !mode->cost.mode) {
        plan_refuse(r, node->line, "travel has no mode");
        return ig_hint(r->ctx,
                       "write mode: walk, cycle, drive, drive-peak, straight or a speed table");
    }
    if (mode->cost.mode && !strcmp(mode->cost.mode, "straight")) {
        static const char *const none[] = {"roads", "landcover", "dem", "barriers"};
        for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
            const yaml *given = yaml_get(node, none[i]);
            if (given)
                return plan_refuse(r, given->line,
                                   "mode straight takes no %s: nothing is in the way", none[i]);
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
    if (!plan->modes) return plan_no_memory(r);
    plan->modes_count = count;
    if (!count) return plan_refuse(r, node->line, "travel is empty");
    for (size_t i = 0; i < count; i++) {
        const yaml *item = list ? &node->items[i] : node;
        struct plan_mode *mode = &plan->modes[i];
        const ig_status status = take_mode(r, item, mode);
        if (status) return status;
        if (count > 1 && !is_plain_name(mode->name)) {
            plan_refuse(r, item->line, "each of several modes needs a name of letters and digits");
            return ig_hint(r->ctx, "write it as {name: walk, mode: walk, ...}");
        }
        for (size_t j = 0; j < i; j++) {
            if (!strcmp(plan->modes[j].name, mode->name)) {
                return plan_refuse(r, item->line, "two modes are called %s", ig_show(mode->name));
            }
        }
    }
    return IG_OK;
}

static ig_status take_section(const struct reading *r, const char *key, const yaml *node)
{
    struct plan *plan = r->plan;
    if (!strcmp(key, "areas")) return take_areas(r, node, key, &plan->areas, false);
    if (!strcmp(key, "tables")) return take_tables(r, node);
    if (!strcmp(key, "travel")) return take_travel(r, node);
    if (!strcmp(key, "maps")) return plan_take_maps(r, node);
    if (!strcmp(key, "indicators")) return plan_take_indicators(r, node);
    if (!strcmp(key, "outputs")) return plan_take_outputs(r, node);
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
    if (option) return plan_set_value(r, &target, option, &root->items[i], key);
    const char *names[OWN + PARTS];
    for (size_t o = 0; o < OWN; o++)
        names[o] = plan_options[o].name;
    for (size_t s = 0; s < PARTS; s++)
        names[OWN + s] = sections[s];
    return plan_refuse_key(r, key, root->key_lines[i], NULL, names, OWN + PARTS);
}

/// What must be there, and what must be there together.
static ig_status check_whole(const struct reading *r, const yaml *root)
{
    const struct plan *plan = r->plan;
    if (!yaml_get(root, "areas")) return plan_refuse(r, root->line, "the plan has no areas");
    if (!yaml_get(root, "outputs")) return plan_refuse(r, root->line, "the plan has no outputs");
    const yaml *sites = yaml_get(root, "sites"), *travel = yaml_get(root, "travel");
    if (sites && !travel) return plan_refuse(r, sites->line, "the plan has sites but no travel");
    if (travel && !sites) return plan_refuse(r, travel->line, "the plan has travel but no sites");
    const yaml *outputs = yaml_get(root, "outputs"), *reports = yaml_get(outputs, "reports");
    if (reports && !plan->has_wards)
        return plan_refuse(r, reports->line, "reports are of wards, and the plan has no wards");
    for (size_t i = 0; i < plan->maps_count; i++) {
        if (plan->outputs.geopackage || plan->outputs.maps) break;
        return plan_refuse(r, plan->maps[i].line,
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
    if (!status) status = take_policies(&r, &root);
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
