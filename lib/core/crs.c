// Coordinates: the one file that calls PROJ. Axis order is always x, y; ballpark is refused.
#include "crs_internal.h"

#include <math.h>
#include <string.h>

static void quiet(void *user, int level, const char *message)
{
    (void)user;
    (void)level;
    (void)message;
}

static PJ_CONTEXT *new_context(void)
{
    PJ_CONTEXT *context = proj_context_create();
    if (!context) return NULL;
    proj_log_func(context, NULL, quiet);
    proj_context_set_enable_network(context, 0);
    return context;
}

static bool is_degrees(const PJ *crs)
{
    const PJ_TYPE type = proj_get_type(crs);
    return type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS;
}

// Are two CRS one to the millimetre all over the area of use of the second? Files round the
// parameters of their CRS (.999601272 for .9996012717), and then say no code.
static bool moves_nothing(PJ_CONTEXT *context, const PJ *crs, const PJ *other)
{
    double w, s, e, n;
    if (is_degrees(crs) || is_degrees(other) ||
        !proj_get_area_of_use(context, other, &w, &s, &e, &n, NULL) || w < -180.0)
        return false;
    PJ *geodetic = proj_crs_get_geodetic_crs(context, other);
    PJ *raw[2] = {NULL, NULL}, *shift[2] = {NULL, NULL};
    bool still = geodetic != NULL;
    for (int i = 0; still && i < 2; i++) {
        raw[i] = proj_create_crs_to_crs_from_pj(context, geodetic, i ? other : crs, NULL, NULL);
        if (raw[i]) shift[i] = proj_normalize_for_visualization(context, raw[i]);
        still = shift[i] != NULL;
    }
    for (int i = 0; still && i < 25; i++) {
        const PJ_COORD at =
            proj_coord(w + (e - w) * (i % 5) / 4.0, s + (n - s) * (i / 5) / 4.0, 0, 0);
        const PJ_COORD a = proj_trans(shift[0], PJ_FWD, at), b = proj_trans(shift[1], PJ_FWD, at);
        still = hypot(a.xy.x - b.xy.x, a.xy.y - b.xy.y) < 1e-3; // false for what is not finite
    }
    for (int i = 0; i < 2; i++) {
        proj_destroy(shift[i]);
        proj_destroy(raw[i]);
    }
    proj_destroy(geodetic);
    return still;
}

// "EPSG:27700" for a CRS that has a code, or is surely the one of a code: ESRI's .prj has none.
static ig_status authority_name(PJ_CONTEXT *context, const PJ *crs, char **name)
{
    ig_text text = {0};
    const char *authority = proj_get_id_auth_name(crs, 0), *code = proj_get_id_code(crs, 0);
    if (authority && code) {
        ig_text_format(&text, "%s:%s", authority, code);
    } else {
        int *confidence = NULL;
        PJ_OBJ_LIST *found = proj_identify(context, crs, "EPSG", NULL, &confidence);
        const bool any = found && proj_list_get_count(found) > 0;
        PJ *best = any ? proj_list_get(context, found, 0) : NULL;
        const bool sure = best && (confidence[0] >= 70 || moves_nothing(context, crs, best));
        code = sure ? proj_get_id_code(best, 0) : NULL;
        if (code) ig_text_format(&text, "EPSG:%s", code);
        proj_destroy(best);
        proj_int_list_destroy(confidence);
        proj_list_destroy(found);
    }
    *name = text.data;
    if (!text.failed) return IG_OK;
    ig_text_free(&text);
    *name = NULL;
    return IG_EMEMORY;
}

// The horizontal part: a vertical axis or a shift to WGS 84 that a file adds is not ours.
static PJ *horizontal(PJ_CONTEXT *context, PJ *crs)
{
    for (int i = 0; crs && i < 4; i++) {
        const PJ_TYPE type = proj_get_type(crs);
        PJ *inner;
        if (type == PJ_TYPE_BOUND_CRS) {
            inner = proj_get_source_crs(context, crs);
        } else if (type == PJ_TYPE_COMPOUND_CRS) {
            inner = proj_crs_get_sub_crs(context, crs, 0);
        } else {
            return crs;
        }
        proj_destroy(crs);
        crs = inner;
    }
    return crs;
}

