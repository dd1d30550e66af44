// Where the area lies: a small outline of England and Wales. It is drawn from the positions of
// headlands, towns and river mouths, to a few kilometres; it is for finding one's way only.
#include "picture_internal.h"

#include <math.h>

/// Kilometres of the National Grid, clockwise from Berwick; a pair of zeros ends a ring.
static const short shore[][2] = {
    {400, 653}, {418, 635}, {425, 610}, {432, 588}, {437, 569}, {441, 557}, {453, 533}, {461, 525},
    {490, 511}, {505, 488}, {525, 470}, {521, 447}, {540, 410}, {512, 424}, {495, 422}, {527, 410},
    {551, 385}, {557, 363}, {540, 340}, {560, 322}, {567, 341}, {592, 345}, {622, 342}, {639, 330},
    {653, 308}, {655, 293}, {651, 276}, {647, 257}, {631, 234}, {618, 215}, {603, 207}, {602, 190},
    {589, 184}, {565, 176}, {592, 175}, {611, 167}, {636, 171}, {640, 169}, {638, 152}, {633, 141},
    {623, 135}, {609, 117}, {583, 109}, {559, 95},  {531, 103}, {515, 102}, {485, 92},  {463, 99},
    {442, 110}, {433, 94},  {418, 90},  {403, 86},  {404, 78},  {396, 75},  {368, 79},  {368, 68},
    {346, 90},  {334, 92},  {300, 80},  {293, 63},  {294, 56},  {289, 50},  {283, 37},  {274, 36},
    {248, 50},  {226, 52},  {212, 51},  {200, 39},  {182, 31},  {170, 11},  {152, 30},  {134, 25},
    {152, 41},  {181, 62},  {185, 76},  {205, 89},  {220, 106}, {223, 127}, {240, 128}, {252, 148},
    {272, 149}, {297, 147}, {325, 145}, {331, 161}, {351, 178}, {372, 205}, {354, 190}, {334, 183},
    {319, 174}, {311, 166}, {292, 168}, {281, 176}, {266, 192}, {239, 187}, {250, 199}, {214, 200},
    {197, 193}, {180, 203}, {172, 228}, {189, 241}, {216, 248}, {238, 260}, {258, 281}, {261, 315},
    {257, 331}, {214, 325}, {230, 341}, {247, 363}, {275, 384}, {300, 382}, {312, 385}, {336, 368},
    {319, 388}, {330, 395}, {333, 391}, {327, 407}, {333, 418}, {330, 436}, {334, 449}, {341, 461},
    {348, 470}, {331, 476}, {317, 463}, {316, 478}, {303, 501}, {294, 514}, {298, 529}, {310, 553},
    {322, 563}, {332, 567}, {370, 607}, {391, 620}, {384, 640}, {0, 0},     {429, 85},  {449, 96},
    {459, 93},  {466, 88},  {450, 75},  {0, 0},     {220, 382}, {229, 393}, {248, 394}, {260, 376},
    {235, 366}, {0, 0}};

enum { POINTS = sizeof shore / sizeof *shore };
static const double west = 134e3, south = 11e3, east = 655e3, north = 653e3;

/// Within the outline, or no further from its points than a coarse shore may err.
static bool ashore(double x, double y)
{
    bool inside = false;
    size_t first = 0;
    for (size_t i = 0; i < POINTS; i++) {
        if (!shore[i][0]) {
            first = i + 1;
            continue;
        }
        const size_t next = shore[i + 1][0] ? i + 1 : first;
        const double ax = shore[i][0] * 1e3, ay = shore[i][1] * 1e3;
        const double bx = shore[next][0] * 1e3, by = shore[next][1] * 1e3;
        if (hypot(x - ax, y - ay) < 8e3) return true;
        if ((ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)) inside = !inside;
    }
    return inside;
}

bool inset_helps(const double box[4])
{
    // A map of half the country needs no map of where it is.
    return box[2] - box[0] < 0.5 * (east - west) && box[3] - box[1] < 0.5 * (north - south) &&
           ashore((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
}

double inset_width(double height)
{
    return height * (east - west) / (north - south);
}

void inset_draw(pen *p, double x, double y, double height, double unit, const double box[4])
{
    static const ig_colour land = {228, 228, 228}, coast = {118, 118, 118}, here = {176, 58, 0};
    const double scale = height / (north - south);
    bool begun = false;
    for (size_t i = 0; i < POINTS; i++) {
        if (!shore[i][0]) {
            pen_close(p);
            begun = false;
            continue;
        }
        const double px = x + (shore[i][0] * 1e3 - west) * scale;
        const double py = y + (north - shore[i][1] * 1e3) * scale;
        if (begun) {
            pen_line(p, px, py);
        } else {
            pen_move(p, px, py);
        }
        begun = true;
    }
    pen_draw(p,
             &(pen_look){
                 .fill = true, .stroke = true, .inside = land, .line = coast, .width = 0.8 * unit},
             "England and Wales");
    // No smaller than can be seen.
    const double least = 6 * unit;
    const double w = fmax((box[2] - box[0]) * scale, least);
    const double h = fmax((box[3] - box[1]) * scale, least);
    const double cx = x + ((box[0] + box[2]) / 2 - west) * scale;
    const double cy = y + (north - (box[1] + box[3]) / 2) * scale;
    pen_box(p, cx - w / 2, cy - h / 2, w, h);
    pen_draw(p, &(pen_look){.stroke = true, .line = here, .width = 2 * unit}, "Where the map lies");
}
