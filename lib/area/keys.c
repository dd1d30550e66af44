// The code column and the name column of a layer, found by what they hold and what they are called.
#include "area_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void ig_texts_free(char **texts, size_t count)
{
    if (!texts) return;
    for (size_t i = 0; i < count; i++)
        ig_free(texts[i]);
    ig_free(texts);
}

static void list_columns(const ig_features *features, ig_text *text)
{
    for (size_t i = 0; i < features->column_count; i++) {
        if (i >= 2 * IG_SHOWN) {
            ig_text_format(text, " and %zu more", features->column_count - i);
            break;
        }
        ig_text_format(text, "%s%s", i ? ", " : "", ig_show(features->columns[i].name));
    }
}

/// The failure that names the columns there are, and the nearest.
static ig_status no_column(ig_ctx *ctx, const ig_features *features, const char *name,
                           const char *prefix, const char *option)
{
    ig_text list = {0};
    list_columns(features, &list);
    const char *const file = features->files[0];
    const char **names = ig_alloc(features->column_count + 1, sizeof *names);
    const char *nearest = NULL;
    for (size_t i = 0; names && i < features->column_count; i++) {
        names[i] = features->columns[i].name;
        if (strlen(names[i]) == 10 && !strncasecmp(names[i], name, 10)) nearest = names[i];
    }
    const bool cut = nearest && strlen(name) > 10;
    if (names && !cut) nearest = ig_nearest_name(name, names, features->column_count);
    ig_fail(ctx, IG_EFORMAT, "%s: has no column (field) %s; it has: %s", file, ig_show(name),
            list.data ? list.data : "none");
    const bool shapefile = !strcmp(features->word, "record");
    if (shapefile && strlen(name) > 10)
        ig_hint(ctx, "shapefiles keep 10 characters of a field's name%s%s; name it with --%s-%s",
                cut ? ": perhaps " : "", cut ? ig_show(nearest) : "", prefix, option);
    else if (nearest)
        ig_hint(ctx, "do you mean %s? Name it with --%s-%s", ig_show(nearest), prefix, option);
    else
        ig_hint(ctx, "name one of these columns with --%s-%s", prefix, option);
    ig_free(names);
    ig_text_free(&list);
    return IG_EFORMAT;
}

ig_status ig_features_find(ig_ctx *ctx, const ig_features *features, const char *name,
                           const char *prefix, const char *option, size_t *column)
{
    size_t folded = SIZE_MAX, count = 0;
    if (name[0] == '#') { // a column by its number
        char *end;
        const unsigned long number = strtoul(name + 1, &end, 10);
        if (!*end && number >= 1 && number <= features->column_count) {
            *column = number - 1;
            return IG_OK;
        }
    }
    for (size_t i = 0; i < features->column_count; i++) {
        if (!strcmp(features->columns[i].name, name)) {
            *column = i;
            return IG_OK;
        }
        if (strcasecmp(features->columns[i].name, name)) continue;
        folded = i;
        count++;
    }
    if (count != 1) return no_column(ctx, features, name, prefix, option);
    *column = folded;
    return IG_OK;
}

/// One letter and eight digits, blanks round it allowed.
static bool is_code(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    if (!isalpha((unsigned char)*text)) return false;
    for (int i = 1; i <= 8; i++)
        if (text[i] < '0' || text[i] > '9') return false;
    text += 9;
    while (*text == ' ' || *text == '\t')
        text++;
    return !*text;
}

/// As columns are called, with their place from fine to coarse.
static const struct {
    const char *name;
    int rank;
} levels[] = {{"LSOA", 1}, {"OA", 0},    {"MSOA", 2},  {"WARD", 3}, {"WD", 3},   {"LTLA", 4},
              {"LAD", 4},  {"LA", 4},    {"CTYUA", 5}, {"UTLA", 5}, {"PCON", 5}, {"SICBL", 6},
              {"ICB", 7},  {"NHSER", 8}, {"RGN", 8},   {"CTRY", 9}};

/// Level that a column's name states: LSOA11CD, lsoa_code, "LSOA code (2011)". -1 for none.
static int name_level(const char *name)
{
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        const size_t n = strlen(levels[i].name);
        if (strncasecmp(name, levels[i].name, n)) continue;
        const char *rest = name + n;
        while (isdigit((unsigned char)*rest) || *rest == '_' || *rest == ' ' || *rest == '.')
            rest++;
        if (!strncasecmp(rest, "CD", 2) || !strncasecmp(rest, "code", 4)) return levels[i].rank;
    }
    return -1;
}

struct candidate {
    size_t column, filled, codes, distinct;
    int level;
};

