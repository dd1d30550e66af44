// The page: evidence on a change of sites in the four stages of a health equity assessment, with
// each gap in the evidence named.
#include "assess_internal.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/// The page in the making.
struct page {
    ig_text html;
    const ig_assess_paper *p;
    const ig_result *rows;
};

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

// ---- writing ------------------------------------------------------------------------------------

static void raw(struct page *g, const char *html)
{
    ig_text_append(&g->html, html);
}

static void text(struct page *g, const char *words)
{
    append_xml(&g->html, words);
}

/// Words with numbers between <p> and </p>, or <li> and </li>: everything is escaped.
static void say(struct page *g, const char *tag, const char *format, ...) IG_PRINTF(3, 4);
static void say(struct page *g, const char *tag, const char *format, ...)
{
    char words[2048];
    va_list list;
    va_start(list, format);
    const int n = vsnprintf(words, sizeof words, format, list);
    va_end(list);
    if (n < 0) g->html.failed = true;
    ig_text_format(&g->html, "<%s>", tag);
    text(g, words);
    ig_text_format(&g->html, "</%s>\n", tag);
}

/// A number as people read it: one of eight buffers in turn; "none" where there is none.
struct numbers {
    char text[8][32];
    unsigned next;
};

static const char *show(struct numbers *n, double value, int decimals)
{
    char *to = n->text[n->next++ % 8];
    if (isnan(value)) return "none";
    const double unit = pow(10.0, decimals);
    if (fabs(value) * unit < 0.5) value = 0.0;
    return label_number(value, decimals, to, sizeof n->text[0]);
}

static const char *people(struct numbers *n, double value)
{
    return show(n, value, 0);
}

/// With its sign, as a change is.
static const char *change(struct numbers *n, double value, int decimals)
{
    char *to = n->text[n->next++ % 8];
    char plain[32];
    if (isnan(value)) return "none";
    if (fabs(value) * pow(10.0, decimals) < 0.5) return "0";
    snprintf(to, sizeof n->text[0], "%s%s", value > 0.0 ? "+" : "",
             label_number(value, decimals, plain, sizeof plain - 2));
    return to;
}

static void cell(struct page *g, const char *words)
{
    raw(g, "<td class=\"n\">");
    text(g, words);
    raw(g, "</td>");
}

