// run: a plan file from inputs to GeoPackage, tables, maps and the record of the run.
#include "command.h"

struct settings {
    ig_texts plan;
};

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    const struct settings *s = settings;
    char *text = NULL;
    const ig_status status = ig_study_run(ctx, s->plan.values[0], &text);
    if (status) return status;
    return command_summary(ctx, text, json);
}

const struct command cmd_run = {
    .name = "run",
    .summary = "Run a plan file from inputs to GeoPackage, tables, maps and reports",
    .about =
        "A plan is a YAML file that names inputs, choices and outputs by the names of the options "
        "of the other commands: areas, wards, tables, population, sites, travel, deprivation, "
        "groups, maps, indicators, outputs. Paths are relative to the plan. An unknown key, a key "
        "given twice "
        "and a value out of range are refused with their line.\n\n"
        "The tables are joined to the areas; for each mode of travel a cost grid is made, the "
        "least minutes to a site are searched, isochrones are drawn, and the access of each area, "
        "each ward and each group is worked out. The GeoPackage holds the layers of areas, wards, "
        "isochrones and sites with their styles; beside it lie the minutes as GeoTIFF with styles "
        "(.qml for QGIS, .sld), the QGIS project that opens all of it (NAME.qgz), and the record "
        "of the run, "
        "NAME.run.json. With outputs: {trace: true} each number keeps the file, line and column it "
        "came from (isogap check FILE --explain AREA,COLUMN); disclosure: hes or threshold:N hides "
        "small counts in every output. Running a plan twice gives the same bytes; cost grids "
        "and minutes whose inputs and options have not changed are not made again.",
    .example = "isogap run geodata/plan.yaml\nisogap run geodata/plan.yaml --overwrite --json",
    .positional = "PLAN",
    .positional_offset = offsetof(struct settings, plan),
    .settings_size = sizeof(struct settings),
    .run = run,
};
