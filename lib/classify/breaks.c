// Class limits of a column of numbers: one function a method, all over sorted distinct values.
#include "classify_internal.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/// The numbers of a column in order, and its distinct ones with how often each comes.
struct sample {
    double *sorted; ///< n values, rising
    size_t n;
    double *distinct;
    int64_t *times;
    size_t kinds;
};

static void sample_free(struct sample *s)
{
    ig_free(s->sorted);
    ig_free(s->distinct);
    ig_free(s->times);
}

static ig_status sample_new(const double *values, size_t n, struct sample *s, int64_t *missing)
{
    memset(s, 0, sizeof *s);
    *missing = 0;
    const size_t room = n ? n : 1;
    s->sorted = ig_alloc(room, sizeof *s->sorted);
    s->distinct = ig_alloc(room, sizeof *s->distinct);
    s->times = ig_alloc(room, sizeof *s->times);
    if (!s->sorted || !s->distinct || !s->times) return IG_EMEMORY;
    for (size_t i = 0; i < n; i++) {
        if (isfinite(values[i]))
            s->sorted[s->n++] = values[i] == 0.0 ? 0.0 : values[i]; // -0 is 0
        else
            ++*missing;
    }
    if (s->n == 0) return IG_EUNDEFINED;
    qsort(s->sorted, s->n, sizeof *s->sorted, by_value);
    for (size_t i = 0; i < s->n; i++) {
        if (s->kinds == 0 || s->sorted[i] > s->distinct[s->kinds - 1])
            s->distinct[s->kinds++] = s->sorted[i];
        s->times[s->kinds - 1]++;
    }
    return IG_OK;
}

/// Long double: sums lose little, and differences of huge numbers do not overflow.
static long double mean_of(const double *sorted, size_t n)
{
    const long double about = sorted[n / 2];
    long double sum = 0.0L;
    for (size_t i = 0; i < n; i++)
        sum += sorted[i] - about;
    return about + sum / (long double)n;
}

static long double squares_about_mean(const double *sorted, size_t n)
{
    if (n == 0) return 0.0L;
    const long double mean = mean_of(sorted, n);
    long double squares = 0.0L;
    for (size_t i = 0; i < n; i++)
        squares += (sorted[i] - mean) * (sorted[i] - mean);
    return squares;
}

