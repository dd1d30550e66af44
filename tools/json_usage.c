// --json-usage: commands and their options for other programs (QGIS plugin, completion, tests).
#include "framework.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *choices_json(const char *choices)
{
    json_t *list = json_array();
    while (choices && *choices) {
        const size_t length = strcspn(choices, "|");
        json_array_append_new(list, json_stringn(choices, length));
        choices += length + (choices[length] == '|');
    }
    return list;
}

/// What a file to read may be, by the name of its option: areas (polygons), places (points, or a
/// table of them), lines, table, people (table, points or raster), raster; "file" for the rest.
static const char *held_by(const char *name)
{
    static const struct {
        const char *name, *holds;
    } known[] = {{"areas", "areas"},        {"source-areas", "areas"},    {"target-areas", "areas"},
                 {"wards", "areas"},        {"outlines", "areas"},        {"extent", "areas"},
                 {"sites", "places"},       {"before", "places"},         {"after", "places"},
                 {"candidates", "places"},  {"roads", "lines"},           {"bridges", "lines"},
                 {"table", "table"},        {"groups", "table"},          {"lookup", "table"},
                 {"access", "table"},       {"matrix", "table"},          {"demand", "table"},
                 {"postcodes", "table"},    {"residents-table", "table"}, {"population", "people"},
                 {"cost", "raster"},        {"travel", "raster"},         {"dem", "raster"},
                 {"landcover", "anything"}, {"barriers", "anything"},     {NULL, NULL}};
    for (size_t i = 0; known[i].name; i++) {
        if (!strcmp(known[i].name, name)) return known[i].holds;
    }
    return "file";
}

/// Suffixes of a file to write: those its help names.
static json_t *formats_json(const char *help)
{
    json_t *list = json_array();
    if (help && strstr(help, "GeoTIFF")) json_array_append_new(list, json_string("tif"));
    if (help && strstr(help, "GeoPackage")) json_array_append_new(list, json_string("gpkg"));
    while (help && *help) {
        const size_t length = strcspn(help, " ,;:()");
        if (help[0] == '.' && length > 1) {
            json_array_append_new(list, json_stringn(help + 1, length - 1));
        }
        help += length + (help[length] != 0);
    }
    return list;
}

static json_t *option_json(const struct command *command, const struct bound *bound,
                           ig_option_store *store)
{
    const ig_option *option = bound->option;
    const char *opener = bound->group ? bound->group->opener : NULL;
    const bool opens = opener && !strcmp(opener, option->name);
    json_t *json = json_object();
    json_object_set_new(json, "name", json_string(bound->name));
    json_object_set_new(json, "type", json_string(kind_word(option->kind)));
    json_object_set_new(json, "help", json_string(option->help ? option->help : ""));
    json_object_set_new(json, "required", json_boolean(option->required));
    json_object_set_new(json, "repeatable", json_boolean(ig_option_is_list(option) || opens));
    if (option->kind == IG_OPTION_CHOICE)
        json_object_set_new(json, "choices", choices_json(option->choices));
    if (option->kind == IG_OPTION_INPUT || option->kind == IG_OPTION_INPUTS) {
        json_object_set_new(json, "holds", json_string(held_by(option->name)));
    }
    if (option->kind == IG_OPTION_OUTPUT) {
        json_object_set_new(json, "formats", formats_json(option->help));
    }
    if (option->min != 0 || option->max != 0) {
        json_object_set_new(json, "min", json_number(option->min));
        json_object_set_new(json, "max", json_number(option->max));
    }
    const char *standard = default_text(command, bound, store);
    if (standard) json_object_set_new(json, "default", json_string(standard));
    json_t *aliases = json_array();
    if (bound->alias[0]) json_array_append_new(aliases, json_string(bound->alias));
    if (!strcmp(bound->name, "output")) json_array_append_new(aliases, json_string("o"));
    json_object_set_new(json, "aliases", aliases);
    if (opener) json_object_set_new(json, "of_each", json_string(opener));
    return json;
}

static json_t *command_to_json(const struct command *command)
{
    size_t count = 0;
    struct bound *list = bound_options(command, &count);
    ig_option_store *store = ig_option_store_new();
    json_t *json = json_object(), *options = json_array();
    json_object_set_new(json, "name", json_string(command->name));
    json_object_set_new(json, "summary", json_string(command->summary));
    json_object_set_new(json, "about", json_string(command->about ? command->about : ""));
    json_object_set_new(json, "example", json_string(command->example ? command->example : ""));
    json_object_set_new(json, "positional",
                        command->positional ? json_string(command->positional) : json_null());
    for (size_t i = 0; list && store && i < count; i++) {
        if (list[i].common) continue;
        json_array_append_new(options, option_json(command, &list[i], store));
    }
    json_object_set_new(json, "options", options);
    ig_option_store_free(store);
    free(list);
    return json;
}

static json_t *common_json(void)
{
    json_t *options = json_array();
    ig_option_store *store = ig_option_store_new();
    for (const ig_option *o = common_options; store && o->name; o++) {
        struct bound bound = {.option = o, .common = true};
        snprintf(bound.name, sizeof bound.name, "%s", o->name);
        json_array_append_new(options, option_json(NULL, &bound, store));
    }
    ig_option_store_free(store);
    return options;
}

int print_json_usage(const struct command *only, FILE *to)
{
    json_t *json = json_object(), *list = json_array();
    json_object_set_new(json, "name", json_string("isogap"));
    json_object_set_new(json, "version", json_string(ig_version()));
    json_object_set_new(json, "options", common_json());
    for (size_t i = 0; commands[i]; i++) {
        if (only && commands[i] != only) continue;
        json_array_append_new(list, command_to_json(commands[i]));
    }
    json_object_set_new(json, "commands", list);
    char *text = NULL;
    const ig_status status = ig_json_text(json, true, &text);
    if (!status) fprintf(to, "%s\n", text);
    ig_json_free(text);
    json_decref(json);
    return ig_status_exit_code(status);
}
