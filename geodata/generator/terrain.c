// Land and sea, hills, a moor with a cliff; tiles of heights laid out as OS Terrain 50 is.
#include "county.h"

#include <math.h>

const place towns[] = {
    {"Merrowmouth", 12900, 6300, 2700, 1000}, {"Northquay", 12900, 12700, 1900, 900},
    {"Carrow", 5900, 6600, 1400, 850},        {"Over Carrow", 6300, 11800, 1100, 750},
    {"Scarfoot", 5300, 14600, 1100, 750},     {"Saltby", 14600, 2300, 1300, 950},
    {"Fenham", 3300, 2900, 1100, 700},        {"Holt Cross", 9600, 16600, 1000, 650},
    {"Ashby Green", 9300, 3600, 500, 450},    {"Little Wend", 2300, 8700, 450, 400},
    {"Sandwick", 15600, 16900, 650, 500},     {"Moorend", 2400, 11900, 400, 400},
    {"Upper Holt", 12300, 18300, 450, 400},   {"Marsham", 7200, 1700, 450, 400},
    {"Kettle Isle", 18900, 14700, 500, 350},
};
const int town_count = sizeof towns / sizeof *towns;

/// Signed distance from the estuary's edge, metres, positive on land.
static double off_estuary(double x, double y)
{
    const double head = 4300.0, mouth = 16500.0;
    const double middle = 9400.0 + 700.0 * ripple(11, x, 0.0, 4000.0);
    const double away = fabs(y - middle);
    if (x < head) {
        const double dx = head - x;
        return sqrt(dx * dx + away * away) - 130.0;
    }
    const double along = x < mouth ? (x - head) / (mouth - head) : 1.0;
    return away - (130.0 + 950.0 * along * along + 250.0 * along);
}

/// Signed distance from the open sea's shore, about, metres, positive on land.
static double off_sea(double x, double y)
{
    const double shore =
        16900.0 + 900.0 * ripple(12, 0.0, y, 3500.0) + 250.0 * ripple(13, x, y, 900.0);
    const double isle_x = x - 18900.0, isle_y = y - 14700.0;
    const double isle =
        640.0 + 120.0 * ripple(14, x, y, 500.0) - sqrt(isle_x * isle_x + isle_y * isle_y);
    const double main_land = shore - x;
    return main_land > isle ? main_land : isle;
}

static double off_water(double x, double y)
{
    const double sea = off_sea(x, y), estuary = off_estuary(x, y);
    return sea < estuary ? sea : estuary;
}

double moor_depth(double x, double y)
{
    return ((y - 12600.0) - (x - 1300.0)) / 1.4142135623730951 + 350.0 * ripple(15, x, y, 2200.0);
}

int shape_land(int x, int y)
{
    if (off_water(x, y) < 0.0) return LAND_WATER;
    const double border_w = 900.0 + 450.0 * ripple(16, 0.0, y, 2500.0);
    const double border_s = 800.0 + 400.0 * ripple(17, x, 0.0, 2500.0);
    const double border_n = 19200.0 + 450.0 * ripple(18, x, 0.0, 2500.0);
    if (x < border_w || y < border_s || y > border_n) return LAND_OUTSIDE;
    if (moor_depth(x, y) > 500.0) return LAND_MOOR;
    if (ripple(19, x, y, 1700.0) + 0.3 * ripple(20, x, y, 500.0) > 0.62) return LAND_WOOD;
    return LAND_OPEN;
}

double height(const county *c, int x, int y)
{
    const int i = x / CELL, j = y / CELL;
    if (c->land[j * SIDE + i] == LAND_WATER) return -0.9;
    double inland = off_water(x, y) / 2600.0;
    inland = inland < 0.0 ? 0.0 : inland > 1.0 ? 1.0 : inland;
    double metres =
        2.0 + inland * (46.0 + 34.0 * ripple(21, x, y, 2800.0) + 9.0 * ripple(22, x, y, 700.0));
    const double depth = moor_depth(x, y);
    if (depth > 0.0) {
        const double rise = depth < 2600.0 ? depth / 2600.0 : 1.0;
        metres += 190.0 * rise * rise * (3.0 - 2.0 * rise);
        // The scar: a step of 60 m that fades out at both ends, where the roads climb.
        const double along = ((double)x + (double)y - 13900.0) / 1.4142135623730951;
        double step = 1.0 - fabs(along - 4200.0) / 3600.0;
        step = step < 0.0 ? 0.0 : step > 0.4 ? 1.0 : step / 0.4;
        if (depth > 900.0) metres += 60.0 * step;
    }
    return metres < 0.5 ? 0.5 : metres;
}

static void write_tile(const county *c, const char *folder, const char *name, int x0, int y0)
{
    char path[64];
    snprintf(path, sizeof path, "terrain50/%s.asc", name);
    FILE *out = open_file(folder, path);
    fprintf(out, "ncols 200\r\nnrows 200\r\nxllcorner %d\r\nyllcorner %d\r\ncellsize 50\r\n",
            WEST + x0, SOUTH + y0);
    for (int row = 0; row < 200; row++) {
        for (int col = 0; col < 200; col++) {
            const double metres = height(c, x0 + col * 50 + 25, y0 + 10000 - row * 50 - 25);
            // Halves of a metre; the sea keeps its -0.9.
            const int halves = metres < 0.0 ? -1 : (int)(metres * 2.0 + 0.5);
            if (halves < 0) {
                fputs("-0.9 ", out);
            } else if (halves % 2) {
                fprintf(out, "%d.5 ", halves / 2);
            } else {
                fprintf(out, "%d ", halves / 2);
            }
        }
        fputs("\r\n", out);
    }
    close_file(out);
    snprintf(path, sizeof path, "terrain50/%s.prj", name);
    out = open_file(folder, path);
    fputs("PROJCS[\"British_National_Grid\",GEOGCS[\"GCS_OSGB_1936\",DATUM[\"D_OSGB_1936\","
          "SPHEROID[\"Airy_1830\",6377563.396,299.3249646]],PRIMEM[\"Greenwich\",0],"
          "UNIT[\"Degree\",0.017453292519943295]],PROJECTION[\"Transverse_Mercator\"],"
          "PARAMETER[\"False_Easting\",400000],PARAMETER[\"False_Northing\",-100000],"
          "PARAMETER[\"Central_Meridian\",-2],PARAMETER[\"Scale_Factor\",0.999601272],"
          "PARAMETER[\"Latitude_Of_Origin\",49],UNIT[\"Meter\",1]]",
          out);
    close_file(out);
}

void write_terrain(const county *c, const char *folder)
{
    write_tile(c, folder, "TA62", 0, 0);
    write_tile(c, folder, "TA72", 10000, 0);
    write_tile(c, folder, "TA63", 0, 10000);
    write_tile(c, folder, "TA73", 10000, 10000);
}
