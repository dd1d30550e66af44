// Rings traced along the mesh, and the boundary files: GeoJSON with the CRS named in it, and a
// shapefile written by hand (ESRI Shapefile Technical Description, 1998).
#include "county.h"

#include <stdlib.h>
#include <string.h>

/// Does the edge that leaves corner (i, j) towards direction d (E N W S) have `wanted` on its left
/// and something else on its right?
static bool is_edge(const int *label, int wanted, int i, int j, int d)
{
    static const int left_i[4] = {0, -1, -1, 0}, left_j[4] = {0, 0, -1, -1};
    static const int right_i[4] = {0, 0, -1, -1}, right_j[4] = {-1, 0, 0, -1};
    const int li = i + left_i[d], lj = j + left_j[d], ri = i + right_i[d], rj = j + right_j[d];
    const bool left_in = li >= 0 && lj >= 0 && li < SIDE && lj < SIDE;
    const bool right_in = ri >= 0 && rj >= 0 && ri < SIDE && rj < SIDE;
    return left_in && label[lj * SIDE + li] == wanted &&
           !(right_in && label[rj * SIDE + ri] == wanted);
}

/// Middle of an edge between two corners, moved a little, the same from both sides.
static bool middle(const county *c, int from, int to, int *x, int *y)
{
    const int low = from < to ? from : to, high = from + to - low;
    if (distance(c->corner_x[low], c->corner_y[low], c->corner_x[high], c->corner_y[high]) > 1000)
        return false;
    *x = (c->corner_x[low] + c->corner_x[high]) / 2 +
         pick(8, (uint64_t)low, (uint64_t)high, -16, 16);
    *y = (c->corner_y[low] + c->corner_y[high]) / 2 +
         pick(9, (uint64_t)low, (uint64_t)high, -16, 16);
    return true;
}

static void add_point(shape *s, int x, int y)
{
    if (s->points % 1024 == 0) {
        s->x = realloc(s->x, ((size_t)s->points + 1024) * sizeof *s->x);
        s->y = realloc(s->y, ((size_t)s->points + 1024) * sizeof *s->y);
        if (!s->x || !s->y) exit(6);
    }
    s->x[s->points] = x;
    s->y[s->points++] = y;
}

static int64_t twice_area(const shape *s, int r)
{
    int64_t sum = 0;
    for (int p = s->ring[r]; p + 1 < s->ring[r + 1]; p++)
        sum += (int64_t)(s->x[p] - WEST) * (s->y[p + 1] - SOUTH) -
               (int64_t)(s->x[p + 1] - WEST) * (s->y[p] - SOUTH);
    return sum;
}

shape shape_of(const county *c, const int *label, int wanted)
{
    enum { MOST_RINGS = 400 };
    static const int step_i[4] = {1, 0, -1, 0}, step_j[4] = {0, 1, 0, -1};
    shape s = {0};
    s.ring = room(MOST_RINGS + 1, sizeof *s.ring);
    s.hole = room(MOST_RINGS, sizeof *s.hole);
    bool(*used)[4] = room(CORNERS, sizeof *used);
    for (int start = 0; start < CORNERS * 4; start++) {
        int corner = start / 4, d = start % 4;
        if (used[corner][d] || !is_edge(label, wanted, corner % (SIDE + 1), corner / (SIDE + 1), d))
            continue;
        const int first_x = c->corner_x[corner], first_y = c->corner_y[corner];
        while (!used[corner][d]) {
            used[corner][d] = true;
            const int i = corner % (SIDE + 1) + step_i[d], j = corner / (SIDE + 1) + step_j[d];
            const int next = j * (SIDE + 1) + i;
            int x, y;
            add_point(&s, c->corner_x[corner], c->corner_y[corner]);
            if (middle(c, corner, next, &x, &y)) add_point(&s, x, y);
            corner = next;
            for (int turn = 3; turn <= 5; turn++) { // right, straight, left
                if (!is_edge(label, wanted, i, j, (d + turn) % 4)) continue;
                d = (d + turn) % 4;
                break;
            }
        }
        add_point(&s, first_x, first_y);
        s.ring[++s.rings] = s.points;
        s.hole[s.rings - 1] = twice_area(&s, s.rings - 1) < 0;
        if (s.rings == MOST_RINGS) exit(7);
    }
    free(used);
    return s;
}

