// The box of the index that finds a ward or district without a script: a list of choices that the
// browser searches by the first letters typed, and style that leaves what is chosen alone on the page.
//
// A rule a ward would be thousands, each asked anew at every choice. The number of a ward is written
// with four digits instead, "a3 b0 c7 d1", the number of a district with three, "x1 y0 z4": a rule a
// digit tells any place from all others.
#include "pages.h"

#include <stdlib.h>
#include <string.h>

static const char ward_digits[] = "abcd", district_digits[] = "xyz";

/// Least base in which `count` numbers need no more than so many digits.
static size_t base_for(size_t count, size_t digits)
{
    for (size_t base = 2;; base++) {
        size_t reach = 1;
        for (size_t i = 0; i < digits && reach < count; i++)
            reach *= base; // stays below count times base
        if (reach >= count) return base;
    }
}

/// "a3 b0 c7 d1" at the end of `kinds`.
static void write_digits(const char *names, size_t number, size_t count, char kinds[KINDS_ROOM])
{
    const size_t base = base_for(count, strlen(names));
    for (; *names; names++, number /= base) {
        const size_t used = strlen(kinds);
        snprintf(kinds + used, KINDS_ROOM - used, "%s%c%zu", used ? " " : "", *names,
                 number % base);
    }
}

const char *kinds_of_district(const struct page *page, size_t district, char kinds[KINDS_ROOM])
{
    *kinds = '\0';
    write_digits(district_digits, district, page->facts->districts_count, kinds);
    return kinds;
}

static const char *kinds_alone(size_t count, size_t at, char kinds[KINDS_ROOM])
{
    *kinds = '\0';
    write_digits(ward_digits, at, count, kinds);
    return kinds;
}

const char *kinds_of_entry(const struct page *page, const struct index_entry *entries, size_t count,
                           size_t at, char kinds[KINDS_ROOM])
{
    const size_t district = page->facts->district_of[entries[at].ward];
    kinds_alone(count, at, kinds);
    if (district != SIZE_MAX)
        write_digits(district_digits, district, page->facts->districts_count, kinds);
    return kinds;
}

// ---- style --------------------------------------------------------------------------------------

static void rules_of(ig_text *style, const char *names, size_t count)
{
    const size_t base = base_for(count, strlen(names));
    for (; *names; names++)
        for (size_t i = 0; i < base; i++)
            ig_text_format(style, ".find:has(.%c%zu:checked)~.found>.%c%zu{--%c: }\n", *names, i,
                           *names, i, *names);
}

/// With a choice only what it names is there; a browser that cannot do that shows no box.
///
/// Each rule ends in a class, so that a browser asks of each item only the rules of its own digits. A
/// digit that the choice has too is empty, others are not valid, and a text with one of them is not
/// valid as a whole: what is left is an item of a list, or none.
static void write_style(struct page *page, size_t count)
{
    ig_text *style = &page->doc.style;
    ig_text_append(
        style,
        "@supports not selector(:has(a)){.find{display:none}}\n"
        ".find:has([class]:checked)~:is(h2,h3,ul:not(.found)){display:none}\n"
        ".find:has([class]:checked)~.found>li{--a:initial;--b:initial;--c:initial;--d:initial;"
        "--x:initial;--y:initial;--z:initial;"
        "--ward:var(--a) var(--b) var(--c) var(--d) list-item;"
        "--district:var(--x) var(--y) var(--z) list-item;"
        "display:var(--ward,var(--district,none))}\n");
    rules_of(style, ward_digits, count);
    rules_of(style, district_digits, page->facts->districts_count);
    page->doc.failed |= style->failed;
}

// ---- choices ------------------------------------------------------------------------------------

static const char *entry_words(struct page *page, const struct index_entry *entry)
{
    const size_t d = page->facts->district_of[entry->ward];
    return d != SIZE_MAX ? say(&page->say, "index_ward", entry->name,
                               page->facts->districts[d].name, entry->code, NULL)
                         : say(&page->say, "index_ward_alone", entry->name, entry->code, NULL);
}

static void by_name(struct page *page, const struct index_entry *entries, size_t count)
{
    char kinds[KINDS_ROOM];
    doc_option_group(&page->doc, say(&page->say, "find_by_name", NULL));
    for (size_t i = 0; i < count; i++)
        doc_option(&page->doc, entry_words(page, &entries[i]), kinds_alone(count, i, kinds));
}

static void by_district(struct page *page)
{
    const struct facts *facts = page->facts;
    char kinds[KINDS_ROOM];
    if (facts->districts_count < 2) return;
    doc_option_group(&page->doc, say(&page->say, "find_by_district", NULL));
    for (size_t d = 0; d < facts->districts_count; d++)
        if (facts->district_page[d])
            doc_option(&page->doc,
                       say(&page->say, "index_ward_alone", facts->districts[d].name,
                           facts->districts[d].code, NULL),
                       kinds_of_district(page, d, kinds));
}