/// First number above `value`, by halving.
static size_t first_above(const double *sorted, size_t n, double value)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sorted[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// ---- upper bounds, one function a method ------------------------------------------------------

/// Upper bounds in the making.
struct bounds {
    double *upper;
    size_t count, room;
    double lower; ///< of the first class
};

static bool push(struct bounds *b, double upper)
{
    if (!ig_grow((void **)&b->upper, &b->room, b->count + 1, sizeof *b->upper)) return false;
    b->upper[b->count++] = upper;
    return true;
}

static ig_status equal_interval(const struct sample *s, size_t classes, struct bounds *b)
{
    const double low = s->sorted[0], high = s->sorted[s->n - 1];
    for (size_t i = 1; i <= classes; i++) {
        const double f = (double)i / (double)classes;
        // low and high apart: their difference may be beyond the largest double
        if (!push(b, i == classes ? high : low * (1.0 - f) + high * f)) return IG_EMEMORY;
    }
    return IG_OK;
}

/// Type 7 of Hyndman and Fan (1996): linear between order statistics, as R, NumPy and QGIS.
static double quantile7(const double *sorted, size_t n, size_t part, size_t parts)
{
    // position = (n - 1) part / parts, split in whole and rest with integers
    const size_t product = (n - 1) * part, whole = product / parts, rest = product % parts;
    if (rest == 0 || whole + 1 >= n) return sorted[whole];
    const double f = (double)rest / (double)parts;
    return sorted[whole] + f * (sorted[whole + 1] - sorted[whole]);
}

/// Bounds that ties have made equal or that leave a class without a member are merged upwards.
static ig_status quantiles(const struct sample *s, size_t classes, struct bounds *b)
{
    size_t below = 0; // members of the classes so far
    for (size_t i = 1; i <= classes; i++) {
        const double upper =
            i == classes ? s->sorted[s->n - 1] : quantile7(s->sorted, s->n, i, classes);
        const size_t upto = first_above(s->sorted, s->n, upper);
        if (upto == below) continue;
        below = upto;
        if (!push(b, upper)) return IG_EMEMORY;
    }
    return IG_OK;
}

/// Breaks at mean + m sd (sample sd): for 5 classes m = -2 -1 1 2, for 4 m = -1 0 1, and so on:
/// the middle class of an odd number is the one about the mean.
static ig_status standard_deviation(const struct sample *s, size_t classes, struct bounds *b)
{
    const double high = s->sorted[s->n - 1];
    const long double mean = mean_of(s->sorted, s->n);
    const long double sd = sqrtl(squares_about_mean(s->sorted, s->n) / (long double)(s->n - 1));
    const int64_t half = (int64_t)classes / 2, odd = (int64_t)classes % 2;
    for (int64_t m = odd ? -half : -half + 1; m <= half - 1 + odd; m++) {
        if (odd && m == 0) continue;
        const long double upper = mean + (long double)m * sd;
        if (!push(b, (double)fminl(DBL_MAX, fmaxl(-DBL_MAX, upper)))) return IG_EMEMORY;
    }
    if (b->count == 0 || b->upper[b->count - 1] < high)
        if (!push(b, high)) return IG_EMEMORY;
    return IG_OK;
}

/// A whole number of 1, 2 or 5 times ten to a power, without dust in the decimals.
static double whole_steps(double steps, double factor, int power)
{
    const double scale = pow(10.0, abs(power));
    return power < 0 ? steps * factor / scale : steps * factor * scale;
}

/// Round steps of 1, 2 or 5 times a power of ten, about as many as asked for (Becker, Chambers and
/// Wilks 1988, as in R and QGIS, with their leanings to fewer steps and to 5).
static ig_status pretty(const struct sample *s, size_t classes, struct bounds *b)
{
    const double low = s->sorted[0], high = s->sorted[s->n - 1];
    const double lean = 1.5, lean5 = 0.5 + 1.5 * lean;
    const double cell = (high / (double)classes) - (low / (double)classes);
    const double size = fmax(fabs(low), fabs(high));
    if (size > 1e300 || !(cell > 1e-290) || cell < size * 1e-12) // beyond what round steps can hold
        return equal_interval(s, classes, b);
    const int power = (int)floor(log10(cell));
    const double base = pow(10.0, power);
    double factor = 1.0;
    if (2.0 * base - cell < lean * (cell - base)) {
        factor = 2.0;
        if (5.0 * base - cell < lean5 * (cell - 2.0 * base)) {
            factor = 5.0;
            if (10.0 * base - cell < lean * (cell - 5.0 * base)) factor = 10.0;
        }
    }
    const double unit = factor * base, dust = 1e-10;
    double first = floor(low / unit + dust), last = ceil(high / unit - dust);
    while (whole_steps(first, factor, power) > low)
        first--;
    while (whole_steps(last, factor, power) < high)
        last++;
    b->lower = whole_steps(first, factor, power);
    for (double step = first + 1.0; step <= last; step++)
        if (!push(b, whole_steps(step, factor, power))) return IG_EMEMORY;
    return IG_OK;
}

/// Split at the mean, then the head again while it is under 40 % of what was split (Jiang 2013).
static ig_status head_tail(const struct sample *s, struct bounds *b)
{
    size_t from = 0;
    while (s->sorted[from] < s->sorted[s->n - 1]) {
        const size_t n = s->n - from;
        const double mean = (double)mean_of(s->sorted + from, n);
        const size_t head = first_above(s->sorted, s->n, mean);
        if (head <= from || head >= s->n) break; // neighbours among doubles: no mean between
        if (!push(b, mean)) return IG_EMEMORY;
        const size_t left = s->n - head;
        from = head;
        if (left < 2 || (double)left / (double)n >= 0.40) break;
    }
    return push(b, s->sorted[s->n - 1]) ? IG_OK : IG_EMEMORY;
}

static ig_status manual_bounds(const struct sample *s, const double *manual, size_t count,
                               struct bounds *b)
{
    if (!manual || count == 0) return IG_EINVAL;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(manual[i]) || (i && manual[i] <= manual[i - 1])) return IG_EINVAL;
        if (!push(b, manual[i])) return IG_EMEMORY;
    }
    if (manual[count - 1] < s->sorted[s->n - 1] && !push(b, s->sorted[s->n - 1])) return IG_EMEMORY;
    return IG_OK;
}

static ig_status natural_breaks(const struct sample *s, size_t classes, struct bounds *b)
{
    size_t *last = ig_alloc(classes, sizeof *last);
    if (!last) return IG_EMEMORY;
    ig_status status = ig_fisher_jenks(s->distinct, s->times, s->kinds, classes, last);
    for (size_t i = 0; !status && i < classes; i++)
        if (!push(b, s->distinct[last[i]])) status = IG_EMEMORY;
    ig_free(last);
    return status;
}

static ig_status bounds_of(const struct sample *s, ig_class_method method, size_t classes,
                           const double *manual, size_t manual_count, struct bounds *b)
{
    b->lower = s->sorted[0];
    if (method == IG_CLASS_MANUAL) return manual_bounds(s, manual, manual_count, b);
    if (s->kinds == 1) return push(b, s->sorted[0]) ? IG_OK : IG_EMEMORY;
    switch (method) {
    case IG_CLASS_QUANTILE:
        return quantiles(s, classes, b);
    case IG_CLASS_EQUAL:
        return equal_interval(s, classes, b);
    case IG_CLASS_FISHER_JENKS:
        return natural_breaks(s, classes, b);
    case IG_CLASS_SD:
        return standard_deviation(s, classes, b);
    case IG_CLASS_PRETTY:
        return pretty(s, classes, b);
    case IG_CLASS_HEAD_TAIL:
        return head_tail(s, b);
    case IG_CLASS_MANUAL:
        break;
    }
    return IG_EINVAL;
}

