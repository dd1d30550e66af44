// An input as plain files: archives unpacked into a private folder, folders as their files.
#include "input_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_MEMBERS = 100000, DEEPEST_FOLDER = 4 };

struct member {
    char *path, *name;
};

struct ig_unpacked {
    char *folder; ///< private temporary folder; NULL when nothing had to be unpacked
    struct member *list;
    size_t count, room;
    size_t places; ///< folders made in the private one, called 0, 1, 2 ...
};

// One descent: what is looked for, how deep we are, what it may still expand to.
struct search {
    ig_ctx *ctx;
    ig_unpacked *into;
    const char *const *suffixes;
    ig_budget *budget; ///< of the archive that the user named; NULL in a folder
    int zips, folders; ///< how many of them we are inside of
    bool asked;        ///< named by the user, so that its suffix does not matter
};

// ---- the list and the private folder --------------------------------------------------------

static void remove_folder(const char *folder, int depth)
{
    DIR *dir = opendir(folder);
    if (dir) {
        const struct dirent *entry;
        char path[PATH_MAX];
        while ((entry = readdir(dir)) != NULL) {
            if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
            if (unlinkat(dirfd(dir), entry->d_name, 0) == 0 || depth == 0) continue;
            const int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            if (length > 0 && (size_t)length < sizeof path) remove_folder(path, depth - 1);
        }
        closedir(dir);
    }
    rmdir(folder);
}

void ig_unpacked_free(ig_unpacked *unpacked)
{
    if (!unpacked) return;
    if (unpacked->folder) remove_folder(unpacked->folder, 1);
    for (size_t i = 0; i < unpacked->count; i++) {
        ig_free(unpacked->list[i].path);
        ig_free(unpacked->list[i].name);
    }
    ig_free(unpacked->list);
    ig_free(unpacked->folder);
    ig_free(unpacked);
}

size_t ig_unpacked_count(const ig_unpacked *unpacked)
{
    return unpacked->count;
}

const char *ig_unpacked_path(const ig_unpacked *unpacked, size_t i)
{
    return unpacked->list[i].path;
}

const char *ig_unpacked_name(const ig_unpacked *unpacked, size_t i)
{
    return unpacked->list[i].name;
}

static bool is_wanted(const char *name, const char *const *suffixes)
{
    if (!suffixes) return true;
    for (size_t i = 0; suffixes[i]; i++) {
        if (ig_ends_with(name, suffixes[i])) return true;
    }
    return false;
}

static ig_status add_member(const struct search *s, const char *path, const char *name)
{
    ig_unpacked *u = s->into;
    if (u->count >= MOST_MEMBERS) {
        return ig_fail(s->ctx, IG_ELIMIT, "%s: more than %d files", ig_show(name), MOST_MEMBERS);
    }
    if (!ig_grow((void **)&u->list, &u->room, u->count + 1, sizeof *u->list)) {
        return ig_fail(s->ctx, IG_EMEMORY, "no memory");
    }
    const struct member m = {ig_text_copy(path), ig_text_copy(name)};
    if (!m.path || !m.name) {
        ig_free(m.path);
        ig_free(m.name);
        return ig_fail(s->ctx, IG_EMEMORY, "no memory");
    }
    u->list[u->count++] = m;
    return IG_OK;
}

static ig_status make_private_folder(const struct search *s)
{
    const char *base = getenv("TMPDIR");
    ig_text text = {0};
    ig_text_format(&text, "%s/isogap-XXXXXX", base && *base == '/' ? base : "/tmp");
    if (text.failed) {
        ig_text_free(&text);
        return ig_fail(s->ctx, IG_EMEMORY, "no memory");
    }
    if (!mkdtemp(text.data)) {
        ig_fail(s->ctx, IG_EWRITE, "cannot make a temporary folder %s: %s", ig_show(text.data),
                strerror(errno));
        ig_text_free(&text);
        return ig_hint(s->ctx, "set TMPDIR to a folder in which you may write");
    }
    s->into->folder = text.data;
    return IG_OK;
}