/// A choice that stands under something else than its name: a later word of it, a code.
struct choice {
    char *key;       ///< yours
    size_t at;       ///< entry, or SIZE_MAX
    size_t district; ///< without an entry
};

struct choices {
    struct choice *list;
    size_t count, room;
    bool failed;
};

static void add_choice(struct choices *c, const char *key, size_t length, size_t at,
                       size_t district)
{
    ig_text copy = {0};
    ig_text_append_bytes(&copy, key, length);
    c->failed |=
        copy.failed || !ig_grow((void **)&c->list, &c->room, c->count + 1, sizeof *c->list);
    if (c->failed) {
        ig_text_free(&copy);
    } else {
        c->list[c->count++] = (struct choice){copy.data, at, district};
    }
}

static int by_key(const void *a, const void *b)
{
    const struct choice *x = a, *y = b;
    const int order = strcmp(x->key, y->key);
    if (order) return order;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return (x->district > y->district) - (x->district < y->district);
}

static void write_choices(struct page *page, struct choices *c, const struct index_entry *entries,
                          size_t count, const char *group)
{
    char kinds[KINDS_ROOM];
    page->doc.failed |= c->failed;
    if (c->count) {
        qsort(c->list, c->count, sizeof *c->list, by_key);
        doc_option_group(&page->doc, group);
    }
    for (size_t i = 0; i < c->count; i++) {
        const struct choice *here = &c->list[i];
        const bool ward = here->at != SIZE_MAX;
        const char *words = ward ? entry_words(page, &entries[here->at])
                                 : page->facts->districts[here->district].name;
        doc_option(&page->doc, say(&page->say, "find_other", here->key, words, NULL),
                   ward ? kinds_alone(count, here->at, kinds)
                        : kinds_of_district(page, here->district, kinds));
        ig_free(here->key);
    }
    ig_free(c->list);
}

/// Length of the word at `c`: bytes up to a blank or a sign of ASCII; letters beyond it are parts.
static size_t word_length(const char *c)
{
    static const char within[] = "'.";
    size_t n = 0;
    while ((unsigned char)c[n] >= 0x80 || (c[n] >= '0' && c[n] <= '9') ||
           (c[n] >= 'A' && c[n] <= 'Z') || (c[n] >= 'a' && c[n] <= 'z') ||
           (n && c[n] && strchr(within, c[n])))
        n++;
    return n;
}

/// Words after the first that begin with a capital or beyond ASCII: those that name something.
static void words_of_name(struct choices *c, const char *name, size_t at)
{
    enum { MOST = 6, SHORTEST = 3 };
    size_t taken = 0, seen = 0;
    for (const char *p = name; *p && taken < MOST;) {
        const size_t n = word_length(p);
        const bool names = n >= SHORTEST && !(*p >= 'a' && *p <= 'z');
        if (n && seen++ && names) {
            add_choice(c, p, n, at, SIZE_MAX);
            taken++;
        }
        p += n ? n : 1;
    }
}

static void by_word(struct page *page, const struct index_entry *entries, size_t count)
{
    struct choices c = {0};
    for (size_t i = 0; i < count; i++)
        words_of_name(&c, entries[i].name, i);
    write_choices(page, &c, entries, count, say(&page->say, "find_by_word", NULL));
}

static void by_code(struct page *page, const struct index_entry *entries, size_t count)
{
    const struct facts *facts = page->facts;
    struct choices c = {0};
    for (size_t i = 0; i < count; i++)
        if (strcmp(entries[i].code,
                   entries[i].name)) // a ward without a name stands there by its code
            add_choice(&c, entries[i].code, strlen(entries[i].code), i, SIZE_MAX);
    for (size_t d = 0; facts->districts_count > 1 && d < facts->districts_count; d++)
        if (facts->district_page[d])
            add_choice(&c, facts->districts[d].code, strlen(facts->districts[d].code), SIZE_MAX, d);
    write_choices(page, &c, entries, count, say(&page->say, "find_by_code", NULL));
}

void page_find(struct page *page, const struct index_entry *entries, size_t count)
{
    struct say *s = &page->say;
    if (!count) return;
    doc_heading(&page->doc, 2, "find-ward", say(s, "h_find", NULL));
    doc_find(&page->doc, say(s, "find_label", NULL), say(s, "find_all", NULL),
             say(s, "find_hint", NULL));
    by_name(page, entries, count);
    by_district(page);
    by_word(page, entries, count);
    by_code(page, entries, count);
    write_style(page, count);
}
