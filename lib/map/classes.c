// Classes and colours of a map: by a method, on both sides of a value, or as a file has them.
#include "map_internal.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/// The method asked for, agreed with the breaks.
static ig_status choose_method(ig_ctx *ctx, const ig_map_options *options, ig_class_method *method)
{
    const bool breaks = options->breaks.count > 0;
    if (options->classes_from) {
        *method = IG_CLASS_MANUAL;
        if (!breaks && isnan(options->centre) &&
            (options->method < 0 || options->method == IG_CLASS_MANUAL))
            return IG_OK;
        ig_fail(ctx, IG_EINVAL, "--classes-from brings its classes, so that %s has no place",
                breaks                    ? "--breaks"
                : !isnan(options->centre) ? "--centre"
                                          : "--method");
        return ig_hint(ctx, "leave out one of the two");
    }
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
                               struct classes *c)
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

// ---- eyes ---------------------------------------------------------------------------------------

/// Too many classes for a palette look alike to some people: said, with how many do not.
static ig_status warn_alike(ig_ctx *ctx, const ig_map_options *options, const struct classes *c)
{
    const size_t count = c->breaks->classes;
    if (count < 2 || ig_colours_apart(c->colours, count) >= IG_COLOURS_APART) return IG_OK;
    ig_colour *fewer = ig_alloc(count, sizeof *fewer);
    if (!fewer) return ig_fail(ctx, IG_EMEMORY, "no memory for a map");
    size_t most = count - 1;
    ig_status status = IG_OK;
    for (; most > 1 && !status; most--) {
        status = ig_palette(ctx, options->palette, most, options->reverse, fewer);
        if (!status && ig_colours_apart(fewer, most) >= IG_COLOURS_APART) break;
    }
    ig_free(fewer);
    if (!status)
        ig_warn_mild(ctx,
                     "palette %s: two of its %zu colours look alike to colour-blind people; up to "
                     "%zu classes stay apart, and YlGnBu keeps 6 apart",
                     ig_show(options->palette), count, most);
    return status;
}

// ---- classes of another run -----------------------------------------------------------------------

/// Upper bounds from the column `upper` of a table, rising. Yours.
static ig_status read_bounds(ig_ctx *ctx, const char *path, double **bounds, size_t *count)
{
    ig_table_options reading = ig_table_defaults();
    ig_table *table = NULL;
    const double *upper = NULL;
    size_t column = 0;
    reading.keyless = true;
    *bounds = NULL;
    ig_status status = ig_table_read(ctx, path, &reading, &table);
    if (!status && (column = ig_table_column(table, "upper")) == SIZE_MAX) {
        ig_fail(ctx, IG_EFORMAT, "%s: there is no column upper, so it holds no classes",
                ig_show(path));
        status = ig_hint(ctx, "give a file that isogap classify -o or map --classes-to wrote");
    }
    if (!status) status = ig_table_numbers(ctx, table, column, IG_NUMBERS_ANY, &upper);
    *count = status ? 0 : ig_table_rows(table);
    if (!status && !*count)
        status = ig_fail(ctx, IG_EFORMAT, "%s: there are no classes in it", ig_show(path));
    if (!status && !(*bounds = ig_alloc(*count, sizeof **bounds)))
        status = ig_fail(ctx, IG_EMEMORY, "no memory for a map");
    for (size_t k = 0; !status && k < *count; k++) {
        (*bounds)[k] = upper[k];
        if (isfinite(upper[k]) && (!k || upper[k] > upper[k - 1])) continue;
        ig_fail(ctx, IG_EFORMAT, "%s: line %lld: the upper bound of class %zu does not rise",
                ig_show(path), (long long)ig_table_line(table, k), k + 1);
        status = ig_hint(ctx, "list the classes from low to high, each with its upper bound");
    }
    ig_table_free(table);
    return status;
}

/// The classes of a file; the last one reaches as far as the values do, so that every value has
/// the colour it would have had there.
static ig_status classes_of_file(ig_ctx *ctx, const double *values, size_t n, const char *path,
                                 struct classes *c)
{
    double *bounds = NULL;
    size_t count = 0;
    ig_status status = read_bounds(ctx, path, &bounds, &count);
    for (size_t i = 0; !status && i < n; i++)
        if (isfinite(values[i])) bounds[count - 1] = fmax(bounds[count - 1], values[i]);
    if (!status) status = ig_classify(values, n, IG_CLASS_MANUAL, count, bounds, count, &c->breaks);
    ig_free(bounds);
    return status;
}

// ---- the door -----------------------------------------------------------------------------------

static ig_status make_breaks(ig_ctx *ctx, const double *values, size_t n,
                             const ig_map_options *options, struct classes *c)
{
    if (options->classes_from) return classes_of_file(ctx, values, n, options->classes_from, c);
    if (!isnan(options->centre)) return classes_round(ctx, values, n, options, c->method, c);
    return ig_classify(values, n, c->method, (size_t)options->classes, options->breaks.values,
                       options->breaks.count, &c->breaks);
}

ig_status classes_make(ig_ctx *ctx, const double *values, size_t n, const char *name,
                       const ig_map_options *options, struct classes *c)
{
    ig_status status = choose_method(ctx, options, &c->method);
    if (status) return status;
    status = make_breaks(ctx, values, n, options, c);
    if (status == IG_EUNDEFINED)
        return ig_fail(ctx, status, "column %s cannot be put in classes: %s", ig_show(name),
                       ig_status_text(status));
    if (status == IG_EMEMORY) return ig_fail(ctx, IG_EMEMORY, "no memory for a map");
    if (status) return status;
    if (c->breaks->note) ig_info(ctx, "%s: %s", ig_show(name), c->breaks->note);
    if (!c->colours) {
        c->colours = ig_alloc(c->breaks->classes, sizeof *c->colours);
        if (!c->colours) return ig_fail(ctx, IG_EMEMORY, "no memory for a map");
        status =
            ig_palette(ctx, options->palette, c->breaks->classes, options->reverse, c->colours);
    }
    return status ? status : warn_alike(ctx, options, c);
}