// A new folder in the private one, for what lay in one folder of one archive.
static ig_status make_place(const struct search *s, size_t *place)
{
    ig_unpacked *u = s->into;
    ig_status status = u->folder ? IG_OK : make_private_folder(s);
    if (status) return status;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%zu", u->folder, u->places);
    if (mkdir(path, 0700) != 0) {
        return ig_fail(s->ctx, IG_EWRITE, "cannot make a temporary folder: %s", strerror(errno));
    }
    *place = u->places++;
    return IG_OK;
}

// A fresh file called like the member's last part, so that companions (.shp .shx .dbf) keep one
// stem and no name leads out of the folder.
static ig_status fresh_file(const struct search *s, size_t place, const char *name,
                            const char *shown, char path[PATH_MAX], int *fd)
{
    const int length =
        snprintf(path, PATH_MAX, "%s/%zu/%s", s->into->folder, place, ig_base_name(name));
    if (length < 0 || length >= PATH_MAX) {
        return ig_fail(s->ctx, IG_EFORMAT, "%s: the name of a member is too long", ig_show(shown));
    }
    do {
        *fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    } while (*fd < 0 && errno == EINTR);
    if (*fd >= 0) return IG_OK;
    if (errno == EEXIST) {
        return ig_fail(s->ctx, IG_EFORMAT, "%s is in the archive twice", ig_show(shown));
    }
    return ig_fail(s->ctx, IG_EWRITE, "cannot unpack %s: %s", ig_show(shown), strerror(errno));
}

static ig_status close_file(const struct search *s, int fd, const char *shown, ig_status status)
{
    if (close(fd) == 0 || errno == EINTR || status) return status;
    return ig_fail(s->ctx, IG_EWRITE, "cannot unpack %s: %s", ig_show(shown), strerror(errno));
}

// ---- the kinds of sources -------------------------------------------------------------------

static ig_status take(struct search s, const char *path, const char *name);

// Folders inside one zip, each with a place of its own: equal names in two of them stay apart.
struct places {
    char **folders;
    size_t *place;
    size_t count, room, place_room;
};

static void places_free(struct places *places)
{
    for (size_t i = 0; i < places->count; i++)
        ig_free(places->folders[i]);
    ig_free(places->folders);
    ig_free(places->place);
}

static ig_status find_place(const struct search *s, struct places *places, const char *name,
                            size_t *place)
{
    const size_t length = (size_t)(ig_base_name(name) - name);
    for (size_t i = places->count; i-- > 0;) {
        if (strncmp(places->folders[i], name, length) == 0 && !places->folders[i][length]) {
            *place = places->place[i];
            return IG_OK;
        }
    }
    ig_status status = make_place(s, place);
    if (status) return status;
    char *folder = ig_text_copy(name);
    if (!folder ||
        !ig_grow((void **)&places->folders, &places->room, places->count + 1, sizeof(char *)) ||
        !ig_grow((void **)&places->place, &places->place_room, places->count + 1, sizeof(size_t))) {
        ig_free(folder);
        return ig_fail(s->ctx, IG_EMEMORY, "no memory");
    }
    folder[length] = '\0';
    places->folders[places->count] = folder;
    places->place[places->count++] = *place;
    return IG_OK;
}