// A CRS from its text. *crs is NULL when it is not understood; *name when it has no code.
static ig_status open_crs(PJ_CONTEXT *context, const char *text, PJ **crs, char **name)
{
    *name = NULL;
    *crs = NULL;
    if (strlen(text) < 64 && strstr(text, "CRS84")) {
        text = "EPSG:4326"; // the same axes once they are put in order x, y
    }
    ig_text typed = {0};
    if (strncmp(text, "+proj=", 6) == 0 && !strstr(text, "+type=crs")) {
        ig_text_format(&typed, "%s +type=crs", text);
        if (typed.failed) {
            ig_text_free(&typed);
            return IG_EMEMORY;
        }
        text = typed.data;
    }
    PJ *found = proj_create(context, text);
    ig_text_free(&typed);
    if (found && !proj_is_crs(found)) {
        proj_destroy(found);
        found = NULL;
    }
    found = horizontal(context, found);
    if (!found) return IG_OK;
    const ig_status status = authority_name(context, found, name);
    if (status) {
        proj_destroy(found);
        return status;
    }
    if (*name && strcmp(*name, "OGC:CRS84") == 0) strcpy(*name, "EPSG:4326");
    if (*name) { // the register's own text, with its area of use
        PJ *own = proj_create(context, *name);
        if (own) {
            proj_destroy(found);
            found = own;
        }
    }
    *crs = found;
    return IG_OK;
}

// Area of use in degrees: west south east north. NaN in the first when it is not known.
static void area_of_use(PJ_CONTEXT *context, const PJ *crs, double area[4])
{
    if (!proj_get_area_of_use(context, crs, &area[0], &area[1], &area[2], &area[3], NULL) ||
        area[0] < -180.0) {
        for (int i = 0; i < 4; i++)
            area[i] = NAN;
    }
}

void ig_crs_free(ig_crs_shift *shift)
{
    if (!shift) return;
    proj_destroy(shift->operation);
    if (shift->context) proj_context_destroy(shift->context);
    ig_free(shift->from);
    ig_free(shift->to);
    ig_free(shift->words);
    ig_free(shift);
}

// An area of use (degrees) in the CRS's own units, by walking over its degrees; NaN: not known.
static void find_box(PJ_CONTEXT *context, const PJ *crs, const double a[4], double found[4])
{
    for (int i = 0; i < 4; i++)
        found[i] = NAN;
    if (isnan(a[0])) return;
    PJ *geodetic = proj_crs_get_geodetic_crs(context, crs);
    PJ *raw = geodetic ? proj_create_crs_to_crs_from_pj(context, geodetic, crs, NULL, NULL) : NULL;
    PJ *to = raw ? proj_normalize_for_visualization(context, raw) : NULL;
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (int i = 0; to && i <= 20; i++) {
        for (int j = 0; j <= 20; j++) {
            const PJ_COORD p = proj_trans(to, PJ_FWD,
                                          proj_coord(a[0] + (a[2] - a[0]) * i / 20.0,
                                                     a[1] + (a[3] - a[1]) * j / 20.0, 0.0, 0.0));
            if (!isfinite(p.xy.x) || !isfinite(p.xy.y)) continue;
            box[0] = fmin(box[0], p.xy.x);
            box[1] = fmin(box[1], p.xy.y);
            box[2] = fmax(box[2], p.xy.x);
            box[3] = fmax(box[3], p.xy.y);
        }
    }
    if (isfinite(box[0])) memcpy(found, box, sizeof box);
    proj_destroy(to);
    proj_destroy(raw);
    proj_destroy(geodetic);
}

// Where the two are both of use, so that the way there and the way back are the same operation.
static void set_area(const ig_crs_shift *shift, PJ_OPERATION_FACTORY_CONTEXT *factory)
{
    const double *a = shift->area, *b = shift->use;
    if (isnan(b[0])) b = a;
    if (isnan(a[0])) a = b;
    double w = fmax(a[0], b[0]), s = fmax(a[1], b[1]), e = fmin(a[2], b[2]), n = fmin(a[3], b[3]);
    if (!(w < e && s < n)) { // they do not meet, or one spans the date line: the target's
        w = b[0], s = b[1], e = b[2], n = b[3];
    }
    if (isnan(w)) return;
    proj_operation_factory_context_set_area_of_interest(shift->context, factory, w, s, e, n);
}

// The best operation that is not ballpark; with `any_grid` also one whose grids are missing here.
static PJ *best_operation(const ig_crs_shift *shift, const PJ *from, const PJ *to, bool any_grid)
{
    PJ_CONTEXT *context = shift->context;
    PJ_OPERATION_FACTORY_CONTEXT *factory = proj_create_operation_factory_context(context, NULL);
    if (!factory) return NULL;
    set_area(shift, factory);
    proj_operation_factory_context_set_spatial_criterion(
        context, factory, PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION);
    proj_operation_factory_context_set_grid_availability_use(
        context, factory,
        any_grid ? PROJ_GRID_AVAILABILITY_IGNORED
                 : PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID);
    proj_operation_factory_context_set_allow_ballpark_transformations(context, factory, 0);
    PJ_OBJ_LIST *list = proj_create_operations(context, from, to, factory);
    const int count = list ? proj_list_get_count(list) : 0;
    PJ *chosen = NULL;
    for (int i = 0; i < count && !chosen; i++) {
        PJ *candidate = proj_list_get(context, list, i);
        if (candidate && !proj_coordoperation_has_ballpark_transformation(context, candidate) &&
            (any_grid || proj_coordoperation_is_instantiable(context, candidate))) {
            chosen = candidate;
        } else {
            proj_destroy(candidate);
        }
    }
    proj_list_destroy(list);
    proj_operation_factory_context_destroy(factory);
    return chosen;
}

