// Coordinates: the one file that knows PROJ. Axis order is always x, y; ballpark is refused.
#include "inside.h"

#include <math.h>
#include <proj.h>
#include <string.h>

struct ig_crs_shift {
    PJ_CONTEXT *context;
    PJ *operation; ///< NULL when both are the same
    char *from, *to, *words;
    bool degrees;
    double area[4]; ///< area of use of the source: west south east north, degrees
    double box[4];  ///< the same in the source's own units; NaN when not known
    double use[4];  ///< area of use of the target in degrees; NaN when not known
};

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

// The authority code of a CRS when it has one, or is surely one: "EPSG:27700".
static char *authority_name(PJ_CONTEXT *context, const PJ *crs)
{
    const char *authority = proj_get_id_auth_name(crs, 0), *code = proj_get_id_code(crs, 0);
    ig_text name = {0};
    if (authority && code) {
        ig_text_format(&name, "%s:%s", authority, code);
        return name.data;
    }
    int *confidence = NULL;
    PJ_OBJ_LIST *found = proj_identify(context, crs, "EPSG", NULL, &confidence);
    if (found && proj_list_get_count(found) > 0 && confidence && confidence[0] >= 70) {
        PJ *best = proj_list_get(context, found, 0);
        code = best ? proj_get_id_code(best, 0) : NULL;
        if (code) ig_text_format(&name, "EPSG:%s", code);
        proj_destroy(best);
    }
    proj_int_list_destroy(confidence);
    proj_list_destroy(found);
    return name.data;
}

static PJ *open_crs(PJ_CONTEXT *context, const char *text, char **name)
{
    *name = NULL;
    if (strstr(text, "CRS84")) text = "EPSG:4326"; // same axes once they are put in order x, y
    PJ *crs = proj_create(context, text);
    if (!crs || !proj_is_crs(crs)) {
        proj_destroy(crs);
        return NULL;
    }
    if (proj_get_type(crs) == PJ_TYPE_BOUND_CRS || proj_get_type(crs) == PJ_TYPE_COMPOUND_CRS) {
        PJ *inner = proj_get_type(crs) == PJ_TYPE_BOUND_CRS ? proj_get_source_crs(context, crs)
                                                            : proj_crs_get_sub_crs(context, crs, 0);
        proj_destroy(crs);
        crs = inner;
        if (!crs) return NULL;
    }
    *name = authority_name(context, crs);
    if (*name && strcmp(*name, "OGC:CRS84") == 0) strcpy(*name, "EPSG:4326");
    if (*name && strncmp(*name, "EPSG:", 5) == 0) { // the register's own text, with its area of use
        PJ *own = proj_create(context, *name);
        if (own) {
            proj_destroy(crs);
            crs = own;
        }
    }
    return crs;
}

