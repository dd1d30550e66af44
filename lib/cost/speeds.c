// Speed tables: classes of roads and land with their speeds, from a file or from the copies that
// the build makes of geodata/speeds.
#include "cost_internal.h"

#include "speed_data.h"
#include <math.h>
#include <string.h>

void ig_class_fold(const char *name, char *folded, size_t room)
{
    size_t to = 0;
    bool gap = false;
    for (const char *c = name; *c && to + 2 < room; c++) {
        const bool upper = *c >= 'A' && *c <= 'Z';
        const bool plain = upper || (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ||
                           *c == '*' || (unsigned char)*c >= 0x80;
        if (!plain) {
            gap = true;
            continue;
        }
        if (gap && to) folded[to++] = '_';
        gap = false;
        folded[to++] = (char)(upper ? *c - 'A' + 'a' : *c);
    }
    folded[to] = '\0';
}

static const ig_class_value *find_class(const ig_class_list *list, const char *folded)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->rows[i].name, folded) == 0) return &list->rows[i];
    return NULL;
}

double ig_class_value_of(const ig_class_list *list, const char *name, bool *known)
{
    char folded[128];
    ig_class_fold(name, folded, sizeof folded);
    const ig_class_value *row = *folded ? find_class(list, folded) : NULL;
    if (known) *known = row != NULL;
    if (!row) row = find_class(list, "*");
    return row ? row->value : NAN;
}

size_t ig_class_in_name(const ig_class_list *list, const char *file)
{
    // Blanks and signs play no part here: TidalWater is "tidal water".
    char plain[256], name[128];
    size_t n = 0, best = SIZE_MAX, longest = 0;
    for (const char *c = ig_base_name(file); *c && n + 1 < sizeof plain; c++) {
        if (*c >= 'A' && *c <= 'Z') {
            plain[n++] = (char)(*c - 'A' + 'a');
        } else if (*c >= 'a' && *c <= 'z') {
            plain[n++] = *c;
        }
    }
    plain[n] = '\0';
    for (size_t i = 0; i < list->count; i++) {
        size_t m = 0;
        for (const char *c = list->rows[i].name; *c && m + 1 < sizeof name; c++)
            if (*c >= 'a' && *c <= 'z') name[m++] = *c;
        name[m] = '\0';
        if (m <= longest || m < 3 || strcmp(name, "open") == 0 || !strstr(plain, name)) continue;
        best = i;
        longest = m;
    }
    return best;
}

double ig_rule(const ig_speeds *speeds, const char *rule, double otherwise)
{
    const ig_class_value *row = find_class(&speeds->rule, rule);
    return row && isfinite(row->value) ? row->value : otherwise;
}

void ig_speeds_free(ig_speeds *speeds)
{
    ig_class_list *const lists[] = {&speeds->road,    &speeds->land,  &speeds->rule,
                                    &speeds->limited, &speeds->apart, &speeds->urban};
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        for (size_t i = 0; i < lists[k]->count; i++)
            ig_free(lists[k]->rows[i].name);
        ig_free(lists[k]->rows);
    }
    for (size_t i = 0; i < speeds->key_count; i++)
        ig_free(speeds->keys[i]);
    ig_free(speeds->keys);
    ig_free(speeds->name);
    *speeds = (ig_speeds){0};
}

const char *const *ig_speeds_builtin(const char *name)
{
    for (size_t i = 0; builtin[i].name; i++)
        if (strcmp(builtin[i].name, name) == 0) return builtin[i].lines;
    return NULL;
}

// ---- reading ---------------------------------------------------------------------------------

static ig_status add_key(ig_ctx *ctx, ig_speeds *speeds, const char *key)
{
    char *copy = ig_text_copy(key);
    if (!copy || !ig_grow((void **)&speeds->keys, &speeds->key_room, speeds->key_count + 1,
                          sizeof *speeds->keys)) {
        ig_free(copy);
        return ig_fail(ctx, IG_EMEMORY, "no memory for a speed table");
    }
    speeds->keys[speeds->key_count++] = copy;
    return IG_OK;
}

static ig_status add_value(ig_ctx *ctx, ig_class_list *list, const char *folded, double value)
{
    char *copy = ig_text_copy(folded);
    if (!copy || !ig_grow((void **)&list->rows, &list->room, list->count + 1, sizeof *list->rows)) {
        ig_free(copy);
        return ig_fail(ctx, IG_EMEMORY, "no memory for a speed table");
    }
    list->rows[list->count++] = (ig_class_value){copy, value};
    return IG_OK;
}

