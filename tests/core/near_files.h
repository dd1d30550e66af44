/// A private folder for tests of files: made, entered, emptied after each test, removed at the end.
#ifndef ISOGAP_TESTS_NEAR_FILES_H
#define ISOGAP_TESTS_NEAR_FILES_H

#include "near.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[64];

static inline int make_home(void **state)
{
    (void)state;
    strcpy(home, "/tmp/isogap-test-XXXXXX");
    return mkdtemp(home) ? chdir(home) : -1;
}

static inline void empty_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) return;
    const struct dirent *entry;
    char path[1024];
    while ((entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        const int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (length < 0 || (size_t)length >= sizeof path || unlink(path) == 0) continue;
        empty_folder(path);
        rmdir(path);
    }
    closedir(dir);
}

static inline int clear_home(void **state)
{
    (void)state;
    empty_folder(home);
    return 0;
}

static inline int remove_home(void **state)
{
    clear_home(state);
    return chdir("/") == 0 ? rmdir(home) : -1;
}

/// How many entries a folder holds, hidden ones too.
static inline int entries(const char *folder)
{
    DIR *dir = opendir(folder);
    int count = -2;
    while (dir && readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static inline void put_bytes(const char *name, const void *bytes, size_t length)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static inline void put(const char *name, const char *text)
{
    put_bytes(name, text, strlen(text));
}

static inline void assert_holds(const char *name, const char *text)
{
    char found[256] = "";
    FILE *file = fopen(name, "rb");
    assert_non_null(file);
    const size_t got = fread(found, 1, sizeof found - 1, file);
    found[got] = '\0';
    fclose(file);
    assert_string_equal(found, text);
}

#endif