static int by_text(const void *a, const void *b)
{
    return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

static ig_status count_distinct(ig_ctx *ctx, const ig_features *features, struct candidate *c)
{
    const char **texts = ig_alloc(features->count + 1, sizeof *texts);
    size_t n = 0;
    if (!texts) return ig_fail(ctx, IG_EMEMORY, "no memory for the codes");
    for (size_t row = 0; row < features->count; row++) {
        const char *text = ig_features_text(features, row, c->column);
        if (text && *text) texts[n++] = text;
    }
    qsort(texts, n, sizeof *texts, by_text);
    for (size_t i = 0; i < n; i++)
        c->distinct += i == 0 || by_text(&texts[i - 1], &texts[i]);
    ig_free(texts);
    return IG_OK;
}

static void look_at(const ig_features *features, struct candidate *c)
{
    for (size_t row = 0; row < features->count; row++) {
        const char *text = ig_features_text(features, row, c->column);
        if (!text || !*text) continue;
        c->filled++;
        c->codes += is_code(text);
    }
    c->level = name_level(features->columns[c->column].name);
}

static bool same_values(const ig_features *features, size_t a, size_t b)
{
    for (size_t row = 0; row < features->count; row++) {
        const char *p = ig_features_text(features, row, a), *q = ig_features_text(features, row, b);
        if (strcasecmp(p ? p : "", q ? q : "")) return false;
    }
    return true;
}

/// Is the level with its year, as "lsoa21", part of the layer's name?
static bool named_by_layer(const ig_features *features, size_t column)
{
    char word[24];
    const char *name = features->columns[column].name;
    size_t n = 0;
    while (n < sizeof word - 1 && isalnum((unsigned char)name[n])) {
        word[n] = (char)tolower((unsigned char)name[n]);
        n++;
    }
    word[n] = 0;
    if (n > 2 && !strcmp(word + n - 2, "cd")) word[n - 2] = 0;
    char layer[128] = "";
    for (size_t i = 0; features->layer && features->layer[i] && i < sizeof layer - 1; i++)
        layer[i] = (char)tolower((unsigned char)features->layer[i]);
    return word[0] && strstr(layer, word);
}

/// The better of two columns that would both do: 1 the first, -1 the second, 0 cannot say.
static int prefer(const ig_features *features, const struct candidate *a, const struct candidate *b)
{
    const bool a_full = a->distinct == features->count, b_full = b->distinct == features->count;
    if (a_full != b_full) return a_full ? 1 : -1;
    if (!a_full && a->distinct != b->distinct) return a->distinct > b->distinct ? 1 : -1;
    if ((a->level >= 0) != (b->level >= 0)) return a->level >= 0 ? 1 : -1;
    if (a->level != b->level) return a->level < b->level ? 1 : -1;
    if (same_values(features, a->column, b->column)) return 1;
    const bool a_layer = named_by_layer(features, a->column);
    const bool b_layer = named_by_layer(features, b->column);
    if (a_layer != b_layer) return a_layer ? 1 : -1;
    return 0;
}

/// Columns called as codes are, for layers whose codes are not of the national form.
static bool called_code(const char *name)
{
    static const char *const names[] = {"code",      "area_code", "areacode", "area code",
                                        "geo_code",  "geocode",   "gss_code", "gsscode",
                                        "site_code", "sitecode",  "org_code", "organisationcode",
                                        "id",        "area",      "site"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcasecmp(name, names[i])) return true;
    return name_level(name) >= 0;
}

static ig_status key_by_name(ig_ctx *ctx, const ig_features *features, const char *prefix,
                             size_t *key)
{
    for (int pass = 0; pass < 2; pass++) // "code" before all others
        for (size_t i = 0; i < features->column_count; i++) {
            const char *name = features->columns[i].name;
            if (pass == 0 ? strcasecmp(name, "code") != 0 : !called_code(name)) continue;
            struct candidate c = {.column = i};
            look_at(features, &c);
            ig_status status = count_distinct(ctx, features, &c);
            if (status) return status;
            if (pass && c.distinct < features->count) continue;
            *key = i;
            return IG_OK;
        }
    ig_text list = {0};
    list_columns(features, &list);
    ig_fail(ctx, IG_EFORMAT,
            "%s: no column holds codes of one letter and eight digits; the columns are: %s",
            features->files[0], list.data ? list.data : "none");
    ig_hint(ctx, "name the code column with --%s-key", prefix);
    ig_text_free(&list);
    return IG_EFORMAT;
}

static ig_status ambiguous(ig_ctx *ctx, const ig_features *features, size_t a, size_t b,
                           const char *prefix)
{
    ig_fail(ctx, IG_EFORMAT, "%s: both %s and %s could be the code column", features->files[0],
            ig_show(features->columns[a].name), ig_show(features->columns[b].name));
    return ig_hint(ctx, "name the right one with --%s-key", prefix);
}

ig_status ig_features_key(ig_ctx *ctx, const ig_features *features, const char *wanted,
                          const char *prefix, size_t *key)
{
    if (wanted) return ig_features_find(ctx, features, wanted, prefix, "key", key);
    struct candidate best = {0};
    size_t rival = SIZE_MAX;
    bool any = false;
    for (size_t i = 0; i < features->column_count; i++) {
        struct candidate c = {.column = i};
        look_at(features, &c);
        if (c.codes == 0 || (double)c.codes < 0.9 * (double)c.filled) continue;
        ig_status status = count_distinct(ctx, features, &c);
        if (status) return status;
        const int better = any ? prefer(features, &best, &c) : -1;
        if (better < 0) {
            best = c;
            rival = SIZE_MAX;
        } else if (better == 0) {
            rival = i;
        }
        any = true;
    }
    if (!any) return key_by_name(ctx, features, prefix, key);
    if (rival != SIZE_MAX) return ambiguous(ctx, features, best.column, rival, prefix);
    *key = best.column;
    if (best.codes < best.filled)
        ig_warn(ctx, "%s: %zu of the codes in column %s are not one letter and eight digits",
                features->files[0], best.filled - best.codes,
                ig_show(features->columns[best.column].name));
    return IG_OK;
}

/// "LSOA21CD" to "LSOA21NM", "area_code" to "area_name", keeping the case of the last letter.
static void counterpart(const char *key, const char *from, const char *to, ig_text *name)
{
    const size_t n = strlen(key), f = strlen(from);
    size_t at = n;
    for (size_t i = 0; i + f <= n; i++)
        if (!strncasecmp(key + i, from, f)) at = i;
    name->length = 0;
    if (at == n) return;
    ig_text_append_bytes(name, key, at);
    ig_text_append(name, to);
    ig_text_append(name, key + at + f);
}

size_t ig_features_name_column(const ig_features *features, size_t key)
{
    static const char *const forms[][2] = {{"CD", "NM"}, {"code", "name"}};
    ig_text name = {0};
    size_t found = SIZE_MAX;
    for (size_t form = 0; form < 2 && found == SIZE_MAX; form++) {
        counterpart(features->columns[key].name, forms[form][0], forms[form][1], &name);
        for (size_t i = 0; name.length && i < features->column_count; i++)
            if (i != key && !strcasecmp(features->columns[i].name, name.data)) found = i;
    }
    ig_text_free(&name);
    static const char *const plain[] = {"name",      "area_name", "areaname",
                                        "site_name", "label",     "organisationname"};
    for (size_t n = 0; n < sizeof plain / sizeof *plain && found == SIZE_MAX; n++)
        for (size_t i = 0; i < features->column_count && found == SIZE_MAX; i++)
            if (i != key && !strcasecmp(features->columns[i].name, plain[n])) found = i;
    return found;
}

ig_status ig_features_codes(ig_ctx *ctx, const ig_features *features, size_t key, char ***codes)
{
    size_t trimmed = 0, folded = 0;
    const char *column = features->columns[key].name;
    ig_status status = IG_OK;
    char **list = ig_alloc(features->count + 1, sizeof *list);
    if (!list) return ig_fail(ctx, IG_EMEMORY, "no memory for %zu codes", features->count);
    for (size_t i = 0; i < features->count && !status; i++) {
        const char *raw = ig_features_text(features, i, key);
        bool was_trimmed, was_folded;
        list[i] = ig_code_normalise(raw ? raw : "", &was_trimmed, &was_folded);
        if (!list[i]) {
            status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu codes", features->count);
        } else if (!*list[i]) {
            ig_fail(ctx, IG_EFORMAT, "%s: %s %lld has no code in column %s",
                    ig_features_name(features, i), features->word,
                    (long long)features->items[i].line, ig_show(column));
            status = ig_hint(ctx, "every area needs its code; fill it in or remove the feature");
        }
        trimmed += was_trimmed;
        folded += was_folded;
    }
    if (status) {
        ig_texts_free(list, features->count);
        return status;
    }
    if (trimmed)
        ig_warn(ctx, "%s: white space (or invisible signs) trimmed from %zu codes in column %s",
                features->files[0], trimmed, ig_show(column));
    if (folded)
        ig_warn(ctx, "%s: %zu codes in column %s were in lower case and taken as upper case",
                features->files[0], folded, ig_show(column));
    *codes = list;
    return IG_OK;
}

struct ranked {
    const char *code;
    size_t row;
};

static int by_code(const void *a, const void *b)
{
    const struct ranked *p = a, *q = b;
    const int order = strcmp(p->code, q->code);
    return order ? order : (p->row > q->row) - (p->row < q->row);
}

ig_status ig_code_order(ig_ctx *ctx, char *const *codes, size_t count, size_t **order)
{
    struct ranked *ranked = ig_alloc(count + 1, sizeof *ranked);
    size_t *rows = ig_alloc(count + 1, sizeof *rows);
    if (!ranked || !rows) {
        ig_free(ranked);
        ig_free(rows);
        return ig_fail(ctx, IG_EMEMORY, "no memory for %zu codes", count);
    }
    for (size_t i = 0; i < count; i++)
        ranked[i] = (struct ranked){codes[i], i};
    qsort(ranked, count, sizeof *ranked, by_code);
    for (size_t i = 0; i < count; i++)
        rows[i] = ranked[i].row;
    ig_free(ranked);
    *order = rows;
    return IG_OK;
}
