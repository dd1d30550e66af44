// Roads of all sources: class, speed by the table, who may use them, what they cross.
#include "cost_internal.h"

#include <math.h>
#include <string.h>
#include <strings.h>

void ig_roads_free(ig_roads *roads)
{
    ig_free(roads->list);
    ig_free(roads->x);
    ig_free(roads->y);
    ig_free(roads->crossings_known);
    ig_free(roads->coast);
    *roads = (ig_roads){0};
}

ig_status ig_road_point(ig_ctx *ctx, ig_roads *roads, double x, double y)
{
    if (!ig_grow((void **)&roads->x, &roads->x_room, roads->points + 1, sizeof *roads->x) ||
        !ig_grow((void **)&roads->y, &roads->y_room, roads->points + 1, sizeof *roads->y))
        return ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
    roads->x[roads->points] = x;
    roads->y[roads->points++] = y;
    return IG_OK;
}

// ---- columns -----------------------------------------------------------------------------------

/// Where the tags of a source stand; SIZE_MAX for none.
struct columns {
    size_t class_of, maxspeed, bridge, tunnel, ford, structure, natural, motorroad;
    size_t keys[IG_ROAD_KEYS];
    ig_oneway oneway;
};

/// The class column by name, or by its usual names when one of its values is in the table.
static ig_status find_class(ig_ctx *ctx, const ig_features *f, const char *wanted,
                            const ig_speeds *speeds, size_t *column)
{
    static const char *const usual[] = {"highway",        "road_function", "roadfunction",
                                        "function",       "fclass",        "class",
                                        "road_class",     "roadclass",     "road_classification",
                                        "classification", "type",          "road_type",
                                        "form_of_way",    "formofway"};
    *column = wanted ? ig_features_find_column(f, wanted) : SIZE_MAX;
    if (*column != SIZE_MAX) return IG_OK;
    for (size_t k = 0; !wanted && k < sizeof usual / sizeof *usual; k++) {
        const size_t candidate = ig_features_find_column(f, usual[k]);
        for (size_t row = 0; candidate != SIZE_MAX && row < f->count; row++) {
            const char *text = ig_features_text(f, row, candidate);
            bool known = false;
            if (text) ig_class_value_of(&speeds->road, text, &known);
            if (!known) continue;
            *column = candidate;
            return IG_OK;
        }
    }
    // A table may name no class at all and have one speed for every road.
    if (!wanted) *column = ig_features_find_column(f, "highway");
    if (*column != SIZE_MAX) return IG_OK;
    ig_text names = {0};
    for (size_t i = 0; i < f->column_count && i < IG_SHOWN; i++)
        ig_text_format(&names, "%s%s", i ? ", " : "", ig_show(f->columns[i].name));
    if (wanted) {
        ig_fail(ctx, IG_EINVAL, "%s: no column is called %s; there are %s", f->files[0],
                ig_show(wanted), names.data ? names.data : "none");
    } else {
        ig_fail(ctx, IG_EFORMAT,
                "%s: which column holds the class of a road is not clear (there are "
                "%s)",
                f->files[0], names.data ? names.data : "none");
    }
    ig_text_free(&names);
    return ig_hint(ctx, "name it by --road-class C");
}

static void find_columns(const ig_features *f, const ig_speeds *speeds, struct columns *c)
{
    c->maxspeed = ig_features_find_column(f, "maxspeed");
    c->bridge = ig_features_find_column(f, "bridge");
    c->tunnel = ig_features_find_column(f, "tunnel");
    c->ford = ig_features_find_column(f, "ford");
    c->natural = ig_features_find_column(f, "natural");
    c->motorroad = ig_features_find_column(f, "motorroad");
    c->structure = ig_features_find_column(f, "road_structure");
    if (c->structure == SIZE_MAX) c->structure = ig_features_find_column(f, "structure");
    if (c->structure == SIZE_MAX) c->structure = ig_features_find_column(f, "roadStructure");
    for (size_t k = 0; k < IG_ROAD_KEYS; k++)
        c->keys[k] = k < speeds->key_count ? ig_features_find_column(f, speeds->keys[k]) : SIZE_MAX;
}