/// Split a line at its commas into at most 4 cells, blanks and quotes round them taken off.
static size_t split(char *line, char *cells[4])
{
    size_t count = 0;
    for (char *at = line; at && count < 4; count++) {
        cells[count] = at;
        char *end = count < 3 ? strchr(at, ',') : NULL;
        if (end) *end = '\0';
        char *last = cells[count] + strlen(cells[count]);
        while (last > cells[count] && strchr(" \t\r\"", last[-1]))
            *--last = '\0';
        while (*cells[count] && strchr(" \t\"", *cells[count]))
            cells[count]++;
        at = end ? end + 1 : NULL;
    }
    return count;
}

/// Rows that have a kind of their own: open,* and terrain,slope; near,metres and elsewhere,*.
static void short_forms(char *cell[4])
{
    static char land[] = "land", rule[] = "rule", open[] = "open", near[] = "near",
                elsewhere[] = "share_elsewhere";
    if (strcmp(cell[0], "open") == 0) {
        cell[0] = land;
        cell[1] = open;
    } else if (strcmp(cell[0], "terrain") == 0) {
        cell[0] = rule;
    } else if (strcmp(cell[0], "near") == 0) {
        cell[0] = rule;
        cell[1] = near;
    } else if (strcmp(cell[0], "elsewhere") == 0) {
        cell[0] = rule;
        cell[1] = elsewhere;
    }
}

/// Rules by name, with the greatest value that each can have. A rule that nobody asks for would be
/// passed over, and its misspelt one keep the value it has without a row.
static ig_status check_rule(ig_ctx *ctx, const ig_speeds *speeds, int64_t number, const char *rule,
                            double value)
{
    static const char *const names[] = {
        "alternating",        "bridge",     "dismount",        "gap",        "junction_delay",
        "max_slope",          "near",       "oneway",          "slope",      "posted_share",
        "posted_raises_from", "reversible", "share_elsewhere", "share_near", "urban_from"};
    enum { RULES = sizeof names / sizeof *names };
    size_t at = 0;
    while (at < RULES && strcmp(names[at], rule) != 0)
        at++;
    const bool flag = strcmp(rule, "oneway") == 0 || strcmp(rule, "slope") == 0;
    if (at < RULES && (!flag || value == 0.0 || value == 1.0)) return IG_OK;
    if (at < RULES) {
        ig_fail(ctx, IG_EFORMAT, "%s: line %lld: rule %s is 0 or 1, not %g", ig_show(speeds->name),
                (long long)number, rule, value);
        return ig_hint(ctx, "1: it holds; 0: it does not");
    }
    ig_fail(ctx, IG_EFORMAT, "%s: line %lld: rule '%s' is not known", ig_show(speeds->name),
            (long long)number, ig_show(rule));
    const char *near = ig_nearest_name(rule, names, RULES);
    return near ? ig_hint(ctx, "did you mean %s?", near)
                : ig_hint(ctx, "the rules are those of the tables in geodata/speeds");
}

/// Kilometres an hour that nobody goes on the ground: another unit was meant.
static const double fastest = 500.0;

static ig_status take_line(ig_ctx *ctx, ig_speeds *speeds, int64_t number, char *line)
{
    char *cell[4] = {NULL};
    char folded[128];
    const size_t cells = split(line, cell);
    if (!cells || !*cell[0] || *cell[0] == '#') return IG_OK;
    if (cells < 3 && strcmp(cell[0], "key") != 0)
        return ig_fail(ctx, IG_EFORMAT, "%s: line %lld: kind, class and value are wanted",
                       ig_show(speeds->name), (long long)number);
    if (strcmp(cell[0], "key") == 0) return add_key(ctx, speeds, cell[1]);
    short_forms(cell);
    ig_class_list *list = strcmp(cell[0], "road") == 0      ? &speeds->road
                          : strcmp(cell[0], "land") == 0    ? &speeds->land
                          : strcmp(cell[0], "rule") == 0    ? &speeds->rule
                          : strcmp(cell[0], "urban") == 0   ? &speeds->urban
                          : strcmp(cell[0], "limited") == 0 ? &speeds->limited
                          : strcmp(cell[0], "apart") == 0   ? &speeds->apart
                                                            : NULL;
    if (!list) {
        ig_fail(ctx, IG_EFORMAT, "%s: line %lld: kind '%s' is not known", ig_show(speeds->name),
                (long long)number, ig_show(cell[0]));
        return ig_hint(ctx, "a row is of kind road, urban, limited, apart, land, key or rule");
    }
    double value;
    if (!ig_text_number(cell[2], &value) || value < 0.0) {
        ig_fail(ctx, IG_EFORMAT, "%s: line %lld: value '%s' of %s is not a number of 0 or more",
                ig_show(speeds->name), (long long)number, ig_show(cell[2]), ig_show(cell[1]));
        return ig_hint(ctx, "speeds are km/h with a decimal point; 0 means not to be used");
    }
    ig_class_fold(cell[1], folded, sizeof folded);
    if (!*folded || find_class(list, folded))
        return ig_fail(ctx, IG_EFORMAT, "%s: line %lld: class '%s' %s", ig_show(speeds->name),
                       (long long)number, ig_show(cell[1]),
                       *folded ? "comes twice" : "has no name");
    if (list == &speeds->rule) {
        const ig_status status = check_rule(ctx, speeds, number, folded, value);
        if (status) return status;
    }
    if ((list == &speeds->road || list == &speeds->urban || list == &speeds->land) &&
        value > fastest) {
        ig_fail(ctx, IG_EFORMAT, "%s: line %lld: %g km/h for %s is faster than anybody goes",
                ig_show(speeds->name), (long long)number, value, ig_show(cell[1]));
        return ig_hint(ctx, "speeds are km/h, at most %g", fastest);
    }
    return add_value(ctx, list, folded, value);
}

