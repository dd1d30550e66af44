// Roads as lines, written twice: in the manner of OS Open Roads and as OpenStreetMap XML.
#include "network.h"

#include <stdlib.h>

enum { LINE_MOST = 60 };

typedef struct line {
    int corner[LINE_MOST];
    int count, road, bridge;
} line;

/// The next line: a run of edges alike, as straight as it goes, each edge once.
static bool next_line(network *left, int *at, line *out)
{
    for (; *at < CORNERS * 4; ++*at) {
        int v = *at / 4, d = *at % 4;
        const int road = left->road[v][d], kind = left->bridge[v][d];
        if (!road) continue;
        // Go back to where this run begins.
        for (int turns = 0; turns < LINE_MOST; turns++) {
            const int back = (d + 4) % 8;
            if (corner_i(v) < 1 || corner_j(v) < 1) break;
            const uint8_t *there = edge_road(left, v, back);
            if (*there != road || *edge_bridge(left, v, back) != kind) break;
            v = corner_of(corner_i(v) + step_i[back], corner_j(v) + step_j[back]);
        }
        *out = (line){.count = 1, .road = road, .bridge = kind};
        out->corner[0] = v;
        while (out->count < LINE_MOST) {
            static const int turns[5] = {0, 1, 7, 2, 6};
            int chosen = -1;
            for (int t = 0; t < 5 && chosen < 0; t++) {
                const int way = (d + turns[t]) % 8;
                if (road == ROAD_STREET && t) break;
                if (corner_i(v) + step_i[way] < 0 || corner_j(v) + step_j[way] < 0) continue;
                if (*edge_road(left, v, way) == road && *edge_bridge(left, v, way) == kind)
                    chosen = way;
            }
            if (chosen < 0) break;
            *edge_road(left, v, chosen) = 0;
            v = corner_of(corner_i(v) + step_i[chosen], corner_j(v) + step_j[chosen]);
            d = chosen;
            out->corner[out->count++] = v;
        }
        return true;
    }
    return false;
}

static const char *road_name(const line *l, int number, char *text, size_t size)
{
    static const char *const first[] = {"Abbey", "Chapel",   "Quay", "Mill",  "Orchard", "Priory",
                                        "Sandy", "Victoria", "Well", "Heron", "Barn",    "Station"};
    static const char *const last[] = {"Street", "Road", "Lane", "Close", "Way", "Terrace"};
    text[0] = 0;
    if (l->road >= ROAD_MINOR && l->road <= ROAD_STREET)
        snprintf(text, size, "%s %s", first[pick(51, (uint64_t)number, 0, 0, 11)],
                 last[pick(52, (uint64_t)number, 0, 0, 5)]);
    return text;
}

static int line_length(const county *c, const line *l)
{
    int length = 0;
    for (int p = 1; p < l->count; p++)
        length += distance(c->corner_x[l->corner[p - 1]], c->corner_y[l->corner[p - 1]],
                           c->corner_x[l->corner[p]], c->corner_y[l->corner[p]]);
    return length;
}

static void road_number(const line *l, int number, char *text, size_t size)
{
    text[0] = 0;
    if (l->road == ROAD_MOTORWAY) snprintf(text, size, "M99");
    if (l->road == ROAD_A) snprintf(text, size, "A%d", 9900 + number % 7);
    if (l->road == ROAD_B) snprintf(text, size, "B%d", 9900 + number % 11);
}

static void write_open_road(FILE *out, const county *c, const line *l, int number)
{
    static const char *const class[] = {"",
                                        "Motorway",
                                        "A Road",
                                        "B Road",
                                        "Classified Unnumbered",
                                        "Unclassified",
                                        "Unclassified"};
    static const char *const function[] = {"",           "Motorway",          "A Road",    "B Road",
                                           "Minor Road", "Local Access Road", "Local Road"};
    static const char *const form[] = {"",
                                       "Collapsed Dual Carriageway",
                                       "Single Carriageway",
                                       "Single Carriageway",
                                       "Single Carriageway",
                                       "Single Carriageway",
                                       "Single Carriageway"};
    char name[40], ref[12];
    road_number(l, number, ref, sizeof ref);
    fprintf(out,
            "%s{\"type\":\"Feature\",\"properties\":{\"id\":\"MADEUP-%04d\","
            "\"road_classification\":\"%s\",\"road_function\":\"%s\",\"form_of_way\":\"%s\","
            "\"road_classification_number\":%s%s%s,\"name_1\":\"%s\",\"length\":%d},"
            "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[",
            number ? ",\n" : "", number, class[l->road], function[l->road], form[l->road],
            ref[0] ? "\"" : "", ref[0] ? ref : "null", ref[0] ? "\"" : "",
            road_name(l, number, name, sizeof name), line_length(c, l));
    for (int p = 0; p < l->count; p++)
        fprintf(out, "%s[%d,%d]", p ? "," : "", c->corner_x[l->corner[p]],
                c->corner_y[l->corner[p]]);
    fputs("]}}", out);
}

