// The packed form of the item of links: a line that says on which cells they lie, and behind it the
// links as whole numbers, each by its difference from the one before, in DEFLATE (RFC 1951, in the
// frame of RFC 1950) and base64 (RFC 4648).
#include "grid_internal.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { VERSION = 1, NUMBERS = 8, CHUNK = 1 << 16, PARTS = 1024 }; ///< PARTS of a second

/// Bits beside the seconds of a link.
enum { RAW = 1, BOTH = 2, BITS = 2 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool ig_links_are_packed(const char *text)
{
    return strncmp(text, IG_LINKS_PACKED, sizeof IG_LINKS_PACKED - 1) == 0;
}

// ---- reading ------------------------------------------------------------------------------------

/// The item under way: its grid, where that lies in the frame, and the bytes.
struct unpacking {
    ig_ctx *ctx;
    const char *name;
    const ig_frame *frame;
    int64_t cols, rows, right, down; ///< of the grid that was written; cells to its corner
    int64_t count;                   ///< links, as the item says
    unsigned char *packed, *bytes;
    size_t length, at, end;
    z_stream stream;
    bool begun, ended, damaged;
    ig_link *links;
    size_t taken, room;
};

static ig_status refuse(const struct unpacking *u, const char *why)
{
    ig_fail(u->ctx, IG_EFORMAT, "%s: item %s: %s", u->name, IG_LINKS_KEY, why);
    return ig_hint(u->ctx, "build the grid anew ('isogap cost'), or copy it by a tool that keeps "
                           "its metadata whole (gdal_translate)");
}

static ig_status refuse_cells(const struct unpacking *u, double cell)
{
    refuse(u, "the links do not lie in the middles of cells: the grid was brought to other cells "
              "since it was built");
    return ig_hint(u->ctx,
                   "build the grid anew with cells of %g m ('isogap cost --cell %g'), or cut it "
                   "along its cells (gdal_translate -srcwin)",
                   cell, cell);
}

/// The next word, cut at its end, or NULL.
static const char *next_word(const char **rest, char *word, size_t room)
{
    const char *at = *rest + strspn(*rest, " ");
    const size_t length = strcspn(at, " ");
    if (!length || length >= room) return NULL;
    memcpy(word, at, length);
    word[length] = '\0';
    *rest = at + length;
    return word;
}

/// Whole cells from the frame's edge to where the grid of the item begins, if it ends where its
/// number of cells says.
static bool place_grid(double begin, double step, int64_t cells, double edge, double side,
                       int64_t *offset)
{
    const double slack = 1e-3; // of a cell
    const double first = (begin - edge) / side;
    const double last = (begin + (double)cells * step - edge) / side - (double)cells;
    const double whole = rint(first);
    if (!(fabs(first - whole) <= slack && fabs(last - whole) <= slack && fabs(whole) < 1e15))
        return false;
    *offset = (int64_t)whole;
    return true;
}

static ig_status read_header(struct unpacking *u, const char **rest)
{
    const ig_frame *f = u->frame;
    double n[NUMBERS];
    char word[40];
    *rest += sizeof IG_LINKS_PACKED - 1;
    for (int i = 0; i < NUMBERS; i++)
        if (!next_word(rest, word, sizeof word) || !ig_text_number(word, &n[i]))
            return refuse(u, "eight numbers do not stand at its beginning");
    if (n[0] != VERSION) return refuse(u, "its links are packed in a way that is not known here");
    for (int i = 5; i < NUMBERS; i++)
        if (!(n[i] >= 1.0 && n[i] <= 1e15 && n[i] == floor(n[i])))
            return refuse(u, "columns, rows and links are not counted by whole numbers");
    if (!(n[3] > 0.0 && n[4] > 0.0 && n[5] * n[6] <= 9e15))
        return refuse(u, "it is of no grid: cells have a side above 0, and are at most 9e15");
    if (n[7] > IG_LINKS_MOST) {
        ig_fail(u->ctx, IG_ELIMIT, "%s: item %s: %.0f links, and %d are the most", u->name,
                IG_LINKS_KEY, n[7], IG_LINKS_MOST);
        return ig_hint(u->ctx, "take larger cells, or a part of the grid (gdal_translate -srcwin)");
    }
    u->cols = (int64_t)n[5];
    u->rows = (int64_t)n[6];
    u->count = (int64_t)n[7];
    if (!place_grid(n[1], n[3], u->cols, f->west, f->dx, &u->right) ||
        !place_grid(-n[2], n[4], u->rows, -f->north, f->dy, &u->down))
        return refuse_cells(u, f->dx);
    return IG_OK;
}

static ig_status read_letters(struct unpacking *u, const char *text)
{
    const size_t length = strlen(text);
    signed char value[UCHAR_MAX + 1];
    memset(value, -1, sizeof value);
    for (int i = 0; i < 64; i++)
        value[(unsigned char)letters[i]] = (signed char)i;
    u->packed = ig_alloc(length / 4 * 3 + 4, 1);
    if (!u->packed) return ig_fail(u->ctx, IG_EMEMORY, "no memory for the links");
    uint32_t bits = 0;
    int have = 0;
    for (const char *at = text; *at && *at != '='; at++) {
        if (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') continue;
        const int six = value[(unsigned char)*at];
        if (six < 0) return refuse(u, "a sign among its links is not one of base64");
        bits = bits << 6 | (uint32_t)six;
        have += 6;
        if (have < 8) continue;
        have -= 8;
        u->packed[u->length++] = (unsigned char)(bits >> have & 0xFF);
    }
    return IG_OK;
}

/// Unpack some more; false at the end, or where the bytes are none that were packed.
static bool refill(struct unpacking *u)
{
    z_stream *s = &u->stream;
    while (!u->ended && !u->damaged) {
        s->next_out = u->bytes;
        s->avail_out = CHUNK;
        const int code = inflate(s, Z_NO_FLUSH);
        u->ended = code == Z_STREAM_END;
        u->damaged = code != Z_OK && code != Z_STREAM_END;
        u->at = 0;
        u->end = CHUNK - s->avail_out;
        if (u->end) return true;
    }
    return false;
}

static bool next_byte(struct unpacking *u, unsigned char *byte)
{
    if (u->at == u->end && !refill(u)) return false;
    *byte = u->bytes[u->at++];
    return true;
}

/// Seven bits a byte, the lowest first, all but the last byte marked.
static bool next_number(struct unpacking *u, uint64_t *number)
{
    unsigned char byte = 0;
    *number = 0;
    for (int shift = 0; shift < 63; shift += 7) {
        if (!next_byte(u, &byte)) return false;
        *number |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return true;
    }
    return false;
}

/// The same with a sign, which stands in the lowest bit.
static bool next_signed(struct unpacking *u, int64_t *number)
{
    uint64_t folded;
    if (!next_number(u, &folded)) return false;
    *number = folded & 1 ? -(int64_t)(folded >> 1) - 1 : (int64_t)(folded >> 1);
    return true;
}

static bool next_seconds(struct unpacking *u, double *seconds, bool *both)
{
    uint64_t number, bits = 0;
    unsigned char byte = 0;
    if (!next_number(u, &number)) return false;
    *both = number & BOTH;
    *seconds = (double)(number >> BITS) / PARTS;
    if (!(number & RAW)) return true;
    for (int i = 0; i < 8; i++) {
        if (!next_byte(u, &byte)) return false;
        bits |= (uint64_t)byte << 8 * i;
    }
    memcpy(seconds, &bits, sizeof *seconds);
    return true;
}

/// A cell of the item's grid in the frame, -1 off it.
static int64_t in_frame(const struct unpacking *u, int64_t col, int64_t row)
{
    const int64_t c = col + u->right, r = row + u->down;
    return c >= 0 && r >= 0 && c < u->frame->cols && r < u->frame->rows ? r * u->frame->cols + c
                                                                        : -1;
}

static ig_status keep(struct unpacking *u, int64_t from, int64_t to, double seconds)
{
    if (!ig_grow((void **)&u->links, &u->room, u->taken + 1, sizeof *u->links))
        return ig_fail(u->ctx, IG_EMEMORY, "no memory for %lld links", (long long)u->count);
    u->links[u->taken++] = (ig_link){from, to, seconds};
    return IG_OK;
}

/// One stored link, which may stand for both ways. @param[in,out] from of the link before
static ig_status take_link(struct unpacking *u, int64_t *from, int64_t *done, int64_t *off)
{
    const int64_t cells = u->cols * u->rows;
    uint64_t step;
    int64_t down, right;
    double seconds;
    bool both;
    if (!next_number(u, &step) || !next_signed(u, &down) || !next_signed(u, &right) ||
        !next_seconds(u, &seconds, &both))
        return refuse(u, u->ended && u->at == u->end ? "it has fewer links than it says"
                                                     : "its links are damaged or cut short");
    if (step >= (uint64_t)(cells - *from))
        return refuse(u, "a link leaves the grid it was made on");
    *from += (int64_t)step;
    const int64_t col = *from % u->cols, row = *from / u->cols;
    if (down < -row || down >= u->rows - row || right < -col || right >= u->cols - col)
        return refuse(u, "a link leaves the grid it was made on");
    if (!down && !right) return refuse(u, "a link ends in the cell where it begins");
    if (!(seconds > 0.0)) return refuse(u, "a link takes no time: seconds are above 0");
    if (!(seconds <= IG_LINK_LONGEST))
        return refuse(u, "a link takes more than ten million seconds");
    *done += 1 + both;
    const int64_t a = in_frame(u, col, row), b = in_frame(u, col + right, row + down);
    if (a < 0 || b < 0) {
        *off += 1 + both;
        return IG_OK;
    }
    const ig_status status = keep(u, a, b, seconds);
    return status || !both ? status : keep(u, b, a, seconds);
}

static ig_status take_links(struct unpacking *u)
{
    int64_t from = 0, done = 0, off = 0;
    unsigned char byte;
    ig_status status = IG_OK;
    while (!status && done < u->count)
        status = take_link(u, &from, &done, &off);
    if (status) return status;
    if (done != u->count || next_byte(u, &byte)) return refuse(u, "it has more links than it says");
    if (!u->ended) return refuse(u, "its links are damaged or cut short");
    if (off)
        ig_info(u->ctx, "%s: %lld of %lld links lead off the grid and are left out", u->name,
                (long long)off, (long long)done);
    return IG_OK;
}

/// What the links take at most, against --memory.
static ig_status check_memory(const struct unpacking *u)
{
    const double mib = 1048576.0, limit = (double)ig_ctx_memory(u->ctx);
    const double bytes = (double)u->count * sizeof(ig_link);
    if (limit <= 0.0 || bytes <= limit) return IG_OK;
    ig_fail(u->ctx, IG_ELIMIT,
            "%s: item %s: %lld links take %.0f MiB, more than the %.0f MiB of --memory", u->name,
            IG_LINKS_KEY, (long long)u->count, ceil(bytes / mib), floor(limit / mib));
    return ig_hint(u->ctx, "give --memory %.0fM or more", ceil(2.0 * bytes / mib));
}

ig_status ig_links_unpack(ig_ctx *ctx, const char *name, const ig_frame *frame, const char *text,
                          ig_link **links, size_t *count)
{
    struct unpacking u = {.ctx = ctx, .name = name, .frame = frame};
    *links = NULL;
    *count = 0;
    ig_status status = read_header(&u, &text);
    if (!status) status = check_memory(&u);
    if (!status) status = read_letters(&u, text);
    if (!status) u.bytes = ig_alloc(CHUNK, 1);
    if (!status && u.length > UINT_MAX) status = refuse(&u, "it is longer than 4 GiB");
    if (!status) {
        u.stream.next_in = u.packed;
        u.stream.avail_in = (uInt)u.length;
        u.begun = u.bytes && inflateInit(&u.stream) == Z_OK;
        if (!u.begun) status = ig_fail(ctx, IG_EMEMORY, "no memory for the links");
    }
    if (!status) status = take_links(&u);
    if (u.begun) inflateEnd(&u.stream);
    ig_free(u.packed);
    ig_free(u.bytes);
    if (status) {
        ig_free(u.links);
        return status;
    }
    *links = u.links;
    *count = u.taken;
    return IG_OK;
}

// ---- writing ------------------------------------------------------------------------------------

static void add_number(ig_text *bytes, uint64_t number)
{
    char out[10];
    size_t length = 0;
    for (; number > 0x7F; number >>= 7)
        out[length++] = (char)(unsigned char)(number | 0x80);
    out[length++] = (char)number;
    ig_text_append_bytes(bytes, out, length);
}

static void add_signed(ig_text *bytes, int64_t number)
{
    add_number(bytes, number < 0 ? (uint64_t)(-(number + 1)) << 1 | 1 : (uint64_t)number << 1);
}

static void add_seconds(ig_text *bytes, double seconds, bool both)
{
    const double parts = seconds * PARTS;
    const unsigned both_bit = both ? BOTH : 0;
    if (parts >= 0.0 && parts < 1e15 && parts == floor(parts)) {
        add_number(bytes, (uint64_t)parts << BITS | both_bit);
        return;
    }
    uint64_t bits;
    char raw[8];
    memcpy(&bits, &seconds, sizeof bits);
    for (int i = 0; i < 8; i++)
        raw[i] = (char)(unsigned char)(bits >> 8 * i & 0xFF);
    add_number(bytes, RAW | both_bit);
    ig_text_append_bytes(bytes, raw, sizeof raw);
}

static int by_cells(const void *pa, const void *pb)
{
    const ig_link *a = pa, *b = pb;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

/// Is there the same link the other way, as long?
static bool goes_back(const ig_link *links, size_t count, const ig_link *link)
{
    const ig_link key = {link->to, link->from, 0.0};
    const ig_link *back = bsearch(&key, links, count, sizeof key, by_cells);
    return back && back->seconds == link->seconds;
}

static void add_links(ig_text *bytes, const ig_frame *f, const ig_link *links, size_t count)
{
    int64_t last = 0;
    for (size_t i = 0; i < count && !bytes->failed; i++) {
        const ig_link *link = &links[i];
        const bool both = goes_back(links, count, link);
        if (both && link->from > link->to) continue; // told with the other
        add_number(bytes, (uint64_t)(link->from - last));
        add_signed(bytes, link->to / f->cols - link->from / f->cols);
        add_signed(bytes, link->to % f->cols - link->from % f->cols);
        add_seconds(bytes, link->seconds, both);
        last = link->from;
    }
}

static void add_letters(ig_text *text, const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count && !text->failed; i += 3) {
        const size_t left = count - i < 3 ? count - i : 3;
        const uint32_t three = (uint32_t)bytes[i] << 16 |
                               (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                               (left > 2 ? (uint32_t)bytes[i + 2] : 0);
        char four[4] = {letters[three >> 18], letters[three >> 12 & 63], letters[three >> 6 & 63],
                        letters[three & 63]};
        if (left < 3) four[3] = '=';
        if (left < 2) four[2] = '=';
        ig_text_append_bytes(text, four, sizeof four);
    }
}

static ig_status pack_letters(ig_ctx *ctx, const ig_text *bytes, ig_text *text)
{
    uLongf size = compressBound((uLong)bytes->length);
    unsigned char *packed = ig_alloc(size, 1);
    const bool done = packed && compress2(packed, &size, (const unsigned char *)bytes->data,
                                          (uLong)bytes->length, Z_BEST_COMPRESSION) == Z_OK;
    if (done) add_letters(text, packed, size);
    ig_free(packed);
    return done ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for the links");
}

ig_status ig_links_text(ig_ctx *ctx, const ig_surface *surface, ig_text *text)
{
    const ig_frame *f = &surface->frame;
    const double numbers[] = {VERSION, f->west, f->north, f->dx, f->dy};
    ig_text bytes = {0};
    if (surface->link_count > IG_LINKS_MOST)
        return ig_fail(ctx, IG_ELIMIT, "%zu links, and a file holds %d at most",
                       surface->link_count, IG_LINKS_MOST);
    ig_link *links = ig_alloc(surface->link_count + 1, sizeof *links);
    if (!links) return ig_fail(ctx, IG_EMEMORY, "no memory for %zu links", surface->link_count);
    memcpy(links, surface->links, surface->link_count * sizeof *links);
    const size_t count = ig_links_settle(links, surface->link_count);
    add_links(&bytes, f, links, count);
    ig_free(links);
    ig_text_append(text, IG_LINKS_KEY "=" IG_LINKS_PACKED);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char digits[32];
        ig_text_format(text, "%s ", ig_number_text(numbers[i], digits, sizeof digits));
    }
    ig_text_format(text, "%lld %lld %zu ", (long long)f->cols, (long long)f->rows, count);
    ig_status status = bytes.failed ? ig_fail(ctx, IG_EMEMORY, "no memory for %zu links", count)
                                    : pack_letters(ctx, &bytes, text);
    ig_text_free(&bytes);
    if (!status && text->failed)
        status = ig_fail(ctx, IG_EMEMORY, "no memory for %zu links", count);
    return status;
}
