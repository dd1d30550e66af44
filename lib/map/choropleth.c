// A column of numbers becomes classes, colours and a style; styles go into the GeoPackage.
#include "map_internal.h"

#include <math.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct ig_choropleth {
    ig_style style;
    ig_breaks *breaks;
    ig_colour *colours;
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

/// The method asked for, agreed with the breaks.
static ig_status choose_method(ig_ctx *ctx, const ig_map_options *options, ig_class_method *method)
{
    const bool breaks = options->breaks.count > 0;
    *method = options->method >= 0 ? (ig_class_method)options->method
              : breaks             ? IG_CLASS_MANUAL
                                   : IG_CLASS_QUANTILE;
    if (*method == IG_CLASS_MANUAL && !breaks) {
        ig_fail(ctx, IG_EINVAL, "the manual method needs the upper bounds of the classes");
        return ig_hint(ctx, "give --breaks A,B,...");
    }
    if (*method != IG_CLASS_MANUAL && breaks) {
        ig_fail(ctx, IG_EINVAL, "--breaks belongs to the manual method");
        return ig_hint(ctx, "leave out --breaks or give --method manual");
    }
    for (size_t i = 1; i < options->breaks.count; i++) {
        if (options->breaks.values[i] > options->breaks.values[i - 1]) continue;
        ig_fail(ctx, IG_EINVAL, "--breaks must rise: %g comes after %g", options->breaks.values[i],
                options->breaks.values[i - 1]);
        return ig_hint(ctx, "give the upper bounds from low to high, each once");
    }
    return IG_OK;
}

// ---- classes on both sides of a value ---------------------------------------------------------

/// Bounds that lie as far below the centre as above it: the distances from it are put in classes,
/// half of them on each side. Classes beyond the values are left out; `first` is the number of
/// those left out below, so that a colour keeps its distance from the centre.
static ig_status mirrored(const double *values, size_t n, ig_class_method method, size_t half,
                          double centre, ig_breaks **out, size_t *first, size_t *sides)
{
    double *distance = ig_alloc(n + 1, sizeof *distance), low = INFINITY, high = -INFINITY;
    ig_breaks *apart = NULL;
    if (!distance) return IG_EMEMORY;
    for (size_t i = 0; i < n; i++) {
        const bool known = isfinite(values[i]);
        distance[i] = known ? fabs(values[i] - centre) : NAN;
        if (known && values[i] < low) low = values[i];
        if (known && values[i] > high) high = values[i];
    }
    ig_status status = ig_classify(distance, n, method, half, NULL, 0, &apart);
    ig_free(distance);
    if (status) return status;
    const size_t k = apart->classes;
    double *upper = ig_alloc(2 * k + 1, sizeof *upper);
    size_t count = 0, below = 0;
    for (size_t i = 0; upper && i + 1 < 2 * k; i++) {
        const double bound = i + 1 < k    ? centre - apart->upper[k - 2 - i]
                             : i + 1 == k ? centre
                                          : centre + apart->upper[i - k];
        if (bound <= low) { // the first class holds its lower bound too
            below++;
        } else if (!count || (bound > upper[count - 1] && upper[count - 1] < high)) {
            upper[count++] = bound;
        }
    }
    if (upper && (!count || upper[count - 1] < high)) upper[count++] = high;
    *first = below;
    *sides = k;
    status = upper ? ig_classify(values, n, IG_CLASS_MANUAL, count, upper, count, out) : IG_EMEMORY;
    ig_free(upper);
    ig_breaks_free(apart);
    return status;
}

/// The palette asked for where it has two sides; PuOr for the one that nobody named.
static ig_status two_sided_palette(ig_ctx *ctx, const char *asked, const char **palette)
{
    *palette = asked;
    if (ig_palette_two_sided(asked)) return IG_OK;
    if (strcmp(asked, ig_map_defaults().palette) == 0) {
        *palette = "PuOr";
        return IG_OK;
    }
    bool known = false;
    for (const char *const *name = ig_palette_names(); *name; name++)
        known = known || strcasecmp(*name, asked) == 0;
    if (!known) return IG_OK; // the palette's own message names those there are
    ig_fail(ctx, IG_EINVAL, "palette %s has one side, and --centre needs one with two",
            ig_show(asked));
    return ig_hint(ctx, "give --palette PuOr, RdBu, BrBG or PRGn");
}

