// Time and gap of an objective on places with straight-line minutes between them.
// usage: bench_siting DEMAND SITES KM/H MOST_MINUTES OBJECTIVE OPEN THRESHOLD SECONDS [SLACK]
// DEMAND holds "people x y decile" a line, SITES "x y", in metres; pairs over MOST_MINUTES have no
// time.
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

static int objective(const char *word)
{
    static const char *const words[] = {
        "p-median",    "p-center",        "mclp",      "lscp",     "worst-quintile",
        "core20-mean", "core20-coverage", "least-sii", "least-gap"};
    for (int o = 0; o < 9; o++)
        if (strcmp(word, words[o]) == 0) return o;
    exit(2);
}

int main(int argc, char **argv)
{
    if (argc != 9 && argc != 10) return 2;
    size_t n, m;
    const double *demand = column(argv[1], 4, &n), *sites = column(argv[2], 2, &m);
    const double pace = 60.0 / 1000.0 / atof(argv[3]), most = atof(argv[4]);
    double *people = malloc((n + 1) * sizeof *people), *decile = malloc((n + 1) * sizeof *decile);
    size_t *start = malloc((n + 1) * sizeof *start), room = 0;
    if (!people || !decile || !start) return 6;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            room += pace * hypot(demand[4 * i + 1] - sites[2 * j],
                                 demand[4 * i + 2] - sites[2 * j + 1]) <=
                    most;
    size_t *site = malloc((room + 1) * sizeof *site), e = 0;
    double *minutes = malloc((room + 1) * sizeof *minutes);
    if (!site || !minutes) return 6;
    for (size_t i = 0; i < n; i++) {
        people[i] = demand[4 * i];
        decile[i] = demand[4 * i + 3] > 0.0 ? demand[4 * i + 3] : NAN;
        start[i] = e;
        for (size_t j = 0; j < m; j++) {
            const double t = pace * hypot(demand[4 * i + 1] - sites[2 * j],
                                          demand[4 * i + 2] - sites[2 * j + 1]);
            if (t > most) continue;
            site[e] = j;
            minutes[e++] = t;
        }
    }
    start[n] = e;
    ig_ctx *ctx = ig_ctx_new();
    ig_siting_options options = ig_siting_defaults();
    options.objective = (ig_siting_objective)objective(argv[5]);
    options.open = (size_t)atol(argv[6]);
    options.threshold = atof(argv[7]);
    options.time_limit = atof(argv[8]);
    if (argc == 10) {
        options.mean_slack = atof(argv[9]);
        options.slack_for_all = true;
    }
    const ig_siting_problem problem = {.demands = n,
                                       .sites = m,
                                       .people = people,
                                       .decile = decile,
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
           "mean %.6g unreached %g, %.1f s, %.2f GiB\n",
           argv[5], n, m, options.open, e, answer->value, answer->bound, 100.0 * answer->gap,
           answer->optimal, answer->mean, answer->unreached, now() - began,
           (double)use.ru_maxrss / 1048576.0);
    ig_siting_free(answer);
    ig_ctx_free(ctx);
    return 0;
}
