// National Grid to WGS 84: inverse transverse Mercator on Airy 1830, then the seven-parameter
// shift (Ordnance Survey, A guide to coordinate systems in Great Britain). Good to about 5 m.
#include "county.h"

#include <math.h>

static const double PI = 3.14159265358979323846;

static double meridian(double n, double b, double lat, double lat0)
{
    const double d = lat - lat0, s = lat + lat0;
    return b * 0.9996012717 *
           ((1 + n + 1.25 * n * n + 1.25 * n * n * n) * d -
            (3 * n + 3 * n * n + 2.625 * n * n * n) * sin(d) * cos(s) +
            (1.875 * n * n + 1.875 * n * n * n) * sin(2 * d) * cos(2 * s) -
            35.0 / 24.0 * n * n * n * sin(3 * d) * cos(3 * s));
}

/// Latitude and longitude on Airy 1830, radians.
static void unproject(double east, double north, double *lon, double *lat)
{
    const double a = 6377563.396, b = 6356256.909, f0 = 0.9996012717;
    const double lat0 = 49.0 * PI / 180.0, lon0 = -2.0 * PI / 180.0;
    const double e2 = 1.0 - b * b / (a * a), n = (a - b) / (a + b);
    double phi = (north + 100000.0) / (a * f0) + lat0;
    for (int turn = 0; turn < 8; turn++)
        phi += (north + 100000.0 - meridian(n, b, phi, lat0)) / (a * f0);
    const double sine = sin(phi), t = tan(phi), t2 = t * t, sec = 1.0 / cos(phi);
    const double nu = a * f0 / sqrt(1.0 - e2 * sine * sine);
    const double rho = nu * (1.0 - e2) / (1.0 - e2 * sine * sine), eta2 = nu / rho - 1.0;
    const double d = east - 400000.0, d2 = d * d;
    *lat = phi - d2 * t / (2 * rho * nu) +
           d2 * d2 * t / (24 * rho * nu * nu * nu) * (5 + 3 * t2 + eta2 - 9 * t2 * eta2) -
           d2 * d2 * d2 * t / (720 * rho * nu * nu * nu * nu * nu) * (61 + 90 * t2 + 45 * t2 * t2);
    *lon = lon0 + d * sec / nu - d * d2 * sec / (6 * nu * nu * nu) * (nu / rho + 2 * t2) +
           d * d2 * d2 * sec / (120 * nu * nu * nu * nu * nu) * (5 + 28 * t2 + 24 * t2 * t2);
}

void to_lonlat(double east, double north, double *lon, double *lat)
{
    double lambda, phi;
    unproject(east, north, &lambda, &phi);
    const double a = 6377563.396, b = 6356256.909, e2 = 1.0 - b * b / (a * a);
    const double nu = a / sqrt(1.0 - e2 * sin(phi) * sin(phi));
    const double x = nu * cos(phi) * cos(lambda), y = nu * cos(phi) * sin(lambda);
    const double z = (1.0 - e2) * nu * sin(phi);
    const double second = PI / 180.0 / 3600.0, scale = 1.0 - 20.4894e-6;
    const double rx = 0.1502 * second, ry = 0.2470 * second, rz = 0.8421 * second;
    const double x2 = 446.448 + scale * x - rz * y + ry * z;
    const double y2 = -125.157 + rz * x + scale * y - rx * z;
    const double z2 = 542.060 - ry * x + rx * y + scale * z;
    const double a2 = 6378137.0, b2 = 6356752.3141, f2 = 1.0 - b2 * b2 / (a2 * a2);
    const double p = sqrt(x2 * x2 + y2 * y2);
    double latitude = atan2(z2, p * (1.0 - f2));
    for (int turn = 0; turn < 8; turn++)
        latitude =
            atan2(z2 + f2 * a2 / sqrt(1.0 - f2 * sin(latitude) * sin(latitude)) * sin(latitude), p);
    *lon = atan2(y2, x2) * 180.0 / PI;
    *lat = latitude * 180.0 / PI;
}