void shape_free(shape *s)
{
    free(s->x);
    free(s->y);
    free(s->ring);
    free(s->hole);
}

static bool inside(const shape *s, int r, int x, int y)
{
    bool in = false;
    for (int p = s->ring[r]; p + 1 < s->ring[r + 1]; p++) {
        const int64_t x0 = s->x[p], y0 = s->y[p], x1 = s->x[p + 1], y1 = s->y[p + 1];
        if ((y0 > y) == (y1 > y)) continue;
        const int64_t side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0);
        if ((side > 0) == (y1 > y0)) in = !in;
    }
    return in;
}

static void print_ring(FILE *out, const shape *s, int r)
{
    fputc('[', out);
    for (int p = s->ring[r]; p < s->ring[r + 1]; p++)
        fprintf(out, "%s[%d,%d]", p > s->ring[r] ? "," : "", s->x[p], s->y[p]);
    fputc(']', out);
}

static void print_polygon(FILE *out, const shape *s, int shell)
{
    fputc('[', out);
    print_ring(out, s, shell);
    for (int r = 0; r < s->rings; r++) {
        const int p = s->ring[r] + 1; // the middle of an edge, on no other ring
        if (!s->hole[r] || !inside(s, shell, s->x[p], s->y[p])) continue;
        fputc(',', out);
        print_ring(out, s, r);
    }
    fputc(']', out);
}

static void print_geometry(FILE *out, const shape *s)
{
    int shells = 0, first = 0;
    for (int r = s->rings - 1; r >= 0; r--)
        if (!s->hole[r]) {
            shells++;
            first = r;
        }
    if (shells == 1) {
        fputs("{\"type\":\"Polygon\",\"coordinates\":", out);
        print_polygon(out, s, first);
    } else {
        fputs("{\"type\":\"MultiPolygon\",\"coordinates\":[", out);
        for (int r = 0, n = 0; r < s->rings; r++) {
            if (s->hole[r]) continue;
            if (n++) fputc(',', out);
            print_polygon(out, s, r);
        }
        fputc(']', out);
    }
    fputc('}', out);
}

static void write_areas(const county *c, const char *folder, const char *file, const char *name,
                        const char *year, const int *label, const area *areas, int count)
{
    FILE *out = begin_geojson(folder, file, name);
    for (int k = 0; k < count; k++) {
        const area *a = &areas[k];
        fprintf(out,
                "%s{\"type\":\"Feature\",\"properties\":{\"FID\":%d,\"LSOA%sCD\":\"%s\","
                "\"LSOA%sNM\":\"%s\",\"BNG_E\":%d,\"BNG_N\":%d},\"geometry\":",
                k ? ",\n" : "", k + 1, year, a->code, year, a->name, a->x, a->y);
        shape s = shape_of(c, label, k);
        print_geometry(out, &s);
        shape_free(&s);
        fputc('}', out);
    }
    end_geojson(out);
}

// ---- the wards as a shapefile ------------------------------------------------------------------

static void put_big(unsigned char *to, uint32_t value)
{
    for (int b = 0; b < 4; b++)
        to[b] = (unsigned char)(value >> (24 - 8 * b));
}

static void put_little(unsigned char *to, uint64_t value, int bytes)
{
    for (int b = 0; b < bytes; b++)
        to[b] = (unsigned char)(value >> (8 * b));
}

static void put_double(unsigned char *to, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_little(to, bits, 8);
}

static void put_box(unsigned char *to, const int box[4])
{
    for (int k = 0; k < 4; k++)
        put_double(to + 8 * k, (double)box[k]);
}

static void grow_box(int box[4], const shape *s)
{
    for (int p = 0; p < s->points; p++) {
        if (s->x[p] < box[0]) box[0] = s->x[p];
        if (s->y[p] < box[1]) box[1] = s->y[p];
        if (s->x[p] > box[2]) box[2] = s->x[p];
        if (s->y[p] > box[3]) box[3] = s->y[p];
    }
}

static void put_header(FILE *out, size_t bytes, const int box[4])
{
    unsigned char header[100] = {0};
    put_big(header, 9994);
    put_big(header + 24, (uint32_t)(bytes / 2));
    put_little(header + 28, 1000, 4);
    put_little(header + 32, 5, 4);
    put_box(header + 36, box);
    fwrite(header, 1, sizeof header, out);
}

