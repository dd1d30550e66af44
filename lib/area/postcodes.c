// Places of postcodes: Code-Point Open as issued (no header: postcode, quality, easting, northing ...;
// a file for each postcode area, a folder, or the zip), or any CSV whose header names a postcode, an
// easting and a northing (ONSPD, NSPL).
#include "area_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FIELDS = 64 };

char *ig_postcode_normalise(const char *raw)
{
    char *code = ig_text_copy(raw);
    size_t n = 0;
    for (const char *c = raw; code && *c; c++) {
        if ((unsigned char)*c == 0xc2 && (unsigned char)c[1] == 0xa0) { // no-break space
            c++;
            continue;
        }
        if (!isspace((unsigned char)*c)) code[n++] = (char)toupper((unsigned char)*c);
    }
    if (code) code[n] = 0;
    return code;
}

/// "PO301AA": one or two letters, a digit, perhaps a digit or letter, then a digit, two letters.
static bool is_postcode(const char *code)
{
    const size_t n = strlen(code);
    if (n < 5 || n > 7 || !isalpha((unsigned char)code[0])) return false;
    if (!isdigit((unsigned char)code[n - 3]) || !isalpha((unsigned char)code[n - 2]) ||
        !isalpha((unsigned char)code[n - 1]))
        return false;
    const size_t digit = isdigit((unsigned char)code[1]) ? 1 : 2;
    return digit < n - 3 && isdigit((unsigned char)code[digit]);
}

/// Fields of one line, in place: quotes are taken away, ends are NULs. How many there are.
static size_t split(char *line, char **fields)
{
    size_t count = 0;
    char *c = line;
    while (count < FIELDS) {
        char *out = c;
        fields[count++] = out;
        bool quoted = false;
        for (; *c && (quoted || *c != ','); c++) {
            if (*c != '"')
                *out++ = *c;
            else if (quoted && c[1] == '"')
                *out++ = *c++;
            else
                quoted = !quoted;
        }
        const bool more = *c == ',';
        *out = 0;
        if (!more) break;
        c++;
    }
    return count;
}

/// A postcode of a file without its blanks, in capitals; cut when it is longer than any.
static void compact(const char *raw, char *code, size_t room)
{
    size_t n = 0;
    for (const char *c = raw; *c && n < room - 1; c++)
        if (*c != ' ') code[n++] = (char)toupper((unsigned char)*c);
    code[n] = 0;
}

struct columns {
    size_t postcode, quality, x, y; ///< SIZE_MAX: none
};

static size_t named(char *const *fields, size_t count, const char *const *names)
{
    for (size_t n = 0; names[n]; n++)
        for (size_t i = 0; i < count; i++)
            if (!strcasecmp(fields[i], names[n])) return i;
    return SIZE_MAX;
}

/// Columns by a header line; false when it is none.
static bool by_header(char *const *fields, size_t count, struct columns *columns)
{
    static const char *const postcode[] = {"pcds", "pcd2", "pcd", "postcode", "pcd7", "pcd8", NULL};
    static const char *const x[] = {"oseast1m", "easting", "eastings", "east1m", NULL};
    static const char *const y[] = {"osnrth1m", "northing", "northings", "north1m", NULL};
    static const char *const quality[] = {"osgrdind", "positional_quality_indicator", "gridind",
                                          NULL};
    const struct columns found = {named(fields, count, postcode), named(fields, count, quality),
                                  named(fields, count, x), named(fields, count, y)};
    if (found.postcode == SIZE_MAX || found.x == SIZE_MAX || found.y == SIZE_MAX) return false;
    *columns = found;
    return true;
}

static int by_code(const void *a, const void *b)
{
    return strcmp((*(ig_postcode *const *)a)->code, (*(ig_postcode *const *)b)->code);
}

/// First of the sorted wanted ones with this code, or NULL.
static ig_postcode **look_up(ig_postcode **sorted, size_t count, const char *code)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(sorted[middle]->code, code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && !strcmp(sorted[low]->code, code) ? sorted + low : NULL;
}

struct lookup {
    ig_ctx *ctx;
    ig_postcode **sorted;
    size_t count;
    size_t lines; ///< postcodes seen in all files
};

