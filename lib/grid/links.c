// Links of a cost surface as an item of its file: packed (links_packed.c), or as text, by hand or by
// earlier versions. Their ends stand there by coordinates, so that a file cut to a part of its cells
// keeps the links within it.
#include "grid_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 5 }; ///< of a link: x and y of both ends, seconds

/// The item, and the link that is looked at, for messages.
struct item {
    ig_ctx *ctx;
    const char *name; ///< of the file
    const ig_frame *frame;
    size_t number; ///< from 1
    const char *text;
    size_t length;
};

// ---- reading ------------------------------------------------------------------------------------

static ig_status refuse(const struct item *item, const char *why)
{
    char shown[81];
    const size_t length = item->length < sizeof shown ? item->length : sizeof shown - 1;
    memcpy(shown, item->text, length);
    shown[length] = '\0';
    ig_fail(item->ctx, IG_EFORMAT, "%s: item %s: link %zu, '%s', %s", item->name, IG_LINKS_KEY,
            item->number, ig_show(shown), why);
    return ig_hint(item->ctx, "a link is x and y of the middle of the cell where it begins, x and "
                              "y of where it ends, and seconds; links are parted by semicolons");
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static ig_status read_numbers(const struct item *item, double numbers[NUMBERS])
{
    const char *at = item->text, *end = item->text + item->length;
    int count = 0;
    while (at < end) {
        char word[40];
        size_t length = 0;
        while (at + length < end && !is_blank(at[length]))
            length++;
        if (count == NUMBERS || length >= sizeof word) return refuse(item, "is not five numbers");
        memcpy(word, at, length);
        word[length] = '\0';
        if (!ig_text_number(word, &numbers[count++])) return refuse(item, "is not five numbers");
        at += length;
        while (at < end && is_blank(*at))
            at++;
    }
    return count == NUMBERS ? IG_OK : refuse(item, "is not five numbers");
}

/// Number of the cell round a point, -1 off the grid.
static ig_status find_cell(const struct item *item, double x, double y, int64_t *cell)
{
    const double slack = 1e-3; // of a cell
    const ig_frame *f = item->frame;
    const double across = (x - f->west) / f->dx - 0.5, down = (f->north - y) / f->dy - 0.5;
    const double col = rint(across), row = rint(down);
    if (!(fabs(across - col) <= slack) || !(fabs(down - row) <= slack)) {
        refuse(item, "does not lie in the middles of cells: the grid was brought to other cells "
                     "since it was built");
        return ig_hint(
            item->ctx,
            "build the grid anew with cells of %g m ('isogap cost --cell %g'), or cut it "
            "along its cells (gdal_translate -srcwin)",
            f->dx, f->dx);
    }
    const bool on = col >= 0.0 && row >= 0.0 && col < (double)f->cols && row < (double)f->rows;
    *cell = on ? (int64_t)row * f->cols + (int64_t)col : -1;
    return IG_OK;
}

static ig_status read_link(const struct item *item, ig_link *link)
{
    double numbers[NUMBERS];
    ig_status status = read_numbers(item, numbers);
    if (!status) status = find_cell(item, numbers[0], numbers[1], &link->from);
    if (!status) status = find_cell(item, numbers[2], numbers[3], &link->to);
    if (status) return status;
    link->seconds = numbers[4];
    if (!(link->seconds > 0.0)) return refuse(item, "takes no time: seconds are above 0");
    if (link->seconds > IG_LINK_LONGEST) return refuse(item, "takes more than ten million seconds");
    if (link->from >= 0 && link->from == link->to)
        return refuse(item, "ends in the cell where it begins");
    return IG_OK;
}

static int by_ends(const void *pa, const void *pb)
{
    const ig_link *a = pa, *b = pb;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    if (a->to != b->to) return a->to < b->to ? -1 : 1;
    return (a->seconds > b->seconds) - (a->seconds < b->seconds);
}

size_t ig_links_settle(ig_link *links, size_t count)
{
    size_t kept = 0;
    if (count) qsort(links, count, sizeof *links, by_ends);
    for (size_t i = 0; i < count; i++)
        if (!kept || links[kept - 1].from != links[i].from || links[kept - 1].to != links[i].to)
            links[kept++] = links[i];
    return kept;
}

/// On to the next piece between semicolons, without blanks round it; false at the end.
static bool next_piece(struct item *item, const char **rest)
{
    if (!*rest) return false;
    const char *at = *rest, *end = at + strcspn(at, ";");
    *rest = *end ? end + 1 : NULL;
    while (is_blank(*at))
        at++;
    while (end > at && is_blank(end[-1]))
        end--;
    item->text = at;
    item->length = (size_t)(end - at);
    return true;
}

static ig_status read_text(ig_ctx *ctx, const char *name, const ig_frame *frame, const char *text,
                           ig_link **links, size_t *count)
{
    struct item item = {.ctx = ctx, .name = name, .frame = frame};
    size_t room = 0, off = 0;
    ig_status status = IG_OK;
    for (const char *rest = text; !status && next_piece(&item, &rest);) {
        if (!item.length) continue;
        item.number++;
        ig_link link = {0};
        status = read_link(&item, &link);
        if (status || link.from < 0 || link.to < 0) {
            off++;
        } else if (ig_grow((void **)links, &room, *count + 1, sizeof **links)) {
            (*links)[(*count)++] = link;
        } else {
            status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu links", item.number);
        }
    }
    if (!status && off)
        ig_info(ctx, "%s: %zu of %zu links lead off the grid and are left out", name, off,
                item.number);
    return status;
}

ig_status ig_links_read(ig_ctx *ctx, const char *name, const ig_frame *frame, const char *text,
                        ig_surface *surface)
{
    if (!text) return IG_OK;
    ig_link *links = NULL;
    size_t count = 0;
    text += strspn(text, " \t\r\n");
    ig_status status = ig_links_are_packed(text)
                           ? ig_links_unpack(ctx, name, frame, text, &links, &count)
                           : read_text(ctx, name, frame, text, &links, &count);
    if (!status) count = ig_links_settle(links, count);
    if (status || !count) {
        ig_free(links);
        return status;
    }
    surface->links = links;
    surface->link_count = count;
    return IG_OK;
}