/// A polygon record; shells run clockwise here, so rings are turned round.
static size_t put_record(FILE *out, int number, const shape *s)
{
    const size_t content = 44 + 4 * (size_t)s->rings + 16 * (size_t)s->points;
    unsigned char *record = room(8 + content, 1);
    int box[4] = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
    grow_box(box, s);
    put_big(record, (uint32_t)number);
    put_big(record + 4, (uint32_t)(content / 2));
    put_little(record + 8, 5, 4);
    put_box(record + 12, box);
    put_little(record + 44, (uint64_t)s->rings, 4);
    put_little(record + 48, (uint64_t)s->points, 4);
    unsigned char *at = record + 52;
    for (int r = 0; r < s->rings; r++, at += 4)
        put_little(at, (uint64_t)s->ring[r], 4);
    for (int r = 0; r < s->rings; r++)
        for (int p = s->ring[r + 1] - 1; p >= s->ring[r]; p--, at += 16) {
            put_double(at, (double)s->x[p]);
            put_double(at + 8, (double)s->y[p]);
        }
    fwrite(record, 1, 8 + content, out);
    free(record);
    return 8 + content;
}

static void write_ward_table(const county *c, const char *folder)
{
    static const struct {
        const char *name;
        char type;
        int width;
    } fields[] = {{"WD25CD", 'C', 9},   {"WD25NM", 'C', 40}, {"LAD25CD", 'C', 9},
                  {"LAD25NM", 'C', 24}, {"BNG_E", 'N', 9},   {"BNG_N", 'N', 9}};
    enum { FIELDS = sizeof fields / sizeof *fields };
    int width = 1;
    for (int f = 0; f < FIELDS; f++)
        width += fields[f].width;
    FILE *out = open_file(folder, "wards25.dbf");
    unsigned char header[32] = {3, 125, 5, 1};
    put_little(header + 4, WARDS, 4);
    put_little(header + 8, 32 + 32 * FIELDS + 1, 2);
    put_little(header + 10, (uint64_t)width, 2);
    fwrite(header, 1, sizeof header, out);
    for (int f = 0; f < FIELDS; f++) {
        unsigned char field[32] = {0};
        memcpy(field, fields[f].name, strlen(fields[f].name));
        field[11] = (unsigned char)fields[f].type;
        field[16] = (unsigned char)fields[f].width;
        fwrite(field, 1, sizeof field, out);
    }
    fputc(0x0d, out);
    for (int w = 0; w < WARDS; w++) {
        const ward *a = &c->wards[w];
        const int pad = 40 - (int)strlen(a->name);
        fprintf(out, " %-9s%s%*s%-9s%-24s%9d%9d", a->code, a->name, pad, "",
                district_codes[a->district], district_names[a->district], a->x, a->y);
    }
    fputc(0x1a, out);
    close_file(out);
    out = open_file(folder, "wards25.cpg");
    fputs("UTF-8", out);
    close_file(out);
    out = open_file(folder, "wards25.prj");
    fputs("PROJCS[\"British_National_Grid\",GEOGCS[\"GCS_OSGB_1936\",DATUM[\"D_OSGB_1936\","
          "SPHEROID[\"Airy_1830\",6377563.396,299.3249646]],PRIMEM[\"Greenwich\",0.0],"
          "UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],"
          "PARAMETER[\"False_Easting\",400000.0],PARAMETER[\"False_Northing\",-100000.0],"
          "PARAMETER[\"Central_Meridian\",-2.0],PARAMETER[\"Scale_Factor\",0.9996012717],"
          "PARAMETER[\"Latitude_Of_Origin\",49.0],UNIT[\"Meter\",1.0]]",
          out);
    close_file(out);
}

