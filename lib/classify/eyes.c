// Colours as the colour-blind see them: a matrix on linear light for each kind of eye, from
// Machado, Oliveira and Fernandes (2009), A physiologically-based model for simulation of color
// vision deficiency, severity 1.
#include "classify_internal.h"

#include <math.h>

enum { EYES = 4 };

static const double eyes[EYES][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868},
     {0.114503, 0.786281, 0.099216},
     {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968},
     {0.280085, 0.672501, 0.047413},
     {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779},
     {-0.078411, 0.930809, 0.147602},
     {0.004733, 0.691367, 0.303900}},
};

static struct lab seen(ig_colour c, size_t eye)
{
    const double light[3] = {linear_light(c.r), linear_light(c.g), linear_light(c.b)};
    double felt[3];
    for (size_t i = 0; i < 3; i++) {
        const double *row = eyes[eye][i];
        felt[i] = fmin(1.0, fmax(0.0, row[0] * light[0] + row[1] * light[1] + row[2] * light[2]));
    }
    return lab_of(felt[0], felt[1], felt[2]);
}

double ig_colours_apart(const ig_colour *colours, size_t count)
{
    double least = INFINITY;
    for (size_t eye = 0; eye < EYES; eye++) {
        for (size_t i = 0; i < count; i++) {
            const struct lab a = seen(colours[i], eye);
            for (size_t j = 0; j < i; j++) {
                const struct lab b = seen(colours[j], eye);
                least = fmin(least, sqrt((a.l - b.l) * (a.l - b.l) + (a.a - b.a) * (a.a - b.a) +
                                         (a.b - b.b) * (a.b - b.b)));
            }
        }
    }
    return least;
}