/// Text of a cell, "" when it is missing.
static const char *cell(const ig_features *f, size_t row, size_t column)
{
    const char *text = column == SIZE_MAX ? NULL : ig_features_text(f, row, column);
    return text ? text : "";
}

static bool is_set(const char *text)
{
    static const char *const unset[] = {"", "no", "none", "false", "0", "f", "n", "null", NULL};
    for (size_t i = 0; unset[i]; i++)
        if (strcasecmp(text, unset[i]) == 0) return false;
    return true;
}

// ---- speed and access --------------------------------------------------------------------------

/// May it be used? The most particular key that is there decides. `pushed`: by dismounted cyclists.
static bool may_use(const ig_features *f, size_t row, const struct columns *c,
                    const ig_speeds *speeds, bool *pushed)
{
    static const char *const closed[] = {"no",        "private",      "agricultural",
                                         "forestry",  "delivery",     "military",
                                         "emergency", "use_sidepath", NULL};
    *pushed = false;
    for (size_t k = 0; k < speeds->key_count && k < IG_ROAD_KEYS; k++) {
        const char *value = cell(f, row, c->keys[k]);
        if (!*value) continue;
        *pushed = strcasecmp(value, "dismount") == 0;
        for (size_t i = 0; closed[i]; i++)
            if (strcasecmp(value, closed[i]) == 0) return false;
        return true;
    }
    return true;
}

/// A posted maximum in km/h: "50", "30 mph", and the words of Great Britain. NaN when it says none.
static double posted(const char *text)
{
    static const struct {
        const char *word;
        double mph;
    } words[] = {{"GB:nsl_single", 60}, {"GB:nsl_dual", 70}, {"GB:nsl_restricted", 30},
                 {"GB:motorway", 70},   {"GB:urban", 30},    {"GB:rural", 60},
                 {"national", 60}};
    char number[16];
    size_t n = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i].word) == 0) return words[i].mph * 1.609344;
    while (n + 1 < sizeof number && ((text[n] >= '0' && text[n] <= '9') || text[n] == '.')) {
        number[n] = text[n];
        n++;
    }
    number[n] = '\0';
    double value;
    if (!ig_text_number(number, &value) || value <= 0.0) return NAN;
    const char *unit = text + n + strspn(text + n, " ");
    if (strncasecmp(unit, "mph", 3) == 0) return value * 1.609344;
    return !*unit || strncasecmp(unit, "km", 2) == 0 || *unit == ';' ? value : NAN;
}

/// Seconds a metre of a road, NaN when it is not used in this mode.
static float pace_of(const ig_features *f, size_t row, const struct columns *c,
                     const ig_speeds *speeds, double kmh, bool *closed)
{
    bool pushed;
    *closed = !may_use(f, row, c, speeds, &pushed);
    for (size_t k = 0; k < speeds->key_count; k++)
        if ((strcmp(speeds->keys[k], "foot") == 0 || strcmp(speeds->keys[k], "bicycle") == 0) &&
            is_set(cell(f, row, c->motorroad)))
            *closed = true;
    if (*closed || !(kmh > 0.0)) return NAN;
    const double share = ig_rule(speeds, "posted_share", 0);
    const double limit = share > 0.0 ? share * posted(cell(f, row, c->maxspeed)) : NAN;
    if (limit > 0.0 && (limit < kmh || kmh >= ig_rule(speeds, "posted_raises_from", INFINITY)))
        kmh = limit;
    if (pushed) kmh = fmin(kmh, ig_rule(speeds, "dismount", 5));
    return (float)(3.6 / kmh);
}

// ---- one source --------------------------------------------------------------------------------

/// Classes that the table does not name, to be told once each.
struct unknown {
    char *names[IG_SHOWN];
    size_t named;
    int64_t roads;
};

static void note_unknown(struct unknown *u, const char *name)
{
    u->roads++;
    for (size_t i = 0; i < u->named; i++)
        if (strcmp(u->names[i], name) == 0) return;
    if (u->named < IG_SHOWN) {
        u->names[u->named] = ig_text_copy(name);
        if (u->names[u->named]) u->named++;
    }
}