static ig_status classes_round(ig_ctx *ctx, const double *values, size_t n,
                               const ig_map_options *options, ig_class_method method,
                               ig_choropleth *c)
{
    const char *palette;
    ig_status status = two_sided_palette(ctx, options->palette, &palette);
    if (status) return status;
    if (method == IG_CLASS_MANUAL) {
        ig_fail(ctx, IG_EINVAL, "--centre makes the classes itself, so --breaks has no place");
        return ig_hint(ctx, "leave out --breaks or --centre");
    }
    if (options->classes < 2) return ig_fail(ctx, IG_EINVAL, "--centre needs 2 classes or more");
    if (options->classes % 2)
        ig_info(ctx, "%lld classes are %lld on each side of the centre",
                (long long)options->classes - 1, (long long)options->classes / 2);
    size_t first = 0, sides = 0;
    status = mirrored(values, n, method, (size_t)options->classes / 2, options->centre, &c->breaks,
                      &first, &sides);
    if (status) return status;
    ig_colour *all = ig_alloc(2 * sides, sizeof *all);
    c->colours = ig_alloc(c->breaks->classes, sizeof *c->colours);
    if (!all || !c->colours) {
        ig_free(all);
        return IG_EMEMORY;
    }
    status = ig_palette(ctx, palette, 2 * sides, options->reverse, all);
    for (size_t k = 0; !status && k < c->breaks->classes; k++)
        c->colours[k] = all[first + k < 2 * sides ? first + k : 2 * sides - 1];
    ig_free(all);
    return status;
}

// ---- from a column to its style -----------------------------------------------------------------

static ig_status make_classes(ig_ctx *ctx, const double *values, size_t n, const char *name,
                              const ig_map_options *options, ig_class_method method,
                              ig_choropleth *c)
{
    ig_status status;
    if (!isnan(options->centre)) {
        status = classes_round(ctx, values, n, options, method, c);
        if (status == IG_EINVAL) return status;
    } else {
        status = ig_classify(values, n, method, (size_t)options->classes, options->breaks.values,
                             options->breaks.count, &c->breaks);
    }
    if (status == IG_EMEMORY) return ig_fail(ctx, IG_EMEMORY, "no memory for a map");
    if (status)
        return ig_fail(ctx, status, "column %s cannot be put in classes: %s", ig_show(name),
                       ig_status_text(status));
    if (c->breaks->note) ig_info(ctx, "%s: %s", ig_show(name), c->breaks->note);
    if (c->colours) return IG_OK;
    c->colours = ig_alloc(c->breaks->classes, sizeof *c->colours);
    if (!c->colours) return ig_fail(ctx, IG_EMEMORY, "no memory for a map");
    return ig_palette(ctx, options->palette, c->breaks->classes, options->reverse, c->colours);
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
    ig_class_method method;
    ig_status status = choose_method(ctx, options, &method);
    if (!status) status = make_classes(ctx, values, n, column->name, options, method, c);
    if (status) return status;
    if (values != column->number) { // the bounds are shared, the counts are its own
        memset(c->breaks->count, 0, c->breaks->classes * sizeof *c->breaks->count);
        c->breaks->missing = 0;
        for (size_t i = 0; i < columns->rows; i++) {
            const size_t k = ig_breaks_class(c->breaks, column->number[i]);
            if (k < c->breaks->classes)
                c->breaks->count[k]++;
            else
                c->breaks->missing++;
        }
    }
    c->values = column->number;
    c->style = (ig_style){
        .column = column->name,
        .title = options->title  ? options->title
                 : column->title ? column->title
                                 : column->name,
        .unit = options->unit,
        .breaks = c->breaks,
        .method = isnan(options->centre) ? method : IG_CLASS_MANUAL,
        .colours = c->colours,
        .gaps = c->breaks->missing > 0,
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

void ig_choropleth_free(ig_choropleth *choropleth)
{
    if (!choropleth) return;
    ig_breaks_free(choropleth->breaks);
    ig_free(choropleth->colours);
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