static ig_status take_line(struct lookup *l, const char *name, size_t line, char **fields,
                           size_t count, const struct columns *columns)
{
    char code[16];
    if (columns->postcode >= count || columns->x >= count || columns->y >= count)
        return ig_fail(l->ctx, IG_EFORMAT, "%s: line %zu has only %zu fields", name, line, count);
    compact(fields[columns->postcode], code, sizeof code);
    l->lines++;
    ig_postcode **first = look_up(l->sorted, l->count, code);
    if (!first || (*first)->found) return IG_OK;
    const char *quality = columns->quality < count ? fields[columns->quality] : "";
    double x = 0.0, y = 0.0;
    const bool empty = !*fields[columns->x] || !strcmp(quality, "90") || !strcmp(quality, "9");
    if (!empty &&
        (!ig_text_number(fields[columns->x], &x) || !ig_text_number(fields[columns->y], &y)))
        return ig_fail(l->ctx, IG_EFORMAT, "%s: line %zu: %s and %s are no easting and northing",
                       name, line, ig_show(fields[columns->x]), ig_show(fields[columns->y]));
    for (ig_postcode **p = first; p < l->sorted + l->count && !strcmp((*p)->code, code); p++) {
        (*p)->found = true;
        (*p)->placed = !empty && !(x == 0.0 && y == 0.0);
        (*p)->x = x;
        (*p)->y = y;
    }
    return IG_OK;
}

/// What the first line says of the file: columns, whether it is itself a row, or nothing known.
static bool first_line(char **fields, size_t count, struct columns *columns, bool *header)
{
    char code[16];
    compact(fields[0], code, sizeof code);
    *header = false;
    if (count >= 4 && is_postcode(code)) {
        *columns = (struct columns){0, 1, 2, 3};
        return true;
    }
    *header = by_header(fields, count, columns);
    return *header;
}

static ig_status read_file(struct lookup *l, const char *path, const char *name, bool *known)
{
    ig_bytes bytes = {0};
    ig_status status = ig_bytes_read(l->ctx, path, &bytes);
    if (status) return status;
    struct columns columns = {0, 1, 2, 3};
    char *fields[FIELDS], *at = (char *)bytes.data, *const end = at + bytes.length;
    if (bytes.length >= 3 && !memcmp(at, "\xef\xbb\xbf", 3)) at += 3;
    *known = false;
    for (size_t line = 1; at < end && !status; line++) {
        char *stop = memchr(at, '\n', (size_t)(end - at));
        char *const next = stop ? stop + 1 : end;
        if (!stop) stop = end;
        if (stop > at && stop[-1] == '\r') stop--;
        *stop = 0;
        const bool blank = stop == at;
        const size_t count = blank ? 0 : split(at, fields);
        at = next;
        if (blank) continue;
        bool header = false;
        if (!*known && !first_line(fields, count, &columns, &header)) break;
        *known = true;
        if (!header) status = take_line(l, name, line, fields, count, &columns);
    }
    ig_bytes_free(&bytes);
    return status;
}

static ig_status read_source(struct lookup *l, const char *source)
{
    static const char *const csv[] = {".csv", NULL};
    ig_unpacked *members = NULL;
    ig_kind kind = IG_KIND_UNKNOWN;
    ig_status status = ig_kind_of(l->ctx, source, &kind);
    const bool many = kind == IG_KIND_ZIP || kind == IG_KIND_FOLDER;
    if (!status) status = ig_unpack(l->ctx, source, many ? csv : NULL, &members);
    const size_t count = status ? 0 : ig_unpacked_count(members);
    bool any = false;
    for (size_t i = 0; i < count && !status; i++) {
        bool known = false;
        status = read_file(l, ig_unpacked_path(members, i), ig_unpacked_name(members, i), &known);
        any = any || known; // a folder as issued also holds lists of headings and of codes
    }
    ig_unpacked_free(members);
    if (!status && !any) {
        ig_fail(l->ctx, IG_EFORMAT, "%s: no postcodes with easting and northing in it", source);
        status = ig_hint(l->ctx, "give Code-Point Open as issued (CSV files, their folder or the "
                                 "zip), or a CSV with the columns postcode, easting, northing");
    }
    return status;
}

ig_status ig_postcodes_find(ig_ctx *ctx, const ig_texts *files, ig_postcode *wanted, size_t count)
{
    struct lookup l = {.ctx = ctx, .count = count};
    l.sorted = ig_alloc(count + 1, sizeof *l.sorted);
    if (!l.sorted) return ig_fail(ctx, IG_EMEMORY, "no memory for %zu postcodes", count);
    for (size_t i = 0; i < count; i++)
        l.sorted[i] = &wanted[i];
    qsort(l.sorted, count, sizeof *l.sorted, by_code);
    ig_status status = IG_OK;
    for (size_t i = 0; i < files->count && !status; i++)
        status = read_source(&l, files->values[i]);
    if (!status) ig_info(ctx, "%zu postcodes in the files", l.lines);
    ig_free(l.sorted);
    return status;
}
