// A column of numbers becomes classes, colours and a style; styles go into the GeoPackage.
#include "map_internal.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

struct ig_choropleth {
    ig_style style;
    struct classes classes;
    const double *values; ///< lent by the result
    unsigned char *marks; ///< ig_mark, one a row
};

ig_map_options ig_map_defaults(void)
{
    return (ig_map_options){.method = -1, .classes = 5, .palette = "YlGnBu", .centre = NAN};
}

#define AT(member) offsetof(ig_map_options, member)
const ig_option ig_map_option_list[] = {
    {"method", IG_OPTION_CHOICE, AT(method), false,
     "how to make classes; manual where --breaks is given, else quantile", IG_CLASS_METHODS, 0, 0},
    {"classes", IG_OPTION_COUNT, AT(classes), false, "number of classes", NULL, 1, 24},
    {"palette", IG_OPTION_TEXT, AT(palette), false,
     "colours, as ColorBrewer and QGIS call them: YlGnBu, YlOrRd, Blues, Viridis ..., or two-sided "
     "PuOr, RdBu, BrBG, PRGn, PiYG, RdYlBu",
     NULL, 0, 0},
    {"reverse", IG_OPTION_FLAG, AT(reverse), false, "turn the colours round", NULL, 0, 0},
    {"breaks", IG_OPTION_NUMBERS, AT(breaks), false, "upper bounds for the manual method, rising",
     NULL, 0, 0},
    {"classes-from", IG_OPTION_INPUT, AT(classes_from), false,
     "table with the upper bounds of the classes, as classify or --classes-to wrote it", NULL, 0,
     0},
    {"centre", IG_OPTION_NUMBER, AT(centre), false,
     "classes alike on both sides of this value, in a two-sided palette (PuOr unless named)", NULL,
     0, 0},
    {"lower", IG_OPTION_COLUMN, AT(lower), false,
     "lower confidence limit of the value: areas that may be the centre are dotted", NULL, 0, 0},
    {"upper", IG_OPTION_COLUMN, AT(upper), false, "upper confidence limit of the value", NULL, 0,
     0},
    {0},
};

/// The column as numbers, with at least one of them.
static ig_status find_column(ig_ctx *ctx, const ig_result *columns, const char *name,
                             const ig_column **out)
{
    const ig_column *column = ig_result_find(columns, name);
    if (!column) {
        const char **names = ig_alloc(columns->count, sizeof *names);
        if (!names) return ig_fail(ctx, IG_EMEMORY, "no memory for a map");
        for (size_t c = 0; c < columns->count; c++)
            names[c] = columns->columns[c].name;
        const char *near = ig_nearest_name(name, names, columns->count);
        ig_fail(ctx, IG_EINVAL, "there is no column %s to map", ig_show(name));
        if (near) {
            ig_hint(ctx, "did you mean %s?", ig_show(near));
        } else {
            ig_hint(ctx, "name a column of the areas or of the joined table with --value");
        }
        ig_free(names);
        return IG_EINVAL;
    }
    if (column->kind == IG_COLUMN_TEXT) {
        ig_fail(ctx, IG_EFORMAT, "column %s holds text, which has no classes", ig_show(name));
        return ig_hint(ctx, "map a column of numbers");
    }
    for (size_t i = 0; i < columns->rows; i++) {
        if (isnan(column->number[i])) continue;
        *out = column;
        return IG_OK;
    }
    ig_fail(ctx, IG_EFORMAT, "column %s has no number in any of %zu areas, so there are no classes",
            ig_show(name), columns->rows);
    return ig_hint(ctx, "look at the column %s_status for the reasons", ig_show(name));
}

