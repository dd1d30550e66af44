// What a table holds and lends: rows, columns, texts, codes.
#include "table_internal.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

const char *shown(const char *path)
{
    enum { LONGEST = 96 };
    static _Thread_local char buffers[4][LONGEST * 4];
    static _Thread_local unsigned turn;
    const size_t length = strlen(path);
    if (length <= 80) return ig_show(path);
    const char *slash = strchr(path + length - 76, '/');
    char *buffer = buffers[turn++ % 4];
    snprintf(buffer, sizeof buffers[0], "...%.*s", LONGEST * 4 - 8,
             ig_show(slash ? slash : ig_base_name(path)));
    return buffer;
}

ig_status table_new(ig_ctx *ctx, const char *path, const char *line_word, ig_table **out)
{
    *out = NULL;
    ig_table *table = ig_alloc(1, sizeof *table);
    if (!table) return ig_fail(ctx, IG_EMEMORY, "no memory for %s", shown(path));
    table->path = ig_text_copy(path);
    table->line_word = line_word;
    table->key = SIZE_MAX;
    if (!table->path) {
        ig_table_free(table);
        return ig_fail(ctx, IG_EMEMORY, "no memory for %s", shown(path));
    }
    *out = table;
    return IG_OK;
}

ig_status table_set_columns(ig_ctx *ctx, ig_table *table, const char *const *names, size_t count)
{
    if (count == 0) return ig_fail(ctx, IG_EFORMAT, "%s: no columns", shown(table->path));
    if (count > MOST_COLUMNS) {
        return ig_fail(ctx, IG_ELIMIT, "%s: %zu columns; %d is the most that is read",
                       shown(table->path), count, MOST_COLUMNS);
    }
    table->column = ig_alloc(count, sizeof *table->column);
    if (!table->column) return ig_fail(ctx, IG_EMEMORY, "no memory for %s", table->path);
    table->columns = count;
    for (size_t c = 0; c < count; c++) {
        table->column[c].kind = IG_KIND_UNSTATED;
        table->column[c].name = ig_text_copy(names[c]);
        if (!table->column[c].name) return ig_fail(ctx, IG_EMEMORY, "no memory for columns");
    }
    return IG_OK;
}

void table_keep_traits(const ig_table *from, ig_table *to)
{
    to->short_names = from->short_names;
    to->spreadsheet = from->spreadsheet;
    to->separator = from->separator;
    to->decimal_comma = from->decimal_comma;
    to->sensitive = from->sensitive;
    to->filtered = from->filtered;
}

void table_forget_numbers(ig_table *table)
{
    for (size_t c = 0; c < table->columns; c++) {
        ig_free(table->column[c].number);
        ig_free(table->column[c].gap);
        table->column[c].number = NULL;
        table->column[c].gap = NULL;
    }
}

void ig_table_free(ig_table *table)
{
    if (!table) return;
    table_forget_numbers(table);
    for (size_t c = 0; c < table->columns; c++) {
        ig_free(table->column[c].name);
        ig_free(table->column[c].broken_text);
    }
    for (size_t s = 0; s < table->sources; s++)
        ig_free(table->source_name[s]);
    ig_free(table->source_name);
    ig_free(table->source);
    ig_free(table->column);
    ig_free(table->arena);
    ig_free(table->row_start);
    ig_free(table->cell);
    ig_free(table->line);
    ig_free(table->code);
    ig_free(table->key_note);
    ig_free(table->none);
    lineage_free(table->lineage);
    ig_free(table->path);
    ig_free(table);
}

ig_status table_append_text(ig_ctx *ctx, ig_table *table, const char *text, size_t length,
                            uint64_t *at)
{
    if (!ig_grow((void **)&table->arena, &table->room, table->used + length + 1, 1)) {
        return ig_fail(ctx, IG_EMEMORY, "no memory for the texts of %s", shown(table->path));
    }
    if (length) memcpy(table->arena + table->used, text, length);
    table->arena[table->used + length] = '\0';
    *at = table->used;
    table->used += length + 1;
    return IG_OK;
}

/// An array that follows row_room.
static bool grow_rows(void **list, size_t room, size_t size)
{
    void *more = ig_resize(*list, room, size);
    if (!more) return false;
    *list = more;
    return true;
}