static void write_open_roads(const county *c, const network *n, const char *folder)
{
    network *left = room(1, sizeof *left);
    *left = *n;
    FILE *out = begin_geojson(folder, "roads.geojson", "road_link");
    line l;
    for (int at = 0, number = 0; next_line(left, &at, &l);)
        if (l.road <= ROAD_STREET) write_open_road(out, c, &l, number++);
    end_geojson(out);
    *left = *n;
    out = begin_geojson(folder, "bridges.geojson", "bridges");
    for (int at = 0, number = 0; next_line(left, &at, &l);) {
        if (l.bridge != 1) continue;
        fprintf(out,
                "%s{\"type\":\"Feature\",\"properties\":{\"name\":\"%s\"},\"geometry\":{\"type\":"
                "\"LineString\",\"coordinates\":[",
                number++ ? ",\n" : "", l.road == ROAD_MOTORWAY ? "High Bridge" : "Town Bridge");
        for (int p = 0; p < l.count; p++)
            fprintf(out, "%s[%d,%d]", p ? "," : "", c->corner_x[l.corner[p]],
                    c->corner_y[l.corner[p]]);
        fputs("]}}", out);
    }
    end_geojson(out);
    free(left);
}

static void tag(FILE *out, const char *key, const char *value)
{
    fprintf(out, "  <tag k=\"%s\" v=\"%s\"/>\n", key, value);
}

static void write_way(FILE *out, const county *c, const line *l, int id, int number, bool turned)
{
    static const char *const highway[] = {"",          "motorway",     "primary",     "secondary",
                                          "tertiary",  "unclassified", "residential", "track",
                                          "bridleway", "footway"};
    static const char *const speed[] = {"",       "70 mph", "60 mph", "60 mph",
                                        "60 mph", "60 mph", "30 mph"};
    fprintf(out, " <way id=\"%d\" version=\"1\">\n", id);
    for (int p = 0; p < l->count; p++)
        fprintf(out, "  <nd ref=\"%d\"/>\n", l->corner[turned ? l->count - 1 - p : p] + 1);
    tag(out, "highway", highway[l->road]);
    char text[40];
    if (*road_name(l, number, text, sizeof text)) tag(out, "name", text);
    road_number(l, number, text, sizeof text);
    if (text[0]) tag(out, "ref", text);
    const int v = l->corner[l->count / 2];
    const int chance = pick(53, (uint64_t)number, 0, 0, 99);
    const bool in_town = town_weight(c, corner_i(v), corner_j(v)) > 190;
    if (l->road <= ROAD_STREET && chance < 70)
        tag(out, "maxspeed",
            l->road == ROAD_STREET && chance < 12 ? "20 mph"
            : in_town && l->road > ROAD_MOTORWAY  ? "30 mph"
                                                  : speed[l->road]);
    if (l->road == ROAD_MOTORWAY) {
        tag(out, "oneway", "yes");
        tag(out, "lanes", "3");
    }
    if (l->road == ROAD_STREET && chance > 91) tag(out, "oneway", chance > 96 ? "-1" : "yes");
    if (l->road == ROAD_LANE && chance > 93) tag(out, "access", "private");
    if (l->road == ROAD_TRACK && chance % 3 == 0) tag(out, "foot", "no");
    if (l->road == ROAD_BRIDLEWAY) tag(out, "bicycle", "yes");
    if (l->road == ROAD_A && l->bridge == 1) tag(out, "sidewalk", "both");
    if (l->bridge) {
        tag(out, l->bridge == 1 ? "bridge" : "tunnel", "yes");
        tag(out, "layer", l->bridge == 1 ? "1" : "-1");
    }
    fputs(" </way>\n", out);
}

static void write_osm(const county *c, const network *n, const char *folder)
{
    network *left = room(1, sizeof *left);
    bool *used = room(CORNERS, sizeof *used);
    *left = *n;
    line l;
    for (int at = 0; next_line(left, &at, &l);)
        for (int p = 0; p < l.count; p++)
            used[l.corner[p]] = true;
    FILE *out = open_file(folder, "roads.osm");
    fputs("<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\" generator=\"isogap "
          "geodata-generate: a made-up county\">\n",
          out);
    for (int v = 0; v < CORNERS; v++) {
        if (!used[v]) continue;
        double lon, lat;
        to_lonlat(c->corner_x[v], c->corner_y[v], &lon, &lat);
        fprintf(out, " <node id=\"%d\" version=\"1\" lat=\"%.6f\" lon=\"%.6f\"/>\n", v + 1, lat,
                lon);
    }
    *left = *n;
    for (int at = 0, number = 0, id = 1; next_line(left, &at, &l); number++) {
        write_way(out, c, &l, id++, number, false);
        if (l.road == ROAD_MOTORWAY) write_way(out, c, &l, id++, number, true);
    }
    fputs("</osm>\n", out);
    close_file(out);
    free(left);
    free(used);
}

void write_roads(const county *c, const network *n, const char *folder)
{
    write_open_roads(c, n, folder);
    write_osm(c, n, folder);
}
