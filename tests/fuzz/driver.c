// Runs a fuzz target without libFuzzer: seeds as they are, then mutants of them, the same on every
// machine for the same numbers.
//   fuzz_TARGET [-n MUTANTS] [-s SEED] [-k KEEP] FILE_OR_FOLDER...
// Each input is written to KEEP (default: none) before it is tried, so that one that stops the
// program is there to look at.
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

enum { MOST_SEEDS = 4096, MOST_BYTES = 1 << 20 };

struct bytes {
    uint8_t *data;
    size_t size;
};

static struct bytes seeds[MOST_SEEDS];
static size_t seed_count;

/// xorshift64* (Vigna, 2016): small, and the same everywhere.
static uint64_t draw(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 2685821657736338717ULL;
}

static struct bytes slurp(const char *path)
{
    struct bytes b = {0};
    FILE *file = fopen(path, "rb");
    if (!file) return b;
    b.data = malloc(MOST_BYTES);
    if (b.data) b.size = fread(b.data, 1, MOST_BYTES, file);
    fclose(file);
    return b;
}

/// A shapefile goes in as its three parts, after their lengths.
static struct bytes pack_shapefile(const char *path)
{
    struct bytes parts[3], whole = {malloc(4 * MOST_BYTES), 16};
    if (!whole.data) abort();
    memcpy(whole.data, "SHAP", 4);
    for (int i = 0; i < 3; i++) {
        static const char *const suffixes[] = {"shp", "shx", "dbf"};
        char name[1024];
        snprintf(name, sizeof name, "%.*s%s", (int)strlen(path) - 3, path, suffixes[i]);
        parts[i] = slurp(name);
        for (int k = 0; k < 4; k++)
            whole.data[4 + 4 * i + k] = (uint8_t)(parts[i].size >> 8 * k);
        if (parts[i].size) memcpy(whole.data + whole.size, parts[i].data, parts[i].size);
        whole.size += parts[i].size;
        free(parts[i].data);
    }
    return whole;
}

static void add_seed(const char *path)
{
    const char *dot = strrchr(path, '.');
    if (seed_count == MOST_SEEDS) return;
    if (dot && (!strcmp(dot, ".shx") || !strcmp(dot, ".prj") || !strcmp(dot, ".cpg"))) return;
    const struct bytes b = dot && !strcmp(dot, ".shp") ? pack_shapefile(path) : slurp(path);
    if (b.data) seeds[seed_count++] = b;
}

static void add_seeds(const char *path)
{
    struct dirent **names = NULL;
    const int count = scandir(path, &names, NULL, alphasort);
    if (count < 0) {
        add_seed(path);
        return;
    }
    for (int i = 0; i < count; i++) {
        char inner[1024];
        struct stat about;
        snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && stat(inner, &about) == 0 && S_ISREG(about.st_mode))
            add_seed(inner);
        free(names[i]);
    }
    free(names);
}

/// Put `count` bytes of `from` at `at`, with what follows moved up.
static void insert(struct bytes *b, size_t at, const uint8_t *from, size_t count)
{
    if (b->size + count > 2 * MOST_BYTES) return;
    memmove(b->data + at + count, b->data + at, b->size - at);
    memcpy(b->data + at, from, count);
    b->size += count;
}

static void mutate(struct bytes *b, uint64_t *state)
{
    static const char *const words[] = {
        "\"", ",", "\n",   "\r\n", ";",       "\t",    "NaN",         "-1",           "1e400",
        "*",  "[", "]",    "{",    "}",       ":",     "99999999999", "\xEF\xBB\xBF", "E01000001",
        "=",  "<", "&#0;", "'",    "\\u0000", "1,234", "0x10",        "%s",           "\xFF\xFE"};
    uint8_t copy[256];
    const size_t at = b->size ? draw(state) % b->size : 0;
    const size_t left = b->size - at, run = 1 + draw(state) % sizeof copy;
    switch (draw(state) % 8) {
    case 0: // one bit
        if (left) b->data[at] ^= (uint8_t)(1u << draw(state) % 8);
        break;
    case 1: // one byte
        if (left) b->data[at] = (uint8_t)draw(state);
        break;
    case 2: // a run gone
        memmove(b->data + at, b->data + at + (run < left ? run : left),
                left - (run < left ? run : left));
        b->size -= run < left ? run : left;
        break;
    case 3: { // a run twice
        const size_t n = run < left ? run : left;
        memcpy(copy, b->data + at, n);
        insert(b, at, copy, n);
        break;
    }
    case 4: { // a word of the formats
        const char *word = words[draw(state) % (sizeof words / sizeof *words)];
        insert(b, at, (const uint8_t *)word, strlen(word));
        break;
    }
    case 5: // cut short
        b->size = at;
        break;
    case 6: { // a number of 32 bits that is odd in one way or another
        static const uint32_t odd[] = {0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x10000, 255};
        const uint32_t value = odd[draw(state) % 7];
        if (left >= 4) memcpy(b->data + at, &value, 4);
        break;
    }
    default: { // a piece of another seed
        const struct bytes *other = &seeds[draw(state) % seed_count];
        if (!other->size) break;
        const size_t from = draw(state) % other->size;
        const size_t n = run < other->size - from ? run : other->size - from;
        memcpy(copy, other->data + from, n);
        insert(b, at, copy, n);
    }
    }
}

static void keep(const char *path, const struct bytes *b)
{
    if (!path) return;
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(b->data, 1, b->size, file) != b->size || fclose(file)) abort();
}

int main(int argc, char **argv)
{
    long mutants = 200;
    uint64_t state = 88172645463325252ULL;
    const char *kept = NULL;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-n") && i + 1 < argc) {
            mutants = strtol(argv[++i], NULL, 10);
        } else if (!strcmp(argv[i], "-s") && i + 1 < argc) {
            state += strtoull(argv[++i], NULL, 10) * 0x9E3779B97F4A7C15ULL;
        } else if (!strcmp(argv[i], "-k") && i + 1 < argc) {
            kept = argv[++i];
        } else {
            add_seeds(argv[i]);
        }
    }
    if (!seed_count) {
        fprintf(stderr, "no seeds\n");
        return 2;
    }
    struct bytes work = {malloc(4 * MOST_BYTES), 0};
    if (!work.data) abort();
    for (size_t s = 0; s < seed_count; s++) {
        keep(kept, &seeds[s]);
        LLVMFuzzerTestOneInput(seeds[s].data, seeds[s].size);
    }
    for (long n = 0; n < mutants; n++) {
        const struct bytes *seed = &seeds[draw(&state) % seed_count];
        work.size = seed->size;
        if (seed->size) memcpy(work.data, seed->data, seed->size);
        for (uint64_t times = 1 + draw(&state) % 4; times > 0; times--)
            mutate(&work, &state);
        keep(kept, &work);
        LLVMFuzzerTestOneInput(work.data, work.size);
    }
    printf("%zu seeds, %ld mutants, no law broken\n", seed_count, mutants);
    for (size_t s = 0; s < seed_count; s++)
        free(seeds[s].data);
    free(work.data);
    return 0;
}
