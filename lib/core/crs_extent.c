// Does an extent lie where its CRS is of use? Degrees taken for metres and swapped axes by name (G1).
#include "crs_internal.h"

#include <math.h>

static bool inside(const double box[4], double west, double south, double east, double north)
{
    if (isnan(box[0])) return true;
    const double mx = 0.1 * (box[2] - box[0]), my = 0.1 * (box[3] - box[1]);
    return west >= box[0] - mx && east <= box[2] + mx && south >= box[1] - my &&
           north <= box[3] + my;
}

static bool looks_like_degrees(const double e[4])
{
    return e[0] >= -180.0 && e[2] <= 180.0 && e[1] >= -90.0 && e[3] <= 90.0;
}

// What an extent that cannot be right looks like, and how to mend it.
static const char *looks_like(const ig_crs_shift *shift, const double e[4], const char **hint)
{
    const double *use = shift->degrees ? shift->use : shift->box;
    const double turned[4] = {e[1], e[0], e[3], e[2]};
    *hint = "correct the file, or state the CRS it really has by --crs EPSG:N";
    if (!shift->degrees && looks_like_degrees(e)) {
        *hint = "if these are longitude and latitude, say --crs EPSG:4326";
        return "; it looks like degrees (longitude and latitude)";
    }
    if (shift->degrees && !looks_like_degrees(e)) {
        *hint = "if these are eastings and northings, say --crs EPSG:27700";
        return "; it looks like metres (eastings and northings), not degrees";
    }
    if (isnan(use[0]) || !inside(use, turned[0], turned[1], turned[2], turned[3])) return "";
    *hint = shift->degrees ? "write longitude before latitude" : "write x before y";
    return shift->degrees ? "; the axes look swapped, latitude first" : "; x and y look swapped";
}

// Coordinates in metres may be good in their own CRS and yet lie far from where the work is done.
static bool meets_goal(const ig_crs_shift *shift, const double e[4])
{
    if (!shift->operation || isnan(shift->goal[0])) return true;
    for (int corner = 0; corner < 4; corner++) {
        double x = e[corner & 1 ? 2 : 0], y = e[corner & 2 ? 3 : 1];
        if (!crs_move(shift, &x, &y) || !inside(shift->goal, x, y, x, y)) return false;
    }
    return true;
}

ig_status ig_crs_check_extent(ig_ctx *ctx, const ig_crs_shift *shift, const char *what, double west,
                              double south, double east, double north)
{
    const double e[4] = {west, south, east, north};
    if (west > east || south > north) return IG_OK; // nothing in it
    const bool finite = isfinite(west) && isfinite(south) && isfinite(east) && isfinite(north);
    if (!finite || fmax(fmax(fabs(west), fabs(east)), fmax(fabs(south), fabs(north))) > 1e9) {
        ig_fail(ctx, IG_EFORMAT,
                "%s: coordinates are out of range (extent %g %g to %g %g, outside any use of %s)",
                what, west, south, east, north, shift->from);
        return ig_hint(ctx, "correct the coordinates in the file");
    }
    // Longitude and latitude are good anywhere on Earth, but are to be worked in the other CRS.
    const double *use = shift->degrees ? shift->use : shift->box;
    if (inside(use, west, south, east, north) && shift->degrees == looks_like_degrees(e)) {
        if (meets_goal(shift, e)) return IG_OK;
        ig_fail(ctx, IG_EFORMAT,
                "%s: extent %.6g %.6g to %.6g %.6g, declared as %s, lies outside the area of use "
                "of %s, in which the work is done",
                what, west, south, east, north, shift->from, shift->to);
        return ig_hint(ctx, "state the CRS that the file really has by --crs EPSG:N, or work in "
                            "another by --work-crs");
    }
    const char *hint, *looks = looks_like(shift, e, &hint);
    ig_fail(ctx, IG_EFORMAT,
            "%s: extent %.6g %.6g to %.6g %.6g, declared as %s, lies outside the area of use of "
            "%s%s",
            what, west, south, east, north, shift->from, shift->degrees ? shift->to : shift->from,
            looks);
    return ig_hint(ctx, "%s", hint);
}