static ig_status take_zip_member(const struct search *s, struct places *places, zip_t *zip,
                                 zip_uint64_t number, const char *path, const char *name)
{
    zip_stat_t about;
    if (zip_stat_index(zip, number, 0, &about) != 0 || !(about.valid & ZIP_STAT_NAME)) {
        return ig_fail(s->ctx, IG_EFORMAT, "%s is damaged: %s", ig_show(name), zip_strerror(zip));
    }
    const bool packed = ig_ends_with(about.name, ".zip") || ig_ends_with(about.name, ".gz");
    if (ig_zip_is_junk(about.name) || (!packed && !is_wanted(about.name, s->suffixes))) {
        return IG_OK;
    }
    char file[PATH_MAX];
    ig_text shown = {0};
    ig_text_format(&shown, "%s/%s", name, about.name);
    size_t place;
    int fd;
    ig_status status = shown.failed ? ig_fail(s->ctx, IG_EMEMORY, "no memory")
                                    : find_place(s, places, about.name, &place);
    if (!status) status = fresh_file(s, place, about.name, shown.data, file, &fd);
    if (status) goto done;
    ig_sink sink = {.fd = fd};
    status = ig_unzip_member(s->ctx, zip, path, number, &about, s->budget, &sink);
    status = close_file(s, fd, shown.data, status);
    if (!status && packed) {
        struct search inner = *s;
        inner.zips++;
        inner.asked = false;
        status = take(inner, file, shown.data);
        if (!status && !is_wanted(about.name, s->suffixes)) unlink(file);
    } else if (!status) {
        status = add_member(s, file, shown.data);
    }
done:
    ig_text_free(&shown);
    return status;
}

static ig_status take_zip(const struct search *s, const char *path, const char *name)
{
    if (s->zips > 1) {
        return ig_fail(s->ctx, IG_EFORMAT, "%s: a zip within a zip within a zip is not opened",
                       ig_show(name));
    }
    zip_t *zip = NULL;
    ig_status status = ig_zip_open(s->ctx, path, &zip);
    if (status) return status;
    struct places places = {0};
    const zip_int64_t count = zip_get_num_entries(zip, 0);
    if (count > MOST_MEMBERS) {
        status =
            ig_fail(s->ctx, IG_ELIMIT, "%s: more than %d members", ig_show(name), MOST_MEMBERS);
    }
    for (zip_int64_t i = 0; !status && i < count; i++)
        status = take_zip_member(s, &places, zip, (zip_uint64_t)i, path, name);
    places_free(&places);
    zip_discard(zip);
    return status;
}

static ig_status take_gzip(const struct search *s, int in, const char *path, const char *name)
{
    char inner[PATH_MAX], file[PATH_MAX];
    snprintf(inner, sizeof inner, "%s", ig_base_name(name));
    const size_t length = strlen(inner);
    if (length > 3 && ig_ends_with(inner, ".gz")) inner[length - 3] = '\0';
    if (!s->asked && !is_wanted(inner, s->suffixes)) return IG_OK;
    size_t place;
    int fd;
    ig_status status = make_place(s, &place);
    if (!status) status = fresh_file(s, place, inner, name, file, &fd);
    if (status) return status;
    ig_sink sink = {.fd = fd};
    status = ig_gunzip(s->ctx, in, path, s->budget, &sink);
    status = close_file(s, fd, name, status);
    return status ? status : add_member(s, file, name);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static ig_status list_folder(const struct search *s, const char *path, char ***names, size_t *count)
{
    DIR *dir = opendir(path);
    if (!dir) return ig_fail(s->ctx, IG_EIO, "cannot open %s: %s", ig_show(path), strerror(errno));
    size_t room = 0;
    ig_status status = IG_OK;
    while (!status) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry) {
            if (errno) {
                status =
                    ig_fail(s->ctx, IG_EIO, "cannot read %s: %s", ig_show(path), strerror(errno));
            }
            break;
        }
        if (entry->d_name[0] == '.') continue;
        char *copy = ig_text_copy(entry->d_name);
        if (!copy || !ig_grow((void **)names, &room, *count + 1, sizeof **names)) {
            ig_free(copy);
            status = ig_fail(s->ctx, IG_EMEMORY, "no memory");
            break;
        }
        (*names)[(*count)++] = copy;
    }
    closedir(dir);
    if (*count) qsort(*names, *count, sizeof **names, by_text);
    return status;
}

