// Tables of speeds and of where people live: built in, or a file that takes their place.
#include "cost_internal.h"

#include "../core/inside.h"
#include "../table/table.h"
#include "speeds_data.h"

#include <math.h>
#include <string.h>

void speeds_free(struct speeds *speeds)
{
    for (size_t i = 0; i < speeds->count; i++) {
        ig_free(speeds->rows[i].kind);
        ig_free(speeds->rows[i].class);
    }
    ig_free(speeds->rows);
    ig_free(speeds->name);
    *speeds = (struct speeds){0};
}

// Lower case, '_' for blanks and hyphens.
static char *plain(const char *text)
{
    char *copy = ig_text_copy(text ? text : "");
    for (char *c = copy; c && *c; c++) {
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
        if (*c == ' ' || *c == '-') *c = '_';
    }
    return copy;
}

static ig_status add(struct speeds *speeds, const char *kind, const char *class, double value)
{
    if (!ig_grow((void **)&speeds->rows, &speeds->room, speeds->count + 1, sizeof *speeds->rows)) {
        return IG_EMEMORY;
    }
    struct speed_row row = {plain(kind), plain(class), value};
    if (!row.kind || !row.class) {
        ig_free(row.kind);
        ig_free(row.class);
        return IG_EMEMORY;
    }
    speeds->rows[speeds->count++] = row;
    return IG_OK;
}

static ig_status read_file(ig_ctx *ctx, const char *path, struct speeds *speeds)
{
    static const char *const names[] = {"kind", "class", "value"};
    ig_table_options reading = ig_table_defaults();
    reading.keyless = true;
    ig_table *table = NULL;
    size_t column[3];
    const double *value = NULL;
    ig_status status = ig_table_read(ctx, path, &reading, &table);
    for (size_t i = 0; !status && i < 3; i++) {
        status = ig_table_find(ctx, table, names[i], &column[i]);
    }
    if (!status) status = ig_table_numbers(ctx, table, column[2], IG_NUMBERS_ANY, &value);
    for (size_t r = 0; !status && r < ig_table_rows(table); r++) {
        if (isnan(value[r]) || value[r] < 0.0) {
            ig_fail(ctx, IG_EFORMAT, "%s: %s %lld: a value of 0 or more is wanted",
                    ig_base_name(path), ig_table_line_word(table),
                    (long long)ig_table_line(table, r));
            status = ig_hint(ctx, "0 means that it cannot be used or crossed");
            break;
        }
        status = add(speeds, ig_table_text(table, r, column[0]), ig_table_text(table, r, column[1]),
                     value[r]);
        if (status) ig_fail(ctx, status, "no memory");
    }
    ig_table_free(table);
    return status;
}

ig_status speeds_read(ig_ctx *ctx, const char *name, struct speeds *speeds)
{
    *speeds = (struct speeds){0};
    speeds->name = ig_text_copy(ig_base_name(name));
    ig_status status = speeds->name ? IG_OK : IG_EMEMORY;
    bool built_in = false;
    for (size_t i = 0; !status && built_in_speeds[i].table; i++) {
        if (strcmp(built_in_speeds[i].table, name) != 0) continue;
        built_in = true;
        status = add(speeds, built_in_speeds[i].kind, built_in_speeds[i].class,
                     built_in_speeds[i].value);
    }
    if (status) {
        ig_fail(ctx, status, "no memory");
    } else if (!built_in) {
        status = read_file(ctx, name, speeds);
        if (status == IG_EIO) {
            ig_hint(ctx,
                    "--mode takes walk, cycle, drive, or a table of speeds (kind,class,value)");
        }
    }
    if (status) speeds_free(speeds);
    return status;
}

double speeds_value(const struct speeds *speeds, const char *kind, const char *class, bool *known)
{
    char *wanted = plain(class);
    double value = NAN, other = NAN;
    for (size_t i = 0; wanted && i < speeds->count; i++) {
        const struct speed_row *row = &speeds->rows[i];
        if (strcmp(row->kind, kind) != 0) continue;
        if (strcmp(row->class, wanted) == 0) value = row->value;
        if (strcmp(row->class, "*") == 0) other = row->value;
    }
    ig_free(wanted);
    if (known) *known = !isnan(value);
    return isnan(value) ? other : value;
}

const char *speeds_class_in(const struct speeds *speeds, const char *kind, const char *text)
{
    char *lower = plain(text);
    const char *best = NULL;
    for (size_t i = 0; lower && i < speeds->count; i++) {
        const struct speed_row *row = &speeds->rows[i];
        if (strcmp(row->kind, kind) != 0 || strcmp(row->class, "*") == 0) continue;
        ig_text bare = {0}; // "tidal_water" also as "tidalwater"
        for (const char *c = row->class; *c; c++) {
            if (*c != '_') ig_text_append_bytes(&bare, c, 1);
        }
        const bool in = strstr(lower, row->class) || (bare.data && strstr(lower, bare.data));
        if (in && (!best || strlen(row->class) > strlen(best))) best = row->class;
        ig_text_free(&bare);
    }
    ig_free(lower);
    return best;
}