static void write_wards(const county *c, const int *label, const char *folder)
{
    shape shapes[WARDS];
    int box[4] = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
    size_t bytes = 100;
    for (int w = 0; w < WARDS; w++) {
        shapes[w] = shape_of(c, label, w);
        grow_box(box, &shapes[w]);
        bytes += 52 + 4 * (size_t)shapes[w].rings + 16 * (size_t)shapes[w].points;
    }
    FILE *shp = open_file(folder, "wards25.shp"), *shx = open_file(folder, "wards25.shx");
    put_header(shp, bytes, box);
    put_header(shx, 100 + 8 * WARDS, box);
    size_t at = 100;
    for (int w = 0; w < WARDS; w++) {
        const size_t length = put_record(shp, w + 1, &shapes[w]);
        unsigned char entry[8];
        put_big(entry, (uint32_t)(at / 2));
        put_big(entry + 4, (uint32_t)((length - 8) / 2));
        fwrite(entry, 1, sizeof entry, shx);
        at += length;
        shape_free(&shapes[w]);
    }
    close_file(shp);
    close_file(shx);
    write_ward_table(c, folder);
}

void write_boundaries(const county *c, const char *folder)
{
    write_areas(c, folder, "lsoa21.geojson", "lsoa21", "21", c->area, c->areas, AREAS);
    write_areas(c, folder, "lsoa11.geojson", "lsoa11", "11", c->old, c->olds, c->old_count);
    int *label = room(CELLS, sizeof *label);
    for (int cell = 0; cell < CELLS; cell++)
        label[cell] = c->area[cell] < 0 ? -1 : c->areas[c->area[cell]].ward;
    write_wards(c, label, folder);
    for (int cell = 0; cell < CELLS; cell++)
        label[cell] = label[cell] < 0 ? -1 : c->wards[label[cell]].district;
    FILE *out = begin_geojson(folder, "lad25.geojson", "lad25");
    for (int d = 0; d < DISTRICTS; d++) {
        fprintf(out,
                "%s{\"type\":\"Feature\",\"properties\":{\"FID\":%d,\"LAD25CD\":\"%s\","
                "\"LAD25NM\":\"%s\"},\"geometry\":",
                d ? ",\n" : "", d + 1, district_codes[d], district_names[d]);
        shape s = shape_of(c, label, d);
        print_geometry(out, &s);
        shape_free(&s);
        fputc('}', out);
    }
    end_geojson(out);
    free(label);
}

/// Pieces of one land cover that hang together by their sides.
static int pieces(const county *c, int cover, int *piece)
{
    int count = 0;
    for (int cell = 0; cell < CELLS; cell++)
        piece[cell] = -1;
    int *queue = room(CELLS, sizeof *queue);
    for (int start = 0; start < CELLS; start++) {
        if (c->land[start] != cover || piece[start] >= 0) continue;
        int head = 0, tail = 0;
        queue[tail++] = start;
        piece[start] = count;
        while (head < tail) {
            const int cell = queue[head++], i = cell % SIDE, j = cell / SIDE;
            const int next[4] = {i > 0 ? cell - 1 : -1, i < SIDE - 1 ? cell + 1 : -1,
                                 j > 0 ? cell - SIDE : -1, j < SIDE - 1 ? cell + SIDE : -1};
            for (int side = 0; side < 4; side++) {
                if (next[side] < 0 || piece[next[side]] >= 0 || c->land[next[side]] != cover)
                    continue;
                piece[next[side]] = count;
                queue[tail++] = next[side];
            }
        }
        count++;
    }
    free(queue);
    return count;
}

void write_landcover(const county *c, const char *folder)
{
    static const struct {
        int land;
        const char *name;
    } covers[] = {{LAND_WATER, "water"}, {LAND_WOOD, "woodland"}, {LAND_MOOR, "moor"}};
    int *piece = room(CELLS, sizeof *piece);
    FILE *out = begin_geojson(folder, "landcover.geojson", "landcover");
    int fid = 0;
    for (size_t k = 0; k < sizeof covers / sizeof *covers; k++) {
        const int count = pieces(c, covers[k].land, piece);
        for (int n = 0; n < count; n++) {
            fprintf(out,
                    "%s{\"type\":\"Feature\",\"properties\":{\"FID\":%d,\"class\":\"%s\"},"
                    "\"geometry\":",
                    fid ? ",\n" : "", fid + 1, covers[k].name);
            shape s = shape_of(c, piece, n);
            print_geometry(out, &s);
            shape_free(&s);
            fputc('}', out);
            fid++;
        }
    }
    end_geojson(out);
    free(piece);
}