static ig_status take_header(ig_ctx *ctx, const char *name, char *line)
{
    static const char *const wanted[] = {"kind", "class", "value"};
    char *cell[4] = {NULL};
    const size_t cells = split(line, cell);
    for (size_t i = 0; i < 3; i++) {
        if (i < cells && strcmp(cell[i], wanted[i]) == 0) continue;
        ig_fail(ctx, IG_EFORMAT, "%s: line 1: a speed table begins kind,class,value",
                ig_show(name));
        return ig_hint(
            ctx, "--mode is walk, cycle, drive, drive-peak, straight, or a table like those in "
                 "geodata/speeds");
    }
    return IG_OK;
}

/// Lines of a file, or of a built-in table.
static ig_status take_lines(ig_ctx *ctx, ig_speeds *speeds, const char *text)
{
    ig_status status = IG_OK;
    int64_t number = 0;
    ig_text line = {0};
    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3;
    while (!status && *text) {
        const char *end = strchr(text, '\n');
        const size_t length = end ? (size_t)(end - text) : strlen(text);
        line.length = 0;
        ig_text_append_bytes(&line, text, length);
        if (line.failed) {
            status = ig_fail(ctx, IG_EMEMORY, "no memory for a speed table");
        } else if (++number == 1) {
            status = take_header(ctx, speeds->name, line.data);
        } else {
            status = take_line(ctx, speeds, number, line.data);
        }
        text += length + (end != NULL);
    }
    ig_text_free(&line);
    if (!status && number == 0)
        status = ig_fail(ctx, IG_EFORMAT, "%s is empty", ig_show(speeds->name));
    return status;
}

static ig_status no_such_mode(ig_ctx *ctx, const char *mode)
{
    static const char *const modes[] = {"walk", "cycle", "drive", "drive-peak", "straight"};
    const char *near = ig_nearest_name(mode, modes, sizeof modes / sizeof *modes);
    ig_fail(ctx, IG_EINVAL,
            "--mode '%s' is neither walk, cycle, drive, drive-peak, straight nor a file",
            ig_show(mode));
    return near ? ig_hint(ctx, "did you mean %s?", near)
                : ig_hint(ctx, "a speed table is a CSV like those in geodata/speeds");
}

ig_status ig_speeds_read(ig_ctx *ctx, const char *mode, ig_speeds *speeds)
{
    *speeds = (ig_speeds){.name = ig_text_copy(mode)};
    if (!speeds->name) return ig_fail(ctx, IG_EMEMORY, "no memory for a speed table");
    const char *const *lines = ig_speeds_builtin(mode);
    ig_status status = IG_OK;
    if (lines) {
        ig_text text = {0};
        for (; *lines; lines++) {
            ig_text_append(&text, *lines);
            ig_text_append(&text, "\n");
        }
        status = text.failed ? ig_fail(ctx, IG_EMEMORY, "no memory for a speed table")
                             : take_lines(ctx, speeds, text.data);
        ig_text_free(&text);
    } else {
        FILE *probe = fopen(mode, "rb");
        if (!probe) {
            status = no_such_mode(ctx, mode);
        } else {
            ig_bytes bytes = {0};
            fclose(probe);
            status = ig_bytes_read(ctx, mode, &bytes);
            if (!status && memchr(bytes.data, 0, bytes.length))
                status = ig_fail(ctx, IG_EFORMAT, "%s is no text", ig_show(mode));
            if (!status) status = take_lines(ctx, speeds, (const char *)bytes.data);
            ig_bytes_free(&bytes);
        }
    }
    // A table without keys goes by the general tag.
    if (!status && speeds->key_count == 0) status = add_key(ctx, speeds, "access");
    if (status) ig_speeds_free(speeds);
    return status;
}