/// Which of the gaps are suppressed, by the column NAME_status that a join made.
static void mark_suppressed(const ig_result *columns, const ig_column *column, ig_choropleth *c)
{
    char name[512];
    if (snprintf(name, sizeof name, "%s_status", column->name) >= (int)sizeof name) return;
    const ig_column *status = ig_result_find(columns, name);
    if (!status || status->kind != IG_COLUMN_TEXT) return;
    for (size_t i = 0; i < columns->rows; i++) {
        if (!isnan(column->number[i]) || !status->text[i] ||
            strncmp(status->text[i], "suppressed", 10))
            continue;
        c->marks[i] = IG_MARK_SUPPRESSED;
        c->style.suppressed++;
    }
    if (c->style.suppressed) c->style.status = status->name;
}

/// Areas whose limits hold the centre, so that nobody takes chance for a difference.
static ig_status mark_unclear(ig_ctx *ctx, const ig_result *columns, const ig_column *column,
                              const ig_map_options *options, ig_choropleth *c)
{
    if (!options->lower && !options->upper) return IG_OK;
    if (!options->lower || !options->upper || isnan(options->centre)) {
        ig_fail(ctx, IG_EINVAL, "limits are marked with --lower, --upper and --centre together");
        return ig_hint(ctx, "give --lower C --upper C --centre V");
    }
    const ig_column *lower = NULL, *upper = NULL;
    ig_status status = find_column(ctx, columns, options->lower, &lower);
    if (!status) status = find_column(ctx, columns, options->upper, &upper);
    if (status) return status;
    c->style.lower = lower->name;
    c->style.upper = upper->name;
    c->style.centre = options->centre;
    for (size_t i = 0; i < columns->rows; i++) {
        if (isnan(column->number[i]) || !(lower->number[i] <= options->centre) ||
            !(upper->number[i] >= options->centre))
            continue;
        c->marks[i] = IG_MARK_UNCLEAR;
        c->style.unclear++;
    }
    return IG_OK;
}

static ig_status fill(ig_ctx *ctx, const ig_result *columns, const ig_column *column,
                      const double *values, size_t n, const ig_map_options *options,
                      ig_choropleth *c)
{
    ig_status status = classes_make(ctx, values, n, column->name, options, &c->classes);
    if (status) return status;
    ig_breaks *breaks = c->classes.breaks;
    if (values != column->number) { // the bounds are shared, the counts are its own
        memset(breaks->count, 0, breaks->classes * sizeof *breaks->count);
        breaks->missing = 0;
        for (size_t i = 0; i < columns->rows; i++) {
            const size_t k = ig_breaks_class(breaks, column->number[i]);
            if (k < breaks->classes)
                breaks->count[k]++;
            else
                breaks->missing++;
        }
    }
    c->values = column->number;
    c->style = (ig_style){
        .column = column->name,
        .title = options->title  ? options->title
                 : column->title ? column->title
                                 : column->name,
        .unit = options->unit,
        .breaks = breaks,
        .method = isnan(options->centre) ? c->classes.method : IG_CLASS_MANUAL,
        .colours = c->classes.colours,
        .gaps = breaks->missing > 0,
    };
    c->marks = ig_alloc(columns->rows + 1, sizeof *c->marks);
    if (!c->marks) return ig_fail(ctx, IG_EMEMORY, "no memory for a map");
    mark_suppressed(columns, column, c);
    return mark_unclear(ctx, columns, column, options, c);
}

static ig_status new_choropleth(ig_ctx *ctx, const ig_result *columns, const ig_column *column,
                                const double *values, size_t n, const ig_map_options *options,
                                ig_choropleth **out)
{
    ig_choropleth *c = ig_alloc(1, sizeof *c);
    if (!c) return ig_fail(ctx, IG_EMEMORY, "no memory for a map");
    const ig_status status = fill(ctx, columns, column, values, n, options, c);
    if (status) {
        ig_choropleth_free(c);
        return status;
    }
    *out = c;
    return IG_OK;
}

ig_status ig_choropleth_new(ig_ctx *ctx, const ig_result *columns, const char *column,
                            const ig_map_options *options, ig_choropleth **out)
{
    *out = NULL;
    const ig_column *found = NULL;
    ig_status status = find_column(ctx, columns, column, &found);
    if (status) return status;
    return new_choropleth(ctx, columns, found, found->number, columns->rows, options, out);
}

