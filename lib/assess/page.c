// The page: evidence on a change of sites in the four stages of a health equity assessment, with
// each gap in the evidence named.
#include "page_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
    ":root{color-scheme:light}"
    "body{font:16px/1.5 system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;color:#222;"
    "background:#fff;margin:0 auto;padding:1rem 1.25rem 4rem;max-width:52rem}"
    "h1{font-size:1.8rem;line-height:1.25;margin:.5rem 0 .25rem}"
    "h2{font-size:1.4rem;margin:2.5rem 0 .5rem;padding-top:.75rem;border-top:3px solid #54278f}"
    "h3{font-size:1.1rem;margin:1.5rem 0 .4rem}p{margin:.5rem 0}"
    ".skip{position:absolute;left:-99rem}.skip:focus{position:static}"
    "nav ol{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;padding:0;margin:.75rem 0;"
    "list-style-position:inside}a{color:#3f2a8c}"
    "table{border-collapse:collapse;width:100%;margin:.75rem 0;font-size:.92rem}"
    "caption{text-align:left;font-weight:600;padding:.3rem 0}"
    "th,td{padding:.3rem .5rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}"
    "thead th{border-bottom:2px solid #555}.n{text-align:right;font-variant-numeric:tabular-nums;"
    "white-space:nowrap}"
    ".scroll{overflow-x:auto}"
    ".gaps{background:#fff6e6;border-left:5px solid #b35806;padding:.4rem 1rem;margin:1rem 0}"
    ".gaps h3{margin-top:.3rem}"
    ".key{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;"
    "margin:1rem 0;padding:0}"
    ".key div{border:1px solid #ccc;border-radius:4px;padding:.5rem .75rem}"
    ".key dt{font-size:.85rem;color:#444}.key dd{margin:0;font-size:1.25rem;font-weight:600}"
    ".team{border:1px dashed #777;padding:.5rem 1rem;margin:.75rem 0}"
    "figure{margin:1rem 0}figure svg{max-width:100%;height:auto}"
    "figcaption,.small{font-size:.85rem;color:#444}"
    "@media print{body{max-width:none}h2{break-after:avoid}table,figure{break-inside:avoid}}";

// ---- head ---------------------------------------------------------------------------------------

static void tile(struct page *g, const char *label, const char *value)
{
    page_raw(g, "<div><dt>");
    page_text(g, label);
    page_raw(g, "</dt><dd>");
    page_text(g, value);
    page_raw(g, "</dd></div>\n");
}

static void tiles(struct page *g)
{
    const ig_assess_paper *p = g->p;
    struct numbers n = {0};
    char words[128];
    page_raw(g, "<dl class=\"key\">\n");
    tile(g, "People", page_people(&n, p->before->people));
    snprintf(words, sizeof words, "%s to %s", page_show(&n, p->before->minutes_mean, 1),
             page_show(&n, p->after->minutes_mean, 1));
    tile(g, "Mean minutes, before to after", words);
    tile(g, "People who win over a minute", page_people(&n, p->change->winners));
    tile(g, "People who lose over a minute", page_people(&n, p->change->losers));
    if (p->change->newly_reached > 0.0)
        tile(g, "People newly reached", page_people(&n, p->change->newly_reached));
    tile(g, "People no longer reached", page_people(&n, p->change->newly_unreached));
    if (p->decile) {
        snprintf(words, sizeof words, "%s to %s",
                 page_show(&n, p->assessment->before.core20_gap, 1),
                 page_show(&n, p->assessment->after.core20_gap, 1));
        tile(g, "CORE20 less the rest, minutes", words);
    }
    page_raw(g, "</dl>\n");
}