ig_status table_grow_row(ig_ctx *ctx, ig_table *table)
{
    if (table->rows < table->row_room) return IG_OK;
    const size_t room = table->row_room ? table->row_room + table->row_room / 2 : 64;
    size_t cells;
    if (ig_product(room, table->columns, &cells) &&
        grow_rows((void **)&table->row_start, room, sizeof *table->row_start) &&
        grow_rows((void **)&table->line, room, sizeof *table->line) &&
        grow_rows((void **)&table->cell, cells, sizeof *table->cell)) {
        table->row_room = room;
        return IG_OK;
    }
    return ig_fail(ctx, IG_EMEMORY, "no memory for %zu rows of %s", room, shown(table->path));
}

void table_keep_rows(ig_table *table, const bool *keep)
{
    table_forget_numbers(table);
    size_t kept = 0;
    for (size_t r = 0; r < table->rows; r++) {
        if (!keep[r]) continue;
        if (kept != r) {
            table->row_start[kept] = table->row_start[r];
            table->line[kept] = table->line[r];
            if (table->source) table->source[kept] = table->source[r];
            if (table->code) table->code[kept] = table->code[r];
            memmove(table->cell + kept * table->columns, table->cell + r * table->columns,
                    table->columns * sizeof *table->cell);
        }
        kept++;
    }
    table->rows = kept;
}

const char *table_place(const ig_table *table, size_t row)
{
    static _Thread_local char buffers[4][160];
    static _Thread_local unsigned turn;
    char *buffer = buffers[turn++ % 4];
    if (table->source) {
        snprintf(buffer, sizeof buffers[0], "%.100s %s %" PRId64,
                 ig_show(ig_base_name(table->source_name[table->source[row]])), table->line_word,
                 table->line[row]);
    } else {
        snprintf(buffer, sizeof buffers[0], "%s %" PRId64, table->line_word, table->line[row]);
    }
    return buffer;
}

// ---- what is lent ---------------------------------------------------------------------------

const char *ig_table_path(const ig_table *table)
{
    return table->path;
}

size_t ig_table_rows(const ig_table *table)
{
    return table->rows;
}

size_t ig_table_filtered(const ig_table *table)
{
    return table->filtered;
}

size_t ig_table_refused(const ig_table *table)
{
    return table->refused;
}

size_t ig_table_combined(const ig_table *table)
{
    return table->combined;
}

size_t ig_table_columns(const ig_table *table)
{
    return table->columns;
}

const char *ig_table_column_name(const ig_table *table, size_t column)
{
    return table->column[column].name;
}

size_t ig_table_key_column(const ig_table *table)
{
    return table->key;
}

const char *ig_table_code(const ig_table *table, size_t row)
{
    return table->code ? table->arena + table->code[row] : NULL;
}

const char *ig_table_text(const ig_table *table, size_t row, size_t column)
{
    return table->arena + table->row_start[row] + table->cell[row * table->columns + column];
}

int64_t ig_table_line(const ig_table *table, size_t row)
{
    return table->line[row];
}

const char *ig_table_line_word(const ig_table *table)
{
    return table->line_word;
}

bool ig_table_sensitive(const ig_table *table)
{
    return table->sensitive;
}

int ig_table_kind(const ig_table *table, size_t column)
{
    return table->column[column].kind;
}

const char *ig_table_place(const ig_table *table, size_t row)
{
    return table_place(table, row);
}

void ig_table_code_changes(const ig_table *table, size_t *trimmed, size_t *folded)
{
    *trimmed = table->codes_trimmed;
    *folded = table->codes_folded;
}

const char *ig_table_key_note(const ig_table *table)
{
    return table->key_note;
}

bool ig_table_key_named(const ig_table *table)
{
    return table->key_named;
}

// ---- columns by name ------------------------------------------------------------------------

/// ASCII case folded comparison, whatever the locale.
static bool same_folded(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) return false;
    }
    return *a == *b;
}