ig_status ig_choropleth_among(ig_ctx *ctx, const ig_result *columns, const char *column,
                              const double *values, size_t count, const ig_map_options *options,
                              ig_choropleth **out)
{
    *out = NULL;
    const ig_column *found = NULL;
    const ig_status status = find_column(ctx, columns, column, &found);
    return status ? status : new_choropleth(ctx, columns, found, values, count, options, out);
}

ig_status ig_choropleths_shared(ig_ctx *ctx, const ig_result *columns, const char *const *names,
                                size_t count, const ig_map_options *options, ig_choropleth **out)
{
    double *all = ig_alloc(columns->rows * count + 1, sizeof *all);
    if (!all) return ig_fail(ctx, IG_EMEMORY, "no memory for a map");
    ig_status status = IG_OK;
    for (size_t m = 0; !status && m < count; m++) {
        const ig_column *column = NULL;
        out[m] = NULL;
        status = find_column(ctx, columns, names[m], &column);
        if (!status) memcpy(all + m * columns->rows, column->number, columns->rows * sizeof *all);
    }
    for (size_t m = 0; !status && m < count; m++)
        status = new_choropleth(ctx, columns, ig_result_find(columns, names[m]), all,
                                columns->rows * count, options, &out[m]);
    ig_free(all);
    return status;
}

ig_status ig_choropleth_classes(ig_ctx *ctx, const ig_choropleth *choropleth, ig_result **out)
{
    static const struct {
        const char *name;
        ig_column_kind kind;
    } columns[] = {{"class", IG_COLUMN_INTEGER},
                   {"lower", IG_COLUMN_REAL},
                   {"upper", IG_COLUMN_REAL},
                   {"count", IG_COLUMN_INTEGER},
                   {"colour", IG_COLUMN_TEXT}};
    const ig_breaks *breaks = choropleth->classes.breaks;
    ig_result *result = NULL;
    ig_column *column = NULL;
    ig_status status = ig_result_new(breaks->classes, &result);
    for (size_t i = 0; !status && i < sizeof columns / sizeof *columns; i++)
        status = ig_result_add(result, columns[i].name, columns[i].kind, &column);
    for (size_t k = 0; !status && k < breaks->classes; k++) {
        const ig_colour c = choropleth->classes.colours[k];
        char colour[8];
        snprintf(colour, sizeof colour, "#%02x%02x%02x", c.r, c.g, c.b);
        result->columns[0].number[k] = (double)k + 1;
        result->columns[1].number[k] = class_lower(breaks, k);
        result->columns[2].number[k] = breaks->upper[k];
        result->columns[3].number[k] = (double)breaks->count[k];
        status = ig_result_set_text(result, &result->columns[4], k, colour);
    }
    if (status) {
        ig_result_free(result);
        return ig_fail(ctx, IG_EMEMORY, "no memory for the classes of a map");
    }
    *out = result;
    return IG_OK;
}

void ig_choropleth_free(ig_choropleth *choropleth)
{
    if (!choropleth) return;
    ig_breaks_free(choropleth->classes.breaks);
    ig_free(choropleth->classes.colours);
    ig_free(choropleth->marks);
    ig_free(choropleth);
}

const ig_style *ig_choropleth_style(const ig_choropleth *choropleth)
{
    return &choropleth->style;
}

const double *ig_choropleth_values(const ig_choropleth *choropleth)
{
    return choropleth->values;
}

const unsigned char *ig_choropleth_marks(const ig_choropleth *choropleth)
{
    return choropleth->marks;
}

// ---- into the GeoPackage ------------------------------------------------------------------------

/// Room that the table of styles has for a name, in characters.
enum { NAME_MOST = 30 };