static void head(struct page *g)
{
    const char *title = g->p->title ? g->p->title : "Equity assessment of a change of sites";
    page_raw(g,
             "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
             "'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    page_text(g, title);
    page_raw(g, "</title>\n<style>");
    page_raw(g, style);
    page_raw(g,
             "</style></head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the evidence</a>\n"
             "<header><h1>");
    page_text(g, title);
    page_raw(
        g, "</h1>\n<p>Evidence on access before and after, set out in the four stages of the "
           "Health Equity Assessment Tool. What the figures cannot say is named at the end of each "
           "stage; what only the team can say has a frame of its own.</p></header>\n"
           "<nav aria-label=\"Stages\"><ol><li><a href=\"#prepare\">Prepare</a></li>"
           "<li><a href=\"#assess\">Assess</a></li><li><a href=\"#refine\">Refine and apply</a>"
           "</li><li><a href=\"#review\">Review</a></li></ol></nav>\n<main id=\"main\">\n");
    tiles(g);
}

static void team(struct page *g, const char *words)
{
    page_raw(g, "<div class=\"team\"><p><strong>For the team:</strong> ");
    page_text(g, words);
    page_raw(g, "</p></div>\n");
}

// ---- prepare ------------------------------------------------------------------------------------

static void sites_list(struct page *g)
{
    static const char *const heads[] = {"Site", "Name", "What becomes of it", NULL};
    const ig_assess_paper *p = g->p;
    page_table_begin(g, "Sites that change", 3, heads);
    for (size_t i = 0; i < p->sites; i++) {
        if (p->site[i].fate == IG_SITE_KEPT) continue;
        page_row_begin(g, p->site[i].code);
        page_raw(g, "<td>");
        page_text(g, p->site[i].name);
        page_raw(g, "</td><td>");
        page_text(g, fate_word(p->site[i].fate));
        page_raw(g, "</td></tr>\n");
    }
    page_table_end(g);
}

static bool is_site(const struct page *g, const char *text)
{
    for (size_t i = 0; i < g->p->sites; i++)
        if (strcmp(g->p->site[i].code, text) == 0) return true;
    return false;
}

static void sources(struct page *g)
{
    page_raw(g, "<h3>Sources</h3>\n<ul>\n");
    for (size_t i = 0; g->p->inputs && g->p->inputs[i]; i++) {
        bool told = is_site(g, g->p->inputs[i]); // with a matrix sites may be given by code
        for (size_t k = 0; k < i && !told; k++)
            told = strcmp(g->p->inputs[k], g->p->inputs[i]) == 0;
        if (!told) page_say(g, "li", "%s", ig_base_name(g->p->inputs[i]));
    }
    page_raw(g, "</ul>\n");
    const char *attribution = g->p->areas ? ig_map_attribution(g->p->areas) : NULL;
    if (attribution) page_say(g, "p", "%s", attribution);
    page_say(g, "p", "Worked out by isogap %s.", ig_version());
}

static void prepare(struct page *g)
{
    const ig_assess_paper *p = g->p;
    struct numbers n = {0};
    page_raw(g, "<section aria-labelledby=\"prepare\"><h2 id=\"prepare\">1. Prepare</h2>\n"
                "<h3>What is assessed</h3>\n");
    page_say(g, "p", "Sites: %zu kept, %zu closed, %zu opened, %zu moved.",
             page_with_fate(g, IG_SITE_KEPT), page_with_fate(g, IG_SITE_CLOSED),
             page_with_fate(g, IG_SITE_OPENED), page_with_fate(g, IG_SITE_MOVED));
    if (page_with_fate(g, IG_SITE_KEPT) < p->sites) sites_list(g);
    page_say(g, "p", "%zu areas with %s people. Times are to the nearest site that is open.",
             p->before->areas, page_people(&n, p->before->people));
    page_say(g, "p", "Where people stand: %s.", p->before->spread);
    page_say(g, "p",
             p->matrix ? "Times come from a table of minutes from each area to each site."
                       : "Times are least times over a cost grid, cell by cell.");
    team(g, "the aim of the work, who takes part, and how it is hoped to reduce inequalities.");
    sources(g);
    page_gaps_begin(g, "prepare");
    if (p->matrix)
        page_say(g, "li",
                 "Everybody of an area has one time: differences within an area are not seen.");
    else if (strstr(p->before->spread, "evenly"))
        page_say(g, "li", "Where in an area people live is not known: they are spread evenly.");
    page_say(g, "li",
             "One way of travelling and one time of day; waiting, fares and timetables are not "
             "in the minutes.");
    page_say(g, "li",
             "Only distance in time: opening hours, appointments, staff and room at the sites "
             "that stay are not in the figures.");
    if (p->before->thresholds == 0)
        page_say(g, "li",
                 "No time that is thought acceptable was named (--thresholds), so no shares "
                 "within reach are given.");
    page_gaps_end(g);
    page_raw(g, "</section>\n");
}

// ---- refine and apply ---------------------------------------------------------------------------

/// "widens", "narrows" or "stays" by size.
static const char *widens(double before, double after)
{
    if (fabs(after) > fabs(before) + 0.05) return "grows";
    if (fabs(after) < fabs(before) - 0.05) return "shrinks";
    return "stays as it is";
}

static void share_of_losers(struct page *g)
{
    struct numbers n = {0};
    const double all = page_figure(g, "losers") + page_figure(g, "newly_unreached");
    const double core = row_value(g->rows, "core20", "core20", "losers") +
                        row_value(g->rows, "core20", "core20", "newly_unreached");
    const double core_people = row_value(g->rows, "core20", "core20", "people");
    const double everybody = page_figure(g, "people");
    if (!(all > 0.0) || isnan(core) || !(everybody > 0.0)) return;
    page_say(g, "li", "CORE20 areas hold %s%% of the people and %s%% of those who lose (%s of %s).",
             page_show(&n, 100.0 * core_people / everybody, 1),
             page_show(&n, 100.0 * core / all, 1), page_people(&n, core), page_people(&n, all));
}

static void refine(struct page *g)
{
    const ig_assess_paper *p = g->p;
    const ig_assess_state *b = &p->assessment->before, *a = &p->assessment->after;
    struct numbers n = {0};
    page_raw(g, "<section aria-labelledby=\"refine\"><h2 id=\"refine\">3. Refine and apply</h2>\n"
                "<h3>What the figures ask for</h3>\n<ul>\n");
    if (!isnan(b->core20_gap) && !isnan(a->core20_gap))
        page_say(g, "li", "The gap between CORE20 and the rest %s: %s minutes before, %s after.",
                 widens(b->core20_gap, a->core20_gap), page_show(&n, b->core20_gap, 1),
                 page_show(&n, a->core20_gap, 1));
    if (fabs(a->core20_gap) < fabs(b->core20_gap) && a->core20_mean > b->core20_mean + 0.05)
        page_say(g, "li",
                 "That is no gain for anyone: people in CORE20 areas travel %s minutes longer than "
                 "before.",
                 page_show(&n, a->core20_mean - b->core20_mean, 1));
    if (!isnan(b->sii.value) && !isnan(a->sii.value))
        page_say(g, "li",
                 "The slope over quintiles of deprivation %s: %s minutes before, %s after.",
                 widens(b->sii.value, a->sii.value), page_show(&n, b->sii.value, 1),
                 page_show(&n, a->sii.value, 1));
    share_of_losers(g);
    if (p->change->newly_unreached > 0.0)
        page_say(g, "li",
                 "%s people are cut off: without another way to a site the change cannot be "
                 "made good for them.",
                 page_people(&n, p->change->newly_unreached));
    if (p->change->losers + p->change->newly_unreached > 0.0)
        page_say(g, "li",
                 "The areas that lose most are listed under Assess: outreach, transport or "
                 "another place for the site can be set against this one by running the "
                 "assessment again with other sites after.");
    if (p->change->losers + p->change->newly_unreached == 0.0)
        page_say(g, "li", "Nobody loses more than a minute by this change.");
    page_raw(g, "</ul>\n");
    team(g, "what will be changed in the plan, for which groups, who does it and by when.");
    page_gaps_begin(g, "refine and apply");
    page_say(g, "li", "What residents, staff and the groups that lose say about it.");
    page_say(g, "li",
             "What mitigation costs, and whether the sites that stay can take more people.");
    page_gaps_end(g);
    page_raw(g, "</section>\n");
}

// ---- review -------------------------------------------------------------------------------------

static void review_row(struct page *g, const char *words, double before, double after, int decimals)
{
    struct numbers n = {0};
    if (isnan(before) && isnan(after)) return;
    page_row_begin(g, words);
    page_cell(g, page_show(&n, before, decimals));
    page_cell(g, page_show(&n, after, decimals));
    page_raw(g, "<td class=\"n\"></td></tr>\n");
}

static void review(struct page *g)
{
    static const char *const heads[] = {"Figure", "Before", "Expected after", "Measured", NULL};
    const ig_assess_paper *p = g->p;
    const ig_assess_state *b = &p->assessment->before, *a = &p->assessment->after;
    page_raw(g, "<section aria-labelledby=\"review\"><h2 id=\"review\">4. Review</h2>\n");
    page_table_begin(g, "Figures to look at again", 1, heads);
    review_row(g, "Mean minutes of everybody", p->before->minutes_mean, p->after->minutes_mean, 1);
    review_row(g, "Greatest minutes of anybody", p->before->minutes_max, p->after->minutes_max, 1);
    review_row(g, "Mean minutes in CORE20", b->core20_mean, a->core20_mean, 1);
    review_row(g, "Mean minutes in the worst quintile", b->worst_quintile_mean,
               a->worst_quintile_mean, 1);
    review_row(g, "People who reach no site", p->before->people_unreached,
               p->after->people_unreached, 0);
    page_table_end(g);
    page_say(g, "p",
             "The same command over the sites as they are then gives the column that is empty.");
    team(g, "when the figures are looked at again, by whom, and what was learned.");
    page_gaps_begin(g, "review");
    page_say(g, "li",
             "Times are worked out; whether people use the sites, and who stays away, is not "
             "measured.");
    page_say(g, "li", "No date of review is set by these files.");
    page_gaps_end(g);
    page_raw(g, "</section>\n</main>\n</body></html>\n");
}

ig_status page_write(ig_ctx *ctx, const ig_assess_paper *paper, const struct change_scale *scale,
                     ig_text *html)
{
    struct page g = {.p = paper, .rows = paper->assessment->rows};
    head(&g);
    prepare(&g);
    ig_status status = page_assess(ctx, &g, scale);
    if (!status) {
        refine(&g);
        review(&g);
    }
    if (!status && g.html.failed) status = ig_fail(ctx, IG_EMEMORY, "no memory for the page");
    if (status) {
        ig_text_free(&g.html);
        return status;
    }
    *html = g.html;
    return IG_OK;
}