// ---- counts, goodness, note -------------------------------------------------------------------

static ig_status fill(const struct sample *s, const struct bounds *b, ig_breaks *breaks)
{
    breaks->classes = b->count;
    breaks->lower = ig_alloc(b->count, sizeof *breaks->lower);
    breaks->upper = ig_alloc(b->count, sizeof *breaks->upper);
    breaks->count = ig_alloc(b->count, sizeof *breaks->count);
    if (!breaks->lower || !breaks->upper || !breaks->count) return IG_EMEMORY;
    size_t from = 0;
    long double within = 0.0L;
    for (size_t k = 0; k < b->count; k++) {
        const size_t upto = first_above(s->sorted, s->n, b->upper[k]);
        breaks->upper[k] = b->upper[k];
        breaks->lower[k] = k ? b->upper[k - 1] : fmin(b->lower, b->upper[0]);
        breaks->count[k] = (int64_t)(upto - from);
        within += squares_about_mean(s->sorted + from, upto - from);
        from = upto;
    }
    const long double total = squares_about_mean(s->sorted, s->n);
    breaks->within_ss = (double)within;
    breaks->gvf = total > 0.0L ? (double)(1.0L - within / total) : 1.0;
    return from == s->n ? IG_OK : IG_EBUG;
}

static ig_status write_note(const struct sample *s, ig_class_method method, size_t asked,
                            ig_breaks *breaks)
{
    ig_text text = {0};
    const size_t got = breaks->classes;
    const char *plural = got == 1 ? "" : "es";
    if (method == IG_CLASS_MANUAL) {
        return IG_OK;
    } else if (method == IG_CLASS_HEAD_TAIL) {
        if (got == asked) return IG_OK;
        ig_text_format(&text, "head-tail found %zu class%s: it chooses the number by itself", got,
                       plural);
    } else if (method == IG_CLASS_PRETTY && s->kinds >= asked) {
        if (got == asked) return IG_OK;
        ig_text_format(&text, "%zu class%s instead of %zu, for round limits", got, plural, asked);
    } else if (got >= asked) {
        return IG_OK;
    } else if (s->kinds == 1) {
        ig_text_append(&text, "all values are equal: one class");
    } else if (s->kinds < asked) {
        ig_text_format(&text, "%zu class%s instead of %zu: there are only %zu different values",
                       got, plural, asked, s->kinds);
    } else if (method == IG_CLASS_QUANTILE) {
        ig_text_format(&text, "%zu class%s instead of %zu: equal values would have left some empty",
                       got, plural, asked);
    } else {
        ig_text_format(&text, "%zu class%s instead of %zu: no value lies beyond the last limit",
                       got, plural, asked);
    }
    if (text.failed) {
        ig_text_free(&text);
        return IG_EMEMORY;
    }
    breaks->note = text.data;
    return IG_OK;
}

ig_status ig_classify(const double *values, size_t n, ig_class_method method, size_t classes,
                      const double *manual, size_t manual_count, ig_breaks **out)
{
    if (!out || (n && !values)) return IG_EINVAL;
    if (method != IG_CLASS_MANUAL && method != IG_CLASS_HEAD_TAIL && classes == 0) return IG_EINVAL;

    struct sample sample;
    struct bounds bounds = {0};
    int64_t missing = 0;
    ig_breaks *breaks = NULL;
    ig_status status = sample_new(values, n, &sample, &missing);
    if (status) goto done;
    breaks = ig_alloc(1, sizeof *breaks);
    if (!breaks) {
        status = IG_EMEMORY;
        goto done;
    }
    breaks->missing = missing;
    const size_t wanted = classes < sample.kinds ? classes : sample.kinds;
    status = bounds_of(&sample, method, wanted, manual, manual_count, &bounds);
    if (!status) status = fill(&sample, &bounds, breaks);
    if (!status) status = write_note(&sample, method, classes, breaks);
    if (status) goto done;
    *out = breaks;
    breaks = NULL;
done:
    ig_breaks_free(breaks);
    ig_free(bounds.upper);
    sample_free(&sample);
    return status;
}

void ig_breaks_free(ig_breaks *breaks)
{
    if (!breaks) return;
    ig_free(breaks->lower);
    ig_free(breaks->upper);
    ig_free(breaks->count);
    ig_free(breaks->note);
    ig_free(breaks);
}

size_t ig_breaks_class(const ig_breaks *breaks, double value)
{
    if (isnan(value) || breaks->classes == 0) return SIZE_MAX;
    size_t low = 0, high = breaks->classes - 1; // beyond the last limit: the last class
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (breaks->upper[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
