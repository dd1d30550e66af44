// check: what a file is, what is wrong with it, and how to mend it.
#include "command.h"

#include <stdio.h>

struct settings {
    ig_texts files;
    const char *explain, *trace;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"explain", IG_OPTION_TEXT, AT(explain), false,
     "AREA,COLUMN of an output made with --trace: the arithmetic of that number in words", NULL, 0,
     0},
    {"trace", IG_OPTION_INPUT, AT(trace), false,
     "file of the trace, where it is neither in the output nor OUTPUT.trace.csv", NULL, 0, 0},
    {0},
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

// ---- one number explained -----------------------------------------------------------------------

static json_t *explained_json(const ig_explained *number)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:I}", "layer", number->layer, "area",
                     number->area, "column", number->column, "value", json_number(number->value),
                     "formula", number->formula, "words", number->words, "operands",
                     (json_int_t)number->operands);
}

static ig_status explain(ig_ctx *ctx, const struct settings *s, json_t *json)
{
    if (s->files.count != 1)
        return command_fail(ctx, IG_EINVAL, NULL, "--explain takes one output");
    ig_explanation *e = NULL;
    const ig_status status = ig_trace_explain(ctx, s->files.values[0], s->trace, s->explain, &e);
    if (status) return status;
    json_t *numbers = json_array(), *files = json_array();
    for (size_t i = 0; i < e->count; i++) {
        json_array_append_new(numbers, explained_json(&e->number[i]));
        if (!command_json()) printf("%s\n", e->number[i].words);
    }
    for (size_t i = 0; i < e->notes; i++) {
        json_array_append_new(files, json_string(e->note[i]));
        if (!command_json()) printf("    %s\n", e->note[i]);
    }
    json_object_set_new(json, "explained", numbers);
    json_object_set_new(json, "files", files);
    ig_explanation_free(e);
    return IG_OK;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    const struct settings *s = settings;
    if (s->explain) return explain(ctx, s, json);
    if (s->trace) return command_fail(ctx, IG_EINVAL, NULL, "--trace goes with --explain");
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
        "is worse than a warning, 3 otherwise.\n\n"
        "--explain AREA,COLUMN says where one number of an output comes from that was made with "
        "--trace: the file, line and column of each operand, and the arithmetic between.",
    .options = options,
    .example = "isogap check geodata/sample/indicators_lsoa21.csv\n"
               "isogap check geodata/sample/lsoa21.geojson --json",
    .positional = "FILE...",
    .positional_offset = offsetof(struct settings, files),
    .settings_size = sizeof(struct settings),
    .run = run,
};