// G2: a better operation that only lacks a grid is named with it.
static void note_missing_grid(const ig_crs_shift *shift, const PJ *from, const PJ *to,
                              double accuracy, ig_text *words)
{
    PJ *better = best_operation(shift, from, to, true);
    if (!better) return;
    const double best = proj_coordoperation_get_accuracy(shift->context, better);
    const int grids = proj_coordoperation_get_grid_used_count(shift->context, better);
    for (int i = 0; best >= 0.0 && best < accuracy && i < grids; i++) {
        const char *file = NULL;
        int available = 1;
        if (proj_coordoperation_get_grid_used(shift->context, better, i, &file, NULL, NULL, NULL,
                                              NULL, NULL, &available) &&
            !available && file) {
            ig_text_format(words, " (one of %g m needs the grid %s, which is not installed)", best,
                           file);
            break;
        }
    }
    proj_destroy(better);
}

static ig_status describe(ig_ctx *ctx, ig_crs_shift *shift, const PJ *from, const PJ *to,
                          const PJ *chosen, const char *what)
{
    const char *name = proj_get_name(chosen);
    const double accuracy = proj_coordoperation_get_accuracy(shift->context, chosen);
    ig_text words = {0};
    ig_text_format(&words, "%s to %s by %s", shift->from, shift->to, name ? name : "an operation");
    if (accuracy > 0.0) {
        ig_text_format(&words, ", accuracy %g m", accuracy);
        note_missing_grid(shift, from, to, accuracy, &words);
    }
    if (words.failed) {
        ig_text_free(&words);
        return ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    shift->words = words.data;
    if (accuracy > 5.0) {
        ig_warn(ctx, "%s: %s: worse than 5 m", ig_show(what), shift->words);
    } else {
        ig_info(ctx, "%s: %s", ig_show(what), shift->words);
    }
    return IG_OK;
}

static ig_status choose_operation(ig_ctx *ctx, ig_crs_shift *shift, const PJ *from, const PJ *to,
                                  const char *what)
{
    PJ *chosen = best_operation(shift, from, to, false);
    if (!chosen) {
        ig_fail(ctx, IG_EFORMAT, "%s: no transformation of known accuracy from %s to %s",
                ig_show(what), shift->from, shift->to);
        return ig_hint(ctx, "transform the file first, or install PROJ's grids (proj-data)");
    }
    ig_status status = describe(ctx, shift, from, to, chosen, what);
    if (!status) {
        shift->operation = proj_normalize_for_visualization(shift->context, chosen);
        if (!shift->operation) status = ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    proj_destroy(chosen);
    return status;
}

// Is the CRS one of eastings and northings in metres?
static bool is_metric(PJ_CONTEXT *context, const PJ *crs)
{
    if (proj_get_type(crs) != PJ_TYPE_PROJECTED_CRS) return false;
    PJ *system = proj_crs_get_coordinate_system(context, crs);
    double factor = 0.0;
    const bool known = system && proj_cs_get_axis_info(context, system, 0, NULL, NULL, NULL,
                                                       &factor, NULL, NULL, NULL);
    proj_destroy(system);
    return known && fabs(factor - 1.0) < 1e-12;
}

// Both ends understood and named.
static ig_status open_ends(ig_ctx *ctx, ig_crs_shift *shift, const char *from, const char *to,
                           const char *what, PJ **source, PJ **target)
{
    if (open_crs(shift->context, from, source, &shift->from) ||
        open_crs(shift->context, to, target, &shift->to)) {
        return ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    if (!*source) {
        ig_fail(ctx, IG_EFORMAT, "%s: its CRS '%s' is not understood", ig_show(what),
                ig_show(from));
        return ig_hint(ctx, "say which it is by --crs EPSG:N");
    }
    if (!*target) {
        ig_fail(ctx, IG_EINVAL, "the CRS '%s' is not known", ig_show(to));
        return ig_hint(ctx, "write it as EPSG:27700");
    }
    if (!shift->from) {
        const char *name = proj_get_name(*source);
        shift->from = ig_text_copy(name ? name : "a CRS without a name");
    }
    if (!shift->to) {
        const char *name = proj_get_name(*target);
        shift->to = ig_text_copy(name ? name : "a CRS without a name");
    }
    if (!shift->from || !shift->to) return ig_fail(ctx, IG_EMEMORY, "no memory");
    return IG_OK;
}

static ig_status open_shift(ig_ctx *ctx, const char *from, const char *to, const char *what,
                            bool to_work, ig_crs_shift **out)
{
    *out = NULL;
    ig_status status = IG_OK;
    PJ *source = NULL, *target = NULL;
    ig_crs_shift *shift = ig_alloc(1, sizeof *shift);
    if (shift) shift->context = new_context();
    if (!shift || !shift->context) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
        goto done;
    }
    status = open_ends(ctx, shift, from, to, what, &source, &target);
    if (status) goto done;
    if (to_work && !is_metric(shift->context, target)) {
        ig_fail(ctx, IG_EINVAL, "%s cannot be worked in: its unit is not the metre", shift->to);
        status = ig_hint(ctx, "name a projected CRS in metres by --work-crs, such as EPSG:27700");
        goto done;
    }
    shift->degrees = is_degrees(source);
    area_of_use(shift->context, source, shift->area);
    area_of_use(shift->context, target, shift->use);
    for (int i = 0; i < 4; i++)
        shift->box[i] = shift->degrees ? shift->area[i] : NAN, shift->goal[i] = NAN;
    if (!shift->degrees) find_box(shift->context, source, shift->area, shift->box);
    if (!shift->degrees && to_work) find_box(shift->context, target, shift->use, shift->goal);
    if (strcmp(shift->from, shift->to) == 0 ||
        proj_is_equivalent_to_with_ctx(shift->context, source, target,
                                       PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS)) {
        ig_text words = {0};
        ig_text_format(&words, "%s as it is", shift->to);
        shift->words = words.data;
        if (words.failed) status = ig_fail(ctx, IG_EMEMORY, "no memory");
    } else {
        status = choose_operation(ctx, shift, source, target, what);
    }
done:
    proj_destroy(source);
    proj_destroy(target);
    if (status) {
        ig_crs_free(shift);
    } else {
        *out = shift;
    }
    return status;
}

ig_status ig_crs_open(ig_ctx *ctx, const char *from, const char *what, ig_crs_shift **out)
{
    return open_shift(ctx, from, ig_ctx_work_crs(ctx), what, true, out);
}

ig_status ig_crs_open_to(ig_ctx *ctx, const char *to, ig_crs_shift **out)
{
    return open_shift(ctx, ig_ctx_work_crs(ctx), to, "output", false, out);
}

bool ig_crs_is_same(const ig_crs_shift *shift)
{
    return !shift->operation;
}

bool ig_crs_is_degrees(const ig_crs_shift *shift)
{
    return shift->degrees;
}

const char *ig_crs_operation(const ig_crs_shift *shift)
{
    return shift->words;
}

const char *ig_crs_from(const ig_crs_shift *shift)
{
    return shift->from;
}

bool crs_move(const ig_crs_shift *shift, double *x, double *y)
{
    const PJ_COORD p = proj_trans(shift->operation, PJ_FWD, proj_coord(*x, *y, 0.0, 0.0));
    if (!isfinite(p.xy.x) || !isfinite(p.xy.y)) {
        proj_errno_reset(shift->operation);
        return false;
    }
    *x = p.xy.x;
    *y = p.xy.y;
    return true;
}

ig_status ig_crs_apply(ig_ctx *ctx, ig_crs_shift *shift, double *x, double *y, size_t count)
{
    if (!shift->operation) return IG_OK;
    for (size_t i = 0; i < count; i++) {
        if (!crs_move(shift, &x[i], &y[i])) {
            return ig_fail(ctx, IG_EFORMAT, "the point %.9g %.9g has no place in %s", x[i], y[i],
                           shift->to);
        }
    }
    return IG_OK;
}

ig_status ig_crs_name(ig_ctx *ctx, const char *crs, char **name)
{
    *name = NULL;
    PJ_CONTEXT *context = new_context();
    if (!context) return ig_fail(ctx, IG_EMEMORY, "no memory");
    PJ *object = NULL;
    ig_status status = open_crs(context, crs, &object, name);
    if (status) {
        ig_fail(ctx, status, "no memory");
    } else if (!object || !*name) {
        ig_fail(ctx, IG_EFORMAT, "the CRS '%s' is not understood", ig_show(crs));
        status = ig_hint(ctx, "write it as EPSG:27700");
    }
    proj_destroy(object);
    proj_context_destroy(context);
    return status;
}
