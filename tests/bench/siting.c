// Time and gap of a median or a cover on places with straight-line minutes between them.
// usage: siting DEMAND SITES KM/H MOST_MINUTES OBJECTIVE OPEN THRESHOLD SECONDS
// DEMAND holds "people x y" a line, SITES "x y", in metres; pairs over MOST_MINUTES have no time.
#include <isogap.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double *column(const char *path, size_t fields, size_t *rows)
{
    FILE *file = fopen(path, "r");
    double *values = NULL, v;
    size_t count = 0, room = 0;
    if (!file) exit(2);
    while (fscanf(file, "%lf", &v) == 1) {
        if (count == room) {
            room = room ? 2 * room : 4096;
            values = realloc(values, room * sizeof *values);
            if (!values) exit(6);
        }
        values[count++] = v;
    }
    fclose(file);
    *rows = count / fields;
    return values;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc != 9) return 2;
    size_t n, m;
    const double *demand = column(argv[1], 3, &n), *sites = column(argv[2], 2, &m);
    const double pace = 60.0 / 1000.0 / atof(argv[3]), most = atof(argv[4]);
    double *people = malloc((n + 1) * sizeof *people);
    size_t *start = malloc((n + 1) * sizeof *start), room = 0;
    if (!people || !start) return 6;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            room += pace * hypot(demand[3 * i + 1] - sites[2 * j],
                                 demand[3 * i + 2] - sites[2 * j + 1]) <=
                    most;
    size_t *site = malloc((room + 1) * sizeof *site), e = 0;
    double *minutes = malloc((room + 1) * sizeof *minutes);
    if (!site || !minutes) return 6;
    for (size_t i = 0; i < n; i++) {
        people[i] = demand[3 * i];
        start[i] = e;
        for (size_t j = 0; j < m; j++) {
            const double t = pace * hypot(demand[3 * i + 1] - sites[2 * j],
                                          demand[3 * i + 2] - sites[2 * j + 1]);
            if (t > most) continue;
            site[e] = j;
            minutes[e++] = t;
        }
    }
    start[n] = e;
    ig_ctx *ctx = ig_ctx_new();
    ig_siting_options options = ig_siting_defaults();
    options.objective = strcmp(argv[5], "mclp") == 0 ? IG_SITING_MCLP : IG_SITING_P_MEDIAN;
    options.open = (size_t)atol(argv[6]);
    options.threshold = atof(argv[7]);
    options.time_limit = atof(argv[8]);
    const ig_siting_problem problem = {.demands = n,
                                       .sites = m,
                                       .people = people,
                                       .start = start,
                                       .site = site,
                                       .minutes = minutes};
    ig_siting *answer = NULL;
    const double began = now();
    if (ig_siting_solve(ctx, &problem, &options, &answer)) {
        fprintf(stderr, "%s\n", ig_ctx_message(ctx));
        return 1;
    }
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    printf("%s n=%zu m=%zu k=%zu pairs=%zu: value %.9g bound %.9g gap %.4f%% optimal %d "
           "unreached %g, %.1f s, %.2f GiB\n",
           argv[5], n, m, options.open, e, answer->value, answer->bound, 100.0 * answer->gap,
           answer->optimal, answer->unreached, now() - began, (double)use.ru_maxrss / 1048576.0);
    ig_siting_free(answer);
    ig_ctx_free(ctx);
    return 0;
}
