// The stage "assess" of the page: who travels how long, measures with limits, and who loses.
#include "page_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    page_row_begin(g, group_words(grouping, group, words, sizeof words));
    page_cell(g, page_people(&n, value(g, r, "people")));
    page_cell(g, page_show(&n, value(g, r, "minutes_mean_before"), 1));
    page_cell(g, page_show(&n, value(g, r, "minutes_mean_after"), 1));
    page_cell(
        g,
        page_change(&n, value(g, r, "minutes_mean_after") - value(g, r, "minutes_mean_before"), 1));
    page_cell(g, page_people(&n, value(g, r, "winners")));
    page_cell(g, page_people(&n, value(g, r, "losers")));
    page_cell(g, page_people(&n, value(g, r, "newly_unreached")));
    page_raw(g, "</tr>\n");
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
    page_table_begin(g, caption, 1, group_heads);
    for (size_t i = 0; i < count && i < MOST; i++)
        group_row(g, rows[i].row);
    page_table_end(g);
    if (cut)
        page_say(g, "p", "The %d of %zu groups with most losers; all of them stand in assess.csv.",
                 MOST, count);
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
            page_cell(g, page_show(&n, row_value(g->rows, grouping, group, name), 1));
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
        page_table_begin(g, "People within reach, percent of all people of the group", 1, heads);
        for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
            char words[256];
            if (isnan(row_value(g->rows, groups[i][0], groups[i][1], "people"))) continue;
            page_row_begin(g, group_words(groups[i][0], groups[i][1], words, sizeof words));
            within_cells(g, groups[i][0], groups[i][1]);
            page_raw(g, "</tr>\n");
        }
        page_table_end(g);
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
        snprintf(words, sizeof words, "%s", page_show(&n, at, decimals));
    else
        snprintf(words, sizeof words, "%s (%s to %s)", page_show(&n, at, decimals),
                 page_show(&n, low, decimals), page_show(&n, high, decimals));
    page_cell(g, words);
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
    page_table_begin(g, "Inequality between groups of deprivation, with limits", 1, heads);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        for (size_t r = 0; r < m->rows; r++) {
            if (strcmp(m->columns[0].text[r], wanted[i].measure) != 0 ||
                strcmp(m->columns[1].text[r], wanted[i].grouping) != 0)
                continue;
            page_row_begin(g, wanted[i].words);
            for (size_t k = 0; k < 3; k++)
                measure_cell(g, m, r, 2 + 4 * k, wanted[i].decimals);
            page_raw(g, "</tr>\n");
        }
    page_table_end(g);
    page_say(g, "p",
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
    page_row_begin(g, words);
    page_cell(g, p->decile ? page_people(&n, p->decile[a]) : "none");
    page_cell(g, page_people(&n, p->before->rows[a].people));
    page_cell(g, page_show(&n, p->before->rows[a].minutes_mean, 1));
    page_cell(g, page_show(&n, p->after->rows[a].minutes_mean, 1));
    page_cell(g, page_people(&n, p->change->rows[a].losers));
    page_cell(g, page_people(&n, p->change->rows[a].newly_unreached));
    page_raw(g, "</tr>\n");
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
        page_say(g, "p", "Nobody's time rises by more than a minute, and nobody is cut off.");
    } else {
        page_table_begin(g, "Areas with most people who lose", 1, heads);
        for (size_t i = 0; i < count && i < MOST; i++)
            loser_row(g, areas[i].row);
        page_table_end(g);
        page_say(g, "p", "%zu of %zu areas have people who lose.", count, p->change->areas);
    }
    ig_free(areas);
}

static void assess_gaps(struct page *g)
{
    const ig_assess_paper *p = g->p;
    struct numbers n = {0};
    double without = 0.0;
    size_t areas = 0;
    page_gaps_begin(g, "assess");
    if (!p->decile)
        page_say(g, "li",
                 "Deprivation is not known (--deprivation): no quintiles, no CORE20, no slope.");
    for (size_t a = 0; p->decile && a < p->before->areas; a++) {
        if (!isnan(p->decile[a]) || !(p->before->rows[a].people > 0.0)) continue;
        without += p->before->rows[a].people;
        areas++;
    }
    if (areas)
        page_say(g, "li",
                 "%zu areas with %s people have no decile of deprivation and are in no quintile.",
                 areas, page_people(&n, without));
    if (p->before->people_unreached > 0.0 || p->after->people_unreached > 0.0)
        page_say(
            g, "li",
            "People who reach no site: %s before and %s after. They are in no mean, but in all "
            "shares.",
            page_people(&n, p->before->people_unreached),
            page_people(&n, p->after->people_unreached));
    if (p->plus == 0)
        page_say(g, "li",
                 "Age, sex, disability, ethnicity, religion and the other protected "
                 "characteristics are not known here (--plus takes counts by area).");
    else
        page_say(g, "li",
                 "Groups that are counted by area are taken to travel as all people of their "
                 "area do; those without a car or with a disability may not.");
    page_say(g, "li",
             "Inclusion health groups (people without a home, Travellers, people in detention "
             "...) are not in population tables of areas.");
    page_say(g, "li",
             "Deprivation is that of areas: many deprived people live elsewhere, and not "
             "everyone in a deprived area is deprived.");
    page_say(g, "li",
             "Causes are not shown by these figures: why groups live further away, and who "
             "uses the sites.");
    page_gaps_end(g);
}

ig_status page_assess(ig_ctx *ctx, struct page *g, const struct change_scale *scale)
{
    const ig_assess_paper *p = g->p;
    page_raw(g, "<section aria-labelledby=\"assess\"><h2 id=\"assess\">2. Assess</h2>\n"
                "<h3>Who travels how long</h3>\n<figure>");
    ig_status status = figure_means(ctx, p, &g->html);
    if (status) return status;
    page_raw(g, "<figcaption>Mean minutes of the people reached, before and after.</figcaption>"
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
    page_say(g, "p",
             "Winners and losers are people whose time falls or rises by more than one minute. "
             "People who are reached only before, or only after, have no such difference: they "
             "are counted apart, as no longer reached or newly reached.");
    page_raw(g, "<h3>Where</h3>\n");
    if (p->areas) {
        page_raw(g, "<figure>");
        status = figure_map(ctx, p, scale, &g->html);
        if (status) return status;
        page_raw(g, "<figcaption>Mean change of the people reached before and after, by area."
                    "</figcaption></figure>\n");
    }
    losers(g);
    assess_gaps(g);
    page_raw(g, "</section>\n");
    return IG_OK;
}