static void tell_unknown(ig_ctx *ctx, struct unknown *u, const char *file, double kmh)
{
    ig_text names = {0};
    for (size_t i = 0; i < u->named; i++) {
        ig_text_format(&names, "%s%s", i ? ", " : "", ig_show(u->names[i]));
        ig_free(u->names[i]);
    }
    if (u->roads && kmh > 0.0)
        ig_warn(ctx,
                "%s: %lld roads have a class that the speed table does not name (%s); they are "
                "taken at %g km/h",
                file, (long long)u->roads, names.data ? names.data : "", kmh);
    else if (u->roads)
        ig_warn(ctx,
                "%s: %lld roads have a class that the speed table does not name (%s); they are "
                "left out",
                file, (long long)u->roads, names.data ? names.data : "");
    ig_text_free(&names);
    *u = (struct unknown){0};
}

/// Does the source mark bridges? A column that only ever tells tunnels (OS Open Roads'
/// road_structure) says nothing of bridges.
static bool marks_crossings(const ig_features *f, const struct columns *c)
{
    for (size_t row = 0; row < f->count; row++) {
        if (is_set(cell(f, row, c->bridge)) || is_set(cell(f, row, c->tunnel))) return true;
        if (strcasestr(cell(f, row, c->structure), "bridge")) return true;
    }
    return false;
}

static bool meets_box(const ig_features *f, size_t first, size_t end, const double *box)
{
    double w = INFINITY, s = INFINITY, e = -INFINITY, n = -INFINITY;
    for (size_t i = first; i < end; i++) {
        w = fmin(w, f->x[i]);
        e = fmax(e, f->x[i]);
        s = fmin(s, f->y[i]);
        n = fmax(n, f->y[i]);
    }
    return w <= box[2] && e >= box[0] && s <= box[3] && n >= box[1];
}

static ig_status add_lines(ig_ctx *ctx, ig_roads *roads, const ig_features *f, size_t row,
                           const double *box, const ig_road *like)
{
    const ig_feature *item = &f->items[row];
    for (size_t r = item->ring; r < item->ring + item->rings; r++) {
        const size_t first = f->ring_start[r], end = f->ring_start[r + 1];
        if (end < first + 2 || !meets_box(f, first, end, box)) continue;
        if (!ig_grow((void **)&roads->list, &roads->room, roads->count + 1, sizeof *roads->list))
            return ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
        ig_road road = *like;
        road.first = roads->points;
        for (size_t i = first; i < end; i++) {
            const ig_status status = ig_road_point(ctx, roads, f->x[i], f->y[i]);
            if (status) return status;
            roads->box[0] = fmin(roads->box[0], f->x[i]);
            roads->box[1] = fmin(roads->box[1], f->y[i]);
            roads->box[2] = fmax(roads->box[2], f->x[i]);
            roads->box[3] = fmax(roads->box[3], f->y[i]);
        }
        road.end = roads->points;
        roads->list[roads->count++] = road;
    }
    return IG_OK;
}

static ig_status add_coast(ig_ctx *ctx, ig_roads *roads, const ig_features *f, size_t row)
{
    const ig_feature *item = &f->items[row];
    for (size_t r = item->ring; r < item->ring + item->rings; r++) {
        for (size_t i = f->ring_start[r]; i + 1 < f->ring_start[r + 1]; i++) {
            if (!ig_grow((void **)&roads->coast, &roads->coast_room, roads->coast_count + 1,
                         sizeof *roads->coast))
                return ig_fail(ctx, IG_EMEMORY, "no memory for the coast");
            double *piece = roads->coast[roads->coast_count++];
            piece[0] = f->x[i];
            piece[1] = f->y[i];
            piece[2] = f->x[i + 1];
            piece[3] = f->y[i + 1];
        }
    }
    return IG_OK;
}

struct reading {
    const ig_speeds *speeds, *residents;
    const double *box;
    ig_roads *roads;
    ig_cost_report *report;
    int64_t closed, reversible, alternating;
    bool directed; ///< some source has a column for one-way roads
    bool obey;
    struct unknown unknown;
};