/// @param words  how many of the columns hold words, which stand to the left
static void table_begin(struct page *g, const char *caption, size_t words, const char *const *heads)
{
    raw(g, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    text(g, caption);
    raw(g, "\"><table><caption>");
    text(g, caption);
    raw(g, "</caption><thead><tr>");
    for (size_t i = 0; heads[i]; i++) {
        raw(g, i >= words ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
        text(g, heads[i]);
        raw(g, "</th>");
    }
    raw(g, "</tr></thead><tbody>\n");
}

static void row_begin(struct page *g, const char *head)
{
    raw(g, "<tr><th scope=\"row\">");
    text(g, head);
    raw(g, "</th>");
}

static void table_end(struct page *g)
{
    raw(g, "</tbody></table></div>\n");
}

static void gaps_begin(struct page *g, const char *stage)
{
    raw(g, "<section class=\"gaps\"><h3>Gaps in the evidence: ");
    text(g, stage);
    raw(g, "</h3><ul>\n");
}

static void gaps_end(struct page *g)
{
    raw(g, "</ul></section>\n");
}

static double figure(const struct page *g, const char *column)
{
    return row_value(g->rows, "all", "all", column);
}

static size_t with_fate(const struct page *g, ig_assess_fate fate)
{
    size_t count = 0;
    for (size_t i = 0; i < g->p->sites; i++)
        count += g->p->site[i].fate == fate;
    return count;
}

// ---- head ---------------------------------------------------------------------------------------

static void tile(struct page *g, const char *label, const char *value)
{
    raw(g, "<div><dt>");
    text(g, label);
    raw(g, "</dt><dd>");
    text(g, value);
    raw(g, "</dd></div>\n");
}

static void tiles(struct page *g)
{
    const ig_assess_paper *p = g->p;
    struct numbers n = {0};
    char words[128];
    raw(g, "<dl class=\"key\">\n");
    tile(g, "People", people(&n, p->before->people));
    snprintf(words, sizeof words, "%s to %s", show(&n, p->before->minutes_mean, 1),
             show(&n, p->after->minutes_mean, 1));
    tile(g, "Mean minutes, before to after", words);
    tile(g, "People who win over a minute", people(&n, p->change->winners));
    tile(g, "People who lose over a minute", people(&n, p->change->losers));
    if (p->change->newly_reached > 0.0)
        tile(g, "People newly reached", people(&n, p->change->newly_reached));
    tile(g, "People no longer reached", people(&n, p->change->newly_unreached));
    if (p->decile) {
        snprintf(words, sizeof words, "%s to %s", show(&n, p->assessment->before.core20_gap, 1),
                 show(&n, p->assessment->after.core20_gap, 1));
        tile(g, "CORE20 less the rest, minutes", words);
    }
    raw(g, "</dl>\n");
}

static void head(struct page *g)
{
    const char *title = g->p->title ? g->p->title : "Equity assessment of a change of sites";
    raw(g, "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
           "'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    text(g, title);
    raw(g, "</title>\n<style>");
    raw(g, style);
    raw(g, "</style></head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the evidence</a>\n"
           "<header><h1>");
    text(g, title);
    raw(g, "</h1>\n<p>Evidence on access before and after, set out in the four stages of the "
           "Health Equity Assessment Tool. What the figures cannot say is named at the end of each "
           "stage; what only the team can say has a frame of its own.</p></header>\n"
           "<nav aria-label=\"Stages\"><ol><li><a href=\"#prepare\">Prepare</a></li>"
           "<li><a href=\"#assess\">Assess</a></li><li><a href=\"#refine\">Refine and apply</a>"
           "</li><li><a href=\"#review\">Review</a></li></ol></nav>\n<main id=\"main\">\n");
    tiles(g);
}

static void team(struct page *g, const char *words)
{
    raw(g, "<div class=\"team\"><p><strong>For the team:</strong> ");
    text(g, words);
    raw(g, "</p></div>\n");
}

// ---- prepare ------------------------------------------------------------------------------------

static void sites_list(struct page *g)
{
    static const char *const heads[] = {"Site", "Name", "What becomes of it", NULL};
    const ig_assess_paper *p = g->p;
    table_begin(g, "Sites that change", 3, heads);
    for (size_t i = 0; i < p->sites; i++) {
        if (p->site[i].fate == IG_SITE_KEPT) continue;
        row_begin(g, p->site[i].code);
        raw(g, "<td>");
        text(g, p->site[i].name);
        raw(g, "</td><td>");
        text(g, fate_word(p->site[i].fate));
        raw(g, "</td></tr>\n");
    }
    table_end(g);
}

static bool is_site(const struct page *g, const char *text)
{
    for (size_t i = 0; i < g->p->sites; i++)
        if (strcmp(g->p->site[i].code, text) == 0) return true;
    return false;
}

static void sources(struct page *g)
{
    raw(g, "<h3>Sources</h3>\n<ul>\n");
    for (size_t i = 0; g->p->inputs && g->p->inputs[i]; i++) {
        bool told = is_site(g, g->p->inputs[i]); // with a matrix sites may be given by code
        for (size_t k = 0; k < i && !told; k++)
            told = strcmp(g->p->inputs[k], g->p->inputs[i]) == 0;
        if (!told) say(g, "li", "%s", ig_base_name(g->p->inputs[i]));
    }
    raw(g, "</ul>\n");
    const char *attribution = g->p->areas ? ig_map_attribution(g->p->areas) : NULL;
    if (attribution) say(g, "p", "%s", attribution);
    say(g, "p", "Worked out by isogap %s.", ig_version());
}

static void prepare(struct page *g)
{
    const ig_assess_paper *p = g->p;
    struct numbers n = {0};
    raw(g, "<section aria-labelledby=\"prepare\"><h2 id=\"prepare\">1. Prepare</h2>\n"
           "<h3>What is assessed</h3>\n");
    say(g, "p", "Sites: %zu kept, %zu closed, %zu opened, %zu moved.", with_fate(g, IG_SITE_KEPT),
        with_fate(g, IG_SITE_CLOSED), with_fate(g, IG_SITE_OPENED), with_fate(g, IG_SITE_MOVED));
    if (with_fate(g, IG_SITE_KEPT) < p->sites) sites_list(g);
    say(g, "p", "%zu areas with %s people. Times are to the nearest site that is open.",
        p->before->areas, people(&n, p->before->people));
    say(g, "p", "Where people stand: %s.", p->before->spread);
    say(g, "p",
        p->matrix ? "Times come from a table of minutes from each area to each site."
                  : "Times are least times over a cost grid, cell by cell.");
    team(g, "the aim of the work, who takes part, and how it is hoped to reduce inequalities.");
    sources(g);
    gaps_begin(g, "prepare");
    if (p->matrix)
        say(g, "li", "Everybody of an area has one time: differences within an area are not seen.");
    else if (strstr(p->before->spread, "evenly"))
        say(g, "li", "Where in an area people live is not known: they are spread evenly.");
    say(g, "li",
        "One way of travelling and one time of day; waiting, fares and timetables are not "
        "in the minutes.");
    say(g, "li",
        "Only distance in time: opening hours, appointments, staff and room at the sites "
        "that stay are not in the figures.");
    if (p->before->thresholds == 0)
        say(g, "li",
            "No time that is thought acceptable was named (--thresholds), so no shares "
            "within reach are given.");
    gaps_end(g);
    raw(g, "</section>\n");
}

// ---- assess: groups -----------------------------------------------------------------------------

static const char *group_words(const char *grouping, const char *group, char *buffer, size_t room)
{
    if (strcmp(grouping, "quintile") == 0 && strcmp(group, "1") == 0)
        snprintf(buffer, room, "Quintile 1, most deprived");
    else if (strcmp(grouping, "quintile") == 0 && strcmp(group, "5") == 0)
        snprintf(buffer, room, "Quintile 5, least deprived");
    else if (strcmp(grouping, "quintile") == 0)
        snprintf(buffer, room, "Quintile %s", group);
    else if (strcmp(group, "core20") == 0)
        snprintf(buffer, room, "CORE20: deciles 1 and 2");
    else if (strcmp(grouping, "core20") == 0)
        snprintf(buffer, room, "the rest");
    else if (strcmp(grouping, "all") == 0)
        snprintf(buffer, room, "Everybody");
    else
        snprintf(buffer, room, "%.200s", group);
    return buffer;
}

static double value(const struct page *g, size_t row, const char *column)
{
    const ig_column *c = ig_result_find(g->rows, column);
    return c ? c->number[row] : NAN;
}

static void group_row(struct page *g, size_t r)
{
    struct numbers n = {0};
    char words[256];
    const char *grouping = g->rows->columns[0].text[r], *group = g->rows->columns[1].text[r];
    row_begin(g, group_words(grouping, group, words, sizeof words));
    cell(g, people(&n, value(g, r, "people")));
    cell(g, show(&n, value(g, r, "minutes_mean_before"), 1));
    cell(g, show(&n, value(g, r, "minutes_mean_after"), 1));
    cell(g, change(&n, value(g, r, "minutes_mean_after") - value(g, r, "minutes_mean_before"), 1));
    cell(g, people(&n, value(g, r, "winners")));
    cell(g, people(&n, value(g, r, "losers")));
    cell(g, people(&n, value(g, r, "newly_unreached")));
    raw(g, "</tr>\n");
}

static const char *const group_heads[] = {"Group",  "People",  "Mean before", "after",
                                          "Change", "Winners", "Losers",      "No longer reached",
                                          NULL};

struct ranked {
    size_t row;
    double loss, people;
};

static int by_loss(const void *a, const void *b)
{
    const struct ranked *p = a, *q = b;
    if (p->loss != q->loss) return p->loss > q->loss ? -1 : 1;
    return (p->row > q->row) - (p->row < q->row);
}

static size_t groups_in(const struct page *g, const char *grouping)
{
    size_t count = 0;
    for (size_t r = 0; r < g->rows->rows; r++)
        count += strcmp(g->rows->columns[0].text[r], grouping) == 0;
    return count;
}

/// A table of one grouping; long ones by loss, cut after so many rows, which is said.
static void group_table(struct page *g, const char *grouping, const char *caption)
{
    enum { MOST = 15 };
    struct ranked *rows = ig_alloc(g->rows->rows + 1, sizeof *rows);
    size_t count = 0;
    if (!rows) {
        g->html.failed = true;
        return;
    }
    for (size_t r = 0; r < g->rows->rows; r++)
        if (strcmp(g->rows->columns[0].text[r], grouping) == 0)
            rows[count++] = (struct ranked){
                r, value(g, r, "losers") + value(g, r, "newly_unreached"), value(g, r, "people")};
    const bool cut = count > MOST;
    if (cut) qsort(rows, count, sizeof *rows, by_loss);
    table_begin(g, caption, 1, group_heads);
    for (size_t i = 0; i < count && i < MOST; i++)
        group_row(g, rows[i].row);
    table_end(g);
    if (cut)
        say(g, "p", "The %d of %zu groups with most losers; all of them stand in assess.csv.", MOST,
            count);
    ig_free(rows);
}

/// Shares within each threshold, before and after side by side.
static void within_cells(struct page *g, const char *grouping, const char *group)
{
    const ig_access *access = g->p->before;
    for (size_t t = 0; t < access->thresholds; t++)
        for (size_t state = 0; state < 2; state++) {
            struct numbers n = {0};
            char name[96], minutes[32];
            ig_number_text(access->threshold[t], minutes, sizeof minutes);
            snprintf(name, sizeof name, "within_%s_%s", minutes, state ? "after" : "before");
            cell(g, show(&n, row_value(g->rows, grouping, group, name), 1));
        }
}

static void within_table(struct page *g)
{
    static const char *const groups[][2] = {
        {"all", "all"},    {"quintile", "1"}, {"quintile", "2"},    {"quintile", "3"},
        {"quintile", "4"}, {"quintile", "5"}, {"core20", "core20"}, {"core20", "rest"}};
    const ig_access *access = g->p->before;
    const size_t columns = 2 * access->thresholds;
    char(*head)[64] = ig_alloc(columns + 1, sizeof *head);
    const char **heads = ig_alloc(columns + 2, sizeof *heads);
    if (!head || !heads) g->html.failed = true;
    if (access->thresholds && head && heads) {
        heads[0] = "Group";
        for (size_t i = 0; i < columns; i++) {
            char minutes[32];
            ig_number_text(access->threshold[i / 2], minutes, sizeof minutes);
            snprintf(head[i], sizeof head[i], "%s%s", i % 2 ? "after" : minutes,
                     i % 2 ? "" : " minutes, before");
            heads[i + 1] = head[i];
        }
        table_begin(g, "People within reach, percent of all people of the group", 1, heads);
        for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
            char words[256];
            if (isnan(row_value(g->rows, groups[i][0], groups[i][1], "people"))) continue;
            row_begin(g, group_words(groups[i][0], groups[i][1], words, sizeof words));
            within_cells(g, groups[i][0], groups[i][1]);
            raw(g, "</tr>\n");
        }
        table_end(g);
    }
    ig_free(head);
    ig_free(heads);
}

// ---- assess: measures ---------------------------------------------------------------------------

static void measure_cell(struct page *g, const ig_result *m, size_t r, size_t first, int decimals)
{
    struct numbers n = {0};
    char words[128];
    const double at = m->columns[first].number[r], low = m->columns[first + 1].number[r],
                 high = m->columns[first + 2].number[r];
    if (isnan(low))
        snprintf(words, sizeof words, "%s", show(&n, at, decimals));
    else
        snprintf(words, sizeof words, "%s (%s to %s)", show(&n, at, decimals),
                 show(&n, low, decimals), show(&n, high, decimals));
    cell(g, words);
}

static void measures(struct page *g)
{
    static const char *const heads[] = {"Measure", "before", "after", "Change", NULL};
    static const struct {
        const char *measure, *grouping, *words;
        int decimals;
    } wanted[] = {
        {"core20_gap", "core20", "CORE20 less the rest, minutes", 1},
        {"sii", "quintile", "Slope index of inequality, minutes", 1},
        {"rii", "quintile", "Relative index of inequality", 2},
        {"ci", "quintile", "Concentration index", 3},
        {"difference", "quintile", "Most less least deprived quintile, minutes", 1},
    };
    const ig_result *m = g->p->assessment->measures;
    table_begin(g, "Inequality between groups of deprivation, with limits", 1, heads);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        for (size_t r = 0; r < m->rows; r++) {
            if (strcmp(m->columns[0].text[r], wanted[i].measure) != 0 ||
                strcmp(m->columns[1].text[r], wanted[i].grouping) != 0)
                continue;
            row_begin(g, wanted[i].words);
            for (size_t k = 0; k < 3; k++)
                measure_cell(g, m, r, 2 + 4 * k, wanted[i].decimals);
            raw(g, "</tr>\n");
        }
    table_end(g);
    say(g, "p",
        "A CORE20 gap above 0 means that people in the most deprived fifth of areas travel "
        "longer than the rest. A slope or concentration index below 0, or a relative index "
        "below 1, says the same over all quintiles. Limits are 95%% limits by jackknife over "
        "areas: travel times are worked out, not sampled, so they show how much a figure "
        "hangs on single areas.");
}

// ---- assess: who loses --------------------------------------------------------------------------

static void loser_row(struct page *g, size_t a)
{
    const ig_assess_paper *p = g->p;
    struct numbers n = {0};
    char words[256];
    const char *name = p->areas ? ig_areas_name(p->areas, a) : "";
    snprintf(words, sizeof words, "%s%s%.180s", p->codes[a], *name ? " " : "", name);
    row_begin(g, words);
    cell(g, p->decile ? people(&n, p->decile[a]) : "none");
    cell(g, people(&n, p->before->rows[a].people));
    cell(g, show(&n, p->before->rows[a].minutes_mean, 1));
    cell(g, show(&n, p->after->rows[a].minutes_mean, 1));
    cell(g, people(&n, p->change->rows[a].losers));
    cell(g, people(&n, p->change->rows[a].newly_unreached));
    raw(g, "</tr>\n");
}

static void losers(struct page *g)
{
    enum { MOST = 10 };
    static const char *const heads[] = {
        "Area", "Decile", "People", "Mean before", "after", "Losers", "No longer reached", NULL};
    const ig_assess_paper *p = g->p;
    struct ranked *areas = ig_alloc(p->change->areas + 1, sizeof *areas);
    size_t count = 0;
    if (!areas) {
        g->html.failed = true;
        return;
    }
    for (size_t a = 0; a < p->change->areas; a++) {
        const double loss = p->change->rows[a].losers + p->change->rows[a].newly_unreached;
        if (loss > 0.0) areas[count++] = (struct ranked){a, loss, 0.0};
    }
    qsort(areas, count, sizeof *areas, by_loss);
    if (count == 0) {
        say(g, "p", "Nobody's time rises by more than a minute, and nobody is cut off.");
    } else {
        table_begin(g, "Areas with most people who lose", 1, heads);
        for (size_t i = 0; i < count && i < MOST; i++)
            loser_row(g, areas[i].row);
        table_end(g);
        say(g, "p", "%zu of %zu areas have people who lose.", count, p->change->areas);
    }
    ig_free(areas);
}

static void assess_gaps(struct page *g)
{
    const ig_assess_paper *p = g->p;
    struct numbers n = {0};
    double without = 0.0;
    size_t areas = 0;
    gaps_begin(g, "assess");
    if (!p->decile)
        say(g, "li",
            "Deprivation is not known (--deprivation): no quintiles, no CORE20, no slope.");
    for (size_t a = 0; p->decile && a < p->before->areas; a++) {
        if (!isnan(p->decile[a]) || !(p->before->rows[a].people > 0.0)) continue;
        without += p->before->rows[a].people;
        areas++;
    }
    if (areas)
        say(g, "li",
            "%zu areas with %s people have no decile of deprivation and are in no quintile.", areas,
            people(&n, without));
    if (p->before->people_unreached > 0.0 || p->after->people_unreached > 0.0)
        say(g, "li",
            "People who reach no site: %s before and %s after. They are in no mean, but in all "
            "shares.",
            people(&n, p->before->people_unreached), people(&n, p->after->people_unreached));
    if (p->plus == 0)
        say(g, "li",
            "Age, sex, disability, ethnicity, religion and the other protected "
            "characteristics are not known here (--plus takes counts by area).");
    else
        say(g, "li",
            "Groups that are counted by area are taken to travel as all people of their "
            "area do; those without a car or with a disability may not.");
    say(g, "li",
        "Inclusion health groups (people without a home, Travellers, people in detention "
        "...) are not in population tables of areas.");
    say(g, "li",
        "Deprivation is that of areas: many deprived people live elsewhere, and not "
        "everyone in a deprived area is deprived.");
    say(g, "li",
        "Causes are not shown by these figures: why groups live further away, and who "
        "uses the sites.");
    gaps_end(g);
}

static ig_status assess(ig_ctx *ctx, struct page *g, const struct change_scale *scale)
{
    const ig_assess_paper *p = g->p;
    raw(g, "<section aria-labelledby=\"assess\"><h2 id=\"assess\">2. Assess</h2>\n"
           "<h3>Who travels how long</h3>\n<figure>");
    ig_status status = figure_means(ctx, p, &g->html);
    if (status) return status;
    raw(g, "<figcaption>Mean minutes of the people reached, before and after.</figcaption>"
           "</figure>\n");
    group_table(g, "all", "Everybody");
    if (p->decile) {
        group_table(g, "quintile", "By quintile of deprivation");
        group_table(g, "core20", "CORE20 and the rest");
    }
    within_table(g);
    if (p->decile) measures(g);
    for (size_t i = 0; i < p->groupings_count; i++) {
        char caption[256];
        const size_t count = groups_in(g, p->groupings[i]);
        if (count < 2 || count == p->before->areas) continue; // says no more than other tables
        snprintf(caption, sizeof caption, "By %.200s", p->groupings[i]);
        group_table(g, p->groupings[i], caption);
    }
    if (p->plus) group_table(g, "plus", "Groups counted in each area");
    say(g, "p",
        "Winners and losers are people whose time falls or rises by more than one minute. "
        "People who are reached only before, or only after, have no such difference: they "
        "are counted apart, as no longer reached or newly reached.");
    raw(g, "<h3>Where</h3>\n");
    if (p->areas) {
        raw(g, "<figure>");
        status = figure_map(ctx, p, scale, &g->html);
        if (status) return status;
        raw(g, "<figcaption>Mean change of the people reached before and after, by area."
               "</figcaption></figure>\n");
    }
    losers(g);
    assess_gaps(g);
    raw(g, "</section>\n");
    return IG_OK;
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
    const double all = figure(g, "losers") + figure(g, "newly_unreached");
    const double core = row_value(g->rows, "core20", "core20", "losers") +
                        row_value(g->rows, "core20", "core20", "newly_unreached");
    const double core_people = row_value(g->rows, "core20", "core20", "people");
    const double everybody = figure(g, "people");
    if (!(all > 0.0) || isnan(core) || !(everybody > 0.0)) return;
    say(g, "li", "CORE20 areas hold %s%% of the people and %s%% of those who lose (%s of %s).",
        show(&n, 100.0 * core_people / everybody, 1), show(&n, 100.0 * core / all, 1),
        people(&n, core), people(&n, all));
}

static void refine(struct page *g)
{
    const ig_assess_paper *p = g->p;
    const ig_assess_state *b = &p->assessment->before, *a = &p->assessment->after;
    struct numbers n = {0};
    raw(g, "<section aria-labelledby=\"refine\"><h2 id=\"refine\">3. Refine and apply</h2>\n"
           "<h3>What the figures ask for</h3>\n<ul>\n");
    if (!isnan(b->core20_gap) && !isnan(a->core20_gap))
        say(g, "li", "The gap between CORE20 and the rest %s: %s minutes before, %s after.",
            widens(b->core20_gap, a->core20_gap), show(&n, b->core20_gap, 1),
            show(&n, a->core20_gap, 1));
    if (fabs(a->core20_gap) < fabs(b->core20_gap) && a->core20_mean > b->core20_mean + 0.05)
        say(g, "li",
            "That is no gain for anyone: people in CORE20 areas travel %s minutes longer than "
            "before.",
            show(&n, a->core20_mean - b->core20_mean, 1));
    if (!isnan(b->sii.value) && !isnan(a->sii.value))
        say(g, "li", "The slope over quintiles of deprivation %s: %s minutes before, %s after.",
            widens(b->sii.value, a->sii.value), show(&n, b->sii.value, 1),
            show(&n, a->sii.value, 1));
    share_of_losers(g);
    if (p->change->newly_unreached > 0.0)
        say(g, "li",
            "%s people are cut off: without another way to a site the change cannot be "
            "made good for them.",
            people(&n, p->change->newly_unreached));
    if (p->change->losers + p->change->newly_unreached > 0.0)
        say(g, "li",
            "The areas that lose most are listed under Assess: outreach, transport or "
            "another place for the site can be set against this one by running the "
            "assessment again with other sites after.");
    if (p->change->losers + p->change->newly_unreached == 0.0)
        say(g, "li", "Nobody loses more than a minute by this change.");
    raw(g, "</ul>\n");
    team(g, "what will be changed in the plan, for which groups, who does it and by when.");
    gaps_begin(g, "refine and apply");
    say(g, "li", "What residents, staff and the groups that lose say about it.");
    say(g, "li", "What mitigation costs, and whether the sites that stay can take more people.");
    gaps_end(g);
    raw(g, "</section>\n");
}

// ---- review -------------------------------------------------------------------------------------

static void review_row(struct page *g, const char *words, double before, double after, int decimals)
{
    struct numbers n = {0};
    if (isnan(before) && isnan(after)) return;
    row_begin(g, words);
    cell(g, show(&n, before, decimals));
    cell(g, show(&n, after, decimals));
    raw(g, "<td class=\"n\"></td></tr>\n");
}

static void review(struct page *g)
{
    static const char *const heads[] = {"Figure", "Before", "Expected after", "Measured", NULL};
    const ig_assess_paper *p = g->p;
    const ig_assess_state *b = &p->assessment->before, *a = &p->assessment->after;
    raw(g, "<section aria-labelledby=\"review\"><h2 id=\"review\">4. Review</h2>\n");
    table_begin(g, "Figures to look at again", 1, heads);
    review_row(g, "Mean minutes of everybody", p->before->minutes_mean, p->after->minutes_mean, 1);
    review_row(g, "Greatest minutes of anybody", p->before->minutes_max, p->after->minutes_max, 1);
    review_row(g, "Mean minutes in CORE20", b->core20_mean, a->core20_mean, 1);
    review_row(g, "Mean minutes in the worst quintile", b->worst_quintile_mean,
               a->worst_quintile_mean, 1);
    review_row(g, "People who reach no site", p->before->people_unreached,
               p->after->people_unreached, 0);
    table_end(g);
    say(g, "p", "The same command over the sites as they are then gives the column that is empty.");
    team(g, "when the figures are looked at again, by whom, and what was learned.");
    gaps_begin(g, "review");
    say(g, "li",
        "Times are worked out; whether people use the sites, and who stays away, is not "
        "measured.");
    say(g, "li", "No date of review is set by these files.");
    gaps_end(g);
    raw(g, "</section>\n</main>\n</body></html>\n");
}

ig_status page_write(ig_ctx *ctx, const ig_assess_paper *paper, const struct change_scale *scale,
                     ig_text *html)
{
    struct page g = {.p = paper, .rows = paper->assessment->rows};
    head(&g);
    prepare(&g);
    ig_status status = assess(ctx, &g, scale);
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