/// A name of at most 30 characters, cut between characters, with `suffix` whole.
static void style_name(const char *column, const char *suffix, char name[4 * NAME_MOST + 1])
{
    size_t used = 0, characters = strlen(suffix);
    while (*column && characters < NAME_MOST) {
        size_t length = xml_character(column);
        if (length) {
            memcpy(name + used, column, length);
        } else {
            name[used] = '?';
            length = 1;
        }
        used += length;
        column += length;
        characters++;
    }
    memcpy(name + used, suffix, strlen(suffix) + 1);
}

/// Pairs of column and title for those that have one; NULL-ended. Yours (the array alone).
static const char **aliases_of(const ig_result *columns)
{
    const char **aliases = ig_alloc(2 * columns->count + 1, sizeof *aliases);
    size_t used = 0;
    for (size_t c = 0; aliases && c < columns->count; c++) {
        const ig_column *column = &columns->columns[c];
        if (!column->title || strcmp(column->title, column->name) == 0) continue;
        aliases[used++] = column->name;
        aliases[used++] = column->title;
    }
    return aliases;
}

static ig_status add_style(ig_ctx *ctx, ig_layers *layers, const char *layer, const ig_style *style,
                           const char *const *aliases, const char *suffix, bool is_default)
{
    char name[4 * NAME_MOST + 1], *qml = NULL, *sld = NULL;
    style_name(style->column, suffix, name);
    ig_status status = ig_style_qml(ctx, style, aliases, &qml);
    if (!status) status = ig_style_sld(ctx, style, layer, &sld);
    if (!status) status = ig_layers_style(layers, layer, name, qml, sld, is_default);
    ig_style_free(qml);
    ig_style_free(sld);
    return status;
}

/// Does a style before this one have the same name once both are cut?
static bool is_taken(const ig_style *const *styles, size_t s, const char *suffix)
{
    char mine[4 * NAME_MOST + 1], other[4 * NAME_MOST + 1];
    style_name(styles[s]->column, suffix, mine);
    for (size_t t = 0; t < s; t++) {
        style_name(styles[t]->column, suffix, other);
        if (strcmp(mine, other) == 0) return true;
    }
    return false;
}

ig_status ig_map_styles(ig_ctx *ctx, ig_layers *layers, const char *layer,
                        const ig_style *const *styles, size_t count, const ig_result *columns)
{
    const char **aliases = aliases_of(columns);
    if (!aliases) return ig_fail(ctx, IG_EMEMORY, "no memory for a style");
    ig_status status = IG_OK;
    for (size_t s = 0; !status && s < count; s++) {
        char suffix[40] = "";
        if (is_taken(styles, s, "")) snprintf(suffix, sizeof suffix, " %zu", s + 1);
        status = add_style(ctx, layers, layer, styles[s], aliases, suffix, s == 0);
        if (status || !styles[s]->gaps || !styles[s]->breaks->classes) continue;
        ig_style graduated = *styles[s];
        graduated.gaps = false;
        graduated.lower = graduated.upper = NULL;
        snprintf(suffix, sizeof suffix, " graduated");
        if (is_taken(styles, s, " graduated"))
            snprintf(suffix, sizeof suffix, " graduated %zu", s + 1);
        status = add_style(ctx, layers, layer, &graduated, aliases, suffix, false);
    }
    ig_free(aliases);
    return status;
}

const char *ig_map_attribution(const ig_areas *areas)
{
    static const char *const made_up[] = {"E0190", "E0191", "E0599", "E0699"};
    const size_t count = ig_areas_count(areas);
    size_t ours = 0, official = 0;
    for (size_t a = 0; a < count; a++) {
        const char *code = ig_areas_code(areas, a);
        if (!ig_is_ons_code(code)) continue;
        official++;
        for (size_t m = 0; m < sizeof made_up / sizeof *made_up; m++)
            ours += strncmp(code, made_up[m], strlen(made_up[m])) == 0;
    }
    if (!official) return NULL;
    if (ours == official) return "Merrowshire is a made-up county. Made with isogap.";
    return "Source: Office for National Statistics licensed under the Open Government Licence "
           "v.3.0. Contains OS data \xc2\xa9 Crown copyright and database right.";
}