/// Directions that change: nobody knows which is open at the hour of a journey, so that a tidal flow
/// is closed; where the traffic takes turns people wait. Both as OSRM's cars have it (2024).
static void take_way(struct reading *r, uint8_t way, ig_road *road)
{
    road->way = way;
    if (way != IG_WAY_REVERSIBLE && way != IG_WAY_ALTERNATING) return;
    road->way = IG_WAY_BOTH;
    if (isnan(road->pace)) return;
    const bool turns = way == IG_WAY_ALTERNATING;
    const double share =
        ig_rule(r->speeds, turns ? "alternating" : "reversible", turns ? 0.4 : 0.0);
    if (turns)
        r->alternating++;
    else
        r->reversible++;
    road->pace = share > 0.0 ? (float)((double)road->pace / share) : NAN;
    road->urban_pace = share > 0.0 ? (float)((double)road->urban_pace / share) : NAN;
}

static ig_status take_road(ig_ctx *ctx, struct reading *r, const ig_features *f, size_t row,
                           const struct columns *c, uint32_t source)
{
    if (!f->items[row].rings) return IG_OK;
    if (strcmp(cell(f, row, c->natural), "coastline") == 0 && !*cell(f, row, c->class_of))
        return add_coast(ctx, r->roads, f, row);
    bool known, closed;
    const char *class_of = cell(f, row, c->class_of);
    const double kmh = ig_class_value_of(&r->speeds->road, class_of, &known);
    if (!known) {
        r->report->roads_unknown_class++;
        note_unknown(&r->unknown, *class_of ? class_of : "(empty)");
    }
    r->report->roads_in++;
    ig_road road = {.source = source};
    road.pace = pace_of(f, row, c, r->speeds, kmh, &closed);
    bool urban;
    const double urban_kmh = ig_class_value_of(&r->speeds->urban, class_of, &urban);
    road.urban_pace = road.pace;
    if (!isnan(road.pace) && urban_kmh > 0.0)
        road.urban_pace = pace_of(f, row, c, r->speeds, urban_kmh, &urban);
    const char *structure = cell(f, row, c->structure);
    const bool bridge = is_set(cell(f, row, c->bridge)) || strcasestr(structure, "bridge");
    const bool tunnel = is_set(cell(f, row, c->tunnel)) || strcasestr(structure, "tunnel");
    road.marked = bridge || tunnel || is_set(cell(f, row, c->ford));
    road.limited = ig_class_value_of(&r->speeds->limited, class_of, NULL) > 0.0 ||
                   (r->speeds->limited.count && is_set(cell(f, row, c->motorroad)));
    road.apart = road.limited || ig_class_value_of(&r->speeds->apart, class_of, NULL) > 0.0;
    road.lived_on = ig_class_value_of(&r->residents->road, class_of, NULL) > 0.0;
    r->report->bridges += bridge;
    r->report->tunnels += tunnel;
    if (closed) r->closed++;
    take_way(r, ig_oneway_of(f, row, &c->oneway), &road);
    if (isfinite(road.pace) && road.way != IG_WAY_BOTH) r->report->roads_one_way++;
    if (isnan(road.pace)) r->report->roads_left_out++;
    return add_lines(ctx, r->roads, f, row, r->box, &road);
}

/// One source, batch by batch.
struct source {
    struct reading *reading;
    const char *path, *wanted;
    uint32_t number;
    bool any; ///< some way has a class
    /// The class column of its first batch; one source has one, whatever its later batches hold.
    char *class_name;
};

/// The class column of a source that is not OpenStreetMap's.
static ig_status class_column(ig_ctx *ctx, struct source *s, const ig_features *f, size_t *column)
{
    const char *wanted = s->class_name ? s->class_name : s->wanted;
    const ig_status status = find_class(ctx, f, wanted, s->reading->speeds, column);
    if (status || s->class_name) return status;
    s->class_name = ig_text_copy(f->columns[*column].name);
    return s->class_name ? IG_OK : ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
}

