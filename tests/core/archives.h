/// Packed files for tests, made by zlib and libzip.
#ifndef ISOGAP_TESTS_CORE_ARCHIVES_H
#define ISOGAP_TESTS_CORE_ARCHIVES_H

#include "near_files.h"

#include <zip.h>
#include <zlib.h>

static inline void gzip_to(const char *name, const char *mode, const void *bytes, size_t length)
{
    gzFile file = gzopen(name, mode);
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, (unsigned)length), length);
    assert_int_equal(gzclose(file), Z_OK);
}

/// Members as "name", "text" pairs, NULL-ended.
static inline void zip_to(const char *name, const char *const *members)
{
    int code;
    zip_t *zip = zip_open(name, ZIP_CREATE | ZIP_TRUNCATE, &code);
    assert_non_null(zip);
    for (; members[0]; members += 2) {
        zip_source_t *source = zip_source_buffer(zip, members[1], strlen(members[1]), 0);
        assert_true(zip_file_add(zip, members[0], source, ZIP_FL_ENC_UTF_8) >= 0);
    }
    assert_int_equal(zip_close(zip), 0);
}

#endif
