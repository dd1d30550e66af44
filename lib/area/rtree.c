// The R-tree of a layer packed in one go (Leutenegger, Lopez and Edgington, 1997: sort-tile-recursive)
// and written straight into the tables behind SQLite's rtree, whose form is part of its file format
// (rtree.c, "Database Format of R-Tree Tables"). A row at a time, SQLite spends most of the time of
// writing a layer on splitting nodes.
#include "layers_internal.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIMENSIONS = 2,
    ENTRY = 8 + 2 * DIMENSIONS * 4, ///< bytes: number, then pairs of least and greatest
    MOST = 51,                      ///< entries of a node, RTREE_MAXCELLS of SQLite
    NODE = 4 + ENTRY * MOST,
};

/// A box with the number of its row or node.
struct entry {
    double middle[2];
    float low[2], high[2];
    int64_t number;
};

static float float_below(double value)
{
    const float f = (float)value;
    return (double)f > value ? nextafterf(f, -INFINITY) : f;
}

static float float_above(double value)
{
    const float f = (float)value;
    return (double)f < value ? nextafterf(f, INFINITY) : f;
}

static int order(double p, double q, int64_t a, int64_t b)
{
    if (p != q) return p < q ? -1 : 1;
    return (a > b) - (a < b);
}

static int by_x(const void *a, const void *b)
{
    const struct entry *p = a, *q = b;
    return order(p->middle[0], q->middle[0], p->number, q->number);
}

static int by_y(const void *a, const void *b)
{
    const struct entry *p = a, *q = b;
    return order(p->middle[1], q->middle[1], p->number, q->number);
}

/// Strips from west to east, each from south to north: neighbours in the list are neighbours.
static void tile(struct entry *entries, size_t count)
{
    const size_t leaves = (count + MOST - 1) / MOST;
    const size_t strips = (size_t)ceil(sqrt((double)leaves));
    const size_t length = (leaves + strips - 1) / strips * MOST;
    qsort(entries, count, sizeof *entries, by_x);
    for (size_t at = 0; at < count; at += length)
        qsort(entries + at, count - at < length ? count - at : length, sizeof *entries, by_y);
}

static void put_bytes(unsigned char *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (unsigned char)(value >> (8 * (bytes - 1 - i)));
}

static void put_float(unsigned char *to, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_bytes(to, bits, 4);
}

/// The bytes of a node, and the box round its entries.
static struct entry node_of(const struct entry *entries, size_t count, int depth,
                            unsigned char bytes[NODE])
{
    struct entry all = {.low = {INFINITY, INFINITY}, .high = {-INFINITY, -INFINITY}};
    memset(bytes, 0, NODE);
    put_bytes(bytes, (uint64_t)depth, 2);
    put_bytes(bytes + 2, count, 2);
    for (size_t i = 0; i < count; i++) {
        unsigned char *to = bytes + 4 + ENTRY * i;
        put_bytes(to, (uint64_t)entries[i].number, 8);
        for (int k = 0; k < DIMENSIONS; k++) {
            put_float(to + 8 + 8 * k, entries[i].low[k]);
            put_float(to + 12 + 8 * k, entries[i].high[k]);
            all.low[k] = fminf(all.low[k], entries[i].low[k]);
            all.high[k] = fmaxf(all.high[k], entries[i].high[k]);
        }
    }
    return all;
}

struct tree {
    sqlite3_stmt *node, *parent, *row;
    int64_t *leaf; ///< by entry: the node it stands in
};

/// Run an INSERT or REPLACE of two values, the second a number or the bytes of a node.
static int put(sqlite3_stmt *insert, int64_t key, const unsigned char *bytes, int64_t number)
{
    int code = sqlite3_bind_int64(insert, 1, key);
    if (!code)
        code = bytes ? sqlite3_bind_blob(insert, 2, bytes, NODE, SQLITE_STATIC)
                     : sqlite3_bind_int64(insert, 2, number);
    if (!code && sqlite3_step(insert) != SQLITE_DONE) code = SQLITE_ERROR;
    const int reset = sqlite3_reset(insert);
    return code ? code : reset;
}

/// One level: nodes over `count` entries, written and turned into the entries of the level above.
/// The root is node 1; the others are numbered from `*next`.
static int write_level(struct tree *tree, struct entry *entries, size_t *count, int depth,
                       int64_t *next)
{
    unsigned char bytes[NODE];
    const size_t nodes = (*count + MOST - 1) / MOST;
    int code = SQLITE_OK;
    for (size_t n = 0; n < nodes && !code; n++) {
        // Shared out evenly, so that no node is left nearly empty.
        const size_t at = *count * n / nodes, end = *count * (n + 1) / nodes;
        const int64_t number = nodes == 1 ? 1 : (*next)++;
        struct entry all = node_of(entries + at, end - at, nodes == 1 ? depth : 0, bytes);
        all.number = number;
        for (size_t i = at; i < end && !code; i++) {
            if (depth == 0)
                tree->leaf[entries[i].number - 1] = number;
            else
                code = put(tree->parent, entries[i].number, NULL, number);
        }
        if (!code) code = put(tree->node, number, bytes, 0);
        entries[n] = all;
    }
    *count = nodes;
    return code;
}

static int write_tree(struct tree *tree, struct entry *entries, size_t count, size_t rows)
{
    int64_t next = 2;
    int code = SQLITE_OK;
    tile(entries, count);
    for (int depth = 0; !code; depth++) {
        code = write_level(tree, entries, &count, depth, &next);
        if (count == 1) break;
    }
    for (size_t row = 0; row < rows && !code; row++)
        if (tree->leaf[row]) code = put(tree->row, (int64_t)row + 1, NULL, tree->leaf[row]);
    return code;
}

static int prepare(sqlite3 *db, const char *table, const char *of, sqlite3_stmt **insert)
{
    char *sql = sqlite3_mprintf("INSERT OR REPLACE INTO \"%w_%s\" VALUES (?1,?2)", table, of);
    if (!sql) return SQLITE_NOMEM;
    const int code = sqlite3_prepare_v2(db, sql, -1, insert, NULL);
    sqlite3_free(sql);
    return code;
}

int ig_rtree_fill(sqlite3 *db, const char *table, double (*boxes)[4], size_t rows)
{
    size_t count = 0;
    for (size_t i = 0; i < rows; i++)
        count += boxes[i][0] <= boxes[i][2];
    if (!count) return SQLITE_OK; // the empty root is there already
    struct tree tree = {.leaf = ig_alloc(rows, sizeof *tree.leaf)};
    struct entry *entries = ig_alloc(count, sizeof *entries);
    int code = tree.leaf && entries ? SQLITE_OK : SQLITE_NOMEM;
    for (size_t i = 0, n = 0; i < rows && entries; i++) {
        const double *box = boxes[i];
        if (!(box[0] <= box[2])) continue;
        entries[n++] = (struct entry){.middle = {box[0] + box[2], box[1] + box[3]},
                                      .low = {float_below(box[0]), float_below(box[1])},
                                      .high = {float_above(box[2]), float_above(box[3])},
                                      .number = (int64_t)i + 1};
    }
    if (!code) code = prepare(db, table, "node", &tree.node);
    if (!code) code = prepare(db, table, "parent", &tree.parent);
    if (!code) code = prepare(db, table, "rowid", &tree.row);
    if (!code) code = write_tree(&tree, entries, count, rows);
    sqlite3_finalize(tree.node);
    sqlite3_finalize(tree.parent);
    sqlite3_finalize(tree.row);
    ig_free(tree.leaf);
    ig_free(entries);
    return code;
}