static ig_status take_entry(const struct search *s, const char *folder, const char *entry)
{
    ig_text path = {0};
    ig_text_format(&path, "%s%s%s", folder, ig_ends_with(folder, "/") ? "" : "/", entry);
    if (path.failed) {
        ig_text_free(&path);
        return ig_fail(s->ctx, IG_EMEMORY, "no memory");
    }
    const bool packed = ig_ends_with(entry, ".zip") || ig_ends_with(entry, ".gz");
    struct stat about;
    ig_status status = IG_OK;
    if (stat(path.data, &about) != 0) {
        if (packed || is_wanted(entry, s->suffixes)) {
            status =
                ig_fail(s->ctx, IG_EIO, "cannot open %s: %s", ig_show(path.data), strerror(errno));
        }
    } else if ((S_ISDIR(about.st_mode) && s->folders < DEEPEST_FOLDER) ||
               (S_ISREG(about.st_mode) && (packed || is_wanted(entry, s->suffixes)))) {
        struct search inner = *s;
        inner.folders++;
        inner.asked = false;
        status = take(inner, path.data, path.data);
    }
    ig_text_free(&path);
    return status;
}

static ig_status take_folder(const struct search *s, const char *path)
{
    char **names = NULL;
    size_t count = 0;
    ig_status status = list_folder(s, path, &names, &count);
    for (size_t i = 0; i < count; i++) {
        if (!status) status = take_entry(s, path, names[i]);
        ig_free(names[i]);
    }
    ig_free(names);
    return status;
}

static ig_status take(struct search s, const char *path, const char *name)
{
    int fd;
    struct stat about;
    ig_status status = ig_input_open(s.ctx, path, &fd, &about);
    if (status) return status;
    if (S_ISDIR(about.st_mode)) {
        close(fd);
        return take_folder(&s, path);
    }
    unsigned char magic[4] = {0};
    size_t got = 0;
    ig_kind kind = IG_KIND_UNKNOWN;
    ig_budget own = {.packed = (uint64_t)about.st_size};
    if (!s.budget) s.budget = &own;
    status = ig_input_peek(s.ctx, fd, path, magic, sizeof magic, &got);
    if (!status && ig_is_zip(magic, got)) status = ig_kind_of(s.ctx, path, &kind);
    if (!status) {
        if (ig_is_gzip(magic, got)) {
            status = take_gzip(&s, fd, path, name);
        } else if (kind == IG_KIND_ZIP) { // a spreadsheet is a zip too, but one file to us
            status = take_zip(&s, path, name);
        } else if (s.asked || is_wanted(name, s.suffixes)) {
            status = add_member(&s, path, name);
        }
    }
    close(fd);
    return status;
}

static int by_name(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    return strcmp(x->name, y->name);
}

ig_status ig_unpack(ig_ctx *ctx, const char *path, const char *const *suffixes, ig_unpacked **out)
{
    *out = NULL;
    ig_unpacked *u = ig_alloc(1, sizeof *u);
    if (!u) return ig_fail(ctx, IG_EMEMORY, "no memory");
    struct search s = {.ctx = ctx, .into = u, .suffixes = suffixes, .asked = true};
    ig_status status = take(s, path, path);
    if (!status && u->count == 0) {
        ig_text kinds = {0};
        for (size_t i = 0; suffixes && suffixes[i]; i++)
            ig_text_format(&kinds, "%s%s", i ? ", " : "", suffixes[i]);
        status =
            ig_fail(ctx, IG_EFORMAT, "%s holds no file of the kind wanted here", ig_show(path));
        if (kinds.data && !kinds.failed) ig_hint(ctx, "looked for %s", kinds.data);
        ig_text_free(&kinds);
    }
    if (status) {
        ig_unpacked_free(u);
        return status;
    }
    qsort(u->list, u->count, sizeof *u->list, by_name);
    *out = u;
    return IG_OK;
}