/// "#6" as a column number from 0; SIZE_MAX for another text.
static size_t numbered(const char *name)
{
    if (name[0] != '#' || !name[1]) return SIZE_MAX;
    size_t number = 0;
    for (const char *c = name + 1; *c; c++) {
        if (*c < '0' || *c > '9' || number > MOST_COLUMNS) return SIZE_MAX;
        number = number * 10 + (size_t)(*c - '0');
    }
    return number == 0 ? SIZE_MAX : number - 1;
}

struct found {
    size_t first, second; ///< SIZE_MAX: none
    bool beyond;          ///< a number with no column
};

static struct found look_up(const ig_table *table, const char *name)
{
    struct found found = {SIZE_MAX, SIZE_MAX, false};
    for (int folded = 0; folded < 2 && found.first == SIZE_MAX; folded++) {
        for (size_t c = 0; c < table->columns && found.second == SIZE_MAX; c++) {
            const char *have = table->column[c].name;
            if (!(folded ? same_folded(have, name) : strcmp(have, name) == 0)) continue;
            if (found.first == SIZE_MAX) {
                found.first = c;
            } else {
                found.second = c;
            }
        }
    }
    if (found.first != SIZE_MAX) return found;
    const size_t number = numbered(name);
    if (number == SIZE_MAX) return found;
    if (number < table->columns) {
        found.first = number;
    } else {
        found.beyond = true;
    }
    return found;
}

size_t ig_table_column(const ig_table *table, const char *name)
{
    const struct found found = look_up(table, name);
    return found.second == SIZE_MAX ? found.first : SIZE_MAX;
}

size_t ig_table_name_beside(const ig_table *table, size_t code)
{
    const char *name = ig_table_column_name(table, code);
    const size_t length = strlen(name);
    char other[64];
    if (length < 3 || length >= sizeof other || strcasecmp(name + length - 2, "cd")) {
        return SIZE_MAX;
    }
    snprintf(other, sizeof other, "%.*sNM", (int)(length - 2), name);
    return ig_table_column(table, other);
}

/// "a, b, c and 4 more"
static void list_columns(const ig_table *table, ig_text *text)
{
    const size_t shown = table->columns < 40 ? table->columns : 40;
    for (size_t c = 0; c < shown; c++) {
        ig_text_format(text, "%s%s", c ? ", " : "", ig_show(table->column[c].name));
    }
    if (shown < table->columns) ig_text_format(text, " and %zu more", table->columns - shown);
}

static ig_status not_found(ig_ctx *ctx, const ig_table *table, const char *name)
{
    ig_text text = {0};
    list_columns(table, &text);
    ig_status status = ig_fail(ctx, IG_EINVAL, "%s: no column called '%s'; the columns are: %s",
                               shown(table->path), ig_show(name), text.failed ? "?" : text.data);
    ig_text_free(&text);

    if (table->short_names && strlen(name) > 10) {
        return ig_hint(ctx, "a shapefile or DBF keeps 10 characters of a field's name; give the "
                            "name as it stands in the file");
    }
    const char **names = ig_alloc(table->columns, sizeof *names);
    if (!names) return status;
    for (size_t c = 0; c < table->columns; c++)
        names[c] = table->column[c].name;
    const char *near = ig_nearest_name(name, names, table->columns);
    if (near) {
        status = ig_hint(ctx, "did you mean '%s'?", ig_show(near));
    } else {
        status = ig_hint(ctx,
                         "a column may also be given by number, as #1 to #%zu; a name with a "
                         "comma or = in it stands in double quotes",
                         table->columns);
    }
    ig_free(names);
    return status;
}

ig_status ig_table_find(ig_ctx *ctx, const ig_table *table, const char *name, size_t *column)
{
    const struct found found = look_up(table, name);
    if (found.second != SIZE_MAX) {
        ig_fail(ctx, IG_EFORMAT,
                "%s: two columns are called '%s': column %zu and column %zu (duplicate name)",
                shown(table->path), ig_show(name), found.first + 1, found.second + 1);
        return ig_hint(ctx, "name the one that is meant by number, as #%zu", found.first + 1);
    }
    if (found.beyond) {
        return ig_fail(ctx, IG_EINVAL, "%s: no column %s; there are %zu", shown(table->path),
                       ig_show(name), table->columns);
    }
    if (found.first == SIZE_MAX) return not_found(ctx, table, name);
    *column = found.first;
    return IG_OK;
}
