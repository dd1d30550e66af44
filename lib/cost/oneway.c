// Which way a road may be used: the tags and columns in which sources say so.
#include "cost_internal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/// Lower case, letters and digits alone: "In Direction", "inDirection" and "in_direction" are one.
static void squeeze(const char *text, char *out, size_t room)
{
    size_t n = 0;
    for (; *text && n + 1 < room; text++)
        if (isalnum((unsigned char)*text) || *text == '-')
            out[n++] = (char)tolower((unsigned char)*text);
    out[n] = '\0';
}

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0) return true;
    return false;
}

/// What a value says; false when it says nothing. Letters mean other things in other files: in
/// those with a column fclass (Geofabrik) or dir_travel (HERE) F is along the line and T against it.
static bool read_way(const char *text, bool letters, uint8_t *way)
{
    static const char *const forth[] = {"yes", "true",    "1",           "t", "y",
                                        "ft",  "forward", "indirection", NULL};
    static const char *const back[] = {"-1", "reverse", "backward", "tf", "inoppositedirection",
                                       NULL};
    static const char *const both[] = {"no", "false",          "0", "f", "n", "b", "none",
                                       "2",  "bothdirections", NULL};
    char word[32];
    squeeze(text, word, sizeof word);
    if (letters && (strcmp(word, "f") == 0 || strcmp(word, "t") == 0)) {
        *way = *word == 'f' ? IG_WAY_FORTH : IG_WAY_BACK;
        return true;
    }
    *way = is_one_of(word, forth)             ? IG_WAY_FORTH
           : is_one_of(word, back)            ? IG_WAY_BACK
           : strcmp(word, "reversible") == 0  ? IG_WAY_REVERSIBLE
           : strcmp(word, "alternating") == 0 ? IG_WAY_ALTERNATING
                                              : IG_WAY_BOTH;
    return *way != IG_WAY_BOTH || is_one_of(word, both);
}

/// Walkers go both ways; whoever the keys of the table call a vehicle obeys.
static bool must_obey(const ig_speeds *speeds)
{
    static const char *const vehicles[] = {"bicycle", "motorcar", "motor_vehicle", "vehicle",
                                           "hgv",     "bus",      "psv",           NULL};
    bool vehicle = false, foot = false;
    for (size_t k = 0; k < speeds->key_count; k++) {
        vehicle |= is_one_of(speeds->keys[k], vehicles);
        foot |= strcmp(speeds->keys[k], "foot") == 0;
    }
    return ig_rule(speeds, "oneway", vehicle && !foot ? 1.0 : 0.0) > 0.0;
}

void ig_oneway_find(const ig_features *f, const ig_speeds *speeds, bool is_osm, size_t class_of,
                    ig_oneway *columns)
{
    static const char *const usual[] = {"oneway", "one_way", "directionality", "dir_travel"};
    static const char *const lanes[] = {
        "cycleway",      "cycleway:left",        "cycleway:right",
        "cycleway:both", "cycleway:left:oneway", "cycleway:right:oneway"};
    *columns = (ig_oneway){.obey = must_obey(speeds)};
    if (!columns->obey) return;
    columns->oneway = SIZE_MAX;
    for (size_t i = 0; i < sizeof usual / sizeof *usual && columns->oneway == SIZE_MAX; i++)
        columns->oneway = ig_features_find_column(f, usual[i]);
    columns->letters = ig_features_find_column(f, "fclass") != SIZE_MAX ||
                       ig_features_find_column(f, "dir_travel") != SIZE_MAX;
    columns->junction = ig_features_find_column(f, "junction");
    columns->highway = is_osm ? class_of : ig_features_find_column(f, "highway");
    for (size_t k = 0; k < speeds->key_count && k < IG_ROAD_KEYS; k++) {
        char name[64];
        snprintf(name, sizeof name, "oneway:%s", speeds->keys[k]);
        columns->of_key[columns->keys++] = ig_features_find_column(f, name);
        columns->cycles |= strcmp(speeds->keys[k], "bicycle") == 0;
    }
    for (size_t i = 0; i < IG_CYCLE_LANES; i++)
        columns->lane[i] = ig_features_find_column(f, lanes[i]);
}

bool ig_oneway_known(const ig_oneway *columns)
{
    return columns->oneway != SIZE_MAX;
}

static const char *cell(const ig_features *f, size_t row, size_t column)
{
    const char *text = column == SIZE_MAX ? NULL : ig_features_text(f, row, column);
    return text ? text : "";
}

/// May cycles ride against the traffic: cycleway=opposite..., or a lane that is marked so?
static bool has_contraflow(const ig_features *f, size_t row, const ig_oneway *columns)
{
    for (size_t i = 0; i < IG_CYCLE_LANES; i++) {
        const char *lane = cell(f, row, columns->lane[i]);
        if (strncasecmp(lane, "opposite", 8) == 0) return true;
        if (i >= IG_CYCLE_LANES - 2 && (strcmp(lane, "-1") == 0 || strcasecmp(lane, "no") == 0))
            return true;
    }
    return false;
}

uint8_t ig_oneway_of(const ig_features *f, size_t row, const ig_oneway *columns)
{
    uint8_t way = IG_WAY_BOTH;
    if (!columns->obey) return way;
    for (size_t k = 0; k < columns->keys; k++)
        if (read_way(cell(f, row, columns->of_key[k]), false, &way)) return way;
    if (!read_way(cell(f, row, columns->oneway), columns->letters, &way)) {
        const char *junction = cell(f, row, columns->junction);
        const bool ring = strcasecmp(junction, "roundabout") == 0 ||
                          strcasecmp(junction, "circular") == 0 ||
                          strcasecmp(cell(f, row, columns->highway), "motorway") == 0;
        way = ring ? IG_WAY_FORTH : IG_WAY_BOTH;
    }
    if (way != IG_WAY_BOTH && columns->cycles && has_contraflow(f, row, columns)) way = IG_WAY_BOTH;
    return way;
}
