// slope: the slope index of inequality of five deprivation groups, with its exact limits.
#include <isogap.h>
#include <stdio.h>

int main(void)
{
    const double minutes[] = {30, 26, 22, 19, 15}; // most to least deprived
    const double people[] = {2400, 2200, 2000, 1800, 1600};
    const double se[] = {1.2, 1.1, 1.0, 0.9, 0.9};
    const ig_groups groups = {.count = 5, .value = minutes, .population = people, .se = se};
    ig_estimate sii, rii;
    ig_status status = ig_sii(&groups, 0.95, &sii);
    if (!status) status = ig_rii(&groups, 0.95, &rii);
    if (status) {
        fprintf(stderr, "slope: %s\n", ig_status_text(status));
        return ig_status_exit_code(status);
    }
    printf("SII %.6f (%.6f to %.6f), %s\n", sii.value, sii.lower, sii.upper, sii.method);
    printf("RII %.6f (%.6f to %.6f), %s\n", rii.value, rii.lower, rii.upper, rii.method);
    return 0;
}
