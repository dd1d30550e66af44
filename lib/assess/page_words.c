// Words, numbers and tables of the page.
#include "page_internal.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

// ---- writing ------------------------------------------------------------------------------------

void page_raw(struct page *g, const char *html)
{
    ig_text_append(&g->html, html);
}

void page_text(struct page *g, const char *words)
{
    append_xml(&g->html, words);
}

void page_say(struct page *g, const char *tag, const char *format, ...)
{
    char words[2048];
    va_list list;
    va_start(list, format);
    const int n = vsnprintf(words, sizeof words, format, list);
    va_end(list);
    if (n < 0) g->html.failed = true;
    ig_text_format(&g->html, "<%s>", tag);
    page_text(g, words);
    ig_text_format(&g->html, "</%s>\n", tag);
}

const char *page_show(struct numbers *n, double value, int decimals)
{
    char *to = n->text[n->next++ % 8];
    if (isnan(value)) return "none";
    const double unit = pow(10.0, decimals);
    if (fabs(value) * unit < 0.5) value = 0.0;
    return label_number(value, decimals, to, sizeof n->text[0]);
}

const char *page_people(struct numbers *n, double value)
{
    return page_show(n, value, 0);
}

const char *page_change(struct numbers *n, double value, int decimals)
{
    char *to = n->text[n->next++ % 8];
    char plain[32];
    if (isnan(value)) return "none";
    if (fabs(value) * pow(10.0, decimals) < 0.5) return "0";
    snprintf(to, sizeof n->text[0], "%s%s", value > 0.0 ? "+" : "",
             label_number(value, decimals, plain, sizeof plain - 2));
    return to;
}

void page_cell(struct page *g, const char *words)
{
    page_raw(g, "<td class=\"n\">");
    page_text(g, words);
    page_raw(g, "</td>");
}

void page_table_begin(struct page *g, const char *caption, size_t words, const char *const *heads)
{
    page_raw(g, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    page_text(g, caption);
    page_raw(g, "\"><table><caption>");
    page_text(g, caption);
    page_raw(g, "</caption><thead><tr>");
    for (size_t i = 0; heads[i]; i++) {
        page_raw(g, i >= words ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
        page_text(g, heads[i]);
        page_raw(g, "</th>");
    }
    page_raw(g, "</tr></thead><tbody>\n");
}

void page_row_begin(struct page *g, const char *head)
{
    page_raw(g, "<tr><th scope=\"row\">");
    page_text(g, head);
    page_raw(g, "</th>");
}

void page_table_end(struct page *g)
{
    page_raw(g, "</tbody></table></div>\n");
}

void page_gaps_begin(struct page *g, const char *stage)
{
    page_raw(g, "<section class=\"gaps\"><h3>Gaps in the evidence: ");
    page_text(g, stage);
    page_raw(g, "</h3><ul>\n");
}

void page_gaps_end(struct page *g)
{
    page_raw(g, "</ul></section>\n");
}

double page_figure(const struct page *g, const char *column)
{
    return row_value(g->rows, "all", "all", column);
}

size_t page_with_fate(const struct page *g, ig_assess_fate fate)
{
    size_t count = 0;
    for (size_t i = 0; i < g->p->sites; i++)
        count += g->p->site[i].fate == fate;
    return count;
}