static ig_status take_batch(ig_ctx *ctx, const ig_features *f, bool is_osm, void *user)
{
    struct source *s = user;
    struct reading *r = s->reading;
    struct columns c = {0};
    ig_status status = IG_OK;
    if (is_osm) {
        c.class_of = ig_features_find_column(f, "highway");
    } else {
        status = class_column(ctx, s, f, &c.class_of);
    }
    if (status) return status;
    s->any |= c.class_of != SIZE_MAX;
    find_columns(f, r->speeds, &c);
    ig_oneway_find(f, r->speeds, is_osm, c.class_of, &c.oneway);
    r->obey = c.oneway.obey;
    r->directed |= is_osm || (c.oneway.obey && ig_oneway_known(&c.oneway));
    r->roads->crossings_known[s->number] |= marks_crossings(f, &c);
    for (size_t row = 0; !status && row < f->count; row++)
        status = take_road(ctx, r, f, row, &c, s->number);
    return status;
}

static ig_status read_source(ig_ctx *ctx, struct reading *r, const char *path, const char *wanted,
                             uint32_t number)
{
    struct source source = {.reading = r, .path = path, .wanted = wanted, .number = number};
    ig_status status = ig_source_each(ctx, path, IG_OSM_ROADS, r->box, take_batch, &source);
    if (!status && !source.any)
        status = ig_fail(ctx, IG_EFORMAT, "%s: no way is tagged highway: there are no roads in it",
                         ig_show(path));
    ig_free(source.class_name);
    tell_unknown(ctx, &r->unknown, ig_base_name(path),
                 ig_class_value_of(&r->speeds->road, "*", NULL));
    return status;
}

ig_status ig_roads_read(ig_ctx *ctx, const ig_cost_options *options, const ig_speeds *speeds,
                        const ig_speeds *residents, const double box[4], ig_roads *roads,
                        ig_cost_report *report)
{
    struct reading r = {.speeds = speeds, .residents = residents, .box = box, .roads = roads};
    r.report = report;
    *roads = (ig_roads){.box = {INFINITY, INFINITY, -INFINITY, -INFINITY}};
    const size_t sources = options->roads.count;
    if (!sources) return IG_OK;
    roads->crossings_known = ig_alloc(sources, sizeof *roads->crossings_known);
    if (!roads->crossings_known) return ig_fail(ctx, IG_EMEMORY, "no memory for the roads");
    roads->sources = sources;
    ig_status status = IG_OK;
    for (size_t i = 0; !status && i < sources; i++)
        status = read_source(ctx, &r, options->roads.values[i], options->road_class, (uint32_t)i);
    if (!status && !roads->count) {
        ig_fail(ctx, IG_EFORMAT, "%s: no road lies in the extent %.0f %.0f to %.0f %.0f",
                ig_show(options->roads.values[0]), box[0], box[1], box[2], box[3]);
        return ig_hint(ctx,
                       "do the roads and the areas lie in the same place, and is the CRS right?");
    }
    if (!status && r.reversible)
        ig_info(ctx,
                "%lld roads change their direction by the hour (oneway=reversible): %s (rule "
                "reversible of the speed table)",
                (long long)r.reversible,
                ig_rule(speeds, "reversible", 0.0) > 0.0 ? "open both ways" : "closed");
    if (!status && r.alternating)
        ig_info(
            ctx,
            "%lld roads are used by turns (oneway=alternating): both ways, at %g of their speed",
            (long long)r.alternating, ig_rule(speeds, "alternating", 0.4));
    if (!status && r.closed)
        ig_info(ctx, "%lld roads are closed to this mode by their tags (private, no ...)",
                (long long)r.closed);
    if (!status && report->roads_one_way)
        ig_info(ctx, "%lld one-way roads are used as their source says",
                (long long)report->roads_one_way);
    if (!status && r.obey && !r.directed)
        ig_info(ctx, "the roads do not say which of them are one-way: all are open both ways");
    for (size_t i = 0; !status && i < sources; i++)
        if (roads->crossings_known[i]) report->crossings_known = true;
    return status;
}
