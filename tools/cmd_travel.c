// travel: minutes from each cell of a cost grid to the nearest site, or from it.
#include "search.h"

#include <core/inside.h>

#include <math.h>
#include <string.h>
#include <strings.h>

struct settings {
    struct search search;
    const char *nearest, *output;
    bool qml;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {.name = "nearest",
     .kind = IG_OPTION_OUTPUT,
     .offset = AT(nearest),
     .help = "GeoTIFF of the site that serves each cell: its number in the file, from 1"},
    {.name = "output",
     .kind = IG_OPTION_OUTPUT,
     .offset = AT(output),
     .required = true,
     .help = "GeoTIFF of minutes; unreached cells are nodata"},
    {.name = "qml",
     .kind = IG_OPTION_FLAG,
     .offset = AT(qml),
     .help = "write a style beside the minutes, with which QGIS opens them"},
    {.name = NULL},
};

static const struct option_group groups[] = {SEARCH_GROUPS(AT(search)), {0}};

static void defaults(void *settings)
{
    struct settings *s = settings;
    search_defaults(&s->search);
}

static ig_status check_suffix(ig_ctx *ctx, const char *path)
{
    const char *dot = path ? strrchr(path, '.') : NULL;
    if (!path || (dot && (!strcasecmp(dot, ".tif") || !strcasecmp(dot, ".tiff")))) return IG_OK;
    return command_fail(ctx, IG_EINVAL, "name it FILE.tif", "%s: grids are written as GeoTIFF",
                        ig_show(path));
}

static ig_status write_minutes(ig_ctx *ctx, const struct settings *s, const ig_grid *minutes,
                               const char *const *inputs)
{
    const ig_travel_options *travel = &s->search.travel;
    char direction[32], neighbours[32], corners[32], slope[32];
    static const char *const names[][4] = {{"to", "from"},
                                           {"8", "16", "32", "exact"},
                                           {"forbid", "allow", "strict"},
                                           {"default", "tobler", "langmuir", "none"}};
    snprintf(direction, sizeof direction, "direction=%s", names[0][travel->direction]);
    snprintf(neighbours, sizeof neighbours, "neighbours=%s", names[1][travel->neighbours]);
    snprintf(corners, sizeof corners, "corners=%s", names[2][travel->corners]);
    snprintf(slope, sizeof slope, "walk=%s", names[3][travel->slope]);
    const char *const metadata[] = {"unit=minutes", direction, neighbours, corners, slope, NULL};
    return ig_grid_write(ctx, minutes, s->output, "minutes", metadata, inputs);
}

/// "minutes.qml" for "minutes.tif": where QGIS looks for the style of a raster.
static ig_status style_path(ig_ctx *ctx, const struct settings *s, ig_text *path)
{
    const char *dot = strrchr(s->output, '.');
    if (!s->qml) return IG_OK;
    ig_text_append_bytes(path, s->output, (size_t)(dot - s->output));
    ig_text_append(path, ".qml");
    return path->failed ? ig_fail(ctx, IG_EMEMORY, "no memory for a name") : IG_OK;
}

static ig_status write_style(ig_ctx *ctx, const ig_grid *minutes, const char *path, json_t *json)
{
    const int64_t cells = ig_frame_cells(&minutes->frame);
    double most = 0.0;
    for (int64_t i = 0; i < cells; i++)
        if (minutes->cells[i] > most) most = minutes->cells[i];
    char *qml = NULL;
    ig_status status = ig_minutes_qml(ctx, most, &qml);
    if (!status) status = ig_output_bytes(ctx, path, qml, strlen(qml));
    ig_style_free(qml);
    return status ? status : command_output(json, path);
}

static ig_status write_nearest(ig_ctx *ctx, const struct settings *s, const int32_t *nearest,
                               const char *const *inputs)
{
    ig_grid *grid = NULL;
    ig_status status = ig_grid_new(ctx, &s->search.surface->frame, &grid);
    if (status) return status;
    const int64_t cells = ig_frame_cells(&grid->frame);
    for (int64_t i = 0; i < cells; i++)
        grid->cells[i] = nearest[i] ? (float)nearest[i] : NAN;
    status = ig_grid_write(ctx, grid, s->nearest, "nearest", NULL, inputs);
    ig_grid_free(grid);
    return status;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    struct settings *s = settings;
    const char *const inputs[] = {s->search.cost, s->search.sites_path, NULL};
    ig_text style = {0};
    ig_grid *minutes = NULL;
    int32_t *nearest = NULL;
    double mean = 0.0, worst = 0.0;
    ig_status status = check_suffix(ctx, s->output);
    if (!status) status = check_suffix(ctx, s->nearest);
    if (!status && s->nearest && !strcmp(s->nearest, s->output))
        status = command_fail(ctx, IG_EINVAL, NULL, "--nearest and --output are one file");
    if (!status) status = style_path(ctx, s, &style);
    const char *const outputs[] = {s->output, s->nearest, style.data};
    if (!status) status = search_check_outputs(ctx, outputs, 3, inputs);
    if (!status) status = search_open(ctx, &s->search);
    if (status) goto done;
    const ig_placement *placement = s->search.placement;
    status = ig_travel(ctx, s->search.surface, placement->sources, placement->count,
                       &s->search.travel, &minutes, s->nearest ? &nearest : NULL);
    if (status) goto done;
    ig_travel_lattice_error(s->search.travel.neighbours, &mean, &worst);
    if (!isnan(mean)) {
        ig_info(
            ctx,
            "steps between cells overstate straight lines by %.2g %% on average, %.2g %% at most",
            mean, worst);
    }
    if (nearest) status = write_nearest(ctx, s, nearest, inputs);
    if (!status) status = write_minutes(ctx, s, minutes, inputs);
    if (!status) status = command_output(json, s->output);
    if (!status && nearest) status = command_output(json, s->nearest);
    if (!status && style.data) status = write_style(ctx, minutes, style.data, json);
    if (!status) search_summarise(&s->search, minutes, json);
done:
    ig_text_free(&style);
    ig_travel_free(nearest);
    ig_grid_free(minutes);
    search_close(&s->search);
    return status;
}

const struct command cmd_travel = {
    .name = "travel",
    .summary = "Work out minutes to the nearest site, cell by cell",
    .about =
        "The time of a cell is the least sum of steps to any site (or from it, --direction from); "
        "a step between two cells costs the mean of their costs times its length. Costs are "
        "seconds a metre unless --cost-unit says otherwise; nodata is a barrier. Cells that no "
        "site can be reached from are nodata, and so are those over --max-minutes. Equal times go "
        "to the site whose code sorts first.\n\n"
        "Slope needs the band elevation. tobler, the default with it, divides the pace by "
        "Tobler's speed for the slope; langmuir adds 6 s for each metre up, takes off 1.9998 s for "
        "each metre down on gentle slopes and adds them on steep ones, as GRASS r.walk does.\n\n"
        "A diagonal step past a barrier needs one open side (--corners forbid), none (allow, as "
        "GRASS), or both (strict). Sites off the grid or on barriers are errors unless "
        "--clip-sites or --snap covers them.",
    .example = "isogap travel --cost walk.tif --sites geodata/sample/clinics.csv -o minutes.tif\n"
               "isogap travel --cost walk.tif --sites geodata/sample/clinics.csv --max-minutes 30 "
               "--nearest nearest.tif -o minutes.tif --json",
    .options = options,
    .groups = groups,
    .settings_size = sizeof(struct settings),
    .defaults = defaults,
    .run = run,
};
