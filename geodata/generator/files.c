// Files of the county: made with their folders, and finished; any failure ends the program.
#include "county.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

FILE *open_file(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        if (mkdir(path, 0777) && errno != EEXIST) break;
        *slash = '/';
    }
    FILE *file = fopen(path, "wb");
    if (!file) {
        fprintf(stderr, "geodata-generate: cannot write %s: %s\n", path, strerror(errno));
        exit(5);
    }
    return file;
}

void close_file(FILE *file)
{
    if (ferror(file) | fclose(file)) {
        fprintf(stderr, "geodata-generate: writing failed: %s\n", strerror(errno));
        exit(5);
    }
}

FILE *begin_geojson(const char *folder, const char *file, const char *name)
{
    FILE *out = open_file(folder, file);
    fprintf(
        out,
        "{\n\"type\": \"FeatureCollection\",\n\"name\": \"%s\",\n\"crs\": { \"type\": \"name\", "
        "\"properties\": { \"name\": \"urn:ogc:def:crs:EPSG::27700\" } },\n\"features\": [\n",
        name);
    return out;
}

void end_geojson(FILE *out)
{
    fputs("\n]\n}\n", out);
    close_file(out);
}