static bool is_degrees(const PJ *crs)
{
    const PJ_TYPE type = proj_get_type(crs);
    return type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS;
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

// Area of use in the source's own units, by walking the edge of its degrees.
static void find_box(ig_crs_shift *shift, const PJ *crs)
{
    for (int i = 0; i < 4; i++)
        shift->area[i] = shift->box[i] = NAN;
    double *a = shift->area;
    if (!proj_get_area_of_use(shift->context, crs, &a[0], &a[1], &a[2], &a[3], NULL) ||
        a[0] < -180.0) {
        for (int i = 0; i < 4; i++)
            a[i] = NAN;
        return;
    }
    if (shift->degrees) {
        memcpy(shift->box, a, sizeof shift->box);
        return;
    }
    PJ *geodetic = proj_crs_get_geodetic_crs(shift->context, crs);
    PJ *raw =
        geodetic ? proj_create_crs_to_crs_from_pj(shift->context, geodetic, crs, NULL, NULL) : NULL;
    PJ *to = raw ? proj_normalize_for_visualization(shift->context, raw) : NULL;
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
    if (isfinite(box[0])) memcpy(shift->box, box, sizeof box);
    proj_destroy(to);
    proj_destroy(raw);
    proj_destroy(geodetic);
}

// The best operation over the area of use, its accuracy and what it would have needed.
static ig_status choose_operation(ig_ctx *ctx, ig_crs_shift *shift, const PJ *from, const PJ *to,
                                  const char *what)
{
    ig_status status = IG_OK;
    PJ *chosen = NULL;
    PJ_OPERATION_FACTORY_CONTEXT *factory =
        proj_create_operation_factory_context(shift->context, NULL);
    if (!factory) return ig_fail(ctx, IG_EMEMORY, "no memory");
    double w, s, e, n; // where the two meet: the work CRS is the narrower as a rule
    if (proj_get_area_of_use(shift->context, to, &w, &s, &e, &n, NULL) && w >= -180.0) {
        proj_operation_factory_context_set_area_of_interest(shift->context, factory, w, s, e, n);
    }
    proj_operation_factory_context_set_spatial_criterion(
        shift->context, factory, PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION);
    proj_operation_factory_context_set_grid_availability_use(
        shift->context, factory, PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID);
    proj_operation_factory_context_set_allow_ballpark_transformations(shift->context, factory, 0);
    PJ_OBJ_LIST *list = proj_create_operations(shift->context, from, to, factory);
    const int count = list ? proj_list_get_count(list) : 0;
    for (int i = 0; i < count && !chosen; i++) {
        PJ *candidate = proj_list_get(shift->context, list, i);
        if (candidate &&
            !proj_coordoperation_has_ballpark_transformation(shift->context, candidate) &&
            proj_coordoperation_is_instantiable(shift->context, candidate)) {
            chosen = candidate;
        } else {
            proj_destroy(candidate);
        }
    }
    if (!chosen) {
        ig_fail(ctx, IG_EFORMAT, "%s: no transformation of known accuracy from %s to %s", what,
                shift->from, shift->to);
        status = ig_hint(ctx, "transform the file first, or install PROJ's grids (proj-data)");
        goto done;
    }
    const char *name = proj_get_name(chosen);
    const double accuracy = proj_coordoperation_get_accuracy(shift->context, chosen);
    ig_text words = {0};
    ig_text_format(&words, "%s to %s by %s", shift->from, shift->to, name ? name : "an operation");
    if (accuracy >= 0.0) ig_text_format(&words, ", accuracy %g m", accuracy);
    if (words.failed) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
        goto done;
    }
    shift->words = words.data;
    if (accuracy > 5.0) {
        ig_warn(ctx, "%s: %s is worse than 5 m", what, shift->words);
    } else {
        ig_info(ctx, "%s: %s", what, shift->words);
    }
    shift->operation = proj_normalize_for_visualization(shift->context, chosen);
    if (!shift->operation) status = ig_fail(ctx, IG_EMEMORY, "no memory");
done:
    proj_destroy(chosen);
    proj_list_destroy(list);
    proj_operation_factory_context_destroy(factory);
    return status;
}

static ig_status open_shift(ig_ctx *ctx, const char *from, const char *to, const char *what,
                            ig_crs_shift **out)
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
    source = open_crs(shift->context, from, &shift->from);
    if (!source) {
        ig_fail(ctx, IG_EFORMAT, "%s: its CRS '%s' is not understood", what, ig_show(from));
        status = ig_hint(ctx, "say which it is by --crs EPSG:N");
        goto done;
    }
    target = open_crs(shift->context, to, &shift->to);
    if (!target) {
        status = ig_fail(ctx, IG_EINVAL, "'%s' is not a CRS", ig_show(to));
        goto done;
    }
    if (!shift->from) shift->from = ig_text_copy(proj_get_name(source));
    if (!shift->to) shift->to = ig_text_copy(proj_get_name(target));
    if (!shift->from || !shift->to) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
        goto done;
    }
    shift->degrees = is_degrees(source);
    find_box(shift, source);
    double *use = shift->use;
    if (!proj_get_area_of_use(shift->context, target, &use[0], &use[1], &use[2], &use[3], NULL) ||
        use[0] < -180.0) {
        use[0] = NAN;
    }
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
    if (source) proj_destroy(source);
    if (target) proj_destroy(target);
    if (status) {
        ig_crs_free(shift);
    } else {
        *out = shift;
    }
    return status;
}

