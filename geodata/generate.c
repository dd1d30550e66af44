// Writes the made-up county of geodata/sample: the same bytes on every machine.
#include "generator/county.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: geodata-generate FOLDER\n", stderr);
        return 2;
    }
    if (mkdir(argv[1], 0777) && errno != EEXIST) {
        fprintf(stderr, "geodata-generate: cannot make %s: %s\n", argv[1], strerror(errno));
        return 5;
    }
    county *c = room(1, sizeof *c);
    network *n = room(1, sizeof *n);
    partition(c);
    older_edition(c);
    build_roads(c, n);
    write_boundaries(c, argv[1]);
    write_landcover(c, argv[1]);
    write_terrain(c, argv[1]);
    write_roads(c, n, argv[1]);
    write_tables(c, n, argv[1]);
    free(c);
    free(n);
    return 0;
}
