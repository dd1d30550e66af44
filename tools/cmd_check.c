// check: what a file is, what is wrong with it, and how to mend it.
#include "command.h"

#include <stdio.h>

struct settings {
    ig_texts files;
};

static const char *severity_word(ig_level severity)
{
    return severity == IG_ERROR ? "error" : "warning";
}

static json_t *layer_json(const ig_check_layer *layer)
{
    json_t *columns = json_array();
    for (size_t i = 0; i < layer->columns; i++) {
        json_array_append_new(columns, json_string(layer->column[i]));
    }
    return json_pack("{s:s, s:o, s:o, s:o}", "name", layer->name, "features",
                     layer->features < 0 ? json_null() : json_integer(layer->features), "crs",
                     layer->crs ? json_string(layer->crs) : json_null(), "columns", columns);
}

static json_t *problem_json(const ig_check_problem *problem)
{
    return json_pack("{s:s, s:s, s:o}", "severity", severity_word(problem->severity), "message",
                     problem->message, "hint",
                     problem->hint ? json_string(problem->hint) : json_null());
}

static void add_json(const ig_check *check, json_t *json)
{
    json_t *layers = json_array(), *problems = json_array();
    for (size_t i = 0; i < check->layers; i++) {
        json_array_append_new(layers, layer_json(&check->layer[i]));
    }
    for (size_t i = 0; i < check->problems; i++) {
        json_array_append_new(problems, problem_json(&check->problem[i]));
    }
    json_object_set_new(json, "kind", json_string(check->kind));
    json_object_set_new(json, "driver", json_string(check->driver));
    json_object_set_new(json, "layers", layers);
    json_object_set_new(json, "problems", problems);
}

static void print_text(const char *file, const ig_check *check)
{
    printf("%s: %s%s%s\n", file, check->kind, *check->driver ? ", " : "", check->driver);
    for (size_t i = 0; i < check->layers; i++) {
        const ig_check_layer *layer = &check->layer[i];
        printf("  %s", layer->name);
        if (layer->features >= 0) printf(": %lld", (long long)layer->features);
        if (layer->crs) printf(", %s", layer->crs);
        putchar('\n');
        for (size_t c = 0; c < layer->columns; c++) {
            printf("%s%s%s", c ? ", " : "    ", layer->column[c],
                   c + 1 == layer->columns ? "\n" : "");
        }
    }
    for (size_t i = 0; i < check->problems; i++) {
        const ig_check_problem *problem = &check->problem[i];
        printf("  %s: %s\n", severity_word(problem->severity), problem->message);
        if (problem->hint) printf("      %s\n", problem->hint);
    }
    if (!check->problems) printf("  nothing is wrong with it\n");
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    const struct settings *s = settings;
    json_t *files = s->files.count > 1 ? json_array() : NULL;
    ig_status status = IG_OK;
    for (size_t i = 0; i < s->files.count && !status; i++) {
        ig_check *check = NULL;
        status = ig_check_file(ctx, s->files.values[i], &check);
        if (status) break;
        if (check->bad) command_exit_code(3);
        if (!command_json()) {
            print_text(s->files.values[i], check);
        } else if (!files) {
            json_object_set_new(json, "file", json_string(s->files.values[i]));
            add_json(check, json);
        } else {
            json_t *one = json_pack("{s:s}", "file", s->files.values[i]);
            add_json(check, one);
            json_array_append_new(files, one);
        }
        ig_check_free(check);
    }
    if (files && command_json() && !status) json_object_set(json, "files", files);
    json_decref(files);
    return status;
}

const struct command cmd_check = {
    .name = "check",
    .summary = "Say what a file is, what is wrong with it and how to mend it",
    .about =
        "Any input or output: tables, boundaries, sites, rasters, cost grids, roads, plans and "
        "GeoPackages. The file is read as the other commands read it; what they would refuse "
        "is an error, what they would take with a word is a warning. Exit code 0 when nothing "
        "is worse than a warning, 3 otherwise.",
    .example = "isogap check geodata/sample/indicators_lsoa21.csv\n"
               "isogap check geodata/sample/lsoa21.geojson --json",
    .positional = "FILE...",
    .positional_offset = offsetof(struct settings, files),
    .settings_size = sizeof(struct settings),
    .run = run,
};