ig_status ig_crs_open(ig_ctx *ctx, const char *from, const char *what, ig_crs_shift **out)
{
    return open_shift(ctx, from, ig_ctx_work_crs(ctx), what, out);
}

ig_status ig_crs_open_to(ig_ctx *ctx, const char *to, ig_crs_shift **out)
{
    return open_shift(ctx, ig_ctx_work_crs(ctx), to, "output", out);
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

ig_status ig_crs_apply(ig_ctx *ctx, ig_crs_shift *shift, double *x, double *y, size_t count)
{
    if (!shift->operation) return IG_OK;
    for (size_t i = 0; i < count; i++) {
        const PJ_COORD p = proj_trans(shift->operation, PJ_FWD, proj_coord(x[i], y[i], 0.0, 0.0));
        if (!isfinite(p.xy.x) || !isfinite(p.xy.y)) {
            proj_errno_reset(shift->operation);
            return ig_fail(ctx, IG_EFORMAT, "the point %.9g %.9g has no place in %s", x[i], y[i],
                           shift->to);
        }
        x[i] = p.xy.x;
        y[i] = p.xy.y;
    }
    return IG_OK;
}

static bool inside(const double box[4], double west, double south, double east, double north)
{
    if (isnan(box[0])) return true;
    const double mx = 0.1 * (box[2] - box[0]), my = 0.1 * (box[3] - box[1]);
    return west >= box[0] - mx && east <= box[2] + mx && south >= box[1] - my &&
           north <= box[3] + my;
}

static bool looks_like_degrees(double west, double south, double east, double north)
{
    return west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0;
}

ig_status ig_crs_check_extent(ig_ctx *ctx, const ig_crs_shift *shift, const char *what, double west,
                              double south, double east, double north)
{
    if (!(isfinite(west) && isfinite(south) && isfinite(east) && isfinite(north)) ||
        fmax(fmax(fabs(west), fabs(east)), fmax(fabs(south), fabs(north))) > 1e9) {
        return ig_fail(ctx, IG_EFORMAT,
                       "%s: coordinates are out of range (extent %g %g to %g %g, outside any use "
                       "of %s)",
                       what, west, south, east, north, shift->from);
    }
    const bool degrees = !shift->degrees && looks_like_degrees(west, south, east, north);
    // Longitude and latitude are good anywhere on Earth, but are to be worked in the other CRS.
    const double *use = shift->degrees ? shift->use : shift->box;
    if (inside(use, west, south, east, north) && !degrees) return IG_OK;
    const bool swapped = !isnan(use[0]) && inside(use, south, west, north, east);
    const char *looks = degrees ? "; it looks like degrees (longitude and latitude)"
                        : swapped && shift->degrees ? "; the axes look swapped, latitude first"
                        : swapped                   ? "; x and y look swapped"
                                                    : "";
    ig_fail(ctx, IG_EFORMAT,
            "%s: extent %.6g %.6g to %.6g %.6g lies outside the area of use of %s%s", what, west,
            south, east, north, shift->degrees ? shift->to : shift->from, looks);
    if (swapped && shift->degrees) return ig_hint(ctx, "write longitude before latitude");
    return ig_hint(ctx, "correct the file, or state the CRS it really has by --crs EPSG:N");
}

ig_status ig_crs_name(ig_ctx *ctx, const char *crs, char **name)
{
    *name = NULL;
    PJ_CONTEXT *context = new_context();
    if (!context) return ig_fail(ctx, IG_EMEMORY, "no memory");
    PJ *object = open_crs(context, crs, name);
    ig_status status = IG_OK;
    if (!object || !*name) {
        status = ig_fail(ctx, IG_EFORMAT, "the CRS '%s' is not understood", ig_show(crs));
    }
    proj_destroy(object);
    proj_context_destroy(context);
    return status;
}
