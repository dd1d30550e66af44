// report: a page for each ward as HTML and PDF, districts and the whole, index and manifest.
#include "command.h"

#include <string.h>

struct settings {
    const char *plan, *output, *site, *template_dir;
    ig_texts ward, format;
    bool all;
};

#define AT(member) offsetof(struct settings, member)
static const ig_option options[] = {
    {"plan", IG_OPTION_INPUT, AT(plan), true, "plan file whose wards to report on", NULL, 0, 0},
    {"ward", IG_OPTION_TEXTS, AT(ward), false, "codes of wards", NULL, 0, 0},
    {"all", IG_OPTION_FLAG, AT(all), false, "every ward of the plan", NULL, 0, 0},
    {"format", IG_OPTION_TEXTS, AT(format), false,
     "html, pdf or both, by comma; both when left out", NULL, 0, 0},
    {"output", IG_OPTION_OUTPUT, AT(output), false,
     "folder for the pages; the plan's own when left out", NULL, 0, 0},
    {"site", IG_OPTION_OUTPUT, AT(site), false,
     "folder to hand over: index, pages, GeoPackage, tables and maps", NULL, 0, 0},
    {"template", IG_OPTION_INPUT, AT(template_dir), false,
     "folder with words.txt, page.html or page.css in place of ours", NULL, 0, 0},
    {0},
};
#undef AT

static ig_status take_formats(ig_ctx *ctx, const ig_texts *format, ig_study_reports *reports)
{
    reports->html = reports->pdf = !format->count;
    for (size_t i = 0; i < format->count; i++) {
        const char *name = format->values[i];
        if (strcmp(name, "html") && strcmp(name, "pdf"))
            return command_fail(ctx, IG_EINVAL, "write --format html, --format pdf or html,pdf",
                                "--format: reports are html or pdf");
        reports->html |= !strcmp(name, "html");
        reports->pdf |= !strcmp(name, "pdf");
    }
    return IG_OK;
}

static ig_status run(ig_ctx *ctx, void *settings, json_t *json)
{
    const struct settings *s = settings;
    ig_study_reports reports = {.plan = s->plan,
                                .ward = s->ward,
                                .output = s->site ? s->site : s->output,
                                .template_dir = s->template_dir,
                                .site = s->site != NULL};
    if (s->all == (s->ward.count > 0))
        return command_fail(ctx, IG_EINVAL, "give --ward CODE,... for some wards, --all for all",
                            s->all ? "--all and --ward exclude each other"
                                   : "--ward or --all is required");
    if (s->site && s->output)
        return command_fail(ctx, IG_EINVAL, "give the folder once",
                            "--site and --output exclude each other");
    char *text = NULL;
    ig_status status = take_formats(ctx, &s->format, &reports);
    if (!status) status = ig_study_report(ctx, &reports, &text);
    if (status) return status;
    return command_summary(ctx, text, json);
}

const struct command cmd_report = {
    .name = "report",
    .summary = "Write a page for each ward as HTML and PDF, with index and manifest",
    .about =
        "Reads a plan as isogap run does, takes over the grids of a run before where nothing has "
        "changed, and writes CODE.html and CODE.pdf for each ward, a page for each district, "
        "summary.html and summary.pdf of the whole, method.html, index.html and manifest.csv "
        "(file, "
        "bytes, sha256, made_from). The HTML stands alone: no script, nothing fetched, and a "
        "policy "
        "that says so; the PDF is tagged, with title and language.\n\n"
        "A page has what stands out in sentences, key figures with ranks, a map of the ward with "
        "its "
        "areas, isochrones and sites, each figure against district and whole with better, similar "
        "or "
        "worse in words and shapes, series over time, access, need and health by area, people who "
        "reach no site, method, sources, and where each number comes from. The plan's list "
        "indicators says which columns to show and how (value, title, unit, polarity, topic, "
        "count, "
        "population, multiplier, lower, upper, benchmark, series); without it all columns of "
        "numbers "
        "are shown. Each part of the plan may state its source and date.\n\n"
        "Pages that the manifest lists, and that are as they were and made from the same, are not "
        "made again, so the same command goes on where one was stopped. A ward that fails is named "
        "and leaves the others alone; the exit code is that of the first by code.\n\n"
        "--template names a folder: words.txt replaces texts by their keys (a translation), "
        "page.html "
        "the frame of a page ({{lang}}, {{title}}, {{policy}}, {{style}}, {{body}}), page.css its "
        "style. Where there are no roads, travel: {mode: straight} measures as the crow flies, and "
        "the pages say so.",
    .example = "isogap report --plan geodata/plan.yaml --all -o reports\n"
               "isogap report --plan geodata/plan.yaml --ward E05990001 --format html -o reports\n"
               "isogap report --plan geodata/plan.yaml --all --site hand-over",
    .options = options,
    .settings_size = sizeof(struct settings),
    .run = run,
};
