// site: what stands beside the answer: the price of equity, and how stable it is.
#include "siting.h"

#include <math.h>
#include <string.h>

const char *siting_word(int objective)
{
    static const char *const words[] = {
        "p-median",    "p-center",        "mclp",      "lscp",     "worst-quintile",
        "core20-mean", "core20-coverage", "least-sii", "least-gap"};
    return words[objective];
}
